/* From the assertions of a statement to what one fraction sum and one opening prove: leaf blocks,
 * totals, relations.
 *
 * Invariants:
 * 1. Blocks of the statement lie table by table, chunk by chunk, column by column, limb by limb; a
 *    view says where a table begins.
 * 2. Leaf blocks lie in the order in which the assertions add them, then the totals' by chunk, then
 *    those over s^-t by chunk, then the table.
 * 3. Every total, over 1 or s^-t, takes the next power of eta, every relation the next power of
 *    kappa, in the order of the assertions: so what two assertions say cannot make up for one
 *    another.
 * 4. Nothing depends on cells: the verifier compiles the same shape from the statement alone.
 * A fault is kept and said at the end, so that the methods of the kinds need no status. */
#include "claim/shape.h"

#include "claim/assertion.h"
#include "hash/domains.h"

/* Keep the first fault. */
static void fail_shape(zkl_shape *s, zkl_status status, const char *fault)
{
    if (s->status == ZKL_OK) {
        s->status = status;
        s->fault = fault;
    }
}

void zkl_shape_no_memory(zkl_shape *s)
{
    fail_shape(s, ZKL_NO_MEMORY, "leaves");
}

/* ---- roles and blocks */

bool zkl_role_is(zkl_bytes role, const char *text)
{
    return role.size == strlen(text) && memcmp(role.data, text, role.size) == 0;
}

bool zkl_role_is_boolean(zkl_bytes role)
{
    return role.size > 0 && role.data[role.size - 1] == '?';
}

bool zkl_role_is_flag_of(zkl_bytes flag, zkl_bytes role)
{
    return flag.size == role.size + 1 && zkl_role_is_boolean(flag) &&
           memcmp(flag.data, role.data, role.size) == 0;
}

size_t zkl_table_find(const zkl_statement_table *table, zkl_bytes role)
{
    size_t i = 0;
    while (i < table->column_count &&
           !(table->columns[i].role.size == role.size &&
             memcmp(table->columns[i].role.data, role.data, role.size) == 0))
        i++;
    return i;
}

uint32_t zkl_table_block(const zkl_table_view *view, uint64_t chunk, size_t column)
{
    ZKL_ASSERT(chunk < view->chunk_count && column < view->table->column_count);
    size_t at = view->first_block + (size_t)chunk * view->blocks_per_chunk;
    for (size_t i = 0; i < column; i++)
        at += view->table->columns[i].limb_count;
    return (uint32_t)at;
}

/* ---- leaves */

/* beta of a tag is made with the others, that of a sub-tag when it is asked for: an assertion asks
 * chunk by chunk for the same one. */
static const zkl_fr *beta_of(zkl_shape *s, uint32_t tag)
{
    ZKL_ASSERT((tag & ((1u << ZKL_SUB_TAG_SHIFT) - 1)) < 2 + s->statement->assertion_count);
    if (tag >> ZKL_SUB_TAG_SHIFT == 0)
        return &s->beta[tag];
    if (s->sub_tag != tag) {
        zkl_fr in[3] = { s->t0, s->alpha };
        zkl_fr_from_u64(&in[2], tag);
        zkl_fr_challenge(&s->sub_beta, ZKL_CHALLENGE_BETA, in, 3);
        s->sub_tag = tag;
    }
    return &s->sub_beta;
}

void zkl_shape_beta(zkl_fr *out, zkl_shape *s, unsigned tag)
{
    *out = *beta_of(s, tag);
}

unsigned zkl_sub_tag(unsigned tag, unsigned i)
{
    ZKL_ASSERT(tag > 1 && tag < 1u << ZKL_SUB_TAG_SHIFT && i < 1u << ZKL_SUB_TAG_SHIFT);
    return tag + (i << ZKL_SUB_TAG_SHIFT);
}

void zkl_leaf_sign(zkl_fr *out, const zkl_leaf *leaf)
{
    ZKL_DEBUG_ASSERT(!leaf->is_total);
    *out = leaf->is_weighted ? leaf->sign : ZKL_FR_ONE;
    if (leaf->negative)
        zkl_fr_neg(out, out);
}

/* A copy of the leaf and its terms behind the others. Beyond the largest tier it is only
 * counted: zkl_prove_leaf_blocks asks how many there are, and compile_assertions refuses them. */
