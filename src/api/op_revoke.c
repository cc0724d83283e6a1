/* Revoke a version of a dataset, or a signer key. */
#include "api/operation.h"
#include "api/requests.h"

static const api_field request_fields[] = {
    { "reference", API_TEXT, API_AT(api_revoke_request, reference), .required = true,
      .help = "the version: NAME@VERSION" },
    { "reason", API_TEXT, API_AT(api_revoke_request, reason), .required = true,
      .help = "why, for people; it stands in the log for ever" },
};
static const api_object request_object = API_OBJECT(api_revoke_request, request_fields);

static const api_field result_fields[] = {
    { "dataset.name", API_TEXT, API_AT(zkl_revoke_result, name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, API_AT(zkl_revoke_result, version), .help = "its version" },
    { "entry.index", API_NUMBER, API_AT(zkl_revoke_result, index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, API_AT(zkl_revoke_result, receipt_id),
      .help = "the entry's leaf hash" },
};
static const api_object result_object = API_OBJECT(zkl_revoke_result, result_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_revoke_request *asked = request;
    return zkl_revoke_version(result, ledger, asked->reference, asked->reason, env, err);
}

const api_operation api_revoke = {
    .name = "revoke",
    .summary = "record that a version is not to be relied on any more",
    .permission = "datasets:revoke",
    .effect = API_WRITES,
    .needs_keys = true,
    .request = &request_object,
    .result = &result_object,
    .memory_offset = offsetof(zkl_revoke_result, memory),
    .run = run,
};

/* ---- revoke-signer */

static const api_field signer_request_fields[] = {
    { "key", API_TEXT, API_AT(zkl_revoke_signer_request, key), .required = true,
      .help = "the start of its id, at least eight hex digits; or 'current'" },
    { "reason", API_TEXT, API_AT(zkl_revoke_signer_request, reason), .help = "why, for people" },
    { "replace", API_BOOL, API_AT(zkl_revoke_signer_request, replace),
      .help = "put a new key in its place; the last signer is revoked in no other way" },
};
static const api_object signer_request_object =
    API_OBJECT(zkl_revoke_signer_request, signer_request_fields);

static bool is_replaced(const void *record)
{
    return ((const zkl_revoke_signer_result *)record)->is_replaced;
}

static const api_field signer_result_fields[] = {
    { "key", API_TEXT, API_AT(zkl_revoke_signer_result, key), .help = "the key's id" },
    { "index", API_NUMBER, API_AT(zkl_revoke_signer_result, index),
      .help = "entry of the revocation: the key counts up to it" },
    { "replaced_at", API_NUMBER, API_AT(zkl_revoke_signer_result, replaced_at), .when = is_replaced,
      API_FLAG(zkl_revoke_signer_result, is_replaced), .help = "entry of the new key" },
};
static const api_object signer_result_object =
    API_OBJECT(zkl_revoke_signer_result, signer_result_fields);

static zkl_status run_signer(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    return zkl_revoke_signer(result, ledger, request, env, err);
}

const api_operation api_revoke_signer = {
    .name = "revoke-signer",
    .summary = "end a signer key, signed by the log key",
    .permission = "signers:manage",
    .effect = API_WRITES,
    .needs_keys = true,
    .request = &signer_request_object,
    .result = &signer_result_object,
    .memory_offset = offsetof(zkl_revoke_signer_result, memory),
    .run = run_signer,
};
