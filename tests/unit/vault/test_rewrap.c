/* Versions of the key-encryption key: rotation, rewrapping, retirement, and what is left when they
 * are cut off anywhere. */
#include "vault_testing.h"

#include <sys/stat.h>

static const zkl_object_name name = { "job", "jobs/1" };

static zkl_status read_back(fixture *f, const char *path, const char *want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_TRY(zkl_envelope_read_file(&out, &f->vault, name, path, 1 << 20, NULL));
    return zkl_bytes_equal_text(zkl_buffer_bytes(&out), want) ? ZKL_OK : ZKL_CONFLICT;
}

static bool rewrap(zkl_test *t, fixture *f, const char *path)
{
    bool done = false;
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_rewrap(&done, &f->vault, fd, path, NULL));
    close(fd);
    return done;
}

static void test_rewrap__changes_the_head_alone(zkl_test *t)
{
    fixture f;
    ZKL_AUTO_CLEAR(zkl_buffer) before = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) after = { 0 };
    zkl_envelope_head head;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    fixture_write(t, &f, path, name, zkl_bytes_of_text("content"));
    CHECK_STATUS(t, ZKL_OK, zkl_file_read(&before, path, 1 << 20, NULL));
    CHECK(t, !rewrap(t, &f, path)); /* it has the newest */
    for (uint32_t version = 2; version < 6; version++) {
        CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
        CHECK(t, rewrap(t, &f, path));
        CHECK(t, !rewrap(t, &f, path));
        after.size = 0;
        CHECK_STATUS(t, ZKL_OK, zkl_file_read(&after, path, 1 << 20, NULL));
        CHECK_UINT_EQ(t, after.size, before.size);
        CHECK_MEM_EQ(t, after.data, before.data, 128);
        CHECK_MEM_EQ(t, after.data + ZKL_ENVELOPE_HEAD_BYTES, before.data + ZKL_ENVELOPE_HEAD_BYTES,
                     before.size - ZKL_ENVELOPE_HEAD_BYTES);
        CHECK_STATUS(t, ZKL_OK, zkl_envelope_head_parse(&head, after.data, NULL));
        CHECK_UINT_EQ(t, head.wrapped.version, version);
        CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
    }
    CHECK_UINT_EQ(t, f.uses[ZKL_VAULT_REWRAP], 4);
    fixture_clear(&f);
}

/* The two writes of a rewrap, each cut off after any number of bytes: the object opens, under the
 * old version or the new one, and can be rewrapped again. */
