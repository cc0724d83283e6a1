#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "table/source.h"

#define MODULE_FILE "zkl_reader_duckdb.so"

/* ZKL_NOT_FOUND when there is no such file; every other fault is final. */
static zkl_status load_from(const zkl_source_ops **out, const char *folder, zkl_error *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/" MODULE_FILE, folder) >= (int)sizeof path ||
        access(path, R_OK) != 0)
        return ZKL_NOT_FOUND;
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
    *out = info()->ops;
    return ZKL_OK;
}

zkl_status zkl_source_load(const zkl_source_ops **out, zkl_error *err)
{
    char program[PATH_MAX], folders[5][PATH_MAX + 32];
    size_t count = 0;
    const char *given = getenv("ZKP_LEDGER_MODULE_DIR");
    if (given && *given) {
        snprintf(folders[count++], sizeof folders[0], "%s", given);
    } else {
        const ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
        if (size > 0) {
            program[size] = 0;
            const char *folder = dirname(program);
            snprintf(folders[count++], sizeof folders[0], "%s/../lib/zkp-ledger", folder);
            snprintf(folders[count++], sizeof folders[0], "%s/lib/zkp-ledger", folder);
        }
#ifdef ZKL_MODULE_INSTALL_DIR
        snprintf(folders[count++], sizeof folders[0], "%s", ZKL_MODULE_INSTALL_DIR);
        snprintf(folders[count++], sizeof folders[0], "%s", ZKL_MODULE_BUILD_DIR);
#endif
    }
    for (size_t i = 0; i < count; i++) {
        const zkl_status status = load_from(out, folders[i], err);
        if (status != ZKL_NOT_FOUND)
            return status;
    }
    return zkl_fail(err, ZKL_NOT_SUPPORTED,
                    "no table reader: '" MODULE_FILE
                    "' is not in '%s'; set ZKP_LEDGER_MODULE_DIR to its folder",
                    count ? folders[0] : "");
}
