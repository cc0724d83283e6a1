#pragma once
/* What the files of the ledger share: its struct, and the store's keys (docs/formats/ledger.md). */
#include <pthread.h>

#include "ledger/confirmed.h"
#include "ledger/head.h"
#include "ledger/ledger.h"
#include "ledger/place.h"
#include "ledger/sequencer.h"
#include "ledger/staged.h"
#include "verify/receipt.h"

#define ZKL_LEDGER_KEY_BYTES_MAX 256
#define ZKL_LEDGER_PATH_BYTES_MAX 4096

#define ZKL_STORE_KEY_ORIGIN "ledger/origin"
#define ZKL_STORE_KEY_FIRST_KEY "ledger/first-key"
#define ZKL_STORE_KEY_POWERS "ledger/powers"
#define ZKL_STORE_KEY_TRUST "ledger/trust"
#define ZKL_STORE_PREFIX_BLOB "blob/"       /* SHA-256 -> the bytes */
#define ZKL_STORE_PREFIX_NAME "name/"       /* name 0x00 u32 version -> u64 index, dataset id */
#define ZKL_STORE_PREFIX_LAST "last/"       /* name -> u32 latest version */
#define ZKL_STORE_PREFIX_ABOUT "about/"     /* dataset id, u64 index -> nothing */
#define ZKL_STORE_PREFIX_RECEIPT "receipt/" /* receipt id -> u64 index */
#define ZKL_STORE_PREFIX_PRIVATE                                                                   \
    "private/" /* dataset id -> the wrapped data key; dictionary root -> its wrapped entries */
#define ZKL_STORE_PREFIX_COSIGNED "cosigned/" /* u64 size -> lines (ledger/cosigned.h) */
#define ZKL_STORE_PREFIX_STAMP "stamp/"       /* receipt id -> timestamps (ledger/stamps.h) */
#define ZKL_STORE_PREFIX_SETUP "setup/"       /* circuit 0x00 key hash -> u64 index */
#define ZKL_STORE_PREFIX_SEGMENT "segment/"   /* class 0x00 u64 number u8 deleted -> u64 index */

/* What a handle keeps for its views and writers. */
typedef struct zkl_ledger_kept {
    pthread_mutex_t mutex; /* guards what follows, and the store while it catches up */
    size_t user_count;     /* views and writers that are open */
    char *passphrase_text; /* secret; NULL: none */
    zkl_bytes passphrase;
    bool has_setup_cache, is_found;
    char setup_cache[ZKL_LEDGER_PATH_BYTES_MAX];
    /* Guards the three that follow. Not `mutex`: opening powers of tau takes some tenths of a
     * second, and who only reads the log does not wait for it. */
    pthread_mutex_t setup_mutex;
    zkl_setup *setup;    /* NULL: not needed yet */
    zkl_setup **retired; /* that operations may use still; closed with the handle */
    size_t retired_count;
    /* Opened by the latest writer, which has given them back. They count as long as their files
     * hold their keys. */
    zkl_signer *signer, *log_signer;
    /* The owner secret, and the hash of file and passphrase that it came from (owner_kept.c). NULL:
     * not needed yet, or kept in the clear. */
    zkl_owner_secret *owner;
    zkl_digest owner_source;
    /* Held by the writer that is open: the file's lock is between processes. */
    pthread_mutex_t writing;
    zkl_place_queue queue;
    zkl_sequencing sequencing;
} zkl_ledger_kept;

struct zkl_ledger {
    zkl_ledger *handle; /* whose view or writer this is; itself for a handle */
    bool borrows_store; /* a view's store is its handle's */
    bool is_writer; /* of a handle: it has kept.writing, and store is what zkl_store_lock gave */
    bool is_kept;   /* a sequencer's own writer: who uses it has kept.writing */
    zkl_ledger_kept kept;
    char folder[ZKL_LEDGER_PATH_BYTES_MAX];
    bool in_folder;                        /* opened from a folder: it has a `head` and key files */
    char state[ZKL_LEDGER_PATH_BYTES_MAX]; /* "": from the environment */
    zkl_notice notice;
    zkl_error
        head_fault; /* readers: why nothing may be signed in this store; status ZKL_OK: none */
    zkl_config config;
    zkl_store *store;
    zkl_log log;
    zkl_arena arena; /* origin, trust */
    const char *origin;
    zkl_bytes powers;
    zkl_digest powers_hash;
    zkl_trust trust;
    bool writable;
    bool is_walked; /* by verify-chain, which compares every leaf and node in the log's order */
    zkl_confirmed *confirmed; /* what that has looked up; NULL: not walked */
    /* Of the first leaf_count entries, as a walk saw them (chain.h); borrowed. */
    const zkl_digest *leaves;
    uint64_t leaf_count;
    zkl_signer *signer, *log_signer; /* NULL unless writable */
    zkl_batch batch;                 /* what is staged */
    zkl_staged_index staged;         /* where in it a key is, and what it was found to rest on */
    bool batch_changes_keys;         /* staged_trust replaces trust when the batch is committed */
    zkl_trust staged_trust;
    const zkl_env *env;
};

