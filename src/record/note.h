#pragma once
/* Signed notes (C2SP signed-note) and their verifier keys: text, a blank line, signature lines "—
 * <name> base64(key hash, signature)\n".
 *
 * Strict: a note is accepted in exactly the bytes that its parts encode to. Signature types:
 * Ed25519 (0x01) over the text, and timestamped witness cosignatures (0x04, C2SP
 * tlog-cosignature). */
#include "base/arena.h"
#include "record/signature.h"

#define ZKL_NOTE_BYTES_MAX 65536
#define ZKL_NOTE_SIGNATURES_MAX 32
#define ZKL_NOTE_NAME_BYTES_MAX 255
#define ZKL_NOTE_SIGNATURE_BYTES_MAX                                                               \
    8192 /* lines of unknown, e.g. post-quantum, keys must still parse */

enum {
    ZKL_NOTE_ED25519 = 0x01,
    ZKL_NOTE_COSIGNATURE = 0x04,
};

#define ZKL_COSIGNATURE_BYTES (8 + 64) /* time, Ed25519: what stands behind the key hash */

/* ---- Verifier keys, "name+<8 hex digits of the key hash>+base64(type, 32 key bytes)". */
#define ZKL_VERIFIER_KEY_CHARS_MAX (ZKL_NOTE_NAME_BYTES_MAX + 1 + 8 + 1 + 44)

typedef struct zkl_verifier_key {
    uint8_t type;        /* ZKL_NOTE_* */
    uint8_t key_hash[4]; /* SHA-256(name "\n" type key)[:4] */
    uint8_t public_key[ZKL_ED25519_PUBLIC_BYTES];
    char name[ZKL_NOTE_NAME_BYTES_MAX + 1];
} zkl_verifier_key;

/* 1 to ZKL_NOTE_NAME_BYTES_MAX bytes of UTF-8 without spaces (Unicode's), control characters and
 * '+'. */
bool zkl_note_name_valid(zkl_bytes name);
/* ZKL_BAD_INPUT for a bad name or a key that is not Ed25519. */
zkl_status zkl_verifier_key_init(zkl_verifier_key *out, uint8_t type, const char *name,
                                 const zkl_public_key *key, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_verifier_key_parse(zkl_verifier_key *out, zkl_bytes text,
                                  zkl_error *err) ZKL_MUST_USE;
void zkl_verifier_key_encode(char out[static ZKL_VERIFIER_KEY_CHARS_MAX + 1],
                             const zkl_verifier_key *key);
bool zkl_verifier_key_equal(const zkl_verifier_key *a, const zkl_verifier_key *b);

/* ---- Notes. */
typedef struct zkl_note_signature {
    zkl_bytes name;
    uint8_t key_hash[4];
    zkl_bytes signature; /* behind the key hash, decoded */
} zkl_note_signature;

typedef struct zkl_note {
    zkl_bytes text; /* with its last newline; borrowed from the parsed bytes */
    zkl_note_signature signatures[ZKL_NOTE_SIGNATURES_MAX];
    size_t signature_count;
} zkl_note;

/* Borrows from bytes and arena. A name and key hash that occur twice are refused. */
zkl_status zkl_note_parse(zkl_note *out, zkl_arena *arena, zkl_bytes bytes,
                          zkl_error *err) ZKL_MUST_USE;

/* A new note: text (ends in a newline), the blank line, and then one line for each signature
 * (keys/sign_record.h). */
void zkl_note_begin(zkl_buffer *out, zkl_bytes text);
/* Append the line of key. signature: what stands behind the key hash (with the time, of a
 * cosignature). */
void zkl_note_add_line(zkl_buffer *out, const zkl_verifier_key *key, zkl_bytes signature);
/* What a witness signs: "cosignature/v1\ntime N\n" and the note's text. */
void zkl_note_cosigned_bytes(zkl_buffer *out, zkl_bytes text, uint64_t time_s);

/* Does key's line verify? ZKL_OK; ZKL_UNCHECKED when no line carries its name and key hash;
 * ZKL_REJECTED when one does and is false. time_s (may be NULL): when a cosignature says it was
 * made; 0 for type 0x01. */
zkl_status zkl_note_verify(const zkl_note *note, const zkl_verifier_key *key, uint64_t *time_s,
                           zkl_error *err) ZKL_MUST_USE;
