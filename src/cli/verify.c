/* verify: a receipt by a trust file or a ledger, a dataset of this ledger, and either with the
 * data. */
#include <string.h>
#include <sys/stat.h>

#include "api/data_key.h"
#include "api/history.h"
#include "api/trust.h"
#include "base/file.h"
#include "cli/commands.h"
#include "service/asked.h"

#define TRUST_BYTES_MAX ((size_t)1 << 20)
#define PASSED_NAMES 5    /* of what else is in a folder */
#define FILE_WIDTH_MAX 40 /* of a table: longer names push their line out */

static const cli_option options[] = {
    { "trust", 't', "FILE", "what to trust: a trust.toml", false, NULL },
    { "policy", 'p', "FILE", "what you ask of it: claims, signers, set-up, age", false, NULL },
    { "data", 'd', "FILE", "recompute everything from the data", true, NULL },
    { "data-key", 'k', "FILE", "the .zklkey (default: this ledger's own)", false, NULL },
    { "allow-revoked", 0, NULL, "verify a version that its owner revoked all the same", false,
      NULL },
    { "remember", 0, NULL, "compare with what was verified before, and remember this checkpoint",
      false, NULL },
    { "one-log", 0, NULL, "exit code 9 where nothing shows that all compared is of one history",
      false, NULL },
    { "standing", 0, "FILE", "what the owner says of newer versions and revocations", true, NULL },
    { "tiles", 0, "FOLDER", "the log as tiles: are the receipts of its history", false, NULL },
    { "consistency", 0, "FILE", "proves that one checkpoint goes on from another", true, NULL },
    CLI_READING_OPTIONS,
    { "header", 0, NULL, "the CSV's first line holds the columns' names", false, NULL },
    { "no-null-quoted", 0, NULL, "of CSV: a quoted empty field is an empty text", false, NULL },
    { "lineage", 0, NULL, "of a dataset: all that it was made of, back to its sources", false,
      NULL },
};

/* What to trust without --trust: a ledger that is named, or one that is found here and is the
 * caller's own. */
static zkl_status open_trusted(zkl_ledger **out, cli_run *run, zkl_error *err)
{
    zkl_ledger_options how = { .is_found = !cli_value(run, "ledger") };
    const zkl_status status = zkl_locate(&how.folder, &run->arena, cli_value(run, "ledger"), err);
    if (status == ZKL_NOT_FOUND && how.is_found)
        return zkl_fail(
            err, ZKL_UNCHECKED,
            "no trust file: give --trust trust.toml, as the ledger's owner prints it with "
            "'zkp-ledger keys show --trust'. Nothing is trusted on first use");
    /* Silent: what a notice would say decides whether the ledger's word counts. */
    ZKL_TRY(status);
    return zkl_ledger_open(out, &how, &run->env, err);
}

/* A receipt that is a file. *ledger: opened where it is needed. */
static zkl_status verify_file(zkl_verify_result *out, cli_run *run, zkl_ledger **ledger,
                              const zkl_verify_data_request *data, zkl_bytes receipt,
                              zkl_error *err)
{
    /* A trust file that is given counts alone. It is checked first, under its own name. */
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    zkl_verify_data_request request = *data;
    const char *path = cli_value(run, "trust");
    if (path)
        ZKL_TRY(zkl_file_read(&trust, path, TRUST_BYTES_MAX, err));
    if (path && !trust.size)
        return zkl_fail(err, ZKL_UNCHECKED, "trust file '%s' is empty: nothing is trusted", path);
    if (path)
        ZKL_TRY(zkl_trust_check_text(zkl_buffer_bytes(&trust), path, err));
    if (!path && !*ledger)
        ZKL_TRY(open_trusted(ledger, run, err));
    request.receipt = receipt;
    request.trust = zkl_buffer_bytes(&trust);
    /* With data everything else is checked too. */
    if (request.file_count)
        return zkl_verify_data(out, *ledger, &request, &run->env, err);
    if (path)
        return zkl_verify_receipt(out, receipt, request.trust, &run->env, err);
    return zkl_verify_receipt_in(out, *ledger, receipt, &run->env, err);
}