static void add_leaf(zkl_shape *s, const zkl_leaf *leaf, const zkl_leaf_term *terms,
                     size_t term_count)
{
    ZKL_ASSERT(!leaf->is_weighted || (!leaf->is_total && !leaf->negative));
    if (s->leaf_count++ >= ZKL_LEAF_BLOCKS_MAX)
        return;
    zkl_leaf_term *kept = ZKL_ARENA_NEW(&s->arena, zkl_leaf_term, term_count),
                  *numerators = ZKL_ARENA_NEW(&s->arena, zkl_leaf_term, leaf->numerator_count);
    if (!kept || !numerators) {
        fail_shape(s, ZKL_NO_MEMORY, "leaves");
        return;
    }
    if (term_count)
        memcpy(kept, terms, term_count * sizeof *kept);
    if (leaf->numerator_count)
        memcpy(numerators, leaf->numerators, leaf->numerator_count * sizeof *numerators);
    zkl_leaf *out = &s->leaves[s->leaf_count - 1];
    *out = *leaf;
    out->terms = kept;
    out->term_count = term_count;
    out->numerators = numerators;
    if (!leaf->is_total)
        out->beta = *beta_of(s, leaf->tag);
}

/* The circuit has one place for the last row. Assertions whose leaves or relations end there
 * must agree on it. */
void zkl_shape_rows(zkl_shape *s, uint32_t table)
{
    const uint64_t rows = s->tables[table].table->row_count;
    ZKL_ASSERT(rows > 0); /* zkl_statement_check */
    const uint64_t last = (rows - 1) & (((uint64_t)1 << s->format->log_cells) - 1);
    if (s->has_last && s->last != last)
        fail_shape(s, ZKL_REJECTED,
                   "rows: tables of one statement end at different rows of their last chunk");
    s->last = last;
    s->has_last = true;
}

void zkl_shape_leaf(zkl_shape *s, const zkl_leaf *leaf, const zkl_leaf_term *terms,
                    size_t term_count)
{
    add_leaf(s, leaf, terms, term_count);
}

void zkl_shape_column_terms(zkl_leaf_term *terms, size_t *count, const zkl_shape *s,
                            const zkl_block_column *at, const zkl_fr *weight)
{
    const zkl_table_view *view = &s->tables[at->table];
    const uint32_t block = zkl_table_block(view, at->chunk, at->column);
    for (uint32_t i = 0; i < view->table->columns[at->column].limb_count; i++) {
        zkl_leaf_term *term = &terms[(*count)++];
        term->block = block + i;
        zkl_fr_mul(&term->weight, weight, &s->limb[i]);
    }
}

/* Beyond the largest tier leaves are only counted, before their terms are made: a table may stand
 * in a claim again and again. */
void zkl_shape_fingerprints(zkl_shape *s, uint32_t table, unsigned tag, bool negative)
{
    const zkl_table_view *view = &s->tables[table];
    const zkl_leaf leaf = { .negative = negative, .tag = tag, .null = ZKL_BLOCK_NONE };
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        const size_t count = s->leaf_count < ZKL_LEAF_BLOCKS_MAX ? view->blocks_per_chunk : 0;
        zkl_leaf_term *terms = ZKL_ARENA_NEW(&s->arena, zkl_leaf_term, count);
        if (!terms) {
            fail_shape(s, ZKL_NO_MEMORY, "leaves");
            return;
        }
        for (size_t i = 0; i < count; i++) {
            terms[i].block = zkl_table_block(view, c, 0) + (uint32_t)i;
            if (i == 0)
                terms[i].weight = ZKL_FR_ONE;
            else
                zkl_fr_mul(&terms[i].weight, &terms[i - 1].weight, &s->theta);
        }
        zkl_shape_leaf(s, &leaf, terms, count);
    }
}

/* The block of the flag of each column, as an offset in a chunk; ZKL_BLOCK_NONE without. */
static uint32_t flag_offset(const zkl_table_view *view, size_t column)
{
    for (size_t i = 0; i < view->table->column_count; i++)
        if (zkl_role_is_flag_of(view->table->columns[i].role, view->table->columns[column].role))
            return zkl_table_block(view, 0, i) - (uint32_t)view->first_block;
    return ZKL_BLOCK_NONE;
}

