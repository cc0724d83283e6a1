/* The signer: the backend of key files, and one of the test's own in its place. */
#include "keys/signer.h"

#include "keys/keyfile.h"
#include "keys/sign_record.h"
#include "testing.h"

/* ---- A backend that counts: what a token or a process would be. Its secret is somewhere else:
 * here, in another signer. */

typedef struct counting_signer {
    zkl_signer signer; /* first */
    const zkl_signer *behind;
    size_t *signed_count, *closed_count;
} counting_signer;

static zkl_status counting_sign(const zkl_signer *signer,
                                uint8_t out[static ZKL_SIGNATURE_BYTES_MAX], size_t *out_size,
                                zkl_bytes message, zkl_error *err)
{
    const counting_signer *own = (const counting_signer *)signer;
    if (++*own->signed_count > 2)
        return zkl_fail(err, ZKL_DENIED, "the token wants its PIN again");
    return zkl_signer_sign(own->behind, out, out_size, message, err);
}

static void counting_close(zkl_signer *signer)
{
    ++*((counting_signer *)signer)->closed_count;
}

static const zkl_signer_ops counting_ops = { "counting", counting_sign, counting_close };

/* Envelopes and checkpoints are signed by any backend; what it refuses is its caller's error, and
 * leaves nothing to verify. */
static void test_signer__any_backend_signs_records(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) none = { 0 };
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    size_t signed_count = 0, closed_count = 0;
    REQUIRE_OK(t, &err, zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, &err));
    counting_signer own = { { &counting_ops, ZKL_ROLE_LOG, key.signer.public_key },
                            &key.signer,
                            &signed_count,
                            &closed_count };
    const zkl_signer *const signers[] = { &own.signer };
    const zkl_digest root = { { 1 } };
    zkl_dsse dsse;
    zkl_checkpoint checkpoint;
    zkl_verifier_key verifier;

    REQUIRE_OK(
        t, &err,
        zkl_dsse_sign(&envelope, "text/plain", zkl_bytes_of_text("hello"), signers, 1, &err));
    REQUIRE_OK(t, &err, zkl_dsse_parse(&dsse, &arena, zkl_buffer_bytes(&envelope), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_dsse_verify(&dsse, &key.signer.public_key, &err));

    REQUIRE_OK(t, &err, zkl_checkpoint_sign(&note, "log.test", 5, &root, &own.signer, &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&checkpoint, &arena, zkl_buffer_bytes(&note), &err));
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&verifier, ZKL_NOTE_ED25519, "log.test",
                                     &key.signer.public_key, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_verify(&checkpoint, &verifier, &err));
    CHECK_UINT_EQ(t, signed_count, 2);

    CHECK_STATUS(t, ZKL_DENIED,
                 zkl_dsse_sign(&none, "text/plain", zkl_bytes_of_text("more"), signers, 1, &err));
    CHECK_UINT_EQ(t, none.size, 0);
    zkl_signer_close(&own.signer);
    zkl_signer_close(NULL);
    CHECK_UINT_EQ(t, closed_count, 1);
}

/* What is opened outlives the key it was made of, signs the same, and says its role. */
static void test_signer_of_key__is_its_own(zkl_test *t)
{
    static const zkl_key_type types[] = { ZKL_KEY_ED25519, ZKL_KEY_ECDSA_P256 };
    for (size_t i = 0; i < ZKL_COUNT(types); i++) {
        zkl_signing_key key = { 0 };
        zkl_signer *signer = NULL;
        zkl_error err = { 0 };
        zkl_env env = test_env(t);
        uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
        size_t size;
        REQUIRE_OK(t, &err, zkl_signing_key_make(&key, types[i], &env, &err));
        const zkl_public_key public_key = key.signer.public_key;
        REQUIRE_OK(t, &err, zkl_signer_of_key(&signer, ZKL_ROLE_LOG, &key, &err));
        zkl_signing_key_clear(&key);
        CHECK_UINT_EQ(t, signer->role, ZKL_ROLE_LOG);
        CHECK_TEXT_EQ(t, signer->ops->name, "file");
        CHECK(t, zkl_public_key_equal(&signer->public_key, &public_key));
        REQUIRE_OK(t, &err,
                   zkl_signer_sign(signer, signature, &size, zkl_bytes_of_text("hello"), &err));
        CHECK_STATUS(t, ZKL_OK,
                     zkl_signature_verify(&public_key, zkl_bytes_of_text("hello"),
                                          zkl_bytes_of(signature, size), &err));
        zkl_signer_close(signer);
    }
}

/* A signer of a role is opened from the file of that role alone. */
static void test_signer_open_file__wants_its_kind(zkl_test *t)
{
    static const zkl_keyfile_kind kinds[] = { ZKL_KEYFILE_SIGNER, ZKL_KEYFILE_LOG,
                                              ZKL_KEYFILE_OWNER, ZKL_KEYFILE_WITNESS };
    static const zkl_key_role roles[] = { ZKL_ROLE_SIGNER, ZKL_ROLE_LOG };
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    for (size_t k = 0; k < ZKL_COUNT(kinds); k++) {
        ZKL_AUTO_CLEAR(zkl_keyfile) file = { 0 };
        char path[512];
        snprintf(path, sizeof path, "%s/%zu.key", test_folder(t), k);
        REQUIRE_OK(t, &err, zkl_keyfile_make(&file, kinds[k], ZKL_KEY_ED25519, "a", &env, &err));
        REQUIRE_OK(t, &err, zkl_keyfile_save(path, &file, NULL, NULL, &env, &err));
        for (size_t r = 0; r < ZKL_COUNT(roles); r++) {
            zkl_signer *signer = NULL;
            const zkl_status status = zkl_signer_open_file(&signer, path, roles[r], NULL, &err);
            CHECK_UINT_EQ(t, status, k == r ? ZKL_OK : ZKL_BAD_INPUT);
            CHECK(t, (signer != NULL) == (k == r));
            if (signer)
                CHECK(t, zkl_public_key_equal(&signer->public_key, &file.info.public_key));
            zkl_signer_close(signer);
        }
    }
}

ZKL_TESTS(TEST(test_signer__any_backend_signs_records), TEST(test_signer_of_key__is_its_own),
          TEST(test_signer_open_file__wants_its_kind))
