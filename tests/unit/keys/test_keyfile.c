#include "keys/keyfile.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "testing.h"

/* Cheap on purpose: the tests open key files hundreds of times. */
static const zkl_keyfile_cost cheap = { .log_n = 4, .r = 1, .p = 1 };

static const struct {
    zkl_keyfile_kind kind;
    zkl_key_type type;
    const char *name;
} samples[] = {
    { ZKL_KEYFILE_SIGNER, ZKL_KEY_ED25519, "" },
    { ZKL_KEYFILE_SIGNER, ZKL_KEY_ECDSA_P256,
      "Gr\xc3\xbc\xc3\x9f"
      "e, signer" },
    { ZKL_KEYFILE_LOG, ZKL_KEY_ED25519, "ledger.example/log-1" },
    { ZKL_KEYFILE_OWNER, ZKL_KEY_ED25519, "owner" },
};

static zkl_keyfile make(zkl_test *t, size_t sample)
{
    zkl_keyfile file = { 0 };
    zkl_env env = test_env(t);
    CHECK_STATUS(t, ZKL_OK,
                 zkl_keyfile_make(&file, samples[sample].kind, samples[sample].type,
                                  samples[sample].name, &env, NULL));
    return file;
}

static void check_same(zkl_test *t, const zkl_keyfile *got, const zkl_keyfile *want)
{
    CHECK_UINT_EQ(t, got->info.kind, want->info.kind);
    CHECK_TEXT_EQ(t, got->info.name, want->info.name);
    CHECK(t, zkl_public_key_equal(&got->info.public_key, &want->info.public_key));
    CHECK_MEM_EQ(t, got->key.secret, want->key.secret, 32);
    CHECK_MEM_EQ(t, got->owner.bytes, want->owner.bytes, 32);
}

static void test_keyfile__round_trip(zkl_test *t)
{
    const zkl_bytes passphrase = zkl_bytes_of_text("correct horse"),
                    wrong = zkl_bytes_of_text("correct horsf");
    const zkl_bytes none = { 0 };
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(samples); i++)
        for (int with = 0; with < 2; with++) {
            ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, i);
            ZKL_AUTO_CLEAR(zkl_keyfile) back = { 0 };
            ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
            zkl_keyfile_info info;
            REQUIRE_OK(
                t, &err,
                zkl_keyfile_encode(&bytes, &file, with ? &passphrase : NULL, &cheap, &env, &err));
            REQUIRE_OK(t, &err, zkl_keyfile_parse(&info, zkl_buffer_bytes(&bytes), &err));
            CHECK(t, info.has_passphrase == (with == 1));
            CHECK_TEXT_EQ(t, info.name, samples[i].name);
            CHECK(t, zkl_public_key_equal(&info.public_key, &file.info.public_key));
            REQUIRE_OK(t, &err,
                       zkl_keyfile_open(&back, zkl_buffer_bytes(&bytes), &passphrase, &err));
            check_same(t, &back, &file);
            if (with) {
                ZKL_AUTO_CLEAR(zkl_keyfile) untouched = { 0 };
                static const zkl_keyfile zeros;
                CHECK_STATUS(t, ZKL_DENIED,
                             zkl_keyfile_open(&untouched, zkl_buffer_bytes(&bytes), &wrong, &err));
                CHECK_STATUS(t, ZKL_DENIED,
                             zkl_keyfile_open(&untouched, zkl_buffer_bytes(&bytes), &none, &err));
                CHECK_STATUS(t, ZKL_DENIED,
                             zkl_keyfile_open(&untouched, zkl_buffer_bytes(&bytes), NULL, &err));
                CHECK_MEM_EQ(t, &untouched, &zeros, sizeof zeros);
                /* The secret itself does not stand in the file. */
                const void *secret =
                    file.info.kind == ZKL_KEYFILE_OWNER ? file.owner.bytes : file.key.secret;
                CHECK(t, memmem(bytes.data, bytes.size, secret, 32) == NULL);
            } else {
                REQUIRE_OK(t, &err, zkl_keyfile_open(&back, zkl_buffer_bytes(&bytes), NULL, &err));
            }
        }
}

