/* Predicates: parameters to limbs and classes, the public tables, the leaves.
 *
 * The leaves say two things of each row, padded ones included. Its limb and class are a pair of the
 * step table, 1 / (alpha - beta_sub - limb - theta g) against -m / (alpha - beta_sub - i - theta
 * c); so g is the class, because the table's i and c are public. Its G and bits are an entry of the
 * truth table, under the tag; so the bits are the predicate's, and 0 or 1, because the table's are.
 * The multiplicities m are free: the left side has at the pole of a row a number from 1 to N below
 * r, so some entry has this pole.
 *
 * Every size is bounded before it is used: codes and G by 16 C, lists by the parameters that are
 * there. */
#include "claim/predicate.h"

#include <stdio.h>

#define CELLS_MAX ((size_t)1 << 16)
#define PLACE_WORDS (CELLS_MAX / 64)

/* ---- Reading */

static zkl_status fail_end(zkl_error *err)
{
    return zkl_fail(err, ZKL_REJECTED, "parameters: they end early");
}

/* The next parameter, a number from `least` to `most`. */
static zkl_status take_number(uint64_t *out, size_t *at, const zkl_assertion_facts *facts,
                              uint64_t least, uint64_t most, zkl_error *err)
{
    if (*at >= facts->param_count)
        return fail_end(err);
    if (!zkl_assertion_param_u64(out, &facts->params[*at]) || *out < least || *out > most)
        return zkl_fail(err, ZKL_REJECTED, "parameters: number %zu is not from %llu to %llu", *at,
                        (unsigned long long)least, (unsigned long long)most);
    ++*at;
    return ZKL_OK;
}

/* So many parameters that follow. */
static zkl_status take_list(const zkl_scalar **out, size_t *at, const zkl_assertion_facts *facts,
                            uint64_t count, zkl_error *err)
{
    if (count > facts->param_count - *at)
        return fail_end(err);
    *out = facts->params + *at;
    *at += (size_t)count;
    return ZKL_OK;
}

/* The place of the column that is number `index` among those without flags; column_count: none. */
static size_t find_column(const zkl_statement_table *table, uint64_t index)
{
    size_t i = 0;
    for (; i < table->column_count; i++)
        if (!zkl_column_is_flag(table, i) && index-- == 0)
            break;
    return i;
}

/* Cuts grow, from 1 to the column's last code. */
static zkl_status check_cuts(const zkl_predicate_condition *condition, unsigned log_cells,
                             zkl_error *err)
{
    zkl_wide before = { { 0 } };
    for (size_t i = 0; i < condition->cut_count; i++) {
        const zkl_wide cut = zkl_wide_of_scalar(&condition->cuts[i]);
        if (zkl_wide_compare(&cut, &before) <= 0 ||
            zkl_wide_bits(&cut) > log_cells * condition->limb_count)
            return zkl_fail(err, ZKL_REJECTED, "parameters: cut %zu of a condition", i);
        before = cut;
    }
    return ZKL_OK;
}

/* *product *= factor, at most 16 C. */
static zkl_status multiply(uint32_t *product, uint64_t factor, const zkl_proof_format *format,
                           zkl_error *err)
{
    const uint64_t most = (uint64_t)16 << format->log_cells;
    if (factor > most || *product * factor > most)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the predicate has too many classes");
    *product = (uint32_t)(*product * factor);
    return ZKL_OK;
}

