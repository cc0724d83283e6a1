/* What of a request is looked at before it is read. */
#include "daemon/request.h"

#include "testing.h"

static bool is_small(const zkl_buffer *text)
{
    return daemon_json_is_small(zkl_buffer_bytes(text));
}

/* Each element counts, whatever it is; what stands in a text does not. */
static void test_request__has_few_elements(zkl_test *t)
{
    static const char *const elements[] = { "[", "{", "0,", "\"a\": {", "\"\\\"\", " };
    for (size_t i = 0; i < ZKL_COUNT(elements); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        for (size_t k = 0; k < DAEMON_JSON_ELEMENTS_MAX; k++)
            zkl_buffer_put_text(&text, elements[i]);
        CHECK(t, is_small(&text));
        zkl_buffer_put_text(&text, elements[i]);
        CHECK(t, !is_small(&text));
    }
}

static void test_request__counts_no_texts(zkl_test *t)
{
    static const char *const texts[] = { "[,{", "\\\"[,{", "\\\\\\\"[,{" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        zkl_buffer_put_text(&text, "{\"a\": \"");
        for (size_t k = 0; k < DAEMON_JSON_ELEMENTS_MAX; k++)
            zkl_buffer_put_text(&text, texts[i]);
        zkl_buffer_put_text(&text, "\"}");
        CHECK(t, is_small(&text));
    }
}

ZKL_TESTS(TEST(test_request__has_few_elements), TEST(test_request__counts_no_texts))
