/* Events of a service's audit log, by what they are of. */
#include "api/results.h"

static const char *const formats[] = { "events", "ocsf", "cef", NULL };

#define AT(member) API_AT(zkl_events_request, member)
static const api_field request_fields[] = {
    { "folder", API_TEXT, AT(folder), .required = true, .is_path = true,
      .help = "of the segments" },
    { "since", API_TEXT, AT(since), .help = "a day or a time in UTC" },
    { "until", API_TEXT, AT(until), .help = "the same; a day counts whole" },
    { "actor", API_TEXT, AT(actor), .help = "id of who asked" },
    { "action", API_TEXT, AT(action), .help = "what was asked for, such as uploadDataset" },
    { "outcome", API_TEXT, AT(outcome), .help = "success, failure or blocked" },
    { "org", API_TEXT, AT(org), .help = "whose organisation" },
    { "class", API_TEXT, AT(class_name), .help = "security, access, usage or debug" },
    { "event", API_TEXT, AT(event), .help = "its kind, such as ACCESS_REFUSED" },
    { "after", API_TEXT, AT(after), .help = "behind this place: `next` of the answer before" },
    { "limit", API_NUMBER, AT(limit), .help = "events at most; else 100" },
    { "format", API_ENUM, AT(format), .names = formats, .help = "events, or as text a line each" },
};
#undef AT
static const api_object request_object = API_OBJECT(zkl_events_request, request_fields);

#define AT(member) API_AT(zkl_audit_event, member)
static const api_field event_fields[] = {
    { "time", API_TEXT, AT(time), .help = "when" },
    { "class", API_TEXT, AT(class_name), .help = "how long it is kept" },
    { "event", API_TEXT, AT(event), .help = "what happened" },
    { "outcome", API_TEXT, AT(outcome), .help = "success, failure or blocked" },
    { "action", API_TEXT, AT(action), .help = "what was asked for" },
    { "resource", API_TEXT, AT(resource), .help = "of what" },
    { "actor", API_TEXT, AT(actor), .help = "id of who asked; empty: nobody known" },
    { "role", API_TEXT, AT(role), .help = "the actor's" },
    { "org", API_TEXT, AT(org), .help = "the actor's organisation" },
    { "address", API_TEXT, AT(address), .help = "where from" },
    { "request", API_TEXT, AT(request), .help = "id that all events of one request have" },
    { "reason", API_TEXT, AT(reason), .help = "of a refusal or failure" },
    { "code", API_NUMBER, AT(code), .help = "HTTP status; 0: none" },
    { "milliseconds", API_NUMBER, AT(milliseconds), .help = "how long it took; 0: not said" },
    { "segment", API_NUMBER, AT(segment), .help = "number of its segment in the class" },
    { "line", API_NUMBER, AT(line), .help = "its place there, from 0" },
};
#undef AT
static const api_object event = API_OBJECT(zkl_audit_event, event_fields);

static bool is_text(const void *record)
{
    return ((const zkl_events_result *)record)->text != NULL;
}

static bool is_list(const void *record)
{
    return !is_text(record);
}

#define AT(member) API_AT(zkl_events_result, member)
static const api_field result_fields[] = {
    { "events", API_LIST, AT(events), API_COUNT(zkl_events_result, event_count), .of = &event,
      .when = is_list, .help = "oldest first" },
    { "text", API_TEXT, AT(text), .when = is_text, .help = "of the formats ocsf and cef" },
    { "next", API_TEXT, AT(next), .nullable = true, .help = "`after` of more; null: none" },
};
#undef AT
static const api_object result_object = API_OBJECT(zkl_events_result, result_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    (void)ledger;
    return zkl_events_read(result, request, env, err);
}

/* Read, not verified: verify-chain with `segments` does that. */
const api_operation api_events = {
    .name = "events",
    .summary = "what the audit log of a service has",
    .effect = API_WITHOUT_LEDGER,
    .permission = "audit:read",
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .memory_offset = offsetof(zkl_events_result, memory),
    .run = run,
};
