/* Field elements from bytes: challenges, and the PRF reduced (docs/proof-system.md section 9). All
 * take 64 bytes of SHA3-512 modulo r, so that the bias of the reduction is below 2^-256. */
#include "algebra/fr.h"
#include "hash/domains.h"
#include "hash/hash.h"

/* The hash after ZKL_SHA3_512_CHALLENGE, the label and its NUL. */
static void start_labelled(zkl_sha3 *hash, const char *label)
{
    static const char prefix[] = ZKL_SHA3_512_CHALLENGE;
    ZKL_ASSERT(label[0]);
    zkl_sha3_512_init(hash);
    zkl_sha3_update(hash, prefix, sizeof prefix - 1);
    zkl_sha3_update(hash, label, strlen(label) + 1); /* its NUL is the 0x00 */
}

/* The digest may be the seed of a blinder: it is wiped. */
static void finish_reduced(zkl_fr *out, zkl_sha3 *hash)
{
    uint8_t digest[64];
    zkl_sha3_512_final(hash, digest);
    zkl_fr_reduce(out, digest, sizeof digest);
    zkl_wipe(digest, sizeof digest);
    zkl_sha3_clear(hash);
}

/* label and data are told apart by the NUL behind the label, which a label cannot hold. */
void zkl_fr_hash(zkl_fr *out, const char *label, zkl_bytes data)
{
    zkl_fr_hash_parts(out, label, &data, 1);
}

void zkl_fr_hash_parts(zkl_fr *out, const char *label, const zkl_bytes *parts, size_t count)
{
    zkl_sha3 hash;
    start_labelled(&hash, label);
    for (size_t i = 0; i < count; i++)
        zkl_sha3_update(&hash, parts[i].data, parts[i].size);
    finish_reduced(out, &hash);
}

/* Scalars have a fixed size, so their number and order are bound by the length alone. */
void zkl_fr_challenge(zkl_fr *out, const char *label, const zkl_fr *scalars, size_t count)
{
    zkl_sha3 hash;
    uint8_t bytes[32];
    start_labelled(&hash, label);
    for (size_t i = 0; i < count; i++) {
        zkl_fr_encode(bytes, &scalars[i]);
        zkl_sha3_update(&hash, bytes, sizeof bytes);
    }
    finish_reduced(out, &hash);
}

void zkl_fr_prf(zkl_fr *out, zkl_bytes key, const char *label, zkl_bytes data)
{
    uint8_t digest[64];
    zkl_prf(digest, key, label, data);
    zkl_fr_reduce(out, digest, sizeof digest);
    zkl_wipe(digest, sizeof digest);
}
