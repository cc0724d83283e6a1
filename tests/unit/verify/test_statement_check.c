/* The checklist of docs/proof-system.md section 5, item by item: a statement that passes, and one
 * change for each thing that must be refused, named as the verifier names it. */
#include "unit/prove/toy.h"

enum { ROWS = 21, BLOCKS_A_CHUNK = 5 };

/* Everything that a change may touch, in one writable place. */
typedef struct world {
    zkl_scalar params[16];
    uint32_t indexes[8];
    zkl_assertion assertions[4];
    zkl_statement_column columns[5][6];
    zkl_statement_table tables[5];
    uint8_t points[64][ZKL_POINT_BYTES], multiplicity[2][ZKL_POINT_BYTES],
        masks[2][ZKL_POINT_BYTES];
    uint8_t blocks[10][ZKL_POINT_BYTES]; /* the manifest's */
    uint32_t limbs[4];
    uint8_t kinds[4];
    zkl_known_table known;
    zkl_statement s;
} world;

static zkl_scalar scalar(int64_t v)
{
    const zkl_fr value = toy_int(v);
    zkl_scalar out;
    zkl_fr_encode(out.bytes, &value);
    return out;
}

static zkl_bytes text(const char *s)
{
    return zkl_bytes_of_text(s);
}

static void put_source(world *w, size_t at, size_t column_count)
{
    w->tables[at] = (zkl_statement_table){ .dataset = w->known.dataset,
                                           .row_count = ROWS,
                                           .columns = w->columns[at],
                                           .column_count = column_count,
                                           .schema_hash = w->known.schema_hash,
                                           .merkle_root = w->known.merkle_root,
                                           .content = w->known.content };
}

/* A dataset of x (two limbs) with its flag, a bool, and z: numbers 0, 1, 2, 3. Assertions: cells on
 * all of it, sum at least on x with its slack, range on x with its auxiliary table, linear on z. */
static void make_world(world *w)
{
    *w =
        (world){ .limbs = { 2, 1, 1, 1 }, .kinds = { 0, ZKL_NUMBERED_FLAG, ZKL_NUMBERED_BOOL, 0 } };
    for (size_t i = 0; i < 10; i++)
        memset(w->blocks[i] + 40, (int)i + 1, 8);
    w->known = (zkl_known_table){ .dataset = { { 1 } },
                                  .schema_hash = { { 2 } },
                                  .merkle_root = { { 3 } },
                                  .content = { { 4 } },
                                  .row_count = ROWS,
                                  .column_count = 4,
                                  .limb_counts = w->limbs,
                                  .column_kinds = w->kinds,
                                  .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])w->blocks,
                                  .blocks_per_chunk = BLOCKS_A_CHUNK };
    static const char *const roles[] = { "0", "0?", "2?", "3" };
    for (uint32_t i = 0; i < 4; i++)
        w->columns[0][i] = (zkl_statement_column){ text(roles[i]), i, w->limbs[i] };
    put_source(w, 0, 4);
    w->columns[1][0] = (zkl_statement_column){ text("x"), 0, 2 };
    w->columns[1][1] = (zkl_statement_column){ text("x?"), 1, 1 };
    put_source(w, 1, 2);
    w->columns[2][0] = (zkl_statement_column){ text("q"), ZKL_COLUMN_AUXILIARY, 3 };
    w->tables[2] =
        (zkl_statement_table){ .row_count = TOY_C, .columns = w->columns[2], .column_count = 1 };
    w->columns[3][0] = (zkl_statement_column){ text("da"), ZKL_COLUMN_AUXILIARY, 1 };
    w->columns[3][1] = (zkl_statement_column){ text("db"), ZKL_COLUMN_AUXILIARY, 1 };
    w->tables[3] =
        (zkl_statement_table){ .row_count = ROWS, .columns = w->columns[3], .column_count = 2 };
    const uint32_t indexes[] = { 0, 1, 2, 1, 3, 0 };
    memcpy(w->indexes, indexes, sizeof indexes);
    const int64_t params[] = { 1000, 2, ZKL_MODE_AT_LEAST, 40, 70, 1, 5, 0, 1, 0, 2 };
    for (size_t i = 0; i < ZKL_COUNT(params); i++)
        w->params[i] = scalar(params[i]);
    w->assertions[0] = (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, w->indexes, 1 };
    w->assertions[1] = (zkl_assertion){ ZKL_ASSERTION_SUM, w->params, 3, w->indexes + 1, 2 };
    w->assertions[2] = (zkl_assertion){ ZKL_ASSERTION_RANGE, w->params + 3, 3, w->indexes + 3, 2 };
    w->assertions[3] = (zkl_assertion){ ZKL_ASSERTION_LINEAR, w->params + 6, 5, w->indexes + 5, 1 };
    /* blocks: table 0 two chunks of five, table 1 two of three, q three, da db two of two */
    static const size_t x_blocks[] = { 0, 1, 2, 5, 6, 7 };
    memcpy(w->points, w->blocks, sizeof w->blocks);
    for (size_t i = 0; i < 6; i++)
        memcpy(w->points[10 + i], w->blocks[x_blocks[i]], ZKL_POINT_BYTES);
    for (size_t i = 16; i < 23; i++)
        memset(w->points[i] + 40, (int)(100 + i), 8);
    w->s = (zkl_statement){ .ledger = { { 9 } },
                            .circuit = text("F10"),
                            .assertions = w->assertions,
                            .assertion_count = 4,
                            .tables = w->tables,
                            .table_count = 4,
                            .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])w->points,
                            .block_count = 23,
                            .multiplicities = (const uint8_t(*)[ZKL_POINT_BYTES])w->multiplicity,
                            .multiplicity_count = 1,
                            .masks = (const uint8_t(*)[ZKL_POINT_BYTES])w->masks,
                            .mask_count = 1 };
}

