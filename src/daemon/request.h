#pragma once
/* A request on its way to its answer: who asks, for what, and what came with it. */
#include "daemon/daemon.h"

#define DAEMON_BODY_BYTES_MAX ((size_t)16 << 20) /* of JSON, and of receipts */
#define DAEMON_JSON_ELEMENTS_MAX ((size_t)1 << 18)

/* A path's parts, decoded. */
typedef struct daemon_parts {
    const char *at[16];
    size_t count;
} daemon_parts;

typedef struct daemon_request {
    zkl_daemon *daemon;
    /* The ledger that it speaks of: one of the caller's organisation. NULL: its row needs none. */
    zkl_ledger *ledger;
    const daemon_ledger *about; /* which it is; NULL: the organisation has none */
    /* The dataset that its path names, without a version; NULL: none, or several. */
    const char *dataset;
    const char *prefix; /* of its path: "/v1", "/v1/ledgers/NAME" */
    http_exchange *exchange;
    /* What is asked for: of its head, or of what a call of gRPC or a page stands for. */
    zkl_bytes method, target, query;
    const char *type;     /* of its body; NULL: as its head says */
    uint64_t deadline_ms; /* of daemon_clock_ms: an operation is cancelled then. 0: none */
    const struct daemon_route *route;
    const char *permission; /* that was asked for: its row's, or its operation's */
    daemon_identity who;
    const daemon_tier *tier; /* of whoever asks */
    daemon_party party;
    uint64_t audited;    /* the event by which it was let in (daemon_audit_wait) */
    char id[25];         /* all events of it have it */
    telemetry_span span; /* with is_traced; begun_ns: always */
    bool is_traced;
    daemon_parts path;
    zkl_arena memory; /* until the exchange ends */
    zkl_buffer body;  /* whole when `finish` is called, unless `take` has it */
    /* Set by daemon_read_body and those who call it. */
    void (*take)(struct daemon_request *q, zkl_bytes part);
    void (*finish)(struct daemon_request *q);
    void (*let_go)(struct daemon_request *q);
    void (*drained)(struct daemon_request *q);
    /* Of gRPC: takes the body apart, and gives what is in it to `take` or `body`, and `finish`. */
    void (*unpack)(struct daemon_request *q, zkl_bytes part);
    void (*unpacked)(struct daemon_request *q);
    void *own;        /* of whoever serves it; freed by let_go */
    char watches[17]; /* the operation whose events it is sent; "": none */
    daemon_hold body_hold;
    uint64_t body_bytes;                  /* of the body, so far */
    bool is_counted_by_parts, is_refused; /* answered before its end: the rest is nobody's */
    /* Who asks is being found out: what comes of the body is kept, and no more of it read. */
    bool is_held, has_ended, is_released, is_gone;
    void (*then)(struct daemon_request *q); /* authenticate.c */
    /* Takes what would be sent as JSON; body: taken, NULL where there is none. NULL: it is sent. */
    void (*shape)(struct daemon_request *q, int code, const http_header *more, json_t *body);
    struct daemon_page_work *page; /* daemon/page.h; NULL: it is none */
} daemon_request;

/* A row of the tables of paths.
 *
 * Behind "/v1/ledgers/NAME" stand the same paths as behind "/v1", which speaks of the first ledger
 * of the caller's organisation. */
