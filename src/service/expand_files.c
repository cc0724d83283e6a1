/* From what a user names to the files of a dataset.
 *
 *  1. Nothing of a folder or pattern is passed over in silence: what is no data is listed
 *     (left_out), and what may be data and is not read is refused.
 *  2. Whether something is a folder, a pattern or a file is asked of the file system, in this
 *     order: a file that is there is never taken for a pattern.
 *  3. Order does not count here. The inputs of a table are sorted by name when they are opened
 *     (input/inputs.c). */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "service/service_internal.h"

typedef struct name_list {
    const char **names;
    size_t count, capacity;
} name_list;

typedef struct expansion {
    zkl_arena *arena;
    name_list files, left_out;
    const char *checked; /* the folder that was last looked at */
} expansion;

/* Names are copied: those of readdir and glob are gone when their folder is closed. */
static zkl_status add_name(expansion *e, name_list *list, const char *name, zkl_error *err)
{
    ZKL_ASSERT(list->count <= list->capacity);
    if (list->count == list->capacity) {
        const size_t capacity = 2 * list->capacity + 16;
        const char **grown = ZKL_ARENA_NEW(e->arena, const char *, capacity);
        if (!grown)
            return zkl_no_memory(err, capacity * sizeof *grown);
        if (list->count)
            memcpy(grown, list->names, list->count * sizeof *grown);
        list->names = grown;
        list->capacity = capacity;
    }
    list->names[list->count] = zkl_arena_text(e->arena, name, strlen(name));
    return list->names[list->count++] ? ZKL_OK : zkl_no_memory(err, strlen(name));
}

/* ---- folders whose files alone are not the table */

/* Without memory: no. The next allocation says so. */
static bool exists(zkl_arena *arena, const char *folder, const char *name)
{
    struct stat st;
    const char *path = zkl_arena_format(arena, "%s/%s", folder, name);
    return path && stat(path, &st) == 0;
}

/* Iceberg writes metadata/v1.metadata.json and the like, whatever the catalogue is. */
static bool holds_iceberg(zkl_arena *arena, const char *folder)
{
    bool found = false;
    const char *path = zkl_arena_format(arena, "%s/metadata", folder);
    DIR *dir = path ? opendir(path) : NULL;
    for (struct dirent *entry; dir && !found && (entry = readdir(dir));) {
        const size_t size = strlen(entry->d_name);
        found = size >= 14 && strcmp(entry->d_name + size - 14, ".metadata.json") == 0;
    }
    if (dir)
        closedir(dir);
    return found;
}

/* Tables of these formats keep a log of which files count: others in the folder hold deleted or
 * replaced rows. */
static zkl_status check_lake(zkl_arena *arena, const char *folder, zkl_error *err)
{
    const char *kind = exists(arena, folder, "_delta_log") ? "Delta"
                       : exists(arena, folder, ".hoodie")  ? "Hudi"
                       : holds_iceberg(arena, folder)      ? "Iceberg"
                                                           : NULL;
    return kind ? zkl_fail(err, ZKL_NOT_SUPPORTED,
                           "'%s' is a table of %s, whose folder may hold rows that were deleted or "
                           "replaced: write the version that you mean as plain Parquet or CSV, and "
                           "give that",
                           folder, kind)
                : ZKL_OK;
}

