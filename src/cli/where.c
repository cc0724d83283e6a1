/* What commands need before they begin: the ledger, its passphrase, and where output may go.
 *
 * A passphrase is taken from the file that an option or the environment names, else asked for on
 * the terminal. It stays in memory that is wiped, and never stands on a command line. */
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/commands.h"
#include "service/output.h"

#define PASSPHRASE_BYTES_MAX API_PASSPHRASE_BYTES_MAX
#define NEW_PASSPHRASE_TRIES 3

/* A line from the terminal without echo. */
static zkl_status ask(char *text, const char *question, zkl_error *err)
{
    struct termios before, silent;
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0)
        return zkl_fail(err, ZKL_DENIED,
                        "the keys need a passphrase and there is no terminal to ask on: use "
                        "--passphrase-file or "
                        "$ZKP_LEDGER_PASSPHRASE_FILE");
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent); /* first: an answer at once is not thrown away */
    fprintf(stderr, "%s: ", question);
    fflush(stderr);
    setvbuf(stdin, NULL, _IONBF, 0); /* no copy stays in a buffer */
    char *line = fgets(text, PASSPHRASE_BYTES_MAX + 2, stdin);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    if (!line || text[0] == '\n')
        return zkl_fail(err, ZKL_DENIED, "no passphrase given");
    size_t size = strcspn(text, "\n");
    if (size > PASSPHRASE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a passphrase has at most %d bytes", PASSPHRASE_BYTES_MAX);
    text[size] = 0;
    return ZKL_OK;
}

/* Twice the same, within three tries. */
static zkl_status ask_new(char *text, char *again, zkl_error *err)
{
    for (int tries = 0; tries < NEW_PASSPHRASE_TRIES; tries++) {
        ZKL_TRY(ask(text, "New passphrase for the keys", err));
        ZKL_TRY(ask(again, "The same again", err));
        if (strcmp(again, text) == 0)
            return ZKL_OK;
        fputs("The two differ. Once more.\n", stderr);
    }
    zkl_wipe(text, PASSPHRASE_BYTES_MAX + 2);
    return zkl_fail(err, ZKL_DENIED, "no passphrase was given twice alike in %d tries",
                    NEW_PASSPHRASE_TRIES);
}

/* A new one is asked for twice, an old one once. What was read is wiped by whoever clears `out`. */
zkl_status cli_passphrase_read(api_passphrase *out, const char *path, bool is_new, zkl_error *err)
{
    zkl_status status;
    char *again = is_new && !path ? zkl_secret_new(PASSPHRASE_BYTES_MAX + 2) : NULL;
    out->text = zkl_secret_new(PASSPHRASE_BYTES_MAX + 2);
    if (!out->text || (is_new && !path && !again))
        status = zkl_no_memory(err, PASSPHRASE_BYTES_MAX + 2);
    else if (path)
        status = api_passphrase_line(out->text, path, err);
    else
        status =
            is_new ? ask_new(out->text, again, err) : ask(out->text, "Passphrase of the keys", err);
    zkl_secret_free(again);
    ZKL_TRY(status);
    out->bytes = zkl_bytes_of_text(out->text);
    return ZKL_OK;
}

/* Every command asks here of what it writes, so that none can mix a file with its JSON. An output
 * that would overwrite a passphrase's file is refused, however it was named. */
zkl_status cli_check_output(cli_run *run, const char *output, zkl_error *err)
{
    if (run->json && strcmp(output, "-") == 0)
        return zkl_fail(err, ZKL_USAGE, "--json and the output '-' both want standard output");
    const char *const files[] = { cli_value(run, "passphrase-file"),
                                  cli_value(run, "new-passphrase-file"),
                                  getenv("ZKP_LEDGER_PASSPHRASE_FILE") };
    return service_output_outside(output, files, ZKL_COUNT(files), NULL, err);
}

/* Without --threads the ledger's configuration decides how many workers there are. */
static zkl_status choose_workers(cli_run *run, const char *folder, zkl_error *err)
{
    size_t threads = 0;
    if (cli_has(run, "threads"))
        return ZKL_OK;
    ZKL_TRY(zkl_threads_configured(&threads, folder, err));
    if (!threads)
        return ZKL_OK;
    zkl_pool_free(run->pool);
    run->pool = run->env.pool = NULL;
    ZKL_TRY(zkl_pool_new(&run->pool, threads, err));
    run->env.pool = run->pool;
    return ZKL_OK;
}

/* An operation may find the same thing at several steps; once is enough. */
static bool is_new(cli_run *run, const char *text)
{
    if (run->noticed && strcmp(run->noticed, text) == 0)
        return false;
    run->noticed = zkl_arena_text(&run->arena, text, strlen(text));
    return true;
}

/* A note, on standard error: results stay clean for pipes. */
static void say_notice(void *opaque, const char *text)
{
    cli_run *run = opaque;
    if (!is_new(run, text))
        return;
    cli_progress_end(run);
    cli_note(run, "note: %s\n", text);
}

/* Under --json too: a program that reads the object must learn that a guard is off. */
static void say_warning(void *opaque, const char *text)
{
    cli_run *run = opaque;
    if (!is_new(run, text))
        return;
    json_t *warnings = json_object_get(run->result, "warnings");
    if (!warnings)
        json_object_set_new(run->result, "warnings", warnings = json_array());
    json_array_append_new(warnings, api_text(text));
    cli_progress_end(run);
    cli_warn("warning: %s\n", text);
}

/* Of every ledger that a command opens, so that no command hides what another would say. */
zkl_notice cli_ledger_notice(cli_run *run)
{
    return (zkl_notice){ .say = say_notice, .opaque = run, .warn = say_warning };
}

/* The passphrase of the ledger's keys, where they have one. */
static zkl_status unlock(cli_run *run, zkl_ledger *ledger, const char *folder, zkl_error *err)
{
    ZKL_AUTO_CLEAR(api_passphrase) passphrase = { 0 };
    zkl_keys_result keys = { 0 };
    ZKL_TRY(zkl_keys_show(&keys, ledger, err));
    const bool has_passphrase = keys.has_passphrase;
    if (keys.others_can_read)
        cli_note(run, "warning: the key files can be read by others: chmod 600 '%s/keys'/*\n",
                 folder);
    zkl_arena_clear(&keys.memory);
    if (!has_passphrase)
        return ZKL_OK;
    const char *path = cli_value(run, "passphrase-file");
    if (!path)
        path = getenv("ZKP_LEDGER_PASSPHRASE_FILE");
    ZKL_TRY(cli_passphrase_read(&passphrase, path, false, err));
    return zkl_ledger_set_passphrase(ledger, passphrase.bytes, err);
}

/* needs_keys: a passphrase is asked for now, and only then. */
zkl_status cli_ledger_open(zkl_ledger **out, cli_run *run, bool needs_keys, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_ASSERT(!*out); /* a command opens one ledger, once */
    if (run->is_remote)
        return cli_remote_open(run, err); /* none is open here: cli_call */
    zkl_ledger_options options = { .notice = cli_ledger_notice(run),
                                   .is_found = !cli_value(run, "ledger") };
    ZKL_TRY(zkl_locate(&options.folder, &run->arena, cli_value(run, "ledger"), err));
    ZKL_TRY(choose_workers(run, options.folder, err));
    ZKL_TRY(zkl_ledger_open(&ledger, &options, &run->env, err));
    if (needs_keys)
        ZKL_TRY(unlock(run, ledger, options.folder, err));
    *out = ledger;
    ledger = NULL;
    return ZKL_OK;
}
