/* "where" in the toy world: true bounds and sums are proven whatever the predicate, and no others
 * are, however bits, classes, truth tables, nulls and padding are written. After make_where and its
 * attacks in tests/model/proof_model.py. Classes and tables are computed here in their own way. */
#include "product.h"

#include <malloc.h>

#include "claim/assertion_where.h"

enum { ROWS_MAX = 50, CUTS_MAX = 8, TABLE_MAX = 512 };

/* A bit of the predicate, by the digits of its conditions. */
typedef bool (*bit_of)(const unsigned *digits);

typedef struct where_case {
    toy_table source;
    struct {
        size_t column; /* its number without flags */
        uint64_t cuts[CUTS_MAX];
        size_t cut_count;
    } conditions[2];
    size_t condition_count;
    bit_of bits[3];
    size_t bit_count;
    struct {
        int64_t weights[3];
        int64_t more; /* n is the truth and this many */
        int64_t mode;
    } bounds[3];
    size_t bound_count;
    int64_t offset;   /* of every column x0, x1, .. */
    int64_t sum_more; /* the sum said is the truth and this much */
} where_case;

/* ---- The predicate, plainly */

typedef struct plain_limb {
    size_t column; /* of the table */
    unsigned limb, condition, classes, radix;
    bool is_flag;
    bool places[TOY_C];
} plain_limb;

typedef struct plain {
    plain_limb parts[16];
    size_t part_count, limb_count; /* parts that are limbs */
    unsigned class_count, size;
    bool direct;
} plain;

static size_t column_of(const toy_table *table, size_t number)
{
    size_t i = 0;
    for (;; i++)
        if (!is_flag(table, i) && number-- == 0)
            return i;
}

static plain plain_of(const where_case *c)
{
    plain out = { .class_count = 1 };
    for (unsigned i = 0; i < c->condition_count; i++) {
        const size_t column = column_of(&c->source, c->conditions[i].column);
        for (unsigned limb = 0; limb < c->source.columns[column].limbs; limb++) {
            plain_limb made = { .column = column, .limb = limb, .condition = i, .classes = 1 };
            for (size_t k = 0; k < c->conditions[i].cut_count; k++) {
                const uint64_t cut = c->conditions[i].cuts[k], v = cut >> TOY_LOG * limb & 15;
                made.places[v] = true;
                if (cut & (((uint64_t)1 << TOY_LOG * limb) - 1) && v < 15)
                    made.places[v + 1] = true;
            }
            made.places[0] = false;
            for (size_t v = 0; v < TOY_C; v++)
                made.classes += made.places[v];
            if (made.classes == 1)
                continue;
            made.radix = out.class_count;
            out.class_count *= made.classes;
            out.parts[out.part_count++] = made;
            out.limb_count++;
        }
        if (has_flag(&c->source, column)) {
            out.parts[out.part_count++] = (plain_limb){ .column = column + 1,
                                                        .condition = i,
                                                        .classes = 2,
                                                        .radix = out.class_count,
                                                        .is_flag = true };
            out.class_count *= 2;
        }
    }
    out.direct = out.part_count == 1 && !out.parts[0].is_flag;
    out.size = out.direct ? TOY_C : out.class_count;
    ZKL_ASSERT(out.size <= TABLE_MAX);
    return out;
}

static unsigned class_of(const plain_limb *limb, uint64_t v)
{
    unsigned out = 0;
    for (size_t k = 1; k <= v; k++)
        out += limb->places[k];
    return limb->is_flag ? (unsigned)v : out;
}

/* Bits of these values and nulls, by whole numbers. */
static unsigned bits_of(const where_case *c, const uint64_t *values, const bool *nulls)
{
    unsigned digits[2] = { 0 }, out = 0;
    for (size_t i = 0; i < c->condition_count; i++) {
        for (size_t k = 0; k < c->conditions[i].cut_count; k++)
            digits[i] += c->conditions[i].cuts[k] <= values[i];
        if (nulls[i])
            digits[i] = (unsigned)c->conditions[i].cut_count + 1;
    }
    for (size_t bit = 0; bit < c->bit_count; bit++)
        out |= (unsigned)c->bits[bit](digits) << bit;
    return out;
}

static unsigned bits_of_row(const where_case *c, uint64_t row)
{
    uint64_t values[2] = { 0 };
    bool nulls[2] = { false };
    for (size_t i = 0; i < c->condition_count; i++) {
        const size_t column = column_of(&c->source, c->conditions[i].column);
        values[i] = cell_of(&c->source, column, row);
        nulls[i] = has_flag(&c->source, column) && cell_of(&c->source, column + 1, row);
    }
    return bits_of(c, values, nulls);
}

static unsigned code_of_row(const where_case *c, const plain *p, uint64_t row)
{
    unsigned out = 0;
    for (size_t i = 0; i < p->part_count; i++) {
        const uint64_t v =
            cell_of(&c->source, p->parts[i].column, row) >> TOY_LOG * p->parts[i].limb & 15;
        out += p->direct ? (unsigned)v : p->parts[i].radix * class_of(&p->parts[i], v);
    }
    return out;
}

/* Bits of the least member of G. */
static unsigned bits_of_code(const where_case *c, const plain *p, unsigned g)
{
    uint64_t values[2] = { 0 };
    bool nulls[2] = { false };
    if (p->direct)
        values[0] = (uint64_t)g << TOY_LOG * p->parts[0].limb;
    for (size_t i = 0; !p->direct && i < p->part_count; i++) {
        const plain_limb *part = &p->parts[i];
        const unsigned class = g / part->radix % part->classes;
        uint64_t v = 0;
        while (!part->is_flag && class_of(part, v) < class)
            v++;
        if (part->is_flag)
            nulls[part->condition] = class;
        else
            values[part->condition] += v << TOY_LOG * part->limb;
    }
    return bits_of(c, values, nulls);
}

/* ---- The assertion */

static const char *named(zkl_test *t, const char *letter, size_t number)
{
    return zkl_arena_format(&t->arena, "%s%zu", letter, number);
}

static unsigned limbs_for(uint64_t most)
{
    return most < 16 ? 1 : most < 256 ? 2 : 3;
}

static bool has_sums(const where_case *c)
{
    return c->source.columns[0].role[0] == 'x';
}

