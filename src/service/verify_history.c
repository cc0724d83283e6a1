/* Checkpoints of one log, gathered from receipts, standings, tiles, consistency files and the
 * ledger, and compared (verify/history.h).
 *
 * Evidence comes from the same hands as receipts. Its checkpoints count as signed where a key that
 * is trusted, or that follows from a receipt, signed them; and its proofs count for what they lead
 * to. */
#include <stdio.h>
#include <string.h>

#include "ledger/seen.h"
#include "log/tiles.h"
#include "record/consistency.h"
#include "service/service_internal.h"
#include "verify/history.h"
#include "verify/log_keys.h"
#include "verify/standing.h"

/* The list grows: evidence has any number of checkpoints. */
typedef struct gathered {
    zkl_arena *memory; /* of the result */
    zkl_arena *arena;
    const zkl_trust **trusts; /* the caller's, then that of each receipt */
    size_t trust_count;
    zkl_history_checkpoint *checkpoints;
    zkl_history_proof *proofs;
    size_t count, proof_count, room, proof_room;
    /* With `remember`: what was seen before, and what is new. */
    zkl_remembered *seen, *fresh;
    size_t seen_count, fresh_count;
} gathered;

const char *zkl_history_source_name(zkl_history_source source)
{
    static const char *const names[ZKL_HISTORY_SOURCE_COUNT] = { "receipt",     "tiles",
                                                                 "consistency", "ledger",
                                                                 "remembered",  "standing" };
    return (unsigned)source < ZKL_HISTORY_SOURCE_COUNT ? names[source] : "";
}

static zkl_status add(gathered *g, zkl_history_source source, const char *name,
                      const zkl_checkpoint *checkpoint, bool is_signed, zkl_error *err)
{
    ZKL_ASSERT(g->count < g->room);
    const char *copy = zkl_arena_text(g->memory, name, strlen(name));
    if (!copy)
        return zkl_no_memory(err, strlen(name));
    g->checkpoints[g->count++] = (zkl_history_checkpoint){ .name = copy,
                                                           .source = source,
                                                           .size = checkpoint->size,
                                                           .root = checkpoint->root,
                                                           .is_signed = is_signed };
    return ZKL_OK;
}

/* ---- Receipts */

