/* Passphrases from files. The text lies in memory that is locked where the system permits it, is
 * wiped when it goes, and is in no error: errors name the file. */
#include "api/passphrase.h"

#include <string.h>

#include "base/buffer.h"
#include "base/file.h"

/* More than a line of the longest passphrase: a file of another kind is refused early. */
#define FILE_BYTES_MAX 65536

void api_passphrase_clear(api_passphrase *passphrase)
{
    zkl_secret_free(passphrase->text);
    *passphrase = (api_passphrase){ 0 };
}

/* The line end does not count, everything before it does: a NUL would end the passphrase early. */
zkl_status api_passphrase_line(char *text, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    ZKL_TRY(zkl_file_read(&content, path, FILE_BYTES_MAX, err));
    size_t size = 0;
    while (size < content.size && content.data[size] != '\n' && content.data[size] != '\r')
        size++;
    if (size == 0)
        return zkl_fail(err, ZKL_DENIED, "'%s' has an empty first line: no passphrase", path);
    if (size > API_PASSPHRASE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the passphrase in '%s' has more than %d bytes", path,
                        API_PASSPHRASE_BYTES_MAX);
    if (memchr(content.data, 0, size))
        return zkl_fail(err, ZKL_DENIED,
                        "the first line of '%s' holds a zero byte: a passphrase is text", path);
    ZKL_ASSERT(size <= API_PASSPHRASE_BYTES_MAX);
    memcpy(text, content.data, size);
    text[size] = 0;
    return ZKL_OK;
}

/* In memory of its own, which is wiped when it is cleared. */
zkl_status api_passphrase_read(api_passphrase *out, const char *path, zkl_error *err)
{
    ZKL_ASSERT(!out->text); /* else what it held would stay unwiped */
    out->text = zkl_secret_new(API_PASSPHRASE_BYTES_MAX + 2);
    if (!out->text)
        return zkl_no_memory(err, API_PASSPHRASE_BYTES_MAX + 2);
    ZKL_TRY(api_passphrase_line(out->text, path, err));
    out->bytes = zkl_bytes_of_text(out->text);
    return ZKL_OK;
}

/* Neither is the default: keys in the clear are made on purpose or not at all. */
zkl_status api_passphrase_choose(const zkl_bytes **chosen, api_passphrase *out,
                                 const api_new_passphrase *asked, zkl_error *err)
{
    *chosen = NULL;
    if (!asked->file == !asked->in_clear)
        return zkl_fail(err, ZKL_USAGE,
                        "say one of 'passphrase_file' and 'in_clear': how are the keys kept");
    if (asked->in_clear)
        return ZKL_OK;
    ZKL_TRY(api_passphrase_read(out, asked->file, err));
    *chosen = &out->bytes;
    return ZKL_OK;
}
