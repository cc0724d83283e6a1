#pragma once
/* Entries: the payload of an envelope, an in-toto Statement v1 as JSON in canonical bytes (members
 * in byte order, no white space, only the escapes that must be, integers only).
 * docs/formats/entry.md
 *
 *  1. The payload that is parsed is the one that would be encoded: anything else is refused.
 *  2. A kind of entry is one module, src/record/entry_<name>.c. It says how its fields are written
 *     and read, what must hold of them, and, as facts that the folders above apply, who must sign,
 *     what it does to the keys that count, what it refers to and by which keys it is found. Nothing
 *     else switches on the kind.
 *  3. Fields of a kind are read through zkl_entry_as_<fields>, which answers NULL for an entry of
 *     another shape. */
#include "base/arena.h"
#include "base/env.h"
#include "record/dsse.h"
#include "record/ids.h"
#include "record/manifest.h"

/* What an envelope of 65,535 bytes has room for, with its signatures. */
#define ZKL_ENTRY_PAYLOAD_BYTES_MAX 48800
#define ZKL_ENTRY_STATEMENTS_MAX 256
#define ZKL_ENTRY_CLAIMS_MAX 1024 /* of one statement */
#define ZKL_ENTRY_PARENTS_MAX 64
#define ZKL_ENTRY_FILES_MAX 256
#define ZKL_ENTRY_TEXT_BYTES_MAX 4096
/* Of a provenance: facts, files made, files used; each. */
#define ZKL_ENTRY_PROVENANCE_ITEMS_MAX 64
#define ZKL_ENTRY_REPORT_FILES_MAX 16
#define ZKL_ENTRY_SUCCEEDS_BYTES_MAX 16384

/* The kinds: X(NAME, name). `name` stands in the payload, and names the module:
 * record/entry_<name>.c defines zkl_entry_ops_<name>. To add a kind: its file, and a line here. */
#define ZKL_ENTRY_KIND_TABLE(X)                                                                    \
    X(SETUP, setup)       /* a circuit's verification key, before its first use */                 \
    X(NOTARISE, notarise) /* a dataset version */                                                  \
    X(PROVE, prove)       /* more claims about one */                                              \
    X(DISCLOSE, disclose) /* that rows of one were shown; not which, and not what is in them */    \
    X(PROVENANCE, provenance) /* where one comes from or went, by its owner's word */              \
    X(WITHDRAW, withdraw)     /* one is revoked: its owner takes it back */                        \
    X(ANNOUNCE, announce)     /* one is told to readers of COSE: the entry is a COSE statement */  \
    X(REPORT, report)   /* that a report on the log was made: its files, and what it is of */      \
    X(SEGMENT, segment) /* that a segment of an audit log was closed, or deleted by its rule */    \
    X(KEY, key)         /* a new signer or log key */                                              \
    X(REVOKE, revoke)   /* a key counts no more */

typedef enum zkl_entry_kind {
#define ZKL_ENTRY_KIND_ENUM(NAME, name) ZKL_ENTRY_##NAME,
    ZKL_ENTRY_KIND_TABLE(ZKL_ENTRY_KIND_ENUM)
#undef ZKL_ENTRY_KIND_ENUM
        ZKL_ENTRY_KIND_COUNT
} zkl_entry_kind;
const char *zkl_entry_kind_name(zkl_entry_kind kind); /* "setup", "notarise", ...; "unknown" */

/* ---- Fields, by what an entry is about. Several kinds may have the same. */

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

/* A file that a ledger knows by its hash alone: a model, a program, an environment. */
typedef struct zkl_entry_file {
    zkl_bytes name; /* without a folder */
    zkl_digest sha256;
} zkl_entry_file;

/* Something that is said of a step: commit = 3f2a.., seed = .. */
typedef struct zkl_entry_fact {
    zkl_bytes name, value;
} zkl_entry_fact;

/* One step, in its owner's words: nothing of it is proven. Without files made, the entry's dataset
 * was made, of the datasets that are the parents behind the first, and with the files used. With
 * files made, those were, of the entry's dataset and all of that. */
typedef struct zkl_entry_provenance {
    zkl_bytes operation; /* "filter age >= 18"; empty: not said */
    zkl_bytes unproven;  /* what of it no claim can say, in words; empty: nothing, or not said */
    const zkl_entry_fact *facts;
    size_t fact_count;
    const zkl_entry_file *made, *used;
    size_t made_count, used_count;
} zkl_entry_provenance;

