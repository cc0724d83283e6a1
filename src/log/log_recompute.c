/* The whole log again from its entries: zkl_log_recompute.
 *
 * One pass, in the order of the log. Beside it a tree of the entries seen so far grows in
 * memory, as peaks (63 hashes). With each entry
 *
 *  1. its bytes must hash to the leaf that is stored, and every subtree that ends with it to the
 *     node that is stored;
 *  2. the visitor sees it (chain.c: references, signatures, indexes);
 *  3. every checkpoint of that very size must have the root of the peaks.
 *
 * So an entry that is changed, missing, or moved is found at its own index, and not only by a
 * root that differs. */
#include "log/log.h"

#include "hash/domains.h"

typedef struct recompute {
    zkl_log *log;
    zkl_log_visit *visit;
    zkl_log_check_checkpoint *check;
    void *context;
    zkl_merkle_peaks tree; /* of the entries seen so far */
    uint64_t checkpoint_count, checkpoint_next;
    uint64_t size_before; /* of the checkpoint before */
    uint64_t bad_index;
    bool refused; /* by the visitor or a check, not by the scan itself */
} recompute;

/* The entry that a person has to look at stands in the error and in the result. */
static zkl_status reject(recompute *run, uint64_t index, zkl_error *err, const char *what)
{
    run->bad_index = index;
    return zkl_fail(err, ZKL_REJECTED, "entry %llu: %s", (unsigned long long)index, what);
}

/* Every subtree that ends with the newest leaf has the hash that the store holds for it: such a
 * subtree of 2^level leaves is a tree of that size on its own, so the stored nodes chain up to
 * the peaks. */
static zkl_status check_nodes(recompute *run, const zkl_digest *leaf, zkl_error *err)
{
    uint64_t index = run->tree.leaf_count;
    zkl_digest node = *leaf, stored;
    const zkl_tree_source source = zkl_log_source(run->log);
    unsigned level = 0;
    for (;; level++) {
        ZKL_DEBUG_ASSERT(level < 63);
        zkl_status status = source.node(source.context, &stored, level, index >> level, err);
        if (status != ZKL_OK && status != ZKL_BAD_INPUT)
            return status;
        if (status != ZKL_OK || !zkl_digest_equal(&stored, &node))
            return reject(run, index, err,
                          level ? "the tree above it differs"
                                : "its bytes are not those that were logged");
        /* A zero bit: the subtree that ends with this leaf is a left half, and what is above it
         * is not full yet. */
        if (!(index >> level & 1))
            return ZKL_OK;
        zkl_rfc6962_node(&node, &run->tree.peaks[level], &node);
    }
}

/* All checkpoints whose size is the number of entries seen so far. */
static zkl_status check_checkpoints(recompute *run, zkl_error *err)
{
    uint64_t size = run->tree.leaf_count, last = size ? size - 1 : 0;
    while (run->checkpoint_next < run->checkpoint_count) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_checkpoint checkpoint;
        zkl_bytes note;
        zkl_digest root;
        zkl_status status =
            zkl_log_checkpoint_at(run->log, &note, &arena, run->checkpoint_next, err);
        if (status == ZKL_NOT_FOUND)
            return reject(run, last, err, "a checkpoint behind it is missing");
        ZKL_TRY(status);
        status = zkl_checkpoint_parse(&checkpoint, &arena, note, err);
        if (status == ZKL_NO_MEMORY)
            return status;
        if (status != ZKL_OK || checkpoint.size < run->size_before)
            return reject(run, last, err, "a checkpoint behind it is malformed or out of order");
        if (checkpoint.size > size)
            return ZKL_OK; /* its turn comes with later entries */
        /* Sizes do not fall, and all of smaller ones were dealt with when their entries were. */
        ZKL_ASSERT(checkpoint.size == size);
        zkl_merkle_peaks_root(&root, &run->tree);
        if (!zkl_digest_equal(&root, &checkpoint.root))
            return reject(run, last, err, "the checkpoint signed behind it has another root");
        if (run->check) {
            run->bad_index = last;
            ZKL_TRY(run->check(run->context, run->checkpoint_next, &checkpoint, err));
        }
        ZKL_ASSERT(run->size_before <= size);
        run->size_before = size;
        run->checkpoint_next++;
    }
    return ZKL_OK;
}

/* Points 1 to 3 of one entry, in this order: what a visitor sees has the hash that was logged. */
static zkl_status take_entry(recompute *run, uint64_t index, zkl_bytes entry, zkl_error *err)
{
    zkl_digest leaf;
    run->bad_index = index;
    zkl_rfc6962_leaf(&leaf, entry);
    ZKL_ASSERT(index == run->tree.leaf_count); /* zkl_log_scan shows them without a gap */
    ZKL_TRY(check_nodes(run, &leaf, err));
    zkl_merkle_peaks_push(&run->tree, &leaf);
    if (run->visit) {
        bool enough = false; /* a visitor cannot end the check early */
        ZKL_TRY(run->visit(run->context, index, entry, &enough, err));
    }
    return check_checkpoints(run, err);
}

/* Tells apart who ended the scan: a visitor that refused, or a store that has a gap. */
static zkl_status see_entry(void *context, uint64_t index, zkl_bytes entry, bool *stop,
                            zkl_error *err)
{
    recompute *run = context;
    zkl_status status = take_entry(run, index, entry, err);
    run->refused = status != ZKL_OK;
    *stop = false;
    return status;
}

/* First the checkpoints of the empty log, then each entry with those behind it, then that nothing
 * is left over on either side. */
static zkl_status recompute_all(recompute *run, zkl_error *err)
{
    zkl_digest head, root;
    uint64_t size;
    zkl_log_head(run->log, &size, &head);
    ZKL_TRY(zkl_log_checkpoint_count(run->log, &run->checkpoint_count, err));
    ZKL_TRY(check_checkpoints(run, err)); /* those of the empty log */
    zkl_status status = zkl_log_scan(run->log, 0, size, see_entry, run, err);
    if (status == ZKL_BAD_INPUT &&
        !run->refused) /* a gap in the keys: zkl_log_scan stops before it */
        return reject(run, run->tree.leaf_count, err, "it is missing");
    ZKL_TRY(status);
    if (run->tree.leaf_count != size)
        return reject(run, run->tree.leaf_count, err, "it is missing");
    zkl_merkle_peaks_root(&root, &run->tree);
    if (ZKL_NEVER(!zkl_digest_equal(&root, &head))) /* every node was compared on the way */
        return reject(run, size ? size - 1 : 0, err,
                      "the head of the log is not that of its entries");
    ZKL_ASSERT(run->checkpoint_next <= run->checkpoint_count);
    if (run->checkpoint_next != run->checkpoint_count)
        return reject(run, size, err, "it was signed, and is not in the log");
    return ZKL_OK;
}

/* 63 hashes of memory and one reading of the store, however long the log is. */
zkl_status zkl_log_recompute(zkl_log *log, zkl_log_visit *visit, zkl_log_check_checkpoint *check,
                             void *context, uint64_t *bad_index, zkl_error *err)
{
    recompute run = { .log = log,
                      .visit = visit,
                      .check = check,
                      .context = context,
                      .tree = { .algorithm = ZKL_HASH_SHA_256, .node_prefix = ZKL_RFC6962_NODE } };
    zkl_status status = recompute_all(&run, err);
    if (status != ZKL_OK && bad_index)
        *bad_index = run.bad_index;
    return status;
}
