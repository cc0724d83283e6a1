/* `report`: that a report on the log was made, by the hashes of its files and the tree that it is
 * of. Whoever is shown such a file later finds here that it is the one of then, and of which state
 * of the log. What the report says is not in the entry: it follows from the log, and can be made
 * again. */
#include <stdio.h>
#include <string.h>

#include "record/entry_internal.h"
#include "text/json_text.h"

/* A log has fewer entries than a JSON reader's integers can count. */
#define SIZE_MAX_SAID ((uint64_t)1 << 53)

static void put_tree(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_text(out, "{\"root\":");
    zkl_entry_put_hex(out, &e->report.root);
    zkl_buffer_format(out, ",\"size\":%llu}", (unsigned long long)e->report.size);
}

static zkl_status read_tree(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    const json_t *tree = json_object_get(predicate, "tree");
    const json_t *size = json_object_get(tree, "size");
    if (!json_is_integer(size) || json_integer_value(size) < 0)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: 'tree' has no size");
    e->report.size = (uint64_t)json_integer_value(size);
    return zkl_entry_read_digest(r, &e->report.root, tree, "root");
}

static const zkl_entry_member members[] = {
    { "tree", put_tree, read_tree, NULL },
};

/* Where a file lay is nobody's business: a name has no folder. */
static bool is_file_name(zkl_bytes name)
{
    return name.size && zkl_entry_text_valid(name) && !memchr(name.data, '/', name.size);
}

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    const zkl_entry_report *r = zkl_entry_as_report(e);
    ZKL_ASSERT(r);
    if (!r->size || r->size > SIZE_MAX_SAID)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: a report is of a log with entries");
    if (!r->file_count || r->file_count > ZKL_ENTRY_REPORT_FILES_MAX)
        return zkl_fail(err, r->file_count ? ZKL_LIMIT : ZKL_BAD_INPUT,
                        "the entry has %zu files of a report, 1 to %d", r->file_count,
                        ZKL_ENTRY_REPORT_FILES_MAX);
    for (size_t i = 0; i < r->file_count; i++) {
        if (!is_file_name(r->files[i].name))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: file %zu of the report has a bad name", i);
        for (size_t k = 0; k < i; k++)
            if (zkl_digest_equal(&r->files[i].sha256, &r->files[k].sha256))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: file %zu of the report is file %zu", i,
                                k);
    }
    return ZKL_OK;
}

/* The subjects are the files themselves: a tool of in-toto looks a file up by its digest. */
static void put_subjects(zkl_buffer *out, const zkl_entry *e)
{
    for (size_t i = 0; i < e->report.file_count; i++) {
        zkl_buffer_put_text(out, i ? ",{\"digest\":{\"sha256\":" : "{\"digest\":{\"sha256\":");
        zkl_entry_put_hex(out, &e->report.files[i].sha256);
        zkl_buffer_put_text(out, "},\"name\":");
        zkl_json_put_string(out, e->report.files[i].name);
        zkl_buffer_put_u8(out, '}');
    }
}

static zkl_status read_subjects(const zkl_entry_reader *r, zkl_entry *e, const json_t *subjects)
{
    const size_t count = json_array_size(subjects);
    if (count > ZKL_ENTRY_REPORT_FILES_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the entry has %zu files of a report, at most %d", count,
                        ZKL_ENTRY_REPORT_FILES_MAX);
    zkl_entry_file *files = ZKL_ARENA_NEW(r->arena, zkl_entry_file, count);
    if (!files)
        return zkl_no_memory(r->err, count * sizeof *files);
    for (size_t i = 0; i < count; i++) {
        const json_t *subject = json_array_get(subjects, i);
        ZKL_TRY(zkl_entry_read_text(r, &files[i].name, subject, "name"));
        ZKL_TRY(zkl_entry_read_digest(r, &files[i].sha256, json_object_get(subject, "digest"),
                                      "sha256"));
    }
    e->report.files = files;
    e->report.file_count = count;
    return ZKL_OK;
}

static bool reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    *out = (zkl_reference){ .kind = ZKL_REFERS_TO_TREE, .report = &e->report };
    return at == 0;
}

/* "audit.html of 12 entries" */
static char *words(zkl_arena *memory, const zkl_entry *e)
{
    const zkl_bytes name = e->report.files[0].name;
    char more[32] = "";
    if (e->report.file_count > 1)
        snprintf(more, sizeof more, " and %zu more", e->report.file_count - 1);
    return zkl_arena_format(memory, "%.*s%s, of %llu entr%s", (int)name.size,
                            (const char *)name.data, more, (unsigned long long)e->report.size,
                            e->report.size == 1 ? "y" : "ies");
}

const zkl_entry_ops zkl_entry_ops_report = {
    .facts = { .noun = "report",
               .fields = ZKL_FIELDS_REPORT,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = put_subjects,
    .read_subjects = read_subjects,
    .reference = reference,
    .words = words,
};
