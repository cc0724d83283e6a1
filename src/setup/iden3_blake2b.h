#pragma once
/* BLAKE2b-512 without key (RFC 7693), with its state in the 216 bytes in which .ptau files keep
 * it: a contribution's response hash is finished from there. No other use. */
#include "base/memory.h"

#define ZKL_BLAKE2B_STATE_BYTES 216

typedef struct zkl_blake2b {
    uint64_t h[8];
    uint64_t total; /* bytes in compressed blocks */
    uint8_t block[128];
    /* Bytes waiting in block. A full block waits, since the last one is compressed otherwise. */
    size_t at;
} zkl_blake2b;

void zkl_blake2b_init(zkl_blake2b *hash);
void zkl_blake2b_update(zkl_blake2b *hash, const void *data, size_t size);
void zkl_blake2b_final(zkl_blake2b *hash, uint8_t out[static 64]);

/* block, then little-endian h, u64 total, u64 at. _load refuses at > 128. */
void zkl_blake2b_save(uint8_t out[static ZKL_BLAKE2B_STATE_BYTES], const zkl_blake2b *hash);
bool zkl_blake2b_load(zkl_blake2b *hash, const uint8_t state[static ZKL_BLAKE2B_STATE_BYTES]);
