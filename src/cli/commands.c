/* The table of commands, in the order of the help. */
#include "cli/commands.h"

const cli_command *const cli_commands[] = {
    &cli_init,   &cli_notarize, &cli_show,  &cli_verify, &cli_verify_chain, &cli_log,
    &cli_export, &cli_keys,     &cli_setup, &cli_doctor, &cli_completion,   &cli_man,
};
const size_t cli_command_count = ZKL_COUNT(cli_commands);
