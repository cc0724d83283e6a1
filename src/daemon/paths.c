/* One walk over the rows of a request's object, which are the only place that says what is a path.
 *
 * 1. A member that is a path is replaced, or the request refused: none passes as it came, but for
 *    the names and counts that path_use permits.
 * 2. Every name below the job's folder is made by us or fits daemon_file_name_fits. */
#include "daemon/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* ---- files below a folder */

static int open_part(int at, const char *name, bool is_last)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;
    return openat(at, name, flags | (is_last ? O_NONBLOCK : O_DIRECTORY));
}

static int fail_open(zkl_error *err, const char *path)
{
    const int code = errno;
    if (code == ELOOP || code == ENOTDIR)
        (void)zkl_fail(err, ZKL_DENIED, "'%s' leads over a link, or is no file", path);
    else
        (void)zkl_fail_errno(err, "open", path); /* -1 says it */
    return -1;
}

int daemon_paths_open_below(const char *folder, const char *path, zkl_error *err)
{
    struct stat st;
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (const char *part = path; at >= 0;) {
        char name[NAME_MAX + 1];
        const char *const slash = strchr(part, '/');
        const size_t size = slash ? (size_t)(slash - part) : strlen(part);
        if (!size || size > NAME_MAX || strncmp(part, "..", size) == 0) { /* "." too */
            close(at);
            (void)zkl_fail(err, ZKL_DENIED, "'%s' is no plain path", path);
            return -1;
        }
        memcpy(name, part, size);
        name[size] = 0;
        const int next = open_part(at, name, !slash);
        const int code = errno;
        close(at);
        errno = code;
        if (next < 0 || slash) {
            at = next;
            part += size + 1;
            continue;
        }
        if (fstat(next, &st) == 0 && S_ISREG(st.st_mode))
            return next;
        close(next);
        (void)zkl_fail(err, ZKL_DENIED, "'%s' is no file", path);
        return -1;
    }
    return fail_open(err, path);
}

/* ---- the job's folder */

static int open_folder(const daemon_paths *p, const char *name, zkl_error *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", p->folder, name) >= (int)sizeof path) {
        (void)zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", p->folder); /* -1 says it */
        return -1;
    }
    const int made = mkdir(path, 0700) == 0 || errno == EEXIST;
    const int fd = made ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (fd < 0)
        (void)zkl_fail_errno(err, "create", path);
    return fd;
}

/* Where files lie that operations read below `in`. */
static const char *stored_in(const daemon_paths *p)
{
    return p->is_sealed ? "kept" : "in";
}

/* The folder of one member's files, open; its name below the job's folder, for the operation. */
static int open_in(daemon_paths *p, char *name, size_t size, zkl_error *err)
{
    char stored[32];
    const int in = open_folder(p, stored_in(p), err);
    if (in < 0)
        return -1;
    close(in);
    snprintf(name, size, "in/%zu", p->next_in);
    snprintf(stored, sizeof stored, "%s/%zu", stored_in(p), p->next_in++);
    return open_folder(p, stored, err);
}

static zkl_status put_path(json_t **value, const daemon_paths *p, const char *folder,
                           const char *name, zkl_error *err)
{
    *value = json_sprintf("%s/%s%s%s", p->folder, folder, name ? "/" : "", name ? name : "");
    return *value ? ZKL_OK : zkl_fail(err, ZKL_USAGE, "a path is no text");
}

/* ---- what is read */

/* Where a file of one member's lies, that operations know as "in/N". */
typedef struct member_folder {
    const char *in;
    int at; /* open */
} member_folder;

static zkl_status note_kept(daemon_paths *p, const member_folder *of, const char *name,
                            const char *id, zkl_error *err)
{
    if (!p->is_sealed)
        return ZKL_OK;
    if (!p->kept)
        p->kept = json_array();
    return json_array_append_new(p->kept, json_pack("[s++, s]", of->in + 3, "/", name, id)) == 0
               ? ZKL_OK
               : zkl_no_memory(err, 0);
}

/* name: what it is called there, DAEMON_FILE_NAME_MAX + 1 bytes. */
static zkl_status take_file(char *name, daemon_paths *p, const char *id, const member_folder *of,
                            zkl_error *err)
{
    daemon_file file;
    ZKL_TRY(daemon_files_find(&file, p->files, id, p->owner, err));
    memcpy(name, file.name, sizeof file.name);
    const zkl_status status = daemon_files_link(p->files, id, p->owner, of->at, name, err);
    if (status == ZKL_OK)
        return note_kept(p, of, name, file.id, err);
    return status == ZKL_CONFLICT
               ? zkl_fail(err, ZKL_USAGE, "two files of one member are called '%s'", name)
               : status;
}

