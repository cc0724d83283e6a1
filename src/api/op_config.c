/* Settings as they count, and where each comes from. It opens no ledger: one whose configuration
 * is wrong is what it is asked about. */
#include "api/operation.h"

static const api_field request_fields[] = {
    { "ledger", API_TEXT, API_AT(zkl_settings_request, folder), .is_path = true,
      .path_use = API_PATH_OWN,
      .help = "a ledger's folder; without it the defaults of a new one are shown" },
};
static const api_object request_object = API_OBJECT(zkl_settings_request, request_fields);

/* By zkl_setting_origin's numbers. */
static const char *const origins[] = { "option", "environment", "file", "default", NULL };

#define AT(member) API_AT(zkl_setting_info, member)
static const api_field setting_fields[] = {
    { "key", API_TEXT, AT(key),
      .help = "as proof.parallel_prove; without a dot: no configuration can say it" },
    { "value", API_TEXT, AT(value), .help = "as text; \"\": none" },
    { "origin", API_ENUM, AT(origin), .names = origins, .help = "what says it" },
    { "where", API_TEXT, AT(where), .nullable = true,
      .help = "the option, the variable, or the file; null of a default" },
    { "line", API_NUMBER, AT(line), .help = "of a file: where; else 0" },
};
#undef AT
static const api_object setting = API_OBJECT(zkl_setting_info, setting_fields);

static const api_field config_fields[] = {
    { "settings", API_LIST, API_AT(zkl_settings_result, settings),
      API_COUNT(zkl_settings_result, count), .of = &setting,
      .help = "those of the configuration in its order, then the others" },
};
static const api_object config_object = API_OBJECT(zkl_settings_result, config_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    (void)ledger;
    (void)env;
    return zkl_settings_list(result, request, err);
}

const api_operation api_config = {
    .name = "config",
    .summary = "settings as they count, and where each comes from",
    .permission = "service:manage",
    .effect = API_WITHOUT_LEDGER,
    .request = &request_object,
    .result = &config_object,
    .memory_offset = offsetof(zkl_settings_result, memory),
    .run = run,
};
