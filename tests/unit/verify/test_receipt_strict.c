/* A receipt holds what is listed in docs/formats/receipt.md and nothing besides: whatever no check
 * would read is refused. The signer cheats here himself, so every signature, hash and inclusion
 * path holds. */
#include "unit/ledger/ledger_fixture.h"

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "claim/claim.h"
#include "verify/key_rules.h"
#include "unit/record/receipt_vectors.h"

/* A ledger with one notarisation, whose verification key decodes: an untouched receipt goes as far
 * as its proof. */
typedef struct world {
    fixture f;
    fixture_dataset d;
    zkl_bytes key; /* a real one, of the vectors */
    uint64_t setup, notarised;
} world;

static zkl_status open_world(zkl_test *t, world *w, fixture_lies lies, zkl_error *err)
{
    zkl_receipt vector;
    *w = (world){ 0 };
    ZKL_TRY(zkl_receipt_parse(&vector, &t->arena, vector_file(t, "notarise.zkl"), err));
    w->key = lies.key = vector.keys[0].key;
    ZKL_TRY(fixture_open(t, &w->f, err));
    ZKL_ASSERT(fixture_make_dataset_of(t, &w->d, zkl_ledger_own_id(w->f.ledger),
                                       zkl_ledger_powers_hash(w->f.ledger), 1, &lies, err));
    ZKL_TRY(fixture_stage_setup(&w->f, &w->d, err));
    ZKL_TRY(fixture_stage_dataset(&w->f, &w->d, "penguins", 1, &w->notarised, err));
    ZKL_TRY(zkl_ledger_commit(w->f.ledger, err));
    w->setup = w->notarised - 1;
    return ZKL_OK;
}

static zkl_status receipt_of(zkl_test *t, const world *w, uint64_t index, zkl_receipt *out,
                             zkl_error *err)
{
    zkl_buffer bytes = { 0 };
    ZKL_TRY(zkl_receipt_build(&bytes, w->f.ledger, index, err));
    return zkl_receipt_parse(out, &t->arena, fixture_keep(t, &bytes), err);
}

static zkl_status judge(zkl_test *t, const world *w, const zkl_receipt *r, zkl_error *err)
{
    zkl_buffer bytes = { 0 };
    zkl_verified verified;
    ZKL_TRY(zkl_receipt_encode(&bytes, r, err));
    *err = (zkl_error){ 0 };
    return zkl_receipt_verify(&verified, &t->arena, fixture_keep(t, &bytes),
                              zkl_ledger_trust(w->f.ledger), &w->f.env, err);
}

static void check_refused(zkl_test *t, zkl_status status, const zkl_error *err, zkl_check check,
                          const char *said)
{
    if (status != ZKL_REJECTED || err->check != check || !strstr(err->text, said))
        FAIL(t, "%s, check '%s': '%s', not '%s'", zkl_status_text(status),
             zkl_check_name(err->check), err->text, said);
}

/* An entry of the log as a receipt carries it, under the same checkpoint. */
static zkl_logged_entry logged(zkl_test *t, const world *w, uint64_t index)
{
    zkl_error err = { 0 };
    zkl_logged_entry out = { .index = index };
    zkl_digest *path = ZKL_ARENA_NEW(&t->arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
    zkl_log *log = zkl_ledger_log(w->f.ledger);
    out.path = path;
    if (zkl_log_entry(log, &out.envelope, &t->arena, index, &err) != ZKL_OK ||
        zkl_log_inclusion(log, path, &out.path_count, index, zkl_log_size(log), &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return out;
}

/* The receipt with one more entry among the further ones. */
static zkl_receipt with_entry(zkl_test *t, const zkl_receipt *r, zkl_logged_entry more)
{
    zkl_receipt out = *r;
    zkl_logged_entry *others = ZKL_ARENA_NEW(&t->arena, zkl_logged_entry, r->other_count + 1);
    size_t at = 0;
    while (at < r->other_count && r->others[at].index < more.index)
        at++;
    memcpy(others, r->others, at * sizeof *others);
    others[at] = more;
    memcpy(others + at + 1, r->others + at, (r->other_count - at) * sizeof *others);
    out.others = others;
    out.other_count++;
    return out;
}

static void test_receipt_strict__untouched_goes_as_far_as_its_proof(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r;
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ 0 }, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &r, &err));
    CHECK(t, judge(t, &w, &r, &err) != ZKL_OK);
    if (err.check != ZKL_CHECK_PROOF || !strstr(err.text, "statement 0"))
        FAIL(t, "%s", err.text);
    zkl_ledger_close(w.f.ledger);
}

