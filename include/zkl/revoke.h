#pragma once
/* Revoking: a dataset version that is not to be relied on any more, a signer key that counts no
 * more. Both are entries of the log, and nothing takes them back.
 *
 * The rules of zkl/ledger.h hold. */
#include <stdbool.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/env.h>
#include <zkl/memory.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_ledger zkl_ledger;

/* That a version was revoked, as its entry says it. */
typedef struct zkl_revocation {
    /* Of the entry in the log. */
    uint64_t index;
    /* The signer's words. */
    const char *time, *reason;
} zkl_revocation;

typedef struct zkl_revoke_result {
    zkl_arena memory;
    /* Of the version. */
    const char *name;
    uint32_t version;
    /* Of the new entry. */
    uint64_t index;
    zkl_digest receipt_id;
} zkl_revoke_result;

/* Record that a version is revoked. What was proven of it stays true of the committed rows, and its
 * receipts stay valid where nobody learns of it: an auditor does by the ledger, by a standing
 * (ZKL_EXPORT_STANDING), or by the receipt of this entry.
 *
 * reference: "NAME@VERSION": which one is said, since nothing takes it back.
 * reason:    UTF-8 for people, 1 to 4,096 bytes. Everybody who sees the log can read it.
 *
 * Errors: ZKL_USAGE     no version is said; an empty or too long reason.
 *         ZKL_NOT_FOUND no such version.
 *         ZKL_CONFLICT  it is revoked already; another writer is at work.
 *         ZKL_DENIED    the passphrase is missing or wrong.
 * Threads: any. */
ZKL_API zkl_status zkl_revoke_version(zkl_revoke_result *out, zkl_ledger *ledger,
                                      const char *reference, const char *reason, const zkl_env *env,
                                      zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_revoke_signer_request {
    /* The start of the key's id, at least eight hex digits; "current": the one that signs now. */
    const char *key;
    /* For people; may be empty. At most 4,096 bytes. */
    const char *reason;
    /* Put a new signer key in its place: needed where it is the last one. */
    bool replace;
} zkl_revoke_signer_request;

typedef struct zkl_revoke_signer_result {
    zkl_arena memory;
    /* The key's id. */
    const char *key;
    /* Of the revocation; and, with `replace`, of the entry of the new key. */
    uint64_t index, replaced_at;
    bool is_replaced;
} zkl_revoke_signer_result;

/* End a signer key: it counts up to and with this entry, which the log key signs. So does that of
 * the new key: a stolen signer key has no part in either. `zkl_keys_rotate` replaces a key that was
 * not stolen, and says no reason.
 *
 * Errors: ZKL_USAGE     the key is not named well; the reason is too long.
 *         ZKL_NOT_FOUND no signer key that counts now begins so.
 *         ZKL_CONFLICT  it is the last signer and nothing replaces it; several keys begin so;
 *                       another writer is at work.
 *         ZKL_DENIED    the passphrase is missing or wrong.
 * When it fails behind the revocation, no signer counts: zkl_keys_rotate puts one in. */
ZKL_API zkl_status zkl_revoke_signer(zkl_revoke_signer_result *out, zkl_ledger *ledger,
                                     const zkl_revoke_signer_request *request, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