typedef struct daemon_route {
    /* Parts of the path; "{name}" stands for any, "{+name}" for one or more, at the end. */
    const char *method, *at[5];
    /* One of DAEMON_PERMISSIONS, asked before serve is called: of the dataset behind "datasets" in
     * the path, and of the ledger. */
    const char *permission;
    void (*serve)(daemon_request *q);
    /* For the OpenAPI document; id NULL: it is not in there by itself. type: of the answer; NULL:
     * JSON. */
    const char *id, *summary;
    int code;
    const char *type;
    /* Names of the query's members, with blanks between; "claim*" may stand several times. NULL:
     * none. Others are refused: one that is misspelt would silently say nothing. */
    const char *query;
    /* The media types of its body, with blanks between, or the operation of src/api whose request
     * it is, but for the member that stands in the path. NULL: no body. */
    const char *takes;
    /* true: nobody needs a key. NULL: everybody does. */
    bool (*is_open)(const zkl_daemon *d);
    /* Those who may only what is their own may ask too: `serve` then asks daemon_may or
     * daemon_require once more, with the owner, or serves nothing but what is the caller's. */
    bool is_own;
    bool needs_no_ledger;
    /* Its body or its answer names other datasets than the path: whoever may so with the path's
     * alone may not. */
    bool is_of_several;
    /* Of a path of the web page; NULL: of the API. */
    const struct daemon_page *page;
    /* The operation of src/api whose result is the answer; NULL: none, or the one in `takes`. */
    const char *gives;
} daemon_route;

/* The permission of a row whose path names an operation (/v1/call/OPERATION): that operation's. */
#define DAEMON_OF_OPERATION "of the operation"

/* Tables of paths, one a subject, each ended by a row without a method. A new one is named here and
 * in routes.c. */
extern const daemon_route daemon_dataset_routes[], daemon_operation_routes[], daemon_key_routes[],
    daemon_log_routes[], daemon_ledger_routes[], daemon_role_routes[], daemon_limit_routes[],
    daemon_identity_routes[], daemon_audit_routes[],

    daemon_file_routes[], daemon_typed_routes[], daemon_encryption_routes[],
    daemon_telemetry_routes[], daemon_session_routes[], daemon_page_routes[];
/* All of them; ended by NULL. */
extern const daemon_route *const daemon_routes[];

/* ---- routes.c */

/* q->path, with its parts replaced, as if it had been asked for by this method: found, required,
 * told to the audit log, served. */
void daemon_serve_path(daemon_request *q, const char *method);

/* ---- request.c */

/* NULL without memory: answered. The exchange owns it. */
daemon_request *daemon_request_new(zkl_daemon *d, http_exchange *x);
/* The path's parts; false: it is broken, or no path of ours. */
bool daemon_request_cut(daemon_request *q);
/* finish is called with the whole body. */
void daemon_read_body(daemon_request *q, void (*finish)(daemon_request *q));
/* The same of a body that is JSON; one that says to be something else is answered with 415. */
void daemon_read_json(daemon_request *q, void (*finish)(daemon_request *q));
/* A part of what was in the body, and its end; for `unpack` and `unpacked`. */
void daemon_request_give(daemon_request *q, zkl_bytes part);
void daemon_request_give_end(daemon_request *q);
/* Has the text at most as many arrays, objects and members, if it is JSON? */
bool daemon_json_is_small(zkl_bytes text);
/* The body as JSON, an empty one as {}; NULL: it is none, or has too many elements. */
json_t *daemon_body_json(const daemon_request *q);
/* All values of that name in the query, in order; NULL: one is broken. */
json_t *daemon_query_all(daemon_request *q, const char *name);
/* The first of them; "": none. NULL: the query is broken, or without memory. q's memory. */
const char *daemon_query_text(daemon_request *q, const char *name);
/* The first of them as a number, put into the request under its name; none puts nothing. false: it
 * is answered. */
bool daemon_query_number(json_t *request, daemon_request *q, const char *name);
/* Has its query no member but those of its row? false: 400 is answered. */
bool daemon_query_is_known(daemon_request *q);
/* An object with members of these names alone, with blanks between. */
zkl_status daemon_members_are_known(const json_t *object, const char *names, zkl_error *err);
/* What is asked for, of an owner (NULL: of everybody). */
bool daemon_may(const daemon_request *q, const char *permission, const char *owner);
/* The same; false: a problem is answered. */
bool daemon_require(daemon_request *q, const char *permission, const char *owner);
/* It is about the service's first ledger, whose log is served, witnessed, and has the segments of
 * the audit log; false: 404 is answered. */
bool daemon_require_first(daemon_request *q);
/* The ledger's operations that the row's permission lets the caller see: all, or the caller's. */
daemon_job_view daemon_view_of(const daemon_request *q);
/* The operation's events, until it is over or its client gone; false: the view has none of that
 * id. q may be gone then. */
