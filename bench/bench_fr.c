/* The loops over Fr of each set that this processor has, and blst's product one by one. Each run is
 * 256 times over 128 elements, which stay in the first cache: milliseconds / 32.768 are nanoseconds
 * an element.
 *
 *     bench_fr */
#include "algebra/fr.h"
#include "native/fr_lanes.h"
#include "bench_timing.h"

#define COUNT ((size_t)128)
#define TIMES 256
#define RUNS 51

typedef struct loops {
    const zkl_fr_lanes *lanes;
    zkl_fr in[20][COUNT], out[2][COUNT], sums[4];
    zkl_fr_fractions low, high;
} loops;

static void multiply(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        l->lanes->multiply(l->out[0]->l, l->in[0]->l, l->in[1]->l, COUNT);
}

static void fold(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        l->lanes->fold(l->out[0]->l, (zkl_fr_values){ l->in[0]->l, 4 },
                       (zkl_fr_values){ l->in[1]->l, 4 }, l->in[2]->l, COUNT);
}

static void add_fractions(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        l->lanes->add_fractions(l->out[0]->l, l->out[1]->l, &l->low, COUNT);
}

static void sum_lines(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        l->lanes->sum_lines(l->sums->l, &l->low, &l->high, l->in[16]->l, l->in[17]->l, COUNT);
}

static void butterflies(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        l->lanes->butterflies(l->in[18]->l, l->in[19]->l, l->in[0]->l, COUNT);
}

static void multiply_one_by_one(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        for (size_t i = 0; i < COUNT; i++)
            zkl_fr_mul(&l->out[0][i], &l->in[0][i], &l->in[1][i]);
}

static void butterflies_one_by_one(void *context)
{
    loops *l = context;
    for (int k = 0; k < TIMES; k++)
        for (size_t i = 0; i < COUNT; i++) {
            zkl_fr product;
            zkl_fr_mul(&product, &l->in[19][i], &l->in[0][i]);
            zkl_fr_sub(&l->in[19][i], &l->in[18][i], &product);
            zkl_fr_add(&l->in[18][i], &l->in[18][i], &product);
        }
}

/* Numerators that vary, or are all 1, as of most leaves. */
static void choose_numerators(loops *l, bool varies)
{
    for (size_t b = 0; b < 4; b++) {
        l->low.p[b] = varies ? l->in[b]->l : ZKL_FR_ONE.l;
        l->high.p[b] = varies ? l->in[4 + b]->l : ZKL_FR_ONE.l;
        l->low.q[b] = l->in[8 + b]->l;
        l->high.q[b] = l->in[12 + b]->l;
        l->low.p_step[b] = l->high.p_step[b] = varies ? 4 : 0;
        l->low.q_step[b] = l->high.q_step[b] = 4;
    }
}

int main(void)
{
    static const char *const names[] = { "ifma", "avx2" };
    static loops l;
    zkl_fr step;
    zkl_fr_from_u64(&step, 0x9e3779b97f4a7c15u);
    l.in[0][0] = step;
    for (size_t i = 1; i < COUNT * ZKL_COUNT(l.in); i++)
        zkl_fr_mul(&l.in[i / COUNT][i % COUNT], &l.in[(i - 1) / COUNT][(i - 1) % COUNT], &step);
    bench_print("fr_multiply", COUNT, "blst", multiply_one_by_one, &l, RUNS);
    bench_print("fr_butterflies", COUNT, "blst", butterflies_one_by_one, &l, RUNS);
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        l.lanes = zkl_fr_lanes_find(names[i]);
        if (!l.lanes)
            continue;
        bench_print("fr_multiply", COUNT, names[i], multiply, &l, RUNS);
        bench_print("fr_fold", COUNT, names[i], fold, &l, RUNS);
        choose_numerators(&l, true);
        bench_print("fr_add_fractions", COUNT, names[i], add_fractions, &l, RUNS);
        bench_print("fr_sum_lines", COUNT, names[i], sum_lines, &l, RUNS);
        choose_numerators(&l, false);
        bench_print("fr_sum_lines / 1", COUNT, names[i], sum_lines, &l, RUNS);
        if (l.lanes->butterflies)
            bench_print("fr_butterflies", COUNT, names[i], butterflies, &l, RUNS);
    }
    return 0;
}
