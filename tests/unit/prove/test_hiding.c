/* Hiding, exactly: what was seen of one table could have been made of another one with the same
 * public results, for every kind of assertion. There are blinders and a mask with which the
 * product's opening makes the same bytes of it, and there are none when the mask has fewer than six
 * coefficients. Of disclosed rows it is the whole proof.
 *
 * alpha, the upper point and the digest are hashes of a hidden salt: that they hide is the
 * assumption on Poseidon. test_hiding_long.c looks at all that is seen, by numbers. */
#include "hiding.h"
#include "verify/direct.h"

/* Every kind that shares the one circuit has a pair of tables; and they are two. */
static void test_hiding__covers_every_kind(zkl_test *t)
{
#define COUNT_KIND(constant, name, sources) +1
    bool seen[ZKL_ASSERTION_KINDS(COUNT_KIND)] = { [ZKL_ASSERTION_DISCLOSE] = true };
#undef COUNT_KIND
    for (size_t i = 0; i < HIDING_CASES; i++) {
        const hiding_case *c = case_of(t, i);
        bool differ = false;
        for (size_t k = 0; k < c->count; k++) {
            seen[c->parts[0][k].kind] = true;
            for (size_t j = 0; j < toy_source_count(&c->parts[0][k]); j++)
                differ |= !toy_same_table(&c->parts[0][k].tables[j], &c->parts[1][k].tables[j]);
        }
        if (!differ)
            FAIL(t, "%s: both tables are the same", c->name);
    }
    for (size_t kind = 0; kind < ZKL_COUNT(seen); kind++)
        if (!seen[kind])
            FAIL(t, "no pair of tables for '%s'",
                 zkl_assertion_kind_name((zkl_assertion_kind)kind));
}

/* ---- Where each secret is */

/* Every secret that the prover draws hides one thing, and no other hides it: none is used twice, or
 * in another one's place. */
static void check_places(zkl_test *t, const char *name, const made_proof *p)
{
    const uint8_t *a = p->blob.groth16, *c = a + ZKL_GROTH16_PROOF_BYTES - ZKL_POINT_BYTES;
    const zkl_fr *next = p->secrets;
    zkl_fr f[TOY_SRS] = { { { 0 } } };
    bool is_source[ZKL_STATEMENT_TABLES_MAX], same = true;
    size_t block = 0;
    for (size_t i = 0; i < HIDING_MASK; i++)
        f[mask_at(&toy_format, i)] = *next++;
    same &= is_at(p->statement.masks[0], f, TOY_SRS);
    if (p->statement.multiplicity_count) {
        zkl_fr counts[TOY_C + 1];
        memcpy(counts, p->counts, sizeof p->counts);
        counts[TOY_C] = *next++;
        same &= is_at(p->statement.multiplicities[0], counts, TOY_C + 1);
    }
    zkl_statement_find_sources(is_source, &p->statement);
    for (size_t i = 0; i < p->statement.table_count; i++)
        for (size_t k = zkl_statement_table_blocks(&p->statement.tables[i], &toy_format); k--;
             block++)
            same &= is_source[i] || zkl_fr_equal(&p->blinders[block], next++);
    const zkl_fr alpha = alpha_of(&p->t0, next++, &p->u);
    const zkl_fr blinded_a = toy_add(p->x, *next++), blinded_c = toy_add(p->m, *next++);
    same &=
        zkl_fr_equal(&alpha, &p->blob.alpha) && is_at(a, &blinded_a, 1) && is_at(c, &blinded_c, 1);
    if (!same || next != p->secrets + p->secret_count)
        FAIL(t, "%s: a secret is not where it belongs", name);
}

static void test_hiding__each_secret_has_its_place(zkl_test *t)
{
    for (size_t i = 0; i < HIDING_CASES; i++) {
        const hiding_case *c = case_of(t, i);
        made_proof p;
        hiding_prove(t, &p, c->parts[0], c->count, 3, hiding_whole);
        check_places(t, c->name, &p);
        for (size_t k = 0; k < p.secret_count; k++)
            for (size_t j = 0; j < k; j++)
                CHECK(t, !zkl_fr_equal(&p.secrets[j], &p.secrets[k]));
    }
}

