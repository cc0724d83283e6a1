/* doctor: the findings of zkl_doctor, a line each. */
#include "cli/commands.h"

/* A line a finding. Hints get the words of this program, since the library names no command. */
static zkl_status run_doctor(cli_run *run, zkl_error *err)
{
    static const char *const marks[] = { "ok     ", "note   ", "FAULT  " };
    zkl_doctor_result r = { 0 };
    zkl_ledger_options options = { 0 };
    zkl_error none = { 0 };
    /* Without a ledger the machine is looked at alone. One that was named must be there. */
    const zkl_status found =
        zkl_locate(&options.folder, &run->arena, cli_value(run, "ledger"), &none);
    if (found == ZKL_NOT_FOUND && !cli_has(run, "ledger")) /* one that is named must be there */
        cli_note(run, "%s\n", cli_hinted(run, none.text, none.hint));
    else if (found != ZKL_OK)
        return zkl_fail_as(err, found, &none);
    ZKL_TRY(zkl_doctor(&r, &options, &run->env, err));
    /* The findings again, with the words of their hints: what is shown and what --json has. */
    zkl_doctor_line *said = ZKL_ARENA_NEW(&run->arena, zkl_doctor_line, r.line_count);
    for (size_t i = 0; said && i < r.line_count; i++) {
        said[i] = r.lines[i];
        if (said[i].hint)
            said[i].found = cli_hinted(run, said[i].found, said[i].hint);
        cli_say(run, "%s%-18s %s\n", marks[said[i].severity], said[i].what,
                said[i].hint ? said[i].found : cli_text(run, said[i].found));
    }
    r.lines = said;
    const zkl_status put = said ? api_put_result(run->result, &api_doctor, ZKL_OK, &r, err)
                                : zkl_no_memory(err, r.line_count * sizeof *said);
    /* Exit code 1 for a monitor: a fault is something that was checked and is false. */
    size_t faults = r.fault_count;
    zkl_arena_clear(&r.memory);
    ZKL_TRY(put);
    return faults ? zkl_fail(err, ZKL_REJECTED, "%zu %s", faults, faults == 1 ? "fault" : "faults")
                  : ZKL_OK;
}

const cli_command cli_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "what this program, machine and ledger are like",
    .about = "Shows versions, processors, the table reader, the set-up cache, and of the ledger "
             "its configuration as it counts, key\n"
             "files and their modes, and the head of the log against its checkpoint. Exit code 1 "
             "when something is at fault.",
    .examples =
        "zkp-ledger doctor\nzkp-ledger doctor --json\tfor a monitor: exit code 1 is a fault",
    .run = run_doctor,
};
