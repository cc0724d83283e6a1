#pragma once
/* One command a file: src/cli/<verb>.c. */
#include "cli/cli.h"

#include <zkl/zkl.h>

#include "api/passphrase.h"
#include "api/requests.h"
#include "api/results.h"

/* The commands, in the order of the help. To add one: its file, and its line here. */
#define CLI_COMMANDS(COMMAND)                                                                      \
    COMMAND(init)                                                                                  \
    COMMAND(notarize)                                                                              \
    COMMAND(watch)                                                                                 \
    COMMAND(prove)                                                                                 \
    COMMAND(transform)                                                                             \
    COMMAND(split)                                                                                 \
    COMMAND(policies)                                                                              \
    COMMAND(disclose)                                                                              \
    COMMAND(spool)                                                                                 \
    COMMAND(link)                                                                                  \
    COMMAND(branch)                                                                                \
    COMMAND(revoke)                                                                                \
    COMMAND(lineage)                                                                               \
    COMMAND(status)                                                                                \
    COMMAND(show)                                                                                  \
    COMMAND(diff)                                                                                  \
    COMMAND(verify)                                                                                \
    COMMAND(verify_chain)                                                                          \
    COMMAND(log)                                                                                   \
    COMMAND(audit)                                                                                 \
    COMMAND(witness)                                                                               \
    COMMAND(export)                                                                                \
    COMMAND(renew)                                                                                 \
    COMMAND(timestamp)                                                                             \
    COMMAND(keys)                                                                                  \
    COMMAND(setup)                                                                                 \
    COMMAND(config)                                                                                \
    COMMAND(doctor)                                                                                \
    COMMAND(completion)                                                                            \
    COMMAND(man)

#define COMMAND(name) extern const cli_command cli_##name;
CLI_COMMANDS(COMMAND)
#undef COMMAND

/* where.c: the ledger of this run: --ledger, environment, or upwards; the passphrase from
 * --passphrase-file, $ZKP_LEDGER_PASSPHRASE_FILE, or, when the keys need one and this is a
 * terminal, asked for without echo. */
ZKL_DEFINE_AUTO_CLOSE(zkl_ledger)
/* Find it and open it. needs_keys: the command signs or reads secrets, so a passphrase may be asked
 * for. */
zkl_status cli_ledger_open(zkl_ledger **out, cli_run *run, bool needs_keys,
                           zkl_error *err) ZKL_MUST_USE;
/* Run the operation on the ledger; under --remote, where there is none here, at the service. This
 * is how a command calls whatever it is about: it never asks which of the two it is.
 *
 * result: zeros, of the row's struct. request: of the row's. Both are asserted to have their size,
 * since a service's answer is read into the one and the other is sent. */
#define cli_call(result, run, ledger, operation, request, err)                                     \
    cli_call_of((result), sizeof *(result), (run), (ledger), (operation), (request),               \
                sizeof *(request), (err))
#define cli_call_without_request(result, run, ledger, operation, err)                              \
    cli_call_of((result), sizeof *(result), (run), (ledger), (operation), NULL, 0, (err))
zkl_status cli_call_of(void *result, size_t result_size, cli_run *run, zkl_ledger *ledger,
                       const api_operation *operation, const void *request, size_t request_size,
                       zkl_error *err) ZKL_MUST_USE;
/* remote.c: a name that becomes one of a file here. ZKL_BAD_INPUT: a service says one that leads
 * elsewhere. */
zkl_status cli_check_told_name(const cli_run *run, const char *name, zkl_error *err) ZKL_MUST_USE;
/* The receipt of the command's first argument, for a verification here. */
zkl_status cli_remote_receipt(zkl_buffer *out, cli_run *run, zkl_export_format format,
                              zkl_error *err) ZKL_MUST_USE;
/* ZKL_USAGE when output is a file that a passphrase of this run comes from, or, under --json,
 * standard output. */
zkl_status cli_check_output(cli_run *run, const char *output, zkl_error *err) ZKL_MUST_USE;
/* The notice of a ledger: on standard error. Warnings are also said with --quiet. */
zkl_notice cli_ledger_notice(cli_run *run);
/* One passphrase of at most 1,024 bytes into out: from path, or asked for on the terminal, twice
 * when `is_new`. ZKL_DENIED when there is no way to ask. */
zkl_status cli_passphrase_read(api_passphrase *out, const char *path, bool is_new,
                               zkl_error *err) ZKL_MUST_USE;

/* show.c: is a file meant, and not a dataset? One by its path, or one here that ends or begins as a
 * receipt does. */