/* ---- What an opening shows */

#define UNKNOWNS_MAX 16
#define EQUATIONS_MAX 7

/* Where w and S are seen: in the points (tau), and at z and 1/z. P has the coefficients e. */
typedef struct window {
    const zkl_proof_format *format;
    const zkl_fr *e;
    size_t cells, count; /* C, and coefficients of w */
    zkl_fr *powers[3];
} window;

static window window_at(zkl_test *t, const zkl_proof_format *format, const zkl_fr *e, zkl_fr z)
{
    window out = { .format = format, .e = e, .cells = (size_t)1 << format->log_cells };
    const zkl_fr points[3] = { toy_tau(), z, toy_inv(z) };
    out.count = out.cells + format->mask_half;
    for (size_t p = 0; p < 3; p++) {
        out.powers[p] = ZKL_ARENA_NEW(&t->arena, zkl_fr, out.count);
        out.powers[p][0] = ZKL_FR_ONE;
        for (size_t i = 1; i < out.count; i++)
            out.powers[p][i] = toy_mul(out.powers[p][i - 1], points[p]);
    }
    return out;
}

typedef struct shown_values {
    zkl_fr w[3], s[3];
} shown_values;

/* What X^i shows: X^i itself, and S = sum over j of e_j X^(|i - j| - 1). */
static shown_values values_of_power(const window *at, size_t i)
{
    shown_values out = { .s = { ZKL_FR_ZERO, ZKL_FR_ZERO, ZKL_FR_ZERO } };
    for (size_t p = 0; p < 3; p++) {
        out.w[p] = at->powers[p][i];
        for (size_t j = 0; j < at->cells; j++)
            if (j != i && !zkl_fr_is_zero(&at->e[j])) {
                const size_t k = (i > j ? i - j : j - i) - 1;
                out.s[p] = toy_add(out.s[p], toy_mul(at->e[j], at->powers[p][k]));
            }
    }
    return out;
}

/* Cost: C for each coefficient that is not 0. */
static shown_values values_of(const window *at, const zkl_fr *w)
{
    shown_values out = { .w = { ZKL_FR_ZERO, ZKL_FR_ZERO, ZKL_FR_ZERO },
                         .s = { ZKL_FR_ZERO, ZKL_FR_ZERO, ZKL_FR_ZERO } };
    for (size_t i = 0; i < at->count; i++) {
        if (zkl_fr_is_zero(&w[i]))
            continue;
        const shown_values of = values_of_power(at, i);
        for (size_t p = 0; p < 3; p++) {
            out.w[p] = toy_add(out.w[p], toy_mul(w[i], of.w[p]));
            out.s[p] = toy_add(out.s[p], toy_mul(w[i], of.s[p]));
        }
    }
    return out;
}

/* ---- The mask that fits */

/* Equations for the coefficients of a mask: rows of as many numbers, and behind them what they add
 * up to. */
typedef struct equations {
    zkl_fr rows[EQUATIONS_MAX][UNKNOWNS_MAX + 1];
    size_t count, unknowns;
} equations;

/* Row `row` becomes 1 at `column`, and all others 0. */
static void clear_column(equations *e, size_t row, size_t column)
{
    const zkl_fr scale = toy_inv(e->rows[row][column]);
    for (size_t k = 0; k <= e->unknowns; k++)
        e->rows[row][k] = toy_mul(e->rows[row][k], scale);
    for (size_t i = 0; i < e->count; i++) {
        const zkl_fr factor = e->rows[i][column];
        for (size_t k = 0; i != row && k <= e->unknowns; k++)
            e->rows[i][k] = toy_sub(e->rows[i][k], toy_mul(factor, e->rows[row][k]));
    }
}

