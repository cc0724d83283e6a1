#include "record/checkpoint.h"

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "record/tlog_proof.h"
#include "testing.h"
#include "text/base64.h"

#define ORIGIN "ledger.example/log-1"

static zkl_signing_key test_key(zkl_test *t)
{
    zkl_signing_key key = { 0 };
    zkl_env env = test_env(t);
    CHECK_STATUS(t, ZKL_OK, zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, NULL));
    return key;
}

static zkl_verifier_key verifier_of(zkl_test *t, uint8_t type, const char *name,
                                    const zkl_signing_key *key)
{
    zkl_verifier_key out = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_verifier_key_init(&out, type, name, &key->signer.public_key, NULL));
    return out;
}

/* ---- published examples */

/* The example of Go's package golang.org/x/mod/sumdb/note. */
static const char neumann_key[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char neumann_note[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static void test_note__the_example_of_go(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_verifier_key key;
    zkl_note note;
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    uint64_t time_s = 7;
    REQUIRE_OK(t, &err, zkl_verifier_key_parse(&key, zkl_bytes_of_text(neumann_key), &err));
    CHECK_TEXT_EQ(t, key.name, "PeterNeumann");
    zkl_verifier_key_encode(text, &key);
    CHECK_TEXT_EQ(t, text, neumann_key);
    REQUIRE_OK(t, &err, zkl_note_parse(&note, &t->arena, zkl_bytes_of_text(neumann_note), &err));
    CHECK_UINT_EQ(t, note.signature_count, 1);
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&note, &key, &time_s, &err));
    CHECK_UINT_EQ(t, time_s, 0);
}

/* No byte of the example may change: refused by the form, unknown key, or false. */
static void test_note__every_changed_byte_is_refused(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_verifier_key key;
    char bytes[sizeof neumann_note];
    REQUIRE_OK(t, &err, zkl_verifier_key_parse(&key, zkl_bytes_of_text(neumann_key), &err));
    for (size_t i = 0; i + 1 < sizeof bytes; i++)
        for (int bit = 0; bit < 8; bit++) {
            zkl_note note;
            memcpy(bytes, neumann_note, sizeof bytes);
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            zkl_status status =
                zkl_note_parse(&note, &t->arena, zkl_bytes_of(bytes, sizeof bytes - 1), &err);
            if (status == ZKL_OK)
                status = zkl_note_verify(&note, &key, NULL, &err);
            if (status == ZKL_OK)
                FAIL(t, "byte %zu, bit %d", i, bit);
        }
    for (size_t cut = 0; cut + 1 < sizeof bytes; cut++) {
        zkl_note note;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_note_parse(&note, &t->arena, zkl_bytes_of(neumann_note, cut), &err));
    }
}

/* ---- verifier keys */

static void test_verifier_key__refuses_other_forms(zkl_test *t)
{
    static const char *const bad[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAA",
    };
    zkl_error err = { 0 };
    zkl_verifier_key key;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_verifier_key_parse(&key, zkl_bytes_of_text(bad[i]), &err) != ZKL_BAD_INPUT)
            FAIL(t, "'%s' was taken", bad[i]);
}

/* A public key of ML-DSA-44: every 1,312 bytes are one. */
static zkl_verifier_key ml_dsa_44_key(zkl_test *t, const char *name)
{
    uint8_t bytes[ZKL_ML_DSA_44_PUBLIC_BYTES];
    zkl_public_key public_key;
    zkl_verifier_key out = { 0 };
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    CHECK_STATUS(t, ZKL_OK,
                 zkl_public_key_from_bytes(&public_key, ZKL_KEY_ML_DSA_44,
                                           zkl_bytes_of(bytes, sizeof bytes), NULL));
    CHECK_STATUS(t, ZKL_OK,
                 zkl_verifier_key_init(&out, ZKL_NOTE_ML_DSA_44, name, &public_key, NULL));
    return out;
}

