/* The report, from top to bottom, as the HTML has it. What the JSON lacks is left out: this program
 * judges nothing. */
#include "report/module_pdf_content.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

#define VERSIONS_MAX 500 /* with columns, identifiers and an entry of the outline */
#define MONO "Liberation Mono, DejaVu Sans Mono, Noto Sans Mono, monospace"

static const pdf_style h1 = { .size = 23, .bold = true, .tag = "H1", .after = 4 },
                       h2 = { .size = 15, .bold = true, .tag = "H2", .before = 24, .after = 8 },
                       h3 = { .size = 11, .bold = true, .tag = "H3", .before = 14, .after = 2 },
                       h4 = { .size = 8.5,
                              .bold = true,
                              .color = &pdf_soft,
                              .tag = "H4",
                              .before = 7,
                              .after = 2 },
                       body = { .size = 9.5, .after = 3 }, item = { .size = 9.5, .after = 2.5 },
                       soft = { .size = 8.5, .color = &pdf_soft, .after = 3 },
                       mono = { .family = MONO, .size = 7.5, .color = &pdf_soft, .after = 3 };

/* ---- Reading. What is missing is empty. */

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static long long number_of(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static bool is_true(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

/* "1,234 entries". Lives until the fourth call behind it. */
static const char *counted(long long value, const char *one, const char *many)
{
    static char rooms[4][96];
    static unsigned next;
    char digits[32];
    char *out = rooms[next++ % 4];
    snprintf(digits, sizeof digits, "%lld", value);
    size_t size = 0, count = strlen(digits);
    for (size_t i = 0; i < count; i++) {
        out[size++] = digits[i];
        if ((count - i) % 3 == 1 && i + 1 < count)
            out[size++] = ',';
    }
    snprintf(out + size, 96 - size, "%s%s", *one ? " " : "", value == 1 ? one : many);
    return out;
}

static const pdf_color *state_color(const char *state)
{
    if (strcmp(state, "verified") == 0 || strncmp(state, "proven", 6) == 0)
        return &pdf_good;
    return strcmp(state, "broken") == 0 ? &pdf_bad : &pdf_warn;
}

/* ---- Summary. */

static void put_verdict(pdf_document *d, const json_t *model)
{
    const json_t *result = json_object_get(model, "result");
    const bool holds = strcmp(text_of(result, "status"), "verified") == 0;
    const char *fault = text_of(result, "fault");
    char line[256], why[1200];
    snprintf(line, sizeof line, "%.250s.", text_of(model, "verdict"));
    snprintf(why, sizeof why, "%.1100s",
             *fault  ? fault
             : holds ? "Structure, signatures, references and hashes of the whole log hold, and "
                       "every proof of these entries."
                     : "");
    const pdf_color *color = holds ? &pdf_good : &pdf_bad;
    const pdf_style big = { .size = 11.5, .bold = true, .color = color, .after = 2 },
                    small = { .size = 9.5, .color = color };
    const double inner = PDF_RIGHT - PDF_LEFT - 28,
                 height = pdf_height(d, &big, inner, line) + 2 + pdf_height(d, &small, inner, why);
    pdf_need(d, height + 24);
    pdf_rectangle(d, PDF_LEFT, d->y, PDF_RIGHT - PDF_LEFT, height + 22, 5,
                  holds ? &pdf_good_ground : &pdf_bad_ground, color);
    d->y += 11;
    pdf_text(d, &big, PDF_LEFT + 14, PDF_RIGHT - 14, line);
    pdf_text(d, &small, PDF_LEFT + 14, PDF_RIGHT - 14, why);
    d->y += 11 + 12;
}

static void put_broken(pdf_document *d, const json_t *model)
{
    size_t at;
    const json_t *entry;
    bool first = true;
    json_array_foreach(json_object_get(model, "entries"), at, entry)
    {
        char line[1400];
        if (strcmp(text_of(entry, "state"), "broken") != 0)
            continue;
        if (first)
            pdf_text(d, &h3, PDF_LEFT, PDF_RIGHT, "What does not hold");
        first = false;
        snprintf(line, sizeof line, "Entry %lld, %.300s: %.1000s", number_of(entry, "index"),
                 text_of(entry, "what"), text_of(entry, "fault"));
        pdf_bullet(d, &item, PDF_LEFT, line);
    }
    if (!first)
        d->y += 10;
}

static void put_tiles(pdf_document *d, const json_t *result)
{
    static const struct {
        const char *name, *member;
        bool is_optional;
    } tiles[] = {
        { "Entries", "entries", false },
        { "Verified", "verified", false },
        { "Broken", "broken", true },
        { "Not checked", "unchecked", true },
        { "Dataset versions", "datasets", false },
        { "Revoked", "revoked", true },
        { "Claims proven", "claims", false },
        { "Proofs", "proofs", false },
    };
    const pdf_style name = { .size = 7.5, .color = &pdf_soft },
                    value = { .size = 15, .bold = true };
    size_t count = 0;
    for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++)
        count += !tiles[i].is_optional || number_of(result, tiles[i].member);
    const double gap = 7, width = (PDF_RIGHT - PDF_LEFT + gap) / (double)count - gap;
    double x = PDF_LEFT;
    pdf_need(d, 60);
    for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++) {
        const long long number = number_of(result, tiles[i].member);
        if (tiles[i].is_optional && !number)
            continue;
        pdf_rectangle(d, x, d->y, width, 46, 4, NULL, &pdf_line);
        pdf_group(d, "P");
        pdf_label(d, &name, x + 9, d->y + 7, tiles[i].name);
        pdf_label(d, &value, x + 9, d->y + 18, counted(number, "", ""));
        pdf_group_end(d, "P");
        x += width + gap;
    }
    d->y += 46 + 6;
}

