/* Histories of checkpoints: equal states are put together, each proof becomes an edge from a state
 * to one that begins with it, and the history that is told is what one state reaches by them. */
#include "verify/history.h"

#include "base/bytes.h"

typedef struct edge {
    size_t from, to; /* `to` is a beginning of `from` */
} edge;

typedef struct comparison {
    const zkl_history_state *states;
    size_t state_count, asked_count;
    size_t *same; /* the first state of the same size and root */
    edge *edges;
    size_t edge_count;
    bool *reached; /* from the top that is being tried */
    size_t *queue;
    zkl_history *out;
} comparison;

/* Signed, of one size, and different: the first such pair. */
static void note_fork(comparison *c, size_t a, size_t b)
{
    const zkl_history_state *s = c->states;
    if (c->out->is_forked || !s[a].is_signed || !s[b].is_signed)
        return;
    const bool in_order = s[a].size <= s[b].size;
    c->out->is_forked = true;
    c->out->fork[0] = in_order ? a : b;
    c->out->fork[1] = in_order ? b : a;
}

static void put_together(comparison *c)
{
    for (size_t i = 0; i < c->state_count; i++) {
        c->same[i] = i;
        ZKL_ASSERT(c->states[i].size > 0);
        for (size_t j = 0; j < i; j++) {
            if (c->states[i].size != c->states[j].size)
                continue;
            if (!zkl_digest_equal(&c->states[i].root, &c->states[j].root))
                note_fork(c, j, i);
            else if (c->same[i] == i)
                c->same[i] = j;
        }
    }
}

/* A proof that leads to a state's root says what every smaller state of old_size must have as its
 * root. At most one root of new_size fits. */
static void add_proof(comparison *c, const zkl_history_proof *proof)
{
    size_t newer = 0;
    while (
        newer < c->state_count &&
        (c->same[newer] != newer || c->states[newer].size != proof->new_size ||
         !zkl_rfc6962_consistency_verify(proof->old_size, &proof->old_root, proof->new_size,
                                         &c->states[newer].root, proof->path, proof->path_count)))
        newer++;
    if (newer == c->state_count)
        return;
    for (size_t i = 0; i < c->state_count; i++) {
        if (c->states[i].size != proof->old_size)
            continue;
        if (!zkl_digest_equal(&c->states[i].root, &proof->old_root)) {
            for (size_t j = newer; j < c->state_count; j++) /* one that is signed convicts */
                if (c->same[j] == newer)
                    note_fork(c, i, j);
        } else if (c->same[i] == i) {
            c->edges[c->edge_count++] = (edge){ .from = newer, .to = i };
        }
    }
}

/* How many of the states asked about are beginnings of `top`; `reached` says which. */
static size_t reach(comparison *c, size_t top)
{
    size_t queued = 0, count = 0;
    for (size_t i = 0; i < c->state_count; i++)
        c->reached[i] = false;
    c->queue[queued++] = top;
    c->reached[top] = true;
    for (size_t at = 0; at < queued; at++)
        for (size_t e = 0; e < c->edge_count; e++)
            if (c->edges[e].from == c->queue[at] && !c->reached[c->edges[e].to]) {
                c->reached[c->edges[e].to] = true;
                c->queue[queued++] = c->edges[e].to;
            }
    for (size_t i = 0; i < c->asked_count; i++)
        count += c->reached[c->same[i]];
    return count;
}

static size_t find_top(comparison *c)
{
    size_t top = 0, most = 0;
    for (size_t i = 0; i < c->state_count; i++) {
        if (c->same[i] != i)
            continue;
        const size_t count = reach(c, i);
        if (count > most || (count == most && c->states[i].size > c->states[top].size)) {
            top = i;
            most = count;
        }
    }
    return top;
}

zkl_status zkl_history_compare(zkl_history *out, zkl_arena *arena, const zkl_history_state *states,
                               size_t state_count, size_t asked_count,
                               const zkl_history_proof *proofs, size_t proof_count, zkl_error *err)
{
    zkl_history result = { 0 };
    ZKL_ASSERT(asked_count <= state_count && asked_count > 0);
    if (state_count > ZKL_HISTORY_STATES_MAX || proof_count > ZKL_HISTORY_STATES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu checkpoints and %zu proofs to compare, at most %d",
                        state_count, proof_count, ZKL_HISTORY_STATES_MAX);
    comparison c = { .states = states,
                     .state_count = state_count,
                     .asked_count = asked_count,
                     .same = ZKL_ARENA_NEW(arena, size_t, state_count),
                     /* of one size and root at most one state is a beginning */
                     .edges = ZKL_ARENA_NEW(arena, edge, proof_count),
                     .reached = ZKL_ARENA_NEW(arena, bool, state_count),
                     .queue = ZKL_ARENA_NEW(arena, size_t, state_count),
                     .out = &result };
    bool *shown = ZKL_ARENA_NEW(arena, bool, state_count);
    if (!c.same || !c.edges || !c.reached || !c.queue || !shown)
        return zkl_no_memory(err, state_count * sizeof *c.queue);
    put_together(&c);
    for (size_t i = 0; i < proof_count; i++)
        if (proofs[i].old_size && proofs[i].old_size < proofs[i].new_size)
            add_proof(&c, &proofs[i]);
    result.is_one = reach(&c, find_top(&c)) == asked_count;
    for (size_t i = 0; i < state_count; i++)
        shown[i] = c.reached[c.same[i]];
    result.is_shown = shown;
    *out = result;
    return ZKL_OK;
}
