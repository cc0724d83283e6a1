/* [[issuer]] and [[client]]: what is taken, and what is refused when it is read. */
#include "daemon/token_settings.h"
#include "testing.h"

static void check(zkl_test *t, const char *text, const char *why)
{
    zkl_toml *toml = NULL;
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    daemon_token_settings s;
    REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text(text), &err));
    const zkl_status status =
        daemon_token_settings_read(&s, &memory, "/srv", zkl_toml_root(toml), &err);
    if (!why && status != ZKL_OK)
        FAIL(t, "%s: %s", text, err.text);
    else if (why && (status == ZKL_OK || !strstr(err.text, why)))
        FAIL(t, "%s: '%s', want '%s'", text, status == ZKL_OK ? "taken" : err.text, why);
    zkl_toml_free(toml);
}

#define HEAD "[[issuer]]\nissuer = 'https://id.example'\naudiences = ['ledger']\n"
#define ROLE "[[issuer.role]]\nvalue = 'a'\nrole = 'viewer'\n"
#define ASK "introspection = 'opaque'\nclient_id = 'c'\nclient_secret_file = 's'\n"

static void test_token_settings__issuers(zkl_test *t)
{
    check(t, "", NULL);
    check(t, HEAD "jwks = 'k'\n" ROLE, NULL);
    check(t, HEAD "discovery = true\n" ASK ROLE, NULL);
    check(t, HEAD "jwks_url = 'http://localhost:80/k'\nskew_s = 0\n" ROLE, NULL);
    check(t, HEAD ROLE, "one of 'jwks'");
    check(t, HEAD "jwks = 'k'\ndiscovery = true\n" ROLE, "one of 'jwks'");
    check(t, HEAD "jwks = 'k'\njwks_url = 'https://a/k'\n" ROLE, "one of 'jwks'");
    check(t, HEAD "jwks = 'k'\n", "tables 'role'");
    check(t, HEAD "jwks = 'k'\nrole = []\n", "tables 'role'");
    check(t, HEAD "jwks = 'k'\nrole = [1]\n", "list of tables");
    check(t, HEAD "jwks = 'k'\nsecret = 's'\n" ROLE, "unknown key 'secret'");
    check(t, HEAD "jwks = 'k'\nskew_s = 301\n" ROLE, "0 to 300");
    check(t, HEAD "jwks = 'k'\nskew_s = -1\n" ROLE, "0 to 300");
    check(t, HEAD "jwks = 'k'\nintrospection_cache_s = 31\n" ROLE, "0 to 30");
    check(t, HEAD "jwks = 'k'\norg = 'a b'\n" ROLE, "'org'");
    check(t, HEAD "jwks = 'k'\norg = ''\n" ROLE, "empty");
    check(t, HEAD "jwks = 'k'\nclient_id = 'c'\n" ROLE, "'introspection' is none");
    check(t, HEAD "jwks = 'k'\nintrospection = 'some'\n" ROLE, "none, opaque or all");
    check(t, HEAD "jwks = 'k'\n" ASK ROLE, "'introspection_url' is missing");
    check(t, HEAD "discovery = true\nintrospection = 'all'\nclient_id = 'c'\n" ROLE,
          "'client_secret_file'");
    check(t, "[[issuer]]\nissuer = 'local'\naudiences = ['a']\ndiscovery = true\n" ROLE,
          "https address");
    check(t, "[[issuer]]\nissuer = 'local'\naudiences = ['a']\njwks = 'k'\n" ROLE, NULL);
    check(t, "[[issuer]]\naudiences = ['a']\njwks = 'k'\n" ROLE, "'issuer' is missing");
    check(t, "[[issuer]]\nissuer = ''\naudiences = ['a']\njwks = 'k'\n" ROLE, "empty");
    check(t, "[[issuer]]\nissuer = 'x'\njwks = 'k'\n" ROLE, "'audiences' is missing");
    check(t, "[[issuer]]\nissuer = 'x'\naudiences = []\njwks = 'k'\n" ROLE, "1 to 64");
    check(t, "[[issuer]]\nissuer = 'x'\naudiences = [1]\njwks = 'k'\n" ROLE, "texts alone");
    check(t, HEAD "jwks = 'k'\n" ROLE HEAD "jwks = 'k'\n" ROLE, "stands twice");
    check(t,
          HEAD "discovery = true\n" ASK ROLE
               "[[issuer]]\nissuer = 'https://b'\naudiences = ['a']\ndiscovery = true\n" ASK ROLE,
          "one issuer alone");
    check(t, HEAD "jwks = 'k'\n[[issuer.role]]\nvalue = 'a'\nrole = 'a/b'\n", "no role 'a/b'");
    check(t, HEAD "jwks = 'k'\n[[issuer.role]]\nrole = 'viewer'\n", "'value' is missing");
    check(t, HEAD "jwks = 'k'\n[[issuer.role]]\nvalue = 'a'\n", "'role' is missing");
    check(t, HEAD "jwks = 'k'\n" ROLE "acr = 'x'\n", "acr");
    check(t, "issuer = 7\n", "issuer");
}

