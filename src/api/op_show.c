/* Operations that say what a ledger holds: show, datasets.
 *
 * They verify nothing. `verified` says so in the answer of show, for whoever reads nothing else
 * of it: what a receipt says of itself and what was checked have the same members otherwise. */
#include <string.h>

#include "api/objects.h"
#include "api/requests.h"
#include "api/results.h"
#include "base/buffer.h"
#include "base/arena.h"
#include "base/file.h"

/* ---- show */

static const api_field show_request_fields[] = {
    { "reference", API_TEXT, API_AT(api_show_request, reference),
      .help = "of the ledger: NAME, NAME@VERSION or NAME#ENTRY. This, or one of the next two" },
    { "receipt", API_BYTES, API_AT(api_show_request, receipt), .help = "the bytes of a receipt" },
    { "receipt_file", API_TEXT, API_AT(api_show_request, receipt_file), .is_path = true,
      .help = "a receipt's file" },
};
static const api_object show_request_object = API_OBJECT(api_show_request, show_request_fields);

static const api_field statement_fields[] = {
    { "circuit", API_CHARS, API_AT(zkl_statement_info, circuit), .help = "the circuit, as F22" },
    { "id", API_CHARS, API_AT(zkl_statement_info, t0), .help = "t0: the statement's id" },
    { "proof_bytes", API_NUMBER, API_AT(zkl_statement_info, proof_bytes),
      .help = "size of proof, multiplicity and mask" },
};
static const api_object statement = API_OBJECT(zkl_statement_info, statement_fields);

static const api_field later_fields[] = {
    { "kind", API_TEXT, API_AT(zkl_later_claims, kind), .help = "prove, disclose or provenance" },
    { "index", API_NUMBER, API_AT(zkl_later_claims, index), .help = "its entry" },
    { "time", API_TEXT, API_AT(zkl_later_claims, time), .help = "the signer's word" },
    { "claims", API_TEXTS, API_AT(zkl_later_claims, claim_texts),
      API_COUNT(zkl_later_claims, claim_count), .help = "as they are written" },
    { "operation", API_TEXT, API_AT(zkl_later_claims, operation), .nullable = true,
      .help = "of a provenance: in its owner's words; else null" },
};
static const api_object later = API_OBJECT(zkl_later_claims, later_fields);

/* Versions count from 1 and have no gaps. */
static const api_field version_fields[] = {
    { "version", API_NUMBER, API_AT(zkl_version_info, version), .help = "its number" },
    { "index", API_NUMBER, API_AT(zkl_version_info, index), .help = "its entry" },
    { "dataset", API_DIGEST, API_AT(zkl_version_info, dataset), .help = "its id" },
    { "revoked", API_BOOL, API_AT(zkl_version_info, is_revoked), .help = "was it revoked" },
};
static const api_object version = API_OBJECT(zkl_version_info, version_fields);

/* What stands behind a claim, in the members of a verdict's claims (verdict.c). */
static int put_values(json_t *claim, const zkl_values_behind *values)
{
    if (!values->can_be_empty)
        return 0;
    if (!values->least)
        return json_object_set_new(claim, "may_be_empty", json_true());
    return json_object_set_new(claim, "least_values", json_integer((json_int_t)values->least)) ||
           json_object_set_new(claim, "values_are_exact", json_boolean(values->is_exact));
}

static zkl_values_behind values_of(const json_t *claim)
{
    const json_int_t least = json_integer_value(json_object_get(claim, "least_values"));
    return (zkl_values_behind){
        .can_be_empty = least > 0 || json_is_true(json_object_get(claim, "may_be_empty")),
        .least = least > 0 ? (uint64_t)least : 0,
        .is_exact = json_is_true(json_object_get(claim, "values_are_exact"))
    };
}

/* The library has texts, sentences and values in three arrays, JSON has them together. */
static json_t *write_claims(const void *record)
{
    const zkl_show_result *r = record;
    ZKL_ASSERT((r->claims && r->claim_texts) || r->claim_count == 0);
    json_t *claims = json_array();
    for (size_t i = 0; claims && i < r->claim_count; i++) {
        json_t *const claim = json_pack("{s:o, s:o}", "text", api_text(r->claim_texts[i]),
                                        "sentence", api_text(r->claims[i]));
        const bool is_whole = claim && (!r->values || put_values(claim, &r->values[i]) == 0);
        if (json_array_append_new(claims, claim) != 0 || !is_whole) {
            json_decref(claims);
            return NULL;
        }
    }
    return claims;
}

