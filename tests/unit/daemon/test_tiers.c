/* Limits as settings: what is there without any, what settings say, and what is refused. */
#include "daemon/tiers.h"

#include <string.h>

#include "testing.h"

static zkl_status read_text(daemon_limit_settings *out, zkl_test *t, const char *text,
                            zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_TRY(zkl_toml_parse(&toml, zkl_bytes_of_text(text), err));
    return daemon_tiers_read(out, &t->arena, zkl_toml_root(toml), err);
}

/* The table of what was asked for. */
static void test_tiers__are_there_without_settings(zkl_test *t)
{
    static const struct {
        const char *name;
        uint64_t requests, tokens, jobs;
    } want[] = { { "free", 20, 40000, 1 },
                 { "standard", 100, 200000, 5 },
                 { "pro", 500, 1000000, 20 },
                 { "enterprise", DAEMON_NO_LIMIT, DAEMON_NO_LIMIT, DAEMON_NO_LIMIT } };
    daemon_limit_settings s;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, read_text(&s, t, "", &err));
    for (size_t i = 0; i < ZKL_COUNT(want); i++) {
        const daemon_tier *const tier = daemon_tier_find(&s, want[i].name);
        CHECK_TEXT_EQ(t, tier->name, want[i].name);
        CHECK_UINT_EQ(t, tier->priority, i);
        CHECK_UINT_EQ(t, tier->key.of[DAEMON_REQUESTS], want[i].requests);
        CHECK_UINT_EQ(t, tier->key.of[DAEMON_TOKENS], want[i].tokens);
        CHECK_UINT_EQ(t, tier->key.of[DAEMON_JOBS], want[i].jobs);
        CHECK_MEM_EQ(t, &tier->user, &tier->key, sizeof tier->key);
        CHECK_MEM_EQ(t, &tier->organisation, &tier->key, sizeof tier->key);
    }
    CHECK_TEXT_EQ(t, daemon_tier_find(&s, "")->name, "enterprise");
    CHECK_TEXT_EQ(t, daemon_tier_find(&s, "gold")->name, "free");
    CHECK_MEM_EQ(t, &s.address, &daemon_no_limits, sizeof s.address);
    CHECK_MEM_EQ(t, &s.global, &daemon_no_limits, sizeof s.global);
    CHECK_UINT_EQ(t, s.blocked_count, 0);
}

static void test_tiers__follow_the_settings(zkl_test *t)
{
    daemon_limit_settings s;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err,
               read_text(&s, t,
                         "[limits]\n"
                         "blocked = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n"
                         "address = { requests_per_minute = 600 }\n"
                         "global = { bytes_per_minute = 1000, jobs_at_once = 7 }\n"
                         "proving_seconds_held = 3\n"
                         "[tiers.free]\n"
                         "requests_per_minute = 30\n"
                         "tokens_per_minute = \"none\"\n"
                         "user = { requests_per_minute = 60 }\n"
                         "organisation = { requests_per_minute = \"none\", jobs_at_once = 4 }\n"
                         "[tiers.gold]\n"
                         "proving_seconds_per_minute = 90\n"
                         "priority = 7\n",
                         &err));
    const daemon_tier *const tier = daemon_tier_find(&s, "free");
    const daemon_tier *const gold = daemon_tier_find(&s, "gold");
    CHECK_UINT_EQ(t, s.blocked_count, 2);
    CHECK_UINT_EQ(t, s.address.of[DAEMON_REQUESTS], 600);
    CHECK_UINT_EQ(t, s.address.of[DAEMON_BYTES], DAEMON_NO_LIMIT);
    CHECK_UINT_EQ(t, s.global.of[DAEMON_BYTES], 1000);
    CHECK_UINT_EQ(t, s.global.of[DAEMON_JOBS], 7);
    CHECK_UINT_EQ(t, s.proving_held_ms, 3000);
    CHECK_UINT_EQ(t, tier->key.of[DAEMON_REQUESTS], 30);
    CHECK_UINT_EQ(t, tier->key.of[DAEMON_TOKENS], DAEMON_NO_LIMIT);
    CHECK_UINT_EQ(t, tier->key.of[DAEMON_JOBS], 1);
    CHECK_UINT_EQ(t, tier->user.of[DAEMON_REQUESTS], 60);
    CHECK_UINT_EQ(t, tier->user.of[DAEMON_JOBS], 1);
    CHECK_UINT_EQ(t, tier->organisation.of[DAEMON_REQUESTS], DAEMON_NO_LIMIT);
    CHECK_UINT_EQ(t, tier->organisation.of[DAEMON_JOBS], 4);
    CHECK_UINT_EQ(t, gold->key.of[DAEMON_PROVING_MS], 90000);
    CHECK_UINT_EQ(t, gold->key.of[DAEMON_REQUESTS], DAEMON_NO_LIMIT);
    CHECK_UINT_EQ(t, gold->priority, 7);
    CHECK_TEXT_EQ(t, daemon_tier_find(&s, "silver")->name, "free");
}

/* Each is named with its line. */
static void test_tiers__refuse_what_is_wrong(zkl_test *t)
{
    static const char *const cases[] = {
        "[limits]\nblock = []\n",
        "[limits]\nblocked = [\"192.0.2.1/24\"]\n",
        "[limits]\nblocked = [7]\n",
        "[limits]\nblocked = [\"192.0.2.0/24\\u0000\"]\n",
        "[limits]\naddress = { requests = 1 }\n",
        "[limits]\naddress = { bytes_per_minute = 1 }\n",
        "[limits]\naddress = { requests_per_minute = -1 }\n",
        "[limits]\naddress = { requests_per_minute = 1099511627777 }\n",
        "[limits]\naddress = { requests_per_minute = \"many\" }\n",
        "[limits]\naddress = { requests_per_minute = 1.5 }\n",
        "[limits]\nglobal = 7\n",
        "[limits]\nplaces = 0\n",
        "[tiers.free]\njobs_at_once = 0\n",
        "[tiers.free]\npriority = 8\n",
        "[tiers.free]\nrequest_per_minute = 8\n",
        "[tiers.free]\nuser = { priority = 1 }\n",
        "[tiers.free]\nproving_seconds_per_minute = 1099511627776\n",
        "[tiers]\nfree = 7\n",
        "[tiers.a-name-that-is-too-long]\npriority = 1\n",
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_limit_settings s;
        zkl_error err = { 0 };
        if (read_text(&s, t, cases[i], &err) != ZKL_BAD_INPUT || !strstr(err.text, "line "))
            FAIL(t, "%s: '%s'", cases[i], err.text);
    }
}

ZKL_TESTS(TEST(test_tiers__are_there_without_settings), TEST(test_tiers__follow_the_settings),
          TEST(test_tiers__refuse_what_is_wrong))
