/* A circuit's Groth16 key from prepared powers of tau, without knowing tau (Groth, IACR ePrint
 * 2016/260; layout: iden3's).
 *
 * For wire w the columns of the matrices give polynomials over the domain of rows: A_w = sum over
 * rows of a_(row, w) L_row. The powers are prepared as [L_row(tau)]_1, [alpha L_row]_1, [beta
 * L_row]_1 and [L_row]_2, so each point of the key is a short sum over the rows of its wire:
 *
 *   A_w   over [L]_1
 *   B_w   over [L]_1 and [L]_2
 *   K_w   = beta A_w + alpha B_w + C_w, over [beta L]_1, [alpha L]_1 and [L]_1
 *   H          the Lagrange points of the odd half of the doubled domain, as they are
 *
 * 1. make_initial makes the key with delta = 1: everything is public, and anybody makes the same.
 * 2. apply_delta draws 1/delta, sets [delta] in both groups, and scales K of the private wires and
 *    H by 1/delta. delta is wiped then; with a record it first signs a contribution. Such a key is
 *    development: its maker could have kept delta.
 * 3. Checking a key makes the initial one again and compares: what is free of delta must be equal,
 *    the rest divided by it.
 *
 * Most coefficients are 1 or -1; the general ones stand in the dense rows of Poseidon, in C
 * alone. A row with many of them gets a table of multiples (point_tables.h); a wire with many
 * terms (the constant 1) is one large sum on all workers. Memory: the powers, the key (480 bytes
 * a wire, 96 a row of the domain), and 3.5 KB for each row with a table. */
#include "setup/groth16_setup.h"

#include <stdlib.h>
#include <string.h>

#include "setup/iden3_phase2.h"
#include "setup/point_scale.h"
#include "setup/point_tables.h"

#define STAGE "circuit key"
#define DENSE_TERMS_MIN 4  /* products of a row's point that make its table worth while */
#define LONG_TERMS_MIN 256 /* products of a wire that one large sum does faster */
#define CHUNK 4096         /* wires between two reports of progress */
#define WIRE_SLICE 32      /* wires whose dense sums share inversions */

unsigned zkl_groth16_log_domain(const zkl_r1cs *r1cs)
{
    const uint64_t rows = (uint64_t)r1cs->constraint_count + r1cs->public_count + 1;
    unsigned log_n = 1;

    ZKL_ASSERT(rows <= (uint64_t)1 << 32);
    while ((uint64_t)1 << log_n < rows)
        log_n++;
    return log_n;
}

/* ---- the rows of A and B with those that iden3 adds */

/* in: a matrix of the circuit. extra_terms: each added row has its public wire (A), or is empty
 * (B). */
static zkl_status copy_rows(zkl_r1cs_matrix *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                            const zkl_r1cs_matrix *in, bool extra_terms, zkl_error *err)
{
    const uint32_t row_count = r1cs->constraint_count, extra_rows = r1cs->public_count + 1;
    const uint32_t term_count = in->starts[row_count];
    ZKL_ASSERT(extra_rows <= r1cs->wire_count);
    uint32_t *starts = ZKL_ARENA_NEW(arena, uint32_t, (size_t)row_count + extra_rows + 1);
    zkl_lc_term *terms = ZKL_ARENA_NEW(arena, zkl_lc_term, (size_t)term_count + extra_rows);
    if (starts == NULL || terms == NULL)
        return zkl_no_memory(err, ((size_t)term_count + extra_rows) * sizeof *terms);

    memcpy(starts, in->starts, ((size_t)row_count + 1) * sizeof *starts);
    memcpy(terms, in->terms, term_count * sizeof *terms);
    for (uint32_t wire = 0; wire < extra_rows; wire++) {
        if (extra_terms)
            terms[term_count + wire] = (zkl_lc_term){ wire, ZKL_FR_ONE };
        starts[row_count + wire + 1] = term_count + (extra_terms ? wire + 1 : 0);
    }
    *out = (zkl_r1cs_matrix){ terms, starts };
    return ZKL_OK;
}

