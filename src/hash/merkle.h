#pragma once
/* Merkle trees of the shape of RFC 6962 (the left half is the largest power of two below the leaf
 * count) over leaf hashes made by the caller, with a domain-separating prefix byte for nodes: node
 * = H(prefix, L, R). Empty tree: H of nothing. docs/proof-system.md section 9: chunk nodes 0x01,
 * row nodes 0x03, dictionary nodes 0x06; RFC 6962 nodes 0x01 with SHA-256. */
#include "base/env.h"
#include "hash/hash.h"

#define ZKL_MERKLE_PATH_MAX 64

/* out[i] = H(node_prefix, pairs[2i], pairs[2i + 1]) for i < count; out may be pairs. Many lanes at
 * once. */
void zkl_merkle_nodes(zkl_digest *out, zkl_hash_algorithm algorithm, uint8_t node_prefix,
                      const zkl_digest *pairs, size_t count);

/* Root of leaf_count leaf hashes. leaves is overwritten (working space). Cost: leaf_count - 1
 * hashes. */
void zkl_merkle_root(zkl_digest *out, zkl_hash_algorithm algorithm, uint8_t node_prefix,
                     zkl_digest *leaves, size_t leaf_count);

/* Streaming: push leaf hashes, ask for the root of what was pushed (keeps the peaks only). */
typedef struct zkl_merkle_peaks {
    zkl_hash_algorithm algorithm;
    uint8_t node_prefix;
    uint64_t leaf_count;
    zkl_digest peaks[64]; /* [k]: the full tree of 2^k leaves, when bit k of leaf_count is set */
} zkl_merkle_peaks;
void zkl_merkle_peaks_push(zkl_merkle_peaks *tree, const zkl_digest *leaf);
void zkl_merkle_peaks_root(zkl_digest *out, const zkl_merkle_peaks *tree);

/* Inclusion path of leaf `index` (RFC 6962 PATH, leaf side first); leaves is working space. Returns
 * the number of digests written to path (<= ZKL_MERKLE_PATH_MAX). index < leaf_count (asserted). */
size_t zkl_merkle_path(zkl_digest path[static ZKL_MERKLE_PATH_MAX], zkl_hash_algorithm algorithm,
                       uint8_t node_prefix, zkl_digest *leaves, size_t leaf_count, size_t index);
/* Does the leaf stand at its place in the tree with this root? A path of the wrong length is
 * refused. RFC 9162 section 2.1.3.2. */
typedef struct zkl_merkle_place {
    const zkl_digest *leaf;
    uint64_t index, leaf_count;
} zkl_merkle_place;
bool zkl_merkle_path_verify(zkl_hash_algorithm algorithm, uint8_t node_prefix,
                            const zkl_merkle_place *place, const zkl_digest *path,
                            size_t path_count, const zkl_digest *root);

/* The root that leaf and path lead to. false: the path has another length than a leaf of this place
 * has. **The place is part of what is proven only where something else binds leaf_count: one root
 * can be of trees of several sizes, and have other leaves at one index.** */
bool zkl_merkle_path_root(zkl_digest *out, zkl_hash_algorithm algorithm, uint8_t node_prefix,
                          const zkl_merkle_place *place, const zkl_digest *path,
                          size_t path_count) ZKL_MUST_USE;

/* RFC 6962 section 2.1: leaf = SHA-256(0x00, entry), node = SHA-256(0x01, L, R). */
void zkl_rfc6962_leaf(zkl_digest *out, zkl_bytes entry);
/* out may be left or right. */
void zkl_rfc6962_node(zkl_digest *out, const zkl_digest *left, const zkl_digest *right);
/* Consistency proof PROOF(m, D[n]); leaves is working space of n leaf hashes; 0 < m <= n. */
size_t zkl_rfc6962_consistency(zkl_digest path[static ZKL_MERKLE_PATH_MAX], zkl_digest *leaves,
                               size_t leaf_count, size_t old_count);
/* Is the tree of old_count leaves with old_root a prefix of the tree of leaf_count leaves with
 * root? A path of the wrong length is refused. The empty tree (old_count 0, the hash of nothing) is
 * a prefix of every tree, with an empty path. RFC 9162 section 2.1.4.2. */
bool zkl_rfc6962_consistency_verify(uint64_t old_count, const zkl_digest *old_root,
                                    uint64_t leaf_count, const zkl_digest *root,
                                    const zkl_digest *path, size_t path_count);
