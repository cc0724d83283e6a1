/* doctor: the findings of zkl_doctor, a line each. */
#include "cli/commands.h"

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
    json_t *findings = json_array();
    for (size_t i = 0; i < r.line_count; i++) {
        const char *said = cli_hinted(run, r.lines[i].found, r.lines[i].hint);
        cli_say(run, "%s%-18s %s\n", marks[r.lines[i].severity], r.lines[i].what, said);
        json_array_append_new(findings,
                              json_pack("{s:s, s:o, s:s}", "what", r.lines[i].what, "found",
                                        cli_json_text(r.lines[i].hint ? said : r.lines[i].found),
                                        "severity",
                                        r.lines[i].severity == 0   ? "ok"
                                        : r.lines[i].severity == 1 ? "note"
                                                                   : "fault"));
    }
    cli_set(run, "findings", findings);
    /* Exit code 1 for a monitor: a fault is something that was checked and is false. */
    size_t faults = r.fault_count;
    zkl_arena_clear(&r.memory);
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
