/* `provenance`: one step of the way of a dataset version, in its owner's words.
 *
 * It has the notarisation's subject, and the notarisation's receipt id as its first parent; the
 * other parents are the notarisations of the datasets that it was made of. Files stand in it by
 * their hash alone. It has no statements, and nothing of it is proven: what is, stands in `prove`
 * entries about the same datasets, and whoever draws a lineage puts the two beside each other
 * (verify/lineage.h). */
#include <string.h>

#include "record/entry_internal.h"
#include "text/json_text.h"

static const zkl_entry_provenance *provenance_of(const zkl_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_data(e) && e->data.provenance); /* checked before anything is put */
    return e->data.provenance;
}

/* ---- Texts. Members are read in their order, so the first of them makes the fields. */

static zkl_status begin(const zkl_entry_reader *r, zkl_entry *e, zkl_entry_provenance **out)
{
    if (!e->data.provenance)
        e->data.provenance = ZKL_ARENA_NEW(r->arena, zkl_entry_provenance, 1);
    /* The cast takes const away from what this parse made itself. */
    *out = (zkl_entry_provenance *)(uintptr_t)e->data.provenance;
    return *out ? ZKL_OK : zkl_no_memory(r->err, sizeof **out);
}

static void put_operation(zkl_buffer *out, const zkl_entry *e)
{
    zkl_json_put_string(out, provenance_of(e)->operation);
}

static zkl_status read_operation(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    zkl_entry_provenance *p;
    ZKL_TRY(begin(r, e, &p));
    return zkl_entry_read_text(r, &p->operation, predicate, "operation");
}

static void put_unproven(zkl_buffer *out, const zkl_entry *e)
{
    zkl_json_put_string(out, provenance_of(e)->unproven);
}

static zkl_status read_unproven(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    zkl_entry_provenance *p;
    ZKL_TRY(begin(r, e, &p));
    return zkl_entry_read_text(r, &p->unproven, predicate, "unproven");
}

/* ---- Facts. */

static void put_facts(zkl_buffer *out, const zkl_entry *e)
{
    const zkl_entry_provenance *p = provenance_of(e);
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < p->fact_count; i++) {
        zkl_buffer_put_text(out, i ? ",{\"name\":" : "{\"name\":");
        zkl_json_put_string(out, p->facts[i].name);
        zkl_buffer_put_text(out, ",\"value\":");
        zkl_json_put_string(out, p->facts[i].value);
        zkl_buffer_put_u8(out, '}');
    }
    zkl_buffer_put_u8(out, ']');
}

static zkl_status read_facts(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    const json_t *list;
    zkl_entry_provenance *p;
    ZKL_TRY(begin(r, e, &p));
    ZKL_TRY(zkl_entry_read_array(r, &list, &p->fact_count, predicate, "facts",
                                 ZKL_ENTRY_PROVENANCE_ITEMS_MAX));
    zkl_entry_fact *facts = ZKL_ARENA_NEW(r->arena, zkl_entry_fact, p->fact_count);
    if (!facts)
        return zkl_no_memory(r->err, p->fact_count * sizeof *facts);
    for (size_t i = 0; i < p->fact_count; i++) {
        const json_t *object = json_array_get(list, i);
        ZKL_TRY(zkl_entry_read_text(r, &facts[i].name, object, "name"));
        ZKL_TRY(zkl_entry_read_text(r, &facts[i].value, object, "value"));
    }
    p->facts = facts;
    return ZKL_OK;
}

/* ---- Files. */

static void put_files(zkl_buffer *out, const zkl_entry_file *files, size_t count)
{
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < count; i++) {
        zkl_buffer_put_text(out, i ? ",{\"name\":" : "{\"name\":");
        zkl_json_put_string(out, files[i].name);
        zkl_buffer_put_text(out, ",\"sha256\":");
        zkl_entry_put_hex(out, &files[i].sha256);
        zkl_buffer_put_u8(out, '}');
    }
    zkl_buffer_put_u8(out, ']');
}

static zkl_status read_files(const zkl_entry_reader *r, const zkl_entry_file **out, size_t *count,
                             const json_t *predicate, const char *key)
{
    const json_t *list;
    ZKL_TRY(zkl_entry_read_array(r, &list, count, predicate, key, ZKL_ENTRY_PROVENANCE_ITEMS_MAX));
    zkl_entry_file *files = ZKL_ARENA_NEW(r->arena, zkl_entry_file, *count);
    if (!files)
        return zkl_no_memory(r->err, *count * sizeof *files);
    for (size_t i = 0; i < *count; i++) {
        const json_t *object = json_array_get(list, i);
        ZKL_TRY(zkl_entry_read_text(r, &files[i].name, object, "name"));
        ZKL_TRY(zkl_entry_read_digest(r, &files[i].sha256, object, "sha256"));
    }
    *out = files;
    return ZKL_OK;
}

