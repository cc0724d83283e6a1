/* "subset", the prover's half: rows of the first table that no row of the second is are bad. The
 * auxiliary columns are m, how often each row of the second table is asked for, and l, which rows
 * of its last chunk are real. */
#include "claim/assertion_subset.h"
#include "prove/filling.h"
#include "prove/row_keys.h"

/* Rows of one table as they are matched. */
typedef struct key_side {
    zkl_row_keys keys;
    uint8_t *has_null; /* rows that are no keys; NULL: none, or a null is a value */
} key_side;

static void key_side_clear(key_side *side)
{
    zkl_row_keys_clear(&side->keys);
    zkl_free(side->has_null); /* wipes */
    *side = (key_side){ 0 };
}

/* The column's flag, or ZKL_KEY_ZERO. */
static size_t flag_of(const zkl_statement_table *table, size_t column)
{
    return column + 1 < table->column_count && zkl_column_is_flag(table, column + 1) ? column + 1
                                                                                     : ZKL_KEY_ZERO;
}

/* Columns of the key, and where nulls are values a limb for each pair that may have one, on both
 * sides. Returns how many. */
static size_t choose_columns(size_t *out, const zkl_statement_table *own,
                             const zkl_statement_table *other, zkl_subset_nulls nulls)
{
    size_t count = 0;
    for (size_t i = 0, j = 0; i < own->column_count; i++, j++) {
        const size_t flag = flag_of(own, i), other_flag = flag_of(other, j);
        out[count++] = i;
        if (nulls == ZKL_SUBSET_NULLS_MATCHED &&
            (flag != ZKL_KEY_ZERO || other_flag != ZKL_KEY_ZERO))
            out[count++] = flag;
        i += flag != ZKL_KEY_ZERO;
        j += other_flag != ZKL_KEY_ZERO;
    }
    return count;
}

/* has_null[row] |= the flag's cell. */
static void mark_nulls(uint8_t *has_null, const zkl_source_table *source, size_t flag,
                       const zkl_proof_format *format)
{
    size_t row = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++) {
        const zkl_column_cells cells = zkl_column_of(source, format, c, flag);
        const size_t rows = zkl_chunk_rows_of(source, format, c);
        for (size_t t = 0; t < rows; t++, row++)
            has_null[row] |= cells.limbs[0][t] != 0;
    }
}

static zkl_status read_side(key_side *out, const zkl_assertion_data *data, size_t which,
                            zkl_subset_nulls nulls, zkl_error *err)
{
    const zkl_source_table *source = data->sources[which];
    const zkl_statement_table *own = &source->table, *other = &data->sources[!which]->table;
    ZKL_AUTO_BLOCK size_t *columns = zkl_calloc(2 * own->column_count, sizeof *columns);
    if (!columns)
        return zkl_no_memory(err, 2 * own->column_count * sizeof *columns);
    const zkl_key_columns key = { columns, choose_columns(columns, own, other, nulls) };
    ZKL_TRY(zkl_row_keys_read(&out->keys, source, &key, data->format, err));
    for (size_t i = 0; nulls != ZKL_SUBSET_NULLS_MATCHED && i < own->column_count; i++) {
        if (!zkl_column_is_flag(own, i))
            continue;
        if (!out->has_null)
            out->has_null = zkl_calloc(out->keys.count, 1);
        if (!out->has_null)
            return zkl_no_memory(err, out->keys.count);
        mark_nulls(out->has_null, source, i, data->format);
    }
    return ZKL_OK;
}

/* Which rows of the second table are asked for. *nulls: rows of the first with a null that are
 * refused. */
static zkl_status match(zkl_row_match *out, uint64_t *refused, const zkl_assertion_data *data,
                        zkl_error *err)
{
    ZKL_AUTO_CLEAR(key_side) asked = { 0 }, table = { 0 };
    const zkl_subset_nulls nulls = zkl_subset_nulls_of(data->params);
    ZKL_ASSERT(data->source_count == 2);
    ZKL_TRY(read_side(&asked, data, 0, nulls, err));
    ZKL_TRY(read_side(&table, data, 1, nulls, err));
    *refused = 0;
    for (size_t i = 0; nulls == ZKL_SUBSET_NULLS_REFUSED && asked.has_null && i < asked.keys.count;
         i++)
        *refused += asked.has_null[i];
    return zkl_row_keys_match(out, &asked.keys, asked.has_null, &table.keys, table.has_null, err);
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_row_match) found = { 0 };
    uint64_t refused;
    ZKL_TRY(match(&found, &refused, assertion, err));
    *out = found.unmatched + refused;
    return ZKL_OK;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_proof_format *format = assertion->format;
    const uint64_t asked = assertion->sources[0]->table.row_count,
                   rows = assertion->sources[1]->table.row_count;
    ZKL_ASSERT(which < 2); /* m, l */
    if (which == 1) {
        for (uint64_t t = 0; t < (rows & (((uint64_t)1 << format->log_cells) - 1)); t++)
            cells[0][t] = 1;
        return ZKL_OK;
    }
    ZKL_AUTO_CLEAR(zkl_row_match) found = { 0 };
    uint64_t refused;
    ZKL_TRY(match(&found, &refused, assertion, err));
    const size_t limbs = zkl_limbs_for(asked, format);
    const zkl_filling filling = { cells, limbs, format->log_cells };
    for (uint64_t row = 0; row < rows; row++)
        zkl_filling_number(&filling, 0, row, found.counts[row], limbs);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_subset = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
