#pragma once
/* A statement that says what a compiled claim says, to be changed by tests of what a verifier
 * compares. Auxiliary tables are left out: zkl_claim_match does not look at them. */
#include "claim/assertion.h"
#include "claim/claim.h"
#include "testing.h"

#define MATCH_TABLES_MAX 16

typedef struct match_statement {
    zkl_statement statement;
    zkl_statement_table tables[MATCH_TABLES_MAX];
    zkl_assertion assertions[ZKL_CLAIM_ASSERTIONS_MAX];
    uint32_t indexes[MATCH_TABLES_MAX];
} match_statement;

static inline match_statement *match_statement_of(zkl_test *t, const zkl_compiled_claim *claim)
{
    match_statement *out = ZKL_ARENA_NEW(&t->arena, match_statement, 1);
    uint32_t at = 0;
    for (size_t i = 0; i < claim->assertion_count; i++) {
        const zkl_claim_assertion *a = &claim->assertions[i];
        out->assertions[i] = (zkl_assertion){
            a->kind, zkl_arena_copy(&t->arena, a->params, a->param_count * sizeof *a->params),
            a->param_count, &out->indexes[at], a->source_count
        };
        for (size_t k = 0; k < a->source_count; k++, at++) {
            const zkl_claim_source *source = &a->sources[k];
            ZKL_ASSERT(at < MATCH_TABLES_MAX);
            out->indexes[at] = at;
            out->tables[at] = (zkl_statement_table){
                .dataset = *claim->scope->datasets[source->dataset].id,
                .first_row = source->first_row,
                .row_count = source->row_count,
                .columns = zkl_arena_copy(&t->arena, source->columns,
                                          source->column_count * sizeof *source->columns),
                .column_count = source->column_count
            };
        }
    }
    out->statement = (zkl_statement){ .assertions = out->assertions,
                                      .assertion_count = claim->assertion_count,
                                      .tables = out->tables,
                                      .table_count = at };
    return out;
}

/* Does the statement say the claim; "" or what differs, which is refused as false. */
static inline const char *match_fault(zkl_test *t, zkl_compiled_claim *claim,
                                      const match_statement *s)
{
    zkl_error err = { 0 };
    size_t at = 0;
    const zkl_status status = zkl_claim_match(claim, &s->statement, &at, &err);
    ZKL_ASSERT(status == ZKL_OK || (status == ZKL_REJECTED && *err.text));
    return status == ZKL_OK ? "" : zkl_arena_text(&t->arena, err.text, strlen(err.text));
}

static inline zkl_scalar *match_params(match_statement *s, size_t assertion)
{
    return (zkl_scalar *)(uintptr_t)s->assertions[assertion].params;
}

static inline zkl_statement_column *match_columns(match_statement *s, size_t table)
{
    return (zkl_statement_column *)(uintptr_t)s->tables[table].columns;
}

/* Where the assertion's numbers of tables start. */
static inline uint32_t *match_indexes(match_statement *s, size_t assertion)
{
    return (uint32_t *)(uintptr_t)s->assertions[assertion].tables;
}

/* What other parameters are refused for: when they say how many tables there are, that differs. */
static inline const char *match_params_fault(const match_statement *s, size_t assertion)
{
    const zkl_assertion *a = &s->assertions[assertion];
    return zkl_statement_source_count(a) == a->table_count ? "the parameters" : "table";
}

/* Every single change of what a claim compiles to is another claim: an assertion fewer; of each the
 * kind, parameters, number and order of tables; of each table the dataset, rows and columns. */
static inline void check_match_is_exact(zkl_test *t, int line, zkl_compiled_claim *claim)
{
    const match_statement *fine = match_statement_of(t, claim);
    if (*match_fault(t, claim, fine))
        zkl_test_fail(t, __FILE__, line, "its own statement: %s", match_fault(t, claim, fine));
#define OTHER(change, want)                                                                        \
    do {                                                                                           \
        match_statement *s = match_statement_of(t, claim);                                         \
        change;                                                                                    \
        const char *fault = match_fault(t, claim, s);                                              \
        if (!*fault || !strstr(fault, want))                                                       \
            zkl_test_fail(t, __FILE__, line, "%s: '%s'", #change, fault);                          \
    } while (0)
    for (size_t i = 0; i < claim->assertion_count; i++) {
        OTHER(s->statement.assertion_count = i, "fewer claims");
        OTHER(s->assertions[i].kind = ZKL_ASSERTION_SPLIT, "its kind");
        OTHER(s->assertions[i].param_count++, "the parameters");
        if (claim->assertions[i].param_count)
            OTHER(s->assertions[i].param_count--, "the parameters");
        for (size_t k = 0; k < claim->assertions[i].param_count; k++) {
            OTHER(match_params(s, i)[k].bytes[0] ^= 1, match_params_fault(s, i));
            OTHER(match_params(s, i)[k].bytes[31] ^= 1, match_params_fault(s, i));
        }
        OTHER(s->assertions[i].table_count--, "");
        for (size_t k = 0; k < claim->assertions[i].source_count; k++)
            for (size_t n = 0; n < k; n++)
                OTHER(const uint32_t other = match_indexes(s, i)[k];
                      match_indexes(s, i)[k] = match_indexes(s, i)[n];
                      match_indexes(s, i)[n] = other, "");
    }
    for (size_t i = 0; i < fine->statement.table_count; i++) {
        OTHER(s->tables[i].dataset.bytes[31] ^= 1, "the dataset");
        OTHER(s->tables[i].first_row += 65536, "the rows");
        OTHER(s->tables[i].row_count--, "the rows");
        OTHER(s->tables[i].column_count--, "the columns");
        for (size_t k = 0; k < fine->tables[i].column_count; k++) {
            OTHER(match_columns(s, i)[k].index++, "the columns");
            OTHER(match_columns(s, i)[k].role = zkl_bytes_of_text("no role"), "the columns");
        }
    }
#undef OTHER
}
