/* Where datasets come from: recording a step, and the graph of steps with what is proven of it. */
#include "api/history.h"
#include "api/objects.h"
#include "api/operation.h"
#include "api/results.h"
#include "api/standing.h"
#include "api/trust.h"
#include "base/file.h"
#include "service/lineage.h"

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
    return ((const zkl_lineage_node *)record)->revoked != NULL;
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
    { "revoked", API_POINTED, API_AT(zkl_lineage_node, revoked), .when = is_revoked,
      .of = &api_revocation,
      .help = "its owner took the version back; absent: nothing is known of that" },
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

static zkl_status read_places(const size_t **out, size_t *out_count, zkl_arena *memory,
                              const json_t *value, zkl_error *err)
{
    const size_t count = json_array_size(value);
    size_t *const places = ZKL_ARENA_NEW(memory, size_t, count);
    if (!places)
        return zkl_no_memory(err, count * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        const json_t *const place = json_array_get(value, i);
        if (!json_is_integer(place) || json_integer_value(place) < 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "the answer has a place that is no number");
        places[i] = (size_t)json_integer_value(place);
    }
    *out = places;
    *out_count = count;
    return ZKL_OK;
}

static zkl_status read_sources(void *record, zkl_arena *memory, const json_t *value, zkl_error *err)
{
    zkl_lineage_step *const step = record;
    return read_places(&step->sources, &step->source_count, memory, value, err);
}

static zkl_status read_results(void *record, zkl_arena *memory, const json_t *value, zkl_error *err)
{
    zkl_lineage_step *const step = record;
    return read_places(&step->results, &step->result_count, memory, value, err);
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
    { "sources", API_WRITTEN, API_WHOLE(zkl_lineage_step), .write = write_sources,
      .read = read_sources, .schema = PLACES, .help = "places in nodes" },
    { "results", API_WRITTEN, API_WHOLE(zkl_lineage_step), .write = write_results,
      .read = read_results, .schema = PLACES, .help = "places in nodes" },
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

static bool places_are_below(const size_t *places, size_t count, size_t end)
{
    for (size_t i = 0; i < count; i++)
        if (places[i] >= end)
            return false;
    return true;
}

/* A graph's places are followed without another look. */
static zkl_status check_places(void *record, zkl_arena *memory, zkl_error *err)
{
    (void)memory;
    const zkl_lineage *const l = &((const zkl_lineage_result *)record)->lineage;
    bool fits = l->node_count > 0;
    for (size_t i = 0; i < l->step_count; i++)
        fits = fits &&
               places_are_below(l->steps[i].sources, l->steps[i].source_count, l->node_count) &&
               places_are_below(l->steps[i].results, l->steps[i].result_count, l->node_count);
    return fits ? ZKL_OK : zkl_fail(err, ZKL_BAD_INPUT, "the answer's lineage is no graph");
}

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
      .settle = check_places, .help = "in the order of the log" },
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

static bool is_drawn(const void *record)
{
    return ((const api_drawn_lineage *)record)->picture != NULL;
}

static const api_field drawn_fields[] = {
    { "", API_SPREAD, API_WHOLE(zkl_lineage_result), .of = &result_object },
    { "picture", API_TEXT, API_AT(api_drawn_lineage, picture), .when = is_drawn,
      .help = "the same as SVG" },
};
static const api_object drawn_object = API_OBJECT(api_drawn_lineage, drawn_fields);

static const api_field request_fields[] = {
    { "reference", API_TEXT, API_AT(api_lineage_request, of.reference),
      .help = "NAME, or NAME@VERSION" },
    { "file", API_TEXT, API_AT(api_lineage_request, of.file), .is_path = true,
      .help = "in its place: a file that a step made or used, known by its content" },
    { "descent", API_BOOL, API_AT(api_lineage_request, of.descent),
      .help = "what was made of it; else what it was made of" },
    { "verify", API_BOOL, API_AT(api_lineage_request, of.verify),
      .help = "verify every entry and proof of it" },
    { "picture", API_BOOL, API_AT(api_lineage_request, picture), .help = "draw it too, as SVG" },
    { "allow_revoked", API_BOOL, API_AT(api_lineage_request, allow_revoked),
      .help = "with 'verify': accept one in which a version was revoked; else rejected" },
};
static const api_object request_object = API_OBJECT(api_lineage_request, request_fields);

