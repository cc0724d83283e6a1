/* Whole receipts with their proofs (tests/vectors/receipt): accepted as they are, refused when
 * anything is exchanged. */
#include "unit/record/receipt_vectors.h"

static void test_receipt_verify__says_what_was_proven(zkl_test *t)
{
    static const char *const sentences[] = {
        "species has no nulls",
        "the dataset has 344 rows",
        "every non-null value of body_mass_g lies between 1000 and 10000",
        "the sum of flipper_length_mm over its 342 non-null values is exactly 68713",
        "the mean of body_mass_g over its 342 non-null values is at least 4000.5",
    };
    zkl_trust trust;
    zkl_verified v;
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_trust_toml_parse(&trust, &t->arena, vector_file(t, "trust.toml"), "trust.toml", &err));
    REQUIRE_OK(t, &err,
               vector_verify(t, &v, &t->arena, vector_file(t, "notarise.zkl"), &trust, &err));
    CHECK_TEXT_EQ(t, v.name, "penguins");
    CHECK(t, v.version == 1 && v.row_count == 344 && v.column_count == 8 && v.index == 3 &&
                 v.tree_size == 4);
    CHECK(t, v.is_development && v.witness_count == 0 && v.statement_count == 2);
    REQUIRE(t, v.claim_count == 1 + ZKL_COUNT(sentences));
    CHECK(t, v.claims[0].is_wellformedness);
    for (size_t i = 0; i < ZKL_COUNT(sentences); i++) {
        CHECK_TEXT_EQ(t, v.claims[1 + i].sentence, sentences[i]);
        CHECK(t, v.claims[1 + i].is_development);
    }
    CHECK(t, v.claims[1].by_manifest && v.claims[2].by_manifest && !v.claims[3].by_manifest);
    CHECK_UINT_EQ(t, v.not_proven_count, 6);
    CHECK(t, v.not_proven[3].what == ZKL_UNPROVEN_LATEST &&
                 v.not_proven[5].what == ZKL_UNPROVEN_OWNER);

    /* signer and log key were rotated; the trust file is older and the receipt carries the key
     * entries */
    REQUIRE_OK(t, &err,
               vector_verify(t, &v, &t->arena, vector_file(t, "rotated.zkl"), &trust, &err));
    CHECK(t, v.version == 2 && v.index == 7);
    CHECK_TEXT_EQ(t, v.claims[1].sentence, "every value of year lies between 2007 and 2009");
}

static void test_receipt_verify__wants_trust(zkl_test *t)
{
    zkl_trust whole, trust;
    zkl_verified v;
    zkl_error err = { 0 };
    const zkl_bytes receipt = vector_file(t, "notarise.zkl");
    REQUIRE_OK(
        t, &err,
        zkl_trust_toml_parse(&whole, &t->arena, vector_file(t, "trust.toml"), "trust.toml", &err));
#define WITH(want, said, change)                                                                   \
    do {                                                                                           \
        REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, &whole, 1, &err));                   \
        change;                                                                                    \
        CHECK_STATUS(t, want, vector_verify(t, &v, &t->arena, receipt, &trust, &err));             \
        if (!strstr(err.text, said))                                                               \
            FAIL(t, "says '%s', not '%s'", err.text, said);                                        \
    } while (0)
    WITH(ZKL_UNCHECKED, "development set-ups are not accepted", trust.development = false);
    WITH(ZKL_REJECTED, "another verification key than the pinned one", {
        trust.circuits = ZKL_ARENA_NEW(&t->arena, zkl_circuit_id, 1);
        memcpy(trust.circuits[0].name, "F22", 4);
        trust.circuit_count = 1;
    });
    WITH(ZKL_REJECTED, "over other powers of tau", trust.powers_hash.bytes[5] ^= 1);
    WITH(ZKL_UNCHECKED, "check 'entry signature'", trust.log_keys[0].key.public_key.bytes[3] ^= 1);
    WITH(ZKL_UNCHECKED, "check 'trust': this is a receipt of log 'vectors-",
         trust.ledger.bytes[0] ^= 1);
    WITH(ZKL_REJECTED, "does not count at index 3", trust.signers[0].until = 3);
    WITH(ZKL_UNCHECKED, "check 'checkpoint'", trust.log_keys[0].until = 3);

    /* pinned keys over powers of a ceremony: still development, since the log's own set-up entries
     * say so */
    zkl_receipt r;
    REQUIRE_OK(t, &err, zkl_receipt_parse(&r, &t->arena, receipt, &err));
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, &whole, 1, &err));
    trust.circuits = ZKL_ARENA_NEW(&t->arena, zkl_circuit_id, r.key_count);
    for (size_t i = 0; i < r.key_count; i++) {
        memcpy(trust.circuits[i].name, r.keys[i].circuit.data, r.keys[i].circuit.size);
        zkl_hash(&trust.circuits[i].key_hash, ZKL_HASH_SHA3_256, r.keys[i].key.data,
                 r.keys[i].key.size);
    }
    trust.circuit_count = r.key_count;
    zkl_trusted_party party = { .name = "Alice", .key = trust.signers[0].key, .to_powers = true };
    trust.parties = &party;
    /* of powers that nobody calls a ceremony's; with no party, with none of the keys, with both */
    for (int of_ceremony = 0; of_ceremony < 4; of_ceremony++) {
        static const char *const says[] = { "srs_made", "names no party", "names no party",
                                            "the log's set-up entry calls the pinned key" };
        trust.has_ceremony = true;
        trust.party_count = of_ceremony > 1;
        party.to_keys = of_ceremony == 3;
        trust.powers_of_ceremony = of_ceremony;
        trust.development = true;
        REQUIRE_OK(t, &err, vector_verify(t, &v, &t->arena, receipt, &trust, &err));
        CHECK(t, v.is_development && v.not_proven_count == 6);
        for (size_t i = 0; i < v.claim_count; i++)
            CHECK(t, v.claims[i].is_development || v.claims[i].by_manifest);
        trust.development = false;
        CHECK_STATUS(t, ZKL_UNCHECKED, vector_verify(t, &v, &t->arena, receipt, &trust, &err));
        if (!strstr(err.text, says[of_ceremony]))
            FAIL(t, "says '%s', not '%s'", err.text, says[of_ceremony]);
    }
}

