/* A greeting: an operation to begin with. Its request and result are structs of its own; an
 * operation of the ledger has those of the library's call. */
#include <string.h>

#include "api/operation.h"
#include "base/arena.h"

typedef struct hello_request {
    const char *name;
} hello_request;

static const api_field request_fields[] = {
    { "name", API_TEXT, API_AT(hello_request, name), .required = true, .help = "whom to greet" },
};
static const api_object request_object = API_OBJECT(hello_request, request_fields);

typedef struct hello_result {
    zkl_arena memory; /* what the result points to; cleared by whoever called */
    const char *greeting;
    uint64_t letter_count;
} hello_result;

static const api_field result_fields[] = {
    { "greeting", API_TEXT, API_AT(hello_result, greeting), .help = "the greeting" },
    { "letters", API_NUMBER, API_AT(hello_result, letter_count), .help = "bytes of the name" },
};
static const api_object result_object = API_OBJECT(hello_result, result_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const hello_request *asked = request;
    hello_result *out = result;
    (void)ledger;
    (void)env;
    out->greeting = zkl_arena_format(&out->memory, "hello, %s", asked->name);
    out->letter_count = strlen(asked->name);
    return out->greeting ? ZKL_OK : zkl_no_memory(err, out->letter_count);
}

const api_operation api_hello = {
    .name = "hello",
    .summary = "greet somebody by name",
    .permission = "datasets:read",
    .effect = API_WITHOUT_LEDGER,
    .request = &request_object,
    .result = &result_object,
    .memory_offset = offsetof(hello_result, memory),
    .run = run,
};
