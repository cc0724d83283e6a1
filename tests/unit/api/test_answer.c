/* Requests to JSON and answers back into structs: what is said survives both ways, and no answer
 * fills a struct that cannot be gone through. */
#include <stdlib.h>

#include "api/operation.h"
#include "testing.h"

typedef struct part {
    const char *name;
    uint32_t count;
} part;

typedef struct sample {
    const char *text, *other;
    char chars[5];
    bool flag, has_inner;
    zkl_answer answer;
    uint64_t number;
    double seconds;
    unsigned colour;
    zkl_digest digest;
    zkl_bytes bytes;
    const char *const *texts;
    const uint64_t *sizes; /* as many as texts */
    size_t text_count;
    const part *parts;
    size_t part_count;
    part array[2];
    size_t array_count;
    part inner;
    const part *pointed;
} sample;

static bool has_inner(const void *record)
{
    return ((const sample *)record)->has_inner;
}

static bool is_pointed(const void *record)
{
    return ((const sample *)record)->pointed != NULL;
}

static const char *const colours[] = { "red", "green", NULL };

static const api_field part_fields[] = {
    { "name", API_TEXT, API_AT(part, name), .required = true },
    { "count", API_NUMBER, API_AT(part, count) },
};
static const api_object part_object = API_OBJECT(part, part_fields);

static const api_field result_fields[] = {
    { "text", API_TEXT, API_AT(sample, text) },
    { "other", API_TEXT, API_AT(sample, other), .nullable = true },
    { "chars", API_CHARS, API_AT(sample, chars) },
    { "flag", API_BOOL, API_AT(sample, flag) },
    { "deep.number", API_NUMBER, API_AT(sample, number) },
    { "deep.seconds", API_SECONDS, API_AT(sample, seconds) },
    { "colour", API_ENUM, API_AT(sample, colour), .names = colours },
    { "digest", API_DIGEST, API_AT(sample, digest) },
    { "texts", API_TEXTS, API_AT(sample, texts), API_COUNT(sample, text_count) },
    { "text_count", API_NUMBER, API_AT(sample, text_count) },
    { "sizes", API_NUMBERS, API_AT(sample, sizes), API_COUNT(sample, text_count) },
    { "parts", API_LIST, API_AT(sample, parts), API_COUNT(sample, part_count), .of = &part_object },
    { "array", API_ARRAY, API_AT(sample, array), API_COUNT(sample, array_count),
      .of = &part_object },
    { "inner", API_STRUCT, API_AT(sample, inner), .of = &part_object, .when = has_inner,
      API_FLAG(sample, has_inner) },
    { "pointed", API_POINTED, API_AT(sample, pointed), .when = is_pointed, .of = &part_object },
};
static const api_object result_object = API_OBJECT(sample, result_fields);

static const api_field request_fields[] = {
    { "text", API_TEXT, API_AT(sample, text), .required = true },
    { "other", API_TEXT, API_AT(sample, other) },
    { "flag", API_BOOL, API_AT(sample, flag) },
    { "answer", API_ANSWER, API_AT(sample, answer) },
    { "deep.number", API_NUMBER, API_AT(sample, number) },
    { "colour", API_ENUM, API_AT(sample, colour), .names = colours },
    { "digest", API_DIGEST, API_AT(sample, digest) },
    { "bytes", API_BYTES, API_AT(sample, bytes) },
    { "texts", API_TEXTS, API_AT(sample, texts), API_COUNT(sample, text_count) },
    { "parts", API_LIST, API_AT(sample, parts), API_COUNT(sample, part_count), .of = &part_object },
    { "inner", API_STRUCT, API_AT(sample, inner), .of = &part_object },
};
static const api_object request_object = API_OBJECT(sample, request_fields);

static const char *const texts[] = { "a", "b" };
static const uint64_t sizes[] = { 7, 8 };
static const part parts[] = { { "one", 1 }, { "two", 2 } };

static json_t *dump(zkl_test *t, const api_object *object, const sample *record)
{
    zkl_error err = { 0 };
    json_t *const json = json_object();
    CHECK_STATUS(t, ZKL_OK, api_write(json, object, record, &err));
    return json;
}

static void test_api_read_answer__undoes_api_write(zkl_test *t)
{
    static const part pointed = { "p", 3 };
    const sample in = { .text = "x\"y",
                        .chars = "four",
                        .flag = true,
                        .has_inner = true,
                        .number = 1u << 31,
                        .seconds = 0.25,
                        .colour = 1,
                        .digest = { { 0xab, 1 } },
                        .texts = texts,
                        .sizes = sizes,
                        .text_count = 2,
                        .parts = parts,
                        .part_count = 2,
                        .array = { { "in", 9 } },
                        .array_count = 1,
                        .inner = { "i", 4 },
                        .pointed = &pointed };
    const sample none = { 0 };
    const sample *const both[] = { &in, &none };
    for (size_t i = 0; i < 2; i++) {
        sample out = { 0 };
        zkl_error err = { 0 };
        json_t *const said = dump(t, &result_object, both[i]);
        json_object_set_new(said, "newer", json_true()); /* of a newer service */
        CHECK_STATUS(t, ZKL_OK,
                     api_read_answer(&out, &t->arena, &result_object, said, false, &err));
        json_object_del(said, "newer");
        json_t *const again = dump(t, &result_object, &out);
        CHECK(t, json_equal(said, again));
        json_decref(said);
        json_decref(again);
    }
}

