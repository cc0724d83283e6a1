#include "text/json_writer.h"

#include <jansson.h>

#include "testing.h"

/* Quotes, line ends and control characters of names and values are theirs alone: another parser
 * reads the same texts back, on several lines or on one. */
static void test_json_writer__any_text_is_read_back(zkl_test *t)
{
    static const char hostile[] = "\"}],\\\n\t\x01\x7f \xc3\xa9 %s";
    for (int flat = 0; flat < 2; flat++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_json_writer w = { .out = &out, .is_flat = flat };
        zkl_json_open(&w, NULL, '{');
        zkl_json_text(&w, hostile, hostile);
        zkl_json_format(&w, "format", "<%s>", hostile);
        zkl_json_open(&w, "empty", '[');
        zkl_json_close(&w);
        zkl_json_open(&w, "list", '[');
        zkl_json_number(&w, NULL, 344);
        zkl_json_bool(&w, NULL, false);
        zkl_json_close(&w);
        zkl_json_close(&w);
        CHECK(t, !out.failed);

        json_t *read = json_loadb((const char *)out.data, out.size, 0, NULL);
        REQUIRE(t, read);
        CHECK_TEXT_EQ(t, json_string_value(json_object_get(read, hostile)), hostile);
        CHECK_UINT_EQ(t, json_string_length(json_object_get(read, "format")), sizeof hostile + 1);
        CHECK_UINT_EQ(t, json_array_size(json_object_get(read, "empty")), 0);
        CHECK_UINT_EQ(
            t, (uint64_t)json_integer_value(json_array_get(json_object_get(read, "list"), 0)), 344);
        json_decref(read);
        size_t lines = 0;
        for (size_t i = 0; i < out.size; i++)
            lines += out.data[i] == '\n';
        CHECK_UINT_EQ(t, lines, flat ? 1 : 9);
    }
}

ZKL_TESTS(TEST(test_json_writer__any_text_is_read_back))
