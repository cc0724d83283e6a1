/* Leaves of the fraction tree, computed from cells whenever they are read (docs/proof-system.md
 * section 2).
 *
 *   fraction  sign / (alpha - beta_tag (1 - null) - beta_1 (pad + null) - v)
 *             v = weighted sum of cells, and a constant in a rest
 *   weighted  (sign + weighted sum of cells) / the same
 *   total     v / 1, or v / s^-t
 *   table     -m_t / (alpha - t)
 *   unused    0 / 1
 *
 * A leaf block has C leaves and 2 KB of description, where its values would take 2 to 4 MB: so
 * the leaf layer, three quarters of the tree, is never stored. Most fractions are range leaves
 * of one block, whose denominators alpha - cell are looked up. What is read here is secret
 * (cells, multiplicities); alpha and beta are public once the proof is out. */
#include "prove/prove_internal.h"

#define NEGATE_RUN 1024
#define LOOKUP_TERMS_MAX (2 * ZKL_TABLE_LIMBS_MAX + 2) /* of a leaf of tag 0: a rest has most */

/* A weighted sum of cells of one leaf block: the terms of its shape, and in a fraction with a
 * tag and nulls one more, where the flag moves the leaf from beta_tag to beta_1. Or the numerator's
 * terms. */
typedef struct leaf_sum {
    zkl_fr *weights;
    const uint16_t **cells;
    size_t count;
} leaf_sum;

/* A leaf block whose denominators are alpha less a number of 16 bits: that number is a weighted sum
 * of cells, over the integers, and `one`. */
typedef struct leaf_number {
    bool is_number;
    int64_t weights[LOOKUP_TERMS_MAX], one;
} leaf_number;

struct zkl_leaf_source {
    zkl_arena arena;
    const zkl_shape *shape;
    const uint16_t *const *cells;
    size_t cell_count;
    zkl_fr *alpha_minus; /* [t]: alpha - t, the table's denominators and those of most leaves */
    zkl_fr *minus_m;     /* [t]: -m_t */
    zkl_fr *powers;      /* [t]: s^-t; NULL when no leaf block is over them */
    leaf_sum *sums;      /* of each leaf block */
    leaf_sum *numerators;
    leaf_number *numbers;
    size_t *live; /* of each leaf block: from there on its leaves are equal */
};

/* ---- where blocks end

 * A table's last chunk is padded with zeros, which its `cells` and the padding of leaves enforce.
 * Numbers of rows are public, so what is saved behind them tells nothing. */

/* The rows of the table in its last chunk. */
static size_t last_rows(const zkl_table_view *view, size_t cell_count)
{
    return (size_t)((view->table->row_count - 1) % cell_count) + 1;
}

/* A false table may have something behind its rows. It is proven as it is, and the proof fails. */
static size_t find_end(const uint16_t *cells, size_t rows, size_t cell_count)
{
    uint16_t any = 0;
    for (size_t t = rows; t < cell_count; t++)
        any |= cells[t];
    return any ? cell_count : rows;
}

void zkl_block_ends(size_t *ends, const zkl_shape *shape, const uint16_t *const *cells)
{
    const size_t cell_count = (size_t)1 << shape->format->log_cells;
    const zkl_statement *s = shape->statement;
    for (size_t b = 0; b < s->block_count; b++)
        ends[b] = cell_count;
    for (size_t i = 0; i < s->table_count; i++) {
        const zkl_table_view *view = &shape->tables[i];
        const size_t each = view->blocks_per_chunk,
                     last = view->first_block + (size_t)(view->chunk_count - 1) * each;
        ZKL_ASSERT(view->chunk_count > 0 && last + each <= s->block_count);
        for (size_t b = last; b < last + each; b++)
            ends[b] = find_end(cells[b], last_rows(view, cell_count), cell_count);
    }
}

static size_t longest_end(size_t live, const size_t *ends, const zkl_leaf_term *terms, size_t count)
{
    for (size_t k = 0; k < count; k++)
        live = ends[terms[k].block] > live ? ends[terms[k].block] : live;
    return live;
}

