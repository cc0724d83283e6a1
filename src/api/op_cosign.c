/* Witnesses: requests of a ledger and answers to it, and a witness's own half. */
#include <string.h>

#include "api/objects.h"
#include "api/passphrase.h"
#include "api/requests.h"
#include "api/results.h"
#include "api/trust.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"

#define EXCHANGED_BYTES_MAX ((size_t)1 << 17)

/* ---- log-cosign-request */

static const api_field request_fields[] = {
    { "witness", API_TEXT, API_AT(api_cosign_ask_request, asked.witness),
      .help = "name of the witness that is asked; else the only one that ever signed" },
    { "old_size", API_NUMBER, API_AT(api_cosign_ask_request, asked.old_size),
      .help = "with from_old_size: the tree that the witness signed last" },
    { "from_old_size", API_BOOL, API_AT(api_cosign_ask_request, asked.has_old_size),
      .help = "begin at old_size, not at what the ledger has of that witness" },
    { "output", API_TEXT, API_AT(api_cosign_ask_request, to.path), .required = true,
      .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "where the request goes (text, C2SP tlog-witness)" },
    { "force", API_BOOL, API_AT(api_cosign_ask_request, to.force),
      .help = "replace a file there that is no request of this log" },
};
static const api_object request_object = API_OBJECT(api_cosign_ask_request, request_fields);

#define AT(member) API_AT(api_cosign_request_result, member)
static const api_field requested_fields[] = {
    { "old_size", API_NUMBER, AT(asked.old_size), .help = "the tree that the proof begins at" },
    { "size", API_NUMBER, AT(asked.size), .help = "the checkpoint's tree" },
    { "output", API_TEXT, AT(output), .help = "where it was written" },
};
#undef AT
static const api_object requested_object = API_OBJECT(api_cosign_request_result, requested_fields);

zkl_status api_cosign_request_run(api_cosign_request_result *out, zkl_ledger *ledger,
                                  const zkl_cosign_ask_request *request,
                                  const service_exchanged *to, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(zkl_cosign_ask(&out->asked, ledger, request, env, err));
    out->output = to->path;
    return service_exchanged_put_request(to, ledger, out->asked.request, err);
}

static zkl_status run_request(void *result, zkl_ledger *ledger, const void *request,
                              const zkl_env *env, zkl_error *err)
{
    const api_cosign_ask_request *given = request;
    return api_cosign_request_run(result, ledger, &given->asked, &given->to, env, err);
}

const api_operation api_log_cosign_request = {
    .name = "log-cosign-request",
    .summary = "write what a witness is asked: a checkpoint and a consistency proof",
    .permission = "log:read",
    .effect = API_READS,
    .request = &request_object,
    .result = &requested_object,
    .memory_offset = offsetof(api_cosign_request_result, asked.memory),
    .run = run_request,
};

/* ---- log-cosign-attach */

static const api_field attach_fields[] = {
    { "answer", API_BYTES, API_AT(api_cosign_attach_request, asked.answer),
      .help = "a witness's signature lines, or a note that ends in them. This, or the next" },
    { "answer_file", API_TEXT, API_AT(api_cosign_attach_request, answer_file), .is_path = true,
      .help = "the file of them" },
    { "witnesses", API_TEXTS, API_AT(api_cosign_attach_request, asked.witnesses),
      API_COUNT(api_cosign_attach_request, asked.witness_count),
      .help =
          "verifier keys (type 4 or 6) whose lines are taken, besides those that signed before" },
};
static const api_object attach_object = API_OBJECT(api_cosign_attach_request, attach_fields);

static const api_field cosignature_fields[] = {
    { "witness", API_TEXT, API_AT(zkl_cosignature, witness), .help = "its name" },
    { "time", API_TEXT, API_AT(zkl_cosignature, time), .help = "its own word" },
    { "size", API_NUMBER, API_AT(zkl_cosignature, size), .help = "the tree that it signed" },
};
static const api_object cosignature = API_OBJECT(zkl_cosignature, cosignature_fields);

