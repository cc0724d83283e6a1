/* Tokens judged: by keys of a file, by keys of a provider, by introspection, as time goes by. */
#include "unit/daemon/provider.h"

#include "base/file.h"

#define NOW ((int64_t)1767225600) /* 2026-01-01, in seconds */

/* One for all tests: stopping it takes a moment. */
static test_provider provider;

typedef struct world {
    int64_t now_ms;
    zkl_env env;
    zkl_arena memory;
    zkl_toml *toml;
    daemon_token_settings settings;
    daemon_tokens *tokens;
    EVP_PKEY *key, *other;
} world;

static int64_t world_now(void *opaque)
{
    const world *const w = opaque;
    return w->now_ms;
}

static void world_clear(world *w)
{
    daemon_tokens_free(w->tokens);
    zkl_toml_free(w->toml);
    zkl_arena_clear(&w->memory);
    EVP_PKEY_free(w->key);
    EVP_PKEY_free(w->other);
}

static bool begin(zkl_test *t, world *w)
{
    *w = (world){ .now_ms = NOW * 1000 };
    w->env = (zkl_env){ .clock = { world_now, w } };
    w->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    w->other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return provider_is_ready(t, &provider);
}

/* format: of the provider's address, which may stand in it twice. */
static bool open_with(zkl_test *t, world *w, const char *text)
{
    zkl_error err = { 0 };
    if (zkl_toml_parse(&w->toml, zkl_bytes_of_text(text), &err) == ZKL_OK &&
        daemon_token_settings_read(&w->settings, &w->memory, test_folder(t), zkl_toml_root(w->toml),
                                   &err) == ZKL_OK &&
        daemon_tokens_open(&w->tokens, &w->settings, &w->env, &err) == ZKL_OK)
        return true;
    FAIL(t, "%s", err.text);
    return false;
}

#define ROLES                                                                                      \
    "[[issuer.role]]\nvalue = 'boss'\nrole = 'admin'\nacr = ['mfa', 'phr']\namr = ['otp']\n"       \
    "[[issuer.role]]\nvalue = 'boss'\nrole = 'developer'\n"                                        \
    "[[issuer.role]]\nvalue = 'staff'\nrole = 'viewer'\n"

static const char *set_of(zkl_test *t, const EVP_PKEY *a, const char *kid)
{
    return zkl_arena_format(&t->arena, "{\"keys\":[%s]}",
                            jwk_of(t, a, zkl_arena_format(&t->arena, ",\"kid\":\"%s\"", kid)));
}

