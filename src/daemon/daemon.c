/* Everything that a running daemon has, in the order in which it comes and the reverse in which it
 * goes. */
#include "daemon/daemon.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/empty_folder.h"
#include "daemon/oidc.h"
#include "daemon/say.h"
#include "grpc/served.h"
#include "grpc/types.h"
#include "service/log_served.h"
#include "service/segments.h"

#define RECEIPT_BYTES_MAX ((size_t)64 << 20) /* of those that are kept to be asked for again */

#define GRACE_MS 10000
#define DISK_THREADS 4
#define ASIDE_THREADS 2
#define ROLES_BYTES_MAX ((size_t)4 << 20)

zkl_status daemon_read_roles(zkl_daemon *d, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    const char *const path = zkl_arena_format(&memory, "%s/roles.toml", d->settings.folder);
    if (!path)
        return zkl_no_memory(err, 0);
    const zkl_status read = zkl_file_read_regular(&text, path, ROLES_BYTES_MAX, err);
    if (read != ZKL_OK && read != ZKL_NOT_FOUND)
        return read;
    daemon_roles *roles = NULL;
    const zkl_status status = daemon_roles_parse(&roles, zkl_buffer_bytes(&text), err);
    if (status != ZKL_OK)
        return status == ZKL_BAD_INPUT ? zkl_wrap(err, ZKL_USAGE, "'%s'", path) : status;
    daemon_roles_keep(roles, d->roles);
    d->roles = roles;
    return ZKL_OK;
}

static void log_request(void *context, const http_exchange *x)
{
    zkl_daemon *const d = context;
    daemon_measure(d, x);
    daemon_log_request(d->log, x, zkl_env_now_ms(&d->env));
}

/* Sockets that were given are as public as addresses are. */
static zkl_status check_sockets(const zkl_daemon *d, zkl_error *err)
{
    for (size_t i = 0; i < d->settings.socket_count && !d->settings.certificate; i++) {
        struct sockaddr_storage address = { 0 };
        socklen_t size = sizeof address;
        if (getsockname(d->settings.sockets[i], (struct sockaddr *)&address, &size) != 0)
            return zkl_fail(err, ZKL_USAGE, "descriptor %d is no socket", d->settings.sockets[i]);
        const struct sockaddr_in *const v4 = (const struct sockaddr_in *)&address;
        const struct sockaddr_in6 *const v6 = (const struct sockaddr_in6 *)&address;
        const bool is_local =
            address.ss_family == AF_UNIX ||
            (address.ss_family == AF_INET && ntohl(v4->sin_addr.s_addr) >> 24 == 127) ||
            (address.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr));
        if (!is_local)
            return zkl_fail(err, ZKL_USAGE,
                            "descriptor %d listens on no loopback address, and there is no "
                            "certificate",
                            d->settings.sockets[i]);
    }
    return ZKL_OK;
}

/* The limits of the settings, and none of its body's: each path says its own. */
static http_limits limits_of(const zkl_daemon *d)
{
    http_limits limits = d->settings.http;
    limits.body_bytes_max = 1;
    return limits;
}

/* Before the first file that may be encrypted is opened. */
static zkl_status open_at_rest(zkl_daemon *d, zkl_error *err)
{
    const daemon_at_rest_settings *const settings = &d->settings.at_rest;
    if (!settings->is_on)
        return daemon_at_rest_check_off(d->settings.folder, err);
    ZKL_TRY(daemon_at_rest_open(&d->at_rest, settings, d->settings.folder, false, err));
    ZKL_TRY(daemon_at_rest_check(d->at_rest, err));
    return daemon_at_rest_take_passphrase(d->at_rest, false, err);
}

/* Answers that were being sent when the service was killed. The audit log's lock says that no other
 * service sends any. */
