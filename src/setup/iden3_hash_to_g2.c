/* A point of G2 from a hash. Source: ffjavascript 0.3.1, chacha.js and wasm_curve.js, fromRng.
 *
 * Everything here is public: the hash stands in a transcript that everybody has. */
#include "setup/iden3_hash_to_g2.h"

#include <string.h>

/* ChaCha20 as ffjavascript has it: words in order, counter in word 12 alone. */
typedef struct chacha {
    uint32_t state[16], out[16];
    size_t at;
} chacha;

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
static void chacha_fill(chacha *rng)
{
    memcpy(rng->out, rng->state, sizeof rng->out);
    for (int i = 0; i < 10; i++) {
        for (size_t k = 0; k < 4; k++)
            quarter_round(rng->out, k, 4 + k, 8 + k, 12 + k);
        for (size_t k = 0; k < 4; k++)
            quarter_round(rng->out, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4);
    }
    for (size_t i = 0; i < 16; i++)
        rng->out[i] += rng->state[i];
    ZKL_ASSERT(rng->state[12] < UINT32_MAX);
    rng->state[12]++; /* never wraps: a point takes a few blocks */
    rng->at = 0;
}

/* The next word of the stream; a new block when the last one is used up. */
static uint32_t chacha_next(chacha *rng)
{
    ZKL_DEBUG_ASSERT(rng->at <= 16);
    if (rng->at == 16)
        chacha_fill(rng);
    return rng->out[rng->at++];
}

/* The seed's words are read big-endian, unlike RFC 8439's key. */
static chacha chacha_of(const uint8_t seed[static 32])
{
    chacha rng = { .state = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }, .at = 16 };
    for (size_t i = 0; i < 8; i++)
        rng.state[4 + i] = (uint32_t)seed[4 * i] << 24 | (uint32_t)seed[4 * i + 1] << 16 |
                           (uint32_t)seed[4 * i + 2] << 8 | seed[4 * i + 3];
    return rng;
}

/* Words as they come are the Montgomery form; 381 bits, drawn again while not below p. */
static void draw_fp(blst_fp *out, chacha *rng)
{
    uint64_t plain[6];
    blst_fp again;
    do {
        for (size_t i = 0; i < 6; i++) {
            const uint64_t high = chacha_next(rng);
            out->l[i] = high << 32 | chacha_next(rng);
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

void zkl_ceremony_hash_to_g2(zkl_g2_affine *out, const uint8_t hash[static 64])
{
    chacha rng = chacha_of(hash);
    const uint64_t four[6] = { 4 }; /* the curve of G2 is y^2 = x^3 + 4 (1 + i) */
    blst_fp2 b, square;
    blst_fp_from_uint64(&b.fp[0], four);
    b.fp[1] = b.fp[0];
    zkl_g2_affine point;
    bool larger;
    do {
        draw_fp(&point.x.fp[0], &rng);
        draw_fp(&point.x.fp[1], &rng);
        larger = chacha_next(&rng) & 1; /* drawn with every x, also one that is on no point */
        blst_fp2_sqr(&square, &point.x);
        blst_fp2_mul(&square, &square, &point.x);
        blst_fp2_add(&square, &square, &b);
    } while (!blst_fp2_sqrt(&point.y, &square));
    if (is_larger_root(&point) != larger)
        blst_fp2_cneg(&point.y, &point.y, true);
    clear_cofactor(out, &point);
}
