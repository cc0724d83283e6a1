/* Signed notes by C2SP's signed-note and tlog-cosignature: a text, a blank line, and signature
 * lines
 *
 *     "— " name " " base64(key hash, signature)
 *
 *  1. The text ends in a newline, which is signed; the blank line is not.
 *  2. A line names its key by name and key hash. The hash is four bytes of SHA-256 and finds a key;
 *     it proves nothing.
 *  3. Two lines by one key are refused: one of them could be false and never be looked at.
 *
 * A verifier key is "name+hash+base64(type, key)": type 1 signs the text, type 4 (a witness) the
 * text under a time, type 6 (a witness with ML-DSA-44) what the text says, its own name and a
 * time. */
#include "record/note.h"

#include "hash/domains.h"
#include "text/base64.h"
#include "text/shown.h"
#include "text/lines.h"

#define DASH "\xe2\x80\x94 " /* em dash, space */
#define KEY_HASH_BYTES 4
#define MATERIAL_BYTES_MAX (1 + ZKL_PUBLIC_KEY_BYTES_MAX) /* type and key */

/* The types of signatures, and the keys that make them. */
static const struct note_form {
    uint8_t type;
    zkl_key_type key_type;
    size_t public_bytes, signature_bytes; /* behind the key hash */
    bool cosigns;
} note_forms[] = {
    { ZKL_NOTE_ED25519, ZKL_KEY_ED25519, ZKL_ED25519_PUBLIC_BYTES, 64, false },
    { ZKL_NOTE_COSIGNATURE, ZKL_KEY_ED25519, ZKL_ED25519_PUBLIC_BYTES, 8 + 64, true },
    { ZKL_NOTE_ML_DSA_44, ZKL_KEY_ML_DSA_44, ZKL_ML_DSA_44_PUBLIC_BYTES,
      8 + ZKL_ML_DSA_44_SIGNATURE_BYTES, true },
};

/* NULL: a type that is not known. */
static const struct note_form *note_form_of(unsigned type)
{
    for (size_t i = 0; i < ZKL_COUNT(note_forms); i++)
        if (note_forms[i].type == type)
            return &note_forms[i];
    return NULL;
}

/* ---- verifier keys */

bool zkl_note_name_valid(zkl_bytes name)
{
    return name.size >= 1 && name.size <= ZKL_NOTE_NAME_BYTES_MAX && zkl_text_without_space(name) &&
           !memchr(name.data, '+', name.size) && !zkl_has_hidden(name);
}

/* SHA-256(name, newline, type, key), the first four bytes. */
static void hash_key(uint8_t out[static KEY_HASH_BYTES], uint8_t type, const char *name,
                     const zkl_public_key *key)
{
    uint8_t text[ZKL_NOTE_NAME_BYTES_MAX + 1 + MATERIAL_BYTES_MAX];
    size_t size = strlen(name);
    zkl_digest digest;
    ZKL_ASSERT(size <= ZKL_NOTE_NAME_BYTES_MAX); /* every name was checked: it fits text */
    memcpy(text, name, size);
    text[size++] = '\n';
    text[size++] = type;
    memcpy(text + size, key->bytes, key->size);
    zkl_sha256(&digest, text, size + key->size);
    memcpy(out, digest.bytes, KEY_HASH_BYTES);
}

/* From parts. The name is checked here, so that a verifier key is always one that a note can
 * have. */
zkl_status zkl_verifier_key_init(zkl_verifier_key *out, uint8_t type, const char *name,
                                 const zkl_public_key *key, zkl_error *err)
{
    if (!zkl_note_name_valid(zkl_bytes_of_text(name)))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' cannot be the name of a key in a note", name);
    const struct note_form *form = note_form_of(type);
    if (!form || key->type != form->key_type)
        return zkl_fail(err, ZKL_BAD_INPUT, "no key of notes: %s as type %d",
                        zkl_key_type_name(key->type), type);
    ZKL_ASSERT(key->size == form->public_bytes);
    *out = (zkl_verifier_key){ .type = type, .public_key = *key };
    memcpy(out->name, name, strlen(name));
    hash_key(out->key_hash, type, name, key);
    return ZKL_OK;
}

/* The base 64 of type and key: as long as the type's keys are. NULL: of no type. */
static const struct note_form *read_material(uint8_t out[static MATERIAL_BYTES_MAX + 2],
                                             zkl_bytes base64)
{
    size_t size;
    if (base64.size > ZKL_BASE64_CHARS(MATERIAL_BYTES_MAX) ||
        !zkl_base64_decode(out, &size, base64) || !size)
        return NULL;
    const struct note_form *form = note_form_of(out[0]);
    return form && size == 1 + form->public_bytes ? form : NULL;
}

