#pragma once
/* Shared by the operations of src/service. */
#include <zkl/zkl.h>

#include "claim/claim.h"
#include "ledger/change.h"
#include "ledger/ledger.h"
#include "notary/circuit_keys.h"
#include "verify/receipt.h"
#include "setup/setup.h"

/* What an operation has of an open ledger: close it when it ends. A reader of a store that lost
 * entries goes on, and a notice says so. */
zkl_status service_open(zkl_ledger **out, zkl_ledger *handle, zkl_ledger_mode mode,
                        const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* What a key entry says that its log goes on from. */
void service_succeeds(zkl_succeeds *out, const zkl_entry_succeeds *said);
/* "NAME" or "NAME@VERSION" in this ledger: the version's notarisation. With "#INDEX" behind it:
 * that entry, which is about the name. Borrows from arena. */
zkl_status service_find(zkl_dataset_version *out, zkl_arena *arena, zkl_ledger *ledger,
                        const char *reference, zkl_error *err) ZKL_MUST_USE;
/* The manifest of an entry that names one. bytes borrows from arena. */
zkl_status service_manifest(zkl_manifest *out, zkl_bytes *bytes, zkl_arena *arena,
                            zkl_ledger *ledger, const zkl_entry *entry,
                            zkl_error *err) ZKL_MUST_USE;
/* An entry about a dataset version, and its place in the log. */
typedef struct service_entry {
    uint64_t index;
    zkl_entry entry;
} service_entry;
typedef struct service_entries {
    service_entry *items;
    size_t count;
} service_entries;
/* All entries about a version, in the order of the log: its notarisation, then claims that were
 * added. ZKL_REJECTED: the notarisation is not the first, or the log has no such entry about that
 * dataset where the index says so. Borrows from arena. */
zkl_status service_entries_about(service_entries *out, zkl_arena *arena, zkl_ledger *ledger,
                                 const zkl_dataset_version *version, zkl_error *err) ZKL_MUST_USE;
/* That the version was revoked, among all entries about it; NULL: it was not. Lives in memory. */
zkl_status service_revocation(const zkl_revocation **out, zkl_arena *memory,
                              const service_entries *about, zkl_error *err) ZKL_MUST_USE;
/* The same of a version by its name. */
zkl_status service_revocation_of(const zkl_revocation **out, zkl_arena *memory, zkl_ledger *ledger,
                                 const char *name, uint32_t version, zkl_error *err) ZKL_MUST_USE;
/* ZKL_CONFLICT, with the reason, when it was. what: as the caller named it. */
zkl_status service_check_not_revoked(const service_entries *about, const char *what,
                                     zkl_error *err) ZKL_MUST_USE;
/* A warning, with the reason, when it was. */
zkl_status service_warn_revoked(const service_entries *about, const char *what, zkl_ledger *ledger,
                                zkl_error *err) ZKL_MUST_USE;
/* Texts of claims, canonical as entries have them. Borrow from entries and arena. */
typedef struct service_texts {
    zkl_bytes *items;
    size_t count;
} service_texts;
zkl_status service_texts_add(service_texts *texts, zkl_arena *arena, const zkl_entry *entry,
                             zkl_error *err) ZKL_MUST_USE;
/* '2026-01-31', or a moment with or without milliseconds, in UTC. is_end: a day or second ends with
 * its last millisecond. ZKL_USAGE. */
zkl_status service_time(int64_t *out, const char *text, bool is_end, zkl_error *err) ZKL_MUST_USE;
/* Columns for people. */
zkl_status service_columns(const zkl_column_info **out, zkl_arena *arena, const zkl_schema *schema,
                           zkl_error *err) ZKL_MUST_USE;
/* What a manifest says of how its table was read. Lives in memory. */
zkl_status service_read_info(zkl_read_info *out, zkl_arena *memory, const zkl_manifest *manifest,
                             zkl_error *err) ZKL_MUST_USE;
/* What an entry about a dataset says, which the log has at this index: as zkl_show tells it, but
 * for its receipt id, its versions and what was added later. Texts lie in out->memory. */
zkl_status service_show_entry(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                              uint64_t index, const zkl_entry *entry, zkl_error *err) ZKL_MUST_USE;
/* A reading in words, in memory; NULL without memory. */
const char *service_reading_words(zkl_arena *memory, const zkl_reading *reading);
/* What a statement says of its own size. */
zkl_status service_statement_info(zkl_statement_info *out, zkl_bytes statement, zkl_bytes proof,
                                  zkl_error *err) ZKL_MUST_USE;
/* The internal verdict as the public one. trust: what was trusted; ledger: whose it is, NULL: a
 * trust file's. data_checked: everything was recomputed from the data. What was compared of chosen
 * chunks is in out already. */
zkl_status service_verdict(zkl_verify_result *out, const zkl_verified *verified,
                           const zkl_trust *trust, zkl_ledger *ledger, bool data_checked,
                           zkl_error *err) ZKL_MUST_USE;
/* Claims of a verdict, in memory. */
zkl_status service_claim_verdicts(const zkl_claim_verdict **out, zkl_arena *memory,
                                  const zkl_verified_claim *claims, size_t count,
                                  zkl_error *err) ZKL_MUST_USE;
/* To the verdict on a version's notarisation: the claims that were added to it, each entry verified
 * as a receipt of its own by the same trust. On another entry's verdict: nothing. Where one is
 * refused so is all of it: the caller clears the result. */
zkl_status service_verify_later(zkl_verify_result *out, zkl_ledger *ledger, const char *reference,
                                const zkl_trust *trust, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
/* Rows that a verified disclosure shows, for people (disclosed.c). Lives in memory. */
zkl_status service_disclosed(const zkl_disclosed **out, zkl_arena *memory,
                             const zkl_disclosure *disclosure, const zkl_schema *schema,
                             zkl_error *err) ZKL_MUST_USE;
/* Is the verified receipt's checkpoint one of this ledger's log? ZKL_REJECTED: the log has other
 * entries there, so it is forked.
 * ZKL_UNCHECKED: the log here is shorter. */
zkl_status service_check_is_of_log(zkl_ledger *ledger, const zkl_verified *verified,
                                   zkl_error *err) ZKL_MUST_USE;
typedef struct service_files {
    const char *const *names;
    size_t count;
    const char *const
        *left_out; /* of folders: hidden files, and what Spark puts beside its files */
    size_t left_out_count;
} service_files;
/* Folders become the files in them, patterns what they match; an existing name is never a pattern.
 *
 * Errors: ZKL_NOT_FOUND when nothing is matched; ZKL_BAD_INPUT for a folder within a folder;
 * ZKL_NOT_SUPPORTED for partitions by
 *         name (y=2024) and for tables of Delta, Iceberg and Hudi, also when files in them are
 *         named themselves. */
zkl_status service_expand_files(service_files *out, zkl_arena *arena, const char *const *files,
                                size_t count, zkl_error *err) ZKL_MUST_USE;
/* A view of the ledger, for what it trusts: when it was found and not named, only if it is the
 * caller's own. */
zkl_status service_open_trusted(zkl_ledger **out, zkl_ledger *handle, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
/* ZKL_UNCHECKED, and the ways on, when the ledger that was found is not the caller's own
 * (own_ledger.c). */
zkl_status service_check_own(zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;
/* ZKL_DENIED, and the way on, when the folder belongs to somebody else. */
zkl_status service_check_found(const char *folder, zkl_error *err) ZKL_MUST_USE;
/* A receipt, or a disclosure. Else ZKL_BAD_INPUT, and what the bytes are instead. */
zkl_status service_check_is_verifiable(zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
zkl_status service_check_is_standing(const zkl_named_bytes *file, zkl_error *err) ZKL_MUST_USE;
/* The checkpoint of receipts[which], of `size` entries, rests on no log key that another of the
 * receipts shows to have ended before. trusts: the caller's, then that of each receipt.
 * ZKL_UNCHECKED. */
zkl_status service_check_log_keys(const zkl_named_bytes *receipts, size_t which, uint64_t size,
                                  const zkl_trust *const *trusts, size_t trust_count,
                                  zkl_error *err) ZKL_MUST_USE;
/* ZKL_BAD_INPUT, and what the bytes are instead. */
zkl_status service_check_is_receipt(zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
/* The trust of a trust file's text. ZKL_BAD_INPUT says what is wrong with it, or what the bytes are
 * instead.
 * name: what errors call it, or NULL. */
zkl_status service_parse_trust(zkl_trust *out, zkl_arena *arena, zkl_bytes text, const char *name,
                               zkl_error *err) ZKL_MUST_USE;
/* Whose word counts: that of a trust file, else that of a ledger. */
typedef struct service_trusted {
    zkl_arena arena;
    zkl_trust given;
    /* NULL: a file is trusted. */
    zkl_ledger *ledger;
    const zkl_trust *trust;
} service_trusted;
/* text: of a trust file; empty: what the handle's ledger trusts (service_open_trusted).
 * ZKL_UNCHECKED: there is neither. out is all zeros before, stays where it is, and is cleared by
 * the caller, also after a failure. */
zkl_status service_trusted_take(service_trusted *out, zkl_bytes text, zkl_ledger *handle,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void service_trusted_clear(service_trusted *trusted);
/* What a file is, by its first bytes. */
typedef enum service_file_kind {
    SERVICE_FILE_UNKNOWN,
    SERVICE_FILE_EMPTY,
    SERVICE_FILE_BLANK,
    SERVICE_FILE_TEXT,
    SERVICE_FILE_CSV,
    SERVICE_FILE_JSON,
    SERVICE_FILE_DSSE,
    SERVICE_FILE_STANDING,
    SERVICE_FILE_CONSISTENCY,
    SERVICE_FILE_TRUST,
    SERVICE_FILE_TLOG_PROOF,
    SERVICE_FILE_PEM,
    SERVICE_FILE_NOTE,
    SERVICE_FILE_DATA_KEY,
    SERVICE_FILE_RECEIPT,
    SERVICE_FILE_DISCLOSURE,
    SERVICE_FILE_LINEAGE,
    SERVICE_FILE_MANIFEST,
    SERVICE_FILE_TRUST_BYTES,
    SERVICE_FILE_TRUST_RECORD,
    SERVICE_FILE_POWERS,
    SERVICE_FILE_DICTIONARY,
    SERVICE_FILE_KEY,
    SERVICE_FILE_PARQUET,
    SERVICE_FILE_GZIP,
    SERVICE_FILE_ZSTD,
    SERVICE_FILE_ZIP,
    SERVICE_FILE_ZKEY,
    SERVICE_FILE_PDF,
    SERVICE_FILE_HTML,
    SERVICE_FILE_REPORT,
    SERVICE_FILE_CEREMONY,
    SERVICE_FILE_SQLITE,
    SERVICE_FILE_KIND_COUNT
} service_file_kind;
service_file_kind service_file_kind_of(zkl_bytes bytes);
/* "a data key": for a sentence that ends in "it is". And what it is given for, as the hint behind
 * that sentence. */
const char *service_file_words(service_file_kind kind);
zkl_hint service_file_hint(service_file_kind kind);
/* What a caller lends, never NULL: without env nothing is lent (one thread, the system's randomness
 * and clock). */
const zkl_env *service_lent(const zkl_env *env);
char *service_text(zkl_arena *arena, zkl_bytes text);

/* The owner secret of this ledger, from its file. ZKL_CONFLICT when the file holds another one: the
 * data keys of one ledger never lie under two. Close out. */
zkl_status service_owner_secret(zkl_owner_secret **out, zkl_ledger *ledger,
                                zkl_error *err) ZKL_MUST_USE;

/* What this ledger keeps for its owner alone (zkl_ledger_private), wrapped under the owner secret:
 * the data key of a dataset by its id, the entries of a dictionary by its root. */
typedef enum service_private_kind { SERVICE_DATA_KEY, SERVICE_DICTIONARY } service_private_kind;
zkl_status service_private_wrap(zkl_buffer *out, service_private_kind kind, zkl_bytes plain,
                                const zkl_owner_secret *owner, const zkl_digest *id,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* ZKL_REJECTED when it was altered, or wrapped under another owner secret. */
zkl_status service_private_unwrap(zkl_buffer *out, service_private_kind kind, zkl_bytes wrapped,
                                  const zkl_owner_secret *owner, const zkl_digest *id,
                                  zkl_error *err) ZKL_MUST_USE;

/* Find it and unwrap it. *found false when the ledger does not keep it, or holds what its owner
 * cannot open: whoever asks can do without. */
zkl_status service_private_find(zkl_buffer *out, bool *found, service_private_kind kind,
                                zkl_ledger *ledger, const zkl_owner_secret *owner,
                                const zkl_digest *id, zkl_error *err) ZKL_MUST_USE;
/* All entries of the dictionary with this root, in the arena, which is a secret one; NULL: not
 * found. */
zkl_status service_kept_dictionary(zkl_kept_dictionary *out, zkl_arena *arena, zkl_ledger *ledger,
                                   const zkl_owner_secret *owner, const zkl_digest *root,
                                   zkl_error *err) ZKL_MUST_USE;

/* The owner secret opens the data keys that the store keeps wrapped under it: else ZKL_CONFLICT,
 * which names `from`, where the secret comes from. Of a ledger without data sets every secret may
 * be the owner's. */
zkl_status service_check_owner(zkl_ledger *ledger, const zkl_owner_secret *owner, const char *from,
                               zkl_error *err) ZKL_MUST_USE;

/* Unless an entry of the ledger names it already: add the key as a blob, and a set-up entry. Both
 * are left out when they are placed if another writer has logged them by then. */
zkl_status service_circuit_key_log(const zkl_circuit_key *key, zkl_change *change,
                                   zkl_ledger *ledger, zkl_error *err) ZKL_MUST_USE;
