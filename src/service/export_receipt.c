/* A receipt: everything that an offline verifier needs besides its trust file.
 * docs/formats/receipt.md */
#include "ledger/entry_export.h"
#include "service/export_format.h"
#include "service/output.h"

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    return zkl_receipt_build(out, source->ledger, source->version->index, err);
}

const export_module service_export_receipt = {
    .kind = { .ending = ".zkl" },
    .is_same = service_same_receipt,
    .find_lost = service_shown_lost,
    .make_file = make_file,
};