/* What an answer says wrongly, in the place of what is right. */
static void test_api_read_answer__refuses_what_would_be_followed(zkl_test *t)
{
    static const char *const cases[] = {
        "[]",
        "{\"text\":1}",
        "{\"text\":\"a\\u0000b\"}",
        "{\"chars\":\"five5\"}",
        "{\"flag\":1}",
        "{\"colour\":\"blue\"}",
        "{\"deep\":{\"number\":-1}}",
        "{\"deep\":{\"seconds\":\"1\"}}",
        "{\"digest\":\"ab\"}",
        "{\"texts\":[\"a\"],\"text_count\":2}",
        "{\"text_count\":2}",
        "{\"texts\":[\"a\"],\"sizes\":[1,2]}",
        "{\"texts\":[\"a\",1]}",
        "{\"sizes\":[-1]}",
        "{\"sizes\":[1]}",
        "{\"parts\":{}}",
        "{\"parts\":[1]}",
        "{\"array\":[{},{},{}]}",
        "{\"pointed\":7}",
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        sample out = { 0 };
        zkl_error err = { 0 };
        json_t *const json = json_loads(cases[i], 0, NULL);
        if (api_read_answer(&out, &t->arena, &result_object, json, false, &err) != ZKL_BAD_INPUT)
            FAIL(t, "%s: taken, or refused as '%s'", cases[i], err.text);
        json_decref(json);
    }
}

/* A text for a terminal hides nothing and begins no line, unless it is a file's. */
static void test_api_read_answer__shows_what_is_hidden(zkl_test *t)
{
    static const char text[] = "{\"text\":\"a\\u001b[2J\\nVALID\",\"chars\":\"a\\nb\"}";
    zkl_error err = { 0 };
    json_t *const json = json_loads(text, 0, NULL);
    sample out = { 0 };
    CHECK_STATUS(t, ZKL_BAD_INPUT, /* four characters more than there is room for */
                 api_read_answer(&out, &t->arena, &result_object, json, true, &err));
    json_object_del(json, "chars");
    out = (sample){ 0 };
    CHECK_STATUS(t, ZKL_OK, api_read_answer(&out, &t->arena, &result_object, json, true, &err));
    CHECK(t, strcmp(out.text, "a\\x1b[2J\\x0aVALID") == 0);
    out = (sample){ 0 };
    CHECK_STATUS(t, ZKL_OK, api_read_answer(&out, &t->arena, &result_object, json, false, &err));
    CHECK(t, strcmp(out.text, "a\x1b[2J\nVALID") == 0);
    json_decref(json);
}

/* Whatever row: an answer that says nothing is refused, or fills what can be written again. */
static void test_api_read_answer__of_every_row_settles_an_empty_answer(zkl_test *t)
{
    const api_operation *row;
    for (size_t i = 0; (row = api_at(i)) != NULL; i++) {
        const api_object *const objects[] = { row->result, row->failure };
        for (size_t k = 0; k < 2; k++) {
            if (!objects[k])
                continue;
            zkl_error err = { 0 };
            void *const record = zkl_arena_alloc(&t->arena, 1, objects[k]->size);
            json_t *const empty = json_object(), *const out = json_object();
            const zkl_status status =
                api_read_answer(record, &t->arena, objects[k], empty, true, &err);
            CHECK(t, status == ZKL_OK || status == ZKL_BAD_INPUT);
            if (status == ZKL_OK)
                CHECK_STATUS(t, ZKL_OK, api_write(out, objects[k], record, &err));
            json_decref(empty);
            json_decref(out);
        }
    }
}

static void test_api_write_request__says_what_api_read_reads(zkl_test *t)
{
    static const char *const none[] = { NULL };
    const sample in = { .text = "x",
                        .flag = true,
                        .answer = ZKL_NO,
                        .number = 9,
                        .colour = 1,
                        .digest = { { 1 } },
                        .bytes = zkl_bytes_of("\0b", 2),
                        .texts = none,
                        .parts = parts,
                        .part_count = 2,
                        .inner = { "", 7 } };
    sample out = { 0 };
    zkl_error err = { 0 };
    json_t *const json = json_object();
    CHECK_STATUS(t, ZKL_OK, api_write_request(json, &request_object, &in, &err));
    CHECK(t, !json_object_get(json, "other"));
    CHECK_STATUS(t, ZKL_OK, api_read(&out, &t->arena, &request_object, json, &err));
    CHECK(t, strcmp(out.text, "x") == 0 && !out.other && out.flag && out.answer == ZKL_NO);
    CHECK(t, out.number == 9 && out.colour == 1 && zkl_digest_equal(&out.digest, &in.digest));
    CHECK(t, out.bytes.size == 2 && memcmp(out.bytes.data, "\0b", 2) == 0);
    CHECK(t, out.texts && out.text_count == 0); /* an empty list is something that was said */
    CHECK(t, out.part_count == 2 && out.parts[1].count == 2 && out.inner.count == 7);
    json_decref(json);
}

/* A request that says nothing has what must be said, and nothing else. */
static void test_api_write_request__leaves_out_what_is_not_said(zkl_test *t)
{
    static const sample nothing;
    zkl_error err = { 0 };
    json_t *const json = json_object();
    CHECK_STATUS(t, ZKL_OK, api_write_request(json, &request_object, &nothing, &err));
    CHECK(t, json_object_size(json) == 2); /* text, and inner for its name */
    CHECK(t, json_is_string(json_object_get(json, "text")));
    json_decref(json);
}

ZKL_TESTS(TEST(test_api_read_answer__undoes_api_write),
          TEST(test_api_read_answer__refuses_what_would_be_followed),
          TEST(test_api_read_answer__shows_what_is_hidden),
          TEST(test_api_read_answer__of_every_row_settles_an_empty_answer),
          TEST(test_api_write_request__says_what_api_read_reads),
          TEST(test_api_write_request__leaves_out_what_is_not_said))
