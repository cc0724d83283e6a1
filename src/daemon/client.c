/* libcurl, with everything off that is not needed. */
#include "daemon/client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>

#include <zkl/zkl.h>

#include "daemon/tracer.h"
#include "text/url.h"

struct daemon_client {
    CURL *curl; /* keeps its connections from one request to the next */
};

static pthread_once_t begun = PTHREAD_ONCE_INIT;
static CURLcode begin_result;

static void begin(void)
{
    begin_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

zkl_status daemon_client_new(daemon_client **out, zkl_error *err)
{
    daemon_client *const client = zkl_calloc(1, sizeof *client);
    pthread_once(&begun, begin);
    if (client && begin_result == CURLE_OK)
        client->curl = curl_easy_init();
    if (!client || !client->curl) {
        zkl_free(client);
        return zkl_no_memory(err, sizeof *client);
    }
    *out = client;
    return ZKL_OK;
}

void daemon_client_free(daemon_client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->curl);
    zkl_free(client);
}

/* ---- addresses */

/* libcurl asks no name server for localhost. */
zkl_status daemon_client_find_place(daemon_client_place *out, const char *url, zkl_error *err)
{
    CURLU *const parsed = curl_url();
    char *scheme = NULL, *host = NULL, *user = NULL, *password = NULL;
    if (!parsed)
        return zkl_no_memory(err, 0);
    zkl_status status = ZKL_OK;
    if (curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        status = zkl_fail(err, ZKL_USAGE, "'%.200s' is no address (https://HOST/PATH)", url);
    else if (curl_url_get(parsed, CURLUPART_USER, &user, 0) == CURLUE_OK ||
             curl_url_get(parsed, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK)
        status = zkl_fail(err, ZKL_USAGE, "an address holds no name and password");
    if (status == ZKL_OK) {
        *out = (daemon_client_place){ .is_here = zkl_url_host_is_here(host) };
        if (strlen(scheme) < sizeof out->scheme)
            strcpy(out->scheme, scheme);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_free(password);
    curl_url_cleanup(parsed);
    return status;
}

zkl_status daemon_client_check_url(const char *url, bool allows_plain, zkl_error *err)
{
    daemon_client_place place;
    ZKL_TRY(daemon_client_find_place(&place, url, err));
    if (strcmp(place.scheme, "https") == 0)
        return ZKL_OK;
    if (strcmp(place.scheme, "http") != 0)
        return zkl_fail(err, ZKL_USAGE, "'%.200s' is no address of https", url);
    return allows_plain || place.is_here
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE,
                          "'%.200s' is asked over https alone: plain http goes to this machine",
                          url);
}

/* ---- asking */

typedef struct transfer {
    const daemon_client_request *request;
    daemon_client_answer *answer;
    bool is_too_large;
} transfer;

static size_t take_part(char *data, size_t size, size_t count, void *context)
{
    transfer *const t = context;
    zkl_buffer *const body = &t->answer->body;
    size *= count; /* libcurl's own buffer is small */
    t->is_too_large = size > t->request->answer_bytes_max - body->size;
    if (t->is_too_large)
        return size + 1; /* another number ends it */
    zkl_buffer_put(body, data, size);
    return body->failed ? size + 1 : size;
}

static int watch(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                 curl_off_t up)
{
    const transfer *const t = context;
    (void)down_all, (void)down, (void)up_all, (void)up;
    return t->request->gives_up && atomic_load(t->request->gives_up);
}

/* Whoever is asked joins the trace of what this thread works for, if there is one. */
static bool begin_span(telemetry_span *out, const daemon_client_request *r)
{
    const daemon_work *const work = daemon_trace_working();
    return daemon_span_begin(out, work->tracer, r->content_type ? "POST" : "GET",
                             TELEMETRY_SPAN_CLIENT, &work->trace);
}

static void end_span(telemetry_span *span, int code)
{
    if (code)
        telemetry_span_number(span, "http.response.status_code", code);
    span->has_failed = !code || code >= 400;
    daemon_span_end(daemon_trace_working()->tracer, span);
}

/* trace: NULL: none. */
static struct curl_slist *put_headers(const daemon_client_request *r,
                                      const telemetry_context *trace, bool *is_whole)
{
    struct curl_slist *list = NULL;
    char type[96], parent[sizeof "traceparent: " + TELEMETRY_TRACEPARENT_CHARS] = "traceparent: ";
    *is_whole = true;
    if (trace) {
        telemetry_traceparent_put(parent + strlen(parent), trace);
        list = curl_slist_append(list, parent);
        *is_whole = list != NULL;
    }
    for (size_t i = 0; r->headers && r->headers[i]; i++) {
        struct curl_slist *const longer = curl_slist_append(list, r->headers[i]);
        *is_whole &= longer != NULL;
        list = longer ? longer : list;
    }
    if (r->content_type) {
        snprintf(type, sizeof type, "Content-Type: %.64s", r->content_type);
        struct curl_slist *const longer = curl_slist_append(list, type);
        *is_whole &= longer != NULL;
        list = longer ? longer : list;
    }
    return list;
}

/* The options are constants and pointers that live: libcurl fails them only without memory. */
static bool set_up(CURL *c, transfer *t, struct curl_slist *headers, char *why)
{
    const daemon_client_request *const r = t->request;
    bool is_set = true;
#define SET(option, value) (is_set &= curl_easy_setopt(c, option, value) == CURLE_OK)
    curl_easy_reset(c); /* its connections stay */
    SET(CURLOPT_URL, r->url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https"); /* which of them: daemon_client_check_url */
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)r->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)r->wait_ms);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
    SET(CURLOPT_USERAGENT, "zkp-ledgerd/" ZKL_VERSION);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_ERRORBUFFER, why);
    SET(CURLOPT_WRITEFUNCTION, take_part);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, watch);
    SET(CURLOPT_XFERINFODATA, t);
    if (r->ca) { /* that file alone: the system's folder would count beside it */
        SET(CURLOPT_CAINFO, r->ca);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (r->user) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, r->user);
        SET(CURLOPT_PASSWORD, r->password);
    }
    if (r->content_type) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.size);
        SET(CURLOPT_POSTFIELDS, r->body.size ? (const char *)r->body.data : "");
    }
