/* A receipt or disclosure written anew, under what witnesses have signed since. */
#include <zkl/export.h>

#include "api/field.h"
#include "api/operation.h"
#include "api/requests.h"

static const api_field request_fields[] = {
    { "file", API_TEXT, API_AT(api_renew_request, file), .required = true, .is_path = true,
      .help = "a receipt or a disclosure of this ledger" },
    { "output", API_TEXT, API_AT(api_renew_request, output), .is_path = true,
      .path_use = API_PATH_WRITTEN,
      .help = "where it goes; without it the file itself is replaced" },
};
static const api_object request_object = API_OBJECT(api_renew_request, request_fields);

#define AT(member) API_AT(zkl_renew_result, member)
static const api_field result_fields[] = {
    { "entry.index", API_NUMBER, AT(index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .help = "the entry's leaf hash" },
    { "disclosure", API_BOOL, AT(is_disclosure), .help = "is it a disclosure; else a receipt" },
    { "old_tree_size", API_NUMBER, AT(old_tree_size),
      .help = "entries under the checkpoint that it had" },
    { "tree_size", API_NUMBER, AT(tree_size), .help = "entries under the one that it has now" },
    { "cosignatures", API_NUMBER, AT(cosignature_count),
      .help = "under that checkpoint; whose they are, a trust file says" },
    { "timestamps", API_NUMBER, AT(timestamp_count), .help = "how many its entry has there now" },
    { "bytes", API_NUMBER, AT(byte_count), .help = "size of the file" },
};
#undef AT
static const api_object result_object = API_OBJECT(zkl_renew_result, result_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_renew_request *const given = request;
    return zkl_renew(result, ledger, given->file, given->output, env, err);
}

const api_operation api_renew = {
    .name = "renew",
    .summary = "write a receipt or disclosure anew, with what witnesses and clocks signed since",
    .effect = API_READS,
    .permission = "datasets:export",
    .request = &request_object,
    .result = &result_object,
    .memory_offset = offsetof(zkl_renew_result, memory),
    .run = run,
};
