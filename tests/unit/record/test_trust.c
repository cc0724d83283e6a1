/* Trust: file for people and canonical bytes say the same; what does not fit is refused with its
 * place. */
#include "ledger/trust_toml.h"
#include "keys/signing_key.h"
#include "testing.h"
#include "unit/verify/tsa_fixture.h"

static zkl_status sample(zkl_test *t, zkl_trust *out, zkl_error *err)
{
    zkl_env env = test_env(t);
    zkl_signing_key key;
    zkl_trust trust = { .powers_of_ceremony = true, .development = true };
    trust.log_keys = ZKL_ARENA_NEW(&t->arena, zkl_trusted_log_key, 2);
    trust.signers = ZKL_ARENA_NEW(&t->arena, zkl_trusted_signer, 2);
    trust.witnesses = ZKL_ARENA_NEW(&t->arena, zkl_verifier_key, 2);
    trust.circuits = ZKL_ARENA_NEW(&t->arena, zkl_circuit_id, 1);
    for (size_t i = 0; i < 2; i++) {
        ZKL_TRY(zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, err));
        ZKL_TRY(zkl_verifier_key_init(&trust.log_keys[i].key, ZKL_NOTE_ED25519, "log",
                                      &key.signer.public_key, err));
        ZKL_TRY(zkl_signing_key_make(&key, i ? ZKL_KEY_ECDSA_P256 : ZKL_KEY_ED25519, &env, err));
        trust.signers[i].key = key.signer.public_key;
        ZKL_TRY(zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, err));
        ZKL_TRY(zkl_verifier_key_init(&trust.witnesses[i], ZKL_NOTE_COSIGNATURE, "witness",
                                      &key.signer.public_key, err));
        trust.log_keys[i].from = trust.signers[i].from = 5 * i;
        trust.log_keys[i].until = trust.signers[i].until = i ? ZKL_TRUST_OPEN : 5;
    }
    /* One witness with ML-DSA-44: every 1,312 bytes are a key of it. */
    uint8_t bytes[ZKL_ML_DSA_44_PUBLIC_BYTES];
    zkl_public_key post_quantum;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 11);
    ZKL_TRY(zkl_public_key_from_bytes(&post_quantum, ZKL_KEY_ML_DSA_44,
                                      zkl_bytes_of(bytes, sizeof bytes), err));
    ZKL_TRY(zkl_verifier_key_init(&trust.witnesses[1], ZKL_NOTE_ML_DSA_44, "post-quantum",
                                  &post_quantum, err));
    trust.first_log_key = trust.log_keys[0].key;
    trust.log_key_count = trust.signer_count = trust.witness_count = 2;
    trust.quorum = 1;
    memset(trust.powers_hash.bytes, 0xab, 32);
    trust.tsas = ZKL_ARENA_NEW(&t->arena, zkl_trusted_tsa, 2);
    trust.tsa_count = 2;
    for (size_t i = 0; i < 2; i++) {
        made_certificate made = make_certificate(t, &(certificate_options){ .name = "a" });
        trust.tsas[i] =
            (zkl_trusted_tsa){ zkl_bytes_of_text(i ? "a \"clock\"" : "another"), made.der };
        clear_certificate(&made);
    }
    memcpy(trust.circuits[0].name, "F22", 4);
    trust.circuit_count = 1;
    trust.has_ceremony = true;
    memset(trust.ceremony.bytes, 0xcd, 32);
    trust.parties = ZKL_ARENA_NEW(&t->arena, zkl_trusted_party, 2);
    trust.party_count = 2;
    for (size_t i = 0; i < 2; i++) {
        ZKL_TRY(zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, err));
        trust.parties[i] = (zkl_trusted_party){ .key = key.signer.public_key,
                                                .to_powers = i == 0,
                                                .to_keys = i == 1 };
        strcpy(trust.parties[i].name, i ? "B\"b" : "Alice");
    }
    *out = trust;
    return zkl_trust_check(out, err);
}

static void test_trust__bytes_and_text_are_the_same(zkl_test *t)
{
    zkl_trust trust, from_bytes, from_text;
    zkl_buffer bytes = { 0 }, again = { 0 }, text = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, sample(t, &trust, &err));
    REQUIRE_OK(t, &err, zkl_trust_encode(&bytes, &trust, &err));
    REQUIRE_OK(t, &err, zkl_trust_decode(&from_bytes, &t->arena, zkl_buffer_bytes(&bytes), &err));
    REQUIRE_OK(t, &err, zkl_trust_toml_print(&text, &from_bytes, &err));
    REQUIRE_OK(t, &err,
               zkl_trust_toml_parse(&from_text, &t->arena, zkl_buffer_bytes(&text), "t", &err));
    REQUIRE_OK(t, &err, zkl_trust_encode(&again, &from_text, &err));
    REQUIRE(t, again.size == bytes.size);
    CHECK_MEM_EQ(t, again.data, bytes.data, bytes.size);
    CHECK_MEM_EQ(t, &from_text.ledger, &trust.ledger, 32);

    /* every changed byte */
    for (size_t i = 0; i < bytes.size; i++) {
        again.data[i] ^= 1;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_trust_decode(&from_bytes, &t->arena, zkl_buffer_bytes(&again), &err));
        again.data[i] ^= 1;
    }
    zkl_buffer_clear(&bytes);
    zkl_buffer_clear(&again);
    zkl_buffer_clear(&text);
}

