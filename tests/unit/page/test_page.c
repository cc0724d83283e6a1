/* Pages: whatever an answer says, it is text in a page and nothing more. */
#include "page/page.h"

#include <string.h>

#include "testing.h"

/* It would break out of content, of an attribute and of a link; it hides; it turns text around. */
#define HOSTILE "<script>x</script>\"'&<b \xe2\x80\xae\xd7\xa9 a/../%2F?#"

/* Every member that any page looks at, with such a text. */
static json_t *make_answer(void)
{
    json_error_t error;
    json_t *const text = json_string(HOSTILE);
    json_t *const answer = json_pack_ex(
        &error, 0,
        "{s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:{s:O, s:O, s:i, s:i}, s:{s:i, s:O, s:O},"
        " s:[{s:O, s:O, s:i, s:i}], s:[{s:i, s:O, s:O, s:O, s:O}],"
        " s:[{s:O, s:O, s:O, s:O, s:O}], s:[{s:O, s:O, s:b}], s:[{s:O, s:O}],"
        " s:[{s:O, s:[O], s:i}], s:[{s:i, s:i}], s:[{s:O, s:O}], s:[{s:[i], s:[i], s:O, s:[]}]}",
        "title", text, "detail", text, "key", text, "origin", text, "root", text, "tier", text,
        "operation", text, "id", text,                                                       /**/
        "dataset", "name", text, "id", text, "version", 1, "rows", 2,                        /**/
        "entry", "index", 3, "time", text, "receipt_id", text,                               /**/
        "datasets", "name", text, "id", text, "versions", 1, "index", 2,                     /**/
        "entries", "index", 1, "kind", text, "what", text, "time", text, "receipt_id", text, /**/
        "keys", "name", text, "id", text, "begins", text, "role", text, "scopes", text,      /**/
        "columns", "name", text, "type", text, "nullable", 1,                                /**/
        "claims", "text", text, "sentence", text,                                            /**/
        "later", "operation", text, "claims", text, "index", 4,                              /**/
        "versions", "version", 1, "index", 2,                                                /**/
        "nodes", "kind", text, "name", text,                                                 /**/
        "steps", "sources", 0, "results", 0, "operation", text, "claims");
    json_decref(text);
    return answer;
}

/* Lists that have other names, of the same members. */
static void add_lists(json_t *answer)
{
    static const char *const lists[] = { "operations", "sessions", "roles", "ledgers",
                                         "witnesses",  "issuers",  "files", "policies",
                                         "settings",   "circuits" };
    json_t *const text = json_string(HOSTILE);
    for (size_t i = 0; i < ZKL_COUNT(lists); i++) {
        json_t *const one = json_pack(
            "{s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:[O], s:[O], s:[O], "
            "s:[{s:O, s:O}]}",
            "name", text, "id", text, "operation", text, "state", text, "agent", text, "address",
            text, "description", text, "error", text, "about", text, "circuit", text, "key_made",
            text, "allow", text, "deny", text, "claims", text, "settings", "name", text, "help",
            text);
        json_object_set_new(one, "made", json_true());
        json_object_set_new(answer, lists[i], json_pack("[o]", one));
    }
    json_object_set_new(answer, "not_proven", json_pack("[O]", text));
    json_object_set_new(answer, "state", json_string("over"));
    json_object_set_new(answer, "status", json_incref(text));
    json_object_set_new(answer, "answer",
                        json_pack("{s:O, s:{s:O}, s:[O], s:[{s:O, s:i}], s:{s:[O]}}", "error", text,
                                  "dataset", "name", text, "claims", text, "parts", "name", text,
                                  "rows", 2, "proven", "claims", text));
    json_object_set(answer, "powers_made", text);
    json_object_set(answer, "powers", text);
    json_object_set_new(answer, "revoked", json_pack("{s:O}", "reason", text));
    json_object_set_new(answer, "limits", json_pack("{s:{}}", HOSTILE));
    json_decref(text);
}

