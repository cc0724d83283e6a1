/* Folders of runs, and what is left of them.
 *
 *  1. The lock gets its name when it is held: who finds it by its name and can take it knows that
 *     its run is gone. A folder without one is not touched, so neither is one in the making.
 *  2. Before rows are recorded the lock gets another name, and the folder stays until they have
 *     their place: a run that is killed leaves rows that may be the only ones of their dataset.
 *  3. Only what looks like ours goes: by the folder's name, owner and mode, by the lock's name and
 *     first bytes. No link is followed, and no folder inside is entered. */
#include "service/scratch_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* What a lock holds. */
static const char mark[] = "rows of a run of zkp-ledger: the next one removes them\n";
#define DRAWN_LETTERS 6 /* of mkdtemp */
/* Ends of a lock's name: of a folder that goes with its run, and of one that stays. */
#define LOCK ".lock"
#define KEPT ".kept"

/* The lock, open and held, under its name. */
static zkl_status make_lock(scratch_folder *f, zkl_arena *arena, zkl_error *err)
{
    const char *early = zkl_arena_format(arena, "%s.new", f->lock);
    if (!early)
        return zkl_no_memory(err, strlen(f->lock));
    const int fd = open(early, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "write", early);
    f->fd_plus_1 = fd + 1;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return zkl_fail_errno(err, "lock", early);
    ZKL_TRY(zkl_fd_write(fd, zkl_bytes_of_text(mark), early, err));
    if (rename(early, f->lock) != 0) {
        const zkl_status status = zkl_fail_errno(err, "write", f->lock);
        (void)unlink(early);
        return status;
    }
    return ZKL_OK;
}

zkl_status scratch_folder_make(scratch_folder *out, zkl_arena *arena, const char *place,
                               zkl_error *err)
{
    const char *slash = strrchr(place, '/'), *name = slash ? slash + 1 : place;
    char *path = zkl_arena_format(arena, "%.*s.%s-XXXXXX", (int)(name - place), place, name);
    *out = (scratch_folder){ 0 };
    if (!path)
        return zkl_no_memory(err, strlen(place));
    if (!mkdtemp(path))
        return zkl_fail_errno(err, "write", place);
    out->path = path;
    out->lock = zkl_arena_format(arena, "%s/%s" LOCK, path, name);
    const zkl_status status =
        out->lock ? make_lock(out, arena, err) : zkl_no_memory(err, strlen(place));
    if (status != ZKL_OK)
        scratch_folder_clear(out);
    return status;
}

zkl_status scratch_folder_hold(scratch_folder *f, zkl_arena *arena, zkl_error *err)
{
    const size_t stem = strlen(f->lock) - strlen(LOCK);
    const char *kept = zkl_arena_format(arena, "%.*s%s", (int)stem, f->lock, KEPT);
    if (!kept)
        return zkl_no_memory(err, stem);
    if (rename(f->lock, kept) != 0)
        return zkl_fail_errno(err, "write", kept);
    f->lock = kept;
    f->is_held = true;
    return ZKL_OK;
}

void scratch_folder_clear(scratch_folder *folder)
{
    if (folder->path && !folder->is_held) {
        if (folder->lock)
            (void)unlink(folder->lock); /* gone already, or was never there */
        (void)rmdir(folder->path);
    }
    if (folder->fd_plus_1)
        close(folder->fd_plus_1 - 1);
    *folder = (scratch_folder){ 0 };
}

/* ---- What is left */

/* ".NAME-XXXXXX": *size is NAME's. */
static bool is_named(const char *entry, size_t *size)
{
    const size_t length = strlen(entry);
    if (entry[0] != '.' || length < 1 + 1 + 1 + DRAWN_LETTERS)
        return false;
    for (size_t i = length - DRAWN_LETTERS; i < length; i++) {
        const char c = entry[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            return false;
    }
    *size = length - DRAWN_LETTERS - 2;
    return entry[1 + *size] == '-';
}

/* Open, this user's and nobody else's; else -1. */
static int open_own_folder(int parent, const char *entry)
{
    struct stat st;
    const int fd = openat(parent, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & (S_IRWXG | S_IRWXO)))
        return fd;
    close(fd);
    return -1;
}

/* The lock that its run holds no more, now held here; else -1. */
static int take_lock(int folder, const char *name)
{
    struct stat st;
    char text[sizeof mark] = { 0 };
    const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        read(fd, text, sizeof text) == (ssize_t)strlen(mark) && strcmp(text, mark) == 0 &&
        flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Files alone: a folder in it is none of ours, and stays with what it holds. The lock last: as long
 * as there are rows somebody finds them. */
static bool remove_files(int folder, const char *lock)
{
    const int again = dup(folder);
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    if (!entries) {
        if (again >= 0)
            close(again);
        return false;
    }
    bool all = true;
    for (const struct dirent *e; (e = readdir(entries));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            strcmp(e->d_name, lock) != 0)
            all &= unlinkat(folder, e->d_name, 0) == 0;
    closedir(entries);
    return all && unlinkat(folder, lock, 0) == 0;
}

/* One entry of the folder, with a lock of this end: is it a left-over, and is it gone, when it
 * shall be? */
static bool look_at(int parent, const char *entry, const char *end, bool remove)
{
    char lock[sizeof((struct dirent *)0)->d_name + 8];
    size_t size;
    if (!is_named(entry, &size))
        return false;
    snprintf(lock, sizeof lock, "%.*s%s", (int)size, entry + 1, end);
    const int folder = open_own_folder(parent, entry);
    const int held = folder < 0 ? -1 : take_lock(folder, lock);
    const bool found =
        held >= 0 &&
        (!remove || (remove_files(folder, lock) && unlinkat(parent, entry, AT_REMOVEDIR) == 0));
    if (held >= 0)
        close(held);
    if (folder >= 0)
        close(folder);
    return found;
}

/* A sentence around the folder's name. */
static void say(const zkl_notice *notice, const char *before, const char *parent, const char *entry,
                const char *after)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const char *said = zkl_arena_format(&arena, "%s'%s/%s'%s", before, parent, entry, after);
    if (said && notice->say)
        notice->say(notice->opaque, said);
}

static size_t look_beside(const char *place, bool remove, const zkl_notice *notice)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const char *slash = strrchr(place, '/');
    const char *parent = !slash           ? "."
                         : slash == place ? "/"
                                          : zkl_arena_text(&arena, place, (size_t)(slash - place));
    DIR *entries = parent ? opendir(parent) : NULL;
    size_t count = 0;
    for (const struct dirent *e; entries && (e = readdir(entries));) {
        if (remove && look_at(dirfd(entries), e->d_name, KEPT, false))
            say(notice, "", parent, e->d_name,
                " stays: a run was killed while it recorded its rows, and the log may have them");
        if (!look_at(dirfd(entries), e->d_name, LOCK, remove))
            continue;
        count++;
        if (remove)
            say(notice, "removed ", parent, e->d_name, ", rows that a run left which was killed");
    }
    if (entries)
        closedir(entries);
    return count;
}

void scratch_folders_sweep(const char *place, const zkl_notice *notice)
{
    (void)look_beside(place, true, notice);
}

size_t scratch_folders_count(const char *place)
{
    return look_beside(place, false, NULL);
}
