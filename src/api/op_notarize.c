/* A table into the log, with proofs of claims about it.
 *
 * One result struct serves three outcomes, and `when` decides which members there are: a version
 * that was recorded; a dry run, which has no id, no entry and no proofs but an estimate; and,
 * with if_changed, the last version again. A failure has its own members, so that a program can
 * show which rows and claims were at fault without reading the error's words. */
#include "api/objects.h"
#include "api/operation.h"
#include "api/proofs.h"

/* ---- Request */

/* The library's own request, row by row. The seed is not among them: it is a secret, and a
 * request is no place for one. */
#define AT(member) API_AT(zkl_notarize_request, member)
#define COUNT(member) API_COUNT(zkl_notarize_request, member)
static const api_field request_fields[] = {
    { "name", API_TEXT, AT(name), .required = true, .help = "of the dataset" },
    { "files", API_TEXTS, AT(files), COUNT(file_count), .required = true, .is_path = true,
      .help = "the table: files, a glob or a folder, one table in name order" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count),
      .help = "claims to prove, such as 'range(age, 0, 120)'" },
    { "claims_file", API_TEXT, AT(claims_file), .is_path = true,
      .help = "a TOML file with an array 'claims'" },
    API_POLICY_ROWS(zkl_notarize_request, policy),
    { "schema_file", API_TEXT, AT(schema_file), .is_path = true,
      .help = "a TOML file that fixes types and nullability" },
    { "columns", API_TEXTS, AT(columns), COUNT(column_count),
      .help = "only these columns; else all" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the files are read, where it is not to be found out" },
    { "like", API_TEXT, AT(like),
      .help = "a dataset whose schema a first version has, with its dictionaries" },
    { "keep_types", API_BOOL, AT(keep_types), .help = "do not narrow types that are inferred" },
    { "float_decimals", API_BOOL, AT(float_decimals),
      .help = "floats of Parquet become decimals or integers, of columns that hold none but such" },
    { "public_digest", API_BOOL, AT(public_digest),
      .help = "show the plain hashes of the files, for data that is public anyway" },
    { "hide_file_names", API_BOOL, AT(hide_file_names),
      .help = "record how many files were read, not their names" },
    { "dry_run", API_BOOL, AT(dry_run), .help = "read, check, say the cost; write nothing" },
    { "if_changed", API_BOOL, AT(if_changed),
      .help = "record nothing when it is all as in the last version" },
    { "keep_spool", API_BOOL, AT(keep_spool),
      .help = "keep the table in the ledger's folder, encrypted, so that claims need no file and a "
              "run that is cut off goes on; above 10,000,000 rows always" },
    { "no_keep_spool", API_BOOL, AT(no_keep_spool), .help = "do not, however many rows" },
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
static const api_object request_object = API_OBJECT(zkl_notarize_request, request_fields);

/* ---- Parts of the result */

static const api_field column_fields[] = {
    { "name", API_TEXT, API_AT(zkl_column_info, name), .help = "its name" },
    { "type", API_TEXT, API_AT(zkl_column_info, type), .help = "its type, as in a schema file" },
    { "nullable", API_BOOL, API_AT(zkl_column_info, nullable), .help = "may it hold nulls" },
    { "note", API_TEXT, API_AT(zkl_column_info, note), .help = "what was inferred and why" },
};
static const api_object column = API_OBJECT(zkl_column_info, column_fields);

/* from and to are null as a whole: a type without a nullability would say half of it. */
static bool is_new(const void *record)
{
    return ((const zkl_column_change *)record)->from == NULL;
}

static bool is_gone(const void *record)
{
    return ((const zkl_column_change *)record)->to == NULL;
}

static const api_field from_fields[] = {
    { "type", API_TEXT, API_AT(zkl_column_change, from), .help = "its type" },
    { "nullable", API_BOOL, API_AT(zkl_column_change, from_nullable), .help = "nullability" },
};
static const api_object from = API_OBJECT(zkl_column_change, from_fields);

static const api_field to_fields[] = {
    { "type", API_TEXT, API_AT(zkl_column_change, to), .help = "its type" },
    { "nullable", API_BOOL, API_AT(zkl_column_change, to_nullable), .help = "nullability" },
};
static const api_object to = API_OBJECT(zkl_column_change, to_fields);

static const api_field change_fields[] = {
    { "column", API_TEXT, API_AT(zkl_column_change, name), .help = "its name" },
    { "from", API_STRUCT, API_WHOLE(zkl_column_change), .is_null = is_new, .of = &from,
      .help = "what it was; null for a new column" },
    { "to", API_STRUCT, API_WHOLE(zkl_column_change), .is_null = is_gone, .of = &to,
      .help = "what it is; null for one that is gone" },
    { "reason", API_TEXT, API_AT(zkl_column_change, reason), .help = "why" },
};
static const api_object change = API_OBJECT(zkl_column_change, change_fields);

#define AT(member) API_AT(zkl_notarize_result, member)
#define COUNT(member) API_COUNT(zkl_notarize_result, member)
/* Types are inherited silently and changed loudly: each change with its reason. */
static const api_field inherited_fields[] = {
    { "version", API_NUMBER, AT(previous_version), .help = "the version before" },
    { "previous_reading", API_TEXT, AT(previous_reading), .nullable = true,
      .help = "how that one was read, in words, where it was otherwise; else null" },
    { "same_schema", API_BOOL, AT(same_schema), .help = "is the schema that one's" },
    { "unchanged_chunks", API_NUMBER, AT(unchanged_chunk_count),
      .help = "chunks with its commitments" },
    { "changes", API_LIST, AT(changes), COUNT(change_count), .of = &change,
      .help = "columns that are not as they were" },
};
static const api_object inherited = API_OBJECT(zkl_notarize_result, inherited_fields);

/* ---- Result */

/* A first version has nothing before it to inherit from. */
static bool is_first(const void *record)
{
    return ((const zkl_notarize_result *)record)->previous_version == 0;
}

static const api_field result_fields[] = {
    { "dropped_claims", API_TEXTS, AT(dropped_claims), COUNT(dropped_claim_count),
      .help = "claims of the version before that this one does not make" },
    { "dry_run", API_BOOL, AT(is_dry_run), .help = "was nothing written, on request" },
    { "unchanged", API_BOOL, AT(is_unchanged),
      .help = "with if_changed: nothing was recorded, and all this is of the last version" },
    { "dataset.name", API_TEXT, AT(name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, AT(version), .help = "its version" },
    { "dataset.id", API_DIGEST, AT(dataset), .when = api_is_recorded,
      .help = "hash of its manifest; not of a dry run" },
    { "dataset.rows", API_NUMBER, AT(row_count), .help = "rows" },
    { "dataset.chunks", API_NUMBER, AT(chunk_count), .help = "chunks of 65,536 rows" },
    { "dataset.blocks_per_chunk", API_NUMBER, AT(blocks_per_chunk),
      .help = "commitments of a chunk" },
    { "entry.index", API_NUMBER, AT(index), .when = api_is_recorded,
      .help = "place in the log; not of a dry run" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .when = api_is_recorded,
      .help = "the entry's leaf hash; not of a dry run" },
    { "added_entries", API_LIST, AT(added), COUNT(added_count), .of = &api_added_entry,
      .help = "entries behind that one, where it had no room for all claims" },
    { "timestamp", API_TEXT, AT(timestamp), .when = api_is_stamped,
      .help = "when it existed, says the clock; only when one was asked" },
    { "columns", API_LIST, AT(columns), COUNT(column_count), .of = &column, .help = "the schema" },
    { "", API_SPREAD, AT(read), .of = &api_read_info },
    { "inherited", API_STRUCT, API_WHOLE(zkl_notarize_result), .when = api_is_recorded,
      .is_null = is_first, .of = &inherited,
      .help = "what it has from the version before; null for a first one; not of a dry run" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count),
      .help = "what is proven, a sentence each" },
    { "policy", API_STRUCT, AT(policy), .is_null = api_has_no_policy, .of = &api_policy_use,
      .help = "the policy that was asked for, which no entry names; null: none" },
    { "statements", API_LIST, AT(statements), COUNT(statement_count), .of = &api_proven_statement,
      .help = "the proofs" },
    { "setup", API_ENUM, AT(is_development), .when = api_is_recorded, .names = api_made,
      .help = "of all keys; not of a dry run" },
    { "development_circuits", API_TEXTS, AT(development_circuits), COUNT(development_circuit_count),
      .when = api_has_development_circuits,
      .help = "over a ceremony's powers: circuits whose keys one machine made" },
    { "receipt_bytes", API_NUMBER, AT(receipt_bytes), .when = api_has_receipt,
      .help = "size of the receipt; only when one was written" },
    { "resumed.chunks", API_NUMBER, AT(resumed_chunk_count), .when = api_is_recorded,
      .help = "chunks that a run which was cut off had finished; not of a dry run" },
    { "resumed.proofs", API_NUMBER, AT(resumed_proof_count), .when = api_is_recorded,
      .help = "proofs of it" },
    { "spool_bytes", API_NUMBER, AT(spool_bytes), .when = api_is_recorded,
      .help = "of the spool that was kept; 0: none was; not of a dry run" },
    { "seconds", API_STRUCT, AT(times), .when = api_is_recorded, .of = &api_stage_times,
      .help = "how long each stage took; not of a dry run" },
    { "estimate", API_STRUCT, API_WHOLE(zkl_notarize_result), .when = api_is_dry,
      .of = &api_estimate, .help = "of a dry run: what it would cost" },
};
static const api_object result_object = API_OBJECT(zkl_notarize_result, result_fields);

/* ---- What is said of a failure. Values of rows are the owner's to see, and stay out of JSON. */

/* Where, and what is wrong, without the value. Both numbers count from 1, as editors do. */
static const api_field bad_row_fields[] = {
    { "file", API_TEXT, API_AT(zkl_row_problem, file), .help = "its file" },
    { "row", API_NUMBER, API_AT(zkl_row_problem, row), .help = "its row; 0: not known" },
    { "line", API_NUMBER, API_AT(zkl_row_problem, line), .help = "its line; 0: not known" },
    { "column", API_TEXT, API_AT(zkl_row_problem, column), .help = "the column" },
    { "reason", API_TEXT, API_AT(zkl_row_problem, reason), .help = "what does not fit" },
};
static const api_object bad_row = API_OBJECT(zkl_row_problem, bad_row_fields);

static const api_field failure_fields[] = {
    { "bad_rows", API_LIST, AT(row_problems), COUNT(row_problem_count), .of = &bad_row,
      .help = "rows that do not fit, at most ten" },
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
    const zkl_notarize_request *asked = request;
    /* A trial before there is a ledger: what would it cost, do the claims hold. */
    if (!ledger && !asked->dry_run)
        return zkl_fail(err, ZKL_USAGE, "the operation 'notarize' needs a ledger, but for dry_run");
    if (!asked->file_count)
        return zkl_fail(err, ZKL_USAGE, "member 'files' names no file");
    return zkl_notarize(result, ledger, asked, env, err);
}

/* Seconds to hours. Reading, committing and proving leave no trace when it is cancelled; what was
 * recorded stays recorded. */
const api_operation api_notarize = {
    .name = "notarize",
    .summary = "notarise a table and prove claims about it",
    .permission = "datasets:create",
    .effect = API_MAY_WRITE,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &failure_object,
    .memory_offset = offsetof(zkl_notarize_result, memory),
    .run = run,
};
