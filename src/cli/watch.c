/* watch: the files of a folder, notarised as they are finished.
 *
 * With --json every event is an object on a line of its own, as it happens, and the last line is
 * the object that every command ends with: who reads the events of hours cannot wait for one. */
#include "cli/commands.h"

#define SETTLE_MS_DEFAULT 1000
#define SETTLE_MS_MAX 86400000

static const cli_option options[] = {
    { "once", 0, NULL, "notarise what is there, and end", false, NULL },
    { "new-only", 0, NULL, "pass over what is there when it begins", false, NULL },
    { "name-prefix", 0, "TEXT", "stands before the name that each file makes", false, NULL },
    { "settle", 0, "MS",
      "a file is finished when nothing was written to it for so long (default 1000)", false, NULL },
    { "claim", 'c', "CLAIM", "a claim to prove of each file", true, NULL },
    { "claims", 0, "FILE", "a TOML file with an array `claims`", false, NULL },
    CLI_POLICY_OPTIONS,
    { "schema", 0, "FILE", "a TOML file that fixes types and nullability", false, NULL },
    CLI_READING_OPTIONS,
    { "float-decimals", 0, NULL, "floats of Parquet become decimals or integers", false, NULL },
    { "public-digest", 0, NULL, "show the plain hashes of the files", false, NULL },
    { "hide-file-names", 0, NULL, "do not record the files' names", false, NULL },
    { "keep-spool", 0, NULL, "keep the tables here, encrypted", false, NULL },
    { "allow-empty", 0, NULL, "permit claims over columns that hold only nulls", false, NULL },
};

static zkl_status fill(zkl_watch_request *out, zkl_notarize_request *as, cli_run *run,
                       zkl_error *err)
{
    as->claims = cli_values(run, "claim", &as->claim_count);
    as->claims_file = cli_value(run, "claims");
    cli_fill_policy(&as->policy, run);
    as->schema_file = cli_value(run, "schema");
    ZKL_TRY(cli_reading(&as->reading, run, err));
    as->float_decimals = cli_has(run, "float-decimals");
    as->public_digest = cli_has(run, "public-digest");
    as->hide_file_names = cli_has(run, "hide-file-names");
    as->keep_spool = cli_has(run, "keep-spool");
    as->allow_empty = cli_has(run, "allow-empty");
    *out = (zkl_watch_request){ .folder = run->arguments[0],
                                .name_prefix = cli_value(run, "name-prefix"),
                                .once = cli_has(run, "once"),
                                .new_only = cli_has(run, "new-only"),
                                .settle_ms = SETTLE_MS_DEFAULT,
                                .as = as,
                                .on_event = cli_say_file,
                                .opaque = run };
    if (out->once && out->new_only)
        return zkl_fail(err, ZKL_USAGE,
                        "--once looks at what is there, and --new-only passes that over");
    ZKL_TRY(cli_value_u64(run, "settle", &out->settle_ms, err));
    return out->settle_ms <= SETTLE_MS_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE, "--settle takes at most %d milliseconds", SETTLE_MS_MAX);
}

/* One look at a service: all that is there is sent, and compared there. */
static zkl_status look_there(zkl_watch_result *r, cli_run *run, const zkl_watch_request *asked,
                             zkl_error *err)
{
    const api_watch_request request = { .as = *asked->as,
                                        .folder = asked->folder,
                                        .name_prefix = asked->name_prefix,
                                        .settle_ms = asked->settle_ms };
    const zkl_status status = cli_call(r, run, NULL, &api_watch, &request, err);
    for (size_t i = 0; i < r->event_count; i++)
        cli_say_file(run, &r->events[i]);
    return status;
}

static zkl_status run_watch(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_watch_request request;
    zkl_notarize_request as = { 0 };
    zkl_watch_result r = { 0 };
    run->json_lines = true;
    ZKL_TRY(fill(&request, &as, run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    if (!request.once)
        cli_note(run, "Watching %s: Ctrl-C ends it\n", cli_text(run, request.folder));
    const zkl_status status = run->service ? look_there(&r, run, &request, err)
                                           : zkl_watch(&r, ledger, &request, &run->env, err);
    return cli_put_files(run, status, &r, err);
}

const cli_command cli_watch = {
    .name = "watch",
    .arguments = "DIR [--once] [--name-prefix TEXT] [--claim CLAIM]...",
    .summary = "notarise the files of a folder as they are finished",
    .about =
        "Notarises each table in DIR (.csv, .tsv, .txt, .json, .ndjson, .parquet, also .gz and "
        ".zst; "
        "not in folders below) as a\n"
        "dataset of its own, called after the file: 'may sales.csv' is may-sales. Those that are "
        "there "
        "first, then each that is written or\n"
        "moved in, once nothing was written to it for --settle milliseconds. The same file again "
        "is its next version, when\n"
        "something changed. A file that nobody wrote since it was notarised is not read.\n\n"
        "A file that fails is told on standard error and passed over until it changes: bad rows, a "
        "false claim, a name that two\n"
        "files make. Ctrl-C or SIGTERM ends it with exit code 0; what is being notarised then is "
        "not recorded.\n\n"
        "--once is for cron and scripts: it ends when all files were looked at, with the exit code "
        "of the first that failed.\n"
        "With --json every event is an object on a line of its own, and so is the one that ends "
        "it.",
    .examples = "zkp-ledger watch incoming --claim 'not_null(id)'\n"
                "zkp-ledger watch incoming --once --name-prefix clinic-\tfrom cron\n"
                "zkp-ledger watch incoming --json | jq 'select(.event == \"failed\")'",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .argument_min = 1,
    .argument_max = 1,
    .run = run_watch,
};
