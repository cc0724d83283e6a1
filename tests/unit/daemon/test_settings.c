/* `[http]`, and a ledger's configuration where the service's belongs. */
#include <string.h>

#include "daemon/http_settings.h"
#include "daemon/ledger_settings.h"

#include "testing.h"

static zkl_status read_http(http_limits *out, const char *text, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_TRY(zkl_toml_parse(&toml, zkl_bytes_of_text(text), err));
    return daemon_http_read(out, zkl_toml_root(toml), err);
}

static void test_http_settings__are_taken(zkl_test *t)
{
    http_limits l;
    zkl_error err = { 0 };
    const http_limits none = { 0 };
    REQUIRE_OK(t, &err, read_http(&l, "", &err));
    CHECK_MEM_EQ(t, &l, &none, sizeof l);
    REQUIRE_OK(t, &err,
               read_http(&l,
                         "[http]\nhandshake_seconds = 1\nhead_seconds = 2\nbody_seconds = 3\n"
                         "body_bytes_per_second_min = 4\nbody_window_seconds = 5\n"
                         "idle_seconds = 6\ndrain_seconds = 7\nconnections_max = 8\n"
                         "connections_per_address_max = 9\nstreams_max = 10\n"
                         "streams_all_max = 11\nunsent_mb_max = 12\n"
                         "head_bytes_max = 1024\n",
                         &err));
    CHECK(t, l.handshake_ms == 1000 && l.head_ms == 2000 && l.body_ms == 3000);
    CHECK(t, l.body_rate_min == 4 && l.body_window_ms == 5000 && l.idle_ms == 6000);
    CHECK(t, l.drain_ms == 7000 && l.connections_max == 8 && l.connections_per_address_max == 9);
    CHECK(t, l.unsent_mb_max == 12 && l.streams_all_max == 11 && l.streams_max == 10 &&
                 l.head_bytes_max == 1024 && l.body_bytes_max == 0);
}

static void test_http_settings__refuse_what_is_wrong(zkl_test *t)
{
    static const char *const cases[] = {
        "[http]\nhead_second = 1\n",          "[http]\nhead_seconds = 0\n",
        "[http]\nhead_seconds = -5\n",        "[http]\nhead_seconds = 601\n",
        "[http]\nhead_seconds = 1.5\n",       "[http]\nhead_seconds = \"1\"\n",
        "[http]\nconnections_max = 0\n",      "[http]\nhead_bytes_max = 1023\n",
        "[http]\nstreams_max = 5000000000\n", "http = 1\n",
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        http_limits l;
        zkl_error err = { 0 };
        if (read_http(&l, cases[i], &err) != ZKL_BAD_INPUT || !strstr(err.text, "line "))
            FAIL(t, "%s: '%s'", cases[i], err.text);
    }
}

/* The configuration that the product is described with: each of its keys has its line, and none is
 * unknown. */
static void test_ledger_settings__are_told_their_places(zkl_test *t)
{
    static const char printed[] = "[ledger]\n"
                                  "name = \"production-ml-pipeline\"\n"
                                  "hash_algorithm = \"sha3-256\"  # or \"blake3\"\n"
                                  "proof_system = \"groth16\"\n"
                                  "compression = true\n"
                                  "\n"
                                  "[storage]\n"
                                  "backend = \"rocksdb\"  # or \"postgres\"\n"
                                  "path = \"./ledger-data\"\n"
                                  "max_size_gb = 100\n"
                                  "\n"
                                  "[proof]\n"
                                  "curve = \"bls12-381\"\n"
                                  "security_level = 128\n"
                                  "parallel_prove = true\n"
                                  "cache_size_mb = 1024\n"
                                  "\n"
                                  "[export]\n"
                                  "formats = [\"json-ld\", \"pdf\", \"html\"]\n"
                                  "include_visualizations = true\n";
    static const char *const lines[] = {
        "line 2: [ledger] name: ",
        "line 3: [ledger] hash_algorithm: ",
        "line 4: [ledger] proof_system: ",
        "line 5: [ledger] compression: ",
        "line 8: [storage] backend: ",
        "line 9: [storage] path: ",
        "line 10: [storage] max_size_gb: ",
        "line 13: [proof] curve: ",
        "line 14: [proof] security_level: ",
        "line 15: [proof] parallel_prove: ",
        "line 16: [proof] cache_size_mb: ",
        "line 19: [export] formats: ",
        "line 20: [export] include_visualizations: ",
    };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text(printed), &err));
    CHECK(t, daemon_ledger_settings_explain(&out, zkl_toml_root(toml)));
    zkl_buffer_put_u8(&out, 0);
    const char *at = (const char *)out.data;
    for (size_t i = 0; i < ZKL_COUNT(lines); i++) {
        CHECK(t, strncmp(at, lines[i], strlen(lines[i])) == 0);
        CHECK(t, strncmp(at + strlen(lines[i]), "no key", 6) != 0);
        at = strchr(at, '\n') + 1;
    }
    CHECK(t, *at == '\0');
}

static void test_ledger_settings__are_no_service_s(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    static const char *const cases[] = { "", "addresses = []\n[http]\n", "ledger = 1\n",
                                         "[tiers.free]\n" };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_FREE(zkl_toml) toml = NULL;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, zkl_toml_parse(&toml, zkl_bytes_of_text(cases[i]), &err));
        CHECK(t, !daemon_ledger_settings_explain(&out, zkl_toml_root(toml)) && !out.size);
    }
}

ZKL_TESTS(TEST(test_http_settings__are_taken), TEST(test_http_settings__refuse_what_is_wrong),
          TEST(test_ledger_settings__are_told_their_places),
          TEST(test_ledger_settings__are_no_service_s))
