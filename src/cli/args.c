/* Words into options and arguments, by the table of commands (cli.h).
 *
 * What can be refused from the tables alone is refused here, with the nearest name that there is.
 * Nothing is opened or read. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const cli_option cli_common_options[] = {
    { "ledger", 0, "DIR",
      "the ledger or the folder it lies in (default: $ZKP_LEDGER_DIR, else here or above)", false,
      NULL },
    { "remote", 0, "URL",
      "a ledger of a service: https://HOST:PORT, or unix:SOCKET (default: $ZKL_REMOTE)", false,
      NULL },
    { "remote-ledger", 0, "NAME",
      "which of its ledgers (default: $ZKL_REMOTE_LEDGER, else the first)", false, NULL },
    { "remote-key-file", 0, "FILE",
      "the key for it is FILE's first line (default: $ZKL_REMOTE_KEY, $ZKL_REMOTE_KEY_FILE)", false,
      NULL },
    { "remote-ca", 0, "FILE",
      "certificates of authorities that it is trusted by (default: $ZKL_REMOTE_CA, else the "
      "system's)",
      false, NULL },
    { "remote-certificate", 0, "FILE", "your own certificate for it, in PEM", false, NULL },
    { "remote-certificate-key", 0, "FILE", "the key of that certificate", false, NULL },
    { "remote-plain", 0, NULL,
      "permit http to another machine: key and data are shown to the network", false, NULL },
    { "passphrase-file", 0, "FILE", "take the passphrase of the keys from FILE's first line", false,
      NULL },
    { "json", 0, NULL, "one JSON object on standard output instead of text", false, NULL },
    { "quiet", 'q', NULL, "say nothing but errors", false, NULL },
    { "wait", 0, "S", "wait for another writer of the ledger, up to S seconds (60 without =S)",
      false, NULL, true },
    { "threads", 0, "N",
      "worker threads (default: parallel_prove of the configuration, else the cores allowed)",
      false, NULL },
    { "help", 'h', NULL, "this help", false, NULL },
};
const size_t cli_common_option_count = ZKL_COUNT(cli_common_options);

/* By its exact name: an abbreviation that is unique today is not tomorrow. */
const cli_command *cli_find_command(const char *name)
{
    for (size_t i = 0; i < cli_command_count; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}

/* `name` need not end behind its size: it may be followed by '=' and a value. */
static const cli_option *find_in(const cli_option *options, size_t count, const char *name,
                                 size_t size)
{
    ZKL_ASSERT(options || count == 0);
    for (size_t i = 0; i < count; i++)
        if (strlen(options[i].name) == size && memcmp(options[i].name, name, size) == 0)
            return &options[i];
    return NULL;
}

/* A command's own options come first, so one may be named like a common one. */
const cli_option *cli_find_option(const cli_command *command, const char *name, size_t size)
{
    const cli_option *own =
        command ? find_in(command->options, command->option_count, name, size) : NULL;
    return own ? own : find_in(cli_common_options, cli_common_option_count, name, size);
}

/* NULL for a letter that is none, and for the end of a word. */
static const cli_option *find_common_letter(char letter)
{
    for (size_t i = 0; i < cli_common_option_count; i++)
        if (cli_common_options[i].letter && cli_common_options[i].letter == letter)
            return &cli_common_options[i];
    return NULL;
}

/* Letters as names: the command's own first. */
static const cli_option *find_letter(const cli_command *command, char letter)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].letter == letter)
            return &command->options[i];
    return find_common_letter(letter);
}

/* "policy" of "policies": too many letters are others for it to be near. */
static bool is_singular(const char *word, const char *name)
{
    const size_t size = strlen(word), plural = strlen(name);
    return size > 1 && plural == size + 2 && word[size - 1] == 'y' &&
           memcmp(word, name, size - 1) == 0 && strcmp(name + size - 1, "ies") == 0;
}

