/* Results of forms, measured over the cells: a value by its place in ascending
 * order, the smallest group, and the least bound of a distance.
 *
 * What is found becomes the text of a claim, and the plan's check says whether it is true. So a
 * mistake here can find a claim that is not the tightest, and none that is false. */
#include "notary/search.h"

#include <string.h>

#include "claim/assertion_diverse.h"
#include "notary/claim_result.h"
#include "notary/value_places.h"
#include "prove/row_keys.h"

/* What is found by whom. */
typedef enum finder { BY_CLAIM, BY_ENDS, BY_PLACE, BY_GROUPS, BY_BOUND } finder;

/* Forms that are measured here. What stands behind the columns makes a claim of a form that can be
 * read. Of BY_ENDS and BY_GROUPS the closing bracket is part of it. */
static const struct {
    const char *word, *rest;
    finder finder;
} kinds[] = {
    { "range", ", *, *)", BY_ENDS },
    { "min", "", BY_PLACE },
    { "max", "", BY_PLACE },
    { "median", "", BY_PLACE },
    { "quantile", "", BY_PLACE },
    { "k_anonymous", ", 2)", BY_GROUPS },
    { "l_diverse", ", 2)", BY_GROUPS },
    { "parity", " <= 0.5", BY_BOUND },
    { "equal_opportunity", " <= 0.5", BY_BOUND },
    { "drift", " <= 0.5", BY_BOUND },
    { "", "", BY_CLAIM },
};
#define OPEN_KIND (ZKL_COUNT(kinds) - 1)

void zkl_search_list_clear(zkl_search_list *list)
{
    zkl_claim_list_clear(&list->probes);
    zkl_arena_clear(&list->memory);
    *list = (zkl_search_list){ 0 };
}

/* ---- Forms. */

static size_t kind_of(const char *form)
{
    const char *start = form + strspn(form, " \t");
    const zkl_bytes word = zkl_bytes_of(start, strcspn(start, " \t("));
    size_t i = 0;
    while (i < OPEN_KIND && !zkl_bytes_equal_text(word, kinds[i].word))
        i++;
    return i;
}

/* The form without blanks behind it, and of some without its bracket. */
static size_t stem_size(const char *form, finder by)
{
    size_t size = strlen(form);
    while (size && strchr(" \t", form[size - 1]))
        size--;
    const bool cuts = by == BY_ENDS || by == BY_GROUPS;
    return cuts && size && form[size - 1] == ')' ? size - 1 : size;
}

/* Messages about columns quote the form and not the claim that was read in its place. */
static zkl_status read_form(zkl_search_list *list, const char *form, zkl_error *err)
{
    zkl_search *search = &list->items[list->count];
    *search = (zkl_search){ form, kind_of(form), ZKL_SEARCH_NONE, NULL };
    const size_t number = list->count++;
    const char *probe =
        zkl_arena_format(&list->memory, "%.*s%s", (int)stem_size(form, kinds[search->kind].finder),
                         form, kinds[search->kind].rest);
    if (!probe)
        return zkl_no_memory(err, strlen(form));
    const char *bracket = strrchr(form, ')');
    if (search->kind != OPEN_KIND && (!bracket || bracket[1 + strspn(bracket + 1, " \t")]))
        return zkl_fail(err, ZKL_USAGE, "'%s': what is measured ends with ')', and is of all rows",
                        form);
    ZKL_TRY(zkl_claim_list_add(&list->probes, probe, err));
    list->probes.texts[number] = form;
    const bool is_read = list->probes.findings[number].status == ZKL_OK;
    if (is_read && search->kind == OPEN_KIND && !list->probes.claims[number].is_open)
        return zkl_fail(err, ZKL_USAGE, "'%s' leaves nothing to be found", form);
    return ZKL_OK;
}

