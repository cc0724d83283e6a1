/* Claims on variances, covariances and their like: grammar and canonical texts, what they compile
 * to, results and comparisons against plain whole numbers over the values, sums that no data have,
 * agreement with a statement of several assertions. */
#include "claim/assertion.h"
#include "claim_testing.h"
#include "text/exact.h"

typedef __int128 i128;

enum { ID, AGE, TEMP, AMOUNT, BEDS, BIG, WIDE, SCORE, CITY, PAID };
static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"temp", 4 }, { .kind = ZKL_TYPE_INT16 }, false },
    { { (const uint8_t *)"amount", 6 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 },
      true },
    { { (const uint8_t *)"beds", 4 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"big", 3 }, { .kind = ZKL_TYPE_INT64 }, false },
    { { (const uint8_t *)"wide", 4 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 38, .scale = 1 },
      false },
    { { (const uint8_t *)"score", 5 }, { .kind = ZKL_TYPE_FLOAT64 }, false },
    { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, false },
    { { (const uint8_t *)"paid", 4 }, { .kind = ZKL_TYPE_BOOL }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_digest dataset_id = { { 7 } };

enum { ROWS_MAX = 8 };

/* Values in the last decimal of their type; of a null 0. */
typedef struct data {
    uint64_t rows;
    int64_t values[ZKL_COUNT(columns)][ROWS_MAX];
    bool nulls[ZKL_COUNT(columns)][ROWS_MAX];
} data;

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, uint64_t rows,
                          zkl_error *err)
{
    return compile_rows(t, out, text, &schema, rows, &dataset_id, err);
}

/* ---- What the data say, in codes */

/* The column of the schema that a number with flags counted stands for. */
static size_t column_of_number(uint32_t number)
{
    uint32_t at = 0;
    for (size_t i = 0; i < ZKL_COUNT(columns); i++) {
        if (at == number)
            return i;
        at += 1u + columns[i].nullable;
    }
    return ZKL_COUNT(columns);
}

static i128 offset_of(size_t column)
{
    static const int bits[] = { [TEMP] = 15, [AMOUNT] = 31, [BIG] = 63, [WIDE] = 127 };
    return column < ZKL_COUNT(bits) && bits[column] && column != WIDE ? (i128)1 << bits[column] : 0;
}

static i128 code_of(const data *d, size_t column, uint64_t row)
{
    return d->nulls[column][row] ? 0 : d->values[column][row] + offset_of(column);
}

static void put_scalar(zkl_scalar *out, i128 value)
{
    ZKL_ASSERT(value >= 0);
    *out = (zkl_scalar){ { 0 } };
    for (size_t i = 0; i < 16; i++)
        out->bytes[31 - i] = (uint8_t)(value >> 8 * i);
}

/* Squares of 64-bit codes need more than i128. */
static void add_product(zkl_exact *sum, i128 a, i128 b)
{
    const zkl_exact x = zkl_exact_of_u128((unsigned __int128)a),
                    y = zkl_exact_of_u128((unsigned __int128)b);
    zkl_exact product;
    ZKL_ASSERT(zkl_exact_mul(&product, &x, &y) && zkl_exact_add(sum, sum, &product));
}

/* The parameters of all assertions, as a prover measures them over the columns that they name. */
static zkl_scalar *measured(zkl_test *t, const zkl_compiled_claim *claim, const data *d)
{
    zkl_scalar *params = ZKL_ARENA_NEW(&t->arena, zkl_scalar, zkl_claim_param_count(claim)),
               *at = params;
    for (size_t i = 0; i < claim->assertion_count; i++) {
        const zkl_claim_assertion *a = &claim->assertions[i];
        memcpy(at, a->params, a->param_count * sizeof *at);
        const size_t x = column_of_number(a->sources[0].columns[0].index);
        zkl_exact sum = zkl_exact_of(0);
        i128 nulls = 0;
        if (a->kind == ZKL_ASSERTION_SUM) {
            for (uint64_t row = 0; row < d->rows; row++) {
                add_product(&sum, code_of(d, x, row), 1);
                nulls += d->nulls[x][row];
            }
            zkl_exact_to_bytes(at[0].bytes, &sum);
            put_scalar(&at[1], nulls);
        } else if (a->kind == ZKL_ASSERTION_PRODUCT) {
            const size_t y = column_of_number(a->sources[1].columns[0].index);
            for (uint64_t row = 0; row < d->rows; row++)
                add_product(&sum, code_of(d, x, row), code_of(d, y, row));
            zkl_exact_to_bytes(at[0].bytes, &sum);
        }
        at += a->param_count;
    }
    return params;
}

static zkl_status bind(zkl_test *t, zkl_compiled_claim *claim, const data *d, zkl_error *err)
{
    return zkl_claim_bind(claim, measured(t, claim, d), zkl_claim_param_count(claim), err);
}

/* ---- What the values say, plainly */

typedef struct plain {
    i128 n, x, y, xx, yy, xy;
} plain;