/* The nearest name, when it is near enough to be a slip of the finger. */
const char *cli_command_hint(char out[static ZKL_NEAREST_HINT_BYTES], const char *word)
{
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(word));
    for (size_t i = 0; i < cli_command_count; i++)
        zkl_nearest_try(&nearest, zkl_bytes_of_text(cli_commands[i]->name));
    for (size_t i = 0; i < cli_command_count && !nearest.found.size; i++)
        if (is_singular(word, cli_commands[i]->name))
            nearest.found = zkl_bytes_of_text(cli_commands[i]->name);
    return zkl_nearest_hint(out, &nearest);
}

/* word: "--nmae" or "--nmae=x"; the hint: "; did you mean '--name'?" */
static const char *option_hint(char out[static ZKL_NEAREST_HINT_BYTES], const cli_command *command,
                               const char *word)
{
    const size_t size = strcspn(word + 2, "=");
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of(word + 2, size));
    for (size_t i = 0; command && i < command->option_count; i++)
        zkl_nearest_try(&nearest, zkl_bytes_of_text(command->options[i].name));
    for (size_t i = 0; i < cli_common_option_count; i++)
        zkl_nearest_try(&nearest, zkl_bytes_of_text(cli_common_options[i].name));
    out[0] = 0;
    if (nearest.found.size)
        snprintf(out, ZKL_NEAREST_HINT_BYTES, "; did you mean '--%.*s'?", (int)nearest.found.size,
                 (const char *)nearest.found.data);
    return out;
}

/* The nearest choice. A number that is not among them gets none: another number is no slip of the
 * finger. */
static const char *choice_hint(char out[static ZKL_NEAREST_HINT_BYTES], const char *choices,
                               const char *value)
{
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(value));
    if (value[0] >= '0' && value[0] <= '9')
        nearest = zkl_nearest_to((zkl_bytes){ 0 });
    for (const char *at = choices; at; at = strchr(at, '|')) {
        at += *at == '|';
        zkl_nearest_try(&nearest, zkl_bytes_of(at, strcspn(at, "|")));
    }
    return zkl_nearest_hint(out, &nearest);
}

/* Choices are one string, as help prints them: "a|b|c". */
static bool is_choice(const char *choices, const char *value)
{
    ZKL_ASSERT(choices && choices[0]);
    size_t size = strlen(value);
    for (const char *at = choices; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strcspn(at, "|") == size && memcmp(at, value, size) == 0)
            return true;
    }
    return false;
}

/* An empty value is a shell variable that was not set, not a wish for the default. */
static bool names_something(const cli_option *option)
{
    ZKL_ASSERT(option->value);
    static const char *const values[] = { "FILE", "DIR", "NAME", "PATH", "N" };
    for (size_t i = 0; i < ZKL_COUNT(values); i++)
        if (strcmp(option->value, values[i]) == 0)
            return true;
    return false;
}

/* Everything about one option that a command need not check again: its value is one of the choices,
 * it is not empty where it names something, it is given once. */
