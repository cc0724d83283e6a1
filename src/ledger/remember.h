#pragma once
/* Checkpoints that are remembered outside a ledger's store (docs/formats/remembered.md).
 *
 * A store can lose what it held: a file is removed, an older copy comes back. Whoever remembers
 * the newest signed checkpoint notices, and a log that is known to be longer is never signed at
 * the same place again.
 *
 * One file format serves the file `head` in a ledger's folder (ledger/head.h) and the user's
 * memory: a folder with one file a ledger, named by the ledger's id. The memory lies in
 * $XDG_STATE_HOME/zkp-ledger/checkpoints, by default in ~/.local/state/zkp-ledger/checkpoints.
 * It is no cache: a cleaned cache must not make a fork possible. */
#include <limits.h>

#include "base/arena.h"
#include "record/checkpoint.h"

#define ZKL_REMEMBERED_BYTES_MAX (ZKL_NOTE_BYTES_MAX + 2048)

typedef struct zkl_remembered {
    zkl_digest ledger;              /* follows from first_log_key */
    zkl_verifier_key first_log_key; /* what the ledger's id is made of */
    zkl_verifier_key log_key;       /* the key whose line in the note was checked */
    bool written;   /* a program of this user recorded an entry below it, or below an earlier one */
    zkl_bytes note; /* the signed checkpoint */
    zkl_checkpoint checkpoint; /* the note, parsed */
} zkl_remembered;

/* Fills out from its parts: parses the note and checks log_key's signature. note and arena are
 * borrowed from. ZKL_BAD_INPUT, ZKL_REJECTED or ZKL_UNCHECKED when the parts do not fit
 * together. */
zkl_status zkl_remembered_make(zkl_remembered *out, zkl_arena *arena,
                               const zkl_verifier_key *first_log_key,
                               const zkl_verifier_key *log_key, bool written, zkl_bytes note,
                               zkl_error *err) ZKL_MUST_USE;
void zkl_remembered_encode(zkl_buffer *out, const zkl_remembered *remembered);
/* Canonical bytes only, and the signature is checked again. Borrows from bytes and arena. */
zkl_status zkl_remembered_parse(zkl_remembered *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err) ZKL_MUST_USE;
/* A file of this format, copied to arena. ZKL_NOT_FOUND when there is none; a damaged one is
 * ZKL_BAD_INPUT, a link or anything else that is no file ZKL_DENIED: it is written anew later,
 * and what a link names is another file. */
zkl_status zkl_remembered_load(zkl_remembered *out, zkl_arena *arena, const char *path,
                               zkl_error *err) ZKL_MUST_USE;
/* By rename, synced with its folder. mode: 0600 in the memory; 0644 for `head`, which every
 * reader of a ledger reads. */
zkl_status zkl_remembered_save(const char *path, const zkl_remembered *remembered, unsigned mode,
                               zkl_error *err) ZKL_MUST_USE;

/* ---- The user's memory. state: the folder `checkpoints`; NULL: from the environment, as above.
 *
 * There is no place for one without XDG_STATE_HOME and HOME, and where HOME is missing or
 * somebody else's. A place that is there and cannot be used is another thing: what was
 * remembered in it is not known, so callers must not go on as if nothing was. */

/* The folder `name` of this user's state, beside `checkpoints`; or `state`, where it is given.
 * ZKL_NOT_FOUND: there is no place for one. */
zkl_status zkl_remember_place(char out[static PATH_MAX], const char *state, const char *name,
                              zkl_error *err) ZKL_MUST_USE;
/* Make it, and what is missing above it, for the caller alone. ZKL_DENIED: it is not his alone. */
zkl_status zkl_remember_make_folder(const char *path, zkl_error *err) ZKL_MUST_USE;
/* A file or folder is the caller's own, and nobody else may write it: ZKL_DENIED. */
zkl_status zkl_remember_check_own(const char *path, zkl_error *err) ZKL_MUST_USE;
/* The file that remembers a ledger, whether it is there or not.
 * ZKL_NOT_FOUND: there is no place for one. */
zkl_status zkl_remember_path(char out[static PATH_MAX], const char *state, const zkl_digest *ledger,
                             zkl_error *err) ZKL_MUST_USE;
/* The folder itself, and the variable that says it; NULL: the default. ZKL_NOT_FOUND as above. */
zkl_status zkl_remember_folder(char out[static PATH_MAX], const char **variable,
                               zkl_error *err) ZKL_MUST_USE;
/* Can the place be written, or be made? Makes nothing.
 * ZKL_NOT_FOUND: there is none.
 * Others: it cannot be used. */
zkl_status zkl_remember_check_place(const char *state, zkl_error *err) ZKL_MUST_USE;

/* What is remembered of a ledger, copied to arena.
 * ZKL_NOT_FOUND: not known (also without a place, or when nothing was ever remembered).
 * ZKL_DENIED: the file, or its folder, is not the caller's alone.
 * ZKL_BAD_INPUT: it is damaged. ZKL_IO and others: it cannot be read. */
zkl_status zkl_remember_find(zkl_remembered *out, zkl_arena *arena, const char *state,
                             const zkl_digest *ledger, zkl_error *err) ZKL_MUST_USE;

/* The root at an older size of the tree whose checkpoint is to be remembered. ZKL_NOT_FOUND when
 * it is not known. */
typedef zkl_status zkl_remember_root_at(void *context, zkl_digest *root, uint64_t size,
                                        zkl_error *err);

typedef enum zkl_remember_outcome {
    ZKL_REMEMBER_NEW,      /* nothing was known of the ledger */
    ZKL_REMEMBER_ADVANCED, /* the new one extends the one that was known */
    ZKL_REMEMBER_SAME,     /* the same tree; a known ledger may have become a written one */
    ZKL_REMEMBER_BEHIND,   /* a larger tree is known, and stays: memory never goes backwards */
} zkl_remember_outcome;

/* Remember a checkpoint. Creates the folder (mode 0700) when it is missing. Writers exclude each
 * other by a lock in the folder, so of two that extend one checkpoint differently the second is
 * told.
 *
 * ZKL_CONFLICT: two checkpoints of one log of which one is no extension of the other: a fork.
 * ZKL_UNCHECKED: root_at does not know the root at the remembered size. Both leave the memory as
 * it was.
 * ZKL_NOT_FOUND: there is no place for a memory. Any other status: there is one and it could not
 * be used (not writable, damaged, not the caller's alone). *outcome is set on success only. */
zkl_status zkl_remember(zkl_remember_outcome *outcome, const char *state,
                        const zkl_remembered *fresh, zkl_remember_root_at *root_at, void *context,
                        zkl_error *err) ZKL_MUST_USE;
