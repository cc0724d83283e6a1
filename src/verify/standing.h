#pragma once
/* What a standing is worth: signed by a signer who would count for the log's next entry, over a
 * checkpoint that the log signed. That it lists every entry is that signer's word, until it is
 * compared with the entries themselves. */
#include "hash/merkle.h"
#include "record/standing.h"
#include "record/trust.h"

typedef struct zkl_verified_standing {
    zkl_standing standing;
    const zkl_verifier_key *log_key; /* that signed its checkpoint; lives with the trusts */
    zkl_digest signer;               /* SHA-256 of the key's DER */
    uint32_t latest_version;         /* of those that it lists */
} zkl_verified_standing;

bool zkl_standing_has_magic(zkl_bytes bytes); /* it begins as an envelope, and says the type */
/* bytes: the file, an envelope. Everything in *out lives in arena (and borrows from bytes).
 * ZKL_REJECTED, ZKL_UNCHECKED, ZKL_BAD_INPUT, ZKL_LIMIT, under the check "standing". */
zkl_status zkl_standing_verify(zkl_verified_standing *out, zkl_arena *arena, zkl_bytes bytes,
                               const zkl_trust *const *trusts, size_t trust_count,
                               zkl_error *err) ZKL_MUST_USE;

/* Compare it with the log: each entry of the checkpoint's tree in its order, then the verdict. The
 * first difference is kept, and told only when the entries are those of the tree. */
typedef struct zkl_standing_check {
    const zkl_standing *standing;
    zkl_merkle_peaks tree;
    size_t at; /* of the listed entries */
    bool differs, is_unread;
    uint64_t first_at; /* where it differs, or could not be read */
} zkl_standing_check;
void zkl_standing_check_begin(zkl_standing_check *check, const zkl_standing *standing);
/* An entry that cannot be read ends in ZKL_UNCHECKED: it might be about the dataset. */
zkl_status zkl_standing_check_entry(zkl_standing_check *check, zkl_bytes envelope,
                                    zkl_error *err) ZKL_MUST_USE;
/* ZKL_REJECTED: it lists what the log has not, or leaves out what it has, and is signed.
 * ZKL_UNCHECKED: these are not the entries of the checkpoint's tree. */
zkl_status zkl_standing_check_end(zkl_standing_check *check, zkl_error *err) ZKL_MUST_USE;
