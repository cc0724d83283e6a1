#pragma once
/* Pages for people, as Markdown and as JSON of the same content: sections of items, each with a
 * value and whose word it is (export_facts.h).
 *
 *     export_page page = export_page_of(out, is_json);
 *     export_page_begin(&page, "Dataset card of patients@2");
 *     export_page_section(&page, "1", "What it is");
 *     export_page_item(&page, &(export_item){ "rows", "Rows", "344", EXPORT_SIGNED });
 *     export_page_end(&page);
 *
 * Values may be anybody's texts. In Markdown every sign of theirs that could mean something there
 * is escaped, so they make no links, tables or HTML, but that some readers link "www."
 * themselves. */
#include "service/export_facts.h"

typedef struct export_page {
    zkl_buffer *out;
    bool is_json, has_section;
    zkl_json_writer w;
} export_page;

/* name: for programs. value NULL: nobody gave it, and standing is then "not stated" whatever it
 * says. */
typedef struct export_item {
    const char *name, *label, *value, *standing;
} export_item;

static inline export_page export_page_of(zkl_buffer *out, bool is_json)
{
    return (export_page){ .out = out, .is_json = is_json, .w = { .out = out } };
}

void export_page_begin(export_page *page, const char *title);
/* Ends the one before. number: "1.1". */
void export_page_section(export_page *page, const char *number, const char *title);
void export_page_item(export_page *page, const export_item *item);
/* The same of a number. */
void export_page_number(export_page *page, const export_item *item, uint64_t value);
void export_page_end(export_page *page);

/* Both forms of a page by one function, which takes `bool is_json` before err: make_markdown and
 * make_json, for the tables of the two modules. */
#define EXPORT_PAGE_MAKERS(make)                                                                   \
    static zkl_status make##_markdown(zkl_buffer *out, const export_source *source,                \
                                      zkl_error *err)                                              \
    {                                                                                              \
        return make(out, source, false, err);                                                      \
    }                                                                                              \
    static zkl_status make##_json(zkl_buffer *out, const export_source *source, zkl_error *err)    \
    {                                                                                              \
        return make(out, source, true, err);                                                       \
    }

/* What pages have in common, a section each: the claims, what is not proven, the evidence. */
void export_page_claims(export_page *page, const char *number, const export_facts *facts);
void export_page_not_proven(export_page *page, const char *number, const export_facts *facts);
void export_page_evidence(export_page *page, const char *number, const export_facts *facts);
