/* Results that have no open claim, measured over the cells: a value by its place in ascending
 * order, and the smallest group.
 *
 * What is found becomes the text of a claim, and the plan's check says whether it is true. So a
 * mistake here can find a claim that is not the tightest, and none that is false. */
#include "notary/search.h"

#include <string.h>

#include "claim/assertion_diverse.h"
#include "claim/claim_bound.h"
#include "prove/row_keys.h"
#include "text/exact.h"
#include "types/value.h"

/* What is found by whom. */
typedef enum finder { BY_CLAIM, BY_ENDS, BY_PLACE, BY_GROUPS } finder;

/* Forms that are measured here. What stands behind the columns makes a claim of a form that can be
 * read. Of BY_ENDS and BY_GROUPS the closing bracket is part of it. */
static const struct {
    const char *word, *rest;
    finder finder;
} kinds[] = {
    { "range", ", *, *)", BY_ENDS },    { "min", " >= 0", BY_PLACE },
    { "max", " >= 0", BY_PLACE },       { "median", " >= 0", BY_PLACE },
    { "quantile", " >= 0", BY_PLACE },  { "k_anonymous", ", 2)", BY_GROUPS },
    { "l_diverse", ", 2)", BY_GROUPS }, { "", "", BY_CLAIM },
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

/* ---- The value at a place in ascending order. */

/* Cells of a column, of a chunk at a time. */
typedef struct column_cells {
    const zkl_table_facts *facts;
    const zkl_type *type;
    uint16_t **blocks;
    /* Of each limb, and behind them the flag's where there is one. */
    uint16_t *cells;
    size_t limb_count;
    bool is_nullable;
    uint64_t *counts;
} column_cells;

static void column_cells_clear(column_cells *c)
{
    zkl_free(c->blocks);
    zkl_free(c->cells);
    zkl_free(c->counts);
}

static const uint16_t *limb_at(const column_cells *c, size_t limb)
{
    return c->cells + limb * ZKL_CHUNK_ROWS;
}

static zkl_status column_cells_init(column_cells *out, const zkl_table_facts *facts,
                                    uint32_t column, zkl_error *err)
{
    const zkl_column *schema = &facts->schema->columns[column];
    const size_t limbs = zkl_type_limbs(&schema->type), all = limbs + schema->nullable;
    out->facts = facts;
    out->type = &schema->type;
    out->limb_count = limbs;
    out->is_nullable = schema->nullable;
    out->blocks = zkl_calloc(facts->block_count, sizeof *out->blocks);
    out->cells = zkl_calloc(all, ZKL_CHUNK_ROWS * sizeof *out->cells);
    out->counts = zkl_calloc((size_t)1 << 16, sizeof *out->counts);
    if (!out->blocks || !out->cells || !out->counts)
        return zkl_no_memory(err, all * ZKL_CHUNK_ROWS * sizeof *out->cells);
    const size_t first = facts->first_block[zkl_table_facts_number(facts, column, false)];
    for (size_t i = 0; i < limbs; i++)
        out->blocks[first + i] = out->cells + i * ZKL_CHUNK_ROWS;
    if (schema->nullable)
        out->blocks[facts->first_block[zkl_table_facts_number(facts, column, true)]] =
            out->cells + limbs * ZKL_CHUNK_ROWS;
    return ZKL_OK;
}

/* Is the row a value whose limbs above `limb` are those of the prefix? */
static bool has_prefix(const column_cells *c, size_t row, zkl_code prefix, size_t limb)
{
    bool has = !c->is_nullable || !limb_at(c, c->limb_count)[row];
    for (size_t i = limb + 1; has && i < c->limb_count; i++)
        has = limb_at(c, i)[row] == (uint16_t)(prefix >> 16 * i);
    return has;
}

/* How often each limb stands at this place of a code that has the prefix. */
static zkl_status count_limbs(const column_cells *c, zkl_code prefix, size_t limb, zkl_error *err)
{
    memset(c->counts, 0, ((size_t)1 << 16) * sizeof *c->counts);
    for (size_t chunk = 0; chunk < c->facts->chunk_count; chunk++) {
        ZKL_TRY(zkl_table_chunk(c->facts->table, chunk, c->blocks, NULL, NULL, err));
        const size_t rows = zkl_table_facts_chunk_rows(c->facts, chunk);
        for (size_t row = 0; row < rows; row++)
            if (has_prefix(c, row, prefix, limb))
                c->counts[limb_at(c, limb)[row]]++;
    }
    return ZKL_OK;
}

/* The code at this place, from 1, limb by limb from the highest: of the codes with the limbs found
 * so far those with a lower next limb stand before it. */
static zkl_status find_place(zkl_code *out, const column_cells *c, uint64_t place, zkl_error *err)
{
    zkl_code code = 0;
    ZKL_ASSERT(place > 0 && c->limb_count <= sizeof(zkl_code) / 2);
    for (size_t limb = c->limb_count; limb-- > 0;) {
        uint64_t value = 0;
        ZKL_TRY(count_limbs(c, code, limb, err));
        for (; place > c->counts[value]; value++) {
            place -= c->counts[value];
            ZKL_ASSERT(value < UINT16_MAX); /* there are as many values as `place` */
        }
        code |= (zkl_code)value << 16 * limb;
    }
    *out = code;
    return ZKL_OK;
}

/* ceil(q n) of "quantile(c, q)", whose claim was read: q is what stands behind the last comma. */
static zkl_status place_of_quantile(uint64_t *out, const char *form, uint64_t values,
                                    zkl_error *err)
{
    const char *text = strrchr(form, ',') + 1, *over = strchr(text, '/');
    text += strspn(text, " \t");
    const char *below = over ? over + 1 + strspn(over + 1, " \t") : "1";
    zkl_exact a, b, power, rest;
    const zkl_exact n = zkl_exact_of_u64(values), one = zkl_exact_of_u64(1);
    unsigned scale = 0, none = 0;
    const bool fits = zkl_exact_parse(&a, &scale, zkl_bytes_of(text, strcspn(text, " \t/)"))) &&
                      zkl_exact_parse(&b, &none, zkl_bytes_of(below, strcspn(below, " \t)"))) &&
                      !none && zkl_exact_power_of_ten(&power, scale) &&
                      zkl_exact_mul(&b, &b, &power) && !a.negative && !zkl_exact_is_zero(&a) &&
                      zkl_exact_compare(&a, &b) < 0 && zkl_exact_mul(&a, &a, &n);
    if (!fits)
        return zkl_fail(err, ZKL_USAGE, "'%s': a quantile lies between 0 and 1", form);
    zkl_exact_divide(&a, &rest, &a, &b);
    if (!zkl_exact_is_zero(&rest))
        ZKL_ASSERT(zkl_exact_add(&a, &a, &one));
    ZKL_ASSERT(zkl_exact_to_u64(out, &a)); /* at most n */
    return ZKL_OK;
}

static zkl_status place_of(uint64_t *out, const zkl_search *search, uint64_t values, zkl_error *err)
{
    const char *word = kinds[search->kind].word;
    if (strcmp(word, "quantile") == 0)
        return place_of_quantile(out, search->form, values, err);
    *out = strcmp(word, "max") == 0 ? values : strcmp(word, "median") == 0 ? (values + 1) / 2 : 1;
    return ZKL_OK;
}

/* What the value at a place is put in for. */
typedef enum put_as { AS_VALUE, AS_LOWER, AS_UPPER } put_as;

/* A float's text is the shortest that means it, and may be a number beside it. A bound has to be on
 * its outer side: if it is not, the text of the next float is. Other texts are exact. False: the
 * value has no text that a claim may hold, as a day of the year 12000. */
static bool find_outer(zkl_code *code, const zkl_type *type, put_as as)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    const char *reason;
    zkl_bound bound;
    const zkl_bytes literal = zkl_bytes_of(text, zkl_value_format(text, type, *code));
    const bool is_read = zkl_bound_parse(&bound, type, literal, &reason);
    zkl_wipe(text, sizeof text);
    if (is_read && as == AS_UPPER && !(bound.has_greatest && bound.greatest >= *code))
        *code += 1;
    if (is_read && as == AS_LOWER && !(bound.has_least && bound.least <= *code))
        *code -= 1;
    return is_read;
}

