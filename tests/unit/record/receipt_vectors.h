#pragma once
/* The receipts of tests/vectors/receipt. */
#include "base/file.h"
#include "ledger/trust_toml.h"
#include "verify/receipt.h"
#include "testing.h"

static inline zkl_bytes vector_file(zkl_test *t, const char *name)
{
    zkl_buffer bytes = { 0 };
    zkl_error err = { 0 };
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/vectors/receipt/%s", ZKL_TEST_SOURCE_DIR, name);
    if (zkl_file_read(&bytes, path, (size_t)1 << 20, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    const zkl_bytes out =
        zkl_bytes_of(zkl_arena_copy(&t->arena, bytes.data, bytes.size), bytes.size);
    zkl_buffer_clear(&bytes);
    return out;
}

static inline zkl_status vector_verify(zkl_test *t, zkl_verified *out, zkl_arena *arena,
                                       zkl_bytes bytes, const zkl_trust *trust, zkl_error *err)
{
    const zkl_env env = { .pool = t->pool };
    return zkl_receipt_verify(out, arena, bytes, trust, &env, err);
}

static inline void vector_repair(uint8_t *bytes, size_t size)
{
    zkl_digest hash;
    zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, size - 32);
    memcpy(bytes + size - 32, hash.bytes, 32);
}

/* Change each step-th byte in turn; as it is, and with the trailing hash repaired. Every one must
 * be refused. */
static inline void vector_change_bytes(zkl_test *t, const char *name, size_t step)
{
    zkl_trust trust;
    zkl_error err = { 0 };
    const zkl_bytes whole = vector_file(t, name);
    REQUIRE_OK(
        t, &err,
        zkl_trust_toml_parse(&trust, &t->arena, vector_file(t, "trust.toml"), "trust.toml", &err));
    uint8_t *bytes = zkl_arena_copy(&t->arena, whole.data, whole.size);
    REQUIRE(t, bytes != NULL && whole.size > 32);
    for (size_t i = test_random_below(t, step); i < whole.size; i += step)
        for (int repaired = 0; repaired < 2; repaired++) {
            zkl_arena arena = { 0 };
            zkl_verified verified;
            const uint8_t change = (uint8_t)(1u << test_random_below(t, 8));
            bytes[i] ^= change;
            if (repaired && i < whole.size - 32)
                vector_repair(bytes, whole.size);
            if (vector_verify(t, &verified, &arena, zkl_bytes_of(bytes, whole.size), &trust,
                              &err) == ZKL_OK)
                FAIL(t, "byte %zu changed by %02x is accepted", i, change);
            zkl_arena_clear(&arena);
            memcpy(bytes, whole.data, whole.size);
        }
}
