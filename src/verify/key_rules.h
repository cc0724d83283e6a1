#pragma once
/* Which keys an entry must be signed by, and what it does to the keys that count. One set of rules
 * for receipts, writing and verify-chain:
 *
 *     setup, notarise, prove   signed by a signer that counts at the entry's index, and by nobody
 *     else key, signer              by the new key, and by the signer it replaces or (nothing
 *     replaced) the log key key, log                 by the new key and the log key it replaces
 *     revoke                   by the log key
 *
 * A new key counts from the next index on; the key it replaces, or that is revoked, up to and with
 * this index. The two keys of a key entry differ, and the new one is not the log key. A new key
 * counts no longer than the end that was known of the key it replaces, unless it is known
 * itself. */
#include "record/entry.h"
#include "record/trust.h"

/* Check the envelope's signatures against the keys that count at index. ZKL_UNCHECKED for an
 * unknown key, ZKL_REJECTED for a false signature, one too many, or a key beyond its index. *signer
 * (may be NULL): who signed. */
zkl_status zkl_entry_check_signatures(const zkl_entry *entry, const zkl_dsse *dsse,
                                      const zkl_trust *trust, uint64_t index, zkl_digest *signer,
                                      zkl_error *err) ZKL_MUST_USE;
/* Apply a key or revoke entry, whose signatures were checked. trust has room (zkl_trust_copy).
 * Other kinds change nothing. */
zkl_status zkl_trust_apply(zkl_trust *trust, const zkl_entry *entry, uint64_t index,
                           zkl_error *err) ZKL_MUST_USE;
