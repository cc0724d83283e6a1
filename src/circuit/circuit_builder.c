/* Building a circuit and its assignment by one code (circuit_builder.h says how).
 *
 * 1. Emitting (wires NULL), rows are recorded, and the values that combinations carry mean nothing.
 *    Assigning, values are written to wires and nothing is recorded.
 * 2. Wires are numbered in the order in which they are asked for, in both modes. So an assignment
 *    fits the system as long as control flow does not depend on values; zkl_circuit_fraction_assign
 *    asserts that the counts agree.
 * 3. A combination has few terms (ZKL_LC_TERMS_MAX); the long ones of Poseidon's dense rounds never
 *    become one: they go to zkl_builder_enforce_long term by term.
 * 4. Without memory nothing more is recorded and `failed` stays; the caller sees it once, in
 *    zkl_builder_r1cs. */
#include "circuit/circuit_builder.h"

/* ---- linear combinations */

/* Terms of equal wires are merged, and a coefficient of 0 leaves no term. */
static void add_term(zkl_lc *lc, uint32_t wire, const zkl_fr *coefficient)
{
    for (uint32_t i = 0; i < lc->term_count; i++) {
        zkl_lc_term *term = &lc->terms[i];
        if (term->wire != wire)
            continue;
        zkl_fr_add(&term->coefficient, &term->coefficient, coefficient);
        if (zkl_fr_is_zero(&term->coefficient))
            *term = lc->terms[--lc->term_count];
        return;
    }
    if (zkl_fr_is_zero(coefficient))
        return;
    ZKL_ASSERT(lc->term_count < ZKL_LC_TERMS_MAX);
    lc->terms[lc->term_count++] = (zkl_lc_term){ wire, *coefficient };
}

/* Only the terms in use: a combination is 1 KB. */
static void copy(zkl_lc *out, const zkl_lc *in)
{
    if (out == in)
        return;
    ZKL_DEBUG_ASSERT(in->term_count <= ZKL_LC_TERMS_MAX);
    out->value = in->value;
    out->term_count = in->term_count;
    memcpy(out->terms, in->terms, in->term_count * sizeof in->terms[0]);
}

void zkl_lc_constant(zkl_lc *out, const zkl_fr *value)
{
    out->value = *value;
    out->term_count = 0;
    add_term(out, 0, value);
}

void zkl_lc_add(zkl_lc *out, const zkl_lc *a, const zkl_lc *b)
{
    zkl_lc sum; /* apart, since out may be a or b */

    copy(&sum, a);
    zkl_fr_add(&sum.value, &a->value, &b->value);
    for (uint32_t i = 0; i < b->term_count; i++)
        add_term(&sum, b->terms[i].wire, &b->terms[i].coefficient);
    copy(out, &sum);
}

/* By 0 the terms go: a coefficient of 0 is never kept. */
void zkl_lc_scale(zkl_lc *out, const zkl_lc *a, const zkl_fr *by)
{
    ZKL_DEBUG_ASSERT(a->term_count <= ZKL_LC_TERMS_MAX);
    copy(out, a);
    zkl_fr_mul(&out->value, &a->value, by);
    if (zkl_fr_is_zero(by))
        out->term_count = 0;
    for (uint32_t i = 0; i < out->term_count; i++)
        zkl_fr_mul(&out->terms[i].coefficient, &out->terms[i].coefficient, by);
}

void zkl_lc_sub(zkl_lc *out, const zkl_lc *a, const zkl_lc *b)
{
    zkl_lc negative;
    zkl_fr minus_one;

    zkl_fr_neg(&minus_one, &ZKL_FR_ONE);
    zkl_lc_scale(&negative, b, &minus_one);
    zkl_lc_add(out, a, &negative);
}

void zkl_lc_add_constant(zkl_lc *out, const zkl_lc *a, const zkl_fr *constant)
{
    zkl_lc term;

    zkl_lc_constant(&term, constant);
    zkl_lc_add(out, a, &term);
}

/* ---- rows */

/* Room for one more element in an array of capacity elements; false without memory. */
static bool grow(void **array, uint32_t *capacity, uint32_t count, size_t size)
{
    if (count < *capacity)
        return true;
    /* Doubled, so that appending costs the same on average; 32 bits are enough for every tier. The
     * first is what most tiers' A and B take: memory that nobody writes costs nothing. */
    const uint32_t wanted = *capacity == 0 ? 1u << 16 : *capacity * 2;
    if (wanted <= *capacity)
        return false;
    /* rows are public: what grew is not wiped */
    void *larger = zkl_malloc(wanted, size);
    if (larger == NULL)
        return false;
    if (*array != NULL)
        memcpy(larger, *array, *capacity * size);
    zkl_free_wiped(*array);
    *array = larger;
    *capacity = wanted;
    return true;
}

