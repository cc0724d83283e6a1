/* Plans of proofs, of tables whose sizes alone are known. */
#include "notary/proof_plan.h"
#include "testing.h"

/* Facts of a table without rows in memory. */
static zkl_table_facts facts_of(zkl_test *t, size_t columns, uint64_t rows)
{
    zkl_table_facts f = { .row_count = rows,
                          .chunk_count = (size_t)((rows + ZKL_CHUNK_ROWS - 1) / ZKL_CHUNK_ROWS),
                          .block_count = columns,
                          .numbered_count = columns };
    zkl_column *made = ZKL_ARENA_NEW(&t->arena, zkl_column, columns);
    zkl_schema *schema = ZKL_ARENA_NEW(&t->arena, zkl_schema, 1);
    f.numbered = ZKL_ARENA_NEW(&t->arena, zkl_numbered_column, columns);
    f.first_block = ZKL_ARENA_NEW(&t->arena, size_t, columns);
    ZKL_ASSERT(made && schema && f.numbered && f.first_block);
    for (size_t i = 0; i < columns; i++) {
        const char *name = zkl_arena_format(&t->arena, "c%zu", i);
        made[i] = (zkl_column){ zkl_bytes_of_text(name), { .kind = ZKL_TYPE_UINT16 }, false };
        f.first_block[i] = i;
    }
    *schema = (zkl_schema){ ZKL_HASH_SHA3_256, made, columns };
    zkl_schema_number(f.numbered, schema);
    f.schema = schema;
    return f;
}

