#include "floor/primitives.h"

#include <blake3.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "algebra/curve.h"
#include "native/cpu.h"
#include "native/fr_lanes.h"
#include "native/keccak.h"
#include "native/point_lanes.h"

#define ROUNDS 15
#define ELEMENTS 128 /* of an array: 4 KiB, so that three fit in the first cache */
#define POINTS 512   /* sums of a batch: operands and sums of G1 are 144 KiB, in the second cache */
#define BYTES ((size_t)1 << 16)

/* What the runs below work on. */
typedef struct room {
    zkl_fr a[ELEMENTS], b[ELEMENTS], c[ELEMENTS];
    zkl_fr quarters[16][ELEMENTS];
    zkl_g1_affine g1[2 * POINTS], g1_out[POINTS];
    zkl_g2_affine g2[2 * POINTS], g2_out[POINTS];
    zkl_point_addition additions[POINTS];
    uint8_t scratch[ZKL_POINT_LANES_SCRATCH_BYTES];
    uint8_t bytes[BYTES], copy[BYTES];
    uint8_t encoded[48];
    blst_fp fp;
    zkl_g1 p1;
    zkl_g2 p2;
    blst_fp12 gt;
    EVP_CIPHER_CTX *cipher;
} room;

typedef void run(room *r, size_t count);

/* The least nanoseconds of the processor that one of `count` took. */
static double least_ns(run *work, room *r, size_t count)
{
    double best = 1e18;
    for (int i = 0; i < ROUNDS; i++) {
        const uint64_t start = thread_cpu_ns();
        work(r, count);
        const double ns = (double)(thread_cpu_ns() - start) / (double)count;
        best = ns < best ? ns : best;
    }
    return best;
}

/* ---- products */

static void run_fr(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        zkl_fr_mul(&r->a[0], &r->a[0], &r->b[0]);
}

static void run_fp(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_fp_mul(&r->fp, &r->fp, &r->g1[0].x);
}

static void run_fr_lanes(room *r, size_t count)
{
    (void)r;
    fr_products_ifma(count / 8);
}

static void run_fp_lanes(room *r, size_t count)
{
    (void)r;
    fp_products_ifma(count / 8);
}

static void run_butterflies(room *r, size_t count)
{
    for (size_t i = 0; i < count; i += ELEMENTS)
        zkl_fr_lanes_best()->butterflies(r->a->l, r->b->l, r->c->l, ELEMENTS);
}

static void run_lines(room *r, size_t count)
{
    zkl_fr sums[4];
    zkl_fr_fractions low, high;
    for (size_t b = 0; b < 4; b++) {
        low.p[b] = r->quarters[b]->l;
        low.q[b] = r->quarters[4 + b]->l;
        high.p[b] = r->quarters[8 + b]->l;
        high.q[b] = r->quarters[12 + b]->l;
        low.p_step[b] = low.q_step[b] = high.p_step[b] = high.q_step[b] = 4;
    }
    for (size_t i = 0; i < count; i += ELEMENTS)
        zkl_fr_lanes_best()->sum_lines(sums->l, &low, &high, r->c->l, r->b->l, ELEMENTS);
}

/* ---- points */

static void invert_fp(uint64_t *out, const uint64_t *in)
{
    blst_fp x;
    memcpy(&x, in, sizeof x);
    blst_fp_eucl_inverse(&x, &x);
    memcpy(out, &x, sizeof x);
}

static void invert_fp2(uint64_t *out, const uint64_t *in)
{
    blst_fp2 x;
    memcpy(&x, in, sizeof x);
    blst_fp2_eucl_inverse(&x, &x);
    memcpy(out, &x, sizeof x);
}

static void run_g1_additions(room *r, size_t count)
{
    for (size_t done = 0; done < count; done += POINTS) {
        for (size_t i = 0; i < POINTS; i++)
            r->additions[i] = (zkl_point_addition){ .a = &r->g1[2 * i],
                                                    .b = &r->g1[2 * i + 1],
                                                    .out = &r->g1_out[i] };
        (void)zkl_g1_lanes_best()->add(r->additions, POINTS, r->scratch, invert_fp);
    }
}

