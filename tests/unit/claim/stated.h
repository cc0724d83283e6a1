#pragma once
/* A statement that says what compiled claims say, to be changed and matched again: words and
 * statement may not differ in anything. */
#include "claim/assertion.h"
#include "claim/claim.h"
#include "testing.h"

#define STATED_UNUSED __attribute__((unused)) static
#define STATED_TABLES_MAX 16

/* Everything is a copy, which tests change. */
typedef struct stated_claim {
    zkl_statement statement;
    zkl_statement_table tables[STATED_TABLES_MAX];
    zkl_statement_column *columns[STATED_TABLES_MAX];
    zkl_assertion assertion;
    zkl_scalar *params;
    uint32_t indexes[STATED_TABLES_MAX];
} stated_claim;

/* Of a bound claim with one assertion. */
STATED_UNUSED void state_claim(zkl_test *t, stated_claim *out, const zkl_compiled_claim *claim)
{
    const zkl_claim_assertion *a = &claim->assertions[0];
    *out = (stated_claim){ 0 };
    ZKL_ASSERT(claim->assertion_count == 1 && a->source_count <= STATED_TABLES_MAX);
    for (uint32_t i = 0; i < a->source_count; i++) {
        const zkl_claim_source *source = &a->sources[i];
        out->indexes[i] = i;
        out->columns[i] = zkl_arena_copy(&t->arena, source->columns,
                                         source->column_count * sizeof *source->columns);
        out->tables[i] = (zkl_statement_table){
            .dataset = *claim->scope->datasets[source->dataset].id,
            .first_row = source->first_row,
            .row_count = source->row_count,
            .columns = out->columns[i],
            .column_count = source->column_count,
        };
    }
    out->params = zkl_arena_copy(&t->arena, a->params, a->param_count * sizeof *a->params);
    out->assertion =
        (zkl_assertion){ a->kind, out->params, a->param_count, out->indexes, a->source_count };
    out->statement = (zkl_statement){ .assertions = &out->assertion,
                                      .assertion_count = 1,
                                      .tables = out->tables,
                                      .table_count = a->source_count };
}

STATED_UNUSED zkl_status match_stated(const stated_claim *stated, zkl_compiled_claim *claim,
                                      zkl_error *err)
{
    size_t at = 0;
    *err = (zkl_error){ 0 };
    return zkl_claim_match(claim, &stated->statement, &at, err);
}

STATED_UNUSED void check_mismatch(zkl_test *t, const char *what, const stated_claim *stated,
                                  zkl_compiled_claim *claim)
{
    zkl_error err;
    if (match_stated(stated, claim, &err) != ZKL_REJECTED)
        FAIL(t, "another %s passes for what was said", what);
}

/* What the claim says matches; each parameter, dataset, row, column and table in place of another
 * does not. */
STATED_UNUSED void check_only_itself(zkl_test *t, zkl_compiled_claim *claim)
{
    stated_claim stated;
    zkl_error err;
    state_claim(t, &stated, claim);
    const size_t params = stated.assertion.param_count, tables = stated.assertion.table_count;
    if (match_stated(&stated, claim, &err) != ZKL_OK)
        FAIL(t, "a claim does not match itself: %s", err.text);
    for (size_t i = 0; i < params; i++)
        for (size_t byte = 0; byte < 32; byte += 31) {
            state_claim(t, &stated, claim);
            stated.params[i].bytes[byte] ^= 1;
            check_mismatch(t, "parameter", &stated, claim);
        }
    state_claim(t, &stated, claim);
    if (params) {
        stated.assertion.param_count--;
        check_mismatch(t, "number of parameters", &stated, claim);
    }
    for (size_t i = 0; i < tables; i++) {
        state_claim(t, &stated, claim);
        stated.tables[i].dataset.bytes[31] ^= 1;
        check_mismatch(t, "dataset", &stated, claim);
        state_claim(t, &stated, claim);
        stated.tables[i].row_count--;
        check_mismatch(t, "number of rows", &stated, claim);
        state_claim(t, &stated, claim);
        stated.tables[i].first_row += 65536;
        check_mismatch(t, "first row", &stated, claim);
        state_claim(t, &stated, claim);
        stated.tables[i].column_count--;
        check_mismatch(t, "number of columns", &stated, claim);
        for (size_t k = 0; k < claim->assertions[0].sources[i].column_count; k++) {
            state_claim(t, &stated, claim);
            stated.columns[i][k].index++;
            check_mismatch(t, "column", &stated, claim);
            state_claim(t, &stated, claim);
            stated.columns[i][k].role = zkl_bytes_of_text("y");
            check_mismatch(t, "role", &stated, claim);
        }
        for (size_t k = 0; k < i; k++) {
            state_claim(t, &stated, claim);
            stated.indexes[i] = (uint32_t)k;
            stated.indexes[k] = (uint32_t)i;
            check_mismatch(t, "order of tables", &stated, claim);
        }
    }
    state_claim(t, &stated, claim);
    stated.assertion.table_count--;
    check_mismatch(t, "number of tables", &stated, claim);
}
