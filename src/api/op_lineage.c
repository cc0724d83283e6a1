/* Where datasets come from: recording a step, and the graph of steps with what is proven of it. */
#include "api/objects.h"
#include "api/operation.h"
#include "api/results.h"
#include "api/trust.h"
#include "base/file.h"

/* ---- The graph. Nodes are named by their place in "nodes". */

static const api_field claim_fields[] = {
    { "about", API_TEXT, API_AT(zkl_lineage_claim, about), .help = "the dataset that it is about" },
    { "text", API_TEXT, API_AT(zkl_lineage_claim, text), .help = "as its entry has it" },
    { "index", API_NUMBER, API_AT(zkl_lineage_claim, index), .help = "that entry" },
    { "outside", API_TEXT, API_AT(zkl_lineage_claim, outside), .nullable = true,
      .help = "a dataset that the entry names and that is no part of the lineage: export leaves "
              "the entry out; null: it names none" },
};
static const api_object claim = API_OBJECT(zkl_lineage_claim, claim_fields);

static bool is_dataset(const void *record)
{
    return !((const zkl_lineage_node *)record)->is_file;
}

static const char *const node_kinds[] = { "dataset", "file", NULL };

static bool is_revoked(const void *record)
{
    return ((const zkl_lineage_node *)record)->revoked_by != 0;
}

static const api_field node_fields[] = {
    { "kind", API_ENUM, API_AT(zkl_lineage_node, is_file), .names = node_kinds,
      .help = "a dataset version, or a file that is known by its hash" },
    { "name", API_TEXT, API_AT(zkl_lineage_node, name), .help = "NAME@VERSION, or the file's" },
    { "id", API_DIGEST, API_AT(zkl_lineage_node, id),
      .help = "hash of the manifest, or SHA-256 of the file" },
    { "index", API_NUMBER, API_AT(zkl_lineage_node, index),
      .help = "entry of the notarisation, or the first that names the file" },
    { "rows", API_NUMBER, API_AT(zkl_lineage_node, row_count), .when = is_dataset,
      .help = "of a dataset" },
    { "revoked_by", API_NUMBER, API_AT(zkl_lineage_node, revoked_by), .when = is_revoked,
      .help = "the entry that took the version back, where the ledger has one" },
    { "claims", API_LIST, API_AT(zkl_lineage_node, claims),
      API_COUNT(zkl_lineage_node, claim_count), .of = &claim, .when = is_dataset,
      .help = "proven of the dataset, not of a step" },
};
static const api_object node = API_OBJECT(zkl_lineage_node, node_fields);

static const api_field fact_fields[] = {
    { "name", API_TEXT, API_AT(zkl_fact, name), .required = true, .help = "such as commit" },
    { "value", API_TEXT, API_AT(zkl_fact, value), .required = true, .help = "a text" },
};
static const api_object fact = API_OBJECT(zkl_fact, fact_fields);

static json_t *write_places(const size_t *places, size_t count)
{
    json_t *out = json_array();
    for (size_t i = 0; out && i < count; i++)
        if (json_array_append_new(out, json_integer((json_int_t)places[i])) != 0) {
            json_decref(out);
            return NULL;
        }
    return out;
}

static json_t *write_sources(const void *record)
{
    const zkl_lineage_step *step = record;
    return write_places(step->sources, step->source_count);
}

static json_t *write_results(const void *record)
{
    const zkl_lineage_step *step = record;
    return write_places(step->results, step->result_count);
}

#define PLACES "{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":0}}"
static const api_field step_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_lineage_step, index), .help = "the entry that says it" },
    { "recorded", API_BOOL, API_AT(zkl_lineage_step, is_recorded),
      .help = "it is the owner's word, with operation and facts; else claims alone tell it" },
    { "operation", API_TEXT, API_AT(zkl_lineage_step, operation), .nullable = true,
      .help = "in the owner's words; null: not said" },
    { "unproven", API_TEXT, API_AT(zkl_lineage_step, unproven), .nullable = true,
      .help = "what of it no claim can say; null: not said" },
    { "facts", API_LIST, API_AT(zkl_lineage_step, facts), API_COUNT(zkl_lineage_step, fact_count),
      .of = &fact, .help = "the owner's word too" },
    { "sources", API_WRITTEN, API_WHOLE(zkl_lineage_step), .write = write_sources, .schema = PLACES,
      .help = "places in nodes" },
    { "results", API_WRITTEN, API_WHOLE(zkl_lineage_step), .write = write_results, .schema = PLACES,
      .help = "places in nodes" },
    { "claims", API_LIST, API_AT(zkl_lineage_step, claims),
      API_COUNT(zkl_lineage_step, claim_count), .of = &claim,
      .help = "proven over a source and a result" },
    { "rows_proven", API_BOOL, API_AT(zkl_lineage_step, has_proven_rows),
      .help =
          "one of these says where all rows of a result come from; as to columns it speaks of" },
    { "columns", API_TEXT, API_AT(zkl_lineage_step, columns), .nullable = true,
      .help = "columns of a result that such claims speak of alone; null: all, or no such claim" },
    { "columns_proven", API_BOOL, API_AT(zkl_lineage_step, has_proven_columns),
      .help = "one of these says that each row of a result has all of a row of a source in it; of "
              "further columns it says nothing" },
    { "proven", API_BOOL, API_AT(zkl_lineage_step, is_proven),
      .help = "and each source is named by such a claim" },
    { "circle", API_TEXT, API_AT(zkl_lineage_step, circle), .nullable = true,
      .help = "a result of it, when steps go in a circle through it; null: they do not" },
};
static const api_object step = API_OBJECT(zkl_lineage_step, step_fields);

