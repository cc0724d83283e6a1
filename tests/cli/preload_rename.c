/* Preloaded by kept_rows_long.sh: rename() to $RENAME_TO, or to a path that ends so when it begins
 * with a slash. $RENAME_DO kill ends the process there, fail refuses; any other text is a file to
 * which another program writes a row meanwhile, once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int rename(const char *from, const char *to)
{
    int (*const next)(const char *, const char *) =
        (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    const char *what = getenv("RENAME_DO"), *name = getenv("RENAME_TO");
    const size_t size = strlen(to), end = name ? strlen(name) : 0;
    const size_t skipped = name && *name == '/' && size > end ? size - end : 0;
    if (!what || !name || strcmp(to + skipped, name) != 0)
        return next(from, to);
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
    return next(from, to);
}
