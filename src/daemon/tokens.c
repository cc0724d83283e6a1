/* Judging tokens. Each issuer has its keys behind a lock that is held for the moment of a
 * verification, and one mutex under which it alone is asked, so that a hundred tokens of an unknown
 * key ask once.
 *
 * A token is a secret: it is hashed to be remembered, sent to its provider, and kept nowhere. */
#include "daemon/tokens.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/token_http.h"
#include "hash/domains.h"
#include "hash/hash.h"
#include "text/url.h"
#include "token/jwt.h"

#define SECRET_BYTES_MAX ((size_t)4096)
#define WAYS 4 /* entries of one bucket of what is remembered */
#define BUCKETS ((size_t)2048)

/* When something was last asked for; all zeros: never. */
typedef struct attempt {
    bool was_made;
    int64_t at_ms;
} attempt;

typedef struct provider {
    const daemon_issuer *row;
    daemon_provider http;
    uint8_t *secret; /* zkl_secret_new: form-encoded, with its NUL */
    char *user;

    pthread_rwlock_t lock; /* of what follows */
    token_keys *keys;      /* NULL: none were read yet */
    zkl_digest keys_hash;
    uint64_t generation; /* of the keys */
    int64_t read_ms;
    attempt keys_tried, place_tried;
    char *introspection_url; /* found by discovery */
    atomic_bool is_failing;  /* its keys were asked for last in vain */

    pthread_mutex_t asking;
} provider;

typedef struct remembered {
    zkl_digest hash;
    daemon_identity who;
    int64_t until_ms; /* 0: the place is free */
    size_t issuer;
    uint64_t generation;
    bool is_introspected;
} remembered;

struct daemon_tokens {
    const daemon_token_settings *settings;
    const zkl_env *env;
    provider providers[DAEMON_ISSUERS_MAX];
    size_t count;
    zkl_arena memory;
    pthread_mutex_t mutex; /* of what is remembered, and of the last refusal */
    remembered *places;    /* BUCKETS times WAYS */
    char last[ZKL_ERROR_TEXT_BYTES];
    atomic_bool stops;
    atomic_uint_fast64_t held, refused, lost, asked;
};

/* ---- opening */

static zkl_status read_secret(daemon_tokens *tokens, provider *p, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) encoded = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) user = { 0 };
    if (!p->row->client_id)
        return ZKL_OK;
    ZKL_TRY(zkl_file_read_regular(&text, p->row->client_secret_file, SECRET_BYTES_MAX, err));
    while (text.size && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r'))
        text.size--;
    if (!text.size)
        return zkl_fail(err, ZKL_USAGE, "'%s' has no secret", p->row->client_secret_file);
    zkl_url_put(&encoded, zkl_buffer_bytes(&text), ""); /* RFC 6749 section 2.3.1 */
    zkl_url_put(&user, zkl_bytes_of_text(p->row->client_id), "");
    ZKL_TRY(zkl_buffer_status(&encoded, err));
    ZKL_TRY(zkl_buffer_status(&user, err));
    p->secret = zkl_secret_new(encoded.size + 1);
    p->user = zkl_arena_text(&tokens->memory, (const char *)user.data, user.size);
    if (!p->secret || !p->user)
        return zkl_no_memory(err, encoded.size);
    memcpy(p->secret, encoded.data, encoded.size);
    p->http.user = p->user;
    p->http.password = (const char *)p->secret;
    return ZKL_OK;
}

/* Under p->lock, for writing. The same bytes change nothing: what is remembered stays. */
static zkl_status take_keys(provider *p, zkl_bytes json, int64_t now_ms, zkl_error *err)
{
    token_keys *keys = NULL;
    zkl_digest hash;
    ZKL_TRY(token_keys_parse(&keys, json, err));
    zkl_sha256(&hash, json.data, json.size);
    if (!p->keys || !zkl_digest_equal(&hash, &p->keys_hash))
        p->generation++;
    token_keys_free(p->keys);
    p->keys = keys;
    p->keys_hash = hash;
    p->read_ms = now_ms;
    return ZKL_OK;
}

