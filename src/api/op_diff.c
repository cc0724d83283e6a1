/* What differs between two versions. It verifies nothing, and says so, as show does.
 *
 * A difference is a failure of status `rejected`: diff and cmp have exit code 1 too, and so has
 * everything here that was checked and is not so. */
#include "api/requests.h"
#include "api/results.h"
#include "base/buffer.h"
#include "base/file.h"

static const api_field request_fields[] = {
    { "from", API_TEXT, API_AT(api_diff_request, from),
      .help = "of the ledger: NAME or NAME@VERSION. This, or from_file" },
    { "from_file", API_TEXT, API_AT(api_diff_request, from_file), .is_path = true,
      .help = "a receipt's file" },
    { "to", API_TEXT, API_AT(api_diff_request, to),
      .help = "what it is compared with. This, or to_file" },
    { "to_file", API_TEXT, API_AT(api_diff_request, to_file), .is_path = true,
      .help = "a receipt's file" },
};
static const api_object request_object = API_OBJECT(api_diff_request, request_fields);

#define AT(member) API_AT(zkl_diff_of, member)
static const api_field of_fields[] = {
    { "name", API_TEXT, AT(name), .help = "the dataset's name" },
    { "version", API_NUMBER, AT(version), .help = "its version" },
    { "index", API_NUMBER, AT(index), .help = "its entry" },
    { "id", API_DIGEST, AT(dataset), .help = "hash of its manifest" },
    { "log", API_TEXT, AT(origin), .nullable = true,
      .help = "of a receipt the name of its log; else null" },
    { "rows", API_NUMBER, AT(row_count), .help = "how many rows" },
    { "columns", API_NUMBER, AT(column_count), .help = "how many columns" },
    { "chunks", API_NUMBER, AT(chunk_count), .help = "how many chunks of 65,536 rows" },
    { "read", API_TEXT, AT(reading), .help = "how it was read, in words" },
};
#undef AT
static const api_object of = API_OBJECT(zkl_diff_of, of_fields);

static bool is_new(const void *record)
{
    return !((const zkl_diff_column *)record)->from;
}

static bool is_gone(const void *record)
{
    return !((const zkl_diff_column *)record)->to;
}

#define AT(member) API_AT(zkl_diff_column, member)
static const api_field column_fields[] = {
    { "name", API_TEXT, AT(name), .help = "its name" },
    { "from", API_TEXT, AT(from), .nullable = true, .help = "its type; null: it is new" },
    { "from_nullable", API_BOOL, AT(from_nullable), .is_null = is_new, .help = "may it be null" },
    { "to", API_TEXT, AT(to), .nullable = true, .help = "its type; null: it is gone" },
    { "to_nullable", API_BOOL, AT(to_nullable), .is_null = is_gone, .help = "may it be null" },
};
#undef AT
static const api_object column = API_OBJECT(zkl_diff_column, column_fields);

static const api_field claim_fields[] = {
    { "from", API_TEXT, API_AT(zkl_diff_claim, from), .nullable = true,
      .help = "as it is written; null: it is new" },
    { "to", API_TEXT, API_AT(zkl_diff_claim, to), .nullable = true,
      .help = "as it is written; null: it is gone" },
};
static const api_object claim = API_OBJECT(zkl_diff_claim, claim_fields);

static json_t *write_false(const void *record)
{
    (void)record;
    return json_false();
}

/* Also when they differ. One that could not be read has no name. */
static bool is_compared(const void *record)
{
    return ((const zkl_diff_result *)record)->to.name != NULL;
}

#define AT(member) API_AT(zkl_diff_result, member)
#define COUNT(member) API_COUNT(zkl_diff_result, member)
static const api_field diff_fields[] = {
    { "from", API_STRUCT, AT(from), .of = &of, .when = is_compared, .help = "the first" },
    { "to", API_STRUCT, AT(to), .of = &of, .when = is_compared, .help = "the second" },
    { "same", API_BOOL, AT(is_same), .when = is_compared,
      .help = "nothing differs: columns, rows, reading, content, claims" },
    { "columns", API_LIST, AT(columns), COUNT(column_diff_count), .of = &column,
      .when = is_compared, .help = "those that differ" },
    { "order_differs", API_BOOL, AT(order_differs), .when = is_compared,
      .help = "do columns that both have stand in another order" },
    { "same_content", API_BOOL, AT(same_content), .when = is_compared,
      .help = "the same files, byte for byte; of different owners never" },
    { "chunks_comparable", API_BOOL, AT(chunks_comparable), .when = is_compared,
      .help = "versions of one name with one schema" },
    { "same_chunks", API_NUMBER, AT(same_chunk_count), .when = is_compared,
      .help = "chunks whose row roots and commitments are equal" },
    { "claims", API_LIST, AT(claims), COUNT(claim_diff_count), .of = &claim, .when = is_compared,
      .help = "those that differ; both: one question with two answers" },
    { "same_claims", API_NUMBER, AT(same_claim_count), .when = is_compared,
      .help = "claims that both have" },
    { "verified", API_WRITTEN, .write = write_false, .schema = "{\"const\":false}",
      .when = is_compared, .help = "always false: nothing was checked" },
};
#undef AT
#undef COUNT
static const api_object diff_object = API_OBJECT(zkl_diff_result, diff_fields);

zkl_status api_diff_run(zkl_diff_result *out, zkl_ledger *ledger, const zkl_diff_request *request,
                        zkl_error *err)
{
    ZKL_TRY(zkl_diff(out, ledger, request, err));
    return out->is_same ? ZKL_OK
                        : zkl_fail(err, ZKL_REJECTED, "%s@%u and %s@%u differ", out->from.name,
                                   out->from.version, out->to.name, out->to.version);
}

static zkl_status fill(zkl_diff_side *out, zkl_buffer *file, const char *reference,
                       const char *path, zkl_error *err)
{
    out->reference = reference;
    if (!path)
        return ZKL_OK;
    ZKL_TRY(zkl_file_read(file, path, API_RECEIPT_BYTES_MAX, err));
    out->receipt = zkl_buffer_bytes(file);
    return file->size ? ZKL_OK : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty", path);
}

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_diff_request *asked = request;
    ZKL_AUTO_CLEAR(zkl_buffer) from = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) to = { 0 };
    zkl_diff_request sides = { 0 };
    (void)env;
    ZKL_TRY(fill(&sides.from, &from, asked->from, asked->from_file, err));
    ZKL_TRY(fill(&sides.to, &to, asked->to, asked->to_file, err));
    return api_diff_run(result, ledger, &sides, err);
}

const api_operation api_diff = {
    .name = "diff",
    .summary = "what differs between two dataset versions, or two receipts",
    .permission = "datasets:read",
    .effect = API_MAY_READ,
    .no = "differs",
    .request = &request_object,
    .result = &diff_object,
    .failure = &diff_object,
    .memory_offset = offsetof(zkl_diff_result, memory),
    .run = run,
};