static void exchange_rows(equations *e, size_t a, size_t b)
{
    for (size_t k = 0; k <= e->unknowns; k++) {
        const zkl_fr kept = e->rows[a][k];
        e->rows[a][k] = e->rows[b][k];
        e->rows[b][k] = kept;
    }
}

/* A solution in which only the first `most` coefficients differ from 0, if there is one. */
static bool solve(zkl_fr out[static UNKNOWNS_MAX], equations e, size_t most)
{
    size_t pivots[EQUATIONS_MAX], rank = 0;
    memset(out, 0, UNKNOWNS_MAX * sizeof *out);
    for (size_t column = 0; column < most && rank < e.count; column++) {
        size_t row = rank;
        while (row < e.count && zkl_fr_is_zero(&e.rows[row][column]))
            row++;
        if (row == e.count)
            continue;
        exchange_rows(&e, rank, row);
        clear_column(&e, rank, column);
        pivots[rank++] = column;
    }
    for (size_t i = rank; i < e.count; i++)
        if (!zkl_fr_is_zero(&e.rows[i][e.unknowns]))
            return false;
    for (size_t i = 0; i < rank; i++)
        out[pivots[i]] = e.rows[i][e.unknowns];
    return true;
}

/* What was seen of w = base + chi mask, but for the base. */
typedef struct sight {
    shown_values values; /* w[0] is not seen: the mask's point is */
    zkl_fr mask_point, chi;
} sight;

static equations equations_of(const window *at, const sight *seen, const zkl_fr *base)
{
    const shown_values own = values_of(at, base);
    equations out = { .count = 6, .unknowns = 2 * (size_t)at->format->mask_half };
    for (size_t i = 0; i < out.unknowns; i++) {
        const shown_values of = values_of_power(at, mask_at(at->format, i));
        out.rows[0][i] = of.w[0];
        for (size_t p = 0; p < 3; p++) {
            if (p)
                out.rows[p][i] = toy_mul(seen->chi, of.w[p]);
            out.rows[3 + p][i] = toy_mul(seen->chi, of.s[p]);
        }
    }
    out.rows[0][out.unknowns] = seen->mask_point;
    for (size_t p = 0; p < 3; p++) {
        if (p)
            out.rows[p][out.unknowns] = toy_sub(seen->values.w[p], own.w[p]);
        out.rows[3 + p][out.unknowns] = toy_sub(seen->values.s[p], own.s[p]);
    }
    return out;
}

static void add_mask(zkl_fr *w, const zkl_proof_format *format, const zkl_fr *mask, zkl_fr chi)
{
    for (size_t i = 0; i < 2 * (size_t)format->mask_half; i++) {
        zkl_fr *out = &w[mask_at(format, i)];
        *out = toy_add(*out, toy_mul(chi, mask[i]));
    }
}

/* A mask fits from six coefficients on, and none of fewer. */
static void check_masks(zkl_test *t, const char *name, zkl_fr out[static UNKNOWNS_MAX],
                        const equations *system)
{
    for (size_t most = 0; most <= system->unknowns; most++)
        if (solve(out, *system, most) != (most >= 6))
            FAIL(t, "%s: of masks of %zu coefficients %s", name, most,
                 most >= 6 ? "none fits" : "one fits all the same");
}

/* ---- What was seen of one table could have been made of the other */

/* The blinder with which these cells are under that point. There is always one. */
static zkl_fr blinder_for(const uint8_t point[static ZKL_POINT_BYTES], const zkl_fr *cells)
{
    const zkl_fr tau = toy_tau(), rest = toy_sub(logarithm_of(point), toy_eval(cells, TOY_C, tau));
    return toy_mul(rest, toy_inv(power(tau, TOY_C)));
}

/* w as it is when the proof is one of the guess's cells, without a mask. */
static void base_of(zkl_fr w[static TOY_SRS], const made_proof *p, const public_part *k,
                    const made_proof *guess)
{
    memset(w, 0, TOY_SRS * sizeof *w);
    cells_of_w(w, p, k, guess);
    for (size_t b = 0; b < p->statement.block_count; b++)
        w[TOY_C] = toy_add(
            w[TOY_C], toy_mul(k->weights[b], blinder_for(p->statement.blocks[b], guess->cells[b])));
    if (p->statement.multiplicity_count)
        w[TOY_C] =
            toy_add(w[TOY_C],
                    toy_mul(k->gamma3, blinder_for(p->statement.multiplicities[0], guess->counts)));
}

