/* One walk over the rows of a request's object, in the order in which the service goes over them:
 * the number of a member in it is the folder that answers call it by ("in:0/sales.csv").
 *
 * It is walked twice: once to see what would be written and read, and once to send. */
#include "remote/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "service/output.h"
#include "service/service_internal.h"
#include "text/url.h"

#define FILES_MAX 10000 /* of one request */

/* What is done with a path, and what stands in the request then: NULL: what it says. */
typedef struct visitor {
    zkl_status (*read_one)(remote_paths *p, const char *path, json_t **out, zkl_error *err);
    zkl_status (*read_list)(remote_paths *p, const json_t *list, json_t **out, zkl_error *err);
    zkl_status (*write_one)(remote_paths *p, const api_field *field, const char *path, json_t **out,
                            zkl_error *err);
} visitor;

static const char *last_part(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* An array in the arena with room for one more. false without memory. */
static bool grow(void **array, size_t count, size_t size, zkl_arena *memory)
{
    if (count && (count & (count - 1)) != 0)
        return true; /* its room is the next power of two */
    void *const larger = zkl_arena_alloc(memory, count ? 2 * count : 1, size);
    if (!larger)
        return false;
    if (count)
        memcpy(larger, *array, count * size);
    *array = larger;
    return true;
}

#define GROW(p, array, count)                                                                      \
    grow((void **)&(p)->array, (p)->count, sizeof *(p)->array, (p)->memory)

/* ---- the rows */

static zkl_status visit_value(remote_paths *p, const visitor *v, const api_field *f,
                              const json_t *value, json_t **out, zkl_error *err)
{
    const char *const text = json_string_value(value);
    if (!api_is_path(f->path_use, text))
        return ZKL_OK;
    if (f->path_use == API_PATH_OWN)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s' is a place of the machine that the ledger is on: it cannot be named "
                        "from here",
                        f->name);
    const bool is_written =
        f->path_use == API_PATH_WRITTEN || (f->path_use == API_PATH_EITHER && !p->is_made);
    if (is_written)
        return v->write_one(p, f, text, out, err);
    const zkl_status status =
        json_is_array(value) ? v->read_list(p, value, out, err) : v->read_one(p, text, out, err);
    p->in_count++;
    return status;
}

static zkl_status visit(remote_paths *p, const visitor *v, json_t *request,
                        const api_object *object, zkl_error *err);

static zkl_status visit_inner(remote_paths *p, const visitor *v, const api_field *f, json_t *value,
                              zkl_error *err)
{
    if (json_is_object(value))
        return visit(p, v, value, f->of, err);
    for (size_t i = 0; i < json_array_size(value); i++)
        ZKL_TRY(visit(p, v, json_array_get(value, i), f->of, err));
    return ZKL_OK;
}

static zkl_status visit(remote_paths *p, const visitor *v, json_t *request,
                        const api_object *object, zkl_error *err)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *const f = &object->fields[i];
        const char *name = f->name;
        json_t *const parent = api_holder_of(request, &name), *path = NULL;
        json_t *const value = parent ? json_object_get(parent, name) : NULL;
        if (!value)
            continue;
        if (f->of)
            ZKL_TRY(visit_inner(p, v, f, value, err));
        if (!f->is_path)
            continue;
        const zkl_status status = visit_value(p, v, f, value, &path, err);
        if (status == ZKL_OK && path && json_object_set(parent, name, path) != 0) {
            json_decref(path);
            return zkl_no_memory(err, 0);
        }
        json_decref(path);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

/* ---- finding */

static zkl_status find_input(remote_paths *p, const char *path, json_t **out, zkl_error *err)
{
    struct stat st;
    (void)out;
    if (strcmp(path, "-") != 0 && stat(path, &st) != 0)
        return zkl_fail_errno(err, "open", path);
    if (p->input_count == FILES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a request names at most %d files", FILES_MAX);
    if (!GROW(p, inputs, input_count))
        return zkl_no_memory(err, 0);
    p->inputs[p->input_count++] = path;
    return ZKL_OK;
}

/* Patterns and folders are looked at when they are sent. */
static zkl_status find_inputs(remote_paths *p, const json_t *list, json_t **out, zkl_error *err)
{
    struct stat st;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *const path = json_string_value(json_array_get(list, i));
        if (stat(path, &st) == 0)
            ZKL_TRY(find_input(p, path, out, err));
    }
    return ZKL_OK;
}