/* Of a ledger at a service, whose own word counts for nothing here. */
static zkl_status fetch_receipt(zkl_buffer *out, cli_run *run, zkl_export_format format,
                                zkl_error *err)
{
    if (!cli_has(run, "trust"))
        return zkl_fail(err, ZKL_UNCHECKED,
                        "by whose word? A service's own would prove nothing: --trust FILE ('keys "
                        "show --trust' of the ledger, got in a way that you trust)");
    return cli_remote_receipt(out, run, format, err);
}

/* A dataset of a ledger at a service. That the receipt is valid does not say that it is the one
 * that was asked for. */
static zkl_status verify_there(zkl_verify_result *out, cli_run *run, zkl_ledger **ledger,
                               const zkl_verify_data_request *data, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_TRY(fetch_receipt(&receipt, run, ZKL_EXPORT_RECEIPT, err));
    ZKL_TRY(verify_file(out, run, ledger, data, zkl_buffer_bytes(&receipt), err));
    const zkl_status status = service_check_asked(run->arguments[0], out, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_verify_result){ 0 };
    }
    return status;
}

/* From options to one of four verifications: of a file or a dataset, with the data or without, and
 * which of them it was. What
 * contradicts itself is refused before anything is read. */
static zkl_status verify_any(zkl_verify_result *out, bool *is_file, cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) data_key = { 0 };
    zkl_verify_data_request request = { 0 };
    struct stat st;
    const char *what = run->arguments[0], *key_path = cli_value(run, "data-key");
    /* Options that need each other, before anything is read. */
    request.files = cli_values(run, "data", &request.file_count);
    if (key_path && !request.file_count)
        return zkl_fail(err, ZKL_USAGE, "--data-key goes with --data: nothing else needs it");
    if (key_path)
        ZKL_TRY(api_data_key_read(&data_key, key_path, err));
    request.data_key = zkl_buffer_bytes(&data_key);
    ZKL_TRY(cli_reading(&request.reading, run, err));
    if (cli_says_reading(run) && !request.file_count)
        return zkl_fail(err, ZKL_USAGE, "how the data are to be read is said with --data only");
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_error none = { 0 };
    const char *folder;
    if (request.file_count && !key_path &&
        zkl_locate(&folder, &run->arena, cli_value(run, "ledger"), &none) == ZKL_OK) {
        ZKL_TRY(cli_ledger_open(&ledger, run, true,
                                err)); /* its own data key is under its owner's secret */
    }
    /* What is meant: a file that is there, or standard input, is a receipt; a word with a slash or
     * .zkl was meant as one; everything else is a dataset of the ledger. */
    const bool exists = stat(what, &st) == 0;
    *is_file = (exists && !S_ISDIR(st.st_mode)) || (what[0] == '-' && !what[1]);
    if (*is_file) {
        ZKL_TRY(zkl_file_read(&receipt, what, API_RECEIPT_BYTES_MAX, err));
        return verify_file(out, run, &ledger, &request, zkl_buffer_bytes(&receipt), err);
    }
    if (run->remote_url && !strchr(what, '/') && !cli_ends_with(what, ".zkl"))
        return verify_there(out, run, &ledger, &request, err);
    if (cli_has(run, "trust") || strchr(what, '/') || cli_ends_with(what, ".zkl"))
        return zkl_fail(err, ZKL_NOT_FOUND, "there is no file '%s'", what);
    /* A verification alone needs no key. */
    if (!ledger)
        ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    if (!request.file_count)
        return zkl_verify_own(out, ledger, what, &run->env, err);
    request.reference = what;
    return zkl_verify_data(out, ledger, &request, &run->env, err);
}

