/* disclose: rows, columns and data into a request; what was shown, as text and JSON. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "rows", 'r', "LIST", "which rows, counted from 0: 5,17,100-110", false, NULL },
    { "sample", 's', "N", "N rows, drawn by --challenge", false, NULL },
    { "challenge", 0, "HEX", "16 to 64 bytes that whoever is to see the rows has chosen", false,
      NULL },
    { "columns", 0, "A,B", "show these columns alone; may be given again (default: all)", true,
      NULL },
    { "data", 'd', "FILE", "the data that were notarised (default: the spool that was kept)", true,
      NULL },
    { "data-key", 'k', "FILE", "the .zklkey (default: this ledger's own)", false, NULL },
    CLI_READING_OPTIONS,
    { "header", 0, NULL, "the CSV's first line holds the columns' names", false, NULL },
    { "no-null-quoted", 0, NULL, "of CSV: a quoted empty field is an empty text", false, NULL },
    { "output", 'o', "FILE", "where to (default: NAME@VERSION.rows.zkl)", false, NULL },
    { "force", 0, NULL, "overwrite FILE whatever it holds", false, NULL },
    { "dry-run", 0, NULL, "check, say what would be shown; write and record nothing", false, NULL },
};

/* Several names in one option, or an option each. */
static zkl_status fill_columns(zkl_disclose_request *request, cli_run *run, zkl_error *err)
{
    size_t option_count, count = 0;
    const char *const *given = cli_values(run, "columns", &option_count);
    for (size_t i = 0; i < option_count; i++) {
        size_t parts;
        (void)cli_listed(run, given[i], &parts);
        count += parts;
    }
    const char **columns = ZKL_ARENA_NEW(&run->arena, const char *, count);
    if (!columns)
        return zkl_no_memory(err, count * sizeof *columns);
    for (size_t i = 0; i < option_count; i++) {
        size_t parts;
        const char *const *names = cli_listed(run, given[i], &parts);
        if (!names)
            return zkl_no_memory(err, strlen(given[i]));
        for (size_t k = 0; k < parts; k++)
            columns[request->column_count++] = names[k];
    }
    request->columns = columns;
    return ZKL_OK;
}

static zkl_status fill_request(zkl_disclose_request *request, cli_run *run, zkl_error *err)
{
    request->reference = run->arguments[0];
    request->rows = cli_value(run, "rows");
    request->challenge = cli_value(run, "challenge");
    request->files = cli_values(run, "data", &request->file_count);
    request->output = cli_value(run, "output");
    request->force = cli_has(run, "force");
    request->dry_run = cli_has(run, "dry-run");
    ZKL_TRY(cli_value_u64(run, "sample", &request->sample, err));
    if (!request->rows == !cli_has(run, "sample"))
        return zkl_fail(err, ZKL_USAGE, "which rows? --rows LIST, or --sample N --challenge HEX");
    if (cli_has(run, "sample") && (!request->sample || !request->challenge))
        return zkl_fail(err, ZKL_USAGE,
                        "--sample takes a number of rows, and --challenge by which they are drawn");
    if (request->challenge && !cli_has(run, "sample"))
        return zkl_fail(err, ZKL_USAGE, "--challenge goes with --sample");
    ZKL_TRY(fill_columns(request, run, err));
    ZKL_TRY(cli_reading(&request->reading, run, err));
    if (request->output)
        ZKL_TRY(cli_check_output(run, request->output, err));
    if (run->json && request->output && strcmp(request->output, "-") == 0)
        return zkl_fail(err, ZKL_USAGE, "--json and '-o -' both want standard output");
    return ZKL_OK;
}

