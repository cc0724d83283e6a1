#pragma once
/* Entries: the payload of an envelope, an in-toto Statement v1 as JSON in canonical bytes (members in byte order,
 * no white space, only the escapes that must be, integers only). docs/formats/entry.md
 *
 * The payload that is parsed is the one that would be encoded: anything else is refused. */
#include "base/arena.h"
#include "base/env.h"
#include "record/dsse.h"
#include "record/ids.h"
#include "record/manifest.h"

#define ZKL_ENTRY_PAYLOAD_BYTES_MAX                                                                \
    48800 /* what an envelope of 65,535 bytes has room for, with its signatures */
#define ZKL_ENTRY_STATEMENTS_MAX 256
#define ZKL_ENTRY_CLAIMS_MAX 1024 /* of one statement */
#define ZKL_ENTRY_PARENTS_MAX 64
#define ZKL_ENTRY_FILES_MAX 256
#define ZKL_ENTRY_TEXT_BYTES_MAX 4096
#define ZKL_ENTRY_SUCCEEDS_BYTES_MAX 16384

typedef enum zkl_entry_kind {
    ZKL_ENTRY_SETUP,    /* a circuit's verification key, before its first use */
    ZKL_ENTRY_NOTARISE, /* a dataset version */
    ZKL_ENTRY_PROVE,    /* more claims about one */
    ZKL_ENTRY_KEY,      /* a new signer or log key */
    ZKL_ENTRY_REVOKE,   /* a key counts no more */
    ZKL_ENTRY_KIND_COUNT
} zkl_entry_kind;
const char *zkl_entry_kind_name(zkl_entry_kind kind); /* "setup", "notarise", ... */

typedef struct zkl_entry_claim {
    zkl_bytes text; /* as zkl_claim_print writes it */
    zkl_bytes json; /* as zkl_claim_json writes it: an object in canonical bytes */
} zkl_entry_claim;

/* One proof statement, by hash. */
typedef struct zkl_entry_statement {
    zkl_digest t0; /* canonical scalar: the statement's id */
    char circuit[ZKL_CIRCUIT_NAME_BYTES_MAX + 1];
    zkl_digest statement_sha256, proof_sha256; /* of the whole statement and the proof blob */
    const zkl_entry_claim *claims;
    size_t claim_count;
} zkl_entry_statement;

/* The log that this one goes on from: its newest checkpoint, and the key that signed it. */
typedef struct zkl_entry_succeeds {
    zkl_bytes note; /* the signed checkpoint; size 0: none. At most ZKL_ENTRY_SUCCEEDS_BYTES_MAX */
    zkl_bytes key;  /* the verifier key whose line in it is true */
    zkl_bytes origin; /* what the note says, for whoever reads the entry */
    uint64_t size;
    zkl_digest root;
} zkl_entry_succeeds;

typedef enum zkl_key_role {
    ZKL_ROLE_SIGNER,
    ZKL_ROLE_LOG,
} zkl_key_role;

typedef struct zkl_entry {
    zkl_entry_kind kind;
    zkl_digest ledger;
    int64_t time_ms; /* the signer's word only; not before 1970, before the year 10000 */
    const zkl_digest
        *parents; /* receipt ids: of a `prove` entry its notarisation, of others none */
    size_t parent_count;

    /* notarise, prove */
    zkl_bytes name;
    uint32_t version;
    zkl_digest manifest_sha256, dataset; /* SHA-256 of the manifest's bytes, and the dataset id */
    const zkl_public_file *files;        /* notarise; size is not in the entry (0 after parse) */
    size_t file_count;
    zkl_hash_algorithm file_hash; /* of files' hash */
    const zkl_entry_statement *statements;
    size_t statement_count;

    /* setup */
    zkl_circuit_id circuit;
    zkl_digest key_sha256; /* SHA-256 of the same bytes: the blob */
    zkl_digest powers_hash;
    bool is_ceremony; /* else made on one machine: development */

    /* key, revoke */
    zkl_key_role role;
    zkl_public_key key; /* key: the new one; revoke: the one that counts no more */
    zkl_digest
        replaces; /* key: digest of the key whose place it takes; zeros: none (a signer put in by the log key) */
    zkl_entry_succeeds succeeds; /* key: entry 0 of a log that succeeds another, else empty */
    zkl_bytes reason;            /* revoke: text for people */
} zkl_entry;

/* The payload. ZKL_LIMIT naming the limit when it is too large (split over several `prove`). */
zkl_status zkl_entry_encode(zkl_buffer *out, const zkl_entry *entry, zkl_error *err) ZKL_MUST_USE;
/* Borrows from arena alone. */
zkl_status zkl_entry_parse(zkl_entry *out, zkl_arena *arena, zkl_bytes payload,
                           zkl_error *err) ZKL_MUST_USE;

/* The envelope's payload as an entry; *dsse holds the signatures, not yet checked. */
zkl_status zkl_entry_open(zkl_entry *out, zkl_dsse *dsse, zkl_arena *arena, zkl_bytes envelope,
                          zkl_error *err) ZKL_MUST_USE;

/* "2026-01-01T00:00:00.000Z". _parse takes exactly that form. */
#define ZKL_TIME_CHARS 24
void zkl_time_format(char out[static ZKL_TIME_CHARS + 1], int64_t time_ms);
bool zkl_time_parse(int64_t *out, zkl_bytes text);
