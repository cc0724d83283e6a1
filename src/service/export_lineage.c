/* A lineage receipt: the receipts of all entries that say where a version comes from.
 * docs/formats/lineage.md */
#include "record/lineage_file.h"
#include "service/export_format.h"
#include "service/lineage.h"

/* Does the file have a receipt of the same entry? */
static bool has_entry_of(const zkl_lineage_file *file, zkl_bytes receipt)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_receipt wanted, one;
    if (zkl_receipt_parse(&wanted, &arena, receipt, NULL) != ZKL_OK)
        return false;
    for (size_t i = 0; i < file->receipt_count; i++)
        if (zkl_receipt_parse(&one, &arena, file->receipts[i], NULL) == ZKL_OK &&
            zkl_bytes_equal(one.entry.envelope, wanted.entry.envelope))
            return true;
    return false;
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
        if (!has_entry_of(&now, before.receipts[i]))
            return false;
    return true;
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    return service_lineage_file(out, source->ledger, source->version,
                                zkl_ledger_env(source->ledger), err);
}

const export_module service_export_lineage = {
    .kind = { .ending = ".lineage.zkl" },
    .is_same = is_same,
    .make_file = make_file,
};
