/* The model of an audit out of a log and of what a walk over it found (model.h). */
#include "report/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "ledger/cosigned.h"
#include "ledger/stamps.h"
#include "service/lineage.h"
#include "service/words.h"
#include "verify/tsa.h"
#include "verify/verdict.h"

#define EMPTY_COLUMNS_SHOWN 100 /* that may have no value, each by name */

#define DRAWN_STEPS_MAX 400 /* what is larger is no picture for people */
#define LINEAGE_ENTRIES_MAX 20000

const char *report_state_name(report_state state)
{
    static const char *const names[] = { "unchecked", "broken", "verified" };
    return (unsigned)state < REPORT_STATE_COUNT ? names[state] : "";
}

bool report_scope_has(const report_scope *scope, const zkl_entry *entry)
{
    const zkl_entry_data *data = zkl_entry_as_data(entry);
    if (scope->reference && (!data || !zkl_bytes_equal(data->name, scope->name) ||
                             (scope->version && data->version != scope->version)))
        return false;
    return (!scope->has_kinds || scope->kinds[entry->kind]) && entry->time_ms >= scope->since_ms &&
           entry->time_ms <= scope->until_ms;
}

/* ---- Claims. */

static const char *literal(zkl_arena *memory, const json_t *edges, size_t at)
{
    const char *text = json_string_value(json_array_get(edges, at));
    return text ? text : zkl_arena_format(memory, "?");
}

/* The bin below the first edge is left out where the type has nothing there. */
static const char *bin_label(zkl_arena *memory, const json_t *edges, size_t bin, size_t bin_count)
{
    const size_t edge_count = json_array_size(edges), first = bin_count == edge_count;
    const size_t at = bin + first; /* the edge above it */
    if (at == 0)
        return zkl_arena_format(memory, "below %s", literal(memory, edges, 0));
    if (at >= edge_count)
        return zkl_arena_format(memory, "%s or more", literal(memory, edges, edge_count - 1));
    return zkl_arena_format(memory, "%s to below %s", literal(memory, edges, at - 1),
                            literal(memory, edges, at));
}

static const char *class_label(zkl_arena *memory, const json_t *claim, size_t at)
{
    static const char *const bools[] = { "false", "true" };
    const json_t *columns = json_object_get(claim, "texts");
    const json_t *texts =
        json_is_array(columns) ? json_object_get(json_array_get(columns, 0), "texts") : NULL;
    const json_t *item = json_array_get(texts ? texts : columns, at);
    const json_t *text = json_is_object(item) ? json_object_get(item, "text") : item;
    if (json_is_string(text))
        return zkl_arena_text(memory, json_string_value(text), json_string_length(text));
    return at < 2 && !columns ? bools[at] : zkl_arena_format(memory, "class %zu", at + 1);
}

/* Counts that the claim discloses. Of another kind, none. */
static zkl_status fill_bars(report_claim *out, zkl_arena *memory, const json_t *claim,
                            zkl_error *err)
{
    const char *kind = json_string_value(json_object_get(claim, "kind"));
    const char *column = json_string_value(json_object_get(claim, "column"));
    const json_t *counts = json_object_get(claim, "counts"),
                 *edges = json_object_get(claim, "edges");
    const bool is_histogram = kind && strcmp(kind, "histogram") == 0;
    if (!column || !json_array_size(counts) ||
        !(is_histogram || (kind && strcmp(kind, "class_balance") == 0)))
        return ZKL_OK;
    const size_t count = json_array_size(counts);
    report_bar *bars = ZKL_ARENA_NEW(memory, report_bar, count);
    out->bars_of = zkl_arena_text(memory, column, strlen(column));
    if (!bars || !out->bars_of)
        return zkl_no_memory(err, count * sizeof *bars);
    for (size_t i = 0; i < count; i++) {
        const char *label =
            is_histogram ? bin_label(memory, edges, i, count) : class_label(memory, claim, i);
        bars[i].label = label ? zkl_arena_text(memory, label, strlen(label)) : NULL;
        bars[i].count = (uint64_t)json_integer_value(json_array_get(counts, i));
        if (!bars[i].label)
            return zkl_no_memory(err, 0);
    }
    out->bars = bars;
    out->bar_count = count;
    return ZKL_OK;
}

