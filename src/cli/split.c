/* split: a source and its parts into a request; what was made and proven, as text and JSON. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "data", 'd', "FILE",
      "the source's data, as they were notarised (default: the spool that was kept)", true, NULL },
    { "part", 'p', "NAME=FILE", "a part: its name and file, .parquet or CSV (two or more)", true,
      NULL },
    { "ratio", 0, "A/B", "how the rows are shared out: 80/20, 70/15/15", false, NULL },
    { "stratify", 0, "COLUMN", "share out the rows of each value alike", false, NULL },
    { "group", 0, "COLUMN", "keep the rows of each value together, and prove it", false, NULL },
    { "by", 0, "COLUMN", "with --at or --value: the column", false, NULL },
    { "at", 0, "VALUE",
      "rows below it are the first part, others and nulls the second: a date, a number", false,
      NULL },
    { "value", 0, "VALUE", "the value of a part, in their order; one less: the last has the rest",
      true, NULL },
    { "check", 0, NULL, "the files were made elsewhere: check them, and write none", false, NULL },
    { "seed", 0, "HEX", "64 hex digits (default: drawn)", false, NULL },
    { "public-seed", 0, "HEX",
      "instead: a seed that came after the source was logged, proven to have drawn", false, NULL },
    CLI_READING_OPTIONS,
    { "header", 0, NULL, "the CSV's first line holds the columns' names", false, NULL },
    { "no-null-quoted", 0, NULL, "of CSV: a quoted empty field is an empty text", false, NULL },
    { "leaf-blocks", 0, "N",
      "most leaf blocks in one proof (default: 1024 up to 16,384 rows, else 256; fewer are less "
      "memory, more proofs)",
      false, "4|16|64|256|1024" },
    { "output", 'o', "FILE", "also write the receipt of the proof", false, NULL },
    { "force", 0, NULL, "overwrite files whatever they hold", false, NULL },
    { "dry-run", 0, NULL, "say what it would be, and check it; nothing is written", false, NULL },
};

/* "train=train.parquet" */
static zkl_status fill_parts(zkl_split_request *request, cli_run *run, zkl_error *err)
{
    size_t count;
    const char *const *texts = cli_values(run, "part", &count);
    zkl_split_part *parts = ZKL_ARENA_NEW(&run->arena, zkl_split_part, count);
    if (!parts)
        return zkl_no_memory(err, count * sizeof *parts);
    for (size_t i = 0; i < count; i++) {
        const char *mark = strchr(texts[i], '=');
        if (!mark || mark == texts[i] || !mark[1])
            return zkl_fail(err, ZKL_USAGE, "'%s': --part takes NAME=FILE", texts[i]);
        parts[i].name = zkl_arena_text(&run->arena, texts[i], (size_t)(mark - texts[i]));
        parts[i].output = mark + 1;
        if (!parts[i].name)
            return zkl_no_memory(err, strlen(texts[i]));
        ZKL_TRY(cli_check_output(run, parts[i].output, err));
    }
    request->parts = parts;
    request->part_count = count;
    return ZKL_OK;
}

/* A value for each part; the last may have none. */
static zkl_status fill_values(zkl_split_request *request, cli_run *run, zkl_error *err)
{
    size_t count;
    const char *const *values = cli_values(run, "value", &count);
    zkl_split_part *parts = (zkl_split_part *)(uintptr_t)request->parts; /* made by fill_parts */
    if (count && count != request->part_count && count + 1 != request->part_count)
        return zkl_fail(err, ZKL_USAGE,
                        "--value is given once for each part, or for all but the last");
    for (size_t i = 0; i < count; i++)
        parts[i].value = values[i];
    return ZKL_OK;
}

/* "80/20": a number for each part. */
static zkl_status fill_ratio(zkl_split_request *request, const cli_run *run, zkl_error *err)
{
    const char *text = cli_value(run, "ratio");
    zkl_split_part *parts = (zkl_split_part *)(uintptr_t)request->parts; /* made by fill_parts */
    size_t i = 0;
    if (!text)
        return request->is_made || request->by || parts[0].value
                   ? ZKL_OK
                   : zkl_fail(err, ZKL_USAGE, "a ratio is needed: --ratio 80/20");
    for (; i < request->part_count; i++) {
        char *end;
        if (*text < '0' || *text > '9')
            break;
        parts[i].weight = strtoull(text, &end, 10);
        text = *end == '/' ? end + 1 : end;
    }
    return i == request->part_count && !*text
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE, "--ratio takes a whole number for each part: 80/20");
}

