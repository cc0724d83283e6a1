/* A version of a dataset: what it is, what is proven of it, where it comes from. */
#include "page/lists.h"
#include "text/counted.h"

#include <string.h>

/* ---- What is proven */

static void put_claims(const page *p, const json_t *shown)
{
    const json_t *const claims = page_at(shown, "claims"), *const later = page_at(shown, "later");
    page_put_section(p, "claims", "Proven");
    page_put_markup(p, "<ul class=\"claims\">\n");
    for (size_t i = 0; i < json_array_size(claims); i++) {
        page_put_markup(p, "<li>");
        page_put_text(p, page_text_at(json_array_get(claims, i), "sentence"));
        page_put_markup(p, "<br><code>");
        page_put_text(p, page_text_at(json_array_get(claims, i), "text"));
        page_put_markup(p, "</code></li>\n");
    }
    for (size_t i = 0; i < json_array_size(later); i++) {
        const json_t *const entry = json_array_get(later, i);
        const json_t *const texts = page_at(entry, "claims");
        for (size_t k = 0; k < json_array_size(texts); k++) {
            page_put_markup(p, "<li><code>");
            page_put_text(p, json_string_value(json_array_get(texts, k)));
            page_put_markup(p, "</code>, added by entry ");
            page_put_number(p, page_number_at(entry, "index"));
            page_put_markup(p, "</li>\n");
        }
    }
    page_put_markup(p, "</ul>\n<p class=\"soft\">As the ledger holds it. Nothing was checked for "
                       "this page: the receipt is what can be.</p>\n</section>\n");
}

/* ---- What it is */

static void put_columns(const page *p, const json_t *shown)
{
    const json_t *const columns = page_at(shown, "columns");
    page_put_section(p, "columns", "Schema");
    page_put_table(p, "Columns", "Name|Type|Nulls");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const json_t *const column = json_array_get(columns, i);
        const char *const type = page_text_at(column, "type");
        page_put_markup(p, "<tr><th scope=\"row\">");
        page_put_name(p, page_text_at(column, "name"));
        page_put_markup(p, "</th><td>");
        page_put_text(p, strncmp(type, "dictionary", 10) == 0 ? "dictionary" : type);
        page_put_markup(p, page_true_at(column, "nullable") ? "</td><td>permitted</td></tr>\n"
                                                            : "</td><td>none</td></tr>\n");
    }
    page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

static void put_fact(const page *p, const char *name, const char *value)
{
    zkl_buffer_format(p->out, "<dt>%s</dt><dd class=\"mono\">", name);
    page_put_text(p, value);
    page_put_markup(p, "</dd>");
}

static void put_identifiers(const page *p, const json_t *shown)
{
    page_put_markup(p, "<details><summary>Identifiers</summary><dl class=\"facts\">");
    put_fact(p, "Dataset id", page_text_at(shown, "dataset.id"));
    put_fact(p, "Receipt id", page_text_at(shown, "entry.receipt_id"));
    put_fact(p, "Rows’ root", page_text_at(shown, "dataset.table_root"));
    put_fact(p, "Schema", page_text_at(shown, "dataset.schema_hash"));
    put_fact(p, "Files’ commitment", page_text_at(shown, "dataset.content"));
    put_fact(p, "Powers of tau", page_text_at(shown, "dataset.powers"));
    put_fact(p, "Hash", page_text_at(shown, "dataset.hash"));
    page_put_markup(p, "</dl></details>\n");
}

static void put_versions(const page *p, const json_t *shown)
{
    const json_t *const versions = page_at(shown, "versions");
    page_put_section(p, "versions", "Versions");
    page_put_table(p, "Versions, the newest first", "Version|Entry|State");
    for (size_t i = json_array_size(versions); i > 0; i--) {
        const json_t *const one = json_array_get(versions, i - 1);
        const unsigned long long number = page_number_at(one, "version");
        const bool is_shown = number == page_number_at(shown, "dataset.version");
        zkl_buffer_format(p->out, "<tr><th scope=\"row\"><a href=\"%s/datasets/", p->view->base);
        page_put_part(p, page_text_at(shown, "dataset.name"));
        zkl_buffer_format(p->out, "@%llu\"%s>%llu</a></th><td>", number,
                          is_shown ? " aria-current=\"true\"" : "", number);
        page_put_number(p, page_number_at(one, "index"));
        page_put_markup(p, "</td><td>");
        if (page_true_at(one, "revoked"))
            page_put_tag(p, "revoked", "revoked");
        else
            page_put_markup(p, "in the log");
        page_put_markup(p, "</td></tr>\n");
    }
    page_put_table_end(p);
    page_put_markup(p, "</section>\n");
}

/* ---- Where it comes from */

/* The picture as src/service draws it, but for what the page's policy does not let stand in it: its
 * style is the page's. Its texts are escaped already. */
static void put_picture(const page *p, const char *svg, size_t nodes, size_t steps)
{
    static const char ground[] = " style=\"stroke:none\"";
    const char *const style = strstr(svg, "<style>"), *const behind = strstr(svg, "</style>");
    const char *const at = behind ? strstr(behind, ground) : NULL;
    if (strncmp(svg, "<svg", 4) != 0 || !style || !at)
        return;
    zkl_buffer_format(p->out,
                      "<figure><div class=\"draw\" tabindex=\"0\" role=\"region\" "
                      "aria-label=\"Lineage, as a picture\"><svg role=\"img\" aria-label=\"%zu "
                      "datasets and files, %zu steps: the table below has the same\"",
                      nodes, steps);
    zkl_buffer_put(p->out, svg + 4, (size_t)(style - svg) - 4);
    zkl_buffer_put(p->out, behind + 8, (size_t)(at - behind) - 8);
    page_put_markup(p, " class=\"ground\"");
    page_put_markup(p, at + sizeof ground - 1);
    page_put_markup(p, "</div></figure>\n");
}

