/* Alerts, as a table of moments: what is put in, and all that is told. */
#include "telemetry/alerts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "telemetry/alert_history.h"
#include "testing.h"

/* A rule that holds from 1 on. */
#define RULE                                                                                       \
    {                                                                                              \
        .term_count = 1, .comparison = TELEMETRY_AT_LEAST, .threshold = 1                          \
    }
#define LABELS(...)                                                                                \
    .labels = (const telemetry_pair[]){ __VA_ARGS__ },                                             \
    .label_count = sizeof((const telemetry_pair[]){ __VA_ARGS__ }) / sizeof(telemetry_pair)

static const size_t first_alone[] = { 0 };
/* 0 and 1 are of one part, a warning and worse; 2 of another, and for the first receiver alone. */
static const telemetry_alert alerts[] = {
    { .name = "a",
      .rule = RULE,
      .for_ms = 20,
      LABELS({ "alertname", "a" }, { "severity", "warning" }, { "part", "disk" }) },
    { .name = "b",
      .rule = RULE,
      LABELS({ "alertname", "b" }, { "severity", "critical" }, { "part", "disk" }) },
    { .name = "c",
      .rule = RULE,
      LABELS({ "alertname", "c" }, { "severity", "warning" }),
      .receivers = first_alone,
      .receiver_count = 1 },
};
static const char *const by_severity[] = { "severity" };
static const telemetry_receiver receivers[] = {
    { .name = "ops", .group_wait_ms = 10, .group_interval_ms = 50, .repeat_ms = 200 },
    { .name = "boss",
      .group_by = by_severity,
      .group_by_count = 1,
      .repeat_ms = 1000,
      .hides_resolved = true },
};
static const char *const same_part[] = { "part" };
static const telemetry_inhibition inhibitions[] = {
    { .source = (const telemetry_pair[]){ { "severity", "critical" } },
      .source_count = 1,
      .target = (const telemetry_pair[]){ { "severity", "warning" } },
      .target_count = 1,
      .equal = same_part,
      .equal_count = 1 },
};
static const telemetry_alert_settings plain = { alerts, 3, receivers, 2, NULL, 0 },
                                      inhibiting = { alerts, 3, receivers, 2, inhibitions, 1 };

/* "ops{}+a-b boss{severity=critical}+b" */
static void note(void *context, const telemetry_notification *n)
{
    zkl_buffer *const out = context;
    zkl_buffer_format(out, "%s%s{", out->size ? " " : "", receivers[n->receiver].name);
    for (size_t i = 0; i < n->group_count; i++)
        zkl_buffer_format(out, "%s=%s", n->group[i].name, n->group[i].value);
    zkl_buffer_put_text(out, "}");
    for (size_t i = 0; i < n->firing_count; i++)
        zkl_buffer_format(out, "+%s", alerts[n->firing[i]].name);
    for (size_t i = 0; i < n->resolved_count; i++)
        zkl_buffer_format(out, "-%s", alerts[n->resolved[i]].name);
}

typedef struct moment {
    uint64_t at_ms;
    const char *values; /* of each alert: '1', '0', or '?' for what cannot be told */
    const char *states; /* of each: i, p, f */
    const char *told;
} moment;

static void play(zkl_test *t, const telemetry_alert_settings *settings, const moment *moments,
                 size_t count, const telemetry_silence *silence)
{
    telemetry_alerts *a = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, telemetry_alerts_new(&a, settings, &err));
    for (size_t i = 0; i < count; i++) {
        const moment *const m = &moments[i];
        ZKL_AUTO_CLEAR(zkl_buffer) told = { 0 };
        double values[3];
        char states[4] = "";
        for (size_t k = 0; k < 3; k++)
            values[k] = m->values[k] == '?' ? NAN : m->values[k] - '0';
        telemetry_alerts_step(a, (telemetry_moment){ m->at_ms, (int64_t)m->at_ms + 1000 }, values,
                              silence, silence != NULL, note, &told);
        for (size_t k = 0; k < 3; k++)
            states[k] = "ipf"[telemetry_alerts_now(a, k)->state];
        if (!zkl_bytes_equal_text(zkl_buffer_bytes(&told), m->told) ||
            strcmp(states, m->states) != 0)
            FAIL(t, "at %llu: '%.*s' %s, want '%s' %s", (unsigned long long)m->at_ms,
                 (int)told.size, (char *)told.data, states, m->told, m->states);
    }
    telemetry_alerts_free(a);
}

static void test_alerts__fire_when_they_held_for_long_enough(zkl_test *t)
{
    static const moment moments[] = {
        { 0, "000", "iii", "" },
        { 5, "100", "pii", "" },
        { 24, "100", "pii", "" },
        { 24, "?00", "iii", "" }, /* what cannot be told does not hold */
        { 30, "100", "pii", "" },
        { 49, "100", "pii", "" },
        { 50, "100", "fii", "boss{severity=warning}+a" },
        { 59, "100", "fii", "" },
        { 60, "100", "fii", "ops{}+a" },
        { 70, "101", "fif", "" }, /* news wait for the interval */
        { 109, "101", "fif", "" },
        { 110, "101", "fif", "ops{}+a+c" },
        { 160, "001", "iif", "ops{}+c-a" },
        { 210, "000", "iii", "ops{}-c" },
        { 500, "000", "iii", "" },
        { 501, "001", "iif", "" }, /* a new wait */
        { 511, "001", "iif", "ops{}+c" },
        { 710, "001", "iif", "" },
        { 711, "001", "iif", "ops{}+c" }, /* again */
    };
    play(t, &plain, moments, ZKL_COUNT(moments), NULL);
}

