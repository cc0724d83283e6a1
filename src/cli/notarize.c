/* notarize: options into a request; what was recorded, foreseen or refused, as text and JSON.
 *
 * Values of the table are printed only when --show-rows asks for them. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "name", 'n', "NAME", "name of the dataset (needed, but for --each)", false, NULL },
    { "each", 0, NULL, "each file is a dataset of its own, called after the file", false, NULL },
    { "name-prefix", 0, "TEXT", "with --each: stands before every name", false, NULL },
    { "receipts", 0, "DIR",
      "with --each: also write each receipt, DIR/NAME.zkl, into a folder that is there", false,
      NULL },
    { "read-known", 0, NULL, "with --each: also files unwritten since they were notarised", false,
      NULL },
    { "claim", 'c', "CLAIM", "a claim to prove, e.g. 'range(age, 0, 120)'", true, NULL },
    { "claims", 0, "FILE", "a TOML file with an array `claims`", false, NULL },
    CLI_POLICY_OPTIONS,
    { "schema", 0, "FILE", "a TOML file that fixes types and nullability", false, NULL },
    { "columns", 0, "A,B", "only these columns", false, NULL },
    CLI_READING_OPTIONS,
    { "like", 0, "NAME", "have the schema of this dataset, with its dictionaries", false, NULL },
    { "keep-types", 0, NULL, "do not narrow the types that are inferred", false, NULL },
    { "float-decimals", 0, NULL,
      "floats of Parquet become decimals or integers, of columns that hold none but such", false,
      NULL },
    { "public-digest", 0, NULL,
      "show the plain hashes of the files (for data that is public anyway)", false, NULL },
    { "hide-file-names", 0, NULL, "record how many files were read, not their names", false, NULL },
    { "dry-run", 0, NULL, "read, check the claims, say the cost; write nothing", false, NULL },
    { "keep-spool", 0, NULL,
      "keep the table here, encrypted: 'prove' then needs no file, and a run that is cut off goes "
      "on (default: above 10,000,000 rows)",
      false, NULL },
    { "no-keep-spool", 0, NULL, "do not, however many rows there are", false, NULL },
    { "if-changed", 0, NULL, "record nothing when it is all as in the last version", false, NULL },
    { "allow-empty", 0, NULL, "permit claims over columns that hold only nulls", false, NULL },
    { "no-count", 0, NULL, "do not also claim that nullable columns have a value", false, NULL },
    { "leaf-blocks", 0, "N",
      "most leaf blocks in one proof (default: 1024 up to 16,384 rows, else 256; fewer are less "
      "memory, more proofs)",
      false, "4|16|64|256|1024" },
    { "memory", 0, "SIZE",
      "take at most so much memory, 256MiB or more: smaller proofs, more of them, and more time",
      false, NULL },
    { "show-rows", 0, NULL, "show values of bad rows", false, NULL },
    { "output", 'o', "FILE", "also write the receipt", false, NULL },
    { "timestamp", 0, "URL", "have the clock at this http address stamp the entry", false, NULL },
    { "force", 0, NULL, "overwrite FILE whatever it holds", false, NULL },
};

/* null: the column is not there on that side. */
/* Roots of dictionaries are for --json. */
static const char *short_type(const char *type)
{
    return strncmp(type, "dictionary", 10) == 0 ? "dictionary" : type;
}

/* "age  int16 -> int32: 70000 lies outside int16". */
static void say_change(cli_run *run, const zkl_column_change *c)
{
    cli_say(run, "  %-24s ", cli_text(run, c->name));
    if (c->from)
        cli_say(run, "%s%s", short_type(c->from), c->from_nullable ? " nullable" : "");
    if (c->to)
        cli_say(run, "%s%s%s%s", c->from ? " -> " : "",
                c->from && strcmp(c->from, c->to) != 0 &&
                        strcmp(short_type(c->from), short_type(c->to)) == 0
                    ? "new "
                    : "",
                short_type(c->to), c->to_nullable ? " nullable" : "");
    cli_say(run, ": %s\n", cli_text(run, c->reason));
}

