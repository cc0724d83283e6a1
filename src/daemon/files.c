/* The list is in memory, and each entry's facts in a file beside its content. */
#include "daemon/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "daemon/json_file.h"
#include "daemon/say.h"

#define FACTS_BYTES_MAX ((size_t)4096)
#define FILES_MAX ((size_t)100000)

typedef struct entry {
    struct entry *next;
    daemon_file file;
    bool is_whole;
} entry;

struct daemon_files {
    char *folder;
    int at; /* the folder, open */
    daemon_file_limits limits;
    const daemon_at_rest *at_rest;
    const zkl_env *env;
    pthread_mutex_t mutex;
    entry *first;
    size_t count;
};

bool daemon_file_name_fits(const char *name)
{
    const size_t size = strlen(name);
    if (!size || size > DAEMON_FILE_NAME_MAX || name[0] == '.')
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f || strchr("/\\*?[]{}~:", name[i]))
            return false;
    return true;
}

/* ---- facts */

json_t *daemon_file_put(const daemon_file *f)
{
    char sha256[65];
    zkl_hex_encode(sha256, f->sha256.bytes, sizeof f->sha256.bytes);
    return json_pack("{s:s, s:s+, s:s, s:I, s:s, s:I, s:I}", "id", f->id, "file", "file:", f->id,
                     "name", f->name, "size", (json_int_t)f->size, "sha256", sha256, "created",
                     (json_int_t)f->created_ms, "used", (json_int_t)f->used_ms);
}

/* Facts and owner, durable. */
static zkl_status save(const daemon_files *files, const daemon_file *f, zkl_error *err)
{
    char path[PATH_MAX], name[40];
    json_t *const facts = daemon_file_put(f);
    json_object_del(facts, "id"); /* `file` has it */
    snprintf(name, sizeof name, "files/%s.json", f->id);
    if (facts)
        json_object_set_new(facts, "owner", json_string(f->owner));
    if (snprintf(path, sizeof path, "%s/%s.json", files->folder, f->id) < (int)sizeof path)
        return daemon_json_write_kept(files->at_rest, (zkl_object_name){ "facts", name }, path,
                                      facts, err);
    json_decref(facts);
    return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", files->folder);
}

static bool copy_text(char *out, size_t size, const char *text)
{
    return snprintf(out, size, "%s", text) < (int)size;
}

static bool parse(daemon_file *f, json_t *facts)
{
    const char *id, *name, *owner, *sha256;
    json_int_t size, created, used;
    *f = (daemon_file){ 0 };
    if (json_unpack(facts, "{s:s, s:s, s:s, s:s, s:I, s:I, s:I !}", "file", &id, "name", &name,
                    "owner", &owner, "sha256", &sha256, "size", &size, "created", &created, "used",
                    &used) != 0 ||
        strncmp(id, "file:", 5) != 0)
        return false;
    f->size = (uint64_t)size;
    f->created_ms = created;
    f->used_ms = used;
    return copy_text(f->id, sizeof f->id, id + 5) && copy_text(f->name, sizeof f->name, name) &&
           copy_text(f->owner, sizeof f->owner, owner) &&
           zkl_hex_decode(f->sha256.bytes, sizeof f->sha256.bytes, sha256, strlen(sha256));
}

/* ---- the folder */

static void unlink_file(const daemon_files *files, const char *id)
{
    char name[32];
    static const char *const endings[] = { ".json", "", ".part" };
    for (size_t i = 0; i < ZKL_COUNT(endings); i++) {
        snprintf(name, sizeof name, "%s%s", id, endings[i]);
        (void)unlinkat(files->at, name, 0); /* what is not there need not go */
    }
}

static zkl_status add(daemon_files *files, const daemon_file *file, bool is_whole, zkl_error *err)
{
    entry *const e = zkl_calloc(1, sizeof *e);
    if (!e)
        return zkl_no_memory(err, sizeof *e);
    *e = (entry){ .next = files->first, .file = *file, .is_whole = is_whole };
    files->first = e;
    files->count++;
    return ZKL_OK;
}

/* One whose facts are none, or whose content is not there, is not taken, and goes. What cannot be
 * read is not lost for that: *all_read says that there is such a one; for want of the key nothing
 * is taken at all. */
