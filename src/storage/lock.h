#pragma once
/* The one-writer lock of a ledger folder: an flock on a file that names its holder. The kernel drops it
 * when the holder dies, however it dies; the text left behind then means nothing. */
#include "base/memory.h"

typedef struct zkl_lock {
    int fd_plus_1; /* 0: not held */
} zkl_lock;

/* Take the lock on the file at path (made if missing, mode 0644; never removed). Does not wait: held by
 * another -> ZKL_CONFLICT naming pid, host and since when. now_ms: what the next in line is told. */
zkl_status zkl_lock_take(zkl_lock *lock, const char *path, int64_t now_ms,
                         zkl_error *err) ZKL_MUST_USE;
void zkl_lock_clear(zkl_lock *lock); /* lets go; twice is fine */
