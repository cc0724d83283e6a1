/* Leaves compared with the tree of the head, by the nodes beside them.
 *
 *  1. A leaf stands below one peak of the tree. Peaks were read when the log was opened, and give
 *     the root of the head: what leads to one of them is in the tree.
 *  2. Two nodes whose parent was compared are compared themselves: a hash binds both. So the way
 *     up ends at the first such pair, and of leaves in a row each node is read once. */
#include "log/log.h"

#include "hash/domains.h"

/* The level of the peak above a leaf. */
static unsigned peak_above(const zkl_log *log, uint64_t index)
{
    const uint64_t size = log->tree.leaf_count;
    uint64_t start = 0;
    ZKL_ASSERT(index < size);
    for (unsigned level = 63; level-- > 0;) {
        if (!(size >> level & 1))
            continue;
        if (index - start < (uint64_t)1 << level)
            return level;
        start += (uint64_t)1 << level;
    }
    ZKL_UNREACHABLE("a leaf of the tree that stands below no peak");
    return 0;
}

static bool knows(const zkl_log_path *path, unsigned level, uint64_t parent)
{
    return path->is_known[level] && path->parents[level] == parent;
}

/* From the leaf up to what is known, or to the peak. *top: how many levels were climbed; what they
 * are made of stands in `climbed`, and counts when the end is right. */
static zkl_status climb(bool *holds, unsigned *top, zkl_log_path *climbed, zkl_log *log,
                        const zkl_log_path *path, uint64_t index, const zkl_digest *leaf,
                        zkl_error *err)
{
    const zkl_tree_source source = zkl_log_source(log);
    const unsigned peak = peak_above(log, index);
    zkl_digest node = *leaf;
    unsigned level = 0;
    for (; level < peak; level++) {
        const uint64_t at = index >> level, parent = at >> 1;
        if (knows(path, level, parent)) {
            *holds = zkl_digest_equal(&path->pairs[level][at & 1], &node);
            *top = level;
            return ZKL_OK;
        }
        zkl_digest *const pair = climbed->pairs[level];
        pair[at & 1] = node;
        climbed->parents[level] = parent;
        ZKL_TRY(source.node(source.context, &pair[(at & 1) ^ 1], level, at ^ 1, err));
        zkl_rfc6962_node(&node, &pair[0], &pair[1]);
    }
    *holds = zkl_digest_equal(&log->tree.peaks[peak], &node);
    *top = level;
    return ZKL_OK;
}

/* The stored leaf is compared too: it is on no path, and zkl_log_leaf hands it out. */
zkl_status zkl_log_path_check(zkl_log_path *path, zkl_log *log, uint64_t index,
                              const zkl_digest *leaf, zkl_error *err)
{
    zkl_log_path climbed;
    zkl_digest stored;
    unsigned top = 0;
    bool holds = true;
    ZKL_TRY(zkl_log_leaf(log, &stored, index, err));
    if (zkl_digest_equal(&stored, leaf))
        ZKL_TRY(climb(&holds, &top, &climbed, log, path, index, leaf, err));
    else
        holds = false;
    if (!holds)
        return zkl_fail(err, ZKL_REJECTED,
                        "the log in the store is damaged: entry %llu is not what its tree has",
                        (unsigned long long)index);
    for (unsigned level = 0; level < top; level++) {
        memcpy(path->pairs[level], climbed.pairs[level], sizeof path->pairs[level]);
        path->parents[level] = climbed.parents[level];
        path->is_known[level] = true;
    }
    return ZKL_OK;
}

zkl_status zkl_log_check_leaf(zkl_log *log, uint64_t index, const zkl_digest *leaf, zkl_error *err)
{
    zkl_log_path path = { 0 };
    return zkl_log_path_check(&path, log, index, leaf, err);
}
