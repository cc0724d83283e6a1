/* The steps of a ceremony, and its check.
 *
 * Contributions to powers and keys are iden3's (setup/iden3_ceremony.h, iden3_phase2.h): each shows
 * that its maker knew the factor by which tau, alpha, beta or delta moved. Here they meet the
 * records: record i of a round names contribution i by its hash.
 *
 * What contributions that follow from one another leave open, the check adds:
 *  - two that undo each other: every state differs from every other, so nobody's factor is 1 and
 *    no run of contributions comes to nothing;
 *  - a beacon: its contribution is made again from its value, the keys' value is not the powers',
 *    and nothing follows it in its round (transcript.c);
 *  - whose a contribution is: signatures chain the records (transcript.c). */
#include "ceremony/joint.h"

#include <string.h>

#include "hash/domains.h"
#include "setup/iden3_ceremony.h"
#include "setup/powers_prepare.h"

/* ---- hashes of contributions */

static void hash_points(zkl_sha3 *hash, const zkl_buffer *bytes)
{
    zkl_sha3_update(hash, bytes->data, bytes->size);
}

static void hash_begin(zkl_sha3 *hash)
{
    zkl_sha3_256_init(hash);
    zkl_sha3_update(hash, ZKL_SHA3_256_CEREMONY_CONTRIBUTION,
                    sizeof ZKL_SHA3_256_CEREMONY_CONTRIBUTION);
}

zkl_status zkl_joint_powers_digest(zkl_digest *out, const zkl_ptau_history *history, size_t index,
                                   zkl_error *err)
{
    ZKL_ASSERT(index < history->count);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const zkl_ptau_history one = { history->ceremony_power, &history->contributions[index], 1 };
    zkl_sha3 hash;
    zkl_ptau_history_put(&bytes, &one);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    hash_begin(&hash);
    hash_points(&hash, &bytes);
    zkl_sha3_256_final(&hash, out);
    return ZKL_OK;
}

zkl_status zkl_joint_keys_digest(zkl_digest *out, const zkl_joint *c, size_t index, zkl_error *err)
{
    zkl_sha3 hash;
    hash_begin(&hash);
    for (size_t i = 0; i < c->transcript.tier_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_zkey_history one = c->keys[i].history;
        ZKL_ASSERT(index < one.count);
        one.contributions += index;
        one.count = 1;
        zkl_zkey_history_put(&bytes, &one);
        ZKL_TRY(zkl_buffer_status(&bytes, err));
        hash_points(&hash, &bytes);
    }
    zkl_sha3_256_final(&hash, out);
    return ZKL_OK;
}

/* Contributions that the records of a round name. */
static size_t count_records(const zkl_transcript *t, bool of_powers)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++)
        count += zkl_step_is_of_powers(t->records[i].step) == of_powers;
    return count;
}

/* ---- steps */

static zkl_status check_terms(const zkl_transcript *t, zkl_error *err)
{
    if (!t->name[0] || !zkl_transcript_text_valid(t->name, ZKL_TRANSCRIPT_NAME_BYTES_MAX))
        return zkl_fail(err, ZKL_USAGE,
                        "a ceremony's name has 1 to %d printable characters of "
                        "ASCII",
                        ZKL_TRANSCRIPT_NAME_BYTES_MAX);
    if (t->power < 2 || t->power > ZKL_POWERS_POWER_MAX)
        return zkl_fail(err, ZKL_USAGE, "powers of 2^%u, from 2^2 to 2^%d", t->power,
                        ZKL_POWERS_POWER_MAX);
    for (size_t i = 1; i < t->tier_count; i++)
        if (t->tiers[i] <= t->tiers[i - 1])
            return zkl_fail(err, ZKL_USAGE, "circuits stand in rising order, each once");
    return ZKL_OK;
}

zkl_status zkl_joint_new(zkl_joint *out, zkl_arena *arena, const zkl_transcript *terms,
                         const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(terms->count == 0 && terms->tier_count <= ZKL_TRANSCRIPT_TIERS_MAX);
    zkl_joint c = { .transcript = *terms, .round = ZKL_ROUND_POWERS, .has_powers = true };
    ZKL_TRY(check_terms(terms, err));
    ZKL_TRY(zkl_env_random(env, c.transcript.nonce, sizeof c.transcript.nonce, err));
    ZKL_TRY(zkl_ceremony_start(&c.powers.powers, arena, terms->power, err));
    c.powers.history.ceremony_power = terms->power;
    *out = c;
    return ZKL_OK;
}