/* Where the next parameters go; a bit's codes are those of its digits. */
static void put_predicate(const where_case *c, toy_assertion *out)
{
    unsigned radix = 1, sizes[2] = { 1, 1 };
    out->params[out->param_count++] = toy_int((int64_t)c->condition_count);
    for (size_t i = 0; i < c->condition_count; i++) {
        const size_t column = column_of(&c->source, c->conditions[i].column);
        out->params[out->param_count++] = toy_int((int64_t)c->conditions[i].column);
        out->params[out->param_count++] = toy_int((int64_t)c->conditions[i].cut_count);
        for (size_t k = 0; k < c->conditions[i].cut_count; k++)
            out->params[out->param_count++] = toy_int((int64_t)c->conditions[i].cuts[k]);
        sizes[i] = (unsigned)c->conditions[i].cut_count + 1 + has_flag(&c->source, column);
        radix *= sizes[i];
    }
    out->params[out->param_count++] = toy_int((int64_t)c->bit_count);
    for (size_t bit = 0; bit < c->bit_count; bit++) {
        const size_t at = out->param_count++;
        for (unsigned code = 0; code < radix; code++) {
            const unsigned digits[2] = { code % sizes[0], code / sizes[0] };
            if (c->bits[bit](digits))
                out->params[out->param_count++] = toy_int(code);
        }
        out->params[at] = toy_int((int64_t)(out->param_count - at - 1));
    }
}

/* G of every cell, the bits and classes; the tables that they are looked up in. */
static void put_tables(zkl_test *t, const where_case *c, const plain *p, toy_assertion *out)
{
    const uint64_t whole = (c->source.rows + TOY_C - 1) / TOY_C * TOY_C,
                   size = (p->size + TOY_C - 1) / TOY_C * TOY_C;
    const size_t bits = c->bit_count + has_sums(c);
    toy_table *rows = &out->tables[1], *limbs = &out->tables[2], *truth = &out->tables[3];
    uint64_t *looked_up = room(t, size), *index = room(t, TOY_C);
    size_t step = 0;
    *rows = (toy_table){ .rows = whole };
    *limbs = (toy_table){ 1, TOY_C, { { "i", 1, index } } };
    *truth = (toy_table){ .rows = size };
    for (size_t v = 0; v < TOY_C; v++)
        index[v] = v;
    for (size_t i = 0; !p->direct && i < p->part_count; i++) {
        const plain_limb *limb = &p->parts[i];
        uint64_t *g = room(t, whole), *classes = room(t, TOY_C), *m = room(t, TOY_C);
        if (limb->is_flag)
            continue;
        for (uint64_t row = 0; row < whole; row++) {
            const uint64_t v = cell_of(&c->source, limb->column, row) >> TOY_LOG * limb->limb & 15;
            g[row] = class_of(limb, v);
            m[v]++;
        }
        for (size_t v = 0; v < TOY_C; v++)
            classes[v] = class_of(limb, v);
        rows->columns[rows->column_count++] = (toy_column){ named(t, "g", step), 1, g };
        limbs->columns[limbs->column_count++] = (toy_column){ named(t, "c", step), 1, classes };
        limbs->columns[limbs->column_count++] =
            (toy_column){ named(t, "m", step++), limbs_for(whole), m };
    }
    for (uint64_t row = 0; row < whole; row++)
        looked_up[code_of_row(c, p, row)]++;
    for (size_t bit = 0; bit < bits; bit++) {
        uint64_t *b = room(t, whole), *holds = room(t, size);
        const bool other = bit == c->bit_count; /* the complement of bit 0 */
        for (uint64_t row = 0; row < whole; row++)
            b[row] = (bits_of_row(c, row) >> (other ? 0 : bit) & 1) != other;
        for (unsigned g = 0; g < p->size; g++)
            holds[g] = (bits_of_code(c, p, g) >> (other ? 0 : bit) & 1) != other;
        rows->columns[rows->column_count++] = (toy_column){ named(t, "b", bit), 1, b };
        truth->columns[truth->column_count++] = (toy_column){ named(t, "t", bit), 1, holds };
    }
    truth->columns[truth->column_count++] = (toy_column){ "m", limbs_for(whole), looked_up };
}

/* C cells with this sum; none for a sum below zero, which no cells have. */
static toy_table slack_of(zkl_test *t, int64_t slack)
{
    const int64_t full = (1 << 28) - 1;
    uint64_t *q = room(t, TOY_C);
    for (size_t i = 0; i < TOY_C && slack > 0; i++, slack -= full)
        q[i] = (uint64_t)(slack < full ? slack : full);
    return (toy_table){ 1, TOY_C, { { "q", 7, q } } };
}

static void put_bounds(zkl_test *t, const where_case *c, toy_assertion *out)
{
    out->params[out->param_count++] = toy_int((int64_t)c->bound_count);
    for (size_t i = 0; i < c->bound_count; i++) {
        int64_t truth = 0;
        for (size_t bit = 0; bit < c->bit_count; bit++) {
            out->params[out->param_count++] = toy_int(c->bounds[i].weights[bit]);
            for (uint64_t row = 0; row < c->source.rows; row++)
                truth += bits_of_row(c, row) >> bit & 1 ? c->bounds[i].weights[bit] : 0;
        }
        out->params[out->param_count++] = toy_int(truth + c->bounds[i].more);
        out->params[out->param_count++] = toy_int(c->bounds[i].mode);
        if (c->bounds[i].mode != ZKL_MODE_EXACTLY)
            out->tables[out->table_count++] =
                slack_of(t, c->bounds[i].more * (c->bounds[i].mode - 1));
    }
}

static toy_assertion where_of(zkl_test *t, const where_case *c)
{
    toy_assertion out = { .kind = ZKL_ASSERTION_WHERE, .table_count = 4, .tables = { c->source } };
    const plain p = plain_of(c);
    put_predicate(c, &out);
    put_tables(t, c, &p, &out);
    put_bounds(t, c, &out);
    for (size_t i = 0; i < c->source.column_count; i++) {
        int64_t sum = c->sum_more;
        if (c->source.columns[i].role[0] != 'x' || is_flag(&c->source, i))
            continue;
        for (uint64_t row = 0; row < c->source.rows; row++)
            if (bits_of_row(c, row) & 1 &&
                !(has_flag(&c->source, i) && cell_of(&c->source, i + 1, row)))
                sum += (int64_t)cell_of(&c->source, i, row) - c->offset;
        out.params[out.param_count++] = toy_int(c->offset);
        out.params[out.param_count++] = toy_int(sum);
    }
    ZKL_ASSERT(out.param_count <= ZKL_COUNT(out.params) && out.table_count <= 8);
    return out;
}

/* ---- The cases: x of two limbs with nulls, y of one limb */

static uint64_t xs[ROWS_MAX], ys[ROWS_MAX], nulls[ROWS_MAX], plain_xs[ROWS_MAX];

