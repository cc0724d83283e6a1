/* Files of the service's onto this machine.
 *
 * 1. Names come from the request. The service's list only says which of them there are; what stands
 *    behind the name of a folder is a plain relative path, or refused.
 * 2. A file comes into a new one beside its place, of the caller alone, and is renamed when it is
 *    whole; a link in its place is replaced, not followed.
 * 3. No more bytes are taken than the list said, and no fewer.
 * 4. An operation that is done has written all that it was to: a file that the list lacks is a
 *    failure. */
#include "remote/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/below.h"
#include "base/env.h"
#include "base/file.h"
#include "service/output.h"

#define LIST_MAX 1000000
#define BELOW_BYTES_MAX ((uint64_t)1 << 30) /* of a file of a folder, which is held in memory */
#define COMPARED_BYTES_MAX ((size_t)1 << 30)

static bool is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* ---- before */

zkl_status remote_fetch_check(const remote_paths *p, bool force, zkl_error *err)
{
    for (size_t i = 0; i < p->output_count; i++) {
        const char *const path = p->outputs[i].path;
        if (is_standard_output(path))
            continue;
        if (p->operation->effect == API_WRITES && p->operation != &api_export)
            ZKL_TRY(service_output_is_new(path, force, err));
    }
    return ZKL_OK;
}

/* ---- one file */

typedef struct sink {
    int fd;
    uint64_t taken;
    const char *path;
    zkl_buffer *memory; /* instead of fd */
    zkl_error *err;
} sink;

static bool take_bytes(void *opaque, zkl_bytes part)
{
    sink *const s = opaque;
    s->taken += part.size;
    if (!s->memory)
        return zkl_fd_write(s->fd, part, s->path, s->err) == ZKL_OK;
    zkl_buffer_put(s->memory, part.data, part.size);
    return zkl_buffer_status(s->memory, s->err) == ZKL_OK;
}

static void begin_again(void *opaque)
{
    sink *const s = opaque;
    s->taken = 0;
    if (s->memory)
        s->memory->size = 0;
    else if (lseek(s->fd, 0, SEEK_SET) == 0)
        (void)!ftruncate(s->fd, 0);
}

/* is_stream: what was written cannot be taken back, so it is asked for once. */
static zkl_status get(const remote_paths *p, const char *id, const char *name, uint64_t size,
                      sink *to, bool is_stream)
{
    ZKL_AUTO_CLEAR(zkl_buffer) where = { 0 };
    remote_answer answer;
    zkl_buffer_format(&where, "%s/operations/%s/files/", p->prefix, id);
    for (const unsigned char *at = (const unsigned char *)name; *at; at++)
        zkl_buffer_format(&where, "%%%02X", *at);
    zkl_buffer_put_u8(&where, 0);
    ZKL_TRY(zkl_buffer_status(&where, to->err));
    const remote_ask ask = { .method = "GET",
                             .path = (const char *)where.data,
                             .take = take_bytes,
                             .begin = begin_again,
                             .opaque = to,
                             .bytes_max = size,
                             .may_repeat = !is_stream,
                             .stage = "fetching" };
    ZKL_TRY(remote_http_ask(&answer, p->http, &ask, p->env, to->err));
    zkl_status status = answer.code == 200 ? ZKL_OK : remote_http_fail(p->http, &answer, to->err);
    zkl_buffer_clear(&answer.body);
    if (status == ZKL_OK && to->taken != size)
        status = zkl_fail(to->err, ZKL_BAD_INPUT, "it has %llu bytes, and %llu were announced",
                          (unsigned long long)to->taken, (unsigned long long)size);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(to->err, status, "fetch '%s'", to->path);
}

/* A file of a name that nobody else has, beside path. */
static int open_beside(char *name, size_t name_size, const char *path, const zkl_env *env,
                       zkl_error *err)
{
    uint8_t random[8];
    char hex[17];
    const char *const slash = strrchr(path, '/');
    if (zkl_env_random(env, random, sizeof random, err) != ZKL_OK)
        return -1;
    zkl_hex_encode(hex, random, sizeof random);
    const int size =
        snprintf(name, name_size, "%.*s.zkl-%s", slash ? (int)(slash - path + 1) : 0, path, hex);
    if (size < 0 || (size_t)size >= name_size) {
        (void)zkl_fail(err, ZKL_LIMIT, "'%.200s' is too long", path);
        return -1;
    }
    const int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        (void)zkl_fail_errno(err, "write", path);
    return fd;
}

/* What the umask permits, as any file that a program makes. */
static mode_t usual_mode(mode_t wanted)
{
    const mode_t mask = umask(077);
    umask(mask);
    return wanted & ~mask;
}

/* The file that is there already stays, unless it is the same thing in an older state. */
static zkl_status put_over(int fd, const char *path, unsigned mode, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    const service_output to = {
        .path = path, .mode = mode, .is_same = service_same_shown, .find_lost = service_shown_lost
    };
    if (lseek(fd, 0, SEEK_SET) != 0)
        return zkl_fail_errno(err, "read", path);
    ZKL_TRY(zkl_fd_read(&content, fd, path, COMPARED_BYTES_MAX, err));
    return service_output_write(&to, zkl_buffer_bytes(&content), err);
}

static zkl_status publish(int fd, const char *beside, const char *path, unsigned mode, bool force,
                          zkl_error *err)
{
    struct stat st;
    const bool is_there = lstat(path, &st) == 0;
    if (is_there && !force && !S_ISREG(st.st_mode)) /* a link, or what it leads to */
        return zkl_fail(err, ZKL_CONFLICT, "'%s' is no file: it is not overwritten", path);
    if (is_there && !force) {
        const zkl_status status = put_over(fd, path, mode, err);
        (void)unlink(beside);
        return status;
    }
    if (fchmod(fd, usual_mode(mode)) != 0 || fsync(fd) != 0)
        return zkl_fail_errno(err, "write", path);
    return zkl_file_rename(beside, path, err);
}

