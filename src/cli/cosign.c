/* log cosign: request and attach. The options are those of `log`. */
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"

#define EXCHANGED_BYTES_MAX ((size_t)1 << 17)

static zkl_status run_request(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    api_cosign_request_result r = { 0 };
    zkl_cosign_ask_request request = { .witness = cli_value(run, "witness"),
                                       .has_old_size = cli_has(run, "old") };
    const char *output = cli_value(run, "output");
    if (!output)
        output = "cosign.txt";
    ZKL_TRY(cli_value_u64(run, "old", &request.old_size, err));
    ZKL_TRY(cli_check_output(run, output, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    zkl_status status = api_cosign_request_run(&r, ledger, &request, output, &run->env, err);
    if (status == ZKL_OK) {
        if (strcmp(output, "-") != 0)
            cli_say(run,
                    "Wrote %s: the checkpoint of %s, and that it extends that of %llu\n"
                    "Next: give it to the witness ('zkp-ledger witness cosign %s --trust "
                    "trust.toml'), then 'zkp-ledger log cosign attach ANSWER'\n",
                    output, cli_counted(run, r.asked.size, "entry"),
                    (unsigned long long)r.asked.old_size, output);
        status = api_put_result(run->result, &api_log_cosign_request, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.asked.memory);
    return status;
}

static zkl_status run_attach(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    zkl_cosign_attached r = { 0 };
    zkl_cosign_attach_request request = { 0 };
    if (run->argument_count < 3)
        return zkl_fail(err, ZKL_USAGE, "whose answer? 'zkp-ledger log cosign attach FILE'");
    request.witnesses = cli_values(run, "witness", &request.witness_count);
    ZKL_TRY(zkl_file_read(&answer, run->arguments[2], EXCHANGED_BYTES_MAX, err));
    request.answer = zkl_buffer_bytes(&answer);
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    zkl_status status = zkl_cosign_attach(&r, ledger, &request, &run->env, err);
    if (status == ZKL_OK) {
        for (size_t i = 0; i < r.cosignature_count; i++)
            cli_say(run, "Kept: '%s' signed the log at %s, said to be at %s\n",
                    cli_text(run, r.cosignatures[i].witness),
                    cli_counted(run, r.cosignatures[i].size, "entry"), r.cosignatures[i].time);
        if (r.ignored_count)
            cli_note(run, "%s by unknown keys left out (--witness names a key)\n",
                     cli_counted(run, r.ignored_count, "line"));
        status = api_put_result(run->result, &api_log_cosign_attach, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

zkl_status cli_run_cosign(cli_run *run, zkl_error *err)
{
    const char *action = run->argument_count > 1 ? run->arguments[1] : "";
    if (strcmp(run->arguments[0], "cosign") != 0)
        return zkl_fail(err, ZKL_USAGE, "'log %s': nothing, or cosign", run->arguments[0]);
    if (cli_has(run, "from") || cli_has(run, "last"))
        return zkl_fail(err, ZKL_USAGE, "--from and --last are of the list of entries");
    if (strcmp(action, "request") == 0 && run->argument_count == 2)
        return run_request(run, err);
    if (strcmp(action, "attach") == 0)
        return run_attach(run, err);
    return zkl_fail(err, ZKL_USAGE, "'log cosign %s': request, or attach FILE", action);
}
