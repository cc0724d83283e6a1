#include "unit/algebra/algebra_testing.h"

static const char r_minus_1_hex[] =
    "0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000";
static const char r_hex[] = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

/* 0, 1, 2, r-1, r-2, small, large, random. */
static size_t edge_values(zkl_test *t, zkl_fr out[static 16])
{
    size_t n = 0;
    out[n++] = ZKL_FR_ZERO;
    out[n++] = ZKL_FR_ONE;
    zkl_fr_from_u64(&out[n++], 2);
    out[n++] = test_fr_hex(t, r_minus_1_hex);
    zkl_fr_sub(&out[n], &out[n - 1], &ZKL_FR_ONE);
    n++;
    zkl_fr_from_u64(&out[n++], UINT64_MAX);
    zkl_fr_from_u128(&out[n++], UINT64_MAX, UINT64_MAX);
    zkl_fr_power_of_two(&out[n++], 254);
    while (n < 16)
        out[n++] = test_random_fr(t);
    return n;
}

static void test_fr__is_a_field(zkl_test *t)
{
    zkl_fr v[16], left, right, sum;
    const size_t n = edge_values(t, v);
    for (size_t i = 0; i < n; i++) {
        zkl_fr inverse, negative;
        zkl_fr_neg(&negative, &v[i]);
        zkl_fr_add(&sum, &v[i], &negative);
        CHECK_FR_EQ(t, sum, ZKL_FR_ZERO);
        zkl_fr_sub(&left, &ZKL_FR_ZERO, &v[i]);
        CHECK_FR_EQ(t, left, negative);
        zkl_fr_inverse(&inverse, &v[i]);
        zkl_fr_inverse_vartime(&right, &v[i]);
        CHECK_FR_EQ(t, inverse, right);
        zkl_fr_mul(&left, &inverse, &v[i]);
        CHECK_FR_EQ(t, left, zkl_fr_is_zero(&v[i]) ? ZKL_FR_ZERO : ZKL_FR_ONE);
        zkl_fr_sqr(&left, &v[i]);
        zkl_fr_mul(&right, &v[i], &v[i]);
        CHECK_FR_EQ(t, left, right);
        zkl_fr_pow_u64(&left, &v[i], 2);
        CHECK_FR_EQ(t, left, right);
        for (size_t j = 0; j < n; j++) {
            zkl_fr_mul(&left, &v[i], &v[j]);
            zkl_fr_mul(&right, &v[j], &v[i]);
            CHECK_FR_EQ(t, left, right);
            for (size_t k = 0; k < n; k++) { /* (i + j) k = ik + jk */
                zkl_fr ik, jk;
                zkl_fr_add(&sum, &v[i], &v[j]);
                zkl_fr_mul(&left, &sum, &v[k]);
                zkl_fr_mul(&ik, &v[i], &v[k]);
                zkl_fr_mul(&jk, &v[j], &v[k]);
                zkl_fr_add(&right, &ik, &jk);
                CHECK_FR_EQ(t, left, right);
            }
        }
    }
}

static void test_fr__aliased_operands_work(zkl_test *t)
{
    const zkl_fr a = test_random_fr(t), b = test_random_fr(t);
    zkl_fr want, got = a;
    zkl_fr_mul(&want, &a, &b);
    zkl_fr_mul(&got, &got, &b);
    CHECK_FR_EQ(t, got, want);
    got = b;
    zkl_fr_sub(&want, &a, &b);
    zkl_fr_sub(&got, &a, &got);
    CHECK_FR_EQ(t, got, want);
    got = a;
    zkl_fr_mul(&want, &a, &a);
    zkl_fr_mul(&got, &got, &got);
    CHECK_FR_EQ(t, got, want);
}

