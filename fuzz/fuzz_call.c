/* Requests of operations: byte 0 chooses the operation, the rest is JSON. No ledger is there and
 * the operation itself does not run: what is read from strangers is the request. An answer is
 * always there, and a failure names no success. */
#include <zkl/call.h>

#include <string.h>

#include "api/operation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = 0;
    while (api_at(count))
        count++;
    if (size == 0)
        return 0;
    const api_operation *operation = api_at(data[0] % count);
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    json_t *json = json_loadb((const char *)data + 1, size - 1, JSON_REJECT_DUPLICATES, NULL);
    static const api_object none = { .size = 1 };
    const api_object *takes = operation->request ? operation->request : &none;
    void *fields = zkl_arena_alloc(&memory, 1, takes->size);
    zkl_error err = { 0 };
    if (json && fields) {
        const zkl_status status = api_read(fields, &memory, takes, json, &err);
        ZKL_ASSERT(status == ZKL_OK || status == ZKL_USAGE || status == ZKL_NO_MEMORY);
        ZKL_ASSERT((status == ZKL_OK) == !err.text[0]);
    }
    json_decref(json);
    /* Without a ledger every operation that needs one ends after its request was read. */
    if (operation->effect != API_READS && operation->effect != API_WRITES)
        return 0;
    zkl_call_result answer;
    err = (zkl_error){ 0 };
    const zkl_status status =
        zkl_call(&answer, NULL, operation->name, zkl_bytes_of(data + 1, size - 1), NULL, &err);
    ZKL_ASSERT(status != ZKL_OK && err.text[0]);
    ZKL_ASSERT(!answer.json || strlen(answer.json) == answer.json_size);
    zkl_arena_clear(&answer.memory);
    return 0;
}
