/* "joined(orders@1, customers@1, on customer)": how it is read and written, what it compiles to,
 * and what columns, types and rows it refuses. */
#include "claim_testing.h"
#include "match_testing.h"

#define COLUMN(name, type_kind, nullable)                                                          \
    {                                                                                              \
        NAMED(name), { .kind = ZKL_TYPE_##type_kind }, nullable                                    \
    }
#define TEXT(name, byte)                                                                           \
    {                                                                                              \
        NAMED(name), { .kind = ZKL_TYPE_DICTIONARY, .root = { { byte } } }, false                  \
    }
#define SCHEMA(columns)                                                                            \
    {                                                                                              \
        ZKL_HASH_SHA3_256, columns, sizeof(columns) / sizeof((columns)[0])                         \
    }

/* The joined table has B's columns in another order, and among A's. */
static const zkl_column joined_columns[] = {
    COLUMN("since", DATE, false),   COLUMN("customer", UINT32, false),
    COLUMN("region", UINT16, true), COLUMN("order", UINT64, false),
    COLUMN("note", INT16, true),    COLUMN("shop", UINT16, false),
};
static const zkl_column order_columns[] = { COLUMN("order", UINT64, false),
                                            COLUMN("shop", UINT16, false),
                                            COLUMN("note", INT16, true),
                                            COLUMN("customer", UINT32, false) };
static const zkl_column customer_columns[] = { COLUMN("region", UINT16, true),
                                               COLUMN("customer", UINT32, false),
                                               COLUMN("since", DATE, false) };
static const zkl_column two_key_columns[] = { COLUMN("region", UINT16, true),
                                              COLUMN("shop", UINT16, false),
                                              COLUMN("customer", UINT32, false),
                                              COLUMN("since", DATE, false) };
static const zkl_column only_key[] = { COLUMN("customer", UINT32, false) };
static const zkl_column nullable_key[] = { COLUMN("customer", UINT32, true),
                                           COLUMN("region", UINT16, true) };
static const zkl_column wide_key[] = { COLUMN("customer", UINT64, false),
                                       COLUMN("region", UINT16, true) };
static const zkl_column without_since[] = { COLUMN("customer", UINT32, false),
                                            COLUMN("region", UINT16, true) };
static const zkl_column other_type[] = { COLUMN("customer", UINT32, false),
                                         COLUMN("region", UINT32, true),
                                         COLUMN("since", DATE, false) };
static const zkl_column not_null[] = { COLUMN("customer", UINT32, false),
                                       COLUMN("region", UINT16, false),
                                       COLUMN("since", DATE, false) };
static const zkl_column one_more[] = { COLUMN("customer", UINT32, false),
                                       COLUMN("region", UINT16, true), COLUMN("since", DATE, false),
                                       COLUMN("name", UINT16, false) };
static const zkl_column both_have[] = { COLUMN("customer", UINT32, false),
                                        COLUMN("region", UINT16, true),
                                        COLUMN("since", DATE, false),
                                        COLUMN("shop", UINT16, false) };
static const zkl_schema schemas[] = {
    SCHEMA(joined_columns),  SCHEMA(order_columns), SCHEMA(customer_columns),
    SCHEMA(two_key_columns), SCHEMA(only_key),      SCHEMA(nullable_key),
    SCHEMA(wide_key),        SCHEMA(without_since), SCHEMA(other_type),
    SCHEMA(not_null),        SCHEMA(one_more),      SCHEMA(both_have),
};
static const zkl_digest id = { { 1 } }, other_ids[2] = { { { 2 } }, { { 3 } } };
static const zkl_claim_dataset datasets[] = {
    { &schemas[0], 100000, &id, NAMED("joined"), 1 },
    { &schemas[1], 100000, &other_ids[0], NAMED("orders"), 1 },
    { &schemas[2], 70000, &other_ids[1], NAMED("customers"), 4 },
    { &schemas[3], 9, &id, NAMED("two-keys"), 1 },
    { &schemas[4], 9, &id, NAMED("only-key"), 1 },
    { &schemas[5], 9, &id, NAMED("nullable"), 1 },
    { &schemas[6], 9, &id, NAMED("wide"), 1 },
    { &schemas[7], 9, &id, NAMED("without"), 1 },
    { &schemas[8], 9, &id, NAMED("type"), 1 },
    { &schemas[9], 9, &id, NAMED("notnull"), 1 },
    { &schemas[10], 9, &id, NAMED("more"), 1 },
    { &schemas[11], 9, &id, NAMED("both"), 1 },
    { &schemas[1], 99999, &id, NAMED("fewer"), 1 },
};
static const zkl_claim_scope scope = { datasets, ZKL_COUNT(datasets) };

static void test_claim_joined__is_read(zkl_test *t)
{
    static const struct {
        const char *text, *error;
    } bad[] = {
        { "joined()", "character 8: a dataset expected" },
        { "joined(orders)", "character 14: ',' expected" },
        { "joined(orders, customers)", "character 25: ',' expected" },
        { "joined(orders, customers, customer)", "character 27: 'on' expected" },
        { "joined(orders, customers, on)", "character 29: a column name expected" },
        { "joined(orders, customers, on customer,)", "character 39: a column name expected" },
        { "joined(orders, customers, on customer", "character 38: ')' expected" },
        { "joined(orders, customers, on customer) in rows 0..65535",
          "speaks of the whole dataset" },
    };
    zkl_error err;
    zkl_claim claim;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        err = (zkl_error){ 0 };
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_claim_parse(&claim, &t->arena, zkl_bytes_of_text(bad[i].text), &err));
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
}

