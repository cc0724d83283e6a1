/* The groups G1 and G2 of BLS12-381 over blst: encodings, single products, pairings.
 *
 * G1: y^2 = x^3 + 4 over Fp, G2: y^2 = x^3 + 4 (1 + u) over Fp2 = Fp[u] / (u^2 + 1)
 *
 * 1. What comes from outside goes through a decoder here, and each decoder checks curve, subgroup
 *    and infinity. So every point above this file lies in the group of order r.
 * 2. Affine points are reduced coordinates in Montgomery form, infinity is all zeros: equality is
 *    equality of memory.
 * 3. Encodings are ZCash's: big-endian x, with flags for compression, infinity and the larger y in
 *    its top three bits. */
#include "algebra/curve.h"

#include "native/g1_decode.h"

/* Montgomery form of the generators of the curve's specification. */
const zkl_g1_affine zkl_g1_generator = {
    { { 0x5cb38790fd530c16, 0x7817fc679976fff5, 0x154f95c7143ba1c1, 0xf0ae6acdf3d0e747,
        0xedce6ecc21dbf440, 0x120177419e0bfb75 } },
    { { 0xbaac93d50ce72271, 0x8c22631a7918fd8e, 0xdd595f13570725ce, 0x51ac582950405194,
        0x0e1c8c3fad0059c0, 0x0bbc3efc5008a26a } },
};

const zkl_g2_affine zkl_g2_generator = {
    { {
        { { 0xf5f28fa202940a10, 0xb3f5fb2687b4961a, 0xa1a893b53e2ae580, 0x9894999d1a3caee9,
            0x6f67b7631863366b, 0x058191924350bcd7 } },
        { { 0xa5a9c0759e23f606, 0xaaa0c59dbccd60c3, 0x3bb17e18e2867806, 0x1b1ab6cc8541b367,
            0xc2b6ed0ef2158547, 0x11922a097360edf3 } },
    } },
    { {
        { { 0x4c730af860494c4a, 0x597cfa1f5e369c5a, 0xe7e6856caa0a635a, 0xbbefb5e96e0d495f,
            0x07d3a975f0ef25a2, 0x0083fd8e7e80dae5 } },
        { { 0xadc0fc92df64b05d, 0x18aa270a2b1461dc, 0x86adac6a3be4eba0, 0x79495c4ec93da33a,
            0xe7175850a43ccaed, 0x0b2bc2a163de1bf2 } },
    } },
};

/* Why the bytes are refused, NULL when they are a point of the subgroup other than infinity. */
static const char *fault_of(BLST_ERROR error, bool infinity, bool in_subgroup)
{
    if (error == BLST_POINT_NOT_ON_CURVE)
        return "not on the curve";
    if (error == BLST_POINT_NOT_IN_GROUP) /* blst's own shortcut for x = 0, the points of order 3 */
        return "outside the subgroup";
    if (error != BLST_SUCCESS)
        return "wrong flags or a coordinate not below p";
    if (infinity)
        return "infinity";
    return in_subgroup ? NULL : "outside the subgroup";
}

/* blst_p1_uncompress finds y from x and refuses x >= p and wrong flags; the subgroup has its own
 * test. */
static const char *decode_g1(zkl_g1_affine *out, const uint8_t *bytes)
{
    zkl_g1_affine point = { { { 0 } } };
    const BLST_ERROR error = blst_p1_uncompress(&point, bytes);
    const char *fault = fault_of(error, zkl_g1_is_infinity(&point),
                                 error == BLST_SUCCESS && blst_p1_affine_in_g1(&point));
    if (!fault)
        *out = point;
    return fault;
}

zkl_status zkl_g1_decode(zkl_g1_affine *out, const uint8_t bytes[static 48], const char *what,
                         zkl_error *err)
{
    const char *fault = decode_g1(out, bytes);
    return fault ? zkl_fail(err, ZKL_BAD_INPUT, "%s: point in G1: %s", what, fault) : ZKL_OK;
}

