#include "daemon/oidc.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/token_http.h"
#include "hash/hash.h"
#include "text/base64.h"
#include "text/url.h"

#define SECRET_BYTES_MAX ((size_t)4096)
#define PLACES_MS ((int64_t)3600000) /* for so long what the provider says of itself counts */
#define CODE_BYTES_MAX ((size_t)2048)

struct daemon_oidc {
    const daemon_page_log_in *settings;
    daemon_tokens *tokens;
    const zkl_env *env;
    zkl_arena memory;
    daemon_provider provider;
    uint8_t *secret;  /* zkl_secret_new: form-encoded, with its NUL */
    const char *back; /* where the provider sends the browser */
    atomic_bool stops;
    pthread_mutex_t asking; /* of what follows */
    char *authorization, *token;
    int64_t read_ms;
};

/* ---- opening */

/* RFC 6749 section 2.3.1: both are form-encoded. A client without a secret says its name alone. */
static zkl_status read_secret(daemon_oidc *o, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) encoded = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) user = { 0 };
    if (!o->settings->client_secret_file)
        return ZKL_OK;
    ZKL_TRY(zkl_file_read_regular(&text, o->settings->client_secret_file, SECRET_BYTES_MAX, err));
    while (text.size && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r'))
        text.size--;
    zkl_url_put(&encoded, zkl_buffer_bytes(&text), "");
    zkl_url_put(&user, zkl_bytes_of_text(o->settings->client_id), "");
    ZKL_TRY(zkl_buffer_status(&encoded, err));
    ZKL_TRY(zkl_buffer_status(&user, err));
    o->secret = zkl_secret_new(encoded.size + 1);
    o->provider.user = zkl_arena_text(&o->memory, (const char *)user.data, user.size);
    if (!o->secret || !o->provider.user)
        return zkl_no_memory(err, encoded.size);
    if (encoded.size)
        memcpy(o->secret, encoded.data, encoded.size);
    o->provider.password = (const char *)o->secret;
    return ZKL_OK;
}

static zkl_status open_all(daemon_oidc *o, const daemon_token_settings *issuers, zkl_error *err)
{
    const daemon_issuer *row = NULL;
    for (size_t i = 0; i < issuers->issuer_count; i++)
        if (strcmp(issuers->issuers[i].name, o->settings->issuer) == 0)
            row = &issuers->issuers[i];
    if (!row)
        return zkl_fail(err, ZKL_USAGE, "the web page's issuer '%s' is no [[issuer]]",
                        o->settings->issuer);
    o->provider.ca = row->ca;
    o->provider.stops = &o->stops;
    o->back = zkl_arena_format(&o->memory, "%s/login/return", o->settings->url);
    return o->back ? read_secret(o, err) : zkl_no_memory(err, 0);
}

zkl_status daemon_oidc_open(daemon_oidc **out, const daemon_page_log_in *settings,
                            const daemon_token_settings *issuers, daemon_tokens *tokens,
                            const zkl_env *env, zkl_error *err)
{
    *out = NULL;
    if (!settings->issuer)
        return ZKL_OK;
    daemon_oidc *const o = zkl_calloc(1, sizeof *o);
    if (!o)
        return zkl_no_memory(err, sizeof *o);
    o->settings = settings;
    o->tokens = tokens;
    o->env = env;
    pthread_mutex_init(&o->asking, NULL);
    const zkl_status status = open_all(o, issuers, err);
    if (status == ZKL_OK)
        *out = o;
    else
        daemon_oidc_free(o);
    return status;
}

void daemon_oidc_stop(daemon_oidc *oidc)
{
    if (oidc)
        atomic_store(&oidc->stops, true);
}

void daemon_oidc_free(daemon_oidc *oidc)
{
    if (!oidc)
        return;
    zkl_secret_free(oidc->secret);
    zkl_free(oidc->authorization);
    zkl_free(oidc->token);
    pthread_mutex_destroy(&oidc->asking);
    zkl_arena_clear(&oidc->memory);
    zkl_free(oidc);
}

bool daemon_oidc_is_issuer(const daemon_oidc *oidc, const char *issuer)
{
    return !*issuer || strcmp(issuer, oidc->settings->issuer) == 0;
}

/* ---- the provider's places */

static char *copy(const char *text)
{
    char *const out = zkl_malloc(strlen(text) + 1, 1);
    if (out)
        strcpy(out, text);
    return out;
}

static zkl_status take_places(daemon_oidc *o, const json_t *document, zkl_error *err)
{
    const char *const issuer = json_string_value(json_object_get(document, "issuer"));
    const char *const begin =
        json_string_value(json_object_get(document, "authorization_endpoint"));
    const char *const token = json_string_value(json_object_get(document, "token_endpoint"));
    if (!issuer || strcmp(issuer, o->settings->issuer) != 0)
        return zkl_fail(err, ZKL_IO, "the provider says that it is another issuer");
    if (!begin || !token || !daemon_is_safe_url(begin) || !daemon_is_safe_url(token))
        return zkl_fail(err, ZKL_IO, "the provider says no safe place to log in at");
    zkl_free(o->authorization);
    zkl_free(o->token);
    o->authorization = copy(begin);
    o->token = copy(token);
    return o->authorization && o->token ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Copies of both: freed with zkl_free. */
static zkl_status find_places(char **authorization, char **token, daemon_oidc *o, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) url = { 0 };
    const int64_t now_ms = zkl_env_now_ms(o->env);
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&o->asking);
    if (!o->authorization || !o->token || now_ms < o->read_ms || now_ms > o->read_ms + PLACES_MS) {
        size_t size = strlen(o->settings->issuer);
        while (size && o->settings->issuer[size - 1] == '/')
            size--;
        zkl_buffer_put(&url, o->settings->issuer, size);
        zkl_buffer_put(&url, "/.well-known/openid-configuration", 34); /* with its NUL */
        status = zkl_buffer_status(&url, err);
        if (status == ZKL_OK)
            status = daemon_provider_get(&text, &o->provider, (const char *)url.data, err);
        json_t *const document = status == ZKL_OK ? json_loadb((const char *)text.data, text.size,
                                                               JSON_REJECT_DUPLICATES, NULL)
                                                  : NULL;
        if (status == ZKL_OK)
            status = take_places(o, document, err);
        json_decref(document);
        o->read_ms = status == ZKL_OK ? now_ms : 0;
    }
    if (status == ZKL_OK) {
        *authorization = copy(o->authorization);
        *token = copy(o->token);
        if (!*authorization || !*token)
            status = zkl_no_memory(err, 0);
    }
    pthread_mutex_unlock(&o->asking);
    return status;
}

