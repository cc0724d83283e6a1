/* init: make a ledger, and say what to keep. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "name", 0, "NAME", "name of the ledger (default: the folder's)", false, NULL },
    { "hash", 0, "ALGORITHM", "hash of rows and tables", false, "sha3-256|blake3" },
    { "backend", 0, "NAME", "store", false, "rocksdb" },
    { "powers", 0, "HASH|FILE", "powers of tau: imported ones, or a .ptau to import", false, NULL },
    { "succeeds", 0, "OLD", "the log goes on from another: its folder (or its file 'head')", false,
      NULL },
    { "template", 0, "NAME|FILE", "what it is for: configuration and policies to begin with", false,
      NULL },
    { "templates", 0, NULL, "list the templates that come with the program, and end", false, NULL },
    { "no-passphrase", 0, NULL, "keep the keys in the clear (mode 0600)", false, NULL },
};

static zkl_status list_templates(cli_run *run, zkl_error *err)
{
    zkl_templates_result r = { 0 };
    if (run->argument_count)
        return zkl_fail(err, ZKL_USAGE, "--templates lists them, and makes nothing");
    ZKL_TRY(zkl_templates(&r, err));
    for (size_t i = 0; i < r.count; i++) {
        const zkl_template_info *t = &r.templates[i];
        cli_say(run, "%s%s\n  %s\n", i ? "\n" : "", t->name, cli_text(run, t->about));
        for (size_t k = 0; k < t->setting_count; k++)
            cli_say(run, "  %s\n", cli_text(run, t->settings[k]));
        for (size_t k = 0; k < t->policy_count; k++)
            cli_say(run, "  policy %s\n", t->policies[k]);
    }
    const zkl_status status = api_put_result(run->result, &api_templates, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return status;
}

/* Policies as they are given to --policy, and what may come next. */
static void say_template(cli_run *run, const zkl_init_result *r)
{
    if (!r->template_name)
        return;
    cli_say(run, "  template  %s\n", cli_text(run, r->template_name));
    for (size_t i = 0; i < r->policy_count; i++)
        cli_say(run, "  policy    %s\n", cli_text(run, r->policies[i]));
    if (r->policy_count)
        cli_note(run, "Edited policies are named by their path: --policy %s\n",
                 cli_text(run, r->policies[0]));
    for (size_t i = 0; i < r->next_count; i++)
        cli_note(run, "  - zkp-ledger %s\n", cli_text(run, r->next[i]));
}

/* What can be refused is refused before a passphrase is asked for; then it is made; then what to
 * keep is said. */
