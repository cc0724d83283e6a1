/* Targets and headers of requests. Byte 0 says how many bytes behind it are a size, a tag or a
 * path; the rest is read as a query and as the headers that the service takes apart. */
#include "daemon/send_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    for (; *text; text++)
        ZKL_ASSERT((uint8_t)*text >= ' ');
}

static void try_range(zkl_bytes header, uint64_t size)
{
    uint64_t first = 0, last = 0;
    if (daemon_file_range_parse(&first, &last, header, size) == DAEMON_RANGE_ONE)
        ZKL_ASSERT(first <= last && last < size);
}

/* What fits strongly fits. */
static void try_tag(zkl_bytes header, zkl_bytes tag)
{
    char text[258] = "";
    const size_t size = tag.size < sizeof text - 2 ? tag.size : sizeof text - 2;
    memcpy(text, tag.data, size);
    const bool strong = daemon_tag_matches(header, text, true);
    ZKL_ASSERT(!strong || daemon_tag_matches(header, text, false));
    ZKL_ASSERT(!strong || memchr(header.data, '*', header.size) || !*text ||
               memmem(header.data, header.size, text, strlen(text)));
}

static void try_target(zkl_bytes path, zkl_bytes query)
{
    daemon_request q = { .target = path, .query = query };
    if (path.size && path.data[0] == '/' && daemon_request_cut(&q)) {
        size_t slashes = 0;
        for (size_t i = 0; i < path.size; i++)
            slashes += path.data[i] == '/';
        ZKL_ASSERT(q.path.count == slashes && q.path.count <= ZKL_COUNT(q.path.at));
        for (size_t i = 0; i < q.path.count; i++)
            check_text(q.path.at[i]);
    }
    json_t *const all = daemon_query_all(&q, "a");
    for (size_t i = 0; i < json_array_size(all); i++)
        if (json_string_value(json_array_get(all, i)))
            check_text(json_string_value(json_array_get(all, i)));
    json_decref(all);
    zkl_arena_clear(&q.memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t number = 0;
    if (!size)
        return 0;
    const size_t head = data[0] < size - 1 ? data[0] : size - 1;
    const zkl_bytes first = zkl_bytes_of(data + 1, head);
    const zkl_bytes rest = zkl_bytes_of(data + 1 + head, size - 1 - head);
    for (size_t i = 0; i < first.size && i < 8; i++)
        number = number << 8 | first.data[i];
    try_range(rest, number);
    try_tag(rest, first);
    try_target(first, rest);
    return 0;
}
