/* Policies: where their files are, what stands in them, and claims with values in their places.
 *
 *  1. A path is read as it is; a name only from the folder that came with the program, by an
 *     absolute path, and never from the current folder.
 *  2. That folder and its files count only when nobody else can write them (input/beside.h): who
 *     could would choose what a name means.
 *  3. A place is "{name}" without blanks. Every other brace stands for itself, as those of
 *     "city in { Rome }" do. */
#include "notary/policy.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "hash/hash.h"
#include "input/beside.h"
#include "notary/claim_list.h"
#include "text/nearest.h"
#include "toml/toml.h"

#define NAME_BYTES_MAX 64
#define POLICIES_MAX 256
#define SETTINGS_MAX 64
#define FILE_ENDING ".toml"

/* ---- Places. */

static bool is_name_byte(uint8_t c, bool is_first)
{
    return (c >= 'a' && c <= 'z') || (!is_first && ((c >= '0' && c <= '9') || c == '_'));
}

/* Is text a name of a place, whole? */
static bool is_place_name(zkl_bytes text)
{
    bool is_name = text.size > 0 && text.size <= NAME_BYTES_MAX;
    for (size_t i = 0; is_name && i < text.size; i++)
        is_name = is_name_byte(text.data[i], i == 0);
    return is_name;
}

/* The next place at or behind `at`: its name, and where "{name}" begins. False: there is none. */
static bool next_place(zkl_bytes *name, const char **begins, const char *at)
{
    for (at = strchr(at, '{'); at; at = strchr(at + 1, '{')) {
        const char *end = strchr(at, '}');
        if (!end)
            return false;
        *name = zkl_bytes_of(at + 1, (size_t)(end - at - 1));
        *begins = at;
        if (is_place_name(*name))
            return true;
    }
    return false;
}

/* ---- Reading a file. */

static size_t find_setting(const zkl_policy_info *policy, zkl_bytes name)
{
    size_t i = 0;
    while (i < policy->setting_count && !zkl_bytes_equal_text(name, policy->settings[i].name))
        i++;
    return i;
}

/* The places of one claim, those that are new behind the others. */
static zkl_status add_places(zkl_policy_info *policy, zkl_policy_setting *settings,
                             zkl_arena *memory, const zkl_toml_node *item, zkl_error *err)
{
    zkl_bytes name;
    const char *at = (const char *)item->text.data, *begins;
    for (; next_place(&name, &begins, at); at = begins + 1) {
        if (find_setting(policy, name) < policy->setting_count)
            continue;
        if (policy->setting_count == SETTINGS_MAX)
            return zkl_toml_fail(item, err, "more than %d settings", SETTINGS_MAX);
        const char *copy = zkl_arena_text(memory, (const char *)name.data, name.size);
        if (!copy)
            return zkl_no_memory(err, name.size);
        settings[policy->setting_count++] = (zkl_policy_setting){ copy, "" };
    }
    return ZKL_OK;
}

static zkl_status take_claims(zkl_policy_info *policy, zkl_policy_setting *settings,
                              zkl_arena *memory, const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *claims = NULL;
    ZKL_TRY(zkl_toml_get_array(&claims, root, "claims", err));
    if (!claims || !claims->item_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "no array `claims`, or an empty one");
    if (claims->item_count > ZKL_CLAIM_LIST_MAX)
        return zkl_toml_fail(claims, err, "more than %d claims", ZKL_CLAIM_LIST_MAX);
    const char **texts = ZKL_ARENA_NEW(memory, const char *, claims->item_count);
    if (!texts)
        return zkl_no_memory(err, claims->item_count * sizeof *texts);
    policy->claims = texts;
    policy->settings = settings;
    for (size_t i = 0; i < claims->item_count; i++) {
        const zkl_toml_node *item = &claims->items[i];
        /* A claim with a zero byte would be cut where C ends a text. */
        if (item->kind != ZKL_TOML_STRING || memchr(item->text.data, 0, item->text.size))
            return zkl_toml_fail(item, err, "a claim is a string such as \"not_null({key})\"");
        texts[i] = zkl_arena_text(memory, (const char *)item->text.data, item->text.size);
        if (!texts[i])
            return zkl_no_memory(err, item->text.size);
        policy->claim_count++;
        ZKL_TRY(add_places(policy, settings, memory, item, err));
    }
    return ZKL_OK;
}

