/* The model as linked data: PROV-O says who said what of which dataset, and what came of what;
 * schema.org and Croissant say what a dataset is. What PROV has no word for has one of ours.
 * docs/formats/audit.md has the mapping. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "report/format.h"
#include "service/export_croissant.h"
#include "text/shown.h"
#include "text/url.h"

/* Croissant tells each column of each file: beyond that its file is the export of that name. */
#define FIELDS_MAX 10000

typedef struct graph {
    const report_model *model;
    json_t *items;
    char ledger[65];
    bool failed;
} graph;

static void put(graph *g, json_t *object, const char *name, json_t *value)
{
    g->failed |= json_object_set_new(object, name, value) != 0;
}

static void append(graph *g, json_t *list, json_t *value)
{
    g->failed |= json_array_append_new(list, value) != 0;
}

static json_t *text(const char *value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    json_t *out = json_string(value);
    if (out)
        return out;
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(value), 0);
    return shown.failed ? NULL : json_stringn((const char *)shown.data, shown.size);
}

static json_t *hex_of(const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, 32);
    return json_string(hex);
}

static json_t *time_of(const char *time)
{
    return json_pack("{s:s,s:s}", "@type", "xsd:dateTime", "@value", time);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* ---- Names. A name of the log stands in an IRI by its bytes. */

static void put_percent(zkl_buffer *out, const char *name)
{
    zkl_url_put(out, zkl_bytes_of_text(name), "@");
}

static json_t *iri(graph *g, const char *sort, const char *name)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_buffer_format(&out, "urn:zkp-ledger:%s:%s:", g->ledger, sort);
    put_percent(&out, name);
    return out.failed ? NULL : json_stringn((const char *)out.data, out.size);
}

static json_t *ref(graph *g, const char *sort, const char *name)
{
    json_t *out = json_object();
    put(g, out, "@id", iri(g, sort, name));
    return out;
}

static json_t *entry_ref(graph *g, uint64_t index)
{
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)index);
    return ref(g, "entry", number);
}

static json_t *version_iri(graph *g, const report_data *data, uint32_t version)
{
    ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
    zkl_buffer_format(&name, "%s@%u", data->name, version);
    zkl_buffer_put_u8(&name, 0);
    return name.failed ? NULL : iri(g, "dataset", (const char *)name.data);
}

/* ---- Entries and who signed them. */

static void add_entry(graph *g, const report_entry *e)
{
    char index[24];
    json_t *out = json_object();
    snprintf(index, sizeof index, "%llu", (unsigned long long)e->index);
    put(g, out, "@id", iri(g, "entry", index));
    put(g, out, "@type", json_pack("[s,s]", "prov:Entity", "zkl:Entry"));
    put(g, out, "rdfs:label", text(e->what));
    put(g, out, "zkl:index", number(e->index));
    put(g, out, "zkl:kind", text(e->kind));
    put(g, out, "zkl:state", text(report_state_name(e->state)));
    put(g, out, "zkl:receiptId", hex_of(&e->receipt_id));
    if (e->fault)
        put(g, out, "zkl:fault", text(e->fault));
    if (*e->time)
        put(g, out, "prov:generatedAtTime", time_of(e->time));
    if (*e->signer)
        put(g, out, "prov:wasAttributedTo", ref(g, "key", e->signer));
    json_t *stamps = json_array();
    for (size_t i = 0; i < e->stamp_count; i++) {
        json_t *stamp = json_object();
        put(g, stamp, "@type", json_string("zkl:Timestamp"));
        put(g, stamp, "zkl:time", time_of(e->stamps[i].time));
        if (e->stamps[i].clock)
            put(g, stamp, "zkl:clock", text(e->stamps[i].clock));
        append(g, stamps, stamp);
    }
    if (e->stamp_count)
        put(g, out, "zkl:timestamp", stamps);
    else
        json_decref(stamps);
    if (e->data) {
        json_t *about = json_object();
        put(g, about, "@id", version_iri(g, e->data, e->data->version));
        put(g, out, "zkl:about", about);
    }
    append(g, g->items, out);
}

static bool was_signer(const report_model *m, size_t before)
{
    for (size_t i = before; i-- > 0 && i + 64 > before;)
        if (strcmp(m->entries[i].signer, m->entries[before].signer) == 0)
            return true;
    return false;
}

/* A key that signs; one that comes back after long is said again, which adds nothing. */
static void add_agents(graph *g)
{
    for (size_t i = 0; i < g->model->entry_count; i++) {
        const char *signer = g->model->entries[i].signer;
        if (!*signer || was_signer(g->model, i))
            continue;
        json_t *out = json_object();
        put(g, out, "@id", iri(g, "key", signer));
        put(g, out, "@type", json_string("prov:Agent"));
        put(g, out, "zkl:keySha256", text(signer));
        append(g, g->items, out);
    }
}

/* ---- Datasets. */