/* By the text of the path alone. NULL: no memory. */
static const char *parent_of(zkl_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? "." : slash == path ? "/" : zkl_arena_text(arena, path, (size_t)(slash - path));
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The folder of files may be one of partitions in such a table, or Iceberg's `data`. */
static zkl_status check_folder(expansion *e, const char *folder, zkl_error *err)
{
    if (e->checked && strcmp(e->checked, folder) == 0)
        return ZKL_OK;
    e->checked = folder;
    while (folder && strchr(last_part(folder), '=') && strchr(folder, '/'))
        folder = parent_of(e->arena, folder);
    if (!folder)
        return zkl_no_memory(err, 0);
    ZKL_TRY(check_lake(e->arena, folder, err));
    if (strcmp(last_part(folder), "data") != 0)
        return ZKL_OK;
    folder = parent_of(e->arena, folder);
    return folder ? check_lake(e->arena, folder, err) : zkl_no_memory(err, 0);
}

/* A file that is named itself is judged by where it lies. */
static zkl_status check_place(expansion *e, const char *file, zkl_error *err)
{
    const char *folder = parent_of(e->arena, file);
    return folder ? check_folder(e, folder, err) : zkl_no_memory(err, strlen(file));
}

/* ---- a folder */

/* Names of marks end in a number of their own. */
static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* No data: hidden files, and what Spark and others put beside the files that they write. */
static bool is_mark(const char *name)
{
    static const char *const marks[] = { "_SUCCESS", "_metadata", "_common_metadata" };
    for (size_t i = 0; i < ZKL_COUNT(marks); i++)
        if (strcmp(name, marks[i]) == 0)
            return true;
    return name[0] == '.' || begins_with(name, "_committed_") || begins_with(name, "_started_");
}

/* One entry of a folder: a mark, a refusal or a file (invariant 1). */
static zkl_status add_entry(expansion *e, const char *folder, const char *name, zkl_error *err)
{
    struct stat st;
    const char *path = zkl_arena_format(e->arena, "%s/%s", folder, name);
    if (!path)
        return zkl_no_memory(err, strlen(name));
    if (is_mark(name))
        return add_name(e, &e->left_out, path, err);
    if (stat(path, &st) != 0) /* as of one that is named: its reading says what is wrong */
        return add_name(e, &e->files, path, err);
    if (S_ISDIR(st.st_mode) && strchr(name, '='))
        return zkl_fail(
            err, ZKL_NOT_SUPPORTED,
            "the folder '%s' is split into partitions ('%s'), whose values stand in the "
            "names of folders and in no file: write the table with these columns in its "
            "files, or notarise the files of each partition",
            folder, name);
    if (S_ISDIR(st.st_mode))
        return zkl_fail(
            err, ZKL_BAD_INPUT,
            "the folder '%s' holds the folder '%s', which is not read: give the files by "
            "a pattern, such as '%s/*.csv'",
            folder, name, folder);
    return add_name(e, &e->files, path, err);
}

/* Not deeper: folders within a folder are refused by add_entry. */
static zkl_status add_folder(expansion *e, const char *given, zkl_error *err)
{
    const size_t before = e->files.count;
    zkl_status status = ZKL_OK;
    size_t size = strlen(given);
    while (size > 1 && given[size - 1] == '/')
        size--;
    const char *folder = zkl_arena_text(e->arena, given, size);
    if (!folder)
        return zkl_no_memory(err, size);
    ZKL_TRY(check_folder(e, folder, err));
    DIR *dir = opendir(folder);
    if (!dir)
        return zkl_fail_errno(err, "open", folder);
    for (struct dirent *entry; status == ZKL_OK && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = add_entry(e, folder, entry->d_name, err);
    closedir(dir);
    ZKL_ASSERT(e->files.count >= before);
    if (status == ZKL_OK && e->files.count == before)
        return zkl_fail(err, ZKL_NOT_FOUND, "the folder '%s' holds no files%s", folder,
                        e->left_out.count ? " but hidden ones" : "");
    return status;
}

/* A pattern that matches nothing is reported as the file that it would be. */
static zkl_status add_pattern(expansion *e, const char *pattern, zkl_error *err)
{
    glob_t found;
    zkl_status status = ZKL_OK;
    const int result = glob(pattern, GLOB_ERR, NULL, &found);
    if (result == GLOB_NOSPACE)
        return zkl_no_memory(err, 0);
    if (result != 0)
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "cannot open '%s': no such file, and no file matches it", pattern);
    for (size_t i = 0; status == ZKL_OK && i < found.gl_pathc; i++) {
        status = check_place(e, found.gl_pathv[i], err);
        if (status == ZKL_OK)
            status = add_name(e, &e->files, found.gl_pathv[i], err);
    }
    globfree(&found);
    return status;
}

/* Whether it can be opened is found out when it is read. */
static zkl_status add_named(expansion *e, const char *name, zkl_error *err)
{
    if (strcmp(name, "-") != 0)
        ZKL_TRY(check_place(e, name, err));
    return add_name(e, &e->files, name, err);
}

/* The same order on every machine, whatever its locale. */
static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Invariant 2. */
zkl_status service_expand_files(service_files *out, zkl_arena *arena, const char *const *files,
                                size_t count, zkl_error *err)
{
    expansion e = { .arena = arena };
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        const bool is_there = stat(files[i], &st) == 0;
        if (strcmp(files[i], "-") == 0) /* whatever lies here under that name */
            ZKL_TRY(add_named(&e, files[i], err));
        else if (is_there && S_ISDIR(st.st_mode))
            ZKL_TRY(add_folder(&e, files[i], err));
        else if (!is_there && strpbrk(files[i], "*?["))
            ZKL_TRY(add_pattern(&e, files[i], err));
        else
            ZKL_TRY(add_named(&e, files[i], err));
    }
    if (e.left_out.count) /* folders are read in no order */
        qsort(e.left_out.names, e.left_out.count, sizeof *e.left_out.names, by_bytes);
    *out = (service_files){ e.files.names, e.files.count, e.left_out.names, e.left_out.count };
    return ZKL_OK;
}
