/* What the journal has when the service starts.
 *
 * 1. What is over is told of again.
 * 2. What waited runs, and so does what was running and had recorded nothing: none of the receipt
 *    ids that it marked is in the log. What it had written into its folder goes first.
 * 3. What had recorded something is over, and told of as interrupted, with the entries. So is what
 *    writes without marks and had begun: nobody knows.
 * 4. Whoever waited for an answer and got none asks again; that one goes, unless an idempotency key
 *    makes both requests one.
 * 5. Each is of its ledger again, and counts on its caller's account as before, but for the time of
 *    proving, which is not held anew. One whose ledger is not there, or cannot be opened, stays on
 *    the disk for a start that has it. */
#include "daemon/request.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/operation.h"
#include "base/env.h"
#include "daemon/admission.h"
#include "daemon/paths.h"
#include "daemon/say.h"

bool daemon_leaves_marks(const char *operation)
{
    static const char *const marking[] = { "notarize", "watch",  "prove", "transform",
                                           "pipeline", "split",  "link",  "disclose",
                                           "branch",   "revoke", "audit", "export" };
    const api_operation *const row = api_find(operation);
    if (row && row->effect != API_WRITES && row->effect != API_MAY_WRITE)
        return true; /* it has no entry to mark */
    for (size_t i = 0; i < ZKL_COUNT(marking); i++)
        if (strcmp(marking[i], operation) == 0)
            return true;
    return false;
}

json_t *daemon_interrupted(json_t *entries, int64_t ended_ms)
{
    const char *const text = json_array_size(entries)
                                 ? "the service ended while it ran: entries were recorded, and "
                                   "the rest of its answer is lost"
                                 : "the service ended while it ran: whether it had recorded "
                                   "anything is not known";
    return json_pack("{s:i, s:I, s:b, s:{s:s, s:i, s:s, s:o}}", "code", ZKL_CONFLICT, "ended",
                     (json_int_t)ended_ms, "interrupted", 1, "answer", "status", "interrupted",
                     "exit_code", zkl_status_exit_code(ZKL_CONFLICT), "error", text, "entries",
                     entries);
}

typedef struct restored {
    const char *id, *owner, *name, *tier, *organisation, *in, *operation; /* in: a ledger's name */
    zkl_ledger *ledger;
    json_t *request, *replay, *sources, *kept; /* borrowed */
    json_int_t created;
    int waits;
} restored;

static bool parse(restored *out, json_t *record)
{
    *out = (restored){ 0 };
    return json_unpack(
               record, "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:o, s?o, s?o, s?o !}", "id",
               &out->id, "owner", &out->owner, "name", &out->name, "tier", &out->tier,
               "organisation", &out->organisation, "ledger", &out->in, "operation", &out->operation,
               "created", &out->created, "waits", &out->waits, "request", &out->request, "replay",
               &out->replay, "sources", &out->sources, "kept", &out->kept) == 0 &&
           api_find(out->operation) != NULL;
}

/* false: said on standard error. */
static bool open_ledger(restored *r, zkl_daemon *d)
{
    zkl_error err = { 0 };
    const daemon_ledger *const about = daemon_ledgers_find(d->ledgers, r->organisation, r->in);
    if (about && daemon_ledgers_open(&r->ledger, d->ledgers, about, &err) == ZKL_OK)
        return true;
    daemon_say(DAEMON_SAY_WARNING, "operation '%s' waits for ledger '%s' of '%s': %s", r->id, r->in,
               r->organisation, about ? err.text : "there is none");
    return false;
}

/* Places in the log of what it marked. ZKL_NOT_FOUND of one alone is an answer. */
static zkl_status find_entries(json_t *entries, zkl_daemon *d, const restored *r, zkl_error *err)
{
    for (size_t i = 0;; i++) {
        zkl_digest receipt_id;
        uint64_t index;
        bool is_there;
        ZKL_TRY(daemon_journal_marked(&is_there, &receipt_id, d->journal, r->id, i, err));
        if (!is_there)
            return ZKL_OK;
        const zkl_status status = zkl_log_find(&index, r->ledger, &receipt_id, err);
        if (status == ZKL_OK)
            json_array_append_new(entries, json_integer((json_int_t)index));
        else if (status != ZKL_NOT_FOUND)
            return status;
    }
}

/* NULL: it is to be run. */
static zkl_status find_end(json_t **out, zkl_daemon *d, const restored *r, zkl_error *err)
{
    const int64_t now = zkl_env_now_ms(&d->env);
    *out = daemon_journal_read(d->journal, r->id, "answer.json");
    if (*out) /* it may have been killed before what it read was gone */
        return daemon_journal_tidy(d->journal, r->id, err);
    json_t *const entries = json_array();
    zkl_status status = entries ? find_entries(entries, d, r, err) : zkl_no_memory(err, 0);
    const bool is_recorded = json_array_size(entries) > 0;
    const bool is_unknown = daemon_journal_has(d->journal, r->id, "started");
    if (status == ZKL_OK && (is_recorded || is_unknown))
        *out = daemon_interrupted(json_incref(entries), now);
    else if (status == ZKL_OK && daemon_journal_has(d->journal, r->id, "cancelled"))
        *out = json_pack("{s:i, s:I}", "code", ZKL_CANCELLED, "ended", (json_int_t)now);
    json_decref(entries);
    if (status == ZKL_OK && *out)
        status = daemon_journal_end(d->journal, r->id, *out, err);
    return status;
}

