/* One connection that is kept, and tries.
 *
 * 1. A try that failed is repeated when it may be (remote_ask.may_repeat) and the connection stood
 *    before, or the service said "later"; never when its certificate is not to be trusted.
 * 2. Nothing that was read of a failed try stays: `begin` is told.
 * 3. What the service says of a failure is shown as its words, with nothing hidden. */
#include "remote/http.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zkl/zkl.h>

#include "base/arena.h"
#include "base/env.h"
#include "remote/curl_library.h"
#include "text/shown.h"
#include "text/url.h"

#define PROBLEM_BYTES_MAX ((size_t)1 << 20)
#define CONNECT_MS 20000
#define SILENCE_SECONDS 300
#define WAIT_FIRST_MS 250
#define WAIT_MAX_MS 10000
#define RETRY_AFTER_SECONDS_MAX 86400

struct remote_http {
    CURL *curl;
    zkl_arena memory; /* of the texts below */
    char *base;       /* "https://host:8080", without '/' at its end */
    char *socket, *ca, *certificate, *certificate_key, *key_from;
    const char *key;
    uint64_t patience_ms;
    zkl_notice notice;
    bool has_answered; /* once, whatever it said */
    bool is_known;     /* of a socket: does it speak TLS */
};

uint64_t remote_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

zkl_status remote_wait(const zkl_env *env, uint64_t ms, const char *stage, zkl_error *err)
{
    const uint64_t end = remote_now_ms() + ms;
    for (uint64_t now = remote_now_ms(); now < end; now = remote_now_ms()) {
        const uint64_t rest = end - now < 100 ? end - now : 100;
        ZKL_TRY(zkl_env_progress(env, stage, 0, 0, err));
        nanosleep(&(struct timespec){ 0, (long)(rest * 1000000) }, NULL);
    }
    return ZKL_OK;
}

/* ---- addresses */

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    const bool is_there = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return is_there;
}

static zkl_status judge(CURLU *url, const char *text, bool allows_plain, zkl_error *err)
{
    char *scheme = NULL, *host = NULL;
    zkl_status status = ZKL_OK;
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        status = zkl_fail(err, ZKL_USAGE, "'%.200s' is no address of a service", text);
    else if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
        status = zkl_fail(err, ZKL_USAGE, "an address of a service holds no name and password");
    else if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT))
        status = zkl_fail(err, ZKL_USAGE, "an address of a service has no query");
    else if (strcmp(scheme, "http") == 0 && !allows_plain && !zkl_url_host_is_here(host))
        status = zkl_fail(err, ZKL_USAGE,
                          "'%.200s' would show key and data to whoever listens: plain http goes to "
                          "this machine alone",
                          text);
    else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        status = zkl_fail(err, ZKL_USAGE, "'%.200s' is no address of https", text);
    curl_free(scheme);
    curl_free(host);
    return status;
}

