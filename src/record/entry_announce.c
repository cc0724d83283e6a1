/* `announce`: a dataset version is told to readers of COSE. The entry itself is a COSE statement
 * (record/cose.h), the Signed Statement of RFC 9943, so that a receipt of it is one of exactly
 * those bytes.
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its one parent. It says
 * nothing else: what is proven stands in the parent, whose envelope has that id as its leaf
 * hash. */
#include "record/entry_internal.h"

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    if (e->data.statement_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: an announcement has no statements of its own");
    return zkl_entry_data_check_subject(e, err);
}

const zkl_entry_ops zkl_entry_ops_announce = {
    .facts = { .noun = "announcement",
               .fields = ZKL_FIELDS_DATA,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE,
               .parents_min = 1,
               .parents_max = 1,
               .is_no_part = true,
               .is_cose = true },
    .check = check,
    .put_subjects = zkl_entry_data_put_subjects,
    .read_subjects = zkl_entry_data_read_subjects,
    .reference = zkl_entry_data_parents_reference,
    .index_key = zkl_entry_data_index_key,
    .words = zkl_entry_data_words,
};