static zkl_status check(const world *w, zkl_error *err)
{
    *err = (zkl_error){ 0 };
    return zkl_statement_check(&w->s, &toy_format, &w->known, 1, err);
}

#define REFUSED(want, ...)                                                                         \
    do {                                                                                           \
        make_world(w);                                                                             \
        __VA_ARGS__;                                                                               \
        zkl_status got = check(w, &err);                                                           \
        if (got != ZKL_REJECTED || !strstr(err.text, want))                                        \
            FAIL(t, "%s: '%s' %s, want '%s'", #__VA_ARGS__, zkl_status_text(got), err.text, want); \
    } while (0)

static void test_statement_check__passes_untouched(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    make_world(w);
    REQUIRE_OK(t, &err, check(w, &err));
}

static void test_statement_check__assertions(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    REFUSED("claims: none", w->s.assertion_count = 0);
    REFUSED("has no table", w->assertions[0].table_count = 0);
    REFUSED("names table 4", w->indexes[5] = 4);
    REFUSED("order of first use", w->indexes[0] = 1);
    REFUSED("is not used", w->s.assertion_count = 2);
    REFUSED("parameters", w->assertions[0].params = w->params; w->assertions[0].param_count = 1);
    REFUSED("parameters", w->assertions[1].param_count = 2);
    REFUSED("parameters", w->assertions[2].param_count = 2);
    REFUSED("parameters", w->assertions[3].param_count = 4);
    REFUSED("mode", w->params[2] = scalar(3));
    REFUSED("nulls", w->params[1] = scalar(ROWS + 1));
    REFUSED("the sum is larger", w->params[0] = scalar(ROWS * 256 + 1));
    REFUSED("the sum is larger", w->params[0] = scalar(-1));
    REFUSED("lo <= hi", w->params[3] = scalar(71));
    REFUSED("lo <= hi", w->params[4] = scalar(256));
    REFUSED("lo <= hi", w->params[3] = scalar(-1));
    REFUSED("nulls", w->params[5] = scalar(2));
    REFUSED("holds every value", w->params[3] = scalar(0); w->params[4] = scalar(255));
    zkl_fr big;
    zkl_fr_power_of_two(&big, 64);
    REFUSED("64 bits", zkl_fr_encode(w->params[8].bytes, &big));
}

/* Auxiliary tables are computed from the assertion: another shape, or another owner, is refused. */
static void test_statement_check__auxiliary_tables(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    REFUSED("auxiliary tables", w->params[2] = scalar(ZKL_MODE_EXACTLY));
    REFUSED("auxiliary tables", w->assertions[1].table_count = 1; w->indexes[4] = 2;
            w->s.table_count = 3; w->tables[2] = w->tables[3];
            memmove(w->points[16], w->points[19], 4 * (size_t)ZKL_POINT_BYTES);
            w->s.block_count = 20);
    REFUSED("auxiliary tables", w->columns[2][0].role = text("da"));
    REFUSED("auxiliary tables", w->columns[3][0].role = text("db");
            w->columns[3][1].role = text("da"));
    REFUSED("auxiliary tables",
            w->params[4] = scalar(40 + 256 - 41)); /* 255: no upper side, and one limb more */
    REFUSED("auxiliary tables", w->columns[2][0].limb_count = 2; w->s.block_count--);
    REFUSED("auxiliary tables", w->columns[2][0].limb_count = 4; w->s.block_count++);
    REFUSED("auxiliary tables", w->tables[2].row_count = TOY_C - 1);
    REFUSED("auxiliary tables", w->tables[3].row_count = ROWS + 1);
    REFUSED("auxiliary tables", w->tables[2].dataset = w->known.dataset);
    REFUSED("auxiliary tables", w->tables[2].content.bytes[31] = 1);
    REFUSED("auxiliary tables", w->tables[3].first_row = TOY_C);
    REFUSED("index", w->columns[2][0].index = 0);
    REFUSED("index", w->columns[0][3].index = ZKL_COLUMN_AUXILIARY);
    /* one auxiliary table for two assertions */
    REFUSED("own", w->assertions[3] = w->assertions[2]);
    /* a source as an auxiliary table */
    REFUSED("auxiliary tables", w->indexes[4] = 0; w->s.table_count = 3; w->s.block_count -= 4);
}

static void test_statement_check__tables(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    REFUSED("columns", w->tables[2].column_count = 0; w->s.block_count -= 3);
    REFUSED("rows", w->tables[0].row_count = 0; w->s.block_count -= 10);
    REFUSED("blocks", w->tables[0].row_count = (uint64_t)1 << 40);
    REFUSED("blocks", w->tables[0].row_count = UINT64_MAX);
    REFUSED("blocks", w->columns[2][0].limb_count = UINT32_MAX);
    REFUSED("blocks", w->s.block_count--);
    REFUSED("blocks", w->s.block_count++);
    REFUSED("first row", w->tables[0].first_row = 1);
    REFUSED("first row", w->tables[0].first_row = (uint64_t)1 << 40);
    REFUSED("rows", w->tables[0].first_row = TOY_C);    /* beyond the end */
    REFUSED("rows", w->tables[0].row_count = ROWS - 1); /* a row short */
    REFUSED("rows", w->tables[0].row_count = ROWS + 1);
    REFUSED("rows", w->known.row_count = 2 * TOY_C + 1); /* an inner span that is no whole chunks */
    REFUSED("limbs", w->columns[0][2].limb_count = 2;
            w->s.block_count += 2); /* a bool of two limbs */
    REFUSED("roles", w->columns[0][3].role = text("0"));
    REFUSED("twice", w->columns[1][0].role = text("0"); w->columns[1][1].role = text("0?");
            w->columns[0][0].role = text("0"); w->tables[0].column_count = 2; w->s.block_count -= 4;
            w->assertions[3].param_count = 3;
            memcpy(w->points[0], w->points[10], 6 * (size_t)ZKL_POINT_BYTES);
            memmove(w->points[12], w->points[16], 7 * (size_t)ZKL_POINT_BYTES);
            memcpy(w->points[6], w->points[0], 6 * (size_t)ZKL_POINT_BYTES));
}

/* A source is a span of whole chunks of its dataset; only the last chunk may be short, and is never
 * shorter or longer than it is. So an assertion's rows are those that its words say: no two spans
 * can share a part of a chunk, or leave one out. */
static void test_statement_check__spans(zkl_test *t)
{
    static const struct {
        uint64_t first_row, row_count;
        const char *refused; /* NULL: fine */
    } cases[] = {
        { 0, ROWS, NULL },
        { 0, TOY_C, NULL },
        { TOY_C, ROWS - TOY_C, NULL },
        { 0, 5, "rows" },                    /* an inner span that is not whole */
        { 0, ROWS - 1, "rows" },             /* short of the last row */
        { 0, ROWS + 1, "rows" },             /* and beyond it */
        { TOY_C, ROWS - TOY_C - 1, "rows" }, /* the same of the last span */
        { TOY_C, TOY_C, "rows" },            /* its padding claimed as rows */
        { 5, TOY_C, "first row" },           /* from inside a chunk */
        { 2 * TOY_C, 5, "rows" },            /* after a gap, where the dataset has no rows */
        { ((uint64_t)1 << 40) - TOY_C, TOY_C, "rows" },
        { UINT64_MAX - TOY_C + 1, TOY_C, "first row" },
    };
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_error err;
        make_world(w);
        w->tables[0].first_row = cases[i].first_row;
        w->tables[0].row_count = cases[i].row_count;
        w->tables[0].columns = &w->columns[0][3];
        w->tables[0].column_count = 1;
        w->assertions[0] = (zkl_assertion){ ZKL_ASSERTION_LINEAR, w->params + 9, 2, w->indexes, 1 };
        w->s.assertion_count = w->s.table_count = 1;
        w->s.circuit = text("F6");
        w->s.multiplicity_count = 0;
        w->s.block_count = (size_t)((cases[i].row_count + TOY_C - 1) / TOY_C);
        for (size_t c = 0; c < 2; c++) {
            const size_t chunk = (cases[i].first_row / TOY_C + c) % 2;
            memcpy(w->points[c], w->blocks[BLOCKS_A_CHUNK * chunk + 4], ZKL_POINT_BYTES);
        }
        const zkl_status got = check(w, &err);
        if (cases[i].refused ? got != ZKL_REJECTED || !strstr(err.text, cases[i].refused)
                             : got != ZKL_OK)
            FAIL(t, "case %zu: %s '%s'", i, zkl_status_text(got), err.text);
    }
}