/* What holds of every ledger between two calls: a store and a handle are there, only a writer has
 * signers and something staged, and staged keys come with what stages them. */
static inline void zkl_ledger_invariant(const zkl_ledger *ledger)
{
    ZKL_ASSERT(ledger->store && ledger->handle && ledger->origin);
    ZKL_ASSERT(ledger->writable || (!ledger->signer && !ledger->log_signer));
    ZKL_ASSERT(ledger->writable || !ledger->batch.count);
    ZKL_ASSERT(ledger->batch.count || !ledger->batch_changes_keys);
}

/* A key of the store, in a fixed buffer. */
typedef struct zkl_store_key {
    uint8_t bytes[ZKL_LEDGER_KEY_BYTES_MAX];
    size_t size;
} zkl_store_key;
zkl_store_key zkl_store_key_of(const char *prefix, const void *data, size_t size);
void zkl_store_key_add(zkl_store_key *key, const void *data, size_t size);
zkl_store_key zkl_store_key_name(zkl_bytes name, uint32_t version);
zkl_store_key zkl_store_key_about(const zkl_digest *dataset, uint64_t index);
zkl_store_key zkl_store_key_setup(const zkl_circuit_id *circuit);
zkl_store_key zkl_store_key_segment(zkl_segment_class class, uint64_t number, bool is_deletion);
static inline zkl_bytes zkl_store_key_bytes(const zkl_store_key *key)
{
    return zkl_bytes_of(key->bytes, key->size);
}
/* How the store of a ledger's folder is opened. */
typedef struct zkl_ledger_store_use {
    bool read_only, create;
    size_t cache_bytes; /* 0: as the configuration has it */
    bool counts;        /* zkl_store_count */
    bool shared;        /* others may write it: takes the writer's lock unless read_only */
    const zkl_env *env;
} zkl_ledger_store_use;
/* The store that the configuration names, in the folder. ZKL_USAGE: it keeps nothing, so it is none
 * for a folder. */
zkl_status zkl_ledger_store_open(zkl_store **out, const char *folder, const zkl_config *config,
                                 const zkl_ledger_store_use *use, zkl_error *err) ZKL_MUST_USE;