/* more: members behind the usual ones, each after a comma. */
static const char *token_of(zkl_test *t, EVP_PKEY *key, const char *kid, const char *issuer,
                            const char *more)
{
    return sign_token(
        t, key, zkl_arena_format(&t->arena, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", kid),
        zkl_arena_format(&t->arena,
                         "{\"iss\":\"%s\",\"sub\":\"ada\",\"aud\":\"ledger\",\"exp\":%lld%s}",
                         issuer, (long long)NOW + 600, more));
}

#define STAFF ",\"org_id\":\"acme\",\"roles\":[\"staff\"]"

static daemon_token_state find(world *w, const char *token, daemon_identity *who)
{
    return daemon_tokens_find(who, w->tokens, zkl_bytes_of_text(token));
}

static daemon_token_state ask(world *w, const char *token, daemon_identity *who)
{
    return daemon_tokens_ask(who, w->tokens, zkl_bytes_of_text(token));
}

#define CHECK_STATE(t, got, want) CHECK_UINT_EQ(t, got, want)

static bool open_with_file(zkl_test *t, world *w)
{
    const char *const path = zkl_arena_format(&t->arena, "%s/keys.json", test_folder(t));
    const char *const keys = set_of(t, w->key, "a");
    zkl_error err = { 0 };
    if (zkl_file_write(path, zkl_bytes_of_text(keys), 0600, &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    return open_with(t, w,
                     zkl_arena_format(&t->arena,
                                      "[[issuer]]\nissuer = 'local'\naudiences = "
                                      "['ledger']\njwks = '%s'\n" ROLES,
                                      path));
}

static void test_tokens__identity_of_claims(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    if (!begin(t, &w) || !open_with_file(t, &w))
        return;
    static const struct {
        const char *more, *role; /* NULL: refused */
    } cases[] = {
        { STAFF, "viewer" },
        { ",\"org_id\":\"acme\",\"roles\":\"staff\"", "viewer" },
        { ",\"org_id\":\"acme\",\"roles\":[\"x\",\"boss\"]", "developer" },
        { ",\"org_id\":\"acme\",\"roles\":[\"boss\"],\"acr\":\"mfa\"", "developer" },
        { ",\"org_id\":\"acme\",\"roles\":[\"boss\"],\"amr\":[\"otp\"]", "developer" },
        { ",\"org_id\":\"acme\",\"roles\":[\"boss\"],\"acr\":\"phr\",\"amr\":[\"pwd\",\"otp\"]",
          "admin" },
        { ",\"org_id\":\"acme\",\"roles\":[\"boss\"],\"acr\":\"MFA\",\"amr\":[\"otp\"]",
          "developer" },
        { ",\"org_id\":\"acme\",\"roles\":[\"nobody\"]", NULL },
        { ",\"org_id\":\"acme\",\"roles\":\"staff boss\"", NULL },
        { ",\"org_id\":\"acme\"", NULL },
        { ",\"roles\":[\"staff\"]", NULL }, /* no organisation is assumed */
        { ",\"org_id\":\"\",\"roles\":[\"staff\"]", NULL },
        { ",\"org_id\":\"default\",\"roles\":[\"boss\"]", NULL }, /* who runs the service */
        { ",\"org_id\":\"a/b\",\"roles\":[\"staff\"]", NULL },
        { ",\"org_id\":7,\"roles\":[\"staff\"]", NULL },
        { STAFF ",\"tier\":\"no tier\"", NULL },
        { STAFF ",\"tier\":7", NULL },
    };
    daemon_identity who = { 0 }, first = { 0 };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        const daemon_token_state state =
            find(&w, token_of(t, w.key, "a", "local", cases[c].more), &who);
        if ((state == DAEMON_TOKEN_HOLDS) != (cases[c].role != NULL) ||
            (cases[c].role && strcmp(who.role, cases[c].role) != 0))
            FAIL(t, "%s: state %d, role %s", cases[c].more, (int)state, who.role);
        if (c == 0)
            first = who;
    }
    CHECK_TEXT_EQ(t, first.name, "ada");
    CHECK_TEXT_EQ(t, first.org, "acme");
    CHECK_TEXT_EQ(t, first.tier, "");
    CHECK_UINT_EQ(t, strlen(first.id), 16);
    CHECK_UINT_EQ(t, first.until_ms, (NOW + 660) * 1000); /* exp and the skew */
    CHECK(t, first.by == DAEMON_BY_TOKEN);
    CHECK_STATE(t, find(&w, token_of(t, w.key, "a", "local", STAFF ",\"tier\":\"pro\""), &who),
                DAEMON_TOKEN_HOLDS);
    CHECK_TEXT_EQ(t, who.tier, "pro");
    CHECK_TEXT_EQ(t, who.id, first.id); /* of issuer and subject alone */
}

static void test_tokens__ids_are_of_issuer_and_subject(zkl_test *t)
{
    static const daemon_role_row row = { .value = "staff", .role = "viewer" };
    daemon_issuer issuer = { .name = "a", .role_claim = "roles", .roles = &row, .role_count = 1 };
    static const struct {
        const char *issuer, *claims;
    } cases[] = {
        { "a", "{\"sub\":\"bc\",\"roles\":\"staff\",\"org_id\":\"o\"}" },
        { "ab", "{\"sub\":\"c\",\"roles\":\"staff\",\"org_id\":\"o\"}" },
        { "a", "{\"sub\":\"b\",\"roles\":\"staff\",\"org_id\":\"o\"}" },
        { "a", "{\"client_id\":\"b\",\"roles\":\"staff\",\"org_id\":\"o\"}" },
    };
    daemon_identity who[ZKL_COUNT(cases) + 1] = { 0 };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        json_t *const claims = json_loads(cases[c].claims, 0, NULL);
        issuer.name = cases[c].issuer;
        CHECK(t, daemon_identity_of_claims(&who[c], &issuer, claims, NULL) == ZKL_OK);
        json_decref(claims);
    }
    static const daemon_client client = { "dns:b", "b", "viewer", "o" };
    const daemon_token_settings settings = { .clients = &client, .client_count = 1 };
    const char *const names[] = { "dns:x", "dns:b" };
    CHECK(t, daemon_identity_of_names(&who[ZKL_COUNT(cases)], &settings, names, 2));
    CHECK(t, !daemon_identity_of_names(&who[ZKL_COUNT(cases)], &settings, names, 1));
    for (size_t a = 0; a < ZKL_COUNT(who); a++)
        for (size_t b = 0; b < a; b++)
            CHECK(t, strcmp(who[a].id, who[b].id) != 0);
}

static void test_tokens__end_with_time(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    if (!begin(t, &w) || !open_with_file(t, &w))
        return;
    const char *const token = token_of(t, w.key, "a", "local", STAFF);
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_HOLDS);
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_HOLDS); /* remembered */
    w.now_ms = (NOW + 659) * 1000;
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_HOLDS);
    w.now_ms = (NOW + 660) * 1000;
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_REFUSED);
    w.now_ms = NOW * 1000;
    CHECK_STATE(t, find(&w, token_of(t, w.other, "a", "local", STAFF), &who), DAEMON_TOKEN_REFUSED);
    CHECK_STATE(t, find(&w, token_of(t, w.key, "a", "other", STAFF), &who), DAEMON_TOKEN_REFUSED);
    CHECK_STATE(t, find(&w, "opaque", &who), DAEMON_TOKEN_REFUSED);
    CHECK_STATE(t, find(&w, "", &who), DAEMON_TOKEN_REFUSED);
    CHECK_STATE(t,
                find(&w,
                     sign_token(t, w.key, "{\"alg\":\"EdDSA\",\"kid\":\"a\",\"typ\":\"dpop+jwt\"}",
                                "{\"iss\":\"local\"}"),
                     &who),
                DAEMON_TOKEN_REFUSED);
}

