/* JSON and NDJSON: objects are parsed here, so that no digit passes through a double. */
#include "text/json_object.h"

#include "table_testing.h"

static void test_json__numbers_keep_every_digit(zkl_test *t)
{
    test_reads_as(
        t, "exact.ndjson",
        "{\"a\":1.10,\"b\":12345678901234567890.123,\"c\":1e3,\"d\":18446744073709551616}\n"
        "{\"a\":2,\"b\":0.5,\"c\":2.5E-3,\"d\":0}\n",
        "a:decimal(4,2),b:decimal(38,3),c:float64,d:decimal(38,0)\n"
        "1.10|12345678901234567890.123|1000|18446744073709551616\n"
        "2.00|0.500|0.0025|0\n");
}

static void test_json__strings_are_not_numbers(zkl_test *t)
{
    test_reads_as(t, "strings.ndjson",
                  "{\"a\":\"1\",\"b\":\"true\",\"c\":\"2024-02-29\",\"d\":true,\"e\":1}\n"
                  "{\"a\":\"2\",\"b\":\"false\",\"c\":\"1969-12-31\",\"d\":false,\"e\":\"x\"}\n",
                  "a:dictionary,b:dictionary,c:date,d:bool,e:dictionary\n"
                  "1|true|2024-02-29|true|1\n2|false|1969-12-31|false|x\n");
}

static void test_json__null_missing_and_late_keys(zkl_test *t)
{
    test_reads_as(t, "late.ndjson", "{\"a\":1}\n{\"b\":null,\"a\":2}\n{\"c\":\"x\",\"b\":7}\n{}\n",
                  "a:uint16?,b:uint16?,c:dictionary?\n1|-|-\n2|-|-\n-|7|x\n-|-|-\n");
    test_reads_as(t, "order.ndjson", "{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":4}\n",
                  "a:uint16,b:uint16\n1|2\n4|3\n");
    test_reads_as(t, "case.ndjson", "{\"a\":1,\"A\":2}\n", "a:uint16,A:uint16\n1|2\n");
}

/* A key that comes first after whole chunks. */
static void test_json__a_key_after_a_chunk(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (unsigned i = 0; i < 70000; i++)
        zkl_buffer_format(&text, "{\"n\":%u}\n", i);
    zkl_buffer_put_text(&text, "{\"n\":1,\"late\":\"x\"}\n");
    const char *path = test_file_bytes(t, "chunks.ndjson", text.data, text.size);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    const char *got = test_table_text(t, read.table);
    static const char begin[] = "n:uint32,late:dictionary?\n0|-\n";
    CHECK(t, strncmp(got, begin, sizeof begin - 1) == 0);
    CHECK(t, strstr(got, "\n69999|-\n1|x\n") != NULL);
    zkl_table_free(read.table);
}

static void test_json__arrays_and_texts(zkl_test *t)
{
    test_reads_as(
        t, "list.json",
        "[{\"a\":1,\"b\":\"gr\\u00fcn \\ud83d\\ude00 \\\"q\\\" \\n\"},\n {\"a\":2,\"b\":\"\"}]\n",
        "a:uint16,b:dictionary\n1|gr\xc3\xbcn \xf0\x9f\x98\x80 \"q\" \n\n2|\n");
}