zkl_status zkl_search_list_read(zkl_search_list *out, const char *const *forms, size_t count,
                                zkl_error *err)
{
    out->memory.is_secret = true;
    if (count > ZKL_CLAIM_LIST_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d searches", ZKL_CLAIM_LIST_MAX);
    out->items = ZKL_ARENA_NEW(&out->memory, zkl_search, count);
    if (!out->items)
        return zkl_no_memory(err, count * sizeof *out->items);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_form(out, forms[i], err));
    return zkl_claim_list_judge(&out->probes, err);
}

/* ---- Values by their place in ascending order. */

static zkl_status put_value(zkl_buffer *out, const char *between, const zkl_value_places *places,
                            uint64_t place, zkl_value_side side, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_value_places_text(&text, places, place, side, err));
    zkl_buffer_put_text(out, between);
    zkl_buffer_put(out, text.data, text.size);
    return ZKL_OK;
}

static zkl_status measure_order(zkl_buffer *out, zkl_search *search, const zkl_claim *probe,
                                const zkl_table_facts *facts, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_value_places) places = { 0 };
    const finder by = kinds[search->kind].finder;
    uint32_t column = 0;
    uint64_t place;
    while (!zkl_bytes_equal(facts->schema->columns[column].name, probe->columns[0].name))
        column++; /* it is there: zkl_claim_list_check_columns */
    if (!zkl_value_places_are_of(&facts->schema->columns[column].type))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s': texts and binaries have no order",
                        search->form);
    ZKL_TRY(zkl_value_places_init(&places, facts, column, 0, facts->row_count, err));
    if (!places.value_count) {
        search->reason = "the column has no value, only nulls";
        return ZKL_OK;
    }
    if (by == BY_PLACE) {
        const zkl_status status = zkl_claim_place(&place, probe, places.value_count, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "'%s'", search->form);
        zkl_buffer_put(out, search->form, stem_size(search->form, by));
        return put_value(out, " = ", &places, place, ZKL_VALUE_ITSELF, err);
    }
    zkl_buffer_put(out, search->form, stem_size(search->form, by));
    ZKL_TRY(put_value(out, ", ", &places, 1, ZKL_VALUE_FROM_BELOW, err));
    ZKL_TRY(put_value(out, ", ", &places, places.value_count, ZKL_VALUE_FROM_ABOVE, err));
    zkl_buffer_put_u8(out, ')');
    return ZKL_OK;
}

/* ---- The smallest group. */

static bool same_from(const zkl_row_keys *keys, size_t row, size_t limb)
{
    return zkl_row_key_compare(zkl_row_key(keys, row - 1) + limb, zkl_row_key(keys, row) + limb,
                               keys->limb_count - limb) == 0;
}

/* Rows are sorted by their last limbs first, so that rows alike from limb `skip` on stand together.
 * The fewest of them in a group, different ones alone when something is skipped. */
static uint64_t smallest_group(const zkl_row_keys *keys, size_t skip)
{
    uint64_t least = keys->count, size = 1;
    ZKL_ASSERT(keys->count > 0 && skip < keys->limb_count);
    for (size_t i = 1; i < keys->count; i++) {
        const bool goes_on = same_from(keys, i, skip);
        if (goes_on) {
            size += !skip || !same_from(keys, i, 0);
            continue;
        }
        least = size < least ? size : least;
        size = 1;
    }
    return size < least ? size : least;
}

/* Limbs of the column that is counted, with its flag. 0: rows themselves are. */
static size_t counted_limbs(const zkl_compiled_claim *claim, const zkl_source_table *source)
{
    const zkl_claim_assertion *own = &claim->assertions[0];
    const zkl_statement_table *tables[1] = { &source->table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, own->params, own->param_count, tables,
                                        1 };
    zkl_diverse diverse;
    if (own->kind != ZKL_ASSERTION_DIVERSE)
        return 0;
    ZKL_ASSERT(zkl_diverse_read(&diverse, &facts, NULL) == ZKL_OK); /* compiled */
    return diverse.first_limbs;
}

