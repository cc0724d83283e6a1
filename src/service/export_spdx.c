/* SPDX 3.0.1 in JSON-LD, profiles core, software and dataset.
 *
 *  1. The version is a DatasetPackage; published files are Files that it contains, with hashes.
 *  2. Each proven claim is an Annotation of the package, and so are the lists of what is signed and
 *     what is declared: SPDX has no other place for where a statement comes from.
 *  3. What SPDX asks for and nobody said stands as "not stated". */
#include <stdio.h>
#include <string.h>

#include "service/export_facts.h"

static const char *const fields[] = { "license",    "supplier",     "description", "url",
                                      "collection", "intended_use", "known_bias" };

typedef struct graph {
    zkl_json_writer w;
    const export_source *source;
    const export_facts *facts;
    /* SPDX times have whole seconds. */
    char time[ZKL_TIME_CHARS + 1];
} graph;

static void put_id(zkl_json_writer *w, const char *key, const graph *g, const char *part)
{
    zkl_json_format(w, key, "urn:zkp-ledger:spdx:%s#%s", g->facts->dataset, part);
}

/* An element of the graph: type, id, creation. */
static void open_element(graph *g, const char *type, const char *part)
{
    zkl_json_open(&g->w, NULL, '{');
    zkl_json_text(&g->w, "type", type);
    put_id(&g->w, "spdxId", g, part);
    zkl_json_text(&g->w, "creationInfo", "_:creation");
}

static void open_annotation(graph *g, const char *part)
{
    open_element(g, "Annotation", part);
    zkl_json_text(&g->w, "annotationType", "other");
    put_id(&g->w, "subject", g, "dataset");
}

/* Who made this document and, as far as that is said, the data. */
static void put_agents(graph *g)
{
    const char *supplier = export_declared(g->source, "supplier");
    zkl_json_open(&g->w, NULL, '{');
    zkl_json_text(&g->w, "type", "CreationInfo");
    zkl_json_text(&g->w, "@id", "_:creation");
    zkl_json_text(&g->w, "specVersion", "3.0.1");
    zkl_json_text(&g->w, "created", g->time);
    zkl_json_open(&g->w, "createdBy", '[');
    put_id(&g->w, NULL, g, "signer");
    zkl_json_close(&g->w);
    zkl_json_close(&g->w);
    open_element(g, "Agent", "signer");
    zkl_json_format(&g->w, "name", "signer %s of log '%s'", g->facts->verdict.signer,
                    g->facts->verdict.origin);
    zkl_json_close(&g->w);
    open_element(g, "Organization", "supplier");
    zkl_json_text(&g->w, "name", supplier ? supplier : EXPORT_NOT_STATED);
    zkl_json_close(&g->w);
}

static void put_hash(graph *g, const zkl_digest *sha256)
{
    zkl_json_open(&g->w, "verifiedUsing", '[');
    zkl_json_open(&g->w, NULL, '{');
    zkl_json_text(&g->w, "type", "Hash");
    zkl_json_text(&g->w, "algorithm", "sha256");
    zkl_json_digest(&g->w, "hashValue", sha256);
    zkl_json_close(&g->w);
    zkl_json_close(&g->w);
}

static void put_external(graph *g, const char *type, const char *locator, const char *comment)
{
    zkl_json_open(&g->w, NULL, '{');
    zkl_json_text(&g->w, "type", "ExternalRef");
    zkl_json_text(&g->w, "externalRefType", type);
    zkl_json_open(&g->w, "locator", '[');
    zkl_json_text(&g->w, NULL, locator);
    zkl_json_close(&g->w);
    zkl_json_text(&g->w, "comment", comment);
    zkl_json_close(&g->w);
}

static void put_size(graph *g)
{
    const zkl_read_info *read = &g->facts->verdict.read;
    uint64_t bytes = 0;
    for (size_t i = 0; i < read->digest_count; i++)
        bytes += read->digests[i].size;
    if (read->digest_count)
        zkl_json_number(&g->w, "dataset_datasetSize", bytes);
}

static void put_said(graph *g, const char *key, const char *name)
{
    const char *value = export_declared(g->source, name);
    if (value)
        zkl_json_text(&g->w, key, value);
}

static void put_package(graph *g)
{
    zkl_json_writer *w = &g->w;
    const char *bias = export_declared(g->source, "known_bias");
    open_element(g, "dataset_DatasetPackage", "dataset");
    zkl_json_text(w, "name", g->facts->verdict.name);
    zkl_json_format(w, "software_packageVersion", "%u", g->facts->verdict.version);
    put_said(g, "description", "description");
    put_said(g, "software_downloadLocation", "url");
    zkl_json_text(w, "software_primaryPurpose", "data");
    zkl_json_text(w, "builtTime", g->time);
    zkl_json_text(w, "releaseTime", g->time);
    zkl_json_open(w, "originatedBy", '[');
    put_id(w, NULL, g, "supplier");
    zkl_json_close(w);
    zkl_json_open(w, "dataset_datasetType", '[');
    zkl_json_text(w, NULL, "structured");
    zkl_json_close(w);
    put_size(g);
    put_said(g, "dataset_dataCollectionProcess", "collection");
    put_said(g, "dataset_intendedUse", "intended_use");
    if (bias) {
        zkl_json_open(w, "dataset_knownBias", '[');
        zkl_json_text(w, NULL, bias);
        zkl_json_close(w);
    }
    zkl_json_open(w, "externalRef", '[');
    put_external(g, "other", g->facts->receipt_file,
                 "receipt: whoever verifies it has checked the claims");
    put_external(g, "other", g->facts->envelope_file, "the signed entry (DSSE, in-toto)");
    zkl_json_close(w);
    zkl_json_close(w);
}

