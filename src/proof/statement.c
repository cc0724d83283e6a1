/* The canonical bytes of a proof statement (docs/formats/statement.md; section 9 of
 * docs/proof-system.md).
 *
 * 1. Parsing takes exactly what encoding writes: lengths, counts and scalars have one form, and
 *    trailing bytes are a fault. So two statements differ exactly when their bytes do, and t0, a
 *    hash of the bytes, fixes every field.
 * 2. The reader (base/buffer.h) remembers the first fault and then returns zeros, so parsing reads
 *    straight down and the fault is looked at once, at the end. Counts are bounded by their maximum
 *    and by the bytes that are left, before any array is made of them.
 * 3. What the fields mean together (which tables a claim may have, rows, roles) is
 *    zkl_statement_check's matter. Points are not decoded here: 48 bytes each, in the order of
 *    the format. */
#include "proof/statement.h"

#include "hash/domains.h"

const zkl_proof_format zkl_proof_format_v1 = { .log_cells = 16, .mask_half = 8 };

static const char statement_label[] = ZKL_STATEMENT_LABEL;

/* A field of exactly 32 bytes; zeros and a fault for another size. */
static zkl_digest read_digest(zkl_reader *r, const char *what)
{
    zkl_digest out = { { 0 } };
    zkl_bytes bytes = zkl_reader_field(r, sizeof out.bytes, what);
    if (!r->fault && bytes.size != sizeof out.bytes)
        zkl_reader_fault(r, what);
    if (!r->fault)
        memcpy(out.bytes, bytes.data, sizeof out.bytes);
    return out;
}

/* field(kind, 0x00, scalars), then the indexes of its tables. */
static void read_assertion(zkl_assertion *out, zkl_arena *arena, zkl_reader *r, bool *no_memory)
{
    zkl_bytes text = zkl_reader_field(
        r, ZKL_ASSERTION_NAME_BYTES_MAX + 1 + (size_t)ZKL_STATEMENT_PARAMS_MAX * sizeof(zkl_scalar),
        "claim");
    const uint8_t *end = text.size ? memchr(text.data, 0, text.size) : NULL;
    if (r->fault || !end) {
        zkl_reader_fault(r, "claim");
        return;
    }
    size_t name_bytes = (size_t)(end - text.data), rest = text.size - name_bytes - 1;
    if (!zkl_assertion_kind_parse(&out->kind, zkl_bytes_of(text.data, name_bytes)))
        zkl_reader_fault(r, "claim kind");
    if (rest % sizeof(zkl_scalar) || rest / sizeof(zkl_scalar) > ZKL_STATEMENT_PARAMS_MAX)
        zkl_reader_fault(r, "claim parameters");
    if (r->fault)
        return;
    out->params = (const zkl_scalar *)(const void *)(end + 1);
    out->param_count = rest / sizeof(zkl_scalar);
    /* one scalar, one form: those from r on are refused */
    for (size_t i = 0; i < out->param_count; i++) {
        zkl_fr unused;
        if (!zkl_fr_decode(&unused, out->params[i].bytes))
            zkl_reader_fault(r, "claim parameter, not below the field order");
    }

    out->table_count =
        zkl_reader_count(r, ZKL_STATEMENT_TABLES_MAX, 4, "number of tables of a claim");
    /* Indexes may point anywhere yet: zkl_statement_check bounds them before they are used. */
    uint32_t *tables = ZKL_ARENA_NEW(arena, uint32_t, out->table_count);
    *no_memory |= !tables;
    for (size_t i = 0; tables && i < out->table_count; i++)
        tables[i] = zkl_reader_u32(r, "table of a claim");
    out->tables = tables;
}

/* Dataset, span, columns, then the three hashes that tie the table to its manifest. */
static void read_table(zkl_statement_table *out, zkl_arena *arena, zkl_reader *r, bool *no_memory)
{
    out->dataset = read_digest(r, "dataset id");
    out->first_row = zkl_reader_u64(r, "first row");
    out->row_count = zkl_reader_u64(r, "row count");
    /* a column has at least 13 bytes: a role of one byte with its length, index, limbs */
    out->column_count = zkl_reader_count(r, ZKL_STATEMENT_COLUMNS_MAX, 13, "number of columns");
    zkl_statement_column *columns = ZKL_ARENA_NEW(arena, zkl_statement_column, out->column_count);
    *no_memory |= !columns;
    for (size_t i = 0; columns && i < out->column_count; i++) {
        columns[i].role = zkl_reader_field(r, ZKL_ROLE_BYTES_MAX, "role");
        if (!r->fault && !columns[i].role.size)
            zkl_reader_fault(r, "role");
        columns[i].index = zkl_reader_u32(r, "column index");
        columns[i].limb_count = zkl_reader_u32(r, "number of limbs");
    }
    out->columns = columns;
    out->schema_hash = read_digest(r, "schema hash");
    out->merkle_root = read_digest(r, "merkle root");
    out->content = read_digest(r, "content commitment");
}