static void put_made(zkl_buffer *out, const zkl_entry *e)
{
    put_files(out, provenance_of(e)->made, provenance_of(e)->made_count);
}

static zkl_status read_made(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    zkl_entry_provenance *p;
    ZKL_TRY(begin(r, e, &p));
    return read_files(r, &p->made, &p->made_count, predicate, "made");
}

static void put_used(zkl_buffer *out, const zkl_entry *e)
{
    put_files(out, provenance_of(e)->used, provenance_of(e)->used_count);
}

static zkl_status read_used(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    zkl_entry_provenance *p;
    ZKL_TRY(begin(r, e, &p));
    return read_files(r, &p->used, &p->used_count, predicate, "used");
}

static const zkl_entry_member members[] = {
    { "facts", put_facts, read_facts, NULL },
    { "made", put_made, read_made, NULL },
    { "operation", put_operation, read_operation, NULL },
    { "unproven", put_unproven, read_unproven, NULL },
    { "used", put_used, read_used, NULL },
};

/* ---- Checking. */

static zkl_status check_facts(const zkl_entry_provenance *p, zkl_error *err)
{
    if (p->fact_count > ZKL_ENTRY_PROVENANCE_ITEMS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry has %zu facts, at most %d", p->fact_count,
                        ZKL_ENTRY_PROVENANCE_ITEMS_MAX);
    for (size_t i = 0; i < p->fact_count; i++) {
        const zkl_entry_fact *fact = &p->facts[i];
        if (!fact->name.size || !zkl_entry_text_valid(fact->name) ||
            !zkl_entry_text_valid(fact->value))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: fact %zu is no name with a text", i);
        for (size_t k = 0; k < i; k++)
            if (zkl_bytes_equal(fact->name, p->facts[k].name))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: fact '%.*s' stands twice",
                                (int)(fact->name.size < 200 ? fact->name.size : 200),
                                (const char *)fact->name.data);
    }
    return ZKL_OK;
}

/* Where a file lay is nobody's business: a name has no folder. */
static bool is_file_name(zkl_bytes name)
{
    return name.size && zkl_entry_text_valid(name) && !memchr(name.data, '/', name.size);
}

static zkl_status check_files(const zkl_entry_file *files, size_t count, const char *what,
                              zkl_error *err)
{
    if (count > ZKL_ENTRY_PROVENANCE_ITEMS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry has %zu files %s, at most %d", count, what,
                        ZKL_ENTRY_PROVENANCE_ITEMS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!is_file_name(files[i].name))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: file %zu %s has a bad name", i, what);
        for (size_t k = 0; k < i; k++)
            if (zkl_digest_equal(&files[i].sha256, &files[k].sha256))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: file %zu %s is file %zu again", i, what,
                                k);
    }
    return ZKL_OK;
}

/* A file that was used and made would be its own source. */
static zkl_status check_apart(const zkl_entry_provenance *p, zkl_error *err)
{
    for (size_t i = 0; i < p->made_count; i++)
        for (size_t k = 0; k < p->used_count; k++)
            if (zkl_digest_equal(&p->made[i].sha256, &p->used[k].sha256))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: a file is both used and made");
    return ZKL_OK;
}

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    const zkl_entry_provenance *p = e->data.provenance;
    ZKL_TRY(zkl_entry_data_check_subject(e, err));
    ZKL_TRY(zkl_entry_data_check_parents(e, err));
    if (e->data.statement_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: a provenance has no statements of its own");
    if (!p || (!p->operation.size && !p->fact_count && !p->made_count && !p->used_count &&
               e->parent_count < 2))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the provenance says nothing");
    if (!zkl_entry_text_valid(p->operation) || !zkl_entry_text_valid(p->unproven))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the operation is no text");
    ZKL_TRY(check_facts(p, err));
    ZKL_TRY(check_files(p->made, p->made_count, "made", err));
    ZKL_TRY(check_files(p->used, p->used_count, "used", err));
    return check_apart(p, err);
}

const zkl_entry_ops zkl_entry_ops_provenance = {
    .facts = { .noun = "provenance",
               .fields = ZKL_FIELDS_DATA,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE,
               .parents_min = 1,
               .parents_max = ZKL_ENTRY_PARENTS_MAX,
               .names_parents = true },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = zkl_entry_data_put_subjects,
    .read_subjects = zkl_entry_data_read_subjects,
    .reference = zkl_entry_data_parents_reference,
    .index_key = zkl_entry_data_index_key,
    .words = zkl_entry_data_words,
};