/* The product opens w to the very bytes that were seen. */
static void check_same_bytes(zkl_test *t, const char *name, const zkl_proof_blob *seen,
                             const zkl_opening *opening, const zkl_proof_format *format)
{
    const zkl_committer committer = { .format = format, .coefficients = hiding_commit };
    zkl_proof_blob blob = *seen;
    zkl_error err;
    memset(blob.s, 0, sizeof blob.s);
    memset(blob.w, 0, sizeof blob.w);
    memset(&blob.values, 0, sizeof blob.values);
    REQUIRE_OK(t, &err, zkl_opening_prove(&blob, opening, &committer, t->pool, &err));
    if (memcmp(blob.s, seen->s, sizeof blob.s) != 0 ||
        memcmp(blob.w, seen->w, sizeof blob.w) != 0 ||
        memcmp(&blob.values, &seen->values, sizeof blob.values) != 0)
        FAIL(t, "%s: the other table's proof shows something else", name);
}

static sight sight_of(const zkl_proof_blob *blob, zkl_fr mask_point, zkl_fr chi)
{
    const zkl_opening_values *v = &blob->values;
    return (
        sight){ { { ZKL_FR_ZERO, v->w_z, v->w_zi }, { logarithm_of(blob->s), v->s_z, v->s_zi } },
                mask_point,
                chi };
}

/* Could the proof be one of the guess? Any lower point will do, for nobody sees it. */
static void check_fits(zkl_test *t, const char *name, const made_proof *p, const made_proof *guess)
{
    const public_part k = public_of(t, p);
    const sight seen = sight_of(&p->blob, logarithm_of(p->statement.masks[0]), k.chi);
    zkl_fr w[TOY_SRS], e[TOY_C], lo[TOY_LOG], mask[UNKNOWNS_MAX];
    for (size_t i = 0; i < TOY_LOG; i++)
        lo[i] = hiding_secret(99, i, hiding_whole);
    zkl_eq_vector(e, lo, TOY_LOG);
    base_of(w, p, &k, guess);
    const window at = window_at(t, &toy_format, e, k.z);
    const equations system = equations_of(&at, &seen, w);
    check_masks(t, name, mask, &system);
    add_mask(w, &toy_format, mask, k.chi);
    const zkl_opening opening = { w, lo, &p->t0 };
    check_same_bytes(t, name, &p->blob, &opening, &toy_format);
}

static void test_hiding__each_proof_fits_both_tables(zkl_test *t)
{
    for (size_t i = 0; i < HIDING_CASES; i++) {
        const hiding_case *c = case_of(t, i);
        const both_tables *both = guess_both(t, c);
        for (size_t which = 0; which < 2; which++) {
            made_proof p;
            hiding_prove(t, &p, c->parts[which], c->count, 7, hiding_whole);
            check_fits(t, c->name, &p, &both->made[1 - which]);
        }
    }
}

/* w of a few cells at the size of real proofs, without its mask. */
static zkl_fr *real_w(zkl_test *t, size_t which)
{
    const size_t cells = (size_t)1 << zkl_proof_format_v1.log_cells;
    zkl_fr *w = ZKL_ARENA_NEW(&t->arena, zkl_fr, cells + zkl_proof_format_v1.mask_half);
    for (size_t i = 0; i < 5; i++)
        w[i * 13000 + 3 * which] = toy_int((int64_t)(i + 7 * which + 1));
    return w;
}

