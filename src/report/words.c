/* Words and numbers that several formats say alike. */
#include <string.h>

#include "report/format.h"
#include "service/lineage_draw.h"

#define PARTIES_SHOWN 6 /* at most, by name */

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

void report_put_verdict(zkl_buffer *out, const report_model *m)
{
    if (m->broken_count) {
        zkl_put_counted(out, m->broken_count, "entry");
        zkl_buffer_put_text(out, m->broken_count == 1 ? " does not hold" : " do not hold");
    } else if (m->log_fault)
        zkl_buffer_put_text(out, "The log as a whole does not hold");
    else if (!m->entry_count) {
        zkl_buffer_put_text(out, "No entry of the log is among what was asked for");
        if (*m->newest && (m->since || m->until))
            zkl_buffer_format(out, "; its newest is of %s", m->newest);
    } else {
        if (m->entry_count == 1) {
            zkl_buffer_put_text(out, "The one entry");
        } else {
            zkl_buffer_put_text(out, "All ");
            zkl_put_counted(out, m->entry_count, "entry");
        }
        zkl_buffer_put_text(out, m->is_development ? " verified, under a development set-up"
                                                   : " verified");
    }
    if (m->revoked_count) {
        zkl_buffer_put_text(out, "; ");
        zkl_put_counted(out, m->revoked_count, "dataset version");
        zkl_buffer_put_text(out, " revoked by the owner");
    }
    if (m->unchecked_count) {
        zkl_buffer_put_text(out, "; ");
        zkl_put_counted(out, m->unchecked_count, "entry");
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
        zkl_put_counted(out, m->stamp_count, "timestamp");
        zkl_buffer_put_text(out, " over these entries. ");
    } else
        zkl_buffer_put_text(out, "No clock has stamped any of these entries. ");
    if (m->witness_count) {
        zkl_put_number(out, m->witness_count);
        zkl_buffer_format(out, " witness%s signed the log at ", m->witness_count == 1 ? "" : "es");
        zkl_put_counted(out, m->witnessed_size, "entry");
        zkl_buffer_put_text(out, ". Whether they are to be trusted is the reader's to say.");
    } else
        zkl_buffer_put_text(out, "No witness has signed the log.");
}

/* "Alice, Bob and 3 others" */
static void put_parties(zkl_buffer *out, const report_model *m)
{
    const size_t shown = m->party_count > PARTIES_SHOWN ? PARTIES_SHOWN - 1 : m->party_count;
    for (size_t i = 0; i < shown; i++)
        zkl_buffer_format(out, "%s%s",
                          !i                        ? ""
                          : i + 1 == m->party_count ? " and "
                                                    : ", ",
                          m->parties[i].name);
    if (shown < m->party_count)
        zkl_buffer_format(out, " and %zu others", m->party_count - shown);
}

void report_put_set_up(zkl_buffer *out, const report_model *m)
{
    if (!m->proof_count)
        return;
    if (m->is_development) {
        zkl_buffer_put_text(
            out, "The set-up is a development one: it binds everybody but whoever made it.");
    } else if (m->party_count) {
        zkl_buffer_put_text(out, "The set-up was made by ");
        put_parties(out, m);
        zkl_buffer_put_text(out, ": it binds everybody, unless all who made its powers or all who "
                                 "made its keys worked together.");
    } else {
        zkl_buffer_put_text(out, "The set-up is a ceremony's, and the ledger names nobody of it.");
    }
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
