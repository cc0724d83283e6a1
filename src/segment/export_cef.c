/* Events in ArcSight's Common Event Format: a head of seven fields, then members. */
#include "segment/export.h"

#include <string.h>

/* In the head '|' and '\' are escaped, in members '=' and '\'. Lines have no control characters. */
static void put_escaped(zkl_buffer *out, const char *text, char other)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == other)
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, (uint8_t)*text);
    }
}

static void put_member(zkl_buffer *out, const char *name, const char *value)
{
    if (!*value)
        return;
    zkl_buffer_format(out, " %s=", name);
    put_escaped(out, value, '=');
}

/* 0 to 10. */
static unsigned severity_of(const zkl_event *e)
{
    if (e->kind == ZKL_EVENT_LOG_RECOVERED && e->outcome != ZKL_EVENT_SUCCESS)
        return 8;
    if (e->kind == ZKL_EVENT_ACCESS_REFUSED)
        return 6;
    return e->outcome == ZKL_EVENT_SUCCESS ? 1 : 3;
}

void zkl_event_put_cef(zkl_buffer *out, const zkl_event *e, uint64_t segment)
{
    const char *const name = zkl_event_kind_name(e->kind);
    const bool is_ip = strchr(e->address, '.') || strchr(e->address, ':');
    zkl_buffer_format(out, "CEF:0|zkp-ledger|zkp-ledgerd|" ZKL_VERSION "|%s|", name);
    put_escaped(out, *e->action ? e->action : name, '|');
    zkl_buffer_format(out, "|%u|rt=%lld outcome=%s externalId=%s-%llu-%llu", severity_of(e),
                      (long long)e->time_ms, zkl_event_outcome_name(e->outcome),
                      zkl_segment_class_name(zkl_event_class(e->kind)), (unsigned long long)segment,
                      (unsigned long long)e->line);
    put_member(out, "act", e->action);
    put_member(out, is_ip ? "src" : "shost", e->address);
    put_member(out, "suid", e->actor);
    put_member(out, "spriv", e->role);
    put_member(out, "reason", e->reason);
    if (*e->org)
        zkl_buffer_put_text(out, " cs1Label=org");
    put_member(out, "cs1", e->org);
    if (*e->resource)
        zkl_buffer_put_text(out, " cs2Label=resource");
    put_member(out, "cs2", e->resource);
    if (*e->request)
        zkl_buffer_put_text(out, " cs3Label=request");
    put_member(out, "cs3", e->request);
    if (e->code)
        zkl_buffer_format(out, " cn1Label=code cn1=%u", e->code);
    if (e->milliseconds)
        zkl_buffer_format(out, " cn2Label=milliseconds cn2=%llu",
                          (unsigned long long)e->milliseconds);
}
