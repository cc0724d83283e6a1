/* Receipts: their form, and every check that comes before the proofs. The fixture's verification
 * key is no key, so an untouched receipt goes as far as the check 'verification keys' and not
 * further. */
#include "unit/ledger/ledger_fixture.h"

#include "hash/trailing_hash.h"
#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "unit/verify/tsa_fixture.h"
#include "verify/key_rules.h"

typedef struct made_receipt {
    fixture f;
    zkl_bytes bytes;
    zkl_trust trust; /* the first log key alone: all else comes from the receipt */
} made_receipt;

static zkl_status make_receipt_of(zkl_test *t, made_receipt *m, uint64_t number, zkl_error *err)
{
    fixture_dataset d;
    zkl_buffer bytes = { 0 };
    uint64_t index;
    ZKL_TRY(fixture_open(t, &m->f, err));
    zkl_ledger *ledger = m->f.ledger;
    ZKL_ASSERT(fixture_make_dataset(t, &d, zkl_ledger_own_id(ledger),
                                    zkl_ledger_powers_hash(ledger), number, err));
    ZKL_TRY(fixture_stage_setup(&m->f, &d, err));
    ZKL_TRY(fixture_stage_dataset(&m->f, &d, "penguins", 1, &index, err));
    ZKL_TRY(zkl_ledger_commit(ledger, err));
    ZKL_TRY(zkl_receipt_build(&bytes, ledger, index, err));
    m->bytes = fixture_keep(t, &bytes);
    ZKL_TRY(zkl_trust_copy(&m->trust, &t->arena, zkl_ledger_trust(ledger), 0, err));
    m->trust.signer_count = 0;
    return ZKL_OK;
}

static zkl_status make_receipt(zkl_test *t, made_receipt *m, zkl_error *err)
{
    return make_receipt_of(t, m, 1, err);
}

static zkl_status verify(zkl_test *t, const made_receipt *m, zkl_bytes bytes, zkl_error *err)
{
    zkl_arena arena = { 0 };
    zkl_verified verified;
    *err = (zkl_error){ 0 };
    const zkl_status status =
        zkl_receipt_verify(&verified, &arena, bytes, &m->trust, &m->f.env, err);
    zkl_arena_clear(&arena);
    (void)t;
    return status;
}

static uint8_t *copy_of(zkl_test *t, zkl_bytes bytes)
{
    return zkl_arena_copy(&t->arena, bytes.data, bytes.size);
}

static void repair_hash(uint8_t *bytes, size_t size)
{
    zkl_digest hash;
    zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, size - 32);
    memcpy(bytes + size - 32, hash.bytes, 32);
}

static void test_receipt_parse__undoes_encode(zkl_test *t)
{
    made_receipt m;
    zkl_receipt r;
    zkl_buffer again = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&r, &t->arena, m.bytes, &err));
    CHECK_UINT_EQ(t, r.manifest_count, 1);
    CHECK_UINT_EQ(t, r.other_count, 2); /* the signer's key entry and the set-up */
    CHECK_UINT_EQ(t, r.entry.index, 2);
    REQUIRE_OK(t, &err, zkl_receipt_encode(&again, &r, &err));
    REQUIRE(t, again.size == m.bytes.size);
    CHECK_MEM_EQ(t, again.data, m.bytes.data, again.size);
    zkl_buffer_clear(&again);
    zkl_ledger_close(m.f.ledger);
}

static void test_receipt_verify__reaches_the_keys(zkl_test *t)
{
    made_receipt m;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    CHECK(t, verify(t, &m, m.bytes, &err) != ZKL_OK);
    if (!strstr(err.text, "check 'verification keys'"))
        FAIL(t, "%s", err.text);
    zkl_ledger_close(m.f.ledger);
}

