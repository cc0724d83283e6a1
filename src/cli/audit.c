/* audit: the log verified, and every entry with its result as a report. */
#include "cli/commands.h"

#include <string.h>

static const cli_option options[] = {
    { "since", 0, "TIME", "entries not before: 2026-01-31 or 2026-01-31T12:00:00Z", false, NULL },
    { "until", 0, "TIME", "entries not behind; a day counts whole", false, NULL },
    { "kind", 0, "KIND", "entries of this kind alone, such as notarise, prove", true, NULL },
    { "format", 0, "FORMAT", "what to write (default: by -o, else the configuration, else html)",
      true, "html|json|json-ld|csv|md|pdf" },
    { "output", 'o', "PATH", "a file, of several formats a folder (default: audit.FORMAT, audit)",
      false, NULL },
    { "visualizations", 0, "yes|no", "drawings in HTML and PDF (default: the configuration)", false,
      "yes|no" },
    { "notarize", 0, NULL, "log the hashes of the files in an entry of their own", false, NULL },
    { "fresh", 0, NULL, "verify every proof anew, whatever was verified before", false, NULL },
    { "force", 0, NULL, "overwrite a file that is no report of this ledger", false, NULL },
};

/* The ending says the format: under another one nobody looks for a report. */
static zkl_status fail_ending(const char *output, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) known = { 0 };
    for (unsigned i = 0; i < ZKL_REPORT_FORMAT_COUNT; i++)
        zkl_buffer_format(&known, "%s%s", i ? ", " : "",
                          zkl_report_format_ending((zkl_report_format)i));
    ZKL_TRY(zkl_buffer_status(&known, err));
    return zkl_fail(err, ZKL_USAGE, "no format of reports ends as '%.200s' does; there are %.*s",
                    output, (int)known.size, (const char *)known.data);
}

/* --format; else the ending of -o; else the configuration. */
static zkl_status choose_formats(zkl_report_format *out, size_t *count, cli_run *run,
                                 const zkl_ledger *ledger, zkl_error *err)
{
    size_t given;
    const char *const *names = cli_values(run, "format", &given);
    const char *output = cli_value(run, "output");
    *count = 0;
    for (size_t i = 0; i < given; i++) {
        if (*count == ZKL_REPORT_FORMAT_COUNT)
            return zkl_fail(err, ZKL_USAGE, "a format is asked for twice");
        zkl_report_format_find(&out[(*count)++], names[i]); /* the option's choices are these */
    }
    for (unsigned i = 0; !*count && output && i < ZKL_REPORT_FORMAT_COUNT; i++)
        if (cli_ends_with(output, zkl_report_format_ending((zkl_report_format)i)))
            out[(*count)++] = (zkl_report_format)i;
    if (*count)
        return ZKL_OK;
    if (output && strchr(cli_last_part(run, output), '.') && strcmp(output, "-") != 0)
        return fail_ending(output, err);
    if (run->is_remote) /* whose configuration is not known here */
        out[(*count)++] = ZKL_REPORT_HTML;
    else
        zkl_report_formats_configured(out, count, ledger);
    return ZKL_OK;
}

static void say_result(cli_run *run, const zkl_audit_result *r)
{
    if (!r->entry_count && !r->log_fault)
        cli_say(run, "NO ENTRY is among what was asked for; the log's newest is of %s\n",
                *r->newest ? r->newest : "a time that cannot be read");
    else
        cli_say(run, "%s  %s of %s, %s%s, %s\n", r->log_fault ? "BROKEN" : "VERIFIED",
                cli_number(run, r->verified_count), cli_counted(run, r->entry_count, "entry"),
                cli_counted(run, r->dataset_count, "dataset version"),
                r->revoked_count ? zkl_arena_format(&run->arena, " (%s REVOKED)",
                                                    cli_number(run, r->revoked_count))
                                 : "",
                cli_counted(run, r->claim_count, "claim"));
    cli_say(run, "  Log '%s', %s, root %s\n", cli_text(run, r->origin),
            cli_counted(run, r->tree_size, "entry"), cli_hex(run, &r->root));
    cli_say(run, "  %s verified", cli_counted(run, r->proof_count, "proof"));
    if (r->remembered_count)
        cli_say(run, ", %s of them at an earlier time (--fresh does it anew)",
                cli_number(run, r->remembered_count));
    cli_say(run, "%s\n", r->is_development ? ", under a development set-up" : "");
    for (size_t i = 0; i < r->fault_count; i++)
        cli_say(run, "  broken: entry %llu, %s: %s\n", (unsigned long long)r->faults[i].index,
                cli_text(run, r->faults[i].what), cli_text(run, r->faults[i].fault));
    if (r->unchecked_count)
        cli_say(run, "  not checked: %s behind what is broken\n",
                cli_counted(run, r->unchecked_count, "entry"));
    if (r->is_notarized)
        cli_say(run, "Logged as entry %llu\n", (unsigned long long)r->report_index);
}