static plain plain_of(const data *d, size_t x, size_t y)
{
    plain out = { 0 };
    for (uint64_t row = 0; row < d->rows; row++) {
        if (d->nulls[x][row] || d->nulls[y][row])
            continue;
        const i128 a = d->values[x][row], b = d->values[y][row];
        out.n++;
        out.x += a;
        out.y += b;
        out.xx += a * a;
        out.yy += b * b;
        out.xy += a * b;
    }
    return out;
}

static bool same_nulls(const data *d, size_t x, size_t y)
{
    return memcmp(d->nulls[x], d->nulls[y], sizeof d->nulls[x]) == 0;
}

/* a 10^-scale. */
static const char *decimal(zkl_test *t, i128 a, unsigned scale)
{
    char digits[48], *out = zkl_arena_alloc(&t->arena, 64, 1);
    i128 rest = a < 0 ? -a : a;
    size_t count = 0, at = 0;
    while (rest || count <= scale) {
        digits[count++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (a < 0)
        out[at++] = '-';
    while (count) {
        if (count == scale)
            out[at++] = '.';
        out[at++] = digits[--count];
    }
    return out;
}

static data random_data(zkl_test *t)
{
    data out = { .rows = 1 + test_random_u64(t) % ROWS_MAX };
    const uint64_t spread = 1 + test_random_u64(t) % 20, kind = test_random_u64(t) % 4;
    for (uint64_t row = 0; row < out.rows; row++) {
        const bool null = kind < 2 && test_random_u64(t) % 4 == 0;
        out.values[ID][row] = (int64_t)(test_random_u64(t) % spread);
        out.values[TEMP][row] = (int64_t)(test_random_u64(t) % (2 * spread)) - (int64_t)spread;
        out.values[BIG][row] = (int64_t)(test_random_u64(t) % spread) - 3;
        for (size_t i = 0; i < ZKL_COUNT(columns); i++) {
            if (!columns[i].nullable)
                continue;
            out.nulls[i][row] = kind == 1 ? test_random_u64(t) % 5 == 0 : null;
            if (!out.nulls[i][row])
                out.values[i][row] = (int64_t)(test_random_u64(t) % spread) - (i == AMOUNT ? 9 : 0);
        }
    }
    return out;
}

static const char *const words[] = { "variance", "stddev",     "mean_square",
                                     "rmse",     "covariance", "correlation" };
enum { VARIANCE, STDDEV, MEAN_SQUARE, RMSE, COVARIANCE, CORRELATION, KINDS };

/* Asked for, each finds what whole numbers over the values say, and its text says it again. */
static void test_claim_moments__results(zkl_test *t)
{
    static const size_t numbers[] = { ID, AGE, TEMP, AMOUNT, BEDS, BIG };
    for (size_t round = 0; round < 3000; round++) {
        const data d = random_data(t);
        const size_t kind = round % KINDS, x = numbers[test_random_u64(t) % ZKL_COUNT(numbers)],
                     y = numbers[test_random_u64(t) % ZKL_COUNT(numbers)];
        const bool two = kind >= COVARIANCE;
        if (two && x == y)
            continue;
        const plain p = plain_of(&d, x, two ? y : x);
        const unsigned scale = columns[x].type.scale + (unsigned)columns[two ? y : x].type.scale;
        const i128 about = p.n * p.xy - p.x * p.y, of_x = p.n * p.xx - p.x * p.x,
                   of_y = p.n * p.yy - p.y * p.y;
        char names[40], asked[64];
        const bool about_zero = kind == MEAN_SQUARE || kind == RMSE;
        const char *value = decimal(t, about_zero ? p.xx : two ? about : of_x, scale);
        const i128 below = about_zero ? p.n : p.n * p.n;
        if (below != 1)
            value = zkl_arena_format(&t->arena, "%s/%llu", value, (unsigned long long)below);
        if (kind == STDDEV || kind == RMSE)
            value = zkl_arena_format(&t->arena, "sqrt(%s)", value);
        if (kind == CORRELATION)
            value = zkl_arena_format(&t->arena, "%s/sqrt(%s*%s)", decimal(t, about, 0),
                                     decimal(t, of_x, 0), decimal(t, of_y, 0));
        snprintf(names, sizeof names, "%s%s%s", (const char *)columns[x].name.data, two ? ", " : "",
                 two ? (const char *)columns[y].name.data : "");
        snprintf(asked, sizeof asked, "%s(%s)", words[kind], names);

        zkl_compiled_claim c, again;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, asked, d.rows, &err));
        CHECK(t, !c.is_bound && c.claim.is_open);
        const zkl_status status = bind(t, &c, &d, &err);
        const bool no_result = !p.n || (kind == CORRELATION && (!of_x || !of_y)),
                   other_rows = two && !same_nulls(&d, x, y);
        if (no_result || other_rows) {
            /* different rows of as many nulls: "linear" refuses it */
            CHECK(t, status == ZKL_REJECTED || other_rows);
            continue;
        }
        REQUIRE_OK(t, &err, status);
        const char *want = zkl_arena_format(&t->arena, "%s = %s", asked, value);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), want);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), asked);
        /* what is printed is a claim of the same words */
        REQUIRE_OK(t, &err, compile(t, &again, want, d.rows, &err));
        REQUIRE_OK(t, &err, bind(t, &again, &d, &err));
        CHECK_TEXT_EQ(t, text_of(t, &again, print_text), want);
        CHECK_TEXT_EQ(t, text_of(t, &again, zkl_claim_json), text_of(t, &c, zkl_claim_json));
        for (size_t i = 0; i < c.assertion_count; i++)
            CHECK_MEM_EQ(t, c.assertions[i].params, again.assertions[i].params,
                         c.assertions[i].param_count * sizeof(zkl_scalar));
    }
}