static zkl_status read_condition(zkl_predicate *out, size_t *at, const zkl_assertion_facts *facts,
                                 zkl_error *err)
{
    const zkl_statement_table *table = facts->sources[0];
    const uint64_t cells = (uint64_t)1 << facts->format->log_cells;
    uint64_t index, count;
    ZKL_TRY(take_number(&index, at, facts, 0, table->column_count - 1, err));
    ZKL_TRY(take_number(&count, at, facts, 1, 2 * cells - 1, err));
    const size_t column = find_column(table, index);
    if (column == table->column_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: a condition on a column that is not there");
    zkl_predicate_condition made = {
        .column = column,
        .limb_count = table->columns[column].limb_count,
        .nullable = column + 1 < table->column_count && zkl_column_is_flag(table, column + 1),
        .cut_count = (size_t)count,
    };
    ZKL_TRY(take_list(&made.cuts, at, facts, count, err));
    ZKL_TRY(check_cuts(&made, facts->format->log_cells, err));
    for (size_t i = 0; i < out->condition_count; i++)
        if (out->conditions[i].column == column)
            return zkl_fail(err, ZKL_REJECTED, "parameters: two conditions on column %zu", column);
    ZKL_TRY(multiply(&out->code_count, count + 1 + made.nullable, facts->format, err));
    ZKL_ASSERT(out->condition_count < ZKL_PREDICATE_PARTS_MAX); /* 2^20 codes */
    out->conditions[out->condition_count++] = made;
    return ZKL_OK;
}

/* Of each bit: how many codes, and which, growing. */
static zkl_status read_bits(zkl_predicate *out, size_t *at, const zkl_assertion_facts *facts,
                            zkl_error *err)
{
    uint64_t count, code_count;
    ZKL_TRY(take_number(&count, at, facts, 1, ZKL_PREDICATE_BITS_MAX, err));
    out->bit_count = (size_t)count;
    out->codes = facts->params + *at;
    for (size_t bit = 0; bit < out->bit_count; bit++) {
        ZKL_TRY(take_number(&code_count, at, facts, 1, out->code_count, err));
        uint64_t code, least = 0;
        for (uint64_t i = 0; i < code_count; i++, least = code + 1)
            ZKL_TRY(take_number(&code, at, facts, least, out->code_count - 1, err));
    }
    return ZKL_OK;
}

/* ---- Places and classes */

/* A bit for each value of a limb: is there a place? */
typedef struct place_set {
    uint64_t words[PLACE_WORDS];
} place_set;

static uint32_t limb_of(const zkl_wide *value, unsigned limb, unsigned log_cells)
{
    const unsigned bit = limb * log_cells;
    return (uint32_t)(value->word[bit / 64] >> bit % 64) & (((uint32_t)1 << log_cells) - 1);
}

/* At 0 a class begins anyhow, and C is no limb. */
static void put_place(place_set *places, uint32_t place, unsigned log_cells)
{
    if (place > 0 && place >> log_cells == 0)
        places->words[place / 64] |= (uint64_t)1 << place % 64;
}

/* Returns the number of classes. */
static uint32_t find_places(place_set *out, const zkl_predicate_condition *condition, unsigned limb,
                            unsigned log_cells)
{
    uint32_t classes = 1;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < condition->cut_count; i++) {
        const zkl_wide cut = zkl_wide_of_scalar(&condition->cuts[i]);
        const uint32_t place = limb_of(&cut, limb, log_cells);
        bool below = false; /* is there anything in the lower limbs? */
        for (unsigned j = 0; j < limb; j++)
            below |= limb_of(&cut, j, log_cells) != 0;
        put_place(out, place, log_cells);
        if (below)
            put_place(out, place + 1, log_cells);
    }
    for (size_t i = 0; i < PLACE_WORDS; i++)
        classes += (uint32_t)__builtin_popcountll(out->words[i]);
    return classes;
}

/* Condition by condition: its limbs from the lowest, then its flag. */
static zkl_status find_parts(zkl_predicate *p, zkl_error *err)
{
    place_set places;
    p->class_count = 1;
    for (size_t i = 0; i < p->condition_count; i++) {
        const zkl_predicate_condition *condition = &p->conditions[i];
        for (unsigned limb = 0; limb < condition->limb_count; limb++) {
            const uint32_t classes = find_places(&places, condition, limb, p->format->log_cells);
            if (classes == 1)
                continue;
            const zkl_predicate_part part = { i, limb, classes, p->class_count };
            ZKL_TRY(multiply(&p->class_count, classes, p->format, err));
            ZKL_ASSERT(p->limb_count < ZKL_PREDICATE_PARTS_MAX);
            p->limbs[p->limb_count++] = part;
        }
        if (condition->nullable) {
            const zkl_predicate_part part = { .condition = i,
                                              .classes = 2,
                                              .radix = p->class_count };
            ZKL_TRY(multiply(&p->class_count, 2, p->format, err));
            ZKL_ASSERT(p->flag_count < ZKL_PREDICATE_PARTS_MAX);
            p->flags[p->flag_count++] = part;
        }
    }
    p->is_direct = p->limb_count == 1 && !p->flag_count;
    return ZKL_OK;
}

