#include "page/claim_fields.h"
#include "page/form.h"

#include <string.h>

void page_put_input(const page *p, const char *name, const char *label, const char *more,
                    const char *help)
{
    zkl_buffer_format(p->out,
                      "<div class=\"field\"><label for=\"%s\">%s</label><input id=\"%s\" "
                      "name=\"%s\" %s%s",
                      name, label, name, name,
                      strstr(more, "type=") ? "" : "autocomplete=\"off\" spellcheck=\"false\" ",
                      more);
    if (help)
        zkl_buffer_format(p->out,
                          " aria-describedby=\"%s-help\"><p class=\"soft\" "
                          "id=\"%s-help\">%s</p></div>\n",
                          name, name, help);
    else
        page_put_markup(p, "></div>\n");
}

void page_put_name_field(const page *p, const char *label, const char *help)
{
    page_put_input(p, "name", label,
                   "required maxlength=\"100\" pattern=\"[A-Za-z0-9][A-Za-z0-9._\\-]*\" "
                   "title=\"letters, digits, '.', '_' and '-', beginning with a letter or digit\"",
                   help);
}

void page_put_table_field(const page *p)
{
    page_put_input(p, "table", "Table", "type=\"file\" accept=\".csv,.parquet,.ndjson,.json\"",
                   "The file that was notarised: it is compared first, and does not stay here. "
                   "Leave it empty when the ledger keeps the rows.");
}

/* ---- claims in words */

/* Names of columns for the fields that ask for one. */
static void put_columns(const page *p, const json_t *columns)
{
    page_put_markup(p, "<datalist id=\"columns\">");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        page_put_markup(p, "<option value=\"");
        page_put_text(p, page_text_at(json_array_get(columns, i), "name"));
        page_put_markup(p, "\"></option>");
    }
    page_put_markup(p, "</datalist>\n");
}

static void put_place(const page *p, const char *name, unsigned number, const char *label,
                      const char *place, const char *more)
{
    zkl_buffer_format(p->out,
                      "<div data-place=\"%s\"><label for=\"%s%u\">%s</label><input id=\"%s%u\" "
                      "name=\"%s%u\" maxlength=\"200\" autocomplete=\"off\" spellcheck=\"false\"%s>"
                      "</div>",
                      place, name, number, label, name, number, name, number, more);
}

static void put_sentence(const page *p, unsigned number, bool has_columns)
{
    zkl_buffer_format(p->out,
                      "<fieldset class=\"said\"><legend>%s claim in words</legend>\n<label "
                      "for=\"words%u\">Sentence</label><select id=\"words%u\" "
                      "name=\"words%u\"><option value=\"\">none</option>",
                      number == 1   ? "First"
                      : number == 2 ? "Second"
                                    : "Third",
                      number, number, number);
    for (const page_claim_word *w = page_claim_words; w->name; w++)
        zkl_buffer_format(p->out, "<option value=\"%s\">%s</option>", w->name, w->words);
    page_put_markup(p, "</select>\n<div class=\"places\">");
    put_place(p, "column", number, "Column, or several with commas", "[column]",
              has_columns ? " list=\"columns\"" : "");
    put_place(p, "a", number, "A", "[A]", "");
    put_place(p, "b", number, "B", "[B]", "");
    page_put_markup(p, "</div></fieldset>\n");
}

/* What can be written besides, an example a row. */
static const char examples[][2][96] = {
    { "linear(net + tax = total)", "in every row the columns add up" },
    { "count(where age &gt;= 18 and not city in {Bern, Chur})", "how many rows satisfy it" },
    { "share(where paid = true) &gt;= 0.95", "so large a share of the rows satisfies it" },
    { "histogram(age, 0, 18, 65)", "how many values lie in each part" },
    { "quantile(amount, 0.9) &lt;= 500", "where the values lie" },
    { "sum(amount where paid = true)", "the sum over the rows that satisfy it" },
    { "l_diverse(zip, age, illness, 2)",
      "each combination occurs with so many different values of the last column" },
};

void page_put_claim_fields(const page *p, const json_t *columns)
{
    if (columns)
        put_columns(p, columns);
    put_sentence(p, 1, columns);
    page_put_markup(p, "<details><summary>More claims in words</summary>\n");
    for (unsigned i = 2; i <= PAGE_CLAIMS_IN_WORDS; i++)
        put_sentence(p, i, columns);
    page_put_markup(p,
                    "</details>\n<div class=\"field\"><label for=\"claims\">Claims as they are "
                    "written, one a line</label><textarea id=\"claims\" name=\"claims\" rows=\"4\" "
                    "spellcheck=\"false\" aria-describedby=\"claims-help\"></textarea>"
                    "<p class=\"soft\" id=\"claims-help\">Such as <code>range(age, 0, "
                    "120)</code> or <code>sum(amount)</code>.</p></div>\n<details><summary>What "
                    "can be written besides</summary><dl class=\"examples\">");
    for (size_t i = 0; i < ZKL_COUNT(examples); i++)
        zkl_buffer_format(p->out, "<dt><code>%s</code></dt><dd>%s</dd>", examples[i][0],
                          examples[i][1]);
    page_put_markup(p, "</dl></details>\n");
}
