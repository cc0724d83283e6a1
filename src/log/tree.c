/* Roots and proofs of an RFC 6962 tree, walked from the root down over stored nodes.
 *
 *     MTH({})   = SHA-256("")
 *     MTH(D[1]) = SHA-256(0x00 || d)
 *     MTH(D[n]) = SHA-256(0x01 || MTH(D[0 : k]) || MTH(D[k : n]))
 *
 * k is the largest power of two below n. A leaf is hashed by whoever stores it.
 *
 *  1. A range whose size is a power of two, and which begins at a multiple of it, is one stored
 *     node. All ranges here end up as such: at most 63 of them, one for each bit of the size.
 *  2. Proofs are gathered from the root down and turned around at the end: verifiers want the
 *     leaf's side first. */
#include "log/tree.h"

/* The left half of a tree of size leaves: the largest power of two below size. size >= 2. */
static uint64_t left_size(uint64_t size)
{
    ZKL_ASSERT(size >= 2);
    return (uint64_t)1 << (63 - __builtin_clzll(size - 1));
}

/* MTH(D[start : start + size]), size >= 1. start is a multiple of every power of two that the
 * range is split into: it begins as 0 and grows by left halves, each at least twice the next.
 * Depth at most 63. */
static zkl_status hash_range(const zkl_tree_source *source, zkl_digest *out, uint64_t start,
                             uint64_t size, zkl_error *err)
{
    ZKL_ASSERT(size);
    if ((size & (size - 1)) == 0) {
        ZKL_ASSERT(start % size == 0); /* invariant 1 */
        unsigned level = (unsigned)__builtin_ctzll(size);
        return source->node(source->context, out, level, start >> level, err);
    }
    zkl_digest left, right;
    uint64_t half = left_size(size);
    ZKL_TRY(hash_range(source, &left, start, half, err));
    ZKL_TRY(hash_range(source, &right, start + half, size - half, err));
    zkl_rfc6962_node(out, &left, &right);
    return ZKL_OK;
}

/* Invariant 2. */
static void reverse(zkl_digest *path, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        zkl_digest swap = path[i];
        path[i] = path[count - 1 - i];
        path[count - 1 - i] = swap;
    }
}

/* The empty tree has a root of its own: the hash of nothing. */
zkl_status zkl_tree_root(const zkl_tree_source *source, zkl_digest *out, uint64_t size,
                         zkl_error *err)
{
    if (size == 0) {
        zkl_sha256(out, "", 0);
        return ZKL_OK;
    }
    return hash_range(source, out, 0, size, err);
}

/* RFC 6962 section 2.1.1, without recursion over the path. */
zkl_status zkl_tree_inclusion(const zkl_tree_source *source,
                              zkl_digest path[static ZKL_MERKLE_PATH_MAX], size_t *path_count,
                              uint64_t index, uint64_t size, zkl_error *err)
{
    uint64_t start = 0, left = size;
    size_t count = 0;
    if (index >= size)
        return zkl_fail(err, ZKL_NOT_FOUND, "no entry %llu in a tree of %llu",
                        (unsigned long long)index, (unsigned long long)size);
    while (left > 1) { /* from the root down; each step keeps the half that holds index */
        uint64_t half = left_size(left);
        if (index < start + half) {
            ZKL_TRY(hash_range(source, &path[count++], start + half, left - half, err));
            left = half;
        } else {
            ZKL_TRY(hash_range(source, &path[count++], start, half, err));
            start += half;
            left -= half;
        }
    }
    ZKL_ASSERT(count <= ZKL_MERKLE_PATH_MAX); /* a size has at most 63 bits */
    reverse(path, count);
    *path_count = count;
    return ZKL_OK;
}

/* RFC 6962 section 2.1.2. Of equal sizes the proof is empty: the roots themselves are compared. */
zkl_status zkl_tree_consistency(const zkl_tree_source *source,
                                zkl_digest path[static ZKL_MERKLE_PATH_MAX], size_t *path_count,
                                uint64_t old_size, uint64_t size, zkl_error *err)
{
    uint64_t start = 0, left = size, old = old_size;
    size_t count = 0;
    if (old_size == 0 || old_size > size)
        return zkl_fail(err, ZKL_USAGE, "no consistency proof from a tree of %llu to one of %llu",
                        (unsigned long long)old_size, (unsigned long long)size);
    while (old < left) { /* SUBPROOF of RFC 6962 section 2.1.2, from the root down */
        uint64_t half = left_size(left);
        if (old <= half) {
            ZKL_TRY(hash_range(source, &path[count++], start + half, left - half, err));
            left = half;
        } else {
            ZKL_TRY(hash_range(source, &path[count++], start, half, err));
            start += half;
            left -= half;
            old -= half;
        }
    }
    /* The range from start on is a full subtree of the old tree. When it is the whole old tree
     * (start is 0) the verifier has its root already. */
    if (start) /* the old tree's last part is no prefix that the verifier knows */
        ZKL_TRY(hash_range(source, &path[count++], start, left, err));
    ZKL_ASSERT(count <= ZKL_MERKLE_PATH_MAX);
    reverse(path, count);
    *path_count = count;
    return ZKL_OK;
}
