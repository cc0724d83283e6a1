/* lineage: where a dataset comes from, as a tree, as a drawing, or verified. */
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "service/output.h"

static const cli_option options[] = {
    { "descent", 0, NULL, "what was made of it, in place of what it was made of", false, NULL },
    { "draw", 0, "KIND", "a drawing: for graphviz, or a picture", false, "dot|svg" },
    { "verify", 0, NULL, "verify every entry and every proof", false, NULL },
    { "allow-revoked", 0, NULL, "with --verify: also where a version in it was revoked", false,
      NULL },
    { "output", 'o', "FILE", "where the drawing goes (default: standard output)", false, NULL },
    { "force", 0, NULL, "overwrite the file whatever it holds", false, NULL },
};

static zkl_status check_options(cli_run *run, zkl_error *err)
{
    if (cli_has(run, "output") && !cli_has(run, "draw"))
        return zkl_fail(err, ZKL_USAGE,
                        "--output is for a drawing; 'zkp-ledger export %s --format lineage' writes "
                        "the receipt",
                        run->arguments[0]);
    if (cli_has(run, "allow-revoked") && !cli_has(run, "verify"))
        return zkl_fail(err, ZKL_USAGE, "--allow-revoked goes with --verify: nothing else rejects");
    if (cli_has(run, "draw") && run->json && !cli_has(run, "output"))
        return zkl_fail(err, ZKL_USAGE, "--json and the drawing both want standard output");
    return cli_has(run, "output") ? cli_check_output(run, cli_value(run, "output"), err) : ZKL_OK;
}

static zkl_status draw(cli_run *run, const zkl_lineage_result *result, zkl_error *err)
{
    const char *output = cli_value(run, "output");
    zkl_bytes text;
    ZKL_TRY(zkl_lineage_draw(
        &text, &run->arena, result,
        strcmp(cli_value(run, "draw"), "dot") == 0 ? ZKL_LINEAGE_DOT : ZKL_LINEAGE_SVG, err));
    const service_output target = { .path = output ? output : "-",
                                    .mode = 0644,
                                    .force = cli_has(run, "force") };
    ZKL_TRY(service_output_write(&target, text, err));
    if (output && strcmp(output, "-") != 0)
        cli_say(run, "Wrote %s\n", cli_text(run, output));
    return ZKL_OK;
}

static zkl_status run_lineage(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    api_lineage_request asked = { .of = { .reference = run->arguments[0],
                                          .descent = cli_has(run, "descent"),
                                          .verify = cli_has(run, "verify") },
                                  .allow_revoked = cli_has(run, "allow-revoked") };
    api_drawn_lineage answer = { 0 };
    const zkl_lineage_result *const result = &answer.result;
    struct stat st;
    ZKL_TRY(check_options(run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const bool is_path = strchr(run->arguments[0], '/') != NULL;
    zkl_status status =
        is_path ? ZKL_NOT_FOUND : cli_call(&answer, run, ledger, &api_lineage, &asked, err);
    /* No dataset is called so: a file may be. */
    if (is_path || (status == ZKL_NOT_FOUND && stat(run->arguments[0], &st) == 0)) {
        asked.of.file = asked.of.reference;
        asked.of.reference = NULL;
        *err = (zkl_error){ 0 };
        status = cli_call(&answer, run, ledger, &api_lineage, &asked, err);
    }
    if (status == ZKL_OK && asked.of.verify)
        cli_say_whose_word(run);
    if (status == ZKL_OK)
        status = api_put_result(run->result, &api_lineage, ZKL_OK, &answer, err);
    if (status == ZKL_OK && cli_has(run, "draw"))
        status = draw(run, result, err);
    else if (status == ZKL_OK)
        cli_print_lineage(run, result);
    zkl_arena_clear(&answer.result.memory);
    return status;
}

const cli_command cli_lineage = {
    .name = "lineage",
    .arguments =
        "NAME[@VERSION]|FILE [--descent | --verify [--allow-revoked]] [--draw dot|svg [-o FILE]]",
    .summary = "where a dataset comes from, or what was made of it",
    .about =
        "Shows the steps that lead to a dataset version, back to its sources: datasets, and files "
        "that are known by their hash.\n"
        "Of each step it says what is recorded (the owner's word: 'transform', 'split', 'branch' "
        "and 'link' write it) and what is\n"
        "proven over source and result.\n"
        "A FILE that no dataset is called like, as a model, is found by its content, where a step "
        "made or used it.\n\n"
        "--verify checks the receipt of every entry, as 'verify --lineage' does, and rejects a "
        "lineage in which a version was revoked\n"
        "(exit code 1) unless --allow-revoked. 'export --format lineage' writes all of them into "
        "one file for an auditor, who checks\n"
        "it with 'verify FILE --trust trust.toml'.",
    .examples = "zkp-ledger lineage predictions\n"
                "zkp-ledger lineage people@2 --descent\twhat was made of it\n"
                "zkp-ledger lineage model.joblib\twhat a model was made of\n"
                "zkp-ledger lineage predictions --verify --draw svg -o lineage.svg\n"
                "zkp-ledger export predictions --format lineage -o predictions.lineage.zkl",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1,
    .run = run_lineage,
};
