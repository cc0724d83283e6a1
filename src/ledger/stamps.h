#pragma once
/* Timestamps of a ledger's entries, in its store: under `stamp/` by receipt id. No entry refers to
 * them, so they come and go without a change of the log. docs/formats/timestamp.md
 *
 * They are a clock's word, not the owner's: nothing is signed here, and no passphrase is needed. */
#include "ledger/ledger.h"

typedef struct zkl_stamps {
    const zkl_bytes *tokens; /* rising by their bytes, as a receipt has them */
    size_t count;
} zkl_stamps;

/* Those of the entry with this leaf; none is no error. Lives in arena.
 * ZKL_REJECTED: what is stored is no list of tokens over this leaf. */
zkl_status zkl_stamps_load(zkl_stamps *out, zkl_ledger *ledger, zkl_arena *arena,
                           const zkl_digest *leaf, zkl_error *err) ZKL_MUST_USE;
/* Add a token in the form of receipts, which was checked against leaf; one that is there already
 * changes nothing. Takes the writer's lock of handle for the moment. ZKL_LIMIT: there are
 * ZKL_RECEIPT_TIMESTAMPS_MAX. */
zkl_status zkl_stamps_add(zkl_ledger *handle, const zkl_digest *leaf, zkl_bytes token,
                          const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
