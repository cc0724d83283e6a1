/* A lineage as a picture, for whoever has no graphviz: layers, after Sugiyama.
 *
 *  1. Ranks: a step stands behind its sources, a result behind its steps, so that every line leads
 *     to the right. What nothing leads to stands just before what it leads to.
 *  2. A line over several ranks keeps a place free in each of those between, so that it runs
 *     behind no box.
 *  3. Rows: each rank is ordered by where its neighbours stand, from the right and from the
 *     left. */
#include "service/lineage_draw.h"
#include "text/xml_text.h"

#include <stdlib.h>

#define BOX_HEIGHT 40
#define ROW_HEIGHT 62
#define GAP 56
#define MARGIN 20
#define CHAR_WIDTH 7     /* of the font below, rounded up */
#define BOXES_MAX 100000 /* with the places that lines keep free */

/* Nodes first, then steps, then the places that lines keep free. */
typedef struct picture_box {
    size_t rank, row;
    double wish; /* of a row */
} picture_box;

typedef struct picture_line {
    size_t from, to;
    size_t between, between_count; /* places kept free, one a rank */
    lineage_look look;
} picture_line;

typedef struct picture {
    zkl_arena memory;
    const zkl_lineage_result *result;
    const zkl_lineage *lineage; /* the result's */
    picture_box *boxes;
    size_t box_count, real_count;
    picture_line *lines;
    size_t line_count, rank_count, row_count;
    size_t *x, *width;   /* of each rank */
    size_t *order;       /* boxes by rank, then row */
    size_t *rank_begins; /* in order; one more than ranks */
    zkl_error *err;
} picture;

static void picture_clear(picture *p)
{
    zkl_arena_clear(&p->memory);
}

/* ---- Lines. */

static zkl_status make_lines(picture *p)
{
    const zkl_lineage *l = p->lineage;
    size_t count = 0;
    for (size_t i = 0; i < l->step_count; i++)
        count += l->steps[i].source_count + l->steps[i].result_count;
    p->lines = ZKL_ARENA_NEW(&p->memory, picture_line, count);
    if (!p->lines)
        return zkl_no_memory(p->err, count * sizeof *p->lines);
    for (size_t i = 0; i < l->step_count; i++) {
        const zkl_lineage_step *step = &l->steps[i];
        const size_t box = l->node_count + i;
        const lineage_look look = lineage_look_of(p->result, step);
        for (size_t k = 0; k < step->source_count; k++)
            p->lines[p->line_count++] =
                (picture_line){ .from = step->sources[k], .to = box, .look = look };
        for (size_t k = 0; k < step->result_count; k++)
            p->lines[p->line_count++] =
                (picture_line){ .from = box, .to = step->results[k], .look = look };
    }
    return ZKL_OK;
}

/* ---- 1. Ranks. */

/* Behind all that leads there. Of a circle no line can lead to the right: after as many rounds as
 * there are boxes it is left as it is, and nothing is drawn. */
static bool push_right(picture *p)
{
    bool changed = true;
    for (size_t round = 0; changed && round <= p->real_count; round++) {
        changed = false;
        for (size_t i = 0; i < p->line_count; i++) {
            const size_t behind = p->boxes[p->lines[i].from].rank + 1;
            picture_box *to = &p->boxes[p->lines[i].to];
            if (to->rank < behind) {
                to->rank = behind;
                changed = true;
            }
        }
    }
    return !changed;
}

static void pull_sources(picture *p)
{
    for (size_t box = 0; box < p->real_count; box++) {
        size_t nearest = SIZE_MAX;
        bool is_source = true;
        for (size_t i = 0; i < p->line_count; i++) {
            is_source = is_source && p->lines[i].to != box;
            if (p->lines[i].from == box && p->boxes[p->lines[i].to].rank < nearest)
                nearest = p->boxes[p->lines[i].to].rank;
        }
        if (is_source && nearest != SIZE_MAX)
            p->boxes[box].rank = nearest - 1;
    }
}

static zkl_status rank_boxes(picture *p)
{
    if (!push_right(p))
        return zkl_fail(p->err, ZKL_NOT_SUPPORTED,
                        "the steps go in a circle, of which there is no picture; dot has one");
    pull_sources(p);
    for (size_t i = 0; i < p->real_count; i++)
        if (p->boxes[i].rank >= p->rank_count)
            p->rank_count = p->boxes[i].rank + 1;
    return ZKL_OK;
}

