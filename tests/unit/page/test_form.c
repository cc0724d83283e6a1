/* Forms without a file. */
#include "page/form.h"

#include <string.h>

#include "base/buffer.h"
#include "testing.h"

static void test_form__fields_are_decoded(zkl_test *t)
{
    json_t *const form =
        page_form_read(zkl_bytes_of_text("a=1+2&b=%3Cb%3E%26&c=&d&%C3%A9=%0D%0A&f=a%3Db=c"));
    CHECK(t, form);
    CHECK_TEXT_EQ(t, page_form_text(form, "a"), "1 2");
    CHECK_TEXT_EQ(t, page_form_text(form, "b"), "<b>&");
    CHECK_TEXT_EQ(t, page_form_text(form, "c"), "");
    CHECK(t, json_object_get(form, "d") && !json_object_get(form, "e"));
    CHECK_TEXT_EQ(t, page_form_text(form, "e"), "");
    CHECK_TEXT_EQ(t, page_form_text(form, "\xc3\xa9"), "\r\n");
    CHECK_TEXT_EQ(t, page_form_text(form, "f"), "a=b=c");
    CHECK_UINT_EQ(t, json_object_size(form), 6);
    json_decref(form);
    json_t *const none = page_form_read(zkl_bytes_of_text(""));
    CHECK_UINT_EQ(t, json_object_size(none), 0);
    json_decref(none);
}

static void test_form__what_is_none_is_refused(zkl_test *t)
{
    static const char *const bad[] = { "a=%", "a=%1",  "a=%zz", "a=1&a=2", "=1",
                                       "&",   "a=%00", "a=%ff", "%ff=a",   "a=1&&b=2" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (page_form_read(zkl_bytes_of_text(bad[i])))
            FAIL(t, "%s", bad[i]);
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    for (size_t i = 0; i <= PAGE_FIELDS_MAX; i++)
        zkl_buffer_format(&many, "%sf%zu=1", i ? "&" : "", i);
    CHECK(t, !page_form_read(zkl_buffer_bytes(&many)));
}

ZKL_TESTS(TEST(test_form__fields_are_decoded), TEST(test_form__what_is_none_is_refused))
