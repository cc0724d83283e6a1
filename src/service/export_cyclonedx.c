/* CycloneDX 1.6, an ML-BOM with the version as its one component, of type data.
 *
 *  1. `declarations` hold what is proven: a claim for each, with the receipt as its evidence. The
 *     standard leaves open whether evidence is any good, so the reasoning says what the proof is
 *     worth.
 *  2. Published files are components below it, with their hashes. Without published hashes there
 *     are none: the component's own hash would be of nothing that a scanner could meet.
 *  3. Everything else has a property `zkp-ledger:...` that says whose word it is. */
#include "service/export_facts.h"

static const char *const fields[] = { "license",        "supplier",       "description",
                                      "classification", "sensitive_data", "url" };

static void put_property(zkl_json_writer *w, const char *name, const char *value)
{
    zkl_json_open(w, NULL, '{');
    zkl_json_format(w, "name", "zkp-ledger:%s", name);
    zkl_json_text(w, "value", value);
    zkl_json_close(w);
}

static void put_reference(zkl_json_writer *w, const char *type, const char *url,
                          const char *comment)
{
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "type", type);
    zkl_json_text(w, "url", url);
    zkl_json_text(w, "comment", comment);
}

/* The envelope never changes, so it has a hash; a receipt is made anew under each checkpoint. */
static void put_references(zkl_json_writer *w, const export_source *source, const export_facts *f)
{
    const char *url = export_declared(source, "url");
    zkl_json_open(w, "externalReferences", '[');
    put_reference(w, "evidence", f->receipt_file,
                  "receipt: whoever verifies it has checked the claims");
    zkl_json_close(w);
    put_reference(w, "attestation", f->envelope_file, "the signed entry (DSSE, in-toto)");
    zkl_json_open(w, "hashes", '[');
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "alg", "SHA-256");
    zkl_json_digest(w, "content", &f->envelope_sha256);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
    if (url) {
        put_reference(w, "distribution", url, EXPORT_DECLARED);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static void put_properties(zkl_json_writer *w, const export_source *source, const export_facts *f)
{
    zkl_json_open(w, "properties", '[');
    put_property(w, "signed:dataset", f->dataset);
    put_property(w, "signed:receipt", f->receipt_id);
    put_property(w, "signed:log", f->verdict.origin);
    put_property(w, "signed:log-key", f->verdict.log_key);
    put_property(w, "signed:signer", f->verdict.signer);
    put_property(w, "signed:time", f->verdict.time);
    put_property(w, "signed:read-as", f->verdict.read.words);
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "name", "zkp-ledger:signed:rows");
    zkl_json_format(w, "value", "%llu", (unsigned long long)f->verdict.row_count);
    zkl_json_close(w);
    for (size_t i = 0; i < source->declared_count; i++)
        put_property(w, "declared", source->declared[i].name);
    for (size_t i = 0; i < f->verdict.not_proven_count; i++)
        put_property(w, "not-proven", f->verdict.not_proven[i]);
    zkl_json_close(w);
}

/* The columns, as the contents of a dataset. */
static void put_data(zkl_json_writer *w, const export_source *source, const export_facts *f)
{
    const char *class = export_declared(source, "classification");
    const char *sensitive = export_declared(source, "sensitive_data");
    zkl_json_open(w, "data", '[');
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "type", "dataset");
    zkl_json_text(w, "name", f->reference);
    zkl_json_open(w, "contents", '{');
    zkl_json_open(w, "properties", '[');
    for (size_t i = 0; i < f->verdict.column_count; i++) {
        const zkl_column_info *column = &f->verdict.columns[i];
        zkl_json_open(w, NULL, '{');
        zkl_json_format(w, "name", "zkp-ledger:signed:column:%s", column->name);
        zkl_json_format(w, "value", "%s%s", export_type(column),
                        column->nullable ? ", nullable" : "");
        zkl_json_close(w);
    }
    zkl_json_close(w);
    zkl_json_close(w);
    if (class)
        zkl_json_text(w, "classification", class);
    if (sensitive) {
        zkl_json_open(w, "sensitiveData", '[');
        zkl_json_text(w, NULL, sensitive);
        zkl_json_close(w);
    }
    zkl_json_close(w);
    zkl_json_close(w);
}