static void test_receipt_verify__refuses_every_changed_byte(zkl_test *t)
{
    made_receipt m;
    zkl_error err = { 0 };
    zkl_receipt r;
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&r, &t->arena, m.bytes, &err));
    uint8_t *bytes = copy_of(t, m.bytes);
    /* keys and statements come behind the check where an untouched one stops */
    const size_t keys_start = (size_t)(r.keys[0].circuit.data - m.bytes.data);
    const size_t keys_end = (size_t)(r.others[0].envelope.data - m.bytes.data) - 8;
    for (size_t i = 0; i < m.bytes.size; i++) {
        const uint8_t change = (uint8_t)(1u << test_random_below(t, 8));
        bytes[i] ^= change;
        CHECK_STATUS(
            t, ZKL_BAD_INPUT,
            zkl_receipt_parse(&r, &t->arena, zkl_bytes_of(bytes, i < 12 ? 0 : m.bytes.size), NULL));
        if (i < m.bytes.size - 32) {
            repair_hash(bytes, m.bytes.size);
            const zkl_status status = verify(t, &m, zkl_bytes_of(bytes, m.bytes.size), &err);
            const bool early = !strstr(err.text, "check 'verification keys'");
            if (status == ZKL_OK || (!early && (i < keys_start - 8 || i >= keys_end)))
                FAIL(t, "byte %zu changed by %02x: %s", i, change, err.text);
        }
        memcpy(bytes, m.bytes.data, m.bytes.size);
    }
    zkl_ledger_close(m.f.ledger);
}

static void test_receipt_parse__refuses_cut_and_long(zkl_test *t)
{
    made_receipt m;
    zkl_error err = { 0 };
    zkl_receipt r;
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    uint8_t *bytes = zkl_arena_alloc(&t->arena, m.bytes.size + 64, 1);
    for (size_t size = 0; size < m.bytes.size; size += 1 + size / 64) {
        memcpy(bytes, m.bytes.data, size);
        if (size >= 32)
            repair_hash(bytes, size);
        if (zkl_receipt_parse(&r, &t->arena, zkl_bytes_of(bytes, size), &err) == ZKL_OK)
            FAIL(t, "accepted %zu bytes of %zu", size, m.bytes.size);
    }
    memcpy(bytes, m.bytes.data, m.bytes.size); /* one byte more, hash repaired */
    repair_hash(bytes, m.bytes.size + 1);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_receipt_parse(&r, &t->arena, zkl_bytes_of(bytes, m.bytes.size + 1), &err));
    CHECK_STATUS(
        t, ZKL_LIMIT,
        zkl_receipt_parse(&r, &t->arena, zkl_bytes_of(bytes, ZKL_RECEIPT_BYTES_MAX + 1), &err));
    zkl_ledger_close(m.f.ledger);
}

/* A change of one part of the parsed receipt, encoded anew. */
static zkl_status verify_changed(zkl_test *t, const made_receipt *m, const zkl_receipt *r,
                                 zkl_error *err)
{
    zkl_buffer bytes = { 0 };
    zkl_status status = zkl_receipt_encode(&bytes, r, err);
    if (status == ZKL_OK)
        status = verify(t, m, zkl_buffer_bytes(&bytes), err);
    zkl_buffer_clear(&bytes);
    return status;
}

#define REFUSED(want_status, want_text)                                                            \
    do {                                                                                           \
        const zkl_status got = verify_changed(t, &m, &r, &err);                                    \
        if (got != (want_status) || !strstr(err.text, want_text))                                  \
            FAIL(t, "status '%s', '%s'; want '%s'", zkl_status_text(got), err.text, want_text);    \
        r = whole;                                                                                 \
    } while (0)

