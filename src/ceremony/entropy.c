/* Each block of 64 bytes is PRF(64 fresh bytes of the system; hash of what was typed, number). */
#include "ceremony/entropy.h"

#include <string.h>

#include "hash/domains.h"

static zkl_status fill_mixed(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    zkl_mixed_random *const mixed = opaque;
    while (size > 0) {
        uint8_t fresh[64], block[64], data[40];
        const size_t n = size < sizeof block ? size : sizeof block;
        ZKL_TRY(mixed->system.fill(mixed->system.opaque, fresh, sizeof fresh, err));
        memcpy(data, mixed->typed.bytes, 32);
        for (size_t i = 0; i < 8; i++)
            data[32 + i] = (uint8_t)(mixed->blocks >> 8 * i);
        zkl_prf(block, zkl_bytes_of(fresh, sizeof fresh), ZKL_PRF_ENTROPY,
                zkl_bytes_of(data, sizeof data));
        memcpy(out, block, n);
        zkl_wipe(fresh, sizeof fresh);
        zkl_wipe(block, sizeof block);
        zkl_wipe(data, sizeof data);
        mixed->blocks++;
        out += n;
        size -= n;
    }
    return ZKL_OK;
}

void zkl_mixed_random_init(zkl_mixed_random *mixed, zkl_env *env, zkl_bytes typed)
{
    zkl_sha3 hash;
    *mixed = (zkl_mixed_random){ .system = env->random.fill ? env->random : zkl_random_os };
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, typed.data, typed.size);
    zkl_sha3_256_final(&hash, &mixed->typed);
    zkl_sha3_clear(&hash);
    env->random = (zkl_random){ .fill = fill_mixed, .opaque = mixed };
}

void zkl_mixed_random_clear(zkl_mixed_random *mixed)
{
    zkl_wipe(mixed, sizeof *mixed);
}