static zkl_status take_option(cli_run *run, const cli_option *option, const char *value,
                              zkl_error *err)
{
    ZKL_ASSERT(run->given && run->given_count <= CLI_GIVEN_MAX);
    /* In this order, so that the most exact of several complaints is made. */
    char hint[ZKL_NEAREST_HINT_BYTES];
    if (option->choices && value && !is_choice(option->choices, value))
        return zkl_fail(err, ZKL_USAGE, "--%s takes one of %s, not '%s'%s", option->name,
                        option->choices, value, choice_hint(hint, option->choices, value));
    if (value && !*value && names_something(option))
        return zkl_fail(err, ZKL_USAGE, "--%s is given as nothing: '' is no %s", option->name,
                        option->value);
    if (!option->repeats && cli_has(run, option->name))
        return zkl_fail(err, ZKL_USAGE, "--%s is given twice", option->name);
    if (run->given_count == CLI_GIVEN_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d options", CLI_GIVEN_MAX);
    ZKL_ASSERT(!value || option->value);
    run->given[run->given_count++] = (cli_given){ option, value };
    return ZKL_OK;
}

/* argv[*at] is "--name", "--name=value", "-o" or "-oVALUE". */
static zkl_status parse_option(cli_run *run, int argc, char **argv, int *at, zkl_error *err)
{
    /* A value stands behind '=', directly behind the letter, or in the next word. One that may be
     * left out (--wait) stands behind '=' only: the next word is not its value. */
    const char *word = argv[*at], *value = NULL;
    const cli_option *option;
    if (word[1] == '-') {
        size_t size = strcspn(word + 2, "=");
        option = cli_find_option(run->command, word + 2, size);
        value = word[2 + size] == '=' ? word + 3 + size : NULL;
    } else {
        option = find_letter(run->command, word[1]);
        value = word[2] ? word + 2 : NULL;
    }
    char hint[ZKL_NEAREST_HINT_BYTES] = "";
    if (!option)
        return zkl_fail(err, ZKL_USAGE, "unknown option '%s'%s: see 'zkp-ledger %s --help'", word,
                        word[1] == '-' ? option_hint(hint, run->command, word) : hint,
                        run->command->name);
    if (!option->value && value)
        return zkl_fail(err, ZKL_USAGE, "--%s takes no value", option->name);
    if (option->value && !value && !option->may_lack_value) {
        if (*at + 1 >= argc)
            return zkl_fail(err, ZKL_USAGE, "--%s needs a value: --%s %s", option->name,
                            option->name, option->value);
        value = argv[++*at];
    }
    return take_option(run, option, value, err);
}

/* Options before the command's name are common ones; which others there are depends on the command.
 * Values are skipped, not taken: cli_parse reads all words again. */
zkl_status cli_find_word(int *out, int argc, char **argv, zkl_error *err)
{
    char hint[ZKL_NEAREST_HINT_BYTES] = "";
    int i = 0;
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const char *word = argv[i];
        const bool is_long = word[1] == '-';
        const size_t size = is_long ? strcspn(word + 2, "=") : 0;
        const cli_option *option =
            is_long ? find_in(cli_common_options, cli_common_option_count, word + 2, size)
                    : find_common_letter(word[1]);
        if (!option)
            return zkl_fail(err, ZKL_USAGE,
                            "unknown option '%s' before the command%s: options of one command "
                            "stand behind its name; see 'zkp-ledger --help'",
                            word, is_long ? option_hint(hint, NULL, word) : hint);
        const bool has_value = is_long ? word[2 + size] == '=' : word[2] != 0;
        i += option->value && !has_value && !option->may_lack_value;
    }
    *out = i;
    return ZKL_OK;
}

/* All words, also those before the command. What is refused names the usage. */
zkl_status cli_parse(cli_run *run, int argc, char **argv, zkl_error *err)
{
    ZKL_ASSERT(run->command && run->command->run);
    ZKL_ASSERT(run->command->argument_min <= run->command->argument_max);
    /* Options and arguments may be mixed, as GNU programs take them. Behind "--" there are
     * arguments only, and "-" alone is one: standard input. */
    bool only_arguments = false;
    run->given = ZKL_ARENA_NEW(&run->arena, cli_given, CLI_GIVEN_MAX);
    run->arguments = ZKL_ARENA_NEW(&run->arena, const char *, (size_t)argc + 1);
    if (!run->given || !run->arguments)
        return zkl_no_memory(err, sizeof(cli_given) * CLI_GIVEN_MAX);
    for (int i = 0; i < argc; i++) {
        if (!only_arguments && strcmp(argv[i], "--") == 0)
            only_arguments = true;
        else if (!only_arguments && argv[i][0] == '-' && argv[i][1])
            ZKL_TRY(parse_option(run, argc, argv, &i, err));
        else
            run->arguments[run->argument_count++] = argv[i];
    }
    /* Help is given whatever else is missing. */
    if (cli_has(run, "help"))
        return ZKL_OK;
    if (run->argument_count < run->command->argument_min)
        return zkl_fail(err, ZKL_USAGE, "missing argument; usage: zkp-ledger %s %s",
                        run->command->name, run->command->arguments);
    if (run->argument_count > run->command->argument_max)
        return zkl_fail(err, ZKL_USAGE, "unexpected argument '%s'; usage: zkp-ledger %s %s",
                        run->arguments[run->command->argument_max], run->command->name,
                        run->command->arguments);
    return ZKL_OK;
}

