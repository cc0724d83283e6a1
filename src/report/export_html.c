/* The report as one page that needs nothing else.
 *
 *  1. Every text that comes from the log or a file goes through put_text: hidden characters, which
 *     could turn text around, are told by their bytes, and what means something to HTML is
 *     escaped. Nothing else of the model reaches the page.
 *  2. The page's policy lets nothing be loaded, and no script run but its own, by its hash. */
#include <string.h>

#include "hash/hash.h"
#include "report/format.h"
#include "report/html_page.h"
#include "text/base64.h"
#include "text/html.h"

#define CHUNK 200        /* rows or versions that are laid out together */
#define DETAILED_MAX 500 /* versions whose columns and reading are told */
#define TIMES_MAX 2000   /* entries whose times programs can read too */

typedef struct page {
    zkl_buffer *out;
    const report_model *model;
} page;

/* ---- Text. */

static void put(const page *p, const char *markup)
{
    zkl_buffer_put_text(p->out, markup);
}

/* A line end of others is told as \x0a: no text begins lines of its own. */
static void put_text(const page *p, const char *text)
{
    zkl_html_put(p->out, text);
}

/* Text in its own direction: a right-to-left name moves nothing beside it. */
static void put_name(const page *p, const char *text)
{
    zkl_html_put_name(p->out, text);
}

static void put_words(const page *p, report_words *words)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    put_text(p, report_words_of(&text, p->out, p->model, words));
}

static void put_number(const page *p, uint64_t value)
{
    zkl_put_number(p->out, value);
}

static void put_tag(const page *p, const char *class, const char *text)
{
    zkl_buffer_format(p->out, "<span class=\"tag %s\">%s</span>", class, text);
}

static void put_state(const page *p, report_state state)
{
    put_tag(p, report_state_name(state), report_state_name(state));
}

/* "2026-11-28 22:49:06" of RFC 3339; the page says once that it is UTC. */
static void put_time(const page *p, const char *time)
{
    if (strlen(time) == 24 && p->model->entry_count > TIMES_MAX)
        zkl_buffer_format(p->out, "%.10s %.8s", time, time + 11);
    else if (strlen(time) == 24)
        zkl_buffer_format(p->out, "<time datetime=\"%s\">%.10s %.8s</time>", time, time, time + 11);
}

/* ---- Head. */

static void put_policy(const page *p)
{
    zkl_digest hash;
    zkl_sha256(&hash, report_html_script, strlen(report_html_script));
    put(p, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
           "'unsafe-inline'; script-src 'sha256-");
    zkl_buffer_put_base64(p->out, hash.bytes, 32);
    put(p, "'; base-uri 'none'; form-action 'none'\">\n");
}

