/* Which proof statements are made of a table: `cells` over all columns and rows, then the claims
 * asked for, each within the leaf blocks of one proof.
 *
 * A claim is cut into pieces, each on a span of chunks, and a piece is what a statement holds.
 * What is wrong with a claim is noted with its number and the others go on, so that a caller sees
 * all of it at once. No kind of claim has a name here: what differs between them is asked of
 * src/claim and src/prove.
 *
 *  1. All pieces of a statement speak of the same rows, which are whole chunks.
 *  2. The pieces of one claim tile its rows, each row once.
 *  3. A statement that is planned fits a circuit: at most leaf_blocks_max leaf blocks, or for one
 *     piece that cannot be cut further at most 1,024, the largest circuit's. */
#include "notary/proof_plan.h"

#include <string.h>

#include "claim/shape.h"
#include "notary/table_texts.h"
#include "notary/value_places.h"
#include "record/entry.h"

void zkl_proof_plan_clear(zkl_proof_plan *plan)
{
    zkl_arena_clear(&plan->memory);
    *plan = (zkl_proof_plan){ 0 };
}

/* Rows of a chunk up to which 1,024 leaf blocks take the memory and the work of 256 full ones:
 * behind a table's last row there is neither (prove/fraction_tree.c). */
#define SHORT_ROWS (ZKL_CHUNK_ROWS / 4)

/* Few rows take larger proofs: what a proof costs besides its rows is then nearly all. Not beside
 * many rows of another table. Very wide tables take larger ones too, so that the entry has room for
 * all of them. */
static void choose_leaf_blocks_max(zkl_proof_plan *plan)
{
    const zkl_table_facts *facts = plan->facts;
    const bool is_short = facts->row_count <= SHORT_ROWS,
               is_wide =
                   facts->chunk_count * facts->block_count > 48 * (size_t)ZKL_LEAF_BLOCKS_DEFAULT;
    plan->leaf_blocks_max = is_short || is_wide ? ZKL_LEAF_BLOCKS_MAX : ZKL_LEAF_BLOCKS_DEFAULT;
    plan->long_leaf_blocks_max = is_wide ? ZKL_LEAF_BLOCKS_MAX : ZKL_LEAF_BLOCKS_DEFAULT;
}

zkl_status zkl_proof_plan_init(zkl_proof_plan *out, const zkl_table_facts *facts, zkl_bytes name,
                               uint32_t version, size_t leaf_blocks_max, zkl_error *err)
{
    zkl_table_facts_invariant(facts);
    out->memory.is_secret = true;
    out->facts = facts;
    out->leaf_blocks_max = out->long_leaf_blocks_max = leaf_blocks_max;
    if (!leaf_blocks_max)
        choose_leaf_blocks_max(out);
    out->table_list = ZKL_ARENA_NEW(&out->memory, zkl_claimed_table, ZKL_ENTRY_PARENTS_MAX);
    out->datasets = ZKL_ARENA_NEW(&out->memory, zkl_claim_dataset, ZKL_ENTRY_PARENTS_MAX);
    out->scope = ZKL_ARENA_NEW(&out->memory, zkl_claim_scope, 1);
    if (!out->table_list || !out->datasets || !out->scope)
        return zkl_no_memory(err, ZKL_ENTRY_PARENTS_MAX * sizeof *out->datasets);
    out->scope->texts = zkl_table_texts_new(&out->memory, facts);
    if (!out->scope->texts)
        return zkl_no_memory(err, 0);
    return zkl_proof_plan_add_table(out, facts, name, version, err);
}

/* Compiled claims borrow the scope, so it stays where it is. */
zkl_status zkl_proof_plan_add_table(zkl_proof_plan *plan, const zkl_table_facts *facts,
                                    zkl_bytes name, uint32_t version, zkl_error *err)
{
    const size_t at = plan->tables.count;
    ZKL_ASSERT(!plan->count);
    if (at == ZKL_ENTRY_PARENTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "claims may speak of %d datasets", ZKL_ENTRY_PARENTS_MAX);
    zkl_table_facts_invariant(facts);
    plan->table_list[at] = (zkl_claimed_table){ .facts = facts };
    plan->datasets[at] = (zkl_claim_dataset){
        .schema = facts->schema, .row_count = facts->row_count, .name = name, .version = version
    };
    plan->tables = (zkl_claimed_tables){ plan->table_list, at + 1 };
    plan->scope->datasets = plan->datasets;
    plan->scope->dataset_count = at + 1;
    return ZKL_OK;
}

