#include "unit/algebra/algebra_testing.h"

/* bases[i] = known[i] G, so the sum is (sum of scalars[i] known[i]) G: the expectation needs no
 * MSM. */
typedef struct known_bases {
    zkl_g1_affine *g1;
    zkl_g2_affine *g2;
    zkl_fr *known;
} known_bases;

typedef enum base_kind {
    RANDOM_BASES,
    PROGRESSION, /* (1 + 3i) G: sums of it collide */
    EQUAL_BASES,
    OPPOSITE_BASES, /* G, -G, G, .. */
    WITH_INFINITY,
    BASE_KINDS,
} base_kind;

static known_bases make_bases(zkl_test *t, base_kind kind, size_t count, bool g2)
{
    known_bases b = { .known = test_fr_array(t, count) };
    zkl_error err = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (kind == PROGRESSION)
            b.known[i] = test_fr_u64(1 + 3 * i);
        else if (kind == EQUAL_BASES || kind == OPPOSITE_BASES)
            b.known[i] = test_fr_u64(77);
        if (kind == OPPOSITE_BASES && i % 2)
            zkl_fr_neg(&b.known[i], &b.known[i]);
        if (kind == WITH_INFINITY && i % 3 != 1)
            b.known[i] = ZKL_FR_ZERO;
    }
    b.g1 = zkl_arena_alloc(&t->arena, count + 1, sizeof *b.g1);
    b.g2 = zkl_arena_alloc(&t->arena, count + 1, sizeof *b.g2);
    CHECK_STATUS(t, ZKL_OK,
                 zkl_g1_mul_many(b.g1, &zkl_g1_generator, b.known, count, t->pool, &err));
    if (g2)
        CHECK_STATUS(t, ZKL_OK,
                     zkl_g2_mul_many(b.g2, &zkl_g2_generator, b.known, count, t->pool, &err));
    return b;
}

typedef enum scalar_kind {
    RANDOM_SCALARS,
    ZERO_SCALARS,
    SMALL_SCALARS, /* 0, 1, 2 or r - 1: what a witness is made of */
    WINDOWS_7FFF,  /* every 16-bit window 0x7fff, then 0x8000, 0xffff: carries of signed digits */
    EQUAL_SCALARS,
    EDGE_SCALARS,  /* 2^k, 2^k - 1, (r - 1)/2, (r + 1)/2 and their negatives: ends of any window */
    SPLIT_SCALARS, /* a + b z^2, as the verifier's sums cut them, a and b at their ends */
    SCALAR_KINDS,
} scalar_kind;

/* 0, 1, z^2 - 1, or any of 64 bits. */
static zkl_fr half_scalar(zkl_test *t, const zkl_fr *z2)
{
    const uint64_t kind = test_random_below(t, 4);
    zkl_fr out = test_fr_u64(kind < 2 ? kind : test_random_below(t, UINT64_MAX));
    if (kind == 2)
        zkl_fr_sub(&out, z2, &ZKL_FR_ONE);
    return out;
}

static zkl_fr split_scalar(zkl_test *t)
{
    zkl_fr z2 = test_fr_u64(0xd201000000010000u), high;
    zkl_fr_sqr(&z2, &z2);
    zkl_fr out = half_scalar(t, &z2);
    high = half_scalar(t, &z2);
    zkl_fr_mul(&high, &high, &z2);
    zkl_fr_add(&out, &out, &high);
    return out;
}

/* 2^k - 1 and 2^k for k < 255; from 510 on the middle of the field. Every other time negative. */
static zkl_fr edge_scalar(size_t i)
{
    const size_t which = i / 2 % 512;
    zkl_fr out = ZKL_FR_ONE;
    if (which >= 510) { /* (r + 1)/2 = 1/2, and one less */
        zkl_fr two = test_fr_u64(2);
        zkl_fr_inverse_vartime(&out, &two);
    }
    for (size_t k = 0; which < 510 && k < which / 2; k++)
        zkl_fr_add(&out, &out, &out);
    if (which % 2 == 0)
        zkl_fr_sub(&out, &out, &ZKL_FR_ONE);
    if (i % 2)
        zkl_fr_neg(&out, &out);
    return out;
}

