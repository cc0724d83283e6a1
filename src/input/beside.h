#pragma once
/* What lies beside the program: code and files that came with it.
 *
 * Only absolute paths are made of it, and nothing is taken from where somebody else could have put
 * it: a path counts when it belongs to root, to the caller or to the program's owner, and no group
 * or others may write it. */
#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/memory.h"

typedef struct zkl_beside {
    /* Of the program or library that holds this code; "": not known, or by a relative path only. */
    char folder[PATH_MAX];
    /* Its owner; where it is not known the caller. */
    uid_t owner;
} zkl_beside;

/* Folders in which modules and helper programs may lie, in the order in which they are tried. */
#define ZKL_MODULE_FOLDERS_MAX 5
typedef struct zkl_module_folders {
    char folders[ZKL_MODULE_FOLDERS_MAX][PATH_MAX];
    size_t count;
    zkl_beside program;
} zkl_module_folders;

void zkl_beside_find(zkl_beside *out);
/* $ZKP_LEDGER_MODULE_DIR alone, where it is set (an absolute path, else ZKL_USAGE; ignored in a
 * setuid program); else beside the program or library that holds this code, and where it was
 * configured to be installed. */
zkl_status zkl_module_folders_find(zkl_module_folders *out, zkl_error *err) ZKL_MUST_USE;
/* ZKL_DENIED for a path that does not count. what: how the message begins, as "the table reader is
 * not loaded". */
zkl_status zkl_beside_check(const zkl_beside *beside, const char *path, const char *what,
                            zkl_error *err) ZKL_MUST_USE;

/* The folder of files of that kind that came with the program ("policies"): in a build folder,
 * beside it (tests), in an installed tree, and where it was to be installed. *found false: there is
 * none. ZKL_DENIED as above. */
zkl_status zkl_beside_shared(char out[static PATH_MAX], bool *found, zkl_beside *beside,
                             const char *kind, zkl_error *err) ZKL_MUST_USE;
