/* Files of a ceremony: a page for people, then canonical bytes, then their hash.
 *
 *   page       begins with ZKL_JOINT_MAGIC, ends in NUL
 *   u32        version
 *   terms, records                        transcript.c
 *   u8         round
 *   u64, .ptau powers with their contributions; size 0: none
 *   keys       of the second round, for each circuit:
 *                delta in G1, in G2; u32 and K; u32 and H; u32 and the contributions
 *   32 bytes   SHA3-256 of all before
 *
 * Points are iden3's: 96 and 192 bytes, Montgomery form. Sizes are compared with what is left of
 * the file before anything is allocated. */
#include "ceremony/joint.h"

#include <string.h>

#include "hash/trailing_hash.h"

#define JOINT_VERSION 1
#define DOMAIN_LOG_MAX 17

static void put_keys(zkl_buffer *out, const zkl_recorded_key *key)
{
    const size_t private_count = key->key.wire_count - key->key.public_count - 1,
                 domain = (size_t)1 << key->key.log_domain;
    ZKL_AUTO_CLEAR(zkl_buffer) history = { 0 };
    zkl_iden3_put_g1(out, &key->key.delta_1, 1);
    zkl_iden3_put_g2(out, &key->key.vk.delta, 1);
    zkl_buffer_put_u32(out, (uint32_t)private_count);
    zkl_iden3_put_g1(out, key->key.k, private_count);
    zkl_buffer_put_u32(out, (uint32_t)domain);
    zkl_iden3_put_g1(out, key->key.h, domain);
    zkl_zkey_history_put(&history, &key->history);
    zkl_buffer_put_field(out, history.data, history.size);
    out->failed = out->failed || history.failed;
}

zkl_status zkl_joint_encode(zkl_buffer *out, const zkl_joint *c, const char *page,
                            bool without_powers, zkl_error *err)
{
    ZKL_ASSERT(strlen(ZKL_JOINT_MAGIC) + strlen(page) < ZKL_JOINT_PAGE_BYTES_MAX);
    const size_t start = out->size;
    ZKL_AUTO_CLEAR(zkl_buffer) powers = { 0 };
    zkl_buffer_put_text(out, ZKL_JOINT_MAGIC);
    zkl_buffer_put_text(out, page);
    zkl_buffer_put_u8(out, 0);
    zkl_buffer_put_u32(out, JOINT_VERSION);
    zkl_transcript_put(out, &c->transcript);
    zkl_buffer_put_u8(out, (uint8_t)c->round);
    if (c->has_powers && !without_powers)
        ZKL_TRY(zkl_ptau_encode(&powers, &c->powers.powers, &c->powers.history, err));
    zkl_buffer_put_u64(out, powers.size);
    zkl_buffer_put(out, powers.data, powers.size);
    for (size_t i = 0; c->round == ZKL_ROUND_KEYS && i < c->transcript.tier_count; i++)
        put_keys(out, &c->keys[i]);
    zkl_trailing_hash_put(out, start);
    ZKL_TRY(zkl_buffer_status(out, err));
    if (out->size - start > ZKL_JOINT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a ceremony's file of %zu bytes, at most %zu",
                        out->size - start, ZKL_JOINT_BYTES_MAX);
    return ZKL_OK;
}

/* ---- reading */

/* Points are judged by zkl_iden3_load_g1, which says the index of a bad one. Infinity passes: a
 * wire may be absent from C. */
static zkl_status read_array(const zkl_g1_affine **out, size_t *count, zkl_reader *reader,
                             const char *what, const zkl_iden3_reading *by, zkl_error *err)
{
    *count = zkl_reader_count(reader, (uint32_t)1 << DOMAIN_LOG_MAX, ZKL_IDEN3_G1_BYTES, what);
    const zkl_iden3_points points = {
        .what = what,
        .bytes = zkl_reader_take(reader, *count * ZKL_IDEN3_G1_BYTES, what),
        .count = *count,
        .infinity_ok = true,
    };
    *out = NULL;
    if (reader->fault)
        return ZKL_OK; /* said at the end */
    return zkl_iden3_load_g1(out, &points, by, err);
}

/* A history of the key's own: its parser bounds it. delta is a point of both groups, and the same
 * one (zkl_phase2_verify). */
