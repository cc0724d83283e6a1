#pragma once
/* A ledger in a fresh folder and a small table, for tests of whole operations with real proofs.
 *
 * The set-up cache is the one of the command-line tests (tests/cli/lib.sh): in the build tree,
 * filled by whoever comes first, thrown away when the circuits have changed since. */
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zkl/zkl.h>

#include "base/file.h"
#include "ledger/ledger.h"
#include "testing.h"

#define SERVICE_CACHE ZKL_TEST_BUILD_DIR "/tests/setup-cache"

static inline int service_remove(const char *path, const struct stat *st, int kind,
                                 struct FTW *walk)
{
    (void)st, (void)kind, (void)walk;
    return remove(path);
}

/* An environment whose randomness follows from source->random_state. Not for two threads at
 * once. */
static inline zkl_env service_env(zkl_test *t, zkl_test *source, uint64_t seed)
{
    *source = (zkl_test){ .name = t->name, .seed = seed, .random_state = seed, .pool = t->pool };
    return test_env(source);
}

/* text/name in the test's arena. */
static inline const char *service_path(zkl_test *t, const char *folder, const char *name)
{
    return zkl_arena_format(&t->arena, "%s/%s", folder, name);
}

/* Powers and the smallest circuit's key, made with the system's randomness. */
static inline zkl_status service_make_setup(zkl_test *t, zkl_error *err)
{
    static const unsigned smallest = 18;
    const zkl_env env = { .pool = t->pool };
    zkl_init_result made = { 0 };
    zkl_setup_result setup = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const zkl_init_request request = { .ledger = { .folder =
                                                       service_path(t, test_folder(t), "ledger"),
                                                   .setup_cache = SERVICE_CACHE } };
    ZKL_TRY(zkl_init(&made, &request, &env, err));
    zkl_arena_clear(&made.memory);
    ZKL_TRY(zkl_ledger_open(&ledger, &request.ledger, &env, err));
    ZKL_TRY(zkl_setup_run(&setup, ledger, &smallest, 1, &env, err));
    zkl_arena_clear(&setup.memory);
    return ZKL_OK;
}

static inline zkl_status service_fill_cache(zkl_test *t, zkl_error *err)
{
    static bool filled;
    if (filled)
        return ZKL_OK;
    (void)mkdir(ZKL_TEST_BUILD_DIR "/tests", 0755); /* it is there, or what follows says why not */
    const int lock = open(SERVICE_CACHE ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        return zkl_fail_errno(err, "lock", SERVICE_CACHE ".lock");
    zkl_status status = service_make_setup(t, err);
    if (status == ZKL_BAD_INPUT && strstr(err->text, "another circuit")) {
        nftw(SERVICE_CACHE, service_remove, 16, FTW_DEPTH | FTW_PHYS);
        status = service_make_setup(t, err);
    }
    close(lock);
    filled = status == ZKL_OK;
    return status;
}

typedef struct service_world {
    zkl_ledger_options options;
    const char *table; /* a CSV of three columns and four rows */
} service_world;

/* A ledger under env's randomness, without a passphrase, and a table beside it. */
static inline zkl_status service_world_make(zkl_test *t, service_world *out, const zkl_env *env,
                                            zkl_error *err)
{
    static const char rows[] = "id,age,city\n1,30,Bern\n2,40,Chur\n3,50,Bern\n4,60,Genf\n";
    const char *folder = test_folder(t);
    zkl_init_result made = { 0 };
    *out = (service_world){ .options = { .folder = service_path(t, folder, "ledger"),
                                         .setup_cache = SERVICE_CACHE,
                                         .state = service_path(t, folder, "state") },
                            .table = service_path(t, folder, "people.csv") };
    ZKL_TRY(service_fill_cache(t, err));
    ZKL_TRY(zkl_file_write(out->table, zkl_bytes_of(rows, sizeof rows - 1), 0644, err));
    const zkl_init_request request = { .ledger = out->options, .name = "test" };
    zkl_status status = zkl_init(&made, &request, env, err);
    zkl_arena_clear(&made.memory);
    return status;
}

/* Each helper opens the ledger for itself, as a command does. */
static inline zkl_status service_open_world(zkl_ledger **out, const service_world *world,
                                            const zkl_env *env, zkl_error *err)
{
    return zkl_ledger_open(out, &world->options, env, err);
}

/* Notarise the table as "people", all of it or (plain) without its dictionary column, and one
 * claim. */
static inline zkl_notarize_request service_request(const service_world *world, bool plain)
{
    static const char *const claims[] = { "range(age, 0, 120)" };
    static const char *const columns[] = { "id", "age" };
    static const uint8_t seed[32] = { 1, 2, 3 };
    return (zkl_notarize_request){ .name = "people",
                                   .files = &world->table,
                                   .file_count = 1,
                                   .claims = claims,
                                   .claim_count = 1,
                                   .columns = plain ? columns : NULL,
                                   .column_count = plain ? 2 : 0,
                                   .seed = seed };
}

static inline zkl_status service_notarize(const service_world *world, bool plain,
                                          const zkl_env *env, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const zkl_notarize_request request = service_request(world, plain);
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, world, env, err));
    const zkl_status status = zkl_notarize(&result, ledger, &request, env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

/* One more claim about "people". */
static inline zkl_status service_add_claim(const service_world *world, const char *claim,
                                           const zkl_env *env, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const zkl_add_claims_request request = { .reference = "people",
                                             .files = &world->table,
                                             .file_count = 1,
                                             .claims = &claim,
                                             .claim_count = 1 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, world, env, err));
    const zkl_status status = zkl_add_claims(&result, ledger, &request, env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

/* An export of "people" as bytes in the test's arena. */
static inline zkl_status service_export(zkl_test *t, zkl_bytes *out, const service_world *world,
                                        zkl_export_format format, zkl_error *err)
{
    uint64_t size;
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const char *path = zkl_arena_format(&t->arena, "%s.export", world->table);
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const zkl_export_request request = {
        .reference = "people", .format = format, .output = path, .force = true
    };
    ZKL_TRY(service_open_world(&ledger, world, NULL, err));
    ZKL_TRY(zkl_export(&size, ledger, &request, NULL, err));
    ZKL_TRY(zkl_file_read(&bytes, path, (size_t)1 << 24, err));
    *out = zkl_bytes_of(zkl_arena_copy(&t->arena, bytes.data, bytes.size), bytes.size);
    return ZKL_OK;
}

static inline zkl_status service_keys(zkl_keys_result *out, const service_world *world,
                                      zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, world, NULL, err));
    return zkl_keys_show(out, ledger, err);
}

/* What an auditor is given: the receipt and the trust file. */
static inline zkl_status service_receipt(zkl_test *t, zkl_bytes *receipt, zkl_bytes *trust,
                                         const service_world *world, zkl_error *err)
{
    zkl_keys_result keys = { 0 };
    ZKL_TRY(service_export(t, receipt, world, ZKL_EXPORT_RECEIPT, err));
    ZKL_TRY(service_keys(&keys, world, err));
    *trust = zkl_bytes_of_text(zkl_arena_text(&t->arena, keys.trust, strlen(keys.trust)));
    zkl_arena_clear(&keys.memory);
    return ZKL_OK;
}