/* As many as an entry has claims. */
size_t zkl_proof_plan_piece_count(const zkl_proof_plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++)
        count += plan->statements[i].pieces.count;
    return count;
}

/* ---- Statements. */

/* Tier n proves 2^n terms of fractions, and a leaf block has 2^16. The smallest circuit whose
 * 2^(tier - 16) leaf blocks are enough; linear relations alone take none. */
static unsigned tier_of(size_t leaf_blocks)
{
    unsigned tier = ZKL_SETUP_TIER_MIN;
    while (tier < ZKL_SETUP_TIER_MAX && ((size_t)1 << (tier - 16)) < leaf_blocks)
        tier += 2;
    return tier;
}

void zkl_planned_statement_set_leaf_blocks(zkl_planned_statement *statement, size_t leaf_blocks)
{
    statement->leaf_blocks = leaf_blocks;
    statement->tier = tier_of(leaf_blocks);
}

/* By the prover's own layout, without cells. */
zkl_status zkl_proof_plan_count_leaf_blocks(size_t *out, const zkl_proof_plan *plan,
                                            const zkl_pieces *pieces, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_statement_inputs) inputs = { 0 };
    ZKL_TRY(zkl_statement_inputs_shape(&inputs, &plan->tables, pieces, err));
    return zkl_prove_leaf_blocks(out, inputs.assertions, inputs.assertion_count, inputs.sources,
                                 inputs.source_count, err);
}

/* One more statement, empty. The list grows by doubling, in the arena: older copies of it are
 * not used again. */
static zkl_status new_statement(zkl_planned_statement **out, zkl_proof_plan *plan, zkl_error *err)
{
    if ((plan->count & (plan->count + 1)) == 0) { /* grow at 0, 1, 3, 7, ... */
        zkl_planned_statement *grown =
            ZKL_ARENA_NEW(&plan->memory, zkl_planned_statement, 2 * plan->count + 1);
        if (!grown)
            return zkl_no_memory(err, 2 * plan->count * sizeof *grown);
        if (plan->count)
            memcpy(grown, plan->statements, plan->count * sizeof *grown);
        plan->statements = grown;
    }
    *out = &plan->statements[plan->count++];
    **out = (zkl_planned_statement){ 0 };
    return ZKL_OK;
}

/* The piece behind the others of the statement; claims of an entry keep this order. */
static zkl_status put_piece(zkl_proof_plan *plan, zkl_planned_statement *statement,
                            zkl_claim_piece *piece, zkl_error *err)
{
    zkl_pieces *pieces = &statement->pieces;
    if (pieces->count == statement->piece_capacity) {
        size_t capacity = 2 * statement->piece_capacity + 4;
        zkl_claim_piece **grown = ZKL_ARENA_NEW(&plan->memory, zkl_claim_piece *, capacity);
        if (!grown)
            return zkl_no_memory(err, capacity * sizeof *grown);
        if (pieces->count)
            memcpy(grown, pieces->items, pieces->count * sizeof *grown);
        pieces->items = grown;
        statement->piece_capacity = capacity;
    }
    pieces->items[pieces->count++] = piece;
    return ZKL_OK;
}

/* Chunks of the table, one after the other. */
typedef struct chunk_span {
    size_t first, count;
} chunk_span;

/* A copy of the claim on these chunks; the whole table has no span. */
static zkl_status make_piece(zkl_claim_piece **out, zkl_proof_plan *plan, const zkl_claim *asked,
                             chunk_span chunks, zkl_error *err)
{
    const zkl_table_facts *facts = plan->facts;
    zkl_claim spanned = *asked;
    zkl_claim_piece *piece = ZKL_ARENA_NEW(&plan->memory, zkl_claim_piece, 1);
    if (!piece)
        return zkl_no_memory(err, sizeof *piece);
    ZKL_ASSERT(chunks.count > 0 && chunks.first + chunks.count <= facts->chunk_count);
    spanned.has_span = chunks.first != 0 || chunks.count != facts->chunk_count;
    spanned.first_row = (uint64_t)chunks.first * ZKL_CHUNK_ROWS;
    uint64_t end = (uint64_t)(chunks.first + chunks.count) * ZKL_CHUNK_ROWS;
    spanned.last_row = (end < facts->row_count ? end : facts->row_count) - 1;
    ZKL_TRY(zkl_claim_compile(&piece->claim, &plan->memory, &spanned, plan->scope, err));
    *out = piece;
    return ZKL_OK;
}

