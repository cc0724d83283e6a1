#pragma once
/* Signed notes (C2SP signed-note) and their verifier keys: text, a blank line, signature lines "—
 * <name> base64(key hash, signature)\n".
 *
 * Strict: a note is accepted in exactly the bytes that its parts encode to. Signature types:
 * Ed25519 (0x01) over the text, and timestamped witness cosignatures of C2SP tlog-cosignature, by
 * Ed25519 (0x04) and by ML-DSA-44 (0x06). The last are verified where libcrypto has ML-DSA-44. */
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
    ZKL_NOTE_ML_DSA_44 = 0x06,
};

/* What stands behind the key hash: the time, and a signature of the key's algorithm. */
#define ZKL_COSIGNATURE_BYTES_MAX (8 + ZKL_ML_DSA_44_SIGNATURE_BYTES)
/* The time of a cosignature that says none: an ML-DSA-44 one with time 0. */
#define ZKL_NOTE_NO_TIME UINT64_MAX

/* ---- Verifier keys, "name+<8 hex digits of the key hash>+base64(type, key bytes)". */
#define ZKL_VERIFIER_KEY_CHARS_MAX (ZKL_NOTE_NAME_BYTES_MAX + 1 + 8 + 1 + 1752)

typedef struct zkl_verifier_key {
    uint8_t type;        /* ZKL_NOTE_* */
    uint8_t key_hash[4]; /* SHA-256(name "\n" type key)[:4] */
    zkl_public_key public_key;
    char name[ZKL_NOTE_NAME_BYTES_MAX + 1];
} zkl_verifier_key;

/* 1 to ZKL_NOTE_NAME_BYTES_MAX bytes of UTF-8 without spaces (Unicode's), control characters and
 * '+'. */
bool zkl_note_name_valid(zkl_bytes name);
/* ZKL_BAD_INPUT for a bad name or a key that is not of the type's algorithm. */
zkl_status zkl_verifier_key_init(zkl_verifier_key *out, uint8_t type, const char *name,
                                 const zkl_public_key *key, zkl_error *err) ZKL_MUST_USE;
/* ZKL_BAD_INPUT. What its libcrypto lacks is no fault of a key: zkl_note_verify says it. */
zkl_status zkl_verifier_key_parse(zkl_verifier_key *out, zkl_bytes text,
                                  zkl_error *err) ZKL_MUST_USE;
void zkl_verifier_key_encode(char out[static ZKL_VERIFIER_KEY_CHARS_MAX + 1],
                             const zkl_verifier_key *key);
bool zkl_verifier_key_equal(const zkl_verifier_key *a, const zkl_verifier_key *b);
/* The type by which a witness's key of this algorithm signs; 0: none does. */
uint8_t zkl_note_cosignature_type(zkl_key_type type);
/* A witness's, not a log's. */
bool zkl_verifier_key_cosigns(const zkl_verifier_key *key);
/* How many bytes its signatures have behind the key hash. */
size_t zkl_verifier_key_signature_bytes(const zkl_verifier_key *key);

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
/* What a witness signs. Ed25519: "cosignature/v1\ntime N\n" and the note's text. ML-DSA-44: the
 * struct "subtree/v1" of its own name, the time, and origin, size and root of the text.
 * ZKL_BAD_INPUT: the text is no checkpoint's, so no witness signs it with ML-DSA-44. */
zkl_status zkl_note_cosigned_bytes(zkl_buffer *out, const zkl_verifier_key *key, zkl_bytes text,
                                   uint64_t time_s, zkl_error *err) ZKL_MUST_USE;

/* Does key's line verify? ZKL_OK; ZKL_UNCHECKED when no line carries its name and key hash;
 * ZKL_REJECTED when one does and is false; ZKL_NOT_SUPPORTED when one does, and libcrypto has not
 * its algorithm. time_s (may be NULL): when a cosignature says it was made; 0 for type 0x01. */
zkl_status zkl_note_verify(const zkl_note *note, const zkl_verifier_key *key, uint64_t *time_s,
                           zkl_error *err) ZKL_MUST_USE;
