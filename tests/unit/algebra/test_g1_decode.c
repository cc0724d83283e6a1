/* Points decoded in lanes against blst's, one by one. */
#include "native/g1_decode.h"

#include "unit/algebra/algebra_testing.h"

#define COUNT ((size_t)8)

static const zkl_g1_decode_lanes *lanes_or_skip(zkl_test *t)
{
    const zkl_g1_decode_lanes *lanes = zkl_g1_decode_best();
    if (!lanes)
        fprintf(stderr, "# %s: this processor has no set\n", t->name);
    return lanes;
}

static void put_member(zkl_test *t, uint8_t out[static 48])
{
    const zkl_g1_affine point = test_random_g1(t);
    zkl_g1_encode(out, &point);
}

/* What the lanes take is what blst takes, to the last bit; and nothing else is written. */
static void check_lanes(zkl_test *t, const zkl_g1_decode_lanes *lanes, const uint8_t *encodings,
                        size_t count)
{
    uint64_t points[COUNT][12], untouched[12];
    memset(points, 0xab, sizeof points);
    memset(untouched, 0xab, sizeof untouched);
    const uint8_t taken = lanes->decode(points, encodings, count);
    for (size_t k = 0; k < COUNT; k++) {
        zkl_g1_affine want;
        zkl_error err;
        const bool is_taken = taken >> k & 1;
        const bool good =
            k < count && zkl_g1_decode(&want, encodings + 48 * k, "point", &err) == ZKL_OK;
        CHECK_UINT_EQ(t, is_taken, good);
        CHECK_MEM_EQ(t, points[k], good ? (const void *)&want : untouched, sizeof untouched);
    }
}

/* Both signs and every number of lanes. */
static void test_g1_decode__takes_what_blst_takes(zkl_test *t)
{
    const zkl_g1_decode_lanes *lanes = lanes_or_skip(t);
    uint8_t encodings[COUNT][48];
    for (size_t round = 0; lanes && round < 64; round++) {
        for (size_t k = 0; k < COUNT; k++)
            put_member(t, encodings[k]);
        check_lanes(t, lanes, encodings[0], 1 + round % COUNT);
    }
}

/* Multiples of the generator by 1, 2, .. and -1, -2, ..: neighbours on the curve. */
static void test_g1_decode__small_multiples(zkl_test *t)
{
    const zkl_g1_decode_lanes *lanes = lanes_or_skip(t);
    uint8_t encodings[COUNT][48];
    zkl_g1 sum = { 0 };
    for (size_t round = 0; lanes && round < 16; round++) {
        for (size_t k = 0; k < COUNT; k++) {
            zkl_g1_affine point;
            blst_p1_add_or_double_affine(&sum, &sum, &zkl_g1_generator);
            zkl_g1_normalize(&point, &sum);
            zkl_g1_encode(encodings[k], &point);
            encodings[k][0] ^= (uint8_t)(round % 2 ? 0x20 : 0);
        }
        check_lanes(t, lanes, encodings[0], COUNT);
    }
}

/* x as they come: half are of the curve, and none in the group. */
static void test_g1_decode__leaves_strangers(zkl_test *t)
{
    const zkl_g1_decode_lanes *lanes = lanes_or_skip(t);
    uint8_t encodings[COUNT][48];
    for (size_t round = 0; lanes && round < 64; round++) {
        for (size_t k = 0; k < COUNT; k++) {
            test_random_bytes(t, encodings[k], 48);
            encodings[k][0] = (uint8_t)(0x80 | (encodings[k][0] & 0x2f));
        }
        put_member(t, encodings[test_random_below(t, COUNT)]);
        check_lanes(t, lanes, encodings[0], COUNT);
    }
}

