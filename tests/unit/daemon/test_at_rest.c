/* Encryption at rest of the service: what the settings may say, and what of a folder is taken. */
#include "daemon/at_rest.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/env.h"
#include "base/file.h"
#include "daemon/second_factor.h"
#include "testing.h"

static zkl_status take(daemon_at_rest_settings *out, zkl_arena *memory, const char *text)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    zkl_error err = { 0 };
    ZKL_TRY(zkl_toml_parse(&toml, zkl_bytes_of_text(text), &err));
    return daemon_at_rest_settings_take(out, memory, "/srv/zkl", zkl_toml_root(toml), &err);
}

static void test_settings__what_may_stand_there(zkl_test *t)
{
    static const char *const bad[] = {
        "encryption = true",
        "[encryption]\nfile = 7",
        "[encryption]\nfile = \"\"",
        "[encryption]\nfiles = \"/etc/kek\"",
        "[encryption]\nfips = \"yes\"",
        "[encryption]\nprovider = \"transit\"\naddress = \"http://keys.example\"",
        "[encryption]\nprovider = \"transit\"\naddress = \"https://u:p@keys.example\"",
        "[encryption]\nwork_folder = \"\"",
    };
    daemon_at_rest_settings s;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (take(&s, &t->arena, bad[i]) == ZKL_OK)
            FAIL(t, "taken: %s", bad[i]);
    CHECK_STATUS(t, ZKL_OK, take(&s, &t->arena, "x = 1"));
    CHECK(t, !s.is_on);
    CHECK_STATUS(t, ZKL_OK, take(&s, &t->arena, "[encryption]\nfile = \"/etc/zkl/kek\""));
    CHECK(t, s.is_on && !s.fips && !s.work_folder_may_be_disk);
    CHECK_TEXT_EQ(t, s.kek.provider, "file");
    CHECK_TEXT_EQ(t, s.kek.file, "/etc/zkl/kek");
    CHECK(t, strncmp(s.work_folder, "/dev/shm/zkp-ledgerd-", 21) == 0);
    CHECK_STATUS(t, ZKL_OK,
                 take(&s, &t->arena,
                      "[encryption]\nprovider = \"pkcs11\"\nmodule = \"m.so\"\ntoken = \"t\"\n"
                      "pin_file = \"pin\"\nkey = \"k\"\nfips = true\nwork_folder = \"/w\""));
    CHECK(t, s.fips);
    CHECK_TEXT_EQ(t, s.kek.pin_file, "/srv/zkl/pin");
    CHECK_TEXT_EQ(t, s.work_folder, "/w");
}

/* ---- a folder */

typedef struct world {
    const char *folder;
    daemon_at_rest_settings settings;
    daemon_at_rest *at_rest;
} world;

static bool begin(zkl_test *t, world *w)
{
    zkl_error err = { 0 };
    *w = (world){ .folder = test_folder(t) };
    w->settings = (daemon_at_rest_settings){
        .is_on = true,
        .kek = { .provider = "file",
                 .file = zkl_arena_format(&t->arena, "%s/kek", test_folder(t)) },
        .work_folder = zkl_arena_format(&t->arena, "%s/work", test_folder(t)),
        .work_folder_may_be_disk = true
    };
    const bool is_open =
        daemon_at_rest_open(&w->at_rest, &w->settings, w->folder, true, &err) == ZKL_OK;
    if (!is_open)
        FAIL(t, "%s", err.text);
    return is_open;
}

static void test_kept__in_clear_is_refused(zkl_test *t)
{
    static const zkl_object_name name = { "keys", "keys.json" }, other = { "keys", "other.json" };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    world w;
    REQUIRE(t, begin(t, &w));
    const char *const path = zkl_arena_format(&t->arena, "%s/keys.json", w.folder);
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_kept_read(&out, w.at_rest, name, path, 100, NULL));
    CHECK_STATUS(t, ZKL_OK, daemon_at_rest_check(w.at_rest, NULL));
    CHECK_STATUS(t, ZKL_OK, daemon_at_rest_check_off(w.folder, NULL));
    CHECK_STATUS(t, ZKL_OK, daemon_kept_write(NULL, name, path, zkl_bytes_of_text("words"), NULL));
    CHECK_STATUS(t, ZKL_REJECTED, daemon_kept_read(&out, w.at_rest, name, path, 100, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, daemon_at_rest_check(w.at_rest, NULL));
    CHECK(t, !out.size);
    CHECK_STATUS(t, ZKL_OK,
                 daemon_kept_write(w.at_rest, name, path, zkl_bytes_of_text("words"), NULL));
    CHECK_STATUS(t, ZKL_OK, daemon_at_rest_check(w.at_rest, NULL));
    CHECK_STATUS(t, ZKL_USAGE, daemon_at_rest_check_off(w.folder, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, daemon_kept_read(&out, w.at_rest, other, path, 100, NULL));
    CHECK_STATUS(t, ZKL_LIMIT, daemon_kept_read(&out, w.at_rest, name, path, 4, NULL));
    CHECK(t, !out.size);
    CHECK_STATUS(t, ZKL_OK, daemon_kept_read(&out, w.at_rest, name, path, 5, NULL));
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out), "words"));
    daemon_at_rest_free(w.at_rest);
}