zkl_status api_lineage_accept(const zkl_lineage_result *result, bool allow_revoked, zkl_error *err)
{
    if (allow_revoked || !result->is_verified)
        return ZKL_OK;
    const zkl_status status = zkl_lineage_check_revoked(&result->lineage, err);
    return status == ZKL_OK ? ZKL_OK : zkl_hint_add(err, status, ZKL_HINT_ALLOW_REVOKED, NULL);
}

static zkl_status run_lineage(void *result, zkl_ledger *ledger, const void *request,
                              const zkl_env *env, zkl_error *err)
{
    api_drawn_lineage *const out = result;
    const api_lineage_request *const asked = request;
    ZKL_TRY(zkl_lineage_of(&out->result, ledger, &asked->of, env, err));
    ZKL_TRY(api_lineage_accept(&out->result, asked->allow_revoked, err));
    if (!asked->picture || !out->result.lineage.step_count)
        return ZKL_OK;
    zkl_bytes svg;
    const zkl_status status =
        zkl_lineage_draw(&svg, &out->result.memory, &out->result, ZKL_LINEAGE_SVG, err);
    if (status == ZKL_OK)
        out->picture = (const char *)svg.data;
    return status == ZKL_NO_MEMORY ? status : ZKL_OK; /* steps in a circle have none */
}

const api_operation api_lineage = {
    .name = "lineage",
    .summary = "where a dataset comes from, or what was made of it",
    .permission = "datasets:read",
    .effect = API_READS,
    .is_long = true,
    .request = &request_object,
    .result = &drawn_object,
    .memory_offset = offsetof(api_drawn_lineage, result) + offsetof(zkl_lineage_result, memory),
    .run = run_lineage,
};

/* ---- verify-lineage */

typedef struct file_request {
    zkl_bytes receipt;
    const char *receipt_file, *trust, *trust_file;
    api_evidence evidence;
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
      .help = "accept one in which a version is known to be revoked; else rejected" },
    { "standing_files", API_TEXTS, API_AT(file_request, evidence.standing_files),
      API_COUNT(file_request, evidence.standing_count), .is_path = true,
      .help = "as in 'verify': each is put to what is of its dataset" },
    { "tiles", API_TEXT, API_AT(file_request, evidence.tiles), .is_path = true,
      .help = "as in 'verify'" },
    { "consistency_files", API_TEXTS, API_AT(file_request, evidence.consistency_files),
      API_COUNT(file_request, evidence.consistency_count), .is_path = true,
      .help = "as in 'verify'" },
    { "remember", API_BOOL, API_AT(file_request, evidence.remember), .help = "as in 'verify'" },
    { "one_log", API_BOOL, API_AT(file_request, evidence.one_log), .help = "as in 'verify'" },
};
static const api_object file_request_object = API_OBJECT(file_request, file_request_fields);

static bool was_compared(const void *record)
{
    return ((const api_lineage_result *)record)->is_compared;
}

static const api_field standing_fields[] = {
    { "name", API_TEXT, API_AT(zkl_lineage_standing, name), .help = "of the dataset" },
    { "", API_SPREAD, API_AT(zkl_lineage_standing, word), .of = &api_standing_word },
};
static const api_object standing_object = API_OBJECT(zkl_lineage_standing, standing_fields);

static const api_field file_result_fields[] = {
    { "", API_SPREAD, API_AT(api_lineage_result, lineage), .of = &result_object },
    { "standings", API_LIST, API_AT(api_lineage_result, lineage.standings),
      API_COUNT(api_lineage_result, lineage.standing_count), .of = &standing_object,
      .help = "those that were put to it" },
    { "history", API_STRUCT, API_AT(api_lineage_result, history), .of = &api_history,
      .when = was_compared,
      .help = "with evidence: what its checkpoint and the others prove about each other" },
};
static const api_object file_result_object = API_OBJECT(api_lineage_result, file_result_fields);