/* ---- The cells of all columns. */

/* Neighbouring columns that one proof speaks of. */
typedef struct column_group {
    size_t first, count;
    /* Leaf blocks that one chunk of them takes. */
    size_t per_chunk;
} column_group;

/* Leaf blocks a column takes in every chunk of a cells claim: its limbs, and the bit leaf of a
 * flag or bool. */
static size_t column_leaf_blocks(const zkl_column *column)
{
    bool is_bool = column->type.kind == ZKL_TYPE_BOOL;
    return zkl_type_limbs(&column->type) + is_bool + 2 * (size_t)column->nullable;
}

/* "cells(a .. z)": what neighbours are called in the entry too. By its ends alone, because each
 * name of a claim is looked for among all columns. */
static zkl_status make_cells_run(zkl_claim *out, zkl_proof_plan *plan, const column_group *group,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const zkl_column *columns = plan->facts->schema->columns + group->first;
    zkl_buffer_put_text(&text, "cells(");
    zkl_claim_name_print(&text, columns[0].name);
    zkl_buffer_put_text(&text, " .. ");
    zkl_claim_name_print(&text, columns[group->count - 1].name);
    zkl_buffer_put_text(&text, ")");
    ZKL_TRY(zkl_buffer_status(&text, err));
    const char *kept = zkl_arena_text(&plan->memory, (const char *)text.data, text.size);
    return kept ? zkl_claim_parse(out, &plan->memory, zkl_bytes_of(kept, text.size), err)
                : zkl_no_memory(err, text.size);
}

static zkl_status make_cells(zkl_claim *out, zkl_proof_plan *plan, const column_group *group,
                             zkl_error *err)
{
    const zkl_schema *schema = plan->facts->schema;
    const size_t named = group->count < schema->column_count ? group->count : 0; /* none: all */
    if (named > 2)
        return make_cells_run(out, plan, group, err);
    zkl_claim_column *columns = ZKL_ARENA_NEW(&plan->memory, zkl_claim_column, named);
    if (!columns)
        return zkl_no_memory(err, named * sizeof *columns);
    for (size_t i = 0; i < named; i++)
        columns[i].name = schema->columns[group->first + i].name;
    zkl_claim_wellformed(out, columns, named);
    return ZKL_OK;
}

/* One group of columns in a span of chunks: a statement. One more leaf block is the statement's
 * table leaf. */
static zkl_status add_cells_span(zkl_proof_plan *plan, const column_group *group, chunk_span span,
                                 zkl_error *err)
{
    zkl_planned_statement *statement = NULL;
    zkl_claim_piece *piece;
    zkl_claim cells;
    ZKL_TRY(make_cells(&cells, plan, group, err));
    ZKL_TRY(new_statement(&statement, plan, err));
    ZKL_TRY(make_piece(&piece, plan, &cells, span, err));
    ZKL_TRY(put_piece(plan, statement, piece, err));
    zkl_planned_statement_set_leaf_blocks(statement, group->per_chunk * span.count + 1);
    return ZKL_OK;
}

/* One group of columns, in spans of as many chunks as fit a proof. */
static zkl_status add_cells_group(zkl_proof_plan *plan, const column_group *group, zkl_error *err)
{
    const size_t chunks = plan->facts->chunk_count;
    size_t most = (plan->leaf_blocks_max - 1) / group->per_chunk;
    most = most ? most : 1;
    for (size_t chunk = 0; chunk < chunks; chunk += most) {
        const chunk_span span = { chunk, chunks - chunk < most ? chunks - chunk : most };
        ZKL_TRY(add_cells_span(plan, group, span, err));
    }
    return ZKL_OK;
}

/* As many neighbouring columns as one chunk of them fits a proof, then the next group. Columns
 * of one proof share its costs. */
