#pragma once
/* Server-sent events, out of whatever parts they come in (HTML Living Standard, 9.2.6): lines that
 * end in LF, CR or both, fields `event` and `data`, an empty line behind each. */
#include "base/buffer.h"

/* All zeros before the first part. */
typedef struct remote_events {
    zkl_buffer line, data;
    char event[16]; /* longer names are none of ours */
    bool has_data, skips_lf;
} remote_events;
void remote_events_clear(remote_events *events);

/* type: "message" where none is said. data: of all its lines. Returns false to end the stream. */
typedef bool remote_event_take(void *opaque, const char *type, zkl_bytes data);

/* false: `take` ended it; or a line or event of more than bytes_max (ZKL_LIMIT) or no memory, which
 * *status says. */
bool remote_events_feed(remote_events *events, zkl_bytes part, size_t bytes_max,
                        remote_event_take *take, void *opaque, zkl_status *status);