#undef SET
    return is_set;
}

static zkl_status fail_transfer(const transfer *t, CURLcode code, const char *why, zkl_error *err)
{
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return zkl_fail(err, ZKL_CANCELLED, "it was given up");
    if (t->is_too_large)
        return zkl_fail(err, ZKL_LIMIT, "the answer has more than %zu bytes",
                        t->request->answer_bytes_max);
    if (code == CURLE_OUT_OF_MEMORY || t->answer->body.failed)
        return zkl_no_memory(err, t->answer->body.size);
    return zkl_fail(err, ZKL_IO, "no answer: %s", why[0] ? why : curl_easy_strerror(code));
}

static void take_type(daemon_client_answer *out, CURL *c)
{
    char *type = NULL;
    if (curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK || !type)
        return;
    const size_t size = strcspn(type, "; ");
    if (size < sizeof out->type)
        memcpy(out->type, type, size);
}

zkl_status daemon_client_ask(daemon_client_answer *out, daemon_client *client,
                             const daemon_client_request *request, zkl_error *err)
{
    char why[CURL_ERROR_SIZE] = "";
    bool is_whole;
    long code = 0;
    telemetry_span span;
    transfer t = { .request = request, .answer = out };
    *out = (daemon_client_answer){ 0 };
    ZKL_TRY(daemon_client_check_url(request->url, request->allows_plain, err));
    const bool is_traced = begin_span(&span, request);
    struct curl_slist *const headers =
        put_headers(request, is_traced ? &span.own : NULL, &is_whole);
    zkl_status status = ZKL_OK;
    if (!is_whole || !set_up(client->curl, &t, headers, why)) {
        status = zkl_no_memory(err, 0);
    } else {
        const CURLcode result = curl_easy_perform(client->curl);
        if (result != CURLE_OK)
            status = fail_transfer(&t, result, why, err);
        else if (curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK)
            take_type(out, client->curl);
    }
    out->code = (int)code;
    curl_easy_reset(client->curl); /* nothing of this call is pointed to any more */
    curl_slist_free_all(headers);
    if (is_traced)
        end_span(&span, out->code);
    return status;
}
