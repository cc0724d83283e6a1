#pragma once
/* The audit log of a service: who was let in to what, who was refused, and every act of an
 * administrator, as lines of segments (segment/segment.h) in the folder `audit`.
 *
 *  1. An event is taken into a queue, or refused: nothing that must be audited happens without.
 *     While the disk fails, or when the queue is full, everything is refused.
 *  2. A thread of its own writes the queue, syncs, and only then says that an event is durable.
 *     What has an effect waits for that (daemon_audit_wait).
 *  3. A segment is closed at the hour, when it is large, and when the service stops. Another thread
 *     puts each into the ledger, in order, and deletes those that are old enough: their deletion
 *     is in the ledger before the file is gone.
 *  4. What a killed service left is read when the next one starts: a last line without an end is
 *     cut off, and an event says so; a segment that was changed is told, and nothing starts.
 *
 * Whoever writes here knows no ledger: it is lent what logs a segment. */
#include "base/env.h"
#include "segment/segment.h"
#include "toml/toml.h"

typedef struct daemon_audit daemon_audit;

typedef struct daemon_audit_settings {
    uint32_t days[ZKL_SEGMENT_CLASS_COUNT]; /* how long a segment is kept behind its last line */
    size_t queue_max;                       /* events that may wait for the disk */
} daemon_audit_settings;
/* The table `audit` of the settings: `days`, `floor_days`, `queue`. ZKL_USAGE: a class is to be
 * kept for less than its floor. */
zkl_status daemon_audit_settings_take(daemon_audit_settings *out, const zkl_toml_node *root,
                                      zkl_error *err) ZKL_MUST_USE;

/* A segment that the ledger has. */
typedef struct daemon_audit_segment {
    zkl_entry_segment closed;
    zkl_digest receipt_id; /* of the entry that closed it */
    bool is_deleted;
} daemon_audit_segment;

typedef struct daemon_audit_options {
    const char *folder; /* made when missing; copied */
    const daemon_audit_settings *settings;
    const zkl_env *env; /* outlives the log */
    /* Whose clock says how old a segment is: one that nobody sets (steady.h); outlives the log. */
    const zkl_env *ages;
    /* All that the ledger has, of each class by number; borrowed until _open returns. */
    const daemon_audit_segment *logged;
    size_t logged_count;
    /* Puts an entry into the ledger. parent: NULL: none. On one thread at a time. */
    zkl_status (*log)(void *context, zkl_digest *receipt_id, const zkl_entry_segment *segment,
                      const zkl_digest *parent, zkl_error *err);
    void *context;
} daemon_audit_options;

/* ZKL_CONFLICT: another service writes there. ZKL_REJECTED: a segment that the ledger does not have
 * yet was changed, or is missing. ZKL_IO. */
zkl_status daemon_audit_open(daemon_audit **out, const daemon_audit_options *options,
                             zkl_error *err) ZKL_MUST_USE;
/* Writes what waits, closes the segments, and puts them into the ledger. What the disk does not
 * take is lost, and ZKL_IO; what the ledger does not take now, it gets at the next start. NULL is
 * fine. */
zkl_status daemon_audit_close(daemon_audit *audit, zkl_error *err) ZKL_MUST_USE;

/* Takes an event; its time is set here, and text that cannot stand in a line is withheld. Any
 * thread. Returns a number to wait for; 0: refused, so what it speaks of must not happen.
 *
 * has_happened: it is told of what is over, and is refused for want of memory alone. */
uint64_t daemon_audit_put(daemon_audit *audit, const zkl_event *event, bool has_happened);
/* Until the event is on the disk. false: the disk fails, so what it speaks of must not happen. */
bool daemon_audit_wait(daemon_audit *audit, uint64_t number);

typedef struct daemon_audit_counts {
    uint64_t events, refused, waiting, unlogged; /* unlogged: segments that the ledger lacks */
    bool is_failing;
} daemon_audit_counts;
void daemon_audit_count(daemon_audit *audit, daemon_audit_counts *out);
