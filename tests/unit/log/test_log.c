#include "log/log.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "base/bytes.h"
#include "store_wrappers.h"
#include "testing.h"

#define ORIGIN "ledger.example/log-1"

static zkl_bytes entry_of(zkl_test *t, uint64_t i)
{
    char *text = zkl_arena_format(&t->arena, "entry %llu%.*s", (unsigned long long)i, (int)(i % 50),
                                  "..................................................");
    return zkl_bytes_of_text(text);
}

static zkl_store *open_store(zkl_test *t)
{
    zkl_store *store = NULL;
    CHECK_STATUS(t, ZKL_OK, zkl_store_open(&store, "memory", &(zkl_store_options){ 0 }, NULL));
    return store;
}

static zkl_signing_key test_key(zkl_test *t)
{
    zkl_signing_key key = { 0 };
    zkl_env env = test_env(t);
    CHECK_STATUS(t, ZKL_OK, zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, NULL));
    return key;
}

/* Append entries first .. first + count - 1 in one commit. */
static zkl_status append(zkl_test *t, zkl_log *log, uint64_t count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    uint64_t first = zkl_log_size(log), index;
    for (uint64_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_log_append_to_batch(log, &batch, entry_of(t, first + i), &index, err));
        CHECK_UINT_EQ(t, index, first + i);
    }
    CHECK_UINT_EQ(t, zkl_log_size(log), first); /* nothing moves before the commit */
    return zkl_log_commit(log, &batch, NULL, err);
}

/* A copy of the first size leaf hashes, hashed from the entries. */
static zkl_digest *leaves_of(zkl_test *t, uint64_t size)
{
    zkl_digest *leaves = ZKL_ARENA_NEW(&t->arena, zkl_digest, size);
    for (uint64_t i = 0; i < size; i++)
        zkl_rfc6962_leaf(&leaves[i], entry_of(t, i));
    return leaves;
}

static void naive_root(zkl_digest *out, const zkl_digest *leaves, zkl_digest *scratch, size_t size)
{
    memcpy(scratch, leaves, size * sizeof *leaves);
    zkl_merkle_root(out, ZKL_HASH_SHA_256, 0x01, scratch, size);
}

/* Against the plain functions over all leaves, at every size and index. */
static void test_log__roots_and_proofs_at_every_size(zkl_test *t)
{
    enum { N = 70 };
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    zkl_log log;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    while (zkl_log_size(&log) < N) {
        uint64_t left = N - zkl_log_size(&log), count = 1 + test_random_below(t, 6);
        REQUIRE_OK(t, &err, append(t, &log, count < left ? count : left, &err));
    }
    zkl_digest *leaves = leaves_of(t, N), *scratch = ZKL_ARENA_NEW(&t->arena, zkl_digest, N);
    for (uint64_t size = 0; size <= N; size++) {
        zkl_digest want, got, path[ZKL_MERKLE_PATH_MAX], want_path[ZKL_MERKLE_PATH_MAX];
        size_t count;
        naive_root(&want, leaves, scratch, size);
        REQUIRE_OK(t, &err, zkl_log_root(&log, &got, size, &err));
        CHECK_MEM_EQ(t, &got, &want, sizeof got);
        for (uint64_t i = 0; i < size; i++) {
            memcpy(scratch, leaves, size * sizeof *leaves);
            size_t want_count =
                zkl_merkle_path(want_path, ZKL_HASH_SHA_256, 0x01, scratch, size, i);
            REQUIRE_OK(t, &err, zkl_log_inclusion(&log, path, &count, i, size, &err));
            REQUIRE(t, count == want_count);
            CHECK_MEM_EQ(t, path, want_path, count * sizeof path[0]);
            CHECK(t, zkl_merkle_path_verify(ZKL_HASH_SHA_256, 0x01,
                                            &(zkl_merkle_place){ &leaves[i], i, size }, path, count,
                                            &want));
        }
        for (uint64_t old = 1; old <= size; old++) {
            zkl_digest old_root;
            memcpy(scratch, leaves, size * sizeof *leaves);
            size_t want_count = zkl_rfc6962_consistency(want_path, scratch, size, old);
            REQUIRE_OK(t, &err, zkl_log_consistency(&log, path, &count, old, size, &err));
            REQUIRE(t, count == want_count);
            CHECK_MEM_EQ(t, path, want_path, count * sizeof path[0]);
            naive_root(&old_root, leaves, scratch, old);
            CHECK(t, zkl_rfc6962_consistency_verify(old, &old_root, size, &want, path, count));
        }
        CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_inclusion(&log, path, &count, size, size, &err));
        CHECK_STATUS(t, ZKL_USAGE, zkl_log_consistency(&log, path, &count, 0, size, &err));
        CHECK_STATUS(t, ZKL_USAGE, zkl_log_consistency(&log, path, &count, size + 1, size, &err));
    }
    zkl_digest digest;
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_root(&log, &digest, N + 1, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_leaf(&log, &digest, N, &err));
    REQUIRE_OK(t, &err, zkl_log_leaf(&log, &digest, N - 1, &err));
    CHECK_MEM_EQ(t, &digest, &leaves[N - 1], sizeof digest);
}

