/* Readings: what may be said, one encoding, and which options are marked. */
#include "record/reading.h"

#include "testing.h"

static zkl_reading plain_csv(void)
{
    return (zkl_reading){ .format = "csv",
                          .columns_chosen = ZKL_NO,
                          .delimiter = ",",
                          .quote = "\"",
                          .encoding = "utf-8",
                          .header = ZKL_YES,
                          .null_quoted = ZKL_NO };
}

/* Letters, digits, '.', '-', '+', blanks, line ends: values are made of them. */
static void test_reading__signs_that_data_need_are_refused(zkl_test *t)
{
    static const char *const delimiters[] = { "a",  "Z",      "0",        "9",    ".",   "-",
                                              "+",  " ",      "\n",       "\r",   "",    ", ",
                                              ",1", "::::: ", "\xc3\xa9", "\xff", "tabs" };
    static const char *const quotes[] = { "a",  "Q",  "5",  ".",  "-",        "+",  " ",
                                          "\t", "\n", "\r", "''", "\xc2\xab", "tab" };
    zkl_reading out, r;
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(delimiters); i++) {
        r = plain_csv();
        r.delimiter = delimiters[i];
        if (zkl_reading_take(&out, &t->arena, &r, &err) != ZKL_USAGE ||
            zkl_reading_check(&r, &err) != ZKL_BAD_INPUT)
            FAIL(t, "the delimiter '%s' is taken", delimiters[i]);
    }
    for (size_t i = 0; i < ZKL_COUNT(quotes); i++) {
        r = plain_csv();
        r.quote = quotes[i];
        if (zkl_reading_take(&out, &t->arena, &r, &err) != ZKL_USAGE ||
            zkl_reading_check(&r, &err) != ZKL_BAD_INPUT)
            FAIL(t, "the quote '%s' is taken", quotes[i]);
    }
    r = plain_csv();
    r.quote = ",";
    CHECK_STATUS(t, ZKL_USAGE, zkl_reading_take(&out, &t->arena, &r, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reading_check(&r, &err));
    CHECK(t, strstr(err.text, "quote and delimiter at once"));
    r.delimiter = "|,";
    CHECK_STATUS(t, ZKL_USAGE, zkl_reading_take(&out, &t->arena, &r, &err));
}

static void test_reading__signs_in_use_are_taken(zkl_test *t)
{
    static const char *const delimiters[] = { ",", ";",  "|",  "tab",  "space",
                                              ":", "::", "||", "\x01", "\xc2\xa6" };
    static const char *const quotes[] = { "\"", "'", "`", "none", "$" };
    zkl_reading out, r = { 0 };
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(delimiters); i++) {
        r.delimiter = delimiters[i];
        REQUIRE_OK(t, &err, zkl_reading_take(&out, &t->arena, &r, &err));
        CHECK_TEXT_EQ(t, out.delimiter, delimiters[i]);
    }
    for (size_t i = 0; i < ZKL_COUNT(quotes); i++) {
        r.quote = quotes[i];
        REQUIRE_OK(t, &err, zkl_reading_take(&out, &t->arena, &r, &err));
    }
    r.delimiter = "\t";
    r.quote = "";
    REQUIRE_OK(t, &err, zkl_reading_take(&out, &t->arena, &r, &err));
    CHECK_TEXT_EQ(t, out.delimiter, "tab");
    CHECK_TEXT_EQ(t, zkl_reading_delimiter(&out), "\t");
    CHECK_TEXT_EQ(t, out.quote, "none");
    CHECK_TEXT_EQ(t, zkl_reading_quote(&out), "");
}

/* Order and repetition of null texts change nothing that is read, so they change no byte. */
static void test_reading_take__null_texts_are_a_set(zkl_test *t)
{
    static const char *const asked[] = { "NA", "", "-", "NA" };
    zkl_reading out, r = { .null_texts = asked, .null_text_count = 4 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_reading_take(&out, &t->arena, &r, &err));
    REQUIRE(t, out.null_text_count == 2);
    CHECK_TEXT_EQ(t, out.null_texts[0], "-");
    CHECK_TEXT_EQ(t, out.null_texts[1], "NA");
}

