/* What entries about a key have in common: the key itself as base64 of its DER, its role, and a
 * subject that follows from both. The subject is written, and read by nobody: parsing compares it
 * with what would be written. */
#include "record/entry_internal.h"
#include "text/base64.h"

static const char *const role_names[] = { [ZKL_ROLE_SIGNER] = "signer", [ZKL_ROLE_LOG] = "log" };

static const char *role_name(const zkl_entry *e)
{
    ZKL_ASSERT((unsigned)e->keys.role < ZKL_COUNT(role_names));
    return role_names[e->keys.role];
}

/* DER (SubjectPublicKeyInfo), since it names the algorithm: a new type of key needs no new
 * member. */
void zkl_entry_keys_put_key(zkl_buffer *out, const zkl_entry *e)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
    ZKL_ASSERT(zkl_entry_as_keys(e)); /* the kind that borrows this has these fields */
    const size_t size = zkl_public_key_der(der, &e->keys.key);
    zkl_buffer_put_u8(out, '"');
    zkl_buffer_put_base64(out, der, size);
    zkl_buffer_put_u8(out, '"');
}

/* Base 64 first, then the one DER of a key type that is known: a key has one text. */
zkl_status zkl_entry_keys_read_key(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX + 3]; /* decoding may need a group of three more */
    zkl_bytes text;
    size_t size = 0;
    ZKL_ASSERT(zkl_entry_as_keys(e)); /* the kind was read first */
    ZKL_TRY(zkl_entry_read_text(r, &text, predicate, "key"));
    if (zkl_base64_decoded_size(text) > sizeof der || !zkl_base64_decode(der, &size, text))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: 'key' is not a key in base 64");
    return zkl_public_key_parse_der(&e->keys.key, zkl_bytes_of(der, size), r->err);
}

void zkl_entry_keys_put_role(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_format(out, "\"%s\"", role_name(e));
}

/* Which of the two lists of a trust the key belongs to. */
zkl_status zkl_entry_keys_read_role(const zkl_entry_reader *r, zkl_entry *e,
                                    const json_t *predicate)
{
    unsigned role;
    ZKL_TRY(zkl_entry_read_name(r, &role, predicate, "role", role_names, ZKL_COUNT(role_names)));
    ZKL_ASSERT(role < ZKL_COUNT(role_names));
    e->keys.role = (zkl_key_role)role;
    return ZKL_OK;
}

void zkl_entry_keys_put_subjects(zkl_buffer *out, const zkl_entry *e)
{
    zkl_digest id;
    ZKL_ASSERT(zkl_entry_as_keys(e));
    zkl_public_key_digest(&id, &e->keys.key);
    zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
    zkl_entry_put_hex(out, &id);
    zkl_buffer_format(out, "},\"name\":\"%s key\"}", role_name(e));
}

/* Sixteen hex digits of the key's id are enough to tell keys of one ledger apart. */
char *zkl_entry_keys_words(zkl_arena *memory, const zkl_entry *e, const char *what)
{
    zkl_digest digest;
    char hex[65];
    ZKL_ASSERT(zkl_entry_as_keys(e));
    zkl_public_key_digest(&digest, &e->keys.key);
    zkl_hex_encode(hex, digest.bytes, 32);
    return zkl_arena_format(memory, "%s %s key %.16s", what, role_name(e), hex);
}