/* Types are inherited silently, and changed loudly. */
static void say_inherited(cli_run *run, const zkl_notarize_result *r)
{
    if (!r->previous_version)
        return;
    cli_say(run, "Since %s@%u:\n", r->name, r->previous_version);
    if (r->previous_reading)
        cli_say(run, "  read otherwise; before: %s\n", r->previous_reading);
    for (size_t i = 0; i < r->change_count; i++)
        say_change(run, &r->changes[i]);
    if (r->same_schema)
        cli_say(run, "  types as before; unchanged chunks: %zu of %zu\n", r->unchanged_chunk_count,
                r->chunk_count);
    else
        cli_say(run, "  %s, so every chunk is committed anew\n",
                r->change_count ? "another schema" : "another order of columns, or hash algorithm");
}

/* 40 columns fill a screen; --json has them all. */
static void say_schema(cli_run *run, const zkl_notarize_result *r)
{
    cli_say(run, "Columns:\n");
    for (size_t i = 0; i < r->column_count && i < 40; i++) {
        cli_say(run, "  %-24s %-16s %-9s %s\n", cli_text(run, r->columns[i].name),
                short_type(r->columns[i].type), r->columns[i].nullable ? "nullable" : "",
                r->columns[i].note ? cli_text(run, r->columns[i].note) : "");
    }
    if (r->column_count > 40)
        cli_say(run, "  ... and %zu more\n", r->column_count - 40);
}

/* By --format, else by the first file's name. */
static bool is_csv(const cli_run *run)
{
    static const char *const endings[] = { ".csv", ".csv.gz", ".csv.zst",
                                           ".tsv", ".tsv.gz", ".tsv.zst" };
    const char *format = cli_value(run, "format");
    for (size_t i = 0; !format && i < ZKL_COUNT(endings); i++)
        if (cli_ends_with(run->arguments[0], endings[i]))
            return true;
    return format && strcmp(format, "csv") == 0;
}

/* strtod takes "nan" and "inf" too: those are names. */
static bool is_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return end != text && !*end && strchr("0123456789+-.", text[0]);
}

/* Does it look like several names, separated by something that was not found out? */
static bool is_separated(const char *name)
{
    size_t count = 0;
    for (; *name; name++)
        count += strchr(" ;|:/", *name) != NULL;
    return count >= 2;
}

/* A header that is data would be a row that nobody misses. */
static void note_header(const cli_run *run, const zkl_notarize_result *r)
{
    size_t numbers = 0;
    if (cli_has(run, "no-header") || !is_csv(run))
        return;
    for (size_t i = 0; i < r->column_count; i++)
        numbers += is_number(r->columns[i].name);
    if (r->column_count == 1 && is_separated(r->columns[0].name))
        cli_note(run,
                 "The file was read as one column: if its fields are separated, notarise again "
                 "with --delimiter (a blank is 'space')\n");
    else if (2 * numbers >= r->column_count)
        cli_note(run, "The first line was taken as the columns' names, and most are numbers: if it "
                      "is data, notarise again with --no-header\n");
}

static bool is_float(const zkl_column_info *column)
{
    return strcmp(column->type, "float32") == 0 || strcmp(column->type, "float64") == 0;
}

/* Who has floats hardly finds out before the first claim is refused. */
static void note_floats(cli_run *run, const zkl_notarize_result *r)
{
    size_t count = 0, first = 0;
    for (size_t i = 0; i < r->column_count; i++) {
        if (!count)
            first = i;
        count += is_float(&r->columns[i]);
    }
    if (!count || cli_has(run, "float-decimals") || cli_has(run, "schema") || r->previous_version ||
        r->is_unchanged)
        return;
    cli_note(run,
             "%zu column%s, as '%s', hold%s floats, of which hardly anything can be claimed: "
             "--float-decimals makes decimals of those that were written as such, a schema of "
             "others\n",
             count, count == 1 ? "" : "s", cli_text(run, r->columns[first].name),
             count == 1 ? "s" : "");
}

/* Everything is conditional here, so that nobody takes it for a notarisation. */
static void say_foreseen(cli_run *run, const zkl_notarize_result *r)
{
    say_schema(run, r);
    if (r->previous_version)
        cli_say(run, "Since %s@%u:%s\n", r->name, r->previous_version,
                r->same_schema ? " types as before" : "");
    for (size_t i = 0; i < r->change_count; i++)
        say_change(run, &r->changes[i]);
    cli_say(run, "\nA dry run: nothing is written. It would be %s@%u: %s\n", r->name, r->version,
            cli_counted(run, r->row_count, "row"));
    cli_say_read_info(run, &r->read);
    cli_say_planned(run, r);
}