/* ---- 2. Places that lines keep free. */

static zkl_status keep_places(picture *p)
{
    size_t count = p->real_count;
    for (size_t i = 0; i < p->line_count; i++)
        count += p->boxes[p->lines[i].to].rank - p->boxes[p->lines[i].from].rank - 1;
    if (count > BOXES_MAX)
        return zkl_fail(p->err, ZKL_LIMIT, "the lineage is too large for a picture");
    picture_box *boxes = ZKL_ARENA_NEW(&p->memory, picture_box, count);
    if (!boxes)
        return zkl_no_memory(p->err, count * sizeof *boxes);
    for (size_t i = 0; i < p->real_count; i++)
        boxes[i] = p->boxes[i];
    p->box_count = p->real_count;
    for (size_t i = 0; i < p->line_count; i++) {
        picture_line *line = &p->lines[i];
        line->between = p->box_count;
        for (size_t rank = boxes[line->from].rank + 1; rank < boxes[line->to].rank; rank++) {
            boxes[p->box_count++].rank = rank;
            line->between_count++;
        }
    }
    ZKL_ASSERT(p->box_count == count);
    p->boxes = boxes;
    return ZKL_OK;
}

/* ---- 3. Rows. */

static zkl_status list_ranks(picture *p)
{
    size_t *next = ZKL_ARENA_NEW(&p->memory, size_t, p->rank_count + 1);
    p->order = ZKL_ARENA_NEW(&p->memory, size_t, p->box_count);
    p->rank_begins = ZKL_ARENA_NEW(&p->memory, size_t, p->rank_count + 1);
    if (!next || !p->order || !p->rank_begins)
        return zkl_no_memory(p->err, p->box_count * sizeof *p->order);
    for (size_t i = 0; i < p->box_count; i++)
        p->rank_begins[p->boxes[i].rank + 1]++;
    for (size_t rank = 0; rank < p->rank_count; rank++) {
        p->rank_begins[rank + 1] += p->rank_begins[rank];
        next[rank] = p->rank_begins[rank];
    }
    for (size_t i = 0; i < p->box_count; i++) {
        p->boxes[i].row = next[p->boxes[i].rank] - p->rank_begins[p->boxes[i].rank];
        p->order[next[p->boxes[i].rank]++] = i;
    }
    return ZKL_OK;
}

/* Box number `at` of a line: its start, the places between, its end. */
static size_t box_of_line(const picture_line *line, size_t at)
{
    return at == 0 ? line->from : at <= line->between_count ? line->between + at - 1 : line->to;
}

/* Where the neighbours on one side stand, on average. Without any a box stays where it is. */
static zkl_status wish_rows(picture *p, bool of_left)
{
    double *sums = ZKL_ARENA_NEW(&p->memory, double, p->box_count);
    size_t *counts = ZKL_ARENA_NEW(&p->memory, size_t, p->box_count);
    if (!sums || !counts)
        return zkl_no_memory(p->err, p->box_count * sizeof *sums);
    for (size_t i = 0; i < p->line_count; i++)
        for (size_t k = 0; k <= p->lines[i].between_count; k++) {
            const size_t left = box_of_line(&p->lines[i], k),
                         right = box_of_line(&p->lines[i], k + 1);
            const size_t box = of_left ? right : left;
            sums[box] += (double)p->boxes[of_left ? left : right].row;
            counts[box]++;
        }
    for (size_t i = 0; i < p->box_count; i++)
        p->boxes[i].wish = counts[i] ? sums[i] / (double)counts[i] : (double)p->boxes[i].row;
    return ZKL_OK;
}

/* By insertion: what wishes the same keeps its order. */
static void sort_rank(picture *p, size_t rank)
{
    size_t *boxes = p->order + p->rank_begins[rank];
    const size_t count = p->rank_begins[rank + 1] - p->rank_begins[rank];
    for (size_t i = 1; i < count; i++) {
        const size_t box = boxes[i];
        size_t at = i;
        for (; at > 0 && p->boxes[boxes[at - 1]].wish > p->boxes[box].wish; at--)
            boxes[at] = boxes[at - 1];
        boxes[at] = box;
    }
    for (size_t i = 0; i < count; i++)
        p->boxes[boxes[i]].row = i;
}

