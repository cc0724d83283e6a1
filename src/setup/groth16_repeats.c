/* Which sums the dense columns of a repeated part need (groth16_repeats.h). */
#include "setup/groth16_repeats.h"

#include <string.h>

#define BEHIND 4 /* columns before one of which it may be a combination */

/* Every general coefficient is not 1, -1 or 0. Coefficients are the circuit's, so public. */
static bool is_general(const zkl_fr *coefficient)
{
    zkl_fr negative;
    zkl_fr_neg(&negative, coefficient);
    return !zkl_fr_equal(coefficient, &ZKL_FR_ONE) && !zkl_fr_equal(&negative, &ZKL_FR_ONE) &&
           !zkl_fr_is_zero(coefficient);
}

static bool is_dense_row(const zkl_r1cs_matrix *c, uint32_t row)
{
    size_t general = 0;
    for (uint32_t i = c->starts[row]; i < c->starts[row + 1]; i++)
        general += is_general(&c->terms[i].coefficient);
    return general >= GROTH16_DENSE_TERMS_MIN;
}

void groth16_repeats_clear(groth16_repeats *repeats)
{
    for (size_t i = 0; i < repeats->column_count; i++)
        zkl_point_plan_clear(&repeats->columns[i].plan);
    zkl_free(repeats->rows);
    zkl_free(repeats->columns);
    zkl_free(repeats->is_dense);
    *repeats = (groth16_repeats){ 0 };
}

/* ---- are they the same */

/* Row `at` of a part has the terms of that row in the first part, or, where it is the first, terms
 * of wire 0 and the part's own alone. */
static bool is_same_row(const zkl_r1cs *r1cs, const zkl_r1cs_repeat *part, uint32_t at)
{
    const zkl_r1cs_repeat *first = &r1cs->repeats[0];
    const uint32_t *starts = r1cs->c.starts;
    const zkl_lc_term *want = r1cs->c.terms + starts[first->row + at],
                      *got = r1cs->c.terms + starts[part->row + at];
    const uint32_t count = starts[part->row + at + 1] - starts[part->row + at];
    if (count != starts[first->row + at + 1] - starts[first->row + at])
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const bool is_own = got[i].wire >= part->wire &&
                            got[i].wire - part->wire < r1cs->repeat_wires &&
                            got[i].wire - part->wire == want[i].wire - first->wire;
        if (!is_own && (got[i].wire != 0 || want[i].wire != 0))
            return false;
        if (is_own && !zkl_fr_equal(&got[i].coefficient, &want[i].coefficient))
            return false;
    }
    return true;
}

/* Parts lie one behind the other, within the circuit, without wire 0. */
static bool parts_are_apart(const zkl_r1cs *r1cs)
{
    uint32_t row = 0, wire = 1;
    for (uint32_t i = 0; i < r1cs->repeat_count; i++) {
        const zkl_r1cs_repeat *part = &r1cs->repeats[i];
        if (part->row < row || part->wire < wire || part->row > r1cs->constraint_count ||
            part->wire > r1cs->wire_count ||
            r1cs->repeat_rows > r1cs->constraint_count - part->row ||
            r1cs->repeat_wires > r1cs->wire_count - part->wire)
            return false;
        row = part->row + r1cs->repeat_rows;
        wire = part->wire + r1cs->repeat_wires;
    }
    return r1cs->repeat_count > 0;
}

/* The dense rows of every part are those of the first. */
static bool parts_are_same(const groth16_repeats *repeats)
{
    const zkl_r1cs *r1cs = repeats->r1cs;
    for (uint32_t i = 0; i < r1cs->repeat_count; i++)
        for (size_t k = 0; k < repeats->row_count; k++)
            if (!is_same_row(r1cs, &r1cs->repeats[i], repeats->rows[k]))
                return false;
    return true;
}

/* ---- columns */

/* The dense rows of a part by columns: values[column * row_count + row]. */
typedef struct dense_matrix {
    zkl_fr *values;
    size_t row_count;
} dense_matrix;

static const zkl_fr *column_of(const dense_matrix *m, size_t column)
{
    return m->values + column * m->row_count;
}

