/* completion and man: written from the table of commands. */
#include <string.h>

#include "cli/commands.h"

/* For the scripts: the names in this ledger, one a line. Nothing where there is no ledger. */
static zkl_status print_datasets(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    /* Silent: the shell asks while a person types. */
    zkl_ledger_options options = { 0 };
    zkl_log_result log = { 0 };
    ZKL_TRY(zkl_locate(&options.folder, &run->arena, cli_value(run, "ledger"), err));
    ZKL_TRY(zkl_ledger_open(&ledger, &options, &run->env, err));
    ZKL_TRY(zkl_log_list(&log, ledger, 0, 0, err));
    for (size_t i = 0; i < log.line_count; i++) /* each name has one first version */
        if (strcmp(log.lines[i].kind, "notarise") == 0 && cli_ends_with(log.lines[i].what, "@1"))
            printf("%.*s\n", (int)strcspn(log.lines[i].what, "@"), log.lines[i].what);
    zkl_arena_clear(&log.memory);
    return ZKL_OK;
}

/* Scripts ask this program for names while a person types: it must be quick and silent. */
static zkl_status run_completion(cli_run *run, zkl_error *err)
{
    if (strcmp(run->arguments[0], "datasets") == 0)
        return print_datasets(run, err);
    ZKL_TRY(cli_print_completion(stdout, run->arguments[0], err));
    run->json = false;
    return ZKL_OK;
}

const cli_command cli_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish|datasets",
    .summary = "print the completion script of a shell",
    .about = "Prints a completion script on standard output. The scripts ask for 'datasets': "
             "the names in this ledger.",
    .examples = "source <(zkp-ledger completion bash)\nzkp-ledger completion fish > "
                "~/.config/fish/completions/zkp-ledger.fish",
    .words = "bash|zsh|fish|datasets",
    .argument_min = 1,
    .argument_max = 1,
    .run = run_completion,
};

/* Without a name the page of the whole program. */
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