static void put_sort(pdf_document *d, const char *name, const char *text)
{
    const pdf_style title = { .size = 9.5, .bold = true, .tag = "H4", .before = 6, .after = 1 };
    pdf_need(d, 40);
    pdf_text(d, &title, PDF_LEFT, PDF_RIGHT, name);
    pdf_text(d, &body, PDF_LEFT, PDF_RIGHT, text);
}

static void put_four(pdf_document *d, const json_t *model)
{
    const json_t *result = json_object_get(model, "result"), *entry, *gap;
    long long recorded = 0;
    const char *const set_up = json_string_value(json_object_get(result, "set_up"));
    char text[1000]; /* of which a set-up takes six names of 64 bytes at most */
    size_t at;
    json_array_foreach(json_object_get(model, "entries"), at, entry) recorded +=
        json_object_get(entry, "recorded") != NULL;
    pdf_text(d, &h3, PDF_LEFT, PDF_RIGHT, "How far this goes");
    snprintf(text, sizeof text,
             "%s with zero-knowledge proofs that hold: sentences about committed rows, which "
             "nobody needs to see.%s%s",
             counted(number_of(result, "claims"), "claim", "claims"), set_up ? " " : "",
             set_up ? set_up : "");
    put_sort(d, "Proven", text);
    snprintf(text, sizeof text,
             "%s under a signature that counts at its place: that it was said, by this key, in "
             "this order. Times are the signer’s word.",
             counted(number_of(result, "entries"), "entry", "entries"));
    put_sort(d, "Attested", text);
    snprintf(text, sizeof text,
             "%s in their owner’s words. The log keeps them, and proves nothing of them.",
             counted(recorded, "step", "steps"));
    put_sort(d, "Recorded", text);
    put_sort(d, "Missing", "Nothing here shows:");
    pdf_group(d, "L");
    json_array_foreach(json_object_get(model, "not_proven"), at, gap)
        pdf_bullet(d, &item, PDF_LEFT + 4, text_of(gap, "text"));
    pdf_group_end(d, "L");
}

static void put_scope(pdf_document *d, const json_t *model)
{
    const json_t *scope = json_object_get(model, "scope"), *kind;
    char text[900];
    size_t at, size = 0;
    const char *dataset = text_of(scope, "dataset"), *since = text_of(scope, "since"),
               *until = text_of(scope, "until");
    size += (size_t)snprintf(text, sizeof text, "%s%.200s",
                             *dataset ? "Entries about " : "The whole log", dataset);
    json_array_foreach(json_object_get(scope, "kinds"), at, kind) if (size < 600) size +=
        (size_t)snprintf(text + size, sizeof text - size, "%s%.40s", at ? ", " : ", of the kind ",
                         json_string_value(kind));
    snprintf(text + size, sizeof text - size, "%s%.30s%s%.30s. Made on %.10s %.8s UTC by %.60s.",
             *since ? ", since " : "", since, *until ? ", until " : "", until,
             text_of(model, "made"),
             strlen(text_of(model, "made")) > 11 ? text_of(model, "made") + 11 : "",
             text_of(model, "program"));
    pdf_text(d, &soft, PDF_LEFT, PDF_RIGHT, text);
}

