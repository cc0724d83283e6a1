/* What this program, machine and ledger are like. It takes no open ledger: one that cannot be
 * opened is what it is asked about. */
#include "api/operation.h"

typedef struct doctor_request {
    const char *folder;
} doctor_request;

static const api_field request_fields[] = {
    { "ledger", API_TEXT, API_AT(doctor_request, folder), .is_path = true, .path_use = API_PATH_OWN,
      .help = "a ledger's folder; without it the machine alone is looked at" },
};
static const api_object request_object = API_OBJECT(doctor_request, request_fields);

/* By zkl_doctor_line's numbers. */
static const char *const severities[] = { "ok", "note", "fault", NULL };

static const api_field finding_fields[] = {
    { "what", API_TEXT, API_AT(zkl_doctor_line, what), .help = "what was looked at" },
    { "found", API_TEXT, API_AT(zkl_doctor_line, found), .help = "what was found, in words" },
    { "severity", API_ENUM, API_AT(zkl_doctor_line, severity), .names = severities,
      .help = "is it as it should be" },
};
static const api_object finding = API_OBJECT(zkl_doctor_line, finding_fields);

/* A ledger with faults is a failure, and what was found is then the answer. A check that could
 * not begin found nothing. */
static bool has_findings(const void *record)
{
    return ((const zkl_doctor_result *)record)->line_count > 0;
}

static const api_field doctor_fields[] = {
    { "findings", API_LIST, API_AT(zkl_doctor_result, lines),
      API_COUNT(zkl_doctor_result, line_count), .when = has_findings, .of = &finding,
      .help = "everything that was looked at" },
};
static const api_object doctor_object = API_OBJECT(zkl_doctor_result, doctor_fields);

/* A fault is something that was checked and is false: the same status as a false claim, and exit
 * code 1 for a monitor. */
static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    zkl_doctor_result *out = result;
    const zkl_ledger_options options = { .folder = ((const doctor_request *)request)->folder };
    (void)ledger;
    ZKL_TRY(zkl_doctor(out, &options, env, err));
    if (out->fault_count)
        return zkl_fail(err, ZKL_REJECTED, "%zu %s", out->fault_count,
                        out->fault_count == 1 ? "fault" : "faults");
    return ZKL_OK;
}

const api_operation api_doctor = {
    .name = "doctor",
    .summary = "what this program, machine and ledger are like",
    .permission = "service:manage",
    .effect = API_WITHOUT_LEDGER,
    .request = &request_object,
    .result = &doctor_object,
    .failure = &doctor_object,
    .memory_offset = offsetof(zkl_doctor_result, memory),
    .run = run,
};