static zkl_fr *make_scalars(zkl_test *t, scalar_kind kind, size_t count)
{
    zkl_fr *scalars = test_fr_array(t, count), *same = test_fr_array(t, 1);
    static const uint8_t window[4][2] = {
        { 0x7f, 0xff }, { 0x80, 0x00 }, { 0xff, 0xff }, { 0x80, 0x01 }
    };
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[32];
        if (kind == ZERO_SCALARS) {
            scalars[i] = ZKL_FR_ZERO;
        } else if (kind == SMALL_SCALARS) {
            const uint64_t small = test_random_below(t, 6);
            scalars[i] = test_fr_u64(small < 3 ? small : 1);
            if (small == 3)
                zkl_fr_neg(&scalars[i], &scalars[i]);
        } else if (kind == WINDOWS_7FFF) {
            for (size_t k = 0; k < 32; k++)
                bytes[k] = window[i % 4][k % 2];
            bytes[0] = 0x3f; /* below r */
            zkl_fr_reduce(&scalars[i], bytes, 32);
        } else if (kind == EQUAL_SCALARS) {
            scalars[i] = *same;
        } else if (kind == EDGE_SCALARS) {
            scalars[i] = edge_scalar(i);
        } else if (kind == SPLIT_SCALARS) {
            scalars[i] = split_scalar(t);
        }
    }
    return scalars;
}

static void check_sum(zkl_test *t, const zkl_g1 *got, const zkl_fr *scalars, const zkl_fr *known,
                      size_t count, const char *what)
{
    zkl_fr sum;
    zkl_g1 want;
    zkl_fr_dot(&sum, scalars, known, count);
    zkl_g1_mul(&want, &zkl_g1_generator, &sum);
    if (!test_g1_equal(got, &want))
        FAIL(t, "%s of %zu", what, count);
}

static void check_g1(zkl_test *t, const known_bases *b, const zkl_fr *scalars, size_t count)
{
    zkl_error err = { 0 };
    zkl_g1 got;
    REQUIRE_OK(t, &err, zkl_g1_msm(&got, b->g1, scalars, count, t->pool, &err));
    check_sum(t, &got, scalars, b->known, count, "msm, two threads");
    REQUIRE_OK(t, &err, zkl_g1_msm(&got, b->g1, scalars, count, NULL, &err));
    check_sum(t, &got, scalars, b->known, count, "msm, one thread");
    if (count > 2048)
        return;
    REQUIRE_OK(t, &err, zkl_g1_msm_small(&got, b->g1, scalars, count, t->pool, &err));
    check_sum(t, &got, scalars, b->known, count, "small msm");
}

static void test_g1_msm__is_right_at_every_small_size(zkl_test *t)
{
    const known_bases b = make_bases(t, RANDOM_BASES, 70, false);
    for (size_t n = 0; n <= 70; n++)
        check_g1(t, &b, make_scalars(t, RANDOM_SCALARS, n), n);
}

static void test_g1_msm__is_right_for_all_kinds(zkl_test *t)
{
    for (base_kind kind = 0; kind < BASE_KINDS; kind++) {
        const known_bases b = make_bases(t, kind, 1500, false);
        for (scalar_kind scalars = 0; scalars < SCALAR_KINDS; scalars++) {
            for (size_t count = 1; count <= 33; count += 8)
                check_g1(t, &b, make_scalars(t, scalars, count), count);
            check_g1(t, &b, make_scalars(t, scalars, 1500), 1500);
        }
    }
}

static void test_g1_msm__is_right_at_large_sizes(zkl_test *t)
{
    const known_bases b = make_bases(t, RANDOM_BASES, 20000, false);
    check_g1(t, &b, make_scalars(t, RANDOM_SCALARS, 20000), 20000);
    check_g1(t, &b, make_scalars(t, SMALL_SCALARS, 20000), 20000);
    check_g1(t, &b, make_scalars(t, WINDOWS_7FFF, 9999), 9999);
    /* sizes for which 22 to 32 windows of 7 to 12 bits are cut */
    for (size_t count = 512; count <= 16384; count += count / 2)
        check_g1(t, &b, make_scalars(t, EDGE_SCALARS, count), count);
}