/* The sentence of `shown` and what the entry's JSON adds to it. */
static zkl_status fill_claim(report_claim *out, zkl_arena *memory, const char *text,
                             const char *sentence, zkl_bytes json, zkl_error *err)
{
    *out = (report_claim){ .text = text, .sentence = sentence };
    json_t *claim = json_loadb((const char *)json.data, json.size, 0, NULL);
    const char *kind = json_string_value(json_object_get(claim, "kind"));
    out->is_wellformedness = kind && strcmp(kind, "cells") == 0;
    const zkl_status status = claim ? fill_bars(out, memory, claim, err) : ZKL_OK;
    json_decref(claim);
    return status;
}

/* As verdicts say it: a claim that may hold of nothing is not told as if it said something. */
static zkl_status say_values(report_claim *claim, zkl_arena *memory,
                             const zkl_values_behind *values, zkl_error *err)
{
    claim->values = *values;
    claim->sentence = service_sentence_with_values(memory, claim->sentence, values);
    return claim->sentence ? ZKL_OK : zkl_no_memory(err, strlen(claim->text));
}

static zkl_status fill_claims(report_data *out, zkl_arena *memory, const zkl_show_result *shown,
                              const zkl_entry *entry, zkl_error *err)
{
    report_claim *claims = ZKL_ARENA_NEW(memory, report_claim, shown->claim_count);
    size_t at = 0;
    if (!claims)
        return zkl_no_memory(err, shown->claim_count * sizeof *claims);
    for (size_t i = 0; i < entry->data.statement_count && at < shown->claim_count; i++)
        for (size_t k = 0; k < entry->data.statements[i].claim_count; k++, at++)
            ZKL_TRY(fill_claim(&claims[at], memory, shown->claim_texts[at], shown->claims[at],
                               entry->data.statements[i].claims[k].json, err));
    for (size_t i = 0; shown->values && i < at; i++)
        ZKL_TRY(say_values(&claims[i], memory, &shown->values[i], err));
    out->unknown_nulls = shown->unknown_nulls;
    out->unknown_null_count = shown->unknown_null_count;
    ZKL_ASSERT(at == shown->claim_count); /* service_show_entry tells them in this order */
    out->claims = claims;
    out->claim_count = at;
    out->statement_count = entry->data.statement_count;
    return ZKL_OK;
}

/* ---- Steps. */

static zkl_status fill_recorded(report_data *out, zkl_arena *memory, const zkl_entry_provenance *p,
                                zkl_error *err)
{
    zkl_fact *facts = ZKL_ARENA_NEW(memory, zkl_fact, p->fact_count);
    if (!facts)
        return zkl_no_memory(err, p->fact_count * sizeof *facts);
    for (size_t i = 0; i < p->fact_count; i++) {
        facts[i] = (zkl_fact){ service_text(memory, p->facts[i].name),
                               service_text(memory, p->facts[i].value) };
        if (!facts[i].name || !facts[i].value)
            return zkl_no_memory(err, 0);
    }
    out->facts = facts;
    out->fact_count = p->fact_count;
    out->operation = p->operation.size ? service_text(memory, p->operation) : NULL;
    out->unproven = p->unproven.size ? service_text(memory, p->unproven) : NULL;
    return (p->operation.size && !out->operation) || (p->unproven.size && !out->unproven)
               ? zkl_no_memory(err, 0)
               : ZKL_OK;
}

/* ---- Entries. */

/* Circuits of which the log names a key that was made on one machine. A statement under such a
 * circuit is said to be under a development set-up, also where another key of it is of a
 * ceremony: rather once too often. */
typedef struct development {
    char circuits[64][ZKL_CIRCUIT_NAME_BYTES_MAX + 1];
    size_t count;
    bool powers;
} development;

