/* Contributions to powers of tau: snarkjs's own, changed ones, and ours.
 * test_iden3_ceremony__for_others leaves a ceremony of ours in $ZKL_INTEROP_OUT for snarkjs. */
#include <openssl/evp.h>

#include "base/file.h"
#include "setup/iden3_blake2b.h"
#include "setup/iden3_ceremony.h"
#include "testing.h"

/* ---- BLAKE2b */

/* libcrypto's, at every length around the block boundaries, in two pieces with the state saved
 * between them. */
static void test_iden3_blake2b__is_libcryptos(zkl_test *t)
{
    uint8_t data[400];
    test_random_bytes(t, data, sizeof data);
    for (size_t size = 0; size <= sizeof data; size++) {
        uint8_t want[64], got[64], state[ZKL_BLAKE2B_STATE_BYTES];
        unsigned want_size = 0;
        REQUIRE(t, EVP_Digest(data, size, want, &want_size, EVP_blake2b512(), NULL) == 1);
        const size_t first = (size_t)test_random_below(t, size + 1);
        zkl_blake2b hash, resumed;
        zkl_blake2b_init(&hash);
        zkl_blake2b_update(&hash, data, first);
        zkl_blake2b_save(state, &hash);
        REQUIRE(t, zkl_blake2b_load(&resumed, state));
        zkl_blake2b_update(&resumed, data + first, size - first);
        zkl_blake2b_final(&resumed, got);
        CHECK_MEM_EQ(t, got, want, sizeof want);
        state[200] = 129;
        CHECK(t, !zkl_blake2b_load(&resumed, state));
    }
}

/* ---- snarkjs's ceremony */

typedef zkl_recorded_powers ceremony;

static ceremony read_ceremony(zkl_test *t)
{
    ceremony c = { 0 };
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_file_read(&file, ZKL_TEST_SOURCE_DIR "/tests/vectors/iden3/toy.ptau", 1u << 20, &err));
    const uint8_t *const kept = zkl_arena_copy(&t->arena, file.data, file.size);
    CHECK_STATUS(t, ZKL_OK,
                 zkl_ptau_parse(&c.powers, &c.history, zkl_bytes_of(kept, file.size), 0,
                                &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool },
                                &err));
    return c;
}

static void test_iden3_ceremony__takes_snarkjs_contributions(zkl_test *t)
{
    const ceremony c = read_ceremony(t);
    zkl_error err = { 0 };
    CHECK_UINT_EQ(t, c.history.count, 2);
    REQUIRE_OK(t, &err, zkl_ceremony_verify(&c.powers, &c.history, &err));
}

/* The second of them is a beacon's: its secrets follow from its value, and from no other. */
static void test_iden3_ceremony__makes_snarkjs_beacon_again(zkl_test *t)
{
    const ceremony c = read_ceremony(t);
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_ceremony_verify_beacons(&c.history, &env, &err));
    zkl_ptau_contribution changed[2] = { c.history.contributions[0], c.history.contributions[1] };
    REQUIRE(t, changed[0].type == 0 && changed[1].type == 1);
    const zkl_ptau_history history = { c.history.ceremony_power, changed, 2 };
    uint8_t *const parameters =
        zkl_arena_copy(&t->arena, changed[1].parameters.data, changed[1].parameters.size);
    changed[1].parameters.data = parameters;
    parameters[changed[1].parameters.size - 1] ^= 1; /* of the value */
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ceremony_verify_beacons(&history, &env, &err));
    parameters[changed[1].parameters.size - 1] ^= 1;
    REQUIRE_OK(t, &err, zkl_ceremony_verify_beacons(&history, &env, &err));
    /* a person's contribution under a beacon's type */
    changed[0].type = 1;
    changed[0].parameters = changed[1].parameters;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ceremony_verify_beacons(&history, &env, &err));
}

