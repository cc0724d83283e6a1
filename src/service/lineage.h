#pragma once
/* Lineage of a ledger's datasets, from its log. */
#include "service/service_internal.h"
#include "verify/lineage.h"

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
