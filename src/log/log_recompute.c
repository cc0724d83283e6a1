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
 * root that differs.
 *
 * Nodes of one level are read in runs, in the order in which the walk compares them: a reading of
 * its own for each node takes longer than hashing it. */
#include "log/log.h"

#include "hash/domains.h"
#include "log/log_keys.h"

#define NODE_RUN 128
#define LEVELS 63

/* Nodes of one level that were read together: those from `first` on. */
typedef struct node_run {
    uint64_t first;
    size_t count;
    zkl_digest nodes[NODE_RUN];
} node_run;

typedef struct recompute {
    zkl_log *log;
    zkl_log_visit *visit;
    zkl_log_check_checkpoint *check;
    void *context;
    zkl_merkle_peaks tree;    /* of the entries seen so far */
    node_run *levels[LEVELS]; /* NULL: none of that level was read yet */
    uint64_t checkpoint_count, checkpoint_next;
    zkl_arena note_memory;   /* of the two that follow */
    zkl_bytes note;          /* of checkpoint_next; empty: not read yet */
    zkl_checkpoint upcoming; /* what it says */
    uint64_t size_before;    /* of the checkpoint before */
    uint64_t bad_index;
    bool refused; /* by the visitor or a check, not by the scan itself */
} recompute;

/* The entry that a person has to look at stands in the error and in the result. */
static zkl_status reject(recompute *run, uint64_t index, zkl_error *err, const char *what)
{
    run->bad_index = index;
    return zkl_fail(err, ZKL_REJECTED, "entry %llu: %s", (unsigned long long)index, what);
}

/* A key that is not the next one, or a value of another length, ends the run: what is missing is
 * seen by whoever asks for it. */
static zkl_status see_node(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                           zkl_error *err)
{
    node_run *const run = context;
    (void)err;
    if (value.size != sizeof run->nodes->bytes || key.size != strlen(ZKL_LOG_NODE_PREFIX) + 1 + 8 ||
        zkl_be64_get(key.data + key.size - 8) != run->first + run->count) {
        *stop = true;
        return ZKL_OK;
    }
    ZKL_ASSERT(run->count < NODE_RUN);
    memcpy(run->nodes[run->count++].bytes, value.data, sizeof run->nodes->bytes);
    return ZKL_OK;
}

/* *out: NULL when the store has no such node. */
static zkl_status stored_node(const zkl_digest **out, recompute *run, unsigned level,
                              uint64_t index, zkl_error *err)
{
    uint8_t from[ZKL_LOG_KEY_BYTES], to[ZKL_LOG_KEY_BYTES];
    ZKL_ASSERT(level < LEVELS);
    node_run *nodes = run->levels[level];
    if (!nodes) {
        nodes = run->levels[level] = zkl_calloc(1, sizeof *nodes);
        if (!nodes)
            return zkl_no_memory(err, sizeof *nodes);
    }
    if (index < nodes->first || index - nodes->first >= nodes->count) {
        nodes->first = index;
        nodes->count = 0;
        ZKL_TRY(zkl_store_scan(run->log->store, zkl_log_node_key(from, level, index),
                               zkl_log_node_key(to, level, index + NODE_RUN), see_node, nodes,
                               err));
    }
    *out = nodes->count ? &nodes->nodes[index - nodes->first] : NULL;
    return ZKL_OK;
}

/* Every subtree that ends with the newest leaf has the hash that the store holds for it: such a
 * subtree of 2^level leaves is a tree of that size on its own, so the stored nodes chain up to
 * the peaks. */
static zkl_status check_nodes(recompute *run, const zkl_digest *leaf, zkl_error *err)
{
    uint64_t index = run->tree.leaf_count;
    zkl_digest node = *leaf;
    for (unsigned level = 0;; level++) {
        const zkl_digest *stored = NULL;
        ZKL_TRY(stored_node(&stored, run, level, index >> level, err));
        if (!stored || !zkl_digest_equal(stored, &node))
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

/* The checkpoint whose turn is next, read once: many entries may come before it. last: the entry
 * that is told when it cannot be. */
static zkl_status read_upcoming(recompute *run, uint64_t last, zkl_error *err)
{
    if (run->note.size)
        return ZKL_OK;
    zkl_arena_clear(&run->note_memory);
    zkl_status status =
        zkl_log_checkpoint_at(run->log, &run->note, &run->note_memory, run->checkpoint_next, err);
    if (status == ZKL_NOT_FOUND)
        return reject(run, last, err, "a checkpoint behind it is missing");
    ZKL_TRY(status);
    status = zkl_checkpoint_parse(&run->upcoming, &run->note_memory, run->note, err);
    if (status == ZKL_NO_MEMORY)
        return status;
    return status == ZKL_OK && run->upcoming.size >= run->size_before
               ? ZKL_OK
               : reject(run, last, err, "a checkpoint behind it is malformed or out of order");
}

/* All checkpoints whose size is the number of entries seen so far. */
static zkl_status check_checkpoints(recompute *run, zkl_error *err)
{
    uint64_t size = run->tree.leaf_count, last = size ? size - 1 : 0;
    while (run->checkpoint_next < run->checkpoint_count) {
        zkl_digest root;
        ZKL_TRY(read_upcoming(run, last, err));
        if (run->upcoming.size > size)
            return ZKL_OK; /* its turn comes with later entries */
        /* Sizes do not fall, and all of smaller ones were dealt with when their entries were. */
        ZKL_ASSERT(run->upcoming.size == size);
        zkl_merkle_peaks_root(&root, &run->tree);
        if (!zkl_digest_equal(&root, &run->upcoming.root))
            return reject(run, last, err, "the checkpoint signed behind it has another root");
        if (run->check) {
            run->bad_index = last;
            ZKL_TRY(run->check(run->context, run->checkpoint_next, run->note, &run->upcoming, err));
        }
        ZKL_ASSERT(run->size_before <= size);
        run->size_before = size;
        run->checkpoint_next++;
        run->note = (zkl_bytes){ 0 };
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

static void recompute_clear(recompute *run)
{
    for (size_t i = 0; i < LEVELS; i++)
        zkl_free(run->levels[i]);
    zkl_arena_clear(&run->note_memory);
}

/* 63 hashes and runs of nodes in memory, and one reading of the store, however long the log is. */
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
    recompute_clear(&run);
    return status;
}
