/* Points in lanes against blst: additions in G1 and G2, and decoding, each judged as
 * algebra/curve.c judges it. */
#include "algebra/curve.h"
#include "fuzz_kernels.h"
#include "native/g1_decode.h"
#include "native/point_lanes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COUNT = 40 };

static void invert_g1(uint64_t *out, const uint64_t *in)
{
    blst_fp value;
    memcpy(&value, in, sizeof value);
    blst_fp_inverse(&value, &value);
    memcpy(out, &value, sizeof value);
}

static void invert_g2(uint64_t *out, const uint64_t *in)
{
    blst_fp2 value;
    memcpy(&value, in, sizeof value);
    blst_fp2_inverse(&value, &value);
    memcpy(out, &value, sizeof value);
}

/* Small multiples of the generator, of either sign, and infinity: equal and opposite points meet
 * often. */
static void take_point_g1(source *s, zkl_g1_affine *out)
{
    const uint8_t byte = take_byte(s);
    zkl_fr k;
    zkl_g1 point;
    zkl_fr_from_u64(&k, byte & 64 ? take_byte(s) * 257u + take_byte(s) : byte & 7);
    zkl_g1_mul(&point, &zkl_g1_generator, &k);
    blst_p1_cneg(&point, byte & 128);
    zkl_g1_normalize(out, &point);
}

static void take_point_g2(source *s, zkl_g2_affine *out)
{
    const uint8_t byte = take_byte(s);
    zkl_fr k;
    zkl_g2 point;
    zkl_fr_from_u64(&k, byte & 64 ? take_byte(s) * 257u + take_byte(s) : byte & 7);
    zkl_g2_mul(&point, &zkl_g2_generator, &k);
    blst_p2_cneg(&point, byte & 128);
    zkl_g2_normalize(out, &point);
}

/* What a set leaves is at the front of the batch and in order; those are never plain sums. */
static void check_left(const zkl_point_addition *batch, size_t left, size_t count,
                       const bool may_be_left[COUNT], const void *sums, size_t point_bytes,
                       bool was_left[COUNT])
{
    ZKL_ASSERT(left <= count);
    memset(was_left, 0, COUNT * sizeof *was_left);
    for (size_t i = 0, last = 0; i < left; i++) {
        const size_t k =
            (size_t)((const uint8_t *)batch[i].out - (const uint8_t *)sums) / point_bytes;
        ZKL_ASSERT(k < count && may_be_left[k] && (i == 0 || k > last));
        was_left[k] = true;
        last = k;
    }
}

static void check_g1(source *s)
{
    const zkl_point_lanes *lanes = zkl_g1_lanes_best();
    const size_t count = 1 + take_byte(s) % COUNT;
    zkl_g1_affine *a = fenced(0, count * sizeof *a), *b = fenced(1, count * sizeof *b);
    zkl_g1_affine *sums = fenced(2, count * sizeof *sums), want[COUNT];
    void *scratch = fenced(3, ZKL_POINT_LANES_SCRATCH_BYTES);
    zkl_point_addition batch[COUNT];
    bool may_be_left[COUNT], was_left[COUNT];
    for (size_t k = 0; lanes && k < count; k++) {
        const uint8_t signs = take_byte(s);
        zkl_g1 left, right;
        take_point_g1(s, &a[k]);
        take_point_g1(s, &b[k]);
        batch[k] = (zkl_point_addition){ &a[k], &b[k], &sums[k], signs & 1, signs >> 1 & 1, 0, 0 };
        blst_p1_from_affine(&left, &a[k]);
        blst_p1_from_affine(&right, &b[k]);
        blst_p1_cneg(&left, signs & 1);
        blst_p1_cneg(&right, signs >> 1 & 1);
        blst_p1_add_or_double(&left, &left, &right);
        zkl_g1_normalize(&want[k], &left);
        may_be_left[k] =
            zkl_g1_is_infinity(&a[k]) || zkl_g1_is_infinity(&b[k]) || zkl_g1_is_infinity(&want[k]);
    }
    if (!lanes)
        return;
    check_left(batch, lanes->add(batch, count, scratch, invert_g1), count, may_be_left, sums,
               sizeof *sums, was_left);
    for (size_t k = 0; k < count; k++) {
        ZKL_ASSERT(was_left[k] == may_be_left[k]);
        if (!was_left[k])
            must_equal(&sums[k], &want[k], sizeof *want);
    }
}

