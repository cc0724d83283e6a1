#pragma once
/* The bytes of an input file, decompressed and checked.
 *
 * Every gzip member and every zstd frame is read to its end and compared with its own checksum
 * and length. A file that is cut, damaged, or followed by other bytes is refused, also when all
 * values before that place could be read. */
#include "base/memory.h"

typedef enum zkl_compression {
    ZKL_COMPRESSION_NONE,
    ZKL_COMPRESSION_GZIP, /* RFC 1952, any number of members */
    ZKL_COMPRESSION_ZSTD, /* RFC 8878, any number of frames, skippable ones too */
} zkl_compression;

typedef struct zkl_input_bytes zkl_input_bytes;

/* path is opened, name stands in messages; both are borrowed until the close. */
zkl_status zkl_input_bytes_open(zkl_input_bytes **out, const char *path, const char *name,
                                zkl_compression compression, zkl_error *err) ZKL_MUST_USE;
/* The next bytes: 1 to size of them, or none at the end, which is then known to be sound.
 *
 * Errors: ZKL_BAD_INPUT (cut, damaged, text behind the end), ZKL_LIMIT (a zstd window above 128
 *         MiB), ZKL_IO, ZKL_NO_MEMORY.
 * Limits: size > 0 (asserted). */
zkl_status zkl_input_bytes_read(zkl_input_bytes *input, uint8_t *out, size_t size, size_t *got,
                                zkl_error *err) ZKL_MUST_USE;
void zkl_input_bytes_close(zkl_input_bytes *input); /* NULL is fine */

/* What the ending of a name says: ".gz", ".zst", in any case; *bare_bytes: the length of the
 * name without it. */
zkl_compression zkl_compression_of_name(const char *name, size_t *bare_bytes);
