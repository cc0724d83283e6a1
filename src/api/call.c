/* zkl_call: parse, find, read, run, write.
 *
 * Two structs of the operation's row carry a call: the request, filled from JSON in an arena of
 * this call, and the result, which has an arena of its own. Both live until the answer is
 * written, since the answer is written out of them. They are wiped when they go, as
 * zkl_arena_clear wipes all that it held. */
#include <zkl/call.h>

#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/operation.h"
#include "api/schema.h"

/* The request as an object. Sizes are refused before parsing, depth by jansson's own bound (2,048),
 * members that stand twice by its flag: two readers of one request must not see two requests. */
static zkl_status parse_request(json_t **out, zkl_bytes request, zkl_error *err)
{
    json_error_t fault;
    if (request.size > ZKL_CALL_REQUEST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the request has %zu bytes, at most %zu", request.size,
                        ZKL_CALL_REQUEST_BYTES_MAX);
    *out = request.size ? json_loadb((const char *)request.data, request.size,
                                     JSON_REJECT_DUPLICATES, &fault)
                        : json_object();
    if (!*out)
        return request.size ? zkl_fail(err, ZKL_BAD_INPUT, "the request is no JSON: %s, byte %d",
                                       fault.text, fault.position)
                            : zkl_no_memory(err, 0);
    return ZKL_OK;
}

/* Operations that may go without a ledger judge that by their request. */
static zkl_status check_ledger(const api_operation *operation, const zkl_ledger *ledger,
                               zkl_error *err)
{
    const bool needs_ledger = operation->effect == API_READS || operation->effect == API_WRITES;
    if (needs_ledger && !ledger)
        return zkl_fail(err, ZKL_USAGE, "the operation '%s' needs a ledger", operation->name);
    return ZKL_OK;
}

/* Run it, and write its result into `answer`: of a failure what its row says is known then. */
static zkl_status run_into(json_t *answer, const api_operation *operation, zkl_ledger *ledger,
                           const json_t *request, const zkl_env *env, zkl_error *err)
{
    static const api_object none = { .size = 1 };
    const api_object *takes = operation->request ? operation->request : &none;
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = operation->needs_keys };
    void *fields = zkl_arena_alloc(&memory, 1, takes->size);
    void *result = zkl_arena_alloc(&memory, 1, operation->result->size);
    if (!fields || !result)
        return zkl_no_memory(err, takes->size + operation->result->size);
    /* What the request says is judged first: it is wrong with a ledger and without one. */
    ZKL_TRY(api_read(fields, &memory, takes, request, err));
    ZKL_TRY(api_check_outputs(takes, fields, err));
    ZKL_TRY(check_ledger(operation, ledger, err));
    const zkl_status status = operation->run(result, ledger, fields, env, err);
    /* A failure keeps its status whatever happens to its details. */
    const zkl_status written = api_put_result(answer, operation, status, result, NULL);
    /* Not through a cleanup attribute: where the arena lies is the row's to say. */
    ZKL_ASSERT(operation->memory_offset + sizeof(zkl_arena) <= operation->result->size);
    zkl_arena_clear((zkl_arena *)(void *)((uint8_t *)result + operation->memory_offset));
    return status == ZKL_OK && written != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

/* The text goes through jansson's own memory into the arena. It is wiped behind: an answer may
 * say what its owner alone may see. */
