/* The first phase of a ceremony, as snarkjs makes and checks it (docs/formats/iden3.md; Bowe,
 * Gabizon, Miers, IACR ePrint 2017/1050).
 *
 * A contribution takes powers of (tau, alpha, beta) to powers of (tau t, alpha a, beta b), with t,
 * a, b drawn and wiped. For each secret x it shows s and s x, points of its own choice, and spx = x
 * sp, where sp is a point that nobody knows the logarithm of, hashed from the challenge, s and s x.
 * Who knows no x cannot make spx. Pairings then say:
 *
 *   e(s, spx) = e(s x, sp)           the three belong together
 *   e(before, spx) = e(after, sp)    the powers moved by this x
 *
 * Hashes chain the contributions. challenge = BLAKE2b(response before, all powers); response =
 * BLAKE2b(challenge, compressed powers, key). A file keeps the state of the response hash before
 * the key, so that whoever has the powers can finish it. One honest contributor is enough for tau
 * to be unknown; a beacon is none, since its randomness is public.
 *
 * Secret: t, a, b, their powers and the logarithms of s; all are wiped on every path. Products
 * by them take constant time. */
#include "setup/iden3_ceremony.h"

#include "setup/iden3_blake2b.h"

/* ---- a point of G2 from a hash; source: ffjavascript 0.3.1, chacha.js and wasm_curve.js,
 * fromRng */

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

/* ---- what is hashed */

/* Points are hashed uncompressed, big-endian, infinity with its flag: blst's serialisation is
 * theirs. */
static void hash_g1(zkl_blake2b *hash, const zkl_g1_affine *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[ZKL_IDEN3_G1_BYTES];
        blst_p1_affine_serialize(bytes, &points[i]);
        zkl_blake2b_update(hash, bytes, sizeof bytes);
    }
}

/* c1 before c0 in each coordinate: blst's serialisation, and the order of ZCash. */
static void hash_g2(zkl_blake2b *hash, const zkl_g2_affine *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[ZKL_IDEN3_G2_BYTES];
        blst_p2_affine_serialize(bytes, &points[i]);
        zkl_blake2b_update(hash, bytes, sizeof bytes);
    }
}

/* All that a contribution leads to, in the order of sections 2 to 6. */
static void hash_powers(zkl_blake2b *hash, const zkl_powers *powers)
{
    ZKL_ASSERT(powers->tau_1 && powers->tau_2 && powers->alpha_1 && powers->beta_1);
    const size_t n = (size_t)1 << powers->power;
    hash_g1(hash, powers->tau_1, 2 * n - 1);
    hash_g2(hash, powers->tau_2, n);
    hash_g1(hash, powers->alpha_1, n);
    hash_g1(hash, powers->beta_1, n);
    hash_g2(hash, &powers->beta_2, 1);
}

/* The response is hashed with compressed powers, the challenge with uncompressed ones. */
static void hash_powers_compressed(zkl_blake2b *hash, const zkl_powers *powers)
{
    const size_t n = (size_t)1 << powers->power;
    const zkl_g1_affine *const arrays[] = { powers->alpha_1, powers->beta_1 };
    ZKL_ASSERT(arrays[0] && arrays[1]);
    uint8_t bytes[ZKL_G2_BYTES];
    for (size_t i = 0; i < 2 * n - 1; i++) {
        blst_p1_affine_compress(bytes, &powers->tau_1[i]);
        zkl_blake2b_update(hash, bytes, ZKL_G1_BYTES);
    }
    for (size_t i = 0; i < n; i++) {
        blst_p2_affine_compress(bytes, &powers->tau_2[i]);
        zkl_blake2b_update(hash, bytes, ZKL_G2_BYTES);
    }
    for (size_t a = 0; a < 2; a++)
        for (size_t i = 0; i < n; i++) {
            blst_p1_affine_compress(bytes, &arrays[a][i]);
            zkl_blake2b_update(hash, bytes, ZKL_G1_BYTES);
        }
    blst_p2_affine_compress(bytes, &powers->beta_2);
    zkl_blake2b_update(hash, bytes, ZKL_G2_BYTES);
}

