/* Leaves in a row are compared with the tree as each by itself is: what is kept of those before
 * neither hides a false leaf nor refuses a right one. */
#include "log/log.h"
#include "log/log_keys.h"

#include "testing.h"

#define SIZE_MAX_TRIED 40

static zkl_store *open_store(zkl_test *t)
{
    zkl_store *store = NULL;
    CHECK_STATUS(t, ZKL_OK, zkl_store_open(&store, "memory", &(zkl_store_options){ 0 }, NULL));
    return store;
}

static void append(zkl_test *t, zkl_log *log, uint64_t size)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    zkl_error err = { 0 };
    for (uint64_t i = zkl_log_size(log); i < size; i++) {
        char entry[16];
        snprintf(entry, sizeof entry, "entry %u", (unsigned)i);
        REQUIRE_OK(t, &err,
                   zkl_log_append_to_batch(log, &batch, zkl_bytes_of_text(entry), NULL, &err));
    }
    REQUIRE_OK(t, &err, zkl_log_commit(log, &batch, NULL, &err));
}

/* All leaves in their order, backwards, and some of them: in a tree of each size. */
static void test_log_path__takes_every_leaf(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    zkl_log log;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    for (uint64_t size = 1; size <= SIZE_MAX_TRIED; size++) {
        append(t, &log, size);
        zkl_log_path up = { 0 }, down = { 0 }, some = { 0 };
        for (uint64_t i = 0; i < size; i++) {
            zkl_digest leaf, last, other, wrong = { { 7 } };
            REQUIRE_OK(t, &err, zkl_log_leaf(&log, &leaf, i, &err));
            REQUIRE_OK(t, &err, zkl_log_leaf(&log, &last, size - 1 - i, &err));
            REQUIRE_OK(t, &err, zkl_log_leaf(&log, &other, i * 7 % size, &err));
            CHECK_STATUS(t, ZKL_REJECTED, zkl_log_path_check(&up, &log, i, &wrong, NULL));
            CHECK_STATUS(t, ZKL_OK, zkl_log_path_check(&up, &log, i, &leaf, NULL));
            CHECK_STATUS(t, ZKL_OK, zkl_log_path_check(&down, &log, size - 1 - i, &last, NULL));
            CHECK_STATUS(t, ZKL_OK, zkl_log_path_check(&some, &log, i * 7 % size, &other, NULL));
            CHECK_STATUS(t, ZKL_OK, zkl_log_check_leaf(&log, i, &leaf, NULL));
            CHECK_STATUS(t, i * 7 % size == i ? ZKL_OK : ZKL_REJECTED,
                         zkl_log_path_check(&some, &log, i, &other, NULL));
        }
    }
}

/* A node is replaced: a leaf that is it, and those beside it, are refused. */
static void test_log_path__refuses_false_nodes(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_store(t);
    zkl_log log;
    zkl_error err = { 0 };
    static const uint64_t size = 23;
    REQUIRE_OK(t, &err, zkl_log_open(&log, store, &err));
    append(t, &log, size);
    for (unsigned level = 0; level < 4; level++)
        for (uint64_t at = 0; at < size >> level; at++) {
            ZKL_AUTO_CLEAR(zkl_batch) lie = { 0 };
            ZKL_AUTO_CLEAR(zkl_batch) truth = { 0 };
            uint8_t key_bytes[ZKL_LOG_KEY_BYTES];
            zkl_bytes had;
            const zkl_bytes key = zkl_log_node_key(key_bytes, level, at);
            static const uint8_t other[32] = { 9 };
            REQUIRE_OK(t, &err, zkl_store_get(store, &had, &t->arena, key, &err));
            REQUIRE_OK(t, &err, zkl_batch_put(&truth, key, had, &err));
            REQUIRE_OK(t, &err, zkl_batch_put(&lie, key, zkl_bytes_of(other, 32), &err));
            REQUIRE_OK(t, &err, zkl_store_commit(store, &lie, true, &err));
            zkl_log_path path = { 0 };
            for (uint64_t i = 0; i < size; i++) {
                zkl_digest leaf;
                REQUIRE_OK(t, &err, zkl_log_leaf(&log, &leaf, i, &err));
                const zkl_status alone = zkl_log_check_leaf(&log, i, &leaf, NULL);
                const bool is_it = level == 0 && i == at;
                /* Both halves are full: the node is on the way up of the leaves beside it. */
                const bool is_beside = (i >> level ^ 1) == at && (i >> level | 1) < size >> level;
                CHECK(t, (!is_it && !is_beside) || alone == ZKL_REJECTED);
                if (alone == ZKL_OK) /* compared before: it may also come from what is kept */
                    CHECK_STATUS(t, ZKL_OK, zkl_log_path_check(&path, &log, i, &leaf, NULL));
                else if (is_it)
                    CHECK_STATUS(t, ZKL_REJECTED, zkl_log_path_check(&path, &log, i, &leaf, NULL));
            }
            REQUIRE_OK(t, &err, zkl_store_commit(store, &truth, true, &err));
        }
}

ZKL_TESTS(TEST(test_log_path__takes_every_leaf), TEST(test_log_path__refuses_false_nodes))
