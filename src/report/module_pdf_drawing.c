/* The lineage in the PDF: boxes and lines of the SVG that lineage_svg.c writes, drawn again. That
 * file has rectangles, texts and paths of M, C and H, and no others.
 *
 * Its steps lead to the right; a page is higher than wide. So the picture may be turned: ranks go
 * down the page, and what stood below one another stands side by side. Whichever way leaves larger
 * letters is taken. */
#include <stdio.h>
#include <string.h>

#include "report/module_pdf_content.h"

#define HEIGHT_MAX 600.0
#define SCALE_MAX .9
#define LETTERS 10.5    /* of the SVG, in its units */
#define ROW 62.0        /* between rows of the SVG */
#define MARGIN 20.0     /* around it */
#define BOX_WIDTH 150.0 /* of a box in the turned picture: longer texts go on below */
#define BOX_HEIGHT 58.0
#define BOX_GAP 24.0
#define RANK 88.0 /* from rank to rank in the turned picture */

typedef struct box {
    double x, y, width, height, radius;
    char class[24];
    char *first, *second;
} box;

typedef struct path {
    char class[16];
    char *steps;
} path;

typedef struct drawing {
    pdf_document *document;
    GArray *boxes, *paths;
    GArray *ranks; /* left edges of boxes, ascending, each once */
    double width, height;
    bool is_turned;
    double left, top, scale;
    bool is_text, is_detail; /* while it is read */
} drawing;

/* ---- Reading. */

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

static void start(GMarkupParseContext *context, const char *name, const char **names,
                  const char **values, gpointer data, GError **error)
{
    drawing *g = data;
    (void)context;
    (void)error;
    g->is_text = strcmp(name, "text") == 0;
    g->is_detail = strcmp(attribute(names, values, "class"), "detail") == 0;
    if (strcmp(name, "rect") == 0 && *attribute(names, values, "class")) {
        box b = { number(names, values, "x"),
                  number(names, values, "y"),
                  number(names, values, "width"),
                  number(names, values, "height"),
                  number(names, values, "rx"),
                  "",
                  NULL,
                  NULL };
        g_strlcpy(b.class, attribute(names, values, "class"), sizeof b.class);
        g_array_append_val(g->boxes, b);
    } else if (strcmp(name, "path") == 0) {
        path p = { "", g_strdup(attribute(names, values, "d")) };
        g_strlcpy(p.class, attribute(names, values, "class"), sizeof p.class);
        g_array_append_val(g->paths, p);
    }
}

static void stop(GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
    (void)context;
    (void)name;
    (void)error;
    ((drawing *)data)->is_text = false;
}

/* Two lines stand behind each box. */
static void take_text(GMarkupParseContext *context, const char *text, gsize size, gpointer data,
                      GError **error)
{
    drawing *g = data;
    (void)context;
    (void)error;
    if (!g->is_text || !g->boxes->len)
        return;
    box *b = &g_array_index(g->boxes, box, g->boxes->len - 1);
    char **line = g->is_detail ? &b->second : &b->first;
    g_free(*line);
    *line = g_strndup(text, size);
}

