/* From the store to what is handed out: an entry's content, a receipt, a proof for tlog clients.
 *
 *  1. Everything is of one moment of the log: a checkpoint that covers the entry, with witnesses
 *     where there are any, else the newest.
 *  2. A receipt holds what its verifier needs and nothing else: the key entries up to that
 *     checkpoint, the set-ups of the circuits used, and of a proof its notarisation.
 *  3. What is damaged in the store is not handed out: blobs are compared with their hashes,
 *     entries with the log's tree, on the way. */
#include "ledger/entry_export.h"

#include <string.h>

#include "ledger/cosigned.h"
#include "ledger/ledger_internal.h"
#include "ledger/stamps.h"
#include "proof/statement.h"

/* ---- Content of one entry */

typedef struct content_loader {
    zkl_ledger *ledger;
    zkl_arena *arena;
    zkl_error *err;
    zkl_receipt_statement *statements;
    size_t statement_count;
    zkl_receipt_key *keys;
    zkl_circuit_id *circuits;
    size_t key_count;
} content_loader;

/* The verification key of a statement's circuit, by the set-up entry that names it. Each once, in
 * the order of first use. */
static zkl_status load_key(content_loader *l, const zkl_statement *s)
{
    ZKL_ASSERT(l->key_count <= ZKL_RECEIPT_KEYS_MAX); /* the room of keys and circuits */
    zkl_circuit_id circuit = { .key_hash = s->key_hash };
    zkl_entry setup;
    zkl_bytes key;
    uint64_t index;
    for (size_t i = 0; i < l->key_count; i++)
        if (zkl_digest_equal(&l->circuits[i].key_hash, &s->key_hash))
            return ZKL_OK;
    if (l->key_count == ZKL_RECEIPT_KEYS_MAX || !zkl_circuit_name_valid(s->circuit))
        return zkl_fail(l->err, ZKL_LIMIT, "the statements use more than %d circuits",
                        ZKL_RECEIPT_KEYS_MAX);
    memcpy(circuit.name, s->circuit.data, s->circuit.size);
    ZKL_TRY(zkl_ledger_setup_index(l->ledger, &index, &circuit, l->err));
    ZKL_TRY(zkl_ledger_entry_with(l->ledger, &setup, l->arena, index, ZKL_FIELDS_SETUP, l->err));
    ZKL_TRY(zkl_ledger_blob(l->ledger, &key, l->arena, &setup.setup.key_sha256, l->err));
    l->circuits[l->key_count] = circuit;
    l->keys[l->key_count] = (zkl_receipt_key){ s->circuit, key };
    l->key_count++;
    return ZKL_OK;
}

/* A statement without its source blocks, its proof and its key. */
static zkl_status load_statement(content_loader *l, const zkl_entry_statement *ref)
{
    ZKL_AUTO_CLEAR(zkl_buffer) compact = { 0 };
    zkl_bytes bytes, proof;
    zkl_statement s;
    ZKL_TRY(zkl_ledger_blob(l->ledger, &bytes, l->arena, &ref->statement_sha256, l->err));
    ZKL_TRY(zkl_statement_parse(&s, l->arena, bytes, l->err));
    ZKL_TRY(zkl_ledger_blob(l->ledger, &proof, l->arena, &ref->proof_sha256, l->err));
    ZKL_TRY(load_key(l, &s));
    ZKL_TRY(zkl_statement_strip(&compact, bytes, l->err));
    zkl_receipt_statement *out = &l->statements[l->statement_count++];
    out->compact = zkl_bytes_of(zkl_arena_copy(l->arena, compact.data, compact.size), compact.size);
    out->proof = proof;
    return out->compact.data ? ZKL_OK : zkl_no_memory(l->err, compact.size);
}

static zkl_status load_statements(content_loader *l, const zkl_entry_data *data)
{
    for (size_t i = 0; i < data->statement_count; i++)
        ZKL_TRY(load_statement(l, &data->statements[i]));
    return ZKL_OK;
}