static void test_statement_check__sources_are_the_manifests(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    REFUSED("none that is known", w->tables[0].dataset.bytes[0] ^= 1);
    REFUSED("hashes", w->tables[0].schema_hash.bytes[0] ^= 1);
    REFUSED("hashes", w->tables[1].merkle_root.bytes[0] ^= 1);
    REFUSED("hashes", w->tables[1].content.bytes[31] ^= 1);
    REFUSED("index", w->columns[0][3].index = 4);
    REFUSED("limbs", w->limbs[3] = 2);
    REFUSED("roles", w->columns[0][2].role =
                         text("2")); /* a bool must say so, or its cells assertion lets it be 2 */
    REFUSED("roles", w->columns[0][1].role = text("1"));
    REFUSED("roles", w->columns[0][3].role = text("3?"));
    REFUSED("flags", w->columns[1][1].index = 2); /* another column's */
    REFUSED("limbs", w->columns[1][0].index = 1);
    /* without its flag a null is code 0 */
    REFUSED(
        "flag", w->tables[1].column_count = 1; w->params[1] = scalar(0); w->params[5] = scalar(0);
        memmove(w->points[14], w->points[16], 7 * (size_t)ZKL_POINT_BYTES); w->s.block_count -= 2);
    REFUSED("flags", w->columns[0][1] = w->columns[0][3]; w->tables[0].column_count = 2;
            w->s.block_count -= 4; w->assertions[3].param_count = 3;
            memmove(w->points[6], w->points[10], 13 * (size_t)ZKL_POINT_BYTES));
    /* a flag of no column, in a table that not only linear claims are on; of none but these it is
     * fine */
#define LONE_FLAG                                                                                  \
    memmove(w->columns[0], w->columns[0] + 1, 3 * sizeof **w->columns);                            \
    w->tables[0].column_count = 3;                                                                 \
    w->assertions[3].param_count = 4;                                                              \
    w->s.block_count -= 4;                                                                         \
    for (size_t c = 0; c < 2; c++)                                                                 \
        memcpy(w->points[3 * c], w->blocks[BLOCKS_A_CHUNK * c + 2], 3 * (size_t)ZKL_POINT_BYTES);  \
    memmove(w->points[6], w->points[10], 13 * (size_t)ZKL_POINT_BYTES)
    REFUSED("does not stand behind its column", LONE_FLAG);
    make_world(w);
    LONE_FLAG;
    w->assertions[0] = w->assertions[3];
    CHECK_STATUS(t, ZKL_OK, check(w, &err));
    for (size_t i = 0; i < 16; i++) /* every commitment of a source */
        REFUSED("commitments", w->points[i][47] ^= 1);
    make_world(w);
    for (size_t i = 16; i < 23; i++) /* auxiliary ones are nobody's */
        w->points[i][47] ^= 1;
    CHECK_STATUS(t, ZKL_OK, check(w, &err));
}