/* u32 count, then points of 48 bytes. They stay where they are: out borrows from the bytes. */
static const uint8_t (*read_points(size_t *count, zkl_reader *r, uint32_t count_max,
                                   const char *what))[ZKL_POINT_BYTES]
{
    ZKL_ASSERT(count_max <= ZKL_STATEMENT_BLOCKS_MAX);
    *count = zkl_reader_count(r, count_max, ZKL_POINT_BYTES, what);
    zkl_bytes bytes = zkl_reader_take(r, *count * ZKL_POINT_BYTES, what);
    return (const uint8_t(*)[ZKL_POINT_BYTES])(
               uintptr_t)bytes.data; /* C17 has no other const cast to an array */
}

zkl_status zkl_statement_parse(zkl_statement *out, zkl_arena *arena, zkl_bytes bytes,
                               zkl_error *err)
{
    if (bytes.size > ZKL_STATEMENT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "proof statement has %zu bytes, at most %zu", bytes.size,
                        ZKL_STATEMENT_BYTES_MAX);
    zkl_statement s = { 0 };
    zkl_reader r = zkl_reader_of(bytes);
    bool no_memory = false;

    zkl_bytes label = zkl_reader_field(&r, sizeof statement_label - 1, "label");
    if (!r.fault && (label.size != sizeof statement_label - 1 ||
                     memcmp(label.data, statement_label, label.size) != 0))
        zkl_reader_fault(&r, "label");
    s.ledger = read_digest(&r, "ledger id");
    s.circuit = zkl_reader_field(&r, ZKL_CIRCUIT_BYTES_MAX, "circuit");
    s.key_hash = read_digest(&r, "hash of the verification key");
    s.powers_hash = read_digest(&r, "hash of the powers of tau");

    s.assertion_count = zkl_reader_count(&r, ZKL_STATEMENT_ASSERTIONS_MAX, 10, "number of claims");
    zkl_assertion *assertions = ZKL_ARENA_NEW(arena, zkl_assertion, s.assertion_count);
    no_memory |= !assertions;
    for (size_t i = 0; i < s.assertion_count && !r.fault && !no_memory; i++)
        read_assertion(&assertions[i], arena, &r, &no_memory);
    s.assertions = assertions;

    /* a table without columns: four digests of 36 bytes, two u64, a count */
    s.table_count = zkl_reader_count(&r, ZKL_STATEMENT_TABLES_MAX, 164, "number of tables");
    zkl_statement_table *tables = ZKL_ARENA_NEW(arena, zkl_statement_table, s.table_count);
    no_memory |= !tables;
    for (size_t i = 0; i < s.table_count && !r.fault && !no_memory; i++)
        read_table(&tables[i], arena, &r, &no_memory);
    s.tables = tables;
    if (no_memory)
        return zkl_no_memory(err, bytes.size);

    s.blocks = read_points(&s.block_count, &r, ZKL_STATEMENT_BLOCKS_MAX, "block commitments");
    s.multiplicities = read_points(&s.multiplicity_count, &r, 1, "multiplicity commitments");
    s.masks = read_points(&s.mask_count, &r, ZKL_STATEMENT_ASSERTIONS_MAX + 1, "mask commitments");
    ZKL_TRY(zkl_reader_finish(&r, "proof statement", err));
    *out = s;
    return ZKL_OK;
}

/* A field of 32 bytes. */
static void put_digest(zkl_buffer *out, const zkl_digest *digest)
{
    zkl_buffer_put_field(out, digest->bytes, sizeof digest->bytes);
}

/* ---- writing: the same order as reading */

static void put_assertion(zkl_buffer *out, const zkl_assertion *assertion)
{
    const char *name = zkl_assertion_kind_name(assertion->kind);
    size_t name_bytes = strlen(name) + 1; /* with its 0x00 */
    ZKL_ASSERT(assertion->param_count <= ZKL_STATEMENT_PARAMS_MAX);
    zkl_buffer_put_u32(out, (uint32_t)(name_bytes + assertion->param_count * sizeof(zkl_scalar)));
    zkl_buffer_put(out, name, name_bytes);
    zkl_buffer_put(out, assertion->params, assertion->param_count * sizeof(zkl_scalar));
    zkl_buffer_put_u32(out, (uint32_t)assertion->table_count);
    for (size_t i = 0; i < assertion->table_count; i++)
        zkl_buffer_put_u32(out, assertion->tables[i]);
}

