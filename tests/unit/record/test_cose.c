/* Entries that are COSE statements: one form, which fits the payload, and no second one. */
#include "record/cose.h"

#include <string.h>

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "record/entry.h"
#include "testing.h"

static const zkl_digest parent = { { 9 } };

static zkl_entry announcement(void)
{
    return (zkl_entry){ .kind = ZKL_ENTRY_ANNOUNCE,
                        .ledger = { { 7 } },
                        .time_ms = 1000,
                        .parents = &parent,
                        .parent_count = 1,
                        .data = { .name = zkl_bytes_of_text("patients"),
                                  .version = 2,
                                  .manifest_sha256 = { { 1 } },
                                  .dataset = { { 2 } } } };
}

static zkl_signing_key make_key(zkl_test *t, zkl_key_type type)
{
    zkl_signing_key key = { 0 };
    zkl_env env = test_env(t);
    CHECK_STATUS(t, ZKL_OK, zkl_signing_key_make(&key, type, &env, NULL));
    return key;
}

static void sign(zkl_test *t, zkl_buffer *out, const zkl_signing_key *key)
{
    const zkl_signer *const signers[] = { &key->signer };
    const zkl_entry e = announcement();
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_entry_sign(out, &e, signers, 1, &err));
}

static void test_cose_statement__comes_back_and_verifies(zkl_test *t)
{
    const zkl_signing_key key = make_key(t, ZKL_KEY_ED25519), other = make_key(t, ZKL_KEY_ED25519);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_error err = { 0 };
    zkl_entry got;
    zkl_dsse dsse;
    sign(t, &bytes, &key);
    REQUIRE_OK(t, &err, zkl_entry_open(&got, &dsse, &t->arena, zkl_buffer_bytes(&bytes), &err));
    CHECK(t, got.kind == ZKL_ENTRY_ANNOUNCE && got.data.version == 2);
    CHECK_STATUS(t, ZKL_OK, zkl_dsse_verify(&dsse, &key.signer.public_key, &err));
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_dsse_verify(&dsse, &other.signer.public_key, &err));
    zkl_cose_put_statement(&again, &dsse, (zkl_bytes){ 0 });
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_buffer_bytes(&bytes)));
    /* A receipt in the unprotected header is not what is logged. */
    again.size = 0;
    zkl_cose_put_statement(&again, &dsse, zkl_bytes_of_text("receipt"));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_entry_open(&got, &dsse, &t->arena, zkl_buffer_bytes(&again), &err));
}

/* Whatever byte is changed: it is refused, or the signature is false, or by nobody known. */
static void test_cose_statement__each_byte_counts(zkl_test *t)
{
    const zkl_signing_key key = make_key(t, ZKL_KEY_ED25519);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error err = { 0 };
    sign(t, &bytes, &key);
    for (size_t at = 0; at < bytes.size; at++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_entry got;
        zkl_dsse dsse;
        bytes.data[at] ^= 1;
        if (zkl_entry_open(&got, &dsse, &arena, zkl_buffer_bytes(&bytes), &err) == ZKL_OK)
            CHECK(t, zkl_dsse_verify(&dsse, &key.signer.public_key, &err) != ZKL_OK);
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_entry_open(&got, &dsse, &arena, zkl_bytes_of(bytes.data, at), &err));
        bytes.data[at] ^= 1;
    }
}

/* The payload of an announcement in an envelope, and another kind in a statement: each kind has one
 * form, or an entry would have two receipt ids. */
static void test_cose_statement__is_the_form_of_its_kind_alone(zkl_test *t)
{
    const zkl_signing_key key = make_key(t, ZKL_KEY_ED25519);
    const zkl_signer *const signers[] = { &key.signer };
    zkl_entry e = announcement(), got;
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_dsse dsse;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    REQUIRE_OK(
        t, &err,
        zkl_dsse_sign(&bytes, ZKL_DSSE_TYPE_IN_TOTO, zkl_buffer_bytes(&payload), signers, 1, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_entry_open(&got, &dsse, &t->arena, zkl_buffer_bytes(&bytes), &err));

    bytes.size = payload.size = 0;
    sign(t, &bytes, &key);
    REQUIRE_OK(t, &err, zkl_cose_statement_parse(&dsse, zkl_buffer_bytes(&bytes), &err));
    e.kind = ZKL_ENTRY_WITHDRAW;
    e.data.reason = zkl_bytes_of_text("wrong rows");
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    dsse.payload = zkl_buffer_bytes(&payload);
    ZKL_AUTO_CLEAR(zkl_buffer) other = { 0 };
    zkl_cose_put_statement(&other, &dsse, (zkl_bytes){ 0 });
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_entry_open(&got, &dsse, &t->arena, zkl_buffer_bytes(&other), &err));
}

/* Signed as it should be, by an owner whose header says something else than his payload. */
static void test_cose_statement__header_follows_from_payload(zkl_test *t)
{
    static const char issuer[] =
        "urn:zkp-ledger:0700000000000000000000000000000000000000000000000000000000000000";
    static const char *const subjects[] = { "patients@2", "patients@3", "patients@2 ", "other@2" };
    const zkl_signing_key key = make_key(t, ZKL_KEY_ED25519);
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    const zkl_entry e = announcement();
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &e, &err));
    for (size_t i = 0; i < ZKL_COUNT(subjects); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) header = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_entry got;
        zkl_dsse dsse = { .payload = zkl_buffer_bytes(&payload), .signature_count = 1 };
        zkl_dsse_signature *signature = &dsse.signatures[0];
        const char *subject = zkl_arena_format(&t->arena, "%s:dataset:%s", issuer, subjects[i]);
        REQUIRE(t, subject);
        zkl_public_key_digest(&signature->key_digest, &key.signer.public_key);
        signature->size = 64;
        zkl_cose_put_statement_header(&header, &signature->key_digest, issuer, subject);
        dsse.cose_header = zkl_buffer_bytes(&header);
        zkl_cose_put_statement(&bytes, &dsse, (zkl_bytes){ 0 });
        CHECK_STATUS(t, i ? ZKL_BAD_INPUT : ZKL_OK,
                     zkl_entry_open(&got, &dsse, &t->arena, zkl_buffer_bytes(&bytes), &err));
    }
}

/* The header says EdDSA: under a key of P-256 nothing verifies, and nothing is signed. */
static void test_cose_statement__is_of_ed25519_alone(zkl_test *t)
{
    const zkl_signing_key key = make_key(t, ZKL_KEY_ED25519),
                          p256 = make_key(t, ZKL_KEY_ECDSA_P256);
    const zkl_signer *const signers[] = { &p256.signer };
    const zkl_entry e = announcement();
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_dsse dsse;
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, zkl_entry_sign(&bytes, &e, signers, 1, &err));
    CHECK_UINT_EQ(t, bytes.size, 0);
    sign(t, &bytes, &key);
    REQUIRE_OK(t, &err, zkl_cose_statement_parse(&dsse, zkl_buffer_bytes(&bytes), &err));
    zkl_public_key_digest(&dsse.signatures[0].key_digest, &p256.signer.public_key);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_dsse_verify(&dsse, &p256.signer.public_key, &err));
}

ZKL_TESTS(TEST(test_cose_statement__comes_back_and_verifies),
          TEST(test_cose_statement__each_byte_counts),
          TEST(test_cose_statement__is_the_form_of_its_kind_alone),
          TEST(test_cose_statement__header_follows_from_payload),
          TEST(test_cose_statement__is_of_ed25519_alone))