static void test_statement_check__circuit_and_points(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    static const char *const circuits[] = { "",     "F",   "F9",  "F11", "F4",   "F010", "F28",
                                            "F100", "f10", "P10", "F1O", "F10 ", "F-2" };
    for (size_t i = 0; i < ZKL_COUNT(circuits); i++)
        REFUSED("circuit", w->s.circuit = text(circuits[i]));
    REFUSED("do not fit", w->s.circuit = text("F8"));
    REFUSED("multiplicities", w->s.multiplicity_count = 0);
    REFUSED("masks", w->s.mask_count = 0);
    REFUSED("masks", w->s.mask_count = 2);
}

/* The widest table, claimed as often as can be: 140 KB that took 9 seconds to refuse when all was
 * compiled first. */
static void test_statement_check__repeated_assertions(zkl_test *t)
{
    enum { COLUMNS = ZKL_STATEMENT_BLOCKS_MAX };
    zkl_error err = { 0 };
    zkl_statement_column *columns = ZKL_ARENA_NEW(&t->arena, zkl_statement_column, COLUMNS);
    zkl_assertion *assertions =
        ZKL_ARENA_NEW(&t->arena, zkl_assertion, ZKL_STATEMENT_ASSERTIONS_MAX);
    uint8_t(*points)[ZKL_POINT_BYTES] = zkl_arena_alloc(&t->arena, COLUMNS, sizeof *points);
    static const uint32_t first[1] = { 0 };
    for (uint32_t i = 0; i < COLUMNS; i++)
        columns[i] = (zkl_statement_column){ text(zkl_arena_format(&t->arena, "%u", i)), i, 1 };
    for (size_t i = 0; i < ZKL_STATEMENT_ASSERTIONS_MAX; i++)
        assertions[i] = (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, first, 1 };
    const zkl_statement_table table = { .row_count = 5,
                                        .columns = columns,
                                        .column_count = COLUMNS };
    const zkl_statement s = { .circuit = text("F26"),
                              .assertions = assertions,
                              .assertion_count = ZKL_STATEMENT_ASSERTIONS_MAX,
                              .tables = &table,
                              .table_count = 1,
                              .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])points,
                              .block_count = COLUMNS,
                              .multiplicities = (const uint8_t(*)[ZKL_POINT_BYTES])points,
                              .multiplicity_count = 1,
                              .masks = (const uint8_t(*)[ZKL_POINT_BYTES])points,
                              .mask_count = 1 };
    CHECK_STATUS(t, ZKL_REJECTED, zkl_statement_check(&s, &zkl_proof_format_v1, NULL, 0, &err));
    CHECK(t, strstr(err.text, "tier") != NULL);
}

