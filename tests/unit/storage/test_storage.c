/* One suite for every backend; then what is special about each. */
#include "storage/storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_wrappers.h"
#include "testing.h"

static zkl_bytes text(const char *s)
{
    return zkl_bytes_of_text(s);
}

/* What the suite runs on: every line of the registry, bare and within each wrapper. */
typedef enum wrapping { BARE, FAILING, TRACING, WRAPPING_COUNT } wrapping;

static zkl_store *open_wrapped(zkl_test *t, const zkl_store_backend *backend, wrapping how)
{
    zkl_store *store = NULL, *wrapped = NULL;
    zkl_error err = { 0 };
    const zkl_store_options options = { .path = test_folder(t), .create_if_missing = true };
    zkl_status status = zkl_store_open(&store, backend->name, &options, &err);
    if (status == ZKL_OK && how == FAILING)
        status = zkl_store_failing_open(&wrapped, store, &err);
    else if (status == ZKL_OK && how == TRACING)
        status = zkl_store_tracing_open(&wrapped, store, NULL, NULL, &err);
    if (status != ZKL_OK)
        FAIL(t, "%s: %s", backend->name, err.text);
    return wrapped ? wrapped : store;
}

/* Number b of them; NULL with a failure of the test. */
static zkl_store *open_number(zkl_test *t, size_t b)
{
    size_t count;
    const zkl_store_backend *const *backends = zkl_store_backends(&count);
    return open_wrapped(t, backends[b / WRAPPING_COUNT], b % WRAPPING_COUNT);
}

static size_t store_count(void)
{
    size_t count;
    (void)zkl_store_backends(&count);
    return count * WRAPPING_COUNT;
}

static zkl_store *open_failing(zkl_test *t)
{
    return open_wrapped(t, zkl_store_backend_find("memory"), FAILING);
}

/* ---- What a store should hold, kept beside it as the plainest thing that can be right. */

#define MODEL_KEYS 64
typedef struct model {
    bool present[MODEL_KEYS];
    uint32_t value[MODEL_KEYS]; /* the value's bytes follow from it */
} model;

/* Keys that sort differently as text, numbers and signed bytes; some are prefixes of others. */
static size_t key_of(uint8_t out[static 4], size_t k)
{
    static const uint8_t bytes[4] = { 0x00, 0x61, 0x7f, 0xff };
    out[0] = bytes[k % 4], out[1] = bytes[k / 4 % 4], out[2] = bytes[k / 16];
    return 1 + k % 3;
}

static size_t value_of(uint8_t out[static 512], uint32_t seed)
{
    size_t size = seed % 512;
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(seed * 2654435761u >> (i % 24));
    return size;
}

typedef struct listing {
    zkl_test *t;
    zkl_bytes last;
    size_t count, stop_at;
    zkl_bytes keys[256], values[256];
} listing;

static zkl_status list_pair(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                            zkl_error *err)
{
    listing *list = context;
    (void)err;
    if (list->count < 256) {
        list->keys[list->count] =
            zkl_bytes_of(zkl_arena_copy(&list->t->arena, key.data, key.size), key.size);
        list->values[list->count] =
            zkl_bytes_of(zkl_arena_copy(&list->t->arena, value.data, value.size), value.size);
    }
    list->count++;
    *stop = list->stop_at && list->count == list->stop_at;
    return ZKL_OK;
}

static int compare(zkl_bytes a, zkl_bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* The store's whole content is the model's. */
static void check_content(zkl_test *t, zkl_store *store, const model *want)
{
    zkl_error err = { 0 };
    listing list = { .t = t };
    size_t count = 0;
    REQUIRE_OK(t, &err,
               zkl_store_scan(store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, list_pair, &list, &err));
    for (size_t k = 0; k < MODEL_KEYS; k++) {
        uint8_t key[4], value[512];
        zkl_bytes name = zkl_bytes_of(key, key_of(key, k)), got;
        bool first = true;
        for (size_t j = 0; j < k;
             j++) { /* different k may give the same key: the first speaks for all */
            uint8_t other[4];
            if (compare(zkl_bytes_of(other, key_of(other, j)), name) == 0)
                first = false;
        }
        if (!first)
            continue;
        zkl_status status = zkl_store_get(store, &got, &t->arena, name, &err);
        CHECK_STATUS(t, want->present[k] ? ZKL_OK : ZKL_NOT_FOUND, status);
        bool has = !want->present[k];
        CHECK_STATUS(t, ZKL_OK, zkl_store_has(store, &has, name, &err));
        CHECK(t, has == want->present[k]);
        if (status == ZKL_OK && want->present[k]) {
            size_t size = value_of(value, want->value[k]);
            REQUIRE(t, got.size == size);
            CHECK_MEM_EQ(t, got.data, value, size);
            count++;
        }
    }
    CHECK_UINT_EQ(t, list.count, count);
    for (size_t i = 1; i < list.count && i < 256; i++)
        CHECK(t, compare(list.keys[i - 1], list.keys[i]) < 0);
}

static size_t first_of(size_t k)
{
    uint8_t key[4], other[4];
    zkl_bytes name = zkl_bytes_of(key, key_of(key, k));
    size_t j = 0;
    while (compare(zkl_bytes_of(other, key_of(other, j)), name) != 0)
        j++;
    return j;
}

/* Random batches against the model, with keys that repeat within a batch. */
static void test_storage__follows_the_model(zkl_test *t)
{
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        zkl_error err = { 0 };
        model now = { 0 };
        check_content(t, store, &now);
        for (int round = 0; round < 60; round++) {
            ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
            size_t changes = test_random_below(t, 20);
            for (size_t i = 0; i < changes; i++) {
                size_t k = test_random_below(t, MODEL_KEYS);
                uint8_t key[4], value[512];
                zkl_bytes name = zkl_bytes_of(key, key_of(key, k));
                size_t slot = first_of(k);
                if (test_random_below(t, 3) == 0) {
                    now.present[slot] = false;
                    REQUIRE_OK(t, &err, zkl_batch_delete(&batch, name, &err));
                } else {
                    now.present[slot] = true;
                    now.value[slot] = (uint32_t)test_random_u64(t);
                    size_t size = value_of(value, now.value[slot]);
                    REQUIRE_OK(t, &err,
                               zkl_batch_put(&batch, name, zkl_bytes_of(value, size), &err));
                }
                memset(key, 0xaa, sizeof key); /* the batch has its own copies */
                memset(value, 0xaa, sizeof value);
            }
            REQUIRE_OK(t, &err, zkl_store_commit(store, &batch, round % 7 == 0, &err));
            if (round % 6 == 0)
                check_content(t, store, &now);
        }
        check_content(t, store, &now);
    }
}

