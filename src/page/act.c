/* Forms about a dataset: more claims, a table made of it, its parts, the end of a version, other
 * forms of what the ledger says about it. */
#include "page/claim_fields.h"
#include "page/lists.h"

#include <string.h>

static const json_t *shown_of(const page *p)
{
    return page_answer_at(p, 0);
}

/* "NAME@VERSION", as a link back. */
static void put_back(const page *p)
{
    page_put_markup(p, "<p class=\"meta\">Of ");
    page_put_link(p, "datasets", p->view->name);
    page_put_markup(p, ", version ");
    page_put_number(p, page_number_at(shown_of(p), "dataset.version"));
    page_put_markup(p, "</p>\n");
}

static void put_begin(const page *p, const char *title, const char *verb, bool has_file)
{
    page_put_head(p, title, page_text_at(shown_of(p), "dataset.name"));
    put_back(p);
    if (has_file)
        page_put_file_form(p, "table", "datasets", p->view->name, verb);
    else
        page_put_form(p, "datasets", p->view->name, verb);
    page_put_markup(p, "\n");
}

/* ---- prove */

void page_put_prove(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    put_begin(&p, "Prove claims", "prove", true);
    page_put_claim_fields(&p, page_at(shown_of(&p), "columns"));
    page_put_markup(&p, "<details><summary>A policy’s claims</summary>\n");
    page_put_input(&p, "policy", "Policy", "maxlength=\"60\"",
                   "Such as <code>data-quality</code>: <em>Policies</em> has them all.");
    page_put_markup(&p,
                    "<div class=\"field\"><label for=\"settings\">Its places, one a "
                    "line</label><textarea id=\"settings\" name=\"settings\" rows=\"3\" "
                    "spellcheck=\"false\" aria-describedby=\"settings-help\"></textarea><p "
                    "class=\"soft\" id=\"settings-help\">Such as <code>key=id</code>.</p></div>\n"
                    "</details>\n");
    page_put_table_field(&p);
    page_put_markup(&p, "<p><button class=\"main\">Prove</button></p></form>\n");
    page_put_foot(&p);
}

/* ---- transform */

static const char operations[][2][64] = {
    { "filter age &gt;= 18", "the rows that satisfy it" },
    { "select id, age as years", "these columns, maybe under other names" },
    { "drop name, city", "all but these columns" },
    { "rename age as years", "other names" },
    { "add total = net + tax", "a column that follows from others" },
    { "sort age desc", "the same rows, in order" },
    { "slice 0..99", "these rows" },
    { "sample 100", "so many rows, drawn by a seed" },
    { "shuffle", "the same rows, in another order" },
    { "dedup", "each row once" },
    { "bucket age by 0, 18, 65 as part", "which part a value falls in" },
    { "group by city: n = rows, t = sum(amount)", "a row for each value" },
};

static void put_format_field(const page *p)
{
    page_put_markup(p, "<div class=\"field\"><label for=\"format\">Written as</label><select "
                       "id=\"format\" name=\"format\"><option value=\"csv\">CSV</option><option "
                       "value=\"parquet\">Parquet</option></select></div>\n");
}

void page_put_transform(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    put_begin(&p, "Make a table of it", "transform", true);
    page_put_input(&p, "operation", "What is done", "required maxlength=\"2000\" class=\"mono\"",
                   "Such as <code>filter age &gt;= 18</code>.");
    page_put_markup(&p, "<details><summary>What can be done</summary><dl class=\"examples\">");
    for (size_t i = 0; i < ZKL_COUNT(operations); i++)
        zkl_buffer_format(out, "<dt><code>%s</code></dt><dd>%s</dd>", operations[i][0],
                          operations[i][1]);
    page_put_markup(&p, "</dl></details>\n");
    page_put_name_field(&p, "Name of the new dataset", NULL);
    put_format_field(&p);
    page_put_table_field(&p);
    page_put_markup(&p, "<p><button class=\"main\">Make it</button></p></form>\n");
    page_put_foot(&p);
}

