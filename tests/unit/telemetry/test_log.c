/* Lines of a log: in both forms, and what is held back. */
#include "telemetry/log.h"

#include <string.h>

#include "testing.h"

static const char *say(zkl_test *t, telemetry_log *log, telemetry_log_line line)
{
    zkl_buffer out = { 0 };
    line.wall_ms = 1767225600123;
    const bool is_said = telemetry_log_put(&out, log, &line);
    zkl_buffer_put_u8(&out, 0);
    const char *const text = zkl_arena_copy(&t->arena, out.data, out.size);
    zkl_buffer_clear(&out);
    return is_said ? text : NULL;
}

static void test_log__lines_are_text_or_json(zkl_test *t)
{
    telemetry_log text = { .most = TELEMETRY_LOG_INFO };
    telemetry_log json = { .is_json = true, .most = TELEMETRY_LOG_INFO };
    const telemetry_log_line line = { .level = TELEMETRY_LOG_WARNING,
                                      .message = "a \"b\"\nc\x1b[31m\xff",
                                      .request = "0123",
                                      .trace = "4567",
                                      .steady_ms = 1 };
    const char *const as_text = say(t, &text, line);
    REQUIRE(t, as_text);
    CHECK(t, strncmp(as_text, "warning: a \"b\"", 14) == 0);
    CHECK(t, strchr(as_text, '\n') == as_text + strlen(as_text) - 1 && !strchr(as_text, 0x1b));
    CHECK(t, strstr(as_text, "[request 0123]"));
    const char *const as_json = say(t, &json, line);
    REQUIRE(t, as_json);
    CHECK(t, strchr(as_json, '\n') == as_json + strlen(as_json) - 1);
    json_t *const got = json_loads(as_json, JSON_REJECT_DUPLICATES, NULL);
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(got, "time")), "2026-01-01T00:00:00.123Z");
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(got, "level")), "warning");
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(got, "request")), "0123");
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(got, "trace")), "4567");
    json_decref(got);
    CHECK(t, !say(t, &text, (telemetry_log_line){ TELEMETRY_LOG_DEBUG, "d" }));
}

static void test_log__what_repeats_is_said_once_a_minute(zkl_test *t)
{
    telemetry_log log = { .most = TELEMETRY_LOG_INFO };
    telemetry_log_line line = { .level = TELEMETRY_LOG_ERROR, .message = "again", .steady_ms = 5 };
    CHECK_TEXT_EQ(t, say(t, &log, line), "error: again\n");
    for (uint64_t i = 0; i < 9; i++) {
        line.steady_ms = 5 + i * 6000;
        CHECK(t, !say(t, &log, line));
    }
    CHECK_TEXT_EQ(t, say(t, &log, (telemetry_log_line){ TELEMETRY_LOG_ERROR, "other" }),
                  "error: other\n");
    line.steady_ms = 5 + TELEMETRY_LOG_REPEAT_MS;
    CHECK_TEXT_EQ(t, say(t, &log, line), "error: again (and 9 times before)\n");
    line.level = TELEMETRY_LOG_INFO; /* the same words at another level are news */
    CHECK_TEXT_EQ(t, say(t, &log, line), "info: again\n");
}

static void test_log__a_flood_is_cut_off(zkl_test *t)
{
    telemetry_log log = { .most = TELEMETRY_LOG_INFO };
    char message[24];
    size_t said = 0;
    for (size_t i = 0; i < 500; i++) {
        snprintf(message, sizeof message, "message %zu", i);
        said += say(t, &log,
                    (telemetry_log_line){ TELEMETRY_LOG_ERROR, message, .steady_ms = 7000 + i }) !=
                NULL;
    }
    CHECK_UINT_EQ(t, said, TELEMETRY_LOG_LINES_MAX);
    CHECK_TEXT_EQ(
        t, say(t, &log, (telemetry_log_line){ TELEMETRY_LOG_INFO, "after", .steady_ms = 8000 }),
        "info: after (450 lines were left out)\n");
}

ZKL_TESTS(TEST(test_log__lines_are_text_or_json),
          TEST(test_log__what_repeats_is_said_once_a_minute), TEST(test_log__a_flood_is_cut_off))