/* Six points of G1, then three of G2: the file's order. */
static void hash_key(zkl_blake2b *hash, const zkl_ptau_key *key)
{
    const zkl_ptau_knowledge *const shown[] = { &key->tau, &key->alpha, &key->beta };
    for (size_t i = 0; i < ZKL_COUNT(shown); i++) {
        hash_g1(hash, &shown[i]->s, 1);
        hash_g1(hash, &shown[i]->sx, 1);
    }
    for (size_t i = 0; i < ZKL_COUNT(shown); i++)
        hash_g2(hash, &shown[i]->spx, 1);
}

/* The hash of nothing, then of generators only. */
static void first_challenge(uint8_t out[static 64], unsigned power)
{
    ZKL_ASSERT(power <= ZKL_CEREMONY_POWER_MAX);
    const size_t n = (size_t)1 << power;
    zkl_blake2b hash;
    zkl_blake2b_init(&hash);
    zkl_blake2b_final(&hash, out);
    zkl_blake2b_init(&hash);
    zkl_blake2b_update(&hash, out, 64);
    for (size_t i = 0; i < 2 * n - 1; i++)
        hash_g1(&hash, &zkl_g1_generator, 1);
    for (size_t i = 0; i < n; i++)
        hash_g2(&hash, &zkl_g2_generator, 1);
    for (size_t i = 0; i < 2 * n; i++)
        hash_g1(&hash, &zkl_g1_generator, 1);
    hash_g2(&hash, &zkl_g2_generator, 1);
    zkl_blake2b_final(&hash, out);
}

/* sp of secret number 0 tau, 1 alpha, 2 beta. Whoever could choose s after sp could choose it so
 * that spx needs no x: so s and s x are hashed into sp. */
static void key_base(zkl_g2_affine *out, uint8_t number, const uint8_t challenge[static 64],
                     const zkl_ptau_knowledge *shown)
{
    ZKL_ASSERT(number < 3);
    uint8_t digest[64];
    zkl_blake2b hash;
    zkl_blake2b_init(&hash);
    zkl_blake2b_update(&hash, &number, 1);
    zkl_blake2b_update(&hash, challenge, 64);
    hash_g1(&hash, &shown->s, 1);
    hash_g1(&hash, &shown->sx, 1);
    zkl_blake2b_final(&hash, digest);
    zkl_ceremony_hash_to_g2(out, digest);
}

/* ---- checking */

/* Where the powers stand after a contribution. */
typedef struct standing {
    zkl_g1_affine tau_1, alpha_1, beta_1;
    zkl_g2_affine tau_2, beta_2;
    uint8_t challenge[64];
} standing;

/* tau = alpha = beta = 1. */
static standing standing_at_start(unsigned power)
{
    standing s = { .tau_1 = zkl_g1_generator,
                   .alpha_1 = zkl_g1_generator,
                   .beta_1 = zkl_g1_generator,
                   .tau_2 = zkl_g2_generator,
                   .beta_2 = zkl_g2_generator };
    first_challenge(s.challenge, power);
    return s;
}

/* The challenge of the next contribution is in this one's record. */
static standing standing_after(const zkl_ptau_contribution *c)
{
    standing s = { c->tau_1, c->alpha_1, c->beta_1, c->tau_2, c->beta_2, { 0 } };
    memcpy(s.challenge, c->next_challenge, sizeof s.challenge);
    return s;
}

/* Does the contributor know the secret, and does it lead from a point before to the one after?
 * sp: hashed from the challenge. */
static bool moves(const zkl_ptau_knowledge *shown, const zkl_g2_affine *sp,
                  const zkl_g1_affine *before, const zkl_g1_affine *after)
{
    return zkl_pairings_equal(&shown->s, &shown->spx, &shown->sx, sp) &&
           zkl_pairings_equal(before, &shown->spx, after, sp);
}

