/* config: settings as they count, and where each comes from. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "show-origin", 0, NULL, "say where each value comes from", false, NULL },
};

/* An option has no underscore. */
static const char *option_name(cli_run *run, const char *key)
{
    char *name = zkl_arena_text(&run->arena, key, strlen(key));
    for (char *c = name; c && *c; c++)
        *c = *c == '_' ? '-' : *c;
    return name ? name : "";
}

static const char *origin_of(cli_run *run, const zkl_setting_info *setting)
{
    const char *text = "default";
    if (setting->origin == ZKL_SETTING_OPTION)
        text = zkl_arena_format(&run->arena, "option --%s", option_name(run, setting->where));
    else if (setting->origin == ZKL_SETTING_ENVIRONMENT)
        text = zkl_arena_format(&run->arena, "environment %s", setting->where);
    else if (setting->origin == ZKL_SETTING_FILE)
        text = zkl_arena_format(&run->arena, "%s:%u", setting->where, setting->line);
    return text ? text : "";
}

static void say_list(cli_run *run, const zkl_settings_result *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const zkl_setting_info *setting = &r->settings[i];
        if (cli_has(run, "show-origin"))
            cli_say(run, "%-32s ", cli_text(run, origin_of(run, setting)));
        cli_say(run, "%s = %s\n", setting->key, cli_text(run, setting->value));
    }
}

/* Its value alone, for scripts. */
static zkl_status say_one(cli_run *run, zkl_settings_result *r, const char *key, zkl_error *err)
{
    char hint[ZKL_NEAREST_HINT_BYTES];
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(key));
    for (size_t i = 0; i < r->count; i++) {
        const zkl_setting_info *setting = &r->settings[i];
        zkl_nearest_try(&nearest, zkl_bytes_of_text(setting->key));
        if (strcmp(setting->key, key) != 0)
            continue;
        if (cli_has(run, "show-origin"))
            cli_say(run, "%s  ", cli_text(run, origin_of(run, setting)));
        cli_say(run, "%s\n", cli_text(run, setting->value));
        r->settings = setting; /* --json has this one alone */
        r->count = 1;
        return ZKL_OK;
    }
    return zkl_fail(err, ZKL_NOT_FOUND, "there is no setting '%s'%s", key,
                    zkl_nearest_hint(hint, &nearest));
}

/* Without a ledger the defaults are shown; one that is named must be there. */
static zkl_status find_settings(zkl_settings_result *out, cli_run *run, zkl_error *err)
{
    zkl_error none = { 0 };
    zkl_settings_request request = { .ledger = cli_value(run, "ledger"),
                                     .passphrase_file = cli_value(run, "passphrase-file"),
                                     .threads = cli_value(run, "threads"),
                                     .wait = cli_value(run, "wait") };
    const zkl_status found = zkl_locate(&request.folder, &run->arena, request.ledger, &none);
    if (found == ZKL_NOT_FOUND && !request.ledger)
        cli_note(run, "%s\n", cli_hinted(run, none.text, none.hint));
    else if (found != ZKL_OK)
        return zkl_fail_as(err, found, &none);
    return zkl_settings_list(out, &request, err);
}

static zkl_status run_config(cli_run *run, zkl_error *err)
{
    zkl_settings_result r = { 0 };
    const char *verb = run->argument_count ? run->arguments[0] : "list";
    const char *key = run->argument_count > 1 ? run->arguments[1] : NULL;
    if (strcmp(verb, "list") != 0 && strcmp(verb, "get") != 0)
        return zkl_fail(err, ZKL_USAGE, "'config' takes list or get, not '%s'", verb);
    if (!key != (strcmp(verb, "list") == 0))
        return zkl_fail(err, ZKL_USAGE,
                        key ? "'config list' takes nothing besides"
                            : "which setting? 'zkp-ledger config get KEY'");
    ZKL_TRY(find_settings(&r, run, err));
    zkl_status status = ZKL_OK;
    if (key)
        status = say_one(run, &r, key, err);
    else
        say_list(run, &r);
    if (status == ZKL_OK)
        status = api_put_result(run->result, &api_config, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_config = {
    .name = "config",
    .arguments = "[list] | get KEY",
    .summary = "settings as they count, and where each comes from",
    .about = "Lists every setting with its value: what the command line says counts first, then "
             "the environment, then the ledger's\n"
             "zkp-ledger.toml, then the default. 'get' prints the value of one. It changes "
             "nothing: the file is edited by hand, and\n"
             "what is wrong with it is named with line and column by every command.",
    .examples = "zkp-ledger config --show-origin\n"
                "zkp-ledger config get proof.parallel_prove",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "list|get",
    .argument_max = 2,
    .run = run_config,
};