/* Each byte changed is damage; with the trailing hash repaired too it is a wrong passphrase,
 * another kind of file, or a refused header. */
static void test_keyfile__every_changed_byte_is_refused(zkl_test *t)
{
    const zkl_bytes passphrase = zkl_bytes_of_text("correct horse");
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    for (size_t sample = 0; sample < ZKL_COUNT(samples); sample++) {
        ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, sample);
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_keyfile back;
        REQUIRE_OK(t, &err, zkl_keyfile_encode(&bytes, &file, &passphrase, &cheap, &env, &err));
        for (size_t i = 0; i < bytes.size; i++) {
            uint8_t was = bytes.data[i], change = (uint8_t)(1 + test_random_below(t, 255));
            bytes.data[i] ^= change;
            zkl_status status =
                zkl_keyfile_open(&back, zkl_buffer_bytes(&bytes), &passphrase, &err);
            CHECK(t, status == ZKL_BAD_INPUT || status == ZKL_NOT_SUPPORTED);
            if (i + 32 < bytes.size) {
                zkl_digest hash, kept;
                memcpy(&kept, bytes.data + bytes.size - 32, 32);
                zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes.data, bytes.size - 32);
                memcpy(bytes.data + bytes.size - 32, &hash, 32);
                if (zkl_keyfile_open(&back, zkl_buffer_bytes(&bytes), &passphrase, &err) == ZKL_OK)
                    FAIL(t, "byte %zu of sample %zu", i, sample);
                memcpy(bytes.data + bytes.size - 32, &kept, 32);
            }
            bytes.data[i] = was;
        }
        for (size_t cut = 0; cut < bytes.size; cut++)
            CHECK_STATUS(t, ZKL_BAD_INPUT,
                         zkl_keyfile_open(&back, zkl_bytes_of(bytes.data, cut), &passphrase, &err));
        CHECK_STATUS(t, ZKL_OK,
                     zkl_keyfile_open(&back, zkl_buffer_bytes(&bytes), &passphrase, &err));
        zkl_keyfile_clear(&back);
    }
}

/* Without a passphrase nothing authenticates the file, but a public key that is not the secret's is
 * noticed. */
static void test_keyfile__public_key_belongs_to_the_secret(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, 0);
    ZKL_AUTO_CLEAR(zkl_keyfile) other = make(t, 0);
    ZKL_AUTO_CLEAR(zkl_keyfile) back = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    file.info.public_key = other.info.public_key;
    REQUIRE_OK(t, &err, zkl_keyfile_encode(&bytes, &file, NULL, NULL, &env, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_keyfile_open(&back, zkl_buffer_bytes(&bytes), NULL, &err));
}

