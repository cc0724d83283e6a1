/* What an envelope gives back, and everything that it must refuse: storage that lies. */
#include "vault_testing.h"

#include <stdlib.h>

#include "hash/hash.h"

static const zkl_object_name name = { "file", "files/0123456789abcdef" };
#define CHUNK ((size_t)1 << ZKL_ENVELOPE_CHUNK_LOG)

static uint8_t *random_bytes(zkl_test *t, size_t size)
{
    uint8_t *const out = zkl_arena_alloc(&t->arena, size + 1, 1);
    test_random_bytes(t, out, size);
    return out;
}

static zkl_status read_back(fixture *f, const char *path, zkl_object_name as, zkl_bytes want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    ZKL_TRY(zkl_envelope_read_file(&out, &f->vault, as, path, 1 << 22, NULL));
    return zkl_bytes_equal(zkl_buffer_bytes(&out), want) ? ZKL_OK : ZKL_CONFLICT;
}

/* ---- what must hold */

static void test_envelope__every_size_comes_back(zkl_test *t)
{
    static const size_t sizes[] = { 0,
                                    1,
                                    15,
                                    16,
                                    4095,
                                    CHUNK - 1,
                                    CHUNK,
                                    CHUNK + 1,
                                    2 * CHUNK - 1,
                                    2 * CHUNK,
                                    2 * CHUNK + 1,
                                    3 * CHUNK };
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
        zkl_envelope_head head;
        uint64_t said = 1;
        const zkl_bytes content = zkl_bytes_of(random_bytes(t, sizes[i]), sizes[i]);
        fixture_write(t, &f, path, name, content);
        CHECK_STATUS(t, ZKL_OK, read_back(&f, path, name, content));
        CHECK_STATUS(t, ZKL_OK, zkl_file_read(&file, path, 1 << 22, NULL));
        CHECK_STATUS(t, ZKL_OK, zkl_envelope_head_parse(&head, file.data, NULL));
        CHECK(t, zkl_envelope_content_bytes(&said, &head, file.size) && said == sizes[i]);
        CHECK_TEXT_EQ(t, head.kind, "file");
    }
    CHECK_UINT_EQ(t, f.uses[ZKL_VAULT_WRAP], ZKL_COUNT(sizes));
    CHECK_UINT_EQ(t, f.uses[ZKL_VAULT_UNWRAP], ZKL_COUNT(sizes));
    fixture_clear(&f);
}

static void test_envelope__any_part_is_read(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_envelope_reader *r = NULL;
    const size_t size = 3 * CHUNK + 777;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    const uint8_t *const content = random_bytes(t, size);
    uint8_t *const out = random_bytes(t, size);
    fixture_write(t, &f, path, name, zkl_bytes_of(content, size));
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE_OK(t, &err, zkl_envelope_reader_new(&r, &f.vault, name, fd, path, &err));
    CHECK_UINT_EQ(t, zkl_envelope_size(r), size);
    for (int i = 0; i < 60; i++) {
        const size_t at = (size_t)test_random_below(t, size + 1);
        const size_t part = (size_t)test_random_below(t, size - at + 1);
        CHECK_STATUS(t, ZKL_OK, zkl_envelope_read(r, out, at, part, NULL));
        CHECK_MEM_EQ(t, out, content + at, part);
    }
    zkl_envelope_reader_free(r);
    close(fd);
    fixture_clear(&f);
}

/* Two envelopes of one content have nothing in common: neither nonce nor key serves twice. */
static void test_envelope__nothing_repeats(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) a = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    uint8_t *const zeros = zkl_arena_alloc(&t->arena, 2 * CHUNK, 1);
    const zkl_bytes content = zkl_bytes_of(zeros, 2 * CHUNK);
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_encode(&a, &f.vault, name, content, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_encode(&b, &f.vault, name, content, NULL));
    REQUIRE(t, a.size == b.size);
    const uint8_t *const x = a.data + ZKL_ENVELOPE_HEAD_BYTES;
    const uint8_t *const y = b.data + ZKL_ENVELOPE_HEAD_BYTES;
    CHECK(t, memcmp(x, y, 32) != 0 && memcmp(a.data + 16, b.data + 16, 32) != 0);
    CHECK(t, memcmp(x, x + CHUNK + ZKL_AEAD_TAG_BYTES, 32) != 0); /* equal chunks differ */
    fixture_clear(&f);
}

