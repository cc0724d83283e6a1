/* The cache of set-ups, with toy circuits: made once, read back, damaged, exchanged. */
#include "setup/setup_testing.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "setup/circuit_hashes.h"
#include "setup/iden3_ceremony.h"
#include "setup/iden3_phase2.h"
#include "setup/powers_file.h"
#include "unit/circuit/toy_fraction.h"

/* The model's format; 2^13 rows hold the toy circuit F6. */
static const zkl_setup_size toy_size = { .format = { .log_cells = 4, .mask_half = 4 },
                                         .power = 13 };

/* One cache for all tests, made by the first that asks. */
static const char *shared_folder(zkl_test *t, zkl_digest *hash)
{
    static char folder[512];
    static zkl_digest made;
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };

    if (folder[0] == '\0') {
        snprintf(folder, sizeof folder, "%s/new/cache", test_folder(t));
        const zkl_status status = zkl_setup_make_sized(&made, folder, &toy_size, &env, &err);
        if (status != ZKL_OK)
            FAIL(t, "%s", err.text);
    }
    *hash = made;
    return folder;
}

static zkl_status open_toy(zkl_test *t, zkl_setup **setup, const char *folder,
                           const zkl_digest *hash, zkl_error *err)
{
    const zkl_env env = test_env(t);
    return zkl_setup_open_sized(setup, folder, hash, &toy_size, &env, err);
}

/* With the test's randomness. */
static zkl_status toy_key(zkl_test *t, zkl_setup *setup, unsigned n, const zkl_circuit **circuit,
                          const zkl_groth16_key **key, zkl_error *err)
{
    const zkl_env env = test_env(t);
    return zkl_setup_key(setup, n, &env, circuit, key, err);
}

/* Of a folder that has no files of these powers yet: as versions before 0.3 named them. */
static const char *path_in(zkl_test *t, const char *folder, const zkl_digest *hash,
                           const char *suffix)
{
    char hex[65], parameters[65];
    zkl_setup_name name = { .hash = *hash };
    bool found;
    zkl_hex_encode(hex, hash->bytes, 32);
    if (strncmp(suffix, "commit", 6) == 0 ||
        zkl_setup_name_find(&name, &found, folder, NULL) != ZKL_OK || !found || name.is_old)
        return zkl_arena_format(&t->arena, "%s/%s.%s", folder, hex, suffix);
    zkl_hex_encode(parameters, name.parameters.bytes, 32);
    return zkl_arena_format(&t->arena, "%s/%s.%s.%s", folder, hex, parameters, suffix);
}

static void test_setup__opens_what_it_made(zkl_test *t)
{
    zkl_digest hash, actual;
    const char *folder = shared_folder(t, &hash);
    zkl_error err = { 0 };
    struct stat st;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;

    REQUIRE(t, stat(folder, &st) == 0);
    CHECK_UINT_EQ(t, st.st_mode & 0777, 0700);
    REQUIRE(t, stat(path_in(t, folder, &hash, "commit"), &st) == 0);
    CHECK_UINT_EQ(t, st.st_mode & 0777, 0600);
    REQUIRE_OK(t, &err, open_toy(t, &setup, folder, &hash, &err));
    const zkl_srs *srs = zkl_setup_srs(setup);
    CHECK_UINT_EQ(t, srs->power_count, 20);
    CHECK(t, srs->fixed != NULL);
    zkl_srs_hash(&actual, &srs->verifier);
    CHECK_MEM_EQ(t, &actual, &hash, sizeof hash);

    const zkl_powers *powers;
    const zkl_ptau_history *history;
    REQUIRE_OK(t, &err, zkl_setup_powers(setup, &powers, &history, &err));
    REQUIRE_OK(t, &err, zkl_ceremony_verify(powers, history, &err));
    CHECK_UINT_EQ(t, history->count, 1);
    CHECK_UINT_EQ(t, powers->power, 13);
    CHECK(t, powers->development);
    CHECK_MEM_EQ(t, powers->tau_1, srs->powers, 20 * sizeof *srs->powers);
    CHECK_MEM_EQ(t, powers->tau_2, &zkl_g2_generator, sizeof zkl_g2_generator);
    CHECK_MEM_EQ(t, powers->lagrange_1, &zkl_g1_generator, sizeof zkl_g1_generator);
    CHECK_MEM_EQ(t, powers->lagrange_alpha_1, powers->alpha_1, sizeof *powers->alpha_1);
    CHECK_MEM_EQ(t, powers->lagrange_beta_1, powers->beta_1, sizeof *powers->beta_1);

    const zkl_digest other = { { 1 } };
    zkl_setup *none = NULL;
    CHECK_STATUS(t, ZKL_NOT_FOUND, open_toy(t, &none, folder, &other, &err));
    CHECK(t, none == NULL);
}

/* A toy proof of the model becomes a Groth16 proof under a key that was made on demand; the second
 * opening reads the same key. */