zkl_status zkl_predicate_read(zkl_predicate *out, size_t *at, const zkl_assertion_facts *facts,
                              zkl_error *err)
{
    uint64_t count;
    ZKL_ASSERT(facts->format->log_cells <= 16 && 64 % facts->format->log_cells == 0);
    *out = (zkl_predicate){ .format = facts->format, .code_count = 1 };
    ZKL_TRY(take_number(&count, at, facts, 1, ZKL_PREDICATE_CONDITIONS_MAX, err));
    for (uint64_t i = 0; i < count; i++)
        ZKL_TRY(read_condition(out, at, facts, err));
    ZKL_TRY(read_bits(out, at, facts, err));
    return find_parts(out, err);
}

/* ---- Auxiliary tables */

static void put_column(zkl_auxiliary *out, const char *role, size_t number, uint32_t limb_count)
{
    ZKL_ASSERT(out->column_count < ZKL_AUXILIARY_COLUMNS_MAX);
    const int size = snprintf(out->columns[out->column_count].role, ZKL_AUXILIARY_ROLE_BYTES,
                              "%s%zu", role, number);
    ZKL_ASSERT(size > 0 && size < ZKL_AUXILIARY_ROLE_BYTES);
    out->columns[out->column_count++].limb_count = limb_count;
}

void zkl_predicate_auxiliary(zkl_auxiliary out[static ZKL_PREDICATE_TABLES], const zkl_predicate *p,
                             uint64_t row_count)
{
    const unsigned log_cells = p->format->log_cells;
    const uint64_t cells = (uint64_t)1 << log_cells,
                   whole = (row_count + cells - 1) >> log_cells << log_cells;
    const uint32_t limbs = zkl_limbs_for(whole, p->format);
    out[ZKL_PREDICATE_ROWS] = (zkl_auxiliary){ .row_count = whole };
    out[ZKL_PREDICATE_LIMBS] =
        (zkl_auxiliary){ .columns = { { "i", 1 } }, .column_count = 1, .row_count = cells };
    out[ZKL_PREDICATE_TRUTH] = (zkl_auxiliary){ .row_count = (zkl_predicate_size(p) + cells - 1) >>
                                                             log_cells << log_cells };
    for (size_t i = 0; i < zkl_predicate_steps(p); i++) {
        put_column(&out[ZKL_PREDICATE_ROWS], "g", i, 1);
        put_column(&out[ZKL_PREDICATE_LIMBS], "c", i, 1);
        put_column(&out[ZKL_PREDICATE_LIMBS], "m", i, limbs);
    }
    for (size_t i = 0; i < zkl_predicate_bits(p); i++) {
        put_column(&out[ZKL_PREDICATE_ROWS], "b", i, 1);
        put_column(&out[ZKL_PREDICATE_TRUTH], "t", i, 1);
    }
    zkl_auxiliary *truth = &out[ZKL_PREDICATE_TRUTH];
    ZKL_ASSERT(truth->column_count < ZKL_AUXILIARY_COLUMNS_MAX);
    memcpy(truth->columns[truth->column_count].role, "m", 2);
    truth->columns[truth->column_count++].limb_count = limbs;
}

/* ---- Public tables */

/* The class of each value of a limb: the number of places up to it. Its places in `least`: the
 * least value of each class. */
static void tabulate_limb(uint16_t *steps, uint32_t *least, const place_set *places, size_t cells)
{
    uint32_t at = 0;
    least[0] = 0;
    for (size_t v = 0; v < cells; v++) {
        if (places->words[v / 64] >> v % 64 & 1)
            least[++at] = (uint32_t)v;
        steps[v] = (uint16_t)at;
    }
}

