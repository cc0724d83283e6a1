/* The JSON that entries of every kind are made of. Reading is strict in form only: that nothing
 * else stands in a payload, and that its bytes are the canonical ones, is checked once for all, by
 * writing it again (record/entry.c). */
#include <string.h>

#include "record/entry_internal.h"
#include "text/utf8.h"

/* ---- Writing. Lower-case hex is the one spelling of a digest. */

void zkl_entry_put_hex(zkl_buffer *out, const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, 32);
    zkl_buffer_format(out, "\"%s\"", hex);
}

/* In-toto's ResourceDescriptor: digests by algorithm, in byte order, then the name. */
void zkl_entry_put_subject(zkl_buffer *out, const zkl_digest *sha256, const zkl_digest *sha3_256,
                           const char *name)
{
    ZKL_ASSERT(!strpbrk(name, "\"\\")); /* it is put as it is */
    zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
    zkl_entry_put_hex(out, sha256);
    zkl_buffer_put_text(out, ",\"sha3_256\":");
    zkl_entry_put_hex(out, sha3_256);
    zkl_buffer_format(out, "},\"name\":\"%s\"}", name);
}

/* A NUL would end the text early where it is printed, and what stands behind it would be signed but
 * never seen. */
bool zkl_entry_text_valid(zkl_bytes text)
{
    return text.size <= ZKL_ENTRY_TEXT_BYTES_MAX && zkl_utf8_valid(text) &&
           !(text.size && memchr(text.data, 0, text.size));
}

/* ---- Reading */

/* The cast takes const away for the macro's sake alone: nothing is changed. */
zkl_status zkl_entry_refuse_unknown(const zkl_entry_reader *r, const json_t *object,
                                    const char *const *known, size_t known_count, const char *where)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: %s is not an object", where);
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        bool found = false;
        for (size_t i = 0; i < known_count; i++)
            found = found || strcmp(key, known[i]) == 0;
        if (!found)
            return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: %s has the unknown member '%.64s'",
                            where, key);
    }
    return ZKL_OK;
}

/* A missing member and one of another type are the same fault. An object that is NULL or no object
 * has no members, so callers need not ask before. */
zkl_status zkl_entry_read_text(const zkl_entry_reader *r, zkl_bytes *out, const json_t *object,
                               const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is missing or no string", key);
    /* The JSON is freed when the entry is read: whatever the entry keeps is copied. */
    const size_t size = json_string_length(value);
    const char *copy = zkl_arena_text(r->arena, json_string_value(value), size);
    if (!copy)
        return zkl_no_memory(r->err, size);
    *out = zkl_bytes_of(copy, size);
    return ZKL_OK;
}

/* One of a few words. The error quotes at most 64 bytes of what stands there instead. */
zkl_status zkl_entry_read_name(const zkl_entry_reader *r, unsigned *out, const json_t *object,
                               const char *key, const char *const *names, unsigned name_count)
{
    zkl_bytes text;
    ZKL_TRY(zkl_entry_read_text(r, &text, object, key));
    for (*out = 0; *out < name_count; (*out)++)
        if (zkl_bytes_equal_text(text, names[*out]))
            return ZKL_OK;
    return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is '%.64s'", key, (const char *)text.data);
}

/* Upper-case digits are refused here already, though writing again would find them: the error can
 * then name the member. */
static zkl_status digest_of(const zkl_entry_reader *r, zkl_digest *out, const json_t *value,
                            const char *what)
{
    if (!json_is_string(value) ||
        !zkl_hex_decode(out->bytes, 32, json_string_value(value), json_string_length(value)))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is not 64 lower-case hex digits", what);
    return ZKL_OK;
}

zkl_status zkl_entry_read_digest(const zkl_entry_reader *r, zkl_digest *out, const json_t *object,
                                 const char *key)
{
    return digest_of(r, out, json_object_get(object, key), key);
}

/* The limit is checked before the caller allocates by the count. */
zkl_status zkl_entry_read_array(const zkl_entry_reader *r, const json_t **out, size_t *count,
                                const json_t *object, const char *key, size_t count_max)
{
    *out = json_object_get(object, key);
    if (!json_is_array(*out))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is missing or no list", key);
    *count = json_array_size(*out);
    if (*count > count_max)
        return zkl_fail(r->err, ZKL_LIMIT, "entry: '%s' has %zu members, at most %zu", key, *count,
                        count_max);
    return ZKL_OK;
}

/* A list of digests, in the order of the payload; an empty one is a list too. */
zkl_status zkl_entry_read_digests(const zkl_entry_reader *r, const zkl_digest **out, size_t *count,
                                  const json_t *object, const char *key, size_t count_max)
{
    const json_t *list;
    ZKL_TRY(zkl_entry_read_array(r, &list, count, object, key, count_max));
    zkl_digest *digests = ZKL_ARENA_NEW(r->arena, zkl_digest, *count);
    if (!digests)
        return zkl_no_memory(r->err, *count * sizeof *digests);
    for (size_t i = 0; i < *count; i++)
        ZKL_TRY(digest_of(r, &digests[i], json_array_get(list, i), key));
    *out = digests;
    return ZKL_OK;
}

zkl_status zkl_entry_read_circuit(const zkl_entry_reader *r,
                                  char out[static ZKL_CIRCUIT_NAME_BYTES_MAX + 1],
                                  const json_t *object)
{
    zkl_bytes name;
    ZKL_TRY(zkl_entry_read_text(r, &name, object, "circuit"));
    if (!zkl_circuit_name_valid(name))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%.64s' is no circuit's name",
                        (const char *)name.data);
    ZKL_ASSERT(name.size <= ZKL_CIRCUIT_NAME_BYTES_MAX); /* a valid name fits; out ends in NUL */
    memcpy(out, name.data, name.size);
    return ZKL_OK;
}