static void check_columns(zkl_test *t, const zkl_claim_source *source, size_t dataset,
                          const char *want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t i = 0; i < source->column_count; i++) {
        zkl_buffer_put_text(&out, i ? " " : "");
        zkl_buffer_put(&out, source->columns[i].role.data, source->columns[i].role.size);
        zkl_buffer_format(&out, ":%u", source->columns[i].limb_count);
    }
    CHECK_UINT_EQ(t, source->dataset, dataset);
    CHECK(t, source->first_row == 0 && source->row_count == datasets[dataset].row_count);
    if (!zkl_bytes_equal_text(zkl_buffer_bytes(&out), want))
        FAIL(t, "columns '%.*s', want '%s'", (int)out.size, (const char *)out.data, want);
}

static void test_claim_joined__is_canonical(zkl_test *t)
{
    static const char want[] = "joined(orders@1, customers@4, on customer)";
    static const char *const texts[] = { "joined(orders,customers,on customer)",
                                         " joined( orders@1 ,\tcustomers , on \"customer\" )",
                                         want };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        REQUIRE_OK(t, &err, compile_in(t, &c, texts[i], &scope, &err));
        zkl_claim_print(&out, &c.claim);
        CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out), want));
        out.size = 0;
        zkl_claim_json(&out, &c);
        CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                      "{\"columns\":[\"customer\"],\"datasets\":[\"orders@1\","
                                      "\"customers@4\"],\"kind\":\"joined\",\"text\":\"joined("
                                      "orders@1, customers@4, on customer)\"}"));
        out.size = 0;
        zkl_claim_sentence(&out, &c);
        CHECK(t, zkl_bytes_equal_text(
                     zkl_buffer_bytes(&out),
                     "its rows are those of orders@1, each as often, in any order, each with the "
                     "other columns of the row of customers@4 that agrees with it in customer; "
                     "every row has one, and no two rows of customers@4 agree there"));
    }
    /* A: the key, then order, shop, note; B: the key, then region, since; J in this order */
    REQUIRE(t, c.is_bound && c.assertion_count == 2);
    const zkl_claim_assertion *join = &c.assertions[0], *unique = &c.assertions[1];
    REQUIRE(t,
            join->kind == ZKL_ASSERTION_JOIN && join->source_count == 3 && join->param_count == 1);
    CHECK_UINT_EQ(t, join->params[0].bytes[31], 1);
    check_columns(t, &join->sources[0], 1, "4:2 0:4 1:1 2:1 2?:1");
    check_columns(t, &join->sources[1], 2, "2:2 0:1 0?:1 3:2");
    check_columns(t, &join->sources[2], 0, "1:2 4:4 7:1 5:1 5?:1 2:1 2?:1 0:2");
    /* the companion, on the same columns of all rows */
    REQUIRE(t, unique->kind == ZKL_ASSERTION_UNIQUE && unique->source_count == 1 &&
                   unique->param_count == 0);
    check_columns(t, &unique->sources[0], 2, "2:2");
    check_match_is_exact(t, __LINE__, &c);
}

