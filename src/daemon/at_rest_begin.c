/* A folder in clear becomes an encrypted one, while no service runs in it.
 *
 * 1. Each file is encrypted beside itself, synced, and then replaced; whoever cuts it off begins
 *    again, and what is encrypted already is passed over.
 * 2. The disk's blocks that held the clear files are freed, not overwritten. */
#include "daemon/at_rest_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/empty_folder.h"
#include "service/keys_protect.h"

typedef struct beginning {
    const daemon_at_rest *a;
    const char *folder;
    uint64_t count;
} beginning;

static zkl_status join(char out[PATH_MAX], const char *folder, const char *name, zkl_error *err)
{
    return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
}

/* ---- one file */

static zkl_status is_sealed(bool *out, int fd, const char *path, zkl_error *err)
{
    uint8_t magic[8];
    const ssize_t size = pread(fd, magic, sizeof magic, 0);
    if (size < 0)
        return zkl_fail_errno(err, "read", path);
    *out = zkl_envelope_has_magic(zkl_bytes_of(magic, (size_t)size));
    return ZKL_OK;
}

static zkl_status write_beside(const beginning *b, zkl_object_name name, int from, const char *path,
                               const char *beside, zkl_error *err)
{
    const int to = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return zkl_fail_errno(err, "create", beside);
    zkl_status status = daemon_seal_file(b->a, name, to, from, path, err);
    if (status == ZKL_OK && fsync(to) != 0)
        status = zkl_fail_errno(err, "sync", beside);
    close(to);
    return status;
}

/* From `path` to `to`, which may be the same. One that is not there is none. */
static zkl_status seal(beginning *b, zkl_object_name name, const char *path, const char *to,
                       zkl_error *err)
{
    char beside[PATH_MAX];
    bool done = false;
    const int from = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "open", path);
    zkl_status status = is_sealed(&done, from, path, err);
    if (status == ZKL_OK && !done &&
        snprintf(beside, sizeof beside, "%s.sealing", to) >= (int)sizeof beside)
        status = zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", to);
    if (status == ZKL_OK && !done)
        status = write_beside(b, name, from, path, beside, err);
    close(from);
    if (status != ZKL_OK || done)
        return status;
    ZKL_TRY(zkl_file_rename(beside, to, err));
    b->count++;
    return strcmp(path, to) == 0 ? ZKL_OK : zkl_file_remove(path, err);
}

/* "FOLDER/" + name, under this name. */
static zkl_status seal_own(beginning *b, const char *kind, const char *name, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(join(path, b->folder, name, err));
    return seal(b, (zkl_object_name){ kind, name }, path, path, err);
}

/* ---- folders */

/* Each name in the folder, with the context; a folder that is not there is empty. */
typedef zkl_status see_name(beginning *b, const char *within, const char *name, zkl_error *err);

static zkl_status each(beginning *b, const char *within, see_name *see, zkl_error *err)
{
    char path[PATH_MAX];
    zkl_status status = ZKL_OK;
    ZKL_TRY(join(path, b->folder, within, err));
    DIR *const dir = opendir(path);
    if (!dir)
        return errno == ENOENT || errno == ENOTDIR ? ZKL_OK : zkl_fail_errno(err, "open", path);
    for (struct dirent *d; status == ZKL_OK && (d = readdir(dir)) != NULL;)
        if (d->d_name[0] != '.')
            status = see(b, within, d->d_name, err);
    closedir(dir);
    return status;
}

static bool ends_with(const char *text, const char *ending)
{
    const size_t size = strlen(text), part = strlen(ending);
    return size > part && strcmp(text + size - part, ending) == 0;
}

/* Of one that was cut off. The list of names may be older: the file whose copy it was may have been
 * encrypted since, by way of the same name. */
static zkl_status remove_left(const char *path, zkl_error *err)
{
    const zkl_status status = zkl_file_remove(path, err);
    return status == ZKL_NOT_FOUND ? ZKL_OK : status;
}

