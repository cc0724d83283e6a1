#pragma once
/* The command line: one table of commands, from which parsing, help, completion and man pages
 * follow. To add a command: src/cli/<verb>.c with its cli_command, and one line in commands.h
 * (tests/templates/command has one to begin with). */
#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/env.h"
#include "remote/remote.h"
#include "text/nearest.h"

typedef struct cli_option {
    const char *name;  /* "claim" for --claim */
    char letter;       /* 'o' for -o, or 0 */
    const char *value; /* what stands for the value in help: "FILE"; NULL: a switch */
    const char *help;
    bool repeats;        /* may be given more than once */
    const char *choices; /* "a|b|c": only these values; NULL: any */
    bool may_lack_value; /* "--wait" as well as "--wait=5" */
} cli_option;

typedef struct cli_run cli_run;

typedef struct cli_command {
    const char *name;
    const char *arguments; /* "FILE... --name NAME" */
    const char *summary;   /* one line */
    const char *about;     /* paragraphs for --help and the man page */
    const char *examples;  /* lines "command\tcomment" */
    const cli_option *options;
    size_t option_count;
    const char *words;  /* completion of the first argument: "make|show"; NULL: files */
    bool takes_dataset; /* an argument may be a dataset of the ledger */
    bool verifies;      /* success means that what was asked about was checked: "valid" in --json */
    const char *no;     /* ZKL_REJECTED is an answer here: its word in --json (api_operation.no) */
    size_t argument_min, argument_max;
    zkl_status (*run)(cli_run *run, zkl_error *err);
} cli_command;

extern const cli_command *const cli_commands[];
extern const size_t cli_command_count;
/* Options of every command: --ledger, --json, ... */
extern const cli_option cli_common_options[];
extern const size_t cli_common_option_count;

typedef struct cli_given {
    const cli_option *option;
    const char *value;
} cli_given;

#define CLI_GIVEN_MAX 4096

struct cli_run {
    const cli_command *command;
    const char **arguments;
    size_t argument_count;
    cli_given *given;
    size_t given_count;
    bool json_lines;            /* --json prints objects, one a line, and not one */
    bool verified;              /* an action of a command that does not always verify did */
    bool json, quiet, terminal; /* terminal: progress may be drawn on standard error */
    zkl_env env;
    zkl_pool *pool;
    zkl_arena arena; /* until the command ends */
    json_t *result;  /* what --json prints; a command fills it */
    /* --remote: the service's address; NULL: none. is_remote: the command's ledger is there. */
    const char *remote_url;
    bool is_remote;
    remote_service *service; /* when a ledger was asked for */
    char *remote_key;        /* secret */
    const char *noticed;     /* the last notice of an operation */
    const char *drawn_stage;
    int64_t drawn_ms, stage_ms;
};

/* ---- args.c */
/* Parse everything after the command's name. ZKL_USAGE names the word and what would be right. */
zkl_status cli_parse(cli_run *run, int argc, char **argv, zkl_error *err) ZKL_MUST_USE;
const cli_command *cli_find_command(const char *name);
const cli_option *cli_find_option(const cli_command *command, const char *name, size_t size);
/* Where the command's name stands: behind options that every command has, with their values. argc:
 * there is none. ZKL_USAGE for another option. */
zkl_status cli_find_word(int *out, int argc, char **argv, zkl_error *err) ZKL_MUST_USE;
/* "; did you mean 'verify'?", or "". */
const char *cli_command_hint(char out[static ZKL_NEAREST_HINT_BYTES], const char *word);
bool cli_has(const cli_run *run, const char *option);
const char *cli_value(const cli_run *run, const char *option); /* the last one given; NULL */
/* All values of a repeated option, in order, in the run's arena (NULL without memory). */
const char *const *cli_values(cli_run *run, const char *option, size_t *count);
/* "a,b,c" -> its parts. */
const char *const *cli_listed(cli_run *run, const char *text, size_t *count);
/* "1GiB", "500MB", bytes: as cli_value_u64. */
zkl_status cli_value_size(const cli_run *run, const char *option, uint64_t *out,
                          zkl_error *err) ZKL_MUST_USE;
