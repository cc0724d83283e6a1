#pragma once
/* What a user's verify-chain has verified of a log, remembered so that it need not be verified
 * again (docs/formats/remembered.md, "Verified").
 *
 *  1. It binds every byte that was looked at in the log and its indexes: entries by the tree's
 *     root, checkpoints and the keys of the indexes by hashes. A later walk reads and hashes them
 *     all, and any byte that is another is found. What it leaves out are signatures, references,
 *     and the bytes that entries name by hash (manifests, statements, proofs, keys).
 *  2. It is the user's own file, and believed for that alone: whoever can write it decides what is
 *     not verified again. One that others may write, that is damaged, or that another version of
 *     this program wrote counts as none. */
#include "ledger/ledger_internal.h"

#define ZKL_CHAIN_KNOWN_BYTES_MAX (ZKL_TRUST_BYTES_MAX + 1024)

typedef struct zkl_chain_known {
    zkl_digest ledger;
    uint64_t size; /* entries; 0: nothing is known */
    zkl_digest root;
    uint64_t checkpoint_count;
    zkl_digest checkpoints; /* of their notes, in order */
    zkl_index_counts counts;
    zkl_digest indexes; /* of the keys of these entries, and their values */
    bool proofs;        /* every proof of these entries was verified */
    zkl_bytes trust;    /* the keys that count behind them: zkl_trust_encode */
} zkl_chain_known;

void zkl_chain_known_encode(zkl_buffer *out, const zkl_chain_known *known);
/* Canonical bytes only. Borrows from bytes. ZKL_BAD_INPUT. */
zkl_status zkl_chain_known_parse(zkl_chain_known *out, zkl_bytes bytes,
                                 zkl_error *err) ZKL_MUST_USE;

/* What is known of a ledger, in arena. state: as of zkl_remember_place. Never fails: what cannot be
 * read or believed is not known (*out is zeros). */
void zkl_chain_known_load(zkl_chain_known *out, zkl_arena *arena, const char *state,
                          const zkl_digest *ledger);
zkl_status zkl_chain_known_save(const zkl_chain_known *known, const char *state,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- For the walk. ZKL_REJECTED: the log is not the one that was verified before. */

/* The keys that count behind what is known, into a trust that has its first key and powers. */
zkl_status zkl_chain_known_keys(zkl_trust *t, zkl_arena *arena, const zkl_chain_known *known,
                                zkl_error *err) ZKL_MUST_USE;
/* The log is as long, and its stored tree has the root of then. *bad_index: the first entry that is
 * missing, or the last that is not the one of then; 0 on success. */
zkl_status zkl_chain_known_check_tree(const zkl_chain_known *known, zkl_log *log,
                                      uint64_t *bad_index, zkl_error *err) ZKL_MUST_USE;
/* notes: of as many checkpoints as were verified before. */
zkl_status zkl_chain_known_check_notes(const zkl_chain_known *known, const zkl_sha256_state *notes,
                                       zkl_error *err) ZKL_MUST_USE;