static void put_head(const page *p)
{
    const report_model *m = p->model;
    put(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(p);
    put(p, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
           "name=\"generator\" content=\"");
    put_text(p, m->program);
    put(p, "\">\n<title>");
    put_text(p, m->title);
    put(p, "</title>\n<style>\n");
    put(p, report_html_style);
    put(p, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the "
           "report</a>\n<header>\n<p class=\"kicker\">Audit report</p>\n<h1>");
    put_name(p, m->reference ? m->reference : m->origin);
    put(p, "</h1>\n<p class=\"soft\">");
    put_words(p, report_put_scope);
    put(p, ". Made on ");
    put_time(p, m->made);
    put(p, " UTC by ");
    put_text(p, m->program);
    put(p, ".</p>\n</header>\n<nav aria-label=\"Sections\"><ul><li><a "
           "href=\"#summary\">Summary</a></li><li><a href=\"#datasets\">Datasets</a></li><li><a "
           "href=\"#lineage\">Lineage</a></li><li><a href=\"#timeline\">Timeline</a></li><li><a "
           "href=\"#clocks\">Clocks and witnesses</a></li><li><a "
           "href=\"#checkpoint\">Checkpoint</a></li></ul></nav>\n<main id=\"main\">\n");
}

/* ---- Summary. */

static void put_verdict(const page *p)
{
    const report_model *m = p->model;
    const bool holds = !m->log_fault && !m->broken_count && !m->unchecked_count;
    put(p, holds
               ? "<div class=\"verdict verified\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\" "
                 "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"><circle cx=\"12\" "
                 "cy=\"12\" r=\"10\"/><path d=\"M7.5 12.5l3 3 6-7\"/></svg>"
               : "<div class=\"verdict broken\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\" "
                 "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"><circle cx=\"12\" "
                 "cy=\"12\" r=\"10\"/><path d=\"M8 8l8 8M16 8l-8 8\"/></svg>");
    put(p, "<div><p class=\"big\">");
    put_words(p, report_put_verdict);
    put(p, ".</p>\n<p class=\"why\">");
    if (m->log_fault)
        put_text(p, m->log_fault);
    else
        put(p, "Structure, signatures, references and hashes of the whole log hold, and every "
               "proof of these entries.");
    put(p, "</p></div></div>\n");
}

static void put_tile(const page *p, const char *name, uint64_t value)
{
    zkl_buffer_format(p->out, "<div><dt>%s</dt><dd>", name);
    put_number(p, value);
    put(p, "</dd></div>\n");
}

static void put_four(const page *p)
{
    const report_model *m = p->model;
    put(p, "<h3>How far this goes</h3>\n<div class=\"four\">\n<div><h4>Proven</h4><p>");
    zkl_put_counted(p->out, m->claim_count, "claim");
    put(p, " with zero-knowledge proofs that hold: sentences about committed rows, which nobody "
           "needs to see.");
    put(p, " ");
    put_words(p, report_put_set_up);
    put(p, "</p></div>\n<div><h4>Attested</h4><p>");
    zkl_put_counted(p->out, m->entry_count, "entry");
    put(p, " under a signature that counts at its place: that it was said, by this key, in this "
           "order. Times are the signer’s word.</p></div>\n<div><h4>Recorded</h4><p>");
    zkl_put_counted(p->out, m->recorded_count, "step");
    put(p, " in their owner’s words. The log keeps them, and proves nothing of "
           "them.</p></div>\n<div class=\"all\"><h4>Missing</h4><p>Nothing here "
           "shows:</p><ul>");
    for (size_t i = 0; i < m->gap_count; i++) {
        put(p, "<li>");
        put_text(p, m->gaps[i].text);
        put(p, "</li>");
    }
    put(p, "</ul></div>\n</div>\n");
}

/* The one list that a reader of a broken log needs first. */
static void put_broken(const page *p)
{
    const report_model *m = p->model;
    if (!m->broken_count)
        return;
    put(p, "<h3>What does not hold</h3>\n<ul>\n");
    for (size_t i = 0; i < m->entry_count; i++)
        if (m->entries[i].state == REPORT_BROKEN) {
            zkl_buffer_format(p->out, "<li><a href=\"#e%llu\">Entry %llu</a>, ",
                              (unsigned long long)m->entries[i].index,
                              (unsigned long long)m->entries[i].index);
            put_name(p, m->entries[i].what);
            put(p, ": ");
            put_text(p, m->entries[i].fault ? m->entries[i].fault : "");
            put(p, "</li>\n");
        }
    put(p, "</ul>\n");
}

static void put_summary(const page *p)
{
    const report_model *m = p->model;
    put(p, "<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n");
    put_verdict(p);
    put_broken(p);
    put(p, "<dl class=\"tiles\">\n");
    put_tile(p, "Entries", m->entry_count);
    put_tile(p, "Verified", m->verified_count);
    if (m->broken_count)
        put_tile(p, "Broken", m->broken_count);
    if (m->unchecked_count)
        put_tile(p, "Not checked", m->unchecked_count);
    put_tile(p, "Dataset versions", m->version_count);
    if (m->revoked_count)
        put_tile(p, "Revoked", m->revoked_count);
    put_tile(p, "Claims proven", m->claim_count);
    put_tile(p, "Proofs", m->proof_count);
    put(p, "</dl>\n");
    put_four(p);
    put(p, "</section>\n");
}

/* ---- Datasets. */

/* A bar as wide as its share of the largest; the number stands beside it as text. */
static void put_bars(const page *p, const report_claim *claim)
{
    uint64_t most = 1;
    for (size_t i = 0; i < claim->bar_count; i++)
        most = claim->bars[i].count > most ? claim->bars[i].count : most;
    put(p, "<figure><figcaption>Values of ");
    put_name(p, claim->bars_of);
    put(p, ", by a proven claim</figcaption><table class=\"bars\"><thead hidden><tr><th "
           "scope=\"col\">Values</th><th scope=\"col\">Share</th><th "
           "scope=\"col\">Rows</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < claim->bar_count; i++) {
        put(p, "<tr><th scope=\"row\">");
        put_name(p, claim->bars[i].label);
        put(p, "</th><td>");
        zkl_buffer_format(p->out,
                          "<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
                          "aria-hidden=\"true\"><rect width=\"%u\" height=\"10\"/></svg>",
                          (unsigned)((double)claim->bars[i].count / (double)most * 1000));
        put(p, "</td><td class=\"n\">");
        put_number(p, claim->bars[i].count);
        put(p, "</td></tr>\n");
    }
    put(p, "</tbody></table></figure>\n");
}

static void put_claims(const page *p, const report_entry *entry)
{
    const report_data *data = entry->data;
    if (entry->state != REPORT_VERIFIED)
        return;
    for (size_t i = 0; i < data->claim_count; i++) {
        if (data->claims[i].is_wellformedness)
            continue;
        put(p, "<li>");
        put_text(p, data->claims[i].sentence);
        put(p, "</li>\n");
    }
}

static void put_version_claims(const page *p, const report_version *v)
{
    if (v->claim_count) {
        put(p, "<h4>Proven</h4>\n<ul>\n");
        put_claims(p, v->notarised);
        for (size_t i = 0; i < v->about_count; i++)
            put_claims(p, v->about[i]);
        put(p, "</ul>\n");
    }
    for (size_t i = 0; p->model->pictures && i <= v->about_count; i++) {
        const report_entry *e = i ? v->about[i - 1] : v->notarised;
        for (size_t k = 0; e->state == REPORT_VERIFIED && k < e->data->claim_count; k++)
            if (e->data->claims[k].bar_count)
                put_bars(p, &e->data->claims[k]);
    }
}

static void put_recorded(const page *p, const report_version *v)
{
    if (!v->recorded_count)
        return;
    put(p, "<h4>Recorded, not proven</h4>\n<ul>\n");
    for (size_t i = 0; i < v->about_count; i++) {
        const report_data *data = v->about[i]->data;
        if (strcmp(v->about[i]->kind, "provenance") != 0)
            continue;
        zkl_buffer_format(p->out, "<li>entry %llu: ", (unsigned long long)v->about[i]->index);
        put_text(p, data->operation ? data->operation : "a step without words");
        for (size_t k = 0; k < data->fact_count; k++) {
            put(p, k ? ", " : " (");
            put_text(p, data->facts[k].name);
            put(p, " = ");
            put_text(p, data->facts[k].value);
        }
        put(p, data->fact_count ? ")</li>\n" : "</li>\n");
    }
    put(p, "</ul>\n");
}

static void put_columns(const page *p, const report_data *data)
{
    zkl_buffer_format(p->out, "<details><summary>Columns, reading, identifiers</summary>\n<table>"
                              "<caption>Columns</caption><thead><tr><th scope=\"col\">Name</th><th "
                              "scope=\"col\">Type</th><th scope=\"col\">Nulls</th></tr></thead>"
                              "<tbody>\n");
    for (size_t i = 0; i < data->column_count; i++) {
        put(p, "<tr><th scope=\"row\">");
        put_name(p, data->columns[i].name);
        put(p, "</th><td>");
        /* The root of a dictionary says nothing to people; the JSON has it. */
        put_text(p, strncmp(data->columns[i].type, "dictionary", 10) == 0 ? "dictionary"
                                                                          : data->columns[i].type);
        put(p, data->columns[i].nullable ? "</td><td>permitted</td></tr>\n"
                                         : "</td><td>none</td></tr>\n");
    }
    put(p, "</tbody></table>\n<dl class=\"facts\"><dt>Read as</dt><dd>");
    put_text(p, data->read ? data->read : "");
    put(p, "</dd><dt>Dataset id</dt><dd class=\"mono\">");
    report_put_hex(p->out, &data->dataset);
    put(p, "</dd>");
    for (size_t i = 0; i < data->file_count; i++) {
        put(p, "<dt>SHA-256 of ");
        put_name(p, data->files[i].name);
        put(p, "</dt><dd class=\"mono\">");
        report_put_hex(p->out, &data->files[i].sha256);
        put(p, "</dd>");
    }
    put(p, "</dl>\n</details>\n");
}

static void put_version(const page *p, const report_version *v)
{
    const report_entry *e = v->notarised;
    const bool is_detailed = p->model->version_count <= DETAILED_MAX;
    put(p, "<article><h3>");
    put_name(p, e->data->name);
    zkl_buffer_format(p->out, "@%u ", e->data->version);
    put_state(p, v->state);
    if (v->revoked) {
        put(p, " ");
        put_tag(p, "revoked", "revoked");
    }
    put(p, "</h3>\n<p class=\"meta\">");
    zkl_put_counted(p->out, e->data->row_count, "row");
    put(p, ", ");
    zkl_put_counted(p->out, e->data->column_count, "column");
    zkl_buffer_format(p->out, " · <a href=\"#e%llu\">entry %llu</a>", (unsigned long long)e->index,
                      (unsigned long long)e->index);
    if (is_detailed) {
        put(p, " · ");
        put_time(p, e->time);
    }
    put(p, "</p>\n");
    if (v->revoked) { /* its words are "revoked NAME@1: REASON" */
        zkl_buffer_format(
            p->out, "<p><a href=\"#e%llu\">Entry %llu</a>: ", (unsigned long long)v->revoked->index,
            (unsigned long long)v->revoked->index);
        put_text(p, v->revoked->what);
        put(p, "</p>\n");
    }
    put_version_claims(p, v);
    if (!v->claim_count && is_detailed)
        put(p, "<p>No claim besides that its cells are well formed.</p>\n");
    put_recorded(p, v);
    if (is_detailed)
        put_columns(p, e->data);
    put(p, "</article>\n");
}

static void put_datasets(const page *p)
{
    const report_model *m = p->model;
    put(p, "<section aria-labelledby=\"datasets\">\n<h2 id=\"datasets\">Datasets</h2>\n");
    if (!m->version_count)
        put(p, "<p>No dataset version was notarised in what this report is about.</p>\n");
    if (m->version_count > DETAILED_MAX)
        put(p, "<p class=\"soft\">Columns and identifiers of so many are in the report’s JSON, or "
               "in the report of one dataset.</p>\n");
    for (size_t i = 0; i < m->version_count; i++) {
        if (i % CHUNK == 0)
            put(p, i ? "</div>\n<div class=\"chunk\">\n" : "<div class=\"chunk\">\n");
        put_version(p, &m->versions[i]);
    }
    put(p, m->version_count ? "</div>\n</section>\n" : "</section>\n");
}

/* ---- Lineage. */

static zkl_status put_drawing(const page *p, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) svg = { 0 };
    zkl_error why = { 0 };
    const zkl_lineage *l = &p->model->lineage->lineage;
    const zkl_status status = report_put_drawing(&svg, p->model, &why);
    if (status == ZKL_NO_MEMORY || svg.failed)
        return zkl_no_memory(err, svg.size);
    if (status != ZKL_OK || svg.size < 4) /* steps in a circle: the table has them */
        return ZKL_OK;
    zkl_buffer_format(p->out, "<figure><div class=\"draw%s\"", p->model->reference ? "" : " whole");
    put(p, " tabindex=\"0\" role=\"region\" aria-label=\"Lineage, as a "
           "picture\">");
    zkl_buffer_format(p->out,
                      "<svg role=\"img\" aria-label=\"%zu datasets and files, %zu steps: the table "
                      "below has the same\"",
                      l->node_count, l->step_count);
    zkl_buffer_put(p->out, svg.data + 4, svg.size - 4); /* behind "<svg" */
    put(p, "</div></figure>\n");
    return ZKL_OK;
}

