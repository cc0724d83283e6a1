#pragma once
/* Pages of a PDF report: blocks of text and tables from the top down, with tags and outline.
 *
 *  1. A document is laid out twice: the first time nothing is kept but how many pages there are.
 *  2. Every text is plain text: no markup is parsed.
 *  3. A leaf of the structure (P, H1, TD, ...) lies on one page: one that is broken is two leaves.
 *  4. A failure of cairo or pango stays in the document, and is told at the end. */
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stddef.h>

#define PDF_WIDTH 595.276 /* A4, in points */
#define PDF_HEIGHT 841.89
#define PDF_LEFT 54.0
#define PDF_RIGHT (PDF_WIDTH - 54.0)
#define PDF_TOP 56.0
#define PDF_BOTTOM (PDF_HEIGHT - 62.0)

typedef struct pdf_color {
    double r, g, b;
} pdf_color;
extern const pdf_color pdf_ink, pdf_soft, pdf_line, pdf_card, pdf_link, pdf_good, pdf_good_ground,
    pdf_bad, pdf_bad_ground, pdf_warn, pdf_warn_ground, pdf_bar;

typedef struct pdf_style {
    const char *family; /* NULL: sans */
    double size;        /* points */
    bool bold;
    const pdf_color *color; /* NULL: ink */
    const char *tag;        /* of a block: "P", "H1"; NULL: "P" */
    double before, after;   /* space */
} pdf_style;

typedef struct pdf_document {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoContext *pango;
    const char *footer;
    double y;
    unsigned page, page_count; /* count 0: the first pass */
    int outline;               /* the section's entry */
    unsigned destination;
} pdf_document;

/* write: as cairo has it. */
void pdf_open(pdf_document *out, cairo_write_func_t write, void *closure, const char *footer,
              unsigned page_count);
/* false: cairo failed. The document is then of no use. */
bool pdf_close(pdf_document *d);
/* A new page, unless so much room is left. */
void pdf_need(pdf_document *d, double height);
void pdf_group(pdf_document *d, const char *tag);
void pdf_group_end(pdf_document *d, const char *tag);
/* An entry of the outline that leads here; parent 0: the root. */
int pdf_outline(pdf_document *d, int parent, const char *text);
/* A block of text between two edges. */
void pdf_text(pdf_document *d, const pdf_style *style, double left, double right, const char *text);
void pdf_bullet(pdf_document *d, const pdf_style *style, double left, const char *text);
/* One line at a place, without a break; returns its width. */
double pdf_label(pdf_document *d, const pdf_style *style, double x, double y, const char *text);
double pdf_height(pdf_document *d, const pdf_style *style, double width, const char *text);
void pdf_rectangle(pdf_document *d, double x, double y, double width, double height, double radius,
                   const pdf_color *ground, const pdf_color *border);
void pdf_rule(pdf_document *d);

/* ---- Tables. */
#define PDF_COLUMNS_MAX 8
typedef struct pdf_column {
    const char *title;
    double width; /* all together at most the page's */
    pdf_style style;
} pdf_column;
typedef struct pdf_table {
    pdf_document *document;
    const pdf_column *columns;
    size_t count;
    /* Rows still to come, where that is known: the last does not stand alone on a page. */
    size_t rows_left;
} pdf_table;
void pdf_table_begin(pdf_table *out, pdf_document *d, const pdf_column *columns, size_t count);
/* colors[i] NULL: the column's. The first cell is the row's header. */
void pdf_table_row(pdf_table *t, const char *const *texts, const pdf_color *const *colors);
void pdf_table_end(pdf_table *t);
