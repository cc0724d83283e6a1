/* Secrets stay where they belong: after a set-up, and after a ledger was made, a table notarised, a
 * receipt and data keys exported, under a passphrase, nothing secret is left in memory or on the
 * disk.
 *
 * "Secret" is known from outside: all randomness is injected and recorded, the passphrase is the
 * test's, chunk keys and salts are read from the exported data key. Whatever of it stands in the
 * ledger's files in the clear is public (seeds, salts of key files); the rest must be nowhere. */
#include "algebra/curve.h"
#include "algebra/poly.h"
#include "hash/hash.h"
#include "keys/datakey.h"
#include "keys/keyfile.h"
#include "native/cell_sums.h"
#include "record/receipt.h"
#include "prove/commit.h"
#include "setup/setup_testing.h"
#include "secret_search.h"
#include "service_testing.h"

/* Randomness of the test, every answer remembered. */
typedef struct recorder {
    zkl_test *t;
    search_list *list;
    unsigned calls;
} recorder;

/* In the forms that code has scalars in: Montgomery, big-endian, little-endian. */
static void search_add_scalar(search_list *list, const char *label, const zkl_fr *x)
{
    uint8_t form[32], turned[32];
    search_add(list, label, x, sizeof *x);
    zkl_fr_encode(form, x);
    search_add(list, label, form, sizeof form);
    for (size_t i = 0; i < 32; i++)
        turned[i] = form[31 - i];
    search_add(list, label, turned, sizeof turned);
    zkl_wipe(form, sizeof form);
    zkl_wipe(turned, sizeof turned);
}

/* As a scalar too: reduced mod r. */
static void record_scalar(search_list *list, const char *label, const uint8_t *bytes, size_t size)
{
    zkl_fr x;
    zkl_fr_reduce(&x, bytes, size);
    search_add_scalar(list, label, &x);
    zkl_wipe(&x, sizeof x);
}

static zkl_status record(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    recorder *r = opaque;
    char label[48];
    (void)err;
    test_random_bytes(r->t, out, size);
    snprintf(label, sizeof label, "random value %u (%zu bytes)", r->calls++, size);
    if (size >= 16)
        search_add(r->list, label, out, size);
    snprintf(label, sizeof label, "scalar of random value %u", r->calls - 1);
    if (size >= 48)
        record_scalar(r->list, label, out, size);
    return ZKL_OK;
}

static zkl_env recording_env(zkl_test *t, recorder *r, search_list *list)
{
    *r = (recorder){ t, list, 0 };
    zkl_env env = test_env(t);
    env.random = (zkl_random){ record, r };
    return env;
}

typedef struct secret_world {
    const char *folder, *ledger, *table, *data_key;
    zkl_bytes passphrase; /* wiped when the work is done */
    zkl_ledger_options options;
} secret_world;

/* Text that is nowhere else: built here, so that no constant of the program holds it. */
static void make_passphrase(zkl_test *t, zkl_bytes *out)
{
    char *text = zkl_arena_format(&t->arena, "%s-%llu", "correct horse",
                                  (unsigned long long)test_random_u64(t));
    *out = zkl_bytes_of_text(text);
}