static bool is_verified(const void *record)
{
    return ((const zkl_lineage_result *)record)->is_verified;
}

static const char *const sources[] = {
    [ZKL_TRUST_FILE] = "file",
    [ZKL_TRUST_OWN_LEDGER] = "own ledger",
    [ZKL_TRUST_NAMED_LEDGER] = "named ledger",
    [ZKL_TRUST_SOURCE_COUNT] = NULL,
};
static const char *const directions[] = { "origins", "descent", NULL };

#define AT(member) API_AT(zkl_lineage_result, member)
#define COUNT(member) API_COUNT(zkl_lineage_result, member)
static const api_field result_fields[] = {
    { "direction", API_ENUM, AT(lineage.is_descent), .names = directions,
      .help = "what the first node was made of, or what was made of it" },
    { "nodes", API_LIST, AT(lineage.nodes), COUNT(lineage.node_count), .of = &node,
      .help = "the first is the one that was asked for" },
    { "steps", API_LIST, AT(lineage.steps), COUNT(lineage.step_count), .of = &step,
      .help = "in the order of the log" },
    { "circle", API_TEXT, AT(lineage.circle), .nullable = true,
      .help = "what would be made of itself by what is recorded; null: nothing" },
    { "proven_circle", API_TEXT, AT(lineage.proven_circle), .nullable = true,
      .help = "whose rows come from others, and theirs from it, by claims, as of equal tables: no "
              "contradiction; null: nothing's" },
    { "verified", API_BOOL, AT(is_verified), .help = "was every entry and every proof verified" },
    { "receipts", API_NUMBER, AT(receipt_count), .when = is_verified, .help = "so many" },
    { "log.origin", API_TEXT, AT(origin), .when = is_verified, .help = "the log's name" },
    { "log.ledger", API_DIGEST, AT(ledger), .when = is_verified, .help = "the ledger's id" },
    { "log.size", API_NUMBER, AT(tree_size), .when = is_verified,
      .help = "entries under the checkpoint" },
    { "log.root", API_DIGEST, AT(root), .when = is_verified, .help = "of its tree" },
    { "log.key", API_TEXT, AT(log_key), .when = is_verified,
      .help = "key that signed the checkpoint" },
    { "not_proven", API_TEXTS, AT(not_proven), COUNT(not_proven_count), .when = is_verified,
      .help = "what this does not say, a sentence each" },
    { "not_proven_names", API_TEXTS, AT(not_proven_names), COUNT(not_proven_count),
      .when = is_verified, .help = "a stable name of each" },
    { "trust.source", API_ENUM, AT(trust_source), .names = sources, .when = is_verified,
      .help = "whose word counted" },
    { "trust.log", API_TEXT, AT(trust_log), .when = is_verified,
      .help = "name of the log that is trusted" },
    { "trust.key", API_TEXT, AT(trust_key), .when = is_verified, .help = "its first verifier key" },
    { "setup", API_ENUM, AT(is_development), .names = api_made, .when = is_verified,
      .help = "of all keys" },
};
#undef AT
#undef COUNT
static const api_object result_object = API_OBJECT(zkl_lineage_result, result_fields);

/* ---- lineage */

static const api_field request_fields[] = {
    { "reference", API_TEXT, API_AT(zkl_lineage_request, reference),
      .help = "NAME, or NAME@VERSION" },
    { "file", API_TEXT, API_AT(zkl_lineage_request, file), .is_path = true,
      .help = "in its place: a file that a step made or used, known by its content" },
    { "descent", API_BOOL, API_AT(zkl_lineage_request, descent),
      .help = "what was made of it; else what it was made of" },
    { "verify", API_BOOL, API_AT(zkl_lineage_request, verify),
      .help = "verify every entry and proof of it" },
};
static const api_object request_object = API_OBJECT(zkl_lineage_request, request_fields);

static zkl_status run_lineage(void *result, zkl_ledger *ledger, const void *request,
                              const zkl_env *env, zkl_error *err)
{
    return zkl_lineage_of(result, ledger, request, env, err);
}

const api_operation api_lineage = {
    .name = "lineage",
    .summary = "where a dataset comes from, or what was made of it",
    .effect = API_READS,
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .memory_offset = offsetof(zkl_lineage_result, memory),
    .run = run_lineage,
};

/* ---- verify-lineage */

typedef struct file_request {
    zkl_bytes receipt;
    const char *receipt_file, *trust, *trust_file;
    bool allow_revoked;
} file_request;