/* Type and length belong together, whichever libcrypto there is. */
static void test_verifier_key__of_ml_dsa_44(zkl_test *t)
{
    const zkl_verifier_key key = ml_dsa_44_key(t, "witness.example/w1");
    const zkl_signing_key other = test_key(t);
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key again;
    zkl_public_key refused;
    zkl_error err = { 0 };
    zkl_verifier_key_encode(text, &key);
    REQUIRE_OK(t, &err, zkl_verifier_key_parse(&again, zkl_bytes_of_text(text), &err));
    CHECK(t, zkl_verifier_key_equal(&again, &key) && zkl_verifier_key_cosigns(&again));
    CHECK_UINT_EQ(t, zkl_verifier_key_signature_bytes(&again), 8 + 2420);
    text[strlen(text) - 6] ^= 2; /* a bit of the key: its hash is another */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_verifier_key_parse(&again, zkl_bytes_of_text(text), &err));
    text[strlen(text) - 4] = 0; /* a group of base 64 less */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_verifier_key_parse(&again, zkl_bytes_of_text(text), &err));
    CHECK_STATUS(
        t, ZKL_BAD_INPUT,
        zkl_verifier_key_init(&again, ZKL_NOTE_ML_DSA_44, "w", &other.signer.public_key, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_verifier_key_init(&again, ZKL_NOTE_COSIGNATURE, "w", &key.public_key, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_public_key_from_bytes(&refused, ZKL_KEY_ML_DSA_44,
                                           zkl_bytes_of(key.public_key.bytes, 1311), &err));
}

/* The struct of C2SP tlog-cosignature, byte for byte, and no cosignature of another text. */
static void test_cosigned_bytes__of_ml_dsa_44(zkl_test *t)
{
    const zkl_verifier_key key = ml_dsa_44_key(t, "witness.example/w1");
    static const uint8_t want[] =
        "subtree/v1\n\0"
        "\x12witness.example/w1"
        "\0\0\0\0\x64\x18\x50\xcb"
        "\x1b"
        "example.com/behind-the-sofa"
        "\0\0\0\0\0\0\0\0"
        "\0\0\0\0\x01\x3e\x2f\x88"
        "\x0a\xc5\x18\x6a\x91\x86\x3e\x8e\x1d\x90\xc8\x08\x01\x4a\xa8\x9b"
        "\xf5\xda\x8e\x3e\xe1\xd9\xf0\x76\x30\xf0\x37\x8f\x68\xf1\xab\x69";
    static const char text[] = "example.com/behind-the-sofa\n20852616\n"
                               "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2k=\n";
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) none = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err,
               zkl_note_cosigned_bytes(&got, &key, zkl_bytes_of_text(text), 1679315147, &err));
    REQUIRE(t, got.size == sizeof want - 1);
    CHECK_MEM_EQ(t, got.data, want, got.size);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_note_cosigned_bytes(&none, &key, zkl_bytes_of_text("some text\n"), 1, &err));
}

/* A line that libcrypto has no algorithm for is no signature, true or false; where it has it, this
 * one is false. Either way the quorum is not met by it. */
static void test_checkpoint__a_line_that_cannot_be_checked(zkl_test *t)
{
    const zkl_signing_key key = test_key(t);
    const zkl_verifier_key witness = ml_dsa_44_key(t, "witness.example/w1");
    const bool has_ml_dsa = zkl_key_type_available(ZKL_KEY_ML_DSA_44);
    const uint8_t signature[8 + 2420] = { 0 };
    const zkl_digest root = { { 3 } };
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    zkl_error err = { 0 };
    zkl_checkpoint parsed;
    size_t count = 9;
    REQUIRE_OK(t, &err, zkl_checkpoint_sign(&note, ORIGIN, 5, &root, &key.signer, &err));
    zkl_note_add_line(&note, &witness, zkl_bytes_of(signature, sizeof signature));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
    CHECK_STATUS(t, has_ml_dsa ? ZKL_REJECTED : ZKL_NOT_SUPPORTED,
                 zkl_note_verify(&parsed.note, &witness, NULL, &err));
    CHECK_STATUS(t, has_ml_dsa ? ZKL_REJECTED : ZKL_OK,
                 zkl_checkpoint_verify_witnesses(&parsed, &witness, 1, 0, &count, &err));
    CHECK_UINT_EQ(t, count, has_ml_dsa ? 9 : 0);
    CHECK_STATUS(t, has_ml_dsa ? ZKL_REJECTED : ZKL_UNCHECKED,
                 zkl_checkpoint_verify_witnesses(&parsed, &witness, 1, 1, &count, &err));
    /* As a log's key it signs nothing. */
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_checkpoint_verify(&parsed, &witness, &err));
}

/* With a libcrypto that has it: what is signed verifies, no byte of it may change, and one name
 * with two keys is one witness. */