static zkl_status open_provider(daemon_tokens *tokens, provider *p, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
    p->http.ca = p->row->ca;
    p->http.stops = &tokens->stops;
    ZKL_TRY(read_secret(tokens, p, err));
    if (!p->row->keys_file)
        return ZKL_OK;
    ZKL_TRY(zkl_file_read_regular(&json, p->row->keys_file, TOKEN_SET_BYTES_MAX, err));
    const zkl_status status =
        take_keys(p, zkl_buffer_bytes(&json), zkl_env_now_ms(tokens->env), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, ZKL_USAGE, "key set '%s'", p->row->keys_file);
}

zkl_status daemon_tokens_open(daemon_tokens **out, const daemon_token_settings *settings,
                              const zkl_env *env, zkl_error *err)
{
    daemon_tokens *const tokens = zkl_calloc(1, sizeof *tokens);
    if (!tokens)
        return zkl_no_memory(err, sizeof *tokens);
    tokens->settings = settings;
    tokens->env = env;
    if (settings->issuer_count)
        tokens->places = zkl_calloc(BUCKETS * WAYS, sizeof *tokens->places);
    pthread_mutex_init(&tokens->mutex, NULL);
    zkl_status status = !settings->issuer_count || tokens->places ? ZKL_OK : zkl_no_memory(err, 0);
    for (size_t i = 0; status == ZKL_OK && i < settings->issuer_count; i++) {
        provider *const p = &tokens->providers[tokens->count++];
        p->row = &settings->issuers[i];
        pthread_rwlock_init(&p->lock, NULL);
        pthread_mutex_init(&p->asking, NULL);
        status = open_provider(tokens, p, err);
    }
    if (status == ZKL_OK)
        *out = tokens;
    else
        daemon_tokens_free(tokens);
    return status;
}

void daemon_tokens_stop(daemon_tokens *tokens)
{
    atomic_store(&tokens->stops, true);
}

void daemon_tokens_free(daemon_tokens *tokens)
{
    if (!tokens)
        return;
    for (size_t i = 0; i < tokens->count; i++) {
        provider *const p = &tokens->providers[i];
        token_keys_free(p->keys);
        zkl_secret_free(p->secret);
        zkl_free(p->introspection_url);
        pthread_rwlock_destroy(&p->lock);
        pthread_mutex_destroy(&p->asking);
    }
    pthread_mutex_destroy(&tokens->mutex);
    zkl_free(tokens->places);
    zkl_arena_clear(&tokens->memory);
    zkl_free(tokens);
}

/* ---- what is remembered */

static void hash_token(zkl_digest *out, zkl_bytes token)
{
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, ZKL_SHA3_256_BEARER, sizeof ZKL_SHA3_256_BEARER);
    zkl_sha3_update(&hash, token.data, token.size);
    zkl_sha3_256_final(&hash, out);
    zkl_sha3_clear(&hash);
}

static remembered *bucket_of(daemon_tokens *tokens, const zkl_digest *hash)
{
    return &tokens->places[(zkl_be32_get(hash->bytes) % BUCKETS) * WAYS];
}

static uint64_t generation_of(provider *p)
{
    pthread_rwlock_rdlock(&p->lock);
    const uint64_t generation = p->generation;
    pthread_rwlock_unlock(&p->lock);
    return generation;
}

static bool recall(daemon_identity *out, daemon_tokens *tokens, const zkl_digest *hash,
                   int64_t now_ms)
{
    remembered found = { 0 };
    pthread_mutex_lock(&tokens->mutex);
    for (size_t i = 0; i < WAYS; i++) {
        const remembered *const r = &bucket_of(tokens, hash)[i];
        if (r->until_ms && zkl_equal_ct(r->hash.bytes, hash->bytes, sizeof hash->bytes))
            found = *r;
    }
    pthread_mutex_unlock(&tokens->mutex);
    if (now_ms >= found.until_ms)
        return false;
    if (found.generation != generation_of(&tokens->providers[found.issuer]))
        return false;
    *out = found.who;
    return true;
}