static void test_setup_key__proves_the_models_statement(zkl_test *t)
{
    zkl_digest hash, first_key = { 0 };
    const char *folder = shared_folder(t, &hash);
    const zkl_env env = test_env(t);
    toy_fraction toy;

    toy_load(t, &toy,
             json_array_get(json_object_get(test_vectors(t, "proof_model.json"), "toy_linear"), 0));
    for (int opening = 0; opening < 2; opening++) {
        zkl_error err = { 0 };
        ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
        const zkl_circuit *circuit, *again;
        const zkl_groth16_key *key, *key_again;
        zkl_groth16_proof proof;
        zkl_groth16_blinding blinding;
        zkl_fr changed;
        zkl_digest key_hash;

        REQUIRE_OK(t, &err, open_toy(t, &setup, folder, &hash, &err));
        CHECK(t, zkl_setup_has_key(setup, toy.n) == (opening == 1));
        const zkl_groth16_key_source source = zkl_setup_keys(setup);
        REQUIRE_OK(t, &err, source.get(source.opaque, toy.n, &env, &circuit, &key, &err));
        CHECK(t, zkl_setup_has_key(setup, toy.n));
        CHECK(t, key->development);
        CHECK_UINT_EQ(t, zkl_setup_key_history(setup, toy.n)->count, 1);
        REQUIRE_OK(t, &err, zkl_phase2_verify(key, zkl_setup_key_history(setup, toy.n), &err));
        zkl_groth16_vk_hash(&key_hash, &key->vk);
        if (opening == 1)
            CHECK_MEM_EQ(t, &key_hash, &first_key, sizeof key_hash);
        first_key = key_hash;
        REQUIRE_OK(t, &err, toy_key(t, setup, toy.n, &again, &key_again, &err));
        CHECK(t, again == circuit && key_again == key);

        zkl_fr *wires = ZKL_ARENA_NEW(&t->arena, zkl_fr, key->wire_count);
        zkl_circuit_fraction_assign(circuit, wires, toy.inputs, &toy.witness);
        zkl_fr_from_u64(&blinding.r, test_random_u64(t));
        zkl_fr_from_u64(&blinding.s, test_random_u64(t));
        REQUIRE_OK(t, &err, zkl_groth16_prove(&proof, key, wires, &blinding, t->pool, &err));
        CHECK(t, zkl_groth16_verify(&key->vk, &proof, &toy.public_hash));
        zkl_fr_add(&changed, &toy.public_hash, &ZKL_FR_ONE);
        CHECK(t, !zkl_groth16_verify(&key->vk, &proof, &changed));
    }
}

static void test_setup_key__refuses_tiers_that_are_none(zkl_test *t)
{
    static const unsigned tiers[] = { 0, 2, 4, 7, 22, 32, 1000 };
    zkl_digest hash;
    const char *folder = shared_folder(t, &hash);
    zkl_error err = { 0 };
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;

    REQUIRE_OK(t, &err, open_toy(t, &setup, folder, &hash, &err));
    for (size_t i = 0; i < ZKL_COUNT(tiers); i++) {
        CHECK(t, !zkl_setup_has_key(setup, tiers[i]));
        CHECK_STATUS(t, ZKL_NOT_SUPPORTED, toy_key(t, setup, tiers[i], &circuit, &key, &err));
    }
    CHECK_STATUS(t, ZKL_LIMIT,
                 toy_key(t, setup, 14, &circuit, &key, &err)); /* larger than the powers */
}

static bool copy_file(const char *from, const char *to, size_t cut, size_t flip)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    if (zkl_file_read(&content, from, (size_t)1 << 30, &err) != ZKL_OK || cut > content.size)
        return false;
    content.size -= cut;
    if (flip != SIZE_MAX)
        content.data[flip % content.size] ^= 1;
    return zkl_file_write(to, zkl_buffer_bytes(&content), 0600, &err) == ZKL_OK;
}

