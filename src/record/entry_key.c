/* `key`: a signer or log key begins to count, in the place of another one.
 *
 * The first signer's entry of a log that goes on from an older one also names that log: its newest
 * checkpoint, signed, with the key that verifies it. The members beside the checkpoint repeat what
 * it says, for whoever reads the entry, and are compared with it. */
#include "record/checkpoint.h"
#include "record/entry_internal.h"
#include "text/json_text.h"

/* ---- "replaces": "" where the key takes no other's place. */

static void put_replaces(zkl_buffer *out, const zkl_entry *e)
{
    if (zkl_digest_is_zero(&e->keys.replaces))
        zkl_buffer_put_text(out, "\"\"");
    else
        zkl_entry_put_hex(out, &e->keys.replaces);
}

static zkl_status read_replaces(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    if (json_string_length(json_object_get(predicate, "replaces")) == 0)
        return ZKL_OK; /* what is no string differs when it is written again */
    return zkl_entry_read_digest(r, &e->keys.replaces, predicate, "replaces");
}

/* ---- "succeeds" */

static bool succeeds_none(const zkl_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_keys(e));
    return e->keys.succeeds.note.size == 0;
}

/* An object with its members in byte order, as canonical JSON has them. */
static void put_succeeds(zkl_buffer *out, const zkl_entry *e)
{
    const zkl_entry_succeeds *s = &e->keys.succeeds;
    ZKL_ASSERT(!succeeds_none(e)); /* the member is left out where there is none */
    zkl_buffer_put_text(out, "{\"key\":");
    zkl_json_put_string(out, s->key);
    zkl_buffer_put_text(out, ",\"note\":");
    zkl_json_put_string(out, s->note);
    zkl_buffer_put_text(out, ",\"origin\":");
    zkl_json_put_string(out, s->origin);
    zkl_buffer_put_text(out, ",\"root\":");
    zkl_entry_put_hex(out, &s->root);
    zkl_buffer_format(out, ",\"size\":%llu}", (unsigned long long)s->size);
}

/* The member may be missing. One that stands there has all of its parts, and they are compared with
 * the checkpoint in check_succeeds. */
static zkl_status read_succeeds(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    static const char *const known[] = { "key", "note", "origin", "root", "size" };
    const json_t *object = json_object_get(predicate, "succeeds");
    zkl_entry_succeeds *s = &e->keys.succeeds;
    if (!object)
        return ZKL_OK;
    ZKL_TRY(zkl_entry_refuse_unknown(r, object, known, ZKL_COUNT(known), "'succeeds'"));
    ZKL_TRY(zkl_entry_read_text(r, &s->key, object, "key"));
    ZKL_TRY(zkl_entry_read_text(r, &s->note, object, "note"));
    ZKL_TRY(zkl_entry_read_text(r, &s->origin, object, "origin"));
    ZKL_TRY(zkl_entry_read_digest(r, &s->root, object, "root"));
    const json_t *size = json_object_get(object, "size");
    if (!s->note.size || !json_is_integer(size) || json_integer_value(size) < 0)
        return zkl_fail(r->err, ZKL_BAD_INPUT,
                        "entry: 'succeeds' has no checkpoint or no number of entries");
    s->size = (uint64_t)json_integer_value(size);
    return ZKL_OK;
}

static const zkl_entry_member members[] = {
    { "key", zkl_entry_keys_put_key, zkl_entry_keys_read_key, NULL },
    { "replaces", put_replaces, read_replaces, NULL },
    { "role", zkl_entry_keys_put_role, zkl_entry_keys_read_role, NULL },
    { "succeeds", put_succeeds, read_succeeds, succeeds_none },
};

/* The note is signed by the key, and the members beside it say what it says. */
static zkl_status check_succeeds(const zkl_entry_keys *keys, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_entry_succeeds *s = &keys->succeeds;
    zkl_checkpoint old;
    zkl_verifier_key key;
    if (!s->note.size)
        return ZKL_OK;
    if (keys->role != ZKL_ROLE_SIGNER || !zkl_digest_is_zero(&keys->replaces))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "entry: only the first signer key's entry names a log that is succeeded");
    if (s->note.size > ZKL_ENTRY_SUCCEEDS_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "entry: the checkpoint that is succeeded has %zu bytes, at most %d",
                        s->note.size, ZKL_ENTRY_SUCCEEDS_BYTES_MAX);
    ZKL_TRY(zkl_checkpoint_parse(&old, &arena, s->note, err));
    ZKL_TRY(zkl_verifier_key_parse(&key, s->key, err));
    if (zkl_checkpoint_verify(&old, &key, err) != ZKL_OK)
        return zkl_wrap(err, ZKL_BAD_INPUT, "entry: the checkpoint that is succeeded");
    if (!zkl_bytes_equal(old.origin, s->origin) || old.size != s->size ||
        !zkl_digest_equal(&old.root, &s->root))
        return zkl_fail(
            err, ZKL_BAD_INPUT,
            "entry: the checkpoint that is succeeded says another origin, size or root");
    return ZKL_OK;
}

/* A log key always follows another: the first one is in the ledger's id. Notes are signed by
 * Ed25519, so log keys are of that type. */
static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    if (e->keys.role == ZKL_ROLE_LOG &&
        (zkl_digest_is_zero(&e->keys.replaces) || e->keys.key.type != ZKL_KEY_ED25519))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "entry: a log key is an Ed25519 key that replaces another");
    return check_succeeds(&e->keys, err);
}

/* "new signer key 1f0c2a..."; of the first one of a log that goes on from another, what it goes on
 * from, too. */
static char *words(zkl_arena *memory, const zkl_entry *e)
{
    char *key = zkl_entry_keys_words(memory, e, "new");
    const zkl_entry_succeeds *s = &e->keys.succeeds;
    if (!key || succeeds_none(e))
        return key;
    return zkl_arena_format(memory, "%s; succeeds %.*s at %llu entries (the owner's word)", key,
                            (int)s->origin.size, (const char *)s->origin.data,
                            (unsigned long long)s->size);
}

const zkl_entry_ops zkl_entry_ops_key = {
    .facts = { .noun = "key",
               .fields = ZKL_FIELDS_KEYS,
               .signing = ZKL_SIGNED_BY_NEW_AND_OLD_KEY,
               .effect = ZKL_KEY_BEGINS,
               .place = ZKL_PLACE_ANYWHERE },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = zkl_entry_keys_put_subjects,
    .words = words,
};