static void test_receipt_verify__names_the_check(zkl_test *t)
{
    made_receipt m, other;
    zkl_error err = { 0 };
    zkl_receipt r, whole, foreign;
    zkl_trust trust;
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    REQUIRE_OK(t, &err, make_receipt_of(t, &other, 2, &err)); /* other keys: another ledger */
    REQUIRE_OK(t, &err, zkl_receipt_parse(&whole, &t->arena, m.bytes, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&foreign, &t->arena, other.bytes, &err));
    r = whole;

    r.others++, r.other_count--; /* the signer's key entry is left out: who signed? */
    REFUSED(ZKL_UNCHECKED, "check 'entry signature'");
    r.entry = foreign.entry; /* an entry of another ledger */
    REFUSED(ZKL_UNCHECKED, "check 'trust': this is a receipt of log 'test-log'");
    r.others = foreign.others; /* the same among the further entries */
    REFUSED(ZKL_UNCHECKED, "check 'entry signature'");
    r.checkpoint = foreign.checkpoint;
    REFUSED(ZKL_REJECTED, "check 'inclusion'");
    r.entry.path_count--;
    REFUSED(ZKL_REJECTED, "check 'inclusion'");
    r.entry.index = 3; /* not its place */
    REFUSED(ZKL_REJECTED, "check 'inclusion'");
    r.manifests = foreign.manifests;
    REFUSED(ZKL_REJECTED, "check 'manifest'");
    zkl_bytes twice[2] = { whole.manifests[0], whole.manifests[0] };
    r.manifests = twice, r.manifest_count = 2;
    REFUSED(ZKL_REJECTED, "check 'manifest'");
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    fixture_powers(powers, 8);
    r.powers = zkl_bytes_of(powers, sizeof powers);
    REFUSED(ZKL_REJECTED, "check 'set-up'");
    memcpy(powers, whole.powers.data, 48); /* tau = 7 in G1, 8 in G2 */
    r.powers = zkl_bytes_of(powers, sizeof powers);
    REFUSED(ZKL_REJECTED, "check 'set-up'");

    /* a line of a key that nobody trusts counts for nothing */
    zkl_buffer note = { 0 };
    zkl_buffer_put(&note, whole.checkpoint.data, whole.checkpoint.size);
    zkl_checkpoint checkpoint;
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&checkpoint, &t->arena, whole.checkpoint, &err));
    REQUIRE_OK(
        t, &err,
        zkl_note_sign(&note, checkpoint.note.text, "stranger", &other.f.signer.key.signer, &err));
    r.checkpoint = zkl_buffer_bytes(&note);
    REFUSED(ZKL_BAD_INPUT, "check 'verification keys'");
    zkl_buffer_clear(&note);

    /* a witness that is asked for and is not there */
    trust = m.trust;
    zkl_verifier_key witness;
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&witness, ZKL_NOTE_COSIGNATURE, "witness",
                                     &other.f.signer.key.signer.public_key, &err));
    m.trust.witnesses = &witness;
    m.trust.witness_count = m.trust.quorum = 1;
    REFUSED(ZKL_UNCHECKED, "check 'checkpoint'");
    zkl_buffer_put(&note, whole.checkpoint.data, whole.checkpoint.size);
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&note, checkpoint.note.text, "witness", 1767225600,
                               &other.f.signer.key.signer, &err));
    r.checkpoint = zkl_buffer_bytes(&note);
    REFUSED(ZKL_BAD_INPUT, "check 'verification keys'"); /* with it: on to the next check */
    uint8_t *char_of_line = &note.data[note.size - 20];  /* its line is false */
    *char_of_line = *char_of_line == 'A' ? 'B' : 'A';
    r.checkpoint = zkl_buffer_bytes(&note);
    m.trust.quorum = 0;
    REFUSED(ZKL_REJECTED, "check 'checkpoint'");
    zkl_buffer_clear(&note); /* a line of the same witness under another checkpoint */
    zkl_buffer_put(&note, whole.checkpoint.data, whole.checkpoint.size);
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&note, zkl_bytes_of_text("test-log\n1\n"), "witness", 1767225600,
                               &other.f.signer.key.signer, &err));
    r.checkpoint = zkl_buffer_bytes(&note);
    REFUSED(ZKL_REJECTED, "check 'checkpoint'");
    zkl_buffer_clear(&note);
    m.trust = trust;

    /* the log key beyond its index */
    m.trust.log_keys[0].until = 2;
    REFUSED(ZKL_UNCHECKED, "no log key is known for index 2");
    m.trust.log_keys[0].until = ZKL_TRUST_OPEN;
    zkl_ledger_close(m.f.ledger);
    zkl_ledger_close(other.f.ledger);
}

