/* Files of jobs with encryption at rest: envelopes in the journal, in clear in the work folder
 * alone and while the job is there. */
#include "daemon/journal_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/empty_folder.h"

static const char *const parts[] = { "in", "out" };

/* WORK/ID[/part[/name]] */
static zkl_status work_path(char out[PATH_MAX], const daemon_journal *journal, const char *id,
                            const char *part, const char *name, zkl_error *err)
{
    const char *const work = daemon_at_rest_work_folder(journal->at_rest);
    return snprintf(out, PATH_MAX, "%s/%s%s%s%s%s", work, id, part ? "/" : "", part ? part : "",
                    name ? "/" : "", name ? name : "") < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", work);
}

void journal_remove_work(const daemon_journal *journal, const char *id)
{
    char path[PATH_MAX];
    if (journal->at_rest && work_path(path, journal, id, NULL, NULL, NULL) == ZKL_OK)
        journal_remove_folder(path, true);
}

bool journal_content_bytes(uint64_t *out, int at, const char *name)
{
    zkl_envelope_head head;
    struct stat st;
    const int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    const bool is_one = fd >= 0 && fstat(fd, &st) == 0 &&
                        zkl_envelope_head_read(&head, fd, name, NULL) == ZKL_OK &&
                        zkl_envelope_content_bytes(out, &head, (uint64_t)st.st_size);
    if (fd >= 0)
        close(fd);
    return is_one;
}

/* ---- before it runs */

/* A link is made again; an envelope's content gets a hole of its size, which takes no memory and
 * tells whoever looks how large the table will be. */
static zkl_status place(uint64_t *bytes, int kept, int in, const char *name, zkl_error *err)
{
    char target[64];
    uint64_t size = 0;
    const ssize_t link = readlinkat(kept, name, target, sizeof target - 1);
    if (link > 0) {
        target[link] = 0;
        return symlinkat(target, in, name) == 0 ? ZKL_OK : zkl_fail_errno(err, "link", name);
    }
    if (!journal_content_bytes(&size, kept, name))
        return zkl_fail(err, ZKL_REJECTED, "'%s' is no encrypted file", name);
    const int fd = openat(in, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "create", name);
    const int made = ftruncate(fd, (off_t)size);
    const zkl_status status = made == 0 ? ZKL_OK : zkl_fail_errno(err, "write", name);
    *bytes += size; /* each below 2^63, and there are few */
    close(fd);
    return status;
}

