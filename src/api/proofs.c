/* Members that the results of notarising and of adding claims have in common: statements, times,
 * what a dry run foresees, claims that do not hold. */
#include "api/proofs.h"

#define AT(member) API_AT(zkl_notarize_result, member)

/* A statement has an id once it is proven. */
static bool is_proven(const void *record)
{
    return ((const zkl_statement_info *)record)->t0[0] != 0;
}

static const api_field statement_fields[] = {
    { "circuit", API_CHARS, API_AT(zkl_statement_info, circuit), .help = "the circuit, as F22" },
    { "id", API_CHARS, API_AT(zkl_statement_info, t0), .when = is_proven,
      .help = "t0: the statement's id; not of a dry run" },
    { "claims", API_NUMBER, API_AT(zkl_statement_info, claim_count), .help = "how many it proves" },
    { "proof_bytes", API_NUMBER, API_AT(zkl_statement_info, proof_bytes), .when = is_proven,
      .help = "size of proof, multiplicity and mask; not of a dry run" },
    { "auxiliary_bytes", API_NUMBER, API_AT(zkl_statement_info, auxiliary_bytes), .when = is_proven,
      .help = "size of auxiliary commitments; not of a dry run" },
};
const api_object api_proven_statement = API_OBJECT(zkl_statement_info, statement_fields);

static const api_field added_entry_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_added_entry, index), .help = "place in the log" },
    { "receipt_id", API_DIGEST, API_AT(zkl_added_entry, receipt_id),
      .help = "the entry's leaf hash" },
    { "claims", API_NUMBER, API_AT(zkl_added_entry, claim_count),
      .help = "how many of the claims" },
};
const api_object api_added_entry = API_OBJECT(zkl_added_entry, added_entry_fields);

/* Hashing and committing share the threads: each is its part of their time. The rest is
 * wall-clock. */
#define SECONDS(member, what)                                                                      \
    {                                                                                              \
        #member, API_SECONDS, API_AT(zkl_stage_times, member), .help = what                        \
    }
static const api_field time_fields[] = {
    SECONDS(read, "reading the files"),
    SECONDS(hash, "hashing rows"),
    SECONDS(commit, "committing to blocks"),
    SECONDS(setup, "making keys"),
    SECONDS(argument, "the argument about the claims"),
    SECONDS(opening, "opening commitments"),
    SECONDS(groth16, "Groth16 proofs"),
    SECONDS(check, "verifying the own proofs"),
    SECONDS(total, "everything"),
};
const api_object api_stage_times = API_OBJECT(zkl_stage_times, time_fields);

/* What a dry run cannot know is left out, not zero. */
bool api_is_dry(const void *record)
{
    return ((const zkl_notarize_result *)record)->is_dry_run;
}

bool api_has_development_circuits(const void *record)
{
    return ((const zkl_notarize_result *)record)->development_circuit_count > 0;
}

bool api_has_receipt(const void *record)
{
    return ((const zkl_notarize_result *)record)->receipt_bytes > 0;
}

bool api_is_stamped(const void *record)
{
    return ((const zkl_notarize_result *)record)->timestamp != NULL;
}

bool api_is_recorded(const void *record)
{
    return !api_is_dry(record);
}

/* Rough: a sum of measured costs, keys that are still to be made apart. */
static const api_field estimate_fields[] = {
    { "seconds", API_SECONDS, AT(estimated_seconds), .help = "of two cores, keys apart" },
    { "receipt_bytes", API_NUMBER, AT(estimated_receipt_bytes), .help = "size of the receipt" },
};
const api_object api_estimate = API_OBJECT(zkl_notarize_result, estimate_fields);

/* A false claim is an answer about the data, a refused one is a mistake in the asking: two
 * lists. */
static bool claim_is_false(const void *element)
{
    return ((const zkl_claim_problem *)element)->fault == ZKL_CLAIM_IS_FALSE;
}

static bool claim_is_refused(const void *element)
{
    return !claim_is_false(element);
}

