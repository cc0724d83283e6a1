/* zkp-ledger: finds the command, parses, runs, prints the result or the error, and exits with the
 * status's code. */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/operation.h"
#include "base/main_stack.h"
#include "base/standard_streams.h"
#include "text/shown.h"
#include "cli/cli.h"

#define WAIT_SECONDS_DEFAULT 60
#define WAIT_SECONDS_MAX (7 * 86400)
#define CLI_EXIT_PIPE 141 /* 128 + SIGPIPE */

/* Sequences that colour or move are sent to terminals that know them. */
static bool is_able_terminal(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

/* The first one is seen at the next word of progress. */
static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (cli_interrupted)
        _exit(
            130); /* the second Ctrl-C does not wait: nothing is recorded before the final commit */
    cli_interrupted = 1;
}

/* The last resort, when a library below gives up (an assertion, an exception in a thread of its
 * own): words and an exit code. What was not committed is not recorded, as after a kill. */
static void on_abort(int signal_number)
{
    static const char text[] = "error: a part of the program gave up; what was not recorded yet is "
                               "not recorded ('zkp-ledger verify-chain' tells)\n";
    (void)signal_number;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(zkl_status_exit_code(ZKL_IO));
    _exit(zkl_status_exit_code(ZKL_IO));
}

/* A pipe that closes is an error of writing, and told by end_output. */
static void watch_signals(void)
{
    struct sigaction action = { .sa_handler = on_interrupt };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A terminal that was closed; who runs under nohup(1) goes on. */
    struct sigaction hup;
    if (sigaction(SIGHUP, NULL, &hup) == 0 && hup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
    sigaction(SIGABRT, &(struct sigaction){ .sa_handler = on_abort }, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Keys and data must not get into a core file, nor be read by another process of the same user.
 * Whether it is permitted or not, the work goes on: it is a precaution. */
static void forbid_core_dumps(void)
{
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
    (void)prctl(PR_SET_DUMPABLE, 0);
}

/* Settings of every command: the pool, how long to wait, how far it is. */
static zkl_status run_command(cli_run *run, zkl_error *err)
{
    ZKL_ASSERT(run->command && run->command->run);
    uint64_t threads = 0, wait = WAIT_SECONDS_DEFAULT;
    ZKL_TRY(zkl_native_check(err));
    ZKL_TRY(cli_value_u64(run, "threads", &threads, err));
    ZKL_TRY(cli_value_u64(run, "wait", &wait, err));
    if (wait > WAIT_SECONDS_MAX)
        return zkl_fail(err, ZKL_USAGE, "--wait takes at most %d seconds", WAIT_SECONDS_MAX);
    run->quiet = cli_has(run, "quiet");
    run->terminal = is_able_terminal(STDERR_FILENO);
    ZKL_TRY(zkl_pool_new(&run->pool, (size_t)threads, err));
    run->env = (zkl_env){ .progress = { cli_progress_step, run },
                          .pool = run->pool,
                          .wait_ms = cli_has(run, "wait") ? 1000 * wait : 0 };
    ZKL_TRY(cli_remote_choose(run, err));
    return run->command->run(run, err);
}

/* An error may quote bytes of a file: shown, not sent. */
static void put_error(zkl_buffer *out, zkl_status status, const zkl_error *err)
{
    if (err->text[0])
        cli_put_error(out, err);
    else
        zkl_buffer_put_text(out, zkl_status_text(status));
}

/* On standard error, behind what was printed so far. An answer that refuses nothing is a sentence
 * alone. */
static void print_error(const cli_command *command, zkl_status status, const zkl_error *err)
{
    ZKL_ASSERT(status != ZKL_OK);
    fflush(stdout);
    bool color = is_able_terminal(STDERR_FILENO) && !getenv("NO_COLOR");
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    put_error(&text, status, err);
    if (status == ZKL_REJECTED && command && command->no) {
        fprintf(stderr, "%.*s\n", (int)text.size, (const char *)text.data);
        return;
    }
    fprintf(stderr, "%s%s:%s %.*s\n", color ? "\033[1;31m" : "",
            status == ZKL_REJECTED ? "rejected" : "error", color ? "\033[0m" : "", (int)text.size,
            (const char *)text.data);
}

/* The one object on standard output: what the command has put into it, and how it ended. */
static void print_json(cli_run *run, zkl_status status, const zkl_error *err)
{
    const bool verifies = run->command && (run->command->verifies || run->verified);
    const char *no = run->command ? run->command->no : NULL;
    if (api_put_status(run->result, status, verifies, no, err, NULL) != ZKL_OK)
        return;
    /* The same words as on the terminal: the library's, and the hint's. */
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    put_error(&text, status, err);
    if (status != ZKL_OK && err->hint != ZKL_HINT_NONE)
        json_object_set_new(run->result, "error", json_stringn((const char *)text.data, text.size));
    json_dumpf(run->result, stdout,
               (run->json_lines ? JSON_COMPACT : JSON_INDENT(2)) | JSON_ENSURE_ASCII);
    putchar('\n');
}

/* Before anything is parsed, and any word will do: an error of usage may stand before it. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

/* The result object is there before anything can fail, so that --json always has an answer. */
static zkl_status parse_and_run(cli_run *run, int argc, char **argv, zkl_error *err)
{
    run->result = json_object();
    if (!run->result)
        return zkl_no_memory(err, 0);
    run->json = wants_json(argc, argv);
    ZKL_TRY(cli_parse(run, argc, argv, err));
    if (!cli_has(run, "help"))
        return run_command(run, err);
    cli_print_help(stdout, run->command);
    run->json = false;
    return ZKL_OK;
}

/* Does what stands at the other end of standard output read no more, as `head` when it has its
 * lines? */
static bool is_output_closed(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

/* Then standard output holds the file itself, and an error of writing it is reported as that. */
static bool writes_to_output(const cli_run *run)
{
    const char *output = run->given ? cli_value(run, "output") : NULL;
    return output && strcmp(output, "-") == 0;
}

/* Standard output that cannot be written (a full disk) is a failure too. One that nobody reads any
 * more ends quietly, with the exit code of a program that the kernel ends for it. */
static int end_output(zkl_status status, zkl_error *err)
{
    const bool failed = fflush(stdout) != 0 || ferror(stdout);
    if (failed && is_output_closed())
        return status == ZKL_OK ? CLI_EXIT_PIPE : zkl_status_exit_code(status);
    if (failed && status == ZKL_OK) {
        status = zkl_fail(err, ZKL_IO, "cannot write to standard output");
        print_error(NULL, status, err);
    }
    return zkl_status_exit_code(status);
}

/* Standard output that nobody reads any more ends it quietly; everything else is said twice under
 * --json: on standard error for people, in the object for programs. */
static int run_and_report(const cli_command *command, int argc, char **argv)
{
    ZKL_ASSERT(command);
    zkl_error err = { 0 };
    cli_run run = { .command = command };
    watch_signals();
    const zkl_status status = parse_and_run(&run, argc, argv, &err);
    cli_progress_end(&run);
    int code = CLI_EXIT_PIPE;
    if (status != ZKL_IO || !writes_to_output(&run) || !is_output_closed()) {
        if (status != ZKL_OK)
            print_error(command, status, &err);
        if (run.json && run.result)
            print_json(&run, status, &err);
        code = end_output(status, &err);
    }
    json_decref(run.result);
    cli_remote_close(&run);
    zkl_pool_free(run.pool);
    zkl_arena_clear(&run.arena);
    return code;
}

/* For words that are no command, or options before it that are none. */
static int report_usage(const zkl_error *err, int argc, char **argv)
{
    cli_run run = { .result = json_object() };
    print_error(NULL, ZKL_USAGE, err);
    if (run.result && wants_json(argc, argv))
        print_json(&run, ZKL_USAGE, err);
    json_decref(run.result);
    return zkl_status_exit_code(ZKL_USAGE);
}

/* An unknown name gets the overview, which lists those there are. */
static int print_helped(const char *name)
{
    zkl_error err = { 0 };
    const cli_command *command = name ? cli_find_command(name) : NULL;
    if (command)
        cli_print_help(stdout, command);
    else
        cli_print_overview(stdout);
    return end_output(ZKL_OK, &err);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int main(int argc, char **argv)
{
    char hint[ZKL_NEAREST_HINT_BYTES];
    zkl_error err = { 0 };
    int at = 0;
    if (!zkl_standard_streams_fill())
        return zkl_status_exit_code(ZKL_IO);
    if (!zkl_main_stack_fill()) {
        fputs("error: no memory for the program's stack\n", stderr);
        return zkl_status_exit_code(ZKL_NO_MEMORY);
    }
    forbid_core_dumps();
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc < 2) {
        cli_print_overview(stderr);
        return zkl_status_exit_code(ZKL_USAGE);
    }
    argv++;
    argc--;
    if (is_one_of(argv[0], "--version", "-V") || strcmp(argv[0], "version") == 0) {
        printf("zkp-ledger %s\n", ZKL_VERSION);
        return end_output(ZKL_OK, &err);
    }
    if (is_one_of(argv[0], "--help", "-h") || strcmp(argv[0], "help") == 0)
        return print_helped(argc > 1 ? argv[1] : NULL);
    if (cli_find_word(&at, argc, argv, &err) != ZKL_OK)
        return report_usage(&err, argc, argv);
    if (at >= argc) {
        zkl_fail(&err, ZKL_USAGE, "no command given: see 'zkp-ledger --help'");
        return report_usage(&err, argc, argv);
    }
    const cli_command *command = cli_find_command(argv[at]);
    if (!command) {
        cli_command_hint(hint, argv[at]);
        zkl_fail(&err, ZKL_USAGE, "unknown command '%s'%s%s", argv[at], hint,
                 hint[0] ? "" : ": see 'zkp-ledger --help'");
        return report_usage(&err, argc, argv);
    }
    /* the options before the command stand before those behind it */
    memmove(argv + 1, argv, (size_t)at * sizeof *argv);
    return run_and_report(command, argc - 1, argv + 1);
}
