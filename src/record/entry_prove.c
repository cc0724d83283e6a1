/* `prove`: more claims about a dataset version that was notarised before.
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its first parent. The
 * other parents are the notarisations of datasets that its claims speak of besides. */
#include "record/entry_internal.h"

static bool reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    const size_t others = e->parent_count > 1 ? e->parent_count - 1 : 0;
    if (at > others)
        return zkl_entry_data_reference(out, e, at - 1 - others);
    /* A writer asks before the entry is encoded, and so checked: without a parent it refers to no
     * receipt. */
    const zkl_digest none = { { 0 } };
    *out =
        (zkl_reference){ .kind = at ? ZKL_REFERS_TO_OTHER_NOTARISATION : ZKL_REFERS_TO_NOTARISATION,
                         .number = at,
                         .name = e->data.name,
                         .version = e->data.version,
                         .receipt = e->parent_count ? e->parents[at] : none,
                         .dataset = e->data.dataset };
    return true;
}

/* A parent that stood twice would be one dataset under two names. */
static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    for (size_t i = 0; i < e->parent_count; i++)
        for (size_t k = 0; k < i; k++)
            if (zkl_digest_equal(&e->parents[i], &e->parents[k]))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: parent %zu is parent %zu again", i, k);
    return zkl_entry_data_check(e, err);
}

static bool index_key(zkl_index_key *out, const zkl_entry *e, size_t at)
{
    *out = (zkl_index_key){ .kind = ZKL_INDEX_DATASET, .dataset = e->data.dataset };
    return at == 0;
}

const zkl_entry_ops zkl_entry_ops_prove = {
    .facts = { .noun = "proof",
               .fields = ZKL_FIELDS_DATA,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE,
               .parents_min = 1,
               .parents_max = ZKL_ENTRY_PARENTS_MAX },
    .members = zkl_entry_data_members,
    .member_count = ZKL_ENTRY_DATA_MEMBER_COUNT,
    .check = check,
    .put_subjects = zkl_entry_data_put_subjects,
    .read_subjects = zkl_entry_data_read_subjects,
    .reference = reference,
    .index_key = index_key,
    .words = zkl_entry_data_words,
};
