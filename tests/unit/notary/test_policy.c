/* Policies: what is read of a file, and which claims come of it. Where files are found:
 * tests/cli/policies.sh. */
#include "notary/policy.h"

#include <string.h>

#include "base/buffer.h"
#include "testing.h"

/* Texts handed on, with '|' behind each. `most`: then it refuses. */
typedef struct taken {
    zkl_buffer texts;
    size_t count, most;
} taken;

static zkl_status take(void *opaque, const char *text, zkl_error *err)
{
    taken *to = opaque;
    if (to->count == to->most)
        return zkl_fail(err, ZKL_LIMIT, "enough");
    to->count++;
    zkl_buffer_put_text(&to->texts, text);
    zkl_buffer_put_u8(&to->texts, '|');
    return ZKL_OK;
}

/* The claims of a policy with these settings (NULL behind the last), as one text. */
static zkl_status fill(char out[static 512], const char *toml, const char *const *settings,
                       size_t most, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_policy_info policy;
    taken to = { .most = most };
    const zkl_policy_sink sink = { take, &to };
    zkl_policy_choice choice = { .settings = settings };
    while (settings[choice.setting_count])
        choice.setting_count++;
    zkl_status status = zkl_policy_parse(&policy, &memory, zkl_bytes_of_text(toml), err);
    if (status == ZKL_OK)
        status = zkl_policy_fill(&policy, &choice, &sink, err);
    zkl_buffer_put_u8(&to.texts, 0);
    if (to.texts.failed && status == ZKL_OK)
        status = ZKL_NO_MEMORY;
    if (!to.texts.failed)
        snprintf(out, 512, "%s", (const char *)to.texts.data);
    zkl_buffer_clear(&to.texts);
    return status;
}

#define SETTINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const char *const no_settings[] = { NULL };

static void test_policy_parse__places_in_order_with_their_words(zkl_test *t)
{
    static const char text[] = "name = \"n\"\nabout = \"a\"\n"
                               "claims = [\"x({b}, {a1}, {b})\", \"y({c_d}, {a1})\"]\n"
                               "[settings]\na1 = \"one\"\n";
    static const char *const names[] = { "b", "a1", "c_d" }, *const helps[] = { "", "one", "" };
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_policy_info policy = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_policy_parse(&policy, &memory, zkl_bytes_of_text(text), &err));
    CHECK_TEXT_EQ(t, policy.name, "n");
    CHECK_TEXT_EQ(t, policy.about, "a");
    CHECK_UINT_EQ(t, policy.claim_count, 2);
    CHECK_TEXT_EQ(t, policy.claims[1], "y({c_d}, {a1})");
    CHECK_UINT_EQ(t, policy.setting_count, 3);
    for (size_t i = 0; i < 3 && i < policy.setting_count; i++) {
        CHECK_TEXT_EQ(t, policy.settings[i].name, names[i]);
        CHECK_TEXT_EQ(t, policy.settings[i].help, helps[i]);
    }
}

/* A place is a name in braces, small letters first and no blank. */
static void test_policy_fill__other_braces_stand_for_themselves(zkl_test *t)
{
    static const char text[] = "name = \"n\"\nclaims = ['a{ b }{B}{1}{}{_x}{b-c}{{b}}{b']\n";
    char out[512] = "";
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fill(out, text, SETTINGS("b=v"), 9, &err));
    CHECK_TEXT_EQ(t, out, "a{ b }{B}{1}{}{_x}{b-c}{v}{b|");
}

static void test_policy_fill__a_value_is_put_in_as_it_is(zkl_test *t)
{
    static const char text[] = "name = \"n\"\nclaims = ['x({a}{b})']\n";
    char out[512] = "";
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, fill(out, text, SETTINGS("a={b}", "b= p=\"q\", {a}"), 9, &err));
    CHECK_TEXT_EQ(t, out, "x({b} p=\"q\", {a})|");
}