static int order_of(i128 a, i128 b)
{
    return (a > b) - (a < b);
}

/* p/q, in tenths when `tenths`, beside the result: multiplied out. */
static int plain_order(size_t kind, const plain *s, unsigned scale, i128 p, i128 q)
{
    i128 unit = 1;
    for (unsigned i = 0; i < scale; i++)
        unit *= 10;
    const i128 about = s->n * s->xy - s->x * s->y, of_x = s->n * s->xx - s->x * s->x,
               of_y = s->n * s->yy - s->y * s->y;
    switch (kind) {
    case VARIANCE:
        return order_of(of_x * q, p * s->n * s->n * unit);
    case STDDEV:
        return order_of(of_x * q * q, p * p * s->n * s->n * unit);
    case MEAN_SQUARE:
        return order_of(s->xx * q, p * s->n * unit);
    case RMSE:
        return order_of(s->xx * q * q, p * p * s->n * unit);
    case COVARIANCE:
        return order_of(about * q, p * s->n * s->n * unit);
    default:
        return order_of(about * (about < 0 ? -about : about) * q * q,
                        p * (p < 0 ? -p : p) * of_x * of_y);
    }
}

/* Bounds around the result, met and missed by the smallest step of their writing, are true exactly
 * when whole numbers say so. */
static void test_claim_moments__comparisons(zkl_test *t)
{
    static const char *const signs[] = { ">=", "=", "<=" };
    size_t compared[3] = { 0 };
    for (size_t round = 0; round < 20000; round++) {
        const data d = random_data(t);
        const size_t kind = round % KINDS, x = round / KINDS % 2 ? TEMP : AMOUNT,
                     y = round / KINDS % 3 ? ID : BIG;
        const bool two = kind >= COVARIANCE, tenths = test_random_u64(t) % 2;
        const plain p = plain_of(&d, x, two ? y : x);
        const unsigned scale = columns[x].type.scale + (unsigned)columns[two ? y : x].type.scale;
        if (!p.n || (two && !same_nulls(&d, x, y)) ||
            (kind == CORRELATION && (p.n * p.xx == p.x * p.x || p.n * p.yy == p.y * p.y)))
            continue;
        /* q p/q near the result, a step at random beside it */
        const int64_t q = (int64_t)(1 + test_random_u64(t) % 30);
        int64_t v = (int64_t)(test_random_u64(t) % 7) - 3;
        const int64_t step = kind == CORRELATION ? 1 : 64;
        const bool is_signed = two;
        for (int64_t by = step; by; by /= 2) { /* towards it */
            while (plain_order(kind, &p, scale, v + by, q * (tenths ? 10 : 1)) >= 0 && v < 5000)
                v += by;
            while (is_signed && plain_order(kind, &p, scale, v, q * (tenths ? 10 : 1)) < 0 &&
                   v > -5000)
                v -= by;
        }
        v += (int64_t)(test_random_u64(t) % 3) - 1;
        if (!is_signed && v < 0)
            v = 0;
        const unsigned mode = (unsigned)(test_random_u64(t) % 3);
        const int order = plain_order(kind, &p, scale, v, q * (tenths ? 10 : 1));
        char text[96];
        snprintf(text, sizeof text, "%s(%s%s%s) %s %s/%lld", words[kind],
                 (const char *)columns[x].name.data, two ? ", " : "",
                 two ? (const char *)columns[y].name.data : "", signs[mode], decimal(t, v, tenths),
                 (long long)q);
        zkl_compiled_claim c;
        zkl_error err;
        const zkl_status made = compile(t, &c, text, d.rows, &err);
        if (made != ZKL_OK) { /* what nothing or everything satisfies */
            CHECK(t, kind != COVARIANCE && (made == ZKL_USAGE || made == ZKL_REJECTED));
            const bool holds = mode == 0 ? order >= 0 : mode == 1 ? order == 0 : order <= 0;
            CHECK(t, holds == (made == ZKL_USAGE));
            continue;
        }
        const bool holds = mode == 0 ? order >= 0 : mode == 1 ? order == 0 : order <= 0;
        const zkl_status status = bind(t, &c, &d, &err);
        if (status != (holds ? ZKL_OK : ZKL_REJECTED))
            FAIL(t, "'%s': %s '%s', order %d", text, zkl_status_text(status), err.text, order);
        compared[order + 1]++;
    }
    CHECK(t, compared[0] > 1000 && compared[1] > 100 && compared[2] > 1000);
}

/* ---- Texts */

static const data some = { .rows = 5,
                           .values = { [ID] = { 1, 2, 3, 5, 8 },
                                       [AGE] = { 4, 0, 10, 0, 1 },
                                       [TEMP] = { -3, 4, -1, 9, -6 },
                                       [AMOUNT] = { 250, 0, 725, 0, -250 },
                                       [BEDS] = { 7, 0, 7, 0, 7 } },
                           .nulls = { [AGE] = { [1] = true, [3] = true },
                                      [AMOUNT] = { [1] = true, [3] = true },
                                      [BEDS] = { [1] = true, [3] = true } } };