static bool follows(const zkl_ptau_contribution *c, const standing *before)
{
    const zkl_ptau_key *const key = &c->key;
    zkl_g2_affine tau_sp, alpha_sp, beta_sp;
    key_base(&tau_sp, 0, before->challenge, &key->tau);
    key_base(&alpha_sp, 1, before->challenge, &key->alpha);
    key_base(&beta_sp, 2, before->challenge, &key->beta);
    return moves(&key->tau, &tau_sp, &before->tau_1, &c->tau_1) &&
           moves(&key->alpha, &alpha_sp, &before->alpha_1, &c->alpha_1) &&
           moves(&key->beta, &beta_sp, &before->beta_1, &c->beta_1) &&
           zkl_pairings_equal(&key->tau.s, &c->tau_2, &key->tau.sx, &before->tau_2) &&
           zkl_pairings_equal(&key->beta.s, &c->beta_2, &key->beta.sx, &before->beta_2);
}

/* The challenge after a contribution; false when its state of the hash is none. */
static bool next_challenge(uint8_t out[static 64], const zkl_ptau_contribution *c,
                           const zkl_powers *powers)
{
    ZKL_ASSERT(powers->power <= ZKL_CEREMONY_POWER_MAX);
    zkl_blake2b hash;
    if (!zkl_blake2b_load(&hash, c->partial_hash))
        return false;
    hash_key(&hash, &c->key);
    zkl_blake2b_final(&hash, out);
    zkl_blake2b_init(&hash);
    zkl_blake2b_update(&hash, out, 64);
    hash_powers(&hash, powers);
    zkl_blake2b_final(&hash, out);
    return true;
}

/* The state that the contribution names is that of the powers in the file. */
static bool leads_to(const zkl_ptau_contribution *c, const zkl_powers *powers)
{
    ZKL_ASSERT(powers->power >= 1);
    return memcmp(&c->tau_1, &powers->tau_1[1], sizeof c->tau_1) == 0 &&
           memcmp(&c->tau_2, &powers->tau_2[1], sizeof c->tau_2) == 0 &&
           memcmp(&c->alpha_1, &powers->alpha_1[0], sizeof c->alpha_1) == 0 &&
           memcmp(&c->beta_1, &powers->beta_1[0], sizeof c->beta_1) == 0 &&
           memcmp(&c->beta_2, &powers->beta_2, sizeof c->beta_2) == 0;
}

zkl_status zkl_ceremony_verify(const zkl_powers *powers, const zkl_ptau_history *history,
                               zkl_error *err)
{
    ZKL_ASSERT(powers->power >= 1 && powers->tau_1 && powers->tau_2);
    if (history->count == 0)
        return zkl_fail(err, ZKL_UNCHECKED, "nobody contributed to these powers of tau");
    if (history->ceremony_power > ZKL_CEREMONY_POWER_MAX)
        return zkl_fail(err, ZKL_LIMIT, "ceremony of power %u, at most %d can be checked",
                        history->ceremony_power, ZKL_CEREMONY_POWER_MAX);
    standing before = standing_at_start(history->ceremony_power);
    for (size_t i = 0; i < history->count; i++) {
        if (!follows(&history->contributions[i], &before))
            return zkl_fail(err, ZKL_REJECTED,
                            "contribution %zu does not follow from the one before", i + 1);
        before = standing_after(&history->contributions[i]);
    }
    /* In a truncated file the hash cannot be made again; the chain and the last state are
     * checked all the same. */
    const zkl_ptau_contribution *const last = &history->contributions[history->count - 1];
    uint8_t challenge[64];
    if (!leads_to(last, powers))
        return zkl_fail(err, ZKL_REJECTED, "the last contribution is to other powers of tau");
    if (powers->power == history->ceremony_power &&
        (!next_challenge(challenge, last, powers) ||
         memcmp(challenge, last->next_challenge, 64) != 0))
        return zkl_fail(err, ZKL_REJECTED,
                        "the last contribution's hash is not that of the powers");
    if (zkl_ptau_people(history) == 0)
        return zkl_fail(err, ZKL_UNCHECKED, "only beacons contributed, whose secrets are public");
    return ZKL_OK;
}

/* ---- contributing */