static void put_texts(zkl_test *t, zkl_store *store, const char *const *keys, size_t count)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    for (size_t i = 0; i < count; i++)
        REQUIRE_OK(t, &err, zkl_batch_put(&batch, text(keys[i]), text(keys[i]), &err));
    REQUIRE_OK(t, &err, zkl_store_commit(store, &batch, true, &err));
}

static void check_scan(zkl_test *t, const listing *list, const char *const *want, size_t count)
{
    REQUIRE(t, list->count == count);
    for (size_t i = 0; i < count; i++) {
        CHECK(t, compare(list->keys[i], text(want[i])) == 0);
        CHECK(t, compare(list->values[i], text(want[i])) == 0);
    }
}

static void test_storage_scan__respects_bounds_prefix_and_stop(zkl_test *t)
{
    static const char *const keys[] = { "b",  "a/2",      "a",    "c",      "a/1",
                                        "a0", "\xff\xff", "\xff", "a/\xff", "a/\xffz" };
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        zkl_error err = { 0 };
        put_texts(t, store, keys, ZKL_COUNT(keys));

        listing list = { .t = t };
        REQUIRE_OK(t, &err, zkl_store_scan(store, text("a/1"), text("b"), list_pair, &list, &err));
        check_scan(t, &list, (const char *const[]){ "a/1", "a/2", "a/\xff", "a/\xffz", "a0" }, 5);
        list = (listing){ .t = t };
        REQUIRE_OK(t, &err, zkl_store_scan_prefix(store, text("a/"), list_pair, &list, &err));
        check_scan(t, &list, (const char *const[]){ "a/1", "a/2", "a/\xff", "a/\xffz" }, 4);
        list = (listing){ .t = t };
        REQUIRE_OK(t, &err, zkl_store_scan_prefix(store, text("a/\xff"), list_pair, &list, &err));
        check_scan(t, &list, (const char *const[]){ "a/\xff", "a/\xffz" }, 2);
        list = (listing){ .t = t };
        REQUIRE_OK(t, &err, zkl_store_scan_prefix(store, text("\xff"), list_pair, &list, &err));
        check_scan(t, &list, (const char *const[]){ "\xff", "\xff\xff" }, 2);
        list = (listing){ .t = t, .stop_at = 2 };
        REQUIRE_OK(t, &err, zkl_store_scan_prefix(store, (zkl_bytes){ 0 }, list_pair, &list, &err));
        check_scan(t, &list, (const char *const[]){ "a", "a/1" }, 2);
        list = (listing){ .t = t };
        REQUIRE_OK(t, &err, zkl_store_scan(store, text("d"), text("e"), list_pair, &list, &err));
        CHECK_UINT_EQ(t, list.count, 0);
    }
}

static zkl_status refuse_pair(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                              zkl_error *err)
{
    (void)context, (void)key, (void)value, (void)stop;
    return zkl_fail(err, ZKL_BAD_INPUT, "visitor says no");
}

static void test_storage_scan__passes_the_visitors_status_on(zkl_test *t)
{
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        zkl_error err = { 0 };
        put_texts(t, store, (const char *const[]){ "a", "b" }, 2);
        CHECK_STATUS(
            t, ZKL_BAD_INPUT,
            zkl_store_scan(store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, refuse_pair, NULL, &err));
        CHECK_TEXT_EQ(t, err.text, "visitor says no");
    }
}

static void test_storage__limits_of_keys_and_values(zkl_test *t)
{
    static uint8_t big[ZKL_STORE_KEY_BYTES_MAX + 1];
    memset(big, 'k', sizeof big);
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
        zkl_error err = { 0 };
        zkl_bytes got;
        bool has = false;
        const zkl_bytes longest = zkl_bytes_of(big, sizeof big - 1),
                        longer = zkl_bytes_of(big, sizeof big);
        CHECK_STATUS(t, ZKL_LIMIT, zkl_batch_put(&batch, (zkl_bytes){ 0 }, text("v"), &err));
        CHECK_STATUS(t, ZKL_LIMIT, zkl_batch_put(&batch, longer, text("v"), &err));
        CHECK_STATUS(t, ZKL_LIMIT, zkl_batch_delete(&batch, longer, &err));
        CHECK_STATUS(t, ZKL_LIMIT,
                     zkl_batch_put(&batch, text("k"),
                                   zkl_bytes_of(big, ZKL_STORE_VALUE_BYTES_MAX + 1), &err));
        CHECK_UINT_EQ(t, batch.count, 0);
        CHECK_STATUS(t, ZKL_LIMIT, zkl_store_get(store, &got, &t->arena, longer, &err));
        CHECK_STATUS(t, ZKL_OK, zkl_store_commit(store, &batch, true, &err)); /* an empty batch */
        CHECK_STATUS(t, ZKL_OK, zkl_batch_put(&batch, longest, (zkl_bytes){ 0 }, &err));
        CHECK_STATUS(t, ZKL_OK, zkl_store_commit(store, &batch, true, &err));
        CHECK_STATUS(t, ZKL_OK, zkl_store_get(store, &got, &t->arena, longest, &err));
        CHECK_UINT_EQ(t, got.size, 0);
        CHECK_STATUS(t, ZKL_OK, zkl_store_has(store, &has, longest, &err));
        CHECK(t, has);
    }
}

/* A large value comes back as it went in. */
static void test_storage__large_values(zkl_test *t)
{
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        size_t size = 5u << 20;
        uint8_t *data = zkl_arena_alloc(&t->arena, size, 1);
        REQUIRE(t, data);
        for (size_t i = 0; i < size; i += 8) {
            uint64_t word = test_random_u64(t);
            memcpy(data + i, &word, 8);
        }
        ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
        zkl_error err = { 0 };
        zkl_bytes got;
        REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("big"), zkl_bytes_of(data, size), &err));
        REQUIRE_OK(t, &err, zkl_store_commit(store, &batch, true, &err));
        REQUIRE_OK(t, &err, zkl_store_get(store, &got, &t->arena, text("big"), &err));
        REQUIRE(t, got.size == size);
        CHECK_MEM_EQ(t, got.data, data, size);
    }
}

