/* Operations as jobs of whoever asks for them.
 *
 * A job that is answered later, names files or answers replays goes through the journal first:
 * begin_call (loop) -> accept (a thread of the disk) -> accepted (loop), which starts it and says
 * 202. The others are started at once and forgotten with the process. */
#include "daemon/submit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/env.h"
#include "daemon/admission.h"
#include "daemon/clocks.h"
#include "hash/hash.h"

/* ---- without the journal */

/* What has an effect waits until the log has on the disk who was let in to it. What shows the log
 * waits until all that came before it can be seen. */
static bool waits_for_audit(const char *operation)
{
    const api_operation *const row = api_find(operation);
    return !row || strcmp(row->name, "events") == 0 || row->effect == API_WRITES ||
           row->effect == API_MAY_WRITE || row->needs_keys;
}

/* 202, and where the operation is told of. prefix: of the request's path. */
static void say_accepted(http_exchange *x, const char *prefix, const char *id,
                         const char *operation)
{
    char text[160];
    snprintf(text, sizeof text, "%s/operations/%s", prefix, id);
    const http_header location = { zkl_bytes_of_text("location"), zkl_bytes_of_text(text) };
    json_t *const body =
        json_pack("{s:s, s:s, s:s+}", "id", id, "operation", operation, "events", text, "/events");
    daemon_json(x, 202, &location, body);
}

typedef struct job_told {
    zkl_daemon *daemon;
    daemon_audit_of of;
    const char *operation;
} job_told;

/* In front of what the audit log is told when it ends. */
static void tell_created(void *context, const char *id)
{
    const job_told *const t = context;
    daemon_audit_job(t->daemon, &t->of, t->operation, id);
}

/* Too many jobs wait: that is over soon. */
static void say_refused(http_exchange *x, zkl_status status, const char *text)
{
    if (status == ZKL_LIMIT)
        daemon_busy(x, text);
    else
        daemon_problem(x, status, text);
}

void daemon_submit(daemon_request *q, const daemon_job_request *job, bool waits)
{
    char id[17];
    zkl_error err = { 0 };
    daemon_job_request r = *job;
    r.ledger = q->ledger;
    r.owner = q->who.id;
    r.waits = waits ? q->exchange : NULL;
    r.priority = q->tier->priority;
    r.deadline_ms = q->deadline_ms;
    r.party = waits ? NULL : &q->party; /* what is short is counted as a request alone */
    if (!r.memory_bytes)
        r.memory_bytes = daemon_admission_of(r.operation, NULL, r.request.size);
    const zkl_status fits = daemon_jobs_check_memory(q->daemon->jobs, r.memory_bytes, &err);
    if (fits != ZKL_OK) {
        daemon_problem(q->exchange, fits, err.text);
        return;
    }
    if (!waits && !daemon_admit_proving(q, &r.proving))
        return;
    r.audit = q->daemon->audit;
    r.audited = waits_for_audit(job->operation) ? q->audited : 0;
    r.org = daemon_org(q);
    r.request_id = q->id;
    r.trace = q->is_traced ? &q->span.own : NULL;
    job_told told = { q->daemon, { &q->who, q->exchange, q->id }, job->operation };
    r.on_added = tell_created;
    r.context = &told;
    const zkl_status status = daemon_jobs_add(id, q->daemon->jobs, &r, &err);
    if (status != ZKL_OK) {
        daemon_limits_settle(q->daemon->limits, &r.proving, 0, daemon_clock_ms());
        say_refused(q->exchange, status, err.text);
    } else if (!waits) {
        say_accepted(q->exchange, q->prefix, id, job->operation);
    }
}

void daemon_submit_json(daemon_request *q, const daemon_job_request *job, json_t *request,
                        bool waits)
{
    char *const text = request ? json_dumps(request, JSON_ENSURE_ASCII) : NULL;
    daemon_job_request r = *job;
    if (text)
        r.memory_bytes = daemon_admission_of(r.operation, request, strlen(text));
    json_decref(request);
    if (!text) {
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "a name is no text");
        return;
    }
    r.request = zkl_bytes_of_text(text);
    daemon_submit(q, &r, waits);
    free(text);
}

