/* Set-ups made by many, at a size where they cost nothing: both rounds, and every way to cheat in
 * them that the check has to see. */
#include "ceremony/joint.h"

#include "ceremony/entropy.h"
#include "interop/toy_circuit.h"
#include "keys/signing_key.h"
#include "setup/iden3_ceremony.h"
#include "testing.h"

#define POWER 3
#define TIERS 2

/* A ceremony with its parties. Toy circuits stand for those of F18 and F20. */
typedef struct world {
    zkl_joint c;
    zkl_env env;
    toy_circuit toys[TIERS];
    const zkl_r1cs *circuits[TIERS];
    zkl_signing_key keys[2];
    int64_t now_ms;
} world;

static const char *const names[] = { "Alice", "Bob" };

static int64_t read_clock(void *opaque)
{
    return *(int64_t *)opaque;
}

static void make_world(zkl_test *t, world *w)
{
    zkl_error err = { 0 };
    zkl_transcript terms = { .name = "test", .power = POWER, .tiers = { 18, 20 } };
    *w = (world){ .env = test_env(t), .now_ms = 1000 };
    w->env.clock = (zkl_clock){ read_clock, &w->now_ms };
    terms.tier_count = TIERS;
    for (size_t i = 0; i < TIERS; i++) {
        toy_circuit_make(&w->toys[i]);
        w->circuits[i] = &w->toys[i].r1cs;
    }
    zkl_fr_from_u64(&w->toys[1].c[0].coefficient, 7); /* another circuit of the same size */
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        REQUIRE_OK(t, &err, zkl_signing_key_make(&w->keys[i], ZKL_KEY_ED25519, &w->env, &err));
    REQUIRE_OK(t, &err, zkl_joint_new(&w->c, &t->arena, &terms, &w->env, &err));
}

/* Through a file, as everything that travels. */
static zkl_joint sent(zkl_test *t, const zkl_joint *c, bool without_powers)
{
    zkl_joint out = { 0 };
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_iden3_reading by = { &t->arena, ZKL_IDEN3_CHECKED, t->pool };
    CHECK_STATUS(t, ZKL_OK, zkl_joint_encode(&file, c, "what to do\n", without_powers, &err));
    const uint8_t *const kept = zkl_arena_copy(&t->arena, file.data, file.size);
    CHECK_STATUS(t, ZKL_OK, zkl_joint_parse(&out, zkl_bytes_of(kept, file.size), &by, &err));
    if (err.text[0])
        FAIL(t, "%s", err.text);
    return out;
}

/* Party number i contributes on its own machine, and sends what it made. */
static zkl_joint contributed(zkl_test *t, world *w, const zkl_joint *to, size_t i)
{
    zkl_joint theirs = sent(t, to, to->round == ZKL_ROUND_KEYS);
    zkl_error err = { 0 };
    w->now_ms++;
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_joint_contribute(&theirs, &t->arena, names[i], &w->keys[i].signer, &w->env, &err));
    return sent(t, &theirs, false);
}

static void take(zkl_test *t, world *w, size_t i)
{
    zkl_error err = { 0 };
    const zkl_joint theirs = contributed(t, w, &w->c, i);
    REQUIRE_OK(t, &err, zkl_joint_accept(&w->c, &theirs, &w->env, &err));
}

static zkl_status give_beacon(zkl_test *t, world *w, uint8_t value, uint64_t time_ms)
{
    zkl_error err = { 0 };
    const zkl_joint_beacon_value beacon = {
        .value = zkl_bytes_of(&value, 1), .log_iterations = 10, .time_ms = time_ms, .source = "dice"
    };
    return zkl_joint_beacon(&w->c, &t->arena, &beacon, &w->env, &err);
}

/* Two parties in each round, and beacons. */
static void run_whole(zkl_test *t, world *w)
{
    zkl_error err = { 0 };
    make_world(t, w);
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        take(t, w, i);
    REQUIRE(t, give_beacon(t, w, 1, 2000) == ZKL_OK);
    REQUIRE_OK(t, &err, zkl_joint_open_keys(&w->c, &t->arena, w->circuits, &w->env, &err));
    w->now_ms = 3000;
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        take(t, w, i);
    REQUIRE(t, give_beacon(t, w, 2, 4000) == ZKL_OK);
}

static zkl_status verify(const world *w, const zkl_joint *c, zkl_error *err)
{
    return zkl_joint_verify(c, w->circuits, NULL, &w->env, err);
}