static void put_head(pdf_document *d, const json_t *model)
{
    const pdf_style kicker = { .size = 8, .color = &pdf_soft, .after = 3 };
    const char *dataset = text_of(json_object_get(model, "scope"), "dataset");
    const char *origin = text_of(json_object_get(model, "log"), "origin");
    pdf_text(d, &kicker, PDF_LEFT, PDF_RIGHT, "AUDIT REPORT");
    pdf_text(d, &h1, PDF_LEFT, PDF_RIGHT, *dataset ? dataset : origin);
    put_scope(d, model);
    d->y += 6;
    pdf_rule(d);
    d->y += 14;
}

static void put_summary(pdf_document *d, const json_t *model)
{
    pdf_group(d, "Sect");
    put_head(d, model);
    d->outline = pdf_outline(d, CAIRO_PDF_OUTLINE_ROOT, "Summary");
    put_verdict(d, model);
    put_broken(d, model);
    put_tiles(d, json_object_get(model, "result"));
    put_four(d, model);
    pdf_group_end(d, "Sect");
}

/* ---- Datasets. */

static void put_bars(pdf_document *d, const json_t *claim)
{
    const json_t *counts = json_object_get(claim, "counts"), *bar;
    const double left = PDF_LEFT + 14, bars = left + 150, right = PDF_RIGHT - 70;
    const pdf_style label = { .size = 8 };
    long long most = 1;
    size_t at;
    char title[300];
    json_array_foreach(counts, at, bar) most =
        number_of(bar, "count") > most ? number_of(bar, "count") : most;
    snprintf(title, sizeof title, "Values of %.200s, by a proven claim", text_of(claim, "column"));
    pdf_need(d, 60);
    d->y += 4;
    pdf_text(d, &h4, PDF_LEFT, PDF_RIGHT, title);
    d->y += 3;
    pdf_group(d, "Table");
    json_array_foreach(counts, at, bar)
    {
        const long long count = number_of(bar, "count");
        char shown[80];
        pdf_need(d, 14);
        snprintf(shown, sizeof shown, "%.36s%s", text_of(bar, "label"),
                 strlen(text_of(bar, "label")) > 36 ? ".." : "");
        pdf_group(d, "TR");
        pdf_group(d, "TH");
        pdf_label(d, &label, left, d->y, g_utf8_validate(shown, -1, NULL) ? shown : "..");
        pdf_group_end(d, "TH");
        const double width = (right - bars) * (double)count / (double)most;
        if (count > 0)
            pdf_rectangle(d, bars, d->y + 1.5, width < 1 ? 1 : width, 8, 0, &pdf_bar, NULL);
        pdf_group(d, "TD");
        pdf_label(d, &label, right + 8, d->y, counted(count, "", ""));
        pdf_group_end(d, "TD");
        pdf_group_end(d, "TR");
        d->y += 13;
    }
    pdf_group_end(d, "Table");
}

static bool holds(const json_t *entry)
{
    return strcmp(text_of(entry, "state"), "verified") == 0;
}

typedef struct version {
    const json_t *model, *notarised, *dataset;
    const json_t *const *about; /* entries about it, by index; NULL behind the last */
} version;

static void put_claims(pdf_document *d, const version *v)
{
    const json_t *claim;
    size_t at, count = 0;
    for (size_t i = 0; v->about[i]; i++)
        json_array_foreach(json_object_get(v->about[i], "claims"), at, claim)
        {
            if (!holds(v->about[i]) || is_true(claim, "wellformedness"))
                continue;
            if (!count++) {
                pdf_text(d, &h4, PDF_LEFT, PDF_RIGHT, "Proven");
                pdf_group(d, "L");
            }
            pdf_bullet(d, &item, PDF_LEFT + 4, text_of(claim, "sentence"));
        }
    if (count)
        pdf_group_end(d, "L");
    else
        pdf_text(d, &body, PDF_LEFT, PDF_RIGHT, "No claim besides that its cells are well formed.");
    for (size_t i = 0; is_true(v->model, "pictures") && v->about[i]; i++)
        json_array_foreach(json_object_get(v->about[i], "claims"), at,
                           claim) if (holds(v->about[i]) && json_object_get(claim, "counts"))
            put_bars(d, claim);
}

