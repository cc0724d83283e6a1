/* Bodies of answers: JSON, and problems. */
#include "daemon/daemon.h"

#include <stdlib.h>

static zkl_bytes text_bytes(const char *text)
{
    return zkl_bytes_of(text, strlen(text));
}

static void send_json(http_exchange *x, int code, const char *type, json_t *body)
{
    const http_header headers[] = {
        { text_bytes("content-type"), text_bytes(type) },
        { text_bytes("cache-control"), text_bytes("no-store") },
        { text_bytes("x-content-type-options"), text_bytes("nosniff") },
    };
    char *const text = body ? json_dumps(body, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    const zkl_bytes bytes = text_bytes(text ? text : "");
    json_decref(body);
    http_answer(x, text ? code : 503, headers, ZKL_COUNT(headers), bytes.size);
    (void)http_write(x, bytes); /* complete: nothing is to be held back */
    http_finish(x, NULL, 0);
    free(text);
}

void daemon_json(http_exchange *x, int code, json_t *body)
{
    send_json(x, code, "application/json", body);
}

/* The problem's type is the status, as the command line and the library name it. */
void daemon_problem(http_exchange *x, zkl_status status, const char *text)
{
    daemon_problem_code(x, zkl_status_http_code(status), zkl_status_text(status), text);
}

void daemon_problem_code(http_exchange *x, int code, const char *title, const char *text)
{
    send_json(x, code, "application/problem+json",
              json_pack("{s:s, s:i, s:s}", "title", title, "status", code, "detail", text));
}

void daemon_answer(http_exchange *x, zkl_status status, const zkl_call_result *answer)
{
    json_t *const body = answer->json ? json_loadb(answer->json, answer->json_size, 0, NULL) : NULL;
    if (status == ZKL_OK) {
        daemon_json(x, 200, body);
        return;
    }
    const char *const error = json_string_value(json_object_get(body, "error"));
    json_t *const problem =
        json_pack("{s:s, s:i, s:s}", "title", zkl_status_text(status), "status",
                  zkl_status_http_code(status), "detail", error ? error : zkl_status_text(status));
    if (problem && body)
        json_object_set(problem, "answer", body);
    json_decref(body);
    send_json(x, zkl_status_http_code(status), "application/problem+json", problem);
}
