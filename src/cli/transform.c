/* transform: sources and an operation into a request; what was made and proven, as text and
 * JSON. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "data", 'd', "FILE",
      "the source's data, as they were notarised (default: the spool that was kept)", true, NULL },
    { "with", 0, "NAME[=FILE]", "a further source and its data", true, NULL },
    { "op", 0, "OPERATION", "what is done: 'filter age >= 18' (needed)", false, NULL },
    { "as", 0, "NAME", "the name of the dataset that is made (needed)", false, NULL },
    { "to", 't', "FILE", "its file: .parquet, or CSV (needed)", false, NULL },
    { "pipeline", 0, "FILE", "several operations, in place of these three: TOML", false, NULL },
    { "check", 0, NULL, "the file was made elsewhere: check it, and write none", false, NULL },
    { "seed", 0, "HEX", "64 hex digits: of tokens and keys secret (default: drawn)", false, NULL },
    { "mapping", 0, "NAME=FILE",
      "of pseudonymise and key: make the tokens or numbers too, a dataset and its file", false,
      NULL },
    CLI_READING_OPTIONS,
    { "header", 0, NULL, "the CSV's first line holds the columns' names", false, NULL },
    { "no-null-quoted", 0, NULL, "of CSV: a quoted empty field is an empty text", false, NULL },
    { "dry-run", 0, NULL, "check, say what would be; record nothing", false, NULL },
    { "leaf-blocks", 0, "N",
      "most leaf blocks in one proof (default: 1024 up to 16,384 rows, else 256; fewer are less "
      "memory, more proofs)",
      false, "4|16|64|256|1024" },
    { "output", 'o', "FILE", "also write the receipt of the proofs", false, NULL },
    { "force", 0, NULL, "overwrite files whatever they hold", false, NULL },
};

static zkl_status fill_mapping(zkl_transform_request *request, cli_run *run, zkl_error *err)
{
    const char *text = cli_value(run, "mapping"), *mark = text ? strchr(text, '=') : NULL;
    if (!text)
        return ZKL_OK;
    if (!mark || mark == text || !mark[1])
        return zkl_fail(err, ZKL_USAGE, "'%s': --mapping takes NAME=FILE", text);
    request->mapping_name = zkl_arena_text(&run->arena, text, (size_t)(mark - text));
    request->mapping_output = mark + 1;
    if (!request->mapping_name)
        return zkl_no_memory(err, strlen(text));
    return cli_check_output(run, request->mapping_output, err);
}

static zkl_status fill_request(zkl_transform_request *request, cli_run *run, zkl_error *err)
{
    uint64_t leaf_blocks = 0;
    request->reference = run->arguments[0];
    request->files = cli_values(run, "data", &request->file_count);
    request->operation = cli_value(run, "op");
    request->name = cli_value(run, "as");
    request->output = cli_value(run, "to");
    if (!request->operation)
        return zkl_fail(err, ZKL_USAGE, "an operation is needed: --op 'filter age >= 18'");
    if (!request->name || !request->output)
        return zkl_fail(err, ZKL_USAGE, "the result needs a name and a file: --as NAME --to FILE");
    ZKL_TRY(cli_with(&request->with, &request->with_count, run, err));
    ZKL_TRY(fill_mapping(request, run, err));
    ZKL_TRY(cli_reading(&request->reading, run, err));
    request->is_made = cli_has(run, "check");
    request->seed = cli_value(run, "seed");
    request->dry_run = cli_has(run, "dry-run");
    request->receipt_path = cli_value(run, "output");
    request->force = cli_has(run, "force");
    if (request->receipt_path)
        ZKL_TRY(cli_check_output(run, request->receipt_path, err));
    ZKL_TRY(cli_check_output(run, request->output, err));
    ZKL_TRY(cli_value_u64(run, "leaf-blocks", &leaf_blocks, err));
    request->leaf_blocks_max = (size_t)leaf_blocks;
    return ZKL_OK;
}

static void say_result(cli_run *run, const zkl_transform_result *r,
                       const zkl_transform_request *request)
{
    cli_say(run, "%s\n", cli_text(run, r->operation));
    cli_say_columns(run, r->made.columns, r->made.column_count, 40);
    if (r->made.is_dry_run) {
        cli_say(run, "A dry run: it would be %s@%u, %s; nothing is recorded\n", r->made.name,
                r->made.version, cli_counted(run, r->made.row_count, "row"));
        return;
    }
    cli_say(run, "\nNotarised %s@%u: %s, entry %llu\n  dataset  %s\n  file     %s\n", r->made.name,
            r->made.version, cli_counted(run, r->made.row_count, "row"),
            (unsigned long long)r->made.index, cli_hex(run, &r->made.dataset),
            cli_text(run, r->output));
    if (r->is_proven)
        cli_say_claims(run, "Proven", &r->proven);
    if (r->has_mapping) {
        cli_say(run, "Mapping %s@%u, secret: entry %llu\n", r->mapping.name, r->mapping.version,
                (unsigned long long)r->mapping.index);
        cli_say_claims(run, "Proven of the mapping", &r->mapping_proven);
    }
    for (size_t i = 0; i < r->back_count; i++) {
        const char *title = zkl_arena_format(&run->arena, "Proven of %s", r->backs[i].name);
        cli_say_claims(run, title ? title : "Proven of a source", &r->backs[i]);
    }
    if (r->recorded)
        cli_say(run, "Recorded, not proven: %s\n", r->recorded);
    if (request->receipt_path && r->is_proven)
        cli_say(run, "Receipt: %s, %s\n", request->receipt_path,
                cli_size(run, r->proven.receipt_bytes));
}

/* ---- Several operations. */