zkl_head_place zkl_ledger_head_place(const zkl_ledger *ledger);
/* A writer of a handle over the store of the lock that is held. It takes over nothing. */
zkl_status zkl_ledger_writer_over(zkl_ledger **out, const zkl_ledger_lock *lock, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;
/* A view of a sequencer's handle, of what that has published. The caller has kept.mutex. */
zkl_status zkl_ledger_view_of(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* A view of what the handle's store has now, compared as a reader does. The caller has
 * kept.writing of a sequencer's handle: nobody commits. */
zkl_status zkl_ledger_view_from_store(zkl_ledger **out, zkl_ledger *handle,
                                      zkl_error *err) ZKL_MUST_USE;
/* Everything of zkl_ledger_open_as but configuration, lock and database. Takes over the store on
 * success. */
zkl_status zkl_ledger_open_over(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* ---- ledger.c, for ledger_handle.c. The store is taken over on success alone. */
/* Over a store, with its state read, or taken from `published` (NULL: from the store); nothing is
 * compared or signed yet. */
zkl_status zkl_ledger_new(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                          const zkl_ledger *published, const zkl_env *env,
                          zkl_error *err) ZKL_MUST_USE;
/* zkl_ledger_open_over for an operation of a handle; NULL: it is a handle itself. */
zkl_status zkl_ledger_open_for(zkl_ledger **out, zkl_store *store, const zkl_ledger_opening *how,
                               zkl_ledger *handle, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* ZKL_LIMIT: it is too long. */
zkl_status zkl_ledger_copy_path(char out[static ZKL_LEDGER_PATH_BYTES_MAX], const char *path,
                                zkl_error *err) ZKL_MUST_USE;
/* "folder/name". */
zkl_status zkl_ledger_path(char out[static ZKL_LEDGER_PATH_BYTES_MAX], const char *folder,
                           const char *name, zkl_error *err) ZKL_MUST_USE;

/* Staged first, then the store. ZKL_NOT_FOUND. */
zkl_status zkl_ledger_get(zkl_ledger *ledger, zkl_bytes *value, zkl_arena *arena,
                          const zkl_store_key *key, zkl_error *err) ZKL_MUST_USE;
/* Is the value one that this process is about to write? */
bool zkl_ledger_is_staged(zkl_ledger *ledger, const zkl_store_key *key);
/* A value that must have exactly size bytes. */
zkl_status zkl_ledger_get_sized(zkl_ledger *ledger, uint8_t *value, size_t size,
                                const zkl_store_key *key, zkl_error *err) ZKL_MUST_USE;

/* ---- ledger_read.c: the tree has that leaf there; ZKL_REJECTED. path: of the leaves before, or
 * NULL. */
zkl_status zkl_ledger_check_leaf(zkl_ledger *ledger, zkl_log_path *path, uint64_t index,
                                 const zkl_digest *leaf, zkl_error *err) ZKL_MUST_USE;
/* The log has an entry there, as an index of the store says: ZKL_REJECTED. */
zkl_status zkl_ledger_check_logged(const zkl_ledger *ledger, uint64_t index,
                                   zkl_error *err) ZKL_MUST_USE;

/* One of the keys `ledger/...`, into the ledger's arena. `init` wrote them, and nobody takes them
 * away: ZKL_REJECTED when it is missing, as after a lost file of the store. */
zkl_status zkl_ledger_get_own(zkl_ledger *ledger, zkl_bytes *value, const char *key,
                              zkl_error *err) ZKL_MUST_USE;

/* Where an entry is going to stand, and what it is. */
typedef struct zkl_staged {
    uint64_t index;
    zkl_digest receipt_id;
} zkl_staged;
/* Entry signed by signers, checked and staged at the next index. out may be NULL. */
zkl_status zkl_ledger_stage_signed(zkl_ledger *ledger, const zkl_entry *entry,
                                   const zkl_signer *const *signers, size_t signer_count,
                                   zkl_staged *out, zkl_error *err) ZKL_MUST_USE;
/* An entry that its operation has signed, at the next index. unless_there of it: a set-up that the
 * log has already is left out, and *out is the one that stands there. ZKL_CONFLICT says when a
 * version was taken meanwhile. After a failure some of it may be staged: go back to what was marked
 * before. */
zkl_status zkl_ledger_stage_envelope(zkl_ledger *ledger, const zkl_change_entry *gathered,
                                     zkl_staged *out, zkl_error *err) ZKL_MUST_USE;
/* Blobs that the store lacks, and private values. */
zkl_status zkl_ledger_stage_values(zkl_ledger *ledger, const zkl_batch *values,
                                   zkl_error *err) ZKL_MUST_USE;
/* What a commit that failed has left. */
typedef struct zkl_commit_result {
    zkl_store_outcome outcome;
    bool log_moved; /* another writer was between the checks and the commit: nothing was written */
    double sync_s;  /* that the store took, and its disk */
} zkl_commit_result;
/* zkl_ledger_commit, with that. */
zkl_status zkl_ledger_commit_staged(zkl_ledger *ledger, zkl_commit_result *result,
                                    zkl_error *err) ZKL_MUST_USE;
/* The envelope of an entry, signed by the signer key that the handle has decrypted, and the key.
 * ZKL_USAGE: no writer was opened yet. */
zkl_status zkl_ledger_sign_entry(zkl_ledger *handle, zkl_buffer *envelope, zkl_public_key *key,
                                 const zkl_entry *entry, zkl_error *err) ZKL_MUST_USE;
/* ---- references.c: what an entry that stands, or would stand, at index refers to is there, and
 * before it. ZKL_CONFLICT names what is not. Reads what is staged, then the store; changes
 * nothing. */
zkl_status zkl_ledger_check_references(zkl_ledger *ledger, const zkl_entry *entry, uint64_t index,
                                       zkl_error *err) ZKL_MUST_USE;

/* ---- indexes.c */
/* Nothing that may be only once is there already, and a version is the next one of its name:
 * ZKL_CONFLICT. */
zkl_status zkl_ledger_check_new(zkl_ledger *ledger, const zkl_entry *entry,
                                zkl_error *err) ZKL_MUST_USE;
/* The keys by which the store will find the entry at index. leaf: its receipt id. */
zkl_status zkl_ledger_put_indexes(zkl_batch *batch, const zkl_entry *entry, uint64_t index,
                                  const zkl_digest *leaf, zkl_error *err) ZKL_MUST_USE;

/* How many keys the entries that were compared have in each index. */
typedef struct zkl_index_counts {
    uint64_t of[ZKL_INDEX_KIND_COUNT];
    uint64_t names; /* names that have a first version: keys of `last` */
} zkl_index_counts;
/* The indexes hold the entry that stands at index, as it says: ZKL_REJECTED. Counts its keys. */
zkl_status zkl_ledger_check_indexes(zkl_ledger *ledger, zkl_index_counts *counts,
                                    const zkl_entry *entry, uint64_t index, const zkl_digest *leaf,
                                    zkl_error *err) ZKL_MUST_USE;