static void test_receipt_strict__a_manifest_names_no_unused_circuit(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r;
    zkl_circuit_id more = { .name = "F22", .key_hash = { { 7 } } };
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ .circuit = &more }, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &r, &err));
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_PROOF,
                  "the manifest names circuit F22 under a key that no statement uses");
    zkl_ledger_close(w.f.ledger);
    /* the circuit that is used, under one more key */
    memcpy(more.name, "F18", 4);
    memset(more.key_hash.bytes, 0xff, 32);
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ .circuit = &more }, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &r, &err));
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_PROOF,
                  "the manifest names circuit F18 under a key that no statement uses");
    zkl_ledger_close(w.f.ledger);
}

static void test_receipt_strict__a_manifest_names_no_parent(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r;
    const zkl_digest parent = { { 3 } };
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ .parent = &parent }, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &r, &err));
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_MANIFEST,
                  "the manifest names 1 parents");
    zkl_ledger_close(w.f.ledger);
}

static void test_receipt_strict__no_further_notarisation(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r;
    fixture_dataset other;
    uint64_t index;
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ 0 }, &err));
    REQUIRE(t, fixture_make_dataset_of(t, &other, zkl_ledger_own_id(w.f.ledger),
                                       zkl_ledger_powers_hash(w.f.ledger), 2,
                                       &(fixture_lies){ .key = w.key }, &err));
    REQUIRE_OK(t, &err, fixture_stage_dataset(&w.f, &other, "fish", 1, &index, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(w.f.ledger, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &r, &err));
    r = with_entry(t, &r, logged(t, &w, index));
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_FORM,
                  "entry 3 is another notarisation");
    zkl_ledger_close(w.f.ledger);
}

/* A proof about the dataset, with its own statement, resting on the entry with this receipt id. */
static zkl_status prove(zkl_test *t, const world *w, const zkl_digest *parent, uint64_t *index,
                        zkl_error *err)
{
    fixture_dataset d = w->d;
    fixture_entry e;
    zkl_buffer bytes = { 0 };
    zkl_statement s;
    zkl_digest hash;
    ZKL_TRY(zkl_statement_parse(&s, &t->arena, d.statement, err));
    s.mask_count = 0; /* another statement about the same */
    zkl_statement_encode(&bytes, &s);
    d.statement = fixture_keep(t, &bytes);
    fixture_notarise(&e, &d, zkl_ledger_own_id(w->f.ledger), "penguins", 1);
    e.entry.kind = ZKL_ENTRY_PROVE;
    e.entry.parents = parent;
    e.entry.parent_count = 1;
    ZKL_TRY(zkl_ledger_stage_blob(w->f.ledger, &hash, d.statement, err));
    const zkl_status status = zkl_ledger_stage_entry(w->f.ledger, &e.entry, index, NULL, err);
    if (status != ZKL_OK) {
        zkl_ledger_abandon(w->f.ledger);
        return status;
    }
    return zkl_ledger_commit(w->f.ledger, err);
}

