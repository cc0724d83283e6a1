/* Leaves that match rows: fingerprints sum_j theta^j limb_j under a tag, whose poles are the rows.
 * docs/proof-system.md section 8, "What kinds over several tables share". */
#include "claim/row_leaves.h"

zkl_term_list zkl_terms_new(zkl_shape *shape, size_t capacity)
{
    /* beyond the largest tier leaves are only counted: no memory is spent on their terms */
    if (shape->leaf_count >= ZKL_LEAF_BLOCKS_MAX)
        capacity = 0;
    zkl_term_list out = { shape, ZKL_ARENA_NEW(&shape->arena, zkl_leaf_term, capacity), 0,
                          capacity };
    if (!out.terms) {
        zkl_shape_no_memory(shape);
        out.capacity = 0;
    }
    return out;
}

void zkl_terms_put(zkl_term_list *list, uint32_t block, const zkl_fr *weight)
{
    if (!list->capacity)
        return;
    ZKL_ASSERT(list->count < list->capacity);
    list->terms[list->count++] = (zkl_leaf_term){ block, *weight };
}

void zkl_terms_put_value(zkl_term_list *list, const zkl_block_column *at, const zkl_fr *weight)
{
    const zkl_table_view *view = &list->shape->tables[at->table];
    const uint32_t block = zkl_table_block(view, at->chunk, at->column);
    for (uint32_t i = 0; i < view->table->columns[at->column].limb_count; i++) {
        zkl_fr w;
        zkl_fr_mul(&w, weight, &list->shape->limb[i]);
        zkl_terms_put(list, block + i, &w);
    }
}

void zkl_terms_put_print(zkl_term_list *list, const zkl_block_column *at, zkl_fr *power)
{
    const zkl_table_view *view = &list->shape->tables[at->table];
    const uint32_t block = zkl_table_block(view, at->chunk, at->column);
    for (uint32_t i = 0; i < view->table->columns[at->column].limb_count; i++) {
        zkl_terms_put(list, block + i, power);
        zkl_fr_mul(power, power, &list->shape->theta);
    }
}

zkl_term_list zkl_terms_of_row(zkl_shape *shape, uint32_t table, uint64_t chunk, size_t more,
                               zkl_fr *power)
{
    const zkl_table_view *view = &shape->tables[table];
    zkl_term_list out = zkl_terms_new(shape, view->blocks_per_chunk + more);
    const uint32_t block = zkl_table_block(view, chunk, 0);
    *power = ZKL_FR_ONE;
    for (uint32_t i = 0; out.capacity && i < view->blocks_per_chunk; i++) {
        zkl_terms_put(&out, block + i, power);
        zkl_fr_mul(power, power, &shape->theta);
    }
    return out;
}

void zkl_shape_fraction(zkl_shape *shape, const zkl_fraction *f)
{
    const zkl_leaf leaf = { .is_weighted = true,
                            .tag = f->tag,
                            .null = ZKL_BLOCK_NONE,
                            .has_one = f->one != NULL,
                            .one = f->one ? *f->one : ZKL_FR_ZERO,
                            .sign = f->sign,
                            .numerators = f->above ? f->above->terms : NULL,
                            .numerator_count = f->above ? f->above->count : 0 };
    zkl_shape_leaf(shape, &leaf, f->below->terms, f->below->count);
}

void zkl_shape_rest_of(zkl_shape *shape, const zkl_term_list *terms, const zkl_fr *one)
{
    const zkl_leaf leaf = { .null = ZKL_BLOCK_NONE,
                            .has_one = one != NULL,
                            .one = one ? *one : ZKL_FR_ZERO };
    zkl_shape_leaf(shape, &leaf, terms->terms, terms->count);
    shape->has_table = true;
}

void zkl_shape_pads(zkl_fr *out, const zkl_shape *shape, uint32_t table)
{
    const zkl_table_view *view = &shape->tables[table];
    zkl_fr_from_u64(out, (view->chunk_count << shape->format->log_cells) - view->table->row_count);
}

void zkl_shape_expect_pads(zkl_shape *shape, uint32_t table, unsigned tag, const zkl_fr *v,
                           const zkl_fr *weight)
{
    zkl_fr count;
    zkl_shape_pads(&count, shape, table);
    zkl_fr_mul(&count, &count, weight);
    zkl_shape_expect(shape, tag, v, &count);
}

/* ---- Live rows */

/* Real rows of the last chunk, 0 when it is full. */
static uint64_t rows_over(const zkl_statement_table *table, const zkl_proof_format *format)
{
    return table->row_count & (((uint64_t)1 << format->log_cells) - 1);
}

size_t zkl_auxiliary_live(zkl_auxiliary *out, const zkl_statement_table *table,
                          const zkl_proof_format *format)
{
    const uint64_t rows = rows_over(table, format);
    if (rows)
        *out = (zkl_auxiliary){ .columns = { { "l", 1 } }, .column_count = 1, .row_count = rows };
    return rows > 0;
}

uint32_t zkl_shape_live(zkl_shape *shape, uint32_t table, uint32_t live)
{
    const size_t rows = (size_t)rows_over(shape->tables[table].table, shape->format);
    if (!rows)
        return ZKL_BLOCK_NONE;
    ZKL_AUTO_BLOCK uint16_t *ones = zkl_calloc(rows, sizeof *ones);
    if (!ones) {
        zkl_shape_no_memory(shape);
        return ZKL_BLOCK_NONE;
    }
    for (size_t t = 0; t < rows; t++)
        ones[t] = 1;
    zkl_shape_public(shape, &(zkl_public_column){ live, 0, ones, rows, NULL });
    return zkl_table_block(&shape->tables[live], 0, 0);
}

void zkl_terms_put_live(zkl_term_list *list, zkl_fr *one, uint32_t table, uint64_t chunk,
                        uint32_t live, const zkl_fr *mark)
{
    zkl_fr minus;
    if (live == ZKL_BLOCK_NONE || chunk + 1 != list->shape->tables[table].chunk_count)
        return;
    zkl_fr_neg(&minus, mark);
    zkl_terms_put(list, live, &minus);
    zkl_fr_add(one, one, mark);
}

/* ---- Sources */

bool zkl_tables_pair(const zkl_statement_table *a, const zkl_statement_table *b)
{
    bool same = a->column_count == b->column_count;
    for (size_t i = 0; same && i < a->column_count; i++)
        same = a->columns[i].limb_count == b->columns[i].limb_count;
    return same;
}

bool zkl_tables_alike(const zkl_statement_table *a, const zkl_statement_table *b)
{
    bool same =
        zkl_digest_equal(&a->schema_hash, &b->schema_hash) && a->column_count == b->column_count;
    for (size_t i = 0; same && i < a->column_count; i++)
        same = a->columns[i].index == b->columns[i].index &&
               a->columns[i].limb_count == b->columns[i].limb_count &&
               zkl_bytes_equal(a->columns[i].role, b->columns[i].role);
    return same;
}

bool zkl_column_is_flag(const zkl_statement_table *table, size_t column)
{
    return column > 0 &&
           zkl_role_is_flag_of(table->columns[column].role, table->columns[column - 1].role);
}

uint32_t zkl_table_limbs(const zkl_statement_table *table)
{
    uint32_t limbs = 0;
    for (size_t i = 0; i < table->column_count; i++)
        limbs += table->columns[i].limb_count;
    return limbs;
}

uint32_t zkl_limbs_for(uint64_t most, const zkl_proof_format *format)
{
    uint32_t limbs = 1;
    while (most >>= format->log_cells)
        limbs++;
    return limbs;
}