static zkl_status take_url(remote_http *h, const char *text, bool allows_plain, zkl_error *err)
{
    if (strncmp(text, "unix:", 5) == 0) {
        h->socket = zkl_arena_text(&h->memory, text + 5, strlen(text + 5));
        h->base = zkl_arena_format(&h->memory, "http://localhost");
        if (text[5] == 0)
            return zkl_fail(err, ZKL_USAGE, "which socket? unix:PATH");
        return h->socket && h->base ? ZKL_OK : zkl_no_memory(err, strlen(text));
    }
    CURLU *const url = curl_url();
    if (!url)
        return zkl_no_memory(err, 0);
    zkl_status status = ZKL_OK;
    if (!strstr(text, "://") ||
        curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        status =
            zkl_fail(err, ZKL_USAGE,
                     "'%.200s' is no address of a service: https://HOST:PORT, or unix:PATH", text);
    else
        status = judge(url, text, allows_plain, err);
    curl_url_cleanup(url);
    ZKL_TRY(status);
    size_t size = strlen(text);
    while (size && text[size - 1] == '/')
        size--;
    h->base = zkl_arena_text(&h->memory, text, size);
    return h->base ? ZKL_OK : zkl_no_memory(err, size);
}

static bool copy_text(char **out, zkl_arena *memory, const char *text)
{
    *out = text ? zkl_arena_text(memory, text, strlen(text)) : NULL;
    return !text || *out;
}

zkl_status remote_http_new(remote_http **out, const remote_options *options, zkl_error *err)
{
    ZKL_TRY(remote_curl_load(err));
    remote_http *const h = zkl_calloc(1, sizeof *h);
    if (!h)
        return zkl_no_memory(err, sizeof *h);
    h->key = options->key;
    h->patience_ms = options->patience_ms;
    h->notice = options->notice;
    h->curl = curl_easy_init();
    zkl_status status =
        h->curl ? take_url(h, options->url, options->allows_plain, err) : zkl_no_memory(err, 0);
    if (status == ZKL_OK &&
        (!copy_text(&h->ca, &h->memory, options->ca) ||
         !copy_text(&h->certificate, &h->memory, options->certificate) ||
         !copy_text(&h->certificate_key, &h->memory, options->certificate_key) ||
         !copy_text(&h->key_from, &h->memory, options->key_from)))
        status = zkl_no_memory(err, 0);
    if (status == ZKL_OK) {
        *out = h;
        return ZKL_OK;
    }
    remote_http_free(h);
    return status;
}

void remote_http_free(remote_http *h)
{
    if (!h)
        return;
    curl_easy_cleanup(h->curl);
    zkl_arena_clear(&h->memory);
    zkl_free(h);
}

/* ---- one try */

typedef struct attempt {
    remote_http *http;
    const remote_ask *ask;
    const zkl_env *env;
    remote_answer *answer;
    uint64_t taken;
    bool is_too_large, is_refused, is_cancelled;
} attempt;

static size_t take_part(char *data, size_t size, size_t count, void *context)
{
    attempt *const t = context;
    long code = 0;
    size *= count; /* libcurl's own buffer is small */
    curl_easy_getinfo(t->http->curl, CURLINFO_RESPONSE_CODE, &code);
    const bool is_wanted = code == 200 && t->ask->take;
    const uint64_t most = code >= 200 && code < 300 ? t->ask->bytes_max : PROBLEM_BYTES_MAX;
    t->is_too_large = size > most - t->taken;
    if (t->is_too_large)
        return CURL_WRITEFUNC_ERROR;
    t->taken += size;
    if (is_wanted) {
        t->is_refused = !t->ask->take(t->ask->opaque, zkl_bytes_of(data, size));
        return t->is_refused ? CURL_WRITEFUNC_ERROR : size;
    }
    zkl_buffer_put(&t->answer->body, data, size);
    return t->answer->body.failed ? CURL_WRITEFUNC_ERROR : size;
}

static size_t give_part(char *out, size_t size, size_t count, void *context)
{
    const attempt *const t = context;
    const ssize_t got = read(t->ask->fd, out, size * count);
    if (got > 0 && t->ask->sent)
        zkl_sha256_update(t->ask->sent, out, (size_t)got);
    return got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

static int watch(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                 curl_off_t up)
{
    attempt *const t = context;
    if (t->ask->is_last)
        return 0;
    const bool sends = t->ask->sends_file;
    const char *const stage = t->ask->stage ? t->ask->stage : "asking the service";
    t->is_cancelled = zkl_env_progress(t->env, stage, (uint64_t)(sends ? up : down),
                                       (uint64_t)(sends ? up_all : down_all), NULL) != ZKL_OK;
    return t->is_cancelled;
}

static bool add_header(struct curl_slist **list, const char *text)
{
    struct curl_slist *const longer = text ? curl_slist_append(*list, text) : NULL;
    *list = longer ? longer : *list;
    return longer != NULL;
}

/* The key's copies, ours and libcurl's, are wiped behind (wipe_headers). */
static bool put_headers(struct curl_slist **list, const remote_http *h, const remote_ask *ask)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    bool is_whole = add_header(list, "Expect:"); /* no waiting for a word that is optional */
    if (h->key && !ask->is_open) {
        zkl_buffer_format(&text, "Authorization: Bearer %s", h->key);
        zkl_buffer_put_u8(&text, 0);
        is_whole = is_whole && !text.failed && add_header(list, (const char *)text.data);
    }
    if (ask->idempotency_key) {
        zkl_buffer_clear(&text);
        zkl_buffer_format(&text, "Idempotency-Key: %s", ask->idempotency_key);
        zkl_buffer_put_u8(&text, 0);
        is_whole = is_whole && !text.failed && add_header(list, (const char *)text.data);
    }
    if (ask->type) {
        zkl_buffer_clear(&text);
        zkl_buffer_format(&text, "Content-Type: %s", ask->type);
        zkl_buffer_put_u8(&text, 0);
        is_whole = is_whole && !text.failed && add_header(list, (const char *)text.data);
    }
    return is_whole;
}

static void wipe_headers(struct curl_slist *list)
{
    for (struct curl_slist *at = list; at; at = at->next)
        zkl_wipe(at->data, strlen(at->data));
    curl_slist_free_all(list);
}

static bool set_body(CURL *c, const attempt *t)
{
    const remote_ask *const ask = t->ask;
    bool is_set = true;
#define SET(option, value) (is_set &= curl_easy_setopt(c, option, value) == CURLE_OK)
    if (ask->sends_file) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_READFUNCTION, give_part);
        SET(CURLOPT_READDATA, t);
        SET(CURLOPT_POSTFIELDSIZE_LARGE,
            ask->is_seekable ? (curl_off_t)ask->file_bytes : (curl_off_t)-1);
    } else if (strcmp(ask->method, "POST") == 0) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.size);
        SET(CURLOPT_POSTFIELDS, ask->body.size ? (const char *)ask->body.data : "");
    } else {
        SET(CURLOPT_CUSTOMREQUEST, ask->method);
    }
    return is_set;
}