zkl_status zkl_groth16_rows(zkl_groth16_key *key, zkl_arena *arena, const zkl_r1cs *r1cs,
                            zkl_error *err)
{
    ZKL_TRY(copy_rows(&key->rows_a, arena, r1cs, &r1cs->a, true, err));
    ZKL_TRY(copy_rows(&key->rows_b, arena, r1cs, &r1cs->b, false, err));
    key->row_count = r1cs->constraint_count + r1cs->public_count + 1;
    return ZKL_OK;
}

/* ---- columns: for each wire, its rows and coefficients */

typedef struct column_term {
    uint32_t row;
    const zkl_fr *coefficient;
} column_term;

typedef struct columns {
    uint32_t *starts; /* wire_count + 1 */
    column_term *terms;
} columns;

/* The matrix by columns: a counting sort by wire, rows in their order within each. */
static zkl_status columns_of(columns *out, zkl_arena *arena, const zkl_r1cs_matrix *matrix,
                             uint32_t row_count, uint32_t wire_count, zkl_error *err)
{
    const uint32_t term_count = matrix->starts[row_count];
    ZKL_ASSERT(matrix->starts[0] == 0);

    /* count, add up, place: one place more, since while a column is filled, starts[wire + 1]
     * walks from its start to its end */
    uint32_t *starts = ZKL_ARENA_NEW(arena, uint32_t, (size_t)wire_count + 2);
    column_term *terms = ZKL_ARENA_NEW(arena, column_term, term_count);
    if (starts == NULL || terms == NULL)
        return zkl_no_memory(err, term_count * sizeof *terms);
    for (uint32_t i = 0; i < term_count; i++)
        starts[matrix->terms[i].wire + 2]++;
    for (uint32_t wire = 0; wire < wire_count; wire++)
        starts[wire + 2] += starts[wire + 1];
    for (uint32_t row = 0; row < row_count; row++)
        for (uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++)
            terms[starts[matrix->terms[i].wire + 1]++] =
                (column_term){ row, &matrix->terms[i].coefficient };
    *out = (columns){ starts, terms };
    return ZKL_OK;
}

typedef enum coefficient_kind { PLUS_ONE, MINUS_ONE, GENERAL } coefficient_kind;

/* A product by 1 or -1 is an addition. Coefficients are the circuit's, so public. */
static coefficient_kind kind_of(const zkl_fr *coefficient)
{
    zkl_fr negative;

    if (zkl_fr_equal(coefficient, &ZKL_FR_ONE))
        return PLUS_ONE;
    zkl_fr_neg(&negative, coefficient);
    return zkl_fr_equal(&negative, &ZKL_FR_ONE) ? MINUS_ONE : GENERAL;
}

/* ---- the work */

typedef struct setup {
    const zkl_r1cs *r1cs;
    const zkl_env *env;
    zkl_groth16_key *key;
    columns a, b, c;
    const zkl_g1_affine *lagrange, *lagrange_alpha, *lagrange_beta; /* of this circuit's domain */
    const zkl_g2_affine *lagrange_2;
    const uint32_t *table_of_row;   /* UINT32_MAX: none */
    zkl_point_sums *const *batches; /* one for each worker */
    zkl_g1_affine *a_1, *b_1, *k, *h;
    zkl_g2_affine *b_2;
    zkl_g1 *sums_1[3]; /* A, B, K of a chunk of wires */
    zkl_g2 *sums_2;
    uint32_t chunk_begin, chunk_end;
    uint64_t done, total;
} setup;

/* One kind of sum: columns against the points of rows. */
typedef struct part {
    const columns *columns;
    const zkl_g1_affine *points;
    bool tabled;
} part;

/* sum += or -= point: a coefficient of 1 or -1. */
static void add_point(zkl_g1 *sum, const zkl_g1_affine *point, bool negative)
{
    zkl_g1_affine signed_point = *point;
    blst_fp_cneg(&signed_point.y, &signed_point.y, negative);
    blst_p1_add_or_double_affine(sum, sum, &signed_point);
}

/* Terms of a wire in one matrix. */
static uint32_t term_count(const columns *c, uint32_t wire)
{
    ZKL_DEBUG_ASSERT(c->starts[wire] <= c->starts[wire + 1]);
    return c->starts[wire + 1] - c->starts[wire];
}

