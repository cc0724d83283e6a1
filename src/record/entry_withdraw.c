/* `withdraw`: a dataset version is revoked. Its owner takes it back, and says why.
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its one parent. What was
 * proven stays true of the committed rows: that they are not to be relied on is the signer's word,
 * as the time is. A key is revoked by an entry of another kind (entry_revoke.c), which the log key
 * signs. */
#include "record/entry_internal.h"
#include "text/json_text.h"

static void put_reason(zkl_buffer *out, const zkl_entry *e)
{
    zkl_json_put_string(out, e->data.reason);
}

static zkl_status read_reason(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_text(r, &e->data.reason, predicate, "reason");
}

static const zkl_entry_member members[] = {
    { "reason", put_reason, read_reason, NULL },
};

/* The reason is what people have of it, so there is one. */
static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    if (e->data.statement_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: a withdrawal has no statements of its own");
    if (!e->data.reason.size || !zkl_entry_text_valid(e->data.reason))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the reason is not text of 1 to %d bytes",
                        ZKL_ENTRY_TEXT_BYTES_MAX);
    return zkl_entry_data_check_subject(e, err);
}

static char *words(zkl_arena *memory, const zkl_entry *e)
{
    return zkl_arena_format(memory, "revoked %.*s@%u: %.*s", (int)e->data.name.size,
                            (const char *)e->data.name.data, e->data.version,
                            (int)e->data.reason.size, (const char *)e->data.reason.data);
}

const zkl_entry_ops zkl_entry_ops_withdraw = {
    .facts = { .noun = "withdrawal",
               .fields = ZKL_FIELDS_DATA,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE,
               .parents_min = 1,
               .parents_max = 1,
               .is_no_part = true },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = zkl_entry_data_put_subjects,
    .read_subjects = zkl_entry_data_read_subjects,
    .reference = zkl_entry_data_parents_reference,
    .index_key = zkl_entry_data_index_key,
    .words = words,
};