static void test_checkpoint__cosigned_by_ml_dsa_44(zkl_test *t)
{
    if (!zkl_key_type_available(ZKL_KEY_ML_DSA_44))
        return; /* interop/ml_dsa_long runs this again with one */
    const zkl_signing_key key = test_key(t), classic = test_key(t);
    zkl_env env = test_env(t);
    zkl_signing_key post_quantum;
    const zkl_digest root = { { 3 } };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) timeless = { 0 };
    zkl_verifier_key keys[2];
    zkl_error err = { 0 };
    zkl_checkpoint parsed;
    uint64_t time_s = 0;
    size_t count;
    REQUIRE_OK(t, &err, zkl_signing_key_make(&post_quantum, ZKL_KEY_ML_DSA_44, &env, &err));
    keys[0] = verifier_of(t, ZKL_NOTE_ML_DSA_44, "w.example", &post_quantum);
    keys[1] = verifier_of(t, ZKL_NOTE_COSIGNATURE, "w.example", &classic);
    zkl_checkpoint_encode_text(&text, ORIGIN, 5, &root);
    REQUIRE_OK(t, &err, zkl_checkpoint_sign(&note, ORIGIN, 5, &root, &key.signer, &err));
    const size_t line = note.size;
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&note, zkl_buffer_bytes(&text), "w.example", 77,
                               &post_quantum.signer, &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
    REQUIRE_OK(t, &err, zkl_note_verify(&parsed.note, &keys[0], &time_s, &err));
    CHECK_UINT_EQ(t, time_s, 77);
    for (size_t i = 0; i < note.size; i += i < line ? 1 : 41) {
        zkl_arena arena = { 0 };
        note.data[i] ^= 1;
        zkl_status status = zkl_checkpoint_parse(&parsed, &arena, zkl_buffer_bytes(&note), &err);
        if (status == ZKL_OK) /* a log key's line is not what is asked for here */
            status = zkl_note_verify(&parsed.note, &keys[0], &time_s, &err);
        if (status == ZKL_OK && (i < text.size || i >= line))
            FAIL(t, "byte %zu was changed", i);
        note.data[i] ^= 1;
        zkl_arena_clear(&arena);
    }
    REQUIRE_OK(
        t, &err,
        zkl_note_cosign(&note, zkl_buffer_bytes(&text), "w.example", 78, &classic.signer, &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_verify_witnesses(&parsed, keys, 2, 1, &count, &err));
    CHECK_UINT_EQ(t, count, 1);
    CHECK_STATUS(t, ZKL_UNCHECKED,
                 zkl_checkpoint_verify_witnesses(&parsed, keys, 2, 2, &count, &err));
    /* Time 0 is no time: the witness does not say that it knows no larger tree. */
    REQUIRE_OK(t, &err, zkl_checkpoint_sign(&timeless, ORIGIN, 5, &root, &key.signer, &err));
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&timeless, zkl_buffer_bytes(&text), "w.example", 0,
                               &post_quantum.signer, &err));
    REQUIRE_OK(t, &err,
               zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&timeless), &err));
    REQUIRE_OK(t, &err, zkl_note_verify(&parsed.note, &keys[0], &time_s, &err));
    CHECK(t, time_s == ZKL_NOTE_NO_TIME);
}

static void test_note__names(zkl_test *t)
{
    static const char *const good[] = { "a", "ledger.example/log-1", "stra\xc3\x9f\xc3\xa9",
                                        "\xf0\x9f\x93\x92" };
    static const char *const bad[] = { "",
                                       "a b",
                                       "a+b",
                                       "a\nb",
                                       "a\tb",
                                       "a\xc2\xa0"
                                       "b", /* no-break space */
                                       "a\xe2\x80\xa8"
                                       "b",             /* line separator */
                                       "a\xe3\x80\x80", /* ideographic space */
                                       "\xc2\x85",      /* next line */
                                       "a\x1b[2J",      /* a terminal's escape */
                                       "a\x7f",
                                       "a\xc2\x9b"
                                       "2J", /* the same in one character */
                                       "a\xe2\x80\xae"
                                       "b", /* right to left from here */
                                       "a\xe2\x80\x8b"
                                       "b", /* zero width */
                                       "\xff",
                                       "\xc0\xaf",         /* overlong */
                                       "\xed\xa0\x80",     /* surrogate */
                                       "\xf4\x90\x80\x80", /* beyond Unicode */
                                       "\xe2\x82" };       /* cut */
    char longest[ZKL_NOTE_NAME_BYTES_MAX + 2];
    for (size_t i = 0; i < ZKL_COUNT(good); i++)
        CHECK(t, zkl_note_name_valid(zkl_bytes_of_text(good[i])));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_note_name_valid(zkl_bytes_of_text(bad[i])))
            FAIL(t, "bad name %zu was taken", i);
    memset(longest, 'n', sizeof longest);
    CHECK(t, zkl_note_name_valid(zkl_bytes_of(longest, ZKL_NOTE_NAME_BYTES_MAX)));
    CHECK(t, !zkl_note_name_valid(zkl_bytes_of(longest, ZKL_NOTE_NAME_BYTES_MAX + 1)));
}