static void make_rows(void)
{
    for (uint64_t i = 0; i < ROWS_MAX; i++) {
        nulls[i] = i % 5 == 0;
        plain_xs[i] = (37 * i + 11) % 256;
        xs[i] = nulls[i] ? 0 : plain_xs[i];
        ys[i] = 7 * i % TOY_C;
    }
}

static bool always_second(const unsigned *d)
{
    return d[0] == 1;
}
static bool both(const unsigned *d)
{
    return d[0] == 1 && d[1] == 1;
}
static bool not_both(const unsigned *d)
{
    return !both(d);
}
static bool either(const unsigned *d)
{
    return d[0] == 0 || d[0] == 3 || d[1] == 0;
}
static bool is_zero(const unsigned *d)
{
    return d[0] == 0;
}
static bool up_to_one(const unsigned *d)
{
    return d[0] <= 1;
}
static bool up_to_two(const unsigned *d)
{
    return d[0] <= 2;
}
static bool is_even(const unsigned *d)
{
    return d[0] % 2 == 0;
}

/* 40 <= x < 180 and y >= 6. */
static where_case between(uint64_t rows, bool nullable)
{
    where_case c = { .source = { .rows = rows },
                     .conditions = { { 0, { 40, 180 }, 2 }, { 1, { 6 }, 1 } },
                     .condition_count = 2,
                     .bits = { both },
                     .bit_count = 1,
                     .bounds = { { { 1 }, 0, ZKL_MODE_EXACTLY } },
                     .bound_count = 1 };
    toy_table *table = &c.source;
    make_rows();
    table->columns[table->column_count++] = (toy_column){ "0", 2, nullable ? xs : plain_xs };
    if (nullable)
        table->columns[table->column_count++] = (toy_column){ "0?", 1, nulls };
    table->columns[table->column_count++] = (toy_column){ nullable ? "2" : "1", 1, ys };
    return c;
}

static where_case with_bits(where_case c, bit_of bit0, bit_of bit1, bit_of bit2)
{
    c.bits[0] = bit0;
    c.bits[1] = bit1;
    c.bits[2] = bit2;
    c.bit_count = bit2 ? 3 : bit1 ? 2 : 1;
    return c;
}

static where_case with_bound(where_case c, size_t at, int64_t w0, int64_t w1, int64_t w2,
                             int64_t more, int64_t mode)
{
    c.bounds[at].weights[0] = w0;
    c.bounds[at].weights[1] = w1;
    c.bounds[at].weights[2] = w2;
    c.bounds[at].more = more;
    c.bounds[at].mode = mode;
    c.bound_count = at + 1;
    return c;
}

/* The sum of x over rows with y >= 6 (mine: y < 6). */
static where_case summed(uint64_t rows, bool nullable, int64_t offset, bit_of bit)
{
    where_case c = between(rows, nullable);
    c.source.columns[0].role = "x0";
    if (nullable)
        c.source.columns[1].role = "x0?";
    c.conditions[0] = c.conditions[1];
    c.condition_count = 1;
    c.bits[0] = bit;
    c.bound_count = 0;
    c.offset = offset;
    return c;
}

static where_case short_of_a_row(where_case c, size_t bound, int64_t more)
{
    c.bounds[bound].more = more;
    return c;
}

static void check_honest(zkl_test *t, int line, where_case c)
{
    const toy_assertion a = where_of(t, &c);
    honest(t, line, &a, 1);
}

static void check_lie(zkl_test *t, int line, where_case c, const toy_lies *lies)
{
    const toy_assertion a = where_of(t, &c);
    lie(t, line, &a, 1, lies, "circuit: root");
}

static void test_where__honest(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 2, TOY_C - 1, TOY_C, TOY_C + 1, ROWS_MAX };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        for (unsigned nullable = 0; nullable < 2; nullable++) {
            const where_case c = between(sizes[i], nullable);
            check_honest(t, __LINE__, c);
            check_honest(t, __LINE__, with_bits(c, not_both, NULL, NULL));
            check_honest(t, __LINE__, with_bits(c, either, both, NULL));
        }
        check_honest(t, __LINE__, summed(sizes[i], true, 0, always_second));
        check_honest(t, __LINE__, summed(sizes[i], true, 128, is_zero));
        check_honest(t, __LINE__, summed(sizes[i], false, 128, is_zero));
    }
    /* at least, at most; three times one less twice another; far away from the bound */
    where_case c = with_bits(between(ROWS_MAX, true), both, either, NULL);
    c = with_bound(c, 0, 1, 0, 0, -3, ZKL_MODE_AT_LEAST);
    c = with_bound(c, 1, 0, 1, 0, 1000, ZKL_MODE_AT_MOST);
    c = with_bound(c, 2, 3, -2, 0, 0, ZKL_MODE_EXACTLY);
    check_honest(t, __LINE__, c);
    c = with_bound(c, 0, 1, 0, 0, 0, ZKL_MODE_AT_LEAST);
    c = with_bound(c, 1, 0, 1, 0, 0, ZKL_MODE_AT_MOST);
    check_honest(t, __LINE__, c);
    /* one limb: any set of values is one lookup; its codes are 16 */
    where_case set = between(20, false);
    set.conditions[0] = set.conditions[1];
    set.condition_count = 1;
    set.conditions[0].cut_count = 4;
    memcpy(set.conditions[0].cuts, (uint64_t[]){ 1, 3, 4, 15 }, 4 * sizeof(uint64_t));
    check_honest(t, __LINE__, with_bits(set, is_even, NULL, NULL));
    /* a truth table of more chunks than one; a cut that passes over the lowest limb */
    where_case wide = between(30, true);
    wide.conditions[0].cut_count = 3;
    memcpy(wide.conditions[0].cuts, (uint64_t[]){ 17, 33, 200 }, 3 * sizeof(uint64_t));
    wide.conditions[1].cut_count = 2;
    memcpy(wide.conditions[1].cuts, (uint64_t[]){ 3, 9 }, 2 * sizeof(uint64_t));
    CHECK(t, plain_of(&wide).size > 5 * TOY_C);
    check_honest(t, __LINE__, with_bits(wide, both, NULL, NULL));
    wide.conditions[0].cut_count = 1;
    wide.conditions[0].cuts[0] = 0x40;
    wide.conditions[1].cut_count = 1;
    check_honest(t, __LINE__, with_bits(wide, both, NULL, NULL));
}

