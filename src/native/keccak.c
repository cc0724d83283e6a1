/* Which Keccak runs. Unlike fields there is always one: the portable set, whose known answers are
 * asserted to hold. The permutation alone and the wide absorption are chosen apart, since the
 * widest set is slow for a single state. */
#include "native/keccak.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/keccak_internal.h"

/* Fastest first; the portable set runs everywhere. */
static const zkl_keccak_set *const sets[] = {
#if defined(__x86_64__)
    &zkl_keccak_avx512,
    &zkl_keccak_avx2,
    &zkl_keccak_bmi,
#elif defined(__aarch64__)
    &zkl_keccak_neon_sha3,
#endif
    &zkl_keccak_portable,
};

/* Set once, always to the same value, by whoever asks first. */
static _Atomic(const zkl_keccak_set *) chosen, chosen_one;

/* Keccak-f[1600] of the zero state, and of that again: the Keccak team's published intermediate
 * values (KeccakF-1600-IntermediateValues.txt), words 0..3. */
static const uint64_t of_zero[2][4] = {
    { 0xf1258f7940e1dde7, 0x84d5ccf933c0478a, 0xd598261ea65aa9ee, 0xbd1547306f80494d },
    { 0x2d5c954df96ecb3c, 0x6a332cd07057b56d, 0x093d8d1270d76b6c, 0x8a20d9b25569d094 },
};

/* All lanes at once, after one block and after two, over zero blocks: these leave the permutation
 * alone. */
static bool knows_answers(const zkl_keccak_set *set)
{
    static const uint8_t zeros[2 * ZKL_KECCAK_RATE_256];
    _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * ZKL_KECCAK_LANES_MAX];
    const uint8_t *data[ZKL_KECCAK_LANES_MAX];
    for (size_t l = 0; l < set->lanes; l++)
        data[l] = zeros;
    ZKL_ASSERT(set->lanes >= 1 && set->lanes <= ZKL_KECCAK_LANES_MAX);
    bool same = true;
    for (size_t times = 1; times <= 2; times++) {
        memset(state, 0, sizeof state);
        set->absorb(state, data, times);
        for (size_t i = 0; i < 4 * set->lanes; i++)
            same = same && state[i] == of_zero[times - 1][i / set->lanes];
    }
    return same;
}

static bool can_run(const zkl_keccak_set *set)
{
    return (zkl_cpu_features() & set->cpu_features) == set->cpu_features && knows_answers(set);
}

/* The first set of at most lanes_max lanes that can run, remembered in place. */
static const zkl_keccak_set *choose(_Atomic(const zkl_keccak_set *) *place, size_t lanes_max)
{
    const zkl_keccak_set *set = atomic_load_explicit(place, memory_order_acquire);
    for (size_t i = 0; !set && i < ZKL_COUNT(sets); i++) {
        if (sets[i]->lanes <= lanes_max && can_run(sets[i])) {
            set = sets[i];
            atomic_store_explicit(place, set, memory_order_release);
        }
    }
    ZKL_ASSERT(set);
    return set;
}

/* With the most lanes that can run. */
const zkl_keccak_set *zkl_keccak_best(void)
{
    return choose(&chosen, ZKL_KECCAK_LANES_MAX);
}

void zkl_keccak_permute(uint64_t state[static ZKL_KECCAK_WORDS])
{
    choose(&chosen_one, 1)->permute(state);
}

/* For tests and timings, which compare every set with the portable one. */
const zkl_keccak_set *zkl_keccak_find(const char *name)
{
    for (size_t i = 0; i < ZKL_COUNT(sets); i++) {
        if (strcmp(sets[i]->name, name) == 0)
            return can_run(sets[i]) ? sets[i] : NULL;
    }
    return NULL;
}