/* Words for each place. One that no claim has is a mistake, of a name most likely. */
static zkl_status take_helps(zkl_policy_info *policy, zkl_policy_setting *settings,
                             zkl_arena *memory, const zkl_toml_node *root, zkl_error *err)
{
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, root, "settings", err));
    for (size_t i = 0; table && i < table->item_count; i++) {
        const zkl_toml_node *item = &table->items[i];
        const size_t number = find_setting(policy, item->key);
        const char *help = NULL;
        if (number == policy->setting_count)
            return zkl_toml_fail(item, err, "no claim has the place '{%s}'",
                                 (const char *)item->key.data);
        ZKL_TRY(zkl_toml_get_text(&help, table, policy->settings[number].name, err));
        settings[number].help = zkl_arena_text(memory, help, strlen(help));
        if (!settings[number].help)
            return zkl_no_memory(err, strlen(help));
    }
    return ZKL_OK;
}

static zkl_status take_policy(zkl_policy_info *policy, zkl_arena *memory, const zkl_toml_node *root,
                              zkl_error *err)
{
    static const char *const known[] = { "name", "about", "claims", "settings" };
    const char *name = NULL, *about = "";
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_text(&name, root, "name", err));
    ZKL_TRY(zkl_toml_get_text(&about, root, "about", err));
    if (!name || !*name || strlen(name) > NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "no `name`, or one of more than %d bytes",
                        NAME_BYTES_MAX);
    policy->name = zkl_arena_text(memory, name, strlen(name));
    policy->about = zkl_arena_text(memory, about, strlen(about));
    zkl_policy_setting *settings = ZKL_ARENA_NEW(memory, zkl_policy_setting, SETTINGS_MAX);
    if (!policy->name || !policy->about || !settings)
        return zkl_no_memory(err, SETTINGS_MAX * sizeof *settings);
    ZKL_TRY(take_claims(policy, settings, memory, root, err));
    return take_helps(policy, settings, memory, root, err);
}

zkl_status zkl_policy_parse(zkl_policy_info *out, zkl_arena *memory, zkl_bytes text, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    zkl_policy_info policy = { 0 };
    ZKL_TRY(zkl_toml_parse(&toml, text, err));
    ZKL_TRY(take_policy(&policy, memory, zkl_toml_root(toml), err));
    zkl_sha256(&policy.sha256, text.data, text.size);
    *out = policy;
    return ZKL_OK;
}

static zkl_status read_file(zkl_policy_info *out, zkl_arena *memory, const char *path,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_file_read(&text, path, ZKL_TOML_BYTES_MAX, err));
    const zkl_status status = zkl_policy_parse(out, memory, zkl_buffer_bytes(&text), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path);
}

/* ---- Those that came with the program. */

static zkl_status find_folder(char out[static PATH_MAX], zkl_beside *beside, zkl_error *err)
{
    bool found;
    ZKL_TRY(zkl_beside_shared(out, &found, beside, "policies", err));
    return found ? ZKL_OK : zkl_fail(err, ZKL_NOT_FOUND, "no policies came with this program");
}

static int is_policy_file(const struct dirent *entry)
{
    const char *ending = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && ending && strcmp(ending, FILE_ENDING) == 0;
}

/* A file is called as the policy in it. So a name has one meaning, and finds its file. */
static zkl_status read_shipped(zkl_policy_info *out, zkl_arena *memory, const zkl_beside *beside,
                               const char *path, zkl_error *err)
{
    const char *file = strrchr(path, '/') + 1;
    ZKL_ASSERT(path[0] == '/'); /* find_folder */
    ZKL_TRY(zkl_beside_check(beside, path, "a policy is not read", err));
    ZKL_TRY(read_file(out, memory, path, err));
    const size_t size = strlen(out->name);
    return strncmp(file, out->name, size) == 0 && strcmp(file + size, FILE_ENDING) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "'%s' names itself '%s'", path, out->name);
}

static zkl_status read_entries(zkl_policy_info *out, zkl_arena *memory, const zkl_beside *beside,
                               const char *folder, struct dirent *const *entries, size_t count,
                               zkl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *path = zkl_arena_format(memory, "%s/%s", folder, entries[i]->d_name);
        if (!path)
            return zkl_no_memory(err, PATH_MAX);
        ZKL_TRY(read_shipped(&out[i], memory, beside, path, err));
    }
    return ZKL_OK;
}

