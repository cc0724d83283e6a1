/* Which set of loops over Fr runs. A set is taken when the CPU has its features and it gives the
 * known answers; otherwise there is none, and callers run the plain loops. So a miscompiled or
 * misbehaving set costs speed, never a wrong proof. */
#include "native/fr_lanes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/fr_lanes_internal.h"

#define KNOWN_COUNT 16
#define KNOWN_WORDS ((size_t)4 * KNOWN_COUNT)

/* Deterministic elements: Knuth's MMIX generator, the top word below that of r. */
static void fill_words(uint64_t *words, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        words[i] = i % 4 == 3 ? seed >> 2 : seed;
    }
}

/* A multiplicative mix of all words in order: any wrong one changes it, and no set is built to
 * collide. */
static void digest_words(uint64_t *digest, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *digest = (*digest ^ words[i]) * 0x9e3779b97f4a7c15u;
}

/* Everything a set does, over such elements, against a digest of tools/native_answers.py. */
static bool knows_answers(const zkl_fr_lanes *set)
{
    uint64_t in[20][KNOWN_WORDS], out[KNOWN_WORDS], out_2[KNOWN_WORDS], sums[16], digest = 0;
    zkl_fr_fractions low, high;
    for (size_t k = 0; k < ZKL_COUNT(in); k++)
        fill_words(in[k], KNOWN_WORDS, k);
    for (size_t b = 0; b < 4; b++) {
        low.p[b] = in[b];
        low.q[b] = in[4 + b];
        high.p[b] = in[8 + b];
        high.q[b] = in[12 + b];
        low.p_step[b] = high.p_step[b] = b == 1 ? 0 : 4;
        low.q_step[b] = high.q_step[b] = 4;
    }
    set->multiply(out, in[0], in[1], KNOWN_COUNT);
    digest_words(&digest, out, KNOWN_WORDS);
    set->fold(out, (zkl_fr_values){ in[2], 4 }, (zkl_fr_values){ in[3], 4 }, in[4], KNOWN_COUNT);
    digest_words(&digest, out, KNOWN_WORDS);
    set->add_fractions(out, out_2, &low, KNOWN_COUNT);
    digest_words(&digest, out, KNOWN_WORDS);
    digest_words(&digest, out_2, KNOWN_WORDS);
    set->sum_lines(sums, &low, &high, in[16], in[17], KNOWN_COUNT);
    digest_words(&digest, sums, ZKL_COUNT(sums));
    if (digest != 0xad5ed2827abdc417u || !set->butterflies)
        return digest == 0xad5ed2827abdc417u;
    set->butterflies(in[18], in[19], in[0], KNOWN_COUNT);
    digest_words(&digest, in[18], KNOWN_WORDS);
    digest_words(&digest, in[19], KNOWN_WORDS);
    return digest == 0xf67fa74ec79d91d7u;
}

/* Fastest first. */
static const zkl_fr_lanes *const sets[] = {
#if defined(__x86_64__)
    &zkl_fr_lanes_ifma, &zkl_fr_lanes_avx2,
#endif
    NULL, /* and none */
};

/* Features first: a set that the CPU lacks must not be called at all. */
static bool can_run(const zkl_fr_lanes *set)
{
    return (zkl_cpu_features() & set->cpu_features) == set->cpu_features && knows_answers(set);
}

/* Set once, always to the same value, by whoever asks first: a set, or sets' own address for
 * none. */
static _Atomic(const void *) chosen;

/* Several threads may choose at once. All find the same set, so it does not matter whose store is
 * last. */
const zkl_fr_lanes *zkl_fr_lanes_best(void)
{
    const void *found = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!found) {
        found = sets;
        for (size_t i = 0; sets[i] && found == sets; i++)
            if (can_run(sets[i]))
                found = sets[i];
        atomic_store_explicit(&chosen, found, memory_order_release);
    }
    ZKL_ASSERT(found);
    return found == sets ? NULL : found;
}

const zkl_fr_lanes *zkl_fr_lanes_find(const char *name)
{
    for (size_t i = 0; sets[i]; i++)
        if (strcmp(sets[i]->name, name) == 0)
            return can_run(sets[i]) ? sets[i] : NULL;
    return NULL;
}
