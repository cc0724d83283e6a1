/* A lineage receipt: the receipts of all entries that say where a version comes from.
 * docs/formats/lineage.md */
#include "record/lineage_file.h"
#include "service/export_format.h"
#include "service/lineage.h"
#include "service/output.h"

/* The file's receipt of the same entry; NULL: it has none. */
static const zkl_bytes *receipt_of_same(const zkl_lineage_file *file, zkl_bytes receipt)
{
    for (size_t i = 0; i < file->receipt_count; i++)
        if (service_same_receipt(receipt, file->receipts[i]))
            return &file->receipts[i];
    return NULL;
}

/* Of the same version, and more may have been recorded since: nothing that was in it is lost. */
static bool is_same(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_lineage_file before, now;
    if (zkl_lineage_file_parse(&before, &arena, existing, NULL) != ZKL_OK ||
        zkl_lineage_file_parse(&now, &arena, content, NULL) != ZKL_OK ||
        before.version != now.version || !zkl_bytes_equal(before.name, now.name))
        return false;
    for (size_t i = 0; i < before.receipt_count; i++)
        if (!receipt_of_same(&now, before.receipts[i]))
            return false;
    return true;
}

/* Asked of files that are the same. */
static const char *find_lost(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_lineage_file before, now;
    const char *lost = NULL;
    if (zkl_lineage_file_parse(&before, &arena, existing, NULL) != ZKL_OK ||
        zkl_lineage_file_parse(&now, &arena, content, NULL) != ZKL_OK)
        return "what cannot be read";
    for (size_t i = 0; i < before.receipt_count && !lost; i++) {
        const zkl_bytes *const same = receipt_of_same(&now, before.receipts[i]);
        lost = same ? service_shown_lost(before.receipts[i], *same) : "a receipt";
    }
    return lost;
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    return service_lineage_file(out, source->ledger, source->version,
                                zkl_ledger_env(source->ledger), err);
}

const export_module service_export_lineage = {
    .kind = { .ending = ".lineage.zkl", .tells_lineage = true },
    .is_same = is_same,
    .find_lost = find_lost,
    .make_file = make_file,
};
