/* show: what a dataset or a receipt says, without checking it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "api/operation.h"
#include "base/file.h"
#include "cli/commands.h"

static void say_later(cli_run *run, const zkl_later_claims *later)
{
    const unsigned long long index = later->index;
    if (strcmp(later->kind, "disclose") == 0)
        cli_say(run, "\nRows were shown by entry %llu, %s\n", index, later->time);
    else if (strcmp(later->kind, "provenance") == 0)
        cli_say(run, "\nRecorded by entry %llu, %s%s%s ('lineage' shows it)\n", index, later->time,
                later->operation ? ": " : "",
                later->operation ? cli_text(run, later->operation) : "");
    else if (strcmp(later->kind, "announce") == 0)
        cli_say(run, "\nAnnounced to readers of COSE by entry %llu, %s ('export --format scitt')\n",
                index, later->time);
    else if (strcmp(later->kind, "withdraw") == 0)
        return; /* said at the top */
    else
        cli_say(run, "\nAdded by entry %llu, %s:\n", index, later->time);
    for (size_t k = 0; k < later->claim_count; k++)
        cli_say(run, "  - %s\n", cli_text(run, later->claim_texts[k]));
}

/* A receipt's first line says that nothing was verified: the rest looks like a verdict. */
static void say_result(cli_run *run, const zkl_show_result *r)
{
    if (r->origin)
        cli_say(run, "NOT VERIFIED: this is what the receipt says ('verify' checks it)\n");
    cli_say(run, "%s@%u  %s, %s, %s\n", r->name, r->version, cli_counted(run, r->row_count, "row"),
            cli_counted(run, r->column_count, "column"), cli_counted(run, r->chunk_count, "chunk"));
    cli_say_revoked(run, r->revoked);
    if (r->origin)
        cli_say(run, "  log         %s\n", cli_text(run, r->origin));
    cli_say(
        run,
        "  dataset     %s\n  table root  %s (%s)\n  content     %s (salted)\n  powers      %s\n",
        cli_hex(run, &r->dataset), cli_hex(run, &r->table_root), r->hash_algorithm,
        cli_hex(run, &r->content), cli_hex(run, &r->powers_hash));
    cli_say(run, "  entry       %llu of %llu in the log, said to be of %s\n  receipt id  %s\n",
            (unsigned long long)r->index, (unsigned long long)r->tree_size, r->time,
            cli_hex(run, &r->receipt_id));
    cli_say_read_info(run, &r->read);
    cli_say_columns(run, r->columns, r->column_count, SIZE_MAX);
    /* What the entry says; whether it is proven, verify says. */
    cli_say(run, "\nClaims:\n");
    for (size_t i = 0; i < r->claim_count; i++)
        cli_say(run, "  - %s%s\n", cli_text(run, r->claims[i]),
                r->values ? cli_values_behind(run, &r->values[i]) : "");
    cli_say(run, "\nProofs:\n");
    for (size_t i = 0; i < r->statement_count; i++)
        cli_say(run, "  %s  %s  %zu bytes\n", r->statements[i].circuit, r->statements[i].t0,
                r->statements[i].proof_bytes);
    for (size_t i = 0; i < r->later_count; i++)
        say_later(run, &r->later[i]);
    /* Of one version there is nothing to choose. */
    if (r->version_count > 1) {
        cli_say(run, "\nVersions:\n");
        for (size_t i = 0; i < r->version_count; i++)
            cli_say(run, "  %s@%u  entry %llu%s\n", r->name, r->versions[i].version,
                    (unsigned long long)r->versions[i].index,
                    r->versions[i].is_revoked ? "  REVOKED" : "");
    }
}

/* A file by its path, or one here that ends or begins as a receipt does. A folder or a table that
 * is named like a dataset is not meant. */
bool cli_names_receipt(const char *what)
{
    char magic[8] = "";
    struct stat st;
    if (cli_ends_with(what, ".zkl") || strcmp(what, "-") == 0)
        return true;
    if (stat(what, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    FILE *file = strchr(what, '/') ? NULL : fopen(what, "rb");
    if (!file)
        return strchr(what, '/') != NULL;
    const bool is_receipt =
        fread(magic, 1, sizeof magic, file) == sizeof magic && memcmp(magic, "zkl/rcpt", 8) == 0;
    fclose(file);
    return is_receipt;
}

/* Read whole: a receipt is checked for its form before a word of it is shown. */
static zkl_status show_file(zkl_show_result *out, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_TRY(zkl_file_read(&receipt, path, API_RECEIPT_BYTES_MAX, err));
    return zkl_show_receipt(out, zkl_buffer_bytes(&receipt), err);
}

/* A path that is no receipt is a mistake, and not the name of a dataset. */
static zkl_status show_dataset(zkl_show_result *out, cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const char *what = run->arguments[0];
    if (strchr(what, '/'))
        return zkl_fail(err, ZKL_USAGE,
                        "'%s' is no file, and as the name of a dataset it is a path: write 'show "
                        "%s', or the path of a receipt",
                        what, cli_last_part(run, what));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const api_show_request request = { .reference = run->arguments[0] };
    return cli_call(out, run, ledger, &api_show, &request, err);
}

/* Each with its latest version: older ones are shown by name and version. */
static zkl_status list_datasets(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_datasets_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const zkl_datasets_range all = { 0 };
    ZKL_TRY(cli_call(&r, run, ledger, &api_datasets, &all, err));
    cli_say(run, "%s  %s\n", cli_text(run, r.origin), cli_counted(run, r.line_count, "dataset"));
    for (size_t i = 0; i < r.line_count; i++) {
        const zkl_dataset_line *line = &r.lines[i];
        cli_say(run, "  %s@%u  entry %llu\n", cli_text(run, line->name), line->version_count,
                (unsigned long long)line->index);
    }
    const zkl_status status = api_put_result(run->result, &api_datasets, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return status;
}

/* Alone it lists; with a word it shows a receipt, else a dataset. */
static zkl_status run_show(cli_run *run, zkl_error *err)
{
    if (run->argument_count == 0)
        return list_datasets(run, err);
    zkl_show_result result = { 0 };
    zkl_status status = cli_names_receipt(run->arguments[0])
                            ? show_file(&result, run->arguments[0], err)
                            : show_dataset(&result, run, err);
    if (status == ZKL_OK) {
        status = api_put_result(run->result, &api_show, ZKL_OK, &result, err);
        say_result(run, &result);
    }
    zkl_arena_clear(&result.memory);
    return status;
}

const cli_command cli_show = {
    .name = "show",
    .arguments = "[NAME[@VERSION|#ENTRY]|RECEIPT]",
    .summary = "what a dataset or a receipt says; alone, the datasets",
    .about =
        "Shows what the ledger holds about a dataset: schema, roots, claims in words, proofs, "
        "entry, claims that were added later, and versions. NAME#ENTRY shows such an entry.\n\n"
        "Of a receipt (a path, or a file that is one) it shows what that says, without a ledger "
        "and without a verification. With no argument it lists the ledger's datasets, each with "
        "its "
        "latest version.",
    .examples = "zkp-ledger show\tthe datasets of the ledger\nzkp-ledger show penguins\nzkp-ledger "
                "show penguins@1 --json\n"
                "zkp-ledger show penguins.zkl\twhat a receipt says, unverified",
    .takes_dataset = true,
    .argument_max = 1,
    .run = run_show,
};