static zkl_status work(zkl_test *t, secret_world *w, const zkl_env *env, zkl_error *err)
{
    static const char rows[] =
        "id,age,city\n1,30,Sentinelbern\n2,40,Sentinelchur\n3,50,Sentinelbern\n4,60,Sentinelgenf\n";
    static const char *const claims[] = { "range(age, 0, 120)", "sum(age)" }, *later = "sum(id)";
    zkl_init_result made = { 0 };
    zkl_notarize_result result = { 0 };
    uint64_t size;
    w->folder = test_folder(t);
    w->ledger = service_path(t, w->folder, "ledger");
    w->table = service_path(t, w->folder, "people.csv");
    w->data_key = service_path(t, w->folder, "people.zklkey");
    w->options = (zkl_ledger_options){ w->ledger, &w->passphrase, SERVICE_CACHE };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_fill_cache(t, err));
    ZKL_TRY(zkl_file_write(w->table, zkl_bytes_of(rows, sizeof rows - 1), 0600, err));
    const zkl_init_request init = { .ledger = w->options, .name = "secrets" };
    ZKL_TRY(zkl_init(&made, &init, env, err));
    zkl_arena_clear(&made.memory);
    ZKL_TRY(zkl_ledger_open(&ledger, &w->options, env, err));
    const zkl_notarize_request notarize = { .name = "people",
                                            .files = &w->table,
                                            .file_count = 1,
                                            .claims = claims,
                                            .claim_count = 2,
                                            .receipt_path =
                                                service_path(t, w->folder, "people.zkl") };
    ZKL_TRY(zkl_notarize(&result, ledger, &notarize, env, err));
    zkl_arena_clear(&result.memory);
    const zkl_add_claims_request more = { .reference = "people",
                                          .files = &w->table,
                                          .file_count = 1,
                                          .claims = &later,
                                          .claim_count = 1,
                                          .receipt_path = /* with the notarisation's statements */
                                          service_path(t, w->folder, "people.zkl") };
    ZKL_TRY(zkl_add_claims(&result, ledger, &more, env, err));
    zkl_arena_clear(&result.memory);
    ZKL_TRY(zkl_keys_rotate(&size, ledger, "signer", env, err));
    ZKL_TRY(zkl_keys_rotate(&size, ledger, "log", env, err));
    const zkl_export_request export = { .reference = "people",
                                        .format = ZKL_EXPORT_DATA_KEY,
                                        .output = w->data_key };
    ZKL_TRY(zkl_export(&size, ledger, &export, env, err));
    /* Of chosen chunks: the whole key is taken apart for it. */
    const zkl_export_request chosen = { .reference = "people",
                                        .format = ZKL_EXPORT_DATA_KEY,
                                        .output = service_path(t, w->folder, "chosen.zklkey"),
                                        .chunks = "0",
                                        .files = &w->table,
                                        .file_count = 1 };
    ZKL_TRY(zkl_export(&size, ledger, &chosen, env, err));
    return unlink(chosen.output) == 0 ? ZKL_OK : zkl_fail_errno(err, "remove", chosen.output);
}

/* What the data key holds. */
static zkl_status add_data_key(search_list *list, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_datakey key;
    ZKL_TRY(zkl_file_read(&bytes, path, (size_t)1 << 20, err));
    zkl_status status = zkl_datakey_parse(&key, &arena, zkl_buffer_bytes(&bytes), err);
    if (status == ZKL_OK && (!key.chunk_count || !key.dictionary_count || !key.has_content_salt))
        status = zkl_fail(err, ZKL_BAD_INPUT, "the data key lacks something");
    if (status == ZKL_OK) {
        search_add(list, "chunk key", key.chunks[0].key, 32);
        search_add(list, "dictionary key", key.dictionaries[0].key, 32);
        search_add(list, "content salt", key.content_salt, 32);
        for (uint32_t column = 0; column < 3; column++) {
            zkl_fr blinder;
            zkl_chunk_blinder(&blinder, key.chunks[0].key, column, 0);
            search_add_scalar(list, "blinder", &blinder);
            zkl_wipe(&blinder, sizeof blinder);
        }
        for (uint64_t row = 0; row < 4; row++) {
            uint8_t salt[32];
            zkl_chunk_row_salt(salt, key.chunks[0].key, row);
            search_add(list, "row salt", salt, sizeof salt);
            zkl_wipe(salt, sizeof salt);
        }
    }
    zkl_wipe(&key, sizeof key);
    return status;
}

/* The secrets of one proof, if `fresh` is what they were drawn from: SHA3-256(fresh, owner secret,
 * statement up to its points), then PRF by PRF; the mask first, whose commitment tells. */
static zkl_status add_proof_secrets(bool *found, search_list *list, const uint8_t fresh[static 32],
                                    const uint8_t owner[static 32], const zkl_statement *s,
                                    const zkl_srs *srs, zkl_error *err)
{
    enum { HALF = 8, SECRETS = 2 * HALF + 8 };
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    zkl_digest prf_key;
    zkl_fr secrets[SECRETS];
    zkl_g1_affine powers[2 * HALF], mask;
    zkl_g1 sum;
    uint8_t bytes[ZKL_POINT_BYTES];
    zkl_statement_encode_head(&head, s);
    const zkl_bytes parts[3] = { zkl_bytes_of(fresh, 32), zkl_bytes_of(owner, 32),
                                 zkl_buffer_bytes(&head) };
    zkl_hash_parts(&prf_key, ZKL_HASH_SHA3_256, parts, ZKL_COUNT(parts));
    for (uint32_t i = 0; i < SECRETS; i++) {
        uint8_t counter[4];
        zkl_be32_put(counter, i);
        zkl_fr_prf(&secrets[i], zkl_bytes_of(prf_key.bytes, 32), "proof", zkl_bytes_of(counter, 4));
    }
    memcpy(powers, srs->powers, HALF * sizeof *powers);
    memcpy(powers + HALF, srs->powers + ZKL_CHUNK_ROWS, HALF * sizeof *powers);
    zkl_status status = zkl_g1_msm_small(&sum, powers, secrets, 2 * (size_t)HALF, NULL, err);
    if (status == ZKL_OK) {
        zkl_g1_normalize(&mask, &sum);
        zkl_g1_encode(bytes, &mask);
        *found = memcmp(bytes, s->masks[0], sizeof bytes) == 0;
    }
    if (status == ZKL_OK && *found) {
        search_add(list, "key of a proof's secrets", prf_key.bytes, 32);
        for (uint32_t i = 0; i < SECRETS; i++)
            search_add_scalar(list, i < 2 * HALF ? "mask" : "proof secret", &secrets[i]);
    }
    zkl_wipe(secrets, sizeof secrets);
    zkl_wipe(&prf_key, sizeof prf_key);
    return status;
}

