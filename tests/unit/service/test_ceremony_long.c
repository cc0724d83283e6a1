/* A ledger over powers and a key of a ceremony: what its entries, its trust file and a verifier say
 * of the set-up, and what becomes of it when one part is of one machine. The powers are this
 * build's own, declared a ceremony's; the key's two contributions are real. (A key of the real size
 * is contributed to, and checked.) */
#include <dirent.h>
#include <sys/stat.h>

#include "ceremony/joint.h"
#include "service_testing.h"

typedef struct ceremony {
    zkl_ledger_options options;
    zkl_ledger *ledger;
    zkl_digest powers, key;
    const char *zkey, *table; /* paths */
} ceremony;

/* The shared cache's powers in a cache of their own, as if two people had made them. */
static void keep_as_ceremony(zkl_test *t, ceremony *c, const zkl_env *env)
{
    ZKL_AUTO_CLOSE(zkl_setup) shared = NULL;
    const zkl_powers *powers;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_setup_open(&shared, SERVICE_CACHE, &c->powers, env, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(shared, &powers, NULL, &err));
    zkl_powers ours = *powers;
    ours.development = false;
    REQUIRE_OK(t, &err,
               zkl_setup_keep_powers(&c->powers, c->options.setup_cache, &ours, NULL, &err));
}

/* The shared cache's key of a circuit, made on one machine: it is there too, not made again. */
static void keep_key(zkl_test *t, const ceremony *c, unsigned tier, const zkl_env *env)
{
    ZKL_AUTO_CLOSE(zkl_setup) shared = NULL;
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    zkl_error err = { 0 };
    char ending[16];
    size_t count = 0;
    REQUIRE_OK(t, &err, zkl_setup_open(&shared, SERVICE_CACHE, &c->powers, env, &err));
    REQUIRE_OK(t, &err, zkl_setup_key(shared, tier, env, &circuit, &key, &err));
    snprintf(ending, sizeof ending, ".F%u.key", tier);
    DIR *const folder = opendir(SERVICE_CACHE);
    REQUIRE(t, folder);
    for (const struct dirent *e; (e = readdir(folder)) != NULL;) {
        ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
        const size_t size = strlen(e->d_name);
        if (size < strlen(ending) || strcmp(e->d_name + size - strlen(ending), ending) != 0)
            continue;
        REQUIRE_OK(t, &err,
                   zkl_file_read(&file, service_path(t, SERVICE_CACHE, e->d_name), SIZE_MAX, &err));
        REQUIRE_OK(t, &err,
                   zkl_file_write(service_path(t, c->options.setup_cache, e->d_name),
                                  zkl_buffer_bytes(&file), 0600, &err));
        count++;
    }
    closedir(folder);
    CHECK(t, count >= 1);
}

/* And a ledger over them. */
static void make_ledger(zkl_test *t, ceremony *c, const zkl_env *env)
{
    zkl_error err = { 0 };
    zkl_init_result made = { 0 };
    char hex[65];
    c->options = (zkl_ledger_options){ .folder = service_path(t, test_folder(t), "ledger"),
                                       .setup_cache = service_path(t, test_folder(t), "cache") };
    REQUIRE_OK(t, &err, service_fill_cache(t, &err));
    REQUIRE_OK(t, &err, zkl_setup_current(&c->powers, SERVICE_CACHE, env, &err));
    keep_as_ceremony(t, c, env);
    keep_key(t, c, 18, env);
    keep_key(t, c, 20, env);
    zkl_hex_encode(hex, c->powers.bytes, 32);
    const zkl_init_request request = { .ledger = c->options, .name = "test", .powers = hex };
    REQUIRE_OK(t, &err, zkl_init(&made, &request, env, &err));
    CHECK(t, !made.powers_development);
    REQUIRE_OK(t, &err, zkl_ledger_open(&c->ledger, &c->options, env, &err));
    CHECK_MEM_EQ(t, &made.powers_hash, &c->powers, 32);
    zkl_arena_clear(&made.memory);
}