zkl_status zkl_proof_plan_add_cells(zkl_proof_plan *plan, zkl_error *err)
{
    const zkl_schema *schema = plan->facts->schema;
    ZKL_ASSERT(plan->count == 0);
    for (column_group group = { 0 }; group.first < schema->column_count;
         group = (column_group){ .first = group.first + group.count }) {
        while (group.first + group.count < schema->column_count) {
            size_t more = column_leaf_blocks(&schema->columns[group.first + group.count]);
            if (group.count && group.per_chunk + more + 1 > plan->leaf_blocks_max)
                break;
            group.per_chunk += more;
            group.count++;
        }
        ZKL_TRY(add_cells_group(plan, &group, err));
    }
    return ZKL_OK;
}

/* ---- Claims. */

/* Leaf blocks of these pieces in one proof; more than any has when their tables do not fit one. */
static zkl_status count_or_too_many(size_t *out, const zkl_proof_plan *plan,
                                    const zkl_pieces *pieces, zkl_error *err)
{
    zkl_error why = { 0 };
    const zkl_status status = zkl_proof_plan_count_leaf_blocks(out, plan, pieces, &why);
    if (status == ZKL_LIMIT)
        *out = SIZE_MAX;
    return status == ZKL_OK || status == ZKL_LIMIT ? ZKL_OK : zkl_fail_as(err, status, &why);
}

/* The most chunks from the first of the span on that fit one proof; 0: not even one. */
static zkl_status widest_span(size_t *out, zkl_proof_plan *plan, const zkl_claim *asked,
                              chunk_span span, zkl_error *err)
{
    /* All of them first, which is the usual case; then by halving. Invariant: `fits` chunks fit,
     * more than `most` do not. */
    ZKL_ASSERT(span.count > 0);
    size_t fits = 0, least = 1, most = span.count;
    while (least <= most) {
        const size_t tried = fits == 0 && most == span.count ? most : least + (most - least) / 2;
        size_t leaf_blocks;
        zkl_claim_piece *piece;
        ZKL_TRY(make_piece(&piece, plan, asked, (chunk_span){ span.first, tried }, err));
        const zkl_pieces alone = { &piece, 1 };
        ZKL_TRY(count_or_too_many(&leaf_blocks, plan, &alone, err));
        if (leaf_blocks <= plan->leaf_blocks_max) {
            fits = tried;
            least = tried + 1;
        } else {
            most = tried - 1;
        }
    }
    *out = fits;
    return ZKL_OK;
}

/* Do the pieces speak of the source's dataset in other rows? What is loaded of a dataset is one
 * span (statement_inputs.c). */
static bool has_other_rows(const zkl_pieces *pieces, const zkl_claim_source *source)
{
    bool other = false;
    for (size_t i = 0; i < pieces->count; i++)
        for (size_t k = 0; k < pieces->items[i]->claim.assertion_count; k++) {
            const zkl_claim_assertion *assertion = &pieces->items[i]->claim.assertions[k];
            for (size_t n = 0; n < assertion->source_count; n++)
                other |= assertion->sources[n].dataset == source->dataset &&
                         (assertion->sources[n].first_row != source->first_row ||
                          assertion->sources[n].row_count != source->row_count);
        }
    return other;
}

/* The same of all that the claim speaks of. */
static bool speaks_of_other_rows(const zkl_pieces *pieces, const zkl_compiled_claim *claim)
{
    bool other = false;
    for (size_t i = 0; i < claim->assertion_count; i++)
        for (size_t n = 0; n < claim->assertions[i].source_count; n++)
            other |= has_other_rows(pieces, &claim->assertions[i].sources[n]);
    return other;
}

/* The circuits up to this tier, F22, have keys from a ledger's first day on (setup/setup.h). */
#define USUAL_LEAF_BLOCKS 64

/* How far claims may fill the statement of all cells: to the room of its own circuit, or of one
 * that is always there. A larger circuit would cost more than the second proof does. */
static size_t find_shared_max(const zkl_planned_statement *cells)
{
    const size_t own = (size_t)1 << (tier_of(cells->leaf_blocks) - 16);
    return own > USUAL_LEAF_BLOCKS ? own : USUAL_LEAF_BLOCKS;
}