static void put_nodes(const page *p, const json_t *lineage, const json_t *places)
{
    const json_t *const nodes = page_at(lineage, "nodes");
    for (size_t i = 0; i < json_array_size(places); i++) {
        const json_t *const node =
            json_array_get(nodes, (size_t)json_integer_value(json_array_get(places, i)));
        page_put_markup(p, i ? ", " : "");
        if (strcmp(page_text_at(node, "kind"), "dataset") == 0)
            page_put_link(p, "datasets", page_text_at(node, "name"));
        else
            page_put_name(p, page_text_at(node, "name"));
    }
    if (!json_array_size(places))
        page_put_markup(p, "–");
}

static void put_step(const page *p, const json_t *lineage, const json_t *step)
{
    const json_t *const claims = page_at(step, "claims");
    const char *const said = page_text_at(step, "operation");
    page_put_markup(p, "<tr><th scope=\"row\">");
    put_nodes(p, lineage, page_at(step, "results"));
    page_put_markup(p, "</th><td>");
    put_nodes(p, lineage, page_at(step, "sources"));
    page_put_markup(p, "</td><td>");
    page_put_text(p, *said ? said : page_text_at(json_array_get(claims, 0), "text"));
    page_put_markup(p, "</td><td>");
    /* The ledger's word: nothing was verified for this page. */
    page_put_tag(p, page_true_at(step, "proven") ? "claimed" : "recorded",
                 page_true_at(step, "proven") ? "claimed" : "recorded");
    page_put_markup(p, "</td></tr>\n");
}

static void put_lineage(const page *p)
{
    const json_t *const lineage = page_answer_at(p, 1);
    const json_t *const steps = page_at(lineage, "steps");
    page_put_section(p, "lineage", "Lineage");
    if (!page_has(p, 1, "Not shown")) {
        page_put_markup(p, "</section>\n");
        return;
    }
    if (json_array_size(steps)) {
        put_picture(p, page_text_at(lineage, "picture"), json_array_size(page_at(lineage, "nodes")),
                    json_array_size(steps));
        page_put_table(p, "Steps, in the order of the log", "Result|Made of|How|State");
        for (size_t i = 0; i < json_array_size(steps); i++)
            put_step(p, lineage, json_array_get(steps, i));
        page_put_table_end(p);
    } else {
        page_put_markup(p, "<p>The log tells of nothing that this was made of.</p>\n");
    }
    page_put_markup(p, "</section>\n");
}

/* ---- The page */

static void put_summary(const page *p, const json_t *shown)
{
    const json_t *const revoked = page_at(shown, "revoked");
    page_put_markup(p, "<p class=\"meta\">Version ");
    page_put_number(p, page_number_at(shown, "dataset.version"));
    page_put_markup(p, " · ");
    zkl_put_counted(p->out, page_number_at(shown, "dataset.rows"), "row");
    page_put_markup(p, ", ");
    zkl_put_counted(p->out, json_array_size(page_at(shown, "columns")), "column");
    page_put_markup(p, " · entry ");
    page_put_number(p, page_number_at(shown, "entry.index"));
    page_put_markup(p, " · ");
    page_put_time(p, page_text_at(shown, "entry.time"));
    page_put_markup(p, "</p>\n");
    if (revoked) {
        page_put_markup(p, "<p role=\"alert\">");
        page_put_tag(p, "revoked", "revoked");
        page_put_markup(p, " by entry ");
        page_put_number(p, page_number_at(revoked, "index"));
        page_put_markup(p, ": ");
        page_put_text(p, page_text_at(revoked, "reason"));
        page_put_markup(p, "</p>\n");
    }
}

/* more: of the link, behind its verb. */
static void put_act(const page *p, const char *verb, const char *more, const char *words)
{
    zkl_buffer_format(p->out, "<li><a class=\"button\" href=\"%s/datasets/", p->view->base);
    page_put_part(p, p->view->name);
    zkl_buffer_format(p->out, "/%s\"%s>%s</a></li>\n", verb, more, words);
}

/* What can be done with it from here. */
static void put_acts(const page *p, const json_t *shown)
{
    const page_rights *const may = &p->view->may;
    page_put_markup(p, "<ul class=\"acts\">\n");
    put_act(p, "receipt", " download", "Download the receipt");
    if (may->prove && !page_at(shown, "revoked"))
        put_act(p, "prove", "", "Prove claims");
    if (may->upload) {
        put_act(p, "transform", "", "Make a table of it");
        put_act(p, "split", "", "Split");
    }
    if (may->export_forms)
        put_act(p, "export", "", "Other forms");
    if (may->reports) {
        zkl_buffer_format(p->out, "<li><a class=\"button\" href=\"%s/reports?q=", p->view->base);
        page_put_part(p, p->view->name);
        page_put_markup(p, "\">Report</a></li>\n");
    }
    if (may->revoke && !page_at(shown, "revoked"))
        put_act(p, "revoke", "", "Revoke");
    page_put_markup(p, "</ul>\n");
}

void page_put_dataset(zkl_buffer *out, const page_view *view)
{
    const page p = { out, view };
    const json_t *const shown = page_answer_at(&p, 0);
    page_put_head(&p, "Dataset", page_text_at(shown, "dataset.name"));
    put_summary(&p, shown);
    put_acts(&p, shown);
    put_claims(&p, shown);
    put_columns(&p, shown);
    put_lineage(&p);
    put_versions(&p, shown);
    put_identifiers(&p, shown);
    page_put_foot(&p);
}