static void empty_uploads(const char *folder)
{
    char path[PATH_MAX];
    const int at = snprintf(path, sizeof path, "%s/uploads", folder) < (int)sizeof path
                       ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                       : -1;
    if (at >= 0)
        daemon_empty_folder(at);
}

static zkl_status open_kept(zkl_daemon *d, zkl_error *err)
{
    char files[PATH_MAX], jobs[PATH_MAX];
    empty_uploads(d->settings.folder);
    const char *const folder = d->settings.folder;
    if (snprintf(files, sizeof files, "%s/files", folder) >= (int)sizeof files ||
        snprintf(jobs, sizeof jobs, "%s/jobs", folder) >= (int)sizeof jobs)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    ZKL_TRY(daemon_disk_new(&d->disk, DISK_THREADS, err));
    ZKL_TRY(daemon_files_open(&d->files, files, &d->settings.files, d->at_rest, &d->ages, err));
    ZKL_TRY(daemon_journal_open(&d->journal, jobs, err));
    ZKL_TRY(daemon_receipts_new(&d->receipts, RECEIPT_BYTES_MAX, err));
    daemon_journal_encrypt(d->journal, d->at_rest);
    return daemon_replays_new(&d->replays, &d->ages, err);
}

/* ---- The audit log, over this daemon's ledger */

static zkl_status log_segment(void *context, zkl_digest *receipt_id,
                              const zkl_entry_segment *segment, const zkl_digest *parent,
                              zkl_error *err)
{
    zkl_daemon *const d = context;
    const zkl_status status =
        service_segment_log(receipt_id, d->ledger, segment, parent, &d->env, err);
    if (status != ZKL_OK)
        daemon_say(DAEMON_SAY_WARNING, "a segment of the audit log waits for the ledger: %s",
                   err->text);
    return status;
}

/* What the ledger has of it. In memory. */
static zkl_status read_logged(daemon_audit_options *out, zkl_arena *memory, zkl_daemon *d,
                              zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    service_segment *list;
    size_t count;
    ZKL_TRY(service_open(&ledger, d->ledger, ZKL_LEDGER_READ, &d->env, err));
    ZKL_TRY(service_segments(&list, &count, memory, ledger, err));
    daemon_audit_segment *const logged = ZKL_ARENA_NEW(memory, daemon_audit_segment, count);
    if (!logged)
        return zkl_no_memory(err, count * sizeof *logged);
    for (size_t i = 0; i < count; i++)
        logged[i] = (daemon_audit_segment){ list[i].closed, list[i].receipt_id,
                                            list[i].deletion_days != 0 };
    out->logged = logged;
    out->logged_count = count;
    return ZKL_OK;
}

static zkl_status open_audit(zkl_daemon *d, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    daemon_audit_options options = { .folder = d->settings.audit_folder,
                                     .settings = &d->settings.audit,
                                     .env = &d->env,
                                     .ages = &d->ages,
                                     .log = log_segment,
                                     .context = d };
    ZKL_TRY(read_logged(&options, &memory, d, err));
    return daemon_audit_open(&d->audit, &options, err);
}

static void close_audit(zkl_daemon *d)
{
    zkl_error err = { 0 };
    if (!d->audit)
        return;
    if (d->is_serving)
        daemon_audit_service(d, ZKL_EVENT_SERVICE_STOPPED, NULL);
    d->is_serving = false;
    if (daemon_audit_close(d->audit, &err) != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "%s", err.text);
    d->audit = NULL;
}

/* ---- All parts */

