#pragma once
/* Byte hashes: SHA3-256, SHA3-512, SHA-256, BLAKE3 (official C), and the project's keyed PRF. */
#include "base/memory.h"

/* ---- SHA3, FIPS 202, streaming. The state may hold secrets: _clear wipes it. */
typedef struct zkl_sha3 {
    uint64_t state[25];
    size_t rate, at; /* bytes */
} zkl_sha3;
void zkl_sha3_256_init(zkl_sha3 *hash);
void zkl_sha3_512_init(zkl_sha3 *hash);
void zkl_sha3_update(zkl_sha3 *hash, const void *data, size_t size);
void zkl_sha3_256_final(zkl_sha3 *hash, zkl_digest *out);
void zkl_sha3_512_final(zkl_sha3 *hash, uint8_t out[static 64]);
void zkl_sha3_clear(zkl_sha3 *hash);

/* count messages of any lengths, several at a time; lanes are filled with messages of equal block
 * count when neighbours allow it. */
void zkl_sha3_256_each(zkl_digest *out, const zkl_bytes *messages, size_t count);

void zkl_sha256(zkl_digest *out, const void *data, size_t size);

/* ---- The ledger's own algorithm H, named in the schema. */
typedef enum zkl_hash_algorithm {
    ZKL_HASH_SHA3_256,
    ZKL_HASH_BLAKE3,
    ZKL_HASH_SHA_256, /* logs and subjects only, never H */
} zkl_hash_algorithm;
const char *zkl_hash_name(zkl_hash_algorithm algorithm);      /* "sha3-256", "blake3", "sha-256" */
bool zkl_hash_parse(zkl_hash_algorithm *out, zkl_bytes name); /* sha3-256 and blake3 only */

typedef struct zkl_hasher
    zkl_hasher; /* streaming, any algorithm; a struct of fixed size in hash_state.h */
#include "hash/hash_state.h"
void zkl_hasher_init(zkl_hasher *hasher, zkl_hash_algorithm algorithm);
void zkl_hasher_update(zkl_hasher *hasher, const void *data, size_t size);
void zkl_hasher_final(zkl_hasher *hasher, zkl_digest *out);
void zkl_hasher_clear(zkl_hasher *hasher);

/* H(part 0 || part 1 || ...). */
void zkl_hash_parts(zkl_digest *out, zkl_hash_algorithm algorithm, const zkl_bytes *parts,
                    size_t part_count);
void zkl_hash(zkl_digest *out, zkl_hash_algorithm algorithm, const void *data, size_t size);
/* count messages of any lengths. */
void zkl_hash_each(zkl_digest *out, zkl_hash_algorithm algorithm, const zkl_bytes *messages,
                   size_t count);

/* PRF(key, label, data) = SHA3-512("zkl/v1/prf/" label 0x00 key data); docs/proof-system.md section
 * 9. The first 32 bytes serve as a key or salt. */
void zkl_prf(uint8_t out[static 64], zkl_bytes key, const char *label, zkl_bytes data);
void zkl_prf_32(uint8_t out[static 32], zkl_bytes key, const char *label, zkl_bytes data);

/* The numbers first, first + 1, .. of count. */
typedef struct zkl_prf_numbers {
    uint64_t first;
    size_t count;
} zkl_prf_numbers;
/* out[i] = zkl_prf_32 of first + i as eight bytes, highest first; several at a time. Key and label
 * together have at most 51 bytes (asserted). Constant time. */
void zkl_prf_32_each(zkl_digest *out, zkl_bytes key, const char *label, zkl_prf_numbers numbers);
