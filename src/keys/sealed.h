#pragma once
/* Sealed files: a content of any length, hidden and authenticated frame by frame, written from its
 * beginning to its end and read the same way with the memory of one frame.
 *
 * What is read was written so, in this order and under this key: a frame that was changed, moved,
 * left out, repeated or taken from another file is refused, and so is a file that was cut or that
 * goes on. Form: docs/formats/spool.md, "Frames". */
#include "keys/cipher.h"

/* Bytes of content in every frame but the last. */
#define ZKL_SEALED_FRAME_BYTES ((size_t)1 << 18)

typedef struct zkl_sealed_writer zkl_sealed_writer;
typedef struct zkl_sealed_reader zkl_sealed_reader;

/* What a sealed file is sealed under. The key serves one file: it is derived for it. */
typedef struct zkl_sealed {
    /* ZKL_AEAD_KEY_BYTES, secret; copied. */
    const uint8_t *key;
    /* What stands before the first frame: authenticated with each. Borrowed. */
    zkl_bytes header;
    /* The open file, and its name for words. Borrowed. */
    int fd;
    const char *path;
} zkl_sealed;

/* Frames go to fd where it stands: the header, which is the caller's to write, is behind it. */
zkl_status zkl_sealed_writer_new(zkl_sealed_writer **out, const zkl_sealed *with,
                                 zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_sealed_put(zkl_sealed_writer *writer, const void *data, size_t size,
                          zkl_error *err) ZKL_MUST_USE;
/* The last frame. Without it the file is a cut one. */
zkl_status zkl_sealed_finish(zkl_sealed_writer *writer, zkl_error *err) ZKL_MUST_USE;
void zkl_sealed_writer_free(zkl_sealed_writer *writer); /* wipes; NULL is fine */
ZKL_DEFINE_AUTO_FREE(zkl_sealed_writer)

/* A regular file, whose header was read. ZKL_BAD_INPUT: no frame fits behind it. */
zkl_status zkl_sealed_reader_new(zkl_sealed_reader **out, const zkl_sealed *with,
                                 zkl_error *err) ZKL_MUST_USE;
/* The next size bytes of the content. ZKL_REJECTED: it is not what was written under this key;
 * ZKL_BAD_INPUT: the content ends before. out is wiped then. */
zkl_status zkl_sealed_take(zkl_sealed_reader *reader, void *out, size_t size,
                           zkl_error *err) ZKL_MUST_USE;
/* All of it was read, the last frame too: else ZKL_BAD_INPUT, or what reading that frame says. */
zkl_status zkl_sealed_end(zkl_sealed_reader *reader, zkl_error *err) ZKL_MUST_USE;
/* Bytes of content that are not read yet, as the file's size has it: a bound for what is said to
 * follow. */
uint64_t zkl_sealed_left(const zkl_sealed_reader *reader);
void zkl_sealed_reader_free(zkl_sealed_reader *reader); /* wipes; NULL is fine */
ZKL_DEFINE_AUTO_FREE(zkl_sealed_reader)