/* The least value, the median with the number of nulls hidden. */
static void test_where__order_statistics(zkl_test *t)
{
    uint64_t live[ROWS_MAX], count = 0;
    where_case c = between(ROWS_MAX, true);
    for (size_t i = 0; i < ROWS_MAX; i++)
        if (!nulls[i]) {
            size_t at = count++;
            for (; at > 0 && live[at - 1] > xs[i]; at--)
                live[at] = live[at - 1];
            live[at] = xs[i];
        }
    c.condition_count = 1;
    c.conditions[0].cut_count = 2;
    c = with_bits(c, is_zero, up_to_one, up_to_two);
    /* 2 #(x < v) <= #(not null) <= 2 #(x <= v) */
    for (uint64_t v = 1; v < 255; v++) {
        int64_t below = 0, upto = 0;
        for (size_t i = 0; i < count; i++) {
            below += live[i] < v;
            upto += live[i] <= v;
        }
        c.conditions[0].cuts[0] = v;
        c.conditions[0].cuts[1] = v + 1;
        const int64_t n = (int64_t)count, low = n - 2 * below, high = n - 2 * upto;
        c = with_bound(c, 0, 2, 0, -1, low, ZKL_MODE_AT_MOST);
        c = with_bound(c, 1, 0, 2, -1, high, ZKL_MODE_AT_LEAST);
        const bool is_median = low >= 0 && high <= 0;
        if (is_median)
            check_honest(t, __LINE__, c);
        else if (v % 17 == 0 || v + 1 == live[count / 2] || v == live[count / 2] + 1)
            check_lie(t, __LINE__, c, NULL);
    }
}

/* One more, one less, under every mode; also when two claims would pay for one another. */
static void test_where__other_counts(zkl_test *t)
{
    const where_case c = between(TOY_C + 7, true);
    check_lie(t, __LINE__, with_bound(c, 0, 1, 0, 0, 1, ZKL_MODE_EXACTLY), NULL);
    check_lie(t, __LINE__, with_bound(c, 0, 1, 0, 0, -1, ZKL_MODE_EXACTLY), NULL);
    check_lie(t, __LINE__, with_bound(c, 0, 1, 0, 0, 1, ZKL_MODE_AT_LEAST), NULL);
    check_lie(t, __LINE__, with_bound(c, 0, 1, 0, 0, -1, ZKL_MODE_AT_MOST), NULL);
    /* two bounds, the first paying for the second */
    where_case two = with_bits(c, both, either, NULL);
    two = with_bound(two, 0, 1, 0, 0, 1, ZKL_MODE_EXACTLY);
    check_lie(t, __LINE__, with_bound(two, 1, 0, 1, 0, -1, ZKL_MODE_EXACTLY), NULL);
    check_lie(t, __LINE__, with_bound(two, 1, 1, 0, 0, -1, ZKL_MODE_EXACTLY), NULL);
    /* a slack that is no number of seven limbs: the cell stands for -1 */
    const where_case least = with_bound(c, 0, 1, 0, 0, 1, ZKL_MODE_AT_LEAST);
    const toy_assertion a = where_of(t, &least);
    for (int64_t v = -1; v <= TOY_C; v += TOY_C + 1) {
        const toy_lies lies = { .tamper = { { product_block(&a, 4, 0, 0), 3, toy_int(v) } },
                                .tamper_count = 1 };
        lie(t, __LINE__, &a, 1, &lies, "circuit: root");
    }
    /* sums */
    for (unsigned nullable = 0; nullable < 2; nullable++) {
        where_case s = summed(TOY_C + 7, nullable, 128, always_second);
        for (s.sum_more = -1; s.sum_more <= 1; s.sum_more += 2)
            check_lie(t, __LINE__, s, NULL);
    }
    where_case more = summed(TOY_C + 7, true, 0, always_second), less = more;
    more.sum_more = 1;
    less.sum_more = -1;
    less.bits[0] = up_to_two; /* else it would be the same table, and one claim */
    const toy_assertion pair[2] = { where_of(t, &more), where_of(t, &less) };
    lie(t, __LINE__, pair, 2, NULL, "circuit: root");
}

/* A row that the predicate is false of. */
static uint64_t false_row(const where_case *c)
{
    uint64_t row = 1;
    while (bits_of_row(c, row) & 1)
        row++;
    return row;
}

/* Bits written otherwise: of a false row, of a null, of padding; with a table that says so. */
static void test_where__bits(zkl_test *t)
{
    const uint64_t rows = TOY_C + 7;
    const where_case c = between(rows, true);
    const toy_assertion fine = where_of(t, &c);
    const plain p = plain_of(&c);
    const size_t steps = p.limb_count, g_false = code_of_row(&c, &p, false_row(&c));
    const struct {
        uint64_t row;
        int64_t bit;
    } lies[] = { { false_row(&c), 1 }, { false_row(&c), 2 }, { false_row(&c), -1 }, { 5, 1 },
                 { rows, 1 },          { 2 * TOY_C - 1, 1 } };
    CHECK(t, nulls[5]);
    for (size_t i = 0; i < ZKL_COUNT(lies); i++) {
        where_case more = c;
        more.bounds[0].more = lies[i].row < rows ? lies[i].bit : 1;
        toy_lies tamper = { .tamper = { { product_block(&fine, 1, lies[i].row / TOY_C, steps),
                                          lies[i].row % TOY_C, toy_int(lies[i].bit) } },
                            .tamper_count = 1 };
        check_lie(t, __LINE__, more, &tamper);
        /* an entry of the truth table is said to be looked up once more */
        tamper.tamper[1] = (toy_change){ product_block(&fine, 3, g_false / TOY_C, 1),
                                         g_false % TOY_C, toy_int(1) };
        tamper.tamper_count = 2;
        check_lie(t, __LINE__, more, &tamper);
    }
}

/* Another truth table: the code of one row is true in it, and all multiplicities fit. Another step
 * function: a class begins elsewhere. The public columns' identities are all that is against it. */