/* All three columns of a wire go one way, so that sums_1 and sums_2 are filled by one of
 * sum_slice and sum_long_wires. */
static bool is_long(const setup *s, uint32_t wire)
{
    return term_count(&s->a, wire) + term_count(&s->b, wire) + term_count(&s->c, wire) >=
           LONG_TERMS_MIN;
}

/* sum += coefficients of the wire times the points of their rows; what has a table goes to the
 * wire's sum of the batch */
static void add_column(const setup *s, zkl_g1 *sum, zkl_point_sums *batch, const part *from,
                       uint32_t wire)
{
    ZKL_DEBUG_ASSERT(from->columns->starts && from->points);
    for (uint32_t i = from->columns->starts[wire]; i < from->columns->starts[wire + 1]; i++) {
        const column_term *term = &from->columns->terms[i];
        const coefficient_kind kind = kind_of(term->coefficient);
        zkl_g1 product;

        if (kind != GENERAL)
            add_point(sum, &from->points[term->row], kind == MINUS_ONE);
        else if (from->tabled && s->table_of_row[term->row] != UINT32_MAX)
            zkl_point_sums_add(batch, wire % WIRE_SLICE, s->table_of_row[term->row],
                               term->coefficient);
        else {
            zkl_g1_mul(&product, &from->points[term->row], term->coefficient);
            blst_p1_add_or_double(sum, sum, &product);
        }
    }
}

/* The sum of a wire over some kinds of columns. */
static void sum_wire(const setup *s, zkl_g1 *out, zkl_point_sums *batch, const part *parts,
                     size_t part_count, uint32_t wire)
{
    ZKL_DEBUG_ASSERT(part_count <= 3 && wire < s->r1cs->wire_count);
    *out = (zkl_g1){ 0 };
    for (size_t i = 0; i < part_count; i++)
        add_column(s, out, batch, &parts[i], wire);
}

/* B in G2, whose rows have no tables: B holds single wires, with coefficients that are mostly 1. */
static void sum_wire_2(const setup *s, zkl_g2 *out, uint32_t wire)
{
    ZKL_DEBUG_ASSERT(wire < s->r1cs->wire_count);
    *out = (zkl_g2){ 0 };
    for (uint32_t i = s->b.starts[wire]; i < s->b.starts[wire + 1]; i++) {
        zkl_g2_affine point = s->lagrange_2[s->b.terms[i].row];
        const coefficient_kind kind = kind_of(s->b.terms[i].coefficient);
        zkl_g2 product;

        if (kind != GENERAL) {
            blst_fp2_cneg(&point.y, &point.y, kind == MINUS_ONE);
            blst_p2_add_or_double_affine(out, out, &point);
        } else {
            zkl_g2_mul(&product, &point, s->b.terms[i].coefficient);
            blst_p2_add_or_double(out, out, &product);
        }
    }
}

/* K_w = beta A_w + alpha B_w + C_w. Only C has dense rows, so only its points have tables. */
static void parts_of_k(const setup *s, part parts[3])
{
    parts[0] = (part){ &s->a, s->lagrange_beta, false };
    parts[1] = (part){ &s->b, s->lagrange_alpha, false };
    parts[2] = (part){ &s->c, s->lagrange, true };
}

/* A task: WIRE_SLICE wires. What has tables is summed for all of them together, at the end. */
static void sum_slice(void *context, size_t index, size_t worker)
{
    const setup *s = context;
    zkl_point_sums *const batch = s->batches[worker];
    const uint32_t begin = s->chunk_begin + (uint32_t)index * WIRE_SLICE;
    const part a = { &s->a, s->lagrange, false }, b = { &s->b, s->lagrange, false };
    part k[3];

    parts_of_k(s, k);
    ZKL_DEBUG_ASSERT(begin < s->chunk_end);
    const uint32_t end = begin + WIRE_SLICE < s->chunk_end ? begin + WIRE_SLICE : s->chunk_end;
    for (uint32_t wire = begin; wire < end; wire++) {
        const uint32_t at = wire - s->chunk_begin;
        if (is_long(s, wire)) {
            s->sums_1[2][at] = (zkl_g1){ 0 };
            continue;
        }
        sum_wire(s, &s->sums_1[0][at], batch, &a, 1, wire);
        sum_wire(s, &s->sums_1[1][at], batch, &b, 1, wire);
        sum_wire(s, &s->sums_1[2][at], batch, k, 3, wire);
        sum_wire_2(s, &s->sums_2[at], wire);
    }
    zkl_point_sums_finish(batch, &s->sums_1[2][begin - s->chunk_begin], end - begin);
}

