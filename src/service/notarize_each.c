/* notarize --each: files that are named, each a dataset of its own.
 *
 *  1. Nothing that is named is passed over in silence: what is no table by its name fails, as a
 *     file does that cannot be read.
 *  2. A run that was cut off is gone on with by the same call: what is recorded is known, and is
 *     not read again. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "service/try_files.h"

/* Of a file that says by its name what it is; with a format that is asked for, of any. */
static size_t stem_of(const char *file, const zkl_reading *reading)
{
    const size_t stem = service_table_stem(file);
    const char *dot = strrchr(file, '.');
    if (stem || !reading->format)
        return stem;
    return dot && dot != file ? (size_t)(dot - file) : strlen(file);
}

static zkl_status make_file(service_each_file *out, zkl_arena *memory, const char *path,
                            const zkl_each_request *request, zkl_error *err)
{
    static const zkl_reading found_out = { 0 };
    struct stat st;
    const char *file = service_last_part(path);
    const size_t stem = stem_of(file, request->as ? &request->as->reading : &found_out);
    *out = (service_each_file){ .path = path, .is_due = true };
    if (stat(path, &st) == 0) /* else its reading says what is wrong */
        service_stamp_of(&out->stamp, &st);
    return stem ? service_table_name(&out->name, memory, request->name_prefix, file, stem, err)
                : ZKL_OK;
}

/* Folders are read in no order. */
static int by_path(const void *a, const void *b)
{
    return strcmp(((const service_each_file *)a)->path, ((const service_each_file *)b)->path);
}

static zkl_status check_request(const zkl_each_request *request, zkl_error *err)
{
    struct stat st;
    if (!request->file_count)
        return zkl_fail(err, ZKL_USAGE, "no file given");
    for (size_t i = 0; i < request->file_count; i++)
        if (strcmp(request->files[i], "-") == 0)
            return zkl_fail(err, ZKL_USAGE, "standard input has no name to call a dataset after");
    ZKL_TRY(service_check_each(request->as, request->name_prefix, err));
    if (!request->receipt_folder)
        return ZKL_OK;
    if (stat(request->receipt_folder, &st) != 0)
        return zkl_fail_errno(err, "open the folder", request->receipt_folder);
    return S_ISDIR(st.st_mode) ? ZKL_OK
                               : zkl_fail(err, ZKL_USAGE, "'%s' is no folder for receipts",
                                          request->receipt_folder);
}

zkl_status zkl_notarize_each(zkl_watch_result *out, zkl_ledger *ledger,
                             const zkl_each_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    service_files named;
    service_told told = {
        .out = out, .is_kept = true, .on_event = request->on_event, .opaque = request->opaque
    };
    const service_try how = { .as = request->as,
                              .ledger = ledger,
                              .env = env ? env : zkl_ledger_env(ledger),
                              .receipt_folder = request->receipt_folder,
                              .reads_known = request->reads_known };
    *out = (zkl_watch_result){ 0 };
    ZKL_TRY(check_request(request, err));
    ZKL_TRY(service_expand_files(&named, &memory, request->files, request->file_count, err));
    ZKL_AUTO_BLOCK service_each_file *files = zkl_calloc(named.count + 1, sizeof *files);
    if (!files)
        return zkl_no_memory(err, named.count * sizeof *files);
    for (size_t i = 0; i < named.count; i++)
        ZKL_TRY(make_file(&files[i], &memory, named.names[i], request, err));
    qsort(files, named.count, sizeof *files, by_path);
    const zkl_status status = service_try_files(&told, files, named.count, &how, err);
    return service_told_sum_up(&told, status, err);
}
