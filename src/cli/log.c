/* log: the entries, oldest first. */
#include "cli/commands.h"

static const cli_option options[] = {
    { "from", 0, "INDEX", "first entry to show", false, NULL },
    { "last", 'n', "N", "only the last N entries", false, NULL },
};

static zkl_status run_log(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_log_result r = { 0 };
    uint64_t from = 0, last = UINT64_MAX;
    ZKL_TRY(cli_value_u64(run, "from", &from, err));
    ZKL_TRY(cli_value_u64(run, "last", &last, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    /* All from --from on: how many there are is known only then, and --last counts from the end. */
    zkl_status status = zkl_log_list(&r, ledger, from, 0, err);
    if (status == ZKL_OK) {
        /* Totals are of the whole log, whatever part is shown. */
        size_t first = r.line_count > last ? r.line_count - (size_t)last : 0;
        json_t *entries = json_array();
        cli_say(run, "%s  %s  root %s\n", r.origin, cli_counted(run, r.tree_size, "entry"),
                cli_hex(run, &r.root));
        for (size_t i = first; i < r.line_count; i++) {
            const zkl_log_line *line = &r.lines[i];
            cli_say(run, "%6llu  %s  %-9s %s\n", (unsigned long long)line->index, line->time,
                    line->kind, cli_text(run, line->what));
            json_array_append_new(
                entries, json_pack("{s:I, s:s, s:s, s:s, s:o}", "index", (json_int_t)line->index,
                                   "kind", line->kind, "time", line->time, "what", line->what,
                                   "receipt_id", cli_json_digest(&line->receipt_id)));
            if (line->succeeds)
                json_object_set_new(json_array_get(entries, json_array_size(entries) - 1),
                                    "succeeds", cli_json_succeeds(line->succeeds));
        }
        cli_set(run, "origin", json_string(r.origin));
        cli_set(run, "size", json_integer((json_int_t)r.tree_size));
        cli_set(run, "root", cli_json_digest(&r.root));
        cli_set(run, "entries", entries);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

const cli_command cli_log = {
    .name = "log",
    .arguments = "[--last N] [--from INDEX]",
    .summary = "the entries of the log",
    .about = "Lists the log's entries, oldest first. The times are the signers' word; the order is "
             "the log's.",
    .examples = "zkp-ledger log\nzkp-ledger log --last 5 --json",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .run = run_log,
};
