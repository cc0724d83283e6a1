/* witness: new and cosign. A witness has a folder of its own, and no ledger. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/objects.h"
#include "api/trust.h"
#include "base/file.h"
#include "cli/commands.h"

#define REQUEST_BYTES_MAX ((size_t)1 << 17)

static const cli_option options[] = {
    { "name", 0, "NAME", "new: the witness's name, such as witness.example/w1", false, NULL },
    { "algorithm", 0, "NAME",
      "new: ed25519 (default), or ml-dsa-44, which withstands quantum computers (OpenSSL 3.5)",
      false, "ed25519|ml-dsa-44" },
    { "folder", 0, "FOLDER", "cosign: the witness's folder (default: witness)", false, NULL },
    { "trust", 't', "FILE", "cosign: the log's trust.toml", false, NULL },
    { "output", 'o', "FILE", "cosign: where the signature goes", false, NULL },
    { "force", 0, NULL, "cosign: replace a file that is no answer of this witness", false, NULL },
    { "new-passphrase-file", 0, "FILE", "new: the passphrase of the witness's key", false, NULL },
    { "no-passphrase", 0, NULL, "new: write the key in the clear", false, NULL },
};

static zkl_status read_algorithm(zkl_witness_algorithm *out, const cli_run *run, zkl_error *err)
{
    const char *name = cli_value(run, "algorithm");
    *out = ZKL_WITNESS_ED25519;
    if (!name)
        return ZKL_OK;
    for (size_t i = 0; api_witness_algorithms[i]; i++)
        if (strcmp(name, api_witness_algorithms[i]) == 0) {
            *out = (zkl_witness_algorithm)i;
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_USAGE, "--algorithm '%s': ed25519 or ml-dsa-44", name);
}

static zkl_status run_new(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    const zkl_bytes *passphrase;
    zkl_witness_algorithm algorithm;
    zkl_witness_made r = { 0 };
    const char *folder = run->argument_count > 1 ? run->arguments[1] : "witness";
    const char *name = cli_value(run, "name");
    if (!name)
        return zkl_fail(err, ZKL_USAGE, "its name? 'zkp-ledger witness new FOLDER --name NAME'");
    ZKL_TRY(read_algorithm(&algorithm, run, err));
    ZKL_TRY(cli_new_passphrase(&fresh, &passphrase, run, err));
    zkl_status status = zkl_witness_make(&r, folder, name, algorithm, passphrase, &run->env, err);
    if (status == ZKL_OK) {
        cli_say(run,
                "Made the witness '%s' in %s\n  key  %s\n"
                "Auditors who believe it name that key in trust.toml, [witnesses]\n",
                cli_text(run, name), cli_text(run, folder), cli_text(run, r.verifier_key));
        status = api_put_result(run->result, &api_witness_new, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.memory);
    return status;
}

/* Tried without a passphrase first: the key may be in the clear. */
static zkl_status cosign(api_witness_cosign_result *r, zkl_witness_cosign_request *request,
                         const service_exchanged *to, cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(api_passphrase) passphrase = { 0 };
    const char *path = cli_value(run, "passphrase-file");
    if (!path)
        path = getenv("ZKP_LEDGER_PASSPHRASE_FILE");
    if (path) {
        ZKL_TRY(cli_passphrase_read(&passphrase, path, false, err));
        request->passphrase = &passphrase.bytes;
    }
    const zkl_status status = api_witness_cosign_run(r, request, to, &run->env, err);
    if (status != ZKL_DENIED || path || !isatty(STDIN_FILENO))
        return status;
    ZKL_TRY(cli_passphrase_read(&passphrase, NULL, false, err));
    request->passphrase = &passphrase.bytes;
    return api_witness_cosign_run(r, request, to, &run->env, err);
}

static zkl_status run_cosign(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    api_witness_cosign_result r = { 0 };
    zkl_witness_cosign_request request = { .folder = cli_value(run, "folder") };
    const char *output = cli_value(run, "output");
    if (run->argument_count < 2)
        return zkl_fail(err, ZKL_USAGE,
                        "which request? 'zkp-ledger witness cosign FILE --trust trust.toml'");
    if (!cli_has(run, "trust"))
        return zkl_fail(err, ZKL_UNCHECKED,
                        "no trust file: give --trust trust.toml, as the log's owner prints it with "
                        "'zkp-ledger keys show --trust'. No log key is trusted on first use");
    if (!request.folder)
        request.folder = "witness";
    if (!output)
        output = "cosigned.txt";
    ZKL_TRY(cli_check_output(run, output, err));
    ZKL_TRY(api_trust_take(&request.trust, &trust, NULL, cli_value(run, "trust"), err));
    ZKL_TRY(zkl_file_read(&body, run->arguments[1], REQUEST_BYTES_MAX, err));
    request.request = zkl_buffer_bytes(&body);
    const service_exchanged to = { output,
                                   cli_has(run, "force"),
                                   { run->arguments[1], cli_value(run, "trust") } };
    zkl_status status = cosign(&r, &request, &to, run, err);
    if (status == ZKL_OK) {
        if (strcmp(output, "-") != 0)
            cli_say(run,
                    "Signed '%s' at %s; it was at %llu. The signature is in %s\n"
                    "Next, its owner: 'zkp-ledger log cosign attach %s --witness %s'\n",
                    cli_text(run, r.cosigned.origin), cli_counted(run, r.cosigned.size, "entry"),
                    (unsigned long long)r.cosigned.old_size, output, output,
                    cli_text(run, r.cosigned.verifier_key));
        status = api_put_result(run->result, &api_witness_cosign, ZKL_OK, &r, err);
    }
    zkl_arena_clear(&r.cosigned.memory);
    return status;
}

static zkl_status run_witness(cli_run *run, zkl_error *err)
{
    if (strcmp(run->arguments[0], "new") == 0)
        return run_new(run, err);
    if (strcmp(run->arguments[0], "cosign") == 0)
        return run_cosign(run, err);
    return zkl_fail(err, ZKL_USAGE, "'witness %s': new or cosign", run->arguments[0]);
}

const cli_command cli_witness = {
    .name = "witness",
    .arguments =
        "new [FOLDER] --name NAME [--algorithm NAME] | cosign REQUEST --trust trust.toml [-o FILE]",
    .summary = "be a witness: sign the checkpoints of somebody's log",
    .about =
        "new     a folder with a key, and a memory of what it signed\n"
        "cosign  checks a REQUEST ('log cosign request'): the log key that the trust file names "
        "signed the checkpoint, and it\n"
        "        extends the one that this witness signed last. Only then it is remembered and "
        "signed\n\n"
        "A witness sees no data and no entry. It sees to it that a log shows everybody the same "
        "history: of two that differ it\n"
        "signs one. Keep its folder: one that is put back from a copy may sign a fork.",
    .examples = "zkp-ledger witness new --name witness.example/w1\n"
                "zkp-ledger witness cosign cosign.txt --trust trust.toml -o cosigned.txt",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .words = "new|cosign",
    .argument_min = 1,
    .argument_max = 2,
    .run = run_witness,
};
