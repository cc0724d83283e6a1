#pragma once
/* The SHA-256 compression function, FIPS 180-4 section 6.2.2. The portable set is the meaning. */
#include <stddef.h>
#include <stdint.h>

typedef struct zkl_sha256_set {
    const char *name;      /* "portable", "sha-ni" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* Compress block_count blocks of 64 bytes into chain. Constant time. */
    void (*compress)(uint32_t chain[static 8], const uint8_t *blocks, size_t block_count);
} zkl_sha256_set;

/* The fastest set that this CPU runs and that has passed its known answer; chosen at the first
 * call. */
const zkl_sha256_set *zkl_sha256_best(void);
/* NULL when there is none of that name, or this CPU cannot run it, or it fails its known answer. */
const zkl_sha256_set *zkl_sha256_find(const char *name);

extern const uint32_t zkl_sha256_constants[64]; /* FIPS 180-4 section 4.2.2 */