/* A kind with one source takes no second one, and none takes none. */
static void test_statement_check__counts_sources(zkl_test *t)
{
    zkl_error err = { 0 };
    const zkl_scalar params[3] = { scalar(1), scalar(0), scalar(ZKL_MODE_EXACTLY) };
    const zkl_statement_column column = { text("x"), 0, 1 };
    const zkl_statement_table table = { .row_count = 5, .columns = &column, .column_count = 1 };
    const zkl_statement_table *tables[2] = { &table, &table };
    zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 3, tables, 1 };
    CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_SUM, &facts, &err));
    facts.source_count = 2;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_SUM, &facts, &err));
    CHECK_TEXT_EQ(t, err.text, "sources: 2, not 1");
    facts.source_count = 0;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_assertion_check(ZKL_ASSERTION_LINEAR, &facts, &err));
}

/* No wrap around r: the widest that still fits, and one more. */
static void test_statement_check__no_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_scalar params[3] = { scalar(1), scalar(0), scalar(ZKL_MODE_EXACTLY) };
    zkl_statement_column column = { text("x"), 0, 0 };
    zkl_statement_table table = { .columns = &column, .column_count = 1 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 3, tables, 1 };
    /* sum: N 2^W < r, r between 2^254 and 2^255 */
    static const struct {
        uint32_t limbs;
        uint64_t rows;
        int mode;
        zkl_status want;
    } sums[] = {
        { 13, (uint64_t)1 << 39, ZKL_MODE_EXACTLY, ZKL_OK },
        { 14, 1 << 30, ZKL_MODE_EXACTLY, ZKL_OK },
        { 14, (uint64_t)1 << 31, ZKL_MODE_EXACTLY, ZKL_REJECTED },
        { 15, 1 << 14, ZKL_MODE_EXACTLY, ZKL_OK },
        { 15, 1 << 15, ZKL_MODE_EXACTLY, ZKL_REJECTED },
        { 16, 1, ZKL_MODE_EXACTLY, ZKL_REJECTED },
        { 13, 1, ZKL_MODE_AT_LEAST, ZKL_OK },
        { 14, 1, ZKL_MODE_AT_LEAST, ZKL_REJECTED },
        { 14, 1, ZKL_MODE_AT_MOST, ZKL_REJECTED },
    };
    for (size_t i = 0; i < ZKL_COUNT(sums); i++) {
        column.limb_count = sums[i].limbs;
        table.row_count = sums[i].rows;
        params[2] = scalar(sums[i].mode);
        const zkl_status got = zkl_assertion_check(ZKL_ASSERTION_SUM, &facts, &err);
        if (got != sums[i].want)
            FAIL(t, "sum of %u limbs, %llu rows: %s", sums[i].limbs,
                 (unsigned long long)sums[i].rows, err.text);
    }
    params[0] = scalar(1);
    params[1] = scalar(5);
    params[2] = scalar(0);
    for (uint32_t limbs = 1; limbs <= 16; limbs++) {
        column.limb_count = limbs;
        CHECK_STATUS(t, limbs <= 15 ? ZKL_OK : ZKL_REJECTED,
                     zkl_assertion_check(ZKL_ASSERTION_RANGE, &facts, &err));
    }
    zkl_fr weight;
    params[0] = scalar(0);
    const zkl_assertion_facts linear = { &zkl_proof_format_v1, params, 2, tables, 1 };
    for (uint32_t limbs = 1; limbs <= 16; limbs++) /* 2 * 2^(k - 1) * 2^(16 limbs) < r */
        for (unsigned k = 1; k <= 64; k += 7)
            for (int minus = 0; minus < 2; minus++) {
                column.limb_count = limbs;
                zkl_fr_power_of_two(&weight, k - 1);
                if (minus)
                    zkl_fr_neg(&weight, &weight);
                zkl_fr_encode(params[1].bytes, &weight);
                const bool fits = k + 16 * limbs <= 254;
                CHECK_STATUS(t, fits ? ZKL_OK : ZKL_REJECTED,
                             zkl_assertion_check(ZKL_ASSERTION_LINEAR, &linear, &err));
            }
}

/* linear: 2 (up + down) < r, and the constant in [-down, up]. H = (r - 1) / 2 is, to the base 2^64,
 * the number below; its last 16 bits are 0, so columns of 12, 8, 4 and 1 limbs reach exactly up =
 * H, where 2 up = r - 1. */
