/* Paths of the log and of witnesses: C2SP tlog-tiles and tlog-witness.
 *
 * A tile never changes, so it may be kept for ever; the checkpoint always changes. Where the
 * settings say `log_public` nobody needs a key for either. */
#include "daemon/request.h"

#include <stdatomic.h>

#include "base/arena.h"
#include "daemon/aside.h"
#include "daemon/witnesses.h"
#include "service/log_served.h"

#define TEXT_TYPE "text/plain; charset=utf-8"
#define TILE_TYPE "application/octet-stream"
/* Of bundles and tiles that wait for slow readers; one bundle has 16 MiB at most. */
#define UNREAD_BYTES_MAX ((size_t)256 << 20)

static bool log_is_public(const zkl_daemon *d)
{
    return d->settings.log_public;
}

static bool is_witness(const zkl_daemon *d)
{
    return d->as_witness != NULL;
}

/* Who submits is known by the log's signature. */
static bool always(const zkl_daemon *d)
{
    (void)d;
    return true;
}

static bool may_read(daemon_request *q)
{
    return log_is_public(q->daemon) || daemon_require_first(q);
}

/* ---- reading the log */

typedef struct read_task {
    daemon_aside_task task; /* first */
    zkl_daemon *daemon;
    const char *path;
    zkl_arena memory;
    zkl_buffer content;
    zkl_status status;
    zkl_error err;
} read_task;

static atomic_size_t *unread_of(daemon_request *q)
{
    return &q->daemon->log_unread_bytes;
}

/* What was reserved for the answer, when it is sent or its client gone. */
static void let_go(daemon_request *q)
{
    atomic_fetch_sub(unread_of(q), *(const size_t *)q->own);
}

static bool reserve(daemon_request *q, size_t size)
{
    size_t *const reserved = ZKL_ARENA_NEW(&q->memory, size_t, 1);
    if (!reserved)
        return false;
    if (atomic_fetch_add(unread_of(q), size) > UNREAD_BYTES_MAX) {
        atomic_fetch_sub(unread_of(q), size);
        return false;
    }
    *reserved = size;
    q->own = reserved;
    q->let_go = let_go;
    return true;
}

static void work(daemon_aside_task *task)
{
    read_task *const t = (read_task *)task;
    t->status =
        service_log_read(&t->content, t->daemon->log_reader, zkl_bytes_of_text(t->path), &t->err);
}

static void send_content(const read_task *t, http_exchange *x)
{
    const bool is_checkpoint = strcmp(t->path, "checkpoint") == 0;
    const char *const caching = is_checkpoint              ? "no-cache"
                                : log_is_public(t->daemon) ? "public, max-age=31536000, immutable"
                                                           : "private, max-age=31536000, immutable";
    const http_header headers[] = {
        { zkl_bytes_of_text("content-type"),
          zkl_bytes_of_text(is_checkpoint ? TEXT_TYPE : TILE_TYPE) },
        { zkl_bytes_of_text("cache-control"), zkl_bytes_of_text(caching) },
        { zkl_bytes_of_text("x-content-type-options"), zkl_bytes_of_text("nosniff") },
    };
    http_reply_with(x, 200, headers, ZKL_COUNT(headers), zkl_buffer_bytes(&t->content));
}

static void answer(daemon_aside_task *task, http_exchange *x)
{
    const read_task *const t = (const read_task *)task;
    daemon_request *const q = http_own(x);
    if (t->status != ZKL_OK)
        daemon_problem(x, t->status, t->err.text);
    else if (!reserve(q, t->content.size))
        daemon_problem_code(x, 503, "service unavailable",
                            "too much of the log waits to be read already");
    else
        send_content(t, x);
}

static void done(daemon_aside_task *task)
{
    read_task *const t = (read_task *)task;
    zkl_buffer_clear(&t->content);
    zkl_arena_clear(&t->memory);
    zkl_free(t);
}

/* path: "checkpoint", "tile/0/000"; copied. */
static void read_log(daemon_request *q, zkl_bytes path)
{
    read_task *const t = zkl_calloc(1, sizeof *t);
    zkl_error err = { 0 };
    if (!t) {
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
        return;
    }
    *t = (read_task){
        .task = { .exchange = q->exchange, .work = work, .answer = answer, .done = done },
        .daemon = q->daemon,
    };
    t->path = zkl_arena_text(&t->memory, (const char *)path.data, path.size);
    const zkl_status status =
        t->path ? daemon_aside_add(q->daemon->aside, &t->task, &err) : zkl_no_memory(&err, 0);
    if (status == ZKL_OK)
        return;
    done(&t->task);
    daemon_problem_code(q->exchange, 503, "service unavailable", err.text);
}

static void get_checkpoint(daemon_request *q)
{
    if (may_read(q))
        read_log(q, zkl_bytes_of_text("checkpoint"));
}

/* The path from "tile/" on as it was sent: percent-encoded it is another spelling. */
static void get_tile(daemon_request *q)
{
    const zkl_bytes path = http_path(q->exchange);
    size_t at = 0, parts = 0;
    if (!may_read(q))
        return;
    while (q->route->at[parts + 1] && q->route->at[parts + 1][1] != '+')
        parts++;
    for (size_t i = 0; i <= parts; i++) /* behind the slash before that part */
        at += (size_t)((const uint8_t *)memchr(path.data + at, '/', path.size - at) -
                       (path.data + at)) +
              1;
    read_log(q, zkl_bytes_of(path.data + at, path.size - at));
}

/* ---- witnesses */

static void finish_checkpoint(daemon_request *q)
{
    daemon_as_witness_add(q->daemon->as_witness, q->exchange, &q->body);
}

static void post_checkpoint(daemon_request *q)
{
    if (!is_witness(q->daemon)) {
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "this service is no witness for others");
        return;
    }
    daemon_read_body(q, finish_checkpoint);
    http_allow_body(q->exchange, DAEMON_WITNESS_BODY_BYTES_MAX);
}

static void list_witnesses(daemon_request *q)
{
    const zkl_daemon *const d = q->daemon;
    if (!daemon_require_first(q))
        return;
    json_t *const out = json_pack("{s:o}", "witnesses", daemon_witnesses_list(d->witnesses));
    if (out && is_witness(d))
        json_object_set_new(out, "own_key", json_string(daemon_as_witness_key(d->as_witness)));
    daemon_json(q->exchange, 200, NULL, out);
}

const daemon_route daemon_log_routes[] = {
    { "GET",
      { "checkpoint" },
      "log:read",
      get_checkpoint,
      "getCheckpoint",
      "the log's newest signed checkpoint (C2SP tlog-checkpoint)",
      200,
      TEXT_TYPE,
      .is_open = log_is_public,
      .needs_no_ledger = true },
    { "GET",
      { "tile", "{+path}" },
      "log:read",
      get_tile,
      "getTile",
      "hashes or entries of the log (C2SP tlog-tiles): LEVEL/INDEX, or entries/INDEX",
      200,
      TILE_TYPE,
      .is_open = log_is_public,
      .needs_no_ledger = true },
    { "POST",
      { "add-checkpoint" },
      "log:read",
      post_checkpoint,
      "addCheckpoint",
      "have this witness sign a checkpoint of a log that it knows (C2SP tlog-witness)",
      200,
      TEXT_TYPE,
      .is_open = always,
      .needs_no_ledger = true },
    { "GET",
      { "v1", "witnesses" },
      "log:read",
      list_witnesses,
      "listWitnesses",
      "the witnesses that are asked, and the tree that each signed last",
      200,
      .needs_no_ledger = true },
    { 0 },
};