/* ---- notes */

static void test_note__several_signers(zkl_test *t)
{
    const zkl_bytes text =
        zkl_bytes_of_text("first\n\nthird\n"); /* the text may hold blank lines */
    const zkl_signing_key one = test_key(t), two = test_key(t), witness = test_key(t);
    const zkl_verifier_key key_one = verifier_of(t, ZKL_NOTE_ED25519, "one", &one);
    const zkl_verifier_key key_two = verifier_of(t, ZKL_NOTE_ED25519, "two", &two);
    const zkl_verifier_key key_witness = verifier_of(t, ZKL_NOTE_COSIGNATURE, "w", &witness);
    const zkl_verifier_key as_plain = verifier_of(t, ZKL_NOTE_ED25519, "w", &witness);
    const zkl_verifier_key mixed = verifier_of(t, ZKL_NOTE_ED25519, "two", &one);
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    zkl_error err = { 0 };
    zkl_note parsed;
    uint64_t time_s = 0;
    zkl_note_begin(&note, text);
    REQUIRE_OK(t, &err, zkl_note_sign(&note, text, "one", &one.signer, &err));
    REQUIRE_OK(t, &err, zkl_note_cosign(&note, text, "w", 1767225600, &witness.signer, &err));
    REQUIRE_OK(t, &err, zkl_note_sign(&note, text, "two", &two.signer, &err));
    REQUIRE_OK(t, &err, zkl_note_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
    CHECK_UINT_EQ(t, parsed.signature_count, 3);
    CHECK(t, parsed.text.size == text.size && memcmp(parsed.text.data, text.data, text.size) == 0);
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&parsed, &key_one, NULL, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&parsed, &key_two, NULL, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&parsed, &key_witness, &time_s, &err));
    CHECK_UINT_EQ(t, time_s, 1767225600);
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_note_verify(&parsed, &mixed, NULL, &err));
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_note_verify(&parsed, &as_plain, NULL, &err));

    REQUIRE_OK(
        t, &err,
        zkl_note_sign(&note, text, "one", &one.signer, &err)); /* a second line by the same key */
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_note_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
}

/* The time of a cosignature is signed too: no byte of its line may change. */
static void test_note_cosignature__every_changed_byte_is_refused(zkl_test *t)
{
    const zkl_bytes text = zkl_bytes_of_text("text\n");
    const zkl_signing_key witness = test_key(t);
    const zkl_verifier_key key = verifier_of(t, ZKL_NOTE_COSIGNATURE, "witness.example", &witness);
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    zkl_error err = { 0 };
    zkl_note_begin(&note, text);
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&note, text, "witness.example", 12345, &witness.signer, &err));
    for (size_t i = 0; i < note.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            zkl_note parsed;
            note.data[i] ^= (uint8_t)(1 << bit);
            zkl_status status = zkl_note_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err);
            if (status == ZKL_OK)
                status = zkl_note_verify(&parsed, &key, NULL, &err);
            if (status == ZKL_OK)
                FAIL(t, "byte %zu, bit %d", i, bit);
            note.data[i] ^= (uint8_t)(1 << bit);
        }
}

#define LINE "\xe2\x80\x94 n AAAAAAA=\n" /* five bytes */

static void test_note__refuses_other_forms(zkl_test *t)
{
    static const char *const bad[] = {
        "text\n",
        "text\n\n",
        "\n" LINE,
        "text\n" LINE,
        "text\n\n" LINE "\n",
        "text\n\n" LINE "tail",
        "text\n\n\xe2\x80\x94 n AAAA\n"
        "x",
        "text\n\n\xe2\x80\x94 n AAAAAA==\n",   /* the key hash alone */
        "text\n\n\xe2\x80\x94  n AAAAAAA=\n",  /* two spaces */
        "text\n\n- n AAAAAAA=\n",              /* a hyphen */
        "text\n\n\xe2\x80\x94 AAAAAAA=\n",     /* no name */
        "text\n\n\xe2\x80\x94 n+m AAAAAAA=\n", /* a plus */
        "text\n\n\xe2\x80\x94 n AAAAAAA= \n",  /* a space behind */
        "text\n\n\xe2\x80\x94 n AAAAAAB=\n",   /* stray bits */
        "text\n\n\xe2\x80\x94 n AAAAAAA=\r\n",
        "te\txt\n\n" LINE,
        "te\xffxt\n\n" LINE,
    };
    zkl_error err = { 0 };
    zkl_note note;
    CHECK_STATUS(t, ZKL_OK,
                 zkl_note_parse(&note, &t->arena, zkl_bytes_of_text("text\n\n" LINE), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_note_parse(&note, &t->arena, zkl_bytes_of_text("\n\n" LINE), &err));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_note_parse(&note, &t->arena, zkl_bytes_of_text(bad[i]), &err) != ZKL_BAD_INPUT)
            FAIL(t, "bad note %zu was taken", i);
}

