/* A line an entry, as RFC 4180 has it.
 *
 * A spreadsheet runs what begins with one of "=+-@", in full width too, a tab or a carriage return.
 * Texts that do come from a log, so they get an apostrophe in front, which spreadsheets take for
 * "this is text". */
#include <string.h>

#include "report/format.h"
#include "text/shown.h"

/* The four in full width: U+FF1D, U+FF0B, U+FF0D, U+FF20. */
static bool is_run(const char *text)
{
    static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                        "\xef\xbc\xa0" };
    for (size_t i = 0; i < ZKL_COUNT(wide); i++)
        if (strncmp(text, wide[i], 3) == 0)
            return true;
    return *text && strchr("=+-@\t\r", *text);
}

static void put_field(zkl_buffer *out, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    zkl_buffer_put_u8(out, '"');
    if (is_run(text))
        zkl_buffer_put_u8(out, '\'');
    for (size_t i = 0; i < shown.size; i++) {
        if (shown.data[i] == '"')
            zkl_buffer_put_u8(out, '"');
        zkl_buffer_put_u8(out, shown.data[i]);
    }
    zkl_buffer_put_u8(out, '"');
    out->failed = out->failed || shown.failed;
}

/* Claims besides well-formedness, as the entry has them, a semicolon between them. */
static void put_claims(zkl_buffer *out, const report_data *data)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (size_t i = 0; i < data->claim_count; i++)
        if (!data->claims[i].is_wellformedness)
            zkl_buffer_format(&text, "%s%s%s", text.size ? "; " : "", data->claims[i].text,
                              data->claims[i].values.can_be_empty && !data->claims[i].values.least
                                  ? " (may be empty)"
                                  : "");
    zkl_buffer_put_u8(&text, 0);
    if (!text.failed)
        put_field(out, (const char *)text.data);
    out->failed = out->failed || text.failed;
}

static void put_data(zkl_buffer *out, const report_data *data)
{
    put_field(out, data->name);
    zkl_buffer_format(out, ",%u,", data->version);
    report_put_hex(out, &data->dataset);
    zkl_buffer_format(out, ",%llu,", (unsigned long long)data->row_count);
    put_claims(out, data);
    zkl_buffer_format(out, ",%zu,%s,", data->statement_count,
                      data->is_development ? "true" : "false");
    put_field(out, data->operation ? data->operation : "");
}

/* "2026-.. by CLOCK; .."; then the names of witnesses whose checkpoint covers the entry. */
static void put_clocks(zkl_buffer *out, const report_model *model, const report_entry *e)
{
    ZKL_AUTO_CLEAR(zkl_buffer) times = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) names = { 0 };
    for (size_t i = 0; i < e->stamp_count; i++)
        zkl_buffer_format(&times, "%s%s%s%s", i ? "; " : "", e->stamps[i].time,
                          e->stamps[i].clock ? " by " : "",
                          e->stamps[i].clock ? e->stamps[i].clock : "");
    for (size_t i = 0; e->index < model->witnessed_size && i < model->witness_count; i++)
        zkl_buffer_format(&names, "%s%s", i ? "; " : "", model->witnesses[i].name);
    zkl_buffer_put_u8(&times, 0);
    zkl_buffer_put_u8(&names, 0);
    out->failed = out->failed || times.failed || names.failed;
    if (out->failed)
        return;
    zkl_buffer_put_u8(out, ',');
    put_field(out, (const char *)times.data);
    zkl_buffer_put_u8(out, ',');
    put_field(out, (const char *)names.data);
}

static void put_entry(zkl_buffer *out, const report_model *model, const report_entry *e)
{
    zkl_buffer_format(out, "%llu,%s,%s,", (unsigned long long)e->index, e->time, e->kind);
    put_field(out, e->what);
    zkl_buffer_format(out, ",%s,", report_state_name(e->state));
    put_field(out, e->fault ? e->fault : "");
    zkl_buffer_put_u8(out, ',');
    report_put_hex(out, &e->receipt_id);
    zkl_buffer_format(out, ",%s,", e->signer);
    if (e->data)
        put_data(out, e->data);
    else
        zkl_buffer_put_text(out, ",,,,,,,");
    zkl_buffer_put_u8(out, ',');
    report_put_hex(out, &model->ledger);
    put_clocks(out, model, e);
    zkl_buffer_put_text(out, "\r\n");
}

static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    (void)env;
    zkl_buffer_put_text(
        out, "index,time,kind,what,state,fault,receipt_id,signer,dataset,version,"
             "dataset_id,rows,claims,proofs,development,recorded,ledger,timestamps,witnesses\r\n");
    for (size_t i = 0; i < model->entry_count; i++)
        put_entry(out, model, &model->entries[i]);
    return zkl_buffer_status(out, err);
}

const report_format report_export_csv = { put_file };
