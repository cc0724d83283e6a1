/* Every path of ZKL_NATIVE that this processor has gives the same commitments, statement and proof,
 * to the byte. The path is chosen once a process, so this program runs itself under each. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zkl/env.h>

#include "real.h"

#define OUTPUT "ZKL_TEST_PATHS_OUTPUT"
#define ROWS (REAL_C + 300) /* a whole chunk, and the beginning of another */

static const zkl_digest ledger = { { 0x77 } };
static const zkl_owner_secret owner_secret = { { 0x55 } };

/* A number of two limbs, and a flag: their cells are proven. */
static void prove_and_write(zkl_test *t, const char *path)
{
    zkl_error err = { 0 };
    uint64_t *codes = ZKL_ARENA_NEW(&t->arena, uint64_t, ROWS),
             *flags = ZKL_ARENA_NEW(&t->arena, uint64_t, ROWS);
    zkl_setup *setup = real_setup(t);
    REQUIRE(t, setup && codes && flags);
    for (size_t i = 0; i < ROWS; i++) {
        codes[i] = test_random_below(t, (uint64_t)1 << 32);
        flags[i] = test_random_below(t, 2);
    }
    const real_column columns[2] = { { 2, ZKL_NUMBERED_VALUE, codes },
                                     { 1, ZKL_NUMBERED_BOOL, flags } };
    real_dataset data;
    zkl_source_table source;
    real_commit(t, &data, zkl_setup_srs(setup), 1, ROWS, columns, 2);
    real_source(t, &source, &data, (uint32_t[]){ 0, 1 }, (const char *[]){ "0", "1?" }, 2, 0, 2);
    const uint32_t first[1] = { 0 };
    const zkl_assertion_request assertion = { ZKL_ASSERTION_CELLS, NULL, 0, first, 1 };
    const zkl_prover prover = { zkl_setup_srs(setup), zkl_setup_keys(setup), &owner_secret };
    const zkl_prove_request request = { &ledger, &assertion, 1, &source, 1 };
    zkl_env env = test_env(t);
    env.pool = t->pool;
    zkl_prove_result result = { { 0 }, { 0 } };
    REQUIRE_OK(t, &err, zkl_prove(&result, &request, &prover, &env, &err));
    ZKL_AUTO_CLEAR(zkl_buffer) all = { 0 };
    zkl_buffer_put(&all, data.commitments, data.block_count * ZKL_POINT_BYTES);
    zkl_buffer_put(&all, result.statement.data, result.statement.size);
    zkl_buffer_put(&all, result.proof.data, result.proof.size);
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&all), 0600, &err));
    zkl_prove_result_clear(&result);
    zkl_setup_close(setup);
}

/* Run by the other test alone. */
static void test_paths__writes(zkl_test *t)
{
    const char *path = getenv(OUTPUT);
    if (path)
        prove_and_write(t, path);
}

/* This program under a path; false where the processor does not have it. */
static bool write_under(zkl_test *t, const char *native, const char *output)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        setenv("ZKL_NATIVE", native, 1);
        setenv(OUTPUT, output, 1);
        if (zkl_native_check(NULL) != ZKL_OK)
            _exit(77);
        execl("/proc/self/exe", "test_prove_paths", "test_paths__writes", (char *)NULL);
        _exit(1);
    }
    CHECK(t, child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        return false;
    CHECK_UINT_EQ(t, WEXITSTATUS(status), 0);
    return true;
}

static void test_paths__give_the_same_bytes(zkl_test *t)
{
    static const char *const paths[] = { "portable", "neon", "avx2", "avx512ifma" };
    ZKL_AUTO_CLEAR(zkl_buffer) want = { 0 };
    zkl_error err = { 0 };
    const char *folder = test_folder(t);
    /* The first proof on a machine draws its circuit's key too, so that one is not compared. */
    CHECK(t, write_under(t, "", zkl_arena_format(&t->arena, "%s/first", folder)));
    for (size_t i = 0; i < ZKL_COUNT(paths); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
        const char *output = zkl_arena_format(&t->arena, "%s/%s", folder, paths[i]);
        if (!write_under(t, paths[i], output)) {
            fprintf(stderr, "# %s: this processor has no path '%s'\n", t->name, paths[i]);
            continue;
        }
        REQUIRE_OK(t, &err, zkl_file_read(i ? &got : &want, output, 1 << 20, &err));
        if (i == 0)
            CHECK(t, want.size > 500);
        else
            CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&got), zkl_buffer_bytes(&want)));
    }
}

ZKL_TESTS(TEST(test_paths__writes), TEST(test_paths__give_the_same_bytes))