/* Keys of a provider: asked for when they are needed, and not more often than that. */
static void test_tokens__keys_of_a_provider(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    if (!begin(t, &w))
        return;
    provider.keys = set_of(t, w.key, "a");
    if (!open_with(
            t, &w,
            zkl_arena_format(&t->arena,
                             "[[issuer]]\nissuer = 'far'\naudiences = ['ledger']\njwks_url = "
                             "'%s/keys'\nkeys_max_age_s = 300\norg = 'fixed'\n" ROLES,
                             provider.url)))
        return;
    const char *const token = token_of(t, w.key, "a", "far", STAFF);
    const char *const next = token_of(t, w.other, "b", "far", STAFF);
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_HOLDS);
    CHECK_TEXT_EQ(t, who.org, "fixed"); /* whatever the token says */
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_HOLDS);
    CHECK_UINT_EQ(t, provider.keys_count, 1);

    /* an unknown kid: not asked again within refresh_s, whatever comes */
    provider.keys =
        zkl_arena_format(&t->arena, "{\"keys\":[%s,%s]}", jwk_of(t, w.key, ",\"kid\":\"a\""),
                         jwk_of(t, w.other, ",\"kid\":\"b\""));
    for (size_t i = 0; i < 20; i++) {
        CHECK_STATE(t, find(&w, next, &who), DAEMON_TOKEN_REFUSED);
        CHECK_STATE(t, ask(&w, next, &who), DAEMON_TOKEN_REFUSED);
    }
    CHECK_UINT_EQ(t, provider.keys_count, 1);
    w.now_ms += 60000;
    CHECK_STATE(t, find(&w, next, &who), DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, next, &who), DAEMON_TOKEN_HOLDS);
    CHECK_UINT_EQ(t, provider.keys_count, 2);
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_HOLDS); /* remembered under both */

    /* the provider is silent: the keys that are there count on */
    provider.keys = NULL;
    w.now_ms += 301000;
    CHECK_STATE(t, find(&w, token_of(t, w.key, "a", "far", STAFF ",\"x\":1"), &who),
                DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, token_of(t, w.key, "a", "far", STAFF ",\"x\":1"), &who),
                DAEMON_TOKEN_HOLDS);
    CHECK_UINT_EQ(t, provider.keys_count, 3);

    /* a key that is withdrawn takes what was remembered with it */
    provider.keys = set_of(t, w.other, "b");
    w.now_ms += 60000;
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_HOLDS);
    CHECK_STATE(t, ask(&w, token_of(t, w.other, "b", "far", STAFF ",\"x\":2"), &who),
                DAEMON_TOKEN_HOLDS);
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_REFUSED);
}

