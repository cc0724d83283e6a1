/* export: one format, or those that the configuration says. */
#include <string.h>

#include "cli/commands.h"

/* "|receipt|tlog-tiles|..." */
#define BAR_AND_NAME(constant, module, name, is_secret, about) "|" name
#define ALL_NAMES ZKL_EXPORT_FORMATS(BAR_AND_NAME)
#define NAME_AND_ABOUT(constant, module, name, is_secret, about) "\n  " name ": " about

static const cli_option options[] = {
    { "format", 'f', "FORMAT", "what to write", false, &ALL_NAMES[1] },
    { "output", 'o', "PATH", "where to (a folder for tlog-tiles and snarkjs)", false, NULL },
    { "chunks", 0, "LIST", "a data key that opens these chunks alone, from 0: 0,3-5", false, NULL },
    { "data", 'd', "FILE", "with --chunks: the data that were notarised (default: the spool)", true,
      NULL },
    { "from", 0, "SIZE|RECEIPT", "consistency: the older checkpoint that it begins with", false,
      NULL },
    { "to", 0, "SIZE|RECEIPT", "consistency: the newer one (default: the log's newest)", false,
      NULL },
    { "set", 0, "NAME=VALUE", "what no entry says, as a licence: marked as declared", true, NULL },
    { "set-file", 0, "FILE", "the same from a TOML file", false, NULL },
    { "signing-key", 0, "FILE", "of oms: a P-256 key in PEM, not encrypted", false, NULL },
    { "timestamp", 0, "URL", "of a receipt: have the clock at this http address stamp it first",
      false, NULL },
    { "force", 0, NULL, "overwrite a file that is not this format of this version", false, NULL },
};

/* ZKL_EXPORT_FORMAT_COUNT for a name that is none. */
static zkl_export_format find_format(const char *name)
{
    zkl_export_format format = 0;
    while (format < ZKL_EXPORT_FORMAT_COUNT && strcmp(zkl_export_format_name(format), name) != 0)
        format++;
    return format; /* the table of options lets no other name through */
}

/* Where one format goes when nothing else is said: NAME@VERSION.zkl, so that no version takes
 * another's place, or NAME@VERSION#ENTRY.zkl; tlog-tiles. */
static zkl_status default_output(const char **out, cli_run *run, zkl_ledger *ledger,
                                 const char *reference, zkl_export_format format, zkl_error *err)
{
    if (zkl_export_kind_of(format)->is_of_log) {
        *out = zkl_export_format_name(format);
        return ZKL_OK;
    }
    /* "NAME" alone means the latest version: which that is, the ledger says. */
    zkl_show_result shown = { 0 };
    const api_show_request latest = { .reference = reference };
    ZKL_TRY(cli_call(&shown, run, ledger, &api_show, &latest, err));
    ZKL_TRY(cli_check_told_name(run, shown.name, err));
    const char *ending = zkl_export_kind_of(format)->ending;
    *out = strchr(reference, '#')
               ? zkl_arena_format(&run->arena, "%s@%u#%llu%s", shown.name, shown.version,
                                  (unsigned long long)shown.index, ending)
               : zkl_arena_format(&run->arena, "%s@%u%s", shown.name, shown.version, ending);
    zkl_arena_clear(&shown.memory);
    return *out ? ZKL_OK : zkl_no_memory(err, 0);
}

/* "data key" */
static const char *words_of(cli_run *run, zkl_export_format format)
{
    const char *name = zkl_export_format_name(format);
    char *words = zkl_arena_text(&run->arena, name, strlen(name));
    for (char *at = words; at && *at; at++)
        if (*at == '-')
            *at = ' ';
    return words ? words : name;
}

/* What it was made of may have been taken back. A lineage receipt cannot say so. */
static void warn_revoked_sources(cli_run *run, const zkl_lineage *lineage, zkl_export_format format)
{
    for (size_t i = 1; i < lineage->node_count; i++) {
        const zkl_lineage_node *const node = &lineage->nodes[i];
        if (node->revoked)
            cli_warn("%s, in the lineage of %s, was revoked by entry %llu, and the %s %s\n",
                     cli_text(run, node->name), cli_text(run, lineage->nodes[0].name),
                     (unsigned long long)node->revoked->index, words_of(run, format),
                     format == ZKL_EXPORT_LINEAGE
                         ? "does not say so: give 'export NAME --format standing' of it with it"
                         : "says so");
    }
}

/* Of a lineage: a line for each entry that is left out. */
static void note_left_out(cli_run *run, const zkl_lineage *lineage)
{
    for (size_t i = 0; i < lineage->node_count; i++) {
        const zkl_lineage_node *node = &lineage->nodes[i];
        for (size_t k = 0, end; k < node->claim_count; k = end) {
            const zkl_lineage_claim *claim = &node->claims[k];
            for (end = k + 1; end < node->claim_count && node->claims[end].index == claim->index;)
                end++;
            if (claim->outside)
                cli_note(run,
                         "%s of %s left out: entry %llu names %s, which is no part of this "
                         "lineage.\n",
                         cli_counted(run, end - k, "claim"), cli_text(run, node->name),
                         (unsigned long long)claim->index, cli_text(run, claim->outside));
        }
    }
}

