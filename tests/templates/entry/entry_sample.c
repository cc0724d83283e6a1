/* `sample`: an entry kind to copy. It holds one text, and changes nothing.
 *
 * Copy this file to src/record/entry_<kind>.c, write <kind> for `sample` in it, and add a line to
 * ZKL_ENTRY_KIND_TABLE of src/record/entry.h. Nothing else has to change: receipts, verify-chain,
 * the log's list and `show` go by the facts below.
 *
 * Subject: the SHA-256 of the text. Predicate: text. */
#include "record/entry_internal.h"
#include "text/json_text.h"

/* Fields that no other file reads stay here, behind zkl_entry.own. Fields that others read are a
 * struct of record/entry.h. */
typedef struct sample_fields {
    zkl_bytes text;
} sample_fields;

static zkl_bytes text_of(const zkl_entry *e)
{
    const sample_fields *fields = e->own;
    return fields ? fields->text : (zkl_bytes){ 0 };
}

static void put_text(zkl_buffer *out, const zkl_entry *e)
{
    zkl_json_put_string(out, text_of(e));
}

static zkl_status read_text(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    sample_fields *fields = ZKL_ARENA_NEW(r->arena, sample_fields, 1);
    if (!fields)
        return zkl_no_memory(r->err, sizeof *fields);
    e->own = fields;
    return zkl_entry_read_text(r, &fields->text, predicate, "text");
}

/* In byte order. kind, ledger, parents and time are there already. */
static const zkl_entry_member members[] = {
    { "text", put_text, read_text, NULL },
};

/* What must hold, when it is written as when it is read. Input from outside: a status, never an
 * assertion. */
static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    if (!zkl_entry_text_valid(text_of(e)))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the text is not text of at most %d bytes",
                        ZKL_ENTRY_TEXT_BYTES_MAX);
    return ZKL_OK;
}

/* It follows from the text, so that nothing of it needs to be read. */
static void put_subjects(zkl_buffer *out, const zkl_entry *e)
{
    const zkl_bytes text = text_of(e);
    zkl_digest hash;
    zkl_sha256(&hash, text.data, text.size);
    zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
    zkl_entry_put_hex(out, &hash);
    zkl_buffer_put_text(out, "},\"name\":\"sample\"}");
}

/* For people, in the log's list. */
static char *words(zkl_arena *memory, const zkl_entry *e)
{
    const zkl_bytes text = text_of(e);
    return zkl_arena_format(memory, "%.*s", (int)text.size,
                            text.size ? (const char *)text.data : "");
}

const zkl_entry_ops zkl_entry_ops_sample = {
    .facts = { .noun = "sample",
               .fields = ZKL_FIELDS_OWN,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = put_subjects,
    .words = words,
};
