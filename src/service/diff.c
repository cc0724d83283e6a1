/* What differs between two dataset versions, by what is public of them.
 *
 *  1. Nothing is verified: as `show`, it tells what a log or a receipt says.
 *  2. Equal row root and commitments of a chunk say equal rows, since the tree binds them. Unequal
 *     ones say other rows only where seed and schema are the same: keys of chunks hang on both. */
#include <stdlib.h>
#include <string.h>

#include "service/service_internal.h"

/* One side: what `show` tells, and the manifest. */
typedef struct diff_side {
    zkl_show_result shown;
    zkl_arena arena;
    zkl_manifest manifest;
} diff_side;

static void diff_side_clear(diff_side *side)
{
    zkl_arena_clear(&side->shown.memory);
    zkl_arena_clear(&side->arena);
}

static zkl_status read_reference(diff_side *out, zkl_ledger *handle, const char *reference,
                                 zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_entry entry;
    zkl_bytes bytes;
    if (strchr(reference, '#'))
        return zkl_fail(err, ZKL_USAGE,
                        "an entry is named: versions are compared, with all of their claims");
    if (!handle)
        return zkl_fail(err, ZKL_USAGE, "no ledger given, and it is one of its datasets");
    ZKL_TRY(zkl_show(&out->shown, handle, reference, err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err));
    ZKL_TRY(
        zkl_ledger_entry_with(ledger, &entry, &out->arena, out->shown.index, ZKL_FIELDS_DATA, err));
    return service_manifest(&out->manifest, &bytes, &out->arena, ledger, &entry, err);
}

/* zkl_show_receipt has looked at how its parts fit together. */
static zkl_status read_receipt(diff_side *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_receipt receipt;
    ZKL_TRY(zkl_show_receipt(&out->shown, bytes, err));
    ZKL_TRY(zkl_receipt_parse(&receipt, &out->arena, bytes, err));
    return zkl_manifest_parse(&out->manifest, &out->arena, receipt.manifests[0], err);
}

static zkl_status read_side(diff_side *out, zkl_ledger *handle, const zkl_diff_side *side,
                            const char *which, zkl_error *err)
{
    if (!side->reference == !side->receipt.size)
        return zkl_fail(err, ZKL_USAGE, "%s: either a dataset or a receipt is compared", which);
    const zkl_status status = side->reference ? read_reference(out, handle, side->reference, err)
                                              : read_receipt(out, side->receipt, err);
    return status == ZKL_OK || !side->reference
               ? status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "the %s receipt", which)
               : zkl_wrap(err, status, "'%s'", side->reference);
}

static zkl_status tell_side(zkl_diff_of *out, zkl_arena *memory, const diff_side *side,
                            zkl_error *err)
{
    const zkl_show_result *shown = &side->shown;
    *out = (zkl_diff_of){ .name = zkl_arena_text(memory, shown->name, strlen(shown->name)),
                          .version = shown->version,
                          .index = shown->index,
                          .dataset = shown->dataset,
                          .row_count = shown->row_count,
                          .chunk_count = shown->chunk_count,
                          .column_count = shown->column_count,
                          .reading = service_reading_words(memory, &side->manifest.reading) };
    if (shown->origin)
        out->origin = zkl_arena_text(memory, shown->origin, strlen(shown->origin));
    return out->name && out->reading && !out->origin == !shown->origin ? ZKL_OK
                                                                       : zkl_no_memory(err, 0);
}

/* ---- Columns, matched by name. */

/* A schema may have 100,000: sorted once, so that each is found by halves. */
static int by_column_name(const void *a, const void *b)
{
    const zkl_column *const *left = a, *const *right = b;
    return zkl_bytes_compare((*left)->name, (*right)->name);
}

static const zkl_column **sort_columns(zkl_arena *arena, const zkl_schema *schema)
{
    const zkl_column **sorted = ZKL_ARENA_NEW(arena, const zkl_column *, schema->column_count);
    for (size_t i = 0; sorted && i < schema->column_count; i++)
        sorted[i] = &schema->columns[i];
    if (sorted)
        qsort(sorted, schema->column_count, sizeof *sorted, by_column_name);
    return sorted;
}

static const zkl_column *find_column(const zkl_column **sorted, size_t count,
                                     const zkl_column *sought)
{
    const zkl_column **found = bsearch(&sought, sorted, count, sizeof *sorted, by_column_name);
    return found ? *found : NULL;
}