static bool has_output(const remote_paths *p, const char *name)
{
    for (size_t i = 0; i < p->output_count; i++)
        if (strcmp(p->outputs[i].name, name) == 0)
            return true;
    return false;
}

/* Under its own name, which the operation may record; a second of that name gets a number. */
static const char *name_output(const remote_paths *p, const char *path)
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    const char *const whole = zkl_arena_text(p->memory, path, size);
    const char *name = whole ? last_part(whole) : NULL;
    if (name && strcmp(name, "-") == 0)
        name = "output";
    return name && has_output(p, name)
               ? zkl_arena_format(p->memory, "%zu-%s", p->output_count, name)
               : name;
}

/* A table that is made is as private as what it is made of; a receipt is not. */
static bool is_table(const remote_paths *p, const api_field *field)
{
    return (p->operation == &api_transform || p->operation == &api_split) &&
           strcmp(field->name, "output") != 0;
}

static zkl_status find_output(remote_paths *p, const api_field *field, const char *path,
                              json_t **out, zkl_error *err)
{
    (void)out;
    const char *const name = name_output(p, path);
    const char *const kept = zkl_arena_text(p->memory, path, strlen(path));
    if (!name || !kept || !GROW(p, outputs, output_count))
        return zkl_no_memory(err, strlen(path));
    p->outputs[p->output_count++] =
        (remote_output){ name, kept, p->is_private || is_table(p, field) };
    return ZKL_OK;
}

static bool is_input(const remote_paths *p, const char *path)
{
    for (size_t i = 0; i < p->input_count; i++)
        if (strcmp(p->inputs[i], path) == 0)
            return true;
    return false;
}

zkl_status remote_paths_find(remote_paths *p, const json_t *request, zkl_error *err)
{
    static const visitor finding = { find_input, find_inputs, find_output };
    const api_object *const object = p->operation->request;
    p->is_made = json_is_true(json_object_get(request, "made"));
    if (!object)
        return ZKL_OK;
    ZKL_TRY(visit(p, &finding, (json_t *)(uintptr_t)request, object, err));
    p->in_count = 0;
    for (size_t i = 0; i < p->output_count; i++) {
        const char *const path = p->outputs[i].path;
        /* A file that is renewed is input and output by one name. */
        if (!is_input(p, path) || p->operation != &api_renew)
            ZKL_TRY(service_output_apart(path, p->inputs, p->input_count, NULL, err));
    }
    return ZKL_OK;
}

/* ---- sending */

static zkl_status put_name(remote_paths *p, const char *there, const char *here, zkl_error *err)
{
    if (!there || !here || !GROW(p, names, name_count))
        return zkl_no_memory(err, 0);
    p->names[p->name_count++] = (remote_name){ there, here };
    return ZKL_OK;
}

/* Percent-encoded. */
static char *encoded(zkl_arena *memory, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_url_put(&out, zkl_bytes_of_text(text), "");
    return out.failed ? NULL : zkl_arena_text(memory, (const char *)out.data, out.size);
}

/* "file:0123456789abcdef" */
static bool is_file_id(const char *text)
{
    return text && strncmp(text, "file:", 5) == 0 && strlen(text) == 21 &&
           text[5 + strspn(text + 5, "0123456789abcdef")] == 0;
}

/* Has the service what was sent? A proxy between may have cut or changed it. */
static bool is_what_was_sent(const json_t *told, zkl_sha256_state *sent)
{
    const char *const hex = json_string_value(json_object_get(told, "sha256"));
    zkl_digest here, there;
    zkl_sha256_final(sent, &here);
    return hex && zkl_hex_decode(there.bytes, sizeof there.bytes, hex, strlen(hex)) &&
           memcmp(here.bytes, there.bytes, sizeof here.bytes) == 0;
}

static zkl_status take_id(remote_paths *p, const remote_answer *answer, zkl_sha256_state *sent,
                          zkl_error *err)
{
    json_t *const told = json_loadb((const char *)answer->body.data, answer->body.size, 0, NULL);
    const char *const file = json_string_value(json_object_get(told, "file"));
    zkl_status status = ZKL_OK;
    if (!is_file_id(file))
        status = zkl_fail(err, ZKL_BAD_INPUT, "the service names no file that it has taken");
    else if (!is_what_was_sent(told, sent))
        status =
            zkl_fail(err, ZKL_BAD_INPUT, "the service has taken another content than was sent");
    else if (!GROW(p, sent, sent_count))
        status = zkl_no_memory(err, 0);
    const char *const id = status == ZKL_OK ? zkl_arena_text(p->memory, file + 5, 16) : NULL;
    if (id)
        p->sent[p->sent_count++] = id;
    else if (status == ZKL_OK)
        status = zkl_no_memory(err, 0);
    json_decref(told);
    return status;
}