/* A receipt made before a rotation's end verifies under the trust of later, and the other way
 * round. */
static void test_key_rules__keys_count_by_index(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_trust trust;
    zkl_buffer envelope = { 0 };
    zkl_entry parsed;
    zkl_dsse dsse;
    zkl_digest digest;
    zkl_signing_key fresh;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 4, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&fresh, ZKL_KEY_ECDSA_P256, &f.env, &err));
    zkl_entry rotate = { .kind = ZKL_ENTRY_KEY,
                         .ledger = trust.ledger,
                         .keys.role = ZKL_ROLE_SIGNER,
                         .keys.key = fresh.signer.public_key };
    zkl_public_key_digest(&rotate.keys.replaces, &f.signer.key.signer.public_key);

    const struct {
        const zkl_signer *keys[3];
        size_t count;
        uint64_t index;
        zkl_status status;
    } cases[] = {
        { { &fresh.signer, &f.signer.key.signer }, 2, 5, ZKL_OK },
        { { &f.signer.key.signer, &fresh.signer }, 2, 5, ZKL_OK },
        { { &f.signer.key.signer }, 1, 5, ZKL_REJECTED }, /* the new key has not signed */
        { { &fresh.signer }, 1, 5, ZKL_REJECTED },        /* the old key has not signed */
        { { &fresh.signer, &f.log_key.key.signer },
          2,
          5,
          ZKL_REJECTED }, /* another key instead of the old one */
        { { &fresh.signer, &f.signer.key.signer, &f.log_key.key.signer },
          3,
          5,
          ZKL_REJECTED }, /* one too many */
        { { &fresh.signer, &f.signer.key.signer },
          2,
          0,
          ZKL_REJECTED }, /* before the old key counts */
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        envelope.size = 0;
        REQUIRE_OK(t, &err,
                   zkl_entry_sign(&envelope, &rotate, cases[i].keys, cases[i].count, &err));
        REQUIRE_OK(t, &err,
                   zkl_entry_open(&parsed, &dsse, &t->arena, zkl_buffer_bytes(&envelope), &err));
        const zkl_status got =
            zkl_entry_check_signatures(&parsed, &dsse, &trust, cases[i].index, NULL, &err);
        if (got != cases[i].status)
            FAIL(t, "case %zu: '%s' %s", i, zkl_status_text(got), err.text);
    }
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &rotate, 5, &err));
    REQUIRE_OK(t, &err, zkl_trust_apply(&trust, &rotate, 5, &err)); /* known: nothing changes */
    CHECK_UINT_EQ(t, trust.signer_count, 2);
    zkl_public_key_digest(&digest, &f.signer.key.signer.public_key);
    CHECK(t, zkl_trust_signer_at(&trust, &digest, 5) && !zkl_trust_signer_at(&trust, &digest, 6));
    zkl_public_key_digest(&digest, &fresh.signer.public_key);
    CHECK(t, !zkl_trust_signer_at(&trust, &digest, 5) && zkl_trust_signer_at(&trust, &digest, 6));
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_trust_apply(&trust, &rotate, 9, &err)); /* a key does not come back */
    zkl_buffer_clear(&envelope);
    zkl_signing_key_clear(&fresh);
    zkl_ledger_close(f.ledger);
}