bool cli_names_receipt(const char *what);
/* keys.c: the passphrase of what is written, by --new-passphrase-file, --no-passphrase, or asked
 * for. *passphrase is NULL: none. */
zkl_status cli_new_passphrase(api_passphrase *out, const zkl_bytes **passphrase, cli_run *run,
                              zkl_error *err) ZKL_MUST_USE;
/* cosign.c: `log cosign`. */
zkl_status cli_run_cosign(cli_run *run, zkl_error *err) ZKL_MUST_USE;

/* print.c: values as text. */
const char *cli_hex(cli_run *run, const zkl_digest *digest);
/* "Columns:" and a line each, at most `shown`. */
void cli_say_columns(cli_run *run, const zkl_column_info *columns, size_t count, size_t shown);
void cli_print_verdict(cli_run *run, const api_verify_result *result);
/* How many values stand behind a claim, behind its sentence. */
const char *cli_values_behind(cli_run *run, const zkl_values_behind *values);
/* By whose word a standing is, and up to where: a line, behind which its answers follow. */
void cli_say_standing_of(cli_run *run, const zkl_standing_word *standing);
/* That a version was revoked, and why; NULL: nothing is said. */
void cli_say_revoked(cli_run *run, const zkl_revocation *revoked);
/* What checkpoints prove about each other; lists: each of them on a line. */
void cli_print_history(cli_run *run, const zkl_history_result *history, bool lists);
/* Whose word counted. A trust file's path is the caller's, not the library's. */
void cli_say_trust(cli_run *run, zkl_trust_source source, const char *folder, const char *log,
                   const char *key);
/* lineage_text.c: a lineage as a tree; of one that was verified what that means. */
void cli_print_lineage(cli_run *run, const zkl_lineage_result *result);

/* proofs.c: what notarising and adding claims print alike. */
void cli_say_proofs(cli_run *run, const zkl_notarize_result *r, const char *receipt);
/* "Proven (entry 7):" and a claim a line. */
void cli_say_claims(cli_run *run, const char *title, const zkl_notarize_result *r);
/* What a dry run says of claims and cost. */
void cli_say_planned(cli_run *run, const zkl_notarize_result *r);
/* "policy data-quality: 4 of 4 claims proven", where one was asked for. */
void cli_say_policy(cli_run *run, const zkl_notarize_result *r);
/* --policy and --set into a request. */
#define CLI_POLICY_OPTIONS                                                                         \
    { "policy", 0,   "NAME|FILE", "the claims of a policy ('zkp-ledger policies' lists them)",     \
      false,    NULL },                                                                            \
    {                                                                                              \
        "set", 0, "NAME=VALUE", "what stands in a place of the policy", true, NULL                 \
    }
void cli_fill_policy(zkl_policy_choice *out, cli_run *run);
/* Claims that do not hold: for the owner's terminal. */
void cli_note_claim_problems(cli_run *run, const zkl_notarize_result *r);

/* reading.c: how files are read, as options and as results. */
#define CLI_READING_OPTIONS                                                                           \
    { "format", 0,                                                                                    \
      "FORMAT", "the files' format (default: by their ending)",                                       \
      false,    "csv|parquet|json|ndjson" },                                                          \
        { "delimiter", 0, "CHAR", "of CSV; also tab, space (default: found out)", false, NULL },      \
        { "quote", 0, "CHAR", "of CSV; also none (default: \")", false, NULL },                       \
        { "null", 0, "TEXT", "of CSV: a text that means null, besides the empty field", true, NULL }, \
        { "null-quoted", 0, NULL, "of CSV: a quoted empty field is null too", false, NULL },          \
        { "encoding", 0,                                                                              \
          "NAME",     "text encoding of CSV",                                                         \
          false,      "utf-8|utf-16|utf-16le|utf-16be|latin-1|windows-1252" },                        \
    {                                                                                                 \
        "no-header", 0, NULL, "the CSV's first line is data", false, NULL                             \
    }
zkl_status cli_reading(zkl_reading *out, cli_run *run, zkl_error *err) ZKL_MUST_USE;
/* Is any of them given, or what verify has beside them? */
bool cli_says_reading(const cli_run *run);
/* --with NAME=FILE: other datasets and their files; NAME alone: none are given. */
zkl_status cli_with(const zkl_with_dataset **out, size_t *out_count, cli_run *run,
                    zkl_error *err) ZKL_MUST_USE;
void cli_say_read_info(cli_run *run, const zkl_read_info *info);
