/* policies: what comes with the program for --policy. */
#include "cli/commands.h"

static void say_policy(cli_run *run, const zkl_policy_info *policy)
{
    cli_say(run, "%s\n  %s\n", policy->name, cli_text(run, policy->about));
    for (size_t i = 0; i < policy->setting_count; i++)
        cli_say(run, "  %-12s %s\n", policy->settings[i].name,
                cli_text(run, policy->settings[i].help));
    for (size_t i = 0; i < policy->claim_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, policy->claims[i]));
    cli_say(run, "  sha256 %s\n", cli_hex(run, &policy->sha256));
}

static zkl_status run_policies(cli_run *run, zkl_error *err)
{
    zkl_policies_result r = { 0 };
    zkl_status status = zkl_policies(&r, err);
    for (size_t i = 0; status == ZKL_OK && i < r.count; i++) {
        cli_say(run, "%s", i ? "\n" : "");
        say_policy(run, &r.policies[i]);
    }
    if (status == ZKL_OK)
        status = api_put_result(run->result, &api_policies, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_policies = {
    .name = "policies",
    .arguments = "",
    .summary = "list the policies that come with the program",
    .about = "A policy is claims that belong together, with places for columns and numbers: "
             "'notarize --policy NAME --set key=id'\n"
             "claims them all. This lists those that come with the program, what each has to be "
             "told, and its claims. A policy of\n"
             "your own is a TOML file: --policy ./ours.toml.",
    .examples = "zkp-ledger policies\n"
                "zkp-ledger notarize patients.csv --name patients --policy privacy --set "
                "'quasi=age, city' --set sensitive=diagnosis --set k=5 --set l=2",
    .run = run_policies,
};
