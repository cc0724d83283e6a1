/* `prove`: more claims about a dataset version that was notarised before.
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its first parent. The
 * other parents are the notarisations of datasets that its claims speak of besides. */
#include "record/entry_internal.h"

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    ZKL_TRY(zkl_entry_data_check_parents(e, err));
    return zkl_entry_data_check(e, err);
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
    .reference = zkl_entry_data_parents_reference,
    .index_key = zkl_entry_data_index_key,
    .words = zkl_entry_data_words,
};