static void test_json__refuses(zkl_test *t)
{
    test_is_refused(t, "nested.ndjson", "{\"a\":1}\n{\"b\":{\"x\":1}}\n", ZKL_NOT_SUPPORTED,
                    "column 'b' holds an object");
    test_is_refused(t, "nested2.ndjson", "{\"b\":[1]}\n", ZKL_NOT_SUPPORTED,
                    "column 'b' holds a list");
    test_is_refused(t, "twice.ndjson", "{\"a\":1,\"a\":2}\n", ZKL_BAD_INPUT, "");
    test_is_refused(t, "twice2.ndjson", "{\"a\":null,\"a\":2}\n", ZKL_BAD_INPUT, "");
    test_is_refused(t, "broken.ndjson", "{\"a\":1}\n{\"a\":\n", ZKL_BAD_INPUT, "");
    test_is_refused(t, "nan.ndjson", "{\"a\":NaN}\n", ZKL_BAD_INPUT,
                    "NaN and Infinity are not JSON");
    test_is_refused(t, "list.ndjson", "{\"a\":1}\n[1]\n", ZKL_BAD_INPUT, "line 2: a list where");
    test_is_refused(t, "nokey.ndjson", "{\"\":1}\n", ZKL_BAD_INPUT, "a key is empty");
    test_is_refused(t, "scalar.ndjson", "{\"a\":1}\n5\n", ZKL_BAD_INPUT, "");
    test_is_refused(t, "utf8.ndjson", "{\"a\":\"\xff\"}\n", ZKL_BAD_INPUT, "");
    test_is_refused(t, "empty.ndjson", "\n", ZKL_BAD_INPUT, "has no rows");
    test_is_refused(t, "nokeys.ndjson", "{}\n", ZKL_BAD_INPUT, "no columns");
}

/* What stands between rows: nothing but blanks, and in a list commas and one closing bracket. */
static void test_json__rows_and_what_is_between_them(zkl_test *t)
{
    static const char want[] = "a:uint16\n1\n2\n";
    test_reads_as(t, "mark.ndjson", "\xef\xbb\xbf{\"a\":1}\r\n\n \t\n{\"a\":2}", want);
    test_reads_as(t, "pretty.json", "\n[\n  {\n \"a\": 1\n },\n {\"a\":2}\n]\n\n", want);
    test_reads_as(t, "sequence.json", "{\"a\":1}\n{\"a\":2}\n", want);
    test_reads_as(t, "touching.json", "{\"a\":1}{\n\"a\":2}", want);
    test_reads_as(t, "brackets.json", "[{\"a\":\"]}\\\"\"},{\"a\":\"[{\"}]",
                  "a:dictionary\n]}\"\n[{\n");
    test_is_refused(t, "two.json", "[{\"a\":1}][{\"a\":3}]", ZKL_BAD_INPUT, "text after the list");
    test_is_refused(t, "open.json", "[{\"a\":1},\n{\"a\":2}\n", ZKL_BAD_INPUT,
                    "line 3: the list does not end");
    test_is_refused(t, "comma.json", "[{\"a\":1},]", ZKL_BAD_INPUT, "a row is missing");
    test_is_refused(t, "nocomma.json", "[{\"a\":1}\n{\"a\":2}]", ZKL_BAD_INPUT,
                    "line 2: ',' or ']' is missing");
    test_is_refused(t, "brace.json", "{\"a\":1}}", ZKL_BAD_INPUT, "a row is missing");
    test_is_refused(t, "none.json", "[]", ZKL_BAD_INPUT, "has no rows");
    test_is_refused(t, "behind.ndjson", "{\"a\":1}\n{\"a\":2}TRAILER\n", ZKL_BAD_INPUT,
                    "line 2: text after the object");
    test_is_refused(t, "list.ndjson", "[{\"a\":1}]\n", ZKL_BAD_INPUT, "line 1: a list where");
    test_is_refused(t, "split.ndjson", "{\"a\":\n1}\n", ZKL_BAD_INPUT, "line 1: ");
    test_is_refused(t, "nul.ndjson", "{\"a\":1}\n{\"a\\u0000b\":1}\n", ZKL_BAD_INPUT,
                    "line 2: a key holds a NUL byte");
    test_is_refused(t, "utf8.json", "[{\"a\":1},\n{\"a\":\"\xff\"}]", ZKL_BAD_INPUT,
                    "line 2: not UTF-8");
    test_is_refused(t, "deep.json", "[\n{\"a\":1,\n\"b\":\n01}]", ZKL_BAD_INPUT, "line 4: ");
}

/* No number becomes another one: what no column of numbers can hold exactly stays the text that it
 * was. */
static void test_json__numbers_beyond_all_types(zkl_test *t)
{
    test_reads_as(t, "huge.ndjson", "{\"a\":1e400,\"b\":-0,\"c\":1e-400,\"d\":0.1}\n",
                  "a:dictionary,b:uint16,c:dictionary,d:decimal(4,1)\n1e400|0|1e-400|0.1\n");
    test_is_refused(t, "inf.ndjson", "{\"a\":1}\n{\"a\":-Infinity}\n", ZKL_BAD_INPUT,
                    "line 2: NaN and Infinity are not JSON");
}