/* Killed beside each of many files, it is called again: what it had begun is made anew, in whatever
 * order the names of both come. */
static void test_begin__is_called_again(zkl_test *t)
{
    uint64_t count;
    zkl_error err = { 0 };
    world w;
    REQUIRE(t, begin(t, &w));
    const char *const files = zkl_arena_format(&t->arena, "%s/files", w.folder);
    REQUIRE_OK(t, &err, zkl_folder_make(files, 0700, &err));
    REQUIRE_OK(t, &err,
               zkl_folder_make(zkl_arena_format(&t->arena, "%s/secrets", w.folder), 0700, &err));
    for (unsigned i = 0; i < 32; i++)
        for (unsigned is_left = 0; is_left < 2; is_left++) {
            const char *const path =
                zkl_arena_format(&t->arena, "%s/%016x%s", files, i, is_left ? ".sealing" : "");
            REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("x"), 0600, &err));
        }
    REQUIRE_OK(t, &err, daemon_at_rest_begin(&count, w.at_rest, w.folder, &err));
    CHECK_UINT_EQ(t, count, 32);
    for (unsigned i = 0; i < 32; i++)
        CHECK(t, access(zkl_arena_format(&t->arena, "%s/%016x.sealing", files, i), F_OK) != 0);
    CHECK_STATUS(t, ZKL_OK, daemon_at_rest_check(w.at_rest, NULL));
    daemon_at_rest_free(w.at_rest);
}

/* With an older copy of the key's file what a newer version wraps cannot be read. It is not taken
 * for missing: what is made in its place would be written over it, and lost for the right file. */
static void test_passphrase__is_not_made_in_place_of_one(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) kek = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) before = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) after = { 0 };
    zkl_error err = { 0 };
    world w;
    REQUIRE(t, begin(t, &w));
    const char *const secrets = zkl_arena_format(&t->arena, "%s/secrets", w.folder);
    const char *const file = zkl_arena_format(&t->arena, "%s/ledger-passphrase", secrets);
    REQUIRE_OK(t, &err, zkl_folder_make(secrets, 0700, &err));
    REQUIRE_OK(t, &err, zkl_file_read(&kek, w.settings.kek.file, 10000, &err));
    REQUIRE_OK(t, &err, zkl_vault_rotate(daemon_at_rest_vault(w.at_rest), &err));
    REQUIRE_OK(t, &err, daemon_at_rest_take_passphrase(w.at_rest, true, &err));
    daemon_at_rest_free(w.at_rest);
    REQUIRE_OK(t, &err, zkl_file_read(&before, file, 10000, &err));
    REQUIRE_OK(t, &err, zkl_file_write(w.settings.kek.file, zkl_buffer_bytes(&kek), 0600, &err));
    REQUIRE_OK(t, &err, daemon_at_rest_open(&w.at_rest, &w.settings, w.folder, true, &err));
    CHECK_STATUS(t, ZKL_UNCHECKED, daemon_at_rest_take_passphrase(w.at_rest, true, &err));
    REQUIRE_OK(t, &err, zkl_file_read(&after, file, 10000, &err));
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&before), zkl_buffer_bytes(&after)));
    daemon_at_rest_free(w.at_rest);
}

/* Secrets of second factors are on the disk in no form, are there again, and are not taken in
 * clear. */
