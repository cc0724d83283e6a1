/* Which clocks a request may have asked: those of the settings, and no others. */
#include "daemon/clocks.h"

#include "testing.h"

typedef struct inner {
    const char *url;
} inner;

typedef struct asked {
    const char *timestamp, *name;
    inner of;
    const inner *list;
    size_t count;
} asked;

static const api_field inner_fields[] = {
    { "url", API_TEXT, API_AT(inner, url), .is_url = true },
};
static const api_object inner_object = API_OBJECT(inner, inner_fields);

static const api_field fields[] = {
    { "timestamp", API_TEXT, API_AT(asked, timestamp), .is_url = true },
    { "name", API_TEXT, API_AT(asked, name) },
    { "of", API_STRUCT, API_AT(asked, of), .of = &inner_object },
    { "list", API_LIST, API_AT(asked, list), API_COUNT(asked, count), .of = &inner_object },
};
static const api_object object = API_OBJECT(asked, fields);

static const char *const clocks[] = { "http://clock.example/tsr", "http://[::1]:8080/" };

static zkl_status check(const char *text, size_t count)
{
    zkl_error err;
    json_t *const request = json_loads(text, 0, NULL);
    ZKL_ASSERT(request);
    const zkl_status status = daemon_clocks_check(clocks, count, request, &object, &err);
    json_decref(request);
    return status;
}

static void test_clocks__are_those_of_the_settings(zkl_test *t)
{
    static const struct {
        const char *text;
        bool is_let;
    } cases[] = {
        { "{}", true },
        { "{\"timestamp\": \"http://clock.example/tsr\"}", true },
        { "{\"timestamp\": null, \"name\": \"http://a/\"}", true },
        { "{\"timestamp\": 7}", true }, /* which is nobody's address */
        { "{\"of\": {\"url\": \"http://[::1]:8080/\"}, \"list\": [{}, {\"url\": null}]}", true },
        { "{\"timestamp\": \"http://clock.example/tsr/\"}", false },
        { "{\"timestamp\": \"http://clock.example/tsr?\"}", false },
        { "{\"timestamp\": \"HTTP://clock.example/tsr\"}", false },
        { "{\"timestamp\": \"http://clock.example@127.0.0.1/tsr\"}", false },
        { "{\"timestamp\": \"http://169.254.169.254/latest\"}", false },
        { "{\"timestamp\": \"\"}", false },
        { "{\"of\": {\"url\": \"http://127.0.0.1:1/\"}}", false },
        { "{\"list\": [{\"url\": \"http://[::1]:8080/\"}, {\"url\": \"http://a/\"}]}", false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        if (check(cases[i].text, 2) != (cases[i].is_let ? ZKL_OK : ZKL_DENIED))
            FAIL(t, "%s", cases[i].text);
        if (strstr(cases[i].text, "http") && !strstr(cases[i].text, "\"name\""))
            CHECK_STATUS(t, ZKL_DENIED, check(cases[i].text, 0)); /* without the setting: none */
    }
}

ZKL_TESTS(TEST(test_clocks__are_those_of_the_settings))