/* The first ledger, which this process alone writes from now on. */
static zkl_status open_first(zkl_daemon *d, uint32_t wait_ms, zkl_error *err)
{
    ZKL_TRY(zkl_pool_new(&d->pool, 0, err));
    d->env = (zkl_env){ .pool = d->pool, .wait_ms = wait_ms };
    d->ages = (zkl_env){ .clock = daemon_steady_clock(&d->steady, &d->env) };
    ZKL_TRY(open_at_rest(d, err));
    ZKL_TRY(daemon_metrics_new(&d->metrics, err));
    ZKL_TRY(daemon_tracer_new(&d->tracer, &d->settings.telemetry.traces, d->metrics, &d->env, err));
    d->settings.sequencer.watch = daemon_watch_batch;
    d->settings.sequencer.opaque = d;
    ZKL_TRY(
        daemon_ledgers_new(&d->ledgers, d->settings.folder, &d->settings.sequencer, &d->env, err));
    if (d->at_rest)
        daemon_ledgers_unlock(d->ledgers, daemon_at_rest_passphrase(d->at_rest));
    return daemon_ledgers_open(
        &d->ledger, d->ledgers,
        daemon_ledgers_find(d->ledgers, DAEMON_OWN_ORGANISATION, DAEMON_FIRST_LEDGER), err);
}

/* A store that lost entries is served for readers, and nothing is recorded in it: whoever runs the
 * service is told at once, and not by the first who uploads. */
static void tell_if_unwritable(zkl_daemon *d)
{
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    zkl_error err = { 0 };
    if (service_open(&writer, d->ledger, ZKL_LEDGER_WRITE, &d->env, &err) != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "nothing can be recorded in the first ledger: %s", err.text);
}

/* Without one nobody can make others: but tokens and certificates may have that role too. */
static void tell_if_keyless(zkl_daemon *d)
{
    json_t *const keys = daemon_access_list(d->access, DAEMON_OWN_ORGANISATION, NULL);
    if (!json_array_size(keys))
        daemon_say(DAEMON_SAY_WARNING, "keys.json has no key of the organisation that runs the "
                                       "service: nobody gets in there by one");
    json_decref(keys);
}

static zkl_status start_parts(zkl_daemon *d, zkl_error *err)
{
    ZKL_TRY(check_sockets(d, err));
    if (d->settings.access_log)
        ZKL_TRY(daemon_log_open(&d->log, d->settings.access_log, err));
    ZKL_TRY(open_first(d, 60000, err));
    tell_if_unwritable(d);
    ZKL_TRY(grpc_types_new(&d->grpc, zkl_bytes_of(grpc_served_set, grpc_served_set_size), err));
    ZKL_TRY(daemon_read_roles(d, err));
    ZKL_TRY(daemon_token_settings_check(&d->settings.tokens, d->roles, err));
    ZKL_TRY(daemon_access_open(&d->access, d->settings.folder, d->at_rest, &d->env, err));
    tell_if_keyless(d);
    ZKL_TRY(daemon_sessions_new(&d->sessions, d->access, &d->settings.page.times, err));
    ZKL_TRY(daemon_factors_open(&d->factors, d->settings.folder, d->at_rest, err));
    ZKL_TRY(daemon_limits_new(&d->limits, d->settings.limits.address_room,
                              d->settings.limits.address_room, err));
    ZKL_TRY(daemon_tokens_open(&d->tokens, &d->settings.tokens, &d->env, err));
    ZKL_TRY(daemon_waiting_new(&d->waiting, d->tokens, err));
    ZKL_TRY(open_audit(d, err));
    const uint64_t started = daemon_audit_service(d, ZKL_EVENT_SERVICE_STARTED, NULL);
    d->is_serving = true;
    daemon_at_rest_tell(d->at_rest, d->audit);
    ZKL_TRY(open_kept(d, err));
    const daemon_jobs_of of = { &d->env, d->journal, d->disk, d->metrics, d->tracer, &d->ages };
    ZKL_TRY(daemon_jobs_new(&d->jobs, &of, d->settings.job_threads, err));
    if (d->settings.memory_max)
        daemon_jobs_limit_memory(d->jobs, d->settings.memory_max);
    daemon_jobs_limit(d->jobs, d->limits, d->settings.limits.waiting_max);
    ZKL_TRY(daemon_aside_new(&d->aside, ASIDE_THREADS, err));
    ZKL_TRY(daemon_oidc_open(&d->oidc, &d->settings.page.log_in, &d->settings.tokens, d->tokens,
                             &d->env, err));
    ZKL_TRY(daemon_aside_new(&d->asking, ASIDE_THREADS, err));
    ZKL_TRY(service_log_reader_new(&d->log_reader, d->ledger, &d->env, err));
    ZKL_TRY(daemon_as_witness_open(&d->as_witness, &d->settings.witness, &d->env, err));
    ZKL_TRY(daemon_witnesses_start(&d->witnesses, &d->settings.witness, d->ledger, d->tracer,
                                   &d->env, err));
    ZKL_TRY(daemon_restore(d, err));
    ZKL_TRY(daemon_alerts_new(&d->alerts, &d->settings.telemetry.alerts, d->settings.folder,
                              d->metrics, &d->env, err));
    ZKL_TRY(daemon_telemetry_new(&d->telemetry, d, err));
    const http_settings http = {
        .addresses = (const char *const *)d->settings.addresses,
        .address_count = d->settings.socket_count ? 0 : d->settings.address_count,
        .sockets = d->settings.sockets,
        .socket_count = d->settings.socket_count,
        .certificate = d->settings.certificate,
        .key = d->settings.key,
        .client_ca = d->settings.tokens.client_ca,
        .client_crl = d->settings.tokens.client_crl,
        .client_may_lack = d->settings.tokens.client_may_lack,
        .limits = limits_of(d),
        .app = { .context = d,
                 .begin = daemon_begin,
                 .too_large = daemon_too_large,
                 .log = log_request },
    };
    /* Who is served finds the start in the log, also after a kill. That a disk fails is told to
     * each request. */
    (void)daemon_audit_wait(d->audit, started);
    ZKL_TRY(http_start(&d->server, &http, err));
    return daemon_telemetry_start(d->telemetry, err);
}