static zkl_status add_statements(zkl_test *t, search_list *list, const secret_world *w,
                                 const uint8_t owner[static 32], zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    zkl_receipt receipt;
    const zkl_env env = { .pool = t->pool };
    const size_t drawn = list->count;
    ZKL_TRY(zkl_file_read(&bytes, service_path(t, w->folder, "people.zkl"), (size_t)1 << 20, err));
    ZKL_TRY(zkl_receipt_parse(&receipt, &arena, zkl_buffer_bytes(&bytes), err));
    for (size_t i = 0; i < receipt.statement_count; i++) {
        zkl_statement s;
        bool found = false;
        ZKL_TRY(zkl_statement_parse(&s, &arena, receipt.statements[i].compact, err));
        if (!setup)
            ZKL_TRY(zkl_setup_open(&setup, SERVICE_CACHE, &s.powers_hash, &env, err));
        for (size_t k = 0; k < drawn && !found; k++) {
            uint8_t fresh[32];
            if (list->patterns[k].size != 32)
                continue;
            for (size_t j = 0; j < 32; j++)
                fresh[j] = list->patterns[k].masked[j] ^ SEARCH_MASK;
            const zkl_status status =
                add_proof_secrets(&found, list, fresh, owner, &s, zkl_setup_srs(setup), err);
            zkl_wipe(fresh, sizeof fresh);
            ZKL_TRY(status);
        }
        if (!found)
            FAIL(t, "nothing recorded gives the mask of statement %zu", i);
    }
    return ZKL_OK;
}

/* What the key files hold, opened with the passphrase; all of it is randomness that was
 * recorded. */
