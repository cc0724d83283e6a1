/* Sealed files: what was written comes back, and everything else is refused. */
#include "keys/sealed.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

#define FRAME ZKL_SEALED_FRAME_BYTES
#define TAG ZKL_AEAD_TAG_BYTES
#define HEADER "a header, in the clear"
#define HEADER_SIZE (sizeof HEADER - 1)

static const uint8_t key[ZKL_AEAD_KEY_BYTES] = { 7, 7, 7 };

static int new_file(zkl_test *t)
{
    static const char *folder; /* one for the whole program */
    folder = folder ? folder : test_folder(t);
    const int fd = zkl_file_open_unnamed(folder);
    CHECK(t, fd >= 0);
    return fd;
}

static zkl_sealed sealed_by(const uint8_t *with_key, const char *header, int fd)
{
    return (zkl_sealed){ with_key, zkl_bytes_of_text(header), fd, "the file" };
}

/* The whole file of that content, written in pieces of `step` bytes. */
static zkl_bytes seal(zkl_test *t, zkl_bytes content, size_t step)
{
    ZKL_AUTO_FREE(zkl_sealed_writer) writer = NULL;
    zkl_error err = { 0 };
    const int fd = new_file(t);
    const zkl_sealed with = sealed_by(key, HEADER, fd);
    zkl_status status = zkl_fd_write(fd, with.header, "the file", &err);
    if (status == ZKL_OK)
        status = zkl_sealed_writer_new(&writer, &with, &err);
    for (size_t at = 0; status == ZKL_OK && at < content.size; at += step)
        status = zkl_sealed_put(writer, content.data + at,
                                content.size - at < step ? content.size - at : step, &err);
    if (status == ZKL_OK)
        status = zkl_sealed_finish(writer, &err);
    CHECK_STATUS(t, ZKL_OK, status);
    const size_t size = (size_t)lseek(fd, 0, SEEK_END);
    uint8_t *file = zkl_arena_alloc(&t->arena, size, 1);
    CHECK(t, pread(fd, file, size, 0) == (ssize_t)size);
    close(fd);
    return zkl_bytes_of(file, size);
}

/* As many bytes of content as there were, from a file of these bytes. */
static zkl_status open_with(zkl_test *t, uint8_t *out, size_t size, zkl_bytes file,
                            const uint8_t *with_key, const char *header)
{
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
    zkl_error err = { 0 };
    const int fd = new_file(t);
    const zkl_sealed with = sealed_by(with_key, header, fd);
    CHECK_STATUS(t, ZKL_OK, zkl_fd_write(fd, file, "the file", &err));
    CHECK(t, lseek(fd, HEADER_SIZE, SEEK_SET) == HEADER_SIZE);
    zkl_status status = zkl_sealed_reader_new(&reader, &with, &err);
    if (status == ZKL_OK)
        status = zkl_sealed_take(reader, out, size, &err);
    if (status == ZKL_OK)
        status = zkl_sealed_end(reader, &err);
    close(fd);
    return status;
}

static bool opens(zkl_test *t, zkl_bytes content, zkl_bytes file)
{
    uint8_t *out = zkl_arena_alloc(&t->arena, content.size + 1, 1);
    return open_with(t, out, content.size, file, key, HEADER) == ZKL_OK;
}

static zkl_bytes random_content(zkl_test *t, size_t size)
{
    uint8_t *content = zkl_arena_alloc(&t->arena, size + 1, 1);
    test_random_bytes(t, content, size);
    return zkl_bytes_of(content, size);
}

/* At and around the ends of frames, in pieces of any size. */
static void test_sealed__gives_back_what_was_put(zkl_test *t)
{
    static const size_t sizes[] = { 0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 5 };
    static const size_t steps[] = { 1000, FRAME, 3 * FRAME };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++)
        for (size_t k = 0; k < ZKL_COUNT(steps); k++) {
            const zkl_bytes content = random_content(t, sizes[i]);
            const zkl_bytes file = seal(t, content, steps[k]);
            uint8_t *out = zkl_arena_alloc(&t->arena, sizes[i] + 1, 1);
            const size_t frames = sizes[i] ? (sizes[i] + FRAME - 1) / FRAME : 1;
            CHECK_UINT_EQ(t, file.size, HEADER_SIZE + frames * TAG + sizes[i]);
            CHECK_STATUS(t, ZKL_OK, open_with(t, out, sizes[i], file, key, HEADER));
            CHECK_MEM_EQ(t, out, content.data, sizes[i]);
        }
}