zkl_status daemon_start(zkl_daemon *d, zkl_error *err)
{
    const zkl_status status = start_parts(d, err);
    if (status != ZKL_OK)
        daemon_stop(d);
    return status;
}

zkl_status daemon_add_admin(zkl_buffer *secret, zkl_daemon *d, zkl_error *err)
{
    daemon_identity admin = {
        .name = "first", .org = DAEMON_OWN_ORGANISATION, .tier = "enterprise", .role = "admin"
    };
    ZKL_TRY(open_first(d, 0, err));
    ZKL_TRY(daemon_access_open(&d->access, d->settings.folder, d->at_rest, &d->env, err));
    ZKL_TRY(open_audit(d, err));
    daemon_at_rest_tell(d->at_rest, d->audit);
    const zkl_status status = daemon_access_add(secret, d->access, &admin, 0, &d->env, err);
    daemon_audit_service(d, ZKL_EVENT_KEY_CREATED,
                         status == ZKL_OK ? NULL : zkl_status_text(status));
    return status;
}

zkl_status daemon_reload(zkl_daemon *d, zkl_error *err)
{
    zkl_error other = { 0 };
    const zkl_status certificate = http_reload(d->server, err);
    const zkl_status log = daemon_log_reopen(d->log, certificate == ZKL_OK ? err : &other);
    return certificate != ZKL_OK ? certificate : log;
}

/* Whoever is let in points to the allowances of then: they are kept. */
struct daemon_reread {
    daemon_settings settings;
    struct daemon_reread *before;
};

zkl_status daemon_read_settings(const daemon_settings **out, zkl_daemon *d, zkl_error *err)
{
    struct daemon_reread *const fresh = zkl_calloc(1, sizeof *fresh);
    if (!fresh)
        return zkl_no_memory(err, sizeof *fresh);
    const zkl_status status = daemon_settings_read(&fresh->settings, d->settings.folder, err);
    if (status != ZKL_OK) {
        zkl_free(fresh);
        return status;
    }
    fresh->before = d->reread;
    d->reread = fresh;
    *out = &fresh->settings;
    return ZKL_OK;
}