/* The same at that size. A blinder makes both commitments the same, as of all blocks before. */
static void test_hiding__fits_at_real_size(zkl_test *t)
{
    const zkl_proof_format *format = &zkl_proof_format_v1;
    const size_t cells = (size_t)1 << format->log_cells, count = cells + format->mask_half;
    const zkl_committer committer = { .format = format, .coefficients = hiding_commit };
    const zkl_fr tau = toy_tau(), t0 = hiding_secret(5, 0, hiding_whole),
                 chi = hiding_secret(5, 1, hiding_whole);
    zkl_fr *w[2] = { real_w(t, 0), real_w(t, 1) }, lo[2][16], mask[UNKNOWNS_MAX], z;
    zkl_fr *e = ZKL_ARENA_NEW(&t->arena, zkl_fr, cells);
    zkl_proof_blob blob = { .digest = hiding_secret(5, 2, hiding_whole), .hi_count = 2 };
    zkl_error err;
    ZKL_ASSERT(format->log_cells == ZKL_COUNT(lo[0]) && 2 * format->mask_half == UNKNOWNS_MAX);
    for (size_t i = 0; i < 16; i++) {
        lo[0][i] = hiding_secret(6, i, hiding_whole);
        lo[1][i] = hiding_secret(7, i, hiding_whole);
        mask[i] = hiding_secret(8, i, hiding_whole);
    }
    w[1][cells] = toy_mul(toy_sub(toy_eval(w[0], count, tau), toy_eval(w[1], count, tau)),
                          toy_inv(power(tau, cells)));

    zkl_eq_vector(e, lo[1], 16);
    zkl_fr *alone = ZKL_ARENA_NEW(&t->arena, zkl_fr, count);
    add_mask(alone, format, mask, ZKL_FR_ONE);
    add_mask(w[0], format, mask, chi);
    const zkl_opening made = { w[0], lo[0], &t0 }, other = { w[1], lo[1], &t0 };
    REQUIRE_OK(t, &err, zkl_opening_prove(&blob, &made, &committer, t->pool, &err));

    zkl_opening_point(&z, &t0, &blob.digest, blob.hi, blob.hi_count, blob.s);
    const window at = window_at(t, format, e, z);
    const sight seen = sight_of(&blob, toy_eval(alone, count, tau), chi);
    const equations system = equations_of(&at, &seen, w[1]);
    check_masks(t, "real size", mask, &system);
    add_mask(w[1], format, mask, chi);
    check_same_bytes(t, "real size", &blob, &other, format);
}

/* ---- Disclosed rows: the whole proof could have been made of a table with other rows */

enum { ROWS = 21, CHUNK_BLOCKS = 3, BLOCKS = 2 * CHUNK_BLOCKS, PARTS = 4 };
static const uint64_t shown_rows[PARTS] = { 1, 6, 15, 18 };

typedef struct shown_table {
    uint16_t cells[BLOCKS][TOY_C];
    const uint16_t *list[BLOCKS];
    zkl_fr numbers[BLOCKS][TOY_C], blinders[BLOCKS];
    uint8_t points[BLOCKS][ZKL_POINT_BYTES];
} shown_table;

/* A column of two limbs, one of one. The rows that are shown are the same in both tables. */
static void fill_table(shown_table *out, size_t which)
{
    for (uint64_t row = 0; row < ROWS; row++) {
        bool is_shown = false;
        for (size_t i = 0; i < PARTS; i++)
            is_shown |= shown_rows[i] == row;
        for (size_t b = 0; b < CHUNK_BLOCKS; b++)
            out->cells[row / TOY_C * CHUNK_BLOCKS + b][row % TOY_C] =
                (uint16_t)((row * (b + 3) + (is_shown ? 0 : 5 * which)) % TOY_C);
    }
    for (size_t b = 0; b < BLOCKS; b++) {
        out->list[b] = out->cells[b];
        for (size_t i = 0; i < TOY_C; i++)
            out->numbers[b][i] = toy_int(out->cells[b][i]);
    }
}

typedef struct shown_statement {
    zkl_statement s;
    zkl_statement_column columns[2];
    zkl_statement_table table;
    uint32_t indexes[1];
    zkl_scalar params[PARTS][1 + CHUNK_BLOCKS];
    zkl_assertion assertions[PARTS];
} shown_statement;