/* Of one proof of these pieces: a source of many rows takes all of its leaf blocks. */
static size_t find_leaf_blocks_max(const zkl_proof_plan *plan, const zkl_pieces *pieces)
{
    bool is_long = false;
    for (size_t i = 0; i < pieces->count; i++)
        for (size_t k = 0; k < pieces->items[i]->claim.assertion_count; k++) {
            const zkl_claim_assertion *assertion = &pieces->items[i]->claim.assertions[k];
            for (size_t n = 0; n < assertion->source_count; n++)
                is_long |= assertion->sources[n].row_count > SHORT_ROWS;
        }
    return is_long ? plan->long_leaf_blocks_max : plan->leaf_blocks_max;
}

/* Into this statement, when it still fits and speaks of the same rows. */
static zkl_status try_to_place(bool *is_placed, zkl_proof_plan *plan,
                               zkl_planned_statement *statement, zkl_claim_piece *piece,
                               zkl_error *err)
{
    size_t leaf_blocks, most;
    *is_placed = false;
    if (statement->first_row != piece->claim.first_row ||
        statement->row_count != piece->claim.row_count ||
        speaks_of_other_rows(&statement->pieces, &piece->claim))
        return ZKL_OK;
    ZKL_TRY(put_piece(plan, statement, piece, err));
    ZKL_TRY(count_or_too_many(&leaf_blocks, plan, &statement->pieces, err));
    most = find_leaf_blocks_max(plan, &statement->pieces);
    if (statement->is_shared && most > find_shared_max(statement))
        most = find_shared_max(statement);
    *is_placed = leaf_blocks <= most;
    if (*is_placed)
        zkl_planned_statement_set_leaf_blocks(statement, leaf_blocks);
    else
        statement->pieces.count--;
    return ZKL_OK;
}

/* Into the last statement when it still fits and speaks of the same rows; else into a new one. */
static zkl_status place_piece(zkl_proof_plan *plan, zkl_claim_piece *piece, size_t first_statement,
                              zkl_error *err)
{
    zkl_planned_statement *statement = NULL;
    size_t leaf_blocks;
    bool is_placed = false;
    if (plan->count > first_statement)
        ZKL_TRY(try_to_place(&is_placed, plan, &plan->statements[plan->count - 1], piece, err));
    if (is_placed)
        return ZKL_OK;
    ZKL_TRY(new_statement(&statement, plan, err));
    statement->first_row = piece->claim.first_row;
    statement->row_count = piece->claim.row_count;
    ZKL_TRY(put_piece(plan, statement, piece, err));
    ZKL_TRY(zkl_proof_plan_count_leaf_blocks(&leaf_blocks, plan, &statement->pieces, err));
    zkl_planned_statement_set_leaf_blocks(statement, leaf_blocks);
    /* A span of one chunk, or a claim that may not be cut, can still be too large for the
     * largest circuit. */
    if (leaf_blocks > 1024 && !zkl_claim_takes_span(&piece->claim.claim))
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "this needs %zu leaf blocks and one proof holds 1,024; it speaks of whole "
                        "datasets, and cannot be cut",
                        leaf_blocks);
    return leaf_blocks <= 1024
               ? ZKL_OK
               : zkl_fail(err, ZKL_NOT_SUPPORTED,
                          "this needs %zu leaf blocks and one proof holds 1,024: claim it in spans "
                          "of rows, "
                          "such as '%s in rows 0..65535' (each span's result is then disclosed)",
                          leaf_blocks, piece->asked_text);
}

zkl_status zkl_proof_plan_add_beside(zkl_proof_plan *plan, size_t at, const zkl_claim *claim,
                                     const zkl_claim_piece *beside, zkl_error *err)
{
    zkl_claim_piece *piece = ZKL_ARENA_NEW(&plan->memory, zkl_claim_piece, 1);
    bool is_placed;
    ZKL_ASSERT(at < plan->count);
    if (!piece)
        return zkl_no_memory(err, sizeof *piece);
    piece->asked = beside->asked;
    piece->asked_text = beside->asked_text;
    ZKL_TRY(zkl_claim_compile(&piece->claim, &plan->memory, claim, plan->scope, err));
    ZKL_TRY(try_to_place(&is_placed, plan, &plan->statements[at], piece, err));
    return is_placed ? ZKL_OK : place_piece(plan, piece, at, err);
}