/* ---- through the journal */

typedef struct submission {
    zkl_daemon *daemon;
    zkl_ledger *ledger;
    const daemon_ledger *about;
    http_exchange *x; /* kept */
    char prefix[DAEMON_NAME_BYTES + 16];
    daemon_identity who;
    unsigned priority;
    uint64_t deadline_ms;
    daemon_party party;
    daemon_hold proving; /* until it is the job's */
    uint64_t audited;
    char request_id[sizeof((daemon_request *)0)->id];
    const api_operation *row;
    json_t *request;
    char id[17], upload[17]; /* upload "": none */
    int64_t created_ms;
    uint64_t memory_bytes;
    bool waits, has_replay;
    daemon_replay replay;
    daemon_paths paths;
    char folder[PATH_MAX];
    zkl_status status;
    bool is_refused; /* by the jobs: there may be room later */
    zkl_error err;
} submission;

static void free_submission(submission *s)
{
    daemon_limits_settle(s->daemon->limits, &s->proving, 0, daemon_clock_ms());
    daemon_paths_close(&s->paths);
    json_decref(s->paths.sources);
    json_decref(s->paths.kept);
    json_decref(s->request);
    zkl_free(s);
}

static json_t *put_record(const submission *s)
{
    json_t *const out =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:O}", "id", s->id, "owner",
                  s->who.id, "name", s->who.name, "tier", s->who.tier, "organisation",
                  s->about->organisation, "ledger", s->about->name, "operation", s->row->name,
                  "created", (json_int_t)s->created_ms, "waits", s->waits, "request", s->request);
    if (out && s->has_replay)
        json_object_set_new(out, "replay", daemon_replay_put(&s->replay));
    if (out && s->paths.sources)
        json_object_set(out, "sources", s->paths.sources);
    if (out && s->paths.kept)
        json_object_set(out, "kept", s->paths.kept);
    return out;
}

/* Members that are not known, or missing, or of another type: said at once, and not as the end of
 * an operation that was accepted. */
static zkl_status check_members(const submission *s, zkl_error *err)
{
    static const api_object none = { .size = 1 };
    const api_object *const takes = s->row->request ? s->row->request : &none;
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = s->row->needs_keys };
    void *const record = zkl_arena_alloc(&memory, 1, takes->size);
    return record ? api_read(record, &memory, takes, s->request, err)
                  : zkl_no_memory(err, takes->size);
}

static zkl_status write_job(submission *s)
{
    const daemon_journal *const journal = s->daemon->journal;
    uint64_t work_bytes;
    zkl_error *const err = &s->err;
    ZKL_TRY(daemon_journal_path(s->folder, journal, s->id, NULL, err));
    ZKL_TRY(daemon_journal_make(journal, s->id, err));
    if (s->row->request)
        ZKL_TRY(daemon_paths_take(&s->paths, s->request, s->row->request, err));
    ZKL_TRY(check_members(s, err));
    ZKL_TRY(daemon_journal_prepare(&work_bytes, journal, s->id, err));
    s->memory_bytes = daemon_admission_of(s->row->name, s->request,
                                          json_dumpb(s->request, NULL, 0, JSON_COMPACT)) +
                      work_bytes;
    ZKL_TRY(daemon_jobs_check_memory(s->daemon->jobs, s->memory_bytes, err));
    json_t *const record = put_record(s);
    const zkl_status status = daemon_journal_accept(journal, s->id, record, err);
    json_decref(record);
    return status;
}

static void accepted(http_exchange *x, bool is_open, void *argument);

/* On a thread of the disk. The file that a body became goes in any case: the job has a name of its
 * own for it. */