static zkl_status count_entry(void *context, uint64_t index, zkl_bytes entry, bool *stop,
                              zkl_error *err)
{
    zkl_test *t = ((void **)context)[0];
    uint64_t *next = ((void **)context)[1];
    zkl_bytes want = entry_of(t, index);
    (void)err;
    CHECK_UINT_EQ(t, index, *next);
    CHECK(t, entry.size == want.size && memcmp(entry.data, want.data, want.size) == 0);
    (*next)++;
    *stop = *next == 12;
    return ZKL_OK;
}

static void test_log__reopens_where_it_was(zkl_test *t)
{
    const zkl_store_options options = { .path = test_folder(t), .create_if_missing = true };
    zkl_error err = { 0 };
    for (uint64_t size = 0; size < 40; size += 5) {
        ZKL_AUTO_CLOSE(zkl_store) store = NULL;
        zkl_log log;
        zkl_digest root, want;
        uint64_t got, next = 3;
        REQUIRE_OK(t, &err, zkl_store_open(&store, "rocksdb", &options, &err));
        REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
        zkl_log_head(&log, &got, &root);
        CHECK_UINT_EQ(t, got, size);
        naive_root(&want, leaves_of(t, size), leaves_of(t, size), size);
        CHECK_MEM_EQ(t, &root, &want, sizeof root);
        for (uint64_t i = 0; i < size; i++) {
            zkl_bytes entry;
            REQUIRE_OK(t, &err, zkl_log_entry(&log, &entry, &t->arena, i, &err));
            CHECK(t, entry.size == entry_of(t, i).size);
        }
        zkl_bytes entry;
        CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_entry(&log, &entry, &t->arena, size, &err));
        REQUIRE_OK(t, &err, zkl_log_scan(&log, 3, 1000, count_entry, (void *[]){ t, &next }, &err));
        CHECK_UINT_EQ(t, next, size < 3 ? 3 : size < 12 ? size : 12);
        REQUIRE_OK(t, &err, append(t, &log, 5, &err));
        REQUIRE_OK(t, &err, zkl_log_recompute(&log, NULL, NULL, NULL, NULL, &err));
    }
}

static void test_log__limits_of_an_entry(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    static uint8_t big[ZKL_LOG_ENTRY_BYTES_MAX + 1];
    zkl_log log;
    zkl_error err = { 0 };
    uint64_t size;
    zkl_digest root;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    CHECK_STATUS(t, ZKL_LIMIT, zkl_log_append_to_batch(&log, &batch, (zkl_bytes){ 0 }, NULL, &err));
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_log_append_to_batch(&log, &batch, zkl_bytes_of(big, sizeof big), NULL, &err));
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_log_append_to_batch(&log, &batch, zkl_bytes_of(big, sizeof big - 1), NULL, &err));
    zkl_log_next_head(&log, &size, &root);
    CHECK_UINT_EQ(t, size, 1);
    zkl_log_abandon(&log);
    zkl_log_next_head(&log, &size, &root);
    CHECK_UINT_EQ(t, size, 0);
}

/* At whichever commit or allocation it fails, the log is as before, in memory and in the store, and
 * the next try succeeds. */
