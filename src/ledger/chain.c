/* verify-chain: the whole log from its first entry, by nothing that the store says of itself.
 *
 *  1. Entries are walked in order. Keys begin with the first log key, which the ledger's id is made
 *     of, and grow as the entries say.
 *  2. Of each entry: signatures by the keys that count, references, and its keys in the indexes.
 *     Within the asked span also its manifest, and its proofs when asked.
 *  3. At the end: every checkpoint's root and signature, the number of keys in each index, the
 *     latest versions, the trust record.
 *  4. Whatever is missing or unknown is false, for it is our own log. Only what lies outside it
 *     (memory, the disk, Ctrl-C) is another failure.
 *  5. Entries, checkpoints and proofs are checked several at once, by the workers of the pool.
 *     What comes of them is told in their order all the same, so it does not depend on how many
 *     workers there are. Keys change between two entries alone: those behind a key entry wait
 *     until it was checked.
 *  6. What many entries rest on alike is looked up once (ledger/confirmed.h).
 *  7. Of entries that were verified before (ledger/chain_known.h) the bytes are read and hashed, so
 *     that they are those of then, and no more: the tree is recomputed from them, and its root at
 *     their number is the one of then. */
#include "ledger/chain.h"

#include <stdio.h>
#include <string.h>

#include "hash/hash.h"
#include "verify/contents.h"
#include "verify/key_rules.h"
#include "ledger/chain_internal.h"
#include "ledger/confirmed.h"
#include "ledger/entry_export.h"

/* The keys are walked again from the first log key; nothing of the stored trust is used but to be
 * compared at the end. */

/* How many entries and checkpoints wait until they are checked together. Each has its proofs and
 * its manifest in memory. */
#define WAITING_MAX 64

/* An entry whose bytes are those that were logged, or a checkpoint whose root is the tree's. */
typedef struct waiting_entry {
    uint64_t index; /* of a checkpoint: its number */
    bool is_checkpoint;
    bool changes_keys;
    zkl_bytes bytes; /* the envelope, or the note */
    zkl_digest leaf;
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_checkpoint checkpoint;
    zkl_index_counts counts; /* its keys in the indexes */
    uint64_t blob_count;
    /* Of all that was checked; then of the proofs. */
    zkl_status status;
    zkl_error fault;
    bool has_proofs;
    zkl_arena memory; /* of all of it */
    zkl_loaded_content content;
    size_t proof_count; /* verified */
} waiting_entry;

typedef struct chain_walk {
    zkl_ledger *ledger;
    const zkl_chain_options *options;
    zkl_chain_report *report;
    zkl_arena arena; /* the trust as it grows */
    zkl_trust trust;
    zkl_index_counts counts; /* what the indexes must hold */
    uint64_t next;           /* index of the entry to be walked next */
    zkl_chain_known then;    /* what was verified before; size 0: nothing was */
    zkl_chain_known known;   /* what need not be verified again: that, or nothing */
    zkl_sha256_state notes;  /* of the checkpoints that were walked */
    zkl_digest indexes;      /* with remember: as they were found to hold */
    waiting_entry *waiting;  /* WAITING_MAX */
    size_t waiting_count;
    size_t run_start;      /* the first of those that are checked by one trust */
    size_t waiting_proofs; /* of these entries have proofs */
    bool has_failed;       /* with a judge: an entry did */
    bool is_ended;         /* without one: by an entry that fails, which the report names */
    zkl_error first_fault;
} chain_walk;

/* The trust before the first entry: one log key, no signer. The owner's choices (witnesses,
 * circuits, whether development is accepted) come from the record: no entry says them, and the
 * record is signed. */