/* Of `count` columns from `first` on. */
static void range_columns(zkl_shape *s, uint32_t table, size_t first, size_t count, bool padded)
{
    const zkl_table_view *view = &s->tables[table];
    const uint64_t cells = (uint64_t)1 << s->format->log_cells;
    const uint64_t padding = view->chunk_count * cells - view->table->row_count;
    const size_t columns = view->table->column_count;
    uint32_t *flags = ZKL_ARENA_NEW(&s->arena, uint32_t, columns);
    ZKL_ASSERT(first <= columns && count <= columns - first);
    if (!flags) {
        fail_shape(s, ZKL_NO_MEMORY, "leaves");
        return;
    }
    for (size_t i = 0; i < columns; i++)
        flags[i] = flag_offset(view, i);

    /* One leaf block a limb: its cell is in the table [0, C). A flag or bool has a second one
     * with 2^15 times its cell, which only 0 and 1 keep below C. In the last chunk a padded row
     * moves the leaf to a pole of its own, alpha - beta_1, where rho0 expects `pads` leaves with
     * cell 0; a null does the same in any chunk, counted by the hidden u. */
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        const size_t chunk_start = view->first_block + (size_t)c * view->blocks_per_chunk;
        size_t block = zkl_table_block(view, c, first);
        for (size_t i = first; i < first + count; i++)
            for (uint32_t limb = 0; limb < view->table->columns[i].limb_count; limb++, block++) {
                const zkl_leaf_term cell = { (uint32_t)block, ZKL_FR_ONE };
                const zkl_leaf leaf = {
                    .pad = padded && c == view->chunk_count - 1,
                    .null = flags[i] == ZKL_BLOCK_NONE ? ZKL_BLOCK_NONE
                                                       : (uint32_t)chunk_start + flags[i],
                };
                s->pads += leaf.pad ? padding : 0;
                add_leaf(s, &leaf, &cell, 1);
                if (zkl_role_is_boolean(view->table->columns[i].role)) {
                    zkl_leaf_term half = { (uint32_t)block };
                    zkl_fr_power_of_two(&half.weight, s->format->log_cells - 1);
                    add_leaf(s, &(zkl_leaf){ .null = ZKL_BLOCK_NONE }, &half, 1);
                }
            }
    }
    if (padded)
        zkl_shape_rows(s, table);
    s->has_table = true;
}

void zkl_shape_range(zkl_shape *s, uint32_t table, bool padded)
{
    range_columns(s, table, 0, s->tables[table].table->column_count, padded);
}

void zkl_shape_range_from(zkl_shape *s, uint32_t table, size_t first)
{
    range_columns(s, table, first, s->tables[table].table->column_count - first, false);
}

void zkl_shape_range_some(zkl_shape *s, uint32_t table, size_t first, size_t count)
{
    range_columns(s, table, first, count, false);
}

/* The leaf of a limb that is not committed: sum_i C^i (+-x_i) - sum_i C^(i+1) above_i + one,
 * with `null` times the flag. Its value in [0, C) says that above_i are the higher limbs of the
 * difference and this is the lowest. */
void zkl_shape_rest(zkl_shape *s, const zkl_rest *rest, uint64_t chunk)
{
    const zkl_table_view *x = &s->tables[rest->source];
    ZKL_ASSERT(x->table->column_count <= 2 &&
               x->table->columns[0].limb_count <= ZKL_TABLE_LIMBS_MAX);
    zkl_leaf_term terms[2 * ZKL_TABLE_LIMBS_MAX + 1];
    size_t count = 0;

    uint32_t block = zkl_table_block(x, chunk, 0);
    for (uint32_t i = 0; i < x->table->columns[0].limb_count; i++, count++) {
        terms[count] = (zkl_leaf_term){ block + i, s->limb[i] };
        if (rest->minus_x)
            zkl_fr_neg(&terms[count].weight, &terms[count].weight);
    }
    if (rest->above != ZKL_TABLE_NONE) {
        const zkl_table_view *above = &s->tables[rest->above];
        block = zkl_table_block(above, chunk, rest->above_column);
        for (uint32_t i = 0; i < above->table->columns[rest->above_column].limb_count;
             i++, count++) {
            terms[count].block = block + i;
            zkl_fr_neg(&terms[count].weight, &s->limb[i + 1]);
        }
    }
    if (x->table->column_count > 1)
        terms[count++] = (zkl_leaf_term){ zkl_table_block(x, chunk, 1), rest->null };

    const zkl_leaf leaf = { .null = ZKL_BLOCK_NONE,
                            .has_one = true,
                            .one = rest->one,
                            .end = chunk == x->chunk_count - 1 };
    add_leaf(s, &leaf, terms, count);
    zkl_shape_rows(s, rest->source);
    s->has_table = true;
}

