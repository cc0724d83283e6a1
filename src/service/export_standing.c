/* A standing: what the log holds about a name, up to its newest checkpoint, signed.
 * docs/formats/standing.md
 *
 * The ledger is opened as for writing: the signer's key is there then, and a head that nobody has
 * signed yet is. Nothing is recorded. */
#include <string.h>

#include "base/bytes.h"
#include "keys/sign_record.h"
#include "record/standing.h"
#include "service/export_format.h"
#include "verify/standing.h"

typedef struct gathering {
    zkl_arena *arena;
    zkl_ledger *ledger;
    zkl_standing_entry *entries;
    size_t count, room;
} gathering;

static zkl_status add(gathering *g, const zkl_standing_entry *entry, zkl_error *err)
{
    if (g->count == g->room) {
        const size_t room = g->room ? 2 * g->room : 16;
        zkl_standing_entry *grown = ZKL_ARENA_NEW(g->arena, zkl_standing_entry, room);
        if (!grown)
            return zkl_no_memory(err, room * sizeof *grown);
        if (g->count)
            memcpy(grown, g->entries, g->count * sizeof *grown);
        g->entries = grown;
        g->room = room;
    }
    g->entries[g->count++] = *entry;
    return ZKL_OK;
}

/* The log is read whole: an index of the store could hide an entry. */
static zkl_status gather(gathering *g, zkl_bytes name, uint64_t size, const zkl_env *env,
                         zkl_error *err)
{
    for (uint64_t i = 0; i < size; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) scratch = { 0 };
        zkl_entry entry;
        zkl_dsse dsse;
        zkl_digest leaf;
        zkl_standing_entry said;
        ZKL_TRY(zkl_env_progress(env, "reading the log", i, size, err));
        ZKL_TRY(zkl_ledger_entry(g->ledger, &entry, &dsse, &scratch, i, err));
        const zkl_entry_data *data = zkl_entry_as_data(&entry);
        if (!data || !zkl_bytes_equal(data->name, name))
            continue;
        ZKL_TRY(zkl_ledger_entry(g->ledger, &entry, &dsse, g->arena, i, err)); /* to be kept */
        ZKL_TRY(zkl_log_leaf(zkl_ledger_log(g->ledger), &leaf, i, err));
        ZKL_TRY(zkl_standing_entry_of(&said, g->arena, &entry, i, &leaf, err));
        ZKL_TRY(add(g, &said, err));
    }
    return ZKL_OK;
}

static zkl_status sign(zkl_buffer *out, zkl_ledger *ledger, const zkl_standing *standing,
                       zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) signed_bytes = { 0 };
    const zkl_signer *signer = zkl_ledger_signer(ledger);
    zkl_dsse_signature signature;
    ZKL_ASSERT(signer); /* it is open for writing */
    ZKL_TRY(zkl_standing_encode(&payload, standing, err));
    zkl_dsse_pae(&signed_bytes, zkl_bytes_of_text(ZKL_DSSE_TYPE_STANDING),
                 zkl_buffer_bytes(&payload));
    ZKL_TRY(zkl_buffer_status(&signed_bytes, err));
    ZKL_TRY(zkl_dsse_signature_make(&signature, signer, zkl_buffer_bytes(&signed_bytes), err));
    return zkl_dsse_encode_within(out, ZKL_STANDING_BYTES_MAX, ZKL_DSSE_TYPE_STANDING,
                                  zkl_buffer_bytes(&payload), &signature, err);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    zkl_standing standing = { .ledger = *zkl_ledger_own_id(source->ledger),
                              .name = source->version->name,
                              .time_ms = zkl_env_now_ms(source->env) };
    ZKL_TRY(service_open(&writer, source->handle, ZKL_LEDGER_WRITE, source->env, err));
    ZKL_TRY(zkl_log_checkpoint_latest(zkl_ledger_log(writer), &standing.note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&standing.checkpoint, &arena, standing.note, err));
    gathering g = { .arena = &arena, .ledger = writer };
    ZKL_TRY(gather(&g, standing.name, standing.checkpoint.size, source->env, err));
    standing.entries = g.entries;
    standing.entry_count = g.count;
    return sign(out, writer, &standing, err);
}

static bool read_file(zkl_standing *out, zkl_arena *arena, zkl_bytes bytes)
{
    zkl_dsse dsse;
    return zkl_standing_has_magic(bytes) &&
           zkl_dsse_parse_within(&dsse, arena, bytes, ZKL_STANDING_BYTES_MAX, NULL) == ZKL_OK &&
           zkl_standing_parse(out, arena, dsse.payload, NULL) == ZKL_OK;
}

/* Of the same name, up to a later entry. */
static bool is_same(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_standing before, now;
    return read_file(&before, &arena, existing) && read_file(&now, &arena, content) &&
           zkl_digest_equal(&before.ledger, &now.ledger) &&
           zkl_bytes_equal(before.name, now.name) && before.checkpoint.size <= now.checkpoint.size;
}

const export_module service_export_standing = {
    .kind = { .ending = ".standing", .is_signed = true },
    .is_same = is_same,
    .make_file = make_file,
};
