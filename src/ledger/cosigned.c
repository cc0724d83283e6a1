/* A checkpoint's cosignatures as a value of the store: field(note), u32 count, and for each
 * field(verifier key), field(signature), rising by the key's text. The keys are kept, so that what
 * is stored can be checked before it is handed out. */
#include "ledger/cosigned.h"

#include <string.h>

#include "ledger/ledger_internal.h"

#define LINES_MAX (ZKL_NOTE_SIGNATURES_MAX - 1) /* one line is the log's */

typedef struct cosigned_line {
    zkl_bytes key_text, signature;
    zkl_verifier_key key;
} cosigned_line;

typedef struct cosigned_value {
    zkl_bytes note;
    cosigned_line lines[LINES_MAX];
    size_t count;
} cosigned_value;

static zkl_status fail_damaged(zkl_error *err)
{
    return zkl_fail(err, ZKL_REJECTED,
                    "the store is damaged: cosignatures of a checkpoint cannot be read");
}

static zkl_store_key key_of(uint64_t size)
{
    uint8_t bytes[8];
    zkl_be64_put(bytes, size);
    return zkl_store_key_of(ZKL_STORE_PREFIX_COSIGNED, bytes, sizeof bytes);
}

/* Borrows from bytes. */
static zkl_status parse(cosigned_value *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_reader reader = zkl_reader_of(bytes);
    *out = (cosigned_value){ .note = zkl_reader_field(&reader, ZKL_NOTE_BYTES_MAX, "note") };
    out->count = zkl_reader_count(&reader, LINES_MAX, 8, "number of cosignatures");
    for (size_t i = 0; i < out->count; i++) {
        cosigned_line *line = &out->lines[i];
        line->key_text = zkl_reader_field(&reader, ZKL_VERIFIER_KEY_CHARS_MAX, "witness");
        line->signature = zkl_reader_field(&reader, ZKL_COSIGNATURE_BYTES_MAX, "cosignature");
        if (reader.fault || zkl_verifier_key_parse(&line->key, line->key_text, NULL) != ZKL_OK ||
            !zkl_verifier_key_cosigns(&line->key) ||
            line->signature.size != zkl_verifier_key_signature_bytes(&line->key))
            return fail_damaged(err);
    }
    return zkl_reader_finish(&reader, "cosignatures", NULL) == ZKL_OK ? ZKL_OK : fail_damaged(err);
}

/* The note with all lines. */
static void put_note(zkl_buffer *out, const cosigned_value *value)
{
    zkl_buffer_put(out, value->note.data, value->note.size);
    for (size_t i = 0; i < value->count; i++)
        zkl_note_add_line(out, &value->lines[i].key, value->lines[i].signature);
}

/* ---- Reading */

typedef struct cosigned_search {
    zkl_ledger *ledger;
    zkl_arena *arena;
    uint64_t index;
    zkl_cosigned_checkpoint best;
    bool is_by_newest; /* the log key of best still counts */
} cosigned_search;

/* That the note is this log's, and every line true. One whose algorithm this libcrypto lacks was
 * checked where it was attached, and is handed on: whoever verifies a receipt checks it again. */
static zkl_status check_note(zkl_ledger *ledger, zkl_arena *arena, const cosigned_value *value,
                             uint64_t size, zkl_bytes note, zkl_error *err)
{
    zkl_checkpoint checkpoint;
    zkl_digest root;
    if (zkl_checkpoint_parse(&checkpoint, arena, note, NULL) != ZKL_OK || checkpoint.size != size)
        return fail_damaged(err);
    ZKL_TRY(zkl_log_root(&ledger->log, &root, size, err));
    if (!zkl_digest_equal(&root, &checkpoint.root))
        return fail_damaged(err);
    for (size_t i = 0; i < value->count; i++) {
        const zkl_status status =
            zkl_note_verify(&checkpoint.note, &value->lines[i].key, NULL, NULL);
        if (status != ZKL_OK && status != ZKL_NOT_SUPPORTED)
            return fail_damaged(err);
    }
    return ZKL_OK;
}

/* The log key that signed the stored note, when it counted for its last entry; NULL: none did, and
 * the note is passed over. */
static const zkl_trusted_log_key *signed_by(const zkl_ledger *ledger, zkl_arena *arena,
                                            zkl_bytes note, uint64_t size)
{
    const zkl_trusted_log_key *const key = zkl_trust_log_key_at(&ledger->trust, size - 1);
    zkl_checkpoint checkpoint;
    return key && zkl_checkpoint_parse(&checkpoint, arena, note, NULL) == ZKL_OK &&
                   zkl_checkpoint_verify(&checkpoint, &key->key, NULL) == ZKL_OK
               ? key
               : NULL;
}

/* Is it no worse than the best so far? The log key that counts now goes first, since a trust may
 * have struck out the older ones. Then the number of witnesses. Sizes rise, so of two with as many
 * the later one is the newer. */
static bool is_better(const cosigned_search *s, bool is_newest, size_t line_count)
{
    return is_newest != s->is_by_newest ? is_newest : line_count >= s->best.line_count;
}