/* A key file, and what stands in its place. */
static void test_setup_key__refuses_files_that_are_not_its_own(zkl_test *t)
{
    zkl_digest hash, other_hash;
    const char *folder = shared_folder(t, &hash), *other_folder = test_folder(t);
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    zkl_setup_size small = toy_size;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, toy_key(t, made, 6, &circuit, &key, &err));
    small.power = 5;
    (void)test_random_u64(
        t); /* each test starts with the same randomness: another tau than the shared cache's */
    REQUIRE_OK(t, &err, zkl_setup_make_sized(&other_hash, other_folder, &small, &env, &err));
    CHECK(t, memcmp(&hash, &other_hash, sizeof hash) != 0);

    const char *good = path_in(t, folder, &hash, "F6.key"),
               *commit = path_in(t, folder, &hash, "commit");
    const struct {
        const char *from, *suffix;
        size_t cut, flip;
        const char *text;
        unsigned tier;
    } cases[] = {
        { good, "F6.key", 1, SIZE_MAX, "damaged", 6 },
        { good, "F6.key", 1000, SIZE_MAX, "damaged", 6 },
        { good, "F6.key", 0, 0, "damaged", 6 },
        { good, "F6.key", 0, 100000, "damaged", 6 },
        { good, "F6.key", 0, SIZE_MAX - 1, "damaged", 6 },
        { good, "F8.key", 0, SIZE_MAX, "another circuit", 8 },
        { commit, "F6.key", 0, SIZE_MAX, "no set-up file of this kind", 6 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
        const char *bad_folder = zkl_arena_format(&t->arena, "%s/case%zu", other_folder, i);
        REQUIRE_OK(t, &err, zkl_folder_make(bad_folder, 0700, &err));
        REQUIRE(t, copy_file(commit, path_in(t, bad_folder, &hash, "commit"), 0, SIZE_MAX));
        REQUIRE(t, copy_file(cases[i].from, path_in(t, bad_folder, &hash, cases[i].suffix),
                             cases[i].cut, cases[i].flip));
        REQUIRE_OK(t, &err, open_toy(t, &setup, bad_folder, &hash, &err));
        CHECK_STATUS(t, ZKL_BAD_INPUT, toy_key(t, setup, cases[i].tier, &circuit, &key, &err));
        if (strstr(err.text, cases[i].text) == NULL)
            FAIL(t, "case %zu: '%s'", i, err.text);
    }
    /* a key of other powers */
    ZKL_AUTO_CLOSE(zkl_setup) other = NULL;
    REQUIRE(t, copy_file(good, path_in(t, other_folder, &other_hash, "F6.key"), 0, SIZE_MAX));
    REQUIRE_OK(t, &err, open_toy(t, &other, other_folder, &other_hash, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, toy_key(t, other, 6, &circuit, &key, &err));
    CHECK(t, strstr(err.text, "other powers of tau") != NULL);
    /* powers under another name */
    zkl_setup *none = NULL;
    REQUIRE(t, copy_file(commit, path_in(t, other_folder, &other_hash, "commit"), 0, SIZE_MAX));
    CHECK_STATUS(t, ZKL_BAD_INPUT, open_toy(t, &none, other_folder, &other_hash, &err));
    REQUIRE(t, copy_file(commit, path_in(t, other_folder, &hash, "commit"), 0, 5000));
    CHECK_STATUS(t, ZKL_BAD_INPUT, open_toy(t, &none, other_folder, &hash, &err));
}

static void test_setup_folder__is_found_and_guarded(zkl_test *t)
{
    const char *folder = test_folder(t);
    const char *inner = zkl_arena_format(&t->arena, "%s/a/b/c", folder);
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) given = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) from_variable = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) from_cache = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) from_home = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) open_to_all = { 0 };

    REQUIRE_OK(t, &err, zkl_setup_folder(&given, inner, &err));
    CHECK_UINT_EQ(t, given.size, strlen(inner));
    CHECK_MEM_EQ(t, given.data, inner, given.size);
    setenv("ZKL_SETUP_CACHE", inner, 1);
    REQUIRE_OK(t, &err, zkl_setup_folder(&from_variable, NULL, &err));
    CHECK_MEM_EQ(t, from_variable.data, inner, from_variable.size);
    unsetenv("ZKL_SETUP_CACHE");
    setenv("XDG_CACHE_HOME", inner, 1);
    REQUIRE_OK(t, &err, zkl_setup_folder(&from_cache, NULL, &err));
    CHECK_UINT_EQ(t, from_cache.size, strlen(inner) + strlen("/zkp-ledger/setup"));
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", inner, 1);
    REQUIRE_OK(t, &err, zkl_setup_folder(&from_home, NULL, &err));
    CHECK_UINT_EQ(t, from_home.size, strlen(inner) + strlen("/.cache/zkp-ledger/setup"));
    unsetenv("HOME");
    CHECK_STATUS(t, ZKL_USAGE, zkl_setup_folder(&open_to_all, NULL, &err));
    REQUIRE(t, chmod(inner, 0770) == 0);
    CHECK_STATUS(t, ZKL_DENIED, zkl_setup_folder(&open_to_all, inner, &err));
}

/* The shared cache's powers as if two people had made them, in a folder of their own. */
static void import_as_ceremony(zkl_test *t, const char *target, zkl_setup **setup)
{
    zkl_digest hash, kept;
    const char *folder = shared_folder(t, &hash);
    zkl_error err = { 0 };
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    const zkl_powers *powers;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(made, &powers, NULL, &err));
    zkl_powers ceremony = *powers;
    ceremony.development = false;
    REQUIRE_OK(t, &err,
               zkl_setup_keep_powers_sized(&kept, target, &toy_size, &ceremony, NULL, &err));
    CHECK_MEM_EQ(t, &kept, &hash, sizeof hash);
    REQUIRE_OK(t, &err, open_toy(t, setup, target, &hash, &err));
}

/* A key made elsewhere is kept when it fits the circuit; a ceremony's takes the place of one made
 * here, and no other. */
