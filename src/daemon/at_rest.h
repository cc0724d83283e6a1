#pragma once
/* Encryption at rest (docs/service/encryption.md): what of the service's folder is in envelopes,
 * under which key, and where operations have their files in clear while they run.
 *
 * Where there is a `const daemon_at_rest *`, NULL means that nothing is encrypted.
 *
 *  1. What is encrypted is so from the first byte on: content is in clear in memory and in the work
 *     folder alone, which is in memory too.
 *  2. With encryption on, a file in clear where an envelope belongs is never read: nobody who can
 *     write to the folder makes the service take it.
 *  3. Every use of the key-encryption key is an event of the audit log.
 *  4. A provider that does not answer is left alone for a while (breaker.h).
 *
 * Threads: any; calls wait for the provider of the key, so on no loop's thread. */
#include <jansson.h>

#include "daemon/audit.h"
#include "daemon/breaker.h"
#include "vault/envelope.h"

typedef struct daemon_at_rest daemon_at_rest;

typedef struct daemon_at_rest_settings {
    bool is_on, fips;
    zkl_kek_settings kek;
    const char *ca; /* PEM file of authorities for the provider `transit`; NULL: the system's */
    const char *work_folder;
    bool work_folder_may_be_disk;
} daemon_at_rest_settings;
/* The table `encryption`. Texts live with memory. ZKL_USAGE. */
zkl_status daemon_at_rest_settings_take(daemon_at_rest_settings *out, zkl_arena *memory,
                                        const char *folder, const zkl_toml_node *root,
                                        zkl_error *err) ZKL_MUST_USE;

/* folder: the service's. makes: a first version of the key, and the work folder. Both are borrowed
 * until it is freed.
 *
 * ZKL_DENIED: the work folder is on a disk, or others can read it. Else what the provider says. */
zkl_status daemon_at_rest_open(daemon_at_rest **out, const daemon_at_rest_settings *settings,
                               const char *folder, bool makes, zkl_error *err) ZKL_MUST_USE;
/* The work folder goes. NULL is fine. */
void daemon_at_rest_free(daemon_at_rest *at_rest);
/* Whose events they are from now on, and those that were before. NULL: nobody's. */
void daemon_at_rest_tell(daemon_at_rest *at_rest, daemon_audit *audit);

const zkl_vault *daemon_at_rest_vault(const daemon_at_rest *at_rest);
/* For files in clear; in memory, this process's own. */
const char *daemon_at_rest_work_folder(const daemon_at_rest *at_rest);

/* Uses of the key since the process began: of each act (zkl_vault_act) by the key's version, from
 * 1; 0 is one that is not known, the last all that are higher. at_rest NULL: none. */
#define DAEMON_KEK_ACTS 5
#define DAEMON_KEK_VERSIONS 26
typedef struct daemon_at_rest_counts {
    uint64_t uses[DAEMON_KEK_ACTS][DAEMON_KEK_VERSIONS], failed[DAEMON_KEK_ACTS];
} daemon_at_rest_counts;
void daemon_at_rest_count(daemon_at_rest_counts *out, const daemon_at_rest *at_rest);

/* ---- The passphrase of the ledgers' key files, 64 hexadecimal digits: in an envelope on the disk
 * (secrets/ledger-passphrase), in locked memory and, for the operation `init`, in a file of the
 * work folder. */

/* makes: draws one where there is none. */
zkl_status daemon_at_rest_take_passphrase(daemon_at_rest *at_rest, bool makes,
                                          zkl_error *err) ZKL_MUST_USE;
zkl_bytes daemon_at_rest_passphrase(const daemon_at_rest *at_rest);
const char *daemon_at_rest_passphrase_file(const daemon_at_rest *at_rest);

/* ---- Files that are read and written whole: in an envelope, or in clear with at_rest NULL. */

/* ZKL_REJECTED: it is in clear, or not what was written; else as zkl_file_read_regular. */
zkl_status daemon_kept_read(zkl_buffer *out, const daemon_at_rest *at_rest, zkl_object_name name,
                            const char *path, size_t size_max, zkl_error *err) ZKL_MUST_USE;
/* By rename, durable, mode 0600. */
zkl_status daemon_kept_write(const daemon_at_rest *at_rest, zkl_object_name name, const char *path,
                             zkl_bytes content, zkl_error *err) ZKL_MUST_USE;
/* A result while it is being encrypted, beside its place. */
#define AT_REST_SEALING ".sealing"
/* A new object; its head is in the sink's file. */
zkl_status daemon_sealed_writer_new(zkl_envelope_writer **out, const daemon_at_rest *at_rest,
                                    zkl_object_name name, const zkl_envelope_sink *sink,
                                    zkl_error *err) ZKL_MUST_USE;
/* An open file's content, from a descriptor to another. Nothing is synced. */
zkl_status daemon_seal_file(const daemon_at_rest *at_rest, zkl_object_name name, int to, int from,
                            const char *path, zkl_error *err) ZKL_MUST_USE;
zkl_status daemon_unseal_file(const daemon_at_rest *at_rest, zkl_object_name name, int to, int from,
                              const char *path, zkl_error *err) ZKL_MUST_USE;

/* ---- All of the folder */

/* ZKL_REJECTED: something that belongs into an envelope is in clear. */
zkl_status daemon_at_rest_check(const daemon_at_rest *at_rest, zkl_error *err) ZKL_MUST_USE;
/* The folder holds envelopes, and the settings have no `encryption`: ZKL_USAGE. */
zkl_status daemon_at_rest_check_off(const char *folder, zkl_error *err) ZKL_MUST_USE;

typedef enum daemon_at_rest_change {
    DAEMON_ROTATE, /* a new version, and all objects' keys under it */
    DAEMON_REWRAP, /* only that */
    DAEMON_RETIRE, /* versions below `oldest` */
} daemon_at_rest_change;
/* One at a time: ZKL_CONFLICT. *out: what is there then, NULL on failure. */
zkl_status daemon_at_rest_do(json_t **out, daemon_at_rest *at_rest, daemon_at_rest_change change,
                             uint32_t oldest, zkl_error *err) ZKL_MUST_USE;
/* The key, its versions, how many objects, what is and what is not encrypted. */
zkl_status daemon_at_rest_show(json_t **out, const daemon_at_rest *at_rest,
                               zkl_error *err) ZKL_MUST_USE;

/* ---- at_rest_begin.c */

/* zkp-ledgerd --encrypt: all of a folder that is in clear, of a service that does not run. *count:
 * files that were encrypted now. ZKL_CONFLICT: it runs, or operations wait in it. */
zkl_status daemon_at_rest_begin(uint64_t *count, daemon_at_rest *at_rest, const char *folder,
                                zkl_error *err) ZKL_MUST_USE;
/* What lies in the folder, and whether it is encrypted: one row a kind, ended by `what` NULL. */
typedef struct daemon_at_rest_row {
    const char *what;
    bool is_encrypted;
    const char *why; /* not */
} daemon_at_rest_row;
extern const daemon_at_rest_row daemon_at_rest_rows[];
