/* SHA3-256 of many messages, and the PRF of many numbers, several at a time.
 *
 * 1. The messages of one group have the same number of blocks, so their lanes end together.
 * 2. A group's unused lanes repeat lane 0; their results are dropped.
 * 3. A group of one goes through the plain function: a wide set takes as long as two single
 *    permutations.
 * 4. A last block is padded as early as possible, long before its group is absorbed: a wide load
 *    just behind the narrow stores it covers waits for them to leave the store queue. */
#include "hash/sha3_many.h"

#include "base/bytes.h"
#include "hash/domains.h"

#define RATE ZKL_KECCAK_RATE_256
#define LANES ZKL_KECCAK_LANES_MAX
#define SLOTS 8 /* groups being filled at a time */

typedef struct lane_group {
    _Alignas(64) uint8_t last[LANES][192]; /* padded last blocks, RATE bytes of each row */
    const uint8_t *data[LANES];
    size_t size[LANES];
    zkl_digest *out[LANES];
    size_t used;
} lane_group;

typedef struct lane_state {
    _Alignas(64) uint64_t words[ZKL_KECCAK_WORDS * LANES];
} lane_state;

/* The plain way, for a group of one (3). */
static void hash_one(zkl_digest *out, const uint8_t *data, size_t size)
{
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, data, size);
    zkl_sha3_256_final(&hash, out);
    zkl_sha3_clear(&hash);
}

/* The digest is the first 32 bytes of a lane: its words 0 to 3, little-endian. */
static void read_digest(zkl_digest *out, const uint64_t *state, size_t lanes, size_t lane)
{
    for (size_t w = 0; w < 4; w++)
        zkl_le64_put(out->bytes + 8 * w, state[w * lanes + lane]);
}

/* A message's last block: its tail, then the suffix and padding of FIPS 202 section B.2. The tail
 * is shorter than a block, perhaps empty. */
static void pad_block(uint8_t block[static RATE], const uint8_t *tail, size_t tail_bytes)
{
    /* Hide the small bound from gcc, which would choose `rep movs` and `rep stos`: 10 ns a
     * message. */
    __asm__("" : "+r"(tail_bytes));
    if (tail)
        memcpy(block, tail, tail_bytes);
    memset(block + tail_bytes, 0, RATE - tail_bytes);
    block[tail_bytes] = 0x06;
    block[RATE - 1] |= 0x80;
}

/* Hash the used lanes: full blocks from data, then the padded ones. */
static void hash_lanes(const zkl_keccak_set *set, lane_state *state, const lane_group *group,
                       size_t full_blocks)
{
    const uint8_t *from[LANES];
    ZKL_DEBUG_ASSERT(group->used > 0 && group->used <= set->lanes);
    memset(state->words, 0, ZKL_KECCAK_WORDS * sizeof state->words[0] * set->lanes);
    if (full_blocks) {
        for (size_t l = 0; l < LANES; l++)
            from[l] = group->data[l < group->used ? l : 0];
        set->absorb(state->words, from, full_blocks);
    }
    for (size_t l = 0; l < LANES; l++)
        from[l] = group->last[l < group->used ? l : 0];
    set->absorb(state->words, from, 1);
    for (size_t l = 0; l < group->used; l++)
        read_digest(group->out[l], state->words, set->lanes, l);
}

/* Hash what the group holds and empty it. */
static void flush_group(const zkl_keccak_set *set, lane_state *state, lane_group *group)
{
    if (group->used == 1 && set->lanes > 1)
        hash_one(group->out[0], group->data[0], group->size[0]);
    else if (group->used)
        hash_lanes(set, state, group, group->size[0] / RATE);
    group->used = 0;
}

/* The message is borrowed until its group is hashed; only its tail is copied. */
static void add_message(const zkl_keccak_set *set, lane_state *state, lane_group *group,
                        zkl_digest *out, const uint8_t *data, size_t size)
{
    ZKL_DEBUG_ASSERT(group->used < set->lanes);
    const size_t at = group->used++, tail_bytes = size % RATE;
    group->data[at] = data;
    group->size[at] = size;
    group->out[at] = out;
    pad_block(group->last[at], tail_bytes ? data + (size - tail_bytes) : NULL, tail_bytes);
    if (group->used == set->lanes)
        flush_group(set, state, group);
}

/* Messages of different lengths: one group for each count of blocks modulo SLOTS. Rows of a table
 * mostly differ by a block or two, so few groups are hashed before they are full. */
void zkl_sha3_256_each_with(const zkl_keccak_set *set, zkl_digest *out, const zkl_bytes *messages,
                            size_t count)
{
    lane_state state;
    lane_group groups[SLOTS];
    for (size_t s = 0; s < SLOTS; s++)
        groups[s].used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t blocks = messages[i].size / RATE;
        lane_group *group = &groups[blocks % SLOTS];
        if (group->used && group->size[0] / RATE != blocks)
            flush_group(set, &state, group);
        add_message(set, &state, group, &out[i], messages[i].data, messages[i].size);
    }
    for (size_t s = 0; s < SLOTS; s++)
        flush_group(set, &state, &groups[s]);
    /* Messages may be secret: salted rows and their salts. */
    zkl_wipe(&state, sizeof state);
    zkl_wipe(groups, sizeof groups);
}