static void test_json__nested_keys_can_be_left_out(zkl_test *t)
{
    static const char *const some[] = { "a" };
    const char *path =
        test_file(t, "leave.ndjson", "{\"a\":1,\"b\":{\"x\":[1,\"]}\"]}}\n{\"a\":2}\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.columns = some;
    options.column_count = 1;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:uint16\n1\n2\n");
    zkl_table_free(read.table);
}

static void test_json_object__by_rfc_8259(zkl_test *t)
{
    static const char *const good[] = { "{}",          " { } ",
                                        "{\"a\":-0}",  "{\"a\":1.5e+10}",
                                        "{\"\":null}", "{\"a\":\"\\u0000\"}",
                                        "{\"a\":[[]]}" };
    static const char *const bad[] = { "",
                                       "[]",
                                       "1",
                                       "{",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":01}",
                                       "{\"a\":+1}",
                                       "{\"a\":1.}",
                                       "{\"a\":.5}",
                                       "{\"a\":1e}",
                                       "{\"a\":tru}",
                                       "{\"a\":1,}",
                                       "{a:1}",
                                       "{\"a\":'x'}",
                                       "{\"a\":\"\\x\"}",
                                       "{\"a\":\"\\ud800\"}",
                                       "{\"a\":\"\\udc00\"}",
                                       "{\"a\":\"\\ud800\\u0041\"}",
                                       "{\"a\":\"\n\"}",
                                       "{\"a\":\"\\u12\"}",
                                       "{\"a\":1} x",
                                       "{\"a\":[}",
                                       "{\"a\":NaN}",
                                       "{\"a\":\"x}",
                                       "{\"a\":\"\xc0\x80\"}" };
    zkl_json_object object = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(good); i++)
        if (zkl_json_object_parse(&object, zkl_bytes_of_text(good[i]), NULL) != ZKL_OK)
            FAIL(t, "refused %s", good[i]);
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_json_object_parse(&object, zkl_bytes_of_text(bad[i]), NULL) != ZKL_BAD_INPUT)
            FAIL(t, "took %s", bad[i]);
    char deep[512];
    snprintf(deep, sizeof deep, "{\"a\":");
    memset(deep + 5, '[', 200);
    deep[205] = 0;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_json_object_parse(&object, zkl_bytes_of_text(deep), NULL));
    zkl_json_object_clear(&object);
}

/* What is said of CSV would be passed over. */
static void test_json__refuses_what_is_said_of_csv(zkl_test *t)
{
    const char *path = test_file(t, "plain.ndjson", "{\"a\":1}\n");
    static const char *const na[] = { "NA" };
    for (size_t i = 0; i < 6; i++) {
        zkl_read_options options = test_options(t, &path, 1);
        test_read read;
        options.reading.delimiter = i == 0 ? ";" : NULL;
        options.reading.quote = i == 1 ? "'" : NULL;
        options.reading.encoding = i == 2 ? "latin-1" : NULL;
        options.reading.header = i == 3 ? ZKL_NO : ZKL_UNSAID;
        options.reading.null_texts = na;
        options.reading.null_text_count = i == 4;
        options.reading.null_quoted = i == 5 ? ZKL_YES : ZKL_UNSAID;
        CHECK_STATUS(t, ZKL_USAGE, test_read_with(t, &read, &options));
        zkl_table_free(read.table);
    }
}

ZKL_TESTS(TEST(test_json__numbers_keep_every_digit), TEST(test_json__strings_are_not_numbers),
          TEST(test_json__null_missing_and_late_keys), TEST(test_json__a_key_after_a_chunk),
          TEST(test_json__arrays_and_texts), TEST(test_json__refuses),
          TEST(test_json__rows_and_what_is_between_them), TEST(test_json__numbers_beyond_all_types),
          TEST(test_json__nested_keys_can_be_left_out),
          TEST(test_json__refuses_what_is_said_of_csv), TEST(test_json_object__by_rfc_8259))