static void test_claim_moments__words(zkl_test *t)
{
    static const struct {
        const char *text, *print, *bare, *sentence, *json;
    } cases[] = {
        { " variance ( id )", "variance(id) = 154/25", "variance(id)",
          "the variance of id over its 5 values (of a population: divided by their number) is "
          "exactly 154/25 (about 6.16); their sum and the sum of their squares are shown",
          "{\"column\":\"id\",\"comparison\":\"=\",\"denominator\":\"25\",\"kind\":\"variance\","
          "\"nulls\":0,\"numerator\":\"154\",\"sum\":\"19\",\"sum_of_squares\":\"103\",\"text\":"
          "\"variance(id) = 154/25\",\"value\":\"154/25\"}" },
        { "stddev(amount)<=4.50", "stddev(amount) <= 4.50", "stddev(amount) <= 4.50",
          "the standard deviation of amount over its 3 non-null values (of a population: divided "
          "by their number) is at most 4.50; their sum and the sum of their squares are shown",
          "{\"column\":\"amount\",\"comparison\":\"<=\",\"denominator\":\"9\",\"kind\":"
          "\"stddev\",\"nulls\":2,\"numerator\":\"142.6250\",\"sum\":\"7.25\",\"sum_of_squares\":"
          "\"65.0625\",\"text\":\"stddev(amount) <= 4.50\",\"value\":\"4.50\"}" },
        { "stddev(temp) >= sqrt( 27/1)", "stddev(temp) >= sqrt(27)", "stddev(temp) >= sqrt(27)",
          "the standard deviation of temp over its 5 values (of a population: divided by their "
          "number) is at least sqrt(27) (about 5.196152); their sum and the sum of their squares "
          "are shown",
          "{\"column\":\"temp\",\"comparison\":\">=\",\"denominator\":\"25\",\"kind\":\"stddev\","
          "\"nulls\":0,\"numerator\":\"706\",\"sum\":\"3\",\"sum_of_squares\":\"143\",\"text\":"
          "\"stddev(temp) >= sqrt(27)\",\"value\":\"sqrt(27)\"}" },
        { "mean_square(temp)", "mean_square(temp) = 143/5", "mean_square(temp)",
          "the mean of the squares of temp over its 5 values is exactly 143/5 (about 28.6); their "
          "sum and the "
          "sum of their squares are shown",
          "{\"column\":\"temp\",\"comparison\":\"=\",\"denominator\":\"5\",\"kind\":"
          "\"mean_square\",\"nulls\":0,\"numerator\":\"143\",\"sum\":\"3\",\"sum_of_squares\":"
          "\"143\",\"text\":\"mean_square(temp) = 143/5\",\"value\":\"143/5\"}" },
        { "rmse(temp) <= 5.35", "rmse(temp) <= 5.35", "rmse(temp) <= 5.35",
          "the root of the mean of the squares of temp over its 5 values is at most 5.35; their "
          "sum "
          "and the sum of their squares are shown",
          "{\"column\":\"temp\",\"comparison\":\"<=\",\"denominator\":\"5\",\"kind\":\"rmse\","
          "\"nulls\":0,\"numerator\":\"143\",\"sum\":\"3\",\"sum_of_squares\":\"143\",\"text\":"
          "\"rmse(temp) <= 5.35\",\"value\":\"5.35\"}" },
        { "covariance(amount,age)", "covariance(amount, age) = 131.25/9", "covariance(amount, age)",
          "the covariance of amount and age over the 3 rows where they are not null (of a "
          "population: divided by their number) is exactly 131.25/9 (about 14.583333); the sums of "
          "both and of "
          "their products are shown",
          "{\"columns\":[\"amount\",\"age\"],\"comparison\":\"=\",\"denominator\":\"9\",\"kind\":"
          "\"covariance\",\"nulls\":2,\"numerator\":\"131.25\",\"sum_of_products\":\"80.00\","
          "\"sums\":[\"7.25\",\"15\"],\"text\":\"covariance(amount, age) = 131.25/9\",\"value\":"
          "\"131.25/9\"}" },
        { "correlation(id, temp) <= 0.5", "correlation(id, temp) <= 0.5",
          "correlation(id, temp) <= 0.5",
          "the correlation of id and temp over the 5 rows is at most 0.5; the sums of both, of "
          "their squares and of their products are shown",
          "{\"columns\":[\"id\",\"temp\"],\"comparison\":\"<=\",\"kind\":\"correlation\",\"nulls\":"
          "0,\"numerator\":\"-62\",\"radicands\":[\"154\",\"706\"],\"sum_of_products\":\"-1\","
          "\"sums\":[\"19\",\"3\"],\"sums_of_squares\":[\"103\",\"143\"],\"text\":"
          "\"correlation(id, temp) <= 0.5\",\"value\":\"0.5\"}" },
        { "correlation(temp,id) in rows 0..4", "correlation(temp, id) = -62/sqrt(706*154)",
          "correlation(temp, id)",
          "the correlation of temp and id over the 5 rows is exactly -62/sqrt(706*154) (about "
          "-0.188031); the sums "
          "of both, of their squares and of their products are shown",
          "{\"columns\":[\"temp\",\"id\"],\"comparison\":\"=\",\"kind\":\"correlation\",\"nulls\":"
          "0,\"numerator\":\"-62\",\"radicands\":[\"706\",\"154\"],\"sum_of_products\":\"-1\","
          "\"sums\":[\"3\",\"19\"],\"sums_of_squares\":[\"143\",\"103\"],\"text\":"
          "\"correlation(temp, id) = -62/sqrt(706*154)\",\"value\":\"-62/sqrt(706*154)\"}" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, some.rows, &err));
        REQUIRE_OK(t, &err, bind(t, &c, &some, &err));
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), cases[i].print);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), cases[i].bare);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence), cases[i].sentence);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), cases[i].json);
        CHECK(t, zkl_claim_needs_values(&c) && !zkl_claim_is_by_row(&c.claim));
        CHECK(t, zkl_claim_false_words(&c) == NULL);
    }
    /* the number of nulls is said of every column that is named */
    zkl_compiled_claim both, range;
    zkl_error err;
    REQUIRE_OK(t, &err, compile(t, &both, "covariance(id, temp)", some.rows, &err));
    REQUIRE_OK(t, &err, compile(t, &range, "range(temp, 0, 9)", some.rows, &err));
    CHECK(t, zkl_claim_tells_values(&both, &range) && !both.is_bound);
}