static zkl_status verify_changed(const ceremony *c, const zkl_ptau_contribution *contributions,
                                 size_t count)
{
    zkl_error err = { 0 };
    const zkl_ptau_history history = { c->history.ceremony_power, contributions, count };
    return zkl_ceremony_verify(&c->powers, &history, &err);
}

static void test_iden3_ceremony__refuses_changed_contributions(zkl_test *t)
{
    const ceremony c = read_ceremony(t);
    const zkl_ptau_contribution *const real = c.history.contributions;
    static const size_t points_1[] = {
        offsetof(zkl_ptau_contribution, tau_1),        offsetof(zkl_ptau_contribution, alpha_1),
        offsetof(zkl_ptau_contribution, beta_1),       offsetof(zkl_ptau_contribution, key.tau.s),
        offsetof(zkl_ptau_contribution, key.tau.sx),   offsetof(zkl_ptau_contribution, key.alpha.s),
        offsetof(zkl_ptau_contribution, key.alpha.sx), offsetof(zkl_ptau_contribution, key.beta.s),
        offsetof(zkl_ptau_contribution, key.beta.sx),
    };
    static const size_t points_2[] = {
        offsetof(zkl_ptau_contribution, tau_2),
        offsetof(zkl_ptau_contribution, beta_2),
        offsetof(zkl_ptau_contribution, key.tau.spx),
        offsetof(zkl_ptau_contribution, key.alpha.spx),
        offsetof(zkl_ptau_contribution, key.beta.spx),
    };
    for (size_t which = 0; which < 2; which++) {
        zkl_ptau_contribution changed[2] = { real[0], real[1] };
        for (size_t i = 0; i < ZKL_COUNT(points_1); i++) {
            memcpy((uint8_t *)&changed[which] + points_1[i], &zkl_g1_generator,
                   sizeof zkl_g1_generator);
            if (verify_changed(&c, changed, 2) != ZKL_REJECTED)
                FAIL(t, "contribution %zu with another point %zu of G1 was taken", which, i);
            changed[which] = real[which];
        }
        for (size_t i = 0; i < ZKL_COUNT(points_2); i++) {
            memcpy((uint8_t *)&changed[which] + points_2[i], &zkl_g2_generator,
                   sizeof zkl_g2_generator);
            if (verify_changed(&c, changed, 2) != ZKL_REJECTED)
                FAIL(t, "contribution %zu with another point %zu of G2 was taken", which, i);
            changed[which] = real[which];
        }
        changed[which].next_challenge[63] ^= 1;
        CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, changed, 2));
    }
    zkl_ptau_contribution changed[2] = { real[0], real[1] };
    changed[1].partial_hash[0] ^= 1;
    CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, changed, 2));
    changed[1].partial_hash[200] = 0xff;
    CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, changed, 2));
    CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, real, 1));
    CHECK_STATUS(t, ZKL_REJECTED, verify_changed(&c, real + 1, 1));
    CHECK_STATUS(t, ZKL_UNCHECKED, verify_changed(&c, real, 0));
    changed[0] = real[0], changed[1] = real[1];
    CHECK_STATUS(t, ZKL_OK, verify_changed(&c, changed, 2));
    changed[0].type = changed[1].type = 1; /* beacons alone */
    CHECK_STATUS(t, ZKL_UNCHECKED, verify_changed(&c, changed, 2));
}

/* ---- ours */

