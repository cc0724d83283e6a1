/* `prove`: more claims about a dataset version that was notarised before.
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its one parent. A receipt
 * shows one parent; what it cannot show, no entry may say. */
#include "record/entry_internal.h"

static bool reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    if (at > 0)
        return zkl_entry_data_reference(out, e, at - 1);
    /* A writer asks before the entry is encoded, and so checked: without a parent it refers to no
     * receipt. */
    const zkl_digest none = { { 0 } };
    *out = (zkl_reference){ .kind = ZKL_REFERS_TO_NOTARISATION,
                            .name = e->data.name,
                            .version = e->data.version,
                            .receipt = e->parent_count ? e->parents[0] : none,
                            .dataset = e->data.dataset };
    return true;
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
               .parents_max = 1 },
    .members = zkl_entry_data_members,
    .member_count = ZKL_ENTRY_DATA_MEMBER_COUNT,
    .check = zkl_entry_data_check,
    .put_subjects = zkl_entry_data_put_subjects,
    .read_subjects = zkl_entry_data_read_subjects,
    .reference = reference,
    .index_key = index_key,
    .words = zkl_entry_data_words,
};
