/* Templates as files: found as policies are, by a name only among those that came with the
 * program. */
#include "service/template.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zkl/policy.h>

#include "base/file.h"
#include "input/beside.h"
#include "notary/policy.h"
#include "record/ids.h"
#include "service/service_internal.h"
#include "text/nearest.h"
#include "toml/toml.h"

#define FILE_ENDING ".toml"
#define TEMPLATES_MAX 256
#define TEXT_BYTES_MAX 1024

/* ---- Parsing. */

/* A line for people: it is printed as it is. */
static zkl_status take_text(const char **out, zkl_arena *arena, const zkl_toml_node *table,
                            const char *key, zkl_error *err)
{
    const char *text = NULL;
    ZKL_TRY(zkl_toml_get_text(&text, table, key, err));
    if (!text || !*text || strlen(text) > TEXT_BYTES_MAX)
        return zkl_toml_fail(table, err, "no '%s', or one of more than %d bytes", key,
                             TEXT_BYTES_MAX);
    *out = zkl_arena_text(arena, text, strlen(text));
    return *out ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

static zkl_status take_texts(const char *const **out, size_t *count, zkl_arena *arena,
                             const zkl_toml_node *table, const char *key, size_t most,
                             zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    *count = 0;
    ZKL_TRY(zkl_toml_get_array(&list, table, key, err));
    if (!list)
        return ZKL_OK;
    if (list->item_count > most)
        return zkl_toml_fail(list, err, "'%s' has more than %zu members", key, most);
    const char **texts = ZKL_ARENA_NEW(arena, const char *, list->item_count);
    if (!texts)
        return zkl_no_memory(err, list->item_count * sizeof *texts);
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *item = &list->items[i];
        if (item->kind != ZKL_TOML_STRING || !item->text.size || item->text.size > TEXT_BYTES_MAX ||
            memchr(item->text.data, 0, item->text.size))
            return zkl_toml_fail(item, err, "a member of '%s' is no line of at most %d bytes", key,
                                 TEXT_BYTES_MAX);
        texts[i] = service_text(arena, item->text);
        if (!texts[i])
            return zkl_no_memory(err, item->text.size);
    }
    *out = texts;
    *count = list->item_count;
    return ZKL_OK;
}

/* What a configuration may say, but for the ledger's name: that is not for many ledgers. */
static zkl_status take_config(zkl_config *config, const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, root, "config", err));
    const zkl_toml_node *name = zkl_toml_find(zkl_toml_find(table, "ledger"), "name");
    if (name)
        return zkl_toml_fail(name, err, "a template names no ledger");
    return table ? zkl_config_read(config, table, err) : ZKL_OK;
}

zkl_status service_template_parse(service_template *out, zkl_config *config, zkl_arena *arena,
                                  zkl_bytes text, zkl_error *err)
{
    static const char *const known[] = { "name", "about", "policies", "next", "config" };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    service_template read = { 0 };
    zkl_config said = *config;
    ZKL_TRY(zkl_toml_parse(&toml, text, err));
    const zkl_toml_node *root = zkl_toml_root(toml);
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(take_text(&read.name, arena, root, "name", err));
    if (!zkl_dataset_name_valid(zkl_bytes_of_text(read.name)))
        return zkl_toml_fail(zkl_toml_find(root, "name"), err, "'%s' is no template's name",
                             read.name);
    ZKL_TRY(take_text(&read.about, arena, root, "about", err));
    ZKL_TRY(take_texts(&read.policies, &read.policy_count, arena, root, "policies",
                       SERVICE_TEMPLATE_POLICIES_MAX, err));
    for (size_t i = 0; i < read.policy_count; i++)
        if (zkl_policy_is_path(read.policies[i]))
            return zkl_toml_fail(root, err, "'%s' is no policy that comes with the program",
                                 read.policies[i]);
    ZKL_TRY(take_texts(&read.next, &read.next_count, arena, root, "next", SERVICE_TEMPLATE_NEXT_MAX,
                       err));
    ZKL_TRY(take_config(&said, root, err));
    *out = read;
    *config = said;
    return ZKL_OK;
}

/* ---- Finding. */

static zkl_status read_file(service_template *out, zkl_config *config, zkl_arena *arena,
                            const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_file_read(&text, path, ZKL_TOML_BYTES_MAX, err));
    const zkl_status status =
        service_template_parse(out, config, arena, zkl_buffer_bytes(&text), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "template '%s'", path);
}

static int is_template_file(const struct dirent *entry)
{
    const char *ending = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && ending && strcmp(ending, FILE_ENDING) == 0;
}

/* Names of those that came with the program, by name, and their folder. */
static zkl_status list_names(const char ***out, size_t *count, char folder[static PATH_MAX],
                             zkl_arena *arena, zkl_error *err)
{
    zkl_beside beside;
    struct dirent **entries;
    bool has_folder;
    zkl_status status = ZKL_OK;
    ZKL_TRY(zkl_beside_shared(folder, &has_folder, &beside, "templates", err));
    if (!has_folder)
        return zkl_fail(err, ZKL_NOT_FOUND, "no templates came with this program");
    const int found = scandir(folder, &entries, is_template_file, alphasort);
    if (found < 0)
        return zkl_fail_errno(err, "list", folder);
    *count = (size_t)found < TEMPLATES_MAX ? (size_t)found : TEMPLATES_MAX;
    *out = ZKL_ARENA_NEW(arena, const char *, *count);
    for (size_t i = 0; i < *count && *out && status == ZKL_OK; i++) {
        const char *file = entries[i]->d_name;
        const char *path = zkl_arena_format(arena, "%s/%s", folder, file);
        (*out)[i] = zkl_arena_text(arena, file, strlen(file) - strlen(FILE_ENDING));
        status = path && (*out)[i] ? zkl_beside_check(&beside, path, "a template is not read", err)
                                   : zkl_no_memory(err, PATH_MAX);
    }
    for (int i = 0; i < found; i++)
        free(entries[i]);
    free(entries);
    return status != ZKL_OK || *out ? status : zkl_no_memory(err, *count * sizeof **out);
}

