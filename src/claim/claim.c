/* Claims, whatever their kind: from text to assertions, their words, their comparison with a
 * statement. What differs from kind to kind is behind the methods of claim/claim_kind.h; no
 * function here asks which kind it has.
 *
 * Invariants of a compiled claim:
 * 1. Its rows are all rows of the first dataset, or whole chunks of them.
 * 2. The words of a claim come from what was compiled, never from the text that was read.
 * 3. Once bound, its assertions are complete, and nothing changes them. */
#include "claim/claim.h"

#include <stdio.h>
#include <string.h>

#include "claim/claim_kind.h"
#include "record/ids.h"
#include "text/json_text.h"
#include "text/utf8.h"

static const zkl_claim_ops *const kinds[] = {
#define KIND(name) &zkl_claim_kind_##name,
    ZKL_CLAIM_KINDS(KIND)
#undef KIND
};

/* ---- Parsing */

/* For hints: what a mistyped word may have meant. */
const char *zkl_claim_word(size_t index)
{
    return index < ZKL_COUNT(kinds) ? kinds[index]->word : NULL;
}

/* NULL: no kind begins with this word. Case matters. */
static const zkl_claim_ops *find_kind(zkl_bytes word)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++)
        if (zkl_bytes_equal_text(word, kinds[i]->word))
            return kinds[i];
    return NULL;
}

/* Names every kind that people ask for: the claims of well-formedness are made without being
 * asked. */
static zkl_status fail_unknown(const zkl_claim_reader *r, size_t at)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    const char *between = "unknown kind; known: ";
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        bool known = kinds[i]->is_wellformedness; /* or two kinds begin with this word */
        for (size_t k = 0; k < i; k++)
            known |= strcmp(kinds[k]->word, kinds[i]->word) == 0;
        if (known)
            continue;
        zkl_buffer_format(&words, "%s%s", between, kinds[i]->word);
        between = ", ";
    }
    zkl_buffer_put_u8(&words, 0);
    ZKL_TRY(zkl_buffer_status(&words, r->err));
    return zkl_claim_fail_at(r, at, (const char *)words.data);
}

/* "in rows FIRST..LAST", or nothing. */
static zkl_status parse_span(zkl_claim_reader *r, zkl_claim *out)
{
    zkl_claim_peek(r); /* the place of a fault is behind the blanks before it */
    const size_t start = r->at;
    if (!zkl_claim_accept(r, "in"))
        return ZKL_OK;
    ZKL_TRY(zkl_claim_expect(r, "rows"));
    ZKL_TRY(zkl_claim_read_count(r, &out->first_row));
    ZKL_TRY(zkl_claim_expect(r, ".."));
    ZKL_TRY(zkl_claim_read_count(r, &out->last_row));
    if (out->ops->whole_form) {
        ZKL_AUTO_CLEAR(zkl_buffer) what = { 0 };
        zkl_buffer_format(&what, "%s speaks of the whole dataset", out->ops->whole_form);
        zkl_buffer_put_u8(&what, 0);
        ZKL_TRY(zkl_buffer_status(&what, r->err));
        return zkl_claim_fail_at(r, start, (const char *)what.data);
    }
    out->has_span = true;
    return ZKL_OK;
}

/* The word is read as a name, so that it may stand in quotes; then the kind reads what is its
 * own. */
static zkl_status parse_claim(zkl_claim_reader *r, zkl_claim *out)
{
    zkl_bytes word;
    zkl_claim_peek(r);
    const size_t start = r->at;
    ZKL_TRY(zkl_claim_read_name(r, &word));
    out->ops = find_kind(word);
    if (!out->ops)
        return fail_unknown(r, start);
    ZKL_TRY(out->ops->parse(r, out));
    ZKL_ASSERT(r->at <= r->text.size && out->column_count <= ZKL_CLAIM_COLUMNS_MAX);
    ZKL_TRY(parse_span(r, out));
    return zkl_claim_peek(r) == 0 ? ZKL_OK : zkl_claim_fail_at(r, r->at, "nothing more expected");
}

