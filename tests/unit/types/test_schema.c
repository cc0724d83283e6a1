/* Types, cells, dictionaries, schema bytes and row bytes against the reference model's vectors
 * (tests/vectors/proof_model.json, group "encoding"), and what must be refused. */
#include "types/schema.h"

#include "keys/owner_secret.h"
#include "types/dictionary.h"
#include "text/utf8.h"
#include "types/value.h"
#include "testing.h"

static const json_t *encoding(zkl_test *t)
{
    return json_object_get(test_vectors(t, "proof_model.json"), "encoding");
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static zkl_type type_of(zkl_test *t, const char *text)
{
    zkl_type type = { 0 };
    if (!zkl_type_parse(&type, zkl_bytes_of_text(text)))
        FAIL(t, "type '%s' was refused", text);
    return type;
}

static bool is_float(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64;
}

/* The vectors write values as integers (days, microseconds, unscaled, codes), floats as text,
 * strings as hex. */
static bool code_of_vector(zkl_code *out, const zkl_type *type, const char *value)
{
    zkl_number_text n;
    if (is_float(type)) {
        const char *reason;
        return zkl_value_parse(out, type, zkl_bytes_of_text(value), &reason);
    }
    if (!zkl_number_scan(&n, (const uint8_t *)value, strlen(value)) || n.has_point ||
        n.has_exponent || n.digits > 38)
        return false;
    return zkl_code_of_integer(out, type,
                               n.negative ? -(__int128)n.unscaled : (__int128)n.unscaled);
}

static void limbs_of_vector(zkl_test *t, uint16_t *limbs, const zkl_type *type, const char *value)
{
    const uint32_t count = zkl_type_limbs(type);
    if (zkl_type_is_hashed(type)) {
        const zkl_bytes bytes = test_hex(t, value);
        zkl_sha3 hash;
        zkl_digest digest;
        zkl_sha3_256_init(&hash);
        zkl_sha3_update(&hash, bytes.data, bytes.size);
        zkl_sha3_256_final(&hash, &digest);
        zkl_limbs_of_digest(limbs, &digest, count);
        return;
    }
    zkl_code code = 0;
    if (!code_of_vector(&code, type, value))
        FAIL(t, "value '%s' was refused", value);
    for (uint32_t i = 0; i < count; i++)
        limbs[i] = (uint16_t)(code >> 16 * i);
}

static void test_cells__match_the_model(zkl_test *t)
{
    const json_t *cells = json_object_get(encoding(t), "cells");
    size_t index;
    json_t *row;
    REQUIRE(t, json_array_size(cells) > 50);
    json_array_foreach(cells, index, row)
    {
        const zkl_type type = type_of(t, text_of(row, "type"));
        const bool nullable = json_is_true(json_object_get(row, "nullable"));
        const json_t *want = json_object_get(row, nullable ? "limbs_and_flag" : "limbs");
        uint16_t limbs[17] = { 0 };
        REQUIRE(t, zkl_type_limbs(&type) + nullable == json_array_size(want));
        if (text_of(row, "value"))
            limbs_of_vector(t, limbs, &type, text_of(row, "value"));
        else
            limbs[zkl_type_limbs(&type)] =
                1; /* a null: no value, the flag; zkl_table_chunk does the same */
        for (size_t i = 0; i < json_array_size(want); i++)
            if (limbs[i] != json_integer_value(json_array_get(want, i)))
                FAIL(t, "%s of '%s': limb %zu is %u", text_of(row, "type"), text_of(row, "value"),
                     i, limbs[i]);
    }
}

static void test_cells__refuse_what_the_model_refuses(zkl_test *t)
{
    const json_t *refused = json_object_get(encoding(t), "refused");
    size_t index;
    json_t *row;
    REQUIRE(t, json_array_size(refused) > 10);
    json_array_foreach(refused, index, row)
    {
        zkl_type type;
        zkl_code code;
        const char *value = text_of(row, "value");
        if (!zkl_type_parse(&type, zkl_bytes_of_text(text_of(row, "type"))) || !value)
            continue; /* the type is refused; a null is refused by the column's nullable flag, not here */
        if (code_of_vector(&code, &type, value))
            FAIL(t, "%s took '%s'", text_of(row, "type"), value);
    }
}

static void test_type_parse__takes_one_spelling_only(zkl_test *t)
{
    static const char *const bad[] = { "",
                                       "int",
                                       "int8",
                                       "Int16",
                                       "int16 ",
                                       " int16",
                                       "decimal",
                                       "decimal()",
                                       "decimal(4)",
                                       "decimal(0,0)",
                                       "decimal(39,0)",
                                       "decimal(4,5)",
                                       "decimal(04,2)",
                                       "decimal(4, 2)",
                                       "decimal(4,02)",
                                       "decimal(4,2",
                                       "decimal(4,2))",
                                       "decimal(-4,2)",
                                       "dictionary",
                                       "dictionary()",
                                       "dictionary(00)",
                                       "string",
                                       "string8",
                                       "timestamptz",
                                       "decimal(100,2)" };
    static const char *const good[] = {
        "bool", "uint64", "decimal(1,0)", "decimal(38,38)", "decimal(10,9)", "binary32", "time"
    };
    zkl_type type;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_type_parse(&type, zkl_bytes_of_text(bad[i])))
            FAIL(t, "took '%s'", bad[i]);
    for (size_t i = 0; i < ZKL_COUNT(good); i++) {
        char text[ZKL_TYPE_TEXT_BYTES_MAX];
        type = type_of(t, good[i]);
        CHECK_UINT_EQ(t, zkl_type_text(text, &type), strlen(good[i]));
        CHECK_TEXT_EQ(t, text, good[i]);
    }
    char upper[77] = "dictionary(87E5e11a9aa6fee05b40e1cb314938c79cb2f1baf9de91b0a02ffe8458874f96)";
    CHECK(t, !zkl_type_parse(&type, zkl_bytes_of_text(upper)));
    upper[12] = '7';
    upper[13] = 'e';
    CHECK(t, zkl_type_parse(&type, zkl_bytes_of_text(upper)));
}

