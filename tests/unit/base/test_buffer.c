#include "base/buffer.h"

#include "testing.h"

static void test_buffer__bytes_are_big_endian(zkl_test *t)
{
    static const uint8_t want[] = { 0xab, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 1, 2,
                                    3,    4,    5,    6,    7,    8,    0,    0, 0,
                                    2,    'h',  'i',  'o',  'k',  '4',  '2' };
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_buffer_put_u8(&b, 0xab);
    zkl_buffer_put_u16(&b, 0x1234);
    zkl_buffer_put_u32(&b, 0xdeadbeef);
    zkl_buffer_put_u64(&b, 0x0102030405060708);
    zkl_buffer_put_field(&b, "hi", 2);
    zkl_buffer_put_text(&b, "ok");
    zkl_buffer_format(&b, "%d", 42);
    zkl_buffer_put(&b, NULL, 0);
    CHECK_STATUS(t, ZKL_OK, zkl_buffer_status(&b, NULL));
    CHECK_UINT_EQ(t, b.size, sizeof want);
    CHECK_MEM_EQ(t, b.data, want, sizeof want);
    CHECK(t, zkl_buffer_bytes(&b).data == b.data && zkl_buffer_bytes(&b).size == b.size);
}

/* Grown byte by byte and in lumps, over several reallocations. */
static void test_buffer__grows(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    uint8_t lump[1000];
    for (size_t i = 0; i < 3000; i++)
        zkl_buffer_put_u8(&b, (uint8_t)(i * 7));
    memset(lump, 0x5a, sizeof lump);
    zkl_buffer_put(&b, lump, sizeof lump);
    REQUIRE(t, zkl_buffer_status(&b, NULL) == ZKL_OK && b.size == 4000);
    for (size_t i = 0; i < 4000; i++)
        CHECK(t, b.data[i] == (i < 3000 ? (uint8_t)(i * 7) : 0x5a));
}

static void write_all_kinds(zkl_buffer *b)
{
    zkl_buffer_put_u8(b, 1);
    zkl_buffer_put_field(b, "abc", 3);
    for (int i = 0; i < 100; i++)
        zkl_buffer_put_u64(b, (uint64_t)i);
    zkl_buffer_format(b, "%02000d", 5);
    zkl_buffer_put_text(b, "end");
}

/* Whichever allocation fails: the buffer remembers, takes nothing more, and says so at the end. */
static void test_buffer__without_memory(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
    write_all_kinds(&whole);
    uint64_t nth = 1;
    for (bool passed = false; !passed; nth++) {
        zkl_buffer b = { 0 };
        zkl_error err = { 0 };
        zkl_malloc_fail_after(nth);
        write_all_kinds(&b);
        zkl_malloc_fail_after(0);
        passed = zkl_buffer_status(&b, &err) == ZKL_OK;
        if (!passed) {
            const size_t size = b.size;
            CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_buffer_status(&b, &err));
            CHECK(t, strncmp(err.text, "no memory", 9) == 0);
            zkl_buffer_put_u8(&b, 1); /* memory is back, but the gap cannot be filled */
            CHECK(t, b.failed && b.size == size);
        } else {
            CHECK_UINT_EQ(t, b.size, whole.size);
        }
        zkl_buffer_clear(&b);
        zkl_buffer_clear(&b);
        CHECK(t, !b.data && !b.size && !b.failed);
    }
    CHECK(t, nth > 3);
}

static void test_buffer__impossible_size(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_buffer_put_u8(&b, 1);
    zkl_buffer_put(&b, "x", SIZE_MAX); /* the sum wraps */
    CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_buffer_status(&b, NULL));
    CHECK_UINT_EQ(t, b.size, 1);
}

