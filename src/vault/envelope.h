#pragma once
/* Envelopes: an object's content, encrypted and authenticated chunk by chunk under a key of its
 * own, behind a head that holds this key, wrapped (docs/formats/envelope.md).
 *
 * 1. What is read was written under this name, at this place of this object, and the object is
 *    whole: a chunk that was changed, moved, left out or taken from another object, a head of
 *    another one, and a file that was cut or goes on, are refused.
 * 2. No nonce serves twice under a key: a key serves one object, and an object's chunks are
 *    numbered.
 * 3. A head that is replaced (zkl_envelope_rewrap) has the old key or the new one whenever it is
 *    cut off.
 *
 * A writer or reader is one thread's at a time. */
#include "vault/vault.h"

#define ZKL_ENVELOPE_HEAD_BYTES 1024
#define ZKL_ENVELOPE_CHUNK_LOG 16 /* of a writer */
#define ZKL_ENVELOPE_CHUNK_LOG_MIN 12
#define ZKL_ENVELOPE_CHUNK_LOG_MAX 20

/* Do the bytes begin as an envelope does? */
bool zkl_envelope_has_magic(zkl_bytes bytes);

/* ---- The head, as it says it: nothing vouches for it before the object is opened. */

typedef struct zkl_envelope_head {
    uint8_t chunk_log;
    uint8_t object[ZKL_KEK_OBJECT_BYTES];
    char kind[ZKL_OBJECT_KIND_CHARS_MAX + 1];
    uint8_t commitment[32];
    char kek[ZKL_KEK_ID_CHARS_MAX + 1];
    zkl_wrapped_key wrapped;
    /* Of the slot that has it: which, and the how-manieth. */
    unsigned slot;
    uint64_t sequence;
} zkl_envelope_head;

/* ZKL_BAD_INPUT, ZKL_NOT_SUPPORTED (another version). */
zkl_status zkl_envelope_head_parse(zkl_envelope_head *out,
                                   const uint8_t bytes[static ZKL_ENVELOPE_HEAD_BYTES],
                                   zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_envelope_head_read(zkl_envelope_head *out, int fd, const char *path,
                                  zkl_error *err) ZKL_MUST_USE;
/* Bytes of content in an envelope of that size; false: none has it. */
bool zkl_envelope_content_bytes(uint64_t *out, const zkl_envelope_head *head, uint64_t file_bytes);

/* ---- Writing */

typedef struct zkl_envelope_writer zkl_envelope_writer;

/* Where it goes: an open file, from where it stands, or memory (fd -1). Borrowed. */
typedef struct zkl_envelope_sink {
    int fd;
    const char *path; /* for words */
    zkl_buffer *memory;
} zkl_envelope_sink;

/* Draws and wraps a key, and writes the head. */
zkl_status zkl_envelope_writer_new(zkl_envelope_writer **out, const zkl_vault *vault,
                                   zkl_object_name name, const zkl_envelope_sink *sink,
                                   zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_envelope_put(zkl_envelope_writer *writer, const void *data, size_t size,
                            zkl_error *err) ZKL_MUST_USE;
/* The last chunk. Without it the envelope is a cut one. Syncs nothing. */
zkl_status zkl_envelope_finish(zkl_envelope_writer *writer, zkl_error *err) ZKL_MUST_USE;
void zkl_envelope_writer_free(zkl_envelope_writer *writer); /* wipes; NULL is fine */
ZKL_DEFINE_AUTO_FREE(zkl_envelope_writer)
/* All at once, appended to out. */
zkl_status zkl_envelope_encode(zkl_buffer *out, const zkl_vault *vault, zkl_object_name name,
                               zkl_bytes content, zkl_error *err) ZKL_MUST_USE;

/* ---- Reading */

typedef struct zkl_envelope_reader zkl_envelope_reader;

/* A regular file, open for reading; path: for words. Unwraps its key and opens the last chunk, so
 * the size it tells is one that was written.
 *
 * Errors: ZKL_REJECTED       it is not what was written under this name.
 *         ZKL_BAD_INPUT      it is no envelope, or a cut one.
 *         ZKL_UNCHECKED      the version that wraps its key is not there, or retired.
 *         ZKL_DENIED         another key-encryption key wraps it.
 *         ZKL_IO             the provider of the key, or the disk. */
zkl_status zkl_envelope_reader_new(zkl_envelope_reader **out, const zkl_vault *vault,
                                   zkl_object_name name, int fd, const char *path,
                                   zkl_error *err) ZKL_MUST_USE;
uint64_t zkl_envelope_size(const zkl_envelope_reader *reader);
/* size bytes of the content from offset on, which it has (asserted). On failure out is wiped. */
zkl_status zkl_envelope_read(zkl_envelope_reader *reader, void *out, uint64_t offset, size_t size,
                             zkl_error *err) ZKL_MUST_USE;
void zkl_envelope_reader_free(zkl_envelope_reader *reader); /* wipes; NULL is fine */
ZKL_DEFINE_AUTO_FREE(zkl_envelope_reader)
/* All of a file, appended; ZKL_LIMIT: it has more than size_max. ZKL_NOT_FOUND: there is no file,
 * and nothing else. */
zkl_status zkl_envelope_read_file(zkl_buffer *out, const zkl_vault *vault, zkl_object_name name,
                                  const char *path, size_t size_max, zkl_error *err) ZKL_MUST_USE;

/* ---- Another version of the key-encryption key */

/* fd: open for reading and writing. *done: false: the newest version has it already. Durable. */
zkl_status zkl_envelope_rewrap(bool *done, const zkl_vault *vault, int fd, const char *path,
                               zkl_error *err) ZKL_MUST_USE;