static void test_second_factors__are_encrypted(zkl_test *t)
{
    daemon_factors *factors = NULL;
    uint8_t secret[TOKEN_TOTP_SECRET_BYTES];
    char code[TOKEN_TOTP_DIGITS + 1], hex[2 * sizeof secret + 1];
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error err = { 0 };
    world w;
    const zkl_env env = test_env(t);
    const int64_t now_ms = zkl_env_now_ms(&env);
    REQUIRE(t, begin(t, &w));
    const char *const path = zkl_arena_format(&t->arena, "%s/second_factors.json", w.folder);
    REQUIRE_OK(t, &err, daemon_factors_open(&factors, w.folder, w.at_rest, &err));
    REQUIRE_OK(t, &err, daemon_factors_offer(secret, factors, "1", &env, &err));
    REQUIRE_OK(t, &err,
               token_totp_code(code, secret, (uint64_t)(now_ms / 1000) / TOKEN_TOTP_STEP_S, &err));
    REQUIRE_OK(t, &err, daemon_factors_check(factors, "1", code, now_ms, &err));
    daemon_factors_free(factors);
    factors = NULL;
    REQUIRE_OK(t, &err, zkl_file_read_regular(&file, path, 100000, &err));
    zkl_hex_encode(hex, secret, sizeof secret);
    CHECK(t, !memmem(file.data, file.size, hex, sizeof hex - 1));
    CHECK(t, !memmem(file.data, file.size, secret, sizeof secret));
    CHECK_STATUS(t, ZKL_OK, daemon_at_rest_check(w.at_rest, NULL));
    REQUIRE_OK(t, &err, daemon_factors_open(&factors, w.folder, w.at_rest, &err));
    CHECK(t, daemon_factors_has(factors, "1"));
    daemon_factors_free(factors);
    factors = NULL;
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_file_write(path, zkl_bytes_of_text("{\"version\": 1, \"factors\": []}"), 0600, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, daemon_at_rest_check(w.at_rest, NULL));
    CHECK_STATUS(t, ZKL_REJECTED, daemon_factors_open(&factors, w.folder, w.at_rest, &err));
    daemon_at_rest_free(w.at_rest);
}

static void test_work_folder__is_of_one_and_in_memory(zkl_test *t)
{
    daemon_at_rest *second = NULL;
    world w;
    REQUIRE(t, begin(t, &w));
    const char *const left = zkl_arena_format(&t->arena, "%s/left", w.settings.work_folder);
    CHECK_STATUS(t, ZKL_CONFLICT, daemon_at_rest_open(&second, &w.settings, w.folder, false, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(left, zkl_bytes_of_text("x"), 0600, NULL));
    daemon_at_rest_free(w.at_rest);
    CHECK(t, access(w.settings.work_folder, F_OK) != 0); /* gone at the end */
    CHECK_STATUS(t, ZKL_OK, zkl_folder_make(w.settings.work_folder, 0700, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(left, zkl_bytes_of_text("x"), 0600, NULL));
    CHECK_STATUS(t, ZKL_OK, daemon_at_rest_open(&second, &w.settings, w.folder, false, NULL));
    CHECK(t, access(left, F_OK) != 0); /* and at the beginning */
    daemon_at_rest_free(second);
    second = NULL;
    w.settings.kek.file = zkl_arena_format(&t->arena, "%s/none", w.folder);
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 daemon_at_rest_open(&second, &w.settings, w.folder, false, NULL));
}

/* A provider that refuses has answered, and is asked again. One that is silent: a test of the
 * command line, service_encryption_keys_long. */
static void test_key__refusals_are_answers(zkl_test *t)
{
    world w;
    uint8_t key[32] = { 1 }, object[32] = { 2 }, back[32];
    zkl_wrapped_key wrapped;
    zkl_error err = { 0 };
    REQUIRE(t, begin(t, &w));
    zkl_kek *const kek = daemon_at_rest_vault(w.at_rest)->kek;
    CHECK_STATUS(t, ZKL_OK, kek->ops->wrap(kek, &wrapped, &(zkl_object_key){ key, object }, &err));
    for (int i = 0; i < 10; i++) { /* refusals */
        object[0]++;
        CHECK_STATUS(t, ZKL_REJECTED, kek->ops->unwrap(kek, back, &wrapped, object, &err));
    }
    object[0] = 2;
    CHECK_STATUS(t, ZKL_OK, kek->ops->unwrap(kek, back, &wrapped, object, &err));
    CHECK_MEM_EQ(t, back, key, sizeof key);
    daemon_at_rest_free(w.at_rest);
}

ZKL_TESTS(TEST(test_settings__what_may_stand_there), TEST(test_kept__in_clear_is_refused),
          TEST(test_begin__is_called_again), TEST(test_passphrase__is_not_made_in_place_of_one),
          TEST(test_second_factors__are_encrypted), TEST(test_work_folder__is_of_one_and_in_memory),
          TEST(test_key__refusals_are_answers))