/* A piece of claim `number` of the list. */
static zkl_status make_asked_piece(zkl_claim_piece **out, zkl_proof_plan *plan,
                                   const zkl_claim_list *claims, size_t number, chunk_span span,
                                   zkl_error *err)
{
    ZKL_TRY(make_piece(out, plan, &claims->claims[number], span, err));
    (*out)->asked = number;
    (*out)->asked_text = claims->texts[number];
    return ZKL_OK;
}

/* Do statements of all cells stand before those of claims, or is the first one both? */
static bool has_cells(const zkl_proof_plan *plan, size_t first_statement)
{
    return first_statement > 0 || (plan->count > 0 && plan->statements[0].is_shared);
}

/* All pieces of one claim, into the statements from first_statement on: in the statement of the
 * claim before while it has room. */
static zkl_status add_claim(zkl_proof_plan *plan, const zkl_claim_list *claims, size_t number,
                            size_t first_statement, zkl_error *err)
{
    const zkl_claim *asked = &claims->claims[number];
    zkl_claim_piece *piece;
    /* The chunks that are not planned yet. */
    chunk_span left = { 0, plan->facts->chunk_count };
    if (asked->has_span) {
        left.first = (size_t)(asked->first_row / ZKL_CHUNK_ROWS);
        left.count = (size_t)(asked->last_row / ZKL_CHUNK_ROWS) + 1 - left.first;
        zkl_compiled_claim checked; /* says what is wrong with the span */
        ZKL_TRY(zkl_claim_compile(&checked, &plan->memory, asked, plan->scope, err));
    }
    ZKL_TRY(make_asked_piece(&piece, plan, claims, number, left, err));
    if (piece->claim.assertion_count == 0) /* follows from the manifest under its cells claim */
        return put_piece(plan,
                         has_cells(plan, first_statement) ? &plan->statements[0] : &plan->waiting,
                         piece, err);
    /* What holds row by row may be claimed span by span. A sum may not: its parts would be
     * disclosed. */
    while (left.count) { /* the spans tile what was left at first */
        chunk_span span = left;
        if (zkl_claim_is_by_row(asked))
            ZKL_TRY(widest_span(&span.count, plan, asked, left, err));
        span.count = span.count ? span.count : 1;
        ZKL_TRY(make_asked_piece(&piece, plan, claims, number, span, err));
        ZKL_TRY(place_piece(plan, piece, first_statement, err));
        left.first += span.count;
        left.count -= span.count;
    }
    return ZKL_OK;
}

/* How many rows offend a claim that no table of this schema and length satisfies. A span that is
 * none was refused before. */
static zkl_status count_impossible(uint64_t *out, const zkl_table_facts *facts,
                                   const zkl_claim *asked, zkl_error *err)
{
    const uint64_t first = asked->has_span ? asked->first_row : 0;
    const uint64_t count =
        asked->has_span ? asked->last_row + 1 - asked->first_row : facts->row_count;
    const zkl_claim_offenders offenders = zkl_claim_offenders_of(asked);
    *out = offenders == ZKL_CLAIM_OFFENDERS_ALL ? count : 0;
    if (offenders != ZKL_CLAIM_OFFENDERS_VALUES)
        return ZKL_OK;
    uint32_t column = 0;
    while (!zkl_bytes_equal(facts->schema->columns[column].name, asked->columns[0].name))
        column++; /* it is there: the claim was compiled as far as its bounds */
    return zkl_table_facts_count_values(out, facts, column, first, count, err);
}

/* A claim may make no sense because its column has a type that the caller did not mean: then the
 * reading says why. No value is shown: errors go where tables do not. */
