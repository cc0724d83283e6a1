#pragma once
/* zkp-ledgerd: the operations of src/api over HTTP, for many people at once.
 *
 * A daemon has one folder: its settings (zkp-ledgerd.toml), ledgers, roles, the keys of those who
 * may ask, and uploads that are being worked on. Requests are answered on src/http's loops;
 * operations run as jobs on threads of their own (jobs.h). What a request may do follows from the
 * role of its key (roles.h) and from the permission that the row of its path or operation names;
 * which ledger it speaks of from the key's organisation (ledgers.h). */
#include <stdatomic.h>

#include <zkl/zkl.h>

#include "daemon/access.h"
#include "daemon/access_log.h"
#include "daemon/alerts.h"
#include "daemon/at_rest.h"
#include "daemon/audit.h"
#include "daemon/disk.h"
#include "daemon/files.h"
#include "daemon/jobs.h"
#include "daemon/journal.h"
#include "daemon/health.h"
#include "daemon/ledgers.h"
#include "daemon/metrics.h"
#include "daemon/receipts.h"
#include "daemon/replays.h"
#include "daemon/page_settings.h"
#include "daemon/roles.h"
#include "daemon/second_factor.h"
#include "daemon/sessions.h"
#include "daemon/steady.h"
#include "daemon/supervisor.h"
#include "daemon/telemetry.h"
#include "daemon/tiers.h"
#include "daemon/token_wait.h"
#include "daemon/tracer.h"
#include "daemon/witnesses.h"
#include "http/server.h"

/* Of a body that nobody asked for; 0 would be the server's default. */
#define DAEMON_NO_BODY_BYTES 1

typedef struct daemon_settings {
    zkl_arena memory;
    const char *folder, *ledger_folder;
    const char **addresses;
    size_t address_count;
    const char *certificate, *key; /* NULL: plain, on loopback and Unix sockets alone */
    uint64_t upload_bytes_max;
    size_t job_threads;
    uint64_t memory_max;     /* of all jobs together; 0: a share of the machine's */
    zkl_sequencer sequencer; /* how ledgers are kept open */
    bool log_public;         /* the log's paths need no key */
    daemon_witness_settings witness;
    daemon_limit_settings limits;
    http_limits http;
    const char *access_log; /* a file, or "stderr"; NULL: none */
    /* Sockets that the service was given: then `addresses` is not listened on. */
    int sockets[SUPERVISOR_SOCKETS_MAX];
    size_t socket_count;
    daemon_token_settings tokens;
    const char *audit_folder;
    daemon_audit_settings audit;
    daemon_page_settings page;
    const char **readable; /* absolute folders, whose files a request may name */
    size_t readable_count;
    const char **clocks; /* addresses that operations may ask for the time */
    size_t clock_count;
    daemon_file_limits files;
    daemon_at_rest_settings at_rest;
    daemon_telemetry_settings telemetry;
} daemon_settings;

/* The folder's zkp-ledgerd.toml. ZKL_NOT_FOUND, ZKL_USAGE with line and column. */
zkl_status daemon_settings_read(daemon_settings *out, const char *folder,
                                zkl_error *err) ZKL_MUST_USE;
void daemon_settings_clear(daemon_settings *settings);
/* Settings that could not be read, since they are a ledger's: a line for each key, with its place.
 * false: they are not. */
bool daemon_settings_explain(zkl_buffer *out, const char *folder);
/* A folder with settings, a ledger and one key of role admin, whose secret is given out once. A
 * ledger that lies in its place already is taken as it is. */
