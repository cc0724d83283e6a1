/* SHA3-256 of many messages, several at a time.
 *
 * 1. The messages of one group have the same number of blocks, so their lanes end together.
 * 2. A group's unused lanes repeat lane 0; their results are dropped.
 * 3. A group of one goes through the plain function: wide sets cost about two single permutations. */
#include "hash/sha3_many.h"

#define RATE ZKL_KECCAK_RATE_256
#define LANES ZKL_KECCAK_LANES_MAX
#define SLOTS 16 /* groups being filled at a time */

typedef struct lane_group {
    size_t used;
    size_t size[LANES];
    const uint8_t *data[LANES];
    zkl_digest *out[LANES];
} lane_group;

typedef struct lane_work {
    _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * LANES];
    _Alignas(64) uint8_t last[LANES][192]; /* padded last blocks, RATE bytes of each row */
} lane_work;

static void wipe_work(lane_work *work)
{
    zkl_wipe(work, sizeof *work);
}

static void hash_one(zkl_digest *out, const uint8_t *data, size_t size)
{
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, data, size);
    zkl_sha3_256_final(&hash, out);
    zkl_sha3_clear(&hash);
}

static void store_le64(uint8_t *out, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(v >> (8 * i));
}

static void read_digest(zkl_digest *out, const uint64_t *state, size_t lanes, size_t lane)
{
    for (size_t w = 0; w < 4; w++)
        store_le64(out->bytes + 8 * w, state[w * lanes + lane]);
}

static void pad_block(uint8_t block[static RATE], const uint8_t *tail, size_t tail_bytes)
{
    memset(block, 0, RATE);
    if (tail_bytes)
        memcpy(block, tail, tail_bytes);
    block[tail_bytes] = 0x06;
    block[RATE - 1] |= 0x80;
}

static void absorb_last(const zkl_keccak_set *set, lane_work *work)
{
    const uint8_t *last[LANES];
    for (size_t l = 0; l < LANES; l++)
        last[l] = work->last[l];
    set->absorb(work->state, last, 1);
}

/* Hash what the group holds and empty it. */
static void flush_group(const zkl_keccak_set *set, lane_work *work, lane_group *group)
{
    if (group->used == 1)
        hash_one(group->out[0], group->data[0], group->size[0]);
    if (group->used > 1) {
        for (size_t l = group->used; l < set->lanes; l++) {
            group->data[l] = group->data[0];
            group->size[l] = group->size[0];
        }
        size_t full = group->size[0] / RATE;
        memset(work->state, 0, sizeof work->state);
        set->absorb(work->state, group->data, full);
        for (size_t l = 0; l < set->lanes; l++) {
            size_t tail_bytes = group->size[l] % RATE;
            pad_block(work->last[l], tail_bytes ? group->data[l] + full * RATE : NULL, tail_bytes);
        }
        absorb_last(set, work);
        for (size_t l = 0; l < group->used; l++)
            read_digest(group->out[l], work->state, set->lanes, l);
    }
    group->used = 0;
}

static void add_message(const zkl_keccak_set *set, lane_work *work, lane_group *group, zkl_digest *out,
                        const uint8_t *data, size_t size)
{
    size_t at = group->used++;
    group->data[at] = data;
    group->size[at] = size;
    group->out[at] = out;
    if (group->used == set->lanes)
        flush_group(set, work, group);
}

void zkl_sha3_256_many_with(const zkl_keccak_set *set, zkl_digest *out, const uint8_t *data,
                            size_t stride, size_t message_bytes, size_t count)
{
    lane_work work;
    lane_group group = { 0 };
    for (size_t i = 0; i < count; i++)
        add_message(set, &work, &group, &out[i], message_bytes ? data + i * stride : NULL,
                    message_bytes);
    flush_group(set, &work, &group);
    wipe_work(&work);
}

void zkl_sha3_256_each_with(const zkl_keccak_set *set, zkl_digest *out, const zkl_bytes *messages,
                            size_t count)
{
    lane_work work;
    lane_group groups[SLOTS] = { 0 };
    for (size_t i = 0; i < count; i++) {
        size_t blocks = messages[i].size / RATE;
        lane_group *group = &groups[blocks % SLOTS];
        if (group->used && group->size[0] / RATE != blocks)
            flush_group(set, &work, group);
        add_message(set, &work, group, &out[i], messages[i].data, messages[i].size);
    }
    for (size_t s = 0; s < SLOTS; s++)
        flush_group(set, &work, &groups[s]);
    wipe_work(&work);
}

void zkl_sha3_256_nodes_with(const zkl_keccak_set *set, zkl_digest *out, uint8_t prefix,
                             const zkl_digest *pairs, size_t count)
{
    lane_work work;
    const uint8_t empty[65] = { prefix };
    for (size_t l = 0; l < LANES; l++)
        pad_block(work.last[l], empty, sizeof empty);
    for (size_t i = 0; i < count; i += set->lanes) {
        size_t used = count - i < set->lanes ? count - i : set->lanes;
        if (used == 1) {
            memcpy(work.last[0] + 1, &pairs[2 * i], 64);
            hash_one(&out[i], work.last[0], sizeof empty);
            continue;
        }
        for (size_t l = 0; l < used; l++)
            memcpy(work.last[l] + 1, &pairs[2 * (i + l)], 64);
        memset(work.state, 0, sizeof work.state);
        absorb_last(set, &work);
        for (size_t l = 0; l < used; l++)
            read_digest(&out[i + l], work.state, set->lanes, l);
    }
}

void zkl_sha3_256_many(zkl_digest *out, const uint8_t *data, size_t stride, size_t message_bytes,
                       size_t count)
{
    zkl_sha3_256_many_with(zkl_keccak_best(), out, data, stride, message_bytes, count);
}

void zkl_sha3_256_each(zkl_digest *out, const zkl_bytes *messages, size_t count)
{
    zkl_sha3_256_each_with(zkl_keccak_best(), out, messages, count);
}
