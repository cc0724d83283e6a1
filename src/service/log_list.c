/* log and datasets: what is in a ledger, as lists for people.
 *
 * Entries are those of the log's tree. Their signatures are verify-chain's to check. Both lists are
 * of one view: what is logged meanwhile is not in them. */
#include "service/log_list.h"

#include "base/arena.h"
#include "service/service_internal.h"

/* Everything that an entry names by the content of a file. */
static size_t count_files(const zkl_entry *e)
{
    const zkl_entry_report *const report = zkl_entry_as_report(e);
    const zkl_entry_data *const data = zkl_entry_as_data(e);
    const zkl_entry_provenance *const p = data ? data->provenance : NULL;
    return (report ? report->file_count : 0) + (p ? p->made_count + p->used_count : 0) +
           (data ? data->file_count : 0);
}

static void add_file(zkl_log_file *files, size_t *count, zkl_arena *memory, zkl_bytes name,
                     const zkl_digest *sha256)
{
    files[(*count)++] = (zkl_log_file){ service_text(memory, name), *sha256 };
}

static zkl_status fill_files(zkl_log_line *line, zkl_arena *memory, const zkl_entry *e,
                             zkl_error *err)
{
    const size_t most = count_files(e);
    const zkl_entry_report *const report = zkl_entry_as_report(e);
    const zkl_entry_data *const data = zkl_entry_as_data(e);
    const zkl_entry_provenance *const p = data ? data->provenance : NULL;
    zkl_log_file *const files = ZKL_ARENA_NEW(memory, zkl_log_file, most);
    if (!files)
        return zkl_no_memory(err, most * sizeof *files);
    for (size_t i = 0; report && i < report->file_count; i++)
        add_file(files, &line->file_count, memory, report->files[i].name, &report->files[i].sha256);
    for (size_t i = 0; p && i < p->made_count; i++)
        add_file(files, &line->file_count, memory, p->made[i].name, &p->made[i].sha256);
    for (size_t i = 0; p && i < p->used_count; i++)
        add_file(files, &line->file_count, memory, p->used[i].name, &p->used[i].sha256);
    for (size_t i = 0; line->file_count < most; i++)
        add_file(files, &line->file_count, memory, data->files[i].name, &data->files[i].sha256);
    line->files = files;
    for (size_t i = 0; i < most; i++)
        if (!files[i].name)
            return zkl_no_memory(err, 0);
    return ZKL_OK;
}

/* Kind and words are the entry kind's own (record/entry.h): this file knows no kind but the one
 * that can name an older log. */
static zkl_status fill_line(zkl_log_line *line, zkl_arena *memory, zkl_ledger *ledger,
                            uint64_t index, zkl_error *err)
{
    ZKL_ASSERT(index < zkl_log_size(zkl_ledger_log(ledger)));
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    char time[ZKL_TIME_CHARS + 1];
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, &arena, index, err));
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), &line->receipt_id, index, err));
    zkl_time_format(time, entry.time_ms);
    line->index = index;
    line->kind = zkl_entry_kind_name(entry.kind);
    line->time = zkl_arena_format(memory, "%s", time);
    line->what = zkl_entry_words(memory, &entry);
    const zkl_entry_keys *keys = zkl_entry_as_keys(&entry);
    if (keys && keys->succeeds.note.size) {
        zkl_succeeds *succeeds = ZKL_ARENA_NEW(memory, zkl_succeeds, 1);
        if (!succeeds)
            return zkl_no_memory(err, sizeof *succeeds);
        service_succeeds(succeeds, &keys->succeeds);
        line->succeeds = succeeds;
    }
    ZKL_TRY(fill_files(line, memory, &entry, err));
    return line->time && line->what ? ZKL_OK : zkl_no_memory(err, sizeof *line);
}

