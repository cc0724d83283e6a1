/* setup: list, make, export and import powers of tau and circuit keys. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "circuit", 0, "NAME", "make and log this circuit's key now; of a .zkey: which it is", true,
      "F18|F20|F22|F24|F26" },
    { "format", 'f', "FORMAT", "what export writes", false, "powers|ptau|zkey" },
    { "force", 0, NULL, "export: overwrite a file that holds something else", false, NULL },
};

/* The two words for how powers or a key came about, here and in --json. */
static const char *made(bool development)
{
    return development ? "development" : "ceremony";
}

/* "F22" is tier 22; no circuit is 0. */
static unsigned tier_of(const char *circuit)
{
    return circuit ? (unsigned)strtoul(circuit + 1, NULL, 10) : 0;
}

/* For people and for programs in one pass: both show every circuit there is. */
static void print_line(cli_run *run, const zkl_setup_line *line)
{
    const bool of_ceremony = line->made && !line->is_development;
    cli_say(run, "  %s  %-14s", line->circuit,
            of_ceremony  ? "ceremony's key"
            : line->made ? "key made"
                         : "not made yet");
    if (line->logged)
        cli_say(run, "  entry %llu  %s", (unsigned long long)line->index,
                cli_hex(run, &line->key_hash));
    cli_say(run, "\n");
}