/* F18 made on one machine, and a second person's contribution, as a .zkey. */
static void make_zkey(zkl_test *t, ceremony *c, const zkl_env *env)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    zkl_recorded_key before, next;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_setup_open(&setup, c->options.setup_cache, &c->powers, env, &err));
    REQUIRE_OK(t, &err, zkl_setup_key(setup, 18, env, &circuit, &key, &err));
    before = (zkl_recorded_key){ *key, *zkl_setup_key_history(setup, 18) };
    REQUIRE_OK(t, &err, zkl_phase2_contribute(&next, &arena, &before, "second", env, &err));
    zkl_groth16_vk_hash(&c->key, &next.key.vk);
    REQUIRE_OK(t, &err, zkl_zkey_encode(&file, &next.key, &next.history, &err));
    c->zkey = service_path(t, test_folder(t), "F18.zkey");
    REQUIRE_OK(t, &err, zkl_file_write(c->zkey, zkl_buffer_bytes(&file), 0644, &err));

    /* one point of H exchanged: refused; the local key stays */
    const size_t history_bytes = 64 + 4 + 2 * (3 * 96 + 192 + 64 + 8) + 12 + strlen("second") +
                                 strlen("zkp-ledger, on one machine") + 4;
    uint8_t *last = file.data + file.size - history_bytes - 96; /* of section 9 */
    memcpy(last, last - 96, 96);
    const char *bad = service_path(t, test_folder(t), "bad.zkey");
    REQUIRE_OK(t, &err, zkl_file_write(bad, zkl_buffer_bytes(&file), 0644, &err));
    zkl_setup_import_result imported;
    const zkl_setup_import_request request = { .file = bad, .tier = 18 };
    CHECK_STATUS(t, ZKL_REJECTED, zkl_setup_import(&imported, c->ledger, &request, env, &err));
    if (!strstr(err.text, "H is not the circuit's"))
        FAIL(t, "says '%s'", err.text);
}

static void import_zkey(zkl_test *t, const ceremony *c, const zkl_env *env)
{
    zkl_setup_import_result got;
    zkl_error err = { 0 };
    zkl_setup_import_request request = { .file = c->zkey, .tier = 20 };
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_setup_import(&got, c->ledger, &request, env, &err)); /* another circuit */
    request.tier = 0;
    CHECK_STATUS(t, ZKL_USAGE, zkl_setup_import(&got, c->ledger, &request, env, &err));
    request.tier = 18;
    REQUIRE_OK(t, &err, zkl_setup_import(&got, c->ledger, &request, env, &err));
    CHECK(t, got.form == ZKL_SETUP_FORM_ZKEY && !got.is_development);
    CHECK_MEM_EQ(t, &got.key_hash, &c->key, 32);
    REQUIRE(t, got.contributor_count == 2);
    CHECK_TEXT_EQ(t, got.contributors[0].name, "zkp-ledger, on one machine");
    CHECK_TEXT_EQ(t, got.contributors[1].name, "second");
    zkl_arena_clear(&got.memory);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_setup_import(&got, c->ledger, &request, env, &err));
}

static void notarise(zkl_test *t, zkl_bytes *receipt, ceremony *c, const zkl_env *env)
{
    static const char rows[] = "id,age\n1,30\n2,40\n";
    service_world world = { .options = c->options,
                            .table = service_path(t, test_folder(t), "x.csv") };
    zkl_notarize_result result = { 0 };
    zkl_log_result log = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err,
               zkl_file_write(world.table, zkl_bytes_of(rows, sizeof rows - 1), 0644, &err));
    c->table = world.table;
    const zkl_notarize_request request = service_request(&world, true);
    const zkl_status status = zkl_notarize(&result, c->ledger, &request, env, &err);
    CHECK(t, !result.is_development && !result.development_circuit_count);
    zkl_arena_clear(&result.memory);
    REQUIRE_OK(t, &err, status);
    REQUIRE_OK(t, &err, zkl_log_list(&log, c->ledger, 0, 0, &err));
    REQUIRE(t, log.line_count == 3);
    CHECK_TEXT_EQ(t, log.lines[1].what, "F18 (ceremony)");
    zkl_arena_clear(&log.memory);
    REQUIRE_OK(t, &err, service_export(t, receipt, &world, ZKL_EXPORT_RECEIPT, &err));
}