static void test_receipt_strict__a_proof_has_its_notarisation_as_one_parent(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r, whole;
    zkl_digest leaf;
    fixture_dataset other;
    uint64_t index, proved;
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ 0 }, &err));
    REQUIRE(t, fixture_make_dataset_of(t, &other, zkl_ledger_own_id(w.f.ledger),
                                       zkl_ledger_powers_hash(w.f.ledger), 2,
                                       &(fixture_lies){ .key = w.key }, &err));
    REQUIRE_OK(t, &err, fixture_stage_dataset(&w.f, &other, "fish", 1, &index, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(w.f.ledger, &err));
    /* the ledger itself takes no other parent */
    REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(w.f.ledger), &leaf, index, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, prove(t, &w, &leaf, &proved, &err));
    REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(w.f.ledger), &leaf, w.notarised, &err));
    REQUIRE_OK(t, &err, prove(t, &w, &leaf, &proved, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, proved, &whole, &err));
    CHECK_UINT_EQ(t, whole.statement_count, 2); /* its own, then all of the notarisation's */
    CHECK(t, judge(t, &w, &whole, &err) != ZKL_OK);
    CHECK(t, err.check == ZKL_CHECK_PROOF && strstr(err.text, "statement 0") != NULL);

    r = with_entry(t, &whole, logged(t, &w, index)); /* a second notarisation */
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_PARENTS,
                  "entry 3 is a notarisation, but not the proof's parent");
    r = whole;
    r.statement_count = 1; /* the notarisation's words unproven */
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_PROOF,
                  "1 statements are here, the entries name 2");
    zkl_ledger_close(w.f.ledger);
}

static void test_receipt_strict__set_ups_name_the_keys_that_are_here(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r, whole;
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ 0 }, &err));
    zkl_ledger *ledger = w.f.ledger;
    const zkl_digest wrong = { { 1 } };
    zkl_digest key_sha256;
    zkl_sha256(&key_sha256, w.key.data, w.key.size);
    /* What the writer refuses goes into the log by hand: the signer is the cheat. */
    const struct {
        const char *circuit;
        zkl_digest key_hash, key_sha256, powers;
        const char *said;
    } cases[] = {
        { "F20", w.d.circuit.key_hash, key_sha256, *zkl_ledger_powers_hash(ledger),
          "it names no verification key that is here" },
        { "F18", wrong, key_sha256, *zkl_ledger_powers_hash(ledger),
          "it names no verification key that is here" },
        { "F18", w.d.circuit.key_hash, wrong, *zkl_ledger_powers_hash(ledger),
          "it names no verification key that is here" },
        { "F18", w.d.circuit.key_hash, key_sha256, wrong, "it is over other powers of tau" },
        { "F18", w.d.circuit.key_hash, key_sha256, *zkl_ledger_powers_hash(ledger),
          "it names the key of entry 1 again" },
        { "F18", w.d.circuit.key_hash, key_sha256, *zkl_ledger_powers_hash(ledger),
          "another tau, alpha or beta" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_entry e = { .kind = ZKL_ENTRY_SETUP,
                        .ledger = *zkl_ledger_own_id(ledger),
                        .setup.circuit = { .key_hash = cases[i].key_hash },
                        .setup.key_sha256 = cases[i].key_sha256,
                        .setup.powers_hash = cases[i].powers };
        if (i + 1 == ZKL_COUNT(cases))
            e.setup.parameters = wrong;
        const zkl_signer *const keys[] = { &w.f.signer.key.signer };
        zkl_buffer envelope = { 0 }, note = { 0 };
        zkl_batch batch = { 0 };
        zkl_digest root;
        uint64_t index, size;
        memcpy(e.setup.circuit.name, cases[i].circuit, 4);
        REQUIRE_OK(t, &err, zkl_entry_sign(&envelope, &e, keys, 1, &err));
        zkl_log *log = zkl_ledger_log(ledger);
        REQUIRE_OK(t, &err,
                   zkl_log_append_to_batch(log, &batch, zkl_buffer_bytes(&envelope), &index, &err));
        REQUIRE_OK(t, &err, zkl_log_commit(log, &batch, NULL, &err));
        REQUIRE_OK(
            t, &err,
            zkl_log_sign_head(log, zkl_ledger_origin(ledger), &w.f.log_key.key.signer, &err));
        zkl_batch_clear(&batch);
        zkl_buffer_clear(&envelope);
        zkl_buffer_clear(&note);
        zkl_log_next_head(log, &size, &root);
        REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &whole, &err));
        r = with_entry(t, &whole, logged(t, &w, index));
        check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_SET_UP, cases[i].said);
    }
    zkl_ledger_close(ledger);
}