static void test_statement_check__linear_constant(zkl_test *t)
{
    static const uint64_t half[4] = { 0x39f6d3a994cebea4, 0x199cec0404d0ec02, 0xa9ded2017fff2dff,
                                      0x7fffffff80000000 };
    static const char *const roles[4] = { "0", "1", "2", "3" };
    static const uint32_t limbs[4] = { 12, 8, 4, 1 };
    const uint64_t weights[4] = { half[0], half[1], half[2], half[3] >> 16 };
    zkl_statement_column columns[4];
    zkl_scalar params[5];
    zkl_fr up = ZKL_FR_ZERO, weight, scale;
    for (uint32_t i = 0; i < 4; i++) {
        columns[i] = (zkl_statement_column){ text(roles[i]), i, limbs[i] };
        zkl_fr_from_u64(&weight, weights[i]);
        zkl_fr_encode(params[1 + i].bytes, &weight);
        zkl_fr_power_of_two(&scale, 16 * limbs[i]);
        up = toy_add(up, toy_mul(weight, scale));
    }
    const zkl_statement_table table = { .row_count = 5, .columns = columns, .column_count = 4 };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, params, 5, tables, 1 };
    zkl_error err;
#define CONSTANT(value, want)                                                                      \
    do {                                                                                           \
        const zkl_fr constant = (value);                                                           \
        err = (zkl_error){ 0 };                                                                    \
        zkl_fr_encode(params[0].bytes, &constant);                                                 \
        const zkl_status got = zkl_assertion_check(ZKL_ASSERTION_LINEAR, &facts, &err);            \
        const char *refused = (want);                                                              \
        if (refused ? got != ZKL_REJECTED || !strstr(err.text, refused) : got != ZKL_OK)           \
            FAIL(t, "line %d: %s '%s'", __LINE__, zkl_status_text(got), err.text);                 \
    } while (0)
    CONSTANT(up, NULL);                            /* 2 up = r - 1 */
    CONSTANT(toy_add(up, ZKL_FR_ONE), "constant"); /* up + 1 = -up mod r: below what can be */
    CONSTANT(toy_int(-1), "constant");             /* r - 1 */
    CONSTANT(toy_int(0), NULL);
    /* one more in the smallest column: 2 up = r - 1 + 2^17, and a row can be 0 mod r that is not
     * 0 */
    zkl_fr_from_u64(&weight, weights[3] + 1);
    zkl_fr_encode(params[4].bytes, &weight);
    CONSTANT(toy_int(0), "no wrap");
    /* the signs do not matter to the bound, and decide which constants can be */
    zkl_fr_from_u64(&weight, weights[3]);
    zkl_fr_neg(&weight, &weight);
    zkl_fr_encode(params[4].bytes, &weight);
    const zkl_fr down = toy_mul(toy_int((int64_t)weights[3]), scale);
    CONSTANT(toy_sub(up, down), NULL);
    CONSTANT(toy_add(toy_sub(up, down), ZKL_FR_ONE), "constant");
    CONSTANT(toy_sub(ZKL_FR_ZERO, down), NULL);
    CONSTANT(toy_sub(toy_int(-1), down), "constant");
#undef CONSTANT
}

/* Cells on all, and "where" on x as x0: values of 16 and more are counted and summed. */
static void make_sums(world *w)
{
    make_world(w);
    static const struct {
        const char *role;
        uint32_t limbs;
        size_t table;
    } columns[] = { { "g0", 1, 2 }, { "b0", 1, 2 }, { "b1", 1, 2 }, { "i", 1, 3 }, { "c0", 1, 3 },
                    { "m0", 2, 3 }, { "t0", 1, 4 }, { "t1", 1, 4 }, { "m", 2, 4 } };
    static const uint32_t indexes[] = { 0, 1, 2, 3, 4 };
    static const int64_t params[] = { 1, 0, 1, 16, 1, 1, 1, 0, 3, 1000 };
    w->columns[1][0].role = text("x0");
    w->columns[1][1].role = text("x0?");
    w->tables[2] = (zkl_statement_table){ .row_count = 32, .columns = w->columns[2] };
    w->tables[3] = (zkl_statement_table){ .row_count = TOY_C, .columns = w->columns[3] };
    w->tables[4] = (zkl_statement_table){ .row_count = TOY_C, .columns = w->columns[4] };
    for (size_t i = 0; i < ZKL_COUNT(columns); i++) {
        zkl_statement_table *table = &w->tables[columns[i].table];
        w->columns[columns[i].table][table->column_count++] =
            (zkl_statement_column){ text(columns[i].role), ZKL_COLUMN_AUXILIARY, columns[i].limbs };
    }
    for (size_t i = 0; i < ZKL_COUNT(params); i++)
        w->params[i] = scalar(params[i]);
    memcpy(w->indexes, indexes, sizeof indexes);
    w->assertions[1] = (zkl_assertion){ ZKL_ASSERTION_WHERE, w->params, 10, w->indexes + 1, 4 };
    w->s.assertion_count = 2;
    w->s.table_count = 5;
    w->s.block_count = 30;
}

/* What is summed stands under x0, x1, .. in the table of that kind alone, is no bool, and has its
 * flag right behind it. */
