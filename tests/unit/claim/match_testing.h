#pragma once
/* A statement that says what a compiled claim says, to be changed by tests of what a verifier
 * compares. Auxiliary tables are left out: zkl_claim_match does not look at them. */
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

/* Does the statement say the claim; "" or what differs. */
static inline const char *match_fault(zkl_test *t, zkl_compiled_claim *claim,
                                      const match_statement *s)
{
    zkl_error err = { 0 };
    size_t at = 0;
    return zkl_claim_match(claim, &s->statement, &at, &err) == ZKL_OK
               ? ""
               : zkl_arena_text(&t->arena, err.text, strlen(err.text));
}

/* Every single change of what a claim compiles to is another claim: an assertion fewer, of each the
 * kind and parameters, of each table the dataset, rows and columns. */
static inline void check_match_is_exact(zkl_test *t, int line, zkl_compiled_claim *claim)
{
    const match_statement *fine = match_statement_of(t, claim);
    if (*match_fault(t, claim, fine))
        zkl_test_fail(t, __FILE__, line, "its own statement: %s", match_fault(t, claim, fine));
#define OTHER(change, want)                                                                        \
    do {                                                                                           \
        match_statement *s = match_statement_of(t, claim);                                         \
        change;                                                                                    \
        if (!strstr(match_fault(t, claim, s), want))                                               \
            zkl_test_fail(t, __FILE__, line, "%s: '%s'", #change, match_fault(t, claim, s));       \
    } while (0)
    for (size_t i = 0; i < claim->assertion_count; i++) {
        OTHER(s->statement.assertion_count = i, "fewer claims");
        OTHER(s->assertions[i].kind = ZKL_ASSERTION_SPLIT, "its kind");
        OTHER(s->assertions[i].param_count++, "the parameters");
        for (size_t k = 0; k < claim->assertions[i].param_count; k++)
            OTHER(((zkl_scalar *)(uintptr_t)s->assertions[i].params)[k].bytes[31] ^= 1,
                  "the parameters");
    }
    for (size_t i = 0; i < fine->statement.table_count; i++) {
        OTHER(s->tables[i].dataset.bytes[31] ^= 1, "the dataset");
        OTHER(s->tables[i].first_row = 65536, "the rows");
        OTHER(s->tables[i].row_count--, "the rows");
        OTHER(s->tables[i].column_count--, "the columns");
        for (size_t k = 0; k < fine->tables[i].column_count; k++)
            OTHER(((zkl_statement_column *)(uintptr_t)s->tables[i].columns)[k].index++,
                  "the columns");
    }
#undef OTHER
}
