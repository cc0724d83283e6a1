/* Rows of a notarised version, shown to somebody. No format knows of it but the entry `disclose`
 * and the file (record/disclosure.h).
 *
 *  1. The files, or without any the owner's spool, are the notarised ones, compared as when claims
 *     are added. Commitments and chunk keys are those of the notarisation.
 *  2. The log gets the hash of what is shown. Values and rows go into the file, which is the
 *     owner's to hand on, and to no other place.
 *  3. What is shown is verified as a stranger would before it is recorded. */
#include <string.h>

#include "base/file.h"
#include "notary/shown_rows.h"
#include "service/claimed.h"
#include "service/output.h"
#include "text/runs.h"

/* The version that rows are shown of, and its data. */
typedef struct disclosed_version {
    zkl_arena memory;
    service_claimed of;
    uint32_t *columns;
    size_t column_count;
    uint64_t rows[ZKL_DISCLOSURE_ROWS_MAX];
    size_t row_count;
    uint8_t challenge[ZKL_DISCLOSURE_CHALLENGE_MAX];
    size_t challenge_size;
} disclosed_version;

static void disclosed_version_clear(disclosed_version *v)
{
    service_claimed_clear(&v->of);
    zkl_arena_clear(&v->memory);
}

/* ---- What is asked. */

static zkl_status check_request(const zkl_disclose_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_reading ignored;
    if (!request->reference)
        return zkl_fail(err, ZKL_USAGE, "no dataset given");
    if (!request->output)
        return zkl_fail(err, ZKL_USAGE, "no output given");
    if (!request->rows == !request->sample)
        return zkl_fail(err, ZKL_USAGE, "either rows are named, or a sample is drawn");
    if (!request->sample != !request->challenge)
        return zkl_fail(err, ZKL_USAGE, "a sample is drawn by a challenge, and by nothing else");
    return zkl_reading_take(&ignored, &arena, &request->reading, err);
}

static zkl_status add_row(disclosed_version *v, uint64_t row, zkl_error *err)
{
    size_t at = v->row_count;
    if (row >= v->of.version.manifest.row_count)
        return zkl_fail(err, ZKL_USAGE, "row %llu: the dataset has %llu, counted from 0",
                        (unsigned long long)row,
                        (unsigned long long)v->of.version.manifest.row_count);
    while (at > 0 && v->rows[at - 1] > row)
        at--;
    if (at > 0 && v->rows[at - 1] == row)
        return zkl_fail(err, ZKL_USAGE, "row %llu is named twice", (unsigned long long)row);
    if (v->row_count == ZKL_DISCLOSURE_ROWS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d rows: show them in several disclosures",
                        ZKL_DISCLOSURE_ROWS_MAX);
    memmove(v->rows + at + 1, v->rows + at, (v->row_count - at) * sizeof *v->rows);
    v->rows[at] = row;
    v->row_count++;
    return ZKL_OK;
}

/* "5,17,100-110" */
static zkl_status read_rows(disclosed_version *v, const char *text, zkl_error *err)
{
    zkl_number_run run;
    for (const char *at = text; at;) {
        if (!zkl_number_run_next(&run, &at))
            return zkl_fail(err, ZKL_USAGE,
                            "'%.200s' names no rows: numbers and runs of them, counted from 0, as "
                            "5,17,100-110",
                            text);
        if (run.last - run.first >= ZKL_DISCLOSURE_ROWS_MAX)
            return zkl_fail(err, ZKL_LIMIT, "more than %d rows: show them in several disclosures",
                            ZKL_DISCLOSURE_ROWS_MAX);
        for (uint64_t row = run.first; row <= run.last; row++)
            ZKL_TRY(add_row(v, row, err));
    }
    return ZKL_OK;
}

static zkl_status draw_rows(disclosed_version *v, const zkl_disclose_request *request,
                            zkl_error *err)
{
    const size_t digits = strlen(request->challenge), size = digits / 2;
    if (digits % 2 || size < ZKL_DISCLOSURE_CHALLENGE_MIN || size > ZKL_DISCLOSURE_CHALLENGE_MAX ||
        !zkl_hex_decode(v->challenge, size, request->challenge, digits))
        return zkl_fail(err, ZKL_USAGE,
                        "the challenge is to be %d to %d bytes in lower-case hexadecimal digits",
                        ZKL_DISCLOSURE_CHALLENGE_MIN, ZKL_DISCLOSURE_CHALLENGE_MAX);
    if (request->sample > ZKL_DISCLOSURE_ROWS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a sample of %llu rows: at most %d are shown",
                        (unsigned long long)request->sample, ZKL_DISCLOSURE_ROWS_MAX);
    v->challenge_size = size;
    v->row_count = (size_t)request->sample;
    return zkl_disclosure_draw(v->rows, v->row_count, v->of.version.manifest.row_count,
                               zkl_bytes_of(v->challenge, size), err);
}

