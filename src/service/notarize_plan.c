/* From the claims of a caller to proof statements, and whether they are true.
 *
 * Steps: parse the claims before anything is read; compare their columns with the header; lay out
 * statements, `cells` over all columns and rows first, then the claims asked for, each within the
 * leaf blocks of one proof; at last bind what waits for the data and check every claim against the
 * cells, before any curve work.
 *
 * A claim is cut into pieces, each on a span of chunks, and a piece is what a statement holds.
 * What is wrong with a claim is noted with its number (notarize_faults.c) and the others go on,
 * so that a caller sees all of it at once. No kind of claim has a name here: what differs
 * between them is asked of src/claim and src/prove. */
#include <string.h>

#include "text/nearest.h"
#include "text/exact.h"
#include "record/ids.h"
#include "service/notarize_internal.h"
#include "toml/toml.h"

#define CLAIMS_MAX 1024

/* ---- The claims asked for. */

/* "; did you mean 'range'?" behind what is wrong with a claim whose first word is no kind of
 * claim. */
static void hint_word(zkl_error *why, const char *text)
{
    char hint[ZKL_NEAREST_HINT_BYTES];
    const char *start = text + strspn(text, " \t"), *name;
    const zkl_bytes word = zkl_bytes_of(start, strcspn(start, " \t("));
    zkl_nearest nearest = zkl_nearest_to(word);
    for (size_t i = 0; (name = zkl_claim_word(i)) != NULL; i++) {
        if (zkl_bytes_equal_text(word, name))
            return;
        zkl_nearest_try(&nearest, zkl_bytes_of_text(name));
    }
    zkl_fail(why, why->status, "%s%s", why->text, zkl_nearest_hint(hint, &nearest));
}

/* Read one claim. A text that is none is noted as a fault of its number, with a hint when its
 * word is near to one that is known. */