/* Behind each sentence of what is not proven the words of its hint, for people and for --json. */
static zkl_status add_hints(cli_run *run, zkl_verify_result *r, zkl_error *err)
{
    const char **said = ZKL_ARENA_NEW(&run->arena, const char *, r->not_proven_count);
    if (!said)
        return zkl_no_memory(err, r->not_proven_count * sizeof *said);
    for (size_t i = 0; i < r->not_proven_count; i++)
        said[i] = r->not_proven_hints[i] ? cli_hinted(run, r->not_proven[i], r->not_proven_hints[i])
                                         : r->not_proven[i];
    r->not_proven = said;
    return ZKL_OK;
}

/* ---- A lineage. */

static void take_evidence(api_evidence *out, cli_run *run)
{
    *out = (api_evidence){ .tiles = cli_value(run, "tiles"),
                           .remember = cli_has(run, "remember"),
                           .one_log = cli_has(run, "one-log") };
    out->standing_files = cli_values(run, "standing", &out->standing_count);
    out->consistency_files = cli_values(run, "consistency", &out->consistency_count);
}

/* A file that begins as lineage receipts do. Standard input is not looked into. */
static bool is_lineage_file(const char *what)
{
    uint8_t head[8];
    size_t size = 0;
    return zkl_file_peek(head, sizeof head, &size, what, NULL) == ZKL_OK &&
           zkl_is_lineage(zkl_bytes_of(head, size));
}

/* is_file: else it is fetched from a service. */
static zkl_status verify_lineage_file(api_lineage_result *out, cli_run *run, bool is_file,
                                      zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust_file = { 0 };
    zkl_bytes trust;
    api_evidence evidence;
    take_evidence(&evidence, run);
    ZKL_TRY(api_trust_take(&trust, &trust_file, NULL, cli_value(run, "trust"), err));
    if (!trust.size)
        ZKL_TRY(open_trusted(&ledger, run, err));
    if (is_file)
        ZKL_TRY(zkl_file_read(&file, run->arguments[0], API_RECEIPT_BYTES_MAX, err));
    else
        ZKL_TRY(fetch_receipt(&file, run, ZKL_EXPORT_LINEAGE, err));
    const zkl_named_bytes named = { run->arguments[0], zkl_buffer_bytes(&file) };
    ZKL_TRY(api_lineage_verdict(out, ledger, &named, trust, &evidence, &run->env, err));
    return is_file ? ZKL_OK
                   : service_check_asked_lineage(run->arguments[0], &out->lineage.lineage, err);
}

static zkl_status verify_own_lineage(api_lineage_result *out, cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    const zkl_lineage_request request = { .reference = run->arguments[0], .verify = true };
    if (cli_has(run, "trust"))
        return zkl_fail(err, ZKL_USAGE,
                        "--lineage is of a dataset of this ledger, by what the ledger trusts; "
                        "'export --format lineage' writes a file for --trust");
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    return zkl_lineage_of(&out->lineage, ledger, &request, &run->env, err);
}

static zkl_status run_lineage(cli_run *run, bool is_file, zkl_error *err)
{
    api_lineage_result result = { 0 };
    if (cli_has(run, "data") || cli_has(run, "data-key"))
        return zkl_fail(err, ZKL_USAGE, "a lineage is verified without data");
    if (cli_has(run, "policy"))
        return zkl_fail(err, ZKL_USAGE,
                        "a policy asks for claims of one dataset, and a lineage has several: hold "
                        "it against their receipts");
    zkl_status status = is_file || run->remote_url ? verify_lineage_file(&result, run, is_file, err)
                                                   : verify_own_lineage(&result, run, err);
    cli_progress_end(run);
    if (status == ZKL_OK)
        status = api_lineage_accept(&result.lineage, cli_has(run, "allow-revoked"), err);
    if (status == ZKL_OK) {
        status = api_put_result(run->result, &api_verify_lineage, ZKL_OK, &result, err);
        cli_print_lineage(run, &result.lineage);
        if (result.is_compared)
            cli_print_history(run, &result.history, true);
    }
    zkl_arena_clear(&result.lineage.memory);
    return status;
}