static void test_receipt_strict__tau_is_not_1(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_receipt r;
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    REQUIRE_OK(t, &err, open_world(t, &w, (fixture_lies){ 0 }, &err));
    REQUIRE_OK(t, &err, receipt_of(t, &w, w.notarised, &r, &err));
    fixture_powers(powers, 1);
    r.powers = zkl_bytes_of(powers, sizeof powers);
    check_refused(t, judge(t, &w, &r, &err), &err, ZKL_CHECK_SET_UP, "tau is 1");
    zkl_ledger_close(w.f.ledger);
}

/* ---- A proof whose parent says what is not true. The vectors' statements are proven, so a proof
 * about the same dataset is made of them: it restates the second one, and rests on the
 * notarisation, whose words are the cheat's. */

typedef struct resting {
    zkl_digest parent; /* which one, the half without a log does not ask */
    zkl_receipt receipt;
    zkl_trust trust;
    zkl_entry notarised, proof;
    zkl_entry_statement said[2];
    zkl_entry_claim claims[32];
    zkl_receipt_statement statements[3];
    zkl_receipt_key keys[2];
} resting;

static zkl_status make_resting(zkl_test *t, resting *w, zkl_error *err)
{
    zkl_dsse dsse;
    ZKL_TRY(zkl_trust_toml_parse(&w->trust, &t->arena, vector_file(t, "trust.toml"), "t", err));
    ZKL_TRY(zkl_receipt_parse(&w->receipt, &t->arena, vector_file(t, "notarise.zkl"), err));
    ZKL_TRY(zkl_entry_open(&w->notarised, &dsse, &t->arena, w->receipt.entry.envelope, err));
    ZKL_ASSERT(w->receipt.statement_count == 2 && w->receipt.key_count == 2);
    memcpy(w->said, w->notarised.data.statements, sizeof w->said);
    ZKL_ASSERT(w->said[1].claim_count <= ZKL_COUNT(w->claims));
    w->proof = w->notarised;
    w->proof.kind = ZKL_ENTRY_PROVE;
    w->proof.parents = &w->parent;
    w->proof.parent_count = 1;
    w->proof.data.statements = &w->notarised.data.statements[1];
    w->proof.data.statement_count = 1;
    memcpy(w->claims, w->said[1].claims, w->said[1].claim_count * sizeof *w->claims);
    w->said[1].claims = w->claims;
    w->notarised.data.statements = w->said;
    w->statements[0] = w->statements[2] = w->receipt.statements[1];
    w->statements[1] = w->receipt.statements[0];
    w->keys[0] = w->receipt.keys[1]; /* in order of first use */
    w->keys[1] = w->receipt.keys[0];
    return ZKL_OK;
}

static zkl_status judge_resting(zkl_test *t, const resting *w, size_t statement_count,
                                zkl_error *err)
{
    const zkl_env env = { .pool = t->pool };
    const zkl_entry *const notarised[] = { &w->notarised };
    const zkl_content content = { .entry = &w->proof,
                                  .notarised = notarised,
                                  .notarised_count = 1,
                                  .manifests = w->receipt.manifests,
                                  .manifest_count = 1,
                                  .powers = w->receipt.powers,
                                  .keys = w->keys,
                                  .key_count = 2,
                                  .statements = w->statements,
                                  .statement_count = statement_count };
    zkl_verified v;
    *err = (zkl_error){ 0 };
    const zkl_content_pins pins = { &w->trust.ledger, &w->trust.powers_hash };
    return zkl_content_verify(&v, &t->arena, &content, &pins, &env, err);
}