static void test_rewrap__cut_off_anywhere(zkl_test *t)
{
    fixture f;
    ZKL_AUTO_CLEAR(zkl_buffer) before = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) after = { 0 };
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    fixture_write(t, &f, path, name, zkl_bytes_of_text("content"));
    CHECK_STATUS(t, ZKL_OK, zkl_file_read(&before, path, 1 << 20, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    CHECK(t, rewrap(t, &f, path));
    CHECK_STATUS(t, ZKL_OK, zkl_file_read(&after, path, 1 << 20, NULL));
    uint8_t *const state = zkl_arena_copy(&t->arena, before.data, before.size);
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    for (size_t written = 0; written <= 2 * 448; written++) {
        /* the new slot first, then the old one is cleared */
        const size_t at = written <= 448 ? 576 : 128;
        memcpy(state + at, after.data + at, written <= 448 ? written : written - 448);
        REQUIRE(t, pwrite(fd, state, before.size, 0) == (ssize_t)before.size);
        CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
        if (written % 64 == 1) {
            (void)rewrap(t, &f, path);
            CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
        }
    }
    close(fd);
    fixture_clear(&f);
}

/* A provider that has its own way to rewrap, and how it lies. */
static struct {
    zkl_kek *of;
    const char *lie;
} liar;

static zkl_status liar_unwrap(zkl_kek *kek, uint8_t key[static ZKL_CRYPTO_KEY_BYTES],
                              const zkl_wrapped_key *wrapped,
                              const uint8_t object[static ZKL_KEK_OBJECT_BYTES], zkl_error *err)
{
    (void)kek;
    return liar.of->ops->unwrap(liar.of, key, wrapped, object, err);
}

static zkl_status liar_versions(zkl_kek *kek, zkl_kek_versions *out, zkl_error *err)
{
    (void)kek;
    return liar.of->ops->versions(liar.of, out, err);
}

static zkl_status liar_rewrap(zkl_kek *kek, zkl_wrapped_key *out, const zkl_wrapped_key *wrapped,
                              zkl_error *err)
{
    zkl_kek_versions versions;
    ZKL_TRY(liar_versions(kek, &versions, err));
    *out = *wrapped;
    if (strcmp(liar.lie, "bytes") == 0)
        out->data[0] ^= 1;
    if (strcmp(liar.lie, "version") == 0)
        out->version = versions.newest;
    return ZKL_OK;
}

/* What it answers is opened before the old one goes: the object stays. */
static void test_rewrap__believes_no_provider(zkl_test *t)
{
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    fixture_write(t, &f, path, name, zkl_bytes_of_text("content"));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    liar.of = f.vault.kek;
    const zkl_kek_ops ops = {
        .name = "liar", .unwrap = liar_unwrap, .rewrap = liar_rewrap, .versions = liar_versions
    };
    zkl_kek kek = *f.vault.kek;
    kek.ops = &ops;
    zkl_vault lied_to = f.vault;
    lied_to.kek = &kek;
    static const char *const lies[] = { "bytes", "version" };
    for (size_t i = 0; i < ZKL_COUNT(lies); i++) {
        bool done = true;
        liar.lie = lies[i];
        const int fd = open(path, O_RDWR | O_CLOEXEC);
        CHECK_STATUS(t, ZKL_REJECTED, zkl_envelope_rewrap(&done, &lied_to, fd, path, NULL));
        close(fd);
        CHECK(t, !done);
        CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
    }
    CHECK(t, rewrap(t, &f, path));
    fixture_clear(&f);
}

static bool is_clear(const char *path)
{
    return strstr(path, "clear") != NULL;
}

/* A version goes when no object needs it, and not before. */
static void test_retire__only_what_nothing_needs(zkl_test *t)
{
    fixture f;
    zkl_vault_count count;
    REQUIRE(t, fixture_open(t, &f));
    const char *const below = fixture_path(t, &f, "below");
    CHECK_STATUS(t, ZKL_OK, zkl_folder_make(below, 0700, NULL));
    const char *const paths[] = { below, fixture_path(t, &f, "lacks"), NULL };
    const zkl_vault_walk walk = { .paths = paths, .is_passed_over = is_clear };
    for (int i = 0; i < 5; i++)
        fixture_write(t, &f, zkl_arena_format(&t->arena, "%s/%d", below, i), name,
                      zkl_bytes_of_text("content"));
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_file_write(fixture_path(t, &f, "below/clear"), zkl_bytes_of_text("x"), 0600, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_survey(&count, &f.vault, &walk, NULL));
    CHECK(t, count.objects == 5 && !count.clear && !count.failed && count.oldest == 1);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 2, &walk, NULL)); /* the newest */
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 2, &walk, NULL)); /* in use */
    CHECK(t, rewrap(t, &f, zkl_arena_format(&t->arena, "%s/3", below)));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 2, &walk, NULL)); /* still */
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rewrap_all(&count, &f.vault, &walk, NULL));
    CHECK(t, count.objects == 5 && count.rewrapped == 4 && !count.failed && count.oldest == 2);
    CHECK_STATUS(t, ZKL_OK, zkl_vault_retire(&f.vault, 2, &walk, NULL));
    for (int i = 0; i < 5; i++)
        CHECK_STATUS(t, ZKL_OK,
                     read_back(&f, zkl_arena_format(&t->arena, "%s/%d", below, i), "content"));
    /* what may be in clear, and is about to become an object, counts as one */
    const char *const part = fixture_path(t, &f, "below/clear.part");
    fixture_write(t, &f, part, name, zkl_bytes_of_text("content"));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    for (int i = 0; i < 5; i++)
        CHECK(t, rewrap(t, &f, zkl_arena_format(&t->arena, "%s/%d", below, i)));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 3, &walk, NULL));
    REQUIRE(t, truncate(part, 500) == 0); /* cut before its head was whole: nothing */
    CHECK_STATUS(t, ZKL_OK, zkl_vault_retire(&f.vault, 3, &walk, NULL));
    /* what cannot be looked at may need any version */
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rewrap_all(&count, &f.vault, &walk, NULL));
    CHECK_STATUS(t, ZKL_OK,
                 zkl_file_write(fixture_path(t, &f, "below/broken"),
                                zkl_bytes_of_text("zkl-env\nnothing"), 0600, NULL));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 4, &walk, NULL));
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_file_write(fixture_path(t, &f, "below/plain"), zkl_bytes_of_text("words"), 0600, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_survey(&count, &f.vault, &walk, NULL));
    CHECK(t, count.clear == 1 && strstr(count.first_clear, "below/plain") && count.failed == 1);
    fixture_clear(&f);
}

