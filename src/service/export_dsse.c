/* The signed entry alone. It never changes, so only equal bytes are the same.
 * docs/formats/dsse.md */
#include "ledger/entry_export.h"
#include "service/export_format.h"

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    return zkl_export_dsse(out, source->ledger, source->version->index, err);
}

const export_module service_export_dsse = {
    .kind = { .ending = ".dsse.json" },
    .make_file = make_file,
};
