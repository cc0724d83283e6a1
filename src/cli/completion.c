/* Completion scripts, written from the table of commands. */
#include <string.h>

#include "cli/cli.h"

/* The table has choices as "a|b"; shells want blanks. */
static void print_words(FILE *out, const char *choices)
{
    ZKL_ASSERT(choices && choices[0]);
    for (const char *c = choices; *c; c++)
        fputc(*c == '|' ? ' ' : *c, out);
}

/* By the word that stands for the value in help. */
static bool names_files(const cli_option *option)
{
    return option->value && (strstr(option->value, "FILE") || strstr(option->value, "PATH") ||
                             strstr(option->value, "DIR"));
}

static void print_bash_options(FILE *out, const cli_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, " --%s", options[i].name);
}

/* Values of options: choices, names of datasets, files; anything else is left to the person. */
static void print_bash_values(FILE *out, const char *command, const cli_option *options,
                              size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const cli_option *option = &options[i];
        if (!option->value || option->may_lack_value)
            continue;
        fprintf(out, "        %s:--%s", command, option->name);
        if (option->letter)
            fprintf(out, "|%s:-%c", command, option->letter);
        if (option->choices) {
            fputs(") words='", out);
            print_words(out, option->choices);
            fputs("' ;;\n", out);
        } else if (names_files(option)) {
            fputs(") files=1 ;;\n", out);
        } else if (strcmp(command, "notarize") == 0 && strcmp(option->name, "name") == 0) {
            fputs(") words=$(zkp-ledger completion datasets 2>/dev/null) ;;\n", out);
        } else {
            fputs(") ;;\n", out);
        }
    }
}

/* One case of the script's big switch: the command's options, its words, its datasets, else
 * files. */
static void print_bash_command(FILE *out, const cli_command *command)
{
    print_bash_values(out, command->name, command->options, command->option_count);
    fprintf(out, "        %s:*)\n            if [[ $cur == -* ]]; then words='", command->name);
    print_bash_options(out, command->options, command->option_count);
    print_bash_options(out, cli_common_options, cli_common_option_count);
    fputs("'\n            else", out);
    if (command->words) {
        fputs(" words='", out);
        print_words(out, command->words);
        fputs("';", out);
    }
    if (command->takes_dataset)
        fputs(" words=$(zkp-ledger completion datasets 2>/dev/null);", out);
    fputs(" files=1; fi ;;\n", out);
}

/* The command is the first word that is neither an option nor the value of one. */
static void print_bash(FILE *out)
{
    fputs("# bash completion of zkp-ledger\n_zkp_ledger() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= files= "
          "command= i\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n        case ${COMP_WORDS[i]} in\n        ",
          out);
    /* Common options with a value, so that the script can skip both when it looks for the
     * command. */
    for (size_t i = 0; i < cli_common_option_count; i++)
        if (cli_common_options[i].value && !cli_common_options[i].may_lack_value)
            fprintf(out, "%s--%s", i ? "|" : "", cli_common_options[i].name);
    fputs(") ((i++)) ;;\n        -*) ;;\n        *) command=${COMP_WORDS[i]}; break ;;\n"
          "        esac\n    done\n    case $command:$prev in\n",
          out);
    print_bash_values(out, "*", cli_common_options, cli_common_option_count);
    fputs("        :*) words='", out);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(out, "%s%s", i ? " " : "", cli_commands[i]->name);
    print_bash_options(out, cli_common_options, cli_common_option_count);
    fputs("' ;;\n", out);
    for (size_t i = 0; i < cli_command_count; i++)
        print_bash_command(out, cli_commands[i]);
    fputs("    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "    if [ -n \"$files\" ]; then\n"
          "        local IFS=$'\\n'\n"
          "        COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
          "        compopt -o filenames 2>/dev/null\n    fi\n}\n"
          "complete -F _zkp_ledger zkp-ledger\n",
          out);
}

/* Inside single quotes of zsh and fish; brackets and colons would end a zsh description. */
static void print_quoted(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (*text == '[' || *text == ']' || *text == ':')
            fputc(' ', out);
        else
            fputc(*text, out);
    }
}