/* Several keys: in the own schema's order, whatever the text's. */
static void test_claim_joined__several_keys(zkl_test *t)
{
    zkl_error err;
    zkl_compiled_claim c;
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    REQUIRE_OK(t, &err,
               compile_in(t, &c, "joined(orders, two-keys, on shop, customer)", &scope, &err));
    zkl_claim_print(&out, &c.claim);
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                  "joined(orders@1, two-keys@1, on customer, shop)"));
    const zkl_claim_assertion *join = &c.assertions[0];
    CHECK_UINT_EQ(t, join->params[0].bytes[31], 2);
    check_columns(t, &join->sources[0], 1, "4:2 1:1 0:4 2:1 2?:1");
    check_columns(t, &join->sources[1], 3, "3:2 2:1 0:1 0?:1 4:2");
    check_columns(t, &join->sources[2], 0, "1:2 7:1 4:4 5:1 5?:1 2:1 2?:1 0:2");
    check_columns(t, &c.assertions[1].sources[0], 3, "3:2 2:1");
}

static void test_claim_joined__refuses_what_does_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_NOT_FOUND, "joined(orders, nobody, on customer)", "'nobody' is not at hand" },
        { ZKL_USAGE, "joined(orders, orders, on customer)", "named twice" },
        { ZKL_USAGE, "joined(joined, customers, on customer)", "the claim is about" },
        { ZKL_NOT_FOUND, "joined(orders, customers, on nothing)", "no column 'nothing'" },
        { ZKL_USAGE, "joined(orders, customers, on region)", "may hold nulls" },
        { ZKL_NOT_FOUND, "joined(orders, customers, on order)",
          "no column 'order' of customers@4" },
        { ZKL_USAGE, "joined(orders, customers, on customer, customer)", "named twice" },
        { ZKL_USAGE, "joined(orders, customers, on note)", "may hold nulls, and a key may not" },
        { ZKL_USAGE, "joined(orders, only-key, on customer)", "neither dataset has a column" },
        { ZKL_USAGE, "joined(orders, nullable, on customer)", "differs as to nulls" },
        { ZKL_USAGE, "joined(orders, wide, on customer)", "is of another type" },
        { ZKL_USAGE, "joined(orders, without, on customer)", "'since' is date: neither dataset" },
        { ZKL_USAGE, "joined(orders, type, on customer)", "'region' of type@1 is of another type" },
        { ZKL_USAGE, "joined(orders, notnull, on customer)", "differs as to nulls" },
        { ZKL_USAGE, "joined(orders, more, on customer)",
          "'name' of more@1 is uint16: the joined dataset has no column of this name" },
        { ZKL_USAGE, "joined(orders, both, on customer)",
          "'shop' of both@1 is uint16: both datasets have a column" },
        { ZKL_REJECTED, "joined(fewer, customers, on customer)",
          "'fewer' has 99999 rows, the dataset 100000: a join keeps each row of the first table" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        const zkl_status status = compile_in(t, &c, bad[i].text, &scope, &err);
        if (status != bad[i].status || !strstr(err.text, bad[i].error))
            FAIL(t, "%s: %s, '%s', not '%s'", bad[i].text, zkl_status_text(status), err.text,
                 bad[i].error);
    }
}

/* Texts: one dictionary on both sides; what rows agree in is then a code. */
static void test_claim_joined__codes_and_fingerprints(zkl_test *t)
{
    static const zkl_column all[] = { TEXT("city", 7), COLUMN("id", UINT16, false),
                                      COLUMN("letter", STRING16, false) },
                            left[] = { TEXT("city", 7), COLUMN("id", UINT16, false) },
                            right[] = { TEXT("city", 7), COLUMN("letter", STRING16, false) },
                            other[] = { TEXT("city", 8), COLUMN("letter", STRING16, false) };
    static const zkl_schema texts[] = { SCHEMA(all), SCHEMA(left), SCHEMA(right), SCHEMA(other) };
    const zkl_claim_dataset four[] = { { &texts[0], 5, &id, NAMED("j"), 1 },
                                       { &texts[1], 5, &id, NAMED("a"), 1 },
                                       { &texts[2], 5, &id, NAMED("b"), 1 },
                                       { &texts[3], 5, &id, NAMED("c"), 1 } };
    const zkl_claim_scope small = { four, 4 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, compile_in(t, &c, "joined(a, b, on city)", &small, &err));
    zkl_claim_sentence(&out, &c);
    CHECK(t, zkl_bytes_equal_text(
                 zkl_buffer_bytes(&out),
                 "its rows are those of a@1, each as often, in any order, each with the other "
                 "columns of the row of b@1 that agrees with it in the code of city (not its "
                 "text); every row has one, and no two rows of b@1 agree there; long texts are "
                 "compared by their fingerprints"));
    CHECK_STATUS(t, ZKL_USAGE, compile_in(t, &c, "joined(a, c, on city)", &small, &err));
    CHECK(t, strstr(err.text, "'city' of c@1 has another dictionary") != NULL);
    CHECK(t, err.hint == ZKL_HINT_TAKE_FINGERPRINTS);
}