/* A value as it stands in a claim: times hold nothing that would need quotes. */
static zkl_status put_place(zkl_buffer *out, put_as as, const column_cells *c, uint64_t place,
                            zkl_error *err)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    zkl_code code;
    ZKL_TRY(find_place(&code, c, place, err));
    if (!find_outer(&code, c->type, as))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "what is found has no text that a claim may hold");
    zkl_value_format(text, c->type, code);
    zkl_buffer_format(out, "%s%s", as == AS_VALUE ? " = " : ", ", text);
    zkl_wipe(text, sizeof text);
    return ZKL_OK;
}

static zkl_status measure_order(zkl_buffer *out, zkl_search *search, const zkl_claim *probe,
                                const zkl_table_facts *facts, zkl_error *err)
{
    ZKL_AUTO_CLEAR(column_cells) cells = { 0 };
    const finder by = kinds[search->kind].finder;
    uint32_t column = 0;
    uint64_t values, place;
    while (!zkl_bytes_equal(facts->schema->columns[column].name, probe->columns[0].name))
        column++; /* it is there: zkl_claim_list_check_columns */
    const zkl_type *type = &facts->schema->columns[column].type;
    if (zkl_type_is_hashed(type) || type->kind == ZKL_TYPE_DICTIONARY)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s': texts and binaries have no order",
                        search->form);
    ZKL_TRY(zkl_table_facts_count_values(&values, facts, column, 0, facts->row_count, err));
    if (!values) {
        search->reason = "the column has no value, only nulls";
        return ZKL_OK;
    }
    ZKL_TRY(column_cells_init(&cells, facts, column, err));
    zkl_buffer_put(out, search->form, stem_size(search->form, by));
    if (by == BY_PLACE) {
        ZKL_TRY(place_of(&place, search, values, err));
        return put_place(out, AS_VALUE, &cells, place, err);
    }
    ZKL_TRY(put_place(out, AS_LOWER, &cells, 1, err));
    ZKL_TRY(put_place(out, AS_UPPER, &cells, values, err));
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