/* The limits hold before anything is read, so that offsets fit and no byte is a NUL. */
zkl_status zkl_claim_parse(zkl_claim *out, zkl_arena *arena, zkl_bytes text, zkl_error *err)
{
    zkl_claim_reader reader = { .text = text, .arena = arena, .err = err };
    zkl_claim claim = { 0 };
    if (text.size > ZKL_CLAIM_TEXT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the claim has %zu bytes, at most %d", text.size,
                        ZKL_CLAIM_TEXT_BYTES_MAX);
    if (!text.size || !zkl_utf8_valid(text) || memchr(text.data, 0, text.size))
        return zkl_fail(err, ZKL_USAGE, "the claim is empty or not UTF-8 text");
    ZKL_TRY(parse_claim(&reader, &claim));
    *out = claim;
    return ZKL_OK;
}

/* As if "cells(*)" or "cells(a, b)" had been read; there is one kind that says this. */
void zkl_claim_wellformed(zkl_claim *out, zkl_claim_column *columns, size_t column_count)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++)
        if (kinds[i]->is_wellformedness)
            *out = (zkl_claim){ .ops = kinds[i], .columns = columns, .column_count = column_count };
    ZKL_ASSERT(out->ops->is_wellformedness && !out->body);
}

/* ---- Compiling */

zkl_status zkl_claim_rows(uint64_t *first, uint64_t *count, const zkl_claim *claim,
                          uint64_t row_count, zkl_error *err)
{
    const uint64_t last = claim->last_row;
    *first = 0;
    *count = row_count;
    if (!claim->has_span)
        return ZKL_OK;
    if (claim->first_row > last || last >= row_count || claim->first_row % ZKL_CHUNK_ROWS ||
        (last + 1 != row_count && (last + 1) % ZKL_CHUNK_ROWS))
        return zkl_fail(err, ZKL_USAGE,
                        "rows %llu..%llu are no span of whole chunks of %d rows in %llu rows",
                        (unsigned long long)claim->first_row, (unsigned long long)last,
                        ZKL_CHUNK_ROWS, (unsigned long long)row_count);
    *first = claim->first_row;
    *count = last + 1 - claim->first_row;
    return ZKL_OK;
}

/* The rows claimed: all, or a span that begins with a chunk and ends with a chunk or the table.
 * A span of all rows is none, so that a claim has one text. */
static zkl_status compile_span(zkl_compiled_claim *out, zkl_error *err)
{
    const uint64_t rows = out->scope->datasets[0].row_count;
    zkl_claim *claim = &out->claim;
    ZKL_TRY(zkl_claim_rows(&out->first_row, &out->row_count, claim, rows, err));
    claim->has_span = claim->has_span && out->row_count != rows;
    return ZKL_OK;
}

/* The other's place in the scope. A version that was not said is the one that is there, when there
 * is one. */
static zkl_status find_other(zkl_claim_other *other, const zkl_claim_scope *scope, zkl_error *err)
{
    char version[16] = "";
    const int size = (int)other->name.size;
    const char *name = (const char *)other->name.data;
    size_t found = 0, place = 0;
    for (size_t at = 0; at < scope->dataset_count; at++) {
        const zkl_claim_dataset *d = &scope->datasets[at];
        if (!zkl_bytes_equal(d->name, other->name) ||
            (other->version && d->version != other->version))
            continue;
        place = found++ ? place : at;
    }
    if (other->version)
        snprintf(version, sizeof version, "@%u", other->version);
    if (!found)
        return zkl_fail(err, ZKL_NOT_FOUND, "the dataset '%.*s%s' is not at hand", size, name,
                        version);
    if (found > 1 && !other->version)
        return zkl_fail(err, ZKL_USAGE, "several versions of '%.*s' are at hand: say which", size,
                        name);
    if (place == 0)
        return zkl_fail(err, ZKL_USAGE, "'%.*s%s' is the dataset that the claim is about", size,
                        name, version);
    other->version = scope->datasets[place].version;
    other->dataset = place;
    return ZKL_OK;
}

/* None is named twice. Columns of others get their places in the scope. */
static zkl_status find_others(zkl_claim *claim, const zkl_claim_scope *scope, zkl_error *err)
{
    for (size_t i = 0; i < claim->other_count; i++) {
        const zkl_claim_other *other = &claim->others[i];
        ZKL_TRY(find_other(&claim->others[i], scope, err));
        for (size_t k = 0; k < i; k++)
            if (claim->others[k].dataset == other->dataset)
                return zkl_fail(err, ZKL_USAGE, "the dataset '%.*s' is named twice",
                                (int)other->name.size, (const char *)other->name.data);
    }
    for (size_t i = 0; i < claim->column_count; i++) {
        ZKL_ASSERT(claim->columns[i].dataset <= claim->other_count);
        if (claim->columns[i].dataset)
            claim->columns[i].dataset = claim->others[claim->columns[i].dataset - 1].dataset;
    }
    return ZKL_OK;
}

