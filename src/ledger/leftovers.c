/* Sweeping what killed processes left.
 *
 * A left-over is recognised by its name and by its process being gone; it is removed only when
 * it is of the expected kind and belongs to the caller. Process numbers are used again: then a
 * left-over stays until the next sweep, which does no harm. Nothing here fails: who cannot sweep
 * goes on. */
#include "ledger/leftovers.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* "PID" followed by end, where no such process runs. */
static bool is_gone(const char *text, const char *end)
{
    const char *rest;
    return zkl_process_is_gone(text, &rest) && strcmp(rest, end) == 0;
}

/* "NAME.PID.part" of a process that is gone. */
static bool is_part(const char *name)
{
    const size_t size = strlen(name), tail = strlen(".part");
    if (size <= tail || strcmp(name + size - tail, ".part") != 0)
        return false;
    size_t at = size - tail;
    while (at && name[at - 1] >= '0' && name[at - 1] <= '9')
        at--;
    return at > 1 && name[at - 1] == '.' && is_gone(name + at, ".part");
}

/* Not followed: a link is no left-over. */
static bool is_ours(int folder, const char *name, mode_t kind)
{
    struct stat st;
    return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IFMT) == kind &&
           st.st_uid == geteuid();
}

/* Files that were written beside and never renamed (base/file.h). */
size_t zkl_leftovers_sweep_parts(const char *folder)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    for (const struct dirent *e; entries && (e = readdir(entries));)
        if (is_part(e->d_name) && is_ours(dirfd(entries), e->d_name, S_IFREG))
            count += unlinkat(dirfd(entries), e->d_name, 0) == 0;
    if (entries)
        closedir(entries);
    return count;
}

/* Where files of a ledger are replaced: its folder, those of its keys, spools and sources. */
void zkl_leftovers_sweep(const char *folder)
{
    static const char *const parts[] = { "", "/keys", "/spools", "/sources" };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s%s", folder, parts[i]) < (int)sizeof path)
            (void)zkl_leftovers_sweep_parts(path);
    }
}

/* What cannot be removed stays, and does no harm. */
static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st, (void)type, (void)walk;
    (void)remove(path);
    return 0;
}

/* Folders of ledgers that were never finished: they hold keys, and nobody will use them. */
void zkl_leftovers_sweep_new(const char *folder)
{
    char parent[PATH_MAX], prefix[NAME_MAX + 8], path[PATH_MAX + NAME_MAX + 8];
    const char *slash = strrchr(folder, '/'), *name = slash ? slash + 1 : folder;
    if (!*name || strlen(folder) >= sizeof parent ||
        snprintf(prefix, sizeof prefix, "%s.new-", name) >= (int)sizeof prefix)
        return;
    /* "." for a bare name, "/" for what lies there. */
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash == folder ? 1 : slash - folder) : 1,
             slash ? folder : ".");
    DIR *entries = opendir(parent);
    for (const struct dirent *e; entries && (e = readdir(entries));) {
        if (strncmp(e->d_name, prefix, strlen(prefix)) != 0 ||
            !is_gone(e->d_name + strlen(prefix), "") ||
            !is_ours(dirfd(entries), e->d_name, S_IFDIR))
            continue;
        /* Depth first, and never through a link out of it. */
        snprintf(path, sizeof path, "%s/%s", parent, e->d_name);
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    if (entries)
        closedir(entries);
}
