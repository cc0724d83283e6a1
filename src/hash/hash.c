/* The three byte hashes behind one name, and the PRF.
 *
 * 1. Hashing cannot fail and takes no memory: every state is a plain struct, so callers need no
 *    status.
 * 2. SHA3-256 goes through native/keccak.h, several messages at a time where there are several.
 *    BLAKE3 is the official C code. SHA-256 is native/sha256.h.
 * 3. An algorithm outside the enum is a mistake of the caller and ends the program: from outside
 *    only names come in, through zkl_hash_parse. */
#include "hash/hash.h"

#include "hash/domains.h"

static const char *const names[] = {
    [ZKL_HASH_SHA3_256] = "sha3-256",
    [ZKL_HASH_BLAKE3] = "blake3",
    [ZKL_HASH_SHA_256] = "sha-256",
};

const char *zkl_hash_name(zkl_hash_algorithm algorithm)
{
    ZKL_ASSERT((unsigned)algorithm < ZKL_COUNT(names));
    return names[algorithm];
}

/* SHA-256 is left out: logs and subjects use it because their formats do, and a schema may not
 * choose it. */
bool zkl_hash_parse(zkl_hash_algorithm *out, zkl_bytes name)
{
    static const zkl_hash_algorithm allowed[] = { ZKL_HASH_SHA3_256, ZKL_HASH_BLAKE3 };
    for (size_t i = 0; i < ZKL_COUNT(allowed); i++) {
        const char *text = names[allowed[i]];
        if (name.size == strlen(text) && memcmp(name.data, text, name.size) == 0) {
            *out = allowed[i];
            return true;
        }
    }
    return false;
}

/* Not of the enum: a mistake of the caller. */
static _Noreturn void fail_algorithm(void)
{
    zkl_assert_failed("a hash algorithm", __FILE__, __LINE__);
}

void zkl_hasher_init(zkl_hasher *hasher, zkl_hash_algorithm algorithm)
{
    hasher->algorithm = algorithm;
    switch (algorithm) {
    case ZKL_HASH_SHA3_256:
        zkl_sha3_256_init(&hasher->sha3);
        return;
    case ZKL_HASH_BLAKE3:
        blake3_hasher_init(&hasher->blake3);
        return;
    case ZKL_HASH_SHA_256:
        zkl_sha256_init(&hasher->sha256);
        return;
    }
    fail_algorithm();
}

void zkl_hasher_update(zkl_hasher *hasher, const void *data, size_t size)
{
    switch (hasher->algorithm) {
    case ZKL_HASH_SHA3_256:
        zkl_sha3_update(&hasher->sha3, data, size);
        return;
    case ZKL_HASH_BLAKE3:
        blake3_hasher_update(&hasher->blake3, data, size);
        return;
    case ZKL_HASH_SHA_256:
        zkl_sha256_update(&hasher->sha256, data, size);
        return;
    }
    fail_algorithm();
}

void zkl_hasher_final(zkl_hasher *hasher, zkl_digest *out)
{
    switch (hasher->algorithm) {
    case ZKL_HASH_SHA3_256:
        zkl_sha3_256_final(&hasher->sha3, out);
        return;
    case ZKL_HASH_BLAKE3:
        blake3_hasher_finalize(&hasher->blake3, out->bytes, sizeof out->bytes);
        return;
    case ZKL_HASH_SHA_256:
        zkl_sha256_final(&hasher->sha256, out);
        return;
    }
    fail_algorithm();
}

void zkl_hasher_clear(zkl_hasher *hasher)
{
    /* only what was used: the others' 1.9 kB would cost as much as a short hash */
    switch (hasher->algorithm) {
    case ZKL_HASH_SHA3_256:
        zkl_sha3_clear(&hasher->sha3);
        return;
    case ZKL_HASH_BLAKE3:
        zkl_wipe(&hasher->blake3, sizeof hasher->blake3);
        return;
    case ZKL_HASH_SHA_256:
        zkl_wipe(&hasher->sha256, sizeof hasher->sha256);
        return;
    }
    fail_algorithm();
}

/* The parts are hashed as one message: whoever calls this separates them by prefixes or lengths, or
 * two lists of parts could have one hash. */
void zkl_hash_parts(zkl_digest *out, zkl_hash_algorithm algorithm, const zkl_bytes *parts,
                    size_t part_count)
{
    ZKL_DEBUG_ASSERT(parts || part_count == 0);
    ZKL_AUTO_CLEAR(zkl_hasher) hasher;
    zkl_hasher_init(&hasher, algorithm);
    for (size_t i = 0; i < part_count; i++)
        zkl_hasher_update(&hasher, parts[i].data, parts[i].size);
    zkl_hasher_final(&hasher, out);
}

void zkl_hash(zkl_digest *out, zkl_hash_algorithm algorithm, const void *data, size_t size)
{
    const zkl_bytes message = zkl_bytes_of(data, size);
    zkl_hash_parts(out, algorithm, &message, 1);
}

/* SHA3 has lanes. BLAKE3 already uses them inside a message, and SHA-256 has its instructions. */
void zkl_hash_each(zkl_digest *out, zkl_hash_algorithm algorithm, const zkl_bytes *messages,
                   size_t count)
{
    ZKL_ASSERT((out && messages) || count == 0);
    if (algorithm == ZKL_HASH_SHA3_256) {
        zkl_sha3_256_each(out, messages, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        zkl_hash_parts(&out[i], algorithm, &messages[i], 1);
}

/* SHA3-512 of (domain, label, NUL, key, data). No HMAC is needed: a sponge of capacity 1,024 bits
 * lets nobody extend a message. The label ends in its NUL, so no label is the beginning of
 * another. */
void zkl_prf(uint8_t out[static 64], zkl_bytes key, const char *label, zkl_bytes data)
{
    ZKL_ASSERT(key.size); /* without a key it would be a plain hash of the data */
    static const char domain[] = ZKL_SHA3_512_PRF;
    ZKL_ASSERT(label[0]);
    ZKL_AUTO_CLEAR(zkl_sha3) hash;
    zkl_sha3_512_init(&hash);
    zkl_sha3_update(&hash, domain, sizeof domain - 1);
    zkl_sha3_update(&hash, label, strlen(label) + 1); /* with its NUL */
    zkl_sha3_update(&hash, key.data, key.size);
    zkl_sha3_update(&hash, data.data, data.size);
    zkl_sha3_512_final(&hash, out);
}

void zkl_prf_32(uint8_t out[static 32], zkl_bytes key, const char *label, zkl_bytes data)
{
    uint8_t whole[64];
    zkl_prf(whole, key, label, data);
    memcpy(out, whole, 32);
    zkl_wipe(whole, sizeof whole);
}