/* At whichever allocation memory ends, the commit happened whole or not at all. */
static void test_storage__survives_allocation_failure(zkl_test *t)
{
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        zkl_error err = { 0 };
        put_texts(t, store, (const char *const[]){ "a", "b", "c" }, 3);
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status != ZKL_OK && nth < 200; nth++) {
            zkl_batch batch = { 0 };
            zkl_arena arena = { 0 };
            zkl_bytes got;
            zkl_malloc_fail_after(nth);
            status = zkl_batch_put(&batch, text("b"), text("new"), &err);
            if (status == ZKL_OK)
                status = zkl_batch_put(&batch, text("d"), text("new"), &err);
            if (status == ZKL_OK)
                status = zkl_batch_delete(&batch, text("a"), &err);
            if (status == ZKL_OK)
                status = zkl_store_commit(store, &batch, true, &err);
            bool committed = status == ZKL_OK;
            if (status == ZKL_OK)
                status = zkl_store_get(store, &got, &arena, text("b"), &err);
            zkl_malloc_fail_after(0);
            CHECK(t, status == ZKL_OK || status == ZKL_NO_MEMORY);
            bool has_a = false, has_d = false;
            CHECK_STATUS(t, ZKL_OK, zkl_store_has(store, &has_a, text("a"), &err));
            CHECK_STATUS(t, ZKL_OK, zkl_store_has(store, &has_d, text("d"), &err));
            CHECK(t, has_d == committed && has_a == !committed);
            if (committed) { /* only the read failed, or nothing: start again from the same content */
                zkl_batch undo = { 0 };
                CHECK_STATUS(t, ZKL_OK, zkl_batch_put(&undo, text("a"), text("a"), &err));
                CHECK_STATUS(t, ZKL_OK, zkl_batch_delete(&undo, text("d"), &err));
                CHECK_STATUS(t, ZKL_OK, zkl_store_commit(store, &undo, true, &err));
                zkl_batch_clear(&undo);
            }
            zkl_batch_clear(&batch);
            zkl_arena_clear(&arena);
        }
        CHECK_STATUS(t, ZKL_OK, status);
    }
}

/* ---- Conditions */

static zkl_store_condition equals(const char *key, const char *value)
{
    return (zkl_store_condition){ .key = text(key), .value = text(value) };
}

static zkl_store_condition absent(const char *key)
{
    return (zkl_store_condition){ .key = text(key), .is_absent = true };
}

static bool has_value(zkl_test *t, zkl_store *store, const char *key, const char *value)
{
    zkl_bytes got;
    const zkl_status status = zkl_store_get(store, &got, &t->arena, text(key), NULL);
    return value ? status == ZKL_OK && compare(got, text(value)) == 0 : status == ZKL_NOT_FOUND;
}

/* Every kind of condition, held and not: what is refused leaves nothing. */
static void test_storage_conditions__hold_or_nothing_is_written(zkl_test *t)
{
    static const uint8_t binary[] = { 'k', 0, 0xff };
    const zkl_store_condition none = { .is_absent = false };
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        const struct {
            zkl_store_condition first, second;
            size_t count;
            bool holds;
        } cases[] = {
            { absent("new"), none, 1, true },
            { equals("a", "a"), none, 1, true },
            { equals("empty", ""), none, 1, true },
            { equals("a", "a"), absent("new"), 2, true },
            { { .key = zkl_bytes_of(binary, sizeof binary), .is_absent = true }, none, 1, true },
            { none, none, 0, true },
            { absent("a"), none, 1, false },
            { absent("empty"), none, 1, false }, /* there, though nothing is in it */
            { equals("a", ""), none, 1, false },
            { equals("a", "b"), none, 1, false },
            { equals("a", "aa"), none, 1, false },
            { equals("new", ""), none, 1, false }, /* an absent key is not an empty one */
            { equals("a", "a"), absent("a"), 2, false },
            { absent("new"), equals("a", "b"), 2, false },
        };
        for (size_t run = 0; run < 2 * ZKL_COUNT(cases); run++) { /* synced, and not */
            const size_t i = run / 2;
            ZKL_AUTO_CLEAR(zkl_batch) first = { 0 };
            ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
            zkl_error err = { 0 };
            const zkl_store_condition conditions[] = { cases[i].first, cases[i].second };
            zkl_store_outcome outcome = ZKL_STORE_UNKNOWN;
            REQUIRE_OK(t, &err, zkl_batch_put(&first, text("a"), text("a"), &err));
            REQUIRE_OK(t, &err, zkl_batch_put(&first, text("empty"), text(""), &err));
            REQUIRE_OK(t, &err, zkl_batch_delete(&first, text("new"), &err));
            REQUIRE_OK(t, &err, zkl_store_commit(store, &first, true, &err));
            REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("new"), text("x"), &err));
            REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("a"), text("z"), &err));
            REQUIRE_OK(t, &err, zkl_batch_delete(&batch, text("empty"), &err));
            zkl_status (*const commit_if)(zkl_store *, const zkl_store_condition *, size_t,
                                          const zkl_batch *, zkl_store_outcome *, zkl_error *) =
                run % 2 ? zkl_store_commit_if_unsynced : zkl_store_commit_if;
            const zkl_status status =
                commit_if(store, conditions, cases[i].count, &batch, &outcome, &err);
            CHECK_STATUS(t, cases[i].holds ? ZKL_OK : ZKL_CONFLICT, status);
            CHECK_UINT_EQ(t, outcome, cases[i].holds ? ZKL_STORE_COMMITTED : ZKL_STORE_NOTHING);
            CHECK(t, has_value(t, store, "new", cases[i].holds ? "x" : NULL));
            CHECK(t, has_value(t, store, "a", cases[i].holds ? "z" : "a"));
            CHECK(t, has_value(t, store, "empty", cases[i].holds ? NULL : ""));
            CHECK(t, cases[i].holds || strstr(err.text, "was written meanwhile"));
        }
        zkl_store_outcome outcome = ZKL_STORE_UNKNOWN;
        ZKL_AUTO_CLEAR(zkl_batch) nothing = { 0 };
        const zkl_store_condition nameless = absent("");
        CHECK_STATUS(t, ZKL_LIMIT,
                     zkl_store_commit_if(store, &nameless, 1, &nothing, &outcome, NULL));
        CHECK_UINT_EQ(t, outcome, ZKL_STORE_NOTHING);
    }
}

/* ---- Two writers, as two sequencers would be: each reads a counter, and sets it if it is still
 * that. */

#define RACERS 4
#define RACES 100

typedef struct racer {
    pthread_t thread;
    zkl_store *store;
    uint64_t conflicts, faults;
} racer;

static void *race(void *context)
{
    racer *r = context;
    for (unsigned won = 0; won < RACES;) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
        zkl_bytes have = { 0 };
        char next[24];
        const bool is_there =
            zkl_store_get(r->store, &have, &arena, text("counter"), NULL) == ZKL_OK;
        snprintf(next, sizeof next, "%.*s", (int)have.size, (const char *)have.data);
        snprintf(next, sizeof next, "%lu", is_there ? strtoul(next, NULL, 10) + 1 : 1);
        const zkl_store_condition same = { .key = text("counter"),
                                           .value = have,
                                           .is_absent = !is_there };
        if (zkl_batch_put(&batch, text("counter"), text(next), NULL) != ZKL_OK) {
            r->faults++;
            break;
        }
        zkl_store_outcome outcome;
        const zkl_status status = zkl_store_commit_if(r->store, &same, 1, &batch, &outcome, NULL);
        won += status == ZKL_OK;
        r->conflicts += status == ZKL_CONFLICT;
        if (status != ZKL_OK && status != ZKL_CONFLICT) {
            r->faults++;
            break;
        }
    }
    return NULL;
}

