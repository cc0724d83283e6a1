/* timestamp: ask a clock, and keep what it says.
 *
 *  1. No clock is trusted here. A token is taken when it is over the entry, and its signature is
 *     true under the certificate that comes with it. Whose clock it was, the verifier's trust says.
 *  2. Nothing but the token is written: the log stays as it is, and no key is needed. */
#include <zkl/timestamp.h>

#include <openssl/err.h>
#include <openssl/ts.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/entry_export.h"
#include "ledger/stamps.h"
#include "service/output.h"
#include "service/service_internal.h"
#include "service/timestamp_http.h"
#include "verify/tsa.h"

/* What is stamped: an entry, and the receipt that it was found in, if any. */
typedef struct stamp_subject {
    uint64_t index;
    zkl_digest leaf;
    zkl_receipt receipt;
    bool has_receipt;
} stamp_subject;

#define ATTACH_ROUNDS 64

static zkl_status find_subject(stamp_subject *out, zkl_arena *arena, zkl_ledger *handle,
                               const zkl_timestamp_subject *subject, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_dataset_version version;
    *out = (stamp_subject){ .has_receipt = subject->receipt.size > 0 };
    if (out->has_receipt == (subject->reference != NULL))
        return zkl_fail(err, ZKL_USAGE,
                        "a timestamp is of a dataset of the ledger, or of a receipt");
    if (out->has_receipt) {
        ZKL_TRY(service_check_is_receipt(subject->receipt, err));
        ZKL_TRY(zkl_receipt_parse(&out->receipt, arena, subject->receipt, err));
        zkl_rfc6962_leaf(&out->leaf, out->receipt.entry.envelope);
        out->index = out->receipt.entry.index;
        return ZKL_OK;
    }
    if (!handle)
        return zkl_fail(err, ZKL_USAGE, "a dataset's name needs a ledger");
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(service_find(&version, arena, ledger, subject->reference, err));
    out->index = version.index;
    return zkl_log_leaf(zkl_ledger_log(ledger), &out->leaf, version.index, err);
}

static zkl_status ask(zkl_timestamp_asked *out, zkl_ledger *ledger,
                      const zkl_timestamp_subject *subject, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    stamp_subject s;
    ZKL_TRY(find_subject(&s, &arena, ledger, subject, env, err));
    zkl_timestamp_request(&request, &s.leaf, NULL);
    ZKL_TRY(zkl_buffer_status(&request, err));
    out->request =
        zkl_bytes_of(zkl_arena_copy(&out->memory, request.data, request.size), request.size);
    out->index = s.index;
    out->receipt_id = s.leaf;
    return out->request.data ? ZKL_OK : zkl_no_memory(err, request.size);
}

zkl_status zkl_timestamp_ask(zkl_timestamp_asked *out, zkl_ledger *ledger,
                             const zkl_timestamp_subject *subject, const zkl_env *env,
                             zkl_error *err)
{
    *out = (zkl_timestamp_asked){ 0 };
    const zkl_status status = ask(out, ledger, subject, env, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_timestamp_asked){ 0 };
    }
    return status;
}

/* Some clocks answer in BER, against RFC 3161. libcrypto reads it, and writes the same in DER. What
 * comes out is parsed and verified as any other answer; nothing is appended when it reads none. */
static zkl_status append_der(zkl_buffer *out, zkl_bytes reply, zkl_error *err)
{
    const uint8_t *at = reply.data;
    uint8_t *der = NULL;
    if (reply.size > ZKL_TIMESTAMP_REPLY_BYTES_MAX)
        return ZKL_OK;
    TS_RESP *parsed = d2i_TS_RESP(NULL, &at, (long)reply.size);
    const int size = parsed && at == reply.data + reply.size ? i2d_TS_RESP(parsed, &der) : 0;
    if (size > 0)
        zkl_buffer_put(out, der, (size_t)size);
    OPENSSL_free(der);
    TS_RESP_free(parsed);
    ERR_clear_error();
    return zkl_buffer_status(out, err);
}

/* The token of an answer, in the form of receipts. */
static zkl_status take_token(zkl_buffer *token, zkl_bytes reply, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) der = { 0 };
    const zkl_status status = zkl_timestamp_take(token, reply, err);
    if (status != ZKL_BAD_INPUT)
        return status;
    ZKL_TRY(append_der(&der, reply, err));
    if (!der.size || zkl_bytes_equal(zkl_buffer_bytes(&der), reply))
        return status;
    return zkl_timestamp_take(token, zkl_buffer_bytes(&der), err);
}

/* A clock over the network gets a nonce, so that its answer is one to this request. */
static zkl_status ask_clock(zkl_buffer *reply, const char *url, const zkl_digest *leaf,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    zkl_timestamp parsed;
    uint8_t nonce[ZKL_TIMESTAMP_NONCE_BYTES];
    ZKL_TRY(zkl_env_random(env, nonce, sizeof nonce, err));
    nonce[0] = (uint8_t)((nonce[0] & 0x7f) | 0x40); /* a positive INTEGER of this length */
    zkl_timestamp_request(&request, leaf, nonce);
    ZKL_TRY(zkl_buffer_status(&request, err));
    ZKL_TRY(service_http_stamp(reply, url, zkl_buffer_bytes(&request), err));
    ZKL_TRY(take_token(&token, zkl_buffer_bytes(reply), err));
    ZKL_TRY(zkl_timestamp_parse(&parsed, zkl_buffer_bytes(&token), err));
    if (!zkl_bytes_equal(parsed.nonce, zkl_bytes_of(nonce, sizeof nonce)))
        return zkl_fail(err, ZKL_REJECTED, "the clock's answer is to another request");
    return ZKL_OK;
}

