#include "service/each_file.h"

#include <stdlib.h>
#include <string.h>

#include "input/formats.h"
#include "input/input_bytes.h"
#include "record/ids.h"
#include "service/output.h"

const char *service_last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

size_t service_table_stem(const char *file)
{
    size_t size;
    zkl_error ignored = { 0 };
    const zkl_format *format;
    (void)zkl_compression_of_name(file, &size);
    if (file[0] == '.' || zkl_format_find(&format, NULL, &file, 1, &ignored) != ZKL_OK)
        return 0;
    while (size && file[size - 1] != '.')
        size--;
    return size ? size - 1 : 0;
}

zkl_status service_table_name(const char **out, zkl_arena *memory, const char *prefix,
                              const char *file, size_t stem, zkl_error *err)
{
    const size_t prefix_size = prefix ? strlen(prefix) : 0;
    char *name = zkl_arena_format(memory, "%s%.*s", prefix ? prefix : "", (int)stem, file);
    if (!name)
        return zkl_no_memory(err, stem);
    for (char *c = name + prefix_size; *c; c++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", *c))
            *c = '-';
    *out = zkl_dataset_name_valid(zkl_bytes_of_text(name)) ? name : NULL;
    return ZKL_OK;
}

/* Those without a name first; then by name, and of one name by path. */
static int by_name(const void *a, const void *b)
{
    const service_each_file *const x = *(service_each_file *const *)a,
                                   *const y = *(service_each_file *const *)b;
    if (!x->name || !y->name)
        return (x->name != NULL) - (y->name != NULL);
    const int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->path, y->path);
}

zkl_status service_find_namesakes(service_each_file *files, size_t count, zkl_error *err)
{
    ZKL_AUTO_BLOCK service_each_file **sorted = zkl_calloc(count, sizeof *sorted);
    if (count && !sorted)
        return zkl_no_memory(err, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        files[i].namesake = NULL;
        sorted[i] = &files[i];
    }
    if (count)
        qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 1; i < count; i++)
        if (sorted[i - 1]->name && strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            sorted[i]->namesake =
                sorted[i - 1]->namesake ? sorted[i - 1]->namesake : sorted[i - 1]->path;
    return ZKL_OK;
}

bool service_file_is_known(const service_each_file *file, const char *receipt_path,
                           zkl_ledger *ledger, const zkl_env *env)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    service_sources noted;
    zkl_dataset_version found;
    zkl_error ignored = { 0 };
    const char *path = service_path_from_root(&arena, file->path);
    const zkl_bytes name = zkl_bytes_of_text(file->name);
    return path && service_open(&view, ledger, ZKL_LEDGER_READ, env, &ignored) == ZKL_OK &&
           zkl_ledger_find(view, &found, &arena, name, 0, &ignored) == ZKL_OK &&
           service_sources_load(&noted, &arena, zkl_ledger_folder(view), name, &ignored) ==
               ZKL_OK &&
           zkl_digest_equal(&noted.dataset, &found.dataset) &&
           zkl_digest_equal(&noted.ledger, zkl_ledger_own_id(view)) && noted.file_count == 1 &&
           zkl_bytes_equal_text(noted.files[0].path, path) &&
           service_stamp_equal(&noted.files[0].stamp, &file->stamp) &&
           (!receipt_path || service_output_is_receipt_of(receipt_path, view, found.index));
}