/* ---- storage that lies: what is read is the content, or it is refused */

static void test_envelope__no_byte_can_be_changed(zkl_test *t)
{
    fixture f;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    const zkl_bytes content = zkl_bytes_of(random_bytes(t, 300), 300);
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_encode(&file, &f.vault, name, content, NULL));
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(t, fd >= 0 && write(fd, file.data, file.size) == (ssize_t)file.size);
    for (size_t i = 0; i < file.size; i++) {
        const uint8_t other = file.data[i] ^ (uint8_t)(1 << test_random_below(t, 8));
        REQUIRE(t, pwrite(fd, &other, 1, (off_t)i) == 1);
        /* The second slot is not in use: what stands there counts only when it is whole. */
        const bool is_unused = i >= 576 && i < ZKL_ENVELOPE_HEAD_BYTES;
        const zkl_status status = read_back(&f, path, name, content);
        if (is_unused
                ? status != ZKL_OK
                : status != ZKL_REJECTED && status != ZKL_BAD_INPUT && status != ZKL_NOT_SUPPORTED)
            FAIL(t, "byte %zu: %s", i, zkl_status_text(status));
        REQUIRE(t, pwrite(fd, &file.data[i], 1, (off_t)i) == 1);
    }
    CHECK_STATUS(t, ZKL_OK, read_back(&f, path, name, content));
    close(fd);
    fixture_clear(&f);
}

/* At every length, and with more behind. */
static void test_envelope__none_can_be_cut_or_grown(zkl_test *t)
{
    fixture f;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    const size_t size = 2 * CHUNK + 5;
    const zkl_bytes content = zkl_bytes_of(random_bytes(t, size), size);
    fixture_write(t, &f, path, name, content);
    CHECK_STATUS(t, ZKL_OK, zkl_file_read(&file, path, 1 << 22, NULL));
    const size_t stride = CHUNK + ZKL_AEAD_TAG_BYTES, head = ZKL_ENVELOPE_HEAD_BYTES;
    const size_t ends[] = { 0,
                            8,
                            head - 1,
                            head,
                            head + 1,
                            head + 16,
                            head + stride - 1,
                            head + stride,
                            head + stride + 1,
                            head + stride + 16,
                            head + 2 * stride,
                            head + 2 * stride + 16,
                            file.size - 1 };
    for (size_t i = 0; i < ZKL_COUNT(ends); i++) {
        REQUIRE(t, truncate(path, (off_t)ends[i]) == 0);
        const zkl_status status = read_back(&f, path, name, content);
        if (status != ZKL_BAD_INPUT && status != ZKL_REJECTED)
            FAIL(t, "cut at %zu: %s", ends[i], zkl_status_text(status));
        CHECK_STATUS(t, ZKL_OK, zkl_file_write(path, zkl_buffer_bytes(&file), 0600, NULL));
    }
    for (size_t more = 1; more <= 2 * stride; more += more < 20 ? 1 : stride / 3) {
        REQUIRE(t, truncate(path, (off_t)(file.size + more)) == 0);
        const zkl_status status = read_back(&f, path, name, content);
        if (status != ZKL_BAD_INPUT && status != ZKL_REJECTED)
            FAIL(t, "%zu more: %s", more, zkl_status_text(status));
        CHECK_STATUS(t, ZKL_OK, zkl_file_write(path, zkl_buffer_bytes(&file), 0600, NULL));
    }
    fixture_clear(&f);
}

static void write_changed(zkl_test *t, const char *path, zkl_buffer *file, size_t at,
                          const uint8_t *by, size_t size)
{
    uint8_t *const kept = zkl_arena_copy(&t->arena, file->data + at, size);
    memcpy(file->data + at, by, size);
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(path, zkl_buffer_bytes(file), 0600, NULL));
    memcpy(file->data + at, kept, size);
}

