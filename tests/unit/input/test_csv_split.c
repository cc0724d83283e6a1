/* CSV, character by character: what is kept, what is refused and with which line, and which
 * delimiter is found. */
#include "input/csv_split.h"

#include "unit/table/table_testing.h"

/* Blanks, backslashes and quotes in the middle are data; nothing beside a quoted field is
 * dropped. */
static void test_csv_split__keeps_every_character(zkl_test *t)
{
    test_reads_as(t, "blanks.csv", "a,b\n x , y\t\n1,\n",
                  "a:dictionary,b:dictionary?\n x | y\t\n1|-\n");
    test_reads_as(t, "middle.csv", "a,b\n5\" disk,x\"y\"z\nit's,a \"b\" c\n",
                  "a:dictionary,b:dictionary\n5\" disk|x\"y\"z\nit's|a \"b\" c\n");
    test_reads_as(t, "quoted.csv", "a,b\n\" x \",\"\"\"\"\n\"\"\"y\"\"\",\",\n\"\n",
                  "a:dictionary,b:dictionary\n x |\"\n\"y\"|,\n\n");
    test_reads_as(t, "hash.csv", "a,b\n#1,2\n#2,3\n", "a:dictionary,b:uint16\n#1|2\n#2|3\n");
    test_reads_as(t, "header.csv", "\" a\",b \n1,2\n", " a:uint16,b :uint16\n1|2\n");
}

static void test_csv_split__refuses_what_stands_beside_quotes(zkl_test *t)
{
    static const char before[] = "a blank stands between a delimiter and a quote",
                      behind[] = "text stands behind a closing quote";
    test_is_refused(t, "b1.csv", "a,b\n1, \"x\"\n", ZKL_BAD_INPUT, before);
    test_is_refused(t, "b2.csv", "a,b\n \"x\",1\n", ZKL_BAD_INPUT, before);
    test_is_refused(t, "b3.csv", "a, \"b\"\n1,2\n", ZKL_BAD_INPUT, before);
    test_is_refused(t, "b4.csv", "a,b\n\"x\" ,1\n", ZKL_BAD_INPUT, behind);
    test_is_refused(t, "b5.csv", "a,b\n1,\"x\" \n", ZKL_BAD_INPUT, behind);
    test_is_refused(t, "b6.csv", "a,b\n1,\"x\"y\n", ZKL_BAD_INPUT, behind);
}

static void test_csv_split__line_ends_of_one_kind(zkl_test *t)
{
    test_reads_as(t, "cr.csv", "a,b\r1,x\r2,\"y\rz\"\r", "a:uint16,b:dictionary\n1|x\n2|y\rz\n");
    test_reads_as(t, "inner.csv", "a,b\r\n1,\"x\ny\rz\"\r\n", "a:uint16,b:dictionary\n1|x\ny\rz\n");
    test_reads_as(t, "last.csv", "a,b\r\n1,2\r\n3,4", "a:uint16,b:uint16\n1|2\n3|4\n");
    test_reads_as(t, "empty.csv", "\n\na,b\n\n1,2\n\n\n", "a:uint16,b:uint16\n1|2\n");
    test_reads_as(t, "nulls.csv", "a\n1\n\n2\n", "a:uint16?\n1\n-\n2\n");
    test_is_refused(t, "m1.csv", "a,b\n1,2\r\n", ZKL_BAD_INPUT, "line 2: the line ends otherwise");
    test_is_refused(t, "m2.csv", "a,b\n1,x\ry\n", ZKL_BAD_INPUT, "line 2: the line ends otherwise");
    test_is_refused(t, "m3.csv", "a,b\r1,2\r\n", ZKL_BAD_INPUT, "line 2: the line ends otherwise");
    test_is_refused(t, "m4.csv", "a,b\r\n1,2\r3,4\r\n", ZKL_BAD_INPUT,
                    "line 2: the line ends otherwise");
}

/* Lines are those of the file, also behind values with line ends in them, empty lines, and
 * compression's pieces. */
