/* The list of formats: every one is found by its word and its endings, and manifests know the
 * word. */
#include "input/formats.h"

#include "record/reading.h"
#include "testing.h"

/* A reading may say the format, and no format that is not in the list. */
static void test_formats__are_those_of_readings(zkl_test *t)
{
    zkl_error err = { 0 };
    size_t count = 0;
    for (const zkl_format *format; (format = zkl_format_at(count)) != NULL; count++) {
        const zkl_reading asked = { .format = format->name };
        zkl_reading reading;
        REQUIRE_OK(t, &err, zkl_reading_take(&reading, &t->arena, &asked, &err));
        zkl_reading_complete(&reading);
        CHECK(t, format->has_csv_options == (reading.header != ZKL_UNSAID));
        CHECK(t, format->reader != NULL);
    }
    CHECK_UINT_EQ(t, count, 4);
}

static void test_formats__are_found_by_word_and_ending(zkl_test *t)
{
    zkl_error err = { 0 };
    const zkl_format *format, *found;
    for (size_t i = 0; (format = zkl_format_at(i)) != NULL; i++) {
        const char *any = "table.bin";
        REQUIRE_OK(t, &err, zkl_format_find(&found, format->name, &any, 1, &err));
        CHECK(t, found == format);
        for (size_t k = 0; k < ZKL_FORMAT_ENDINGS_MAX && format->endings[k]; k++) {
            char name[64];
            const char *names[] = { name, name };
            snprintf(name, sizeof name, "table%s", format->endings[k]);
            REQUIRE_OK(t, &err, zkl_format_find(&found, NULL, names, 2, &err));
            CHECK(t, found == format);
        }
    }
}

/* No file, an ending that says nothing, what is no table, and two formats at once. */
static void test_formats__refuse_what_they_cannot_judge(zkl_test *t)
{
    zkl_error err = { 0 };
    const zkl_format *found;
    static const char *const unknown[] = { "table" }, *const sheet[] = { "table.xlsx" };
    static const char *const mixed[] = { "a.csv", "b.json" };
    CHECK_STATUS(t, ZKL_USAGE, zkl_format_find(&found, NULL, NULL, 0, &err));
    CHECK_STATUS(t, ZKL_USAGE, zkl_format_find(&found, NULL, unknown, 1, &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, zkl_format_find(&found, NULL, sheet, 1, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_format_find(&found, NULL, mixed, 2, &err));
}

ZKL_TESTS(TEST(test_formats__are_those_of_readings),
          TEST(test_formats__are_found_by_word_and_ending),
          TEST(test_formats__refuse_what_they_cannot_judge))