/* The link is made to lead to the descriptor, so that an operation reads what was opened here,
 * whatever the path leads to by then. */
static zkl_status link_read(daemon_paths *p, const char *name, int at, int fd, zkl_error *err)
{
    char target[40];
    if (p->read_count == DAEMON_READS_MAX) {
        close(fd);
        return zkl_fail(err, ZKL_LIMIT, "a request reads at most %d files", DAEMON_READS_MAX);
    }
    p->reads[p->read_count++] = fd;
    snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
    return symlinkat(target, at, name) == 0 ? ZKL_OK : zkl_fail_errno(err, "link", name);
}

/* The part of path behind one of the readable folders; NULL: it is below none. */
static const char *readable_rest(const daemon_paths *p, const char *path, const char **folder)
{
    for (size_t i = 0; i < p->readable_count; i++) {
        const size_t size = strlen(p->readable[i]);
        if (strncmp(path, p->readable[i], size) == 0 && path[size] == '/') {
            *folder = p->readable[i];
            return path + size + 1;
        }
    }
    return NULL;
}

static zkl_status take_readable(char *name, daemon_paths *p, const char *path,
                                const member_folder *of, zkl_error *err)
{
    const char *folder = NULL, *const rest = readable_rest(p, path, &folder);
    const char *const slash = strrchr(path, '/');
    if (!rest)
        return zkl_fail(err, ZKL_DENIED,
                        "'%.200s' names a file of the service's machine: want file:ID", path);
    if (!daemon_file_name_fits(slash + 1))
        return zkl_fail(err, ZKL_USAGE, "'%.200s' has no name that can be read", path);
    const int fd = daemon_paths_open_below(folder, rest, err);
    if (fd < 0)
        return err->status;
    snprintf(name, DAEMON_FILE_NAME_MAX + 1, "%s", slash + 1);
    ZKL_TRY(link_read(p, name, of->at, fd, err));
    if (!p->sources)
        p->sources = json_array();
    /* where the link lies: "in/N/name" or "kept/N/name" */
    json_t *const source = json_pack("[s+++, s]", stored_in(p), of->in + 2, "/", name, path);
    return json_array_append_new(p->sources, source) == 0 ? ZKL_OK : zkl_no_memory(err, 0);
}

static zkl_status take_one(char *name, daemon_paths *p, const char *text, const member_folder *of,
                           zkl_error *err)
{
    if (strncmp(text, "file:", 5) == 0)
        return take_file(name, p, text + 5, of, err);
    if (text[0] == '/')
        return take_readable(name, p, text, of, err);
    return zkl_fail(err, ZKL_DENIED, "'%.200s' names a file of the service's machine: want file:ID",
                    text);
}

/* "folder:ID,ID". */
static zkl_status take_folder(daemon_paths *p, const char *ids, const member_folder *of,
                              zkl_error *err)
{
    char id[17], name[DAEMON_FILE_NAME_MAX + 1];
    for (const char *next = ids; *next; next += *next == ',') {
        const size_t size = strcspn(next, ",");
        if (size != sizeof id - 1)
            return zkl_fail(err, ZKL_USAGE, "want folder:ID,ID with ids of files");
        memcpy(id, next, size);
        id[size] = 0;
        ZKL_TRY(take_file(name, p, id, of, err));
        next += size;
    }
    return ZKL_OK;
}

/* A text, or a list of them: the files of one member lie in one folder, since tables of several
 * files are read in the order of their names. */
static zkl_status take_read(json_t **out, daemon_paths *p, const json_t *value, zkl_error *err)
{
    char folder[24], name[DAEMON_FILE_NAME_MAX + 1];
    const bool is_list = json_is_array(value);
    const char *const text = json_string_value(value);
    const int at = open_in(p, folder, sizeof folder, err);
    if (at < 0)
        return err->status;
    const member_folder of = { folder, at };
    zkl_status status = ZKL_OK;
    if (text && strncmp(text, "folder:", 7) == 0) {
        status = take_folder(p, text + 7, &of, err);
        if (status == ZKL_OK)
            status = put_path(out, p, folder, NULL, err);
    } else if (text) {
        status = take_one(name, p, text, &of, err);
        if (status == ZKL_OK)
            status = put_path(out, p, folder, name, err);
    } else {
        *out = json_array();
    }
    for (size_t i = 0; is_list && status == ZKL_OK && i < json_array_size(value); i++) {
        const char *const item = json_string_value(json_array_get(value, i));
        json_t *path = NULL;
        status =
            item ? take_one(name, p, item, &of, err) : zkl_fail(err, ZKL_USAGE, "a path is a text");
        if (status == ZKL_OK)
            status = put_path(&path, p, folder, name, err);
        if (status == ZKL_OK)
            json_array_append_new(*out, path);
    }
    close(at);
    return status;
}