static const api_field file_request_fields[] = {
    { "receipt", API_BYTES, API_AT(file_request, receipt), .help = "a lineage receipt's bytes" },
    { "receipt_file", API_TEXT, API_AT(file_request, receipt_file), .is_path = true,
      .help = "its file" },
    { "trust", API_TEXT, API_AT(file_request, trust),
      .help = "what to trust: the text of a trust.toml; else what the ledger trusts" },
    { "trust_file", API_TEXT, API_AT(file_request, trust_file), .is_path = true,
      .help = "its file" },
    { "allow_revoked", API_BOOL, API_AT(file_request, allow_revoked),
      .help = "accept a version that the ledger knows to be revoked; else rejected" },
};
static const api_object file_request_object = API_OBJECT(file_request, file_request_fields);

zkl_status api_lineage_accept(const zkl_lineage_result *result, bool allow_revoked, zkl_error *err)
{
    const zkl_lineage_node *const asked = &result->lineage.nodes[0];
    if (!asked->revoked_by || allow_revoked)
        return ZKL_OK;
    zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_REVOKED, "REVOKED: %s was taken back by entry %llu",
                   asked->name, (unsigned long long)asked->revoked_by);
    return zkl_hint_add(err, ZKL_REJECTED, ZKL_HINT_ALLOW_REVOKED, NULL);
}

static zkl_status run_verify_lineage(void *result, zkl_ledger *ledger, const void *request,
                                     const zkl_env *env, zkl_error *err)
{
    const file_request *asked = request;
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust_file = { 0 };
    zkl_bytes trust;
    if (!asked->receipt.size == !asked->receipt_file)
        return zkl_fail(err, ZKL_USAGE, "say one of 'receipt' and 'receipt_file'");
    ZKL_TRY(api_trust_take(&trust, &trust_file, asked->trust, asked->trust_file, err));
    if (asked->receipt_file)
        ZKL_TRY(zkl_file_read(&receipt, asked->receipt_file, API_RECEIPT_BYTES_MAX, err));
    ZKL_TRY(zkl_verify_lineage(result, ledger,
                               asked->receipt_file ? zkl_buffer_bytes(&receipt) : asked->receipt,
                               trust, env, err));
    return api_lineage_accept(result, asked->allow_revoked, err);
}

const api_operation api_verify_lineage = {
    .name = "verify-lineage",
    .summary = "verify a lineage receipt",
    .effect = API_MAY_READ,
    .is_long = true,
    .verifies = true,
    .request = &file_request_object,
    .result = &result_object,
    .memory_offset = offsetof(zkl_lineage_result, memory),
    .run = run_verify_lineage,
};

/* ---- link and branch */

static const api_field linked_fields[] = {
    { "dataset.name", API_TEXT, API_AT(zkl_link_result, name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, API_AT(zkl_link_result, version), .help = "its version" },
    { "entry.index", API_NUMBER, API_AT(zkl_link_result, index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, API_AT(zkl_link_result, receipt_id),
      .help = "the entry's leaf hash" },
};
static const api_object linked = API_OBJECT(zkl_link_result, linked_fields);

#define AT(member) API_AT(zkl_link_request, member)
#define COUNT(member) API_COUNT(zkl_link_request, member)
static const api_field link_fields[] = {
    { "reference", API_TEXT, AT(reference), .required = true, .help = "NAME, or NAME@VERSION" },
    { "operation", API_TEXT, AT(operation), .help = "what was done, in words" },
    { "sources", API_TEXTS, AT(sources), COUNT(source_count), .help = "datasets that went in" },
    { "used", API_TEXTS, AT(used), COUNT(used_count), .is_path = true,
      .help = "files that went in: name and SHA-256 are recorded" },
    { "made", API_TEXTS, AT(made), COUNT(made_count), .is_path = true,
      .help = "files that came out, of the dataset too; else the dataset came out" },
    { "facts", API_LIST, AT(facts), COUNT(fact_count), .of = &fact,
      .help = "commit, run, environment, ..." },
};
#undef AT
#undef COUNT
static const api_object link_request = API_OBJECT(zkl_link_request, link_fields);

static zkl_status run_link(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    return zkl_link(result, ledger, request, env, err);
}

const api_operation api_link = {
    .name = "link",
    .summary = "record a step that happened elsewhere: where a dataset comes from or went",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &link_request,
    .result = &linked,
    .memory_offset = offsetof(zkl_link_result, memory),
    .run = run_link,
};

static const api_field branch_fields[] = {
    { "reference", API_TEXT, API_AT(zkl_branch_request, reference), .required = true,
      .help = "the version that it begins with" },
    { "name", API_TEXT, API_AT(zkl_branch_request, name), .required = true,
      .help = "of the branch, new to the ledger" },
};
static const api_object branch_request = API_OBJECT(zkl_branch_request, branch_fields);

static zkl_status run_branch(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    return zkl_branch(result, ledger, request, env, err);
}

const api_operation api_branch = {
    .name = "branch",
    .summary = "give a dataset version a second name, under which versions of its own follow",
    .effect = API_WRITES,
    .needs_keys = true,
    .request = &branch_request,
    .result = &linked,
    .memory_offset = offsetof(zkl_link_result, memory),
    .run = run_branch,
};
