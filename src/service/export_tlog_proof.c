/* The proof that an entry is in the log: C2SP tlog-proof. docs/formats/log.md */
#include "ledger/entry_export.h"
#include "service/export_format.h"
#include "service/output.h"

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    return zkl_export_tlog_proof(out, source->ledger, source->version->index, err);
}

const export_module service_export_tlog_proof = {
    .kind = { .ending = ".tlog-proof" },
    .is_same = service_same_tlog_proof,
    .find_lost = service_tlog_proof_lost,
    .make_file = make_file,
};