static bool is_development(const development *d, const zkl_entry *entry)
{
    for (size_t i = 0; i < entry->data.statement_count; i++)
        for (size_t k = 0; k < d->count; k++)
            if (strcmp(d->circuits[k], entry->data.statements[i].circuit) == 0)
                return true;
    return d->powers && entry->data.statement_count;
}

typedef struct filling {
    report_model *model;
    zkl_ledger *ledger;
    const report_scope *scope;
    const report_verdict *verdicts;
    development development;
    report_entry *entries;
    const zkl_env *env;
    zkl_error *err;
} filling;

static zkl_status fill_data(report_entry *out, filling *f, const zkl_entry *entry,
                            const report_verdict *verdict)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_arena *memory = &f->model->memory;
    report_data *data = ZKL_ARENA_NEW(memory, report_data, 1);
    if (!data)
        return zkl_no_memory(f->err, sizeof *data);
    /* Into the model's own memory: one block for each of ten thousand entries would be too much. */
    zkl_show_result shown = { .memory = *memory };
    *memory = (zkl_arena){ 0 };
    const zkl_status status =
        service_show_entry(&shown, &arena, f->ledger, out->index, entry, f->err);
    *memory = shown.memory;
    ZKL_TRY(status);
    *data = (report_data){ .name = shown.name,
                           .version = shown.version,
                           .dataset = shown.dataset,
                           .row_count = shown.row_count,
                           .read = shown.read.words,
                           .format = shown.read.reading.format,
                           .columns = shown.columns,
                           .column_count = shown.column_count,
                           .is_development = is_development(&f->development, entry),
                           .was_remembered = verdict->was_remembered };
    if (entry->data.file_count) {
        data->files = shown.read.digests;
        data->file_count = shown.read.digest_count;
    }
    ZKL_TRY(fill_claims(data, memory, &shown, entry, f->err));
    if (entry->data.provenance)
        ZKL_TRY(fill_recorded(data, memory, entry->data.provenance, f->err));
    out->data = data;
    return ZKL_OK;
}

/* What the store has of them besides the log. A token that is damaged, or whose signature is false,
 * says nothing of when the entry was made: it is left out, and the entry holds all the same. */
static zkl_status fill_stamps(report_entry *out, filling *f)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_arena *memory = &f->model->memory;
    zkl_stamps stamps;
    zkl_error why = { 0 };
    const zkl_status status = zkl_stamps_load(&stamps, f->ledger, &arena, &out->receipt_id, &why);
    if (status == ZKL_NO_MEMORY || status == ZKL_IO)
        return zkl_fail_as(f->err, status, &why);
    if (status != ZKL_OK || !stamps.count)
        return ZKL_OK;
    report_stamp *items = ZKL_ARENA_NEW(memory, report_stamp, stamps.count);
    if (!items)
        return zkl_no_memory(f->err, stamps.count * sizeof *items);
    for (size_t i = 0; i < stamps.count; i++) {
        zkl_tsa_time said;
        char time[ZKL_TIME_CHARS + 1];
        if (zkl_tsa_verify(&said, stamps.tokens[i], &out->receipt_id, zkl_ledger_trust(f->ledger),
                           &why) != ZKL_OK)
            continue;
        zkl_time_format(time, said.time_ms);
        items[out->stamp_count++] =
            (report_stamp){ .clock = said.tsa ? service_text(memory, said.tsa->name) : NULL,
                            .time = zkl_arena_text(memory, time, strlen(time)) };
        if (!items[out->stamp_count - 1].time)
            return zkl_no_memory(f->err, sizeof time);
    }
    out->stamps = items;
    f->model->stamp_count += out->stamp_count;
    return ZKL_OK;
}

