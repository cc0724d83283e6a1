#pragma once
/* What is kept of a ceremony that was checked whole: who contributed to what, and what came of it.
 * The set-up cache has it beside the powers, <hash>.ceremony; whoever makes a ledger over them
 * writes it into what the ledger trusts. */
#include "ceremony/joint.h"

#define ZKL_SUMMARY_BYTES_MAX ((size_t)1 << 20)

/* Somebody who signed. Whoever contributed without a signature is nobody that a trust file could
 * name. */
typedef struct zkl_summary_party {
    char name[ZKL_TRANSCRIPT_NAME_BYTES_MAX + 1]; /* of its first contribution */
    zkl_public_key key;
    bool to_powers, to_keys;
} zkl_summary_party;

typedef struct zkl_summary {
    zkl_digest transcript;            /* of all records */
    zkl_digest powers_hash;           /* zkl_powers_hash: of tau */
    zkl_digest parameters;            /* zkl_powers_parameters_hash: of tau, alpha and beta */
    const zkl_summary_party *parties; /* in the order of their first contribution */
    size_t party_count;
    zkl_digest key_hashes[ZKL_TRANSCRIPT_TIERS_MAX];
    unsigned tiers[ZKL_TRANSCRIPT_TIERS_MAX];
    size_t tier_count;
} zkl_summary;

/* Of a ceremony with powers. keys: of each circuit the whole key; NULL: none are taken in. */
zkl_status zkl_summary_make(zkl_summary *out, zkl_arena *arena, const zkl_joint *c,
                            const zkl_recorded_key *keys, zkl_error *err) ZKL_MUST_USE;

/* <hash>.ceremony of the cache's folder. */
zkl_status zkl_summary_write(const char *folder, const zkl_summary *summary,
                             zkl_error *err) ZKL_MUST_USE;
/* *found false: these powers are of no ceremony that was imported whole. ZKL_BAD_INPUT: the file is
 * damaged. */
zkl_status zkl_summary_read(zkl_summary *out, bool *found, zkl_arena *arena, const char *folder,
                            const zkl_digest *powers, zkl_error *err) ZKL_MUST_USE;