/* Every choice once, the last place changing fastest; a claim without that place once. */
static void test_policy_fill__several_values_claim_each(zkl_test *t)
{
    static const char text[] = "name = \"n\"\nclaims = ['x({a},{b},{a})', 'y', 'z({b})']\n";
    char out[512] = "";
    zkl_error err = { 0 };
    const char *const *settings = SETTINGS("a=1", "b=p", "a=2", "b=q", "b=r");
    REQUIRE_OK(t, &err, fill(out, text, settings, 99, &err));
    CHECK_TEXT_EQ(t, out,
                  "x(1,p,1)|x(1,q,1)|x(1,r,1)|x(2,p,2)|x(2,q,2)|x(2,r,2)|y|z(p)|z(q)|z(r)|");
    CHECK_STATUS(t, ZKL_LIMIT, fill(out, text, settings, 4, &err));
}

static void test_policy_fill__refuses_settings_and_hands_nothing_on(zkl_test *t)
{
    static const char text[] = "name = \"n\"\nclaims = ['y', 'x({a})', 'x({bb})']\n";
    char out[512] = "?";
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, no_settings, 9, &err));
    CHECK_TEXT_EQ(t, out, "");
    CHECK_TEXT_EQ(t, err.text, "policy 'n' has no value for 'a'; it needs: a, bb");
    CHECK(t, err.hint == ZKL_HINT_SET_PLACE);
    CHECK_TEXT_EQ(t, err.hint_value, "a");
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, SETTINGS("a=1"), 9, &err));
    CHECK_TEXT_EQ(t, err.hint_value, "bb");
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, SETTINGS("a=1", "bb=1", "c=1"), 9, &err));
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, SETTINGS("a=1", "bb=1", "a="), 9, &err));
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, SETTINGS("a=1", "bb=1", "=1"), 9, &err));
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, SETTINGS("a=1", "bb=1", "a"), 9, &err));
    CHECK_STATUS(t, ZKL_USAGE, fill(out, text, SETTINGS("a=1", "bb=1", "A=1"), 9, &err));
    CHECK_TEXT_EQ(t, out, "");
    REQUIRE_OK(t, &err, fill(out, text, SETTINGS("a=1", "bb=1"), 9, &err));
    CHECK_TEXT_EQ(t, out, "y|x(1)|x(1)|");
}

static void test_policy_parse__refuses_another_form(zkl_test *t)
{
    static const char *const texts[] = {
        "claims = ['x']\n",
        "name = ''\nclaims = ['x']\n",
        "name = 1\nclaims = ['x']\n",
        "name = 'n'\n",
        "name = 'n'\nclaims = []\n",
        "name = 'n'\nclaims = 'x'\n",
        "name = 'n'\nclaims = [1]\n",
        "name = 'n'\nclaims = [\"x\\u0000\"]\n",
        "name = 'n'\nclaims = ['x']\nabout = 1\n",
        "name = 'n'\nclaims = ['x']\nother = 1\n",
        "name = 'n'\nclaims = ['x']\nsettings = 1\n",
        "name = 'n'\nclaims = ['x']\n[settings]\na = 'not there'\n",
        "name = 'n'\nclaims = ['{a}']\n[settings]\na = 1\n",
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
        zkl_policy_info policy;
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_policy_parse(&policy, &memory, zkl_bytes_of_text(texts[i]), &err));
    }
}

static void test_policy_fill__survives_lack_of_memory(zkl_test *t)
{
    static const char text[] = "name = \"n\"\nclaims = ['x({a})']\n[settings]\na = \"why\"\n";
    bool done = false;
    for (uint64_t nth = 1; nth < 200 && !done; nth++) {
        char out[512] = "";
        zkl_error err = { 0 };
        (void)zkl_malloc_fail_after(nth);
        const zkl_status status = fill(out, text, SETTINGS("a=1"), 9, &err);
        (void)zkl_malloc_fail_after(0);
        done = status == ZKL_OK;
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
    }
    CHECK(t, done);
}

ZKL_TESTS(TEST(test_policy_parse__places_in_order_with_their_words),
          TEST(test_policy_fill__other_braces_stand_for_themselves),
          TEST(test_policy_fill__a_value_is_put_in_as_it_is),
          TEST(test_policy_fill__several_values_claim_each),
          TEST(test_policy_fill__refuses_settings_and_hands_nothing_on),
          TEST(test_policy_parse__refuses_another_form),
          TEST(test_policy_fill__survives_lack_of_memory))