static zkl_status send_open(remote_paths *p, int fd, const char *path, zkl_error *err)
{
    remote_answer answer;
    zkl_sha256_state sent;
    struct stat st;
    if (fstat(fd, &st) != 0)
        return zkl_fail_errno(err, "read", path);
    if (S_ISDIR(st.st_mode))
        return zkl_fail(err, ZKL_USAGE, "'%s' is a folder", path);
    char *const name = encoded(p->memory, last_part(path));
    char *const where =
        name ? zkl_arena_format(p->memory, "%s/files?name=%s", p->prefix, name) : NULL;
    if (!where)
        return zkl_no_memory(err, 0);
    const remote_ask ask = { .method = "POST",
                             .path = where,
                             .type = "application/octet-stream",
                             .fd = fd,
                             .sends_file = true,
                             .is_seekable = S_ISREG(st.st_mode),
                             .file_bytes = (uint64_t)st.st_size,
                             .sent = &sent,
                             .bytes_max = REMOTE_ANSWER_BYTES_MAX,
                             .may_repeat = S_ISREG(st.st_mode),
                             .stage = "sending" };
    zkl_sha256_init(&sent);
    ZKL_TRY(remote_http_ask(&answer, p->http, &ask, p->env, err));
    const zkl_status status = answer.code == 201 ? take_id(p, &answer, &sent, err)
                                                 : remote_http_fail(p->http, &answer, err);
    zkl_buffer_clear(&answer.body);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "send '%s'", path);
}

/* What is read here is what the path leads to: it is the caller's own machine. */
static zkl_status send_file(remote_paths *p, const char *path, zkl_error *err)
{
    const bool is_input_stream = strcmp(path, "-") == 0;
    const int fd = is_input_stream ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    const zkl_status status = send_open(p, fd, path, err);
    if (!is_input_stream)
        close(fd);
    ZKL_TRY(status);
    return put_name(p, zkl_arena_format(p->memory, "in:%zu/%s", p->in_count, last_part(path)), path,
                    err);
}

static const char *last_sent(const remote_paths *p)
{
    return p->sent[p->sent_count - 1];
}

/* Its files, and no folder within it. */
static zkl_status send_folder(remote_paths *p, const char *path, json_t **out, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) ids = { 0 };
    struct dirent **entries;
    const int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        return zkl_fail_errno(err, "read", path);
    zkl_status status = ZKL_OK;
    zkl_buffer_put_text(&ids, "folder:");
    for (int i = 0; i < count; i++) {
        const char *const name = entries[i]->d_name;
        if (status == ZKL_OK && name[0] != '.') {
            const char *const below = zkl_arena_format(p->memory, "%s/%s", path, name);
            status = below ? send_file(p, below, err) : zkl_no_memory(err, 0);
            if (status == ZKL_OK)
                zkl_buffer_format(&ids, "%s%s", ids.size > 7 ? "," : "", last_sent(p));
        }
        free(entries[i]);
    }
    free(entries);
    ZKL_TRY(status);
    ZKL_TRY(put_name(p, zkl_arena_format(p->memory, "in:%zu", p->in_count), path, err));
    *out = ids.failed ? NULL : json_stringn((const char *)ids.data, ids.size);
    return *out ? ZKL_OK : zkl_no_memory(err, ids.size);
}