void zkl_shape_expect(zkl_shape *s, unsigned tag, const zkl_fr *v, const zkl_fr *count)
{
    zkl_fr pole;
    ZKL_ASSERT(tag > 1);
    zkl_fr_sub(&pole, &s->alpha, beta_of(s, tag));
    zkl_fr_sub(&pole, &pole, v);
    if (zkl_fr_is_zero(&pole))
        fail_shape(s, ZKL_REJECTED, "alpha is a pole: a zero denominator");
    zkl_fr_inverse_vartime(&pole, &pole);
    zkl_fr_mul(&pole, &pole, count);
    zkl_fr_add(&s->rho0, &s->rho0, &pole);
}

void zkl_shape_expect_padding(zkl_shape *s, uint32_t table, unsigned tag, bool negative)
{
    const zkl_table_view *view = &s->tables[table];
    zkl_fr pads;
    zkl_fr_from_u64(&pads, (view->chunk_count << s->format->log_cells) - view->table->row_count);
    if (negative)
        zkl_fr_neg(&pads, &pads);
    zkl_shape_expect(s, tag, &ZKL_FR_ZERO, &pads);
}

/* ---- totals and relations */

/* weights[b] += weight * C^limb over the column's blocks. */
static void add_column(zkl_fr *weights, const zkl_shape *s, uint32_t table, uint64_t chunk,
                       size_t column, const zkl_fr *weight)
{
    const uint32_t block = zkl_table_block(&s->tables[table], chunk, column);
    for (uint32_t i = 0; i < s->tables[table].table->columns[column].limb_count; i++) {
        zkl_fr w;
        zkl_fr_mul(&w, weight, &s->limb[i]);
        zkl_fr_add(&weights[block + i], &weights[block + i], &w);
    }
}

/* rho0 += eta^r value: the sum over all leaves expects it, and the leaves or columns that are
 * added bring it. */
void zkl_shape_next_total(zkl_shape *s, zkl_fr *weight, const zkl_fr *value)
{
    zkl_fr v;
    *weight = s->next_total;
    zkl_fr_mul(&v, value, weight);
    zkl_fr_add(&s->rho0, &s->rho0, &v);
    zkl_fr_mul(&s->next_total, &s->next_total, &s->eta);
}

void zkl_shape_total(zkl_shape *s, zkl_fr *weight, const zkl_scalar *value)
{
    zkl_fr v;
    ZKL_ASSERT(zkl_fr_decode(&v, value->bytes));
    zkl_shape_next_total(s, weight, &v);
}

/* A block has one chunk index, and every total that it is in uses it in that chunk's leaf block. */
static void mark_total(zkl_shape *s, uint32_t block, uint64_t chunk)
{
    ZKL_ASSERT(chunk < UINT32_MAX);
    s->total_chunk[block] = (uint32_t)chunk + 1;
    if (s->total_chunks <= chunk)
        s->total_chunks = chunk + 1;
}

void zkl_shape_total_column(zkl_shape *s, uint32_t table, uint64_t chunk, size_t column,
                            const zkl_fr *weight)
{
    const uint32_t block = zkl_table_block(&s->tables[table], chunk, column);
    add_column(s->totals, s, table, chunk, column, weight);
    for (uint32_t i = 0; i < s->tables[table].table->columns[column].limb_count; i++)
        mark_total(s, block + i, chunk);
}

void zkl_shape_total_limb(zkl_shape *s, const zkl_block_column *at, uint32_t limb,
                          const zkl_fr *weight)
{
    const zkl_table_view *view = &s->tables[at->table];
    const uint32_t block = zkl_table_block(view, at->chunk, at->column) + limb;
    ZKL_ASSERT(limb < view->table->columns[at->column].limb_count);
    zkl_fr_add(&s->totals[block], &s->totals[block], weight);
    mark_total(s, block, at->chunk);
}

/* k of s_low: both halves of a cell's number have about as many bits. */
static unsigned low_bits(const zkl_shape *s)
{
    return s->format->log_cells / 2;
}

