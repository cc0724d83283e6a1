/* The log in a store: appending, reading, checkpoints.
 *
 *  1. tree is what the store holds; next is tree and what was appended since, whose nodes are in
 *     the caller's batch.
 *  2. Of a tree of n leaves the store holds every full subtree: node (l, i) for each i < n >> l.
 *     Nothing is ever changed there, so what is read at one size is true at every larger one.
 *  3. The head is 8 bytes size and 32 bytes root. It is the one key that every appending batch
 *     changes, so a condition on it is a condition on everything that appending changes. */
#include "log/log.h"

#include "hash/domains.h"
#include "keys/sign_record.h"
#include "log/log_keys.h"

#define HEAD_BYTES (8 + 32)

/* Of what the log itself wrote. A store that cannot be read says so in its own words. */
static zkl_status fail_damaged(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "the log in the store is damaged: %s", what);
}

/* A node that the tree's size says is there: missing, or of another length, it is damage. */
static zkl_status read_node(void *context, zkl_digest *out, unsigned level, uint64_t index,
                            zkl_error *err)
{
    zkl_log *log = context;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    uint8_t key[ZKL_LOG_KEY_BYTES];
    zkl_bytes value;
    zkl_status status =
        zkl_store_get(log->store, &value, &arena, zkl_log_node_key(key, level, index), err);
    if (status == ZKL_NOT_FOUND || (status == ZKL_OK && value.size != sizeof out->bytes))
        return fail_damaged(err, "a node of the tree is missing");
    ZKL_TRY(status);
    memcpy(out->bytes, value.data, sizeof out->bytes);
    return ZKL_OK;
}

/* Proofs are walked over stored nodes, by whoever has a log or a folder of tiles (log/tree.h). */
zkl_tree_source zkl_log_source(zkl_log *log)
{
    return (zkl_tree_source){ read_node, log };
}

/* ---- the head */

/* SHA-256 and the prefixes of RFC 6962, whatever the ledger hashes its rows with: tlog clients know
 * no other tree. */
static zkl_merkle_peaks empty_tree(void)
{
    return (zkl_merkle_peaks){ .algorithm = ZKL_HASH_SHA_256, .node_prefix = ZKL_RFC6962_NODE };
}

/* What is appended is behind what is stored, and sizes have the 63 bits that peaks have. */
static void log_invariant(const zkl_log *log)
{
    ZKL_ASSERT(log->store && log->tree.leaf_count <= log->next.leaf_count);
    ZKL_ASSERT(log->next.leaf_count <= ZKL_LOG_SIZE_MAX);
    ZKL_ASSERT(log->has_head || log->tree.leaf_count == 0);
}

/* Invariant 3. */
static zkl_bytes head_of(uint8_t out[static HEAD_BYTES], const zkl_merkle_peaks *tree)
{
    zkl_digest root;
    zkl_merkle_peaks_root(&root, tree);
    zkl_be64_put(out, tree->leaf_count);
    memcpy(out + 8, root.bytes, sizeof root.bytes);
    return zkl_bytes_of(out, HEAD_BYTES);
}

/* The peaks of the tree are read as nodes, and must give the root that the head names: so the
 * head and the nodes along the right edge are of one state. What lies deeper is read when it is
 * needed, and compared by zkl_log_recompute. */
zkl_status zkl_log_open(zkl_log *log, zkl_store *store, zkl_error *err)
{
    zkl_log opened = { .store = store, .tree = empty_tree() };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes head;
    zkl_status status =
        zkl_store_get(store, &head, &arena, zkl_bytes_of_text(ZKL_LOG_HEAD_KEY), err);
    if (status == ZKL_OK) {
        if (head.size != HEAD_BYTES || zkl_be64_get(head.data) > ZKL_LOG_SIZE_MAX)
            return fail_damaged(err, "its head is malformed");
        uint64_t size = zkl_be64_get(head.data);
        zkl_digest root;
        opened.tree.leaf_count = size;
        opened.has_head = true;
        for (unsigned level = 0; level < 63;
             level++) /* the peak of bit k ends where the higher bits do */
            if (size >> level & 1)
                ZKL_TRY(
                    read_node(&opened, &opened.tree.peaks[level], level, (size >> level) - 1, err));
        zkl_merkle_peaks_root(&root, &opened.tree);
        if (!zkl_digest_equal_bytes(&root, head.data + 8))
            return fail_damaged(err, "its head is not that of its nodes");
    } else if (status != ZKL_NOT_FOUND) {
        return status;
    }
    opened.next = opened.tree;
    log_invariant(&opened);
    *log = opened;
    return ZKL_OK;
}