/* Smallest and largest codes, by the definition of each type (not by our own tables). */
static void test_type_code_range__by_definition(zkl_test *t)
{
    static const struct {
        const char *type, *low, *high;
    } cases[] = {
        { "int16", "-32768", "32767" },
        { "uint64", "0", "18446744073709551615" },
        { "decimal(4,2)", "-99.99", "99.99" },
        { "decimal(38,0)", "-99999999999999999999999999999999999999",
          "99999999999999999999999999999999999999" },
        { "time", "00:00:00", "23:59:59.999999" },
        { "bool", "false", "true" },
        { "float32", "-inf", "inf" },
        { "float64", "-inf", "inf" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_type type = type_of(t, cases[i].type);
        zkl_code low, high, code;
        const char *reason;
        zkl_type_code_range(&low, &high, &type);
        CHECK(t, zkl_value_parse(&code, &type, zkl_bytes_of_text(cases[i].low), &reason) &&
                     code == low);
        CHECK(t, zkl_value_parse(&code, &type, zkl_bytes_of_text(cases[i].high), &reason) &&
                     code == high);
        char text[ZKL_VALUE_TEXT_BYTES_MAX];
        (void)zkl_value_format(text, &type, low); /* the length is the text's */
        CHECK_TEXT_EQ(t, text, cases[i].low);
        (void)zkl_value_format(text, &type, high);
        CHECK_TEXT_EQ(t, text, cases[i].high);
    }
}

static void test_value__literals_and_their_refusal(zkl_test *t)
{
    static const struct {
        const char *type, *text, *back; /* back NULL: refused */
    } cases[] = {
        { "int16", "-5", "-5" },
        { "int16", "007", "7" },
        { "int16", "5.0", "5" },
        { "int16", "5.5", NULL },
        { "int16", "+5", NULL },
        { "int16", " 5", NULL },
        { "int16", "5e0", NULL },
        { "int16", "", NULL },
        { "int16", "-", NULL },
        { "int16", "32768", NULL },
        { "int16", "0x1F", NULL },
        { "int16", "1_000", NULL },
        { "uint16", "-0", "0" },
        { "uint64", "18446744073709551616", NULL },
        { "decimal(9,2)", "10.50", "10.50" },
        { "decimal(9,2)", "10.5", "10.50" },
        { "decimal(9,2)", "10.500", "10.50" },
        { "decimal(9,2)", "10.501", NULL },
        { "decimal(9,2)", "-0.07", "-0.07" },
        { "decimal(9,2)", "10.", NULL },
        { "decimal(9,2)", ".5", "0.50" },
        { "decimal(9,2)", "-.5", "-0.50" },
        { "decimal(9,2)", ".", NULL },
        { "decimal(9,2)", "-.", NULL },
        { "decimal(9,2)", "5.", NULL },
        { "decimal(9,2)", ".-5", NULL },
        { "uint16", ".5", NULL },
        { "float64", ".5", "0.5" },
        { "float64", "-.5e1", "-5" },
        { "float64", ".e1", NULL },
        { "decimal(9,2)", "10000000", NULL },
        { "decimal(38,38)", "0.00000000000000000000000000000000000001",
          "0.00000000000000000000000000000000000001" },
        { "decimal(38,0)", "123456789012345678901234567890123456789", NULL },
        { "decimal(38,0)", "99999999999999999999", "99999999999999999999" },
        { "float64", "1e3", "1000" },
        { "float64", "1e400", NULL },
        { "float64", "1e-400", NULL },
        { "float64", "nan", NULL },
        { "float64", "0.1", "0.1" },
        { "float64", "-0.0", "0" },
        { "float32", "0.1", "0.1" },
        { "float32", "1e39", NULL },
        { "date", "1969-12-31", "1969-12-31" },
        { "date", "2024-02-29", "2024-02-29" },
        { "date", "2023-02-29", NULL },
        { "date", "1900-02-29", NULL },
        { "date", "2000-02-29", "2000-02-29" },
        { "date", "0001-01-01", "0001-01-01" },
        { "date", "2024-13-01", NULL },
        { "date", "2024-1-01", NULL },
        { "date", "01/02/2024", NULL },
        { "time", "23:59:59.5", "23:59:59.5" },
        { "time", "24:00:00", NULL },
        { "time", "12:00", NULL },
        { "time", "12:00:00.", NULL },
        { "time", "12:00:00.1234560", "12:00:00.123456" },
        { "time", "12:00:00.1234561", NULL },
        { "timestamp", "1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999999Z" },
        { "timestamp", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z" },
        { "timestamp", "2024-02-29T12:00:00+02:00", "2024-02-29T10:00:00Z" },
        { "timestamp", "2024-02-29T12:00:00-02:30", "2024-02-29T14:30:00Z" },
        { "timestamp", "2024-02-29", NULL },
        { "timestamp", "2024-02-29T12:00:60Z", NULL },
        { "timestamp", "2024-02-29T12:00:00+25:00", NULL },
        { "bool", "true", "true" },
        { "bool", "TRUE", NULL },
        { "bool", "1", NULL },
        { "bool", "yes", NULL },
        { "string16", "x", NULL },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_type type = type_of(t, cases[i].type);
        zkl_code code;
        const char *reason = NULL;
        char text[ZKL_VALUE_TEXT_BYTES_MAX];
        const bool taken = zkl_value_parse(&code, &type, zkl_bytes_of_text(cases[i].text), &reason);
        if (taken != (cases[i].back != NULL) || (!taken && !reason)) {
            FAIL(t, "%s '%s': taken %d", cases[i].type, cases[i].text, taken);
            continue;
        }
        if (!taken)
            continue;
        (void)zkl_value_format(text, &type, code); /* the length is the text's */
        CHECK_TEXT_EQ(t, text, cases[i].back);
    }
}

/* Codes keep the order of the values, over all types with an order; and every code reads back from
 * its text. */
static void test_value__codes_keep_the_order(zkl_test *t)
{
    static const char *const reals[] = { "-inf",   "-1e300", "-1", "-1e-300", "0",
                                         "5e-324", "0.1",    "1",  "1e300",   "inf" };
    const zkl_type type = type_of(t, "float64");
    zkl_code last = 0, code = 0;
    const char *reason;
    for (size_t i = 0; i < ZKL_COUNT(reals); i++) {
        CHECK(t, zkl_value_parse(&code, &type, zkl_bytes_of_text(reals[i]), &reason));
        CHECK(t, i == 0 || code > last);
        last = code;
    }
    for (unsigned i = 0; i < 2000; i++) {
        static const char *const types[] = { "int64",     "decimal(18,6)", "date",
                                             "timestamp", "uint32",        "time" };
        const zkl_type any = type_of(t, types[i % ZKL_COUNT(types)]);
        zkl_code low, high;
        zkl_type_code_range(&low, &high, &any);
        code = low + test_random_u64(t) % (high - low + 1);
        if (any.kind == ZKL_TYPE_DATE) /* the text form has four digits of year */
            code = zkl_type_offset(&any) + test_random_below(t, 2932896);
        if (any.kind == ZKL_TYPE_TIMESTAMP)
            code = zkl_type_offset(&any) + test_random_below(t, 253402300799999999u);
        char text[ZKL_VALUE_TEXT_BYTES_MAX];
        const size_t size = zkl_value_format(text, &any, code);
        zkl_code back = 0;
        if (!zkl_value_parse(&back, &any, zkl_bytes_of(text, size), &reason) || back != code)
            FAIL(t, "%s '%s' did not read back", types[i % ZKL_COUNT(types)], text);
    }
}

static void test_dictionary__matches_the_model(zkl_test *t)
{
    const json_t *vector = json_object_get(encoding(t), "dictionary");
    const json_t *texts = json_object_get(vector, "entries"),
                 *salts = json_object_get(vector, "salts");
    const json_t *leaves = json_object_get(vector, "leaves");
    zkl_digest seed, leaf, root;
    uint8_t key[32], salt[32];
    zkl_bytes entries[8];
    zkl_error err = { 0 };
    const size_t count = json_array_size(texts);
    REQUIRE(t, count > 0 && count <= ZKL_COUNT(entries));
    memcpy(seed.bytes, test_hex(t, text_of(vector, "dictionary_seed")).data, 32);
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    REQUIRE_OK(
        t, &err,
        zkl_owner_secret_of(&owner, test_hex(t, text_of(vector, "owner_secret")).data, &err));
    zkl_owner_secret_dictionary_key(key, owner, &seed);
    CHECK_MEM_EQ(t, key, test_hex(t, text_of(vector, "key")).data, 32);
    for (size_t i = 0; i < count; i++) {
        entries[i] = test_hex(t, json_string_value(json_array_get(texts, i)));
        zkl_dictionary_salt(salt, key, (uint32_t)i);
        CHECK_MEM_EQ(t, salt, test_hex(t, json_string_value(json_array_get(salts, i))).data, 32);
        zkl_dictionary_leaf(&leaf, ZKL_HASH_SHA3_256, salt, (uint32_t)i, entries[i]);
        CHECK_MEM_EQ(t, leaf.bytes, test_hex(t, json_string_value(json_array_get(leaves, i))).data,
                     32);
    }
    REQUIRE_OK(t, &err, zkl_dictionary_root(&root, ZKL_HASH_SHA3_256, key, entries, count, &err));
    CHECK_MEM_EQ(t, root.bytes, test_hex(t, text_of(vector, "root")).data, 32);
}

/* The model's schema, from its column list. */
static zkl_schema schema_of_vector(zkl_test *t)
{
    const json_t *columns = json_object_get(json_object_get(encoding(t), "schema"), "columns");
    const size_t count = json_array_size(columns);
    zkl_column *out = ZKL_ARENA_NEW(&t->arena, zkl_column, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *column = json_array_get(columns, i);
        out[i] = (zkl_column){ .name = zkl_bytes_of_text(text_of(column, "name")),
                               .type = type_of(t, text_of(column, "type")),
                               .nullable = json_is_true(json_object_get(column, "nullable")) };
    }
    return (zkl_schema){ .hash = ZKL_HASH_SHA3_256, .columns = out, .column_count = count };
}

static void test_schema__matches_the_model(zkl_test *t)
{
    const json_t *vector = json_object_get(encoding(t), "schema");
    const zkl_schema schema = schema_of_vector(t);
    const zkl_bytes want = test_hex(t, text_of(vector, "bytes"));
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_digest hash;
    zkl_schema_encode(&bytes, &schema);
    REQUIRE(t, bytes.size == want.size);
    CHECK_MEM_EQ(t, bytes.data, want.data, want.size);
    zkl_schema_hash(&hash, &schema);
    CHECK_MEM_EQ(t, hash.bytes, test_hex(t, text_of(vector, "hash")).data, 32);

    zkl_schema back;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_schema_parse(&back, &t->arena, want, &err));
    CHECK_UINT_EQ(t, back.column_count, schema.column_count);
    for (size_t i = 0; i < back.column_count; i++)
        CHECK(t, zkl_type_equal(&back.columns[i].type, &schema.columns[i].type) &&
                     back.columns[i].nullable == schema.columns[i].nullable);

    const json_t *numbers = json_object_get(vector, "numbers");
    zkl_numbered_column numbered[16];
    REQUIRE(t, zkl_schema_numbered_count(&schema) == json_array_size(numbers));
    size_t blocks = 0;
    const size_t total = zkl_schema_number(numbered, &schema);
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        const json_t *row = json_array_get(numbers, i);
        const char *role = text_of(row, "role");
        CHECK_UINT_EQ(t, numbered[i].limb_count,
                      (uint64_t)json_integer_value(json_object_get(row, "limbs")));
        CHECK(t, numbered[i].is_boolean == (role[strlen(role) - 1] == '?'));
        blocks += numbered[i].limb_count;
    }
    CHECK_UINT_EQ(t, total, blocks);
}

