#pragma once
/* A ledger: a folder with configuration, keys, an embedded store, and the log in it.
 *
 *     FOLDER/zkp-ledger.toml              configuration
 *     FOLDER/keys/{signer,log,owner}.key  keys at rest, mode 0600
 *     FOLDER/store/                       the database: the only truth
 *     FOLDER/head                         the newest signed checkpoint: what the store must hold
 *                                         (ledger/head.h)
 *     FOLDER/lock                         names the writer
 *
 *  1. One writer at a time, for a moment: operations gather what they write, and prove, without the
 *     lock (ledger/change.h). Readers never block.
 *  2. An operation is one synced, atomic batch {blobs, entries, tree, indexes}; then the checkpoint
 *     is signed. A head that is ahead of its checkpoint is signed when a writer opens.
 *  3. What was signed is never signed again differently: a store that lost entries is read, and
 *     written no more.
 *  4. Entries are the truth about names, keys and set-ups: the indexes beside them follow from the
 *     entries, and zkl_ledger_verify_chain recomputes them. */
#include <zkl/ledger.h>

#include "base/env.h"
#include "ledger/config.h"
#include "record/entry.h"
#include "ledger/head.h"
#include "keys/keyfile.h"
#include "log/log.h"
#include "record/receipt.h"
#include "record/trust.h"
#include "setup/setup.h"
#include "storage/storage.h"

/* A file of a new ledger's own, for its owner to read and edit. */
typedef struct zkl_ledger_file {
    const char *folder, *name; /* "policies", "privacy.toml" */
    zkl_bytes content;
} zkl_ledger_file;

/* What a new ledger trusts of the ceremony that made its powers and keys. */
typedef struct zkl_ledger_ceremony {
    zkl_digest transcript;
    zkl_trusted_party *parties;
    size_t party_count;
    zkl_circuit_id *circuits; /* pinned: set-up entries must name them next */
    size_t circuit_count;
} zkl_ledger_ceremony;

typedef struct zkl_ledger_init_options {
    const char *folder; /* must not exist, or be empty */
    zkl_config
        config; /* config.name names the ledger; the log's origin is the name and a random suffix */
    zkl_key_type signer_type; /* 0: Ed25519 */
    zkl_bytes powers;         /* the one set of powers of this ledger: ZKL_SRS_VERIFIER_BYTES */
    bool powers_of_ceremony;  /* what its own trust says of how they were made */
    const zkl_ledger_ceremony *ceremony; /* what it says of the ceremony; NULL: none */
    const zkl_bytes *passphrase;         /* NULL: keys in the clear */
    const zkl_keyfile_cost *cost;        /* NULL: the default */
    const char *state; /* folder of the user's memory of checkpoints; NULL: from the environment */
    zkl_notice notice;
    const zkl_ledger_file *files; /* written beside the configuration */
    size_t file_count;
    const zkl_remembered *succeeds; /* the old log's newest checkpoint; NULL: it succeeds none */
} zkl_ledger_init_options;

/* Makes everything in a folder beside and renames it: the ledger is there whole or not at all.
 * Entry 0 names the first signer. ZKL_CONFLICT when there is something already. */
zkl_status zkl_ledger_init(const zkl_ledger_init_options *options, const zkl_env *env,
                           zkl_error *err) ZKL_MUST_USE;

typedef enum zkl_ledger_mode {
    ZKL_LEDGER_READ,  /* never blocks, writes nothing */
    ZKL_LEDGER_WRITE, /* takes the lock and opens signer and log key */
} zkl_ledger_mode;

typedef struct zkl_ledger_opening {
    const char *folder; /* copied */
    zkl_ledger_mode mode;
    const zkl_bytes *passphrase; /* for WRITE when the keys have one; NULL: none */
    /* READ: the store is open for writing all the same, and the lock is held (sequencer.h). NULL:
     * it is not. */
    const zkl_sequencer *sequencer;
    const char *state; /* folder of the user's memory of checkpoints; NULL: from the environment */
    zkl_notice notice; /* what is worth knowing and is no failure; all zeros: nowhere */
} zkl_ledger_opening;

/* WRITE finishes or undoes a rotation that was cut off, sweeps left-overs, and signs a head that
 * has no checkpoint. env is borrowed until closed.
 *
 * ZKL_CONFLICT: another writer is at work; or (WRITE) the store lost what was signed, or a key file
 * does not hold the key that counts: nothing is signed then. ZKL_DENIED: a passphrase is needed. */
