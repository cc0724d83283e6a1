#pragma once
/* Lineage of a ledger's datasets, from its log. */
#include "service/service_internal.h"
#include "verify/lineage.h"

/* The receipts in a lineage receipt, each by itself under the file's name: as evidence is put to
 * receipts. They borrow from the file. */
zkl_status service_lineage_receipts(zkl_named_bytes **out, size_t *count, zkl_arena *arena,
                                    const zkl_named_bytes *file, zkl_error *err) ZKL_MUST_USE;
/* The first version in it that is known to be revoked; NULL: none is. */
const zkl_lineage_node *service_lineage_revoked(const zkl_lineage *lineage);

/* The lineage receipt of a version: the receipts of its notarisations, proofs and provenances. */
zkl_status service_lineage_file(zkl_buffer *out, zkl_ledger *ledger,
                                const zkl_dataset_version *version, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
/* May the provenance be recorded? ZKL_CONFLICT: steps would go in a circle through its own, also
 * when those that are there are of claims. */
zkl_status service_lineage_check_new(zkl_ledger *ledger, const zkl_entry *entry, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;
/* All steps of the log, as one graph. verified: the caller saw every entry and proof hold. */
zkl_status service_lineage_whole(zkl_lineage_result *out, zkl_ledger *ledger, bool verified,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* The same of one version: where it comes from. */
zkl_status service_lineage_version(zkl_lineage_result *out, zkl_ledger *ledger,
                                   const zkl_dataset_version *version, bool verified,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
