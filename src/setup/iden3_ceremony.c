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
 * Only public data here: iden3_contribute.c has what is secret. */
#include "setup/iden3_ceremony.h"

#include "setup/iden3_blake2b.h"
#include "setup/iden3_ceremony_internal.h"
#include "setup/iden3_hash_to_g2.h"

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

/* Whoever could choose s after sp could choose it so that spx needs no x: so s and s x are hashed
 * into sp. */
void zkl_ceremony_key_base(zkl_g2_affine *out, uint8_t number, const uint8_t challenge[static 64],
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

ceremony_standing zkl_ceremony_at_start(unsigned power)
{
    ceremony_standing s = { .tau_1 = zkl_g1_generator,
                            .alpha_1 = zkl_g1_generator,
                            .beta_1 = zkl_g1_generator,
                            .tau_2 = zkl_g2_generator,
                            .beta_2 = zkl_g2_generator };
    first_challenge(s.challenge, power);
    return s;
}

ceremony_standing zkl_ceremony_after(const zkl_ptau_contribution *c)
{
    ceremony_standing s = { c->tau_1, c->alpha_1, c->beta_1, c->tau_2, c->beta_2, { 0 } };
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

static bool follows(const zkl_ptau_contribution *c, const ceremony_standing *before)
{
    const zkl_ptau_key *const key = &c->key;
    zkl_g2_affine tau_sp, alpha_sp, beta_sp;
    zkl_ceremony_key_base(&tau_sp, 0, before->challenge, &key->tau);
    zkl_ceremony_key_base(&alpha_sp, 1, before->challenge, &key->alpha);
    zkl_ceremony_key_base(&beta_sp, 2, before->challenge, &key->beta);
    return moves(&key->tau, &tau_sp, &before->tau_1, &c->tau_1) &&
           moves(&key->alpha, &alpha_sp, &before->alpha_1, &c->alpha_1) &&
           moves(&key->beta, &beta_sp, &before->beta_1, &c->beta_1) &&
           zkl_pairings_equal(&key->tau.s, &c->tau_2, &key->tau.sx, &before->tau_2) &&
           zkl_pairings_equal(&key->beta.s, &c->beta_2, &key->beta.sx, &before->beta_2);
}

bool zkl_ceremony_next_challenge(uint8_t out[static 64], const zkl_ptau_contribution *c,
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
    ceremony_standing before = zkl_ceremony_at_start(history->ceremony_power);
    for (size_t i = 0; i < history->count; i++) {
        if (!follows(&history->contributions[i], &before))
            return zkl_fail(err, ZKL_REJECTED,
                            "contribution %zu does not follow from the one before", i + 1);
        before = zkl_ceremony_after(&history->contributions[i]);
    }
    /* In a truncated file the hash cannot be made again; the chain and the last state are
     * checked all the same. */
    const zkl_ptau_contribution *const last = &history->contributions[history->count - 1];
    uint8_t challenge[64];
    if (!leads_to(last, powers))
        return zkl_fail(err, ZKL_REJECTED, "the last contribution is to other powers of tau");
    if (powers->power == history->ceremony_power &&
        (!zkl_ceremony_next_challenge(challenge, last, powers) ||
         memcmp(challenge, last->next_challenge, 64) != 0))
        return zkl_fail(err, ZKL_REJECTED,
                        "the last contribution's hash is not that of the powers");
    if (zkl_ptau_people(history) == 0)
        return zkl_fail(err, ZKL_UNCHECKED, "only beacons contributed, whose secrets are public");
    return ZKL_OK;
}