/* The options are constants and pointers that live: libcurl fails them only without memory. */
static bool set_up(attempt *t, const char *url, struct curl_slist *headers, char *why)
{
    const remote_http *const h = t->http;
    CURL *const c = h->curl;
    const unsigned silence = t->ask->silence_seconds ? t->ask->silence_seconds : SILENCE_SECONDS;
    bool is_set = true;
    curl_easy_reset(c); /* its connections stay */
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https"); /* which of them: judge */
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)silence);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1); /* one request at a time */
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
    SET(CURLOPT_USERAGENT, "zkp-ledger/" ZKL_VERSION);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_ERRORBUFFER, why);
    SET(CURLOPT_WRITEFUNCTION, take_part);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, watch);
    SET(CURLOPT_XFERINFODATA, t);
    if (t->ask->is_last)
        SET(CURLOPT_TIMEOUT_MS, (long)CONNECT_MS);
    if (h->socket)
        SET(CURLOPT_UNIX_SOCKET_PATH, h->socket);
    if (h->ca) { /* that file alone: the system's folder would count beside it */
        SET(CURLOPT_CAINFO, h->ca);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (h->certificate) {
        SET(CURLOPT_SSLCERT, h->certificate);
        SET(CURLOPT_SSLKEY, h->certificate_key);
    }
#undef SET
    return is_set && set_body(c, t);
}

static void take_operation(remote_answer *out, CURL *c)
{
    struct curl_header *header;
    if (curl_easy_header(c, "x-operation", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strlen(header->value) < sizeof out->operation)
        snprintf(out->operation, sizeof out->operation, "%s", header->value);
}

/* *code: CURLE_OK, and then out has the answer. */
static zkl_status try_once(attempt *t, CURLcode *code, char *why, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) url = { 0 };
    struct curl_slist *headers = NULL;
    long http_code = 0;
    remote_answer *const out = t->answer;
    zkl_buffer_clear(&out->body);
    out->operation[0] = 0;
    t->taken = 0;
    why[0] = 0;
    zkl_buffer_format(&url, "%s%s", t->http->base, t->ask->path);
    zkl_buffer_put_u8(&url, 0);
    if (url.failed || !put_headers(&headers, t->http, t->ask) ||
        !set_up(t, (const char *)url.data, headers, why)) {
        wipe_headers(headers);
        return zkl_no_memory(err, url.size);
    }
    *code = curl_easy_perform(t->http->curl);
    curl_easy_getinfo(t->http->curl, CURLINFO_RESPONSE_CODE, &http_code);
    out->code = (int)http_code;
    if (*code == CURLE_OK)
        take_operation(out, t->http->curl);
    wipe_headers(headers);
    return ZKL_OK;
}

/* ---- again */