static void test_csv_split__faults_have_their_line(zkl_test *t)
{
    test_is_refused(t, "l1.csv", "a,b\n\"x\ny\",1\n\n1\n", ZKL_BAD_INPUT,
                    "line 5 has 1 field, not 2");
    test_is_refused(t, "l2.csv", "a,b\r1,2\r\r3\r", ZKL_BAD_INPUT, "line 4 has 1 field, not 2");
    test_is_refused(t, "l3.csv", "a,b\n1,\"x\ny\n", ZKL_BAD_INPUT,
                    "line 2: a quote is opened here");
    test_is_refused(t, "l4.csv", "a,\"b\n1,2\n", ZKL_BAD_INPUT, "line 1: a quote is opened here");
    test_is_refused(t, "l5.csv", "a,b\n1,2\n,\n3,\"\"x\n", ZKL_BAD_INPUT, "line 4: text stands");
    test_is_hinted(t, "l6.csv", "a\n1,2\n3\n", ZKL_BAD_INPUT,
                   "line 2 has 2 fields, not 1 (separated by ',')", ZKL_HINT_REMOVE_TITLE);
}

static void test_csv_split__all_ragged_rows_are_listed(zkl_test *t)
{
    const char *path = test_file(t, "many.csv", "a,b\n1\n1,2\n1,2,3\n\"x\ny\"\n4,5\n6\n");
    const zkl_read_options options = test_options(t, &path, 1);
    static const uint64_t lines[] = { 2, 4, 5, 8 };
    test_read read;
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    REQUIRE(t, read.bad.count == ZKL_COUNT(lines) && read.bad.total == ZKL_COUNT(lines));
    for (size_t i = 0; i < ZKL_COUNT(lines); i++)
        CHECK_UINT_EQ(t, read.bad.rows[i].line, lines[i]);
    CHECK_TEXT_EQ(t, read.bad.rows[1].reason, "has 3 fields, not 2");
}

