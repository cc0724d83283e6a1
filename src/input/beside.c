/* Where the program lies, and whether a path beside it is to be believed. */
#include "input/beside.h"

#include <dlfcn.h>
#include <libgen.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* The path of what holds this code: the shared library, or the program itself, whose name the
 * kernel knows better than its argument does. False when it is not known, or known by a relative
 * path only. */
static bool find_loader(char out[static PATH_MAX])
{
    Dl_info info;
    struct link_map *map = NULL;
    if (dladdr1((const void *)(uintptr_t)zkl_beside_find, &info, (void **)&map, RTLD_DL_LINKMAP) &&
        map && map->l_name[0])
        return map->l_name[0] == '/' && snprintf(out, PATH_MAX, "%s", map->l_name) < PATH_MAX;
    const ssize_t size = readlink("/proc/self/exe", out, PATH_MAX - 1);
    if (size <= 0)
        return false;
    out[size] = 0;
    return true;
}

void zkl_beside_find(zkl_beside *out)
{
    char loader[PATH_MAX];
    struct stat st;
    *out = (zkl_beside){ .owner = geteuid() };
    if (!find_loader(loader))
        return;
    if (stat(loader, &st) == 0)
        out->owner = st.st_uid;
    memcpy(out->folder, loader, sizeof loader);
    const char *folder = dirname(out->folder); /* cuts in place, or names "/" */
    if (folder != out->folder)
        snprintf(out->folder, sizeof out->folder, "%s", folder);
}

zkl_status zkl_beside_check(const zkl_beside *beside, const char *path, const char *what,
                            zkl_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return zkl_fail_errno(err, "open", path);
    if (st.st_uid != 0 && st.st_uid != geteuid() && st.st_uid != beside->owner)
        return zkl_fail(err, ZKL_DENIED,
                        "%s: '%s' belongs to user %u, neither to root nor to who runs or owns this "
                        "program",
                        what, path, (unsigned)st.st_uid);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return zkl_fail(err, ZKL_DENIED, "%s: others can write '%s' (mode %03o): chmod go-w it",
                        what, path, (unsigned)st.st_mode & 0777);
    return ZKL_OK;
}
