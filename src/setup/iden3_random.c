/* Scalars and points from a seed. Source: ffjavascript 0.3.1, chacha.js, wasm_field1.js and
 * wasm_curve.js, fromRng.
 *
 * Everything here is public: seeds are hashes of transcripts and of beacons. */
#include "setup/iden3_random.h"

#include <string.h>

#include "base/bytes.h"

/* Left, as ChaCha20 has it. */
static uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

/* RFC 8439, section 2.1. */
static void quarter_round(uint32_t s[static 16], size_t a, size_t b, size_t c, size_t d)
{
    ZKL_DEBUG_ASSERT(a < 16 && b < 16 && c < 16 && d < 16);
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 7);
}

/* Ten double rounds on a copy of the state, which is then added. */
static void chacha_fill(zkl_iden3_random *random)
{
    memcpy(random->out, random->state, sizeof random->out);
    for (int i = 0; i < 10; i++) {
        for (size_t k = 0; k < 4; k++)
            quarter_round(random->out, k, 4 + k, 8 + k, 12 + k);
        for (size_t k = 0; k < 4; k++)
            quarter_round(random->out, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4);
    }
    for (size_t i = 0; i < 16; i++)
        random->out[i] += random->state[i];
    ZKL_ASSERT(random->state[12] < UINT32_MAX);
    random->state[12]++; /* never wraps: a point takes a few blocks */
    random->at = 0;
}

/* The next word of the stream; a new block when the last one is used up. */
static uint32_t chacha_next(zkl_iden3_random *random)
{
    ZKL_DEBUG_ASSERT(random->at <= 16);
    if (random->at == 16)
        chacha_fill(random);
    return random->out[random->at++];
}

void zkl_iden3_random_init(zkl_iden3_random *random, const uint8_t seed[static 32])
{
    *random =
        (zkl_iden3_random){ .state = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }, .at = 16 };
    for (size_t i = 0; i < 8; i++)
        random->state[4 + i] = zkl_be32_get(seed + 4 * i);
}

void zkl_iden3_random_fr(zkl_fr *out, zkl_iden3_random *random)
{
    uint8_t bytes[32];
    blst_fr words;
    do {
        for (size_t i = 0; i < 4; i++) {
            const uint64_t high = chacha_next(random);
            words.l[i] = high << 32 | chacha_next(random);
        }
        words.l[3] &= ((uint64_t)1 << 63) - 1; /* 255 bits */
        for (size_t i = 0; i < 32; i++)
            bytes[i] = (uint8_t)(words.l[i / 8] >> 8 * (i % 8));
    } while (!zkl_fr_decode_le(out, bytes)); /* not below r */
    memcpy(out, &words, sizeof *out);
}

/* Words as they come are the Montgomery form; 381 bits, drawn again while not below p. */
static void draw_fp(blst_fp *out, zkl_iden3_random *random)
{
    uint64_t plain[6];
    blst_fp again;
    do {
        for (size_t i = 0; i < 6; i++) {
            const uint64_t high = chacha_next(random);
            out->l[i] = high << 32 | chacha_next(random);
        }
        out->l[5] &= ((uint64_t)1 << 61) - 1;
        blst_uint64_from_fp(plain, out);
        blst_fp_from_uint64(&again, plain);
    } while (memcmp(&again, out, sizeof again) != 0);
}

/* The cofactor of G2, most significant byte first. Source:
 * draft-irtf-cfrg-pairing-friendly-curves, BLS12-381. */
static const uint8_t cofactor[64] = {
    0x05, 0xd5, 0x43, 0xa9, 0x54, 0x14, 0xe7, 0xf1, 0x09, 0x1d, 0x50, 0x79, 0x28, 0x76, 0xa2, 0x02,
    0xcd, 0x91, 0xde, 0x45, 0x47, 0x08, 0x5a, 0xba, 0xa6, 0x8a, 0x20, 0x5b, 0x2e, 0x5a, 0x7d, 0xdf,
    0xa6, 0x28, 0xf1, 0xcb, 0x4d, 0x9e, 0x82, 0xef, 0x21, 0x53, 0x7e, 0x29, 0x3a, 0x66, 0x91, 0xae,
    0x16, 0x16, 0xec, 0x6e, 0x78, 0x6f, 0x0c, 0x70, 0xcf, 0x1c, 0x38, 0xe3, 0x1c, 0x72, 0x38, 0xe5,
};

