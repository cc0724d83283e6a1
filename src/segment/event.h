#pragma once
/* Events of an audit log: one decision on access or one act each, as a line of canonical JSON with
 * the same columns always, so that a segment is a table (docs/formats/segment.md).
 *
 *  1. A line has no value of data, no text of a claim and no secret: there is no column for any.
 *  2. The line that is parsed is the one that would be encoded: anything else is refused.
 *  3. The class of retention follows from the kind of event. */
#include <jansson.h>

#include "base/buffer.h"
#include "record/entry.h"

#define ZKL_EVENT_TEXT_BYTES_MAX 256
#define ZKL_EVENT_LINE_BYTES_MAX 8192 /* with its newline */

/* X(NAME, class): the name stands in the line. */
#define ZKL_EVENT_KIND_TABLE(X)                                                                    \
    X(ACCESS_GRANTED, ACCESS)           /* somebody may do what is asked for */                    \
    X(ADMINISTRATION_GRANTED, SECURITY) /* the same of what needs an administrator */              \
    X(ACCESS_REFUSED, SECURITY)         /* nobody's key, or one that may not; too much at once */  \
    X(NOTHING_THERE, DEBUG)             /* no such path */                                         \
    X(KEY_CREATED, SECURITY)                                                                       \
    X(KEY_CHANGED, SECURITY)                                                                       \
    X(KEY_ROTATED, SECURITY)                                                                       \
    X(KEY_REMOVED, SECURITY)                                                                       \
    X(FACTOR_SET_UP, SECURITY) /* a key has a second factor from here on */                        \
    X(FACTOR_REMOVED, SECURITY)                                                                    \
    X(SESSION_BEGUN, SECURITY) /* somebody logged in to the web page */                            \
    X(SESSION_ENDED, SECURITY)                                                                     \
    X(DATASET_UPLOADED, ACCESS)                                                                    \
    X(JOB_CREATED, ACCESS)                                                                         \
    X(JOB_CANCELLED, ACCESS)                                                                       \
    X(JOB_ENDED, USAGE)                                                                            \
    X(SERVICE_STARTED, SECURITY)                                                                   \
    X(SERVICE_STOPPED, SECURITY)                                                                   \
    X(SETTINGS_RELOADED, SECURITY)                                                                 \
    X(WRAPPING_KEY_USED, ACCESS)      /* for the key of one object; `action`: wrap, ... */         \
    X(WRAPPING_KEY_CHANGED, SECURITY) /* a version came or went; `code`: which */                  \
    X(LOG_RECOVERED, SECURITY) /* a segment had been cut off; `code`: bytes that were taken off */

typedef enum zkl_event_kind {
#define ZKL_EVENT_KIND_ENUM(NAME, class) ZKL_EVENT_##NAME,
    ZKL_EVENT_KIND_TABLE(ZKL_EVENT_KIND_ENUM)
#undef ZKL_EVENT_KIND_ENUM
        ZKL_EVENT_KIND_COUNT
} zkl_event_kind;
const char *zkl_event_kind_name(zkl_event_kind kind);
zkl_segment_class zkl_event_class(zkl_event_kind kind);

typedef enum zkl_event_outcome {
    ZKL_EVENT_SUCCESS,
    ZKL_EVENT_FAILURE,
    ZKL_EVENT_BLOCKED,
    ZKL_EVENT_OUTCOME_COUNT
} zkl_event_outcome;
const char *zkl_event_outcome_name(zkl_event_outcome outcome); /* "success", ... */

/* Texts: UTF-8 without control characters, at most ZKL_EVENT_TEXT_BYTES_MAX; NULL reads as "". */
typedef struct zkl_event {
    zkl_event_kind kind;
    zkl_event_outcome outcome;
    int64_t time_ms;
    const char *action;    /* what was asked for: "uploadDataset" */
    const char *actor;     /* id of who asked; empty: nobody known */
    const char *address;   /* of the client: "192.0.2.7", "unix" */
    const char *org;       /* whose organisation */
    const char *reason;    /* of a refusal or failure: one of the service's own words */
    const char *request;   /* id that all events of one request have */
    const char *resource;  /* what it was about: "datasets/sales" */
    const char *role;      /* of the actor */
    uint32_t code;         /* HTTP status; 0: none */
    uint64_t milliseconds; /* how long it took; 0: not said */
    /* Set when it is put into a segment, or taken out of one. */
    uint64_t line;
    zkl_digest previous;
} zkl_event;

/* Could the text stand in an event? */
bool zkl_event_text_valid(const char *text);

/* The line, without its newline. ZKL_BAD_INPUT: a text or number that cannot stand in it; then out
 * is as it was. */
zkl_status zkl_event_encode(zkl_buffer *out, const zkl_event *event, zkl_error *err) ZKL_MUST_USE;
/* Borrows from *own, which the caller lets go of (json_decref). ZKL_BAD_INPUT. */
zkl_status zkl_event_parse(zkl_event *out, json_t **own, zkl_bytes line,
                           zkl_error *err) ZKL_MUST_USE;