static void test_statement_check__summands(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    make_sums(w);
    REQUIRE_OK(t, &err, check(w, &err));
#define REFUSED_SUM(want, ...) REFUSED(want, make_sums(w); __VA_ARGS__)
    REFUSED_SUM("roles", w->columns[1][0].role = text("x1"));
    /* its flag under a name that is none, under its number, and a flag of another column */
    REFUSED_SUM("roles", w->columns[1][1].role = text("x1?"));
    REFUSED_SUM("auxiliary tables", w->columns[1][1].role = text("0?"));
    REFUSED_SUM("flags", w->columns[1][0].index = 0; w->columns[1][1].index = 2);
    /* a bool in its place, in a table of one limb: its flag is not there */
    REFUSED_SUM("roles", w->columns[1][0] = (zkl_statement_column){ text("x0"), 2, 1 };
                w->tables[1].column_count = 1; w->columns[4][2].role = text("m");
                w->params[3] = scalar(1); w->columns[2][0] = w->columns[2][1];
                w->columns[2][1] = w->columns[2][2]; w->tables[2].column_count = 2;
                w->tables[3].column_count = 1; w->s.block_count = 10 + 2 + 4 + 1 + 4);
    /* another kind on the same table, which takes columns under their numbers */
    REFUSED_SUM("roles", w->indexes[7] = 1;
                w->assertions[2] =
                    (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, w->indexes + 7, 1 };
                w->s.assertion_count = 3);
}

/* Cells on all, and "product" of x and z, each in a table of its own. */
static void make_products(world *w)
{
    make_world(w);
    static const uint32_t indexes[] = { 0, 1, 2, 3, 2 };
    w->columns[2][0] = (zkl_statement_column){ text("x"), 3, 1 };
    put_source(w, 2, 1);
    w->columns[3][0] = (zkl_statement_column){ text("i"), ZKL_COLUMN_AUXILIARY, 1 };
    w->columns[3][1] = (zkl_statement_column){ text("s"), ZKL_COLUMN_AUXILIARY, 4 };
    w->columns[3][2] = (zkl_statement_column){ text("z"), ZKL_COLUMN_AUXILIARY, 4 };
    w->tables[3] =
        (zkl_statement_table){ .row_count = TOY_C, .columns = w->columns[3], .column_count = 3 };
    memcpy(w->indexes, indexes, sizeof indexes);
    w->assertions[1] = (zkl_assertion){ ZKL_ASSERTION_PRODUCT, w->params, 1, w->indexes + 1, 3 };
    w->s.assertion_count = 2;
    for (size_t c = 0; c < 2; c++)
        memcpy(w->points[16 + c], w->blocks[BLOCKS_A_CHUNK * c + 4], ZKL_POINT_BYTES);
    w->s.block_count = 10 + 6 + 2 + 9;
}

/* Every source of a kind that names roles has x and its flag, not the first one alone. */
static void test_statement_check__factors(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    make_products(w);
    REQUIRE_OK(t, &err, check(w, &err));
#define REFUSED_PRODUCT(want, ...) REFUSED(want, make_products(w); __VA_ARGS__)
    REFUSED_PRODUCT("column x", w->columns[2][0].role = text("3"));
    REFUSED_PRODUCT("column x", w->columns[1][0].role = text("0"));
    REFUSED_PRODUCT("commitments", w->points[17][47] ^= 1);
    REFUSED_PRODUCT("commitments", w->columns[2][0].index = 2);
    /* a flag as a factor; a nullable column without its flag; another column's flag */
    REFUSED_PRODUCT("flags", w->columns[2][0].index = 1);
    REFUSED_PRODUCT("flags", w->columns[1][0] = (zkl_statement_column){ text("x"), 3, 1 };
                    w->columns[2][0] = (zkl_statement_column){ text("x"), 0, 2 };
                    w->columns[3][2].limb_count = 3; w->tables[1].column_count = 1;
                    w->s.block_count = 10 + 2 + 4 + 8;
                    memcpy(w->points[10], w->blocks[4], ZKL_POINT_BYTES);
                    memcpy(w->points[11], w->blocks[9], ZKL_POINT_BYTES));
    REFUSED_PRODUCT("flags", w->columns[1][1].index = 2);
    /* factors of two datasets, and of other rows */
    REFUSED_PRODUCT("not of the same rows", w->tables[2].dataset.bytes[0] ^= 1);
    REFUSED_PRODUCT("not of the same rows", w->tables[2].first_row = TOY_C);
    REFUSED_PRODUCT("not of the same rows", w->tables[2].row_count = TOY_C + 1);
    /* a bool whose cells claim would not see that it is one */
    REFUSED_PRODUCT("hides from its cells claim", w->columns[2][0].index = 2;
                    w->assertions[2] =
                        (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, w->indexes + 4, 1 };
                    w->s.assertion_count = 3);
}

