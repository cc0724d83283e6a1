/* `[page]`: how long sessions last, who needs a second factor, who says who somebody is. */
#include "daemon/page_settings.h"

#include <string.h>

#include "testing.h"

static zkl_status read_page(daemon_page_settings *out, zkl_arena *memory, const char *text,
                            zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_TRY(zkl_toml_parse(&toml, zkl_bytes_of_text(text), err));
    return daemon_page_settings_take(out, memory, "/srv", zkl_toml_root(toml), err);
}

static void test_page_settings__are_taken(zkl_test *t)
{
    daemon_page_settings s;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, read_page(&s, &t->arena, "", &err));
    CHECK(t, s.times.idle_ms == 1800000 && s.times.total_ms == 43200000);
    CHECK(t, !daemon_page_needs_factor(&s, "admin") && !s.log_in.issuer);
    REQUIRE_OK(t, &err,
               read_page(&s, &t->arena,
                         "[page]\nidle_minutes = 1\nsession_hours = 720\nsecond_factor = "
                         "[\"admin\", \"boss\"]\n[page.log_in]\nissuer = \"https://id.example\"\n"
                         "url = \"https://ledger.example:8080\"\nclient_id = \"c\"\n"
                         "client_secret_file = \"secret\"\n",
                         &err));
    CHECK(t, s.times.idle_ms == 60000 && s.times.total_ms == 720 * (int64_t)3600000);
    CHECK(t, daemon_page_needs_factor(&s, "admin") && daemon_page_needs_factor(&s, "boss"));
    CHECK(t, !daemon_page_needs_factor(&s, "viewer"));
    CHECK_TEXT_EQ(t, s.log_in.client_secret_file, "/srv/secret");
    CHECK_TEXT_EQ(t, s.log_in.scope, "openid");
    CHECK_TEXT_EQ(t, s.log_in.name, "https://id.example");
    REQUIRE_OK(t, &err, read_page(&s, &t->arena, "[page]\nsecond_factor = [\"*\"]\n", &err));
    CHECK(t, daemon_page_needs_factor(&s, "viewer"));
}

#define LOG_IN "[page.log_in]\nissuer = \"https://a.example\"\nclient_id = \"c\"\n"

static void test_page_settings__refuse_what_is_wrong(zkl_test *t)
{
    static const char *const cases[] = {
        "page = 1\n",
        "[page]\nidle_minute = 1\n",
        "[page]\nidle_minutes = 0\n",
        "[page]\nidle_minutes = 1441\n",
        "[page]\nsession_hours = 721\n",
        "[page]\nsession_hours = \"1\"\n",
        "[page]\nsecond_factor = \"admin\"\n",
        "[page]\nsecond_factor = [1]\n",
        "[page]\nsecond_factor = [\"\"]\n",
        LOG_IN,
        LOG_IN "url = \"http://ledger.example\"\n",
        LOG_IN "url = \"https://ledger.example/\"\n",
        LOG_IN "url = \"https://ledger.example\"\nsecret = \"a\"\n",
        LOG_IN "url = \"https://ledger.example\"\nscope = \"\"\n",
        "[page.log_in]\nissuer = \"https://a.example\"\nurl = \"https://ledger.example\"\n",
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_page_settings s;
        zkl_error err = { 0 };
        if (read_page(&s, &t->arena, cases[i], &err) != ZKL_BAD_INPUT || !strstr(err.text, "line "))
            FAIL(t, "%s: '%s'", cases[i], err.text);
    }
}

ZKL_TESTS(TEST(test_page_settings__are_taken), TEST(test_page_settings__refuse_what_is_wrong))