static zkl_status read_claims(void *record, zkl_arena *memory, const json_t *value, zkl_error *err)
{
    zkl_show_result *const r = record;
    const size_t count = json_array_size(value);
    const char **const texts = ZKL_ARENA_NEW(memory, const char *, count);
    const char **const sentences = ZKL_ARENA_NEW(memory, const char *, count);
    zkl_values_behind *const values = ZKL_ARENA_NEW(memory, zkl_values_behind, count);
    if (!texts || !sentences || !values)
        return zkl_no_memory(err, count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const json_t *const claim = json_array_get(value, i);
        const char *const text = json_string_value(json_object_get(claim, "text"));
        const char *const sentence = json_string_value(json_object_get(claim, "sentence"));
        if (!text || !sentence)
            return zkl_fail(err, ZKL_BAD_INPUT, "the answer has a claim without words");
        texts[i] = zkl_arena_text(memory, text, strlen(text));
        sentences[i] = zkl_arena_text(memory, sentence, strlen(sentence));
        if (!texts[i] || !sentences[i])
            return zkl_no_memory(err, strlen(text) + strlen(sentence));
        values[i] = values_of(claim);
    }
    r->claim_texts = texts;
    r->claims = sentences;
    r->values = values;
    r->claim_count = count;
    return ZKL_OK;
}

static json_t *write_false(const void *record)
{
    (void)record;
    return json_false();
}

static bool is_revoked(const void *record)
{
    return ((const zkl_show_result *)record)->revoked != NULL;
}