static void test_token_settings__clients(zkl_test *t)
{
#define CLIENT "[[client]]\nsan = 'dns:a.example'\nrole = 'viewer'\norg = 'acme'\n"
    check(t, "client_ca = 'ca.pem'\n" CLIENT, NULL);
    check(t, "client_ca = 'ca.pem'\nclient_may_lack = true\n" CLIENT, NULL);
    check(t, CLIENT, "needs 'client_ca'");
    check(t, "client_may_lack = true\n", "needs 'client_ca'");
    check(t, "client_crl = 'crl.pem'\n", "needs 'client_ca'");
    check(t, "client_ca = 'ca.pem'\nclient_crl = 'crl.pem'\n" CLIENT, NULL);
    check(t, "client_ca = 'ca.pem'\n" CLIENT CLIENT, "stands twice");
    check(t, "client_ca = 'ca.pem'\n[[client]]\nsan = 'cn:a'\nrole = 'viewer'\norg = 'a'\n",
          "begins with");
    check(t, "client_ca = 'ca.pem'\n[[client]]\nsan = 'dns:a'\nrole = 'viewer'\n",
          "'org' is missing");
    check(t, "client_ca = 'ca.pem'\n[[client]]\nsan = 'dns:a'\norg = 'viewer'\n",
          "'role' is missing");
}

static void test_token_settings__safe_urls(zkl_test *t)
{
    static const char *const safe[] = { "https://a",          "https://a.example:8443/x?y=1",
                                        "http://127.0.0.1",   "http://127.0.0.1:80/x",
                                        "http://localhost/x", "http://[::1]:80" };
    static const char *const unsafe[] = { "",
                                          "http://a.example",
                                          "https://",
                                          "https:///x",
                                          "https://:443/",
                                          "https://user@a",
                                          "http://127.0.0.1@evil.example/",
                                          "http://127.0.0.1.evil.example/",
                                          "http://localhost.evil.example/",
                                          "http://127.0.0.2:80",
                                          "HTTP://127.0.0.1/",
                                          "file:///etc/passwd",
                                          "https://a\n",
                                          "https://a b",
                                          "https://a\\@b",
                                          "https://a/#x",
                                          "ftp://a" };
    for (size_t i = 0; i < ZKL_COUNT(safe); i++)
        if (!daemon_is_safe_url(safe[i]))
            FAIL(t, "'%s' is refused", safe[i]);
    for (size_t i = 0; i < ZKL_COUNT(unsafe); i++)
        if (daemon_is_safe_url(unsafe[i]))
            FAIL(t, "'%s' is taken", unsafe[i]);
}

ZKL_TESTS(TEST(test_token_settings__issuers), TEST(test_token_settings__clients),
          TEST(test_token_settings__safe_urls))