/* Every byte of the encoding changed in every bit: refused, or another schema; never the same
 * one. */
static void test_schema_parse__has_one_encoding(zkl_test *t)
{
    const zkl_schema schema = schema_of_vector(t);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_schema_encode(&bytes, &schema);
    uint8_t *copy = zkl_arena_copy(&t->arena, bytes.data, bytes.size);
    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        zkl_schema back;
        zkl_error err = { 0 };
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (zkl_schema_parse(&back, &t->arena, zkl_bytes_of(copy, bytes.size), &err) == ZKL_OK) {
            ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
            zkl_schema_encode(&again, &back);
            CHECK(t, again.size == bytes.size && memcmp(again.data, copy, again.size) == 0);
        }
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size < bytes.size; size++) {
        zkl_schema back;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_schema_parse(&back, &t->arena, zkl_bytes_of(copy, size), NULL));
    }
}

static void test_schema_parse__refuses_bad_names(zkl_test *t)
{
    static const char *const names[][2] = {
        { "a", "a" }, { "", "b" }, { "a", "\xff" }, { "a", "\xc0\x80" }, { "\xed\xa0\x80", "b" }
    };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const zkl_column columns[] = {
            { .name = zkl_bytes_of_text(names[i][0]), .type = { .kind = ZKL_TYPE_BOOL } },
            { .name = zkl_bytes_of_text(names[i][1]), .type = { .kind = ZKL_TYPE_BOOL } }
        };
        const zkl_schema schema = { .columns = columns, .column_count = 2 };
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_schema back;
        zkl_schema_encode(&bytes, &schema);
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_schema_parse(&back, &t->arena, zkl_buffer_bytes(&bytes), NULL));
    }
    /* names that differ behind a NUL byte only: programs that end a text there would show them as
     * one */
    const zkl_column cut[] = {
        { .name = zkl_bytes_of("h\0a", 3), .type = { .kind = ZKL_TYPE_BOOL } },
        { .name = zkl_bytes_of("h\0b", 3), .type = { .kind = ZKL_TYPE_BOOL } }
    };
    const zkl_schema two = { .columns = cut, .column_count = 2 };
    ZKL_AUTO_CLEAR(zkl_buffer) cut_bytes = { 0 };
    zkl_schema unused;
    zkl_schema_encode(&cut_bytes, &two);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_schema_parse(&unused, &t->arena, zkl_buffer_bytes(&cut_bytes), NULL));

    const zkl_schema none = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_schema back;
    zkl_schema_encode(&bytes, &none);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_schema_parse(&back, &t->arena, zkl_buffer_bytes(&bytes), NULL));
}

