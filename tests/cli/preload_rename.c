/* Preloaded by kept_rows_long.sh, key_files_long.sh and service_restart_long.sh: rename() and
 * renameat2() to $RENAME_TO, or to a path that ends so when it begins with a slash. $RENAME_DO kill
 * ends the process there, fail refuses; any other text is a file to which another program writes a
 * row meanwhile, once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What $RENAME_DO says of a rename to that path; -1: it is refused. */
static int before(const char *to)
{
    const char *what = getenv("RENAME_DO"), *name = getenv("RENAME_TO");
    const size_t size = strlen(to), end = name ? strlen(name) : 0;
    const size_t skipped = name && *name == '/' && size > end ? size - end : 0;
    if (!what || !name || strcmp(to + skipped, name) != 0)
        return 0;
    if (strcmp(what, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (strcmp(what, "fail") == 0) {
        errno = ENOSPC;
        return -1;
    }
    FILE *file = fopen(what, "a");
    if (file) {
        fputs("9,99\n", file);
        fclose(file);
    }
    unsetenv("RENAME_DO");
    return 0;
}

int rename(const char *from, const char *to)
{
    int (*const next)(const char *, const char *) =
        (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    return before(to) == 0 ? next(from, to) : -1;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    int (*const next)(int, const char *, int, const char *, unsigned) =
        (int (*)(int, const char *, int, const char *, unsigned))dlsym(RTLD_NEXT, "renameat2");
    return before(to) == 0 ? next(from_folder, from, to_folder, to, flags) : -1;
}