static void put_files(zkl_json_writer *w, const export_facts *f)
{
    const zkl_read_info *read = &f->verdict.read;
    zkl_json_open(w, "components", '[');
    for (size_t i = 0; i < read->digest_count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "type", "file");
        zkl_json_format(w, "bom-ref", "file-%zu", i);
        zkl_json_text(w, "name", read->digests[i].name);
        zkl_json_text(w, "mime-type", export_media_type(f));
        zkl_json_open(w, "hashes", '[');
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "alg", "SHA-256");
        zkl_json_digest(w, "content", &read->digests[i].sha256);
        zkl_json_close(w);
        zkl_json_close(w);
        zkl_json_open(w, "properties", '[');
        put_property(w, "signed", "that the table is of this file: not proven");
        zkl_json_close(w);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static void put_component(zkl_json_writer *w, const export_source *source, const export_facts *f)
{
    const char *supplier = export_declared(source, "supplier");
    const char *license = export_declared(source, "license");
    const char *description = export_declared(source, "description");
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "type", "data");
    zkl_json_text(w, "bom-ref", f->reference);
    if (supplier) {
        zkl_json_open(w, "supplier", '{');
        zkl_json_text(w, "name", supplier);
        zkl_json_close(w);
    }
    zkl_json_text(w, "name", f->verdict.name);
    zkl_json_format(w, "version", "%u", f->verdict.version);
    if (description)
        zkl_json_text(w, "description", description);
    if (license) {
        zkl_json_open(w, "licenses", '[');
        zkl_json_open(w, NULL, '{');
        zkl_json_open(w, "license", '{');
        zkl_json_text(w, "name", license);
        zkl_json_close(w);
        zkl_json_close(w);
        zkl_json_close(w);
    }
    put_references(w, source, f);
    put_files(w, f);
    put_data(w, source, f);
    put_properties(w, source, f);
    zkl_json_close(w);
}

static void put_declarations(zkl_json_writer *w, const export_facts *f)
{
    zkl_json_open(w, "declarations", '{');
    zkl_json_open(w, "claims", '[');
    for (size_t i = 0; i < f->claim_count; i++) {
        const export_claim *c = &f->claims[i];
        zkl_json_open(w, NULL, '{');
        zkl_json_format(w, "bom-ref", "claim-%zu", i);
        zkl_json_text(w, "target", f->reference);
        zkl_json_text(w, "predicate", c->sentence);
        zkl_json_format(w, "reasoning", "%s: %s, entry %llu", export_proven_words(c->claim),
                        c->claim->text, (unsigned long long)c->index);
        zkl_json_open(w, "evidence", '[');
        zkl_json_text(w, NULL, "evidence-receipt");
        zkl_json_close(w);
        zkl_json_close(w);
    }
    zkl_json_close(w);
    zkl_json_open(w, "evidence", '[');
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "bom-ref", "evidence-receipt");
    zkl_json_format(w, "description",
                    "zero-knowledge proofs about the committed rows, in %s (of a claim that an "
                    "entry added: in the receipt of that entry)%s",
                    f->receipt_file,
                    f->verdict.is_development
                        ? "; the set-up was made on one machine, so they bind nobody who made it"
                        : "");
    zkl_json_text(w, "created", f->verdict.time);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    zkl_json_writer w = zkl_json_writer_of(out);
    char uuid[EXPORT_UUID_CHARS + 1];
    ZKL_TRY(export_facts_gather(&f, source, err));
    export_uuid(uuid, &f.verdict.receipt_id);
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    zkl_json_text(&w, "bomFormat", "CycloneDX");
    zkl_json_text(&w, "specVersion", "1.6");
    zkl_json_format(&w, "serialNumber", "urn:uuid:%s", uuid);
    zkl_json_number(&w, "version", 1);
    zkl_json_open(&w, "metadata", '{');
    zkl_json_text(&w, "timestamp", f.verdict.time);
    zkl_json_close(&w);
    zkl_json_open(&w, "components", '[');
    put_component(&w, source, &f);
    zkl_json_close(&w);
    put_declarations(&w, &f);
    zkl_json_close(&w);
    return zkl_buffer_status(out, err);
}

const export_module service_export_cyclonedx = {
    .kind = { .ending = ".cdx.json" },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_file,
};