static size_t count_terms(const zkl_fr *values, size_t count)
{
    size_t terms = 0;
    for (size_t i = 0; i < count; i++)
        terms += !zkl_fr_is_zero(&values[i]);
    return terms;
}

/* Solves the system of BEHIND equations, whose right side is the last of each row; false when it
 * has no single solution. */
static bool solve(zkl_fr out[BEHIND], zkl_fr system[BEHIND][BEHIND + 1])
{
    for (size_t k = 0; k < BEHIND; k++) {
        size_t pivot = k;
        zkl_fr inverse;
        while (pivot < BEHIND && zkl_fr_is_zero(&system[pivot][k]))
            pivot++;
        if (pivot == BEHIND)
            return false;
        for (size_t j = 0; j <= BEHIND && pivot != k; j++) {
            const zkl_fr swapped = system[k][j];
            system[k][j] = system[pivot][j];
            system[pivot][j] = swapped;
        }
        zkl_fr_inverse_vartime(&inverse, &system[k][k]);
        for (size_t j = 0; j <= BEHIND; j++)
            zkl_fr_mul(&system[k][j], &system[k][j], &inverse);
        for (size_t i = 0; i < BEHIND; i++) {
            const zkl_fr factor = system[i][k];
            for (size_t j = 0; j <= BEHIND && i != k; j++) {
                zkl_fr product;
                zkl_fr_mul(&product, &factor, &system[k][j]);
                zkl_fr_sub(&system[i][j], &system[i][j], &product);
            }
        }
    }
    for (size_t k = 0; k < BEHIND; k++)
        out[k] = system[k][BEHIND];
    return true;
}

/* rest = column - sum over k of by[k] * (column - 1 - k), with factors that leave nothing of its
 * first rows; false: there are none. */
static bool reduce_column(zkl_fr *rest, zkl_fr by[BEHIND], const dense_matrix *m, size_t column)
{
    zkl_fr system[BEHIND][BEHIND + 1];
    const zkl_fr *own = column_of(m, column);
    size_t equations = 0;
    if (column < BEHIND)
        return false;
    for (size_t row = 0; row < m->row_count && equations < BEHIND; row++) {
        if (zkl_fr_is_zero(&own[row]))
            continue;
        for (size_t k = 0; k < BEHIND; k++)
            system[equations][k] = column_of(m, column - 1 - k)[row];
        system[equations++][BEHIND] = own[row];
    }
    if (equations < BEHIND || !solve(by, system))
        return false;
    memcpy(rest, own, m->row_count * sizeof *rest);
    for (size_t k = 0; k < BEHIND; k++)
        for (size_t row = 0; row < m->row_count; row++) {
            zkl_fr product;
            zkl_fr_mul(&product, &by[k], &column_of(m, column - 1 - k)[row]);
            zkl_fr_sub(&rest[row], &rest[row], &product);
        }
    return true;
}

/* What planning one column after the other takes. */
typedef struct column_scratch {
    zkl_fr *rest;          /* row_count */
    zkl_point_term *terms; /* row_count + BEHIND */
} column_scratch;

static void put_term(zkl_point_term *terms, size_t *count, size_t base, const zkl_fr *factor)
{
    if (zkl_fr_is_zero(factor))
        return;
    zkl_point_term *term = &terms[(*count)++];
    term->first_entry = (uint32_t)(base * ZKL_POINT_PLAN_ENTRIES);
    zkl_split_factor_of(&term->factor, factor);
}

/* The cheaper of both: over rows alone, or over the columns before it and what that leaves. */
static zkl_status plan_column(groth16_repeats *repeats, const dense_matrix *m, size_t at,
                              const column_scratch *scratch, zkl_error *err)
{
    groth16_column *column = &repeats->columns[at];
    zkl_fr by[BEHIND];
    const zkl_fr *left = column_of(m, at);
    if (reduce_column(scratch->rest, by, m, at) &&
        count_terms(scratch->rest, m->row_count) + count_terms(by, BEHIND) <
            count_terms(left, m->row_count)) {
        left = scratch->rest;
        for (size_t k = 0; k < BEHIND; k++) {
            put_term(scratch->terms, &column->term_count, m->row_count + at - 1 - k, &by[k]);
            repeats->columns[at - 1 - k].is_base |= !zkl_fr_is_zero(&by[k]);
        }
    }
    for (size_t row = 0; row < m->row_count; row++)
        put_term(scratch->terms, &column->term_count, row, &left[row]);
    return zkl_point_plan_make(&column->plan, scratch->terms, column->term_count, err);
}

