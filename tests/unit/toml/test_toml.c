#include "toml/toml.h"

#include "testing.h"

static zkl_status parse(zkl_test *t, const zkl_toml_node **root, const char *text, zkl_error *err)
{
    zkl_toml *toml = NULL;
    const zkl_status status = zkl_toml_parse(&toml, zkl_bytes_of_text(text), err);
    (void)t;
    if (status == ZKL_OK && root)
        *root = zkl_toml_root(toml);
    if (status == ZKL_OK && !root)
        zkl_toml_free(toml);
    return status;
}

static void test_toml_parse__every_kind_with_its_place(zkl_test *t)
{
    static const char text[] = "# comment . . . . . . . . . . . . . . . . . .\n"
                               "name = \"gr\\u00fcn\"\n"
                               "count = -7\n"
                               "[limits]\n"
                               "  ratio = 0.5\n"
                               "  on = true\n"
                               "  list = [1.5, 2.5, 3.5, 4.5]\n"
                               "  day = 2024-02-29\n"
                               "[[signer]]\n"
                               "id = 'a'\n"
                               "[[signer]]\n"
                               "id = 'b'\n";
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text(text), &err));
    const zkl_toml_node *root = zkl_toml_root(toml);
    CHECK_UINT_EQ(t, root->item_count, 4);

    const char *name = NULL;
    REQUIRE_OK(t, &err, zkl_toml_get_text(&name, root, "name", &err));
    CHECK_TEXT_EQ(t, name, "gr\xc3\xbcn");
    int64_t count = 0;
    REQUIRE_OK(t, &err, zkl_toml_get_integer(&count, root, "count", &err));
    CHECK(t, count == -7);
    CHECK_UINT_EQ(t, zkl_toml_find(root, "count")->line, 3);
    CHECK_UINT_EQ(t, zkl_toml_find(root, "count")->column, 9);
    CHECK_UINT_EQ(t, zkl_toml_find(root, "count")->key_column, 1);

    const zkl_toml_node *limits = NULL, *list = NULL;
    bool on = false;
    REQUIRE_OK(t, &err, zkl_toml_get_table(&limits, root, "limits", &err));
    REQUIRE_OK(t, &err, zkl_toml_get_boolean(&on, limits, "on", &err));
    REQUIRE_OK(t, &err, zkl_toml_get_array(&list, limits, "list", &err));
    CHECK(t, zkl_toml_find(limits, "ratio")->real == 0.5);
    CHECK(t, on);
    CHECK_UINT_EQ(t, list->item_count, 4);
    CHECK(t, list->items[3].real == 4.5);
    CHECK(t, zkl_toml_find(limits, "day")->kind == ZKL_TOML_TIME);
    CHECK_TEXT_EQ(t, (const char *)zkl_toml_find(limits, "day")->text.data, "2024-02-29");

    const zkl_toml_node *signers = NULL;
    REQUIRE_OK(t, &err, zkl_toml_get_array(&signers, root, "signer", &err));
    REQUIRE(t, signers->item_count == 2);
    CHECK_TEXT_EQ(t, (const char *)zkl_toml_find(&signers->items[1], "id")->text.data, "b");
    /* members come by place, not by name */
    CHECK_TEXT_EQ(t, (const char *)limits->items[0].key.data, "ratio");
    CHECK_TEXT_EQ(t, (const char *)limits->items[3].key.data, "day");
}

static void test_toml_get__missing_keeps_the_default(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text(""), &err));
    int64_t count = 42;
    const char *name = "default";
    REQUIRE_OK(t, &err, zkl_toml_get_integer(&count, zkl_toml_root(toml), "count", &err));
    REQUIRE_OK(t, &err, zkl_toml_get_text(&name, NULL, "name", &err));
    CHECK(t, count == 42);
    CHECK_TEXT_EQ(t, name, "default");
}

