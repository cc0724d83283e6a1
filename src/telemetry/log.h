#pragma once
/* Lines of a program's log: as text or JSON, and which of them are held back.
 *
 *  1. What was said within TELEMETRY_LOG_REPEAT_MS is not said again; when it is said again, it has
 *     the number of times that were left out.
 *  2. At most TELEMETRY_LOG_LINES_MAX lines are said a second. How many were left out is said with
 *     the next one. */
#include "base/buffer.h"

#define TELEMETRY_LOG_REPEAT_MS ((uint64_t)60000)
#define TELEMETRY_LOG_LINES_MAX 50
#define TELEMETRY_LOG_PLACES 64

/* "2026-01-01T00:00:00.123Z" */
#define TELEMETRY_TIME_CHARS 40
void telemetry_time_put(char out[static TELEMETRY_TIME_CHARS], int64_t ms);

typedef enum telemetry_log_level {
    TELEMETRY_LOG_ERROR,
    TELEMETRY_LOG_WARNING,
    TELEMETRY_LOG_INFO,
    TELEMETRY_LOG_DEBUG,
    TELEMETRY_LOG_LEVELS
} telemetry_log_level;
const char *telemetry_log_level_text(telemetry_log_level level);

typedef struct telemetry_log {
    bool is_json;
    telemetry_log_level most; /* what is more than that is not said */
    struct {
        uint64_t hash, at_ms, left_out;
    } places[TELEMETRY_LOG_PLACES];
    uint64_t second, lines, left_out; /* lines: of that second */
} telemetry_log;

typedef struct telemetry_log_line {
    telemetry_log_level level;
    const char *message; /* what is no UTF-8, and control characters, are shown as escapes */
    const char *request, *trace; /* ids; NULL or "": none */
    int64_t wall_ms;
    uint64_t steady_ms;
} telemetry_log_line;

/* The line with its newline; false: it is held back. Not for several threads at once. */
bool telemetry_log_put(zkl_buffer *out, telemetry_log *log, const telemetry_log_line *line);