static void put_nodes(const page *p, const size_t *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(p, i ? ", " : "");
        put_name(p, p->model->lineage->lineage.nodes[nodes[i]].name);
    }
    if (!count)
        put(p, "–");
}

static void put_steps(const page *p)
{
    const zkl_lineage *l = &p->model->lineage->lineage;
    put(p, "<table><caption>Steps, in the order of the log</caption><thead><tr><th "
           "scope=\"col\">Result</th><th scope=\"col\">Made of</th><th scope=\"col\">How</th><th "
           "scope=\"col\">State</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < l->step_count; i++) {
        const zkl_lineage_step *step = &l->steps[i];
        const char *state = report_step_state(p->model, step);
        put(p, "<tr><th scope=\"row\">");
        put_nodes(p, step->results, step->result_count);
        put(p, "</th><td>");
        put_nodes(p, step->sources, step->source_count);
        put(p, "</td><td>");
        if (step->operation)
            put_text(p, step->operation);
        else
            put_text(p, step->claim_count ? step->claims[0].text : "–");
        put(p, "</td><td>");
        put_tag(p, strncmp(state, "proven", 6) == 0 ? "proven" : state, state);
        put(p, "</td></tr>\n");
    }
    put(p, "</tbody></table>\n");
}

static zkl_status put_lineage(const page *p, zkl_error *err)
{
    const report_model *m = p->model;
    put(p, "<section aria-labelledby=\"lineage\">\n<h2 id=\"lineage\">Lineage</h2>\n");
    if (m->lineage) {
        put(p, "<p>Where datasets come from. A step is proven as far as claims over its source and "
               "its result are; else it is its owner’s word.</p>\n");
        ZKL_TRY(put_drawing(p, err));
        put_steps(p);
    } else if (m->lineage_missing) {
        put(p, "<p>Not shown: ");
        put_text(p, m->lineage_missing);
        put(p, ".</p>\n");
    } else
        put(p, "<p>The log tells no steps from one dataset to another.</p>\n");
    put(p, "</section>\n");
    return ZKL_OK;
}

