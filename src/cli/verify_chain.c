/* verify-chain: the whole log, and whose log it is. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "from", 0, "INDEX|NAME[@V]", "first entry whose content is looked at", false, NULL },
    { "to", 0, "INDEX|NAME[@V]", "last entry whose content is looked at", false, NULL },
    { "proofs", 0, NULL, "also verify every proof", false, NULL },
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
    ZKL_TRY(zkl_show(&shown, ledger, text, err));
    *out = shown.index;
    zkl_arena_clear(&shown.memory);
    return ZKL_OK;
}

/* Whose log it is: the ledger's keys and policy lead back to its first key, and to nothing outside. */
/* From what the open ledger says of itself. */
static void tell_log(cli_run *run, const zkl_ledger *ledger)
{
    zkl_ledger_info info;
    zkl_ledger_get_info(&info, ledger);
    cli_set(run, "log",
            json_pack("{s:o, s:o, s:o}", "origin", cli_json_text(info.origin), "ledger",
                      cli_json_digest(&info.ledger), "folder", cli_json_text(info.folder)));
    cli_say(run, "  Trust: log '%s' by its own first key, ledger %s\n", cli_text(run, info.origin),
            cli_hex(run, &info.ledger));
}

static zkl_status run_verify_chain(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_verify_chain_result r = { 0 };
    /* `--to` is the last entry here, and the end of a half-open range in the library. */
    uint64_t from = 0, last = UINT64_MAX;
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(read_index(&from, run, ledger, "from", err));
    ZKL_TRY(read_index(&last, run, ledger, "to", err));
    if (from > last)
        return zkl_fail(err, ZKL_USAGE, "--from is entry %llu, --to entry %llu: nothing is between",
                        (unsigned long long)from, (unsigned long long)last);
    const zkl_verify_chain_request request = { .from = from,
                                               .to = last == UINT64_MAX ? 0 : last + 1,
                                               .proofs = cli_has(run, "proofs") };
    zkl_status status = zkl_verify_chain(&r, ledger, &request, &run->env, err);
    cli_progress_end(run);
    /* A program that watches the log gets the entry's number. */
    if (status == ZKL_REJECTED)
        cli_set(run, "bad_entry", json_integer((json_int_t)r.bad_index));
    if (status != ZKL_OK)
        return status;
    if (from && from >= r.entry_count)
        return zkl_fail(err, ZKL_NOT_FOUND, "the log has %llu entries, so nothing from %llu on",
                        (unsigned long long)r.entry_count, (unsigned long long)from);
    cli_set(run, "entries", json_integer((json_int_t)r.entry_count));
    cli_set(run, "checkpoints", json_integer((json_int_t)r.checkpoint_count));
    cli_set(run, "blobs", json_integer((json_int_t)r.blob_count));
    cli_set(run, "datasets", json_integer((json_int_t)r.dataset_count));
    cli_set(run, "proofs", json_integer((json_int_t)r.proof_count));
    cli_set(run, "proofs_checked", json_boolean(r.proofs_checked));
    cli_say(run, "VALID  %s, %s, %s, %s\n", cli_counted(run, r.entry_count, "entry"),
            cli_counted(run, r.checkpoint_count, "checkpoint"),
            cli_counted(run, r.blob_count, "blob"),
            cli_counted(run, r.dataset_count, "dataset version"));
    tell_log(run, ledger);
    if (r.succeeds.origin[0]) {
        cli_set(run, "succeeds", cli_json_succeeds(&r.succeeds));
        cli_say(run, "  succeeds the log %s at %s (the owner's word), signed by %s\n",
                r.succeeds.origin, cli_counted(run, r.succeeds.size, "entry"), r.succeeds.key);
    }
    /* What was not looked at is said: a bounded run must not be taken for a whole one. */
    const uint64_t end = last < r.entry_count ? last : r.entry_count - 1;
    const bool is_bounded = from > 0 || end + 1 < r.entry_count;
    /* Both ends included here, as the options have them. */
    cli_set(run, "content_of",
            json_pack("{s:I, s:I}", "from", (json_int_t)from, "to", (json_int_t)end));
    if (is_bounded)
        cli_say(run, "  content looked at: entries %llu to %llu alone\n", (unsigned long long)from,
                (unsigned long long)end);
    if (r.proofs_checked)
        cli_say(run, "  every proof%s verified: %s\n", is_bounded ? " of these entries" : "",
                cli_number(run, r.proof_count));
    else
        cli_say(
            run,
            "  structure, signatures and references; proofs were not verified (--proofs does)\n");
    return ZKL_OK;
}

const cli_command cli_verify_chain = {
    .name = "verify-chain",
    .arguments = "[--from NAME[@V]|INDEX] [--to NAME[@V]|INDEX] [--proofs]",
    .summary = "verify the whole log from its first entry",
    .about = "Recomputes the log from its first entry and checks every signature, reference and "
             "parent, the hash of every blob, and\n"
             "consistency with every checkpoint ever signed. Names the first entry that fails.",
    .examples =
        "zkp-ledger verify-chain\nzkp-ledger verify-chain --proofs\tslower: every proof too",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .verifies = true,
    .run = run_verify_chain,
};
