/* The rows of A and B that a key has for its prover: the circuit's, and those that iden3 adds.
 *
 * A prover evaluates the rows that its key brings. A key from elsewhere may list their terms in any
 * order, twice, or with zeros among them: rows are compared as linear forms. */
#include "setup/groth16_internal.h"

#include <stdlib.h>
#include <string.h>

unsigned zkl_groth16_log_domain(const zkl_r1cs *r1cs)
{
    const uint64_t rows = (uint64_t)r1cs->constraint_count + r1cs->public_count + 1;
    unsigned log_n = 1;

    ZKL_ASSERT(rows <= (uint64_t)1 << 32);
    while ((uint64_t)1 << log_n < rows)
        log_n++;
    return log_n;
}

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

/* ---- rows from elsewhere */

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
zkl_status zkl_groth16_check_rows(const zkl_groth16_key *key, const zkl_groth16_key *initial,
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