/* What compiling promises to those who prove, match or print. */
static void assert_compiled(const zkl_compiled_claim *claim)
{
    ZKL_ASSERT(claim->first_row % ZKL_CHUNK_ROWS == 0);
    ZKL_ASSERT(claim->row_count <= claim->scope->datasets[0].row_count - claim->first_row);
    ZKL_ASSERT(claim->is_bound || claim->assertion_count > 0);
    for (size_t i = 0; i < claim->assertion_count; i++)
        for (size_t k = 0; k < claim->assertions[i].source_count; k++) {
            ZKL_ASSERT(claim->assertions[i].sources[k].column_count > 0);
            ZKL_ASSERT(claim->assertions[i].sources[k].dataset < claim->scope->dataset_count);
        }
}

/* The columns are copied first: a kind may put canonical ones in their place, and the claim that
 * was given stays as it is. */
zkl_status zkl_claim_compile(zkl_compiled_claim *out, zkl_arena *arena, const zkl_claim *claim,
                             const zkl_claim_scope *scope, zkl_error *err)
{
    ZKL_ASSERT(scope->dataset_count > 0 && claim->ops);
    const zkl_claim_maker maker = { arena, scope, err };
    zkl_compiled_claim made = { .claim = *claim, .scope = scope };
    made.claim.columns =
        zkl_arena_copy(arena, claim->columns, claim->column_count * sizeof *claim->columns);
    made.claim.others =
        zkl_arena_copy(arena, claim->others, claim->other_count * sizeof *claim->others);
    if (!made.claim.columns || !made.claim.others)
        return zkl_no_memory(err, claim->column_count * sizeof *claim->columns);
    ZKL_TRY(find_others(&made.claim, scope, err));
    ZKL_TRY(compile_span(&made, err));
    if (made.claim.column_count && !made.claim.columns[0].dataset)
        ZKL_TRY(zkl_claim_find_column(&maker, &made.claim.columns[0], &made.column));
    ZKL_TRY(claim->ops->compile(&maker, &made));
    made.is_bound = !claim->ops->bind || !made.assertion_count; /* the schema says it */
    assert_compiled(&made);
    *out = made;
    return ZKL_OK;
}

/* ---- A value by its place */

bool zkl_claim_asks_value(const zkl_claim *claim)
{
    return claim->is_open && claim->ops->place;
}

zkl_status zkl_claim_place(uint64_t *out, const zkl_claim *claim, uint64_t value_count,
                           zkl_error *err)
{
    ZKL_ASSERT(zkl_claim_asks_value(claim) && value_count > 0);
    ZKL_TRY(claim->ops->place(out, claim, value_count, err));
    ZKL_ASSERT(*out > 0 && *out <= value_count);
    return ZKL_OK;
}

void zkl_claim_put_value(zkl_claim *claim, zkl_bytes literal)
{
    ZKL_ASSERT(zkl_claim_asks_value(claim) && literal.size > 0);
    claim->ops->put_value(claim, literal);
    claim->is_open = false;
}

size_t zkl_claim_param_count(const zkl_compiled_claim *claim)
{
    size_t count = 0;
    for (size_t i = 0; i < claim->assertion_count; i++)
        count += claim->assertions[i].param_count;
    return count;
}

/* Publishes last: a kind that refuses has changed nothing that is used afterwards, and the claim
 * stays unbound. */
zkl_status zkl_claim_bind(zkl_compiled_claim *claim, const zkl_scalar *params, size_t param_count,
                          zkl_error *err)
{
    if (claim->is_bound)
        return ZKL_OK;
    ZKL_ASSERT(param_count == zkl_claim_param_count(claim));
    ZKL_TRY(claim->claim.ops->bind(claim, params, err));
    ZKL_ASSERT(!claim->claim.is_open);
    claim->is_bound = true;
    return ZKL_OK;
}

/* ---- Against a statement. The assertions of a claim stand there one behind the other. */

/* Number, limbs and role of each column, in order: a sum over another column, or a flag taken
 * for a value, is another claim. */
