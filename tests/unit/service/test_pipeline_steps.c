/* Files of steps: their form, and what is found wrong with them before the first step is run. */
#include "service/pipeline_steps.h"
#include "testing.h"

static const zkl_column people[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_INT32 }, false },
    { { (const uint8_t *)"a b", 3 }, { .kind = ZKL_TYPE_DICTIONARY }, true }
};
static const zkl_schema schema = { .columns = people, .column_count = 2 };

static zkl_status check(pipeline_steps *out, pipeline_table *tables, const char *text,
                        zkl_error *err)
{
    *err = (zkl_error){ 0 };
    tables[0] = (pipeline_table){ "people@2", &schema };
    tables[1] = (pipeline_table){ "more", &schema };
    ZKL_TRY(pipeline_steps_parse(out, zkl_bytes_of_text(text), err));
    return pipeline_steps_check(out, tables, 2, err);
}

#define REFUSED(status_, says_, text_)                                                             \
    do {                                                                                           \
        pipeline_steps steps_ = { 0 };                                                             \
        pipeline_table tables_[2 + PIPELINE_STEPS_MAX];                                            \
        zkl_error err_;                                                                            \
        CHECK_STATUS(t, status_, check(&steps_, tables_, text_, &err_));                           \
        if (!strstr(err_.text, says_))                                                             \
            FAIL(t, "says '%s', not '%s'", err_.text, says_);                                      \
        pipeline_steps_clear(&steps_);                                                             \
    } while (0)

#define STEP(operation_, name_, rest_)                                                             \
    "[[step]]\noperation = '" operation_ "'\nname = '" name_ "'\nfile = '" name_ ".csv'\n" rest_   \
    "\n"

static bool has_column(const pipeline_table *table, const char *name)
{
    for (size_t i = 0; table->schema && i < table->schema->column_count; i++)
        if (zkl_bytes_equal_text(table->schema->columns[i].name, name))
            return true;
    return false;
}

static void test_steps__take_the_one_before_or_a_named_one(zkl_test *t)
{
    pipeline_steps steps = { 0 };
    pipeline_table tables[2 + PIPELINE_STEPS_MAX];
    zkl_error err;
    REQUIRE_OK(t, &err,
               check(&steps, tables,
                     STEP("rename \"a b\" as b", "one", "")
                         STEP("add c = id + 1", "two", "receipt = 'two.zkl'")
                             STEP("concat", "three", "source = 'people'\nwith = ['more']")
                                 STEP("group by b: n = rows", "four", "source = 'two'"),
                     &err));
    CHECK_UINT_EQ(t, steps.count, 4);
    CHECK(t, steps.items[0].sources[0] == 0 && steps.items[1].sources[0] == 2);
    CHECK(t, steps.items[2].sources[0] == 0 && steps.items[2].sources[1] == 1);
    CHECK_UINT_EQ(t, steps.items[3].sources[0], 3);
    CHECK(t, has_column(&tables[2], "b") && !has_column(&tables[2], "a b"));
    CHECK(t, has_column(&tables[3], "c") && has_column(&tables[3], "id"));
    CHECK(t, has_column(&tables[4], "a b") && !has_column(&tables[4], "c"));
    CHECK(t, has_column(&tables[5], "n") && !has_column(&tables[5], "id"));
    CHECK_TEXT_EQ(t, steps.items[1].receipt, "two.zkl");
    CHECK(t, !steps.items[0].receipt && !steps.items[0].is_made);
    pipeline_steps_clear(&steps);
}

/* The columns of a query's result are not known: words are checked, columns are not. */
static void test_steps__behind_a_query_are_checked_by_word(zkl_test *t)
{
    pipeline_steps steps = { 0 };
    pipeline_table tables[2 + PIPELINE_STEPS_MAX];
    zkl_error err;
    REQUIRE_OK(t, &err,
               check(&steps, tables, STEP("sql SELECT 1 AS x", "one", "") STEP("sort y", "two", ""),
                     &err));
    CHECK(t, !tables[2].schema && !tables[3].schema);
    pipeline_steps_clear(&steps);
    REFUSED(ZKL_USAGE, "step 2 ('sotr y'): unknown operation",
            STEP("sql SELECT 1 AS x", "one", "") STEP("sotr y", "two", ""));
    REFUSED(ZKL_USAGE, "step 2 ('join on y'): 'join' takes 2 sources, not 1",
            STEP("sql SELECT 1 AS x", "one", "") STEP("join on y", "two", ""));
}

static void test_steps__that_make_no_sense_are_named(zkl_test *t)
{
    REFUSED(ZKL_BAD_INPUT, "there is no step", "");
    REFUSED(ZKL_BAD_INPUT, "there is no step", "step = []");
    REFUSED(ZKL_BAD_INPUT, "unknown key 'steps'", "steps = []");
    REFUSED(ZKL_BAD_INPUT, "line 2", "step = [\n1]");
    REFUSED(ZKL_BAD_INPUT, "an operation, a name and a file", "[[step]]\noperation = 'dedup'");
    REFUSED(ZKL_BAD_INPUT, "unknown key 'form'", STEP("dedup", "one", "form = 'x'"));
    REFUSED(ZKL_BAD_INPUT, "line 5", STEP("dedup", "one", "check = 'yes'"));
    REFUSED(ZKL_BAD_INPUT, "a source is the name of a table", STEP("dedup", "one", "with = [1]"));
    REFUSED(ZKL_USAGE, "step 1 ('dedup'): 'a b' is no dataset name", STEP("dedup", "a b", ""));
    REFUSED(ZKL_USAGE, "there is a table 'people' already", STEP("dedup", "people", ""));
    REFUSED(ZKL_USAGE, "step 2 ('dedup'): there is a table 'one' already",
            STEP("dedup", "one", "") STEP("dedup", "one", ""));
    REFUSED(ZKL_NOT_FOUND, "there is no table 'two'",
            STEP("dedup", "one", "source = 'two'") STEP("dedup", "two", ""));
    REFUSED(ZKL_NOT_FOUND, "no table 'one'", STEP("concat", "one", "with = ['one']"));
    REFUSED(ZKL_USAGE, "its file is one of step 1",
            STEP("dedup", "one", "receipt = 'two.csv'") STEP("dedup", "two", ""));
    REFUSED(ZKL_USAGE, "its file is one of step 1", STEP("dedup", "one", "receipt = 'one.csv'"));
    REFUSED(ZKL_USAGE, "it makes no file", STEP("custom true", "one", ""));
    REFUSED(ZKL_NOT_FOUND, "step 2 ('sort \"a b\"'): 'one' has no column 'a b'",
            STEP("drop \"a b\"", "one", "") STEP("sort \"a b\"", "two", ""));
    REFUSED(ZKL_NOT_FOUND, "step 3 ('select n, id'): 'two' has no column 'id'",
            STEP("slice 0..99", "one", "") STEP("group by \"a b\": n = rows", "two", "")
                STEP("select n, id", "three", ""));
}

ZKL_TESTS(TEST(test_steps__take_the_one_before_or_a_named_one),
          TEST(test_steps__behind_a_query_are_checked_by_word),
          TEST(test_steps__that_make_no_sense_are_named))