/* Refused, and for this reason. */
static void refused(zkl_test *t, const world *w, const zkl_joint *c, const char *why)
{
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_REJECTED, verify(w, c, &err));
    if (!strstr(err.text, why))
        FAIL(t, "says '%s', not '%s'", err.text, why);
}

/* ---- what holds */

static void check_keys_prove(zkl_test *t, const world *w)
{
    zkl_error err = { 0 };
    zkl_joint whole = sent(t, &w->c, false);
    REQUIRE_OK(t, &err, verify(w, &whole, &err));
    CHECK_UINT_EQ(t, whole.transcript.count, 6);

    const zkl_joint_part part = { &whole, 0, w->circuits[0] };
    zkl_recorded_key key;
    zkl_fr wires[TOY_WIRES];
    zkl_groth16_blinding blinding;
    zkl_groth16_proof proof;
    REQUIRE_OK(t, &err, zkl_joint_key(&key, &t->arena, &part, &w->env, &err));
    CHECK(t, !key.key.development);
    toy_circuit_assign(wires, 11);
    zkl_fr_from_u64(&blinding.r, test_random_u64(t));
    zkl_fr_from_u64(&blinding.s, test_random_u64(t));
    REQUIRE_OK(t, &err, zkl_groth16_prove(&proof, &key.key, wires, &blinding, t->pool, &err));
    CHECK(t, zkl_groth16_verify(&key.key.vk, &proof, &wires[TOY_OUT]));

    /* a party's file is no ceremony to be verified */
    const zkl_joint party = sent(t, &w->c, true);
    CHECK_STATUS(t, ZKL_UNCHECKED, verify(w, &party, &err));
}

/* An invitation can be used again after a kill: its state is the file. What was typed never stands
 * in the place of the system's randomness. */
static void test_joint__begins_again_from_the_invitation(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    make_world(t, &w);
    const zkl_joint first = contributed(t, &w, &w.c, 0), second = contributed(t, &w, &w.c, 0);
    CHECK(t, memcmp(&first.powers.powers.tau_1[1], &second.powers.powers.tau_1[1], 96) != 0);
    REQUIRE_OK(t, &err, zkl_joint_accept(&w.c, &second, &w.env, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_joint_accept(&w.c, &second, &w.env, &err)); /* twice */
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_joint_accept(&w.c, &first, &w.env, &err));  /* beside it */
}

static zkl_status same_bytes(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)opaque, (void)err;
    memset(out, 7, size);
    return ZKL_OK;
}

static void test_mixed_random__mixes_both(zkl_test *t)
{
    zkl_mixed_random mixed[3];
    uint8_t drawn[3][96];
    zkl_error err = { 0 };
    static const char *const typed[] = { "dice 3 5 2", "dice 3 5 2", "dice 3 5 1" };
    for (size_t i = 0; i < 3; i++) {
        zkl_env env = test_env(t);
        env.random = (zkl_random){ .fill = same_bytes };
        zkl_mixed_random_init(&mixed[i], &env, zkl_bytes_of_text(typed[i]));
        REQUIRE_OK(t, &err, zkl_env_random(&env, drawn[i], sizeof drawn[i], &err));
    }
    CHECK_MEM_EQ(t, drawn[0], drawn[1], sizeof drawn[0]);
    CHECK(t, memcmp(drawn[0], drawn[2], 32) != 0);      /* what was typed counts */
    CHECK(t, memcmp(drawn[0], drawn[0] + 32, 32) != 0); /* blocks differ */
    zkl_env env = test_env(t);
    zkl_mixed_random_init(&mixed[0], &env, zkl_bytes_of_text(typed[0]));
    REQUIRE_OK(t, &err, zkl_env_random(&env, drawn[0], sizeof drawn[0], &err));
    CHECK(t, memcmp(drawn[0], drawn[1], 32) != 0); /* and so does the system's randomness */
}

/* ---- attacks */

/* Records without the one at `index`, the points as they are. */
static zkl_joint without_record(zkl_test *t, const zkl_joint *c, size_t index)
{
    zkl_joint changed = *c;
    zkl_transcript_record *const records =
        ZKL_ARENA_NEW(&t->arena, zkl_transcript_record, c->transcript.count);
    size_t count = 0;
    for (size_t i = 0; i < c->transcript.count; i++)
        if (i != index)
            records[count++] = c->transcript.records[i];
    changed.transcript.records = records;
    changed.transcript.count = count;
    return changed;
}