/* A claim that needs another circuit, whose key one machine made: it is said which makes the set-up
 * a development one. */
static void add_weak_claim(zkl_test *t, const ceremony *c, const zkl_env *env)
{
    const char *const claim = "unique(id)";
    zkl_notarize_result result = { 0 };
    zkl_error err = { 0 };
    const zkl_add_claims_request request = { .reference = "people",
                                             .files = &c->table,
                                             .file_count = 1,
                                             .claims = &claim,
                                             .claim_count = 1 };
    REQUIRE_OK(t, &err, zkl_add_claims(&result, c->ledger, &request, env, &err));
    REQUIRE(t, result.is_development && result.development_circuit_count == 1);
    CHECK_TEXT_EQ(t, result.development_circuits[0], "F20");
    CHECK_TEXT_EQ(t, result.statements[0].circuit, "F20");
    zkl_arena_clear(&result.memory);
}

/* What a verifier says under a trust file in which `from` stands as `to`, with lines behind it. */
static zkl_status judge(zkl_test *t, bool *development, zkl_bytes receipt, const char *trust,
                        const char *from, const char *to, const char *behind)
{
    const char *at = strstr(trust, from);
    zkl_verify_result result = { 0 };
    zkl_error err = { 0 };
    if (!at)
        return ZKL_NOT_FOUND;
    const char *text = zkl_arena_format(&t->arena, "%.*s%s%s\n%s", (int)(at - trust), trust, to,
                                        at + strlen(from), behind);
    const zkl_status status =
        zkl_verify_receipt(&result, receipt, zkl_bytes_of_text(text), NULL, &err);
    *development = result.is_development;
    zkl_arena_clear(&result.memory);
    return status;
}

static void test_ceremony__is_as_good_as_its_weakest_part(zkl_test *t)
{
    zkl_test source;
    const zkl_env env = service_env(t, &source, 11);
    ceremony c = { 0 };
    zkl_keys_result keys = { 0 };
    zkl_error err = { 0 };
    bool development;
    char hex[65];
    make_ledger(t, &c, &env);
    make_zkey(t, &c, &env);
    import_zkey(t, &c, &env);
    zkl_bytes receipt = { 0 };
    notarise(t, &receipt, &c, &env);
    REQUIRE_OK(t, &err, zkl_keys_show(&keys, c.ledger, &err));
    const char *trust = zkl_arena_text(&t->arena, keys.trust, strlen(keys.trust));
    zkl_arena_clear(&keys.memory);
    zkl_hex_encode(hex, c.key.bytes, 32);
    /* The party is anybody: whom a trust names was checked by whoever wrote it. */
    const char *key = strstr(strstr(trust, "[[signer]]"), "key = ");
    const char *parties =
        zkl_arena_format(&t->arena,
                         "[ceremony]\ntranscript = \"%s\"\n[[party]]\nname = \"Alice\"\n%.*s\n"
                         "contributed = [\"powers\", \"keys\"]\n",
                         hex, (int)strcspn(key, "\n"), key);
    const char *pin_alone = zkl_arena_format(&t->arena, "[circuits]\nF18 = \"%s\"\n", hex);
    const char *pin = zkl_arena_format(&t->arena, "%s%s", pin_alone, parties);
    static const char said[] = "srs_made = \"ceremony\"", yes[] = "\ndevelopment = true",
                      no[] = "\ndevelopment = false";

    CHECK_STATUS(t, ZKL_OK, judge(t, &development, receipt, trust, yes, no, pin));
    CHECK(t, !development);
    CHECK_STATUS(t, ZKL_OK, judge(t, &development, receipt, trust, yes, yes, pin));
    CHECK(t, !development);
    /* pinned, and nobody is named who contributed */
    CHECK_STATUS(t, ZKL_OK, judge(t, &development, receipt, trust, yes, yes, pin_alone));
    CHECK(t, development);
    CHECK_STATUS(t, ZKL_UNCHECKED, judge(t, &development, receipt, trust, yes, no, pin_alone));
    /* not pinned: only the signer says that it is a ceremony's */
    CHECK_STATUS(t, ZKL_OK, judge(t, &development, receipt, trust, yes, yes, ""));
    CHECK(t, development);
    CHECK_STATUS(t, ZKL_UNCHECKED, judge(t, &development, receipt, trust, yes, no, ""));
    /* pinned over powers that nobody calls a ceremony's */
    add_weak_claim(t, &c, &env);
    CHECK_STATUS(t, ZKL_OK, judge(t, &development, receipt, trust, said, "", pin));
    CHECK(t, development);
    CHECK_STATUS(t, ZKL_OK,
                 judge(t, &development, receipt, trust, said, "srs_made = \"development\"", pin));
    CHECK(t, development);
    zkl_ledger_close(c.ledger);
}