static void test_receipt_strict__the_words_of_a_proofs_parent_are_proven(zkl_test *t)
{
    resting w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_resting(t, &w, &err));
    REQUIRE_OK(t, &err, judge_resting(t, &w, 3, &err));
    check_refused(t, judge_resting(t, &w, 2, &err), &err, ZKL_CHECK_PROOF,
                  "2 statements are here, the entries name 3");
    size_t at = 0;
    while (at < w.said[1].claim_count &&
           (w.claims[at].text.size < 16 || memcmp(w.claims[at].text.data, "range(body_mass_g", 16)))
        at++;
    REQUIRE(t, at < w.said[1].claim_count);
    w.claims[at] = (zkl_entry_claim){
        zkl_bytes_of_text("range(body_mass_g, 1000, 9999)"),
        zkl_bytes_of_text(
            "{\"column\":\"body_mass_g\",\"high\":\"9999\",\"kind\":\"range\",\"low\":\"1000\","
            "\"nulls\":\"pass\",\"text\":\"range(body_mass_g, 1000, 9999)\"}")
    };
    check_refused(t, judge_resting(t, &w, 3, &err), &err, ZKL_CHECK_CLAIMS, "of statement 2");
}

/* ---- Keys */

static zkl_status check_key_entry(zkl_test *t, const zkl_trust *trust, const zkl_entry *entry,
                                  const zkl_signer *a, const zkl_signer *b, zkl_error *err)
{
    zkl_buffer envelope = { 0 };
    zkl_entry opened;
    zkl_dsse dsse;
    const zkl_signer *const keys[] = { a, b };
    ZKL_TRY(zkl_entry_sign(&envelope, entry, keys, 2, err));
    ZKL_TRY(zkl_entry_open(&opened, &dsse, &t->arena, fixture_keep(t, &envelope), err));
    return zkl_entry_check_signatures(&opened, &dsse, trust, 5, NULL, err);
}

/* With the log key as the new key both of its signatures would be one, and the other would be read
 * by nobody. */
static void test_key_rules__the_new_key_is_another(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_signing_key stranger;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&stranger, ZKL_KEY_ED25519, &f.env, &err));
    const zkl_trust *trust = zkl_ledger_trust(f.ledger);
    zkl_entry e = { .kind = ZKL_ENTRY_KEY, .ledger = trust->ledger, .keys.role = ZKL_ROLE_SIGNER };
    e.keys.key = f.log_key.key.signer.public_key;
    CHECK_STATUS(t, ZKL_REJECTED,
                 check_key_entry(t, trust, &e, &f.log_key.key.signer, &stranger.signer, &err));
    CHECK_TEXT_EQ(t, err.text, "the new key is the log key");
    zkl_public_key_digest(&e.keys.replaces,
                          &f.signer.key.signer.public_key); /* also with two true signatures */
    CHECK_STATUS(t, ZKL_REJECTED,
                 check_key_entry(t, trust, &e, &f.log_key.key.signer, &f.signer.key.signer, &err));
    CHECK_TEXT_EQ(t, err.text, "the new key is the log key");
    e.keys.role = ZKL_ROLE_LOG;
    zkl_public_key_digest(&e.keys.replaces, &f.log_key.key.signer.public_key);
    CHECK_STATUS(t, ZKL_REJECTED,
                 check_key_entry(t, trust, &e, &f.log_key.key.signer, &stranger.signer, &err));
    CHECK_TEXT_EQ(t, err.text, "the new key replaces itself");
    e.keys.role = ZKL_ROLE_SIGNER;
    e.keys.key = f.signer.key.signer.public_key;
    zkl_public_key_digest(&e.keys.replaces, &f.signer.key.signer.public_key);
    CHECK_STATUS(t, ZKL_REJECTED,
                 check_key_entry(t, trust, &e, &f.signer.key.signer, &stranger.signer, &err));
    CHECK_TEXT_EQ(t, err.text, "the new key replaces itself");
    zkl_ledger_close(f.ledger);
}

/* An end in a trust file is the auditor's word. Whoever has a retired key cannot put in another
 * that outlives it. */