/* What is left of one that was cut off goes: it is made anew. */
static zkl_status seal_sent(beginning *b, const char *within, const char *name, zkl_error *err)
{
    char below[PATH_MAX], path[PATH_MAX];
    ZKL_TRY(join(below, within, name, err));
    ZKL_TRY(join(path, b->folder, below, err));
    if (ends_with(name, ".part") || ends_with(name, ".sealing"))
        return remove_left(path, err);
    return seal_own(b, ends_with(name, ".json") ? "facts" : "file", below, err);
}

/* below: "" or a path below jobs/ID/out. */
static zkl_status seal_results(beginning *b, const char *id, const char *below, size_t depth,
                               zkl_error *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    zkl_status status = ZKL_OK;
    if (snprintf(from, sizeof from, "%s/jobs/%s/out%s", b->folder, id, below) >= (int)sizeof from ||
        snprintf(to, sizeof to, "%s/jobs/%s/sealed%s", b->folder, id, below) >= (int)sizeof to ||
        depth > DAEMON_FOLDER_DEPTH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "results of '%s' lie too deep", id);
    DIR *const dir = opendir(from);
    if (!dir)
        return errno == ENOENT || errno == ENOTDIR ? ZKL_OK : zkl_fail_errno(err, "open", from);
    status = zkl_folder_make(to, 0700, err);
    for (struct dirent *d; status == ZKL_OK && (d = readdir(dir)) != NULL;) {
        char inner[PATH_MAX], name[PATH_MAX], path[PATH_MAX], target[PATH_MAX];
        struct stat st;
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
            fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        status = join(inner, below, d->d_name, err);
        if (status == ZKL_OK && S_ISDIR(st.st_mode))
            status = seal_results(b, id, inner, depth + 1, err);
        if (status != ZKL_OK || !S_ISREG(st.st_mode))
            continue;
        if (snprintf(name, sizeof name, "jobs/%s%s", id, inner) >= (int)sizeof name)
            status = zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", inner);
        if (status == ZKL_OK)
            status = join(path, from, d->d_name, err);
        if (status == ZKL_OK)
            status = join(target, to, d->d_name, err);
        if (status == ZKL_OK)
            status = seal(b, (zkl_object_name){ "result", name }, path, target, err);
    }
    closedir(dir);
    if (status == ZKL_OK && rmdir(from) != 0 && errno != ENOTEMPTY)
        status = zkl_fail_errno(err, "remove", from);
    return status;
}

