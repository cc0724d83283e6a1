/* Roles: what is built in, what a file may say, and the decision, held beside a plain one. */
#include "daemon/roles.h"

#include <string.h>

#include "api/operation.h"
#include "daemon/page.h"
#include "testing.h"

static daemon_roles *parse(zkl_test *t, const char *text)
{
    daemon_roles *roles = NULL;
    zkl_error err = { 0 };
    if (daemon_roles_parse(&roles, zkl_bytes_of_text(text), &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return roles;
}

static daemon_identity someone(const char *org, const char *role, const char *scopes)
{
    daemon_identity who = { .id = "0123456789abcdef", .name = "k", .tier = "free" };
    snprintf(who.org, sizeof who.org, "%s", org);
    snprintf(who.role, sizeof who.role, "%s", role);
    snprintf(who.scopes, sizeof who.scopes, "%s", scopes);
    return who;
}

static daemon_decision decide(const daemon_roles *roles, const daemon_identity *who,
                              const char *permission, daemon_resource resource)
{
    daemon_decision out;
    daemon_roles_decide(&out, roles, who, permission, &resource);
    return out;
}

static const char *const every_permission[] = {
#define PERMISSION(text, of_service, about) text,
    DAEMON_PERMISSIONS(PERMISSION)
#undef PERMISSION
};

/* The requirement's table, and ours, in words of this test: "own" is what the key began alone. */
static void test_roles__built_in_ones_are_the_requirements(zkl_test *t)
{
    enum { NO, OWN, YES };
    static const struct {
        const char *permission;
        int developer, viewer, service; /* admin: everything */
    } wanted[] = {
        { "jobs:create", OWN, NO, NO },         { "jobs:read", OWN, YES, NO },
        { "jobs:cancel", OWN, NO, NO },         { "checkpoints:read", YES, NO, NO },
        { "checkpoints:delete", NO, NO, NO },   { "cluster:read", YES, YES, NO },
        { "cluster:manage", NO, NO, NO },       { "models:list", NO, NO, NO },
        { "models:load", NO, NO, NO },          { "models:unload", NO, NO, NO },
        { "completions:create", YES, NO, YES }, { "usage:read", NO, YES, NO },
        { "datasets:read", YES, YES, NO },      { "datasets:create", YES, NO, NO },
        { "datasets:prove", YES, NO, NO },      { "datasets:disclose", YES, NO, NO },
        { "datasets:export", YES, NO, NO },     { "datasets:manage", YES, NO, NO },
        { "datasets:revoke", YES, NO, NO },     { "datasets:verify", YES, YES, YES },
        { "log:read", YES, YES, YES },          { "log:write", YES, NO, NO },
        { "log:audit", YES, NO, NO },           { "signers:read", NO, NO, NO },
        { "signers:manage", NO, NO, NO },       { "setup:read", NO, NO, NO },
        { "setup:manage", NO, NO, NO },         { "ledgers:read", YES, YES, NO },
        { "ledgers:create", NO, NO, NO },       { "organisations:manage", NO, NO, NO },
        { "service:manage", NO, NO, NO },       { "keys:read", NO, NO, NO },
        { "keys:create", NO, NO, NO },          { "keys:rotate", NO, NO, NO },
        { "keys:delete", NO, NO, NO },          { "operations:read", OWN, OWN, OWN },
        { "operations:cancel", OWN, OWN, OWN }, { "access:explain", OWN, OWN, OWN },
        { "access:read", NO, NO, NO },          { "api:read", YES, YES, YES },
        { "audit:read", NO, NO, NO },           { "files:create", OWN, OWN, OWN },
        { "files:read", OWN, OWN, OWN },        { "files:delete", OWN, OWN, OWN },
        { "folders:read", YES, NO, NO },        { "telemetry:read", NO, NO, NO },
        { "telemetry:manage", NO, NO, NO },     { "sessions:read", OWN, OWN, OWN },
        { "sessions:delete", OWN, OWN, OWN },
    };
    static const char *const names[] = { "developer", "viewer", "service", "admin" };
    daemon_roles *const roles = parse(t, "");
    CHECK_UINT_EQ(t, ZKL_COUNT(wanted), ZKL_COUNT(every_permission));
    for (size_t i = 0; roles && i < ZKL_COUNT(wanted); i++) {
        const int levels[] = { wanted[i].developer, wanted[i].viewer, wanted[i].service, YES };
        const char *const p = wanted[i].permission;
        CHECK(t, daemon_permission_is_pattern(p));
        for (size_t r = 0; r < ZKL_COUNT(names); r++) {
            const daemon_identity who = someone(DAEMON_OWN_ORGANISATION, names[r], "");
            const bool all =
                decide(roles, &who, p,
                       (daemon_resource){ .organisation = who.org, .ledger = "l", .dataset = "d" })
                    .allowed;
            const bool own = decide(roles, &who, p,
                                    (daemon_resource){ .organisation = who.org, .owner = who.id })
                                 .allowed;
            const bool foreign =
                decide(roles, &who, p, (daemon_resource){ .organisation = "acme", .owner = who.id })
                    .allowed;
            if (all != (levels[r] == YES) || own != (levels[r] >= OWN) || foreign)
                FAIL(t, "%s, %s: all %d, own %d, foreign %d", names[r], p, all, own, foreign);
        }
    }
    daemon_roles_free(roles);
}

/* An administrator elsewhere is one of his organisation, not of the service. */
static void test_roles__the_service_is_its_own_organisations(zkl_test *t)
{
    static const char *const theirs[] = { "ledgers:create", "organisations:manage",
                                          "service:manage", "folders:read",
                                          "telemetry:read", "telemetry:manage" };
    daemon_roles *const roles = parse(t, "[roles.all]\nallow = ['*', 'ledgers:create']\n");
    for (size_t i = 0; i < ZKL_COUNT(every_permission); i++) {
        bool of_service = false;
        for (size_t k = 0; k < ZKL_COUNT(theirs); k++)
            of_service |= strcmp(theirs[k], every_permission[i]) == 0;
        for (size_t r = 0; r < 2; r++) {
            const daemon_identity who = someone("acme", r ? "all" : "admin", "");
            const daemon_decision d = decide(roles, &who, every_permission[i],
                                             (daemon_resource){ .organisation = "acme" });
            CHECK_UINT_EQ(t, d.allowed, !of_service);
            CHECK_UINT_EQ(t, d.reason, of_service ? DAEMON_OF_THE_SERVICE : DAEMON_ALLOWED);
        }
    }
    daemon_roles_free(roles);
}

static void test_roles__a_rule_says_who_decided(zkl_test *t)
{
    daemon_roles *const roles =
        parse(t, "[roles.analyst]\n"
                 "organisation = 'acme'\n"
                 "allow = ['datasets:* in dataset:sales-*', 'log:read in project:fraud',\n"
                 "         'operations:* in own', 'usage:*', 'keys:read']\n"
                 "deny = ['*:read in dataset:sales-raw', 'datasets:revoke', 'keys:* in own']\n");
    const daemon_identity who = someone("acme", "analyst", "");
    static const struct {
        const char *permission, *ledger, *dataset, *owner;
        daemon_reason reason;
        const char *rule;
    } cases[] = {
        { "datasets:read", "a", "sales-1", NULL, DAEMON_ALLOWED, "datasets:* in dataset:sales-*" },
        { "datasets:read", "a", "sales-raw", NULL, DAEMON_DENIED, "*:read in dataset:sales-raw" },
        { "datasets:read", "a", "sale", NULL, DAEMON_NOT_SAID, NULL },
        { "datasets:read", "a", NULL, NULL, DAEMON_DENIED, "*:read in dataset:sales-raw" },
        { "datasets:create", "a", NULL, NULL, DAEMON_NOT_SAID, NULL },
        { "datasets:create", "a", "sales-raw", NULL, DAEMON_ALLOWED,
          "datasets:* in dataset:sales-*" },
        { "datasets:revoke", "a", "sales-1", NULL, DAEMON_DENIED, "datasets:revoke" },
        { "log:read", "fraud", "x", NULL, DAEMON_ALLOWED, "log:read in project:fraud" },
        { "log:read", "frau", "x", NULL, DAEMON_NOT_SAID, NULL },
        { "log:read", NULL, "x", NULL, DAEMON_NOT_SAID, NULL },
        { "operations:cancel", NULL, NULL, "0123456789abcdef", DAEMON_ALLOWED,
          "operations:* in own" },
        { "operations:cancel", NULL, NULL, "0123456789abcdee", DAEMON_NOT_SAID, NULL },
        { "operations:cancel", NULL, NULL, NULL, DAEMON_NOT_SAID, NULL },
        { "keys:read", NULL, "x", "0123456789abcdee", DAEMON_ALLOWED, "keys:read" },
        { "keys:read", NULL, "x", "0123456789abcdef", DAEMON_DENIED, "keys:* in own" },
        { "keys:read", NULL, "x", NULL, DAEMON_DENIED, "keys:* in own" },
        { "keys:delete", NULL, NULL, "0123456789abcdee", DAEMON_NOT_SAID, NULL },
        { "cluster:manage", NULL, NULL, NULL, DAEMON_NOT_SAID, NULL },
        { "cluster:rule", NULL, NULL, NULL, DAEMON_NO_PERMISSION, NULL },
        { "*", NULL, NULL, NULL, DAEMON_NO_PERMISSION, NULL },
        { "", NULL, NULL, NULL, DAEMON_NO_PERMISSION, NULL },
    };
    for (size_t i = 0; roles && i < ZKL_COUNT(cases); i++) {
        const daemon_decision d =
            decide(roles, &who, cases[i].permission,
                   (daemon_resource){ "acme", cases[i].ledger, cases[i].dataset, cases[i].owner });
        if (d.reason != cases[i].reason || d.allowed != (d.reason == DAEMON_ALLOWED) ||
            !d.rule != !cases[i].rule || (d.rule && strcmp(d.rule->text, cases[i].rule) != 0))
            FAIL(t, "case %zu: %s, by %s", i, daemon_reason_text(d.reason),
                 d.rule ? d.rule->text : "none");
    }
    /* who has no role, or another organisation's */
    const daemon_identity other = someone("beta", "analyst", ""), gone = someone("acme", "was", "");
    CHECK_UINT_EQ(t, decide(roles, &other, "usage:read", (daemon_resource){ "beta" }).reason,
                  DAEMON_NO_ROLE);
    CHECK_UINT_EQ(t, decide(roles, &gone, "usage:read", (daemon_resource){ "acme" }).reason,
                  DAEMON_NO_ROLE);
    CHECK_UINT_EQ(t, decide(roles, &who, "usage:read", (daemon_resource){ "beta" }).reason,
                  DAEMON_FOREIGN);
    CHECK_UINT_EQ(t, decide(roles, &who, "usage:read", (daemon_resource){ 0 }).reason,
                  DAEMON_FOREIGN);
    CHECK_UINT_EQ(t, decide(roles, &who, NULL, (daemon_resource){ "acme" }).reason,
                  DAEMON_NO_PERMISSION);
    json_t *const seen = daemon_roles_list(roles, "acme"), *const not =
                                                               daemon_roles_list(roles, "beta");
    CHECK_UINT_EQ(t, json_array_size(seen), 5);
    CHECK_UINT_EQ(t, json_array_size(not ), 4);
    json_decref(seen);
    json_decref(not );
    daemon_roles_free(roles);
}

static void test_roles__scopes_narrow_and_allow_nothing(zkl_test *t)
{
    daemon_roles *const roles = parse(t, "");
    const daemon_resource here = { .organisation = "acme" };
    const daemon_identity viewer = someone("acme", "viewer", " log:read  datasets:* ");
    CHECK(t, decide(roles, &viewer, "log:read", here).allowed);
    CHECK(t, decide(roles, &viewer, "datasets:verify", here).allowed);
    CHECK_UINT_EQ(t, decide(roles, &viewer, "datasets:create", here).reason, DAEMON_NOT_SAID);
    CHECK_UINT_EQ(t, decide(roles, &viewer, "ledgers:read", here).reason, DAEMON_NARROWED);
    const daemon_identity narrow = someone("acme", "admin", "nothing:read");
    for (size_t i = 0; i < ZKL_COUNT(every_permission); i++)
        CHECK(t, !decide(roles, &narrow, every_permission[i], here).allowed);
    daemon_roles_free(roles);
}

/* Whoever gives keys gives no more than he has. */
static void test_roles__no_key_covers_more_than_its_maker(zkl_test *t)
{
    daemon_roles *const roles =
        parse(t, "[roles.porter]\nallow = ['keys:*', 'datasets:read', 'log:read']\n"
                 "[roles.reader]\nallow = ['datasets:read in dataset:a', 'log:read']\n"
                 "[roles.part]\nallow = ['keys:create', 'datasets:read in dataset:a', 'log:read']\n"
                 "[roles.but]\nallow = ['*']\ndeny = ['datasets:read in dataset:secret']\n"
                 "[roles.none]\n");
    static const struct {
        const char *giver_org, *giver, *giver_scopes, *org, *role, *scopes;
        bool covers;
    } cases[] = {
        { "acme", "admin", "", "acme", "admin", "", true },
        { "acme", "admin", "", "acme", "developer", "", true },
        { "default", "admin", "", "acme", "admin", "", true },
        { "acme", "admin", "", "default", "admin", "", false }, /* the service */
        { "acme", "porter", "", "acme", "reader", "", true },
        { "acme", "porter", "", "acme", "admin", "", false },
        { "acme", "porter", "", "acme", "viewer", "", false },
        { "acme", "porter", "", "acme", "viewer", "log:*", true },
        { "acme", "porter", "", "acme", "none", "", true },
        { "acme", "porter", "keys:*", "acme", "reader", "", false },
        { "acme", "part", "", "acme", "reader", "", false }, /* a part is not all */
        { "acme", "but", "", "acme", "reader", "", false },  /* a denial is not passed by */
        { "acme", "admin", "keys:*", "acme", "admin", "", false },
        { "acme", "admin", "keys:*", "acme", "admin", "keys:read", true },
    };
    for (size_t i = 0; roles && i < ZKL_COUNT(cases); i++) {
        const daemon_identity giver =
            someone(cases[i].giver_org, cases[i].giver, cases[i].giver_scopes);
        const daemon_identity key = someone(cases[i].org, cases[i].role, cases[i].scopes);
        const char *missing = "unset";
        const bool covers = daemon_roles_cover(&missing, roles, &giver, &key);
        if (covers != cases[i].covers || !missing != covers)
            FAIL(t, "case %zu: %d, %s", i, covers, missing ? missing : "nothing");
    }
    daemon_roles_free(roles);
}

/* ---- the decision beside a plain one, over small roles of all kinds */

static bool plain_fits(const char *pattern, const char *text)
{
    if (!*pattern)
        return !*text;
    if (*pattern == '*')
        return plain_fits(pattern + 1, text) || (*text && plain_fits(pattern, text + 1));
    return *text == *pattern && plain_fits(pattern + 1, text + 1);
}

/* All patterns of up to 4 characters of "a", "b", "*" beside all texts of up to 4 of "a", "b". */
static void test_roles__patterns_fit_as_a_plain_matcher_says(zkl_test *t)
{
    static const char letters[] = "ab*";
    char pattern[8] = "", text[8] = "";
    for (unsigned p = 0; p < 121; p++)
        for (unsigned x = 0; x < 31; x++) {
            unsigned rest = p, size = 0;
            for (unsigned count = 1; rest >= count && size < 4; count *= 3) {
                rest -= count;
                size++;
            }
            for (unsigned i = 0; i < size; i++, rest /= 3)
                pattern[i] = letters[rest % 3];
            pattern[size] = 0;
            rest = x;
            size = 0;
            for (unsigned count = 1; rest >= count && size < 4; count *= 2) {
                rest -= count;
                size++;
            }
            for (unsigned i = 0; i < size; i++, rest /= 2)
                text[i] = letters[rest % 2];
            text[size] = 0;
            if (daemon_pattern_fits(pattern, text) != plain_fits(pattern, text))
                FAIL(t, "'%s', '%s'", pattern, text);
        }
    CHECK(t, daemon_permission_is_pattern("datasets:*") && daemon_permission_is_pattern("*"));
    CHECK(t, !daemon_permission_is_pattern("datset:*") && !daemon_permission_is_pattern(""));
}

static void test_roles__decision_is_that_of_plain_rules(zkl_test *t)
{
    static const char *const patterns[] = { "*", "datasets:*", "*:read", "datasets:read" };
    static const char *const scopes[] = { "", " in organisation", " in own", " in dataset:a*",
                                          " in project:p" };
    static const char *const asked[] = { "datasets:read", "datasets:create", "log:read" };
    static const char *const datasets[] = { NULL, "a1", "b" };
    static const char *const ledgers[] = { NULL, "p", "q" };
    static const char *const owners[] = { NULL, "0123456789abcdef", "ffffffffffffffff" };
    const daemon_identity who = someone("acme", "tried", "");
    for (unsigned round = 0; round < 400; round++) {
        struct {
            size_t pattern, scope;
            bool denies;
        } rules[4];
        const size_t count = test_random_below(t, 5);
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        zkl_buffer_put_text(&text, "[roles.tried]\n");
        for (size_t i = 0; i < count; i++) {
            rules[i].pattern = test_random_below(t, ZKL_COUNT(patterns));
            rules[i].scope = test_random_below(t, ZKL_COUNT(scopes));
            rules[i].denies = test_random_below(t, 3) == 0;
        }
        for (unsigned denies = 0; denies < 2; denies++) {
            zkl_buffer_put_text(&text, denies ? "deny = [" : "allow = [");
            for (size_t i = 0; i < count; i++)
                if (rules[i].denies == denies)
                    zkl_buffer_format(&text, "'%s%s', ", patterns[rules[i].pattern],
                                      scopes[rules[i].scope]);
            zkl_buffer_put_text(&text, "]\n");
        }
        zkl_buffer_put_u8(&text, 0);
        daemon_roles *const roles = parse(t, (const char *)text.data);
        REQUIRE(t, roles);
        for (size_t n = 0; n < 3 * 3 * 3 * 3; n++) {
            const char *const p = asked[n % 3], *const dataset = datasets[n / 3 % 3];
            const char *const ledger = ledgers[n / 9 % 3], *const owner = owners[n / 27];
            bool allows = false, denies = false;
            for (size_t i = 0; i < count; i++) {
                const bool unknown = rules[i].denies;
                const bool in[] = { true, true, owner ? strcmp(owner, who.id) == 0 : unknown,
                                    dataset ? dataset[0] == 'a' : unknown,
                                    ledger ? ledger[0] == 'p' : unknown };
                if (!in[rules[i].scope] || !plain_fits(patterns[rules[i].pattern], p))
                    continue;
                allows |= !rules[i].denies;
                denies |= rules[i].denies;
            }
            const daemon_decision d =
                decide(roles, &who, p, (daemon_resource){ "acme", ledger, dataset, owner });
            if (d.allowed != (allows && !denies))
                FAIL(t, "%s of %s, %s, %s under %s", p, dataset, ledger, owner, text.data);
        }
        daemon_roles_free(roles);
    }
}

/* ---- files */

static void test_roles__what_is_no_file_of_roles_is_refused(zkl_test *t)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "x = 1\n", "line 1" },
        { "[role.a]\n", "unknown key 'role'" },
        { "roles = 1\n", "roles" },
        { "[roles]\na = 1\n", "a role is a table" },
        { "[roles.admin]\nallow = []\n", "'admin' is built in" },
        { "[roles.'a b']\n", "no name of a role" },
        { "[roles.'']\n", "no name of a role" },
        { "[roles.\"a\\u0000b\"]\n", "no name of a role" },
        { "[roles.'../a']\n", "no name of a role" },
        { "[roles.a]\nallows = []\n", "unknown key 'allows'" },
        { "[roles.a]\nallow = 'x'\n", "allow" },
        { "[roles.a]\nallow = [1]\n", "a rule is a text" },
        { "[roles.a]\nallow = ['datset:read']\n", "'datset:read' fits no permission" },
        { "[roles.a]\ndeny = ['']\n", "fits no permission" },
        { "[roles.a]\nallow = ['datasets:read in']\n", "fits no permission" },
        { "[roles.a]\nallow = ['datasets:read in everything']\n", "is no scope" },
        { "[roles.a]\nallow = ['datasets:read in dataset:']\n", "is no scope" },
        { "[roles.a]\nallow = [\n'log:read',\n'log:read in own ']\n", "line 4" },
        { "[roles.a]\nallow = [\"log:read\\u0000\"]\n", "a rule is a text" },
        { "[roles.a]\norganisation = ''\n", "no name of an organisation" },
        { "[roles.a]\n[roles.a]\n", "line 2" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_roles *roles = NULL;
        zkl_error err = { 0 };
        const zkl_status status =
            daemon_roles_parse(&roles, zkl_bytes_of_text(cases[i].text), &err);
        if (status != ZKL_BAD_INPUT || roles || !strstr(err.text, cases[i].says))
            FAIL(t, "case %zu: %s: %s", i, zkl_status_text(status), err.text);
        daemon_roles_free(roles);
    }
}

