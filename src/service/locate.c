#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "service/service_internal.h"

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

zkl_status zkl_locate(const char **folder, zkl_arena *memory, const char *given, zkl_error *err)
{
    if (!given || !*given)
        given = getenv("ZKP_LEDGER_DIR");
    if (given && *given) {
        if (!is_folder(given))
            return zkl_fail(err, ZKL_NOT_FOUND, "no ledger at '%s'", given);
        *folder = zkl_arena_text(memory, given, strlen(given));
        return *folder ? ZKL_OK : zkl_no_memory(err, strlen(given));
    }
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here))
        return zkl_fail(err, ZKL_IO, "the current folder has no name: %s", strerror(errno));
    for (;;) {
        char *path = zkl_arena_format(memory, "%s/.zkp-ledger", strcmp(here, "/") == 0 ? "" : here);
        if (!path)
            return zkl_no_memory(err, sizeof here);
        if (is_folder(path)) {
            *folder = path;
            return ZKL_OK;
        }
        char *slash = strrchr(here, '/');
        if (!slash || strcmp(here, "/") == 0)
            break;
        slash[slash == here] = 0;
    }
    return zkl_fail(err, ZKL_NOT_FOUND,
                    "no ledger here or in a folder above: make one with 'zkp-ledger init', or name "
                    "one with --ledger");
}