static void test_statement_strip__restores(zkl_test *t)
{
    fixture_dataset d, other;
    zkl_error err = { 0 };
    zkl_digest ledger = { { 1 } }, powers = { { 2 } };
    zkl_buffer compact = { 0 }, restored = { 0 };
    zkl_known_table known;
    REQUIRE(t, fixture_make_dataset(t, &d, &ledger, &powers, 1, &err));
    REQUIRE(t, fixture_make_dataset(t, &other, &ledger, &powers, 2, &err));
    REQUIRE_OK(t, &err, zkl_statement_strip(&compact, d.statement, &err));
    CHECK_UINT_EQ(t, compact.size, d.statement.size - ZKL_POINT_BYTES);
    REQUIRE_OK(t, &err, zkl_manifest_known_table(&known, &t->arena, &d.manifest, &d.id, &err));
    REQUIRE_OK(t, &err,
               zkl_statement_restore(&restored, zkl_buffer_bytes(&compact), &known, 1, &err));
    REQUIRE(t, restored.size == d.statement.size);
    CHECK_MEM_EQ(t, restored.data, d.statement.data, restored.size);
    restored.size = 0;
    CHECK_STATUS(
        t, ZKL_REJECTED,
        zkl_statement_restore(&restored, d.statement, &known, 1, &err)); /* blocks too many */
    REQUIRE_OK(t, &err,
               zkl_manifest_known_table(&known, &t->arena, &other.manifest, &other.id, &err));
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_statement_restore(&restored, zkl_buffer_bytes(&compact), &known, 1, &err));
    zkl_buffer_clear(&compact);
    zkl_buffer_clear(&restored);
}

/* A receipt of a `prove` entry carries the notarisation that its claims rest on, and its cells
 * statement. */
static void test_receipt_verify__proof_rests_on_its_notarisation(zkl_test *t)
{
    made_receipt m;
    fixture_dataset d;
    fixture_entry e;
    zkl_error err = { 0 };
    zkl_buffer bytes = { 0 };
    zkl_statement s;
    zkl_digest parent, hash;
    zkl_receipt whole, r;
    uint64_t index;
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    zkl_ledger *ledger = m.f.ledger;
    REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(ledger),
                                    zkl_ledger_powers_hash(ledger), 1, &err));
    REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(ledger), &parent, 2, &err));
    REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, d.statement, &err));
    s.mask_count = 0; /* another statement about the same */
    zkl_statement_encode(&bytes, &s);
    d.statement = fixture_keep(t, &bytes);
    fixture_notarise(&e, &d, zkl_ledger_own_id(ledger), "penguins", 1);
    e.entry.kind = ZKL_ENTRY_PROVE;
    e.entry.parents = &parent;
    e.entry.parent_count = 1;
    REQUIRE_OK(t, &err, zkl_ledger_stage_blob(ledger, &hash, d.statement, &err));
    REQUIRE_OK(t, &err, zkl_ledger_stage_entry(ledger, &e.entry, &index, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(ledger, &err));
    REQUIRE_OK(t, &err, zkl_receipt_build(&bytes, ledger, index, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&whole, &t->arena, fixture_keep(t, &bytes), &err));
    CHECK_UINT_EQ(t, whole.other_count, 3); /* signer, set-up, notarisation */
    CHECK_UINT_EQ(t, whole.statement_count, 2);
    r = whole;
    REFUSED(ZKL_BAD_INPUT, "check 'verification keys'"); /* so far it is fine */
    r.other_count = 2;                                   /* without the notarisation */
    REFUSED(ZKL_REJECTED, "check 'parents'");
    r.statement_count =
        1; /* without its cells statement: found out behind the keys, so only the form is looked at here */
    REFUSED(ZKL_BAD_INPUT, "check 'verification keys'");
    zkl_chain_report report;
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(ledger, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, 4);
    zkl_ledger_close(ledger);
}