/* In the place of itself, or of the one that ends first: a free one does. */
static void remember(daemon_tokens *tokens, const remembered *what)
{
    pthread_mutex_lock(&tokens->mutex);
    remembered *const bucket = bucket_of(tokens, &what->hash), *place = bucket;
    for (size_t i = 0; i < WAYS; i++) {
        if (bucket[i].until_ms < place->until_ms)
            place = &bucket[i];
        if (bucket[i].until_ms && zkl_digest_equal(&bucket[i].hash, &what->hash)) {
            place = &bucket[i];
            break;
        }
    }
    *place = *what;
    pthread_mutex_unlock(&tokens->mutex);
}

static daemon_token_state refuse(daemon_tokens *tokens, const char *why)
{
    atomic_fetch_add_explicit(&tokens->refused, 1, memory_order_relaxed);
    pthread_mutex_lock(&tokens->mutex);
    snprintf(tokens->last, sizeof tokens->last, "%s", why);
    pthread_mutex_unlock(&tokens->mutex);
    return DAEMON_TOKEN_REFUSED;
}

static daemon_token_state lose(daemon_tokens *tokens, const char *why)
{
    (void)refuse(tokens, why);
    atomic_fetch_sub_explicit(&tokens->refused, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&tokens->lost, 1, memory_order_relaxed);
    return DAEMON_TOKEN_LOST;
}

void daemon_tokens_count(daemon_tokens *tokens, daemon_token_counts *out)
{
    out->held = atomic_load(&tokens->held);
    out->refused = atomic_load(&tokens->refused);
    out->lost = atomic_load(&tokens->lost);
    out->asked = atomic_load(&tokens->asked);
    out->failing = 0;
    for (size_t i = 0; i < tokens->count; i++)
        out->failing += atomic_load(&tokens->providers[i].is_failing);
}

static json_t *put_provider(provider *p)
{
    pthread_rwlock_rdlock(&p->lock);
    const json_int_t keys = (json_int_t)(p->keys ? token_keys_count(p->keys) : 0);
    const json_int_t read = (json_int_t)p->read_ms;
    pthread_rwlock_unlock(&p->lock);
    return json_pack("{s:s, s:I, s:I}", "issuer", p->row->name, "keys", keys, "read", read);
}

json_t *daemon_tokens_show(daemon_tokens *tokens)
{
    daemon_token_counts counts;
    json_t *const issuers = json_array();
    daemon_tokens_count(tokens, &counts);
    for (size_t i = 0; issuers && i < tokens->count; i++)
        json_array_append_new(issuers, put_provider(&tokens->providers[i]));
    pthread_mutex_lock(&tokens->mutex);
    json_t *const out = json_pack("{s:o, s:I, s:I, s:I, s:I, s:s}", "issuers", issuers, "held",
                                  (json_int_t)counts.held, "refused", (json_int_t)counts.refused,
                                  "lost", (json_int_t)counts.lost, "asked",
                                  (json_int_t)counts.asked, "last_refusal", tokens->last);
    pthread_mutex_unlock(&tokens->mutex);
    return out;
}

/* ---- judging by keys */

/* A token on its way. */
typedef struct judging {
    daemon_tokens *tokens;
    zkl_bytes text;
    zkl_digest hash;
    token_jws jws;
    provider *provider; /* NULL: no issuer's */
    int64_t now_ms;
    uint64_t generation;
    zkl_error why;
} judging;

static void judging_clear(judging *j)
{
    token_jws_clear(&j->jws);
}

static provider *find_issuer(daemon_tokens *tokens, const json_t *claims)
{
    const json_t *const name = json_object_get(claims, "iss");
    for (size_t i = 0; json_is_string(name) && i < tokens->count; i++)
        if (strcmp(tokens->providers[i].row->name, json_string_value(name)) == 0)
            return &tokens->providers[i];
    return NULL;
}

