/* traceparent as W3C Trace Context has it, and spans as OTLP has them in JSON. */
#include "telemetry/trace.h"

#include <string.h>

#include <jansson.h>

#include "testing.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

static void test_trace__a_parent_is_read_strictly(zkl_test *t)
{
    static const struct {
        const char *text;
        int sampled; /* -1: it is none */
    } all[] = {
        { "00-" TRACE "-" SPAN "-01", 1 },
        { "00-" TRACE "-" SPAN "-00", 0 },
        { "00-" TRACE "-" SPAN "-ff", 1 }, /* flags that are not known yet */
        { "00-" TRACE "-" SPAN "-fe", 0 },
        { "01-" TRACE "-" SPAN "-01", 1 }, /* a later version, as far as this one goes */
        { "cc-" TRACE "-" SPAN "-01-what the future brings", 1 },
        { "cc-" TRACE "-" SPAN "-01.what the future brings", -1 },
        { "ff-" TRACE "-" SPAN "-01", -1 },
        { "00-" TRACE "-" SPAN "-01-", -1 },
        { "00-" TRACE "-" SPAN "-01-00", -1 },
        { "00-" TRACE "-" SPAN "-1", -1 },
        { "00-" TRACE "-" SPAN "-0g", -1 },
        { "00-" TRACE "-" SPAN "-0A", -1 },
        { "00-" TRACE "-" SPAN, -1 },
        { "00-00000000000000000000000000000000-" SPAN "-01", -1 },
        { "00-" TRACE "-0000000000000000-01", -1 },
        { "00-0AF7651916CD43DD8448EB211C80319C-" SPAN "-01", -1 },
        { "00_" TRACE "-" SPAN "-01", -1 },
        { "00-" TRACE "_" SPAN "-01", -1 },
        { "00-" TRACE "-" SPAN "_01", -1 },
        { " 00-" TRACE "-" SPAN "-01", -1 },
        { "00-" TRACE "-" SPAN "-01 ", -1 },
        { "0-" TRACE "-" SPAN "-01", -1 },
        { "", -1 },
    };
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        telemetry_context got = { 0 };
        char text[TELEMETRY_TRACEPARENT_CHARS];
        const bool is_one = telemetry_traceparent_parse(&got, zkl_bytes_of_text(all[i].text));
        if (is_one != (all[i].sampled >= 0) || is_one != telemetry_context_is(&got) ||
            (is_one && got.is_sampled != all[i].sampled)) {
            FAIL(t, "'%s'", all[i].text);
            continue;
        }
        if (!is_one)
            continue;
        telemetry_traceparent_put(text, &got);
        CHECK(t, strncmp(text, "00-" TRACE "-" SPAN "-0", 54) == 0 && strlen(text) == 55);
        CHECK(t, (text[54] == '1') == all[i].sampled);
    }
}

static void test_trace__spans_are_the_protocols(zkl_test *t)
{
    static const char want[] =
        "{\"resourceSpans\": [{\"resource\": {\"attributes\": ["
        "{\"key\": \"service.name\", \"value\": {\"stringValue\": \"s\"}},"
        "{\"key\": \"service.version\", \"value\": {\"stringValue\": \"1\"}},"
        "{\"key\": \"service.instance.id\", \"value\": {\"stringValue\": \"i\"}}]},"
        "\"scopeSpans\": [{\"scope\": {\"name\": \"s\", \"version\": \"1\"}, \"spans\": ["
        "{\"traceId\": \"" TRACE "\", \"spanId\": \"" SPAN "\", \"name\": \"one\", \"kind\": 2,"
        "\"startTimeUnixNano\": \"1767225600000000001\", \"endTimeUnixNano\": "
        "\"1767225600000000002\", \"attributes\": [{\"key\": \"n\", \"value\": {\"intValue\": "
        "\"-5\"}}, {\"key\": \"t\", \"value\": {\"stringValue\": \"x\"}}, {\"key\": \"id\", "
        "\"value\": {\"stringValue\": \"0123\"}}], \"status\": {\"code\": 2}},"
        "{\"traceId\": \"" TRACE "\", \"spanId\": \"" SPAN "\", \"parentSpanId\": "
        "\"0100000000000000\", \"name\": \"two\", \"kind\": 1, \"startTimeUnixNano\": \"1\", "
        "\"endTimeUnixNano\": \"2\", \"attributes\": [], \"status\": {}}]}]}]}";
    telemetry_span spans[2] = { { .name = "one",
                                  .kind = TELEMETRY_SPAN_SERVER,
                                  .begun_ns = 1767225600000000001,
                                  .ended_ns = 1767225600000000002,
                                  .has_failed = true,
                                  .id_key = "id",
                                  .id = "0123" },
                                { .name = "two",
                                  .kind = TELEMETRY_SPAN_INTERNAL,
                                  .begun_ns = 1,
                                  .ended_ns = 2,
                                  .parent = { 1 } } };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t i = 0; i < 2; i++)
        CHECK(t, telemetry_traceparent_parse(&spans[i].own,
                                             zkl_bytes_of_text("00-" TRACE "-" SPAN "-01")));
    telemetry_span_number(&spans[0], "n", -5);
    telemetry_span_text(&spans[0], "t", "x");
    telemetry_spans_put(&out, spans, 2, "s", "1", "i");
    json_t *const got = json_loadb((char *)out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    json_t *const wanted = json_loads(want, JSON_REJECT_DUPLICATES, NULL);
    CHECK(t, got && wanted && json_equal(got, wanted));
    json_decref(got);
    json_decref(wanted);
}

ZKL_TESTS(TEST(test_trace__a_parent_is_read_strictly), TEST(test_trace__spans_are_the_protocols))
