/* Words and numbers that several formats say alike. */
#include <string.h>

#include "report/format.h"
#include "service/lineage_draw.h"

void report_put_number(zkl_buffer *out, uint64_t value)
{
    char digits[24];
    int at = (int)sizeof digits, count = 0;
    do {
        if (count && count % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
        count++;
    } while (value);
    zkl_buffer_put(out, digits + at, sizeof digits - (size_t)at);
}

const char *report_words_of(zkl_buffer *text, zkl_buffer *out, const report_model *model,
                            report_words *words)
{
    words(text, model);
    zkl_buffer_put_u8(text, 0);
    out->failed = out->failed || text->failed;
    return text->failed ? "" : (const char *)text->data;
}

void report_put_hex(zkl_buffer *out, const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    zkl_buffer_put_text(out, hex);
}

/* "entry" becomes "entries". */
void report_put_counted(zkl_buffer *out, uint64_t count, const char *one)
{
    const size_t size = strlen(one);
    report_put_number(out, count);
    zkl_buffer_put_u8(out, ' ');
    if (count == 1)
        zkl_buffer_put_text(out, one);
    else if (one[size - 1] == 'y') {
        zkl_buffer_put(out, one, size - 1);
        zkl_buffer_put_text(out, "ies");
    } else {
        zkl_buffer_put_text(out, one);
        zkl_buffer_put_u8(out, 's');
    }
}

void report_put_verdict(zkl_buffer *out, const report_model *m)
{
    if (m->broken_count) {
        report_put_counted(out, m->broken_count, "entry");
        zkl_buffer_put_text(out, m->broken_count == 1 ? " does not hold" : " do not hold");
    } else if (m->log_fault)
        zkl_buffer_put_text(out, "The log as a whole does not hold");
    else if (!m->entry_count) {
        zkl_buffer_put_text(out, "No entry of the log is among what was asked for");
        if (*m->newest && (m->since || m->until))
            zkl_buffer_format(out, "; its newest is of %s", m->newest);
    } else {
        zkl_buffer_put_text(out, "All ");
        report_put_counted(out, m->entry_count, "entry");
        zkl_buffer_put_text(out, m->is_development ? " verified, under a development set-up"
                                                   : " verified");
    }
    if (m->unchecked_count) {
        zkl_buffer_put_text(out, "; ");
        report_put_counted(out, m->unchecked_count, "entry");
        zkl_buffer_put_text(out, m->unchecked_count == 1 ? " behind it was not checked"
                                                         : " behind it were not checked");
    }
}

const char *report_kind_word(const char *kind)
{
    return strcmp(kind, "withdraw") == 0 ? "revoke" : kind;
}

void report_put_clocks(zkl_buffer *out, const report_model *m)
{
    if (m->stamp_count) {
        report_put_counted(out, m->stamp_count, "timestamp");
        zkl_buffer_put_text(out, " over these entries. ");
    } else
        zkl_buffer_put_text(out, "No clock has stamped any of these entries. ");
    if (m->witness_count) {
        report_put_number(out, m->witness_count);
        zkl_buffer_format(out, " witness%s signed the log at ", m->witness_count == 1 ? "" : "es");
        report_put_counted(out, m->witnessed_size, "entry");
        zkl_buffer_put_text(out, ". Whether they are to be trusted is the reader's to say.");
    } else
        zkl_buffer_put_text(out, "No witness has signed the log.");
}

void report_put_scope(zkl_buffer *out, const report_model *m)
{
    if (m->reference)
        zkl_buffer_format(out, "Entries about %s", m->reference);
    else
        zkl_buffer_put_text(out, m->kind_count || m->since || m->until ? "Entries of the log"
                                                                       : "The whole log");
    for (size_t i = 0; i < m->kind_count; i++)
        zkl_buffer_format(out, "%s%s", i ? ", " : ", of the kind ", m->kinds[i]);
    if (m->since)
        zkl_buffer_format(out, ", since %s", m->since);
    if (m->until)
        zkl_buffer_format(out, ", until %s", m->until);
}

zkl_status report_put_drawing(zkl_buffer *out, const report_model *m, zkl_error *err)
{
    return m->pictures && m->lineage ? lineage_put_svg(out, m->lineage, err) : ZKL_OK;
}