static zkl_status fill_request(zkl_split_request *request, cli_run *run, zkl_error *err)
{
    uint64_t leaf_blocks = 0;
    request->reference = run->arguments[0];
    request->files = cli_values(run, "data", &request->file_count);
    ZKL_TRY(fill_parts(request, run, err));
    request->stratify = cli_value(run, "stratify");
    request->group = cli_value(run, "group");
    request->by = cli_value(run, "by");
    request->at = cli_value(run, "at");
    request->is_made = cli_has(run, "check");
    request->seed = cli_value(run, "seed");
    request->public_seed = cli_value(run, "public-seed");
    ZKL_TRY(fill_values(request, run, err));
    ZKL_TRY(fill_ratio(request, run, err));
    ZKL_TRY(cli_reading(&request->reading, run, err));
    request->receipt_path = cli_value(run, "output");
    request->force = cli_has(run, "force");
    request->dry_run = cli_has(run, "dry-run");
    if (request->receipt_path)
        ZKL_TRY(cli_check_output(run, request->receipt_path, err));
    ZKL_TRY(cli_value_u64(run, "leaf-blocks", &leaf_blocks, err));
    request->leaf_blocks_max = (size_t)leaf_blocks;
    return ZKL_OK;
}

static void say_proven(cli_run *run, const zkl_notarize_result *r)
{
    const char *title = zkl_arena_format(&run->arena, "Proven of %s", r->name);
    cli_say_claims(run, title ? title : "Proven", r);
}

static void say_foreseen(cli_run *run, const zkl_split_result *r, const zkl_split_request *request)
{
    for (size_t i = 0; i < r->part_count; i++)
        cli_say(run, "  %s@%u: %s, %s\n", r->parts[i].name, r->parts[i].version,
                cli_counted(run, r->parts[i].row_count, "row"),
                cli_text(run, request->parts[i].output));
    if (r->recorded)
        cli_say(run, "Would be recorded, not proven: %s\n", r->recorded);
    cli_say(run, "A dry run: all else that is said of a split was checked; nothing is written\n");
}

static void say_result(cli_run *run, const zkl_split_result *r, const zkl_split_request *request)
{
    cli_say(run, "%s\n", cli_text(run, r->operation));
    if (r->is_dry_run) {
        say_foreseen(run, r, request);
        return;
    }
    for (size_t i = 0; i < r->part_count; i++)
        cli_say(run, "  %s@%u: %s, entry %llu, %s\n", r->parts[i].name, r->parts[i].version,
                cli_counted(run, r->parts[i].row_count, "row"),
                (unsigned long long)r->parts[i].index, cli_text(run, request->parts[i].output));
    for (size_t i = 0; i < r->part_count; i++)
        if (r->parts[i].claim_count > 1) /* more than that its cells are well formed */
            say_proven(run, &r->parts[i]);
    say_proven(run, &r->proven);
    if (r->has_drawn)
        say_proven(run, &r->drawn);
    for (size_t i = 0; i < r->apart_count; i++)
        say_proven(run, &r->apart[i]);
    if (r->recorded)
        cli_say(run, "Recorded, not proven: %s\n", r->recorded);
    if (request->receipt_path)
        cli_say(run, "Receipt: %s, %s\n", request->receipt_path,
                cli_size(run, r->proven.receipt_bytes));
}

static zkl_status run_split(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_split_request request = { 0 };
    zkl_split_result result = { 0 };
    ZKL_TRY(fill_request(&request, run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const zkl_status status = cli_call(&result, run, ledger, &api_split, &request, err);
    const zkl_status put = api_put_result(run->result, &api_split, status, &result, NULL);
    if (status == ZKL_OK && result.part_count > request.part_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "the answer has more parts than were asked for");
    if (status != ZKL_OK)
        cli_note_claim_problems(run, &result.proven);
    else if (!(request.receipt_path && strcmp(request.receipt_path, "-") == 0))
        say_result(run, &result, &request);
    zkl_arena_clear(&result.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_split = {
    .name = "split",
    .arguments =
        "NAME[@VERSION] [--data FILE]... --part NAME=FILE --part NAME=FILE... --ratio A/B [-o "
        "RECEIPT]",
    .summary = "split a table into parts, proven to be all of it",
    .about =
        "Writes the parts, notarises each with the source's schema, and proves that the source's "
        "rows are those of the parts together,\neach as often. With --group it proves that no "
        "value of that column is in two parts. By a ratio alone it proves that one part is the\n"
        "sample that the seed draws, with --seed of 65,536 rows at most; else that the parts "
        "follow the seed is recorded. With "
        "--by and --value each part has the rows with one value, "
        "with --at those on one side of it,\nwhich is proven; rows with a null are in the part of "
        "all others. "
        "--check takes parts that something else wrote, as scikit-learn or Spark,\nand checks "
        "their sizes by --ratio, the rows of each value by --stratify. Without --data "
        "it "
        "reads the spool, where 'notarize --keep-spool' kept one.",
    .examples =
        "zkp-ledger split people --data people.csv --part train=train.parquet --part "
        "test=test.parquet --ratio 80/20 -o split.zkl\n"
        "zkp-ledger split visits --data visits.csv --part train=a.csv --part test=b.csv --ratio "
        "80/20 --group patient\n"
        "zkp-ledger split sales --data sales.csv --part past=past.csv --part recent=recent.csv "
        "--by day --at 2024-01-01\n"
        "zkp-ledger split sales --data sales.csv --part eu=eu.csv --part us=us.csv --part "
        "rest=rest.csv --by region --value EU --value US",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1,
    .run = run_split,
};
