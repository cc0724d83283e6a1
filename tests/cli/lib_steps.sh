# For the scripts beside this one that kill a program, or fill its disk, at each step of what it does to files of the folder
# `spools`: makes shim.so, to be preloaded. At step $STEP it touches $REACHED and kills the process ($HOW is kill) or fails as a full
# disk does (full); the number of steps goes into $COUNTED. $STEPS_OF: what a path has in it whose writes and syncs are steps.
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then
    echo "skipped: a sanitizer's runtime comes before what is preloaded here"
    exit 77
fi

cat >shim.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
static int done;
/* How many steps there were. */
__attribute__((destructor)) static void count(void)
{
    FILE *counted = getenv("COUNTED") ? fopen(getenv("COUNTED"), "w") : NULL;
    if (!counted)
        return;
    fprintf(counted, "%d\n", done);
    fclose(counted);
}
static int is_kept(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    return strstr(path, getenv("STEPS_OF")) != NULL;
}
static int fails(void)
{
    const char *step = getenv("STEP"), *how = getenv("HOW");
    ++done;
    if (!step || done != atoi(step))
        return 0;
    FILE *reached = fopen(getenv("REACHED"), "w");
    if (reached)
        fclose(reached);
    if (strcmp(how, "kill") == 0)
        raise(SIGKILL);
    errno = ENOSPC;
    return 1;
}
ssize_t write(int fd, const void *data, size_t size)
{
    if (is_kept(fd) && fails())
        return -1;
    return NEXT(write)(fd, data, size);
}
int fsync(int fd) { return is_kept(fd) && fails() ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return is_kept(fd) && fails() ? -1 : NEXT(fdatasync)(fd); }
int rename(const char *from, const char *to)
{
    return strstr(to, "/spools/") && fails() ? -1 : NEXT(rename)(from, to);
}
int unlink(const char *path)
{
    return strstr(path, ".zklrun") && !strstr(path, ".part") && fails() ? -1 : NEXT(unlink)(path);
}
C
cc -shared -fPIC -o shim.so shim.c -ldl || fail "the shim does not compile"
