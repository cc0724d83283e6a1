#pragma once
/* Notarising: the first order of the steps of notary.h, for a table that becomes the next version
 * of a dataset.
 * Order: docs/ARCHITECTURE.md, "Notarising, step by step". */
#include "notary/table_data_key.h"
#include "service/proving.h"
#include "service/unfinished.h"

/* The version before, which a later one inherits from. Its data key and dictionaries are secret. */
typedef struct previous_version {
    zkl_arena memory;
    /* 0: there is none, and the rest is zeros. */
    uint32_t version;
    zkl_entry entry;
    /* Its claims: of the notarisation, and those added later. */
    service_texts claims;
    uint64_t index;
    zkl_digest dataset;
    zkl_manifest manifest;
    zkl_previous columns;
    /* Without chunks when the ledger does not keep it. */
    zkl_datakey data_key;
    /* Its dictionaries that the ledger keeps, by column. */
    bool *kept;
} previous_version;

/* What is asked of a table before anything is made of it: rows of `facts`, which will be this
 * version of the name. Each is NULL or a function. */
typedef struct notarize_check {
    /* Once it is read, before its claims are looked at. */
    zkl_status (*is_read)(void *opaque, const zkl_table_facts *facts, zkl_error *err);
    /* Once its own claims are known to hold. */
    zkl_status (*run)(void *opaque, zkl_notarize_result *out, const zkl_table_facts *facts,
                      uint32_t version, zkl_error *err);
    /* Its entry is made and signed, and placed next: whether a failure from here on recorded it is
     * not known. */
    zkl_status (*is_placed_next)(void *opaque, zkl_error *err);
    /* The table is made of others: claims that name those are proven behind this, so none is missed
     * of those that the version before had; and that there is a version before is said. */
    bool is_made;
    void *opaque;
} notarize_check;
/* zkl_notarize, with such a check; NULL: none. */
zkl_status notarize_checked(zkl_notarize_result *out, zkl_ledger *ledger,
                            const zkl_notarize_request *request, const notarize_check *check,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_inherit.c: what a later version takes over from the one before. */

/* The last version of the name, with types, dictionaries and data key as far as the ledger keeps
 * them. A first version has none. */
zkl_status previous_version_find(previous_version *out, const service_desk *desk, const char *name,
                                 zkl_error *err) ZKL_MUST_USE;
/* The dataset that the request wants the schema of; nothing without a wish. ZKL_USAGE for a name
 * that has versions already. */
zkl_status like_version_find(previous_version *out, const service_desk *desk,
                             const zkl_notarize_request *request, const previous_version *previous,
                             zkl_error *err) ZKL_MUST_USE;
/* Does the table have that schema? Nothing without a wish. */
zkl_status notarize_check_like(const zkl_table_facts *facts, const previous_version *like,
                               const zkl_notarize_request *request, zkl_error *err) ZKL_MUST_USE;
void previous_version_clear(previous_version *previous);
/* Which columns are not as before, and whether the schema is. */
zkl_status notarize_show_changes(zkl_notarize_result *out, const previous_version *previous,
                                 const zkl_table_facts *facts, zkl_error *err) ZKL_MUST_USE;
/* Dictionaries that are new, for the version after this one. */
zkl_status notarize_keep_dictionaries(service_desk *desk, const zkl_table_facts *facts,
                                      const previous_version *inherited, const zkl_env *env,
                                      zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_foresee.c: what can be said before anything is made. */

/* Claims that the version before had and this plan has not: to the result, and to the ledger's
 * notice. After the plan is checked, so that results are among its texts. is_made: as of a check.
 */
zkl_status notarize_show_dropped(zkl_notarize_result *out, const service_desk *desk,
                                 const previous_version *previous, const zkl_proof_plan *plan,
                                 bool is_made, zkl_error *err) ZKL_MUST_USE;
/* Are data, schema, reading and claims those of the version before? out: with same_schema and
 * unchanged_chunk_count. */
zkl_status notarize_find_unchanged(bool *unchanged, const zkl_notarize_result *out,
                                   const zkl_notarize_request *request,
                                   const previous_version *previous, const zkl_proof_plan *plan,
                                   zkl_error *err) ZKL_MUST_USE;
/* Statements, claims in words, time and size as planned. */
zkl_status notarize_foresee(zkl_notarize_result *out, const previous_version *previous,
                            const zkl_proof_plan *plan, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_parts.c: claims for which the entry has no room. */

typedef struct notarize_parts {
    /* All that are asked for. */
    const zkl_claim_list *claims;
    /* How many of them stand in the notarisation's entry; the others come behind it. */
    service_fit fit;
} notarize_parts;
/* May claims stand in entries behind? They are proven over the files, read once more. */
bool notarize_takes_parts(const zkl_notarize_request *request, const notarize_parts *parts);
/* ZKL_LIMIT: a receipt is asked for, and would not hold all of them. Before anything is proven. */
zkl_status notarize_check_parts(const zkl_notarize_request *request, const service_fit *fit,
                                zkl_error *err) ZKL_MUST_USE;
/* The version is recorded, `out` says so: prove the others, and write the receipt. An error says
 * that it is recorded. */
zkl_status notarize_prove_left(zkl_notarize_result *out, const notarize_parts *parts,
                               zkl_ledger *ledger, const zkl_notarize_request *request,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_record.c: from proofs to a logged entry. */

/* What an entry of this dataset is made of. All borrowed. */
typedef struct dataset_record {
    const zkl_notarize_request *request;
    service_proofs proofs;
    const zkl_table_manifest *manifest;
    const previous_version *previous;
    /* The version that types and dictionaries come from: previous, or one that is like it. */
    const previous_version *inherited;
    const notarize_check *check;
    notarize_parts *parts;
    bool keeps_spool;
    /* What a run before had done, and where this one keeps it; NULL: nowhere. */
    service_unfinished *unfinished;
} dataset_record;
/* Blobs, entry, own check, private values, and all of it placed at once. Nothing is recorded unless
 * it returns ZKL_OK, or an error that says so. Fills what was recorded. */
zkl_status notarize_record(zkl_notarize_result *out, const dataset_record *record,
                           zkl_error *err) ZKL_MUST_USE;

/* ---- notarize_resume.c: going on where a run was cut off. */

/* Asked for, or many rows and not refused. */
bool notarize_keeps_spool(const zkl_notarize_request *request, uint64_t row_count);
/* What lies there of this name; *out NULL: this run can neither go on nor be gone on with. */
zkl_status notarize_resume_open(service_unfinished **out, const zkl_notarize_request *request,
                                const service_desk *desk, zkl_error *err) ZKL_MUST_USE;
/* The table is read and its claims hold: from here on the run is kept. */
zkl_status notarize_resume_begin(const dataset_record *record, service_unfinished *run,
                                 zkl_error *err) ZKL_MUST_USE;
/* "resumed: 3 of 5 chunks were there"; nothing of 0. */
zkl_status notarize_resume_say(const service_desk *desk, size_t count, size_t total,
                               const char *what, zkl_error *err) ZKL_MUST_USE;
/* It is over, and nothing is left of it. Why it could not be kept, if so, is said. */
zkl_status notarize_resume_end(const service_desk *desk, service_unfinished *run,
                               zkl_error *err) ZKL_MUST_USE;
