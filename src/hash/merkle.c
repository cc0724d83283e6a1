/* Merkle trees in the shape of RFC 6962 section 2.1, over any of the hashes and with a caller's
 * node prefix.
 *
 * node = H(prefix, left, right)
 *
 * A tree of n leaves splits at the largest power of two below n, so its left part is full. Trees of
 * different meaning have different prefixes (docs/proof-system.md section 9), so a node of one is
 * never a node or leaf of another. */
#include "hash/merkle.h"

#include "base/bytes.h"
#include "hash/sha3_many.h"

/* One node, by the same path as many. */
static zkl_digest hash_pair(zkl_hash_algorithm algorithm, uint8_t prefix, const zkl_digest *left,
                            const zkl_digest *right)
{
    zkl_digest pair[2] = { *left, *right }, out;
    zkl_merkle_nodes(&out, algorithm, prefix, pair, 1);
    return out;
}

/* out may be the beginning of pairs: node i is written to a place that pair i or an earlier one
 * held, and the pair was copied first. */
void zkl_merkle_nodes(zkl_digest *out, zkl_hash_algorithm algorithm, uint8_t node_prefix,
                      const zkl_digest *pairs, size_t count)
{
    ZKL_DEBUG_ASSERT((out && pairs) || count == 0);
    if (algorithm == ZKL_HASH_SHA3_256) {
        zkl_sha3_256_nodes_with(zkl_keccak_best(), out, node_prefix, pairs, count);
        return;
    }
    uint8_t message[65] = { node_prefix };
    for (size_t i = 0; i < count; i++) {
        memcpy(message + 1, &pairs[2 * i], 64);
        zkl_hash(&out[i], algorithm, message, sizeof message);
    }
}

/* The level above, in place: pairs become nodes, an odd last one moves up as it is. That gives the
 * shape of RFC 6962: the last node of every level covers what is right of the full trees. */
static size_t climb_level(zkl_hash_algorithm algorithm, uint8_t prefix, zkl_digest *level,
                          size_t count)
{
    ZKL_ASSERT(count > 1); /* the root has no level above */
    zkl_merkle_nodes(level, algorithm, prefix, level, count / 2);
    if (count % 2)
        level[count / 2] = level[count - 1];
    return count - count / 2;
}

void zkl_merkle_root(zkl_digest *out, zkl_hash_algorithm algorithm, uint8_t node_prefix,
                     zkl_digest *leaves, size_t leaf_count)
{
    ZKL_ASSERT(leaves || leaf_count == 0);
    if (leaf_count == 0) {
        zkl_hash(out, algorithm, NULL, 0);
        return;
    }
    while (leaf_count > 1)
        leaf_count = climb_level(algorithm, node_prefix, leaves, leaf_count);
    ZKL_ASSERT(leaf_count == 1);
    *out = leaves[0];
}

/* Like adding one to a binary counter: where bit `level` is set, the new node and the full tree of
 * that size make one of twice the size, and the carry goes on. */
void zkl_merkle_peaks_push(zkl_merkle_peaks *tree, const zkl_digest *leaf)
{
    ZKL_ASSERT(tree->leaf_count < UINT64_MAX);
    zkl_digest node = *leaf;
    unsigned level = 0;
    for (; tree->leaf_count >> level & 1; level++)
        node = hash_pair(tree->algorithm, tree->node_prefix, &tree->peaks[level], &node);
    ZKL_ASSERT(level < 64);
    tree->peaks[level] = node;
    tree->leaf_count++;
}

/* Peaks from the smallest up: each larger one stands to the left of all that is smaller. */
void zkl_merkle_peaks_root(zkl_digest *out, const zkl_merkle_peaks *tree)
{
    if (tree->leaf_count == 0) {
        zkl_hash(out, tree->algorithm, NULL, 0);
        return;
    }
    unsigned level = (unsigned)__builtin_ctzll(tree->leaf_count);
    zkl_digest node = tree->peaks[level];
    while (++level < 64) {
        if (tree->leaf_count >> level & 1)
            node = hash_pair(tree->algorithm, tree->node_prefix, &tree->peaks[level], &node);
    }
    *out = node;
}

/* A level whose last node has no sibling adds nothing: that node is its own parent. */
size_t zkl_merkle_path(zkl_digest path[static ZKL_MERKLE_PATH_MAX], zkl_hash_algorithm algorithm,
                       uint8_t node_prefix, zkl_digest *leaves, size_t leaf_count, size_t index)
{
    ZKL_ASSERT(index < leaf_count);
    size_t path_count = 0;
    while (leaf_count > 1) {
        size_t sibling = index ^ 1;
        ZKL_ASSERT(path_count < ZKL_MERKLE_PATH_MAX);
        if (sibling < leaf_count)
            path[path_count++] = leaves[sibling];
        leaf_count = climb_level(algorithm, node_prefix, leaves, leaf_count);
        index /= 2;
    }
    ZKL_ASSERT(index == 0);
    return path_count;
}

/* RFC 9162 section 2.1.3.2, with its names: fn the node's index, sn the last index of the level. */
bool zkl_merkle_path_root(zkl_digest *out, zkl_hash_algorithm algorithm, uint8_t node_prefix,
                          const zkl_merkle_place *place, const zkl_digest *path, size_t path_count)
{
    if (place->index >= place->leaf_count || path_count > ZKL_MERKLE_PATH_MAX)
        return false;
    uint64_t fn = place->index, sn = place->leaf_count - 1;
    zkl_digest node = *place->leaf;
    for (size_t i = 0; i < path_count; i++) {
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            node = hash_pair(algorithm, node_prefix, &path[i], &node);
            while (!(fn & 1) && fn)
                fn >>= 1, sn >>= 1;
        } else {
            node = hash_pair(algorithm, node_prefix, &node, &path[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    *out = node;
    return sn == 0;
}

bool zkl_merkle_path_verify(zkl_hash_algorithm algorithm, uint8_t node_prefix,
                            const zkl_merkle_place *place, const zkl_digest *path,
                            size_t path_count, const zkl_digest *root)
{
    zkl_digest found;
    return zkl_merkle_path_root(&found, algorithm, node_prefix, place, path, path_count) &&
           zkl_digest_equal(&found, root);
}