/* A proof rests on all that its parents say. Each is the notarisation of a dataset. */
static zkl_status load_parents(content_loader *l, zkl_loaded_content *out, zkl_bytes *manifests,
                               const zkl_entry *proof)
{
    const size_t count = proof->parent_count;
    const zkl_entry **notarised = ZKL_ARENA_NEW(l->arena, const zkl_entry *, count);
    out->notarised_indexes = ZKL_ARENA_NEW(l->arena, uint64_t, count);
    if (!notarised || !out->notarised_indexes)
        return zkl_no_memory(l->err, count * sizeof *notarised);
    for (size_t i = 0; i < count; i++) {
        zkl_entry *parent = ZKL_ARENA_NEW(l->arena, zkl_entry, 1);
        uint64_t *index = &out->notarised_indexes[i];
        if (!parent)
            return zkl_no_memory(l->err, sizeof *parent);
        ZKL_TRY(zkl_ledger_index_of(l->ledger, index, &proof->parents[i], l->err));
        ZKL_TRY(
            zkl_ledger_entry_with(l->ledger, parent, l->arena, *index, ZKL_FIELDS_DATA, l->err));
        ZKL_TRY(zkl_ledger_blob(l->ledger, &manifests[i], l->arena, &parent->data.manifest_sha256,
                                l->err));
        notarised[i] = parent;
    }
    out->content.notarised = notarised;
    out->content.notarised_count = count;
    out->content.manifest_count = count;
    return ZKL_OK;
}

/* How many statements entry and parents name. */
static size_t count_statements(const zkl_entry *entry, const zkl_content *content)
{
    size_t count = entry->data.statement_count;
    for (size_t i = 0; i < content->notarised_count; i++)
        count += content->notarised[i]->data.statement_count;
    return count;
}

/* What zkl_content_verify takes, of an entry that is logged: so a ledger is checked by the code
 * that checks receipts. */
zkl_status zkl_ledger_load_content(zkl_ledger *ledger, zkl_loaded_content *out, zkl_arena *arena,
                                   uint64_t index, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    content_loader l = { .ledger = ledger, .arena = arena, .err = err };
    zkl_loaded_content c = { .content.manifest_count = 1, .content.powers = ledger->powers };
    zkl_bytes envelope;
    zkl_dsse dsse;
    zkl_entry *entry = ZKL_ARENA_NEW(arena, zkl_entry, 1);
    zkl_bytes *manifests = ZKL_ARENA_NEW(arena, zkl_bytes, ZKL_ENTRY_PARENTS_MAX);
    l.keys = ZKL_ARENA_NEW(arena, zkl_receipt_key, ZKL_RECEIPT_KEYS_MAX);
    l.circuits = ZKL_ARENA_NEW(arena, zkl_circuit_id, ZKL_RECEIPT_KEYS_MAX);
    if (!manifests || !entry || !l.keys || !l.circuits)
        return zkl_no_memory(err, sizeof *entry);

    ZKL_TRY(zkl_ledger_envelope(ledger, &envelope, arena, index, err));
    ZKL_TRY(zkl_entry_open(entry, &dsse, arena, envelope, err));
    zkl_rfc6962_leaf(&c.leaf, envelope);
    const zkl_entry_data *data = zkl_entry_as_data(entry);
    if (!data)
        return zkl_fail(err, ZKL_USAGE, "entry %llu is about no dataset, but %s",
                        (unsigned long long)index, zkl_entry_kind_name(entry->kind));
    ZKL_TRY(zkl_ledger_blob(ledger, &manifests[0], arena, &data->manifest_sha256, err));
    if (entry->parent_count)
        ZKL_TRY(load_parents(&l, &c, manifests, entry));
    const size_t statements = count_statements(entry, &c.content);
    l.statements = ZKL_ARENA_NEW(arena, zkl_receipt_statement, statements);
    if (!l.statements)
        return zkl_no_memory(err, statements * sizeof *l.statements);
    ZKL_TRY(load_statements(&l, data));
    for (size_t i = 0; i < c.content.notarised_count; i++)
        ZKL_TRY(load_statements(&l, &c.content.notarised[i]->data));
    ZKL_ASSERT(l.statement_count == statements);
    c.entry = *entry;
    c.circuits = l.circuits;
    c.content.entry = entry;
    c.content.manifests = manifests;
    c.content.keys = l.keys;
    c.content.key_count = l.key_count;
    c.content.statements = l.statements;
    c.content.statement_count = l.statement_count;
    *out = c;
    return ZKL_OK;
}