uint64_t zkl_log_size(const zkl_log *log)
{
    return log->tree.leaf_count;
}

void zkl_log_head(const zkl_log *log, uint64_t *size, zkl_digest *root)
{
    *size = log->tree.leaf_count;
    zkl_merkle_peaks_root(root, &log->tree);
}

/* What a commit would make. It is signed only when it is there. */
void zkl_log_next_head(const zkl_log *log, uint64_t *size, zkl_digest *root)
{
    *size = log->next.leaf_count;
    zkl_merkle_peaks_root(root, &log->next);
}

/* ---- appending */

/* Called for each node that a new leaf completes, leaf first. */
typedef zkl_status see_node(void *context, unsigned level, uint64_t index, const zkl_digest *hash,
                            zkl_error *err);

/* Push a leaf: the full subtrees that end with it are its node, and one more level for each
 * trailing one bit of its index. tree changes only on success. */
static zkl_status push_leaf(zkl_merkle_peaks *tree, const zkl_digest *leaf, see_node *see,
                            void *context, zkl_error *err)
{
    ZKL_ASSERT(tree->leaf_count < ZKL_LOG_SIZE_MAX);
    uint64_t index = tree->leaf_count;
    zkl_digest node = *leaf;
    unsigned level = 0;
    ZKL_TRY(see(context, 0, index, &node, err));
    for (; index >> level & 1; level++) {
        zkl_rfc6962_node(&node, &tree->peaks[level], &node);
        ZKL_TRY(see(context, level + 1, index >> (level + 1), &node, err));
    }
    tree->peaks[level] = node;
    tree->leaf_count++;
    return ZKL_OK;
}

/* see_node of an appending batch. */
static zkl_status put_node(void *batch, unsigned level, uint64_t index, const zkl_digest *hash,
                           zkl_error *err)
{
    uint8_t key[ZKL_LOG_KEY_BYTES];
    return zkl_batch_put(batch, zkl_log_node_key(key, level, index),
                         zkl_bytes_of(hash->bytes, sizeof hash->bytes), err);
}

/* After a commit that failed, tree may be behind the store: what was lost, or another writer's
 * entries. Reading starts anew. */
static zkl_status refresh(zkl_log *log, zkl_error *err)
{
    return log->stale ? zkl_log_open(log, log->store, err) : ZKL_OK;
}

/* The entry, its leaf, and every node that it completes: about two nodes an entry over a long
 * log. */
zkl_status zkl_log_append_to_batch(zkl_log *log, zkl_batch *batch, zkl_bytes entry, uint64_t *index,
                                   zkl_error *err)
{
    uint8_t key[ZKL_LOG_KEY_BYTES];
    zkl_digest leaf;
    ZKL_TRY(refresh(log, err));
    uint64_t at = log->next.leaf_count;
    if (entry.size == 0 || entry.size > ZKL_LOG_ENTRY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "an entry of %zu bytes, want 1 to %d", entry.size,
                        ZKL_LOG_ENTRY_BYTES_MAX);
    if (ZKL_NEVER(at == ZKL_LOG_SIZE_MAX))
        return zkl_fail(err, ZKL_LIMIT, "the log is full");
    zkl_rfc6962_leaf(&leaf, entry);
    log_invariant(log);
    ZKL_TRY(zkl_batch_put(batch, zkl_log_numbered_key(key, ZKL_LOG_ENTRY_PREFIX, at), entry, err));
    ZKL_TRY(push_leaf(&log->next, &leaf, put_node, batch, err));
    if (index)
        *index = at;
    return ZKL_OK;
}

/* Invariant 3 in one step: entries, nodes and head, on the condition that the head is still the one
 * that was read. */