static zkl_status fill_pipeline(zkl_pipeline_request *request, cli_run *run, zkl_error *err)
{
    static const char *const of_one[] = { "op", "as", "to", "check", "seed", "output", "mapping" };
    uint64_t leaf_blocks = 0;
    for (size_t i = 0; i < ZKL_COUNT(of_one); i++)
        if (cli_has(run, of_one[i]))
            return zkl_fail(err, ZKL_USAGE, "--%s is said of each step, in the file of --pipeline",
                            of_one[i]);
    request->reference = run->arguments[0];
    request->files = cli_values(run, "data", &request->file_count);
    request->steps_file = cli_value(run, "pipeline");
    request->dry_run = cli_has(run, "dry-run");
    request->force = cli_has(run, "force");
    ZKL_TRY(cli_with(&request->with, &request->with_count, run, err));
    ZKL_TRY(cli_reading(&request->reading, run, err));
    ZKL_TRY(cli_value_u64(run, "leaf-blocks", &leaf_blocks, err));
    request->leaf_blocks_max = (size_t)leaf_blocks;
    return ZKL_OK;
}

/* What stands, and what of the step itself. Of a false claim the error says that. */
static void say_failed_step(cli_run *run, const zkl_pipeline_result *r)
{
    const zkl_notarize_result *made = &r->steps[r->failed - 1].made;
    for (size_t i = 0; i + 1 < r->failed; i++)
        cli_note(run, "step %zu is recorded and stands: %s@%u\n", i + 1, r->steps[i].made.name,
                 r->steps[i].made.version);
    if (made->index)
        cli_note(run, "step %zu failed behind its notarisation: %s@%u is recorded\n", r->failed,
                 made->name, made->version);
    else if (!r->problems.claim_problem_count)
        cli_note(run, "of step %zu nothing is recorded\n", r->failed);
}

/* Steps before one that failed are recorded: they are said too. */
static void say_steps(cli_run *run, const zkl_pipeline_result *r)
{
    static const zkl_transform_request without_receipt = { 0 };
    const size_t done = r->failed ? r->failed - 1 : r->step_count;
    for (size_t i = 0; i < done; i++) {
        cli_say(run, "%sStep %zu of %zu: ", i ? "\n" : "", i + 1, r->planned);
        say_result(run, &r->steps[i], &without_receipt);
    }
    if (r->is_dry_run)
        cli_say(run, "A dry run: %s in order; nothing was run\n",
                cli_counted(run, r->planned, "step"));
    if (r->failed)
        say_failed_step(run, r);
}