/* A cost that would eat the machine is refused before any memory is taken. */
static void test_keyfile__limits(zkl_test *t)
{
    const zkl_bytes passphrase = zkl_bytes_of_text("p"), empty = { 0 };
    static const uint8_t costs[][3] = { { 0, 8, 1 },  { 21, 8, 1 },  { 255, 8, 1 }, { 20, 16, 1 },
                                        { 16, 0, 1 }, { 16, 17, 1 }, { 16, 8, 0 },  { 16, 8, 9 } };
    ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, 3);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    static uint8_t big[ZKL_KEYFILE_BYTES_MAX + 1];
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_keyfile_info info;
    zkl_keyfile back;
    REQUIRE_OK(t, &err, zkl_keyfile_encode(&bytes, &file, &passphrase, &cheap, &env, &err));
    size_t cost_at = 8 + 2 + 1 + 1 + 4 + strlen(file.info.name) + 4 + 0 + 1;
    CHECK_UINT_EQ(t, bytes.data[cost_at], cheap.log_n);
    for (size_t i = 0; i < ZKL_COUNT(costs); i++) {
        zkl_digest hash;
        memcpy(bytes.data + cost_at, costs[i], 3);
        zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes.data, bytes.size - 32);
        memcpy(bytes.data + bytes.size - 32, &hash, 32);
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_keyfile_parse(&info, zkl_buffer_bytes(&bytes), &err));
    }
    memcpy(big, "zkl-key\n", 8);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_keyfile_parse(&info, zkl_bytes_of(big, sizeof big), &err));
    CHECK_STATUS(t, ZKL_USAGE, zkl_keyfile_encode(&bytes, &file, &empty, &cheap, &env, &err));
    const zkl_bytes long_one = zkl_bytes_of(big, ZKL_KEYFILE_PASSPHRASE_BYTES_MAX + 1);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_keyfile_encode(&bytes, &file, &long_one, &cheap, &env, &err));
    CHECK_STATUS(t, ZKL_USAGE,
                 zkl_keyfile_make(&back, ZKL_KEYFILE_SIGNER, ZKL_KEY_ED25519, "a\nb", &env, &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_keyfile_make(&back, ZKL_KEYFILE_LOG, ZKL_KEY_ECDSA_P256, "l", &env, &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_keyfile_make(&back, ZKL_KEYFILE_LOG, ZKL_KEY_ML_DSA_44, "l", &env, &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_keyfile_make(&back, ZKL_KEYFILE_SIGNER, ZKL_KEY_ML_DSA_44, "l", &env, &err));
    /* A witness's: as far as libcrypto has the algorithm. */
    CHECK_STATUS(t, zkl_key_type_available(ZKL_KEY_ML_DSA_44) ? ZKL_OK : ZKL_NOT_SUPPORTED,
                 zkl_keyfile_make(&back, ZKL_KEYFILE_WITNESS, ZKL_KEY_ML_DSA_44, "w", &env, &err));
}

static void test_keyfile__on_disk(zkl_test *t)
{
    const zkl_bytes passphrase = zkl_bytes_of_text("correct horse"), wrong = zkl_bytes_of_text("x");
    ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, 2);
    ZKL_AUTO_CLEAR(zkl_keyfile) back = { 0 };
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_keyfile_info info;
    struct stat st;
    bool others = true;
    char path[256];
    snprintf(path, sizeof path, "%s/log.key", test_folder(t));
    REQUIRE_OK(t, &err, zkl_keyfile_save(path, &file, &passphrase, &cheap, &env, &err));
    REQUIRE(t, stat(path, &st) == 0);
    CHECK_UINT_EQ(t, st.st_mode & 0777, 0600);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_keyfile_save(path, &file, &passphrase, &cheap, &env, &err));
    REQUIRE_OK(t, &err, zkl_keyfile_load(&back, path, &passphrase, &others, &err));
    CHECK(t, !others);
    check_same(t, &back, &file);
    CHECK_STATUS(t, ZKL_DENIED, zkl_keyfile_load(&back, path, &wrong, NULL, &err));
    CHECK(t, strstr(err.text, path) != NULL && strstr(err.text, "wrong passphrase") != NULL);
    REQUIRE_OK(t, &err, zkl_keyfile_load_info(&info, path, NULL, &err));
    CHECK_TEXT_EQ(t, info.name, "ledger.example/log-1");
    REQUIRE(t, chmod(path, 0640) == 0);
    REQUIRE_OK(t, &err, zkl_keyfile_load(&back, path, &passphrase, &others, &err));
    CHECK(t, others);
    snprintf(path, sizeof path, "%s/missing.key", test_folder(t));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_keyfile_load(&back, path, &passphrase, &others, &err));
}

