/* completion and man: written from the table of commands. */
#include <string.h>

#include "cli/commands.h"

static zkl_status run_completion(cli_run *run, zkl_error *err)
{
    ZKL_TRY(cli_print_completion(stdout, run->arguments[0], err));
    run->json = false;
    return ZKL_OK;
}

const cli_command cli_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .summary = "print the completion script of a shell",
    .about = "Prints a completion script on standard output.",
    .examples = "source <(zkp-ledger completion bash)\nzkp-ledger completion fish > "
                "~/.config/fish/completions/zkp-ledger.fish",
    .words = "bash|zsh|fish",
    .argument_min = 1,
    .argument_max = 1,
    .run = run_completion,
};

static zkl_status run_man(cli_run *run, zkl_error *err)
{
    const cli_command *command = run->argument_count ? cli_find_command(run->arguments[0]) : NULL;
    if (run->argument_count && !command)
        return zkl_fail(err, ZKL_USAGE, "no command '%s'", run->arguments[0]);
    run->json = false;
    cli_print_man(stdout, command);
    return ZKL_OK;
}

const cli_command cli_man = {
    .name = "man",
    .arguments = "[COMMAND]",
    .summary = "print a manual page (roff)",
    .about = "Prints the program's manual page, or a command's, on standard output.",
    .examples = "zkp-ledger man notarize | man -l -",
    .argument_max = 1,
    .run = run_man,
};