static void accept_job(void *argument)
{
    submission *const s = argument;
    zkl_daemon *const d = s->daemon;
    http_exchange *const x = s->x;
    s->status = write_job(s);
    if (s->status != ZKL_OK)
        daemon_journal_drop(d->journal, s->id);
    if (s->upload[0])
        (void)!daemon_files_remove(d->files, s->upload, s->who.id, NULL); /* else it expires */
    if (http_post(x, accepted, s, NULL) == ZKL_OK)
        return;
    free_submission(s); /* the server has stopped: the job waits for the next start */
    http_drop(x);
}

/* On the loop: nothing of it is left. */
static void refused(http_exchange *x, bool is_open, void *argument)
{
    submission *const s = argument;
    is_open &= http_status(x) == 0;
    if (s->has_replay)
        daemon_replays_drop(s->daemon->replays, &s->replay);
    if (s->status == ZKL_DENIED)
        daemon_audit_denied(s->daemon, &(daemon_audit_of){ &s->who, s->x, s->request_id },
                            s->row->name, "names a file");
    if (is_open && s->is_refused)
        say_refused(x, s->status, s->err.text);
    else if (is_open && s->status != ZKL_OK)
        daemon_problem(x, s->status, s->err.text);
    free_submission(s);
    http_drop(x);
}

static void drop_job(void *argument)
{
    submission *const s = argument;
    http_exchange *const x = s->x;
    daemon_journal_drop(s->daemon->journal, s->id);
    if (http_post(x, refused, s, NULL) == ZKL_OK)
        return;
    free_submission(s);
    http_drop(x);
}

/* It was accepted, and is not to run after all: gone from the journal before that is said, so that
 * no start runs what was refused. */
static void undo(submission *s, bool is_open)
{
    if (daemon_disk_do(s->daemon->disk, drop_job, s, NULL) == ZKL_OK)
        return;
    daemon_journal_drop(s->daemon->journal, s->id); /* without memory for a task */
    refused(s->x, is_open, s);
}

static zkl_status start(submission *s, bool is_open)
{
    char id[17];
    const daemon_note *const note = http_noted(s->x); /* s->x is kept */
    char *const text = json_dumps(s->request, JSON_ENSURE_ASCII);
    job_told told = { s->daemon, { &s->who, s->x, s->request_id }, s->row->name };
    const daemon_job_request job = { .ledger = s->ledger,
                                     .operation = s->row->name,
                                     .request = zkl_bytes_of_text(text ? text : ""),
                                     .owner = s->who.id,
                                     .id = s->id,
                                     .priority = s->priority,
                                     .deadline_ms = s->deadline_ms,
                                     .party = s->waits ? NULL : &s->party,
                                     .proving = s->proving,
                                     .memory_bytes = s->memory_bytes,
                                     .answers_replays = s->has_replay,
                                     .audit = s->daemon->audit,
                                     .audited = waits_for_audit(s->row->name) ? s->audited : 0,
                                     .org = s->who.org,
                                     .request_id = s->request_id,
                                     .on_added = tell_created,
                                     .context = &told,
                                     .kept = s->paths.kept,
                                     .trace = note ? &note->trace : NULL,
                                     .reads = s->paths.reads,
                                     .read_count = s->paths.read_count,
                                     .waits = s->waits && is_open ? s->x : NULL };
    const zkl_status status =
        text ? daemon_jobs_add(id, s->daemon->jobs, &job, &s->err) : zkl_no_memory(&s->err, 0);
    free(text);
    if (status == ZKL_OK) { /* the job's now */
        s->paths.read_count = 0;
        s->proving = (daemon_hold){ 0 };
    }
    s->is_refused = status != ZKL_OK;
    return status;
}

/* On the loop. Whoever asked and is gone gets no answer: what would have been told of later runs
 * all the same, since it was accepted. */