/* ---- what is written */

static zkl_status take_written(json_t **out, daemon_paths *p, const char *text, zkl_error *err)
{
    if (strncmp(text, "out:", 4) != 0)
        return zkl_fail(err, ZKL_DENIED,
                        "'%.200s' names a file of the service's machine: want out:NAME", text);
    if (!daemon_file_name_fits(text + 4))
        return zkl_fail(err, ZKL_USAGE, "'%.200s': want out: and a plain name", text);
    const int fd = p->is_sealed ? -1 : open_folder(p, "out", err);
    if (!p->is_sealed && fd < 0)
        return err->status;
    if (fd >= 0)
        close(fd);
    return put_path(out, p, "out", text + 4, err);
}

/* ---- the rows */

static zkl_status take_value(json_t **out, daemon_paths *p, const api_field *f, const json_t *value,
                             zkl_error *err)
{
    const char *const text = json_string_value(value);
    const bool is_written =
        f->path_use == API_PATH_WRITTEN ||
        (f->path_use == API_PATH_EITHER && text && strncmp(text, "out:", 4) == 0);
    if (!api_is_path(f->path_use, text))
        return ZKL_OK;
    p->has_paths = true;
    if (f->path_use == API_PATH_OWN || !p->files)
        return zkl_fail(err, ZKL_DENIED, "'%s' names a file of the service's machine", f->name);
    if (!text && !json_is_array(value))
        return zkl_fail(err, ZKL_USAGE, "'%s' is a path: a text", f->name);
    if (is_written && !text)
        return zkl_fail(err, ZKL_USAGE, "'%s' is one path", f->name);
    const zkl_status status =
        is_written ? take_written(out, p, text, err) : take_read(out, p, value, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "%s", f->name);
}

static zkl_status take_inner(daemon_paths *p, const api_field *f, json_t *value, zkl_error *err)
{
    if (json_is_object(value))
        return daemon_paths_take(p, value, f->of, err);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_is_object(json_array_get(value, i)))
            ZKL_TRY(daemon_paths_take(p, json_array_get(value, i), f->of, err));
    return ZKL_OK;
}

/* Members that no row names are refused by the operation itself. */
zkl_status daemon_paths_take(daemon_paths *paths, json_t *request, const api_object *object,
                             zkl_error *err)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *const f = &object->fields[i];
        const char *name = f->name;
        json_t *const parent = api_holder_of(request, &name);
        json_t *const value = parent ? json_object_get(parent, name) : NULL, *path = NULL;
        if (!value || json_is_null(value))
            continue;
        if (f->of)
            ZKL_TRY(take_inner(paths, f, value, err));
        if (!f->is_path)
            continue;
        const zkl_status status = take_value(&path, paths, f, value, err);
        if (status == ZKL_OK && path)
            json_object_set(parent, name, path);
        json_decref(path);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

bool daemon_paths_any(const json_t *request, const api_object *object)
{
    zkl_error err;
    daemon_paths none = { 0 }; /* nothing is permitted: the first is refused, and nothing changed */
    return object && daemon_paths_take(&none, (json_t *)(uintptr_t)request, object, &err) != ZKL_OK;
}

/* ---- descriptors */

static zkl_status open_one_again(daemon_paths *p, const char *link, const char *path, int at,
                                 zkl_error *err)
{
    const char *folder = NULL, *const rest = readable_rest(p, path, &folder);
    if (!rest)
        return zkl_fail(err, ZKL_DENIED, "'%.200s' may not be read any more", path);
    const int fd = daemon_paths_open_below(folder, rest, err);
    if (fd < 0)
        return err->status;
    (void)unlinkat(at, link, 0); /* when it stays, the next line says so */
    return link_read(p, link, at, fd, err);
}

zkl_status daemon_paths_open_again(daemon_paths *paths, const json_t *sources, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    const int at = json_array_size(sources) ? open_folder(paths, ".", err) : -1;
    for (size_t i = 0; status == ZKL_OK && i < json_array_size(sources); i++) {
        const json_t *const one = json_array_get(sources, i);
        const char *const link = json_string_value(json_array_get(one, 0));
        const char *const path = json_string_value(json_array_get(one, 1));
        status = at < 0         ? err->status
                 : link && path ? open_one_again(paths, link, path, at, err)
                                : zkl_fail(err, ZKL_BAD_INPUT, "a source is no path");
    }
    if (at >= 0)
        close(at);
    return status;
}

void daemon_paths_close(daemon_paths *paths)
{
    for (size_t i = 0; i < paths->read_count; i++)
        close(paths->reads[i]);
    paths->read_count = 0;
}
