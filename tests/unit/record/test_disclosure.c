/* Disclosures as bytes: one encoding, limits before allocations; and the rows that a challenge
 * draws, as a program in another language draws them. */
#include "record/disclosure.h"

#include <string.h>

#include "hash/hash.h"
#include "testing.h"

/* Computed with Python's hashlib: int(SHA3-512("zkl/v1/sample" 0x00 seed j)) mod r mod N. */
static void test_disclosure_draw__is_the_rule(zkl_test *t)
{
    static const uint64_t five[] = { 291, 354, 430, 438, 613 }, six[] = { 0, 4, 7, 8, 9, 11 },
                          three[] = { 51755470581, 294752083149, 916000755040 };
    uint8_t rising[32], ones[64];
    uint64_t rows[6];
    zkl_error err;
    for (size_t i = 0; i < sizeof rising; i++)
        rising[i] = (uint8_t)i;
    memset(ones, 0xff, sizeof ones);
    REQUIRE_OK(t, &err, zkl_disclosure_draw(rows, 5, 1000, zkl_bytes_of(rising, 16), &err));
    CHECK_MEM_EQ(t, rows, five, sizeof five);
    REQUIRE_OK(t, &err, zkl_disclosure_draw(rows, 6, 12, zkl_bytes_of(ones, 64), &err));
    CHECK_MEM_EQ(t, rows, six, sizeof six);
    REQUIRE_OK(
        t, &err,
        zkl_disclosure_draw(rows, 3, ((uint64_t)1 << 40) - 1, zkl_bytes_of(rising, 32), &err));
    CHECK_MEM_EQ(t, rows, three, sizeof three);
    REQUIRE_OK(t, &err, zkl_disclosure_draw(rows, 1, 1, zkl_bytes_of(ones, 16), &err));
    CHECK_UINT_EQ(t, rows[0], 0);
}

static void test_disclosure_draw__refuses(zkl_test *t)
{
    static const struct {
        size_t count, challenge;
        uint64_t total;
    } cases[] = { { 0, 16, 100 }, { 51, 16, 100 }, { 2, 16, 3 }, { 1025, 16, 1 << 20 },
                  { 5, 15, 100 }, { 5, 65, 100 },  { 5, 0, 100 } };
    static const uint8_t challenge[65];
    static uint64_t rows[ZKL_DISCLOSURE_ROWS_MAX];
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_disclosure_draw(rows, cases[i].count, cases[i].total,
                                         zkl_bytes_of(challenge, cases[i].challenge), NULL));
}

/* Two rows of three columns: a value, a null, an entry. */
static void make_body(zkl_buffer *out)
{
    static const uint32_t columns[] = { 0, 4, 5 };
    static const uint64_t rows[] = { 3, 65536 };
    static const uint8_t salt[32] = { 7 }, challenge[16] = { 9 };
    static const zkl_digest path[2] = { { { 1 } }, { { 2 } } };
    static const zkl_shown_opening openings[2] = { { .mask = { 0xc0 } }, { .proof = { 0xa1 } } };
    const zkl_shown_cell value = { .kind = ZKL_SHOWN_VALUE, .value = zkl_bytes_of_text("ab") },
                         null = { .kind = ZKL_SHOWN_NULL },
                         entry = { .kind = ZKL_SHOWN_ENTRY,
                                   .value = zkl_bytes_of_text("Bern"),
                                   .code = 2,
                                   .entry_count = 3,
                                   .salt = salt,
                                   .path = path,
                                   .path_count = 2 },
                         cells[6] = { value, null, entry, null, value, entry };
    const zkl_disclosure d = { .challenge = zkl_bytes_of(challenge, sizeof challenge),
                               .columns = columns,
                               .column_count = 3,
                               .rows = rows,
                               .row_count = 2,
                               .cells = cells,
                               .openings = openings };
    zkl_error err;
    ZKL_ASSERT(zkl_disclosure_encode(out, &d, &err) == ZKL_OK);
}

static void test_disclosure__round_trip(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_disclosure d;
    zkl_error err;
    make_body(&body);
    REQUIRE_OK(t, &err, zkl_disclosure_parse(&d, &t->arena, zkl_buffer_bytes(&body), &err));
    CHECK(t, d.row_count == 2 && d.column_count == 3 && d.rows[1] == 65536 && d.columns[1] == 4);
    CHECK(t, d.cells[1].kind == ZKL_SHOWN_NULL && d.cells[5].kind == ZKL_SHOWN_ENTRY);
    CHECK(t, zkl_bytes_equal_text(d.cells[5].value, "Bern") && d.cells[5].path[1].bytes[0] == 2);
    CHECK(t, d.openings[0].mask[0] == 0xc0 && d.openings[1].proof[0] == 0xa1);
    REQUIRE_OK(t, &err, zkl_disclosure_encode(&again, &d, &err));
    CHECK_UINT_EQ(t, again.size, body.size);
    CHECK_MEM_EQ(t, again.data, body.data, body.size);
}