static zkl_status consider(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                           zkl_error *err)
{
    cosigned_search *s = context;
    const size_t prefix = strlen(ZKL_STORE_PREFIX_COSIGNED);
    cosigned_value parsed;
    (void)stop;
    if (key.size != prefix + 8)
        return fail_damaged(err);
    const uint64_t size = zkl_be64_get(key.data + prefix);
    if (size <= s->index || size > zkl_log_size(&s->ledger->log))
        return ZKL_OK;
    ZKL_TRY(parse(&parsed, value, err));
    const zkl_trusted_log_key *const by =
        parsed.count ? signed_by(s->ledger, s->arena, parsed.note, size) : NULL;
    const bool is_newest = by && by->until == ZKL_TRUST_OPEN;
    if (!by || !is_better(s, is_newest, parsed.count))
        return ZKL_OK;
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    put_note(&note, &parsed);
    ZKL_TRY(zkl_buffer_status(&note, err));
    ZKL_TRY(check_note(s->ledger, s->arena, &parsed, size, zkl_buffer_bytes(&note), err));
    const uint8_t *kept = zkl_arena_copy(s->arena, note.data, note.size);
    if (!kept)
        return zkl_no_memory(err, note.size);
    s->best = (zkl_cosigned_checkpoint){ size, zkl_bytes_of(kept, note.size), parsed.count };
    s->is_by_newest = is_newest;
    return ZKL_OK;
}

zkl_status zkl_cosigned_find(zkl_cosigned_checkpoint *out, zkl_ledger *ledger, zkl_arena *arena,
                             uint64_t index, zkl_error *err)
{
    cosigned_search s = { .ledger = ledger, .arena = arena, .index = index };
    zkl_ledger_invariant(ledger);
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_bytes_of_text(ZKL_STORE_PREFIX_COSIGNED),
                                  consider, &s, err));
    if (!s.best.line_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "no witness signed a checkpoint that covers entry %llu",
                        (unsigned long long)index);
    *out = s.best;
    return ZKL_OK;
}

zkl_status zkl_cosigned_at(zkl_cosigned_checkpoint *out, zkl_ledger *ledger, zkl_arena *arena,
                           uint64_t size, zkl_error *err)
{
    cosigned_search s = { .ledger = ledger, .arena = arena };
    const zkl_store_key key = key_of(size);
    zkl_bytes stored;
    bool stop = false;
    ZKL_ASSERT(size);
    zkl_ledger_invariant(ledger);
    const zkl_status status =
        zkl_store_get(ledger->store, &stored, arena, zkl_store_key_bytes(&key), err);
    if (status == ZKL_OK)
        ZKL_TRY(consider(&s, zkl_store_key_bytes(&key), stored, &stop, err));
    else if (status != ZKL_NOT_FOUND)
        return status;
    if (!s.best.line_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "no witness signed the checkpoint of %llu entries",
                        (unsigned long long)size);
    *out = s.best;
    return ZKL_OK;
}

typedef struct witness_list {
    zkl_known_witness *items;
    size_t count;
} witness_list;

static zkl_status list_witnesses(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                 zkl_error *err)
{
    witness_list *list = context;
    const size_t prefix = strlen(ZKL_STORE_PREFIX_COSIGNED);
    cosigned_value parsed;
    (void)stop;
    if (key.size != prefix + 8)
        return fail_damaged(err);
    ZKL_TRY(parse(&parsed, value, err));
    for (size_t i = 0; i < parsed.count; i++) {
        size_t at = 0;
        while (at < list->count &&
               !zkl_verifier_key_equal(&list->items[at].key, &parsed.lines[i].key))
            at++;
        if (at == ZKL_KNOWN_WITNESSES_MAX)
            return zkl_fail(err, ZKL_LIMIT, "more than %d witnesses signed",
                            ZKL_KNOWN_WITNESSES_MAX);
        /* Sizes rise: the last is the largest. */
        list->items[at] =
            (zkl_known_witness){ parsed.lines[i].key, zkl_be64_get(key.data + prefix) };
        list->count += at == list->count;
    }
    return ZKL_OK;
}

zkl_status zkl_cosigned_witnesses(zkl_known_witness **out, size_t *count, zkl_ledger *ledger,
                                  zkl_arena *arena, zkl_error *err)
{
    witness_list list = { .items =
                              ZKL_ARENA_NEW(arena, zkl_known_witness, ZKL_KNOWN_WITNESSES_MAX) };
    if (!list.items)
        return zkl_no_memory(err, ZKL_KNOWN_WITNESSES_MAX * sizeof *list.items);
    ZKL_TRY(zkl_store_scan_prefix(ledger->store, zkl_bytes_of_text(ZKL_STORE_PREFIX_COSIGNED),
                                  list_witnesses, &list, err));
    *out = list.items;
    *count = list.count;
    return ZKL_OK;
}

/* ---- Writing */