/* out[i] = base^i */
static void fill_powers(zkl_fr *out, const zkl_fr *base, size_t count)
{
    out[0] = ZKL_FR_ONE;
    for (size_t i = 1; i < count; i++)
        zkl_fr_mul(&out[i], &out[i - 1], base);
}

/* Once for all public columns. All C powers would take longer than most columns' sums. */
static bool has_powers(zkl_shape *s)
{
    const size_t low = (size_t)1 << low_bits(s),
                 high = ((size_t)1 << (s->format->log_cells - low_bits(s))) + 1;
    zkl_fr step;
    if (s->s_low)
        return true;
    s->s_low = ZKL_ARENA_NEW(&s->arena, zkl_fr, low);
    s->s_high = ZKL_ARENA_NEW(&s->arena, zkl_fr, high);
    if (!s->s_low || !s->s_high) {
        s->s_low = NULL;
        fail_shape(s, ZKL_NO_MEMORY, "powers");
        return false;
    }
    fill_powers(s->s_low, &s->s, low);
    zkl_fr_mul(&step, &s->s_low[low - 1], &s->s);
    fill_powers(s->s_high, &step, high);
    return true;
}

/* s^t, t up to C. */
static void power_of_s(zkl_fr *out, const zkl_shape *s, size_t t)
{
    const size_t low = (size_t)1 << low_bits(s);
    zkl_fr_mul(out, &s->s_low[t & (low - 1)], &s->s_high[t >> low_bits(s)]);
}

/* *sum += change * power; most changes are 0, 1 or -1. */
static void add_change(zkl_fr *sum, int64_t change, const zkl_fr *power)
{
    zkl_fr v = *power;
    if (change > 1 || change < -1) {
        zkl_fr_from_u64(&v, (uint64_t)(change < 0 ? -change : change));
        zkl_fr_mul(&v, &v, power);
    }
    if (change)
        (change > 0 ? zkl_fr_add : zkl_fr_sub)(sum, sum, &v);
}

static int64_t public_value(const zkl_public_column *column, size_t row)
{
    return column->wide_values ? (int64_t)column->wide_values[row] : column->values[row];
}

/* (s - 1) sum_(t < n) v_t s^t = v_(n-1) s^n - v_0 - sum_(0 < t < n) (v_t - v_(t-1)) s^t: of the
 * chunk that begins with row `from`, whose rows behind the last value are 0. Left without the
 * division by s - 1. */
static void sum_chunk(zkl_fr *out, const zkl_shape *s, const zkl_public_column *column, size_t from)
{
    const size_t cells = (size_t)1 << s->format->log_cells, left = column->count - from,
                 count = left < cells ? left : cells, run = (size_t)1 << low_bits(s);
    int64_t before = 0;
    zkl_fr power;
    *out = ZKL_FR_ZERO;
    for (size_t begin = 0; begin < count; begin += run) { /* s^begin stands outside of the run */
        zkl_fr sum = ZKL_FR_ZERO;
        for (size_t t = begin; t < count && t < begin + run; t++) {
            const int64_t value = public_value(column, from + t);
            add_change(&sum, before - value, &s->s_low[t - begin]);
            before = value;
        }
        if (zkl_fr_is_zero(&sum))
            continue;
        zkl_fr_mul(&sum, &sum, &s->s_high[begin >> low_bits(s)]);
        zkl_fr_add(out, out, &sum);
    }
    power_of_s(&power, s, count);
    add_change(out, before, &power);
}

void zkl_shape_power_column(zkl_shape *s, const zkl_block_column *at, const zkl_fr *weight)
{
    const zkl_table_view *view = &s->tables[at->table];
    const uint32_t block = zkl_table_block(view, at->chunk, at->column);
    add_column(s->steps, s, at->table, at->chunk, at->column, weight);
    for (uint32_t i = 0; i < view->table->columns[at->column].limb_count; i++)
        s->step_chunk[block + i] = (uint32_t)at->chunk + 1;
    if (s->step_chunks <= at->chunk)
        s->step_chunks = at->chunk + 1;
}

/* (s - 1) sum_t v_t s^t, chunk by chunk. */
static void sum_list(zkl_fr *out, const zkl_shape *s, const zkl_public_column *column)
{
    const size_t cells = (size_t)1 << s->format->log_cells;
    zkl_fr at = ZKL_FR_ONE, v, step;
    *out = ZKL_FR_ZERO;
    power_of_s(&step, s, cells);
    for (size_t from = 0; from < column->count; from += cells) {
        sum_chunk(&v, s, column, from);
        zkl_fr_mul(&v, &v, &at);
        zkl_fr_add(out, out, &v);
        zkl_fr_mul(&at, &at, &step);
    }
}