static void test_claim_moments__refuses(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *why;
    } cases[] = {
        { "variance()", ZKL_USAGE, "character 10" },
        { "variance(id, temp)", ZKL_USAGE, "character 12" },
        { "covariance(id)", ZKL_USAGE, "character 14: ',' expected" },
        { "covariance(id, temp, age)", ZKL_USAGE, "character 20" },
        { "variance(id) >", ZKL_USAGE, "nothing more expected" },
        { "variance(id) >= -1", ZKL_USAGE, "a plain number expected" },
        { "variance(id) = 1/0", ZKL_USAGE, "the denominator is 0" },
        { "variance(id) = sqrt(2)", ZKL_USAGE, "a plain number expected" },
        { "stddev(id) = sqrt(2", ZKL_USAGE, "')' expected" },
        { "stddev(id) = sqrt(-2)", ZKL_USAGE, "a plain number expected" },
        { "stddev(id) = 1/sqrt(2*3)", ZKL_USAGE, "a whole number expected" },
        { "correlation(id, temp) = sqrt(2)", ZKL_USAGE, "a plain number expected" },
        { "correlation(id, temp) = 1/sqrt(2)", ZKL_USAGE, "'*' expected" },
        { "correlation(id, temp) = 1/sqrt(2*3", ZKL_USAGE, "')' expected" },
        { "correlation(id, temp) = 1/sqrt(0*3)", ZKL_USAGE, "none of the two 0" },
        { "correlation(id, temp) = 1/sqrt(3*0)", ZKL_USAGE, "none of the two 0" },
        { "correlation(id, temp) = 1.5/sqrt(3*2)", ZKL_USAGE, "whole numbers" },
        { "correlation(id, temp) = 1/sqrt(3.5*2)", ZKL_USAGE, "whole numbers" },
        { "variance(nobody)", ZKL_NOT_FOUND, "no column" },
        { "covariance(id, nobody)", ZKL_NOT_FOUND, "no column" },
        { "covariance(id, id)", ZKL_USAGE, "named twice" },
        { "variance(score)", ZKL_NOT_SUPPORTED, "floats are not exact" },
        { "covariance(id, score)", ZKL_NOT_SUPPORTED, "floats are not exact" },
        { "variance(city)", ZKL_USAGE, "only integers and decimals" },
        { "covariance(id, city)", ZKL_USAGE, "only integers and decimals" },
        { "variance(paid)", ZKL_USAGE, "only integers and decimals" },
        { "variance(wide)", ZKL_NOT_SUPPORTED, "at most 18 digits" },
        { "correlation(wide, id)", ZKL_NOT_SUPPORTED, "at most 18 digits" },
        { "variance(id) >= 0", ZKL_USAGE, "says nothing" },
        { "stddev(id) >= 0.00", ZKL_USAGE, "says nothing" },
        { "stddev(id) >= sqrt(0/3)", ZKL_USAGE, "says nothing" },
        { "mean_square(id) >= 0", ZKL_USAGE, "says nothing" },
        { "rmse(id) >= 0", ZKL_USAGE, "says nothing" },
        { "correlation(id, temp) >= -1", ZKL_USAGE, "says nothing" },
        { "correlation(id, temp) >= -1.5", ZKL_USAGE, "says nothing" },
        { "correlation(id, temp) <= 1", ZKL_USAGE, "says nothing" },
        { "correlation(id, temp) <= 4/3", ZKL_USAGE, "says nothing" },
        { "correlation(id, temp) <= 3/sqrt(2*4)", ZKL_USAGE, "says nothing" },
        { "correlation(id, temp) >= 1.01", ZKL_REJECTED, "between -1 and 1" },
        { "correlation(id, temp) <= -1.01", ZKL_REJECTED, "between -1 and 1" },
        { "correlation(id, temp) = 1.01", ZKL_REJECTED, "between -1 and 1" },
        { "correlation(id, temp) = -3/sqrt(2*4)", ZKL_REJECTED, "between -1 and 1" },
        { "variance(id) in rows 0..3", ZKL_USAGE, "no span" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        const zkl_status status = compile(t, &c, cases[i].text, some.rows, &err);
        if (status != cases[i].status || !strstr(err.text, cases[i].why))
            FAIL(t, "'%s': %s '%s', want '%s'", cases[i].text, zkl_status_text(status), err.text,
                 cases[i].why);
    }
    static const char *const fine[] = { "covariance(wide, big) >= -5",
                                        "covariance(id, temp) >= 0",
                                        "correlation(id, temp) >= 1",
                                        "correlation(id, temp) <= -1",
                                        "variance(id) <= 0",
                                        "stddev(id) = 0",
                                        "correlation(id, temp) >= 2/sqrt(2*4)" };
    for (size_t i = 0; i < ZKL_COUNT(fine); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, fine[i], some.rows, &err));
    }
}

