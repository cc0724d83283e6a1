/* The table reader's module: where it may lie, and when it is trusted.
 *
 *  1. It is looked for by absolute paths only: where $ZKP_LEDGER_MODULE_DIR says, beside the
 *     program or library that holds this code, and in the folder it was configured to be
 *     installed in. Never in the current folder.
 *  2. Code is loaded only when nobody can have put it there who could not have changed the
 *     program as well: file and folder belong to root, to the caller or to the program's owner,
 *     and no group or others may write them. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "input/beside.h"
#include "input/source.h"

#define MODULE_FILE "zkl_reader_duckdb.so"
/* The module's RUNPATH is its own folder, so this file is loaded with it. */
#define MODULE_NEEDS_FILE "libduckdb.so"

/* Of the module, of DuckDB's library and of their folder: who can write one of them can run code
 * as the caller. */
static zkl_status check_trusted(const zkl_module_folders *search, const char *path, zkl_error *err)
{
    return zkl_beside_check(&search->program, path, "the table reader is not loaded", err);
}

/* The version is asked before anything else is called: an older module has other structs. */
static zkl_status load_module(const zkl_source_module_info **out, const char *path, zkl_error *err)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!module)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "cannot load the table reader: %s", dlerror());
    /* POSIX: a symbol's address is a data pointer that may be used as a function's */
    const zkl_source_module_info *(*info)(void);
    *(void **)&info = dlsym(module, "zkl_source_module");
    if (!info)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' is not a table reader", path);
    if (info()->version != ZKL_SOURCE_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "the table reader '%s' has version %u, wanted %u",
                        path, info()->version, ZKL_SOURCE_VERSION);
    ZKL_ASSERT(info()->ops && info()->ops->open && info()->ops->close && info()->engine);
    *out = info();
    return ZKL_OK;
}

/* ZKL_NOT_FOUND when there is no such file; every other fault is final. */
static zkl_status load_from(const zkl_source_module_info **out, const zkl_module_folders *search,
                            const char *folder, zkl_error *err)
{
    char real[PATH_MAX], module[PATH_MAX], needs[PATH_MAX];
    if (!realpath(folder, real) ||
        snprintf(module, sizeof module, "%s/" MODULE_FILE, real) >= (int)sizeof module ||
        snprintf(needs, sizeof needs, "%s/" MODULE_NEEDS_FILE, real) >= (int)sizeof needs ||
        access(module, F_OK) != 0)
        return ZKL_NOT_FOUND;
    ZKL_ASSERT(real[0] == '/'); /* realpath */
    ZKL_TRY(check_trusted(search, real, err));
    ZKL_TRY(check_trusted(search, module, err));
    if (access(needs, F_OK) == 0)
        ZKL_TRY(check_trusted(search, needs, err));
    return load_module(out, module, err);
}

/* The first folder that has the file decides: one that is there but not trusted is a fault, not
 * a reason to look further. */
zkl_status zkl_source_load_module(const zkl_source_module_info **out, zkl_error *err)
{
    zkl_module_folders search;
    ZKL_TRY(zkl_module_folders_find(&search, err));
    for (size_t i = 0; i < search.count; i++) {
        const zkl_status status = load_from(out, &search, search.folders[i], err);
        if (status != ZKL_NOT_FOUND)
            return status;
    }
    return zkl_fail(err, ZKL_NOT_SUPPORTED,
                    "no table reader: '" MODULE_FILE
                    "' is not in '%s'; set ZKP_LEDGER_MODULE_DIR to its folder",
                    search.count ? search.folders[0] : "");
}

zkl_status zkl_source_load(const zkl_source_ops **out, zkl_error *err)
{
    const zkl_source_module_info *info;
    ZKL_TRY(zkl_source_load_module(&info, err));
    *out = info->ops;
    return ZKL_OK;
}