static void accepted(http_exchange *x, bool is_open, void *argument)
{
    submission *const s = argument;
    const bool is_written = s->status == ZKL_OK;
    is_open &= http_status(x) == 0; /* else it was refused meanwhile, by its body or its time */
    const bool is_wanted = is_open || !s->waits || s->has_replay;
    if (is_written && is_wanted)
        s->status = start(s, is_open);
    const bool runs = is_written && is_wanted && s->status == ZKL_OK;
    if (is_written && !runs) {
        undo(s, is_open);
        return;
    }
    if (!runs) {
        refused(x, is_open, s);
        return;
    }
    if (s->has_replay)
        daemon_replays_bind(s->daemon->replays, &s->replay, s->id);
    if (is_open && !s->waits)
        say_accepted(x, s->prefix, s->id, s->row->name);
    free_submission(s);
    http_drop(x);
}

/* ---- replays */

static void hash_text(zkl_sha256_state *hash, zkl_bytes text)
{
    const uint8_t end = 0; /* none of these texts holds one */
    zkl_sha256_update(hash, text.data, text.size);
    zkl_sha256_update(hash, &end, 1);
}

static void fill_replay(daemon_replay *out, const daemon_request *q, zkl_bytes key,
                        const daemon_file *upload)
{
    zkl_sha256_state hash;
    snprintf(out->org, sizeof out->org, "%s", q->who.org);
    zkl_sha256_init(&hash);
    hash_text(&hash, zkl_bytes_of_text(q->who.id));
    hash_text(&hash, key);
    zkl_sha256_final(&hash, &out->key);
    zkl_sha256_init(&hash);
    hash_text(&hash, q->method);
    hash_text(&hash, q->target);
    hash_text(&hash, q->query);
    if (upload) /* says how it is read; of JSON it says nothing more */
        hash_text(&hash, http_find(q->exchange, "content-type"));
    zkl_sha256_final(&hash, &out->of);
    zkl_sha256_init(&hash);
    zkl_sha256_update(&hash, q->body.data, q->body.size);
    zkl_sha256_final(&hash, &out->body);
    if (upload)
        out->body = upload->sha256;
}

static void answer_again(daemon_request *q, const char *id, const daemon_call *call)
{
    bool is_over;
    const daemon_job_view mine = { q->ledger, q->who.id };
    if (!daemon_jobs_find(q->daemon->jobs, id, &mine, &is_over))
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "what this key led to is not known any more");
    else if (!call->waits)
        say_accepted(q->exchange, q->prefix, id, call->row->name);
    else if (!is_over || !daemon_jobs_answer(q->daemon->jobs, id, &mine, q->exchange))
        daemon_problem(q->exchange, ZKL_CONFLICT, "the request of this key is still being served");
}

/* Is it new? Else it is answered. */
static bool begin_replay(daemon_request *q, const daemon_replay *replay, const daemon_call *call)
{
    char id[17] = "";
    switch (daemon_replays_begin(id, q->daemon->replays, replay)) {
    case DAEMON_REPLAY_NEW:
        return true;
    case DAEMON_REPLAY_AGAIN:
        answer_again(q, id, call);
        return false;
    case DAEMON_REPLAY_OTHER:
        daemon_problem_code(q->exchange, 422, "key used before",
                            "this idempotency key came with another request");
        return false;
    case DAEMON_REPLAY_BUSY:
        daemon_problem(q->exchange, ZKL_CONFLICT, "the request of this key is still being served");
        return false;
    case DAEMON_REPLAY_FULL:
        daemon_problem(q->exchange, ZKL_LIMIT, "too many idempotency keys of one day");
        return false;
    }
    ZKL_UNREACHABLE("a case of daemon_replay_is");
}

/* ---- calls */