/* ---- Timeline. */

static void put_row(const page *p, const report_entry *e)
{
    zkl_buffer_format(p->out, "<tr id=\"e%llu\"><th scope=\"row\">%llu</th><td>",
                      (unsigned long long)e->index, (unsigned long long)e->index);
    put_time(p, e->time);
    put(p, "</td><td>");
    put_text(p, report_kind_word(e->kind));
    put(p, "</td><td>");
    put_name(p, e->what);
    if (e->fault) {
        put(p, "<br>");
        put_text(p, e->fault);
    }
    put(p, "</td><td>");
    put_state(p, e->state);
    put(p, "</td><td class=\"mono\">");
    report_put_hex(p->out, &e->receipt_id);
    put(p, "</td></tr>\n");
}

static void put_timeline(const page *p)
{
    const report_model *m = p->model;
    put(p,
        "<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n<p>The order "
        "is the log’s. Times are UTC, and their signers’ word.</p>\n");
    for (size_t i = 0; i < m->entry_count; i++) {
        if (i % CHUNK == 0) {
            const size_t last = i + CHUNK < m->entry_count ? i + CHUNK - 1 : m->entry_count - 1;
            put(p, i ? "</tbody></table></div>\n" : "");
            zkl_buffer_format(p->out,
                              "<div class=\"chunk\"><table class=\"log\"><caption>Entries %llu to "
                              "%llu</caption><thead><tr><th scope=\"col\" class=\"c0\">Entry</th>"
                              "<th scope=\"col\" class=\"c1\">Time</th><th scope=\"col\" "
                              "class=\"c2\">Kind</th><th scope=\"col\">What</th><th scope=\"col\" "
                              "class=\"c4\">Result</th><th scope=\"col\" class=\"c5\">Receipt id"
                              "</th></tr></thead><tbody>\n",
                              (unsigned long long)m->entries[i].index,
                              (unsigned long long)m->entries[last].index);
        }
        put_row(p, &m->entries[i]);
    }
    put(p, m->entry_count ? "</tbody></table></div>\n</section>\n"
                          : "<p>No entry is of this report.</p>\n</section>\n");
}

