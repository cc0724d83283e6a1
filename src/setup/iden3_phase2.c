/* The second phase of a ceremony, as snarkjs makes and checks it (docs/formats/iden3.md).
 *
 * A contribution with the secret x takes delta to x delta, and divides what the key holds over
 * delta (sections 8 and 9) by x. It shows s, s x and spx = x sp, where sp is hashed from all that
 * came before and those two:
 *
 *   e(s, spx) = e(s x, sp)        e(delta before, spx) = e(delta after, sp)
 *
 * The chain starts at delta = 1 with the circuit hash, over the key before anybody contributed.
 * Checking that a key is the circuit's under some powers needs that initial key, which anybody
 * makes: what is free of delta has to be equal, and for the rest e(sum w_i after_i, [delta]_2) =
 * e(sum w_i before_i, [1]_2) with random w of 128 bits.
 *
 * Secret: x, 1/x and the logarithm of s, wiped on every path. Verifying and checking touch
 * public data only. */
#include "setup/iden3_phase2.h"

#include "setup/iden3_blake2b.h"
#include "setup/iden3_ceremony_internal.h"
#include "setup/iden3_hash_to_g2.h"
#include "setup/point_scale.h"

#define SNARKJS_CHUNK ((size_t)1 << 14) /* of zkey_new.js, hashHPoints */

/* Uncompressed, big-endian. */
static void hash_g1(zkl_blake2b *hash, const zkl_g1_affine *point)
{
    uint8_t bytes[ZKL_IDEN3_G1_BYTES];
    blst_p1_affine_serialize(bytes, point);
    zkl_blake2b_update(hash, bytes, sizeof bytes);
}

/* c1 before c0 in each coordinate, as blst serialises. */
static void hash_g2(zkl_blake2b *hash, const zkl_g2_affine *point)
{
    uint8_t bytes[ZKL_IDEN3_G2_BYTES];
    blst_p2_affine_serialize(bytes, point);
    zkl_blake2b_update(hash, bytes, sizeof bytes);
}

/* What a contribution adds to the transcript of those after it: all but its kind and name. */
static void hash_contribution(zkl_blake2b *hash, const zkl_zkey_contribution *c)
{
    hash_g1(hash, &c->delta_after);
    hash_g1(hash, &c->delta_s);
    hash_g1(hash, &c->delta_sx);
    hash_g2(hash, &c->delta_spx);
    zkl_blake2b_update(hash, c->transcript, sizeof c->transcript);
}

/* What a contribution's sp is hashed from: all before it, then its s and s x. */
static void make_transcript(uint8_t out[static 64], const zkl_blake2b *before,
                            const zkl_zkey_contribution *c)
{
    zkl_blake2b hash = *before;
    hash_g1(&hash, &c->delta_s);
    hash_g1(&hash, &c->delta_sx);
    zkl_blake2b_final(&hash, out);
}

/* The transcript is this history's, the contributor knew x, and delta moved by it. */
static bool follows(const zkl_zkey_contribution *c, const zkl_blake2b *before,
                    const zkl_g1_affine *delta)
{
    uint8_t transcript[64];
    zkl_g2_affine sp;
    make_transcript(transcript, before, c);
    if (memcmp(transcript, c->transcript, sizeof transcript) != 0)
        return false;
    zkl_ceremony_hash_to_g2(&sp, transcript);
    return zkl_pairings_equal(&c->delta_s, &c->delta_spx, &c->delta_sx, &sp) &&
           zkl_pairings_equal(delta, &c->delta_spx, &c->delta_after, &sp);
}

zkl_status zkl_phase2_verify(const zkl_groth16_key *key, const zkl_zkey_history *history,
                             zkl_error *err)
{
    if (history->count == 0)
        return zkl_fail(err, ZKL_UNCHECKED, "nobody's contribution to this key is recorded");
    zkl_blake2b hash;
    zkl_blake2b_init(&hash);
    zkl_blake2b_update(&hash, history->circuit_hash, sizeof history->circuit_hash);
    /* each link against the one before; hash and delta run along */
    zkl_g1_affine delta = zkl_g1_generator;
    for (size_t i = 0; i < history->count; i++) {
        const zkl_zkey_contribution *const c = &history->contributions[i];
        if (!follows(c, &hash, &delta))
            return zkl_fail(err, ZKL_REJECTED,
                            "contribution %zu does not follow from the one before", i + 1);
        hash_contribution(&hash, c);
        delta = c->delta_after;
    }
    if (memcmp(&delta, &key->delta_1, sizeof delta) != 0 ||
        !zkl_pairings_equal(&zkl_g1_generator, &key->vk.delta, &delta, &zkl_g2_generator))
        return zkl_fail(err, ZKL_REJECTED, "the contributions lead to another delta");
    /* contributions can undo one another: then the chain is right and delta is 1 all the same */
    if (memcmp(&delta, &zkl_g1_generator, sizeof delta) == 0)
        return zkl_fail(err, ZKL_REJECTED, "delta is 1: anybody could forge proofs");
    if (zkl_zkey_people(history) == 0)
        return zkl_fail(err, ZKL_UNCHECKED, "only beacons contributed, whose secrets are public");
    return ZKL_OK;
}