static void note_files(cli_run *run, const zkl_audit_result *r)
{
    for (size_t i = 0; i < r->file_count; i++)
        if (strcmp(r->files[i].path, "-") != 0)
            cli_note(run, "Wrote %s, %s\n", cli_text(run, r->files[i].path),
                     cli_size(run, r->files[i].byte_count));
}

static zkl_status fill_request(zkl_audit_request *out, zkl_report_format *formats, cli_run *run,
                               zkl_ledger *ledger, zkl_error *err)
{
    const char *pictures = cli_value(run, "visualizations");
    out->reference = run->argument_count ? run->arguments[0] : NULL;
    out->since = cli_value(run, "since");
    out->until = cli_value(run, "until");
    out->kinds = cli_values(run, "kind", &out->kind_count);
    out->fresh = cli_has(run, "fresh");
    out->notarize = cli_has(run, "notarize");
    out->force = cli_has(run, "force");
    out->output = cli_value(run, "output");
    if (pictures)
        out->pictures = strcmp(pictures, "yes") == 0 ? ZKL_PICTURES_YES : ZKL_PICTURES_NO;
    ZKL_TRY(choose_formats(formats, &out->format_count, run, ledger, err));
    out->formats = formats;
    if (!out->output && out->format_count > 1)
        out->output = "audit";
    else if (!out->output)
        out->output = zkl_arena_format(&run->arena, "audit%s", zkl_report_format_ending(*formats));
    return out->output ? cli_check_output(run, out->output, err) : zkl_no_memory(err, 0);
}

static zkl_status run_audit(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_report_format formats[ZKL_REPORT_FORMAT_COUNT];
    zkl_audit_request request = { 0 };
    zkl_audit_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, cli_has(run, "notarize"), err));
    ZKL_TRY(fill_request(&request, formats, run, ledger, err));
    const char *names[ZKL_REPORT_FORMAT_COUNT];
    for (size_t i = 0; i < request.format_count; i++)
        names[i] = zkl_report_format_name(formats[i]);
    const api_audit_request asked = { request, names, request.format_count };
    const zkl_status status = cli_call(&r, run, ledger, &api_audit, &asked, err);
    if (r.origin) {
        const zkl_status put = api_put_result(run->result, &api_audit, ZKL_OK, &r, NULL);
        if (strcmp(request.output, "-") != 0)
            say_result(run, &r);
        note_files(run, &r);
        zkl_arena_clear(&r.memory);
        if (put != ZKL_OK)
            return zkl_no_memory(err, 0);
    }
    return status;
}

#define NAME_AND_ABOUT(constant, module, name, ending, about) "\n  " name "\t" about

const cli_command cli_audit = {
    .name = "audit",
    .arguments = "[NAME[@VERSION]] [--since TIME] [--until TIME] [--kind KIND]... "
                 "[--format FORMAT]... [-o PATH]",
    .summary = "verify the log, and report every entry with its result",
    .about =
        "Verifies the whole log as verify-chain does, and every proof of the entries that are "
        "asked for, then writes them with their\n"
        "results: by dataset, time and kind, else all. A broken entry is in the report as broken, "
        "and the exit code is 1.\n"
        "Proofs that were verified before are remembered in the user's cache; --fresh verifies all "
        "of them.\n\n"
        "Formats:" ZKL_REPORT_FORMATS(
            NAME_AND_ABOUT) "\n\n"
                            "A report names the checkpoint that it is of. With --notarize an entry "
                            "of the log names the report.",
    .examples = "zkp-ledger audit\tthe whole log, into audit.html\n"
                "zkp-ledger audit penguins@1 --format pdf -o penguins.pdf\n"
                "zkp-ledger audit --since 2026-01-01 --kind notarise --format csv -o 2026.csv\n"
                "zkp-ledger audit -o report.json\ta gate in CI: exit code 1 unless all holds\n"
                "zkp-ledger audit --format html --format pdf -o audit --notarize",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .verifies = true,
    .argument_max = 1,
    .run = run_audit,
};