/* Chunks within an object and between objects, heads, slots, kinds. */
static void test_envelope__nothing_can_be_swapped(zkl_test *t)
{
    fixture f;
    ZKL_AUTO_CLEAR(zkl_buffer) a = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    const size_t size = 3 * CHUNK, stride = CHUNK + ZKL_AEAD_TAG_BYTES;
    const size_t head = ZKL_ENVELOPE_HEAD_BYTES;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    const zkl_bytes content = zkl_bytes_of(random_bytes(t, size), size);
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_encode(&a, &f.vault, name, content, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_encode(&b, &f.vault, name, content, NULL));
    const struct {
        size_t at;
        const uint8_t *by;
        size_t size;
    } swaps[] = {
        { head, a.data + head + stride, stride },              /* chunk 1 as chunk 0 */
        { head + stride, a.data + head, stride },              /* and the other way */
        { head, a.data + head + 2 * stride, stride },          /* the last one first */
        { head + 2 * stride, a.data + head + stride, stride }, /* another one last */
        { head + stride, b.data + head + stride, stride },     /* of another object */
        { 0, b.data, head },                                   /* its head */
        { 128, b.data + 128, 448 },                            /* its wrapped key */
        { 64, b.data + 64, 32 },                               /* its commitment */
        { 16, b.data + 16, 32 },                               /* its id */
    };
    for (size_t i = 0; i < ZKL_COUNT(swaps); i++) {
        write_changed(t, path, &a, swaps[i].at, swaps[i].by, swaps[i].size);
        CHECK_STATUS(t, ZKL_REJECTED, read_back(&f, path, name, content));
    }
    /* all of one object under the name or kind of another */
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(path, zkl_buffer_bytes(&a), 0600, NULL));
    CHECK_STATUS(t, ZKL_OK, read_back(&f, path, name, content));
    CHECK_STATUS(t, ZKL_REJECTED,
                 read_back(&f, path, (zkl_object_name){ "file", "files/other" }, content));
    CHECK_STATUS(t, ZKL_REJECTED,
                 read_back(&f, path, (zkl_object_name){ "job", name.name }, content));
    fixture_clear(&f);
}

/* An envelope under another key says so, before anything of it is believed. */
static void test_envelope__of_another_key(zkl_test *t)
{
    fixture f, other;
    REQUIRE(t, fixture_open(t, &f) && fixture_open(t, &other));
    const char *const path = fixture_path(t, &f, "x");
    const zkl_bytes content = zkl_bytes_of_text("content");
    fixture_write(t, &f, path, name, content);
    CHECK_STATUS(t, ZKL_DENIED, read_back(&other, path, name, content));
    fixture_clear(&f);
    fixture_clear(&other);
}

/* Of what cannot be opened nothing is seen. */
static void test_envelope_read__wipes_what_it_refuses(zkl_test *t)
{
    static const uint8_t zeros[64];
    fixture f;
    uint8_t out[64];
    zkl_error err = { 0 };
    zkl_envelope_reader *r = NULL;
    const size_t size = 2 * CHUNK;
    REQUIRE(t, fixture_open(t, &f));
    const char *const path = fixture_path(t, &f, "x");
    fixture_write(t, &f, path, name, zkl_bytes_of(random_bytes(t, size), size));
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    REQUIRE_OK(t, &err, zkl_envelope_reader_new(&r, &f.vault, name, fd, path, &err));
    REQUIRE(t, pwrite(fd, "?", 1, ZKL_ENVELOPE_HEAD_BYTES + 100) == 1); /* while it is open */
    memset(out, 0xaa, sizeof out);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_envelope_read(r, out, CHUNK - 32, sizeof out, NULL));
    CHECK_MEM_EQ(t, out, zeros, sizeof out);
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_read(r, out, CHUNK, sizeof out, NULL));
    zkl_envelope_reader_free(r);
    close(fd);
    fixture_clear(&f);
}

/* ---- Python's (tests/interop/envelope.py) */