static void test_alerts__what_goes_while_it_is_waited_for_is_not_told(zkl_test *t)
{
    static const moment moments[] = {
        { 0, "001", "iif", "" },  { 5, "000", "iii", "" },  { 10, "000", "iii", "" },
        { 11, "001", "iif", "" }, { 20, "001", "iif", "" }, { 21, "001", "iif", "ops{}+c" },
    };
    play(t, &plain, moments, ZKL_COUNT(moments), NULL);
}

/* Until 1,100 of the wall's clock, which is 1,000 ahead. */
static void test_alerts__a_silence_ends_by_itself(zkl_test *t)
{
    static const telemetry_pair pairs[] = { { "part", "disk" }, { "severity", "critical" } };
    static const telemetry_silence silence = { pairs, 2, 1000, 1100 };
    static const moment moments[] = {
        { 0, "011", "iff", "" }, /* c waits */
        { 10, "011", "iff", "ops{}+c" },
        { 99, "011", "iff", "" },
        { 100, "011", "iff", "ops{}+b+c boss{severity=critical}+b" },
        { 150, "001", "iif", "ops{}+c-b" },
    };
    play(t, &plain, moments, ZKL_COUNT(moments), &silence);
}

/* Told as resolved, though it is silenced by then. */
static void test_alerts__what_was_told_is_resolved(zkl_test *t)
{
    static const telemetry_pair pairs[] = { { "alertname", "c" } };
    static const telemetry_silence silence = { pairs, 1, 1050, 2000 };
    static const moment moments[] = {
        { 0, "001", "iif", "" },
        { 10, "001", "iif", "ops{}+c" },
        { 300, "001", "iif", "" }, /* silenced: not again */
        { 301, "000", "iii", "ops{}-c" },
    };
    play(t, &plain, moments, ZKL_COUNT(moments), &silence);
}

/* b is worse than a in the same part; c has none. */
static void test_alerts__what_is_worse_inhibits(zkl_test *t)
{
    static const moment moments[] = {
        { 0, "111", "pff", "boss{severity=critical}+b" },
        { 10, "111", "pff", "ops{}+b+c" },
        { 20, "111", "fff", "" },
        { 60, "111", "fff", "" },
        { 100, "101", "fif", "ops{}+a+c-b boss{severity=warning}+a" },
    };
    play(t, &inhibiting, moments, ZKL_COUNT(moments), NULL);
}

static void test_alerts__fit_by_their_labels(zkl_test *t)
{
    static const telemetry_pair both[] = { { "severity", "warning" }, { "part", "disk" } };
    CHECK(t,
          telemetry_alert_fits(&alerts[0], both, 2) && !telemetry_alert_fits(&alerts[1], both, 2));
    CHECK(t,
          !telemetry_alert_fits(&alerts[2], both, 2) && telemetry_alert_fits(&alerts[2], both, 1));
    CHECK_TEXT_EQ(t, telemetry_alert_label(&alerts[0], "part"), "disk");
    CHECK(t, !telemetry_alert_label(&alerts[2], "part"));
}

/* ---- Other settings while they run */

/* b goes on; c goes; a is another rule of the same name. One receiver goes on, one is another. */
static const telemetry_alert changed_alerts[] = {
    { .name = "b",
      .rule = RULE,
      LABELS({ "alertname", "b" }, { "severity", "critical" }, { "part", "disk" }) },
    { .name = "a", .rule = RULE, .text = "other", LABELS({ "alertname", "a" }) },
};
static const telemetry_receiver changed_receivers[] = {
    { .name = "other", .group_wait_ms = 1000 },
    { .name = "ops", .group_wait_ms = 10, .group_interval_ms = 50, .repeat_ms = 200 },
};
static const telemetry_alert_settings changed = {
    changed_alerts, 2, changed_receivers, 2, NULL, 0
};

static void note_changed(void *context, const telemetry_notification *n)
{
    zkl_buffer *const out = context;
    zkl_buffer_format(out, "%s%s", out->size ? " " : "", changed_receivers[n->receiver].name);
    for (size_t i = 0; i < n->firing_count; i++)
        zkl_buffer_format(out, "+%s", changed_alerts[n->firing[i]].name);
    for (size_t i = 0; i < n->resolved_count; i++)
        zkl_buffer_format(out, "-%s", changed_alerts[n->resolved[i]].name);
}