static void test_roles__names_are_names(zkl_test *t)
{
    char longest[65];
    memset(longest, 'a', sizeof longest);
    longest[64] = 0;
    CHECK(t, !daemon_name_is_good(longest));
    longest[63] = 0;
    CHECK(t, daemon_name_is_good(longest));
    for (const char *const *good = (const char *const[]){ "a", "Z9", "a.b_c-d", NULL }; *good;
         good++)
        CHECK(t, daemon_name_is_good(*good));
    for (const char *const *bad = (const char *const[]){ "", ".", "..", "-a", "_a", "a/b", "a b",
                                                         "\xc3\xa4", "a\n", NULL };
         *bad; bad++)
        CHECK(t, !daemon_name_is_good(*bad));
}

/* ---- the tables */

static bool is_permission(const char *text)
{
    for (size_t i = 0; text && i < ZKL_COUNT(every_permission); i++)
        if (strcmp(text, every_permission[i]) == 0)
            return true;
    return false;
}

static void test_roles__every_row_names_a_permission(zkl_test *t)
{
    for (size_t i = 0; api_at(i); i++)
        if (!is_permission(api_at(i)->permission))
            FAIL(t, "operation '%s'", api_at(i)->name);
    for (size_t i = 0; daemon_routes[i]; i++)
        for (const daemon_route *r = daemon_routes[i]; r->method; r++)
            if (!is_permission(r->permission) && strcmp(r->permission, DAEMON_OF_PAGE) != 0 &&
                !(strcmp(r->at[1], "call") == 0 && strcmp(r->permission, DAEMON_OF_OPERATION) == 0))
                FAIL(t, "%s /%s/%s", r->method, r->at[0], r->at[1]);
}

ZKL_TESTS(TEST(test_roles__built_in_ones_are_the_requirements),
          TEST(test_roles__the_service_is_its_own_organisations),
          TEST(test_roles__a_rule_says_who_decided),
          TEST(test_roles__scopes_narrow_and_allow_nothing),
          TEST(test_roles__no_key_covers_more_than_its_maker),
          TEST(test_roles__patterns_fit_as_a_plain_matcher_says),
          TEST(test_roles__decision_is_that_of_plain_rules),
          TEST(test_roles__what_is_no_file_of_roles_is_refused), TEST(test_roles__names_are_names),
          TEST(test_roles__every_row_names_a_permission))
