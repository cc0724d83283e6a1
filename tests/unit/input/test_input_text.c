/* Encodings of text: what comes out is the same text, or the line of what is none. */
#include "unit/table/table_testing.h"

typedef struct encoded {
    const char *encoding, *bytes;
    size_t size;
    const char *want; /* the table, or words of the refusal */
    bool is_refused;
    zkl_hint hint;
} encoded;

#define READS(encoding, bytes, want)                                                               \
    {                                                                                              \
        encoding, bytes, sizeof bytes - 1, want, false, ZKL_HINT_NONE                              \
    }
#define REFUSES(encoding, bytes, words)                                                            \
    {                                                                                              \
        encoding, bytes, sizeof bytes - 1, words, true, ZKL_HINT_NONE                              \
    }
#define HINTS(encoding, bytes, words, hint)                                                        \
    {                                                                                              \
        encoding, bytes, sizeof bytes - 1, words, true, hint                                       \
    }

static void check(zkl_test *t, const encoded *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *path = test_file_bytes(t, zkl_arena_format(&t->arena, "e%zu.csv", i),
                                           cases[i].bytes, cases[i].size);
        zkl_read_options options = test_options(t, &path, 1);
        test_read read;
        options.reading.encoding = cases[i].encoding;
        const zkl_status status = test_read_with(t, &read, &options);
        if (status != (cases[i].is_refused ? ZKL_BAD_INPUT : ZKL_OK))
            FAIL(t, "case %zu: %s '%s'", i, zkl_status_text(status), read.err.text);
        else if (cases[i].is_refused && !strstr(read.err.text, cases[i].want))
            FAIL(t, "case %zu: '%s' without '%s'", i, read.err.text, cases[i].want);
        else if (read.err.hint != cases[i].hint)
            FAIL(t, "case %zu: hint '%s', want '%s'", i, zkl_hint_name(read.err.hint),
                 zkl_hint_name(cases[i].hint));
        else if (!cases[i].is_refused)
            CHECK_TEXT_EQ(t, test_table_text(t, read.table), cases[i].want);
        zkl_table_free(read.table);
    }
}

/* "n,v\nx,1\n" with U+1F600 for x, in every spelling. */
static void test_input_text_utf16__both_orders(zkl_test *t)
{
    static const char want[] = "n:dictionary,v:uint16\n\xf0\x9f\x98\x80|1\n";
    static const encoded cases[] = {
        READS("utf-16", "\xfe\xff\0n\0,\0v\0\n\xd8\x3d\xde\0\0,\0001\0\n", want),
        READS("utf-16", "\xff\xfen\0,\0v\0\n\0\x3d\xd8\0\xde,\0001\0\n\0", want),
        READS("utf-16be", "\xfe\xff\0n\0,\0v\0\n\xd8\x3d\xde\0\0,\0001\0\n", want),
        READS("utf-16le", "\xff\xfen\0,\0v\0\n\0\x3d\xd8\0\xde,\0001\0\n\0", want),
        READS("utf-16", "\0n\0,\0v\0\n\xd8\x3d\xde\0\0,\0001\0\n", want),
        READS("utf-16", "n\0,\0v\0\n\0\x3d\xd8\0\xde,\0001\0\n\0", want),
        READS("utf-16be", "\0n\0,\0v\0\n\xd8\x3d\xde\0\0,\0001\0\n", want),
        READS("utf-16le", "n\0,\0v\0\n\0\x3d\xd8\0\xde,\0001\0\n\0", want),
    };
    check(t, cases, ZKL_COUNT(cases));
}

static void test_input_text_utf16__refuses_what_is_none(zkl_test *t)
{
    static const encoded cases[] = {
        REFUSES("utf-16be", "\0n\0\n\xd8\x3d\0x\0\n", "line 2: half a surrogate pair"),
        REFUSES("utf-16be", "\0n\0\n\xde\0\0\n", "line 2: half a surrogate pair"),
        REFUSES("utf-16le", "n\0\n\0\x3d\xd8", "line 2: half a surrogate pair"),
        REFUSES("utf-16le", "n\0\n\0001\0\n", "an odd number of bytes"),
        HINTS("utf-16le", "\xfe\xff\0n\0\n\0001\0\n", "begins with the mark of UTF-16",
              ZKL_HINT_SAY_UTF_16),
        HINTS("latin-1", "\xff\xfen\0\n\0001\0\n\0", "begins with the mark of UTF-16",
              ZKL_HINT_SAY_UTF_16),
        HINTS(NULL, "\xff\xfen\0\n\0001\0\n\0", "begins with the mark of UTF-16",
              ZKL_HINT_SAY_UTF_16),
        HINTS(NULL, "n\0\n\0001\0\n\0", "every second byte is zero", ZKL_HINT_SAY_UTF_16),
        HINTS(NULL, "\0n\0\n\0001\0\n", "every second byte is zero", ZKL_HINT_SAY_UTF_16),
        HINTS("utf-16", "\x4e\x2d\x65\x87", "cannot tell the byte order", ZKL_HINT_SAY_BYTE_ORDER),
        HINTS("windows-1252", "\xef\xbb\xbfn\n1\n", "begins with the mark of UTF-8",
              ZKL_HINT_LEAVE_ENCODING_OUT),
    };
    check(t, cases, ZKL_COUNT(cases));
}

