#pragma once
/* A real receipt with bytes changed in turn, each as it is and with the trailing hash repaired:
 * never valid. */
#include <stdatomic.h>

#include "hash/hash.h"
#include "service_testing.h"

typedef struct changed_bytes {
    zkl_bytes receipt, trust;
    size_t stride;
    _Atomic uint64_t accepted, silent, runs;
    _Atomic size_t first_accepted;
} changed_bytes;

static inline void verify_changed(changed_bytes *c, const uint8_t *bytes, size_t at)
{
    zkl_verify_result result = { 0 };
    zkl_error err = { 0 };
    const zkl_status status =
        zkl_verify_receipt(&result, zkl_bytes_of(bytes, c->receipt.size), c->trust, NULL, &err);
    atomic_fetch_add(&c->runs, 1);
    if (status == ZKL_OK) {
        atomic_fetch_add(&c->accepted, 1);
        atomic_store(&c->first_accepted, at);
    } else if (!err.text[0] || result.claim_count) {
        atomic_fetch_add(&c->silent, 1);
    }
    zkl_arena_clear(&result.memory);
}

static inline void change_one(void *context, size_t index, size_t worker)
{
    changed_bytes *c = context;
    const size_t size = c->receipt.size, at = index * c->stride;
    uint8_t *bytes = zkl_malloc(size, 1);
    zkl_digest hash;
    (void)worker;
    ZKL_ASSERT(bytes);
    memcpy(bytes, c->receipt.data, size);
    bytes[at] ^= (uint8_t)(1u << at % 8);
    verify_changed(c, bytes, at);
    if (at < size - sizeof hash) {
        zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, size - sizeof hash);
        memcpy(bytes + size - sizeof hash, &hash, sizeof hash);
        verify_changed(c, bytes, at);
    }
    zkl_free(bytes);
}

/* Every stride-th byte of the receipt of a small dataset: text, dictionary, range claim; plain:
 * numbers alone. */
static inline void check_changed_bytes(zkl_test *t, bool plain, size_t stride)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world world;
    changed_bytes c = { .stride = stride };
    zkl_verify_result result = { 0 };
    REQUIRE_OK(t, &err, service_world_make(t, &world, &env, &err));
    REQUIRE_OK(t, &err, service_notarize(&world, plain, &env, &err));
    REQUIRE_OK(t, &err, service_receipt(t, &c.receipt, &c.trust, &world, &err));
    REQUIRE_OK(t, &err, zkl_verify_receipt(&result, c.receipt, c.trust, NULL, &err));
    CHECK_UINT_EQ(t, result.claim_count, 2);
    zkl_arena_clear(&result.memory);
    const size_t count = (c.receipt.size + stride - 1) / stride;
    zkl_pool_run(t->pool, count, change_one, &c);
    if (c.accepted)
        FAIL(t, "%llu changed receipts are accepted; one has byte %zu of %zu changed",
             (unsigned long long)c.accepted, (size_t)c.first_accepted, c.receipt.size);
    CHECK_UINT_EQ(t, c.silent, 0);
    CHECK(t, c.runs > count && c.runs <= 2 * count);
}