/* Seconds; 0: not said. A date is not asked for: this service says seconds. */
static uint64_t retry_after(CURL *c)
{
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds < 0)
        return 0;
    return seconds < RETRY_AFTER_SECONDS_MAX ? (uint64_t)seconds : RETRY_AFTER_SECONDS_MAX;
}

static bool says_later(int code)
{
    return code == 429 || code == 502 || code == 503 || code == 504;
}

/* Has the connection broken, which stood or may stand again? Where nothing ever answered it is no
 * service, or a wrong name. */
static bool is_broken(const attempt *t, CURLcode code)
{
    static const CURLcode broken[] = { CURLE_COULDNT_CONNECT,    CURLE_COULDNT_RESOLVE_HOST,
                                       CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING,
                                       CURLE_SEND_ERROR,         CURLE_RECV_ERROR,
                                       CURLE_PARTIAL_FILE,       CURLE_HTTP2,
                                       CURLE_HTTP2_STREAM,       CURLE_SSL_CONNECT_ERROR };
    for (size_t i = 0; i < ZKL_COUNT(broken); i++)
        if (code == broken[i])
            return t->http->has_answered;
    return false;
}

static zkl_status fail_try(const attempt *t, CURLcode code, const char *why, zkl_error *err)
{
    const char *const text = why[0] ? why : curl_easy_strerror(code);
    if (t->is_cancelled)
        return zkl_fail(err, ZKL_CANCELLED, "cancelled");
    if (t->is_too_large)
        return zkl_fail(err, ZKL_LIMIT, "the service's answer has more than %llu bytes",
                        (unsigned long long)t->ask->bytes_max);
    if (t->is_refused) /* its error stands */
        return err && err->status != ZKL_OK ? err->status : ZKL_IO;
    if (code == CURLE_OUT_OF_MEMORY || t->answer->body.failed)
        return zkl_no_memory(err, t->answer->body.size);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return zkl_fail(err, ZKL_IO, "'%.200s' is not to be trusted: %.300s", t->http->base, text);
    if (code == CURLE_SSL_CACERT_BADFILE)
        return zkl_fail(err, ZKL_USAGE, "'%.200s' holds no certificates of authorities",
                        t->http->ca);
    if (code == CURLE_SSL_CERTPROBLEM)
        return zkl_fail(err, ZKL_USAGE, "'%.200s' and '%.200s' are no certificate and key",
                        t->http->certificate, t->http->certificate_key);
    return zkl_fail(err, ZKL_IO, "no answer from '%.200s': %.300s",
                    t->http->socket ? t->http->socket : t->http->base, text);
}

static void tell_wait(const remote_http *h, uint64_t seconds)
{
    char text[96];
    snprintf(text, sizeof text, "the service is busy: asking again in %llu seconds",
             (unsigned long long)seconds);
    if (h->notice.say)
        h->notice.say(h->notice.opaque, text);
}

static void rewind_ask(const remote_ask *ask)
{
    if (ask->sent)
        zkl_sha256_init(ask->sent);
    if (ask->sends_file && ask->is_seekable)
        (void)lseek(ask->fd, 0, SEEK_SET);
    if (ask->begin)
        ask->begin(ask->opaque);
}

/* How long to wait before the next try; 0: there is none. */
static uint64_t next_wait(const attempt *t, CURLcode code, unsigned tries, uint64_t since)
{
    const uint64_t spent = remote_now_ms() - since;
    uint64_t ms = (uint64_t)WAIT_FIRST_MS << (tries < 6 ? tries : 6);
    if (ms > WAIT_MAX_MS)
        ms = WAIT_MAX_MS;
    if (!t->ask->may_repeat || t->ask->is_last || t->is_cancelled || t->is_refused ||
        t->is_too_large)
        return 0;
    if (code == CURLE_OK) {
        const uint64_t said = retry_after(t->http->curl);
        ms = said ? 1000 * said : ms;
    } else if (!is_broken(t, code)) {
        return 0;
    }
    return spent + ms <= t->http->patience_ms ? ms : 0;
}

/* A service with a certificate speaks TLS on its sockets too, and closes what does not. Asked
 * before anything that matters is said. */
