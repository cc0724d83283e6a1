/* The points of a key with delta = 1, each a short sum over the rows of its wire (groth16_setup.c
 * has the equations).
 *
 * Most coefficients are 1 or -1; the general ones stand in the dense rows of Poseidon, in C alone,
 * and are summed for all permutations together (groth16_repeats.h). A wire with many terms (the
 * constant 1) is one large sum on all workers. */
#include "setup/groth16_internal.h"
#include "setup/groth16_repeats.h"

#define STAGE "circuit key"
#define LONG_TERMS_MIN 256 /* products of a wire that one large sum does faster */
#define WIRE_SLICE 32      /* wires of a task */

/* ---- columns: for each wire, its rows and coefficients */

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

/* One kind of sum: columns against the points of rows. */
typedef struct part {
    const columns *columns;
    const zkl_g1_affine *points;
    const bool *is_dense; /* rows whose terms are summed elsewhere, but for wire 0's; NULL: none */
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
static bool is_long(const groth16_making *s, uint32_t wire)
{
    return term_count(&s->a, wire) + term_count(&s->b, wire) + term_count(&s->c, wire) >=
           LONG_TERMS_MIN;
}

/* sum += coefficients of the wire times the points of their rows, where they are not dense */
static void add_column(zkl_g1 *sum, const part *from, uint32_t wire)
{
    ZKL_DEBUG_ASSERT(from->columns->starts && from->points);
    for (uint32_t i = from->columns->starts[wire]; i < from->columns->starts[wire + 1]; i++) {
        const column_term *term = &from->columns->terms[i];
        const coefficient_kind kind = kind_of(term->coefficient);
        zkl_g1 product;

        if (from->is_dense && from->is_dense[term->row] && wire != 0)
            continue;
        if (kind != GENERAL)
            add_point(sum, &from->points[term->row], kind == MINUS_ONE);
        else {
            zkl_g1_mul(&product, &from->points[term->row], term->coefficient);
            blst_p1_add_or_double(sum, sum, &product);
        }
    }
}

/* The sum of a wire over some kinds of columns. */
static void sum_wire(const groth16_making *s, zkl_g1 *out, const part *parts, size_t part_count,
                     uint32_t wire)
{
    ZKL_DEBUG_ASSERT(part_count <= 3 && wire < s->r1cs->wire_count);
    *out = (zkl_g1){ 0 };
    for (size_t i = 0; i < part_count; i++)
        add_column(out, &parts[i], wire);
}

/* B in G2: B holds single wires, with coefficients that are mostly 1. */
static void sum_wire_2(const groth16_making *s, zkl_g2 *out, uint32_t wire)
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

/* K_w = beta A_w + alpha B_w + C_w. Only C has dense rows. */
static void parts_of_k(const groth16_making *s, part parts[3])
{
    parts[0] = (part){ &s->a, s->lagrange_beta, NULL };
    parts[1] = (part){ &s->b, s->lagrange_alpha, NULL };
    parts[2] = (part){ &s->c, s->lagrange, s->is_dense };
}

/* A task: WIRE_SLICE wires. */
static void sum_slice(void *context, size_t index, size_t worker)
{
    (void)worker;
    const groth16_making *s = context;
    const uint32_t begin = s->chunk_begin + (uint32_t)index * WIRE_SLICE;
    const part a = { &s->a, s->lagrange, NULL }, b = { &s->b, s->lagrange, NULL };
    part k[3];

    parts_of_k(s, k);
    ZKL_DEBUG_ASSERT(begin < s->chunk_end);
    const uint32_t end = begin + WIRE_SLICE < s->chunk_end ? begin + WIRE_SLICE : s->chunk_end;
    for (uint32_t wire = begin; wire < end; wire++) {
        const uint32_t at = wire - s->chunk_begin;
        if (is_long(s, wire))
            continue;
        sum_wire(s, &s->sums_1[0][at], &a, 1, wire);
        sum_wire(s, &s->sums_1[1][at], &b, 1, wire);
        sum_wire(s, &s->sums_1[2][at], k, 3, wire);
        if (!zkl_g1_is_infinity(&s->dense[wire]))
            add_point(&s->sums_1[2][at], &s->dense[wire], false);
        sum_wire_2(s, &s->sums_2[at], wire);
    }
}

/* A wire with many terms (the constant 1): one large sum on all workers. */
static zkl_status sum_long(const groth16_making *s, zkl_g1 *out, const part *parts,
                           size_t part_count, uint32_t wire, zkl_error *err)
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
static zkl_status sum_long_2(const groth16_making *s, zkl_g2 *out, uint32_t wire, zkl_error *err)
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
static zkl_status sum_long_wires(const groth16_making *s, zkl_error *err)
{
    ZKL_ASSERT(s->chunk_begin < s->chunk_end);
    const part a = { &s->a, s->lagrange, NULL }, b = { &s->b, s->lagrange, NULL };
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

zkl_status zkl_groth16_report(groth16_making *s, uint64_t done, zkl_error *err)
{
    ZKL_ASSERT(s->total > 0);
    s->done += done;
    ZKL_ASSERT(s->done <= s->total);
    return zkl_env_progress(s->env, STAGE, s->done, s->total, err);
}

/* A task: one kind of sums of a chunk. The longest, those in G2, are the first. */
static void normalize_chunk(void *context, size_t index, size_t worker)
{
    (void)worker;
    const groth16_making *s = context;
    zkl_g1_affine *const out_1[3] = { s->a_1, s->b_1, s->k };
    const uint32_t count = s->chunk_end - s->chunk_begin;
    if (index == 0)
        zkl_g2_normalize_many(s->b_2 + s->chunk_begin, s->sums_2, count);
    else
        zkl_g1_normalize_many(out_1[index - 1] + s->chunk_begin, s->sums_1[index - 1], count);
}

/* Wires in chunks: sums of a chunk are made affine together, and progress is told. */
static zkl_status sum_chunks(groth16_making *s, zkl_error *err)
{
    ZKL_AUTO_BLOCK zkl_g1 *sums_1 = zkl_malloc(3 * GROTH16_CHUNK, sizeof *sums_1);
    ZKL_AUTO_BLOCK zkl_g2 *sums_2 = zkl_malloc(GROTH16_CHUNK, sizeof *sums_2);
    if (sums_1 == NULL || sums_2 == NULL)
        return zkl_no_memory(err, GROTH16_CHUNK * (3 * sizeof *sums_1 + sizeof *sums_2));

    for (size_t i = 0; i < 3; i++)
        s->sums_1[i] = sums_1 + i * GROTH16_CHUNK;
    s->sums_2 = sums_2;
    for (uint32_t begin = 0; begin < s->r1cs->wire_count; begin += GROTH16_CHUNK) {
        const uint32_t left = s->r1cs->wire_count - begin,
                       n = left < GROTH16_CHUNK ? left : GROTH16_CHUNK;

        ZKL_ASSERT(n > 0);
        s->chunk_begin = begin;
        s->chunk_end = begin + n;
        zkl_pool_run(s->env->pool, (n + WIRE_SLICE - 1) / WIRE_SLICE, sum_slice, s);
        ZKL_TRY(sum_long_wires(s, err));
        zkl_pool_run(s->env->pool, 1 + ZKL_COUNT(s->sums_1), normalize_chunk, s);
        ZKL_TRY(zkl_groth16_report(s, n, err));
    }
    return ZKL_OK;
}

/* Columns of A and B with iden3's added rows, of C without: those rows are empty in C. */
static zkl_status make_columns(groth16_making *s, zkl_arena *arena, zkl_error *err)
{
    ZKL_ASSERT(s->key->row_count == s->r1cs->constraint_count + s->r1cs->public_count + 1);
    const uint32_t wires = s->r1cs->wire_count;

    ZKL_TRY(columns_of(&s->a, arena, &s->key->rows_a, s->key->row_count, wires, err));
    ZKL_TRY(columns_of(&s->b, arena, &s->key->rows_b, s->key->row_count, wires, err));
    return columns_of(&s->c, arena, &s->r1cs->c, s->r1cs->constraint_count, wires, err);
}

/* dense: the sums over the dense rows, for each wire. */
static zkl_status sum_dense(groth16_making *s, zkl_g1_affine *dense, groth16_repeats *repeats,
                            zkl_error *err)
{
    ZKL_TRY(groth16_repeats_find(repeats, s->r1cs, err));
    ZKL_TRY(groth16_repeats_sum(dense, repeats, s->lagrange, s->env->pool, err));
    s->is_dense = repeats->column_count > 0 ? repeats->is_dense : NULL;
    s->dense = dense;
    return ZKL_OK;
}

/* Columns, dense sums, then all sums. All working memory is freed at the end. */
static zkl_status sum_rows(groth16_making *s, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) working = { 0 };
    ZKL_AUTO_CLEAR(groth16_repeats) repeats = { 0 };
    ZKL_AUTO_BLOCK zkl_g1_affine *dense = zkl_calloc(s->r1cs->wire_count, sizeof *dense);
    if (dense == NULL)
        return zkl_no_memory(err, s->r1cs->wire_count * sizeof *dense);
    ZKL_TRY(make_columns(s, &working, err));
    ZKL_TRY(sum_dense(s, dense, &repeats, err));
    return sum_chunks(s, err);
}

zkl_status zkl_groth16_make_initial(groth16_making *s, zkl_groth16_key *key, zkl_arena *arena,
                                    const zkl_powers *powers, zkl_error *err)
{
    const size_t domain = (size_t)1 << key->log_domain,
                 start = zkl_powers_domain_start(key->log_domain);
    const size_t wires = s->r1cs->wire_count;
    ZKL_ASSERT(key->log_domain <= powers->power &&
               powers->lagrange_1); /* the first: groth16_setup.c start_key */

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

    ZKL_TRY(zkl_groth16_report(s, 0, err));
    ZKL_TRY(s->known != NULL ? zkl_groth16_known_sums(s, err) : sum_rows(s, err));
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
