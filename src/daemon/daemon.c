/* Everything that a running daemon has, in the order in which it comes and the reverse in which it
 * goes. */
#include "daemon/daemon.h"

#define GRACE_MS 10000

static zkl_status start_parts(zkl_daemon *d, zkl_error *err)
{
    const zkl_ledger_options options = { .folder = d->settings.ledger_folder };
    ZKL_TRY(zkl_pool_new(&d->pool, 0, err));
    d->env = (zkl_env){ .pool = d->pool, .wait_ms = 60000 };
    ZKL_TRY(zkl_ledger_open(&d->ledger, &options, &d->env, err));
    ZKL_TRY(daemon_access_open(&d->access, d->settings.folder, &d->env, err));
    ZKL_TRY(daemon_jobs_new(&d->jobs, d->ledger, &d->env, d->settings.job_threads, err));
    const http_settings http = {
        .addresses = (const char *const *)d->settings.addresses,
        .address_count = d->settings.address_count,
        .certificate = d->settings.certificate,
        .key = d->settings.key,
        .limits = { .body_bytes_max = 1 },
        .app = { .context = d, .begin = daemon_begin },
    };
    return http_start(&d->server, &http, err);
}

zkl_status daemon_start(zkl_daemon *d, zkl_error *err)
{
    const zkl_status status = start_parts(d, err);
    if (status != ZKL_OK)
        daemon_stop(d);
    return status;
}

void daemon_stop(zkl_daemon *d)
{
    if (d->jobs)
        daemon_jobs_stop(d->jobs, GRACE_MS);
    http_stop(d->server);
    daemon_jobs_free(d->jobs);
    daemon_access_free(d->access);
    zkl_ledger_close(d->ledger);
    zkl_pool_free(d->pool);
    d->server = NULL;
    d->jobs = NULL;
    d->access = NULL;
    d->ledger = NULL;
    d->pool = NULL;
}