/* Cut anywhere, longer by a byte; and what still parses with a byte changed is what was written. */
static void test_disclosure_parse__takes_one_encoding(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    zkl_disclosure d;
    make_body(&body);
    for (size_t size = 0; size < body.size; size++)
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_disclosure_parse(&d, &t->arena, zkl_bytes_of(body.data, size), NULL));
    for (size_t i = 0; i < body.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
            body.data[i] ^= (uint8_t)(1u << bit);
            if (zkl_disclosure_parse(&d, &t->arena, zkl_buffer_bytes(&body), NULL) == ZKL_OK) {
                CHECK_STATUS(t, ZKL_OK, zkl_disclosure_encode(&again, &d, NULL));
                CHECK(t, again.size == body.size && memcmp(again.data, body.data, body.size) == 0);
            }
            body.data[i] ^= (uint8_t)(1u << bit);
        }
    zkl_buffer_put_u8(&body, 0);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_disclosure_parse(&d, &t->arena, zkl_buffer_bytes(&body), NULL));
}

/* Offsets of make_body's members: label field 4 + 16, challenge field 4 + 16, then the lists. */
static void test_disclosure_parse__refuses_lists_that_lie(zkl_test *t)
{
    enum { COLUMN_COUNT = 40, FIRST_COLUMN = 44, ROW_COUNT = 56, FIRST_ROW = 60, CELLS = 76 };
    static const struct {
        size_t at;
        uint8_t value;
    } changes[] = {
        { 23, 15 },              /* a challenge of 15 bytes */
        { COLUMN_COUNT + 3, 0 }, /* no column */
        { COLUMN_COUNT, 1 },     /* more columns than there may be */
        { FIRST_COLUMN + 3, 4 }, /* columns that do not rise */
        { ROW_COUNT + 3, 0 },    /* no row */
        { ROW_COUNT + 2, 5 },    /* more rows than there may be */
        { FIRST_ROW, 0xff },     /* rows that do not rise */
        { CELLS, 3 },            /* no kind of cell */
        { CELLS + 1, 0x7f },     /* a value longer than all that is left */
    };
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
        zkl_disclosure d;
        make_body(&body);
        body.data[changes[i].at] = changes[i].value;
        const zkl_status status =
            zkl_disclosure_parse(&d, &t->arena, zkl_buffer_bytes(&body), NULL);
        if (status != ZKL_BAD_INPUT && status != ZKL_LIMIT)
            FAIL(t, "change %zu: %s", i, zkl_status_text(status));
    }
}

static void test_disclosure_encode__refuses_too_much(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_disclosure d = { .row_count = ZKL_DISCLOSURE_ROWS_MAX + 1, .column_count = 1 };
    CHECK_STATUS(t, ZKL_LIMIT, zkl_disclosure_encode(&out, &d, NULL));
    d = (zkl_disclosure){ .row_count = 1, .column_count = ZKL_DISCLOSURE_COLUMNS_MAX + 1 };
    CHECK_STATUS(t, ZKL_LIMIT, zkl_disclosure_encode(&out, &d, NULL));
    d = (zkl_disclosure){ .row_count = 1024, .column_count = 257 };
    CHECK_STATUS(t, ZKL_LIMIT, zkl_disclosure_encode(&out, &d, NULL));
    CHECK_UINT_EQ(t, out.size, 0);
}

static void test_disclosure_file__is_both_parts(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    const zkl_bytes body = zkl_bytes_of_text("body"), receipt = zkl_bytes_of_text("receipt");
    zkl_bytes one, two;
    zkl_error err;
    REQUIRE_OK(t, &err, zkl_disclosure_file_encode(&file, body, receipt, &err));
    CHECK(t, zkl_disclosure_file_has_magic(zkl_buffer_bytes(&file)));
    REQUIRE_OK(t, &err, zkl_disclosure_file_parse(&one, &two, zkl_buffer_bytes(&file), &err));
    CHECK(t, zkl_bytes_equal(one, body) && zkl_bytes_equal(two, receipt));
    for (size_t i = 0; i < file.size; i++) {
        CHECK(t, zkl_disclosure_file_parse(&one, &two, zkl_bytes_of(file.data, i), NULL) != ZKL_OK);
        file.data[i] ^= 1;
        CHECK(t, zkl_disclosure_file_parse(&one, &two, zkl_buffer_bytes(&file), NULL) != ZKL_OK);
        file.data[i] ^= 1;
    }
}

/* Else it would be verified as the receipt alone, whatever entry that is of. */
static void test_disclosure_file__has_a_body(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_bytes one = { 0 }, two = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_disclosure_file_encode(&file, one, zkl_bytes_of_text("receipt"), &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_disclosure_file_parse(&one, &two, zkl_buffer_bytes(&file), &err));
    CHECK(t, strstr(err.text, "body") != NULL && !one.size && !two.size);
}

ZKL_TESTS(TEST(test_disclosure_draw__is_the_rule), TEST(test_disclosure_draw__refuses),
          TEST(test_disclosure__round_trip), TEST(test_disclosure_parse__takes_one_encoding),
          TEST(test_disclosure_parse__refuses_lists_that_lie),
          TEST(test_disclosure_encode__refuses_too_much), TEST(test_disclosure_file__is_both_parts),
          TEST(test_disclosure_file__has_a_body))
