#pragma once
/* The audit log of a service: its segments are files, and the ledger has an entry for each that was
 * closed (docs/formats/segment.md, docs/service/audit.md).
 *
 *     zkl_verify_segments_result done = { 0 };
 *     if (zkl_verify_segments(&done, ledger, "/srv/zkl/audit", NULL, &err) == ZKL_OK)
 *         printf("%llu lines\n", (unsigned long long)done.line_count);
 *     zkl_arena_clear(&done.memory);
 *
 * The rules of zkl/ledger.h hold. Nothing here needs a passphrase. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Is it whole? */

/* A segment that is gone, as its entry says. */
typedef struct zkl_segment_deletion {
    const char *name; /* of its file */
    /* The rule: of this class, kept for so many days. */
    const char *class_name;
    uint32_t days;
    /* RFC 3339. */
    const char *time;
} zkl_segment_deletion;

typedef struct zkl_verify_segments_result {
    zkl_arena memory;
    /* Files that the ledger has, and their lines. */
    uint64_t segment_count, line_count;
    /* Files behind them that are written, or wait for the ledger, and their lines. They follow from
     * what the ledger has, and nothing shows that none of their last lines was taken off. */
    uint64_t open_count, open_line_count;
    /* Bytes behind the last whole line of one that is being written. */
    uint64_t cut_bytes;
    /* Files that are there though their deletion is in the ledger: a service removes them when it
     * starts. */
    uint64_t left_count;
    const zkl_segment_deletion *deletions;
    size_t deletion_count;
} zkl_verify_segments_result;

/* Compare a folder of segments with the ledger: every file is as it was when it was closed, and
 * none is missing but those that an entry says were deleted by their rule, and none is there that
 * nobody wrote. The ledger itself is believed: zkl_verify_chain looks at that.
 *
 * Errors: ZKL_REJECTED   a file was changed, cut, is missing, is of another place, or is no
 *                        segment.
 *         ZKL_CONFLICT   a file went while it was looked at: try again.
 *         ZKL_NOT_FOUND  there is no such folder.
 * Cost:   reads every file. */
ZKL_API zkl_status zkl_verify_segments(zkl_verify_segments_result *out, zkl_ledger *ledger,
                                       const char *folder, const zkl_env *env,
                                       zkl_error *err) ZKL_MUST_USE;

/* ---- What is in it? */

/* One line. */
typedef struct zkl_audit_event {
    const char *time, *class_name, *event, *outcome, *action, *resource;
    const char *actor, *role, *org, *address, *request, *reason;
    uint32_t code;
    uint64_t milliseconds;
    /* Where it stands: number of the segment in its class, and of the line in it. */
    uint64_t segment, line;
} zkl_audit_event;

typedef enum zkl_event_format {
    ZKL_EVENTS,      /* as lines: zkl_audit_event */
    ZKL_EVENTS_OCSF, /* API Activity of the Open Cybersecurity Schema Framework 1.3, a line each */
    ZKL_EVENTS_CEF,  /* ArcSight's Common Event Format, a line each */
} zkl_event_format;

/* What is wanted: events for which all that is given holds. NULL: whatever it is. */
typedef struct zkl_events_request {
    const char *folder;
    /* A day or a moment in UTC; a day counts whole. */
    const char *since, *until;
    const char *actor, *action, *outcome, *org, *class_name, *event;
    /* Behind this one: `next` of the result before. */
    const char *after;
    /* 0: 100. At most ZKL_EVENTS_MAX. */
    uint64_t limit;
    zkl_event_format format;
} zkl_events_request;
#define ZKL_EVENTS_MAX 10000

typedef struct zkl_events_result {
    zkl_arena memory;
    const zkl_audit_event *events;
    size_t event_count;
    /* Of the formats of others: the same as text. */
    const char *text;
    /* NULL: there are no more. */
    const char *next;
} zkl_events_result;

/* Events of a folder of segments, oldest first, those of one moment by class. They are read, not
 * verified: zkl_verify_segments does that.
 *
 * Errors: ZKL_USAGE      a time, word or limit that there is not.
 *         ZKL_REJECTED   a line that cannot be.
 *         ZKL_NOT_FOUND  there is no such folder.
 * Cost:   reads all segments between the times. */
ZKL_API zkl_status zkl_events_read(zkl_events_result *out, const zkl_events_request *request,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
