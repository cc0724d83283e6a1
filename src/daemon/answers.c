/* Bodies of answers: JSON, and problems. */
#include "daemon/daemon.h"

#include <stdlib.h>

#define PROBLEM_TYPE "application/problem+json"

/* more: one header besides; NULL: none. */
static void send_json(http_exchange *x, int code, const char *type, const http_header *more,
                      json_t *body)
{
    http_header headers[4] = {
        { zkl_bytes_of_text("content-type"), zkl_bytes_of_text(type) },
        { zkl_bytes_of_text("cache-control"), zkl_bytes_of_text("no-store") },
        { zkl_bytes_of_text("x-content-type-options"), zkl_bytes_of_text("nosniff") },
    };
    if (more)
        headers[3] = *more;
    char *const text = body ? json_dumps(body, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    json_decref(body);
    http_reply_with(x, text ? code : 503, headers, more ? 4 : 3,
                    zkl_bytes_of_text(text ? text : ""));
    free(text);
}

static json_t *put_problem(int code, const char *title, const char *text)
{
    return json_pack("{s:s, s:i, s:s}", "title", title, "status", code, "detail", text);
}

void daemon_json(http_exchange *x, int code, const http_header *more, json_t *body)
{
    send_json(x, code, "application/json", more, body);
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

void daemon_ask_for_key(http_exchange *x)
{
    const http_header ask = { zkl_bytes_of_text("www-authenticate"), zkl_bytes_of_text("Bearer") };
    send_json(x, 401, PROBLEM_TYPE, &ask,
              put_problem(401, "unauthorized", "a key is needed: Authorization: Bearer sk-..."));
}

void daemon_answer(http_exchange *x, zkl_status status, const zkl_call_result *answer)
{
    json_t *const body = answer->json ? json_loadb(answer->json, answer->json_size, 0, NULL) : NULL;
    if (status == ZKL_OK) {
        daemon_json(x, 200, NULL, body);
        return;
    }
    const char *const error = json_string_value(json_object_get(body, "error"));
    const char *const title = zkl_status_text(status);
    const int code = zkl_status_http_code(status);
    json_t *const problem = put_problem(code, title, error ? error : title);
    if (problem && body)
        json_object_set(problem, "answer", body);
    json_decref(body);
    send_json(x, code, PROBLEM_TYPE, NULL, problem);
}
