/* verify-chain: the whole log, and whose log it is. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "from", 0, "INDEX|NAME[@V]", "first entry whose content is looked at", false, NULL },
    { "to", 0, "INDEX|NAME[@V]", "last entry whose content is looked at", false, NULL },
    { "proofs", 0, NULL, "also verify every proof", false, NULL },
    { "remember", 0, NULL, "begin behind what was verified before", false, NULL },
    { "fresh", 0, NULL, "with --remember: from the first entry all the same", false, NULL },
    { "segments", 0, "FOLDER", "also compare a service's audit log with the log", false, NULL },
};

/* "17" or "penguins@1" -> an index. */
static zkl_status read_index(uint64_t *out, cli_run *run, zkl_ledger *ledger, const char *option,
                             zkl_error *err)
{
    const char *text = cli_value(run, option);
    if (!text)
        return ZKL_OK;
    if (text[strspn(text, "0123456789")] == 0)
        return cli_value_u64(run, option, out, err);
    zkl_show_result shown = { 0 };
    const api_show_request request = { .reference = text };
    ZKL_TRY(cli_call(&shown, run, ledger, &api_show, &request, err));
    *out = shown.index;
    zkl_arena_clear(&shown.memory);
    return ZKL_OK;
}

#define DELETIONS_SHOWN 20

/* What was compared, and what is gone. */
static void say_segments(cli_run *run, const zkl_verify_segments_result *s)
{
    cli_say(run, "  audit log: %s with %s, as the log has them\n",
            cli_counted(run, s->segment_count, "segment"), cli_counted(run, s->line_count, "line"));
    if (s->open_count)
        cli_say(run, "  not in the log yet: %s with %s\n",
                cli_counted(run, s->open_count, "segment"),
                cli_counted(run, s->open_line_count, "line"));
    if (s->cut_bytes)
        cli_say(run, "  behind the last whole line: %s\n", cli_counted(run, s->cut_bytes, "byte"));
    for (size_t i = 0; i < s->deletion_count && i < DELETIONS_SHOWN; i++)
        cli_say(run, "  %s deleted by rule '%s, %u days' on %.10s\n", s->deletions[i].name,
                s->deletions[i].class_name, s->deletions[i].days, s->deletions[i].time);
    if (s->deletion_count > DELETIONS_SHOWN)
        cli_say(run, "  and %s more deleted by rule (--json names them)\n",
                cli_counted(run, s->deletion_count - DELETIONS_SHOWN, "segment"));
}

/* No more is said than was checked: entries that were verified before were compared with that. */
static void say_known(cli_run *run, const zkl_verify_chain_result *chain)
{
    cli_say(run,
            "  verified before: %s, %s; their bytes, tree and index keys are those of\n"
            "  then, and their signatures, references and blobs were not checked again\n",
            cli_counted(run, chain->known_count, "entry"),
            cli_counted(run, chain->known_checkpoint_count, "checkpoint"));
}

static void say_remembered(cli_run *run, const zkl_verify_chain_result *chain)
{
    if (chain->remembered)
        cli_say(run, "  remembered: the next --remember begins behind entry %s\n",
                cli_number(run, chain->entry_count - 1));
    else if (chain->known_has_proofs && !chain->proofs_checked)
        cli_say(run, "  not remembered: it was verified with proofs before, and now without\n");
}

/* What was checked of the entries that are not known; of a part of the log, which. */
static void say_checked(cli_run *run, const api_chain_result *r)
{
    const zkl_verify_chain_result *const chain = &r->chain;
    /* What was not looked at is said: a bounded run must not be taken for a whole one. */
    const bool is_bounded =
        !chain->known_count && (r->from > 0 || r->last + 1 < chain->entry_count);
    if (is_bounded)
        cli_say(run, "  content looked at: entries %llu to %llu alone\n",
                (unsigned long long)r->from, (unsigned long long)r->last);
    if (chain->proofs_checked)
        cli_say(run, "  every proof%s verified: %s\n",
                chain->known_count ? " of the entries since"
                : is_bounded       ? " of these entries"
                                   : "",
                cli_number(run, chain->proof_count));
    else
        cli_say(run,
                "  %sstructure, signatures and references; proofs were not verified (--proofs "
                "does)\n",
                chain->known_count ? "of the entries since: " : "");
}