static void check_told(zkl_test *t, zkl_buffer *told, const char *want)
{
    if (!zkl_bytes_equal_text(zkl_buffer_bytes(told), want))
        FAIL(t, "'%.*s', want '%s'", (int)told->size, (char *)told->data, want);
    told->size = 0;
}

static void test_alerts__go_on_under_other_settings(zkl_test *t)
{
    static const double all[] = { 1, 1, 1 }, b_alone[] = { 1, 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) told = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) history = { 0 };
    telemetry_alerts *before = NULL, *after = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, telemetry_alerts_new(&before, &plain, &err));
    REQUIRE_OK(t, &err, telemetry_alerts_new(&after, &changed, &err));
    for (uint64_t ms = 0; ms <= 40; ms += 20)
        telemetry_alerts_step(before, (telemetry_moment){ ms, (int64_t)ms + 1000 }, all, NULL, 0,
                              note, &told);
    told.size = 0; /* all three fire by now, and were told to both */
    REQUIRE_OK(t, &err, telemetry_alerts_carry(after, before, note, &told, &err));
    /* c is told as resolved to whoever heard of it; of a the same, for it is another rule now; and
     * boss is there no more */
    check_told(t, &told, "ops{}-a-c");
    CHECK_UINT_EQ(t, (uint64_t)telemetry_alerts_now(after, 0)->state, TELEMETRY_FIRING);
    CHECK_UINT_EQ(t, (uint64_t)telemetry_alerts_now(after, 0)->began_ms, 1000);
    CHECK_UINT_EQ(t, (uint64_t)telemetry_alerts_now(after, 1)->state, TELEMETRY_INACTIVE);
    /* what goes on is not told anew by the same receiver, and is by another one */
    telemetry_alerts_step(after, (telemetry_moment){ 60, 1060 }, b_alone, NULL, 0, note_changed,
                          &told);
    check_told(t, &told, "");
    telemetry_alerts_step(after, (telemetry_moment){ 1059, 2059 }, b_alone, NULL, 0, note_changed,
                          &told);
    check_told(t, &told, "ops+b"); /* repeated */
    telemetry_alerts_step(after, (telemetry_moment){ 1060, 2060 }, b_alone, NULL, 0, note_changed,
                          &told);
    check_told(t, &told, "other+b");
    /* and so does how it stood */
    telemetry_alerts_put_history(&history, after, 1020);
    static const char want[] =
        "{\"name\": \"zkl_alert_state\", \"kind\": \"gauge\", \"unit\": \"\", \"series\": [\n"
        "{\"sample\": \"zkl_alert_state\", \"labels\": {\"alertname\": \"b\", \"severity\": "
        "\"critical\", \"part\": \"disk\"}, \"points\": [[1020, 2], [1040, 2], [1060, 2], [2059, "
        "2], "
        "[2060, 2]]},\n"
        "{\"sample\": \"zkl_alert_state\", \"labels\": {\"alertname\": \"a\"}, \"points\": "
        "[[1020, 0], [1040, 0], [1060, 0], [2059, 0], [2060, 0]]}]}\n";
    if (!zkl_bytes_equal_text(zkl_buffer_bytes(&history), want))
        FAIL(t, "%.*s", (int)history.size, (char *)history.data);
    telemetry_alerts_free(before);
    telemetry_alerts_free(after);
}

/* The ring goes round: the oldest moments are gone, and times are in order. */
static void test_alerts__keep_their_last_moments(zkl_test *t)
{
    static const double none[] = { 0, 0, 0 }, one[] = { 0, 1, 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) history = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) told = { 0 };
    telemetry_alerts *a = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, telemetry_alerts_new(&a, &plain, &err));
    for (uint64_t i = 0; i < TELEMETRY_POINTS + 7; i++)
        telemetry_alerts_step(a, (telemetry_moment){ i, (int64_t)i }, i % 2 ? one : none, NULL, 0,
                              note, &told);
    telemetry_alerts_put_history(&history, a, 0);
    zkl_buffer_put_u8(&history, 0);
    const char *at = strstr((const char *)history.data, "\"b\"");
    CHECK(t, at);
    at = at ? strstr(at, "[[") + 1 : "";
    for (uint64_t i = 7; i < TELEMETRY_POINTS + 7; i++) {
        unsigned long long time;
        unsigned state;
        if (sscanf(at, "[%llu, %u]", &time, &state) != 2 || time != i || state != (i % 2 ? 2 : 0))
            FAIL(t, "moment %llu: %.20s", (unsigned long long)i, at);
        at = strchr(at + 1, '[') ? strchr(at + 1, '[') : "";
    }
    telemetry_alerts_free(a);
}

ZKL_TESTS(TEST(test_alerts__go_on_under_other_settings), TEST(test_alerts__keep_their_last_moments),
          TEST(test_alerts__fire_when_they_held_for_long_enough),
          TEST(test_alerts__what_goes_while_it_is_waited_for_is_not_told),
          TEST(test_alerts__a_silence_ends_by_itself), TEST(test_alerts__what_was_told_is_resolved),
          TEST(test_alerts__what_is_worse_inhibits), TEST(test_alerts__fit_by_their_labels))
