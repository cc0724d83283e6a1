/* One log of one standard error. */
#include "daemon/say.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/env.h"
#include "daemon/jobs.h"
#include "daemon/tracer.h"

#define MESSAGE_BYTES_MAX 1024

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static telemetry_log process_log = { .most = TELEMETRY_LOG_INFO };
static atomic_uint_fast64_t counts[TELEMETRY_LOG_LEVELS];

void daemon_say_as(bool is_json, telemetry_log_level most)
{
    pthread_mutex_lock(&mutex);
    process_log.is_json = is_json;
    process_log.most = most;
    pthread_mutex_unlock(&mutex);
}

uint64_t daemon_say_count(telemetry_log_level level)
{
    return atomic_load(&counts[level]);
}

void daemon_say(telemetry_log_level level, const char *format, ...)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    char message[MESSAGE_BYTES_MAX];
    char trace[33] = "";
    va_list list;
    const daemon_work *const work = daemon_trace_working();
    if (telemetry_context_is(&work->trace))
        zkl_hex_encode(trace, work->trace.trace, sizeof work->trace.trace);
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    const telemetry_log_line line = { .level = level,
                                      .message = message,
                                      .request = work->request,
                                      .trace = trace,
                                      .wall_ms = zkl_env_now_ms(NULL),
                                      .steady_ms = daemon_clock_ms() };
    atomic_fetch_add(&counts[level], 1);
    pthread_mutex_lock(&mutex);
    if (telemetry_log_put(&out, &process_log, &line)) /* whole lines: one call each */
        (void)!write(STDERR_FILENO, out.data, out.size);
    pthread_mutex_unlock(&mutex);
}