static zkl_status start_trust(chain_walk *w, zkl_error *err)
{
    zkl_bytes text;
    zkl_trust t = { .powers_hash = w->ledger->powers_hash,
                    .powers_of_ceremony = w->ledger->trust.powers_of_ceremony,
                    .development = w->ledger->trust.development };
    zkl_trust room;
    ZKL_TRY(zkl_ledger_get_own(w->ledger, &text, ZKL_STORE_KEY_FIRST_KEY, err));
    ZKL_TRY(zkl_verifier_key_parse(&t.first_log_key, text, err));
    zkl_trusted_log_key first = { .key = t.first_log_key, .from = 0, .until = ZKL_TRUST_OPEN };
    t.log_keys = &first;
    t.log_key_count = 1;
    /* witnesses and circuits are a choice, not a fact of the log */
    t.witnesses = w->ledger->trust.witnesses;
    t.witness_count = w->ledger->trust.witness_count;
    t.quorum = w->ledger->trust.quorum;
    t.has_ceremony = w->ledger->trust.has_ceremony;
    t.ceremony = w->ledger->trust.ceremony;
    t.parties = w->ledger->trust.parties;
    t.party_count = w->ledger->trust.party_count;
    t.circuits = w->ledger->trust.circuits;
    t.circuit_count = w->ledger->trust.circuit_count;
    if (w->known.size)
        ZKL_TRY(zkl_chain_known_keys(&t, &w->arena, &w->known, err));
    ZKL_TRY(zkl_trust_check(&t, err));
    ZKL_TRY(zkl_trust_copy(&room, &w->arena, &t, 0, err));
    ZKL_ASSERT(w->known.size || (room.log_key_count == 1 && room.signer_count == 0));
    w->trust = room;
    return ZKL_OK;
}

