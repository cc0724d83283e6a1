/* `notarise`: a dataset version, with the proofs that its committed cells are well formed and
 * whatever else was claimed.
 *
 * Subject: NAME@VERSION and its manifest, then the public digests of its files, if any. Versions of
 * a name follow each other without a gap, so the one before must stand in the log, except for the
 * first. */
#include "record/entry_internal.h"

static bool reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    const bool is_first = e->data.version == 1;
    if (at == 0 && !is_first) {
        *out = (zkl_reference){ .kind = ZKL_REFERS_TO_VERSION_BEFORE,
                                .name = e->data.name,
                                .version = e->data.version };
        return true;
    }
    return zkl_entry_data_reference(out, e, at - !is_first);
}

/* Found by its version, and among all that is about the dataset. */
static bool index_key(zkl_index_key *out, const zkl_entry *e, size_t at)
{
    *out = (zkl_index_key){ .kind = at == 0 ? ZKL_INDEX_VERSION : ZKL_INDEX_DATASET,
                            .name = e->data.name,
                            .version = e->data.version,
                            .dataset = e->data.dataset };
    return at < 2;
}

const zkl_entry_ops zkl_entry_ops_notarise = {
    .facts = { .noun = "notarisation",
               .fields = ZKL_FIELDS_DATA,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_AS_PARENT },
    .members = zkl_entry_data_members,
    .member_count = ZKL_ENTRY_DATA_MEMBER_COUNT,
    .check = zkl_entry_data_check,
    .put_subjects = zkl_entry_data_put_subjects,
    .read_subjects = zkl_entry_data_read_subjects,
    .reference = reference,
    .index_key = index_key,
    .words = zkl_entry_data_words,
};
