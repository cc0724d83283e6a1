#include <string.h>

#include "cli/cli.h"

static const char exit_codes[] = "0 done or valid, 1 checked and false, 2 usage, 3 bad input, 4 "
                                 "not found, 5 conflict, 6 limit,\n"
                                 "7 input/output, 8 not supported, 9 could not check, 10 "
                                 "permission or passphrase, 130 interrupted.\n";

static void print_option(FILE *out, const cli_option *option)
{
    char left[96];
    snprintf(left, sizeof left, "%s%c%s--%s%s%s%s", option->letter ? "-" : " ",
             option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
             option->may_lack_value ? "[="
             : option->value        ? " "
                                    : "",
             option->value ? option->value : "", option->may_lack_value ? "]" : "");
    fprintf(out, "  %-28s %s%s", left, option->help, option->repeats ? " (may repeat)" : "");
    if (option->choices)
        fprintf(out, " [%s]", option->choices);
    fputc('\n', out);
}

void cli_print_overview(FILE *out)
{
    fprintf(out,
            "zkp-ledger %s: notarise datasets, prove claims about them, verify them anywhere\n\n"
            "Usage: zkp-ledger COMMAND [options]\n\nCommands:\n",
            ZKL_VERSION);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, "  %-14s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    fprintf(out, "\nOptions of every command:\n");
    for (size_t i = 0; i < cli_common_option_count; i++)
        print_option(out, &cli_common_options[i]);
    fprintf(out,
            "\nStart:\n"
            "  zkp-ledger init\n"
            "  zkp-ledger notarize data.csv --name data --claim 'range(age, 0, 120)' -o data.zkl\n"
            "  zkp-ledger keys show --trust > trust.toml\n"
            "  zkp-ledger verify data.zkl --trust trust.toml\n"
            "\n'zkp-ledger COMMAND --help' says more. Exit codes:\n%s",
            exit_codes);
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

void cli_print_help(FILE *out, const cli_command *command)
{
    fprintf(out, "Usage: zkp-ledger %s %s\n\n%s\n", command->name, command->arguments,
            command->about);
    if (command->option_count)
        fprintf(out, "\nOptions:\n");
    for (size_t i = 0; i < command->option_count; i++)
        print_option(out, &command->options[i]);
    fprintf(out, "\nOptions of every command:\n");
    for (size_t i = 0; i < cli_common_option_count; i++)
        print_option(out, &cli_common_options[i]);
    if (command->examples) {
        fprintf(out, "\nExamples:\n");
        print_examples(out, command->examples, "  ");
    }
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
            fprintf(out, " (%s)", options[i].choices);
        fputc('\n', out);
    }
}

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
    if (command && command->examples) {
        fputs(".SH EXAMPLES\n.nf\n", out);
        print_examples(out, command->examples, "");
        fputs(".fi\n", out);
    }
    fputs(".SH EXIT STATUS\n", out);
    print_roff(out, exit_codes);
}
