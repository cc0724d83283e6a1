/* What a data key file says is for src/keys/datakey.h to judge. Only its being there is judged
 * here. */
#include "api/data_key.h"

#include "base/file.h"

#define DATA_KEY_BYTES_MAX ((size_t)1 << 30)

zkl_status api_data_key_read(zkl_buffer *out, const char *path, zkl_error *err)
{
    ZKL_ASSERT(!out->size); /* the file's bytes alone */
    ZKL_TRY(zkl_file_read(out, path, DATA_KEY_BYTES_MAX, err));
    return out->size ? ZKL_OK
                     : zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty: it is no data key", path);
}
