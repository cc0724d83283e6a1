/* prove: claims and data into a request; what was proven, or why not, as text and JSON. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "data", 'd', "FILE", "the data that were notarised (default: the spool that was kept)", true,
      NULL },
    { "with", 0, "NAME[=FILE]", "another dataset that claims speak of, and its data", true, NULL },
    { "claims", 0, "FILE", "a TOML file with an array `claims`", false, NULL },
    CLI_POLICY_OPTIONS,
    { "search", 0, "FORM", "only look up what could be claimed, as 'range(age)': see below", true,
      NULL },
    { "data-key", 'k', "FILE", "the .zklkey (default: this ledger's own)", false, NULL },
    CLI_READING_OPTIONS,
    { "header", 0, NULL, "the CSV's first line holds the columns' names", false, NULL },
    { "no-null-quoted", 0, NULL, "of CSV: a quoted empty field is an empty text", false, NULL },
    { "dry-run", 0, NULL, "compare the data, check the claims, say the cost; write nothing", false,
      NULL },
    { "allow-empty", 0, NULL, "permit claims over columns that hold only nulls", false, NULL },
    { "no-count", 0, NULL, "do not also claim that nullable columns have a value", false, NULL },
    { "leaf-blocks", 0, "N",
      "most leaf blocks in one proof (default: 1024 up to 16,384 rows, else 256; fewer are less "
      "memory, more proofs)",
      false, "4|16|64|256|1024" },
    { "memory", 0, "SIZE",
      "take at most so much memory, 256MiB or more: smaller proofs, more of them, and more time",
      false, NULL },
    { "output", 'o', "FILE", "also write the receipt", false, NULL },
    { "timestamp", 0, "URL", "have the clock at this http address stamp the entry", false, NULL },
    { "force", 0, NULL, "overwrite FILE whatever it holds", false, NULL },
};

/* Claims stand behind the name, as texts. */
static zkl_status fill_request(zkl_add_claims_request *request, cli_run *run, zkl_error *err)
{
    uint64_t leaf_blocks = 0;
    request->reference = run->arguments[0];
    request->claims = run->arguments + 1;
    request->claim_count = run->argument_count - 1;
    request->claims_file = cli_value(run, "claims");
    cli_fill_policy(&request->policy, run);
    request->files = cli_values(run, "data", &request->file_count);
    request->searches = cli_values(run, "search", &request->search_count);
    if (!request->claim_count && !request->claims_file && !request->policy.policy &&
        !request->search_count)
        return zkl_fail(err, ZKL_USAGE,
                        "a claim is needed: 'zkp-ledger prove %s CLAIM --data FILE'",
                        request->reference);
    ZKL_TRY(cli_with(&request->with, &request->with_count, run, err));
    ZKL_TRY(cli_reading(&request->reading, run, err));
    request->dry_run = cli_has(run, "dry-run");
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

static void say_proven_before(cli_run *run, const zkl_notarize_result *r)
{
    if (!r->proven_before_count)
        return;
    cli_say(run, "Proven before:\n");
    for (size_t i = 0; i < r->proven_before_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, r->proven_before[i]));
}

static void say_found(cli_run *run, const zkl_notarize_result *r)
{
    cli_say(run, "Found of %s@%u, secret until it is claimed; nothing is written:\n", r->name,
            r->version);
    for (size_t i = 0; i < r->found_count; i++) {
        const zkl_found *found = &r->found[i];
        const char *claim = found->claim ? cli_text(run, found->claim) : "nothing to claim";
        cli_say(run, "  %s: %s\n", cli_text(run, found->form), claim);
        cli_say(run, "    %s\n", cli_text(run, found->words));
    }
}

static void say_result(cli_run *run, const zkl_notarize_result *r, const char *receipt)
{
    say_proven_before(run, r);
    if (r->is_unchanged) {
        cli_say(run, "Nothing is left to prove of %s@%u: nothing was recorded\n", r->name,
                r->version);
        return;
    }
    if (r->found_count) {
        say_found(run, r);
        return;
    }
    if (r->is_dry_run) {
        cli_say(run, "A dry run: nothing is written. It would be about %s@%u: %s\n", r->name,
                r->version, cli_counted(run, r->row_count, "row"));
        cli_say_planned(run, r);
        return;
    }
    cli_say(run, "Added to %s@%u: entry %llu\n  dataset  %s\n", r->name, r->version,
            (unsigned long long)r->index, cli_hex(run, &r->dataset));
    cli_say_proofs(run, r, receipt);
}

