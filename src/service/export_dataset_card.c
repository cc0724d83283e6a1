/* A dataset card: Markdown with the YAML header that the Hugging Face hub reads, and the same
 * content as JSON.
 *
 *  1. The header is YAML whose strings are JSON strings, which YAML takes: no value can end it.
 *  2. A value of the header that is declared has that word behind it, as a comment. */
#include <stdio.h>
#include <string.h>

#include "service/export_page.h"
#include "text/json_text.h"

static const char *const fields[] = {
    "license",    "language",   "pretty_name",   "description",  "creator",
    "url",        "citation",   "intended_use",  "out_of_scope", "collection",
    "annotation", "known_bias", "personal_data", "contact",
};

/* The hub's ranges. */
static const char *size_category(uint64_t rows)
{
    static const struct {
        uint64_t below;
        const char *name;
    } ranges[] = {
        { 1000, "n<1K" },
        { 10000, "1K<n<10K" },
        { 100000, "10K<n<100K" },
        { 1000000, "100K<n<1M" },
        { 10000000, "1M<n<10M" },
        { 100000000, "10M<n<100M" },
        { 1000000000, "100M<n<1B" },
    };
    for (size_t i = 0; i < ZKL_COUNT(ranges); i++)
        if (rows < ranges[i].below)
            return ranges[i].name;
    return "n>1B";
}

static void put_header_line(zkl_buffer *out, const char *key, const char *value,
                            const char *standing)
{
    zkl_buffer_format(out, "%s: ", key);
    zkl_json_put_string(out, zkl_bytes_of_text(value));
    zkl_buffer_format(out, " # %s\n", standing);
}

static void put_header(zkl_buffer *out, const export_source *source, const export_facts *f)
{
    static const char *const declared[] = { "license", "language" };
    const char *pretty = export_declared(source, "pretty_name");
    zkl_buffer_put_text(out, "---\n");
    put_header_line(out, "pretty_name", pretty ? pretty : f->verdict.name,
                    pretty ? EXPORT_DECLARED : EXPORT_SIGNED);
    for (size_t i = 0; i < ZKL_COUNT(declared); i++)
        if (export_declared(source, declared[i]))
            put_header_line(out, declared[i], export_declared(source, declared[i]),
                            EXPORT_DECLARED);
    zkl_buffer_format(out, "size_categories: [\"%s\"] # " EXPORT_SIGNED "\n",
                      size_category(f->verdict.row_count));
    zkl_buffer_put_text(out, "tags: [\"zkp-ledger\", \"tabular\"]\n---\n\n");
}

static void put_what(export_page *page, const export_source *source, const export_facts *f)
{
    export_page_section(page, "1", "What it is");
    export_page_item(page,
                     &(export_item){ "name", "Name and version", f->reference, EXPORT_SIGNED });
    export_page_item(page,
                     &(export_item){ "description", "Description",
                                     export_declared(source, "description"), EXPORT_DECLARED });
    export_page_number(page, &(export_item){ "rows", "Rows", NULL, EXPORT_SIGNED },
                       f->verdict.row_count);
    export_page_item(page,
                     &(export_item){ "read_as", "Read as", f->verdict.read.words, EXPORT_SIGNED });
}

static void put_files(export_page *page, const export_facts *f)
{
    const zkl_read_info *read = &f->verdict.read;
    export_page_section(page, "2", "Files");
    for (size_t i = 0; i < read->digest_count; i++) {
        char hex[2 * sizeof read->digests[i].sha256.bytes + 1];
        zkl_hex_encode(hex, read->digests[i].sha256.bytes, sizeof read->digests[i].sha256.bytes);
        export_page_item(page,
                         &(export_item){ "sha256", read->digests[i].name, hex, EXPORT_SIGNED });
    }
    for (size_t i = 0; !read->digest_count && read->files && i < read->file_count; i++)
        export_page_item(
            page, &(export_item){ "file", read->files[i], "no published hash", EXPORT_SIGNED });
    if (!read->digest_count && !read->files)
        export_page_number(page,
                           &(export_item){ "file_count", "Number of files", NULL, EXPORT_SIGNED },
                           read->file_count);
}

static void put_columns(export_page *page, const export_facts *f)
{
    char type[96];
    export_page_section(page, "3", "Columns");
    for (size_t i = 0; i < f->verdict.column_count; i++) {
        const zkl_column_info *column = &f->verdict.columns[i];
        snprintf(type, sizeof type, "%s%s", export_type(column),
                 column->nullable ? ", nullable" : "");
        export_page_item(page, &(export_item){ "column", column->name, type, EXPORT_SIGNED });
    }
}

/* What no ledger knows. */
static void put_use(export_page *page, const export_source *source)
{
    static const char *const items[][2] = {
        { "license", "Licence" },          { "language", "Language" },
        { "creator", "Made by" },          { "contact", "Contact" },
        { "url", "Where it is" },          { "citation", "To cite it" },
        { "intended_use", "Meant for" },   { "out_of_scope", "Not meant for" },
        { "collection", "How collected" }, { "annotation", "How labelled" },
        { "known_bias", "Known bias" },    { "personal_data", "Personal data" },
    };
    export_page_section(page, "6", "Use, as declared");
    for (size_t i = 0; i < ZKL_COUNT(items); i++)
        export_page_item(page,
                         &(export_item){ items[i][0], items[i][1],
                                         export_declared(source, items[i][0]), EXPORT_DECLARED });
}

static zkl_status make(zkl_buffer *out, const export_source *source, bool is_json, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    export_page page = export_page_of(out, is_json);
    ZKL_TRY(export_facts_gather(&f, source, err));
    const char *title = zkl_arena_format(&f.memory, "Dataset card of %s", f.reference);
    if (!title)
        return zkl_no_memory(err, 0);
    if (!is_json)
        put_header(out, source, &f);
    export_page_begin(&page, title);
    put_what(&page, source, &f);
    put_files(&page, &f);
    put_columns(&page, &f);
    export_page_claims(&page, "4", &f);
    export_page_not_proven(&page, "5", &f);
    put_use(&page, source);
    export_page_evidence(&page, "7", &f);
    export_page_end(&page);
    return zkl_buffer_status(out, err);
}

EXPORT_PAGE_MAKERS(make)

const export_module service_export_dataset_card = {
    .kind = { .ending = ".card.md" },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_markdown,
};
const export_module service_export_dataset_card_json = {
    .kind = { .ending = ".card.json" },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_json,
};