/* ---- Clocks and witnesses. */

static void put_stamps(const page *p)
{
    const report_model *m = p->model;
    put(p, "<table><caption>Timestamps, in the order of the log</caption><thead><tr><th "
           "scope=\"col\">Entry</th><th scope=\"col\">Stamped at</th><th scope=\"col\">By</th>"
           "</tr></thead><tbody>\n");
    for (size_t i = 0; i < m->entry_count; i++)
        for (size_t k = 0; k < m->entries[i].stamp_count; k++) {
            const report_stamp *stamp = &m->entries[i].stamps[k];
            const unsigned long long index = m->entries[i].index;
            zkl_buffer_format(p->out,
                              "<tr><th scope=\"row\"><a href=\"#e%llu\">Entry %llu</a></th><td>",
                              index, index);
            put_time(p, stamp->time);
            put(p, "</td><td>");
            put_text(p, stamp->clock ? stamp->clock : REPORT_NO_CLOCK);
            put(p, "</td></tr>\n");
        }
    put(p, "</tbody></table>\n");
}

static void put_witnesses(const page *p)
{
    const report_model *m = p->model;
    put(p, "<table><caption>Witnesses</caption><thead><tr><th scope=\"col\">Witness</th><th "
           "scope=\"col\">Signed at, by its own word</th><th scope=\"col\">Key</th></tr></thead>"
           "<tbody>\n");
    for (size_t i = 0; i < m->witness_count; i++) {
        put(p, "<tr><th scope=\"row\">");
        put_name(p, m->witnesses[i].name);
        put(p, "</th><td>");
        put_time(p, m->witnesses[i].time);
        put(p, "</td><td class=\"mono\">");
        put_text(p, m->witnesses[i].key);
        put(p, "</td></tr>\n");
    }
    put(p, "</tbody></table>\n");
}