static bool has_columns(const zkl_statement_table *table, const zkl_claim_source *source)
{
    bool same = source->column_count == table->column_count;
    for (size_t i = 0; same && i < source->column_count; i++)
        same = source->columns[i].index == table->columns[i].index &&
               source->columns[i].limb_count == table->columns[i].limb_count &&
               zkl_bytes_equal(source->columns[i].role, table->columns[i].role);
    return same;
}

/* What differs between a source and the stated table in its place; NULL: nothing. */
static const char *source_differs(const zkl_claim_source *source, const zkl_claim_scope *scope,
                                  const zkl_statement_table *table)
{
    ZKL_ASSERT(source->dataset < scope->dataset_count && scope->datasets[source->dataset].id);
    if (!zkl_digest_equal(&table->dataset, scope->datasets[source->dataset].id))
        return "the dataset";
    if (table->first_row != source->first_row || table->row_count != source->row_count)
        return "the rows";
    return has_columns(table, source) ? NULL : "the columns";
}

/* Auxiliary tables are not compared: zkl_statement_check computes them from kind, parameters and
 * sources, which are. */
static const char *assertion_differs(const zkl_claim_assertion *own, const zkl_claim_scope *scope,
                                     const zkl_statement *statement, const zkl_assertion *stated)
{
    const char *what = NULL;
    if (stated->kind != own->kind)
        return "its kind";
    const size_t count = zkl_statement_source_count(stated);
    if (!count)
        return "its table";
    for (size_t i = 0; !what && i < own->source_count && i < count; i++)
        what = stated->tables[i] >= statement->table_count
                   ? "its table"
                   : source_differs(&own->sources[i], scope, &statement->tables[stated->tables[i]]);
    if (what)
        return what;
    if (count != own->source_count)
        return "the number of tables";
    if (stated->param_count != own->param_count ||
        (own->param_count &&
         memcmp(stated->params, own->params, own->param_count * sizeof *own->params) != 0))
        return "the parameters";
    return NULL;
}

/* What the statement says of an open claim is bounded by its kind before it is used. */
static zkl_status bind_to_stated(zkl_compiled_claim *claim, const zkl_assertion *stated, size_t at,
                                 zkl_error *err)
{
    const size_t count = zkl_claim_param_count(claim);
    ZKL_AUTO_BLOCK zkl_scalar *params = zkl_calloc(count ? count : 1, sizeof *params);
    size_t next = 0;
    if (!params)
        return zkl_no_memory(err, count * sizeof *params);
    for (size_t i = 0; i < claim->assertion_count; i++) {
        if (stated[i].kind != claim->assertions[i].kind ||
            stated[i].param_count != claim->assertions[i].param_count)
            return zkl_fail(err, ZKL_REJECTED,
                            "the statement's claim %zu is another kind than the entry says",
                            at + i);
        if (stated[i].param_count)
            memcpy(params + next, stated[i].params, stated[i].param_count * sizeof *params);
        next += stated[i].param_count;
    }
    ZKL_ASSERT(next == count);
    return zkl_claim_bind(claim, params, count, err);
}

/* Steps: are there enough assertions left; bind an open claim to what is stated, so that the
 * words say the stated result; then every assertion in its place. *at moves only when all of
 * them are the claim's. */
zkl_status zkl_claim_match(zkl_compiled_claim *claim, const zkl_statement *statement, size_t *at,
                           zkl_error *err)
{
    size_t next = *at;
    ZKL_ASSERT(next <= statement->assertion_count);
    if (claim->assertion_count > statement->assertion_count - next)
        return zkl_fail(err, ZKL_REJECTED, "the statement has fewer claims than the entry says");
    if (!claim->is_bound)
        ZKL_TRY(bind_to_stated(claim, &statement->assertions[next], next, err));
    for (size_t i = 0; i < claim->assertion_count; i++, next++) {
        const char *what = assertion_differs(&claim->assertions[i], claim->scope, statement,
                                             &statement->assertions[next]);
        if (what)
            return zkl_fail(err, ZKL_REJECTED,
                            "the statement's claim %zu is not the one the entry says: %s", next,
                            what);
    }
    ZKL_ASSERT(next - *at == claim->assertion_count && claim->is_bound);
    *at = next;
    return ZKL_OK;
}

/* ---- Words */