static void test_note__limits(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_note note;
    for (int count = 1; count <= ZKL_NOTE_SIGNATURES_MAX + 1; count++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        zkl_buffer_put_text(&text, "text\n\n");
        for (int i = 0; i < count; i++)
            zkl_buffer_format(&text, "\xe2\x80\x94 n%d AAAAAAA=\n", i);
        CHECK_STATUS(t, count <= ZKL_NOTE_SIGNATURES_MAX ? ZKL_OK : ZKL_LIMIT,
                     zkl_note_parse(&note, &t->arena, zkl_buffer_bytes(&text), &err));
    }
    ZKL_AUTO_CLEAR(zkl_buffer) big = { 0 };
    while (big.size < ZKL_NOTE_BYTES_MAX)
        zkl_buffer_put_text(&big, "a line of text\n");
    zkl_buffer_put_text(&big, "\n" LINE);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_note_parse(&note, &t->arena, zkl_buffer_bytes(&big), &err));
    ZKL_AUTO_CLEAR(zkl_buffer) long_line = { 0 };
    zkl_buffer_put_text(&long_line, "text\n\n\xe2\x80\x94 n ");
    for (size_t i = 0; i < ZKL_NOTE_SIGNATURE_BYTES_MAX * 4 / 3 + 12; i++)
        zkl_buffer_put_text(&long_line, "A");
    while ((long_line.size - 12) % 4)
        zkl_buffer_put_text(&long_line, "A");
    zkl_buffer_put_text(&long_line, "\n");
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_note_parse(&note, &t->arena, zkl_buffer_bytes(&long_line), &err));
}

/* ---- checkpoints */

static void test_checkpoint__round_trip(zkl_test *t)
{
    const zkl_signing_key key = test_key(t);
    const zkl_verifier_key verifier = verifier_of(t, ZKL_NOTE_ED25519, ORIGIN, &key);
    const zkl_verifier_key elsewhere =
        verifier_of(t, ZKL_NOTE_ED25519, "ledger.example/log-2", &key);
    const zkl_verifier_key as_witness = verifier_of(t, ZKL_NOTE_COSIGNATURE, ORIGIN, &key);
    static const uint64_t sizes[] = { 0, 1, 9, 10, 20852163, ZKL_LOG_SIZE_MAX };
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
        zkl_checkpoint parsed;
        zkl_digest root;
        test_random_bytes(t, &root, sizeof root);
        REQUIRE_OK(t, &err, zkl_checkpoint_sign(&note, ORIGIN, sizes[i], &root, &key.signer, &err));
        REQUIRE_OK(t, &err,
                   zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
        CHECK_UINT_EQ(t, parsed.size, sizes[i]);
        CHECK_MEM_EQ(t, &parsed.root, &root, sizeof root);
        CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_verify(&parsed, &verifier, &err));
        CHECK_STATUS(t, ZKL_UNCHECKED, zkl_checkpoint_verify(&parsed, &elsewhere, &err));
        CHECK_STATUS(t, ZKL_UNCHECKED, zkl_checkpoint_verify(&parsed, &as_witness, &err));
    }
}

/* The example of C2SP tlog-checkpoint has this text. */
static void test_checkpoint_text__as_in_the_specification(zkl_test *t)
{
    static const char want[] = "example.com/behind-the-sofa\n20852163\n"
                               "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_digest root;
    memcpy(&root,
           test_hex(t, "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62").data,
           32);
    zkl_checkpoint_encode_text(&text, "example.com/behind-the-sofa", 20852163, &root);
    REQUIRE(t, text.size == strlen(want));
    CHECK_MEM_EQ(t, text.data, want, text.size);
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static void test_checkpoint__refuses_other_forms(zkl_test *t)
{
    static const char *const bad[] = {
        "o\n1\n\n" LINE,
        "o\n01\n" ROOT "\n" LINE,
        "o\n+1\n" ROOT "\n" LINE,
        "o\n-1\n" ROOT "\n" LINE,
        "o\n 1\n" ROOT "\n" LINE,
        "o\n1x\n" ROOT "\n" LINE,
        "o\n\n" ROOT "\n" LINE,
        "o\n9223372036854775808\n" ROOT "\n" LINE,
        "o\n18446744073709551616\n" ROOT "\n" LINE,
        "o\n99999999999999999999\n" ROOT "\n" LINE,
        "\n1\n" ROOT "\n" LINE,
        "o o\n1\n" ROOT "\n" LINE,
        "o+o\n1\n" ROOT "\n" LINE,
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n\n" LINE, /* stray bits */
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2\n\n" LINE,
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n\n" LINE,
    };
    zkl_error err = { 0 };
    zkl_checkpoint parsed;
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_checkpoint_parse(&parsed, &t->arena, zkl_bytes_of_text("o\n1\n" ROOT "\n" LINE), &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_checkpoint_parse(&parsed, &t->arena,
                                      zkl_bytes_of_text("o\n1\n" ROOT "ext\n\n" LINE), &err));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_checkpoint_parse(&parsed, &t->arena, zkl_bytes_of_text(bad[i]), &err) !=
            ZKL_BAD_INPUT)
            FAIL(t, "bad checkpoint %zu was taken", i);
}

