/* The table of pages: all that a page asks for is a path of the API, which asks for a
 * permission. */
#include "daemon/page.h"

#include <string.h>

#include "api/operation.h"
#include "testing.h"

static bool fits(const daemon_page_step *step, const daemon_route *r)
{
    if (strcmp(step->method, r->method) != 0)
        return false;
    for (size_t i = 0; i < ZKL_COUNT(step->at); i++) {
        const char *const a = step->at[i], *const b = r->at[i];
        if (!a != !b || (a && b && strcmp(a, b) != 0 && b[0] != '{'))
            return false;
    }
    return true;
}

static const daemon_route *find(const daemon_page_step *step)
{
    for (size_t i = 0; daemon_routes[i]; i++)
        for (const daemon_route *r = daemon_routes[i]; r->method; r++)
            if (fits(step, r))
                return r;
    return NULL;
}

static void test_pages__every_step_is_a_path_of_the_api(zkl_test *t)
{
    for (const daemon_route *r = daemon_page_routes; r->method; r++)
        for (size_t i = 0; i < PAGE_ANSWERS_MAX && r->page->steps[i].method; i++) {
            const daemon_page_step *const step = &r->page->steps[i];
            const daemon_route *const row = find(step);
            CHECK_TEXT_EQ(t, step->at[0], "v1");
            if (!row || row->page || row->is_open || strcmp(row->permission, DAEMON_OF_PAGE) == 0)
                FAIL(t, "%s /%s: step %zu is no path of the API", r->method, r->at[0], i);
        }
}

/* Without a step that asks for a permission, a page asks for one itself. Others may: a form of what
 * is to be done asks for that permission, and for those of what it shows. */
static void test_pages__none_is_without_a_permission(zkl_test *t)
{
    for (const daemon_route *r = daemon_page_routes; r->method; r++) {
        const bool has_step = r->page->steps[0].method;
        CHECK(t, r->page && !r->is_open);
        if (!has_step && strcmp(r->permission, DAEMON_OF_PAGE) == 0)
            FAIL(t, "%s /%s", r->method, r->at[0]);
    }
}

/* An operation that neither writes nor takes a ledger's keys. */
static bool only_reads(const daemon_page_step *step)
{
    const api_operation *const operation =
        strcmp(step->at[1], "call") == 0 ? api_find(step->at[2]) : NULL;
    return operation && operation->effect <= API_READS && !operation->needs_keys;
}

/* Whoever asks for a page by GET changes nothing. */
static void test_pages__get_asks_by_get_alone(zkl_test *t)
{
    for (const daemon_route *r = daemon_page_routes; r->method; r++)
        for (size_t i = 0; i < PAGE_ANSWERS_MAX && r->page->steps[i].method; i++)
            if (strcmp(r->method, "GET") == 0 && strcmp(r->page->steps[i].method, "GET") != 0 &&
                !only_reads(&r->page->steps[i]))
                FAIL(t, "GET /%s", r->at[0]);
}

ZKL_TESTS(TEST(test_pages__every_step_is_a_path_of_the_api),
          TEST(test_pages__none_is_without_a_permission), TEST(test_pages__get_asks_by_get_alone))