/* matrix: of all wires of a part, those without a column too. */
static void fill_matrix(dense_matrix *m, const groth16_repeats *repeats)
{
    const zkl_r1cs *r1cs = repeats->r1cs;
    const zkl_r1cs_repeat *first = &r1cs->repeats[0];
    for (size_t k = 0; k < repeats->row_count; k++) {
        const uint32_t row = first->row + repeats->rows[k];
        for (uint32_t i = r1cs->c.starts[row]; i < r1cs->c.starts[row + 1]; i++) {
            const zkl_lc_term *term = &r1cs->c.terms[i];
            if (term->wire != 0)
                zkl_fr_add(&m->values[(term->wire - first->wire) * m->row_count + k],
                           &m->values[(term->wire - first->wire) * m->row_count + k],
                           &term->coefficient);
        }
    }
}

static zkl_status plan_columns(groth16_repeats *repeats, zkl_error *err)
{
    const size_t wires = repeats->r1cs->repeat_wires;
    dense_matrix m = { .row_count = repeats->row_count };
    ZKL_AUTO_BLOCK zkl_fr *values = zkl_calloc(wires * m.row_count, sizeof *values);
    ZKL_AUTO_BLOCK zkl_fr *rest = zkl_malloc(m.row_count, sizeof *rest);
    ZKL_AUTO_BLOCK zkl_point_term *terms = zkl_malloc(m.row_count + BEHIND, sizeof *terms);
    const column_scratch scratch = { rest, terms };
    repeats->columns = zkl_calloc(wires, sizeof *repeats->columns);
    if (!values || !rest || !terms || !repeats->columns)
        return zkl_no_memory(err, wires * m.row_count * sizeof *values);
    m.values = values;
    fill_matrix(&m, repeats);
    for (size_t wire = 0; wire < wires; wire++) {
        if (count_terms(column_of(&m, wire), m.row_count) == 0)
            continue;
        /* columns that have terms move together, so that those before one are at hand */
        memmove(&values[repeats->column_count * m.row_count], column_of(&m, wire),
                m.row_count * sizeof *values);
        repeats->columns[repeats->column_count++].wire = (uint32_t)wire;
        ZKL_TRY(plan_column(repeats, &m, repeats->column_count - 1, &scratch, err));
    }
    return ZKL_OK;
}

zkl_status groth16_repeats_find(groth16_repeats *out, const zkl_r1cs *r1cs, zkl_error *err)
{
    ZKL_ASSERT(out->rows == NULL && r1cs->c.starts != NULL);
    out->r1cs = r1cs;
    if (!parts_are_apart(r1cs))
        return ZKL_OK;
    out->rows = zkl_malloc(r1cs->repeat_rows + 1, sizeof *out->rows);
    if (!out->rows)
        return zkl_no_memory(err, r1cs->repeat_rows * sizeof *out->rows);
    for (uint32_t row = 0; row < r1cs->repeat_rows; row++)
        if (is_dense_row(&r1cs->c, r1cs->repeats[0].row + row))
            out->rows[out->row_count++] = row;
    if (out->row_count == 0 || !parts_are_same(out))
        return ZKL_OK;
    out->is_dense = zkl_calloc(r1cs->constraint_count, sizeof *out->is_dense);
    if (!out->is_dense)
        return zkl_no_memory(err, r1cs->constraint_count);
    for (uint32_t i = 0; i < r1cs->repeat_count; i++)
        for (size_t k = 0; k < out->row_count; k++)
            out->is_dense[r1cs->repeats[i].row + out->rows[k]] = true;
    return plan_columns(out, err);
}
