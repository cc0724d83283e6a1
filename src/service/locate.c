/* Which ledger is meant: named, set in the environment, or found here or above.
 *
 * A ledger that is found and not named must belong to the caller (own_ledger.c): what it trusts
 * would count. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "ledger/config.h"
#include "service/service_internal.h"

/* A link to a folder is one. */
static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A ledger, or a folder that holds one as .zkp-ledger. The configuration tells the two apart: a
 * folder without one, but with a .zkp-ledger inside, is the folder that holds the ledger. */
static zkl_status locate_given(const char **folder, zkl_arena *memory, const char *given,
                               zkl_error *err)
{
    const char *inside = zkl_arena_format(memory, "%s/.zkp-ledger", given);
    const char *config = zkl_arena_format(memory, "%s/" ZKL_CONFIG_FILE, given);
    const char *copy = zkl_arena_text(memory, given, strlen(given));
    if (!inside || !config || !copy)
        return zkl_no_memory(err, strlen(given));
    if (!is_folder(given))
        return zkl_fail(err, ZKL_NOT_FOUND, "no ledger at '%s': there is no such folder", given);
    *folder = access(config, F_OK) != 0 && is_folder(inside) ? inside : copy;
    return ZKL_OK;
}

/* Named, set in the environment, or found: each has its own rule of whose ledger it may be. */
zkl_status zkl_locate(const char **folder, zkl_arena *memory, const char *given, zkl_error *err)
{
    /* An empty variable counts as unset, as shells have no other way to unset one for a single
     * command. An empty option is a mistake, of a script whose variable is empty. */
    const char *set = getenv("ZKP_LEDGER_DIR");
    if (given && !*given)
        return zkl_fail(err, ZKL_USAGE, "the ledger's folder is given as nothing: ''");
    if (given)
        return locate_given(folder, memory, given, err);
    /* A setting stands for many commands: it names no ledger for this one, so that is found. */
    if (set && *set) {
        const char *found = NULL;
        ZKL_TRY(locate_given(&found, memory, set, err));
        ZKL_TRY(service_check_found(found, err));
        *folder = found;
        return ZKL_OK;
    }
    /* Upwards from the current folder, as git does. The walk ends at the root; a folder that
     * belongs to somebody else ends it with an error, so that nobody can put a ledger above another
     * user's work. */
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here))
        return zkl_fail(err, ZKL_IO, "the current folder has no name: %s", strerror(errno));
    for (;;) {
        char *path = zkl_arena_format(memory, "%s/.zkp-ledger", strcmp(here, "/") == 0 ? "" : here);
        if (!path)
            return zkl_no_memory(err, sizeof here);
        if (is_folder(path)) {
            ZKL_TRY(service_check_found(path, err));
            *folder = path;
            return ZKL_OK;
        }
        char *slash = strrchr(here, '/');
        if (!slash || strcmp(here, "/") == 0)
            break;
        slash[slash == here] = 0;
    }
    return zkl_fail_hint(err, ZKL_NOT_FOUND, ZKL_HINT_MAKE_OR_NAME_LEDGER,
                         "no ledger here or in a folder above");
}
