/* W3C PROV-JSON: the version, what it was made of, and who says so.
 *
 *  1. Entities are dataset versions and files, activities are steps of the lineage, the agent is
 *     the signer: a key, since nobody says here whose it is.
 *  2. PROV knows assertions, not proofs. So each entity and activity has `zkl:standing`, and what
 *     is proven of it stands in `zkl:proven`, claim by claim. An operation is its owner's word even
 *     where claims prove what came of it. */
#include <stdio.h>

#include "service/export_facts.h"

/* The graph is gone through once for each kind of relation: PROV-JSON groups them by kind. */
typedef struct prov_export {
    zkl_json_writer w;
    const export_source *source;
    const export_facts *facts;
    const zkl_lineage *lineage;
} prov_export;

/* "dataset:01e1.." or "file:0bf7..", under the prefixes below. */
static void node_name(char out[static 80], const zkl_lineage_node *node)
{
    char hex[2 * sizeof node->id.bytes + 1];
    zkl_hex_encode(hex, node->id.bytes, sizeof node->id.bytes);
    snprintf(out, 80, "%s:%s", node->is_file ? "file" : "dataset", hex);
}

static void put_claims(zkl_json_writer *w, const zkl_lineage_claim *claims, size_t count)
{
    if (!count)
        return;
    zkl_json_open(w, "zkl:proven", '[');
    for (size_t i = 0; i < count; i++)
        zkl_json_text(w, NULL, claims[i].text);
    zkl_json_close(w);
}

static void put_typed(zkl_json_writer *w, const char *key, const char *type, uint64_t number)
{
    zkl_json_open(w, key, '{');
    zkl_json_format(w, "$", "%llu", (unsigned long long)number);
    zkl_json_text(w, "type", type);
    zkl_json_close(w);
}

static void put_boolean(zkl_json_writer *w, const char *key, bool value)
{
    zkl_json_open(w, key, '{');
    zkl_json_text(w, "$", value ? "true" : "false");
    zkl_json_text(w, "type", "xsd:boolean");
    zkl_json_close(w);
}