/* Among many names the first that stood before is told, wherever the pair stands; names that begin
 * alike are different ones. */
static void test_schema_parse__tells_the_first_repeated_name(zkl_test *t)
{
    enum { COUNT = 3000 };
    zkl_column *columns = ZKL_ARENA_NEW(&t->arena, zkl_column, COUNT);
    REQUIRE(t, columns != NULL);
    for (size_t i = 0; i < COUNT; i++) {
        /* "a", "aa", "aaa", ...: each a prefix of the next; then others, out of order */
        const char *name = i < 200 ? zkl_arena_format(&t->arena, "%.*s", (int)i + 1,
                                                      zkl_arena_format(&t->arena, "%0200d", 0))
                                   : zkl_arena_format(&t->arena, "%zu", i * 7919 % 100003 + 1);
        columns[i] =
            (zkl_column){ .name = zkl_bytes_of_text(name), .type = { .kind = ZKL_TYPE_BOOL } };
    }
    const size_t pairs[][2] = { { COUNT, COUNT }, { 0, COUNT - 1 }, { 5, 6 }, { 1500, 2000 } };
    for (size_t i = 0; i < ZKL_COUNT(pairs); i++) {
        const bool repeats = pairs[i][0] < COUNT;
        const zkl_column kept = columns[repeats ? pairs[i][1] : 0], last = columns[COUNT - 1];
        const zkl_schema schema = { .columns = columns, .column_count = COUNT };
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_error err = { 0 };
        zkl_schema back;
        char want[64] = "";
        if (repeats) {
            columns[COUNT - 1].name =
                columns[100].name; /* a later repetition is not the one that is told */
            columns[pairs[i][1]].name = columns[pairs[i][0]].name;
            snprintf(want, sizeof want, "column %zu repeats the name", pairs[i][1] + 1);
        }
        zkl_schema_encode(&bytes, &schema);
        CHECK_STATUS(t, repeats ? ZKL_BAD_INPUT : ZKL_OK,
                     zkl_schema_parse(&back, &t->arena, zkl_buffer_bytes(&bytes), &err));
        if (!strstr(err.text, want))
            FAIL(t, "says '%s', not '%s'", err.text, want);
        columns[COUNT - 1] = last;
        columns[repeats ? pairs[i][1] : 0] = kept;
    }
}

