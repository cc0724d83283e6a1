/* Verify the whole log from its first entry, and an audit log that it has the segments of: "valid"
 * is said of all that was asked about. */
#include "api/objects.h"
#include "api/results.h"

static const api_field chain_request_fields[] = {
    { "from", API_NUMBER, API_AT(api_chain_request, chain.from),
      .help = "first entry whose manifest and proofs are looked at; else 0" },
    { "to", API_NUMBER, API_AT(api_chain_request, chain.to),
      .help = "before this entry; 0: to the end" },
    { "proofs", API_BOOL, API_AT(api_chain_request, chain.proofs),
      .help = "verify every proof too" },
    { "remember", API_BOOL, API_AT(api_chain_request, chain.remember),
      .help = "begin behind what was verified before, and remember what is verified now" },
    { "fresh", API_BOOL, API_AT(api_chain_request, chain.fresh),
      .help = "remember, and begin with the first entry" },
    { "segments", API_TEXT, API_AT(api_chain_request, segments), .is_path = true,
      .help = "folder of a service's audit log, to compare with the log's entries" },
};
static const api_object chain_request_object = API_OBJECT(api_chain_request, chain_request_fields);

/* Its owner's word, in entry 0. */
static bool goes_on(const void *record)
{
    return ((const api_chain_result *)record)->chain.succeeds.origin[0] != 0;
}

static bool has_known(const void *record)
{
    return ((const api_chain_result *)record)->chain.known_count != 0;
}

/* An index of 0 is an entry too: whether there is one is said apart. */
static bool has_bad_entry(const void *record)
{
    return ((const api_chain_result *)record)->has_bad_entry;
}

/* Not where all of it was verified before. */
static bool has_content(const void *record)
{
    const api_chain_result *const r = record;
    return r->from <= r->last;
}

static bool has_segments(const void *record)
{
    return ((const api_chain_result *)record)->has_segments;
}

static const api_field deletion_fields[] = {
    { "segment", API_TEXT, API_AT(zkl_segment_deletion, name), .help = "its file" },
    { "class", API_TEXT, API_AT(zkl_segment_deletion, class_name), .help = "by the rule of" },
    { "days", API_NUMBER, API_AT(zkl_segment_deletion, days), .help = "that it is kept" },
    { "time", API_TEXT, API_AT(zkl_segment_deletion, time), .help = "when" },
};
static const api_object deletion = API_OBJECT(zkl_segment_deletion, deletion_fields);

#define AT(member) API_AT(zkl_verify_segments_result, member)
static const api_field segments_fields[] = {
    { "closed", API_NUMBER, AT(segment_count), .help = "files that are as their entries say" },
    { "lines", API_NUMBER, AT(line_count), .help = "lines in them" },
    { "open", API_NUMBER, AT(open_count), .help = "files that follow, and have no entry yet" },
    { "open_lines", API_NUMBER, AT(open_line_count), .help = "lines in them" },
    { "cut_bytes", API_NUMBER, AT(cut_bytes), .help = "behind the last whole line" },
    { "left", API_NUMBER, AT(left_count),
      .help = "files that are there though their deletion is logged" },
    { "deletions", API_LIST, AT(deletions), API_COUNT(zkl_verify_segments_result, deletion_count),
      .of = &deletion, .help = "deleted by their rule" },
};
#undef AT
static const api_object segments_object = API_OBJECT(zkl_verify_segments_result, segments_fields);

