#pragma once
/* The owner's spools: files of the folder `spools` of a ledger, one a dataset. */
#include <limits.h>

#include "service/service_internal.h"
#include "table/table.h"

/* Which dataset of which ledger. */
typedef struct service_spool_id {
    const char *folder; /* the ledger's */
    zkl_digest ledger, dataset;
    /* What it is kept with, for people. */
    zkl_bytes name;
    uint32_t version;
} service_spool_id;

/* A spool that is written and synced under another name. */
typedef struct service_spool_part {
    char part[PATH_MAX], path[PATH_MAX]; /* part "": there is none */
    uint64_t byte_count;
} service_spool_part;

/* The whole table, beside where it goes. Whatever ends it, no spool has changed yet. */
zkl_status service_spool_write(service_spool_part *out, const service_spool_id *id,
                               const zkl_table *table, const zkl_owner_secret *owner,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* From here on it is the dataset's spool, in place of an older one. Nothing without a part. */
zkl_status service_spool_place(service_spool_part *part, zkl_error *err) ZKL_MUST_USE;
/* Removes a part that was not placed. */
void service_spool_part_clear(service_spool_part *part);

/* ZKL_USAGE: none is kept, and the files are needed. */
zkl_status service_spool_check_kept(const service_spool_id *id, zkl_error *err) ZKL_MUST_USE;
/* The table again (table/keep.h). ZKL_NOT_FOUND: none is kept. ZKL_REJECTED: what lies there is no
 * spool of this dataset, of this owner, or was changed. */
zkl_status service_spool_open(zkl_table **out, const service_spool_id *id,
                              const zkl_read_options *options, const zkl_owner_secret *owner,
                              const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