/* Nothing follows a beacon in its round. */
static zkl_status check_is_open(const zkl_joint *c, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    const bool at_beacon = t->count && zkl_step_is_beacon(t->records[t->count - 1].step);
    const bool of_powers = t->count && zkl_step_is_of_powers(t->records[t->count - 1].step);
    if (at_beacon && of_powers == (c->round == ZKL_ROUND_POWERS))
        return zkl_fail(err, ZKL_USAGE, "the round has its beacon: nobody contributes behind it");
    if (c->round == ZKL_ROUND_KEYS && t->tier_count == 0)
        return zkl_fail(err, ZKL_USAGE, "this ceremony has no circuits: it ends with the powers");
    return ZKL_OK;
}

/* The contribution that was added last, into its record. */
static zkl_status add_record(zkl_joint *c, zkl_arena *arena, zkl_transcript_record *record,
                             const zkl_signer *signer, zkl_error *err)
{
    if (c->round == ZKL_ROUND_POWERS)
        ZKL_TRY(zkl_joint_powers_digest(&record->contribution, &c->powers.history,
                                        c->powers.history.count - 1, err));
    else
        ZKL_TRY(zkl_joint_keys_digest(&record->contribution, c, c->keys[0].history.count - 1, err));
    return zkl_transcript_add(&c->transcript, arena, record, signer, err);
}

/* beacon NULL: secrets of env's. */
static zkl_status move_points(zkl_joint *c, zkl_arena *arena, const char *name,
                              const zkl_beacon *beacon, const zkl_env *env, zkl_error *err)
{
    if (c->round == ZKL_ROUND_POWERS && beacon)
        return zkl_ceremony_contribute_beacon(&c->powers, arena, &c->powers, beacon, env, err);
    if (c->round == ZKL_ROUND_POWERS)
        return zkl_ceremony_contribute(&c->powers, arena, &c->powers, name, env, err);
    for (size_t i = 0; i < c->transcript.tier_count; i++) {
        zkl_recorded_key *const key = &c->keys[i];
        ZKL_TRY(
            zkl_env_progress(env, "contributing to the keys", i, c->transcript.tier_count, err));
        if (beacon)
            ZKL_TRY(zkl_phase2_contribute_beacon(key, arena, key, beacon, env, err));
        else
            ZKL_TRY(zkl_phase2_contribute(key, arena, key, name, env, err));
    }
    return ZKL_OK;
}

zkl_status zkl_joint_contribute(zkl_joint *c, zkl_arena *arena, const char *name,
                                const zkl_signer *signer, const zkl_env *env, zkl_error *err)
{
    zkl_joint next = *c;
    zkl_transcript_record record = {
        .step = c->round == ZKL_ROUND_POWERS ? ZKL_STEP_POWERS : ZKL_STEP_KEYS,
        .time_ms = (uint64_t)zkl_env_now_ms(env),
    };
    if (!name[0] || !zkl_transcript_text_valid(name, ZKL_TRANSCRIPT_NAME_BYTES_MAX))
        return zkl_fail(err, ZKL_USAGE, "a party's name has 1 to %d printable characters of ASCII",
                        ZKL_TRANSCRIPT_NAME_BYTES_MAX);
    memcpy(record.name, name, strlen(name) + 1);
    ZKL_TRY(check_is_open(c, err));
    ZKL_TRY(move_points(&next, arena, name, NULL, env, err));
    ZKL_TRY(add_record(&next, arena, &record, signer, err));
    *c = next;
    return ZKL_OK;
}

/* That of the powers was public before anybody contributed to the keys: taken, it would end the
 * round for good, and no verifier takes it. */
static zkl_status check_beacon_is_new(const zkl_joint *c, zkl_bytes value, zkl_error *err)
{
    const zkl_ptau_history *const powers = &c->powers.history;
    zkl_beacon first;
    if (c->round != ZKL_ROUND_KEYS || !c->has_powers || !powers->count ||
        powers->contributions[powers->count - 1].type != 1)
        return ZKL_OK;
    ZKL_TRY(zkl_beacon_parse(&first, powers->contributions[powers->count - 1].parameters, err));
    return zkl_bytes_equal(first.value, value)
               ? zkl_fail(err, ZKL_USAGE,
                          "this value was the beacon of the powers: the keys need one that became "
                          "public after the last contribution to them")
               : ZKL_OK;
}

