#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/commands.h"

#define RECEIPT_BYTES_MAX ((size_t)1 << 30)

static void set_result(cli_run *run, const zkl_show_result *r)
{
    cli_set(run, "dataset",
            json_pack("{s:s, s:i, s:o, s:I, s:I, s:I, s:s, s:o, s:o, s:o, s:o}", "name", r->name,
                      "version", (int)r->version, "id", cli_json_digest(&r->dataset), "rows",
                      (json_int_t)r->row_count, "chunks", (json_int_t)r->chunk_count,
                      "blocks_per_chunk", (json_int_t)r->blocks_per_chunk, "hash",
                      r->hash_algorithm, "schema_hash", cli_json_digest(&r->schema_hash), "content",
                      cli_json_digest(&r->content), "table_root", cli_json_digest(&r->table_root),
                      "powers", cli_json_digest(&r->powers_hash)));
    cli_set(run, "entry",
            json_pack("{s:I, s:I, s:o, s:s}", "index", (json_int_t)r->index, "tree_size",
                      (json_int_t)r->tree_size, "receipt_id", cli_json_digest(&r->receipt_id),
                      "time", r->time));
    json_t *claims = json_array(), *versions = json_array(), *statements = json_array();
    for (size_t i = 0; i < r->claim_count; i++)
        json_array_append_new(
            claims, json_pack("{s:s, s:s}", "text", r->claim_texts[i], "sentence", r->claims[i]));
    for (size_t i = 0; i < r->statement_count; i++)
        json_array_append_new(statements,
                              json_pack("{s:s, s:s, s:I}", "circuit", r->statements[i].circuit,
                                        "id", r->statements[i].t0, "proof_bytes",
                                        (json_int_t)r->statements[i].proof_bytes));
    for (size_t i = 0; i < r->version_count; i++)
        json_array_append_new(versions,
                              json_pack("{s:i, s:I, s:o}", "version", (int)r->versions[i].version,
                                        "index", (json_int_t)r->versions[i].index, "dataset",
                                        cli_json_digest(&r->versions[i].dataset)));
    cli_set(run, "columns", cli_json_columns(r->columns, r->column_count));
    cli_set_read_info(run, &r->read);
    cli_set(run, "claims", claims);
    cli_set(run, "statements", statements);
    cli_set(run, "versions", versions);
    cli_set(run, "log", r->origin ? cli_json_text(r->origin) : json_null());
    cli_set(run, "verified", json_false());
}

static void say_result(cli_run *run, const zkl_show_result *r)
{
    if (r->origin)
        cli_say(run, "NOT VERIFIED: this is what the receipt says ('verify' checks it)\n");
    cli_say(run, "%s@%u  %s, %s, %s\n", r->name, r->version, cli_counted(run, r->row_count, "row"),
            cli_counted(run, r->column_count, "column"), cli_counted(run, r->chunk_count, "chunk"));
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
    cli_say(run, "\nClaims:\n");
    for (size_t i = 0; i < r->claim_count; i++)
        cli_say(run, "  - %s\n", cli_text(run, r->claims[i]));
    cli_say(run, "\nProofs:\n");
    for (size_t i = 0; i < r->statement_count; i++)
        cli_say(run, "  %s  %s  %zu bytes\n", r->statements[i].circuit, r->statements[i].t0,
                r->statements[i].proof_bytes);
    if (r->version_count > 1) {
        cli_say(run, "\nVersions:\n");
        for (size_t i = 0; i < r->version_count; i++)
            cli_say(run, "  %s@%u  entry %llu\n", r->name, r->versions[i].version,
                    (unsigned long long)r->versions[i].index);
    }
}

/* A file by its path, or one here that ends or begins as a receipt does. A folder or a table that is named like a dataset is
 * not meant. */
static bool names_receipt(const char *what)
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

static zkl_status show_file(zkl_show_result *out, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_TRY(zkl_file_read(&receipt, path, RECEIPT_BYTES_MAX, err));
    return zkl_show_receipt(out, zkl_buffer_bytes(&receipt), err);
}

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
    return zkl_show(out, ledger, run->arguments[0], err);
}

static zkl_status list_datasets(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_datasets_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(zkl_datasets(&r, ledger, err));
    json_t *datasets = json_array();
    cli_say(run, "%s  %s\n", cli_text(run, r.origin), cli_counted(run, r.line_count, "dataset"));
    for (size_t i = 0; i < r.line_count; i++) {
        const zkl_dataset_line *line = &r.lines[i];
        cli_say(run, "  %s@%u  entry %llu\n", cli_text(run, line->name), line->version_count,
                (unsigned long long)line->index);
        json_array_append_new(
            datasets, json_pack("{s:o, s:i, s:I, s:o}", "name", cli_json_text(line->name),
                                "versions", (int)line->version_count, "index",
                                (json_int_t)line->index, "id", cli_json_digest(&line->dataset)));
    }
    cli_set(run, "log", cli_json_text(r.origin));
    cli_set(run, "datasets", datasets);
    zkl_arena_clear(&r.memory);
    return ZKL_OK;
}

static zkl_status run_show(cli_run *run, zkl_error *err)
{
    if (run->argument_count == 0)
        return list_datasets(run, err);
    zkl_show_result result = { 0 };
    zkl_status status = names_receipt(run->arguments[0])
                            ? show_file(&result, run->arguments[0], err)
                            : show_dataset(&result, run, err);
    if (status == ZKL_OK) {
        set_result(run, &result);
        say_result(run, &result);
    }
    zkl_arena_clear(&result.memory);
    return status;
}

const cli_command cli_show = {
    .name = "show",
    .arguments = "[NAME[@VERSION]|RECEIPT]",
    .summary = "what a dataset or a receipt says; alone, the datasets",
    .about =
        "Shows what the ledger holds about a dataset: schema, roots, claims in words, proofs, "
        "entry and versions.\n\n"
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