static provider *find_opaque_issuer(daemon_tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->providers[i].row->introspection != DAEMON_INTROSPECT_NONE)
            return &tokens->providers[i];
    return NULL;
}

static zkl_status check_claims(judging *j, const json_t *claims, bool is_introspected)
{
    const daemon_issuer *const row = j->provider->row;
    const token_rules rules = { .issuer = row->name,
                                .audiences = row->audiences.at,
                                .audience_count = row->audiences.count,
                                .now_s = j->now_ms / 1000,
                                .skew_s = row->skew_s,
                                .is_introspected = is_introspected };
    return token_claims_check(claims, &rules, &j->why);
}

/* Form, issuer and claims: all that needs no key. */
static zkl_status begin(judging *j)
{
    if (!token_is_jws(j->text)) {
        j->provider = find_opaque_issuer(j->tokens);
        return j->provider && j->text.size <= TOKEN_BYTES_MAX
                   ? ZKL_OK
                   : zkl_fail(&j->why, ZKL_REJECTED, "it is opaque, and no issuer takes such");
    }
    ZKL_TRY(token_jws_parse(&j->jws, j->text, &j->why));
    j->provider = find_issuer(j->tokens, j->jws.claims);
    if (!j->provider)
        return zkl_fail(&j->why, ZKL_REJECTED, "its 'iss' is none of the settings");
    if (j->jws.is_other_type)
        return zkl_fail(&j->why, ZKL_REJECTED, "its 'typ' is not that of an access token");
    return check_claims(j, j->jws.claims, false);
}

typedef enum key_state { KEYS_FIT, KEYS_MISSING, KEYS_OLD, KEYS_WITHOUT_IT } key_state;

static key_state look_at_keys(const judging *j)
{
    provider *const p = j->provider;
    pthread_rwlock_rdlock(&p->lock);
    key_state state = KEYS_FIT;
    if (!p->keys)
        state = KEYS_MISSING;
    else if (!token_keys_find(p->keys, j->jws.has_kid ? j->jws.kid : NULL))
        state = KEYS_WITHOUT_IT;
    else if (j->now_ms - p->read_ms > p->row->keys_max_age_s * 1000)
        state = KEYS_OLD;
    pthread_rwlock_unlock(&p->lock);
    return state;
}

/* Once in refresh_s. A clock that was set back is no reason to wait. */
static bool may_try(const judging *j, const attempt *last)
{
    pthread_rwlock_rdlock(&j->provider->lock);
    const bool may = !last->was_made || j->now_ms < last->at_ms ||
                     j->now_ms - last->at_ms >= j->provider->row->refresh_s * 1000;
    pthread_rwlock_unlock(&j->provider->lock);
    return may;
}

static void note_try(const judging *j, attempt *last)
{
    pthread_rwlock_wrlock(&j->provider->lock);
    *last = (attempt){ true, j->now_ms };
    pthread_rwlock_unlock(&j->provider->lock);
}

static zkl_status verify(judging *j)
{
    provider *const p = j->provider;
    pthread_rwlock_rdlock(&p->lock);
    const zkl_status status = p->keys ? token_jws_verify(&j->jws, p->keys, &j->why)
                                      : zkl_fail(&j->why, ZKL_REJECTED, "there are no keys");
    j->generation = p->generation;
    pthread_rwlock_unlock(&p->lock);
    return status;
}

/* It holds: who it is, and for how long that is remembered. */
static daemon_token_state hold(judging *j, daemon_identity *out, const json_t *claims,
                               bool is_introspected)
{
    remembered r = { .hash = j->hash,
                     .issuer = (size_t)(j->provider - j->tokens->providers),
                     .generation = j->generation };
    if (daemon_identity_of_claims(&r.who, j->provider->row, claims, &j->why) != ZKL_OK)
        return refuse(j->tokens, j->why.text);
    r.until_ms = r.who.until_ms;
    const int64_t cached = j->now_ms + j->provider->row->introspection_cache_s * 1000;
    if (is_introspected && (!r.until_ms || cached < r.until_ms))
        r.until_ms = cached;
    if (r.until_ms > j->now_ms)
        remember(j->tokens, &r);
    atomic_fetch_add_explicit(&j->tokens->held, 1, memory_order_relaxed);
    *out = r.who;
    return DAEMON_TOKEN_HOLDS;
}

