/* OpenLineage 2.0.2 events, one a line: two RunEvents for each step of the lineage in the order of
 * the log, then a DatasetEvent of the version itself.
 *
 *  1. A run is the step as its entry tells it. When it ran nobody says: the event's time is that of
 *     the entry, by its signer's word, and the run's id follows from the entry.
 *  2. OpenLineage has no place for a proof. Facets of our own, `zkpLedger`, hold what is proven and
 *     what is signed; the standard facets hold what is signed.
 *  3. A file that only its hash names stands in the namespace of the log too. */
#include "service/export_facts.h"

#define PRODUCER "urn:zkp-ledger:producer"
#define SPEC "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"

typedef struct events {
    zkl_json_writer w;
    const export_source *source;
    const export_facts *facts;
    const zkl_lineage *lineage;
} events;

static void open_facet(zkl_json_writer *w, const char *name, const char *schema)
{
    zkl_json_open(w, name, '{');
    zkl_json_text(w, "_producer", PRODUCER);
    zkl_json_text(w, "_schemaURL", schema);
}

static void put_texts(zkl_json_writer *w, const char *key, const zkl_lineage_claim *claims,
                      size_t count)
{
    zkl_json_open(w, key, '[');
    for (size_t i = 0; i < count; i++)
        zkl_json_text(w, NULL, claims[i].text);
    zkl_json_close(w);
}

static void put_node(events *e, const zkl_lineage_node *node)
{
    zkl_json_writer *w = &e->w;
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "namespace", e->facts->verdict.origin);
    zkl_json_text(w, "name", node->name);
    zkl_json_open(w, "facets", '{');
    open_facet(w, "zkpLedger", PRODUCER ":dataset:v1");
    zkl_json_digest(w, node->is_file ? "sha256" : "dataset", &node->id);
    zkl_json_text(w, "standing", EXPORT_SIGNED);
    put_texts(w, "proven", node->claims, node->claim_count);
    if (node->revoked) {
        zkl_json_number(w, "revokedByEntry", node->revoked->index);
        zkl_json_text(w, "revokedBecause", node->revoked->reason);
    }
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
}

static void put_nodes(events *e, const char *key, const size_t *nodes, size_t count)
{
    zkl_json_open(&e->w, key, '[');
    for (size_t i = 0; i < count; i++)
        put_node(e, &e->lineage->nodes[nodes[i]]);
    zkl_json_close(&e->w);
}

/* What was done is a word of the owner's, and stands apart from what is proven of it. */
static void put_job(events *e, const zkl_lineage_step *step)
{
    zkl_json_writer *w = &e->w;
    zkl_json_open(w, "job", '{');
    zkl_json_text(w, "namespace", e->facts->verdict.origin);
    zkl_json_format(w, "name", "entry-%llu", (unsigned long long)step->index);
    zkl_json_open(w, "facets", '{');
    if (step->operation) {
        open_facet(w, "documentation",
                   "https://openlineage.io/spec/facets/1-1-0/"
                   "DocumentationJobFacet.json#/$defs/DocumentationJobFacet");
        zkl_json_format(w, "description", "in the owner's words: %s", step->operation);
        zkl_json_close(w);
    }
    zkl_json_close(w);
    zkl_json_close(w);
}

static zkl_status put_run(events *e, const zkl_lineage_step *step, zkl_error *err)
{
    zkl_json_writer *w = &e->w;
    zkl_digest leaf;
    char uuid[EXPORT_UUID_CHARS + 1];
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(e->source->ledger), &leaf, step->index, err));
    export_uuid(uuid, &leaf);
    zkl_json_open(w, "run", '{');
    zkl_json_text(w, "runId", uuid);
    zkl_json_open(w, "facets", '{');
    open_facet(w, "zkpLedger", PRODUCER ":step:v1");
    zkl_json_number(w, "entry", step->index);
    zkl_json_text(w, "standing", step->is_recorded ? EXPORT_SIGNED : EXPORT_PROVEN);
    put_texts(w, "proven", step->claims, step->claim_count);
    zkl_json_bool(w, "rowsProven", step->has_proven_rows);
    zkl_json_bool(w, "sourcesProven", step->is_proven);
    if (step->unproven)
        zkl_json_text(w, "notProven", step->unproven);
    zkl_json_open(w, "facts", '[');
    for (size_t i = 0; i < step->fact_count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "name", step->facts[i].name);
        zkl_json_text(w, "value", step->facts[i].value);
        zkl_json_close(w);
    }
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
    return ZKL_OK;
}