/* ---- the circuit */

/* Big-endian, as the rest of a transcript. */
static void hash_count(zkl_blake2b *hash, size_t count)
{
    uint8_t bytes[4];
    zkl_be32_put(bytes, (uint32_t)count);
    zkl_blake2b_update(hash, bytes, sizeof bytes);
}

/* Infinity is zeros here, not the flag of hash_g1. */
static void hash_array_g1(zkl_blake2b *hash, const zkl_g1_affine *points, size_t count)
{
    ZKL_ASSERT(count <= UINT32_MAX && (points || count == 0));
    static const uint8_t zeros[ZKL_IDEN3_G1_BYTES];
    hash_count(hash, count);
    for (size_t i = 0; i < count; i++)
        if (zkl_g1_is_infinity(&points[i]))
            zkl_blake2b_update(hash, zeros, sizeof zeros);
        else
            hash_g1(hash, &points[i]);
}

/* The same in G2. */
static void hash_array_g2(zkl_blake2b *hash, const zkl_g2_affine *points, size_t count)
{
    ZKL_ASSERT(count <= UINT32_MAX && (points || count == 0));
    static const uint8_t zeros[ZKL_IDEN3_G2_BYTES];
    hash_count(hash, count);
    for (size_t i = 0; i < count; i++)
        if (zkl_g2_is_infinity(&points[i]))
            zkl_blake2b_update(hash, zeros, sizeof zeros);
        else
            hash_g2(hash, &points[i]);
}

/* [tau^i (tau^D - 1)]_1: H before it was turned into Lagrange points. The count that is hashed
 * is D - 1 in any case. */
static zkl_status hash_h(zkl_blake2b *hash, const zkl_powers *powers, size_t domain, zkl_error *err)
{
    ZKL_ASSERT(domain <= (size_t)1 << powers->power);
    /* above one chunk snarkjs hashes one point more; powers of the domain's own size do not hold
     * it */
    const bool one_more = domain > SNARKJS_CHUNK && (size_t)1 << powers->power > domain;
    const size_t count = one_more ? domain : domain - 1;
    ZKL_AUTO_BLOCK zkl_g1 *sums = zkl_malloc(count, sizeof *sums);
    ZKL_AUTO_BLOCK zkl_g1_affine *points = zkl_malloc(count, sizeof *points);
    if (!sums || !points)
        return zkl_no_memory(err, count * (sizeof *sums + sizeof *points));
    for (size_t i = 0; i < count; i++) {
        zkl_g1_affine minus = powers->tau_1[i];
        blst_fp_cneg(&minus.y, &minus.y, true);
        blst_p1_from_affine(&sums[i], &powers->tau_1[i + domain]);
        blst_p1_add_or_double_affine(&sums[i], &sums[i], &minus);
    }
    zkl_g1_normalize_many(points, sums, count);
    hash_count(hash, domain - 1);
    for (size_t i = 0; i < count; i++)
        hash_g1(hash, &points[i]);
    return ZKL_OK;
}

zkl_status zkl_phase2_circuit_hash(uint8_t out[static 64], const zkl_groth16_key *initial,
                                   const zkl_powers *powers, zkl_error *err)
{
    ZKL_ASSERT(initial->log_domain <= powers->power);
    const size_t private_count = initial->wire_count - initial->public_count - 1;
    zkl_blake2b hash;
    ZKL_ASSERT(initial->public_count < initial->wire_count);
    zkl_blake2b_init(&hash);
    hash_g1(&hash, &initial->vk.alpha);
    hash_g1(&hash, &initial->beta_1);
    hash_g2(&hash, &initial->vk.beta);
    /* the verification key, then H, C, A, B, B: the order of zkey_new.js */
    hash_g2(&hash, &zkl_g2_generator); /* gamma */
    hash_g1(&hash, &zkl_g1_generator); /* delta */
    hash_g2(&hash, &zkl_g2_generator);
    hash_array_g1(&hash, initial->vk.ic, initial->public_count + 1);
    ZKL_TRY(hash_h(&hash, powers, (size_t)1 << initial->log_domain, err));
    hash_array_g1(&hash, initial->k, private_count);
    hash_array_g1(&hash, initial->a, initial->wire_count);
    hash_array_g1(&hash, initial->b_1, initial->wire_count);
    hash_array_g2(&hash, initial->b_2, initial->wire_count);
    zkl_blake2b_final(&hash, out);
    return ZKL_OK;
}