static json_t *claims_json(graph *g, const report_entry *e)
{
    json_t *out = json_array();
    for (size_t i = 0; i < e->data->claim_count; i++) {
        const report_claim *claim = &e->data->claims[i];
        json_t *item = json_object();
        put(g, item, "@type", json_string("zkl:Claim"));
        put(g, item, "zkl:text", text(claim->text));
        put(g, item, "rdfs:label", text(claim->sentence));
        if (claim->values.can_be_empty)
            put(g, item, "zkl:leastValues", json_integer((json_int_t)claim->values.least));
        put(g, item, "zkl:state",
            json_string(e->state == REPORT_VERIFIED ? "proven" : report_state_name(e->state)));
        put(g, item, "zkl:entry", entry_ref(g, e->index));
        append(g, out, item);
    }
    return out;
}

/* What the writer of text wrote, as a node of the graph. */
static void append_text(graph *g, const zkl_buffer *written)
{
    json_t *const node =
        written->failed ? NULL : json_loadb((const char *)written->data, written->size, 0, NULL);
    append(g, g->items, node);
}

/* The version again as a Croissant description by itself, with Croissant's own context: of public
 * digests alone, since without them nobody can tell which file it is. */
static void add_croissant(graph *g, const report_version *v)
{
    const report_data *const data = v->notarised->data;
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) written = { 0 };
    zkl_json_writer w = zkl_json_writer_of(&written);
    json_t *const id = version_iri(g, data, data->version);
    const char **const ids = ZKL_ARENA_NEW(&memory, const char *, data->file_count);
    const char *const prefix = zkl_arena_format(&memory, "%s:", json_string_value(id));
    const char *const words = zkl_arena_format(&memory, "%s@%u, notarised in log '%s'", data->name,
                                               data->version, g->model->origin);
    g->failed |= !ids || !prefix || !words;
    for (size_t i = 0; !g->failed && i < data->file_count; i++) {
        char hex[65];
        zkl_hex_encode(hex, data->files[i].sha256.bytes, 32);
        ids[i] = zkl_arena_format(&memory, "urn:zkp-ledger:%s:file:%s", g->ledger, hex);
        g->failed |= !ids[i];
    }
    if (!g->failed) {
        const export_croissant c = { .prefix = prefix,
                                     .file_ids = ids,
                                     .name = data->name,
                                     .description = words,
                                     .time = v->notarised->time,
                                     .version = data->version,
                                     .dataset = &data->dataset,
                                     .row_count = data->row_count,
                                     .read = data->read,
                                     .format = data->format,
                                     .files = data->files,
                                     .file_count = data->file_count,
                                     .columns = data->columns,
                                     .column_count = data->column_count };
        zkl_json_open(&w, NULL, '{');
        zkl_json_text(&w, "@id", json_string_value(id));
        export_put_croissant_head(&w, &c);
        export_put_croissant_files(&w, &c);
        zkl_json_close(&w);
        append_text(g, &written);
    }
    json_decref(id);
}

static void add_version(graph *g, const report_version *v)
{
    const report_data *data = v->notarised->data;
    json_t *out = json_object(), *claims = claims_json(g, v->notarised);
    put(g, out, "@id", version_iri(g, data, data->version));
    put(g, out, "@type", json_pack("[s,s]", "prov:Entity", "sc:Dataset"));
    put(g, out, "sc:name", text(data->name));
    put(g, out, "sc:version", number(data->version));
    put(g, out, "zkl:datasetId", hex_of(&data->dataset));
    put(g, out, "zkl:rows", number(data->row_count));
    put(g, out, "zkl:state", text(report_state_name(v->state)));
    put(g, out, "zkl:notarisedBy", entry_ref(g, v->notarised->index));
    if (v->revoked)
        put(g, out, "zkl:revokedBy", entry_ref(g, v->revoked->index));
    if (*v->notarised->signer)
        put(g, out, "prov:wasAttributedTo", ref(g, "key", v->notarised->signer));
    if (data->version > 1) {
        json_t *before = json_object();
        put(g, before, "@id", version_iri(g, data, data->version - 1));
        put(g, out, "prov:wasRevisionOf", before);
    }
    for (size_t i = 0; i < v->about_count; i++) {
        json_t *more = claims_json(g, v->about[i]);
        g->failed |= json_array_extend(claims, more) != 0;
        json_decref(more);
    }
    put(g, out, "zkl:claim", claims);
    append(g, g->items, out);
    if (data->file_count && data->file_count * data->column_count <= FIELDS_MAX)
        add_croissant(g, v);
}

/* ---- Steps. */

static json_t *node_ref(graph *g, const zkl_lineage_node *node)
{
    char hex[65];
    zkl_hex_encode(hex, node->id.bytes, 32);
    return node->is_file ? ref(g, "file", hex) : ref(g, "dataset", node->name);
}

static json_t *node_refs(graph *g, const zkl_lineage *l, const size_t *nodes, size_t count)
{
    json_t *out = json_array();
    for (size_t i = 0; i < count; i++)
        append(g, out, node_ref(g, &l->nodes[nodes[i]]));
    return out;
}