static void state_rows(shown_statement *out, const shown_table *table)
{
    *out = (shown_statement){ .columns = { { zkl_bytes_of_text("0"), 0, 2 },
                                           { zkl_bytes_of_text("1"), 1, 1 } } };
    out->table =
        (zkl_statement_table){ .row_count = ROWS, .columns = out->columns, .column_count = 2 };
    for (size_t i = 0; i < PARTS; i++) {
        const uint64_t row = shown_rows[i];
        zkl_fr v = toy_int((int64_t)row);
        zkl_fr_encode(out->params[i][0].bytes, &v);
        for (size_t b = 0; b < CHUNK_BLOCKS; b++)
            zkl_fr_encode(out->params[i][1 + b].bytes,
                          &table->numbers[row / TOY_C * CHUNK_BLOCKS + b][row % TOY_C]);
        out->assertions[i] = (zkl_assertion){ ZKL_ASSERTION_DISCLOSE, out->params[i],
                                              1 + CHUNK_BLOCKS, out->indexes, 1 };
    }
    out->s = (zkl_statement){ .assertions = out->assertions,
                              .assertion_count = PARTS,
                              .tables = &out->table,
                              .table_count = 1,
                              .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])table->points,
                              .block_count = BLOCKS };
}

/* The secrets that the prover is handed: all masks, coefficient by coefficient. */
typedef struct handed_secrets {
    zkl_fr masks[PARTS][UNKNOWNS_MAX];
    size_t drawn;
} handed_secrets;

static void hand_out(void *opaque, zkl_fr *out)
{
    handed_secrets *h = opaque;
    *out = h->masks[h->drawn / HIDING_MASK][h->drawn % HIDING_MASK];
    h->drawn++;
}

static zkl_status show_rows(zkl_prove_result *out, const shown_table *table,
                            handed_secrets *secrets, zkl_error *err)
{
    const zkl_env env = { 0 };
    const zkl_prove_world world = {
        .committer = { .format = &toy_format,
                       .coefficients = hiding_commit,
                       .mask = hiding_commit_mask },
        .opaque = secrets,
        .seed = hiding_seed,
        .secret = hand_out,
    };
    shown_statement stated;
    state_rows(&stated, table);
    const zkl_disclosure_request request = { &stated.s, table->list, table->blinders, 0, 0 };
    return zkl_prove_direct_in(out, &world, &request, &env, err);
}

/* sum_j theta'^j (cells of block j, its blinder at X^C), of the part's chunk. */
static void base_of_chunk(zkl_fr w[static TOY_SRS], const shown_table *table,
                          const zkl_direct_place *place, const zkl_fr *weights)
{
    memset(w, 0, TOY_SRS * sizeof *w);
    for (size_t j = 0; j < place->block_count; j++) {
        const size_t b = place->first_block + j;
        for (size_t i = 0; i < TOY_C; i++)
            w[i] = toy_add(w[i], toy_mul(weights[j], table->numbers[b][i]));
        w[TOY_C] = toy_add(w[TOY_C], toy_mul(weights[j], table->blinders[b]));
    }
}

/* The mask with which a part of the proof is one of this table. Its value at the row is seen too,
 * and the cells of the row: of six numbers five are free, or all six where the mask reaches the
 * row. None fits with fewer than four coefficients. */