static void say_spool(cli_run *run, const zkl_notarize_result *r)
{
    if (r->spool_bytes)
        cli_say(
            run,
            "\nKept a spool of %s, encrypted: 'prove', 'disclose', 'transform' and 'split' need no "
            "--data\n",
            cli_size(run, r->spool_bytes));
}

/* From the table to the entry, in the order in which it came about. */
static void say_result(cli_run *run, const zkl_notarize_result *r, const char *receipt)
{
    if (r->is_unchanged) {
        cli_say(run,
                "Unchanged: data, schema and claims are those of %s@%u. Nothing was recorded\n",
                r->name, r->version);
        if (receipt)
            cli_say(run, "  receipt of %s@%u: %s, %s\n", r->name, r->version, receipt,
                    cli_size(run, r->receipt_bytes));
        say_spool(run, r);
        return;
    }
    if (r->is_dry_run) {
        say_foreseen(run, r);
        return;
    }
    say_schema(run, r);
    say_inherited(run, r);
    cli_say(run, "\nNotarised %s@%u: %s, entry %llu\n  dataset  %s\n", r->name, r->version,
            cli_counted(run, r->row_count, "row"), (unsigned long long)r->index,
            cli_hex(run, &r->dataset));
    cli_say_read_info(run, &r->read);
    cli_say_proofs(run, r, receipt);
    say_spool(run, r);
}

/* What was wrong with the rows or claims: for the owner's terminal. */
static void note_problems(cli_run *run, const zkl_notarize_result *r)
{
    bool values = cli_has(run, "show-rows");
    for (size_t i = 0; i < r->row_problem_count; i++) {
        const zkl_row_problem *p = &r->row_problems[i];
        cli_note(run, "  %s", cli_text(run, p->file));
        if (p->line)
            cli_note(run, ", line %llu", (unsigned long long)p->line);
        else if (p->row)
            cli_note(run, ", row %llu", (unsigned long long)p->row);
        if (p->column && *p->column)
            cli_note(run, ", column '%s'", cli_text(run, p->column));
        if (values || run->terminal)
            cli_note(run, ", '%s'", cli_text(run, p->value));
        cli_note(run, ": %s\n", cli_text(run, p->reason));
    }
    if (r->row_problem_count && r->row_problem_total > r->row_problem_count)
        cli_note(run, "  ... %llu bad %s in all\n", (unsigned long long)r->row_problem_total,
                 *r->row_problems[0].column ? "values" : "rows");
    cli_note_claim_problems(run, r);
}

/* What stands though the command failed, and why it did, the error says: no clock stamped it. */
static void say_recorded(cli_run *run, const zkl_notarize_result *r,
                         const zkl_notarize_request *request)
{
    if (zkl_digest_is_zero(&r->receipt_id) ||
        (request->receipt_path && strcmp(request->receipt_path, "-") == 0))
        return;
    say_result(run, r, r->receipt_bytes ? request->receipt_path : NULL);
    cli_say_policy(run, r);
}

static zkl_status fill_request(zkl_notarize_request *request, cli_run *run, zkl_error *err)
{
    uint64_t leaf_blocks = 0;
    const char *columns = cli_value(run, "columns");
    request->claims = cli_values(run, "claim", &request->claim_count);
    request->claims_file = cli_value(run, "claims");
    cli_fill_policy(&request->policy, run);
    request->schema_file = cli_value(run, "schema");
    request->like = cli_value(run, "like");
    if (columns)
        request->columns = cli_listed(run, columns, &request->column_count);
    ZKL_TRY(cli_reading(&request->reading, run, err));
    request->hide_file_names = cli_has(run, "hide-file-names");
    request->keep_types = cli_has(run, "keep-types");
    request->float_decimals = cli_has(run, "float-decimals");
    request->public_digest = cli_has(run, "public-digest");
    request->dry_run = cli_has(run, "dry-run");
    request->keep_spool = cli_has(run, "keep-spool");
    request->no_keep_spool = cli_has(run, "no-keep-spool");
    request->if_changed = cli_has(run, "if-changed");
    request->allow_empty = cli_has(run, "allow-empty");
    request->no_count = cli_has(run, "no-count");
    request->receipt_path = cli_value(run, "output");
    request->timestamp_url = cli_value(run, "timestamp");
    request->force = cli_has(run, "force");
    if (request->receipt_path)
        ZKL_TRY(cli_check_output(run, request->receipt_path, err));
    ZKL_TRY(cli_value_u64(run, "leaf-blocks", &leaf_blocks, err));
    request->leaf_blocks_max = (size_t)leaf_blocks;
    return cli_value_size(run, "memory", &request->memory_bytes, err);
}