static void test_setup_keep_key__keeps_a_fitting_key_once(zkl_test *t)
{
    zkl_digest hash, imported, read;
    const char *folder = shared_folder(t, &hash), *target = test_folder(t);
    zkl_error err = { 0 };
    const zkl_circuit *circuit;
    const zkl_groth16_key *key, *back;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, toy_key(t, made, 6, &circuit, &key, &err));
    import_as_ceremony(t, target, &setup);
    CHECK(t, !zkl_setup_is_development(setup) && zkl_setup_is_development(made));
    zkl_groth16_key bad = *key;
    bad.wire_count--;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_setup_keep_key(setup, 6, &bad, NULL, &err));
    bad = *key;
    bad.vk.delta = zkl_g2_generator;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_setup_keep_key(setup, 6, &bad, NULL, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_setup_keep_key(setup, 8, key, NULL, &err));
    REQUIRE_OK(t, &err, zkl_setup_keep_key(setup, 6, key, NULL, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_setup_keep_key(setup, 6, key, NULL, &err));
    REQUIRE_OK(t, &err, toy_key(t, setup, 6, &circuit, &back, &err));
    CHECK(t, back->development);

    zkl_zkey_contribution people[2];
    for (size_t i = 0; i < 2; i++)
        people[i] = (zkl_zkey_contribution){ .delta_after = key->delta_1,
                                             .delta_s = key->delta_1,
                                             .delta_sx = key->delta_1,
                                             .delta_spx = zkl_g2_generator };
    const zkl_zkey_history history = { .circuit_hash = { 7 }, .contributions = people, .count = 2 };
    zkl_groth16_key ceremony = *key;
    ceremony.development = false;
    REQUIRE_OK(t, &err, zkl_setup_keep_key(setup, 6, &ceremony, &history, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_setup_keep_key(setup, 6, &ceremony, &history, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_setup_keep_key(setup, 6, key, NULL, &err));
    REQUIRE_OK(t, &err, toy_key(t, setup, 6, &circuit, &back, &err));
    CHECK(t, !back->development);
    zkl_groth16_vk_hash(&imported, &key->vk);
    zkl_groth16_vk_hash(&read, &back->vk);
    CHECK_MEM_EQ(t, &imported, &read, sizeof read);
    const zkl_zkey_history *told = zkl_setup_key_history(setup, 6);
    REQUIRE(t, told->count == 2 && told->circuit_hash[0] == 7);
    CHECK_MEM_EQ(t, &told->contributions[1].delta_s, &people[1].delta_s, sizeof people[1].delta_s);

    /* over development powers no key is a ceremony's */
    REQUIRE_OK(t, &err, toy_key(t, made, 6, &circuit, &back, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_setup_keep_key(made, 6, &ceremony, &history, &err));
    ZKL_AUTO_CLOSE(zkl_setup) weak = NULL;
    const char *weak_folder = zkl_arena_format(&t->arena, "%s/weak", target);
    REQUIRE_OK(t, &err, zkl_folder_make(weak_folder, 0700, &err));
    REQUIRE(t, copy_file(path_in(t, folder, &hash, "commit"),
                         path_in(t, weak_folder, &hash, "commit"), 0, SIZE_MAX));
    REQUIRE_OK(t, &err, open_toy(t, &weak, weak_folder, &hash, &err));
    REQUIRE_OK(t, &err, zkl_setup_keep_key(weak, 6, &ceremony, &history, &err));
    REQUIRE_OK(t, &err, toy_key(t, weak, 6, &circuit, &back, &err));
    CHECK(t, back->development);
}

/* The powers for commitments travel alone: they open, serve commitments, and make no key; the whole
 * may follow. */
static void test_setup_keep_srs__is_enough_for_commitments(zkl_test *t)
{
    zkl_digest hash, kept;
    const char *folder = shared_folder(t, &hash), *target = test_folder(t);
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    const zkl_powers *powers;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) whole = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_srs srs;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, zkl_powers_file_encode(&file, zkl_setup_srs(made), &err));
    REQUIRE_OK(t, &err,
               zkl_powers_file_parse(&srs, &t->arena, zkl_buffer_bytes(&file), &env, &err));
    CHECK_UINT_EQ(t, srs.power_count, 20);
    zkl_srs few = srs;
    few.power_count = 19;
    CHECK_STATUS(t, ZKL_LIMIT, zkl_setup_keep_srs_sized(&kept, target, &toy_size, &few, &err));
    for (int again = 0; again < 2; again++) {
        REQUIRE_OK(t, &err, zkl_setup_keep_srs_sized(&kept, target, &toy_size, &srs, &err));
        CHECK_MEM_EQ(t, &kept, &hash, sizeof hash);
    }
    REQUIRE_OK(t, &err, open_toy(t, &setup, target, &hash, &err));
    CHECK(t, zkl_setup_is_development(setup) && !zkl_setup_has_all(setup));
    CHECK_MEM_EQ(t, zkl_setup_srs(setup)->powers, zkl_setup_srs(made)->powers,
                 20 * sizeof *srs.powers);
    CHECK_STATUS(t, ZKL_NOT_FOUND, toy_key(t, setup, 6, &circuit, &key, &err));
    CHECK(t, strstr(err.text, "import the whole .ptau") != NULL);

    REQUIRE_OK(t, &err, zkl_setup_powers(made, &powers, NULL, &err));
    REQUIRE_OK(t, &err, zkl_setup_keep_powers_sized(&kept, target, &toy_size, powers, NULL, &err));
    REQUIRE_OK(t, &err, open_toy(t, &whole, target, &hash, &err));
    CHECK(t, zkl_setup_has_all(whole) && zkl_setup_is_development(whole));
    REQUIRE_OK(t, &err, zkl_setup_keep_srs_sized(&kept, target, &toy_size, &srs, &err));
}

static void test_setup_keep_powers__keeps_what_is_there(zkl_test *t)
{
    zkl_digest hash, kept;
    const char *folder = shared_folder(t, &hash), *target = test_folder(t);
    zkl_error err = { 0 };
    const zkl_powers *powers, *back;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) after = NULL;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(made, &powers, NULL, &err));
    REQUIRE_OK(t, &err, zkl_setup_keep_powers_sized(&kept, target, &toy_size, powers, NULL, &err));
    REQUIRE_OK(t, &err, open_toy(t, &setup, target, &hash, &err));
    CHECK(t, zkl_setup_is_development(setup));

    /* the same tau with another alpha: a ledger, which names tau, could not tell them apart */
    zkl_powers other = *powers;
    other.alpha_1 = powers->beta_1;
    CHECK_STATUS(t, ZKL_CONFLICT,
                 zkl_setup_keep_powers_sized(&kept, target, &toy_size, &other, NULL, &err));

    /* contributions that become known, and do not become unknown */
    zkl_ptau_contribution people[2];
    for (size_t i = 0; i < 2; i++) {
        const zkl_g1_affine one = zkl_g1_generator;
        const zkl_g2_affine two = zkl_g2_generator;
        people[i] = (zkl_ptau_contribution){
            .tau_1 = one,
            .tau_2 = two,
            .alpha_1 = one,
            .beta_1 = one,
            .beta_2 = two,
            .key = { { one, one, two }, { one, one, two }, { one, one, two } },
            .next_challenge = { 9 }
        };
    }
    const zkl_ptau_history history = { .ceremony_power = 14, .contributions = people, .count = 2 };
    zkl_powers ceremony = *powers;
    ceremony.development = false;
    REQUIRE_OK(t, &err,
               zkl_setup_keep_powers_sized(&kept, target, &toy_size, &ceremony, &history, &err));
    REQUIRE_OK(t, &err, zkl_setup_keep_powers_sized(&kept, target, &toy_size, powers, NULL, &err));
    REQUIRE_OK(t, &err, open_toy(t, &after, target, &hash, &err));
    CHECK(t, !zkl_setup_is_development(after));
    const zkl_ptau_history *told;
    REQUIRE_OK(t, &err, zkl_setup_powers(after, &back, &told, &err));
    REQUIRE(t, told->count == 2 && told->ceremony_power == 14 && !back->development);
    CHECK_UINT_EQ(t, told->contributions[1].next_challenge[0], 9);
}