static void put_recorded(pdf_document *d, const version *v)
{
    bool first = true;
    for (size_t i = 0; v->about[i]; i++) {
        const json_t *recorded = json_object_get(v->about[i], "recorded"), *fact;
        char line[3000];
        size_t at, size;
        if (!recorded)
            continue;
        if (first) {
            pdf_text(d, &h4, PDF_LEFT, PDF_RIGHT, "Recorded, not proven");
            pdf_group(d, "L");
        }
        first = false;
        const char *operation = text_of(recorded, "operation");
        size = (size_t)snprintf(line, sizeof line, "entry %lld: %.900s",
                                number_of(v->about[i], "index"),
                                *operation ? operation : "a step without words");
        json_array_foreach(json_object_get(recorded, "facts"), at, fact) if (size < 2000) size +=
            (size_t)snprintf(line + size, sizeof line - size, "%s%.100s = %.200s", at ? ", " : " (",
                             text_of(fact, "name"), text_of(fact, "value"));
        if (at)
            snprintf(line + size, sizeof line - size, ")");
        pdf_bullet(d, &item, PDF_LEFT + 4, g_utf8_validate(line, -1, NULL) ? line : "..");
    }
    if (!first)
        pdf_group_end(d, "L");
}

static void put_columns(pdf_document *d, const version *v)
{
    static const pdf_column columns[] = { { "Column", 220, { .size = 8.5 } },
                                          { "Type", 150, { .size = 8.5 } },
                                          { "Nulls", 110, { .size = 8.5 } } };
    const json_t *column, *file;
    pdf_table table;
    size_t at;
    d->y += 6;
    pdf_table_begin(&table, d, columns, 3);
    table.rows_left = json_array_size(json_object_get(v->dataset, "columns"));
    json_array_foreach(json_object_get(v->dataset, "columns"), at, column)
    {
        const char *type = text_of(column, "type");
        const char *const row[] = { text_of(column, "name"),
                                    g_str_has_prefix(type, "dictionary") ? "dictionary" : type,
                                    is_true(column, "nullable") ? "permitted" : "none" };
        pdf_table_row(&table, row, NULL);
    }
    pdf_table_end(&table);
    d->y += 4;
    pdf_text(d, &soft, PDF_LEFT, PDF_RIGHT, text_of(v->dataset, "read"));
    pdf_text(d, &mono, PDF_LEFT, PDF_RIGHT, text_of(v->dataset, "id"));
    json_array_foreach(json_object_get(v->dataset, "files"), at, file)
    {
        char *line =
            g_strdup_printf("SHA-256 of %s: %s", text_of(file, "name"), text_of(file, "sha256"));
        pdf_text(d, &mono, PDF_LEFT, PDF_RIGHT, line);
        g_free(line);
    }
}

static void put_version(pdf_document *d, const version *v, bool is_detailed)
{
    char *name =
        g_strdup_printf("%s@%lld", text_of(v->dataset, "name"), number_of(v->dataset, "version"));
    char line[300];
    const char *state = "verified";
    const json_t *revoked = NULL;
    for (size_t i = 0; v->about[i]; i++) {
        if (!holds(v->about[i]))
            state = text_of(v->about[i], "state");
        if (!revoked && strcmp(text_of(v->about[i], "kind"), "withdraw") == 0)
            revoked = v->about[i];
    }
    pdf_need(d, 90);
    if (is_detailed)
        pdf_outline(d, d->outline, name);
    pdf_text(d, &h3, PDF_LEFT, PDF_RIGHT, name);
    snprintf(line, sizeof line, "%s, entry %lld, %s%s",
             counted(number_of(v->dataset, "rows"), "row", "rows"),
             number_of(v->notarised, "index"), state, revoked ? ", revoked" : "");
    const pdf_style style = { .size = 8.5,
                              .color = state_color(revoked ? "broken" : state),
                              .after = 3 };
    pdf_text(d, &style, PDF_LEFT, PDF_RIGHT, line);
    if (revoked) {
        char *why = g_strdup_printf("Entry %lld: %s", number_of(revoked, "index"),
                                    text_of(revoked, "what"));
        pdf_text(d, &body, PDF_LEFT, PDF_RIGHT, why);
        g_free(why);
    }
    g_free(name);
    put_claims(d, v);
    put_recorded(d, v);
    if (is_detailed)
        put_columns(d, v);
    d->y += 6;
}

