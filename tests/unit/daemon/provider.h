/* A provider of tokens on this machine: its keys, its discovery and its introspection, as the test
 * wants them at the moment. */
#include <pthread.h>
#include <stdlib.h>

#include "daemon/tokens.h"
#include "http/server.h"
#include "unit/token/token_signing.h"

typedef struct test_provider {
    http_server *server;
    char url[64]; /* "http://127.0.0.1:40123" */
    pthread_mutex_t mutex;
    const char *keys, *discovery, *answer; /* NULL: 500 */
    const char *redirect;                  /* where everything is sent on to; NULL: nowhere */
    size_t keys_count, discovery_count, answer_count;
    char form[512], authorization[256]; /* of the last introspection */
} test_provider;

typedef struct provider_request {
    test_provider *provider;
    zkl_buffer body;
} provider_request;

static inline void provider_reply(http_exchange *x, test_provider *p, const char *text)
{
    const http_header location = { zkl_bytes_of_text("location"),
                                   zkl_bytes_of_text(p->redirect ? p->redirect : "") };
    if (p->redirect)
        http_reply_with(x, 302, &location, 1, zkl_bytes_of_text(text ? text : ""));
    else if (text)
        http_reply(x, 200, "application/json", zkl_bytes_of_text(text));
    else
        http_reply(x, 500, "text/plain", zkl_bytes_of_text("no"));
}

static inline void provider_body(http_exchange *x, zkl_bytes part)
{
    provider_request *const r = http_own(x);
    zkl_buffer_put(&r->body, part.data, part.size);
}

static inline void provider_end(http_exchange *x)
{
    provider_request *const r = http_own(x);
    test_provider *const p = r->provider;
    const zkl_bytes path = http_path(x), authorization = http_find(x, "authorization");
    pthread_mutex_lock(&p->mutex);
    if (zkl_bytes_equal_text(path, "/introspect")) {
        p->answer_count++;
        snprintf(p->form, sizeof p->form, "%.*s", (int)r->body.size, (const char *)r->body.data);
        snprintf(p->authorization, sizeof p->authorization, "%.*s", (int)authorization.size,
                 (const char *)authorization.data);
        provider_reply(x, p, p->answer);
    } else if (zkl_bytes_equal_text(path, "/.well-known/openid-configuration")) {
        p->discovery_count++;
        provider_reply(x, p, p->discovery);
    } else {
        p->keys_count++;
        provider_reply(x, p, p->keys);
    }
    pthread_mutex_unlock(&p->mutex);
}

static inline void provider_close(http_exchange *x)
{
    provider_request *const r = http_own(x);
    zkl_buffer_clear(&r->body);
    zkl_free(r);
}

static inline void provider_begin(void *context, http_exchange *x)
{
    static const http_handler handler = { provider_body, provider_end, NULL, provider_close };
    provider_request *const r = zkl_calloc(1, sizeof *r);
    ZKL_ASSERT(r);
    r->provider = context;
    http_serve(x, &handler, r);
}

static inline bool provider_start(zkl_test *t, test_provider *p)
{
    static const char *const address = "127.0.0.1:0";
    zkl_error err = { 0 };
    pthread_mutex_init(&p->mutex, NULL);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .app = { .context = p, .begin = provider_begin } };
    if (http_start(&p->server, &settings, &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    snprintf(p->url, sizeof p->url, "http://%s", http_address(p->server, 0));
    return true;
}

static test_provider *started_provider;

static inline void provider_stop(void)
{
    http_stop(started_provider->server);
}

/* Running, and as if nobody had asked it anything. */
static inline bool provider_is_ready(zkl_test *t, test_provider *p)
{
    if (!p->server) {
        if (!provider_start(t, p))
            return false;
        started_provider = p;
        atexit(provider_stop);
    }
    p->keys = p->discovery = p->answer = p->redirect = NULL;
    p->keys_count = p->discovery_count = p->answer_count = 0;
    return true;
}