/* No commit is lost, whoever comes in between. */
static void test_storage_conditions__racing_writers_lose_nothing(zkl_test *t)
{
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        racer racers[RACERS];
        char want[24];
        for (size_t i = 0; i < RACERS; i++) {
            racers[i] = (racer){ .store = store };
            REQUIRE(t, pthread_create(&racers[i].thread, NULL, race, &racers[i]) == 0);
        }
        for (size_t i = 0; i < RACERS; i++) {
            pthread_join(racers[i].thread, NULL);
            CHECK_UINT_EQ(t, racers[i].faults, 0);
        }
        snprintf(want, sizeof want, "%d", RACERS * RACES);
        CHECK(t, has_value(t, store, "counter", want));
    }
}

/* The answer of a commit is lost: whether it is there is read back, and a second try by its
 * condition makes no second one. */
static void test_storage_conditions__a_lost_answer_is_read_back(zkl_test *t)
{
    for (int made = 0; made < 2; made++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_failing(t);
        ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
        zkl_error err = { 0 };
        zkl_store_outcome outcome = ZKL_STORE_NOTHING;
        const zkl_store_condition fresh = absent("head");
        REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("head"), text("mine"), &err));
        zkl_store_failing_after(store, made);
        zkl_store_failing_arm(store, 1);
        CHECK_STATUS(t, ZKL_IO, zkl_store_commit_if(store, &fresh, 1, &batch, &outcome, &err));
        CHECK_UINT_EQ(t, outcome, ZKL_STORE_UNKNOWN);
        REQUIRE_OK(t, &err, zkl_store_recover(store, &err));
        CHECK(t, has_value(t, store, "head", made ? "mine" : NULL));
        zkl_store_failing_arm(store, 0);
        CHECK_STATUS(t, made ? ZKL_CONFLICT : ZKL_OK,
                     zkl_store_commit_if(store, &fresh, 1, &batch, &outcome, &err));
        CHECK(t, has_value(t, store, "head", "mine"));
    }
    /* Of a condition that does not hold the answer is never lost: nothing was begun. */
    ZKL_AUTO_CLOSE(zkl_store) store = open_failing(t);
    ZKL_AUTO_CLEAR(zkl_batch) none = { 0 };
    zkl_store_outcome outcome = ZKL_STORE_UNKNOWN;
    const zkl_store_condition wrong = equals("head", "x");
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_store_commit_if(store, &wrong, 1, &none, &outcome, NULL));
    CHECK_UINT_EQ(t, outcome, ZKL_STORE_NOTHING);
}

/* ---- The writer's lock */

/* A store that is open for writing is its own writer; it is still that when it is given back. */
static void test_storage_lock__a_writer_is_its_own(zkl_test *t)
{
    for (size_t b = 0; b < store_count(); b++) {
        ZKL_AUTO_CLOSE(zkl_store) store = open_number(t, b);
        REQUIRE(t, store);
        zkl_store *writer = NULL;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, zkl_store_lock(&writer, store, NULL, &err));
        CHECK(t, writer == store);
        put_texts(t, writer, (const char *const[]){ "a" }, 1);
        zkl_store_unlock(store, writer);
        CHECK(t, has_value(t, store, "a", "a"));
    }
}

/* A reader becomes a writer for a moment. Others are refused meanwhile, and told by whom; it reads
 * on through itself. */
static void test_storage_lock__a_reader_writes_for_a_moment(zkl_test *t)
{
    size_t count;
    const zkl_store_backend *const *backends = zkl_store_backends(&count);
    for (size_t b = 0; b < count; b++) {
        if (!(backends[b]->features & ZKL_STORE_DURABLE))
            continue;
        const char *folder = test_folder(t);
        char path[256], lock[256];
        zkl_error err = { 0 };
        zkl_store *made = NULL, *writer = NULL, *second = NULL;
        snprintf(path, sizeof path, "%s/store", folder);
        snprintf(lock, sizeof lock, "%s/lock", folder);
        zkl_store_options options = { .path = path, .lock_path = lock, .create_if_missing = true };
        REQUIRE_OK(t, &err, zkl_store_open(&made, backends[b]->name, &options, &err));
        put_texts(t, made, (const char *const[]){ "a" }, 1);
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_store_open(&second, backends[b]->name, &options, &err));
        CHECK(t, strstr(err.text, "is being written by another process (pid ") != NULL);
        zkl_store_close(made);

        options.read_only = true;
        options.create_if_missing = false;
        ZKL_AUTO_CLOSE(zkl_store) reader = NULL;
        ZKL_AUTO_CLOSE(zkl_store) other = NULL;
        REQUIRE_OK(t, &err, zkl_store_open(&reader, backends[b]->name, &options, &err));
        REQUIRE_OK(t, &err, zkl_store_open(&other, backends[b]->name, &options, &err));
        REQUIRE_OK(t, &err, zkl_store_lock(&writer, reader, NULL, &err));
        CHECK(t, writer != reader);
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_store_lock(&second, other, NULL, &err));
        CHECK(t, strstr(err.text, "is being written by another process (pid ") != NULL);
        put_texts(t, writer, (const char *const[]){ "b" }, 1);
        CHECK(t, has_value(t, writer, "a", "a") && has_value(t, writer, "b", "b"));
        CHECK(t, has_value(t, reader, "a", "a") && has_value(t, reader, "b", NULL));
        REQUIRE_OK(t, &err, zkl_store_catch_up(reader, &err));
        CHECK(t, has_value(t, reader, "b", "b"));
        zkl_store_unlock(reader, writer);
        REQUIRE_OK(t, &err, zkl_store_lock(&second, other, NULL, &err));
        CHECK(t, has_value(t, second, "b", "b"));
        zkl_store_unlock(other, second);
        REQUIRE_OK(t, &err, zkl_store_catch_up(other, &err));
        CHECK(t, has_value(t, other, "b", "b"));
    }
}

static void put_value(zkl_test *t, zkl_store *store, const char *key, const char *value)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    REQUIRE_OK(t, &err, zkl_batch_put(&batch, text(key), text(value), &err));
    REQUIRE_OK(t, &err, zkl_store_commit(store, &batch, true, &err));
}

/* The digits of `order` in base 3 are events, the lowest first. 0: a writer comes, writes the next
 * value and goes. 1: a writer comes and goes. 2: the reader catches up. */