static page_view make_view(json_t *answer)
{
    page_view view = { .at = "",
                       .base = "",
                       .name = HOSTILE,
                       .who = HOSTILE,
                       .role = HOSTILE,
                       .organisation = HOSTILE,
                       .ledger = HOSTILE,
                       .csrf = HOSTILE,
                       .search = "" };
    view.may = (page_rights){ true, true, true, true, true, true, true, true,
                              true, true, true, true, true, true, true };
    for (size_t i = 0; i < PAGE_ANSWERS_MAX; i++)
        view.answers[i] = (page_answer){ 200, answer };
    return view;
}

static page_put *const pages[] = {
    page_put_overview, page_put_datasets,  page_put_dataset,  page_put_log,     page_put_jobs,
    page_put_job,      page_put_upload,    page_put_verify,   page_put_verdict, page_put_keys,
    page_put_made_key, page_put_roles,     page_put_sessions, page_put_health,  page_put_ledgers,
    page_put_prove,    page_put_transform, page_put_split,    page_put_revoke,  page_put_export,
    page_put_reports,  page_put_policies
};

static void check_page(zkl_test *t, size_t i, zkl_buffer *out)
{
    static const char *const never[] = { "<script>x", "<b ",  "\xe2\x80\xae", "style=",
                                         " onclick",  "\"'&", "javascript:" };
    zkl_buffer_put_u8(out, 0);
    CHECK(t, !out->failed);
    for (size_t k = 0; k < ZKL_COUNT(never); k++)
        if (strstr((const char *)out->data, never[k]))
            FAIL(t, "page %zu has %s", i, never[k]);
}

static void test_page__texts_of_others_are_text(zkl_test *t)
{
    json_t *const answer = make_answer();
    CHECK(t, answer);
    if (!answer)
        return;
    add_lists(answer);
    const page_view view = make_view(answer);
    for (size_t i = 0; i < ZKL_COUNT(pages); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        pages[i](&out, &view);
        check_page(t, i, &out);
        /* forms alone say nothing of it but who looks */
        CHECK(t, strstr((const char *)out.data, "&lt;script&gt;x"));
    }
    json_decref(answer);
}

static void test_page__problems_and_logging_in_too(zkl_test *t)
{
    const page_view view = make_view(NULL);
    for (size_t i = 0; i < 4; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        if (i == 0)
            page_put_problem(&out, &view, 404, HOSTILE, HOSTILE);
        else if (i == 1)
            page_put_log_in(&out, &view, HOSTILE, HOSTILE);
        else if (i == 2)
            page_put_code(&out, &view, HOSTILE, HOSTILE);
        else
            page_put_enrol(&out, &view, HOSTILE, HOSTILE, HOSTILE, HOSTILE);
        check_page(t, 100 + i, &out);
    }
}

/* Answers that lack everything make a page all the same. */
static void test_page__empty_answers_are_pages(zkl_test *t)
{
    json_t *const empty = json_object();
    const page_view view = make_view(empty);
    for (size_t i = 0; i < ZKL_COUNT(pages); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        pages[i](&out, &view);
        zkl_buffer_put_u8(&out, 0);
        CHECK(t, strstr((const char *)out.data, "</html>"));
    }
    json_decref(empty);
}

/* What whoever looks may not is not offered. */
static void test_page__offers_what_is_allowed_alone(zkl_test *t)
{
    json_t *const empty = json_object();
    page_view view = make_view(empty);
    view.may = (page_rights){ 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    page_put_overview(&out, &view);
    zkl_buffer_put_u8(&out, 0);
    static const char *const links[] = { "/datasets\"", "/log\"",  "/jobs\"",  "/upload\"",
                                         "/verify\"",   "/keys\"", "/roles\"", "/health\"" };
    for (size_t i = 0; i < ZKL_COUNT(links); i++)
        CHECK(t, !strstr((const char *)out.data, links[i]));
    json_decref(empty);
}

ZKL_TESTS(TEST(test_page__texts_of_others_are_text), TEST(test_page__problems_and_logging_in_too),
          TEST(test_page__empty_answers_are_pages), TEST(test_page__offers_what_is_allowed_alone))