static void say_why_type(const zkl_table_facts *facts, const zkl_claim *asked, zkl_error *why)
{
    const zkl_schema *schema = facts->schema;
    for (size_t i = 0; i < asked->column_count; i++) {
        uint32_t column = 0;
        uint64_t line;
        while (column < schema->column_count &&
               !zkl_bytes_equal(schema->columns[column].name, asked->columns[i].name))
            column++;
        if (column == schema->column_count)
            continue;
        const zkl_type *type = &schema->columns[column].type;
        if (zkl_table_column_is_all_null(facts->table, column)) {
            zkl_fail(why, why->status,
                     "%s (every row of it is null, so nothing says its type: a schema file can)",
                     why->text);
            return;
        }
        if (type->kind != ZKL_TYPE_DICTIONARY && !zkl_type_is_hashed(type))
            continue;
        const char *misfit = zkl_table_column_misfit(&line, facts->table, column);
        if (misfit && line)
            zkl_fail_hint(why, why->status, ZKL_HINT_SAY_NULL_TEXTS,
                          "%s (what stands in line %llu %s)", why->text, (unsigned long long)line,
                          misfit);
        else if (misfit)
            zkl_fail(why, why->status, "%s (one of its values %s)", why->text, misfit);
        else if (zkl_table_column_is_kept_text(facts->table, column))
            zkl_fail(why, why->status,
                     "%s (as it was in the version before; its values now would have another type, "
                     "which a schema file can say)",
                     why->text);
        else
            continue;
        return;
    }
}

/* Of a short table nearly all that a proof costs is its opening and its circuit, whatever it says.
 * So claims stand beside all cells, where one statement holds these.
 *
 * Returns the first statement that claims may stand in. */
static size_t share_cells(zkl_proof_plan *plan)
{
    if (plan->count != 1 || plan->facts->row_count > SHORT_ROWS)
        return plan->count;
    zkl_planned_statement *cells = &plan->statements[0];
    cells->first_row = 0;
    cells->row_count = plan->facts->row_count;
    cells->is_shared = true;
    return 0;
}

/* A false claim has offending rows, as far as they can be counted without proving. A claim that
 * makes no sense has a reason, and the reading may explain it. */
zkl_status zkl_proof_plan_add_claims(zkl_proof_plan *plan, zkl_claim_list *claims, zkl_error *err)
{
    const size_t first_statement = share_cells(plan);
    ZKL_TRY(zkl_value_places_fill(claims, plan->facts, err));
    for (size_t i = 0; i < claims->count; i++) {
        zkl_error why = { 0 };
        zkl_claim_finding finding = { .reason = why.text };
        finding.status = add_claim(plan, claims, i, first_statement, &why);
        if (finding.status == ZKL_OK)
            continue;
        finding.fault =
            finding.status == ZKL_REJECTED ? ZKL_CLAIM_IS_FALSE : ZKL_CLAIM_MAKES_NO_SENSE;
        if (finding.status == ZKL_REJECTED)
            ZKL_TRY(count_impossible(&finding.rows, plan->facts, &claims->claims[i], err));
        else
            say_why_type(plan->facts, &claims->claims[i], &why);
        finding.hint = why.hint;
        ZKL_TRY(zkl_claim_list_note(claims, i, &finding, err));
    }
    return ZKL_OK;
}

/* ---- Claims added later. */

/* An entry's texts are canonical, and so is what is printed here. */
static zkl_status is_among(bool *out, const zkl_claim_piece *piece, const zkl_bytes *texts,
                           size_t count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_ASSERT(piece->asked_text && piece->claim.is_bound);
    zkl_claim_print(&text, &piece->claim.claim);
    ZKL_TRY(zkl_buffer_status(&text, err));
    *out = false;
    for (size_t i = 0; i < count && !*out; i++)
        *out = zkl_bytes_equal(texts[i], zkl_buffer_bytes(&text));
    return ZKL_OK;
}

/* A claim that was cut otherwise then has pieces that are new: it is proven again, whole. */
static zkl_status find_new(bool *is_proven, const zkl_pieces *pieces, const zkl_bytes *texts,
                           size_t text_count, zkl_error *err)
{
    for (size_t i = 0; i < pieces->count; i++) {
        bool known;
        ZKL_TRY(is_among(&known, pieces->items[i], texts, text_count, err));
        is_proven[pieces->items[i]->asked] = is_proven[pieces->items[i]->asked] && known;
    }
    return ZKL_OK;
}