/* A wire with many terms (the constant 1): one large sum on all workers. */
static zkl_status sum_long(const setup *s, zkl_g1 *out, const part *parts, size_t part_count,
                           uint32_t wire, zkl_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < part_count; i++)
        count += term_count(parts[i].columns, wire);
    ZKL_AUTO_BLOCK zkl_g1_affine *points = zkl_malloc(count, sizeof *points);
    ZKL_AUTO_BLOCK zkl_fr *scalars = zkl_malloc(count, sizeof *scalars);
    if (points == NULL || scalars == NULL)
        return zkl_no_memory(err, count * (sizeof *points + sizeof *scalars));
    count = 0;
    for (size_t i = 0; i < part_count; i++)
        for (uint32_t j = parts[i].columns->starts[wire]; j < parts[i].columns->starts[wire + 1];
             j++, count++) {
            points[count] = parts[i].points[parts[i].columns->terms[j].row];
            scalars[count] = *parts[i].columns->terms[j].coefficient;
        }
    return zkl_g1_msm(out, points, scalars, count, s->env->pool, err);
}

/* The same for B in G2. */
static zkl_status sum_long_2(const setup *s, zkl_g2 *out, uint32_t wire, zkl_error *err)
{
    const size_t count = term_count(&s->b, wire);
    ZKL_ASSERT(wire < s->r1cs->wire_count);
    ZKL_AUTO_BLOCK zkl_g2_affine *points = zkl_malloc(count, sizeof *points);
    ZKL_AUTO_BLOCK zkl_fr *scalars = zkl_malloc(count, sizeof *scalars);
    if (points == NULL || scalars == NULL)
        return zkl_no_memory(err, count * (sizeof *points + sizeof *scalars));
    for (size_t i = 0; i < count; i++) {
        const column_term *term = &s->b.terms[s->b.starts[wire] + i];
        points[i] = s->lagrange_2[term->row];
        scalars[i] = *term->coefficient;
    }
    return zkl_g2_msm(out, points, scalars, count, s->env->pool, err);
}

/* After the workers: the few long wires of the chunk, one by one, on all of them. */
static zkl_status sum_long_wires(const setup *s, zkl_error *err)
{
    ZKL_ASSERT(s->chunk_begin < s->chunk_end);
    const part a = { &s->a, s->lagrange, false }, b = { &s->b, s->lagrange, false };
    part k[3];

    parts_of_k(s, k);
    for (uint32_t wire = s->chunk_begin; wire < s->chunk_end; wire++) {
        const uint32_t at = wire - s->chunk_begin;
        if (!is_long(s, wire))
            continue;
        ZKL_TRY(sum_long(s, &s->sums_1[0][at], &a, 1, wire, err));
        ZKL_TRY(sum_long(s, &s->sums_1[1][at], &b, 1, wire, err));
        ZKL_TRY(sum_long(s, &s->sums_1[2][at], k, 3, wire, err));
        ZKL_TRY(sum_long_2(s, &s->sums_2[at], wire, err));
    }
    return ZKL_OK;
}

/* Tells progress, and lets the caller stop: then the status is not ZKL_OK. */
static zkl_status report(setup *s, uint64_t done, zkl_error *err)
{
    ZKL_ASSERT(s->total > 0);
    s->done += done;
    ZKL_ASSERT(s->done <= s->total);
    return zkl_env_progress(s->env, STAGE, s->done, s->total, err);
}

