#pragma once
/* Shared by the operations of src/service. */
#include <zkl/ledger.h>

#include "ledger/claim_text.h"
#include "ledger/ledger.h"
#include "ledger/verify_receipt.h"
#include "proof/setup.h"

/* "NAME" or "NAME@VERSION" in this ledger. Borrows from arena. */
zkl_status service_find(zkl_dataset_version *out, zkl_arena *arena, zkl_ledger *ledger,
                        const char *reference, zkl_error *err) ZKL_MUST_USE;
/* The manifest of an entry that names one. bytes borrows from arena. */
zkl_status service_manifest(zkl_manifest *out, zkl_bytes *bytes, zkl_arena *arena,
                            zkl_ledger *ledger, const zkl_entry *entry,
                            zkl_error *err) ZKL_MUST_USE;
/* Columns for people. */
zkl_status service_columns(const zkl_column_info **out, zkl_arena *arena, const zkl_schema *schema,
                           zkl_error *err) ZKL_MUST_USE;
/* What a statement says of its own size. */
zkl_status service_statement_info(zkl_statement_info *out, zkl_bytes statement, zkl_bytes proof,
                                  zkl_error *err) ZKL_MUST_USE;
/* The internal verdict as the public one. */
zkl_status service_verdict(zkl_verify_result *out, const zkl_verified *verified,
                           zkl_error *err) ZKL_MUST_USE;
/* Folders become the plain files in them (no dot files, not deeper), patterns what they match; an existing name is
 * never a pattern. ZKL_NOT_FOUND when nothing is matched. */
zkl_status service_expand_files(const char *const **out, size_t *out_count, zkl_arena *arena,
                                const char *const *files, size_t count,
                                zkl_error *err) ZKL_MUST_USE;
/* What a caller lends, never NULL: without env nothing is lent (one thread, the system's randomness and clock). */
const zkl_env *service_lent(const zkl_env *env);
char *service_text(zkl_arena *arena, zkl_bytes text);
double service_seconds(void);

/* A data key of a dataset as this ledger keeps it, wrapped under the owner secret. */
zkl_status service_datakey_wrap(zkl_buffer *out, zkl_bytes datakey, const uint8_t owner[static 32],
                                const zkl_digest *dataset, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
zkl_status service_datakey_unwrap(zkl_buffer *out, zkl_bytes wrapped,
                                  const uint8_t owner[static 32], const zkl_digest *dataset,
                                  zkl_error *err) ZKL_MUST_USE;

/* The circuit of a tier with its key, made when missing: name, key hash, and the verification key's bytes. */
zkl_status service_circuit(zkl_circuit_id *out, uint8_t key_bytes[static ZKL_GROTH16_VK_BYTES],
                           zkl_setup *setup, unsigned tier, zkl_error *err) ZKL_MUST_USE;
/* Stage a set-up entry that names it, and the key as a blob. */
zkl_status service_log_setup(zkl_ledger *ledger, const zkl_circuit_id *circuit, zkl_bytes key,
                             const zkl_env *env, uint64_t *index, zkl_error *err) ZKL_MUST_USE;