zkl_status zkl_log_commit(zkl_log *log, zkl_batch *batch, zkl_store_outcome *outcome,
                          zkl_error *err)
{
    uint8_t before[HEAD_BYTES], after[HEAD_BYTES];
    const zkl_bytes key = zkl_bytes_of_text(ZKL_LOG_HEAD_KEY);
    if (outcome)
        *outcome = ZKL_STORE_NOTHING;
    ZKL_TRY(refresh(log, err));
    /* An empty log has a head only when an empty batch was committed to it. */
    log_invariant(log);
    const zkl_store_condition unmoved = { .key = key,
                                          .value = log->has_head ? head_of(before, &log->tree)
                                                                 : (zkl_bytes){ 0 },
                                          .is_absent = !log->has_head };
    /* The head is the batch's last change, so that a caller's own change of that key could not
     * win. */
    zkl_status status = zkl_batch_put(batch, key, head_of(after, &log->next), err);
    if (status == ZKL_OK) {
        status = zkl_store_commit_if(log->store, &unmoved, 1, batch, outcome, err);
        /* It may be there after all, or another writer's entries are. */
        log->stale = status != ZKL_OK;
    }
    if (status == ZKL_OK) {
        log->tree = log->next;
        log->has_head = true;
    } else {
        log->next = log->tree;
    }
    return status;
}

/* The batch is the caller's to clear: it may hold more than entries. */
void zkl_log_abandon(zkl_log *log)
{
    log_invariant(log);
    log->next = log->tree;
}

/* 63 hashes and a count: a mark costs two kilobytes. */
zkl_log_mark zkl_log_marked(const zkl_log *log)
{
    log_invariant(log);
    return (zkl_log_mark){ .next = log->next };
}

void zkl_log_return_to(zkl_log *log, const zkl_log_mark *mark)
{
    /* Between what is committed and what is appended: nothing was committed since. */
    ZKL_ASSERT(mark->next.leaf_count >= log->tree.leaf_count);
    ZKL_ASSERT(mark->next.leaf_count <= log->next.leaf_count);
    log->next = mark->next;
}

/* ---- reading */

/* What is appended and not committed cannot be read: the limit is tree, not next. */
static zkl_status check_size(const zkl_log *log, uint64_t size, zkl_error *err)
{
    if (size > log->tree.leaf_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "the log has %llu entries, not %llu",
                        (unsigned long long)log->tree.leaf_count, (unsigned long long)size);
    return ZKL_OK;
}

/* Likewise for one entry. */
static zkl_status check_index(const zkl_log *log, uint64_t index, zkl_error *err)
{
    if (index >= log->tree.leaf_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "no entry %llu, the log has %llu",
                        (unsigned long long)index, (unsigned long long)log->tree.leaf_count);
    return ZKL_OK;
}

/* A hole below the head is damage and not absence: the entry was logged. */
zkl_status zkl_log_entry(zkl_log *log, zkl_bytes *out, zkl_arena *arena, uint64_t index,
                         zkl_error *err)
{
    uint8_t key[ZKL_LOG_KEY_BYTES];
    ZKL_TRY(check_index(log, index, err));
    zkl_status status = zkl_store_get(log->store, out, arena,
                                      zkl_log_numbered_key(key, ZKL_LOG_ENTRY_PREFIX, index), err);
    return status == ZKL_NOT_FOUND ? fail_damaged(err, "an entry is missing") : status;
}

/* The stored leaf, not one that is hashed now: it is compared with the entry by whoever
 * needs that. */
zkl_status zkl_log_leaf(zkl_log *log, zkl_digest *out, uint64_t index, zkl_error *err)
{
    ZKL_TRY(check_index(log, index, err));
    return read_node(log, out, 0, index, err);
}

/* The entries were written in the same batches as their leaves, but lie in other places of the
 * database. */
zkl_status zkl_log_check_tail(zkl_log *log, zkl_error *err)
{
    const uint64_t size = log->tree.leaf_count;
    uint64_t index = size > ZKL_LOG_TAIL_CHECKED ? size - ZKL_LOG_TAIL_CHECKED : 0;
    for (; index < size; index++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        zkl_digest want, leaf;
        zkl_bytes entry;
        zkl_status status = zkl_log_entry(log, &entry, &arena, index, err);
        if (status == ZKL_OK)
            status = read_node(log, &want, 0, index, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "entry %llu", (unsigned long long)index);
        zkl_rfc6962_leaf(&leaf, entry);
        if (!zkl_digest_equal(&leaf, &want))
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "the log in the store is damaged: entry %llu is not what its leaf says",
                            (unsigned long long)index);
    }
    return ZKL_OK;
}

