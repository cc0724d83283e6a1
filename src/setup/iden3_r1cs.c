/* .r1cs (a circuit) and .wtns (an assignment), as circom and snarkjs have them
 * (docs/formats/iden3.md).
 *
 *   .r1cs   1  header: r, wires, outputs, public and private inputs, labels, constraints
 *           2  constraints
 *           3  labels, one a wire
 *   .wtns   1  header: r, number of values
 *           2  values
 *
 * A constraint is three rows, each a count and that many (wire, coefficient). Rows are read
 * twice: counted first, so that arrays have their size before they are filled, and counts are
 * bounded by the bytes that are left. An assignment is secret. */
#include "setup/iden3_r1cs.h"

enum { R1CS_HEADER = 1, R1CS_CONSTRAINTS, R1CS_LABELS, R1CS_GATES, R1CS_GATE_USES };
enum { WTNS_HEADER = 1, WTNS_VALUES };

#define TERM_BYTES (4 + 32)

/* ---- .r1cs */

/* Sizes are bounded before anything is multiplied by them. Outputs are public wires too, and
 * come first. */
static zkl_status read_header(zkl_r1cs *out, uint64_t *label_count, const zkl_iden3_file *file,
                              zkl_error *err)
{
    zkl_bytes section;
    ZKL_TRY(zkl_iden3_section(&section, file, R1CS_HEADER, 4 + 32 + 4 * 4 + 8 + 4, "header", err));
    zkl_reader reader = zkl_reader_of(section);
    zkl_iden3_fr_order(&reader);
    const uint32_t wires = zkl_iden3_u32(&reader, "wire count");
    const uint32_t outputs = zkl_iden3_u32(&reader, "output count");
    const uint32_t public_inputs = zkl_iden3_u32(&reader, "public input count");
    const uint32_t private_inputs = zkl_iden3_u32(&reader, "private input count");
    *label_count = zkl_iden3_u64(&reader, "label count");
    const uint32_t constraints = zkl_iden3_u32(&reader, "constraint count");
    ZKL_TRY(zkl_reader_finish(&reader, "r1cs header", err));
    if (wires > ZKL_IDEN3_WIRES_MAX || constraints > ZKL_IDEN3_CONSTRAINTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "circuit of %u wires and %u constraints", wires,
                        constraints);
    /* wire 0, outputs, inputs; the rest are intermediate. In 64 bits, so that nothing wraps. */
    if (1 + (uint64_t)outputs + public_inputs + private_inputs > wires)
        return zkl_fail(err, ZKL_BAD_INPUT, "circuit of %u wires with more inputs and outputs",
                        wires);
    out->wire_count = wires;
    out->public_count = outputs + public_inputs;
    out->constraint_count = constraints;
    return ZKL_OK;
}

/* One row: a count, then that many wires with their coefficients. terms NULL: only counted. */
static uint32_t take_row(zkl_lc_term *terms, zkl_reader *reader, uint32_t wire_count)
{
    ZKL_DEBUG_ASSERT(reader->at <= reader->bytes.size);
    const uint32_t count = zkl_iden3_u32(reader, "term count");
    if (count > (reader->bytes.size - reader->at) / TERM_BYTES) {
        zkl_reader_fault(reader, "term count");
        return 0;
    }
    if (!terms) {
        (void)zkl_reader_take(reader, (size_t)count * TERM_BYTES, "terms");
        return count;
    }
    for (uint32_t i = 0; i < count && !reader->fault; i++) {
        terms[i].wire = zkl_iden3_u32(reader, "wire");
        if (terms[i].wire >= wire_count)
            zkl_reader_fault(reader, "wire");
        zkl_iden3_fr(&terms[i].coefficient, reader, "coefficient");
    }
    return count;
}

