/* The configuration's text: parsed strictly, printed whole (config.h).
 *
 * What is wrong with it is the owner's usage, with line and column, whatever the TOML reader calls
 * it. */
#include "ledger/config.h"

#include <stdio.h>
#include <string.h>

#include <zkl/export.h>
#include <zkl/report.h>

#include "base/arena.h"
#include "storage/storage.h"
#include "toml/toml.h"

/* Those that are no secret: a secret is asked for by name. */
static const struct {
    const char *name;
    bool is_secret;
} export_formats[] = {
#define ZKL_EXPORT_ROW(constant, module, name, is_secret, about) { name, is_secret },
    ZKL_EXPORT_FORMATS(ZKL_EXPORT_ROW)
#undef ZKL_EXPORT_ROW
#define ZKL_REPORT_ROW(constant, module, name, ending, about) { name, false },
        ZKL_REPORT_FORMATS(ZKL_REPORT_ROW)
#undef ZKL_REPORT_ROW
};

/* What counts when a file says nothing: an empty configuration is a whole one. */
void zkl_config_default(zkl_config *out, const char *name)
{
    *out = (zkl_config){ .hash_algorithm = ZKL_HASH_SHA3_256,
                         .compression = true,
                         .backend = "rocksdb",
                         .path = "store",
                         .cache_size_mb = 32,
                         .include_visualizations = true,
                         .formats = { "receipt" },
                         .format_count = 1 };
    snprintf(out->name, sizeof out->name, "%s", name);
}

/* The value at key, which must be text and one of names; *out is its place. Missing: unchanged. */
static zkl_status get_choice(size_t *out, const zkl_toml_node *table, const char *key,
                             const char *const *names, size_t name_count, zkl_error *err)
{
    ZKL_ASSERT(*out < name_count); /* the default is one of them */
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, key, err));
    if (!text)
        return ZKL_OK;
    for (size_t i = 0; i < name_count; i++)
        if (strcmp(text, names[i]) == 0) {
            *out = i;
            return ZKL_OK;
        }
    return zkl_toml_fail(zkl_toml_find(table, key), err, "%s = '%.64s' is not supported; '%s' is%s",
                         key, text, names[0], name_count > 1 ? ", among others" : "");
}

/* A whole number of 0 to most. */
static zkl_status get_count(uint64_t *out, const zkl_toml_node *table, const char *key,
                            uint64_t most, zkl_error *err)
{
    ZKL_ASSERT(*out <= most && most <= INT64_MAX);
    int64_t value = (int64_t)*out;
    ZKL_TRY(zkl_toml_get_integer(&value, table, key, err));
    if (value < 0 || (uint64_t)value > most)
        return zkl_toml_fail(zkl_toml_find(table, key), err, "%s is not between 0 and %llu", key,
                             (unsigned long long)most);
    *out = (uint64_t)value;
    return ZKL_OK;
}

/* Text that is printed and becomes part of names: no control characters, and within its room. */
static zkl_status get_plain_text(char *out, size_t room, const zkl_toml_node *table,
                                 const char *key, zkl_error *err)
{
    ZKL_ASSERT(room > 1);
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, key, err));
    if (!text)
        return ZKL_OK;
    const size_t size = strlen(text);
    if (!size || size >= room)
        return zkl_toml_fail(zkl_toml_find(table, key), err, "%s has %zu bytes, 1 to %zu", key,
                             size, room - 1);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return zkl_toml_fail(zkl_toml_find(table, key), err, "%s holds a control character",
                                 key);
    memcpy(out, text, size + 1);
    return ZKL_OK;
}