static void put_files(graph *g)
{
    const zkl_read_info *read = &g->facts->verdict.read;
    char part[32];
    for (size_t i = 0; i < read->digest_count; i++) {
        snprintf(part, sizeof part, "file-%zu", i);
        open_element(g, "software_File", part);
        zkl_json_text(&g->w, "name", read->digests[i].name);
        zkl_json_text(&g->w, "contentType", export_media_type(g->facts));
        put_hash(g, &read->digests[i].sha256);
        zkl_json_close(&g->w);
    }
    if (!read->digest_count)
        return;
    open_element(g, "Relationship", "files");
    put_id(&g->w, "from", g, "dataset");
    zkl_json_text(&g->w, "relationshipType", "contains");
    zkl_json_open(&g->w, "to", '[');
    for (size_t i = 0; i < read->digest_count; i++) {
        snprintf(part, sizeof part, "file-%zu", i);
        put_id(&g->w, NULL, g, part);
    }
    zkl_json_close(&g->w);
    zkl_json_close(&g->w);
}

static void put_annotations(graph *g)
{
    char part[32];
    for (size_t i = 0; i < g->facts->claim_count; i++) {
        const export_claim *c = &g->facts->claims[i];
        snprintf(part, sizeof part, "claim-%zu", i);
        open_annotation(g, part);
        zkl_json_format(&g->w, "statement", "%s: %s [%s, entry %llu]",
                        export_proven_words(c->claim), c->sentence, c->claim->text,
                        (unsigned long long)c->index);
        zkl_json_close(&g->w);
    }
    open_annotation(g, "signed");
    zkl_json_text(&g->w, "statement",
                  EXPORT_SIGNED ": name, version, times, size, files and their hashes");
    zkl_json_close(&g->w);
    for (size_t i = 0; i < g->source->declared_count; i++) {
        const zkl_fact *said = &g->source->declared[i];
        snprintf(part, sizeof part, "declared-%zu", i);
        open_annotation(g, part);
        zkl_json_format(&g->w, "statement", EXPORT_DECLARED ", signed by nobody: %s = %s",
                        said->name, said->value);
        zkl_json_close(&g->w);
    }
    for (size_t i = 0; i < g->facts->verdict.not_proven_count; i++) {
        snprintf(part, sizeof part, "not-proven-%zu", i);
        open_annotation(g, part);
        zkl_json_format(&g->w, "statement", "not proven: %s", g->facts->verdict.not_proven[i]);
        zkl_json_close(&g->w);
    }
}

/* SPDX names licences by elements of their own; a text that is declared is a custom one. */
static void put_document(graph *g)
{
    zkl_json_writer *w = &g->w;
    static const char *const profiles[] = { "core", "software", "dataset" };
    open_element(g, "SpdxDocument", "document");
    zkl_json_text(w, "name", g->facts->reference);
    zkl_json_open(w, "profileConformance", '[');
    for (size_t i = 0; i < ZKL_COUNT(profiles); i++)
        zkl_json_text(w, NULL, profiles[i]);
    zkl_json_close(w);
    zkl_json_open(w, "rootElement", '[');
    put_id(w, NULL, g, "dataset");
    zkl_json_close(w);
    zkl_json_close(w);
}

static void put_license(graph *g)
{
    const char *license = export_declared(g->source, "license");
    if (!license)
        return;
    open_element(g, "simplelicensing_SimpleLicensingText", "license");
    zkl_json_text(&g->w, "simplelicensing_licenseText", license);
    zkl_json_close(&g->w);
    open_element(g, "Relationship", "licensed");
    put_id(&g->w, "from", g, "dataset");
    zkl_json_text(&g->w, "relationshipType", "hasDeclaredLicense");
    zkl_json_open(&g->w, "to", '[');
    put_id(&g->w, NULL, g, "license");
    zkl_json_close(&g->w);
    zkl_json_close(&g->w);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    graph g = { .w = zkl_json_writer_of(out), .source = source, .facts = &f };
    ZKL_TRY(export_facts_gather(&f, source, err));
    snprintf(g.time, sizeof g.time, "%.19sZ", f.verdict.time);
    zkl_json_open(&g.w, NULL, '{');
    zkl_json_text(&g.w, "@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
    zkl_json_open(&g.w, "@graph", '[');
    put_agents(&g);
    put_package(&g);
    put_files(&g);
    put_license(&g);
    put_annotations(&g);
    put_document(&g);
    zkl_json_close(&g.w);
    zkl_json_close(&g.w);
    return zkl_buffer_status(out, err);
}

const export_module service_export_spdx = {
    .kind = { .ending = ".spdx.json" },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_file,
};