static void test_checkpoint__witness_quorum(zkl_test *t)
{
    const zkl_signing_key key = test_key(t);
    zkl_signing_key witnesses[3];
    zkl_verifier_key keys[4];
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    zkl_error err = { 0 };
    zkl_checkpoint parsed;
    const zkl_digest root = { { 1 } };
    size_t count = 9;
    zkl_checkpoint_encode_text(&text, ORIGIN, 5, &root);
    REQUIRE_OK(t, &err, zkl_checkpoint_sign(&note, ORIGIN, 5, &root, &key.signer, &err));
    for (size_t i = 0; i < 3; i++) {
        char name[] = "w0.example";
        name[1] = (char)('0' + i);
        witnesses[i] = test_key(t);
        keys[i] = verifier_of(t, ZKL_NOTE_COSIGNATURE, name, &witnesses[i]);
        if (i < 2)
            REQUIRE_OK(t, &err,
                       zkl_note_cosign(&note, zkl_buffer_bytes(&text), name, 100 + i,
                                       &witnesses[i].signer, &err));
    }
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
    for (size_t quorum = 0; quorum <= 3; quorum++) {
        CHECK_STATUS(t, quorum <= 2 ? ZKL_OK : ZKL_UNCHECKED,
                     zkl_checkpoint_verify_witnesses(&parsed, keys, 3, quorum, &count, &err));
        CHECK_UINT_EQ(t, count, 2);
    }
    /* One witness under two entries of the list counts once; so does one key under two names. */
    keys[2] = keys[0];
    keys[3] = verifier_of(t, ZKL_NOTE_COSIGNATURE, "again.example", &witnesses[1]);
    CHECK_STATUS(t, ZKL_UNCHECKED,
                 zkl_checkpoint_verify_witnesses(&parsed, keys, 4, 3, &count, &err));
    CHECK_UINT_EQ(t, count, 2);
    /* And one name with two keys, both of which signed. */
    keys[3] = verifier_of(t, ZKL_NOTE_COSIGNATURE, "w0.example", &witnesses[2]);
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&note, zkl_buffer_bytes(&text), "w0.example", 103,
                               &witnesses[2].signer, &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&parsed, &t->arena, zkl_buffer_bytes(&note), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&parsed.note, &keys[3], NULL, &err));
    CHECK_STATUS(t, ZKL_UNCHECKED,
                 zkl_checkpoint_verify_witnesses(&parsed, keys, 4, 3, &count, &err));
    CHECK_UINT_EQ(t, count, 2);
    /* A false line of a trusted witness is not passed over, even with quorum without it. */
    parsed.size++, parsed.note.text.size--;
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_checkpoint_verify_witnesses(&parsed, keys, 2, 0, &count, &err));
}

/* ---- tlog proofs */

static zkl_tlog_proof make_proof(zkl_test *t, zkl_buffer *note, const zkl_signing_key *key,
                                 zkl_bytes *entry)
{
    zkl_digest leaves[11], copy[11], root;
    zkl_tlog_proof proof = { .index = 6 };
    for (int i = 0; i < 11; i++) {
        const char *text = zkl_arena_format(&t->arena, "entry %d", i);
        zkl_rfc6962_leaf(&leaves[i], zkl_bytes_of_text(text));
        if (i == 6)
            *entry = zkl_bytes_of_text(text);
    }
    memcpy(copy, leaves, sizeof leaves);
    proof.path_count = zkl_merkle_path(proof.path, ZKL_HASH_SHA_256, 0x01, copy, 11, 6);
    memcpy(copy, leaves, sizeof leaves);
    zkl_merkle_root(&root, ZKL_HASH_SHA_256, 0x01, copy, 11);
    CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_sign(note, ORIGIN, 11, &root, &key->signer, NULL));
    proof.checkpoint = zkl_buffer_bytes(note);
    return proof;
}

