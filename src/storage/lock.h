#pragma once
/* The one-writer lock of a ledger folder: an flock on a file that names its holder. The kernel
 * drops it when the holder dies, however it dies; the text left behind then means nothing. */
#include "base/env.h"

typedef struct zkl_lock {
    int fd_plus_1; /* 0: not held */
} zkl_lock;

/* Take the lock on the file at path (made if missing, mode 0644; never removed). Held by
 * another, and still so after env->wait_ms: ZKL_CONFLICT naming pid, host and since when (env's
 * clock). env NULL: no waiting. A link, something else than a file of the caller's or of its
 * folder's owner, or a file with other content than a holder's is ZKL_DENIED and stays as it is. */
zkl_status zkl_lock_take(zkl_lock *lock, const char *path, const zkl_env *env,
                         zkl_error *err) ZKL_MUST_USE;
void zkl_lock_clear(zkl_lock *lock); /* lets go; twice is fine */
