/* Where the program lies, and whether a path beside it is to be believed. */
#include "input/beside.h"

#include <dlfcn.h>
#include <libgen.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- Folders of modules. */

/* A path that has no room is left out: it could not be opened either. */
ZKL_PRINTF(2, 3)
static void add_folder(zkl_module_folders *search, const char *format, ...)
{
    va_list args;
    ZKL_ASSERT(search->count < ZKL_MODULE_FOLDERS_MAX);
    char *folder = search->folders[search->count];
    va_start(args, format);
    const int size = vsnprintf(folder, PATH_MAX, format, args);
    va_end(args);
    if (size > 0 && size < PATH_MAX)
        search->count++;
}

/* In the order in which they are tried. */
static void list_folders(zkl_module_folders *search)
{
    zkl_beside_find(&search->program);
    const char *folder = search->program.folder;
    if (*folder) {
        add_folder(search, "%s/lib/zkp-ledger", folder); /* the build folder */
        add_folder(search, "%s/../lib/zkp-ledger",
                   folder);                          /* tests in it, and most installed programs */
        add_folder(search, "%s/zkp-ledger", folder); /* an installed library */
#ifdef ZKL_MODULE_LIBDIR
        add_folder(search, "%s/../%s/zkp-ledger", folder, ZKL_MODULE_LIBDIR);
#endif
    }
#ifdef ZKL_MODULE_INSTALL_DIR
    add_folder(search, "%s", ZKL_MODULE_INSTALL_DIR);
#endif
}

zkl_status zkl_module_folders_find(zkl_module_folders *out, zkl_error *err)
{
    /* Nothing for a program that runs with another's rights. */
    const char *given = secure_getenv("ZKP_LEDGER_MODULE_DIR");
    out->count = 0;
    list_folders(out);
    if (!given || !*given)
        return ZKL_OK;
    if (*given != '/')
        return zkl_fail(err, ZKL_USAGE, "ZKP_LEDGER_MODULE_DIR is '%s': it takes an absolute path",
                        given);
    out->count = 0;
    add_folder(out, "%s", given);
    return ZKL_OK;
}

zkl_status zkl_beside_shared(char out[static PATH_MAX], bool *found, zkl_beside *beside,
                             const char *kind, zkl_error *err)
{
    static const char *const inside[] = { "share/zkp-ledger", "../share/zkp-ledger" };
    char path[PATH_MAX], what[64];
    snprintf(what, sizeof what, "%s are not read", kind);
    zkl_beside_find(beside);
    *found = false;
    for (size_t i = 0; *beside->folder && !*found && i < ZKL_COUNT(inside); i++)
        *found = snprintf(path, sizeof path, "%s/%s/%s", beside->folder, inside[i], kind) <
                     (int)sizeof path &&
                 realpath(path, out);
#ifdef ZKL_SHARE_INSTALL_DIR
    *found = *found || (snprintf(path, sizeof path, "%s/%s", ZKL_SHARE_INSTALL_DIR, kind) <
                            (int)sizeof path &&
                        realpath(path, out));
#endif
    return *found ? zkl_beside_check(beside, out, what, err) : ZKL_OK;
}