/* from, to: one of them may be NULL. */
static zkl_status tell_column(zkl_diff_column *out, zkl_arena *memory, const zkl_column *from,
                              const zkl_column *to, zkl_error *err)
{
    char text[ZKL_TYPE_TEXT_BYTES_MAX];
    *out = (zkl_diff_column){ .name = service_text(memory, (from ? from : to)->name),
                              .from_nullable = from && from->nullable,
                              .to_nullable = to && to->nullable };
    if (from)
        out->from = zkl_arena_text(memory, text, zkl_type_text(text, &from->type));
    if (to)
        out->to = zkl_arena_text(memory, text, zkl_type_text(text, &to->type));
    return out->name && !out->from == !from && !out->to == !to ? ZKL_OK
                                                               : zkl_no_memory(err, sizeof text);
}

/* Those of `from` in their order, then those that are new. */
static zkl_status compare_columns(zkl_diff_result *out, const zkl_schema *from,
                                  const zkl_schema *to, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_column **had = sort_columns(&arena, from), **has = sort_columns(&arena, to);
    zkl_diff_column *list =
        ZKL_ARENA_NEW(&out->memory, zkl_diff_column, from->column_count + to->column_count);
    if (!had || !has || !list)
        return zkl_no_memory(err, (from->column_count + to->column_count) * sizeof *list);
    size_t count = 0;
    const zkl_column *last = NULL; /* of `to`, among those that both have */
    for (size_t i = 0; i < from->column_count; i++) {
        const zkl_column *column = &from->columns[i];
        const zkl_column *other = find_column(has, to->column_count, column);
        out->order_differs |= other && last && other < last;
        last = other ? other : last;
        if (!other || other->nullable != column->nullable ||
            !zkl_type_equal(&column->type, &other->type))
            ZKL_TRY(tell_column(&list[count++], &out->memory, column, other, err));
    }
    for (size_t i = 0; i < to->column_count; i++)
        if (!find_column(had, from->column_count, &to->columns[i]))
            ZKL_TRY(tell_column(&list[count++], &out->memory, NULL, &to->columns[i], err));
    out->columns = list;
    out->column_diff_count = count;
    return ZKL_OK;
}

/* ---- Chunks: invariant 2. */

static void compare_chunks(zkl_diff_result *out, const zkl_manifest *from, const zkl_manifest *to)
{
    const size_t least = from->chunk_count < to->chunk_count ? from->chunk_count : to->chunk_count;
    out->same_content = zkl_digest_equal(&from->content, &to->content);
    out->chunks_comparable = zkl_digest_equal(&from->seed, &to->seed) &&
                             zkl_digest_equal(&from->schema_hash, &to->schema_hash) &&
                             zkl_digest_equal(&from->powers_hash, &to->powers_hash);
    if (!out->chunks_comparable)
        return;
    ZKL_ASSERT(from->blocks_per_chunk == to->blocks_per_chunk); /* follows from the schema */
    const size_t blocks = from->blocks_per_chunk;
    for (size_t i = 0; i < least; i++)
        out->same_chunk_count +=
            zkl_digest_equal(&from->row_roots[i], &to->row_roots[i]) &&
            memcmp(from->blocks[i * blocks], to->blocks[i * blocks], blocks * ZKL_POINT_BYTES) == 0;
}

/* ---- Claims, as sets of texts; then by what they ask. */

typedef struct diff_claim {
    const char *text, *bare;
    bool is_matched;
} diff_claim;

typedef struct diff_claims {
    diff_claim *items;
    size_t count;
} diff_claims;

static zkl_status add_claim(diff_claims *out, zkl_arena *arena, const char *text, zkl_error *err)
{
    zkl_claim claim;
    ZKL_AUTO_CLEAR(zkl_buffer) bare = { 0 };
    ZKL_TRY(zkl_claim_parse(&claim, arena, zkl_bytes_of_text(text), err));
    if (zkl_claim_is_wellformedness(&claim))
        return ZKL_OK;
    zkl_claim_print_bare(&bare, &claim);
    diff_claim *item = &out->items[out->count];
    *item =
        (diff_claim){ .text = text,
                      .bare = bare.failed ? NULL : service_text(arena, zkl_buffer_bytes(&bare)) };
    out->count++;
    return item->bare ? ZKL_OK : zkl_no_memory(err, bare.size);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const diff_claim *)a)->text, ((const diff_claim *)b)->text);
}

