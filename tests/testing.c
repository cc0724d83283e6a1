#include "testing.h"

#include <ftw.h>
#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Files that tests have read, by name: each once. */
static struct {
    char name[64];
    json_t *root;
} loaded[16];
static size_t loaded_count;
static char folders[256][64];
static size_t folder_count;

void zkl_test_fail(zkl_test *t, const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (t->failures < 20) {
        printf("%s:%d: %s (seed %llu): ", file, line, t->name, (unsigned long long)t->seed);
        vprintf(format, args);
        printf("\n");
    }
    va_end(args);
    t->failures++;
}

void zkl_test_fail_mem(zkl_test *t, const char *file, int line, const char *what, const void *got,
                       const void *want, size_t size)
{
    const uint8_t *a = got, *b = want;
    size_t at = 0;
    while (at < size && a[at] == b[at])
        at++;
    char ga[2 * 16 + 1], wa[2 * 16 + 1];
    size_t shown = size - at < 16 ? size - at : 16;
    zkl_hex_encode(ga, a + at, shown);
    zkl_hex_encode(wa, b + at, shown);
    zkl_test_fail(t, file, line, "%s differs at byte %zu of %zu: %s, want %s", what, at, size, ga,
                  wa);
}

bool test_is_soak(void)
{
    return getenv("ZKL_SOAK") != NULL;
}

/* splitmix64 */
uint64_t test_random_u64(zkl_test *t)
{
    uint64_t z = (t->random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t test_random_below(zkl_test *t, uint64_t bound)
{
    return bound ? test_random_u64(t) % bound : 0;
}

void test_random_bytes(zkl_test *t, void *out, size_t size)
{
    uint8_t *bytes = out;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)test_random_u64(t);
}

static zkl_status fill_from_test(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)err;
    test_random_bytes(opaque, out, size);
    return ZKL_OK;
}

static int64_t stand_still(void *opaque)
{
    (void)opaque;
    return 1767225600000; /* 2026-01-01T00:00:00Z */
}

zkl_env test_env(zkl_test *t)
{
    return (zkl_env){ .random = { fill_from_test, t },
                      .clock = { stand_still, NULL },
                      .pool = t->pool };
}

zkl_bytes test_hex(zkl_test *t, const char *hex)
{
    if (strncmp(hex, "0x", 2) == 0)
        hex += 2;
    size_t size = strlen(hex) / 2;
    uint8_t *out = zkl_arena_alloc(&t->arena, size, 1);
    if (!out || !zkl_hex_decode(out, size, hex, strlen(hex)))
        FAIL(t, "bad hex '%s'", hex);
    return zkl_bytes_of(out, size);
}

const json_t *test_vectors(zkl_test *t, const char *name)
{
    char path[PATH_MAX];
    json_error_t why = { 0 };
    for (size_t i = 0; i < loaded_count; i++)
        if (strcmp(loaded[i].name, name) == 0)
            return loaded[i].root;
    snprintf(path, sizeof path, "%s/tests/vectors/%s", ZKL_TEST_SOURCE_DIR, name);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
    if (!root || loaded_count == ZKL_COUNT(loaded)) {
        FAIL(t, "%s: line %d: %s", path, why.line, why.text);
        exit(2);
    }
    snprintf(loaded[loaded_count].name, sizeof loaded[0].name, "%s", name);
    return loaded[loaded_count++].root = root;
}

const char *test_folder(zkl_test *t)
{
    if (folder_count == ZKL_COUNT(folders)) {
        FAIL(t, "too many test folders");
        exit(2);
    }
    char *folder = folders[folder_count++];
    snprintf(folder, sizeof folders[0], "/tmp/zkl-test-XXXXXX");
    if (!mkdtemp(folder)) {
        FAIL(t, "no test folder");
        exit(2);
    }
    return folder;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

/* Each test has a memory of checkpoints of its own: tests draw the same keys, and so make ledgers
 * of the same id. */
static const char *state_root(void)
{
    static char root[64];
    snprintf(root, sizeof root, "/tmp/zkl-test-state-XXXXXX");
    return mkdtemp(root);
}

static void set_state(const char *root, size_t number)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%zu", root, number);
    setenv("XDG_STATE_HOME", path, 1);
}

/* Under the memory sanitizer memory of jansson and libcrypto, which it does not see written, counts
 * as written from the start: what is looked at is our own code and that of blst and BLAKE3. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <openssl/crypto.h>

static void *alloc_written(size_t size)
{
    return calloc(1, size);
}

static void *crypto_alloc_written(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return calloc(1, size);
}

/* calloc and copy: what realloc adds would count as unwritten. */
static void *crypto_realloc_written(void *old, size_t size, const char *file, int line)
{
    void *fresh = crypto_alloc_written(size, file, line);
    const size_t had = malloc_usable_size(old);
    if (fresh && old)
        memcpy(fresh, old, had < size ? had : size);
    if (fresh)
        free(old);
    return fresh;
}

static void crypto_free(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

static void trust_libraries(void)
{
    json_set_alloc_funcs(alloc_written, free);
    if (!CRYPTO_set_mem_functions(crypto_alloc_written, crypto_realloc_written, crypto_free))
        abort();
}
#define TRUST_LIBRARIES() trust_libraries()
#endif
#endif
#ifndef TRUST_LIBRARIES
#define TRUST_LIBRARIES() (void)0
#endif

int zkl_test_main(int argc, char **argv, const zkl_test_case *cases, size_t count)
{
    TRUST_LIBRARIES();
    const char *seed_text = getenv("ZKL_TEST_SEED");
    uint64_t seed = seed_text ? strtoull(seed_text, NULL, 10) : 1;
    size_t passed = 0, failed = 0;
    zkl_pool *pool = NULL;
    zkl_error err = { 0 };
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (zkl_pool_new(&pool, 2, &err) != ZKL_OK) {
        printf("%s\n", err.text);
        return 2;
    }
    const char *root = state_root();
    if (!root) {
        printf("no test folder\n");
        return 2;
    }
    for (size_t i = 0; i < count; i++) {
        if (argc > 1 && !strstr(cases[i].name, argv[1]))
            continue;
        set_state(root, i);
        zkl_test t = { .name = cases[i].name, .seed = seed, .random_state = seed, .pool = pool };
        cases[i].run(&t);
        zkl_arena_clear(&t.arena);
        printf("%s %s\n", t.failures ? "FAILED" : "ok", t.name);
        *(t.failures ? &failed : &passed) += 1;
    }
    zkl_pool_free(pool);
    for (size_t i = 0; i < loaded_count; i++)
        json_decref(loaded[i].root);
    for (size_t i = 0; i < folder_count; i++)
        nftw(folders[i], remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed || !passed;
}