static zkl_status send_input(remote_paths *p, const char *path, json_t **out, zkl_error *err)
{
    struct stat st;
    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return send_folder(p, path, out, err);
    ZKL_TRY(send_file(p, path, err));
    *out = json_sprintf("file:%s", last_sent(p));
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Folders and patterns as of a table here. */
static zkl_status send_inputs(remote_paths *p, const json_t *list, json_t **out, zkl_error *err)
{
    const size_t count = json_array_size(list);
    const char **const given = ZKL_ARENA_NEW(p->memory, const char *, count);
    service_files files = { 0 };
    if (!given)
        return zkl_no_memory(err, count * sizeof *given);
    for (size_t i = 0; i < count; i++)
        given[i] = json_string_value(json_array_get(list, i));
    if (count)
        ZKL_TRY(service_expand_files(&files, p->memory, given, count, err));
    *out = json_array();
    for (size_t i = 0; i < files.count; i++) {
        ZKL_TRY(send_file(p, files.names[i], err));
        if (json_array_append_new(*out, json_sprintf("file:%s", last_sent(p))) != 0)
            return zkl_no_memory(err, 0);
    }
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

static zkl_status put_output(remote_paths *p, const api_field *field, const char *path,
                             json_t **out, zkl_error *err)
{
    (void)field;
    for (size_t i = 0; i < p->output_count; i++)
        if (strcmp(p->outputs[i].path, path) == 0) {
            const char *const there = zkl_arena_format(p->memory, "out:%s", p->outputs[i].name);
            ZKL_TRY(put_name(p, there, p->outputs[i].path, err));
            *out = json_string(there);
            return *out ? ZKL_OK : zkl_no_memory(err, 0);
        }
    ZKL_UNREACHABLE("it was found");
    return ZKL_USAGE;
}

/* The longest first, so that none is taken for the beginning of another. */
static int by_length(const void *a, const void *b)
{
    const size_t x = strlen(((const remote_name *)a)->there);
    const size_t y = strlen(((const remote_name *)b)->there);
    return x < y ? 1 : x > y ? -1 : 0;
}

zkl_status remote_paths_send(remote_paths *p, json_t *request, zkl_error *err)
{
    static const visitor sending = { send_input, send_inputs, put_output };
    if (p->operation->request)
        ZKL_TRY(visit(p, &sending, request, p->operation->request, err));
    if (p->name_count)
        qsort(p->names, p->name_count, sizeof *p->names, by_length);
    return ZKL_OK;
}

void remote_paths_forget(remote_paths *p)
{
    for (size_t i = 0; i < p->sent_count; i++) {
        remote_answer answer;
        char *const path = zkl_arena_format(p->memory, "%s/files/%s", p->prefix, p->sent[i]);
        const remote_ask ask = {
            .method = "DELETE", .path = path, .bytes_max = REMOTE_ANSWER_BYTES_MAX, .is_last = true
        };
        if (!path || remote_http_ask(&answer, p->http, &ask, p->env, NULL) != ZKL_OK)
            return;
        zkl_buffer_clear(&answer.body);
        if (answer.code != 204)
            return;
    }
}

/* ---- answers */

static const remote_name *name_at(const remote_paths *p, const char *text)
{
    for (size_t i = 0; i < p->name_count; i++)
        if (strncmp(text, p->names[i].there, strlen(p->names[i].there)) == 0)
            return &p->names[i];
    return NULL;
}

char *remote_paths_here(const remote_paths *p, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (const char *at = text; *at;) {
        const remote_name *const name = *at == 'i' || *at == 'o' ? name_at(p, at) : NULL;
        if (name) {
            zkl_buffer_put_text(&out, name->here);
            at += strlen(name->there);
        } else {
            zkl_buffer_put_u8(&out, (uint8_t)*at++);
        }
    }
    return out.failed ? NULL : zkl_arena_text(p->memory, (const char *)out.data, out.size);
}

static bool put_text_here(const remote_paths *p, json_t *text)
{
    const char *const said = json_string_value(text);
    if (!strstr(said, "in:") && !strstr(said, "out:"))
        return true;
    char *const here = remote_paths_here(p, said);
    json_t *const shown = here ? api_text(here) : NULL;
    const bool is_set = shown && json_string_set(text, json_string_value(shown)) == 0;
    json_decref(shown);
    return is_set;
}

/* As deep as jansson reads. */
bool remote_paths_put_here(const remote_paths *p, json_t *answer)
{
    const char *key;
    json_t *value;
    size_t i;
    bool is_whole = true;
    if (!p->name_count)
        return true;
    if (json_is_string(answer))
        return put_text_here(p, answer);
    json_object_foreach(answer, key, value)
    {
        is_whole = is_whole && remote_paths_put_here(p, value);
    }
    json_array_foreach(answer, i, value)
    {
        is_whole = is_whole && remote_paths_put_here(p, value);
    }
    return is_whole;
}