/* What was being written when a service was killed: nobody reads it. */
static zkl_status drop_part(beginning *b, const char *within, const char *name, zkl_error *err)
{
    char path[PATH_MAX];
    if (!ends_with(name, ".part"))
        return ZKL_OK;
    if (snprintf(path, sizeof path, "%s/%s/%s", b->folder, within, name) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", b->folder);
    return remove_left(path, err);
}

static zkl_status drop_own_part(beginning *b, const char *within, const char *name, zkl_error *err)
{
    static const char *const ours[] = { "keys.json.", "second_factors.json.", "pepper.",
                                        "ledger-passphrase." };
    for (size_t i = 0; i < ZKL_COUNT(ours); i++)
        if (strncmp(name, ours[i], strlen(ours[i])) == 0)
            return drop_part(b, within, name, err);
    return ZKL_OK;
}

/* One that is over reads nothing any more; it may have been killed before that was gone. */
static zkl_status drop_read(beginning *b, const char *job, zkl_error *err)
{
    char in[PATH_MAX];
    if (snprintf(in, sizeof in, "%s/%s/in", b->folder, job) >= (int)sizeof in)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", b->folder);
    const int at = open(in, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0)
        return errno == ENOENT || errno == ELOOP || errno == ENOTDIR
                   ? ZKL_OK /* a link: of one that was encrypted from the start */
                   : zkl_fail_errno(err, "open", in);
    daemon_empty_folder(at);
    return rmdir(in) == 0 ? ZKL_OK : zkl_fail_errno(err, "remove", in);
}

static zkl_status seal_job(beginning *b, const char *within, const char *id, zkl_error *err)
{
    char job[PATH_MAX], name[80];
    ZKL_TRY(join(job, within, id, err));
    ZKL_TRY(each(b, job, drop_part, err));
    ZKL_TRY(drop_read(b, job, err));
    ZKL_TRY(seal_results(b, id, "", 0, err));
    snprintf(name, sizeof name, "jobs/%.40s/answer.json", id);
    ZKL_TRY(seal_own(b, "job", name, err));
    snprintf(name, sizeof name, "jobs/%.40s/job.json", id);
    return seal_own(b, "job", name, err);
}

/* Its files lie in clear where its request says, and it would go on there. */
static zkl_status check_over(beginning *b, const char *within, const char *id, zkl_error *err)
{
    char path[PATH_MAX];
    struct stat st;
    if (snprintf(path, sizeof path, "%s/%s/%s/answer.json", b->folder, within, id) >=
        (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", b->folder);
    return lstat(path, &st) == 0 ? ZKL_OK
                                 : zkl_fail(err, ZKL_CONFLICT, "operation '%s' is not over", id);
}

/* ---- keys of ledgers */

/* The passphrase has 256 bits: no cost makes guessing it harder. */
static const zkl_keyfile_cost key_cost = { .log_n = 10, .r = 8, .p = 1 };

static zkl_status protect(beginning *b, const char *within, const char *name, zkl_error *err)
{
    char below[PATH_MAX], path[PATH_MAX];
    uint64_t count = 0;
    const zkl_bytes passphrase = daemon_at_rest_passphrase(b->a);
    ZKL_TRY(join(below, within, name, err));
    ZKL_TRY(join(path, b->folder, below, err));
    const zkl_status status = service_keys_protect(&count, path, &passphrase, &key_cost, NULL, err);
    b->count += count;
    return status == ZKL_NOT_FOUND ? ZKL_OK : status; /* a ledger that was never made */
}

static zkl_status protect_of(beginning *b, const char *within, const char *organisation,
                             zkl_error *err)
{
    char below[PATH_MAX];
    ZKL_TRY(join(below, within, organisation, err));
    return each(b, below, protect, err);
}

static zkl_status protect_keys(beginning *b, zkl_error *err)
{
    ZKL_TRY(protect(b, ".", "ledger", err));
    return each(b, "ledgers", protect_of, err);
}

/* ---- all */

/* The lock that a running service has (audit.c). */
static zkl_status lock_service(int *out, const char *folder, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(join(path, folder, "audit", err));
    *out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (*out < 0)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "open", path);
    if (flock(*out, LOCK_EX | LOCK_NB) == 0)
        return ZKL_OK;
    close(*out);
    return zkl_fail(err, ZKL_CONFLICT, "a service runs in '%s'", folder);
}

static zkl_status seal_all(beginning *b, zkl_error *err)
{
    ZKL_TRY(each(b, "jobs", check_over, err));
    ZKL_TRY(each(b, "files", seal_sent, err));
    ZKL_TRY(each(b, "jobs", seal_job, err));
    ZKL_TRY(each(b, ".", drop_own_part, err));
    ZKL_TRY(each(b, "secrets", drop_own_part, err));
    ZKL_TRY(protect_keys(b, err));
    ZKL_TRY(seal_own(b, "secret", "secrets/pepper", err));
    ZKL_TRY(seal_own(b, "factors", "second_factors.json", err));
    return seal_own(b, "keys", "keys.json", err);
}

zkl_status daemon_at_rest_begin(uint64_t *count, daemon_at_rest *a, const char *folder,
                                zkl_error *err)
{
    beginning b = { .a = a, .folder = folder };
    int lock = -1;
    ZKL_TRY(lock_service(&lock, folder, err));
    zkl_status status = daemon_at_rest_take_passphrase(a, true, err);
    if (status == ZKL_OK)
        status = seal_all(&b, err);
    if (lock >= 0)
        close(lock);
    *count = b.count;
    return status;
}