/* The longest of its blocks, and where padding begins if it has its own. */
static size_t find_live(const zkl_shape *shape, const zkl_leaf *leaf, const size_t *ends)
{
    size_t live = longest_end(0, ends, leaf->terms, leaf->term_count);
    if (leaf->is_total)
        return live;
    if (leaf->is_weighted)
        live = longest_end(live, ends, leaf->numerators, leaf->numerator_count);
    if (leaf->null != ZKL_BLOCK_NONE && ends[leaf->null] > live)
        live = ends[leaf->null];
    return (leaf->pad || leaf->end) && shape->last + 1 > live ? (size_t)shape->last + 1 : live;
}

static zkl_status find_lives(zkl_leaf_source *s, zkl_error *err)
{
    const zkl_shape *shape = s->shape;
    ZKL_AUTO_BLOCK size_t *ends = zkl_calloc(shape->statement->block_count, sizeof *ends);
    s->live = ZKL_ARENA_NEW(&s->arena, size_t, shape->leaf_count);
    if (!ends || !s->live)
        return zkl_no_memory(err, shape->leaf_count * sizeof *s->live);
    zkl_block_ends(ends, shape, s->cells);
    for (size_t i = 0; i < shape->leaf_count; i++)
        s->live[i] = find_live(shape, &shape->leaves[i], ends);
    return ZKL_OK;
}

size_t zkl_leaf_source_live(const zkl_leaf_source *s, size_t leaf_block)
{
    return leaf_block < s->shape->leaf_count ? s->live[leaf_block] : s->cell_count;
}

/* ---- the source */

/* terms: copied, with room for one more. */
static zkl_status describe_terms(leaf_sum *out, zkl_leaf_source *s, const zkl_leaf_term *terms,
                                 size_t term_count, zkl_error *err)
{
    const size_t most = term_count + 1;
    out->weights = ZKL_ARENA_NEW(&s->arena, zkl_fr, most);
    out->cells = ZKL_ARENA_NEW(&s->arena, const uint16_t *, most);
    if (!out->weights || !out->cells)
        return zkl_no_memory(err, most * sizeof *out->weights);
    for (; out->count < term_count; out->count++) {
        out->weights[out->count] = terms[out->count].weight;
        out->cells[out->count] = s->cells[terms[out->count].block];
    }
    return ZKL_OK;
}

static zkl_status describe_sum(leaf_sum *out, zkl_leaf_source *s, const zkl_leaf *leaf,
                               zkl_error *err)
{
    ZKL_TRY(describe_terms(out, s, leaf->terms, leaf->term_count, err));
    if (leaf->is_total || leaf->null == ZKL_BLOCK_NONE)
        return ZKL_OK;
    zkl_fr_sub(&out->weights[out->count], &s->shape->beta[1], &leaf->beta);
    out->cells[out->count++] = s->cells[leaf->null];
    return ZKL_OK;
}

/* The integer below 2^32 in size that an element stands for, where there is one. */
static bool small_integer(int64_t *out, const zkl_fr *value)
{
    zkl_fr minus;
    uint8_t bytes[2][32];
    zkl_fr_neg(&minus, value);
    zkl_fr_encode(bytes[0], value);
    zkl_fr_encode(bytes[1], &minus);
    for (int negative = 0; negative < 2; negative++) {
        int64_t number = 0;
        size_t i = 0;
        while (i < 28 && bytes[negative][i] == 0)
            i++;
        if (i < 28)
            continue;
        for (; i < 32; i++)
            number = number << 8 | bytes[negative][i];
        *out = negative ? -number : number;
        return true;
    }
    return false;
}

/* 1 / (alpha - number), in every row: no null, no padding, no constant that ends. */
static void describe_number(leaf_number *out, const zkl_leaf *leaf)
{
    *out = (leaf_number){ .is_number = !leaf->is_total && !leaf->is_weighted && !leaf->negative &&
                                       !leaf->pad && !leaf->end && leaf->null == ZKL_BLOCK_NONE &&
                                       leaf->term_count <= LOOKUP_TERMS_MAX &&
                                       zkl_fr_is_zero(&leaf->beta) };
    for (size_t i = 0; out->is_number && i < leaf->term_count; i++)
        out->is_number = small_integer(&out->weights[i], &leaf->terms[i].weight);
    if (out->is_number && leaf->has_one)
        out->is_number = small_integer(&out->one, &leaf->one);
}

