#pragma once
/* Borrowed bytes. The holder neither owns nor frees them. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct zkl_bytes {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
} zkl_bytes;

static inline zkl_bytes zkl_bytes_of(const void *data, size_t size)
{
    return (zkl_bytes){ (const uint8_t *)data, size };
}

static inline zkl_bytes zkl_bytes_of_text(const char *text)
{
    return (zkl_bytes){ (const uint8_t *)text, strlen(text) };
}

/* 32 bytes of a hash. */
typedef struct zkl_digest {
    uint8_t bytes[32];
} zkl_digest;
