/* Forms as requests of the API. Nothing is judged here: what makes no sense is refused by the
 * operation, in its words. */
#include "page/form.h"
#include "page/page.h"

#include <string.h>

#include "text/lines.h"

/* ---- parts */

static void put_text(json_t *out, const char *member, const json_t *form, const char *field)
{
    const char *const text = page_form_text(form, field);
    if (*text)
        json_object_set_new(out, member, json_string(text));
}

static void put_list(json_t *out, const char *member, json_t *list)
{
    if (json_array_size(list))
        json_object_set(out, member, list);
    json_decref(list);
}

/* The table that came with the form, when there is one. */
static void put_table(json_t *out, const page_view *view)
{
    const json_t *const file = json_object_get(view->answers[0].body, "file");
    if (json_is_string(file))
        json_object_set_new(out, "data", json_pack("[O]", file));
}

/* "out:NAME.ending", of the dataset's name without its version. */
static json_t *output_of(const char *name, const char *ending)
{
    return json_sprintf("out:%.*s%s", (int)strcspn(name, "@#"), name, ending);
}

/* ---- what is asked for */

json_t *page_request_prove(const json_t *form, const page_view *view)
{
    json_t *const out = json_pack("{s:o}", "output", output_of(view->name, ".zkl"));
    put_list(out, "claims", page_form_claims(form));
    put_text(out, "policy", form, "policy");
    put_list(out, "settings", page_form_lines(form, "settings"));
    put_table(out, view);
    return out;
}

static const char *table_ending(const json_t *form)
{
    return strcmp(page_form_text(form, "format"), "parquet") == 0 ? ".parquet" : ".csv";
}

json_t *page_request_transform(const json_t *form, const page_view *view)
{
    const char *const name = page_form_text(form, "name");
    json_t *const out = json_pack(
        "{s:s, s:s, s:o, s:o}", "name", name, "operation", page_form_text(form, "operation"),
        "result", output_of(name, table_ending(form)), "output", output_of(name, ".zkl"));
    put_table(out, view);
    return out;
}

/* A share is a whole number; what is none is refused as the text that it is. */
static void add_part(json_t *parts, const json_t *form, const char *name_field,
                     const char *share_field)
{
    const char *const name = page_form_text(form, name_field);
    const char *const share = page_form_text(form, share_field);
    uint64_t value = 0;
    if (!*name)
        return;
    const bool is_number = zkl_line_decimal(&value, zkl_bytes_of_text(share)) && value <= INT32_MAX;
    json_array_append_new(
        parts,
        json_pack("{s:s, s:o, s:o}", "name", name, "file", output_of(name, table_ending(form)),
                  "ratio", is_number ? json_integer((json_int_t)value) : json_string(share)));
}

json_t *page_request_split(const json_t *form, const page_view *view)
{
    json_t *const parts = json_array();
    add_part(parts, form, "name1", "share1");
    add_part(parts, form, "name2", "share2");
    add_part(parts, form, "name3", "share3");
    json_t *const out =
        json_pack("{s:o, s:o}", "parts", parts, "output", output_of(view->name, ".split.zkl"));
    put_text(out, "stratify", form, "stratify");
    put_text(out, "group", form, "group");
    put_table(out, view);
    return out;
}

json_t *page_request_revoke(const json_t *form, const page_view *view)
{
    (void)view;
    return json_pack("{s:s}", "reason", page_form_text(form, "reason"));
}

json_t *page_request_export(const json_t *form, const page_view *view)
{
    const char *const format = page_form_text(form, "format");
    const char *const ending = strcmp(format, "lineage") == 0        ? ".lineage.zkl"
                               : strcmp(format, "dataset-card") == 0 ? ".card.md"
                               : strcmp(format, "spdx") == 0         ? ".spdx.json"
                               : strcmp(format, "cyclonedx") == 0    ? ".cdx.json"
                                                                     : ".json";
    return json_pack("{s:s, s:s, s:o}", "reference", view->name, "format", format, "output",
                     output_of(view->name, ending));
}
