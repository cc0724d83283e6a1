/* What the audit log is told: events of requests, and of the service itself.
 *
 *  1. Nothing of a request gets in but words of ours (the row's id, a role, a reason), the client's
 *     address, and of the path those parts that look like a name. A part that could be a key or a
 *     token is withheld, and so is everything that somebody without a key has sent.
 *  2. Whoever cannot be audited is answered 503, and nothing else happens. */
#include "daemon/request.h"

#include <stdatomic.h>
#include <stdio.h>

#include "api/operation.h"
#include "base/env.h"

#define PART_BYTES_MAX 64

/* The time, and 48 random bits: a count would tell each organisation how much all others ask. */
void daemon_request_name(daemon_request *q)
{
    static _Thread_local uint8_t drawn[64 * 6];
    static _Thread_local size_t left;
    static atomic_ullong count; /* in the place of random bits, when there are none */
    uint64_t number;
    if (!left && zkl_env_random(&q->daemon->env, drawn, sizeof drawn, NULL) == ZKL_OK)
        left = sizeof drawn / 6;
    if (left) {
        const uint8_t *const bytes = drawn + 6 * --left;
        number = (uint64_t)zkl_be32_get(bytes) << 16 | (uint64_t)bytes[4] << 8 | bytes[5];
    } else {
        number = atomic_fetch_add(&count, 1);
    }
    snprintf(q->id, sizeof q->id, "%012llx%012llx",
             (unsigned long long)zkl_env_now_ms(&q->daemon->env) & 0xffffffffffff,
             (unsigned long long)number & 0xffffffffffff);
}

const char *daemon_org(const daemon_request *q)
{
    /* whoever runs the service learns of somebody unknown */
    return q->who.org[0] ? q->who.org : DAEMON_OWN_ORGANISATION;
}

/* ---- Words */

/* A name of a dataset, an operation, a key: short, of few characters, and nothing that begins or
 * is as long as a secret. */