/* How many cuts are at most the value? */
static uint32_t count_cuts(const zkl_predicate_condition *condition, const zkl_wide *value)
{
    size_t low = 0, high = condition->cut_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const zkl_wide cut = zkl_wide_of_scalar(&condition->cuts[middle]);
        if (zkl_wide_compare(&cut, value) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* The digit of the least value of each combination of classes of the condition's limbs, the lowest
 * limb's fastest; a flag doubles them. least: of each limb. */
static void tabulate_digits(uint32_t *digits, const zkl_predicate *p, size_t condition,
                            uint32_t *const *least)
{
    const zkl_predicate_condition *c = &p->conditions[condition];
    uint32_t count = 1;
    for (size_t i = 0; i < p->limb_count; i++)
        count *= p->limbs[i].condition == condition ? p->limbs[i].classes : 1;
    for (uint32_t k = 0; k < count; k++) {
        zkl_wide value = { { 0 } };
        uint32_t rest = k;
        for (size_t i = 0; i < p->limb_count; i++) {
            const zkl_predicate_part *limb = &p->limbs[i];
            if (limb->condition != condition)
                continue;
            zkl_wide_add_shifted(&value, least[i][rest % limb->classes],
                                 limb->limb * p->format->log_cells);
            rest /= limb->classes;
        }
        digits[k] = count_cuts(c, &value);
        if (c->nullable)
            digits[count + k] = (uint32_t)c->cut_count + 1;
    }
}

/* The code of each G: condition by condition, each a digit on top of what the ones before make. */
static void tabulate_codes(uint32_t *codes, uint32_t *digits, const zkl_predicate *p,
                           uint32_t *const *least)
{
    uint32_t made = 1, radix = 1;
    codes[0] = 0;
    for (size_t i = 0; i < p->condition_count; i++) {
        const zkl_predicate_condition *c = &p->conditions[i];
        uint32_t count = 1 + c->nullable;
        for (size_t k = 0; k < p->limb_count; k++)
            count *= p->limbs[k].condition == i ? p->limbs[k].classes : 1;
        tabulate_digits(digits, p, i, least);
        for (uint32_t k = count; k--;)
            for (uint32_t g = 0; g < made; g++)
                codes[k * made + g] = codes[g] + radix * digits[k];
        made *= count;
        radix *= (uint32_t)c->cut_count + 1 + c->nullable;
    }
    ZKL_ASSERT(made == p->class_count && radix == p->code_count);
}

/* The bits that list each code. */
static void tabulate_bits(uint64_t *bits, const zkl_predicate *p)
{
    const zkl_scalar *at = p->codes;
    for (size_t bit = 0; bit < p->bit_count; bit++) {
        uint64_t count = 0, code = 0;
        ZKL_ASSERT(zkl_assertion_param_u64(&count, at++));
        for (uint64_t i = 0; i < count; i++) {
            ZKL_ASSERT(zkl_assertion_param_u64(&code, at++) && code < p->code_count);
            bits[code] |= (uint64_t)1 << bit;
        }
    }
}

zkl_status zkl_predicate_tabulate(zkl_predicate_tables *out, zkl_arena *arena,
                                  const zkl_predicate *p, zkl_error *err)
{
    const size_t cells = (size_t)1 << p->format->log_cells, size = zkl_predicate_size(p);
    uint32_t *codes = ZKL_ARENA_NEW(arena, uint32_t, p->class_count),
             *digits = ZKL_ARENA_NEW(arena, uint32_t, p->class_count),
             *least[ZKL_PREDICATE_PARTS_MAX];
    uint64_t *bits = ZKL_ARENA_NEW(arena, uint64_t, p->code_count),
             *truth = ZKL_ARENA_NEW(arena, uint64_t, size);
    zkl_predicate_tables made = { .truth = truth };
    place_set places;
    if (!codes || !digits || !bits || !truth)
        return zkl_no_memory(err, size * sizeof *truth);
    for (size_t i = 0; i < p->limb_count; i++) {
        const zkl_predicate_part *limb = &p->limbs[i];
        uint16_t *steps = ZKL_ARENA_NEW(arena, uint16_t, cells);
        least[i] = ZKL_ARENA_NEW(arena, uint32_t, limb->classes);
        if (!steps || !least[i])
            return zkl_no_memory(err, cells * sizeof *steps);
        const uint32_t classes =
            find_places(&places, &p->conditions[limb->condition], limb->limb, p->format->log_cells);
        ZKL_ASSERT(classes == limb->classes);
        tabulate_limb(steps, least[i], &places, cells);
        made.steps[i] = steps;
    }
    tabulate_codes(codes, digits, p, least);
    tabulate_bits(bits, p);
    for (size_t g = 0; g < size; g++)
        truth[g] = bits[codes[p->is_direct ? made.steps[0][g] : g]];
    *out = made;
    return ZKL_OK;
}

/* ---- Leaves */

/* Every block of the statement is in a leaf at most once for each part. */
#define TERMS_MAX (2 * ZKL_PREDICATE_PARTS_MAX + ZKL_PREDICATE_BITS_MAX + 2)

typedef struct term_list {
    zkl_leaf_term terms[TERMS_MAX];
    size_t count;
} term_list;

static void put_term(term_list *list, uint32_t block, const zkl_fr *weight)
{
    ZKL_ASSERT(list->count < TERMS_MAX);
    list->terms[list->count++] = (zkl_leaf_term){ block, *weight };
}

static void put_small(term_list *list, uint32_t block, uint32_t weight)
{
    zkl_fr w;
    zkl_fr_from_u64(&w, weight);
    put_term(list, block, &w);
}

/* Bits, or the truth table's, by theta, theta^2, ..: columns from `first` on. */
static void put_bits(term_list *list, const zkl_shape *shape, const zkl_block_column *first,
                     size_t count)
{
    zkl_fr weight = shape->theta;
    const zkl_table_view *view = &shape->tables[first->table];
    for (size_t i = 0; i < count; i++) {
        put_term(list, zkl_table_block(view, first->chunk, first->column + i), &weight);
        zkl_fr_mul(&weight, &weight, &shape->theta);
    }
}

/* -m / (alpha - beta_tag - terms - one): what rows look up, m a column of its own table. */
static void add_entries(zkl_shape *shape, unsigned tag, const term_list *list,
                        const zkl_block_column *multiplicity, uint64_t one)
{
    zkl_leaf_term numerators[ZKL_TABLE_LIMBS_MAX];
    zkl_leaf leaf = { .is_weighted = true,
                      .tag = tag,
                      .null = ZKL_BLOCK_NONE,
                      .has_one = one > 0,
                      .numerators = numerators };
    zkl_fr minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    zkl_fr_from_u64(&leaf.one, one);
    zkl_shape_column_terms(numerators, &leaf.numerator_count, shape, multiplicity, &minus);
    zkl_shape_leaf(shape, &leaf, list->terms, list->count);
}

/* The block of the part's limb, or flag, in a chunk of the source. */
static uint32_t part_block(const zkl_shape *shape, uint32_t source, const zkl_predicate *p,
                           const zkl_predicate_part *part, bool is_flag, uint64_t chunk)
{
    const size_t column = p->conditions[part->condition].column;
    return zkl_table_block(&shape->tables[source], chunk, column + is_flag) +
           (is_flag ? 0 : part->limb);
}

/* Rows: limb + theta g. Table: i + theta c. */
static void compile_step(zkl_shape *shape, unsigned tag, const uint32_t *tables,
                         const zkl_predicate *p, size_t step)
{
    const zkl_table_view *rows = &shape->tables[tables[1 + ZKL_PREDICATE_ROWS]];
    const uint32_t limbs = tables[1 + ZKL_PREDICATE_LIMBS];
    const zkl_leaf leaf = { .tag = tag, .null = ZKL_BLOCK_NONE };
    for (uint64_t c = 0; c < rows->chunk_count; c++) {
        term_list list = { .count = 0 };
        put_small(&list, part_block(shape, tables[0], p, &p->limbs[step], false, c), 1);
        put_term(&list, zkl_table_block(rows, c, step), &shape->theta);
        zkl_shape_leaf(shape, &leaf, list.terms, list.count);
    }
    term_list list = { .count = 0 };
    put_small(&list, zkl_table_block(&shape->tables[limbs], 0, 0), 1);
    put_term(&list, zkl_table_block(&shape->tables[limbs], 0, 1 + 2 * step), &shape->theta);
    add_entries(shape, tag, &list, &(zkl_block_column){ limbs, 0, 2 + 2 * step }, 0);
}

/* G, and the bits behind it. */
static void compile_rows(zkl_shape *shape, unsigned tag, const uint32_t *tables,
                         const zkl_predicate *p)
{
    const uint32_t rows = tables[1 + ZKL_PREDICATE_ROWS];
    const zkl_leaf leaf = { .tag = tag, .null = ZKL_BLOCK_NONE };
    for (uint64_t c = 0; c < shape->tables[rows].chunk_count; c++) {
        term_list list = { .count = 0 };
        if (p->is_direct)
            put_small(&list, part_block(shape, tables[0], p, &p->limbs[0], false, c), 1);
        for (size_t i = 0; i < zkl_predicate_steps(p); i++)
            put_small(&list, zkl_table_block(&shape->tables[rows], c, i), p->limbs[i].radix);
        for (size_t i = 0; i < p->flag_count; i++)
            put_small(&list, part_block(shape, tables[0], p, &p->flags[i], true, c),
                      p->flags[i].radix);
        put_bits(&list, shape, &(zkl_block_column){ rows, c, zkl_predicate_steps(p) },
                 zkl_predicate_bits(p));
        zkl_shape_leaf(shape, &leaf, list.terms, list.count);
    }
}

/* The bits of the truth table are public. */
static void compile_bits(zkl_shape *shape, uint32_t truth, const zkl_predicate *p,
                         const zkl_predicate_tables *public_tables)
{
    const size_t size = zkl_predicate_size(p);
    ZKL_AUTO_BLOCK uint16_t *values = zkl_calloc(size, sizeof *values);
    if (!values) {
        zkl_shape_no_memory(shape);
        return;
    }
    for (size_t bit = 0; bit < zkl_predicate_bits(p); bit++) {
        for (size_t g = 0; public_tables && g < size; g++)
            values[g] = zkl_predicate_holds(p, public_tables, g, bit);
        zkl_shape_public(shape, &(zkl_public_column){ truth, bit, values, size });
    }
}

/* The truth table's entries: number cC + i, and the bits behind it. */
static void compile_truth(zkl_shape *shape, unsigned tag, const uint32_t *tables,
                          const zkl_predicate *p)
{
    const uint32_t truth = tables[1 + ZKL_PREDICATE_TRUTH];
    const zkl_table_view *limbs = &shape->tables[tables[1 + ZKL_PREDICATE_LIMBS]];
    const size_t bits = zkl_predicate_bits(p);
    for (uint64_t c = 0; c < shape->tables[truth].chunk_count; c++) {
        term_list list = { .count = 0 };
        put_small(&list, zkl_table_block(limbs, 0, 0), 1);
        put_bits(&list, shape, &(zkl_block_column){ truth, c, 0 }, bits);
        add_entries(shape, tag, &list, &(zkl_block_column){ truth, c, bits },
                    c << p->format->log_cells);
    }
}

void zkl_predicate_compile(zkl_shape *shape, unsigned tag, const uint32_t *tables,
                           const zkl_predicate *p, const zkl_predicate_tables *public_tables)
{
    const uint32_t limbs = tables[1 + ZKL_PREDICATE_LIMBS];
    const size_t cells = (size_t)1 << p->format->log_cells;
    ZKL_ASSERT(public_tables || shape->is_counted);
    zkl_shape_public(shape, &(zkl_public_column){ .table = limbs, .count = cells }); /* i */
    for (size_t i = 0; i < zkl_predicate_steps(p); i++) {
        zkl_shape_public(
            shape, &(zkl_public_column){ .table = limbs,
                                         .column = 1 + 2 * i,
                                         .values = public_tables ? public_tables->steps[i] : NULL,
                                         .count = cells });
        compile_step(shape, zkl_sub_tag(tag, 1 + (unsigned)i), tables, p, i);
    }
    compile_rows(shape, tag, tables, p);
    compile_bits(shape, tables[1 + ZKL_PREDICATE_TRUTH], p, public_tables);
    compile_truth(shape, tag, tables, p);
}

zkl_block_column zkl_predicate_bit(const uint32_t *tables, const zkl_predicate *p, uint64_t chunk,
                                   size_t bit)
{
    ZKL_ASSERT(bit < zkl_predicate_bits(p));
    return (zkl_block_column){ tables[1 + ZKL_PREDICATE_ROWS], chunk,
                               zkl_predicate_steps(p) + bit };
}
