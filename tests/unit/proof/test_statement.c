/* The codec of proof statements, and zkl_cells_cover. */
#include "hash/hash.h"
#include "verify/statement.h"
#include "testing.h"

static zkl_bytes vector_statement(zkl_test *t)
{
    const json_t *encoding = json_object_get(test_vectors(t, "proof_model.json"), "encoding");
    return test_hex(
        t, json_string_value(json_object_get(json_object_get(encoding, "statement"), "bytes")));
}

static void test_statement__parses_and_encodes_without_loss(zkl_test *t)
{
    const json_t *want = json_object_get(
        json_object_get(test_vectors(t, "proof_model.json"), "encoding"), "statement");
    const zkl_bytes bytes = vector_statement(t);
    zkl_statement s;
    zkl_error err;
    REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, bytes, &err));
    CHECK_UINT_EQ(t, s.assertion_count, 2);
    CHECK(t,
          s.assertions[0].kind == ZKL_ASSERTION_CELLS && s.assertions[1].kind == ZKL_ASSERTION_SUM);
    CHECK_UINT_EQ(t, s.assertions[1].param_count, 3);
    CHECK_UINT_EQ(t, s.assertions[1].tables[1], 2);
    CHECK_UINT_EQ(t, s.table_count, 3);
    CHECK_UINT_EQ(t, s.tables[2].columns[0].index, ZKL_COLUMN_AUXILIARY);
    CHECK_UINT_EQ(t, s.block_count, 14);
    CHECK_UINT_EQ(t, zkl_statement_tier(s.circuit), 20);
    bool is_source[3] = { false, false, true };
    zkl_statement_find_sources(is_source, &s);
    CHECK(t, is_source[0] && is_source[1] && !is_source[2]);
    CHECK_UINT_EQ(t, zkl_statement_table_blocks(&s.tables[0], &zkl_proof_format_v1), 8);

    zkl_fr t0;
    uint8_t got[32];
    zkl_statement_t0(&t0, bytes);
    zkl_fr_encode(got, &t0);
    CHECK_MEM_EQ(t, got, test_hex(t, json_string_value(json_object_get(want, "t0"))).data, 32);
    /* the checklist takes it: placeholders stand in its points only */
    REQUIRE_OK(t, &err, zkl_statement_check(&s, &zkl_proof_format_v1, NULL, 0, &err));

    zkl_buffer head = { 0 };
    zkl_statement_encode_head(&head, &s);
    CHECK_UINT_EQ(t, head.size, bytes.size - 12 - 16 * ZKL_POINT_BYTES);
    CHECK_MEM_EQ(t, head.data, bytes.data, head.size);
    zkl_buffer_clear(&head);
}

static void test_statement__refuses_what_is_cut_or_longer(zkl_test *t)
{
    const zkl_bytes bytes = vector_statement(t);
    zkl_statement s;
    zkl_error err;
    for (size_t size = 0; size < bytes.size; size++)
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_statement_parse(&s, &t->arena, zkl_bytes_of(bytes.data, size), &err));
    uint8_t *longer = ZKL_ARENA_NEW(&t->arena, uint8_t, bytes.size + 1);
    memcpy(longer, bytes.data, bytes.size);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_statement_parse(&s, &t->arena, zkl_bytes_of(longer, bytes.size + 1), &err));
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_statement_parse(&s, &t->arena,
                                     zkl_bytes_of(longer, ZKL_STATEMENT_BYTES_MAX + 1), &err));
}

/* What changes a byte is refused or says something else: nothing is read in two ways. */
static void test_statement__is_canonical(zkl_test *t)
{
    const zkl_bytes bytes = vector_statement(t);
    uint8_t *copy = zkl_arena_copy(&t->arena, bytes.data, bytes.size);
    for (size_t i = 0; i < bytes.size; i++) {
        zkl_arena arena = { 0 };
        zkl_statement s;
        zkl_buffer again = { 0 };
        copy[i] ^= (uint8_t)(1u << test_random_below(t, 8));
        if (zkl_statement_parse(&s, &arena, zkl_bytes_of(copy, bytes.size), NULL) == ZKL_OK) {
            zkl_statement_encode(&again, &s);
            CHECK_UINT_EQ(t, again.size, bytes.size);
            CHECK_MEM_EQ(t, again.data, copy, again.size);
        }
        zkl_buffer_clear(&again);
        zkl_arena_clear(&arena);
        copy[i] = bytes.data[i];
    }
}

