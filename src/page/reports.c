/* Reports on the log, and what claims and proofs rest on: policies and set-ups. */
#include "page/claim_fields.h"

#include <string.h>

/* ---- reports */

const page_report_format page_report_formats[] = {
    { "html", "report.html", "HTML, a page by itself" },
    { "pdf", "report.pdf", "PDF" },
    { "md", "report.md", "Markdown" },
    { "csv", "report.csv", "CSV, a line an entry" },
    { "json", "report.json", "JSON" },
    { "json-ld", "report.jsonld", "JSON-LD" },
    { 0 },
};

void page_put_reports(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    page_put_head(&p, "Reports", NULL);
    page_put_markup(&p,
                    "<p>The log is verified, with every proof that was not verified before, and "
                    "each entry told of with its result.</p>\n");
    zkl_buffer_format(out,
                      "<form action=\"%s/reports/file\">\n<div class=\"field\"><label "
                      "for=\"format\">Form</label><select id=\"format\" name=\"format\">",
                      view->base);
    for (size_t i = 0; page_report_formats[i].name; i++)
        zkl_buffer_format(out, "<option value=\"%s\">%s</option>", page_report_formats[i].name,
                          page_report_formats[i].words);
    page_put_markup(&p, "</select></div>\n<div class=\"field\"><label for=\"reference\">Of one "
                        "dataset</label><input id=\"reference\" name=\"reference\" "
                        "maxlength=\"100\" autocomplete=\"off\" spellcheck=\"false\" "
                        "aria-describedby=\"reference-help\" value=\"");
    page_put_text(&p, view->search);
    page_put_markup(&p, "\"><p class=\"soft\" id=\"reference-help\">Its name, or "
                        "<code>name@version</code>. Empty: the whole log.</p></div>\n");
    page_put_input(&p, "since", "From this day on", "type=\"date\"",
                   "By the signers’ word, in UTC.");
    page_put_input(&p, "until", "Until this day", "type=\"date\"", NULL);
    page_put_markup(&p, "<p><button class=\"main\">Make the report</button></p></form>\n");
    page_put_foot(&p);
}

/* ---- policies */

static void put_policy(const page *p, const json_t *policy)
{
    const json_t *const settings = page_at(policy, "settings");
    const json_t *const claims = page_at(policy, "claims");
    page_put_markup(p, "<article><h3 class=\"name\">");
    page_put_name(p, page_text_at(policy, "name"));
    page_put_markup(p, "</h3><p class=\"words\">");
    page_put_text(p, page_text_at(policy, "about"));
    page_put_markup(p, ".</p>\n<h4>Claims</h4><ul class=\"plain\">");
    for (size_t i = 0; i < json_array_size(claims); i++) {
        page_put_markup(p, "<li><code>");
        page_put_text(p, json_string_value(json_array_get(claims, i)));
        page_put_markup(p, "</code></li>");
    }
    page_put_markup(p, "</ul>\n<h4>Places</h4><dl class=\"facts\">");
    for (size_t i = 0; i < json_array_size(settings); i++) {
        page_put_markup(p, "<dt><code>");
        page_put_text(p, page_text_at(json_array_get(settings, i), "name"));
        page_put_markup(p, "</code></dt><dd>");
        page_put_text(p, page_text_at(json_array_get(settings, i), "help"));
        page_put_markup(p, "</dd>");
    }
    page_put_markup(p, "</dl></article>\n");
}

static void put_circuit(const page *p, const json_t *circuit)
{
    const bool is_made = page_true_at(circuit, "made"), is_logged = page_true_at(circuit, "logged");
    page_put_markup(p, "<tr><th scope=\"row\">");
    page_put_text(p, page_text_at(circuit, "circuit"));
    page_put_markup(p, "</th><td>");
    page_put_text(p, is_made ? page_text_at(circuit, "key_made") : "not yet");
    page_put_markup(p, "</td><td class=\"n\">");
    if (is_logged)
        page_put_number(p, page_number_at(circuit, "index"));
    else
        page_put_markup(p, "–");
    page_put_markup(p, "</td></tr>\n");
}

static void put_setups(const page *p)
{
    const json_t *const setup = page_answer_at(p, 1), *const all = page_at(setup, "circuits");
    if (!setup)
        return;
    page_put_section(p, "setups", "Set-ups");
    page_put_markup(p, "<p>Proofs are made and checked with these. What is called "
                       "<em>development</em> was made on one machine, and proves nothing against "
                       "whoever made it.</p>\n<dl class=\"facts\"><dt>Powers of tau</dt><dd>");
    page_put_text(p, page_text_at(setup, "powers_made"));
    page_put_markup(p, "<br><span class=\"mono\">");
    page_put_text(p, page_text_at(setup, "powers"));
    page_put_markup(p, "</span></dd></dl>\n");
    page_put_table(p, "Keys of circuits", "Circuit|Made|#Entry");
    for (size_t i = 0; i < json_array_size(all); i++)
        put_circuit(p, json_array_get(all, i));
    page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

void page_put_policies(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const all = page_at(page_answer_at(&p, 0), "policies");
    page_put_head(&p, "Policies and set-ups", NULL);
    page_put_section(&p, "policies", "Policies");
    page_put_markup(&p, "<p>Claims that belong together, with places that are filled in when they "
                        "are proven.</p>\n");
    for (size_t i = 0; i < json_array_size(all); i++)
        put_policy(&p, json_array_get(all, i));
    page_put_markup(&p, "</section>\n");
    put_setups(&p);
    page_put_foot(&p);
}
