/* Answers of a service to the command line: byte 0 chooses the operation, byte 1 its result or its
 * failure and whether it is for a terminal, the rest is JSON. What is taken can be written again,
 * which goes through all of it. */
#include "api/operation.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = 0;
    while (api_at(count))
        count++;
    if (size < 2)
        return 0;
    const api_operation *const row = api_at(data[0] % count);
    const api_object *const object = data[1] & 1 && row->failure ? row->failure : row->result;
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    json_t *const json = json_loadb((const char *)data + 2, size - 2, JSON_REJECT_DUPLICATES, NULL);
    json_t *const out = json_object();
    void *const record = zkl_arena_alloc(&memory, 1, object->size);
    zkl_error err = { 0 };
    if (json && record && out) {
        const zkl_status status =
            api_read_answer(record, &memory, object, json, (data[1] & 2) != 0, &err);
        ZKL_ASSERT(status == ZKL_OK || status == ZKL_BAD_INPUT || status == ZKL_LIMIT ||
                   status == ZKL_NO_MEMORY);
        ZKL_ASSERT((status == ZKL_OK) == !err.text[0]);
        if (status == ZKL_OK)
            ZKL_ASSERT(api_write(out, object, record, &err) == ZKL_OK);
    }
    json_decref(json);
    json_decref(out);
    return 0;
}