static void put_clocks(const page *p)
{
    put(p,
        "<section aria-labelledby=\"clocks\">\n<h2 id=\"clocks\">Clocks and witnesses</h2>\n<p>");
    put_words(p, report_put_clocks);
    put(p, "</p>\n");
    if (p->model->stamp_count)
        put_stamps(p);
    if (p->model->witness_count)
        put_witnesses(p);
    put(p, "</section>\n");
}

/* ---- The checkpoint, and the end. */

static void put_checkpoint(const page *p)
{
    const report_model *m = p->model;
    put(p,
        "<section aria-labelledby=\"checkpoint\">\n<h2 "
        "id=\"checkpoint\">Checkpoint</h2>\n<p>The state of the log that this report is of. "
        "Whoever has the log can make it again, and compare.</p>\n<dl class=\"facts\"><dt>Log</dt>"
        "<dd>");
    put_name(p, m->origin);
    put(p, "</dd><dt>Ledger</dt><dd class=\"mono\">");
    report_put_hex(p->out, &m->ledger);
    put(p, "</dd><dt>Entries</dt><dd>");
    put_number(p, m->tree_size);
    put(p, "</dd><dt>Root</dt><dd class=\"mono\">");
    report_put_hex(p->out, &m->root);
    put(p, "</dd><dt>Powers of tau</dt><dd class=\"mono\">");
    report_put_hex(p->out, &m->powers_hash);
    put(p, "</dd><dt>Log key</dt><dd class=\"mono\">");
    put_text(p, m->log_key ? m->log_key : "none");
    put(p, "</dd></dl>\n");
    if (m->checkpoint) {
        put(p, "<pre>");
        zkl_html_put_lines(p->out, m->checkpoint); /* a signed note is lines */
        put(p, "</pre>\n");
    }
    put(p, "</section>\n");
}

static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    const page p = { out, model };
    (void)env;
    put_head(&p);
    put(&p,
        "<div class=\"search\" id=\"tools\" role=\"search\" hidden><label "
        "for=\"search\">Search</label><input id=\"search\" type=\"search\" autocomplete=\"off\" "
        "placeholder=\"name, claim, kind, result\"><span id=\"found\" role=\"status\" "
        "class=\"soft\"></span></div>\n");
    put_summary(&p);
    put_datasets(&p);
    ZKL_TRY(put_lineage(&p, err));
    put_timeline(&p);
    put_clocks(&p);
    put_checkpoint(&p);
    put(&p, "</main>\n<footer><p>This report is the word of whoever made it. What it says follows "
            "from the log at the checkpoint above, and can be made again from "
            "it.</p></footer>\n<script>");
    put(&p, report_html_script);
    put(&p, "</script>\n</body>\n</html>\n");
    return zkl_buffer_status(out, err);
}

const report_format report_export_html = { put_file };
