/* status: what changed on disk since it was notarised. */
#include "cli/commands.h"

static const cli_option options[] = {
    { "full", 0, NULL, "read the files, and compare their content with the log", false, NULL },
};

/* Of a dataset that is as it was, nothing more is said. */
static void say_dataset(cli_run *run, const zkl_disk_dataset *d)
{
    cli_say(run, "  %-10s %s@%u", zkl_disk_state_name(d->state), cli_text(run, d->name),
            d->version);
    if (d->why)
        cli_say(run, ": %s", cli_text(run, d->why));
    else if (d->state == ZKL_DISK_UNKNOWN)
        cli_say(run, ": where its files lie is not known here");
    cli_say(run, "\n");
    for (size_t i = 0; i < d->file_count; i++) {
        const zkl_disk_file *file = &d->files[i];
        if (file->state == ZKL_DISK_UNCHANGED)
            continue;
        cli_say(run, "    %-9s %s", zkl_disk_state_name(file->state), cli_text(run, file->path));
        if (file->size != file->size_then && file->size && file->size_then)
            cli_say(run, "  %s, was %s bytes", cli_number(run, file->size),
                    cli_number(run, file->size_then));
        cli_say(run, "\n");
    }
}

static void say_ways_on(cli_run *run, const zkl_disk_result *r, bool full)
{
    bool touched = false, other = false;
    for (size_t i = 0; i < r->dataset_count; i++) {
        touched |= r->datasets[i].state == ZKL_DISK_TOUCHED;
        other |= r->datasets[i].state > ZKL_DISK_TOUCHED && r->datasets[i].state < ZKL_DISK_UNKNOWN;
    }
    if (touched && !full)
        cli_say(run, "Touched: size as before, times not. 'zkp-ledger status --full' compares the "
                     "content\n");
    if (other)
        cli_say(run, "'zkp-ledger notarize FILE... --name NAME' records a new version\n");
}

static zkl_status run_status(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_disk_result r = { 0 };
    const zkl_disk_request request = { .names = run->arguments,
                                       .name_count = run->argument_count,
                                       .full = cli_has(run, "full") };
    ZKL_TRY(cli_ledger_open(&ledger, run, request.full, err));
    const zkl_status status = cli_call(&r, run, ledger, &api_status, &request, err);
    if (status == ZKL_OK || status == ZKL_REJECTED) {
        for (size_t i = 0; i < r.dataset_count; i++)
            say_dataset(run, &r.datasets[i]);
        if (!r.dataset_count)
            cli_say(run, "No datasets\n");
        say_ways_on(run, &r, request.full);
    }
    const zkl_status put = api_put_result(run->result, &api_status, status, &r, NULL);
    zkl_arena_clear(&r.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_status = {
    .name = "status",
    .arguments = "[NAME...] [--full]",
    .summary = "what changed on disk since it was notarised",
    .about =
        "Looks at the files of the latest version of each dataset, or of those that are named: by "
        "size and times, which takes no\n"
        "time and reads nothing; with --full by their content, whose commitment in the log is "
        "recomputed.\n\n"
        "  unchanged  nobody wrote the file; with --full its content is the notarised one\n"
        "  touched    its size is as before and a time is not: --full tells\n"
        "  changed    another content\n"
        "  new        a folder or pattern that was given has it now\n"
        "  missing    it is not there\n"
        "  unknown    where the files lie is not known: standard input, another machine, an older "
        "program\n\n"
        "Exit code 0 when all that is known is unchanged; 1 when something is not, or a dataset "
        "that is named is unknown.\n"
        "Paths, sizes and times are kept in the ledger's folder, for its owner alone. They are in "
        "no entry and no receipt.",
    .examples = "zkp-ledger status\nzkp-ledger status patients --full\n"
                "zkp-ledger status -q || zkp-ledger notarize patients.csv --name patients "
                "--if-changed",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_max = 100000,
    .run = run_status,
};