static const api_field show_fields[] = {
    { "dataset.name", API_TEXT, API_AT(zkl_show_result, name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, API_AT(zkl_show_result, version), .help = "its version" },
    { "dataset.id", API_DIGEST, API_AT(zkl_show_result, dataset), .help = "hash of its manifest" },
    { "dataset.rows", API_NUMBER, API_AT(zkl_show_result, row_count), .help = "rows" },
    { "dataset.chunks", API_NUMBER, API_AT(zkl_show_result, chunk_count),
      .help = "chunks of 65,536 rows" },
    { "dataset.blocks_per_chunk", API_NUMBER, API_AT(zkl_show_result, blocks_per_chunk),
      .help = "commitments of a chunk" },
    { "dataset.hash", API_TEXT, API_AT(zkl_show_result, hash_algorithm),
      .help = "the ledger's hash algorithm" },
    { "dataset.schema_hash", API_DIGEST, API_AT(zkl_show_result, schema_hash),
      .help = "hash of the schema" },
    { "dataset.content", API_DIGEST, API_AT(zkl_show_result, content),
      .help = "salted commitment to the files' bytes" },
    { "dataset.table_root", API_DIGEST, API_AT(zkl_show_result, table_root),
      .help = "root over the chunks' row trees" },
    { "dataset.powers", API_DIGEST, API_AT(zkl_show_result, powers_hash),
      .help = "hash of the powers of tau" },
    { "entry.kind", API_TEXT, API_AT(zkl_show_result, kind), .help = "notarise or prove" },
    { "entry.index", API_NUMBER, API_AT(zkl_show_result, index), .help = "place in the log" },
    { "entry.tree_size", API_NUMBER, API_AT(zkl_show_result, tree_size),
      .help = "entries of the log" },
    { "entry.receipt_id", API_DIGEST, API_AT(zkl_show_result, receipt_id),
      .help = "the entry's leaf hash" },
    { "entry.time", API_TEXT, API_AT(zkl_show_result, time), .help = "the signer's word" },
    { "columns", API_LIST, API_AT(zkl_show_result, columns),
      API_COUNT(zkl_show_result, column_count), .of = &api_column, .help = "the schema" },
    { "read", API_SPREAD, API_AT(zkl_show_result, read), .of = &api_read_info },
    { "claims", API_WRITTEN, .write = write_claims, .read = read_claims,
      .schema =
          "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
          "\"text\":{\"type\":\"string\",\"description\":\"as it is written\"},"
          "\"sentence\":{\"type\":\"string\",\"description\":\"in words\"},"
          "\"may_be_empty\":{\"type\":\"boolean\",\"description\":\"true: it holds of no value "
          "too, and nothing says that there is one\"},"
          "\"least_values\":{\"type\":\"integer\",\"description\":\"of one that passes over "
          "nulls: how many values there are, at least\"},"
          "\"values_are_exact\":{\"type\":\"boolean\",\"description\":\"are they so many\"}},"
          "\"required\":[\"text\",\"sentence\"]}}",
      .help = "what is proven" },
    { "statements", API_LIST, API_AT(zkl_show_result, statements),
      API_COUNT(zkl_show_result, statement_count), .of = &statement, .help = "the proofs" },
    { "later", API_LIST, API_AT(zkl_show_result, later), API_COUNT(zkl_show_result, later_count),
      .of = &later,
      .help = "entries about this version behind its notarisation; none of a receipt" },
    { "versions", API_LIST, API_AT(zkl_show_result, versions),
      API_COUNT(zkl_show_result, version_count), .of = &version,
      .help = "all versions of the dataset; none of a receipt" },
    { "revoked", API_POINTED, API_AT(zkl_show_result, revoked), .when = is_revoked,
      .of = &api_revocation, .help = "this version was revoked" },
    { "log", API_TEXT, API_AT(zkl_show_result, origin), .nullable = true,
      .help = "of a receipt the name of its log" },
    { "verified", API_WRITTEN, .write = write_false, .schema = "{\"const\":false}",
      .help = "always false: nothing was checked" },
};
static const api_object show_object = API_OBJECT(zkl_show_result, show_fields);

static zkl_status run_show(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    const api_show_request *asked = request;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    (void)env;
    if (!!asked->reference + !!asked->receipt.size + !!asked->receipt_file != 1)
        return zkl_fail(err, ZKL_USAGE, "say one of 'reference', 'receipt' and 'receipt_file'");
    if (asked->receipt.size)
        return zkl_show_receipt(result, asked->receipt, err);
    if (asked->receipt_file) {
        ZKL_TRY(zkl_file_read(&file, asked->receipt_file, API_RECEIPT_BYTES_MAX, err));
        return zkl_show_receipt(result, zkl_buffer_bytes(&file), err);
    }
    if (!ledger)
        return zkl_fail(err, ZKL_USAGE, "'reference' needs a ledger");
    return zkl_show(result, ledger, asked->reference, err);
}

const api_operation api_show = {
    .name = "show",
    .summary = "what a ledger holds about a dataset, or what a receipt says",
    .permission = "datasets:read",
    .effect = API_MAY_READ,
    .request = &show_request_object,
    .result = &show_object,
    .memory_offset = offsetof(zkl_show_result, memory),
    .run = run_show,
};

/* ---- datasets */

static const api_field range_fields[] = {
    { "after", API_TEXT, API_AT(zkl_datasets_range, after),
      .help = "names behind this one, by their bytes; else from the first on" },
    { "limit", API_NUMBER, API_AT(zkl_datasets_range, limit), .help = "at most so many; 0: all" },
};
static const api_object range_object = API_OBJECT(zkl_datasets_range, range_fields);

static bool has_next(const void *record)
{
    return ((const zkl_datasets_result *)record)->next != NULL;
}

static const api_field line_fields[] = {
    { "name", API_TEXT, API_AT(zkl_dataset_line, name), .help = "its name" },
    { "versions", API_NUMBER, API_AT(zkl_dataset_line, version_count),
      .help = "how many, so also the latest" },
    { "index", API_NUMBER, API_AT(zkl_dataset_line, index), .help = "the latest version's entry" },
    { "id", API_DIGEST, API_AT(zkl_dataset_line, dataset), .help = "the latest version's id" },
};
static const api_object line = API_OBJECT(zkl_dataset_line, line_fields);

static const api_field datasets_fields[] = {
    { "log", API_TEXT, API_AT(zkl_datasets_result, origin), .help = "the log's name" },
    { "datasets", API_LIST, API_AT(zkl_datasets_result, lines),
      API_COUNT(zkl_datasets_result, line_count), .of = &line, .help = "the datasets, by name" },
    { "next", API_TEXT, API_AT(zkl_datasets_result, next), .when = has_next,
      .help = "more come: what 'after' is for them" },
};
static const api_object datasets_object = API_OBJECT(zkl_datasets_result, datasets_fields);

static zkl_status run_datasets(void *result, zkl_ledger *ledger, const void *request,
                               const zkl_env *env, zkl_error *err)
{
    (void)env;
    return zkl_datasets(result, ledger, request, err);
}

/* What `show` prints without a name. */
const api_operation api_datasets = {
    .name = "datasets",
    .summary = "the datasets of a ledger",
    .permission = "datasets:read",
    .effect = API_READS,
    .request = &range_object,
    .result = &datasets_object,
    .memory_offset = offsetof(zkl_datasets_result, memory),
    .run = run_datasets,
};