static void run_g2_additions(room *r, size_t count)
{
    for (size_t done = 0; done < count; done += POINTS) {
        for (size_t i = 0; i < POINTS; i++)
            r->additions[i] = (zkl_point_addition){ .a = &r->g2[2 * i],
                                                    .b = &r->g2[2 * i + 1],
                                                    .out = &r->g2_out[i] };
        (void)zkl_g2_lanes_best()->add(r->additions, POINTS, r->scratch, invert_fp2);
    }
}

static void run_g1(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_p1_add_or_double_affine(&r->p1, &r->p1, &r->g1[i % POINTS]);
}

static void run_g2(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_p2_add_or_double_affine(&r->p2, &r->p2, &r->g2[i % POINTS]);
}

static void run_g1_multiply(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_p1_mult(&r->p1, &r->p1, r->bytes, 255);
}

static void run_g2_multiply(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_p2_mult(&r->p2, &r->p2, r->bytes, 255);
}

static void run_decode(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)blst_p1_uncompress(&r->g1_out[0], r->encoded);
}

static void run_subgroup(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)blst_p1_affine_in_g1(&r->g1[i % POINTS]);
}

static void run_miller(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_miller_loop(&r->gt, &r->g2[i % POINTS], &r->g1[i % POINTS]);
}

static void run_final(room *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        blst_final_exp(&r->gt, &r->gt);
}

/* ---- bytes */

static void run_keccak_lanes(room *r, size_t count)
{
    _Alignas(64) uint64_t state[ZKL_KECCAK_WORDS * ZKL_KECCAK_LANES_MAX] = { 0 };
    const uint8_t *from[ZKL_KECCAK_LANES_MAX];
    const zkl_keccak_set *set = zkl_keccak_best();
    const size_t blocks = 16; /* of each lane, from a place of its own */
    for (size_t lane = 0; lane < set->lanes; lane++)
        from[lane] = r->bytes + lane * blocks * ZKL_KECCAK_RATE_256;
    for (size_t i = 0; i < count; i += set->lanes * blocks)
        set->absorb(state, from, blocks);
}

static void run_keccak(room *r, size_t count)
{
    uint64_t state[ZKL_KECCAK_WORDS] = { r->bytes[0] };
    for (size_t i = 0; i < count; i++)
        zkl_keccak_permute(state);
}

static void run_blake3(room *r, size_t count)
{
    blake3_hasher hasher;
    blake3_hasher_init(&hasher);
    for (size_t i = 0; i < count; i += BYTES)
        blake3_hasher_update(&hasher, r->bytes, BYTES);
}

static void run_cipher(room *r, size_t count)
{
    int size = 0;
    for (size_t i = 0; i < count; i += BYTES)
        (void)EVP_CipherUpdate(r->cipher, r->copy, &size, r->bytes, (int)BYTES);
}

static void run_copy(room *r, size_t count)
{
    for (size_t i = 0; i < count; i += BYTES) {
        memcpy(r->copy, r->bytes, BYTES);
        __asm__ volatile("" ::: "memory");
    }
}

/* ---- all of them */

static void must(zkl_status status)
{
    if (status == ZKL_OK)
        return;
    fprintf(stderr, "primitives: %s\n", zkl_status_text(status));
    exit(1);
}

/* Values that repeat nowhere; points that are multiples of the generators by them. */
static void room_fill(room *r)
{
    zkl_fr step, scalars[2 * POINTS];
    zkl_fr_from_u64(&step, 0x9e3779b97f4a7c15u);
    zkl_fr_mul(&step, &step, &step);
    scalars[0] = step;
    for (size_t i = 1; i < 2 * POINTS; i++)
        zkl_fr_mul(&scalars[i], &scalars[i - 1], &step);
    for (size_t i = 0; i < ELEMENTS; i++) {
        r->a[i] = scalars[i];
        r->b[i] = scalars[ELEMENTS + i];
        r->c[i] = scalars[2 * ELEMENTS + i];
        for (size_t k = 0; k < 16; k++)
            zkl_fr_mul(&r->quarters[k][i], &scalars[i], &scalars[k + 1]);
    }
    must(zkl_g1_mul_many(r->g1, &zkl_g1_generator, scalars, 2 * POINTS, NULL, NULL));
    must(zkl_g2_mul_many(r->g2, &zkl_g2_generator, scalars, 2 * POINTS, NULL, NULL));
    blst_p1_from_affine(&r->p1, &r->g1[0]);
    blst_p2_from_affine(&r->p2, &r->g2[0]);
    r->fp = r->g1[0].x;
    zkl_g1_encode(r->encoded, &r->g1[1]);
    blst_miller_loop(&r->gt, &r->g2[0], &r->g1[0]);
    for (size_t i = 0; i < BYTES; i++)
        r->bytes[i] = (uint8_t)(i * 167 >> 3);
    r->cipher = EVP_CIPHER_CTX_new();
    if (!r->cipher ||
        EVP_CipherInit_ex(r->cipher, EVP_aes_256_ctr(), NULL, r->bytes, r->bytes + 32, 1) != 1)
        must(ZKL_NO_MEMORY);
}