zkl_status daemon_make(zkl_buffer *secret, const char *folder, const zkl_env *env,
                       zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_daemon {
    daemon_settings settings;
    zkl_pool *pool;
    zkl_env env; /* of all operations */
    /* How old what is kept is: a wall clock that nobody sets while the service runs. */
    zkl_env ages;
    daemon_steady steady;
    daemon_ledgers *ledgers;
    zkl_ledger *ledger;            /* the first of them */
    _Atomic(daemon_roles *) roles; /* replaced by daemon_read_roles alone */
    daemon_at_rest *at_rest;       /* NULL: nothing is encrypted */
    daemon_access *access;
    daemon_sessions *sessions; /* of the web page */
    daemon_factors *factors;
    struct daemon_oidc *oidc; /* NULL: nobody logs in by a provider */
    daemon_aside *asking;     /* it, for whoever logs in */
    daemon_limits *limits;
    /* Allowances and tiers that count (daemon_limits_now). Replaced by daemon_take_limits alone. */
    _Atomic(const daemon_limit_settings *) limits_now;
    struct daemon_reread *reread; /* the settings that were read since the start */
    daemon_log *log;
    daemon_tokens *tokens;
    daemon_waiting *waiting; /* for tokens to be judged */
    daemon_metrics *metrics;
    daemon_tracer *tracer; /* NULL: nothing is traced */
    daemon_alerts *alerts;
    daemon_telemetry *telemetry;
    daemon_audit *audit;
    daemon_disk *disk;
    daemon_files *files;
    daemon_journal *journal;
    daemon_replays *replays;
    daemon_receipts *receipts;
    daemon_jobs *jobs;
    daemon_aside *aside;
    daemon_witnesses *witnesses;
    daemon_as_witness *as_witness;         /* NULL: it is none */
    struct service_log_reader *log_reader; /* of the ledger */
    atomic_size_t log_unread_bytes;        /* route_log.c */
    atomic_bool store_fails;               /* when it was read last (telemetry.c) */
    atomic_uint_fast64_t batches_failed;   /* in a row, of all ledgers */
    bool is_serving;                       /* it said that it started */
    struct grpc_types *grpc;               /* messages of gRPC */
    http_server *server;
} zkl_daemon;

zkl_status daemon_start(zkl_daemon *d, zkl_error *err) ZKL_MUST_USE;
void daemon_stop(zkl_daemon *d);
/* Another key of role admin, of the organisation that runs the service, in the place of one that
 * was lost; an event of the audit log. Of a daemon that has its settings and was not started;
 * daemon_stop follows. ZKL_CONFLICT: a service is running. */
zkl_status daemon_add_admin(zkl_buffer *secret, zkl_daemon *d, zkl_error *err) ZKL_MUST_USE;
/* roles.toml, which may be missing, for requests to come; on failure the roles stay as they were.
 * Not on two threads at once. ZKL_USAGE with line and column. */
zkl_status daemon_read_roles(zkl_daemon *d, zkl_error *err) ZKL_MUST_USE;
/* The settings as their file has them now, which live as long as d; nothing of them is taken yet.
 * Not on two threads at once. ZKL_USAGE with line and column. */
zkl_status daemon_read_settings(const daemon_settings **out, zkl_daemon *d,
                                zkl_error *err) ZKL_MUST_USE;
/* `limits` and `tiers` of settings that were read so, for requests to come. Where buckets lie and
 * how many jobs may wait stay as at the start. */
void daemon_take_limits(zkl_daemon *d, const daemon_settings *now);
/* Rules of alerts and receivers of them. On failure all stays as it was. */
zkl_status daemon_take_alerts(zkl_daemon *d, const daemon_settings *now,
                              zkl_error *err) ZKL_MUST_USE;
/* What counts now; lives as long as d. */
const daemon_limit_settings *daemon_limits_now(const zkl_daemon *d);
/* The certificate and the access log anew. What fails stays as it was. */
zkl_status daemon_reload(zkl_daemon *d, zkl_error *err) ZKL_MUST_USE;

/* ---- audit_act.c */

/* An act of the service itself, of whose outcome the reason is a word; NULL: it succeeded. It has
 * happened: 0, so no number to wait for, is for want of memory alone. */
uint64_t daemon_audit_service(zkl_daemon *d, zkl_event_kind kind, const char *reason);

/* ---- restore.c */

/* The journal's jobs: those that are over are told of, the others run when that is safe. */
zkl_status daemon_restore(zkl_daemon *d, zkl_error *err) ZKL_MUST_USE;

/* ---- routes.c */

void daemon_begin(void *context, http_exchange *x);
/* As http_app wants it. */
void daemon_too_large(void *context, http_exchange *x);

/* ---- answers.c */

/* An RFC 9457 problem: the status's HTTP code, its name, and the words that the command line would
 * say. */
void daemon_problem(http_exchange *x, zkl_status status, const char *text);
void daemon_problem_code(http_exchange *x, int code, const char *title, const char *text);
/* Takes body. more: a header besides; NULL: none. */
void daemon_json(http_exchange *x, int code, const http_header *more, json_t *body);
/* 200, with that tag, which If-Match of a change is compared with. Takes body. */
void daemon_json_tagged(http_exchange *x, const char *tag, json_t *body);
/* 503: later, when others have ended. */
void daemon_busy(http_exchange *x, const char *text);
/* 200, with a tag. */
void daemon_bytes(http_exchange *x, const char *type, zkl_bytes body);
/* The same of a body whose tag is known (daemon_tag_of). */
void daemon_bytes_tagged(http_exchange *x, const char *type, const char *tag, zkl_bytes body);
/* What an ETag header says of a body. */
void daemon_tag_of(char out[static DAEMON_TAG_CHARS], zkl_bytes body);
/* 204. */
void daemon_nothing(http_exchange *x);
/* 405. */
void daemon_not_allowed(http_exchange *x, const http_header *allow);
/* 401. */
void daemon_ask_for_key(http_exchange *x);
/* What zkl_call answered. id: of the operation that can be asked about; "": none. */
void daemon_answer(http_exchange *x, zkl_status status, const zkl_call_result *answer,
                   const char *id);

/* ---- openapi.c */

/* OpenAPI 3.1, made of the tables of paths and operations: 50 ms of work. NULL without memory. */
json_t *daemon_openapi(const struct daemon_request *q);
/* The one of whoever asks, made once for all to whom it says the same. */
void daemon_send_openapi(struct daemon_request *q);

/* ---- index.c */

/* The document as a page, made once. */
void daemon_send_index(zkl_daemon *d, http_exchange *x);