/* The words of the refusal, of a claim over three tables of one schema. */
static const char *refusal(zkl_test *t, const char *text, size_t columns, uint64_t rows)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    ZKL_AUTO_CLEAR(zkl_claim_list) list = { 0 };
    const zkl_asked_claims asked = { .texts = &text, .count = 1 };
    const zkl_table_facts a = facts_of(t, columns, rows), b = facts_of(t, columns, rows),
                          c = facts_of(t, columns, rows);
    zkl_error err = { 0 };
    zkl_status status = zkl_claim_list_ask(&list, &asked, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_init(&plan, &a, zkl_bytes_of_text("a"), 1, 0, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_table(&plan, &b, zkl_bytes_of_text("b"), 1, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_table(&plan, &c, zkl_bytes_of_text("c"), 1, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_claims(&plan, &list, &err);
    if (status == ZKL_OK)
        status = zkl_claim_list_judge(&list, &err);
    return status == ZKL_OK ? "" : zkl_arena_text(&t->arena, err.text, strlen(err.text));
}

/* Spans are named to claims that take some, and to no others. */
static void test_proof_plan__says_what_is_too_large(zkl_test *t)
{
    const uint64_t chunk = ZKL_CHUNK_ROWS;
    CHECK_TEXT_EQ(t, refusal(t, "same_rows(b@1)", 1, 512 * chunk), "");
    const char *whole = refusal(t, "same_rows(b@1)", 1, 1000 * chunk);
    CHECK(t, strstr(whole, "one proof holds 1,024") && strstr(whole, "cannot be cut"));
    CHECK(t, !strstr(whole, "in rows") && !strstr(whole, "spans"));
    const char *cut = refusal(t, "cells(*)", 2000, chunk);
    CHECK(t, strstr(cut, "one proof holds 1,024") && strstr(cut, "'cells(*) in rows 0..65535'"));
}

/* The cells' statements of a table: how many, and the largest one's leaf blocks. */
static size_t count_statements(zkl_test *t, size_t *largest, size_t columns, uint64_t rows)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    const zkl_table_facts facts = facts_of(t, columns, rows);
    zkl_error err = { 0 };
    zkl_status status = zkl_proof_plan_init(&plan, &facts, zkl_bytes_of_text("a"), 1, 0, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_cells(&plan, &err);
    *largest = 0;
    for (size_t i = 0; status == ZKL_OK && i < plan.count; i++)
        if (plan.statements[i].leaf_blocks > *largest)
            *largest = plan.statements[i].leaf_blocks;
    return status == ZKL_OK ? plan.count : 0;
}

/* A proof holds 1,024 leaf blocks, one of them the table's: of few rows as many, of others 256. */
static void test_proof_plan__few_rows_take_few_proofs(zkl_test *t)
{
    size_t largest;
    CHECK_UINT_EQ(t, count_statements(t, &largest, 10000, 200), 10);
    CHECK_UINT_EQ(t, largest, 1024);
    CHECK_UINT_EQ(t, count_statements(t, &largest, 1023, 16384), 1);
    CHECK_UINT_EQ(t, largest, 1024);
    CHECK_UINT_EQ(t, count_statements(t, &largest, 1023, 16385), 5);
    CHECK_UINT_EQ(t, largest, 256);
    CHECK_UINT_EQ(t, count_statements(t, &largest, 5, 20), 1);
    CHECK_UINT_EQ(t, largest, 6);
}

/* The same of the claims that each of eight columns is one of another table's, behind which the
 * other's rows stand. */
static size_t count_subsets(zkl_test *t, size_t *largest, size_t leaf_blocks, uint64_t other_rows)
{
    enum { CLAIMS = 8 };
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    ZKL_AUTO_CLEAR(zkl_claim_list) list = { 0 };
    const char *texts[CLAIMS];
    for (size_t i = 0; i < CLAIMS; i++)
        texts[i] = zkl_arena_format(&t->arena, "subset(c%zu, b@1)", i);
    const zkl_asked_claims asked = { .texts = texts, .count = CLAIMS };
    const zkl_table_facts a = facts_of(t, CLAIMS, 100), b = facts_of(t, CLAIMS, other_rows);
    zkl_error err = { 0 };
    zkl_status status = zkl_claim_list_ask(&list, &asked, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_init(&plan, &a, zkl_bytes_of_text("a"), 1, leaf_blocks, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_table(&plan, &b, zkl_bytes_of_text("b"), 1, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_claims(&plan, &list, &err);
    if (status == ZKL_OK)
        status = zkl_claim_list_judge(&list, &err);
    *largest = 0;
    for (size_t i = 0; status == ZKL_OK && i < plan.count; i++)
        if (plan.statements[i].leaf_blocks > *largest)
            *largest = plan.statements[i].leaf_blocks;
    if (status != ZKL_OK)
        FAIL(t, "%s", err.text);
    return status == ZKL_OK ? plan.count : 0;
}

/* Rows that another table has cost memory as those of one's own do. */
static void test_proof_plan__few_rows_beside_many(zkl_test *t)
{
    const uint64_t many = 60 * (uint64_t)ZKL_CHUNK_ROWS;
    size_t largest;
    CHECK_UINT_EQ(t, count_subsets(t, &largest, 0, 16384), 1);
    CHECK(t, count_subsets(t, &largest, 0, many) > 1);
    CHECK(t, largest > 64 && largest <= 256);
    /* unless it is asked for */
    CHECK_UINT_EQ(t, count_subsets(t, &largest, 1024, many), 1);
    CHECK(t, largest > 256);
}

/* The claim that a statement of cells has in the entry. */
static const char *cells_text(zkl_test *t, size_t columns, size_t leaf_blocks, size_t at)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const zkl_table_facts facts = facts_of(t, columns, 20);
    zkl_error err = { 0 };
    zkl_status status =
        zkl_proof_plan_init(&plan, &facts, zkl_bytes_of_text("a"), 1, leaf_blocks, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_cells(&plan, &err);
    if (status != ZKL_OK || at >= plan.count)
        return "";
    zkl_claim_print(&text, &plan.statements[at].pieces.items[0]->claim.claim);
    return zkl_arena_text(&t->arena, (const char *)text.data, text.size);
}

/* All columns, a run of three or more, two, and one. */
static void test_proof_plan__names_columns_by_their_ends(zkl_test *t)
{
    CHECK_TEXT_EQ(t, cells_text(t, 15, 16, 0), "cells(*)");
    CHECK_TEXT_EQ(t, cells_text(t, 32, 16, 0), "cells(c0 .. c14)");
    CHECK_TEXT_EQ(t, cells_text(t, 32, 16, 1), "cells(c15 .. c29)");
    CHECK_TEXT_EQ(t, cells_text(t, 32, 16, 2), "cells(c30, c31)");
    CHECK_TEXT_EQ(t, cells_text(t, 33, 16, 2), "cells(c30 .. c32)");
    CHECK_TEXT_EQ(t, cells_text(t, 31, 16, 2), "cells(c30)");
}

/* A plan of all cells and of range claims on the columns in turn: its statements' claims and
 * circuits, as text. */
static const char *ranges_plan(zkl_test *t, size_t columns, uint64_t rows, size_t claim_count)
{
    ZKL_AUTO_CLEAR(zkl_proof_plan) plan = { 0 };
    ZKL_AUTO_CLEAR(zkl_claim_list) list = { 0 };
    const char **texts = ZKL_ARENA_NEW(&t->arena, const char *, claim_count);
    for (size_t i = 0; i < claim_count; i++)
        texts[i] = zkl_arena_format(&t->arena, "range(c%zu, 0, %zu)", i % columns, 65534 - i);
    const zkl_asked_claims asked = { .texts = texts, .count = claim_count };
    const zkl_table_facts facts = facts_of(t, columns, rows);
    zkl_error err = { 0 };
    zkl_status status = zkl_claim_list_ask(&list, &asked, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_init(&plan, &facts, zkl_bytes_of_text("a"), 1, 0, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_cells(&plan, &err);
    if (status == ZKL_OK)
        status = zkl_proof_plan_add_claims(&plan, &list, &err);
    if (status == ZKL_OK)
        status = zkl_claim_list_judge(&list, &err);
    if (status != ZKL_OK)
        return zkl_arena_text(&t->arena, err.text, strlen(err.text));
    const char *out = "";
    for (size_t i = 0; i < plan.count; i++) {
        const zkl_planned_statement *s = &plan.statements[i];
        /* Whoever adds a piece says what it takes: the prover's own count is the same. */
        size_t counted = 0;
        CHECK_UINT_EQ(t, zkl_proof_plan_count_leaf_blocks(&counted, &plan, &s->pieces, &err),
                      ZKL_OK);
        CHECK_UINT_EQ(t, counted, s->leaf_blocks);
        out = zkl_arena_format(&t->arena, "%s%zu in F%u; ", out, s->pieces.count, s->tier);
    }
    return out;
}

/* A column of two bytes is a leaf block, and so are a bound of one of its claims and the table.
 * What a small table's proof costs is its circuit and opening, and few claims fit the one of its
 * cells. No larger circuit is taken for that than one that every ledger has. */
static void test_proof_plan__few_rows_claim_beside_cells(zkl_test *t)
{
    CHECK_TEXT_EQ(t, ranges_plan(t, 2, 20, 1), "2 in F18; ");
    CHECK_TEXT_EQ(t, ranges_plan(t, 5, 20, 3), "4 in F20; ");
    CHECK_TEXT_EQ(t, ranges_plan(t, 5, 16384, 3), "4 in F20; ");
    CHECK_TEXT_EQ(t, ranges_plan(t, 5, 16385, 3), "1 in F20; 3 in F18; ");
    CHECK_TEXT_EQ(t, ranges_plan(t, 5, 20, 58), "59 in F22; ");
    CHECK_TEXT_EQ(t, ranges_plan(t, 5, 20, 59), "59 in F22; 1 in F18; ");
    /* the cells alone take F24: its room is used, and no more */
    CHECK_TEXT_EQ(t, ranges_plan(t, 100, 20, 155), "156 in F24; ");
    CHECK_TEXT_EQ(t, ranges_plan(t, 100, 20, 156), "156 in F24; 1 in F18; ");
    /* cells in several statements, which no claim of all columns may share */
    CHECK_TEXT_EQ(t, ranges_plan(t, 1500, 20, 1), "1 in F26; 1 in F26; 1 in F18; ");
}

ZKL_TESTS(TEST(test_proof_plan__few_rows_claim_beside_cells),
          TEST(test_proof_plan__says_what_is_too_large),
          TEST(test_proof_plan__names_columns_by_their_ends),
          TEST(test_proof_plan__few_rows_take_few_proofs),
          TEST(test_proof_plan__few_rows_beside_many))