static zkl_status check_manifest_bytes(chain_walk *w, const zkl_digest *sha256, uint64_t index,
                                       zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes bytes;
    zkl_manifest manifest;
    ZKL_TRY(zkl_ledger_blob(w->ledger, &bytes, &arena, sha256, err));
    ZKL_TRY(zkl_manifest_parse(&manifest, &arena, bytes, err));
    if (!zkl_digest_equal(&manifest.powers_hash, &w->ledger->powers_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "the manifest is under other powers of tau than this ledger's");
    for (size_t i = 0; i < manifest.parent_count; i++) {
        uint64_t first;
        const zkl_status status =
            zkl_ledger_first_about(w->ledger, &first, &manifest.parents[i], err);
        if (status == ZKL_NOT_FOUND || (status == ZKL_OK && first >= index))
            return zkl_fail(err, ZKL_REJECTED,
                            "parent %zu of the manifest was not notarised before", i);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

/* Manifest: form, and what it says of the ledger. Its parents were notarised before. All entries
 * about a dataset name one. */
static zkl_status check_manifest(chain_walk *w, waiting_entry *e, const zkl_entry_data *data,
                                 zkl_error *err)
{
    zkl_digest what;
    e->blob_count = 1 + 2 * data->statement_count;
    zkl_confirmed_name(&what, ZKL_CONFIRMED_MANIFEST, &data->manifest_sha256);
    if (zkl_confirmed_has(w->ledger->confirmed, &what, e->index))
        return ZKL_OK;
    ZKL_TRY(check_manifest_bytes(w, &data->manifest_sha256, e->index, err));
    zkl_confirmed_add(w->ledger->confirmed, &what, e->index);
    return ZKL_OK;
}

static bool is_in_span(const chain_walk *w, uint64_t index)
{
    return index >= w->options->from && (!w->options->to || index < w->options->to);
}

/* By the log key that counts at its last entry. The root was recomputed (log/log_recompute.c). */
static zkl_status check_checkpoint(const chain_walk *w, const waiting_entry *e, zkl_error *err)
{
    const zkl_checkpoint *const checkpoint = &e->checkpoint;
    if (!checkpoint->size)
        return ZKL_OK;
    const zkl_trusted_log_key *key = zkl_trust_log_key_at(&w->trust, checkpoint->size - 1);
    if (!key)
        return zkl_fail(err, ZKL_REJECTED, "checkpoint %llu: no log key counts at its size",
                        (unsigned long long)e->index);
    const zkl_status status = zkl_checkpoint_verify(checkpoint, &key->key, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status == ZKL_UNCHECKED ? ZKL_REJECTED : status, "checkpoint %llu",
                        (unsigned long long)e->index);
    return ZKL_OK;
}

/* Invariant 2, but for proofs. The order matters: what a signature does not cover is not read
 * further. */
static zkl_status check_entry(chain_walk *w, waiting_entry *e, zkl_error *err)
{
    ZKL_TRY(zkl_entry_check_signatures(&e->entry, &e->dsse, &w->trust, e->index, NULL, err));
    ZKL_TRY(zkl_ledger_check_references(w->ledger, &e->entry, e->index, err));
    ZKL_TRY(zkl_ledger_check_indexes(w->ledger, &e->counts, &e->entry, e->index, &e->leaf, err));
    const zkl_entry_data *const data = zkl_entry_as_data(&e->entry);
    return data && is_in_span(w, e->index) ? check_manifest(w, e, data, err) : ZKL_OK;
}

/* ---- Of those that wait: a worker has one for itself. Nothing is shared but what nobody changes,
 * and what was confirmed. */

static void open_one(void *context, size_t at, size_t worker)
{
    waiting_entry *e = &((chain_walk *)context)->waiting[at];
    (void)worker;
    e->status = e->is_checkpoint
                    ? zkl_checkpoint_parse(&e->checkpoint, &e->memory, e->bytes, &e->fault)
                    : zkl_entry_open(&e->entry, &e->dsse, &e->memory, e->bytes, &e->fault);
    e->changes_keys = !e->is_checkpoint && e->status == ZKL_OK &&
                      zkl_entry_facts_of(e->entry.kind)->effect != ZKL_KEYS_STAY;
}

static void check_one(void *context, size_t at, size_t worker)
{
    chain_walk *w = context;
    waiting_entry *e = &w->waiting[w->run_start + at];
    (void)worker;
    if (e->status == ZKL_OK)
        e->status =
            e->is_checkpoint ? check_checkpoint(w, e, &e->fault) : check_entry(w, e, &e->fault);
}

/* A key entry that was checked: from the next entry on its keys count. */
static zkl_status change_keys(chain_walk *w, const waiting_entry *e, zkl_error *err)
{
    zkl_trust next;
    ZKL_TRY(zkl_trust_copy(&next, &w->arena, &w->trust, 1, err));
    ZKL_TRY(zkl_trust_apply(&next, &e->entry, e->index, err));
    w->trust = next;
    return ZKL_OK;
}

/* Invariant 5: runs that end with a key entry, each by one trust. */
static void check_runs(chain_walk *w)
{
    size_t end;
    for (w->run_start = 0; w->run_start < w->waiting_count; w->run_start = end) {
        end = w->run_start;
        while (end < w->waiting_count && !w->waiting[end++].changes_keys)
            ;
        zkl_pool_run(w->ledger->env->pool, end - w->run_start, check_one, w);
        waiting_entry *const last = &w->waiting[end - 1];
        if (last->changes_keys && last->status == ZKL_OK)
            last->status = change_keys(w, last, &last->fault);
    }
}

/* Proofs are read, as a receipt would carry them, of those entries of the span of which all else
 * holds. They are verified later. */
static zkl_status load_proofs(chain_walk *w, waiting_entry *e, zkl_error *err)
{
    const zkl_chain_options *o = w->options;
    if (e->is_checkpoint || !o->proofs || !is_in_span(w, e->index) || !zkl_entry_as_data(&e->entry))
        return ZKL_OK;
    if (o->judge && o->judge->skips_proofs(o->judge->context, e->index, &e->entry, &e->leaf))
        return ZKL_OK;
    ZKL_TRY(zkl_ledger_load_content(w->ledger, &e->content, &e->memory, e->index, err));
    e->has_proofs = true;
    w->waiting_proofs++;
    return ZKL_OK;
}

/* All of those that wait but their proofs. Without a judge nobody asks what stands behind the first
 * that fails. */
static void check_waiting(chain_walk *w)
{
    zkl_pool_run(w->ledger->env->pool, w->waiting_count, open_one, w);
    check_runs(w);
    for (size_t i = 0; i < w->waiting_count; i++) {
        waiting_entry *const e = &w->waiting[i];
        if (e->status == ZKL_OK)
            e->status = load_proofs(w, e, &e->fault);
        if (e->status != ZKL_OK && !w->options->judge)
            return;
    }
}

/* What cannot be read, is missing, or unknown is as false as a wrong signature: this is our own
 * log. Only these lie outside it. */
static bool is_outside(zkl_status status)
{
    return status == ZKL_NO_MEMORY || status == ZKL_IO || status == ZKL_CANCELLED;
}

/* The judge hears of each entry, and the first fault is kept for the end. */
static void judge_entry(chain_walk *w, const waiting_entry *e)
{
    const zkl_chain_judge *judge = w->options->judge;
    judge->judged(judge->context, e->index, &e->leaf, e->status == ZKL_OK ? NULL : &e->fault,
                  e->proof_count);
    if (e->status != ZKL_OK && !w->has_failed) {
        w->has_failed = true;
        w->report->bad_index = e->index;
        w->first_fault = e->fault;
        zkl_wrap(&w->first_fault, ZKL_REJECTED, "entry %llu", (unsigned long long)e->index);
    }
}

/* bad_index is set only where an entry is at fault, so that the report names the first one. */
static zkl_status settle_entry(chain_walk *w, const waiting_entry *e, zkl_error *err)
{
    ZKL_ASSERT(w->report->entry_count == e->index); /* in order, without a gap */
    if (is_outside(e->status) && w->options->judge)
        return zkl_fail_as(err, e->status, &e->fault);
    for (size_t i = 0; i < ZKL_INDEX_KIND_COUNT; i++)
        w->counts.of[i] += e->counts.of[i];
    w->counts.names += e->counts.names;
    w->report->dataset_count = w->counts.of[ZKL_INDEX_VERSION];
    w->report->blob_count += e->blob_count;
    w->report->proof_count += e->proof_count;
    if (w->options->judge) {
        judge_entry(w, e);
    } else if (e->status != ZKL_OK) {
        w->is_ended = true;
        w->report->bad_index = e->index;
        (void)zkl_fail_as(err, e->status, &e->fault);
        return zkl_wrap(err, is_outside(e->status) ? e->status : ZKL_REJECTED, "entry %llu",
                        (unsigned long long)e->index);
    }
    w->report->entry_count++;
    return ZKL_OK;
}

/* One that fails ends the walk, also with a judge: what he hears of are entries. The last entry
 * that it covers is the bad one. */
static zkl_status settle_checkpoint(chain_walk *w, const waiting_entry *e, zkl_error *err)
{
    ZKL_ASSERT(e->is_checkpoint);
    w->report->checkpoint_count++;
    if (e->status == ZKL_OK)
        return ZKL_OK;
    w->is_ended = true;
    w->report->bad_index = w->report->entry_count ? w->report->entry_count - 1 : 0;
    return zkl_fail_as(err, e->status, &e->fault);
}

/* Proofs of those that wait, through the verifier that strangers run, with one product of pairings
 * for all. What is said of each is what it is by itself. */
static zkl_status verify_proofs(chain_walk *w, zkl_error *err)
{
    const zkl_content_pins pins = { &w->trust.ledger, &w->ledger->powers_hash };
    zkl_judged_content judged[WAITING_MAX];
    waiting_entry *of[WAITING_MAX];
    size_t count = 0;
    for (size_t i = 0; i < w->waiting_count; i++) {
        waiting_entry *e = &w->waiting[i];
        if (!e->has_proofs || e->status != ZKL_OK)
            continue;
        judged[count] = (zkl_judged_content){ .content = &e->content.content };
        of[count++] = e;
    }
    ZKL_TRY(zkl_contents_verify(judged, count, &pins, w->ledger->env, err));
    for (size_t i = 0; i < count; i++) {
        of[i]->status = judged[i].status;
        of[i]->fault = judged[i].fault;
        of[i]->proof_count = judged[i].statement_count;
    }
    return ZKL_OK;
}

/* Check those that wait, verify their proofs, and tell of all of them in their order. */
static zkl_status settle_waiting(chain_walk *w, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    ZKL_ASSERT(w->waiting_count <= WAITING_MAX);
    check_waiting(w);
    if (w->waiting_proofs)
        status = verify_proofs(w, err);
    for (size_t i = 0; i < w->waiting_count; i++) {
        if (status == ZKL_OK)
            status = w->waiting[i].is_checkpoint ? settle_checkpoint(w, &w->waiting[i], err)
                                                 : settle_entry(w, &w->waiting[i], err);
        zkl_arena_clear(&w->waiting[i].memory);
    }
    w->waiting_count = w->waiting_proofs = 0;
    return status;
}

/* With a judge the walk goes on behind an entry that fails; else it ends with those that wait
 * beside it. */
static zkl_status wait_for_more(chain_walk *w, zkl_bytes bytes, bool is_checkpoint, uint64_t index,
                                zkl_error *err)
{
    waiting_entry *e = &w->waiting[w->waiting_count++];
    *e = (waiting_entry){ .index = index, .is_checkpoint = is_checkpoint };
    const void *copy = zkl_arena_copy(&e->memory, bytes.data, bytes.size);
    if (!copy)
        return zkl_no_memory(err, bytes.size);
    e->bytes = zkl_bytes_of(copy, bytes.size);
    if (!is_checkpoint)
        zkl_rfc6962_leaf(&e->leaf, e->bytes);
    return w->waiting_count == WAITING_MAX ? settle_waiting(w, err) : ZKL_OK;
}

static zkl_status visit_entry(void *context, uint64_t index, zkl_bytes envelope, bool *stop,
                              zkl_error *err)
{
    chain_walk *w = context;
    (void)stop;
    ZKL_TRY(zkl_env_progress(w->ledger->env, "verify-chain", index, zkl_log_size(&w->ledger->log),
                             err));
    ZKL_ASSERT(index == w->next); /* in order, so the trust is that of the index */
    w->next++;
    if (index < w->known.size) {
        w->report->entry_count = w->report->known_count = w->next;
        return ZKL_OK;
    }
    return wait_for_more(w, envelope, false, index, err);
}

/* The root was recomputed by the caller (log/log_recompute.c). */
static zkl_status visit_checkpoint(void *context, uint64_t number, zkl_bytes note,
                                   const zkl_checkpoint *checkpoint, zkl_error *err)
{
    chain_walk *w = context;
    uint8_t size[8];
    (void)checkpoint;
    zkl_be64_put(size, note.size);
    zkl_sha256_update(&w->notes, size, sizeof size);
    zkl_sha256_update(&w->notes, note.data, note.size);
    if (number >= w->known.checkpoint_count)
        return wait_for_more(w, note, true, number, err);
    w->report->checkpoint_count = w->report->known_checkpoint_count = number + 1;
    return number + 1 == w->known.checkpoint_count
               ? zkl_chain_known_check_notes(&w->known, &w->notes, err)
               : ZKL_OK;
}

/* Entries in order, and then what is left of those that wait: also where the log itself breaks,
 * since an entry before that may be at fault too. */
static zkl_status walk_entries(chain_walk *w, zkl_error *err)
{
    zkl_error fault = { 0 };
    uint64_t bad_index = 0;
    const zkl_status status =
        zkl_log_recompute(&w->ledger->log, visit_entry, visit_checkpoint, w, &bad_index, &fault);
    if (!is_outside(status))
        ZKL_TRY(settle_waiting(w, err));
    if (status == ZKL_OK)
        return ZKL_OK;
    if (!w->is_ended)
        w->report->bad_index = bad_index;
    return zkl_fail_as(err, status, &fault);
}

static zkl_status tell_progress(void *context, uint64_t index, zkl_bytes envelope, bool *stop,
                                zkl_error *err)
{
    const chain_walk *const w = context;
    (void)envelope;
    (void)stop;
    return zkl_env_progress(w->ledger->env, "verify-chain", index, zkl_log_size(&w->ledger->log),
                            err);
}

/* Before anything rests on what is known. Where the stored tree does not have its root, that tree
 * may be damaged, and not the log: the whole of it says which entry it no longer belongs to. */
static zkl_status check_known(chain_walk *w, zkl_error *err)
{
    zkl_log *const log = &w->ledger->log;
    zkl_error fault = { 0 };
    uint64_t bad_index;
    zkl_status status = zkl_chain_known_check_tree(&w->then, log, &w->report->bad_index, &fault);
    if (status == ZKL_OK || is_outside(status))
        return status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, status, &fault);
    status = zkl_log_recompute(log, tell_progress, NULL, w, &bad_index, err);
    if (status == ZKL_OK)
        return zkl_fail_as(err, ZKL_REJECTED, &fault);
    w->report->bad_index = bad_index;
    return status;
}

/* Entries and checkpoints first, since all that follows counts what they said. */
static zkl_status walk_chain(chain_walk *w, zkl_error *err)
{
    /* 1. From the first key on, in order: invariants 1 and 2. */
    ZKL_TRY(start_trust(w, err));
    if (w->then.size)
        ZKL_TRY(check_known(w, err));
    w->counts = w->known.counts;
    w->report->dataset_count = w->counts.of[ZKL_INDEX_VERSION];
    ZKL_TRY(walk_entries(w, err));
    /* What follows counts what good entries said. */
    if (w->has_failed)
        return zkl_fail_as(err, ZKL_REJECTED, &w->first_fault);
    /* 2. The indexes hold what was counted, and what the store says of keys is what the entries
     * made of them. A fault from here on is of no entry. */
    w->report->bad_index = w->report->entry_count;
    if (w->report->checkpoint_count < w->known.checkpoint_count)
        return zkl_fail(err, ZKL_REJECTED,
                        "the log has %llu checkpoints, and %llu were verified "
                        "before",
                        (unsigned long long)w->report->checkpoint_count,
                        (unsigned long long)w->known.checkpoint_count);
    ZKL_TRY(zkl_chain_check_store(w->ledger, &w->trust, &w->counts, w->report, &w->known,
                                  w->options->remember ? &w->indexes : NULL, err));
    w->report->bad_index = 0;
    return ZKL_OK;
}

/* ---- What was verified is remembered. */

/* Of a walk with proofs only what was verified with them counts. The log is the one of then all the
 * same, also where it is verified again: another history does not take its place. */
static void find_known(chain_walk *w)
{
    const zkl_chain_options *const o = w->options;
    ZKL_ASSERT(!o->remember || (!o->from && !o->to && !o->judge));
    if (o->remember)
        zkl_chain_known_load(&w->then, &w->arena, zkl_ledger_state(w->ledger),
                             zkl_ledger_own_id(w->ledger));
    if (!o->fresh && (w->then.proofs || !o->proofs))
        w->known = w->then;
    w->report->known_has_proofs = w->known.proofs;
}

/* All of it holds. A walk without proofs does not take the place of one that had them. */
static zkl_status remember(chain_walk *w, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    zkl_chain_known now = { .ledger = *zkl_ledger_own_id(w->ledger),
                            .checkpoint_count = w->report->checkpoint_count,
                            .counts = w->counts,
                            .indexes = w->indexes,
                            .proofs = w->options->proofs };
    if (w->known.proofs && !w->options->proofs)
        return ZKL_OK;
    zkl_log_head(&w->ledger->log, &now.size, &now.root);
    ZKL_ASSERT(now.size == w->report->entry_count);
    zkl_sha256_final(&w->notes, &now.checkpoints);
    ZKL_TRY(zkl_trust_encode(&trust, &w->trust, err));
    now.trust = zkl_buffer_bytes(&trust);
    ZKL_TRY(zkl_chain_known_save(&now, zkl_ledger_state(w->ledger), err));
    w->report->remembered = true;
    return ZKL_OK;
}

/* It holds all the same when it cannot be remembered. */
static void try_to_remember(chain_walk *w)
{
    zkl_error why = { 0 };
    char text[ZKL_ERROR_TEXT_BYTES + 100];
    if (remember(w, &why) == ZKL_OK)
        return;
    snprintf(text, sizeof text, "what was verified is not remembered: %s", why.text);
    zkl_notice_warn(&w->ledger->notice, text);
}

/* The walk, and then the checkpoint that was published, and the one that this user remembers. */
static zkl_status walk_and_compare(chain_walk *w, zkl_error *err)
{
    zkl_ledger *const ledger = w->ledger;
    ledger->is_walked = true;
    zkl_status status = zkl_confirmed_new(&ledger->confirmed, err);
    if (status == ZKL_OK)
        status = walk_chain(w, err);
    zkl_confirmed_free(ledger->confirmed);
    ledger->confirmed = NULL;
    ledger->is_walked = false;
    ZKL_TRY(status);
    status = zkl_ledger_check_head(ledger, err); /* all that is there is right; is all there? */
    if (status != ZKL_CONFLICT)
        return status;
    w->report->bad_index = w->report->entry_count;
    return zkl_wrap(err, ZKL_REJECTED, "the log ends too early, or differently");
}

zkl_status zkl_ledger_verify_chain(zkl_ledger *ledger, const zkl_chain_options *options,
                                   zkl_chain_report *report, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    static const zkl_chain_options all = { 0 };
    chain_walk walk = { .ledger = ledger,
                        .options = options ? options : &all,
                        .report = report,
                        .waiting = zkl_calloc(WAITING_MAX, sizeof *walk.waiting) };
    if (!walk.waiting)
        return zkl_no_memory(err, WAITING_MAX * sizeof *walk.waiting);
    *report = (zkl_chain_report){ .proofs_checked = walk.options->proofs };
    zkl_sha256_init(&walk.notes);
    find_known(&walk);
    const zkl_status status = walk_and_compare(&walk, err);
    if (status == ZKL_OK && walk.options->remember)
        try_to_remember(&walk);
    for (size_t i = 0; i < walk.waiting_count; i++) /* where the walk was cut off */
        zkl_arena_clear(&walk.waiting[i].memory);
    zkl_free(walk.waiting);
    zkl_arena_clear(&walk.arena);
    return status;
}

void zkl_ledger_use_leaves(zkl_ledger *ledger, const zkl_digest *leaves, uint64_t count)
{
    ZKL_ASSERT(leaves || !count);
    ZKL_ASSERT(count <= zkl_log_size(&ledger->log));
    ledger->leaves = leaves;
    ledger->leaf_count = count;
}