static zkl_status fill_entry(report_entry *out, filling *f, uint64_t index, const zkl_entry *entry,
                             const zkl_dsse *dsse)
{
    const report_verdict *verdict = &f->verdicts[index];
    char time[ZKL_TIME_CHARS + 1];
    zkl_arena *memory = &f->model->memory;
    *out = (report_entry){ .index = index, .state = verdict->state };
    zkl_time_format(time, entry->time_ms);
    out->kind = zkl_entry_kind_name(entry->kind);
    out->time = zkl_arena_text(memory, time, strlen(time));
    out->time_ms = entry->time_ms;
    out->what = zkl_entry_words(memory, entry);
    zkl_hex_encode(out->signer, dsse->signatures[0].key_digest.bytes, 32);
    if (verdict->fault)
        out->fault = zkl_arena_text(memory, verdict->fault, strlen(verdict->fault));
    if (!out->time || !out->what || (verdict->fault && !out->fault))
        return zkl_no_memory(f->err, 0);
    if (verdict->state == REPORT_VERIFIED)
        out->receipt_id = verdict->leaf;
    else
        ZKL_TRY(zkl_log_leaf(zkl_ledger_log(f->ledger), &out->receipt_id, index, f->err));
    if (verdict->state == REPORT_VERIFIED)
        ZKL_TRY(fill_stamps(out, f));
    if (!zkl_entry_as_data(entry))
        return ZKL_OK;
    const zkl_status status = fill_data(out, f, entry, verdict);
    /* A broken one may have no content to tell: it is in the report without. */
    return out->state == REPORT_VERIFIED || status == ZKL_NO_MEMORY || status == ZKL_IO ? status
                                                                                        : ZKL_OK;
}

/* Not even its kind is known: it belongs to every scope. */
static zkl_status fill_unreadable(report_entry *out, filling *f, uint64_t index, const char *why)
{
    *out = (report_entry){ .index = index,
                           .state = f->verdicts[index].state == REPORT_VERIFIED
                                        ? REPORT_BROKEN
                                        : f->verdicts[index].state,
                           .kind = "",
                           .time = "",
                           .what = "an entry that cannot be read" };
    const char *fault = f->verdicts[index].fault ? f->verdicts[index].fault : why;
    out->fault = zkl_arena_text(&f->model->memory, fault, strlen(fault));
    return out->fault ? ZKL_OK : zkl_no_memory(f->err, 0);
}

static void note_setup(development *d, const zkl_entry *entry)
{
    const zkl_entry_setup *setup = zkl_entry_as_setup(entry);
    if (setup && !setup->is_ceremony && d->count < ZKL_COUNT(d->circuits))
        memcpy(d->circuits[d->count++], setup->circuit.name, sizeof d->circuits[0]);
}

static zkl_status visit(filling *f, uint64_t index)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error why = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    const zkl_status status = zkl_ledger_entry(f->ledger, &entry, &dsse, &arena, index, &why);
    if (status == ZKL_NO_MEMORY || status == ZKL_IO)
        return zkl_fail_as(f->err, status, &why);
    report_entry *out = &f->entries[f->model->entry_count];
    if (status != ZKL_OK) {
        f->model->entry_count++;
        return fill_unreadable(out, f, index, why.text);
    }
    note_setup(&f->development, &entry);
    if (!report_scope_has(f->scope, &entry))
        return ZKL_OK;
    f->model->entry_count++;
    return fill_entry(out, f, index, &entry, &dsse);
}

static void count_entry(report_model *m, const report_entry *entry, const report_verdict *verdict)
{
    m->verified_count += entry->state == REPORT_VERIFIED;
    m->broken_count += entry->state == REPORT_BROKEN;
    m->unchecked_count += entry->state == REPORT_UNCHECKED;
    m->attested_count++;
    if (!entry->data)
        return;
    const report_data *data = entry->data;
    m->recorded_count += strcmp(entry->kind, "provenance") == 0;
    m->is_development = m->is_development || data->is_development;
    m->attested_count += data->file_count;
    if (entry->state != REPORT_VERIFIED)
        return;
    m->proof_count += data->statement_count;
    m->remembered_count += verdict->was_remembered ? data->statement_count : 0;
    for (size_t i = 0; i < data->claim_count; i++)
        m->claim_count += !data->claims[i].is_wellformedness;
}

