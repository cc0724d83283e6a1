#include <stdlib.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "circuit", 0, "NAME", "make and log this circuit's key now", true, "F18|F20|F22|F24|F26" },
};

static zkl_status run_setup(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(cli_ledger) ledger = { 0 };
    zkl_setup_result r = { 0 };
    unsigned tiers[5];
    size_t given;
    const char *const *names = cli_values(run, "circuit", &given);
    if (given > ZKL_COUNT(tiers))
        return zkl_fail(err, ZKL_USAGE, "there are only %zu circuits", ZKL_COUNT(tiers));
    for (size_t i = 0; i < given; i++)
        tiers[i] = (unsigned)strtoul(names[i] + 1, NULL, 10);
    ZKL_TRY(cli_ledger_find(&ledger, run, given > 0, err));
    zkl_status status = zkl_setup_run(&r, &ledger.where, tiers, given, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        json_t *circuits = json_array();
        cli_say(run, "powers of tau  %s (development)\ncache          %s\n",
                cli_hex(run, &r.powers_hash), r.cache);
        for (size_t i = 0; i < r.line_count; i++) {
            const zkl_setup_line *line = &r.lines[i];
            cli_say(run, "  %s  %-14s", line->circuit, line->made ? "key made" : "not made yet");
            if (line->logged)
                cli_say(run, "  entry %llu  %s", (unsigned long long)line->index,
                        cli_hex(run, &line->key_hash));
            cli_say(run, "\n");
            json_t *one = json_pack("{s:s, s:b, s:b}", "circuit", line->circuit, "made", line->made,
                                    "logged", line->logged);
            if (line->logged) {
                json_object_set_new(one, "index", json_integer((json_int_t)line->index));
                json_object_set_new(one, "key", cli_json_digest(&line->key_hash));
            }
            json_array_append_new(circuits, one);
        }
        cli_set(run, "powers", cli_json_digest(&r.powers_hash));
        cli_set(run, "cache", json_string(r.cache));
        cli_set(run, "circuits", circuits);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_setup = {
    .name = "setup",
    .arguments = "[--circuit F22]...",
    .summary = "circuit keys: which there are, and make them ahead of use",
    .about = "A proof needs the key of its circuit, F18 to F26 by size. Keys are made when first "
             "needed (seconds), kept in the user's\n"
             "cache, and named by a signed entry before their first use. Keys made here are for "
             "development: they prove nothing\n"
             "against whoever made them, and every output says so.",
    .examples = "zkp-ledger setup\nzkp-ledger setup --circuit F22 --circuit F24\tahead of use",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .run = run_setup,
};
