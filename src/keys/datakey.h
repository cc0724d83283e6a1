#pragma once
/* Data key (.zklkey): what lets a holder of the data recompute every commitment, whole or by chunk.
 * SECRET: it confirms guesses about the data. docs/formats/datakey.md */
#include "base/arena.h"
#include "base/buffer.h"
#include "types/dictionary.h"

#define ZKL_DATAKEY_BYTES_MAX ((size_t)1 << 30)
#define ZKL_DATAKEY_CHUNKS_MAX ((size_t)1 << 24)

typedef struct zkl_datakey_chunk {
    uint64_t chunk;
    uint8_t key[32];
} zkl_datakey_chunk;

typedef struct zkl_datakey_dictionary {
    uint32_t column;          /* index in the schema */
    uint8_t key[32];          /* of all entries; zeros with a part: */
    zkl_dictionary_part part; /* when the data have not all of the dictionary's entries */
} zkl_datakey_dictionary;

typedef struct zkl_datakey {
    zkl_digest dataset;
    bool has_content_salt; /* false: some chunks only */
    uint8_t content_salt[32];
    const zkl_datakey_chunk *chunks; /* ascending */
    size_t chunk_count;
    const zkl_datakey_dictionary *dictionaries; /* ascending */
    size_t dictionary_count;
} zkl_datakey;

/* Append the key's one encoding. ZKL_BAD_INPUT or ZKL_LIMIT when it breaks a rule of datakey.md
 * (order, a part that is whole or empty): nothing is appended then. out is secret; clearing a
 * buffer wipes it. */
zkl_status zkl_datakey_encode(zkl_buffer *out, const zkl_datakey *key, zkl_error *err) ZKL_MUST_USE;
/* Does it begin as a data key does? */
bool zkl_datakey_has_magic(zkl_bytes bytes);
/* Copies to arena, which holds secrets then. ZKL_BAD_INPUT names the place that is wrong;
 * ZKL_LIMIT: more than ZKL_DATAKEY_BYTES_MAX; ZKL_NOT_SUPPORTED: another version. After a failure
 * *out is as it was. */
zkl_status zkl_datakey_parse(zkl_datakey *out, zkl_arena *arena, zkl_bytes bytes,
                             zkl_error *err) ZKL_MUST_USE;
/* NULL: this chunk's key is not in it. */
const zkl_datakey_chunk *zkl_datakey_chunk_find(const zkl_datakey *key, uint64_t chunk);
/* NULL: the column has no dictionary in it. */
const zkl_datakey_dictionary *zkl_datakey_dictionary_find(const zkl_datakey *key, uint32_t column);