/* Keys that `unique` has no room for. */
static void test_claim_joined__wide_keys(zkl_test *t)
{
    static const zkl_column all[] = { COLUMN("a", UINT64, false), COLUMN("b", UINT64, false),
                                      COLUMN("c", UINT64, false), COLUMN("d", UINT64, false),
                                      COLUMN("e", UINT16, false) };
    static const zkl_schema schema = SCHEMA(all), left = { ZKL_HASH_SHA3_256, all, 4 };
    const zkl_claim_dataset three[] = { { &schema, 5, &id, NAMED("j"), 1 },
                                        { &left, 5, &id, NAMED("a"), 1 },
                                        { &schema, 5, &id, NAMED("b"), 1 } };
    const zkl_claim_scope small = { three, 3 };
    zkl_error err;
    zkl_compiled_claim c;
    CHECK_STATUS(t, ZKL_LIMIT, compile_in(t, &c, "joined(a, b, on a, b, c, d)", &small, &err));
    CHECK(t, strstr(err.text, "more than 240 bits") != NULL);
}

/* A second dataset that is nothing but its key adds no column. */
static void test_claim_joined__only_a_key(zkl_test *t)
{
    static const zkl_column all[] = { COLUMN("a", UINT16, false), COLUMN("b", UINT16, false) };
    static const zkl_schema schema = SCHEMA(all), key = { ZKL_HASH_SHA3_256, all, 1 };
    const zkl_claim_dataset three[] = { { &schema, 5, &id, NAMED("j"), 1 },
                                        { &schema, 5, &id, NAMED("a"), 1 },
                                        { &key, 5, &id, NAMED("b"), 1 } };
    const zkl_claim_scope small = { three, 3 };
    zkl_error err;
    zkl_compiled_claim c;
    CHECK_STATUS(t, ZKL_USAGE, compile_in(t, &c, "joined(a, b, on a)", &small, &err));
    CHECK(t, strstr(err.text, "'b' has no column besides the key") != NULL);
}

/* A table is refused before its columns are put into a statement that has no room for them. */
static void test_claim_joined__wide_tables(zkl_test *t)
{
    enum { WIDE = ZKL_STATEMENT_COLUMNS_MAX };
    zkl_column *all = ZKL_ARENA_NEW(&t->arena, zkl_column, WIDE + 1);
    for (size_t i = 0; i <= WIDE; i++) {
        const char *name = zkl_arena_format(&t->arena, "c%zu", i);
        all[i] = (zkl_column){ zkl_bytes_of_text(name), { .kind = ZKL_TYPE_UINT16 }, false };
    }
    const zkl_column right[] = { all[0], all[WIDE] };
    const zkl_schema joined = { ZKL_HASH_SHA3_256, all, WIDE + 1 },
                     left = { ZKL_HASH_SHA3_256, all, WIDE },
                     narrow = { ZKL_HASH_SHA3_256, right, 2 };
    const zkl_claim_dataset three[] = { { &joined, 5, &id, NAMED("j"), 1 },
                                        { &left, 5, &id, NAMED("a"), 1 },
                                        { &narrow, 5, &id, NAMED("b"), 1 } };
    const zkl_claim_scope small = { three, 3 };
    zkl_error err;
    zkl_compiled_claim c;
    CHECK_STATUS(t, ZKL_LIMIT, compile_in(t, &c, "joined(a, b, on c0)", &small, &err));
    CHECK(t, strstr(err.text, "more than 2046 columns") != NULL);
}

ZKL_TESTS(TEST(test_claim_joined__is_read), TEST(test_claim_joined__is_canonical),
          TEST(test_claim_joined__several_keys), TEST(test_claim_joined__refuses_what_does_not_fit),
          TEST(test_claim_joined__codes_and_fingerprints), TEST(test_claim_joined__wide_keys),
          TEST(test_claim_joined__only_a_key), TEST(test_claim_joined__wide_tables))