static void test_log__a_failed_append_changes_nothing(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLOSE(zkl_store) store = NULL;
    REQUIRE_OK(t, &err, zkl_store_failing_open(&store, open_store(t), &err));
    zkl_log log, again;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    REQUIRE_OK(t, &err, append(t, &log, 5, &err));
    zkl_store_failing_arm(store, 1);
    CHECK_STATUS(t, ZKL_IO, append(t, &log, 3, &err));
    zkl_store_failing_arm(store, 0);
    CHECK_UINT_EQ(t, zkl_log_size(&log), 5);
    REQUIRE_OK(t, &err, append(t, &log, 3, &err));

    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status != ZKL_OK && nth < 1000; nth++) {
        zkl_digest one, two;
        uint64_t size_one, size_two;
        zkl_batch batch = { 0 };
        const zkl_bytes entry = entry_of(t, 8);
        zkl_malloc_fail_after(nth);
        status = zkl_log_append_to_batch(&log, &batch, entry, NULL, &err);
        if (status == ZKL_OK)
            status = zkl_log_commit(&log, &batch, NULL, &err);
        zkl_malloc_fail_after(0);
        zkl_batch_clear(&batch);
        zkl_log_abandon(&log);
        CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
        REQUIRE_OK(t, &err, zkl_log_open(&again, store, &err));
        zkl_log_head(&log, &size_one, &one);
        zkl_log_head(&again, &size_two, &two);
        CHECK_UINT_EQ(t, size_one, size_two);
        CHECK_UINT_EQ(t, size_one, status == ZKL_OK ? 9 : 8);
        CHECK_MEM_EQ(t, &one, &two, sizeof one);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    REQUIRE_OK(t, &err, zkl_log_recompute(&log, NULL, NULL, NULL, NULL, &err));
}

/* ---- checkpoints */

static void test_log_checkpoint__is_signed_once_a_size_and_kept(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    const zkl_signing_key key = test_key(t);
    zkl_log log;
    zkl_error err = { 0 };
    zkl_bytes note;
    uint64_t count;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_checkpoint_latest(&log, &note, &t->arena, &err));
    for (uint64_t i = 0; i < 6; i++) {
        zkl_checkpoint checkpoint;
        zkl_verifier_key verifier;
        zkl_digest root;
        uint64_t size;
        REQUIRE_OK(t, &err, append(t, &log, i, &err)); /* the first signs the empty log */
        REQUIRE_OK(t, &err, zkl_log_sign_head(&log, ORIGIN, &key.signer, &err));
        REQUIRE_OK(t, &err, zkl_log_sign_head(&log, ORIGIN, &key.signer, &err));
        REQUIRE_OK(t, &err, zkl_log_checkpoint_count(&log, &count, &err));
        CHECK_UINT_EQ(t, count, i + 1);
        REQUIRE_OK(t, &err, zkl_log_checkpoint_latest(&log, &note, &t->arena, &err));
        REQUIRE_OK(t, &err, zkl_checkpoint_parse(&checkpoint, &t->arena, note, &err));
        zkl_log_head(&log, &size, &root);
        CHECK_UINT_EQ(t, checkpoint.size, size);
        CHECK_MEM_EQ(t, &checkpoint.root, &root, sizeof root);
        REQUIRE_OK(t, &err,
                   zkl_verifier_key_init(&verifier, ZKL_NOTE_ED25519, ORIGIN,
                                         &key.signer.public_key, &err));
        CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_verify(&checkpoint, &verifier, &err));
    }
    for (uint64_t i = 0; i < 6; i++) {
        zkl_checkpoint checkpoint;
        REQUIRE_OK(t, &err, zkl_log_checkpoint_at(&log, &note, &t->arena, i, &err));
        REQUIRE_OK(t, &err, zkl_checkpoint_parse(&checkpoint, &t->arena, note, &err));
        CHECK_UINT_EQ(t, checkpoint.size, i * (i + 1) / 2);
    }
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_checkpoint_at(&log, &note, &t->arena, 6, &err));
}

static zkl_status put_checkpoint(zkl_log *log, const zkl_signing_key *key, const char *origin,
                                 uint64_t size, const zkl_digest *root, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_TRY(zkl_checkpoint_sign(&note, origin, size, root, &key->signer, err));
    return zkl_log_checkpoint_put(log, zkl_buffer_bytes(&note), err);
}