static const api_field policy_fields[] = {
    { "name", API_TEXT, API_AT(zkl_policy_use, name), .help = "its name" },
    { "sha256", API_DIGEST, API_AT(zkl_policy_use, sha256), .help = "of its file" },
    { "claims", API_NUMBER, API_AT(zkl_policy_use, claim_count), .help = "how many it makes" },
    { "refused", API_NUMBER, API_AT(zkl_policy_use, refused_count),
      .help = "how many of them are false, or make no sense" },
};
const api_object api_policy_use = API_OBJECT(zkl_policy_use, policy_fields);

bool api_has_no_policy(const void *record)
{
    return ((const zkl_notarize_result *)record)->policy.name == NULL;
}

static const api_field false_claim_fields[] = {
    { "claim", API_TEXT, API_AT(zkl_claim_problem, claim), .help = "as it was asked for" },
    { "rows", API_NUMBER, API_AT(zkl_claim_problem, row_count), .help = "how many rows offend it" },
    { "reason", API_TEXT, API_AT(zkl_claim_problem, reason), .nullable = true,
      .help = "what is wrong; null when the rows say it" },
};
static const api_object false_claim = API_OBJECT(zkl_claim_problem, false_claim_fields);

static const api_field refused_claim_fields[] = {
    { "claim", API_TEXT, API_AT(zkl_claim_problem, claim), .help = "as it was asked for" },
    { "reason", API_TEXT, API_AT(zkl_claim_problem, reason), .nullable = true,
      .help = "why it makes no sense, or says nothing" },
};
static const api_object refused_claim = API_OBJECT(zkl_claim_problem, refused_claim_fields);

#define AT(member) API_AT(zkl_notarize_result, member)
#define COUNT(member) API_COUNT(zkl_notarize_result, member)
static const api_field added_fields[] = {
    { "dataset.name", API_TEXT, AT(name), .help = "the dataset that it is about" },
    { "dataset.version", API_NUMBER, AT(version), .help = "its version" },
    { "entry.index", API_NUMBER, AT(index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .help = "the entry's leaf hash" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count),
      .help = "what is proven, a sentence each" },
    { "statements", API_LIST, AT(statements), COUNT(statement_count), .of = &api_proven_statement,
      .help = "the proofs" },
    { "setup", API_ENUM, AT(is_development), .names = api_made, .help = "of their keys" },
    { "development_circuits", API_TEXTS, AT(development_circuits), COUNT(development_circuit_count),
      .when = api_has_development_circuits,
      .help = "over a ceremony's powers: circuits whose keys one machine made" },
    { "receipt_bytes", API_NUMBER, AT(receipt_bytes), .when = api_has_receipt,
      .help = "size of the receipt; only when one was written" },
    { "seconds", API_STRUCT, AT(times), .of = &api_stage_times, .help = "how long it took" },
};
const api_object api_added_claims = API_OBJECT(zkl_notarize_result, added_fields);
#undef AT
#undef COUNT

#define AT(member) API_AT(zkl_notarize_result, member)
#define COUNT(member) API_COUNT(zkl_notarize_result, member)
/* An entry stands though its receipt or its timestamp failed. */
static bool is_logged(const void *record)
{
    return !zkl_digest_is_zero(&((const zkl_notarize_result *)record)->receipt_id);
}

static const api_field failed_fields[] = {
    { "entry.index", API_NUMBER, AT(index), .when = is_logged,
      .help = "place in the log, where it was recorded all the same" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .when = is_logged,
      .help = "its leaf hash, likewise" },
    { "false_claims", API_LIST, AT(claim_problems), COUNT(claim_problem_count),
      .keep = claim_is_false, .of = &false_claim, .help = "claims that the data contradict" },
    { "refused_claims", API_LIST, AT(claim_problems), COUNT(claim_problem_count),
      .keep = claim_is_refused, .of = &refused_claim,
      .help = "claims that make no sense, or speak of a column of nulls alone" },
};
const api_object api_failed_claims = API_OBJECT(zkl_notarize_result, failed_fields);
#undef AT
#undef COUNT