static zkl_status fill_entries(filling *f)
{
    report_model *m = f->model;
    const zkl_trust *const trust = zkl_ledger_trust(f->ledger);
    f->development.powers = !trust->powers_of_ceremony;
    m->parties = trust->parties;
    m->party_count = trust->party_count;
    m->ceremony = trust->ceremony;
    f->entries = ZKL_ARENA_NEW(&m->memory, report_entry, (size_t)m->tree_size);
    if (!f->entries)
        return zkl_no_memory(f->err, (size_t)m->tree_size * sizeof *f->entries);
    for (uint64_t i = 0; i < m->tree_size; i++) {
        const size_t before = m->entry_count;
        if (i % 64 == 0)
            ZKL_TRY(zkl_env_progress(f->env, "gathering the report", i, m->tree_size, f->err));
        ZKL_TRY(visit(f, i));
        if (m->entry_count > before)
            count_entry(m, &f->entries[before], &f->verdicts[i]);
    }
    m->entries = f->entries;
    return ZKL_OK;
}

/* ---- Versions: entries by what they are about. */

static int compare_about(const void *a, const void *b)
{
    const report_entry *x = *(const report_entry *const *)a, *y = *(const report_entry *const *)b;
    const int names = strcmp(x->data->name, y->data->name);
    if (names)
        return names;
    if (x->data->version != y->data->version)
        return x->data->version < y->data->version ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool are_about_one(const report_entry *a, const report_entry *b)
{
    return a->data->version == b->data->version && strcmp(a->data->name, b->data->name) == 0;
}

static void count_version(report_version *v)
{
    v->state = v->notarised->state;
    for (size_t i = 0; i <= v->about_count; i++) {
        const report_entry *e = i ? v->about[i - 1] : v->notarised;
        v->state = e->state < v->state ? e->state : v->state;
        v->recorded_count += strcmp(e->kind, "provenance") == 0;
        if (!v->revoked && strcmp(e->kind, "withdraw") == 0)
            v->revoked = e;
        for (size_t k = 0; e->state == REPORT_VERIFIED && k < e->data->claim_count; k++)
            v->claim_count += !e->data->claims[k].is_wellformedness;
    }
}

static int compare_versions(const void *a, const void *b)
{
    const report_version *x = a, *y = b;
    return (x->notarised->index > y->notarised->index) -
           (x->notarised->index < y->notarised->index);
}

static zkl_status fill_versions(report_model *m, zkl_error *err)
{
    const report_entry **about = ZKL_ARENA_NEW(&m->memory, const report_entry *, m->entry_count);
    report_version *versions = ZKL_ARENA_NEW(&m->memory, report_version, m->entry_count);
    size_t count = 0;
    if (!about || !versions)
        return zkl_no_memory(err, m->entry_count * sizeof *versions);
    for (size_t i = 0; i < m->entry_count; i++)
        if (m->entries[i].data)
            about[count++] = &m->entries[i];
    qsort(about, count, sizeof *about, compare_about);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && are_about_one(about[i], about[end]);)
            end++;
        /* Without its notarisation, which the scope left out, it is a row of the timeline alone. */
        if (strcmp(about[i]->kind, "notarise") != 0)
            continue;
        report_version *v = &versions[m->version_count++];
        *v = (report_version){ .notarised = about[i],
                               .about = about + i + 1,
                               .about_count = end - i - 1 };
        count_version(v);
        m->revoked_count += v->revoked != NULL;
    }
    qsort(versions, m->version_count, sizeof *versions, compare_versions);
    m->versions = versions;
    return ZKL_OK;
}

/* ---- What is around them. */