/* What goes with one table alone, or with many. */
static zkl_status check_options(cli_run *run, zkl_error *err)
{
    static const char *const of_one[] = { "name", "like", "dry-run", "output" };
    static const char *const of_many[] = { "name-prefix", "receipts", "read-known" };
    const bool each = cli_has(run, "each");
    for (size_t i = 0; each && i < ZKL_COUNT(of_one); i++)
        if (cli_has(run, of_one[i]))
            return zkl_fail(err, ZKL_USAGE, "--each makes many datasets, and --%s is of one",
                            of_one[i]);
    for (size_t i = 0; !each && i < ZKL_COUNT(of_many); i++)
        if (cli_has(run, of_many[i]))
            return zkl_fail(err, ZKL_USAGE, "--%s goes with --each", of_many[i]);
    return each || cli_value(run, "name")
               ? ZKL_OK
               : zkl_fail(err, ZKL_USAGE,
                          "a name is needed: --name NAME (or --each: every file by its own name)");
}

static zkl_status run_each(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_notarize_request as = { 0 };
    zkl_watch_result result = { 0 };
    run->json_lines = true;
    ZKL_TRY(fill_request(&as, run, err));
    const zkl_each_request request = { .files = run->arguments,
                                       .file_count = run->argument_count,
                                       .name_prefix = cli_value(run, "name-prefix"),
                                       .receipt_folder = cli_value(run, "receipts"),
                                       .reads_known = cli_has(run, "read-known"),
                                       .as = &as,
                                       .on_event = cli_say_file,
                                       .opaque = run };
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const zkl_status status = zkl_notarize_each(&result, ledger, &request, &run->env, err);
    return cli_put_files(run, status, &result, err);
}