static void check_order(zkl_test *t, const zkl_store_backend *backend, unsigned order,
                        unsigned event_count)
{
    const char *folder = test_folder(t);
    zkl_error err = { 0 };
    zkl_store *made = NULL;
    ZKL_AUTO_CLOSE(zkl_store) reader = NULL;
    char value[2] = "a";
    zkl_store_options options = { .path = zkl_arena_format(&t->arena, "%s/store", folder),
                                  .lock_path = zkl_arena_format(&t->arena, "%s/lock", folder),
                                  .create_if_missing = true };
    REQUIRE_OK(t, &err, zkl_store_open(&made, backend->name, &options, &err));
    put_value(t, made, "key", value);
    zkl_store_close(made);
    options.read_only = true;
    options.create_if_missing = false;
    REQUIRE_OK(t, &err, zkl_store_open(&reader, backend->name, &options, &err));
    for (unsigned i = 0, left = order; i < event_count; i++, left /= 3) {
        zkl_store *writer = NULL;
        if (left % 3 == 2) {
            REQUIRE_OK(t, &err, zkl_store_catch_up(reader, &err));
            CHECK(t, has_value(t, reader, "key", value));
            continue;
        }
        REQUIRE_OK(t, &err, zkl_store_lock(&writer, reader, NULL, &err));
        if (left % 3 == 0) {
            value[0]++;
            put_value(t, writer, "key", value);
        }
        zkl_store_unlock(reader, writer);
    }
    REQUIRE_OK(t, &err, zkl_store_catch_up(reader, &err));
    if (!has_value(t, reader, "key", value))
        FAIL(t, "%s: after order %u of %u events the value is not %s", backend->name, order,
             event_count, value);
}

/* A value that is written again and again is seen as it is when a reader catches up, in whatever
 * order writers came and went since: all orders of up to three events. */
static void test_storage_catch_up__shows_the_newest_value(zkl_test *t)
{
    size_t count;
    const zkl_store_backend *const *backends = zkl_store_backends(&count);
    for (size_t b = 0; b < count; b++)
        for (unsigned events = 1, orders = 3; events <= 3; events++, orders *= 3)
            for (unsigned order = 0; order < orders && backends[b]->features & ZKL_STORE_DURABLE;
                 order++)
                check_order(t, backends[b], order, events);
}

/* ---- The registry */

static void test_storage_registry__refuses_an_unknown_store_with_the_list(zkl_test *t)
{
    size_t count;
    const zkl_store_backend *const *backends = zkl_store_backends(&count);
    zkl_store *store = NULL;
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_store_open(&store, "paper", &(zkl_store_options){ 0 }, &err));
    CHECK(t, strstr(err.text, "'paper'") != NULL);
    for (size_t i = 0; i < count; i++) {
        CHECK(t, strstr(err.text, backends[i]->name) != NULL);
        CHECK(t, zkl_store_backend_find(backends[i]->name) == backends[i]);
    }
    CHECK(t, !store && !zkl_store_backend_find("paper"));
}

/* ---- failing */

static void test_storage_failing__fails_from_the_nth_commit(zkl_test *t)
{
    ZKL_AUTO_CLOSE(zkl_store) store = open_failing(t);
    zkl_error err = { 0 };
    zkl_store_failing_arm(store, 3);
    for (int i = 1; i <= 5; i++) {
        char key[2] = { (char)('0' + i), 0 };
        ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
        bool has;
        REQUIRE_OK(t, &err, zkl_batch_put(&batch, text(key), text("v"), &err));
        CHECK_STATUS(t, i < 3 ? ZKL_OK : ZKL_IO, zkl_store_commit(store, &batch, true, &err));
        REQUIRE_OK(t, &err, zkl_store_has(store, &has, text(key), &err));
        CHECK(t, has == (i < 3));
    }
    CHECK_UINT_EQ(t, zkl_store_failing_commits(store), 5);
    zkl_store_failing_arm(store, 0);
    put_texts(t, store, (const char *const[]){ "6" }, 1);
}

/* ---- rocksdb */

static zkl_status open_at(zkl_store **out, const char *path, bool create, bool read_only,
                          zkl_error *err)
{
    const zkl_store_options options = { .path = path,
                                        .create_if_missing = create,
                                        .read_only = read_only };
    return zkl_store_open(out, "rocksdb", &options, err);
}

static void test_storage_rocksdb__keeps_what_was_committed(zkl_test *t)
{
    const char *folder = test_folder(t);
    zkl_error err = { 0 };
    for (int round = 0; round < 3; round++) {
        ZKL_AUTO_CLOSE(zkl_store) store = NULL;
        listing list = { .t = t };
        REQUIRE_OK(t, &err, open_at(&store, folder, round == 0, false, &err));
        REQUIRE_OK(
            t, &err,
            zkl_store_scan(store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, list_pair, &list, &err));
        CHECK_UINT_EQ(t, list.count, round);
        put_texts(t, store, (const char *const[]){ round == 0 ? "a" : round == 1 ? "b" : "c" }, 1);
    }
}

