/* The table itself, and what ends every answer. */
#include "api/operation.h"

#include <string.h>

#include "base/buffer.h"
#include "text/shown.h"

static const api_operation *const operations[] = {
#define OPERATION(name) &api_##name,
    API_OPERATIONS(OPERATION)
#undef OPERATION
};

/* NULL behind the last one: callers count by it. */
const api_operation *api_at(size_t index)
{
    return index < ZKL_COUNT(operations) ? operations[index] : NULL;
}

/* By its exact name; some twenty names are compared faster than they are hashed. */
const api_operation *api_find(const char *name)
{
    ZKL_ASSERT(name);
    for (size_t i = 0; i < ZKL_COUNT(operations); i++)
        if (strcmp(operations[i]->name, name) == 0)
            return operations[i];
    return NULL;
}

/* Of a failure only what its row calls known then: a half-filled result is not shown. */
zkl_status api_put_result(json_t *out, const api_operation *operation, zkl_status status,
                          const void *result, zkl_error *err)
{
    ZKL_ASSERT(out && operation && result);
    const api_object *object = status == ZKL_OK ? operation->result : operation->failure;
    return object ? api_write(out, object, result, err) : ZKL_OK;
}

/* The error's words, with nothing hidden. */
static json_t *error_text(zkl_status status, const zkl_error *what)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    const char *text = what && what->text[0] ? what->text : zkl_status_text(status);
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    return json_stringn((const char *)shown.data, shown.size);
}

/* What every answer has, whatever its operation. */
zkl_status api_put_status(json_t *out, zkl_status status, bool verifies, const char *no,
                          const zkl_error *what, zkl_error *err)
{
    /* Only what was verified is called valid. A script that asks for this word alone must not
     * take what a receipt says for checked. */
    const char *word = status == ZKL_OK && !verifies  ? "done"
                       : status == ZKL_REJECTED && no ? no
                                                      : zkl_status_text(status);
    ZKL_ASSERT(out && (unsigned)status < ZKL_STATUS_COUNT);
    int failed = json_object_set_new(out, "status", json_string(word));
    failed |= json_object_set_new(out, "exit_code", json_integer(zkl_status_exit_code(status)));
    if (status != ZKL_OK)
        failed |= json_object_set_new(out, "error", error_text(status, what));
    if (status != ZKL_OK && what && what->check != ZKL_CHECK_NONE)
        failed |= json_object_set_new(out, "check", json_string(zkl_check_name(what->check)));
    return failed ? zkl_no_memory(err, 0) : ZKL_OK;
}
