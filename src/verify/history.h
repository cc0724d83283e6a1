#pragma once
/* What signed checkpoints of one log prove about each other.
 *
 *  1. Two states of a log are of one history when the smaller tree is the beginning of the larger
 *     one. Equal trees are; trees of one size with two roots are a fork, and no proof mends it.
 *  2. A proof is hostile: it counts for a state whose root it leads to, and says then which root
 *     the smaller tree has. A proof that leads nowhere says nothing, and never a fork.
 *  3. Being a beginning of something is no tie between two beginnings of one size or another
 *     unless one tree holds both: A before B and A before C says nothing of B and C. */
#include "base/arena.h"
#include "hash/merkle.h"

#define ZKL_HISTORY_STATES_MAX 4096

typedef struct zkl_history_state {
    uint64_t size; /* above 0 (asserted) */
    zkl_digest root;
    /* By the log key that counts at its last entry. A state that is not signed may tie others
     * together, and convicts nobody. */
    bool is_signed;
} zkl_history_state;

/* The tree of new_size entries begins with one of old_size entries that has old_root. */
typedef struct zkl_history_proof {
    uint64_t old_size, new_size; /* 0 < old_size < new_size, or it says nothing */
    zkl_digest old_root;
    const zkl_digest *path;
    size_t path_count;
} zkl_history_proof;

typedef struct zkl_history {
    /* All states that were asked about are of one history. */
    bool is_one;
    /* Of each state: is it part of the largest history that was shown? Ties are broken for the
     * larger tree. */
    const bool *is_shown;
    /* Two signed states, the smaller first, that cannot be of one log. */
    bool is_forked;
    size_t fork[2];
} zkl_history;

/* states: of one log; the first asked_count are those that is_one is about, the others help.
 * Everything in *out lives in arena. ZKL_LIMIT: too many states. ZKL_NO_MEMORY.
 * Cost: one path a proof; then states times proofs. */
zkl_status zkl_history_compare(zkl_history *out, zkl_arena *arena, const zkl_history_state *states,
                               size_t state_count, size_t asked_count,
                               const zkl_history_proof *proofs, size_t proof_count,
                               zkl_error *err) ZKL_MUST_USE;
