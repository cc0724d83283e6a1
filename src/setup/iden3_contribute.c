/* Contributing to the first phase of a ceremony: what a contribution is, and how it is checked,
 * stands in iden3_ceremony.c.
 *
 * Secret: t, a, b, their powers and the logarithms of s; all are wiped on every path. Products
 * of the powers by them vary in time (point_scale.h): they are used once, on a machine that its
 * party chose (docs/timing.md). */
#include "setup/iden3_blake2b.h"
#include "setup/iden3_ceremony_internal.h"
#include "setup/point_scale.h"

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

zkl_status zkl_ceremony_draw_secret(zkl_fr *out, const contribution_draws *draws, zkl_error *err)
{
    if (!draws->beacon)
        return zkl_setup_secret_draw(out, draws->env, err);
    zkl_iden3_random_fr(out, draws->beacon);
    return ZKL_OK;
}

zkl_status zkl_ceremony_draw_point(zkl_g1_affine *out, const contribution_draws *draws,
                                   zkl_error *err)
{
    if (draws->beacon) {
        zkl_iden3_random_g1(out, draws->beacon);
        return ZKL_OK;
    }
    zkl_fr logarithm;
    ZKL_TRY(zkl_setup_secret_draw(&logarithm, draws->env, err));
    zkl_g1_mul_affine(out, &zkl_g1_generator, &logarithm);
    zkl_wipe(&logarithm, sizeof logarithm);
    return ZKL_OK;
}

/* Room for 2N factors too: they are secret as well. */
static zkl_status draw_secrets(contribution_secrets *s, unsigned power,
                               const contribution_draws *draws, zkl_error *err)
{
    ZKL_TRY(zkl_ceremony_draw_secret(&s->drawn.tau, draws, err));
    ZKL_TRY(zkl_ceremony_draw_secret(&s->drawn.alpha, draws, err));
    ZKL_TRY(zkl_ceremony_draw_secret(&s->drawn.beta, draws, err));
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

#define CHUNK ((size_t)16384) /* points between two reports of progress */

/* What the arrays of one contribution share. */
typedef struct move_job {
    zkl_arena *arena;
    const contribution_secrets *secrets;
    const zkl_env *env;
    uint64_t done, total;
} move_job;

static zkl_status report(move_job *job, size_t done, zkl_error *err)
{
    ZKL_TRY(zkl_env_progress(job->env, "contributing to the powers", job->done, job->total, err));
    job->done += done;
    return ZKL_OK;
}

/* A new array: from[i] factors[i]. */
static zkl_status move_g1(move_job *job, const zkl_g1_affine **out, const zkl_g1_affine *from,
                          size_t count, zkl_error *err)
{
    zkl_g1_affine *const to = ZKL_ARENA_NEW(job->arena, zkl_g1_affine, count);
    if (!to)
        return zkl_no_memory(err, count * sizeof *to);
    ZKL_ASSERT(count <= job->secrets->factor_count);
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t n = count - begin < CHUNK ? count - begin : CHUNK;
        ZKL_TRY(report(job, n, err));
        ZKL_TRY(zkl_g1_scale_each(to + begin, from + begin, job->secrets->factors + begin, n,
                                  job->env->pool, err));
    }
    *out = to;
    return ZKL_OK;
}

/* The same in G2. */
static zkl_status move_g2(move_job *job, const zkl_g2_affine **out, const zkl_g2_affine *from,
                          size_t count, zkl_error *err)
{
    zkl_g2_affine *const to = ZKL_ARENA_NEW(job->arena, zkl_g2_affine, count);
    if (!to)
        return zkl_no_memory(err, count * sizeof *to);
    ZKL_ASSERT(count <= job->secrets->factor_count);
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t n = count - begin < CHUNK ? count - begin : CHUNK;
        ZKL_TRY(report(job, n, err));
        ZKL_TRY(zkl_g2_scale_each(to + begin, from + begin, job->secrets->factors + begin, n,
                                  job->env->pool, err));
    }
    *out = to;
    return ZKL_OK;
}