static zkl_status read_key(zkl_recorded_key *out, zkl_reader *reader, const zkl_iden3_reading *by,
                           zkl_error *err)
{
    zkl_recorded_key key = { .key = { .public_count = 1, .development = true } };
    size_t private_count, domain;
    zkl_iden3_take_point_1(&key.key.delta_1, reader);
    zkl_iden3_take_point_2(&key.key.vk.delta, reader);
    ZKL_TRY(read_array(&key.key.k, &private_count, reader, "C", by, err));
    ZKL_TRY(read_array(&key.key.h, &domain, reader, "H", by, err));
    const zkl_bytes history = zkl_reader_field(reader, (size_t)1 << 24, "contributions");
    if (domain == 0 || (domain & (domain - 1)) != 0)
        zkl_reader_fault(reader, "H");
    if (reader->fault)
        return ZKL_OK; /* said at the end */
    ZKL_TRY(zkl_zkey_history_parse(&key.history, by->arena, history, err));
    key.key.wire_count = (uint32_t)private_count + 2;
    while ((size_t)1 << key.key.log_domain < domain)
        key.key.log_domain++;
    *out = key;
    return ZKL_OK;
}

/* The powers of the terms' size; in the second round prepared. */
static zkl_status read_powers(zkl_joint *c, zkl_reader *reader, const zkl_iden3_reading *by,
                              zkl_error *err)
{
    const uint64_t size = zkl_reader_u64(reader, "size of the powers");
    if (size > reader->bytes.size - reader->at)
        zkl_reader_fault(reader, "size of the powers");
    if (reader->fault || size == 0)
        return ZKL_OK;
    const zkl_bytes ptau = zkl_reader_take(reader, (size_t)size, "powers");
    ZKL_TRY(zkl_ptau_parse(&c->powers.powers, &c->powers.history, ptau, 0, by, err));
    if (c->powers.powers.power != c->transcript.power ||
        c->powers.history.ceremony_power != c->transcript.power)
        return zkl_fail(err, ZKL_BAD_INPUT, "powers of 2^%u in a ceremony of 2^%u",
                        c->powers.powers.power, c->transcript.power);
    if ((c->powers.powers.lagrange_1 != NULL) != (c->round == ZKL_ROUND_KEYS))
        return zkl_fail(err, ZKL_BAD_INPUT, "the powers are prepared in the second round alone");
    c->has_powers = true;
    return ZKL_OK;
}

/* Behind the page. */
static zkl_status find_body(zkl_reader *out, zkl_bytes bytes, zkl_error *err)
{
    const size_t magic = strlen(ZKL_JOINT_MAGIC);
    if (bytes.size < magic + ZKL_TRAILING_HASH_BYTES ||
        memcmp(bytes.data, ZKL_JOINT_MAGIC, magic) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "not a file of a ceremony");
    if (bytes.size > ZKL_JOINT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu bytes, at most %zu", bytes.size, ZKL_JOINT_BYTES_MAX);
    zkl_reader reader = zkl_trailing_hash_reader(bytes);
    const size_t look =
        reader.bytes.size < ZKL_JOINT_PAGE_BYTES_MAX ? reader.bytes.size : ZKL_JOINT_PAGE_BYTES_MAX;
    const uint8_t *const end = memchr(bytes.data, 0, look);
    if (!end)
        return zkl_fail(err, ZKL_BAD_INPUT, "a ceremony's file whose page has no end");
    reader.at = (size_t)(end - bytes.data) + 1;
    *out = reader;
    return zkl_trailing_hash_check(bytes, "ceremony", err);
}

zkl_status zkl_joint_parse(zkl_joint *out, zkl_bytes bytes, const zkl_iden3_reading *by,
                           zkl_error *err)
{
    zkl_joint c = { 0 };
    zkl_reader reader;
    ZKL_TRY(find_body(&reader, bytes, err));
    const uint32_t version = zkl_reader_u32(&reader, "version");
    if (!reader.fault && version != JOINT_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "a ceremony of version %u, not %d", version,
                        JOINT_VERSION);
    ZKL_TRY(zkl_transcript_read(&c.transcript, by->arena, &reader, err));
    c.round = (zkl_joint_round)zkl_reader_u8(&reader, "round");
    if (c.round != ZKL_ROUND_POWERS && c.round != ZKL_ROUND_KEYS)
        zkl_reader_fault(&reader, "round");
    ZKL_TRY(read_powers(&c, &reader, by, err));
    for (size_t i = 0; !reader.fault && c.round == ZKL_ROUND_KEYS && i < c.transcript.tier_count;
         i++)
        ZKL_TRY(read_key(&c.keys[i], &reader, by, err));
    ZKL_TRY(zkl_reader_finish(&reader, "ceremony", err));
    *out = c;
    return ZKL_OK;
}