/* Listing needs no key; making one logs an entry, which the signer signs. */
static zkl_status show_setup(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_setup_result r = { 0 };
    unsigned tiers[5];
    size_t given;
    const char *const *names = cli_values(run, "circuit", &given);
    if (given > ZKL_COUNT(tiers))
        return zkl_fail(err, ZKL_USAGE, "there are only %zu circuits", ZKL_COUNT(tiers));
    /* The table of options has let only known circuits through. */
    for (size_t i = 0; i < given; i++)
        tiers[i] = tier_of(names[i]);
    /* A passphrase is asked for only when something is to be logged. */
    ZKL_TRY(cli_ledger_open(&ledger, run, given > 0, err));
    zkl_status status = zkl_setup_run(&r, ledger, tiers, given, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        cli_say(run, "powers of tau  %s (%s)\ncache          %s\n", cli_hex(run, &r.powers_hash),
                made(r.powers_development), r.cache);
        for (size_t i = 0; i < r.line_count; i++)
            print_line(run, &r.lines[i]);
        status = api_put_result(run->result, &api_setup_show, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

/* Without --format the small file, which is what an auditor with the data needs. */
static zkl_setup_form find_form(const char *name)
{
    zkl_setup_form form = ZKL_SETUP_FORM_POWERS;
    while (name && strcmp(zkl_setup_form_name(form), name) != 0)
        form++; /* the table of options lets no other name through */
    return form;
}

/* What goes where is checked before the ledger is opened. */
static zkl_status export_setup(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_setup_export_request request = { .form = find_form(cli_value(run, "format")) };
    zkl_digest hash;
    uint64_t size;
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE, "where to? 'zkp-ledger setup export powers.zklpowers'");
    request.output = run->arguments[1];
    request.tier = tier_of(cli_value(run, "circuit"));
    /* A key is a circuit's; powers are of all of them. */
    if ((request.form == ZKL_SETUP_FORM_ZKEY) != (request.tier != 0))
        return zkl_fail(err, ZKL_USAGE, "--format zkey and --circuit go together");
    const bool to_output = strcmp(request.output, "-") == 0;
    request.force = cli_has(run, "force");
    ZKL_TRY(cli_check_output(run, request.output, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(zkl_setup_export(&size, &hash, ledger, &request, &run->env, err));
    cli_progress_end(run);
    const api_setup_export_result r = {
        .form = request.form, .output = request.output, .byte_count = size, .powers = hash
    };
    if (!to_output)
        cli_note(run, "Wrote %s, %s: %s powers of tau %s\n", request.output, cli_size(run, size),
                 request.tier ? "a circuit's key over the" : "the", cli_hex(run, &hash));
    return api_put_result(run->result, &api_setup_export, ZKL_OK, &r, err);
}

/* A contributor's name is whatever the file says; what the number of them means is said in
 * words. */
static void print_import(cli_run *run, const zkl_setup_import_result *r)
{
    const bool is_key = r->form == ZKL_SETUP_FORM_ZKEY;
    if (is_key) {
        cli_say(run, "Imported the key of %s  %s\n", cli_value(run, "circuit"),
                cli_hex(run, &r->key_hash));
    } else {
        cli_say(run, "Imported the powers of tau %s\n", cli_hex(run, &r->powers_hash));
    }
    /* Such a file has no contributors: it cannot say who made its powers. */
    if (r->form == ZKL_SETUP_FORM_POWERS) {
        cli_say(run, "  they are powers of one tau. Enough for 'verify --data'; a ledger needs the "
                     "whole .ptau\n");
        return;
    }
    for (size_t i = 0; i < r->contributor_count; i++)
        cli_say(run, "  contribution %zu  %s%s\n", i + 1,
                r->contributors[i].is_beacon ? "beacon " : "",
                *r->contributors[i].name ? r->contributors[i].name : "(no name)");
    if (r->is_development)
        cli_say(run,
                "Development: fewer than two people contributed%s. It proves nothing against "
                "whoever made it.\n",
                is_key ? ", to it or to the powers" : "");
    else
        cli_say(run, "Ceremony: whoever trusts one of these to have destroyed his secret can rely "
                     "on it. The names are\nas the file says them: ask those who took part.\n");
    /* What an auditor has to write down, ready to be copied. */
    if (is_key && !r->is_development)
        cli_note(run, "In the trust file of who accepts it, under [circuits]: %s = \"%s\"\n",
                 cli_value(run, "circuit"), cli_hex(run, &r->key_hash));
    if (!is_key)
        cli_note(run, "Next: zkp-ledger init --powers %s\n", cli_hex(run, &r->powers_hash));
}

/* Powers need no ledger: they come before one is made. */
static zkl_status import_setup(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_setup_import_result r = { 0 };
    zkl_setup_import_request request = { .tier = tier_of(cli_value(run, "circuit")) };
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE,
                        "which file? 'zkp-ledger setup import powers.zklpowers', or a .ptau");
    request.file = run->arguments[1];
    if (request.tier) /* a key is for the powers of a ledger; powers are for any */
        ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    zkl_status status = zkl_setup_import(&r, ledger, &request, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK) {
        status = api_put_result(run->result, &api_setup_import, ZKL_OK, &r, err);
        print_import(run, &r);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

/* Which options go with which action is checked here; the actions check what they themselves
 * need. */
static zkl_status run_setup(cli_run *run, zkl_error *err)
{
    const char *action = run->argument_count ? run->arguments[0] : "show";
    const bool shows = strcmp(action, "show") == 0, exports = strcmp(action, "export") == 0;
    size_t circuits;
    (void)cli_values(run, "circuit", &circuits); /* their number */
    if (!exports && cli_has(run, "format"))
        return zkl_fail(err, ZKL_USAGE, "--format goes with 'setup export'");
    if (!exports && cli_has(run, "force"))
        return zkl_fail(err, ZKL_USAGE, "--force goes with 'setup export'");
    if (!shows && circuits > 1)
        return zkl_fail(err, ZKL_USAGE, "'setup %s' takes one --circuit", action);
    if (shows && run->argument_count > 1)
        return zkl_fail(err, ZKL_USAGE, "'setup show' takes no file");
    if (shows)
        return show_setup(run, err);
    if (exports)
        return export_setup(run, err);
    if (strcmp(action, "import") == 0)
        return import_setup(run, err);
    return zkl_fail(err, ZKL_USAGE, "'setup %s': show, export or import", action);
}

const cli_command cli_setup = {
    .name = "setup",
    .arguments =
        "[show] [--circuit F22]... | export FILE [--format powers|ptau|zkey] | import FILE",
    .summary = "powers of tau and circuit keys: show, make, export, import",
    .about =
        "show     (default) the powers of this ledger, and which circuits have a key. A proof "
        "needs "
        "the key of its circuit, F18\n"
        "         to F26 by size. Keys are made when first needed (seconds; --circuit: now), kept "
        "in "
        "the user's cache, and\n"
        "         named by a signed entry before their first use. Keys made here are for "
        "development: they prove nothing\n"
        "         against whoever made them, and every output says so.\n"
        "export   this ledger's powers of tau as a file. --format powers (default, 3 MB): what "
        "'verify --data' needs on\n"
        "         another machine. --format ptau (113 MB): all of them, as iden3's snarkjs reads "
        "them. --format zkey\n"
        "         --circuit F22: that circuit's key. All are public.\n"
        "import   such a file, or a prepared .ptau of a ceremony, into this user's cache; needs no "
        "ledger. Checked whole\n"
        "         before it is kept: every point, that they are powers of one tau, and that the "
        "contributions lead to them.\n"
        "         A ceremony's .zkey, with --circuit F22, in the ledger whose powers it is for: it "
        "must be that circuit's key,\n"
        "         and takes the place of one that was made here.",
    .examples = "zkp-ledger setup\nzkp-ledger setup --circuit F22 --circuit F24\tahead of use\n"
                "zkp-ledger setup export powers.zklpowers\tfor an auditor who has the data\n"
                "zkp-ledger setup import powers.zklpowers\ton the auditor's machine\n"
                "zkp-ledger setup import F22.zkey --circuit F22\ta key that others contributed to",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "show|export|import",
    .argument_max = 2,
    .run = run_setup,
};