/* Contributions of no secret can be added to anybody's powers and keys, by anybody: tau and delta
 * stay. They do not turn what was made on one machine into a ceremony's. */
static void test_setup_keep__takes_no_other_contributions_to_the_same(zkl_test *t)
{
    zkl_digest hash, kept;
    const char *folder = shared_folder(t, &hash);
    zkl_error err = { 0 };
    const zkl_powers *powers;
    const zkl_ptau_history *own;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) after = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) ceremony = NULL;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(made, &powers, &own, &err));
    REQUIRE(t, own->count == 1);
    const zkl_ptau_contribution people[2] = { own->contributions[0], own->contributions[0] };
    const zkl_ptau_history more = { own->ceremony_power, people, 2 };
    zkl_powers claimed = *powers;
    claimed.development = false;
    CHECK_STATUS(t, ZKL_CONFLICT,
                 zkl_setup_keep_powers_sized(&kept, folder, &toy_size, &claimed, &more, &err));
    REQUIRE_OK(t, &err, open_toy(t, &after, folder, &hash, &err));
    CHECK(t, zkl_setup_is_development(after));

    REQUIRE_OK(t, &err, toy_key(t, made, 6, &circuit, &key, &err));
    const zkl_zkey_history *signer = zkl_setup_key_history(made, 6);
    REQUIRE(t, signer->count == 1);
    import_as_ceremony(t, test_folder(t), &ceremony);
    REQUIRE_OK(t, &err, zkl_setup_keep_key(ceremony, 6, key, signer, &err));
    const zkl_zkey_contribution signers[2] = { signer->contributions[0], signer->contributions[0] };
    const zkl_zkey_history told = { .contributions = signers, .count = 2 };
    zkl_groth16_key same = *key;
    same.development = false;
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_setup_keep_key(ceremony, 6, &same, &told, &err));
}