/* ---- is it this circuit's key? */

/* An array of the key that was divided by delta: after = before / delta, point by point. */
typedef struct divided_array {
    const char *what;
    const zkl_g1_affine *before, *after;
    size_t count;
} divided_array;

/* sum of w_i before_i, and of w_i after_i, with the same random w. */
static zkl_status weighted_sums(zkl_g1_affine *before, zkl_g1_affine *after,
                                const divided_array *array, const zkl_env *env, zkl_error *err)
{
    zkl_g1 sum;
    ZKL_ASSERT(array->before && array->after && array->count > 0);
    ZKL_AUTO_BLOCK zkl_fr *weights = zkl_malloc(array->count, sizeof *weights);
    if (!weights)
        return zkl_no_memory(err, array->count * sizeof *weights);
    ZKL_TRY(zkl_setup_weights_draw(weights, array->count, env, err));
    ZKL_TRY(zkl_g1_msm(&sum, array->before, weights, array->count, env->pool, err));
    zkl_g1_normalize(before, &sum);
    ZKL_TRY(zkl_g1_msm(&sum, array->after, weights, array->count, env->pool, err));
    zkl_g1_normalize(after, &sum);
    return ZKL_OK;
}

/* e(after, delta after) = e(before, delta before). */
static zkl_status check_divided(const divided_array *array, const zkl_g2_affine *delta_before,
                                const zkl_g2_affine *delta_after, const zkl_env *env,
                                zkl_error *err)
{
    zkl_g1_affine before, after;
    if (array->count == 0)
        return ZKL_OK;
    ZKL_TRY(weighted_sums(&before, &after, array, env, err));
    if (!zkl_pairings_equal(&after, delta_after, &before, delta_before))
        return zkl_fail(err, ZKL_REJECTED, "%s is not the circuit's, divided by delta",
                        array->what);
    return ZKL_OK;
}

/* Byte by byte: both have the one reduced form. */
static zkl_status check_same(const void *a, const void *b, size_t size, const char *what,
                             zkl_error *err)
{
    ZKL_ASSERT(a && b);
    if (memcmp(a, b, size) != 0)
        return zkl_fail(err, ZKL_REJECTED, "%s is not the circuit's under these powers of tau",
                        what);
    return ZKL_OK;
}

zkl_status zkl_phase2_check_key(const zkl_groth16_key *key, const zkl_groth16_key *initial,
                                const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(memcmp(&initial->delta_1, &zkl_g1_generator, sizeof zkl_g1_generator) == 0);
    const size_t wires = initial->wire_count;
    const zkl_groth16_vk *const vk = &key->vk, *const want = &initial->vk;
    if (key->wire_count != initial->wire_count || key->public_count != initial->public_count ||
        key->log_domain != initial->log_domain)
        return zkl_fail(err, ZKL_REJECTED, "the key is of a circuit of another size");
    ZKL_TRY(check_same(&vk->alpha, &want->alpha, sizeof vk->alpha, "alpha", err));
    ZKL_TRY(check_same(&vk->beta, &want->beta, sizeof vk->beta, "beta in G2", err));
    ZKL_TRY(check_same(&vk->gamma, &want->gamma, sizeof vk->gamma, "gamma", err));
    ZKL_TRY(check_same(vk->ic, want->ic, sizeof vk->ic, "IC", err));
    ZKL_TRY(check_same(&key->beta_1, &initial->beta_1, sizeof key->beta_1, "beta in G1", err));
    ZKL_TRY(check_same(key->a, initial->a, wires * sizeof *key->a, "A", err));
    ZKL_TRY(check_same(key->b_1, initial->b_1, wires * sizeof *key->b_1, "B in G1", err));
    ZKL_TRY(check_same(key->b_2, initial->b_2, wires * sizeof *key->b_2, "B in G2", err));
    return zkl_phase2_check_step(key, initial, env, err);
}