static void put_entities(prov_export *p)
{
    zkl_json_writer *w = &p->w;
    char name[80];
    zkl_json_open(w, "entity", '{');
    for (size_t i = 0; i < p->lineage->node_count; i++) {
        const zkl_lineage_node *node = &p->lineage->nodes[i];
        node_name(name, node);
        zkl_json_open(w, name, '{');
        zkl_json_text(w, "prov:label", node->name);
        zkl_json_open(w, "prov:type", '{');
        zkl_json_text(w, "$", node->is_file ? "zkl:File" : "zkl:DatasetVersion");
        zkl_json_text(w, "type", "prov:QUALIFIED_NAME");
        zkl_json_close(w);
        zkl_json_text(w, "zkl:standing", EXPORT_SIGNED);
        put_typed(w, "zkl:entry", "xsd:unsignedLong", node->index);
        if (node->row_count)
            put_typed(w, "zkl:rows", "xsd:unsignedLong", node->row_count);
        put_claims(w, node->claims, node->claim_count);
        if (node->revoked) {
            put_typed(w, "zkl:revokedByEntry", "xsd:unsignedLong", node->revoked->index);
            zkl_json_text(w, "zkl:revokedBecause", node->revoked->reason);
        }
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static zkl_status put_activities(prov_export *p, zkl_error *err)
{
    zkl_json_writer *w = &p->w;
    char name[32], time[ZKL_TIME_CHARS + 1];
    zkl_json_open(w, "activity", '{');
    for (size_t i = 0; i < p->lineage->step_count; i++) {
        const zkl_lineage_step *step = &p->lineage->steps[i];
        ZKL_TRY(export_entry_time(time, p->source, step->index, err));
        snprintf(name, sizeof name, "step:%llu", (unsigned long long)step->index);
        zkl_json_open(w, name, '{');
        zkl_json_text(w, "zkl:recordedAt", time);
        zkl_json_text(w, "zkl:standing", step->is_recorded ? EXPORT_SIGNED : EXPORT_PROVEN);
        if (step->operation)
            zkl_json_text(w, "prov:label", step->operation);
        if (step->unproven)
            zkl_json_text(w, "zkl:notProven", step->unproven);
        for (size_t k = 0; k < step->fact_count; k++) {
            char key[64]; /* names of facts are free texts, those of attributes are not */
            snprintf(key, sizeof key, "zkl:fact%zu", k);
            zkl_json_format(w, key, "%s=%s", step->facts[k].name, step->facts[k].value);
        }
        put_boolean(w, "zkl:rowsProven", step->has_proven_rows);
        put_boolean(w, "zkl:sourcesProven", step->is_proven);
        put_claims(w, step->claims, step->claim_count);
        zkl_json_close(w);
    }
    zkl_json_close(w);
    return ZKL_OK;
}

static void put_agent(prov_export *p)
{
    const zkl_verify_result *v = &p->facts->verdict;
    char name[80];
    snprintf(name, sizeof name, "key:%s", v->signer);
    zkl_json_open(&p->w, "agent", '{');
    zkl_json_open(&p->w, name, '{');
    zkl_json_format(&p->w, "prov:label", "signer of log '%s'", v->origin);
    zkl_json_close(&p->w);
    zkl_json_close(&p->w);
    zkl_json_open(&p->w, "wasAttributedTo", '{');
    zkl_json_open(&p->w, "_:a0", '{');
    zkl_json_format(&p->w, "prov:entity", "dataset:%s", p->facts->dataset);
    zkl_json_text(&p->w, "prov:agent", name);
    zkl_json_close(&p->w);
    zkl_json_close(&p->w);
}

/* One relation of a step with its sources, or its results. */
static void put_relation(prov_export *p, const char *kind, char letter, bool of_sources)
{
    zkl_json_writer *w = &p->w;
    char name[80];
    size_t number = 0;
    zkl_json_open(w, kind, '{');
    for (size_t i = 0; i < p->lineage->step_count; i++) {
        const zkl_lineage_step *step = &p->lineage->steps[i];
        const size_t *nodes = of_sources ? step->sources : step->results;
        const size_t count = of_sources ? step->source_count : step->result_count;
        for (size_t k = 0; k < count; k++, number++) {
            snprintf(name, sizeof name, "_:%c%zu", letter, number);
            zkl_json_open(w, name, '{');
            zkl_json_format(w, "prov:activity", "step:%llu", (unsigned long long)step->index);
            node_name(name, &p->lineage->nodes[nodes[k]]);
            zkl_json_text(w, "prov:entity", name);
            zkl_json_close(w);
        }
    }
    zkl_json_close(w);
}

/* Every result of every source: PROV says it again, for tools that look at entities alone. */
static void put_derivations(prov_export *p)
{
    zkl_json_writer *w = &p->w;
    char name[80];
    size_t number = 0;
    zkl_json_open(w, "wasDerivedFrom", '{');
    for (size_t i = 0; i < p->lineage->step_count; i++) {
        const zkl_lineage_step *step = &p->lineage->steps[i];
        for (size_t k = 0; k < step->source_count * step->result_count; k++, number++) {
            snprintf(name, sizeof name, "_:d%zu", number);
            zkl_json_open(w, name, '{');
            node_name(name, &p->lineage->nodes[step->results[k / step->source_count]]);
            zkl_json_text(w, "prov:generatedEntity", name);
            node_name(name, &p->lineage->nodes[step->sources[k % step->source_count]]);
            zkl_json_text(w, "prov:usedEntity", name);
            zkl_json_format(w, "prov:activity", "step:%llu", (unsigned long long)step->index);
            zkl_json_close(w);
        }
    }
    zkl_json_close(w);
}

static void put_prefixes(zkl_json_writer *w)
{
    static const char *const prefixes[][2] = {
        { "zkl", "urn:zkp-ledger:terms:" },        { "dataset", "urn:zkp-ledger:dataset:" },
        { "file", "urn:zkp-ledger:file-sha256:" }, { "step", "urn:zkp-ledger:entry:" },
        { "key", "urn:zkp-ledger:key:" },
    };
    zkl_json_open(w, "prefix", '{');
    for (size_t i = 0; i < ZKL_COUNT(prefixes); i++)
        zkl_json_text(w, prefixes[i][0], prefixes[i][1]);
    zkl_json_close(w);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    ZKL_AUTO_CLEAR(export_lineage) lineage = { 0 };
    prov_export p = { .w = zkl_json_writer_of(out),
                      .source = source,
                      .facts = &f,
                      .lineage = &lineage.result.lineage };
    ZKL_TRY(export_facts_gather(&f, source, err));
    ZKL_TRY(export_lineage_gather(&lineage, source, &f, err));
    zkl_json_open(&p.w, NULL, '{');
    put_prefixes(&p.w);
    put_entities(&p);
    ZKL_TRY(put_activities(&p, err));
    put_agent(&p);
    put_relation(&p, "used", 'u', true);
    put_relation(&p, "wasGeneratedBy", 'g', false);
    put_derivations(&p);
    zkl_json_close(&p.w);
    return zkl_buffer_status(out, err);
}

const export_module service_export_prov_json = {
    .kind = { .ending = ".prov.json", .tells_lineage = true },
    .make_file = make_file,
};