/* ---- Several receipts, or evidence beside one. */

/* Options that have no place here, before a file is read. */
static zkl_status check_receipts(cli_run *run, zkl_error *err)
{
    struct stat st;
    if (cli_has(run, "data") || cli_has(run, "data-key") || cli_says_reading(run))
        return zkl_fail(err, ZKL_USAGE, "data are compared with one receipt, without evidence");
    if (cli_has(run, "lineage"))
        return zkl_fail(err, ZKL_USAGE, "--lineage is of one dataset of this ledger");
    for (size_t i = 0; i < run->argument_count; i++) {
        const char *what = run->arguments[i];
        if (is_lineage_file(what))
            return zkl_fail(err, ZKL_USAGE,
                            "'%s' is a lineage receipt: it is verified alone, or in a folder with "
                            "others",
                            what);
        if (stat(what, &st) != 0)
            return zkl_fail(err, ZKL_NOT_FOUND,
                            "there is no file '%s'; several names, --tiles, --consistency "
                            "and --standing are for files of receipts",
                            what);
        if (S_ISDIR(st.st_mode))
            return zkl_fail(err, ZKL_USAGE,
                            "'%s' is a folder: it is verified alone, receipt by receipt", what);
    }
    return ZKL_OK;
}

static zkl_status verify_receipts(api_receipts_result *out, cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_history_request receipts = { .receipt_count = run->argument_count };
    api_evidence evidence;
    zkl_named_bytes *files;
    take_evidence(&evidence, run);
    ZKL_TRY(check_receipts(run, err));
    if (evidence.one_log && receipts.receipt_count == 1 && cli_has(run, "trust") &&
        !api_evidence_is_given(&evidence))
        return zkl_fail(err, ZKL_USAGE,
                        "--one-log needs what to compare with: --remember, --tiles, --consistency "
                        "or another receipt");
    ZKL_TRY(api_trust_take(&receipts.trust, &trust, NULL, cli_value(run, "trust"), err));
    if (!receipts.trust.size)
        ZKL_TRY(open_trusted(&ledger, run, err));
    ZKL_TRY(api_receipts_read(&files, &run->arena, run->arguments, run->argument_count, err));
    receipts.receipts = files;
    return api_verify_receipts_run(out, ledger, &receipts, &evidence, &run->env, err);
}

/* What is valid is told also where it does not meet the policy. */
static zkl_status say_receipts(cli_run *run, api_receipts_result *result, zkl_status status,
                               zkl_error *err)
{
    zkl_error why = { 0 };
    for (size_t i = 0; i < result->count; i++)
        if (add_hints(run, &result->receipts[i].verdict, &why) != ZKL_OK)
            return zkl_fail_as(err, why.status, &why);
    if (api_put_result(run->result, &api_verify, status, result, &why) != ZKL_OK)
        return zkl_fail_as(err, why.status, &why);
    for (size_t i = 0; i < result->count; i++) {
        if (result->is_compared)
            cli_say(run, "%s%s: ", i ? "\n" : "", cli_text(run, result->receipts[i].file));
        cli_print_verdict(run, &result->receipts[i]);
    }
    if (result->is_compared)
        cli_print_history(run, &result->history, true);
    return status;
}

/* status: of the verification. What was found before a check failed is not shown. */
static zkl_status end_receipts(cli_run *run, api_receipts_result *result, zkl_status status,
                               zkl_error *err)
{
    api_evidence evidence;
    take_evidence(&evidence, run);
    const api_receipts_wish wish = { cli_value(run, "trust"), cli_has(run, "allow-revoked"),
                                     cli_value(run, "policy"), &evidence };
    cli_progress_end(run);
    if (status == ZKL_OK)
        status = api_receipts_accept(result, &wish, &run->env, err);
    if (status == ZKL_OK || result->is_answered)
        status = say_receipts(run, result, status, err);
    zkl_arena_clear(&result->memory);
    return status;
}