zkl_status zkl_ceremony_start(zkl_powers *out, zkl_arena *arena, unsigned power, zkl_error *err)
{
    ZKL_ASSERT(power >= 1 && power <= ZKL_POWERS_POWER_MAX);
    const size_t n = (size_t)1 << power;
    zkl_g1_affine *const points_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, 2 * n);
    zkl_g2_affine *const points_2 = ZKL_ARENA_NEW(arena, zkl_g2_affine, n);
    if (!points_1 || !points_2)
        return zkl_no_memory(err, n * (2 * sizeof *points_1 + sizeof *points_2));
    for (size_t i = 0; i < 2 * n; i++)
        points_1[i] = zkl_g1_generator;
    for (size_t i = 0; i < n; i++)
        points_2[i] = zkl_g2_generator;
    *out = (zkl_powers){ .power = power,
                         .development = true,
                         .tau_1 = points_1,
                         .tau_2 = points_2,
                         .alpha_1 = points_1,
                         .beta_1 = points_1,
                         .beta_2 = zkl_g2_generator };
    return ZKL_OK;
}

/* Everything about one contribution that nobody may keep. */
typedef struct contribution_secrets {
    zkl_powers_secrets drawn;
    zkl_fr *factors; /* 2N: first tau^i */
    size_t factor_count;
} contribution_secrets;

/* Every path of a contribution ends here. */
static void contribution_secrets_clear(contribution_secrets *s)
{
    if (s->factors)
        zkl_wipe(s->factors, s->factor_count * sizeof *s->factors);
    zkl_free(s->factors);
    zkl_wipe(s, sizeof *s);
}

/* Room for 2N factors too: they are secret as well. */
static zkl_status draw_secrets(contribution_secrets *s, unsigned power, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_TRY(zkl_setup_secret_draw(&s->drawn.tau, env, err));
    ZKL_TRY(zkl_setup_secret_draw(&s->drawn.alpha, env, err));
    ZKL_TRY(zkl_setup_secret_draw(&s->drawn.beta, env, err));
    ZKL_ASSERT(power <= ZKL_POWERS_POWER_MAX && !s->factors);
    s->factor_count = (size_t)2 << power;
    s->factors = zkl_malloc(s->factor_count, sizeof *s->factors);
    if (!s->factors)
        return zkl_no_memory(err, s->factor_count * sizeof *s->factors);
    return ZKL_OK;
}

/* factors[i] = first tau^i */
static void fill_factors(contribution_secrets *s, const zkl_fr *first)
{
    ZKL_ASSERT(s->factors);
    s->factors[0] = *first;
    for (size_t i = 1; i < s->factor_count; i++)
        zkl_fr_mul(&s->factors[i], &s->factors[i - 1], &s->drawn.tau);
}

typedef struct moving {
    const zkl_g1_affine *from_1; /* one of the two pairs */
    zkl_g1_affine *to_1;
    const zkl_g2_affine *from_2;
    zkl_g2_affine *to_2;
    const zkl_fr *factors;
} moving;

/* A task: one point of one group. */
static void move_point(void *context, size_t i, size_t worker)
{
    const moving *const m = context;
    (void)worker;
    if (m->from_1) {
        zkl_g1 product;
        zkl_g1_mul(&product, &m->from_1[i], &m->factors[i]);
        zkl_g1_normalize(&m->to_1[i], &product);
    } else {
        zkl_g2 product;
        zkl_g2_mul(&product, &m->from_2[i], &m->factors[i]);
        zkl_g2_normalize(&m->to_2[i], &product);
    }
}

/* A new array: from[i] factors[i]; NULL without memory. */
static const zkl_g1_affine *move_g1(zkl_arena *arena, const zkl_g1_affine *from, size_t count,
                                    const contribution_secrets *s, zkl_pool *pool)
{
    ZKL_ASSERT(count <= s->factor_count);
    zkl_g1_affine *const to = ZKL_ARENA_NEW(arena, zkl_g1_affine, count);
    moving m = { .from_1 = from, .to_1 = to, .factors = s->factors };
    if (to)
        zkl_pool_run(pool, count, move_point, &m);
    return to;
}