static void test_log_checkpoint__refuses_what_contradicts_the_log(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    const zkl_signing_key key = test_key(t), next_key = test_key(t);
    zkl_log log;
    zkl_error err = { 0 };
    zkl_digest root_3, root_5, wrong;
    uint64_t count;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    REQUIRE_OK(t, &err, append(t, &log, 5, &err));
    REQUIRE_OK(t, &err, zkl_log_root(&log, &root_3, 3, &err));
    REQUIRE_OK(t, &err, zkl_log_root(&log, &root_5, 5, &err));
    wrong = root_5;
    wrong.bytes[31] ^= 1;
    CHECK_STATUS(t, ZKL_CONFLICT, put_checkpoint(&log, &key, ORIGIN, 5, &wrong, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, put_checkpoint(&log, &key, ORIGIN, 5, &root_3, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, put_checkpoint(&log, &key, ORIGIN, 6, &root_5, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_log_checkpoint_put(&log, zkl_bytes_of_text("x\n"), &err));
    CHECK_STATUS(t, ZKL_OK, put_checkpoint(&log, &key, ORIGIN, 5, &root_5, &err));
    CHECK_STATUS(t, ZKL_CONFLICT,
                 put_checkpoint(&log, &key, ORIGIN, 3, &root_3, &err)); /* backwards */
    CHECK_STATUS(t, ZKL_CONFLICT,
                 put_checkpoint(&log, &key, "other.example/log", 5, &root_5, &err));
    CHECK_STATUS(t, ZKL_OK,
                 put_checkpoint(&log, &key, ORIGIN, 5, &root_5, &err)); /* the same bytes */
    REQUIRE_OK(t, &err, zkl_log_checkpoint_count(&log, &count, &err));
    CHECK_UINT_EQ(t, count, 1);
    CHECK_STATUS(t, ZKL_OK,
                 put_checkpoint(&log, &next_key, ORIGIN, 5, &root_5, &err)); /* a new key */
    REQUIRE_OK(t, &err, zkl_log_checkpoint_count(&log, &count, &err));
    CHECK_UINT_EQ(t, count, 2);
}

/* ---- tampering with the store: recompute names the first entry that fails, and signing refuses */

static zkl_bytes raw_key(zkl_test *t, const char *prefix, int level, uint64_t number)
{
    size_t size = strlen(prefix);
    uint8_t *key = zkl_arena_alloc(&t->arena, 64, 1);
    memcpy(key, prefix, size);
    if (level >= 0)
        key[size++] = (uint8_t)level;
    zkl_be64_put(key + size, number);
    return zkl_bytes_of(key, size + 8);
}

static void raw_change(zkl_test *t, zkl_store *store, zkl_bytes key, const zkl_bytes *value)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 value ? zkl_batch_put(&batch, key, *value, NULL)
                       : zkl_batch_delete(&batch, key, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_store_commit(store, &batch, true, NULL));
}

static zkl_status check_signature(void *context, uint64_t number, zkl_bytes note,
                                  const zkl_checkpoint *checkpoint, zkl_error *err)
{
    (void)number;
    (void)note;
    return zkl_checkpoint_verify(checkpoint, context, err);
}

static void test_log_recompute__names_the_first_bad_entry(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    const zkl_signing_key key = test_key(t), other = test_key(t);
    zkl_verifier_key verifier, wrong;
    zkl_log log;
    zkl_error err = { 0 };
    uint64_t bad;
    REQUIRE_OK(
        t, &err,
        zkl_verifier_key_init(&verifier, ZKL_NOTE_ED25519, ORIGIN, &key.signer.public_key, &err));
    REQUIRE_OK(
        t, &err,
        zkl_verifier_key_init(&wrong, ZKL_NOTE_ED25519, ORIGIN, &other.signer.public_key, &err));
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    for (int i = 0; i < 7; i++) {
        REQUIRE_OK(t, &err, append(t, &log, 3, &err));
        REQUIRE_OK(t, &err, zkl_log_sign_head(&log, ORIGIN, &key.signer, &err));
    }
    REQUIRE_OK(t, &err, zkl_log_recompute(&log, NULL, check_signature, &verifier, &bad, &err));
    CHECK_STATUS(t, ZKL_UNCHECKED,
                 zkl_log_recompute(&log, NULL, check_signature, &wrong, &bad, &err));
    CHECK_UINT_EQ(t, bad, 2); /* the first checkpoint covers entries 0 to 2 */

    for (uint64_t i = 0; i < 21; i++) { /* each entry changed, removed, swapped with the next */
        zkl_bytes at = raw_key(t, "log/entry/", -1, i), was, next = { 0 };
        REQUIRE_OK(t, &err, zkl_store_get(store, &was, &t->arena, at, &err));
        const zkl_bytes changed = zkl_bytes_of_text("something else");
        raw_change(t, store, at, &changed);
        CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
        CHECK_UINT_EQ(t, bad, i);
        raw_change(t, store, at, NULL);
        CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
        CHECK_UINT_EQ(t, bad, i);
        if (i < 20) {
            zkl_bytes after = raw_key(t, "log/entry/", -1, i + 1);
            REQUIRE_OK(t, &err, zkl_store_get(store, &next, &t->arena, after, &err));
            raw_change(t, store, at, &next);
            raw_change(t, store, after, &was);
            CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
            CHECK_UINT_EQ(t, bad, i);
            raw_change(t, store, after, &next);
        }
        raw_change(t, store, at, &was);
    }
    for (unsigned level = 0; level < 5; level++) { /* each node changed, and removed */
        for (uint64_t i = 0; (i + 1) << level <= 21; i++) {
            zkl_bytes at = raw_key(t, "log/node/", (int)level, i), was;
            REQUIRE_OK(t, &err, zkl_store_get(store, &was, &t->arena, at, &err));
            uint8_t changed[32];
            memcpy(changed, was.data, 32);
            changed[i % 32] ^= 4;
            const zkl_bytes other_bytes = zkl_bytes_of(changed, 32);
            raw_change(t, store, at, &other_bytes);
            CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
            CHECK_UINT_EQ(t, bad, ((i + 1) << level) - 1);
            raw_change(t, store, at, NULL);
            CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
            raw_change(t, store, at, &was);
        }
    }
    for (uint64_t i = 0; i < 7;
         i++) { /* each checkpoint missing, or replaced by the one for another size */
        zkl_bytes at = raw_key(t, "log/checkpoint/", -1, i), was, next;
        REQUIRE_OK(t, &err, zkl_store_get(store, &was, &t->arena, at, &err));
        REQUIRE_OK(t, &err,
                   zkl_store_get(store, &next, &t->arena,
                                 raw_key(t, "log/checkpoint/", -1, (i + 1) % 7), &err));
        raw_change(t, store, at, NULL);
        CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
        CHECK_UINT_EQ(t, bad, i ? 3 * i - 1 : 0);
        if (i == 6) { /* a smaller size behind a larger one */
            raw_change(t, store, at, &next);
            CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
        }
        raw_change(t, store, at, &was);
    }
    { /* a properly signed checkpoint of a forked tree */
        ZKL_AUTO_CLEAR(zkl_buffer) fork = { 0 };
        zkl_bytes at = raw_key(t, "log/checkpoint/", -1, 3);
        const zkl_digest root = { { 1, 2, 3 } };
        REQUIRE_OK(t, &err, zkl_checkpoint_sign(&fork, ORIGIN, 12, &root, &key.signer, &err));
        const zkl_bytes forked = zkl_buffer_bytes(&fork);
        zkl_bytes was;
        REQUIRE_OK(t, &err, zkl_store_get(store, &was, &t->arena, at, &err));
        raw_change(t, store, at, &forked);
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_log_recompute(&log, NULL, check_signature, &verifier, &bad, &err));
        CHECK_UINT_EQ(t, bad, 11);
        raw_change(t, store, at, &was);
    }
    REQUIRE_OK(t, &err, zkl_log_recompute(&log, NULL, check_signature, &verifier, &bad, &err));
}

/* The head set back to an earlier, in itself true, state. */
static void test_log__a_rolled_back_log_is_noticed(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    const zkl_signing_key key = test_key(t);
    zkl_log log;
    zkl_error err = { 0 };
    zkl_bytes head;
    uint64_t bad;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    REQUIRE_OK(t, &err, append(t, &log, 4, &err));
    REQUIRE_OK(t, &err,
               zkl_store_get(store, &head, &t->arena, zkl_bytes_of_text("log/head"), &err));
    REQUIRE_OK(t, &err, append(t, &log, 4, &err));
    REQUIRE_OK(t, &err, zkl_log_sign_head(&log, ORIGIN, &key.signer, &err));
    raw_change(t, store, zkl_bytes_of_text("log/head"), &head);
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    CHECK_UINT_EQ(t, zkl_log_size(&log), 4);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_log_recompute(&log, NULL, NULL, NULL, &bad, &err));
    CHECK_UINT_EQ(t, bad, 4);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_log_sign_head(&log, ORIGIN, &key.signer, &err));
    /* Grown again with other entries, past the size that was signed: it must not be signed
     * either. */
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    for (int i = 0; i < 6; i++)
        REQUIRE_OK(t, &err,
                   zkl_log_append_to_batch(&log, &batch, zkl_bytes_of_text("other"), NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_commit(&log, &batch, NULL, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_log_sign_head(&log, ORIGIN, &key.signer, &err));
}

static void test_log_open__refuses_a_damaged_head(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    zkl_log log;
    zkl_error err = { 0 };
    zkl_bytes head;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    REQUIRE_OK(t, &err, append(t, &log, 5, &err));
    REQUIRE_OK(t, &err,
               zkl_store_get(store, &head, &t->arena, zkl_bytes_of_text("log/head"), &err));
    uint8_t bytes[40];
    for (size_t i = 0; i < 40; i++) {
        memcpy(bytes, head.data, 40);
        bytes[i] ^= 0x81;
        const zkl_bytes changed = zkl_bytes_of(bytes, 40);
        raw_change(t, store, zkl_bytes_of_text("log/head"), &changed);
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_log_open(&log, store, &err));
    }
    const zkl_bytes short_head = zkl_bytes_of(bytes, 39);
    raw_change(t, store, zkl_bytes_of_text("log/head"), &short_head);
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_log_open(&log, store, &err));
}