static void test_row_bytes__match_the_model(zkl_test *t)
{
    const json_t *vector = json_object_get(encoding(t), "rows");
    const json_t *rows = json_object_get(vector, "rows"), *want = json_object_get(vector, "bytes");
    const json_t *entries = json_object_get(json_object_get(encoding(t), "dictionary"), "entries");
    const zkl_schema schema = schema_of_vector(t);
    for (size_t r = 0; r < json_array_size(rows); r++) {
        ZKL_AUTO_CLEAR(zkl_buffer) row = { 0 };
        for (size_t c = 0; c < schema.column_count; c++) {
            const zkl_type *type = &schema.columns[c].type;
            const char *value = json_string_value(json_array_get(json_array_get(rows, r), c));
            zkl_code code = 0;
            if (!value) {
                zkl_row_put_null(&row);
                continue;
            }
            REQUIRE(t, code_of_vector(&code, type, value));
            if (type->kind == ZKL_TYPE_DICTIONARY)
                zkl_row_put_bytes(
                    &row, test_hex(t, json_string_value(json_array_get(entries, (size_t)code))));
            else
                zkl_row_put_code(&row, type, code);
        }
        const zkl_bytes bytes = test_hex(t, json_string_value(json_array_get(want, r)));
        REQUIRE(t, row.size == bytes.size);
        CHECK_MEM_EQ(t, row.data, bytes.data, bytes.size);
    }
}