zkl_status zkl_joint_beacon(zkl_joint *c, zkl_arena *arena, const zkl_joint_beacon_value *beacon,
                            const zkl_env *env, zkl_error *err)
{
    zkl_joint next = *c;
    zkl_transcript_record record = {
        .step = c->round == ZKL_ROUND_POWERS ? ZKL_STEP_POWERS_BEACON : ZKL_STEP_KEYS_BEACON,
        .time_ms = beacon->round ? zkl_drand_time_ms(beacon->round) : beacon->time_ms,
        .round = beacon->round,
    };
    const zkl_beacon as = { "beacon", beacon->value, beacon->log_iterations };
    if (!beacon->source[0] ||
        !zkl_transcript_text_valid(beacon->source, ZKL_TRANSCRIPT_SOURCE_BYTES_MAX))
        return zkl_fail(err, ZKL_USAGE,
                        "say where the beacon's value is from, in at most %d "
                        "printable characters of ASCII",
                        ZKL_TRANSCRIPT_SOURCE_BYTES_MAX);
    memcpy(record.source, beacon->source, strlen(beacon->source) + 1);
    ZKL_TRY(check_is_open(c, err));
    ZKL_TRY(check_beacon_is_new(c, beacon->value, err));
    /* before the work: the place and the time are known already */
    ZKL_TRY(zkl_transcript_add(&next.transcript, arena, &record, NULL, err));
    next.transcript = c->transcript;
    ZKL_TRY(move_points(&next, arena, "", &as, env, err));
    ZKL_TRY(add_record(&next, arena, &record, NULL, err));
    *c = next;
    return ZKL_OK;
}

zkl_status zkl_joint_open_keys(zkl_joint *c, zkl_arena *arena, zkl_joint_circuits circuits,
                               const zkl_env *env, zkl_error *err)
{
    zkl_joint next = *c;
    if (c->round != ZKL_ROUND_POWERS)
        return zkl_fail(err, ZKL_USAGE, "the second round is open already");
    if (zkl_ptau_people(&c->powers.history) == 0)
        return zkl_fail(err, ZKL_USAGE, "nobody contributed to the powers yet");
    next.round = ZKL_ROUND_KEYS;
    ZKL_TRY(zkl_powers_prepare(&next.powers.powers, arena, env, err));
    for (size_t i = 0; i < c->transcript.tier_count; i++)
        ZKL_TRY(
            zkl_groth16_initial(&next.keys[i], arena, circuits[i], &next.powers.powers, env, err));
    *c = next;
    return ZKL_OK;
}

/* ---- contributions of others */

/* Of both lists the first `count` are the same, byte by byte of their hashes. */
static zkl_status check_same_before(const zkl_joint *c, const zkl_joint *theirs, zkl_error *err)
{
    zkl_digest a, b;
    if (c->round == ZKL_ROUND_POWERS) {
        for (size_t i = 0; i < c->powers.history.count; i++) {
            ZKL_TRY(zkl_joint_powers_digest(&a, &c->powers.history, i, err));
            ZKL_TRY(zkl_joint_powers_digest(&b, &theirs->powers.history, i, err));
            if (!zkl_digest_equal(&a, &b))
                return zkl_fail(err, ZKL_REJECTED, "contribution %zu is another than here", i + 1);
        }
        return ZKL_OK;
    }
    for (size_t i = 0; i < c->keys[0].history.count; i++) {
        ZKL_TRY(zkl_joint_keys_digest(&a, c, i, err));
        ZKL_TRY(zkl_joint_keys_digest(&b, theirs, i, err));
        if (!zkl_digest_equal(&a, &b))
            return zkl_fail(err, ZKL_REJECTED, "contribution %zu to the keys is another than here",
                            i + 1);
    }
    return ZKL_OK;
}

