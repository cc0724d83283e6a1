/* The overview, the list of datasets, and what notarises one. */
#include "page/claim_fields.h"
#include "page/lists.h"

#include <string.h>

/* ---- The overview */

static void put_tile(const page *p, const char *name, uint64_t value)
{
    zkl_buffer_format(p->out, "<div><dt>%s</dt><dd>", name);
    page_put_number(p, value);
    page_put_markup(p, "</dd></div>\n");
}

static size_t count_in_state(const json_t *operations, const char *state)
{
    size_t count = 0, i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)operations, i, one) count +=
        strcmp(page_text_at(one, "state"), state) == 0;
    return count;
}

static void put_tiles(const page *p)
{
    const json_t *const datasets = page_at(page_answer_at(p, 4), "datasets");
    const json_t *const operations = page_at(page_answer_at(p, 3), "operations");
    uint64_t versions = 0;
    for (size_t i = 0; i < json_array_size(datasets); i++)
        versions += page_number_at(json_array_get(datasets, i), "versions");
    page_put_markup(p, "<dl class=\"tiles\">\n");
    if (datasets) {
        put_tile(p, "Datasets", json_array_size(datasets));
        put_tile(p, "Versions", versions);
    }
    if (page_answer_at(p, 1))
        put_tile(p, "Entries of the log", page_number_at(page_answer_at(p, 1), "size"));
    if (operations) {
        put_tile(p, "Jobs running", count_in_state(operations, "running"));
        put_tile(p, "Jobs waiting", count_in_state(operations, "waiting"));
    }
    page_put_markup(p, "</dl>\n");
}

static void put_first_steps(const page *p)
{
    page_put_markup(p, "<ul class=\"ways\">");
    if (p->view->may.upload)
        zkl_buffer_format(p->out,
                          "<li><a href=\"%s/upload\">Upload a table</a> and have claims about it "
                          "proven</li>",
                          p->view->base);
    if (p->view->may.verify)
        zkl_buffer_format(p->out,
                          "<li><a href=\"%s/verify\">Check a receipt</a> that somebody gave "
                          "you</li>",
                          p->view->base);
    page_put_markup(p, "</ul>\n");
}

void page_put_overview(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    page_put_head(&p, "Overview", view->ledger);
    put_tiles(&p);
    put_first_steps(&p);
    if (page_answer_at(&p, 3)) {
        page_put_section(&p, "jobs", "Latest jobs");
        if (!page_put_job_rows(&p, page_at(page_answer_at(&p, 3), "operations"), 5))
            page_put_markup(&p, "<p>None yet.</p>\n");
        page_put_markup(&p, "</section>\n");
    }
    if (page_answer_at(&p, 2)) {
        page_put_section(&p, "log", "Latest entries");
        page_put_log_rows(&p, page_at(page_answer_at(&p, 2), "entries"), "");
        page_put_markup(&p, "</section>\n");
    }
    page_put_foot(&p);
}

/* ---- The list */

static void put_dataset_row(const page *p, const json_t *one)
{
    page_put_markup(p, "<tr><th scope=\"row\">");
    page_put_link(p, "datasets", page_text_at(one, "name"));
    page_put_markup(p, "</th><td class=\"n\">");
    page_put_number(p, page_number_at(one, "versions"));
    page_put_markup(p, "</td><td class=\"wide n\">");
    page_put_number(p, page_number_at(one, "index"));
    page_put_markup(p, "</td><td class=\"wide\">");
    page_put_short(p, page_text_at(one, "id"));
    page_put_markup(p, "</td></tr>\n");
}

void page_put_datasets(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const all = page_at(page_answer_at(&p, 0), "datasets");
    size_t shown = 0;
    page_put_head(&p, "Datasets", NULL);
    page_put_search(&p, "datasets", "Name");
    page_put_table(&p, "By name", "Name|#Versions|~#Latest entry|~Id of the latest version");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *const one = json_array_get(all, i);
        if (!page_is_found(page_text_at(one, "name"), view->search))
            continue;
        put_dataset_row(&p, one);
        shown++;
    }
    page_put_table_end(&p);
    if (!shown)
        page_put_markup(&p, json_array_size(all) ? "<p>No name has that.</p>\n"
                                                 : "<p>There is no dataset yet.</p>\n");
    if (view->may.upload)
        zkl_buffer_format(out, "<p><a class=\"button\" href=\"%s/upload\">Upload a table</a></p>\n",
                          view->base);
    page_put_foot(&p);
}

/* ---- Uploading */

void page_put_upload(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    page_put_head(&p, "Upload a table", NULL);
    page_put_markup(&p,
                    "<p>The table is read, committed to and notarised. Its rows are seen by this "
                    "service alone, and do not stay with it unless you say so.</p>\n");
    page_put_file_form(&p, "table", "upload", NULL, NULL);
    page_put_markup(&p, "\n");
    page_put_name_field(&p, "Name of the dataset",
                        "Letters, digits, ‘.’, ‘_’ and ‘-’. A name that is there already gets its "
                        "next version.");
    page_put_claim_fields(&p, NULL);
    page_put_markup(
        &p, "<details><summary>How it is read, and whether it is kept</summary>\n<div "
            "class=\"field\"><label for=\"null\">Texts that mean “no value”, one a "
            "line</label><textarea id=\"null\" name=\"null\" rows=\"2\" spellcheck=\"false\" "
            "aria-describedby=\"null-help\"></textarea><p class=\"soft\" id=\"null-help\">Of CSV, "
            "besides the empty field: such as <code>NA</code>.</p></div>\n");
    page_put_input(&p, "delimiter", "Delimiter", "maxlength=\"5\"",
                   "Of CSV: one character, <code>tab</code> or <code>space</code>. Empty: it is "
                   "found out.");
    page_put_markup(
        &p,
        "<div class=\"field check\"><input type=\"checkbox\" id=\"keep\" name=\"keep\" "
        "value=\"true\" aria-describedby=\"keep-help\"><label for=\"keep\">Keep the "
        "rows</label><p class=\"soft\" id=\"keep-help\">Encrypted, in the ledger’s folder: then "
        "further claims and tables need no file.</p></div>\n</details>\n");
    page_put_input(
        &p, "table", "Table", "type=\"file\" required accept=\".csv,.parquet,.ndjson,.json\"",
        "CSV, Parquet, NDJSON or JSON, told by the name’s ending. It can be dropped here.");
    page_put_markup(&p, "<p><button class=\"main\">Notarise</button></p></form>\n");
    page_put_foot(&p);
}
