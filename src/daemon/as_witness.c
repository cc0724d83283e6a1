/* A witness for the logs of others: POST /add-checkpoint of C2SP's tlog-witness. Whoever asks needs
 * no key, since what is asked for is signed by a log that the settings name.
 *
 * One thread does the work: a checkpoint is compared, remembered, synced and signed before the next
 * one is looked at (service/witness_served.h holds the same between processes). */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "daemon/daemon.h"
#include "daemon/say.h"
#include "service/witness_served.h"

#define TRUST_BYTES_MAX ((size_t)1 << 20)

struct daemon_as_witness {
    service_witness *witness;
    daemon_aside *aside;
    const zkl_env *env;
};

/* ---- opening */

/* The texts of trust files live in `texts`. */
static zkl_status open_witness(daemon_as_witness *w, const daemon_witness_settings *s,
                               service_witnessed_log *logs, zkl_buffer *texts, zkl_error *err)
{
    for (size_t i = 0; i < s->log_count; i++) {
        const daemon_witnessed *const log = &s->logs[i];
        if (log->trust)
            ZKL_TRY(zkl_file_read(&texts[i], log->trust, TRUST_BYTES_MAX, err));
        logs[i] = (service_witnessed_log){ (const char *const *)log->keys, log->key_count,
                                           zkl_buffer_bytes(&texts[i]) };
    }
    const zkl_status status =
        service_witness_open(&w->witness, s->own_folder, logs, s->log_count, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "the witness in '%s'", s->own_folder);
}

zkl_status daemon_as_witness_open(daemon_as_witness **out, const daemon_witness_settings *settings,
                                  const zkl_env *env, zkl_error *err)
{
    *out = NULL;
    if (!settings->own_folder)
        return ZKL_OK;
    daemon_as_witness *const w = zkl_calloc(1, sizeof *w);
    service_witnessed_log *const logs = zkl_calloc(settings->log_count, sizeof *logs);
    zkl_buffer *const texts = zkl_calloc(settings->log_count, sizeof *texts);
    zkl_status status = w && logs && texts ? open_witness(w, settings, logs, texts, err)
                                           : zkl_no_memory(err, sizeof *w);
    for (size_t i = 0; texts && i < settings->log_count; i++)
        zkl_buffer_clear(&texts[i]);
    zkl_free(texts);
    zkl_free(logs);
    if (status == ZKL_OK)
        status = daemon_aside_new(&w->aside, 1, err);
    if (status != ZKL_OK) {
        daemon_as_witness_free(w);
        return status;
    }
    w->env = env;
    *out = w;
    return ZKL_OK;
}

void daemon_as_witness_stop(daemon_as_witness *witness)
{
    if (witness)
        daemon_aside_stop(witness->aside);
}

void daemon_as_witness_free(daemon_as_witness *witness)
{
    if (!witness)
        return;
    daemon_aside_free(witness->aside);
    service_witness_close(witness->witness);
    zkl_free(witness);
}

const char *daemon_as_witness_key(const daemon_as_witness *witness)
{
    return service_witness_key(witness->witness);
}

/* ---- answering */

typedef struct add_task {
    daemon_aside_task task; /* first */
    daemon_as_witness *w;
    zkl_buffer body;
    service_witness_added added;
    zkl_status status;
    zkl_error err;
} add_task;

static void work(daemon_aside_task *task)
{
    add_task *const t = (add_task *)task;
    t->status = service_witness_add(&t->added, t->w->witness, zkl_buffer_bytes(&t->body), t->w->env,
                                    &t->err);
}

/* The size that a request must begin at: all that a log needs to ask again. */
static void answer_size(http_exchange *x, uint64_t size)
{
    char text[24];
    snprintf(text, sizeof text, "%llu\n", (unsigned long long)size);
    http_reply(x, 409, "text/x.tlog.size", zkl_bytes_of_text(text));
}

static void answer(daemon_aside_task *task, http_exchange *x)
{
    static const int codes[] = {
        [SERVICE_WITNESS_BAD_REQUEST] = 400,   [SERVICE_WITNESS_UNKNOWN_LOG] = 404,
        [SERVICE_WITNESS_BAD_SIGNATURE] = 403, [SERVICE_WITNESS_OTHER_SIZE] = 409,
        [SERVICE_WITNESS_OTHER_ROOT] = 409,    [SERVICE_WITNESS_BAD_PROOF] = 422,
    };
    const add_task *const t = (const add_task *)task;
    const service_witness_refusal refusal = t->added.refusal;
    if (t->status == ZKL_OK)
        http_reply(x, 200, "text/plain; charset=utf-8", zkl_buffer_bytes(&t->added.lines));
    else if (refusal == SERVICE_WITNESS_OTHER_SIZE)
        answer_size(x, t->added.size);
    else if (refusal != SERVICE_WITNESS_NO_REFUSAL)
        daemon_problem_code(x, codes[refusal], zkl_status_text(t->status), t->err.text);
    else /* its words name files of this machine: not for strangers */
        daemon_problem_code(x, t->status == ZKL_CONFLICT ? 409 : 500, zkl_status_text(t->status),
                            t->status == ZKL_CONFLICT ? t->err.text
                                                      : "the witness cannot sign at the moment");
}

static void done(daemon_aside_task *task)
{
    add_task *const t = (add_task *)task;
    if (t->status != ZKL_OK && t->added.refusal == SERVICE_WITNESS_NO_REFUSAL)
        daemon_say(DAEMON_SAY_ERROR, "the witness signs nothing: %s", t->err.text);
    zkl_buffer_clear(&t->body);
    zkl_buffer_clear(&t->added.lines);
    zkl_free(t);
}

void daemon_as_witness_add(daemon_as_witness *witness, http_exchange *x, zkl_buffer *body)
{
    add_task *const t = zkl_calloc(1, sizeof *t);
    zkl_error err = { 0 };
    if (!t) {
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the request");
        return;
    }
    *t = (add_task){ .task = { .exchange = x, .work = work, .answer = answer, .done = done },
                     .w = witness,
                     .body = *body };
    *body = (zkl_buffer){ 0 };
    if (daemon_aside_add(witness->aside, &t->task, &err) == ZKL_OK)
        return;
    done(&t->task);
    daemon_problem_code(x, 503, "service unavailable", err.text);
}