static submission *make_submission(daemon_request *q, const daemon_call *call)
{
    uint8_t id[8];
    submission *const s = zkl_calloc(1, sizeof *s);
    if (!s || zkl_env_random(&q->daemon->env, id, sizeof id, NULL) != ZKL_OK) {
        zkl_free(s);
        return NULL;
    }
    *s = (submission){ .daemon = q->daemon, .ledger = q->ledger, .x = q->exchange };
    s->about = q->about;
    s->who = q->who;
    s->audited = q->audited;
    memcpy(s->request_id, q->id, sizeof s->request_id);
    s->priority = q->tier->priority;
    s->deadline_ms = q->deadline_ms;
    s->party = q->party;
    zkl_hex_encode(s->id, id, sizeof id);
    snprintf(s->prefix, sizeof s->prefix, "%s", q->prefix);
    snprintf(s->upload, sizeof s->upload, "%s", call->upload ? call->upload->id : "");
    s->row = call->row;
    s->request = json_incref(call->request);
    s->waits = call->waits;
    s->created_ms = zkl_env_now_ms(&q->daemon->ages);
    s->paths = (daemon_paths){ .files = q->daemon->files,
                               .owner = s->who.id,
                               .folder = s->folder,
                               .is_sealed = daemon_journal_is_sealed(q->daemon->journal) };
    if (daemon_may(q, "folders:read", NULL)) {
        s->paths.readable = q->daemon->settings.readable;
        s->paths.readable_count = q->daemon->settings.readable_count;
    }
    return s;
}

/* Is it on its way? Else it is answered. */
static bool submit_kept(daemon_request *q, const daemon_call *call, const daemon_replay *replay)
{
    daemon_replays *const replays = q->daemon->replays; /* q may go with its answer */
    daemon_hold proving = { 0 };
    if (!call->waits && !daemon_admit_proving(q, &proving)) {
        if (replay)
            daemon_replays_drop(replays, replay);
        return false;
    }
    submission *const s = make_submission(q, call);
    if (s)
        s->proving = proving;
    else
        daemon_limits_settle(q->daemon->limits, &proving, 0, daemon_clock_ms());
    if (s && replay) {
        s->has_replay = true;
        s->replay = *replay;
    }
    http_keep(q->exchange);
    if (s && daemon_disk_do(q->daemon->disk, accept_job, s, NULL) == ZKL_OK)
        return true;
    http_drop(q->exchange);
    if (replay)
        daemon_replays_drop(replays, replay);
    if (s)
        free_submission(s);
    daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
    return false;
}

/* As submit_kept. */
static bool begin_call(daemon_request *q, const daemon_call *call)
{
    const zkl_bytes key = http_find(q->exchange, "idempotency-key");
    daemon_replay replay;
    if (key.data && (!key.size || key.size > DAEMON_REPLAY_KEY_MAX)) {
        daemon_problem(q->exchange, ZKL_USAGE, "an idempotency key has 1 to 200 bytes");
        return false;
    }
    if (key.data) {
        fill_replay(&replay, q, key, call->upload);
        return begin_replay(q, &replay, call) && submit_kept(q, call, &replay);
    }
    if (!call->waits || daemon_paths_any(call->request, call->row->request))
        return submit_kept(q, call, NULL);
    const daemon_job_request job = { .operation = call->row->name };
    daemon_submit_json(q, &job, json_incref(call->request), true);
    return false;
}

/* Does it name no clock but those of the settings? Else it is answered. */
static bool may_ask(daemon_request *q, const daemon_call *call)
{
    const daemon_settings *const s = &q->daemon->settings;
    zkl_error err = { 0 };
    if (!call->row->request || daemon_clocks_check(s->clocks, s->clock_count, call->request,
                                                   call->row->request, &err) == ZKL_OK)
        return true;
    if (daemon_audit_refused(q, 403, "names a clock"))
        daemon_problem(q->exchange, err.status, err.text);
    return false;
}

void daemon_call_begin(daemon_request *q, const daemon_call *call)
{
    /* once it is answered, the request may be gone */
    daemon_files *const files = q->daemon->files;
    const bool is_object = json_is_object(call->request);
    if (!is_object)
        daemon_problem(q->exchange, ZKL_BAD_INPUT,
                       "the request is no JSON object, or one of too many members");
    const bool begins = is_object && may_ask(q, call) && begin_call(q, call);
    if (!begins && call->upload) /* else it expires */
        (void)!daemon_files_remove(files, call->upload->id, call->upload->owner, NULL);
    json_decref(call->request);
}