static zkl_status order_rows(picture *p)
{
    ZKL_TRY(list_ranks(p));
    for (int pass = 0; pass < 4; pass++) {
        ZKL_TRY(wish_rows(p, pass % 2));
        for (size_t rank = 0; rank < p->rank_count; rank++)
            sort_rank(p, rank);
    }
    for (size_t rank = 0; rank < p->rank_count; rank++)
        if (p->rank_begins[rank + 1] - p->rank_begins[rank] > p->row_count)
            p->row_count = p->rank_begins[rank + 1] - p->rank_begins[rank];
    return ZKL_OK;
}

/* ---- Measures. */

static size_t count_chars(const zkl_buffer *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->size; i++)
        count += (text->data[i] & 0xc0) != 0x80;
    return count;
}

static zkl_status place_ranks(picture *p)
{
    p->x = ZKL_ARENA_NEW(&p->memory, size_t, p->rank_count);
    p->width = ZKL_ARENA_NEW(&p->memory, size_t, p->rank_count);
    if (!p->x || !p->width)
        return zkl_no_memory(p->err, p->rank_count * sizeof *p->x);
    for (size_t i = 0; i < p->real_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) first = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) second = { 0 };
        lineage_put_lines(&first, &second, p->result, i);
        const size_t a = count_chars(&first), b = count_chars(&second),
                     width = (a > b ? a : b) * CHAR_WIDTH + 20;
        if (width > p->width[p->boxes[i].rank])
            p->width[p->boxes[i].rank] = width;
    }
    for (size_t rank = 0, x = MARGIN; rank < p->rank_count; rank++) {
        p->x[rank] = x;
        x += p->width[rank] + GAP;
    }
    return ZKL_OK;
}

/* Ranks with fewer boxes stand in the middle. */
static size_t y_of(const picture *p, const picture_box *box)
{
    const size_t here = p->rank_begins[box->rank + 1] - p->rank_begins[box->rank];
    return MARGIN + box->row * ROW_HEIGHT + (p->row_count - here) * ROW_HEIGHT / 2;
}

/* ---- Writing. */

static void put_xml(zkl_buffer *out, const zkl_buffer *text)
{
    zkl_xml_put(out, zkl_buffer_bytes(text));
    out->failed = out->failed || text->failed;
}

static const char *class_of(const picture *p, size_t at)
{
    static const char *const classes[] = {
        [LINEAGE_RECORDED] = "recorded", [LINEAGE_CLAIMED_PART] = "claimed",
        [LINEAGE_CLAIMED] = "claimed",   [LINEAGE_PROVEN_PART] = "part",
        [LINEAGE_PROVEN] = "proven",
    };
    const zkl_lineage *l = p->lineage;
    if (at < l->node_count)
        return l->nodes[at].is_file ? "file" : "dataset";
    return classes[lineage_look_of(p->result, &l->steps[at - l->node_count])];
}

static void put_box(zkl_buffer *out, const picture *p, size_t at)
{
    ZKL_AUTO_CLEAR(zkl_buffer) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) second = { 0 };
    const picture_box *box = &p->boxes[at];
    const size_t x = p->x[box->rank], y = y_of(p, box), width = p->width[box->rank];
    lineage_put_lines(&first, &second, p->result, at);
    zkl_buffer_format(out,
                      "<rect class=\"%s%s\" x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%d\" "
                      "rx=\"%d\"/>\n<text x=\"%zu\" y=\"%zu\">",
                      class_of(p, at), at ? "" : " first", x, y, width, BOX_HEIGHT,
                      at < p->lineage->node_count ? 3 : BOX_HEIGHT / 2, x + width / 2, y + 17);
    put_xml(out, &first);
    zkl_buffer_format(out, "</text>\n<text class=\"detail\" x=\"%zu\" y=\"%zu\">", x + width / 2,
                      y + 32);
    put_xml(out, &second);
    zkl_buffer_put_text(out, "</text>\n");
}