static zkl_status run_receipts(cli_run *run, zkl_error *err)
{
    api_receipts_result result = { 0 };
    const zkl_status status = verify_receipts(&result, run, err);
    return end_receipts(run, &result, status, err);
}

/* One, by itself: a file, standard input, or a dataset of the ledger. */
static zkl_status run_single(cli_run *run, zkl_error *err)
{
    api_receipts_result result = { 0 };
    zkl_verify_result verdict = { 0 };
    bool is_file = false;
    zkl_status status = verify_any(&verdict, &is_file, run, err);
    if (status == ZKL_OK)
        status = api_receipts_take(&result, is_file ? run->arguments[0] : NULL, &verdict, err);
    zkl_arena_clear(&verdict.memory);
    return end_receipts(run, &result, status, err);
}

/* ---- A folder. */

/* "" for what is no verdict. */
static const char *refused_word(zkl_status status)
{
    return status == ZKL_REJECTED ? "REJECTED" : status == ZKL_UNCHECKED ? "UNCHECKED" : "";
}

/* "VALID", or why it is not accepted, in at most 12 characters. */
static const char *folder_word(const zkl_verify_folder_line *line)
{
    if (line->misses_policy)
        return "NOT MET";
    if (line->status == ZKL_OK)
        return "VALID";
    return *refused_word(line->status) ? refused_word(line->status) : "NO RECEIPT";
}

/* Behind the first thing that the policy asks for and is not there. */
static const char *say_more(cli_run *run, const zkl_verify_folder_line *line)
{
    const char *text =
        line->missing_count > 1
            ? zkl_arena_format(&run->arena, "; %zu more (--json has all)", line->missing_count - 1)
            : "";
    return text ? text : "";
}

static void say_folder_line(cli_run *run, const zkl_verify_folder_line *line, int width)
{
    cli_say(run, "%-10s  %-*s", folder_word(line), line->is_valid ? width : 0,
            cli_text(run, line->file));
    if (line->time)
        cli_say(run, "  %s@%u  %s, %s, said to be of %s", line->name, line->version,
                cli_counted(run, line->row_count, "row"),
                cli_counted(run, line->claim_count, "claim"), cli_text(run, line->time));
    else if (line->is_valid)
        cli_say(run, "  lineage of %s", cli_text(run, line->name));
    if (line->is_valid && line->is_development)
        cli_say(run, ", development set-up");
    if (line->newer_version)
        cli_say(run, "; there is a newer version, %u", line->newer_version);
    if (line->status == ZKL_OK && line->is_revoked)
        cli_say(run, "; REVOKED");
    cli_say(run, "\n");
    if (line->error)
        cli_say(run, "            %s%s\n", cli_text(run, line->error), say_more(run, line));
}

/* A line each: of which dataset, up to where, and by whose word. */
static void say_standings(cli_run *run, const zkl_verify_folder_result *r)
{
    if (r->standing_count)
        cli_say(run, "\nStandings:\n");
    for (size_t i = 0; i < r->standing_count; i++) {
        const zkl_verify_folder_standing *s = &r->standings[i];
        if (s->status != ZKL_OK) {
            cli_say(run, "%-10s  %s\n            %s\n", refused_word(s->status),
                    cli_text(run, s->file), cli_text(run, s->error));
            continue;
        }
        cli_say(run, "%-10s  %s  of %s, put to %s: the log's first %s, said to be of %s, %s\n",
                "VALID", cli_text(run, s->file), cli_text(run, s->name),
                cli_counted(run, s->receipt_count, "receipt"),
                cli_counted(run, s->word.size, "entry"), s->word.time,
                s->word.is_checked ? "compared with the log's entries" : "by its signer's word");
    }
}

