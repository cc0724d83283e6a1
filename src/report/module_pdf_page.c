/* Pages: see module_pdf_page.h. */
#include "report/module_pdf_page.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

#define SANS "Inter, Noto Sans, Liberation Sans, DejaVu Sans, sans-serif"
#define CELL_GAP 8.0
#define CELL_PAD 3.5

const pdf_color pdf_ink = { .106, .141, .188 }, pdf_soft = { .333, .376, .427 },
                pdf_line = { .835, .859, .886 }, pdf_card = { .965, .973, .98 },
                pdf_link = { .102, .353, .62 }, pdf_good = { .075, .388, .169 },
                pdf_good_ground = { .902, .957, .918 }, pdf_bad = { .647, .114, .086 },
                pdf_bad_ground = { .992, .925, .922 }, pdf_warn = { .435, .29, 0 },
                pdf_warn_ground = { 1, .953, .839 }, pdf_bar = { .29, .498, .722 };

/* ---- Pages. */

static void begin_page(pdf_document *d)
{
    d->page++;
    d->y = PDF_TOP;
}

static void put_footer(pdf_document *d)
{
    char number[48];
    const pdf_style style = { .size = 7.5, .color = &pdf_soft };
    if (d->page_count)
        snprintf(number, sizeof number, "Page %u of %u", d->page, d->page_count);
    else
        snprintf(number, sizeof number, "Page %u", d->page);
    pdf_label(d, &style, PDF_LEFT, PDF_HEIGHT - 40, d->footer);
    pdf_label(d, &style, PDF_RIGHT - 60, PDF_HEIGHT - 40, number);
}

static void next_page(pdf_document *d)
{
    put_footer(d);
    cairo_show_page(d->cairo);
    begin_page(d);
}

void pdf_open(pdf_document *out, cairo_write_func_t write, void *closure, const char *footer,
              unsigned page_count)
{
    *out = (pdf_document){ .footer = footer, .page_count = page_count };
    out->surface = cairo_pdf_surface_create_for_stream(write, closure, PDF_WIDTH, PDF_HEIGHT);
    cairo_pdf_surface_restrict_to_version(out->surface, CAIRO_PDF_VERSION_1_5);
    out->cairo = cairo_create(out->surface);
    out->pango = pango_cairo_create_context(out->cairo);
    begin_page(out);
}

bool pdf_close(pdf_document *d)
{
    put_footer(d);
    cairo_show_page(d->cairo);
    const cairo_status_t drawn = cairo_status(d->cairo);
    g_object_unref(d->pango);
    cairo_destroy(d->cairo);
    cairo_surface_finish(d->surface);
    const cairo_status_t written = cairo_surface_status(d->surface);
    cairo_surface_destroy(d->surface);
    return drawn == CAIRO_STATUS_SUCCESS && written == CAIRO_STATUS_SUCCESS;
}

void pdf_need(pdf_document *d, double height)
{
    if (d->y + height > PDF_BOTTOM && d->y > PDF_TOP)
        next_page(d);
}

/* ---- Structure. */

void pdf_group(pdf_document *d, const char *tag)
{
    cairo_tag_begin(d->cairo, tag, NULL);
}

void pdf_group_end(pdf_document *d, const char *tag)
{
    cairo_tag_end(d->cairo, tag);
}

int pdf_outline(pdf_document *d, int parent, const char *text)
{
    char place[96];
    snprintf(place, sizeof place, "page=%u pos=[%d %d]", d->page, (int)PDF_LEFT, (int)d->y);
    return cairo_pdf_surface_add_outline(d->surface, parent, text, place,
                                         parent ? 0 : CAIRO_PDF_OUTLINE_FLAG_OPEN);
}

/* ---- Text. */

static PangoLayout *lay_out(pdf_document *d, const pdf_style *style, double width, const char *text)
{
    PangoLayout *layout = pango_layout_new(d->pango);
    PangoFontDescription *font =
        pango_font_description_from_string(style->family ? style->family : SANS);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    if (style->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_SEMIBOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, text, -1);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir(layout, FALSE); /* what stands where is the report's to say */
    pango_layout_set_line_spacing(layout, style->size < 9 ? 1.2f : 1.15f);
    if (width > 0)
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    return layout;
}

static void set_color(pdf_document *d, const pdf_color *color)
{
    const pdf_color *c = color ? color : &pdf_ink;
    cairo_set_source_rgb(d->cairo, c->r, c->g, c->b);
}

double pdf_height(pdf_document *d, const pdf_style *style, double width, const char *text)
{
    int height;
    PangoLayout *layout = lay_out(d, style, width, text);
    pango_layout_get_size(layout, NULL, &height);
    g_object_unref(layout);
    return (double)height / PANGO_SCALE;
}

double pdf_label(pdf_document *d, const pdf_style *style, double x, double y, const char *text)
{
    int width;
    PangoLayout *layout = lay_out(d, style, 0, text);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_get_size(layout, &width, NULL);
    set_color(d, style->color);
    cairo_move_to(d->cairo, x, y);
    pango_cairo_show_layout(d->cairo, layout);
    g_object_unref(layout);
    return (double)width / PANGO_SCALE;
}

