/* Bytes hashed, encrypted, read and written. */
#include <blake3.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "floor/count.h"
#include "native/keccak.h"

/* ---- Keccak: a set of our own, which counts and calls the real one */

static const zkl_keccak_set *real_keccak;
static zkl_keccak_set counting_keccak;

static void absorb(uint64_t *state, const uint8_t *const *data, size_t block_count)
{
    count_add(real_keccak->lanes > 1 ? COUNT_KECCAK_LANES : COUNT_KECCAK,
              real_keccak->lanes * block_count);
    real_keccak->absorb(state, data, block_count);
}

const zkl_keccak_set *__real_zkl_keccak_best(void);
const zkl_keccak_set *__wrap_zkl_keccak_best(void);
const zkl_keccak_set *__wrap_zkl_keccak_best(void)
{
    if (real_keccak) /* asked for the first time before there are threads */
        return &counting_keccak;
    real_keccak = __real_zkl_keccak_best();
    counting_keccak = *real_keccak;
    counting_keccak.absorb = absorb;
    return &counting_keccak;
}

void __real_zkl_keccak_permute(uint64_t *state);
void __wrap_zkl_keccak_permute(uint64_t *state);
void __wrap_zkl_keccak_permute(uint64_t *state)
{
    count_add(COUNT_KECCAK, 1);
    __real_zkl_keccak_permute(state);
}

/* ---- others */

void __real_blake3_hasher_update(blake3_hasher *hasher, const void *input, size_t size);
void __wrap_blake3_hasher_update(blake3_hasher *hasher, const void *input, size_t size);
void __wrap_blake3_hasher_update(blake3_hasher *hasher, const void *input, size_t size)
{
    count_add(COUNT_BLAKE3_BYTE, size);
    __real_blake3_hasher_update(hasher, input, size);
}

/* Defines __wrap_name for both of libcrypto's names of the same thing. */
#define COUNTED_CIPHER(name)                                                                       \
    int __real_##name(EVP_CIPHER_CTX *context, unsigned char *out, int *out_size,                  \
                      const unsigned char *in, int size);                                          \
    int __wrap_##name(EVP_CIPHER_CTX *context, unsigned char *out, int *out_size,                  \
                      const unsigned char *in, int size);                                          \
    int __wrap_##name(EVP_CIPHER_CTX *context, unsigned char *out, int *out_size,                  \
                      const unsigned char *in, int size)                                           \
    {                                                                                              \
        count_add(COUNT_CIPHER_BYTE, (uint64_t)size);                                              \
        return __real_##name(context, out, out_size, in, size);                                    \
    }

COUNTED_CIPHER(EVP_CipherUpdate)
COUNTED_CIPHER(EVP_EncryptUpdate)

/* A call that fails moves nothing. */
static ssize_t count_moved(ssize_t moved)
{
    if (moved > 0)
        count_add(COUNT_FILE_BYTE, (uint64_t)moved);
    return moved;
}

ssize_t __real_read(int fd, void *out, size_t size);
ssize_t __wrap_read(int fd, void *out, size_t size);
ssize_t __wrap_read(int fd, void *out, size_t size)
{
    return count_moved(__real_read(fd, out, size));
}

ssize_t __real_pread(int fd, void *out, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *out, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *out, size_t size, off_t at)
{
    return count_moved(__real_pread(fd, out, size, at));
}

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
    return count_moved(__real_write(fd, data, size));
}

ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t at);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t at);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t at)
{
    return count_moved(__real_pwrite(fd, data, size, at));
}