/* ---- a ceremony of the whole flow */

/* Contributions of the shared cache's powers, as if Alice's, and the second round opened: the first
 * takes minutes at this size (bench/ceremony.sh; tests/unit/ceremony has it small). */
static void begin_keys(zkl_test *t, const char *folder, const zkl_digest *powers_hash,
                       const zkl_signer *alice, const zkl_env *env)
{
    ZKL_AUTO_CLOSE(zkl_setup) shared = NULL;
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_powers *powers;
    const zkl_ptau_history *history;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_setup_open(&shared, SERVICE_CACHE, powers_hash, env, &err));
    REQUIRE_OK(t, &err, zkl_setup_powers(shared, &powers, &history, &err));
    zkl_joint c = { .transcript = { .name = "test", .power = 16, .tiers = { 18 }, .tier_count = 1 },
                    .round = ZKL_ROUND_KEYS,
                    .has_powers = true,
                    .powers = { *powers, *history } };
    zkl_transcript_record record = { .step = ZKL_STEP_POWERS, .name = "Alice" };
    REQUIRE_OK(t, &err, zkl_joint_powers_digest(&record.contribution, history, 0, &err));
    REQUIRE_OK(t, &err, zkl_transcript_add(&c.transcript, &t->arena, &record, alice, &err));
    REQUIRE_OK(t, &err, zkl_circuit_fraction_new(&circuit, 18, &zkl_proof_format_v1, &err));
    REQUIRE_OK(
        t, &err,
        zkl_groth16_initial(&c.keys[0], &t->arena, zkl_circuit_r1cs(circuit), powers, env, &err));
    REQUIRE_OK(t, &err, zkl_joint_encode(&file, &c, "", false, &err));
    REQUIRE(t, mkdir(folder, 0700) == 0);
    REQUIRE_OK(t, &err,
               zkl_file_write(service_path(t, folder, "ceremony.zklceremony"),
                              zkl_buffer_bytes(&file), 0644, &err));
}

/* Invite, contribute, take: one party of the second round. */
static void join(zkl_test *t, const char *folder, const char *name, const char *key,
                 const zkl_env *env)
{
    zkl_ceremony_result r = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_setup_invite(&r, folder, NULL, NULL, env, &err));
    const char *const invitation = zkl_arena_text(&t->arena, r.output, strlen(r.output));
    zkl_arena_clear(&r.memory);
    const zkl_setup_contribute_request request = {
        .file = invitation, .name = name, .key = key, .entropy = zkl_bytes_of_text("dice")
    };
    REQUIRE_OK(t, &err, zkl_setup_contribute(&r, &request, env, &err));
    const char *const reply = zkl_arena_text(&t->arena, r.output, strlen(r.output));
    zkl_arena_clear(&r.memory);
    REQUIRE_OK(t, &err, zkl_setup_take(&r, folder, &reply, 1, env, &err));
    CHECK_TEXT_EQ(t, r.contributions[r.contribution_count - 1].name, name);
    zkl_arena_clear(&r.memory);
}