/* Line by line, so that a page may end between two. */
static void put_lines(pdf_document *d, PangoLayout *layout, const pdf_style *style, double left)
{
    const char *tag = style->tag ? style->tag : "P";
    PangoLayoutIter *line = pango_layout_get_iter(layout);
    double top = d->y;
    cairo_tag_begin(d->cairo, tag, NULL);
    do {
        int y0, y1;
        pango_layout_iter_get_line_yrange(line, &y0, &y1);
        if (top + (double)y1 / PANGO_SCALE > PDF_BOTTOM && d->y > PDF_TOP) {
            cairo_tag_end(d->cairo, tag);
            next_page(d);
            cairo_tag_begin(d->cairo, tag, NULL);
            top = d->y - (double)y0 / PANGO_SCALE;
        }
        set_color(d, style->color);
        cairo_move_to(d->cairo, left,
                      top + (double)pango_layout_iter_get_baseline(line) / PANGO_SCALE);
        pango_cairo_show_layout_line(d->cairo, pango_layout_iter_get_line_readonly(line));
        d->y = top + (double)y1 / PANGO_SCALE;
    } while (pango_layout_iter_next_line(line));
    cairo_tag_end(d->cairo, tag);
    pango_layout_iter_free(line);
}

void pdf_text(pdf_document *d, const pdf_style *style, double left, double right, const char *text)
{
    PangoLayout *layout = lay_out(d, style, right - left, text);
    d->y += style->before;
    pdf_need(d, style->size * 1.4);
    put_lines(d, layout, style, left);
    d->y += style->after;
    g_object_unref(layout);
}

void pdf_bullet(pdf_document *d, const pdf_style *style, double left, const char *text)
{
    pdf_style item = *style;
    item.tag = "LBody";
    item.before = 0;
    d->y += style->before;
    pdf_need(d, style->size * 1.4);
    cairo_tag_begin(d->cairo, "LI", NULL);
    cairo_tag_begin(d->cairo, "Lbl", NULL);
    pdf_label(d, style, left, d->y, "•");
    cairo_tag_end(d->cairo, "Lbl");
    pdf_text(d, &item, left + 10, PDF_RIGHT, text);
    cairo_tag_end(d->cairo, "LI");
}

/* ---- Shapes. They carry no text, so they are in no tag. */

void pdf_rectangle(pdf_document *d, double x, double y, double width, double height, double radius,
                   const pdf_color *ground, const pdf_color *border)
{
    cairo_t *c = d->cairo;
    cairo_new_sub_path(c);
    cairo_arc(c, x + width - radius, y + radius, radius, -G_PI / 2, 0);
    cairo_arc(c, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
    cairo_arc(c, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
    cairo_arc(c, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
    cairo_close_path(c);
    if (ground) {
        set_color(d, ground);
        if (border)
            cairo_fill_preserve(c);
        else
            cairo_fill(c);
    }
    if (border) {
        set_color(d, border);
        cairo_set_line_width(c, .75);
        cairo_stroke(c);
    }
}

void pdf_rule(pdf_document *d)
{
    set_color(d, &pdf_line);
    cairo_set_line_width(d->cairo, .5);
    cairo_move_to(d->cairo, PDF_LEFT, d->y);
    cairo_line_to(d->cairo, PDF_RIGHT, d->y);
    cairo_stroke(d->cairo);
}

/* ---- Tables. */

static void put_titles(pdf_table *t)
{
    pdf_document *d = t->document;
    double x = PDF_LEFT;
    cairo_tag_begin(d->cairo, "TR", NULL);
    for (size_t i = 0; i < t->count; i++) {
        const pdf_style style = { .size = 8, .bold = true, .color = &pdf_soft };
        cairo_tag_begin(d->cairo, "TH", NULL);
        pdf_label(d, &style, x, d->y, t->columns[i].title);
        cairo_tag_end(d->cairo, "TH");
        x += t->columns[i].width;
    }
    cairo_tag_end(d->cairo, "TR");
    d->y += 8 * 1.5 + CELL_PAD;
    pdf_rule(d);
    d->y += CELL_PAD;
}

void pdf_table_begin(pdf_table *out, pdf_document *d, const pdf_column *columns, size_t count)
{
    *out = (pdf_table){ d, columns, count, 0 };
    pdf_need(d, 60);
    cairo_tag_begin(d->cairo, "Table", NULL);
    put_titles(out);
}

/* A row stays on one page; one that is higher than a page runs over its end. */
void pdf_table_row(pdf_table *t, const char *const *texts, const pdf_color *const *colors)
{
    pdf_document *d = t->document;
    PangoLayout *cells[PDF_COLUMNS_MAX];
    double height = 0, x = PDF_LEFT;
    for (size_t i = 0; i < t->count; i++) {
        int h;
        cells[i] = lay_out(d, &t->columns[i].style, t->columns[i].width - CELL_GAP, texts[i]);
        pango_layout_get_size(cells[i], NULL, &h);
        height = MAX(height, (double)h / PANGO_SCALE);
    }
    const double with_last = t->rows_left == 2 ? 2 * height + 2 * CELL_PAD : height;
    t->rows_left -= t->rows_left > 0;
    if (d->y + with_last > PDF_BOTTOM && d->y > PDF_TOP + 40) {
        next_page(d);
        put_titles(t);
    }
    cairo_tag_begin(d->cairo, "TR", NULL);
    for (size_t i = 0; i < t->count; i++) {
        const char *tag = i ? "TD" : "TH";
        cairo_tag_begin(d->cairo, tag, NULL);
        set_color(d, colors && colors[i] ? colors[i] : t->columns[i].style.color);
        cairo_move_to(d->cairo, x, d->y);
        pango_cairo_show_layout(d->cairo, cells[i]);
        cairo_tag_end(d->cairo, tag);
        x += t->columns[i].width;
        g_object_unref(cells[i]);
    }
    cairo_tag_end(d->cairo, "TR");
    d->y += height + CELL_PAD;
    pdf_rule(d);
    d->y += CELL_PAD;
}

void pdf_table_end(pdf_table *t)
{
    cairo_tag_end(t->document->cairo, "Table");
}