static zkl_transcript_record *own_records(zkl_test *t, zkl_joint *c)
{
    zkl_transcript_record *const records = zkl_arena_copy(
        &t->arena, c->transcript.records, c->transcript.count * sizeof *c->transcript.records);
    c->transcript.records = records;
    return records;
}

static void check_skipped_and_moved(zkl_test *t, const world *w)
{
    for (size_t i = 0; i < w->c.transcript.count; i++) {
        zkl_error err = { 0 };
        const zkl_joint skipped = without_record(t, &w->c, i);
        CHECK_STATUS(t, ZKL_REJECTED, verify(w, &skipped, &err));
        if (i + 1 == w->c.transcript.count)
            continue;
        zkl_joint moved = w->c;
        zkl_transcript_record *const records = own_records(t, &moved);
        const zkl_transcript_record kept = records[i];
        records[i] = records[i + 1];
        records[i + 1] = kept;
        CHECK_STATUS(t, ZKL_REJECTED, verify(w, &moved, &err));
    }
    /* a contribution that is gone with its record: those behind it do not follow any more */
    zkl_joint skipped = without_record(t, &w->c, 1);
    zkl_ptau_contribution *const left =
        ZKL_ARENA_NEW(&t->arena, zkl_ptau_contribution, skipped.powers.history.count);
    left[0] = w->c.powers.history.contributions[0];
    memcpy(left + 1, w->c.powers.history.contributions + 2, sizeof *left);
    skipped.powers.history.contributions = left;
    skipped.powers.history.count = 2;
    refused(t, w, &skipped, "signature");
    /* and without signatures they do not either */
    zkl_transcript_record *const records = own_records(t, &skipped);
    for (size_t i = 0; i < skipped.transcript.count; i++) {
        records[i].is_signed = false;
        records[i].key = (zkl_public_key){ 0 };
    }
    refused(t, w, &skipped, "does not follow");
}

/* Bob's record under Alice's key, or Bob's signature under another name. */
static void check_anothers_signature(zkl_test *t, const world *w)
{
    zkl_joint changed = w->c;
    zkl_transcript_record *const records = own_records(t, &changed);
    const zkl_transcript_record real = records[1];
    records[1].key = records[0].key;
    refused(t, w, &changed, "signature is not of this key");
    records[1] = real;
    memcpy(records[1].name, "Eve", 4);
    refused(t, w, &changed, "signature is not of this key");
    records[1] = real;
    records[1].signature[0] ^= 1;
    refused(t, w, &changed, "signature is not of this key");
    records[1] = real;
    records[1].time_ms++;
    refused(t, w, &changed, "signature is not of this key");
}

static void test_joint__holds_until_a_record_changes(zkl_test *t)
{
    world w;
    run_whole(t, &w);
    check_keys_prove(t, &w);
    check_skipped_and_moved(t, &w);
    check_anothers_signature(t, &w);
}

/* The same parties, the same terms, another ceremony: no record of one is one of the other. */
static void test_joint_accept__refuses_a_replay(zkl_test *t)
{
    world w, other;
    zkl_error err = { 0 };
    make_world(t, &w);
    make_world(t, &other);
    take(t, &w, 0);
    take(t, &other, 0);
    const zkl_joint theirs = contributed(t, &other, &other.c, 1);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_joint_accept(&w.c, &theirs, &w.env, &err));
    /* with this ceremony's terms and first record in front */
    zkl_joint replayed = theirs;
    zkl_transcript_record *const records = ZKL_ARENA_NEW(&t->arena, zkl_transcript_record, 2);
    records[0] = w.c.transcript.records[0];
    records[1] = theirs.transcript.records[1];
    replayed.transcript = w.c.transcript;
    replayed.transcript.records = records;
    replayed.transcript.count = 2;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_joint_accept(&w.c, &replayed, &w.env, &err));
    CHECK(t, strstr(err.text, "signature"));
    /* and a party of another round */
    take(t, &w, 1);
    REQUIRE_OK(t, &err, zkl_joint_open_keys(&w.c, &t->arena, w.circuits, &w.env, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_joint_accept(&w.c, &theirs, &w.env, &err));
}

/* Randomness that is chosen: scalars in the order in which they are drawn. */
typedef struct chosen {
    zkl_fr values[8];
    size_t at;
} chosen;