/* It was made of what is here, by one contribution. */
static zkl_status check_succeeds(const zkl_joint *c, const zkl_joint *theirs, zkl_error *err)
{
    zkl_digest own, other;
    zkl_transcript_id(&own, &c->transcript);
    zkl_transcript_id(&other, &theirs->transcript);
    if (!zkl_digest_equal(&own, &other))
        return zkl_fail(err, ZKL_CONFLICT, "it belongs to another ceremony, '%s'",
                        theirs->transcript.name);
    if (theirs->round != c->round)
        return zkl_fail(err, ZKL_CONFLICT, "it belongs to the other round of this ceremony");
    if (theirs->transcript.count <= c->transcript.count &&
        zkl_transcript_extends(&c->transcript, &theirs->transcript))
        return zkl_fail(err, ZKL_CONFLICT, "it holds no contribution that is not here already");
    if (theirs->transcript.count != c->transcript.count + 1 ||
        !zkl_transcript_extends(&theirs->transcript, &c->transcript))
        return zkl_fail(err, ZKL_CONFLICT,
                        "it was made of another state of this ceremony: contributions are made one "
                        "after the other, each of the newest invitation");
    return ZKL_OK;
}

/* The last record names the last contribution, and there is one contribution a record. */
static zkl_status check_last_powers(const zkl_joint *c, zkl_error *err)
{
    zkl_digest digest;
    const zkl_transcript *const t = &c->transcript;
    const zkl_ptau_history *const history = &c->powers.history;
    if (history->count != count_records(t, true))
        return zkl_fail(err, ZKL_REJECTED, "%zu contributions to the powers, and %zu records",
                        history->count, count_records(t, true));
    for (size_t i = 0; i < history->count; i++) {
        const zkl_transcript_record *const r = &t->records[i];
        ZKL_TRY(zkl_joint_powers_digest(&digest, history, i, err));
        if (!zkl_digest_equal(&digest, &r->contribution) ||
            (history->contributions[i].type == 1) != zkl_step_is_beacon(r->step))
            return zkl_fail(err, ZKL_REJECTED,
                            "contribution %zu to the powers is not the one that its record names",
                            i + 1);
    }
    return ZKL_OK;
}

static zkl_status check_records_of_keys(const zkl_joint *c, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    const size_t before = count_records(t, true), count = count_records(t, false);
    for (size_t i = 0; i < t->tier_count; i++)
        if (c->keys[i].history.count != count)
            return zkl_fail(err, ZKL_REJECTED, "F%u has %zu contributions, and %zu records",
                            t->tiers[i], c->keys[i].history.count, count);
    for (size_t at = 0; at < count; at++) {
        const zkl_transcript_record *const r = &t->records[before + at];
        zkl_digest digest;
        ZKL_TRY(zkl_joint_keys_digest(&digest, c, at, err));
        bool same = zkl_digest_equal(&digest, &r->contribution);
        for (size_t i = 0; i < t->tier_count; i++)
            same = same &&
                   (c->keys[i].history.contributions[at].type == 1) == zkl_step_is_beacon(r->step);
        if (!same)
            return zkl_fail(err, ZKL_REJECTED,
                            "contribution %zu to the keys is not the one that its record names",
                            at + 1);
    }
    return ZKL_OK;
}

/* Every state of a value differs from every other: a factor of 1, or factors that undo each other,
 * would bring one back. The start is a state, too. */
static zkl_status check_states(const zkl_g1_affine *states, size_t count, const char *what,
                               zkl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        bool back = memcmp(&states[i], &zkl_g1_generator, sizeof states[i]) == 0;
        for (size_t j = 0; j < i; j++)
            back = back || memcmp(&states[i], &states[j], sizeof states[i]) == 0;
        if (back)
            return zkl_fail(err, ZKL_REJECTED,
                            "contribution %zu undoes what was contributed before: %s is again what "
                            "it was",
                            i + 1, what);
    }
    return ZKL_OK;
}

static zkl_status check_powers_move(const zkl_ptau_history *history, zkl_error *err)
{
    static const char *const names[] = { "tau", "alpha", "beta" };
    ZKL_AUTO_BLOCK zkl_g1_affine *states = zkl_malloc(history->count + 1, sizeof *states);
    if (!states)
        return zkl_no_memory(err, history->count * sizeof *states);
    for (size_t which = 0; which < ZKL_COUNT(names); which++) {
        for (size_t i = 0; i < history->count; i++) {
            const zkl_ptau_contribution *const c = &history->contributions[i];
            states[i] = which == 0 ? c->tau_1 : which == 1 ? c->alpha_1 : c->beta_1;
        }
        ZKL_TRY(check_states(states, history->count, names[which], err));
    }
    return ZKL_OK;
}