/* Entries about one version stand at any place of the log: they are gathered by its name. */
static GHashTable *gather(const json_t *model)
{
    GHashTable *out =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    const json_t *entry;
    size_t at;
    json_array_foreach(json_object_get(model, "entries"), at, entry)
    {
        const json_t *dataset = json_object_get(entry, "dataset");
        if (!dataset)
            continue;
        char *name =
            g_strdup_printf("%s@%lld", text_of(dataset, "name"), number_of(dataset, "version"));
        GPtrArray *about = g_hash_table_lookup(out, name);
        if (about)
            g_free(name);
        else {
            about = g_ptr_array_new();
            g_hash_table_insert(out, name, about);
        }
        g_ptr_array_add(about, (gpointer)(guintptr)entry);
    }
    return out;
}

static void put_datasets(pdf_document *d, const json_t *model)
{
    const bool is_detailed =
        number_of(json_object_get(model, "result"), "datasets") <= VERSIONS_MAX;
    GHashTable *all = gather(model);
    const json_t *entry;
    size_t at, count = 0;
    pdf_group(d, "Sect");
    pdf_need(d, 120);
    d->outline = pdf_outline(d, CAIRO_PDF_OUTLINE_ROOT, "Datasets");
    pdf_text(d, &h2, PDF_LEFT, PDF_RIGHT, "Datasets");
    json_array_foreach(json_object_get(model, "entries"), at, entry)
    {
        const json_t *dataset = json_object_get(entry, "dataset");
        if (!dataset || strcmp(text_of(entry, "kind"), "notarise") != 0)
            continue;
        char *name =
            g_strdup_printf("%s@%lld", text_of(dataset, "name"), number_of(dataset, "version"));
        GPtrArray *about = g_hash_table_lookup(all, name);
        g_free(name);
        g_ptr_array_add(about, NULL); /* the end; nothing comes behind it */
        const version v = { model, entry, dataset, (const json_t *const *)about->pdata };
        put_version(d, &v, is_detailed);
        count++;
    }
    if (!count)
        pdf_text(d, &body, PDF_LEFT, PDF_RIGHT,
                 "No dataset version was notarised in what this report is about.");
    pdf_group_end(d, "Sect");
    g_hash_table_unref(all);
}

/* ---- Lineage. */

static char *joined(const json_t *names)
{
    GString *out = g_string_new(NULL);
    const json_t *name;
    size_t at;
    json_array_foreach(names, at, name)
        g_string_append_printf(out, "%s%s", at ? ", " : "", json_string_value(name));
    return g_string_free(out, FALSE);
}

static void put_steps(pdf_document *d, const json_t *steps)
{
    static const pdf_column columns[] = { { "Result", 110, { .size = 8.5 } },
                                          { "Made of", 125, { .size = 8.5 } },
                                          { "How", 172, { .size = 8.5 } },
                                          { "State", 80, { .size = 8.5, .bold = true } } };
    const json_t *step;
    pdf_table table;
    size_t at;
    pdf_table_begin(&table, d, columns, 4);
    table.rows_left = json_array_size(steps);
    json_array_foreach(steps, at, step)
    {
        char *results = joined(json_object_get(step, "results")),
             *sources = joined(json_object_get(step, "sources")),
             *claims = joined(json_object_get(step, "claims"));
        const char *how = text_of(step, "operation"), *state = text_of(step, "state");
        const char *const row[] = { results, *sources ? sources : "–", *how ? how : claims, state };
        const pdf_color *const colors[] = { NULL, NULL, NULL, state_color(state) };
        pdf_table_row(&table, row, colors);
        g_free(results);
        g_free(sources);
        g_free(claims);
    }
    pdf_table_end(&table);
}