/* One member's files: kept is closed. */
static zkl_status place_all(uint64_t *bytes, int kept, const char *in, zkl_error *err)
{
    zkl_status status = zkl_folder_make(in, 0700, err);
    const int at = status == ZKL_OK ? open(in, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    DIR *const dir = at >= 0 ? fdopendir(kept) : NULL;
    if (!dir)
        close(kept);
    if (status == ZKL_OK && !dir)
        status = zkl_fail_errno(err, "open", in);
    for (struct dirent *d;
         dir && status == ZKL_OK && (d = journal_next(dir, in, &status, err)) != NULL;)
        if (d->d_name[0] != '.')
            status = place(bytes, dirfd(dir), at, d->d_name, err);
    if (dir)
        closedir(dir);
    if (at >= 0)
        close(at);
    return status;
}

static zkl_status place_members(uint64_t *bytes, const daemon_journal *journal, const char *id,
                                zkl_error *err)
{
    char path[PATH_MAX], in[PATH_MAX];
    zkl_status status = ZKL_OK;
    ZKL_TRY(daemon_journal_path(path, journal, id, "kept", err));
    DIR *const dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "open", path);
    for (struct dirent *d;
         status == ZKL_OK && (d = journal_next(dir, path, &status, err)) != NULL;) {
        if (d->d_name[0] == '.')
            continue;
        const int kept =
            openat(dirfd(dir), d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (kept < 0) {
            status = zkl_fail_errno(err, "open", d->d_name);
            continue;
        }
        status = work_path(in, journal, id, "in", d->d_name, err);
        if (status == ZKL_OK)
            status = place_all(bytes, kept, in, err);
        else
            close(kept);
    }
    closedir(dir);
    return status;
}

zkl_status daemon_journal_prepare(uint64_t *bytes, const daemon_journal *journal, const char *id,
                                  zkl_error *err)
{
    *bytes = 0;
    char path[PATH_MAX], link[PATH_MAX];
    if (!journal->at_rest)
        return ZKL_OK;
    journal_remove_work(journal, id);
    ZKL_TRY(work_path(path, journal, id, NULL, NULL, err));
    ZKL_TRY(zkl_folder_make(path, 0700, err));
    for (size_t i = 0; i < ZKL_COUNT(parts); i++) {
        ZKL_TRY(work_path(path, journal, id, parts[i], NULL, err));
        ZKL_TRY(zkl_folder_make(path, 0700, err));
        ZKL_TRY(daemon_journal_path(link, journal, id, parts[i], err));
        (void)unlink(link); /* of an earlier start; what stays is said by the next line */
        if (symlink(path, link) != 0)
            return zkl_fail_errno(err, "link", link);
    }
    return place_members(bytes, journal, id, err);
}

static zkl_status unseal_one(const daemon_journal *journal, const char *id, const char *name,
                             const char *file, zkl_error *err)
{
    char kept[PATH_MAX], path[PATH_MAX], stored[PATH_MAX], object[32];
    if (snprintf(stored, sizeof stored, "kept/%s", name) >= (int)sizeof stored)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", name);
    snprintf(object, sizeof object, "files/%.16s", file);
    ZKL_TRY(daemon_journal_path(kept, journal, id, stored, err));
    ZKL_TRY(work_path(path, journal, id, "in", name, err));
    const int from = open(kept, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return zkl_fail_errno(err, "open", name);
    const int to = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    zkl_status status = to < 0 ? zkl_fail_errno(err, "open", name) : ZKL_OK;
    if (status == ZKL_OK)
        status = daemon_unseal_file(journal->at_rest, (zkl_object_name){ "file", object }, to, from,
                                    name, err);
    if (to >= 0)
        close(to);
    close(from);
    return status;
}

zkl_status daemon_journal_unseal(const daemon_journal *journal, const char *id, const json_t *kept,
                                 zkl_error *err)
{
    for (size_t i = 0; journal->at_rest && i < json_array_size(kept); i++) {
        const json_t *const one = json_array_get(kept, i);
        const char *const name = json_string_value(json_array_get(one, 0));
        const char *const file = json_string_value(json_array_get(one, 1));
        if (!name || !file)
            return zkl_fail(err, ZKL_BAD_INPUT, "a file that is kept has no name");
        ZKL_TRY(unseal_one(journal, id, name, file, err));
    }
    return ZKL_OK;
}

/* ---- when it is over */

typedef struct sealing {
    const daemon_journal *journal;
    const char *id;
} sealing;

/* below: a path below `out`, with a '/' in front. Written beside its place, and synced, so that
 * what stands there is whole. */
static zkl_status seal_file(const sealing *s, int at, const char *file, const char *below,
                            zkl_error *err)
{
    char part[PATH_MAX], place[PATH_MAX], path[PATH_MAX], object[PATH_MAX];
    if (snprintf(part, sizeof part, "sealed%s", below) >= (int)sizeof part ||
        snprintf(object, sizeof object, "jobs/%s%s", s->id, below) >= (int)sizeof object ||
        strlen(object) > ZKL_OBJECT_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", below);
    ZKL_TRY(daemon_journal_path(place, s->journal, s->id, part, err));
    const size_t folder = (size_t)(strrchr(place, '/') - place);
    if (snprintf(path, sizeof path, "%.*s/" AT_REST_SEALING, (int)folder, place) >=
        (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", below);
    const int from = openat(at, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return zkl_fail_errno(err, "open", file);
    const int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    zkl_status status = to < 0 ? zkl_fail_errno(err, "create", file) : ZKL_OK;
    if (status == ZKL_OK)
        status = daemon_seal_file(s->journal->at_rest, (zkl_object_name){ "result", object }, to,
                                  from, file, err);
    if (status == ZKL_OK && fsync(to) != 0)
        status = zkl_fail_errno(err, "sync", file);
    if (to >= 0)
        close(to);
    close(from);
    if (status == ZKL_OK && rename(path, place) != 0) /* the folder is synced when all are there */
        status = zkl_fail_errno(err, "rename", file);
    return status;
}

static zkl_status seal_below(const sealing *s, int at, const char *below, size_t depth,
                             zkl_error *err);

/* below: of the folder `at`. */
static zkl_status seal_entry(const sealing *s, int at, const char *file, const char *below,
                             size_t depth, zkl_error *err)
{
    char inner[PATH_MAX];
    struct stat st;
    if (snprintf(inner, sizeof inner, "%s/%s", below, file) >= (int)sizeof inner)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", below);
    if (fstatat(at, file, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return zkl_fail_errno(err, "look at", file);
    if (S_ISREG(st.st_mode))
        return seal_file(s, at, file, inner, err);
    if (!S_ISDIR(st.st_mode))
        return ZKL_OK; /* no operation writes any */
    const int folder = openat(at, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return folder >= 0 ? seal_below(s, folder, inner, depth + 1, err)
                       : zkl_fail_errno(err, "open", file);
}

/* at is closed. */
static zkl_status seal_below(const sealing *s, int at, const char *below, size_t depth,
                             zkl_error *err)
{
    char part[PATH_MAX], path[PATH_MAX];
    const bool is_deep = depth >= DAEMON_FOLDER_DEPTH_MAX;
    DIR *const dir = is_deep ? NULL : fdopendir(at);
    if (!dir) {
        const zkl_status none =
            is_deep ? zkl_fail(err, ZKL_LIMIT, "results of '%s' lie too deep", s->id)
                    : zkl_fail_errno(err, "open the results of", s->id);
        close(at);
        return none;
    }
    zkl_status status = snprintf(part, sizeof part, "sealed%s", below) < (int)sizeof part
                            ? daemon_journal_path(path, s->journal, s->id, part, err)
                            : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", below);
    if (status == ZKL_OK)
        status = zkl_folder_make(path, 0700, err);
    for (struct dirent *d; status == ZKL_OK && (d = journal_next(dir, path, &status, err)) != NULL;)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            status = seal_entry(s, dirfd(dir), d->d_name, below, depth, err);
    closedir(dir);
    return status == ZKL_OK ? zkl_folder_sync(path, err) : status;
}

/* A job that wrote nothing leaves no folder. One that cannot be looked into may have something. */
static bool is_empty(int at)
{
    const int again = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *const dir = again >= 0 ? fdopendir(again) : NULL;
    bool out = dir != NULL;
    for (struct dirent *d; out && (d = readdir(dir)) != NULL;)
        out = strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
    if (dir)
        closedir(dir);
    else if (again >= 0)
        close(again);
    return out;
}

zkl_status daemon_journal_seal(const daemon_journal *journal, const char *id, zkl_error *err)
{
    const sealing s = { journal, id };
    char out[PATH_MAX];
    if (!journal->at_rest)
        return ZKL_OK;
    ZKL_TRY(work_path(out, journal, id, "out", NULL, err));
    const int at = open(out, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "open", out);
    if (is_empty(at)) {
        close(at);
        return ZKL_OK;
    }
    return seal_below(&s, at, "", 0, err);
}
