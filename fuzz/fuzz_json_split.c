/* Rows of a JSON text: they lie in it one behind the other, and a prefix gives the same row or asks
 * for more. */
#include "input/json_split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void split(const uint8_t *data, size_t size, bool by_lines)
{
    zkl_json_splitter splitter = { .by_lines = by_lines };
    for (size_t at = 0;;) {
        zkl_json_splitter before = splitter;
        zkl_bytes row, early;
        const char *why = NULL;
        size_t used, used_early;
        const zkl_json_result part = zkl_json_next(&used_early, &early, &why, &before,
                                                   zkl_bytes_of(data + at, (size - at) / 2), false);
        const zkl_json_result result =
            zkl_json_next(&used, &row, &why, &splitter, zkl_bytes_of(data + at, size - at), true);
        ZKL_ASSERT(result != ZKL_JSON_MORE && part != ZKL_JSON_END && used <= size - at);
        ZKL_ASSERT(part != ZKL_JSON_ROW ||
                   (result == ZKL_JSON_ROW && early.data == row.data && early.size == row.size));
        ZKL_ASSERT(part != ZKL_JSON_BAD || result == ZKL_JSON_BAD);
        if (result != ZKL_JSON_ROW)
            return;
        ZKL_ASSERT(row.size > 0 && row.data >= data + at &&
                   row.data + row.size == data + at + used);
        at += used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t none;
    split(size ? data : &none, size, true);
    split(size ? data : &none, size, false);
    return 0;
}