static void test_trust_apply__an_end_is_not_outlived(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_signing_key fresh[3];
    zkl_trust trust;
    zkl_digest digest;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    for (size_t i = 0; i < ZKL_COUNT(fresh); i++)
        REQUIRE_OK(t, &err, zkl_signing_key_make(&fresh[i], ZKL_KEY_ED25519, &f.env, &err));
    zkl_entry log = { .kind = ZKL_ENTRY_KEY,
                      .keys.role = ZKL_ROLE_LOG,
                      .keys.key = fresh[0].signer.public_key },
              signer = { .kind = ZKL_ENTRY_KEY,
                         .keys.role = ZKL_ROLE_SIGNER,
                         .keys.key = fresh[1].signer.public_key };
    zkl_public_key_digest(&log.keys.replaces, &f.log_key.key.signer.public_key);
    zkl_public_key_digest(&signer.keys.replaces, &f.signer.key.signer.public_key);

    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 4, &err));
    trust.log_keys[0].until = 10;
    trust.signers[0].until = 10;
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &log, 3, &err));
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &signer, 4, &err));
    CHECK_UINT_EQ(t, trust.log_keys[0].until, 4);
    REQUIRE(t, zkl_trust_log_key_at(&trust, 9) == &trust.log_keys[1]);
    CHECK(t, !zkl_trust_log_key_at(&trust, 10));
    zkl_public_key_digest(&digest, &fresh[1].signer.public_key);
    CHECK(t, zkl_trust_signer_at(&trust, &digest, 9) && !zkl_trust_signer_at(&trust, &digest, 10));
    /* nor one more rotation on */
    log.keys.key = fresh[2].signer.public_key;
    zkl_public_key_digest(&log.keys.replaces, &fresh[0].signer.public_key);
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &log, 6, &err));
    CHECK(t, zkl_trust_log_key_at(&trust, 9) && !zkl_trust_log_key_at(&trust, 10));
    /* the last entry that the retired key counts for: its successor counts nowhere, unless the file
     * lists it */
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 4, &err));
    trust.log_keys[0].until = 10;
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &log, 9, &err));
    CHECK_UINT_EQ(t, trust.log_key_count, 1);
    REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
    trust.log_keys[trust.log_key_count++] =
        (zkl_trusted_log_key){ .from = 10, .until = ZKL_TRUST_OPEN };
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&trust.log_keys[1].key, ZKL_NOTE_ED25519, "test-log",
                                     &log.keys.key, &err));
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &log, 9, &err));
    CHECK(t, zkl_trust_log_key_at(&trust, 10) == &trust.log_keys[1]);
    zkl_ledger_close(f.ledger);
}

/* A trust file is a set: the order of its tables says nothing. Three log keys and three signers
 * that count one after the other, and the key entries of a receipt that put the later ones in. */
