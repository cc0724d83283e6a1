/* `zkp-ledger hello NAME`: a command to begin with, over the operation of
 * tests/templates/operation. It has its arguments and its text for people; --json is printed
 * from the operation's rows. */
#include <stdlib.h>

#include "cli/commands.h"

static zkl_status run_hello(cli_run *run, zkl_error *err)
{
    zkl_call_result answer = { 0 };
    json_t *request = json_pack("{s:o}", "name", api_text(run->arguments[0]));
    char *text = request ? json_dumps(request, 0) : NULL;
    zkl_status status = text ? ZKL_OK : zkl_no_memory(err, 0);
    if (status == ZKL_OK)
        status = zkl_call(&answer, NULL, "hello", zkl_bytes_of_text(text), &run->env, err);
    json_t *said = answer.json ? json_loads(answer.json, 0, NULL) : NULL;
    if (status == ZKL_OK && said) {
        json_object_update(run->result, said);
        cli_say(run, "%s\n", json_string_value(json_object_get(said, "greeting")));
    }
    json_decref(said);
    json_decref(request);
    free(text);
    zkl_arena_clear(&answer.memory);
    return status;
}

const cli_command cli_hello = {
    .name = "hello",
    .arguments = "NAME",
    .summary = "greet somebody by name",
    .about = "Greets NAME, and counts its letters in --json.",
    .examples = "zkp-ledger hello Ada",
    .argument_min = 1,
    .argument_max = 1,
    .run = run_hello,
};