/* The line in its place by the key's text, or instead of the one that the key has. */
static zkl_status insert(cosigned_value *value, const cosigned_line *line, zkl_error *err)
{
    size_t at = 0;
    int order = 1;
    while (at < value->count &&
           (order = zkl_bytes_compare(value->lines[at].key_text, line->key_text)) < 0)
        at++;
    if (at < value->count && order == 0) {
        value->lines[at] = *line;
        return ZKL_OK;
    }
    if (value->count == LINES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a checkpoint has room for %d witnesses", LINES_MAX);
    memmove(&value->lines[at + 1], &value->lines[at], (value->count - at) * sizeof *line);
    value->lines[at] = *line;
    value->count++;
    return ZKL_OK;
}

/* Lines of ML-DSA-44 have 3.3 kB each: a note may be full before it has all lines. */
static zkl_status check_note_room(const cosigned_value *value, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    put_note(&note, value);
    ZKL_TRY(zkl_buffer_status(&note, err));
    return note.size <= ZKL_NOTE_BYTES_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT,
                          "a checkpoint with its witnesses' lines has at most %d bytes: there is "
                          "no room for one more",
                          ZKL_NOTE_BYTES_MAX);
}

/* ---- What no receipt is exported under any more */

typedef struct superseding {
    const cosigned_value *by;
    uint64_t size;
    zkl_batch *batch;
    cosigned_value *older; /* room for one */
} superseding;

static bool has_all_witnesses_of(const cosigned_value *all, const cosigned_value *some)
{
    for (size_t i = 0; i < some->count; i++) {
        size_t at = 0;
        while (at < all->count &&
               !zkl_bytes_equal(all->lines[at].key_text, some->lines[i].key_text))
            at++;
        if (at == all->count)
            return false;
    }
    return true;
}

/* A smaller tree whose every witness signed the larger one too: zkl_cosigned_find takes the larger
 * one for all that the smaller covers. So a log that is witnessed every few seconds keeps about as
 * many as it has witnesses. */
static zkl_status drop_superseded(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                                  zkl_error *err)
{
    const superseding *const s = context;
    const size_t prefix = strlen(ZKL_STORE_PREFIX_COSIGNED);
    if (key.size != prefix + 8)
        return fail_damaged(err);
    *stop = zkl_be64_get(key.data + prefix) >= s->size;
    if (*stop)
        return ZKL_OK;
    if (parse(s->older, value, NULL) != ZKL_OK) /* damage is told where it is read */
        return ZKL_OK;
    return has_all_witnesses_of(s->by, s->older) ? zkl_batch_delete(s->batch, key, err) : ZKL_OK;
}

static zkl_status add_locked(zkl_store *store, const zkl_new_cosignature *fresh, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    const zkl_store_key key = key_of(fresh->size);
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    cosigned_value *value = ZKL_ARENA_NEW(&arena, cosigned_value, 1);
    cosigned_value *older = ZKL_ARENA_NEW(&arena, cosigned_value, 1);
    zkl_error why = { 0 };
    zkl_bytes stored;
    if (!value || !older)
        return zkl_no_memory(err, sizeof *value);
    const zkl_status status =
        zkl_store_get(store, &stored, &arena, zkl_store_key_bytes(&key), &why);
    if (status == ZKL_OK)
        ZKL_TRY(parse(value, stored, err));
    else if (status != ZKL_NOT_FOUND)
        return zkl_fail(err, status, "%s", why.text);
    value->note = fresh->note;
    zkl_verifier_key_encode(text, fresh->key);
    const cosigned_line line = { zkl_bytes_of_text(text), fresh->signature, *fresh->key };
    ZKL_TRY(insert(value, &line, err));
    ZKL_TRY(check_note_room(value, err));
    zkl_buffer_put_field(&out, value->note.data, value->note.size);
    zkl_buffer_put_u32(&out, (uint32_t)value->count);
    for (size_t i = 0; i < value->count; i++) {
        const cosigned_line *at = &value->lines[i];
        zkl_buffer_put_field(&out, at->key_text.data, at->key_text.size);
        zkl_buffer_put_field(&out, at->signature.data, at->signature.size);
    }
    ZKL_TRY(zkl_buffer_status(&out, err));
    ZKL_TRY(zkl_batch_put(&batch, zkl_store_key_bytes(&key), zkl_buffer_bytes(&out), err));
    superseding all = { value, fresh->size, &batch, older };
    ZKL_TRY(zkl_store_scan_prefix(store, zkl_bytes_of_text(ZKL_STORE_PREFIX_COSIGNED),
                                  drop_superseded, &all, err));
    return zkl_store_commit(store, &batch, true, err);
}

zkl_status zkl_cosigned_add(zkl_ledger *handle, const zkl_new_cosignature *fresh,
                            const zkl_env *env, zkl_error *err)
{
    zkl_ledger_lock lock = { 0 };
    ZKL_ASSERT(fresh->size && fresh->note.size && fresh->signature.size);
    ZKL_TRY(zkl_ledger_lock_take(&lock, handle, env, err));
    const zkl_status status = add_locked(lock.store, fresh, err);
    zkl_ledger_lock_clear(&lock);
    return status;
}