static void test_where__tables(zkl_test *t)
{
    static const uint64_t ten[4] = { 5, 9, 9, 2 };
    where_case c = { .source = table_of("0", 1, ten, 4),
                     .conditions = { { 0, { 6 }, 1 } },
                     .condition_count = 1,
                     .bits = { always_second },
                     .bit_count = 1,
                     .bounds = { { { 1 }, 1, ZKL_MODE_EXACTLY } },
                     .bound_count = 1 };
    /* direct: row 0 has G = 5, which the table calls true */
    toy_assertion a = where_of(t, &c);
    toy_lies lies = { .tamper = { { product_block(&a, 1, 0, 0), 0, toy_int(1) },
                                  { product_block(&a, 3, 0, 0), 5, toy_int(1) } },
                      .tamper_count = 2 };
    check_lie(t, __LINE__, c, &lies);
    check_honest(t, __LINE__, short_of_a_row(c, 0, 0));
    /* i: the entry 6 is called 5, and its own number is nowhere */
    lies = (toy_lies){ .tamper = { { product_block(&a, 1, 0, 0), 0, toy_int(1) },
                                   { product_block(&a, 2, 0, 0), 6, toy_int(5) },
                                   { product_block(&a, 3, 0, 1), 6, toy_int(1) },
                                   { product_block(&a, 3, 0, 1), 5, toy_int(0) } },
                       .tamper_count = 4 };
    check_lie(t, __LINE__, c, &lies);
    /* two conditions, so that limbs are looked up: class 1 begins at 5 */
    static const uint64_t three[4] = { 3, 3, 3, 3 };
    c.source.columns[c.source.column_count++] = (toy_column){ "1", 1, three };
    c.conditions[1].column = 1;
    c.conditions[1].cuts[0] = 2;
    c.conditions[1].cut_count = 1;
    c.condition_count = 2;
    a = where_of(t, &c);
    lies = (toy_lies){ .tamper = { { product_block(&a, 1, 0, 0), 0, toy_int(1) },
                                   { product_block(&a, 1, 0, 2), 0, toy_int(1) },
                                   { product_block(&a, 2, 0, 1), 5, toy_int(1) },
                                   /* G of row 0 is 3, no longer 2 */
                                   { product_block(&a, 3, 0, 1), 2, toy_int(1) } },
                       .tamper_count = 4 };
    toy_assertion with_m = a;
    uint64_t *m = room(t, TOY_C);
    memcpy(m, a.tables[3].columns[1].values, TOY_C * sizeof *m);
    m[3]++;
    m[2]--;
    with_m.tables[3].columns[1].values = m;
    CHECK_UINT_EQ(t, m[2], 1);
    lie(t, __LINE__, &with_m, 1, &lies, "circuit: root");
}

/* A class taken from another limb's step function, of the same claim or of another one: each limb
 * has a sub-tag of its own, under the tag of its claim. */
static void test_where__tags(zkl_test *t)
{
    static const uint64_t fours[2] = { 4, 4 }, zeros[2] = { 0 };
    where_case c = { .source = { 2, 2, { { "0", 1, fours }, { "1", 1, zeros } } },
                     .conditions = { { 0, { 6 }, 1 }, { 1, { 3 }, 1 } },
                     .condition_count = 2,
                     .bits = { always_second },
                     .bit_count = 1,
                     .bounds = { { { 1 }, 1, ZKL_MODE_EXACTLY } },
                     .bound_count = 1 };
    for (unsigned other = 0; other < 2; other++) {
        where_case d = c; /* its second column's cut, 3, makes 4 a class 1 */
        d.conditions[0].cuts[0] = 4;
        d.bounds[0].more = 0;
        toy_assertion two[2] = { where_of(t, &c), where_of(t, &d) };
        toy_assertion *from = &two[other];
        /* one look-up less here, one more there; G of row 0 is 1, no longer 0 */
        static const struct {
            size_t table, column, row;
            int64_t change;
        } edits[] = { { 2, 2, 4, -1 }, { 3, 1, 0, -1 }, { 3, 1, 1, 1 } };
        for (size_t i = 0; i < ZKL_COUNT(edits); i++) {
            toy_column *column = &two[0].tables[edits[i].table].columns[edits[i].column];
            uint64_t *m = room(t, TOY_C);
            memcpy(m, column->values, TOY_C * sizeof *m);
            m[edits[i].row] += (uint64_t)edits[i].change;
            column->values = m;
        }
        const size_t m_column = other ? 2 : 4;
        uint64_t *m = room(t, TOY_C);
        memcpy(m, from->tables[2].columns[m_column].values, TOY_C * sizeof *m);
        m[4]++;
        from->tables[2].columns[m_column].values = m;
        const toy_lies lies = { .tamper = { { product_block(&two[0], 1, 0, 0), 0, toy_int(1) },
                                            { product_block(&two[0], 1, 0, 2), 0, toy_int(1) } },
                                .tamper_count = 2 };
        lie(t, __LINE__, two, 1 + other, &lies, "circuit: root");
    }
}

/* A sum takes no row from the padding and none that the predicate leaves out. */
static void test_where__sums(zkl_test *t)
{
    const where_case c = summed(5, true, 3, is_zero); /* true of zeros: padded rows are in */
    const toy_assertion fine = where_of(t, &c);
    const size_t bit = product_block(&fine, 1, 0, 0), other = product_block(&fine, 1, 0, 1);
    honest(t, __LINE__, &fine, 1);
    for (size_t row = 0; row < TOY_C; row++) {
        where_case less = c;
        const bool in = row >= 5 || (bits_of_row(&c, row) & 1);
        const bool live = row >= 5 || !nulls[row];
        const int64_t change = !live ? 0 : row < 5 ? (int64_t)xs[row] - 3 : -3;
        if (!change)
            continue;
        less.sum_more = in ? -change : change;
        const toy_lies lies = {
            .tamper = { { bit, row, toy_int(!in) }, { other, row, toy_int(in) } }, .tamper_count = 2
        };
        check_lie(t, __LINE__, less, &lies);
        const toy_lies half = { .tamper = { { other, row, toy_int(in) } }, .tamper_count = 1 };
        check_lie(t, __LINE__, less, &half);
    }
    /* a null is no -o */
    where_case counted = summed(6, true, 3, is_zero);
    counted.sum_more = -3;
    check_lie(t, __LINE__, counted, NULL);
}

/* A value in the padding is counted where `cells` is not there to refuse it. */
static void test_where__needs_the_tables_receipt(zkl_test *t)
{
    static const uint64_t values[3] = { 9, 2, 3 };
    where_case c = { .source = table_of("0", 1, values, 3),
                     .conditions = { { 0, { 6 }, 1 } },
                     .condition_count = 1,
                     .bits = { always_second },
                     .bit_count = 1,
                     .bounds = { { { 1 }, 1, ZKL_MODE_EXACTLY } },
                     .bound_count = 1 };
    toy_assertion both_claims[2] = { cells_of(c.source), where_of(t, &c) };
    const toy_assertion *a = &both_claims[1];
    uint64_t *m = room(t, TOY_C);
    memcpy(m, a->tables[3].columns[1].values, TOY_C * sizeof *m);
    m[8]++;
    m[0]--;
    both_claims[1].tables[3].columns[1].values = m;
    const toy_lies lies = { .tamper = { { 0, 7, toy_int(8) },
                                        { product_block(a, 1, 0, 0), 7, toy_int(1) } },
                            .tamper_count = 2 };
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, both_claims + 1, 1, &lies);
    REQUIRE_OK(t, &err, toy_verify(&proof, NULL, 0, &err));
    lie(t, __LINE__, both_claims, 2, &lies, "circuit: root");
}

