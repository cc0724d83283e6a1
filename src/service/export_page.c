/* Pages, in one of two forms. Neither form holds what the other has not. */
#include "service/export_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text/shown.h"

/* CommonMark takes a backslash before every sign of ASCII that may mean something. What shows
 * nothing or turns text around, and a line end, which would end the row of the table, is told by
 * its bytes. */
static void put_escaped(zkl_buffer *out, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    for (size_t i = 0; i < shown.size; i++) {
        if (strchr("\\`*_{}[]<>()#+!|~$&:@", shown.data[i]))
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, shown.data[i]);
    }
    out->failed = out->failed || shown.failed;
}

/* The caller's own text has lines for its own eyes: a blank stands between them. */
static void put_declared(zkl_buffer *out, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
    for (const char *at = text; *at; at++)
        zkl_buffer_put_u8(&line, *at == '\n' || *at == '\t' ? ' ' : (uint8_t)*at);
    zkl_buffer_put_u8(&line, 0);
    if (!line.failed)
        put_escaped(out, (const char *)line.data);
    out->failed = out->failed || line.failed;
}

void export_page_begin(export_page *page, const char *title)
{
    if (page->is_json) {
        zkl_json_open(&page->w, NULL, '{');
        zkl_json_text(&page->w, "title", title);
        zkl_json_open(&page->w, "sections", '[');
        return;
    }
    zkl_buffer_put_text(page->out, "# ");
    put_escaped(page->out, title);
    zkl_buffer_put_text(page->out,
                        "\n\nThe last column says whose word it is. *proven*: a proof, verified "
                        "when this page was written. *signed*: the owner's signed entry says so. "
                        "*declared*: whoever wrote this page says so, and nobody signed it.\n");
}

static void end_section(export_page *page)
{
    if (page->has_section && page->is_json) {
        zkl_json_close(&page->w);
        zkl_json_close(&page->w);
    }
}

void export_page_section(export_page *page, const char *number, const char *title)
{
    end_section(page);
    page->has_section = true;
    if (page->is_json) {
        zkl_json_open(&page->w, NULL, '{');
        zkl_json_text(&page->w, "number", number);
        zkl_json_text(&page->w, "title", title);
        zkl_json_open(&page->w, "items", '[');
        return;
    }
    zkl_buffer_format(page->out, "\n## %s ", number);
    put_escaped(page->out, title);
    zkl_buffer_put_text(page->out, "\n\n| What | Value | Whose word |\n| --- | --- | --- |\n");
}

void export_page_item(export_page *page, const export_item *item)
{
    const char *value = item->value ? item->value : EXPORT_NOT_STATED;
    const char *standing = item->value ? item->standing : EXPORT_NOT_STATED;
    ZKL_ASSERT(page->has_section && standing);
    if (page->is_json) {
        zkl_json_open(&page->w, NULL, '{');
        zkl_json_text(&page->w, "name", item->name);
        zkl_json_text(&page->w, "label", item->label);
        if (item->value)
            zkl_json_text(&page->w, "value", item->value);
        else
            zkl_json_raw(&page->w, "value", "null");
        zkl_json_text(&page->w, "standing", standing);
        zkl_json_close(&page->w);
        return;
    }
    zkl_buffer_put_text(page->out, "| ");
    put_escaped(page->out, item->label);
    zkl_buffer_put_text(page->out, " | ");
    if (strcmp(standing, EXPORT_DECLARED) == 0)
        put_declared(page->out, value);
    else
        put_escaped(page->out, value);
    zkl_buffer_format(page->out, " | %s |\n", item->value ? standing : "");
}

void export_page_number(export_page *page, const export_item *item, uint64_t value)
{
    char text[24];
    export_item own = *item;
    snprintf(text, sizeof text, "%" PRIu64, value);
    own.value = text;
    export_page_item(page, &own);
}

void export_page_end(export_page *page)
{
    end_section(page);
    if (page->is_json) {
        zkl_json_close(&page->w);
        zkl_json_close(&page->w);
    }
}

/* ---- Sections */

void export_page_claims(export_page *page, const char *number, const export_facts *facts)
{
    export_page_section(page, number, "What is proven of the rows");
    for (size_t i = 0; i < facts->claim_count; i++) {
        const export_claim *c = &facts->claims[i];
        export_page_item(page, &(export_item){ "claim", c->claim->text, c->sentence,
                                               export_proven_words(c->claim) });
    }
}

void export_page_not_proven(export_page *page, const char *number, const export_facts *facts)
{
    const zkl_verify_result *v = &facts->verdict;
    export_page_section(page, number, "What is not proven");
    for (size_t i = 0; i < v->not_proven_count; i++)
        export_page_item(page, &(export_item){ "not_proven", v->not_proven_names[i],
                                               v->not_proven[i], "not proven" });
}

/* Whom the proofs bind: "a ceremony, by Alice, Bob". */
static void put_set_up(export_page *page, const export_facts *f)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const zkl_verify_result *const v = &f->verdict;
    zkl_buffer_put_text(&text, v->is_development ? "development: made on one machine, it binds "
                                                   "everybody but whoever made it"
                                                 : "a ceremony");
    for (size_t i = 0; !v->is_development && i < v->party_count; i++)
        zkl_buffer_format(&text, "%s%s", i ? ", " : ", which the ledger's owner says was of ",
                          v->parties[i].name);
    zkl_buffer_put_u8(&text, 0);
    page->out->failed = page->out->failed || text.failed;
    if (!text.failed)
        export_page_item(page, &(export_item){ "set_up", "Set-up of the proofs",
                                               (const char *)text.data, EXPORT_SIGNED });
}

void export_page_evidence(export_page *page, const char *number, const export_facts *f)
{
    char envelope[2 * sizeof f->envelope_sha256.bytes + 1];
    zkl_hex_encode(envelope, f->envelope_sha256.bytes, sizeof f->envelope_sha256.bytes);
    const export_item items[] = {
        { "receipt_file", "Receipt, which a verifier checks", f->receipt_file, EXPORT_SIGNED },
        { "envelope_file", "Signed entry", f->envelope_file, EXPORT_SIGNED },
        { "envelope_sha256", "SHA-256 of the signed entry", envelope, EXPORT_SIGNED },
        { "dataset", "Dataset id", f->dataset, EXPORT_SIGNED },
        { "receipt", "Receipt id", f->receipt_id, EXPORT_SIGNED },
        { "log", "Log", f->verdict.origin, EXPORT_SIGNED },
        { "log_key", "Log key", f->verdict.log_key, EXPORT_SIGNED },
        { "signer", "Signer's key", f->verdict.signer, EXPORT_SIGNED },
        { "time", "Time of the entry", f->verdict.time, EXPORT_SIGNED },
    };
    export_page_section(page, number, "How to check it");
    put_set_up(page, f);
    for (size_t i = 0; i < ZKL_COUNT(items); i++)
        export_page_item(page, &items[i]);
}
