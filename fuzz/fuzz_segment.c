/* Lines of an audit log: one that parses encodes to the same bytes, and a segment takes a file
 * whole or says where it breaks. */
#include "segment/export.h"
#include "segment/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_line(zkl_bytes line)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) others = { 0 };
    zkl_event event;
    json_t *own;
    if (zkl_event_parse(&event, &own, line, NULL) != ZKL_OK)
        return;
    ZKL_ASSERT(zkl_event_encode(&again, &event, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&again), line));
    zkl_event_put_ocsf(&others, &event, 0);
    zkl_event_put_cef(&others, &event, 0);
    json_decref(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const zkl_digest none = { { 0 } };
    zkl_segment segment;
    size_t rest = 0;
    try_line(zkl_bytes_of(data, size && data[size - 1] == '\n' ? size - 1 : size));
    zkl_segment_begin(&segment, ZKL_SEGMENT_SECURITY, 0, &none, 0);
    if (zkl_segment_take_file(&segment, zkl_bytes_of(data, size), &rest, NULL) == ZKL_OK)
        ZKL_ASSERT(segment.bytes + rest == size);
    return 0;
}
