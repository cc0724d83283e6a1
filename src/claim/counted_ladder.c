/* Leaves of ladders that count. After `present` of tests/model/proof_model.py. */
#include "claim/counted_ladder.h"

void zkl_counted_ladder_columns(zkl_auxiliary *out, uint64_t most, const zkl_proof_format *format)
{
    const size_t at = out->column_count;
    ZKL_ASSERT(at + 2 <= ZKL_AUXILIARY_COLUMNS_MAX);
    memcpy(out->columns[at].role, "e", sizeof "e");
    memcpy(out->columns[at + 1].role, "e?", sizeof "e?");
    out->columns[at].limb_count = zkl_limbs_for(most, format);
    out->columns[at + 1].limb_count = 1;
    out->column_count += 2;
}

/* The key's columns are left out: a ladder needs no range of its keys. */
void zkl_counted_ladder_range(zkl_shape *shape, const zkl_counted_ladder *ladder)
{
    zkl_shape_range_from(shape, ladder->table, ladder->key_columns);
}

/* The print of the key's columns from `first` on, in a chunk. */
static zkl_term_list print_of(zkl_shape *shape, const zkl_counted_ladder *ladder, uint64_t chunk,
                              size_t first)
{
    const zkl_table_view *view = &shape->tables[ladder->table];
    zkl_term_list out = zkl_terms_new(shape, view->blocks_per_chunk);
    zkl_fr power = ZKL_FR_ONE;
    for (size_t i = first; i < ladder->key_columns; i++)
        zkl_terms_put_print(&out, &(zkl_block_column){ ladder->table, chunk, i }, &power);
    return out;
}

static uint32_t flag_block(const zkl_shape *shape, const zkl_counted_ladder *ladder, uint64_t chunk)
{
    return zkl_table_block(&shape->tables[ladder->table], chunk, ladder->key_columns + 1);
}

/* -least - e + least e? */
void zkl_counted_ladder_answer(zkl_shape *shape, const zkl_counted_ladder *ladder, unsigned tag)
{
    const zkl_table_view *view = &shape->tables[ladder->table];
    zkl_fr least, sign, minus;
    zkl_fr_from_u64(&least, ladder->least);
    zkl_fr_neg(&sign, &least);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        zkl_term_list above = zkl_terms_new(shape, view->blocks_per_chunk);
        zkl_terms_put_value(&above, &(zkl_block_column){ ladder->table, c, ladder->key_columns },
                            &minus);
        zkl_terms_put(&above, flag_block(shape, ladder, c), &least);
        const zkl_term_list below = print_of(shape, ladder, c, 0);
        zkl_shape_fraction(
            shape, &(zkl_fraction){ .tag = tag, .sign = sign, .above = &above, .below = &below });
    }
}

void zkl_counted_ladder_ask(zkl_shape *shape, const zkl_counted_ladder *ladder, size_t first,
                            unsigned tag)
{
    zkl_fr minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < shape->tables[ladder->table].chunk_count; c++) {
        zkl_term_list above = zkl_terms_new(shape, 1);
        zkl_terms_put(&above, flag_block(shape, ladder, c), &minus);
        const zkl_term_list below = print_of(shape, ladder, c, first);
        zkl_shape_fraction(
            shape,
            &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ONE, .above = &above, .below = &below });
    }
}