/* More workers than windows: the bases are cut into ranges. */
static void test_g1_msm__is_right_with_many_workers(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_pool *own = t->pool;
    const known_bases b = make_bases(t, PROGRESSION, 3000, false);
    for (size_t threads = 3; threads <= 40; threads += 37) {
        REQUIRE_OK(t, &err, zkl_pool_new(&t->pool, threads, &err));
        check_g1(t, &b, make_scalars(t, RANDOM_SCALARS, 3000), 3000);
        check_g1(t, &b, make_scalars(t, SMALL_SCALARS, 513), 513);
        zkl_pool_free(t->pool);
    }
    t->pool = own;
}

static void test_msm__refuses_too_many(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_g1 out;
    zkl_g2 out2;
    zkl_g1_fixed *fixed = NULL;
    const known_bases b = make_bases(t, RANDOM_BASES, 1, true);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_g1_msm(&out, b.g1, b.known, ZKL_MSM_MAX + 1, t->pool, &err));
    CHECK_STATUS(t, ZKL_LIMIT, zkl_g2_msm(&out2, b.g2, b.known, ZKL_MSM_MAX + 1, t->pool, &err));
    CHECK_STATUS(t, ZKL_LIMIT, zkl_g1_fixed_new(&fixed, b.g1, ZKL_G1_FIXED_MAX + 1, t->pool, &err));
}

static void check_g2(zkl_test *t, const known_bases *b, const zkl_fr *scalars, size_t count)
{
    zkl_error err = { 0 };
    zkl_g2 got, want;
    zkl_fr sum;
    zkl_fr_dot(&sum, scalars, b->known, count);
    zkl_g2_mul(&want, &zkl_g2_generator, &sum);
    REQUIRE_OK(t, &err, zkl_g2_msm(&got, b->g2, scalars, count, t->pool, &err));
    CHECK(t, blst_p2_is_equal(&got, &want));
    REQUIRE_OK(t, &err, zkl_g2_msm(&got, b->g2, scalars, count, NULL, &err));
    CHECK(t, blst_p2_is_equal(&got, &want));
}

static void test_g2_msm__is_right(zkl_test *t)
{
    for (base_kind kind = 0; kind < BASE_KINDS; kind++) {
        const known_bases b = make_bases(t, kind, 700, true);
        for (scalar_kind scalars = 0; scalars < SCALAR_KINDS; scalars++) {
            check_g2(t, &b, make_scalars(t, scalars, 700), 700);
            for (size_t n = 0; n <= 40; n += 13)
                check_g2(t, &b, make_scalars(t, scalars, n), n);
        }
    }
}

static void test_mul_many__multiplies_each(zkl_test *t)
{
    zkl_error err = { 0 };
    const size_t sizes[] = { 0, 1, 2, 255, 256, 257, 1000 };
    for (size_t k = 0; k < ZKL_COUNT(sizes); k++) {
        const size_t n = sizes[k];
        const zkl_g1_affine base = test_random_g1(t);
        zkl_fr *scalars = make_scalars(t, k % 2 ? RANDOM_SCALARS : SMALL_SCALARS, n);
        zkl_g1_affine *g1 = zkl_arena_alloc(&t->arena, n, sizeof *g1), want;
        zkl_g2_affine *g2 = zkl_arena_alloc(&t->arena, n, sizeof *g2), want2;
        REQUIRE_OK(t, &err, zkl_g1_mul_many(g1, &base, scalars, n, t->pool, &err));
        REQUIRE_OK(t, &err, zkl_g2_mul_many(g2, &zkl_g2_generator, scalars, n, t->pool, &err));
        for (size_t i = 0; i < n; i += 1 + n / 100) {
            zkl_g1 point;
            zkl_g2 point2;
            zkl_g1_mul(&point, &base, &scalars[i]);
            zkl_g1_normalize(&want, &point);
            CHECK_MEM_EQ(t, &g1[i], &want, sizeof want);
            zkl_g2_mul(&point2, &zkl_g2_generator, &scalars[i]);
            zkl_g2_normalize(&want2, &point2);
            CHECK_MEM_EQ(t, &g2[i], &want2, sizeof want2);
        }
    }
}