static const daemon_tier *find_party(daemon_party *out, const zkl_daemon *d, const restored *r)
{
    daemon_identity who = { 0 };
    snprintf(who.id, sizeof who.id, "%s", r->owner);
    snprintf(who.name, sizeof who.name, "%s", r->name);
    snprintf(who.org, sizeof who.org, "%s", r->organisation);
    snprintf(who.tier, sizeof who.tier, "%s", r->tier);
    return daemon_party_of(out, d, &who);
}

/* What was accepted when there was more memory is over: it would wait for ever, and all behind it.
 * Its files are in the journal, so this is asked before they are opened anew. */
static zkl_status refuse_large(json_t **over, zkl_daemon *d, const restored *r, zkl_error *err)
{
    zkl_error why = { 0 };
    const uint64_t bytes = daemon_admission_of(r->operation, r->request,
                                               json_dumpb(r->request, NULL, 0, JSON_COMPACT));
    const zkl_status status = daemon_jobs_check_memory(d->jobs, bytes, &why);
    if (status == ZKL_OK)
        return ZKL_OK;
    *over =
        json_pack("{s:i, s:I, s:{s:s, s:i, s:s}}", "code", (int)status, "ended",
                  (json_int_t)zkl_env_now_ms(&d->env), "answer", "status", zkl_status_text(status),
                  "exit_code", zkl_status_exit_code(status), "error", why.text);
    return *over ? daemon_journal_end(d->journal, r->id, *over, err) : zkl_no_memory(err, 0);
}

/* A file that it may not read any more is said by the operation, which does not find it. */
static zkl_status add_again(zkl_daemon *d, const restored *r, const json_t *over, zkl_error *err)
{
    char folder[PATH_MAX], id[17];
    uint64_t work_bytes = 0;
    daemon_paths paths = { .folder = folder,
                           .readable = d->settings.readable,
                           .readable_count = d->settings.readable_count };
    ZKL_TRY(daemon_journal_path(folder, d->journal, r->id, NULL, err));
    if (!over) {
        ZKL_TRY(daemon_journal_rewind(d->journal, r->id, err));
        (void)!daemon_paths_open_again(&paths, r->sources, err); /* as said above */
        ZKL_TRY(daemon_journal_prepare(&work_bytes, d->journal, r->id, err));
    }
    char *const text = json_dumps(r->request, JSON_ENSURE_ASCII);
    daemon_party party;
    const daemon_tier *const tier = find_party(&party, d, r);
    const size_t size = text ? strlen(text) : 0;
    uint64_t memory = over ? 0 : daemon_admission_of(r->operation, r->request, size);
    if (daemon_jobs_check_memory(d->jobs, memory + work_bytes, NULL) == ZKL_OK)
        memory += work_bytes; /* it was accepted: a smaller limit does not take that back */
    const daemon_job_request job = { .ledger = r->ledger,
                                     .operation = api_find(r->operation)->name,
                                     .request = zkl_bytes_of_text(text ? text : ""),
                                     .owner = r->owner,
                                     .id = r->id,
                                     .priority = tier->priority,
                                     .party = r->waits ? NULL : &party,
                                     .memory_bytes = memory,
                                     .created_ms = r->created,
                                     .answers_replays = r->replay != NULL,
                                     .kept = r->kept,
                                     .reads = paths.reads,
                                     .read_count = paths.read_count,
                                     .over = over };
    const zkl_status status =
        text ? daemon_jobs_add(id, d->jobs, &job, err) : zkl_no_memory(err, 0);
    free(text);
    if (status != ZKL_OK)
        daemon_paths_close(&paths);
    json_decref(paths.sources);
    return status;
}

/* It is over, and its answer cannot be read, or decrypted: it is not run a second time. */
static bool is_locked(zkl_daemon *d, const restored *r)
{
    json_t *const answer = daemon_journal_has(d->journal, r->id, "answer.json")
                               ? daemon_journal_read(d->journal, r->id, "answer.json")
                               : json_true();
    if (!answer)
        daemon_say(DAEMON_SAY_WARNING, "the answer of operation '%s' cannot be read", r->id);
    json_decref(answer);
    return !answer;
}

static zkl_status restore_one(zkl_daemon *d, json_t *record, zkl_error *err)
{
    restored r;
    json_t *over = NULL;
    if (!parse(&r, record))
        return ZKL_OK; /* of another version: it stays on the disk */
    if (r.waits && !r.replay && !daemon_journal_has(d->journal, r.id, "answer.json")) {
        daemon_journal_drop(d->journal, r.id);
        return ZKL_OK;
    }
    if (!open_ledger(&r, d))
        return ZKL_OK;
    if (is_locked(d, &r))
        return ZKL_OK;
    ZKL_TRY(find_end(&over, d, &r, err));
    zkl_status status = over ? ZKL_OK : refuse_large(&over, d, &r, err);
    if (status == ZKL_OK)
        status = add_again(d, &r, over, err);
    if (status == ZKL_OK && r.replay)
        status = daemon_replays_restore(d->replays, r.replay, r.organisation, r.id, r.created, err);
    json_decref(over);
    return status;
}

zkl_status daemon_restore(zkl_daemon *d, zkl_error *err)
{
    json_t *all = NULL;
    zkl_status status = daemon_journal_list(&all, d->journal, err);
    for (size_t i = 0; status == ZKL_OK && i < json_array_size(all); i++)
        status = restore_one(d, json_array_get(all, i), err);
    json_decref(all);
    return status;
}
