/* Files that end in their own hash. The hash is SHA3-256 whatever the ledger's own algorithm is: a
 * file is judged before it is known what it says. */
#include "hash/trailing_hash.h"

#include "hash/hash.h"

_Static_assert(ZKL_TRAILING_HASH_BYTES == sizeof(zkl_digest), "the hash is a digest");

/* A buffer that ran out of memory is cut short, and its hash would be of that. */
void zkl_trailing_hash_put(zkl_buffer *out, size_t start)
{
    zkl_digest hash;
    if (out->failed)
        return;
    ZKL_ASSERT(start <= out->size);
    zkl_hash(&hash, ZKL_HASH_SHA3_256, out->data + start, out->size - start);
    zkl_buffer_put(out, hash.bytes, sizeof hash.bytes);
}

static zkl_bytes before_hash(zkl_bytes bytes)
{
    ZKL_ASSERT(bytes.size >= ZKL_TRAILING_HASH_BYTES);
    return zkl_bytes_of(bytes.data, bytes.size - ZKL_TRAILING_HASH_BYTES);
}

zkl_reader zkl_trailing_hash_reader(zkl_bytes bytes)
{
    return zkl_reader_of(before_hash(bytes));
}

zkl_status zkl_trailing_hash_check(zkl_bytes bytes, const char *what, zkl_error *err)
{
    const zkl_bytes hashed = before_hash(bytes);
    zkl_digest hash;
    zkl_hash(&hash, ZKL_HASH_SHA3_256, hashed.data, hashed.size);
    if (!zkl_digest_equal_bytes(&hash, hashed.data + hashed.size))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "%s: cut short or changed, the trailing hash is not that of its bytes",
                        what);
    return ZKL_OK;
}
