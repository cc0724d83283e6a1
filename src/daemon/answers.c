/* Bodies of answers: JSON, and problems. */
#include "daemon/daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "daemon/request.h"
#include "daemon/send_file.h"
#include "hash/hash.h"

#define PROBLEM_TYPE "application/problem+json"

void daemon_tag_of(char out[static DAEMON_TAG_CHARS], zkl_bytes body)
{
    zkl_digest hash;
    zkl_sha256(&hash, body.data, body.size);
    out[0] = '"';
    zkl_hex_encode(out + 1, hash.bytes, 16);
    strcat(out, "\"");
}

static bool is_reading(const http_exchange *x)
{
    return zkl_bytes_equal_text(http_method(x), "GET") ||
           zkl_bytes_equal_text(http_method(x), "HEAD");
}

/* What is read has a tag of its content, and is not sent again to whoever has it. tag "": none. */
static void send_tagged(http_exchange *x, int code, const char *type, const http_header *more,
                        const char *tag, zkl_bytes body)
{
    const bool has_tag = tag[0] != 0;
    http_header headers[5] = {
        { zkl_bytes_of_text("content-type"), zkl_bytes_of_text(type) },
        { zkl_bytes_of_text("cache-control"),
          zkl_bytes_of_text(has_tag ? "private, no-cache" : "no-store") },
        { zkl_bytes_of_text("x-content-type-options"), zkl_bytes_of_text("nosniff") },
    };
    size_t count = 3;
    if (more)
        headers[count++] = *more;
    if (has_tag)
        headers[count++] = (http_header){ zkl_bytes_of_text("etag"), zkl_bytes_of_text(tag) };
    const zkl_bytes match = http_find(x, "if-match"), none = http_find(x, "if-none-match");
    if (has_tag && match.data && !daemon_tag_matches(match, tag, true))
        http_reply_with(x, 412, headers + 1, count - 1, (zkl_bytes){ 0 });
    else if (has_tag && none.data && daemon_tag_matches(none, tag, false))
        http_reply_with(x, 304, headers + 1, count - 1, (zkl_bytes){ 0 });
    else
        http_reply_with(x, code, headers, count, body);
}

static void send_body(http_exchange *x, int code, const char *type, const http_header *more,
                      zkl_bytes body)
{
    char tag[DAEMON_TAG_CHARS] = "";
    if (code == 200 && is_reading(x))
        daemon_tag_of(tag, body);
    send_tagged(x, code, type, more, tag, body);
}

/* With a line end, for whoever reads it in a terminal. Takes body; false: there is none, or no
 * memory. */
static bool put_json(zkl_buffer *out, json_t *body)
{
    char *const text = body ? json_dumps(body, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    json_decref(body);
    if (text) {
        zkl_buffer_put_text(out, text);
        zkl_buffer_put_u8(out, '\n');
    }
    const bool is_whole = text && !out->failed;
    free(text);
    return is_whole;
}

/* more: one header besides; NULL: none. */
static void send_json(http_exchange *x, int code, const char *type, const http_header *more,
                      json_t *body)
{
    daemon_request *const q = http_own(x);
    if (q && q->shape) {
        q->shape(q, code, more, body);
        return;
    }
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const bool is_whole = put_json(&out, body);
    send_body(x, is_whole ? code : 503, type, more,
              is_whole ? zkl_buffer_bytes(&out) : (zkl_bytes){ 0 });
}

void daemon_nothing(http_exchange *x)
{
    daemon_request *const q = http_own(x);
    if (q && q->shape)
        q->shape(q, 204, NULL, NULL);
    else
        http_reply_with(x, 204, NULL, 0, (zkl_bytes){ 0 });
}

void daemon_bytes(http_exchange *x, const char *type, zkl_bytes body)
{
    send_body(x, 200, type, NULL, body);
}

void daemon_bytes_tagged(http_exchange *x, const char *type, const char *tag, zkl_bytes body)
{
    send_tagged(x, 200, type, NULL, is_reading(x) ? tag : "", body);
}

static json_t *put_problem(int code, const char *title, const char *text)
{
    return json_pack("{s:s, s:i, s:s}", "title", title, "status", code, "detail", text);
}

void daemon_json(http_exchange *x, int code, const http_header *more, json_t *body)
{
    send_json(x, code, "application/json", more, body);
}

/* The answer to what reads and to what changes: tag is of what it says of the thing itself. */
void daemon_json_tagged(http_exchange *x, const char *tag, json_t *body)
{
    const daemon_request *const q = http_own(x);
    const http_header etag = { zkl_bytes_of_text("etag"), zkl_bytes_of_text(tag) };
    if ((q && q->shape) || !is_reading(x)) {
        send_json(x, 200, "application/json", &etag, body);
        return;
    }
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (put_json(&out, body))
        send_tagged(x, 200, "application/json", NULL, tag, zkl_buffer_bytes(&out));
    else
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the answer");
}

/* The problem's type is the status, as the command line and the library name it. */
void daemon_problem(http_exchange *x, zkl_status status, const char *text)
{
    daemon_problem_code(x, zkl_status_http_code(status), zkl_status_text(status), text);
}

void daemon_problem_code(http_exchange *x, int code, const char *title, const char *text)
{
    send_json(x, code, PROBLEM_TYPE, NULL, put_problem(code, title, text));
}

void daemon_busy(http_exchange *x, const char *text)
{
    const http_header later = { zkl_bytes_of_text("retry-after"), zkl_bytes_of_text("10") };
    send_json(x, 503, PROBLEM_TYPE, &later, put_problem(503, "busy", text));
}

void daemon_not_allowed(http_exchange *x, const http_header *allow)
{
    char text[128];
    snprintf(text, sizeof text, "this path takes %.*s", (int)allow->value.size,
             (const char *)allow->value.data);
    send_json(x, 405, PROBLEM_TYPE, allow, put_problem(405, "method not allowed", text));
}

void daemon_ask_for_key(http_exchange *x)
{
    const http_header ask = { zkl_bytes_of_text("www-authenticate"), zkl_bytes_of_text("Bearer") };
    send_json(x, 401, PROBLEM_TYPE, &ask,
              put_problem(401, "unauthorized",
                          "a key is needed that counts here, or a token or certificate: "
                          "Authorization: Bearer sk-..."));
}

void daemon_answer(http_exchange *x, zkl_status status, const zkl_call_result *answer,
                   const char *id)
{
    json_t *const body = answer->json ? json_loadb(answer->json, answer->json_size, 0, NULL) : NULL;
    const http_header where = { zkl_bytes_of_text("x-operation"), zkl_bytes_of_text(id) };
    const http_header *const more = id[0] ? &where : NULL;
    if (status == ZKL_OK) {
        daemon_json(x, 200, more, body);
        return;
    }
    const char *const error = json_string_value(json_object_get(body, "error"));
    const char *const title = zkl_status_text(status);
    const int code = zkl_status_http_code(status);
    json_t *const problem = put_problem(code, title, error ? error : title);
    if (problem && body)
        json_object_set(problem, "answer", body);
    json_decref(body);
    send_json(x, code, PROBLEM_TYPE, more, problem);
}