/* All of them, by name. They are few and small. */
static zkl_status read_all(const zkl_policy_info **out, size_t *count, zkl_arena *memory,
                           zkl_error *err)
{
    char folder[PATH_MAX];
    zkl_beside beside;
    struct dirent **entries = NULL;
    ZKL_TRY(find_folder(folder, &beside, err));
    const int found = scandir(folder, &entries, is_policy_file, alphasort);
    if (found < 0)
        return zkl_fail_errno(err, "list", folder);
    zkl_policy_info *policies = ZKL_ARENA_NEW(memory, zkl_policy_info, (size_t)found);
    zkl_status status = policies ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK && found > POLICIES_MAX)
        status = zkl_fail(err, ZKL_LIMIT, "'%s' has more than %d policies", folder, POLICIES_MAX);
    if (status == ZKL_OK)
        status = read_entries(policies, memory, &beside, folder, entries, (size_t)found, err);
    for (int i = 0; i < found; i++)
        free(entries[i]);
    free(entries);
    *out = policies;
    *count = status == ZKL_OK ? (size_t)found : 0;
    return status;
}

zkl_status zkl_policy_list(zkl_policies_result *out, zkl_error *err)
{
    return read_all(&out->policies, &out->count, &out->memory, err);
}

bool zkl_policy_is_path(const char *policy)
{
    if (!policy)
        return false;
    const size_t size = strlen(policy), ending = strlen(FILE_ENDING);
    return strchr(policy, '/') ||
           (size >= ending && strcmp(policy + size - ending, FILE_ENDING) == 0);
}

/* All are read, so that the names that there are can be said. */
static zkl_status read_named(zkl_policy_info *out, zkl_arena *memory, const char *name,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) names = { 0 };
    char hint[ZKL_NEAREST_HINT_BYTES];
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(name));
    const zkl_policy_info *all = NULL;
    size_t count = 0;
    ZKL_TRY(read_all(&all, &count, memory, err));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            *out = all[i];
            return ZKL_OK;
        }
        zkl_nearest_try(&nearest, zkl_bytes_of_text(all[i].name));
        zkl_buffer_format(&names, "%s%s", i ? ", " : "", all[i].name);
    }
    zkl_buffer_put_u8(&names, 0);
    ZKL_TRY(zkl_buffer_status(&names, err));
    return zkl_fail(err, ZKL_NOT_FOUND, "there is no policy '%s'%s; there are: %s", name,
                    zkl_nearest_hint(hint, &nearest), (const char *)names.data);
}

zkl_status zkl_policy_read(zkl_policy_info *out, zkl_arena *memory, const char *policy,
                           zkl_error *err)
{
    return zkl_policy_is_path(policy) ? read_file(out, memory, policy, err)
                                      : read_named(out, memory, policy, err);
}

/* By its name, which read_named takes: the file is called so. */
zkl_status zkl_policy_text(zkl_buffer *out, const char *name, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    char folder[PATH_MAX];
    zkl_beside beside;
    zkl_policy_info policy;
    ZKL_TRY(read_named(&policy, &arena, name, err));
    ZKL_TRY(find_folder(folder, &beside, err));
    const char *path = zkl_arena_format(&arena, "%s/%s" FILE_ENDING, folder, policy.name);
    if (!path)
        return zkl_no_memory(err, PATH_MAX);
    return zkl_file_read(out, path, ZKL_TOML_BYTES_MAX, err);
}

/* ---- Claims with values in their places. */

typedef struct filling {
    const zkl_policy_info *policy;
    const zkl_setting *settings;
    size_t setting_count;
    /* Of each place of the policy: which setting stands in it now. */
    size_t chosen[SETTINGS_MAX];
} filling;

/* The next setting of this name at or behind `from`; setting_count: none. */
static size_t next_setting(const filling *f, const char *name, size_t from)
{
    while (from < f->setting_count && !zkl_bytes_equal_text(f->settings[from].name, name))
        from++;
    return from;
}

/* "quasi (columns that together may tell who it is), k" */
static zkl_status put_needs(zkl_buffer *out, const zkl_policy_info *policy, zkl_error *err)
{
    for (size_t i = 0; i < policy->setting_count; i++) {
        const zkl_policy_setting *setting = &policy->settings[i];
        zkl_buffer_format(out, *setting->help ? "%s%s (%s)" : "%s%s", i ? ", " : "", setting->name,
                          setting->help);
    }
    if (!policy->setting_count)
        zkl_buffer_put_text(out, "nothing");
    zkl_buffer_put_u8(out, 0);
    return zkl_buffer_status(out, err);
}