/* A handful of options: looked for one by one. */
bool cli_has(const cli_run *run, const char *option)
{
    for (size_t i = 0; i < run->given_count; i++)
        if (strcmp(run->given[i].option->name, option) == 0)
            return true;
    return false;
}

/* An option that may be given once has one value; of one that repeats this is the last. */
const char *cli_value(const cli_run *run, const char *option)
{
    ZKL_ASSERT(run->given || run->given_count == 0);
    const char *value = NULL;
    for (size_t i = 0; i < run->given_count; i++)
        if (strcmp(run->given[i].option->name, option) == 0)
            value = run->given[i].value;
    return value;
}

/* In the order given: claims are numbered by it. */
const char *const *cli_values(cli_run *run, const char *option, size_t *count)
{
    const char **values = ZKL_ARENA_NEW(&run->arena, const char *, run->given_count + 1);
    *count = 0;
    for (size_t i = 0; values && i < run->given_count; i++)
        if (strcmp(run->given[i].option->name, option) == 0)
            values[(*count)++] = run->given[i].value;
    return values;
}

/* Empty parts stay: "a,,b" has three, and the column that has no name is refused where columns are
 * known. */
const char *const *cli_listed(cli_run *run, const char *text, size_t *count)
{
    size_t parts = 1;
    for (const char *c = text; *c; c++)
        parts += *c == ',';
    const char **out = ZKL_ARENA_NEW(&run->arena, const char *, parts);
    *count = 0;
    for (const char *at = text; out && *count < parts; at += strcspn(at, ",") + 1)
        out[(*count)++] = zkl_arena_text(&run->arena, at, strcspn(at, ","));
    return out;
}

/* strtoull takes blanks, signs and what is too large: digits only, and at most 19 of them, which
 * fit 64 bits. */
zkl_status cli_value_u64(const cli_run *run, const char *option, uint64_t *out, zkl_error *err)
{
    const char *text = cli_value(run, option);
    if (!text)
        return ZKL_OK;
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || strlen(text) > 19)
        return zkl_fail(err, ZKL_USAGE, "--%s takes a number, not '%s'", option, text);
    *out = value;
    return ZKL_OK;
}

zkl_status cli_value_size(const cli_run *run, const char *option, uint64_t *out, zkl_error *err)
{
    static const struct {
        const char *word;
        uint64_t bytes;
    } units[] = { { "", 1 },
                  { "kB", 1000 },
                  { "MB", 1000000 },
                  { "GB", 1000000000 },
                  { "KiB", UINT64_C(1) << 10 },
                  { "MiB", UINT64_C(1) << 20 },
                  { "GiB", UINT64_C(1) << 30 } };
    const char *text = cli_value(run, option);
    if (!text)
        return ZKL_OK;
    char *end;
    const uint64_t value = strtoull(text, &end, 10);
    const bool is_number = text[0] >= '0' && text[0] <= '9' && end - text <= 19;
    for (size_t i = 0; is_number && i < ZKL_COUNT(units); i++)
        if (strcmp(end, units[i].word) == 0 && value > 0 &&
            !__builtin_mul_overflow(value, units[i].bytes, out))
            return ZKL_OK;
    return zkl_fail(err, ZKL_USAGE, "--%s takes a size, as 1GiB or 500MB, not '%s'", option, text);
}