/* Options are checked before a ledger is looked for or a passphrase is asked. */
static zkl_status run_notarize(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_notarize_request request = { 0 };
    zkl_notarize_result result = { 0 };
    ZKL_TRY(check_options(run, err));
    if (cli_has(run, "each"))
        return run_each(run, err);
    ZKL_TRY(fill_request(&request, run, err));
    request.name = cli_value(run, "name");
    request.files = run->arguments;
    request.file_count = run->argument_count;
    zkl_status found = cli_ledger_open(&ledger, run, true, err);
    if (found == ZKL_NOT_FOUND && request.dry_run && !cli_has(run, "ledger")) {
        cli_note(run, "note: there is no ledger here: a dry run goes on without one\n");
        found = ZKL_OK;
    }
    ZKL_TRY(found);
    zkl_status status = cli_call(&result, run, ledger, &api_notarize, &request, err);
    const zkl_status put = api_put_result(run->result, &api_notarize, status, &result, NULL);
    /* The receipt may be what standard output is for: then the text is left out. */
    if (status == ZKL_OK) {
        note_header(run, &result);
        note_floats(run, &result);
        if (!(request.receipt_path && strcmp(request.receipt_path, "-") == 0)) {
            say_result(run, &result, request.receipt_path);
            cli_say_policy(run, &result);
        }
    } else {
        note_problems(run, &result);
        say_recorded(run, &result, &request);
    }
    zkl_arena_clear(&result.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_notarize = {
    .name = "notarize",
    .arguments = "FILE... --name NAME|--each [--claim CLAIM]... [-o RECEIPT]",
    .summary = "notarise a table and prove claims about it",
    .about =
        "Reads one table (CSV, Parquet, JSON or NDJSON, also .gz and .zst; several files, a "
        "glob or a folder are one table in\n"
        "name order; - is standard input), commits to it, proves that it is well formed and "
        "that every claim holds, and logs a\n"
        "signed entry. The data never leaves this machine and cannot be read from what is "
        "recorded.\n\n"
        "--each makes every file a dataset of its own, called after it: 'may sales.csv' is "
        "may-sales. Small tables are made side by\n"
        "side, one by each thread. A file that fails is told on standard error and the others go "
        "on; the exit code is that of the\n"
        "first that failed. The same command again goes on where one was cut off: files that "
        "nobody wrote since they were\n"
        "notarised are not read (--read-known reads them, when claims are others than then). "
        "With --json every file is an object\n"
        "on a line of its own, and so is the sum at the end.\n\n"
        "The same name again is the next version. Its columns keep the types, nullability and "
        "dictionaries of the version before,\n"
        "so that chunks that did not change keep their commitments; a column whose values do "
        "not fit gets another type, and the\n"
        "command says so. A schema file counts before both. --like gives a new name the schema "
        "of another dataset, so that claims\n"
        "may compare the two (prove ... 'split(A, B)').\n\n"
        "Claims:\n"
        "  range(c, lo, hi)          every non-null value of c lies in lo..hi; * leaves a "
        "side open; nulls=refuse\n"
        "  ... at least n values     behind any of them: so many rows have a value. Behind claims "
        "that pass over nulls one is claimed\n"
        "                            without being asked; --no-count leaves that out\n"
        "  sum(c)                    discloses the exact sum; sum(c) >= v, <= v, = v disclose "
        "only the number of nulls besides\n"
        "  mean(c)                   as sum, of the mean\n"
        "  linear(net + tax = total) holds in every row; numbers too: 2*a - 0.5*b = 5\n"
        "  unique(a, b)              no two rows agree in all of these columns\n"
        "  count(c, lo, hi)          discloses how many rows have a value in lo..hi; >= n, <= n "
        "and = n disclose nothing\n"
        "  histogram(c, 0, 18, 65)   discloses how many values lie below, between and "
        "above the edges; bins=k\n"
        "  count(where P), share(where P) >= x, null_rate(c) <= x: P is 'age >= 18 and not (paid = "
        "true)',\n"
        "                            texts by =, != and in: 'city in {Bern, Chur}'\n"
        "  sum(c where P), mean(c where P): over the rows that satisfy P; the sum is disclosed, "
        "of a mean the number of values\n"
        "  min(c), max(c), median(c), quantile(c, 0.9) disclose the value; >= v and <= v show one "
        "side alone\n"
        "  distinct(a, b)            discloses how many different combinations there are; >= n, <= "
        "n "
        "and = n disclose nothing\n"
        "  k_anonymous(a, b, k), l_diverse(a, b, s, l): every combination that occurs has k rows, "
        "l "
        "values of s\n"
        "  variance(c), stddev(c), mean_square(c), covariance(a, b), correlation(a, b): all "
        "disclose "
        "the sums behind them\n"
        "  class_balance(c)          of a bool or of texts: how many rows of each class\n"
        "  rmse(c), accuracy(label, predicted) >= x\n"
        "  parity(predicted, group) <= x, equal_opportunity(label, predicted, group) <= x, "
        "four_fifths(predicted, group)\n"
        "  auc(label, score, rank) >= x of rows by score that `transform --op 'rank score as r'` "
        "makes\n"
        "  sorted(a, b)              the rows stand in this order; order=falling, ties=refuse\n"
        "  not_null(c), rows(n)\n\n"
        "--policy NAME claims what a policy lists, with --set NAME=VALUE for its places; given "
        "several times, for each value.\n"
        "--dry-run shows all of that and writes nothing: see before you sign. --if-changed is "
        "for jobs that run again and again.\n"
        "--keep-spool keeps the table in the ledger's folder, encrypted under the owner secret: "
        "'prove', 'disclose', 'transform'\nand 'split' then need no "
        "--data. A run that is cut off goes on from its last finished chunk when the\nsame "
        "command comes again. 'spool list' shows what is kept, 'spool drop' removes it.\n\n"
        "A claim that is false ends with exit code 1 and the number of offending rows, before "
        "anything is recorded.",
    .examples =
        "zkp-ledger notarize penguins.csv --name penguins --null NA --claim "
        "'range(body_mass_g, 1000, 10000)' --claim 'sum(flipper_length_mm)'\n"
        "zkp-ledger notarize sales.csv --name sales --claims policy.toml --dry-run\tsee "
        "before you sign\n"
        "zkp-ledger notarize --each shards --claim 'not_null(id)' --receipts receipts\tmany "
        "datasets\n"
        "zkp-ledger notarize 'part-*.parquet' --name sales --claims policy.toml -o "
        "sales.zkl\tmany files, claims from a file",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .argument_min = 1,
    .argument_max = 100000,
    .run = run_notarize,
};
