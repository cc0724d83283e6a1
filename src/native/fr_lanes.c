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

/* Levels taken together against butterflies, which has known answers: 64 values, the runs of first
 * levels side by side. */
static bool agrees_with_itself(const zkl_fr_lanes *set)
{
    enum { RUNS = ZKL_FR_LANES, WORDS = 4 * RUNS };
    static const uint64_t one[4] = { 0x00000001fffffffe, 0x5884b7fa00034802, 0x998c4fefecbc4ff5,
                                     0x1824b159acc5056f };
    /* check: 0x1824b159acc5056f998c4fefecbc4ff55884b7fa0003480200000001fffffffe == 2**256 % r */
    uint64_t got[8][WORDS], want[8][WORDS], w[4][WORDS], twiddles[6][WORDS];
    if (!set->first_butterflies || !set->butterflies_twice)
        return true;
    fill_words(got[0], sizeof got / 8, 21);
    fill_words(twiddles[0], sizeof twiddles / 8, 22);
    for (size_t run = 0; run < RUNS; run++)
        for (size_t k = 0; k < 8; k++) {
            memcpy(&want[k][4 * run], &got[run][4 * k], sizeof one);
            memcpy(&w[k % 4][4 * run], k % 4 ? &twiddles[0][4 * (k % 4)] : one, sizeof one);
        }
    for (size_t k = 0; k < 8; k += 2)
        set->butterflies(want[k], want[k + 1], w[0], RUNS);
    for (size_t k = 0; k < 4; k++) /* 0, 2; 1, 3; 4, 6; 5, 7 */
        set->butterflies(want[k + k / 2 * 2], want[k + k / 2 * 2 + 2], w[2 * (k % 2)], RUNS);
    for (size_t k = 0; k < 4; k++)
        set->butterflies(want[k], want[k + 4], w[k], RUNS);
    set->first_butterflies(got[0], &twiddles[0][4], 64);
    uint64_t turned[8][WORDS];
    for (size_t run = 0; run < RUNS; run++)
        for (size_t k = 0; k < 8; k++)
            memcpy(&turned[run][4 * k], &want[k][4 * run], sizeof one);
    for (size_t k = 0; k < 8; k += 4) {
        set->butterflies(turned[k], turned[k + 1], twiddles[k / 4], RUNS);
        set->butterflies(turned[k + 2], turned[k + 3], twiddles[k / 4], RUNS);
        set->butterflies(turned[k], turned[k + 2], twiddles[k / 4 + 1], RUNS);
        set->butterflies(turned[k + 1], turned[k + 3], twiddles[k / 4 + 2], RUNS);
        set->butterflies_twice(got[k], twiddles[k / 4], RUNS, RUNS, true);
    }
    return memcmp(got, turned, sizeof got) == 0;
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
    return (zkl_cpu_features() & set->cpu_features) == set->cpu_features && knows_answers(set) &&
           agrees_with_itself(set);
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
