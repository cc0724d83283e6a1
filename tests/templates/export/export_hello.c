/* The log's name and size as text. A template: the least that a format of export is made of. Copy
 * it, say here what is written and which page of docs/formats fixes it. */
#include "ledger/entry_export.h"
#include "service/export_format.h"

/* source->version is the dataset version, in a format that is not of the log. */
static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    (void)err;
    ZKL_ASSERT(!source->version);
    zkl_buffer_format(out, "hello %s\n", zkl_ledger_origin(source->ledger));
    return ZKL_OK;
}

const export_module service_export_hello = {
    .kind = { .ending = ".hello", .is_of_log = true },
    .make_file = make_file,
};
