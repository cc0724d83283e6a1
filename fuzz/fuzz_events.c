/* Server-sent events: byte 0 says where the rest is cut in two. However it is cut, the same events
 * come out, and no more is held than may be. */
#include "remote/events.h"

#include <string.h>

#define BYTES_MAX 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(void *opaque, const char *type, zkl_bytes data)
{
    zkl_buffer *const all = opaque;
    zkl_buffer_put_text(all, type);
    zkl_buffer_put_u8(all, 0);
    zkl_buffer_put(all, data.data, data.size);
    zkl_buffer_put_u8(all, 0);
    return data.size != 1; /* one of that size ends the stream */
}

static void feed(zkl_buffer *all, zkl_bytes first, zkl_bytes second)
{
    remote_events events = { 0 };
    zkl_status status;
    if (remote_events_feed(&events, first, BYTES_MAX, take, all, &status))
        (void)remote_events_feed(&events, second, BYTES_MAX, take, all, &status);
    ZKL_ASSERT(events.line.size <= BYTES_MAX && events.data.size <= 2 * BYTES_MAX);
    remote_events_clear(&events);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkl_buffer whole = { 0 }, cut = { 0 };
    if (!size)
        return 0;
    const size_t at = data[0] < size - 1 ? data[0] : size - 1;
    feed(&whole, zkl_bytes_of(data + 1, size - 1), (zkl_bytes){ 0 });
    feed(&cut, zkl_bytes_of(data + 1, at), zkl_bytes_of(data + 1 + at, size - 1 - at));
    ZKL_ASSERT(whole.size == cut.size &&
               (!whole.size || memcmp(whole.data, cut.data, whole.size) == 0));
    zkl_buffer_clear(&whole);
    zkl_buffer_clear(&cut);
    return 0;
}