static zkl_status measure_groups(uint64_t *out, const zkl_claim *probe, const zkl_proof_plan *plan,
                                 zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = true };
    ZKL_AUTO_CLEAR(zkl_statement_inputs) inputs = { 0 };
    ZKL_AUTO_CLEAR(zkl_row_keys) keys = { 0 };
    zkl_claim_piece piece = { 0 }, *pieces[1] = { &piece };
    const zkl_pieces alone = { pieces, 1 };
    *out = 1;
    if (plan->facts->row_count < 2)
        return ZKL_OK;
    ZKL_TRY(zkl_claim_compile(&piece.claim, &memory, probe, plan->scope, err));
    ZKL_TRY(zkl_statement_inputs_load(&inputs, &plan->tables, &alone, pool, err));
    ZKL_ASSERT(inputs.assertion_count == 1 && inputs.assertions[0].source_count == 1);
    const zkl_source_table *source = &inputs.sources[inputs.assertions[0].sources[0]];
    ZKL_TRY(zkl_row_keys_sort(&keys, &source, 1, &zkl_proof_format_v1, err));
    *out = smallest_group(&keys, counted_limbs(&piece.claim, source));
    return ZKL_OK;
}

/* ---- The least bound of a distance. */

static zkl_status measure_bound(zkl_buffer *out, zkl_search *search, const zkl_proof_plan *plan,
                                zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bound = { 0 };
    bool found;
    const zkl_bytes stem = zkl_bytes_of(search->form, stem_size(search->form, BY_BOUND));
    const zkl_status status = zkl_claim_least_bound_put(&found, &bound, stem, plan, pool, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", search->form);
    if (!found) {
        search->reason = "no bound below 1 is true, or no row has the label";
        return ZKL_OK;
    }
    zkl_buffer_put(out, stem.data, stem.size);
    zkl_buffer_put_text(out, " <= ");
    zkl_buffer_put(out, bound.data, bound.size);
    return ZKL_OK;
}

/* ---- All of them. */

/* Its text into an empty buffer, which stays empty when there is none. */
static zkl_status measure(zkl_buffer *out, zkl_search *search, const zkl_claim *probe,
                          const zkl_proof_plan *plan, zkl_pool *pool, zkl_error *err)
{
    const finder by = kinds[search->kind].finder;
    const size_t stem = stem_size(search->form, by);
    uint64_t least;
    if (by == BY_ENDS || by == BY_PLACE)
        return measure_order(out, search, probe, plan->facts, err);
    if (by == BY_BOUND)
        return measure_bound(out, search, plan, pool, err);
    if (by == BY_GROUPS) {
        const zkl_status status = measure_groups(&least, probe, plan, pool, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "'%s'", search->form);
        if (least < 2) {
            search->reason = strcmp(kinds[search->kind].word, "l_diverse") == 0
                                 ? "a combination has one value alone"
                                 : "a combination occurs in one row alone";
            return ZKL_OK;
        }
        zkl_buffer_put(out, search->form, stem);
        zkl_buffer_format(out, ", %llu)", (unsigned long long)least);
        return ZKL_OK;
    }
    zkl_buffer_put(out, search->form, stem);
    return ZKL_OK;
}

zkl_status zkl_search_list_measure(zkl_search_list *list, zkl_claim_list *claims,
                                   const zkl_proof_plan *plan, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(plan->tables.count > 0 && list->probes.count == list->count);
    for (size_t i = 0; i < list->count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        zkl_search *search = &list->items[i];
        ZKL_TRY(measure(&text, search, &list->probes.claims[i], plan, pool, err));
        if (!text.size)
            continue;
        zkl_buffer_put_u8(&text, 0);
        ZKL_TRY(zkl_buffer_status(&text, err));
        search->claim = claims->count;
        ZKL_TRY(zkl_claim_list_add(claims, (const char *)text.data, err));
        /* What an error quotes holds no value. */
        claims->texts[search->claim] = search->form;
    }
    return zkl_claim_list_judge(claims, err);
}
