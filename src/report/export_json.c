/* The model as JSON: docs/formats/audit.md. All of it is here; the other formats say less. */
#include <jansson.h>
#include <string.h>

#include "report/format.h"
#include "text/shown.h"

/* ---- Members. A failure of any is one of the whole: `failed` is looked at in the end. */

typedef struct json_writer {
    const report_model *model;
    bool is_shown; /* hidden characters are told by their bytes */
    bool failed;
} json_writer;

static void put(json_writer *w, json_t *object, const char *name, json_t *value)
{
    w->failed |= json_object_set_new(object, name, value) != 0;
}

static void append(json_writer *w, json_t *list, json_t *value)
{
    w->failed |= json_array_append_new(list, value) != 0;
}

/* JSON holds Unicode alone: what is none is told byte by byte. Where texts are shown, a line end is
 * told too, so that no text of others begins a line. keep: '\n': it is lines by its form. */
static json_t *lines(const json_writer *w, const char *value, char keep)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    if (!value)
        return json_null();
    json_t *out = w->is_shown ? NULL : json_string(value);
    if (out)
        return out;
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(value), (uint8_t)keep);
    return shown.failed ? NULL : json_stringn((const char *)shown.data, shown.size);
}

static json_t *text(const json_writer *w, const char *value)
{
    return lines(w, value, 0);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *digest(const zkl_digest *value)
{
    char hex[65];
    zkl_hex_encode(hex, value->bytes, 32);
    return json_string(hex);
}

/* ---- Entries. */

static json_t *claim_json(json_writer *w, const report_claim *claim)
{
    json_t *out = json_object();
    put(w, out, "text", text(w, claim->text));
    put(w, out, "sentence", text(w, claim->sentence));
    put(w, out, "wellformedness", json_boolean(claim->is_wellformedness));
    if (claim->values.can_be_empty && !claim->values.least)
        put(w, out, "may_be_empty", json_true());
    if (claim->values.can_be_empty && claim->values.least) {
        put(w, out, "least_values", number(claim->values.least));
        put(w, out, "values_are_exact", json_boolean(claim->values.is_exact));
    }
    if (claim->bar_count) {
        json_t *bars = json_array();
        for (size_t i = 0; i < claim->bar_count; i++) {
            json_t *bar = json_object();
            put(w, bar, "label", text(w, claim->bars[i].label));
            put(w, bar, "count", number(claim->bars[i].count));
            append(w, bars, bar);
        }
        put(w, out, "column", text(w, claim->bars_of));
        put(w, out, "counts", bars);
    }
    return out;
}

static json_t *columns_json(json_writer *w, const report_data *data)
{
    json_t *out = json_array();
    for (size_t i = 0; i < data->column_count; i++) {
        json_t *column = json_object();
        put(w, column, "name", text(w, data->columns[i].name));
        put(w, column, "type", text(w, data->columns[i].type));
        put(w, column, "nullable", json_boolean(data->columns[i].nullable));
        append(w, out, column);
    }
    return out;
}

static json_t *files_json(json_writer *w, const report_data *data)
{
    json_t *out = json_array();
    for (size_t i = 0; i < data->file_count; i++) {
        json_t *file = json_object();
        put(w, file, "name", text(w, data->files[i].name));
        put(w, file, "bytes", number(data->files[i].size));
        put(w, file, "sha256", digest(&data->files[i].sha256));
        append(w, out, file);
    }
    return out;
}

static json_t *recorded_json(json_writer *w, const report_data *data)
{
    json_t *out = json_object(), *facts = json_array();
    for (size_t i = 0; i < data->fact_count; i++) {
        json_t *fact = json_object();
        put(w, fact, "name", text(w, data->facts[i].name));
        put(w, fact, "value", text(w, data->facts[i].value));
        append(w, facts, fact);
    }
    put(w, out, "operation", text(w, data->operation));
    put(w, out, "unproven", text(w, data->unproven));
    put(w, out, "facts", facts);
    return out;
}

static bool is_kind(const report_entry *e, const char *kind)
{
    return strcmp(e->kind, kind) == 0;
}

static void put_data(json_writer *w, json_t *out, const report_entry *e)
{
    const report_data *data = e->data;
    json_t *dataset = json_object(), *claims = json_array();
    put(w, dataset, "name", text(w, data->name));
    put(w, dataset, "version", number(data->version));
    put(w, dataset, "id", digest(&data->dataset));
    if (is_kind(e, "notarise")) {
        put(w, dataset, "rows", number(data->row_count));
        put(w, dataset, "read", text(w, data->read));
        put(w, dataset, "columns", columns_json(w, data));
        put(w, dataset, "files", files_json(w, data));
    }
    put(w, out, "dataset", dataset);
    for (size_t i = 0; i < data->claim_count; i++)
        append(w, claims, claim_json(w, &data->claims[i]));
    put(w, out, "claims", claims);
    put(w, out, "proofs", number(data->statement_count));
    put(w, out, "development", json_boolean(data->is_development));
    put(w, out, "remembered", json_boolean(data->was_remembered));
    if (is_kind(e, "provenance"))
        put(w, out, "recorded", recorded_json(w, data));
}

static json_t *entry_json(json_writer *w, const report_entry *e)
{
    json_t *out = json_object();
    put(w, out, "index", number(e->index));
    put(w, out, "kind", text(w, e->kind));
    if (w->is_shown)
        put(w, out, "kind_word", text(w, report_kind_word(e->kind)));
    put(w, out, "time", text(w, e->time));
    put(w, out, "what", text(w, e->what));
    put(w, out, "state", text(w, report_state_name(e->state)));
    put(w, out, "fault", text(w, e->fault));
    put(w, out, "receipt_id", digest(&e->receipt_id));
    put(w, out, "signer", text(w, e->signer));
    json_t *stamps = json_array();
    for (size_t i = 0; i < e->stamp_count; i++) {
        json_t *stamp = json_object();
        put(w, stamp, "time", text(w, e->stamps[i].time));
        const char *clock = e->stamps[i].clock;
        put(w, stamp, "clock", text(w, clock || !w->is_shown ? clock : REPORT_NO_CLOCK));
        append(w, stamps, stamp);
    }
    put(w, out, "timestamps", stamps);
    if (e->data)
        put_data(w, out, e);
    return out;
}

/* ---- The lineage: steps by names. */

static json_t *names_json(json_writer *w, const zkl_lineage *l, const size_t *nodes, size_t count)
{
    json_t *out = json_array();
    for (size_t i = 0; i < count; i++)
        append(w, out, text(w, l->nodes[nodes[i]].name));
    return out;
}

static const char *step_state(const zkl_lineage_result *result, const zkl_lineage_step *step)
{
    const bool has_proof = step->has_proven_rows || step->has_proven_columns;
    if (!has_proof)
        return "recorded";
    if (!result->is_verified)
        return "claimed";
    return step->is_proven && !step->columns && !step->unproven ? "proven" : "proven in part";
}

const char *report_step_state(const report_model *m, const zkl_lineage_step *step)
{
    return step_state(m->lineage, step);
}

static json_t *steps_json(json_writer *w)
{
    json_t *out = json_array();
    const zkl_lineage *l = w->model->lineage ? &w->model->lineage->lineage : NULL;
    for (size_t i = 0; l && i < l->step_count; i++) {
        const zkl_lineage_step *step = &l->steps[i];
        json_t *item = json_object(), *claims = json_array();
        put(w, item, "index", number(step->index));
        put(w, item, "operation", text(w, step->operation));
        put(w, item, "state", text(w, step_state(w->model->lineage, step)));
        put(w, item, "sources", names_json(w, l, step->sources, step->source_count));
        put(w, item, "results", names_json(w, l, step->results, step->result_count));
        for (size_t k = 0; k < step->claim_count; k++)
            append(w, claims, text(w, step->claims[k].text));
        put(w, item, "claims", claims);
        append(w, out, item);
    }
    return out;
}

/* ---- The whole. */

static json_t *witnesses_json(json_writer *w)
{
    const report_model *m = w->model;
    json_t *out = json_array();
    for (size_t i = 0; i < m->witness_count; i++) {
        json_t *witness = json_object();
        put(w, witness, "name", text(w, m->witnesses[i].name));
        put(w, witness, "key", text(w, m->witnesses[i].key));
        put(w, witness, "time", text(w, m->witnesses[i].time));
        put(w, witness, "size", number(m->witnessed_size));
        append(w, out, witness);
    }
    return out;
}

/* Who made powers and keys; null: the ledger's own trust names nobody. */
static json_t *ceremony_json(json_writer *w)
{
    const report_model *m = w->model;
    json_t *parties = json_array();
    for (size_t i = 0; i < m->party_count; i++) {
        const zkl_trusted_party *const from = &m->parties[i];
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        json_t *party = json_object();
        zkl_digest key;
        zkl_sha256(&key, der, zkl_public_key_der(der, &from->key));
        put(w, party, "name", text(w, from->name));
        put(w, party, "key_sha256", digest(&key));
        put(w, party, "powers", json_boolean(from->to_powers));
        put(w, party, "keys", json_boolean(from->to_keys));
        append(w, parties, party);
    }
    if (!m->party_count) {
        json_decref(parties);
        return json_null();
    }
    json_t *out = json_object();
    put(w, out, "transcript", digest(&m->ceremony));
    put(w, out, "parties", parties);
    return out;
}

static json_t *log_json(json_writer *w)
{
    const report_model *m = w->model;
    json_t *out = json_object();
    put(w, out, "origin", text(w, m->origin));
    put(w, out, "ledger", digest(&m->ledger));
    put(w, out, "powers", digest(&m->powers_hash));
    put(w, out, "size", number(m->tree_size));
    put(w, out, "root", digest(&m->root));
    put(w, out, "key", text(w, m->log_key));
    put(w, out, "checkpoint", lines(w, m->checkpoint, '\n'));
    put(w, out, "witnesses", witnesses_json(w));
    put(w, out, "ceremony", ceremony_json(w));
    put(w, out, "newest", text(w, *m->newest ? m->newest : NULL));
    return out;
}

static json_t *scope_json(json_writer *w)
{
    const report_model *m = w->model;
    json_t *out = json_object(), *kinds = json_array();
    for (size_t i = 0; i < m->kind_count; i++)
        append(w, kinds, text(w, m->kinds[i]));
    put(w, out, "dataset", text(w, m->reference));
    put(w, out, "since", text(w, m->since));
    put(w, out, "until", text(w, m->until));
    put(w, out, "kinds", kinds);
    return out;
}

static json_t *result_json(json_writer *w)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    const report_model *m = w->model;
    json_t *out = json_object();
    const bool holds = !m->log_fault && !m->broken_count && !m->unchecked_count;
    put(w, out, "status", text(w, holds ? "verified" : "broken"));
    put(w, out, "fault", text(w, m->log_fault));
    put(w, out, "entries", number(m->entry_count));
    put(w, out, "verified", number(m->verified_count));
    put(w, out, "broken", number(m->broken_count));
    put(w, out, "unchecked", number(m->unchecked_count));
    put(w, out, "datasets", number(m->version_count));
    put(w, out, "revoked", number(m->revoked_count));
    put(w, out, "claims", number(m->claim_count));
    put(w, out, "proofs", number(m->proof_count));
    put(w, out, "remembered", number(m->remembered_count));
    put(w, out, "development", json_boolean(m->is_development));
    report_put_set_up(&words, m);
    const bool has_words = words.size > 0;
    zkl_buffer_put_u8(&words, 0);
    w->failed = w->failed || words.failed;
    put(w, out, "set_up", text(w, has_words && !words.failed ? (const char *)words.data : NULL));
    return out;
}

