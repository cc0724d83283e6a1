/* Each file is written whole and by rename, but for marks, which are appended: a line that was cut
 * off is no mark, and its entries were not recorded then. The next line takes its place, so that
 * each mark is found by its number.
 *
 * That something is not there is an answer only when the system says so: what cannot be looked at
 * (no descriptor, no permission, a disk that fails) may be there. */
#include "daemon/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/empty_folder.h"
#include "daemon/journal_internal.h"
#include "daemon/json_file.h"
#include "daemon/say.h"

#define FILE_BYTES_MAX ((size_t)256 << 20)
#define LISTED_MAX ((size_t)10000)
#define MARK_CHARS ((size_t)65) /* 64 hexadecimal digits and a line's end */

zkl_status daemon_journal_open(daemon_journal **out, const char *folder, zkl_error *err)
{
    ZKL_TRY(zkl_folder_make_durable(folder, 0700, err));
    daemon_journal *const journal = zkl_calloc(1, sizeof *journal);
    char *const copy = strdup(folder);
    if (!journal || !copy) {
        zkl_free(journal);
        free(copy);
        return zkl_no_memory(err, strlen(folder));
    }
    journal->folder = copy;
    *out = journal;
    return ZKL_OK;
}

void daemon_journal_free(daemon_journal *journal)
{
    if (!journal)
        return;
    free(journal->folder);
    zkl_free(journal);
}

void daemon_journal_encrypt(daemon_journal *journal, const daemon_at_rest *at_rest)
{
    journal->at_rest = at_rest;
}

bool daemon_journal_is_sealed(const daemon_journal *journal)
{
    return journal->at_rest != NULL;
}

const char *daemon_journal_results(const daemon_journal *journal)
{
    return journal->at_rest ? "sealed" : "out";
}

zkl_status daemon_journal_path(char *out, const daemon_journal *journal, const char *id,
                               const char *name, zkl_error *err)
{
    return snprintf(out, PATH_MAX, "%s/%s%s%s", journal->folder, id, name ? "/" : "",
                    name ? name : "") < PATH_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", journal->folder);
}

zkl_status daemon_journal_make(const daemon_journal *journal, const char *id, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(daemon_journal_path(path, journal, id, NULL, err));
    return zkl_folder_make(path, 0700, err);
}

static zkl_status write_json(const daemon_journal *journal, const char *id, const char *name,
                             const json_t *value, zkl_error *err)
{
    char path[PATH_MAX], object[80];
    ZKL_TRY(daemon_journal_path(path, journal, id, name, err));
    snprintf(object, sizeof object, "jobs/%s/%s", id, name);
    char *const text = value ? json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    const zkl_status status =
        text ? daemon_kept_write(journal->at_rest, (zkl_object_name){ "job", object }, path,
                                 zkl_bytes_of_text(text), err)
             : zkl_no_memory(err, 0);
    free(text);
    return status;
}

struct dirent *journal_next(DIR *dir, const char *path, zkl_status *status, zkl_error *err)
{
    errno = 0;
    struct dirent *const next = readdir(dir);
    if (!next && errno)
        *status = zkl_fail_errno(err, "read", path);
    return next;
}

/* The names of the files that it reads: a folder of folders. */
static zkl_status sync_read(const daemon_journal *journal, const char *id, zkl_error *err)
{
    char path[PATH_MAX], below[PATH_MAX];
    zkl_status status = ZKL_OK;
    ZKL_TRY(daemon_journal_path(path, journal, id, journal->at_rest ? "kept" : "in", err));
    DIR *const dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "open", path);
    for (struct dirent *d; status == ZKL_OK && (d = journal_next(dir, path, &status, err)) != NULL;)
        if (d->d_name[0] != '.' &&
            snprintf(below, sizeof below, "%s/%s", path, d->d_name) < (int)sizeof below)
            status = zkl_folder_sync(below, err);
    closedir(dir);
    return status == ZKL_OK ? zkl_folder_sync(path, err) : status;
}

/* The names of the files that it reads are synced with it, and then its own. */
zkl_status daemon_journal_accept(const daemon_journal *journal, const char *id,
                                 const json_t *record, zkl_error *err)
{
    ZKL_TRY(sync_read(journal, id, err));
    ZKL_TRY(write_json(journal, id, "job.json", record, err));
    return zkl_folder_sync(journal->folder, err);
}

/* Behind the last whole line. */
static zkl_status seek_mark(int fd, const char *path, zkl_error *err)
{
    const off_t end = lseek(fd, 0, SEEK_END);
    return end >= 0 && lseek(fd, end - end % (off_t)MARK_CHARS, SEEK_SET) >= 0
               ? ZKL_OK
               : zkl_fail_errno(err, "look at", path);
}