/* The parts before the key have fixed lengths but for the name, so that length is checked first,
 * and every index below is within. */
zkl_status zkl_verifier_key_parse(zkl_verifier_key *out, zkl_bytes text, zkl_error *err)
{
    const uint8_t *plus = text.size ? memchr(text.data, '+', text.size) : NULL;
    size_t name_size = plus ? (size_t)(plus - text.data) : 0;
    char name[ZKL_NOTE_NAME_BYTES_MAX + 1] = { 0 };
    const size_t before = name_size + 1 + 8 + 1; /* what stands before the key */
    uint8_t key_hash[KEY_HASH_BYTES], material[MATERIAL_BYTES_MAX + 2];
    const struct note_form *form = NULL;
    if (plus && name_size <= ZKL_NOTE_NAME_BYTES_MAX && text.size > before && plus[9] == '+' &&
        zkl_hex_decode(key_hash, sizeof key_hash, (const char *)plus + 1, 8) &&
        !memchr(text.data, 0, name_size))
        form = read_material(material, zkl_bytes_of(plus + 10, text.size - before));
    if (!form)
        return zkl_fail(err, ZKL_BAD_INPUT, "not a verifier key (name+hash+key)");
    memcpy(name, text.data, name_size);

    zkl_public_key key;
    zkl_verifier_key parsed;
    ZKL_TRY(zkl_public_key_from_bytes(&key, form->key_type,
                                      zkl_bytes_of(material + 1, form->public_bytes), err));
    ZKL_TRY(zkl_verifier_key_init(&parsed, form->type, name, &key, err));
    if (memcmp(parsed.key_hash, key_hash, sizeof key_hash) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "verifier key of '%s': its hash is not that of the key",
                        name);
    *out = parsed;
    return ZKL_OK;
}

void zkl_verifier_key_encode(char out[static ZKL_VERIFIER_KEY_CHARS_MAX + 1],
                             const zkl_verifier_key *key)
{
    uint8_t material[MATERIAL_BYTES_MAX];
    size_t at = strlen(key->name);
    ZKL_ASSERT(at >= 1 && at <= ZKL_NOTE_NAME_BYTES_MAX); /* and so the whole fits out */
    memcpy(out, key->name, at);
    out[at++] = '+';
    zkl_hex_encode(out + at, key->key_hash, sizeof key->key_hash);
    at += 8;
    out[at++] = '+';
    material[0] = key->type;
    memcpy(material + 1, key->public_key.bytes, key->public_key.size);
    zkl_base64_encode(out + at, material, 1 + key->public_key.size);
}

/* Type and name belong to the key: the same point under another name is another signer of notes. */
bool zkl_verifier_key_equal(const zkl_verifier_key *a, const zkl_verifier_key *b)
{
    return a->type == b->type && strcmp(a->name, b->name) == 0 &&
           zkl_public_key_equal(&a->public_key, &b->public_key);
}

uint8_t zkl_note_cosignature_type(zkl_key_type type)
{
    for (size_t i = 0; i < ZKL_COUNT(note_forms); i++)
        if (note_forms[i].cosigns && note_forms[i].key_type == type)
            return note_forms[i].type;
    return 0;
}

bool zkl_verifier_key_cosigns(const zkl_verifier_key *key)
{
    const struct note_form *form = note_form_of(key->type);
    return form && form->cosigns;
}

size_t zkl_verifier_key_signature_bytes(const zkl_verifier_key *key)
{
    const struct note_form *form = note_form_of(key->type);
    ZKL_ASSERT(form); /* zkl_verifier_key_init */
    return form->signature_bytes;
}

/* ---- parsing */

/* The place behind the last blank line; 0 when there is none. The last one, since a text may hold
 * blank lines of its own and signature lines cannot. */
static size_t find_signatures(zkl_bytes note)
{
    for (size_t at = note.size; at >= 2; at--)
        if (note.data[at - 1] == '\n' && note.data[at - 2] == '\n')
            return at;
    return 0;
}

/* A line without its newline. What follows the key hash may be of any length that some algorithm
 * has: lines of keys that are not known are kept, for whoever knows them. */