typedef struct entry_scan {
    zkl_log_visit *visit;
    void *context;
    uint64_t next;
} entry_scan;

/* Keys in their order: a number that is not the next one is a gap. */
static zkl_status visit_entry(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                              zkl_error *err)
{
    entry_scan *scan = context;
    if (key.size != strlen(ZKL_LOG_ENTRY_PREFIX) + 8 ||
        zkl_be64_get(key.data + strlen(ZKL_LOG_ENTRY_PREFIX)) != scan->next)
        return fail_damaged(err, "an entry is missing");
    ZKL_ASSERT(!*stop); /* the store ends a scan that was stopped */
    return scan->visit(scan->context, scan->next++, value, stop, err);
}

/* One range of the store. A visitor that wants to read the store may do so. */
zkl_status zkl_log_scan(zkl_log *log, uint64_t from, uint64_t to, zkl_log_visit *visit,
                        void *context, zkl_error *err)
{
    ZKL_ASSERT(visit);
    uint8_t first[ZKL_LOG_KEY_BYTES], last[ZKL_LOG_KEY_BYTES];
    entry_scan scan = { visit, context, from };
    if (to > log->tree.leaf_count)
        to = log->tree.leaf_count;
    if (from >= to)
        return ZKL_OK;
    return zkl_store_scan(log->store, zkl_log_numbered_key(first, ZKL_LOG_ENTRY_PREFIX, from),
                          zkl_log_numbered_key(last, ZKL_LOG_ENTRY_PREFIX, to), visit_entry, &scan,
                          err);
}

/* At any size up to the head: a root of then, for a checkpoint of then. */
zkl_status zkl_log_root(zkl_log *log, zkl_digest *out, uint64_t size, zkl_error *err)
{
    const zkl_tree_source source = zkl_log_source(log);
    ZKL_TRY(check_size(log, size, err));
    return zkl_tree_root(&source, out, size, err);
}

/* Proofs at any size are made of nodes that no longer change: a proof for an old checkpoint can
 * be made at any time. */
zkl_status zkl_log_inclusion(zkl_log *log, zkl_digest path[static ZKL_MERKLE_PATH_MAX],
                             size_t *path_count, uint64_t index, uint64_t size, zkl_error *err)
{
    const zkl_tree_source source = zkl_log_source(log);
    ZKL_TRY(check_size(log, size, err));
    return zkl_tree_inclusion(&source, path, path_count, index, size, err);
}

zkl_status zkl_log_consistency(zkl_log *log, zkl_digest path[static ZKL_MERKLE_PATH_MAX],
                               size_t *path_count, uint64_t old_size, uint64_t size, zkl_error *err)
{
    const zkl_tree_source source = zkl_log_source(log);
    ZKL_TRY(check_size(log, size, err));
    return zkl_tree_consistency(&source, path, path_count, old_size, size, err);
}

/* ---- checkpoints */

/* Absent is none: the key comes with the first checkpoint. */
zkl_status zkl_log_checkpoint_count(zkl_log *log, uint64_t *out, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes value;
    zkl_status status =
        zkl_store_get(log->store, &value, &arena, zkl_bytes_of_text(ZKL_LOG_COUNT_KEY), err);
    if (status == ZKL_NOT_FOUND) {
        *out = 0;
        return ZKL_OK;
    }
    ZKL_TRY(status);
    if (value.size != 8)
        return fail_damaged(err, "the number of checkpoints is malformed");
    *out = zkl_be64_get(value.data);
    return ZKL_OK;
}

/* Kept for ever, by number: verify-chain walks all of them. */
zkl_status zkl_log_checkpoint_at(zkl_log *log, zkl_bytes *note, zkl_arena *arena, uint64_t number,
                                 zkl_error *err)
{
    uint8_t key[ZKL_LOG_KEY_BYTES];
    zkl_status status = zkl_store_get(
        log->store, note, arena, zkl_log_numbered_key(key, ZKL_LOG_CHECKPOINT_PREFIX, number), err);
    return status == ZKL_NOT_FOUND
               ? zkl_fail(err, status, "the log has no checkpoint %llu", (unsigned long long)number)
               : status;
}

