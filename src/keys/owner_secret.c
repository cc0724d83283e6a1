/* The owner secret, in memory of its own.
 *
 *  1. The bytes are copied once, from a key file or a source of randomness, and wiped when closed.
 *  2. Everything that derives goes through one function, under a label of hash/domains.h. The PRF
 *     is SHA3-512, which has no branch or index by its input: deriving is constant time. */
#include "keys/owner_secret.h"

#include "hash/domains.h"
#include "hash/hash.h"

zkl_status zkl_owner_secret_make(zkl_owner_secret **out, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_owner_secret) secret = zkl_secret_new(sizeof *secret);
    if (!secret)
        return zkl_no_memory(err, sizeof *secret);
    /* A source that fails leaves no secret behind: there is no weaker one to fall back to. */
    ZKL_TRY(zkl_env_random(env, secret->bytes, sizeof secret->bytes, err));
    *out = secret;
    secret = NULL;
    return ZKL_OK;
}

zkl_status zkl_owner_secret_of(zkl_owner_secret **out,
                               const uint8_t bytes[static ZKL_OWNER_SECRET_BYTES], zkl_error *err)
{
    zkl_owner_secret *secret = zkl_secret_new(sizeof *secret);
    if (!secret)
        return zkl_no_memory(err, sizeof *secret);
    memcpy(secret->bytes, bytes, sizeof secret->bytes);
    *out = secret;
    return ZKL_OK;
}

void zkl_owner_secret_close(zkl_owner_secret *secret)
{
    zkl_secret_free(secret);
}

void zkl_owner_secret_derive(uint8_t out[static 32], const zkl_owner_secret *secret,
                             const char *label, zkl_bytes data)
{
    /* Without a label two uses would share their keys. */
    ZKL_ASSERT(label[0]);
    zkl_prf_32(out, zkl_owner_secret_bytes(secret), label, data);
}

void zkl_owner_secret_dictionary_key(uint8_t out[static 32], const zkl_owner_secret *secret,
                                     const zkl_digest *seed)
{
    zkl_owner_secret_derive(out, secret, ZKL_PRF_DICTIONARY,
                            zkl_bytes_of(seed->bytes, sizeof seed->bytes));
}

void zkl_owner_secret_content_salt(uint8_t out[static 32], const zkl_owner_secret *secret,
                                   const zkl_digest *file_hash)
{
    zkl_owner_secret_derive(out, secret, ZKL_PRF_CONTENT,
                            zkl_bytes_of(file_hash->bytes, sizeof file_hash->bytes));
}

zkl_bytes zkl_owner_secret_bytes(const zkl_owner_secret *secret)
{
    ZKL_ASSERT(secret);
    return zkl_bytes_of(secret->bytes, sizeof secret->bytes);
}