/* The same of the n numbers first, first + 1, ..: each is its neighbour's and 1.
 * (first + n - 1) s^n - first - (s^n - s) / (s - 1) */
static void sum_run(zkl_fr *out, const zkl_shape *s, const zkl_public_column *column,
                    const zkl_fr *inverse)
{
    zkl_fr end, v;
    ZKL_ASSERT(column->count > 0);
    zkl_fr_pow_u64(&end, &s->s, column->count);
    zkl_fr_from_u64(out, column->first + (column->count - 1));
    zkl_fr_mul(out, out, &end);
    zkl_fr_from_u64(&v, column->first);
    zkl_fr_sub(out, out, &v);
    zkl_fr_sub(&v, &end, &s->s);
    zkl_fr_mul(&v, &v, inverse);
    zkl_fr_sub(out, out, &v);
}

/* sum_t v_t s^t over all rows. */
static void sum_public(zkl_fr *out, const zkl_shape *s, const zkl_public_column *column)
{
    zkl_fr inverse;
    zkl_fr_sub(&inverse, &s->s, &ZKL_FR_ONE); /* not 0: derive_challenges */
    zkl_fr_inverse_vartime(&inverse, &inverse);
    if (column->values || column->wide_values)
        sum_list(out, s, column);
    else
        sum_run(out, s, column, &inverse);
    zkl_fr_mul(out, out, &inverse);
}

void zkl_shape_public(zkl_shape *s, const zkl_public_column *column)
{
    const zkl_table_view *view = &s->tables[column->table];
    const size_t cells = (size_t)1 << s->format->log_cells;
    ZKL_ASSERT(column->count <= view->chunk_count << s->format->log_cells);
    ZKL_ASSERT(!column->values || view->table->columns[column->column].limb_count == 1);
    zkl_fr value = ZKL_FR_ZERO, weight, step = ZKL_FR_ONE;
    if (!s->is_counted) {
        if (!has_powers(s))
            return;
        sum_public(&value, s, column);
        power_of_s(&step, s, cells);
    }
    zkl_shape_next_total(s, &weight, &value);
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        zkl_shape_power_column(s, &(zkl_block_column){ column->table, c, column->column }, &weight);
        zkl_fr_mul(&weight, &weight, &step);
    }
}

/* k0 += kappa^r c in every row; in the rows of the last chunk that are padding it is taken back
 * by k1. */
void zkl_shape_relate(zkl_shape *s, zkl_fr *weight, const zkl_fr *c, bool last_chunk)
{
    zkl_fr v;
    *weight = s->next_relation;
    zkl_fr_mul(&v, weight, c);
    zkl_fr_add(&s->k0, &s->k0, &v);
    if (last_chunk)
        zkl_fr_sub(&s->k1, &s->k1, &v);
    zkl_fr_mul(&s->next_relation, &s->next_relation, &s->kappa);
    s->has_relation = true;
}

void zkl_shape_relate_column(zkl_shape *s, uint32_t table, uint64_t chunk, size_t column,
                             const zkl_fr *weight)
{
    add_column(s->relation, s, table, chunk, column, weight);
}

void zkl_shape_relate_block(zkl_shape *s, uint32_t block, const zkl_fr *weight)
{
    ZKL_ASSERT(block < s->statement->block_count);
    zkl_fr_add(&s->relation[block], &s->relation[block], weight);
}

/* One leaf block a chunk index, in order. Every assertion with totals has them from chunk 0 on.
 * is_power: those over s^-t. */
static void add_totals(zkl_shape *s, bool is_power)
{
    zkl_leaf_term *terms = ZKL_ARENA_NEW(&s->arena, zkl_leaf_term, s->statement->block_count);
    const uint32_t *chunk_of = is_power ? s->step_chunk : s->total_chunk;
    const zkl_fr *weights = is_power ? s->steps : s->totals;
    const zkl_leaf leaf = { .is_total = true, .is_power = is_power, .null = ZKL_BLOCK_NONE };
    if (!terms) {
        fail_shape(s, ZKL_NO_MEMORY, "leaves");
        return;
    }
    for (uint64_t c = 0; c < (is_power ? s->step_chunks : s->total_chunks); c++) {
        size_t count = 0;
        for (size_t b = 0; b < s->statement->block_count; b++)
            if (chunk_of[b] == c + 1)
                terms[count++] = (zkl_leaf_term){ (uint32_t)b, weights[b] };
        add_leaf(s, &leaf, terms, count);
    }
}