/* The same in G2. */
static const zkl_g2_affine *move_g2(zkl_arena *arena, const zkl_g2_affine *from, size_t count,
                                    const contribution_secrets *s, zkl_pool *pool)
{
    ZKL_ASSERT(count <= s->factor_count);
    zkl_g2_affine *const to = ZKL_ARENA_NEW(arena, zkl_g2_affine, count);
    moving m = { .from_2 = from, .to_2 = to, .factors = s->factors };
    if (to)
        zkl_pool_run(pool, count, move_point, &m);
    return to;
}

/* tau_i by t^i, alpha_i by a t^i, beta_i by b t^i. Four passes, with the factors filled anew. */
static zkl_status move_powers(zkl_powers *out, zkl_arena *arena, const zkl_powers *in,
                              contribution_secrets *s, zkl_pool *pool, zkl_error *err)
{
    const size_t n = (size_t)1 << in->power;
    ZKL_ASSERT(s->factor_count == 2 * n);
    /* tau: factors t^i; alpha: a t^i; beta: b t^i, of which beta in G2 takes the first */
    zkl_powers moved = { .power = in->power, .development = true };
    fill_factors(s, &ZKL_FR_ONE);
    moved.tau_1 = move_g1(arena, in->tau_1, 2 * n - 1, s, pool);
    moved.tau_2 = move_g2(arena, in->tau_2, n, s, pool);
    fill_factors(s, &s->drawn.alpha);
    moved.alpha_1 = move_g1(arena, in->alpha_1, n, s, pool);
    fill_factors(s, &s->drawn.beta);
    moved.beta_1 = move_g1(arena, in->beta_1, n, s, pool);
    const zkl_g2_affine *const beta_2 = move_g2(arena, &in->beta_2, 1, s, pool);
    if (!moved.tau_1 || !moved.tau_2 || !moved.alpha_1 || !moved.beta_1 || !beta_2)
        return zkl_no_memory(err, n * (4 * sizeof *moved.tau_1 + sizeof *moved.tau_2));
    moved.beta_2 = *beta_2;
    *out = moved;
    return ZKL_OK;
}

/* secret: number 0 tau, 1 alpha, 2 beta. s has a logarithm drawn for this alone. */
static zkl_status sign_secret(zkl_ptau_knowledge *out, uint8_t number, const zkl_fr *secret,
                              const uint8_t challenge[static 64], const zkl_env *env,
                              zkl_error *err)
{
    ZKL_ASSERT(number < 3 && !zkl_fr_is_zero(secret));
    zkl_fr logarithm;
    zkl_g1 product;
    zkl_g2_affine base;
    zkl_g2 product_2;
    ZKL_TRY(zkl_setup_secret_draw(&logarithm, env, err));
    zkl_g1_mul(&product, &zkl_g1_generator, &logarithm);
    zkl_wipe(&logarithm, sizeof logarithm);
    zkl_g1_normalize(&out->s, &product);
    zkl_g1_mul(&product, &out->s, secret);
    zkl_g1_normalize(&out->sx, &product);
    key_base(&base, number, challenge, out);
    zkl_g2_mul(&product_2, &base, secret);
    zkl_g2_normalize(&out->spx, &product_2);
    return ZKL_OK;
}

zkl_status zkl_ceremony_name(zkl_bytes *out, zkl_arena *arena, const char *name, zkl_error *err)
{
    const size_t size = strlen(name);
    if (size > ZKL_CEREMONY_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "name of %zu bytes, at most %d", size,
                        ZKL_CEREMONY_NAME_BYTES_MAX);
    *out = (zkl_bytes){ 0 };
    if (size == 0)
        return ZKL_OK;
    uint8_t *const bytes = zkl_arena_alloc(arena, size + 2, 1);
    if (!bytes)
        return zkl_no_memory(err, size + 2);
    /* tag, length, text: the only parameter that a contribution of ours has */
    bytes[0] = 1; /* tag: name */
    bytes[1] = (uint8_t)size;
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): its length stands before it */
    memcpy(bytes + 2, name, size);
    *out = zkl_bytes_of(bytes, size + 2);
    return ZKL_OK;
}