/* About a dataset version: notarise, prove, disclose, provenance, withdraw, announce. */
typedef struct zkl_entry_data {
    zkl_bytes name;
    uint32_t version;
    zkl_digest manifest_sha256; /* of the manifest's bytes: the blob */
    zkl_digest dataset;         /* the dataset id: SHA3-256 of the same bytes */
    /* Public digests of the files, of a notarisation alone. Sizes are not in the entry (0 after
     * parse). */
    const zkl_public_file *files;
    size_t file_count;
    zkl_hash_algorithm file_hash; /* of files' hash */
    const zkl_entry_statement *statements;
    size_t statement_count;
    zkl_digest
        disclosure_sha256; /* of a disclosure's body (record/disclosure.h); of others zeros */
    const zkl_entry_provenance *provenance; /* of a provenance; of others NULL */
    zkl_bytes reason;                       /* of a withdrawal: text for people; of others empty */
} zkl_entry_data;

/* About a circuit: setup. */
typedef struct zkl_entry_setup {
    zkl_circuit_id circuit;
    zkl_digest key_sha256; /* SHA-256 of the bytes whose SHA3-256 is circuit.key_hash: the blob */
    zkl_digest powers_hash;
    zkl_digest
        parameters;   /* of tau, alpha and beta (proof/srs.h); zeros: not said, as before 0.2 */
    bool is_ceremony; /* else made on one machine: development */
} zkl_entry_setup;

typedef enum zkl_key_role {
    ZKL_ROLE_SIGNER,
    ZKL_ROLE_LOG,
} zkl_key_role;

/* The log that this one goes on from: its newest checkpoint, and the key that signed it. */
typedef struct zkl_entry_succeeds {
    zkl_bytes note; /* the signed checkpoint; size 0: none. At most ZKL_ENTRY_SUCCEEDS_BYTES_MAX */
    zkl_bytes key;  /* the verifier key whose line in it is true */
    zkl_bytes origin; /* what the note says, for whoever reads the entry */
    uint64_t size;
    zkl_digest root;
} zkl_entry_succeeds;

/* About reports on the log (zkl/report.h): report. */
typedef struct zkl_entry_report {
    /* The checkpoint that they are of: entries and root of the log as it was then. */
    uint64_t size;
    zkl_digest root;
    const zkl_entry_file *files;
    size_t file_count;
} zkl_entry_report;

/* Classes of retention of an audit log: X(NAME, name). A segment has lines of one of them. */
#define ZKL_SEGMENT_CLASS_TABLE(X)                                                                 \
    X(SECURITY, security) /* refusals, administration, the service itself */                       \
    X(ACCESS, access)     /* who was let in, to what */                                            \
    X(USAGE, usage)       /* operations that ended, and how long they took */                      \
    X(DEBUG, debug)       /* requests of nothing that there is */

typedef enum zkl_segment_class {
#define ZKL_SEGMENT_CLASS_ENUM(NAME, name) ZKL_SEGMENT_##NAME,
    ZKL_SEGMENT_CLASS_TABLE(ZKL_SEGMENT_CLASS_ENUM)
#undef ZKL_SEGMENT_CLASS_ENUM
        ZKL_SEGMENT_CLASS_COUNT
} zkl_segment_class;
const char *zkl_segment_class_name(zkl_segment_class class); /* "security", ... (asserted) */

/* About a segment of an audit log (docs/formats/segment.md): segment. */
#define ZKL_SEGMENT_NUMBER_MAX 99999999
#define ZKL_SEGMENT_NAME_CHARS 32 /* of its file, with the NUL */
typedef struct zkl_entry_segment {
    zkl_segment_class of;
    uint64_t number; /* in its class, from 0 on without a gap */
    uint64_t count;  /* lines, at least 1 */
    /* Times of its first and last line. */
    int64_t begins_ms, ends_ms;
    zkl_digest root;   /* over its lines, which begin with what `previous` and the number lead to */
    zkl_digest sha256; /* of the file */
    zkl_digest previous; /* root of the segment before; zeros of number 0 */
    /* It was deleted by the rule of its class, so many days after its last line. 0: it was
     * closed, and is there. */
    uint32_t deletion_days;
    int64_t deleted_ms;
} zkl_entry_segment;
/* The name of its file: "access-00000012.ndjson". */
void zkl_segment_name(char out[static ZKL_SEGMENT_NAME_CHARS], zkl_segment_class class,
                      uint64_t number);
/* Exactly what zkl_segment_name writes. */
bool zkl_segment_name_parse(zkl_segment_class *class, uint64_t *number, const char *name);