zkl_status zkl_phase2_check_step(const zkl_groth16_key *after, const zkl_groth16_key *before,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(after->wire_count == before->wire_count && after->log_domain == before->log_domain);
    const size_t private_count = after->wire_count - after->public_count - 1;
    const divided_array c = { "C", before->k, after->k, private_count },
                        h = { "H", before->h, after->h, (size_t)1 << after->log_domain };
    ZKL_TRY(check_divided(&c, &before->vk.delta, &after->vk.delta, env, err));
    return check_divided(&h, &before->vk.delta, &after->vk.delta, env, err);
}

/* ---- contributing */

/* A new array: from[i] / x. Wires that are in no row have a point at infinity, which stays. */
static zkl_status divide_all(const zkl_g1_affine **points, zkl_arena *arena, size_t count,
                             const zkl_split_factor *inverse, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(*points);
    zkl_g1_affine *const to = ZKL_ARENA_NEW(arena, zkl_g1_affine, count);
    if (!to)
        return zkl_no_memory(err, count * sizeof *to);
    memcpy(to, *points, count * sizeof *to);
    ZKL_TRY(zkl_points_scale(to, count, inverse, pool, err));
    *points = to;
    return ZKL_OK;
}

/* key: delta, K and H of the state before become those after. Arrays are new; the old ones are
 * shared with others. */
static zkl_status move_key(zkl_groth16_key *key, zkl_arena *arena, const zkl_fr *secret,
                           zkl_pool *pool, zkl_error *err)
{
    const size_t private_count = key->wire_count - key->public_count - 1,
                 domain = (size_t)1 << key->log_domain;
    zkl_fr inverse;
    zkl_split_factor halves;
    ZKL_ASSERT(!zkl_fr_is_zero(secret));
    zkl_fr_inverse(&inverse, secret);
    zkl_split_factor_of(&halves, &inverse);
    zkl_wipe(&inverse, sizeof inverse);
    zkl_status status = divide_all(&key->k, arena, private_count, &halves, pool, err);
    if (status == ZKL_OK)
        status = divide_all(&key->h, arena, domain, &halves, pool, err);
    zkl_wipe(&halves, sizeof halves);
    ZKL_TRY(status);
    zkl_g1_mul_affine(&key->delta_1, &key->delta_1, secret);
    zkl_g2_mul_affine(&key->vk.delta, &key->vk.delta, secret);
    return ZKL_OK;
}

/* s is random, sp hashed from history, s and s x; the state after is the caller's to fill in. */
static zkl_status sign(zkl_zkey_contribution *c, const zkl_zkey_history *history,
                       const zkl_fr *secret, const contribution_draws *draws, zkl_error *err)
{
    ZKL_ASSERT(!zkl_fr_is_zero(secret));
    zkl_g2_affine sp;
    ZKL_TRY(zkl_ceremony_draw_point(&c->delta_s, draws, err));
    zkl_g1_mul_affine(&c->delta_sx, &c->delta_s, secret);
    zkl_blake2b hash;
    zkl_blake2b_init(&hash);
    zkl_blake2b_update(&hash, history->circuit_hash, sizeof history->circuit_hash);
    for (size_t i = 0; i < history->count; i++)
        hash_contribution(&hash, &history->contributions[i]);
    make_transcript(c->transcript, &hash, c);
    zkl_ceremony_hash_to_g2(&sp, c->transcript);
    zkl_g2_mul_affine(&c->delta_spx, &sp, secret);
    return ZKL_OK;
}

zkl_status zkl_phase2_record(zkl_zkey_history *history, zkl_arena *arena, const zkl_fr *delta,
                             const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(history->count == 0);
    zkl_zkey_contribution *const own = ZKL_ARENA_NEW(arena, zkl_zkey_contribution, 1);
    if (!own)
        return zkl_no_memory(err, sizeof *own);
    ZKL_TRY(zkl_ceremony_name(&own->parameters, arena, ZKL_CEREMONY_LOCAL_NAME, err));
    const contribution_draws draws = { .env = env };
    ZKL_TRY(sign(own, history, delta, &draws, err));
    zkl_g1_mul_affine(&own->delta_after, &zkl_g1_generator, delta);
    history->contributions = own;
    history->count = 1;
    return ZKL_OK;
}