/* Bad values too: by the line on which their row begins. */
static void test_csv_split__bad_values_have_their_line(zkl_test *t)
{
    const char *path = test_file(t, "values.csv", "a,b\n1,\"x\ny\"\n\nz,2\n");
    const char *schema = test_file(t, "values.toml", "[columns.a]\ntype = \"uint16\"\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.schema_file = schema;
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    REQUIRE(t, read.bad.count == 1);
    CHECK_UINT_EQ(t, read.bad.rows[0].row, 2);
    CHECK_UINT_EQ(t, read.bad.rows[0].line, 5);
}

static void test_csv_split__finds_the_delimiter(zkl_test *t)
{
    test_reads_as(t, "d1.csv", "a;b\n1,5;2,5\n", "a:dictionary,b:dictionary\n1,5|2,5\n");
    test_reads_as(t, "d2.csv", "a\tb\n1\t2\n", "a:uint16,b:uint16\n1|2\n");
    test_reads_as(t, "d3.csv", "a|b\n1|x,y\n", "a:uint16,b:dictionary\n1|x,y\n");
    test_reads_as(t, "d4.csv", "\"a;b\",c\n1,2\n", "a;b:uint16,c:uint16\n1|2\n");
    test_reads_as(t, "d5.csv", "name,note; more\nx,y\nz,1; 2\n",
                  "name:dictionary,note; more:dictionary\nx|y\nz|1; 2\n");
    test_reads_as(t, "d6.csv", "\"a,b\"\nx\n", "a,b:dictionary\nx\n");
    test_is_refused(t, "d7.csv", "a,b;c\n1,2;3\n", ZKL_BAD_INPUT,
                    "cannot tell whether ',' or ';' separates the fields");
    test_is_refused(t, "d8.csv", "Report\na;b\n1;2\n", ZKL_BAD_INPUT,
                    "the first line does not have the 2 fields of the rest (separated by ';')");
}

/* A record longer than the window, and pieces that end at every place of it. */
static void test_csv_split__rows_may_be_long(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_text(&text, "a,b\n1,\"");
    while (text.size < 3 << 20)
        zkl_buffer_put_text(&text, "line \"\"x\"\"\n");
    zkl_buffer_put_text(&text, "\"\n2,y\n3\n");
    const char *path = test_file_bytes(t, "long.csv", text.data, text.size);
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    uint64_t lines = 0;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK(t, strstr(read.err.text, zkl_arena_format(&t->arena, "line %llu has 1 field",
                                                    (unsigned long long)lines)) != NULL);
    path = test_file_bytes(t, "long.csv", text.data, text.size - 2);
    options = test_options(t, &path, 1);
    const zkl_bytes *entries;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    REQUIRE(t, zkl_table_dictionary(read.table, 1, &entries) == 2);
    CHECK(t, entries[0].size > 2 << 20 && memcmp(entries[0].data, "line \"x\"\nline", 13) == 0);
    zkl_table_free(read.table);
}

/* The delimiter is found by whole records, however long the first one is. */
static void test_csv_split__headers_may_be_long(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (unsigned i = 0; text.size < 3 << 20; i++)
        zkl_buffer_format(&text, "%sa_name_that_is_rather_long_for_a_column_but_happens_%u",
                          i ? ";" : "", i);
    const size_t header = text.size;
    size_t columns = 1;
    for (size_t i = 0; i < header; i++)
        columns += text.data[i] == ';';
    zkl_buffer_put_text(&text, "\n");
    for (size_t i = 0; i < columns; i++)
        zkl_buffer_format(&text, "%s1", i ? ";" : "");
    const char *path = test_file_bytes(t, "header.csv", text.data, text.size);
    static const char *const last[] = { "a_name_that_is_rather_long_for_a_column_but_happens_7" };
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.columns = last;
    options.column_count = 1;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_UINT_EQ(t, zkl_table_rows(read.table), 1);
    zkl_table_free(read.table);
}

/* By pieces of every size the records are those of the whole text. */
static void test_csv_split__pieces_give_the_same_records(zkl_test *t)
{
    static const char text[] = "a||\"b\"\"\n\"||c\r\n|1||\"\"||\r\n\r\n||||x\r\n";
    zkl_csv_field fields[3], early_fields[3];
    size_t records = 0;
    zkl_csv_splitter splitter = { .delimiter = "||", .quote = "\"", .skip_empty = true };
    for (size_t at = 0;; records++) {
        zkl_csv_record record, early;
        const zkl_csv_splitter before = splitter;
        char *copy = zkl_arena_copy(&t->arena, text, sizeof text);
        const zkl_csv_result result =
            zkl_csv_next(&record, fields, 3, &splitter,
                         (zkl_csv_text){ (uint8_t *)copy + at, sizeof text - 1 - at, true });
        for (size_t size = 0; size < sizeof text - 1 - at; size++) {
            zkl_csv_splitter again = before;
            char *piece = zkl_arena_copy(&t->arena, text, sizeof text);
            const zkl_csv_result part =
                zkl_csv_next(&early, early_fields, 3, &again,
                             (zkl_csv_text){ (uint8_t *)piece + at, size, false });
            CHECK(t, part == (size >= record.size && result == ZKL_CSV_RECORD ? ZKL_CSV_RECORD
                                                                              : ZKL_CSV_MORE));
            CHECK(t, part == ZKL_CSV_MORE || early.size == record.size);
            CHECK(t, memcmp(piece, text, part == ZKL_CSV_MORE ? sizeof text : at) == 0);
        }
        if (result != ZKL_CSV_RECORD)
            break;
        CHECK_UINT_EQ(t, record.field_count, 3);
        at += record.size;
    }
    CHECK_UINT_EQ(t, records, 3);
}

/* ---- ordinary records */

/* The first record both ways, from each beginning that the general way goes through. */
static size_t check_plain(zkl_test *t, const zkl_csv_splitter *how, zkl_bytes whole, size_t at)
{
    enum { FIELDS = 3, BLOCKS = 4 };
    zkl_csv_splitter splitter = *how;
    zkl_csv_record want, got;
    zkl_csv_field want_fields[FIELDS], got_fields[FIELDS];
    uint8_t text[2][BLOCKS * ZKL_MARKS_BLOCK] = { { 0 } }, signs[ZKL_MARKS_SIGNS];
    uint64_t marks[BLOCKS];
    ZKL_ASSERT(whole.size <= sizeof text[0]);
    memcpy(text[0], whole.data, whole.size);
    memcpy(text[1], whole.data, whole.size);
    zkl_csv_signs(signs, how);
    zkl_marks_best()->find(marks, text[1], BLOCKS, signs);
    const zkl_csv_text rest = { text[0] + at, whole.size - at, true };
    const zkl_csv_text same = { text[1] + at, whole.size - at, true };
    const zkl_csv_result result = zkl_csv_next(&want, want_fields, FIELDS, &splitter, rest);
    const bool is_plain =
        zkl_csv_next_plain(&got, got_fields, FIELDS, how, same, (zkl_csv_marks){ marks, at });
    if (is_plain) {
        CHECK(t, result == ZKL_CSV_RECORD && splitter.line_end == how->line_end);
        CHECK(t, got.size == want.size && got.field_count == want.field_count);
        CHECK(t, got.line == want.line && got.lines == want.lines);
        for (size_t i = 0; i < FIELDS; i++) {
            CHECK_UINT_EQ(t, got_fields[i].data - text[1], want_fields[i].data - text[0]);
            CHECK_UINT_EQ(t, got_fields[i].size, want_fields[i].size);
            CHECK(t, got_fields[i].is_quoted == want_fields[i].is_quoted);
            CHECK(t, !got_fields[i].has_quotes && !want_fields[i].has_quotes);
        }
    }
    return result == ZKL_CSV_RECORD ? at + want.size : whole.size;
}

/* Texts of the signs, in every way of splitting: what comes out is what the general way gives. */
static void test_csv_split__an_ordinary_record_is_the_same(zkl_test *t)
{
    static const zkl_csv_splitter ways[] = {
        { ",", "\"", true, ZKL_CSV_LF },   { ",", "\"", true, ZKL_CSV_CRLF },
        { ",", "\"", true, ZKL_CSV_CR },   { ",", "\"", true, ZKL_CSV_LINE_END_UNKNOWN },
        { ";", "", false, ZKL_CSV_LF },    { "||", "\"", true, ZKL_CSV_LF },
        { "|", "'", false, ZKL_CSV_CRLF },
    };
    static const char *const words[] = { "a",
                                         ",",
                                         "\"",
                                         "\n",
                                         "\r\n",
                                         ";",
                                         "|",
                                         "'",
                                         " ",
                                         "\r",
                                         "some longer text that fills more than one block of 64",
                                         "a,b,c\n",
                                         "1,\"x, y\",\n",
                                         "a;b;c\n",
                                         "'a'|b|'|'\r\n" };
    for (int run = 0; run < 20000; run++) {
        char text[200] = "";
        size_t size = 0;
        const zkl_csv_splitter *how = &ways[test_random_below(t, ZKL_COUNT(ways))];
        const bool is_long = run % 4 == 0;
        for (size_t n = (size_t)test_random_below(t, 14); n > 0; n--) {
            const char *word = words[test_random_below(t, ZKL_COUNT(words))];
            if (strlen(word) > 20 && !is_long)
                continue;
            if (size + strlen(word) < sizeof text)
                size += (size_t)snprintf(text + size, sizeof text - size, "%s", word);
        }
        for (size_t at = 0; at < size;)
            at = check_plain(t, how, zkl_bytes_of(text, size), at);
    }
}

/* What is ordinary is taken: the general way is for the rest. */
static void test_csv_split__ordinary_records_are_taken(zkl_test *t)
{
    static const struct {
        const char *text;
        bool is_plain;
    } cases[] = {
        { "a,b,c\nd", true },
        { ",,\n", true },
        { "\"a\",\"\",\",\"\n", true },
        { "a,b\n", false },
        { "a,b,c,d\n", false },
        { "a,b,c", false },
        { "\n", false },
        { "a,b,\"c\"\"\"\n", false },
        { "a,b,\"c\nd\"\n", false },
        { "a,b,c\r\n", false },
        { "a,b\"x,c\n", false },
        { "", false },
        { "a,b,\"c\"d\n", false },
        { "a,b, \"c\"\n", false },
    };
    const zkl_csv_splitter how = { ",", "\"", true, ZKL_CSV_LF };
    uint8_t signs[ZKL_MARKS_SIGNS];
    zkl_csv_signs(signs, &how);
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        uint8_t text[ZKL_MARKS_BLOCK] = { 0 };
        uint64_t marks;
        zkl_csv_record record;
        zkl_csv_field fields[3];
        const size_t size = strlen(cases[i].text);
        memcpy(text, cases[i].text, size);
        zkl_marks_best()->find(&marks, text, 1, signs);
        CHECK(t, zkl_csv_next_plain(&record, fields, 3, &how, (zkl_csv_text){ text, size, true },
                                    (zkl_csv_marks){ &marks, 0 }) == cases[i].is_plain);
    }
}

ZKL_TESTS(TEST(test_csv_split__an_ordinary_record_is_the_same),
          TEST(test_csv_split__ordinary_records_are_taken),
          TEST(test_csv_split__keeps_every_character),
          TEST(test_csv_split__refuses_what_stands_beside_quotes),
          TEST(test_csv_split__line_ends_of_one_kind), TEST(test_csv_split__faults_have_their_line),
          TEST(test_csv_split__all_ragged_rows_are_listed),
          TEST(test_csv_split__bad_values_have_their_line),
          TEST(test_csv_split__finds_the_delimiter), TEST(test_csv_split__rows_may_be_long),
          TEST(test_csv_split__headers_may_be_long),
          TEST(test_csv_split__pieces_give_the_same_records))