/* "key=id": a name of a place, and a value. */
static zkl_status read_setting(zkl_setting *out, const zkl_policy_info *policy, const char *text,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) needs = { 0 };
    char hint[ZKL_NEAREST_HINT_BYTES];
    const char *mark = strchr(text, '=');
    if (!mark || mark == text || !mark[1])
        return zkl_fail(err, ZKL_USAGE, "'%s' is no setting: a name, '=' and a value", text);
    *out = (zkl_setting){ zkl_bytes_of(text, (size_t)(mark - text)), mark + 1 };
    if (find_setting(policy, out->name) < policy->setting_count)
        return ZKL_OK;
    zkl_nearest nearest = zkl_nearest_to(out->name);
    for (size_t i = 0; i < policy->setting_count; i++)
        zkl_nearest_try(&nearest, zkl_bytes_of_text(policy->settings[i].name));
    ZKL_TRY(put_needs(&needs, policy, err));
    return zkl_fail(err, ZKL_USAGE, "policy '%s' has no setting '%.*s'%s; it needs: %s",
                    policy->name, (int)out->name.size, (const char *)out->name.data,
                    zkl_nearest_hint(hint, &nearest), (const char *)needs.data);
}

static zkl_status check_complete(const filling *f, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) needs = { 0 };
    for (size_t i = 0; i < f->policy->setting_count; i++) {
        const char *name = f->policy->settings[i].name;
        if (next_setting(f, name, 0) < f->setting_count)
            continue;
        ZKL_TRY(put_needs(&needs, f->policy, err));
        const zkl_status status =
            zkl_fail(err, ZKL_USAGE, "policy '%s' has no value for '%s'; it needs: %s",
                     f->policy->name, name, (const char *)needs.data);
        return zkl_hint_add(err, status, ZKL_HINT_SET_PLACE, name);
    }
    return ZKL_OK;
}

/* The claim's text with the settings that are chosen. What is put in is not looked at again. */
static zkl_status fill_claim(const filling *f, const char *claim, const zkl_policy_sink *sink,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_bytes name;
    const char *at = claim, *begins;
    while (next_place(&name, &begins, at)) {
        const size_t place = find_setting(f->policy, name);
        ZKL_ASSERT(place < f->policy->setting_count); /* add_places */
        zkl_buffer_put(&text, at, (size_t)(begins - at));
        zkl_buffer_put_text(&text, f->settings[f->chosen[place]].value);
        at = begins + name.size + 2;
    }
    zkl_buffer_put_text(&text, at);
    zkl_buffer_put_u8(&text, 0);
    ZKL_TRY(zkl_buffer_status(&text, err));
    return sink->add(sink->opaque, (const char *)text.data, err);
}

/* The next choice for the places of this claim: the last place changes fastest, as digits do.
 * False: that was the last one, and all are at their first again. */
static bool choose_next(filling *f, const size_t *places, size_t count)
{
    while (count--) {
        const char *name = f->policy->settings[places[count]].name;
        size_t *chosen = &f->chosen[places[count]];
        *chosen = next_setting(f, name, *chosen + 1);
        if (*chosen < f->setting_count)
            return true;
        *chosen = next_setting(f, name, 0);
    }
    return false;
}

static zkl_status fill_choices(filling *f, const char *claim, const zkl_policy_sink *sink,
                               zkl_error *err)
{
    size_t places[SETTINGS_MAX], count = 0;
    zkl_bytes name;
    const char *at = claim, *begins;
    for (; next_place(&name, &begins, at); at = begins + 1) {
        const size_t place = find_setting(f->policy, name);
        size_t i = 0;
        while (i < count && places[i] != place)
            i++;
        if (i == count)
            places[count++] = place;
    }
    do
        ZKL_TRY(fill_claim(f, claim, sink, err));
    while (choose_next(f, places, count));
    return ZKL_OK;
}

zkl_status zkl_policy_fill(const zkl_policy_info *policy, const zkl_policy_choice *choice,
                           const zkl_policy_sink *sink, zkl_error *err)
{
    ZKL_ASSERT(policy->setting_count <= SETTINGS_MAX);
    ZKL_AUTO_BLOCK zkl_setting *settings = zkl_calloc(choice->setting_count + 1, sizeof *settings);
    if (!settings)
        return zkl_no_memory(err, choice->setting_count * sizeof *settings);
    for (size_t i = 0; i < choice->setting_count; i++)
        ZKL_TRY(read_setting(&settings[i], policy, choice->settings[i], err));
    filling f = { policy, settings, choice->setting_count, { 0 } };
    ZKL_TRY(check_complete(&f, err));
    for (size_t i = 0; i < policy->setting_count; i++)
        f.chosen[i] = next_setting(&f, policy->settings[i].name, 0);
    for (size_t i = 0; i < policy->claim_count; i++)
        ZKL_TRY(fill_choices(&f, policy->claims[i], sink, err));
    return ZKL_OK;
}