static void test_reader__reads_what_was_written(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_error err = { 0 };
    zkl_buffer_put_u8(&b, 0xff);
    zkl_buffer_put_u16(&b, 0xfffe);
    zkl_buffer_put_u32(&b, 0xfffffffd);
    zkl_buffer_put_u64(&b, 0xfffffffffffffffc);
    zkl_buffer_put_field(&b, "field", 5);
    zkl_buffer_put_field(&b, NULL, 0);
    zkl_buffer_put_u32(&b, 2);
    zkl_buffer_put(&b, "aabb", 4);
    zkl_reader r = zkl_reader_of(zkl_buffer_bytes(&b));
    CHECK_UINT_EQ(t, zkl_reader_u8(&r, "a"), 0xff);
    CHECK_UINT_EQ(t, zkl_reader_u16(&r, "b"), 0xfffe);
    CHECK_UINT_EQ(t, zkl_reader_u32(&r, "c"), 0xfffffffd);
    CHECK_UINT_EQ(t, zkl_reader_u64(&r, "d"), 0xfffffffffffffffc);
    zkl_bytes field = zkl_reader_field(&r, 5, "e");
    CHECK(t, field.size == 5 && memcmp(field.data, "field", 5) == 0);
    CHECK(t, field.data > b.data && field.data < b.data + b.size); /* borrowed */
    CHECK_UINT_EQ(t, zkl_reader_field(&r, 0, "f").size, 0);
    CHECK_UINT_EQ(t, zkl_reader_count(&r, 2, 2, "g"), 2);
    CHECK_UINT_EQ(t, zkl_reader_take(&r, 4, "h").size, 4);
    CHECK_STATUS(t, ZKL_OK, zkl_reader_finish(&r, "object", &err));
}

static uint64_t read_all_kinds(zkl_reader *r)
{
    uint64_t sum = zkl_reader_u8(r, "u8") + zkl_reader_u16(r, "u16");
    sum += zkl_reader_u32(r, "u32") + zkl_reader_u64(r, "u64");
    sum += zkl_reader_field(r, 10, "field").size;
    sum += zkl_reader_count(r, 10, 1, "count");
    return sum + zkl_reader_take(r, 3, "rest").size;
}

/* Cut at every byte: the item that misses is named, nothing is read past the end, zeros come after
 * it. */
static void test_reader__cut_at_every_byte(zkl_test *t)
{
    static const char *const items[] = { "u8", "u16", "u32", "u64", "field", "count", "rest" };
    static const size_t ends[] = { 1, 3, 7, 15, 21, 25, 28 };
    uint8_t bytes[28] = { 0 };
    bytes[18] = 2; /* field of two bytes */
    bytes[24] = 3; /* three items */
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint8_t *cut = zkl_arena_copy(&t->arena, bytes, size);
        zkl_reader r = zkl_reader_of(zkl_bytes_of(cut, size));
        zkl_error err = { 0 };
        (void)read_all_kinds(&r); /* values are zeros after a fault */
        size_t item = 0;
        while (item < ZKL_COUNT(ends) && ends[item] <= size)
            item++;
        if (item == 6 && size < 28)
            item = 5; /* a count that the rest cannot hold is the fault, not the rest */
        if (size == sizeof bytes) {
            CHECK_STATUS(t, ZKL_OK, zkl_reader_finish(&r, "x", &err));
            continue;
        }
        REQUIRE(t, r.fault != NULL);
        CHECK_TEXT_EQ(t, r.fault, items[item]);
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reader_finish(&r, "x", &err));
        CHECK(t, r.at <= size);
        CHECK_UINT_EQ(t, zkl_reader_u64(&r, "later"), 0);
        CHECK(t, zkl_reader_take(&r, 0, "later").data == NULL);
        CHECK_TEXT_EQ(t, r.fault, items[item]); /* the first is remembered */
    }
}

static void test_reader__limits_and_lies(zkl_test *t)
{
    static const uint8_t field[] = { 0, 0, 0, 3, 'a', 'b', 'c' };
    static const uint8_t huge[] = { 0xff, 0xff, 0xff, 0xff, 1 };
    zkl_reader r = zkl_reader_of(zkl_bytes_of(field, sizeof field));
    CHECK_UINT_EQ(t, zkl_reader_field(&r, 2, "field").size, 0); /* over its limit */
    CHECK(t, r.fault != NULL);
    r = zkl_reader_of(zkl_bytes_of(huge, sizeof huge));
    CHECK_UINT_EQ(t, zkl_reader_field(&r, SIZE_MAX, "field").size, 0);
    CHECK(t, r.fault != NULL);

    r = zkl_reader_of(zkl_bytes_of(field, sizeof field));
    CHECK_UINT_EQ(t, zkl_reader_count(&r, 2, 1, "count"), 0); /* over count_max */
    CHECK(t, r.fault != NULL);
    r = zkl_reader_of(zkl_bytes_of(field, sizeof field));
    CHECK_UINT_EQ(t, zkl_reader_count(&r, 3, 1, "count"), 3);
    r = zkl_reader_of(zkl_bytes_of(field, sizeof field));
    CHECK_UINT_EQ(t, zkl_reader_count(&r, 3, 2, "count"), 0); /* three of two bytes do not fit */
    CHECK(t, r.fault != NULL);
    r = zkl_reader_of(zkl_bytes_of(huge, sizeof huge));
    CHECK_UINT_EQ(t, zkl_reader_count(&r, UINT32_MAX, SIZE_MAX, "count"),
                  0); /* the product wraps */
    CHECK(t, r.fault != NULL);
    r = zkl_reader_of(zkl_bytes_of(NULL, 0));
    CHECK_UINT_EQ(t, zkl_reader_take(&r, SIZE_MAX, "all").size, 0);
    CHECK(t, r.fault != NULL);
}

