/* zkl_call: the answer is there on success and on failure, and says the same as the status. */
#include <zkl/call.h>

#include "api/history.h"
#include "api/operation.h"
#include "testing.h"

/* Call, parse the answer, and check what must hold of every answer. */
static json_t *call(zkl_test *t, const char *operation, const char *request, zkl_status want)
{
    zkl_call_result out;
    zkl_error err = { 0 };
    CHECK_STATUS(t, want, zkl_call(&out, NULL, operation, zkl_bytes_of_text(request), NULL, &err));
    CHECK(t, out.json && strlen(out.json) == out.json_size);
    json_t *answer = json_loads(out.json ? out.json : "{}", JSON_REJECT_DUPLICATES, NULL);
    CHECK(t,
          json_integer_value(json_object_get(answer, "exit_code")) == zkl_status_exit_code(want));
    const char *error = json_string_value(json_object_get(answer, "error"));
    CHECK(t, want == ZKL_OK ? !error : error && strcmp(error, err.text) == 0);
    zkl_arena_clear(&out.memory);
    return answer;
}

static void test_zkl_call__refuses_what_is_no_request(zkl_test *t)
{
    static const struct {
        const char *operation, *request;
        zkl_status want;
    } cases[] = {
        { "nope", "{}", ZKL_NOT_FOUND },
        { "", "{}", ZKL_NOT_FOUND },
        { "show", "{", ZKL_BAD_INPUT },
        { "show", "{\"a\":1,\"a\":1}", ZKL_BAD_INPUT },
        { "show", "[]", ZKL_USAGE },
        { "show", "{}", ZKL_USAGE },
        { "show", "{\"reference\":\"a\"}", ZKL_USAGE }, /* without a ledger */
        { "datasets", "", ZKL_USAGE },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        json_decref(call(t, cases[i].operation, cases[i].request, cases[i].want));
}

/* A request of `size` bytes: `head`, then `fill` over and over, then `tail`. */
static const char *padded(zkl_test *t, const char *head, char fill, size_t size, const char *tail)
{
    char *fills = zkl_arena_alloc(&t->arena, size + 1, 1);
    memset(fills, fill, size);
    return zkl_arena_format(&t->arena, "%s%s%s", head, fills, tail);
}

static void test_zkl_call__refuses_hostile_json(zkl_test *t)
{
    const struct {
        const char *request;
        zkl_status want;
    } cases[] = {
        { padded(t, "", '[', 100000, ""), ZKL_BAD_INPUT },
        { padded(t, "{\"from\":", '[', 100000, "}"), ZKL_BAD_INPUT },
        { padded(t, "{\"", 'a', 100000, "\":1}"), ZKL_USAGE },
        { padded(t, "{\"from.", '.', 1000, "\":1}"), ZKL_USAGE },
        { padded(t, "{\"from\":", '9', 400, "}"), ZKL_BAD_INPUT },
        { padded(t, "{}", ' ', ZKL_CALL_REQUEST_BYTES_MAX, ""), ZKL_LIMIT },
        { "{\"from\":9223372036854775808}", ZKL_BAD_INPUT },
        { "{\"from\":-9223372036854775808}", ZKL_USAGE },
        { "{\"from\":1e400}", ZKL_BAD_INPUT },
        { "{\"from\":NaN}", ZKL_BAD_INPUT },
        { "{\"from\":1,\"from\":2}", ZKL_BAD_INPUT },
        { "{\"from\":1}{}", ZKL_BAD_INPUT },
        { "{\"\xff\":1}", ZKL_BAD_INPUT },
        { "{\"\":1}", ZKL_USAGE },
        { "{\"from\":{}}", ZKL_USAGE },
        { "{\"from\":null}", ZKL_USAGE },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        json_decref(call(t, "log", cases[i].request, cases[i].want));
    json_decref(call(t, "keys-make", "{\"output\":\"a\\u0000b\"}", ZKL_BAD_INPUT));
}

static void test_zkl_operations__tells_every_row(zkl_test *t)
{
    zkl_call_result out;
    CHECK_STATUS(t, ZKL_OK, zkl_operations(&out, NULL));
    json_t *told = json_loads(out.json, JSON_REJECT_DUPLICATES, NULL);
    json_t *list = json_object_get(told, "operations");
    const api_operation *row;
    for (size_t i = 0; (row = api_at(i)) != NULL; i++) {
        const json_t *one = json_array_get(list, i);
        CHECK(t, strcmp(json_string_value(json_object_get(one, "name")), row->name) == 0);
        CHECK(t, json_is_false(
                     json_object_get(json_object_get(one, "request"), "additionalProperties")));
        CHECK(t, api_at(i + 1) || json_array_size(list) == i + 1);
    }
    json_decref(told);
    zkl_arena_clear(&out.memory);
}

static const api_field *field_of(const api_object *object, const char *name)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *field = &object->fields[i];
        if (strcmp(field->name, name) == 0)
            return field;
        if (field->kind == API_SPREAD || field->kind == API_SPREAD_POINTED)
            field = field_of(field->of, name);
        else
            field = NULL;
        if (field)
            return field;
    }
    return NULL;
}