static zkl_status add_asked(notarisation *n, const char *text, zkl_error *err)
{
    if (n->asked_count == CLAIMS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d claims", CLAIMS_MAX);
    const char *copy = zkl_arena_text(&n->arena, text, strlen(text));
    if (!copy)
        return zkl_no_memory(err, strlen(text));
    zkl_error why = { 0 };
    const size_t number = n->asked_count++;
    n->asked_texts[number] = copy;
    const zkl_status status =
        zkl_claim_parse(&n->asked[number], &n->arena, zkl_bytes_of_text(copy), &why);
    if (status == ZKL_USAGE)
        hint_word(&why, copy);
    return status == ZKL_OK
               ? ZKL_OK
               : notarize_note_fault(n, number, ZKL_CLAIM_MAKES_NO_SENSE, status, 0, &why, err);
}

/* A TOML file with one array, `claims`, of the texts that --claim takes. */
static zkl_status add_claims_file(notarisation *n, const char *path, zkl_error *err)
{
    static const char *const known[] = { "claims" };
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    const zkl_toml_node *claims = NULL;
    ZKL_TRY(zkl_toml_read(&toml, path, err));
    zkl_status status = zkl_toml_refuse_unknown(zkl_toml_root(toml), known, 1, err);
    if (status == ZKL_OK)
        status = zkl_toml_get_array(&claims, zkl_toml_root(toml), "claims", err);
    if (status == ZKL_OK && !claims)
        status = zkl_fail(err, ZKL_BAD_INPUT, "no array `claims`");
    for (size_t i = 0; status == ZKL_OK && i < claims->item_count; i++) {
        const zkl_toml_node *item = &claims->items[i];
        if (item->kind != ZKL_TOML_STRING || memchr(item->text.data, 0, item->text.size))
            status = zkl_toml_fail(item, err, "a claim is a string such as \"range(age, 0, 120)\"");
        else
            status = add_asked(n, (const char *)item->text.data, err);
    }
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", path);
}

/* The claims of the command, then those of its file: problems are listed in this order. */
zkl_status notarize_parse_claims(notarisation *n, zkl_error *err)
{
    n->asked = ZKL_ARENA_NEW(&n->arena, zkl_claim, CLAIMS_MAX);
    n->asked_texts = ZKL_ARENA_NEW(&n->arena, const char *, CLAIMS_MAX);
    n->faults = ZKL_ARENA_NEW(&n->arena, claim_fault, CLAIMS_MAX);
    if (!n->asked || !n->asked_texts || !n->faults)
        return zkl_no_memory(err, CLAIMS_MAX * sizeof *n->asked);
    for (size_t i = 0; i < n->request->claim_count; i++)
        ZKL_TRY(add_asked(n, n->request->claims[i], err));
    if (n->request->claims_file)
        ZKL_TRY(add_claims_file(n, n->request->claims_file, err));
    return notarize_tell_faults(n, err); /* of what cannot be parsed */
}

/* Called with the header, while rows are still to be read: a misspelt column ends a long reading
 * before it begins. */
zkl_status notarize_check_columns(void *opaque, const zkl_bytes *names, size_t count,
                                  zkl_error *err)
{
    notarisation *n = opaque;
    for (size_t i = 0; i < n->asked_count; i++)
        for (size_t k = 0; k < n->asked[i].column_count; k++) {
            const zkl_bytes name = n->asked[i].columns[k].name;
            char hint[ZKL_NEAREST_HINT_BYTES];
            zkl_nearest nearest = zkl_nearest_to(name);
            zkl_error why = { 0 };
            size_t at = 0;
            for (; at < count && !zkl_bytes_equal(names[at], name); at++)
                zkl_nearest_try(&nearest, names[at]);
            if (at < count)
                continue;
            (void)zkl_fail(&why, ZKL_NOT_FOUND, "there is no column '%.*s'%s", /* noted */
                           (int)(name.size < 200 ? name.size : 200), (const char *)name.data,
                           zkl_nearest_hint(hint, &nearest));
            ZKL_TRY(
                notarize_note_fault(n, i, ZKL_CLAIM_MAKES_NO_SENSE, ZKL_NOT_FOUND, 0, &why, err));
        }
    return notarize_tell_faults(n, err);
}

/* The ranges of a schema file come behind the caller's claims, once the types are decided. */
zkl_status notarize_add_schema_claims(notarisation *n, zkl_error *err)
{
    const char *const *claims;
    size_t count = zkl_table_claims(n->table, &claims);
    zkl_bytes *names = ZKL_ARENA_NEW(&n->arena, zkl_bytes, n->schema->column_count);
    if (!names)
        return zkl_no_memory(err, n->schema->column_count * sizeof *names);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(add_asked(n, claims[i], err));
    for (size_t i = 0; i < n->schema->column_count; i++)
        names[i] = n->schema->columns[i].name;
    return notarize_check_columns(n, names, n->schema->column_count, err);
}

/* ---- Statements. */

/* Very wide tables take larger proofs, so that the entry has room for all of them. */
static size_t leaf_blocks_max(const notarisation *n)
{
    if (n->request->leaf_blocks_max)
        return n->request->leaf_blocks_max;
    return n->chunks * n->block_count > 48 * (size_t)LEAF_BLOCKS_DEFAULT ? 4 * LEAF_BLOCKS_DEFAULT
                                                                         : LEAF_BLOCKS_DEFAULT;
}

/* The smallest circuit whose 2^(tier - 16) leaf blocks are enough. */
static unsigned tier_of(size_t leaf_blocks)
{
    unsigned tier = ZKL_SETUP_TIER_MIN;
    while (tier < ZKL_SETUP_TIER_MAX && ((size_t)1 << (tier - 16)) < leaf_blocks)
        tier += 2;
    return tier;
}

/* The tier follows from the number of leaf blocks. */
static void set_leaf_blocks(statement_plan *plan, size_t leaf_blocks)
{
    plan->leaf_blocks = leaf_blocks;
    plan->tier = tier_of(leaf_blocks);
}

/* How many leaf blocks the pieces take in one statement, by the prover's own layout, without
 * cells. */
static zkl_status count_leaf_blocks(size_t *out, const notarisation *n, claim_piece *const *pieces,
                                    size_t count, zkl_error *err)
{
    plan_inputs inputs = { 0 };
    zkl_status status = plan_inputs_shape(&inputs, n, pieces, count, err);
    if (status == ZKL_OK)
        status = zkl_prove_leaf_blocks(out, inputs.assertions, inputs.assertion_count,
                                       inputs.sources, inputs.source_count, err);
    plan_inputs_clear(&inputs);
    return status;
}

/* One more statement, empty. The list grows by doubling, in the arena: older copies of it are
 * not used again. */
static zkl_status new_plan(statement_plan **out, notarisation *n, zkl_error *err)
{
    if ((n->plan_count & (n->plan_count + 1)) == 0) { /* grow at 0, 1, 3, 7, ... */
        statement_plan *grown = ZKL_ARENA_NEW(&n->arena, statement_plan, 2 * n->plan_count + 1);
        if (!grown)
            return zkl_no_memory(err, 2 * n->plan_count * sizeof *grown);
        if (n->plan_count)
            memcpy(grown, n->plans, n->plan_count * sizeof *grown);
        n->plans = grown;
    }
    *out = &n->plans[n->plan_count++];
    **out = (statement_plan){ 0 };
    return ZKL_OK;
}

/* The piece behind the others of the statement; claims of an entry keep this order. */
static zkl_status put_piece(notarisation *n, statement_plan *plan, claim_piece *piece,
                            zkl_error *err)
{
    if (plan->piece_count == plan->piece_capacity) {
        size_t capacity = 2 * plan->piece_capacity + 4;
        claim_piece **grown = ZKL_ARENA_NEW(&n->arena, claim_piece *, capacity);
        if (!grown)
            return zkl_no_memory(err, capacity * sizeof *grown);
        if (plan->piece_count)
            memcpy(grown, plan->pieces, plan->piece_count * sizeof *grown);
        plan->pieces = grown;
        plan->piece_capacity = capacity;
    }
    plan->pieces[plan->piece_count++] = piece;
    return ZKL_OK;
}

/* A copy of the claim on chunks first .. first + count - 1 of the table; the whole table has no
 * span. */
static zkl_status make_piece(claim_piece **out, notarisation *n, const zkl_claim *asked,
                             size_t first, size_t count, zkl_error *err)
{
    zkl_claim spanned = *asked;
    claim_piece *piece = ZKL_ARENA_NEW(&n->arena, claim_piece, 1);
    if (!piece)
        return zkl_no_memory(err, sizeof *piece);
    ZKL_ASSERT(count > 0 && first + count <= n->chunks);
    spanned.has_span = first != 0 || count != n->chunks;
    spanned.first_row = (uint64_t)first * ZKL_CHUNK_ROWS;
    uint64_t end = (uint64_t)(first + count) * ZKL_CHUNK_ROWS;
    spanned.last_row = (end < n->rows ? end : n->rows) - 1;
    ZKL_TRY(zkl_claim_compile(&piece->claim, &n->arena, &spanned, &n->scope, err));
    *out = piece;
    return ZKL_OK;
}

/* Leaf blocks a column takes in every chunk of a cells claim: its limbs, and the bit leaf of a
 * flag or bool. */
static size_t column_leaf_blocks(const zkl_column *column)
{
    bool is_bool = column->type.kind == ZKL_TYPE_BOOL;
    return zkl_type_limbs(&column->type) + is_bool + 2 * (size_t)column->nullable;
}

/* One group of columns, in spans of chunks. */
static zkl_status plan_cells_group(notarisation *n, size_t first, size_t count, size_t per_chunk,
                                   zkl_error *err)
{
    const size_t named = count < n->schema->column_count ? count : 0; /* none: all of them */
    zkl_claim_column *columns = ZKL_ARENA_NEW(&n->arena, zkl_claim_column, named);
    zkl_claim cells;
    if (!columns)
        return zkl_no_memory(err, named * sizeof *columns);
    for (size_t i = 0; i < named; i++)
        columns[i].name = n->schema->columns[first + i].name;
    zkl_claim_wellformed(&cells, columns, named);
    size_t span = (leaf_blocks_max(n) - 1) / per_chunk;
    span = span ? span : 1;
    for (size_t chunk = 0; chunk < n->chunks; chunk += span) {
        size_t chunks = n->chunks - chunk < span ? n->chunks - chunk : span;
        statement_plan *plan;
        claim_piece *piece;
        ZKL_TRY(new_plan(&plan, n, err));
        ZKL_TRY(make_piece(&piece, n, &cells, chunk, chunks, err));
        ZKL_TRY(put_piece(n, plan, piece, err));
        set_leaf_blocks(plan, per_chunk * chunks + 1);
    }
    return ZKL_OK;
}

/* As many neighbouring columns as one chunk of them fits a proof, then the next group. Columns
 * of one proof share its costs. */
static zkl_status plan_cells(notarisation *n, zkl_error *err)
{
    const zkl_schema *schema = n->schema;
    for (size_t first = 0; first < schema->column_count;) {
        size_t count = 0, per_chunk = 0;
        while (first + count < schema->column_count) {
            size_t more = column_leaf_blocks(&schema->columns[first + count]);
            if (count && per_chunk + more + 1 > leaf_blocks_max(n))
                break;
            per_chunk += more;
            count++;
        }
        ZKL_TRY(plan_cells_group(n, first, count, per_chunk, err));
        first += count;
    }
    return ZKL_OK;
}

/* The most chunks from `first` on that fit one proof; 0: not even one. */
static zkl_status widest_span(size_t *out, notarisation *n, const zkl_claim *asked, size_t first,
                              size_t end, zkl_error *err)
{
    /* All of them first, which is the usual case; then by halving. Invariant: `fits` chunks fit,
     * more than `most` do not. */
    ZKL_ASSERT(first < end);
    size_t fits = 0, least = 1, most = end - first;
    while (least <= most) {
        size_t tried = fits == 0 && most == end - first ? most : least + (most - least) / 2,
               leaf_blocks;
        claim_piece *piece;
        ZKL_TRY(make_piece(&piece, n, asked, first, tried, err));
        ZKL_TRY(count_leaf_blocks(&leaf_blocks, n, &piece, 1, err));
        if (leaf_blocks <= leaf_blocks_max(n)) {
            fits = tried;
            least = tried + 1;
        } else {
            most = tried - 1;
        }
    }
    *out = fits;
    return ZKL_OK;
}

/* Into the last statement when it still fits and speaks of the same rows; else into a new one. */
static zkl_status place_piece(notarisation *n, claim_piece *piece, size_t first_plan,
                              zkl_error *err)
{
    statement_plan *plan = n->plan_count > first_plan ? &n->plans[n->plan_count - 1] : NULL;
    size_t leaf_blocks;
    if (plan && plan->first_row == piece->claim.first_row &&
        plan->row_count == piece->claim.row_count) {
        ZKL_TRY(put_piece(n, plan, piece, err));
        ZKL_TRY(count_leaf_blocks(&leaf_blocks, n, plan->pieces, plan->piece_count, err));
        if (leaf_blocks <= leaf_blocks_max(n)) {
            set_leaf_blocks(plan, leaf_blocks);
            return ZKL_OK;
        }
        plan->piece_count--;
    }
    ZKL_TRY(new_plan(&plan, n, err));
    plan->first_row = piece->claim.first_row;
    plan->row_count = piece->claim.row_count;
    ZKL_TRY(put_piece(n, plan, piece, err));
    ZKL_TRY(count_leaf_blocks(&leaf_blocks, n, plan->pieces, plan->piece_count, err));
    set_leaf_blocks(plan, leaf_blocks);
    /* A span of one chunk, or a claim that may not be cut, can still be too large for the
     * largest circuit. */
    return leaf_blocks <= 1024
               ? ZKL_OK
               : zkl_fail(err, ZKL_NOT_SUPPORTED,
                          "this needs %zu leaf blocks and one proof holds 1,024: claim it in spans "
                          "of rows, "
                          "such as '%s in rows 0..65535' (each span's result is then disclosed)",
                          leaf_blocks, piece->asked_text);
}

/* A piece of claim `number` of those asked for. */
static zkl_status make_asked_piece(claim_piece **out, notarisation *n, size_t number, size_t first,
                                   size_t count, zkl_error *err)
{
    ZKL_TRY(make_piece(out, n, &n->asked[number], first, count, err));
    (*out)->asked = number;
    (*out)->asked_text = n->asked_texts[number];
    return ZKL_OK;
}

/* All pieces of one claim, into the statements from first_plan on: in the statement of the claim
 * before while it has room. */
static zkl_status plan_claim(notarisation *n, size_t number, size_t first_plan, zkl_error *err)
{
    const zkl_claim *asked = &n->asked[number];
    claim_piece *piece;
    size_t first = 0, end = n->chunks;
    if (asked->has_span) {
        first = (size_t)(asked->first_row / ZKL_CHUNK_ROWS);
        end = (size_t)(asked->last_row / ZKL_CHUNK_ROWS) + 1;
        zkl_compiled_claim checked; /* says what is wrong with the span */
        ZKL_TRY(zkl_claim_compile(&checked, &n->arena, asked, &n->scope, err));
    }
    ZKL_TRY(make_asked_piece(&piece, n, number, first, end - first, err));
    ZKL_ASSERT(n->plan_count > 0);
    if (piece->claim.assertion_count == 0) /* follows from the manifest under its cells claim */
        return put_piece(n, &n->plans[0], piece, err);
    /* What holds row by row may be claimed span by span. A sum may not: its parts would be
     * disclosed. */
    while (first < end) { /* the spans tile first..end */
        size_t span = end - first;
        if (zkl_claim_is_by_row(asked))
            ZKL_TRY(widest_span(&span, n, asked, first, end, err));
        span = span ? span : 1;
        ZKL_TRY(make_asked_piece(&piece, n, number, first, span, err));
        ZKL_TRY(place_piece(n, piece, first_plan, err));
        first += span;
    }
    return ZKL_OK;
}

/* The rows that a claim speaks of. A span that is none was refused before. */
static void asked_rows(const notarisation *n, const zkl_claim *asked, uint64_t *first,
                       uint64_t *count)
{
    *first = asked->has_span ? asked->first_row : 0;
    *count = asked->has_span ? asked->last_row + 1 - asked->first_row : n->rows;
}

/* How many rows offend a claim that no table of this schema and length satisfies. */
static zkl_status count_impossible(uint64_t *out, const notarisation *n, const zkl_claim *asked,
                                   zkl_error *err)
{
    uint64_t first, count;
    asked_rows(n, asked, &first, &count);
    const zkl_claim_offenders offenders = zkl_claim_offenders_of(asked);
    *out = offenders == ZKL_CLAIM_OFFENDERS_ALL ? count : 0;
    if (offenders != ZKL_CLAIM_OFFENDERS_VALUES)
        return ZKL_OK;
    uint32_t column = 0;
    while (!zkl_bytes_equal(n->schema->columns[column].name, asked->columns[0].name))
        column++; /* it is there: the claim was compiled as far as its bounds */
    return notarize_count_values(out, n, column, first, count, err);
}

/* A claim may make no sense because its column has a type that the caller did not mean: then the
 * reading says why. No value is shown: errors go where tables do not. */
static void tell_why_type(const notarisation *n, const zkl_claim *asked, zkl_error *why)
{
    for (size_t i = 0; i < asked->column_count; i++) {
        uint32_t column = 0;
        uint64_t line;
        while (column < n->schema->column_count &&
               !zkl_bytes_equal(n->schema->columns[column].name, asked->columns[i].name))
            column++;
        if (column == n->schema->column_count)
            continue;
        const zkl_type *type = &n->schema->columns[column].type;
        if (zkl_table_column_is_all_null(n->table, column)) {
            zkl_fail(why, why->status,
                     "%s (every row of it is null, so nothing says its type: a schema file can)",
                     why->text);
            return;
        }
        if (type->kind != ZKL_TYPE_DICTIONARY && !zkl_type_is_hashed(type))
            continue;
        const char *misfit = zkl_table_column_misfit(&line, n->table, column);
        if (misfit && line)
            zkl_fail(why, why->status,
                     "%s (what stands in line %llu %s; what means null is said with --null)",
                     why->text, (unsigned long long)line, misfit);
        else if (misfit)
            zkl_fail(why, why->status, "%s (one of its values %s)", why->text, misfit);
        else if (zkl_table_column_is_kept_text(n->table, column))
            zkl_fail(why, why->status,
                     "%s (as it was in the version before; its values now would have another type, "
                     "which a schema file can say)",
                     why->text);
        else
            continue;
        return;
    }
}

/* A claim that cannot be compiled is noted, not returned: false by its schema and row count
 * alone, or without sense. */
zkl_status notarize_plan(notarisation *n, zkl_error *err)
{
    n->scope_dataset = (zkl_claim_dataset){ .schema = n->schema, .row_count = n->rows };
    n->scope = (zkl_claim_scope){ &n->scope_dataset, 1 };
    ZKL_TRY(plan_cells(n, err));
    size_t first_plan = n->plan_count;
    for (size_t i = 0; i < n->asked_count; i++) {
        zkl_error why = { 0 };
        uint64_t rows = 0;
        const zkl_status status = plan_claim(n, i, first_plan, &why);
        if (status == ZKL_REJECTED)
            ZKL_TRY(count_impossible(&rows, n, &n->asked[i], err));
        else if (status != ZKL_OK)
            tell_why_type(n, &n->asked[i], &why);
        if (status != ZKL_OK)
            ZKL_TRY(notarize_note_fault(
                n, i, status == ZKL_REJECTED ? ZKL_CLAIM_IS_FALSE : ZKL_CLAIM_MAKES_NO_SENSE,
                status, rows, &why, err));
    }
    return ZKL_OK;
}

/* ---- Are they true? */

/* Complete a claim whose assertion waits for the data: what it takes from them is measured over
 * its own cells alone. */
static zkl_status bind_piece(notarisation *n, const statement_plan *plan, claim_piece *piece,
                             zkl_error *err)
{
    statement_plan alone = *plan;
    plan_inputs inputs = { 0 };
    const size_t count = piece->claim.assertions[0].param_count;
    ZKL_ASSERT(piece->claim.assertion_count > 0 && !piece->claim.is_bound);
    alone.pieces = &piece;
    alone.piece_count = 1;
    zkl_status status = plan_inputs_load(&inputs, n, &alone, false, err);
    zkl_scalar *params =
        status == ZKL_OK ? ZKL_ARENA_NEW(&inputs.arena, zkl_scalar, count) : NULL; /* is wiped */
    if (status == ZKL_OK && !params)
        status = zkl_no_memory(err, count * sizeof *params);
    if (status == ZKL_OK)
        status = zkl_prove_measure(params, &inputs.assertions[0], inputs.sources,
                                   inputs.source_count, err);
    if (status == ZKL_OK)
        status = zkl_claim_bind(&piece->claim, params, count, err);
    plan_inputs_clear(&inputs);
    return status;
}

/* Claims that no data could satisfy leave the plan: it is not going to be proven. */
static zkl_status bind_pieces(notarisation *n, statement_plan *plan, zkl_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->piece_count; i++) {
        claim_piece *piece = plan->pieces[i];
        zkl_error why = { 0 };
        const zkl_status status = piece->claim.is_bound ? ZKL_OK : bind_piece(n, plan, piece, &why);
        if (status == ZKL_OK)
            plan->pieces[kept++] = piece;
        else
            ZKL_TRY(notarize_note_fault(n, piece->asked,
                                        status == ZKL_REJECTED ? ZKL_CLAIM_IS_FALSE
                                                               : ZKL_CLAIM_MAKES_NO_SENSE,
                                        status, status == ZKL_REJECTED, &why, err));
    }
    plan->piece_count = kept;
    return ZKL_OK;
}