static void put_lineage(pdf_document *d, const json_t *model)
{
    const json_t *steps = json_object_get(model, "steps");
    const char *drawing = text_of(model, "drawing"), *missing = text_of(model, "lineage_missing");
    pdf_group(d, "Sect");
    pdf_need(d, *drawing ? pdf_drawing_height(drawing) + 100 : 150);
    pdf_outline(d, CAIRO_PDF_OUTLINE_ROOT, "Lineage");
    pdf_text(d, &h2, PDF_LEFT, PDF_RIGHT, "Lineage");
    if (json_array_size(steps)) {
        pdf_text(d, &body, PDF_LEFT, PDF_RIGHT,
                 "Where datasets come from. A step is proven as far as claims over its source and "
                 "its result are; else it is its owner’s word.");
        if (*drawing)
            pdf_put_drawing(d, drawing);
        put_steps(d, steps);
    } else {
        char line[700];
        snprintf(line, sizeof line, "%s%.600s.", *missing ? "Not shown: " : "",
                 *missing ? missing : "The log tells no steps from one dataset to another");
        pdf_text(d, &body, PDF_LEFT, PDF_RIGHT, line);
    }
    pdf_group_end(d, "Sect");
}

/* ---- Timeline. */

static void put_timeline(pdf_document *d, const json_t *model)
{
    static const pdf_column columns[] = {
        { "Entry", 36, { .size = 8 } },
        { "Time", 58, { .size = 8 } },
        { "Kind", 58, { .size = 8 } },
        { "What", 138, { .size = 8 } },
        { "Result", 54, { .size = 8, .bold = true } },
        { "Receipt id", 143, { .family = MONO, .size = 6.5, .color = &pdf_soft } }
    };
    const json_t *entry;
    pdf_table table;
    size_t at;
    pdf_group(d, "Sect");
    pdf_need(d, 150);
    pdf_outline(d, CAIRO_PDF_OUTLINE_ROOT, "Timeline");
    pdf_text(d, &h2, PDF_LEFT, PDF_RIGHT, "Timeline");
    pdf_text(d, &body, PDF_LEFT, PDF_RIGHT,
             "The order is the log’s. Times are UTC, and their signers’ word.");
    d->y += 4;
    pdf_table_begin(&table, d, columns, 6);
    table.rows_left = json_array_size(json_object_get(model, "entries"));
    json_array_foreach(json_object_get(model, "entries"), at, entry)
    {
        char index[24], time[40] = "", *what;
        const char *state = text_of(entry, "state"), *said = text_of(entry, "time"),
                   *fault = text_of(entry, "fault");
        snprintf(index, sizeof index, "%lld", number_of(entry, "index"));
        if (strlen(said) == 24)
            snprintf(time, sizeof time, "%.10s\n%.8s", said, said + 11);
        what = *fault ? g_strdup_printf("%s: %s", text_of(entry, "what"), fault)
                      : g_strdup(text_of(entry, "what"));
        const char *const row[] = { index, time,  text_of(entry, "kind_word"),
                                    what,  state, text_of(entry, "receipt_id") };
        const pdf_color *const colors[] = { NULL, NULL, NULL, NULL, state_color(state), NULL };
        pdf_table_row(&table, row, colors);
        g_free(what);
    }
    pdf_table_end(&table);
    pdf_group_end(d, "Sect");
}

/* ---- Clocks and witnesses. */

static void put_stamps(pdf_document *d, const json_t *model)
{
    static const pdf_column columns[] = {
        { "Entry", 50, { .size = 8 } },
        { "Stamped at", 150, { .size = 8 } },
        { "By", 287, { .size = 8 } },
    };
    const json_t *entry, *stamp;
    size_t at, k;
    pdf_table table;
    pdf_table_begin(&table, d, columns, 3);
    json_array_foreach(json_object_get(model, "entries"), at, entry)
        json_array_foreach(json_object_get(entry, "timestamps"), k, stamp)
    {
        char index[24];
        snprintf(index, sizeof index, "%lld", number_of(entry, "index"));
        const char *const row[] = { index, text_of(stamp, "time"), text_of(stamp, "clock") };
        const pdf_color *const colors[] = { NULL, NULL, NULL };
        pdf_table_row(&table, row, colors);
    }
    pdf_table_end(&table);
}