static int compare_edges(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void find_ranks(drawing *g)
{
    for (guint i = 0; i < g->boxes->len; i++) {
        const double x = g_array_index(g->boxes, box, i).x;
        bool is_known = false;
        for (guint k = 0; k < g->ranks->len && !is_known; k++)
            is_known = g_array_index(g->ranks, double, k) == x;
        if (!is_known)
            g_array_append_val(g->ranks, x);
    }
    g_array_sort(g->ranks, compare_edges);
}

/* ---- Places. Of a point of the SVG, on the page. */

static guint rank_of(const drawing *g, double x)
{
    guint rank = 0;
    while (rank + 1 < g->ranks->len && g_array_index(g->ranks, double, rank + 1) <= x)
        rank++;
    return rank;
}

/* Between two ranks it is as far down as it was to the right. */
static double turned_y(const drawing *g, double x)
{
    const guint rank = rank_of(g, x);
    const double from = g_array_index(g->ranks, double, rank);
    double width = 1;
    for (guint i = 0; i < g->boxes->len; i++) {
        const box *b = &g_array_index(g->boxes, box, i);
        if (b->x == from)
            width = b->width;
    }
    if (x <= from + width)
        return RANK * rank + BOX_HEIGHT * (x - from) / width;
    const double next =
        rank + 1 < g->ranks->len ? g_array_index(g->ranks, double, rank + 1) : x + 1;
    return RANK * rank + BOX_HEIGHT +
           (RANK - BOX_HEIGHT) * (x - from - width) / (next - from - width);
}

static double turned_x(double y)
{
    return (y - MARGIN - 20) / ROW * (BOX_WIDTH + BOX_GAP) + BOX_WIDTH / 2;
}

static void place(const drawing *g, double *x, double *y)
{
    const double from_x = *x, from_y = *y;
    *x = g->left + g->scale * (g->is_turned ? MARGIN + turned_x(from_y) : from_x);
    *y = g->top + g->scale * (g->is_turned ? MARGIN + turned_y(g, from_x) : from_y);
}

/* ---- Drawing. */

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

static void put_path(const drawing *g, const path *p)
{
    cairo_t *c = g->document->cairo;
    const bool is_proven = strcmp(p->class, "solid") == 0;
    const pdf_color *color = is_proven                         ? &pdf_good
                             : strcmp(p->class, "dotted") == 0 ? &pdf_link
                                                               : &pdf_warn;
    const double dashes[] = { 3, 2.5 };
    double at[6] = { 0 }, y = 0; /* y: of the SVG, for a step to the right */
    for (const char *step = p->steps; *step;) {
        const char kind = *step++;
        const int count = kind == 'M' ? 2 : kind == 'C' ? 6 : kind == 'H' ? 1 : 0;
        for (int i = 0; i < count; i++) {
            char *end;
            at[i] = g_ascii_strtod(step, &end);
            step = end;
        }
        if (kind == 'H')
            at[1] = y;
        else if (count)
            y = at[count - 1];
        for (int i = 0; i < (count == 1 ? 2 : count); i += 2)
            place(g, &at[i], &at[i + 1]);
        if (kind == 'M')
            cairo_move_to(c, at[0], at[1]);
        else if (kind == 'C')
            cairo_curve_to(c, at[0], at[1], at[2], at[3], at[4], at[5]);
        else if (kind == 'H')
            cairo_line_to(c, at[0], at[1]);
    }
    cairo_set_source_rgb(c, color->r, color->g, color->b);
    cairo_set_line_width(c, .8);
    cairo_set_dash(c, dashes, is_proven ? 0 : 2, 0);
    cairo_stroke(c);
    cairo_set_dash(c, dashes, 0, 0);
}

/* Both lines in the middle of the box, the second softer. */
static void put_words(const drawing *g, const box *b, double x, double y, double width,
                      double height)
{
    pdf_document *d = g->document;
    const char *const texts[] = { b->first ? b->first : "", b->second ? b->second : "" };
    PangoLayout *layouts[2];
    double total = 0;
    for (int i = 0; i < 2; i++) {
        int h;
        PangoFontDescription *font = pango_font_description_from_string(
            "Inter, Noto Sans, Liberation Sans, DejaVu Sans, sans-serif");
        pango_font_description_set_absolute_size(font, (LETTERS - i) * g->scale * PANGO_SCALE);
        layouts[i] = pango_layout_new(d->pango);
        pango_layout_set_font_description(layouts[i], font);
        pango_font_description_free(font);
        pango_layout_set_width(layouts[i], (int)((width - 6 * g->scale) * PANGO_SCALE));
        pango_layout_set_wrap(layouts[i], PANGO_WRAP_WORD_CHAR);
        pango_layout_set_height(layouts[i], g->is_turned && !i ? -2 : -1); /* lines */
        pango_layout_set_ellipsize(layouts[i], PANGO_ELLIPSIZE_END);
        pango_layout_set_alignment(layouts[i], PANGO_ALIGN_CENTER);
        pango_layout_set_auto_dir(layouts[i], FALSE);
        pango_layout_set_text(layouts[i], texts[i], -1);
        pango_layout_get_size(layouts[i], NULL, &h);
        total += (double)h / PANGO_SCALE;
    }
    y += (height - total) / 2;
    for (int i = 0; i < 2; i++) {
        int h;
        const pdf_color *color = i ? &pdf_soft : &pdf_ink;
        pango_layout_get_size(layouts[i], NULL, &h);
        cairo_set_source_rgb(d->cairo, color->r, color->g, color->b);
        cairo_move_to(d->cairo, x + 3 * g->scale, y);
        pango_cairo_show_layout(d->cairo, layouts[i]);
        y += (double)h / PANGO_SCALE;
        g_object_unref(layouts[i]);
    }
}

static void put_box(const drawing *g, const box *b)
{
    const pdf_color *ground, *border;
    double x = b->x, y = b->y + b->height / 2, width = b->width * g->scale,
           height = b->height * g->scale, radius = b->radius * g->scale;
    place(g, &x, &y);
    if (g->is_turned) {
        width = BOX_WIDTH * g->scale;
        height = BOX_HEIGHT * g->scale;
        radius = MIN(radius, 12 * g->scale);
        x -= width / 2;
    } else
        y -= height / 2;
    pick_colors(b->class, &ground, &border);
    pdf_rectangle(g->document, x, y, width, height, radius, ground, border);
    put_words(g, b, x, y, width, height);
}

/* ---- All of it. */

/* Whichever way is larger, and not larger than the letters around it. */
static double fit(drawing *g)
{
    const double room = PDF_RIGHT - PDF_LEFT;
    const double rows = (g->height - 2 * MARGIN - 40) / ROW + 1;
    const double turned_width = 2 * MARGIN + rows * (BOX_WIDTH + BOX_GAP) - BOX_GAP;
    const double turned_height = 2 * MARGIN + RANK * (g->ranks->len - 1) + BOX_HEIGHT;
    const double as_is = MIN(room / g->width, HEIGHT_MAX / g->height),
                 turned = MIN(room / turned_width, HEIGHT_MAX / turned_height);
    g->is_turned = turned > as_is && as_is < SCALE_MAX;
    g->scale = MIN(g->is_turned ? turned : as_is, SCALE_MAX);
    const double width = (g->is_turned ? turned_width : g->width) * g->scale;
    g->left = PDF_LEFT + (room - width) / 2;
    return (g->is_turned ? turned_height : g->height) * g->scale;
}

static void put(drawing *g)
{
    pdf_document *d = g->document;
    const double height = fit(g);
    pdf_need(d, height + 20);
    g->top = d->y;
    pdf_rectangle(d, PDF_LEFT, d->y, PDF_RIGHT - PDF_LEFT, height, 4, NULL, &pdf_line);
    pdf_group(d, "Figure");
    for (guint i = 0; i < g->paths->len; i++)
        put_path(g, &g_array_index(g->paths, path, i));
    for (guint i = 0; i < g->boxes->len; i++)
        put_box(g, &g_array_index(g->boxes, box, i));
    pdf_group_end(d, "Figure");
    d->y += height + 12;
}

static void clear(drawing *g)
{
    for (guint i = 0; i < g->boxes->len; i++) {
        g_free(g_array_index(g->boxes, box, i).first);
        g_free(g_array_index(g->boxes, box, i).second);
    }
    for (guint i = 0; i < g->paths->len; i++)
        g_free(g_array_index(g->paths, path, i).steps);
    g_array_free(g->boxes, TRUE);
    g_array_free(g->paths, TRUE);
    g_array_free(g->ranks, TRUE);
}

/* false: there is nothing to draw. Clear it in either case. */
static bool read_svg(drawing *g, pdf_document *d, const char *svg)
{
    static const GMarkupParser parser = { start, stop, take_text, NULL, NULL };
    const char *size = strstr(svg, "viewBox=\"0 0 ");
    *g = (drawing){ .document = d,
                    .boxes = g_array_new(FALSE, TRUE, sizeof(box)),
                    .paths = g_array_new(FALSE, TRUE, sizeof(path)),
                    .ranks = g_array_new(FALSE, TRUE, sizeof(double)) };
    if (size && sscanf(size, "viewBox=\"0 0 %lf %lf\"", &g->width, &g->height) == 2) {
        GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, g, NULL);
        g_markup_parse_context_parse(context, svg, -1, NULL);
        g_markup_parse_context_free(context);
    }
    find_ranks(g);
    return g->boxes->len && g->width > 1 && g->height > 1;
}

double pdf_drawing_height(const char *svg)
{
    drawing g;
    const double height = read_svg(&g, NULL, svg) ? fit(&g) : 0;
    clear(&g);
    return height;
}

void pdf_put_drawing(pdf_document *d, const char *svg)
{
    drawing g;
    if (read_svg(&g, d, svg))
        put(&g);
    clear(&g);
}