static zkl_status dump(zkl_call_result *out, const json_t *answer, zkl_error *err)
{
    ZKL_ASSERT(answer && !out->json);
    char *text = json_dumps(answer, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    if (!text)
        return zkl_no_memory(err, 0);
    out->json_size = strlen(text);
    out->json = zkl_arena_text(&out->memory, text, out->json_size);
    zkl_wipe(text, out->json_size);
    free(text);
    return out->json ? ZKL_OK : zkl_no_memory(err, out->json_size);
}

/* What ends every answer, and then its text. row: NULL: of no operation. Returns status, or
 * ZKL_NO_MEMORY where that was ZKL_OK. */
static zkl_status finish(zkl_call_result *out, json_t *answer, zkl_status status,
                         const api_operation *row, zkl_error *err)
{
    ZKL_ASSERT(answer && err);
    zkl_status written =
        api_put_status(answer, status, row && row->verifies, row ? row->no : NULL, err, NULL);
    if (written == ZKL_OK && status != ZKL_OK && err->hint != ZKL_HINT_NONE &&
        (json_object_set_new(answer, "hint", json_string(zkl_hint_name(err->hint))) != 0 ||
         (err->hint_value[0] &&
          json_object_set_new(answer, "hint_value", api_text(err->hint_value)) != 0)))
        written = ZKL_NO_MEMORY;
    if (written == ZKL_OK)
        written = dump(out, answer, NULL);
    if (written == ZKL_OK)
        return status;
    zkl_arena_clear(&out->memory);
    *out = (zkl_call_result){ 0 };
    return status != ZKL_OK ? status : zkl_no_memory(err, 0);
}

/* For an operation that never ran. Without memory the answer is empty, and the status is said all
 * the same. */
zkl_status api_answer_failure(zkl_call_result *out, zkl_status status, const zkl_error *err)
{
    zkl_error said = *err;
    json_t *answer = json_object();
    ZKL_ASSERT(status != ZKL_OK);
    *out = (zkl_call_result){ 0 };
    if (answer)
        (void)!finish(out, answer, status, NULL, &said);
    json_decref(answer);
    return status;
}

/* Find, parse, run, write. Whatever fails, an answer is written that says so. */
zkl_status zkl_call(zkl_call_result *out, zkl_ledger *ledger, const char *operation,
                    zkl_bytes request, const zkl_env *env, zkl_error *err)
{
    /* The error stands in the answer too, so it is kept also where the caller has no place for
     * it. */
    zkl_error own = { 0 }, *said = err ? err : &own;
    json_t *parsed = NULL, *answer = json_object();
    const api_operation *row = api_find(operation);
    *out = (zkl_call_result){ 0 };
    if (!answer)
        return zkl_no_memory(err, 0);
    zkl_status status =
        row ? parse_request(&parsed, request, said)
            : zkl_fail(said, ZKL_NOT_FOUND, "there is no operation '%s'", operation);
    if (status == ZKL_OK)
        status = run_into(answer, row, ledger, parsed, env, said);
    status = finish(out, answer, status, row, said);
    json_decref(parsed);
    json_decref(answer);
    return status;
}

/* ---- The table, told */

/* Schemas are made anew at each call: nobody asks often, and nothing of it lives in the
 * library's memory. */
static json_t *describe(const api_operation *row)
{
    ZKL_ASSERT(row->name[0] && row->result && row->run);
    static const char *const effects[] = { [API_WITHOUT_LEDGER] = "none",
                                           [API_MAY_READ] = "may read",
                                           [API_READS] = "reads",
                                           [API_WRITES] = "writes",
                                           [API_MAY_WRITE] = "may write" };
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:o}", "name", row->name, "summary",
                     row->summary, "ledger", effects[row->effect], "needs_keys", row->needs_keys,
                     "is_long", row->is_long, "request", api_request_schema(row), "result",
                     api_answer_schema(row, false), "failure", api_answer_schema(row, true));
}

/* Half a list would hide operations: without memory there is none. */
zkl_status zkl_operations(zkl_call_result *out, zkl_error *err)
{
    json_t *rows = json_array(), *answer = json_pack("{s:o}", "operations", rows);
    const api_operation *row;
    int failed = !answer;
    *out = (zkl_call_result){ 0 };
    for (size_t i = 0; !failed && (row = api_at(i)) != NULL; i++)
        failed = json_array_append_new(rows, describe(row));
    const zkl_status status = failed ? zkl_no_memory(err, 0) : dump(out, answer, err);
    json_decref(answer);
    return status;
}