/* Half open, and cut at the end of the log; behind it there is nothing to list. */
static zkl_status fill_log(zkl_log_result *out, zkl_ledger *ledger, const service_log_range *range,
                           zkl_error *err)
{
    zkl_log_head(zkl_ledger_log(ledger), &out->tree_size, &out->root);
    out->origin = zkl_arena_format(&out->memory, "%s", zkl_ledger_origin(ledger));
    const uint64_t to = range->to && range->to < out->tree_size ? range->to : out->tree_size,
                   last = range->last && range->last < to ? to - range->last : 0,
                   from = range->from > last ? range->from : last;
    zkl_log_line *lines =
        ZKL_ARENA_NEW(&out->memory, zkl_log_line, from < to ? (size_t)(to - from) : 0);
    if (!out->origin || !lines)
        return zkl_no_memory(err, sizeof *lines);
    out->lines = lines;
    for (uint64_t i = from; i < to; i++, out->line_count++)
        ZKL_TRY(fill_line(&lines[i - from], &out->memory, ledger, i, err));
    ZKL_ASSERT(out->line_count == (from < to ? to - from : 0));
    return ZKL_OK;
}

/* A failure leaves nothing in the result. */
zkl_status service_log_list(zkl_log_result *out, zkl_ledger *handle, const service_log_range *range,
                            zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_log_result){ 0 };
    zkl_status status = service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err);
    if (status == ZKL_OK)
        status = fill_log(out, ledger, range, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_log_result){ 0 };
    }
    return status;
}

zkl_status zkl_log_list(zkl_log_result *out, zkl_ledger *handle, uint64_t from, uint64_t to,
                        zkl_error *err)
{
    const service_log_range range = { .from = from, .to = to };
    return service_log_list(out, handle, &range, err);
}

zkl_status zkl_log_find(uint64_t *index, zkl_ledger *handle, const zkl_digest *receipt_id,
                        zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err));
    return zkl_ledger_index_of(ledger, index, receipt_id, err);
}

/* By name, then version: the last of a name is its latest. */
static bool is_latest(const zkl_dataset_version *versions, size_t count, size_t i)
{
    return i + 1 == count || !zkl_bytes_equal(versions[i].name, versions[i + 1].name);
}

static bool is_behind(const zkl_dataset_version *version, const zkl_datasets_range *range)
{
    return !range->after || zkl_bytes_compare(version->name, zkl_bytes_of_text(range->after)) > 0;
}

/* One line a name, from the index of all versions. What is listed is in the log. */
static zkl_status fill_datasets(zkl_datasets_result *out, zkl_arena *arena, zkl_ledger *ledger,
                                const zkl_datasets_range *range, zkl_error *err)
{
    zkl_dataset_version *versions;
    size_t count;
    ZKL_TRY(zkl_ledger_datasets(ledger, &versions, &count, arena, err));
    zkl_dataset_line *lines = ZKL_ARENA_NEW(&out->memory, zkl_dataset_line, count);
    out->origin = zkl_arena_format(&out->memory, "%s", zkl_ledger_origin(ledger));
    if (!lines || !out->origin)
        return zkl_no_memory(err, count * sizeof *lines);
    out->lines = lines;
    for (size_t i = 0; i < count; i++) {
        if (!is_latest(versions, count, i) || !is_behind(&versions[i], range))
            continue;
        if (range->limit && out->line_count == range->limit) {
            out->next = lines[out->line_count - 1].name;
            break;
        }
        ZKL_TRY(zkl_ledger_confirm(ledger, &versions[i], err));
        lines[out->line_count++] =
            (zkl_dataset_line){ .name = service_text(&out->memory, versions[i].name),
                                .version_count = versions[i].version,
                                .index = versions[i].index,
                                .dataset = versions[i].dataset };
        if (!lines[out->line_count - 1].name)
            return zkl_no_memory(err, versions[i].name.size);
    }
    return ZKL_OK;
}

zkl_status zkl_datasets(zkl_datasets_result *out, zkl_ledger *handle,
                        const zkl_datasets_range *range, zkl_error *err)
{
    static const zkl_datasets_range all = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_datasets_result){ 0 };
    zkl_status status = service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err);
    if (status == ZKL_OK)
        status = fill_datasets(out, &arena, ledger, range ? range : &all, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_datasets_result){ 0 };
    }
    return status;
}
