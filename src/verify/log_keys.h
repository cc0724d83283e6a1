#pragma once
/* Which log key counts, where several receipts show keys of one log: each grew the caller's trust
 * by the key entries that it holds, and any one of them may show that a key ended. What one shows
 * holds for all, so that nobody who has a retired key gains by leaving its end out. */
#include "record/checkpoint.h"
#include "record/trust.h"

/* One of the trusts knows the key, and that it does not count at index. */
bool zkl_log_key_is_ended(const zkl_verifier_key *key, uint64_t index,
                          const zkl_trust *const *trusts, size_t trust_count);
/* Of trusts[which], one of the trusts: the log key of a tree of `size` entries, or one before it on
 * the way there, that another of the trusts shows to have ended before. *by: that other one.
 * NULL: none. */
const zkl_trusted_log_key *zkl_log_keys_ended(size_t *by, size_t which, uint64_t size,
                                              const zkl_trust *const *trusts, size_t trust_count);
/* By a log key that counts at the tree's last entry, and that none of the trusts ends before. *key
 * lives with the trusts. ZKL_UNCHECKED: by none that is known. ZKL_REJECTED: a false signature. */
zkl_status zkl_log_keys_verify(const zkl_verifier_key **key, const zkl_checkpoint *checkpoint,
                               const zkl_trust *const *trusts, size_t trust_count,
                               zkl_error *err) ZKL_MUST_USE;
