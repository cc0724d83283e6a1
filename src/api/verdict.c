/* One verified receipt as JSON, and what a caller asks of it besides: that it is not revoked, and
 * that it meets a policy. */
#include "api/history.h"
#include "api/objects.h"
#include "api/results.h"
#include "api/standing.h"
#include "base/file.h"

static bool may_be_empty(const void *record)
{
    const zkl_claim_verdict *claim = record;
    return claim->can_be_empty && !claim->least_values;
}

static bool has_values(const void *record)
{
    const zkl_claim_verdict *claim = record;
    return claim->can_be_empty && claim->least_values;
}

/* With each claim the statement that proves it, so that a program can find the proof. */
static const api_field claim_fields[] = {
    { "dataset", API_TEXT, API_AT(zkl_claim_verdict, dataset), .nullable = true,
      .help = "NAME@VERSION of another dataset, whose own claim it is; else null" },
    { "text", API_TEXT, API_AT(zkl_claim_verdict, text), .help = "as it is written" },
    { "sentence", API_TEXT, API_AT(zkl_claim_verdict, sentence), .help = "in words" },
    { "circuit", API_TEXT, API_AT(zkl_claim_verdict, circuit), .help = "of its proof, as F22" },
    { "statement", API_TEXT, API_AT(zkl_claim_verdict, statement_id), .help = "its proof: t0" },
    { "wellformedness", API_BOOL, API_AT(zkl_claim_verdict, is_wellformedness),
      .help = "is it that the values are of the column's type" },
    { "by_manifest", API_BOOL, API_AT(zkl_claim_verdict, by_manifest),
      .help = "does the manifest say it, without a proof" },
    { "first_row", API_NUMBER, API_AT(zkl_claim_verdict, first_row),
      .help = "the first row that it speaks of, from 0" },
    { "rows", API_NUMBER, API_AT(zkl_claim_verdict, row_count), .help = "how many these are" },
    { "may_be_empty", API_BOOL, API_AT(zkl_claim_verdict, can_be_empty), .when = may_be_empty,
      .help = "true: it holds of no value too, and nothing says that there is one" },
    { "least_values", API_NUMBER, API_AT(zkl_claim_verdict, least_values), .when = has_values,
      .help = "of one that passes over nulls: how many values there are, at least" },
    { "values_are_exact", API_BOOL, API_AT(zkl_claim_verdict, values_are_exact), .when = has_values,
      .help = "are they so many" },
};
static const api_object claim = API_OBJECT(zkl_claim_verdict, claim_fields);

static const api_field cosigned_fields[] = {
    { "witness", API_TEXT, API_AT(zkl_cosigned, witness), .help = "its name" },
    { "time", API_TEXT, API_AT(zkl_cosigned, time), .help = "its own word" },
};
static const api_object cosigned = API_OBJECT(zkl_cosigned, cosigned_fields);

static const api_field timestamped_fields[] = {
    { "clock", API_TEXT, API_AT(zkl_timestamped, clock), .help = "as the trust calls it" },
    { "time", API_TEXT, API_AT(zkl_timestamped, time), .help = "when the entry existed" },
    { "accuracy_ms", API_NUMBER, API_AT(zkl_timestamped, accuracy_ms),
      .help = "how far it may be off, by its own word; 0: not said" },
};
static const api_object timestamped = API_OBJECT(zkl_timestamped, timestamped_fields);

static const api_field later_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_later_verdict, index), .help = "its entry" },
    { "time", API_TEXT, API_AT(zkl_later_verdict, time), .help = "the signer's word" },
    { "claims", API_LIST, API_AT(zkl_later_verdict, claims),
      API_COUNT(zkl_later_verdict, claim_count), .of = &claim, .help = "what it proves" },
    { "setup", API_ENUM, API_AT(zkl_later_verdict, is_development), .names = api_made,
      .help = "of all its keys" },
};
static const api_object later = API_OBJECT(zkl_later_verdict, later_fields);

/* A cell is an object with one member: a null, a text and bytes that are none look different. */
static bool has_text(const void *record)
{
    return ((const zkl_disclosed_cell *)record)->text != NULL;
}