/* ---- kill: a child appends three entries a commit and signs; whatever the moment, what it leaves
 * opens, recomputes, can be signed, and holds every checkpoint that was said to be stored. */
#define KILLS 40

static void append_until_killed(zkl_test *t, const char *path, const zkl_signing_key *key, int said)
{
    const zkl_store_options options = { .path = path, .create_if_missing = true };
    zkl_store *store = NULL;
    zkl_log log;
    if (zkl_store_open(&store, "rocksdb", &options, NULL) != ZKL_OK ||
        zkl_log_open(&log, store, NULL) != ZKL_OK)
        _exit(96);
    for (;;) {
        if (append(t, &log, 3, NULL) != ZKL_OK ||
            zkl_log_sign_head(&log, ORIGIN, &key->signer, NULL) != ZKL_OK)
            _exit(95);
        uint64_t size = zkl_log_size(&log);
        if (write(said, &size, sizeof size) != sizeof size)
            _exit(94);
    }
}

static void check_after_kill(zkl_test *t, const char *path, const zkl_signing_key *key,
                             uint64_t said)
{
    const zkl_store_options options = { .path = path };
    zkl_store *store = NULL;
    zkl_log log;
    zkl_bytes note;
    zkl_checkpoint checkpoint;
    if (zkl_store_open(&store, "rocksdb", &options, NULL) != ZKL_OK ||
        zkl_log_open(&log, store, NULL) != ZKL_OK)
        _exit(91);
    if (zkl_log_size(&log) % 3 || zkl_log_size(&log) < said)
        _exit(90);
    if (zkl_log_recompute(&log, NULL, NULL, NULL, NULL, NULL) != ZKL_OK)
        _exit(89);
    if (zkl_log_sign_head(&log, ORIGIN, &key->signer, NULL) != ZKL_OK ||
        zkl_log_checkpoint_latest(&log, &note, &t->arena, NULL) != ZKL_OK ||
        zkl_checkpoint_parse(&checkpoint, &t->arena, note, NULL) != ZKL_OK ||
        checkpoint.size != zkl_log_size(&log))
        _exit(88);
    zkl_store_close(store);
    _exit(0);
}