zkl_status daemon_journal_mark(const daemon_journal *journal, const char *id,
                               const zkl_digest *receipt_ids, size_t count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) lines = { 0 };
    char path[PATH_MAX], hex[MARK_CHARS];
    ZKL_TRY(daemon_journal_path(path, journal, id, "marks", err));
    for (size_t i = 0; i < count; i++) {
        zkl_hex_encode(hex, receipt_ids[i].bytes, sizeof receipt_ids[i].bytes);
        zkl_buffer_format(&lines, "%s\n", hex);
    }
    ZKL_TRY(zkl_buffer_status(&lines, err));
    const int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "create", path);
    zkl_status status = seek_mark(fd, path, err);
    if (status == ZKL_OK)
        status = zkl_fd_write(fd, zkl_buffer_bytes(&lines), path, err);
    if (status == ZKL_OK && fsync(fd) != 0)
        status = zkl_fail_errno(err, "sync", path);
    close(fd);
    if (status == ZKL_OK)
        status = daemon_journal_path(path, journal, id, NULL, err);
    return status == ZKL_OK ? zkl_folder_sync(path, err) : status;
}

zkl_status daemon_journal_note(const daemon_journal *journal, const char *id, const char *name,
                               zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(daemon_journal_path(path, journal, id, name, err));
    return zkl_file_replace(path, (zkl_bytes){ 0 }, 0600, err);
}

bool daemon_journal_has(const daemon_journal *journal, const char *id, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    return daemon_journal_path(path, journal, id, name, NULL) == ZKL_OK &&
           (lstat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR));
}

json_t *daemon_journal_read(const daemon_journal *journal, const char *id, const char *name)
{
    char path[PATH_MAX], object[80];
    json_t *value;
    snprintf(object, sizeof object, "jobs/%s/%s", id, name);
    if (daemon_journal_path(path, journal, id, name, NULL) != ZKL_OK ||
        daemon_json_read_kept(&value, journal->at_rest, (zkl_object_name){ "job", object }, path,
                              FILE_BYTES_MAX, NULL) != ZKL_OK)
        return NULL;
    if (json_is_object(value))
        return value;
    json_decref(value);
    return NULL;
}

zkl_status daemon_journal_marked(bool *is_there, zkl_digest *out, const daemon_journal *journal,
                                 const char *id, size_t index, zkl_error *err)
{
    char path[PATH_MAX], line[MARK_CHARS];
    *is_there = false;
    ZKL_TRY(daemon_journal_path(path, journal, id, "marks", err));
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "open", path);
    const ssize_t size = pread(fd, line, sizeof line, (off_t)(index * MARK_CHARS));
    const zkl_status status = size < 0 ? zkl_fail_errno(err, "read", path) : ZKL_OK;
    close(fd);
    *is_there = size == (ssize_t)sizeof line && line[MARK_CHARS - 1] == '\n' &&
                zkl_hex_decode(out->bytes, sizeof out->bytes, line, MARK_CHARS - 1);
    return status;
}

/* ---- removal */

void journal_remove_folder(const char *path, bool itself)
{
    const int at = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at >= 0)
        daemon_empty_folder(at);
    if (itself)
        (void)rmdir(path); /* as above */
}

/* job.json goes first, so that a half removed job is none. */
void daemon_journal_drop(const daemon_journal *journal, const char *id)
{
    char path[PATH_MAX];
    if (daemon_journal_path(path, journal, id, "job.json", NULL) == ZKL_OK)
        (void)unlink(path);
    if (daemon_journal_path(path, journal, id, NULL, NULL) == ZKL_OK)
        journal_remove_folder(path, true);
    journal_remove_work(journal, id);
}

zkl_status daemon_journal_rewind(const daemon_journal *journal, const char *id, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(daemon_journal_path(path, journal, id, daemon_journal_results(journal), err));
    journal_remove_folder(path, false);
    journal_remove_work(journal, id);
    ZKL_TRY(daemon_journal_path(path, journal, id, "marks", err));
    return unlink(path) == 0 || errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "remove", path);
}

/* What it read is of no use any more, and may be large. */
zkl_status daemon_journal_tidy(const daemon_journal *journal, const char *id, zkl_error *err)
{
    char path[PATH_MAX];
    static const char *const gone[] = { "in", "kept", "out" };
    for (size_t i = 0; i < (journal->at_rest ? ZKL_COUNT(gone) : 1); i++) {
        ZKL_TRY(daemon_journal_path(path, journal, id, gone[i], err));
        if (!journal->at_rest || unlink(path) != 0) /* a link, with encryption */
            journal_remove_folder(path, true);
    }
    journal_remove_work(journal, id);
    return ZKL_OK;
}

zkl_status daemon_journal_end(const daemon_journal *journal, const char *id, const json_t *answer,
                              zkl_error *err)
{
    ZKL_TRY(write_json(journal, id, "answer.json", answer, err));
    return daemon_journal_tidy(journal, id, err);
}

/* A full disk lets go of a name. */
zkl_status daemon_journal_forget(const daemon_journal *journal, const char *id, zkl_error *err)
{
    char path[PATH_MAX];
    ZKL_TRY(daemon_journal_path(path, journal, id, "job.json", err));
    return zkl_file_remove(path, err);
}