/* A constraint has at least three counts, so 12 bytes: the bound on their number. */
static zkl_status read_constraints(zkl_r1cs *out, zkl_arena *arena, const zkl_iden3_file *file,
                                   zkl_error *err)
{
    const zkl_bytes section = file->sections[R1CS_CONSTRAINTS];
    if (!section.data)
        return zkl_fail(err, ZKL_BAD_INPUT, "section %d (constraints) is missing",
                        R1CS_CONSTRAINTS);
    if (out->constraint_count > section.size / 12)
        return zkl_fail(err, ZKL_BAD_INPUT, "%u constraints in %zu bytes", out->constraint_count,
                        section.size);

    zkl_reader counter = zkl_reader_of(section);
    size_t totals[3] = { 0 };
    for (uint32_t i = 0; i < out->constraint_count && !counter.fault; i++)
        for (size_t m = 0; m < 3; m++)
            totals[m] += take_row(NULL, &counter, out->wire_count);
    ZKL_TRY(zkl_reader_finish(&counter, "constraints", err));

    /* second pass: a row's terms go where the row before ended */
    zkl_lc_term *terms[3];
    uint32_t *starts[3];
    for (size_t m = 0; m < 3; m++) {
        terms[m] = ZKL_ARENA_NEW(arena, zkl_lc_term, totals[m]);
        starts[m] = ZKL_ARENA_NEW(arena, uint32_t, (size_t)out->constraint_count + 1);
        if (!terms[m] || !starts[m])
            return zkl_no_memory(err, section.size);
    }
    zkl_reader reader = zkl_reader_of(section);
    for (uint32_t i = 0; i < out->constraint_count && !reader.fault; i++)
        for (size_t m = 0; m < 3; m++)
            starts[m][i + 1] =
                starts[m][i] + take_row(terms[m] + starts[m][i], &reader, out->wire_count);
    ZKL_TRY(zkl_reader_finish(&reader, "constraints", err));
    for (size_t m = 0; m < 3; m++)
        ZKL_ASSERT(starts[m][out->constraint_count] == totals[m]); /* both passes saw the same */
    out->a = (zkl_r1cs_matrix){ terms[0], starts[0] };
    out->b = (zkl_r1cs_matrix){ terms[1], starts[1] };
    out->c = (zkl_r1cs_matrix){ terms[2], starts[2] };
    return ZKL_OK;
}

zkl_status zkl_iden3_r1cs_parse(zkl_r1cs *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_iden3_file file;
    ZKL_TRY(zkl_iden3_open(&file, bytes, "r1cs", 1, err));
    /* a circuit without custom gates may have these sections all the same, with a count of 0 */
    if (file.sections[R1CS_GATES].size > 4 || file.sections[R1CS_GATE_USES].size > 4)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "circuit with custom gates");
    zkl_r1cs read = { 0 };
    uint64_t label_count;
    ZKL_TRY(read_header(&read, &label_count, &file, err));
    zkl_bytes labels;
    ZKL_TRY(
        zkl_iden3_section(&labels, &file, R1CS_LABELS, (size_t)read.wire_count * 8, "labels", err));
    /* labels tie wires to circom's signals, which nothing here has a use for: only their form is
     * checked */
    zkl_reader reader = zkl_reader_of(labels);
    for (uint32_t i = 0; i < read.wire_count; i++)
        if (zkl_iden3_u64(&reader, "label") >= label_count)
            return zkl_fail(err, ZKL_BAD_INPUT, "wire %u has a label outside 0 .. %llu", i,
                            (unsigned long long)label_count);
    ZKL_TRY(read_constraints(&read, arena, &file, err));
    *out = read;
    return ZKL_OK;
}

/* As take_row reads it. */
static void put_row(zkl_buffer *out, const zkl_r1cs_matrix *matrix, uint32_t row)
{
    const uint32_t begin = matrix->starts[row], end = matrix->starts[row + 1];
    ZKL_DEBUG_ASSERT(begin <= end);
    zkl_iden3_put_u32(out, end - begin);
    for (uint32_t i = begin; i < end; i++) {
        zkl_iden3_put_u32(out, matrix->terms[i].wire);
        zkl_iden3_put_fr(out, &matrix->terms[i].coefficient);
    }
}