/* ---- The product's prover */

/* The auxiliary tables that the product makes are the plain ones; the parameters that it finds are
 * the true ones. */
static void check_prover(zkl_test *t, const where_case *c)
{
    const toy_assertion want = where_of(t, c);
    const zkl_assertion_data data = product_data(t, &want, 1);
    zkl_scalar got[48];
    zkl_error err = { 0 };
    check_offenders(t, __LINE__, &want, 0);
    REQUIRE_OK(t, &err, zkl_assertion_prover_of(ZKL_ASSERTION_WHERE)->measure(got, &data, &err));
    CHECK_MEM_EQ(t, got, data.params, want.param_count * sizeof *got);
    product_agrees(t, __LINE__, &want, 1);
}

/* Rows that may not be there are counted; what is no matter of rows counts 1. */
static void check_rows(zkl_test *t, int line, const where_case *c, uint64_t want)
{
    const toy_assertion a = where_of(t, c);
    check_offenders(t, line, &a, want);
}

static void test_where__counts_what_offends(zkl_test *t)
{
    const where_case c = with_bits(between(ROWS_MAX, true), both, not_both, NULL);
    int64_t rows[2] = { 0 };
    for (uint64_t row = 0; row < ROWS_MAX; row++)
        rows[bits_of_row(&c, row) >> 1 & 1]++;
    CHECK(t, rows[0] > 1 && rows[1] > rows[0]);
    check_rows(t, __LINE__, &c, 0);
    where_case d = with_bound(c, 0, 1, 0, 0, -rows[0], ZKL_MODE_EXACTLY);
    check_rows(t, __LINE__, &d, (uint64_t)rows[0]);
    d = with_bound(c, 0, -1, 1, 0, rows[0] - rows[1], ZKL_MODE_AT_MOST);
    check_rows(t, __LINE__, &d, (uint64_t)(rows[1] - rows[0]));
    d = with_bound(c, 0, 2, 0, 0, -2 * rows[0], ZKL_MODE_EXACTLY);
    check_rows(t, __LINE__, &d, 1); /* not one a row */
    d = with_bound(c, 0, 1, 0, 0, 1 - rows[0], ZKL_MODE_AT_MOST);
    check_rows(t, __LINE__, &d, 1); /* one may be there */
    d = with_bound(c, 0, 1, -1, 0, rows[1] - rows[0], ZKL_MODE_EXACTLY);
    check_rows(t, __LINE__, &d, 1); /* less than none */
    d = with_bound(c, 0, 1, 0, 0, 5, ZKL_MODE_AT_LEAST);
    d = with_bound(d, 1, 0, 1, 0, -rows[1], ZKL_MODE_AT_MOST);
    check_rows(t, __LINE__, &d, 1 + (uint64_t)rows[1]);
}

static void test_where__product_prover(zkl_test *t)
{
    where_case c = with_bits(between(TOY_C + 7, true), both, either, NULL);
    c = with_bound(c, 0, 1, 0, 0, 0, ZKL_MODE_EXACTLY);
    check_prover(t, &c);
    c = summed(ROWS_MAX, true, 128, is_zero);
    check_prover(t, &c);
    c = summed(5, false, 3, always_second);
    c.source.columns[1].role = "1";
    check_prover(t, &c);
    /* bounds that are not met exactly keep their own number */
    c = with_bits(between(ROWS_MAX, false), both, either, NULL);
    c = with_bound(c, 0, 3, -2, 0, -1000, ZKL_MODE_AT_LEAST);
    c = with_bound(c, 1, -1, 1, 0, 0, ZKL_MODE_EXACTLY);
    c = with_bound(c, 2, 1, 1, 0, (int64_t)1 << 30, ZKL_MODE_AT_MOST);
    check_prover(t, &c);
}

/* ---- The checklist */

/* Parameters that end early or go on, counts and numbers beyond their limits, shapes. */
static void test_where__parameters(zkl_test *t)
{
    where_case c = with_bits(between(TOY_C + 7, true), both, either, NULL);
    c = with_bound(c, 1, 0, 1, 0, 5, ZKL_MODE_AT_MOST);
    const toy_assertion fine = where_of(t, &c);
    STATE(fine, NULL);
    for (size_t count = 0; count <= fine.param_count + 2; count++) {
        toy_assertion other = fine;
        other.param_count = count;
        if (count != fine.param_count)
            STATE(other, "parameters");
    }
    /* 2 conditions: (0, 2 cuts 40 180), (1, 1 cut 6), 2 bits: .. */
    const int64_t big = (int64_t)1 << 62;
    const struct {
        size_t at;
        int64_t value;
    } changes[] = {
        { 0, 0 },   { 0, 65 },  { 0, big },            /* conditions */
        { 1, 2 },   { 1, -1 },  { 1, 1 },              /* a column; the other's */
        { 2, 0 },   { 2, 32 },  { 2, big },            /* cuts */
        { 3, 0 },   { 3, 180 }, { 3, 200 }, { 4, 40 }, /* which grow */
        { 4, 256 }, { 7, 16 },                         /* beyond the column */
        { 8, 0 },   { 8, 65 },  { 8, big },            /* bits */
        { 9, 0 },   { 9, 9 },   { 9, big },            /* codes */
        { 10, 8 },  { 10, -1 },
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        toy_assertion other = fine;
        other.params[changes[i].at] = toy_int(changes[i].value);
        STATE(other, "parameters");
    }
    toy_assertion twice = fine;
    twice.params[5] = toy_int(0);
    STATE(twice, "two conditions");
    /* the bounds: their number; a weight of 2^64, n of 2^112, a mode of 3; one less fits */
    const size_t bounds = fine.param_count - 2 * 4 - 1;
    zkl_fr far;
    for (int64_t count = 0; count < 70; count += count == 3 ? 61 : 1) {
        toy_assertion other = fine;
        other.params[bounds] = toy_int(count);
        if (count != 2)
            STATE(other, "parameters");
    }
    for (unsigned side = 0; side < 2; side++) {
        toy_assertion other = fine;
        zkl_fr_power_of_two(&far, 64);
        other.params[bounds + 1] = side ? far : toy_sub(ZKL_FR_ZERO, far);
        STATE(other, "a weight");
        other.params[bounds + 1] = toy_sub(other.params[bounds + 1], toy_int(side ? 1 : -1));
        STATE(other, NULL);
        zkl_fr_power_of_two(&far, 112);
        other.params[bounds + 3] = side ? far : toy_sub(ZKL_FR_ZERO, far);
        STATE(other, "the number");
        other.params[bounds + 3] = toy_sub(other.params[bounds + 3], toy_int(side ? 1 : -1));
        STATE(other, NULL);
        other.params[bounds + 4] = toy_int(3);
        STATE(other, "mode");
    }
    /* auxiliary tables of another shape */
    for (size_t table = 1; table < fine.table_count; table++) {
        toy_assertion other = fine;
        other.tables[table].rows += TOY_C;
        for (size_t i = 0; i < other.tables[table].column_count; i++)
            other.tables[table].columns[i].values = room(t, 300);
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[0].role = "z";
        STATE(other, "auxiliary tables");
        other = fine;
        other.tables[table].columns[other.tables[table].column_count - 1].limbs++;
        STATE(other, "auxiliary tables");
    }
    toy_assertion other = fine;
    other.table_count--;
    STATE(other, "auxiliary tables");
    /* sums: the offset; roles out of order */
    c = summed(20, true, 3, is_zero);
    other = where_of(t, &c);
    STATE(other, NULL);
    zkl_fr_power_of_two(&other.params[other.param_count - 2], 127);
    STATE(other, NULL);
    other.params[other.param_count - 2] = toy_add(other.params[other.param_count - 2], ZKL_FR_ONE);
    STATE(other, "the offset");
    static const char *const roles[] = { "x1", "x", "x00", "xa" };
    for (size_t i = 0; i < ZKL_COUNT(roles); i++) {
        other = where_of(t, &c);
        other.tables[0].columns[0].role = roles[i];
        other.tables[0].columns[1].role = zkl_arena_format(&t->arena, "%s?", roles[i]);
        STATE(other, "roles");
    }
    /* no condition says nothing, and neither does a predicate without a bound or a sum */
    c = between(20, false);
    c.bound_count = 0;
    other = where_of(t, &c);
    STATE(other, "neither");
}