/* The next lanes' pairs into last blocks that are padded already. */
static void fill_nodes(lane_group *group, const zkl_keccak_set *set, zkl_digest *out,
                       const zkl_digest *pairs, size_t count)
{
    group->used = count < set->lanes ? count : set->lanes;
    for (size_t l = 0; l < group->used; l++) {
        memcpy(group->last[l] + 1, &pairs[2 * l], 64);
        group->out[l] = &out[l];
        group->data[l] = group->last[l];
        group->size[l] = 65;
    }
}

/* Two groups by turns (4): one is filled before the other is hashed. So pairs are read before the
 * digests that may overwrite them. */
void zkl_sha3_256_nodes_with(const zkl_keccak_set *set, zkl_digest *out, uint8_t prefix,
                             const zkl_digest *pairs, size_t count)
{
    lane_state state;
    lane_group groups[2];
    const uint8_t empty[65] = { prefix };
    ZKL_ASSERT(set->lanes >= 1 && set->lanes <= LANES);
    for (size_t l = 0; l < set->lanes; l++) {
        pad_block(groups[0].last[l], empty, sizeof empty);
        pad_block(groups[1].last[l], empty, sizeof empty);
    }
    unsigned turn = 0;
    fill_nodes(&groups[turn], set, out, pairs, count);
    for (size_t i = set->lanes; i < count; i += set->lanes) {
        fill_nodes(&groups[turn ^ 1], set, out + i, pairs + 2 * i, count - i);
        flush_group(set, &state, &groups[turn]);
        turn ^= 1;
    }
    flush_group(set, &state, &groups[turn]);
}

/* ---- PRF
 *
 * The inputs of one key and label differ in the number at their end, and fill one block of
 * SHA3-512. A block of its shorter rate is one of SHA3-256's whose rest is zero, since absorbing
 * is an exclusive or: so the sets serve both. */

#define RATE_512 72 /* check: 72 == 200 - 2 * 64 */

/* A last block but for its number, whose place is returned. */
static size_t pad_prf(uint8_t block[static RATE], zkl_bytes key, const char *label)
{
    static const char domain[] = ZKL_SHA3_512_PRF;
    const size_t label_at = sizeof domain - 1, key_at = label_at + strlen(label) + 1;
    const size_t number_at = key_at + key.size;
    ZKL_ASSERT(key.size && key.size < RATE_512 && label[0] && number_at + 8 < RATE_512);
    memset(block, 0, RATE);
    memcpy(block, domain, sizeof domain - 1);
    memcpy(block + label_at, label, key_at - label_at); /* with its NUL */
    memcpy(block + key_at, key.data, key.size);
    block[number_at + 8] = 0x06;
    block[RATE_512 - 1] |= 0x80;
    return number_at;
}

/* The next lanes' numbers into blocks that are padded already. */
static void fill_numbers(lane_group *group, const zkl_keccak_set *set, zkl_digest *out,
                         size_t number_at, zkl_prf_numbers numbers)
{
    group->used = numbers.count < set->lanes ? numbers.count : set->lanes;
    for (size_t l = 0; l < group->used; l++) {
        zkl_be64_put(group->last[l] + number_at, numbers.first + l);
        group->out[l] = &out[l];
    }
}

/* Two groups by turns (4). Nothing here depends on key or numbers but what is hashed. */
void zkl_prf_32_each_with(const zkl_keccak_set *set, zkl_digest *out, zkl_bytes key,
                          const char *label, zkl_prf_numbers numbers)
{
    lane_state state;
    lane_group groups[2];
    size_t number_at = 0;
    ZKL_ASSERT(set->lanes >= 1 && set->lanes <= LANES);
    for (size_t l = 0; l < set->lanes; l++) {
        number_at = pad_prf(groups[0].last[l], key, label);
        memcpy(groups[1].last[l], groups[0].last[l], RATE);
    }
    unsigned turn = 0;
    for (size_t done = 0; done < numbers.count; done += set->lanes, turn ^= 1) {
        const zkl_prf_numbers left = { numbers.first + done, numbers.count - done };
        fill_numbers(&groups[turn], set, out + done, number_at, left);
        if (done)
            hash_lanes(set, &state, &groups[turn ^ 1], 0);
    }
    if (numbers.count)
        hash_lanes(set, &state, &groups[turn ^ 1], 0);
    zkl_wipe(&state, sizeof state);
    zkl_wipe(groups, sizeof groups);
}

void zkl_prf_32_each(zkl_digest *out, zkl_bytes key, const char *label, zkl_prf_numbers numbers)
{
    zkl_prf_32_each_with(zkl_keccak_best(), out, key, label, numbers);
}

void zkl_sha3_256_each(zkl_digest *out, const zkl_bytes *messages, size_t count)
{
    zkl_sha3_256_each_with(zkl_keccak_best(), out, messages, count);
}