/* No checkpoint is listed: a folder has any number, and --json has all. */
static void say_folder_history(cli_run *run, const zkl_verify_folder_result *r)
{
    if (r->history_error)
        cli_say(run, "\n%s. %s\n",
                r->history_status == ZKL_REJECTED ? "REJECTED: they are not of one history"
                                                  : "Not shown: one history",
                cli_text(run, r->history_error));
    else if (r->is_compared)
        cli_print_history(run, &r->history, false);
}

/* What was not looked at may be what somebody waits for. */
static void say_passed(cli_run *run, const zkl_verify_folder_result *r)
{
    const size_t named = r->passed_name_count < PASSED_NAMES ? r->passed_name_count : PASSED_NAMES;
    if (!r->passed_count)
        return;
    cli_say(run, "Not looked at, since the name does not end in .zkl or it is a folder: ");
    for (size_t i = 0; i < named; i++)
        cli_say(run, "%s%s", i ? ", " : "", cli_text(run, r->passed[i]));
    if (r->passed_count > named)
        cli_say(run, ", and %zu more", r->passed_count - named);
    cli_say(run, "\n");
}

static void say_folder(cli_run *run, const zkl_verify_folder_result *r)
{
    size_t width = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->lines[i].is_valid && strlen(r->lines[i].file) > width)
            width = strlen(r->lines[i].file);
    for (size_t i = 0; i < r->count; i++)
        say_folder_line(run, &r->lines[i], width < FILE_WIDTH_MAX ? (int)width : FILE_WIDTH_MAX);
    cli_say(run, "\n%s: %zu accepted", cli_counted(run, r->count, "receipt"), r->accepted_count);
    if (r->missing_count)
        cli_say(run, ", %zu valid without what the policy asks for", r->missing_count);
    if (r->refused_count)
        cli_say(run, ", %zu refused", r->refused_count);
    cli_say(run, "\n");
    say_passed(run, r);
    say_standings(run, r);
    say_folder_history(run, r);
}

/* Every receipt in it, each by itself. The table is printed whatever came of them. */
static zkl_status run_folder(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) trust_file = { 0 };
    zkl_verify_folder_result result = { 0 };
    api_folder folder = { .folder = run->arguments[0],
                          .policy_file = cli_value(run, "policy"),
                          .allow_revoked = cli_has(run, "allow-revoked") };
    zkl_bytes trust;
    zkl_error none = { 0 };
    if (cli_has(run, "data") || cli_has(run, "data-key") || cli_says_reading(run))
        return zkl_fail(err, ZKL_USAGE, "data are those of one receipt, and this is a folder");
    ZKL_TRY(api_trust_take(&trust, &trust_file, NULL, cli_value(run, "trust"), err));
    if (!trust.size)
        ZKL_TRY(open_trusted(&ledger, run, err));
    take_evidence(&folder.evidence, run);
    const zkl_status status =
        api_verify_folder_run(&result, ledger, &folder, trust, &run->env, err);
    cli_progress_end(run);
    if (result.count) {
        say_folder(run, &result);
        if (api_put_result(run->result, &api_verify_folder, status, &result, &none) != ZKL_OK)
            return zkl_fail_as(err, none.status, &none);
    }
    zkl_arena_clear(&result.memory);
    return status;
}

/* A folder beside the ledger may be named like a dataset: the name alone means the dataset. */
static bool is_folder(cli_run *run)
{
    struct stat st;
    const char *what = run->arguments[0];
    return stat(what, &st) == 0 && S_ISDIR(st.st_mode) &&
           (strchr(what, '/') || cli_has(run, "trust"));
}

static zkl_status run_verify(cli_run *run, zkl_error *err)
{
    if (run->argument_count == 1 && is_folder(run) && !cli_has(run, "lineage"))
        return run_folder(run, err);
    const bool is_file = run->argument_count == 1 && is_lineage_file(run->arguments[0]);
    if (is_file)
        return run_lineage(run, true, err);
    if (run->argument_count > 1 || cli_has(run, "tiles") || cli_has(run, "consistency") ||
        cli_has(run, "standing") || cli_has(run, "remember") || cli_has(run, "one-log"))
        return run_receipts(run, err);
    return cli_has(run, "lineage") ? run_lineage(run, false, err) : run_single(run, err);
}