/* It was judged before, or is nothing to judge. */
static bool is_settled(daemon_token_state *state, daemon_identity *out, judging *j)
{
    hash_token(&j->hash, j->text);
    const bool is_known = recall(out, j->tokens, &j->hash, j->now_ms);
    if (!is_known && begin(j) == ZKL_OK)
        return false;
    *state = is_known ? DAEMON_TOKEN_HOLDS : refuse(j->tokens, j->why.text);
    return true;
}

daemon_token_state daemon_tokens_find(daemon_identity *out, daemon_tokens *tokens, zkl_bytes token)
{
    daemon_token_state state;
    ZKL_AUTO_CLEAR(judging)
    j = { .tokens = tokens, .text = token, .now_ms = zkl_env_now_ms(tokens->env) };
    if (is_settled(&state, out, &j))
        return state;
    if (!j.jws.payload.size || j.provider->row->introspection == DAEMON_INTROSPECT_ALL)
        return DAEMON_TOKEN_ASKS;
    if (look_at_keys(&j) != KEYS_FIT && may_try(&j, &j.provider->keys_tried))
        return DAEMON_TOKEN_ASKS;
    if (verify(&j) != ZKL_OK)
        return refuse(tokens, j.why.text);
    return hold(&j, out, j.jws.claims, false);
}

/* ---- asking */

static void count_asked(daemon_tokens *tokens)
{
    atomic_fetch_add_explicit(&tokens->asked, 1, memory_order_relaxed);
}

static const char *get_url(const json_t *document, const char *name)
{
    const char *const url = json_string_value(json_object_get(document, name));
    return url && daemon_is_safe_url(url) ? url : NULL;
}

/* OpenID Connect Discovery section 4. keys_url: freed with zkl_free. */
static zkl_status discover(judging *j, char **keys_url)
{
    provider *const p = j->provider;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) url = { 0 };
    size_t size = strlen(p->row->name);
    while (size && p->row->name[size - 1] == '/')
        size--;
    zkl_buffer_put(&url, p->row->name, size);
    zkl_buffer_put_text(&url, "/.well-known/openid-configuration");
    zkl_buffer_put_u8(&url, 0);
    ZKL_TRY(zkl_buffer_status(&url, &j->why));
    count_asked(j->tokens);
    ZKL_TRY(daemon_provider_get(&text, &p->http, (const char *)url.data, &j->why));
    json_t *const document =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    const char *const issuer = json_string_value(json_object_get(document, "issuer"));
    const char *const keys = get_url(document, "jwks_uri");
    const char *const introspection = get_url(document, "introspection_endpoint");
    zkl_status status = ZKL_OK;
    if (!issuer || strcmp(issuer, p->row->name) != 0)
        status = zkl_fail(&j->why, ZKL_BAD_INPUT, "the provider says that it is another issuer");
    else if (!keys)
        status = zkl_fail(&j->why, ZKL_BAD_INPUT, "the provider says no safe 'jwks_uri'");
    char *const kept = status == ZKL_OK ? zkl_malloc(strlen(keys) + 1, 1) : NULL;
    char *const other =
        status == ZKL_OK && introspection ? zkl_malloc(strlen(introspection) + 1, 1) : NULL;
    if (kept)
        strcpy(kept, keys);
    if (other) {
        strcpy(other, introspection);
        pthread_rwlock_wrlock(&p->lock);
        zkl_free(p->introspection_url);
        p->introspection_url = other;
        pthread_rwlock_unlock(&p->lock);
    }
    json_decref(document);
    *keys_url = kept;
    return status != ZKL_OK || kept ? status : zkl_no_memory(&j->why, 0);
}