/* No set at all: nobody knows, which is not the same as no. */
static void test_tokens__a_provider_that_is_no_use(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    daemon_token_counts counts;
    if (!begin(t, &w))
        return;
    if (!open_with(
            t, &w,
            zkl_arena_format(&t->arena,
                             "[[issuer]]\nissuer = 'far'\naudiences = ['ledger']\njwks_url = "
                             "'%s/keys'\nrefresh_s = 0\n" ROLES,
                             provider.url)))
        return;
    const char *const token = token_of(t, w.key, "a", "far", STAFF);
    const char *const good = set_of(t, w.key, "a");
    ZKL_AUTO_CLEAR(zkl_buffer) large = { 0 };
    zkl_buffer_put_text(&large, good);
    while (large.size <= TOKEN_SET_BYTES_MAX)
        zkl_buffer_put_text(&large, "                                ");
    zkl_buffer_put_u8(&large, 0);
    const char *const useless[] = { NULL, "", "{}", "{\"keys\":[]}", (const char *)large.data };
    for (size_t i = 0; i < ZKL_COUNT(useless); i++) {
        provider.keys = useless[i];
        CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_LOST);
    }
    provider.keys = good;
    provider.redirect = zkl_arena_format(&t->arena, "%s/elsewhere", provider.url);
    const size_t before = provider.keys_count;
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_LOST);
    CHECK_UINT_EQ(t, provider.keys_count, before + 1); /* not followed */
    provider.redirect = NULL;
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_HOLDS);
    daemon_tokens_count(w.tokens, &counts);
    CHECK_UINT_EQ(t, counts.lost, ZKL_COUNT(useless) + 1);
}

static void test_tokens__discovery(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    if (!begin(t, &w))
        return;
    const char *const url = provider.url;
    if (!open_with(t, &w,
                   zkl_arena_format(&t->arena,
                                    "[[issuer]]\nissuer = '%s'\naudiences = ['ledger']\n"
                                    "discovery = true\nrefresh_s = 0\n" ROLES,
                                    url)))
        return;
    const char *const token = token_of(t, w.key, "a", url, STAFF);
    provider.keys = set_of(t, w.key, "a");
    const char *const bad[] = {
        NULL,
        "{}",
        zkl_arena_format(&t->arena, "{\"issuer\":\"%s/\",\"jwks_uri\":\"%s/keys\"}", url, url),
        zkl_arena_format(&t->arena, "{\"issuer\":\"%s\"}", url),
        zkl_arena_format(&t->arena, "{\"issuer\":\"%s\",\"jwks_uri\":\"http://a.example/k\"}", url),
        zkl_arena_format(&t->arena, "{\"issuer\":\"%s\",\"jwks_uri\":\"file:///etc/passwd\"}", url),
    };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        provider.discovery = bad[i];
        CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_LOST);
    }
    CHECK_UINT_EQ(t, provider.keys_count, 0);
    provider.discovery =
        zkl_arena_format(&t->arena, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}", url, url);
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_HOLDS);
    CHECK_UINT_EQ(t, provider.keys_count, 1);
}