/* A row of one matrix. starts has one entry more than rows, the first is 0. */
static void put_row(zkl_circuit_builder *b, zkl_matrix_builder *matrix, const zkl_lc_term *terms,
                    size_t count)
{
    /* one start more than rows: the end of the last */
    void *starts = matrix->starts;
    b->failed = b->failed || !grow(&starts, &matrix->row_capacity, matrix->row_count + 1,
                                   sizeof *matrix->starts);
    matrix->starts = starts;
    for (size_t i = 0; i < count && !b->failed; i++) {
        if (zkl_fr_is_zero(&terms[i].coefficient))
            continue;
        void *array = matrix->terms;
        b->failed =
            !grow(&array, &matrix->term_capacity, matrix->term_count, sizeof *matrix->terms);
        matrix->terms = array;
        if (!b->failed)
            matrix->terms[matrix->term_count++] = terms[i];
    }
    if (b->failed)
        return;
    ZKL_DEBUG_ASSERT(matrix->row_count + 1 < matrix->row_capacity);
    if (matrix->row_count == 0)
        matrix->starts[0] = 0;
    matrix->starts[++matrix->row_count] = matrix->term_count;
}

/* ---- the builder */

/* 1 * wire */
static void wire_lc(zkl_lc *out, uint32_t wire, const zkl_fr *value)
{
    out->value = *value;
    out->term_count = 1;
    out->terms[0] = (zkl_lc_term){ wire, ZKL_FR_ONE };
}

void zkl_builder_init(zkl_circuit_builder *b, zkl_fr *wires, uint32_t public_count)
{
    ZKL_ASSERT(public_count < UINT32_MAX);
    *b = (zkl_circuit_builder){ .wires = wires,
                                .wire_count = public_count + 1,
                                .bad_row = UINT32_MAX };
    if (wires != NULL) {
        memset(wires, 0, b->wire_count * sizeof *wires);
        wires[0] = ZKL_FR_ONE;
    }
}

static void clear_matrix(zkl_matrix_builder *matrix)
{
    zkl_free_wiped(matrix->terms);
    zkl_free_wiped(matrix->starts);
    *matrix = (zkl_matrix_builder){ 0 };
}

void zkl_builder_clear(zkl_circuit_builder *b)
{
    clear_matrix(&b->a);
    clear_matrix(&b->b);
    clear_matrix(&b->c);
    zkl_free_wiped(b->repeats);
    b->repeats = NULL;
}

void zkl_builder_set_public(zkl_circuit_builder *b, zkl_lc *out, uint32_t i, const zkl_fr *value)
{
    ZKL_ASSERT(i >= 1 && i < b->wire_count);
    if (b->wires != NULL)
        b->wires[i] = *value;
    wire_lc(out, i, value);
}

void zkl_builder_wire(zkl_circuit_builder *b, zkl_lc *out, const zkl_fr *value)
{
    ZKL_DEBUG_ASSERT(b->wire_count < UINT32_MAX);
    if (b->wires != NULL)
        b->wires[b->wire_count] = *value;
    wire_lc(out, b->wire_count++, value);
}

void zkl_builder_enforce_long(zkl_circuit_builder *b, const zkl_lc *x, const zkl_lc *y,
                              const zkl_lc_term *terms, size_t term_count)
{
    ZKL_ASSERT(b->wires == NULL);
    put_row(b, &b->a, x->terms, x->term_count);
    put_row(b, &b->b, y->terms, y->term_count);
    if (!b->without_c)
        put_row(b, &b->c, terms, term_count);
    ZKL_DEBUG_ASSERT(b->failed || b->a.row_count == b->b.row_count);
    ZKL_DEBUG_ASSERT(b->failed || b->c.row_count == (b->without_c ? 0 : b->a.row_count));
}

void zkl_builder_pass_rows(zkl_circuit_builder *b, uint32_t count)
{
    ZKL_DEBUG_ASSERT(b->wires != NULL);
    b->row += count;
}

