/* log cosign: what a witness is asked, and its answer kept.
 *
 *  1. A line is kept only when it verifies under a key that somebody named, and is of a checkpoint
 *     that this log signed: which one, the line does not say, so the newest ones are tried first.
 *  2. Nothing is signed here, and the log stays as it is. */
#include <zkl/witness.h>

#include <string.h>

#include "base/arena.h"
#include "ledger/cosigned.h"
#include "record/cosign_request.h"
#include "service/service_internal.h"

#define CHECKPOINTS_TRIED_MAX 4096

/* ---- Asking */

/* The largest tree that the witness signed. */
static zkl_status find_old_size(uint64_t *out, zkl_ledger *ledger, zkl_arena *arena,
                                const char *witness, zkl_error *err)
{
    zkl_known_witness *known;
    zkl_verifier_key key;
    size_t count, named = 0;
    if (witness && strchr(witness, '+')) { /* no name has one: it is his key */
        ZKL_TRY(zkl_verifier_key_parse(&key, zkl_bytes_of_text(witness), err));
        witness = key.name;
    }
    ZKL_TRY(zkl_cosigned_witnesses(&known, &count, ledger, arena, err));
    *out = 0;
    for (size_t i = 0; i < count; i++)
        if (!witness || strcmp(known[i].key.name, witness) == 0) {
            *out = named++ && *out > known[i].size ? *out : known[i].size;
            if (!witness && named > 1)
                return zkl_fail(err, ZKL_USAGE,
                                "several witnesses signed this log: which of them is asked?");
        }
    return ZKL_OK;
}

static zkl_status ask(zkl_cosign_asked *out, zkl_ledger *handle,
                      const zkl_cosign_ask_request *asked, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_cosign_request r = { .old_size = asked->old_size };
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    zkl_log *log = zkl_ledger_log(ledger);
    ZKL_TRY(zkl_log_checkpoint_within(log, &r.note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&r.checkpoint, &arena, r.note, err));
    if (!asked->has_old_size)
        ZKL_TRY(find_old_size(&r.old_size, ledger, &arena, asked->witness, err));
    if (r.old_size > r.checkpoint.size)
        return zkl_fail(err, ZKL_USAGE, "the log has %llu entries, none signed %llu",
                        (unsigned long long)r.checkpoint.size, (unsigned long long)r.old_size);
    if (r.old_size && r.old_size < r.checkpoint.size)
        ZKL_TRY(
            zkl_log_consistency(log, r.path, &r.path_count, r.old_size, r.checkpoint.size, err));
    ZKL_ASSERT(r.path_count <= ZKL_COSIGN_PATH_MAX); /* a size is below 2^63 */
    zkl_cosign_request_encode(&bytes, &r);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    out->request = zkl_bytes_of(zkl_arena_copy(&out->memory, bytes.data, bytes.size), bytes.size);
    out->old_size = r.old_size;
    out->size = r.checkpoint.size;
    return out->request.data ? ZKL_OK : zkl_no_memory(err, bytes.size);
}

zkl_status zkl_cosign_ask(zkl_cosign_asked *out, zkl_ledger *ledger,
                          const zkl_cosign_ask_request *request, const zkl_env *env, zkl_error *err)
{
    *out = (zkl_cosign_asked){ 0 };
    const zkl_status status = ask(out, ledger, request, env, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_cosign_asked){ 0 };
    }
    return status;
}

/* ---- Attaching */

typedef struct witness_keys {
    zkl_verifier_key *items;
    size_t count;
} witness_keys;

/* Those that are named, that signed before, and that the ledger's own trust names. */
static zkl_status gather_keys(witness_keys *out, zkl_ledger *ledger, zkl_arena *arena,
                              const zkl_cosign_attach_request *request, zkl_error *err)
{
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    zkl_known_witness *known;
    size_t known_count;
    ZKL_TRY(zkl_cosigned_witnesses(&known, &known_count, ledger, arena, err));
    const size_t most = request->witness_count + known_count + trust->witness_count;
    out->items = ZKL_ARENA_NEW(arena, zkl_verifier_key, most);
    if (!out->items)
        return zkl_no_memory(err, most * sizeof *out->items);
    for (size_t i = 0; i < request->witness_count; i++) {
        zkl_verifier_key *key = &out->items[out->count++];
        ZKL_TRY(zkl_verifier_key_parse(key, zkl_bytes_of_text(request->witnesses[i]), err));
        if (!zkl_verifier_key_cosigns(key))
            return zkl_fail(err, ZKL_BAD_INPUT, "the key of '%s' is a log's, not a witness's",
                            key->name);
    }
    for (size_t i = 0; i < known_count; i++)
        out->items[out->count++] = known[i].key;
    for (size_t i = 0; i < trust->witness_count; i++)
        out->items[out->count++] = trust->witnesses[i];
    ZKL_ASSERT(out->count == most);
    return ZKL_OK;
}

