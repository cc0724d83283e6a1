/* Markdown (CommonMark with GitHub's tables). Texts of the log are escaped: they make no markup, no
 * HTML and no links. */
#include <string.h>

#include "report/format.h"
#include "text/shown.h"

typedef struct page {
    zkl_buffer *out;
    const report_model *model;
} page;

static void put(const page *p, const char *text)
{
    zkl_buffer_put_text(p->out, text);
}

/* On one line, with nothing hidden. A colon before slashes would make a link. */
static void put_text(const page *p, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    for (size_t i = 0; i < shown.size; i++) {
        const uint8_t c = shown.data[i];
        if (c == '<')
            put(p, "&lt;");
        else if (c == '>')
            put(p, "&gt;");
        else if (c == '&')
            put(p, "&amp;");
        else if (c == ':' && i + 1 < shown.size && shown.data[i + 1] == '/')
            put(p, "&#58;");
        else {
            if (strchr("\\`*_[]#|~!", c))
                zkl_buffer_put_u8(p->out, '\\');
            zkl_buffer_put_u8(p->out, c);
        }
    }
    p->out->failed = p->out->failed || shown.failed;
}

static void put_words(const page *p, report_words *words)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    put_text(p, report_words_of(&text, p->out, p->model, words));
}

static void put_hex(const page *p, const zkl_digest *digest)
{
    put(p, "`");
    report_put_hex(p->out, digest);
    put(p, "`");
}

static void put_summary(const page *p)
{
    const report_model *m = p->model;
    put(p, "# Audit of ");
    put_text(p, m->reference ? m->reference : m->origin);
    put(p, "\n\n**");
    put_words(p, report_put_verdict);
    put(p, ".**\n");
    if (m->log_fault) {
        put(p, "\n");
        put_text(p, m->log_fault);
        put(p, ".\n");
    }
    put(p, "\n");
    put_words(p, report_put_scope);
    zkl_buffer_format(p->out, ". Made on %s by %s.\n\n", m->made, m->program);
    put(p,
        "| entries | verified | broken | unchecked | dataset versions | revoked | claims proven | "
        "proofs |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    zkl_buffer_format(p->out, "| %zu | %zu | %zu | %zu | %zu | %zu | %zu | %llu |\n\n",
                      m->entry_count, m->verified_count, m->broken_count, m->unchecked_count,
                      m->version_count, m->revoked_count, m->claim_count,
                      (unsigned long long)m->proof_count);
    put(p, "**Proven:** ");
    zkl_put_counted(p->out, m->claim_count, "claim");
    put(p, ". ");
    put_words(p, report_put_set_up);
    put(p, "\n**Attested:** ");
    zkl_put_counted(p->out, m->entry_count, "entry");
    put(p, " under a signature that counts.\n**Recorded:** ");
    if (m->recorded_count)
        zkl_put_counted(p->out, m->recorded_count, "step");
    else
        put(p, "no step");
    put(p, " in their owner's words.\n**Missing:** nothing here shows\n\n");
    for (size_t i = 0; i < m->gap_count; i++) {
        put(p, "- ");
        put_text(p, m->gaps[i].text);
        put(p, "\n");
    }
}

static void put_claims(const page *p, const report_entry *e)
{
    for (size_t i = 0; e->state == REPORT_VERIFIED && i < e->data->claim_count; i++)
        if (!e->data->claims[i].is_wellformedness) {
            put(p, "- ");
            put_text(p, e->data->claims[i].sentence);
            put(p, "\n");
        }
}

static void put_version(const page *p, const report_version *v)
{
    const report_data *data = v->notarised->data;
    put(p, "\n### ");
    put_text(p, data->name);
    zkl_buffer_format(p->out, "@%u: %s%s\n\n", data->version, report_state_name(v->state),
                      v->revoked ? ", revoked" : "");
    zkl_put_counted(p->out, data->row_count, "row");
    put(p, ", ");
    zkl_put_counted(p->out, data->column_count, "column");
    zkl_buffer_format(p->out, ", entry %llu.\n\n", (unsigned long long)v->notarised->index);
    if (v->revoked) {
        zkl_buffer_format(p->out, "Entry %llu: ", (unsigned long long)v->revoked->index);
        put_text(p, v->revoked->what);
        put(p, "\n\n");
    }
    put_claims(p, v->notarised);
    for (size_t i = 0; i < v->about_count; i++) {
        const report_entry *e = v->about[i];
        put_claims(p, e);
        if (strcmp(e->kind, "provenance") != 0)
            continue;
        zkl_buffer_format(p->out,
                          "- recorded, not proven (entry %llu): ", (unsigned long long)e->index);
        put_text(p, e->data->operation ? e->data->operation : "a step without words");
        put(p, "\n");
    }
}