/* ---- compiling */

/* Challenges that follow from t0 and alpha (proof-system.md section 3): kappa, eta, theta, s, and a
 * beta for each assertion. beta_0 = 0 is the table's, beta_1 that of padding and nulls,
 * beta_(2+j) that of assertion j. rho1 = 1 / (alpha - beta_1). */
static void derive_challenges(zkl_shape *s)
{
    zkl_fr in[3] = { s->t0, s->alpha };
    zkl_fr_challenge(&s->kappa, ZKL_CHALLENGE_KAPPA, in, 2);
    zkl_fr_challenge(&s->eta, ZKL_CHALLENGE_ETA, in, 2);
    zkl_fr_challenge(&s->theta, ZKL_CHALLENGE_THETA, in, 2);
    zkl_fr_challenge(&s->s, ZKL_CHALLENGE_S, in, 1);
    if (zkl_fr_is_zero(&s->s) || zkl_fr_equal(&s->s, &ZKL_FR_ONE))
        fail_shape(s, ZKL_REJECTED, "challenge s is 0 or 1");
    zkl_fr_inverse_vartime(&s->s_inv, &s->s);
    s->beta[0] = ZKL_FR_ZERO;
    for (size_t j = 1; j < 2 + s->statement->assertion_count; j++) {
        zkl_fr_from_u64(&in[2], j);
        zkl_fr_challenge(&s->beta[j], ZKL_CHALLENGE_BETA, in, 3);
    }
    zkl_fr_sub(&s->rho1, &s->alpha, &s->beta[1]);
    if (zkl_fr_is_zero(&s->rho1))
        fail_shape(s, ZKL_REJECTED, "alpha equals beta_1: a zero denominator");
    zkl_fr_inverse_vartime(&s->rho1, &s->rho1);
}

/* Room for everything, views of the tables, powers of C. The limbs of a column are at most
 * ZKL_TABLE_LIMBS_MAX. */
static zkl_status prepare_shape(zkl_shape *s, zkl_error *err)
{
    const zkl_statement *st = s->statement;
    s->tables = ZKL_ARENA_NEW(&s->arena, zkl_table_view, st->table_count);
    s->beta = ZKL_ARENA_NEW(&s->arena, zkl_fr, 2 + st->assertion_count);
    s->leaves = ZKL_ARENA_NEW(&s->arena, zkl_leaf, ZKL_LEAF_BLOCKS_MAX);
    s->relation = ZKL_ARENA_NEW(&s->arena, zkl_fr, st->block_count);
    s->totals = ZKL_ARENA_NEW(&s->arena, zkl_fr, st->block_count);
    s->total_chunk = ZKL_ARENA_NEW(&s->arena, uint32_t, st->block_count);
    s->steps = ZKL_ARENA_NEW(&s->arena, zkl_fr, st->block_count);
    s->step_chunk = ZKL_ARENA_NEW(&s->arena, uint32_t, st->block_count);
    if (!s->tables || !s->beta || !s->leaves || !s->relation || !s->totals || !s->total_chunk ||
        !s->steps || !s->step_chunk)
        return zkl_no_memory(err, st->block_count * sizeof(zkl_fr));
    size_t block = 0;
    for (size_t i = 0; i < st->table_count; i++) {
        const size_t blocks = zkl_statement_table_blocks(&st->tables[i], s->format);
        const uint64_t chunks = zkl_statement_chunk_count(&st->tables[i], s->format);
        ZKL_ASSERT(chunks > 0 && blocks % chunks == 0);
        s->tables[i] = (zkl_table_view){ &st->tables[i], block, blocks / chunks, chunks };
        block += blocks;
    }
    ZKL_ASSERT(block == st->block_count); /* zkl_statement_check */
    for (unsigned i = 0; i <= ZKL_TABLE_LIMBS_MAX; i++)
        if (i * s->format->log_cells < 255)
            zkl_fr_power_of_two(&s->limb[i], i * s->format->log_cells);
        else
            zkl_fr_mul(&s->limb[i], &s->limb[i - 1], &s->limb[1]);
    s->next_relation = s->next_total = ZKL_FR_ONE;
    return ZKL_OK;
}

