#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "service/service_internal.h"

/* The name of the folder that holds the ledger. */
static void default_name(char out[static 128], const char *folder)
{
    char parent[PATH_MAX], real[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", folder);
    char *slash = strrchr(parent, '/');
    snprintf(slash ? slash : parent, 2, "%s", slash == parent ? "/" : slash ? "" : ".");
    const char *base = realpath(parent[0] ? parent : "/", real) ? strrchr(real, '/') + 1 : "";
    size_t size = 0;
    for (; *base && size < 100; base++) {
        bool plain = (*base >= 'a' && *base <= 'z') || (*base >= 'A' && *base <= 'Z') ||
                     (*base >= '0' && *base <= '9') || *base == '.' || *base == '_' || *base == '-';
        out[size++] = plain ? *base : '-';
    }
    out[size] = 0;
    if (!size)
        snprintf(out, 128, "ledger");
}

/* The user's powers: one set for all ledgers of this user, made with the first. The cache names its newest in "current". */
static zkl_status find_powers(zkl_setup **setup, const char *cache, const zkl_env *env,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) current = { 0 };
    zkl_digest hash;
    ZKL_TRY(zkl_setup_folder(&path, cache, err));
    zkl_buffer_put_text(&path, "/current");
    zkl_buffer_put_u8(&path, 0);
    ZKL_TRY(zkl_buffer_status(&path, err));
    zkl_error ignored = { 0 };
    if (zkl_file_read(&current, (const char *)path.data, 65, &ignored) == ZKL_OK &&
        zkl_hex_decode(hash.bytes, 32, (const char *)current.data,
                       current.size ? current.size - 1 : 0) &&
        zkl_setup_open(setup, cache, &hash, env, &ignored) == ZKL_OK)
        return ZKL_OK;
    ZKL_TRY(zkl_setup_make(&hash, cache, env, err));
    char text[66];
    zkl_hex_encode(text, hash.bytes, 32);
    text[64] = '\n';
    ZKL_TRY(zkl_file_write((const char *)path.data, zkl_bytes_of(text, 65), 0600, err));
    return zkl_setup_open(setup, cache, &hash, env, err);
}

static zkl_status fill_result(zkl_init_result *out, const char *folder, const zkl_env *env,
                              zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(zkl_ledger_open(&ledger, folder, ZKL_LEDGER_READ, NULL, env, err));
    const char *origin = zkl_ledger_origin(ledger);
    out->ledger = *zkl_ledger_own_id(ledger);
    out->powers_hash = *zkl_ledger_powers_hash(ledger);
    out->folder = zkl_arena_text(&out->memory, folder, strlen(folder));
    out->origin = zkl_arena_text(&out->memory, origin, strlen(origin));
    return out->folder && out->origin ? ZKL_OK : zkl_no_memory(err, strlen(folder));
}

zkl_status zkl_init(zkl_init_result *out, const zkl_init_request *request, const zkl_env *env,
                    zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    zkl_ledger_init_options options = { .folder = request->where.folder,
                                        .passphrase = request->where.passphrase };
    char name[128];
    *out = (zkl_init_result){ 0 };
    env = service_lent(env);
    default_name(name, request->where.folder);
    if (request->name)
        snprintf(name, sizeof name, "%s", request->name);
    if (request->name && strlen(request->name) >= sizeof name)
        return zkl_fail(err, ZKL_LIMIT, "a ledger's name has at most %zu bytes", sizeof name - 1);
    zkl_config_default(&options.config, name);
    if (request->hash_algorithm &&
        !zkl_hash_parse(&options.config.hash_algorithm, zkl_bytes_of_text(request->hash_algorithm)))
        return zkl_fail(err, ZKL_USAGE, "unknown hash '%s': sha3-256 or blake3",
                        request->hash_algorithm);
    if (request->backend && strcmp(request->backend, "rocksdb") != 0)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "unknown store '%s': rocksdb", request->backend);
    ZKL_TRY(find_powers(&setup, request->where.setup_cache, env, err));
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    zkl_srs_verifier_encode(powers, &zkl_setup_srs(setup)->verifier);
    options.powers = zkl_bytes_of(powers, sizeof powers);
    ZKL_TRY(zkl_ledger_init(&options, env, err));
    zkl_status status = fill_result(out, request->where.folder, env, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