/* Killed between the powers and what is read of them first, and run again: of one making. */
static void test_setup_keep_powers__finishes_what_was_cut_off(zkl_test *t)
{
    zkl_digest hash, kept;
    const char *folder = shared_folder(t, &hash), *target = test_folder(t);
    zkl_error err = { 0 };
    const zkl_powers *powers;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) before = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) cut = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) after = NULL;

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(made, &powers, NULL, &err));
    import_as_ceremony(t, target, &before);
    REQUIRE(t, copy_file(path_in(t, folder, &hash, "commit"), path_in(t, target, &hash, "commit"),
                         0, SIZE_MAX));
    REQUIRE_OK(t, &err, open_toy(t, &cut, target, &hash, &err));
    CHECK(t, zkl_setup_is_development(cut));
    zkl_powers ceremony = *powers;
    ceremony.development = false;
    REQUIRE_OK(t, &err,
               zkl_setup_keep_powers_sized(&kept, target, &toy_size, &ceremony, NULL, &err));
    REQUIRE_OK(t, &err, open_toy(t, &after, target, &hash, &err));
    CHECK(t, !zkl_setup_is_development(after));
}

/* Names say alpha and beta, and files are what their names say. */
static void test_setup__names_say_alpha_and_beta(zkl_test *t)
{
    zkl_digest hash, parameters;
    const char *folder = shared_folder(t, &hash);
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    const zkl_powers *powers;
    zkl_error err = { 0 };
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    static const char *const suffixes[] = { "powers", "F6.key" };
    char hex[65], said[65];

    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    REQUIRE_OK(t, &err, toy_key(t, made, 6, &circuit, &key, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(made, &powers, NULL, &err));
    zkl_powers_parameters_hash(&parameters, powers);
    zkl_hex_encode(hex, hash.bytes, 32);
    zkl_hex_encode(said, parameters.bytes, 32);
    for (size_t i = 0; i < ZKL_COUNT(suffixes); i++) {
        ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
        const char *other = zkl_arena_format(&t->arena, "%s%zu", test_folder(t), i);
        const char *right =
            zkl_arena_format(&t->arena, "%s/%s.%s.%s", other, hex, said, suffixes[i]);
        char *wrong = zkl_arena_format(&t->arena, "%s", right);
        wrong[strlen(other) + 1 + 65] = said[0] == 'a' ? 'b' : 'a';
        REQUIRE_OK(t, &err, zkl_folder_make(other, 0700, &err));
        REQUIRE(t, copy_file(path_in(t, folder, &hash, "commit"),
                             path_in(t, other, &hash, "commit"), 0, SIZE_MAX));
        REQUIRE(t, copy_file(path_in(t, folder, &hash, suffixes[i]), wrong, 0, SIZE_MAX));
        REQUIRE_OK(t, &err, open_toy(t, &setup, other, &hash, &err));
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     i ? toy_key(t, setup, 6, &circuit, &key, &err)
                       : zkl_setup_powers(setup, &powers, NULL, &err));
        CHECK(t, strstr(err.text, "another alpha or beta than its name") != NULL);
        /* what is no file of ours is in nobody's way */
        REQUIRE_OK(t, &err,
                   zkl_file_write(zkl_arena_format(&t->arena, "%s/%s.F22.key.bak", other, hex),
                                  zkl_bytes_of("x", 1), 0600, &err));
        /* both: which of them a ledger means, nobody can say */
        REQUIRE(t, copy_file(wrong, right, 0, SIZE_MAX));
        CHECK_STATUS(t, ZKL_CONFLICT, toy_key(t, setup, 6, &circuit, &key, &err));
        REQUIRE(t, unlink(wrong) == 0);
        REQUIRE_OK(t, &err, toy_key(t, setup, 6, &circuit, &key, &err));
    }
}

/* What a killed process left goes with the next that writes; nothing else does. */
static void test_setup__sweeps_what_killed_processes_left(zkl_test *t)
{
    zkl_digest hash;
    const char *folder = shared_folder(t, &hash), *target = test_folder(t);
    zkl_error err = { 0 };
    zkl_srs srs;
    ZKL_AUTO_CLOSE(zkl_setup) made = NULL;
    static const char *const mine[] = { "commit.123.part", "powers.99999.part", "F22.key.1.part" };
    static const char *const names[] = { "lock.part", "a.part", "current.txt", "notes.7.part" };
    const char *current = zkl_arena_format(&t->arena, "%s/current.42.part", target);

    for (size_t i = 0; i < ZKL_COUNT(mine); i++)
        REQUIRE_OK(
            t, &err,
            zkl_file_write(path_in(t, target, &hash, mine[i]), zkl_bytes_of("x", 1), 0600, &err));
    REQUIRE_OK(t, &err, zkl_file_write(current, zkl_bytes_of("x", 1), 0600, &err));
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        REQUIRE_OK(t, &err,
                   zkl_file_write(zkl_arena_format(&t->arena, "%s/%s", target, names[i]),
                                  zkl_bytes_of("x", 1), 0600, &err));
    REQUIRE_OK(t, &err, open_toy(t, &made, folder, &hash, &err));
    srs = *zkl_setup_srs(made);
    REQUIRE_OK(t, &err, zkl_setup_keep_srs_sized(&hash, target, &toy_size, &srs, &err));
    for (size_t i = 0; i < ZKL_COUNT(mine); i++)
        CHECK(t, access(path_in(t, target, &hash, mine[i]), F_OK) != 0);
    CHECK(t, access(current, F_OK) != 0);
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        CHECK(t, access(zkl_arena_format(&t->arena, "%s/%s", target, names[i]), F_OK) == 0);
}