/* The latest of count. */
static zkl_status read_latest(zkl_log *log, zkl_bytes *note, zkl_arena *arena, uint64_t count,
                              zkl_error *err)
{
    ZKL_ASSERT(count);
    const zkl_status status = zkl_log_checkpoint_at(log, note, arena, count - 1, err);
    return status == ZKL_NOT_FOUND ? fail_damaged(err, "its latest checkpoint is missing") : status;
}

/* An empty log has none, and that is no damage. */
zkl_status zkl_log_checkpoint_latest(zkl_log *log, zkl_bytes *note, zkl_arena *arena,
                                     zkl_error *err)
{
    uint64_t count = 0;
    ZKL_TRY(zkl_log_checkpoint_count(log, &count, err));
    if (count == 0)
        return zkl_fail(err, ZKL_NOT_FOUND, "the log has no checkpoint yet");
    return read_latest(log, note, arena, count, err);
}

/* Sizes do not fall, so the first one that fits is the newest of them. */
zkl_status zkl_log_checkpoint_within(zkl_log *log, zkl_bytes *note, zkl_arena *arena,
                                     zkl_error *err)
{
    uint64_t count = 0;
    ZKL_TRY(zkl_log_checkpoint_count(log, &count, err));
    for (; count; count--) {
        zkl_checkpoint found;
        ZKL_TRY(read_latest(log, note, arena, count, err));
        ZKL_TRY(zkl_checkpoint_parse(&found, arena, *note, err));
        if (found.size <= log->tree.leaf_count)
            return ZKL_OK;
    }
    return zkl_fail(err, ZKL_NOT_FOUND, "the log has no checkpoint yet");
}

/* A log signs sizes that do not fall, under one name. */
static zkl_status check_against_latest(const zkl_checkpoint *next, const zkl_checkpoint *latest,
                                       zkl_error *err)
{
    if (next->origin.size != latest->origin.size ||
        memcmp(next->origin.data, latest->origin.data, next->origin.size) != 0)
        return zkl_fail(err, ZKL_CONFLICT, "a checkpoint of '%.*s' in the log of '%.*s'",
                        (int)next->origin.size, (const char *)next->origin.data,
                        (int)latest->origin.size, (const char *)latest->origin.data);
    if (next->size < latest->size)
        return zkl_fail(err, ZKL_CONFLICT, "a checkpoint of %llu entries after one of %llu",
                        (unsigned long long)next->size, (unsigned long long)latest->size);
    return ZKL_OK;
}

/* A signature over a tree that this log does not have would be a fork. */
static zkl_status check_against_tree(zkl_log *log, const zkl_checkpoint *next, zkl_error *err)
{
    zkl_digest root;
    if (next->size > log->tree.leaf_count)
        return zkl_fail(err, ZKL_CONFLICT, "a checkpoint of %llu entries, the log has %llu",
                        (unsigned long long)next->size, (unsigned long long)log->tree.leaf_count);
    ZKL_TRY(zkl_log_root(log, &root, next->size, err));
    if (!zkl_digest_equal(&root, &next->root))
        return zkl_fail(err, ZKL_CONFLICT, "a checkpoint that contradicts the log at size %llu",
                        (unsigned long long)next->size);
    return ZKL_OK;
}

/* The latest checkpoint is still the one that was compared, and there is none behind it. */
typedef struct checkpoint_place {
    uint64_t count; /* how many there are */
    zkl_bytes latest;
    uint8_t count_bytes[8], latest_key[ZKL_LOG_KEY_BYTES], next_key[ZKL_LOG_KEY_BYTES];
    zkl_store_condition conditions[3];
    size_t condition_count;
} checkpoint_place;

/* Three conditions: the count, which every checkpoint changes; the place, which nobody has
 * taken; and the latest checkpoint's own bytes, which the new one was compared with. */