/* A further part of a node that may stand elsewhere too: a graph has it once. */
static void add_result(graph *g, const zkl_lineage *l, const zkl_lineage_step *step, size_t at)
{
    const zkl_lineage_node *node = &l->nodes[step->results[at]];
    char index[24];
    json_t *out = node_ref(g, node);
    snprintf(index, sizeof index, "%llu", (unsigned long long)step->index);
    put(g, out, "@type", json_string("prov:Entity"));
    if (node->is_file)
        put(g, out, "sc:name", text(node->name));
    put(g, out, "prov:wasGeneratedBy", ref(g, "step", index));
    put(g, out, "prov:wasDerivedFrom", node_refs(g, l, step->sources, step->source_count));
    append(g, g->items, out);
}

static void add_step(graph *g, const zkl_lineage *l, const zkl_lineage_step *step)
{
    char index[24];
    json_t *out = json_object();
    snprintf(index, sizeof index, "%llu", (unsigned long long)step->index);
    put(g, out, "@id", iri(g, "step", index));
    put(g, out, "@type", json_string("prov:Activity"));
    if (step->operation)
        put(g, out, "rdfs:label", text(step->operation));
    put(g, out, "zkl:state", text(report_step_state(g->model, step)));
    put(g, out, "zkl:entry", entry_ref(g, step->index));
    put(g, out, "prov:used", node_refs(g, l, step->sources, step->source_count));
    append(g, g->items, out);
    for (size_t i = 0; i < step->result_count; i++)
        add_result(g, l, step, i);
}

/* ---- The report itself. */

static void add_report(graph *g)
{
    const report_model *m = g->model;
    json_t *out = json_object(), *log = json_object(), *maker = json_object();
    char root[65];
    zkl_hex_encode(root, m->root.bytes, 32);
    put(g, maker, "@id", iri(g, "program", m->program));
    put(g, maker, "@type", json_string("prov:SoftwareAgent"));
    put(g, maker, "rdfs:label", text(m->program));
    put(g, log, "@id", iri(g, "checkpoint", root));
    put(g, log, "@type", json_pack("[s,s]", "prov:Entity", "zkl:Checkpoint"));
    put(g, log, "rdfs:label", text(m->origin));
    put(g, log, "zkl:size", number(m->tree_size));
    put(g, log, "zkl:root", json_string(root));
    json_t *witnesses = json_array();
    for (size_t i = 0; i < m->witness_count; i++) {
        json_t *witness = json_object();
        put(g, witness, "@type", json_pack("[s,s]", "prov:Agent", "zkl:Witness"));
        put(g, witness, "rdfs:label", text(m->witnesses[i].name));
        put(g, witness, "zkl:key", text(m->witnesses[i].key));
        put(g, witness, "zkl:size", number(m->witnessed_size));
        append(g, witnesses, witness);
    }
    if (m->witness_count)
        put(g, log, "zkl:witness", witnesses);
    else
        json_decref(witnesses);
    put(g, out, "@id", iri(g, "report", m->made));
    put(g, out, "@type", json_pack("[s,s]", "prov:Entity", "zkl:Report"));
    put(g, out, "rdfs:label", text(m->title));
    put(g, out, "prov:generatedAtTime", time_of(m->made));
    put(g, out, "prov:wasAttributedTo", maker);
    put(g, out, "prov:wasDerivedFrom", log);
    put(g, out, "zkl:state",
        json_string(m->log_fault || m->broken_count || m->unchecked_count ? "broken" : "verified"));
    if (m->log_fault)
        put(g, out, "zkl:fault", text(m->log_fault));
    append(g, g->items, out);
}

static json_t *context(void)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "prov", "http://www.w3.org/ns/prov#", "xsd",
                     "http://www.w3.org/2001/XMLSchema#", "rdfs",
                     "http://www.w3.org/2000/01/rdf-schema#", "sc", "https://schema.org/", "cr",
                     "http://mlcommons.org/croissant/", "zkl", "urn:zkp-ledger:terms:");
}

static int take(const char *bytes, size_t size, void *out)
{
    zkl_buffer_put(out, bytes, size);
    return 0;
}

static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    graph g = { .model = model, .items = json_array() };
    json_t *whole = json_object();
    const zkl_lineage *l = model->lineage ? &model->lineage->lineage : NULL;
    (void)env;
    zkl_hex_encode(g.ledger, model->ledger.bytes, 32);
    add_report(&g);
    add_agents(&g);
    for (size_t i = 0; i < model->version_count; i++)
        add_version(&g, &model->versions[i]);
    for (size_t i = 0; l && i < l->step_count; i++)
        add_step(&g, l, &l->steps[i]);
    for (size_t i = 0; i < model->entry_count; i++)
        add_entry(&g, &model->entries[i]);
    put(&g, whole, "@context", context());
    put(&g, whole, "@graph", g.items);
    g.failed =
        g.failed || json_dump_callback(whole, take, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0;
    json_decref(whole);
    zkl_buffer_put_u8(out, '\n');
    return g.failed || out->failed ? zkl_no_memory(err, 0) : ZKL_OK;
}

const report_format report_export_json_ld = { put_file };
