/* What "cells" statements must cover: every block of every dataset whose manifest is given, not
 * only the blocks that other statements name. An assertion that compiles to nothing (a range over
 * all codes, not_null of a column without nulls) names no block, and is true only of well-formed
 * ones. */
#include "verify/statement.h"
#include "testing.h"

enum { ROWS = 2 * 65536 + 5, COLUMNS = 4 };

typedef struct cover_world {
    zkl_known_table known;
    uint32_t limbs[COLUMNS];
    uint8_t kinds[COLUMNS];
    zkl_statement_column columns[COLUMNS];
    zkl_statement_table tables[3];
    uint32_t indexes[3];
    zkl_assertion assertions[3];
    zkl_statement statements[3];
    const zkl_statement *list[3];
} cover_world;

/* Columns 0, 1? with flag 2, 3: a statement for each of three chunks, all of them cells. */
static void make_world(cover_world *w)
{
    static const char *const roles[COLUMNS] = { "0", "1", "1?", "3" };
    *w = (cover_world){ .limbs = { 2, 1, 1, 4 }, .kinds = { 0, 0, ZKL_NUMBERED_FLAG, 0 } };
    w->known = (zkl_known_table){ .dataset = { { 7 } },
                                  .row_count = ROWS,
                                  .column_count = COLUMNS,
                                  .limb_counts = w->limbs,
                                  .column_kinds = w->kinds,
                                  .blocks_per_chunk = 8 };
    for (uint32_t i = 0; i < COLUMNS; i++)
        w->columns[i] = (zkl_statement_column){ zkl_bytes_of_text(roles[i]), i, w->limbs[i] };
    for (size_t i = 0; i < 3; i++) {
        w->tables[i] = (zkl_statement_table){ .dataset = w->known.dataset,
                                              .first_row = i * 65536,
                                              .row_count = i < 2 ? 65536 : 5,
                                              .columns = w->columns,
                                              .column_count = COLUMNS };
        w->assertions[i] = (zkl_assertion){ .kind = ZKL_ASSERTION_CELLS,
                                            .tables = &w->indexes[i],
                                            .table_count = 1 };
        w->statements[i] = (zkl_statement){ .assertions = &w->assertions[i],
                                            .assertion_count = 1,
                                            .tables = &w->tables[i],
                                            .table_count = 1 };
        w->list[i] = &w->statements[i];
    }
}

static void test_cover__all_chunks_and_columns(zkl_test *t)
{
    cover_world w;
    zkl_error err = { 0 };
    make_world(&w);
    REQUIRE_OK(t, &err, zkl_cells_cover(w.list, 3, &w.known, 1, &err));
    make_world(&w);
    w.statements[1] = w.statements[0]; /* chunk 1 is shown by none; chunk 0 twice */
    CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(w.list, 3, &w.known, 1, &err));
    make_world(&w);
    w.tables[2].column_count = 3; /* column 3 is named by no statement in the last chunk */
    CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(w.list, 3, &w.known, 1, &err));
}

/* A dataset that no statement names is not shown to be well formed either. */
static void test_cover__a_dataset_without_statements(zkl_test *t)
{
    cover_world w;
    zkl_error err = { 0 };
    make_world(&w);
    zkl_known_table known[2] = { w.known, w.known };
    known[1].dataset.bytes[0] = 8;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(w.list, 3, known, 2, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(w.list, 0, &w.known, 1, &err));
}

/* Another kind of assertion on a block shows nothing of its cells. */
static void test_cover__only_cells_count(zkl_test *t)
{
    cover_world w;
    zkl_error err = { 0 };
    for (size_t i = 0; i < 3; i++) {
        make_world(&w);
        w.assertions[i].kind = ZKL_ASSERTION_LINEAR;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(w.list, 3, &w.known, 1, &err));
    }
}

static void test_cover__foreign_tables_are_refused(zkl_test *t)
{
    cover_world w;
    zkl_error err = { 0 };
    make_world(&w);
    w.tables[1].dataset.bytes[0] = 9;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(w.list, 3, &w.known, 1, &err));
}

ZKL_TESTS(TEST(test_cover__all_chunks_and_columns), TEST(test_cover__a_dataset_without_statements),
          TEST(test_cover__only_cells_count), TEST(test_cover__foreign_tables_are_refused))