static void test_input_text__single_bytes(zkl_test *t)
{
    static const encoded cases[] = {
        READS("windows-1252", "n\n\x80\x9f\xfc\xff\n",
              "n:dictionary\n\xe2\x82\xac\xc5\xb8\xc3\xbc\xc3\xbf\n"),
        READS("windows-1252", "n\n\x93quoted\x94\n",
              "n:dictionary\n\xe2\x80\x9cquoted\xe2\x80\x9d\n"),
        READS("latin-1", "n\n\x80\x81\xfc\n", "n:dictionary\n\xc2\x80\xc2\x81\xc3\xbc\n"),
        REFUSES("windows-1252", "n\nx\n\x81\n",
                "line 3: the byte 0x81 is no character of windows-1252"),
        REFUSES("windows-1252", "n\n\x8d\n", "byte 0x8d"),
        REFUSES("windows-1252", "n\n\x8f\n", "byte 0x8f"),
        REFUSES("windows-1252", "n\n\x90\n", "byte 0x90"),
        REFUSES("windows-1252", "n\n\x9d\n", "byte 0x9d"),
    };
    check(t, cases, ZKL_COUNT(cases));
}

static void test_input_text_utf8__says_the_line(zkl_test *t)
{
    static const encoded cases[] = {
        READS("utf-8", "\xef\xbb\xbfn\n\xc3\xbc\n", "n:dictionary\n\xc3\xbc\n"),
        HINTS(NULL, "n\n\"two\nlines\"\ngr\xfcn\n", "line 4: not UTF-8", ZKL_HINT_SAY_ENCODING),
        HINTS(NULL, "n\rx\rgr\xfcn\r", "line 3: not UTF-8", ZKL_HINT_SAY_ENCODING),
        HINTS(NULL, "n\nx\xc3", "line 2: not UTF-8", ZKL_HINT_SAY_ENCODING),
        HINTS(NULL, "n\nx\xf0\x9f\x98", "line 2: not UTF-8", ZKL_HINT_SAY_ENCODING),
        HINTS(NULL, "\xff", "line 1: not UTF-8", ZKL_HINT_SAY_ENCODING),
        /* halves of a character in fields that follow one another */
        HINTS(NULL, "n,m\n\xc3,\xbc\n", "line 2: not UTF-8", ZKL_HINT_SAY_ENCODING),
    };
    check(t, cases, ZKL_COUNT(cases));
}

/* Characters of two to four bytes at every place against the ends of the pieces that are read. */
static void test_input_text__characters_may_lie_across_pieces(zkl_test *t)
{
    static const char *const characters[] = { "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };
    for (size_t shift = 0; shift < 4; shift++)
        for (size_t i = 0; i < ZKL_COUNT(characters); i++) {
            ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
            zkl_buffer_format(&text, "%.*s\n", (int)shift + 1, "abcd");
            while (text.size < 300000)
                zkl_buffer_put_text(&text, characters[i]);
            const size_t header = shift + 2;
            const char *path = test_file_bytes(t, "long.csv", text.data, text.size);
            const zkl_read_options options = test_options(t, &path, 1);
            test_read read;
            const zkl_bytes *entries;
            REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
            REQUIRE(t, zkl_table_dictionary(read.table, 0, &entries) == 1);
            CHECK_UINT_EQ(t, entries[0].size, text.size - header);
            CHECK(t, memcmp(entries[0].data, text.data + header, entries[0].size) == 0);
            zkl_table_free(read.table);
        }
}

static void test_input_text__an_unknown_encoding_is_told(zkl_test *t)
{
    const char *path = test_file(t, "x.csv", "a\n1\n");
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    options.reading.encoding = "ebcdic";
    CHECK_STATUS(t, ZKL_USAGE, test_read_with(t, &read, &options));
    CHECK(t, strstr(read.err.text, "unknown encoding 'ebcdic'; known: utf-8, utf-16") != NULL);
}

ZKL_TESTS(TEST(test_input_text_utf16__both_orders),
          TEST(test_input_text_utf16__refuses_what_is_none), TEST(test_input_text__single_bytes),
          TEST(test_input_text_utf8__says_the_line),
          TEST(test_input_text__characters_may_lie_across_pieces),
          TEST(test_input_text__an_unknown_encoding_is_told))
