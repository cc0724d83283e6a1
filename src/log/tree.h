#pragma once
/* Roots and proofs of an RFC 6962 tree from its stored nodes, whatever they are stored in.
 *
 * Node (level, index) is the hash of the full subtree over leaves [index * 2^level, (index + 1)
 * * 2^level). A tree of any size, and every proof in it, is made of O(log size) such nodes. */
#include "hash/merkle.h"

typedef struct zkl_tree_source {
    zkl_status (*node)(void *context, zkl_digest *out, unsigned level, uint64_t index,
                       zkl_error *err);
    void *context;
} zkl_tree_source;

/* Root of the first size leaves. */
zkl_status zkl_tree_root(const zkl_tree_source *source, zkl_digest *out, uint64_t size,
                         zkl_error *err) ZKL_MUST_USE;
/* PATH(index, D[size]), leaf side first. index >= size is ZKL_NOT_FOUND. */
zkl_status zkl_tree_inclusion(const zkl_tree_source *source,
                              zkl_digest path[static ZKL_MERKLE_PATH_MAX], size_t *path_count,
                              uint64_t index, uint64_t size, zkl_error *err) ZKL_MUST_USE;
/* PROOF(old_size, D[size]); 0 < old_size <= size, else ZKL_USAGE. */
zkl_status zkl_tree_consistency(const zkl_tree_source *source,
                                zkl_digest path[static ZKL_MERKLE_PATH_MAX], size_t *path_count,
                                uint64_t old_size, uint64_t size, zkl_error *err) ZKL_MUST_USE;
