/* Bounds of ranges: rounded inward, exactly, and printed as they were asked. Expected values are
 * found by trying every value of a small type, by integers of 128 bits, or by the neighbours that
 * the C library names. */
#include "claim/claim_bound.h"
#include "testing.h"

#include <math.h>
#include <stdio.h>

#include "types/value.h"

static const zkl_type float32 = { .kind = ZKL_TYPE_FLOAT32 };
static const zkl_type float64 = { .kind = ZKL_TYPE_FLOAT64 };
static const zkl_type uint16 = { .kind = ZKL_TYPE_UINT16 };

static zkl_bound bound_of(zkl_test *t, const zkl_type *type, const char *text)
{
    zkl_bound bound = { 0 };
    const char *reason = "";
    if (!zkl_bound_parse(&bound, type, zkl_bytes_of_text(text), &reason))
        FAIL(t, "'%s' is refused: %s", text, reason);
    return bound;
}

/* decimal(2,1) holds -9.9 to 9.9. Every bound of hundredths from -15 to 15 is compared with all 199
 * values. */
static void test_claim_bound__decimals_by_trying_all(zkl_test *t)
{
    const zkl_type type = { .kind = ZKL_TYPE_DECIMAL, .precision = 2, .scale = 1 };
    for (int asked = -1500; asked <= 1500; asked++) {
        char text[32];
        int least = 100, greatest = -100; /* in tenths; outside: there is none */
        snprintf(text, sizeof text, "%s%d.%02d", asked < 0 ? "-" : "", abs(asked) / 100,
                 abs(asked) % 100);
        for (int value = 99; value >= -99; value--)
            least = 10 * value >= asked ? value : least;
        for (int value = -99; value <= 99; value++)
            greatest = 10 * value <= asked ? value : greatest;
        const zkl_bound bound = bound_of(t, &type, text);
        CHECK_UINT_EQ(t, bound.has_least, least != 100);
        CHECK_UINT_EQ(t, bound.has_greatest, greatest != -100);
        if (bound.has_least)
            CHECK_UINT_EQ(t, (uint64_t)bound.least, (uint64_t)(32768 + least));
        if (bound.has_greatest)
            CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)(32768 + greatest));
    }
}

/* 2024-02-29 is day 19,782. */
static void test_claim_bound__a_date_is_where_its_day_begins(zkl_test *t)
{
    const zkl_type type = { .kind = ZKL_TYPE_TIMESTAMP };
    static const char *const bad[] = { "2023-02-29", "2024-02-2", "2024-02-29T", "2024-02-29Z",
                                       "" };
    const zkl_bound bound = bound_of(t, &type, "2024-02-29");
    CHECK_TEXT_EQ(t, bound.text, "2024-02-29T00:00:00Z");
    CHECK(t, bound.least == bound.greatest &&
                 bound.least == ((zkl_code)1 << 63) + 19782ull * 86400000000ull);
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        zkl_bound ignored;
        const char *reason;
        CHECK(t, !zkl_bound_parse(&ignored, &type, zkl_bytes_of_text(bad[i]), &reason));
    }
}