/* ---- Under a checkpoint */

/* One that witnesses signed, if it covers the entry: it serves whoever asks for witnesses, and all
 * others too. Else the newest; between a commit and its checkpoint there is none that covers the
 * entry. */
zkl_status zkl_receipt_head_find(zkl_receipt_head *out, zkl_ledger *ledger, zkl_arena *arena,
                                 uint64_t index, zkl_error *err)
{
    zkl_cosigned_checkpoint cosigned;
    zkl_error none = { 0 };
    zkl_ledger_invariant(ledger);
    const zkl_status status = zkl_cosigned_find(&cosigned, ledger, arena, index, &none);
    if (status == ZKL_OK) {
        out->note = cosigned.note;
        return zkl_checkpoint_parse(&out->checkpoint, arena, out->note, err);
    }
    if (status != ZKL_NOT_FOUND)
        return zkl_fail(err, status, "%s", none.text);
    ZKL_TRY(zkl_log_checkpoint_within(&ledger->log, &out->note, arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&out->checkpoint, arena, out->note, err));
    if (index >= out->checkpoint.size)
        return zkl_fail(err, ZKL_NOT_FOUND, "entry %llu is not yet under a checkpoint",
                        (unsigned long long)index);
    return ZKL_OK;
}

/* An entry with its path into the tree of that checkpoint. */
static zkl_status logged_entry(zkl_ledger *ledger, zkl_logged_entry *out, zkl_arena *arena,
                               uint64_t index, uint64_t size, zkl_error *err)
{
    zkl_digest *path = ZKL_ARENA_NEW(arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
    if (!path)
        return zkl_no_memory(err, ZKL_MERKLE_PATH_MAX * sizeof *path);
    out->index = index;
    out->path = path;
    ZKL_TRY(zkl_ledger_envelope(ledger, &out->envelope, arena, index, err));
    return zkl_log_inclusion(&ledger->log, path, &out->path_count, index, size, err);
}

/* Indexes of the entries that a receipt carries besides its own: ascending, none twice. */
typedef struct index_list {
    uint64_t items[ZKL_RECEIPT_ENTRIES_MAX];
    size_t count;
} index_list;

/* Insert in order. The list is short, and a receipt with too many entries is refused, never cut. */
static zkl_status add_index(index_list *list, uint64_t own, uint64_t index, zkl_error *err)
{
    ZKL_ASSERT(list->count <= ZKL_RECEIPT_ENTRIES_MAX);
    size_t at = list->count;
    if (index == own)
        return ZKL_OK;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == index)
            return ZKL_OK;
    if (list->count == ZKL_RECEIPT_ENTRIES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the receipt needs more than %d further entries",
                        ZKL_RECEIPT_ENTRIES_MAX);
    for (; at > 0 && list->items[at - 1] > index; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = index;
    list->count++;
    ZKL_ASSERT(at == 0 || list->items[at - 1] < index);
    return ZKL_OK;
}

/* Key and revoke entries: where keys begin or end to count. Index `until - 1` of a key that ended
 * and `from - 1` of one that began. */
static zkl_status add_key_entries(zkl_ledger *ledger, index_list *list, uint64_t own, uint64_t size,
                                  zkl_error *err)
{
    const zkl_trust *t = &ledger->trust;
    for (size_t i = 0; i < t->log_key_count; i++)
        if (t->log_keys[i].from && t->log_keys[i].from <= size)
            ZKL_TRY(add_index(list, own, t->log_keys[i].from - 1, err));
    for (size_t i = 0; i < t->signer_count; i++) {
        if (t->signers[i].from <= size)
            ZKL_TRY(add_index(list, own, t->signers[i].from - 1, err));
        if (t->signers[i].until <= size)
            ZKL_TRY(add_index(list, own, t->signers[i].until - 1, err));
    }
    return ZKL_OK;
}

/* Entry, manifest, statements, proofs and keys, and the entries that they rest on, each with its
 * path (invariant 2). */
zkl_status zkl_receipt_build_under(zkl_buffer *out, zkl_ledger *ledger, uint64_t index,
                                   const zkl_receipt_head *head, zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    ZKL_ASSERT(index < head->checkpoint.size);
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_loaded_content content;
    zkl_receipt r = { 0 };
    uint64_t setup;
    index_list *list = ZKL_ARENA_NEW(&arena, index_list, 1);
    if (!list)
        return zkl_no_memory(err, sizeof *list);
    ZKL_TRY(zkl_ledger_load_content(ledger, &content, &arena, index, err));
    /* The other entries: of keys, of set-ups, and of a proof its notarisation. */
    ZKL_TRY(add_key_entries(ledger, list, index, head->checkpoint.size, err));
    for (size_t i = 0; i < content.content.key_count; i++) {
        ZKL_TRY(zkl_ledger_setup_index(ledger, &setup, &content.circuits[i], err));
        ZKL_TRY(add_index(list, index, setup, err));
    }
    for (size_t i = 0; i < content.content.notarised_count; i++)
        ZKL_TRY(add_index(list, index, content.notarised_indexes[i], err));

    zkl_logged_entry *others = ZKL_ARENA_NEW(&arena, zkl_logged_entry, list->count);
    if (!others)
        return zkl_no_memory(err, list->count * sizeof *others);
    for (size_t i = 0; i < list->count; i++)
        ZKL_TRY(
            logged_entry(ledger, &others[i], &arena, list->items[i], head->checkpoint.size, err));
    ZKL_TRY(logged_entry(ledger, &r.entry, &arena, index, head->checkpoint.size, err));
    r.manifests = content.content.manifests;
    r.manifest_count = content.content.manifest_count;
    r.powers = content.content.powers;
    r.keys = content.content.keys;
    r.key_count = content.content.key_count;
    r.statements = content.content.statements;
    r.statement_count = content.content.statement_count;
    r.others = others;
    r.other_count = list->count;
    r.checkpoint = head->note;
    zkl_stamps stamps;
    ZKL_TRY(zkl_stamps_load(&stamps, ledger, &arena, &content.leaf, err));
    r.timestamps = stamps.tokens;
    r.timestamp_count = stamps.count;
    return zkl_receipt_encode(out, &r, err);
}

zkl_status zkl_receipt_build(zkl_buffer *out, zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_receipt_head head;
    ZKL_TRY(zkl_receipt_head_find(&head, ledger, &arena, index, err));
    return zkl_receipt_build_under(out, ledger, index, &head, err);
}

/* For tlog clients, to whom an entry is bytes. */
zkl_status zkl_export_tlog_proof(zkl_buffer *out, zkl_ledger *ledger, uint64_t index,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_receipt_head head;
    zkl_tlog_proof proof = { .index = index };
    ZKL_TRY(zkl_receipt_head_find(&head, ledger, &arena, index, err));
    ZKL_TRY(zkl_log_inclusion(&ledger->log, proof.path, &proof.path_count, index,
                              head.checkpoint.size, err));
    proof.checkpoint = head.note;
    zkl_tlog_proof_encode(out, &proof);
    return zkl_buffer_status(out, err);
}

/* The envelope as it was signed, byte for byte. */
zkl_status zkl_export_dsse(zkl_buffer *out, zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes envelope;
    ZKL_TRY(zkl_ledger_envelope(ledger, &envelope, &arena, index, err));
    zkl_buffer_put(out, envelope.data, envelope.size);
    return zkl_buffer_status(out, err);
}
