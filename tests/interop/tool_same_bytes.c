/* Notarise a table under randomness and a clock that never change, and write its receipt: what
 * same_bytes_long.sh compares between paths of the processor and numbers of threads.
 *
 *     tool_same_bytes CACHE FOLDER THREADS TABLE CLAIM ...
 *
 * CACHE: powers and circuit keys. A key that is missing is drawn from the same randomness, so only
 * receipts of runs that find all of theirs are comparable. FOLDER: an empty one, for the ledger and
 * receipt.zkl. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zkl/zkl.h>

#include "hash/hash.h"
#include "testing.h"

/* A block of the stream for each number, so that a request's size leaves no trace. */
static zkl_status fill(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    uint64_t *const number = opaque;
    (void)err;
    for (size_t done = 0; done < size; done += sizeof(zkl_digest)) {
        zkl_digest block;
        zkl_sha256(&block, number, sizeof *number);
        memcpy(out + done, block.bytes, size - done < sizeof block ? size - done : sizeof block);
        ++*number;
    }
    return ZKL_OK;
}

static int64_t stand_still(void *opaque)
{
    (void)opaque;
    return INT64_C(1767225600000);
}

static int stop(const zkl_error *err)
{
    fprintf(stderr, "%s\n", err->text);
    return 1;
}

int main(int argc, char **argv)
{
    char ledger_folder[4096], state[4096], receipt[4096];
    uint64_t number = 0;
    zkl_error err = { 0 };
    zkl_env env = { .random = { fill, &number }, .clock = { stand_still, NULL } };
    zkl_ledger *ledger = NULL;
    zkl_init_result made = { 0 };
    zkl_notarize_result result = { 0 };
    static const uint8_t seed[32] = { 7 };
    if (argc < 6)
        return 2;
    snprintf(ledger_folder, sizeof ledger_folder, "%s/ledger", argv[2]);
    snprintf(state, sizeof state, "%s/state", argv[2]);
    snprintf(receipt, sizeof receipt, "%s/receipt.zkl", argv[2]);
    const zkl_init_request init = {
        .ledger = { .folder = ledger_folder, .setup_cache = argv[1], .state = state },
        .name = "same"
    };
    const zkl_notarize_request request = { .name = "table",
                                           .files = (const char *const *)&argv[4],
                                           .file_count = 1,
                                           .claims = (const char *const *)&argv[5],
                                           .claim_count = (size_t)argc - 5,
                                           .seed = seed,
                                           .receipt_path = receipt };
    if (zkl_pool_new(&env.pool, (size_t)atoi(argv[3]), &err) != ZKL_OK ||
        zkl_init(&made, &init, &env, &err) != ZKL_OK ||
        zkl_ledger_open(&ledger, &init.ledger, &env, &err) != ZKL_OK)
        return stop(&err);
    const zkl_status status = zkl_notarize(&result, ledger, &request, &env, &err);
    zkl_arena_clear(&made.memory);
    zkl_arena_clear(&result.memory);
    zkl_ledger_close(ledger);
    zkl_pool_free(env.pool);
    return status == ZKL_OK ? 0 : stop(&err);
}