void daemon_take_limits(zkl_daemon *d, const daemon_settings *now)
{
    atomic_store(&d->limits_now, &now->limits);
}

const daemon_limit_settings *daemon_limits_now(const zkl_daemon *d)
{
    const daemon_limit_settings *const now = atomic_load(&d->limits_now);
    return now ? now : &d->settings.limits;
}

static void free_reread(zkl_daemon *d)
{
    atomic_store(&d->limits_now, NULL);
    while (d->reread) {
        struct daemon_reread *const one = d->reread;
        d->reread = one->before;
        daemon_settings_clear(&one->settings);
        zkl_free(one);
    }
}

/* The thread that takes points keeps its step, by which windows of rules are judged. */
zkl_status daemon_take_alerts(zkl_daemon *d, const daemon_settings *now, zkl_error *err)
{
    if (now->telemetry.step_s != d->settings.telemetry.step_s)
        return zkl_fail(err, ZKL_USAGE, "'metrics_step_seconds' changes at a start alone");
    return daemon_alerts_change(d->alerts, &now->telemetry.alerts, err);
}

void daemon_stop(zkl_daemon *d)
{
    if (d->jobs)
        daemon_jobs_stop(d->jobs, GRACE_MS);
    daemon_waiting_stop(d->waiting);
    daemon_witnesses_stop(d->witnesses);
    daemon_as_witness_stop(d->as_witness);
    daemon_oidc_stop(d->oidc);
    daemon_aside_stop(d->asking);
    daemon_aside_stop(d->aside);
    daemon_telemetry_stop(d->telemetry);
    daemon_alerts_stop(d->alerts);
    http_stop(d->server);
    d->server = NULL;
    daemon_telemetry_free(d->telemetry);
    daemon_alerts_free(d->alerts);
    d->telemetry = NULL;
    d->alerts = NULL;
    daemon_waiting_free(d->waiting);
    daemon_tokens_free(d->tokens);
    daemon_disk_free(d->disk); /* what is being accepted is on the disk now, or was refused */
    daemon_as_witness_free(d->as_witness);
    daemon_aside_free(d->asking);
    daemon_oidc_free(d->oidc);
    daemon_aside_free(d->aside);
    service_log_reader_free(d->log_reader);
    daemon_jobs_free(d->jobs);
    daemon_at_rest_tell(d->at_rest, NULL);
    close_audit(d);
    daemon_replays_free(d->replays);
    daemon_receipts_free(d->receipts);
    daemon_journal_free(d->journal);
    daemon_files_free(d->files);
    daemon_limits_free(d->limits);
    free_reread(d);
    daemon_log_close(d->log);
    daemon_sessions_free(d->sessions);
    daemon_factors_free(d->factors);
    daemon_access_free(d->access);
    daemon_roles_free(d->roles);
    daemon_ledgers_free(d->ledgers);
    daemon_at_rest_free(d->at_rest);
    d->at_rest = NULL;
    daemon_tracer_free(d->tracer);
    daemon_metrics_free(d->metrics);
    grpc_types_free(d->grpc);
    zkl_pool_free(d->pool);
    d->grpc = NULL;
    d->metrics = NULL;
    d->tracer = NULL;
    d->waiting = NULL;
    d->tokens = NULL;
    d->disk = NULL;
    d->files = NULL;
    d->journal = NULL;
    d->replays = NULL;
    d->jobs = NULL;
    d->witnesses = NULL;
    d->as_witness = NULL;
    d->aside = d->asking = NULL;
    d->oidc = NULL;
    d->log_reader = NULL;
    d->limits = NULL;
    d->log = NULL;
    d->access = NULL;
    d->roles = NULL;
    d->ledger = NULL;
    d->ledgers = NULL;
    d->pool = NULL;
}
