/* setup: list, make, export and import powers of tau and circuit keys. */
#include <stdlib.h>
#include <string.h>

#include "cli/setup_ceremony.h"

static const cli_option options[] = {
    { "circuit", 0, "NAME",
      "make and log this circuit's key now; of a .zkey: which it is; new: of the ceremony", true,
      "F18|F20|F22|F24|F26" },
    { "format", 'f', "FORMAT", "what export writes", false, "powers|ptau|zkey|r1cs" },
    { "force", 0, NULL, "export: overwrite a file that holds something else", false, NULL },
    { "name", 0, "NAME", "new: the ceremony's name; contribute: yours", false, NULL },
    { "powers-only", 0, NULL, "new: powers of tau without circuits' keys", false, NULL },
    { "power", 0, "N", "new --powers-only: 2^N powers (default 16)", false, NULL },
    { "output", 'o', "FILE", "invite, contribute, finish: the file to write", false, NULL },
    { "iden3", 0, "DIR",
      "invite: .ptau or .zkey files, for who contributes with snarkjs; finish: "
      "both, beside the file",
      false, NULL },
    { "key", 0, "FILE", "contribute: your key file, made when missing (default party.key)", false,
      NULL },
    { "no-passphrase", 0, NULL, "contribute: keep that key in the clear (mode 0600)", false, NULL },
    { "entropy-file", 0, "FILE", "contribute: mixed into the system's randomness", false, NULL },
    { "round", 0, "N", "beacon: the value is of this round of drand's quicknet", false, NULL },
    { "source", 0, "TEXT", "beacon: where else the value is from", false, NULL },
    { "time", 0, "TIME", "beacon: when it became public (2026-11-30T12:00:00.000Z)", false, NULL },
    { "iterations", 0, "N", "beacon: SHA-256 2^N times, 10 to 30 (default 20)", false, NULL },
    { "trust", 0, NULL, "verify: print the lines for a trust file", false, NULL },
    { "compare", 0, "TRUST", "verify: is what this trust file says of the ceremony so", false,
      NULL },
};

/* Which options go with which actions. --circuit goes with most, and is checked where it counts. */
static const struct {
    const char *option, *actions;
} rules[] = {
    { "format", " export " },
    { "force", " export " },
    { "name", " new contribute " },
    { "powers-only", " new " },
    { "power", " new " },
    { "output", " invite contribute finish " },
    { "iden3", " invite finish " },
    { "key", " contribute " },
    { "no-passphrase", " contribute " },
    { "entropy-file", " contribute " },
    { "round", " beacon " },
    { "source", " beacon " },
    { "time", " beacon " },
    { "iterations", " beacon " },
    { "trust", " verify " },
    { "compare", " verify " },
    { "circuit", " show export import new " },
};

#define CIRCUITS_MAX 5

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
    size_t given;
    const char *const *names = cli_values(run, "circuit", &given);
    if (given > CIRCUITS_MAX)
        return zkl_fail(err, ZKL_USAGE, "there are only %d circuits", CIRCUITS_MAX);
    /* A passphrase is asked for only when something is to be logged. */
    ZKL_TRY(cli_ledger_open(&ledger, run, given > 0, err));
    const api_setup_make_request request = { names, given };
    zkl_status status = given ? cli_call(&r, run, ledger, &api_setup_make, &request, err)
                              : cli_call_without_request(&r, run, ledger, &api_setup_show, err);
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
    api_setup_export_result r = { 0 };
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE, "where to? 'zkp-ledger setup export powers.zklpowers'");
    request.output = run->arguments[1];
    request.tier = tier_of(cli_value(run, "circuit"));
    /* A key is a circuit's; powers are of all of them. */
    const bool is_circuit = request.form == ZKL_SETUP_FORM_R1CS;
    if ((is_circuit || request.form == ZKL_SETUP_FORM_ZKEY) != (request.tier != 0))
        return zkl_fail(err, ZKL_USAGE, "--format zkey and r1cs go with --circuit");
    const bool to_output = strcmp(request.output, "-") == 0;
    request.force = cli_has(run, "force");
    ZKL_TRY(cli_check_output(run, request.output, err));
    if (!is_circuit)
        ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const api_setup_export_request asked = { request, cli_value(run, "circuit") };
    ZKL_TRY(cli_call(&r, run, ledger, &api_setup_export, &asked, err));
    if (!to_output && is_circuit)
        cli_note(run, "Wrote %s, %s: the circuit %s\n", request.output, cli_size(run, r.byte_count),
                 cli_value(run, "circuit"));
    else if (!to_output)
        cli_note(run, "Wrote %s, %s: %s powers of tau %s\n", request.output,
                 cli_size(run, r.byte_count), request.tier ? "a circuit's key over the" : "the",
                 cli_hex(run, &r.powers));
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
    if (r->is_development && r->form == ZKL_SETUP_FORM_CEREMONY)
        cli_say(run, "Development: fewer than two parties, by their keys, contributed to powers or "
                     "keys. Whoever\ncontributes twice is one, and no trust file can name those "
                     "who did not sign.\n");
    else if (r->is_development)
        cli_say(run,
                "Development: fewer than two people contributed%s. It proves nothing against "
                "whoever made it.\n",
                is_key ? ", to it or to the powers" : "");
    else
        cli_say(run, "Ceremony: whoever trusts one of these to have destroyed his secret can rely "
                     "on it. The names are\nas the file says them: ask those who took part.\n");
    /* What an auditor has to write down, ready to be copied. */
    if (r->form == ZKL_SETUP_FORM_CEREMONY)
        cli_say(run, "Ceremony %s, checked whole: powers and keys\n", cli_hex(run, &r->transcript));
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