/* Of every leaf block, and the powers that some of them are over. */
static zkl_status describe_sums(zkl_leaf_source *s, zkl_error *err)
{
    const zkl_shape *shape = s->shape;
    bool has_powers = false;
    s->sums = ZKL_ARENA_NEW(&s->arena, leaf_sum, shape->leaf_count);
    s->numerators = ZKL_ARENA_NEW(&s->arena, leaf_sum, shape->leaf_count);
    s->numbers = ZKL_ARENA_NEW(&s->arena, leaf_number, shape->leaf_count);
    if (!s->sums || !s->numerators || !s->numbers)
        return zkl_no_memory(err, shape->leaf_count * sizeof *s->sums);
    for (size_t i = 0; i < shape->leaf_count; i++) {
        const zkl_leaf *leaf = &shape->leaves[i];
        ZKL_TRY(describe_sum(&s->sums[i], s, leaf, err));
        describe_number(&s->numbers[i], leaf);
        if (leaf->is_weighted)
            ZKL_TRY(
                describe_terms(&s->numerators[i], s, leaf->numerators, leaf->numerator_count, err));
        has_powers |= shape->leaves[i].is_total && shape->leaves[i].is_power;
    }
    if (!has_powers)
        return ZKL_OK;
    s->powers = ZKL_ARENA_NEW(&s->arena, zkl_fr, s->cell_count);
    if (!s->powers)
        return zkl_no_memory(err, s->cell_count * sizeof *s->powers);
    s->powers[0] = ZKL_FR_ONE;
    for (size_t t = 1; t < s->cell_count; t++)
        zkl_fr_mul(&s->powers[t], &s->powers[t - 1], &shape->s_inv);
    return ZKL_OK;
}

/* out[t] = -counts[t], as the sum -low - 2^16 high of two cells. */
static void negate_counts(zkl_fr *out, const uint32_t *counts, size_t count)
{
    uint16_t halves[2][NEGATE_RUN];
    const uint16_t *const cells[2] = { halves[0], halves[1] };
    zkl_fr weights[2] = { ZKL_FR_ONE };
    zkl_fr_power_of_two(&weights[1], 16);
    for (size_t i = 0; i < 2; i++)
        zkl_fr_neg(&weights[i], &weights[i]);
    for (size_t at = 0; at < count; at += NEGATE_RUN) {
        const size_t run = count - at < NEGATE_RUN ? count - at : NEGATE_RUN;
        for (size_t i = 0; i < run; i++) {
            halves[0][i] = (uint16_t)counts[at + i];
            halves[1][i] = (uint16_t)(counts[at + i] >> 16);
        }
        zkl_cells_combine(out + at, weights, cells, 2, 0, run);
    }
    zkl_wipe(halves, sizeof halves);
}

zkl_status zkl_leaf_source_new(zkl_leaf_source **out, const zkl_shape *shape,
                               const uint16_t *const *cells, const uint32_t *multiplicities,
                               zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_leaf_source) s = zkl_calloc(1, sizeof *s);
    if (!s)
        return zkl_no_memory(err, sizeof *s);
    ZKL_ASSERT(shape->has_table == (multiplicities != NULL));
    s->shape = shape;
    s->cells = cells;
    s->cell_count = (size_t)1 << shape->format->log_cells;
    s->alpha_minus = zkl_malloc(s->cell_count, sizeof *s->alpha_minus);
    s->minus_m = zkl_malloc(s->cell_count, sizeof *s->minus_m);
    if (!s->alpha_minus || !s->minus_m)
        return zkl_no_memory(err, s->cell_count * sizeof *s->minus_m);
    ZKL_TRY(describe_sums(s, err));
    ZKL_TRY(find_lives(s, err));
    zkl_fr value = shape->alpha; /* alpha - t, counting down */
    for (size_t t = 0; t < s->cell_count; t++) {
        s->alpha_minus[t] = value;
        zkl_fr_sub(&value, &value, &ZKL_FR_ONE);
    }
    if (multiplicities)
        negate_counts(s->minus_m, multiplicities, s->cell_count);
    *out = s;
    s = NULL;
    return ZKL_OK;
}

