/* log cosign: request, attach and submit. The options are those of `log`. */
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/post.h"
#include "text/lines.h"

#define EXCHANGED_BYTES_MAX ((size_t)1 << 17)

static zkl_status run_request(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    api_cosign_request_result r = { 0 };
    zkl_cosign_ask_request request = { .witness = cli_value(run, "witness"),
                                       .has_old_size = cli_has(run, "old") };
    const char *output = cli_value(run, "output");
    if (!output)
        output = "cosign.txt";
    ZKL_TRY(cli_value_u64(run, "old", &request.old_size, err));
    ZKL_TRY(cli_check_output(run, output, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    const service_exchanged to = { output, cli_has(run, "force") };
    const api_cosign_ask_request asked = { request, to };
    zkl_status status = cli_call(&r, run, ledger, &api_log_cosign_request, &asked, err);
    if (status == ZKL_OK) {
        if (strcmp(output, "-") != 0)
            cli_say(run,
                    "Wrote %s: the checkpoint of %s, and that it extends that of %llu\n"
                    "Next: give it to the witness ('zkp-ledger witness cosign %s --trust "
                    "trust.toml'), then 'zkp-ledger log cosign attach ANSWER'\n",
                    output, cli_counted(run, r.asked.size, "entry"),
                    (unsigned long long)r.asked.old_size, output);
        status = api_put_result(run->result, &api_log_cosign_request, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.asked.memory);
    return status;
}

static zkl_status attach_and_say(cli_run *run, zkl_ledger *ledger,
                                 const zkl_cosign_attach_request *request, zkl_error *err)
{
    zkl_cosign_attached r = { 0 };
    const api_cosign_attach_request asked = { .asked = *request };
    zkl_status status = cli_call(&r, run, ledger, &api_log_cosign_attach, &asked, err);
    if (status == ZKL_OK) {
        for (size_t i = 0; i < r.cosignature_count; i++)
            cli_say(run, "Kept: '%s' signed the log at %s, said to be at %s\n",
                    cli_text(run, r.cosignatures[i].witness),
                    cli_counted(run, r.cosignatures[i].size, "entry"), r.cosignatures[i].time);
        if (r.ignored_count)
            cli_note(run, "%s by unknown keys left out (--witness names a key)\n",
                     cli_counted(run, r.ignored_count, "line"));
        status = api_put_result(run->result, &api_log_cosign_attach, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

static zkl_status run_attach(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    zkl_cosign_attach_request request = { 0 };
    if (run->argument_count < 3)
        return zkl_fail(err, ZKL_USAGE, "whose answer? 'zkp-ledger log cosign attach FILE'");
    request.witnesses = cli_values(run, "witness", &request.witness_count);
    ZKL_TRY(zkl_file_read(&answer, run->arguments[2], EXCHANGED_BYTES_MAX, err));
    request.answer = zkl_buffer_bytes(&answer);
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    return attach_and_say(run, ledger, &request, err);
}

/* ---- submit: request, answer and attach in one, over HTTP */

static bool read_size(uint64_t *out, zkl_bytes body)
{
    zkl_bytes line;
    return zkl_line_next(&line, &body) && !body.size && zkl_line_decimal(out, line);
}

static zkl_status fail_refusal(const cli_posted *posted, uint64_t size, zkl_error *err)
{
    switch (posted->code) {
    case 403:
        return zkl_fail(err, ZKL_UNCHECKED, "the witness knows no key that signed the checkpoint");
    case 404:
        return zkl_fail(err, ZKL_UNCHECKED, "the witness does not sign this log");
    case 409:
    case 422:
        return zkl_fail(err, ZKL_REJECTED,
                        "the witness does not find that the log of %llu entries extends the one "
                        "that it signed: the log is forked, or entries were lost",
                        (unsigned long long)size);
    default:
        return zkl_fail(err, ZKL_IO, "the witness answered %d", posted->code);
    }
}

/* The witness may have signed another tree than the ledger knows of: then it is asked once more,
 * from there. */
static zkl_status submit(zkl_buffer *answer, cli_run *run, zkl_ledger *ledger, const char *url,
                         zkl_cosign_ask_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_cosign_asked asked;
    size_t size_of_url = strlen(url);
    while (size_of_url && url[size_of_url - 1] == '/')
        size_of_url--;
    const char *const address =
        zkl_arena_format(&memory, "%.*s/add-checkpoint", (int)size_of_url, url);
    if (!address)
        return zkl_no_memory(err, 0);
    for (bool is_again = false;; is_again = true) {
        cli_posted posted = { 0 };
        uint64_t size;
        ZKL_TRY(zkl_cosign_ask(&asked, ledger, request, &run->env, err));
        const uint64_t old_size = asked.old_size, new_size = asked.size;
        zkl_status status = cli_post(&posted, address, asked.request, err);
        zkl_arena_clear(&asked.memory);
        if (status == ZKL_OK && posted.code == 200) {
            *answer = posted.body;
            return ZKL_OK;
        }
        if (status == ZKL_OK && !is_again && posted.code == 409 &&
            read_size(&size, zkl_buffer_bytes(&posted.body)) && size <= new_size &&
            size != old_size) {
            zkl_buffer_clear(&posted.body);
            request->old_size = size;
            request->has_old_size = true;
            continue;
        }
        if (status == ZKL_OK)
            status = fail_refusal(&posted, new_size, err);
        zkl_buffer_clear(&posted.body);
        return status;
    }
}

static zkl_status run_submit(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_cosign_attach_request attach = { 0 };
    zkl_cosign_ask_request request = { .has_old_size = cli_has(run, "old") };
    attach.witnesses = cli_values(run, "witness", &attach.witness_count);
    if (attach.witness_count != 1)
        return zkl_fail(err, ZKL_USAGE, "which witness? --witness NAME+HASH+KEY");
    ZKL_TRY(cli_value_u64(run, "old", &request.old_size, err));
    request.witness =
        zkl_arena_text(&memory, attach.witnesses[0], strcspn(attach.witnesses[0], "+"));
    if (!request.witness)
        return zkl_no_memory(err, 0);
    ZKL_TRY(cli_ledger_open(&ledger, run, false, err));
    ZKL_TRY(submit(&answer, run, ledger, run->arguments[2], &request, err));
    attach.answer = zkl_buffer_bytes(&answer);
    return attach_and_say(run, ledger, &attach, err);
}

zkl_status cli_run_cosign(cli_run *run, zkl_error *err)
{
    const char *action = run->argument_count > 1 ? run->arguments[1] : "";
    if (strcmp(run->arguments[0], "cosign") != 0)
        return zkl_fail(err, ZKL_USAGE, "'log %s': nothing, or cosign", run->arguments[0]);
    if (cli_has(run, "from") || cli_has(run, "last") || cli_has(run, "file"))
        return zkl_fail(err, ZKL_USAGE, "--from, --last and --file are of the list of entries");
    if (strcmp(action, "request") == 0 && run->argument_count == 2)
        return run_request(run, err);
    if (strcmp(action, "attach") == 0)
        return run_attach(run, err);
    if (strcmp(action, "submit") == 0 && run->argument_count == 3)
        return run_submit(run, err);
    return zkl_fail(err, ZKL_USAGE, "'log cosign %s': request, attach FILE, or submit URL", action);
}
