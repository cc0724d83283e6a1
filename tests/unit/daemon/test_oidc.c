/* The end of a log-in by a provider: what it answers to a code. */
#include "daemon/oidc.h"

#include "http/server.h"
#include "testing.h"

typedef struct provider {
    http_server *server;
    char url[64], discovery[512];
    _Atomic int code; /* of its answer to a code */
    const char *_Atomic answer;
} provider;

static void answer_whole(http_exchange *x)
{
    const provider *const p = http_own(x);
    if (zkl_bytes_equal_text(http_path(x), "/token"))
        http_reply(x, p->code, "application/json", zkl_bytes_of_text(p->answer));
    else
        http_reply(x, 200, "application/json", zkl_bytes_of_text(p->discovery));
}

static void begin(void *context, http_exchange *x)
{
    static const http_handler handler = { .on_end = answer_whole };
    http_serve(x, &handler, context);
}

static bool start(zkl_test *t, provider *p)
{
    static const char *const address = "127.0.0.1:0";
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .app = { .context = p, .begin = begin } };
    if (http_start(&p->server, &settings, NULL) != ZKL_OK) {
        FAIL(t, "the provider does not start");
        return false;
    }
    snprintf(p->url, sizeof p->url, "http://%s", http_address(p->server, 0));
    snprintf(p->discovery, sizeof p->discovery,
             "{\"issuer\": \"%s\", \"authorization_endpoint\": \"%s/authorize\", "
             "\"token_endpoint\": \"%s/token\"}",
             p->url, p->url, p->url);
    return true;
}

/* A code that the provider refuses is somebody who is not let in, which is logged as such; only
 * what is no answer to it can be tried again. */
static void test_oidc__a_refused_code_is_denied(zkl_test *t)
{
    static const struct {
        int code;
        const char *answer;
        zkl_status want;
    } cases[] = {
        { 400, "{\"error\": \"invalid_grant\"}", ZKL_DENIED },
        { 200, "{\"access_token\": \"a\"}", ZKL_DENIED }, /* no token of identity */
        { 200, "nothing", ZKL_IO },
        { 401, "{\"error\": \"invalid_client\"}", ZKL_IO }, /* our own secret is wrong */
        { 500, "{}", ZKL_IO },
        { 503, "{}", ZKL_IO },
    };
    provider p = { 0 };
    daemon_oidc *oidc = NULL;
    daemon_oidc_try what;
    daemon_identity who;
    if (!start(t, &p))
        return;
    const zkl_env env = test_env(t);
    const daemon_issuer issuer = { .name = p.url };
    const daemon_token_settings issuers = { .issuers = &issuer, .issuer_count = 1 };
    const daemon_page_log_in settings = {
        .issuer = p.url, .url = "https://ledger.example", .client_id = "page", .scope = "openid"
    };
    REQUIRE(t, daemon_oidc_open(&oidc, &settings, &issuers, NULL, &env, NULL) == ZKL_OK);
    CHECK_STATUS(t, ZKL_OK, daemon_oidc_try_new(&what, &env, NULL));
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        p.code = cases[i].code;
        p.answer = cases[i].answer;
        CHECK_STATUS(t, cases[i].want,
                     daemon_oidc_finish(&who, oidc, &what, zkl_bytes_of_text("code"), NULL));
    }
    daemon_oidc_free(oidc);
    http_stop(p.server);
}

ZKL_TESTS(TEST(test_oidc__a_refused_code_is_denied))