static void test_receipt_verify__refuses_exchanged_parts(zkl_test *t)
{
    zkl_trust trust;
    zkl_verified v;
    zkl_error err = { 0 };
    zkl_receipt r, whole, other;
    REQUIRE_OK(
        t, &err,
        zkl_trust_toml_parse(&trust, &t->arena, vector_file(t, "trust.toml"), "trust.toml", &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&whole, &t->arena, vector_file(t, "notarise.zkl"), &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&other, &t->arena, vector_file(t, "rotated.zkl"), &err));
    zkl_receipt_statement statements[3];
    zkl_receipt_key keys[3];
    r = whole;
#define EXCHANGED(said)                                                                            \
    do {                                                                                           \
        zkl_buffer bytes = { 0 };                                                                  \
        REQUIRE_OK(t, &err, zkl_receipt_encode(&bytes, &r, &err));                                 \
        const zkl_status status =                                                                  \
            vector_verify(t, &v, &t->arena, zkl_buffer_bytes(&bytes), &trust, &err);               \
        if (status == ZKL_OK || !strstr(err.text, said))                                           \
            FAIL(t, "'%s' says '%s', not '%s'", zkl_status_text(status), err.text, said);          \
        zkl_buffer_clear(&bytes);                                                                  \
        r = whole;                                                                                 \
        memcpy(statements, whole.statements, 2 * sizeof *statements);                              \
        memcpy(keys, whole.keys, 2 * sizeof *keys);                                                \
    } while (0)
    REQUIRE(t, whole.statement_count == 2 && whole.key_count == 2);
    memcpy(statements, whole.statements, 2 * sizeof *statements);
    memcpy(keys, whole.keys, 2 * sizeof *keys);
    r.manifests = other.manifests; /* a proof for another dataset */
    EXCHANGED("check 'manifest'");
    r.statements = other.statements;
    EXCHANGED("check 'proof'");
    statements[0].proof = whole.statements[1].proof; /* a proof for another claim and tier */
    r.statements = statements;
    EXCHANGED("names another proof");
    statements[0] = whole.statements[1];
    statements[1] = whole.statements[0];
    r.statements = statements;
    EXCHANGED("no entry names this statement at this place");
    r.statement_count = 1;
    EXCHANGED("1 statements are here, the entries name 2");
    statements[2] = whole.statements[1];
    r.statements = statements, r.statement_count = 3;
    EXCHANGED("3 statements are here, the entries name 2");
    keys[0] = whole.keys[1], keys[1] = whole.keys[0];
    r.keys = keys;
    EXCHANGED("verification key is not in its place");
    keys[0].circuit = whole.keys[1].circuit;
    r.keys = keys;
    EXCHANGED("it names no verification key that is here");
    keys[2] = other.keys[1];
    keys[2].circuit = zkl_bytes_of_text("F18");
    r.keys = keys, r.key_count = 3;
    EXCHANGED("verification key"); /* one that stands twice or is not used */
    r.others = other.others, r.other_count = other.other_count;
    EXCHANGED("check 'inclusion'");
    r.others = whole.others, r.other_count = 1; /* without the set-ups */
    EXCHANGED("no set-up entry of the log names");
    r.entry = other.entry;
    EXCHANGED("check 'entry signature'");
    r.checkpoint = other.checkpoint;
    EXCHANGED("check 'inclusion'");
}

static void test_receipt_verify__refuses_changed_bytes(zkl_test *t)
{
    vector_change_bytes(t, "notarise.zkl", 23); /* all of them: test_receipt_bytes_long.c */
    vector_change_bytes(t, "rotated.zkl", 41);
}

static void test_receipt_verify__allocation_failure(zkl_test *t)
{
    zkl_trust trust;
    zkl_error err = { 0 };
    const zkl_bytes receipt = vector_file(t, "rotated.zkl");
    REQUIRE_OK(
        t, &err,
        zkl_trust_toml_parse(&trust, &t->arena, vector_file(t, "trust.toml"), "trust.toml", &err));
    for (uint64_t nth = 1; nth < 100000; nth += 1 + nth / 8) {
        zkl_arena arena = { 0 };
        zkl_verified v;
        zkl_malloc_fail_after(nth);
        const zkl_status status = vector_verify(t, &v, &arena, receipt, &trust, &err);
        zkl_malloc_fail_after(0);
        zkl_arena_clear(&arena);
        if (status == ZKL_OK)
            return;
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
    }
    FAIL(t, "never succeeds");
}

ZKL_TESTS(TEST(test_receipt_verify__says_what_was_proven), TEST(test_receipt_verify__wants_trust),
          TEST(test_receipt_verify__refuses_exchanged_parts),
          TEST(test_receipt_verify__refuses_changed_bytes),
          TEST(test_receipt_verify__allocation_failure))