static bool has_hex(const void *record)
{
    return ((const zkl_disclosed_cell *)record)->hex != NULL;
}

static bool is_null(const void *record)
{
    return !has_text(record) && !has_hex(record);
}

static json_t *write_true(const void *record)
{
    (void)record;
    return json_true();
}

static const api_field cell_fields[] = {
    { "text", API_TEXT, API_AT(zkl_disclosed_cell, text), .when = has_text,
      .help = "its value as text" },
    { "hex", API_TEXT, API_AT(zkl_disclosed_cell, hex), .when = has_hex,
      .help = "its bytes, when they are no text" },
    { "null", API_WRITTEN, .write = write_true, .schema = "{\"const\":true}", .when = is_null,
      .help = "there is no value" },
};
static const api_object cell = API_OBJECT(zkl_disclosed_cell, cell_fields);

static const api_field disclosed_row_fields[] = {
    { "row", API_NUMBER, API_AT(zkl_disclosed_row, row), .help = "its number, from 0" },
    { "cells", API_LIST, API_AT(zkl_disclosed_row, cells), API_COUNT(zkl_disclosed_row, cell_count),
      .of = &cell, .help = "one for each column" },
};
static const api_object disclosed_row = API_OBJECT(zkl_disclosed_row, disclosed_row_fields);

static const api_field disclosed_fields[] = {
    { "columns", API_TEXTS, API_AT(zkl_disclosed, columns), API_COUNT(zkl_disclosed, column_count),
      .help = "names of the columns that are shown" },
    { "rows", API_LIST, API_AT(zkl_disclosed, rows), API_COUNT(zkl_disclosed, row_count),
      .of = &disclosed_row, .help = "the rows that are shown" },
    { "challenge", API_TEXT, API_AT(zkl_disclosed, challenge), .nullable = true,
      .help = "by which the rows were drawn, in hex; null: the owner chose them" },
};
static const api_object disclosed = API_OBJECT(zkl_disclosed, disclosed_fields);

static bool shows_rows(const void *record)
{
    return ((const api_verify_result *)record)->verdict.disclosed != NULL;
}

static const api_field chunk_run_fields[] = {
    { "first_chunk", API_NUMBER, API_AT(zkl_chunk_run, first_chunk), .help = "from 0" },
    { "last_chunk", API_NUMBER, API_AT(zkl_chunk_run, last_chunk), .help = "included" },
    { "first_row", API_NUMBER, API_AT(zkl_chunk_run, first_row), .help = "from 0" },
    { "last_row", API_NUMBER, API_AT(zkl_chunk_run, last_row), .help = "included" },
};
static const api_object chunk_run = API_OBJECT(zkl_chunk_run, chunk_run_fields);

static const api_field party_fields[] = {
    { "name", API_TEXT, API_AT(zkl_trusted_contributor, name), .help = "its name" },
    { "key", API_TEXT, API_AT(zkl_trusted_contributor, key),
      .help = "its public key: SubjectPublicKeyInfo in base 64" },
    { "to_powers", API_BOOL, API_AT(zkl_trusted_contributor, to_powers),
      .help = "did it contribute to the powers of tau" },
    { "to_keys", API_BOOL, API_AT(zkl_trusted_contributor, to_keys),
      .help = "did it contribute to the circuits' keys" },
};
static const api_object party = API_OBJECT(zkl_trusted_contributor, party_fields);

static bool is_of_ceremony(const void *record)
{
    return ((const api_verify_result *)record)->verdict.party_count > 0;
}

static bool has_compared(const void *record)
{
    return ((const api_verify_result *)record)->verdict.compared_count > 0;
}

/* As zkl_trust_source_name; a test holds the two together. */
static const char *const sources[] = {
    [ZKL_TRUST_FILE] = "file",
    [ZKL_TRUST_OWN_LEDGER] = "own ledger",
    [ZKL_TRUST_NAMED_LEDGER] = "named ledger",
    [ZKL_TRUST_SOURCE_COUNT] = NULL,
};

static bool is_revoked(const void *record)
{
    return ((const api_verify_result *)record)->verdict.revoked != NULL;
}

