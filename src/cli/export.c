/* export: one format, or those that the configuration says. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "format", 'f', "FORMAT", "what to write", false,
      "receipt|tlog-tiles|tlog-proof|dsse|snarkjs|data-key" },
    { "output", 'o', "PATH", "where to (a folder for tlog-tiles and snarkjs)", false, NULL },
    { "force", 0, NULL, "overwrite a file that is not this format of this version", false, NULL },
};

static const char *const endings[ZKL_EXPORT_FORMAT_COUNT] = {
    [ZKL_EXPORT_RECEIPT] = ".zkl",           [ZKL_EXPORT_TLOG_TILES] = "",
    [ZKL_EXPORT_TLOG_PROOF] = ".tlog-proof", [ZKL_EXPORT_DSSE] = ".dsse.json",
    [ZKL_EXPORT_SNARKJS] = ".snarkjs",       [ZKL_EXPORT_DATA_KEY] = ".zklkey",
};

/* ZKL_EXPORT_FORMAT_COUNT for a name that is none. */
static zkl_export_format find_format(const char *name)
{
    zkl_export_format format = ZKL_EXPORT_RECEIPT;
    while (format < ZKL_EXPORT_FORMAT_COUNT && strcmp(zkl_export_format_name(format), name) != 0)
        format++;
    return format; /* the table of options lets no other name through */
}

/* Where one format goes when nothing else is said: NAME@VERSION.zkl, so that no version takes another's place; tlog-tiles. */
static zkl_status default_output(const char **out, cli_run *run, zkl_ledger *ledger,
                                 const char *reference, zkl_export_format format, zkl_error *err)
{
    if (format == ZKL_EXPORT_TLOG_TILES) {
        *out = "tlog-tiles";
        return ZKL_OK;
    }
    /* "NAME" alone means the latest version: which that is, the ledger says. */
    zkl_show_result shown = { 0 };
    ZKL_TRY(zkl_show(&shown, ledger, reference, err));
    *out = zkl_arena_format(&run->arena, "%s@%u%s", shown.name, shown.version, endings[format]);
    zkl_arena_clear(&shown.memory);
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Written, then said: a note on standard error, so that '-o -' is the file alone. */
static zkl_status export_one(api_exported *out, cli_run *run, zkl_ledger *ledger,
                             zkl_export_format format, zkl_error *err)
{
    zkl_export_request request = { .reference = run->argument_count ? run->arguments[0] : NULL,
                                   .format = format,
                                   .output = cli_value(run, "output"),
                                   .force = cli_has(run, "force") };
    uint64_t size = 0;
    ZKL_ASSERT(format < ZKL_EXPORT_FORMAT_COUNT);
    if (!request.reference && format != ZKL_EXPORT_TLOG_TILES)
        return zkl_fail(err, ZKL_USAGE, "which dataset? 'zkp-ledger export NAME --format %s'",
                        zkl_export_format_name(format));
    if (!request.output)
        ZKL_TRY(default_output(&request.output, run, ledger, request.reference, format, err));
    ZKL_TRY(cli_check_output(run, request.output, err));
    ZKL_TRY(zkl_export(&size, ledger, &request, &run->env, err));
    *out = (api_exported){ .format = format, .output = request.output, .byte_count = size };
    if (strcmp(request.output, "-") == 0)
        return ZKL_OK;
    if (size)
        cli_note(run, "Wrote %s, %s\n", request.output, cli_size(run, size));
    else
        cli_note(run, "Wrote the folder %s\n", request.output);
    if (format == ZKL_EXPORT_DATA_KEY)
        cli_note(run,
                 "The data key is secret: whoever has it can confirm guesses about the data.\n");
    return ZKL_OK;
}

/* --format; without it those of the configuration, which has one unless its owner says more. */
static zkl_status choose_formats(zkl_export_format formats[static ZKL_EXPORT_FORMAT_COUNT],
                                 size_t *count, cli_run *run, zkl_ledger *ledger, zkl_error *err)
{
    /* A format that is given counts alone. */
    const char *name = cli_value(run, "format");
    if (name) {
        formats[0] = find_format(name);
        *count = 1;
        return ZKL_OK;
    }
    zkl_export_formats_configured(formats, count, ledger);
    if (*count > 1 && cli_value(run, "output"))
        return zkl_fail(err, ZKL_USAGE,
                        "the configuration says %zu formats, '-o' is one place: say --format",
                        *count);
    return ZKL_OK;
}

static zkl_status run_export(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_export_format formats[ZKL_EXPORT_FORMAT_COUNT];
    const char *name = cli_value(run, "format"), *output = cli_value(run, "output");
    api_export_result r = { 0 };
    size_t count = 0;
    if (run->json && output && strcmp(output, "-") == 0)
        return zkl_fail(err, ZKL_USAGE, "--json and '-o -' both want standard output");
    if (name && !run->argument_count && find_format(name) != ZKL_EXPORT_TLOG_TILES)
        return zkl_fail(err, ZKL_USAGE, "which dataset? 'zkp-ledger export NAME --format %s'",
                        name);
    /* Only the data key needs the owner's secret, and so a passphrase. */
    ZKL_TRY(cli_ledger_open(&ledger, run, name && find_format(name) == ZKL_EXPORT_DATA_KEY, err));
    ZKL_TRY(choose_formats(formats, &count, run, ledger, err));
    r.is_several = count > 1;
    zkl_status status = ZKL_OK;
    /* The first failure ends it; what was written before stays, and the JSON names it. */
    while (r.count < count && status == ZKL_OK) {
        status = export_one(&r.exported[r.count], run, ledger, formats[r.count], err);
        r.count += status == ZKL_OK;
    }
    const zkl_status put = api_put_result(run->result, &api_export, status, &r, NULL);
    return status == ZKL_OK && put != ZKL_OK ? zkl_no_memory(err, 0) : status;
}

const cli_command cli_export = {
    .name = "export",
    .arguments = "[NAME[@VERSION]] [--format FORMAT] [-o PATH]",
    .summary = "write a receipt, log tiles, proofs or the data key",
    .about = "Formats:\n"
             "  receipt     (default; the configuration's `formats` says others) one file with "
             "everything an offline verifier needs besides "
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
    .takes_dataset = true,
    .argument_max = 1,
    .run = run_export,
};