/* In the schema's order, whatever the order in which they were named. */
static zkl_status choose_columns(disclosed_version *v, const zkl_disclose_request *request,
                                 zkl_error *err)
{
    const zkl_schema *schema = &v->of.version.manifest.schema;
    bool *chosen = ZKL_ARENA_NEW(&v->memory, bool, schema->column_count);
    v->columns = ZKL_ARENA_NEW(&v->memory, uint32_t, schema->column_count);
    if (!chosen || !v->columns)
        return zkl_no_memory(err, schema->column_count * sizeof *v->columns);
    for (size_t i = 0; i < request->column_count; i++) {
        size_t c = 0;
        while (c < schema->column_count &&
               !zkl_bytes_equal_text(schema->columns[c].name, request->columns[i]))
            c++;
        if (c == schema->column_count)
            return zkl_fail(err, ZKL_USAGE, "the dataset has no column '%s'", request->columns[i]);
        if (chosen[c])
            return zkl_fail(err, ZKL_USAGE, "column '%s' is named twice", request->columns[i]);
        chosen[c] = true;
    }
    for (uint32_t c = 0; c < schema->column_count; c++)
        if (chosen[c] || !request->column_count)
            v->columns[v->column_count++] = c;
    size_t blocks = 0;
    for (size_t j = 0; j < v->column_count; j++)
        blocks += zkl_type_limbs(&schema->columns[v->columns[j]].type) +
                  schema->columns[v->columns[j]].nullable;
    if (blocks > ZKL_STATEMENT_BLOCKS_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "the columns have %zu blocks of cells in a chunk, at most %d can be shown "
                        "together: name fewer columns",
                        blocks, ZKL_STATEMENT_BLOCKS_MAX);
    if (v->column_count > ZKL_DISCLOSURE_COLUMNS_MAX ||
        v->column_count * v->row_count > ZKL_DISCLOSURE_CELLS_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "%zu rows of %zu columns: a disclosure has at most %d columns and %d "
                        "cells; name fewer columns or rows",
                        v->row_count, v->column_count, ZKL_DISCLOSURE_COLUMNS_MAX,
                        ZKL_DISCLOSURE_CELLS_MAX);
    return ZKL_OK;
}

/* The file has a place, is none of those that are read, and is not there yet. */
static zkl_status check_output(disclosed_version *v, const zkl_disclose_request *request,
                               zkl_ledger *handle, zkl_error *err)
{
    service_files files;
    ZKL_TRY(service_expand_files(&files, &v->memory, request->files, request->file_count, err));
    ZKL_TRY(service_check_receipt_apart(request->output, &files, NULL, 0, handle, err));
    return service_output_is_new(request->output, request->force, err);
}

/* ---- Showing. */

static zkl_status make_body(zkl_buffer *body, const disclosed_version *v, const service_desk *desk,
                            const zkl_env *env, zkl_error *err)
{
    const zkl_srs *srs = zkl_setup_srs(v->of.data.setup);
    const zkl_prover prover = { .srs = srs, .owner_secret = desk->owner };
    const zkl_shown_rows shown = {
        .facts = &v->of.facts,
        .commitments = &v->of.commitments,
        .data_key = &v->of.data.data_key,
        .dataset = { zkl_ledger_own_id(desk->ledger), &v->of.version.found.dataset,
                     &v->of.version.manifest, &srs->verifier, NULL },
        .prover = &prover,
        .challenge = zkl_bytes_of(v->challenge, v->challenge_size),
        .columns = v->columns,
        .column_count = v->column_count,
        .rows = v->rows,
        .row_count = v->row_count,
    };
    return zkl_shown_rows_make(body, &shown, env, err);
}

static void make_entry(zkl_entry *out, zkl_bytes body, const disclosed_version *v,
                       const service_desk *desk, const zkl_env *env)
{
    const zkl_entry_data *data = &v->of.version.loaded.entry.data;
    *out = (zkl_entry){ .kind = ZKL_ENTRY_DISCLOSE,
                        .ledger = *zkl_ledger_own_id(desk->ledger),
                        .time_ms = zkl_env_now_ms(env),
                        .parents = &v->of.version.loaded.leaf,
                        .parent_count = 1,
                        .data.name = data->name,
                        .data.version = data->version,
                        .data.dataset = data->dataset,
                        .data.manifest_sha256 = data->manifest_sha256 };
    zkl_sha256(&out->data.disclosure_sha256, body.data, body.size);
}

/* The verifier's code on the very bytes: entry, notarisation and proofs, then what is shown. */
static zkl_status check_own(const zkl_entry *entry, zkl_bytes body, const disclosed_version *v,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { .is_secret = true };
    const zkl_entry *const notarised[1] = { &v->of.version.loaded.entry };
    zkl_content content = v->of.version.loaded.content;
    zkl_verified verified;
    zkl_disclosure shown;
    content.entry = entry;
    content.notarised = notarised;
    content.notarised_count = 1;
    const zkl_content_pins pins = { &entry->ledger, &v->of.version.manifest.powers_hash };
    ZKL_TRY(zkl_content_verify(&verified, &arena, &content, &pins, env, err));
    ZKL_TRY(zkl_disclosure_parse(&shown, &arena, body, err));
    const zkl_disclosed_dataset of = { &entry->ledger, &verified.dataset, verified.manifest,
                                       &verified.powers, verified.points };
    return zkl_disclosure_verify(&shown, &of, env, err);
}