/* Of the notarisation and those that were added, each text once. */
static zkl_status take_claims(diff_claims *out, zkl_arena *arena, const zkl_show_result *shown,
                              zkl_error *err)
{
    size_t most = shown->claim_count, kept = 0;
    for (size_t i = 0; i < shown->later_count; i++)
        most += shown->later[i].claim_count;
    *out = (diff_claims){ .items = ZKL_ARENA_NEW(arena, diff_claim, most) };
    if (!out->items)
        return zkl_no_memory(err, most * sizeof *out->items);
    for (size_t i = 0; i < shown->claim_count; i++)
        ZKL_TRY(add_claim(out, arena, shown->claim_texts[i], err));
    for (size_t i = 0; i < shown->later_count; i++)
        for (size_t k = 0; k < shown->later[i].claim_count; k++)
            ZKL_TRY(add_claim(out, arena, shown->later[i].claim_texts[k], err));
    qsort(out->items, out->count, sizeof *out->items, by_text);
    for (size_t i = 0; i < out->count; i++)
        if (!kept || by_text(&out->items[kept - 1], &out->items[i]) != 0)
            out->items[kept++] = out->items[i];
    out->count = kept;
    return ZKL_OK;
}

static diff_claim *find_unmatched(const diff_claims *in, const char *bare)
{
    for (size_t i = 0; i < in->count; i++)
        if (!in->items[i].is_matched && strcmp(in->items[i].bare, bare) == 0)
            return &in->items[i];
    return NULL;
}

/* NULL stays NULL. */
static zkl_status put_claim(zkl_diff_claim *out, zkl_arena *memory, const char *from,
                            const char *to, zkl_error *err)
{
    *out = (zkl_diff_claim){ .from = from ? zkl_arena_text(memory, from, strlen(from)) : NULL,
                             .to = to ? zkl_arena_text(memory, to, strlen(to)) : NULL };
    return !out->from == !from && !out->to == !to ? ZKL_OK : zkl_no_memory(err, 0);
}

/* Lists are short: an entry has room for some hundreds. */
static zkl_status compare_claims(zkl_diff_result *out, const diff_side *from, const diff_side *to,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    diff_claims had, has;
    ZKL_TRY(take_claims(&had, &arena, &from->shown, err));
    ZKL_TRY(take_claims(&has, &arena, &to->shown, err));
    for (size_t i = 0; i < had.count; i++) {
        diff_claim *same = bsearch(&had.items[i], has.items, has.count, sizeof *has.items, by_text);
        if (same)
            had.items[i].is_matched = same->is_matched = true;
        out->same_claim_count += same != NULL;
    }
    zkl_diff_claim *list = ZKL_ARENA_NEW(&out->memory, zkl_diff_claim, had.count + has.count);
    if (!list)
        return zkl_no_memory(err, (had.count + has.count) * sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < had.count; i++) {
        if (had.items[i].is_matched)
            continue;
        diff_claim *other = find_unmatched(&has, had.items[i].bare);
        if (other)
            other->is_matched = true;
        ZKL_TRY(put_claim(&list[count++], &out->memory, had.items[i].text,
                          other ? other->text : NULL, err));
    }
    for (size_t i = 0; i < has.count; i++)
        if (!has.items[i].is_matched)
            ZKL_TRY(put_claim(&list[count++], &out->memory, NULL, has.items[i].text, err));
    out->claims = list;
    out->claim_diff_count = count;
    return ZKL_OK;
}

/* ---- */

static zkl_status compare(zkl_diff_result *out, const diff_side *from, const diff_side *to,
                          zkl_error *err)
{
    const zkl_manifest *a = &from->manifest, *b = &to->manifest;
    ZKL_TRY(tell_side(&out->from, &out->memory, from, err));
    ZKL_TRY(tell_side(&out->to, &out->memory, to, err));
    ZKL_TRY(compare_columns(out, &a->schema, &b->schema, err));
    compare_chunks(out, a, b);
    ZKL_TRY(compare_claims(out, from, to, err));
    const bool same_rows = zkl_digest_equal(&out->from.dataset, &out->to.dataset) ||
                           (a->row_count == b->row_count && out->same_content &&
                            out->chunks_comparable && out->same_chunk_count == a->chunk_count);
    out->is_same = same_rows && !out->column_diff_count && !out->order_differs &&
                   !out->claim_diff_count && zkl_reading_equal(&a->reading, &b->reading);
    return ZKL_OK;
}

zkl_status zkl_diff(zkl_diff_result *out, zkl_ledger *ledger, const zkl_diff_request *request,
                    zkl_error *err)
{
    ZKL_AUTO_CLEAR(diff_side) from = { 0 };
    ZKL_AUTO_CLEAR(diff_side) to = { 0 };
    *out = (zkl_diff_result){ 0 };
    zkl_status status = read_side(&from, ledger, &request->from, "first", err);
    if (status == ZKL_OK)
        status = read_side(&to, ledger, &request->to, "second", err);
    if (status == ZKL_OK)
        status = compare(out, &from, &to, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_diff_result){ 0 };
    }
    return status;
}