static void test_sealed__every_changed_byte_is_refused(zkl_test *t)
{
    static const uint8_t zeros[40];
    const zkl_bytes content = random_content(t, 40);
    const zkl_bytes file = seal(t, content, 7);
    uint8_t *changed = zkl_arena_copy(&t->arena, file.data, file.size), out[40];
    for (size_t i = HEADER_SIZE; i < file.size; i++) {
        changed[i] ^= 1;
        memset(out, 0xaa, sizeof out);
        CHECK_STATUS(t, ZKL_REJECTED,
                     open_with(t, out, sizeof out, zkl_bytes_of(changed, file.size), key, HEADER));
        CHECK_MEM_EQ(t, out, zeros, sizeof out); /* nothing of it is seen */
        changed[i] ^= 1;
    }
    static const uint8_t other_key[ZKL_AEAD_KEY_BYTES] = { 7, 7, 8 };
    CHECK_STATUS(t, ZKL_REJECTED, open_with(t, out, sizeof out, file, other_key, HEADER));
    CHECK_STATUS(t, ZKL_REJECTED,
                 open_with(t, out, sizeof out, file, key, "A header, in the clear"));
    CHECK_STATUS(t, ZKL_OK, open_with(t, out, sizeof out, file, key, HEADER));
}

/* Cut anywhere, also between two frames; longer by anything, also by a frame of its own. */
static void test_sealed__another_length_is_refused(zkl_test *t)
{
    const zkl_bytes content = random_content(t, 2 * FRAME);
    const zkl_bytes file = seal(t, content, FRAME);
    const size_t cuts[] = { HEADER_SIZE,
                            HEADER_SIZE + TAG - 1,
                            HEADER_SIZE + TAG,
                            HEADER_SIZE + TAG + FRAME - 1,
                            HEADER_SIZE + TAG + FRAME,
                            HEADER_SIZE + TAG + FRAME + 1,
                            HEADER_SIZE + TAG + FRAME + TAG,
                            file.size - 1 };
    CHECK(t, opens(t, content, file));
    for (size_t i = 0; i < ZKL_COUNT(cuts); i++) {
        /* as much as the cut file claims to hold: what is asked for is there, and still refused */
        const size_t frames = cuts[i] - HEADER_SIZE > TAG + FRAME ? 2 : 1;
        const size_t less =
            cuts[i] >= HEADER_SIZE + frames * TAG ? cuts[i] - HEADER_SIZE - frames * TAG : 0;
        CHECK(t, !opens(t, zkl_bytes_of(content.data, less), zkl_bytes_of(file.data, cuts[i])));
    }
    uint8_t *longer = zkl_arena_alloc(&t->arena, file.size + TAG + FRAME, 1);
    memcpy(longer, file.data, file.size);
    CHECK(t, !opens(t, content, zkl_bytes_of(longer, file.size + 1)));
    memcpy(longer + file.size, file.data + file.size - TAG - FRAME, TAG + FRAME);
    CHECK(t, !opens(t, content, zkl_bytes_of(longer, file.size + TAG + FRAME)));
}

static void test_sealed__frames_stay_in_their_places(zkl_test *t)
{
    const size_t whole = TAG + FRAME;
    const zkl_bytes content = random_content(t, 3 * FRAME), other = random_content(t, 3 * FRAME);
    const zkl_bytes file = seal(t, content, FRAME);
    uint8_t *changed = zkl_arena_copy(&t->arena, file.data, file.size);
    uint8_t *first = changed + HEADER_SIZE, *second = first + whole;
    /* exchanged */
    memcpy(first, file.data + HEADER_SIZE + whole, whole);
    memcpy(second, file.data + HEADER_SIZE, whole);
    CHECK(t, !opens(t, content, zkl_bytes_of(changed, file.size)));
    /* repeated */
    memcpy(first, file.data + HEADER_SIZE, whole);
    CHECK(t, !opens(t, content, zkl_bytes_of(changed, file.size)));
    /* left out */
    memcpy(second, file.data + HEADER_SIZE + 2 * whole, whole);
    CHECK(t, !opens(t, zkl_bytes_of(content.data, 2 * FRAME),
                    zkl_bytes_of(changed, file.size - whole)));
    /* of another file under another key, in the same place: keys are derived for one file */
    memcpy(changed, file.data, file.size);
    CHECK(t, opens(t, content, zkl_bytes_of(changed, file.size)));
    static const uint8_t other_key[ZKL_AEAD_KEY_BYTES] = { 9 };
    uint8_t nonce[ZKL_AEAD_NONCE_BYTES] = { 0 };
    nonce[ZKL_AEAD_NONCE_BYTES - 1] = 1;
    const zkl_aead with = { other_key, nonce, zkl_bytes_of_text(HEADER) };
    CHECK(t, zkl_aead_seal(second + TAG, second, &with, zkl_bytes_of(other.data, FRAME)));
    CHECK(t, !opens(t, content, zkl_bytes_of(changed, file.size)));
}

ZKL_TESTS(TEST(test_sealed__gives_back_what_was_put),
          TEST(test_sealed__every_changed_byte_is_refused),
          TEST(test_sealed__another_length_is_refused),
          TEST(test_sealed__frames_stay_in_their_places))