/* Wires in chunks: sums of a chunk are made affine together, and progress is told. */
static zkl_status sum_chunks(setup *s, zkl_error *err)
{
    zkl_g1_affine *const out_1[3] = { s->a_1, s->b_1, s->k };
    ZKL_AUTO_BLOCK zkl_g1 *sums_1 = zkl_malloc(3 * CHUNK, sizeof *sums_1);
    ZKL_AUTO_BLOCK zkl_g2 *sums_2 = zkl_malloc(CHUNK, sizeof *sums_2);
    if (sums_1 == NULL || sums_2 == NULL)
        return zkl_no_memory(err, CHUNK * (3 * sizeof *sums_1 + sizeof *sums_2));

    for (size_t i = 0; i < 3; i++)
        s->sums_1[i] = sums_1 + i * CHUNK;
    s->sums_2 = sums_2;
    for (uint32_t begin = 0; begin < s->r1cs->wire_count; begin += CHUNK) {
        const uint32_t left = s->r1cs->wire_count - begin, n = left < CHUNK ? left : CHUNK;

        ZKL_ASSERT(n > 0);
        s->chunk_begin = begin;
        s->chunk_end = begin + n;
        zkl_pool_run(s->env->pool, (n + WIRE_SLICE - 1) / WIRE_SLICE, sum_slice, s);
        ZKL_TRY(sum_long_wires(s, err));
        for (size_t i = 0; i < 3; i++)
            zkl_g1_normalize_many(out_1[i] + begin, s->sums_1[i], n);
        zkl_g2_normalize_many(s->b_2 + begin, s->sums_2, n);
        ZKL_TRY(report(s, n, err));
    }
    return ZKL_OK;
}

/* Products of one slice of wires, at most. */
static size_t slice_terms_max(const setup *s)
{
    ZKL_ASSERT(s->c.starts);
    size_t most = 0;

    for (uint32_t begin = 0; begin < s->r1cs->wire_count; begin += WIRE_SLICE) {
        size_t terms = 0;
        for (uint32_t wire = begin; wire < begin + WIRE_SLICE && wire < s->r1cs->wire_count; wire++)
            terms += is_long(s, wire) ? 0 : term_count(&s->c, wire);
        most = terms > most ? terms : most;
    }
    return most;
}

/* Each worker has a batch of its own, for the longest slice of wires that may come. */
static zkl_status sum_columns(setup *s, const zkl_point_table *tables, zkl_error *err)
{
    const size_t workers = zkl_pool_threads(s->env->pool), terms = slice_terms_max(s);
    ZKL_AUTO_BLOCK zkl_point_sums **batches = zkl_calloc(workers, sizeof *batches);
    zkl_status status = batches == NULL ? zkl_no_memory(err, workers * sizeof *batches) : ZKL_OK;

    for (size_t i = 0; i < workers && status == ZKL_OK; i++)
        status = zkl_point_sums_new(&batches[i], tables, terms, WIRE_SLICE, err);
    s->batches = batches;
    if (status == ZKL_OK)
        status = sum_chunks(s, err);
    for (size_t i = 0; i < workers && batches != NULL; i++)
        zkl_point_sums_free(batches[i]);
    return status;
}

/* Tables of the points of rows that stand in C with many general coefficients. */
static zkl_status make_tables(setup *s, zkl_point_table **tables, uint32_t **table_of_row,
                              zkl_error *err)
{
    const zkl_r1cs_matrix *c = &s->r1cs->c; /* without iden3's rows, which C does not have */
    const uint32_t row_count = s->r1cs->constraint_count;
    ZKL_AUTO_BLOCK uint32_t *dense = zkl_malloc(row_count, sizeof *dense);
    *table_of_row = zkl_malloc(row_count, sizeof **table_of_row);
    if (dense == NULL || *table_of_row == NULL)
        return zkl_no_memory(err, 2 * row_count * sizeof *dense);

    size_t count = 0;
    for (uint32_t row = 0; row < row_count; row++) {
        size_t general = 0;
        for (uint32_t i = c->starts[row]; i < c->starts[row + 1]; i++)
            general += kind_of(&c->terms[i].coefficient) == GENERAL;
        (*table_of_row)[row] = general >= DENSE_TERMS_MIN ? (uint32_t)count : UINT32_MAX;
        if (general >= DENSE_TERMS_MIN)
            dense[count++] = row;
    }
    *tables = zkl_malloc(count == 0 ? 1 : count, sizeof **tables);
    if (*tables == NULL)
        return zkl_no_memory(err, count * sizeof **tables);
    zkl_point_tables_make(*tables, s->lagrange, dense, count, s->env->pool);
    s->table_of_row = *table_of_row;
    return ZKL_OK;
}

