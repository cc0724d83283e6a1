/* What native headers call constant time, step by step: every set goes through the same
 * instructions whatever its data are. Among them are those that valgrind cannot run
 * (interop/constant_time). The loops over the scalar field are in algebra/fr_lanes. */
#include "native/cell_sums.h"
#include "native/keccak.h"
#include "native/marks.h"
#include "native/point_lanes.h"
#include "native/sha256.h"
#include "unit/algebra/algebra_testing.h"
#include "unit/stepping.h"

#define DATA_BYTES ((size_t)1 << 13)

typedef struct room {
    const void *set;
    _Alignas(64) uint8_t data[DATA_BYTES];
    _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * ZKL_KECCAK_LANES_MAX];
} room;

/* run(r) takes the same steps over random bytes, zeros and ones. */
static void check_steps(zkl_test *t, void (*run)(void *context), room *r)
{
    uint64_t first = 0;
    for (unsigned round = 0; round < 3; round++) {
        test_random_bytes(t, r->data, sizeof r->data);
        test_random_bytes(t, r->state, sizeof r->state);
        if (round > 0)
            memset(r->data, round == 1 ? 0 : 0xff, sizeof r->data);
        const uint64_t digest = test_trace(run, r);
        if (digest == 0) {
            fprintf(stderr, "# %s: no tracing here\n", t->name);
            return;
        }
        if (round == 0)
            first = digest;
        CHECK_UINT_EQ(t, digest, first);
    }
}

/* A branch on a secret is seen: else the tests below could not fail. */
static void leak(void *context)
{
    static volatile unsigned sink;
    const room *r = context;
    if (r->data[0] == 0)
        sink++;
}

static void test_steps__a_leak_is_seen(zkl_test *t)
{
    static room r;
    const uint64_t zero = test_trace(leak, &r);
    r.data[0] = 1;
    const uint64_t one = test_trace(leak, &r);
    if (zero == 0)
        fprintf(stderr, "# %s: no tracing here\n", t->name);
    else
        CHECK(t, zero != one);
}

/* ---- hashes */

static void run_keccak(void *context)
{
    room *r = context;
    const zkl_keccak_set *set = r->set;
    const uint8_t *at[ZKL_KECCAK_LANES_MAX];
    for (size_t l = 0; l < set->lanes; l++)
        at[l] = r->data + 1000 * l;
    set->absorb(r->state, at, 2);
    if (set->permute)
        set->permute(r->state);
}

static void test_steps__keccak(zkl_test *t)
{
    static const char *const names[] = { "portable", "bmi", "avx2", "avx512" };
    static room r;
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if ((r.set = zkl_keccak_find(names[i])))
            check_steps(t, run_keccak, &r);
}

static void run_sha256(void *context)
{
    room *r = context;
    ((const zkl_sha256_set *)r->set)->compress((uint32_t *)r->state, r->data, 2);
}

static void test_steps__sha256(zkl_test *t)
{
    static const char *const names[] = { "portable", "sha-ni" };
    static room r;
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if ((r.set = zkl_sha256_find(names[i])))
            check_steps(t, run_sha256, &r);
}

/* ---- texts and cells */

static void run_marks(void *context)
{
    static const uint8_t signs[ZKL_MARKS_SIGNS] = { ',', '"', '\n', '\r' };
    room *r = context;
    ((const zkl_marks_set *)r->set)->find(r->state, r->data, 5, signs);
}

static void test_steps__marks(zkl_test *t)
{
    static const char *const names[] = { "portable", "avx2", "avx512" };
    static room r;
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if ((r.set = zkl_marks_find(names[i])))
            check_steps(t, run_marks, &r);
}

/* The cells vary, the weights do not: those of combine show when they are zero. */
static void run_cell_sums(void *context)
{
    static zkl_quad_moment moments[ZKL_QUAD_MOMENTS_MAX];
    static const uint64_t weights[4 * 16] = { 5, 6, 7, 8, 1, 2, 3, 4, 0, 1, 0, 1, 9, 9, 9, 9 };
    static uint64_t out[2][4 * 16];
    room *r = context;
    const zkl_cell_sums *set = r->set;
    const uint16_t *cells[16], *data = (const uint16_t *)(const void *)r->data;
    zkl_quads quads = { .quarter_count = ZKL_QUAD_QUARTERS_MAX, .count = 8 };
    const zkl_quad_sums sums = { 1, { weights }, { moments } };
    zkl_number_nodes nodes = { .p = { 1, 2, 3, 4 }, .q = { 4, 3, 2, 1 } };
    uint64_t words[6];
    for (size_t k = 0; k < 16; k++)
        cells[k] = quads.cells[k / 4][k % 4] = data + 32 * k;
    for (size_t b = 0; b < ZKL_NODE_NUMBERS_MAX; b++)
        nodes.numbers[b] = cells[b];
    set->combine(out[0], weights, cells, 4, 1, 8);
    set->add_quads(&sums, &quads);
    set->add_numbers(out[0], out[1], &nodes, 8);
    for (size_t k = 0; k < ZKL_QUAD_MOMENTS_MAX; k++)
        set->read_moment(words, &moments[k]);
}

static void test_steps__cell_sums(zkl_test *t)
{
    static room r;
    r.set = zkl_cell_sums_best();
    if (r.set != &zkl_cell_sums_portable)
        check_steps(t, run_cell_sums, &r);
}

/* ---- points */

enum { POINTS = 8 };

/* Sums of points with different x: the scalars that choose them are the secrets. */
typedef struct chords {
    const zkl_point_lanes *lanes;
    zkl_g1_affine a[POINTS], b[POINTS], sums[POINTS];
    uint8_t scratch[ZKL_POINT_LANES_SCRATCH_BYTES];
} chords;

static void invert(uint64_t *out, const uint64_t *in)
{
    blst_fp value;
    memcpy(&value, in, sizeof value);
    blst_fp_inverse(&value, &value);
    memcpy(out, &value, sizeof value);
}

static void run_chords(void *context)
{
    chords *c = context;
    zkl_point_addition batch[POINTS];
    for (size_t k = 0; k < POINTS; k++)
        batch[k] = (zkl_point_addition){ .a = &c->a[k], .b = &c->b[k], .out = &c->sums[k] };
    if (c->lanes->add(batch, POINTS, c->scratch, invert) != 0)
        _exit(1);
}

static void test_steps__chords(zkl_test *t)
{
    static chords c;
    uint64_t first = 0;
    c.lanes = zkl_g1_lanes_best();
    for (unsigned round = 0; c.lanes && round < 2; round++) {
        for (size_t k = 0; k < POINTS; k++) {
            c.a[k] = test_random_g1(t);
            c.b[k] = test_random_g1(t);
        }
        const uint64_t digest = test_trace(run_chords, &c);
        if (round == 0)
            first = digest;
        CHECK_UINT_EQ(t, digest, first);
    }
}

ZKL_TESTS(TEST(test_steps__a_leak_is_seen), TEST(test_steps__keccak), TEST(test_steps__sha256),
          TEST(test_steps__marks), TEST(test_steps__cell_sums), TEST(test_steps__chords))