static void test_storage_rocksdb__says_why_it_cannot_open(zkl_test *t)
{
    const char *folder = test_folder(t);
    char path[256];
    zkl_error err = { 0 };
    zkl_store *first = NULL, *second = NULL;
    CHECK_STATUS(t, ZKL_NOT_FOUND, open_at(&second, folder, false, false, &err));
    CHECK(t, strstr(err.text, folder) != NULL);
    CHECK_STATUS(t, ZKL_NOT_FOUND, open_at(&second, folder, false, true, &err));

    snprintf(path, sizeof path, "%s/missing/db", folder);
    CHECK_STATUS(t, ZKL_NOT_FOUND, open_at(&second, path, true, false, &err));
    snprintf(path, sizeof path, "%s/file", folder);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    REQUIRE(t, fd >= 0);
    close(fd);
    CHECK_STATUS(t, ZKL_IO, open_at(&second, path, true, false, &err));
    CHECK(t, strstr(err.text, path) != NULL);

    snprintf(path, sizeof path, "%s/db", folder);
    REQUIRE_OK(t, &err, open_at(&first, path, true, false, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, open_at(&second, path, true, false, &err));
    CHECK(t, strstr(err.text, "in use") != NULL && strstr(err.text, path) != NULL);
    zkl_store_close(first);
    REQUIRE_OK(t, &err, open_at(&second, path, false, false, &err));
    zkl_store_close(second);
}

/* Run body in a child and return its exit status: for what must not happen in this process. */
static int in_child(void (*body)(const char *), const char *argument)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        body(argument);
        _exit(99);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void open_as_nobody(const char *path)
{
    zkl_store *store = NULL;
    zkl_error err = { 0 };
    if (geteuid() == 0 && setuid(65534) != 0)
        _exit(98);
    _exit((int)open_at(&store, path, true, false, &err));
}

/* Also when the tests run as root: the child gives up its rights first. */
static void test_storage_rocksdb__denied_without_permission(zkl_test *t)
{
    const char *folder = test_folder(t);
    REQUIRE(t, chmod(folder, 0555) == 0);
    char path[256];
    snprintf(path, sizeof path, "%s/db", folder);
    CHECK_UINT_EQ(t, in_child(open_as_nobody, path), ZKL_DENIED);
    REQUIRE(t, chmod(folder, 0700) == 0);
}

static void open_once(const char *path)
{
    zkl_store *store = NULL;
    zkl_error err = { 0 };
    _exit((int)open_at(&store, path, true, false, &err));
}

static void hold_until_closed(const char *path, int ready, int release)
{
    zkl_store *store = NULL;
    char byte = 'x';
    if (open_at(&store, path, true, false, NULL) != ZKL_OK || write(ready, &byte, 1) != 1)
        _exit(97);
    _exit(read(release, &byte, 1) == 0 ? 0 : 96); /* the end of the pipe */
}

static void test_storage_rocksdb__a_second_process_finds_it_in_use(zkl_test *t)
{
    char path[256], byte;
    int ready[2], release[2], status = 0;
    snprintf(path, sizeof path, "%s/db", test_folder(t));
    REQUIRE(t, pipe(ready) == 0 && pipe(release) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(release[1]);
        hold_until_closed(path, ready[1], release[0]);
    }
    CHECK(t, read(ready[0], &byte, 1) == 1);
    CHECK_UINT_EQ(t, in_child(open_once, path), ZKL_CONFLICT);
    close(release[0]);
    close(release[1]);
    waitpid(child, &status, 0);
    CHECK(t, WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_UINT_EQ(t, in_child(open_once, path), ZKL_OK);
    close(ready[0]);
    close(ready[1]);
}

static void test_storage_rocksdb__a_reader_beside_the_writer_catches_up(zkl_test *t)
{
    const char *folder = test_folder(t);
    zkl_error err = { 0 };
    bool has = true;
    ZKL_AUTO_CLOSE(zkl_store) writer = NULL;
    ZKL_AUTO_CLOSE(zkl_store) reader = NULL;
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    REQUIRE_OK(t, &err, open_at(&writer, folder, true, false, &err));
    put_texts(t, writer, (const char *const[]){ "a" }, 1);
    REQUIRE_OK(t, &err, open_at(&reader, folder, false, true, &err));
    REQUIRE_OK(t, &err, zkl_store_has(reader, &has, text("a"), &err));
    CHECK(t, has);
    put_texts(t, writer, (const char *const[]){ "b" }, 1);
    REQUIRE_OK(t, &err, zkl_store_has(reader, &has, text("b"), &err));
    CHECK(t, !has);
    REQUIRE_OK(t, &err, zkl_store_catch_up(reader, &err));
    REQUIRE_OK(t, &err, zkl_store_has(reader, &has, text("b"), &err));
    CHECK(t, has);
    REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("c"), text("c"), &err));
    CHECK_STATUS(t, ZKL_DENIED, zkl_store_commit(reader, &batch, true, &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, zkl_store_catch_up(writer, &err));
}

static void test_storage_rocksdb__a_size_limit_refuses_puts_only(zkl_test *t)
{
    const zkl_store_options options = { .path = test_folder(t),
                                        .create_if_missing = true,
                                        .bytes_max = 1 << 20 };
    static uint8_t big[1 << 20];
    zkl_error err = { 0 };
    ZKL_AUTO_CLOSE(zkl_store) store = NULL;
    ZKL_AUTO_CLEAR(zkl_batch) puts = { 0 };
    ZKL_AUTO_CLEAR(zkl_batch) deletes = { 0 };
    REQUIRE_OK(t, &err, zkl_store_open(&store, "rocksdb", &options, &err));
    put_texts(t, store, (const char *const[]){ "a" }, 1);
    REQUIRE_OK(t, &err, zkl_batch_put(&puts, text("b"), zkl_bytes_of(big, sizeof big), &err));
    CHECK_STATUS(t, ZKL_LIMIT, zkl_store_commit(store, &puts, true, &err));
    REQUIRE_OK(t, &err, zkl_batch_delete(&deletes, text("a"), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_store_commit(store, &deletes, true, &err));
}

/* A byte changed in the middle of the write-ahead log is reported, not passed over. */
static void test_storage_rocksdb__damage_is_reported(zkl_test *t)
{
    const char *folder = test_folder(t);
    char path[256], command[600];
    zkl_error err = { 0 };
    zkl_store *store = NULL;
    snprintf(path, sizeof path, "%s/db", folder);
    REQUIRE_OK(t, &err, open_at(&store, path, true, false, &err));
    for (int i = 0; i < 20; i++) {
        char key[32];
        snprintf(key, sizeof key, "a key that is easy to find %d", i);
        put_texts(t, store, (const char *const[]){ key }, 1);
    }
    /* A copy of the files now is what a crash would leave: the log not yet folded into tables. */
    snprintf(command, sizeof command, "cp -r %s %s.crashed", path, path);
    REQUIRE(t, system(command) == 0);
    zkl_store_close(store);
    store = NULL;
    snprintf(command, sizeof command, "sed -i 's/easy to find 7/easy to lose 7/' %s.crashed/*.log",
             path);
    REQUIRE(t, system(command) == 0);
    snprintf(path, sizeof path, "%s/db.crashed", folder);
    CHECK_STATUS(t, ZKL_IO, open_at(&store, path, false, false, &err));
    CHECK(t, strstr(err.text, "it is damaged") != NULL);
    zkl_store_close(store);
}

static size_t count_reader_folders(const char *folder)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        count += strncmp(entry->d_name, "zkl-reader-", 11) == 0;
    if (entries)
        closedir(entries);
    return count;
}

/* A reader's folder has no name once it is open; that of a process which was killed goes with the
 * next reader. */
static void test_storage_rocksdb__readers_leave_no_folders(zkl_test *t)
{
    const char *folder = test_folder(t);
    char path[256], left[300];
    zkl_error err = { 0 };
    zkl_store *store = NULL;
    const char *before = getenv("TMPDIR");
    const char *kept = before ? zkl_arena_text(&t->arena, before, strlen(before)) : NULL;
    snprintf(path, sizeof path, "%s/db", folder);
    REQUIRE_OK(t, &err, open_at(&store, path, true, false, &err));
    zkl_store_close(store);
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    REQUIRE(t, child > 0 && waitpid(child, NULL, 0) == child); /* a process that is gone */
    snprintf(left, sizeof left, "%s/zkl-reader-%ld-abcdef", folder, (long)child);
    REQUIRE(t, mkdir(left, 0700) == 0);
    snprintf(left, sizeof left, "%s/zkl-reader-%ld-abcdef/LOG", folder, (long)child);
    REQUIRE(t, close(open(left, O_WRONLY | O_CREAT, 0600)) == 0);
    snprintf(left, sizeof left, "%s/zkl-reader-%ld-abcdef", folder, (long)getppid());
    REQUIRE(t, mkdir(left, 0700) == 0); /* of one that lives */
    REQUIRE(t, setenv("TMPDIR", folder, 1) == 0);
    const zkl_status status = open_at(&store, path, false, true, &err);
    (void)(kept ? setenv("TMPDIR", kept, 1) : unsetenv("TMPDIR")); /* as it was */
    REQUIRE_OK(t, &err, status);
    CHECK_UINT_EQ(t, count_reader_folders(folder), 1);
    REQUIRE_OK(t, &err, zkl_store_catch_up(store, &err));
    zkl_store_close(store);
    CHECK_UINT_EQ(t, count_reader_folders(folder), 1);
}

/* ---- kill: the child commits batches of BATCH_KEYS keys as fast as it can, all with the same
 * number as value, and says each number through the pipe when its commit has returned. */
#define KILLS 40
#define BATCH_KEYS 24

static void commit_until_killed(const char *path, int said)
{
    zkl_store *store = NULL;
    zkl_error err = { 0 };
    zkl_arena arena = { 0 };
    zkl_bytes got;
    uint32_t number = 0;
    if (open_at(&store, path, true, false, &err) != ZKL_OK)
        _exit(96);
    zkl_status status = zkl_store_get(store, &got, &arena, text("key 0"), &err);
    if (status == ZKL_OK)
        memcpy(&number, got.data, sizeof number);
    else if (status != ZKL_NOT_FOUND)
        _exit(95);
    for (;;) {
        zkl_batch batch = { 0 };
        uint8_t value[300] = { 0 };
        number++;
        memcpy(value, &number, sizeof number);
        for (int k = 0; k < BATCH_KEYS; k++) {
            char key[16];
            snprintf(key, sizeof key, "key %d", k);
            if (zkl_batch_put(&batch, text(key), zkl_bytes_of(value, sizeof value), &err) != ZKL_OK)
                _exit(94);
        }
        if (zkl_store_commit(store, &batch, true, &err) != ZKL_OK)
            _exit(93);
        zkl_batch_clear(&batch);
        if (write(said, &number, sizeof number) != sizeof number)
            _exit(92);
    }
}

/* Read back in a child too, so that this process can fork again. Exits 0 when all keys agree and
 * are at least as new as what was said. */
static uint32_t said_last;

static void check_after_kill(const char *path)
{
    zkl_store *store = NULL;
    zkl_error err = { 0 };
    zkl_arena arena = { 0 };
    uint32_t first = 0;
    if (open_at(&store, path, true, false, &err) != ZKL_OK)
        _exit(91);
    for (int k = 0; k < BATCH_KEYS; k++) {
        char key[16];
        uint32_t number = 0;
        zkl_bytes got;
        snprintf(key, sizeof key, "key %d", k);
        zkl_status status = zkl_store_get(store, &got, &arena, text(key), &err);
        if (status == ZKL_OK && got.size == 300)
            memcpy(&number, got.data, sizeof number);
        else if (status != ZKL_NOT_FOUND)
            _exit(90);
        if (k == 0)
            first = number;
        if (number != first)
            _exit(89); /* half a batch */
    }
    zkl_store_close(store);
    zkl_arena_clear(&arena);
    _exit(first < said_last ? 88 : 0); /* 88: a synced batch is gone */
}

static void test_storage_rocksdb__kill_leaves_whole_batches(zkl_test *t)
{
    char path[256];
    snprintf(path, sizeof path, "%s/db", test_folder(t));
    for (int kill_number = 0; kill_number < KILLS; kill_number++) {
        int said[2];
        REQUIRE(t, pipe(said) == 0);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            close(said[0]);
            commit_until_killed(path, said[1]);
        }
        close(said[1]);
        /* Let it say a few numbers, spin a random while, kill: at some point inside a commit. */
        uint64_t wanted = 1 + test_random_below(t, 5);
        volatile uint64_t spins = test_random_below(t, 300000);
        bool reads = true;
        for (uint64_t i = 0; i < wanted && reads; i++)
            reads = read(said[0], &said_last, sizeof said_last) == sizeof said_last;
        CHECK(t, reads);
        while (spins)
            spins--;
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(t, WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        while (read(said[0], &said_last, sizeof said_last) == sizeof said_last)
            ; /* what it still said before it died */
        close(said[0]);
        CHECK_UINT_EQ(t, in_child(check_after_kill, path), 0);
    }
}

/* A file size limit stands in for a full disk: the commit fails with the path and the cause, and
 * after reopening with room again what was committed before is there, whole. */
static void fill_the_disk(const char *path)
{
    zkl_store *store = NULL;
    zkl_error err = { 0 };
    zkl_batch small = { 0 }, big = { 0 };
    static uint8_t data[4 << 20];
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGXFSZ, &ignore, NULL);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * i >> 7);
    if (open_at(&store, path, true, false, &err) != ZKL_OK ||
        zkl_batch_put(&small, text("small"), text("v"), &err) != ZKL_OK ||
        zkl_store_commit(store, &small, true, &err) != ZKL_OK ||
        zkl_batch_put(&big, text("big"), zkl_bytes_of(data, sizeof data), &err) != ZKL_OK)
        _exit(91);
    const struct rlimit limit = { 1 << 20, 1 << 20 };
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(90);
    zkl_status status = zkl_store_commit(store, &big, true, &err);
    if (status == ZKL_IO && strstr(err.text, path))
        _exit(0);
    _exit(status == ZKL_IO ? 89 : 88);
}