/* ---- phase two */

/* points[i] = by * points[i] */
static zkl_status scale(setup *s, zkl_g1_affine *points, size_t count, const zkl_split_factor *by,
                        zkl_error *err)
{
    ZKL_ASSERT(points != NULL || count == 0);
    for (size_t begin = 0; begin < count; begin += CHUNK) {
        const size_t left = count - begin, n = left < CHUNK ? left : CHUNK;
        ZKL_TRY(zkl_points_scale(points + begin, n, by, s->env->pool, err));
        ZKL_TRY(report(s, n, err));
    }
    return ZKL_OK;
}

/* [delta] in both groups. */
static void set_delta(zkl_groth16_key *key, const zkl_fr *delta)
{
    ZKL_ASSERT(!zkl_fr_is_zero(delta));
    zkl_g1 delta_1;
    zkl_g2 delta_2;

    zkl_g1_mul(&delta_1, &zkl_g1_generator, delta);
    zkl_g1_normalize(&key->delta_1, &delta_1);
    zkl_g2_mul(&delta_2, &zkl_g2_generator, delta);
    zkl_g2_normalize(&key->vk.delta, &delta_2);
}

/* Drawn is 1/delta, in the halves in which it is then applied. history: with its circuit hash;
 * NULL: no record. */
static zkl_status apply_delta(setup *s, zkl_arena *arena, zkl_zkey_history *history, zkl_error *err)
{
    zkl_split_factor inverse;
    zkl_fr delta;
    const size_t private_count = s->r1cs->wire_count - s->r1cs->public_count - 1;

    /* The inverse is what is drawn: two halves of 128 bits, so that scaling by it takes half the
     * doublings (point_scale.h). Its value is as good as uniform mod r. */
    do {
        ZKL_TRY(zkl_env_random(s->env, &inverse, sizeof inverse, err));
        zkl_split_factor_value(&delta, &inverse);
    } while (ZKL_NEVER(zkl_fr_is_zero(&delta) || zkl_fr_equal(&delta, &ZKL_FR_ONE)));
    zkl_fr_inverse(&delta, &delta);
    set_delta(s->key, &delta);

    /* The record is signed before delta goes; K and H are scaled by its inverse, which is wiped
     * last. */
    zkl_status status = ZKL_OK;
    if (history != NULL)
        status = zkl_phase2_record(history, arena, &delta, s->env, err);
    zkl_wipe(&delta, sizeof delta);
    if (status == ZKL_OK)
        status = scale(s, s->k + s->r1cs->public_count + 1, private_count, &inverse, err);
    if (status == ZKL_OK)
        status = scale(s, s->h, (size_t)1 << s->key->log_domain, &inverse, err);
    zkl_wipe(&inverse, sizeof inverse);
    return status;
}

/* Columns of A and B with iden3's added rows, of C without: those rows are empty in C. */
static zkl_status make_columns(setup *s, zkl_arena *arena, zkl_error *err)
{
    ZKL_ASSERT(s->key->row_count == s->r1cs->constraint_count + s->r1cs->public_count + 1);
    const uint32_t wires = s->r1cs->wire_count;

    ZKL_TRY(columns_of(&s->a, arena, &s->key->rows_a, s->key->row_count, wires, err));
    ZKL_TRY(columns_of(&s->b, arena, &s->key->rows_b, s->key->row_count, wires, err));
    return columns_of(&s->c, arena, &s->r1cs->c, s->r1cs->constraint_count, wires, err);
}

