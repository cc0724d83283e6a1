#pragma once
/* Bytes that a call or result borrows: a pointer with a size.
 *
 *     zkl_bytes receipt = zkl_bytes_of(content, content_size);
 *     zkl_bytes trust = zkl_bytes_of_text(toml);
 *     zkl_verify_receipt(&verdict, receipt, trust, NULL, &err);
 *
 * A request's bytes are read until the call returns and never kept. A result's live in its
 * `memory`. Nothing here allocates, and nothing can fail. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whoever holds one neither owns nor frees the bytes, and does not change them. They may hold NUL,
 * and end in none. All zeros is valid: the empty one, which in a request means "not given". */
typedef struct zkl_bytes {
    /* May be NULL when size is 0. */
    const uint8_t *data;
    /* How many bytes there are at `data`. */
    size_t size;
} zkl_bytes;

/* `size` bytes at data, of any type. They must outlive what is made here. */
static inline zkl_bytes zkl_bytes_of(const void *data, size_t size)
{
    return (zkl_bytes){ (const uint8_t *)data, size };
}

/* A C string without its NUL. It must outlive what is made here. */
static inline zkl_bytes zkl_bytes_of_text(const char *text)
{
    return (zkl_bytes){ (const uint8_t *)text, strlen(text) };
}

/* A hash, or an id that is one: of an entry, a dataset, a ledger, a key. It is a struct so that it
 * can be copied by assignment, and is not mistaken for a secret of the same size. Digests are
 * public: memcmp compares them. For people they are lower-case hex. */
typedef struct zkl_digest {
    /* In the order in which hex shows them. */
    uint8_t bytes[32];
} zkl_digest;