void zkl_leaf_source_free(zkl_leaf_source *s)
{
    if (!s)
        return;
    if (s->minus_m)
        zkl_wipe(s->minus_m, s->cell_count * sizeof *s->minus_m);
    zkl_free(s->alpha_minus);
    zkl_free(s->minus_m);
    zkl_arena_clear(&s->arena);
    zkl_free(s);
}

unsigned zkl_leaf_source_log_cells(const zkl_leaf_source *s)
{
    return s->shape->format->log_cells;
}

zkl_leaf_form zkl_leaf_source_form(const zkl_leaf_source *s, size_t leaf_block)
{
    if (leaf_block < s->shape->leaf_count) {
        const zkl_leaf *leaf = &s->shape->leaves[leaf_block];
        if (leaf->is_total)
            return leaf->is_power ? ZKL_LEAVES_POWER : ZKL_LEAVES_TOTAL;
        return leaf->is_weighted ? ZKL_LEAVES_WEIGHTED : ZKL_LEAVES_FRACTION;
    }
    return leaf_block == s->shape->leaf_count && s->shape->has_table ? ZKL_LEAVES_TABLE
                                                                     : ZKL_LEAVES_UNUSED;
}

void zkl_leaf_source_sign(zkl_fr *out, const zkl_leaf_source *s, size_t leaf_block)
{
    ZKL_ASSERT(leaf_block < s->shape->leaf_count);
    zkl_leaf_sign(out, &s->shape->leaves[leaf_block]);
}

/* A range leaf of one block: alpha - cell, less beta_1 under a null. */
static void fill_range(const zkl_leaf_source *s, zkl_fr *q, const zkl_leaf *leaf, size_t from,
                       size_t count)
{
    const uint16_t *cells = s->cells[leaf->terms[0].block] + from;
    const uint16_t *nulls = leaf->null == ZKL_BLOCK_NONE ? NULL : s->cells[leaf->null] + from;
    for (size_t i = 0; i < count; i++)
        q[i] = s->alpha_minus[cells[i]];
    for (size_t i = 0; nulls && i < count; i++)
        for (unsigned k = nulls[i]; k; k--) /* once, for a flag */
            zkl_fr_sub(&q[i], &q[i], &s->shape->beta[1]);
}

/* alpha - beta_tag - null (beta_1 - beta_tag) - sum of weighted cells - one */
static void fill_affine(const zkl_leaf_source *s, zkl_fr *q, size_t leaf_block, size_t from,
                        size_t count)
{
    const zkl_leaf *leaf = &s->shape->leaves[leaf_block];
    const leaf_sum *sum = &s->sums[leaf_block];
    zkl_fr base, base_end;
    zkl_cells_combine(q, sum->weights, sum->cells, sum->count, from, count);
    zkl_fr_sub(&base, &s->shape->alpha, &leaf->beta);
    base_end = base; /* past the last row, where `one` is not added */
    if (leaf->has_one)
        zkl_fr_sub(&base, &base, &leaf->one);
    for (size_t i = 0; i < count; i++)
        zkl_fr_sub(&q[i], leaf->end && from + i > s->shape->last ? &base_end : &base, &q[i]);
}

/* alpha - cell, and nothing but a null term or padding besides: a lookup. */
static bool is_range(const zkl_leaf *leaf)
{
    return leaf->tag == 0 && leaf->term_count == 1 && !leaf->has_one &&
           zkl_fr_equal(&leaf->terms[0].weight, &ZKL_FR_ONE);
}