static zkl_status load_one(daemon_files *files, const char *name, bool *all_read, zkl_error *err)
{
    char path[PATH_MAX], object[sizeof "files/" + NAME_MAX];
    daemon_file file;
    json_t *facts;
    snprintf(object, sizeof object, "files/%s", name);
    if (snprintf(path, sizeof path, "%s/%s", files->folder, name) >= (int)sizeof path)
        return ZKL_OK;
    const zkl_status read = daemon_json_read_kept(
        &facts, files->at_rest, (zkl_object_name){ "facts", object }, path, FACTS_BYTES_MAX, err);
    if (read != ZKL_OK && files->at_rest)
        return read;
    if (read != ZKL_OK) {
        *all_read = false;
        daemon_say(DAEMON_SAY_ERROR, "a file that was sent is not taken: %s", err->text);
        return ZKL_OK;
    }
    const bool fits = parse(&file, facts) && strncmp(name, file.id, strlen(file.id)) == 0 &&
                      faccessat(files->at, file.id, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    json_decref(facts);
    return fits ? add(files, &file, true, err) : ZKL_OK;
}

static bool ends_with(const char *text, const char *ending)
{
    const size_t size = strlen(text), ending_size = strlen(ending);
    return size > ending_size && strcmp(text + size - ending_size, ending) == 0;
}

static bool is_known(const daemon_files *files, const char *id)
{
    const entry *e = files->first;
    while (e && strcmp(e->file.id, id) != 0)
        e = e->next;
    return e != NULL;
}

static zkl_status load(daemon_files *files, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    bool all_read = true;
    DIR *const dir = opendir(files->folder);
    if (!dir)
        return zkl_fail_errno(err, "open", files->folder);
    for (struct dirent *d; status == ZKL_OK && (d = readdir(dir)) != NULL;)
        if (ends_with(d->d_name, ".json"))
            status = load_one(files, d->d_name, &all_read, err);
    rewinddir(dir);
    /* what is left of uploads that were cut off */
    for (struct dirent *d; status == ZKL_OK && all_read && (d = readdir(dir)) != NULL;) {
        char id[17];
        snprintf(id, sizeof id, "%.16s", d->d_name);
        if (d->d_name[0] != '.' && !is_known(files, id))
            (void)unlinkat(files->at, d->d_name, 0);
    }
    closedir(dir);
    return status;
}

zkl_status daemon_files_open(daemon_files **out, const char *folder,
                             const daemon_file_limits *limits, const daemon_at_rest *at_rest,
                             const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(zkl_folder_make_durable(folder, 0700, err));
    daemon_files *const files = zkl_calloc(1, sizeof *files);
    if (!files)
        return zkl_no_memory(err, sizeof *files);
    *files = (daemon_files){ .limits = *limits, .at_rest = at_rest, .env = env, .at = -1 };
    pthread_mutex_init(&files->mutex, NULL);
    files->folder = strdup(folder);
    files->at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    zkl_status status = !files->folder  ? zkl_no_memory(err, strlen(folder))
                        : files->at < 0 ? zkl_fail_errno(err, "open", folder)
                                        : load(files, err);
    if (status == ZKL_OK)
        daemon_files_sweep(files);
    if (status == ZKL_OK)
        *out = files;
    else
        daemon_files_free(files);
    return status;
}

void daemon_files_free(daemon_files *files)
{
    if (!files)
        return;
    for (entry *e = files->first, *next; e; e = next) {
        next = e->next;
        zkl_free(e);
    }
    if (files->at >= 0)
        close(files->at);
    pthread_mutex_destroy(&files->mutex);
    free(files->folder);
    zkl_free(files);
}

/* ---- one that is being sent */

typedef struct sum {
    uint64_t bytes;
    size_t count;
} sum;

static sum sum_of(const daemon_files *files, const char *owner)
{
    sum out = { 0 };
    for (const entry *e = files->first; e; e = e->next)
        if (strcmp(e->file.owner, owner) == 0) {
            out.bytes += e->file.size;
            out.count++;
        }
    return out;
}

/* With the mutex held. */
static entry **find(daemon_files *files, const char *id, const char *owner)
{
    for (entry **e = &files->first; *e; e = &(*e)->next)
        if (strcmp((*e)->file.id, id) == 0 && (!owner || strcmp((*e)->file.owner, owner) == 0))
            return e;
    return NULL;
}

zkl_status daemon_files_begin(daemon_file *file, daemon_files *files, const char *owner,
                              const char *name, zkl_error *err)
{
    uint8_t id[8];
    daemon_file f = { .created_ms = zkl_env_now_ms(files->env) };
    if (!daemon_file_name_fits(name))
        return zkl_fail(err, ZKL_USAGE,
                        "a file's name has 1 to %d bytes, no '/' and no '.' in front",
                        DAEMON_FILE_NAME_MAX);
    ZKL_TRY(zkl_env_random(files->env, id, sizeof id, err));
    zkl_hex_encode(f.id, id, sizeof id);
    f.used_ms = f.created_ms;
    ZKL_ASSERT(copy_text(f.owner, sizeof f.owner, owner) && copy_text(f.name, sizeof f.name, name));
    pthread_mutex_lock(&files->mutex);
    const size_t count = sum_of(files, owner).count;
    const zkl_status status =
        count >= files->limits.count_max || files->count >= FILES_MAX
            ? zkl_fail(err, ZKL_LIMIT, "there are %zu files of this key already", count)
            : add(files, &f, false, err);
    pthread_mutex_unlock(&files->mutex);
    if (status == ZKL_OK)
        *file = f;
    return status;
}

zkl_status daemon_files_grow(daemon_files *files, daemon_file *file, uint64_t size, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&files->mutex);
    const uint64_t has = sum_of(files, file->owner).bytes;
    if (size > files->limits.bytes_max || has > files->limits.bytes_max - size)
        status = zkl_fail(err, ZKL_LIMIT, "the files of this key would exceed %llu bytes",
                          (unsigned long long)files->limits.bytes_max);
    entry **const e = status == ZKL_OK ? find(files, file->id, file->owner) : NULL;
    if (e)
        file->size = (*e)->file.size += size;
    pthread_mutex_unlock(&files->mutex);
    return status;
}

