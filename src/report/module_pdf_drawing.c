/* The lineage in the PDF: the shapes of the SVG that lineage_svg.c writes, drawn again. That file
 * has rectangles, texts and paths of M, C and H, and no others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/module_pdf_content.h"

#define HEIGHT_MAX 420.0
#define SCALE_MAX .85
#define SCALE_SMALL .6 /* below, letters are too small to be read: it gets a page on its side */

typedef struct drawing {
    pdf_document *document;
    double left, top, scale;
    double text_x, text_y;
    bool is_text, is_detail;
} drawing;

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return "";
}

static double number(const char **names, const char **values, const char *name)
{
    return g_ascii_strtod(attribute(names, values, name), NULL);
}

/* Classes of lineage_svg.c. */
static void pick_colors(const char *class, const pdf_color **ground, const pdf_color **border)
{
    static const pdf_color white = { 1, 1, 1 }, file = { .953, .941, .902 },
                           claimed = { .91, .933, .969 };
    *ground = &white;
    *border = &pdf_soft;
    if (g_str_has_prefix(class, "file"))
        *ground = &file;
    else if (g_str_has_prefix(class, "proven")) {
        *ground = &pdf_good_ground;
        *border = &pdf_good;
    } else if (g_str_has_prefix(class, "part") || g_str_has_prefix(class, "recorded")) {
        *ground = &pdf_warn_ground;
        *border = class[0] == 'p' ? &pdf_good : &pdf_warn;
    } else if (g_str_has_prefix(class, "claimed")) {
        *ground = &claimed;
        *border = &pdf_link;
    }
}

static void put_path(drawing *g, const char *class, const char *path)
{
    cairo_t *c = g->document->cairo;
    const bool is_proven = strcmp(class, "solid") == 0;
    const pdf_color *color = is_proven                      ? &pdf_good
                             : strcmp(class, "dotted") == 0 ? &pdf_link
                                                            : &pdf_warn;
    double at[6];
    const double dashes[] = { 3, 2.5 };
    cairo_save(c);
    cairo_translate(c, g->left, g->top);
    cairo_scale(c, g->scale, g->scale);
    while (*path) {
        const char kind = *path++;
        const int count = kind == 'M' ? 2 : kind == 'C' ? 6 : kind == 'H' ? 1 : 0;
        for (int i = 0; i < count; i++) {
            char *end;
            at[i] = g_ascii_strtod(path, &end);
            path = end;
        }
        if (kind == 'M')
            cairo_move_to(c, at[0], at[1]);
        else if (kind == 'C')
            cairo_curve_to(c, at[0], at[1], at[2], at[3], at[4], at[5]);
        else if (kind == 'H') {
            double x, y;
            cairo_get_current_point(c, &x, &y);
            cairo_line_to(c, at[0], y);
        }
    }
    cairo_set_source_rgb(c, color->r, color->g, color->b);
    cairo_set_line_width(c, 1.2);
    cairo_set_dash(c, dashes, is_proven ? 0 : 2, 0);
    cairo_stroke(c);
    cairo_restore(c);
}

static void put_rectangle(drawing *g, const char **names, const char **values)
{
    const pdf_color *ground, *border;
    const char *class = attribute(names, values, "class");
    if (!*class)
        return; /* the paper */
    pick_colors(class, &ground, &border);
    pdf_rectangle(g->document, g->left + g->scale * number(names, values, "x"),
                  g->top + g->scale * number(names, values, "y"),
                  g->scale * number(names, values, "width"),
                  g->scale * number(names, values, "height"),
                  g->scale * number(names, values, "rx"), ground, border);
}

static void start(GMarkupParseContext *context, const char *name, const char **names,
                  const char **values, gpointer data, GError **error)
{
    drawing *g = data;
    (void)context;
    (void)error;
    g->is_text = strcmp(name, "text") == 0;
    if (strcmp(name, "rect") == 0)
        put_rectangle(g, names, values);
    else if (strcmp(name, "path") == 0)
        put_path(g, attribute(names, values, "class"), attribute(names, values, "d"));
    else if (g->is_text) {
        g->text_x = number(names, values, "x");
        g->text_y = number(names, values, "y");
        g->is_detail = strcmp(attribute(names, values, "class"), "detail") == 0;
    }
}

static void stop(GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
    (void)context;
    (void)name;
    (void)error;
    ((drawing *)data)->is_text = false;
}

/* Its middle stands at text_x, its base at text_y. */
static void put_text(GMarkupParseContext *context, const char *text, gsize size, gpointer data,
                     GError **error)
{
    drawing *g = data;
    (void)context;
    (void)error;
    if (!g->is_text)
        return;
    pdf_document *d = g->document;
    char *label = g_strndup(text, size);
    int width;
    PangoLayout *layout = pango_layout_new(d->pango);
    PangoFontDescription *font =
        pango_font_description_from_string("Liberation Mono, DejaVu Sans Mono, monospace");
    pango_font_description_set_absolute_size(font, 10.5 * g->scale * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, label, -1);
    pango_layout_get_size(layout, &width, NULL);
    const pdf_color *color = g->is_detail ? &pdf_soft : &pdf_ink;
    cairo_set_source_rgb(d->cairo, color->r, color->g, color->b);
    cairo_move_to(d->cairo, g->left + g->scale * g->text_x - (double)width / PANGO_SCALE / 2,
                  g->top + g->scale * g->text_y -
                      (double)pango_layout_get_baseline(layout) / PANGO_SCALE);
    pango_cairo_show_layout(d->cairo, layout);
    g_object_unref(layout);
    g_free(label);
}

void pdf_put_drawing(pdf_document *d, const char *svg)
{
    static const GMarkupParser parser = { start, stop, put_text, NULL, NULL };
    const char *size = strstr(svg, "viewBox=\"0 0 ");
    double width = 0, height = 0;
    if (!size || sscanf(size, "viewBox=\"0 0 %lf %lf\"", &width, &height) != 2 || width < 1 ||
        height < 1)
        return;
    drawing g = { .document = d, .left = PDF_LEFT };
    double room = PDF_RIGHT - PDF_LEFT, room_height = HEIGHT_MAX;
    const bool is_wide = room / width < SCALE_SMALL && width > height;
    if (is_wide) {
        pdf_turn(d, true);
        room = d->width - 2 * PDF_LEFT;
        room_height = d->height - PDF_TOP - 62;
    }
    g.scale = MIN(MIN(room / width, room_height / height), SCALE_MAX);
    if (!is_wide)
        pdf_need(d, g.scale * height + 20);
    g.top = d->y;
    pdf_rectangle(d, PDF_LEFT, d->y, room, g.scale * height, 4, NULL, &pdf_line);
    pdf_group(d, "Figure");
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &g, NULL);
    g_markup_parse_context_parse(context, svg, -1, NULL);
    g_markup_parse_context_free(context);
    pdf_group_end(d, "Figure");
    d->y += g.scale * height + 12;
    if (is_wide)
        pdf_turn(d, false);
}