/* ---- split */

static void put_part(const page *p, unsigned number, const char *legend, const char *name,
                     const char *share, bool is_needed)
{
    zkl_buffer_format(p->out,
                      "<fieldset class=\"said\"><legend>%s</legend><div class=\"places\"><div>"
                      "<label for=\"name%u\">Name</label><input id=\"name%u\" name=\"name%u\" "
                      "maxlength=\"60\" autocomplete=\"off\" spellcheck=\"false\"%s "
                      "value=\"%s\"></div><div><label for=\"share%u\">Share</label><input "
                      "id=\"share%u\" name=\"share%u\" inputmode=\"numeric\" maxlength=\"9\" "
                      "autocomplete=\"off\"%s value=\"%s\"></div></div></fieldset>\n",
                      legend, number, number, number, is_needed ? " required" : "", name, number,
                      number, number, is_needed ? " required" : "", share);
}

void page_put_split(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    put_begin(&p, "Split", "split", true);
    page_put_markup(&p, "<p>Its rows are drawn into parts. It is proven that the parts have all "
                        "rows, and each once.</p>\n");
    put_part(&p, 1, "First part", "train", "80", true);
    put_part(&p, 2, "Second part", "test", "20", true);
    put_part(&p, 3, "Third part, if there is one", "", "", false);
    page_put_input(&p, "stratify", "Values shared out alike", "maxlength=\"200\"",
                   "A column, such as the label. Empty: none.");
    page_put_input(&p, "group", "Values that stay together", "maxlength=\"200\"",
                   "A column, such as the patient. Empty: none.");
    put_format_field(&p);
    page_put_table_field(&p);
    page_put_markup(&p, "<p><button class=\"main\">Split</button></p></form>\n");
    page_put_foot(&p);
}

/* ---- revoke */

void page_put_revoke(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const dataset = page_at(shown_of(&p), "dataset");
    char reference[160];
    snprintf(reference, sizeof reference, "%s@%llu", page_text_at(dataset, "name"),
             (unsigned long long)page_number_at(dataset, "version"));
    page_put_head(&p, "Revoke", reference);
    put_back(&p);
    page_put_form(&p, "datasets", reference, "revoke");
    page_put_markup(&p, "\n<p>The log says from then on that this version is not to be relied on. "
                        "Nothing takes that back, and its entries stay.</p>\n");
    page_put_input(&p, "reason", "Reason", "required maxlength=\"1000\"",
                   "For people. It stands in the log for ever, and in what is exported from it.");
    page_put_markup(&p, "<p><button class=\"revoke\">Revoke ");
    page_put_name(&p, reference);
    page_put_markup(&p, "</button></p></form>\n");
    page_put_foot(&p);
}

/* ---- export */

static const char *const forms[][2] = {
    { "lineage", "Lineage receipt: the receipts of all that it was made of, for verifiers" },
    { "dataset-card", "Dataset card (Markdown)" },
    { "spdx", "SPDX 3.0.1, profile dataset (JSON-LD)" },
    { "cyclonedx", "CycloneDX 1.6 ML-BOM (JSON)" },
    { "prov-json", "W3C PROV (JSON)" },
    { "openlineage", "OpenLineage events (JSON lines)" },
    { "in-toto", "in-toto bundle of its entries (JSON lines)" },
    { "test-result", "in-toto attestation of its claims as tests" },
};

void page_put_export(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    put_begin(&p, "Other forms", "export", false);
    page_put_markup(&p, "<div class=\"field\"><label for=\"format\">Form</label><select "
                        "id=\"format\" name=\"format\">");
    for (size_t i = 0; i < ZKL_COUNT(forms); i++)
        zkl_buffer_format(out, "<option value=\"%s\">%s</option>", forms[i][0], forms[i][1]);
    page_put_markup(&p, "</select></div>\n<p><button class=\"main\">Write it</button></p></form>\n"
                        "<p class=\"soft\">The job’s page has the file when it is written.</p>\n");
    page_put_foot(&p);
}