/* The key with delta = 1: what a ceremony's second phase starts from. */
static zkl_status make_initial(setup *s, zkl_groth16_key *key, zkl_arena *arena,
                               const zkl_powers *powers, zkl_error *err)
{
    const size_t domain = (size_t)1 << key->log_domain,
                 start = zkl_powers_domain_start(key->log_domain);
    const size_t wires = s->r1cs->wire_count;
    ZKL_AUTO_CLEAR(zkl_arena) working = { 0 };
    ZKL_AUTO_BLOCK zkl_point_table *tables = NULL;
    ZKL_AUTO_BLOCK uint32_t *table_of_row = NULL;
    ZKL_ASSERT(key->log_domain <= powers->power &&
               powers->lagrange_1); /* start_key saw to the first */

    s->h = ZKL_ARENA_NEW(arena, zkl_g1_affine, domain);
    s->a_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, wires);
    s->b_1 = ZKL_ARENA_NEW(arena, zkl_g1_affine, wires);
    s->b_2 = ZKL_ARENA_NEW(arena, zkl_g2_affine, wires);
    s->k = ZKL_ARENA_NEW(arena, zkl_g1_affine, wires);
    if (s->h == NULL || s->a_1 == NULL || s->b_1 == NULL || s->b_2 == NULL || s->k == NULL)
        return zkl_no_memory(err,
                             domain * sizeof *s->h + wires * (3 * sizeof *s->k + sizeof *s->b_2));
    s->lagrange = powers->lagrange_1 + start;
    s->lagrange_alpha = powers->lagrange_alpha_1 + start;
    s->lagrange_beta = powers->lagrange_beta_1 + start;
    s->lagrange_2 = powers->lagrange_2 + start;
    s->total = 2 * wires + domain;

    ZKL_TRY(report(s, 0, err));
    /* Columns, tables of dense rows, sums; all working memory is freed at the end of this
     * function. */
    ZKL_TRY(make_columns(s, &working, err));
    ZKL_TRY(make_tables(s, &tables, &table_of_row, err));
    ZKL_TRY(sum_columns(s, (const zkl_point_table *)tables, err));
    for (size_t i = 0; i < domain; i++) /* the odd points of the doubled domain */
        s->h[i] = powers->lagrange_1[zkl_powers_domain_start(key->log_domain + 1) + 2 * i + 1];

    key->delta_1 = zkl_g1_generator;
    key->vk.delta = zkl_g2_generator;
    key->a = s->a_1;
    key->b_1 = s->b_1;
    key->b_2 = s->b_2;
    key->k = s->k + s->r1cs->public_count + 1;
    key->h = s->h;
    key->vk.ic[0] = s->k[0];
    key->vk.ic[1] = s->k[1];
    return ZKL_OK;
}

/* What is known before any sum: sizes, the powers' own points, and the rows for the prover.
 * gamma is the generator, as iden3's keys have it. */
static zkl_status start_key(zkl_groth16_key *key, zkl_arena *arena, const zkl_r1cs *r1cs,
                            const zkl_powers *powers, zkl_error *err)
{
    ZKL_ASSERT(r1cs->public_count == 1);
    *key = (zkl_groth16_key){
        .development = true,
        .log_domain = zkl_groth16_log_domain(r1cs),
        .wire_count = r1cs->wire_count,
        .public_count = r1cs->public_count,
        .beta_1 = powers->beta_1[0],
        .vk = { .alpha = powers->alpha_1[0], .beta = powers->beta_2, .gamma = zkl_g2_generator },
    };
    if (key->log_domain > powers->power)
        return zkl_fail(err, ZKL_LIMIT,
                        "circuit of 2^%u rows is larger than powers of tau for 2^%u",
                        key->log_domain, powers->power);
    return zkl_groth16_rows(key, arena, r1cs, err);
}

/* history: where the record goes; NULL: none. */
static zkl_status make_key(zkl_groth16_key *out, zkl_zkey_history *history, setup *s,
                           zkl_arena *arena, const zkl_powers *powers, zkl_error *err)
{
    zkl_groth16_key key;
    s->key = &key;
    ZKL_TRY(start_key(&key, arena, s->r1cs, powers, err));
    ZKL_TRY(make_initial(s, &key, arena, powers, err));
    if (history != NULL)
        ZKL_TRY(zkl_phase2_circuit_hash(history->circuit_hash, &key, powers, err));
    ZKL_TRY(apply_delta(s, arena, history, err));
    ZKL_TRY(report(s, s->total - s->done, err));
    *out = key;
    return ZKL_OK;
}

zkl_status zkl_groth16_setup(zkl_groth16_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                             const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    setup s = { .r1cs = r1cs, .env = env };
    return make_key(out, NULL, &s, arena, powers, err);
}

