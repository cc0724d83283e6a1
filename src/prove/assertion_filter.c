/* "filter", the prover's half: rows that are to be kept and are not there, or that are there and
 * are not to be kept, are bad. Auxiliary tables are the predicate's. */
#include "prove/predicate.h"
#include "prove/row_keys.h"

#include "claim/assertion_filter.h"

/* One assertion, read. */
typedef struct filter_data {
    zkl_arena arena; /* wipes */
    zkl_predicate predicate;
    zkl_predicate_data rows;
} filter_data;

static void filter_data_clear(filter_data *data)
{
    zkl_arena_clear(&data->arena);
    *data = (filter_data){ 0 };
}

static zkl_status filter_data_read(filter_data *out, const zkl_assertion_data *assertion,
                                   zkl_error *err)
{
    const zkl_statement_table *sources[2] = { &assertion->sources[0]->table,
                                              &assertion->sources[1]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, sources, 2 };
    ZKL_TRY(zkl_filter_read(&out->predicate, &facts, err));
    return zkl_predicate_data_read(&out->rows, &out->arena, &out->predicate, assertion->sources[0],
                                   err);
}

/* Keep the keys of rows of which the predicate is true, in their order. */
static zkl_status keep_true(zkl_row_keys *keys, filter_data *data,
                            const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_source_table *source = assertion->sources[0];
    const size_t cells = (size_t)1 << assertion->format->log_cells,
                 key_bytes = keys->limb_count * sizeof *keys->limbs;
    uint32_t *codes = ZKL_ARENA_NEW(&data->arena, uint32_t, cells);
    size_t row = 0, kept = 0;
    if (!codes)
        return zkl_no_memory(err, cells * sizeof *codes);
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        zkl_predicate_codes(codes, &data->rows, c);
        for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++, row++)
            if (zkl_predicate_data_holds(&data->rows, codes[t], 0))
                memmove(keys->limbs + kept++ * keys->limb_count, zkl_row_key(keys, row), key_bytes);
    }
    ZKL_ASSERT(row == keys->count);
    keys->count = kept;
    return ZKL_OK;
}

/* How many rows of one stand in the other, each as often as in both. */
static zkl_status count_matched(size_t *out, const zkl_row_keys *a, const zkl_row_keys *b,
                                zkl_error *err)
{
    ZKL_AUTO_BLOCK uint32_t *x = NULL;
    ZKL_AUTO_BLOCK uint32_t *y = NULL;
    ZKL_TRY(zkl_row_keys_order(&x, a, err));
    ZKL_TRY(zkl_row_keys_order(&y, b, err));
    *out = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        const int order =
            zkl_row_key_compare(zkl_row_key(a, x[i]), zkl_row_key(b, y[j]), a->limb_count);
        *out += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return ZKL_OK;
}

/* A row that was changed is one row, though it is missed on one side and strange on the other. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(filter_data) data = { 0 };
    ZKL_AUTO_CLEAR(zkl_row_keys) kept = { 0 }, made = { 0 };
    size_t matched;
    ZKL_TRY(filter_data_read(&data, assertion, err));
    ZKL_TRY(zkl_row_keys_read(&kept, assertion->sources[0], NULL, assertion->format, err));
    ZKL_TRY(keep_true(&kept, &data, assertion, err));
    ZKL_TRY(zkl_row_keys_read(&made, assertion->sources[1], NULL, assertion->format, err));
    ZKL_TRY(count_matched(&matched, &kept, &made, err));
    *out = (kept.count > made.count ? kept.count : made.count) - matched;
    return ZKL_OK;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(filter_data) data = { 0 };
    ZKL_TRY(filter_data_read(&data, assertion, err));
    return zkl_predicate_fill(cells, which, &data.rows, err);
}

const zkl_assertion_prover zkl_assertion_prover_filter = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
