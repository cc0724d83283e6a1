#pragma once
/* Bytes that a call or result borrows: a pointer with a size. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whoever holds one neither owns nor frees the bytes, and does not change them. */
typedef struct zkl_bytes {
    /* May be NULL when size is 0. */
    const uint8_t *data;
    size_t size;
} zkl_bytes;

static inline zkl_bytes zkl_bytes_of(const void *data, size_t size)
{
    return (zkl_bytes){ (const uint8_t *)data, size };
}

/* Without the NUL. */
static inline zkl_bytes zkl_bytes_of_text(const char *text)
{
    return (zkl_bytes){ (const uint8_t *)text, strlen(text) };
}

/* 32 bytes of a hash. */
typedef struct zkl_digest {
    uint8_t bytes[32];
} zkl_digest;
