/* Segments of an audit log: what was written is read again, and nothing else. */
#include "testing.h"

#include <string.h>

#include "segment/segment.h"

static const zkl_digest no_root;

static zkl_event sample(int64_t time_ms)
{
    return (zkl_event){ .kind = ZKL_EVENT_ACCESS_GRANTED,
                        .outcome = ZKL_EVENT_SUCCESS,
                        .time_ms = time_ms,
                        .action = "showDataset",
                        .actor = "0011223344556677",
                        .address = "192.0.2.7",
                        .org = "default",
                        .request = "00ff",
                        .resource = "datasets/a \"b\" \\ \xc3\xa4",
                        .role = "viewer",
                        .code = 200,
                        .milliseconds = 3 };
}

/* count lines from `time_ms` on, as a file. */
static void write_lines(zkl_test *t, zkl_buffer *out, zkl_segment *s, size_t count, int64_t time_ms)
{
    zkl_error err = { 0 };
    for (size_t i = 0; i < count; i++) {
        const zkl_event e = sample(time_ms + (int64_t)i);
        REQUIRE_OK(t, &err, zkl_segment_put(s, out, &e, &err));
    }
}

static void test_event__has_these_bytes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
    zkl_error err = { 0 };
    const zkl_event e = sample(1000);
    static const char want[] =
        "{\"action\":\"showDataset\",\"actor\":\"0011223344556677\",\"address\":\"192.0.2.7\","
        "\"class\":\"access\",\"code\":200,\"event\":\"ACCESS_GRANTED\",\"line\":0,"
        "\"milliseconds\":3,\"org\":\"default\",\"outcome\":\"success\",\"previous\":"
        "\"0000000000000000000000000000000000000000000000000000000000000000\",\"reason\":\"\","
        "\"request\":\"00ff\",\"resource\":\"datasets/a \\\"b\\\" \\\\ "
        "\xc3\xa4\",\"role\":\"viewer\","
        "\"time\":\"1970-01-01T00:00:01.000Z\"}";
    REQUIRE_OK(t, &err, zkl_event_encode(&line, &e, &err));
    CHECK_UINT_EQ(t, line.size, sizeof want - 1);
    CHECK_MEM_EQ(t, line.data, want, sizeof want - 1);
}

static void test_event__refuses_what_no_line_holds(zkl_test *t)
{
    char long_text[ZKL_EVENT_TEXT_BYTES_MAX + 2];
    memset(long_text, 'a', sizeof long_text);
    long_text[sizeof long_text - 1] = 0;
    zkl_event cases[7];
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        cases[i] = sample(1000);
    cases[0].actor = "a\nb";
    cases[1].resource = "\xff";
    cases[2].role = long_text;
    cases[3].time_ms = -1;
    cases[4].kind = ZKL_EVENT_KIND_COUNT;
    cases[5].outcome = ZKL_EVENT_OUTCOME_COUNT;
    cases[6].milliseconds = UINT64_MAX;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_event_encode(&line, &cases[i], NULL));
        CHECK_UINT_EQ(t, line.size, 0);
    }
    long_text[ZKL_EVENT_TEXT_BYTES_MAX] = 0;
    CHECK(t, zkl_event_text_valid(long_text));
}

static void test_segment__is_read_as_it_was_written(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment written, read;
    zkl_entry_segment a, b;
    zkl_error err = { 0 };
    zkl_digest sha256;
    zkl_segment_begin(&written, ZKL_SEGMENT_ACCESS, 3, &(zkl_digest){ { 5 } }, 0);
    write_lines(t, &file, &written, 5, 1000);
    zkl_segment_begin(&read, ZKL_SEGMENT_ACCESS, 3, &(zkl_digest){ { 5 } }, 0);
    REQUIRE_OK(t, &err, zkl_segment_take_file(&read, zkl_buffer_bytes(&file), NULL, &err));
    zkl_segment_close(&a, &written);
    zkl_segment_close(&b, &read);
    CHECK(t, a.count == 5 && a.begins_ms == 1000 && a.ends_ms == 1004);
    CHECK(t, b.count == 5 && b.begins_ms == 1000 && b.ends_ms == 1004);
    CHECK(t, zkl_digest_equal(&a.root, &b.root) && zkl_digest_equal(&a.sha256, &b.sha256));
    zkl_sha256(&sha256, file.data, file.size);
    CHECK(t, zkl_digest_equal(&a.sha256, &sha256));
}

/* Time that goes back does not. */
static void test_segment__time_never_goes_back(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s;
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 5000);
    write_lines(t, &file, &s, 1, 1000);
    CHECK(t, s.begins_ms == 5000 && s.ends_ms == 5000);
    write_lines(t, &file, &s, 1, 6000);
    write_lines(t, &file, &s, 1, 5500);
    CHECK(t, s.ends_ms == 6000);
}

static void test_segment__takes_its_own_class_alone(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s;
    zkl_event e = sample(1000);
    e.kind = ZKL_EVENT_ACCESS_REFUSED;
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 0);
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_segment_put(&s, &file, &e, NULL));
    CHECK(t, !file.size && !s.count);
}