/* Names in rows, where the library has a function for them too. */
static void check_names(zkl_test *t, const char *operation, const char *member,
                        const char *(*name)(unsigned))
{
    const api_field *field = field_of(api_find(operation)->result, member);
    unsigned count = 0;
    if (!field)
        FAIL(t, "'%s' has no member '%s'", operation, member);
    for (; field->names[count]; count++)
        CHECK(t, strcmp(field->names[count], name(count)) == 0);
    CHECK(t, count > 0 && !*name(count));
}

static const char *export_name(unsigned value)
{
    return zkl_export_format_name((zkl_export_format)value);
}

static const char *form_name(unsigned value)
{
    return value < ZKL_SETUP_FORM_COUNT ? zkl_setup_form_name((zkl_setup_form)value) : "";
}

static const char *source_name(unsigned value)
{
    return value < ZKL_TRUST_SOURCE_COUNT ? zkl_trust_source_name((zkl_trust_source)value) : "";
}

static void test_api_operations__names_are_the_librarys(zkl_test *t)
{
    check_names(t, "export", "format", export_name);
    check_names(t, "setup-export", "format", form_name);
    check_names(t, "setup-import", "format", form_name);
    check_names(t, "verify", "trust.source", source_name);
}

static void test_api_history__names_are_the_librarys(zkl_test *t)
{
    const api_field *list = field_of(&api_history, "checkpoints");
    REQUIRE(t, list != NULL);
    const api_field *source = field_of(list->of, "source");
    REQUIRE(t, source != NULL);
    for (unsigned i = 0; i < ZKL_HISTORY_SOURCE_COUNT; i++)
        CHECK_TEXT_EQ(t, source->names[i], zkl_history_source_name((zkl_history_source)i));
    CHECK(t, !source->names[ZKL_HISTORY_SOURCE_COUNT]);
    CHECK_TEXT_EQ(t, zkl_history_source_name(ZKL_HISTORY_SOURCE_COUNT), "");
}

/* Each row is whole: a summary, a struct for what it writes, and names that nest without
 * ambiguity. */
static void check_object(zkl_test *t, const api_object *object)
{
    for (size_t i = 0; object && i < object->field_count; i++) {
        const api_field *field = &object->fields[i];
        CHECK(t, field->name && field->kind < API_KIND_COUNT);
        CHECK(t, field->kind == API_WRITTEN || field->offset + field->size <= object->size);
        if (field->of)
            check_object(t, field->of);
        else
            CHECK(t, field->help && *field->help);
        for (size_t j = 0; j < i; j++)
            CHECK(t, strcmp(object->fields[j].name, field->name) != 0);
    }
}

static void test_api_operations__rows_are_whole(zkl_test *t)
{
    const api_operation *row;
    for (size_t i = 0; (row = api_at(i)) != NULL; i++) {
        CHECK(t, api_find(row->name) == row && *row->summary && row->run);
        check_object(t, row->request);
        check_object(t, row->result);
    }
}

ZKL_TESTS(TEST(test_zkl_call__refuses_what_is_no_request),
          TEST(test_zkl_call__refuses_hostile_json), TEST(test_zkl_operations__tells_every_row),
          TEST(test_api_operations__rows_are_whole),
          TEST(test_api_operations__names_are_the_librarys),
          TEST(test_api_history__names_are_the_librarys))