static void test_iden3_ceremony__for_others(zkl_test *t)
{
    const char *folder = getenv("ZKL_INTEROP_OUT");
    if (!folder)
        folder = test_folder(t);
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    env.pool = t->pool;
    ceremony c = { 0 };
    REQUIRE_OK(t, &err, zkl_ceremony_start(&c.powers, &t->arena, 4, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_ptau_check(&c.powers, &env, &err)); /* tau is 1 */
    static const char *const names[] = { "first", "", "third" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        REQUIRE_OK(t, &err, zkl_ceremony_contribute(&c, &t->arena, &c, names[i], &env, &err));
        CHECK(t, c.powers.development == (i == 0));
        REQUIRE_OK(t, &err, zkl_ptau_check(&c.powers, &env, &err));
        REQUIRE_OK(t, &err, zkl_ceremony_verify(&c.powers, &c.history, &err));
    }
    CHECK_UINT_EQ(t, c.history.count, 3);

    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE_OK(t, &err, zkl_ptau_encode(&file, &c.powers, &c.history, &err));
    REQUIRE_OK(t, &err,
               zkl_file_write(zkl_arena_format(&t->arena, "%s/ceremony.ptau", folder),
                              zkl_buffer_bytes(&file), 0644, &err));
    ceremony read = { 0 };
    REQUIRE_OK(t, &err,
               zkl_ptau_parse(&read.powers, &read.history, zkl_buffer_bytes(&file), 0,
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    REQUIRE_OK(t, &err, zkl_ceremony_verify(&read.powers, &read.history, &err));

    char too_long[ZKL_CEREMONY_NAME_BYTES_MAX + 2];
    memset(too_long, 'a', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = 0;
    CHECK_STATUS(t, ZKL_LIMIT, zkl_ceremony_contribute(&c, &t->arena, &c, too_long, &env, &err));
}

/* Secrets first, first, first, then what comes. */
typedef struct scripted {
    uint8_t first[64];
    size_t asked;
    uint8_t next;
} scripted;

static zkl_status scripted_fill(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    scripted *const script = opaque;
    (void)err;
    if (script->asked++ < 3 && size == sizeof script->first)
        memcpy(out, script->first, size);
    else
        memset(out, ++script->next, size);
    return ZKL_OK;
}

/* What no file can show: two contributions that undo one another are made of anybody's powers, by
 * anybody, and leave them as they were. Each follows from the one before. So other contributions to
 * powers that are known do not make them a ceremony's:
 * test_setup_keep__takes_no_other_contributions_to_the_same. */
static void test_iden3_ceremony__cannot_tell_who_adds_nothing(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    env.pool = t->pool;
    ceremony own = { 0 }, c;
    REQUIRE_OK(t, &err, zkl_ceremony_start(&own.powers, &t->arena, 3, &err));
    REQUIRE_OK(t, &err, zkl_ceremony_contribute(&own, &t->arena, &own, "alone", &env, &err));
    CHECK(t, own.powers.development);
    c = own;
    zkl_fr secret;
    zkl_fr_power_of_two(&secret, 70);
    for (size_t i = 0; i < 2; i++) {
        scripted script = { .next = (uint8_t)(16 * (i + 1)) };
        zkl_fr_encode(script.first + 32, &secret);
        env.random = (zkl_random){ scripted_fill, &script };
        REQUIRE_OK(t, &err, zkl_ceremony_contribute(&c, &t->arena, &c, "nobody", &env, &err));
        zkl_fr_inverse(&secret, &secret);
    }
    REQUIRE_OK(t, &err, zkl_ceremony_verify(&c.powers, &c.history, &err));
    CHECK(t, !c.powers.development);
    CHECK_MEM_EQ(t, c.powers.tau_1, own.powers.tau_1, 15 * sizeof *own.powers.tau_1);
    CHECK_MEM_EQ(t, c.powers.alpha_1, own.powers.alpha_1, 8 * sizeof *own.powers.alpha_1);
    CHECK_MEM_EQ(t, &c.powers.beta_2, &own.powers.beta_2, sizeof own.powers.beta_2);
}

ZKL_TESTS(TEST(test_iden3_blake2b__is_libcryptos),
          TEST(test_iden3_ceremony__takes_snarkjs_contributions),
          TEST(test_iden3_ceremony__makes_snarkjs_beacon_again),
          TEST(test_iden3_ceremony__refuses_changed_contributions),
          TEST(test_iden3_ceremony__for_others),
          TEST(test_iden3_ceremony__cannot_tell_who_adds_nothing))