/* About a key that signs: key, revoke. */
typedef struct zkl_entry_keys {
    zkl_key_role role;
    zkl_public_key key; /* key: the new one; revoke: the one that counts no more */
    /* key: digest of the key whose place it takes; zeros: none (a signer put in by the log key).
     * revoke: zeros. */
    zkl_digest replaces;
    zkl_entry_succeeds succeeds; /* key: entry 0 of a log that succeeds another, else empty */
    zkl_bytes reason;            /* revoke: text for people */
} zkl_entry_keys;

typedef struct zkl_entry {
    zkl_entry_kind kind;
    zkl_digest ledger;
    int64_t time_ms;           /* the signer's word only; not before 1970, before the year 10000 */
    const zkl_digest *parents; /* receipt ids, in the order of the payload */
    size_t parent_count;
    union { /* which one: the kind's facts; the largest stands first, so that {0} clears all of it */
        zkl_entry_keys keys;
        zkl_entry_data data;
        zkl_entry_setup setup;
        zkl_entry_report report;
        zkl_entry_segment segment;
        const void *own; /* of a kind whose fields no other file reads; in the arena of the entry */
    };
} zkl_entry;

/* The fields, or NULL when the entry's kind has others. */
const zkl_entry_data *zkl_entry_as_data(const zkl_entry *entry);
const zkl_entry_setup *zkl_entry_as_setup(const zkl_entry *entry);
const zkl_entry_keys *zkl_entry_as_keys(const zkl_entry *entry);
const zkl_entry_report *zkl_entry_as_report(const zkl_entry *entry);
const zkl_entry_segment *zkl_entry_as_segment(const zkl_entry *entry);

/* ---- What a kind is, for the folders above to apply. */

typedef enum zkl_entry_fields {
    ZKL_FIELDS_OWN,
    ZKL_FIELDS_DATA,
    ZKL_FIELDS_SETUP,
    ZKL_FIELDS_KEYS,
    ZKL_FIELDS_REPORT,
    ZKL_FIELDS_SEGMENT,
} zkl_entry_fields;

/* Who must sign: verify/key_rules.h says what each rule asks. */
typedef enum zkl_entry_signing {
    ZKL_SIGNED_BY_SIGNER,
    ZKL_SIGNED_BY_LOG_KEY,
    ZKL_SIGNED_BY_NEW_AND_OLD_KEY, /* of zkl_entry_keys */
} zkl_entry_signing;

/* What the entry does to the keys that count from the next index on. */
typedef enum zkl_entry_effect {
    ZKL_KEYS_STAY,
    ZKL_KEY_BEGINS, /* zkl_entry_keys' key, in the place of `replaces` */
    ZKL_KEY_ENDS,   /* zkl_entry_keys' key */
} zkl_entry_effect;

/* May the receipt of another entry carry this one? */
typedef enum zkl_entry_place {
    ZKL_PLACE_NOWHERE,
    ZKL_PLACE_AS_PARENT, /* only where the other entry rests on a parent */
    ZKL_PLACE_ANYWHERE,
} zkl_entry_place;

typedef struct zkl_entry_facts {
    const char *noun; /* what people call it: "notarisation" */
    zkl_entry_fields fields;
    zkl_entry_signing signing;
    zkl_entry_effect effect;
    zkl_entry_place place;
    size_t parents_min, parents_max;
    /* About a dataset, and nothing that stands in a lineage: where data come from, or what is
     * proven of them. */
    bool is_no_part;
    /* Its form in the log is a COSE statement (record/cose.h), and no envelope of DSSE. */
    bool is_cose;
    /* It says itself what its parents are to it. Else its statements do, of each of them. */
    bool names_parents;
} zkl_entry_facts;
/* Of a kind below ZKL_ENTRY_KIND_COUNT (asserted): every parsed entry has one. */
const zkl_entry_facts *zkl_entry_facts_of(zkl_entry_kind kind);

/* What must be in the ledger before the entry, or in its store beside it. */
typedef enum zkl_reference_kind {
    ZKL_REFERS_TO_PARENT,         /* receipt: an entry before */
    ZKL_REFERS_TO_VERSION_BEFORE, /* the version before name@version */
    ZKL_REFERS_TO_NOTARISATION,   /* of name@version, which is `dataset`, at the parent `receipt` */
    ZKL_REFERS_TO_OTHER_NOTARISATION, /* the parent `receipt` is the notarisation of any version */
    ZKL_REFERS_TO_MANIFEST,           /* sha256: a blob whose dataset id is `dataset` */
    ZKL_REFERS_TO_STATEMENT,   /* statement: its two blobs, and the set-up of its circuit before */
    ZKL_REFERS_TO_CIRCUIT_KEY, /* setup: a blob that is the key, under the ledger's powers */
    ZKL_REFERS_TO_TREE,        /* report: the log before it, which has that root at that size */
    ZKL_REFERS_TO_SEGMENT,     /* the parent `receipt` closes the segment before `segment`, or the
                                  one that it deletes */
} zkl_reference_kind;