static const api_field attached_fields[] = {
    { "cosignatures", API_LIST, API_AT(zkl_cosign_attached, cosignatures),
      API_COUNT(zkl_cosign_attached, cosignature_count), .of = &cosignature,
      .help = "those that were kept" },
    { "ignored", API_NUMBER, API_AT(zkl_cosign_attached, ignored_count),
      .help = "lines by keys that are not known" },
};
static const api_object attached_object = API_OBJECT(zkl_cosign_attached, attached_fields);

static zkl_status run_attach(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const api_cosign_attach_request *given = request;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    zkl_cosign_attach_request asked = given->asked;
    if ((asked.answer.size > 0) == (given->answer_file != NULL))
        return zkl_fail(err, ZKL_USAGE, "say one of 'answer' and 'answer_file'");
    if (given->answer_file) {
        ZKL_TRY(zkl_file_read(&answer, given->answer_file, EXCHANGED_BYTES_MAX, err));
        asked.answer = zkl_buffer_bytes(&answer);
    }
    return zkl_cosign_attach(result, ledger, &asked, env, err);
}

/* It writes into the store, and needs no key. */
const api_operation api_log_cosign_attach = {
    .name = "log-cosign-attach",
    .summary = "keep witnesses' signatures of a checkpoint, for receipts",
    .permission = "log:write",
    .effect = API_WRITES,
    .request = &attach_object,
    .result = &attached_object,
    .memory_offset = offsetof(zkl_cosign_attached, memory),
    .run = run_attach,
};

/* ---- witness-new */

typedef struct new_request {
    const char *folder, *name;
    zkl_witness_algorithm algorithm;
    api_new_passphrase passphrase;
} new_request;

const char *const api_witness_algorithms[] = { "ed25519", "ml-dsa-44", NULL };

static const api_field new_fields[] = {
    { "folder", API_TEXT, API_AT(new_request, folder), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, .help = "the witness's: its key and its memory" },
    { "name", API_TEXT, API_AT(new_request, name), .required = true,
      .help = "as its lines have it, such as witness.example/w1" },
    { "algorithm", API_ENUM, API_AT(new_request, algorithm), .names = api_witness_algorithms,
      .help = "of its key; else ed25519. ml-dsa-44 needs a libcrypto that has it (OpenSSL 3.5)" },
    { "keys", API_STRUCT, API_AT(new_request, passphrase), .of = &api_new_passphrase_object,
      .required = true, .help = "how its key is kept" },
};
static const api_object new_object = API_OBJECT(new_request, new_fields);

static const api_field made_fields[] = {
    { "verifier_key", API_TEXT, API_AT(zkl_witness_made, verifier_key),
      .help = "for trust files, and for ledgers that take its lines" },
};
static const api_object made_object = API_OBJECT(zkl_witness_made, made_fields);

static zkl_status run_new(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                          zkl_error *err)
{
    const new_request *given = request;
    ZKL_AUTO_CLEAR(api_passphrase) fresh = { 0 };
    const zkl_bytes *passphrase;
    (void)ledger;
    ZKL_TRY(api_passphrase_choose(&passphrase, &fresh, &given->passphrase, err));
    return zkl_witness_make(result, given->folder, given->name, given->algorithm, passphrase, env,
                            err);
}

const api_operation api_witness_new = {
    .name = "witness-new",
    .summary = "make a witness: a key, and a memory of logs",
    .permission = "signers:manage",
    .effect = API_WITHOUT_LEDGER,
    .needs_keys = true,
    .request = &new_object,
    .result = &made_object,
    .memory_offset = offsetof(zkl_witness_made, memory),
    .run = run_new,
};

/* ---- witness-cosign */

typedef struct witness_request {
    zkl_witness_cosign_request asked;
    const char *request_file, *trust, *trust_file, *passphrase_file;
    service_exchanged to;
} witness_request;