static void test_reading_parse__undoes_encode(zkl_test *t)
{
    static const char *const nulls[] = { "-999", "NA" };
    zkl_reading all[3] = { plain_csv(),
                           plain_csv(),
                           { .format = "parquet", .columns_chosen = ZKL_YES } };
    zkl_error err = { 0 };
    all[1].null_texts = nulls;
    all[1].null_text_count = 2;
    all[1].delimiter = "space";
    all[1].quote = "none";
    all[1].header = ZKL_NO;
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        zkl_buffer bytes = { 0 }, again = { 0 };
        zkl_reading got;
        zkl_reading_encode(&bytes, &all[i]);
        REQUIRE_OK(t, &err, zkl_reading_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err));
        CHECK(t, zkl_reading_equal(&got, &all[i]));
        for (size_t at = 0; at < bytes.size;
             at++) { /* cut, or changed: refused, or another reading in its own bytes */
            CHECK_STATUS(t, ZKL_BAD_INPUT,
                         zkl_reading_parse(&got, &t->arena, zkl_bytes_of(bytes.data, at), &err));
            bytes.data[at] ^= 0x10;
            again.size = 0;
            if (zkl_reading_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err) == ZKL_OK) {
                CHECK(t, !zkl_reading_equal(&got, &all[i]));
                zkl_reading_encode(&again, &got);
                CHECK(t, again.size == bytes.size && !memcmp(again.data, bytes.data, again.size));
            }
            bytes.data[at] ^= 0x10;
        }
        zkl_buffer_put_u8(&bytes, 0);
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_reading_parse(&got, &t->arena, zkl_buffer_bytes(&bytes), &err));
        zkl_buffer_clear(&bytes);
        zkl_buffer_clear(&again);
    }
}

/* Nothing that counts is left out, nothing is said that does not count. */
static void test_reading_check__wants_a_whole_one(zkl_test *t)
{
    static const char *const nulls[] = { "a", "a" };
    zkl_error err = { 0 };
    zkl_reading r = plain_csv();
    REQUIRE_OK(t, &err, zkl_reading_check(&r, &err));
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        r = plain_csv();                                                                           \
        change;                                                                                    \
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reading_check(&r, &err));                               \
    } while (0)
    REFUSED(r.format = NULL);
    REFUSED(r.format = "xlsx");
    REFUSED(r.format = "parquet"); /* which has no delimiter */
    REFUSED(r.delimiter = NULL);
    REFUSED(r.delimiter = "\t"); /* written "tab" */
    REFUSED(r.quote = NULL);
    REFUSED(r.quote = "");
    REFUSED(r.encoding = NULL);
    REFUSED(r.encoding = "UTF-8");
    REFUSED(r.header = ZKL_UNSAID);
    REFUSED(r.null_quoted = ZKL_UNSAID);
    REFUSED(r.columns_chosen = ZKL_UNSAID);
    REFUSED((r.null_texts = nulls, r.null_text_count = 2));
}

