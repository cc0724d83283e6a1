/* What other claims say of how many values stand behind a claim: one answer for all who tell them,
 * verdicts, what a ledger shows, reports. */
#include "claim/values_behind.h"

#include <stdlib.h>

typedef struct behind_search {
    const zkl_claim_list_behind *list;
    zkl_claim_behind *found;
    zkl_arena *arena;
    zkl_error *err;
} behind_search;

/* The most that the claims say of how many values stand behind claim `at`. The claims that say it
 * are marked. Columns are numbers: those of one dataset are compared. */
static zkl_claim_values find_values(behind_search *c, size_t at)
{
    zkl_claim_values best = { 0 };
    for (size_t i = 0; i < c->list->count; i++) {
        if (!c->list->is_about_first[i] || i == at)
            continue;
        const zkl_claim_values said =
            zkl_claim_values_for(&c->list->claims[i], &c->list->claims[at]);
        if (said.least > best.least || (said.least == best.least && said.is_exact))
            best = said;
        c->found[i].is_behind_another |=
            said.least && zkl_claim_is_value_count(&c->list->claims[i]);
    }
    return best;
}

/* A column of the entry's dataset, and a claim that names it. */
typedef struct named_column {
    zkl_bytes name;
    size_t claim;
    bool may_be_null;
} named_column;

/* By name, then by claim; none twice. A claim may name thousands, and so may the next one: each is
 * looked up here, and compared with the claims that name it alone. */
typedef struct named_columns {
    named_column *items;
    size_t count;
} named_columns;

static int compare_named(const void *a, const void *b)
{
    const named_column *x = a, *y = b;
    const int order = zkl_bytes_compare(x->name, y->name);
    return order ? order : (x->claim > y->claim) - (x->claim < y->claim);
}

/* The first of that name; count: there is none. */
static size_t find_named(const named_columns *named, zkl_bytes name)
{
    size_t low = 0, high = named->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (zkl_bytes_compare(named->items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < named->count && zkl_bytes_equal(named->items[low].name, name) ? low : named->count;
}

/* What the schema does not have may be null. */
static void mark_nulls(named_columns *named, const zkl_schema *schema)
{
    for (size_t k = 0; k < named->count; k++)
        named->items[k].may_be_null = true;
    for (uint32_t i = 0; i < schema->column_count; i++) {
        if (schema->columns[i].nullable)
            continue;
        const zkl_bytes name = schema->columns[i].name;
        for (size_t k = find_named(named, name);
             k < named->count && zkl_bytes_equal(named->items[k].name, name); k++)
            named->items[k].may_be_null = false;
    }
}

static zkl_status gather_named(named_columns *out, const behind_search *c)
{
    size_t most = 0, kept = 0;
    for (size_t i = 0; i < c->list->count; i++)
        most += c->list->claims[i].claim.column_count;
    out->items = ZKL_ARENA_NEW(c->arena, named_column, most);
    if (!out->items)
        return zkl_no_memory(c->err, most * sizeof *out->items);
    for (size_t i = 0; i < c->list->count; i++)
        for (size_t k = 0; c->list->is_about_first[i] && k < c->list->claims[i].claim.column_count;
             k++)
            if (c->list->claims[i].claim.columns[k].dataset == 0)
                out->items[out->count++] =
                    (named_column){ .name = c->list->claims[i].claim.columns[k].name, .claim = i };
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, compare_named);
    for (size_t k = 0; k < out->count; k++)
        if (!kept || compare_named(&out->items[kept - 1], &out->items[k]) != 0)
            out->items[kept++] = out->items[k];
    out->count = kept;
    mark_nulls(out, c->list->schema);
    return ZKL_OK;
}

/* Of one that does not pass over nulls: in each column that it names, what it says itself or others
 * do. 0: it names none, or speaks of rows that nobody counts. */
static uint64_t find_least_values(const behind_search *c, const named_columns *named, size_t at)
{
    const zkl_compiled_claim *claim = &c->list->claims[at];
    uint64_t least = claim->row_count;
    bool names_own = false;
    if (zkl_claim_is_wellformedness(&claim->claim) || zkl_claim_is_of_some_rows(claim))
        return 0;
    for (size_t k = 0; k < claim->claim.column_count; k++) {
        const zkl_claim_column *column = &claim->claim.columns[k];
        uint64_t said = 0;
        if (column->dataset)
            continue;
        names_own = true;
        size_t i = find_named(named, column->name);
        ZKL_ASSERT(i < named->count); /* by this claim, if by no other */
        if (!named->items[i].may_be_null)
            continue;
        for (; i < named->count && zkl_bytes_equal(named->items[i].name, column->name); i++) {
            const uint64_t more =
                zkl_claim_values_of_named(&c->list->claims[named->items[i].claim], claim).least;
            said = more > said ? more : said;
        }
        least = said < least ? said : least;
    }
    return names_own ? least : 0;
}

zkl_status zkl_claims_behind(zkl_claim_behind **out, zkl_arena *arena,
                             const zkl_claim_list_behind *list, zkl_error *err)
{
    behind_search c = { .list = list, .arena = arena, .err = err };
    named_columns named = { 0 };
    c.found = ZKL_ARENA_NEW(arena, zkl_claim_behind, list->count);
    if (!c.found)
        return zkl_no_memory(err, list->count * sizeof *c.found);
    ZKL_TRY(gather_named(&named, &c));
    for (size_t i = 0; i < list->count; i++) {
        const bool is_about_first = list->is_about_first[i];
        const bool passes = is_about_first && zkl_claim_passes_nulls(&list->claims[i]);
        if (passes)
            c.found[i].values = find_values(&c, i);
        else if (is_about_first)
            c.found[i].values.least = find_least_values(&c, &named, i);
        c.found[i].can_be_empty = passes || zkl_claim_chooses_rows(&list->claims[i]);
    }
    *out = c.found;
    return ZKL_OK;
}

zkl_status zkl_claims_unknown_nulls(const char ***names, size_t *count, zkl_arena *arena,
                                    const zkl_claim_list_behind *list,
                                    const zkl_claim_behind *behind, zkl_error *err)
{
    bool *const listed = ZKL_ARENA_NEW(arena, bool, list->schema->column_count);
    const char **const found = ZKL_ARENA_NEW(arena, const char *, list->count);
    size_t found_count = 0;
    if (!found || !listed)
        return zkl_no_memory(err, list->count * sizeof *found);
    for (size_t i = 0; i < list->count; i++) {
        const uint32_t column = list->claims[i].column;
        ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
        if (!list->is_about_first[i])
            continue;
        ZKL_ASSERT(column < list->schema->column_count); /* it was compiled against this schema */
        if (listed[column] || !zkl_claim_passes_nulls(&list->claims[i]) || behind[i].values.least)
            continue;
        listed[column] = true;
        zkl_claim_name_print(&name, list->schema->columns[column].name);
        found[found_count] =
            name.failed ? NULL : zkl_arena_text(arena, (const char *)name.data, name.size);
        if (!found[found_count++])
            return zkl_no_memory(err, name.size);
    }
    *names = found;
    *count = found_count;
    return ZKL_OK;
}
