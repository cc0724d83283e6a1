/* Services of gRPC itself: health, for whoever reaches the service, and reflection. */
#include "daemon/grpc.h"

#include "daemon/health.h"
#include "grpc/health.h"
#include "grpc/reflection.h"

#define QUESTION_BYTES_MAX 4096
#define LOOK_MS 1000                /* between two looks of a watch */
#define WATCH_MS ((uint64_t)600000) /* of a stranger's connection; a client then asks anew */

static bool is_of(const grpc_method *m, const char *service)
{
    return strcmp(m->service, service) == 0;
}

/* The next question of those that come; false: there is none yet, or it was refused. */
static bool next_question(daemon_request *q, zkl_bytes *part)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    const grpc_frame_is is = grpc_frames_next(&g->frames, part);
    if (is == GRPC_FRAME_WHOLE || is == GRPC_FRAME_MORE)
        return is == GRPC_FRAME_WHOLE;
    const grpc_outcome o = { .code = GRPC_INVALID_ARGUMENT, .words = "this is no question" };
    daemon_grpc_end(q->exchange, &o);
    return false;
}

/* ---- health */

bool daemon_grpc_is_health(const grpc_method *m)
{
    return is_of(m, "grpc.health.v1.Health");
}

static void send_health(http_exchange *x, grpc_health health)
{
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    grpc_put_health(&message, health);
    if (!daemon_grpc_of(x)->has_head)
        daemon_grpc_send_head(x);
    (void)daemon_grpc_send_message(x, &message);
}

/* As /readyz says it: no part of the service is down. What is known alone is asked. */
static grpc_health health_of(zkl_daemon *d)
{
    daemon_health health[DAEMON_COMPONENTS];
    bool is_down = false;
    daemon_health_look(health, d);
    for (size_t i = 0; i < DAEMON_COMPONENTS; i++)
        is_down |= health[i].state == DAEMON_DOWN;
    return is_down ? GRPC_NOT_SERVING : GRPC_SERVING;
}

/* Of a watch: the next look, or the end of its time, whichever is sooner. */
static void wait_for_look(http_exchange *x, const daemon_grpc *g)
{
    const uint64_t now_ms = daemon_clock_ms();
    const uint64_t end_ms = g->deadline_ms && g->deadline_ms < g->watched_until_ms
                                ? g->deadline_ms
                                : g->watched_until_ms;
    const uint64_t left_ms = end_ms > now_ms ? end_ms - now_ms : 0;
    http_coat_set_alarm(x, left_ms < LOOK_MS ? left_ms : LOOK_MS);
}

bool daemon_grpc_look(http_exchange *x)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    const uint64_t now_ms = daemon_clock_ms();
    if (http_is_ending(x) || !g->watched_until_ms || now_ms >= g->watched_until_ms ||
        (g->deadline_ms && now_ms >= g->deadline_ms))
        return false;
    const int now = g->told == GRPC_SERVICE_UNKNOWN ? g->told : (int)health_of(g->daemon);
    if (now != g->told)
        send_health(x, (grpc_health)now);
    g->told = now;
    if (!http_is_cut(x))
        wait_for_look(x, g);
    return true;
}

/* A watch is told how it is, and then of changes until it ends. */
static void say_health(daemon_request *q, const char *service)
{
    http_exchange *const x = q->exchange;
    daemon_grpc *const g = daemon_grpc_of(x);
    const bool is_there = !*service || grpc_types_have_service(q->daemon->grpc, service);
    if (g->method->streams_out) {
        g->told = is_there ? (int)health_of(q->daemon) : GRPC_SERVICE_UNKNOWN;
        g->watched_until_ms = daemon_clock_ms() + WATCH_MS;
        send_health(x, (grpc_health)g->told);
        http_coat_is_patient(x);
        wait_for_look(x, g);
        return;
    }
    grpc_outcome o = { .code = GRPC_OK };
    if (is_there)
        send_health(x, health_of(q->daemon));
    else
        o = (grpc_outcome){ .code = GRPC_NOT_FOUND, .words = "there is no such service" };
    daemon_grpc_end(x, &o);
}

