/* keys: show, rotate, backup, restore and make. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "trust", 0, NULL, "show: print trust.toml, what an auditor must be given once", false, NULL },
    { "role", 0, "ROLE", "rotate, make: which key", false, "signer|log" },
    { "name", 0, "NAME", "make: the key's name (of a log key: the log's origin)", false, NULL },
    { "new-passphrase-file", 0, "FILE", "backup, restore, make: the passphrase of what is written",
      false, NULL },
    { "no-passphrase", 0, NULL, "backup, restore, make: write it in the clear", false, NULL },
    { "output", 'o', "PATH", "backup, make: where to", false, NULL },
};

/* --trust prints the file alone, as an auditor is given it. */
static zkl_status show_keys(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_keys_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(cli_call_without_request(&r, run, ledger, &api_keys_show, err));
    if (run->service)
        cli_warn("note: the keys are as the service at %s says them: compare the ledger's id with "
                 "what its owner says\n",
                 cli_text(run, run->remote_url));
    if (cli_has(run, "trust")) {
        if (!run->json)
            fputs(r.trust, stdout); /* the result itself: also under --quiet */
    } else {
        cli_say(run, "ledger  %s\norigin  %s\nkeys %s\n", cli_hex(run, &r.ledger), r.origin,
                r.has_passphrase ? "under a passphrase" : "in the clear");
    }
    /* Every key that ever counted, with the entries that it counts for: old signatures stay
     * valid. */
    for (size_t i = 0; i < r.key_count && !cli_has(run, "trust"); i++) {
        const zkl_key_info *key = &r.keys[i];
        cli_say(run, "  %-7s %-10s %s\n          counts from entry %llu", key->role, key->type,
                key->verifier_key ? key->verifier_key : key->id, (unsigned long long)key->from);
        if (key->until != UINT64_MAX)
            cli_say(run, " to before %llu", (unsigned long long)key->until);
        cli_say(run, "\n");
    }
    const zkl_status status = api_put_result(run->result, &api_keys_show, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return status;
}

/* The signer's, unless --role says the log's. */
static zkl_status rotate_key(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const char *role = cli_value(run, "role");
    api_rotate_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const api_rotate_request request = { .role = role && strcmp(role, "log") == 0 };
    ZKL_TRY(cli_call(&r, run, ledger, &api_keys_rotate, &request, err));
    cli_say(
        run,
        "Rotated the %s key: entry %llu. Give auditors the new 'zkp-ledger keys show --trust'.\n",
        role ? role : "signer", (unsigned long long)r.index);
    return api_put_result(run->result, &api_keys_rotate, ZKL_OK, &r, err);
}

/* The passphrase of what is written: asked for, from a file, or none on request. */
zkl_status cli_new_passphrase(api_passphrase *out, const zkl_bytes **passphrase, cli_run *run,
                              zkl_error *err)
{
    *passphrase = NULL;
    if (cli_has(run, "no-passphrase"))
        return ZKL_OK;
    const char *path = cli_value(run, "new-passphrase-file");
    /* Without terminal and file nobody can be asked; then the message names the options, and not
     * the terminal. */
    const zkl_status status = cli_passphrase_read(out, path, true, err);
    if (status == ZKL_DENIED && !path && !isatty(STDIN_FILENO))
        return zkl_fail(err, status,
                        "what is written needs a passphrase of its own and there is no terminal to "
                        "ask on: use --new-passphrase-file, or --no-passphrase to write it in the "
                        "clear");
    ZKL_TRY(status);
    *passphrase = &out->bytes;
    return ZKL_OK;
}

/* Commands that write one file or folder answer with its path. */
static zkl_status put_output(cli_run *run, const api_operation *operation, const char *output,
                             zkl_error *err)
{
    const api_output_result r = { .output = output };
    return api_put_result(run->result, operation, ZKL_OK, &r, err);
}

/* Two passphrases: the ledger's opens the keys, the new one protects the copies. */
static zkl_status backup_keys(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    const zkl_bytes *passphrase;
    const char *output = run->argument_count > 1 ? run->arguments[1] : cli_value(run, "output");
    if (!output)
        return zkl_fail(err, ZKL_USAGE, "where to? 'zkp-ledger keys backup FOLDER'");
    ZKL_TRY(cli_check_output(run, output, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    /* Asked for only after the ledger's own was given: a person answers in the order of the
     * work. */
    ZKL_TRY(cli_new_passphrase(&fresh, &passphrase, run, err));
    ZKL_TRY(zkl_keys_backup(ledger, output, passphrase, &run->env, err));
    cli_say(run, "Wrote the keys to %s%s\n", output,
            passphrase ? ", under the new passphrase" : ", in the clear");
    return put_output(run, &api_keys_backup, output, err);
}

/* --passphrase-file is the backup's here: the ledger's own keys are what is missing. */
static zkl_status restore_keys(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    ZKL_AUTO_CLEAR(api_passphrase) backup = { 0 };
    zkl_keys_restore_request request = { .in_clear = cli_has(run, "no-passphrase") };
    api_restore_result r = { 0 };
    const char *path = cli_value(run, "passphrase-file");
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE, "from where? 'zkp-ledger keys restore FOLDER'");
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    request.from = run->arguments[1];
    if (cli_has(run, "new-passphrase-file"))
        ZKL_TRY(cli_new_passphrase(&fresh, &request.fresh, run, err));
    if (!path)
        path = getenv("ZKP_LEDGER_PASSPHRASE_FILE");
    if (path) {
        ZKL_TRY(cli_passphrase_read(&backup, path, false, err));
        request.passphrase = &backup.bytes;
    }
    /* Tried without a passphrase first: a backup may be in the clear. A person is asked only when
     * it is not. */
    zkl_status status = zkl_keys_restore(&r.files, ledger, &request, &run->env, err);
    if (status == ZKL_DENIED && !path && isatty(STDIN_FILENO)) {
        ZKL_TRY(cli_passphrase_read(&backup, NULL, false, err));
        request.passphrase = &backup.bytes;
        status = zkl_keys_restore(&r.files, ledger, &request, &run->env, err);
    }
    ZKL_TRY(status);
    cli_say(run, "Restored %s key file%s; %s in place already\n",
            cli_number(run, r.files.restored_count), r.files.restored_count == 1 ? "" : "s",
            cli_number(run, r.files.in_place_count));
    return api_put_result(run->result, &api_keys_restore, ZKL_OK, &r, err);
}

/* A key of no ledger, so nothing is opened. */
static zkl_status make_key(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    const zkl_bytes *passphrase;
    const char *output = run->argument_count > 1 ? run->arguments[1] : cli_value(run, "output");
    /* The signer's key needs no name; a log key's is the origin of the log that it will sign. */
    const char *role = cli_value(run, "role"), *name = cli_value(run, "name");
    if (!output)
        return zkl_fail(err, ZKL_USAGE, "where to? 'zkp-ledger keys make FILE --role signer'");
    ZKL_TRY(cli_check_output(run, output, err));
    ZKL_TRY(cli_new_passphrase(&fresh, &passphrase, run, err));
    ZKL_TRY(zkl_keys_make(output, role ? role : "signer", name ? name : "", passphrase, &run->env,
                          err));
    if (strcmp(output, "-") != 0) /* which holds the key alone */
        cli_say(run, "Made a %s key in %s\n", role ? role : "signer", output);
    return put_output(run, &api_keys_make, output, err);
}

/* What an action does not look at is not taken for granted. */
static zkl_status check_action(const cli_run *run, const char *action, zkl_error *err)
{
    static const struct {
        const char *option, *actions;
    } rules[] = { { "trust", "show" },
                  { "role", "rotate make" },
                  { "name", "make" },
                  { "new-passphrase-file", "backup restore make" },
                  { "no-passphrase", "backup restore make" },
                  { "output", "backup make" } };
    for (size_t i = 0; i < ZKL_COUNT(rules); i++)
        if (cli_has(run, rules[i].option) && !strstr(rules[i].actions, action))
            return zkl_fail(err, ZKL_USAGE, "--%s does not go with 'keys %s'", rules[i].option,
                            action);
    /* `-o PATH` and a second argument say the same. */
    const bool takes_path = strstr("backup restore make", action) != NULL;
    if (run->argument_count > 1 && (!takes_path || cli_has(run, "output")))
        return zkl_fail(err, ZKL_USAGE, "unexpected argument '%s' of 'keys %s'", run->arguments[1],
                        action);
    if (cli_has(run, "no-passphrase") && cli_has(run, "new-passphrase-file"))
        return zkl_fail(err, ZKL_USAGE,
                        "--no-passphrase and --new-passphrase-file exclude each other");
    return ZKL_OK;
}

/* An action that is unknown is said at the end, after options of known ones. */
static zkl_status run_keys(cli_run *run, zkl_error *err)
{
    static const char *const actions[] = { "show", "rotate", "backup", "restore", "make" };
    const char *action = run->argument_count ? run->arguments[0] : "show";
    for (size_t i = 0; i < ZKL_COUNT(actions); i++)
        if (strcmp(action, actions[i]) == 0)
            ZKL_TRY(check_action(run, action, err));
    if (strcmp(action, "show") == 0)
        return show_keys(run, err);
    if (strcmp(action, "rotate") == 0)
        return rotate_key(run, err);
    if (strcmp(action, "backup") == 0)
        return backup_keys(run, err);
    if (strcmp(action, "restore") == 0)
        return restore_keys(run, err);
    if (strcmp(action, "make") == 0)
        return make_key(run, err);
    return zkl_fail(err, ZKL_USAGE, "'keys %s': show, rotate, backup, restore or make", action);
}

const cli_command cli_keys = {
    .name = "keys",
    .arguments = "[show|rotate|backup|restore|make] ...",
    .summary = "show, rotate and back up keys; print the trust file",
    .about =
        "show     the keys that count, from which entry on; --trust prints trust.toml\n"
        "rotate   a new signer (or --role log) key, logged under the old key's and its own "
        "signature\n"
        "backup   copies of all key files into a new FOLDER, under a passphrase of their own. "
        "The owner secret never\n"
        "         rotates: without it (and without the data) nothing can be recomputed\n"
        "restore  key files of a backup (a FOLDER, or a FILE) back into place, after checking that "
        "they count now. A key that\n"
        "         counts is never overwritten, another one is kept beside\n"
        "make     a key file of its own",
    .examples = "zkp-ledger keys show --trust > trust.toml\twhat an auditor must be given once\n"
                "zkp-ledger keys rotate --role signer\nzkp-ledger keys backup /mnt/safe/keys\n"
                "zkp-ledger keys restore /mnt/safe/keys\tthe ledger's keys are lost, or older",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "show|rotate|backup|restore|make",
    .argument_max = 2,
    .run = run_keys,
};