static zkl_status parse_signature(zkl_note_signature *out, zkl_arena *arena, zkl_bytes line,
                                  zkl_error *err)
{
    const uint8_t *space =
        zkl_line_skip(&line, DASH) && line.size ? memchr(line.data, ' ', line.size) : NULL;
    size_t name_size = space ? (size_t)(space - line.data) : 0, size;
    if (!space || !zkl_note_name_valid(zkl_bytes_of(line.data, name_size)))
        return zkl_fail(err, ZKL_BAD_INPUT, "note: a signature line without a name");
    zkl_bytes base64 = zkl_bytes_of(space + 1, line.size - name_size - 1);
    size_t decoded = zkl_base64_decoded_size(base64);
    if (decoded <= KEY_HASH_BYTES || decoded > KEY_HASH_BYTES + ZKL_NOTE_SIGNATURE_BYTES_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "note: a signature of the wrong length");
    uint8_t *bytes = zkl_arena_alloc(arena, decoded, 1);
    if (!bytes)
        return zkl_no_memory(err, decoded);
    if (!zkl_base64_decode(bytes, &size, base64))
        return zkl_fail(err, ZKL_BAD_INPUT, "note: a signature that is not base 64");
    ZKL_ASSERT(size == decoded && size > KEY_HASH_BYTES);
    out->name = zkl_bytes_of(line.data, name_size);
    memcpy(out->key_hash, bytes, KEY_HASH_BYTES);
    out->signature = zkl_bytes_of(bytes + KEY_HASH_BYTES, size - KEY_HASH_BYTES);
    return ZKL_OK;
}

static bool same_signer(const zkl_note_signature *a, const zkl_note_signature *b)
{
    return a->name.size == b->name.size && memcmp(a->name.data, b->name.data, a->name.size) == 0 &&
           memcmp(a->key_hash, b->key_hash, KEY_HASH_BYTES) == 0;
}

zkl_status zkl_note_parse(zkl_note *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_note note = { 0 };
    zkl_bytes line;
    if (bytes.size > ZKL_NOTE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a note of %zu bytes, at most %d", bytes.size,
                        ZKL_NOTE_BYTES_MAX);
    if (!zkl_text_valid(bytes))
        return zkl_fail(err, ZKL_BAD_INPUT, "note: not UTF-8 text without control characters");
    size_t split = find_signatures(bytes);
    if (split < 2 || split == bytes.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "note: no signatures behind a blank line");
    ZKL_ASSERT(bytes.data[split - 1] == '\n' && bytes.data[split - 2] == '\n');
    note.text = zkl_bytes_of(bytes.data, split - 1);
    zkl_bytes rest = zkl_bytes_of(bytes.data + split, bytes.size - split);
    while (rest.size) {
        zkl_note_signature *next = &note.signatures[note.signature_count];
        if (note.signature_count == ZKL_NOTE_SIGNATURES_MAX)
            return zkl_fail(err, ZKL_LIMIT, "note: more than %d signatures",
                            ZKL_NOTE_SIGNATURES_MAX);
        if (!zkl_line_next(&line, &rest))
            return zkl_fail(err, ZKL_BAD_INPUT, "note: the last line has no newline");
        ZKL_TRY(parse_signature(next, arena, line, err));
        for (size_t i = 0; i < note.signature_count; i++)
            if (same_signer(&note.signatures[i], next))
                return zkl_fail(err, ZKL_BAD_INPUT, "note: two signatures by one key");
        note.signature_count++;
    }
    *out = note;
    return ZKL_OK;
}

/* ---- signing and verifying */

void zkl_note_begin(zkl_buffer *out, zkl_bytes text)
{
    ZKL_ASSERT(text.size && text.data[text.size - 1] == '\n');
    zkl_buffer_put(out, text.data, text.size);
    zkl_buffer_put_u8(out, '\n');
}

void zkl_note_add_line(zkl_buffer *out, const zkl_verifier_key *key, zkl_bytes signature)
{
    uint8_t bytes[KEY_HASH_BYTES + ZKL_COSIGNATURE_BYTES_MAX];
    ZKL_ASSERT(signature.size == zkl_verifier_key_signature_bytes(key));
    memcpy(bytes, key->key_hash, KEY_HASH_BYTES);
    memcpy(bytes + KEY_HASH_BYTES, signature.data, signature.size);
    zkl_buffer_format(out, DASH "%s ", key->name);
    zkl_buffer_put_base64(out, bytes, KEY_HASH_BYTES + signature.size);
    zkl_buffer_put_u8(out, '\n');
}

/* C2SP's cosigned_message, for a tree from its first leaf on. Names and origins have at most 255
 * bytes, so their lengths fit one. */
