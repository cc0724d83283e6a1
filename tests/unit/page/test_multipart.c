/* Forms with files: as browsers send them, split at every place; and what is none. */
#include "page/multipart.h"

#include <string.h>

#include "base/buffer.h"
#include "testing.h"

#define TYPE "multipart/form-data; boundary=----b1"

/* What the calls said, in order. */
static bool tell_begin(void *context, const page_part *part)
{
    zkl_buffer_format(context, "[%s%s%s:", part->name, part->is_file ? "=" : "", part->file_name);
    return strcmp(part->name, "stop") != 0;
}

static bool tell_data(void *context, zkl_bytes data)
{
    zkl_buffer_put(context, data.data, data.size);
    return true;
}

static bool tell_end(void *context)
{
    zkl_buffer_put_text(context, "]");
    return true;
}

static const page_part_handler handler = { tell_begin, tell_data, tell_end };

/* In two parts, cut there; *holds: it was fed to its end and is whole. */
static void read(zkl_buffer *out, bool *holds, const char *text, size_t cut)
{
    page_multipart m;
    const size_t size = strlen(text);
    out->size = 0;
    *holds = page_multipart_begin(&m, zkl_bytes_of_text(TYPE), &handler, out) &&
             page_multipart_feed(&m, zkl_bytes_of(text, cut)) &&
             page_multipart_feed(&m, zkl_bytes_of(text + cut, size - cut)) &&
             page_multipart_is_whole(&m);
    zkl_buffer_put_u8(out, 0);
}

static void test_multipart__is_the_same_wherever_it_is_split(zkl_test *t)
{
    static const char text[] =
        "------b1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n12\r\n"
        "------b1\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
        "------b1\r\ncontent-disposition: form-data; name=\"table\"; filename=\"a; name=x.csv\"\r\n"
        "Content-Type: text/csv\r\n\r\na,b\r\n--\r\n------b\r\n\r\r\n------b1--\r\nbehind";
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t cut = 0; cut < sizeof text; cut++) {
        bool holds;
        read(&out, &holds, text, cut);
        if (!holds ||
            strcmp((const char *)out.data,
                   "[csrf:12][empty:][table=a; name=x.csv:a,b\r\n--\r\n------b\r\n\r]") != 0)
            FAIL(t, "cut at %zu: %d, %s", cut, holds, (const char *)out.data);
    }
}

#define NO_NAME "------b1\r\nContent-Disposition: form-data; filename=\"f\"\r\n"
#define HEAD_A "------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n"

static void test_multipart__what_is_no_form_is_refused(zkl_test *t)
{
    static const char *const bad[] = {
        "",
        "x------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n------b1--\r\n",
        "\r\n------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n------b1--\r\n",
        "------b1--\r\n",
        "------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
        "------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n------b1",
        "------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n------b1x",
        "------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n------b1-x",
        "------b1\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\n1\r\n------b1--",
        "------b1\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n------b1--",
        "------b1\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n------b1--",
        "------b1\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n------b1--",
        "------b1\r\nContent-Type: text/plain\r\n\r\n1\r\n------b1--",
        "------b1\r\n\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n------b1--",
        NO_NAME "Content-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n------b1--",
        HEAD_A "Content-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n------b1--",
        "------b1\r\nContent-Disposition: form-data; name=\"a\tb\"\r\n\r\n1\r\n------b1--",
        "------b1\r\nContent-Disposition: form-data; name=\"stop\"\r\n\r\n1\r\n------b1--",
        "------b1\nContent-Disposition: form-data; name=\"a\"\n\n1\n------b1--\n",
    };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        for (size_t cut = 0; cut <= strlen(bad[i]); cut++) {
            bool holds;
            read(&out, &holds, bad[i], cut);
            if (holds)
                FAIL(t, "%zu, cut at %zu: %s", i, cut, (const char *)out.data);
        }
}

static void test_multipart__heads_and_parts_are_bounded(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t count = PAGE_PARTS_MAX; count <= PAGE_PARTS_MAX + 1; count++) {
        bool holds;
        text.size = 0;
        for (size_t i = 0; i < count; i++)
            zkl_buffer_put_text(
                &text, "------b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n");
        zkl_buffer_put(&text, "------b1--\r\n", 13);
        read(&out, &holds, (const char *)text.data, 0);
        CHECK(t, holds == (count == PAGE_PARTS_MAX));
    }
    text.size = 0;
    zkl_buffer_put_text(&text, "------b1\r\nX: ");
    while (text.size < PAGE_PART_HEAD_MAX + 100)
        zkl_buffer_put_text(&text, "a");
    zkl_buffer_put(&text, "", 1);
    page_multipart m;
    CHECK(t, page_multipart_begin(&m, zkl_bytes_of_text(TYPE), &handler, &out));
    CHECK(t, !page_multipart_feed(&m, zkl_buffer_bytes(&text)));
}

static void test_multipart__boundaries_are_those_of_the_rfc(zkl_test *t)
{
    static const char *const good[] = {
        "multipart/form-data; boundary=a", "Multipart/Form-Data; boundary=a-b'(c)",
        "multipart/form-data; boundary=\"----WebKitFormBoundary7\""
    };
    static const char *const bad[] = { "",
                                       "multipart/form-data",
                                       "multipart/form-data; boundary=",
                                       "multipart/mixed; boundary=a",
                                       "multipart/form-data; boundary=a\r\nb",
                                       "multipart/form-data; boundary=a b",
                                       "multipart/form-data; boundary=a; charset=x" };
    char large[120] = "multipart/form-data; boundary=";
    page_multipart m;
    for (size_t i = 0; i < ZKL_COUNT(good); i++)
        CHECK(t, page_multipart_begin(&m, zkl_bytes_of_text(good[i]), &handler, NULL));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK(t, !page_multipart_begin(&m, zkl_bytes_of_text(bad[i]), &handler, NULL));
    const size_t begin = strlen(large);
    memset(large + begin, 'a', PAGE_BOUNDARY_MAX);
    CHECK(t, page_multipart_begin(&m, zkl_bytes_of_text(large), &handler, NULL));
    large[begin + PAGE_BOUNDARY_MAX] = 'a';
    CHECK(t, !page_multipart_begin(&m, zkl_bytes_of_text(large), &handler, NULL));
}

ZKL_TESTS(TEST(test_multipart__is_the_same_wherever_it_is_split),
          TEST(test_multipart__what_is_no_form_is_refused),
          TEST(test_multipart__heads_and_parts_are_bounded),
          TEST(test_multipart__boundaries_are_those_of_the_rfc))