/* Sums at the production's limbs: 4 N 2^W < r. */
static void test_where__sums_do_not_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[10] = { { { 0 } } };
    static const uint8_t small[10] = { 1, 0, 1, 1, 1, 1, 1, 0, 0, 0 };
    zkl_statement_column column = { zkl_bytes_of_text("x0"), 0, 0 };
    zkl_statement_table table = { .row_count = (uint64_t)1 << 20,
                                  .columns = &column,
                                  .column_count = 1 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 10, tables, 1 };
    for (size_t i = 0; i < ZKL_COUNT(small); i++)
        params[i].bytes[31] = small[i];
    for (column.limb_count = 1; column.limb_count <= 16; column.limb_count++)
        CHECK_STATUS(t, column.limb_count <= 14 ? ZKL_OK : ZKL_REJECTED,
                     zkl_assertion_check(ZKL_ASSERTION_WHERE, &facts, &err));
    CHECK(t, strstr(err.text, "no wrap") != NULL);
    column.limb_count = 14; /* 2^(28 + 2 + 224) < r < 2^(29 + 2 + 224) */
    table.row_count = (uint64_t)1 << 28;
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_WHERE, &facts, &err));
    table.row_count = (uint64_t)1 << 29;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_WHERE, &facts, &err));
}

/* Whether a value is at least a cut hangs on the classes of its limbs only: the product's truth
 * table decides as whole numbers do, around every cut and at random, in one to four limbs. */
static void test_where__classes_decide(zkl_test *t)
{
    for (size_t round = 0; round < 200; round++) {
        zkl_statement_column column = { zkl_bytes_of_text("0"), 0, (uint32_t)(1 + round % 3) };
        const zkl_statement_table table = { .row_count = 1, .columns = &column, .column_count = 1 };
        const zkl_statement_table *tables[1] = { &table };
        const uint64_t top = (uint64_t)1 << TOY_LOG * column.limb_count;
        uint64_t cuts[2] = { 1 + test_random_u64(t) % (top - 1), 0 };
        size_t count = 1;
        if (round % 4 == 3) /* a cut that has only one limb */
            cuts[0] = (1 + test_random_u64(t) % 15)
                      << TOY_LOG * (test_random_u64(t) % column.limb_count);
        if (round % 2 && cuts[0] + 1 < top)
            cuts[count++] = cuts[0] + 1 + test_random_u64(t) % (top - 1 - cuts[0]);
        /* bit j: at least j + 1 cuts */
        zkl_scalar params[16] = { { { 0 } } };
        size_t n = 0;
        params[n++].bytes[31] = 1;
        n++;
        params[n++].bytes[31] = (uint8_t)count;
        for (size_t i = 0; i < count; i++, n++)
            for (size_t k = 0; k < 8; k++)
                params[n].bytes[31 - k] = (uint8_t)(cuts[i] >> 8 * k);
        params[n++].bytes[31] = (uint8_t)count;
        for (size_t bit = 0; bit < count; bit++) {
            params[n++].bytes[31] = (uint8_t)(count - bit);
            for (size_t code = bit + 1; code <= count; code++)
                params[n++].bytes[31] = (uint8_t)code;
        }
        const zkl_assertion_facts facts = { &toy_format, params, n, tables, 1 };
        zkl_predicate p;
        zkl_predicate_tables public_tables;
        zkl_error err;
        size_t at = 0;
        REQUIRE_OK(t, &err, zkl_predicate_read(&p, &at, &facts, &err));
        CHECK_UINT_EQ(t, at, n);
        REQUIRE_OK(t, &err, zkl_predicate_tabulate(&public_tables, &t->arena, &p, &err));
        for (uint64_t x = 0; x < top; x++) {
            size_t g = 0;
            for (size_t i = 0; i < p.limb_count; i++) {
                const uint16_t limb = x >> TOY_LOG * p.limbs[i].limb & 15;
                g += p.is_direct ? limb : p.limbs[i].radix * public_tables.steps[i][limb];
            }
            for (size_t bit = 0; bit < count; bit++)
                CHECK(t, zkl_predicate_holds(&p, &public_tables, g, bit) == (cuts[bit] <= x));
        }
    }
}