static void test_toml_get__another_kind_names_the_place(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text("a = 1\nb = \"x\\u0000y\""), &err));
    const char *text = NULL;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_toml_get_text(&text, zkl_toml_root(toml), "a", &err));
    CHECK_TEXT_EQ(t, err.text, "line 1, column 5: 'a' is an integer, wanted a string");
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_toml_get_text(&text, zkl_toml_root(toml), "b", &err));
    CHECK(t, text == NULL);
}

static void test_toml_refuse_unknown__names_line_and_column(zkl_test *t)
{
    static const char *const known[] = { "name", "path" };
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text("name = 1\n   pth = 2\n"), &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_toml_refuse_unknown(zkl_toml_root(toml), known, 2, &err));
    CHECK_TEXT_EQ(t, err.text,
                  "line 2, column 4: unknown key 'pth'; did you mean 'path'?; known: name, path");
}

static void test_toml_parse__refuses_what_is_not_toml(zkl_test *t)
{
    static const char *const bad[] = { "a",         "a = ",         "a = 1\na = 2",
                                       "[a]\n[a]",  "a = \"\xff\"", "a = 99999999999999999999",
                                       "a = 'open", "a = [1, 2",    "= 1" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_BAD_INPUT, parse(t, NULL, bad[i], &err));
        CHECK(t, strncmp(err.text, "line ", 5) == 0);
    }
}

/* Texts on which toml++ 3.3 breaks its own assertions. */
static void test_toml_parse__survives_broken_assertions(zkl_test *t)
{
    static const char *const bad[] = { "[#columns.a]\n", "[a.#]\n",        "[[#a]]\n",
                                       "a.# = 1\n",      "\xc3\xa9 = 1\n", "a = \xc3\xa9\n",
                                       "a\xc2\xa0= 1" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (parse(t, NULL, bad[i], NULL) != ZKL_BAD_INPUT)
            FAIL(t, "took '%s'", bad[i]);
    CHECK_STATUS(t, ZKL_OK, parse(t, NULL, "a = \"\"\"\\\n  \xc3\xa9\"\"\" # \xc3\xa9\n", NULL));
}

/* Deep nesting must not exhaust the stack: by dots, by arrays, by headers that continue each
 * other. */
static void test_toml_parse__refuses_depth(zkl_test *t)
{
    const size_t levels = 200000;
    char *text = zkl_malloc(2 * levels + 16, 1);
    REQUIRE(t, text != NULL);
    zkl_error err = { 0 };
    for (size_t i = 0; i < levels; i++)
        memcpy(text + 2 * i, "a.", 2);
    memcpy(text + 2 * levels, "a=1", 4);
    CHECK_STATUS(t, ZKL_LIMIT, parse(t, NULL, text, &err));
    memset(text, '[', levels);
    memcpy(text, "a=", 2);
    text[levels] = 0;
    CHECK_STATUS(t, ZKL_BAD_INPUT, parse(t, NULL, text, &err));
    zkl_free(text);
    CHECK_STATUS(t, ZKL_OK,
                 parse(t, NULL, "a.b.c.d.e.f.g.h = '..................................'", &err));
}

static void test_toml_parse__survives_lack_of_memory(zkl_test *t)
{
    zkl_error err = { 0 };
    bool done = false;
    for (uint64_t nth = 1; nth < 100 && !done; nth++) {
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status = parse(t, NULL, "a = 1\n[b]\nc = ['x', 'y']\n", &err);
        (void)zkl_malloc_fail_after(0);
        done = status == ZKL_OK;
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
    }
    CHECK(t, done);
}

ZKL_TESTS(TEST(test_toml_parse__every_kind_with_its_place),
          TEST(test_toml_get__missing_keeps_the_default),
          TEST(test_toml_get__another_kind_names_the_place),
          TEST(test_toml_refuse_unknown__names_line_and_column),
          TEST(test_toml_parse__refuses_what_is_not_toml),
          TEST(test_toml_parse__survives_broken_assertions), TEST(test_toml_parse__refuses_depth),
          TEST(test_toml_parse__survives_lack_of_memory))
