#pragma once
/* The actions of `setup` that make and check a ceremony. */
#include "cli/commands.h"

/* NULL: no such action. */
typedef zkl_status cli_ceremony_action(cli_run *run, zkl_error *err);
cli_ceremony_action *cli_find_ceremony_action(const char *name);