/* Values are secret; whether they satisfy the circuit is what their owner is told. */
static void check_row(zkl_circuit_builder *b, const zkl_fr *left, const zkl_fr *right)
{
    if (!zkl_fr_equal(left, right) && b->bad_row == UINT32_MAX)
        b->bad_row = b->row;
    b->row++;
}

void zkl_builder_enforce(zkl_circuit_builder *b, const zkl_lc *x, const zkl_lc *y, const zkl_lc *z)
{
    if (b->wires != NULL) {
        zkl_fr product;
        zkl_fr_mul(&product, &x->value, &y->value);
        check_row(b, &product, &z->value);
        return;
    }
    zkl_builder_enforce_long(b, x, y, z->terms, z->term_count);
}

/* 0 * 0 = x - y: the terms stand in C alone, which the prover never evaluates. */
void zkl_builder_enforce_equal(zkl_circuit_builder *b, const zkl_lc *x, const zkl_lc *y)
{
    zkl_lc zero, difference;

    if (b->wires != NULL) {
        check_row(b, &x->value, &y->value);
        return;
    }
    zkl_lc_constant(&zero, &ZKL_FR_ZERO);
    zkl_lc_sub(&difference, x, y);
    zkl_builder_enforce(b, &zero, &zero, &difference);
}

void zkl_builder_product(zkl_circuit_builder *b, zkl_lc *out, const zkl_lc *x, const zkl_lc *y,
                         const zkl_lc *addend)
{
    zkl_lc wire, right;
    zkl_fr value = ZKL_FR_ZERO;

    if (b->wires != NULL)
        zkl_fr_mul(&value, &x->value, &y->value);
    if (addend != NULL)
        zkl_fr_add(&value, &value, &addend->value);
    zkl_builder_wire(b, &wire, &value);
    if (b->wires != NULL)
        zkl_builder_pass_rows(b, 1); /* the wire has just been given the product */
    else if (addend == NULL)
        zkl_builder_enforce(b, x, y, &wire);
    else {
        /* x y = wire - addend, so the addend costs no constraint of its own */
        zkl_lc_sub(&right, &wire, addend);
        zkl_builder_enforce(b, x, y, &right);
    }
    copy(out, &wire);
}

void zkl_builder_begin_repeat(zkl_circuit_builder *b)
{
    if (b->wires != NULL || b->without_c || b->failed)
        return;
    void *repeats = b->repeats;
    b->failed = !grow(&repeats, &b->repeat_capacity, b->repeat_count, sizeof *b->repeats);
    b->repeats = repeats;
    if (!b->failed)
        b->repeats[b->repeat_count++] = (zkl_r1cs_repeat){ b->a.row_count, b->wire_count };
}

void zkl_builder_end_repeat(zkl_circuit_builder *b)
{
    if (b->wires != NULL || b->without_c || b->failed)
        return;
    const zkl_r1cs_repeat *last = &b->repeats[b->repeat_count - 1];
    const uint32_t rows = b->a.row_count - last->row, wires = b->wire_count - last->wire;
    ZKL_ASSERT(b->repeat_count == 1 || (rows == b->repeat_rows && wires == b->repeat_wires));
    b->repeat_rows = rows;
    b->repeat_wires = wires;
}

static zkl_r1cs_matrix matrix_of(const zkl_matrix_builder *matrix)
{
    return (zkl_r1cs_matrix){ .terms = matrix->terms, .starts = matrix->starts };
}

zkl_status zkl_builder_r1cs(zkl_r1cs *out, const zkl_circuit_builder *b, uint32_t public_count,
                            zkl_error *err)
{
    if (b->failed)
        return zkl_no_memory(err, (size_t)b->c.term_capacity * 2 * sizeof(zkl_lc_term));
    ZKL_ASSERT(b->wires == NULL); /* it was emitted, not assigned */
    ZKL_ASSERT(b->a.row_count == b->b.row_count);
    ZKL_ASSERT(b->c.row_count == (b->without_c ? 0 : b->a.row_count));
    *out = (zkl_r1cs){
        .wire_count = b->wire_count,
        .public_count = public_count,
        .constraint_count = b->a.row_count,
        .a = matrix_of(&b->a),
        .b = matrix_of(&b->b),
        .c = matrix_of(&b->c),
        .repeats = b->repeats,
        .repeat_count = b->repeat_count,
        .repeat_rows = b->repeat_rows,
        .repeat_wires = b->repeat_wires,
    };
    return ZKL_OK;
}
