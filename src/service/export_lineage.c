/* A lineage receipt: the receipts of all entries that say where a version comes from.
 * docs/formats/lineage.md */
#include "record/lineage_file.h"
#include "service/export_format.h"
#include "service/lineage.h"

/* Of the same version, whatever was recorded since. */
static bool is_same(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_lineage_file before, now;
    return zkl_lineage_file_parse(&before, &arena, existing, NULL) == ZKL_OK &&
           zkl_lineage_file_parse(&now, &arena, content, NULL) == ZKL_OK &&
           before.version == now.version && zkl_bytes_equal(before.name, now.name);
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
