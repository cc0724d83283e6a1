#pragma once
/* Who notarises: the name of the ledger, and the secret and the keys that commitments and proofs
 * are made with.
 *
 * The steps of this folder turn a table into a manifest and proofs. They are functions of values:
 *
 *     table facts <- table
 *     claim list  <- texts
 *     proof plan  <- facts, claims             (then checked against the cells)
 *     commitments <- facts, notary
 *     manifest    <- facts, commitments, circuit keys
 *     proofs      <- plan, commitments, notary
 *     own check   <- entry, manifest, proofs
 *     data key    <- facts, commitments, owner secret
 *
 * No step reads or writes a ledger: the caller decides what they are made for and where they go.
 * Each value says which of its members are secret, and is cleared by its own _clear. */
#include "base/env.h"
#include "keys/owner_secret.h"
#include "setup/setup.h"

/* All borrowed. */
typedef struct zkl_notary {
    /* NULL: a rehearsal, for which nothing is committed or proven. */
    const zkl_digest *ledger;
    /* Secret. */
    const zkl_owner_secret *owner;
    /* 32 bytes, of the manifest: chunk keys derive from them. */
    const uint8_t *seed;
    /* NULL until something is committed. */
    zkl_setup *setup;
    zkl_digest powers_hash;
    /* Chunks that are committed to at once; 0: one a worker. */
    size_t chunks_at_once;
    const zkl_env *env;
} zkl_notary;