/* ---- What it compiles to */

static void check_assertion(zkl_test *t, const zkl_claim_assertion *a, zkl_assertion_kind kind,
                            uint32_t x, uint32_t y)
{
    CHECK_UINT_EQ(t, a->kind, kind);
    REQUIRE(t, a->source_count == (kind == ZKL_ASSERTION_PRODUCT ? 2u : 1u));
    CHECK_UINT_EQ(t, a->sources[0].columns[0].index, x);
    if (kind == ZKL_ASSERTION_PRODUCT)
        CHECK_UINT_EQ(t, a->sources[1].columns[0].index, y);
}

/* Numbers with flags: id 0, age 1, temp 3, amount 4, beds 6, big 8. */
static void test_claim_moments__assertions(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err;
    REQUIRE_OK(t, &err, compile(t, &c, "variance(amount)", some.rows, &err));
    REQUIRE(t, c.assertion_count == 2 && zkl_claim_param_count(&c) == 4);
    check_assertion(t, &c.assertions[0], ZKL_ASSERTION_SUM, 4, 0);
    check_assertion(t, &c.assertions[1], ZKL_ASSERTION_PRODUCT, 4, 4);
    for (size_t source = 0; source < 2; source++) {
        const zkl_claim_source *s = &c.assertions[1].sources[source];
        REQUIRE(t, s->column_count == 2 && s->row_count == some.rows);
        CHECK(t, zkl_bytes_equal_text(s->columns[0].role, "x") &&
                     zkl_bytes_equal_text(s->columns[1].role, "x?") && s->columns[1].index == 5 &&
                     s->columns[0].limb_count == 2);
    }
    /* the narrower column is the second factor, whatever the order of the words */
    static const char *const turned[] = { "covariance(big, temp)", "covariance(temp, big)" };
    for (size_t i = 0; i < 2; i++) {
        REQUIRE_OK(t, &err, compile(t, &c, turned[i], some.rows, &err));
        REQUIRE(t, c.assertion_count == 3);
        check_assertion(t, &c.assertions[0], ZKL_ASSERTION_SUM, i ? 3 : 8, 0);
        check_assertion(t, &c.assertions[1], ZKL_ASSERTION_SUM, i ? 8 : 3, 0);
        check_assertion(t, &c.assertions[2], ZKL_ASSERTION_PRODUCT, 8, 3);
    }
    /* two nullable columns: their flags are equal; of one alone: it is 0 */
    REQUIRE_OK(t, &err, compile(t, &c, "correlation(age, amount)", some.rows, &err));
    REQUIRE(t, c.assertion_count == 6 && c.assertions[0].param_count == 3 &&
                   c.assertions[0].sources[0].column_count == 2);
    check_assertion(t, &c.assertions[0], ZKL_ASSERTION_LINEAR, 2, 0);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[1].index, 5);
    CHECK(t, zkl_bytes_equal_text(c.assertions[0].sources[0].columns[1].role, "4?"));
    static const zkl_scalar zero = { { 0 } }, one = { { [31] = 1 } };
    zkl_fr minus;
    zkl_scalar minus_one;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    zkl_fr_encode(minus_one.bytes, &minus);
    CHECK_MEM_EQ(t, &c.assertions[0].params[0], &zero, 32);
    CHECK_MEM_EQ(t, &c.assertions[0].params[1], &one, 32);
    CHECK_MEM_EQ(t, &c.assertions[0].params[2], &minus_one, 32);
    check_assertion(t, &c.assertions[1], ZKL_ASSERTION_SUM, 1, 0);
    check_assertion(t, &c.assertions[2], ZKL_ASSERTION_SUM, 4, 0);
    check_assertion(t, &c.assertions[3], ZKL_ASSERTION_PRODUCT, 4, 1);
    check_assertion(t, &c.assertions[4], ZKL_ASSERTION_PRODUCT, 1, 1);
    check_assertion(t, &c.assertions[5], ZKL_ASSERTION_PRODUCT, 4, 4);
    REQUIRE_OK(t, &err, compile(t, &c, "covariance(id, age)", some.rows, &err));
    REQUIRE(t, c.assertion_count == 4 && c.assertions[0].param_count == 2 &&
                   c.assertions[0].sources[0].column_count == 1);
    check_assertion(t, &c.assertions[0], ZKL_ASSERTION_LINEAR, 2, 0);
    CHECK_MEM_EQ(t, &c.assertions[0].params[0], &zero, 32);
    CHECK_MEM_EQ(t, &c.assertions[0].params[1], &one, 32);
}

