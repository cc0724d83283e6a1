#pragma once
/* Datasets of the ledger together with their data, read again and compared with what was notarised:
 * what claims are added to, what is transformed, what rows are shown of. */
#include "ledger/entry_export.h"
#include "notary/notary.h"
#include "service/proving.h"
#include "service/recheck.h"

/* A version in the ledger. */
typedef struct service_version {
    zkl_arena memory;
    zkl_dataset_version found;
    /* As a receipt of it has it. */
    zkl_loaded_content loaded;
    zkl_manifest manifest;
    /* All entries about it. */
    service_entries about;
} service_version;
/* "NAME" or "NAME@VERSION"; a reference to an entry of later claims means the version that they are
 * about. */
zkl_status service_version_find(service_version *out, zkl_ledger *ledger, const char *reference,
                                zkl_error *err) ZKL_MUST_USE;

/* A version and its data. */
typedef struct service_claimed {
    service_version version;
    zkl_verify_data_request request;
    recheck data;
    zkl_table_facts facts;
    zkl_commitments commitments;
    zkl_committed_table committed;
} service_claimed;

void service_claimed_clear(service_claimed *claimed); /* wipes */

/* The one that it is about first. */
typedef struct service_claimed_list {
    zkl_arena memory;
    service_claimed *items;
    size_t count;
} service_claimed_list;
void service_claimed_list_clear(service_claimed_list *list); /* wipes */

/* request is filled in. */
void service_claimed_begin(service_claimed *claimed, zkl_ledger *handle, const zkl_env *env);
/* The same data notarised twice are one dataset: ZKL_USAGE, since comparing it with itself would
 * say nothing of two. Versions are found. */
zkl_status service_claimed_check_different(const service_claimed_list *list,
                                           zkl_error *err) ZKL_MUST_USE;
/* The version is found, and data.setup there. ZKL_REJECTED: the data are not what was notarised. */
zkl_status service_claimed_read(service_claimed *claimed, service_desk *desk,
                                zkl_error *err) ZKL_MUST_USE;