/* ---- lists */

static bool is_id(const char *name)
{
    return strlen(name) == 16 && strspn(name, "0123456789abcdef") == 16;
}

static int by_time(const void *a, const void *b)
{
    const json_t *const *const x = a, *const *const y = b;
    const json_int_t p = json_integer_value(json_object_get(*x, "created"));
    const json_int_t q = json_integer_value(json_object_get(*y, "created"));
    return p < q   ? -1
           : p > q ? 1
                   : strcmp(json_string_value(json_object_get(*x, "id")),
                            json_string_value(json_object_get(*y, "id")));
}

static json_t *sorted(json_t *all)
{
    const size_t count = json_array_size(all);
    json_t *const out = json_array();
    json_t **const order = zkl_calloc(count + 1, sizeof(json_t *));
    for (size_t i = 0; order && i < count; i++)
        order[i] = json_array_get(all, i);
    if (order)
        qsort(order, count, sizeof(json_t *), by_time);
    for (size_t i = 0; order && i < count; i++)
        json_array_append(out, order[i]);
    json_decref(all);
    if (!order) {
        json_decref(out);
        return NULL;
    }
    zkl_free(order);
    return out;
}

/* Its job.json; of one that was never accepted what is left goes. */
static void list_one(json_t *all, const daemon_journal *journal, const char *name)
{
    json_t *const record = daemon_journal_read(journal, name, "job.json");
    const char *const id = json_string_value(json_object_get(record, "id"));
    if (id && strcmp(id, name) == 0)
        json_array_append(all, record);
    else if (daemon_journal_has(journal, name, "job.json"))
        daemon_say(DAEMON_SAY_WARNING, "operation '%s' cannot be read, and stays on the disk",
                   name);
    else
        daemon_journal_drop(journal, name);
    json_decref(record);
}

zkl_status daemon_journal_list(json_t **out, const daemon_journal *journal, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    DIR *const dir = opendir(journal->folder);
    if (!dir)
        return zkl_fail_errno(err, "open", journal->folder);
    json_t *all = json_array();
    for (struct dirent *d;
         all && status == ZKL_OK && (d = journal_next(dir, journal->folder, &status, err)) != NULL;)
        if (is_id(d->d_name))
            list_one(all, journal, d->d_name);
    closedir(dir);
    if (status != ZKL_OK) {
        json_decref(all);
        return status;
    }
    *out = all ? sorted(all) : NULL;
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

/* at is closed. prefix: "" or ends with '/'. false: not all of it could be looked at. */
static bool list_below(json_t *out, const daemon_journal *journal, int at, const char *prefix,
                       size_t depth);

/* A folder's own, or a file's line. */
static bool list_entry(json_t *out, const daemon_journal *journal, int at, const char *entry,
                       const char *prefix, size_t depth)
{
    char name[PATH_MAX];
    struct stat st;
    if (snprintf(name, sizeof name, "%s%s", prefix, entry) >= (int)sizeof name - 1)
        return true;
    if (fstatat(at, entry, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    uint64_t size = (uint64_t)st.st_size;
    if (S_ISREG(st.st_mode))
        return (!journal->at_rest || journal_content_bytes(&size, at, entry)) &&
               json_array_append_new(
                   out, json_pack("{s:s, s:I}", "name", name, "size", (json_int_t)size)) == 0;
    if (!S_ISDIR(st.st_mode) || depth == DAEMON_FOLDER_DEPTH_MAX)
        return true;
    strcat(name, "/"); /* one is left for it */
    const int inner = openat(at, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return inner >= 0 && list_below(out, journal, inner, name, depth + 1);
}

static bool list_below(json_t *out, const daemon_journal *journal, int at, const char *prefix,
                       size_t depth)
{
    zkl_status status = ZKL_OK;
    bool is_whole = true;
    DIR *const dir = fdopendir(at);
    if (!dir) {
        close(at);
        return false;
    }
    for (struct dirent *d; is_whole && json_array_size(out) < LISTED_MAX &&
                           (d = journal_next(dir, prefix, &status, NULL)) != NULL;)
        is_whole =
            d->d_name[0] == '.' || list_entry(out, journal, dirfd(dir), d->d_name, prefix, depth);
    closedir(dir);
    return is_whole && status == ZKL_OK;
}

json_t *daemon_journal_files(const daemon_journal *journal, const char *id)
{
    char path[PATH_MAX];
    if (daemon_journal_path(path, journal, id, daemon_journal_results(journal), NULL) != ZKL_OK)
        return NULL;
    const int at = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
        return NULL;
    json_t *const out = json_array();
    if (at < 0 || !out) {
        if (at >= 0)
            close(at);
        return out;
    }
    if (list_below(out, journal, at, "", 0))
        return out;
    json_decref(out);
    return NULL;
}
