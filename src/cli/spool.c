/* spool: list and drop the tables that are kept. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "all", 0, NULL, "drop: every spool, orphans too", false, NULL },
};

static void say_spool(cli_run *run, const zkl_spool_info *spool)
{
    if (!spool->name) {
        cli_say(run, "  %s  %s: no spool that can be read\n", cli_text(run, spool->file),
                cli_size(run, spool->byte_count));
        return;
    }
    if (spool->is_unfinished) {
        cli_say(run, "  %s  %s  %s  a run that was cut off: the same 'notarize' goes on from it\n",
                spool->name, cli_size(run, spool->byte_count), spool->time);
        return;
    }
    cli_say(run, "  %s@%u  %s  %s%s\n", spool->name, spool->version,
            cli_size(run, spool->byte_count), spool->time,
            spool->is_orphan ? "  orphan: its dataset is not in the log" : "");
}

static zkl_status list_spools(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_spools_result r = { 0 };
    if (run->argument_count > 1 || cli_has(run, "all"))
        return zkl_fail(err, ZKL_USAGE, "'spool list' takes nothing besides");
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(cli_call_without_request(&r, run, ledger, &api_spool_list, err));
    cli_say(run, "%s\n", r.count ? cli_counted(run, r.count, "spool") : "No spools");
    for (size_t i = 0; i < r.count; i++)
        say_spool(run, &r.spools[i]);
    if (r.leftover_count)
        cli_say(run,
                "  and %s half-written: of a process at work, or left by one that was killed\n",
                cli_counted(run, r.leftover_count, "file"));
    const zkl_status status = api_put_result(run->result, &api_spool_list, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return status;
}

/* What was removed is said also when a later file could not be. */
static zkl_status drop_spools(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_spools_result r = { 0 };
    const zkl_spools_drop_request request = {
        .reference = run->argument_count > 1 ? run->arguments[1] : NULL,
        .all = cli_has(run, "all"),
    };
    if (!request.reference == !request.all)
        return zkl_fail(err, ZKL_USAGE,
                        "which one? 'zkp-ledger spool drop NAME[@VERSION]', or "
                        "--all");
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const zkl_status status = cli_call(&r, run, ledger, &api_spool_drop, &request, err);
    if (status == ZKL_OK || r.count)
        cli_say(run, "Dropped %s\n", r.count ? cli_counted(run, r.count, "spool") : "no spool");
    for (size_t i = 0; i < r.count; i++)
        say_spool(run, &r.spools[i]);
    if (r.leftover_count)
        cli_say(run, "  and %s that a killed process had left\n",
                cli_counted(run, r.leftover_count, "file"));
    const zkl_status put = api_put_result(run->result, &api_spool_drop, status, &r, NULL);
    zkl_arena_clear(&r.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

static zkl_status run_spool(cli_run *run, zkl_error *err)
{
    if (strcmp(run->arguments[0], "list") == 0)
        return list_spools(run, err);
    if (strcmp(run->arguments[0], "drop") == 0)
        return drop_spools(run, err);
    return zkl_fail(err, ZKL_USAGE, "'spool' takes list or drop, not '%s'", run->arguments[0]);
}

const cli_command cli_spool = {
    .name = "spool",
    .arguments = "list | drop NAME[@VERSION] | drop --all",
    .summary = "the tables that are kept here, encrypted",
    .about = "'notarize --keep-spool' keeps the table in the ledger's folder, encrypted under the "
             "owner secret. 'prove' and 'disclose'\n"
             "then need no --data. 'list' shows what is kept, 'drop' removes it and asks nothing: "
             "of NAME the spools of all versions.\n"
             "What a run had done that was cut off is listed too: the same 'notarize' goes on from "
             "it, 'drop NAME' removes it.\n\n"
             "A spool that is dropped is a file that is removed: what the disk keeps of it is not "
             "overwritten, and is encrypted. Whoever\n"
             "has the keys of this ledger, its passphrase and such a remnant could still read it.",
    .examples = "zkp-ledger notarize patients.csv --name patients --keep-spool\n"
                "zkp-ledger prove patients 'sum(cost)'\tneeds no file\n"
                "zkp-ledger spool list\n"
                "zkp-ledger spool drop patients@1",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "list|drop",
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 2,
    .run = run_spool,
};
