#pragma once
/* What lies beside the program: code and files that came with it.
 *
 * Only absolute paths are made of it, and nothing is taken from where somebody else could have put
 * it: a path counts when it belongs to root, to the caller or to the program's owner, and no group
 * or others may write it. */
#include <limits.h>
#include <sys/types.h>

#include "base/memory.h"

typedef struct zkl_beside {
    /* Of the program or library that holds this code; "": not known, or by a relative path only. */
    char folder[PATH_MAX];
    /* Its owner; where it is not known the caller. */
    uid_t owner;
} zkl_beside;

void zkl_beside_find(zkl_beside *out);
/* ZKL_DENIED for a path that does not count. what: how the message begins, as "the table reader is
 * not loaded". */
zkl_status zkl_beside_check(const zkl_beside *beside, const char *path, const char *what,
                            zkl_error *err) ZKL_MUST_USE;
