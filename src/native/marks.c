/* The portable set, and which one runs.
 *
 * Eight bytes at a time: those that are a sign become zero by an exclusive or, and a zero byte is
 * found without a carry from its neighbour. */
#include "native/marks.h"

#include <stdatomic.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "native/cpu.h"
#include "native/marks_internal.h"

#define ONES 0x0101010101010101u
#define LOW_BITS 0x7f7f7f7f7f7f7f7fu

/* The top bit of each byte that is not 0: the sum has it where a low bit is set, and does not
 * leave its byte (0x7f + 0x7f < 0x100). */
static uint64_t not_zero(uint64_t bytes)
{
    return ((bytes & LOW_BITS) + LOW_BITS) | bytes;
}

/* The top bits of eight bytes, lowest byte first. The product brings bit 8k + 7 of the bytes to bit
 * 56 + k, and no two of its terms meet there. */
static uint64_t top_bits(uint64_t bytes)
{
    return ((bytes >> 7 & ONES) * 0x0102040810204080u) >> 56;
}

static void find_portable(uint64_t *marks, const uint8_t *text, size_t block_count,
                          const uint8_t signs[static ZKL_MARKS_SIGNS])
{
    uint64_t sign[ZKL_MARKS_SIGNS];
    for (size_t s = 0; s < ZKL_MARKS_SIGNS; s++)
        sign[s] = signs[s] * ONES;
    for (size_t block = 0; block < block_count; block++) {
        uint64_t word = 0;
        for (size_t at = 0; at < ZKL_MARKS_BLOCK; at += 8) {
            const uint64_t bytes = zkl_le64_get(text + block * ZKL_MARKS_BLOCK + at);
            const uint64_t none = not_zero(bytes ^ sign[0]) & not_zero(bytes ^ sign[1]) &
                                  not_zero(bytes ^ sign[2]) & not_zero(bytes ^ sign[3]);
            word |= top_bits(~none) << at;
        }
        marks[block] = word;
    }
}

static const zkl_marks_set portable = { "portable", 0, find_portable };

/* Fastest first. */
static const zkl_marks_set *const sets[] = {
#if defined(__x86_64__)
    &zkl_marks_avx512,
    &zkl_marks_avx2,
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    &zkl_marks_neon,
#endif
    &portable,
};

/* Set once, always to the same value, by whoever asks first. */
static _Atomic(const zkl_marks_set *) chosen;

/* Every byte once, from four beginnings: each sign is found where it is, and nowhere else. */
static bool knows_answer(const zkl_marks_set *set)
{
    static const uint8_t signs[ZKL_MARKS_SIGNS] = { ',', '\n', 0, 0xff };
    uint8_t text[256 + ZKL_MARKS_BLOCK];
    uint64_t marks[256 / ZKL_MARKS_BLOCK];
    bool same = true;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)i;
    for (size_t first = 0; first < ZKL_MARKS_BLOCK; first += 16) {
        set->find(marks, text + first, ZKL_COUNT(marks), signs);
        for (size_t i = 0; i < 256; i++) {
            const uint8_t byte = text[first + i];
            const bool is_sign = byte == ',' || byte == '\n' || byte == 0 || byte == 0xff;
            same = same && (marks[i / ZKL_MARKS_BLOCK] >> i % ZKL_MARKS_BLOCK & 1) == is_sign;
        }
    }
    return same;
}

static bool can_run(const zkl_marks_set *set)
{
    return (zkl_cpu_features() & set->cpu_features) == set->cpu_features && knows_answer(set);
}

const zkl_marks_set *zkl_marks_best(void)
{
    const zkl_marks_set *set = atomic_load_explicit(&chosen, memory_order_acquire);
    for (size_t i = 0; !set && i < ZKL_COUNT(sets); i++)
        if (can_run(sets[i])) {
            set = sets[i];
            atomic_store_explicit(&chosen, set, memory_order_release);
        }
    ZKL_ASSERT(set);
    return set;
}

/* For tests, which compare every set with the portable one. */
const zkl_marks_set *zkl_marks_find(const char *name)
{
    for (size_t i = 0; i < ZKL_COUNT(sets); i++)
        if (strcmp(sets[i]->name, name) == 0)
            return can_run(sets[i]) ? sets[i] : NULL;
    return NULL;
}