void zkl_leaf_source_fill(const zkl_leaf_source *s, zkl_fr *p, zkl_fr *q, size_t leaf_block,
                          size_t from, size_t count)
{
    const zkl_leaf_form form = zkl_leaf_source_form(s, leaf_block);
    ZKL_DEBUG_ASSERT(form != ZKL_LEAVES_UNUSED && from + count <= s->cell_count);
    if (form == ZKL_LEAVES_TABLE) {
        memcpy(p, s->minus_m + from, count * sizeof *p);
        memcpy(q, s->alpha_minus + from, count * sizeof *q);
        return;
    }
    const zkl_leaf *leaf = &s->shape->leaves[leaf_block];
    const leaf_sum *sum = &s->sums[leaf_block];
    if (leaf->is_total) { /* the weights carry eta and the claims' own factors */
        zkl_cells_combine(p, sum->weights, sum->cells, sum->count, from, count);
        if (leaf->is_power)
            memcpy(q, s->powers + from, count * sizeof *q);
        return;
    }
    if (leaf->is_weighted) {
        const leaf_sum *numerator = &s->numerators[leaf_block];
        zkl_cells_combine(p, numerator->weights, numerator->cells, numerator->count, from, count);
        for (size_t i = 0; i < count; i++)
            zkl_fr_add(&p[i], &p[i], &leaf->sign);
    }
    /* alpha - beta_tag - .. first, for every row; beta_1 once more behind the last one */
    if (is_range(leaf))
        fill_range(s, q, leaf, from, count);
    else
        fill_affine(s, q, leaf_block, from, count);
    if (leaf->pad)
        for (size_t i = from > s->shape->last ? 0 : s->shape->last + 1 - from; i < count; i++)
            zkl_fr_sub(&q[i], &q[i], &s->shape->beta[1]);
}

bool zkl_leaf_source_is_number(const zkl_leaf_source *s, size_t leaf_block)
{
    return leaf_block < s->shape->leaf_count && s->numbers[leaf_block].is_number;
}

const zkl_fr *zkl_leaf_source_alpha(const zkl_leaf_source *s)
{
    return &s->shape->alpha;
}

/* Sums of at most 36 cells by weights below 2^32, and such a constant: below 2^54. */
const uint16_t *zkl_leaf_source_numbers(const zkl_leaf_source *s, uint16_t *room, size_t leaf_block,
                                        size_t from, size_t count)
{
    const leaf_number *number = &s->numbers[leaf_block];
    const leaf_sum *sum = &s->sums[leaf_block];
    int64_t outside = 0;
    ZKL_DEBUG_ASSERT(number->is_number && from + count <= s->cell_count);
    if (sum->count == 1 && number->weights[0] == 1 && number->one == 0)
        return sum->cells[0] + from;
    for (size_t i = 0; i < count; i++) {
        int64_t value = number->one;
        for (size_t k = 0; k < sum->count; k++)
            value += number->weights[k] * sum->cells[k][from + i];
        outside |= value & ~(int64_t)UINT16_MAX;
        room[i] = (uint16_t)value;
    }
    return outside ? NULL : room;
}

/* ---- multiplicities */

/* The value of a tag-0 leaf lies in [0, C), so it is known mod C: weights mod C as integers,
 * negative ones counted down from r. */
static uint32_t weight_mod_cells(const zkl_fr *weight)
{
    zkl_fr minus;
    uint8_t bytes[32], minus_bytes[32];
    zkl_fr_neg(&minus, weight);
    zkl_fr_encode(bytes, weight);
    zkl_fr_encode(minus_bytes, &minus);
    /* of w and r - w the smaller one is meant; its low 32 bits are enough mod C */
    const bool negative = !zkl_fr_is_zero(weight) && memcmp(minus_bytes, bytes, 32) < 0;
    const uint8_t *low = (negative ? minus_bytes : bytes) + 28;
    const uint32_t value =
        (uint32_t)low[0] << 24 | (uint32_t)low[1] << 16 | (uint32_t)low[2] << 8 | low[3];
    return negative ? 0 - value : value;
}

typedef struct counting {
    const zkl_shape *shape;
    const uint16_t *const *cells;
    size_t cell_count;
    uint32_t *counts; /* cell_count for each worker */
    zkl_fr *nulls;    /* one for each leaf */
} counting;

/* What one leaf adds to u: null times numerator, over its rows. A flag that is no flag (its proof
 * fails) is taken for the number that it is. */
