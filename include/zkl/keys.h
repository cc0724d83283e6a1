#pragma once
/* The keys of a ledger: which count, and how they are exchanged, copied and put back.
 *
 * A ledger has three key files. The signer key signs entries, the log key signs checkpoints, and
 * both rotate: the new key is logged, signed by the old one. The owner secret signs nothing and
 * never changes: data keys and dictionaries are wrapped under it. All files of a ledger are under
 * one passphrase, or in the clear.
 *
 * The rules of zkl/ledger.h hold. A key file is never overwritten. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Which keys count */

/* One key, and for which entries it counts. */
typedef struct zkl_key_info {
    /* "signer" or "log"; "ed25519" and others. */
    const char *role, *type;
    /* Of a signer: the start of the key's hash. Of a log key: the verifier key again. */
    const char *id;
    /* Of a log key: its verifier key, C2SP form. Else NULL. */
    const char *verifier_key;
    /* Entries that it counts for, half open; until UINT64_MAX: it counts still. */
    uint64_t from, until;
} zkl_key_info;

typedef struct zkl_keys_result {
    zkl_arena memory;
    /* The ledger's id: follows from its first log key, and stays when keys rotate. */
    zkl_digest ledger;
    /* The log's name. */
    const char *origin;
    /* The text of trust.toml: what an auditor must be given once, by a way that he trusts. */
    const char *trust;
    /* Every key that ever counted: signers, then log keys. */
    const zkl_key_info *keys;
    size_t key_count;
    /* Of the key files that are there: one at least is under a passphrase; one at least can be read
     * by others. */
    bool has_passphrase, others_can_read;
} zkl_keys_result;

/* Show public keys and trust file. Needs no passphrase: only the heads of key files are read, and a
 * copy of a ledger that has none is fine.
 *
 *     zkl_keys_result keys = { 0 };
 *     if (zkl_keys_show(&keys, ledger, &err) == ZKL_OK)
 *         fputs(keys.trust, stdout);
 *     zkl_arena_clear(&keys.memory);
 *
 * Errors: ZKL_REJECTED  the store or its trust record is damaged.
 * Threads: any. Nothing is written. */
ZKL_API zkl_status zkl_keys_show(zkl_keys_result *out, zkl_ledger *ledger,
                                 zkl_error *err) ZKL_MUST_USE;

/* ---- Exchanging one */

/* Make a new key of a role, log it signed by old and new, and put its file in place. The old file
 * is kept as NAME.key.until-INDEX.
 *
 * index: the new entry's. Later entries are signed by the new key.
 * role:  "signer" or "log".
 *
 * Receipts and trust files that were given away stay good: a verifier follows the log from its
 * first key on. The owner secret does not rotate, since what is wrapped under it would be lost.
 *
 * Errors: ZKL_USAGE     another role.
 *         ZKL_DENIED    the passphrase is missing or wrong.
 *         ZKL_CONFLICT  another writer is at work; the store lost entries; a key file is not the
 *                       one that counts.
 * When it fails after its entry was recorded, the next operation that writes puts the file in
 * place. Killed anywhere, old and new key are both on the disk until it is known which counts.
 * Cost:   each key file under a passphrase takes 0.2 seconds and 64 MiB. The writer's lock is held
 *         throughout. */
ZKL_API zkl_status zkl_keys_rotate(uint64_t *index, zkl_ledger *ledger, const char *role,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- Copies */

/* Copy all key files under another passphrase into a folder. Each is the key that counts: of a
 * rotation that was cut off, the new one. Without the owner secret the data keys in the store are
 * lost for ever, and without signer and log key nothing can be recorded any more.
 *
 * output:     a folder, made when missing. A key in it is never overwritten.
 * passphrase: of the copies; NULL: in the clear. The ledger's own is that of zkl_ledger_options.
 *
 * Errors: ZKL_USAGE     the output is "-" or lies in a ledger's folder.
 *         ZKL_CONFLICT  one of the files is there already; a key file does not count (it is older
 *                       than a rotation, or of another ledger).
 *         ZKL_DENIED    the ledger's passphrase is missing or wrong.
 * Cost:   0.2 seconds and 64 MiB for each file that is opened or written under a passphrase. A
 *         failure while writing may leave some of the files. */
ZKL_API zkl_status zkl_keys_backup(zkl_ledger *ledger, const char *output,
                                   const zkl_bytes *passphrase, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;

/* What to restore, and under which passphrase it is then. */
typedef struct zkl_keys_restore_request {
    /* A folder with signer.key, log.key and owner.key, or some of them; or one key file. */
    const char *from;
    /* What the backup is under; NULL: none. The ledger's own passphrase counts for nothing here. */
    const zkl_bytes *passphrase;
    /* What the restored files are put under; NULL, and not in_clear: what the backup is under. */
    const zkl_bytes *fresh;
    bool in_clear;
} zkl_keys_restore_request;

typedef struct zkl_keys_restore_result {
    /* Files that were written, and files that were right already. */
    size_t restored_count, in_place_count;
} zkl_keys_restore_result;

/* Put key files from a backup into place. Each is checked first: it opens under the passphrase and
 * is the key that counts now; of the owner secret, that it opens what the store holds. A key that
 * counts stays as it is. Another file in its place is kept as NAME.key.unknown-N.
 *
 * Errors: ZKL_CONFLICT   a key does not count; another writer is at work; the store lost entries,
 *                        so that which key counts is not known.
 *         ZKL_NOT_FOUND  the backup holds no key file.
 *         ZKL_BAD_INPUT  a file is no key file, or of another kind than its name says.
 *         ZKL_DENIED     a passphrase is missing or wrong, or a file that stays is under another
 *                        one.
 * All checks are made before the first file is written; a failure after that may leave some
 * restored, and the same call again restores the rest.
 * Cost:   0.2 seconds and 64 MiB for each file that is opened or written under a passphrase. The
 *         writer's lock is held throughout. */
ZKL_API zkl_status zkl_keys_restore(zkl_keys_restore_result *out, zkl_ledger *ledger,
                                    const zkl_keys_restore_request *request, const zkl_env *env,
                                    zkl_error *err) ZKL_MUST_USE;

/* ---- A key outside any ledger */

/* Make a key file: for a second signer, or a log on another machine.
 *
 * output:     a path that is not there yet; mode 0600.
 * kind:       "signer" or "log".
 * name:       of a log key the log's origin; of a signer key a name for people.
 * passphrase: NULL: in the clear.
 *
 * Errors: ZKL_USAGE     another kind; the output lies in a ledger's folder.
 *         ZKL_CONFLICT  the output is there already. */
ZKL_API zkl_status zkl_keys_make(const char *output, const char *kind, const char *name,
                                 const zkl_bytes *passphrase, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