/* NAME alone means the latest version: which that is, the ledger says. */
static zkl_status default_output(zkl_disclose_request *request, cli_run *run, zkl_ledger *ledger,
                                 zkl_error *err)
{
    zkl_show_result shown = { 0 };
    if (request->output)
        return ZKL_OK;
    const api_show_request latest = { .reference = request->reference };
    ZKL_TRY(cli_call(&shown, run, ledger, &api_show, &latest, err));
    ZKL_TRY(cli_check_told_name(run, shown.name, err));
    request->output = zkl_arena_format(&run->arena, "%s@%u.rows.zkl", shown.name, shown.version);
    zkl_arena_clear(&shown.memory);
    return request->output ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Which rows a challenge draws is known before they are shown. */
static void say_dry_run(cli_run *run, const zkl_disclose_result *r, const char *output)
{
    cli_say(run, "A dry run: %s of %s@%u would be shown in %s; nothing was written or recorded\n",
            cli_counted(run, r->row_count, "row"), r->name, r->version, cli_text(run, output));
    cli_say(run, "  rows     ");
    for (size_t i = 0; i < r->row_count; i++)
        cli_say(run, "%s%llu", i ? ", " : "", (unsigned long long)r->rows[i]);
    cli_say(run, "\n  columns  ");
    for (size_t i = 0; i < r->column_count; i++)
        cli_say(run, "%s%s", i ? ", " : "", cli_text(run, r->columns[i]));
    cli_say(run, "\n");
}

static void say_result(cli_run *run, const zkl_disclose_result *r, const char *output)
{
    cli_say(run, "Shown: %s of %s of %s@%u, entry %llu\n", cli_counted(run, r->row_count, "row"),
            cli_counted(run, r->column_count, "column"), r->name, r->version,
            (unsigned long long)r->index);
    cli_say(run, "  %s, %s: it holds their values. The log has its hash alone.\n",
            cli_text(run, output), cli_size(run, r->byte_count));
}

static zkl_status run_disclose(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_disclose_request request = { 0 };
    zkl_disclose_result result = { 0 };
    ZKL_TRY(fill_request(&request, run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    ZKL_TRY(default_output(&request, run, ledger, err));
    const api_disclose_request asked = { request, cli_value(run, "data-key") };
    ZKL_TRY(cli_call(&result, run, ledger, &api_disclose, &asked, err));
    const zkl_status put = api_put_result(run->result, &api_disclose, ZKL_OK, &result, err);
    /* The file may be what standard output is for: then the text is left out. */
    if (result.is_dry_run)
        say_dry_run(run, &result, request.output);
    else if (strcmp(request.output, "-") != 0)
        say_result(run, &result, request.output);
    zkl_arena_clear(&result.memory);
    return put;
}

const cli_command cli_disclose = {
    .name = "disclose",
    .arguments = "NAME[@VERSION] --rows LIST|--sample N --challenge HEX [--data FILE]... "
                 "[--columns A,B] [-o FILE] [--dry-run]",
    .summary = "show rows of a dataset in a file that can be verified",
    .about =
        "Writes a file that opens these cells of the dataset's commitments and nothing else, and "
        "logs its hash: neither rows\n"
        "nor values. 'verify FILE --trust trust.toml' checks it, without the ledger, and prints "
        "the "
        "rows. The file holds their\n"
        "values: hand it on by a way that keeps them secret.\n\n"
        "--rows shows rows that you choose, which say nothing of the others. --sample draws them "
        "by "
        "a challenge: who is to see them\n"
        "chooses it at random, after the dataset was logged. At most 1,024 rows at once, and of a "
        "sample half of all rows.\n\n"
        "Without --data it reads the spool, where 'notarize --keep-spool' kept one.",
    .examples = "zkp-ledger disclose penguins --rows 5,17,100-110 --columns species,body_mass_g "
                "--data penguins.csv -o shown.zkl\n"
                "zkp-ledger disclose sales@3 --sample 59 --challenge "
                "6d1f0c7ab9e84f52a3c85d0b1e7f9426 --data 'part-*.parquet'\n"
                "zkp-ledger verify shown.zkl --trust trust.toml",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1,
    .run = run_disclose,
};