/* Of the sample: a flag, the transcript, and two parties of Ed25519. */
#define PARTIES_BYTES (1 + 32 + 4 + (4 + 5 + 4 + 44 + 1) + (4 + 3 + 4 + 44 + 1))

/* Both forms hold the parties of a ceremony, and refuse what names nobody. */
static void test_trust__names_parties(zkl_test *t)
{
    zkl_trust trust, read;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, sample(t, &trust, &err));
    CHECK(t, zkl_trust_names_parties(&trust));
    REQUIRE_OK(t, &err, zkl_trust_toml_print(&text, &trust, &err));
    REQUIRE_OK(t, &err, zkl_trust_toml_parse(&read, &t->arena, zkl_buffer_bytes(&text), "t", &err));
    REQUIRE(t, read.has_ceremony && read.party_count == 2);
    CHECK_TEXT_EQ(t, read.parties[1].name, "B\"b");
    CHECK(t, read.parties[0].to_powers && !read.parties[0].to_keys && read.parties[1].to_keys);
    REQUIRE_OK(t, &err, zkl_trust_encode(&bytes, &read, &err));
    REQUIRE_OK(t, &err, zkl_trust_decode(&read, &t->arena, zkl_buffer_bytes(&bytes), &err));
    CHECK_MEM_EQ(t, &read.ceremony, &trust.ceremony, 32);
    read.parties[1].to_keys = false;
    CHECK(t, !zkl_trust_names_parties(&read)); /* nobody contributed to the keys */
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        zkl_trust changed;                                                                         \
        REQUIRE_OK(t, &err, zkl_trust_copy(&changed, &t->arena, &trust, 0, &err));                 \
        change;                                                                                    \
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_trust_check(&changed, &err));                           \
    } while (0)
    REFUSED(changed.has_ceremony = false);
    REFUSED(changed.parties[0].to_powers = false);
    REFUSED(changed.parties[0].name[0] = 0);
    REFUSED(changed.parties[0].name[1] = '\n');
    REFUSED(changed.parties[0].key = changed.parties[1].key);
#undef REFUSED
}

/* What says nothing of how the powers were made says that one machine made them. */
static void test_trust__powers_are_local_until_it_is_said(zkl_test *t)
{
    static const char said[] = "srs_made = \"ceremony\"\n";
    zkl_trust trust, read;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) first = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, sample(t, &trust, &err));
    REQUIRE_OK(t, &err, zkl_trust_toml_print(&text, &trust, &err));
    zkl_buffer_put_u8(&text, 0);
    const char *at = strstr((const char *)text.data, said);
    REQUIRE(t, at != NULL);
    const size_t before = (size_t)(at - (const char *)text.data);
    const char *silent = zkl_arena_format(&t->arena, "%.*s%s", (int)before, (const char *)text.data,
                                          at + strlen(said));
    REQUIRE_OK(t, &err,
               zkl_trust_toml_parse(&read, &t->arena, zkl_bytes_of_text(silent), "t", &err));
    CHECK(t, trust.powers_of_ceremony && !read.powers_of_ceremony);

    /* a record of version 2 has no clocks, one of version 1 no such byte either: by hand */
    trust.tsa_count = 0;
    REQUIRE_OK(t, &err, zkl_trust_encode(&bytes, &trust, &err));
    const size_t end = bytes.size - 32 - PARTIES_BYTES - 4; /* the number of clocks */
    const size_t flag = end - 1 - (4 + 4 + 3 + 32) - 1;     /* one circuit, "F22" */
    REQUIRE(t, bytes.data[flag] == 1 && bytes.data[11] == 3);
    for (uint8_t version = 1; version <= 2; version++) {
        zkl_digest hash;
        first.size = 0;
        zkl_buffer_put(&first, bytes.data, version == 1 ? flag : flag + 1);
        zkl_buffer_put(&first, bytes.data + flag + 1, end - flag - 1);
        first.data[11] = version;
        zkl_hash(&hash, ZKL_HASH_SHA3_256, first.data, first.size);
        zkl_buffer_put(&first, hash.bytes, sizeof hash.bytes);
        REQUIRE_OK(t, &err, zkl_trust_decode(&read, &t->arena, zkl_buffer_bytes(&first), &err));
        CHECK(t, read.powers_of_ceremony == (version == 2) && read.development);
        CHECK(t, read.circuit_count == 1 && read.tsa_count == 0 && read.party_count == 0);
    }
}

