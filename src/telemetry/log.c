/* What is said, and what was said lately. */
#include "telemetry/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text/json_writer.h"
#include "text/shown.h"

const char *telemetry_log_level_text(telemetry_log_level level)
{
    static const char *const texts[] = { "error", "warning", "info", "debug" };
    ZKL_ASSERT((size_t)level < ZKL_COUNT(texts));
    return texts[level];
}

void telemetry_time_put(char out[static TELEMETRY_TIME_CHARS], int64_t ms)
{
    struct tm tm;
    const time_t seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, &tm);
    const size_t size = strftime(out, 24, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + size, TELEMETRY_TIME_CHARS - size, ".%03dZ", (int)(ms % 1000));
}

static uint64_t hash_of(const telemetry_log_line *line)
{
    uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)line->level;
    for (const char *c = line->message; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
    return hash | 1; /* 0 is no message's */
}

/* Two messages of one place push each other out, and are both said. */
static bool is_repeated(telemetry_log *log, const telemetry_log_line *line, uint64_t *left_out)
{
    const uint64_t hash = hash_of(line);
    const size_t at = hash / 2 % TELEMETRY_LOG_PLACES;
    const bool is_same = log->places[at].hash == hash;
    *left_out = is_same ? log->places[at].left_out : 0;
    if (is_same && line->steady_ms - log->places[at].at_ms < TELEMETRY_LOG_REPEAT_MS) {
        log->places[at].left_out++;
        return true;
    }
    log->places[at].hash = hash;
    log->places[at].at_ms = line->steady_ms;
    log->places[at].left_out = 0;
    return false;
}

static bool is_too_much(telemetry_log *log, uint64_t now_ms)
{
    if (log->second != now_ms / 1000) {
        log->second = now_ms / 1000;
        log->lines = 0;
    }
    if (log->lines < TELEMETRY_LOG_LINES_MAX) {
        log->lines++;
        return false;
    }
    log->left_out++;
    return true;
}

static void put_json(zkl_buffer *out, const telemetry_log_line *line, const char *message,
                     uint64_t times, uint64_t left_out)
{
    zkl_json_writer w = zkl_json_writer_of(out);
    char time_text[TELEMETRY_TIME_CHARS];
    telemetry_time_put(time_text, line->wall_ms);
    w.is_flat = true;
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "time", time_text);
    zkl_json_text(&w, "level", telemetry_log_level_text(line->level));
    zkl_json_text(&w, "message", message);
    if (line->request && line->request[0])
        zkl_json_text(&w, "request", line->request);
    if (line->trace && line->trace[0])
        zkl_json_text(&w, "trace", line->trace);
    if (times)
        zkl_json_number(&w, "repeated", times);
    if (left_out)
        zkl_json_number(&w, "left_out", left_out);
    zkl_json_close(&w);
}

static void put_text(zkl_buffer *out, const telemetry_log_line *line, const char *message,
                     uint64_t times, uint64_t left_out)
{
    zkl_buffer_format(out, "%s: %s", telemetry_log_level_text(line->level), message);
    if (line->request && line->request[0])
        zkl_buffer_format(out, " [request %s]", line->request);
    if (times)
        zkl_buffer_format(out, " (and %llu times before)", (unsigned long long)times);
    if (left_out)
        zkl_buffer_format(out, " (%llu lines were left out)", (unsigned long long)left_out);
    zkl_buffer_put_text(out, "\n");
}

bool telemetry_log_put(zkl_buffer *out, telemetry_log *log, const telemetry_log_line *line)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    uint64_t times;
    if (line->level > log->most || is_repeated(log, line, &times) ||
        is_too_much(log, line->steady_ms))
        return false;
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(line->message), 0);
    zkl_buffer_put_u8(&shown, 0);
    if (shown.failed)
        return false;
    (log->is_json ? put_json : put_text)(out, line, (const char *)shown.data, times, log->left_out);
    log->left_out = 0;
    return !out->failed;
}
