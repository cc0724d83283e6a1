#pragma once
/* The folder of the set-up cache: where it is, what its files are called, who may write. setup.h
 * has the whole.
 *
 * Files are written under the lock alone, beside and by rename; so a `.part` file that somebody
 * with the lock sees was left by a killed process, and goes. */
#include <limits.h>

#include "base/buffer.h"

typedef struct zkl_setup_path {
    char text[PATH_MAX];
} zkl_setup_path;

/* folder/<hash>.<suffix>: what depends on tau alone. */
zkl_status zkl_setup_path_of(zkl_setup_path *out, const char *folder, const zkl_digest *hash,
                             const char *suffix, zkl_error *err) ZKL_MUST_USE;
/* What depends on alpha and beta, too. parameters: of all three (zkl_srs_parameters_hash). */
typedef struct zkl_setup_name {
    zkl_digest hash, parameters;
    bool is_old; /* files of versions before 0.3, whose names do not say parameters */
} zkl_setup_name;
/* folder/<hash>.<parameters>.<suffix> */
zkl_status zkl_setup_path_named(zkl_setup_path *out, const char *folder, const zkl_setup_name *name,
                                const char *suffix, zkl_error *err) ZKL_MUST_USE;
/* The parameters under which the folder has files of that tau: out->hash is given. *found false:
 * there are none yet. ZKL_CONFLICT: of more than one set of parameters. */
zkl_status zkl_setup_name_find(zkl_setup_name *out, bool *found, const char *folder,
                               zkl_error *err) ZKL_MUST_USE;
bool zkl_setup_path_exists(const zkl_setup_path *path);

/* One process at a time makes files; others wait. The lock ends with the descriptor, so with the
 * process at the latest. Threads of one process keep each other out too, so a thread must not take
 * it twice. */
typedef struct zkl_setup_lock {
    int fd_plus_one; /* 0: none */
} zkl_setup_lock;
void zkl_setup_lock_clear(zkl_setup_lock *lock);
/* Waits for the lock, then removes what killed processes left. */
zkl_status zkl_setup_lock_take(zkl_setup_lock *lock, const char *folder,
                               zkl_error *err) ZKL_MUST_USE;

/* The powers that new ledgers of this user take, by name in the file `current`; *found false:
 * none yet, or its powers are gone. */
zkl_status zkl_setup_current_read(zkl_digest *hash, bool *found, const char *folder,
                                  zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_setup_current_write(const char *folder, const zkl_digest *hash,
                                   zkl_error *err) ZKL_MUST_USE;
