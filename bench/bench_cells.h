#pragma once
/* The argument of one statement: a column of whole blocks has the cells that are given. Its
 * commitments are left out. */
#include <stdio.h>

#include "prove/prove_internal.h"

typedef struct bench_cells {
    zkl_statement_column column;
    zkl_statement_table table;
    uint32_t first;
    zkl_assertion assertion;
    zkl_statement statement;
    zkl_shape shape;
    char circuit[8];
    const uint16_t *const *cells;
    zkl_fr blinders[ZKL_LEAF_BLOCKS_MAX], mask[16], null_sum; /* all zeros but the last */
    uint32_t counts[1 << 16];
} bench_cells;

static inline zkl_status bench_commit_nothing(const zkl_committer *committer,
                                              uint8_t out[static ZKL_POINT_BYTES],
                                              const zkl_fr *coefficients, size_t count,
                                              zkl_pool *pool, zkl_error *err)
{
    (void)committer;
    (void)coefficients;
    (void)count;
    (void)pool;
    (void)err;
    memset(out, 0, ZKL_POINT_BYTES);
    return ZKL_OK;
}

/* cells: block_count blocks of 2^16, below ZKL_LEAF_BLOCKS_MAX. b is all zeros, and stays where it
 * is. */
static inline zkl_status bench_cells_begin(bench_cells *b, const uint16_t *const *cells,
                                           size_t block_count, zkl_pool *pool, zkl_error *err)
{
    b->cells = cells;
    b->column = (zkl_statement_column){ zkl_bytes_of_text("0"), 0, 1 };
    b->table = (zkl_statement_table){ .row_count = (uint64_t)block_count << 16,
                                      .columns = &b->column,
                                      .column_count = 1 };
    b->assertion = (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, &b->first, 1 };
    b->statement = (zkl_statement){ .assertions = &b->assertion,
                                    .assertion_count = 1,
                                    .tables = &b->table,
                                    .table_count = 1,
                                    .block_count = block_count };
    ZKL_TRY(zkl_shape_compile(&b->shape, &b->statement, &zkl_proof_format_v1, &ZKL_FR_ZERO,
                              &ZKL_FR_ONE, err));
    ZKL_TRY(zkl_leaf_multiplicities(b->counts, &b->null_sum, &b->shape, cells, pool, err));
    snprintf(b->circuit, sizeof b->circuit, "F%u", zkl_shape_tier(&b->shape));
    b->statement.circuit = zkl_bytes_of_text(b->circuit);
    return ZKL_OK;
}

static inline zkl_status bench_cells_prove(zkl_argument *out, zkl_arena *arena,
                                           const bench_cells *b, zkl_pool *pool, zkl_error *err)
{
    const zkl_env env = { .pool = pool };
    const zkl_committer committer = { .format = &zkl_proof_format_v1,
                                      .coefficients = bench_commit_nothing };
    const zkl_committed_statement committed = { .statement = &b->statement,
                                                .t0 = ZKL_FR_ONE,
                                                .cells = b->cells,
                                                .blinders = b->blinders,
                                                .multiplicities = b->counts,
                                                .count_blinder = ZKL_FR_ONE,
                                                .null_sum = b->null_sum,
                                                .mask = b->mask,
                                                .salt = ZKL_FR_ONE };
    return zkl_argument_prove(out, arena, &committed, &committer, &env, err);
}
