#include "api/trust.h"

#include <zkl/zkl.h>

#include "base/file.h"

#define TRUST_BYTES_MAX ((size_t)1 << 20)

zkl_status api_trust_take(zkl_bytes *out, zkl_buffer *file, const char *text, const char *path,
                          zkl_error *err)
{
    if (text && path)
        return zkl_fail(err, ZKL_USAGE, "'trust' and 'trust_file' exclude each other");
    if (path)
        ZKL_TRY(zkl_file_read(file, path, TRUST_BYTES_MAX, err));
    *out = text ? zkl_bytes_of_text(text) : zkl_buffer_bytes(file);
    if (!text && !path)
        return ZKL_OK;
    /* Without a byte it would read as "nothing was said", and the ledger's own trust would
     * count. */
    if (!out->size)
        return zkl_fail(err, ZKL_UNCHECKED, "the trust file is empty: nothing is trusted");
    return zkl_trust_check_text(*out, path, err);
}