static void condition_on_latest(checkpoint_place *p)
{
    const zkl_bytes next = zkl_log_numbered_key(p->next_key, ZKL_LOG_CHECKPOINT_PREFIX, p->count);
    zkl_be64_put(p->count_bytes, p->count);
    p->conditions[0] = p->count
                           ? (zkl_store_condition){ .key = zkl_bytes_of_text(ZKL_LOG_COUNT_KEY),
                                                    .value = zkl_bytes_of(p->count_bytes, 8) }
                           : (zkl_store_condition){ .key = zkl_bytes_of_text(ZKL_LOG_COUNT_KEY),
                                                    .is_absent = true };
    p->conditions[1] = (zkl_store_condition){ .key = next, .is_absent = true };
    p->condition_count = 2;
    if (p->count)
        p->conditions[p->condition_count++] = (zkl_store_condition){
            .key = zkl_log_numbered_key(p->latest_key, ZKL_LOG_CHECKPOINT_PREFIX, p->count - 1),
            .value = p->latest
        };
    ZKL_ASSERT(p->condition_count <= ZKL_COUNT(p->conditions));
}

/* Promise 2 of log.h. What is checked here is what the commit is conditioned on. */
static zkl_status put_checkpoint(zkl_log *log, zkl_bytes note, bool synced, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    checkpoint_place place = { 0 };
    zkl_checkpoint next;
    uint8_t number[8];
    /* First the tree, then the order, then both again as conditions of the commit. */
    ZKL_TRY(refresh(log, err));
    ZKL_TRY(zkl_checkpoint_parse(&next, &arena, note, err));
    ZKL_TRY(check_against_tree(log, &next, err));
    ZKL_TRY(zkl_log_checkpoint_count(log, &place.count, err));
    if (place.count) {
        zkl_checkpoint latest;
        ZKL_TRY(read_latest(log, &place.latest, &arena, place.count, err));
        if (zkl_bytes_equal(place.latest, note))
            return ZKL_OK;
        ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, place.latest, err));
        ZKL_TRY(check_against_latest(&next, &latest, err));
    }
    condition_on_latest(&place);
    zkl_be64_put(number, place.count + 1);
    ZKL_TRY(zkl_batch_put(&batch, place.conditions[1].key, note, err));
    ZKL_TRY(zkl_batch_put(&batch, zkl_bytes_of_text(ZKL_LOG_COUNT_KEY),
                          zkl_bytes_of(number, sizeof number), err));
    return synced ? zkl_store_commit_if(log->store, place.conditions, place.condition_count, &batch,
                                        NULL, err)
                  : zkl_store_commit_if_unsynced(log->store, place.conditions,
                                                 place.condition_count, &batch, NULL, err);
}

zkl_status zkl_log_checkpoint_put(zkl_log *log, zkl_bytes note, zkl_error *err)
{
    return put_checkpoint(log, note, true, err);
}

zkl_status zkl_log_checkpoint_put_unsynced(zkl_log *log, zkl_bytes note, zkl_error *err)
{
    return put_checkpoint(log, note, false, err);
}

/* A checkpoint is signed once a size. Before anything is signed the latest one must be of a tree
 * that this log extends: a signature cannot be taken back, also when it is stored nowhere. */
zkl_status zkl_log_sign_next(zkl_log *log, zkl_buffer *note, const char *origin,
                             const zkl_signer *signer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_digest root;
    uint64_t size;
    zkl_bytes stored;
    ZKL_TRY(refresh(log, err));
    zkl_log_head(log, &size, &root);
    zkl_status status = zkl_log_checkpoint_latest(log, &stored, &arena, err);
    if (status == ZKL_OK) {
        zkl_checkpoint latest;
        ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, stored, err));
        if (latest.size == size && zkl_digest_equal(&latest.root, &root))
            return ZKL_OK;
        /* Nothing that contradicts the latest is even signed: a signature cannot be taken back. */
        if (latest.size >= size)
            return zkl_fail(err, ZKL_CONFLICT,
                            "the log was rolled back: %llu entries, %llu were signed",
                            (unsigned long long)size, (unsigned long long)latest.size);
        ZKL_TRY(check_against_tree(log, &latest, err));
    } else if (status != ZKL_NOT_FOUND) {
        return status;
    }
    return zkl_checkpoint_sign(note, origin, size, &root, signer, err);
}

/* Without `head` and memory: for logs in no folder. A ledger publishes by ledger/head.h. */
zkl_status zkl_log_sign_head(zkl_log *log, const char *origin, const zkl_signer *signer,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_TRY(zkl_log_sign_next(log, &note, origin, signer, err));
    return note.size ? zkl_log_checkpoint_put(log, zkl_buffer_bytes(&note), err) : ZKL_OK;
}