/* The hash counts for versions to come: each version's schema says its own. */
static zkl_status read_ledger(zkl_config *c, const zkl_toml_node *table, zkl_error *err)
{
    static const char *const known[] = { "name", "hash_algorithm", "proof_system", "compression" };
    static const char *const hashes[] = { "sha3-256", "blake3" }, *const systems[] = { "groth16" };
    static const char *const compressions[] = { "lz4", "none" };
    size_t hash = c->hash_algorithm == ZKL_HASH_BLAKE3, system = 0, compression = !c->compression;
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(get_plain_text(c->name, sizeof c->name, table, "name", err));
    ZKL_TRY(get_choice(&hash, table, "hash_algorithm", hashes, ZKL_COUNT(hashes), err));
    ZKL_TRY(get_choice(&system, table, "proof_system", systems, ZKL_COUNT(systems), err));
    ZKL_TRY(
        get_choice(&compression, table, "compression", compressions, ZKL_COUNT(compressions), err));
    c->hash_algorithm = hash ? ZKL_HASH_BLAKE3 : ZKL_HASH_SHA3_256;
    c->compression = compression == 0;
    return ZKL_OK;
}

/* The name of a store that keeps what it is given. An unknown one is refused with the list of those
 * there are. */
static zkl_status get_backend(zkl_config *c, const zkl_toml_node *table, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, "backend", err));
    if (!text)
        return ZKL_OK;
    char list[256] = "";
    size_t count, used = 0;
    const zkl_store_backend *const *backends = zkl_store_backends(&count);
    for (size_t i = 0; i < count && used < sizeof list; i++) {
        if (!(backends[i]->features & ZKL_STORE_DURABLE))
            continue;
        if (strcmp(text, backends[i]->name) == 0) {
            snprintf(c->backend, sizeof c->backend, "%s", text);
            return ZKL_OK;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s'%s'", used ? ", " : "",
                                 backends[i]->name);
    }
    return zkl_toml_fail(zkl_toml_find(table, "backend"), err,
                         "backend = '%.64s' is not supported; %s is", text, list);
}

/* Among the ledger's own files a store would be taken for one of them, or write over it. Files
 * whose names begin with a dot are half-written ones (leftovers.h). */
static bool is_own_file(const char *path)
{
    static const char *const own[] = { "head",   "keys",     "lock",           "sources",
                                       "spools", "policies", "zkp-ledger.toml" };
    const size_t size = strcspn(path, "/");
    if (!size || path[0] == '.')
        return true;
    for (size_t i = 0; i < ZKL_COUNT(own); i++)
        if (strlen(own[i]) == size && memcmp(path, own[i], size) == 0)
            return true;
    return false;
}

/* The store lies in the ledger's folder, so that a copy of the folder is a copy of the ledger. */
static zkl_status read_storage(zkl_config *c, const zkl_toml_node *table, zkl_error *err)
{
    static const char *const known[] = { "backend", "path", "max_size_gb" };
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(get_backend(c, table, err));
    ZKL_TRY(get_plain_text(c->path, sizeof c->path, table, "path", err));
    /* The store is the ledger's own: a path that leads out of its folder could name another
     * one's. */
    if (c->path[0] == '/' || strstr(c->path, ".."))
        return zkl_toml_fail(zkl_toml_find(table, "path"), err,
                             "path '%s' is not inside the ledger's folder", c->path);
    if (is_own_file(c->path))
        return zkl_toml_fail(zkl_toml_find(table, "path"), err,
                             "path '%s' is among the ledger's own files", c->path);
    return get_count(&c->max_size_gb, table, "max_size_gb", 1u << 20, err);
}

/* Curve and level say what there is, so that a file for a later program is refused, not misread. */
static zkl_status read_proof(zkl_config *c, const zkl_toml_node *table, zkl_error *err)
{
    static const char *const known[] = { "curve", "security_level", "parallel_prove",
                                         "cache_size_mb" };
    static const char *const curves[] = { "bls12-381" };
    size_t curve = 0;
    uint64_t threads = c->parallel_prove, cache = c->cache_size_mb, level = 128;
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(get_choice(&curve, table, "curve", curves, ZKL_COUNT(curves), err));
    ZKL_TRY(get_count(&level, table, "security_level", 1024, err));
    if (level != 128)
        return zkl_toml_fail(zkl_toml_find(table, "security_level"), err,
                             "security_level = %llu is not supported; 128 is",
                             (unsigned long long)level);
    ZKL_TRY(get_count(&threads, table, "parallel_prove", 1024, err));
    ZKL_TRY(get_count(&cache, table, "cache_size_mb", 1u << 20, err));
    c->parallel_prove = (uint32_t)threads;
    c->cache_size_mb = (uint32_t)cache;
    return ZKL_OK;
}