/* Every value of the first byte, of a member and of infinity: flags, and x at p and above. */
static void test_g1_decode__every_first_byte(zkl_test *t)
{
    const zkl_g1_decode_lanes *lanes = lanes_or_skip(t);
    uint8_t encodings[COUNT][48];
    for (unsigned byte = 0; lanes && byte < 256; byte++) {
        put_member(t, encodings[0]);
        memset(encodings[1], 0, 48);
        memset(encodings[2], 0xff, 48);
        for (size_t k = 0; k < COUNT; k++) {
            if (k >= 3)
                memcpy(encodings[k], encodings[k - 3], 48);
            encodings[k][0] = (uint8_t)byte;
        }
        check_lanes(t, lanes, encodings[0], COUNT);
    }
}

/* x of 0 (order 3), 1, 2, .. and around p. */
static void test_g1_decode__edges_of_x(zkl_test *t)
{
    static const uint8_t prime[48] = {
        0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6,
        0x43, 0x4b, 0xac, 0xd7, 0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf,
        0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24, 0x1e, 0xab, 0xff, 0xfe,
        0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
    };
    const zkl_g1_decode_lanes *lanes = lanes_or_skip(t);
    uint8_t encodings[COUNT][48];
    for (unsigned step = 0; lanes && step < 64; step++) {
        memset(encodings, 0, sizeof encodings);
        for (size_t k = 0; k < COUNT; k++) {
            if (k % 2)
                memcpy(encodings[k], prime, 48);
            encodings[k][47] = (uint8_t)(k % 2 ? 0xab - 32 + step : step);
            encodings[k][0] |= k & 2 ? 0xa0 : 0x80;
        }
        check_lanes(t, lanes, encodings[0], COUNT);
    }
}

/* A point of prime order q, which divides |z| + 1: a stray point times r (|z| + 1) / q. */
static zkl_g1_affine point_of_order(zkl_test *t, uint64_t q)
{
    static const uint64_t r[4] = { 0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                   0x73eda753299d7d48 };
    const uint64_t rest = 0xd201000000010001u / q;
    zkl_g1_affine stray, out = { 0 };
    CHECK_UINT_EQ(t, rest * q, 0xd201000000010001u);
    while (zkl_g1_is_infinity(&out)) {
        uint8_t bytes[48];
        zkl_g1 point;
        test_random_bytes(t, bytes, sizeof bytes);
        bytes[0] = (uint8_t)(0x80 | (bytes[0] & 0x2f));
        if (blst_p1_uncompress(&stray, bytes) != BLST_SUCCESS)
            continue;
        blst_p1_from_affine(&point, &stray);
        blst_p1_mult(&point, &point, (const uint8_t *)r, 255);
        blst_p1_mult(&point, &point, (const uint8_t *)&rest, 64);
        zkl_g1_normalize(&out, &point);
    }
    return out;
}

/* Those of every prime that divides the cofactor, alone and beside a member. */
static void test_g1_decode__points_of_small_order(zkl_test *t)
{
    /* check: 3 * 11 * 10177 * 859267 * 52437899 == 0xd201000000010001 */
    static const uint64_t primes[] = { 3, 11, 10177, 859267, 52437899 };
    const zkl_g1_decode_lanes *lanes = lanes_or_skip(t);
    uint8_t encodings[COUNT][48];
    for (size_t i = 0; lanes && i < ZKL_COUNT(primes); i++) {
        for (size_t k = 0; k < COUNT; k++) {
            const zkl_g1_affine stray = point_of_order(t, primes[i]), member = test_random_g1(t);
            zkl_g1 sum;
            zkl_g1_affine point;
            blst_p1_from_affine(&sum, &stray);
            if (k % 2)
                blst_p1_add_or_double_affine(&sum, &sum, &member);
            zkl_g1_normalize(&point, &sum);
            zkl_g1_encode(encodings[k], &point);
        }
        put_member(t, encodings[5]);
        check_lanes(t, lanes, encodings[0], COUNT);
    }
}

ZKL_TESTS(TEST(test_g1_decode__takes_what_blst_takes), TEST(test_g1_decode__small_multiples),
          TEST(test_g1_decode__leaves_strangers), TEST(test_g1_decode__every_first_byte),
          TEST(test_g1_decode__edges_of_x), TEST(test_g1_decode__points_of_small_order))