static void test_tlog_proof__round_trip_and_every_changed_byte(zkl_test *t)
{
    const zkl_signing_key key = test_key(t);
    const zkl_verifier_key verifier = verifier_of(t, ZKL_NOTE_ED25519, ORIGIN, &key);
    zkl_error err = { 0 };
    for (int with_extra = 0; with_extra < 2; with_extra++) {
        ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
        zkl_bytes entry = { 0 };
        zkl_tlog_proof proof = make_proof(t, &note, &key, &entry), parsed;
        if (with_extra)
            proof.extra = zkl_bytes_of_text("extra data");
        zkl_tlog_proof_encode(&text, &proof);
        REQUIRE_OK(t, &err,
                   zkl_tlog_proof_parse(&parsed, &t->arena, zkl_buffer_bytes(&text), &err));
        CHECK_STATUS(t, ZKL_OK, zkl_tlog_proof_verify(&parsed, entry, &verifier, &err));
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_tlog_proof_verify(&parsed, zkl_bytes_of_text("entry 7"), &verifier, &err));
        zkl_tlog_proof_encode(&again, &parsed);
        REQUIRE(t, again.size == text.size);
        CHECK_MEM_EQ(t, again.data, text.data, text.size);
        size_t extra_end = strlen("c2sp.org/tlog-proof@v1\n") +
                           (with_extra ? strlen("extra ZXh0cmEgZGF0YQ==\n") : 0);
        for (size_t i = 0; i < text.size; i++)
            for (int bit = 0; bit < 8; bit++) {
                zkl_arena arena = { 0 };
                text.data[i] ^= (uint8_t)(1 << bit);
                zkl_status status =
                    zkl_tlog_proof_parse(&parsed, &arena, zkl_buffer_bytes(&text), &err);
                bool same_extra = status == ZKL_OK && parsed.extra.size == proof.extra.size &&
                                  (!with_extra || memcmp(parsed.extra.data, "extra data", 10) == 0);
                if (status == ZKL_OK)
                    status = zkl_tlog_proof_verify(&parsed, entry, &verifier, &err);
                /* Only the extra data, which nothing authenticates, may change. */
                if (status == ZKL_OK && (same_extra || i >= extra_end))
                    FAIL(t, "byte %zu, bit %d", i, bit);
                text.data[i] ^= (uint8_t)(1 << bit);
                zkl_arena_clear(&arena);
            }
    }
}

static void test_tlog_proof__refuses_other_forms(zkl_test *t)
{
    static const char checkpoint[] = "o\n1\n" ROOT "\n" LINE;
    static const char *const bad[] = {
        "",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nxx\n\n",
        "c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775807\n\n",
    };
    zkl_error err = { 0 };
    zkl_tlog_proof parsed;
    char text[512];
    snprintf(text, sizeof text, "c2sp.org/tlog-proof@v1\nindex 0\n\n%s", checkpoint);
    CHECK_STATUS(t, ZKL_OK,
                 zkl_tlog_proof_parse(&parsed, &t->arena, zkl_bytes_of_text(text), &err));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        snprintf(text, sizeof text, "%s%s", bad[i], checkpoint);
        if (zkl_tlog_proof_parse(&parsed, &t->arena, zkl_bytes_of_text(text), &err) !=
            ZKL_BAD_INPUT)
            FAIL(t, "bad proof %zu was taken", i);
    }
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    zkl_buffer_put_text(&many, "c2sp.org/tlog-proof@v1\nindex 0\n");
    for (int i = 0; i < ZKL_MERKLE_PATH_MAX + 1; i++)
        zkl_buffer_put_text(&many, ROOT);
    zkl_buffer_format(&many, "\n%s", checkpoint);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_tlog_proof_parse(&parsed, &t->arena, zkl_buffer_bytes(&many), &err));
}

