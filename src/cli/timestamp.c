/* timestamp: request, attach and fetch. An argument that is a file is a receipt; everything else is
 * a dataset of the ledger. */
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/commands.h"
#include "service/output.h"

#define REPLY_BYTES_MAX ((size_t)1 << 16)

static const cli_option options[] = {
    { "output", 'o', "FILE", "where to: the request, or the receipt with the timestamp", false,
      NULL },
    { "force", 0, NULL, "replace a file that is no receipt of this entry, or not this request",
      false, NULL },
};

/* What the argument names: a receipt, read into buffer, or a dataset of the ledger, opened. */
static zkl_status take_subject(zkl_timestamp_subject *out, zkl_buffer *buffer, zkl_ledger **ledger,
                               cli_run *run, zkl_error *err)
{
    const char *what = run->arguments[1];
    struct stat st;
    *out = (zkl_timestamp_subject){ 0 };
    if (stat(what, &st) == 0 && !S_ISDIR(st.st_mode)) {
        ZKL_TRY(zkl_file_read(buffer, what, API_RECEIPT_BYTES_MAX, err));
        out->receipt = zkl_buffer_bytes(buffer);
        if (!out->receipt.size)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty: it is no receipt", what);
        return ZKL_OK;
    }
    if (strchr(what, '/') || cli_ends_with(what, ".zkl"))
        return zkl_fail(err, ZKL_NOT_FOUND, "there is no file '%s'", what);
    out->reference = what;
    return cli_ledger_open(ledger, run, false, err);
}

static zkl_status run_request(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    api_timestamp_request_result r = { 0 };
    zkl_timestamp_subject subject;
    const char *output = cli_value(run, "output");
    if (!output)
        return zkl_fail(err, ZKL_USAGE, "where to? 'zkp-ledger timestamp request %s -o FILE.tsq'",
                        run->arguments[1]);
    ZKL_TRY(cli_check_output(run, output, err));
    ZKL_TRY(take_subject(&subject, &receipt, &ledger, run, err));
    const service_exchanged to = { output,
                                   cli_has(run, "force"),
                                   { subject.receipt.size ? run->arguments[1] : NULL } };
    const api_stamp_request asked = { .subject = subject, .to = to };
    zkl_status status = cli_call(&r, run, ledger, &api_timestamp_request, &asked, err);
    if (status == ZKL_OK) {
        if (strcmp(output, "-") != 0)
            cli_say(run,
                    "Wrote the request for a timestamp of entry %llu to %s\n"
                    "Next: send it to a clock, and 'zkp-ledger timestamp attach %s ANSWER.tsr'\n",
                    (unsigned long long)r.asked.index, output, run->arguments[1]);
        status = api_put_result(run->result, &api_timestamp_request, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.asked.memory);
    return status;
}

/* The time is said as the clock's word: no trust was asked. */
static void say_attached(cli_run *run, const api_timestamp_attach_result *r)
{
    cli_say(run, "Entry %llu existed at %s, says the clock", (unsigned long long)r->attached.index,
            r->attached.time);
    if (r->attached.accuracy_ms)
        cli_say(run, " (within %s ms)", cli_number(run, r->attached.accuracy_ms));
    if (r->output)
        cli_say(run, "\nWrote %s, %s, with %s\n", r->output, cli_size(run, r->attached.byte_count),
                cli_counted(run, r->attached.timestamp_count, "timestamp"));
    else
        cli_say(run,
                "\nThe ledger has %s of it: receipts that are exported from now on have them\n",
                cli_counted(run, r->attached.timestamp_count, "timestamp"));
    cli_say(run,
            "Whose clock it is, a verifier's trust file says ([[tsa]]); it was not asked here\n");
}

/* Of a receipt the file itself is written anew, unless another is named. */
static zkl_status run_attach(cli_run *run, bool fetches, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    api_timestamp_attach_result r = { 0 };
    const char *given = run->argument_count > 2 ? run->arguments[2] : NULL;
    zkl_timestamp_attach_request request = { .force = cli_has(run, "force") };
    if (!given)
        return zkl_fail(err, ZKL_USAGE, "'zkp-ledger timestamp %s %s %s'",
                        fetches ? "fetch" : "attach", run->arguments[1],
                        fetches ? "URL" : "ANSWER.tsr");
    ZKL_TRY(take_subject(&request.subject, &receipt, &ledger, run, err));
    if (request.subject.receipt.size) {
        const char *output = cli_value(run, "output");
        request.output = output ? output : run->arguments[1];
        request.is_in_place = service_output_is_same(request.output, run->arguments[1]);
        ZKL_TRY(cli_check_output(run, request.output, err));
    } else if (cli_has(run, "output")) {
        return zkl_fail(err, ZKL_USAGE,
                        "--output goes with a receipt: of a dataset the timestamp goes into the "
                        "ledger, and 'export' writes it");
    }
    if (fetches) {
        request.url = given;
    } else {
        if (request.output)
            ZKL_TRY(service_output_outside(request.output, &given, 1, NULL, err));
        ZKL_TRY(zkl_file_read(&reply, given, REPLY_BYTES_MAX, err));
        request.reply = zkl_buffer_bytes(&reply);
        if (!reply.size)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty: it is no answer of a clock", given);
    }
    const api_stamp_attach_request asked = { .asked = request };
    zkl_status status = cli_call(&r, run, ledger, &api_timestamp_attach, &asked, err);
    if (status == ZKL_OK) {
        if (!r.output || strcmp(r.output, "-") != 0)
            say_attached(run, &r);
        status = api_put_result(run->result, &api_timestamp_attach, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.attached.memory);
    return status;
}

static zkl_status run_timestamp(cli_run *run, zkl_error *err)
{
    const char *action = run->arguments[0];
    if (strcmp(action, "request") == 0 && run->argument_count == 2)
        return run_request(run, err);
    if (strcmp(action, "attach") == 0)
        return run_attach(run, false, err);
    if (strcmp(action, "fetch") == 0)
        return run_attach(run, true, err);
    return zkl_fail(err, ZKL_USAGE,
                    "'timestamp %s': request NAME, attach NAME FILE or fetch NAME URL", action);
}

const cli_command cli_timestamp = {
    .name = "timestamp",
    .arguments = "request|attach|fetch NAME[@VERSION|#ENTRY]|RECEIPT [ANSWER.tsr|URL] [-o FILE]",
    .summary = "have a clock say when an entry existed (RFC 3161)",
    .about =
        "request  write the request for a clock, a time stamping authority, to a file\n"
        "attach   put its answer into the ledger (NAME), from where receipts have it, or into a "
        "RECEIPT\n"
        "fetch    both at once, from a clock at an http address\n\n"
        "What is stamped is the entry: its receipt id is the SHA-256 that the clock signs. A "
        "timestamp says that entry and dataset\n"
        "existed then, not that they were new. It counts for verifiers whose trust file names the "
        "clock ([[tsa]]).",
    .examples =
        "zkp-ledger timestamp request penguins -o penguins.tsq\n"
        "curl -H Content-Type:application/timestamp-query --data-binary @penguins.tsq URL -o "
        "penguins.tsr\n"
        "zkp-ledger timestamp attach penguins penguins.tsr\n"
        "zkp-ledger timestamp fetch penguins.zkl http://tsa.example/tsr\tinto a receipt alone",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "request|attach|fetch",
    .takes_dataset = true,
    .argument_min = 2,
    .argument_max = 3,
    .run = run_timestamp,
};