static const char *introspecting(zkl_test *t, const world *w, const char *which, const char *more)
{
    const char *const secret = zkl_arena_format(&t->arena, "%s/secret", test_folder(t));
    const char *const keys = zkl_arena_format(&t->arena, "%s/keys.json", test_folder(t));
    zkl_error err = { 0 };
    if (zkl_file_write(secret, zkl_bytes_of_text("s+e c:ret\n"), 0600, &err) != ZKL_OK ||
        zkl_file_write(keys, zkl_bytes_of_text(set_of(t, w->key, "a")), 0600, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return zkl_arena_format(&t->arena,
                            "[[issuer]]\nissuer = 'far'\naudiences = ['ledger']\njwks = '%s'\n"
                            "introspection = '%s'\nintrospection_url = '%s/introspect'\n"
                            "client_id = 'led/ger'\nclient_secret_file = '%s'\n%s" ROLES,
                            keys, which, provider.url, secret, more);
}

#define ACTIVE                                                                                     \
    "{\"active\":true,\"sub\":\"eve\",\"aud\":\"ledger\",\"org_id\":\"acme\",\"roles\":["          \
    "\"staff\"]"

/* A token that is revoked is refused when what was remembered of it is 30 s old, and not before it
 * is asked for again. */
static void test_tokens__a_revoked_token_is_refused_within_30_s(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    if (!begin(t, &w) || !open_with(t, &w, introspecting(t, &w, "opaque", "")))
        return;
    provider.answer = ACTIVE "}";
    CHECK_STATE(t, find(&w, "op/aque+1", &who), DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, "op/aque+1", &who), DAEMON_TOKEN_HOLDS);
    CHECK_TEXT_EQ(t, who.name, "eve");
    CHECK_TEXT_EQ(t, provider.form, "token_type_hint=access_token&token=op%2Faque%2B1");
    CHECK_TEXT_EQ(t, provider.authorization, "Basic bGVkJTJGZ2VyOnMlMkJlJTIwYyUzQXJldA==");
    provider.answer = "{\"active\":false}";
    w.now_ms += 29999;
    CHECK_STATE(t, find(&w, "op/aque+1", &who), DAEMON_TOKEN_HOLDS);
    CHECK_UINT_EQ(t, provider.answer_count, 1);
    w.now_ms += 1;
    CHECK_STATE(t, find(&w, "op/aque+1", &who), DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, "op/aque+1", &who), DAEMON_TOKEN_REFUSED);
    CHECK_STATE(t, find(&w, "op/aque+1", &who), DAEMON_TOKEN_ASKS); /* a no is not remembered */
}

static void test_tokens__answers_of_introspection(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    if (!begin(t, &w) ||
        !open_with(t, &w, introspecting(t, &w, "opaque", "introspection_cache_s = 0\n")))
        return;
    static const struct {
        const char *answer;
        daemon_token_state state;
    } cases[] = {
        { ACTIVE "}", DAEMON_TOKEN_HOLDS },
        { ACTIVE ",\"iss\":\"far\",\"exp\":1767229200}", DAEMON_TOKEN_HOLDS },
        { ACTIVE ",\"exp\":1767225000}", DAEMON_TOKEN_REFUSED },
        { ACTIVE ",\"exp\":\"1767229200\"}", DAEMON_TOKEN_REFUSED },
        { ACTIVE ",\"iss\":\"near\"}", DAEMON_TOKEN_REFUSED },
        { "{\"active\":true,\"sub\":\"eve\",\"org_id\":\"acme\",\"roles\":[\"staff\"]}",
          DAEMON_TOKEN_REFUSED }, /* for whom? */
        { "{\"active\":true,\"client_id\":\"c\",\"aud\":[\"ledger\"],\"org_id\":\"acme\","
          "\"roles\":[\"staff\"]}",
          DAEMON_TOKEN_HOLDS },
        { "{\"active\":\"true\"}", DAEMON_TOKEN_REFUSED },
        { "{\"active\":1}", DAEMON_TOKEN_REFUSED },
        { "{}", DAEMON_TOKEN_REFUSED },
        { "{\"active\":false,\"active\":true}", DAEMON_TOKEN_LOST },
        { "[]", DAEMON_TOKEN_LOST },
        { "", DAEMON_TOKEN_LOST },
        { NULL, DAEMON_TOKEN_LOST },
    };
    for (size_t c = 0; c < ZKL_COUNT(cases); c++) {
        provider.answer = cases[c].answer;
        const daemon_token_state state = ask(&w, "opaque", &who);
        if (state != cases[c].state)
            FAIL(t, "%s: %d, want %d", cases[c].answer, (int)state, (int)cases[c].state);
    }
    /* a JWT is judged by its signature alone here */
    provider.answer = "{\"active\":false}";
    CHECK_STATE(t, find(&w, token_of(t, w.key, "a", "far", STAFF), &who), DAEMON_TOKEN_HOLDS);
}

/* introspection = "all": a JWT has to hold by both. */
static void test_tokens__jwts_introspected_too(zkl_test *t)
{
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who;
    if (!begin(t, &w) || !open_with(t, &w, introspecting(t, &w, "all", "")))
        return;
    const char *const token = token_of(t, w.key, "a", "far", STAFF);
    provider.answer = ACTIVE "}";
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_HOLDS);
    CHECK_TEXT_EQ(t, who.name, "ada"); /* as it is signed */
    CHECK_STATE(t, ask(&w, token_of(t, w.other, "a", "far", STAFF), &who), DAEMON_TOKEN_REFUSED);
    CHECK_UINT_EQ(t, provider.answer_count, 1); /* a forged one is shown to nobody */
    provider.answer = "{\"active\":false}";
    w.now_ms += 30000;
    CHECK_STATE(t, find(&w, token, &who), DAEMON_TOKEN_ASKS);
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_REFUSED);
}