static void test_claim_bound__integers_at_their_ends(zkl_test *t)
{
    static const struct {
        const char *text;
        bool has_least, has_greatest;
        uint64_t least, greatest;
    } cases[] = {
        { "65535", true, true, 65535, 65535 },
        { "65535.5", false, true, 0, 65535 },
        { "65536", false, true, 0, 65535 },
        { "1e5", false, true, 0, 65535 },
        { "1e9999", false, true, 0, 65535 },
        { "0", true, true, 0, 0 },
        { "-0", true, true, 0, 0 },
        { "-0.5", true, false, 0, 0 },
        { "-1", true, false, 0, 0 },
        { "-1e9999", true, false, 0, 0 },
        { "1e-9999", true, true, 1, 0 },
        { "0.5", true, true, 1, 0 },
        { "12.0", true, true, 12, 12 },
        { "1.2e1", true, true, 12, 12 },
        { "00012", true, true, 12, 12 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_bound bound = bound_of(t, &uint16, cases[i].text);
        if (bound.has_least != cases[i].has_least || bound.has_greatest != cases[i].has_greatest)
            FAIL(t, "'%s': least %d, greatest %d", cases[i].text, bound.has_least,
                 bound.has_greatest);
        if (bound.has_least)
            CHECK_UINT_EQ(t, (uint64_t)bound.least, cases[i].least);
        if (bound.has_greatest)
            CHECK_UINT_EQ(t, (uint64_t)bound.greatest, cases[i].greatest);
    }
}

/* Between two neighbours of type float32 lies exactly their mean, which a double holds. */
static void test_claim_bound__floats_lie_between_their_neighbours(zkl_test *t)
{
    for (int i = 0; i < 200; i++) {
        const float below = (float)(1 + (double)test_random_below(t, 1 << 23) / (1 << 23)) *
                            (test_random_below(t, 2) ? 1 : -1);
        const float above = nextafterf(below, INFINITY);
        char text[64];
        snprintf(text, sizeof text, "%.40f", ((double)below + (double)above) / 2);
        zkl_bound bound = bound_of(t, &float32, text);
        CHECK_UINT_EQ(t, (uint64_t)bound.least, (uint64_t)zkl_code_of_float32(above));
        CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)zkl_code_of_float32(below));
        snprintf(text, sizeof text, "%.40f", (double)below);
        bound = bound_of(t, &float32, text);
        CHECK_UINT_EQ(t, (uint64_t)bound.least, (uint64_t)zkl_code_of_float32(below));
        CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)zkl_code_of_float32(below));
    }
}

/* float32 has one value in 2^33 integers there. The nearest one lies above what was asked. */
static void test_claim_bound__is_never_rounded_outward(zkl_test *t)
{
    const __int128 asked = 123456789012345678;
    const zkl_bound bound = bound_of(t, &float32, "123456789012345678");
    const float least = zkl_float32_of_code(bound.least),
                greatest = zkl_float32_of_code(bound.greatest);
    CHECK(t, (__int128)least > asked && (__int128)greatest < asked);
    CHECK(t, nextafterf(greatest, INFINITY) == least);
    CHECK_TEXT_EQ(t, bound.text, "123456789012345678");

    /* a decimal tenth lies below the nearest double, and above the nearest float32 ... which is
     * above it too */
    const zkl_bound tenth = bound_of(t, &float64, "0.1");
    CHECK(t, zkl_float64_of_code(tenth.least) == 0.1);
    CHECK(t, zkl_float64_of_code(tenth.greatest) == nextafter(0.1, 0));
}

static void test_claim_bound__ends_of_floats(zkl_test *t)
{
    const double largest = 0x1.fffffffffffffp1023, smallest = 0x1p-1074;
    static const char *const zeros[] = { "0", "-0", "0.000", "-0e12", "0e-9999" };
    zkl_bound bound = bound_of(t, &float64, "1e400"); /* inf is above every number */
    CHECK(t, zkl_float64_of_code(bound.greatest) == largest);
    CHECK(t, isinf(zkl_float64_of_code(bound.least)) && zkl_float64_of_code(bound.least) > 0);
    bound = bound_of(t, &float64, "-1e400");
    CHECK(t, zkl_float64_of_code(bound.least) == -largest);
    CHECK(t, isinf(zkl_float64_of_code(bound.greatest)));
    bound = bound_of(t, &float64, "1e-400");
    CHECK(t, zkl_float64_of_code(bound.least) == smallest);
    CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)zkl_code_of_float64(0.0));
    bound = bound_of(t, &float64, "-1e-400");
    CHECK_UINT_EQ(t, (uint64_t)bound.least, (uint64_t)zkl_code_of_float64(0.0));
    CHECK(t, zkl_float64_of_code(bound.greatest) == -smallest);
    bound = bound_of(t, &float64, "-inf");
    CHECK_UINT_EQ(t, (uint64_t)bound.least, (uint64_t)zkl_code_of_float64(-INFINITY));
    CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)bound.least);
    for (size_t i = 0; i < ZKL_COUNT(zeros); i++) {
        bound = bound_of(t, &float64, zeros[i]);
        CHECK_UINT_EQ(t, (uint64_t)bound.least, (uint64_t)zkl_code_of_float64(0.0));
        CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)zkl_code_of_float64(0.0));
        CHECK_TEXT_EQ(t, bound.text, "0");
        bound = bound_of(t, &float32, zeros[i]);
        CHECK_UINT_EQ(t, (uint64_t)bound.greatest, (uint64_t)zkl_code_of_float32(0.0f));
    }
}