/* The kind's own text, and the span behind it. */
void zkl_claim_print(zkl_buffer *out, const zkl_claim *claim)
{
    claim->ops->print(out, claim);
    if (claim->has_span)
        zkl_buffer_format(out, " in rows %llu..%llu", (unsigned long long)claim->first_row,
                          (unsigned long long)claim->last_row);
}

/* Spans are left out with the result: a later version has other rows. */
void zkl_claim_print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    if (claim->ops->print_bare)
        claim->ops->print_bare(out, claim);
    else
        claim->ops->print(out, claim);
}

/* Sort the members by their names' bytes and write the object. The value of a member ends where
 * the next one begins. */
static void put_object(zkl_buffer *out, const zkl_claim_members *members)
{
    size_t order[ZKL_CLAIM_MEMBERS_MAX];
    for (size_t i = 0; i < members->count; i++) { /* insertion: there are a dozen */
        size_t at = i;
        for (; at > 0 && strcmp(members->members[order[at - 1]].name, members->members[i].name) > 0;
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    zkl_buffer_put_u8(out, '{');
    for (size_t i = 0; !members->values.failed && i < members->count; i++) {
        const size_t start = members->members[order[i]].start;
        const size_t end = order[i] + 1 < members->count ? members->members[order[i] + 1].start
                                                         : members->values.size;
        zkl_buffer_format(out, "%s\"%s\":", i ? "," : "", members->members[order[i]].name);
        zkl_buffer_put(out, members->values.data + start, end - start);
    }
    zkl_buffer_put_u8(out, '}');
    out->failed = out->failed || members->values.failed;
}

/* The members that all claims have, and the kind's own. An object is canonical when its members
 * are sorted. */
void zkl_claim_json(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_claim_members members = { 0 };
    zkl_claim_print(&text, &claim->claim);
    zkl_claim_member_text(&members, "kind", zkl_bytes_of_text(claim->claim.ops->word));
    claim->claim.ops->json(&members, claim);
    if (claim->claim.has_span)
        zkl_buffer_format(zkl_claim_member(&members, "rows"), "[%llu,%llu]",
                          (unsigned long long)claim->claim.first_row,
                          (unsigned long long)claim->claim.last_row);
    zkl_claim_member_text(&members, "text", zkl_buffer_bytes(&text));
    members.values.failed = members.values.failed || text.failed;
    put_object(out, &members);
    zkl_buffer_clear(&members.values);
}

/* A reader must see what a claim is not about: the rows stand behind every sentence on a span. */
void zkl_claim_sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    claim->claim.ops->sentence(out, claim);
    if (claim->claim.has_span)
        zkl_buffer_format(out, ", in rows %llu to %llu (counted from 0)",
                          (unsigned long long)claim->claim.first_row,
                          (unsigned long long)claim->claim.last_row);
}

/* ---- Properties */

bool zkl_claim_is_wellformedness(const zkl_claim *claim)
{
    return claim->ops->is_wellformedness;
}

zkl_claim_origin zkl_claim_origin_of(const zkl_claim *claim)
{
    return claim->ops->passes_rows && claim->ops->passes_rows(claim) ? ZKL_CLAIM_ORIGIN_NONE
                                                                     : claim->ops->origin;
}

size_t zkl_claim_pair_count(const zkl_claim *claim)
{
    return claim->ops->origin == ZKL_CLAIM_ORIGIN_OF_COLUMNS ||
                   claim->ops->origin == ZKL_CLAIM_ORIGIN_OF_ALL
               ? claim->column_count / 2
               : 0;
}

bool zkl_claim_is_by_row(const zkl_claim *claim)
{
    return claim->ops->is_by_row;
}

bool zkl_claim_takes_span(const zkl_claim *claim)
{
    return !claim->ops->whole_form;
}

/* The three questions about nulls are one method of the kind. */
static zkl_claim_nulls nulls_of(const zkl_compiled_claim *claim)
{
    return claim->claim.ops->nulls ? claim->claim.ops->nulls(claim) : ZKL_CLAIM_NULLS_SILENT;
}

/* Of a column of nulls alone, a claim that passes over them is empty and a sum is 0 over no
 * values. */
bool zkl_claim_needs_values(const zkl_compiled_claim *claim)
{
    const zkl_claim_nulls nulls = nulls_of(claim);
    return nulls == ZKL_CLAIM_NULLS_PASSED || nulls == ZKL_CLAIM_NULLS_COUNTED ||
           nulls == ZKL_CLAIM_NULLS_PICKED;
}

bool zkl_claim_chooses_rows(const zkl_compiled_claim *claim)
{
    return nulls_of(claim) == ZKL_CLAIM_NULLS_PICKED;
}

bool zkl_claim_passes_nulls(const zkl_compiled_claim *claim)
{
    return nulls_of(claim) == ZKL_CLAIM_NULLS_PASSED;
}

bool zkl_claim_is_of_some_rows(const zkl_compiled_claim *claim)
{
    const zkl_claim_nulls nulls = nulls_of(claim);
    return nulls == ZKL_CLAIM_NULLS_PICKED || nulls == ZKL_CLAIM_NULLS_PICKED_COUNTED;
}

/* A kind that counts values or refuses nulls does so in every column it names: linear names
 * several. */
static bool names_column(const zkl_compiled_claim *claim, zkl_bytes name)
{
    for (size_t i = 0; i < claim->claim.column_count; i++)
        if (claim->claim.columns[i].dataset == 0 &&
            zkl_bytes_equal(claim->claim.columns[i].name, name))
            return true;
    return false;
}

static uint64_t least_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

zkl_claim_values zkl_claim_values_of(const zkl_compiled_claim *claim,
                                     const zkl_compiled_claim *other, zkl_bytes column)
{
    const zkl_claim_values none = { 0 };
    return names_column(claim, column) ? zkl_claim_values_of_named(claim, other) : none;
}

zkl_claim_values zkl_claim_values_of_named(const zkl_compiled_claim *claim,
                                           const zkl_compiled_claim *other)
{
    const zkl_claim_values none = { 0 };
    const zkl_claim_ops *ops = claim->claim.ops;
    const bool refuses = nulls_of(claim) == ZKL_CLAIM_NULLS_REFUSED;
    if (!refuses && !ops->values)
        return none;
    const uint64_t end = claim->first_row + claim->row_count,
                   other_end = other->first_row + other->row_count,
                   first =
                       claim->first_row > other->first_row ? claim->first_row : other->first_row,
                   last = least_of(end, other_end);
    const uint64_t common = first < last ? last - first : 0;
    if (refuses)
        return (zkl_claim_values){ common, common == other->row_count };
    /* Values outside the common rows are as many as these rows at most. */
    const zkl_claim_values own = ops->values(claim);
    const uint64_t outside = claim->row_count - common;
    ZKL_ASSERT(own.least <= claim->row_count);
    return (zkl_claim_values){ own.least > outside ? own.least - outside : 0,
                               own.is_exact && !outside && common == other->row_count };
}

/* The name of the column that a claim begins with. */
static zkl_bytes first_column(const zkl_compiled_claim *claim)
{
    return zkl_claim_schema_column(claim->scope, claim->column)->name;
}

zkl_claim_values zkl_claim_values_for(const zkl_compiled_claim *claim,
                                      const zkl_compiled_claim *other)
{
    return zkl_claim_values_of(claim, other, first_column(other));
}

/* A kind that counts nulls has no result of rows without any value, so there is one. An open count
 * may find none: then the owner permitted it. */
bool zkl_claim_tells_values(const zkl_compiled_claim *claim, const zkl_compiled_claim *other)
{
    const bool waits =
        !claim->is_bound && (nulls_of(claim) == ZKL_CLAIM_NULLS_COUNTED ||
                             (claim->claim.is_open && zkl_claim_is_value_count(claim)));
    if (waits)
        return names_column(claim, first_column(other)) && claim->first_row >= other->first_row &&
               claim->first_row + claim->row_count <= other->first_row + other->row_count;
    return zkl_claim_values_for(claim, other).least > 0;
}

bool zkl_claim_is_value_count(const zkl_compiled_claim *claim)
{
    return claim->claim.ops->is_value_count && claim->claim.ops->is_value_count(&claim->claim);
}

zkl_claim_offenders zkl_claim_offenders_of(const zkl_claim *claim)
{
    return claim->ops->offenders ? claim->ops->offenders(claim) : ZKL_CLAIM_OFFENDERS_NONE;
}

const char *zkl_claim_false_words(const zkl_compiled_claim *claim)
{
    return claim->claim.ops->false_words ? claim->claim.ops->false_words(claim) : NULL;
}
