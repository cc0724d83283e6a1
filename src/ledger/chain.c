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
 *  5. Proofs are verified of several entries at once, by the workers of the pool. What comes of the
 *     entries is told in their order all the same, so it does not depend on how many workers there
 *     are. */
#include "ledger/chain.h"

#include <string.h>

#include "verify/contents.h"
#include "verify/key_rules.h"
#include "ledger/entry_export.h"
#include "ledger/ledger_internal.h"

#define CHECKPOINT_PREFIX "log/checkpoint/" /* docs/formats/log.md */

/* The keys are walked again from the first log key; nothing of the stored trust is used but to be
 * compared at the end. */

/* How many entries wait until their proofs are verified. Each has its proofs and its manifest in
 * memory. */
#define WAITING_MAX 64

/* An entry that was walked: everything but its proofs is checked. */
typedef struct waiting_entry {
    uint64_t index;
    zkl_digest leaf;
    /* Of all that was checked; then of the proofs. */
    zkl_status status;
    zkl_error fault;
    bool has_proofs;
    zkl_arena memory; /* of the content */
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
    waiting_entry *waiting;  /* WAITING_MAX */
    size_t waiting_count;
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
    ZKL_TRY(zkl_trust_check(&t, err));
    ZKL_TRY(zkl_trust_copy(&room, &w->arena, &t, 0, err));
    ZKL_ASSERT(room.log_key_count == 1 && room.signer_count == 0);
    w->trust = room;
    return ZKL_OK;
}

