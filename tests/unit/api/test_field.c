/* Rows into JSON and back: what is written, what is read, and every way to be refused. */
#include "api/field.h"

#include "testing.h"

typedef struct part {
    const char *name;
    uint32_t count;
} part;

typedef struct sample {
    const char *text, *unset;
    bool flag, has_note;
    uint32_t small;
    uint64_t large;
    unsigned colour;
    zkl_digest digest;
    zkl_bytes bytes;
    const char *const *texts;
    size_t text_count;
    const part *parts;
    size_t part_count;
    part inner;
} sample;

static bool has_no_note(const void *record)
{
    return !((const sample *)record)->has_note;
}

static const char *const colours[] = { "red", "green", NULL };

static const api_field part_fields[] = {
    { "name", API_TEXT, API_AT(part, name), .required = true },
    { "count", API_NUMBER, API_AT(part, count) },
};
static const api_object part_object = API_OBJECT(part, part_fields);

static const api_field sample_fields[] = {
    { "text", API_TEXT, API_AT(sample, text), .required = true },
    { "unset", API_TEXT, API_AT(sample, unset), .is_null = has_no_note },
    { "flag", API_BOOL, API_AT(sample, flag) },
    { "numbers.small", API_NUMBER, API_AT(sample, small) },
    { "numbers.large", API_NUMBER, API_AT(sample, large) },
    { "colour", API_ENUM, API_AT(sample, colour), .names = colours },
    { "digest", API_DIGEST, API_AT(sample, digest) },
    { "texts", API_TEXTS, API_AT(sample, texts), API_COUNT(sample, text_count) },
    { "parts", API_LIST, API_AT(sample, parts), API_COUNT(sample, part_count), .of = &part_object },
    { "inner", API_STRUCT, API_AT(sample, inner), .of = &part_object },
};
static const api_object sample_object = API_OBJECT(sample, sample_fields);

static zkl_status read_text(zkl_test *t, sample *out, const char *text, zkl_error *err)
{
    json_t *json = json_loads(text, 0, NULL);
    *out = (sample){ 0 };
    const zkl_status status = api_read(out, &t->arena, &sample_object, json, err);
    json_decref(json);
    return status;
}

static void test_api_field__reads_what_it_wrote(zkl_test *t)
{
    static const char *const texts[] = { "a", "b" };
    static const part parts[] = { { "one", 1 }, { "two", 2 } };
    const sample in = { .text = "x\"y",
                        .flag = true,
                        .small = UINT32_MAX,
                        .large = INT64_MAX,
                        .colour = 1,
                        .digest = { { 0xab, 1 } },
                        .texts = texts,
                        .text_count = 2,
                        .parts = parts,
                        .part_count = 2,
                        .inner = { "in", 7 } };
    sample out;
    zkl_error err = { 0 };
    json_t *json = json_object();
    CHECK_STATUS(t, ZKL_OK, api_write(json, &sample_object, &in, &err));
    /* A value that is not there is null, where the row says so. */
    CHECK(t, json_is_null(json_object_get(json, "unset")));
    CHECK(t, json_integer_value(json_object_get(json_object_get(json, "numbers"), "large")) ==
                 INT64_MAX);
    json_object_del(json, "unset");
    out = (sample){ 0 };
    CHECK_STATUS(t, ZKL_OK, api_read(&out, &t->arena, &sample_object, json, &err));
    json_decref(json);
    CHECK(t, strcmp(out.text, in.text) == 0 && out.flag && out.small == in.small);
    CHECK(t, out.large == in.large && out.colour == 1);
    CHECK(t, zkl_digest_equal(&out.digest, &in.digest));
    CHECK(t, out.text_count == 2 && strcmp(out.texts[1], "b") == 0);
    CHECK(t,
          out.part_count == 2 && strcmp(out.parts[1].name, "two") == 0 && out.parts[1].count == 2);
    CHECK(t, strcmp(out.inner.name, "in") == 0 && out.inner.count == 7);
}

static void test_api_field__refuses_with_the_members_path(zkl_test *t)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        { "[]", "a list" },
        { "{}", "'text' is missing" },
        { "{\"text\":1}", "'text' is a text" },
        { "{\"text\":null}", "'text' is a text" },
        { "{\"text\":\"\",\"flag\":0}", "'flag' is true or false" },
        { "{\"text\":\"\",\"other\":0}", "no member 'other'" },
        { "{\"text\":\"\",\"numbers\":1}", "'numbers' is an object" },
        { "{\"text\":\"\",\"numbers\":{\"huge\":1}}", "no member 'numbers.huge'" },
        { "{\"text\":\"\",\"numbers\":{\"small\":-1}}", "'numbers.small' is out of its range" },
        { "{\"text\":\"\",\"numbers\":{\"small\":4294967296}}",
          "'numbers.small' is out of its range" },
        { "{\"text\":\"\",\"numbers\":{\"small\":1.0}}", "'numbers.small' is a whole number" },
        { "{\"text\":\"\",\"numbers.small\":1}", "no member 'numbers.small'" },
        { "{\"text\":\"\",\"colour\":\"blue\"}", "'colour' has no value 'blue'" },
        { "{\"text\":\"\",\"digest\":\"ab\"}", "'digest' is not 64 hex digits" },
        { "{\"text\":\"\",\"texts\":[1]}", "'texts' is a text" },
        { "{\"text\":\"\",\"texts\":\"a\"}", "'texts' is a list" },
        { "{\"text\":\"\",\"parts\":[{\"count\":1}]}", "'name' is missing" },
        { "{\"text\":\"\",\"inner\":{\"name\":\"a\",\"no\":1}}", "no member 'no'" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_error err = { 0 };
        sample out;
        CHECK_STATUS(t, ZKL_USAGE, read_text(t, &out, cases[i].json, &err));
        if (!strstr(err.text, cases[i].says))
            FAIL(t, "%s: says '%s', not '%s'", cases[i].json, err.text, cases[i].says);
    }
}

/* A name of a file need not be UTF-8, and JSON holds nothing else. */
static void test_api_text__shows_bytes_that_are_no_text(zkl_test *t)
{
    json_t *text = api_text("a\xff");
    CHECK(t, strcmp(json_string_value(text), "a\\xff") == 0);
    json_decref(text);
}

ZKL_TESTS(TEST(test_api_field__reads_what_it_wrote),
          TEST(test_api_field__refuses_with_the_members_path),
          TEST(test_api_text__shows_bytes_that_are_no_text))