/* Each assertion under its own tag, then what they share: totals, and the leaves of padded rows. */
static zkl_status compile_assertions(zkl_shape *s, zkl_error *err)
{
    ZKL_TRY(prepare_shape(s, err));
    derive_challenges(s);
    for (size_t j = 0; j < s->statement->assertion_count; j++)
        zkl_assertion_ops_of(s->statement->assertions[j].kind)
            ->compile(s, 2 + (unsigned)j, &s->statement->assertions[j]);
    add_totals(s, false);
    add_totals(s, true);
    zkl_fr pads;
    zkl_fr_from_u64(&pads, s->pads);
    zkl_fr_mul(&pads, &pads, &s->rho1);
    zkl_fr_add(&s->rho0, &s->rho0, &pads);
    if (zkl_shape_leaf_blocks(s) > ZKL_LEAF_BLOCKS_MAX)
        fail_shape(s, ZKL_REJECTED, "tier: more leaf blocks than the largest tier has");
    if (s->status == ZKL_NO_MEMORY)
        return zkl_no_memory(err, 0);
    return s->status ? zkl_fail(err, s->status, "%s", s->fault) : ZKL_OK;
}

zkl_status zkl_shape_compile(zkl_shape *out, const zkl_statement *statement,
                             const zkl_proof_format *format, const zkl_fr *t0, const zkl_fr *alpha,
                             zkl_error *err)
{
    *out = (zkl_shape){ .statement = statement, .format = format, .t0 = *t0, .alpha = *alpha };
    return compile_assertions(out, err);
}

/* Any t0 and alpha give the same counts. */
zkl_status zkl_shape_count(zkl_shape *out, const zkl_statement *statement,
                           const zkl_proof_format *format, zkl_error *err)
{
    *out = (zkl_shape){
        .statement = statement, .format = format, .alpha = ZKL_FR_ONE, .is_counted = true
    };
    return compile_assertions(out, err);
}

/* Everything lies in the arena. */
void zkl_shape_clear(zkl_shape *s)
{
    zkl_arena_clear(&s->arena);
    *s = (zkl_shape){ 0 };
}

/* At least 4 leaf blocks; tiers are even. */
unsigned zkl_shape_tier(const zkl_shape *s)
{
    unsigned n = 2;
    while (((size_t)1 << n) < zkl_shape_leaf_blocks(s))
        n++;
    n += s->format->log_cells;
    return n + n % 2;
}

/* weights[block] += e weight */
static void add_weight(zkl_fr *weights, uint32_t block, const zkl_fr *e, const zkl_fr *weight)
{
    zkl_fr w;
    zkl_fr_mul(&w, e, weight);
    zkl_fr_add(&weights[block], &weights[block], &w);
}

/* The leaf polynomials at the point are sums of blocks: leaf i has the weight e_i = eq(r_hi, i),
 * a block in it e_i times its own weight. Nulls move a leaf from beta_tag to beta_1, so a flag
 * weighs e_i (beta_1 - beta_tag). Numerators of weighted fractions are in X3, as totals are. */
void zkl_shape_weights(zkl_fr *x, zkl_fr *x2, zkl_fr *x3, const zkl_shape *s, const zkl_fr *eb)
{
    const size_t blocks = s->statement->block_count;
    if (x)
        memset(x, 0, blocks * sizeof *x);
    if (x2)
        memcpy(x2, s->relation, blocks * sizeof *x2);
    if (x3)
        memset(x3, 0, blocks * sizeof *x3);
    for (size_t i = 0; i < s->leaf_count; i++) {
        const zkl_leaf *leaf = &s->leaves[i];
        zkl_fr *out = leaf->is_total ? x3 : x, null;
        for (size_t k = 0; out && k < leaf->term_count; k++)
            add_weight(out, leaf->terms[k].block, &eb[i], &leaf->terms[k].weight);
        if (out && leaf->null != ZKL_BLOCK_NONE) {
            zkl_fr_sub(&null, &s->beta[1], &leaf->beta);
            add_weight(out, leaf->null, &eb[i], &null);
        }
        for (size_t k = 0; x3 && k < leaf->numerator_count; k++)
            add_weight(x3, leaf->numerators[k].block, &eb[i], &leaf->numerators[k].weight);
    }
}