static void sum_nulls(zkl_fr *out, const counting *job, const zkl_leaf *leaf)
{
    const uint16_t *nulls = job->cells[leaf->null];
    zkl_fr numerator, v, w;
    uint64_t count = 0;
    for (size_t t = 0; !leaf->is_weighted && t < job->cell_count; t++)
        count += nulls[t];
    if (!leaf->is_weighted) {
        zkl_leaf_sign(&numerator, leaf);
        zkl_fr_from_u64(&v, count);
        zkl_fr_mul(out, &v, &numerator);
        return;
    }
    for (size_t t = 0; t < job->cell_count; t++) {
        if (!nulls[t])
            continue;
        zkl_leaf_sign(&numerator, leaf);
        for (size_t k = 0; k < leaf->numerator_count; k++) {
            zkl_fr_from_u64(&v, job->cells[leaf->numerators[k].block][t]);
            zkl_fr_mul(&w, &v, &leaf->numerators[k].weight);
            zkl_fr_add(&numerator, &numerator, &w);
        }
        zkl_fr_from_u64(&v, nulls[t]);
        zkl_fr_mul(&w, &v, &numerator);
        zkl_fr_add(out, out, &w);
    }
}

/* A task: one leaf block. Counts values of tag 0 that beta_1 leaves: rows, less nulls; and its part
 * of u. */
static void count_leaf(void *context, size_t index, size_t worker)
{
    const counting *job = context;
    const zkl_leaf *leaf = &job->shape->leaves[index];
    ZKL_ASSERT(index < job->shape->leaf_count);
    uint32_t *counts = job->counts + worker * job->cell_count, weights[LOOKUP_TERMS_MAX];
    const uint16_t *nulls = leaf->null == ZKL_BLOCK_NONE ? NULL : job->cells[leaf->null];
    if (nulls)
        sum_nulls(&job->nulls[index], job, leaf);
    if (leaf->is_total || leaf->tag)
        return;
    ZKL_ASSERT(leaf->term_count <= LOOKUP_TERMS_MAX);
    for (size_t k = 0; k < leaf->term_count; k++)
        weights[k] = weight_mod_cells(&leaf->terms[k].weight);
    const uint32_t one = leaf->has_one ? weight_mod_cells(&leaf->one) : 0;
    const size_t end = leaf->pad ? job->shape->last + 1 : job->cell_count;
    for (size_t t = 0; t < end; t++) {
        if (nulls && nulls[t])
            continue;
        uint32_t v = leaf->end && t > job->shape->last ? 0 : one;
        for (size_t k = 0; k < leaf->term_count; k++)
            v += weights[k] * job->cells[leaf->terms[k].block][t];
        counts[v &
               (job->cell_count - 1)]++; /* a false value falls somewhere, and the proof fails */
    }
}

/* Each worker counts for itself, and the sums are exact, so the number of workers changes
 * nothing. */
zkl_status zkl_leaf_multiplicities(uint32_t *counts, zkl_fr *u, const zkl_shape *shape,
                                   const uint16_t *const *cells, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(shape->leaf_count <= ZKL_LEAF_BLOCKS_MAX);
    const size_t cell_count = (size_t)1 << shape->format->log_cells,
                 workers = zkl_pool_threads(pool);
    ZKL_AUTO_BLOCK uint32_t *partial = zkl_calloc(workers * cell_count, sizeof *partial);
    ZKL_AUTO_BLOCK zkl_fr *nulls = zkl_calloc(shape->leaf_count, sizeof *nulls);
    if (!partial || !nulls)
        return zkl_no_memory(err, workers * cell_count * sizeof *partial);
    counting job = { shape, cells, cell_count, partial, nulls };
    zkl_pool_run(pool, shape->leaf_count, count_leaf, &job);
    memset(counts, 0, cell_count * sizeof *counts);
    for (size_t w = 0; w < workers; w++)
        for (size_t t = 0; t < cell_count; t++)
            counts[t] += partial[w * cell_count + t];
    *u = ZKL_FR_ZERO;
    for (size_t i = 0; i < shape->leaf_count; i++)
        zkl_fr_add(u, u, &nulls[i]);
    zkl_wipe(partial, workers * cell_count * sizeof *partial);
    return ZKL_OK;
}