/* Manifest: form, and what it says of the ledger. Its parents were notarised before. */
static zkl_status check_manifest(chain_walk *w, const zkl_entry_data *data, uint64_t index,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes bytes;
    zkl_manifest manifest;
    ZKL_TRY(zkl_ledger_blob(w->ledger, &bytes, &arena, &data->manifest_sha256, err));
    ZKL_TRY(zkl_manifest_parse(&manifest, &arena, bytes, err));
    if (!zkl_digest_equal(&manifest.powers_hash, &w->ledger->powers_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "the manifest is under other powers of tau than this ledger's");
    for (size_t i = 0; i < manifest.parent_count; i++) {
        uint64_t *about;
        size_t count;
        ZKL_TRY(
            zkl_ledger_entries_about(w->ledger, &about, &count, &arena, &manifest.parents[i], err));
        if (!count || about[0] >= index)
            return zkl_fail(err, ZKL_REJECTED,
                            "parent %zu of the manifest was not notarised before", i);
    }
    w->report->blob_count += 1 + 2 * data->statement_count;
    return ZKL_OK;
}

/* Invariant 2. The order matters: what a signature does not cover is not read further. Proofs are
 * read into *out, as a receipt would carry them, and are not verified yet. */
static zkl_status check_entry(chain_walk *w, waiting_entry *out, zkl_bytes envelope, zkl_error *err)
{
    const uint64_t index = out->index;
    ZKL_ASSERT(index == w->next); /* in order, so the trust is that of the index */
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_chain_options *o = w->options;
    const bool in_span = index >= o->from && (!o->to || index < o->to);
    zkl_entry e;
    zkl_dsse dsse;
    zkl_trust next;
    ZKL_TRY(zkl_entry_open(&e, &dsse, &arena, envelope, err));
    ZKL_TRY(zkl_entry_check_signatures(&e, &dsse, &w->trust, index, NULL, err));
    ZKL_TRY(zkl_ledger_check_references(w->ledger, &e, index, err));
    ZKL_TRY(zkl_ledger_check_indexes(w->ledger, &w->counts, &e, index, &out->leaf, err));
    w->report->dataset_count = w->counts.of[ZKL_INDEX_VERSION];
    if (zkl_entry_facts_of(e.kind)->effect != ZKL_KEYS_STAY) {
        ZKL_TRY(zkl_trust_copy(&next, &w->arena, &w->trust, 1, err));
        ZKL_TRY(zkl_trust_apply(&next, &e, index, err));
        w->trust = next;
    }
    const zkl_entry_data *data = zkl_entry_as_data(&e);
    if (!data)
        return ZKL_OK;
    if (in_span)
        ZKL_TRY(check_manifest(w, data, index, err));
    if (!in_span || !o->proofs ||
        (o->judge && o->judge->skips_proofs(o->judge->context, index, &e, &out->leaf)))
        return ZKL_OK;
    ZKL_TRY(zkl_ledger_load_content(w->ledger, &out->content, &out->memory, index, err));
    out->has_proofs = true;
    w->waiting_proofs++;
    return ZKL_OK;
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

/* Verify the proofs of those that wait, and tell of all of them in their order. */
static zkl_status settle_waiting(chain_walk *w, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    ZKL_ASSERT(w->waiting_count <= WAITING_MAX);
    if (w->waiting_proofs)
        status = verify_proofs(w, err);
    for (size_t i = 0; i < w->waiting_count; i++) {
        if (status == ZKL_OK)
            status = settle_entry(w, &w->waiting[i], err);
        zkl_arena_clear(&w->waiting[i].memory);
    }
    w->waiting_count = w->waiting_proofs = 0;
    return status;
}

/* With a judge the walk goes on behind an entry that fails; else it ends there, once those before
 * it are known to hold. */
static zkl_status visit_entry(void *context, uint64_t index, zkl_bytes envelope, bool *stop,
                              zkl_error *err)
{
    chain_walk *w = context;
    (void)stop;
    ZKL_TRY(zkl_env_progress(w->ledger->env, "verify-chain", index, zkl_log_size(&w->ledger->log),
                             err));
    waiting_entry *e = &w->waiting[w->waiting_count++];
    *e = (waiting_entry){ .index = index };
    zkl_rfc6962_leaf(&e->leaf, envelope);
    e->status = check_entry(w, e, envelope, &e->fault);
    w->next++;
    return w->waiting_count == WAITING_MAX ||
                   (e->status != ZKL_OK && (!w->options->judge || is_outside(e->status)))
               ? settle_waiting(w, err)
               : ZKL_OK;
}

/* The root was recomputed by the caller (log/log_recompute.c); here the signature, by the log key
 * that counts at the last entry. */
static zkl_status visit_checkpoint(void *context, uint64_t number, const zkl_checkpoint *checkpoint,
                                   zkl_error *err)
{
    chain_walk *w = context;
    w->report->checkpoint_count++;
    if (!checkpoint->size)
        return ZKL_OK;
    const zkl_trusted_log_key *key = zkl_trust_log_key_at(&w->trust, checkpoint->size - 1);
    if (!key)
        return zkl_fail(err, ZKL_REJECTED, "checkpoint %llu: no log key counts at its size",
                        (unsigned long long)number);
    const zkl_status status = zkl_checkpoint_verify(checkpoint, &key->key, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status == ZKL_UNCHECKED ? ZKL_REJECTED : status, "checkpoint %llu",
                        (unsigned long long)number);
    return ZKL_OK;
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

/* ---- The indexes hold nothing else. */

/* Values are compared by check_entry: here only how many keys there are. */
static zkl_status count_key(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                            zkl_error *err)
{
    uint64_t *count = context;
    (void)key;
    (void)value;
    (void)stop;
    (void)err;
    ++*count;
    return ZKL_OK;
}

/* check_entry has seen that every entry's key is there. With as many keys as entries there is no
 * other. */
static zkl_status check_index_size(chain_walk *w, const char *prefix, uint64_t want, zkl_error *err)
{
    ZKL_ASSERT(prefix[strlen(prefix) - 1] == '/'); /* else it would count another index too */
    uint64_t count = 0;
    ZKL_TRY(
        zkl_store_scan_prefix(w->ledger->store, zkl_bytes_of_text(prefix), count_key, &count, err));
    if (count != want)
        return zkl_fail(err, ZKL_REJECTED, "the store's index '%s' has %llu entries, the log %llu",
                        prefix, (unsigned long long)count, (unsigned long long)want);
    return ZKL_OK;
}

/* `last` names a version that is there and has none behind it. Its names are counted against first
 * versions. */
static zkl_status check_latest(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                               zkl_error *err)
{
    chain_walk *w = context;
    const size_t prefix = strlen(ZKL_STORE_PREFIX_LAST);
    bool has, more;
    (void)stop;
    if (value.size != 4 || key.size <= prefix || key.size > prefix + ZKL_DATASET_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_REJECTED, "the store's index of latest versions is damaged");
    const zkl_bytes name = zkl_bytes_of(key.data + prefix, key.size - prefix);
    const uint32_t latest = (uint32_t)value.data[0] << 24 | (uint32_t)value.data[1] << 16 |
                            (uint32_t)value.data[2] << 8 | value.data[3];
    const zkl_store_key last = zkl_store_key_name(name, latest),
                        next = zkl_store_key_name(name, latest + 1);
    ZKL_TRY(zkl_store_has(w->ledger->store, &has, zkl_store_key_bytes(&last), err));
    ZKL_TRY(zkl_store_has(w->ledger->store, &more, zkl_store_key_bytes(&next), err));
    if (!has || more)
        return zkl_fail(err, ZKL_REJECTED, "the store's latest version of '%.*s' is wrong",
                        (int)name.size, (const char *)name.data);
    return ZKL_OK;
}

/* The record as bytes: one form, so equal bytes are equal keys, spans and choices. */
static zkl_status check_trust(chain_walk *w, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) want = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) have = { 0 };
    ZKL_TRY(zkl_trust_encode(&want, &w->trust, err));
    ZKL_TRY(zkl_trust_encode(&have, &w->ledger->trust, err));
    if (!zkl_bytes_equal(zkl_buffer_bytes(&want), zkl_buffer_bytes(&have)))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's record of keys is not what the log's entries say");
    return ZKL_OK;
}

/* Witnesses and the like are the owner's choice, which his signature on the record binds. That a
 * circuit's key is of a ceremony the log has to say as well: a set-up entry names it, and does not
 * call it development. */
static zkl_status check_pinned_circuits(chain_walk *w, zkl_error *err)
{
    for (size_t i = 0; i < w->trust.circuit_count; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_entry entry;
        uint64_t index;
        const zkl_circuit_id *circuit = &w->trust.circuits[i];
        const zkl_status status = zkl_ledger_setup_index(w->ledger, &index, circuit, err);
        if (status == ZKL_NOT_FOUND)
            return zkl_fail(err, ZKL_REJECTED,
                            "the store's record pins a key of circuit %s that no entry names",
                            circuit->name);
        ZKL_TRY(status);
        ZKL_TRY(zkl_ledger_entry_with(w->ledger, &entry, &arena, index, ZKL_FIELDS_SETUP, err));
        if (!entry.setup.is_ceremony)
            return zkl_fail(err, ZKL_REJECTED,
                            "the store's record pins the key of circuit %s, which entry %llu calls "
                            "a development one",
                            circuit->name, (unsigned long long)index);
    }
    return ZKL_OK;
}

/* Entries and checkpoints first, since all that follows counts what they said. */
static zkl_status walk_chain(chain_walk *w, zkl_error *err)
{
    /* 1. From the first key on, in order: invariants 1 and 2. */
    ZKL_TRY(start_trust(w, err));
    ZKL_TRY(walk_entries(w, err));
    /* What follows counts what good entries said. */
    if (w->has_failed)
        return zkl_fail_as(err, ZKL_REJECTED, &w->first_fault);
    /* 2. The indexes hold what was counted, and no more. A fault from here on is of no entry. */
    w->report->bad_index = w->report->entry_count;
    ZKL_TRY(check_index_size(w, ZKL_STORE_PREFIX_RECEIPT, w->report->entry_count, err));
    ZKL_TRY(check_index_size(w, ZKL_STORE_PREFIX_NAME, w->counts.of[ZKL_INDEX_VERSION], err));
    ZKL_TRY(check_index_size(w, ZKL_STORE_PREFIX_ABOUT, w->counts.of[ZKL_INDEX_DATASET], err));
    ZKL_TRY(check_index_size(w, ZKL_STORE_PREFIX_SETUP, w->counts.of[ZKL_INDEX_CIRCUIT_KEY], err));
    ZKL_TRY(check_index_size(w, ZKL_STORE_PREFIX_SEGMENT, w->counts.of[ZKL_INDEX_SEGMENT], err));
    ZKL_TRY(check_index_size(w, ZKL_STORE_PREFIX_LAST, w->counts.names, err));
    ZKL_TRY(check_index_size(w, CHECKPOINT_PREFIX, w->report->checkpoint_count, err));
    ZKL_TRY(zkl_store_scan_prefix(w->ledger->store, zkl_bytes_of_text(ZKL_STORE_PREFIX_LAST),
                                  check_latest, w, err));
    /* 3. What the store says of keys is what the entries made of them. */
    ZKL_TRY(check_trust(w, err));
    ZKL_TRY(check_pinned_circuits(w, err));
    ZKL_ASSERT(w->counts.names <= w->counts.of[ZKL_INDEX_VERSION]);
    w->report->bad_index = 0;
    return ZKL_OK;
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
    ledger->is_walked = true;
    zkl_status status = walk_chain(&walk, err);
    ledger->is_walked = false;
    for (size_t i = 0; i < walk.waiting_count; i++) /* where the walk was cut off */
        zkl_arena_clear(&walk.waiting[i].memory);
    zkl_free(walk.waiting);
    zkl_arena_clear(&walk.arena);
    ZKL_TRY(status);
    /* 4. The checkpoint that was published, and the one that this user remembers. */
    status = zkl_ledger_check_head(ledger, err); /* all that is there is right; is all there? */
    if (status != ZKL_CONFLICT)
        return status;
    report->bad_index = report->entry_count;
    return zkl_wrap(err, ZKL_REJECTED, "the log ends too early, or differently");
}

void zkl_ledger_use_leaves(zkl_ledger *ledger, const zkl_digest *leaves, uint64_t count)
{
    ZKL_ASSERT(leaves || !count);
    ZKL_ASSERT(count <= zkl_log_size(&ledger->log));
    ledger->leaves = leaves;
    ledger->leaf_count = count;
}