static void test_trust_apply__the_order_of_keys_says_nothing(zkl_test *t)
{
    static const size_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                        { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    fixture f;
    zkl_error err = { 0 };
    zkl_signing_key keys[4];
    zkl_trusted_log_key log_keys[3];
    zkl_trusted_signer signers[3];
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    for (size_t i = 0; i < ZKL_COUNT(keys); i++)
        REQUIRE_OK(t, &err, zkl_signing_key_make(&keys[i], ZKL_KEY_ED25519, &f.env, &err));
    for (size_t i = 0; i < 3; i++) {
        const uint64_t from = 2 * i, until = i == 2 ? ZKL_TRUST_OPEN : from + 2;
        log_keys[i] = (zkl_trusted_log_key){ .from = from, .until = until };
        signers[i] = (zkl_trusted_signer){ keys[i].signer.public_key, from, until };
        REQUIRE_OK(t, &err,
                   zkl_verifier_key_init(&log_keys[i].key, ZKL_NOTE_ED25519, "test-log",
                                         &keys[i].signer.public_key, &err));
    }
    for (size_t o = 0; o < ZKL_COUNT(orders); o++)
        for (int role = 0; role < 2; role++) {
            zkl_trust trust;
            REQUIRE_OK(t, &err,
                       zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 4, &err));
            trust.log_key_count = trust.signer_count = 3;
            for (size_t i = 0; i < 3; i++) {
                trust.log_keys[i] = log_keys[orders[o][i]];
                trust.signers[i] = signers[orders[o][i]];
            }
            REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
            zkl_entry e = { .kind = ZKL_ENTRY_KEY,
                            .keys.role = role ? ZKL_ROLE_LOG : ZKL_ROLE_SIGNER };
            for (size_t next = 1; next < 3; next++) { /* known: nothing changes */
                e.keys.key = keys[next].signer.public_key;
                zkl_public_key_digest(&e.keys.replaces, &keys[next - 1].signer.public_key);
                REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &e, 2 * next - 1, &err));
            }
            CHECK(t, trust.log_key_count == 3 && trust.signer_count == 3);
            for (size_t i = 0; i < 6; i++) {
                zkl_digest digest;
                const zkl_trusted_log_key *k = zkl_trust_log_key_at(&trust, i);
                CHECK(t, k && zkl_verifier_key_equal(&k->key, &log_keys[i / 2].key));
                zkl_public_key_digest(&digest, &keys[i / 2].signer.public_key);
                CHECK(t, zkl_trust_signer_at(&trust, &digest, i) != NULL);
            }
            /* a key that was there, and a log key that is known to come later, are refused in every
             * order too */
            e.keys.key = keys[0].signer.public_key;
            CHECK_STATUS(t, ZKL_REJECTED, zkl_trust_apply(&trust, &e, 4, &err));
            e.keys.key = keys[2].signer.public_key;
            if (role)
                CHECK_STATUS(t, ZKL_REJECTED, zkl_trust_apply(&trust, &e, 2, &err));
            e.keys.key = keys[3].signer.public_key; /* a stranger, below a log key that is known */
            if (role)
                CHECK_STATUS(t, ZKL_REJECTED, zkl_trust_apply(&trust, &e, 2, &err));
        }
    zkl_ledger_close(f.ledger);
}

/* A `from` in a trust file is the auditor's word, as an `until` is: a signer whom the log put in
 * earlier counts from there, and not before. He is in his predecessor's place all the same. */
static void test_trust_apply__a_signer_may_be_trusted_from_later_on(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_signing_key fresh;
    zkl_trust trust;
    zkl_digest old, new;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&fresh, ZKL_KEY_ED25519, &f.env, &err));
    zkl_public_key_digest(&old, &f.signer.key.signer.public_key);
    zkl_public_key_digest(&new, &fresh.signer.public_key);
    const zkl_entry first = { .kind = ZKL_ENTRY_KEY,
                              .keys.role = ZKL_ROLE_SIGNER,
                              .keys.key = f.signer.key.signer.public_key };
    const zkl_entry second = { .kind = ZKL_ENTRY_KEY,
                               .keys.role = ZKL_ROLE_SIGNER,
                               .keys.key = fresh.signer.public_key,
                               .keys.replaces = old };
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 4, &err));
    trust.signers[0].from = 2; /* entry 0 put him in, so the log has him from 1 on */
    trust.signers[1] = (zkl_trusted_signer){ fresh.signer.public_key, 8, ZKL_TRUST_OPEN };
    trust.signer_count = 2;
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &first, 0, &err));
    CHECK(t, !zkl_trust_signer_at(&trust, &old, 1) && zkl_trust_signer_at(&trust, &old, 2));
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &second, 4, &err));
    CHECK(t, zkl_trust_signer_at(&trust, &old, 4) && !zkl_trust_signer_at(&trust, &old, 5));
    CHECK(t, !zkl_trust_signer_at(&trust, &new, 7) && zkl_trust_signer_at(&trust, &new, 8));
    CHECK_UINT_EQ(t, trust.signer_count, 2);
    REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
    zkl_ledger_close(f.ledger);
}