static zkl_status fill_lineage(filling *f)
{
    report_model *m = f->model;
    zkl_lineage_result *lineage = ZKL_ARENA_NEW(&m->memory, zkl_lineage_result, 1);
    zkl_error why = { 0 };
    zkl_status status;
    if (!lineage)
        return zkl_no_memory(f->err, sizeof *lineage);
    if (!m->tree_size || m->log_fault || m->broken_count || m->unchecked_count ||
        (f->scope->reference && !f->scope->version)) {
        m->lineage_missing = f->scope->reference && !m->log_fault
                                 ? "of one version alone there is a picture: name it"
                                 : "of a log that does not hold there is no picture";
        return ZKL_OK;
    }
    if (m->tree_size > LINEAGE_ENTRIES_MAX ||
        (!f->scope->reference && m->recorded_count > DRAWN_STEPS_MAX)) {
        m->lineage_missing = "the log is too large for a picture of all of it: name a version";
        return ZKL_OK;
    }
    /* Every entry was verified, with its proofs where the scope has all of them. */
    const bool is_whole = m->entry_count == m->tree_size;
    if (f->scope->reference) {
        const zkl_dataset_version version = { .name = f->scope->name,
                                              .version = f->scope->version };
        status = service_lineage_version(lineage, f->ledger, &version, is_whole, f->env, &why);
    } else
        status = service_lineage_whole(lineage, f->ledger, is_whole, f->env, &why);
    zkl_arena_join(&m->memory, &lineage->memory);
    if (status == ZKL_NO_MEMORY || status == ZKL_IO || status == ZKL_CANCELLED)
        return zkl_fail_as(f->err, status, &why);
    if (status != ZKL_OK)
        m->lineage_missing = zkl_arena_text(&m->memory, why.text, strlen(why.text));
    else if (lineage->lineage.step_count > DRAWN_STEPS_MAX)
        m->lineage_missing = "there are too many steps for a picture: name a version";
    else if (lineage->lineage.step_count)
        m->lineage = lineage;
    return ZKL_OK;
}

/* Whoever reads a report has trust of his own: witnesses and clocks that the ledger's does not name
 * are there for him, and what they leave open is told in words of the report. */
static const char *time_gap(const report_model *m)
{
    return m->stamp_count ? "when entries without a timestamp were made, and how long before its "
                            "timestamp one was: that is the signer's word"
                          : NULL;
}

static const char *witness_gap(const report_model *m, zkl_arena *memory)
{
    if (!m->witness_count || m->witnessed_size == m->tree_size)
        return m->witness_count ? "that the log shows everybody the same entries: witnesses signed "
                                  "it, and whether they are to be trusted is yours to say"
                                : NULL;
    return zkl_arena_format(memory,
                            "that the log shows everybody the same entries behind the first %llu, "
                            "which witnesses signed",
                            (unsigned long long)m->witnessed_size);
}

static bool is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Columns of which a claim is told and that may have no value at all. Of a column that an earlier
 * entry about the version has it is said once. */
static zkl_status add_empty_columns(report_gap *gaps, filling *f, const report_version *v,
                                    size_t *found)
{
    report_model *m = f->model;
    for (size_t i = 0; i <= v->about_count; i++) {
        const report_entry *const e = i ? v->about[i - 1] : v->notarised;
        for (size_t k = 0; e->state == REPORT_VERIFIED && k < e->data->unknown_null_count; k++) {
            const char *const column = e->data->unknown_nulls[k];
            if (i && is_listed(v->notarised->data->unknown_nulls,
                               v->notarised->data->unknown_null_count, column))
                continue;
            if ((*found)++ >= EMPTY_COLUMNS_SHOWN)
                continue;
            const char *const of = zkl_arena_format(&m->memory, "%s of %s@%u", column,
                                                    e->data->name, e->data->version);
            const char *const text =
                of ? zkl_unproven_text(&m->memory, ZKL_UNPROVEN_ANY_VALUE, of) : NULL;
            if (!text)
                return zkl_no_memory(f->err, strlen(column));
            gaps[m->gap_count++] = (report_gap){ zkl_unproven_name(ZKL_UNPROVEN_ANY_VALUE), text };
        }
    }
    return ZKL_OK;
}