zkl_status zkl_iden3_r1cs_encode(zkl_buffer *out, const zkl_r1cs *r1cs, zkl_error *err)
{
    ZKL_ASSERT(r1cs->public_count < r1cs->wire_count);
    zkl_iden3_begin_file(out, "r1cs", 1, 3);
    const size_t header = zkl_iden3_begin_section(out, R1CS_HEADER);
    zkl_iden3_put_fr_order(out);
    zkl_iden3_put_u32(out, r1cs->wire_count);
    zkl_iden3_put_u32(out, 0);
    zkl_iden3_put_u32(out, r1cs->public_count);
    zkl_iden3_put_u32(out, r1cs->wire_count - 1 - r1cs->public_count);
    zkl_iden3_put_u64(out, r1cs->wire_count);
    zkl_iden3_put_u32(out, r1cs->constraint_count);
    zkl_iden3_end_section(out, header);
    const size_t constraints = zkl_iden3_begin_section(out, R1CS_CONSTRAINTS);
    for (uint32_t row = 0; row < r1cs->constraint_count; row++) {
        put_row(out, &r1cs->a, row);
        put_row(out, &r1cs->b, row);
        put_row(out, &r1cs->c, row);
    }
    zkl_iden3_end_section(out, constraints);
    const size_t labels = zkl_iden3_begin_section(out, R1CS_LABELS);
    for (uint32_t wire = 0; wire < r1cs->wire_count; wire++)
        zkl_iden3_put_u64(out, wire);
    zkl_iden3_end_section(out, labels);
    return zkl_buffer_status(out, err);
}

/* ---- .wtns */

zkl_status zkl_iden3_wtns_parse(const zkl_fr **wires, uint32_t *wire_count, zkl_arena *arena,
                                zkl_bytes bytes, zkl_error *err)
{
    zkl_iden3_file file;
    ZKL_TRY(zkl_iden3_open(&file, bytes, "wtns", 2, err));
    zkl_bytes section;
    ZKL_TRY(zkl_iden3_section(&section, &file, WTNS_HEADER, 4 + 32 + 4, "header", err));
    zkl_reader reader = zkl_reader_of(section);
    zkl_iden3_fr_order(&reader);
    const uint32_t count = zkl_iden3_u32(&reader, "wire count");
    ZKL_TRY(zkl_reader_finish(&reader, "wtns header", err));
    if (count == 0 || count > ZKL_IDEN3_WIRES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "assignment of %u wires", count);
    ZKL_TRY(zkl_iden3_section(&section, &file, WTNS_VALUES, (size_t)count * 32, "values", err));
    zkl_fr *values = ZKL_ARENA_NEW(arena, zkl_fr, count);
    if (!values)
        return zkl_no_memory(err, section.size);
    reader = zkl_reader_of(section);
    for (uint32_t i = 0; i < count && !reader.fault; i++)
        zkl_iden3_fr(&values[i], &reader, "value");
    ZKL_TRY(zkl_reader_finish(&reader, "values", err));
    /* wire 0 is the constant 1: a prover given another would prove another statement */
    if (!zkl_fr_equal(&values[0], &ZKL_FR_ONE))
        return zkl_fail(err, ZKL_BAD_INPUT, "wire 0 is not 1");
    *wires = values;
    *wire_count = count;
    return ZKL_OK;
}

/* All wires in order; the values lie in the buffer, which the caller clears. */
zkl_status zkl_iden3_wtns_encode(zkl_buffer *out, const zkl_fr *wires, uint32_t wire_count,
                                 zkl_error *err)
{
    ZKL_ASSERT(wire_count > 0 && zkl_fr_equal(&wires[0], &ZKL_FR_ONE));
    zkl_iden3_begin_file(out, "wtns", 2, 2);
    const size_t header = zkl_iden3_begin_section(out, WTNS_HEADER);
    zkl_iden3_put_fr_order(out);
    zkl_iden3_put_u32(out, wire_count);
    zkl_iden3_end_section(out, header);
    const size_t values = zkl_iden3_begin_section(out, WTNS_VALUES);
    for (uint32_t i = 0; i < wire_count; i++)
        zkl_iden3_put_fr(out, &wires[i]);
    zkl_iden3_end_section(out, values);
    return zkl_buffer_status(out, err);
}
