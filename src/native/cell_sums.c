/* Which set of sums of cells runs: the first whose features the CPU has and that gives the known
 * answers, else the portable one. So a miscompiled or misbehaving set costs speed, never a wrong
 * proof. */
#include "native/cell_sums.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cell_sums_internal.h"
#include "native/cpu.h"

#define KNOWN_COUNT 16
#define KNOWN_BLOCKS 16

/* What the answers are of: Knuth's MMIX generator, the top word of an element below that of r. */
typedef struct known_inputs {
    uint64_t weights[2][4 * KNOWN_COUNT];
    uint16_t cells[KNOWN_BLOCKS][KNOWN_COUNT];
} known_inputs;

static void make_inputs(known_inputs *in)
{
    uint64_t seed = 1;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < 4 * KNOWN_COUNT; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            in->weights[k][i] = i % 4 == 3 ? seed >> 2 : seed;
        }
    for (size_t b = 0; b < KNOWN_BLOCKS; b++)
        for (size_t i = 0; i < KNOWN_COUNT; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            /* a third of them at the upper edge, where sums are the largest */
            in->cells[b][i] = b % 3 ? (uint16_t)(seed >> 40) : UINT16_MAX;
        }
}

static void digest_words(uint64_t *digest, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *digest = (*digest ^ words[i]) * 0x9e3779b97f4a7c15u;
}

/* Everything a set does, against a digest of tools/native_answers.py. */
static bool knows_answers(const zkl_cell_sums *set)
{
    known_inputs in;
    uint64_t out[4 * KNOWN_COUNT], out_2[4 * KNOWN_COUNT], words[6], digest = 0;
    zkl_quad_moment moments[2][ZKL_QUAD_MOMENTS_MAX];
    const uint16_t *cells[KNOWN_BLOCKS];
    make_inputs(&in);
    for (size_t b = 0; b < KNOWN_BLOCKS; b++)
        cells[b] = in.cells[b];
    set->combine(out, in.weights[0], cells, KNOWN_BLOCKS, 0, KNOWN_COUNT);
    digest_words(&digest, out, ZKL_COUNT(out));
    for (size_t m = 0; m <= ZKL_QUAD_QUARTERS_MAX; m++) {
        zkl_quads quads = { .quarter_count = m, .count = KNOWN_COUNT };
        const zkl_quad_sums sums = { 2,
                                     { in.weights[0], in.weights[1] },
                                     { moments[0], moments[1] } };
        memset(moments, 0, sizeof moments);
        for (size_t k = 0; k < 4 * m; k++)
            quads.cells[k / 4][k % 4] = in.cells[k];
        set->add_quads(&sums, &quads);
        for (size_t k = 0; k < 2; k++)
            for (size_t at = 0; at < ZKL_QUAD_MOMENT(m + 1); at++) {
                set->read_moment(words, &moments[k][at]);
                digest_words(&digest, words, ZKL_COUNT(words));
            }
    }
    for (size_t missing = 0; missing < 2; missing++) {
        zkl_number_nodes nodes;
        memcpy(nodes.p, in.weights[0], sizeof nodes.p);
        memcpy(nodes.q, in.weights[1], sizeof nodes.q);
        for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++)
            nodes.numbers[b] = missing && b == 3 ? NULL : in.cells[b];
        set->add_numbers(out, out_2, &nodes, KNOWN_COUNT);
        digest_words(&digest, out, ZKL_COUNT(out));
        digest_words(&digest, out_2, ZKL_COUNT(out_2));
    }
    return digest == 0xf6cf4133575879ddu;
}

/* Fastest first. */
static const zkl_cell_sums *const sets[] = {
#if defined(__x86_64__)
    &zkl_cell_sums_ifma,
#endif
    NULL, /* and the portable one */
};

/* Set once, always to the same value, by whoever asks first. */
static _Atomic(const zkl_cell_sums *) chosen;

const zkl_cell_sums *zkl_cell_sums_best(void)
{
    const zkl_cell_sums *found = atomic_load_explicit(&chosen, memory_order_acquire);
    for (size_t i = 0; !found && sets[i]; i++)
        if ((zkl_cpu_features() & sets[i]->cpu_features) == sets[i]->cpu_features &&
            knows_answers(sets[i]))
            found = sets[i];
    if (!found)
        found = &zkl_cell_sums_portable;
    atomic_store_explicit(&chosen, found, memory_order_release);
    return found;
}