static zkl_status add_all_empty_columns(report_gap *gaps, filling *f)
{
    report_model *m = f->model;
    size_t found = 0;
    for (size_t i = 0; i < m->version_count; i++)
        ZKL_TRY(add_empty_columns(gaps, f, &m->versions[i], &found));
    if (found <= EMPTY_COLUMNS_SHOWN)
        return ZKL_OK;
    const char *const more = zkl_arena_format(
        &m->memory, "the same of %zu more columns: claims of them say \"may be empty\"",
        found - EMPTY_COLUMNS_SHOWN);
    gaps[m->gap_count++] = (report_gap){ zkl_unproven_name(ZKL_UNPROVEN_ANY_VALUE), more };
    return more ? ZKL_OK : zkl_no_memory(f->err, 0);
}

static zkl_status fill_gaps(filling *f)
{
    report_model *m = f->model;
    const struct {
        zkl_unproven what;
        bool is_missing;
        const char *text; /* NULL: the usual one */
    } all[] = {
        { ZKL_UNPROVEN_FILE, m->version_count > 0, NULL },
        { ZKL_UNPROVEN_TRUTH, m->version_count > 0, NULL },
        { ZKL_UNPROVEN_TIME, true, time_gap(m) },
        { ZKL_UNPROVEN_WITNESSED, !m->has_witnesses, witness_gap(m, &m->memory) },
        { ZKL_UNPROVEN_OWNER, m->is_development, NULL },
        { ZKL_UNPROVEN_RECORDED, m->recorded_count > 0, NULL },
    };
    report_gap *gaps =
        ZKL_ARENA_NEW(&m->memory, report_gap, ZKL_COUNT(all) + EMPTY_COLUMNS_SHOWN + 2);
    if (!gaps)
        return zkl_no_memory(f->err, sizeof *gaps);
    for (size_t i = 0; i < ZKL_COUNT(all); i++)
        if (all[i].is_missing) {
            gaps[m->gap_count++] =
                (report_gap){ zkl_unproven_name(all[i].what),
                              all[i].text ? all[i].text
                                          : zkl_unproven_text(&m->memory, all[i].what, NULL) };
            if (!gaps[m->gap_count - 1].text)
                return zkl_no_memory(f->err, 0);
        }
    ZKL_TRY(add_all_empty_columns(gaps, f));
    gaps[m->gap_count++] =
        (report_gap){ "later", "what was logged behind the checkpoint that this report is of" };
    m->gaps = gaps;
    return ZKL_OK;
}

/* Those whose lines under that checkpoint hold. */
static zkl_status fill_witnesses(report_model *m, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    zkl_error why = { 0 };
    zkl_cosigned_checkpoint best;
    zkl_checkpoint checkpoint;
    zkl_known_witness *known;
    size_t count;
    zkl_status status = zkl_cosigned_find(&best, ledger, &arena, 0, &why);
    if (status == ZKL_OK)
        status = zkl_checkpoint_parse(&checkpoint, &arena, best.note, &why);
    if (status == ZKL_OK)
        status = zkl_cosigned_witnesses(&known, &count, ledger, &arena, &why);
    if (status != ZKL_OK) /* none, or damaged: then nobody is known to have signed */
        return status == ZKL_NO_MEMORY || status == ZKL_IO ? zkl_fail_as(err, status, &why)
                                                           : ZKL_OK;
    report_witness *items = ZKL_ARENA_NEW(&m->memory, report_witness, count);
    if (!items)
        return zkl_no_memory(err, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        char key[ZKL_VERIFIER_KEY_CHARS_MAX + 1], time[ZKL_TIME_CHARS + 1] = "";
        uint64_t time_s;
        if (zkl_note_verify(&checkpoint.note, &known[i].key, &time_s, &why) != ZKL_OK)
            continue;
        if (time_s <= (uint64_t)ZKL_TIME_MS_MAX / 1000)
            zkl_time_format(time, (int64_t)time_s * 1000);
        zkl_verifier_key_encode(key, &known[i].key);
        items[m->witness_count++] =
            (report_witness){ .name = zkl_arena_text(&m->memory, known[i].key.name,
                                                     strlen(known[i].key.name)),
                              .key = zkl_arena_text(&m->memory, key, strlen(key)),
                              .time = zkl_arena_text(&m->memory, time, strlen(time)) };
        const report_witness *last = &items[m->witness_count - 1];
        if (!last->name || !last->key || !last->time)
            return zkl_no_memory(err, sizeof key);
    }
    m->witnesses = items;
    m->witnessed_size = best.size;
    m->has_witnesses =
        m->has_witnesses ||
        (trust->witness_count && best.size == m->tree_size &&
         zkl_checkpoint_verify_witnesses(&checkpoint, trust->witnesses, trust->witness_count,
                                         trust->quorum, NULL, &why) == ZKL_OK);
    return ZKL_OK;
}

