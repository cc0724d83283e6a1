#pragma once
/* Timestamps (RFC 3161): when an entry existed, by a clock that is not the owner's.
 *
 *     zkl_timestamp_asked asked = { 0 };
 *     zkl_timestamp_subject subject = { .reference = "patients" };
 *     status = zkl_timestamp_ask(&asked, ledger, &subject, NULL, &err);
 *     ... a clock answers the request ...
 *     zkl_timestamp_attach_request attach = { .subject = subject, .reply = reply };
 *     status = zkl_timestamp_attach(&attached, ledger, &attach, NULL, &err);
 *
 * What is stamped is an entry of the log: its receipt id is the SHA-256 of the byte 0 and the
 * entry's envelope. A token goes into the ledger's store, and from there into every receipt of the
 * entry; or into one receipt, by whoever has it.
 *
 * A token says that the entry existed at a time, not that it was new then. Whose clock counts, a
 * trust file says (docs/formats/trust.md). Here no clock is trusted: a token is only not plainly
 * false.
 *
 * The rules of zkl/ledger.h hold. Nothing here needs a passphrase. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One of the two. */
typedef struct zkl_timestamp_subject {
    /* An entry of the ledger: "NAME", "NAME@VERSION" or "NAME#ENTRY". */
    const char *reference;
    /* The bytes of a receipt; then no ledger is needed. */
    zkl_bytes receipt;
} zkl_timestamp_subject;

typedef struct zkl_timestamp_asked {
    zkl_arena memory;
    /* A TimeStampReq in DER, for a clock: the digest is the receipt id, no nonce, and the clock's
     * certificate is asked for. A token that is older than the request would be as good, so there
     * is nothing for a nonce to show. */
    zkl_bytes request;
    /* Of what: the entry's place and leaf. */
    uint64_t index;
    zkl_digest receipt_id;
} zkl_timestamp_asked;

/* Make a request.
 *
 * ledger: NULL, for a receipt.
 *
 * Errors: ZKL_USAGE      neither of the two is given, or both.
 *         ZKL_NOT_FOUND  no such dataset, version or entry.
 *         ZKL_BAD_INPUT  the bytes are no receipt.
 * Threads: any. Nothing is written. */
ZKL_API zkl_status zkl_timestamp_ask(zkl_timestamp_asked *out, zkl_ledger *ledger,
                                     const zkl_timestamp_subject *subject, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_timestamp_attach_request {
    zkl_timestamp_subject subject;
    /* A clock's answer: a TimeStampResp, or the token alone. */
    zkl_bytes reply;
    /* The http address of a clock, which is asked now: then `reply` is empty. */
    const char *url;
    /* Of a receipt: where the one with the token is written; the file of the receipt itself will
     * do. */
    const char *output;
    /* Replace a file that is no receipt of this entry. */
    bool force;
    /* The receipt was read from `output`. What somebody else adds to it meanwhile is kept. */
    bool is_in_place;
} zkl_timestamp_attach_request;

typedef struct zkl_timestamp_attached {
    zkl_arena memory;
    /* What the token says; which clock said it, only a trust file can tell. RFC 3339. */
    const char *time;
    /* By its own word; 0: it says nothing. */
    uint64_t accuracy_ms;
    uint64_t index;
    zkl_digest receipt_id;
    /* How many the entry has now, there. */
    size_t timestamp_count;
    /* Size of the file that was written; 0: the token is in the store. */
    uint64_t byte_count;
} zkl_timestamp_attached;

/* Put a token where it belongs: with a reference into the store, with a receipt into a file.
 *
 * Of the answer the certificate of its signer is kept, and nothing else that no signature covers.
 *
 * Errors: ZKL_REJECTED       the token is over something else, or plainly false; the clock refused.
 *         ZKL_BAD_INPUT      the answer is none, or the bytes are no receipt.
 *         ZKL_NOT_SUPPORTED  the token's algorithms are not those of verifiers; the address is not
 *                            one of http.
 *         ZKL_LIMIT          there are eight already, or the token is too large.
 *         ZKL_CONFLICT       the output is there and is something else.
 *         ZKL_IO             the clock could not be asked, or the file not be written.
 * Threads: any. The store's lock is held for a moment. */
ZKL_API zkl_status zkl_timestamp_attach(zkl_timestamp_attached *out, zkl_ledger *ledger,
                                        const zkl_timestamp_attach_request *request,
                                        const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