static void test_log__survives_being_killed(zkl_test *t)
{
    char path[256];
    const zkl_signing_key key = test_key(t);
    uint64_t said = 0;
    snprintf(path, sizeof path, "%s/db", test_folder(t));
    for (int i = 0; i < KILLS; i++) {
        int pipes[2], status = 0;
        REQUIRE(t, pipe(pipes) == 0);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            close(pipes[0]);
            append_until_killed(t, path, &key, pipes[1]);
        }
        close(pipes[1]);
        uint64_t wanted = 1 + test_random_below(t, 3);
        volatile uint64_t spins = test_random_below(t, 1000000);
        bool reads = true;
        for (uint64_t k = 0; k < wanted && reads; k++)
            reads = read(pipes[0], &said, sizeof said) == sizeof said;
        CHECK(t, reads);
        while (spins)
            spins--;
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        CHECK(t, WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        while (read(pipes[0], &said, sizeof said) == sizeof said)
            ;
        close(pipes[0]);
        child = fork();
        if (child == 0)
            check_after_kill(t, path, &key, said);
        waitpid(child, &status, 0);
        CHECK_UINT_EQ(t, WIFEXITED(status) ? WEXITSTATUS(status) : 255, 0);
    }
}

/* docs/formats/log.md, computed without this code. */
static void test_log__the_documented_example(zkl_test *t)
{
    static const struct {
        int level;
        uint64_t index;
        const char *hash;
    } nodes[] = { { 0, 0, "a1af030231ca2fd20ecf30c5294baf8f69321d09bb16ac53885ccd17a385280d" },
                  { 0, 1, "a94dd4d3c2c6d2548ca4e560d72727bab5d795500191f5b85579130dd3b14603" },
                  { 0, 2, "656d3e8f544238cdf6e32d640f51ba0914959b14edd7a52d0b8b99ab4c8ac6c6" },
                  { 1, 0, "3ae5bfa57ffa769d9634a86f3a26286aa69fd50ea0585f8061f902ad5f0327f7" } };
    static const char *const entries[] = { "first", "second", "third" };
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    zkl_log log;
    zkl_error err = { 0 };
    zkl_bytes value;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    for (size_t i = 0; i < 3; i++)
        REQUIRE_OK(
            t, &err,
            zkl_log_append_to_batch(&log, &batch, zkl_bytes_of_text(entries[i]), NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_commit(&log, &batch, NULL, &err));
    for (size_t i = 0; i < ZKL_COUNT(nodes); i++) {
        REQUIRE_OK(t, &err,
                   zkl_store_get(store, &value, &t->arena,
                                 raw_key(t, "log/node/", nodes[i].level, nodes[i].index), &err));
        REQUIRE(t, value.size == 32);
        CHECK_MEM_EQ(t, value.data, test_hex(t, nodes[i].hash).data, 32);
    }
    for (uint64_t i = 0; i < 3; i++) {
        REQUIRE_OK(t, &err,
                   zkl_store_get(store, &value, &t->arena, raw_key(t, "log/entry/", -1, i), &err));
        CHECK(t,
              value.size == strlen(entries[i]) && memcmp(value.data, entries[i], value.size) == 0);
    }
    REQUIRE_OK(t, &err,
               zkl_store_get(store, &value, &t->arena, zkl_bytes_of_text("log/head"), &err));
    REQUIRE(t, value.size == 40);
    CHECK_MEM_EQ(
        t, value.data,
        test_hex(t,
                 "0000000000000003c3651e541714c53d648ecc7baeca7fe2c36ef4fa65bcce24b1d71286437de566")
            .data,
        40);
}

/* The test that forks comes before any that opens RocksDB in this process. */
/* ---- Two writers of one store */

static zkl_status append_one(zkl_log *log, const char *entry, zkl_store_outcome *outcome,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    ZKL_TRY(zkl_log_append_to_batch(log, &batch, zkl_bytes_of_text(entry), NULL, err));
    return zkl_log_commit(log, &batch, outcome, err);
}

/* Who comes second is told, has written nothing, and gets in when he tries again on the log as it
 * is then. */
static void test_log_commit__only_on_the_head_that_was_read(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    zkl_store_outcome outcome;
    zkl_error err = { 0 };
    zkl_log first, second;
    zkl_bytes entry;
    REQUIRE_OK(t, &err, zkl_log_open(&first, store, &err));
    REQUIRE_OK(t, &err, zkl_log_open(&second, store, &err));
    for (uint64_t round = 0; round < 5; round++) { /* the first one is of an empty log */
        REQUIRE_OK(t, &err, append_one(&first, "of the first", &outcome, &err));
        CHECK_UINT_EQ(t, outcome, ZKL_STORE_COMMITTED);
        CHECK_STATUS(t, ZKL_CONFLICT, append_one(&second, "of the second", &outcome, &err));
        CHECK_UINT_EQ(t, outcome, ZKL_STORE_NOTHING);
        CHECK(t, strstr(err.text, "log/head") != NULL);
        REQUIRE_OK(t, &err, append_one(&second, "of the second", &outcome, &err));
        CHECK_UINT_EQ(t, zkl_log_size(&second), 2 * round + 2);
        CHECK_STATUS(t, ZKL_CONFLICT, append_one(&first, "lost", &outcome, &err));
        REQUIRE_OK(t, &err, zkl_log_open(&first, store, &err));
        REQUIRE_OK(t, &err, zkl_log_entry(&first, &entry, &t->arena, 2 * round, &err));
        CHECK(t, zkl_bytes_equal_text(entry, "of the first"));
    }
    CHECK_UINT_EQ(t, zkl_log_size(&first), 10);
    REQUIRE_OK(t, &err, zkl_log_recompute(&first, NULL, NULL, NULL, NULL, &err));
}

/* What was appended since a mark goes; what was appended before stays. */
static void test_log_mark__forgets_what_came_after(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    zkl_error err = { 0 };
    zkl_log log;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    for (size_t kept = 0; kept < 9; kept++) {
        REQUIRE_OK(t, &err,
                   zkl_log_append_to_batch(&log, &batch, zkl_bytes_of_text("kept"), NULL, &err));
        const zkl_log_mark mark = zkl_log_marked(&log);
        const size_t changes = batch.count;
        for (size_t gone = 0; gone < kept; gone++)
            REQUIRE_OK(
                t, &err,
                zkl_log_append_to_batch(&log, &batch, zkl_bytes_of_text("gone"), NULL, &err));
        zkl_log_return_to(&log, &mark);
        zkl_batch_truncate(&batch, changes);
    }
    REQUIRE_OK(t, &err, zkl_log_commit(&log, &batch, NULL, &err));
    CHECK_UINT_EQ(t, zkl_log_size(&log), 9);
    REQUIRE_OK(t, &err, zkl_log_recompute(&log, NULL, NULL, NULL, NULL, &err));
}

/* A store that lets another writer in between the checks of a checkpoint and its commit. */
typedef struct intruder {
    zkl_store *inner;
    bool armed;
} intruder;

static void put_another(void *context, store_step step)
{
    intruder *i = context;
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    const uint8_t two[8] = { 0, 0, 0, 0, 0, 0, 0, 2 };
    if (step != STORE_BEFORE_COMMIT || !i->armed)
        return;
    i->armed = false;
    const zkl_bytes key = zkl_bytes_of_text("log/checkpoints");
    ZKL_ASSERT(zkl_batch_put(&batch, key, zkl_bytes_of(two, sizeof two), NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_store_commit(i->inner, &batch, true, NULL) == ZKL_OK);
}

static void test_log_checkpoint__only_on_the_latest_that_was_read(zkl_test *t)
{
    intruder i = { .inner = open_store(t) };
    ZKL_AUTO_CLOSE(zkl_store) store = NULL;
    zkl_error err = { 0 };
    const zkl_signing_key key = test_key(t);
    zkl_log log;
    REQUIRE_OK(t, &err, zkl_store_tracing_open(&store, i.inner, put_another, &i, &err));
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    REQUIRE_OK(t, &err, append_one(&log, "a", NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_sign_head(&log, "test", &key.signer, &err));
    REQUIRE_OK(t, &err, append_one(&log, "b", NULL, &err));
    i.armed = true;
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_log_sign_head(&log, "test", &key.signer, &err));
    zkl_bytes note;
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_log_checkpoint_at(&log, &note, &t->arena, 1, &err));
}

ZKL_TESTS(TEST(test_log_commit__only_on_the_head_that_was_read),
          TEST(test_log_mark__forgets_what_came_after),
          TEST(test_log_checkpoint__only_on_the_latest_that_was_read),
          TEST(test_log__survives_being_killed), TEST(test_log__roots_and_proofs_at_every_size),
          TEST(test_log__reopens_where_it_was), TEST(test_log__limits_of_an_entry),
          TEST(test_log__a_failed_append_changes_nothing),
          TEST(test_log_checkpoint__is_signed_once_a_size_and_kept),
          TEST(test_log_checkpoint__refuses_what_contradicts_the_log),
          TEST(test_log_recompute__names_the_first_bad_entry),
          TEST(test_log__a_rolled_back_log_is_noticed), TEST(test_log_open__refuses_a_damaged_head),
          TEST(test_log__the_documented_example))