static bool has_standing(const void *record)
{
    return ((const api_verify_result *)record)->verdict.standing != NULL;
}

/* The rows follow a reader's questions: what of, where in the log, what is proven, what is not, by
 * whose word. What is not proven is never left out: a reader takes what is not said for granted. */
#define AT(member) API_AT(api_verify_result, verdict.member)
#define COUNT(member) API_COUNT(api_verify_result, verdict.member)
static bool has_policy(const void *record)
{
    return ((const api_verify_result *)record)->answer.asked_count > 0;
}

static bool misses_something(const void *record)
{
    return ((const api_verify_result *)record)->answer.missing != NULL;
}

static const api_field policy_fields[] = {
    { "file", API_TEXT, API_AT(api_verify_result, policy_path), .help = "the policy" },
    { "sha256", API_DIGEST, API_AT(api_verify_result, answer.sha256), .help = "its SHA-256" },
    { "about", API_TEXT, API_AT(api_verify_result, answer.about), .help = "its own words" },
    { "met", API_BOOL, API_AT(api_verify_result, answer.is_met),
      .help = "does the verdict have all that it asks for" },
    { "missing", API_TEXT, API_AT(api_verify_result, answer.missing), .when = misses_something,
      .help = "the first thing that is not there" },
    { "all_missing", API_TEXTS, API_AT(api_verify_result, answer.all_missing),
      API_COUNT(api_verify_result, answer.missing_count), .when = misses_something,
      .help = "all that are not there" },
};
static const api_object policy = API_OBJECT(api_verify_result, policy_fields);