/* Envelopes that were made without this code. */
static void test_envelope__vectors(zkl_test *t)
{
    fixture f;
    const json_t *const all = test_vectors(t, "envelope.json");
    const zkl_object_name as = { json_string_value(json_object_get(all, "kind")),
                                 json_string_value(json_object_get(all, "name")) };
    const json_t *const list = json_object_get(all, "vectors");
    REQUIRE(t, fixture_open(t, &f) && json_array_size(list) == 4);
    const char *const path = fixture_path(t, &f, "x");
    CHECK_STATUS(t, ZKL_OK,
                 zkl_file_write(f.kek_path,
                                zkl_bytes_of_text(json_string_value(json_object_get(all, "kek"))),
                                0600, NULL));
    REQUIRE(t, fixture_open_kek(t, &f, false));
    for (size_t i = 0; i < json_array_size(list); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        const json_t *const one = json_array_get(list, i);
        zkl_digest sha256;
        char hex[65];
        CHECK_STATUS(
            t, ZKL_OK,
            zkl_file_write(path, test_hex(t, json_string_value(json_object_get(one, "envelope"))),
                           0600, NULL));
        CHECK_STATUS(t, ZKL_OK, zkl_envelope_read_file(&out, &f.vault, as, path, 1 << 20, NULL));
        CHECK_UINT_EQ(t, out.size, json_integer_value(json_object_get(one, "size")));
        zkl_sha256(&sha256, out.data, out.size);
        zkl_hex_encode(hex, sha256.bytes, sizeof sha256.bytes);
        CHECK_TEXT_EQ(t, hex, json_string_value(json_object_get(one, "sha256")));
    }
    fixture_clear(&f);
}

/* For tests/interop/envelope.sh: an envelope and its key where others find them. */
static void test_envelope__for_others(zkl_test *t)
{
    const char *const out = getenv("ZKL_INTEROP_OUT");
    fixture f;
    REQUIRE(t, fixture_open(t, &f));
    const size_t size = 3 * CHUNK + 12345;
    const zkl_bytes content = zkl_bytes_of(random_bytes(t, size), size);
    const char *const folder = out ? out : f.folder;
    snprintf(f.kek_path, sizeof f.kek_path, "%s/kek", folder);
    REQUIRE(t, fixture_open_kek(t, &f, true));
    fixture_write(t, &f, zkl_arena_format(&t->arena, "%s/c.env", folder),
                  (zkl_object_name){ "file", "files/c" }, content);
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_file_write(zkl_arena_format(&t->arena, "%s/content", folder), content, 0600, NULL));
    fixture_clear(&f);
}

/* And back: what Python made of it, content from end to beginning. */
static void test_envelope__from_others(zkl_test *t)
{
    const char *const folder = getenv("ZKL_INTEROP_OUT");
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    fixture f;
    zkl_error err = { 0 };
    if (!folder)
        return;
    REQUIRE(t, fixture_open(t, &f));
    snprintf(f.kek_path, sizeof f.kek_path, "%s/kek", folder);
    REQUIRE(t, fixture_open_kek(t, &f, false));
    REQUIRE_OK(
        t, &err,
        zkl_file_read(&content, zkl_arena_format(&t->arena, "%s/content", folder), 1 << 20, &err));
    REQUIRE_OK(t, &err,
               zkl_envelope_read_file(&out, &f.vault, (zkl_object_name){ "file", "files/python" },
                                      zkl_arena_format(&t->arena, "%s/python.env", folder), 1 << 20,
                                      &err));
    REQUIRE(t, out.size == content.size);
    for (size_t i = 0; i < out.size; i++)
        REQUIRE(t, out.data[i] == content.data[out.size - 1 - i]);
    fixture_clear(&f);
}

ZKL_TESTS(TEST(test_envelope__every_size_comes_back), TEST(test_envelope__any_part_is_read),
          TEST(test_envelope__nothing_repeats), TEST(test_envelope__no_byte_can_be_changed),
          TEST(test_envelope__none_can_be_cut_or_grown),
          TEST(test_envelope__nothing_can_be_swapped), TEST(test_envelope__of_another_key),
          TEST(test_envelope_read__wipes_what_it_refuses), TEST(test_envelope__vectors),
          TEST(test_envelope__for_others), TEST(test_envelope__from_others))