/* One signer in two tables: what ends him ends both, whichever stands first. */
static void test_trust_apply__an_end_ends_every_listing(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    const zkl_public_key key = f.signer.key.signer.public_key;
    const zkl_trusted_signer parts[] = { { key, 1, 5 }, { key, 5, ZKL_TRUST_OPEN } };
    const zkl_entry revoke = { .kind = ZKL_ENTRY_REVOKE, .keys.key = key };
    zkl_digest digest;
    zkl_public_key_digest(&digest, &key);
    for (size_t first = 0; first < 2; first++) {
        zkl_trust trust;
        REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 4, &err));
        trust.signers[0] = parts[first];
        trust.signers[1] = parts[1 - first];
        trust.signer_count = 2;
        REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
        REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &revoke, 2, &err));
        CHECK(t,
              zkl_trust_signer_at(&trust, &digest, 1) && zkl_trust_signer_at(&trust, &digest, 2));
        for (uint64_t i = 3; i < 8; i++)
            CHECK(t, !zkl_trust_signer_at(&trust, &digest, i));
        REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
    }
    zkl_ledger_close(f.ledger);
}

/* A line of a note names four bytes of a key's hash. Two keys of one name that share them would be
 * told apart by nobody. */
typedef struct hashed {
    uint32_t hash, number;
} hashed;

static int by_hash(const void *a, const void *b)
{
    const hashed *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static zkl_status key_of_number(zkl_verifier_key *out, uint32_t number, zkl_error *err)
{
    zkl_public_key key = { .type = ZKL_KEY_ED25519, .size = 32 };
    memset(key.bytes, 0x11, 32);
    zkl_be32_put(key.bytes, number);
    return zkl_verifier_key_init(out, ZKL_NOTE_COSIGNATURE, "w", &key, err);
}

static void test_trust_check__keys_are_told_apart_in_notes(zkl_test *t)
{
    enum {
        COUNT = 1 << 18
    }; /* 8 pairs are expected; the numbers are fixed, and so is what is found */
    fixture f;
    zkl_error err = { 0 };
    zkl_trust trust;
    zkl_verifier_key witnesses[2], key;
    hashed *all = ZKL_ARENA_NEW(&t->arena, hashed, COUNT);
    REQUIRE(t, all != NULL);
    for (uint32_t i = 0; i < COUNT; i++) {
        REQUIRE_OK(t, &err, key_of_number(&key, i, &err));
        all[i] = (hashed){ (uint32_t)key.key_hash[0] << 24 | (uint32_t)key.key_hash[1] << 16 |
                               (uint32_t)key.key_hash[2] << 8 | key.key_hash[3],
                           i };
    }
    qsort(all, COUNT, sizeof *all, by_hash);
    size_t at = 1;
    while (at < COUNT && all[at].hash != all[at - 1].hash)
        at++;
    REQUIRE(t, at < COUNT);
    REQUIRE_OK(t, &err, key_of_number(&witnesses[0], all[at - 1].number, &err));
    REQUIRE_OK(t, &err, key_of_number(&witnesses[1], all[at].number, &err));
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 0, &err));
    trust.witnesses = witnesses;
    trust.witness_count = 1;
    REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
    trust.witness_count = 2;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_trust_check(&trust, &err));
    CHECK_TEXT_EQ(t, err.text, "trust: two keys of 'w' differ and have one key hash");
    zkl_ledger_close(f.ledger);
}

ZKL_TESTS(TEST(test_receipt_strict__untouched_goes_as_far_as_its_proof),
          TEST(test_receipt_strict__a_manifest_names_no_unused_circuit),
          TEST(test_receipt_strict__a_manifest_names_no_parent),
          TEST(test_receipt_strict__no_further_notarisation),
          TEST(test_receipt_strict__a_proof_has_its_notarisation_as_one_parent),
          TEST(test_receipt_strict__set_ups_name_the_keys_that_are_here),
          TEST(test_receipt_strict__tau_is_not_1),
          TEST(test_receipt_strict__the_words_of_a_proofs_parent_are_proven),
          TEST(test_key_rules__the_new_key_is_another),
          TEST(test_trust_apply__an_end_is_not_outlived),
          TEST(test_trust_apply__the_order_of_keys_says_nothing),
          TEST(test_trust_apply__a_signer_may_be_trusted_from_later_on),
          TEST(test_trust_apply__an_end_ends_every_listing),
          TEST(test_trust_check__keys_are_told_apart_in_notes))
