/* Text inside XML and HTML. */
#include "text/xml_text.h"

#include "testing.h"

static void test_xml_text__means_nothing_there(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_xml_put(&out, zkl_bytes_of_text("<b id=\"a\" c='d'>&amp; \xc3\xa4</b>"));
    zkl_buffer_put_u8(&out, 0);
    CHECK(t, !out.failed);
    CHECK_TEXT_EQ(t, (const char *)out.data,
                  "&lt;b id=&quot;a&quot; c=&#39;d&#39;&gt;&amp;amp; \xc3\xa4&lt;/b&gt;");
}

ZKL_TESTS(TEST(test_xml_text__means_nothing_there))
