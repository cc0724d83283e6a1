#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "service/service_internal.h"

typedef struct file_list {
    zkl_arena *arena;
    const char **names;
    size_t count, capacity;
} file_list;

static zkl_status add_name(file_list *list, const char *name, zkl_error *err)
{
    if (list->count == list->capacity) {
        const size_t capacity = 2 * list->capacity + 16;
        const char **grown = ZKL_ARENA_NEW(list->arena, const char *, capacity);
        if (!grown)
            return zkl_no_memory(err, capacity * sizeof *grown);
        if (list->count)
            memcpy(grown, list->names, list->count * sizeof *grown);
        list->names = grown;
        list->capacity = capacity;
    }
    list->names[list->count] = zkl_arena_text(list->arena, name, strlen(name));
    return list->names[list->count++] ? ZKL_OK : zkl_no_memory(err, strlen(name));
}

static zkl_status add_folder(file_list *list, const char *folder, zkl_error *err)
{
    const size_t before = list->count;
    zkl_status status = ZKL_OK;
    DIR *dir = opendir(folder);
    if (!dir)
        return zkl_fail_errno(err, "open", folder);
    for (struct dirent *entry; status == ZKL_OK && (entry = readdir(dir));) {
        struct stat st;
        const char *path = zkl_arena_format(list->arena, "%s/%s", folder, entry->d_name);
        if (!path)
            status = zkl_no_memory(err, 0);
        else if (entry->d_name[0] != '.' && stat(path, &st) == 0 && S_ISREG(st.st_mode))
            status = add_name(list, path, err);
    }
    closedir(dir);
    if (status == ZKL_OK && list->count == before)
        return zkl_fail(err, ZKL_NOT_FOUND, "the folder '%s' holds no files", folder);
    return status;
}

static zkl_status add_pattern(file_list *list, const char *pattern, zkl_error *err)
{
    glob_t found;
    zkl_status status = ZKL_OK;
    const int result = glob(pattern, GLOB_ERR, NULL, &found);
    if (result == GLOB_NOSPACE)
        return zkl_no_memory(err, 0);
    if (result != 0)
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "cannot open '%s': no such file, and no file matches it", pattern);
    for (size_t i = 0; status == ZKL_OK && i < found.gl_pathc; i++)
        status = add_name(list, found.gl_pathv[i], err);
    globfree(&found);
    return status;
}

zkl_status service_expand_files(const char *const **out, size_t *out_count, zkl_arena *arena,
                                const char *const *files, size_t count, zkl_error *err)
{
    file_list list = { .arena = arena };
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        const bool exists = stat(files[i], &st) == 0;
        if (exists && S_ISDIR(st.st_mode))
            ZKL_TRY(add_folder(&list, files[i], err));
        else if (!exists && strpbrk(files[i], "*?["))
            ZKL_TRY(add_pattern(&list, files[i], err));
        else
            ZKL_TRY(add_name(&list, files[i], err));
    }
    *out = list.names;
    *out_count = list.count;
    return ZKL_OK;
}
