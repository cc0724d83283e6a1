/* Forms as requests of the API. */
#include "page/page.h"

#include <stdlib.h>
#include <string.h>

#include "page/form.h"
#include "testing.h"

/* file: of the table that came with the form; NULL: none did. */
static void check_request(zkl_test *t, page_request *make, const char *fields, const char *file,
                          const char *want)
{
    json_t *const form = page_form_read(zkl_bytes_of_text(fields));
    page_view view = { .name = "people@2" };
    if (file)
        view.answers[0] = (page_answer){ 201, json_pack("{s:s}", "file", file) };
    json_t *const request = make(form, &view);
    char *const got = json_dumps(request, JSON_SORT_KEYS);
    CHECK_TEXT_EQ(t, got, want);
    free(got);
    json_decref(request);
    json_decref(view.answers[0].body);
    json_decref(form);
}

static void test_requests__say_what_the_form_says(zkl_test *t)
{
    check_request(t, page_request_prove,
                  "csrf=x&claims=sum(a)%0D%0A&words1=&policy=&settings=", "file:12",
                  "{\"claims\": [\"sum(a)\"], \"data\": [\"file:12\"], \"output\": "
                  "\"out:people.zkl\"}");
    check_request(t, page_request_prove, "policy=privacy&settings=k=3%0Aquasi=a, b", NULL,
                  "{\"output\": \"out:people.zkl\", \"policy\": \"privacy\", \"settings\": "
                  "[\"k=3\", \"quasi=a, b\"]}");
    check_request(t, page_request_transform, "operation=filter+a+>+1&name=b&format=parquet", NULL,
                  "{\"name\": \"b\", \"operation\": \"filter a > 1\", \"output\": \"out:b.zkl\", "
                  "\"result\": \"out:b.parquet\"}");
    check_request(t, page_request_split,
                  "name1=a&share1=80&name2=b&share2=20&name3=&share3=&group=&stratify=c&format=csv",
                  "file:12",
                  "{\"data\": [\"file:12\"], \"output\": \"out:people.split.zkl\", \"parts\": "
                  "[{\"file\": \"out:a.csv\", \"name\": \"a\", \"ratio\": 80}, {\"file\": "
                  "\"out:b.csv\", \"name\": \"b\", \"ratio\": 20}], \"stratify\": \"c\"}");
    check_request(t, page_request_revoke, "reason=it+is+%3Cold%3E", NULL,
                  "{\"reason\": \"it is <old>\"}");
    check_request(
        t, page_request_export, "format=lineage", NULL,
        "{\"format\": \"lineage\", \"output\": \"out:people.lineage.zkl\", \"reference\": "
        "\"people@2\"}");
}

/* What makes no sense goes on as it is: the operation refuses it in its words. */
static void test_requests__judge_nothing(zkl_test *t)
{
    check_request(t, page_request_revoke, "", NULL, "{\"reason\": \"\"}");
    check_request(t, page_request_split, "name1=../a&share1=x", NULL,
                  "{\"output\": \"out:people.split.zkl\", \"parts\": [{\"file\": "
                  "\"out:../a.csv\", \"name\": \"../a\", \"ratio\": \"x\"}]}");
}

ZKL_TESTS(TEST(test_requests__say_what_the_form_says), TEST(test_requests__judge_nothing))