/* The key, the state after it, and the hash so far: all that the file keeps of it. */
static zkl_status sign_contribution(zkl_ptau_contribution *c, const zkl_powers *powers,
                                    const zkl_powers_secrets *s, const uint8_t challenge[static 64],
                                    const zkl_env *env, zkl_error *err)
{
    zkl_ptau_key *const key = &c->key;
    ZKL_TRY(sign_secret(&key->tau, 0, &s->tau, challenge, env, err));
    ZKL_TRY(sign_secret(&key->alpha, 1, &s->alpha, challenge, env, err));
    ZKL_TRY(sign_secret(&key->beta, 2, &s->beta, challenge, env, err));
    c->tau_1 = powers->tau_1[1];
    c->tau_2 = powers->tau_2[1];
    c->alpha_1 = powers->alpha_1[0];
    c->beta_1 = powers->beta_1[0];
    c->beta_2 = powers->beta_2;
    /* the hash so far is kept, so that others finish it with the key and get the next challenge */
    zkl_blake2b response;
    zkl_blake2b_init(&response);
    zkl_blake2b_update(&response, challenge, 64);
    hash_powers_compressed(&response, powers);
    zkl_blake2b_save(c->partial_hash, &response);
    const bool hashed = next_challenge(c->next_challenge, c, powers);
    ZKL_ASSERT(hashed);
    return ZKL_OK;
}

zkl_status zkl_ceremony_record(zkl_ptau_history *out, zkl_arena *arena, const zkl_powers *powers,
                               const zkl_powers_secrets *secrets, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_ASSERT(powers->power <= ZKL_CEREMONY_POWER_MAX);
    const standing start = standing_at_start(powers->power);
    zkl_ptau_contribution *const own = ZKL_ARENA_NEW(arena, zkl_ptau_contribution, 1);
    if (!own)
        return zkl_no_memory(err, sizeof *own);
    ZKL_TRY(zkl_ceremony_name(&own->parameters, arena, ZKL_CEREMONY_LOCAL_NAME, err));
    ZKL_TRY(sign_contribution(own, powers, secrets, start.challenge, env, err));
    *out = (zkl_ptau_history){ powers->power, own, 1 };
    return ZKL_OK;
}

zkl_status zkl_ceremony_contribute(zkl_recorded_powers *out, zkl_arena *arena,
                                   const zkl_recorded_powers *before, const char *name,
                                   const zkl_env *env, zkl_error *err)
{
    const zkl_ptau_history *const history = &before->history;
    const unsigned power = before->powers.power;
    ZKL_ASSERT(history->count == 0 || history->ceremony_power == power);
    ZKL_AUTO_CLEAR(contribution_secrets) s = { 0 };
    zkl_ptau_contribution *const all =
        ZKL_ARENA_NEW(arena, zkl_ptau_contribution, history->count + 1);
    if (!all)
        return zkl_no_memory(err, (history->count + 1) * sizeof *all);
    if (history->count)
        memcpy(all, history->contributions, history->count * sizeof *all);
    zkl_ptau_contribution *const own = &all[history->count];
    const standing start = history->count ? standing_after(own - 1) : standing_at_start(power);

    zkl_recorded_powers after = { .history = { power, all, history->count + 1 } };
    ZKL_TRY(zkl_ceremony_name(&own->parameters, arena, name, err));
    ZKL_TRY(draw_secrets(&s, power, env, err));
    ZKL_TRY(move_powers(&after.powers, arena, &before->powers, &s, env->pool, err));
    const zkl_powers *const moved = &after.powers;
    ZKL_ASSERT(moved->tau_1 && moved->tau_2 && moved->alpha_1 && moved->beta_1);
    ZKL_TRY(sign_contribution(own, moved, &s.drawn, start.challenge, env, err));
    after.powers.development = zkl_ptau_people(&after.history) < 2; /* one person may know tau */
    *out = after;
    return ZKL_OK;
}
