/* More claims about a version that was notarised before.
 *
 * The result has the form of `notarize`, less what is about a new version. Claims that were proven
 * before have a member of their own: asking again is no failure. */
#include "api/data_key.h"
#include "api/operation.h"
#include "api/proofs.h"
#include "api/requests.h"

#define AT(member) API_AT(api_prove_request, asked.member)
#define COUNT(member) API_COUNT(api_prove_request, asked.member)
static const api_field request_fields[] = {
    { "reference", API_TEXT, AT(reference), .required = true, .help = "NAME, or NAME@VERSION" },
    { "data", API_TEXTS, AT(files), COUNT(file_count), .is_path = true,
      .help = "the files that were notarised; none: the spool. They are compared first" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count),
      .help = "claims to prove, such as 'range(age, 0, 120)'" },
    { "claims_file", API_TEXT, AT(claims_file), .is_path = true,
      .help = "a TOML file with an array 'claims'" },
    API_POLICY_ROWS(api_prove_request, asked.policy),
    { "search", API_TEXTS, AT(searches), COUNT(search_count),
      .help = "in place of claims: only look up what could be claimed, as 'range(age)'" },
    { "with", API_LIST, AT(with), COUNT(with_count), .of = &api_with_dataset,
      .help = "other datasets that claims speak of" },
    { "data_key_file", API_TEXT, API_AT(api_prove_request, data_key_file), .is_path = true,
      .help = "the .zklkey, when the ledger has lost its own" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the data are to be read, where not as the manifest says" },
    { "dry_run", API_BOOL, AT(dry_run), .help = "read, check, say the cost; write nothing" },
    { "allow_empty", API_BOOL, AT(allow_empty),
      .help = "permit claims over columns that hold only nulls" },
    { "no_count", API_BOOL, AT(no_count),
      .help = "do not claim besides that claims over nullable columns have a value" },
    { "leaf_blocks", API_NUMBER, AT(leaf_blocks_max),
      .help = "most leaf blocks of one proof: 4, 16, 64, 256 (usual) or 1,024" },
    { "memory", API_NUMBER, AT(memory_bytes),
      .help = "bytes that the process may take at most; else no limit" },
    { "output", API_TEXT, AT(receipt_path), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "also write the receipt" },
    { "timestamp", API_TEXT, AT(timestamp_url), .is_url = true,
      .help = "http address of a clock (RFC 3161) that stamps the entry once it is recorded" },
    { "force", API_BOOL, AT(force), .help = "replace that file whatever it holds" },
};
#undef AT
#undef COUNT
static const api_object request_object = API_OBJECT(api_prove_request, request_fields);

#define AT(member) API_AT(zkl_notarize_result, member)
#define COUNT(member) API_COUNT(zkl_notarize_result, member)
/* Nothing was recorded when every claim was proven before. */
static bool has_entry(const void *record)
{
    return api_is_recorded(record) && !((const zkl_notarize_result *)record)->is_unchanged;
}

/* A claim that is null as a whole: nothing could be claimed. */
static const api_field found_fields[] = {
    { "form", API_TEXT, API_AT(zkl_found, form), .help = "as it was asked" },
    { "claim", API_TEXT, API_AT(zkl_found, claim), .nullable = true,
      .help = "the tightest claim that is true; null: there is none that says something" },
    { "words", API_TEXT, API_AT(zkl_found, words), .help = "the same in words, or why not" },
};
static const api_object found = API_OBJECT(zkl_found, found_fields);

/* Of a search there is no more than what it found: nothing was foreseen. */
static bool is_search(const void *record)
{
    return ((const zkl_notarize_result *)record)->found_count > 0;
}

static bool is_foreseen(const void *record)
{
    return api_is_dry(record) && !is_search(record);
}

static const api_field result_fields[] = {
    { "dry_run", API_BOOL, AT(is_dry_run), .help = "was nothing written, on request" },
    { "unchanged", API_BOOL, AT(is_unchanged),
      .help = "was every claim proven before, so that nothing was recorded" },
    { "dataset.name", API_TEXT, AT(name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, AT(version), .help = "its version" },
    { "dataset.id", API_DIGEST, AT(dataset), .help = "hash of its manifest" },
    { "dataset.rows", API_NUMBER, AT(row_count), .help = "rows" },
    { "entry.index", API_NUMBER, AT(index), .when = has_entry,
      .help = "place in the log; only when something was recorded" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .when = has_entry,
      .help = "the entry's leaf hash; only when something was recorded" },
    { "added_entries", API_LIST, AT(added), COUNT(added_count), .of = &api_added_entry,
      .help = "entries behind that one, where it had no room for all claims" },
    { "timestamp", API_TEXT, AT(timestamp), .when = api_is_stamped,
      .help = "when it existed, says the clock; only when one was asked" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count),
      .help = "what is proven by these entries, a sentence each" },
    { "proven_before", API_TEXTS, AT(proven_before), COUNT(proven_before_count),
      .help = "claims that an entry proves already, as they were asked for" },
    { "policy", API_STRUCT, AT(policy), .is_null = api_has_no_policy, .of = &api_policy_use,
      .help = "the policy that was asked for, which no entry names; null: none" },
    { "found", API_LIST, AT(found), COUNT(found_count), .when = is_search, .of = &found,
      .help = "of a search: what was found, which is secret until it is claimed" },
    { "statements", API_LIST, AT(statements), COUNT(statement_count), .of = &api_proven_statement,
      .help = "the proofs" },
    { "setup", API_ENUM, AT(is_development), .when = has_entry, .names = api_made,
      .help = "of the keys of these proofs; only when something was recorded" },
    { "development_circuits", API_TEXTS, AT(development_circuits), COUNT(development_circuit_count),
      .when = api_has_development_circuits,
      .help = "over a ceremony's powers: circuits whose keys one machine made" },
    { "receipt_bytes", API_NUMBER, AT(receipt_bytes), .when = api_has_receipt,
      .help = "size of the receipt; only when one was written" },
    { "seconds", API_STRUCT, AT(times), .when = api_is_recorded, .of = &api_stage_times,
      .help = "how long each stage took; not of a dry run" },
    { "estimate", API_STRUCT, API_WHOLE(zkl_notarize_result), .when = is_foreseen,
      .of = &api_estimate, .help = "of a dry run: what it would cost" },
};
static const api_object result_object = API_OBJECT(zkl_notarize_result, result_fields);

static const api_field failure_fields[] = {
    { "", API_SPREAD, API_WHOLE(zkl_notarize_result), .of = &api_failed_claims },
    { "policy", API_STRUCT, AT(policy), .is_null = api_has_no_policy, .of = &api_policy_use,
      .help = "the policy that was asked for; null: none" },
};
#undef AT
#undef COUNT
static const api_object failure_object = API_OBJECT(zkl_notarize_result, failure_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_prove_request *given = request;
    ZKL_AUTO_CLEAR(zkl_buffer) data_key = { 0 };
    zkl_add_claims_request asked = given->asked;
    if (given->data_key_file)
        ZKL_TRY(api_data_key_read(&data_key, given->data_key_file, err));
    asked.data_key = zkl_buffer_bytes(&data_key);
    return zkl_add_claims(result, ledger, &asked, env, err);
}

/* Cancelled or failed, it leaves the ledger as it was. */
const api_operation api_prove = {
    .name = "prove",
    .summary = "prove more claims about a dataset that was notarised before",
    .permission = "datasets:prove",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &failure_object,
    .memory_offset = offsetof(zkl_notarize_result, memory),
    .run = run,
};