static zkl_status add_standing(zkl_lineage_result *out, zkl_ledger *ledger,
                               const zkl_named_bytes *file, const zkl_standing_request *request,
                               const zkl_env *env, zkl_error *err)
{
    zkl_standing_result standing = { 0 };
    bool is_of_it = false;
    ZKL_TRY(zkl_verify_standing(&standing, ledger, request, env, err));
    zkl_status status = zkl_lineage_add_standing(&is_of_it, out, file->bytes, &standing, err);
    if (status == ZKL_OK && !is_of_it)
        status =
            zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                           "the standing is of '%s', and nothing in the lineage is", standing.name);
    zkl_arena_clear(&standing.memory);
    return status;
}

static zkl_status put_evidence(api_lineage_result *out, zkl_ledger *ledger,
                               const zkl_named_bytes *file, zkl_bytes trust,
                               const api_evidence *evidence, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_history_request words = { .trust = trust, .standing_count = evidence->standing_count };
    zkl_named_bytes *standings;
    zkl_named_bytes *receipts;
    ZKL_TRY(service_lineage_receipts(&receipts, &words.receipt_count, &arena, file, err));
    words.receipts = receipts;
    /* Read once: the checkpoint that is compared is that of the standing that is told. */
    ZKL_TRY(api_standings_read(&standings, &arena, evidence, err));
    words.standings = standings;
    /* All of them are under one checkpoint, which the last stands for. */
    zkl_history_request last = words;
    last.receipts = &words.receipts[words.receipt_count - 1];
    last.receipt_count = 1;
    ZKL_TRY(api_history_run(&out->history, ledger, &last, evidence, env, err));
    zkl_arena_join(&out->lineage.memory, &out->history.memory);
    out->is_compared = true;
    for (size_t i = 0; i < evidence->standing_count; i++) {
        const zkl_standing_request request = { .standing = standings[i],
                                               .trust = trust,
                                               .receipts = words.receipts,
                                               .receipt_count = words.receipt_count,
                                               .tiles = evidence->tiles };
        ZKL_TRY(add_standing(&out->lineage, ledger, file, &request, env, err));
    }
    return ZKL_OK;
}

zkl_status api_lineage_verdict(api_lineage_result *out, zkl_ledger *ledger,
                               const zkl_named_bytes *file, zkl_bytes trust,
                               const api_evidence *evidence, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(zkl_verify_lineage(&out->lineage, ledger, file->bytes, trust, env, err));
    if (!api_evidence_is_given(evidence) && !evidence->one_log)
        return ZKL_OK;
    ZKL_TRY(put_evidence(out, ledger, file, trust, evidence, env, err));
    return api_check_one_log(&out->history, evidence, err);
}

static zkl_status run_verify_lineage(void *result, zkl_ledger *ledger, const void *request,
                                     const zkl_env *env, zkl_error *err)
{
    const file_request *asked = request;
    api_lineage_result *out = result;
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust_file = { 0 };
    zkl_named_bytes file = { asked->receipt_file ? asked->receipt_file : "the receipt",
                             asked->receipt };
    zkl_bytes trust;
    if (!asked->receipt.size == !asked->receipt_file)
        return zkl_fail(err, ZKL_USAGE, "say one of 'receipt' and 'receipt_file'");
    ZKL_TRY(api_trust_take(&trust, &trust_file, asked->trust, asked->trust_file, err));
    if (asked->receipt_file) {
        ZKL_TRY(zkl_file_read(&receipt, asked->receipt_file, API_RECEIPT_BYTES_MAX, err));
        file.bytes = zkl_buffer_bytes(&receipt);
    }
    ZKL_TRY(api_lineage_verdict(out, ledger, &file, trust, &asked->evidence, env, err));
    return api_lineage_accept(&out->lineage, asked->allow_revoked, err);
}

const api_operation api_verify_lineage = {
    .name = "verify-lineage",
    .summary = "verify a lineage receipt",
    .permission = "datasets:verify",
    .effect = API_MAY_READ,
    .is_long = true,
    .verifies = true,
    .request = &file_request_object,
    .result = &file_result_object,
    .memory_offset = offsetof(api_lineage_result, lineage.memory),
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
    .permission = "datasets:create",
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
    .permission = "datasets:create",
    .effect = API_WRITES,
    .needs_keys = true,
    .request = &branch_request,
    .result = &linked,
    .memory_offset = offsetof(zkl_link_result, memory),
    .run = run_branch,
};