static void check_after_full_disk(const char *path)
{
    zkl_store *store = NULL;
    zkl_batch after = { 0 };
    bool small = false, big = true;
    if (open_at(&store, path, false, false, NULL) != ZKL_OK ||
        zkl_store_has(store, &small, text("small"), NULL) != ZKL_OK ||
        zkl_store_has(store, &big, text("big"), NULL) != ZKL_OK ||
        zkl_batch_put(&after, text("after"), text("v"), NULL) != ZKL_OK ||
        zkl_store_commit(store, &after, true, NULL) != ZKL_OK)
        _exit(91);
    _exit(small && !big ? 0 : 90);
}

static void test_storage_rocksdb__a_full_disk_is_said_and_harms_nothing(zkl_test *t)
{
    char path[256];
    snprintf(path, sizeof path, "%s/db", test_folder(t));
    CHECK_UINT_EQ(t, in_child(fill_the_disk, path), 0);
    CHECK_UINT_EQ(t, in_child(check_after_full_disk, path), 0);
}

/* Readers come and go while a writer opens, writes and closes: none of them ever fails, and none
 * sees a number go backwards or half a batch. */
static void write_and_reopen(const char *path, int stop)
{
    uint32_t number = 0;
    char byte;
    while (read(stop, &byte, 1) < 0) { /* not yet told to stop */
        zkl_store *store = NULL;
        if (open_at(&store, path, true, false, NULL) != ZKL_OK)
            _exit(96);
        for (int i = 0; i < 5; i++) {
            zkl_batch batch = { 0 };
            number++;
            for (int k = 0; k < BATCH_KEYS; k++) {
                char key[16];
                snprintf(key, sizeof key, "key %d", k);
                if (zkl_batch_put(&batch, text(key), zkl_bytes_of(&number, sizeof number), NULL) !=
                    ZKL_OK)
                    _exit(94);
            }
            if (zkl_store_commit(store, &batch, true, NULL) != ZKL_OK)
                _exit(93);
            zkl_batch_clear(&batch);
        }
        zkl_store_close(store);
    }
    _exit(0);
}