/* Of additions in lanes the products alone count for the floor: five and a square in G1; in G2
 * each of them is four products and two reductions, 784 multiply-adds where a product in Fp is
 * 264. Of points decoded in lanes the products that native/g1_decode.h names. */
static void measure_lanes(primitives *out, room *r)
{
    const double g2_products = 6 * 784.0 / 264;
    const double terms = 50.0 / 105; /* multiply-adds of a product and its reduction: 50 + 55 */
    const double cell_terms = 10.0 / 105, decode_products = 450 + 1060;
    if (zkl_fr_lanes_best()) {
        out->butterfly = least_ns(run_butterflies, r, 64 * ELEMENTS);
        out->line_pair = least_ns(run_lines, r, 8 * ELEMENTS);
    }
    if (zkl_g1_lanes_best())
        out->g1_addition = least_ns(run_g1_additions, r, 4 * POINTS);
    if (zkl_g2_lanes_best())
        out->g2_addition = least_ns(run_g2_additions, r, 2 * POINTS);
    if (!(zkl_cpu_features() & ZKL_CPU_AVX512_IFMA))
        return;
    out->fr_lanes = least_ns(run_fr_lanes, r, 1 << 16);
    out->fp_lanes = least_ns(run_fp_lanes, r, 1 << 15);
    out->ns[COUNT_FR_TERM] = out->fr_lanes * terms;
    out->ns[COUNT_FR_REDUCTION] = out->fr_lanes * (1 - terms);
    out->ns[COUNT_CELL] = out->fr_lanes * cell_terms;
    out->ns[COUNT_DECODE_LANES] = out->fp_lanes * decode_products;
    out->ns[COUNT_G1_LANES] = 6 * out->fp_lanes;
    out->ns[COUNT_G2_LANES] = g2_products * out->fp_lanes;
}

void primitives_measure(primitives *out)
{
    room *r = zkl_calloc(1, sizeof *r);
    if (!r)
        must(ZKL_NO_MEMORY);
    room_fill(r);
    *out = (primitives){ 0 };
    measure_lanes(out, r);
    out->ns[COUNT_FR] = least_ns(run_fr, r, 20000);
    out->ns[COUNT_FP] = least_ns(run_fp, r, 20000);
    out->ns[COUNT_G1] = least_ns(run_g1, r, 1000);
    out->ns[COUNT_G2] = least_ns(run_g2, r, 500);
    out->ns[COUNT_G1_MULTIPLY] = least_ns(run_g1_multiply, r, 5);
    out->ns[COUNT_G2_MULTIPLY] = least_ns(run_g2_multiply, r, 3);
    out->ns[COUNT_DECODE] = least_ns(run_decode, r, 20);
    out->ns[COUNT_SUBGROUP] = least_ns(run_subgroup, r, 20);
    out->ns[COUNT_MILLER] = least_ns(run_miller, r, 3);
    out->ns[COUNT_FINAL] = least_ns(run_final, r, 3);
    out->ns[COUNT_KECCAK_LANES] = least_ns(run_keccak_lanes, r, 1 << 12);
    out->ns[COUNT_KECCAK] = least_ns(run_keccak, r, 4000);
    out->ns[COUNT_BLAKE3_BYTE] = least_ns(run_blake3, r, 16 * BYTES);
    out->ns[COUNT_CIPHER_BYTE] = least_ns(run_cipher, r, 16 * BYTES);
    out->copied_byte = least_ns(run_copy, r, 16 * BYTES);
    out->ns[COUNT_FILE_BYTE] = out->copied_byte;
    EVP_CIPHER_CTX_free(r->cipher);
    zkl_free(r);
}
