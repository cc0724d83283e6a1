#pragma once
/* A line of JSON for each request that was answered: who, what, how it ended, how long it took.
 *
 *     {"time": "2026-11-30T12:00:00.123Z", "peer": "192.0.2.7", "http": 2, "secure": true,
 *      "client": "683d4e48d3186ecd", "method": "GET", "path": "/v1/datasets", "status": 200,
 *      "received": 0, "sent": 1234, "request": "019ad5c8a1f3000000000007", "trace": "4bf9...",
 *      "microseconds": 870}
 *
 * The path stands as it came, without the query; no header and no body is ever in it. `client` is
 * the id of the key, never the key.
 *
 * Lines are written by a thread of their own, so that a slow disk or pipe holds up nobody. What
 * finds no room is dropped, and a line says how many were. */
#include <zkl/zkl.h>

#include "http/server.h"

typedef struct daemon_log daemon_log;

/* where: a file that is appended to (made with mode 0600), or "stderr". */
zkl_status daemon_log_open(daemon_log **out, const char *where, zkl_error *err) ZKL_MUST_USE;
/* The file by its name anew, after it was moved away. On failure the old one stays. */
zkl_status daemon_log_reopen(daemon_log *log, zkl_error *err) ZKL_MUST_USE;
/* After all that was logged is written. NULL is fine. */
void daemon_log_close(daemon_log *log);
/* Lines that were lost since it was opened; 0 of NULL. */
uint64_t daemon_log_dropped(daemon_log *log);
/* Were the last ones? */
bool daemon_log_is_losing(daemon_log *log);
/* Any thread. NULL: nothing. */
void daemon_log_request(daemon_log *log, const http_exchange *x, int64_t now_ms);