/* Too many classes are refused before a table of that size is made, also where codes are few. */
static void test_where__too_many_classes(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[64] = { { { 0 } } };
    zkl_statement_column columns[26];
    char roles[26][4];
    for (size_t i = 0; i < ZKL_COUNT(columns); i++) {
        snprintf(roles[i], sizeof roles[i], "%zu", i);
        columns[i] = (zkl_statement_column){ zkl_bytes_of_text(roles[i]), (uint32_t)i, 16 };
    }
    zkl_statement_table table = { .row_count = 3, .columns = columns, .column_count = 26 };
    const zkl_statement_table *tables[1] = { &table };
    zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 0, tables, 1 };
    /* one value of 16 limbs: 3^15 classes and more */
    static const uint8_t one[] = { 1, 0, 2, 0, 0, 1, 1, 1, 1, 1, 0, 1 };
    for (size_t i = 0; i < ZKL_COUNT(one); i++)
        params[i].bytes[31] = one[i];
    memset(params[3].bytes, 0x11, 32);
    memset(params[4].bytes, 0x11, 32);
    params[4].bytes[31]++;
    facts.param_count = ZKL_COUNT(one);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_WHERE, &facts, &err));
    CHECK(t, strstr(err.text, "too many classes") != NULL);
    columns[0].limb_count = 8; /* 4 3^7 classes */
    memset(params[3].bytes, 0, 16);
    memset(params[4].bytes, 0, 16);
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_WHERE, &facts, &err));
    /* 20 conditions of one limb and one cut: 2^20 codes; one more */
    for (uint8_t count = 20; count <= 21; count++) {
        size_t n = 0;
        memset(params, 0, sizeof params);
        params[n++].bytes[31] = count;
        for (uint8_t i = 0; i < count && n + 3 <= ZKL_COUNT(params); i++) {
            columns[i].limb_count = 1;
            params[n++].bytes[31] = i;
            params[n++].bytes[31] = 1;
            params[n++].bytes[31] = 5;
        }
        facts.param_count = n;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_WHERE, &facts, &err));
        CHECK(t, strstr(err.text, count == 20 ? "end early" : "too many classes") != NULL);
    }
}

/* A statement of production size: bounds over predicates of 2^20 classes, two columns of 1,023 cuts
 * each, which take 64 KiB of a statement. */
enum { WIDE_MAX = 4, WIDE_CUTS = 1023, WIDE_PARAMS = 1 + 2 * (2 + WIDE_CUTS) + 3 + 4 };
typedef struct wide_world {
    zkl_scalar params[WIDE_PARAMS];
    uint32_t tables_of[WIDE_MAX][4];
    zkl_assertion assertions[WIDE_MAX];
    zkl_statement_table tables[1 + 3 * WIDE_MAX];
    zkl_statement statement;
} wide_world;

static void put_wide_params(zkl_scalar *out)
{
    uint64_t numbers[WIDE_PARAMS] = { 2 }; /* conditions */
    size_t at = 1;
    for (uint64_t column = 0; column < 2; column++) {
        numbers[at++] = column;
        numbers[at++] = WIDE_CUTS;
        for (uint64_t cut = 1; cut <= WIDE_CUTS; cut++)
            numbers[at++] = cut;
    }
    /* one bit, of code 1; one bound: weight 1, exactly 5 */
    const uint64_t rest[] = { 1, 1, 1, 1, 1, 5, ZKL_MODE_EXACTLY };
    memcpy(numbers + at, rest, sizeof rest);
    for (size_t i = 0; i < WIDE_PARAMS; i++) {
        out[i].bytes[30] = (uint8_t)(numbers[i] >> 8);
        out[i].bytes[31] = (uint8_t)numbers[i];
    }
}

static void make_wide_world(wide_world *w)
{
    static const zkl_statement_column source[] = { { { (const uint8_t *)"0", 1 }, 0, 1 },
                                                   { { (const uint8_t *)"1", 1 }, 1, 1 } };
    static const zkl_statement_column auxiliary[] = {
        { { (const uint8_t *)"g0", 2 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"g1", 2 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"b0", 2 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"i", 1 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"c0", 2 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"m0", 2 }, ZKL_COLUMN_AUXILIARY, 2 },
        { { (const uint8_t *)"c1", 2 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"m1", 2 }, ZKL_COLUMN_AUXILIARY, 2 },
        { { (const uint8_t *)"t0", 2 }, ZKL_COLUMN_AUXILIARY, 1 },
        { { (const uint8_t *)"m", 1 }, ZKL_COLUMN_AUXILIARY, 2 },
    };
    put_wide_params(w->params);
    w->tables[0] =
        (zkl_statement_table){ .row_count = 65536, .columns = source, .column_count = 2 };
    w->statement = (zkl_statement){ .assertions = w->assertions,
                                    .assertion_count = WIDE_MAX,
                                    .tables = w->tables,
                                    .table_count = 1,
                                    .block_count = 2 };
    for (size_t i = 0; i < WIDE_MAX; i++) {
        const uint32_t at = (uint32_t)w->statement.table_count;
        const uint32_t tables[4] = { 0, at, at + 1, at + 2 };
        memcpy(w->tables_of[i], tables, sizeof tables);
        w->assertions[i] =
            (zkl_assertion){ ZKL_ASSERTION_WHERE, w->params, WIDE_PARAMS, w->tables_of[i], 4 };
        w->tables[at] =
            (zkl_statement_table){ .row_count = 65536, .columns = auxiliary, .column_count = 3 };
        w->tables[at + 1] = (zkl_statement_table){ .row_count = 65536,
                                                   .columns = auxiliary + 3,
                                                   .column_count = 5 };
        w->tables[at + 2] = (zkl_statement_table){ .row_count = 1 << 20,
                                                   .columns = auxiliary + 8,
                                                   .column_count = 2 };
        w->statement.table_count += 3;
        w->statement.block_count += 3 + 7 + 16 * 3;
    }
}

/* Bytes of the process's heap that are in use. */
static size_t heap_bytes(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Tables of a predicate have up to 26 MiB. A statement holds dozens of predicates: were the tables
 * kept as long as the shape, it would take a gigabyte to refuse it. */
static void test_where__lets_tables_go(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_shape) shape = { 0 };
    zkl_error err;
    wide_world *w = ZKL_ARENA_NEW(&t->arena, wide_world, 1);
    make_wide_world(w);
    const size_t before = heap_bytes();
    REQUIRE_OK(t, &err,
               zkl_shape_compile(&shape, &w->statement, &zkl_proof_format_v1, &ZKL_FR_ZERO,
                                 &ZKL_FR_ONE, &err));
    CHECK(t, shape.leaf_count > WIDE_MAX * 16);
    CHECK(t, heap_bytes() - before < (size_t)16 << 20);
}

ZKL_TESTS(TEST(test_where__honest), TEST(test_where__order_statistics),
          TEST(test_where__other_counts), TEST(test_where__bits), TEST(test_where__tables),
          TEST(test_where__tags), TEST(test_where__sums),
          TEST(test_where__needs_the_tables_receipt), TEST(test_where__product_prover),
          TEST(test_where__counts_what_offends), TEST(test_where__parameters),
          TEST(test_where__sums_do_not_wrap), TEST(test_where__classes_decide),
          TEST(test_where__too_many_classes), TEST(test_where__lets_tables_go))
