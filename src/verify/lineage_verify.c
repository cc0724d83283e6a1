/* A lineage receipt against what is trusted.
 *
 *  1. Each receipt in it is verified as it would be alone (verify/receipt.h), and all are under one
 *     checkpoint: entries of two logs under one key cannot stand side by side.
 *  2. The graph is made of the verified entries, and of nothing else in the file.
 *  3. A receipt that is no part of the graph is refused: nothing in the file is without a
 *     meaning. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "record/lineage_file.h"
#include "verify/lineage.h"

typedef struct lineage_check {
    zkl_arena *arena;
    const zkl_trust *trust;
    const zkl_env *env;
    zkl_error *err;
    zkl_lineage_file file;
    zkl_lineage_entry *entries;
    size_t entry_count, entry_capacity;
    uint64_t *main_indexes; /* of each receipt: of its own entry */
    zkl_verified_lineage out;
} lineage_check;

/* How large the dataset is of a notarisation. */
typedef struct table_size {
    uint64_t row_count;
    size_t column_count;
} table_size;

static zkl_status add_entry(lineage_check *c, zkl_bytes envelope, uint64_t index, table_size size)
{
    zkl_digest leaf;
    zkl_dsse dsse;
    zkl_rfc6962_leaf(&leaf, envelope);
    for (size_t i = 0; i < c->entry_count; i++)
        if (c->entries[i].index == index) {
            /* one checkpoint: one entry at each index */
            ZKL_ASSERT(zkl_digest_equal(&c->entries[i].leaf, &leaf));
            return ZKL_OK;
        }
    if (c->entry_count == c->entry_capacity) {
        const size_t capacity = 2 * c->entry_capacity + 64;
        zkl_lineage_entry *grown = ZKL_ARENA_NEW(c->arena, zkl_lineage_entry, capacity);
        if (!grown)
            return zkl_no_memory(c->err, capacity * sizeof *grown);
        if (c->entry_count)
            memcpy(grown, c->entries, c->entry_count * sizeof *grown);
        c->entries = grown;
        c->entry_capacity = capacity;
    }
    zkl_entry *entry = ZKL_ARENA_NEW(c->arena, zkl_entry, 1);
    if (!entry)
        return zkl_no_memory(c->err, sizeof *entry);
    ZKL_TRY(zkl_entry_open(entry, &dsse, c->arena, envelope, c->err));
    c->entries[c->entry_count++] =
        (zkl_lineage_entry){ index, leaf, entry, size.row_count, size.column_count };
    return ZKL_OK;
}

/* Manifests stand in the order of the parents. */
static zkl_status size_of(table_size *out, const lineage_check *c, const zkl_receipt *receipt,
                          size_t manifest)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_manifest parsed;
    ZKL_ASSERT(manifest < receipt->manifest_count); /* verified */
    ZKL_TRY(zkl_manifest_parse(&parsed, &arena, receipt->manifests[manifest], c->err));
    *out = (table_size){ parsed.row_count, parsed.schema.column_count };
    return ZKL_OK;
}

/* The notarisations that the entry rests on. */
static zkl_status add_parents(lineage_check *c, const zkl_receipt *receipt, const zkl_entry *own)
{
    for (size_t i = 0; i < receipt->other_count; i++) {
        zkl_digest leaf;
        table_size size;
        size_t parent = 0;
        zkl_rfc6962_leaf(&leaf, receipt->others[i].envelope);
        while (parent < own->parent_count && !zkl_digest_equal(&own->parents[parent], &leaf))
            parent++;
        if (parent == own->parent_count)
            continue; /* of a key or a set-up */
        ZKL_TRY(size_of(&size, c, receipt, parent));
        ZKL_TRY(add_entry(c, receipt->others[i].envelope, receipt->others[i].index, size));
    }
    return ZKL_OK;
}

/* What was verified is read again: a receipt parses in one way. */
static zkl_status add_receipt(lineage_check *c, size_t at)
{
    zkl_receipt receipt;
    zkl_entry own;
    zkl_dsse dsse;
    table_size size;
    ZKL_TRY(zkl_receipt_parse(&receipt, c->arena, c->file.receipts[at], c->err));
    ZKL_TRY(zkl_entry_open(&own, &dsse, c->arena, receipt.entry.envelope, c->err));
    ZKL_TRY(size_of(&size, c, &receipt, 0));
    c->main_indexes[at] = receipt.entry.index;
    if (at && c->main_indexes[at - 1] >= receipt.entry.index)
        return zkl_fail(c->err, ZKL_REJECTED, "it is not behind the one before it, in the log");
    ZKL_TRY(add_parents(c, &receipt, &own));
    return add_entry(c, receipt.entry.envelope, receipt.entry.index, size);
}

static zkl_status check_receipt(lineage_check *c, size_t at)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_arena *kept = at + 1 == c->file.receipt_count ? c->arena : &arena;
    zkl_verified verified;
    if (!zkl_receipt_has_magic(c->file.receipts[at]))
        return zkl_fail(c->err, ZKL_BAD_INPUT, "it is no receipt");
    ZKL_TRY(zkl_receipt_verify(&verified, kept, c->file.receipts[at], c->trust, c->env, c->err));
    if (at && (verified.tree_size != c->out.last.tree_size ||
               !zkl_digest_equal(&verified.root, &c->out.last.root)))
        return zkl_fail(c->err, ZKL_REJECTED, "it is under another checkpoint");
    c->out.is_development |= verified.is_development;
    c->out.last = verified; /* of those before the last, size and root alone are looked at */
    return add_receipt(c, at);
}