zkl_status daemon_files_part(char *path, size_t size, const daemon_files *files,
                             const daemon_file *file, zkl_error *err)
{
    return snprintf(path, size, "%s/%s.part", files->folder, file->id) < (int)size
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", files->folder);
}

/* The content first, then its facts: facts without content are of nothing, and content without
 * facts goes at the next start. */
zkl_status daemon_files_commit(daemon_files *files, daemon_file *file, zkl_error *err)
{
    char part[32];
    snprintf(part, sizeof part, "%s.part", file->id);
    /* Read-only, so that the names that operations get and give up change nothing that a reader
     * looks at (input/inputs.c). An envelope's head is written anew under another key. */
    if (!files->at_rest && fchmodat(files->at, part, 0400, 0) != 0)
        return zkl_fail_errno(err, "change", file->id);
    if (renameat(files->at, part, files->at, file->id) != 0)
        return zkl_fail_errno(err, "rename", file->id);
    ZKL_TRY(save(files, file, err)); /* syncs the folder too */
    pthread_mutex_lock(&files->mutex);
    entry **const e = find(files, file->id, file->owner);
    if (e) {
        (*e)->file = *file;
        (*e)->is_whole = true;
    }
    pthread_mutex_unlock(&files->mutex);
    return ZKL_OK;
}

static void forget(daemon_files *files, entry **at)
{
    entry *const gone = *at;
    *at = gone->next;
    files->count--;
    unlink_file(files, gone->file.id);
    zkl_free(gone);
}

void daemon_files_abandon(daemon_files *files, const daemon_file *file)
{
    pthread_mutex_lock(&files->mutex);
    entry **const e = find(files, file->id, file->owner);
    if (e)
        forget(files, e);
    pthread_mutex_unlock(&files->mutex);
}

/* ---- those that are there */

static entry *find_whole(daemon_files *files, const char *id, const char *owner, zkl_error *err)
{
    entry **const e = find(files, id, owner);
    if (e && (*e)->is_whole)
        return *e;
    (void)zkl_fail(err, ZKL_NOT_FOUND, "there is no file '%.40s'", id); /* NULL says it */
    return NULL;
}

zkl_status daemon_files_find(daemon_file *out, daemon_files *files, const char *id,
                             const char *owner, zkl_error *err)
{
    pthread_mutex_lock(&files->mutex);
    const entry *const e = find_whole(files, id, owner, err);
    if (e)
        *out = e->file;
    pthread_mutex_unlock(&files->mutex);
    return e ? ZKL_OK : ZKL_NOT_FOUND;
}

/* Under the mutex, so that it does not go in between. When it was used last is kept in memory
 * alone: after a restart it may go a little early. */
zkl_status daemon_files_link(daemon_files *files, const char *id, const char *owner, int at,
                             const char *name, zkl_error *err)
{
    zkl_status status = ZKL_NOT_FOUND;
    pthread_mutex_lock(&files->mutex);
    entry *const e = find_whole(files, id, owner, err);
    if (e) {
        status = linkat(files->at, e->file.id, at, name, 0) == 0 ? ZKL_OK
                 : errno == EEXIST ? zkl_fail(err, ZKL_CONFLICT, "'%s' is there already", name)
                                   : zkl_fail_errno(err, "link", name);
        e->file.used_ms = zkl_env_now_ms(files->env);
    }
    pthread_mutex_unlock(&files->mutex);
    return status;
}

zkl_status daemon_files_remove(daemon_files *files, const char *id, const char *owner,
                               zkl_error *err)
{
    pthread_mutex_lock(&files->mutex);
    const bool is_there = find_whole(files, id, owner, err) != NULL;
    if (is_there)
        forget(files, find(files, id, owner));
    pthread_mutex_unlock(&files->mutex);
    return is_there ? ZKL_OK : ZKL_NOT_FOUND;
}

json_t *daemon_files_list(daemon_files *files, const char *owner)
{
    json_t *const all = json_array();
    pthread_mutex_lock(&files->mutex);
    for (const entry *e = files->first; e && all; e = e->next)
        if (e->is_whole && (!owner || strcmp(e->file.owner, owner) == 0))
            json_array_append_new(all, daemon_file_put(&e->file));
    pthread_mutex_unlock(&files->mutex);
    return all;
}

void daemon_files_sweep(daemon_files *files)
{
    pthread_mutex_lock(&files->mutex);
    const int64_t oldest = zkl_env_now_ms(files->env) - files->limits.keep_ms;
    for (entry **e = &files->first; *e;)
        if ((*e)->is_whole && (*e)->file.used_ms < oldest)
            forget(files, e);
        else
            e = &(*e)->next;
    pthread_mutex_unlock(&files->mutex);
}