static zkl_status fill_checkpoint(report_model *m, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_log *log = zkl_ledger_log(ledger);
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    zkl_bytes note;
    zkl_checkpoint checkpoint;
    zkl_error none = { 0 };
    char key[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    const zkl_status status = zkl_log_checkpoint_within(log, &note, &m->memory, err);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    ZKL_TRY(status);
    m->checkpoint = service_text(&m->memory, note);
    const zkl_trusted_log_key *by =
        m->tree_size ? zkl_trust_log_key_at(trust, m->tree_size - 1) : NULL;
    if (by) {
        zkl_verifier_key_encode(key, &by->key);
        m->log_key = zkl_arena_text(&m->memory, key, strlen(key));
    }
    m->has_witnesses =
        trust->witness_count && zkl_checkpoint_parse(&checkpoint, &arena, note, &none) == ZKL_OK &&
        zkl_checkpoint_verify_witnesses(&checkpoint, trust->witnesses, trust->witness_count,
                                        trust->quorum, NULL, &none) == ZKL_OK;
    return m->checkpoint ? fill_witnesses(m, ledger, err) : zkl_no_memory(err, note.size);
}

/* What is not in the log yet is asked for by mistake: who is told the newest time sees it. */
static void find_newest(report_model *m, zkl_ledger *ledger)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error none = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    if (m->tree_size &&
        zkl_ledger_entry(ledger, &entry, &dsse, &arena, m->tree_size - 1, &none) == ZKL_OK)
        zkl_time_format(m->newest, entry.time_ms);
}

static zkl_status fill_head(filling *f)
{
    report_model *m = f->model;
    zkl_log_head(zkl_ledger_log(f->ledger), &m->tree_size, &m->root);
    find_newest(m, f->ledger);
    m->program = "zkp-ledger " ZKL_VERSION;
    zkl_time_format(m->made, zkl_env_now_ms(f->env));
    m->ledger = *zkl_ledger_own_id(f->ledger);
    m->powers_hash = *zkl_ledger_powers_hash(f->ledger);
    m->origin = zkl_arena_format(&m->memory, "%s", zkl_ledger_origin(f->ledger));
    m->reference = f->scope->reference;
    m->since = f->scope->since;
    m->until = f->scope->until;
    m->title = zkl_arena_format(&m->memory, "Audit of %s", m->reference ? m->reference : m->origin);
    if (!m->origin || !m->title)
        return zkl_no_memory(f->err, 0);
    return fill_checkpoint(m, f->ledger, f->err);
}

zkl_status report_model_fill(report_model *out, zkl_ledger *ledger, const report_scope *scope,
                             const report_verdict *verdicts, const char *log_fault,
                             const zkl_env *env, zkl_error *err)
{
    filling f = {
        .model = out, .ledger = ledger, .scope = scope, .verdicts = verdicts, .env = env, .err = err
    };
    ZKL_TRY(fill_head(&f));
    if (log_fault) {
        out->log_fault = zkl_arena_text(&out->memory, log_fault, strlen(log_fault));
        if (!out->log_fault)
            return zkl_no_memory(err, 0);
    }
    ZKL_TRY(fill_entries(&f));
    ZKL_TRY(fill_versions(out, err));
    ZKL_TRY(fill_lineage(&f));
    return fill_gaps(&f);
}