/* What is recorded stays, whether or not the file can be written then. */
static zkl_status write_file(zkl_disclose_result *out, const zkl_disclose_request *request,
                             zkl_bytes body, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_TRY(zkl_ledger_catch_up(ledger, err)); /* what was just placed */
    ZKL_TRY(zkl_receipt_build(&receipt, ledger, out->index, err));
    ZKL_TRY(zkl_disclosure_file_encode(&file, body, zkl_buffer_bytes(&receipt), err));
    const service_output target = { request->output, .mode = 0600, .force = request->force };
    ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(&file), err));
    out->byte_count = file.size;
    return ZKL_OK;
}

static zkl_status record(zkl_disclose_result *out, const zkl_disclose_request *request,
                         const disclosed_version *v, service_desk *desk, const zkl_env *env,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    zkl_change *change = &desk->change;
    zkl_entry entry;
    ZKL_TRY(make_body(&body, v, desk, env, err));
    make_entry(&entry, zkl_buffer_bytes(&body), v, desk, env);
    ZKL_TRY(check_own(&entry, zkl_buffer_bytes(&body), v, env, err));
    ZKL_TRY(zkl_change_add_entry(change, &entry, 0, err));
    ZKL_TRY(zkl_env_progress(env, "recording", 0, 0, err));
    ZKL_TRY(zkl_change_place(change, env, err));
    out->index = change->entries[change->entry_count - 1].index;
    out->receipt_id = change->entries[change->entry_count - 1].receipt_id;
    const zkl_status status = write_file(out, request, zkl_buffer_bytes(&body), desk->ledger, err);
    return status == ZKL_OK ? ZKL_OK
                            : zkl_wrap(err, status,
                                       "the entry is recorded, its file could not be written: what "
                                       "it was to show is lost, and is to be shown anew");
}

static zkl_status show_version(zkl_disclose_result *out, const disclosed_version *v, zkl_error *err)
{
    const char **names = ZKL_ARENA_NEW(&out->memory, const char *, v->column_count);
    out->rows = zkl_arena_copy(&out->memory, v->rows, v->row_count * sizeof *v->rows);
    out->name = service_text(&out->memory, v->of.version.found.name);
    if (!names || !out->rows || !out->name)
        return zkl_no_memory(err, v->row_count * sizeof *v->rows);
    for (size_t j = 0; j < v->column_count; j++) {
        names[j] =
            service_text(&out->memory, v->of.version.manifest.schema.columns[v->columns[j]].name);
        if (!names[j])
            return zkl_no_memory(err, 0);
    }
    out->version = v->of.version.found.version;
    out->dataset = v->of.version.found.dataset;
    out->row_count = v->row_count;
    out->columns = names;
    out->column_count = v->column_count;
    return ZKL_OK;
}

static zkl_status disclose_steps(zkl_disclose_result *out, disclosed_version *v, service_desk *desk,
                                 zkl_ledger *handle, const zkl_disclose_request *request,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(check_request(request, err));
    ZKL_TRY(check_output(v, request, handle, err));
    ZKL_TRY(service_desk_open(desk, handle, request->dry_run, env, err));
    ZKL_TRY(service_version_find(&v->of.version, desk->ledger, request->reference, err));
    ZKL_TRY(service_warn_revoked(&v->of.version.about, request->reference, desk->ledger, err));
    ZKL_TRY(request->rows ? read_rows(v, request->rows, err) : draw_rows(v, request, err));
    ZKL_TRY(choose_columns(v, request, err));
    ZKL_TRY(show_version(out, v, err));
    ZKL_TRY(zkl_ledger_setup(desk->ledger, &v->of.data.setup, err));
    ZKL_TRY(service_claimed_read(&v->of, desk, err));
    out->is_dry_run = request->dry_run;
    if (request->dry_run)
        return ZKL_OK;
    ZKL_TRY(zkl_commitments_of_manifest(&v->of.commitments, &v->of.facts, &v->of.version.manifest,
                                        &v->of.data.data_key, err));
    return record(out, request, v, desk, env, err);
}

zkl_status zkl_disclose(zkl_disclose_result *out, zkl_ledger *ledger,
                        const zkl_disclose_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(service_desk) desk = { 0 };
    ZKL_AUTO_BLOCK disclosed_version *v = zkl_calloc(1, sizeof *v);
    *out = (zkl_disclose_result){ 0 };
    if (!v)
        return zkl_no_memory(err, sizeof *v);
    env = env ? env : zkl_ledger_env(ledger);
    v->of.request = (zkl_verify_data_request){ .reference = request->reference,
                                               .files = request->files,
                                               .file_count = request->file_count,
                                               .reading = request->reading,
                                               .data_key = request->data_key };
    service_claimed_begin(&v->of, ledger, env);
    const zkl_status status = disclose_steps(out, v, &desk, ledger, request, env, err);
    disclosed_version_clear(v);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
