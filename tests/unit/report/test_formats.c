/* Every format from one model made by hand: all entries are in each, hostile texts do nothing. */
#include "testing.h"

#include <jansson.h>
#include <string.h>

#include "report/format.h"

#define HOSTILE "=1+1|</td><script>alert('x')</script>\" onload=\"\xe2\x80\xae"

static const report_bar bars[] = { { "below <b>0", 3 }, { "0 or more", 4 } };
static const report_claim claims[] = {
    { .text = "cells(*)", .sentence = "well formed", .is_wellformedness = true },
    { .text = "histogram(x, 0)",
      .sentence = HOSTILE,
      .bars_of = HOSTILE,
      .bars = bars,
      .bar_count = 2 },
};
static const zkl_column_info columns[] = { { .name = HOSTILE, .type = "uint16" } };
static const zkl_fact facts[] = { { HOSTILE, HOSTILE } };
static const report_data data[] = {
    { .name = "people",
      .version = 1,
      .dataset = { { 4 } },
      .row_count = 7,
      .read = HOSTILE,
      .columns = columns,
      .column_count = 1,
      .claims = claims,
      .claim_count = 2,
      .statement_count = 1 },
    { .name = "people",
      .version = 1,
      .dataset = { { 4 } },
      .operation = HOSTILE,
      .facts = facts,
      .fact_count = 1 },
};
static const report_stamp stamps[] = { { HOSTILE, "2027-05-06T07:08:09.000Z" },
                                       { NULL, "2027-05-07T07:08:09.000Z" } };
static const report_entry entries[] = {
    { .index = 0,
      .state = REPORT_VERIFIED,
      .kind = "key",
      .time = "2026-01-02T03:04:05.678Z",
      .what = "new signer key",
      .receipt_id = { { 0xa0 } },
      .signer = "aa" },
    { .index = 1,
      .state = REPORT_VERIFIED,
      .kind = "notarise",
      .time = "2026-01-02T03:04:05.678Z",
      .what = HOSTILE,
      .receipt_id = { { 0xa1 } },
      .signer = "aa",
      .data = &data[0],
      .stamps = stamps,
      .stamp_count = 2 },
    { .index = 2,
      .state = REPORT_VERIFIED,
      .kind = "provenance",
      .time = "2026-01-02T03:04:05.678Z",
      .what = HOSTILE,
      .receipt_id = { { 0xa2 } },
      .signer = "aa",
      .data = &data[1] },
    { .index = 3,
      .state = REPORT_BROKEN,
      .fault = HOSTILE,
      .kind = "",
      .time = "",
      .what = "an entry that cannot be read",
      .receipt_id = { { 0xa3 } } },
    { .index = 4,
      .state = REPORT_UNCHECKED,
      .kind = "setup",
      .time = "2026-01-02T03:04:05.678Z",
      .what = "F18",
      .receipt_id = { { 0xa4 } },
      .signer = "aa" },
};
static const report_entry *const about[] = { &entries[2] };
static const report_version versions[] = { { .notarised = &entries[1],
                                             .about = about,
                                             .about_count = 1,
                                             .claim_count = 1,
                                             .recorded_count = 1,
                                             .state = REPORT_VERIFIED } };
static const report_witness witnesses[] = { { HOSTILE, HOSTILE, "2026-01-02T03:04:05.000Z" } };
static const report_gap gaps[] = { { "truth", HOSTILE } };
static const report_model model = {
    .program = "zkp-ledger test",
    .title = HOSTILE,
    .made = "2026-01-02T03:04:05.678Z",
    .origin = HOSTILE,
    .log_key = HOSTILE,
    .checkpoint = HOSTILE,
    .ledger = { { 0xee } },
    .tree_size = 5,
    .witnesses = witnesses,
    .witness_count = 1,
    .witnessed_size = 4,
    .stamp_count = 2,
    .log_fault = HOSTILE,
    .pictures = true,
    .entries = entries,
    .entry_count = 5,
    .verified_count = 3,
    .broken_count = 1,
    .unchecked_count = 1,
    .versions = versions,
    .version_count = 1,
    .claim_count = 1,
    .recorded_count = 1,
    .lineage_missing = HOSTILE,
    .gaps = gaps,
    .gap_count = 1,
};

static const char *written(zkl_test *t, const report_format *format)
{
    zkl_buffer out = { 0 };
    zkl_error err = { 0 };
    const zkl_status status = format->put(&out, &model, NULL, &err);
    if (status != ZKL_OK)
        FAIL(t, "%s", err.text);
    const char *text = zkl_arena_text(&t->arena, (const char *)out.data, out.size);
    zkl_buffer_clear(&out);
    return text ? text : "";
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    while ((text = strstr(text, what))) {
        count++;
        text += strlen(what);
    }
    return count;
}

static const report_format *const text_formats[] = { &report_export_html, &report_export_json,
                                                     &report_export_json_ld, &report_export_csv,
                                                     &report_export_md };

static void test_formats__have_every_entry_and_result(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(text_formats); i++) {
        const char *text = written(t, text_formats[i]);
        for (unsigned k = 0; k < 5; k++) {
            char id[80];
            snprintf(id, sizeof id, "a%x%062d", k, 0);
            if (!strstr(text, id))
                FAIL(t, "format %zu lacks entry %u", i, k);
        }
        CHECK(t, strstr(text, "broken") && strstr(text, "unchecked") && strstr(text, "verified"));
        /* Both clocks' times, and the witness's in those that say it. */
        CHECK(t, strstr(text, "2027-05-06") && strstr(text, "2027-05-07"));
        CHECK(t, strstr(text, "alert")); /* the text itself is told */
    }
}

