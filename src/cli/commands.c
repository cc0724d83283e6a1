/* The table of commands, from the list in commands.h. */
#include "cli/commands.h"

const cli_command *const cli_commands[] = {
#define COMMAND(name) &cli_##name,
    CLI_COMMANDS(COMMAND)
#undef COMMAND
};
const size_t cli_command_count = ZKL_COUNT(cli_commands);
