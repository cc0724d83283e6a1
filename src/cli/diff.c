/* diff: what differs between two dataset versions, or two receipts. */
#include <string.h>

#include "cli/commands.h"

/* Roots of dictionaries are for --json. */
static const char *short_type(const char *type)
{
    return strncmp(type, "dictionary", 10) == 0 ? "dictionary" : type;
}

static void say_side(cli_run *run, const char *mark, const zkl_diff_of *side)
{
    cli_say(run, "%s %s@%u  entry %llu, %s, %s", mark, cli_text(run, side->name), side->version,
            (unsigned long long)side->index, cli_counted(run, side->row_count, "row"),
            cli_counted(run, side->column_count, "column"));
    if (side->origin)
        cli_say(run, ", NOT VERIFIED, of log %s", cli_text(run, side->origin));
    cli_say(run, "\n");
}

/* "- x  int16", "+ y  date nullable", "~ z  int16 -> int32". */
static void say_column(cli_run *run, const zkl_diff_column *c)
{
    const char *null_from = c->from_nullable ? " nullable" : "";
    const char *null_to = c->to_nullable ? " nullable" : "";
    const char *name = cli_text(run, c->name);
    if (!c->from)
        cli_say(run, "  + %-24s %s%s\n", name, short_type(c->to), null_to);
    else if (!c->to)
        cli_say(run, "  - %-24s %s%s\n", name, short_type(c->from), null_from);
    else
        cli_say(run, "  ~ %-24s %s%s -> %s%s%s\n", name, short_type(c->from), null_from,
                strcmp(c->from, c->to) != 0 && strcmp(short_type(c->from), short_type(c->to)) == 0
                    ? "other "
                    : "",
                short_type(c->to), null_to);
}

static void say_claim(cli_run *run, const zkl_diff_claim *c)
{
    const char *from = c->from ? cli_text(run, c->from) : NULL;
    const char *to = c->to ? cli_text(run, c->to) : NULL;
    if (from && to)
        cli_say(run, "  ~ %s -> %s\n", from, to);
    else
        cli_say(run, "  %s %s\n", from ? "-" : "+", from ? from : to);
}

static void say_rows(cli_run *run, const zkl_diff_result *r)
{
    if (r->from.row_count != r->to.row_count)
        cli_say(run, "Rows: %s -> %s\n", cli_number(run, r->from.row_count),
                cli_number(run, r->to.row_count));
    if (r->chunks_comparable)
        cli_say(run, "Chunks: %zu of %zu unchanged%s\n", r->same_chunk_count, r->to.chunk_count,
                r->same_content ? ", the same files" : "");
    else
        cli_say(run, "Chunks: not comparable, %s%s\n",
                r->column_diff_count || r->order_differs ? "the schema is another"
                                                         : "they are not versions of one dataset",
                r->same_content ? "; the same files" : "");
    if (strcmp(r->from.reading, r->to.reading) != 0)
        cli_say(run, "Read as: %s\n     ->  %s\n", cli_text(run, r->from.reading),
                cli_text(run, r->to.reading));
}

static void say_result(cli_run *run, const zkl_diff_result *r)
{
    say_side(run, "---", &r->from);
    say_side(run, "+++", &r->to);
    if (r->is_same) {
        cli_say(run, "No difference\n");
        return;
    }
    if (r->column_diff_count || r->order_differs)
        cli_say(run, "Columns:%s\n", r->order_differs ? " in another order" : "");
    for (size_t i = 0; i < r->column_diff_count; i++)
        say_column(run, &r->columns[i]);
    say_rows(run, r);
    if (r->claim_diff_count)
        cli_say(run, "Claims (%zu as before):\n", r->same_claim_count);
    else
        cli_say(run, "Claims: as before\n");
    for (size_t i = 0; i < r->claim_diff_count; i++)
        say_claim(run, &r->claims[i]);
}

/* A receipt by its path or form, else a dataset: as show has it. */
static void fill_side(const char **reference, const char **file, const char *what)
{
    *(cli_names_receipt(what) ? file : reference) = what;
}

static zkl_status run_diff(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    api_diff_request request = { 0 };
    zkl_diff_result r = { 0 };
    fill_side(&request.from, &request.from_file, run->arguments[0]);
    fill_side(&request.to, &request.to_file, run->arguments[1]);
    if (request.from || request.to)
        ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const zkl_status status = cli_call(&r, run, ledger, &api_diff, &request, err);
    if (r.to.name)
        say_result(run, &r);
    const zkl_status put = api_put_result(run->result, &api_diff, status, &r, NULL);
    zkl_arena_clear(&r.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_diff = {
    .name = "diff",
    .arguments = "NAME[@V]|RECEIPT NAME[@V]|RECEIPT",
    .summary = "what differs between two dataset versions, or two receipts",
    .about =
        "Compares what is public of two versions: columns (- gone, + new, ~ of another type or "
        "nullability), rows, how they were\n"
        "read, and claims (~ the same question with another answer). Of versions of one dataset "
        "with one schema it also says how\n"
        "many chunks of 65,536 rows are the same, by their roots and commitments.\n\n"
        "Nothing is verified, of receipts neither: 'verify' does that. Values are not known to it, "
        "nor how many texts a dictionary has.\n\n"
        "Exit code 0 when nothing differs, 1 when something does, as of diff and cmp.",
    .examples = "zkp-ledger diff patients@1 patients@2\nzkp-ledger diff old.zkl new.zkl --json",
    .takes_dataset = true,
    .no = "differs",
    .argument_min = 2,
    .argument_max = 2,
    .run = run_diff,
};
