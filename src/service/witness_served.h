#pragma once
/* A witness that stays open, as a service has it: its key is read once, the logs that it signs are
 * a list, and what a request is refused for is told apart as C2SP's tlog-witness tells it.
 *
 * Folder and memory are those of zkl_witness_cosign, with its promises (service/witness.c), and
 * both may work on one folder at once. */
#include "base/buffer.h"
#include "base/env.h"

typedef struct service_witness service_witness;

/* A log that is signed. Its name is that of its keys. */
typedef struct service_witnessed_log {
    /* Verifier keys, the log's first one first: a checkpoint is taken when a line of any verifies.
     * None: those of `trust` count, each from its index on. */
    const char *const *keys;
    size_t key_count;
    zkl_bytes trust; /* the text of the log's trust.toml; empty with keys */
} service_witnessed_log;

/* folder: of 'zkp-ledger witness new', with a key in the clear that nobody else can read.
 *
 * Errors: ZKL_NOT_FOUND  there is no witness in the folder.
 *         ZKL_DENIED     the key has a passphrase, or others can read it.
 *         ZKL_USAGE      a log is named twice, or its keys have several names.
 *         ZKL_BAD_INPUT  a key is none of a log, a trust file is none. */
zkl_status service_witness_open(service_witness **out, const char *folder,
                                const service_witnessed_log *logs, size_t log_count,
                                zkl_error *err) ZKL_MUST_USE;
void service_witness_close(service_witness *witness); /* NULL is fine */
/* Its verifier key, "name+hash+base64". */
const char *service_witness_key(const service_witness *witness);

/* That a text is the verifier key of a witness. ZKL_BAD_INPUT. */
zkl_status service_witness_check_key(const char *key, zkl_error *err) ZKL_MUST_USE;

/* Why nothing was signed. */
typedef enum service_witness_refusal {
    SERVICE_WITNESS_NO_REFUSAL,  /* signed; or it could not, for what is no fault of the request */
    SERVICE_WITNESS_BAD_REQUEST, /* the request is none, or its old size above the checkpoint's */
    SERVICE_WITNESS_UNKNOWN_LOG, /* this witness signs no log of that name */
    SERVICE_WITNESS_BAD_SIGNATURE, /* no key of the log signed the checkpoint */
    SERVICE_WITNESS_OTHER_SIZE,    /* the request begins at another tree than the one remembered */
    SERVICE_WITNESS_OTHER_ROOT,    /* a tree of the remembered size, and other entries: a fork */
    SERVICE_WITNESS_BAD_PROOF,     /* it is not shown to extend the one remembered */
} service_witness_refusal;

typedef struct service_witness_added {
    service_witness_refusal refusal;
    uint64_t size;    /* of the remembered tree, for SERVICE_WITNESS_OTHER_SIZE */
    zkl_buffer lines; /* the cosignature, a line */
} service_witness_added;

/* The body of add-checkpoint in, a cosignature out. It is remembered, synced, before it returns.
 * Any thread; they wait for each other. A request with a refusal has a status and a text too. Clear
 * out->lines. */
zkl_status service_witness_add(service_witness_added *out, service_witness *witness,
                               zkl_bytes request, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