/* Trailing bytes are an error, and a fault says what and where. */
static void test_reader__finish(zkl_test *t)
{
    static const uint8_t bytes[3] = { 1, 2, 3 };
    zkl_error err = { 0 };
    zkl_reader r = zkl_reader_of(zkl_bytes_of(bytes, 3));
    (void)zkl_reader_u8(&r, "first"); /* only the place matters */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reader_finish(&r, "manifest", &err));
    CHECK_TEXT_EQ(t, err.text, "manifest: 2 bytes after its end");
    zkl_reader_fault(&r, "row count");
    zkl_reader_fault(&r, "another");
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reader_finish(&r, "manifest", &err));
    CHECK_TEXT_EQ(t, err.text, "manifest: bad row count at byte 1");
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reader_finish(&r, "manifest", NULL));
}

static void test_hex__there_and_back(zkl_test *t)
{
    uint8_t bytes[256], back[256];
    char text[513];
    for (size_t i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    zkl_hex_encode(text, bytes, 256);
    CHECK(t, strncmp(text, "000102030405060708090a0b0c0d0e0f10", 34) == 0);
    CHECK(t, strcmp(text + 508, "feff") == 0);
    CHECK(t, zkl_hex_decode(back, 256, text, 512));
    CHECK_MEM_EQ(t, back, bytes, 256);
    zkl_hex_encode(text, NULL, 0);
    CHECK_TEXT_EQ(t, text, "");
    CHECK(t, zkl_hex_decode(back, 0, "", 0));
}

/* Every character in either place: 16 digits, lower case only; the length must be exact. */
static void test_hex__refused(zkl_test *t)
{
    uint8_t out[2];
    for (int c = 0; c < 256; c++) {
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        const char high[2] = { (char)c, '0' }, low[2] = { '0', (char)c };
        CHECK(t, zkl_hex_decode(out, 1, high, 2) == digit);
        CHECK(t, zkl_hex_decode(out, 1, low, 2) == digit);
    }
    CHECK(t, !zkl_hex_decode(out, 1, "0", 1));
    CHECK(t, !zkl_hex_decode(out, 1, "000", 3));
    CHECK(t, !zkl_hex_decode(out, 2, "00", 2));
    CHECK(t, !zkl_hex_decode(out, 0, "0", 1));
}

/* Whole or not at all: what a cut input leaves is what was there before. */
static void test_reader_copy__copies_all_or_nothing(zkl_test *t)
{
    static const uint8_t input[] = { 1, 2, 3, 4, 5 };
    zkl_error err = { 0 };
    uint8_t out[3] = { 7, 7, 7 };
    zkl_reader r = zkl_reader_of(zkl_bytes_of(input, sizeof input));
    zkl_reader_copy(&r, out, 3, "first");
    CHECK_MEM_EQ(t, out, input, 3);
    zkl_reader_copy(&r, out, 0, "nothing");
    CHECK(t, !r.fault);
    zkl_reader_copy(&r, out, 3, "second");
    CHECK_MEM_EQ(t, out, input, 3);
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_reader_finish(&r, "object", &err));
    CHECK(t, strstr(err.text, "second") != NULL);
}

ZKL_TESTS(TEST(test_buffer__bytes_are_big_endian), TEST(test_buffer__grows),
          TEST(test_buffer__without_memory), TEST(test_buffer__impossible_size),
          TEST(test_reader__reads_what_was_written), TEST(test_reader__cut_at_every_byte),
          TEST(test_reader__limits_and_lies), TEST(test_reader__finish),
          TEST(test_hex__there_and_back), TEST(test_hex__refused),
          TEST(test_reader_copy__copies_all_or_nothing))