/* The beacon ends it: its value is told, and nothing follows. */
static void end_keys(zkl_test *t, const char *folder, size_t contributions, const zkl_env *env)
{
    zkl_ceremony_result r = { 0 };
    zkl_error err = { 0 };
    char time[ZKL_TIME_CHARS + 1];
    const zkl_setup_beacon_request request = {
        .folder = folder, .value = "00FF12", .source = "dice", .time = time, .log_iterations = 10
    };
    /* Later than the contributions, which are of the test's clock. */
    const zkl_env later = { .pool = env->pool };
    zkl_time_format(time, zkl_env_now_ms(&later));
    REQUIRE_OK(t, &err, zkl_setup_beacon(&r, &request, &later, &err));
    REQUIRE(t, r.contribution_count == contributions);
    const zkl_ceremony_contribution *last = &r.contributions[contributions - 1];
    CHECK(t, r.is_finished && last->is_beacon && last->log_iterations == 10 && !last->round);
    CHECK_TEXT_EQ(t, last->value, "00ff12");
    /* Alice alone contributed to the powers. */
    CHECK(t, r.is_development);
    zkl_arena_clear(&r.memory);
}

/* A ledger over it names the parties, and so does a verdict; without them it is development. */
static void check_ledger(zkl_test *t, ceremony *c, const char *file, const zkl_env *env)
{
    zkl_init_result made = { 0 };
    zkl_keys_result keys = { 0 };
    zkl_verify_chain_result chain = { 0 };
    zkl_verify_result verdict = { 0 };
    zkl_error err = { 0 };
    zkl_bytes receipt = { 0 };
    bool development;
    const zkl_init_request request = { .ledger = c->options, .name = "test", .powers = file };
    REQUIRE_OK(t, &err, zkl_init(&made, &request, env, &err));
    CHECK(t, !made.powers_development);
    zkl_arena_clear(&made.memory);
    REQUIRE_OK(t, &err, zkl_ledger_open(&c->ledger, &c->options, env, &err));
    notarise(t, &receipt, c, env);
    const zkl_verify_chain_request whole = { .proofs = true };
    REQUIRE_OK(t, &err, zkl_verify_chain(&chain, c->ledger, &whole, env, &err));
    REQUIRE_OK(t, &err, zkl_keys_show(&keys, c->ledger, &err));
    const char *const trust = zkl_arena_text(&t->arena, keys.trust, strlen(keys.trust));
    zkl_arena_clear(&keys.memory);
    REQUIRE_OK(t, &err,
               zkl_verify_receipt(&verdict, receipt, zkl_bytes_of_text(trust), NULL, &err));
    CHECK(t, !verdict.is_development);
    REQUIRE(t, verdict.party_count == 2);
    CHECK_TEXT_EQ(t, verdict.parties[0].name, "Alice");
    CHECK(t, verdict.parties[0].to_powers && verdict.parties[0].to_keys);
    CHECK_TEXT_EQ(t, verdict.parties[1].name, "Bob");
    CHECK(t, !verdict.parties[1].to_powers && verdict.parties[1].to_keys);
    zkl_arena_clear(&verdict.memory);
    CHECK_STATUS(t, ZKL_OK, judge(t, &development, receipt, trust, "\"powers\", ", "", ""));
    CHECK(t, development); /* nobody who contributed to the powers is named */
    zkl_ledger_close(c->ledger);
}

/* Two made the powers, as the cache has them, and Alice alone the keys: no such key is pinned, and
 * what is proven under it is of a development set-up. */