/* After a failure the JSON still names the first entry that fails. */
static zkl_status verify(api_chain_result *r, cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    /* `--to` is the last entry here, and the end of a half-open range in the library. */
    uint64_t from = 0, last = UINT64_MAX;
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(read_index(&from, run, ledger, "from", err));
    ZKL_TRY(read_index(&last, run, ledger, "to", err));
    if (cli_has(run, "remember") && (cli_value(run, "from") || cli_value(run, "to")))
        return zkl_fail(err, ZKL_USAGE, "--remember is of the whole log: not with --from or --to");
    if (cli_has(run, "fresh") && !cli_has(run, "remember"))
        return zkl_fail(err, ZKL_USAGE, "--fresh is said with --remember");
    if (from > last)
        return zkl_fail(err, ZKL_USAGE, "--from is entry %llu, --to entry %llu: nothing is between",
                        (unsigned long long)from, (unsigned long long)last);
    const api_chain_request request = { .chain = { .from = from,
                                                   .to = last == UINT64_MAX ? 0 : last + 1,
                                                   .proofs = cli_has(run, "proofs"),
                                                   .remember = cli_has(run, "remember"),
                                                   .fresh = cli_has(run, "fresh") },
                                        .segments = cli_value(run, "segments") };
    const zkl_status status = cli_call(r, run, ledger, &api_verify_chain, &request, err);
    const zkl_status put = api_put_result(run->result, &api_verify_chain, status, r, NULL);
    if (status != ZKL_OK)
        return status;
    if (put != ZKL_OK)
        return zkl_no_memory(err, 0);
    const zkl_verify_chain_result *chain = &r->chain;
    cli_say(run, "VALID  %s, %s, %s, %s\n", cli_counted(run, chain->entry_count, "entry"),
            cli_counted(run, chain->checkpoint_count, "checkpoint"),
            cli_counted(run, chain->blob_count, "blob"),
            cli_counted(run, chain->dataset_count, "dataset version"));
    cli_say(run, "  Trust: log '%s' by its own first key, ledger %s\n",
            cli_text(run, r->log.origin), cli_hex(run, &r->log.ledger));
    if (chain->succeeds.origin[0]) {
        cli_say(run, "  succeeds the log %s at %s (the owner's word), signed by %s\n",
                chain->succeeds.origin, cli_counted(run, chain->succeeds.size, "entry"),
                chain->succeeds.key);
    }
    if (chain->known_count)
        say_known(run, chain);
    say_checked(run, r);
    if (cli_has(run, "remember"))
        say_remembered(run, chain);
    if (r->has_segments)
        say_segments(run, &r->segments);
    return ZKL_OK;
}

static zkl_status run_verify_chain(cli_run *run, zkl_error *err)
{
    api_chain_result r = { 0 };
    const zkl_status status = verify(&r, run, err);
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_verify_chain = {
    .name = "verify-chain",
    .arguments = "[--from NAME[@V]|INDEX] [--to NAME[@V]|INDEX] [--proofs] "
                 "[--remember [--fresh]] [--segments FOLDER]",
    .summary = "verify the whole log from its first entry",
    .about =
        "Recomputes the log from its first entry and checks every signature, reference and "
        "parent, the hash of every blob, and\n"
        "consistency with every checkpoint ever signed. Names the first entry that fails.\n\n"
        "With --from or --to every entry is still read, with its signature, place and "
        "references; manifests, statements and proofs\n"
        "are those of the entries between alone, and the output says so.\n\n"
        "With --remember it begins behind the entries that you verified so before, and remembers "
        "what it has verified, in your state\n"
        "folder. Of entries before, all bytes are read and compared with those of then, and so "
        "are tree, checkpoints and indexes; their\n"
        "signatures, references and blobs are not checked again. --fresh begins with the first "
        "entry, and remembers that.\n\n"
        "With --segments the files of zkp-ledgerd's audit log are compared with the log: each "
        "is as it was when it was closed, or an\n"
        "entry says by which rule it was deleted, and when.",
    .examples =
        "zkp-ledger verify-chain\nzkp-ledger verify-chain --proofs\tslower: every proof too\n"
        "zkp-ledger verify-chain --from patients@7 --proofs\tsince the last release\n"
        "zkp-ledger verify-chain --remember\tsoon, each night\n"
        "zkp-ledger verify-chain --segments /srv/zkl/audit\twith the audit log of a service",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .verifies = true,
    .run = run_verify_chain,
};