static const char *joined_with(zkl_test *t, const zkl_reading *r, const zkl_schema *schema)
{
    const char *const *texts;
    size_t count;
    zkl_error err = { 0 };
    zkl_buffer all = { 0 };
    if (zkl_reading_unusual(&texts, &count, &t->arena, r, schema, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    for (size_t i = 0; i < count; i++)
        zkl_buffer_format(&all, "%s\n", texts[i]);
    const char *out = zkl_arena_text(&t->arena, (const char *)all.data, all.size);
    zkl_buffer_clear(&all);
    return out;
}

static const char *joined(zkl_test *t, const zkl_reading *r)
{
    return joined_with(t, r, NULL);
}

/* A first line of data that is taken for names. */
static void test_reading_unusual__marks_names_that_are_numbers(zkl_test *t)
{
    zkl_column columns[2] = { { .name = zkl_bytes_of_text("city") },
                              { .name = zkl_bytes_of_text("91009") } };
    const zkl_schema schema = { .columns = columns, .column_count = 2 };
    zkl_reading r = plain_csv();
    CHECK(t, strstr(joined_with(t, &r, &schema), "one of them is a value: '91009'") != NULL);
    columns[1].name = zkl_bytes_of_text("amount");
    CHECK_TEXT_EQ(t, joined_with(t, &r, &schema), "");
}

/* Each option by which a file reads as other values than it shows is marked, and no other. */
static void test_reading_unusual__marks_each(zkl_test *t)
{
    static const char *const usual_nulls[] = { "-", "NA", "null" };
    static const char *const odd_nulls[] = { "-999", "5000", "Oslo", "tab" };
    static const char *const usual_delimiters[] = { ",", ";", "|", "tab" };
    zkl_reading r = plain_csv();
    r.null_texts = usual_nulls;
    r.null_text_count = 3;
    r.columns_chosen = ZKL_YES;
    for (size_t i = 0; i < ZKL_COUNT(usual_delimiters); i++) {
        r.delimiter = usual_delimiters[i];
        CHECK_TEXT_EQ(t, joined(t, &r), "");
    }
    const zkl_reading parquet = { .format = "parquet", .columns_chosen = ZKL_NO };
    CHECK_TEXT_EQ(t, joined(t, &parquet), "");
    for (size_t i = 0; i < ZKL_COUNT(odd_nulls); i++) {
        r = plain_csv();
        r.null_texts = odd_nulls + i;
        r.null_text_count = 1;
        const char *text = joined(t, &r);
        if (!strstr(text, odd_nulls[i]) || !strstr(text, "is null"))
            FAIL(t, "the null text '%s' is not marked: %s", odd_nulls[i], text);
    }
#define MARKED(said, change)                                                                       \
    do {                                                                                           \
        r = plain_csv();                                                                           \
        change;                                                                                    \
        if (!strstr(joined(t, &r), said))                                                          \
            FAIL(t, "not marked: %s", said);                                                       \
    } while (0)
    MARKED("the quote is '$'", r.quote = "$");
    MARKED("there is no quote", r.quote = "none");
    MARKED("separated by space", r.delimiter = "space");
    MARKED("separated by '\\x01'", r.delimiter = "\x01");
    MARKED("encoding is 'latin-1'", r.encoding = "latin-1");
    MARKED("first line is data", r.header = ZKL_NO);
    MARKED("quoted empty field is null", r.null_quoted = ZKL_YES);
}

static void test_reading_merge__what_is_said_counts(zkl_test *t)
{
    static const char *const manifest_nulls[] = { "5000" };
    zkl_reading base = plain_csv(), out, none, over = { .quote = "'" };
    zkl_error err = { 0 };
    base.null_texts = manifest_nulls;
    base.null_text_count = 1;
    zkl_reading_merge(&out, &base, &over);
    CHECK_TEXT_EQ(t, out.quote, "'");
    CHECK_TEXT_EQ(t, out.delimiter, ",");
    CHECK_UINT_EQ(t, out.null_text_count, 1);
    CHECK(t, !zkl_reading_equal(&out, &base));
    /* "no null text but the empty field" can be said: by the empty text */
    static const char *const empty[] = { "" };
    const zkl_reading asked = { .null_texts = empty, .null_text_count = 1 };
    REQUIRE_OK(t, &err, zkl_reading_take(&none, &t->arena, &asked, &err));
    zkl_reading_merge(&out, &base, &none);
    CHECK_UINT_EQ(t, out.null_text_count, 0);
    /* nothing said: nothing changes */
    const zkl_reading unsaid = { 0 };
    REQUIRE_OK(t, &err, zkl_reading_take(&none, &t->arena, &unsaid, &err));
    zkl_reading_merge(&out, &base, &none);
    CHECK(t, zkl_reading_equal(&out, &base));
    /* another format: what was of CSV is gone */
    over = (zkl_reading){ .format = "json" };
    zkl_reading_merge(&out, &base, &over);
    REQUIRE_OK(t, &err, zkl_reading_check(&out, &err));
}

ZKL_TESTS(TEST(test_reading__signs_that_data_need_are_refused),
          TEST(test_reading__signs_in_use_are_taken), TEST(test_reading_take__null_texts_are_a_set),
          TEST(test_reading_parse__undoes_encode), TEST(test_reading_check__wants_a_whole_one),
          TEST(test_reading_unusual__marks_each),
          TEST(test_reading_unusual__marks_names_that_are_numbers),
          TEST(test_reading_merge__what_is_said_counts))
