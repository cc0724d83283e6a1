#pragma once
/* The service's own log, on standard error: what whoever runs it wants to know. There is one
 * standard error of a process, and so one log: settings and counts are the process's.
 *
 * Any thread. A line has the request and the trace that its thread works for (trace.h). */
#include "telemetry/log.h"

#define DAEMON_SAY_ERROR TELEMETRY_LOG_ERROR
#define DAEMON_SAY_WARNING TELEMETRY_LOG_WARNING
#define DAEMON_SAY_INFO TELEMETRY_LOG_INFO
#define DAEMON_SAY_DEBUG TELEMETRY_LOG_DEBUG

/* Before it: text, and all but `debug`. */
void daemon_say_as(bool is_json, telemetry_log_level most);
/* No value of data, no secret, no name of an organisation's dataset stands in it. */
void daemon_say(telemetry_log_level level, const char *format, ...) ZKL_PRINTF(2, 3);
/* Lines of that level so far, those that were held back too. */
uint64_t daemon_say_count(telemetry_log_level level);
