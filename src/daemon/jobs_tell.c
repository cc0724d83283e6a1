/* What those who watch a job, or wait for its answer, are told on their loops. */
#include "daemon/jobs_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

#define RESULT_BYTES_MAX ((size_t)1 << 30)

static const char *const state_texts[] = { "waiting", "running", "over" };

/* Text for one loop; freed there. */
typedef struct told {
    zkl_buffer text;
    bool is_last;
} told;

/* A step that finds no room is left out: the next one says more. The end is always told. */
static void tell(http_exchange *x, bool is_open, void *argument)
{
    told *const t = argument;
    if (is_open && (t->is_last || !http_is_held_up(x)))
        (void)http_write(x, zkl_buffer_bytes(&t->text));
    if (is_open && t->is_last)
        http_finish(x, NULL, 0);
    http_drop(x);
    zkl_buffer_clear(&t->text);
    zkl_free(t);
}

json_t *jobs_put(const job *j, bool with_answer)
{
    json_t *const out =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "id", j->id, "operation", j->operation,
                  "state", state_texts[j->state], "stage", j->stage, "done", (json_int_t)j->done,
                  "total", (json_int_t)j->total, "created", (json_int_t)j->created_ms);
    if (!out || j->state != ZKL_OPERATION_OVER)
        return out;
    json_object_set_new(
        out, "status",
        json_string(j->was_interrupted ? "interrupted" : zkl_status_text(j->status)));
    json_object_set_new(out, "ended", json_integer(j->ended_ms));
    if (j->files)
        json_object_set(out, "files", j->files);
    if (with_answer && j->answer.json)
        json_object_set_new(out, "answer", json_loads(j->answer.json, 0, NULL));
    return out;
}

static bool is_last_word(const job *j)
{
    return j->state == ZKL_OPERATION_OVER || j->is_left;
}

/* Freed by the caller; NULL without memory. */
static char *put_event(const job *j)
{
    json_t *const body = jobs_put(j, is_last_word(j));
    char *const text = body ? json_dumps(body, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(body);
    return text;
}

/* false: it is to be told no more. One that finds no memory is told of the next step. */
static bool tell_one(const job *j, const watcher *w, const char *event)
{
    told *const t = w->wants_answer || !event ? NULL : zkl_calloc(1, sizeof *t);
    if (!t)
        return true;
    zkl_buffer_format(&t->text, "event: %s\ndata: %s\n\n",
                      j->state == ZKL_OPERATION_OVER ? "over" : "step", event);
    t->is_last = is_last_word(j);
    const bool is_last = t->is_last;
    http_keep(w->x);
    if (http_post(w->x, tell, t, NULL) == ZKL_OK)
        return !is_last;
    http_drop(w->x);
    zkl_buffer_clear(&t->text);
    zkl_free(t);
    return false;
}

static void drop(watcher **at)
{
    watcher *const gone = *at;
    *at = gone->next;
    http_drop(gone->x);
    zkl_free(gone);
}

void jobs_tell_watchers(job *j)
{
    char *const event = put_event(j);
    for (watcher **at = &j->watchers; *at;)
        if (tell_one(j, *at, event))
            at = &(*at)->next;
        else
            drop(at);
    free(event);
}

void jobs_tell_newest(job *j)
{
    char *const event = put_event(j);
    if (!tell_one(j, j->watchers, event))
        drop(&j->watchers);
    free(event);
}

void jobs_drop_watcher(job *j, const http_exchange *x)
{
    for (watcher **at = &j->watchers; *at;)
        if ((*at)->x == x && !(*at)->wants_answer)
            drop(at);
        else
            at = &(*at)->next;
}

/* What a waiting exchange is answered with; freed on its loop. */
typedef struct final {
    char id[17]; /* "": it is not in the journal */
    zkl_status status;
    bool is_shed;
    char *json;
    const char *type; /* of body; NULL: the answer's JSON is sent */
    void (*on_result)(http_exchange *x, zkl_bytes body);
    zkl_buffer body;
} final;

static void send_final(http_exchange *x, bool is_open, void *argument)
{
    final *const f = argument;
    is_open &= http_status(x) == 0; /* else it was refused meanwhile, by its body or its time */
    const zkl_call_result answer = { .json = f->json, .json_size = f->json ? strlen(f->json) : 0 };
    if (is_open && f->type && f->on_result)
        f->on_result(x, zkl_buffer_bytes(&f->body));
    if (is_open && f->type)
        daemon_bytes(x, f->type, zkl_buffer_bytes(&f->body));
    else if (is_open && f->is_shed)
        daemon_busy(x, SHED_TEXT);
    else if (is_open)
        daemon_answer(x, f->status, &answer, f->id);
    http_drop(x);
    zkl_buffer_clear(&f->body);
    free(f->json);
    zkl_free(f);
}

static bool take_member(zkl_buffer *out, const job *j)
{
    json_t *const answer = j->answer.json ? json_loads(j->answer.json, 0, NULL) : NULL;
    const char *const text = json_string_value(json_object_get(answer, j->result_member));
    if (text)
        zkl_buffer_put_text(out, text);
    json_decref(answer);
    return text && !out->failed;
}

/* What is sent instead of the answer's JSON, if anything is. */
static void take_result(final *f, const job *j)
{
    if (j->status != ZKL_OK || !j->result_type)
        return;
    if (j->result_file ? zkl_file_read(&f->body, j->result_file, RESULT_BYTES_MAX, NULL) == ZKL_OK
                       : take_member(&f->body, j))
        f->type = j->result_type;
}

/* Those who wait for the answer. The file is read once a waiter: there is one. */
void jobs_answer_waiters(job *j)
{
    for (watcher *w = j->watchers, *next; w; w = next) {
        next = w->next;
        final *const f = zkl_calloc(1, sizeof *f);
        if (f) {
            memcpy(f->id, j->is_kept ? j->id : "", j->is_kept ? sizeof f->id : 1);
            f->status = j->was_interrupted ? ZKL_CONFLICT : j->status;
            f->is_shed = j->is_shed;
            f->json = j->answer.json ? strdup(j->answer.json) : NULL;
            f->on_result = j->on_result;
            take_result(f, j);
        }
        if (!f || http_post(w->x, send_final, f, NULL) != ZKL_OK)
            http_drop(w->x);
        zkl_free(w);
    }
    j->watchers = NULL;
}

bool jobs_add_watcher(job *j, http_exchange *x, bool wants_answer)
{
    watcher *const w = zkl_calloc(1, sizeof *w);
    if (!w)
        return false;
    *w = (watcher){ j->watchers, x, wants_answer };
    http_keep(x);
    j->watchers = w;
    return true;
}