/* In a child: ask for the key and write its hash, or nothing, into the pipe. */
static void ask_for_key(zkl_test *t, const char *folder, const zkl_digest *hash, int out)
{
    zkl_env env = test_env(t);
    zkl_setup *setup = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    zkl_digest key_hash;

    env.pool = NULL; /* its threads stayed with the parent */
    env.random = zkl_random_os;
    if (zkl_setup_open_sized(&setup, folder, hash, &toy_size, &env, NULL) != ZKL_OK ||
        zkl_setup_key(setup, 6, &env, &circuit, &key, NULL) != ZKL_OK)
        _exit(1);
    zkl_groth16_vk_hash(&key_hash, &key->vk);
    _exit(write(out, &key_hash, sizeof key_hash) == sizeof key_hash ? 0 : 1);
}

/* Two processes miss the same key at once: one makes it, both use it. */
static void test_setup_key__is_made_once_by_two_processes(zkl_test *t)
{
    zkl_digest hash, got[2];
    const char *shared = shared_folder(t, &hash), *folder = test_folder(t);
    static const char *const suffixes[] = { "commit", "powers" };
    int ends[2];

    for (size_t i = 0; i < ZKL_COUNT(suffixes); i++)
        REQUIRE(t, copy_file(path_in(t, shared, &hash, suffixes[i]),
                             path_in(t, folder, &hash, suffixes[i]), 0, SIZE_MAX));
    REQUIRE(t, pipe(ends) == 0);
    for (int i = 0; i < 2; i++) {
        const pid_t child = fork();
        REQUIRE(t, child >= 0);
        if (child == 0)
            ask_for_key(t, folder, &hash, ends[1]);
    }
    close(ends[1]);
    for (int i = 0; i < 2; i++)
        CHECK(t, read(ends[0], &got[i], sizeof got[i]) == sizeof got[i]);
    close(ends[0]);
    for (int i = 0; i < 2; i++) {
        int status = 0;
        CHECK(t, wait(&status) > 0 && status == 0);
    }
    CHECK_MEM_EQ(t, &got[0], &got[1], sizeof got[0]);
}

/* In a child: ask for the current powers. */
static void ask_for_current(zkl_test *t, const char *folder, const zkl_setup_size *shape, int out)
{
    zkl_env env = test_env(t);
    zkl_digest hash;

    env.pool = NULL; /* its threads stayed with the parent */
    env.random = zkl_random_os;
    if (zkl_setup_current_sized(&hash, folder, shape, &env, NULL) != ZKL_OK)
        _exit(1);
    _exit(write(out, &hash, sizeof hash) == sizeof hash ? 0 : 1);
}