static zkl_status fetch_keys(judging *j)
{
    provider *const p = j->provider;
    ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
    if (p->row->keys_file) {
        ZKL_TRY(zkl_file_read_regular(&json, p->row->keys_file, TOKEN_SET_BYTES_MAX, &j->why));
    } else {
        ZKL_AUTO_BLOCK char *found = NULL;
        if (!p->row->keys_url)
            ZKL_TRY(discover(j, &found));
        count_asked(j->tokens);
        ZKL_TRY(daemon_provider_get(&json, &p->http, found ? found : p->row->keys_url, &j->why));
    }
    pthread_rwlock_wrlock(&p->lock);
    const zkl_status status = take_keys(p, zkl_buffer_bytes(&json), j->now_ms, &j->why);
    pthread_rwlock_unlock(&p->lock);
    return status;
}

/* The keys are made to fit if they do not, at most once in refresh_s; others wait for it. What
 * fails is seen by the keys that are there then. */
static void freshen_keys(judging *j)
{
    provider *const p = j->provider;
    pthread_mutex_lock(&p->asking);
    if (look_at_keys(j) != KEYS_FIT && may_try(j, &p->keys_tried)) {
        note_try(j, &p->keys_tried);
        /* on failure the old ones stay */
        atomic_store(&p->is_failing, fetch_keys(j) != ZKL_OK);
    }
    pthread_mutex_unlock(&p->asking);
}

/* A copy, freed with zkl_free; NULL: it is not known. */
static char *copy_introspection_url(judging *j)
{
    provider *const p = j->provider;
    pthread_rwlock_rdlock(&p->lock);
    const char *const url =
        p->row->introspection_url ? p->row->introspection_url : p->introspection_url;
    char *const out = url ? zkl_malloc(strlen(url) + 1, 1) : NULL;
    if (out)
        strcpy(out, url);
    pthread_rwlock_unlock(&p->lock);
    return out;
}

/* Where to ask; discovery is tried when it has not said so yet. NULL: nobody knows. */
static char *find_introspection(judging *j)
{
    provider *const p = j->provider;
    char *out = copy_introspection_url(j);
    if (out || p->row->introspection_url)
        return out;
    pthread_mutex_lock(&p->asking);
    out = copy_introspection_url(j);
    if (!out && may_try(j, &p->place_tried)) {
        ZKL_AUTO_BLOCK char *keys_url = NULL;
        note_try(j, &p->place_tried);
        (void)discover(j, &keys_url); /* seen by what is known then */
        out = copy_introspection_url(j);
    }
    pthread_mutex_unlock(&p->asking);
    return out;
}

/* RFC 7662 sections 2.1 and 2.2. *out: an object. */
static zkl_status introspect(judging *j, json_t **out)
{
    ZKL_AUTO_CLEAR(zkl_buffer) form = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_BLOCK char *url = find_introspection(j);
    if (!url)
        return zkl_fail(&j->why, ZKL_IO, "the provider does not say where it introspects");
    zkl_buffer_put_text(&form, "token_type_hint=access_token&token=");
    zkl_url_put(&form, j->text, "");
    ZKL_TRY(zkl_buffer_status(&form, &j->why));
    count_asked(j->tokens);
    ZKL_TRY(daemon_provider_post(&text, &j->provider->http, url, zkl_buffer_bytes(&form), &j->why));
    json_t *const answer =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(answer)) {
        json_decref(answer);
        return zkl_fail(&j->why, ZKL_IO, "the provider's answer is no JSON object");
    }
    *out = answer;
    return ZKL_OK;
}

static daemon_token_state judge_answer(judging *j, daemon_identity *out, json_t *answer)
{
    if (!json_is_true(json_object_get(answer, "active")))
        return refuse(j->tokens, "its provider says that it is not active");
    if (check_claims(j, answer, true) != ZKL_OK)
        return refuse(j->tokens, j->why.text);
    if (!j->jws.payload.size)
        return hold(j, out, answer, true);
    /* of a JWT its own claims count, which are signed; its provider has only not taken it back */
    return hold(j, out, j->jws.claims, true);
}