static int compare_entries(const void *a, const void *b)
{
    const zkl_lineage_entry *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

/* The log of a cheat may hold two notarisations of one name and version: which one a claim speaks
 * of is bound by its proof, but people read names. */
static int compare_names(const void *a, const void *b)
{
    const zkl_lineage_entry *const *x = a, *const *y = b;
    const zkl_entry_data *one = &(*x)->entry->data, *other = &(*y)->entry->data;
    const int order = zkl_bytes_compare(one->name, other->name);
    return order ? order : (one->version > other->version) - (one->version < other->version);
}

static zkl_status check_names(const lineage_check *c)
{
    const zkl_lineage_entry **sorted =
        ZKL_ARENA_NEW(c->arena, const zkl_lineage_entry *, c->entry_count);
    size_t count = 0;
    if (!sorted)
        return zkl_no_memory(c->err, c->entry_count * sizeof *sorted);
    for (size_t i = 0; i < c->entry_count; i++)
        if (c->entries[i].entry->kind == ZKL_ENTRY_NOTARISE)
            sorted[count++] = &c->entries[i];
    if (count)
        qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < count; i++)
        if (compare_names(&sorted[i - 1], &sorted[i]) == 0)
            return zkl_fail(
                c->err, ZKL_REJECTED, "entries %llu and %llu both notarise '%.*s@%u'",
                (unsigned long long)sorted[i - 1]->index, (unsigned long long)sorted[i]->index,
                (int)sorted[i]->entry->data.name.size,
                (const char *)sorted[i]->entry->data.name.data, sorted[i]->entry->data.version);
    return ZKL_OK;
}

/* Is the entry about a dataset of the graph, and says something that stands in it? */
static zkl_status is_part(bool *out, const zkl_lineage *lineage, const zkl_entry *entry,
                          zkl_arena *arena, zkl_error *err)
{
    *out = false;
    if (zkl_entry_facts_of(entry->kind)->is_no_part)
        return ZKL_OK;
    const char *words = zkl_entry_words(arena, entry);
    if (!words)
        return zkl_no_memory(err, 0);
    for (size_t i = 0; i < lineage->node_count && !*out; i++)
        *out = !lineage->nodes[i].is_file && strcmp(lineage->nodes[i].name, words) == 0;
    return ZKL_OK;
}

static zkl_status check_parts(const lineage_check *c)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    for (size_t i = 0, at = 0; i < c->file.receipt_count; i++) {
        while (c->entries[at].index < c->main_indexes[i])
            at++;
        ZKL_ASSERT(at < c->entry_count && c->entries[at].index == c->main_indexes[i]);
        bool found;
        ZKL_TRY(is_part(&found, &c->out.lineage, c->entries[at].entry, &arena, c->err));
        if (!found)
            return zkl_fail(c->err, ZKL_REJECTED, "receipt %zu is of no part of the lineage", i);
    }
    return ZKL_OK;
}

static zkl_status add_not_proven(lineage_check *c)
{
    static const zkl_unproven always[] = { ZKL_UNPROVEN_RECORDED, ZKL_UNPROVEN_STEPS,
                                           ZKL_UNPROVEN_FILE,     ZKL_UNPROVEN_TRUTH,
                                           ZKL_UNPROVEN_TIME,     ZKL_UNPROVEN_LATEST };
    zkl_not_proven *list = ZKL_ARENA_NEW(c->arena, zkl_not_proven, ZKL_UNPROVEN_COUNT);
    if (!list)
        return zkl_no_memory(c->err, ZKL_UNPROVEN_COUNT * sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < ZKL_COUNT(always); i++)
        list[count++].what = always[i];
    if (!c->out.last.witness_count)
        list[count++].what = ZKL_UNPROVEN_WITNESSED;
    if (c->out.is_development)
        list[count++].what = ZKL_UNPROVEN_OWNER;
    for (size_t i = 0; i < count; i++) {
        list[i].text = zkl_unproven_text(c->arena, list[i].what, NULL);
        if (!list[i].text)
            return zkl_no_memory(c->err, 0);
    }
    c->out.not_proven = list;
    c->out.not_proven_count = count;
    return ZKL_OK;
}

static zkl_status check_lineage(lineage_check *c)
{
    const zkl_lineage_target of = { .name = c->file.name, .version = c->file.version };
    qsort(c->entries, c->entry_count, sizeof *c->entries, compare_entries);
    ZKL_TRY(check_names(c));
    const zkl_status status =
        zkl_lineage_make(&c->out.lineage, c->arena, c->entries, c->entry_count, &of, c->err);
    if (status == ZKL_NOT_FOUND) /* the file's own word is wrong */
        return zkl_wrap(c->err, ZKL_REJECTED, "the lineage");
    ZKL_TRY(status);
    ZKL_TRY(check_parts(c));
    return add_not_proven(c);
}

zkl_status zkl_lineage_verify(zkl_verified_lineage *out, zkl_arena *arena, zkl_bytes bytes,
                              const zkl_trust *trust, const zkl_env *env, zkl_error *err)
{
    lineage_check c = { .arena = arena, .trust = trust, .env = env, .err = err };
    zkl_status status = zkl_lineage_file_parse(&c.file, arena, bytes, err);
    if (status != ZKL_OK)
        return zkl_wrap_check(err, status, ZKL_CHECK_FORM);
    c.main_indexes = ZKL_ARENA_NEW(arena, uint64_t, c.file.receipt_count);
    if (!c.main_indexes)
        return zkl_no_memory(err, c.file.receipt_count * sizeof *c.main_indexes);
    for (size_t i = 0; i < c.file.receipt_count; i++) {
        status = check_receipt(&c, i);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "receipt %zu", i);
    }
    c.out.receipt_count = c.file.receipt_count;
    status = check_lineage(&c);
    if (status != ZKL_OK)
        return zkl_wrap_check(err, status, ZKL_CHECK_LINEAGE);
    *out = c.out;
    return ZKL_OK;
}