static void test_trust_check__refuses_what_does_not_fit(zkl_test *t)
{
    zkl_trust whole, trust;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, sample(t, &whole, &err));
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, &whole, 0, &err));                   \
        change;                                                                                    \
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_trust_check(&trust, &err));                             \
    } while (0)
    REFUSED(trust.log_key_count = 0);
    REFUSED(trust.log_keys[0].until = 6); /* two log keys at index 5 */
    REFUSED(trust.log_keys[0].until = 0); /* none */
    REFUSED(trust.log_keys[1].key.name[0] = 'x');
    REFUSED(trust.log_keys[1].key.type = ZKL_NOTE_COSIGNATURE);
    REFUSED((trust.signers[1] = trust.signers[0], trust.signers[1].from = 4));
    REFUSED(trust.signers[1].until = 5);
    REFUSED(trust.quorum = 3);
    REFUSED(trust.tsas[1].name = trust.tsas[0].name);
    REFUSED(trust.tsas[1].certificate = trust.tsas[0].certificate);
    REFUSED(trust.tsas[1].certificate.size--);
    REFUSED(trust.tsas[1].name = zkl_bytes_of_text("two\nlines"));
    REFUSED(trust.witnesses[1] = trust.witnesses[0]);
    REFUSED(trust.witnesses[1].type = ZKL_NOTE_ED25519);
    REFUSED(trust.circuits[0].name[0] = 'f');
}

static void test_trust__keys_count_by_index(zkl_test *t)
{
    zkl_trust trust;
    zkl_error err = { 0 };
    zkl_digest id;
    REQUIRE_OK(t, &err, sample(t, &trust, &err));
    CHECK(t, zkl_trust_log_key_at(&trust, 0) == &trust.log_keys[0] &&
                 zkl_trust_log_key_at(&trust, 4) == &trust.log_keys[0]);
    CHECK(t, zkl_trust_log_key_at(&trust, 5) == &trust.log_keys[1]);
    zkl_public_key_digest(&id, &trust.signers[0].key);
    CHECK(t, zkl_trust_signer_at(&trust, &id, 4) == &trust.signers[0] &&
                 !zkl_trust_signer_at(&trust, &id, 5));
    id.bytes[0] ^= 1;
    CHECK(t, !zkl_trust_signer_at(&trust, &id, 4));
}

static void test_trust_toml__refuses_with_place(zkl_test *t)
{
    zkl_trust trust;
    zkl_buffer text = { 0 };
    zkl_error err = { 0 };
    static const char *const changes[][3] = {
        { "version = 1", "version = 2", "version" },
        { "\ndevelopment = true", "", ": 'development' is missing" },
        { "\nsrs = ", "\n# srs = ", ": 'srs' is missing" },
        { "\nfirst_log_key = ", "\n# first_log_key = ", ": 'first_log_key' is missing" },
        { "\ndevelopment = true", "\ndevelopment = 1", "line 8" },
        { "\ndevelopment = true", "\ndevelopment = true\ncolour = 1",
          "line 9, column 1: unknown key 'colour'" },
        { "srs_made = \"ceremony\"", "srs_made = \"ceremonies\"", "line 6" },
        { "srs_made = \"ceremony\"", "srs_made = \"\"", "line 6" },
        { "srs_made = \"ceremony\"", "srs_made = true", "line 6" },
        { "srs = \"ab", "srs = \"AB", "line 4" },
        { "from = 0", "from = -1", "'from' is missing or negative" },
        { "until = 5", "until = 6", "count for the same index" },
        { "until = 5", "until = 0", "for no index" },
        { "until = 5", "until = \"5\"", "line" },
        { "quorum = 1", "quorum = 3", "quorum" },
        { "quorum = 1", "", "'quorum' is missing" },
        { "F22 = ", "f22 = ", "'f22' is no circuit's name" },
        { "[[log_key]]\n", "[[log_key]]\nname = \"x\"\n", "unknown key 'name'" },
    };
    REQUIRE_OK(t, &err, sample(t, &trust, &err));
    REQUIRE_OK(t, &err, zkl_trust_toml_print(&text, &trust, &err));
    zkl_buffer_put_u8(&text, 0);
    const char *whole = (const char *)text.data;
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        const char *at = strstr(whole, changes[i][0]);
        REQUIRE(t, at != NULL);
        const char *changed = zkl_arena_format(&t->arena, "%.*s%s%s", (int)(at - whole), whole,
                                               changes[i][1], at + strlen(changes[i][0]));
        CHECK_STATUS(
            t, ZKL_BAD_INPUT,
            zkl_trust_toml_parse(&trust, &t->arena, zkl_bytes_of_text(changed), "t.toml", &err));
        if (!strstr(err.text, changes[i][2]) || !strstr(err.text, "t.toml"))
            FAIL(t, "'%s' says '%s', not '%s'", changes[i][1], err.text, changes[i][2]);
    }
    zkl_buffer_clear(&text);
}

ZKL_TESTS(TEST(test_trust__bytes_and_text_are_the_same), TEST(test_trust__names_parties),
          TEST(test_trust__powers_are_local_until_it_is_said),
          TEST(test_trust_check__refuses_what_does_not_fit), TEST(test_trust__keys_count_by_index),
          TEST(test_trust_toml__refuses_with_place))