/* ---- a try */

static zkl_status put_random(char *out, size_t bytes, const zkl_env *env, zkl_error *err)
{
    uint8_t random[32];
    ZKL_ASSERT(bytes <= sizeof random);
    ZKL_TRY(zkl_env_random(env, random, bytes, err));
    zkl_hex_encode(out, random, bytes);
    return ZKL_OK;
}

zkl_status daemon_oidc_try_new(daemon_oidc_try *out, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(put_random(out->state, 16, env, err));
    ZKL_TRY(put_random(out->nonce, 16, env, err));
    return put_random(out->verifier, 32, env, err);
}

static void put_pair(zkl_buffer *out, const char *name, const char *value)
{
    zkl_buffer_format(out, "%s=", name);
    zkl_url_put(out, zkl_bytes_of_text(value), "");
}

/* base64url(SHA-256(verifier)), RFC 7636 section 4.2. */
static void put_challenge(zkl_buffer *out, const char *verifier)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_digest hash;
    zkl_sha256(&hash, verifier, strlen(verifier));
    zkl_buffer_put_base64(&text, hash.bytes, sizeof hash.bytes);
    for (size_t i = 0; i < text.size && text.data[i] != '='; i++)
        zkl_buffer_put_u8(out, text.data[i] == '+'   ? '-'
                               : text.data[i] == '/' ? '_'
                                                     : text.data[i]);
    out->failed = out->failed || text.failed;
}

zkl_status daemon_oidc_begin(zkl_buffer *out, daemon_oidc *oidc, const daemon_oidc_try *what,
                             zkl_error *err)
{
    ZKL_AUTO_BLOCK char *authorization = NULL;
    ZKL_AUTO_BLOCK char *token = NULL;
    ZKL_TRY(find_places(&authorization, &token, oidc, err));
    zkl_buffer_put_text(out, authorization);
    zkl_buffer_put_text(out, strchr(authorization, '?') ? "&" : "?");
    put_pair(out, "response_type", "code");
    put_pair(out, "&client_id", oidc->settings->client_id);
    put_pair(out, "&redirect_uri", oidc->back);
    put_pair(out, "&scope", oidc->settings->scope);
    put_pair(out, "&state", what->state);
    put_pair(out, "&nonce", what->nonce);
    put_pair(out, "&code_challenge_method", "S256");
    zkl_buffer_put_text(out, "&code_challenge=");
    put_challenge(out, what->verifier);
    return zkl_buffer_status(out, err);
}

/* The token of identity for a code: *answer has it. */
static zkl_status redeem(json_t **answer, daemon_oidc *o, const daemon_oidc_try *what,
                         const char *code, zkl_error *err)
{
    ZKL_AUTO_BLOCK char *authorization = NULL;
    ZKL_AUTO_BLOCK char *place = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) form = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(find_places(&authorization, &place, o, err));
    put_pair(&form, "grant_type", "authorization_code");
    put_pair(&form, "&code", code);
    put_pair(&form, "&redirect_uri", o->back);
    put_pair(&form, "&code_verifier", what->verifier);
    if (!o->provider.user)
        put_pair(&form, "&client_id", o->settings->client_id);
    ZKL_TRY(zkl_buffer_status(&form, err));
    ZKL_TRY(daemon_provider_post(&text, &o->provider, place, zkl_buffer_bytes(&form), err));
    *answer = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    return json_is_object(*answer)
               ? ZKL_OK
               : zkl_fail(err, ZKL_IO, "the provider's answer is no JSON object");
}

zkl_status daemon_oidc_finish(daemon_identity *out, daemon_oidc *oidc, const daemon_oidc_try *what,
                              zkl_bytes code, zkl_error *err)
{
    json_t *answer = NULL;
    char text[CODE_BYTES_MAX + 1] = "";
    if (!code.size || code.size > CODE_BYTES_MAX)
        return zkl_fail(err, ZKL_DENIED, "the code is none");
    memcpy(text, code.data, code.size);
    zkl_status status = redeem(&answer, oidc, what, text, err);
    const char *const token = json_string_value(json_object_get(answer, "id_token"));
    if (status == ZKL_OK && !token)
        status = zkl_fail(err, ZKL_DENIED, "the provider gave no token of identity");
    if (status == ZKL_OK) {
        const daemon_id_token id = { oidc->settings->issuer, oidc->settings->client_id, what->nonce,
                                     zkl_bytes_of_text(token) };
        const daemon_token_state state = daemon_tokens_ask_id(out, oidc->tokens, &id);
        if (state != DAEMON_TOKEN_HOLDS)
            status = zkl_fail(err, state == DAEMON_TOKEN_LOST ? ZKL_IO : ZKL_DENIED,
                              "its token of identity does not hold");
    }
    json_decref(answer);
    return status;
}