zkl_status zkl_groth16_setup_recorded(zkl_recorded_key *out, zkl_arena *arena, const zkl_r1cs *r1cs,
                                      const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    setup s = { .r1cs = r1cs, .env = env };
    zkl_recorded_key made = { 0 };
    ZKL_TRY(make_key(&made.key, &made.history, &s, arena, powers, err));
    *out = made;
    return ZKL_OK;
}

/* ---- the rows that a key brings for its prover */

/* For qsort: by wire. */
static int compare_wires(const void *a, const void *b)
{
    const uint32_t x = ((const zkl_lc_term *)a)->wire, y = ((const zkl_lc_term *)b)->wire;
    return (x > y) - (x < y);
}

/* By wire, each once, none of them zero: the same for two rows exactly when they are the same
 * linear form. */
static size_t settle_row(zkl_lc_term *terms, size_t count)
{
    size_t kept = 0;
    qsort(terms, count, sizeof *terms, compare_wires);
    for (size_t i = 0; i < count;) {
        zkl_lc_term sum = terms[i++];
        for (; i < count && terms[i].wire == sum.wire; i++)
            zkl_fr_add(&sum.coefficient, &sum.coefficient, &terms[i].coefficient);
        if (!zkl_fr_is_zero(&sum.coefficient))
            terms[kept++] = sum;
    }
    return kept;
}

static bool same_terms(const zkl_lc_term *a, const zkl_lc_term *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].wire != b[i].wire || !zkl_fr_equal(&a[i].coefficient, &b[i].coefficient))
            return false;
    return true;
}

/* *same: row by row the linear forms of want; order, repetition and zeros of the terms are free. */
static zkl_status compare_rows(bool *same, const zkl_r1cs_matrix *rows, uint32_t row_count,
                               const zkl_r1cs_matrix *want, uint32_t want_count, zkl_error *err)
{
    ZKL_ASSERT(want->starts[0] == 0);
    *same = row_count <= want_count; /* rows past the key's own are empty */
    for (uint32_t row = 0; row < want_count && *same; row++) {
        const uint32_t at = row < row_count ? rows->starts[row] : 0;
        const size_t count = row < row_count ? rows->starts[row + 1] - at : 0;
        const zkl_lc_term *expected = want->terms + want->starts[row];
        const size_t expected_count = want->starts[row + 1] - want->starts[row];
        if (count == expected_count && same_terms(rows->terms + at, expected, count))
            continue;
        ZKL_AUTO_BLOCK zkl_lc_term *both = zkl_malloc(count + expected_count + 1, sizeof *both);
        if (!both)
            return zkl_no_memory(err, (count + expected_count) * sizeof *both);
        if (count)
            memcpy(both, rows->terms + at, count * sizeof *both);
        if (expected_count)
            memcpy(both + count, expected, expected_count * sizeof *both);
        const size_t left = settle_row(both, count);
        *same = left == settle_row(both + count, expected_count) &&
                same_terms(both, both + count, left);
    }
    return ZKL_OK;
}

/* The prover evaluates the rows that the key brings: others would make it prove another circuit,
 * and fail. */
static zkl_status check_rows(const zkl_groth16_key *key, const zkl_groth16_key *initial,
                             zkl_error *err)
{
    ZKL_ASSERT(initial->row_count > 0);
    bool same_a, same_b;
    ZKL_TRY(compare_rows(&same_a, &key->rows_a, key->row_count, &initial->rows_a,
                         initial->row_count, err));
    ZKL_TRY(compare_rows(&same_b, &key->rows_b, key->row_count, &initial->rows_b,
                         initial->row_count, err));
    return same_a && same_b
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "the coefficients in the key are not the circuit's");
}

zkl_status zkl_groth16_check(const zkl_groth16_key *key, const zkl_r1cs *r1cs,
                             const zkl_powers *powers, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_groth16_key initial;
    setup s = { .r1cs = r1cs, .env = env, .key = &initial };

    ZKL_TRY(start_key(&initial, &arena, r1cs, powers, err));
    ZKL_TRY(make_initial(&s, &initial, &arena, powers, err));
    ZKL_TRY(zkl_phase2_check_key(key, &initial, env, err));
    return check_rows(key, &initial, err);
}
