/* The table `encryption` of the settings. */
#include "daemon/at_rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "daemon/client.h"
#include "hash/hash.h"

/* A path as it is, or below the folder. */
static zkl_status take_path(const char **out, zkl_arena *memory, const char *folder,
                            const zkl_toml_node *table, const char *key, zkl_error *err)
{
    const char *path = NULL;
    ZKL_TRY(zkl_toml_get_text(&path, table, key, err));
    if (!path)
        return ZKL_OK;
    if (!path[0])
        return zkl_toml_fail(zkl_toml_find(table, key), err, "'%s' is a path", key);
    *out = path[0] == '/' ? zkl_arena_text(memory, path, strlen(path))
                          : zkl_arena_format(memory, "%s/%s", folder, path);
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(path));
}

static zkl_status take_text(const char **out, zkl_arena *memory, const zkl_toml_node *table,
                            const char *key, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, key, err));
    if (!text)
        return ZKL_OK;
    *out = zkl_arena_text(memory, text, strlen(text));
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

/* One for each service's folder of each user. */
static zkl_status default_work_folder(const char **out, zkl_arena *memory, const char *folder,
                                      zkl_error *err)
{
    char hex[17];
    zkl_digest hash;
    char *const whole = realpath(folder, NULL);
    const char *const text = whole ? whole : folder;
    zkl_sha256(&hash, text, strlen(text));
    free(whole);
    zkl_hex_encode(hex, hash.bytes, 8);
    *out = zkl_arena_format(memory, "/dev/shm/zkp-ledgerd-%u-%s", (unsigned)geteuid(), hex);
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Whoever has the folder would have the key with it. */
static zkl_status check_apart(const char *file, const char *folder, const zkl_toml_node *table,
                              zkl_error *err)
{
    char *const outer = realpath(folder, NULL);
    char *parent = file ? strdup(file) : NULL;
    char *const slash = parent ? strrchr(parent, '/') : NULL;
    if (slash)
        slash[slash == parent] = 0;
    char *const inner = parent ? realpath(parent, NULL) : NULL;
    const size_t size = outer ? strlen(outer) : 0;
    const bool is_below =
        inner && size && strncmp(inner, outer, size) == 0 && (inner[size] == '/' || !inner[size]);
    free(outer);
    free(inner);
    free(parent);
    return is_below ? zkl_toml_fail(zkl_toml_find(table, "file"), err,
                                    "the key would lie in the folder that it protects")
                    : ZKL_OK;
}

static zkl_status take_kek(daemon_at_rest_settings *s, zkl_arena *memory, const char *folder,
                           const zkl_toml_node *table, zkl_error *err)
{
    zkl_kek_settings *const k = &s->kek;
    k->provider = "file";
    k->mount = "transit";
    ZKL_TRY(take_text(&k->provider, memory, table, "provider", err));
    ZKL_TRY(take_path(&k->file, memory, folder, table, "file", err));
    ZKL_TRY(take_path(&k->module, memory, folder, table, "module", err));
    ZKL_TRY(take_path(&k->pin_file, memory, folder, table, "pin_file", err));
    ZKL_TRY(take_path(&k->token_file, memory, folder, table, "token_file", err));
    ZKL_TRY(take_path(&s->ca, memory, folder, table, "ca", err));
    ZKL_TRY(take_text(&k->token, memory, table, "token", err));
    ZKL_TRY(take_text(&k->key, memory, table, "key", err));
    ZKL_TRY(take_text(&k->address, memory, table, "address", err));
    ZKL_TRY(take_text(&k->mount, memory, table, "mount", err));
    if (k->address)
        ZKL_TRY(daemon_client_check_url(k->address, false, err));
    return strcmp(k->provider, "file") == 0 ? check_apart(k->file, folder, table, err) : ZKL_OK;
}

zkl_status daemon_at_rest_settings_take(daemon_at_rest_settings *out, zkl_arena *memory,
                                        const char *folder, const zkl_toml_node *root,
                                        zkl_error *err)
{
    static const char *const known[] = { "provider",
                                         "file",
                                         "module",
                                         "token",
                                         "pin_file",
                                         "key",
                                         "address",
                                         "mount",
                                         "token_file",
                                         "ca",
                                         "work_folder",
                                         "fips",
                                         "work_folder_may_be_disk" };
    const zkl_toml_node *table = NULL;
    *out = (daemon_at_rest_settings){ 0 };
    ZKL_TRY(zkl_toml_get_table(&table, root, "encryption", err));
    if (!table)
        return ZKL_OK;
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    out->is_on = true;
    ZKL_TRY(zkl_toml_get_boolean(&out->fips, table, "fips", err));
    ZKL_TRY(
        zkl_toml_get_boolean(&out->work_folder_may_be_disk, table, "work_folder_may_be_disk", err));
    ZKL_TRY(default_work_folder(&out->work_folder, memory, folder, err));
    ZKL_TRY(take_path(&out->work_folder, memory, folder, table, "work_folder", err));
    return take_kek(out, memory, folder, table, err);
}
