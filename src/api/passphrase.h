#pragma once
/* Passphrases by the name of a file. Their text lies in locked memory and is wiped by _clear. */
#include <zkl/bytes.h>

#include "base/memory.h"

#define API_PASSPHRASE_BYTES_MAX 1024

/* All zeros is none. */
typedef struct api_passphrase {
    zkl_bytes bytes;
    char *text; /* secret */
} api_passphrase;
void api_passphrase_clear(api_passphrase *passphrase);

/* The first line of the file at path into text, which has room for API_PASSPHRASE_BYTES_MAX + 2
 * bytes.
 *
 * ZKL_DENIED: the line is empty or holds a zero byte. ZKL_LIMIT: it is too long. ZKL_IO,
 * ZKL_NOT_FOUND: of the file. */
zkl_status api_passphrase_line(char *text, const char *path, zkl_error *err) ZKL_MUST_USE;
/* The same into memory of its own. */
zkl_status api_passphrase_read(api_passphrase *out, const char *path, zkl_error *err) ZKL_MUST_USE;

/* What a request says of the passphrase of keys that an operation writes. */
typedef struct api_new_passphrase {
    const char *file;
    bool in_clear;
} api_new_passphrase;
/* *chosen: &out->bytes, or NULL for keys in the clear. ZKL_USAGE unless the request says one of
 * the two: no key is written in the clear because somebody forgot a member. */
zkl_status api_passphrase_choose(const zkl_bytes **chosen, api_passphrase *out,
                                 const api_new_passphrase *asked, zkl_error *err) ZKL_MUST_USE;