static zkl_status run_init(cli_run *run, zkl_error *err)
{
    if (cli_has(run, "templates"))
        return list_templates(run, err);
    /* --ledger names the ledger's own folder, the argument the one that will hold it. */
    const char *parent = run->argument_count ? run->arguments[0] : ".";
    const char *given = cli_value(run, "ledger");
    const char *folder = given ? given : zkl_arena_format(&run->arena, "%s/.zkp-ledger", parent);
    if (!folder)
        return zkl_no_memory(err, 0);
    if (given && run->argument_count)
        return zkl_fail(err, ZKL_USAGE, "'%s' and --ledger '%s' both say where", parent, given);
    if (cli_has(run, "no-passphrase") && cli_has(run, "passphrase-file"))
        return zkl_fail(err, ZKL_USAGE, "--no-passphrase and --passphrase-file exclude each other");
    ZKL_AUTO_CLEAR(api_passphrase) keys = { 0 };
    zkl_init_request request = { .ledger = { .folder = folder, .notice = cli_ledger_notice(run) },
                                 .name = cli_value(run, "name"),
                                 .hash_algorithm = cli_value(run, "hash"),
                                 .backend = cli_value(run, "backend"),
                                 .powers = cli_value(run, "powers"),
                                 .succeeds = cli_value(run, "succeeds"),
                                 .template_name = cli_value(run, "template") };
    /* Refused before a person is asked for a passphrase. */
    ZKL_TRY(zkl_init_check(&request, err));
    /* A passphrase from a file, from the environment's file, or asked for twice. Keys in the clear
     * are made on request only. */
    if (!cli_has(run, "no-passphrase")) {
        const char *path = cli_value(run, "passphrase-file");
        if (!path)
            path = getenv("ZKP_LEDGER_PASSPHRASE_FILE");
        if (!path && !isatty(STDIN_FILENO))
            return zkl_fail(err, ZKL_DENIED,
                            "the keys need a passphrase and there is no terminal to ask on: use "
                            "--passphrase-file or $ZKP_LEDGER_PASSPHRASE_FILE, or --no-passphrase "
                            "to keep the keys in the clear");
        ZKL_TRY(cli_passphrase_read(&keys, path, true, err));
        request.ledger.passphrase = &keys.bytes;
    }
    zkl_init_result result = { 0 };
    zkl_status status = zkl_init(&result, &request, &run->env, err);
    cli_progress_end(run);
    /* Ids and hashes in full: they are what others compare. */
    if (status == ZKL_OK) {
        status = api_put_result(run->result, &api_init, ZKL_OK, &result, err);
        const char *made = result.powers_development ? "development" : "ceremony";
        cli_say(run, "Made the ledger '%s' in %s\n  id      %s\n  powers  %s (%s)\n", result.origin,
                result.folder, cli_hex(run, &result.ledger), cli_hex(run, &result.powers_hash),
                made);
        if (result.succeeds.origin[0])
            cli_say(run, "  succeeds  %s at %s, signed by %s\n", result.succeeds.origin,
                    cli_counted(run, result.succeeds.size, "entry"), result.succeeds.key);
        say_template(run, &result);
        cli_note(run, "Next: zkp-ledger notarize FILE --name NAME\nKeep a copy of the keys "
                      "elsewhere: zkp-ledger keys backup FOLDER\n");
    }
    zkl_arena_clear(&result.memory);
    return status;
}

const cli_command cli_init = {
    .name = "init",
    .arguments = "[DIR] [--name N] [--hash sha3-256|blake3] [--powers HASH|FILE] [--no-passphrase]",
    .summary = "make a ledger: keys, configuration, store and log",
    .about = "Makes the folder .zkp-ledger in DIR (which is there; default: here) with the keys of "
             "its owner, its "
             "configuration, its store and an\n"
             "empty log. The keys are kept under a passphrase, asked for or taken from "
             "--passphrase-file.\n\n"
             "The first ledger of a user makes powers of tau and keys of small circuits (some "
             "seconds, kept in the user's cache). They are a development\n"
             "set-up: every output says so. --powers takes others for this ledger, for good: a "
             "ceremony's prepared .ptau, or the hash\n"
             "of powers that 'setup import' took in.\n\n"
             "--succeeds names a log that cannot be gone on with (its store lost entries, its keys "
             "are gone): entry 0 "
             "holds the newest\n"
             "checkpoint that is known of it. Verifiers need the new ledger's trust file.\n\n"
             "--template says what the ledger is for: keys of its zkp-ledger.toml, and policies, "
             "whose files go into its folder 'policies'\n"
             "for you to edit: '--policy .zkp-ledger/policies/privacy.toml' is the edited one, "
             "'--policy privacy' still the one that came with the program. --templates lists the "
             "templates; one of your own is a TOML file: --template ./ours.toml.",
    .examples = "zkp-ledger init\tin this folder, asking for a passphrase\n"
                "zkp-ledger init ~/data --name clinic --hash blake3\n"
                "zkp-ledger init --powers ceremony.ptau\tover the powers of a ceremony\n"
                "zkp-ledger init new --succeeds .zkp-ledger\ta new log after the one here\n"
                "zkp-ledger init --template ml-training\tas training tables want it\n"
                "zkp-ledger init --no-passphrase\tfor a test",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .argument_max = 1,
    .run = run_init,
};
