/* log: the entries, oldest first; `log cosign` is in cosign.c. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "from", 0, "INDEX", "first entry to show", false, NULL },
    { "last", 'n', "N", "only the last N entries", false, NULL },
    { "file", 0, "FILE", "only entries that name a file of this content, as a report", false,
      NULL },
    { "witness", 0, "NAME|KEY",
      "cosign request: which witness is asked; cosign attach, submit: the key of one whose line is "
      "taken",
      true, NULL },
    { "old", 0, "SIZE", "cosign request, submit: the tree that the witness signed last", false,
      NULL },
    { "output", 'o', "FILE", "cosign request: where to (default: cosign.txt)", false, NULL },
    { "force", 0, NULL, "cosign request: replace a file that is no request of this log", false,
      NULL },
};

/* Versions are revoked by entries of the kind `withdraw`, keys by `revoke`: people have one word.
 * */
static const char *kind_word(const char *kind)
{
    return strcmp(kind, "withdraw") == 0 ? "revoke" : kind;
}

/* A report is known by its files alone; those of steps and tables stand where these are shown. */
static bool names_all(const zkl_log_line *line)
{
    return strcmp(line->kind, "report") == 0;
}

/* Oldest first, as the log has them; --last cuts at the beginning. */
static zkl_status run_log(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_log_result r = { 0 };
    uint64_t from = 0, last = UINT64_MAX;
    if (run->argument_count)
        return cli_run_cosign(run, err);
    if (cli_has(run, "witness") || cli_has(run, "old") || cli_has(run, "output"))
        return zkl_fail(err, ZKL_USAGE, "--witness, --old and --output go with 'log cosign'");
    ZKL_TRY(cli_value_u64(run, "from", &from, err));
    ZKL_TRY(cli_value_u64(run, "last", &last, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    /* The request knows no "none": 0 are one that is not shown. */
    const api_log_request request = { .from = from,
                                      .file = cli_value(run, "file"),
                                      .last = last == UINT64_MAX ? 0
                                              : last             ? last
                                                                 : 1 };
    zkl_status status = cli_call(&r, run, ledger, &api_log, &request, err);
    if (status == ZKL_OK) {
        /* Totals are of the whole log, whatever part is shown. */
        api_keep_last(&r, last);
        cli_say(run, "%s  %s  root %s\n", r.origin, cli_counted(run, r.tree_size, "entry"),
                cli_hex(run, &r.root));
        for (size_t i = 0; i < r.line_count; i++) {
            const zkl_log_line *line = &r.lines[i];
            cli_say(run, "%6llu  %s  %-9s %s\n", (unsigned long long)line->index, line->time,
                    kind_word(line->kind), cli_text(run, line->what));
            for (size_t k = 0; names_all(line) && k < line->file_count; k++)
                cli_say(run, "        sha256 %s  %s\n", cli_hex(run, &line->files[k].sha256),
                        cli_text(run, line->files[k].name));
        }
        status = api_put_result(run->result, &api_log, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_log = {
    .name = "log",
    .arguments = "[--last N] [--from INDEX] [--file FILE] | cosign request [-o FILE] | cosign "
                 "attach ANSWER | "
                 "cosign submit URL --witness KEY",
    .summary = "the entries of the log; have witnesses sign it",
    .about =
        "Lists the log's entries, oldest first. The times are the signers' word; the order is "
        "the log's.\n\n"
        "cosign request  writes what a witness is asked: the newest checkpoint, and the proof "
        "that it extends the one that the\n"
        "                witness signed last\n"
        "cosign attach   verifies the witness's answer and keeps it: receipts of entries below "
        "that checkpoint have it from then on\n"
        "cosign submit   both at once, with a witness that speaks C2SP's tlog-witness at URL: the "
        "program curl asks it",
    .examples = "zkp-ledger log\nzkp-ledger log --last 5 --json\n"
                "zkp-ledger log --file audit.html\twas this report logged, and of which state\n"
                "zkp-ledger log cosign request -o cosign.txt\n"
                "zkp-ledger log cosign attach cosigned.txt --witness witness.example/w1+HASH+KEY\n"
                "zkp-ledger log cosign submit https://witness.example --witness "
                "witness.example/w1+HASH+KEY",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "cosign",
    .argument_max = 3,
    .run = run_log,
};