/* From box to box; through a place that is kept free straight on. */
static void put_line(zkl_buffer *out, const picture *p, const picture_line *line)
{
    static const char *const classes[] = {
        [LINEAGE_RECORDED] = "dashed", [LINEAGE_CLAIMED_PART] = "dotted",
        [LINEAGE_CLAIMED] = "dotted",  [LINEAGE_PROVEN_PART] = "solid",
        [LINEAGE_PROVEN] = "solid",
    };
    const picture_box *from = &p->boxes[line->from];
    zkl_buffer_format(out, "<path class=\"%s\" d=\"M%zu %zu", classes[line->look],
                      p->x[from->rank] + p->width[from->rank], y_of(p, from) + BOX_HEIGHT / 2);
    for (size_t k = 0; k <= line->between_count; k++) {
        const picture_box *a = &p->boxes[box_of_line(line, k)],
                          *b = &p->boxes[box_of_line(line, k + 1)];
        const size_t x0 = p->x[a->rank] + p->width[a->rank], x1 = p->x[b->rank],
                     y0 = y_of(p, a) + BOX_HEIGHT / 2, y1 = y_of(p, b) + BOX_HEIGHT / 2;
        ZKL_ASSERT(x1 > x0); /* ranks rise */
        zkl_buffer_format(out, " C%zu %zu %zu %zu %zu %zu", (x0 + x1) / 2, y0, (x0 + x1) / 2, y1,
                          x1, y1);
        if (k < line->between_count)
            zkl_buffer_format(out, " H%zu", x1 + p->width[b->rank]);
    }
    zkl_buffer_put_text(out, "\"/>\n");
}

/* Rules begin with the picture's class: it may stand in a page that has other rectangles. */
static void put_picture(zkl_buffer *out, const picture *p)
{
    const size_t last = p->rank_count - 1, width = p->x[last] + p->width[last] + MARGIN,
                 height = 2 * MARGIN + (p->row_count - 1) * ROW_HEIGHT + BOX_HEIGHT;
    zkl_buffer_format(
        out,
        "<svg class=\"zkl-lineage\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" "
        "height=\"%zu\" viewBox=\"0 0 %zu %zu\" font-family=\"monospace\" font-size=\"11\" "
        "text-anchor=\"middle\">\n<style>\n"
        ".zkl-lineage rect{fill:#fff;stroke:#333}\n"
        ".zkl-lineage .file{fill:#f3f0e6}\n"
        ".zkl-lineage .first{stroke-width:2.5}\n"
        ".zkl-lineage .proven{fill:#e3f2e6;stroke:#2c7a3f}\n"
        ".zkl-lineage .part{fill:#fff7e0;stroke:#2c7a3f}\n"
        ".zkl-lineage .recorded{fill:#fff7e0;stroke:#a07000;stroke-dasharray:4 3}\n"
        ".zkl-lineage .detail{fill:#555}\n"
        ".zkl-lineage path{fill:none;stroke:#2c7a3f;stroke-width:1.3}\n"
        ".zkl-lineage .dashed{stroke:#a07000;stroke-dasharray:4 3}\n"
        ".zkl-lineage .claimed{fill:#e8eef7;stroke:#3a5f95;stroke-dasharray:1 3}\n"
        ".zkl-lineage .dotted{stroke:#3a5f95;stroke-dasharray:1 3}\n"
        "</style>\n"
        "<rect x=\"0\" y=\"0\" width=\"100%%\" height=\"100%%\" style=\"stroke:none\"/>\n",
        width, height, width, height);
    for (size_t i = 0; i < p->line_count; i++)
        put_line(out, p, &p->lines[i]);
    for (size_t i = 0; i < p->real_count; i++)
        put_box(out, p, i);
    zkl_buffer_put_text(out, "</svg>\n");
}

static zkl_status draw(picture *p, zkl_buffer *out)
{
    p->boxes = ZKL_ARENA_NEW(&p->memory, picture_box, p->real_count);
    if (!p->boxes)
        return zkl_no_memory(p->err, p->real_count * sizeof *p->boxes);
    ZKL_TRY(make_lines(p));
    ZKL_TRY(rank_boxes(p));
    ZKL_TRY(keep_places(p));
    ZKL_TRY(order_rows(p));
    ZKL_TRY(place_ranks(p));
    put_picture(out, p);
    return ZKL_OK;
}

zkl_status lineage_put_svg(zkl_buffer *out, const zkl_lineage_result *result, zkl_error *err)
{
    const zkl_lineage *lineage = &result->lineage;
    picture p = { .result = result,
                  .lineage = lineage,
                  .real_count = lineage->node_count + lineage->step_count,
                  .err = err };
    const zkl_status status = draw(&p, out);
    picture_clear(&p);
    return status;
}
