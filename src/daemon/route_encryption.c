/* Paths of encryption at rest: the administrators' of the service. The key's provider and the disk
 * are asked on a thread of the disk. */
#include "daemon/request.h"
#include "daemon/say.h"

typedef struct change {
    http_exchange *x; /* kept */
    daemon_at_rest *at_rest;
    bool is_shown; /* else it is changed */
    daemon_at_rest_change what;
    uint32_t oldest;
    json_t *answer;
    zkl_status status;
    zkl_error err;
} change;

static void answer(http_exchange *x, bool is_open, void *argument)
{
    change *const c = argument;
    if (is_open && c->status == ZKL_OK)
        daemon_json(x, 200, NULL, json_incref(c->answer));
    else if (is_open)
        daemon_problem(x, c->status, c->err.text);
    json_decref(c->answer);
    zkl_free(c);
    http_drop(x);
}

static void work(void *argument)
{
    change *const c = argument;
    http_exchange *const x = c->x;
    c->status = c->is_shown
                    ? daemon_at_rest_show(&c->answer, c->at_rest, &c->err)
                    : daemon_at_rest_do(&c->answer, c->at_rest, c->what, c->oldest, &c->err);
    if (c->status != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "encryption: %s", c->err.text);
    if (http_post(x, answer, c, NULL) == ZKL_OK)
        return;
    json_decref(c->answer); /* the server has stopped */
    zkl_free(c);
    http_drop(x);
}

static void begin(daemon_request *q, const change *of)
{
    change *const c = zkl_calloc(1, sizeof *c);
    if (c) {
        *c = *of;
        c->x = q->exchange;
        c->at_rest = q->daemon->at_rest;
        http_keep(q->exchange);
        if (daemon_disk_do(q->daemon->disk, work, c, NULL) == ZKL_OK)
            return;
        http_drop(q->exchange);
        zkl_free(c);
    }
    daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
}

/* Is anything encrypted? Else it is answered. */
static bool require_on(daemon_request *q)
{
    if (q->daemon->at_rest)
        return true;
    daemon_problem(q->exchange, ZKL_CONFLICT, "nothing is encrypted: 'encryption' is not set");
    return false;
}

/* Without encryption all rows are of what is not. */
static void show(daemon_request *q)
{
    if (q->daemon->at_rest) {
        begin(q, &(change){ .is_shown = true });
        return;
    }
    json_t *const rows = json_array();
    for (const daemon_at_rest_row *row = daemon_at_rest_rows; row->what; row++)
        json_array_append_new(
            rows, json_pack("{s:s, s:s}", "what", row->what, "why",
                            row->why && !row->is_encrypted ? row->why : "'encryption' is not set"));
    daemon_json(q->exchange, 200, NULL,
                json_pack("{s:[], s:o}", "encrypted", "not_encrypted", rows));
}

/* A body says nothing, and may be there. */
static void begin_rotate(daemon_request *q)
{
    begin(q, &(change){ .what = DAEMON_ROTATE });
}

static void rotate(daemon_request *q)
{
    if (require_on(q))
        daemon_read_json(q, begin_rotate);
}

static void begin_rewrap(daemon_request *q)
{
    begin(q, &(change){ .what = DAEMON_REWRAP });
}

static void rewrap(daemon_request *q)
{
    if (require_on(q))
        daemon_read_json(q, begin_rewrap);
}

static void take_retire(daemon_request *q)
{
    json_t *const body = daemon_body_json(q);
    json_int_t oldest = 0;
    const bool is_good =
        json_unpack(body, "{s:I !}", "oldest", &oldest) == 0 && oldest >= 1 && oldest <= INT32_MAX;
    json_decref(body);
    if (is_good)
        begin(q, &(change){ .what = DAEMON_RETIRE, .oldest = (uint32_t)oldest });
    else
        daemon_problem(q->exchange, ZKL_USAGE, "want {\"oldest\": N}: versions below N go");
}

static void retire(daemon_request *q)
{
    if (require_on(q))
        daemon_read_json(q, take_retire);
}

const daemon_route daemon_encryption_routes[] = {
    { "GET",
      { "v1", "encryption" },
      "service:manage",
      show,
      "showEncryption",
      "what is encrypted, under which versions of the key, and what is not",
      200,
      .needs_no_ledger = true },
    { "POST",
      { "v1", "encryption", "rotate" },
      "service:manage",
      rotate,
      "rotateEncryption",
      "a new version of the key, and all objects' keys under it",
      200,
      .needs_no_ledger = true },
    { "POST",
      { "v1", "encryption", "rewrap" },
      "service:manage",
      rewrap,
      "rewrapEncryption",
      "all objects' keys under the newest version, where a rotation was cut off",
      200,
      .needs_no_ledger = true },
    { "POST",
      { "v1", "encryption", "retire" },
      "service:manage",
      retire,
      "retireEncryption",
      "versions of the key that no object needs any more",
      200,
      NULL,
      NULL,
      "application/json",
      .needs_no_ledger = true },
    { 0 },
};