static bool goes_with(const char *actions, const char *action)
{
    const char *const at = strstr(actions, action);
    return at && at[-1] == ' ' && at[strlen(action)] == ' ';
}

static zkl_status check_options(cli_run *run, const char *action, zkl_error *err)
{
    for (size_t i = 0; i < ZKL_COUNT(rules); i++)
        if (cli_has(run, rules[i].option) && !goes_with(rules[i].actions, action))
            return zkl_fail(err, ZKL_USAGE, "--%s goes with 'setup%.*s'", rules[i].option,
                            (int)(strlen(rules[i].actions) - 1), rules[i].actions);
    return ZKL_OK;
}

/* Which options go with which action is checked here; the actions check what they themselves
 * need. */
static zkl_status run_setup(cli_run *run, zkl_error *err)
{
    const char *action = run->argument_count ? run->arguments[0] : "show";
    const bool shows = strcmp(action, "show") == 0, exports = strcmp(action, "export") == 0,
               imports = strcmp(action, "import") == 0;
    cli_ceremony_action *const of_ceremony = cli_find_ceremony_action(action);
    size_t circuits;
    (void)cli_values(run, "circuit", &circuits); /* their number */
    if (!shows && !exports && !imports && !of_ceremony)
        return zkl_fail(err, ZKL_USAGE,
                        "'setup %s': show, export, import, or of a ceremony new, invite, "
                        "contribute, take, beacon, next, finish, verify",
                        action);
    ZKL_TRY(check_options(run, action, err));
    if ((exports || imports) && circuits > 1)
        return zkl_fail(err, ZKL_USAGE, "'setup %s' takes one --circuit", action);
    if (shows && run->argument_count > 1)
        return zkl_fail(err, ZKL_USAGE, "'setup show' takes no file");
    if (run->argument_count > 3 && strcmp(action, "take") != 0)
        return zkl_fail(err, ZKL_USAGE, "unexpected argument '%s'", run->arguments[3]);
    if (run->argument_count > 2 && strcmp(action, "take") != 0 && strcmp(action, "beacon") != 0)
        return zkl_fail(err, ZKL_USAGE, "unexpected argument '%s'", run->arguments[2]);
    if (of_ceremony)
        return of_ceremony(run, err);
    return shows ? show_setup(run, err) : exports ? export_setup(run, err) : import_setup(run, err);
}

const cli_command cli_setup = {
    .name = "setup",
    .arguments =
        "[show] [--circuit F22]... | export FILE [--format powers|ptau|zkey|r1cs] | import FILE | "
        "new "
        "DIR | invite DIR | contribute FILE --name NAME | take DIR FILE | beacon DIR VALUE | next "
        "DIR | finish DIR | verify FILE",
    .summary = "set-ups: powers of tau, circuit keys, ceremonies of many",
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
        "         --circuit F22: that circuit's key. --format r1cs --circuit F22: the circuit, the "
        "same for all ledgers, so it needs none. All are public.\n"
        "import   such a file, or a prepared .ptau of a ceremony, into this user's cache; needs no "
        "ledger. Checked whole\n"
        "         before it is kept: every point, that they are powers of one tau, and that the "
        "contributions lead to them.\n"
        "         A ceremony's .zkey, with --circuit F22, in the ledger whose powers it is for: it "
        "must be that circuit's key,\n"
        "         and takes the place of one that was made here. A ceremony's .zklceremony: powers "
        "and "
        "all keys at once.\n\n"
        "A ceremony makes a set-up that binds its maker: nobody can forge proofs unless all who "
        "took "
        "part kept their secrets.\n"
        "One person coordinates, in DIR; round 1 makes powers of tau, round 2 the keys of all "
        "circuits (docs/ceremony.md).\n"
        "new         begin one, for all circuits or those of --circuit\n"
        "invite      write the one file for the next party; it says what to do\n"
        "contribute  by a party, on its own machine: adds a secret to FILE, wipes it, signs, and "
        "writes a file to send\n"
        "            back. After an interruption it is run again: FILE does not change\n"
        "take        check what came back, and take it in; also .ptau and .zkey files of snarkjs\n"
        "beacon      end the round with public randomness that came after the last contribution "
        "(optional, recommended)\n"
        "next        close the powers and begin round 2 (minutes)\n"
        "finish      check everything and write the ceremony as one file\n"
        "verify      check such a file from the first contribution to the last point; --trust "
        "prints what a trust file\n"
        "            says of it, --compare TRUST holds one against it",
    .examples = "zkp-ledger setup\nzkp-ledger setup --circuit F22 --circuit F24\tahead of use\n"
                "zkp-ledger setup export powers.zklpowers\tfor an auditor who has the data\n"
                "zkp-ledger setup import powers.zklpowers\ton the auditor's machine\n"
                "zkp-ledger setup import F22.zkey --circuit F22\ta key that others contributed to\n"
                "zkp-ledger setup new ours\tbegin a ceremony\n"
                "zkp-ledger setup invite ours\tthe file for the next party\n"
                "zkp-ledger setup contribute invite-1.zklceremony --name Alice\tas a party\n"
                "zkp-ledger setup take ours invite-1-by-Alice.zklceremony\n"
                "zkp-ledger setup verify ours.zklceremony",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "show|export|import|new|invite|contribute|take|beacon|next|finish|verify",
    .argument_max = 7,
    .run = run_setup,
};