/* The text is what was asked without needless zeros, and reads back as the same bound. */
static void test_claim_bound__text_is_a_fixed_point(zkl_test *t)
{
    static const char *const texts[][2] = {
        { "0.00", "0" },           { "007.50", "7.5" },
        { ".5", "0.5" },           { "-.50", "-0.5" },
        { "1e3", "1000" },         { "12e-1", "1.2" },
        { "0.00001", "0.00001" },  { "0.000001", "1e-6" },
        { "1.250e-9", "1.25e-9" }, { "1e40", "1e40" },
        { "1E+300", "1e300" },     { "-120", "-120" },
        { "100.10", "100.1" },     { "123456789012345678901234567890", NULL },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        const zkl_bound bound = bound_of(t, &float64, texts[i][0]);
        CHECK_TEXT_EQ(t, bound.text, texts[i][1] ? texts[i][1] : texts[i][0]);
        const zkl_bound again = bound_of(t, &float64, bound.text);
        CHECK_TEXT_EQ(t, again.text, bound.text);
        CHECK(t, again.least == bound.least && again.greatest == bound.greatest);
        CHECK(t, zkl_bound_compare(&float64, &bound, &again) == 0);
    }
    CHECK_TEXT_EQ(t, bound_of(t, &float64, "1e39").text,
                  "1000000000000000000000000000000000000000");
    const zkl_type date = { .kind = ZKL_TYPE_DATE };
    CHECK_TEXT_EQ(t, bound_of(t, &date, "2024-02-29").text, "2024-02-29");
}

static void test_claim_bound__refuses_what_is_no_bound(zkl_test *t)
{
    static const char *const texts[] = {
        "",         "x",
        "nan",      "NaN",
        "infinity", "+1",
        "1e",       "1e10000",
        "--1",      "1 2",
        "0x10",     "11111111111111111111111111111111111111111111111111111111111111111111111111111",
    };
    const zkl_type dictionary = { .kind = ZKL_TYPE_DICTIONARY };
    zkl_bound bound;
    const char *reason;
    for (size_t i = 0; i < ZKL_COUNT(texts); i++)
        if (zkl_bound_parse(&bound, &float64, zkl_bytes_of_text(texts[i]), &reason))
            FAIL(t, "'%s' is taken as %s", texts[i], bound.text);
    CHECK(t, !zkl_bound_parse(&bound, &uint16, zkl_bytes_of_text("inf"), &reason));
    CHECK(t, !zkl_bound_parse(&bound, &dictionary, zkl_bytes_of_text("a"), &reason));
}

ZKL_TESTS(TEST(test_claim_bound__a_date_is_where_its_day_begins),
          TEST(test_claim_bound__decimals_by_trying_all),
          TEST(test_claim_bound__integers_at_their_ends),
          TEST(test_claim_bound__floats_lie_between_their_neighbours),
          TEST(test_claim_bound__is_never_rounded_outward), TEST(test_claim_bound__ends_of_floats),
          TEST(test_claim_bound__text_is_a_fixed_point),
          TEST(test_claim_bound__refuses_what_is_no_bound))