static daemon_token_state ask_provider(judging *j, daemon_identity *out)
{
    json_t *answer = NULL;
    j->generation = generation_of(j->provider);
    if (introspect(j, &answer) != ZKL_OK)
        return lose(j->tokens, j->why.text);
    const daemon_token_state state = judge_answer(j, out, answer);
    json_decref(answer);
    return state;
}

daemon_token_state daemon_tokens_ask(daemon_identity *out, daemon_tokens *tokens, zkl_bytes token)
{
    daemon_token_state state;
    ZKL_AUTO_CLEAR(judging)
    j = { .tokens = tokens, .text = token, .now_ms = zkl_env_now_ms(tokens->env) };
    if (is_settled(&state, out, &j))
        return state;
    if (j.jws.payload.size) {
        freshen_keys(&j);
        if (look_at_keys(&j) == KEYS_MISSING)
            return lose(tokens, *j.why.text ? j.why.text : "its issuer's keys are not known");
        if (verify(&j) != ZKL_OK)
            return refuse(tokens, j.why.text);
        if (j.provider->row->introspection != DAEMON_INTROSPECT_ALL)
            return hold(&j, out, j.jws.claims, false);
    }
    return ask_provider(&j, out);
}

/* ---- tokens of identity */

static zkl_status begin_id(judging *j, const daemon_id_token *token)
{
    const char *const audiences[] = { token->client_id };
    ZKL_TRY(token_jws_parse(&j->jws, j->text, &j->why));
    j->provider = find_issuer(j->tokens, j->jws.claims);
    if (!j->provider || strcmp(j->provider->row->name, token->issuer) != 0)
        return zkl_fail(&j->why, ZKL_REJECTED, "its 'iss' is not the one that was asked");
    const token_rules rules = { .issuer = token->issuer,
                                .audiences = audiences,
                                .audience_count = 1,
                                .now_s = j->now_ms / 1000,
                                .skew_s = j->provider->row->skew_s };
    ZKL_TRY(token_claims_check(j->jws.claims, &rules, &j->why));
    const json_t *const aud = json_object_get(j->jws.claims, "aud");
    const char *const azp = json_string_value(json_object_get(j->jws.claims, "azp"));
    if ((json_is_array(aud) && json_array_size(aud) > 1 && !azp) ||
        (azp && strcmp(azp, token->client_id) != 0))
        return zkl_fail(&j->why, ZKL_REJECTED, "its 'azp' is not this client");
    const char *const nonce = json_string_value(json_object_get(j->jws.claims, "nonce"));
    return nonce && strcmp(nonce, token->nonce) == 0
               ? ZKL_OK
               : zkl_fail(&j->why, ZKL_REJECTED, "its 'nonce' is of another log-in");
}

daemon_token_state daemon_tokens_ask_id(daemon_identity *out, daemon_tokens *tokens,
                                        const daemon_id_token *token)
{
    ZKL_AUTO_CLEAR(judging)
    j = { .tokens = tokens, .text = token->text, .now_ms = zkl_env_now_ms(tokens->env) };
    if (begin_id(&j, token) != ZKL_OK)
        return refuse(tokens, j.why.text);
    freshen_keys(&j);
    if (look_at_keys(&j) == KEYS_MISSING)
        return lose(tokens, *j.why.text ? j.why.text : "its issuer's keys are not known");
    if (verify(&j) != ZKL_OK ||
        daemon_identity_of_claims(out, j.provider->row, j.jws.claims, &j.why) != ZKL_OK)
        return refuse(tokens, j.why.text);
    out->until_ms = 0;
    atomic_fetch_add_explicit(&tokens->held, 1, memory_order_relaxed);
    return DAEMON_TOKEN_HOLDS;
}
