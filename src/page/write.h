#pragma once
/* What pages are written with. */
#include "page/page.h"
#include "report/format.h"
#include "text/html.h"

typedef struct page {
    zkl_buffer *out;
    const page_view *view;
} page;

/* Markup of ours, as it is. */
void page_put_markup(const page *p, const char *markup);
void page_put_text(const page *p, const char *text);
void page_put_name(const page *p, const char *text);
void page_put_number(const page *p, uint64_t value);
/* A part of a path or a query, percent-encoded. */
void page_put_part(const page *p, const char *text);
/* RFC 3339, or milliseconds since 1970: "2026-11-28 22:49:06" in a <time>. */
void page_put_time(const page *p, const char *time);
void page_put_ms(const page *p, int64_t ms);
void page_put_tag(const page *p, const char *class, const char *text);
/* A hash by its first digits; the others are in the title. */
void page_put_short(const page *p, const char *hash);
/* "<a href=BASE/path/name>name</a>". */
void page_put_link(const page *p, const char *path, const char *name);
/* <form method=post action=BASE/path...> with the hidden proof that a page of ours made it; closed
 * by the caller. id: behind the path; NULL: none. verb: behind that; NULL: none. */
void page_put_form(const page *p, const char *path, const char *id, const char *verb);
/* The same with a file: one that is dropped on the page goes into that field. */
void page_put_file_form(const page *p, const char *field, const char *path, const char *id,
                        const char *verb);

/* Members of answers, by "a.b"; those that are missing are "" and 0 and NULL. */
const json_t *page_at(const json_t *object, const char *path);
const char *page_text_at(const json_t *object, const char *path);
uint64_t page_number_at(const json_t *object, const char *path);
bool page_true_at(const json_t *object, const char *path);

/* The body of answer i when that is a good one; NULL. */
const json_t *page_answer_at(const page *p, size_t i);
/* Says in a paragraph why answer i is none, when one was asked for. true: it is there. */
bool page_has(const page *p, size_t i, const char *what);

/* Everything in front of a page's own content, and behind it. title: ours; name: what it is about,
 * from outside; NULL: nothing. */
void page_put_head(const page *p, const char *title, const char *name);
void page_put_foot(const page *p);
/* <section> with a heading, closed by page_put_markup(p, "</section>\n"). */
void page_put_section(const page *p, const char *id, const char *title);
/* <table> up to its body: names of the columns, with '|' between them; '~' in front of
 * one that small screens leave out (its cells have the class "wide"), '#' of numbers ("n");
 * "~#" of both. */
void page_put_table(const page *p, const char *caption, const char *columns);
void page_put_table_end(const page *p);