static zkl_status fill_chosen(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    chosen *const c = opaque;
    (void)err;
    memset(out, 0, size);
    zkl_fr_encode(out + size - 32, &c->values[c->at++ % ZKL_COUNT(c->values)]);
    return ZKL_OK;
}

/* Whoever knows a factor can take it back: both contributions are genuine, and follow from one
 * another. */
static void test_joint_verify__refuses_what_undoes(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    chosen forth = { 0 }, back = { 0 };
    make_world(t, &w);
    for (size_t i = 0; i < ZKL_COUNT(forth.values); i++) {
        zkl_fr_from_u64(&forth.values[i], 3 + i);
        zkl_fr_inverse(&back.values[i], &forth.values[i]);
    }
    zkl_env knows = w.env, returns = w.env;
    knows.random = (zkl_random){ fill_chosen, &forth };
    returns.random = (zkl_random){ fill_chosen, &back };
    take(t, &w, 0);
    zkl_joint undone = w.c;
    REQUIRE_OK(t, &err, zkl_joint_contribute(&undone, &t->arena, "Mallory", NULL, &knows, &err));
    REQUIRE_OK(t, &err, zkl_joint_accept(&w.c, &undone, &w.env, &err)); /* nobody can see it yet */
    REQUIRE_OK(t, &err, zkl_joint_contribute(&undone, &t->arena, "Mallory", NULL, &returns, &err));
    CHECK_MEM_EQ(t, &undone.powers.history.contributions[2].tau_1,
                 &undone.powers.history.contributions[0].tau_1, 96);
    REQUIRE_OK(t, &err, zkl_ceremony_verify(&undone.powers.powers, &undone.powers.history, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_joint_accept(&w.c, &undone, &w.env, &err));
    refused(t, &w, &undone, "undoes what was contributed before: tau");

    REQUIRE_OK(t, &err, zkl_joint_open_keys(&w.c, &t->arena, w.circuits, &w.env, &err));
    take(t, &w, 1);
    undone = w.c;
    forth.at = back.at = 0;
    REQUIRE_OK(t, &err, zkl_joint_contribute(&undone, &t->arena, "Mallory", NULL, &knows, &err));
    REQUIRE_OK(t, &err, verify(&w, &undone, &err));
    REQUIRE_OK(t, &err, zkl_joint_contribute(&undone, &t->arena, "Mallory", NULL, &returns, &err));
    REQUIRE_OK(t, &err, zkl_phase2_verify(&undone.keys[0].key, &undone.keys[0].history, &err));
    refused(t, &w, &undone, "undoes what was contributed before: delta");
}

/* delta = 1 is gamma: anybody forges. */
static void test_joint_verify__refuses_a_toxic_delta(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    const zkl_env env = test_env(t);
    make_world(t, &w);
    take(t, &w, 0);
    REQUIRE_OK(t, &err, zkl_joint_open_keys(&w.c, &t->arena, w.circuits, &w.env, &err));
    zkl_joint toxic = w.c;
    for (size_t i = 0; i < TIERS; i++)
        REQUIRE_OK(t, &err,
                   zkl_phase2_record(&toxic.keys[i].history, &t->arena, &ZKL_FR_ONE, &env, &err));
    zkl_transcript_record record = { .step = ZKL_STEP_KEYS, .name = "Mallory" };
    REQUIRE_OK(t, &err, zkl_joint_keys_digest(&record.contribution, &toxic, 0, &err));
    REQUIRE_OK(t, &err, zkl_transcript_add(&toxic.transcript, &t->arena, &record, NULL, &err));
    refused(t, &w, &toxic, "delta is 1");
    CHECK_STATUS(t, ZKL_REJECTED, zkl_joint_accept(&w.c, &toxic, &w.env, &err));
    /* and keys that nobody contributed to are nobody's */
    CHECK_STATUS(t, ZKL_UNCHECKED, verify(&w, &w.c, &err));
}

/* A beacon that was known before the last contribution, or after which somebody contributed. */
static void test_joint_beacon__is_last_and_new(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_USAGE, give_beacon(t, &w, 1, 2000)); /* before anybody */
    take(t, &w, 0);
    CHECK_STATUS(t, ZKL_USAGE, give_beacon(t, &w, 1, 1001)); /* as old as the contribution */
    REQUIRE(t, give_beacon(t, &w, 1, 2000) == ZKL_OK);
    CHECK_STATUS(t, ZKL_USAGE, give_beacon(t, &w, 3, 2500));
    CHECK_STATUS(t, ZKL_USAGE,
                 zkl_joint_contribute(&w.c, &t->arena, "Bob", &w.keys[1].signer, &w.env, &err));

    /* whoever adds one behind it all the same */
    zkl_joint behind = w.c;
    REQUIRE_OK(
        t, &err,
        zkl_ceremony_contribute(&behind.powers, &t->arena, &behind.powers, "Bob", &w.env, &err));
    zkl_transcript_record *const records = ZKL_ARENA_NEW(&t->arena, zkl_transcript_record, 3);
    memcpy(records, w.c.transcript.records, 2 * sizeof *records);
    records[2] = (zkl_transcript_record){ .step = ZKL_STEP_POWERS, .name = "Bob" };
    REQUIRE_OK(t, &err,
               zkl_joint_powers_digest(&records[2].contribution, &behind.powers.history, 2, &err));
    behind.transcript.records = records;
    behind.transcript.count = 3;
    refused(t, &w, &behind, "behind the beacon");

    /* a time that its record changes */
    zkl_joint early = w.c;
    own_records(t, &early)[1].time_ms = 1001;
    refused(t, &w, &early, "public before the last contribution");
    /* a drand round has the time that it has */
    zkl_joint said = w.c;
    own_records(t, &said)[1].round = 5;
    refused(t, &w, &said, "drand round");

    /* the value of the powers once more */
    REQUIRE_OK(t, &err, zkl_joint_open_keys(&w.c, &t->arena, w.circuits, &w.env, &err));
    w.now_ms = 3000;
    take(t, &w, 0);
    CHECK_STATUS(t, ZKL_USAGE, give_beacon(t, &w, 1, 4000)); /* it would end the round for good */
    w.c.has_powers = false;                                  /* who has not looked */
    REQUIRE(t, give_beacon(t, &w, 1, 4000) == ZKL_OK);
    w.c.has_powers = true;
    refused(t, &w, &w.c, "beacon of the keys is that of the powers");
}

