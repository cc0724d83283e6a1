/* CSV: what is inferred, what is kept apart, what is refused. */
#include <fcntl.h>
#include <unistd.h>

#include "table_testing.h"

static void test_csv__infers_the_narrowest_types(zkl_test *t)
{
    test_reads_as(
        t, "types.csv",
        "id,amount,day,at,clock,ok,score,city,code\n"
        "1,10.50,2024-02-29,2024-02-29 12:00:00,23:59:59,true,1e3,Bern,007\n"
        "70000,-3,1969-12-31,1969-12-31T23:59:59.5,00:00:00.25,false,-0.5,Z\xc3\xbcrich,8\n",
        "id:uint32,amount:decimal(4,2),day:date,at:timestamp,clock:time,ok:bool,score:float64,city:"
        "dictionary,code:dictionary\n"
        "1|10.50|2024-02-29|2024-02-29T12:00:00Z|23:59:59|true|1000|Bern|007\n"
        "70000|-3.00|1969-12-31|1969-12-31T23:59:59.5Z|00:00:00.25|false|-0.5|Z\xc3\xbcrich|8\n");
}

static void test_csv__what_only_looks_typed_stays_text(zkl_test *t)
{
    test_reads_as(t, "text.csv",
                  "a,b,c,d,e,f,g,h,i\n"
                  "+5,1_000,0x1F,NA,yes,01/02/2024,-.,nan,1.\n",
                  "a:dictionary,b:dictionary,c:dictionary,d:dictionary,e:dictionary,f:dictionary,g:"
                  "dictionary,h:dictionary,i:dictionary\n"
                  "+5|1_000|0x1F|NA|yes|01/02/2024|-.|nan|1.\n");
    test_reads_as(
        t, "mixed.csv",
        "a,b,c,d\n1,2024-01-01,true,2024-01-01 00:00:00Z\nx,2024-01-01 00:00:00,1,2024-01-01 "
        "00:00:00\n",
        "a:dictionary,b:dictionary,c:dictionary,d:dictionary\n"
        "1|2024-01-01|true|2024-01-01 00:00:00Z\nx|2024-01-01 00:00:00|1|2024-01-01 00:00:00\n");
}

static void test_csv__integers_at_the_edges(zkl_test *t)
{
    test_reads_as(t, "edges.csv",
                  "a,b,c,d,e,f\n"
                  "65535,-32768,4294967296,18446744073709551615,18446744073709551616,-1\n"
                  "0,32767,-0,0,-5,9223372036854775808\n",
                  "a:uint16,b:int16,c:uint64,d:uint64,e:decimal(38,0),f:decimal(38,0)\n"
                  "65535|-32768|4294967296|18446744073709551615|18446744073709551616|-1\n"
                  "0|32767|0|0|-5|9223372036854775808\n");
    test_reads_as(t, "long.csv", "a\n123456789012345678901234567890123456789\n1\n",
                  "a:dictionary\n123456789012345678901234567890123456789\n1\n");
}

static void test_csv__a_point_may_come_first(zkl_test *t)
{
    test_reads_as(t, "points.csv", "a,b,c\n.5,.25,1e3\n2,-.125,.5\n",
                  "a:decimal(4,1),b:decimal(4,3),c:float64\n0.5|0.250|1000\n2.0|-0.125|0.5\n");
}