static void test_utf8__by_rfc_3629(zkl_test *t)
{
    static const char *const good[] = { "",
                                        "plain ascii text",
                                        "gr\xc3\xbc\xc3\x9f",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\xed\x9f\xbf",
                                        "\xf4\x8f\xbf\xbf",
                                        "12345678\xc2\x80" };
    static const char *const bad[] = {
        "\x80",         "\xc0\xaf",         "\xc1\xbf",         "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xc3",         "12345678\xe2\x82", "abc\xff"
    };
    for (size_t i = 0; i < ZKL_COUNT(good); i++)
        CHECK(t, zkl_utf8_valid(zkl_bytes_of_text(good[i])));
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK(t, !zkl_utf8_valid(zkl_bytes_of_text(bad[i])));
    CHECK(t, zkl_utf8_valid(zkl_bytes_of("a\0b", 3)));
}

/* The first thing that differs, in words; nothing of equal ones. */
static void test_schema_differs__says_what(zkl_test *t)
{
#define TEXT(n)                                                                                    \
    {                                                                                              \
        .kind = ZKL_TYPE_DICTIONARY, .root.bytes = { n }                                           \
    }
    const zkl_bytes a = zkl_bytes_of_text("a"), b = zkl_bytes_of_text("b"),
                    c = zkl_bytes_of_text("c");
    const zkl_type small = { .kind = ZKL_TYPE_UINT16 }, large = { .kind = ZKL_TYPE_UINT32 };
    const zkl_column want[] = { { a, small, false }, { b, TEXT(1), false } };
    const struct {
        zkl_column columns[3];
        size_t count;
        const char *said;
    } cases[] = {
        { { { a, small, false }, { b, TEXT(1), false } }, 2, "" },
        { { { a, large, true }, { b, TEXT(1), false } },
          2,
          "its column 'a' is uint32 nullable, not uint16" },
        { { { a, small, false }, { b, TEXT(2), false } },
          2,
          "its column 'b' has another dictionary" },
        { { { a, small, false }, { b, TEXT(2), true } },
          2,
          "its column 'b' is text nullable, not text" },
        { { { b, TEXT(1), false }, { a, small, false } }, 2, "its columns stand in another order" },
        { { { a, small, false } }, 1, "it has no column 'b'" },
        { { { a, small, false }, { b, TEXT(1), false }, { c, small, false } },
          3,
          "it has a column 'c' more" },
        { { { c, small, false }, { a, large, false }, { b, TEXT(1), false } },
          3,
          "it has a column 'c' more" },
    };
    const zkl_schema schema = { .columns = want, .column_count = 2 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_schema have = { .columns = cases[i].columns, .column_count = cases[i].count };
        char what[ZKL_SCHEMA_DIFFERENCE_BYTES];
        CHECK(t, zkl_schema_differs(what, &schema, &have) == (i > 0));
        CHECK_TEXT_EQ(t, what, cases[i].said);
    }
#undef TEXT
}

ZKL_TESTS(TEST(test_schema_differs__says_what), TEST(test_cells__match_the_model),
          TEST(test_cells__refuse_what_the_model_refuses),
          TEST(test_type_parse__takes_one_spelling_only), TEST(test_type_code_range__by_definition),
          TEST(test_value__literals_and_their_refusal), TEST(test_value__codes_keep_the_order),
          TEST(test_dictionary__matches_the_model), TEST(test_schema__matches_the_model),
          TEST(test_schema_parse__has_one_encoding), TEST(test_schema_parse__refuses_bad_names),
          TEST(test_schema_parse__tells_the_first_repeated_name),
          TEST(test_row_bytes__match_the_model), TEST(test_utf8__by_rfc_3629))