/* bad: the offending rows of each assertion, in the order of pieces and their assertions. */
static zkl_status note_false_pieces(notarisation *n, const statement_plan *plan,
                                    const uint64_t *bad, zkl_error *err)
{
    for (size_t i = 0, at = 0; i < plan->piece_count; i++) {
        const claim_piece *piece = plan->pieces[i];
        uint64_t rows = 0;
        zkl_error why = { 0 };
        const char *reason = zkl_claim_false_words(&piece->claim);
        for (size_t part = 0; part < piece->claim.assertion_count; part++)
            rows += bad[at++];
        if (!rows)
            continue; /* true on this span */
        if (reason)
            (void)zkl_fail(&why, ZKL_REJECTED, "%s", reason); /* noted here, not returned */
        ZKL_TRY(notarize_note_fault(n, piece->asked, ZKL_CLAIM_IS_FALSE, ZKL_REJECTED, rows,
                                    reason ? &why : NULL, err));
    }
    return ZKL_OK;
}

/* Bind, count leaf blocks again, since a parameter decides on auxiliary tables, then check
 * against the cells of the statement's rows. */
static zkl_status check_plan(notarisation *n, statement_plan *plan, zkl_error *err)
{
    plan_inputs inputs = { 0 }; /* cells: secret, wiped whatever happens */
    size_t leaf_blocks;
    ZKL_TRY(bind_pieces(n, plan, err));
    for (size_t i = 0; i < plan->piece_count; i++)
        ZKL_ASSERT(plan->pieces[i]->claim.is_bound);
    if (!plan->piece_count)
        return ZKL_OK;
    ZKL_TRY(count_leaf_blocks(&leaf_blocks, n, plan->pieces, plan->piece_count,
                              err)); /* of parameters known only now */
    set_leaf_blocks(plan, leaf_blocks);
    zkl_status status = plan_inputs_load(&inputs, n, plan, false, err);
    uint64_t *bad =
        status == ZKL_OK ? ZKL_ARENA_NEW(&inputs.arena, uint64_t, inputs.assertion_count) : NULL;
    if (status == ZKL_OK && !bad)
        status = zkl_no_memory(err, inputs.assertion_count * sizeof *bad);
    if (status == ZKL_OK)
        status = zkl_prove_check(bad, inputs.assertions, inputs.assertion_count, inputs.sources,
                                 inputs.source_count, err);
    if (status == ZKL_REJECTED)
        status = note_false_pieces(n, plan, bad, err);
    plan_inputs_clear(&inputs);
    return status;
}