static zkl_status find_scheme(remote_http *h, const zkl_env *env, zkl_error *err)
{
    const remote_ask ask = {
        .method = "GET", .path = "/healthz", .bytes_max = PROBLEM_BYTES_MAX, .is_open = true
    };
    char why[CURL_ERROR_SIZE];
    CURLcode code;
    remote_answer answer = { 0 };
    attempt t = { .http = h, .ask = &ask, .env = env, .answer = &answer };
    if (!h->socket || h->is_known)
        return ZKL_OK;
    h->is_known = true;
    ZKL_TRY(try_once(&t, &code, why, err));
    zkl_buffer_clear(&answer.body);
    if (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR)
        h->base = zkl_arena_format(&h->memory, "https://localhost");
    return h->base ? ZKL_OK : zkl_no_memory(err, 0);
}

zkl_status remote_http_ask(remote_answer *out, remote_http *h, const remote_ask *ask,
                           const zkl_env *env, zkl_error *err)
{
    char why[CURL_ERROR_SIZE];
    attempt t = { .http = h, .ask = ask, .env = env, .answer = out };
    const uint64_t since = remote_now_ms();
    *out = (remote_answer){ 0 };
    ZKL_TRY(find_scheme(h, env, err));
    for (unsigned tries = 0;; tries++) {
        CURLcode code = CURLE_OK;
        ZKL_TRY(try_once(&t, &code, why, err));
        h->has_answered |= code == CURLE_OK;
        if (code == CURLE_OK && !says_later(out->code))
            break;
        const uint64_t ms = next_wait(&t, code, tries, since);
        if (!ms) {
            if (code == CURLE_OK)
                break;
            zkl_buffer_clear(&out->body);
            return fail_try(&t, code, why, err);
        }
        if (code == CURLE_OK && ms >= 1000)
            tell_wait(h, ms / 1000);
        ZKL_TRY(remote_wait(env, ms, "waiting for the service", err));
        rewind_ask(ask);
        out->was_repeated = true;
    }
    return ZKL_OK;
}

/* ---- answers that are failures */

static zkl_status status_of(const remote_answer *answer, const char *title)
{
    for (unsigned i = 0; title && i < ZKL_STATUS_COUNT; i++)
        if (i != ZKL_OK && strcmp(zkl_status_text((zkl_status)i), title) == 0)
            return (zkl_status)i;
    switch (answer->code) {
    case 400:
    case 405:
    case 415:
    case 422:
        return ZKL_USAGE;
    case 401:
    case 403:
        return ZKL_DENIED;
    case 404:
        return ZKL_NOT_FOUND;
    case 409:
    case 412:
        return ZKL_CONFLICT;
    case 413:
    case 429:
    case 503:
        return ZKL_LIMIT;
    default:
        return ZKL_IO;
    }
}

/* Whose word it is, is said: the service's own failures and not the operation's. */
static zkl_status say_failure(const remote_http *h, const remote_answer *answer, zkl_status status,
                              const char *words, zkl_error *err)
{
    switch (answer->code) {
    case 401:
        return h->key ? zkl_fail(err, status, "the service does not know the key of %.200s%s%.300s",
                                 h->key_from ? h->key_from : "this request", words[0] ? ": " : "",
                                 words)
                      : zkl_fail(err, status, "the service wants a key");
    case 403:
        return zkl_fail(err, status, "the service does not let this key do that: %.500s",
                        words[0] ? words : "it says no more");
    case 429:
    case 503:
        return zkl_fail(err, status, "the service is busy: %.500s",
                        words[0] ? words : "it says no more");
    default:
        return words[0] ? zkl_fail(err, status, "%.700s", words)
                        : zkl_fail(err, status, "the service answers %d", answer->code);
    }
}

zkl_status remote_http_fail(const remote_http *h, const remote_answer *answer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    json_t *const problem = json_loadb((const char *)answer->body.data, answer->body.size,
                                       JSON_REJECT_DUPLICATES, NULL);
    const char *const detail = json_string_value(json_object_get(problem, "detail"));
    const zkl_status status =
        status_of(answer, json_string_value(json_object_get(problem, "title")));
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(detail ? detail : ""), 0);
    zkl_buffer_put_u8(&shown, 0);
    json_decref(problem);
    if (shown.failed)
        return zkl_no_memory(err, 0);
    return say_failure(h, answer, status, (const char *)shown.data, err);
}
