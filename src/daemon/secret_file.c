/* One line. */
#include "daemon/secret_file.h"

#include <string.h>

#include "base/buffer.h"
#include "base/file.h"

#define BYTES_MAX ((size_t)4096)

zkl_status daemon_secret_read(uint8_t **out, size_t *size, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_file_read_regular(&text, path, BYTES_MAX, err));
    while (text.size && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r'))
        text.size--;
    bool is_good = text.size;
    for (size_t i = 0; i < text.size; i++)
        is_good &= text.data[i] >= ' ' && text.data[i] != 0x7f;
    if (!is_good)
        return zkl_fail(err, ZKL_USAGE, "'%s' has no secret of one line", path);
    uint8_t *const secret = zkl_secret_new(text.size + 1);
    if (!secret)
        return zkl_no_memory(err, text.size);
    memcpy(secret, text.data, text.size);
    secret[text.size] = 0;
    *out = secret;
    *size = text.size;
    return ZKL_OK;
}