#define AT(member) API_AT(witness_request, member)
static const api_field cosign_fields[] = {
    { "folder", API_TEXT, AT(asked.folder), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, .help = "the witness's" },
    { "request", API_BYTES, AT(asked.request),
      .help = "as log-cosign-request writes it. This, or the next" },
    { "request_file", API_TEXT, AT(request_file), .is_path = true, .help = "the file of it" },
    { "trust", API_TEXT, AT(trust), .help = "the text of the log's trust.toml" },
    { "trust_file", API_TEXT, AT(trust_file), .is_path = true, .help = "the same as a file" },
    { "passphrase_file", API_TEXT, AT(passphrase_file), .is_path = true,
      .help = "of the witness's key" },
    { "output", API_TEXT, AT(to.path), .required = true, .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "where the signature line goes" },
    { "force", API_BOOL, AT(to.force),
      .help = "replace a file there that is no answer of this witness" },
};
#undef AT
static const api_object cosign_object = API_OBJECT(witness_request, cosign_fields);

#define AT(member) API_AT(api_witness_cosign_result, member)
static const api_field cosigned_fields[] = {
    { "origin", API_TEXT, AT(cosigned.origin), .help = "the log's name" },
    { "old_size", API_NUMBER, AT(cosigned.old_size),
      .help = "what was remembered of it; 0: nothing" },
    { "size", API_NUMBER, AT(cosigned.size), .help = "the tree that was signed" },
    { "time", API_TEXT, AT(cosigned.time), .help = "in the signature" },
    { "witness", API_TEXT, AT(cosigned.witness), .help = "its name" },
    { "verifier_key", API_TEXT, AT(cosigned.verifier_key), .help = "its key" },
    { "output", API_TEXT, AT(output), .help = "where it was written" },
};
#undef AT
static const api_object cosigned_object = API_OBJECT(api_witness_cosign_result, cosigned_fields);

zkl_status api_witness_cosign_run(api_witness_cosign_result *out,
                                  const zkl_witness_cosign_request *request,
                                  const service_exchanged *to, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(service_exchanged_check_answer(to, request->folder, err));
    ZKL_TRY(zkl_witness_cosign(&out->cosigned, request, env, err));
    out->output = to->path;
    return service_exchanged_put_answer(to, out->cosigned.answer, err);
}

static zkl_status run_cosign(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const witness_request *given = request;
    ZKL_AUTO_CLEAR(api_passphrase) passphrase = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    zkl_witness_cosign_request asked = given->asked;
    (void)ledger;
    if ((asked.request.size > 0) == (given->request_file != NULL))
        return zkl_fail(err, ZKL_USAGE, "say one of 'request' and 'request_file'");
    ZKL_TRY(api_trust_take(&asked.trust, &trust, given->trust, given->trust_file, err));
    if (!asked.trust.size)
        return zkl_fail(err, ZKL_UNCHECKED, "no trust file: no log key is trusted on first use");
    if (given->request_file) {
        ZKL_TRY(zkl_file_read(&body, given->request_file, EXCHANGED_BYTES_MAX, err));
        asked.request = zkl_buffer_bytes(&body);
    }
    if (given->passphrase_file) {
        ZKL_TRY(api_passphrase_read(&passphrase, given->passphrase_file, err));
        asked.passphrase = &passphrase.bytes;
    }
    service_exchanged to = given->to;
    if (given->request_file) /* else who calls from C says it */
        to.inputs[0] = given->request_file;
    if (given->trust_file)
        to.inputs[1] = given->trust_file;
    return api_witness_cosign_run(result, &asked, &to, env, err);
}

const api_operation api_witness_cosign = {
    .name = "witness-cosign",
    .summary = "as a witness: sign a checkpoint that extends the last one",
    .permission = "signers:manage",
    .effect = API_WITHOUT_LEDGER,
    .needs_keys = true,
    .request = &cosign_object,
    .result = &cosigned_object,
    .memory_offset = offsetof(api_witness_cosign_result, cosigned.memory),
    .run = run_cosign,
};