zkl_status zkl_proof_plan_find_proven(bool *is_proven, const zkl_proof_plan *plan,
                                      const zkl_claim_list *claims, const zkl_bytes *texts,
                                      size_t text_count, zkl_error *err)
{
    for (size_t i = 0; i < claims->count; i++)
        is_proven[i] = true; /* until a piece is new */
    for (size_t i = 0; i < plan->count; i++)
        ZKL_TRY(find_new(is_proven, &plan->statements[i].pieces, texts, text_count, err));
    return find_new(is_proven, &plan->waiting.pieces, texts, text_count, err);
}

static void mark_planned(bool *is_planned, const zkl_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->items[i]->asked_text)
            is_planned[pieces->items[i]->asked] = true;
}

void zkl_proof_plan_find_planned(bool *is_planned, const zkl_proof_plan *plan,
                                 const zkl_claim_list *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        is_planned[i] = false;
    for (size_t i = 0; i < plan->count; i++)
        mark_planned(is_planned, &plan->statements[i].pieces);
    mark_planned(is_planned, &plan->waiting.pieces);
}

/* What nobody asked for, cells, stays. True: something went. */
static bool drop_pieces(zkl_pieces *pieces, const bool *is_dropped)
{
    const size_t before = pieces->count;
    size_t kept = 0;
    for (size_t i = 0; i < before; i++)
        if (!pieces->items[i]->asked_text || !is_dropped[pieces->items[i]->asked])
            pieces->items[kept++] = pieces->items[i];
    pieces->count = kept;
    return kept < before;
}

zkl_status zkl_proof_plan_drop(zkl_proof_plan *plan, const bool *is_dropped, zkl_error *err)
{
    size_t kept = 0;
    drop_pieces(&plan->waiting.pieces, is_dropped);
    for (size_t i = 0; i < plan->count; i++) {
        zkl_planned_statement *statement = &plan->statements[i];
        size_t leaf_blocks;
        const bool is_less = drop_pieces(&statement->pieces, is_dropped);
        if (!statement->pieces.count)
            continue;
        if (is_less) {
            ZKL_TRY(zkl_proof_plan_count_leaf_blocks(&leaf_blocks, plan, &statement->pieces, err));
            zkl_planned_statement_set_leaf_blocks(statement, leaf_blocks);
        }
        plan->statements[kept++] = *statement;
    }
    plan->count = kept;
    return ZKL_OK;
}

/* Which column's cells cost least to prove. */
static size_t narrowest_column(const zkl_schema *schema)
{
    size_t best = 0;
    for (size_t i = 1; i < schema->column_count; i++)
        if (column_leaf_blocks(&schema->columns[i]) < column_leaf_blocks(&schema->columns[best]))
            best = i;
    return best;
}

/* An entry's claims stand in statements. That some cells are well formed is known already, so this
 * statement proves nothing new: it carries claims that need no proof of their own. */
static zkl_status add_carrier(zkl_proof_plan *plan, zkl_error *err)
{
    const size_t column = narrowest_column(plan->facts->schema);
    const column_group group = { column, 1,
                                 column_leaf_blocks(&plan->facts->schema->columns[column]) };
    const chunk_span first = { 0, 1 };
    return add_cells_span(plan, &group, first, err);
}

zkl_status zkl_proof_plan_seat(zkl_proof_plan *plan, zkl_error *err)
{
    const zkl_pieces *waiting = &plan->waiting.pieces;
    if (waiting->count && !plan->count)
        ZKL_TRY(add_carrier(plan, err));
    for (size_t i = 0; i < waiting->count; i++)
        ZKL_TRY(put_piece(plan, &plan->statements[0], waiting->items[i], err));
    plan->waiting.pieces.count = 0;
    return ZKL_OK;
}

static bool speaks_of(const zkl_claim_piece *piece, size_t table)
{
    for (size_t i = 0; i < piece->claim.assertion_count; i++)
        for (size_t k = 0; k < piece->claim.assertions[i].source_count; k++)
            if (piece->claim.assertions[i].sources[k].dataset == table)
                return true;
    return false;
}

bool zkl_proof_plan_uses(const zkl_proof_plan *plan, size_t table)
{
    ZKL_ASSERT(table < plan->tables.count);
    for (size_t i = 0; i < plan->count; i++)
        for (size_t k = 0; k < plan->statements[i].pieces.count; k++)
            if (speaks_of(plan->statements[i].pieces.items[k], table))
                return true;
    return false;
}