/* Two first ledgers at once: one makes the powers, both use them; a later one finds them. */
static void test_setup_current__is_made_once_by_two_processes(zkl_test *t)
{
    const char *folder = test_folder(t);
    const zkl_setup_size small = { .format = toy_size.format, .power = 5 };
    zkl_env env = test_env(t);
    zkl_digest got[2], later;
    zkl_error err = { 0 };
    int ends[2];

    REQUIRE(t, pipe(ends) == 0);
    for (int i = 0; i < 2; i++) {
        const pid_t child = fork();
        REQUIRE(t, child >= 0);
        if (child == 0)
            ask_for_current(t, folder, &small, ends[1]);
    }
    close(ends[1]);
    for (int i = 0; i < 2; i++)
        CHECK(t, read(ends[0], &got[i], sizeof got[i]) == sizeof got[i]);
    close(ends[0]);
    for (int i = 0; i < 2; i++) {
        int status = 0;
        CHECK(t, wait(&status) > 0 && status == 0);
    }
    CHECK_MEM_EQ(t, &got[0], &got[1], sizeof got[0]);
    REQUIRE_OK(t, &err, zkl_setup_current_sized(&later, folder, &small, &env, &err));
    CHECK_MEM_EQ(t, &later, &got[0], sizeof later);

    /* gone: made anew; unreadable: said */
    REQUIRE(t, unlink(path_in(t, folder, &later, "commit")) == 0);
    REQUIRE(t, unlink(path_in(t, folder, &later, "powers")) == 0);
    REQUIRE_OK(t, &err, zkl_setup_current_sized(&later, folder, &small, &env, &err));
    CHECK(t, memcmp(&later, &got[0], sizeof later) != 0);
    REQUIRE_OK(t, &err,
               zkl_file_write(zkl_arena_format(&t->arena, "%s/current", folder),
                              zkl_bytes_of("nothing\n", 8), 0600, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_setup_current_sized(&later, folder, &small, &env, &err));
}

/* The first keys come with a user's powers, are right, and are read when they are asked for. */
static void test_setup_current__makes_the_first_keys(zkl_test *t)
{
    const char *folder = zkl_arena_format(&t->arena, "%s/first", test_folder(t));
    zkl_setup_size size = toy_size;
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_digest hash;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    const zkl_powers *powers;
    zkl_setup_key_counts counts;

    size.first_keys = 1;
    REQUIRE_OK(t, &err, zkl_setup_current_sized(&hash, folder, &size, &env, &err));
    REQUIRE_OK(t, &err, open_toy(t, &setup, folder, &hash, &err));
    CHECK(t, zkl_setup_is_development(setup));
    CHECK(t, zkl_setup_has_key(setup, 6) && !zkl_setup_has_key(setup, 8));
    REQUIRE_OK(t, &err, toy_key(t, setup, 6, &circuit, &key, &err));
    zkl_setup_count_keys(setup, &counts);
    CHECK(t, counts.read == 1 && counts.made == 0);
    CHECK(t, key->development);
    REQUIRE_OK(t, &err, zkl_setup_powers(setup, &powers, NULL, &err));
    ZKL_AUTO_FREE(zkl_circuit) whole = NULL; /* that of the key has no C */
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&whole, 6, &toy_size.format, &err));
    REQUIRE_OK(t, &err, zkl_groth16_check(key, zkl_circuit_r1cs(whole), powers, &env, &err));
    REQUIRE_OK(t, &err, zkl_phase2_verify(key, zkl_setup_key_history(setup, 6), &err));
}

/* The hashes that keys are compared with are those of the circuits that are made; those of another
 * format are not taken for them. */
static void test_circuit_fraction_hash__is_that_of_the_circuit(zkl_test *t)
{
    for (unsigned n = ZKL_SETUP_TIER_MIN; n <= ZKL_SETUP_TIER_MAX + 2; n += 2) {
        const bool is_toy = n > ZKL_SETUP_TIER_MAX;
        const zkl_proof_format *format = is_toy ? &toy_size.format : &zkl_proof_format_v1;
        ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
        zkl_error err = { 0 };
        zkl_digest hash, want;
        const unsigned tier = is_toy ? 6 : n;
        REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, tier, format, &err));
        REQUIRE_OK(t, &err, zkl_circuit_fraction_hash(&hash, tier, format, &err));
        zkl_r1cs_hash(&want, zkl_circuit_r1cs(circuit));
        CHECK_MEM_EQ(t, &hash, &want, sizeof want);
    }
}

static void test_setup_open__survives_lack_of_memory(zkl_test *t)
{
    zkl_digest hash;
    const char *folder = shared_folder(t, &hash);
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    uint64_t nth = 1;

    for (;; nth++) {
        zkl_error err = { 0 };
        ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
        (void)zkl_malloc_fail_after(nth);
        zkl_status status = open_toy(t, &setup, folder, &hash, &err);
        if (status == ZKL_OK)
            status = toy_key(t, setup, 6, &circuit, &key, &err);
        (void)zkl_malloc_fail_after(0);
        if (status == ZKL_OK)
            break;
        CHECK_UINT_EQ(t, status, ZKL_NO_MEMORY);
        REQUIRE(t, nth < 500);
    }
    CHECK(t, nth > 10);
}

ZKL_TESTS(TEST(test_setup__opens_what_it_made), TEST(test_setup_key__proves_the_models_statement),
          TEST(test_setup_key__refuses_tiers_that_are_none),
          TEST(test_setup_key__refuses_files_that_are_not_its_own),
          TEST(test_setup_folder__is_found_and_guarded),
          TEST(test_setup_keep_key__keeps_a_fitting_key_once),
          TEST(test_setup_keep_srs__is_enough_for_commitments),
          TEST(test_setup_keep_powers__keeps_what_is_there),
          TEST(test_setup_keep__takes_no_other_contributions_to_the_same),
          TEST(test_setup_keep_powers__finishes_what_was_cut_off),
          TEST(test_setup__names_say_alpha_and_beta),
          TEST(test_setup__sweeps_what_killed_processes_left),
          TEST(test_setup_key__is_made_once_by_two_processes),
          TEST(test_setup_current__is_made_once_by_two_processes),
          TEST(test_setup_current__makes_the_first_keys),
          TEST(test_circuit_fraction_hash__is_that_of_the_circuit),
          TEST(test_setup_open__survives_lack_of_memory))
