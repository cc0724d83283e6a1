/* Two short lists under a lock: comparing a few hundred bytes takes nothing beside decoding
 * them. */
#include "verify/decoded.h"

#include <pthread.h>
#include <string.h>

typedef struct decoded_key {
    uint8_t bytes[ZKL_GROTH16_VK_BYTES];
    zkl_groth16_vk key;
} decoded_key;

typedef struct decoded_powers {
    uint8_t bytes[ZKL_SRS_VERIFIER_BYTES];
    zkl_srs_verifier powers;
} decoded_powers;

struct zkl_decoded {
    pthread_mutex_t lock;
    size_t key_count, powers_count;
    decoded_key keys[ZKL_DECODED_KEYS_MAX];
    decoded_powers powers[ZKL_DECODED_POWERS_MAX];
};

zkl_decoded *zkl_decoded_new(void)
{
    zkl_decoded *decoded = zkl_calloc(1, sizeof *decoded);
    if (decoded && pthread_mutex_init(&decoded->lock, NULL) != 0) {
        zkl_free(decoded);
        return NULL;
    }
    return decoded;
}

void zkl_decoded_free(zkl_decoded *decoded)
{
    if (!decoded)
        return;
    pthread_mutex_destroy(&decoded->lock);
    zkl_free(decoded);
}

/* ---- Keys. The lock is held. */

static const zkl_groth16_vk *kept_key(const zkl_decoded *decoded, zkl_bytes bytes)
{
    for (size_t i = 0; i < decoded->key_count; i++)
        if (memcmp(decoded->keys[i].bytes, bytes.data, ZKL_GROTH16_VK_BYTES) == 0)
            return &decoded->keys[i].key;
    return NULL;
}

static bool find_key(zkl_decoded *decoded, zkl_groth16_vk *out, zkl_bytes bytes)
{
    if (bytes.size != ZKL_GROTH16_VK_BYTES)
        return false;
    pthread_mutex_lock(&decoded->lock);
    const zkl_groth16_vk *kept = kept_key(decoded, bytes);
    if (kept)
        *out = *kept;
    pthread_mutex_unlock(&decoded->lock);
    return kept != NULL;
}

/* Another worker may have decoded the same meanwhile. */
static void keep_key(zkl_decoded *decoded, const zkl_groth16_vk *key, zkl_bytes bytes)
{
    ZKL_ASSERT(bytes.size == ZKL_GROTH16_VK_BYTES); /* its decoder took it */
    pthread_mutex_lock(&decoded->lock);
    if (decoded->key_count < ZKL_DECODED_KEYS_MAX && !kept_key(decoded, bytes)) {
        decoded_key *kept = &decoded->keys[decoded->key_count++];
        memcpy(kept->bytes, bytes.data, bytes.size);
        kept->key = *key;
    }
    pthread_mutex_unlock(&decoded->lock);
}

zkl_status zkl_decoded_key(zkl_decoded *decoded, zkl_groth16_vk *out, zkl_bytes bytes,
                           zkl_error *err)
{
    if (decoded && find_key(decoded, out, bytes))
        return ZKL_OK;
    ZKL_TRY(zkl_groth16_vk_decode(out, bytes, err));
    if (decoded)
        keep_key(decoded, out, bytes);
    return ZKL_OK;
}

/* ---- Powers, in the same way */

static const zkl_srs_verifier *kept_powers(const zkl_decoded *decoded, zkl_bytes bytes)
{
    for (size_t i = 0; i < decoded->powers_count; i++)
        if (memcmp(decoded->powers[i].bytes, bytes.data, ZKL_SRS_VERIFIER_BYTES) == 0)
            return &decoded->powers[i].powers;
    return NULL;
}

static bool find_powers(zkl_decoded *decoded, zkl_srs_verifier *out, zkl_bytes bytes)
{
    if (bytes.size != ZKL_SRS_VERIFIER_BYTES)
        return false;
    pthread_mutex_lock(&decoded->lock);
    const zkl_srs_verifier *kept = kept_powers(decoded, bytes);
    if (kept)
        *out = *kept;
    pthread_mutex_unlock(&decoded->lock);
    return kept != NULL;
}

static void keep_powers(zkl_decoded *decoded, const zkl_srs_verifier *powers, zkl_bytes bytes)
{
    ZKL_ASSERT(bytes.size == ZKL_SRS_VERIFIER_BYTES);
    pthread_mutex_lock(&decoded->lock);
    if (decoded->powers_count < ZKL_DECODED_POWERS_MAX && !kept_powers(decoded, bytes)) {
        decoded_powers *kept = &decoded->powers[decoded->powers_count++];
        memcpy(kept->bytes, bytes.data, bytes.size);
        kept->powers = *powers;
    }
    pthread_mutex_unlock(&decoded->lock);
}

zkl_status zkl_decoded_powers(zkl_decoded *decoded, zkl_srs_verifier *out, zkl_bytes bytes,
                              zkl_error *err)
{
    if (decoded && find_powers(decoded, out, bytes))
        return ZKL_OK;
    ZKL_TRY(zkl_srs_verifier_decode_points(out, bytes, err));
    if (decoded)
        keep_powers(decoded, out, bytes);
    return ZKL_OK;
}