/* A list with room for one more. */
static zkl_status extend_history(zkl_zkey_contribution **out, zkl_arena *arena,
                                 const zkl_zkey_history *history, zkl_error *err)
{
    ZKL_ASSERT(history->count == 0 || history->contributions);
    *out = ZKL_ARENA_NEW(arena, zkl_zkey_contribution, history->count + 1);
    if (!*out)
        return zkl_no_memory(err, (history->count + 1) * sizeof **out);
    if (history->count)
        memcpy(*out, history->contributions, history->count * sizeof **out);
    return ZKL_OK;
}

/* all: those before, and at the end our own with type and parameters. */
static zkl_status contribute(zkl_recorded_key *out, zkl_arena *arena,
                             const zkl_recorded_key *before, zkl_zkey_contribution *all,
                             const contribution_draws *draws, zkl_error *err)
{
    const zkl_zkey_history *const history = &before->history;
    zkl_zkey_contribution *const own = &all[history->count];
    zkl_recorded_key after = *before;
    zkl_fr secret;
    ZKL_TRY(zkl_ceremony_draw_secret(&secret, draws, err));
    zkl_status status = sign(own, history, &secret, draws, err);
    if (status == ZKL_OK)
        status = move_key(&after.key, arena, &secret, draws->env->pool, err);
    zkl_wipe(&secret, sizeof secret);
    if (status != ZKL_OK)
        return status;
    own->delta_after = after.key.delta_1;
    after.history.contributions = all;
    after.history.count = history->count + 1;
    after.key.development = zkl_zkey_people(&after.history) < 2; /* one person may know delta */
    *out = after;
    return ZKL_OK;
}

zkl_status zkl_phase2_contribute(zkl_recorded_key *out, zkl_arena *arena,
                                 const zkl_recorded_key *before, const char *name,
                                 const zkl_env *env, zkl_error *err)
{
    zkl_zkey_contribution *all;
    const contribution_draws draws = { .env = env };
    ZKL_TRY(extend_history(&all, arena, &before->history, err));
    ZKL_TRY(zkl_ceremony_name(&all[before->history.count].parameters, arena, name, err));
    return contribute(out, arena, before, all, &draws, err);
}

zkl_status zkl_phase2_contribute_beacon(zkl_recorded_key *out, zkl_arena *arena,
                                        const zkl_recorded_key *before, const zkl_beacon *beacon,
                                        const zkl_env *env, zkl_error *err)
{
    zkl_zkey_contribution *all;
    zkl_iden3_random random;
    const contribution_draws draws = { .env = env, .beacon = &random };
    ZKL_TRY(extend_history(&all, arena, &before->history, err));
    ZKL_TRY(zkl_beacon_parameters(&all[before->history.count].parameters, arena, beacon, err));
    ZKL_TRY(zkl_beacon_random(&random, beacon, env, err));
    all[before->history.count].type = 1;
    return contribute(out, arena, before, all, &draws, err);
}

/* ---- a beacon made again */

static zkl_status verify_beacon(const zkl_zkey_history *history, size_t index, const zkl_env *env,
                                zkl_error *err)
{
    const zkl_zkey_contribution *const c = &history->contributions[index];
    zkl_zkey_history before = *history;
    zkl_zkey_contribution again;
    zkl_beacon beacon;
    zkl_iden3_random random;
    zkl_fr secret;
    const contribution_draws draws = { .env = env, .beacon = &random };
    before.count = index;
    ZKL_TRY(zkl_beacon_parse(&beacon, c->parameters, err));
    ZKL_TRY(zkl_beacon_random(&random, &beacon, env, err));
    ZKL_TRY(zkl_ceremony_draw_secret(&secret, &draws, err));
    ZKL_TRY(sign(&again, &before, &secret, &draws, err));
    if (memcmp(&again.delta_s, &c->delta_s, sizeof c->delta_s) != 0 ||
        memcmp(&again.delta_sx, &c->delta_sx, sizeof c->delta_sx) != 0 ||
        memcmp(&again.delta_spx, &c->delta_spx, sizeof c->delta_spx) != 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "the beacon's contribution does not follow from its "
                        "value");
    return ZKL_OK;
}

zkl_status zkl_phase2_verify_beacons(const zkl_zkey_history *history, const zkl_env *env,
                                     zkl_error *err)
{
    ZKL_ASSERT(history->count == 0 || history->contributions);
    for (size_t i = 0; i < history->count; i++) {
        if (history->contributions[i].type != 1)
            continue;
        const zkl_status status = verify_beacon(history, i, env, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "contribution %zu to the key", i + 1);
    }
    return ZKL_OK;
}