zkl_status zkl_ledger_open_as(zkl_ledger **out, const zkl_ledger_opening *how, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* Readers open such a store too. This says whether it is one: ZKL_CONFLICT and why. */
zkl_status zkl_ledger_check_head(const zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;

/* ---- The handle of include/zkl/ledger.h, and what one operation has of it: a ledger of its own
 * with log, trust and staging, over what the handle keeps open. Close it when the operation ends,
 * before the handle. env NULL: the handle's.
 *
 * A view reads the handle's store as it is when the view is made: what is logged later is not in
 * it. A writer takes the lock and opens signer and log key: as zkl_ledger_open_as in the mode for
 * writing, but that it waits for ZKL_WRITER_WAIT_MS at least, since others hold the lock for a
 * moment only. Open one for that moment: what takes long belongs in a change (ledger/change.h). A
 * second writer of one handle waits for the first, so a thread must not open two. */
#define ZKL_WRITER_WAIT_MS 2000
zkl_status zkl_ledger_view(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                           zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_ledger_writer(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* The writer's lock alone, for what must not move while it is looked at. Key files are put back
 * under it, of a ledger whose writers cannot open. Waits as zkl_ledger_writer does. What was
 * recorded before it was taken is seen after zkl_ledger_catch_up. A thread must not open a writer
 * of the handle while it has the lock. */
typedef struct zkl_ledger_lock {
    zkl_ledger *handle; /* NULL: not held */
    zkl_store *store;   /* of the one who has the lock */
} zkl_ledger_lock;
zkl_status zkl_ledger_lock_take(zkl_ledger_lock *lock, zkl_ledger *handle, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
void zkl_ledger_lock_clear(zkl_ledger_lock *lock); /* lets go; twice is fine */

/* A reader over a store of its own, for who compares the whole store with the log: it does not move
 * on meanwhile. */
zkl_status zkl_ledger_walker(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* How it was opened. Of a view or writer: how its handle was. */
const zkl_env *zkl_ledger_env(const zkl_ledger *ledger); /* of this operation; never NULL */
const zkl_bytes *zkl_ledger_passphrase(const zkl_ledger *ledger); /* NULL: none */
const char *zkl_ledger_setup_cache(const zkl_ledger *ledger);     /* NULL: the default */
const char *zkl_ledger_state(const zkl_ledger *ledger);           /* NULL: from the environment */
const zkl_notice *zkl_ledger_notice(const zkl_ledger *ledger);
bool zkl_ledger_is_found(const zkl_ledger *ledger);
/* The ledger's powers of tau and circuit keys, opened on first need. Stays the handle's, until that
 * is closed. */
zkl_status zkl_ledger_setup(zkl_ledger *ledger, zkl_setup **out, zkl_error *err) ZKL_MUST_USE;
/* A key of the cache was replaced: operations that begin from now on read it anew. */
void zkl_ledger_renew_setup(zkl_ledger *ledger);
/* Over a store that exists (tests: memory, failing stores). Takes over the store on success. */
zkl_status zkl_ledger_open_store(zkl_ledger **out, zkl_store *store, const char *folder,
                                 const zkl_keyfile *signer, const zkl_keyfile *log_key,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
typedef struct zkl_ledger_first {
    const zkl_signer *signer, *log_signer;
    const char *origin; /* of the log */
    zkl_bytes powers;   /* ZKL_SRS_VERIFIER_BYTES */
    bool powers_of_ceremony;
    const zkl_ledger_ceremony *ceremony; /* NULL: none */
    const zkl_remembered
        *succeeds; /* the old log's newest checkpoint, named by entry 0; NULL: none */
} zkl_ledger_first;
/* The first batch of an empty store: meta data and entry 0; no checkpoint yet. */
zkl_status zkl_ledger_create_in_store(zkl_store *store, const zkl_ledger_first *first,
                                      const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* The newest signed checkpoint that is known of a ledger: of its store, its `head`, and the user's
 * memory, whichever of them can be read. ZKL_NOT_FOUND: of none. ZKL_CONFLICT: two of one size
 * differ. how: mode and passphrase count for nothing. */
zkl_status zkl_ledger_newest_checkpoint(zkl_remembered *out, zkl_arena *arena,
                                        const zkl_ledger_opening *how, const zkl_env *env,
                                        zkl_error *err) ZKL_MUST_USE;
/* zkl_ledger_close drops what is staged. */
ZKL_DEFINE_AUTO_CLOSE(zkl_ledger)

/* ---- What it is. Borrowed until closed. */
const char *zkl_ledger_folder(const zkl_ledger *ledger);
const char *zkl_ledger_origin(const zkl_ledger *ledger);
const zkl_config *zkl_ledger_config(const zkl_ledger *ledger);
const zkl_digest *zkl_ledger_own_id(const zkl_ledger *ledger);
const zkl_digest *zkl_ledger_powers_hash(const zkl_ledger *ledger);
zkl_bytes zkl_ledger_powers(const zkl_ledger *ledger);
zkl_log *zkl_ledger_log(zkl_ledger *ledger);
/* What this ledger trusts: its own keys by index, as the entries have them; development set-ups
 * accepted. */
const zkl_trust *zkl_ledger_trust(const zkl_ledger *ledger);
/* The owner secret, from its file or as the handle holds it: a passphrase is worked on once a
 * handle while the file stays the same. ZKL_DENIED: wrong passphrase. Close out. */
zkl_status zkl_ledger_owner_secret(const zkl_ledger *ledger, zkl_owner_secret **out,
                                   const zkl_bytes *passphrase, zkl_error *err) ZKL_MUST_USE;
const zkl_signer *
zkl_ledger_signer(const zkl_ledger *ledger); /* NULL unless it is open for writing */
const zkl_signer *zkl_ledger_log_signer(const zkl_ledger *ledger); /* the same of the log key */

/* ---- Writing: stage, then commit all at once. After a failure to stage: abandon. */

/* Can the handle's store be read? It may wait for one that is being opened again. Any thread. */
zkl_status zkl_ledger_store_try(zkl_ledger *handle, zkl_error *err) ZKL_MUST_USE;
/* How circuit keys were found; zeros before the first one is wanted. Any thread. */
void zkl_ledger_count_keys(zkl_ledger *handle, zkl_setup_key_counts *out);
/* What it has done since it was opened; false: it does not count (zkl_store_options.counts). */
bool zkl_ledger_store_count(zkl_ledger *handle, zkl_store_counts *out);

/* A blob by its SHA-256. The same bytes twice are stored once. */
zkl_status zkl_ledger_stage_blob(zkl_ledger *ledger, zkl_digest *sha256, zkl_bytes blob,
                                 zkl_error *err) ZKL_MUST_USE;
/* What the owner alone keeps, encrypted by the caller, by the id of its dataset or the root of its
 * dictionary: no entry refers to it, and no receipt holds it. */
zkl_status zkl_ledger_stage_private(zkl_ledger *ledger, const zkl_digest *id, zkl_bytes wrapped,
                                    zkl_error *err) ZKL_MUST_USE;
/* A signed entry (by the signer key). Checks what verify-chain would: ledger, version is the next
 * of its name, parents and blobs exist (or are staged), set-ups of the circuits it uses exist.
 * Fills index and receipt id. */
zkl_status zkl_ledger_stage_entry(zkl_ledger *ledger, const zkl_entry *entry, uint64_t *index,
                                  zkl_digest *receipt_id, zkl_error *err) ZKL_MUST_USE;
/* One synced batch, then the checkpoint. When the store says that it could not write, it is opened
 * again and read: what is there after all is recorded, and said as a notice. Otherwise the error
 * says "not recorded", or "not known whether" when the store cannot be read either. When only the
 * checkpoint failed, the next writer signs it. */
zkl_status zkl_ledger_commit(zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;
void zkl_ledger_abandon(zkl_ledger *ledger);

/* ---- Reading. What the store's indexes lead to is compared with the log: ZKL_REJECTED when its
 * tree does not have the entry, or the entry is another than was asked for. An index that hides an
 * entry is seen by zkl_ledger_verify_chain alone. */
typedef struct zkl_dataset_version {
    zkl_bytes name;
    uint32_t version;
    uint64_t index; /* of its notarise entry */
    zkl_digest dataset;
} zkl_dataset_version;

/* version 0: the latest. ZKL_NOT_FOUND: there is none. ZKL_REJECTED: the store says another entry
 * is it. */
zkl_status zkl_ledger_find(zkl_ledger *ledger, zkl_dataset_version *out, zkl_arena *arena,
                           zkl_bytes name, uint32_t version, zkl_error *err) ZKL_MUST_USE;
/* Number of versions of name; 0 for an unknown one. Counts what is staged. ZKL_REJECTED when the
 * store's two indexes of versions contradict each other. */
zkl_status zkl_ledger_version_count(zkl_ledger *ledger, uint32_t *out, zkl_bytes name,
                                    zkl_error *err) ZKL_MUST_USE;
/* The log has the notarisation of this version, of this dataset, at this index: else
 * ZKL_REJECTED. */
zkl_status zkl_ledger_confirm(zkl_ledger *ledger, const zkl_dataset_version *version,
                              zkl_error *err) ZKL_MUST_USE;
/* All versions of all names, by name, then version, as the index has them: not confirmed. */
zkl_status zkl_ledger_datasets(zkl_ledger *ledger, zkl_dataset_version **out, size_t *count,
                               zkl_arena *arena, zkl_error *err) ZKL_MUST_USE;
/* Log indexes of the entries about a dataset (notarise, prove), ascending, as the index has
 * them: whoever reads the entries compares. */
zkl_status zkl_ledger_entries_about(zkl_ledger *ledger, uint64_t **out, size_t *count,
                                    zkl_arena *arena, const zkl_digest *dataset,
                                    zkl_error *err) ZKL_MUST_USE;
/* The first of them. ZKL_NOT_FOUND: the index has none. */
zkl_status zkl_ledger_first_about(zkl_ledger *ledger, uint64_t *out, const zkl_digest *dataset,
                                  zkl_error *err) ZKL_MUST_USE;
/* Log indexes of the entries about segments of an audit log: of each class by its number, of each
 * number its closing, then its deletion. As the index has them: whoever reads the entries
 * compares. */
zkl_status zkl_ledger_segments(zkl_ledger *ledger, uint64_t **out, size_t *count, zkl_arena *arena,
                               zkl_error *err) ZKL_MUST_USE;
/* Of one segment: the entry that closed it, or that says that it was deleted. ZKL_NOT_FOUND. */
zkl_status zkl_ledger_segment_index(zkl_ledger *ledger, uint64_t *out,
                                    const zkl_entry_segment *segment, zkl_error *err) ZKL_MUST_USE;
/* The signed bytes of an entry, which stand in the log's tree. ZKL_NOT_FOUND from its head on. */
zkl_status zkl_ledger_envelope(zkl_ledger *ledger, zkl_bytes *out, zkl_arena *arena, uint64_t index,
                               zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_ledger_entry(zkl_ledger *ledger, zkl_entry *out, zkl_dsse *dsse, zkl_arena *arena,
                            uint64_t index, zkl_error *err) ZKL_MUST_USE;
/* The same of an entry that an index of the store names, with the fields that this index is of.
 * ZKL_REJECTED: it has others, or the log is shorter, so the index is damaged. */
zkl_status zkl_ledger_entry_with(zkl_ledger *ledger, zkl_entry *out, zkl_arena *arena,
                                 uint64_t index, zkl_entry_fields fields,
                                 zkl_error *err) ZKL_MUST_USE;
/* The same of many entries, which `see` gets: by several workers, in no order, `at` being the place
 * of its index. What the first of them fails with is returned, as if they came in their order.
 * Entries live in arena. Cost: nodes of the tree are read once where indexes rise. */
typedef zkl_status zkl_ledger_see(void *context, size_t at, const zkl_entry *entry, zkl_error *err);
zkl_status zkl_ledger_entries_with(zkl_ledger *ledger, zkl_arena *arena, const uint64_t *indexes,
                                   size_t count, zkl_entry_fields fields, zkl_ledger_see *see,
                                   void *context, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_ledger_index_of(zkl_ledger *ledger, uint64_t *out, const zkl_digest *receipt_id,
                               zkl_error *err) ZKL_MUST_USE;
/* ZKL_NOT_FOUND; ZKL_REJECTED when the stored bytes have another hash. */
zkl_status zkl_ledger_blob(zkl_ledger *ledger, zkl_bytes *out, zkl_arena *arena,
                           const zkl_digest *sha256, zkl_error *err) ZKL_MUST_USE;
/* What was staged as private under that id; ZKL_NOT_FOUND. */
zkl_status zkl_ledger_private(zkl_ledger *ledger, zkl_bytes *out, zkl_arena *arena,
                              const zkl_digest *id, zkl_error *err) ZKL_MUST_USE;
/* Index of the set-up entry of a circuit's key. */
zkl_status zkl_ledger_setup_index(zkl_ledger *ledger, uint64_t *out, const zkl_circuit_id *circuit,
                                  zkl_error *err) ZKL_MUST_USE;
/* See what a writer appended since (readers). */
zkl_status zkl_ledger_catch_up(zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;

/* ---- Keys. */
/* Make a new key of the role, log it signed by old and new, put its file in place (the old one is
 * kept as NAME.key.until-<index>): ledger/rotation.h. When it fails after its entry was recorded,
 * the next writer finishes it. */
zkl_status zkl_ledger_rotate(zkl_ledger *ledger, zkl_key_role role, const zkl_bytes *passphrase,
                             uint64_t *index, zkl_error *err) ZKL_MUST_USE;
/* A signer key counts no more from the next index on; signed by the log key. Revoking the current
 * signer needs a new one (zkl_ledger_rotate) before the next entry. */
zkl_status zkl_ledger_revoke(zkl_ledger *ledger, const zkl_public_key *key, const char *reason,
                             uint64_t *index, zkl_error *err) ZKL_MUST_USE;