static bool is_name(const char *part)
{
    static const char good[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@#:+";
    const size_t size = strlen(part);
    return size && size < PART_BYTES_MAX && strspn(part, good) == size &&
           strncmp(part, "sk-", 3) != 0 && strncmp(part, "eyJ", 3) != 0;
}

/* "datasets/sales/receipt"; of somebody unknown "datasets/{name}/receipt". */
static void put_resource(char *out, size_t size, const daemon_request *q)
{
    size_t at = 0;
    out[0] = 0;
    for (size_t i = 1; q->route && i < q->path.count && at < size; i++) {
        const char *const row = i < ZKL_COUNT(q->route->at) ? q->route->at[i] : NULL;
        if (!row) /* the rest of a tile's path */
            break;
        const bool is_free = row[0] == '{';
        const char *const part = !is_free || !*q->who.id  ? row
                                 : is_name(q->path.at[i]) ? q->path.at[i]
                                                          : "withheld";
        const int added = snprintf(out + at, size - at, "%s%s", i > 1 ? "/" : "", part);
        at += added > 0 ? (size_t)added : 0;
    }
}

/* The row's id; of any operation its name. */
static void put_action(char *out, size_t size, const daemon_request *q)
{
    const daemon_route *const r = q->route;
    out[0] = 0;
    if (!r)
        return;
    const bool is_call = !r->id && r->at[2] && r->at[2][0] == '{';
    const api_operation *const row = is_call ? api_find(q->path.at[2]) : NULL;
    snprintf(out, size, "%s", r->id ? r->id : row ? row->name : r->at[1] ? r->at[1] : r->at[0]);
}

static uint64_t put(daemon_request *q, zkl_event *event, bool has_happened)
{
    char action[80], resource[ZKL_EVENT_TEXT_BYTES_MAX + 1];
    put_action(action, sizeof action, q);
    if (!event->resource)
        put_resource(resource, sizeof resource, q);
    event->action = action;
    event->resource = event->resource ? event->resource : resource;
    event->actor = q->who.id;
    event->role = q->who.role;
    event->org = daemon_org(q);
    event->address = http_peer(q->exchange);
    event->request = q->id;
    return daemon_audit_put(q->daemon->audit, event, has_happened);
}

static bool is_taken(daemon_request *q, uint64_t number)
{
    if (!number)
        daemon_problem_code(q->exchange, 503, "service unavailable",
                            "the audit log takes nothing, so nothing is done");
    return number != 0;
}

/* ---- Requests */

/* What keys, settings and signers are is changed by administrators. */
static bool is_administrative(const char *permission)
{
    static const char *const subjects[] = { "keys:",    "signers:",        "setup:manage",
                                            "audit:",   "organisations:",  "ledgers:create",
                                            "service:", "telemetry:manage" };
    for (size_t i = 0; i < ZKL_COUNT(subjects); i++)
        if (strncmp(permission, subjects[i], strlen(subjects[i])) == 0)
            return true;
    return false;
}

bool daemon_audit_granted(daemon_request *q)
{
    const bool is_admin = is_administrative(q->permission);
    /* an operation waits itself, when it begins (jobs.h) */
    const bool is_operation = strcmp(q->route->permission, DAEMON_OF_OPERATION) == 0;
    zkl_event event = { .kind = is_admin ? ZKL_EVENT_ADMINISTRATION_GRANTED
                                         : ZKL_EVENT_ACCESS_GRANTED };
    q->audited = put(q, &event, false);
    if (q->audited && is_admin && !is_operation && strcmp(q->route->method, "GET") != 0 &&
        !daemon_audit_wait(q->daemon->audit, q->audited))
        q->audited = 0;
    return is_taken(q, q->audited);
}

bool daemon_audit_refused(daemon_request *q, int code, const char *reason)
{
    zkl_event event = { .kind = ZKL_EVENT_ACCESS_REFUSED,
                        .outcome = ZKL_EVENT_BLOCKED,
                        .reason = reason,
                        .code = (uint32_t)code };
    return is_taken(q, put(q, &event, false));
}

bool daemon_audit_nothing(daemon_request *q, int code)
{
    zkl_event event = { .kind = ZKL_EVENT_NOTHING_THERE,
                        .outcome = ZKL_EVENT_FAILURE,
                        .code = (uint32_t)code };
    return is_taken(q, put(q, &event, false));
}

/* It is over: the log keeps it, whatever the disk does. */
void daemon_audit_act(daemon_request *q, zkl_event_kind kind, zkl_status status,
                      const char *resource)
{
    zkl_event event = { .kind = kind,
                        .outcome = status == ZKL_OK ? ZKL_EVENT_SUCCESS : ZKL_EVENT_FAILURE,
                        .reason = status == ZKL_OK ? "" : zkl_status_text(status),
                        .resource = resource };
    (void)put(q, &event, true);
}

/* ---- What comes of it later */

static void put_later(zkl_daemon *d, const daemon_audit_of *of, zkl_event *event)
{
    event->actor = of->who->id;
    event->role = of->who->role;
    event->org = of->who->org[0] ? of->who->org : DAEMON_OWN_ORGANISATION;
    event->address = http_peer(of->exchange);
    event->request = of->request_id;
    (void)daemon_audit_put(d->audit, event, true);
}

void daemon_audit_job(zkl_daemon *d, const daemon_audit_of *of, const char *operation,
                      const char *id)
{
    char resource[40];
    snprintf(resource, sizeof resource, "operations/%s", id);
    zkl_event event = { .kind = ZKL_EVENT_JOB_CREATED,
                        .outcome = ZKL_EVENT_SUCCESS,
                        .action = operation,
                        .resource = resource };
    put_later(d, of, &event);
}

void daemon_audit_denied(zkl_daemon *d, const daemon_audit_of *of, const char *operation,
                         const char *reason)
{
    char resource[80];
    snprintf(resource, sizeof resource, "call/%s", operation);
    zkl_event event = { .kind = ZKL_EVENT_ACCESS_REFUSED,
                        .outcome = ZKL_EVENT_BLOCKED,
                        .action = operation,
                        .reason = reason,
                        .resource = resource,
                        .code = 403 };
    put_later(d, of, &event);
}

/* ---- The service itself */

uint64_t daemon_audit_service(zkl_daemon *d, zkl_event_kind kind, const char *reason)
{
    const zkl_event event = { .kind = kind,
                              .outcome = reason ? ZKL_EVENT_FAILURE : ZKL_EVENT_SUCCESS,
                              .action = "service",
                              .reason = reason,
                              .org = DAEMON_OWN_ORGANISATION };
    return daemon_audit_put(d->audit, &event, true);
}