static zkl_status note_lineage(cli_run *run, zkl_ledger *ledger, const char *reference,
                               zkl_export_format format, zkl_error *err)
{
    const api_lineage_request request = { .of = { .reference = reference } };
    api_drawn_lineage answer = { 0 };
    ZKL_TRY(cli_call(&answer, run, ledger, &api_lineage, &request, err));
    warn_revoked_sources(run, &answer.result.lineage, format);
    if (format == ZKL_EXPORT_LINEAGE)
        note_left_out(run, &answer.result.lineage);
    zkl_arena_clear(&answer.result.memory);
    return ZKL_OK;
}

/* Nothing that is written of a version says that it was revoked. And another entry's claims are not
 * in this one's receipt, and who exports a name alone may take them to be. */
static zkl_status note_later_entries(cli_run *run, zkl_ledger *ledger, const char *reference,
                                     zkl_export_format format, zkl_error *err)
{
    zkl_show_result shown = { 0 };
    const api_show_request asked = { .reference = reference };
    ZKL_TRY(cli_call(&shown, run, ledger, &api_show, &asked, err));
    if (shown.revoked)
        cli_warn("%s@%u was revoked by entry %llu, and the %s does not say so: give "
                 "'export %s --format standing' with it\n",
                 shown.name, shown.version, (unsigned long long)shown.revoked->index,
                 words_of(run, format), shown.name);
    size_t count = 0; /* other later entries showed rows */
    for (size_t i = 0; i < shown.later_count && format == ZKL_EXPORT_RECEIPT; i++)
        count += shown.later[i].claim_count > 0;
    if (count)
        cli_note(run,
                 "It does not hold the claims of %s: 'zkp-ledger show %s@%u' lists them, "
                 "'zkp-ledger export %s#ENTRY' writes them\n",
                 cli_counted(run, count, "later entry"), shown.name, shown.version, shown.name);
    zkl_arena_clear(&shown.memory);
    return ZKL_OK;
}

/* "license=CC0-1.0" -> what is declared. */
static zkl_status fill_declared(zkl_export_request *request, cli_run *run, zkl_error *err)
{
    size_t count;
    const char *const *given = cli_values(run, "set", &count);
    zkl_fact *facts = ZKL_ARENA_NEW(&run->arena, zkl_fact, count);
    if (!given || !facts)
        return zkl_no_memory(err, count * sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(given[i], '=');
        if (!equals || equals == given[i])
            return zkl_fail(err, ZKL_USAGE, "--set '%.200s' is not NAME=VALUE", given[i]);
        facts[i].name = zkl_arena_text(&run->arena, given[i], (size_t)(equals - given[i]));
        facts[i].value = equals + 1;
        if (!facts[i].name)
            return zkl_no_memory(err, strlen(given[i]));
    }
    request->declared = facts;
    request->declared_count = count;
    request->declared_file = cli_value(run, "set-file");
    request->signing_key = cli_value(run, "signing-key");
    return ZKL_OK;
}

/* The clock's word goes into the ledger, so that every later receipt has it too. A clock that gives
 * none ends it: nothing is written then. */
static zkl_status stamp_first(cli_run *run, zkl_ledger *ledger, const char *reference,
                              zkl_error *err)
{
    const zkl_timestamp_attach_request request = { .subject.reference = reference,
                                                   .url = cli_value(run, "timestamp") };
    const api_stamp_attach_request asked = { .asked = request };
    api_timestamp_attach_result r = { 0 };
    ZKL_TRY(cli_call(&r, run, ledger, &api_timestamp_attach, &asked, err));
    cli_note(run, "Entry %llu existed at %s, says the clock at %s\n",
             (unsigned long long)r.attached.index, r.attached.time, cli_text(run, request.url));
    zkl_arena_clear(&r.attached.memory);
    return ZKL_OK;
}

