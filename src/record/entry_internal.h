#pragma once
/* What the modules of entry kinds and record/entry.c share: the table of one kind, and the JSON
 * that every kind is made of. */
#include <jansson.h>

#include "record/entry.h"

/* Where what is read goes: texts and lists into the arena, the first fault into err. */
typedef struct zkl_entry_reader {
    zkl_arena *arena;
    zkl_error *err;
} zkl_entry_reader;

/* A member of the predicate. Its value is written by `put`. `read` finds it in the predicate, and
 * fills the entry's fields. */
typedef struct zkl_entry_member {
    const char *name;
    void (*put)(zkl_buffer *out, const zkl_entry *entry);
    zkl_status (*read)(const zkl_entry_reader *r, zkl_entry *entry, const json_t *predicate);
    bool (*is_left_out)(const zkl_entry *entry); /* NULL: it always stands */
} zkl_entry_member;

/* One kind of entry. A NULL method: there is nothing of the sort. */
typedef struct zkl_entry_ops {
    zkl_entry_facts facts;
    /* Besides kind, ledger, parents and time, which every entry has; in byte order, as they are
     * written, and read. */
    const zkl_entry_member *members;
    size_t member_count;
    /* What must hold of the fields, for encode and parse alike. The number of parents was
     * checked. */
    zkl_status (*check)(const zkl_entry *entry, zkl_error *err);
    /* The subjects, comma between them. */
    void (*put_subjects)(zkl_buffer *out, const zkl_entry *entry);
    /* subjects: at least one. What is not read here must follow from the fields: parsing writes the
     * payload again. */
    zkl_status (*read_subjects)(const zkl_entry_reader *r, zkl_entry *entry,
                                const json_t *subjects);
    bool (*reference)(zkl_reference *out, const zkl_entry *entry, size_t at); /* besides parents */
    bool (*index_key)(zkl_index_key *out, const zkl_entry *entry, size_t at);
    char *(*words)(zkl_arena *memory, const zkl_entry *entry);
} zkl_entry_ops;

#define ZKL_ENTRY_OPS_DECLARE(NAME, name) extern const zkl_entry_ops zkl_entry_ops_##name;
ZKL_ENTRY_KIND_TABLE(ZKL_ENTRY_OPS_DECLARE)
#undef ZKL_ENTRY_OPS_DECLARE

/* ---- entry_json.c: values as text. */
void zkl_entry_put_hex(zkl_buffer *out, const zkl_digest *digest); /* in quotes */
/* {"digest":{"sha256":...,"sha3_256":...},"name":"<name>"}. name: characters that JSON does not
 * escape. */
void zkl_entry_put_subject(zkl_buffer *out, const zkl_digest *sha256, const zkl_digest *sha3_256,
                           const char *name);

/* Each is ZKL_BAD_INPUT, naming the member, when it is missing or of another form. */
zkl_status zkl_entry_read_text(const zkl_entry_reader *r, zkl_bytes *out, const json_t *object,
                               const char *key);
zkl_status zkl_entry_read_digest(const zkl_entry_reader *r, zkl_digest *out, const json_t *object,
                                 const char *key);
/* *out: which of the names it is. */
zkl_status zkl_entry_read_name(const zkl_entry_reader *r, unsigned *out, const json_t *object,
                               const char *key, const char *const *names, unsigned name_count);
/* ZKL_LIMIT when it has more than count_max members. */
zkl_status zkl_entry_read_array(const zkl_entry_reader *r, const json_t **out, size_t *count,
                                const json_t *object, const char *key, size_t count_max);
zkl_status zkl_entry_read_digests(const zkl_entry_reader *r, const zkl_digest **out, size_t *count,
                                  const json_t *object, const char *key, size_t count_max);
/* "circuit": a valid name of one. */
zkl_status zkl_entry_read_circuit(const zkl_entry_reader *r,
                                  char out[static ZKL_CIRCUIT_NAME_BYTES_MAX + 1],
                                  const json_t *object);
/* An object with no members but these. where: what the error calls it. */
zkl_status zkl_entry_refuse_unknown(const zkl_entry_reader *r, const json_t *object,
                                    const char *const *known, size_t known_count,
                                    const char *where);
/* Text for people: UTF-8 without NUL, of at most ZKL_ENTRY_TEXT_BYTES_MAX. */
bool zkl_entry_text_valid(zkl_bytes text);

/* ---- entry_data.c: what notarise and prove have in common, and others in part. */
extern const zkl_entry_member zkl_entry_data_members[];
#define ZKL_ENTRY_DATA_MEMBER_COUNT 1
zkl_status zkl_entry_data_check(const zkl_entry *entry, zkl_error *err);
/* The part of it that is not about statements: name, version and files. */
zkl_status zkl_entry_data_check_subject(const zkl_entry *entry, zkl_error *err);
void zkl_entry_data_put_subjects(zkl_buffer *out, const zkl_entry *entry);
zkl_status zkl_entry_data_read_subjects(const zkl_entry_reader *r, zkl_entry *entry,
                                        const json_t *subjects);
/* The manifest, then the statements, from at = 0 on. */
bool zkl_entry_data_reference(zkl_reference *out, const zkl_entry *entry, size_t at);
/* Of an entry that rests on a notarisation: that is its first parent, then those of other datasets;
 * behind them as above. */
bool zkl_entry_data_parents_reference(zkl_reference *out, const zkl_entry *entry, size_t at);
/* A parent that stood twice would be one dataset under two names. */
zkl_status zkl_entry_data_check_parents(const zkl_entry *entry, zkl_error *err);
bool zkl_entry_data_index_key(zkl_index_key *out, const zkl_entry *entry, size_t at);
char *zkl_entry_data_words(zkl_arena *memory, const zkl_entry *entry);

/* ---- entry_keys.c: what key and revoke have in common. */
void zkl_entry_keys_put_key(zkl_buffer *out, const zkl_entry *entry);
zkl_status zkl_entry_keys_read_key(const zkl_entry_reader *r, zkl_entry *entry,
                                   const json_t *predicate);
void zkl_entry_keys_put_role(zkl_buffer *out, const zkl_entry *entry);
zkl_status zkl_entry_keys_read_role(const zkl_entry_reader *r, zkl_entry *entry,
                                    const json_t *predicate);
void zkl_entry_keys_put_subjects(zkl_buffer *out, const zkl_entry *entry);
/* "new signer key 1f0c2a...". */
char *zkl_entry_keys_words(zkl_arena *memory, const zkl_entry *entry, const char *what);