static zkl_status check_key_moves(const zkl_zkey_history *history, zkl_error *err)
{
    ZKL_AUTO_BLOCK zkl_g1_affine *states = zkl_malloc(history->count + 1, sizeof *states);
    if (!states)
        return zkl_no_memory(err, history->count * sizeof *states);
    for (size_t i = 0; i < history->count; i++)
        states[i] = history->contributions[i].delta_after;
    return check_states(states, history->count, "delta", err);
}

/* Contributions of the powers, and that these are powers of what they lead to. */
static zkl_status check_powers(const zkl_joint *c, const zkl_env *env, zkl_error *err)
{
    const zkl_ptau_history *const history = &c->powers.history;
    ZKL_TRY(zkl_env_progress(env, "checking contributions", 0, 0, err));
    ZKL_TRY(check_last_powers(c, err));
    ZKL_TRY(zkl_ceremony_verify(&c->powers.powers, history, err));
    ZKL_TRY(zkl_ceremony_verify_beacons(history, env, err));
    ZKL_TRY(check_powers_move(history, err));
    ZKL_TRY(zkl_env_progress(env, "checking powers", 0, 0, err));
    return zkl_ptau_check(&c->powers.powers, env, err);
}

static zkl_status check_key_history(const zkl_recorded_key *key, unsigned tier, const zkl_env *env,
                                    zkl_error *err)
{
    zkl_status status = zkl_phase2_verify(&key->key, &key->history, err);
    if (status == ZKL_OK)
        status = zkl_phase2_verify_beacons(&key->history, env, err);
    if (status == ZKL_OK)
        status = check_key_moves(&key->history, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "F%u", tier);
}

/* Each key's step, against the keys here. */
static zkl_status check_key_steps(const zkl_joint *c, const zkl_joint *theirs, const zkl_env *env,
                                  zkl_error *err)
{
    ZKL_TRY(check_records_of_keys(theirs, err));
    for (size_t i = 0; i < c->transcript.tier_count; i++) {
        const unsigned tier = c->transcript.tiers[i];
        const zkl_recorded_key *const before = &c->keys[i], *const after = &theirs->keys[i];
        ZKL_TRY(zkl_env_progress(env, "checking keys", i, c->transcript.tier_count, err));
        if (after->key.wire_count != before->key.wire_count ||
            after->key.log_domain != before->key.log_domain ||
            memcmp(after->history.circuit_hash, before->history.circuit_hash, 64) != 0)
            return zkl_fail(err, ZKL_REJECTED, "F%u: a key of another circuit", tier);
        ZKL_TRY(check_key_history(after, tier, env, err));
        const zkl_status status = zkl_phase2_check_step(&after->key, &before->key, env, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "F%u", tier);
    }
    return ZKL_OK;
}

zkl_status zkl_joint_accept(zkl_joint *c, const zkl_joint *theirs, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_ASSERT(c->has_powers);
    zkl_joint next = *c;
    ZKL_TRY(check_succeeds(c, theirs, err));
    ZKL_TRY(zkl_transcript_check(&theirs->transcript, err));
    if (c->round == ZKL_ROUND_POWERS && !theirs->has_powers)
        return zkl_fail(err, ZKL_BAD_INPUT, "it holds no powers of tau");
    ZKL_TRY(check_same_before(c, theirs, err));
    if (c->round == ZKL_ROUND_POWERS) {
        ZKL_TRY(check_powers(theirs, env, err));
        next.powers = theirs->powers;
    } else {
        ZKL_TRY(check_key_steps(c, theirs, env, err));
        for (size_t i = 0; i < c->transcript.tier_count; i++)
            next.keys[i] = theirs->keys[i];
    }
    next.transcript = theirs->transcript;
    *c = next;
    return ZKL_OK;
}

/* ---- the whole */