static void check_reader(zkl_test *t, zkl_store *reader, uint32_t *last)
{
    zkl_error err = { 0 };
    for (int k = 0; k < BATCH_KEYS; k++) {
        char key[16];
        uint32_t number = 0;
        zkl_bytes got;
        snprintf(key, sizeof key, "key %d", k);
        REQUIRE_OK(t, &err, zkl_store_get(reader, &got, &t->arena, text(key), &err));
        memcpy(&number, got.data, sizeof number);
        CHECK(t, k == 0 ? number >= *last : number == *last);
        *last = number;
    }
}

static void test_storage_rocksdb__readers_never_fail_beside_a_writer(zkl_test *t)
{
    char path[256];
    int stop[2], status = 0;
    zkl_error err = { 0 };
    uint32_t last = 0;
    snprintf(path, sizeof path, "%s/db", test_folder(t));
    REQUIRE(t, pipe(stop) == 0 && fcntl(stop[0], F_SETFL, O_NONBLOCK) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(stop[1]);
        write_and_reopen(path, stop[0]);
    }
    for (bool there = false;
         !there && waitpid(child, &status, WNOHANG) == 0;) { /* the first batch */
        zkl_store *reader = NULL;
        if (open_at(&reader, path, false, true, &err) == ZKL_OK)
            CHECK_STATUS(t, ZKL_OK, zkl_store_has(reader, &there, text("key 0"), &err));
        zkl_store_close(reader);
    }
    for (int round = 0; round < 40; round++) {
        ZKL_AUTO_CLOSE(zkl_store) reader = NULL;
        REQUIRE_OK(t, &err, open_at(&reader, path, false, true, &err));
        check_reader(t, reader, &last);
        for (int i = 0; i < 5; i++) {
            REQUIRE_OK(t, &err, zkl_store_catch_up(reader, &err));
            check_reader(t, reader, &last);
        }
    }
    close(stop[0]);
    close(stop[1]);
    waitpid(child, &status, 0);
    CHECK(t, WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A store counts when it is asked to, and those that cannot say so. */
static void test_storage__counts_what_it_does(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_store_counts counts;
    zkl_store_options options = { .path = test_folder(t), .create_if_missing = true };
    zkl_store *store = NULL;
    REQUIRE_OK(t, &err, zkl_store_open(&store, "memory", &options, &err));
    CHECK(t, !zkl_store_count(store, &counts));
    zkl_store_close(store);
    store = NULL;
    options.counts = true;
    if (zkl_store_open(&store, "rocksdb", &options, &err) == ZKL_NOT_SUPPORTED)
        return;
    REQUIRE(t, store);
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    zkl_bytes value;
    REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("a"), text("12345"), &err));
    REQUIRE_OK(t, &err, zkl_batch_put(&batch, text("b"), text("6"), &err));
    REQUIRE_OK(t, &err, zkl_store_commit(store, &batch, true, &err));
    for (size_t i = 0; i < 3; i++)
        REQUIRE_OK(t, &err, zkl_store_get(store, &value, &t->arena, text("a"), &err));
    CHECK(t, zkl_store_count(store, &counts));
    CHECK_UINT_EQ(t, counts.puts, 2);
    CHECK_UINT_EQ(t, counts.gets, 3);
    CHECK_UINT_EQ(t, counts.bytes_read, 15);
    CHECK_UINT_EQ(t, counts.syncs, 1);
    CHECK(t, counts.bytes_written > 0);
    zkl_store_close(store);
}

/* The tests that fork come first: RocksDB's threads start with the first open in this process, and
 * a child would wait for them in vain. The one with the readers forks before it opens, and is the
 * last to fork. */
ZKL_TESTS(TEST(test_storage_rocksdb__kill_leaves_whole_batches),
          TEST(test_storage_rocksdb__denied_without_permission),
          TEST(test_storage_rocksdb__a_second_process_finds_it_in_use),
          TEST(test_storage_rocksdb__a_full_disk_is_said_and_harms_nothing),
          TEST(test_storage_rocksdb__readers_never_fail_beside_a_writer),
          TEST(test_storage__follows_the_model),
          TEST(test_storage_catch_up__shows_the_newest_value),
          TEST(test_storage_scan__respects_bounds_prefix_and_stop),
          TEST(test_storage_scan__passes_the_visitors_status_on),
          TEST(test_storage__limits_of_keys_and_values), TEST(test_storage__large_values),
          TEST(test_storage__survives_allocation_failure),
          TEST(test_storage_failing__fails_from_the_nth_commit),
          TEST(test_storage_rocksdb__keeps_what_was_committed),
          TEST(test_storage_rocksdb__says_why_it_cannot_open),
          TEST(test_storage_rocksdb__a_reader_beside_the_writer_catches_up),
          TEST(test_storage_rocksdb__a_size_limit_refuses_puts_only),
          TEST(test_storage_rocksdb__damage_is_reported),
          TEST(test_storage_rocksdb__readers_leave_no_folders),
          TEST(test_storage_conditions__hold_or_nothing_is_written),
          TEST(test_storage_conditions__racing_writers_lose_nothing),
          TEST(test_storage_conditions__a_lost_answer_is_read_back),
          TEST(test_storage_lock__a_writer_is_its_own),
          TEST(test_storage_lock__a_reader_writes_for_a_moment),
          TEST(test_storage_registry__refuses_an_unknown_store_with_the_list),
          TEST(test_storage__counts_what_it_does))