/* Cells on all, and "rates" of the bool by z. */
static void make_rates(world *w)
{
    make_world(w);
    static const char *const roles[] = { "i", "n", "p", "T", "u", "v" };
    static const uint32_t limbs[] = { 1, 2, 2, 3, 4, 4 }, indexes[] = { 0, 1, 2, 3, 4 };
    w->columns[1][0] = (zkl_statement_column){ text("g"), 3, 1 };
    w->columns[1][1] = (zkl_statement_column){ text("y?"), 2, 1 };
    w->columns[2][0] = (zkl_statement_column){ text("t"), ZKL_COLUMN_AUXILIARY, 1 };
    w->tables[2] =
        (zkl_statement_table){ .row_count = ROWS, .columns = w->columns[2], .column_count = 1 };
    w->columns[3][0] = (zkl_statement_column){ text("z"), ZKL_COLUMN_AUXILIARY, 1 };
    w->tables[3] =
        (zkl_statement_table){ .row_count = TOY_C, .columns = w->columns[3], .column_count = 1 };
    for (size_t i = 0; i < ZKL_COUNT(roles); i++)
        w->columns[4][i] = (zkl_statement_column){ text(roles[i]), ZKL_COLUMN_AUXILIARY, limbs[i] };
    w->tables[4] =
        (zkl_statement_table){ .row_count = TOY_C, .columns = w->columns[4], .column_count = 6 };
    for (size_t c = 0; c < 2; c++) {
        memcpy(w->points[10 + 2 * c], w->blocks[BLOCKS_A_CHUNK * c + 4], ZKL_POINT_BYTES);
        memcpy(w->points[11 + 2 * c], w->blocks[BLOCKS_A_CHUNK * c + 3], ZKL_POINT_BYTES);
    }
    w->params[0] = w->params[2] = scalar(4);
    w->params[1] = scalar(1);
    memcpy(w->indexes, indexes, sizeof indexes);
    w->assertions[1] = (zkl_assertion){ ZKL_ASSERTION_RATES, w->params, 3, w->indexes + 1, 4 };
    w->s.assertion_count = 2;
    w->s.table_count = 5;
    w->s.block_count = 10 + 4 + 2 + 1 + 16;
}

/* g is no flag, y? and w? are bools without one, in a table of that kind alone. */
static void test_statement_check__rates(zkl_test *t)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    zkl_error err;
    make_rates(w);
    REQUIRE_OK(t, &err, check(w, &err));
    /* a bool under g is one of two groups; of itself it is read twice, which says nothing false */
    make_rates(w);
    w->columns[1][0].index = 2;
    memcpy(w->points[10], w->points[11], ZKL_POINT_BYTES);
    memcpy(w->points[12], w->points[13], ZKL_POINT_BYTES);
    REQUIRE_OK(t, &err, check(w, &err));
#define REFUSED_RATES(want, ...) REFUSED(want, make_rates(w); __VA_ARGS__)
    REFUSED_RATES("roles", w->columns[1][0].role = text("x"));
    REFUSED_RATES("roles", w->columns[1][0].role = text("3"));
    REFUSED_RATES("roles", w->columns[1][1].role = text("y"));
    REFUSED_RATES("roles", w->columns[1][1].role = text("2?"));
    REFUSED_RATES("limbs", w->columns[1][0] = (zkl_statement_column){ text("g"), 0, 2 };
                  w->s.block_count += 2);
    /* numbers under y?, which may be 2; the flag of another column; a flag as a group */
    REFUSED_RATES("roles", w->columns[1][1].index = 3);
    REFUSED_RATES("flags", w->columns[1][1].index = 1);
    REFUSED_RATES("flags", w->columns[1][0].index = 1);
    /* a nullable group with its flag under y?; a nullable one alone */
    REFUSED_RATES("roles", w->kinds[2] = 0; w->kinds[3] = ZKL_NUMBERED_FLAG;
                  w->columns[0][2].role = text("2"); w->columns[0][3].role = text("2?");
                  w->columns[1][0].index = 2; w->columns[1][1].index = 3);
    REFUSED_RATES("flags", w->kinds[3] = ZKL_NUMBERED_FLAG; w->columns[0][3].role = text("2??");
                  w->columns[1][0].index = 2);
    /* another kind on the same table, which takes columns under their numbers */
    REFUSED_RATES("roles", w->indexes[7] = 1;
                  w->assertions[2] =
                      (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, w->indexes + 7, 1 };
                  w->s.assertion_count = 3);
    REFUSED_RATES("commitments", w->points[13][47] ^= 1);
}

ZKL_TESTS(TEST(test_statement_check__passes_untouched), TEST(test_statement_check__assertions),
          TEST(test_statement_check__auxiliary_tables), TEST(test_statement_check__tables),
          TEST(test_statement_check__spans), TEST(test_statement_check__sources_are_the_manifests),
          TEST(test_statement_check__circuit_and_points),
          TEST(test_statement_check__repeated_assertions),
          TEST(test_statement_check__counts_sources), TEST(test_statement_check__no_wrap),
          TEST(test_statement_check__linear_constant), TEST(test_statement_check__summands),
          TEST(test_statement_check__factors), TEST(test_statement_check__rates))
