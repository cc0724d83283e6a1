/* Messages in frames, cut anywhere. */
#include "grpc/frame.h"

#include <string.h>

#include "testing.h"

#define MESSAGES 4

static const size_t sizes[MESSAGES] = { 0, 1, 70, 0 };

static void put_body(zkl_buffer *out)
{
    uint8_t bytes[70];
    for (size_t i = 0; i < MESSAGES; i++) {
        memset(bytes, (int)('a' + i), sizeof bytes);
        grpc_put_frame(out, bytes, sizes[i]);
    }
}

/* Takes the part; messages are counted, and held to what was put. */
static bool take(zkl_test *t, grpc_frames *f, zkl_bytes part, size_t *count)
{
    grpc_frame_is is;
    while ((is = grpc_frames_next(f, &part)) == GRPC_FRAME_WHOLE) {
        if (*count >= MESSAGES || f->message.size != sizes[*count])
            return false;
        for (size_t i = 0; i < f->message.size; i++)
            CHECK(t, f->message.data[i] == 'a' + *count);
        ++*count;
    }
    return is == GRPC_FRAME_MORE && part.size == 0;
}

static void test_frame__cut_in_three_anywhere(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    put_body(&body);
    for (size_t a = 0; a <= body.size; a++)
        for (size_t b = a; b <= body.size; b++) {
            grpc_frames f = { .size_max = 70 };
            size_t count = 0;
            CHECK(t, take(t, &f, zkl_bytes_of(body.data, a), &count));
            CHECK(t, take(t, &f, zkl_bytes_of(body.data + a, b - a), &count));
            CHECK(t, take(t, &f, zkl_bytes_of(body.data + b, body.size - b), &count));
            CHECK_UINT_EQ(t, count, MESSAGES);
            CHECK(t, grpc_frames_are_whole(&f));
            grpc_frames_clear(&f);
        }
}

static void test_frame__an_end_within_a_message_is_seen(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    put_body(&body);
    size_t end = 0, next = 0;
    for (size_t size = 0; size <= body.size; size++) {
        grpc_frames f = { .size_max = 70 };
        size_t count = 0;
        CHECK(t, take(t, &f, zkl_bytes_of(body.data, size), &count));
        CHECK(t, grpc_frames_are_whole(&f) == (size == end));
        if (size == end && next < MESSAGES)
            end += GRPC_FRAME_HEAD_BYTES + sizes[next++];
        grpc_frames_clear(&f);
    }
}

static void test_frame__refused_by_its_head(zkl_test *t)
{
    for (unsigned flag = 1; flag < 256; flag++) {
        const uint8_t head = (uint8_t)flag;
        grpc_frames f = { .size_max = 70 };
        zkl_bytes part = zkl_bytes_of(&head, 1); /* at once, before its size has come */
        CHECK(t, grpc_frames_next(&f, &part) == GRPC_FRAME_COMPRESSED);
    }
    static const uint8_t heads[][5] = { { 0, 0, 0, 0, 71 }, { 0, 0xff, 0xff, 0xff, 0xff } };
    for (size_t i = 0; i < ZKL_COUNT(heads); i++) {
        grpc_frames f = { .size_max = 70 };
        zkl_bytes part = zkl_bytes_of(heads[i], 5);
        CHECK(t, grpc_frames_next(&f, &part) == GRPC_FRAME_TOO_LARGE);
        CHECK_UINT_EQ(t, f.message.capacity, 0); /* nothing was taken for it */
    }
}

ZKL_TESTS(TEST(test_frame__cut_in_three_anywhere),
          TEST(test_frame__an_end_within_a_message_is_seen), TEST(test_frame__refused_by_its_head))