/* blst's own product assumes the subgroup, where its endomorphism is a number. */
static void clear_cofactor(zkl_g2_affine *out, const zkl_g2_affine *point)
{
    zkl_g2 sum = { 0 };
    for (size_t bit = 0; bit < 8 * sizeof cofactor; bit++) {
        blst_p2_double(&sum, &sum);
        if (cofactor[bit / 8] >> (7 - bit % 8) & 1)
            blst_p2_add_or_double_affine(&sum, &sum, point);
    }
    zkl_g2_normalize(out, &sum);
}

/* The sign bit of the compressed form: y is the larger of the two roots. */
static bool is_larger_root(const zkl_g2_affine *point)
{
    uint8_t bytes[ZKL_G2_BYTES];
    blst_p2_affine_compress(bytes, point);
    return bytes[0] & 0x20;
}

/* The same of G1, whose cofactor is (z - 1)^2 / 3, z the curve's parameter. */
static void clear_cofactor_1(zkl_g1_affine *out, const zkl_g1_affine *point)
{
    static const uint8_t cofactor_1[16] = { 0x39, 0x6c, 0x8c, 0x00, 0x55, 0x55, 0xe1, 0x56,
                                            0x8c, 0x00, 0xaa, 0xab, 0x00, 0x00, 0xaa, 0xab };
    zkl_g1 sum = { 0 };
    for (size_t bit = 0; bit < 8 * sizeof cofactor_1; bit++) {
        blst_p1_double(&sum, &sum);
        if (cofactor_1[bit / 8] >> (7 - bit % 8) & 1)
            blst_p1_add_or_double_affine(&sum, &sum, point);
    }
    zkl_g1_normalize(out, &sum);
}

void zkl_iden3_random_g1(zkl_g1_affine *out, zkl_iden3_random *random)
{
    const uint64_t four[6] = { 4 }; /* the curve of G1 is y^2 = x^3 + 4 */
    uint8_t compressed[ZKL_G1_BYTES];
    blst_fp b, square;
    zkl_g1_affine point;
    bool larger;
    blst_fp_from_uint64(&b, four);
    do {
        draw_fp(&point.x, random);
        larger = chacha_next(random) & 1; /* drawn with every x, also one that is on no point */
        blst_fp_sqr(&square, &point.x);
        blst_fp_mul(&square, &square, &point.x);
        blst_fp_add(&square, &square, &b);
    } while (!blst_fp_sqrt(&point.y, &square));
    blst_p1_affine_compress(compressed, &point);
    if ((bool)(compressed[0] & 0x20) != larger)
        blst_fp_cneg(&point.y, &point.y, true);
    clear_cofactor_1(out, &point);
}

void zkl_iden3_random_g2(zkl_g2_affine *out, zkl_iden3_random *random)
{
    const uint64_t four[6] = { 4 }; /* the curve of G2 is y^2 = x^3 + 4 (1 + i) */
    blst_fp2 b, square;
    blst_fp_from_uint64(&b.fp[0], four);
    b.fp[1] = b.fp[0];
    zkl_g2_affine point;
    bool larger;
    do {
        draw_fp(&point.x.fp[0], random);
        draw_fp(&point.x.fp[1], random);
        larger = chacha_next(random) & 1; /* drawn with every x, also one that is on no point */
        blst_fp2_sqr(&square, &point.x);
        blst_fp2_mul(&square, &square, &point.x);
        blst_fp2_add(&square, &square, &b);
    } while (!blst_fp2_sqrt(&point.y, &square));
    if (is_larger_root(&point) != larger)
        blst_fp2_cneg(&point.y, &point.y, true);
    clear_cofactor(out, &point);
}