/* ---- Sums that no data have: of a statement, so from outside */

static void test_claim_moments__sums_from_outside(zkl_test *t)
{
    /* of variance(age), 5 rows: sum, nulls, mode, sum of squares */
    static const struct {
        i128 sum, nulls, squares;
        const char *why;
    } cases[] = {
        { 15, 2, 117, NULL },
        { 15, 6, 117, "more nulls" },
        { 15, (i128)1 << 64, 117, "more nulls" },
        { 0, 5, 0, "no value" },
        { 3 * 65535, 2, (i128)3 * 65535 * 65535, NULL },
        { 3 * 65535 + 1, 2, (i128)3 * 65535 * 65535, "such sums" },
        { 3 * 65535, 2, (i128)3 * 65535 * 65535 + 1, "such sums" },
        { 15, 2, 75, NULL },
        { 15, 2, 74, "such sums" }, /* a variance below 0 */
        { 15, 2, ((i128)1 << 126), "such sums" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        zkl_scalar params[4] = { { { 0 } } };
        REQUIRE_OK(t, &err, compile(t, &c, "variance(age)", 5, &err));
        put_scalar(&params[0], cases[i].sum);
        put_scalar(&params[1], cases[i].nulls);
        put_scalar(&params[2], 1);
        put_scalar(&params[3], cases[i].squares);
        const zkl_status status = zkl_claim_bind(&c, params, 4, &err);
        if (cases[i].why ? status != ZKL_REJECTED || !strstr(err.text, cases[i].why)
                         : status != ZKL_OK)
            FAIL(t, "case %zu: %s '%s'", i, zkl_status_text(status), err.text);
        CHECK(t, c.is_bound == !cases[i].why && c.claim.is_open == !c.is_bound);
    }
    /* two columns whose nulls cannot be in the same rows */
    for (uint64_t nulls = 0; nulls < 4; nulls++) {
        zkl_compiled_claim c;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, "covariance(age, beds)", 5, &err));
        const uint64_t of[10] = { 0, 1, 0, 15, 2, 1, 21, nulls, 1, 105 };
        zkl_scalar params[10];
        REQUIRE(t, zkl_claim_param_count(&c) == 10);
        for (size_t i = 0; i < 10; i++)
            put_scalar(&params[i], of[i]);
        CHECK_STATUS(t, nulls == 2 ? ZKL_OK : ZKL_REJECTED, zkl_claim_bind(&c, params, 10, &err));
        CHECK(t, nulls == 2 || strstr(err.text, "in the same rows"));
    }
    /* parameters of all bits are refused, or a limit: none is trusted */
    static const char *const texts[] = { "variance(big)", "mean_square(big)",
                                         "covariance(wide, big)", "correlation(temp, big)",
                                         "stddev(temp) <= 3" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++)
        for (size_t round = 0; round < 300; round++) {
            zkl_compiled_claim c;
            zkl_error err;
            zkl_scalar params[9] = { { { 0 } } };
            REQUIRE_OK(t, &err, compile(t, &c, texts[i], (uint64_t)1 << 39, &err));
            const size_t count = zkl_claim_param_count(&c);
            REQUIRE(t, count <= ZKL_COUNT(params));
            for (size_t k = 0; k < count; k++) {
                const size_t size = test_random_u64(t) % 32;
                for (size_t b = 0; b < size; b++)
                    params[k].bytes[31 - b] = (uint8_t)test_random_u64(t);
                if (round % 3 == 0 && test_random_u64(t) % 2)
                    memset(params[k].bytes + 32 - size, 0xff, size);
            }
            const zkl_status status = zkl_claim_bind(&c, params, count, &err);
            CHECK(t, status == ZKL_OK || status == ZKL_REJECTED || status == ZKL_LIMIT);
            if (status == ZKL_OK) /* then it has words */
                CHECK(t, strlen(text_of(t, &c, zkl_claim_json)) > 0);
        }
    /* a correlation beyond 1, of sums that each could be */
    zkl_compiled_claim c;
    zkl_error err;
    const uint64_t of[9] = { 10, 0, 1, 10, 0, 1, 60, 30, 30 }; /* 2 60 - 100 > 0 >= 2 30 - 100 */
    zkl_scalar params[9];
    REQUIRE_OK(t, &err, compile(t, &c, "correlation(id, big)", 5, &err));
    for (size_t i = 0; i < 9; i++)
        put_scalar(&params[i], of[i]);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_bind(&c, params, 9, &err));
    /* 5 rows: 5 xx - 100 = 50 each, 5 xy - 100 = 50 and 55 */
    put_scalar(&params[6], 30);
    REQUIRE_OK(t, &err, zkl_claim_bind(&c, params, 9, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "correlation(id, big)", 5, &err));
    put_scalar(&params[6], 31);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_bind(&c, params, 9, &err));
}