static void unpack_health(daemon_request *q, zkl_bytes part)
{
    char service[128];
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    if (g->message_count || !next_question(q, &part))
        return;
    g->message_count++;
    if (grpc_health_asked(service, sizeof service, zkl_buffer_bytes(&g->frames.message)))
        say_health(q, service);
    else
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "this is no question of health");
}

static void end_health(daemon_request *q)
{
    const daemon_grpc *const g = daemon_grpc_of(q->exchange);
    if (!g->message_count && !http_is_cut(q->exchange))
        daemon_problem(q->exchange, ZKL_BAD_INPUT, "the call has no message");
}

void daemon_grpc_serve_health(daemon_request *q)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    g->frames.size_max = QUESTION_BYTES_MAX;
    q->unpack = unpack_health;
    q->unpacked = end_health;
    http_allow_body(q->exchange, QUESTION_BYTES_MAX + GRPC_FRAME_HEAD_BYTES);
}

/* ---- reflection */

bool daemon_grpc_is_reflection(const grpc_method *m)
{
    return is_of(m, "grpc.reflection.v1.ServerReflection") ||
           is_of(m, "grpc.reflection.v1alpha.ServerReflection");
}

/* A question has few bytes, its answer may have all descriptors: no more of them are read than are
 * taken. */
static void answer_some(daemon_request *q)
{
    http_exchange *const x = q->exchange;
    daemon_grpc *const g = daemon_grpc_of(x);
    zkl_bytes rest = zkl_bytes_of(q->body.data + g->asked, q->body.size - g->asked);
    while (!g->is_held && !http_is_cut(x) && next_question(q, &rest)) {
        ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
        zkl_error err = { 0 };
        const zkl_bytes question = zkl_buffer_bytes(&g->frames.message);
        if (grpc_reflect(&answer, q->daemon->grpc, question, &err) != ZKL_OK) {
            const grpc_outcome o = { .code = GRPC_INVALID_ARGUMENT, .words = err.text };
            daemon_grpc_end(x, &o);
            return;
        }
        g->asked = q->body.size - rest.size; /* what is sent may ask for more at once */
        if (!g->has_head)
            daemon_grpc_send_head(x);
        g->is_held = !daemon_grpc_send_message(x, &answer);
    }
    if (g->is_held) {
        http_pause(x);
        return;
    }
    g->asked = q->body.size = 0; /* what is not whole is in the frames */
    if (g->has_ended && !http_is_cut(x))
        daemon_grpc_end(x, &(grpc_outcome){ .code = GRPC_OK });
}

static void unpack_reflection(daemon_request *q, zkl_bytes part)
{
    const grpc_outcome o = { .code = GRPC_UNAVAILABLE, .words = "no memory for the question" };
    zkl_buffer_put(&q->body, part.data, part.size);
    if (q->body.failed)
        daemon_grpc_end(q->exchange, &o);
    else if (!http_is_cut(q->exchange))
        answer_some(q);
}

static void go_on(daemon_request *q)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    if (!g->is_held)
        return;
    g->is_held = false;
    answer_some(q);
    if (!g->is_held && !http_is_cut(q->exchange))
        http_resume(q->exchange);
}

static void end_reflection(daemon_request *q)
{
    daemon_grpc_of(q->exchange)->has_ended = true;
    if (!http_is_cut(q->exchange))
        answer_some(q);
}

static void answer_questions(daemon_request *q)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    g->frames.size_max = QUESTION_BYTES_MAX;
    q->unpack = unpack_reflection;
    q->unpacked = end_reflection;
    q->drained = go_on;
    http_allow_body(q->exchange, DAEMON_BODY_BYTES_MAX); /* of all questions together */
    http_coat_is_patient(q->exchange);
}

/* Its row is in no table: there is no path for it. */
void daemon_grpc_serve_reflection(daemon_request *q)
{
    static const daemon_route row = { "POST",       { "v1", "reflection" },
                                      "api:read",   answer_questions,
                                      "reflection", .needs_no_ledger = true };
    q->route = &row;
    q->path = (daemon_parts){ { "v1", "reflection" }, 2 };
    daemon_serve_route(q);
}