static zkl_status run_pipeline(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_pipeline_request request = { 0 };
    zkl_pipeline_result result = { 0 };
    ZKL_TRY(fill_pipeline(&request, run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const zkl_status status = cli_call(&result, run, ledger, &api_pipeline, &request, err);
    const zkl_status put = api_put_result(run->result, &api_pipeline, status, &result, NULL);
    say_steps(run, &result);
    if (status != ZKL_OK)
        cli_note_claim_problems(run, &result.problems);
    zkl_arena_clear(&result.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

static zkl_status run_transform(cli_run *run, zkl_error *err)
{
    if (cli_has(run, "pipeline"))
        return run_pipeline(run, err);
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_transform_request request = { 0 };
    zkl_transform_result result = { 0 };
    ZKL_TRY(fill_request(&request, run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const zkl_status status = cli_call(&result, run, ledger, &api_transform, &request, err);
    const zkl_status put = api_put_result(run->result, &api_transform, status, &result, NULL);
    if (status != ZKL_OK)
        cli_note_claim_problems(run, &result.made);
    else if (!(request.receipt_path && strcmp(request.receipt_path, "-") == 0))
        say_result(run, &result, &request);
    zkl_arena_clear(&result.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_transform = {
    .name = "transform",
    .arguments = "NAME[@VERSION] [--data FILE]... --op OPERATION --as NAME --to FILE [-o RECEIPT]",
    .summary = "make a table of others, notarise it, prove what was done",
    .about =
        "Reads the sources and compares them with what was notarised, makes the table or takes "
        "one that was made elsewhere (--check),\n"
        "notarises it, and proves over source and result what was done. How it was made is not "
        "trusted. When the result is not what\nthe operation says, nothing is recorded. Of a "
        "source "
        "without a file the spool is read, where 'notarize --keep-spool' kept one.\n\n"
        "Operations:\n"
        "  select a, b as c      drop a      rename a as b      add t = 2*a + b\n"
        "  cast a to int64      cast a to decimal(9,2) as b      bucket a by 0, 18, 65 as b\n"
        "  filter age >= 18      slice 0..99      sort a, b [desc]      shuffle      dedup\n"
        "  rank score as r       by a column's values, and numbered from 1\n"
        "  concat      append      join on k      merge on k      (further sources by --with)\n"
        "  group by k: n = rows, t = sum(a), l = min(a), g = max(a), f = values(a)\n"
        "  tokens a, b           a token beside each value: secret\n"
        "  pseudonymise a, b     tokens in place of values: of a source that `tokens` made, or "
        "--mapping\n"
        "  keys a, b as k        a number for each combination of a, b, perhaps of several "
        "sources: "
        "secret\n"
        "  key a, b as k         that number beside the columns: of a source that `keys` made, or "
        "--mapping\n"
        "  sql SELECT ...        anything over tables of the sources' names; recorded, not proven\n"
        "  custom COMMAND        what was run elsewhere, with --check; not run here, recorded, not "
        "proven\n\n"
        "With --pipeline a TOML file has a table [[step]] for each operation, with operation, name "
        "and file; source and with\nname a table that was given or made before (default: by the "
        "step before). All steps are checked before the first is run.",
    .examples =
        "zkp-ledger transform people --data people.csv --op 'filter age >= 18' --as adults --to "
        "adults.parquet -o adults.zkl\n"
        "zkp-ledger transform orders --data orders.csv --with customers=customers.csv --op 'join "
        "on customer' --as wide --to wide.csv\n"
        "zkp-ledger transform people --data people.csv --op 'sort age' --as sorted --to "
        "by_pandas.csv --check\twhat pandas wrote\n"
        "zkp-ledger transform people --data people.csv --pipeline steps.toml",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1,
    .run = run_transform,
};