/* A retired version is gone: what only it wraps is lost, and says so. */
static void test_retire__is_for_good(zkl_test *t)
{
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    const char *const none[] = { NULL };
    fixture_write(t, &f, path, name, zkl_bytes_of_text("content"));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
    CHECK_STATUS(t, ZKL_OK,
                 zkl_vault_retire(&f.vault, 2, &(zkl_vault_walk){ .paths = none }, NULL));
    CHECK_STATUS(t, ZKL_UNCHECKED, read_back(&f, path, "content"));
    CHECK(t, fixture_open_kek(t, &f, false));
    CHECK_STATUS(t, ZKL_UNCHECKED, read_back(&f, path, "content"));
    CHECK(t, f.failures == 2);
    fixture_clear(&f);
}

/* ---- the file of keys */

static void test_kek_file__versions_survive(zkl_test *t)
{
    fixture f;
    zkl_kek_versions versions;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    char id[ZKL_KEK_ID_CHARS_MAX + 1];
    snprintf(id, sizeof id, "%s", f.vault.kek->id);
    fixture_write(t, &f, path, name, zkl_bytes_of_text("content"));
    for (int i = 0; i < 3; i++)
        CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    REQUIRE(t, fixture_open_kek(t, &f, false));
    CHECK_TEXT_EQ(t, f.vault.kek->id, id);
    CHECK_STATUS(t, ZKL_OK, f.vault.kek->ops->versions(f.vault.kek, &versions, NULL));
    CHECK(t, versions.oldest == 1 && versions.newest == 4);
    CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
    fixture_clear(&f);
}

static zkl_status open_with_bytes(fixture *f, zkl_bytes text, mode_t mode)
{
    zkl_kek *kek = NULL;
    const zkl_kek_settings s = { .provider = "file", .crypto = f->crypto, .file = f->kek_path };
    (void)unlink(f->kek_path);
    ZKL_TRY(zkl_file_write(f->kek_path, text, 0600, NULL));
    if (chmod(f->kek_path, mode) != 0)
        return ZKL_IO;
    const zkl_status status = zkl_kek_open(&kek, &s, NULL);
    zkl_kek_close(kek);
    return status;
}

static zkl_status open_with(fixture *f, const char *text, mode_t mode)
{
    return open_with_bytes(f, zkl_bytes_of_text(text), mode);
}

static void test_kek_file__refuses_others(zkl_test *t)
{
#define ID "zkl-kek 1\nid 0123456789abcdef\n"
#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    static const char *const bad[] = { "",
                                       "zkl-kek 2\nid 0123456789abcdef\nkey 1 " HEX "\n",
                                       ID,
                                       ID "key 1 " HEX,
                                       ID "key 0 " HEX "\n",
                                       ID "key 1 " HEX "00\n",
                                       ID "key 1 " HEX "\nkey 3 " HEX "\n",
                                       ID "key 2 " HEX "\nkey 1 " HEX "\n",
                                       ID "key 1 " HEX "\n\n",
                                       "zkl-kek 1\nid 0123\nkey 1 " HEX "\n",
                                       ID "key 99999999999 " HEX "\n",
                                       ID "key +1 " HEX "\n",
                                       ID "key 01 " HEX "\n",
                                       ID "key 1  " HEX "\n",
                                       ID "key 1\n" HEX "\n" };
    /* Behind a byte 0 stands a version that the next rotation would leave out of the file. */
    static const char cut[] = ID "key 1 " HEX "\n\0key 2 " HEX "\n";
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    CHECK_STATUS(t, ZKL_OK, open_with(&f, ID "key 7 " HEX "\nkey 8 " HEX "\n", 0600));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (open_with(&f, bad[i], 0600) != ZKL_BAD_INPUT)
            FAIL(t, "'%s' is taken", bad[i]);
    CHECK_STATUS(t, ZKL_BAD_INPUT, open_with_bytes(&f, zkl_bytes_of(cut, sizeof cut - 1), 0600));
    CHECK_STATUS(t, ZKL_DENIED, open_with(&f, ID "key 1 " HEX "\n", 0640));
    CHECK_STATUS(t, ZKL_DENIED, open_with(&f, ID "key 1 " HEX "\n", 0602));
    (void)unlink(f.kek_path);
    const zkl_kek_settings s = { .provider = "file", .crypto = f.crypto, .file = f.kek_path };
    zkl_kek *kek = NULL;
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_kek_open(&kek, &s, NULL));
    CHECK(t, symlink("elsewhere", f.kek_path) == 0);
    CHECK_STATUS(t, ZKL_IO, zkl_kek_open(&kek, &s, NULL)); /* a link is not followed */
    const zkl_kek_settings none = { .provider = "elsewhere", .crypto = f.crypto };
    CHECK_STATUS(t, ZKL_USAGE, zkl_kek_open(&kek, &none, NULL));
    const zkl_kek_settings lacks = { .provider = "pkcs11", .crypto = f.crypto };
    CHECK_STATUS(t, ZKL_USAGE, zkl_kek_open(&kek, &lacks, NULL));
    fixture_clear(&f);
}