/* A claim that passes over nulls, on a column that has nothing else, would be valid without
 * saying anything. */
static zkl_status check_has_values(notarisation *n, size_t asked, zkl_error *err)
{
    zkl_compiled_claim claim;
    zkl_error why = { 0 };
    uint64_t values;
    const zkl_status status =
        zkl_claim_compile(&claim, &n->arena, &n->asked[asked], &n->scope, &why);
    if (status != ZKL_OK || !zkl_claim_needs_values(&claim))
        return status == ZKL_NO_MEMORY ? zkl_fail_as(err, status, &why) : ZKL_OK;
    ZKL_TRY(notarize_count_values(&values, n, claim.column, claim.first_row, claim.row_count, err));
    if (values)
        return ZKL_OK;
    (void)zkl_fail(&why, ZKL_REJECTED, /* noted, not returned */
                   "its column has no value in these rows, only nulls: --allow-empty permits it");
    return notarize_note_fault(n, asked, ZKL_CLAIM_IS_EMPTY, ZKL_REJECTED, 0, &why, err);
}

/* Statements of `cells` alone are not checked: they are true of what the reader made. Claims
 * that follow from the manifest stand in the first of them. */
zkl_status notarize_check_claims(notarisation *n, zkl_error *err)
{
    /* Empty claims first: they are true, and would be proven. */
    for (size_t i = 0; !n->request->allow_empty && i < n->asked_count; i++)
        ZKL_TRY(check_has_values(n, i, err));
    for (size_t i = 0; i < n->plan_count; i++)
        if (n->plans[i].pieces[0]->asked_text)
            ZKL_TRY(check_plan(n, &n->plans[i], err));
    return notarize_tell_faults(n, err);
}