static zkl_status add_receipt(gathered *g, const zkl_named_bytes *receipt, bool is_rejected,
                              zkl_error *err)
{
    zkl_receipt_checkpoint found;
    zkl_status status = service_check_is_verifiable(receipt->bytes, err);
    if (status == ZKL_OK)
        status = zkl_receipt_verify_checkpoint(&found, g->arena, receipt->bytes, g->trusts[0], err);
    /* By a log key that counts: once all receipts are read, no other one ends it. */
    if (status == ZKL_OK)
        status = add(g, ZKL_HISTORY_RECEIPT, receipt->name, &found.checkpoint, true, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", receipt->name);
    g->trusts[g->trust_count++] = found.trust;
    if (!g->fresh || is_rejected)
        return ZKL_OK;
    return zkl_remembered_make(&g->fresh[g->fresh_count++], g->arena, &g->trusts[0]->first_log_key,
                               &found.log_key->key, false, found.note, err);
}

static zkl_status add_receipts(gathered *g, const zkl_history_request *request, zkl_error *err)
{
    for (size_t i = 0; i < request->receipt_count; i++)
        ZKL_TRY(add_receipt(g, &request->receipts[i],
                            request->is_rejected && request->is_rejected[i], err));
    ZKL_ASSERT(g->count == request->receipt_count && g->trust_count == g->count + 1);
    for (size_t i = 0; i < request->receipt_count; i++)
        ZKL_TRY(service_check_log_keys(request->receipts, i, g->checkpoints[i].size, g->trusts,
                                       g->trust_count, err));
    return ZKL_OK;
}

/* ---- Standings */

/* Its checkpoint is the log's word as that of a receipt is; what it lists is judged elsewhere
 * (zkl_verify_standing). */
static zkl_status add_standing(gathered *g, const zkl_named_bytes *standing, zkl_error *err)
{
    zkl_verified_standing v;
    ZKL_TRY(service_check_is_standing(standing, err));
    zkl_status status =
        zkl_standing_verify(&v, g->arena, standing->bytes, g->trusts, g->trust_count, err);
    if (status == ZKL_OK)
        status = add(g, ZKL_HISTORY_STANDING, standing->name, &v.standing.checkpoint, true, err);
    if (status == ZKL_OK && g->fresh)
        status =
            zkl_remembered_make(&g->fresh[g->fresh_count++], g->arena, &g->trusts[0]->first_log_key,
                                v.log_key, false, v.standing.note, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", standing->name);
}

/* ---- Evidence */

/* By the log key of its last entry, in what the caller trusts or a receipt adds to that. A
 * checkpoint by a key that nobody knows, or that a receipt shows to have ended, is of use as
 * evidence, and accuses nobody. */
static zkl_status check_signed(bool *is_signed, const gathered *g, const zkl_checkpoint *checkpoint,
                               const char *name, zkl_error *err)
{
    const char *origin = g->trusts[0]->first_log_key.name;
    *is_signed = false;
    if (!zkl_bytes_equal_text(checkpoint->origin, origin))
        return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_HISTORY,
                              "'%s' is of log '%.*s', the receipts are of log '%s'", name,
                              (int)checkpoint->origin.size, (const char *)checkpoint->origin.data,
                              origin);
    if (!checkpoint->size)
        return ZKL_OK;
    const zkl_verifier_key *key;
    const zkl_status status = zkl_log_keys_verify(&key, checkpoint, g->trusts, g->trust_count, err);
    *is_signed = status == ZKL_OK;
    return status == ZKL_OK || status == ZKL_UNCHECKED
               ? ZKL_OK
               : zkl_wrap_check(err, zkl_wrap(err, status, "'%s'", name), ZKL_CHECK_HISTORY);
}

static zkl_status add_evidence(gathered *g, zkl_history_source source, const char *name,
                               const zkl_checkpoint *checkpoint, zkl_error *err)
{
    bool is_signed;
    if (!name)
        return zkl_no_memory(err, 0);
    ZKL_TRY(check_signed(&is_signed, g, checkpoint, name, err));
    return checkpoint->size ? add(g, source, name, checkpoint, is_signed, err) : ZKL_OK;
}

static zkl_status add_consistency(gathered *g, const zkl_named_bytes *file, zkl_error *err)
{
    zkl_consistency *c = ZKL_ARENA_NEW(g->arena, zkl_consistency, 1);
    if (!c)
        return zkl_no_memory(err, sizeof *c);
    const zkl_status status = zkl_consistency_parse(c, g->arena, file->bytes, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", file->name);
    ZKL_ASSERT(g->proof_count < g->proof_room);
    g->proofs[g->proof_count++] = (zkl_history_proof){ .old_size = c->before.size,
                                                       .new_size = c->after.size,
                                                       .old_root = c->before.root,
                                                       .path = c->path,
                                                       .path_count = c->path_count };
    ZKL_TRY(add_evidence(g, ZKL_HISTORY_CONSISTENCY,
                         zkl_arena_format(g->arena, "%s, older", file->name), &c->before, err));
    return add_evidence(g, ZKL_HISTORY_CONSISTENCY,
                        zkl_arena_format(g->arena, "%s, newer", file->name), &c->after, err);
}

/* From every smaller checkpoint to the whole tree of the source: the root that the source has
 * there, and the path. What a folder of tiles says is only as good as the root that it leads to. */
static zkl_status prove_from(gathered *g, const zkl_tree_source *source, uint64_t size,
                             zkl_error *err)
{
    for (size_t i = 0; i < g->count; i++) {
        zkl_history_proof proof = { .old_size = g->checkpoints[i].size, .new_size = size };
        zkl_digest *path = ZKL_ARENA_NEW(g->arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
        if (!path)
            return zkl_no_memory(err, ZKL_MERKLE_PATH_MAX * sizeof *path);
        if (proof.old_size >= size)
            continue;
        ZKL_ASSERT(g->proof_count < g->proof_room);
        ZKL_TRY(zkl_tree_root(source, &proof.old_root, proof.old_size, err));
        ZKL_TRY(zkl_tree_consistency(source, path, &proof.path_count, proof.old_size, size, err));
        proof.path = path;
        g->proofs[g->proof_count++] = proof;
    }
    return ZKL_OK;
}

static zkl_status add_tiles(gathered *g, const char *folder, zkl_checkpoint *checkpoint,
                            zkl_error *err)
{
    const char *name = zkl_arena_format(g->arena, "%s/checkpoint", folder);
    ZKL_TRY(zkl_tiles_checkpoint(checkpoint, g->arena, folder, err));
    return add_evidence(g, ZKL_HISTORY_TILES, name, checkpoint, err);
}

/* The ledger's own head needs no signature here: the ledger is what is trusted. */
static zkl_status add_ledger(gathered *g, zkl_ledger *ledger, zkl_error *err)
{
    zkl_log *log = zkl_ledger_log(ledger);
    zkl_checkpoint head = { 0 };
    zkl_log_head(log, &head.size, &head.root);
    if (!head.size)
        return ZKL_OK;
    ZKL_TRY(add(g, ZKL_HISTORY_LEDGER, zkl_ledger_folder(ledger), &head, true, err));
    const zkl_tree_source source = zkl_log_source(log);
    return prove_from(g, &source, head.size, err);
}

/* ---- The memory */

/* Signed by a key that counted when it was verified: the file is the user's own, and holds both. A
 * receipt that is given now may show that it had ended: then it accuses nobody. */
static zkl_status add_seen(gathered *g, zkl_error *err)
{
    for (size_t i = 0; i < g->seen_count; i++) {
        const zkl_checkpoint *seen = &g->seen[i].checkpoint;
        const bool is_signed =
            seen->size &&
            !zkl_log_key_is_ended(&g->seen[i].log_key, seen->size - 1, g->trusts, g->trust_count);
        ZKL_TRY(add(g, ZKL_HISTORY_REMEMBERED, "what was verified before", seen, is_signed, err));
    }
    return ZKL_OK;
}

/* Only what was found right is remembered. */
static zkl_status remember(zkl_history_result *out, const gathered *g,
                           const zkl_history_request *request, zkl_error *err)
{
    if (!request->remember)
        return ZKL_OK;
    for (size_t i = 0; i < g->fresh_count; i++) {
        const zkl_status status = zkl_seen_add(request->memory_folder, &g->fresh[i], err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "the checkpoint is right, and was not remembered");
    }
    out->is_remembered = true;
    out->remembered_count = g->seen_count;
    for (size_t i = 0; i < g->count; i++)
        out->unshown_count +=
            g->checkpoints[i].source == ZKL_HISTORY_REMEMBERED && !g->checkpoints[i].is_shown;
    return ZKL_OK;
}

/* ---- The comparison */

/* What people are told of a pair that cannot be of one log. */
static zkl_status fail_forked(const gathered *g, const zkl_history *history, zkl_error *err)
{
    const zkl_history_checkpoint *a = &g->checkpoints[history->fork[0]],
                                 *b = &g->checkpoints[history->fork[1]];
    return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_HISTORY,
                          "the log is forked: '%.200s' (%llu entries) and '%.200s' (%llu entries) "
                          "are of two histories, and both are signed",
                          a->name, (unsigned long long)a->size, b->name,
                          (unsigned long long)b->size);
}

/* Which proof would show it: of the unshown one and the largest other, since one of all has to go
 * on from each. */
static zkl_status hint_at_proof(const gathered *g, size_t asked, size_t unshown, zkl_error *err)
{
    const uint64_t size = g->checkpoints[unshown].size;
    uint64_t largest = 0;
    char value[64];
    for (size_t i = 0; i < asked; i++)
        if (g->checkpoints[i].size != size && g->checkpoints[i].size > largest)
            largest = g->checkpoints[i].size;
    if (!largest)
        return ZKL_UNCHECKED;
    snprintf(value, sizeof value, "%llu to %llu",
             (unsigned long long)(largest < size ? largest : size),
             (unsigned long long)(largest < size ? size : largest));
    return zkl_hint_add(err, ZKL_UNCHECKED, ZKL_HINT_SHOW_ONE_HISTORY, value);
}

static zkl_status fail_not_shown(const gathered *g, size_t asked, zkl_error *err)
{
    for (size_t i = 0; i < asked; i++) {
        if (g->checkpoints[i].is_shown)
            continue;
        zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_HISTORY,
                       "what is given as evidence does not show that '%.200s' (%llu entries) is of "
                       "one history with the others",
                       g->checkpoints[i].name, (unsigned long long)g->checkpoints[i].size);
        return hint_at_proof(g, asked, i, err);
    }
    return zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_HISTORY, "one history was not shown");
}