/* Each array of the keys, and each byte of a file. */
static void test_joint_accept__refuses_other_points(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    make_world(t, &w);
    take(t, &w, 0);
    REQUIRE_OK(t, &err, zkl_joint_open_keys(&w.c, &t->arena, w.circuits, &w.env, &err));
    const zkl_joint theirs = contributed(t, &w, &w.c, 1);
    for (size_t which = 0; which < 2; which++) {
        zkl_joint changed = theirs;
        zkl_groth16_key *const key = &changed.keys[1].key;
        const size_t count = which ? (size_t)1 << key->log_domain : key->wire_count - 2;
        zkl_g1_affine *const points =
            zkl_arena_copy(&t->arena, which ? key->h : key->k, count * sizeof *points);
        points[count - 1] = points[0];
        *(which ? &key->h : &key->k) = points;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_joint_accept(&w.c, &changed, &w.env, &err));
        CHECK(t, strstr(err.text, which ? "F20: H" : "F20: C"));
    }
    REQUIRE_OK(t, &err, zkl_joint_accept(&w.c, &theirs, &w.env, &err));

    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_iden3_reading by = { &t->arena, ZKL_IDEN3_TRUSTED, NULL };
    REQUIRE_OK(t, &err, zkl_joint_encode(&file, &w.c, "", false, &err));
    for (size_t size = 0; size < file.size; size += 97) {
        zkl_joint out;
        CHECK(t, zkl_joint_parse(&out, zkl_bytes_of(file.data, size), &by, &err) != ZKL_OK);
        file.data[size] ^= 1;
        CHECK(t, zkl_joint_parse(&out, zkl_buffer_bytes(&file), &by, &err) != ZKL_OK);
        file.data[size] ^= 1;
    }
}

ZKL_TESTS(TEST(test_joint__holds_until_a_record_changes),
          TEST(test_joint__begins_again_from_the_invitation), TEST(test_mixed_random__mixes_both),
          TEST(test_joint_accept__refuses_a_replay), TEST(test_joint_verify__refuses_what_undoes),
          TEST(test_joint_verify__refuses_a_toxic_delta), TEST(test_joint_beacon__is_last_and_new),
          TEST(test_joint_accept__refuses_other_points))
