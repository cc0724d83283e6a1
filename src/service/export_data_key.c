/* The data key of a version: secret, for the owner to hand on. docs/formats/datakey.md */
#include "base/arena.h"
#include "service/export_format.h"

/* Decrypted under the owner secret, and written with mode 0600. Neither stays in memory: buffers
 * wipe themselves. */
static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes wrapped;
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    ZKL_TRY(zkl_ledger_private(source->ledger, &wrapped, &arena, &source->version->dataset, err));
    ZKL_TRY(service_owner_secret(&owner, source->ledger, err));
    return service_private_unwrap(out, SERVICE_DATA_KEY, wrapped, owner, &source->version->dataset,
                                  err);
}

const export_module service_export_data_key = {
    .kind = { .ending = ".zklkey" },
    .make_file = make_file,
};