/* ---- tokens of identity: for one client, of one log-in */

static daemon_token_state ask_id(zkl_test *t, world *w, EVP_PKEY *key, const char *claims,
                                 daemon_identity *who)
{
    const char *const token =
        sign_token(t, key, "{\"alg\":\"EdDSA\",\"kid\":\"a\"}",
                   zkl_arena_format(&t->arena, "{\"sub\":\"ada\",\"exp\":%lld" STAFF "%s}",
                                    (long long)NOW + 600, claims));
    const daemon_id_token id = { "local", "page", "n-1", zkl_bytes_of_text(token) };
    return daemon_tokens_ask_id(who, w->tokens, &id);
}

static void test_tokens__an_identity_is_for_one_client_and_log_in(zkl_test *t)
{
    static const char good[] = ",\"iss\":\"local\",\"aud\":\"page\",\"nonce\":\"n-1\"";
    static const char *const others[] = {
        ",\"iss\":\"local\",\"aud\":[\"page\"],\"nonce\":\"n-1\"",
        ",\"iss\":\"local\",\"aud\":[\"page\",\"x\"],\"azp\":\"page\",\"nonce\":\"n-1\"",
    };
    static const char *const bad[] = {
        ",\"iss\":\"local\",\"aud\":\"page\"",
        ",\"iss\":\"local\",\"aud\":\"page\",\"nonce\":\"n-2\"",
        ",\"iss\":\"local\",\"aud\":\"page\",\"nonce\":1",
        ",\"iss\":\"local\",\"aud\":\"ledger\",\"nonce\":\"n-1\"",
        ",\"iss\":\"local\",\"aud\":[\"page\",\"x\"],\"nonce\":\"n-1\"",
        ",\"iss\":\"local\",\"aud\":\"page\",\"azp\":\"x\",\"nonce\":\"n-1\"",
        ",\"iss\":\"other\",\"aud\":\"page\",\"nonce\":\"n-1\"",
    };
    ZKL_AUTO_CLEAR(world) w;
    daemon_identity who = { 0 };
    if (!begin(t, &w) || !open_with_file(t, &w))
        return;
    CHECK_STATE(t, ask_id(t, &w, w.key, good, &who), DAEMON_TOKEN_HOLDS);
    CHECK_TEXT_EQ(t, who.org, "acme");
    CHECK_TEXT_EQ(t, who.role, "viewer");
    CHECK_UINT_EQ(t, who.until_ms, 0);
    for (size_t i = 0; i < ZKL_COUNT(others); i++)
        CHECK_STATE(t, ask_id(t, &w, w.key, others[i], &who), DAEMON_TOKEN_HOLDS);
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (ask_id(t, &w, w.key, bad[i], &who) != DAEMON_TOKEN_REFUSED)
            FAIL(t, "%s", bad[i]);
    CHECK_STATE(t, ask_id(t, &w, w.other, good, &who), DAEMON_TOKEN_REFUSED);
    /* it is no token of the API's, and one of those is none of these */
    const char *const token =
        sign_token(t, w.key, "{\"alg\":\"EdDSA\",\"kid\":\"a\"}",
                   zkl_arena_format(&t->arena, "{\"sub\":\"ada\",\"exp\":%lld" STAFF "%s}",
                                    (long long)NOW + 600, good));
    CHECK_STATE(t, ask(&w, token, &who), DAEMON_TOKEN_REFUSED);
    w.now_ms += 700000;
    CHECK_STATE(t, ask_id(t, &w, w.key, good, &who), DAEMON_TOKEN_REFUSED);
}

ZKL_TESTS(TEST(test_tokens__identity_of_claims), TEST(test_tokens__ids_are_of_issuer_and_subject),
          TEST(test_tokens__end_with_time), TEST(test_tokens__keys_of_a_provider),
          TEST(test_tokens__a_provider_that_is_no_use), TEST(test_tokens__discovery),
          TEST(test_tokens__a_revoked_token_is_refused_within_30_s),
          TEST(test_tokens__answers_of_introspection), TEST(test_tokens__jwts_introspected_too),
          TEST(test_tokens__an_identity_is_for_one_client_and_log_in))