static json_t *model_json(json_writer *w)
{
    const report_model *m = w->model;
    json_t *out = json_object(), *entries = json_array(), *gaps = json_array();
    put(w, out, "format", text(w, "zkp-ledger-audit"));
    put(w, out, "version", number(1));
    put(w, out, "title", text(w, m->title));
    put(w, out, "made", text(w, m->made));
    put(w, out, "program", text(w, m->program));
    put(w, out, "log", log_json(w));
    put(w, out, "scope", scope_json(w));
    put(w, out, "result", result_json(w));
    for (size_t i = 0; i < m->entry_count; i++)
        append(w, entries, entry_json(w, &m->entries[i]));
    put(w, out, "entries", entries);
    put(w, out, "steps", steps_json(w));
    for (size_t i = 0; i < m->gap_count; i++) {
        json_t *gap = json_object();
        put(w, gap, "name", text(w, m->gaps[i].name));
        put(w, gap, "text", text(w, m->gaps[i].text));
        append(w, gaps, gap);
    }
    put(w, out, "not_proven", gaps);
    return out;
}

static int take(const char *bytes, size_t size, void *out)
{
    zkl_buffer_put(out, bytes, size);
    return 0;
}

static zkl_status put_json(zkl_buffer *out, json_writer *w, json_t *json, zkl_error *err)
{
    w->failed = w->failed || !json ||
                json_dump_callback(json, take, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0;
    json_decref(json);
    zkl_buffer_put_u8(out, '\n');
    return w->failed || out->failed ? zkl_no_memory(err, 0) : ZKL_OK;
}

/* Beside the model the drawing, which the helper cannot make. */
zkl_status report_put_json_shown(zkl_buffer *out, const report_model *model, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) svg = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) verdict = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) clocks = { 0 };
    json_writer w = { .model = model, .is_shown = true };
    zkl_error none = { 0 };
    json_t *json = model_json(&w);
    /* Steps in a circle have no picture: the table has them. */
    const bool is_drawn = report_put_drawing(&svg, model, &none) == ZKL_OK && svg.size;
    put(&w, json, "drawing",
        is_drawn ? json_stringn((const char *)svg.data, svg.size) : json_null());
    report_put_verdict(&verdict, model);
    put(&w, json, "verdict",
        verdict.failed ? NULL : json_stringn((const char *)verdict.data, verdict.size));
    report_put_clocks(&clocks, model);
    put(&w, json, "clocks",
        clocks.failed ? NULL : json_stringn((const char *)clocks.data, clocks.size));
    put(&w, json, "stamps", number(model->stamp_count));
    put(&w, json, "pictures", json_boolean(model->pictures));
    put(&w, json, "lineage_missing", text(&w, model->lineage_missing));
    return put_json(out, &w, json, err);
}

static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    json_writer w = { .model = model };
    (void)env;
    return put_json(out, &w, model_json(&w), err);
}

const report_format report_export_json = { put_file };
