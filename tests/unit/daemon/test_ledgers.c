/* The list of ledgers: each of one organisation, in a file that is read again. */
#include "daemon/ledgers.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "daemon/access.h"
#include "testing.h"

#define ONE "{\"organisation\": \"a\", \"name\": \"b\"}"
#define TWICE "{\"version\": 1, \"ledgers\": [" ONE ", " ONE "]}"

static daemon_ledgers *open_list(zkl_test *t, const char *folder, const zkl_env *env)
{
    daemon_ledgers *ledgers = NULL;
    zkl_error err = { 0 };
    if (daemon_ledgers_new(&ledgers, folder, &(zkl_sequencer){ 0 }, env, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return ledgers;
}

static const char *names(zkl_test *t, daemon_ledgers *ledgers, const char *organisation)
{
    json_t *const list = daemon_ledgers_list(ledgers, organisation);
    const char *out = "";
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *const l = json_array_get(list, i);
        CHECK_UINT_EQ(t, json_is_true(json_object_get(l, "is_first")), i == 0);
        out = zkl_arena_format(&t->arena, "%s%s ", out,
                               json_string_value(json_object_get(l, "name")));
    }
    json_decref(list);
    return out;
}

static void test_ledgers__are_found_by_their_organisation_alone(zkl_test *t)
{
    const zkl_env env = test_env(t);
    const char *const folder = test_folder(t);
    static const char *const added[][2] = {
        { "acme", "main" }, { "beta", "main" }, { "acme", "second" }, { "default", "more" }
    };
    daemon_ledgers *ledgers = open_list(t, folder, &env);
    REQUIRE(t, ledgers);
    CHECK(t, !daemon_ledgers_find(ledgers, "acme", NULL));
    for (size_t i = 0; i < 2 * ZKL_COUNT(added); i++) { /* the second time they are there */
        const daemon_ledger *l = NULL;
        const char *const *const a = added[i % ZKL_COUNT(added)];
        CHECK_STATUS(t, ZKL_OK, daemon_ledgers_add(&l, ledgers, a[0], a[1], NULL));
        CHECK(t, l && l == daemon_ledgers_find(ledgers, a[0], a[1]));
    }
    for (unsigned round = 0; round < 2; round++) {
        CHECK_TEXT_EQ(t, names(t, ledgers, "acme"), "main second ");
        CHECK_TEXT_EQ(t, names(t, ledgers, "beta"), "main ");
        CHECK_TEXT_EQ(t, names(t, ledgers, DAEMON_OWN_ORGANISATION), "default more ");
        CHECK_TEXT_EQ(t, names(t, ledgers, "gamma"), "");
        const daemon_ledger *const acme = daemon_ledgers_find(ledgers, "acme", NULL);
        const daemon_ledger *const beta = daemon_ledgers_find(ledgers, "beta", "main");
        REQUIRE(t, acme && beta);
        CHECK(t, strstr(acme->folder, "/ledgers/acme/main"));
        CHECK(t, strstr(beta->folder, "/ledgers/beta/main"));
        CHECK(t, !daemon_ledgers_find(ledgers, "beta", "second"));
        CHECK(t, !daemon_ledgers_find(ledgers, "acme", DAEMON_FIRST_LEDGER));
        /* its folder holds none yet */
        zkl_ledger *open = NULL;
        CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_ledgers_open(&open, ledgers, acme, NULL));
        CHECK(t, !open);
        daemon_ledgers_free(ledgers);
        ledgers = open_list(t, folder, &env);
    }
    const daemon_ledger *const first = daemon_ledgers_find(ledgers, DAEMON_OWN_ORGANISATION, NULL);
    CHECK(t, first && strcmp(first->name, DAEMON_FIRST_LEDGER) == 0);
    CHECK_TEXT_EQ(t, first->folder, zkl_arena_format(&t->arena, "%s/ledger", folder));
    daemon_ledgers_free(ledgers);
}

static void test_ledgers__one_that_cannot_be_written_is_not_there(zkl_test *t)
{
    const zkl_env env = test_env(t);
    const char *const folder = test_folder(t);
    daemon_ledgers *const ledgers = open_list(t, folder, &env);
    const daemon_ledger *l = NULL;
    /* a folder in the place of the file */
    REQUIRE(t, mkdir(zkl_arena_format(&t->arena, "%s/ledgers.json", folder), 0700) == 0);
    CHECK(t, daemon_ledgers_add(&l, ledgers, "acme", "main", NULL) != ZKL_OK);
    CHECK(t, !l && !daemon_ledgers_find(ledgers, "acme", NULL));
    daemon_ledgers_free(ledgers);
}

static void test_ledgers__what_is_no_list_is_refused(zkl_test *t)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"version\": 2, \"ledgers\": []}",
        "{\"version\": 1, \"ledgers\": {}}",
        "{\"version\": 1, \"ledgers\": [], \"more\": 1}",
        "{\"version\": 1, \"ledgers\": [{\"organisation\": \"a\"}]}",
        "{\"version\": 1, \"ledgers\": [{\"organisation\": \"..\", \"name\": \"a\"}]}",
        "{\"version\": 1, \"ledgers\": [{\"organisation\": \"a\", \"name\": \"b/c\"}]}",
        "{\"version\": 1, \"ledgers\": [{\"organisation\": \"default\", \"name\": \"default\"}]}",
        TWICE,
    };
    const zkl_env env = test_env(t);
    const char *const folder = test_folder(t);
    const char *const file = zkl_arena_format(&t->arena, "%s/ledgers.json", folder);
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        daemon_ledgers *ledgers = NULL;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, zkl_file_write(file, zkl_bytes_of_text(texts[i]), 0600, &err));
        if (daemon_ledgers_new(&ledgers, folder, &(zkl_sequencer){ 0 }, &env, &err) !=
                ZKL_BAD_INPUT ||
            ledgers)
            FAIL(t, "case %zu", i);
    }
}

ZKL_TESTS(TEST(test_ledgers__are_found_by_their_organisation_alone),
          TEST(test_ledgers__one_that_cannot_be_written_is_not_there),
          TEST(test_ledgers__what_is_no_list_is_refused))
