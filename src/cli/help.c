/* Help and manual pages, written from the table of commands. */
#include <string.h>

#include "cli/cli.h"

static const char exit_codes[] = "0 done or valid, 1 checked and false, 2 usage, 3 bad input, 4 "
                                 "not found, 5 conflict, 6 limit,\n"
                                 "7 input/output, 8 not supported, 9 could not check, 10 "
                                 "permission or passphrase, 130 interrupted,\n141 output closed.\n";

#define HELP_COLUMNS 80
#define OPTION_COLUMNS 27

/* Words, from column `at` on, within the width of a terminal; lines after the first are indented by
 * `hang`. */
static void fill(FILE *out, size_t at, size_t hang, const char *text, size_t size)
{
    const char *const end = text + size;
    bool is_first = true;
    while (text < end) {
        const size_t gap = strspn(text, " \n");
        text += gap;
        if (text >= end)
            break;
        size_t word = strcspn(text, " \n");
        word = word < (size_t)(end - text) ? word : (size_t)(end - text);
        if (!is_first && at + 1 + word > HELP_COLUMNS) {
            fprintf(out, "\n%*s", (int)hang, "");
            at = hang;
        } else if (!is_first) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", (int)word, text);
        at += word;
        text += word;
        is_first = false;
    }
    fputc('\n', out);
}

/* Columns up to what a line of a list says: "  range(c, lo, hi)   " or "show     "; 0: the line is
 * prose. */
static size_t item_head(const char *line, size_t size)
{
    size_t at = 0;
    while (at < size && line[at] == ' ')
        at++;
    for (; at + 2 < size; at++)
        if (line[at] == ' ' && line[at + 1] == ' ' && line[at + 2] != ' ')
            return at + 2;
    return line[0] == ' ' ? strspn(line, " ") : 0;
}

/* Paragraphs and lists. A line that is indented as far as an item's words goes on with them. Lines
 * that belong together are filled together, since texts in the source are broken anywhere. */
static void print_text(FILE *out, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\n");
        const size_t head = size ? item_head(text, size) : 0;
        for (const char *next = text + size; size && *next == '\n'; next = text + size) {
            const size_t indent = strspn(next + 1, " "), more = strcspn(next + 1, "\n");
            if (!more || (head ? indent != head || strspn(text, " ") == head
                               : item_head(next + 1, more) != 0))
                break;
            size += 1 + more;
        }
        fprintf(out, "%.*s", (int)head, text);
        fill(out, head, head, text + head, size - head);
        text += size + (text[size] == '\n');
    }
}

/* The words begin in one column; an option that is too long for it pushes its own. */
static void print_option(FILE *out, const cli_option *option)
{
    ZKL_ASSERT(option->name[0] && option->help);
    /* "-o, --output FILE", with blanks where there is no letter. */
    char left[96];
    snprintf(left, sizeof left, "%s%c%s--%s%s%s%s", option->letter ? "-" : " ",
             option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
             option->may_lack_value ? "[="
             : option->value        ? " "
                                    : "",
             option->value ? option->value : "", option->may_lack_value ? "]" : "");
    /* The help's words, whether it repeats, and its choices. */
    char words[400];
    int size = snprintf(words, sizeof words, "%s%s%s", option->help,
                        option->repeats ? " (may repeat)" : "", option->choices ? " [" : "");
    for (const char *at = option->choices; at; at = strchr(at, '|')) { /* lines break at blanks */
        at += *at == '|';
        size += snprintf(words + size, sizeof words - (size_t)size, "%.*s%s", (int)strcspn(at, "|"),
                         at, at[strcspn(at, "|")] ? ", " : "]");
    }
    ZKL_ASSERT(size >= 0 && (size_t)size < sizeof words); /* a test prints every option */
    const size_t column = strlen(left) <= OPTION_COLUMNS ? OPTION_COLUMNS + 3 : strlen(left) + 3;
    fprintf(out, "  %-*s ", OPTION_COLUMNS, left);
    fill(out, column, OPTION_COLUMNS + 3, words, (size_t)size);
}

/* What stands on one screen: commands, common options, how to start, exit codes. */
void cli_print_overview(FILE *out)
{
    fprintf(out,
            "zkp-ledger %s: notarise datasets, prove claims, verify them anywhere\n\n"
            "Usage: zkp-ledger COMMAND [options]\n\nCommands:\n",
            ZKL_VERSION);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, "  %-14s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    fprintf(out, "\nOptions of every command:\n");
    for (size_t i = 0; i < cli_common_option_count; i++)
        print_option(out, &cli_common_options[i]);
    fprintf(out, "\nStart:\n"
                 "  zkp-ledger init\n"
                 "  zkp-ledger notarize data.csv --name data --claim 'range(age, 0, 120)'\n"
                 "  zkp-ledger export data -o data.zkl\n"
                 "  zkp-ledger keys show --trust > trust.toml\n"
                 "  zkp-ledger verify data.zkl --trust trust.toml\n"
                 "\n'zkp-ledger COMMAND --help' says more, 'zkp-ledger --version' which this is.\n"
                 "Environment: ZKP_LEDGER_DIR (the ledger), ZKP_LEDGER_PASSPHRASE_FILE,\n"
                 "ZKL_NATIVE (portable, avx2, avx512ifma, neon: how arithmetic is done;\n"
                 "'zkp-ledger doctor' says which it is).\n"
                 "Exit codes:\n");
    print_text(out, exit_codes);
}

/* Example lines are "command\tcomment". */
static void print_examples(FILE *out, const char *examples, const char *indent)
{
    for (const char *line = examples; line && *line;) {
        size_t size = strcspn(line, "\n"), command = strcspn(line, "\t\n");
        if (command < size)
            fprintf(out, "%s# %.*s\n", indent, (int)(size - command - 1), line + command + 1);
        fprintf(out, "%s%.*s\n", indent, (int)command, line);
        line += size + (line[size] == '\n');
    }
}