/* tau_i by t^i, alpha_i by a t^i, beta_i by b t^i. Four passes, with the factors filled anew. */
static zkl_status move_powers(zkl_powers *out, zkl_arena *arena, const zkl_powers *in,
                              contribution_secrets *s, const zkl_env *env, zkl_error *err)
{
    const size_t n = (size_t)1 << in->power;
    ZKL_ASSERT(s->factor_count == 2 * n);
    /* tau: factors t^i; alpha: a t^i; beta: b t^i, of which beta in G2 takes the first */
    move_job job = { .arena = arena, .secrets = s, .env = env, .total = 5 * n };
    zkl_powers moved = { .power = in->power, .development = true };
    const zkl_g2_affine *beta_2;
    fill_factors(s, &ZKL_FR_ONE);
    ZKL_TRY(move_g1(&job, &moved.tau_1, in->tau_1, 2 * n - 1, err));
    ZKL_TRY(move_g2(&job, &moved.tau_2, in->tau_2, n, err));
    fill_factors(s, &s->drawn.alpha);
    ZKL_TRY(move_g1(&job, &moved.alpha_1, in->alpha_1, n, err));
    fill_factors(s, &s->drawn.beta);
    ZKL_TRY(move_g1(&job, &moved.beta_1, in->beta_1, n, err));
    ZKL_TRY(move_g2(&job, &beta_2, &in->beta_2, 1, err));
    moved.beta_2 = *beta_2;
    *out = moved;
    return ZKL_OK;
}

/* secret: number 0 tau, 1 alpha, 2 beta. */
static zkl_status sign_secret(zkl_ptau_knowledge *out, uint8_t number, const zkl_fr *secret,
                              const uint8_t challenge[static 64], const contribution_draws *draws,
                              zkl_error *err)
{
    ZKL_ASSERT(number < 3 && !zkl_fr_is_zero(secret));
    zkl_g2_affine base;
    ZKL_TRY(zkl_ceremony_draw_point(&out->s, draws, err));
    zkl_g1_mul_affine(&out->sx, &out->s, secret);
    zkl_ceremony_key_base(&base, number, challenge, out);
    zkl_g2_mul_affine(&out->spx, &base, secret);
    return ZKL_OK;
}

