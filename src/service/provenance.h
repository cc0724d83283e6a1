#pragma once
/* Recording where a dataset version comes from: an entry `provenance`. */
#include "service/service_internal.h"

/* All borrowed. */
typedef struct service_provenance {
    /* "NAME@VERSION" that it is about. */
    const char *reference;
    /* Datasets that went in. */
    const char *const *sources;
    size_t source_count;
    zkl_entry_provenance said;
} service_provenance;

/* Fill in an entry but for its time. ledger: a view. Borrows from arena and from p. */
zkl_status service_provenance_entry(zkl_entry *out, zkl_arena *arena, zkl_ledger *ledger,
                                    const service_provenance *p, zkl_error *err) ZKL_MUST_USE;
/* An operation as an entry takes it, in arena: a longer one is cut, and its SHA-256 is put behind.
 * ZKL_USAGE: it is no UTF-8. */
zkl_status service_provenance_words(const char **out, zkl_arena *arena, const char *operation,
                                    zkl_error *err) ZKL_MUST_USE;
/* SHA-256 of a file, which may be empty and is no standard input. */
zkl_status service_hash_file(zkl_digest *out, const char *path, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* Sign and place it. */
zkl_status service_provenance_record(uint64_t *index, zkl_ledger *handle,
                                     const service_provenance *p, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;
