#pragma once
/* What the two threads of an audit log share: audit.c writes segments, audit_keep.c puts them into
 * the ledger and deletes them. */
#include <pthread.h>

#include "base/arena.h"
#include "daemon/audit.h"

/* A closed segment, on its way into the ledger. */
typedef struct audit_closed {
    struct audit_closed *next;
    zkl_entry_segment segment;
} audit_closed;

/* One that the ledger has and the folder too. */
typedef struct audit_kept {
    struct audit_kept *next;
    zkl_entry_segment segment;
    zkl_digest receipt_id;
} audit_kept;

/* Of the thread that speaks with the ledger. The mutex guards `first`, `last`, `count`, `ends`. */
typedef struct audit_keeper {
    daemon_audit_options options;
    const char *folder;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t thread;
    bool is_started, ends;
    audit_closed *first, *last;
    size_t count;
    /* Its own. runs_from_ms: before, the clock may have jumped. */
    int64_t runs_from_ms;
    bool has_said_so; /* that it deletes nothing for a while */
    audit_kept *kept[ZKL_SEGMENT_CLASS_COUNT], **kept_end[ZKL_SEGMENT_CLASS_COUNT];
    zkl_digest last_receipt[ZKL_SEGMENT_CLASS_COUNT];
} audit_keeper;

void audit_keeper_init(audit_keeper *keeper);
/* options: with a folder that lives as long. */
zkl_status audit_keeper_start(audit_keeper *keeper, const daemon_audit_options *options,
                              zkl_error *err) ZKL_MUST_USE;
/* Takes what was allocated. */
void audit_keeper_add(audit_keeper *keeper, audit_closed *closed);
size_t audit_keeper_waiting(audit_keeper *keeper);
/* Tries what waits once more, and ends. */
void audit_keeper_stop(audit_keeper *keeper);
/* folder/NAME; memory's. */
char *audit_path(zkl_arena *memory, const char *folder, zkl_segment_class class, uint64_t number);