/* A receipt with timestamps is of version 2, and no byte of them is free. */
static void test_receipt_verify__checks_timestamps(zkl_test *t)
{
    made_receipt m;
    zkl_error err = { 0 };
    zkl_receipt r, whole;
    zkl_digest leaf, other = { { 5 } };
    zkl_buffer bytes = { 0 };
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&whole, &t->arena, m.bytes, &err));
    zkl_rfc6962_leaf(&leaf, whole.entry.envelope);
    made_certificate clock = make_certificate(
        t, &(certificate_options){ .name = "clock", .usage = "critical,timeStamping" });
    zkl_trusted_tsa tsa = { zkl_bytes_of_text("clock"), clock.der };
    const zkl_bytes tokens[] = {
        make_token(t, &clock, &(token_options){ .imprint = &leaf }),
        make_token(t, &clock, &(token_options){ .imprint = &leaf, .time = "20260102000000Z" }),
        make_token(t, &clock, &(token_options){ .imprint = &other }),
    };
    m.trust.tsas = &tsa;
    m.trust.tsa_count = 1;
    for (size_t i = 0; i < 2; i++) /* in their one order, each once */
        for (size_t twice = 0; twice < 2; twice++)
            REQUIRE_OK(t, &err, zkl_receipt_add_timestamp(&whole, &t->arena, tokens[i], &err));
    CHECK_UINT_EQ(t, whole.timestamp_count, 2);
    r = whole;
    REFUSED(ZKL_BAD_INPUT, "check 'verification keys'");
    const zkl_bytes turned[] = { whole.timestamps[1], whole.timestamps[0] };
    r.timestamps = turned;
    REFUSED(ZKL_BAD_INPUT, "order of the timestamps");
    const zkl_bytes twice[] = { whole.timestamps[0], whole.timestamps[0] };
    r.timestamps = twice;
    REFUSED(ZKL_BAD_INPUT, "order of the timestamps");
    r.timestamps = &tokens[2], r.timestamp_count = 1;
    REFUSED(ZKL_REJECTED, "check 'timestamp'");
    m.trust.tsa_count = 0;
    REFUSED(ZKL_BAD_INPUT, "check 'verification keys'"); /* an unknown clock counts for nothing */
    m.trust.tsa_count = 1;

    REQUIRE_OK(t, &err, zkl_receipt_encode(&bytes, &whole, &err));
    CHECK_UINT_EQ(t, bytes.data[11], 2);
    for (size_t i = m.bytes.size - 32; i < bytes.size - 32; i++) {
        bytes.data[i] ^= 0x10;
        repair_hash(bytes.data, bytes.size);
        CHECK(t, verify(t, &m, zkl_buffer_bytes(&bytes), &err) != ZKL_OK);
        if (strstr(err.text, "check 'verification keys'"))
            FAIL(t, "byte %zu of the timestamps can be changed", i);
        bytes.data[i] ^= 0x10;
    }
    /* a receipt of version 2 without one would be a second form of version 1 */
    bytes.size = m.bytes.size - 32;
    zkl_buffer_put_u32(&bytes, 0);
    zkl_trailing_hash_put(&bytes, 0);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_receipt_parse(&r, &t->arena, zkl_buffer_bytes(&bytes), &err));
    zkl_buffer_clear(&bytes);
    clear_certificate(&clock);
    zkl_ledger_close(m.f.ledger);
}

static void test_receipt_verify__allocation_failure(zkl_test *t)
{
    made_receipt m;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, make_receipt(t, &m, &err));
    for (uint64_t nth = 1; nth < 500; nth++) {
        zkl_malloc_fail_after(nth);
        const zkl_status status = verify(t, &m, m.bytes, &err);
        zkl_malloc_fail_after(0);
        if (status != ZKL_NO_MEMORY) {
            CHECK(t, nth > 5 && strstr(err.text, "check 'verification keys'"));
            zkl_ledger_close(m.f.ledger);
            return;
        }
    }
    FAIL(t, "never gets through");
}

ZKL_TESTS(TEST(test_receipt_parse__undoes_encode), TEST(test_receipt_verify__reaches_the_keys),
          TEST(test_receipt_verify__refuses_every_changed_byte),
          TEST(test_receipt_parse__refuses_cut_and_long),
          TEST(test_receipt_verify__names_the_check), TEST(test_key_rules__keys_count_by_index),
          TEST(test_statement_strip__restores),
          TEST(test_receipt_verify__proof_rests_on_its_notarisation),
          TEST(test_receipt_verify__checks_timestamps),
          TEST(test_receipt_verify__allocation_failure))
