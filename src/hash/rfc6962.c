/* What transparency logs add to Merkle trees: the leaf of an entry, and proofs that a tree has only
 * grown (RFC 6962, and the verification of RFC 9162, whose names are kept here). Leaves and nodes
 * begin with different bytes, so no entry can pass for a node. */
#include "hash/merkle.h"

#include "base/bytes.h"
#include "hash/domains.h"

void zkl_rfc6962_leaf(zkl_digest *out, zkl_bytes entry)
{
    static const uint8_t prefix = ZKL_RFC6962_LEAF;
    const zkl_bytes parts[2] = { { &prefix, 1 }, entry };
    zkl_hash_parts(out, ZKL_HASH_SHA_256, parts, 2);
}

void zkl_rfc6962_node(zkl_digest *out, const zkl_digest *left, const zkl_digest *right)
{
    uint8_t message[65] = { ZKL_RFC6962_NODE };
    memcpy(message + 1, left->bytes, 32);
    memcpy(message + 33, right->bytes, 32);
    zkl_sha256(out, message, sizeof message);
}

/* SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2, walked from the root down, so its digests come
 * last first. Every leaf is used in one of the roots only, which is why they may serve as working
 * space. */
size_t zkl_rfc6962_consistency(zkl_digest path[static ZKL_MERKLE_PATH_MAX], zkl_digest *leaves,
                               size_t leaf_count, size_t old_count)
{
    ZKL_ASSERT(old_count > 0 && old_count <= leaf_count);
    zkl_digest down[ZKL_MERKLE_PATH_MAX];
    size_t n = leaf_count, m = old_count, count = 0;
    bool whole = true; /* b: the old tree's root is the subtree's, which the verifier knows */
    while (m < n) {
        size_t k = (size_t)1 << (63 - __builtin_clzll(n - 1)); /* largest power of two below n */
        if (m <= k) {
            zkl_merkle_root(&down[count++], ZKL_HASH_SHA_256, ZKL_RFC6962_NODE, leaves + k, n - k);
            n = k;
        } else {
            zkl_merkle_root(&down[count++], ZKL_HASH_SHA_256, ZKL_RFC6962_NODE, leaves, k);
            leaves += k;
            m -= k;
            n -= k;
            whole = false;
        }
    }
    if (!whole)
        zkl_merkle_root(&down[count++], ZKL_HASH_SHA_256, ZKL_RFC6962_NODE, leaves, n);
    ZKL_ASSERT(count <= ZKL_MERKLE_PATH_MAX);
    for (size_t i = 0; i < count; i++)
        path[i] = down[count - 1 - i];
    return count;
}

/* RFC 9162 section 2.1.4.2, with its names: fn and sn, fr and sr. old_count < leaf_count. */
static bool verify_growth(uint64_t old_count, const zkl_digest *old_root, uint64_t leaf_count,
                          const zkl_digest *root, const zkl_digest *path, size_t path_count)
{
    ZKL_ASSERT(old_count > 0 && old_count < leaf_count);
    uint64_t fn = old_count - 1, sn = leaf_count - 1;
    size_t at = 0;
    /* Up to the node where the old tree's last leaf ends its subtree: below it both trees are the
     * same. */
    while (fn & 1)
        fn >>= 1, sn >>= 1;
    /* Where old_count is a power of two, the old root is a node of the new tree, and the path
     * leaves it out. */
    zkl_digest fr = *old_root;
    if (fn) {
        if (path_count == 0)
            return false;
        fr = path[at++];
    }
    zkl_digest sr = fr;
    /* fr rebuilds the old root, sr the new one, from the same digests: a left sibling belongs to
     * both trees, a right one to the new tree alone. sn == 0 before the path ends means that it is
     * too long. */
    for (; at < path_count; at++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            zkl_rfc6962_node(&fr, &path[at], &fr);
            zkl_rfc6962_node(&sr, &path[at], &sr);
            while (!(fn & 1) && fn)
                fn >>= 1, sn >>= 1;
        } else {
            zkl_rfc6962_node(&sr, &sr, &path[at]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && zkl_digest_equal(&fr, old_root) && zkl_digest_equal(&sr, root);
}

/* The cases with an empty path, then the walk. Counts come from a checkpoint that may be forged, so
 * both are only compared and shifted here. */
bool zkl_rfc6962_consistency_verify(uint64_t old_count, const zkl_digest *old_root,
                                    uint64_t leaf_count, const zkl_digest *root,
                                    const zkl_digest *path, size_t path_count)
{
    if (old_count > leaf_count || path_count > ZKL_MERKLE_PATH_MAX)
        return false;
    if (old_count == leaf_count)
        return path_count == 0 && zkl_digest_equal(old_root, root);
    if (old_count == 0) {
        zkl_digest empty;
        zkl_hash(&empty, ZKL_HASH_SHA_256, NULL, 0);
        return path_count == 0 && zkl_digest_equal(old_root, &empty);
    }
    return verify_growth(old_count, old_root, leaf_count, root, path, path_count);
}
