/* branch: a second name for a version. */
#include "cli/commands.h"

static const cli_option options[] = {
    { "as", 0, "NAME", "the name of the branch (needed)", false, NULL },
};

static zkl_status run_branch(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const zkl_branch_request request = { .reference = run->arguments[0],
                                         .name = cli_value(run, "as") };
    zkl_link_result result = { 0 };
    if (!request.name)
        return zkl_fail(err, ZKL_USAGE, "the branch needs a name: --as NAME");
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    ZKL_TRY(cli_call(&result, run, ledger, &api_branch, &request, err));
    const zkl_status put = api_put_result(run->result, &api_branch, ZKL_OK, &result, err);
    cli_say(run, "%s@%u begins with %s: entry %llu\n", result.name, result.version,
            cli_text(run, request.reference), (unsigned long long)result.index);
    zkl_arena_clear(&result.memory);
    return put;
}

const cli_command cli_branch = {
    .name = "branch",
    .arguments = "NAME[@VERSION] --as NAME",
    .summary = "a second name for a version, with versions of its own",
    .about =
        "Logs the version's manifest and proofs again, as they are, under a new name, and that it "
        "is a branch. It needs no data and\n"
        "makes no proof. The next 'notarize --name NAME' is version 2 of the branch: it keeps "
        "types and dictionaries, so that claims\n"
        "over both lines are possible. 'transform --op \"merge on KEY\"' brings two lines "
        "together.\n\n"
        "Claims that were added to the version later stay with its first name.",
    .examples = "zkp-ledger branch patients@3 --as patients-relabelled\n"
                "zkp-ledger notarize relabelled.csv --name patients-relabelled\n"
                "zkp-ledger lineage patients-relabelled",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1,
    .run = run_branch,
};