static zkl_status sign_secrets(zkl_ptau_key *key, const zkl_powers_secrets *s,
                               const uint8_t challenge[static 64], const contribution_draws *draws,
                               zkl_error *err)
{
    ZKL_TRY(sign_secret(&key->tau, 0, &s->tau, challenge, draws, err));
    ZKL_TRY(sign_secret(&key->alpha, 1, &s->alpha, challenge, draws, err));
    return sign_secret(&key->beta, 2, &s->beta, challenge, draws, err);
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

/* c has its key. The state after it, and the hash so far: all that the file keeps of it. */
static void finish_contribution(zkl_ptau_contribution *c, const zkl_powers *powers,
                                const uint8_t challenge[static 64])
{
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
    const bool hashed = zkl_ceremony_next_challenge(c->next_challenge, c, powers);
    ZKL_ASSERT(hashed);
}

zkl_status zkl_ceremony_record(zkl_ptau_history *out, zkl_arena *arena, const zkl_powers *powers,
                               const zkl_powers_secrets *secrets, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_ASSERT(powers->power <= ZKL_CEREMONY_POWER_MAX);
    const ceremony_standing start = zkl_ceremony_at_start(powers->power);
    zkl_ptau_contribution *const own = ZKL_ARENA_NEW(arena, zkl_ptau_contribution, 1);
    if (!own)
        return zkl_no_memory(err, sizeof *own);
    ZKL_TRY(zkl_ceremony_name(&own->parameters, arena, ZKL_CEREMONY_LOCAL_NAME, err));
    const contribution_draws draws = { .env = env };
    ZKL_TRY(sign_secrets(&own->key, secrets, start.challenge, &draws, err));
    finish_contribution(own, powers, start.challenge);
    *out = (zkl_ptau_history){ powers->power, own, 1 };
    return ZKL_OK;
}

/* own: with type and parameters, at the end of `all`, which has those before. */
static zkl_status contribute(zkl_recorded_powers *out, zkl_arena *arena,
                             const zkl_recorded_powers *before, zkl_ptau_contribution *all,
                             const contribution_draws *draws, zkl_error *err)
{
    const zkl_ptau_history *const history = &before->history;
    const unsigned power = before->powers.power;
    ZKL_AUTO_CLEAR(contribution_secrets) s = { 0 };
    zkl_ptau_contribution *const own = &all[history->count];
    const ceremony_standing start =
        history->count ? zkl_ceremony_after(own - 1) : zkl_ceremony_at_start(power);

    zkl_recorded_powers after = { .history = { power, all, history->count + 1 } };
    ZKL_TRY(draw_secrets(&s, power, draws, err));
    /* before the powers move: a beacon's points follow its secrets */
    ZKL_TRY(sign_secrets(&own->key, &s.drawn, start.challenge, draws, err));
    ZKL_TRY(move_powers(&after.powers, arena, &before->powers, &s, draws->env, err));
    const zkl_powers *const moved = &after.powers;
    ZKL_ASSERT(moved->tau_1 && moved->tau_2 && moved->alpha_1 && moved->beta_1);
    finish_contribution(own, moved, start.challenge);
    after.powers.development = zkl_ptau_people(&after.history) < 2; /* one person may know tau */
    *out = after;
    return ZKL_OK;
}

/* A list with room for one more. */
static zkl_status extend_history(zkl_ptau_contribution **out, zkl_arena *arena,
                                 const zkl_recorded_powers *before, zkl_error *err)
{
    const zkl_ptau_history *const history = &before->history;
    ZKL_ASSERT(history->count == 0 || history->ceremony_power == before->powers.power);
    *out = ZKL_ARENA_NEW(arena, zkl_ptau_contribution, history->count + 1);
    if (!*out)
        return zkl_no_memory(err, (history->count + 1) * sizeof **out);
    if (history->count)
        memcpy(*out, history->contributions, history->count * sizeof **out);
    return ZKL_OK;
}

zkl_status zkl_ceremony_contribute(zkl_recorded_powers *out, zkl_arena *arena,
                                   const zkl_recorded_powers *before, const char *name,
                                   const zkl_env *env, zkl_error *err)
{
    zkl_ptau_contribution *all;
    const contribution_draws draws = { .env = env };
    ZKL_TRY(extend_history(&all, arena, before, err));
    ZKL_TRY(zkl_ceremony_name(&all[before->history.count].parameters, arena, name, err));
    return contribute(out, arena, before, all, &draws, err);
}

zkl_status zkl_ceremony_contribute_beacon(zkl_recorded_powers *out, zkl_arena *arena,
                                          const zkl_recorded_powers *before,
                                          const zkl_beacon *beacon, const zkl_env *env,
                                          zkl_error *err)
{
    zkl_ptau_contribution *all;
    zkl_iden3_random random;
    const contribution_draws draws = { .env = env, .beacon = &random };
    ZKL_TRY(extend_history(&all, arena, before, err));
    ZKL_TRY(zkl_beacon_parameters(&all[before->history.count].parameters, arena, beacon, err));
    ZKL_TRY(zkl_beacon_random(&random, beacon, env, err));
    all[before->history.count].type = 1;
    return contribute(out, arena, before, all, &draws, err);
}

/* ---- a beacon made again */

static bool same_knowledge(const zkl_ptau_knowledge *a, const zkl_ptau_knowledge *b)
{
    return memcmp(&a->s, &b->s, sizeof a->s) == 0 && memcmp(&a->sx, &b->sx, sizeof a->sx) == 0 &&
           memcmp(&a->spx, &b->spx, sizeof a->spx) == 0;
}

static zkl_status verify_beacon(const zkl_ptau_contribution *c, const uint8_t challenge[static 64],
                                const zkl_env *env, zkl_error *err)
{
    zkl_beacon beacon;
    zkl_iden3_random random;
    zkl_powers_secrets secrets;
    zkl_ptau_key key;
    const contribution_draws draws = { .env = env, .beacon = &random };
    ZKL_TRY(zkl_beacon_parse(&beacon, c->parameters, err));
    ZKL_TRY(zkl_beacon_random(&random, &beacon, env, err));
    ZKL_TRY(zkl_ceremony_draw_secret(&secrets.tau, &draws, err));
    ZKL_TRY(zkl_ceremony_draw_secret(&secrets.alpha, &draws, err));
    ZKL_TRY(zkl_ceremony_draw_secret(&secrets.beta, &draws, err));
    ZKL_TRY(sign_secrets(&key, &secrets, challenge, &draws, err));
    if (!same_knowledge(&key.tau, &c->key.tau) || !same_knowledge(&key.alpha, &c->key.alpha) ||
        !same_knowledge(&key.beta, &c->key.beta))
        return zkl_fail(err, ZKL_REJECTED,
                        "the beacon's contribution does not follow from its "
                        "value");
    return ZKL_OK;
}

zkl_status zkl_ceremony_verify_beacons(const zkl_ptau_history *history, const zkl_env *env,
                                       zkl_error *err)
{
    ZKL_ASSERT(history->ceremony_power <= ZKL_CEREMONY_POWER_MAX);
    for (size_t i = 0; i < history->count; i++) {
        const zkl_ptau_contribution *const c = &history->contributions[i];
        if (c->type != 1)
            continue;
        const ceremony_standing before =
            i ? zkl_ceremony_after(c - 1) : zkl_ceremony_at_start(history->ceremony_power);
        const zkl_status status = verify_beacon(c, before.challenge, env, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "contribution %zu to the powers", i + 1);
    }
    return ZKL_OK;
}