static void put_table(zkl_buffer *out, const zkl_statement_table *table)
{
    put_digest(out, &table->dataset);
    ZKL_ASSERT(table->column_count <= ZKL_STATEMENT_COLUMNS_MAX);
    zkl_buffer_put_u64(out, table->first_row);
    zkl_buffer_put_u64(out, table->row_count);
    zkl_buffer_put_u32(out, (uint32_t)table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_buffer_put_field(out, table->columns[i].role.data, table->columns[i].role.size);
        zkl_buffer_put_u32(out, table->columns[i].index);
        zkl_buffer_put_u32(out, table->columns[i].limb_count);
    }
    put_digest(out, &table->schema_hash);
    put_digest(out, &table->merkle_root);
    put_digest(out, &table->content);
}

static void put_points(zkl_buffer *out, const uint8_t (*points)[ZKL_POINT_BYTES], size_t count)
{
    ZKL_ASSERT(count <= ZKL_STATEMENT_BLOCKS_MAX);
    zkl_buffer_put_u32(out, (uint32_t)count);
    zkl_buffer_put(out, points, count * ZKL_POINT_BYTES);
}

void zkl_statement_encode_head(zkl_buffer *out, const zkl_statement *s)
{
    ZKL_ASSERT(s->assertion_count <= ZKL_STATEMENT_ASSERTIONS_MAX &&
               s->table_count <= ZKL_STATEMENT_TABLES_MAX);
    zkl_buffer_put_field(out, statement_label, sizeof statement_label - 1);
    put_digest(out, &s->ledger);
    zkl_buffer_put_field(out, s->circuit.data, s->circuit.size);
    put_digest(out, &s->key_hash);
    put_digest(out, &s->powers_hash);
    zkl_buffer_put_u32(out, (uint32_t)s->assertion_count);
    for (size_t i = 0; i < s->assertion_count; i++)
        put_assertion(out, &s->assertions[i]);
    zkl_buffer_put_u32(out, (uint32_t)s->table_count);
    for (size_t i = 0; i < s->table_count; i++)
        put_table(out, &s->tables[i]);
}

/* The head, then blocks, multiplicities and masks: what a proof's secrets do not depend on. */
void zkl_statement_encode(zkl_buffer *out, const zkl_statement *s)
{
    ZKL_ASSERT(s->multiplicity_count <= 1);
    zkl_statement_encode_head(out, s);
    put_points(out, s->blocks, s->block_count);
    put_points(out, s->multiplicities, s->multiplicity_count);
    put_points(out, s->masks, s->mask_count);
}

void zkl_statement_t0(zkl_fr *out, zkl_bytes statement_bytes)
{
    zkl_fr_hash(out, ZKL_CHALLENGE_T0, statement_bytes);
}

/* ceil(rows / C), without overflow for any row count. */
uint64_t zkl_statement_chunk_count(const zkl_statement_table *table, const zkl_proof_format *format)
{
    uint64_t cells = (uint64_t)1 << format->log_cells;
    ZKL_ASSERT(format->log_cells > 0 && format->log_cells < 32);
    return table->row_count / cells + (table->row_count % cells != 0);
}

size_t zkl_statement_table_blocks(const zkl_statement_table *table, const zkl_proof_format *format)
{
    ZKL_ASSERT(table->columns || table->column_count == 0);
    size_t limbs = 0, blocks;
    for (size_t i = 0; i < table->column_count; i++)
        limbs += table->columns[i].limb_count; /* at most 2,046 times 2^32 */
    if (!zkl_size_mul(&blocks, limbs, zkl_statement_chunk_count(table, format)))
        return SIZE_MAX;
    return blocks;
}

size_t zkl_statement_source_count(const zkl_assertion *assertion)
{
    return zkl_assertion_source_count(
        assertion->kind, assertion->param_count ? assertion->params : NULL, assertion->table_count);
}

/* An assertion names its sources first. A table is a source when one assertion has it as one. */
void zkl_statement_find_sources(bool *out, const zkl_statement *s)
{
    for (size_t i = 0; i < s->table_count; i++)
        out[i] = false;
    for (size_t i = 0; i < s->assertion_count; i++) {
        const zkl_assertion *assertion = &s->assertions[i];
        const size_t sources = zkl_statement_source_count(assertion);
        for (size_t j = 0; j < sources; j++)
            if (assertion->tables[j] < s->table_count)
                out[assertion->tables[j]] = true;
    }
}

/* "F" and a number without leading zeros, of one or two digits: 0 for everything else. */
unsigned zkl_statement_tier(zkl_bytes circuit)
{
    if (circuit.size < 2 || circuit.size > 3 || circuit.data[0] != 'F' || circuit.data[1] == '0')
        return 0;
    unsigned n = 0;
    for (size_t i = 1; i < circuit.size; i++) {
        if (!zkl_is_digit(circuit.data[i]))
            return 0;
        n = 10 * n + (circuit.data[i] - '0');
    }
    return n;
}