static zkl_status run_prove(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_add_claims_request request = { 0 };
    zkl_notarize_result result = { 0 };
    ZKL_TRY(fill_request(&request, run, err));
    const api_prove_request asked = { request, cli_value(run, "data-key") };
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const zkl_status status = cli_call(&result, run, ledger, &api_prove, &asked, err);
    const zkl_status put = api_put_result(run->result, &api_prove, status, &result, NULL);
    /* The receipt may be what standard output is for: then the text is left out. */
    const bool is_recorded = status == ZKL_OK || !zkl_digest_is_zero(&result.receipt_id);
    if (status != ZKL_OK)
        cli_note_claim_problems(run, &result);
    if (is_recorded && !(request.receipt_path && strcmp(request.receipt_path, "-") == 0)) {
        say_result(run, &result, result.receipt_bytes ? request.receipt_path : NULL);
        cli_say_policy(run, &result);
    }
    zkl_arena_clear(&result.memory);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_prove = {
    .name = "prove",
    .arguments = "NAME[@VERSION] CLAIM... [--data FILE]... [--with NAME[=FILE]]... [-o RECEIPT]",
    .summary = "prove more claims about a dataset that was notarised before",
    .about =
        "Reads the data again, compares them with what was notarised, proves the claims and "
        "logs them as an entry of its own.\n"
        "Without --data it reads the spool, where 'notarize --keep-spool' kept one; --with NAME "
        "alone does so too.\n"
        "The receipt holds the notarisation too: all of its claims, and the new ones. 'show "
        "NAME' lists what was added, and\n"
        "NAME#ENTRY names it for 'show', 'verify' and 'export'.\n\n"
        "Claims are written as for notarize. Besides, about the rows and other datasets A, B:\n"
        "  split(A, B)              they are the rows of A and B together, each as often\n"
        "  same(A), same_rows(A)    they equal those of A, in order; in any order\n"
        "  subset(k, A.k)           the k of each is that of a row of A; disjoint: of none is\n"
        "  drift(c, A) <= x         the distributions of c are at most x apart\n"
        "  balance(x = A.y)         sums of columns compare so; weights, numbers, >=, <=\n"
        "  filter(A, where P)       they are the rows of A that satisfy P\n"
        "  slice(A, 0..99), pick(A, 3, 5), sample(A, n, SEED): they are these rows of A\n"
        "  joined(A, B, on k)       they are those of A, each with the row of B that has its k\n"
        "  grouped(A, by k, n = rows, s = sum(x)): they are the groups of A\n"
        "The data of A and B are given by --with, and their notarisations stand in the "
        "receipt too."
        "\n\nOne that is proven already is not proven again, "
        "unless -o needs it: the receipt\n"
        "holds all that was asked. A claim that is false ends with exit code 1 and the number "
        "of offending rows, before anything\nis recorded.\n\n"
        "--search FORM, in place of claims, looks up the tightest that could be claimed, and "
        "writes "
        "nothing: range(c), min(c), max(c),\n"
        "median(c), quantile(c, 0.9), k_anonymous(a, b), l_diverse(a, b, s), and what may be "
        "claimed without a result, as sum(c),\n"
        "mean(c), count(where P), share(where P), null_rate(c), distinct(a, b). What is shown is "
        "yours alone until you claim it: whoever\n"
        "sees it knows it of your data, and a wider claim then hides nothing from them.",
    .examples =
        "zkp-ledger prove penguins 'mean(body_mass_g) >= 4000' --data penguins.csv -o "
        "more.zkl\n"
        "zkp-ledger prove patients 'k_anonymous(age, city, 5)'\tfrom the spool that was kept\n"
        "zkp-ledger prove sales@3 --claims policy.toml --data 'part-*.parquet' --dry-run\n"
        "zkp-ledger prove penguins --search 'range(body_mass_g)' --data penguins.csv\twhat "
        "could be claimed\n"
        "zkp-ledger verify 'penguins#8'\twhat entry 8 of the log adds",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1025,
    .run = run_prove,
};