static void check_ledger_of_one(zkl_test *t, ceremony *c, const char *file, const zkl_env *env)
{
    zkl_init_result made = { 0 };
    zkl_notarize_result proven = { 0 };
    zkl_keys_result keys = { 0 };
    zkl_verify_chain_result chain = { 0 };
    zkl_error err = { 0 };
    static const char rows[] = "id,age\n1,30\n2,40\n";
    c->options.folder = service_path(t, test_folder(t), "of_one");
    c->options.state = service_path(t, test_folder(t), "state");
    const zkl_init_request request = { .ledger = c->options, .name = "test", .powers = file };
    service_world world = { .options = c->options,
                            .table = service_path(t, test_folder(t), "x.csv") };
    REQUIRE_OK(t, &err, zkl_init(&made, &request, env, &err));
    CHECK(t, !made.powers_development);
    zkl_arena_clear(&made.memory);
    REQUIRE_OK(t, &err, zkl_ledger_open(&c->ledger, &c->options, env, &err));
    REQUIRE_OK(t, &err,
               zkl_file_write(world.table, zkl_bytes_of(rows, sizeof rows - 1), 0644, &err));
    const zkl_notarize_request notarize = service_request(&world, true);
    REQUIRE_OK(t, &err, zkl_notarize(&proven, c->ledger, &notarize, env, &err));
    CHECK(t, proven.is_development && proven.development_circuit_count == 1);
    zkl_arena_clear(&proven.memory);
    const zkl_verify_chain_request whole = { .proofs = true };
    CHECK_STATUS(t, ZKL_OK, zkl_verify_chain(&chain, c->ledger, &whole, env, &err));
    REQUIRE_OK(t, &err, zkl_keys_show(&keys, c->ledger, &err));
    CHECK(t, strstr(keys.trust, "[ceremony]") && strstr(keys.trust, "Alice"));
    CHECK(t, !strstr(keys.trust, "F18 ="));
    zkl_arena_clear(&keys.memory);
    zkl_ledger_close(c->ledger);
}

static void test_ceremony__does_not_pin_keys_of_one_party(zkl_test *t)
{
    zkl_test source;
    const zkl_env env = service_env(t, &source, 13);
    ceremony c = { .options = { .setup_cache = service_path(t, test_folder(t), "cache") } };
    const char *const folder = service_path(t, test_folder(t), "joint"), *const alice =
                                                                             service_path(
                                                                                 t, test_folder(t),
                                                                                 "alice.key");
    ZKL_AUTO_CLOSE(zkl_signer) signer = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, service_fill_cache(t, &err));
    REQUIRE_OK(t, &err, zkl_setup_current(&c.powers, SERVICE_CACHE, &env, &err));
    REQUIRE_OK(t, &err, zkl_keys_make(alice, "signer", "", NULL, &env, &err));
    REQUIRE_OK(t, &err, zkl_signer_open_file(&signer, alice, ZKL_ROLE_SIGNER, NULL, &err));
    begin_keys(t, folder, &c.powers, signer, &env);
    join(t, folder, "Alice", alice, &env);
    end_keys(t, folder, 3, &env);
    keep_as_ceremony(t, &c, &env);
    check_ledger_of_one(t, &c, service_path(t, folder, "ceremony.zklceremony"), &env);
}

static void test_ceremony__names_its_parties(zkl_test *t)
{
    zkl_test source;
    const zkl_env env = service_env(t, &source, 12);
    ceremony c = { .options = { .folder = service_path(t, test_folder(t), "ledger"),
                                .setup_cache = service_path(t, test_folder(t), "cache") } };
    const char *const folder = service_path(t, test_folder(t), "joint"),
                      *const alice = service_path(t, test_folder(t), "alice.key"),
                      *const bob = service_path(t, test_folder(t), "bob.key");
    ZKL_AUTO_CLOSE(zkl_signer) signer = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, service_fill_cache(t, &err));
    REQUIRE_OK(t, &err, zkl_setup_current(&c.powers, SERVICE_CACHE, &env, &err));
    REQUIRE_OK(t, &err, zkl_keys_make(alice, "signer", "", NULL, &env, &err));
    REQUIRE_OK(t, &err, zkl_signer_open_file(&signer, alice, ZKL_ROLE_SIGNER, NULL, &err));
    begin_keys(t, folder, &c.powers, signer, &env);
    join(t, folder, "Alice", alice, &env);
    join(t, folder, "Bob", bob, &env);
    /* the coordinator's own file is the whole ceremony; `init` checks it (cli/ceremony.sh ends one
     * with `finish`) */
    const char *const file = service_path(t, folder, "ceremony.zklceremony");
    end_keys(t, folder, 4, &env);
    keep_as_ceremony(t, &c, &env);
    check_ledger(t, &c, file, &env);
}

ZKL_TESTS(TEST(test_ceremony__is_as_good_as_its_weakest_part),
          TEST(test_ceremony__names_its_parties),
          TEST(test_ceremony__does_not_pin_keys_of_one_party))
