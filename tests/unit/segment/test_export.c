/* Events in the formats of others: what stands in them, and that hostile texts do nothing. The
 * schema of OCSF judges whole events in tests/interop/ocsf.sh. */
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "segment/export.h"

static const zkl_event sample = { .kind = ZKL_EVENT_ACCESS_REFUSED,
                                  .outcome = ZKL_EVENT_BLOCKED,
                                  .time_ms = 1700000000123,
                                  .action = "removeKey",
                                  .actor = "00aa",
                                  .address = "192.0.2.7",
                                  .org = "default",
                                  .reason = "role",
                                  .request = "01",
                                  .resource = "keys/00bb",
                                  .role = "viewer",
                                  .code = 403,
                                  .line = 5 };

/* Texts of an event are never NULL where one was parsed; a hostile one is all marks of both. */
static zkl_event hostile(void)
{
    static const char marks[] = "a|b=c\\d\"e f=g|\xc3\xa4";
    return (zkl_event){ .kind = ZKL_EVENT_JOB_ENDED,
                        .action = marks,
                        .actor = marks,
                        .address = marks,
                        .org = marks,
                        .reason = marks,
                        .request = marks,
                        .resource = marks,
                        .role = marks };
}

static void test_event_cef__has_these_bytes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    static const char want[] =
        "CEF:0|zkp-ledger|zkp-ledgerd|" ZKL_VERSION "|ACCESS_REFUSED|removeKey|6|"
        "rt=1700000000123 outcome=blocked externalId=security-2-5 act=removeKey src=192.0.2.7 "
        "suid=00aa spriv=viewer reason=role cs1Label=org cs1=default cs2Label=resource "
        "cs2=keys/00bb cs3Label=request cs3=01 cn1Label=code cn1=403";
    zkl_event_put_cef(&out, &sample, 2);
    CHECK_UINT_EQ(t, out.size, sizeof want - 1);
    CHECK_MEM_EQ(t, out.data, want, sizeof want - 1);
}

/* Seven bars that are not escaped, and no member more than there are. */
static void test_event_cef__escapes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const zkl_event e = hostile();
    zkl_event_put_cef(&out, &e, 0);
    size_t bars = 0, at = 0;
    for (; at < out.size && bars < 7; at++) {
        at += out.data[at] == '\\'; /* and what it escapes */
        bars += out.data[at] == '|';
    }
    CHECK_UINT_EQ(t, bars, 7);
    size_t members = 0;
    for (; at < out.size; at++) {
        if (out.data[at] == '\\')
            at++;
        else
            members += out.data[at] == '=';
    }
    CHECK_UINT_EQ(t, members, 14);
}

static void test_event_ocsf__is_json_with_its_texts(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const zkl_event e = hostile();
    zkl_event_put_ocsf(&out, &e, 0);
    json_t *const got = json_loadb((const char *)out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
    REQUIRE(t, got);
    const char *uid = NULL, *operation = NULL;
    CHECK(t, json_unpack(got, "{s:{s:{s:s}}, s:{s:s}}", "actor", "user", "uid", &uid, "api",
                         "operation", &operation) == 0);
    CHECK_TEXT_EQ(t, uid, e.actor);
    CHECK_TEXT_EQ(t, operation, e.action);
    json_decref(got);
}

/* Every kind with every outcome, of somebody known, of nobody and of the service: for
 * tests/interop/ocsf.sh. */
static void test_event_ocsf__for_others(zkl_test *t)
{
    static const char *const actors[] = { "00aa", "", "" };
    static const char *const addresses[] = { "192.0.2.7", "unix", "" };
    static const char *const actions[] = { "listKeys",        "makeKey", "removeKey",
                                           "cancelOperation", "service", "" };
    const char *const folder = getenv("ZKL_INTEROP_OUT");
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    for (unsigned i = 0; i < 6 * ZKL_EVENT_KIND_COUNT; i++) {
        zkl_event e = i % 7 ? sample : hostile();
        e.kind = (zkl_event_kind)(i % ZKL_EVENT_KIND_COUNT);
        e.outcome = (zkl_event_outcome)(i % ZKL_EVENT_OUTCOME_COUNT);
        e.actor = actors[i % 3];
        e.address = addresses[i / 2 % 3];
        e.action = actions[i / 3 % 6];
        e.role = i % 2 ? "admin" : "";
        e.reason = i % 4 ? "" : "role";
        e.request = i % 5 ? "01" : "";
        e.resource = i % 8 ? "keys/00bb" : "";
        e.code = i % 2 ? 403 : 0;
        e.milliseconds = i % 3;
        zkl_event_put_ocsf(&out, &e, i);
        zkl_buffer_put_u8(&out, '\n');
    }
    CHECK(t, !out.failed);
    if (!folder)
        return;
    const char *const path = zkl_arena_format(&t->arena, "%s/ocsf.ndjson", folder);
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&out), 0644, &err));
}

ZKL_TESTS(TEST(test_event_cef__has_these_bytes), TEST(test_event_cef__escapes),
          TEST(test_event_ocsf__is_json_with_its_texts), TEST(test_event_ocsf__for_others))