/* The note of a text column says which value made it one, on which line, and the true reason. */
static void test_csv__says_why_it_is_text(zkl_test *t)
{
    static const char *const cases[][2] = {
        { "1\n2.5\nNA\nx\n",
          "text, since 'NA' (line 4) is no number, and was not said to mean null, no nulls" },
        { "1\n2.5\nNAN0\nx\n", "text, since 'NAN0' (line 4) is no number, no nulls" },
        { "true\nFALSE\n1\n", "text, since '1' (line 4) is not true or false" },
        { "2024-01-01\n12:00:00\n", "text, since '12:00:00' (line 3) is no date" },
        { "12:00:00\n2024-01-01\n", "text, since '2024-01-01' (line 3) is no time" },
        { "1\n\"\"\n", "text, since '' (line 3) is no number" },
        { "1\n12345678901234567890123\xc3\xa9\n",
          "text, since '12345678901234567890123' (line 3) is no number" },
        { "1\n\"two\nlines\"\n", "text, since 'two\nlines' (line 3) is no number" },
        { "\"1\"\n2\n007\n", "text, since '007' (line 4) has leading zeros" },
        { "1e5\n123456789012345678\n",
          "text, since '123456789012345678' (line 3) is a number that no float holds" },
        { "123456789012345678\n1e5\n",
          "text, since '1e5' (line 3) has an exponent, and numbers before it have more digits" },
        { "2024-01-01 00:00:00\n2024-01-01 00:00:00Z\n",
          "text, since some of its timestamps have a zone and others none" },
        { "x\n1\n", "text, no nulls, dictionary of 2" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const char *path =
            test_file(t, "why.csv", zkl_arena_format(&t->arena, "a\n%s", cases[i][0]));
        zkl_read_options options = test_options(t, &path, 1);
        test_read read;
        REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
        if (!strstr(zkl_table_column_note(read.table, 0), cases[i][1]))
            FAIL(t, "'%s' without '%s'", zkl_table_column_note(read.table, 0), cases[i][1]);
        zkl_table_free(read.table);
    }
}

/* A number that no float64 holds is text, with an exponent and without. */
static void test_csv__numbers_too_small_for_floats_stay_text(zkl_test *t)
{
    char zeros[341];
    memset(zeros, '0', sizeof zeros - 1);
    zeros[sizeof zeros - 1] = 0;
    const char *lines[] = { "1e-400", zkl_arena_format(&t->arena, "0.%s1", zeros) };
    for (size_t i = 0; i < ZKL_COUNT(lines); i++)
        test_reads_as(t, zkl_arena_format(&t->arena, "small%zu.csv", i),
                      zkl_arena_format(&t->arena, "a\n%s\n2.5\n", lines[i]),
                      zkl_arena_format(&t->arena, "a:dictionary\n%s\n2.5\n", lines[i]));
}

static void test_csv__null_and_empty_text_differ(zkl_test *t)
{
    test_reads_as(t, "nulls.csv", "a,b,c\n1,\"\",x\n,\"\",\n3,y,z\n",
                  "a:uint16?,b:dictionary,c:dictionary?\n1||x\n-||-\n3|y|z\n");
    test_reads_as(t, "allnull.csv", "a,b\n1,\n2,\n", "a:uint16,b:bool?\n1|-\n2|-\n");
}

static void test_csv__null_texts_are_asked_for(zkl_test *t)
{
    static const char *const na[] = { "NA" };
    const char *path = test_file(t, "na.csv", "a,b\n1,NA\nNA,Namibia\n3,\"NA\"\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.reading.null_texts = na;
    options.reading.null_text_count = 1;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "a:uint16?,b:dictionary?\n1|-\n-|Namibia\n3|NA\n");
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_reading_words(&words, zkl_table_reading(read.table));
    zkl_buffer_put_u8(&words, 0);
    CHECK_TEXT_EQ(t, (const char *)words.data,
                  "CSV, delimiter ',', quote '\"', encoding utf-8, header, nulls: empty, 'NA'");
    CHECK(t, zkl_table_reading(read.table)->columns_chosen == ZKL_NO);
    CHECK(t, zkl_table_reading(read.table)->null_quoted == ZKL_NO);
    zkl_table_free(read.table);
}

/* Some writers quote every field, the missing ones too. Quoted null texts stay texts. */
static void test_csv__quoted_nulls_are_asked_for(zkl_test *t)
{
    static const char *const na[] = { "NA" };
    const char *path = test_file(t, "naq.csv", "a,b,c\n\"1\",\"NA\",\"\"\n\"\",NA,\"z\"\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.reading.null_texts = na;
    options.reading.null_text_count = 1;
    options.reading.null_quoted = ZKL_YES;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "a:uint16?,b:dictionary?,c:dictionary?\n1|NA|-\n-|-|z\n");
    CHECK(t, zkl_table_reading(read.table)->null_quoted == ZKL_YES);
    zkl_table_free(read.table);
}

/* Signs of several bytes separate too, and where there is no quote, quotes are data. */
static void test_csv__delimiters_of_several_bytes(zkl_test *t)
{
    static const struct {
        const char *delimiter, *quote, *content, *want;
    } cases[] = {
        { "||", NULL, "a||b\n1||x|y\n2||\"p||q\"\n", "a:uint16,b:dictionary\n1|x|y\n2|p||q\n" },
        { "\xc2\xa6", NULL, "a\xc2\xa6 b\n1\xc2\xa6x\xc2\xa7\n",
          "a:uint16, b:dictionary\n1|x\xc2\xa7\n" },
        { ",", "none", "a,b\n1,\"x\n2, \"y\"\n", "a:uint16,b:dictionary\n1|\"x\n2| \"y\"\n" },
        { "space", NULL, "a b\n1 \"x y\"\n", "a:uint16,b:dictionary\n1|x y\n" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const char *path = test_file(t, "several.csv", cases[i].content);
        zkl_read_options options = test_options(t, &path, 1);
        test_read read;
        options.reading.delimiter = cases[i].delimiter;
        options.reading.quote = cases[i].quote;
        REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
        CHECK_TEXT_EQ(t, test_table_text(t, read.table), cases[i].want);
        zkl_table_free(read.table);
    }
}

/* As pandas and spreadsheets write them; nothing else is a bool. */
static void test_csv__bools_in_three_spellings(zkl_test *t)
{
    test_reads_as(t, "bools.csv", "a,b,c,d\nTrue,TRUE,true,TrUe\nFalse,FALSE,False,false\n",
                  "a:bool,b:bool,c:bool,d:dictionary\ntrue|true|true|TrUe\n"
                  "false|false|false|false\n");
}

static void test_csv__line_ends_quotes_and_marks(zkl_test *t)
{
    test_reads_as(t, "crlf.csv", "a,b\r\n1,x\r\n2,y\r\n", "a:uint16,b:dictionary\n1|x\n2|y\n");
    test_reads_as(t, "bom.csv",
                  "\xef\xbb\xbf"
                  "a,b\n1,x\n",
                  "a:uint16,b:dictionary\n1|x\n");
    test_reads_as(t, "noend.csv", "a,b\n1,x\n2,y", "a:uint16,b:dictionary\n1|x\n2|y\n");
    test_reads_as(t, "quoted.csv", "a,b\n1,\"two\nlines, and \"\"quotes\"\"\"\n2,y\n",
                  "a:uint16,b:dictionary\n1|two\nlines, and \"quotes\"\n2|y\n");
    test_reads_as(t, "semicolon.csv", "a;b\n1;x,y\n2;z\n", "a:uint16,b:dictionary\n1|x,y\n2|z\n");
    test_reads_as(t, "tabs.tsv", "a\tb\n1\tx,y\n", "a:uint16,b:dictionary\n1|x,y\n");
    test_reads_as(t, "one.csv", "a\n1\n2\n", "a:uint16\n1\n2\n");
    test_reads_as(t, "years.csv", "2020,2021\n1,2\n", "2020:uint16,2021:uint16\n1|2\n");
    test_reads_as(t, "case.csv", "id,ID,Id\n1,2,3\n", "id:uint16,ID:uint16,Id:uint16\n1|2|3\n");
}

/* What is between apostrophes or behind a backslash is data, unless the quote is given. */
static void test_csv__the_quote_is_not_guessed(zkl_test *t)
{
    test_reads_as(t, "apostrophes.csv", "a,b\n1,'x'\n2,'z'\n",
                  "a:uint16,b:dictionary\n1|'x'\n2|'z'\n");
    test_reads_as(t, "backslashes.csv", "a,b\n1,\"C:\\new\\\"\n2,\"x\\\\y\"\n",
                  "a:uint16,b:dictionary\n1|C:\\new\\\n2|x\\\\y\n");
    test_is_refused(t, "escaped.csv", "a,b\n1,\"x\\ny\"\n2,\"p\\\"q\"\n", ZKL_BAD_INPUT,
                    "line 3: text stands behind a closing quote");
    const char *path = test_file(t, "single.csv", "a,b\n1,'x,y'\n2,'it''s'\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.reading.quote = "'";
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:uint16,b:dictionary\n1|x,y\n2|it's\n");
    CHECK_TEXT_EQ(t, zkl_table_reading(read.table)->quote, "'");
    zkl_table_free(read.table);
}

static void test_csv__decimals_take_the_finest_scale(zkl_test *t)
{
    test_reads_as(t, "scale.csv", "a,b\n1,0.1\n2.5,0.12345678901234567\n3.125,12\n",
                  "a:decimal(4,3),b:decimal(38,17)\n1.000|0.10000000000000000\n2.500|0."
                  "12345678901234567\n3.125|12.00000000000000000\n");
}

static void test_csv__nul_bytes_are_kept(zkl_test *t)
{
    static const char content[] = "a,b\nx\0y,1\nx,2\n";
    const char *path = test_file_bytes(t, "nul.csv", content, sizeof content - 1);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    const zkl_bytes *entries;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_UINT_EQ(t, zkl_table_dictionary(read.table, 0, &entries), 2);
    CHECK(t,
          entries[0].size == 1 && entries[1].size == 3 && memcmp(entries[1].data, "x\0y", 3) == 0);
    zkl_table_free(read.table);
}

static void test_csv__refuses_what_it_cannot_keep(zkl_test *t)
{
    test_is_refused(t, "empty.csv", "", ZKL_BAD_INPUT, "is empty");
    test_is_refused(t, "header.csv", "a,b\n", ZKL_BAD_INPUT, "has no rows");
    test_is_refused(t, "ragged.csv", "a,b\n1,2\n1,2,3\n4,5\n", ZKL_BAD_INPUT,
                    "line 3 has 3 fields, not 2");
    test_is_refused(t, "short.csv", "a,b,c\n1,2,3\n1,2\n", ZKL_BAD_INPUT,
                    "line 3 has 2 fields, not 3");
    test_is_refused(t, "quote.csv", "a,b\n1,2\n1,\"open\n2,3\n", ZKL_BAD_INPUT,
                    "line 3: a quote is opened here");
    test_is_refused(t, "twice.csv", "a,b,a\n1,2,3\n", ZKL_BAD_INPUT, "stands twice");
    test_is_refused(t, "noname.csv", "a,,c\n1,2,3\n", ZKL_BAD_INPUT, "column 2 has no name");
    test_is_hinted(t, "latin.csv", "a,b\n1,gr\xfcn\n", ZKL_BAD_INPUT, "line 2: not UTF-8",
                   ZKL_HINT_SAY_ENCODING);
    test_is_hinted(t, "title.csv", "Report\na,b\n1,2\n3,4\n", ZKL_BAD_INPUT,
                   "the first line does not have the 2 fields", ZKL_HINT_REMOVE_TITLE);
    test_is_hinted(t, "nohead.csv", "0,5,0\n1,2,3\n", ZKL_BAD_INPUT, "'0' stands twice",
                   ZKL_HINT_SAY_NO_HEADER);
    test_is_refused(t, "ends.csv", "a,b\r\n1,x\n2,y\r\n3,z\n", ZKL_BAD_INPUT,
                    "line 2: the line ends otherwise");
    test_is_refused(t, "what.xyz", "a,b\n1,2\n", ZKL_USAGE, "cannot tell the format");
}

/* A bad line far behind what a sniffer looks at. */
static void test_csv__late_faults_are_found_and_named(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_text(&text, "a,b\n");
    for (unsigned i = 0; i < 100000; i++)
        zkl_buffer_format(&text, "%u,x%u\n", i, i % 10);
    const size_t good = text.size;
    zkl_buffer_put_text(&text, "1,2,3\n7\n5,y\n");
    const char *path = test_file_bytes(t, "late.csv", text.data, text.size);
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK(t, read.bad.total == 2 && read.bad.count == 2);
    CHECK_UINT_EQ(t, read.bad.rows[0].line, 100002);
    CHECK_UINT_EQ(t, read.bad.rows[1].line, 100003);
    CHECK(t, strstr(read.bad.rows[0].file, "late.csv") != NULL && read.bad.rows[0].reason[0]);
    zkl_table_free(read.table);

    text.size = good;
    zkl_buffer_put_text(&text, "late,text\n");
    path = test_file_bytes(t, "late2.csv", text.data, text.size);
    options = test_options(t, &path, 1);
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK(t, zkl_table_schema(read.table)->columns[0].type.kind == ZKL_TYPE_STRING16);
    CHECK_UINT_EQ(t, zkl_table_rows(read.table), 100001);
    CHECK_UINT_EQ(t, zkl_table_chunks(read.table), 2);
    (void)test_table_text(t, read.table); /* checks cells against row bytes on both chunks */
    zkl_table_free(read.table);
}

static void test_csv__several_files_are_one_table(zkl_test *t)
{
    const char *files[] = { test_file(t, "p1.csv", "a,b\n1,x\n"),
                            test_file(t, "p10.csv", "a,b\n70000,y\n"),
                            test_file(t, "p2.csv", "a,b\n3,\n") };
    zkl_read_options options = test_options(t, files, 3);
    test_read read;
    const zkl_file_digest *digests;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:uint32,b:dictionary?\n1|x\n70000|y\n3|-\n");
    REQUIRE(t, zkl_table_files(read.table, &digests) == 3);
    /* the content hash, by its definition */
    ZKL_AUTO_CLEAR(zkl_buffer) list = { 0 };
    static const char *const names[] = { "p1.csv", "p10.csv", "p2.csv" };
    zkl_digest want;
    for (size_t i = 0; i < 3; i++) {
        zkl_buffer_put_field(&list, names[i], strlen(names[i]));
        zkl_buffer_put_field(&list, digests[i].hash.bytes, 32);
    }
    zkl_hash(&want, ZKL_HASH_SHA3_256, list.data, list.size);
    CHECK_MEM_EQ(t, zkl_table_content_hash(read.table)->bytes, want.bytes, 32);
    zkl_table_free(read.table);

    const char *swapped[] = { files[0], test_file(t, "q.csv", "b,a\nx,1\n") };
    options = test_options(t, swapped, 2);
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK(t, strstr(read.err.text, "column 1 is 'a'") != NULL);
    const char *extra[] = { files[0], test_file(t, "r.csv", "a,b,c\n1,x,2\n") };
    options = test_options(t, extra, 2);
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    const char *separated[] = { files[0], test_file(t, "s.csv", "a;b\n1;x\n") };
    options = test_options(t, separated, 2);
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK(t, strstr(read.err.text, "are separated by ';', those of") != NULL);
    const char *unsorted[] = { files[2], files[0] };
    options = test_options(t, unsorted, 2);
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:uint16,b:dictionary?\n1|x\n3|-\n");
    zkl_table_free(read.table);
    const char *twice[] = { files[0], files[0] };
    options = test_options(t, twice, 2);
    CHECK_STATUS(t, ZKL_USAGE, test_read_with(t, &read, &options));
}

/* Names that look like patterns are names. */
static void test_csv__patterns_in_names_mean_nothing(zkl_test *t)
{
    (void)test_file(t, "y1.csv", "a\n7\n8\n");
    (void)test_file(t, "xb.csv", "a\n7\n8\n");
    test_reads_as(t, "y[1].csv", "a\n5\n", "a:uint16\n5\n");
    test_reads_as(t, "x*.csv", "a\n5\n", "a:uint16\n5\n");
    test_reads_as(t, "x?.ndjson", "{\"a\":5}\n", "a:uint16\n5\n");
    test_reads_as(t, "q'uote.csv", "a\n5\n", "a:uint16\n5\n");
    test_reads_as(t, "y=2024.csv", "a\n5\n", "a:uint16\n5\n");
}

static char link_path[4200], link_to[2][4200];

/* Leads to another file while the table is read, and back before anybody looks. */
static bool lead_elsewhere(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    (void)opaque;
    (void)done;
    (void)total;
    const bool is_back = strcmp(stage, "hash") != 0;
    ZKL_ASSERT(unlink(link_path) == 0 && symlink(link_to[!is_back], link_path) == 0);
    return true;
}

/* What is read is what was hashed, whatever the name leads to in between. */
static void test_csv__the_file_that_was_hashed_is_read(zkl_test *t)
{
    zkl_env env = test_env(t);
    snprintf(link_to[0], sizeof link_to[0], "%s", test_file(t, "real.csv", "a\n1\n"));
    snprintf(link_to[1], sizeof link_to[1], "%s", test_file(t, "other.csv", "a\n9\n"));
    snprintf(link_path, sizeof link_path, "%s/link.csv", test_place(t));
    (void)unlink(link_path); /* of a run before */
    REQUIRE(t, symlink(link_to[0], link_path) == 0);
    const char *path = link_path;
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read = { 0 };
    env.progress = (zkl_progress){ .step = lead_elsewhere };
    REQUIRE_OK(t, &read.err, zkl_table_read(&read.table, &options, &read.bad, &env, &read.err));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:uint16\n1\n");
    zkl_table_free(read.table);
}

static void test_csv__columns_are_chosen_by_name(zkl_test *t)
{
    static const char *const some[] = { "c", "a" }, *const none[] = { "x" };
    const char *path = test_file(t, "choose.csv", "a,b,c\n1,2,3\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.columns = some;
    options.column_count = 2;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:uint16,c:uint16\n1|3\n");
    zkl_table_free(read.table);
    options.columns = none;
    options.column_count = 1;
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK(t, strstr(read.err.text, "no column 'x'") != NULL);
}

static void test_csv__options_without_header_and_encoding(zkl_test *t)
{
    const char *path = test_file(t, "bare.csv", "1,gr\xfcn\n2,rot\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.reading.header = ZKL_NO;
    options.reading.encoding = "latin-1";
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "column1:uint16,column2:dictionary\n1|gr\xc3\xbcn\n2|rot\n");
    zkl_table_free(read.table);
}

/* More than a pipe holds, and more than a sniffer looks at. */
static void test_csv__standard_input_is_read_whole(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_text(&text, "a,b\n");
    for (unsigned i = 0; i < 50000; i++)
        zkl_buffer_format(&text, "%u,x\n", i);
    const char *path = test_file_bytes(t, "piped.csv", text.data, text.size), *const dash = "-";
    zkl_read_options options = test_options(t, &dash, 1);
    test_read read;
    const int before = dup(STDIN_FILENO), fd = open(path, O_RDONLY);
    REQUIRE(t, fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    CHECK_STATUS(t, ZKL_USAGE, test_read_with(t, &read, &options)); /* the format must be said */
    REQUIRE(t, lseek(STDIN_FILENO, 0, SEEK_SET) == 0);
    options.reading.format = "csv";
    const zkl_status status = test_read_with(t, &read, &options);
    if (before >= 0)
        (void)dup2(before, STDIN_FILENO);
    close(fd);
    REQUIRE_OK(t, &read.err, status);
    CHECK_UINT_EQ(t, zkl_table_rows(read.table), 50000);
    zkl_digest want;
    zkl_hash(&want, ZKL_HASH_SHA3_256, text.data, text.size);
    CHECK_MEM_EQ(t, zkl_table_content_hash(read.table)->bytes, want.bytes, 32);
    zkl_table_free(read.table);
}

static void test_csv__keep_types_does_not_narrow(zkl_test *t)
{
    const char *path = test_file(t, "keep.csv", "a,b\n1,1.5\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.keep_types = true;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "a:int64,b:decimal(18,1)\n1|1.5\n");
    zkl_table_free(read.table);
}

static void test_csv__too_many_strings_are_hashed(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_text(&text, "a,b\n");
    for (unsigned i = 0; i < 65537; i++)
        zkl_buffer_format(&text, "n%u,m%u\n", i, i % 65536);
    const char *path = test_file_bytes(t, "many.csv", text.data, text.size);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    ZKL_AUTO_CLEAR(zkl_buffer) schema = { 0 };
    test_put_schema(&schema, read.table);
    CHECK(t, schema.size == 24 && memcmp(schema.data, "a:string16,b:dictionary\n", 24) == 0);
    (void)test_table_text(t, read.table); /* checks hashes and codes */
    zkl_table_free(read.table);
}

static void test_csv__ten_thousand_columns(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (unsigned i = 0; i < 10000; i++)
        zkl_buffer_format(&text, "%sname%u", i ? "," : "", i);
    for (unsigned row = 0; row < 3; row++)
        for (unsigned i = 0; i < 10000; i++)
            zkl_buffer_format(&text, "%s%u", i ? "," : "\n", i * (row + 1));
    const char *path = test_file_bytes(t, "wide.csv", text.data, text.size);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_UINT_EQ(t, zkl_table_schema(read.table)->column_count, 10000);
    uint16_t *cells = ZKL_ARENA_NEW(&t->arena, uint16_t, ZKL_CHUNK_ROWS);
    uint16_t **blocks = ZKL_ARENA_NEW(&t->arena, uint16_t *, 10000);
    blocks[9999] = cells;
    REQUIRE_OK(t, &read.err, zkl_table_chunk(read.table, 0, blocks, NULL, NULL, &read.err));
    CHECK_UINT_EQ(t, cells[1], 19998);
    zkl_table_free(read.table);
}

ZKL_TESTS(TEST(test_csv__infers_the_narrowest_types),
          TEST(test_csv__what_only_looks_typed_stays_text), TEST(test_csv__integers_at_the_edges),
          TEST(test_csv__numbers_too_small_for_floats_stay_text),
          TEST(test_csv__a_point_may_come_first), TEST(test_csv__says_why_it_is_text),
          TEST(test_csv__null_and_empty_text_differ), TEST(test_csv__null_texts_are_asked_for),
          TEST(test_csv__quoted_nulls_are_asked_for), TEST(test_csv__delimiters_of_several_bytes),
          TEST(test_csv__bools_in_three_spellings), TEST(test_csv__line_ends_quotes_and_marks),
          TEST(test_csv__the_quote_is_not_guessed), TEST(test_csv__decimals_take_the_finest_scale),
          TEST(test_csv__nul_bytes_are_kept), TEST(test_csv__refuses_what_it_cannot_keep),
          TEST(test_csv__late_faults_are_found_and_named),
          TEST(test_csv__several_files_are_one_table),
          TEST(test_csv__patterns_in_names_mean_nothing),
          TEST(test_csv__columns_are_chosen_by_name),
          TEST(test_csv__the_file_that_was_hashed_is_read),
          TEST(test_csv__options_without_header_and_encoding),
          TEST(test_csv__standard_input_is_read_whole), TEST(test_csv__keep_types_does_not_narrow),
          TEST(test_csv__too_many_strings_are_hashed), TEST(test_csv__ten_thousand_columns))