#define AT(member) API_AT(api_chain_result, chain.member)
static const api_field chain_fields[] = {
    { "entries", API_NUMBER, AT(entry_count), .help = "entries of the log" },
    { "checkpoints", API_NUMBER, AT(checkpoint_count), .help = "checkpoints ever signed" },
    { "blobs", API_NUMBER, AT(blob_count), .help = "manifests, proofs and keys by their hash" },
    { "datasets", API_NUMBER, AT(dataset_count), .help = "versions of datasets" },
    { "proofs", API_NUMBER, AT(proof_count), .help = "proofs" },
    { "proofs_checked", API_BOOL, AT(proofs_checked), .help = "were they verified" },
    { "verified_before.entries", API_NUMBER, AT(known_count), .when = has_known,
      .help = "of the entries: their bytes, tree and index keys were compared with what was "
              "verified then; nothing else of them was checked now" },
    { "verified_before.checkpoints", API_NUMBER, AT(known_checkpoint_count), .when = has_known,
      .help = "of the checkpoints, likewise" },
    { "remembered", API_BOOL, AT(remembered), .help = "is this verification kept for the next" },
    { "log.origin", API_TEXT, API_AT(api_chain_result, log.origin), .help = "the log's name" },
    { "log.ledger", API_DIGEST, API_AT(api_chain_result, log.ledger), .help = "the ledger's id" },
    { "log.folder", API_TEXT, API_AT(api_chain_result, log.folder), .help = "its folder" },
    { "succeeds", API_STRUCT, AT(succeeds), .when = goes_on, .of = &api_succeeds,
      .help = "the log that it goes on from" },
    { "segments", API_STRUCT, API_AT(api_chain_result, segments), .when = has_segments,
      API_FLAG(api_chain_result, has_segments), .of = &segments_object, .help = "the audit log" },
    { "content_of.from", API_NUMBER, API_AT(api_chain_result, from), .when = has_content,
      .help = "first entry whose manifest and proofs were looked at" },
    { "content_of.to", API_NUMBER, API_AT(api_chain_result, last), .when = has_content,
      .help = "the last such entry" },
};
static const api_object chain_object = API_OBJECT(api_chain_result, chain_fields);

static const api_field chain_failure_fields[] = {
    { "bad_entry", API_NUMBER, AT(bad_index), .when = has_bad_entry,
      API_FLAG(api_chain_result, has_bad_entry),
      .help = "when rejected: the first entry that fails" },
};
static const api_object chain_failure_object = API_OBJECT(api_chain_result, chain_failure_fields);
#undef AT

/* What it says lives with the result. */
static zkl_status compare_segments(api_chain_result *out, zkl_ledger *ledger, const char *folder,
                                   const zkl_env *env, zkl_error *err)
{
    const zkl_status status = zkl_verify_segments(&out->segments, ledger, folder, env, err);
    zkl_arena_join(&out->memory, &out->segments.memory);
    out->has_segments = status == ZKL_OK;
    return status;
}

zkl_status api_verify_chain_run(api_chain_result *out, zkl_ledger *ledger,
                                const api_chain_request *request, const zkl_env *env,
                                zkl_error *err)
{
    const zkl_verify_chain_request *const asked = &request->chain;
    const zkl_status status = zkl_verify_chain(&out->chain, ledger, asked, env, err);
    ZKL_ASSERT(ledger);
    out->has_bad_entry = status == ZKL_REJECTED;
    ZKL_TRY(status);
    const uint64_t count = out->chain.entry_count;
    ZKL_ASSERT(count > 0); /* a ledger begins with entry 0 */
    if (asked->from && asked->from >= count)
        return zkl_fail(err, ZKL_NOT_FOUND, "the log has %llu entries, so nothing from %llu on",
                        (unsigned long long)count, (unsigned long long)asked->from);
    /* Both ends included, as people count entries; the request is half open, as programs do. */
    out->from = asked->remember ? out->chain.known_count : asked->from;
    out->last = (asked->to && asked->to < count ? asked->to : count) - 1;
    zkl_ledger_get_info(&out->log, ledger);
    return request->segments ? compare_segments(out, ledger, request->segments, env, err) : ZKL_OK;
}

static zkl_status run_chain(void *result, zkl_ledger *ledger, const void *request,
                            const zkl_env *env, zkl_error *err)
{
    const api_chain_request *const given = request;
    const zkl_verify_chain_request *const asked = &given->chain;
    if (asked->to && asked->from >= asked->to)
        return zkl_fail(err, ZKL_USAGE, "from entry %llu to before %llu: nothing is between",
                        (unsigned long long)asked->from, (unsigned long long)asked->to);
    return api_verify_chain_run(result, ledger, given, env, err);
}

/* Grows with the log; with proofs some milliseconds a proof. */
const api_operation api_verify_chain = {
    .name = "verify-chain",
    .summary = "verify the whole log from its first entry",
    .permission = "log:read",
    .effect = API_READS,
    .is_long = true,
    .verifies = true,
    .request = &chain_request_object,
    .result = &chain_object,
    .failure = &chain_failure_object,
    .memory_offset = offsetof(api_chain_result, memory),
    .run = run_chain,
};