/* ---- Against a statement */

enum { STATED_MAX = 8, STATED_TABLES = 4 };

/* The statement that a bound claim is proven by: each different source a table. */
typedef struct stated_claim {
    zkl_scalar params[STATED_MAX][4];
    uint32_t indexes[STATED_MAX][3];
    zkl_assertion assertions[STATED_MAX];
    zkl_statement_table tables[STATED_TABLES];
    zkl_statement s;
} stated_claim;

static uint32_t stated_table(stated_claim *out, const zkl_claim_source *source)
{
    for (uint32_t i = 0; i < out->s.table_count; i++)
        if (out->tables[i].column_count == source->column_count &&
            out->tables[i].columns[0].index == source->columns[0].index)
            return i;
    ZKL_ASSERT(out->s.table_count < STATED_TABLES);
    out->tables[out->s.table_count] = (zkl_statement_table){ .dataset = dataset_id,
                                                             .row_count = source->row_count,
                                                             .columns = source->columns,
                                                             .column_count = source->column_count };
    return (uint32_t)out->s.table_count++;
}

static void state_claim(stated_claim *out, const zkl_compiled_claim *claim)
{
    *out = (stated_claim){ 0 };
    for (size_t i = 0; i < claim->assertion_count; i++) {
        const zkl_claim_assertion *a = &claim->assertions[i];
        memcpy(out->params[i], a->params, a->param_count * sizeof *a->params);
        for (size_t k = 0; k < a->source_count; k++)
            out->indexes[i][k] = stated_table(out, &a->sources[k]);
        out->assertions[i] = (zkl_assertion){ a->kind, out->params[i], a->param_count,
                                              out->indexes[i], a->source_count };
    }
    out->s.assertions = out->assertions;
    out->s.assertion_count = claim->assertion_count;
    out->s.tables = out->tables;
}

/* Every parameter of every assertion is compared, those that the data decide too; so are kinds,
 * columns, and whether all of them are there. */
static void test_claim_moments__match(zkl_test *t)
{
    static const char *const texts[] = { "variance(age)", "correlation(age, amount)",
                                         "stddev(temp) <= 6", "covariance(id, temp) = -62/25" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim proven, c;
        zkl_error err;
        stated_claim stated, right;
        size_t at = 0;
        REQUIRE_OK(t, &err, compile(t, &proven, texts[i], some.rows, &err));
        REQUIRE_OK(t, &err, bind(t, &proven, &some, &err));
        const char *text = text_of(t, &proven, print_text);
        state_claim(&stated, &proven);
        state_claim(&right, &proven);
        REQUIRE_OK(t, &err, compile(t, &c, text, some.rows, &err));
        REQUIRE_OK(t, &err, zkl_claim_match(&c, &stated.s, &at, &err));
        CHECK_UINT_EQ(t, at, proven.assertion_count);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), text_of(t, &proven, zkl_claim_json));
#define DIFFERS(...)                                                                               \
    do {                                                                                           \
        state_claim(&stated, &proven);                                                             \
        __VA_ARGS__;                                                                               \
        at = 0;                                                                                    \
        REQUIRE_OK(t, &err, compile(t, &c, text, some.rows, &err));                                \
        const zkl_status differs = zkl_claim_match(&c, &stated.s, &at, &err);                      \
        /* a comparison may hold of other sums too: then its JSON says other numbers */            \
        CHECK(t, differs == ZKL_REJECTED ||                                                        \
                     (differs == ZKL_OK && strcmp(text_of(t, &c, zkl_claim_json),                  \
                                                  text_of(t, &proven, zkl_claim_json)) != 0));     \
    } while (0)
        for (size_t a = 0; a < proven.assertion_count; a++) {
            for (size_t p = 0; p < proven.assertions[a].param_count; p++) {
                DIFFERS(stated.params[a][p].bytes[31]++);
                DIFFERS(stated.params[a][p].bytes[31]--);
                DIFFERS(stated.params[a][p].bytes[0]++);
            }
            DIFFERS(stated.assertions[a].kind = ZKL_ASSERTION_RANGE);
            DIFFERS(stated.assertions[a].param_count--);
            DIFFERS(stated.assertions[a].table_count--);
            DIFFERS(stated.s.assertion_count = a);
            for (size_t k = 0; k < proven.assertions[a].source_count; k++)
                for (uint32_t table = 0; table < right.s.table_count; table++)
                    if (table != right.indexes[a][k])
                        DIFFERS(stated.indexes[a][k] = table);
        }
        if (proven.assertion_count > 2)
            DIFFERS(const zkl_assertion turned = stated.assertions[1];
                    stated.assertions[1] = stated.assertions[2]; stated.assertions[2] = turned);
#undef DIFFERS
    }
}

ZKL_TESTS(TEST(test_claim_moments__results), TEST(test_claim_moments__comparisons),
          TEST(test_claim_moments__words), TEST(test_claim_moments__refuses),
          TEST(test_claim_moments__assertions), TEST(test_claim_moments__sums_from_outside),
          TEST(test_claim_moments__match))
