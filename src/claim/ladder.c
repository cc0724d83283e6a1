/* The ladder's rows and its identity. After `ladder` of tests/model/proof_model.py. */
#include "claim/ladder.h"

uint64_t zkl_ladder_rows(uint64_t room, uint32_t limbs, const zkl_proof_format *format)
{
    const uint64_t cells = (uint64_t)1 << format->log_cells,
                   rows = ((room + cells) >> format->log_cells) << format->log_cells;
    const unsigned bits = limbs * format->log_cells;
    return bits < 63 && (uint64_t)1 << bits < rows ? (uint64_t)1 << bits : rows;
}

/* rows 2^W < r */
zkl_status zkl_ladder_check(uint64_t rows, uint32_t limbs, const zkl_proof_format *format,
                            zkl_error *err)
{
    if (limbs < ZKL_TABLE_LIMBS_MAX) {
        const zkl_wide climb = zkl_wide_shifted(rows, format->log_cells * limbs),
                       order = zkl_wide_field_order();
        if (zkl_wide_compare(&climb, &order) < 0)
            return ZKL_OK;
    }
    return zkl_fail(err, ZKL_REJECTED,
                    "no wrap: a table of %llu keys of %u limbs can climb past the field order",
                    (unsigned long long)rows, limbs);
}

zkl_auxiliary zkl_ladder_gaps(uint64_t rows, uint32_t limbs)
{
    return (zkl_auxiliary){ .columns = { { "d", limbs } }, .column_count = 1, .row_count = rows };
}

/* (s^D - 1) / (s - 1) - 1 - (2^W - 1) s^D. s is not 1: shape.c refuses it. */
static void sum_steps(zkl_fr *out, const zkl_shape *shape, uint64_t rows, uint32_t limbs)
{
    zkl_fr power, v, top;
    zkl_fr_pow_u64(&power, &shape->s, rows);
    zkl_fr_sub(out, &power, &ZKL_FR_ONE);
    zkl_fr_sub(&v, &shape->s, &ZKL_FR_ONE);
    zkl_fr_inverse_vartime(&v, &v);
    zkl_fr_mul(out, out, &v);
    zkl_fr_sub(out, out, &ZKL_FR_ONE);
    zkl_fr_sub(&top, &shape->limb[limbs], &ZKL_FR_ONE);
    zkl_fr_mul(&v, &power, &top);
    zkl_fr_sub(out, out, &v);
}

/* Chunk c of the key's columns has eta^r s^(cC) (1 - s) and their places in the key, d minus it. */
void zkl_ladder_compile(zkl_shape *shape, uint32_t table, size_t columns, uint32_t gaps)
{
    const zkl_table_view *view = &shape->tables[table];
    uint32_t limbs = 0;
    zkl_fr value, at, chunk_power, rise, weight;
    ZKL_ASSERT(columns <= view->table->column_count);
    for (size_t i = 0; i < columns; i++)
        limbs += view->table->columns[i].limb_count;
    zkl_shape_range(shape, gaps, false);
    sum_steps(&value, shape, view->table->row_count, limbs);
    zkl_shape_next_total(shape, &at, &value);
    zkl_fr_pow_u64(&chunk_power, &shape->s, (uint64_t)1 << shape->format->log_cells);
    zkl_fr_sub(&rise, &ZKL_FR_ONE, &shape->s);
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        uint32_t below = 0;
        for (size_t i = 0; i < columns; i++) {
            zkl_fr_mul(&weight, &rise, &at);
            zkl_fr_mul(&weight, &weight, &shape->limb[below]);
            zkl_shape_power_column(shape, &(zkl_block_column){ table, c, i }, &weight);
            below += view->table->columns[i].limb_count;
        }
        zkl_fr_neg(&weight, &at);
        zkl_shape_power_column(shape, &(zkl_block_column){ gaps, c, 0 }, &weight);
        zkl_fr_mul(&at, &at, &chunk_power);
    }
}