/* A format twice would be written twice over one name. */
static zkl_status read_export(zkl_config *c, const zkl_toml_node *table, zkl_error *err)
{
    static const char *const known[] = { "formats", "include_visualizations" };
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_boolean(&c->include_visualizations, table, "include_visualizations", err));
    ZKL_TRY(zkl_toml_get_array(&list, table, "formats", err));
    if (!list)
        return ZKL_OK;
    if (list->item_count > ZKL_COUNT(c->formats))
        return zkl_toml_fail(list, err, "at most %zu formats", ZKL_COUNT(c->formats));
    if (!list->item_count)
        return zkl_toml_fail(list, err, "no format; leave the key out for \"receipt\"");
    c->format_count = 0;
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *item = &list->items[i];
        const char *found = NULL;
        for (size_t j = 0; j < ZKL_COUNT(export_formats) && item->kind == ZKL_TOML_STRING; j++)
            if (!export_formats[j].is_secret &&
                strcmp((const char *)item->text.data, export_formats[j].name) == 0)
                found = export_formats[j].name;
        if (!found)
            return zkl_toml_fail(item, err,
                                 "not a supported export format; 'receipt' is, among others");
        for (size_t k = 0; k < c->format_count; k++)
            if (strcmp(c->formats[k], found) == 0)
                return zkl_toml_fail(item, err, "'%s' stands twice", found);
        ZKL_ASSERT(c->format_count < ZKL_COUNT(c->formats)); /* none stands twice */
        ZKL_ASSERT(strlen(found) < sizeof c->formats[0]);    /* of our own table */
        snprintf(c->formats[c->format_count++], sizeof c->formats[0], "%s", found);
    }
    return ZKL_OK;
}

/* Tables in any order; one that is missing keeps its defaults, one that is unknown is refused, so
 * that a misspelt name is not lost in silence. */
zkl_status zkl_config_read(zkl_config *c, const zkl_toml_node *root, zkl_error *err)
{
    static const char *const known[] = { "ledger", "storage", "proof", "export" };
    static zkl_status (*const readers[])(zkl_config *, const zkl_toml_node *,
                                         zkl_error *) = { read_ledger, read_storage, read_proof,
                                                          read_export };
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    for (size_t i = 0; i < ZKL_COUNT(known); i++) {
        const zkl_toml_node *table = NULL;
        ZKL_TRY(zkl_toml_get_table(&table, root, known[i], err));
        if (table)
            ZKL_TRY(readers[i](c, table, err));
    }
    return ZKL_OK;
}

/* Whatever is wrong with it is its owner's usage, so a script can tell it from bad data. */
zkl_status zkl_config_parse(zkl_config *out, zkl_bytes text, const char *source, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    zkl_config config;
    zkl_config_default(&config, "ledger");
    zkl_status status =
        text.size > ZKL_CONFIG_BYTES_MAX
            ? zkl_fail(err, ZKL_LIMIT, "%zu bytes, at most %d", text.size, ZKL_CONFIG_BYTES_MAX)
            : zkl_toml_parse(&toml, text, err);
    if (status == ZKL_OK)
        status = zkl_config_read(&config, zkl_toml_root(toml), err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status == ZKL_BAD_INPUT ? ZKL_USAGE : status, "configuration '%s'",
                        source);
    *out = config;
    return ZKL_OK;
}

/* Quotes and backslashes are all that a basic string of TOML must escape here: get_plain_text lets
 * no control character through. */
static void put_text(zkl_buffer *out, const char *key, const char *text)
{
    zkl_buffer_format(out, "%s = \"", key);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, (uint8_t)*text);
    }
    zkl_buffer_put_text(out, "\"\n");
}