static void check_g2(source *s)
{
    const zkl_point_lanes *lanes = zkl_g2_lanes_best();
    const size_t count = 1 + take_byte(s) % COUNT;
    zkl_g2_affine *a = fenced(0, count * sizeof *a), *b = fenced(1, count * sizeof *b);
    zkl_g2_affine *sums = fenced(2, count * sizeof *sums), want[COUNT];
    void *scratch = fenced(3, ZKL_POINT_LANES_SCRATCH_BYTES);
    zkl_point_addition batch[COUNT];
    bool may_be_left[COUNT], was_left[COUNT];
    for (size_t k = 0; lanes && k < count; k++) {
        const uint8_t signs = take_byte(s);
        zkl_g2 left, right;
        take_point_g2(s, &a[k]);
        take_point_g2(s, &b[k]);
        batch[k] = (zkl_point_addition){ &a[k], &b[k], &sums[k], signs & 1, signs >> 1 & 1, 0, 0 };
        blst_p2_from_affine(&left, &a[k]);
        blst_p2_from_affine(&right, &b[k]);
        blst_p2_cneg(&left, signs & 1);
        blst_p2_cneg(&right, signs >> 1 & 1);
        blst_p2_add_or_double(&left, &left, &right);
        zkl_g2_normalize(&want[k], &left);
        may_be_left[k] = blst_p2_affine_is_inf(&a[k]) || blst_p2_affine_is_inf(&b[k]) ||
                         blst_p2_affine_is_inf(&want[k]);
    }
    if (!lanes)
        return;
    check_left(batch, lanes->add(batch, count, scratch, invert_g2), count, may_be_left, sums,
               sizeof *sums, was_left);
    for (size_t k = 0; k < count; k++) {
        ZKL_ASSERT(was_left[k] == may_be_left[k]);
        if (!was_left[k])
            must_equal(&sums[k], &want[k], sizeof *want);
    }
}

/* Members, members with a few bits changed, and any bytes. */
static void check_decoding(source *s)
{
    const zkl_g1_decode_lanes *lanes = zkl_g1_decode_best();
    const size_t count = 1 + take_byte(s) % ZKL_G1_DECODE_LANES;
    uint8_t *encodings = fenced(0, 48 * count);
    uint64_t(*points)[12] = fenced(1, count * sizeof *points);
    for (size_t k = 0; k < count; k++) {
        const uint8_t kind = take_byte(s);
        zkl_g1_affine member;
        take_bytes(s, encodings + 48 * k, 48);
        encodings[48 * k] = (uint8_t)((kind & 8 ? 0x80 : 0) ^ encodings[48 * k]);
        if (kind & 3) {
            take_point_g1(s, &member);
            zkl_g1_encode(encodings + 48 * k, &member);
        }
        if ((kind & 3) == 3)
            encodings[48 * k + take_byte(s) % 48] ^= take_byte(s);
    }
    if (!lanes)
        return;
    memset(points, 0xab, count * sizeof *points);
    const uint8_t taken = lanes->decode(points, encodings, count);
    ZKL_ASSERT(count == 8 || taken >> count == 0);
    for (size_t k = 0; k < count; k++) {
        uint8_t untouched[sizeof *points];
        zkl_g1_affine want;
        const bool is_good = zkl_g1_decode(&want, encodings + 48 * k, "point", NULL) == ZKL_OK;
        memset(untouched, 0xab, sizeof untouched);
        /* It may leave a point, and takes none that is not one. */
        ZKL_ASSERT(is_good || !(taken >> k & 1));
        ZKL_ASSERT(!is_good || zkl_g1_is_infinity(&want) || (taken >> k & 1));
        must_equal(points[k], taken >> k & 1 ? (const void *)&want : untouched, sizeof untouched);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(source *) = { check_g1, check_g2, check_decoding };
    source s = { data, size, 1 };
    checks[take_byte(&s) % ZKL_COUNT(checks)](&s);
    return 0;
}