static void put_witnesses(pdf_document *d, const json_t *witnesses)
{
    static const pdf_column columns[] = {
        { "Witness", 120, { .size = 8 } },
        { "Signed at, by its own word", 130, { .size = 8 } },
        { "Key", 237, { .family = MONO, .size = 6.5, .color = &pdf_soft } },
    };
    const json_t *witness;
    size_t at;
    pdf_table table;
    pdf_table_begin(&table, d, columns, 3);
    table.rows_left = json_array_size(witnesses);
    json_array_foreach(witnesses, at, witness)
    {
        const char *const row[] = { text_of(witness, "name"), text_of(witness, "time"),
                                    text_of(witness, "key") };
        const pdf_color *const colors[] = { NULL, NULL, NULL };
        pdf_table_row(&table, row, colors);
    }
    pdf_table_end(&table);
}

static void put_clocks(pdf_document *d, const json_t *model)
{
    const json_t *witnesses = json_object_get(json_object_get(model, "log"), "witnesses");
    pdf_group(d, "Sect");
    pdf_need(d, 120);
    pdf_outline(d, CAIRO_PDF_OUTLINE_ROOT, "Clocks and witnesses");
    pdf_text(d, &h2, PDF_LEFT, PDF_RIGHT, "Clocks and witnesses");
    pdf_text(d, &body, PDF_LEFT, PDF_RIGHT, text_of(model, "clocks"));
    d->y += 4;
    if (number_of(model, "stamps"))
        put_stamps(d, model);
    d->y += 10;
    if (json_array_size(witnesses))
        put_witnesses(d, witnesses);
    pdf_group_end(d, "Sect");
}

/* ---- Checkpoint. */

static void put_checkpoint(pdf_document *d, const json_t *model)
{
    static const struct {
        const char *name, *member;
    } facts[] = { { "Log", "origin" },
                  { "Ledger", "ledger" },
                  { "Root", "root" },
                  { "Log key", "key" },
                  { "Powers of tau", "powers" } };
    const pdf_style name = { .size = 8.5, .color = &pdf_soft },
                    value = { .family = MONO, .size = 7.5, .after = 5 },
                    note = { .family = MONO, .size = 7.5, .tag = "Code", .after = 8 };
    const json_t *log = json_object_get(model, "log");
    char line[200];
    pdf_group(d, "Sect");
    pdf_need(d, 200);
    pdf_outline(d, CAIRO_PDF_OUTLINE_ROOT, "Checkpoint");
    pdf_text(d, &h2, PDF_LEFT, PDF_RIGHT, "Checkpoint");
    snprintf(line, sizeof line,
             "The state of the log that this report is of: %s. Whoever has the log can make it "
             "again, and compare.",
             counted(number_of(log, "size"), "entry", "entries"));
    pdf_text(d, &body, PDF_LEFT, PDF_RIGHT, line);
    d->y += 4;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        pdf_need(d, 14);
        pdf_group(d, "P");
        pdf_label(d, &name, PDF_LEFT, d->y, facts[i].name);
        pdf_group_end(d, "P");
        pdf_text(d, &value, PDF_LEFT + 90, PDF_RIGHT, text_of(log, facts[i].member));
    }
    d->y += 6;
    pdf_text(d, &note, PDF_LEFT, PDF_RIGHT, text_of(log, "checkpoint"));
    pdf_text(d, &soft, PDF_LEFT, PDF_RIGHT,
             "This report is the word of whoever made it. What it says follows from the log at "
             "this checkpoint, and can be made again from it.");
    pdf_group_end(d, "Sect");
}

static void put_metadata(pdf_document *d, const json_t *model)
{
    char keywords[160];
    snprintf(keywords, sizeof keywords, "ledger %.64s",
             text_of(json_object_get(model, "log"), "ledger"));
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE, text_of(model, "title"));
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_SUBJECT, "Audit report");
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_KEYWORDS, keywords);
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATOR,
                                   text_of(model, "program"));
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   text_of(model, "made"));
}

void pdf_put_report(pdf_document *d, const json_t *model)
{
    put_metadata(d, model);
    pdf_group(d, "Document");
    put_summary(d, model);
    put_datasets(d, model);
    put_lineage(d, model);
    put_timeline(d, model);
    put_clocks(d, model);
    put_checkpoint(d, model);
    pdf_group_end(d, "Document");
}