static zkl_status check_key_files(zkl_test *t, search_list *list, const secret_world *w,
                                  zkl_error *err)
{
    static const char *const names[] = { "owner.key", "signer.key", "log.key" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        char path[512];
        zkl_keyfile file = { 0 };
        snprintf(path, sizeof path, "%s/keys/%s", w->ledger, names[i]);
        ZKL_TRY(zkl_keyfile_load(&file, path, &w->passphrase, NULL, err));
        const uint8_t *secret =
            file.info.kind == ZKL_KEYFILE_OWNER ? file.owner.bytes : file.key.secret;
        bool known = false;
        for (size_t k = 0; k < list->count; k++)
            known =
                known || (list->patterns[k].size == 32 && search_equal(&list->patterns[k], secret));
        if (!known)
            FAIL(t, "the secret of %s is not of the recorded randomness", names[i]);
        search_add(list, names[i], secret, 32);
        const zkl_status status = i ? ZKL_OK : add_statements(t, list, w, file.owner.bytes, err);
        zkl_keyfile_clear(&file);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

/* Only what the ledger's files show may be left in memory. */
static void check_memory(zkl_test *t, search_list *list, const bool *is_public)
{
    for (size_t i = 0; i < list->count; i++)
        list->patterns[i].found = false;
    search_memory(list);
    for (size_t i = 0; i < list->count; i++)
        if (list->patterns[i].found && !is_public[i])
            FAIL(t, "left in memory: %s", list->patterns[i].label);
}

static void test_secrets__are_gone_after_the_work(zkl_test *t)
{
    zkl_error err = { 0 };
    search_list list;
    recorder r;
    secret_world w = { 0 };
    search_init(t, &list);
    const zkl_env env = recording_env(t, &r, &list);
    make_passphrase(t, &w.passphrase);
    REQUIRE_OK(t, &err, work(t, &w, &env, &err));
    CHECK(t, list.count > 10);
    REQUIRE_OK(t, &err, check_key_files(t, &list, &w, &err));
    search_add(&list, "passphrase", w.passphrase.data, w.passphrase.size);
    REQUIRE_OK(t, &err, add_data_key(&list, w.data_key, &err));

    /* the search finds what is there: the data key's content in its file, the passphrase in
     * memory */
    search_folder(&list, w.folder);
    CHECK(t, search_named(&list, "chunk key")->found && search_named(&list, "content salt")->found);
    search_memory(&list);
    CHECK(t, search_named(&list, "passphrase")->found);
    zkl_wipe((uint8_t *)(uintptr_t)w.passphrase.data, w.passphrase.size);
    REQUIRE(t, unlink(w.data_key) == 0);

    for (size_t i = 0; i < list.count; i++)
        list.patterns[i].found = false;
    CHECK(t, search_folder(&list, w.folder) > 10000);
    bool *is_public = ZKL_ARENA_NEW(&t->arena, bool, SEARCH_PATTERNS_MAX);
    size_t seen = 0;
    for (size_t i = 0; i < list.count; i++)
        seen += is_public[i] = list.patterns[i].found;
    static const char *const secret[] = { "owner.key",    "signer.key", "log.key",
                                          "passphrase",   "chunk key",  "dictionary key",
                                          "content salt", "blinder",    "row salt",
                                          "mask" };
    for (size_t i = 0; i < ZKL_COUNT(secret); i++)
        if (search_named(&list, secret[i])->found)
            FAIL(t, "on the disk in the clear: %s", secret[i]);
    printf("%zu of %zu values are public\n", seen, list.count);
    check_memory(t, &list, is_public);
}

static bool is_logarithm(const zkl_fr *x, const zkl_g1_affine *of)
{
    zkl_g1 point;
    zkl_g1_affine affine;
    zkl_g1_mul(&point, &zkl_g1_generator, x);
    zkl_g1_normalize(&affine, &point);
    return memcmp(&affine, of, sizeof affine) == 0;
}

/* What follows from the numbers tau, alpha, beta gives them away, too: powers and Lagrange values,
 * of which the last of their arrays were at hand last. */
static void search_add_derived(zkl_test *t, search_list *list, const zkl_fr drawn[3],
                               const zkl_powers *powers)
{
    const unsigned power = powers->power;
    const uint64_t n = (uint64_t)1 << power, at[] = { 2, 3, n - 1, n, 2 * n - 3, 2 * n - 2 };
    zkl_fr value, by, root;
    for (size_t i = 0; i < ZKL_COUNT(at); i++) {
        zkl_fr_pow_u64(&value, &drawn[0], at[i]);
        search_add_scalar(list, "a power of tau", &value);
        for (size_t k = 1; k < 3; k++) {
            zkl_fr_mul(&by, &drawn[k], &value);
            search_add_scalar(list, k == 1 ? "alpha times a power" : "beta times a power", &by);
        }
    }
    /* L_i(tau) = (tau^m - 1) / m * w^i / (tau - w^i), i = m - 1, m = 2^k */
    for (unsigned k = 1; k <= power + 1; k++) {
        zkl_ntt_root(&root, k);
        zkl_fr_inverse(&root, &root);
        zkl_fr_sub(&by, &drawn[0], &root);
        zkl_fr_inverse(&by, &by);
        zkl_fr_mul(&by, &by, &root);
        zkl_fr_pow_u64(&value, &drawn[0], (uint64_t)1 << k);
        zkl_fr_sub(&value, &value, &ZKL_FR_ONE);
        zkl_fr_mul(&value, &value, &by);
        zkl_fr_from_u64(&by, (uint64_t)1 << k);
        zkl_fr_inverse(&by, &by);
        zkl_fr_mul(&value, &value, &by);
        search_add_scalar(list, "a Lagrange value", &value);
    }
    CHECK(t, is_logarithm(&value, &powers->lagrange_1[4 * n - 2]));
    zkl_wipe(&value, sizeof value);
    zkl_wipe(&by, sizeof by);
}

/* What was drawn first is tau, the powers' logarithm: so it is what is searched for. */
static void check_is_tau(zkl_test *t, search_list *list, zkl_setup *setup)
{
    static const char *const names[3] = { "scalar of random value 0", "scalar of random value 1",
                                          "scalar of random value 2" };
    zkl_error err = { 0 };
    zkl_fr drawn[3];
    const zkl_powers *powers = NULL;
    REQUIRE_OK(t, &err, zkl_setup_powers(setup, &powers, NULL, &err));
    for (size_t k = 0; k < 3; k++) {
        const search_pattern *found = search_named(list, names[k]);
        REQUIRE(t, found != NULL);
        for (size_t i = 0; i < sizeof *drawn; i++)
            ((uint8_t *)&drawn[k])[i] = found->masked[i] ^ SEARCH_MASK;
    }
    CHECK(t, is_logarithm(&drawn[0], &zkl_setup_srs(setup)->verifier.tau_1));
    search_add_derived(t, list, drawn, powers);
    zkl_wipe(drawn, sizeof drawn);
}

/* The numbers that powers of tau and a circuit's key are made from: whoever finds one can prove
 * anything. At the model's size, by the code of every size. at_once: the key while the powers'
 * secrets are at hand, as a user's first ones are made. */
static void check_no_waste(zkl_test *t, bool at_once)
{
    const zkl_setup_size shape = { .format = { .log_cells = 4, .mask_half = 4 },
                                   .power = 13,
                                   .first_keys = at_once };
    zkl_error err = { 0 };
    search_list list;
    recorder r;
    zkl_digest hash;
    zkl_setup *setup = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    const char *folder = service_path(t, test_folder(t), at_once ? "first" : "cache");
    search_init(t, &list);
    const zkl_env env = recording_env(t, &r, &list);
    REQUIRE_OK(t, &err,
               (at_once ? zkl_setup_current_sized : zkl_setup_make_sized)(&hash, folder, &shape,
                                                                          &env, &err));
    const unsigned for_powers = r.calls;
    REQUIRE_OK(t, &err, zkl_setup_open_sized(&setup, folder, &hash, &shape, &env, &err));
    CHECK(t, zkl_setup_has_key(setup, 6) == at_once);
    REQUIRE_OK(t, &err, zkl_setup_key(setup, 6, &env, &circuit, &key, &err));
    CHECK(t, for_powers >= 1 && (r.calls > for_powers) == !at_once); /* tau, alpha, beta; delta */
    check_is_tau(t, &list, setup);

    search_memory(&list); /* with the set-up still open */
    zkl_setup_close(setup);
    CHECK(t, search_folder(&list, folder) > 100000);
    search_memory(&list);
    for (size_t i = 0; i < list.count; i++)
        if (list.patterns[i].found)
            FAIL(t, "left of a set-up: %s", list.patterns[i].label);
}

static void test_secrets__a_setup_keeps_no_waste(zkl_test *t)
{
    check_no_waste(t, false);
}

static void test_secrets__first_keys_keep_no_waste(zkl_test *t)
{
    check_no_waste(t, true);
}

/* A worker's stack lives as long as a service: a set leaves no cells on it, in the order of its
 * lanes or in that of the array. */
static void test_secrets__sums_of_cells_leave_none(zkl_test *t)
{
    enum { COUNT = ZKL_QUAD_RUN_MAX, RUN = 8 };
    static const size_t order[RUN] = { 0, 2, 1, 3, 4, 6, 5, 7 };
    search_list list;
    search_init(t, &list);
    uint16_t *cells = zkl_arena_alloc(&t->arena, COUNT, sizeof *cells);
    zkl_fr *weights = ZKL_ARENA_NEW(&t->arena, zkl_fr, COUNT);
    zkl_quad_moment *moments = zkl_calloc(ZKL_QUAD_MOMENTS_MAX, sizeof *moments);
    REQUIRE(t, cells && weights && moments);
    test_random_bytes(t, cells, COUNT * sizeof *cells);
    for (size_t at = 0; at < COUNT; at += RUN)
        for (size_t turned = 0; turned < 2; turned++) {
            uint64_t lanes[RUN];
            for (size_t i = 0; i < RUN; i++)
                lanes[i] = cells[at + (turned ? order[i] : i)];
            search_add(&list, "cells in lanes", lanes, sizeof lanes);
            zkl_wipe(lanes, sizeof lanes);
        }
    const zkl_quads quads = { 1, COUNT, { { cells, cells, cells, cells } } };
    const zkl_quad_sums sums = { 1, { weights->l }, { moments } };
    zkl_cell_sums_best()->add_quads(&sums, &quads);
    search_memory(&list);
    CHECK_UINT_EQ(t, search_found(&list), 0);
    zkl_free(moments);
}

ZKL_TESTS(TEST(test_secrets__sums_of_cells_leave_none), TEST(test_secrets__are_gone_after_the_work),
          TEST(test_secrets__a_setup_keeps_no_waste), TEST(test_secrets__first_keys_keep_no_waste))