/* Every window of a scalar at the largest digit that is not negated, at the smallest that is, and
 * at those that a carry makes so: windows of all widths that a table may have. */
static void test_multiply_all__recodes_every_window(zkl_test *t)
{
    zkl_error err = { 0 };
    const zkl_g1_affine bases[2] = { test_random_g1(t) }; /* and infinity */
    for (size_t count = 1; count <= 1 << 16; count *= 16) /* of a table: its window grows */
        for (size_t b = 0; b < ZKL_COUNT(bases); b++) {
            ZKL_AUTO_FREE(zkl_g1_multiples) multiples = NULL;
            zkl_fr scalars[3 * 16 + 2];
            zkl_g1_affine out[ZKL_COUNT(scalars)], want;
            size_t n = 0;
            for (unsigned bits = 1; bits <= 16; bits++)
                for (uint64_t over = 0; over < 3; over++) {
                    const zkl_fr unit = test_fr_u64((uint64_t)1 << bits);
                    const zkl_fr digit = test_fr_u64(((uint64_t)1 << (bits - 1)) - 1 + over);
                    scalars[n] = ZKL_FR_ZERO;
                    for (unsigned at = 0; at + bits <= 254; at += bits) {
                        zkl_fr_mul(&scalars[n], &scalars[n], &unit);
                        zkl_fr_add(&scalars[n], &scalars[n], &digit);
                    }
                    n++;
                }
            scalars[n++] = ZKL_FR_ZERO;
            zkl_fr_neg(&scalars[n++], &ZKL_FR_ONE);
            REQUIRE_OK(t, &err, zkl_g1_multiples_new(&multiples, &bases[b], count, t->pool, &err));
            REQUIRE_OK(t, &err, zkl_g1_multiply_all(out, multiples, scalars, n, t->pool, &err));
            for (size_t i = 0; i < n; i++) {
                zkl_g1_mul_affine(&want, &bases[b], &scalars[i]);
                CHECK_MEM_EQ(t, &out[i], &want, sizeof want);
            }
        }
}

/* Every allocation in turn fails: the status says so, and nothing leaks (the address sanitizer
 * looks). */
static void test_msm__reports_no_memory(zkl_test *t)
{
    zkl_error err = { 0 };
    const known_bases b = make_bases(t, RANDOM_BASES, 400, true);
    const zkl_fr *scalars = make_scalars(t, RANDOM_SCALARS, 400);
    zkl_g1 out;
    zkl_g2 out2;
    zkl_g1_affine many[400];
    zkl_g2_affine many2[400];
    for (int call = 0; call < 5; call++) {
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
            zkl_malloc_fail_after(nth);
            if (call == 0)
                status = zkl_g1_msm(&out, b.g1, scalars, 400, t->pool, &err);
            else if (call == 1)
                status = zkl_g2_msm(&out2, b.g2, scalars, 400, t->pool, &err);
            else if (call == 2)
                status = zkl_g1_msm_small(&out, b.g1, scalars, 400, t->pool, &err);
            else if (call == 3)
                status = zkl_g1_mul_many(many, b.g1, scalars, 400, t->pool, &err);
            else
                status = zkl_g2_mul_many(many2, b.g2, scalars, 400, t->pool, &err);
            zkl_malloc_fail_after(0);
        }
        CHECK_STATUS(t, ZKL_OK, status);
    }
}

ZKL_TESTS(TEST(test_g1_msm__is_right_at_every_small_size),
          TEST(test_g1_msm__is_right_for_all_kinds), TEST(test_g1_msm__is_right_at_large_sizes),
          TEST(test_g1_msm__is_right_with_many_workers), TEST(test_msm__refuses_too_many),
          TEST(test_g2_msm__is_right), TEST(test_mul_many__multiplies_each),
          TEST(test_multiply_all__recodes_every_window), TEST(test_msm__reports_no_memory))