/* The same in G2; *out changes on success alone. */
zkl_status zkl_g2_decode(zkl_g2_affine *out, const uint8_t bytes[static 96], const char *what,
                         zkl_error *err)
{
    zkl_g2_affine point = { 0 };
    const BLST_ERROR error = blst_p2_uncompress(&point, bytes);
    const char *fault = fault_of(error, blst_p2_affine_is_inf(&point),
                                 error == BLST_SUCCESS && blst_p2_affine_in_g2(&point));
    if (fault)
        return zkl_fail(err, ZKL_BAD_INPUT, "%s: point in G2: %s", what, fault);
    *out = point;
    return ZKL_OK;
}

typedef struct decoding {
    zkl_g1_affine *out;
    const uint8_t *bytes;
    size_t count;
    const char *what;
    const zkl_g1_decode_lanes *set; /* or NULL */
} decoding;

/* Points a task. Decoding one takes tens of microseconds, so a slice is long beside the cost of
 * taking it, and short enough to stop soon after a bad point. */
#define DECODE_SLICE 32
/* Fewer points are decoded one by one: all lanes together take as long as about three of them. */
#define DECODE_LANES_MIN 4

_Static_assert(DECODE_SLICE % ZKL_G1_DECODE_LANES == 0, "only the last lanes may be empty");
_Static_assert(sizeof(zkl_g1_affine) == 96, "a point is the twelve words of the lanes");

/* Points first to end - 1: the native set takes what is right of them. What it leaves, or all where
 * there is no set, is decoded one by one: so every fault is found and named in one place. */
static zkl_status decode_lanes(const decoding *job, size_t first, size_t end, zkl_error *err)
{
    ZKL_ASSERT(first < end && end - first <= ZKL_G1_DECODE_LANES);
    uint64_t points[ZKL_G1_DECODE_LANES][12];
    const uint8_t taken =
        job->set ? job->set->decode(points, job->bytes + ZKL_G1_BYTES * first, end - first) : 0;
    for (size_t i = first; i < end; i++) {
        if (taken >> (i - first) & 1) {
            memcpy(&job->out[i], points[i - first], sizeof job->out[i]);
            continue;
        }
        const char *fault = decode_g1(&job->out[i], job->bytes + ZKL_G1_BYTES * i);
        if (fault)
            return zkl_fail(err, ZKL_BAD_INPUT, "%s %zu: point in G1: %s", job->what, i, fault);
    }
    return ZKL_OK;
}

static zkl_status decode_slice(void *context, size_t index, size_t worker, zkl_error *err)
{
    (void)worker;
    const decoding *job = context;
    ZKL_ASSERT(index * DECODE_SLICE < job->count);
    const size_t begin = index * DECODE_SLICE;
    const size_t end = job->count - begin < DECODE_SLICE ? job->count : begin + DECODE_SLICE;
    for (size_t i = begin; i < end; i += ZKL_G1_DECODE_LANES)
        ZKL_TRY(decode_lanes(job, i, end - i < ZKL_G1_DECODE_LANES ? end : i + ZKL_G1_DECODE_LANES,
                             err));
    return ZKL_OK;
}

/* Each point is checked by itself. A check of one random combination of all would let a point of
 * order 3 pass once in three. */
zkl_status zkl_g1_decode_many(zkl_g1_affine *out, const uint8_t *bytes, size_t count,
                              const char *what, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT((out && bytes) || count == 0);
    decoding job = { .out = out,
                     .bytes = bytes,
                     .count = count,
                     .what = what,
                     .set = count < DECODE_LANES_MIN ? NULL : zkl_g1_decode_best() };
    return zkl_pool_try(pool, (count + DECODE_SLICE - 1) / DECODE_SLICE, decode_slice, &job, err);
}

/* Infinity has an encoding, which no decoder here takes. */
void zkl_g1_encode(uint8_t out[static 48], const zkl_g1_affine *a)
{
    blst_p1_affine_compress(out, a);
}

void zkl_g2_encode(uint8_t out[static 96], const zkl_g2_affine *a)
{
    blst_p2_affine_compress(out, a);
}

bool zkl_g1_is_infinity(const zkl_g1_affine *a)
{
    return blst_p1_affine_is_inf(a);
}

bool zkl_g2_is_infinity(const zkl_g2_affine *a)
{
    return blst_p2_affine_is_inf(a);
}