/* Written, then said: a note on standard error, so that '-o -' is the file alone. */
static zkl_status export_one(api_exported *out, cli_run *run, zkl_ledger *ledger,
                             zkl_export_format format, zkl_error *err)
{
    zkl_export_request request = { .reference = run->argument_count ? run->arguments[0] : NULL,
                                   .format = format,
                                   .output = cli_value(run, "output"),
                                   .chunks = cli_value(run, "chunks"),
                                   .from = cli_value(run, "from"),
                                   .to = cli_value(run, "to"),
                                   .force = cli_has(run, "force") };
    api_export_result r = { 0 };
    request.files = cli_values(run, "data", &request.file_count);
    ZKL_TRY(fill_declared(&request, run, err));
    ZKL_ASSERT(format < ZKL_EXPORT_FORMAT_COUNT);
    if (!request.reference && !zkl_export_kind_of(format)->is_of_log)
        return zkl_fail(err, ZKL_USAGE, "which dataset? 'zkp-ledger export NAME --format %s'",
                        zkl_export_format_name(format));
    if (!request.output)
        ZKL_TRY(default_output(&request.output, run, ledger, request.reference, format, err));
    ZKL_TRY(cli_check_output(run, request.output, err));
    if (cli_has(run, "timestamp") && format == ZKL_EXPORT_RECEIPT)
        ZKL_TRY(stamp_first(run, ledger, request.reference, err));
    if (run->is_remote && request.signing_key)
        return zkl_fail(
            err, ZKL_NOT_SUPPORTED,
            "a signing key does not go to a service: --signing-key is of a ledger here");
    ZKL_TRY(cli_call(&r, run, ledger, &api_export, &request, err));
    const uint64_t size = r.exported[0].byte_count;
    zkl_arena_clear(&r.memory);
    *out = (api_exported){ .format = format, .output = request.output, .byte_count = size };
    if (strcmp(request.output, "-") == 0)
        return ZKL_OK;
    if (size)
        cli_note(run, "Wrote %s, %s\n", request.output, cli_size(run, size));
    else
        cli_note(run, "Wrote the folder %s\n", request.output);
    if (!zkl_export_kind_of(format)->is_of_log && format != ZKL_EXPORT_STANDING &&
        !zkl_export_is_secret(format))
        ZKL_TRY(note_later_entries(run, ledger, request.reference, format, err));
    if (zkl_export_kind_of(format)->tells_lineage)
        ZKL_TRY(note_lineage(run, ledger, request.reference, format, err));
    if (zkl_export_is_secret(format))
        cli_note(run, "The %s is secret: whoever has it can confirm guesses about the data%s.\n",
                 words_of(run, format), request.chunks ? " of these chunks" : "");
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
    if (run->is_remote) { /* whose configuration is not known here */
        formats[0] = ZKL_EXPORT_RECEIPT;
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

/* The usual name is that of the whole data key. */
static zkl_status check_chunks(const cli_run *run, zkl_export_format format, zkl_error *err)
{
    if (cli_has(run, "data") && !cli_has(run, "chunks"))
        return zkl_fail(err, ZKL_USAGE, "--data goes with --chunks: nothing else needs it");
    if (cli_has(run, "chunks") && format != ZKL_EXPORT_DATA_KEY)
        return zkl_fail(err, ZKL_USAGE, "--chunks goes with --format data-key");
    if (cli_has(run, "chunks") && !cli_has(run, "output"))
        return zkl_fail(err, ZKL_USAGE, "where to? --chunks goes with -o FILE");
    return ZKL_OK;
}

/* One format or several: the JSON has the same members, so that a script need not know which. */
static zkl_status run_export(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_export_format formats[ZKL_EXPORT_FORMAT_COUNT];
    const char *name = cli_value(run, "format"), *output = cli_value(run, "output");
    api_export_result r = { 0 };
    size_t count = 0;
    if (output)
        ZKL_TRY(cli_check_output(run, output, err));
    const zkl_export_format format = name ? find_format(name) : ZKL_EXPORT_FORMAT_COUNT;
    ZKL_TRY(check_chunks(run, format, err));
    if (cli_has(run, "timestamp") && name && format != ZKL_EXPORT_RECEIPT)
        return zkl_fail(err, ZKL_USAGE, "--timestamp goes with --format receipt");
    if (name && !run->argument_count && !zkl_export_kind_of(format)->is_of_log)
        return zkl_fail(err, ZKL_USAGE, "which dataset? 'zkp-ledger export NAME --format %s'",
                        name);
    /* Only what is secret or signed needs a key, and so a passphrase. */
    const bool needs_key =
        zkl_export_is_secret(format) || (name && zkl_export_kind_of(format)->is_signed);
    ZKL_TRY(cli_ledger_open(&ledger, run, needs_key, err));
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
    .arguments = "[NAME[@VERSION|#ENTRY]] [--format FORMAT] [--chunks LIST [--data FILE]...] "
                 "[--timestamp URL] [--set NAME=VALUE]... [-o PATH]",
    .summary = "write a receipt, log tiles, the data key, other forms",
    .about = "Without --format: what the configuration's `formats` says, by default a receipt.\n\n"
             "Formats:" ZKL_EXPORT_FORMATS(
                 NAME_AND_ABOUT) "\n\n"
                                 "croissant to training-summary-json are for other tools: what "
                                 "they claim is verified first, and each "
                                 "value is told as proven, signed or declared (docs/exports.md). "
                                 "What no entry says, as a licence, is declared with --set.\n"
                                 "A data key with --chunks opens chunks of 65,536 rows, and "
                                 "nothing else: 'verify "
                                 "--data' then takes a file of their rows alone.\n"
                                 "Of a table with dictionaries it takes the data, or the spool "
                                 "where 'notarize "
                                 "--keep-spool' kept one: entries that the\n"
                                 "chunks do not have stay closed.",
    .examples =
        "zkp-ledger export penguins --format receipt -o penguins.zkl\nzkp-ledger export "
        "--format tlog-tiles -o log/\n"
        "zkp-ledger export sales --format data-key --chunks 0,3-5 --data sales.csv -o "
        "some.zklkey\n"
        "zkp-ledger export penguins --format dataset-card --set license=cc0-1.0 -o README.md",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_max = 1,
    .run = run_export,
};