/* Reads a file as segment 3 behind a root; true: it is refused. */
static bool is_refused(zkl_bytes file, const zkl_entry_segment *want)
{
    zkl_segment s;
    zkl_entry_segment got;
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 3, &(zkl_digest){ { 5 } }, 0);
    if (zkl_segment_take_file(&s, file, NULL, NULL) != ZKL_OK || !s.count)
        return true;
    zkl_segment_close(&got, &s);
    return !zkl_digest_equal(&got.root, &want->root) || got.count != want->count;
}

/* Bits of each byte, and each cut: nothing of it is the same segment. */
static void test_segment__notices_every_change(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s;
    zkl_entry_segment closed;
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 3, &(zkl_digest){ { 5 } }, 0);
    write_lines(t, &file, &s, 2, 1000);
    zkl_segment_close(&closed, &s);
    REQUIRE(t, !is_refused(zkl_buffer_bytes(&file), &closed));
    for (size_t i = 0; i < file.size; i++)
        for (unsigned bit = 0; bit < 8; bit += 5) {
            file.data[i] ^= (uint8_t)(1u << bit);
            CHECK(t, is_refused(zkl_buffer_bytes(&file), &closed));
            file.data[i] ^= (uint8_t)(1u << bit);
        }
    for (size_t size = 0; size < file.size; size++)
        CHECK(t, is_refused(zkl_bytes_of(file.data, size), &closed));
}

/* Lines in another order, one twice, one left out, and those of another segment. */
static void test_segment__notices_moved_lines(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s, other;
    zkl_entry_segment closed;
    size_t begins[4] = { 0 };
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 3, &(zkl_digest){ { 5 } }, 0);
    for (size_t i = 0; i < 3; i++) {
        write_lines(t, &file, &s, 1, 1000);
        begins[i + 1] = file.size;
    }
    zkl_segment_close(&closed, &s);
    static const unsigned orders[][4] = { { 1, 0, 2, 9 }, { 0, 2, 1, 9 }, { 0, 0, 1, 2 },
                                          { 0, 1, 2, 2 }, { 1, 2, 9, 9 }, { 0, 2, 9, 9 } };
    for (size_t i = 0; i < ZKL_COUNT(orders); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) moved = { 0 };
        for (size_t k = 0; k < 4 && orders[i][k] < 9; k++)
            zkl_buffer_put(&moved, file.data + begins[orders[i][k]],
                           begins[orders[i][k] + 1] - begins[orders[i][k]]);
        CHECK(t, is_refused(zkl_buffer_bytes(&moved), &closed));
    }
    zkl_segment_begin(&other, ZKL_SEGMENT_ACCESS, 4, &(zkl_digest){ { 5 } }, 0);
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_segment_take_file(&other, zkl_buffer_bytes(&file), NULL, NULL));
    zkl_segment_begin(&other, ZKL_SEGMENT_ACCESS, 3, &(zkl_digest){ { 6 } }, 0);
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_segment_take_file(&other, zkl_buffer_bytes(&file), NULL, NULL));
}

/* A writer that was killed leaves a line without an end, and only that. */
static void test_segment__says_what_was_cut_off(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_segment s;
    zkl_error err = { 0 };
    size_t rest = 99;
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 0);
    write_lines(t, &file, &s, 2, 1000);
    const size_t whole = file.size;
    for (size_t cut = 0; cut < 40; cut++) {
        zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 0);
        zkl_buffer_put(&file, "{\"action\":\"a\nb", cut ? 1 : 0);
        REQUIRE_OK(t, &err, zkl_segment_take_file(&s, zkl_buffer_bytes(&file), &rest, &err));
        CHECK_UINT_EQ(t, rest, file.size - whole);
        CHECK_UINT_EQ(t, s.bytes, whole);
    }
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 0);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_segment_take_file(&s, zkl_buffer_bytes(&file), NULL, NULL));
}

/* Whoever writes goes back to a copy when the disk fails: the next line is as if nothing had
 * been. */
static void test_segment__is_a_value(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) lost = { 0 };
    zkl_segment s;
    zkl_error err = { 0 };
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 0);
    write_lines(t, &file, &s, 2, 1000);
    const zkl_segment before = s;
    write_lines(t, &lost, &s, 3, 2000);
    s = before;
    write_lines(t, &file, &s, 2, 3000);
    zkl_segment_begin(&s, ZKL_SEGMENT_ACCESS, 0, &no_root, 0);
    REQUIRE_OK(t, &err, zkl_segment_take_file(&s, zkl_buffer_bytes(&file), NULL, &err));
    CHECK_UINT_EQ(t, s.count, 4);
}

ZKL_TESTS(TEST(test_event__has_these_bytes), TEST(test_event__refuses_what_no_line_holds),
          TEST(test_segment__is_read_as_it_was_written), TEST(test_segment__time_never_goes_back),
          TEST(test_segment__takes_its_own_class_alone), TEST(test_segment__notices_every_change),
          TEST(test_segment__notices_moved_lines), TEST(test_segment__says_what_was_cut_off),
          TEST(test_segment__is_a_value))
