#pragma once
/* The key files of a role while its key is replaced, as a state machine on the disk.
 *
 * The files of a role, in FOLDER/keys:
 *
 *     NAME.key             the key
 *     NAME.key.next        its successor, while it is not yet in place
 *     NAME.key.until-N     a key that counted for the entries below N; kept for ever
 *
 *                  NAME.key.next is saved                the log has its entry
 *       SETTLED ──────────────────────────▶ PREPARED ──────────────────────────▶ COMMITTED
 *        ▲   ▲                                 │                                     │
 *        │   └── no entry: .next is removed ───┘                                     │
 *        └────── the old key is copied to .until-N, then .next renamed to NAME.key ──┘
 *
 *  1. The state is read from the files and the log's own key entries, never from memory: whatever
 *     was cut off, by whatever, is finished or undone by the next writer.
 *  2. Each step is synced with its folder before the next one begins, so a power loss undoes one
 *     step at most.
 *  3. A key that ever counted is never removed and never overwritten. No hard links are needed.
 *  4. The checkpoint of the rotation's own entry is signed by the old log key, before the last step
 *     (entry.md).
 *  5. When neither file holds the key that counts, the state is LOST: nothing is changed and
 *     nothing is signed. */
#include "keys/keyfile.h"
#include "record/entry.h"
#include "record/trust.h"

#define ZKL_ROTATION_PATH_BYTES_MAX 4096

typedef enum zkl_rotation_state {
    ZKL_ROTATION_SETTLED,   /* NAME.key counts; for a revoked signer: no signer counts */
    ZKL_ROTATION_PREPARED,  /* so it does, and there is a .next that the log does not know */
    ZKL_ROTATION_COMMITTED, /* .next counts */
    ZKL_ROTATION_LOST,      /* neither does */
    ZKL_ROTATION_STATE_COUNT
} zkl_rotation_state;

typedef struct zkl_rotation {
    zkl_key_role role;
    zkl_rotation_state state;
    char path[ZKL_ROTATION_PATH_BYTES_MAX], next[ZKL_ROTATION_PATH_BYTES_MAX];
    char old
        [ZKL_ROTATION_PATH_BYTES_MAX]; /* COMMITTED: where the old key goes; "" when there is none */
    zkl_error lost;                    /* LOST: why */
} zkl_rotation;

/* "keys/signer.key", "keys/log.key". */
const char *zkl_rotation_file(zkl_key_role role);
/* Read the state. index: of the next entry. Needs no passphrase. Errors: a file that cannot be
 * read. */
zkl_status zkl_rotation_look(zkl_rotation *out, const char *folder, zkl_key_role role,
                             const zkl_trust *trust, uint64_t index, zkl_error *err) ZKL_MUST_USE;
/* SETTLED -> PREPARED: save the new key. */
zkl_status zkl_rotation_prepare(zkl_rotation *rotation, const zkl_keyfile *fresh,
                                const zkl_bytes *passphrase, const zkl_keyfile_cost *cost,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* PREPARED or COMMITTED -> SETTLED, by what the state says. LOST fails with its reason
 * (ZKL_CONFLICT). */
zkl_status zkl_rotation_settle(zkl_rotation *rotation, zkl_error *err) ZKL_MUST_USE;
/* PREPARED -> SETTLED when nothing was recorded. A .next file that cannot be removed the next
 * writer removes. */
void zkl_rotation_undo(zkl_rotation *rotation);
/* A path of the key file of that role with this public key, among NAME.key, .next and .until-*.
 * ZKL_NOT_FOUND. */
zkl_status zkl_rotation_find_key(char out[static ZKL_ROTATION_PATH_BYTES_MAX], const char *folder,
                                 zkl_key_role role, const zkl_public_key *key,
                                 zkl_error *err) ZKL_MUST_USE;
/* Does the key of the role count for the entry at index? */
bool zkl_rotation_counts(const zkl_trust *trust, zkl_key_role role, const zkl_public_key *key,
                         uint64_t index);
