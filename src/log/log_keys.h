#pragma once
/* The log's keys in its store: docs/formats/log.md. Numbers are big-endian, so that keys sort as
 * they count. */
#include <string.h>

#include "base/bytes.h"

#define ZKL_LOG_ENTRY_PREFIX "log/entry/"           /* + index */
#define ZKL_LOG_NODE_PREFIX "log/node/"             /* + level (1 byte), index */
#define ZKL_LOG_CHECKPOINT_PREFIX "log/checkpoint/" /* + number */
#define ZKL_LOG_HEAD_KEY "log/head"                 /* size, root */
#define ZKL_LOG_COUNT_KEY "log/checkpoints"         /* how many are stored */
#define ZKL_LOG_KEY_BYTES 32

/* Entries and checkpoints: a prefix and eight bytes of number. */
static inline zkl_bytes zkl_log_numbered_key(uint8_t out[static ZKL_LOG_KEY_BYTES],
                                             const char *prefix, uint64_t number)
{
    const size_t size = strlen(prefix);
    ZKL_DEBUG_ASSERT(size + 8 <= ZKL_LOG_KEY_BYTES);
    memcpy(out, prefix, size);
    zkl_be64_put(out + size, number);
    return zkl_bytes_of(out, size + 8);
}

/* A level is one byte, since no tree has more than 63. */
static inline zkl_bytes zkl_log_node_key(uint8_t out[static ZKL_LOG_KEY_BYTES], unsigned level,
                                         uint64_t index)
{
    ZKL_ASSERT(level < 63);
    size_t size = strlen(ZKL_LOG_NODE_PREFIX);
    memcpy(out, ZKL_LOG_NODE_PREFIX, size);
    out[size++] = (uint8_t)level;
    zkl_be64_put(out + size, index);
    return zkl_bytes_of(out, size + 8);
}