static zkl_status write_stamped(zkl_timestamp_attached *out, zkl_receipt *receipt, zkl_bytes token,
                                const zkl_timestamp_attach_request *request, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_TRY(zkl_receipt_add_timestamp(receipt, &arena, token, err));
    ZKL_TRY(zkl_receipt_encode(&bytes, receipt, err));
    const service_output target = { .path = request->output,
                                    .mode = 0644,
                                    .force = request->force,
                                    .is_same = service_same_receipt,
                                    .find_lost = service_shown_lost };
    ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(&bytes), err));
    out->byte_count = bytes.size;
    out->timestamp_count = receipt->timestamp_count;
    return ZKL_OK;
}

/* Somebody else wrote to the receipt's file meanwhile: a timestamp is added to what is there now,
 * when it is still a receipt of that entry. Each round that is lost, another one won. */
static zkl_status keep_beside(zkl_timestamp_attached *out, zkl_bytes token,
                              const zkl_timestamp_attach_request *request, zkl_error *err)
{
    zkl_status status = ZKL_CONFLICT;
    for (size_t i = 0; i < ATTACH_ROUNDS && status == ZKL_CONFLICT; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) now = { 0 };
        zkl_receipt receipt;
        zkl_error none = { 0 };
        if (zkl_file_read_regular(&now, request->output, ZKL_RECEIPT_BYTES_MAX, &none) != ZKL_OK ||
            !service_same_receipt(request->subject.receipt, zkl_buffer_bytes(&now)))
            break;
        ZKL_TRY(zkl_receipt_parse(&receipt, &arena, zkl_buffer_bytes(&now), err));
        status = write_stamped(out, &receipt, token, request, err);
    }
    return status;
}

/* Into the store, or into a receipt that is written anew. */
static zkl_status keep_token(zkl_timestamp_attached *out, zkl_ledger *ledger, stamp_subject *s,
                             zkl_bytes token, const zkl_timestamp_attach_request *request,
                             const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    if (s->has_receipt) {
        zkl_receipt receipt = s->receipt;
        const zkl_status status = write_stamped(out, &receipt, token, request, err);
        return status == ZKL_CONFLICT && !request->force && request->is_in_place
                   ? keep_beside(out, token, request, err)
                   : status;
    }
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    zkl_stamps stamps;
    ZKL_TRY(zkl_stamps_add(ledger, &s->leaf, token, env, err));
    ZKL_TRY(service_open(&view, ledger, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(zkl_stamps_load(&stamps, view, &arena, &s->leaf, err));
    out->timestamp_count = stamps.count;
    return ZKL_OK;
}

static zkl_status attach(zkl_timestamp_attached *out, zkl_ledger *ledger,
                         const zkl_timestamp_attach_request *request, const zkl_env *env,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) token = { 0 };
    const zkl_trust nobody = { 0 };
    stamp_subject s;
    zkl_tsa_time clock;
    char time[ZKL_TIME_CHARS + 1];
    if ((request->url != NULL) == (request->reply.size > 0))
        return zkl_fail(err, ZKL_USAGE, "a clock's answer is given, or its address");
    if ((request->subject.receipt.size > 0) != (request->output != NULL))
        return zkl_fail(err, ZKL_USAGE, "an output goes with a receipt, and a receipt needs one");
    ZKL_TRY(find_subject(&s, &arena, ledger, &request->subject, env, err));
    if (request->url)
        ZKL_TRY(ask_clock(&reply, request->url, &s.leaf, env, err));
    ZKL_TRY(take_token(&token, request->url ? zkl_buffer_bytes(&reply) : request->reply, err));
    ZKL_TRY(zkl_tsa_verify(&clock, zkl_buffer_bytes(&token), &s.leaf, &nobody, err));
    ZKL_TRY(keep_token(out, ledger, &s, zkl_buffer_bytes(&token), request, env, err));
    zkl_time_format(time, clock.time_ms);
    out->time = zkl_arena_text(&out->memory, time, strlen(time));
    out->accuracy_ms = clock.accuracy_ms;
    out->index = s.index;
    out->receipt_id = s.leaf;
    return out->time ? ZKL_OK : zkl_no_memory(err, sizeof time);
}

zkl_status zkl_timestamp_attach(zkl_timestamp_attached *out, zkl_ledger *ledger,
                                const zkl_timestamp_attach_request *request, const zkl_env *env,
                                zkl_error *err)
{
    *out = (zkl_timestamp_attached){ 0 };
    const zkl_status status = attach(out, ledger, request, env, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_timestamp_attached){ 0 };
    }
    return status;
}