/* Every key with its value: a new ledger's file shows what can be set. */
void zkl_config_print(zkl_buffer *out, const zkl_config *c)
{
    ZKL_ASSERT(c->format_count && c->format_count <= ZKL_COUNT(c->formats));
    zkl_buffer_put_text(out, "[ledger]\n");
    put_text(out, "name", c->name);
    put_text(out, "hash_algorithm", zkl_hash_name(c->hash_algorithm));
    put_text(out, "proof_system", "groth16");
    put_text(out, "compression", c->compression ? "lz4" : "none");
    zkl_buffer_put_text(out, "\n[storage]\n");
    put_text(out, "backend", c->backend);
    put_text(out, "path", c->path);
    zkl_buffer_format(out, "max_size_gb = %llu # 0: no limit\n",
                      (unsigned long long)c->max_size_gb);
    zkl_buffer_put_text(out, "\n[proof]\n");
    put_text(out, "curve", "bls12-381");
    zkl_buffer_format(
        out,
        "security_level = 128\nparallel_prove = %u # 0: as many threads as there are cores\n"
        "cache_size_mb = %u\n",
        c->parallel_prove, c->cache_size_mb);
    zkl_buffer_put_text(out, "\n[export]\nformats = [");
    for (size_t i = 0; i < c->format_count; i++)
        zkl_buffer_format(out, "%s\"%s\"", i ? ", " : "", c->formats[i]);
    zkl_buffer_format(out, "]\ninclude_visualizations = %s # drawings in audit reports\n",
                      c->include_visualizations ? "true" : "false");
}

/* ---- Keys with their values and lines: what is printed names them all, so none is listed here. */

static const char *value_text(zkl_arena *arena, const zkl_toml_node *node)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    if (node->kind == ZKL_TOML_STRING)
        return zkl_arena_text(arena, (const char *)node->text.data, node->text.size);
    if (node->kind == ZKL_TOML_INTEGER)
        return zkl_arena_format(arena, "%lld", (long long)node->integer);
    if (node->kind == ZKL_TOML_BOOLEAN)
        return node->boolean ? "true" : "false";
    ZKL_ASSERT(node->kind == ZKL_TOML_ARRAY); /* of texts: nothing else is printed */
    for (size_t i = 0; i < node->item_count; i++)
        zkl_buffer_format(&text, "%s%s", i ? "," : "", (const char *)node->items[i].text.data);
    return text.failed ? NULL : zkl_arena_text(arena, (const char *)text.data, text.size);
}

/* The line of a key in the text as it was written; 0: it says nothing of it. */
static uint32_t line_of(const zkl_toml_node *written, const zkl_toml_node *table,
                        const zkl_toml_node *member)
{
    const zkl_toml_node *in = zkl_toml_find(written, (const char *)table->key.data);
    const zkl_toml_node *node = zkl_toml_find(in, (const char *)member->key.data);
    return node ? node->key_line : 0;
}

zkl_status zkl_config_settings(zkl_config_setting **out, size_t *count, zkl_arena *arena,
                               zkl_bytes text, const char *source, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) written = NULL;
    ZKL_AUTO_FREE(zkl_toml) whole = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) printed = { 0 };
    zkl_config config;
    size_t most = 0, done = 0;
    ZKL_TRY(zkl_config_parse(&config, text, source, err));
    zkl_config_print(&printed, &config);
    ZKL_TRY(zkl_buffer_status(&printed, err));
    ZKL_TRY(zkl_toml_parse(&written, text, err));
    ZKL_TRY(zkl_toml_parse(&whole, zkl_buffer_bytes(&printed), err));
    const zkl_toml_node *root = zkl_toml_root(whole);
    for (size_t i = 0; i < root->item_count; i++)
        most += root->items[i].item_count;
    *out = ZKL_ARENA_NEW(arena, zkl_config_setting, most);
    if (!*out)
        return zkl_no_memory(err, most * sizeof **out);
    for (size_t i = 0; i < root->item_count; i++)
        for (size_t k = 0; k < root->items[i].item_count; k++) {
            const zkl_toml_node *table = &root->items[i], *member = &table->items[k];
            zkl_config_setting *setting = &(*out)[done++];
            setting->key = zkl_arena_format(arena, "%s.%s", (const char *)table->key.data,
                                            (const char *)member->key.data);
            setting->value = value_text(arena, member);
            setting->line = line_of(zkl_toml_root(written), table, member);
            if (!setting->key || !setting->value)
                return zkl_no_memory(err, 0);
        }
    *count = done;
    return ZKL_OK;
}
