#pragma once
/* zkp-ledgerd: the operations of src/api over HTTP, for many people at once.
 *
 * A daemon has one folder: its settings (zkp-ledgerd.toml), a ledger, the keys of those who may
 * ask, and uploads that are being worked on. Requests are answered on src/http's loops; operations
 * run as jobs on threads of their own (jobs.h). What a request may do follows from the role of its
 * key (access.h) and from the operation's row. */
#include <zkl/zkl.h>

#include "daemon/access.h"
#include "daemon/jobs.h"
#include "http/server.h"

typedef struct daemon_settings {
    zkl_arena memory;
    const char *folder, *ledger_folder;
    const char **addresses;
    size_t address_count;
    const char *certificate, *key; /* NULL: plain, on loopback and Unix sockets alone */
    uint64_t upload_bytes_max;
    size_t job_threads;
} daemon_settings;

/* The folder's zkp-ledgerd.toml. ZKL_NOT_FOUND, ZKL_USAGE with line and column. */
zkl_status daemon_settings_read(daemon_settings *out, const char *folder,
                                zkl_error *err) ZKL_MUST_USE;
void daemon_settings_clear(daemon_settings *settings);
/* A folder with settings, a ledger and one key of role admin, whose secret is given out once. */
zkl_status daemon_make(zkl_buffer *secret, const char *folder, const zkl_env *env,
                       zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_daemon {
    daemon_settings settings;
    zkl_pool *pool;
    zkl_env env; /* of all operations */
    zkl_ledger *ledger;
    daemon_access *access;
    daemon_jobs *jobs;
    http_server *server;
} zkl_daemon;

zkl_status daemon_start(zkl_daemon *d, zkl_error *err) ZKL_MUST_USE;
void daemon_stop(zkl_daemon *d);

/* ---- routes.c */

/* A path's parts, decoded. */
typedef struct daemon_parts {
    const char *at[6];
    size_t count;
} daemon_parts;

/* A row of the table of paths. */
typedef struct daemon_route {
    const char *method, *at[5]; /* parts of the path; "{name}" stands for any */
    daemon_role role;
    void (*serve)(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                  const daemon_parts *path);
    /* For the OpenAPI document; id NULL: it is not in there by itself. type: of the answer; NULL:
     * JSON. */
    const char *id, *summary;
    int code;
    const char *type;
} daemon_route;
extern const daemon_route daemon_routes[];
extern const size_t daemon_route_count;

void daemon_begin(void *context, http_exchange *x);

/* ---- answers.c */

/* An RFC 9457 problem: the status's HTTP code, its name, and the words that the command line would
 * say. */
void daemon_problem(http_exchange *x, zkl_status status, const char *text);
void daemon_problem_code(http_exchange *x, int code, const char *title, const char *text);
/* Takes body. more: a header besides; NULL: none. */
void daemon_json(http_exchange *x, int code, const http_header *more, json_t *body);
/* 401. */
void daemon_ask_for_key(http_exchange *x);
/* What zkl_call answered. */
void daemon_answer(http_exchange *x, zkl_status status, const zkl_call_result *answer);

/* ---- openapi.c */

/* OpenAPI 3.1, made of the tables of paths and operations. NULL without memory. */
json_t *daemon_openapi(void);