static zkl_status put_subtree(zkl_buffer *out, const char *name, zkl_bytes text, uint64_t time_s,
                              zkl_error *err)
{
    zkl_bytes rest = text, origin, size_line, root_line;
    uint64_t size;
    zkl_digest root;
    if (!zkl_line_next(&origin, &rest) || !zkl_note_name_valid(origin) ||
        !zkl_line_next(&size_line, &rest) || !zkl_line_decimal(&size, size_line) ||
        !zkl_line_next(&root_line, &rest) || !zkl_line_digest(&root, root_line))
        return zkl_fail(err, ZKL_BAD_INPUT, "a text that is no checkpoint's has no cosignature");
    zkl_buffer_put(out, ZKL_SIGNED_SUBTREE, sizeof ZKL_SIGNED_SUBTREE);
    zkl_buffer_put_u8(out, (uint8_t)strlen(name));
    zkl_buffer_put_text(out, name);
    zkl_buffer_put_u64(out, time_s);
    zkl_buffer_put_u8(out, (uint8_t)origin.size);
    zkl_buffer_put(out, origin.data, origin.size);
    zkl_buffer_put_u64(out, 0);
    zkl_buffer_put_u64(out, size);
    zkl_buffer_put(out, root.bytes, sizeof root.bytes);
    return ZKL_OK;
}

zkl_status zkl_note_cosigned_bytes(zkl_buffer *out, const zkl_verifier_key *key, zkl_bytes text,
                                   uint64_t time_s, zkl_error *err)
{
    ZKL_ASSERT(zkl_verifier_key_cosigns(key));
    if (key->type == ZKL_NOTE_ML_DSA_44) {
        ZKL_TRY(put_subtree(out, key->name, text, time_s, err));
    } else {
        zkl_buffer_format(out, ZKL_SIGNED_COSIGNATURE "%llu\n", (unsigned long long)time_s);
        zkl_buffer_put(out, text.data, text.size);
    }
    return zkl_buffer_status(out, err);
}

/* The time stands in the signature's first eight bytes, and in what was signed. Beyond 2^63 it is
 * no time that others could read. */
static zkl_status verify_cosignature(const zkl_note *note, const zkl_verifier_key *key,
                                     zkl_bytes signature, uint64_t *time_s, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    if (signature.size != zkl_verifier_key_signature_bytes(key))
        return zkl_fail(err, ZKL_REJECTED, "a cosignature of %zu bytes, not %zu", signature.size,
                        zkl_verifier_key_signature_bytes(key));
    const uint64_t time = zkl_be64_get(signature.data);
    if (time > INT64_MAX)
        return zkl_fail(err, ZKL_REJECTED, "a cosignature from beyond all time");
    const zkl_status status = zkl_note_cosigned_bytes(&message, key, note->text, time, err);
    if (status != ZKL_OK) /* of what is no checkpoint there is no true one */
        return status == ZKL_BAD_INPUT ? zkl_wrap(err, ZKL_REJECTED, "a cosignature") : status;
    ZKL_TRY(zkl_signature_verify(&key->public_key, zkl_buffer_bytes(&message),
                                 zkl_bytes_of(signature.data + 8, signature.size - 8), err));
    *time_s = key->type == ZKL_NOTE_ML_DSA_44 && !time ? ZKL_NOTE_NO_TIME : time;
    return ZKL_OK;
}

/* The first line that names this key decides: there is no second one by it. */
zkl_status zkl_note_verify(const zkl_note *note, const zkl_verifier_key *key, uint64_t *time_s,
                           zkl_error *err)
{
    const zkl_note_signature want = { .name = zkl_bytes_of_text(key->name),
                                      .key_hash = { key->key_hash[0], key->key_hash[1],
                                                    key->key_hash[2], key->key_hash[3] } };
    uint64_t time = 0;
    ZKL_ASSERT(note_form_of(key->type));
    for (size_t i = 0; i < note->signature_count; i++) {
        const zkl_note_signature *line = &note->signatures[i];
        if (!same_signer(line, &want))
            continue;
        zkl_status status =
            zkl_verifier_key_cosigns(key)
                ? verify_cosignature(note, key, line->signature, &time, err)
                : zkl_signature_verify(&key->public_key, note->text, line->signature, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "note: the line of '%s'", key->name);
        if (time_s)
            *time_s = time;
        return ZKL_OK;
    }
    return zkl_fail(err, ZKL_UNCHECKED, "note: not signed by '%s' (key hash %02x%02x%02x%02x)",
                    key->name, key->key_hash[0], key->key_hash[1], key->key_hash[2],
                    key->key_hash[3]);
}