/* Products by python: a = 0x0123456789abcdef repeated four times, b = r - 12345. */
static void test_fr__product_matches_known(zkl_test *t)
{
    const zkl_fr a =
        test_fr_hex(t, "0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    const zkl_fr b =
        test_fr_hex(t, "0x73eda753299d7d483339d80809a1d80553bda402fffe5bfefffffffeffffcfc8");
    zkl_fr product;
    zkl_fr_mul(&product, &a, &b);
    CHECK_FR_EQ(
        t, product,
        test_fr_hex(t, "0x6163dfc3f73009fa8bb315f6b943481c0a824b90215a2d18222221a822225643"));
}

static void test_fr_decode__is_canonical(zkl_test *t)
{
    uint8_t bytes[32], little[32], back[32];
    zkl_fr value = ZKL_FR_ONE, same = ZKL_FR_ONE;
    memcpy(bytes, test_hex(t, r_hex).data, 32);
    CHECK(t, !zkl_fr_decode(&value, bytes)); /* r */
    CHECK_FR_EQ(t, value, same);             /* left alone */
    for (size_t i = 0; i < 32; i++)
        little[i] = bytes[31 - i];
    CHECK(t, !zkl_fr_decode_le(&value, little));
    memset(bytes, 0xff, 32);
    CHECK(t, !zkl_fr_decode(&value, bytes));
    CHECK(t, !zkl_fr_decode_le(&value, bytes));

    zkl_fr v[16];
    const size_t n = edge_values(t, v);
    for (size_t k = 0; k < n; k++) {
        zkl_fr_encode(bytes, &v[k]);
        CHECK(t, zkl_fr_decode(&value, bytes));
        CHECK_FR_EQ(t, value, v[k]);
        zkl_fr_encode_le(little, &v[k]);
        for (size_t i = 0; i < 32; i++)
            back[i] = little[31 - i];
        CHECK_MEM_EQ(t, back, bytes, 32);
        CHECK(t, zkl_fr_decode_le(&value, little));
        CHECK_FR_EQ(t, value, v[k]);
    }
    zkl_fr_from_u64(&value, 0x0102030405060708);
    zkl_fr_encode(bytes, &value);
    CHECK_MEM_EQ(
        t, bytes,
        test_hex(t, "0000000000000000000000000000000000000000000000000102030405060708").data, 32);
}

/* Any length, against Horner's rule byte by byte. */
static void test_fr_reduce__takes_any_length(zkl_test *t)
{
    uint8_t bytes[200];
    for (size_t size = 0; size <= sizeof bytes; size += size < 70 ? 1 : 13) {
        if (size % 3 == 0)
            memset(bytes, 0xff, size);
        else
            test_random_bytes(t, bytes, size);
        zkl_fr want = ZKL_FR_ZERO, digit, got;
        const zkl_fr base = test_fr_u64(256);
        for (size_t i = 0; i < size; i++) {
            zkl_fr_mul(&want, &want, &base);
            digit = test_fr_u64(bytes[i]);
            zkl_fr_add(&want, &want, &digit);
        }
        zkl_fr_reduce(&got, bytes, size);
        CHECK_FR_EQ(t, got, want);
    }
}

static void test_fr_power_of_two__doubles(zkl_test *t)
{
    zkl_fr want = ZKL_FR_ONE, got;
    for (unsigned k = 0; k < 255; k++) {
        zkl_fr_power_of_two(&got, k);
        CHECK_FR_EQ(t, got, want);
        zkl_fr_add(&want, &want, &want);
    }
}

static void test_fr_inverse_batch__keeps_zeros(zkl_test *t)
{
    for (size_t n = 0; n < 40; n++) {
        zkl_fr *values = test_fr_array(t, n), *scratch = test_fr_array(t, n),
               *before = test_fr_array(t, n);
        for (size_t i = 0; i < n; i++)
            if (n % 3 == 0 || test_random_below(t, 4) == 0) /* also all zeros */
                values[i] = ZKL_FR_ZERO;
        memcpy(before, values, n * sizeof *values);
        zkl_fr_inverse_batch(values, scratch, n);
        for (size_t i = 0; i < n; i++) {
            zkl_fr want;
            zkl_fr_inverse(&want, &before[i]);
            CHECK_FR_EQ(t, values[i], want);
        }
    }
}

static void test_fr_dot__sums_products(zkl_test *t)
{
    const zkl_fr a[3] = { test_fr_u64(2), test_fr_u64(3), test_fr_u64(5) };
    const zkl_fr b[3] = { test_fr_u64(7), test_fr_u64(11), test_fr_u64(13) };
    zkl_fr got;
    zkl_fr_dot(&got, a, b, 3);
    CHECK_FR_EQ(t, got, test_fr_u64(14 + 33 + 65));
    zkl_fr_dot(&got, a, b, 0);
    CHECK_FR_EQ(t, got, ZKL_FR_ZERO);
}

ZKL_TESTS(TEST(test_fr__is_a_field), TEST(test_fr__aliased_operands_work),
          TEST(test_fr__product_matches_known), TEST(test_fr_decode__is_canonical),
          TEST(test_fr_reduce__takes_any_length), TEST(test_fr_power_of_two__doubles),
          TEST(test_fr_inverse_batch__keeps_zeros), TEST(test_fr_dot__sums_products))