static void test_keyfile__survives_allocation_failure(zkl_test *t)
{
    const zkl_bytes passphrase = zkl_bytes_of_text("p");
    ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, 0);
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status != ZKL_OK && nth < 100; nth++) {
        zkl_buffer bytes = { 0 };
        zkl_malloc_fail_after(nth);
        status = zkl_keyfile_encode(&bytes, &file, &passphrase, &cheap, &env, &err);
        zkl_malloc_fail_after(0);
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
        zkl_buffer_clear(&bytes);
    }
    CHECK_STATUS(t, ZKL_OK, status);
}

/* A file at the default cost for another implementation to open: tests/interop/dsse.sh names the
 * folder. */
static void test_keyfile__for_others(zkl_test *t)
{
    const char *out = getenv("ZKL_INTEROP_OUT");
    const zkl_bytes passphrase = zkl_bytes_of_text("correct horse battery staple");
    ZKL_AUTO_CLEAR(zkl_keyfile) file = make(t, 2);
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    char path[512];
    snprintf(path, sizeof path, "%s/log.key", out ? out : test_folder(t));
    REQUIRE_OK(t, &err, zkl_keyfile_save(path, &file, &passphrase, NULL, &env, &err));
}

/* docs/formats/keyfile.md, computed without this code. */
static void test_keyfile__the_documented_examples(zkl_test *t)
{
    static const char secret[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    static const char clear[] = "7a6b6c2d6b65790a00010101000000067369676e657200000020d75a980182b10a"
                                "b7d54bfed3c964073a0ee172f3daa62325af021a68f707"
                                "511a009d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae"
                                "7f609b496eea06746e2597967c486202a83805632887fd"
                                "2defb8e7dc41d108349feb";
    static const char wrapped[] = "7a6b6c2d6b65790a00010201000000126578616d706c652e6f72672f6c656467"
                                  "657200000020d75a980182b10ab7d54bfed3c964073a0ee1"
                                  "72f3daa62325af021a68f707511a01040801000102030405060708090a0b0c0d"
                                  "0e0f101112131415161718191a1b1c1d1e1f202122232425"
                                  "262728292a2bdb67fff9c8d31d2c42fe364dbb50395c1a8ef6f36db12180acca"
                                  "3a4cb758cb96cfc23dd8a591fe411a93db2abadbd7d70973"
                                  "196abd1cd8b866c1e79b82a3ec0d4d6f52b850112bad67410dd3c8a6538d";
    const zkl_bytes passphrase = zkl_bytes_of_text("correct horse");
    ZKL_AUTO_CLEAR(zkl_keyfile) file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_keyfile_open(&file, test_hex(t, wrapped), &passphrase, &err));
    CHECK(t, file.info.kind == ZKL_KEYFILE_LOG && file.info.cost.log_n == 4);
    CHECK_TEXT_EQ(t, file.info.name, "example.org/ledger");
    CHECK_MEM_EQ(t, file.key.secret, test_hex(t, secret).data, 32);
    REQUIRE_OK(t, &err, zkl_keyfile_open(&file, test_hex(t, clear), NULL, &err));
    CHECK(t, file.info.kind == ZKL_KEYFILE_SIGNER && !file.info.has_passphrase);
    CHECK_MEM_EQ(t, file.key.secret, test_hex(t, secret).data, 32);
    REQUIRE_OK(t, &err, zkl_keyfile_encode(&again, &file, NULL, NULL, NULL, &err));
    REQUIRE(t, again.size == test_hex(t, clear).size);
    CHECK_MEM_EQ(t, again.data, test_hex(t, clear).data, again.size);
}

ZKL_TESTS(TEST(test_keyfile__round_trip), TEST(test_keyfile__every_changed_byte_is_refused),
          TEST(test_keyfile__public_key_belongs_to_the_secret), TEST(test_keyfile__limits),
          TEST(test_keyfile__on_disk), TEST(test_keyfile__survives_allocation_failure),
          TEST(test_keyfile__for_others), TEST(test_keyfile__the_documented_examples))
