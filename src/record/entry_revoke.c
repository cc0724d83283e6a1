/* `revoke`: a signer key counts no more behind this entry, and nothing takes its place. The log key
 * signs it, so that whoever stole the signer's key cannot hinder it. A log key is never revoked: a
 * log that nobody signs for is at its end, so it is rotated (entry_key.c). */
#include "record/entry_internal.h"
#include "text/json_text.h"

/* The reason is for people, who may read it years later; no rule depends on it. */
static void put_reason(zkl_buffer *out, const zkl_entry *e)
{
    zkl_json_put_string(out, e->keys.reason);
}

static zkl_status read_reason(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_text(r, &e->keys.reason, predicate, "reason");
}

static const zkl_entry_member members[] = {
    { "key", zkl_entry_keys_put_key, zkl_entry_keys_read_key, NULL },
    { "reason", put_reason, read_reason, NULL },
    { "role", zkl_entry_keys_put_role, zkl_entry_keys_read_role, NULL },
};

/* The reason may be empty, and says nothing that is checked. */
static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    ZKL_ASSERT(zkl_entry_as_keys(e));
    if (e->keys.role != ZKL_ROLE_SIGNER)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "entry: only signer keys are revoked; a log key is rotated");
    if (!zkl_entry_text_valid(e->keys.reason))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the reason is not text of at most %d bytes",
                        ZKL_ENTRY_TEXT_BYTES_MAX);
    return ZKL_OK;
}

static char *words(zkl_arena *memory, const zkl_entry *e)
{
    return zkl_entry_keys_words(memory, e, "revoked");
}

const zkl_entry_ops zkl_entry_ops_revoke = {
    .facts = { .noun = "revocation",
               .fields = ZKL_FIELDS_KEYS,
               .signing = ZKL_SIGNED_BY_LOG_KEY,
               .effect = ZKL_KEY_ENDS,
               .place = ZKL_PLACE_ANYWHERE },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = zkl_entry_keys_put_subjects,
    .words = words,
};
