#pragma once
/* Keccak-f[1600] (FIPS 202 section 3), alone and on several states at once.
 *
 * A set works on `lanes` independent states side by side: word w (0..24, FIPS 202 order x + 5y) of
 * lane l is state[w * lanes + l]. The portable set is the meaning; the others are only faster. */
#include <stddef.h>
#include <stdint.h>

#define ZKL_KECCAK_WORDS 25
#define ZKL_KECCAK_RATE_256 136 /* bytes a block of SHA3-256; check: 136 == 200 - 2 * 32 */
#define ZKL_KECCAK_LANES_MAX 8

typedef struct zkl_keccak_set {
    const char *name;      /* "portable", "bmi", "avx2", "avx512", "neon-sha3" */
    size_t lanes;          /* <= ZKL_KECCAK_LANES_MAX */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* For each lane l and each of its blocks in turn: xor ZKL_KECCAK_RATE_256 bytes at data[l] +
     * 136 * block into the state, permute. state: 25 * lanes words, aligned to 64 bytes. Constant
     * time. */
    void (*absorb)(uint64_t *state, const uint8_t *const *data, size_t block_count);
    void (*permute)(
        uint64_t state[static ZKL_KECCAK_WORDS]); /* sets of one lane; NULL for wider ones */
} zkl_keccak_set;

/* The fastest set that this CPU runs and that has passed its known answers; chosen at the first
 * call. */
const zkl_keccak_set *zkl_keccak_best(void);
/* The set of that name; NULL when there is none, or this CPU cannot run it, or it fails its known
 * answers. */
const zkl_keccak_set *zkl_keccak_find(const char *name);

/* One state, by the fastest set of one lane. Constant time. */
void zkl_keccak_permute(uint64_t state[static ZKL_KECCAK_WORDS]);
