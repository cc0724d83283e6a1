#pragma once
/* The table of operations. A row says what an operation is called, what goes in and out as JSON,
 * and what it does to a ledger. zkl_call (zkl/call.h), the command line's --json and its
 * documentation are made from the rows; so will be everything else that speaks JSON.
 *
 * To add one: a file of this folder with its row, and its line in API_OPERATIONS
 * (tests/templates/operation has one to begin with). Then write docs/operations.md and proto/ anew:
 * tools/operations_doc.py, tools/proto.py. */
#include <zkl/zkl.h>

#include "api/field.h"

typedef enum api_effect {
    API_WITHOUT_LEDGER, /* takes none; the argument is NULL */
    API_MAY_READ,       /* takes one or none */
    API_READS,
    API_WRITES,
    API_MAY_WRITE, /* takes one, or none for a trial */
} api_effect;

typedef struct api_operation {
    const char *name;
    const char *summary; /* one line, no full stop */
    /* What a caller of the service must be allowed to (daemon/roles.h): "datasets:read". */
    const char *permission;
    api_effect effect;
    bool needs_keys; /* signs, or reads what the owner alone may */
    bool is_long;    /* says its progress, and can be cancelled */
    bool verifies;   /* success means that what was asked about was checked: status "valid" */
    /* The status of ZKL_REJECTED where that is an answer and refuses nothing: "differs". NULL:
     * "rejected". */
    const char *no;
    /* `failure` has the members that are written when run failed, out of the same struct as
     * result. `request` and `failure` may be NULL. */
    const api_object *request, *result, *failure;
    /* Where the result's memory lies in its struct (a zkl_arena). */
    size_t memory_offset;
    /* Both structs are those of the rows. The result is all zeros before, and cleared
     * afterwards, also on failure. */
    zkl_status (*run)(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err);
} api_operation;

/* In the order of the documentation. */
#define API_OPERATIONS(OPERATION)                                                                  \
    OPERATION(init)                                                                                \
    OPERATION(templates)                                                                           \
    OPERATION(notarize)                                                                            \
    OPERATION(watch)                                                                               \
    OPERATION(prove)                                                                               \
    OPERATION(transform)                                                                           \
    OPERATION(pipeline)                                                                            \
    OPERATION(split)                                                                               \
    OPERATION(policies)                                                                            \
    OPERATION(disclose)                                                                            \
    OPERATION(spool_list)                                                                          \
    OPERATION(spool_drop)                                                                          \
    OPERATION(link)                                                                                \
    OPERATION(branch)                                                                              \
    OPERATION(revoke)                                                                              \
    OPERATION(revoke_signer)                                                                       \
    OPERATION(lineage)                                                                             \
    OPERATION(verify_lineage)                                                                      \
    OPERATION(show)                                                                                \
    OPERATION(diff)                                                                                \
    OPERATION(status)                                                                              \
    OPERATION(datasets)                                                                            \
    OPERATION(verify)                                                                              \
    OPERATION(verify_folder)                                                                       \
    OPERATION(verify_chain)                                                                        \
    OPERATION(log)                                                                                 \
    OPERATION(events)                                                                              \
    OPERATION(audit)                                                                               \
    OPERATION(log_cosign_request)                                                                  \
    OPERATION(log_cosign_attach)                                                                   \
    OPERATION(witness_new)                                                                         \
    OPERATION(witness_cosign)                                                                      \
    OPERATION(export)                                                                              \
    OPERATION(renew)                                                                               \
    OPERATION(timestamp_request)                                                                   \
    OPERATION(timestamp_attach)                                                                    \
    OPERATION(keys_show)                                                                           \
    OPERATION(keys_rotate)                                                                         \
    OPERATION(keys_backup)                                                                         \
    OPERATION(keys_restore)                                                                        \
    OPERATION(keys_make)                                                                           \
    OPERATION(setup_show)                                                                          \
    OPERATION(setup_make)                                                                          \
    OPERATION(setup_export)                                                                        \
    OPERATION(setup_import)                                                                        \
    OPERATION(setup_new)                                                                           \
    OPERATION(setup_invite)                                                                        \
    OPERATION(setup_contribute)                                                                    \
    OPERATION(setup_take)                                                                          \
    OPERATION(setup_beacon)                                                                        \
    OPERATION(setup_next)                                                                          \
    OPERATION(setup_finish)                                                                        \
    OPERATION(setup_verify)                                                                        \
    OPERATION(config)                                                                              \
    OPERATION(doctor)

#define OPERATION(name) extern const api_operation api_##name;
API_OPERATIONS(OPERATION)
#undef OPERATION

/* NULL when there is none of that name. */
const api_operation *api_find(const char *name);
/* The row at index; NULL behind the last. */
const api_operation *api_at(size_t index);

/* The members of a result into out, those of `failure` unless status is ZKL_OK: what `zkp-ledger
 * NAME --json` says besides the status. ZKL_NO_MEMORY alone can happen. */
zkl_status api_put_result(json_t *out, const api_operation *operation, zkl_status status,
                          const void *result, zkl_error *err) ZKL_MUST_USE;
/* "status", "exit_code", and of a failure "error", "check". verifies, no: as of an operation. */
zkl_status api_put_status(json_t *out, zkl_status status, bool verifies, const char *no,
                          const zkl_error *what, zkl_error *err) ZKL_MUST_USE;