/* One specification of _arguments an option: '*' before one that repeats. */
static void print_zsh_options(FILE *out, const cli_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "            '%s--%s[", options[i].repeats ? "*" : "", options[i].name);
        print_quoted(out, options[i].help);
        fputc(']', out);
        if (options[i].choices) {
            fprintf(out, ":%s:(", options[i].name);
            print_words(out, options[i].choices);
            fputc(')', out);
        } else if (options[i].value && !options[i].may_lack_value) {
            fprintf(out, ":%s:_files", options[i].value);
        }
        fputs("' \\\n", out);
    }
}

/* Commands with their summaries, then for each a list of its arguments. */
static void print_zsh(FILE *out)
{
    fputs("#compdef zkp-ledger\n_zkp_ledger() {\n    local -a commands\n    commands=(\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "        '%s:", cli_commands[i]->name);
        print_quoted(out, cli_commands[i]->summary);
        fputs("'\n", out);
    }
    fputs("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        "
          "return\n"
          "    fi\n    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n"
          "    case $command in\n",
          out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "        %s) _arguments \\\n", cli_commands[i]->name);
        print_zsh_options(out, cli_commands[i]->options, cli_commands[i]->option_count);
        print_zsh_options(out, cli_common_options, cli_common_option_count);
        if (cli_commands[i]->words) {
            fputs("            '1:word:(", out);
            print_words(out, cli_commands[i]->words);
            fputs(")' \\\n", out);
        }
        fputs(cli_commands[i]->takes_dataset
                  ? "            '*:dataset or file:{ compadd -- ${(f)\"$(zkp-ledger completion "
                    "datasets 2>/dev/null)\"}; _files }' ;;\n"
                  : "            '*:file:_files' ;;\n",
              out);
    }
    fputs("    esac\n}\ncompdef _zkp_ledger zkp-ledger\n", out);
}

/* A line an option, under the condition that its command stands on the line. */
static void print_fish_option(FILE *out, const char *condition, const cli_option *option)
{
    fprintf(out, "complete -c zkp-ledger -n '%s' -l %s", condition, option->name);
    if (option->letter)
        fprintf(out, " -s %c", option->letter);
    if (option->choices) {
        fputs(" -x -a '", out);
        print_words(out, option->choices);
        fputc('\'', out);
    } else if (option->value && !option->may_lack_value) {
        fputs(" -r", out);
    }
    fputs(" -d '", out);
    print_quoted(out, option->help);
    fputs("'\n", out);
}

/* fish has no function to write: a line says each fact. */
static void print_fish(FILE *out)
{
    fputs("# fish completion of zkp-ledger\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        char condition[96];
        fprintf(out, "complete -c zkp-ledger -n __fish_use_subcommand -a %s -d '",
                cli_commands[i]->name);
        print_quoted(out, cli_commands[i]->summary);
        fputs("'\n", out);
        snprintf(condition, sizeof condition, "__fish_seen_subcommand_from %s",
                 cli_commands[i]->name);
        for (size_t j = 0; j < cli_commands[i]->option_count; j++)
            print_fish_option(out, condition, &cli_commands[i]->options[j]);
        if (cli_commands[i]->takes_dataset)
            fprintf(out,
                    "complete -c zkp-ledger -n '%s' -a '(zkp-ledger completion datasets "
                    "2>/dev/null)'\n",
                    condition);
        if (cli_commands[i]->words) {
            fprintf(out, "complete -c zkp-ledger -n '%s' -a '", condition);
            print_words(out, cli_commands[i]->words);
            fputs("'\n", out);
        }
    }
    for (size_t j = 0; j < cli_common_option_count; j++)
        print_fish_option(out, "not __fish_use_subcommand", &cli_common_options[j]);
}

/* One printer a shell: their languages have nothing in common but the table. A script knows the
 * table of now: a new program needs its script printed anew. */
zkl_status cli_print_completion(FILE *out, const char *shell, zkl_error *err)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(out);
    else if (strcmp(shell, "fish") == 0)
        print_fish(out);
    else
        return zkl_fail(err, ZKL_USAGE, "no completion for '%s': bash, zsh or fish", shell);
    return ZKL_OK;
}