static zkl_status compare(bool *is_one, gathered *g, size_t asked, zkl_error *err)
{
    zkl_history history;
    zkl_history_state *states = ZKL_ARENA_NEW(g->arena, zkl_history_state, g->count);
    if (!states)
        return zkl_no_memory(err, g->count * sizeof *states);
    for (size_t i = 0; i < g->count; i++)
        states[i] = (zkl_history_state){ .size = g->checkpoints[i].size,
                                         .root = g->checkpoints[i].root,
                                         .is_signed = g->checkpoints[i].is_signed };
    ZKL_TRY(zkl_history_compare(&history, g->arena, states, g->count, asked, g->proofs,
                                g->proof_count, err));
    if (history.is_forked)
        return fail_forked(g, &history, err);
    for (size_t i = 0; i < g->count; i++)
        g->checkpoints[i].is_shown = history.is_shown[i];
    *is_one = history.is_one;
    return ZKL_OK;
}

/* Receipts first: what they add to the trust is known when evidence is looked at. */
static zkl_status gather(zkl_history_result *out, gathered *g, zkl_ledger *ledger,
                         const zkl_history_request *request, zkl_error *err)
{
    zkl_checkpoint tiles = { 0 };
    ZKL_TRY(add_receipts(g, request, err));
    for (size_t i = 0; i < request->standing_count; i++)
        ZKL_TRY(add_standing(g, &request->standings[i], err));
    if (request->tiles)
        ZKL_TRY(add_tiles(g, request->tiles, &tiles, err));
    for (size_t i = 0; i < request->consistency_count; i++)
        ZKL_TRY(add_consistency(g, &request->consistency[i], err));
    const size_t asked = g->count;
    ZKL_TRY(add_seen(g, err));
    if (tiles.size) {
        const zkl_tiles folder = { .folder = request->tiles, .size = tiles.size };
        const zkl_tree_source source = zkl_tiles_source(&folder);
        ZKL_TRY(prove_from(g, &source, tiles.size, err));
    }
    if (ledger)
        ZKL_TRY(add_ledger(g, ledger, err));
    ZKL_TRY(compare(&out->is_one, g, asked, err));
    if (!out->is_one && (request->tiles || request->consistency_count || ledger))
        return fail_not_shown(g, asked, err);
    ZKL_TRY(remember(out, g, request, err));
    out->checkpoints = g->checkpoints;
    out->checkpoint_count = g->count;
    out->receipt_count = request->receipt_count;
    out->ledger = g->trusts[0]->ledger;
    out->origin = zkl_arena_text(&out->memory, g->trusts[0]->first_log_key.name,
                                 strlen(g->trusts[0]->first_log_key.name));
    return out->origin ? ZKL_OK : zkl_no_memory(err, 0);
}

