/* A line is kept until its end comes, data until the event's. */
#include "remote/events.h"

#include <string.h>

void remote_events_clear(remote_events *events)
{
    zkl_buffer_clear(&events->line);
    zkl_buffer_clear(&events->data);
    *events = (remote_events){ 0 };
}

static bool is_named(const char *name, zkl_bytes field)
{
    return zkl_bytes_equal_text(field, name);
}

/* "name: value", one blank behind the colon or none. A comment has an empty name. */
static void take_field(remote_events *e, zkl_bytes line)
{
    const uint8_t *const colon = memchr(line.data, ':', line.size);
    const size_t name_size = colon ? (size_t)(colon - line.data) : line.size;
    zkl_bytes value = zkl_bytes_of(line.data + name_size, line.size - name_size);
    if (colon)
        value = zkl_bytes_of(value.data + 1, value.size - 1);
    if (value.size && value.data[0] == ' ')
        value = zkl_bytes_of(value.data + 1, value.size - 1);
    const zkl_bytes name = zkl_bytes_of(line.data, name_size);
    if (is_named("event", name)) {
        const size_t size = value.size < sizeof e->event ? value.size : 0;
        memcpy(e->event, value.data, size);
        e->event[size] = 0;
    } else if (is_named("data", name)) {
        if (e->has_data)
            zkl_buffer_put_u8(&e->data, '\n');
        zkl_buffer_put(&e->data, value.data, value.size);
        e->has_data = true;
    }
}

/* An event without data is none. */
static bool end_event(remote_events *e, remote_event_take *take, void *opaque)
{
    const bool goes_on = !e->has_data || take(opaque, e->event[0] ? e->event : "message",
                                              zkl_buffer_bytes(&e->data));
    e->data.size = 0;
    e->has_data = false;
    e->event[0] = 0;
    return goes_on;
}

static bool end_line(remote_events *e, remote_event_take *take, void *opaque)
{
    bool goes_on = true;
    if (e->line.size)
        take_field(e, zkl_buffer_bytes(&e->line));
    else
        goes_on = end_event(e, take, opaque);
    e->line.size = 0;
    return goes_on;
}

/* Up to the next end of a line. */
static size_t line_part(zkl_bytes rest)
{
    size_t size = 0;
    while (size < rest.size && rest.data[size] != '\n' && rest.data[size] != '\r')
        size++;
    return size;
}

bool remote_events_feed(remote_events *e, zkl_bytes part, size_t bytes_max, remote_event_take *take,
                        void *opaque, zkl_status *status)
{
    *status = ZKL_OK;
    for (size_t at = 0; at < part.size;) {
        if (e->skips_lf && part.data[at] == '\n') { /* of CR LF, in two parts or one */
            e->skips_lf = false;
            at++;
            continue;
        }
        e->skips_lf = false;
        const size_t size = line_part(zkl_bytes_of(part.data + at, part.size - at));
        if (size > bytes_max - e->line.size || e->data.size > bytes_max - e->line.size - size) {
            *status = ZKL_LIMIT;
            return false;
        }
        zkl_buffer_put(&e->line, part.data + at, size);
        at += size;
        if (at < part.size) {
            e->skips_lf = part.data[at] == '\r';
            at++;
            if (!end_line(e, take, opaque))
                return false;
        }
        if (e->line.failed || e->data.failed) {
            *status = ZKL_NO_MEMORY;
            return false;
        }
    }
    return true;
}