void zkl_g1_normalize(zkl_g1_affine *out, const zkl_g1 *a)
{
    blst_p1_to_affine(out, a);
}

void zkl_g2_normalize(zkl_g2_affine *out, const zkl_g2 *a)
{
    blst_p2_to_affine(out, a);
}

/* blst shares inversions among the points. */
void zkl_g1_normalize_many(zkl_g1_affine *out, const zkl_g1 *in, size_t count)
{
    ZKL_ASSERT((out && in) || count == 0);
    const zkl_g1 *const points[2] = { in, NULL }; /* NULL: the points lie one after the other */
    if (count)
        blst_p1s_to_affine(out, points, count);
}

void zkl_g2_normalize_many(zkl_g2_affine *out, const zkl_g2 *in, size_t count)
{
    ZKL_ASSERT((out && in) || count == 0);
    const zkl_g2 *const points[2] = { in, NULL };
    if (count)
        blst_p2s_to_affine(out, points, count);
}

/* blst's windowed multiplication, constant time in the bits. All 255 are walked, whatever the
 * scalar. */
void zkl_g1_mul(zkl_g1 *out, const zkl_g1_affine *base, const zkl_fr *scalar)
{
    blst_scalar bits;
    zkl_g1 point;
    blst_p1_from_affine(&point, base);
    blst_scalar_from_fr(&bits, scalar);
    blst_p1_mult(out, &point, bits.b, 255);
    zkl_wipe(&bits, sizeof bits);
}

void zkl_g2_mul(zkl_g2 *out, const zkl_g2_affine *base, const zkl_fr *scalar)
{
    blst_scalar bits;
    zkl_g2 point;
    blst_p2_from_affine(&point, base);
    blst_scalar_from_fr(&bits, scalar);
    blst_p2_mult(out, &point, bits.b, 255);
    zkl_wipe(&bits, sizeof bits);
}

void zkl_g1_mul_affine(zkl_g1_affine *out, const zkl_g1_affine *base, const zkl_fr *scalar)
{
    zkl_g1 product;
    zkl_g1_mul(&product, base, scalar);
    zkl_g1_normalize(out, &product);
}

void zkl_g2_mul_affine(zkl_g2_affine *out, const zkl_g2_affine *base, const zkl_fr *scalar)
{
    zkl_g2 product;
    zkl_g2_mul(&product, base, scalar);
    zkl_g2_normalize(out, &product);
}

/* Pairs of one loop: they share its squarings. */
#define LOOP_PAIRS 16

/* e(p0, q0) e(p1, q1) .. = 1 exactly when the product of the Miller loops is 1 after one final
 * exponentiation, since that is a homomorphism. A pair with infinity has pairing 1 and is left
 * out. */
bool zkl_pairing_product_is_one(const zkl_g1_affine *p, const zkl_g2_affine *q, size_t count)
{
    blst_fp12 product = *blst_fp12_one(), loop;
    const zkl_g1_affine *ps[LOOP_PAIRS];
    const zkl_g2_affine *qs[LOOP_PAIRS];
    for (size_t i = 0, pairs = 0; i < count; i++) {
        if (!blst_p1_affine_is_inf(&p[i]) && !blst_p2_affine_is_inf(&q[i])) {
            ps[pairs] = &p[i];
            qs[pairs++] = &q[i];
        }
        if (pairs == 0 || (pairs < LOOP_PAIRS && i + 1 < count))
            continue;
        blst_miller_loop_n(&loop, qs, ps, pairs);
        blst_fp12_mul(&product, &product, &loop);
        pairs = 0;
    }
    blst_final_exp(&product, &product);
    return blst_fp12_is_one(&product);
}

/* e(a, b) e(-c, d) = 1. Minus infinity, which is all zeros, is infinity. */
bool zkl_pairings_equal(const zkl_g1_affine *a, const zkl_g2_affine *b, const zkl_g1_affine *c,
                        const zkl_g2_affine *d)
{
    zkl_g1_affine p[2] = { *a, *c };
    const zkl_g2_affine q[2] = { *b, *d };
    blst_fp_cneg(&p[1].y, &p[1].y, true);
    return zkl_pairing_product_is_one(p, q, 2);
}
