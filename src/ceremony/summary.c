/* The summary of a ceremony: made of its records, and a small file of the cache.
 *
 *   "zkl/cere" u32 1, 32 bytes transcript, 32 powers, 32 parameters
 *   u32 parties, each: field(name) field(key) u8 1 powers + 2 keys
 *   u8 circuits, each: u8 tier, 32 bytes hash of the key
 *   SHA3-256 of all before */
#include "ceremony/summary.h"

#include <string.h>

#include "base/file.h"
#include "hash/trailing_hash.h"
#include "setup/setup_cache.h"

#define SUMMARY_MAGIC "zkl/cere"
#define SUMMARY_VERSION 1

/* The party of that key, or a new one at the end of the list, which has room. */
static zkl_summary_party *find_party(zkl_summary_party *all, size_t *count,
                                     const zkl_transcript_record *r)
{
    for (size_t i = 0; i < *count; i++)
        if (zkl_public_key_equal(&all[i].key, &r->key))
            return &all[i];
    zkl_summary_party *const own = &all[(*count)++];
    *own = (zkl_summary_party){ .key = r->key };
    memcpy(own->name, r->name, sizeof own->name);
    return own;
}

zkl_status zkl_summary_make(zkl_summary *out, zkl_arena *arena, const zkl_joint *c,
                            const zkl_recorded_key *keys, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    zkl_summary_party *const parties = ZKL_ARENA_NEW(arena, zkl_summary_party, t->count);
    zkl_summary summary = { .parties = parties };
    ZKL_ASSERT(c->has_powers);
    if (!parties)
        return zkl_no_memory(err, t->count * sizeof *parties);
    for (size_t i = 0; i < t->count; i++) {
        const zkl_transcript_record *const r = &t->records[i];
        if (!r->is_signed)
            continue;
        zkl_summary_party *const party = find_party(parties, &summary.party_count, r);
        party->to_powers = party->to_powers || r->step == ZKL_STEP_POWERS;
        party->to_keys = party->to_keys || r->step == ZKL_STEP_KEYS;
    }
    zkl_transcript_hash(&summary.transcript, t, t->count);
    zkl_powers_hash(&summary.powers_hash, &c->powers.powers);
    zkl_powers_parameters_hash(&summary.parameters, &c->powers.powers);
    for (size_t i = 0; keys && i < t->tier_count; i++) {
        summary.tiers[i] = t->tiers[i];
        zkl_groth16_vk_hash(&summary.key_hashes[i], &keys[i].key.vk);
        summary.tier_count++;
    }
    *out = summary;
    return ZKL_OK;
}

zkl_status zkl_summary_write(const char *folder, const zkl_summary *s, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_setup_path path;
    zkl_buffer_put_text(&b, SUMMARY_MAGIC);
    zkl_buffer_put_u32(&b, SUMMARY_VERSION);
    zkl_buffer_put(&b, s->transcript.bytes, 32);
    zkl_buffer_put(&b, s->powers_hash.bytes, 32);
    zkl_buffer_put(&b, s->parameters.bytes, 32);
    zkl_buffer_put_u32(&b, (uint32_t)s->party_count);
    for (size_t i = 0; i < s->party_count; i++) {
        const zkl_summary_party *const p = &s->parties[i];
        zkl_buffer_put_field(&b, p->name, strlen(p->name));
        zkl_buffer_put_field(&b, p->key.bytes, p->key.size);
        zkl_buffer_put_u8(&b, (uint8_t)(p->to_powers + 2 * p->to_keys));
    }
    zkl_buffer_put_u8(&b, (uint8_t)s->tier_count);
    for (size_t i = 0; i < s->tier_count; i++) {
        zkl_buffer_put_u8(&b, (uint8_t)s->tiers[i]);
        zkl_buffer_put(&b, s->key_hashes[i].bytes, 32);
    }
    zkl_trailing_hash_put(&b, 0);
    ZKL_TRY(zkl_buffer_status(&b, err));
    ZKL_TRY(zkl_setup_path_of(&path, folder, &s->powers_hash, "ceremony", err));
    return zkl_file_replace(path.text, zkl_buffer_bytes(&b), 0600, err);
}