typedef struct zkl_reference {
    zkl_reference_kind kind;
    size_t number; /* of parents and statements: which one */
    zkl_bytes name;
    uint32_t version;
    zkl_digest receipt, sha256, dataset;
    const zkl_entry_statement *statement;
    const zkl_entry_setup *setup;
    const zkl_entry_report *report;
    const zkl_entry_segment *segment;
} zkl_reference;
/* The at-th reference, in the order in which they are checked; false behind the last. Borrows from
 * the entry. */
bool zkl_entry_reference(zkl_reference *out, const zkl_entry *entry, size_t at);

/* A key by which the store finds the entry, besides its receipt id. */
typedef enum zkl_index_kind {
    ZKL_INDEX_CIRCUIT_KEY, /* setup: one entry for a circuit's key */
    ZKL_INDEX_VERSION,     /* name@version and its dataset: the next version of the name */
    ZKL_INDEX_DATASET,     /* all entries about `dataset` */
    ZKL_INDEX_SEGMENT,     /* segment: one closing of a segment, one deletion */
    ZKL_INDEX_KIND_COUNT
} zkl_index_kind;

typedef struct zkl_index_key {
    zkl_index_kind kind;
    zkl_bytes name;
    uint32_t version;
    zkl_digest dataset;
    const zkl_entry_setup *setup;
    const zkl_entry_segment *segment;
} zkl_index_key;
/* The at-th index key; false behind the last. Borrows from the entry. */
bool zkl_entry_index_key(zkl_index_key *out, const zkl_entry *entry, size_t at);

/* What the entry is about, for people: "penguins@1", "F22 (development)". In memory; NULL without
 * memory. */
char *zkl_entry_words(zkl_arena *memory, const zkl_entry *entry);

/* ---- Bytes */

/* The payload. ZKL_BAD_INPUT when the fields do not fit the kind; ZKL_LIMIT naming the limit when
 * it is too large (split over several `prove`). out is unchanged on failure, but for want of
 * memory. */
zkl_status zkl_entry_encode(zkl_buffer *out, const zkl_entry *entry, zkl_error *err) ZKL_MUST_USE;
/* How many bytes it has, or would have without a limit. ZKL_BAD_INPUT as above. */
zkl_status zkl_entry_payload_bytes(size_t *out, const zkl_entry *entry,
                                   zkl_error *err) ZKL_MUST_USE;
/* Borrows from arena alone. ZKL_BAD_INPUT, ZKL_LIMIT, ZKL_NO_MEMORY; *out is unchanged on
 * failure. */
zkl_status zkl_entry_parse(zkl_entry *out, zkl_arena *arena, zkl_bytes payload,
                           zkl_error *err) ZKL_MUST_USE;

/* Who a COSE statement or receipt about a version is by, and what it is about:
 * urn:zkp-ledger:LEDGER and urn:zkp-ledger:LEDGER:dataset:NAME@VERSION. Texts that no character of
 * has to be escaped in. */
typedef struct zkl_entry_urns {
    char issuer[96], subject[256];
} zkl_entry_urns;
/* The entry is about a dataset version (asserted). */
void zkl_entry_urns_of(zkl_entry_urns *out, const zkl_entry *entry);

/* The envelope's payload as an entry; *dsse holds the signatures, not yet checked. The envelope is
 * of DSSE or a COSE statement, as its kind asks. */
zkl_status zkl_entry_open(zkl_entry *out, zkl_dsse *dsse, zkl_arena *arena, zkl_bytes envelope,
                          zkl_error *err) ZKL_MUST_USE;

/* "2026-01-01T00:00:00.000Z". _parse takes exactly that form. */
#define ZKL_TIME_CHARS 24
#define ZKL_TIME_MS_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
/* time_ms: 0 to ZKL_TIME_MS_MAX. */
void zkl_time_format(char out[static ZKL_TIME_CHARS + 1], int64_t time_ms);
bool zkl_time_parse(int64_t *out, zkl_bytes text);