const cli_command cli_verify = {
    .name = "verify",
    .arguments = "RECEIPT...|FOLDER|NAME[@VERSION|#ENTRY] [--trust trust.toml] [--policy FILE] "
                 "[--data FILE [--data-key K.zklkey]] [--standing FILE] [--tiles FOLDER] "
                 "[--consistency FILE]...",
    .summary = "verify a receipt, or a dataset of this ledger",
    .about =
        "Checks a receipt: its form, the entry's signature, its place in the log, the manifest, "
        "and every proof. Needs no\n"
        "ledger, no data and no network, but a trust file: what the ledger's owner gave once. "
        "Without one it asks the ledger\n"
        "named with --ledger, or your own ledger found here: one whose files are yours alone, and "
        "that you wrote. Prints whose\n"
        "trust counted, what was proven, and what was not. Of a dataset of the ledger, claims that "
        "were added to it later are\n"
        "verified and listed too.\n\n"
        "With --data everything is recomputed from the data as well; that takes the data key. The "
        "data are read as the manifest\n"
        "says (\"Read as\"); --delimiter, --quote and the like say otherwise, and then count. With "
        "a "
        "data key of chosen chunks\n"
        "('export --chunks') the data are the rows of these chunks, in their order, and the "
        "verdict "
        "says which: of the others nothing.\n\n"
        "With --policy the verdict must also have what your file asks for: claims, the signer, a "
        "ceremony's set-up, witnesses, age\n"
        "(docs/formats/verify-policy.md). One line says whether it does, or the first thing that "
        "is missing: exit code 1.\n\n"
        "Of a folder (with a '/', or with --trust) every file that ends in .zkl is verified: one "
        "line each, and the exit code is that\n"
        "of the worst, 1 before all others. Their checkpoints are compared as those of several "
        "receipts are, and each --standing is put\n"
        "to the receipts of its dataset.\n\n"
        "With --lineage, or of a lineage receipt, all that the dataset was made of is checked as "
        "well, back to its sources, and each\n"
        "step is said to be proven or recorded alone.\n\n"
        "Of several receipts of one log each is verified, and then what their checkpoints prove "
        "about each other: that they are of\n"
        "one history, or that the log forked (exit code 1). Without --tiles, --consistency or the "
        "ledger itself that is not shown of\n"
        "checkpoints of two sizes, and the verdict says so.\n\n"
        "With --remember the log's checkpoint is kept in your state folder, and later "
        "verifications "
        "with it reject a log that went back\n"
        "and on another way; what cannot be compared is said, and with --one-log it is not enough "
        "(exit code 9). It takes --trust.\n\n"
        "A standing ('export NAME --format standing') says which version is the newest and which "
        "were revoked, by its signer's word;\n"
        "with --tiles it is compared with the log's entries. A version that is known to be revoked "
        "is rejected, unless --allow-revoked.\n\n"
        "Exit code 0 only when every check holds; 1: checked and false, the check named; 9: could "
        "not check.",
    .examples = "zkp-ledger verify penguins.zkl --trust trust.toml\nzkp-ledger verify penguins "
                "--data penguins.csv\n"
                "zkp-ledger verify penguins.zkl --trust trust.toml --data penguins.csv --data-key "
                "penguins@1.zklkey\n"
                "zkp-ledger verify predictions.lineage.zkl --trust trust.toml\n"
                "zkp-ledger verify may.zkl june.zkl --trust trust.toml --tiles log/"
                "\n"
                "zkp-ledger verify incoming/ --trust trust.toml --policy "
                "ours.toml\tall receipts of a folder",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 2048,
    .verifies = true,
    .run = run_verify,
};