static void fit_part(zkl_test *t, zkl_fr mask[static UNKNOWNS_MAX], const zkl_statement *s,
                     const zkl_direct_opening *part, size_t number, const shown_table *table)
{
    const zkl_direct_place place = zkl_direct_place_of(s, number, &toy_format);
    zkl_fr t0, z, weights[BLOCKS], w[TOY_SRS], e[TOY_C] = { { { 0 } } };
    zkl_buffer bytes = { 0 };
    zkl_statement_encode(&bytes, s);
    zkl_statement_t0(&t0, zkl_buffer_bytes(&bytes));
    zkl_buffer_clear(&bytes);
    zkl_direct_weights(weights, BLOCKS, &t0);
    sight seen = { { { ZKL_FR_ZERO, part->values.w_z, part->values.w_zi },
                     { logarithm_of(part->s), part->values.s_z, part->values.s_zi } },
                   logarithm_of(s->masks[number]),
                   ZKL_FR_ZERO };
    zkl_direct_chi(&seen.chi, &t0, number, &part->sigma);
    zkl_direct_point(&z, &t0, number, &part->sigma, part->s);
    e[place.row] = ZKL_FR_ONE;
    base_of_chunk(w, table, &place, weights);
    const window at = window_at(t, &toy_format, e, z);
    equations system = equations_of(&at, &seen, w);
    if (place.row < TOY_HALF) {
        system.rows[6][place.row] = ZKL_FR_ONE;
        system.rows[system.count++][HIDING_MASK] = part->sigma;
    }
    for (size_t most = 0; most < 4; most++)
        CHECK(t, !solve(mask, system, most));
    if (!solve(mask, system, HIDING_MASK))
        FAIL(t, "disclosed row %zu: no mask fits the other table", place.row);
}

static void test_hiding__disclosed_rows_fit_both_tables(zkl_test *t)
{
    shown_table *tables = ZKL_ARENA_NEW(&t->arena, shown_table, 2);
    handed_secrets secrets[2] = { 0 };
    zkl_prove_result shown[2] = { 0 };
    zkl_statement s;
    zkl_error err;
    for (size_t which = 0; which < 2; which++)
        fill_table(&tables[which], which);
    CHECK(t, memcmp(tables[0].cells, tables[1].cells, sizeof tables[0].cells) != 0);
    for (size_t b = 0; b < BLOCKS; b++) {
        tables[0].blinders[b] = hiding_secret(11, b, hiding_whole);
        hiding_commit_block(tables[0].points[b], tables[0].numbers[b], &tables[0].blinders[b]);
        memcpy(tables[1].points[b], tables[0].points[b], ZKL_POINT_BYTES);
        tables[1].blinders[b] = blinder_for(tables[0].points[b], tables[1].numbers[b]);
    }
    for (size_t i = 0; i < PARTS * HIDING_MASK; i++)
        secrets[0].masks[i / HIDING_MASK][i % HIDING_MASK] = hiding_secret(12, i, hiding_whole);
    REQUIRE_OK(t, &err, show_rows(&shown[0], &tables[0], &secrets[0], &err));

    const zkl_bytes text = zkl_buffer_bytes(&shown[0].statement);
    REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, text, &err));
    zkl_reader reader = zkl_reader_of(zkl_buffer_bytes(&shown[0].proof));
    for (size_t i = 0; i < PARTS; i++) {
        zkl_direct_opening part;
        zkl_direct_read(&part, &reader);
        fit_part(t, secrets[1].masks[i], &s, &part, i, &tables[1]);
    }
    REQUIRE_OK(t, &err, show_rows(&shown[1], &tables[1], &secrets[1], &err));
    CHECK_UINT_EQ(t, secrets[0].drawn, PARTS * HIDING_MASK); /* and nothing else is secret */
    CHECK_UINT_EQ(t, shown[0].statement.size, shown[1].statement.size);
    CHECK_MEM_EQ(t, shown[0].statement.data, shown[1].statement.data, shown[0].statement.size);
    CHECK_UINT_EQ(t, shown[0].proof.size, shown[1].proof.size);
    CHECK_MEM_EQ(t, shown[0].proof.data, shown[1].proof.data, shown[0].proof.size);
    for (size_t which = 0; which < 2; which++)
        zkl_prove_result_clear(&shown[which]);
}

ZKL_TESTS(TEST(test_hiding__covers_every_kind), TEST(test_hiding__each_secret_has_its_place),
          TEST(test_hiding__each_proof_fits_both_tables), TEST(test_hiding__fits_at_real_size),
          TEST(test_hiding__disclosed_rows_fit_both_tables))
