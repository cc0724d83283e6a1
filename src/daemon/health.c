/* What each part says of itself, in three words. */
#include "daemon/health.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include "daemon/daemon.h"
#include "text/json_writer.h"

/* Below these no more is taken: the store, the journal and the audit log must have room to end what
 * they began. */
#define DISK_FREE_MIN ((uint64_t)256 << 20)
#define DISK_FREE_FEW ((uint64_t)1 << 30)
/* So many batches in a row that nothing came of: the sequencer is down. */
#define BATCHES_FAILED_MAX 3

const char *const daemon_component_names[DAEMON_COMPONENTS] = {
    [DAEMON_STORE] = "store",         [DAEMON_DISK_SPACE] = "disk",
    [DAEMON_SEQUENCER] = "sequencer", [DAEMON_AUDIT_LOG] = "audit_log",
    [DAEMON_JOBS_RUN] = "jobs",       [DAEMON_WITNESSES] = "witnesses",
    [DAEMON_ISSUERS] = "issuers",     [DAEMON_ACCESS_LOG] = "access_log",
};
static const char *const state_texts[] = {
    [DAEMON_OK] = "ok", [DAEMON_DEGRADED] = "degraded", [DAEMON_DOWN] = "down"
};

static void ZKL_PRINTF(3, 4)
    say(daemon_health *out, daemon_health_state state, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    out->state = state;
    vsnprintf(out->reason, sizeof out->reason, format, list);
    va_end(list);
}

static void look_at_disk(daemon_health *out, const zkl_daemon *d)
{
    struct statvfs disk;
    if (statvfs(d->settings.folder, &disk) != 0) {
        say(out, DAEMON_DOWN, "the service's folder cannot be looked at");
        return;
    }
    const uint64_t left = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (left < DISK_FREE_FEW)
        say(out, left < DISK_FREE_MIN ? DAEMON_DOWN : DAEMON_DEGRADED,
            "%llu MiB are left on the disk", (unsigned long long)(left >> 20));
}

static void look_at_ledger(daemon_health *store, daemon_health *sequencer, zkl_daemon *d)
{
    const uint64_t failed = atomic_load(&d->batches_failed);
    if (atomic_load(&d->store_fails)) /* a thread tries it: telemetry.c */
        say(store, DAEMON_DOWN, "the first ledger's store cannot be read");
    if (failed)
        say(sequencer, failed >= BATCHES_FAILED_MAX ? DAEMON_DOWN : DAEMON_DEGRADED,
            "%llu batches in a row were not recorded", (unsigned long long)failed);
}

static void look_at_audit(daemon_health *out, zkl_daemon *d)
{
    daemon_audit_counts audit;
    daemon_audit_count(d->audit, &audit);
    if (audit.is_failing)
        say(out, DAEMON_DOWN, "the disk does not take its events");
    else if (audit.unlogged)
        say(out, DAEMON_DEGRADED, "%llu closed segments wait for the ledger",
            (unsigned long long)audit.unlogged);
}

static void look_at_jobs(daemon_health *out, zkl_daemon *d)
{
    daemon_job_counts jobs;
    daemon_jobs_count(d->jobs, &jobs);
    if (jobs.waiting >= d->settings.limits.waiting_max)
        say(out, DAEMON_DEGRADED, "%llu operations wait", (unsigned long long)jobs.waiting);
}

static void look_at_others(daemon_health *witnesses, daemon_health *issuers, zkl_daemon *d)
{
    daemon_witness_counts asked;
    daemon_token_counts tokens;
    daemon_witnesses_count(d->witnesses, &asked);
    daemon_tokens_count(d->tokens, &tokens);
    if (asked.failing)
        say(witnesses, DAEMON_DEGRADED, "%zu of %zu do not sign", asked.failing, asked.asked);
    if (tokens.failing)
        say(issuers, DAEMON_DEGRADED, "keys of %zu could not be read", tokens.failing);
}

void daemon_health_look(daemon_health out[static DAEMON_COMPONENTS], zkl_daemon *d)
{
    for (size_t i = 0; i < DAEMON_COMPONENTS; i++)
        out[i] = (daemon_health){ 0 };
    look_at_disk(&out[DAEMON_DISK_SPACE], d);
    look_at_ledger(&out[DAEMON_STORE], &out[DAEMON_SEQUENCER], d);
    look_at_audit(&out[DAEMON_AUDIT_LOG], d);
    look_at_jobs(&out[DAEMON_JOBS_RUN], d);
    look_at_others(&out[DAEMON_WITNESSES], &out[DAEMON_ISSUERS], d);
    if (daemon_log_is_losing(d->log))
        say(&out[DAEMON_ACCESS_LOG], DAEMON_DEGRADED, "its lines cannot be written");
}

static daemon_health_state worst_of(const daemon_health health[static DAEMON_COMPONENTS])
{
    daemon_health_state worst = DAEMON_OK;
    for (size_t i = 0; i < DAEMON_COMPONENTS; i++)
        worst = health[i].state > worst ? health[i].state : worst;
    return worst;
}

void daemon_health_put(zkl_buffer *out, zkl_daemon *d, bool has_reasons, bool *is_ready)
{
    daemon_health health[DAEMON_COMPONENTS];
    zkl_json_writer w = zkl_json_writer_of(out);
    daemon_health_look(health, d);
    *is_ready = worst_of(health) != DAEMON_DOWN;
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "status", *is_ready ? "ok" : "not ready");
    zkl_json_open(&w, "components", '{');
    for (size_t i = 0; i < DAEMON_COMPONENTS; i++) {
        const char *const name = daemon_component_names[i];
        const char *const state = state_texts[health[i].state];
        if (!has_reasons) {
            zkl_json_text(&w, name, state);
            continue;
        }
        zkl_json_open(&w, name, '{');
        zkl_json_text(&w, "state", state);
        if (health[i].reason[0])
            zkl_json_text(&w, "reason", health[i].reason);
        zkl_json_close(&w);
    }
    zkl_json_close(&w);
    zkl_json_close(&w);
}

void daemon_health_send(zkl_daemon *d, http_exchange *x)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    bool is_ready;
    daemon_health_put(&out, d, false, &is_ready);
    if (out.failed)
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the answer");
    else
        http_reply(x, is_ready ? 200 : 503, "application/json", zkl_buffer_bytes(&out));
}