static const zkl_verifier_key *key_of_line(const witness_keys *keys, const zkl_note_signature *line)
{
    for (size_t i = 0; i < keys->count; i++)
        if (zkl_bytes_equal_text(line->name, keys->items[i].name) &&
            memcmp(line->key_hash, keys->items[i].key_hash, sizeof line->key_hash) == 0)
            return &keys->items[i];
    return NULL;
}

/* The checkpoint that a line is of: the newest under whose text it verifies. */
static zkl_status find_signed(zkl_new_cosignature *out, uint64_t *time_s, zkl_ledger *ledger,
                              zkl_arena *arena, const zkl_note_signature *line,
                              const zkl_verifier_key *key, zkl_error *err)
{
    zkl_log *log = zkl_ledger_log(ledger);
    uint64_t count;
    ZKL_TRY(zkl_log_checkpoint_count(log, &count, err));
    for (uint64_t tried = 0; tried < count && tried < CHECKPOINTS_TRIED_MAX; tried++) {
        zkl_checkpoint checkpoint;
        zkl_bytes bytes;
        ZKL_TRY(zkl_log_checkpoint_at(log, &bytes, arena, count - 1 - tried, err));
        ZKL_TRY(zkl_checkpoint_parse(&checkpoint, arena, bytes, err));
        const zkl_note note = { .text = checkpoint.note.text,
                                .signatures = { *line },
                                .signature_count = 1 };
        zkl_error why = { 0 };
        const zkl_status status = zkl_note_verify(&note, key, time_s, &why);
        if (status == ZKL_NOT_SUPPORTED || status == ZKL_NO_MEMORY)
            return zkl_fail_as(err, status, &why);
        if (status != ZKL_OK)
            continue;
        *out = (zkl_new_cosignature){ bytes, checkpoint.size, key, line->signature };
        return ZKL_OK;
    }
    return zkl_fail(err, ZKL_REJECTED,
                    "the cosignature of '%s' is of no checkpoint of this log, or false", key->name);
}

static zkl_status note_kept(zkl_cosign_attached *out, zkl_cosignature *list,
                            const zkl_new_cosignature *kept, uint64_t time_s, zkl_error *err)
{
    char time[ZKL_TIME_CHARS + 1] = "";
    if (time_s <= ZKL_TIME_MS_MAX / 1000)
        zkl_time_format(time, (int64_t)(time_s * 1000));
    zkl_cosignature *next = &list[out->cosignature_count++];
    *next = (zkl_cosignature){ .witness = zkl_arena_text(&out->memory, kept->key->name,
                                                         strlen(kept->key->name)),
                               .time = zkl_arena_text(&out->memory, time, strlen(time)),
                               .size = kept->size };
    return next->witness && next->time ? ZKL_OK : zkl_no_memory(err, sizeof time);
}

/* All lines are checked before the first is kept. */
static zkl_status attach(zkl_cosign_attached *out, zkl_ledger *handle,
                         const zkl_cosign_attach_request *request, const zkl_env *env,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    witness_keys keys = { 0 };
    zkl_note note;
    zkl_new_cosignature kept[ZKL_NOTE_SIGNATURES_MAX];
    size_t count = 0;
    ZKL_TRY(zkl_cosignatures_parse(&note, &arena, request->answer, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(gather_keys(&keys, ledger, &arena, request, err));
    zkl_cosignature *list = ZKL_ARENA_NEW(&out->memory, zkl_cosignature, note.signature_count);
    if (!list)
        return zkl_no_memory(err, note.signature_count * sizeof *list);
    out->cosignatures = list;
    for (size_t i = 0; i < note.signature_count; i++) {
        const zkl_verifier_key *key = key_of_line(&keys, &note.signatures[i]);
        uint64_t time_s = 0;
        if (!key) {
            out->ignored_count++;
            continue;
        }
        ZKL_TRY(find_signed(&kept[count], &time_s, ledger, &arena, &note.signatures[i], key, err));
        ZKL_TRY(note_kept(out, list, &kept[count++], time_s, err));
    }
    if (!count)
        return zkl_fail_hint(err, ZKL_UNCHECKED, ZKL_HINT_NAME_WITNESS,
                             "no line is by a witness that is known here");
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(zkl_cosigned_add(handle, &kept[i], env, err));
    return ZKL_OK;
}

zkl_status zkl_cosign_attach(zkl_cosign_attached *out, zkl_ledger *ledger,
                             const zkl_cosign_attach_request *request, const zkl_env *env,
                             zkl_error *err)
{
    *out = (zkl_cosign_attached){ 0 };
    const zkl_status status = attach(out, ledger, request, env, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_cosign_attached){ 0 };
    }
    return status;
}
