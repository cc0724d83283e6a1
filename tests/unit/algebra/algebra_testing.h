#pragma once
/* What the tests of this room share. */
#include "algebra/curve.h"
#include "testing.h"

/* Uniform enough: 64 random bytes mod r. */
static inline zkl_fr test_random_fr(zkl_test *t)
{
    uint8_t bytes[64];
    zkl_fr out;
    test_random_bytes(t, bytes, sizeof bytes);
    zkl_fr_reduce(&out, bytes, sizeof bytes);
    return out;
}

static inline zkl_fr *test_fr_array(zkl_test *t, size_t count)
{
    zkl_fr *values = zkl_arena_alloc(&t->arena, count ? count : 1, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = test_random_fr(t);
    return values;
}

static inline zkl_fr test_fr_u64(uint64_t value)
{
    zkl_fr out;
    zkl_fr_from_u64(&out, value);
    return out;
}

/* "0x18" or any hex number below r. */
static inline zkl_fr test_fr_hex(zkl_test *t, const char *hex)
{
    char padded[65];
    zkl_fr out = ZKL_FR_ZERO;
    const size_t digits = strlen(hex) - 2;
    if (digits > 64 || strncmp(hex, "0x", 2) != 0) {
        FAIL(t, "not a scalar: '%s'", hex);
        return out;
    }
    memset(padded, '0', 64);
    memcpy(padded + 64 - digits, hex + 2, digits);
    padded[64] = 0;
    CHECK(t, zkl_fr_decode(&out, test_hex(t, padded).data));
    return out;
}

#define CHECK_FR_EQ(t, got, want)                                                                  \
    do {                                                                                           \
        const zkl_fr check_got_fr = (got), check_want_fr = (want);                                 \
        CHECK_MEM_EQ((t), &check_got_fr, &check_want_fr, sizeof check_want_fr);                    \
    } while (0)

/* The array of hex numbers in the model's vectors. */
static inline void test_check_fr_list(zkl_test *t, const zkl_fr *got, const json_t *want,
                                      size_t count)
{
    CHECK_UINT_EQ(t, json_array_size(want), count);
    for (size_t i = 0; i < count && i < json_array_size(want); i++)
        CHECK_FR_EQ(t, got[i], test_fr_hex(t, json_string_value(json_array_get(want, i))));
}

static inline zkl_g1_affine test_random_g1(zkl_test *t)
{
    const zkl_fr scalar = test_random_fr(t);
    zkl_g1 point;
    zkl_g1_affine out;
    zkl_g1_mul(&point, &zkl_g1_generator, &scalar);
    zkl_g1_normalize(&out, &point);
    return out;
}

static inline bool test_g1_equal(const zkl_g1 *a, const zkl_g1 *b)
{
    return blst_p1_is_equal(a, b);
}

/* Multilinear extension of [t > last] at point, as the model has it. Bit k of t belongs to
 * point[k]. The circuit is compared with it. */
static inline void test_greater(zkl_fr *out, const zkl_fr *point, size_t point_count, uint64_t last)
{
    /* From the low bit up, g = [bits of t so far > bits of last so far]. A bit 1 of last keeps g
     * only where t has a 1; a bit 0 makes t greater where t has a 1: x + (1 - x) g. */
    zkl_fr g = ZKL_FR_ZERO, xg;
    for (size_t k = 0; k < point_count; k++) {
        zkl_fr_mul(&xg, &point[k], &g);
        if (k < 64 && (last >> k & 1)) {
            g = xg;
        } else {
            zkl_fr_add(&g, &g, &point[k]);
            zkl_fr_sub(&g, &g, &xg);
        }
    }
    *out = g;
}