/* A file is called as the template in it: a name has one meaning, and finds its file. */
static zkl_status read_shipped(service_template *out, zkl_config *config, zkl_arena *arena,
                               const char *folder, const char *name, zkl_error *err)
{
    const char *path = zkl_arena_format(arena, "%s/%s" FILE_ENDING, folder, name);
    if (!path)
        return zkl_no_memory(err, PATH_MAX);
    ZKL_TRY(read_file(out, config, arena, path, err));
    return strcmp(out->name, name) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "'%s' names itself '%s'", path, out->name);
}

static zkl_status read_named(service_template *out, zkl_config *config, zkl_arena *arena,
                             const char *name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) list = { 0 };
    char folder[PATH_MAX], hint[ZKL_NEAREST_HINT_BYTES];
    const char **names;
    size_t count;
    ZKL_TRY(list_names(&names, &count, folder, arena, err));
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(name));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return read_shipped(out, config, arena, folder, name, err);
        zkl_nearest_try(&nearest, zkl_bytes_of_text(names[i]));
        zkl_buffer_format(&list, "%s%s", i ? ", " : "", names[i]);
    }
    zkl_buffer_put_u8(&list, 0);
    ZKL_TRY(zkl_buffer_status(&list, err));
    return zkl_fail(err, ZKL_NOT_FOUND, "there is no template '%s'%s; there are: %s", name,
                    zkl_nearest_hint(hint, &nearest), (const char *)list.data);
}

/* Copies of the policies as they are now: what a later program brings changes none of them. */
static zkl_status take_files(service_template *out, zkl_arena *arena, zkl_error *err)
{
    zkl_ledger_file *files = ZKL_ARENA_NEW(arena, zkl_ledger_file, out->policy_count);
    if (!files)
        return zkl_no_memory(err, out->policy_count * sizeof *files);
    for (size_t i = 0; i < out->policy_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        ZKL_TRY(zkl_policy_text(&text, out->policies[i], err));
        files[i] =
            (zkl_ledger_file){ .folder = "policies",
                               .name = zkl_arena_format(arena, "%s" FILE_ENDING, out->policies[i]),
                               .content = zkl_bytes_of(zkl_arena_copy(arena, text.data, text.size),
                                                       text.size) };
        if (!files[i].name || !files[i].content.data)
            return zkl_no_memory(err, text.size);
    }
    out->files = files;
    return ZKL_OK;
}

zkl_status service_template_read(service_template *out, zkl_config *config, zkl_arena *arena,
                                 const char *name, zkl_error *err)
{
    /* as policies: with a '/' or the ending it is a path */
    ZKL_TRY(zkl_policy_is_path(name) ? read_file(out, config, arena, name, err)
                                     : read_named(out, config, arena, name, err));
    return take_files(out, arena, err);
}

/* ---- Listing. */

/* The keys that are not as without it. */
static zkl_status tell_settings(zkl_template_info *out, zkl_arena *memory, const zkl_config *config,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) without = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) with = { 0 };
    zkl_config usual;
    zkl_config_setting *before, *after;
    size_t count;
    zkl_config_default(&usual, config->name);
    zkl_config_print(&without, &usual);
    zkl_config_print(&with, config);
    ZKL_TRY(zkl_buffer_status(&without, err));
    ZKL_TRY(zkl_buffer_status(&with, err));
    ZKL_TRY(zkl_config_settings(&before, &count, memory, zkl_buffer_bytes(&without), "", err));
    ZKL_TRY(zkl_config_settings(&after, &count, memory, zkl_buffer_bytes(&with), "", err));
    const char **texts = ZKL_ARENA_NEW(memory, const char *, count);
    if (!texts)
        return zkl_no_memory(err, count * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(before[i].value, after[i].value) == 0)
            continue;
        texts[out->setting_count] =
            zkl_arena_format(memory, "%s = %s", after[i].key, after[i].value);
        if (!texts[out->setting_count++])
            return zkl_no_memory(err, 0);
    }
    out->settings = texts;
    return ZKL_OK;
}

static zkl_status list_all(zkl_templates_result *out, zkl_error *err)
{
    char folder[PATH_MAX];
    const char **names;
    size_t count;
    ZKL_TRY(list_names(&names, &count, folder, &out->memory, err));
    zkl_template_info *templates = ZKL_ARENA_NEW(&out->memory, zkl_template_info, count);
    if (!templates)
        return zkl_no_memory(err, count * sizeof *templates);
    for (size_t i = 0; i < count; i++) {
        service_template read;
        zkl_config config;
        zkl_config_default(&config, "ledger");
        ZKL_TRY(read_shipped(&read, &config, &out->memory, folder, names[i], err));
        templates[i] = (zkl_template_info){ .name = read.name,
                                            .about = read.about,
                                            .policies = read.policies,
                                            .policy_count = read.policy_count };
        ZKL_TRY(tell_settings(&templates[i], &out->memory, &config, err));
    }
    out->templates = templates;
    out->count = count;
    return ZKL_OK;
}

zkl_status zkl_templates(zkl_templates_result *out, zkl_error *err)
{
    *out = (zkl_templates_result){ 0 };
    const zkl_status status = list_all(out, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_templates_result){ 0 };
    }
    return status;
}
