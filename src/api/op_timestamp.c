/* Timestamps: a request for a clock, and its answer put where it belongs. Files go in and out by
 * their paths, as those of verify and export do. */
#include <string.h>

#include "api/requests.h"
#include "api/results.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "service/output.h"

#define REPLY_BYTES_MAX ((size_t)1 << 16)

/* ---- timestamp-request */

static const api_field request_fields[] = {
    { "reference", API_TEXT, API_AT(api_stamp_request, subject.reference),
      .help = "of the ledger: NAME, NAME@VERSION or NAME#ENTRY. This, or one of the next two" },
    { "receipt", API_BYTES, API_AT(api_stamp_request, subject.receipt),
      .help = "the bytes of a receipt" },
    { "receipt_file", API_TEXT, API_AT(api_stamp_request, receipt_file), .is_path = true,
      .help = "the file of one" },
    { "output", API_TEXT, API_AT(api_stamp_request, to.path), .required = true, .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "where the request (TimeStampReq in DER) goes" },
    { "force", API_BOOL, API_AT(api_stamp_request, to.force),
      .help = "replace that file whatever it holds" },
};
static const api_object request_object = API_OBJECT(api_stamp_request, request_fields);

#define AT(member) API_AT(api_timestamp_request_result, member)
static const api_field requested_fields[] = {
    { "entry.index", API_NUMBER, AT(asked.index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, AT(asked.receipt_id),
      .help = "the entry's leaf hash: the digest that is to be stamped" },
    { "output", API_TEXT, AT(output), .help = "where it was written" },
};
#undef AT
static const api_object requested_object =
    API_OBJECT(api_timestamp_request_result, requested_fields);

zkl_status api_timestamp_request_run(api_timestamp_request_result *out, zkl_ledger *ledger,
                                     const zkl_timestamp_subject *subject,
                                     const service_exchanged *to, const zkl_env *env,
                                     zkl_error *err)
{
    ZKL_TRY(zkl_timestamp_ask(&out->asked, ledger, subject, env, err));
    out->output = to->path;
    return service_exchanged_put_stamp_request(to, ledger, out->asked.request, err);
}

/* The receipt's bytes into buffer, where a file of one is named. */
static zkl_status take_receipt(zkl_timestamp_subject *subject, zkl_buffer *buffer, const char *file,
                               zkl_error *err)
{
    if (!file)
        return ZKL_OK;
    if (subject->receipt.size)
        return zkl_fail(err, ZKL_USAGE, "say one of 'receipt' and 'receipt_file'");
    ZKL_TRY(zkl_file_read(buffer, file, API_RECEIPT_BYTES_MAX, err));
    subject->receipt = zkl_buffer_bytes(buffer);
    return ZKL_OK;
}

static zkl_status run_request(void *result, zkl_ledger *ledger, const void *request,
                              const zkl_env *env, zkl_error *err)
{
    const api_stamp_request *given = request;
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    zkl_timestamp_subject subject = given->subject;
    ZKL_TRY(take_receipt(&subject, &receipt, given->receipt_file, err));
    service_exchanged to = given->to;
    if (given->receipt_file) /* else who calls from C says it */
        to.inputs[0] = given->receipt_file;
    return api_timestamp_request_run(result, ledger, &subject, &to, env, err);
}

const api_operation api_timestamp_request = {
    .name = "timestamp-request",
    .summary = "write the request for a timestamp of an entry",
    .permission = "log:read",
    .effect = API_MAY_READ,
    .request = &request_object,
    .result = &requested_object,
    .memory_offset = offsetof(api_timestamp_request_result, asked.memory),
    .run = run_request,
};

/* ---- timestamp-attach */

#define AT(member) API_AT(api_stamp_attach_request, member)
static const api_field attach_fields[] = {
    { "reference", API_TEXT, AT(asked.subject.reference),
      .help = "of the ledger, into whose store the timestamp goes. This, or one of the next two" },
    { "receipt", API_BYTES, AT(asked.subject.receipt),
      .help = "the bytes of a receipt, which goes to output with the timestamp" },
    { "receipt_file", API_TEXT, AT(receipt_file), .is_path = true,
      .help = "the file of one; output may be the same" },
    { "reply", API_BYTES, AT(asked.reply),
      .help = "the clock's answer (TimeStampResp in DER, or its token). This, or one of the next "
              "two" },
    { "reply_file", API_TEXT, AT(reply_file), .is_path = true, .help = "the file of one" },
    { "url", API_TEXT, AT(asked.url), .is_url = true,
      .help = "http address of a clock that is asked now" },
    { "output", API_TEXT, AT(asked.output), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "of a receipt: where it is written" },
    { "force", API_BOOL, AT(asked.force), .help = "replace that file whatever it holds" },
};
#undef AT
static const api_object attach_object = API_OBJECT(api_stamp_attach_request, attach_fields);

#define AT(member) API_AT(api_timestamp_attach_result, member)
static bool is_written(const void *record)
{
    return ((const api_timestamp_attach_result *)record)->output != NULL;
}

static const api_field attached_fields[] = {
    { "entry.index", API_NUMBER, AT(attached.index), .help = "place in the log" },
    { "entry.receipt_id", API_DIGEST, AT(attached.receipt_id), .help = "the entry's leaf hash" },
    { "time", API_TEXT, AT(attached.time),
      .help = "what the clock says; whose it is, was not asked" },
    { "accuracy_ms", API_NUMBER, AT(attached.accuracy_ms),
      .help = "how far it may be off, by its own word; 0: not said" },
    { "timestamps", API_NUMBER, AT(attached.timestamp_count),
      .help = "how many the entry has there now" },
    { "output", API_TEXT, AT(output), .when = is_written, .help = "the receipt that was written" },
    { "bytes", API_NUMBER, AT(attached.byte_count), .when = is_written, .help = "its size" },
};
#undef AT
static const api_object attached_object = API_OBJECT(api_timestamp_attach_result, attached_fields);

static zkl_status run_attach(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const api_stamp_attach_request *given = request;
    api_timestamp_attach_result *out = result;
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
    zkl_timestamp_attach_request asked = given->asked;
    ZKL_TRY(take_receipt(&asked.subject, &receipt, given->receipt_file, err));
    if (given->reply_file && asked.reply.size)
        return zkl_fail(err, ZKL_USAGE, "say one of 'reply' and 'reply_file'");
    if (given->reply_file && asked.output)
        ZKL_TRY(service_output_outside(asked.output, &given->reply_file, 1, NULL, err));
    if (given->reply_file) {
        ZKL_TRY(zkl_file_read(&reply, given->reply_file, REPLY_BYTES_MAX, err));
        asked.reply = zkl_buffer_bytes(&reply);
    }
    out->output = asked.output;
    if (given->receipt_file) /* else who calls from C says it */
        asked.is_in_place = service_output_is_same(asked.output, given->receipt_file);
    return zkl_timestamp_attach(&out->attached, ledger, &asked, env, err);
}

/* It writes into the store, and needs no key: the token is a clock's word. */
const api_operation api_timestamp_attach = {
    .name = "timestamp-attach",
    .summary = "put a clock's answer into the ledger, or into a receipt",
    .permission = "log:write",
    .effect = API_MAY_WRITE,
    .request = &attach_object,
    .result = &attached_object,
    .memory_offset = offsetof(api_timestamp_attach_result, attached.memory),
    .run = run_attach,
};
