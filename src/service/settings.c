/* Settings as they count, and where each comes from: option, environment, file, default, the first
 * that says anything. Whoever uses a setting reads it by itself; what is said here is the same
 * order over the same names, and tests/cli/config.sh holds the two together. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/config.h"
#include "ledger/remember.h"
#include "service/service_internal.h"

/* Beside those of the configuration: ledger, passphrase_file, setup_cache, checkpoints, reader,
 * wait. */
#define OTHERS 6

typedef struct setting_list {
    zkl_arena *memory;
    zkl_setting_info *items;
    size_t count, most;
} setting_list;

/* value NULL: none. where: lives as long as the program, or in the result's memory. */
static zkl_status add(setting_list *list, const char *key, const char *value,
                      zkl_setting_origin origin, const char *where, zkl_error *err)
{
    ZKL_ASSERT(list->count < list->most);
    zkl_setting_info *item = &list->items[list->count++];
    value = value ? value : "";
    *item = (zkl_setting_info){ .key = key,
                                .value = zkl_arena_text(list->memory, value, strlen(value)),
                                .origin = origin,
                                .where = where };
    return item->value ? ZKL_OK : zkl_no_memory(err, strlen(value));
}

/* An option, else a variable that is not empty, else the default. */
static zkl_status add_chosen(setting_list *list, const char *key, const char *said,
                             const char *variable, const char *otherwise, zkl_error *err)
{
    const char *set = variable ? getenv(variable) : NULL;
    if (said)
        return add(list, key, said, ZKL_SETTING_OPTION, key, err);
    if (set && *set)
        return add(list, key, set, ZKL_SETTING_ENVIRONMENT, variable, err);
    return add(list, key, otherwise, ZKL_SETTING_DEFAULT, NULL, err);
}

/* Their key and text live in the result already. */
static zkl_status add_file(setting_list *list, const zkl_config_setting *from, size_t count,
                           const char *path, const char *threads, zkl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const bool is_said = threads && strcmp(from[i].key, "proof.parallel_prove") == 0;
        ZKL_TRY(add(list, from[i].key, is_said ? threads : from[i].value,
                    is_said        ? ZKL_SETTING_OPTION
                    : from[i].line ? ZKL_SETTING_FILE
                                   : ZKL_SETTING_DEFAULT,
                    is_said        ? "threads"
                    : from[i].line ? path
                                   : NULL,
                    err));
        list->items[list->count - 1].line = is_said ? 0 : from[i].line;
    }
    return ZKL_OK;
}

/* A place that there is not has no value; why not, doctor says. */
static zkl_status add_places(setting_list *list, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) cache = { 0 };
    char state[PATH_MAX] = "";
    const char *variable = NULL;
    zkl_error none = { 0 };
    const bool has_cache = zkl_setup_folder_name(&cache, &variable, NULL, &none) == ZKL_OK;
    zkl_buffer_put_u8(&cache, 0);
    ZKL_TRY(zkl_buffer_status(&cache, err));
    ZKL_TRY(add(list, "setup_cache", has_cache ? (const char *)cache.data : NULL,
                variable ? ZKL_SETTING_ENVIRONMENT : ZKL_SETTING_DEFAULT, variable, err));
    const bool has_state = zkl_remember_folder(state, &variable, &none) == ZKL_OK;
    ZKL_TRY(add(list, "checkpoints", has_state ? state : NULL,
                variable ? ZKL_SETTING_ENVIRONMENT : ZKL_SETTING_DEFAULT, variable, err));
    return add_chosen(list, "reader", NULL, "ZKP_LEDGER_MODULE_DIR", NULL, err);
}

/* Without a folder an empty file: all of it is default. */
static zkl_status list_all(zkl_settings_result *out, const zkl_settings_request *request,
                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_config_setting *from;
    size_t count;
    const char *path = "";
    if (request->folder) {
        path = zkl_arena_format(&out->memory, "%s/" ZKL_CONFIG_FILE, request->folder);
        if (!path)
            return zkl_no_memory(err, strlen(request->folder));
        ZKL_TRY(zkl_file_read(&text, path, ZKL_CONFIG_BYTES_MAX, err));
    }
    ZKL_TRY(zkl_config_settings(&from, &count, &out->memory, zkl_buffer_bytes(&text), path, err));
    setting_list list = { .memory = &out->memory, .most = count + OTHERS };
    list.items = ZKL_ARENA_NEW(&out->memory, zkl_setting_info, list.most);
    if (!list.items)
        return zkl_no_memory(err, list.most * sizeof *list.items);
    ZKL_TRY(add_file(&list, from, count, path, request->threads, err));
    ZKL_TRY(add_chosen(&list, "ledger", request->ledger, "ZKP_LEDGER_DIR", request->folder, err));
    ZKL_TRY(add_chosen(&list, "passphrase_file", request->passphrase_file,
                       "ZKP_LEDGER_PASSPHRASE_FILE", NULL, err));
    ZKL_TRY(add_places(&list, err));
    ZKL_TRY(add_chosen(&list, "wait", request->wait, NULL, NULL, err));
    ZKL_ASSERT(list.count == list.most);
    out->settings = list.items;
    out->count = list.count;
    return ZKL_OK;
}

zkl_status zkl_settings_list(zkl_settings_result *out, const zkl_settings_request *request,
                             zkl_error *err)
{
    *out = (zkl_settings_result){ 0 };
    const zkl_status status = list_all(out, request, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_settings_result){ 0 };
    }
    return status;
}
