/* An in-toto attestation with the predicate test-result v0.1: each claim as a test of the version,
 * signed by the ledger's signer.
 *
 *  1. A claim that is proven under a ceremony's set-up passed. One under a development set-up, and
 *     one that may be of no value at all, is among the tests with a warning, and so is then the
 *     whole result: "passed" would be taken for more than it is. The second has "(may be empty)"
 *     behind its text, as verdicts do.
 *  2. It is no entry: its predicate type is none of the ledger's, so nothing that reads entries
 *     takes it. It says what the signer found when he exported it, and the receipt says why. */
#include "keys/sign_record.h"
#include "service/export_facts.h"

static void put_digest(zkl_json_writer *w, const zkl_digest *sha256)
{
    zkl_json_open(w, "digest", '{');
    zkl_json_digest(w, "sha256", sha256);
    zkl_json_close(w);
}

static void put_subject(zkl_json_writer *w, const export_facts *f, const zkl_digest *manifest)
{
    const zkl_read_info *read = &f->verdict.read;
    zkl_json_open(w, "subject", '[');
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "name", f->reference);
    put_digest(w, manifest);
    zkl_json_close(w);
    for (size_t i = 0; i < read->digest_count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "name", read->digests[i].name);
        put_digest(w, &read->digests[i].sha256);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static bool may_be_empty(const zkl_claim_verdict *claim)
{
    return claim->can_be_empty && !claim->least_values;
}

static bool is_warned(const zkl_claim_verdict *claim)
{
    return claim->is_development || may_be_empty(claim);
}

static void put_tests(zkl_json_writer *w, const char *key, const export_facts *f, bool warned)
{
    zkl_json_open(w, key, '[');
    for (size_t i = 0; i < f->claim_count; i++) {
        const zkl_claim_verdict *claim = f->claims[i].claim;
        ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
        if (is_warned(claim) != warned)
            continue;
        zkl_buffer_format(&name, "%s%s", claim->text, may_be_empty(claim) ? " (may be empty)" : "");
        zkl_buffer_put_u8(&name, 0);
        w->out->failed = w->out->failed || name.failed;
        if (!name.failed)
            zkl_json_text(w, NULL, (const char *)name.data);
    }
    zkl_json_close(w);
}

static void put_statement(zkl_buffer *out, const export_facts *f, const zkl_digest *manifest)
{
    zkl_json_writer w = { .out = out, .is_flat = true };
    bool has_warning = false;
    for (size_t i = 0; i < f->claim_count; i++)
        has_warning = has_warning || is_warned(f->claims[i].claim);
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "_type", "https://in-toto.io/Statement/v1");
    put_subject(&w, f, manifest);
    zkl_json_text(&w, "predicateType", "https://in-toto.io/attestation/test-result/v0.1");
    zkl_json_open(&w, "predicate", '{');
    zkl_json_text(&w, "result", has_warning ? "WARNED" : "PASSED");
    zkl_json_open(&w, "configuration", '[');
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "name", f->envelope_file);
    put_digest(&w, &f->envelope_sha256);
    zkl_json_close(&w);
    zkl_json_close(&w);
    put_tests(&w, "passedTests", f, false);
    put_tests(&w, "warnedTests", f, true);
    zkl_json_open(&w, "failedTests", '[');
    zkl_json_close(&w);
    zkl_json_close(&w);
    zkl_json_close(&w);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) statement = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    zkl_entry entry;
    ZKL_TRY(export_facts_gather(&f, source, err));
    if (!f.claim_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "%s has no claims but that it is well formed",
                        f.reference);
    ZKL_TRY(zkl_ledger_entry_with(source->ledger, &entry, &arena, source->version->index,
                                  ZKL_FIELDS_DATA, err));
    put_statement(&statement, &f, &entry.data.manifest_sha256);
    ZKL_TRY(zkl_buffer_status(&statement, err));
    ZKL_TRY(service_open(&writer, source->handle, ZKL_LEDGER_WRITE, source->env, err));
    const zkl_signer *signer = zkl_ledger_signer(writer);
    return zkl_dsse_sign(out, ZKL_DSSE_TYPE_IN_TOTO, zkl_buffer_bytes(&statement), &signer, 1, err);
}

const export_module service_export_test_result = {
    .kind = { .ending = ".test-result.json", .is_signed = true },
    .make_file = make_file,
};
