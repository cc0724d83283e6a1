/* renew: a receipt or disclosure under the newest signatures. */
#include "cli/commands.h"

static const cli_option options[] = {
    { "output", 'o', "FILE", "where to; without it the file itself is replaced", false, NULL },
};

static zkl_status run_renew(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const char *const file = run->arguments[0];
    const char *const output = cli_value(run, "output");
    zkl_renew_result r = { 0 };
    ZKL_TRY(cli_check_output(run, output ? output : file, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    /* A service has no file to replace: it is said where the new one goes. */
    const api_renew_request request = { file, output || !run->is_remote ? output : file };
    zkl_status status = cli_call(&r, run, ledger, &api_renew, &request, err);
    if (status == ZKL_OK) {
        if (!output || strcmp(output, "-") != 0)
            cli_say(run, "%s: entry %llu, %s, under a checkpoint of %llu entries with %s, and %s\n",
                    cli_text(run, output ? output : file), (unsigned long long)r.index,
                    r.is_disclosure ? "a disclosure" : "a receipt", (unsigned long long)r.tree_size,
                    cli_counted(run, r.cosignature_count, "cosignature"),
                    cli_counted(run, r.timestamp_count, "timestamp"));
        status = api_put_result(run->result, &api_renew, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_renew = {
    .name = "renew",
    .arguments = "FILE [-o FILE]",
    .summary = "write a receipt or disclosure anew, under the newest signatures",
    .about = "Of a receipt or a disclosure that this ledger wrote: the same entry and the same "
             "contents, under the newest checkpoint that\n"
             "witnesses signed ('log cosign'), and with all timestamps of the entry. A disclosure "
             "is renewed in no other way: the ledger\n"
             "keeps no rows. What was handed on before stays valid as it is.",
    .examples = "zkp-ledger renew shown.zkl\n"
                "zkp-ledger renew penguins.zkl -o penguins-witnessed.zkl",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .argument_min = 1,
    .argument_max = 1,
    .run = run_renew,
};