static void read_party(zkl_summary_party *p, zkl_reader *reader)
{
    const zkl_bytes name = zkl_reader_field(reader, ZKL_TRANSCRIPT_NAME_BYTES_MAX, "party's name");
    const zkl_bytes key = zkl_reader_field(reader, ZKL_ED25519_PUBLIC_BYTES, "party's key");
    const uint8_t to = zkl_reader_u8(reader, "party's contributions");
    if (name.size)
        memcpy(p->name, name.data, name.size);
    if (!zkl_transcript_text_valid(p->name, ZKL_TRANSCRIPT_NAME_BYTES_MAX) || to > 3 ||
        (!reader->fault &&
         zkl_public_key_from_bytes(&p->key, ZKL_KEY_ED25519, key, NULL) != ZKL_OK))
        zkl_reader_fault(reader, "party");
    p->to_powers = to & 1;
    p->to_keys = to & 2;
}

static zkl_status parse_summary(zkl_summary *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_summary s = { 0 };
    if (bytes.size < ZKL_TRAILING_HASH_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "ceremony's summary: cut off");
    ZKL_TRY(zkl_trailing_hash_check(bytes, "ceremony's summary", err));
    zkl_reader reader = zkl_trailing_hash_reader(bytes);
    const bool is_ours = zkl_bytes_equal_text(zkl_reader_take(&reader, 8, "magic"), SUMMARY_MAGIC);
    if (!is_ours || zkl_reader_u32(&reader, "version") != SUMMARY_VERSION)
        return zkl_fail(err, ZKL_BAD_INPUT, "not a ceremony's summary of version %d",
                        SUMMARY_VERSION);
    zkl_reader_copy(&reader, &s.transcript, 32, "transcript");
    zkl_reader_copy(&reader, &s.powers_hash, 32, "powers");
    zkl_reader_copy(&reader, &s.parameters, 32, "parameters");
    s.party_count = zkl_reader_count(&reader, ZKL_TRANSCRIPT_RECORDS_MAX, 4 + 4 + 1, "parties");
    zkl_summary_party *const parties = ZKL_ARENA_NEW(arena, zkl_summary_party, s.party_count);
    if (!parties)
        return zkl_no_memory(err, s.party_count * sizeof *parties);
    for (size_t i = 0; i < s.party_count && !reader.fault; i++)
        read_party(&parties[i], &reader);
    s.parties = parties;
    s.tier_count = zkl_reader_u8(&reader, "number of circuits");
    if (s.tier_count > ZKL_TRANSCRIPT_TIERS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "ceremony's summary: %zu circuits", s.tier_count);
    for (size_t i = 0; i < s.tier_count; i++) {
        s.tiers[i] = zkl_reader_u8(&reader, "circuit");
        zkl_reader_copy(&reader, &s.key_hashes[i], 32, "circuit's key");
    }
    ZKL_TRY(zkl_reader_finish(&reader, "ceremony's summary", err));
    *out = s;
    return ZKL_OK;
}

zkl_status zkl_summary_read(zkl_summary *out, bool *found, zkl_arena *arena, const char *folder,
                            const zkl_digest *powers, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_setup_path path;
    *found = false;
    ZKL_TRY(zkl_setup_path_of(&path, folder, powers, "ceremony", err));
    if (!zkl_setup_path_exists(&path))
        return ZKL_OK;
    ZKL_TRY(zkl_file_read(&bytes, path.text, ZKL_SUMMARY_BYTES_MAX, err));
    zkl_status status = parse_summary(out, arena, zkl_buffer_bytes(&bytes), err);
    if (status == ZKL_OK && !zkl_digest_equal(&out->powers_hash, powers))
        status = zkl_fail(err, ZKL_BAD_INPUT, "it is of other powers than its name says");
    *found = status == ZKL_OK;
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path.text);
}