/* The specification asks for a beginning and an end of each run; both have the entry's time. */
static zkl_status put_step(events *e, const zkl_lineage_step *step, const char *type,
                           zkl_error *err)
{
    zkl_json_writer *w = &e->w;
    char time[ZKL_TIME_CHARS + 1];
    ZKL_TRY(export_entry_time(time, e->source, step->index, err));
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "eventType", type);
    zkl_json_text(w, "eventTime", time);
    ZKL_TRY(put_run(e, step, err));
    put_job(e, step);
    put_nodes(e, "inputs", step->sources, step->source_count);
    put_nodes(e, "outputs", step->results, step->result_count);
    zkl_json_text(w, "producer", PRODUCER);
    zkl_json_text(w, "schemaURL", SPEC "RunEvent");
    zkl_json_close(w);
    return ZKL_OK;
}

static void put_schema(zkl_json_writer *w, const zkl_verify_result *v)
{
    open_facet(w, "schema",
               "https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json#/$defs/"
               "SchemaDatasetFacet");
    zkl_json_open(w, "fields", '[');
    for (size_t i = 0; i < v->column_count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "name", v->columns[i].name);
        zkl_json_text(w, "type", export_type(&v->columns[i]));
        if (v->columns[i].nullable)
            zkl_json_text(w, "description", "nullable");
        zkl_json_close(w);
    }
    zkl_json_close(w);
    zkl_json_close(w);
}

static void put_version(events *e)
{
    zkl_json_writer *w = &e->w;
    const zkl_verify_result *v = &e->facts->verdict;
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "eventTime", v->time);
    zkl_json_open(w, "dataset", '{');
    zkl_json_text(w, "namespace", v->origin);
    zkl_json_text(w, "name", e->facts->reference);
    zkl_json_open(w, "facets", '{');
    put_schema(w, v);
    open_facet(w, "version",
               "https://openlineage.io/spec/facets/1-0-1/"
               "DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet");
    zkl_json_format(w, "datasetVersion", "%u", v->version);
    zkl_json_close(w);
    open_facet(w, "zkpLedger", PRODUCER ":version:v1");
    zkl_json_number(w, "rows", v->row_count);
    zkl_json_text(w, "standing", EXPORT_SIGNED);
    export_put_claims(w, "claims", e->facts);
    export_put_not_proven(w, "notProven", e->facts);
    export_put_evidence(w, "evidence", e->facts);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_text(w, "producer", PRODUCER);
    zkl_json_text(w, "schemaURL", SPEC "DatasetEvent");
    zkl_json_close(w);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    ZKL_AUTO_CLEAR(export_lineage) lineage = { 0 };
    events e = { .w = { .out = out, .is_flat = true },
                 .source = source,
                 .facts = &f,
                 .lineage = &lineage.result.lineage };
    ZKL_TRY(export_facts_gather(&f, source, err));
    ZKL_TRY(export_lineage_gather(&lineage, source, &f, err));
    for (size_t i = 0; i < e.lineage->step_count; i++) {
        ZKL_TRY(put_step(&e, &e.lineage->steps[i], "START", err));
        ZKL_TRY(put_step(&e, &e.lineage->steps[i], "COMPLETE", err));
    }
    put_version(&e);
    return zkl_buffer_status(out, err);
}

const export_module service_export_openlineage = {
    .kind = { .ending = ".openlineage.ndjson", .tells_lineage = true },
    .make_file = make_file,
};