/* At whichever allocation memory ends: ZKL_NO_MEMORY, and nothing leaks (the sanitizers look). */
static void test_checkpoint__survives_allocation_failure(zkl_test *t)
{
    const zkl_signing_key key = test_key(t);
    const zkl_verifier_key verifier = verifier_of(t, ZKL_NOTE_ED25519, ORIGIN, &key);
    zkl_error err = { 0 };
    zkl_status status = ZKL_NO_MEMORY;
    const zkl_digest root = { { 9 } };
    for (uint64_t nth = 1; status != ZKL_OK && nth < 100; nth++) {
        zkl_arena arena = { 0 };
        zkl_buffer note = { 0 };
        zkl_checkpoint parsed;
        zkl_malloc_fail_after(nth);
        status = zkl_checkpoint_sign(&note, ORIGIN, 3, &root, &key.signer, &err);
        if (status == ZKL_OK)
            status = zkl_checkpoint_parse(&parsed, &arena, zkl_buffer_bytes(&note), &err);
        if (status == ZKL_OK)
            status = zkl_checkpoint_verify(&parsed, &verifier, &err);
        zkl_malloc_fail_after(0);
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
        zkl_buffer_clear(&note);
        zkl_arena_clear(&arena);
    }
    CHECK_STATUS(t, ZKL_OK, status);
}

/* docs/formats/checkpoint.md, computed without this code. */
static void test_checkpoint__the_documented_example(zkl_test *t)
{
    static const char want[] =
        "example.org/ledger\n3\nw2UeVBcUxT1kjsx7rsp/4sNu9PplvM4ksdcShkN95WY=\n\n"
        "\xe2\x80\x94 example.org/ledger "
        "R8HBsoCHY38WpSj5EzBKt4aVLZLC0aRMIui4fw2HqaXa0dzY6wHp8XnUgp72hhDbb9XQd81v8pq7"
        "HcARmsmAAplaNg8=\n"
        "\xe2\x80\x94 witness.example "
        "Z1UPTgAAAABpVbkAT1+4xeoEBnFDkDZUnP5kPPr+uDFQ/FDXtK8yuzCLxiNp7n6xNGWie1ArDD6Wov1t"
        "E+C1W21OkUuGilGQqiUGAA==\n";
    static const char log_key[] =
        "example.org/ledger+47c1c1b2+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
    static const char witness_key[] =
        "witness.example+67550f4e+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
    zkl_signing_key key, witness;
    zkl_verifier_key parsed_key;
    zkl_checkpoint parsed;
    zkl_digest root;
    zkl_error err = { 0 };
    uint64_t time_s = 0;
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    memcpy(&root,
           test_hex(t, "c3651e541714c53d648ecc7baeca7fe2c36ef4fa65bcce24b1d71286437de566").data,
           32);
    REQUIRE_OK(
        t, &err,
        zkl_signing_key_from_secret(
            &key, ZKL_KEY_ED25519,
            test_hex(t, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").data,
            &err));
    REQUIRE_OK(
        t, &err,
        zkl_signing_key_from_secret(
            &witness, ZKL_KEY_ED25519,
            test_hex(t, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").data,
            &err));
    zkl_checkpoint_encode_text(&text, "example.org/ledger", 3, &root);
    REQUIRE_OK(t, &err,
               zkl_checkpoint_sign(&note, "example.org/ledger", 3, &root, &key.signer, &err));
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&note, zkl_buffer_bytes(&text), "witness.example", 1767225600,
                               &witness.signer, &err));
    REQUIRE(t, note.size == strlen(want));
    CHECK_MEM_EQ(t, note.data, want, note.size);
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&parsed, &t->arena, zkl_bytes_of_text(want), &err));
    REQUIRE_OK(t, &err, zkl_verifier_key_parse(&parsed_key, zkl_bytes_of_text(log_key), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_verify(&parsed, &parsed_key, &err));
    REQUIRE_OK(t, &err, zkl_verifier_key_parse(&parsed_key, zkl_bytes_of_text(witness_key), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&parsed.note, &parsed_key, &time_s, &err));
    CHECK_UINT_EQ(t, time_s, 1767225600);
}

ZKL_TESTS(TEST(test_note__the_example_of_go), TEST(test_note__every_changed_byte_is_refused),
          TEST(test_verifier_key__refuses_other_forms), TEST(test_verifier_key__of_ml_dsa_44),
          TEST(test_cosigned_bytes__of_ml_dsa_44),
          TEST(test_checkpoint__a_line_that_cannot_be_checked),
          TEST(test_checkpoint__cosigned_by_ml_dsa_44), TEST(test_note__names),
          TEST(test_note__several_signers),
          TEST(test_note_cosignature__every_changed_byte_is_refused),
          TEST(test_note__refuses_other_forms), TEST(test_note__limits),
          TEST(test_checkpoint__round_trip), TEST(test_checkpoint_text__as_in_the_specification),
          TEST(test_checkpoint__refuses_other_forms), TEST(test_checkpoint__witness_quorum),
          TEST(test_tlog_proof__round_trip_and_every_changed_byte),
          TEST(test_tlog_proof__refuses_other_forms),
          TEST(test_checkpoint__survives_allocation_failure),
          TEST(test_checkpoint__the_documented_example))
