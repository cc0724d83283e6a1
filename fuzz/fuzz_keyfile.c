/* Key files: the public part, and opening without a passphrase (scrypt would only slow the search
 * down). The trailing hash is repaired first, so that what lies behind it is reached. */
#include "keys/keyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkl_keyfile_info info;
    zkl_keyfile file;
    ZKL_AUTO_CLEAR(zkl_buffer) repaired = { 0 };
    zkl_digest hash;
    if (zkl_keyfile_parse(&info, zkl_bytes_of(data, size), NULL) == ZKL_OK)
        ZKL_ASSERT(info.kind >= ZKL_KEYFILE_SIGNER && info.kind <= ZKL_KEYFILE_OWNER);
    if (size < sizeof hash)
        return 0;
    zkl_hash(&hash, ZKL_HASH_SHA3_256, data, size - sizeof hash);
    zkl_buffer_put(&repaired, data, size - sizeof hash);
    zkl_buffer_put(&repaired, &hash, sizeof hash);
    if (zkl_keyfile_open(&file, zkl_buffer_bytes(&repaired), NULL, NULL) == ZKL_OK) {
        ZKL_ASSERT(!file.info.has_passphrase);
        zkl_keyfile_clear(&file);
    }
    return 0;
}
