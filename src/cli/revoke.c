/* revoke: a version of a dataset, or a signer key. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "reason", 0, "TEXT", "why; everybody who sees the log can read it", false, NULL },
    { "signer", 0, "KEY", "a signer key by the start of its id, or 'current'", false, NULL },
    { "replace", 0, NULL, "with --signer: put a new key in its place", false, NULL },
};

static zkl_status revoke_version(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_revoke_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const api_revoke_request request = { run->arguments[0], cli_value(run, "reason") };
    const zkl_status status = cli_call(&r, run, ledger, &api_revoke, &request, err);
    ZKL_TRY(status);
    cli_say(run,
            "Revoked %s@%u: entry %llu. Receipts that were given away do not say so: tell who has "
            "them, and give them 'zkp-ledger export %s --format standing'\n",
            r.name, r.version, (unsigned long long)r.index, r.name);
    const zkl_status put = api_put_result(run->result, &api_revoke, ZKL_OK, &r, err);
    zkl_arena_clear(&r.memory);
    return put;
}

static zkl_status revoke_signer(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const zkl_revoke_signer_request request = { .key = cli_value(run, "signer"),
                                                .reason = cli_value(run, "reason"),
                                                .replace = cli_has(run, "replace") };
    zkl_revoke_signer_result r = { 0 };
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    zkl_status status = cli_call(&r, run, ledger, &api_revoke_signer, &request, err);
    if (status == ZKL_OK) {
        cli_say(run, "Revoked the signer key %s: it counts up to entry %llu\n", r.key,
                (unsigned long long)r.index);
        if (r.is_replaced)
            cli_say(run, "A new key takes its place: entry %llu\n",
                    (unsigned long long)r.replaced_at);
        cli_say(run, "Give auditors the new 'zkp-ledger keys show --trust': an older trust file "
                     "knows nothing of it\n");
        status = api_put_result(run->result, &api_revoke_signer, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

/* A version or a key, and not both: each is for ever. */
static zkl_status run_revoke(cli_run *run, zkl_error *err)
{
    const bool is_signer = cli_has(run, "signer");
    if (is_signer == (run->argument_count > 0))
        return zkl_fail(err, ZKL_USAGE, "what is revoked: NAME@VERSION, or --signer KEY");
    if (!is_signer && cli_has(run, "replace"))
        return zkl_fail(err, ZKL_USAGE,
                        "--replace goes with --signer; in the place of a version comes the next "
                        "one: 'zkp-ledger notarize'");
    return is_signer ? revoke_signer(run, err) : revoke_version(run, err);
}

const cli_command cli_revoke = {
    .name = "revoke",
    .arguments = "NAME@VERSION --reason TEXT | --signer KEY [--reason TEXT] [--replace]",
    .summary = "take a version back, or end a signer key",
    .about =
        "Records in the log that a version of a dataset is not to be relied on any more, and why. "
        "What was proven of it stays true, and\n"
        "nothing takes the revocation back. 'show', 'log' and 'verify' say it in this ledger; "
        "elsewhere it is known by a standing\n"
        "('export --format standing') or by the receipt of this very entry. 'prove' refuses such a "
        "version; 'transform', 'split' and\n"
        "'disclose' warn.\n\n"
        "With --signer a key ends: it counts up to and with this entry, which the log key signs. "
        "The ledger's last signer takes\n"
        "--replace. A key that was not stolen is exchanged by 'keys rotate'.",
    .examples = "zkp-ledger revoke patients@2 --reason 'consent withdrawn for 12 rows'\n"
                "zkp-ledger revoke --signer current --replace --reason 'laptop stolen'",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_max = 1,
    .run = run_revoke,
};