/* Whoever writes to a folder that lies on another disk follows the link to it: what is there needs
 * its version as anything else. */
static void test_retire__sees_behind_a_link(zkl_test *t)
{
    fixture f;
    zkl_vault_count count;
    REQUIRE(t, fixture_open(t, &f));
    const char *const disk = fixture_path(t, &f, "disk"), *const link =
                                                              fixture_path(t, &f, "files");
    const char *const path = fixture_path(t, &f, "disk/x"), *const inner =
                                                                fixture_path(t, &f, "disk/y");
    const char *const paths[] = { link, NULL };
    const zkl_vault_walk walk = { .paths = paths };
    REQUIRE(t, mkdir(disk, 0700) == 0 && symlink("disk", link) == 0);
    fixture_write(t, &f, path, name, zkl_bytes_of_text("content"));
    REQUIRE(t, symlink(path, inner) == 0); /* below it nothing is followed */
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 2, &walk, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rewrap_all(&count, &f.vault, &walk, NULL));
    CHECK_UINT_EQ(t, count.objects, 1);
    CHECK_UINT_EQ(t, count.rewrapped, 1);
    CHECK_UINT_EQ(t, count.failed, 0);
    CHECK_STATUS(t, ZKL_OK, zkl_vault_retire(&f.vault, 2, &walk, NULL));
    CHECK_STATUS(t, ZKL_OK, read_back(&f, path, "content"));
    fixture_clear(&f);
}

/* What cannot be looked at may need any version. */
static void test_retire__not_past_what_it_cannot_see(zkl_test *t)
{
    fixture f;
    zkl_vault_count count;
    char part[201];
    REQUIRE(t, fixture_open(t, &f));
    const char *const paths[] = { f.folder, NULL };
    const zkl_vault_walk walk = { .paths = paths };
    memset(part, 'd', sizeof part - 1);
    part[sizeof part - 1] = 0;
    int at = open(f.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < 25; i++) { /* 5,000 bytes: more than PATH_MAX */
        REQUIRE(t, mkdirat(at, part, 0700) == 0);
        const int below = openat(at, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        close(at);
        at = below;
    }
    close(at);
    CHECK_STATUS(t, ZKL_OK, zkl_vault_rotate(&f.vault, NULL));
    REQUIRE(t, unlink(f.kek_path) == 0); /* it is no object */
    CHECK_STATUS(t, ZKL_OK, zkl_vault_survey(&count, &f.vault, &walk, NULL));
    CHECK_UINT_EQ(t, count.failed, 1);
    CHECK(t, strstr(count.first_failure.text, "too deep"));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_vault_retire(&f.vault, 2, &walk, NULL));
    fixture_clear(&f);
}

/* Approved algorithms of a provider that is there, or a clear word. */
static void test_crypto__fips_or_nothing(zkl_test *t)
{
    zkl_crypto *crypto = NULL;
    zkl_error err = { 0 };
    const zkl_status status = zkl_crypto_new(&crypto, true, &err);
    if (status == ZKL_OK)
        CHECK(t, strstr(zkl_crypto_name(crypto), "FIPS provider"));
    else
        CHECK(t, status == ZKL_NOT_SUPPORTED && strstr(err.text, "FIPS"));
    zkl_crypto_free(crypto);
}

ZKL_TESTS(TEST(test_rewrap__changes_the_head_alone), TEST(test_rewrap__cut_off_anywhere),
          TEST(test_rewrap__believes_no_provider), TEST(test_retire__only_what_nothing_needs),
          TEST(test_retire__is_for_good), TEST(test_retire__sees_behind_a_link),
          TEST(test_retire__not_past_what_it_cannot_see), TEST(test_kek_file__versions_survive),
          TEST(test_kek_file__refuses_others), TEST(test_crypto__fips_or_nothing))