static const char *place_word(cli_place_kind kind)
{
    return kind == CLI_THERE ? "at the service" : kind == CLI_HERE ? "here" : "refused";
}

/* "keys backup: refused: why", one after the other. print: as it is, or as roff. */
static void print_places(FILE *out, const cli_command *command,
                         void (*print)(FILE *out, const char *text))
{
    const cli_place *place;
    for (size_t i = 0; (place = cli_place_at(i)) != NULL; i++) {
        char line[256];
        if (strcmp(place->command, command->name) != 0)
            continue;
        snprintf(line, sizeof line, "%s%s%s: %s%s%s", place->command, place->action ? " " : "",
                 place->action ? place->action : "", place_word(place->kind),
                 place->why ? ": " : "", place->why ? place->why : "");
        print(out, line);
    }
}

static void print_place(FILE *out, const char *text)
{
    fputs("  ", out);
    fill(out, 3, 4, text, strlen(text));
    fputc('\n', out);
}

/* The same table as parsing and completion: what is printed here is what is taken. */
void cli_print_help(FILE *out, const cli_command *command)
{
    ZKL_ASSERT(command->name && command->arguments && command->about);
    fprintf(out, "Usage: zkp-ledger %s ", command->name);
    fill(out, strlen("Usage: zkp-ledger ") + strlen(command->name) + 1, 7, command->arguments,
         strlen(command->arguments));
    fputc('\n', out);
    print_text(out, command->about);
    if (command->option_count)
        fprintf(out, "\nOptions:\n");
    for (size_t i = 0; i < command->option_count; i++)
        print_option(out, &command->options[i]);
    fprintf(out, "\nOptions of every command:\n");
    for (size_t i = 0; i < cli_common_option_count; i++)
        print_option(out, &cli_common_options[i]);
    fprintf(out, "\nWith --remote:\n");
    print_places(out, command, print_place);
    if (command->examples) {
        fprintf(out, "\nExamples:\n");
        print_examples(out, command->examples, "  ");
    }
    fprintf(out, "\nExit codes: 0 done or valid, 1 false; all of them: 'zkp-ledger --help'\n");
}

/* roff: a dot or quote at a line's start and every backslash and dash are special. */
static void print_roff(FILE *out, const char *text)
{
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\n' && text[1] == '\n')
            fputs("\n.PP", out);
        else
            fputc(*text, out);
        line_start = *text == '\n';
    }
}

static void print_roff_line(FILE *out, const char *text)
{
    print_roff(out, text);
    fputc('\n', out);
}

/* " (a, b, c)": a list with blanks, since a line is broken at these alone. */
static void print_roff_choices(FILE *out, const char *choices)
{
    fputs(" (", out);
    for (; *choices; choices++)
        fputs(*choices == '|'   ? ", "
              : *choices == '-' ? "\\-"
                                : (const char[2]){ *choices, 0 },
              out);
    fputc(')', out);
}

/* An indented paragraph an option. */
static void print_roff_options(FILE *out, const cli_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(".TP\n.B ", out);
        if (options[i].letter)
            fprintf(out, "\\-%c, ", options[i].letter);
        fputs("\\-\\-", out);
        print_roff(out, options[i].name);
        if (options[i].value)
            fprintf(out, options[i].may_lack_value ? "[=\\fI%s\\fR]" : " \\fI%s\\fR",
                    options[i].value);
        fputc('\n', out);
        print_roff(out, options[i].help);
        if (options[i].choices)
            print_roff_choices(out, options[i].choices);
        fputc('\n', out);
    }
}

/* One page a command and one for the program, in the roff that man-db reads. */
void cli_print_man(FILE *out, const cli_command *command)
{
    fprintf(out, ".TH ZKP\\-LEDGER%s%s 1 \"\" \"zkp-ledger %s\"\n.SH NAME\nzkp\\-ledger",
            command ? "\\-" : "", command ? command->name : "", ZKL_VERSION);
    if (command)
        fprintf(out, "\\-%s", command->name);
    fputs(" \\- ", out);
    print_roff(out, command ? command->summary
                            : "notarise datasets, prove claims about them, verify them anywhere");
    fputs("\n.SH SYNOPSIS\n.B zkp\\-ledger ", out);
    if (command) {
        fprintf(out, "%s\n", command->name);
        print_roff(out, command->arguments);
        fputs("\n.SH DESCRIPTION\n", out);
        print_roff(out, command->about);
        fputs("\n.SH OPTIONS\n", out);
        print_roff_options(out, command->options, command->option_count);
    } else {
        fputs("\\fICOMMAND\\fR [options]\n.SH COMMANDS\n", out);
        for (size_t i = 0; i < cli_command_count; i++) {
            fprintf(out, ".TP\n.B zkp\\-ledger\\-%s\n", cli_commands[i]->name);
            print_roff(out, cli_commands[i]->summary);
            fputc('\n', out);
        }
        fputs(".SH OPTIONS OF EVERY COMMAND\n", out);
    }
    print_roff_options(out, cli_common_options, cli_common_option_count);
    if (command) {
        fputs(".SH WITH --REMOTE\n.nf\n", out);
        print_places(out, command, print_roff_line);
        fputs(".fi\n", out);
    }
    if (command && command->examples) {
        fputs(".SH EXAMPLES\n.nf\n", out);
        print_examples(out, command->examples, "");
        fputs(".fi\n", out);
    }
    fputs(".SH EXIT STATUS\n", out);
    print_roff(out, exit_codes);
}