static zkl_status verify_history(zkl_history_result *out, const zkl_trust *trust,
                                 zkl_ledger *ledger, const zkl_history_request *request,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    gathered g = { .memory = &out->memory, .arena = &arena };
    const size_t word_count = request->receipt_count + request->standing_count;
    if (request->remember) {
        ZKL_TRY(zkl_seen_list(&g.seen, &g.seen_count, &arena, request->memory_folder,
                              &trust->ledger, err));
        g.fresh = ZKL_ARENA_NEW(&arena, zkl_remembered, word_count);
        if (!g.fresh)
            return zkl_no_memory(err, word_count * sizeof *g.fresh);
    }
    /* A tiles folder and the ledger, and two of each file. */
    g.room = word_count + 2 + 2 * request->consistency_count + g.seen_count;
    g.proof_room = 2 * g.room + request->consistency_count;
    g.checkpoints = ZKL_ARENA_NEW(g.memory, zkl_history_checkpoint, g.room);
    g.proofs = ZKL_ARENA_NEW(g.arena, zkl_history_proof, g.proof_room);
    g.trusts = ZKL_ARENA_NEW(g.arena, const zkl_trust *, 1 + request->receipt_count);
    if (!g.checkpoints || !g.proofs || !g.trusts)
        return zkl_no_memory(err, g.room * sizeof *g.checkpoints);
    g.trusts[g.trust_count++] = trust;
    return gather(out, &g, ledger, request, err);
}

zkl_status zkl_verify_history(zkl_history_result *out, zkl_ledger *handle,
                              const zkl_history_request *request, const zkl_env *env,
                              zkl_error *err)
{
    service_trusted trusted = { 0 };
    *out = (zkl_history_result){ 0 };
    if (!request->receipt_count)
        return zkl_fail(err, ZKL_USAGE, "no receipt is given: there is nothing to compare");
    if (request->remember && !request->trust.size)
        return zkl_fail(err, ZKL_USAGE,
                        "what is verified by a trust file is remembered; a ledger remembers by "
                        "itself");
    if (request->receipt_count + request->standing_count + 2 * request->consistency_count >
        ZKL_HISTORY_STATES_MAX - 2 - ZKL_SEEN_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d checkpoints to compare",
                        ZKL_HISTORY_STATES_MAX - 2 - ZKL_SEEN_MAX);
    zkl_status status = service_trusted_take(&trusted, request->trust, handle, env, err);
    if (status == ZKL_OK)
        status = verify_history(out, trusted.trust, trusted.ledger, request, err);
    service_trusted_clear(&trusted);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_history_result){ 0 };
    }
    return status;
}
