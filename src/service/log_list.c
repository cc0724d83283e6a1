/* log and datasets: what is in a ledger, as lists for people.
 *
 * Entries are those of the log's tree. Their signatures are verify-chain's to check. Both lists are
 * of one view: what is logged meanwhile is not in them. */
#include "base/arena.h"
#include "service/service_internal.h"

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
    return line->time && line->what ? ZKL_OK : zkl_no_memory(err, sizeof *line);
}

/* Half open, and cut at the end of the log; behind it there is nothing to list. */
static zkl_status fill_log(zkl_log_result *out, zkl_ledger *ledger, uint64_t from, uint64_t to,
                           zkl_error *err)
{
    zkl_log_head(zkl_ledger_log(ledger), &out->tree_size, &out->root);
    out->origin = zkl_arena_format(&out->memory, "%s", zkl_ledger_origin(ledger));
    to = to && to < out->tree_size ? to : out->tree_size;
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
zkl_status zkl_log_list(zkl_log_result *out, zkl_ledger *handle, uint64_t from, uint64_t to,
                        zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_log_result){ 0 };
    zkl_status status = service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err);
    if (status == ZKL_OK)
        status = fill_log(out, ledger, from, to, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_log_result){ 0 };
    }
    return status;
}

/* One line a name, from the index of all versions. What is listed is in the log. */
static zkl_status fill_datasets(zkl_datasets_result *out, zkl_arena *arena, zkl_ledger *ledger,
                                zkl_error *err)
{
    zkl_dataset_version *versions;
    size_t count;
    ZKL_TRY(zkl_ledger_datasets(ledger, &versions, &count, arena, err));
    zkl_dataset_line *lines = ZKL_ARENA_NEW(&out->memory, zkl_dataset_line, count);
    out->origin = zkl_arena_format(&out->memory, "%s", zkl_ledger_origin(ledger));
    if (!lines || !out->origin)
        return zkl_no_memory(err, count * sizeof *lines);
    out->lines = lines;
    /* By name, then version: the last of a name is its latest. */
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && zkl_bytes_equal(versions[i].name, versions[i + 1].name))
            continue;
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

zkl_status zkl_datasets(zkl_datasets_result *out, zkl_ledger *handle, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_datasets_result){ 0 };
    zkl_status status = service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err);
    if (status == ZKL_OK)
        status = fill_datasets(out, &arena, ledger, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_datasets_result){ 0 };
    }
    return status;
}