/* The sentence about the set-up of a model like the one above. */
static const char *set_up_of(zkl_test *t, size_t party_count, bool is_development)
{
    static const zkl_trusted_party parties[8] = { { .name = "Alice" }, { .name = "Bob" },
                                                  { .name = "Carol" }, { .name = "Dan" },
                                                  { .name = "Eve" },   { .name = "Frank" },
                                                  { .name = "Grace" }, { .name = "Heidi" } };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    report_model m = model;
    m.proof_count = 1;
    m.parties = parties;
    m.party_count = party_count;
    m.is_development = is_development;
    report_put_set_up(&out, &m);
    const char *text = zkl_arena_text(&t->arena, (const char *)out.data, out.size);
    return text ? text : "";
}

static void test_put_set_up__names_parties(zkl_test *t)
{
    CHECK(t, strstr(set_up_of(t, 2, false), "made by Alice and Bob: it binds everybody, unless"));
    CHECK(t, strstr(set_up_of(t, 3, false), "by Alice, Bob and Carol:"));
    CHECK(t, strstr(set_up_of(t, 6, false), "Eve and Frank:"));
    CHECK(t, strstr(set_up_of(t, 8, false), "by Alice, Bob, Carol, Dan, Eve and 3 others:"));
    CHECK(t, strstr(set_up_of(t, 0, false), "names nobody of it"));
    CHECK(t, strstr(set_up_of(t, 2, true), "development one"));
    CHECK(t, !strstr(set_up_of(t, 2, true), "Alice"));
}

/* No element, no attribute, no text that turns around what stands beside it. */
static void test_formats_html__hostile_texts_are_text(zkl_test *t)
{
    const char *html = written(t, &report_export_html);
    CHECK_UINT_EQ(t, count_of(html, "<script"), 1); /* its own */
    CHECK_UINT_EQ(t, count_of(html, "</script"), 1);
    CHECK_UINT_EQ(t, count_of(html, " onload=\""), 0);
    CHECK_UINT_EQ(t, count_of(html, "\xe2\x80\xae"), 0);
    CHECK_UINT_EQ(t, count_of(html, "below <b>"), 0);
    CHECK_UINT_EQ(t, count_of(html, "<svg viewBox=\"0 0 1000 10\""), 2); /* a bar a bin */
    CHECK(t, strstr(html, "default-src 'none'"));
    CHECK_UINT_EQ(t, count_of(html, "http-equiv"), 1);
    CHECK_UINT_EQ(t, count_of(html, " src="), 0);
}

static void test_formats_md__hostile_texts_are_text(zkl_test *t)
{
    const char *md = written(t, &report_export_md);
    CHECK_UINT_EQ(t, count_of(md, "<"), count_of(model.checkpoint, "<")); /* in a block of code */
    CHECK_UINT_EQ(t, count_of(md, "=1+1|"), count_of(model.checkpoint, "|"));
}

/* A field that a spreadsheet would run has an apostrophe in front, and quotes stand twice. */
static void test_formats_csv__is_harmless(zkl_test *t)
{
    const char *csv = written(t, &report_export_csv);
    CHECK_UINT_EQ(t, count_of(csv, "\r\n"), 6);
    CHECK_UINT_EQ(t, count_of(csv, ",\"=") + count_of(csv, ",="), 0);
    CHECK(t, strstr(csv,
                    ",\"'=1+1|</td><script>alert('x')</script>\"\" onload=\"\"\\xe2\\x80\\xae\""));
}

/* In full width too; what only looks like these is left as it is. */
static void test_formats_csv__full_width_is_harmless(zkl_test *t)
{
    static const struct {
        const char *text;
        bool is_run;
    } cases[] = { { "\uff1d1+1", true }, { "\uff0b1", true },  { "\uff0d1", true },
                  { "\uff20a", true },   { "\uff1c1", false }, { "1\uff1d1", false } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_error err = { 0 };
        const report_data said = { .name = "people", .version = 1, .operation = cases[i].text };
        const report_entry entry = { .kind = "provenance", .time = "", .what = "", .data = &said };
        report_model m = model;
        m.entries = &entry;
        m.entry_count = 1;
        REQUIRE_OK(t, &err, report_export_csv.put(&out, &m, NULL, &err));
        zkl_buffer_put_u8(&out, 0);
        const char *const want =
            zkl_arena_format(&t->arena, ",\"%s%s\"", cases[i].is_run ? "'" : "", cases[i].text);
        CHECK(t, strstr((const char *)out.data, want) != NULL);
    }
}

static void test_formats_json__is_the_model(zkl_test *t)
{
    json_t *json = json_loads(written(t, &report_export_json), 0, NULL);
    const json_t *result = json_object_get(json, "result");
    REQUIRE(t, json && result);
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(result, "status")), "broken");
    CHECK_UINT_EQ(t, json_array_size(json_object_get(json, "entries")), 5);
    CHECK_TEXT_EQ(t, json_string_value(json_object_get(json, "title")), HOSTILE);
    json_decref(json);
    json = json_loads(written(t, &report_export_json_ld), 0, NULL);
    CHECK(t, json_array_size(json_object_get(json, "@graph")) >= 5 + 1 + 1);
    json_decref(json);
}

ZKL_TESTS(TEST(test_formats__have_every_entry_and_result), TEST(test_put_set_up__names_parties),
          TEST(test_formats_html__hostile_texts_are_text),
          TEST(test_formats_md__hostile_texts_are_text), TEST(test_formats_csv__is_harmless),
          TEST(test_formats_csv__full_width_is_harmless), TEST(test_formats_json__is_the_model))
