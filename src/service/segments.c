/* Segments of an audit log: their entries in a ledger, and their files in a folder. */
#include "service/segments.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/below.h"
#include "base/file.h"
#include "segment/segment.h"

/* ---- Entries */

static zkl_status add_entry(service_segment *list, size_t *count, zkl_ledger *ledger,
                            uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    ZKL_TRY(zkl_ledger_entry_with(ledger, &entry, &arena, index, ZKL_FIELDS_SEGMENT, err));
    const zkl_entry_segment *const s = &entry.segment;
    service_segment *const last = *count ? &list[*count - 1] : NULL;
    const bool goes_on = last && last->closed.of == s->of;
    if (s->deletion_days) {
        if (!goes_on || last->closed.number != s->number)
            return zkl_fail(err, ZKL_REJECTED, "entry %llu deletes a segment that was not closed",
                            (unsigned long long)index);
        last->deletion_days = s->deletion_days;
        last->deleted_ms = s->deleted_ms;
        return ZKL_OK;
    }
    if (s->number != (goes_on ? last->closed.number + 1 : 0) ||
        (goes_on && !zkl_digest_equal(&s->previous, &last->closed.root)))
        return zkl_fail(err, ZKL_REJECTED, "entry %llu does not close the next segment",
                        (unsigned long long)index);
    service_segment *const next = &list[(*count)++];
    *next = (service_segment){ .closed = *s };
    return zkl_log_leaf(zkl_ledger_log(ledger), &next->receipt_id, index, err);
}

zkl_status service_segments(service_segment **out, size_t *count, zkl_arena *memory,
                            zkl_ledger *ledger, zkl_error *err)
{
    uint64_t *indexes;
    size_t index_count, found = 0;
    ZKL_TRY(zkl_ledger_segments(ledger, &indexes, &index_count, memory, err));
    service_segment *const list = ZKL_ARENA_NEW(memory, service_segment, index_count);
    if (!list)
        return zkl_no_memory(err, index_count * sizeof *list);
    for (size_t i = 0; i < index_count; i++)
        ZKL_TRY(add_entry(list, &found, ledger, indexes[i], err));
    *out = list;
    *count = found;
    return ZKL_OK;
}

/* Is it there, as it would be written? */
static zkl_status find_logged(bool *found, zkl_digest *receipt_id, zkl_ledger *handle,
                              const zkl_entry_segment *segment, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_entry entry;
    uint64_t index;
    *found = false;
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    const zkl_status status = zkl_ledger_segment_index(ledger, &index, segment, err);
    if (status != ZKL_OK)
        return status == ZKL_NOT_FOUND ? ZKL_OK : status;
    ZKL_TRY(zkl_ledger_entry_with(ledger, &entry, &arena, index, ZKL_FIELDS_SEGMENT, err));
    *found = zkl_digest_equal(&entry.segment.root, &segment->root) &&
             zkl_digest_equal(&entry.segment.sha256, &segment->sha256);
    return zkl_log_leaf(zkl_ledger_log(ledger), receipt_id, index, err);
}

zkl_status service_segment_log(zkl_digest *receipt_id, zkl_ledger *handle,
                               const zkl_entry_segment *segment, const zkl_digest *parent,
                               const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    bool found;
    ZKL_TRY(find_logged(&found, receipt_id, handle, segment, env, err));
    if (found)
        return ZKL_OK;
    const zkl_entry entry = { .kind = ZKL_ENTRY_SEGMENT,
                              .ledger = *zkl_ledger_own_id(handle),
                              .time_ms = zkl_env_now_ms(env),
                              .parents = parent,
                              .parent_count = parent ? 1 : 0,
                              .segment = *segment };
    ZKL_TRY(zkl_change_init(&change, handle, env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
    ZKL_TRY(zkl_change_place(&change, env, err));
    *receipt_id = change.entries[0].receipt_id;
    return ZKL_OK;
}

/* ---- Files */

static int compare_files(const void *left, const void *right)
{
    const service_segment_file *const a = left, *const b = right;
    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

typedef struct file_list {
    service_segment_file *items;
    size_t count, capacity;
} file_list;

static zkl_status add_file(file_list *list, const char *folder, const char *name, zkl_error *err)
{
    service_segment_file file;
    if (!zkl_segment_name_parse(&file.of, &file.number, name))
        return zkl_fail(err, ZKL_REJECTED, "'%s/%.200s' is no segment of an audit log", folder,
                        name);
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 64;
        service_segment_file *const items =
            zkl_realloc(list->items, list->capacity * sizeof *items, capacity * sizeof *items);
        if (!items)
            return zkl_no_memory(err, capacity * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = file;
    return ZKL_OK;
}

zkl_status service_segment_files(service_segment_file **out, size_t *count, zkl_arena *memory,
                                 const char *folder, zkl_error *err)
{
    file_list list = { 0 };
    DIR *const dir = opendir(folder);
    if (!dir)
        return zkl_fail_errno(err, "open", folder);
    zkl_status status = ZKL_OK;
    for (const struct dirent *e; status == ZKL_OK && (e = readdir(dir));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            status = add_file(&list, folder, e->d_name, err);
    closedir(dir);
    if (status == ZKL_OK && list.count) {
        qsort(list.items, list.count, sizeof *list.items, compare_files);
        *out = zkl_arena_copy(memory, list.items, list.count * sizeof *list.items);
        status = *out ? ZKL_OK : zkl_no_memory(err, list.count * sizeof *list.items);
    }
    *count = list.count;
    zkl_free(list.items);
    return status;
}

zkl_status service_segment_read(zkl_buffer *out, const char *folder, zkl_segment_class class,
                                uint64_t number, zkl_error *err)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, class, number);
    const zkl_status status = zkl_below_read(out, folder, name, ZKL_SEGMENT_BYTES_MAX, err);
    return status == ZKL_LIMIT ? ZKL_REJECTED : status;
}
