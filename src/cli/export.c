#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "format", 'f', "FORMAT", "what to write", false,
      "receipt|tlog-tiles|tlog-proof|dsse|snarkjs|data-key" },
    { "output", 'o', "PATH", "where to (a folder for tlog-tiles and snarkjs)", false, NULL },
};

static const char *const endings[ZKL_EXPORT_FORMAT_COUNT] = {
    [ZKL_EXPORT_RECEIPT] = "%s.zkl",           [ZKL_EXPORT_TLOG_TILES] = "tlog-tiles",
    [ZKL_EXPORT_TLOG_PROOF] = "%s.tlog-proof", [ZKL_EXPORT_DSSE] = "%s.dsse.json",
    [ZKL_EXPORT_SNARKJS] = "%s.snarkjs",       [ZKL_EXPORT_DATA_KEY] = "%s.zklkey",
};

static zkl_export_format find_format(const char *name)
{
    zkl_export_format format = ZKL_EXPORT_RECEIPT;
    while (format < ZKL_EXPORT_FORMAT_COUNT && strcmp(zkl_export_format_name(format), name) != 0)
        format++;
    return format; /* the table of options lets no other name through */
}

static zkl_status run_export(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(cli_ledger) ledger = { 0 };
    const char *name = cli_value(run, "format");
    zkl_export_request request = { .format = name ? find_format(name) : ZKL_EXPORT_RECEIPT };
    uint64_t size = 0;
    if (run->argument_count)
        request.reference = run->arguments[0];
    else if (request.format != ZKL_EXPORT_TLOG_TILES)
        return zkl_fail(err, ZKL_USAGE, "which dataset? 'zkp-ledger export NAME --format %s'",
                        zkl_export_format_name(request.format));
    request.output = cli_value(run, "output");
    if (!request.output) {
        size_t base = request.reference ? strcspn(request.reference, "@") : 0;
        const char *form = endings[request.format];
        request.output =
            strncmp(form, "%s", 2) == 0
                ? zkl_arena_format(&run->arena, "%.*s%s", (int)base, request.reference, form + 2)
                : form;
    }
    if (!request.output)
        return zkl_no_memory(err, 0);
    const bool to_output = strcmp(request.output, "-") == 0;
    if (to_output && run->json)
        return zkl_fail(err, ZKL_USAGE, "--json and '-o -' both want standard output");
    ZKL_TRY(cli_ledger_find(&ledger, run, request.format == ZKL_EXPORT_DATA_KEY, err));
    request.where = ledger.where;
    ZKL_TRY(zkl_export(&size, &request, &run->env, err));
    cli_set(run, "format", json_string(zkl_export_format_name(request.format)));
    cli_set(run, "output", json_string(request.output));
    cli_set(run, "bytes", json_integer((json_int_t)size));
    if (to_output)
        return ZKL_OK;
    if (size)
        cli_note(run, "Wrote %s, %s\n", request.output, cli_size(run, size));
    else
        cli_note(run, "Wrote the folder %s\n", request.output);
    if (request.format == ZKL_EXPORT_DATA_KEY)
        cli_note(run,
                 "The data key is secret: whoever has it can confirm guesses about the data.\n");
    return ZKL_OK;
}

const cli_command cli_export = {
    .name = "export",
    .arguments = "[NAME[@VERSION]] [--format FORMAT] [-o PATH]",
    .summary = "write a receipt, log tiles, proofs or the data key",
    .about = "Formats:\n"
             "  receipt     (default) one file with everything an offline verifier needs besides "
             "its trust file\n"
             "  tlog-tiles  a folder with the log as static tiles (C2SP), its checkpoint and "
             "verifier key; needs no name\n"
             "  tlog-proof  the entry's inclusion proof (C2SP)\n"
             "  dsse        the signed entry alone (DSSE envelope of an in-toto Statement)\n"
             "  snarkjs     a folder per proof: verification_key.json, proof.json, public.json\n"
             "  data-key    secret: lets whoever has the data recompute everything",
    .examples = "zkp-ledger export penguins --format receipt -o penguins.zkl\nzkp-ledger export "
                "--format tlog-tiles -o log/",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .argument_max = 1,
    .run = run_export,
};