static void test_statement__survives_lack_of_memory(zkl_test *t)
{
    const zkl_bytes bytes = vector_statement(t);
    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status != ZKL_OK && nth < 1000; nth++) {
        zkl_arena arena = { 0 };
        zkl_statement s;
        zkl_malloc_fail_after(nth);
        status = zkl_statement_parse(&s, &arena, bytes, NULL);
        if (status == ZKL_OK)
            status = zkl_statement_check(&s, &zkl_proof_format_v1, NULL, 0, NULL);
        zkl_malloc_fail_after(0);
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
        zkl_arena_clear(&arena);
    }
    CHECK_STATUS(t, ZKL_OK, status);
}

/* Before anything is checked: indexes of no table, and as many sources as no assertion has. */
static void test_statement__finds_sources_of_any_lists(zkl_test *t)
{
    const uint32_t lists[] = { 1, 3, UINT32_MAX };
    for (int tables = -1; tables < 40; tables++) {
        zkl_scalar param = { { 0 } }; /* 0, then 2^tables */
        if (tables >= 0)
            param.bytes[31 - tables / 8] = (uint8_t)(1 << tables % 8);
        const zkl_assertion balance = { ZKL_ASSERTION_BALANCE, &param, 1, lists, 3 };
        const zkl_statement s = { .assertions = &balance, .assertion_count = 1, .table_count = 4 };
        bool is_source[4] = { true, true, true, true };
        zkl_statement_find_sources(is_source, &s);
        CHECK(t, !is_source[0] && !is_source[2]);
        CHECK(t, is_source[1] == (tables >= 0) && is_source[3] == (tables >= 1));
    }
}

/* ---- every block of a dataset has been shown well formed */

typedef struct cover_case {
    uint64_t cells_first, cells_rows; /* of the cells assertion */
    size_t cells_columns;             /* it is on the first so many of two */
    bool covered;
} cover_case;

static void test_statement_cover__needs_every_chunk_and_column(zkl_test *t)
{
    enum { C = 65536, ROWS = 2 * C + 10 };
    static const uint32_t limbs[2] = { 1, 1 }, first[1] = { 0 };
    static const uint8_t kinds[2] = { ZKL_NUMBERED_VALUE, ZKL_NUMBERED_VALUE };
    static const cover_case cases[] = { { 0, ROWS, 2, true },
                                        { 0, 2 * C, 2, false },
                                        { C, C + 10, 2, false },
                                        { 0, ROWS, 1, false },
                                        { C, C, 2, false } };
    const zkl_known_table known = { .dataset = { { 7 } },
                                    .row_count = ROWS,
                                    .column_count = 2,
                                    .limb_counts = limbs,
                                    .column_kinds = kinds,
                                    .blocks_per_chunk = 2 };
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_statement_column sum_column = { zkl_bytes_of_text("x"), 0, 1 };
        const zkl_statement_column cells_columns[2] = { { zkl_bytes_of_text("0"), 0, 1 },
                                                        { zkl_bytes_of_text("1"), 1, 1 } };
        const zkl_statement_table tables[2] = {
            { .dataset = known.dataset,
              .row_count = ROWS,
              .columns = &sum_column,
              .column_count = 1 },
            { .dataset = known.dataset,
              .first_row = cases[i].cells_first,
              .row_count = cases[i].cells_rows,
              .columns = cells_columns,
              .column_count = cases[i].cells_columns },
        };
        const zkl_assertion assertions[2] = { { ZKL_ASSERTION_SUM, NULL, 0, first, 1 },
                                              { ZKL_ASSERTION_CELLS, NULL, 0, first, 1 } };
        const zkl_statement sum = { .assertions = &assertions[0],
                                    .assertion_count = 1,
                                    .tables = &tables[0],
                                    .table_count = 1 };
        const zkl_statement cells = { .assertions = &assertions[1],
                                      .assertion_count = 1,
                                      .tables = &tables[1],
                                      .table_count = 1 };
        const zkl_statement *const both[2] = { &sum, &cells };
        const zkl_status status = zkl_cells_cover(both, 2, &known, 1, &err);
        if (status != (cases[i].covered ? ZKL_OK : ZKL_REJECTED))
            FAIL(t, "case %zu: %s", i, err.text);
        CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(both, 1, &known, 1, &err));
        CHECK_STATUS(t, ZKL_REJECTED, zkl_cells_cover(both, 2, &known, 0, &err));
    }
}

ZKL_TESTS(TEST(test_statement__parses_and_encodes_without_loss),
          TEST(test_statement__refuses_what_is_cut_or_longer), TEST(test_statement__is_canonical),
          TEST(test_statement__survives_lack_of_memory),
          TEST(test_statement__finds_sources_of_any_lists),
          TEST(test_statement_cover__needs_every_chunk_and_column))
