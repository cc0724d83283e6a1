/* Events as OCSF's API Activity: what every reader of that schema needs, and no member without a
 * value. */
#include "segment/export.h"

#include <string.h>

#include "text/json_text.h"

#define CLASS_UID 6003
#define CATEGORY_UID 6

/* What the schema numbers: 1 create, 2 read, 3 update, 4 delete, 99 other. */
static unsigned activity_of(const zkl_event *e)
{
    static const struct {
        const char *begin;
        unsigned activity;
    } actions[] = { { "get", 2 },    { "list", 2 },   { "show", 2 },  { "watch", 2 },
                    { "verify", 2 }, { "upload", 1 }, { "make", 1 },  { "notarize", 1 },
                    { "remove", 4 }, { "delete", 4 }, { "cancel", 3 } };
    for (size_t i = 0; i < ZKL_COUNT(actions); i++)
        if (strncmp(e->action, actions[i].begin, strlen(actions[i].begin)) == 0)
            return actions[i].activity;
    return 99;
}

static const char *activity_name(unsigned activity)
{
    static const char *const names[] = { "Unknown", "Create", "Read", "Update", "Delete" };
    return activity < ZKL_COUNT(names) ? names[activity] : "Other";
}

/* 1 informational, 2 low, 3 medium, 4 high. */
static unsigned severity_of(const zkl_event *e)
{
    if (e->kind == ZKL_EVENT_LOG_RECOVERED)
        return e->outcome == ZKL_EVENT_SUCCESS ? 2 : 4;
    if (e->outcome == ZKL_EVENT_BLOCKED)
        return e->kind == ZKL_EVENT_ACCESS_REFUSED ? 3 : 2;
    return e->outcome == ZKL_EVENT_FAILURE ? 2 : 1;
}

static const char *severity_name(unsigned severity)
{
    static const char *const names[] = { "Unknown", "Informational", "Low", "Medium", "High" };
    ZKL_ASSERT(severity < ZKL_COUNT(names));
    return names[severity];
}

static void put_member(zkl_buffer *out, const char *name, const char *value)
{
    zkl_buffer_format(out, "\"%s\":", name);
    zkl_json_put_string(out, zkl_bytes_of_text(value));
}

/* Who asked; nobody known; or the service itself. */
static void put_actor(zkl_buffer *out, const zkl_event *e)
{
    zkl_buffer_put_text(out, "\"actor\":{\"user\":{");
    if (*e->actor) {
        put_member(out, "uid", e->actor);
        zkl_buffer_put_text(out, ",\"type\":\"User\",\"type_id\":1,\"org\":{");
        put_member(out, "uid", *e->org ? e->org : "unknown");
        zkl_buffer_put_text(out, "}");
        if (*e->role) {
            zkl_buffer_put_text(out, ",\"groups\":[{");
            put_member(out, "name", e->role);
            zkl_buffer_put_text(out, "}]");
        }
    } else if (*e->address) {
        zkl_buffer_put_text(out, "\"uid\":\"unknown\",\"type\":\"Unknown\",\"type_id\":0");
    } else {
        zkl_buffer_put_text(out, "\"name\":\"zkp-ledgerd\",\"type\":\"System\",\"type_id\":3");
    }
    zkl_buffer_put_text(out, "}}");
}

static void put_api(zkl_buffer *out, const zkl_event *e)
{
    zkl_buffer_put_text(out, ",\"api\":{");
    put_member(out, "operation", *e->action ? e->action : "unknown");
    zkl_buffer_put_text(out, ",\"service\":{\"name\":\"zkp-ledgerd\"}");
    if (*e->request) {
        zkl_buffer_put_text(out, ",\"request\":{");
        put_member(out, "uid", e->request);
        zkl_buffer_put_text(out, "}");
    }
    if (e->code)
        zkl_buffer_format(out, ",\"response\":{\"code\":%u}", e->code);
    zkl_buffer_put_text(out, "}");
}

/* An address is a number's text; a Unix socket has a name alone. */
static void put_endpoint(zkl_buffer *out, const zkl_event *e)
{
    const bool is_ip = strchr(e->address, '.') || strchr(e->address, ':');
    zkl_buffer_put_text(out, ",\"src_endpoint\":{");
    put_member(out, is_ip ? "ip" : "name", *e->address ? e->address : "zkp-ledgerd");
    zkl_buffer_put_text(out, "}");
}

static void put_status(zkl_buffer *out, const zkl_event *e)
{
    const bool is_good = e->outcome == ZKL_EVENT_SUCCESS;
    zkl_buffer_format(out, ",\"status\":\"%s\",\"status_id\":%d", is_good ? "Success" : "Failure",
                      is_good ? 1 : 2);
    if (!*e->reason)
        return;
    zkl_buffer_put_text(out, ",");
    put_member(out, "status_detail", e->reason);
}

void zkl_event_put_ocsf(zkl_buffer *out, const zkl_event *e, uint64_t segment)
{
    const unsigned activity = activity_of(e), severity = severity_of(e);
    zkl_buffer_format(out, "{\"activity_id\":%u,\"activity_name\":\"%s\",", activity,
                      activity_name(activity));
    put_actor(out, e);
    put_api(out, e);
    zkl_buffer_format(out,
                      ",\"category_name\":\"Application Activity\",\"category_uid\":%d,"
                      "\"class_name\":\"API Activity\",\"class_uid\":%d",
                      CATEGORY_UID, CLASS_UID);
    if (e->milliseconds)
        zkl_buffer_format(out, ",\"duration\":%llu", (unsigned long long)e->milliseconds);
    zkl_buffer_format(out,
                      ",\"metadata\":{\"product\":{\"name\":\"zkp-ledgerd\",\"vendor_name\":"
                      "\"zkp-ledger\",\"version\":\"" ZKL_VERSION "\"},\"uid\":\"%s-%llu-%llu\","
                      "\"version\":\"1.3.0\"}",
                      zkl_segment_class_name(zkl_event_class(e->kind)), (unsigned long long)segment,
                      (unsigned long long)e->line);
    if (*e->resource) {
        zkl_buffer_put_text(out, ",\"resources\":[{");
        put_member(out, "name", e->resource);
        zkl_buffer_put_text(out, "}]");
    }
    zkl_buffer_format(out, ",\"severity\":\"%s\",\"severity_id\":%u", severity_name(severity),
                      severity);
    put_endpoint(out, e);
    put_status(out, e);
    zkl_buffer_format(out,
                      ",\"time\":%lld,\"type_name\":\"API Activity: %s\",\"type_uid\":%u,"
                      "\"unmapped\":{\"event\":\"%s\",\"outcome\":\"%s\"}}",
                      (long long)e->time_ms, activity_name(activity), CLASS_UID * 100 + activity,
                      zkl_event_kind_name(e->kind), zkl_event_outcome_name(e->outcome));
}