static zkl_status fetch_beside(const remote_paths *p, const char *id, const remote_output *output,
                               uint64_t size, bool force, zkl_error *err)
{
    char beside[PATH_MAX];
    const int fd = open_beside(beside, sizeof beside, output->path, p->env, err);
    if (fd < 0)
        return err->status;
    sink to = { .fd = fd, .path = output->path, .err = err };
    const unsigned mode = output->is_private ? 0600 : 0644;
    zkl_status status = get(p, id, output->name, size, &to, false);
    if (status == ZKL_OK)
        status = publish(fd, beside, output->path, mode, force, err);
    close(fd);
    if (status != ZKL_OK)
        (void)unlink(beside);
    return status;
}

/* Standard output, devices and pipes are written as they stand. */
static zkl_status fetch_into(const remote_paths *p, const char *id, const remote_output *output,
                             uint64_t size, zkl_error *err)
{
    const bool is_standard = is_standard_output(output->path);
    const int fd =
        is_standard ? STDOUT_FILENO : open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return zkl_fail_errno(err, "write", output->path);
    if (is_standard)
        fflush(stdout);
    sink to = { .fd = fd, .path = output->path, .err = err };
    const zkl_status status = get(p, id, output->name, size, &to, true);
    if (!is_standard)
        close(fd);
    return status;
}

static zkl_status fetch_file(const remote_paths *p, const char *id, const remote_output *output,
                             uint64_t size, bool force, zkl_error *err)
{
    struct stat st;
    const bool is_stream =
        is_standard_output(output->path) ||
        (stat(output->path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
    return is_stream ? fetch_into(p, id, output, size, err)
                     : fetch_beside(p, id, output, size, force, err);
}

/* ---- a folder's file */

/* "tile/0/001": parts that are names, none of them hidden or a way up. */
static bool is_plain_path(const char *path)
{
    size_t part = 0;
    for (const char *at = path;; at++) {
        if (*at == '/' || !*at) {
            if (!part)
                return false;
            part = 0;
            if (!*at)
                return true;
            continue;
        }
        if ((unsigned char)*at < ' ' || *at == 0x7f || *at == '\\' || (!part && *at == '.'))
            return false;
        part++;
    }
}

static zkl_status fetch_below(const remote_paths *p, const char *id, const remote_output *output,
                              const char *name, uint64_t size, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    const char *const below = name + strlen(output->name) + 1;
    if (!is_plain_path(below) || is_standard_output(output->path))
        return zkl_fail(err, ZKL_BAD_INPUT, "the service lists a file by a path that is none");
    if (size > BELOW_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a file of '%.200s' has %llu bytes", output->path,
                        (unsigned long long)size);
    sink to = { .path = output->path, .memory = &content, .err = err };
    ZKL_TRY(zkl_folder_make(output->path, 0777, err));
    ZKL_TRY(get(p, id, name, size, &to, false));
    return zkl_below_write(output->path, below, zkl_buffer_bytes(&content), false, err);
}

/* ---- all of them */

static const remote_output *output_of(const remote_paths *p, const char *name)
{
    const size_t size = strcspn(name, "/");
    for (size_t i = 0; i < p->output_count; i++)
        if (strlen(p->outputs[i].name) == size && strncmp(p->outputs[i].name, name, size) == 0)
            return &p->outputs[i];
    return NULL;
}

static zkl_status fetch_one(const remote_paths *p, const char *id, const json_t *file, bool force,
                            zkl_error *err)
{
    const char *const name = json_string_value(json_object_get(file, "name"));
    const json_int_t size = json_integer_value(json_object_get(file, "size"));
    const remote_output *const output = name ? output_of(p, name) : NULL;
    if (!output || size < 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "the service lists a file that nobody asked for");
    if ((uint64_t)size > p->file_bytes_max)
        return zkl_fail(err, ZKL_LIMIT, "the service lists a file of %llu bytes, at most %llu",
                        (unsigned long long)size, (unsigned long long)p->file_bytes_max);
    return name[strlen(output->name)] == '/'
               ? fetch_below(p, id, output, name, (uint64_t)size, err)
               : fetch_file(p, id, output, (uint64_t)size, force, err);
}

/* Of a folder: something below it. */
static zkl_status check_listed(const remote_paths *p, const json_t *files, zkl_error *err)
{
    for (size_t i = 0; i < p->output_count; i++) {
        bool is_listed = false;
        for (size_t k = 0; k < json_array_size(files) && !is_listed; k++) {
            const char *const name =
                json_string_value(json_object_get(json_array_get(files, k), "name"));
            is_listed = name && output_of(p, name) == &p->outputs[i];
        }
        if (!is_listed)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "the service says that it is done, and has no file for '%s'",
                            p->outputs[i].path);
    }
    return ZKL_OK;
}

zkl_status remote_fetch(const remote_paths *p, const char *id, const json_t *files, bool is_done,
                        bool force, zkl_error *err)
{
    const size_t count = json_array_size(files);
    if (count > LIST_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the service lists %zu files", count);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(fetch_one(p, id, json_array_get(files, i), force, err));
    if (is_done)
        ZKL_TRY(check_listed(p, files, err));
    for (size_t i = 0; i < p->output_count; i++) {
        struct stat st;
        const char *const path = p->outputs[i].path;
        if (count && !is_standard_output(path) && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            ZKL_TRY(zkl_file_system_sync(path, err));
    }
    return ZKL_OK;
}