static void put_names(const page *p, const size_t *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(p, i ? ", " : "");
        put_text(p, p->model->lineage->lineage.nodes[nodes[i]].name);
    }
}

static void put_steps(const page *p)
{
    const zkl_lineage *l = p->model->lineage ? &p->model->lineage->lineage : NULL;
    put(p, "\n## Lineage\n\n");
    if (!l) {
        put_text(p,
                 p->model->lineage_missing ? p->model->lineage_missing : "The log tells no steps");
        put(p, ".\n");
        return;
    }
    put(p, "| result | made of | how | state |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < l->step_count; i++) {
        const zkl_lineage_step *step = &l->steps[i];
        put(p, "| ");
        put_names(p, step->results, step->result_count);
        put(p, " | ");
        put_names(p, step->sources, step->source_count);
        put(p, " | ");
        put_text(p, step->operation     ? step->operation
                    : step->claim_count ? step->claims[0].text
                                        : "");
        zkl_buffer_format(p->out, " | %s |\n", report_step_state(p->model, step));
    }
}

static void put_timeline(const page *p)
{
    const report_model *m = p->model;
    put(p,
        "\n## Timeline\n\n| entry | time (the signer's word) | kind | what | result | receipt id "
        "|\n| ---: | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < m->entry_count; i++) {
        const report_entry *e = &m->entries[i];
        zkl_buffer_format(p->out, "| %llu | %s | %s | ", (unsigned long long)e->index, e->time,
                          report_kind_word(e->kind));
        put_text(p, e->what);
        zkl_buffer_format(p->out, " | %s", report_state_name(e->state));
        if (e->fault) {
            put(p, ": ");
            put_text(p, e->fault);
        }
        put(p, " | ");
        put_hex(p, &e->receipt_id);
        put(p, " |\n");
    }
}

static void put_clocks(const page *p)
{
    const report_model *m = p->model;
    put(p, "\n## Clocks and witnesses\n\n");
    put_words(p, report_put_clocks);
    put(p, "\n");
    if (m->stamp_count)
        put(p, "\n| entry | stamped at | by |\n| ---: | --- | --- |\n");
    for (size_t i = 0; i < m->entry_count; i++)
        for (size_t k = 0; k < m->entries[i].stamp_count; k++) {
            const report_stamp *stamp = &m->entries[i].stamps[k];
            zkl_buffer_format(p->out, "| %llu | %s | ", (unsigned long long)m->entries[i].index,
                              stamp->time);
            put_text(p, stamp->clock ? stamp->clock : REPORT_NO_CLOCK);
            put(p, " |\n");
        }
    if (m->witness_count)
        put(p, "\n| witness | signed at, by its own word | key |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < m->witness_count; i++) {
        put(p, "| ");
        put_text(p, m->witnesses[i].name);
        zkl_buffer_format(p->out, " | %s | ", m->witnesses[i].time);
        put_text(p, m->witnesses[i].key);
        put(p, " |\n");
    }
}

static void put_checkpoint(const page *p)
{
    const report_model *m = p->model;
    put(p, "\n## Checkpoint\n\nLog ");
    put_text(p, m->origin);
    put(p, ", ");
    zkl_put_counted(p->out, m->tree_size, "entry");
    put(p, ".\nLedger ");
    put_hex(p, &m->ledger);
    put(p, "\nRoot ");
    put_hex(p, &m->root);
    put(p, "\n");
    if (!m->checkpoint)
        return;
    put(p, "\n    ");
    for (const char *at = m->checkpoint; *at; at++) {
        zkl_buffer_put_u8(p->out, (uint8_t)*at);
        if (*at == '\n' && at[1])
            put(p, "    ");
    }
}

static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    const page p = { out, model };
    (void)env;
    put_summary(&p);
    if (model->version_count)
        put(&p, "\n## Datasets\n");
    for (size_t i = 0; i < model->version_count; i++)
        put_version(&p, &model->versions[i]);
    put_steps(&p);
    put_timeline(&p);
    put_clocks(&p);
    put_checkpoint(&p);
    return zkl_buffer_status(out, err);
}

const report_format report_export_md = { put_file };
