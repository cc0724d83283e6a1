/* `disclose`: rows of a dataset version were shown to somebody (record/disclosure.h).
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its one parent. Of what
 * was shown it names the SHA-256 alone: neither rows nor values stand in the log, and masks in what
 * is hashed keep values from being guessed. It has no statements. */
#include "record/entry_internal.h"

static void put_disclosure(zkl_buffer *out, const zkl_entry *e)
{
    zkl_entry_put_hex(out, &e->data.disclosure_sha256);
}

static zkl_status read_disclosure(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_digest(r, &e->data.disclosure_sha256, predicate, "disclosure");
}

static const zkl_entry_member members[] = {
    { "disclosure", put_disclosure, read_disclosure, NULL },
};

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    if (e->data.statement_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: a disclosure has no statements of its own");
    if (zkl_digest_is_zero(&e->data.disclosure_sha256))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: it names no disclosure");
    return zkl_entry_data_check_subject(e, err);
}

const zkl_entry_ops zkl_entry_ops_disclose = {
    .facts = { .noun = "disclosure",
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
    .words = zkl_entry_data_words,
};