static const api_field verdict_fields[] = {
    { "file", API_TEXT, API_AT(api_verify_result, file), .nullable = true,
      .help = "the receipt's; null: of a ledger, or given as bytes" },
    { "dataset.name", API_TEXT, AT(name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, AT(version), .help = "its version" },
    { "dataset.id", API_DIGEST, AT(dataset), .help = "hash of its manifest" },
    { "dataset.rows", API_NUMBER, AT(row_count), .help = "rows" },
    { "dataset.columns", API_NUMBER, AT(column_count), .help = "columns" },
    { "dataset.blocks", API_NUMBER, AT(block_count), .help = "commitments" },
    { "entry.kind", API_TEXT, AT(kind), .help = "notarise, prove, disclose or provenance" },
    { "entry.index", API_NUMBER, AT(index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .help = "the entry's leaf hash" },
    { "entry.time", API_TEXT, AT(time), .help = "the signer's word" },
    { "entry.signer", API_TEXT, AT(signer), .help = "key that signed it" },
    { "log.origin", API_TEXT, AT(origin), .help = "the log's name" },
    { "log.ledger", API_DIGEST, AT(ledger), .help = "the ledger's id" },
    { "log.size", API_NUMBER, AT(tree_size), .help = "entries under the checkpoint" },
    { "log.key", API_TEXT, AT(log_key), .help = "key that signed the checkpoint" },
    { "claims", API_LIST, AT(claims), COUNT(claim_count), .of = &claim, .help = "what is proven" },
    { "later", API_LIST, AT(later), COUNT(later_count), .of = &later,
      .help = "claims that were added to this version, verified too; none of a receipt" },
    { "disclosed", API_POINTED, AT(disclosed), .when = shows_rows, .of = &disclosed,
      .help = "of a disclosure: the rows that it shows" },
    { "not_proven", API_TEXTS, AT(not_proven), COUNT(not_proven_count),
      .help = "what this does not say, a sentence each" },
    { "not_proven_names", API_TEXTS, AT(not_proven_names), COUNT(not_proven_count),
      .help = "a stable name of each" },
    { "trust.source", API_ENUM, AT(trust_source), .names = sources, .help = "whose word counted" },
    { "trust.path", API_TEXT, API_AT(api_verify_result, trust_path), .nullable = true,
      .help = "that file or folder; null when the text was given" },
    { "trust.log", API_TEXT, AT(trust_log), .help = "name of the log that is trusted" },
    { "trust.key", API_TEXT, AT(trust_key), .help = "its first verifier key" },
    { "columns", API_LIST, AT(columns), COUNT(column_count), .of = &api_column,
      .help = "the schema" },
    { "witnesses", API_TEXTS, AT(witnesses), COUNT(witness_count),
      .help = "who signed the checkpoint besides" },
    { "cosignatures", API_LIST, AT(cosigned), COUNT(witness_count), .of = &cosigned,
      .help = "the same with the time that each says" },
    { "timestamps", API_LIST, AT(timestamps), COUNT(timestamp_count), .of = &timestamped,
      .help = "when the entry existed, by clocks that the trust names" },
    { "setup", API_ENUM, AT(is_development), .names = api_made,
      .help = "of all keys; a development set-up does not bind the ledger's owner" },
    { "ceremony.transcript", API_DIGEST, AT(ceremony), .when = is_of_ceremony,
      .help = "of a ceremony: what names it, as the trust says" },
    { "ceremony.parties", API_LIST, AT(parties), COUNT(party_count), .when = is_of_ceremony,
      .of = &party, .help = "who in it is relied on, as the trust says" },
    { "data_checked", API_BOOL, AT(data_checked),
      .help = "was everything recomputed from the data" },
    { "compared.runs", API_LIST, AT(compared), COUNT(compared_count), .when = has_compared,
      .of = &chunk_run,
      .help = "by a data key of chosen chunks: what was recomputed; of the other rows nothing" },
    { "compared.chunks", API_NUMBER, AT(compared_chunk_count), .when = has_compared,
      .help = "how many chunks these are" },
    { "compared.of", API_NUMBER, AT(chunk_count), .when = has_compared,
      .help = "how many the dataset has" },
    { "revoked", API_POINTED, AT(revoked), .when = is_revoked, .of = &api_revocation,
      .help = "its owner took the version back; absent: nothing is known of that" },
    { "standing", API_POINTED, AT(standing), .when = has_standing, .of = &api_standing_word,
      .help = "what a standing says of the version" },
    { "", API_SPREAD, AT(read), .of = &api_read_info },
    { "read_otherwise", API_TEXT, AT(read_otherwise), .nullable = true,
      .help = "how the data were read, in words, where not as the manifest says; else null" },
    { "policy", API_STRUCT, API_WHOLE(api_verify_result), .of = &policy, .when = has_policy,
      .help = "of a policy that was given: is it met" },
};
#undef AT
#undef COUNT
const api_object api_verdict_object = API_OBJECT(api_verify_result, verdict_fields);

/* The policy's answer alone, for a failure that has its verdict beside it. */
static const api_field policy_alone_fields[] = {
    { "policy", API_STRUCT, API_WHOLE(api_verify_result), .of = &policy, .when = has_policy,
      .help = "of a valid receipt that does not meet the policy: what is missing" },
};
const api_object api_policy_object = API_OBJECT(api_verify_result, policy_alone_fields);

zkl_status api_verify_policy(api_verify_result *out, const char *path, const zkl_env *env,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    if (!path)
        return ZKL_OK;
    ZKL_TRY(zkl_file_read(&text, path, API_POLICY_BYTES_MAX, err));
    ZKL_TRY(
        zkl_verify_policy(&out->answer, &out->verdict, zkl_buffer_bytes(&text), path, env, err));
    zkl_arena_join(&out->verdict.memory, &out->answer.memory);
    out->policy_path = path;
    if (out->answer.is_met)
        return ZKL_OK;
    return zkl_fail(err, ZKL_REJECTED, "valid, but policy '%s' is not met: %s", path,
                    out->answer.missing);
}

/* What was proven is true still; whoever asks whether to rely on it is told no. */
zkl_status api_check_revoked(const zkl_verify_result *verdict, bool allow, zkl_error *err)
{
    const zkl_revocation *revoked = verdict->revoked;
    if (!revoked || allow)
        return ZKL_OK;
    zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_REVOKED,
                   "REVOKED: %s@%u was taken back by entry %llu, said to be of %s: \"%.400s\"",
                   verdict->name, verdict->version, (unsigned long long)revoked->index,
                   revoked->time, revoked->reason);
    return zkl_hint_add(err, ZKL_REJECTED, ZKL_HINT_ALLOW_REVOKED, NULL);
}