bool daemon_watch(daemon_request *q, const char *id, const daemon_job_view *view);
/* A new file below `uploads`, or in the work folder of encryption at rest; q's memory. NULL:
 * answered. */
char *daemon_new_path(daemon_request *q, const char *ending);

/* ---- telemetry.c */

/* Is it traced? Asked once, when it is known who asks: is_known, somebody with a key that counts,
 * says so by `traceparent`. Then, and until daemon_request_rest, this thread works for it. */
void daemon_request_trace(daemon_request *q, bool is_known);
void daemon_request_rest(void);
/* It is over. */
void daemon_request_traced(daemon_request *q);
/* ---- routes.c */

/* It is known who asks, and he was let in: the row of its method and target is served. */
void daemon_serve_target(daemon_request *q);
/* Its row is: if who asks may so. */
void daemon_serve_route(daemon_request *q);

/* ---- grpc.c */

/* Is it a call of gRPC? Then it is served. */
bool daemon_grpc_begin(zkl_daemon *d, http_exchange *x);

/* ---- admit.c: limits. false: refused, and answered. */

/* Before anything else is done for x: 403 for addresses that are kept out, 429 for those that ask
 * too often. */
bool daemon_admit_address(zkl_daemon *d, http_exchange *x);
/* Of whoever asks, when that is known: a request, and as much of a body as was said. Every answer
 * says what is left. */
bool daemon_admit_request(daemon_request *q);
/* A part of a body whose size was not said. */
bool daemon_admit_part(daemon_request *q, size_t size);
/* An operation that proves: its time is held until it is over. */
bool daemon_admit_proving(daemon_request *q, daemon_hold *out);
/* What came of the body is what counts. */
void daemon_settle_body(daemon_request *q);
/* On whose account that key's uses go, and by which tier; all but its id, name, organisation and
 * tier may be missing. Its texts need not outlive the call. */
const daemon_tier *daemon_party_of(daemon_party *out, const zkl_daemon *d,
                                   const daemon_identity *who);

/* Parts of the body wait until daemon_request_release, which calls `serve` and then gives them to
 * where it wants them, unless it has answered. On x's loop; x is kept (http_keep) and open. */
void daemon_request_hold(daemon_request *q);
void daemon_request_release(http_exchange *x, void (*serve)(daemon_request *q));

/* ---- authenticate.c */

/* Calls `then` when it is known who asks (q->who), at once or later; otherwise answers: 401, or 503
 * when a provider of tokens or this service cannot tell. */
void daemon_authenticate(daemon_request *q, void (*then)(daemon_request *q));

/* ---- audit_act.c: what the audit log is told of a request. */

/* Gives it its id. */
void daemon_request_name(daemon_request *q);
/* Whose organisation's events it may read. */
const char *daemon_org(const daemon_request *q);
/* It is let in. false: the audit log does not take it, and 503 is answered. What needs an
 * administrator and changes something waits until the event is on the disk. */
bool daemon_audit_granted(daemon_request *q);
/* It is refused, by one of the service's own words. The caller answers with code; false: 503 is
 * answered instead. */
bool daemon_audit_refused(daemon_request *q, int code, const char *reason);
/* There is nothing of that path: the same. */
bool daemon_audit_nothing(daemon_request *q, int code);
/* Whose request it is, for what comes of it later. */
typedef struct daemon_audit_of {
    const daemon_identity *who;
    const http_exchange *exchange;
    const char *request_id;
} daemon_audit_of;
/* It has become a job; it is refused after all. */
void daemon_audit_job(zkl_daemon *d, const daemon_audit_of *of, const char *operation,
                      const char *id);
void daemon_audit_denied(zkl_daemon *d, const daemon_audit_of *of, const char *operation,
                         const char *reason);
/* What came of it. resource: "keys/ID"; NULL: as the path says. */
void daemon_audit_act(daemon_request *q, zkl_event_kind kind, zkl_status status,
                      const char *resource);