/* *out keeps its value when the option is not given. */
zkl_status cli_value_u64(const cli_run *run, const char *option, uint64_t *out,
                         zkl_error *err) ZKL_MUST_USE;

/* ---- help.c, completion.c */
void cli_print_overview(FILE *out);
void cli_print_help(FILE *out, const cli_command *command);
void cli_print_man(FILE *out, const cli_command *command); /* NULL: the program's own page */
zkl_status cli_print_completion(FILE *out, const char *shell, zkl_error *err) ZKL_MUST_USE;

/* ---- output.c */
/* Results for people: standard output, silent under --json and --quiet. What shows nothing or turns
 * text around, newlines apart, is printed as \xNN; a text from outside that may hold newlines goes
 * through cli_text. */
void cli_say(const cli_run *run, const char *format, ...) ZKL_PRINTF(2, 3);
/* Notices and warnings: standard error, silent under --quiet. */
void cli_note(const cli_run *run, const char *format, ...) ZKL_PRINTF(2, 3);
/* What concerns a guard against lost or forked logs: standard error, also under --quiet. */
void cli_warn(const char *format, ...) ZKL_PRINTF(1, 2);
bool cli_progress_step(void *run, const char *stage, uint64_t done, uint64_t total);
void cli_progress_end(cli_run *run);
/* The text on one line, with nothing hidden. */
const char *cli_text(cli_run *run, const char *text);
bool cli_ends_with(const char *text, const char *ending);
/* "penguins" of "./data/penguins/". */
const char *cli_last_part(cli_run *run, const char *path);
/* What a word has when there is not one of it: "s", or "". */
const char *cli_plural(uint64_t count);
/* "1 row", "1,000 rows", "2 entries". */
const char *cli_counted(cli_run *run, uint64_t count, const char *one);
/* "1,000,000"; "3.4 MB". Each returns text in the run's arena ("" without memory). */
const char *cli_number(cli_run *run, uint64_t value);
const char *cli_size(cli_run *run, uint64_t bytes);

/* ---- files.c: what became of many files */
/* One of them, at once: who reads it may be a pipe. run: as on_event has it. */
void cli_say_file(void *run, const zkl_watch_event *event);
/* All of them, as text and as the command's object; then the result is cleared. Each was said by
 * itself. */
zkl_status cli_put_files(cli_run *run, zkl_status status, zkl_watch_result *result,
                         zkl_error *err) ZKL_MUST_USE;

/* ---- remote.c: a ledger of a service */
typedef enum cli_place_kind {
    CLI_THERE,   /* the operation is run by the service */
    CLI_HERE,    /* it needs no ledger, or must not be a service's */
    CLI_NOWHERE, /* refused */
} cli_place_kind;

/* Where a command goes under --remote. The first row that fits counts. */
typedef struct cli_place {
    const char *command;
    const char *action; /* its first words, or "--option"; NULL: all others */
    cli_place_kind kind;
    const char *why; /* behind "refused: "; or what is to be known; NULL: nothing */
} cli_place;
/* NULL behind the last. */
const cli_place *cli_place_at(size_t index);

/* From options and environment, before the command runs. ZKL_NOT_SUPPORTED: not at a service. */
zkl_status cli_remote_choose(cli_run *run, zkl_error *err) ZKL_MUST_USE;
zkl_status cli_remote_open(cli_run *run, zkl_error *err) ZKL_MUST_USE;
void cli_remote_close(cli_run *run);
/* That a verdict is the service's own, of its own ledger; nothing of a ledger here. */
void cli_say_whose_word(cli_run *run);

/* ---- hints.c */
/* The words of a hint, as they stand behind an error's text. value: what the hint speaks of. */
void cli_put_hint(zkl_buffer *out, zkl_hint hint, const char *value);
/* An error's text on one line, with nothing hidden, and its hint. */
void cli_put_error(zkl_buffer *out, const zkl_error *err);
/* A text that came with a hint, as cli_text shows it, in the run's arena ("" without memory). */
const char *cli_hinted(cli_run *run, const char *text, zkl_hint hint);

/* Ctrl-C was pressed. */
extern volatile int cli_interrupted;