zkl_status zkl_joint_key(zkl_recorded_key *out, zkl_arena *arena, const zkl_joint_part *part,
                         const zkl_env *env, zkl_error *err)
{
    const zkl_joint *const c = part->of;
    const size_t index = part->index;
    const zkl_recorded_key *const have = &c->keys[index];
    zkl_recorded_key whole;
    ZKL_ASSERT(index < c->transcript.tier_count && c->powers.powers.lagrange_1);
    ZKL_TRY(zkl_groth16_initial(&whole, arena, part->circuit, &c->powers.powers, env, err));
    if (have->key.wire_count != whole.key.wire_count ||
        have->key.log_domain != whole.key.log_domain ||
        memcmp(have->history.circuit_hash, whole.history.circuit_hash, 64) != 0)
        return zkl_fail(err, ZKL_REJECTED, "F%u: the key is not this circuit's under these powers",
                        c->transcript.tiers[index]);
    ZKL_TRY(zkl_phase2_check_step(&have->key, &whole.key, env, err));
    whole.key.delta_1 = have->key.delta_1;
    whole.key.vk.delta = have->key.vk.delta;
    whole.key.k = have->key.k;
    whole.key.h = have->key.h;
    whole.key.development = zkl_zkey_people(&have->history) < 2;
    whole.history = have->history;
    *out = whole;
    return ZKL_OK;
}

/* Of both rounds, that each beacon has a value of its own: one that was used for the powers was
 * public before anybody contributed to the keys. */
static zkl_status check_beacons_differ(const zkl_joint *c, zkl_error *err)
{
    const zkl_ptau_history *const powers = &c->powers.history;
    const zkl_zkey_history *const keys = &c->keys[0].history;
    zkl_beacon first, second;
    if (c->round != ZKL_ROUND_KEYS || keys->count == 0 ||
        powers->contributions[powers->count - 1].type != 1 ||
        keys->contributions[keys->count - 1].type != 1)
        return ZKL_OK;
    ZKL_TRY(zkl_beacon_parse(&first, powers->contributions[powers->count - 1].parameters, err));
    ZKL_TRY(zkl_beacon_parse(&second, keys->contributions[keys->count - 1].parameters, err));
    if (zkl_bytes_equal(first.value, second.value))
        return zkl_fail(err, ZKL_REJECTED,
                        "the beacon of the keys is that of the powers: it was public before the "
                        "last contribution");
    return ZKL_OK;
}

/* One contribution moves all keys; of a beacon all have the same value. */
static zkl_status check_one_beacon(const zkl_joint *c, zkl_error *err)
{
    for (size_t i = 1; i < c->transcript.tier_count; i++)
        for (size_t j = 0; j < c->keys[0].history.count; j++) {
            const zkl_zkey_contribution *const a = &c->keys[0].history.contributions[j],
                                               *const b = &c->keys[i].history.contributions[j];
            if (a->type == 1 && !zkl_bytes_equal(a->parameters, b->parameters))
                return zkl_fail(err, ZKL_REJECTED, "F%u: another beacon than F%u's",
                                c->transcript.tiers[i], c->transcript.tiers[0]);
        }
    return ZKL_OK;
}

zkl_status zkl_joint_verify(const zkl_joint *c, zkl_joint_circuits circuits, zkl_joint_kept *keep,
                            const zkl_env *env, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    if (!c->has_powers)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "it holds no powers: it is a file for one party, not the ceremony's");
    ZKL_TRY(zkl_transcript_check(t, err));
    ZKL_TRY(check_powers(c, env, err));
    if (c->round == ZKL_ROUND_POWERS || t->tier_count == 0)
        return ZKL_OK;
    ZKL_TRY(check_records_of_keys(c, err));
    ZKL_TRY(check_beacons_differ(c, err));
    ZKL_TRY(check_one_beacon(c, err));
    for (size_t i = 0; i < t->tier_count; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_recorded_key whole;
        const zkl_joint_part part = { c, i, circuits[i] };
        ZKL_TRY(zkl_env_progress(env, "checking keys", i, t->tier_count, err));
        ZKL_TRY(check_key_history(&c->keys[i], t->tiers[i], env, err));
        ZKL_TRY(zkl_joint_key(keep ? &keep->keys[i] : &whole, keep ? keep->arena : &arena, &part,
                              env, err));
    }
    return ZKL_OK;
}
