/* "cells(*)", "cells(a, b)", "cells(a .. z)": the columns are well formed. Every dataset has such
 * claims for all its columns without being asked: no other claim means anything on cells that have
 * none.
 *
 * Compiles to one assertion "cells" over the columns by number, flags behind them. A claim has
 * one text: all columns have no names, three or more neighbours are a run, others stand in the
 * schema's order. */
#include "claim/claim_kind.h"

/* A claim without a body names no run. */
typedef struct cells_body {
    bool is_run; /* the two columns are the first and the last of the run */
} cells_body;

/* zkl_claim_wellformed makes claims without a body. */
static bool is_run(const zkl_claim *claim)
{
    const cells_body *body = claim->body;
    return body && body->is_run;
}

/* '*', or names; behind the first name '..' and the last of a run. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_expect(r, "("));
    if (zkl_claim_accept(r, "*"))
        return zkl_claim_expect(r, ")");
    do {
        ZKL_TRY(zkl_claim_read_column(r, out));
        if (out->column_count == 1 && zkl_claim_accept(r, "..")) {
            ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(cells_body), r->err));
            ((cells_body *)out->body)->is_run = true;
            ZKL_TRY(zkl_claim_read_column(r, out));
            break;
        }
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

/* The columns that the claim names, ascending. */
static zkl_status find_columns(const zkl_claim_maker *m, const zkl_claim *claim, uint32_t **out,
                               size_t *count)
{
    const size_t all = m->scope->datasets[0].schema->column_count, named = claim->column_count;
    uint32_t *columns = ZKL_ARENA_NEW(m->arena, uint32_t, named > all ? named : all);
    if (!columns)
        return zkl_no_memory(m->err, all * sizeof *columns);
    *out = columns;
    *count = named ? named : all;
    for (size_t i = 0; i < named; i++)
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &columns[i]));
    if (is_run(claim)) {
        ZKL_ASSERT(named == 2);
        if (columns[0] >= columns[1])
            return zkl_claim_fail_column(m, ZKL_USAGE, columns[1],
                                         "does not stand behind the first of the run");
        *count = columns[1] - columns[0] + 1;
    }
    /* A run and "all" are consecutive columns. */
    for (size_t i = 0; (is_run(claim) || !named) && i < *count; i++)
        columns[i] = (named ? columns[0] : 0) + (uint32_t)i;
    return zkl_claim_sort_columns(m, columns, *count);
}

/* The names that the canonical text has: none for all columns, two for a run of three or more,
 * else all of them. */
static zkl_status name_columns(const zkl_claim_maker *m, zkl_claim *claim, const uint32_t *columns,
                               size_t count)
{
    const zkl_schema *schema = m->scope->datasets[0].schema;
    const bool all = count == schema->column_count;
    const bool run = !all && count > 2 && columns[count - 1] - columns[0] + 1 == count;
    const size_t named = all ? 0 : run ? 2 : count;
    ZKL_ASSERT(count > 0 && columns[count - 1] < schema->column_count);
    claim->columns = ZKL_ARENA_NEW(m->arena, zkl_claim_column, named);
    if (!claim->columns)
        return zkl_no_memory(m->err, named * sizeof *claim->columns);
    for (size_t i = 0; i < named; i++)
        claim->columns[i].name = schema->columns[columns[run && i ? count - 1 : i]].name;
    claim->column_count = named;
    ZKL_TRY(zkl_claim_new_body(&claim->body, m->arena, sizeof(cells_body), m->err));
    ((cells_body *)claim->body)->is_run = run;
    return ZKL_OK;
}

/* The assertion says everything about a block, so it takes no parameters. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    uint32_t *columns = NULL;
    size_t count = 0;
    zkl_claim_assertion *cells = NULL;
    ZKL_TRY(find_columns(m, &out->claim, &columns, &count));
    ZKL_TRY(name_columns(m, &out->claim, columns, count));
    ZKL_TRY(zkl_claim_add_assertion(&cells, m, out, ZKL_ASSERTION_CELLS, 0));
    return zkl_claim_put_numbered(m, &cells->sources[0], columns, count);
}

/* Names in the schema's order: compile has put them so. */
static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_put_text(out, claim->column_count ? "cells(" : "cells(*");
    zkl_claim_put_names(out, claim, is_run(claim) ? " .. " : ", ");
    zkl_buffer_put_u8(out, ')');
}

/* "columns" unless all are meant; "run" when the two columns are its ends. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    if (claim->claim.column_count)
        zkl_claim_member_columns(out, &claim->claim);
    if (is_run(&claim->claim))
        zkl_buffer_put_text(zkl_claim_member(out, "run"), "true");
}

/* In words: what `cells` proves, for readers who have not seen proof-system.md. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const size_t all = claim->scope->datasets[0].schema->column_count,
                 named = claim->claim.column_count;
    ZKL_ASSERT(!is_run(&claim->claim) || named == 2);
    const bool run = is_run(&claim->claim), one = !run && (named ? named : all) == 1;
    if (run)
        zkl_buffer_put_text(out, "columns ");
    if (named)
        zkl_claim_put_names(out, &claim->claim, run ? " .. " : ", ");
    else if (one)
        zkl_buffer_put_text(out, "its one column");
    else
        zkl_buffer_format(out, "all %zu columns", all);
    zkl_buffer_put_text(out, one ? " is" : " are");
    zkl_buffer_put_text(out, " well formed: cells have 16 bits, null flags are 0 or 1, nulls and "
                             "what lies behind the last row are zero");
}

const zkl_claim_ops zkl_claim_kind_cells = {
    .word = "cells",
    .is_wellformedness = true,
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
