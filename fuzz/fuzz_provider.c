/* Answers of a provider of tokens, as it gives them over HTTP. Byte 0 says to what: 0: discovery,
 * 1: the key set, 2: introspection, 3: all of them. The rest is the body.
 *
 * The token of each input is another one, and the clock goes on, so that nothing is remembered. */
#include "daemon/tokens.h"
#include "http/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "text/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BEGUN_MS ((int64_t)1767225600000) /* 2026-01-01 */

static http_server *server;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static char discovery[512];
static const char keys[] = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\",\"x\":"
                           "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";
static zkl_bytes answers[3];

static char secret_file[] = "/tmp/zkl-fuzz-secret-XXXXXX";
static char jwt[1024]; /* which nobody signed: the keys are asked for, and it is refused */
static daemon_tokens *tokens;
static int64_t now_ms = BEGUN_MS;

static zkl_bytes answer_to(zkl_bytes path)
{
    if (zkl_bytes_equal_text(path, "/.well-known/openid-configuration"))
        return answers[0];
    return answers[zkl_bytes_equal_text(path, "/keys") ? 1 : 2];
}

static void reply(http_exchange *x)
{
    pthread_mutex_lock(&mutex);
    http_reply(x, 200, "application/json", answer_to(http_path(x)));
    pthread_mutex_unlock(&mutex);
}

static void serve(void *context, http_exchange *x)
{
    static const http_handler handler = { NULL, reply, NULL, NULL };
    (void)context;
    http_serve(x, &handler, NULL);
}

static int64_t tell_time(void *opaque)
{
    (void)opaque;
    return now_ms;
}

static void stop(void)
{
    (void)unlink(secret_file);
    daemon_tokens_free(tokens);
    http_stop(server);
}

static void put_part(zkl_buffer *out, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) part = { 0 };
    zkl_buffer_put_base64(&part, text, strlen(text));
    while (part.size && part.data[part.size - 1] == '=')
        part.size--;
    zkl_buffer_put(out, part.data, part.size);
    zkl_buffer_put_u8(out, '.');
}

static void make_jwt(const char *issuer)
{
    char claims[256];
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    snprintf(claims, sizeof claims,
             "{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":\"ledger\",\"exp\":9999999999,"
             "\"org_id\":\"acme\",\"roles\":[\"a\"]}",
             issuer);
    put_part(&out, "{\"alg\":\"EdDSA\",\"kid\":\"k\"}");
    put_part(&out, claims);
    zkl_buffer_put_text(&out, "AAAA");
    ZKL_ASSERT(!out.failed && out.size < sizeof jwt);
    memcpy(jwt, out.data, out.size);
}

static void begin(void)
{
    static const char *const address = "127.0.0.1:0";
    static daemon_token_settings settings;
    static zkl_arena memory;
    static const zkl_env env = { .clock = { tell_time, NULL } };
    const http_settings http = {
        .addresses = &address, .address_count = 1, .loop_count = 1, .app = { .begin = serve }
    };
    zkl_toml *toml = NULL;
    char url[80];
    const int fd = mkstemp(secret_file);
    ZKL_ASSERT(fd >= 0 && write(fd, "s", 1) == 1 && close(fd) == 0);
    ZKL_ASSERT(http_start(&server, &http, NULL) == ZKL_OK);
    snprintf(url, sizeof url, "http://%s", http_address(server, 0));
    make_jwt(url);
    snprintf(discovery, sizeof discovery,
             "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\",\"introspection_endpoint\":\"%s/ask\"}",
             url, url, url);
    const char *const text =
        zkl_arena_format(&memory,
                         "[[issuer]]\nissuer = '%s'\naudiences = ['ledger']\ndiscovery = true\n"
                         "introspection = 'all'\nclient_id = 'ledger'\nclient_secret_file = '%s'\n"
                         "[[issuer.role]]\nvalue = 'a'\nrole = 'viewer'\n",
                         url, secret_file);
    zkl_error err = { 0 };
    if (zkl_toml_parse(&toml, zkl_bytes_of_text(text), &err) != ZKL_OK ||
        daemon_token_settings_read(&settings, &memory, "/tmp", zkl_toml_root(toml), &err) !=
            ZKL_OK ||
        daemon_tokens_open(&tokens, &settings, &env, &err) != ZKL_OK) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    zkl_toml_free(toml);
    atexit(stop);
}

/* Whoever holds has been told so. */
static void ask(zkl_bytes token)
{
    daemon_identity who = { 0 };
    if (daemon_tokens_ask(&who, tokens, token) == DAEMON_TOKEN_HOLDS)
        ZKL_ASSERT(who.id[0] && strcmp(who.role, "viewer") == 0 && who.org[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned number;
    char opaque[32];
    if (!tokens)
        begin();
    if (!size)
        return 0;
    const zkl_bytes body = zkl_bytes_of(data + 1, size - 1);
    pthread_mutex_lock(&mutex);
    answers[0] = zkl_bytes_of_text(discovery);
    answers[1] = zkl_bytes_of_text(keys);
    answers[2] = zkl_bytes_of_text("{\"active\":false}");
    for (size_t i = 0; i < 3; i++)
        if (data[0] % 4 == i || data[0] % 4 == 3)
            answers[i] = body;
    pthread_mutex_unlock(&mutex);
    now_ms += 3600000; /* what was read is old */
    if (now_ms > BEGUN_MS + (int64_t)3600000 * 24 * 365 * 100)
        now_ms = BEGUN_MS;
    snprintf(opaque, sizeof opaque, "opaque-%u", number++);
    ask(zkl_bytes_of_text(opaque));
    ask(zkl_bytes_of_text(jwt));
    return 0;
}
