/* .zkey files: one circuit's Groth16 key.
 *
 *    1  protocol                     2  header: fields, sizes, alpha, beta, gamma, delta
 *    3  IC, one more than inputs     4  coefficients of A and B
 *    5  A, one a wire                6  B in G1, one a wire
 *    7  B in G2, one a wire          8  C: K of the private wires
 *    9  H, one a row of the domain  10  circuit hash and contributions
 *
 * 1. The verification key is checked whatever the trust in the file: verifiers pin it. beta and
 *    delta have to be the same in both groups.
 * 2. Section 4 lists coefficients in any order; they are sorted by row here, since a prover
 *    evaluates rows. Bounds of matrix, row and wire are checked before anything is counted by them.
 * 3. That the points are those of a circuit is zkl_groth16_check's matter, and that
 *    contributions are genuine zkl_phase2_verify's. */
#include "setup/iden3_zkey.h"

enum {
    SECTION_PROTOCOL = 1,
    SECTION_HEADER,
    SECTION_IC,
    SECTION_COEFFICIENTS,
    SECTION_A,
    SECTION_B_1,
    SECTION_B_2,
    SECTION_K,
    SECTION_H,
    SECTION_HISTORY,
};

#define PROTOCOL_GROTH16 1
#define HEADER_BYTES (4 + 48 + 4 + 32 + 3 * 4 + 3 * ZKL_IDEN3_G1_BYTES + 3 * ZKL_IDEN3_G2_BYTES)
#define COEFFICIENT_BYTES (3 * 4 + 32)
#define CONTRIBUTION_BYTES_MIN (3 * ZKL_IDEN3_G1_BYTES + ZKL_IDEN3_G2_BYTES + 64 + 8)

/* ---- header and verification key */

/* The verification key is checked whatever the caller's trust: it is what verifiers pin. */
static const zkl_iden3_reading checked = { .trust = ZKL_IDEN3_CHECKED };

/* The next point of the header. */
static zkl_status take_g1(zkl_g1_affine *out, zkl_reader *reader, const char *what, zkl_error *err)
{
    const zkl_bytes bytes = zkl_reader_take(reader, ZKL_IDEN3_G1_BYTES, what);
    if (!bytes.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "zkey header: %s is cut off", what);
    const zkl_iden3_points point = { what, bytes, 1, false };
    return zkl_iden3_read_g1(out, &point, &checked, err);
}

/* The same in G2. */
static zkl_status take_g2(zkl_g2_affine *out, zkl_reader *reader, const char *what, zkl_error *err)
{
    const zkl_bytes bytes = zkl_reader_take(reader, ZKL_IDEN3_G2_BYTES, what);
    if (!bytes.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "zkey header: %s is cut off", what);
    const zkl_iden3_points point = { what, bytes, 1, false };
    return zkl_iden3_read_g2(out, &point, &checked, err);
}

/* What zkl_groth16_vk_check refuses, and secrets that differ between the groups: a secret is the
 * same in both when e([x]_1, [1]_2) = e([1]_1, [x]_2). */
static zkl_status check_elements(const zkl_groth16_key *key, zkl_error *err)
{
    const zkl_groth16_vk *const vk = &key->vk;
    ZKL_TRY(zkl_groth16_vk_check(vk, err));
    if (!zkl_pairings_equal(&key->beta_1, &zkl_g2_generator, &zkl_g1_generator, &vk->beta))
        return zkl_fail(err, ZKL_BAD_INPUT, "beta differs between the groups");
    if (!zkl_pairings_equal(&key->delta_1, &zkl_g2_generator, &zkl_g1_generator, &vk->delta))
        return zkl_fail(err, ZKL_BAD_INPUT, "delta differs between the groups");
    return ZKL_OK;
}

static zkl_status read_header(zkl_groth16_key *key, const zkl_iden3_file *file, zkl_error *err)
{
    zkl_bytes section;
    ZKL_TRY(zkl_iden3_section(&section, file, SECTION_PROTOCOL, 4, "protocol", err));
    zkl_reader reader = zkl_reader_of(section);
    if (zkl_iden3_u32(&reader, "protocol") != PROTOCOL_GROTH16)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "key of another proof system than Groth16");
    ZKL_TRY(zkl_iden3_section(&section, file, SECTION_HEADER, HEADER_BYTES, "header", err));
    reader = zkl_reader_of(section);
    zkl_iden3_fp_order(&reader);
    zkl_iden3_fr_order(&reader);
    key->wire_count = zkl_iden3_u32(&reader, "wire count");
    key->public_count = zkl_iden3_u32(&reader, "public count");
    /* the domain is written as its size: a power of two */
    const uint32_t domain = zkl_iden3_u32(&reader, "domain");
    if (reader.fault)
        return zkl_reader_finish(&reader, "zkey header", err);
    if (key->public_count != 1)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "key with %u public inputs, one is known",
                        key->public_count);
    if (key->wire_count < 2)
        return zkl_fail(err, ZKL_BAD_INPUT, "key with %u wires", key->wire_count);
    if (domain == 0 || (domain & (domain - 1)) != 0 || domain > 1u << ZKL_ZKEY_LOG_DOMAIN_MAX)
        return zkl_fail(err, ZKL_LIMIT, "domain of %u, not a power of two up to 2^%d", domain,
                        ZKL_ZKEY_LOG_DOMAIN_MAX);
    key->log_domain = (unsigned)__builtin_ctz(domain);
    ZKL_TRY(take_g1(&key->vk.alpha, &reader, "[alpha]_1", err));
    ZKL_TRY(take_g1(&key->beta_1, &reader, "[beta]_1", err));
    ZKL_TRY(take_g2(&key->vk.beta, &reader, "[beta]_2", err));
    ZKL_TRY(take_g2(&key->vk.gamma, &reader, "[gamma]_2", err));
    ZKL_TRY(take_g1(&key->delta_1, &reader, "[delta]_1", err));
    ZKL_TRY(take_g2(&key->vk.delta, &reader, "[delta]_2", err));
    ZKL_TRY(zkl_iden3_section(&section, file, SECTION_IC, 2 * ZKL_IDEN3_G1_BYTES, "IC", err));
    const zkl_iden3_points ic = { "IC", section, 2, false };
    ZKL_TRY(zkl_iden3_read_g1(key->vk.ic, &ic, &checked, err));
    return check_elements(key, err);
}

/* ---- coefficients: (matrix, row, wire, value) in any order, value times 2^512: Montgomery form
 * twice over */

typedef struct coefficient {
    uint32_t matrix, row, wire;
    const uint8_t *value;
} coefficient;

/* Entry `index`: three numbers of 32 bits, then the value. Sizes were checked. */
static coefficient coefficient_at(zkl_bytes entries, size_t index)
{
    ZKL_DEBUG_ASSERT((index + 1) * COEFFICIENT_BYTES <= entries.size);
    const uint8_t *const at = entries.data + index * COEFFICIENT_BYTES;
    coefficient c = { .value = at + 12 };
    memcpy(&c.matrix, at, 4);
    memcpy(&c.row, at + 4, 4);
    memcpy(&c.wire, at + 8, 4);
    return c;
}

/* 2^512 c -> c. */
static bool decode_value(zkl_fr *out, const uint8_t value[static 32])
{
    static const zkl_fr shift = { { 1, 0, 0, 0 } }; /* 2^-256 in Montgomery form */
    zkl_fr twice;
    if (!zkl_fr_decode_le(&twice, value))
        return false;
    zkl_fr_mul(&twice, &twice, &shift);
    zkl_fr_mul(out, &twice, &shift);
    return true;
}

/* c -> 2^512 c, little-endian. */
static void encode_value(uint8_t value[static 32], const zkl_fr *a)
{
    zkl_fr factor, twice;
    zkl_fr_power_of_two(&factor, 128); /* 2^256 is above r, its square root is not */
    zkl_fr_sqr(&factor, &factor);      /* 2^256 */
    zkl_fr_mul(&twice, a, &factor);
    zkl_fr_mul(&twice, &twice, &factor);
    zkl_fr_encode_le(value, &twice);
}

/* starts[m][row + 1] counts the terms of a row first, and becomes the end of the row when all
 * are added up. */
static zkl_status count_rows(uint32_t *const starts[2], uint32_t *row_count,
                             const zkl_groth16_key *key, zkl_bytes entries, size_t count,
                             zkl_error *err)
{
    ZKL_ASSERT(count * COEFFICIENT_BYTES == entries.size);
    const uint32_t domain = 1u << key->log_domain;
    *row_count = 0;
    for (size_t i = 0; i < count; i++) {
        const coefficient c = coefficient_at(entries, i);
        if (c.matrix > 1 || c.row >= domain || c.wire >= key->wire_count)
            return zkl_fail(err, ZKL_BAD_INPUT, "coefficient %zu: matrix %u, row %u, wire %u", i,
                            c.matrix, c.row, c.wire);
        starts[c.matrix][c.row + 1]++;
        if (c.row >= *row_count)
            *row_count = c.row + 1;
    }
    for (size_t m = 0; m < 2; m++)
        for (uint32_t row = 0; row < domain; row++)
            starts[m][row + 1] += starts[m][row];
    return ZKL_OK;
}

/* A counting sort by matrix and row that keeps the file's order within a row. next: domain
 * entries each, any. */
static zkl_status sort_terms(zkl_lc_term *const terms[2], uint32_t *const next[2],
                             zkl_bytes entries, size_t count, zkl_error *err)
{
    ZKL_ASSERT(count * COEFFICIENT_BYTES == entries.size);
    for (size_t i = 0; i < count; i++) {
        const coefficient c = coefficient_at(entries, i);
        zkl_lc_term *const term = &terms[c.matrix][next[c.matrix][c.row]++];
        term->wire = c.wire;
        if (!decode_value(&term->coefficient, c.value))
            return zkl_fail(err, ZKL_BAD_INPUT, "coefficient %zu is not reduced", i);
    }
    return ZKL_OK;
}

/* Memory: 40 bytes a coefficient, and 8 bytes a row of the domain for each matrix. */
static zkl_status read_coefficients(zkl_groth16_key *key, zkl_arena *arena,
                                    const zkl_iden3_file *file, zkl_error *err)
{
    zkl_bytes section = file->sections[SECTION_COEFFICIENTS];
    if (!section.data)
        return zkl_fail(err, ZKL_BAD_INPUT, "section %d (coefficients) is missing",
                        SECTION_COEFFICIENTS);
    zkl_reader reader = zkl_reader_of(section);
    const size_t count = zkl_iden3_u32(&reader, "coefficient count");
    ZKL_TRY(zkl_iden3_section(&section, file, SECTION_COEFFICIENTS, 4 + count * COEFFICIENT_BYTES,
                              "coefficients", err));
    const zkl_bytes entries = zkl_bytes_of(section.data + 4, section.size - 4);

    const size_t domain = (size_t)1 << key->log_domain;
    ZKL_ASSERT(key->log_domain <= ZKL_ZKEY_LOG_DOMAIN_MAX); /* read_header saw to it */
    uint32_t *starts[2];
    ZKL_AUTO_BLOCK uint32_t *next = zkl_malloc(2 * domain, sizeof *next);
    for (size_t m = 0; m < 2; m++) {
        starts[m] = ZKL_ARENA_NEW(arena, uint32_t, domain + 1);
        if (!next || !starts[m])
            return zkl_no_memory(err, domain * sizeof *next);
    }
    ZKL_TRY(count_rows(starts, &key->row_count, key, entries, count, err));
    /* starts are known: each term goes to the next free place of its row */
    zkl_lc_term *terms[2];
    uint32_t *nexts[2] = { next, next + domain };
    for (size_t m = 0; m < 2; m++) {
        terms[m] = ZKL_ARENA_NEW(arena, zkl_lc_term, starts[m][domain]);
        if (!terms[m])
            return zkl_no_memory(err, section.size);
        memcpy(nexts[m], starts[m], domain * sizeof *next);
    }
    ZKL_TRY(sort_terms(terms, nexts, entries, count, err));
    key->rows_a = (zkl_r1cs_matrix){ terms[0], starts[0] };
    key->rows_b = (zkl_r1cs_matrix){ terms[1], starts[1] };
    return ZKL_OK;
}

/* ---- points */

/* Where each array is, its length, and where it goes. */
static zkl_status read_points(zkl_groth16_key *key, const zkl_iden3_file *file,
                              const zkl_iden3_reading *by, zkl_error *err)
{
    ZKL_ASSERT(key->public_count == 1 && key->wire_count >= 2); /* read_header saw to it */
    const size_t wires = key->wire_count, private_wires = wires - key->public_count - 1;
    const struct {
        const zkl_g1_affine **out;
        unsigned section;
        size_t count;
        const char *what;
    } arrays[] = {
        { &key->a, SECTION_A, wires, "A" },
        { &key->b_1, SECTION_B_1, wires, "B in G1" },
        { &key->k, SECTION_K, private_wires, "C" },
        { &key->h, SECTION_H, (size_t)1 << key->log_domain, "H" },
    };
    /* all sizes first: nothing is read of a file that lacks an array */
    zkl_bytes section;
    for (size_t i = 0; i < ZKL_COUNT(arrays); i++)
        ZKL_TRY(zkl_iden3_section(&section, file, arrays[i].section,
                                  arrays[i].count * ZKL_IDEN3_G1_BYTES, arrays[i].what, err));
    ZKL_TRY(
        zkl_iden3_section(&section, file, SECTION_B_2, wires * ZKL_IDEN3_G2_BYTES, "B in G2", err));
    const zkl_iden3_points b_2 = { "B in G2", section, wires, true };
    ZKL_TRY(zkl_iden3_load_g2(&key->b_2, &b_2, by, err));
    for (size_t i = 0; i < ZKL_COUNT(arrays); i++) {
        const zkl_iden3_points points = { arrays[i].what, file->sections[arrays[i].section],
                                          arrays[i].count, true };
        ZKL_TRY(zkl_iden3_load_g1(arrays[i].out, &points, by, err));
    }
    return ZKL_OK;
}

/* ---- contributions */

/* delta after it, its key, the transcript that its sp is hashed from, kind, tagged parameters. */
static void take_contribution(zkl_zkey_contribution *c, zkl_reader *reader)
{
    zkl_iden3_take_point_1(&c->delta_after, reader);
    zkl_iden3_take_point_1(&c->delta_s, reader);
    zkl_iden3_take_point_1(&c->delta_sx, reader);
    zkl_iden3_take_point_2(&c->delta_spx, reader);
    zkl_reader_copy(reader, c->transcript, sizeof c->transcript, "transcript");
    zkl_iden3_take_kind(&c->type, &c->parameters, reader);
}

/* The count is bounded by the bytes that a contribution has at least, before an array is made of
 * it. */
zkl_status zkl_zkey_history_parse(zkl_zkey_history *out, zkl_arena *arena, zkl_bytes section,
                                  zkl_error *err)
{
    zkl_reader reader = zkl_reader_of(section);
    const zkl_bytes hash = zkl_reader_take(&reader, sizeof out->circuit_hash, "circuit hash");
    const uint32_t count = zkl_iden3_u32(&reader, "contribution count");
    if (count > ZKL_ZKEY_CONTRIBUTIONS_MAX || count > section.size / CONTRIBUTION_BYTES_MIN)
        return zkl_fail(err, ZKL_LIMIT, "%u contributions in %zu bytes", count, section.size);
    zkl_zkey_contribution *all = ZKL_ARENA_NEW(arena, zkl_zkey_contribution, count);
    if (!all)
        return zkl_no_memory(err, count * sizeof *all);
    for (uint32_t i = 0; i < count; i++)
        take_contribution(&all[i], &reader);
    ZKL_TRY(zkl_reader_finish(&reader, "contributions", err));
    memcpy(out->circuit_hash, hash.data, sizeof out->circuit_hash);
    out->contributions = all;
    out->count = count;
    return ZKL_OK;
}

/* The last contribution ends in this key's delta, or the record is of another key. */
static zkl_status read_history(zkl_zkey_history *out, const zkl_groth16_key *key, zkl_arena *arena,
                               const zkl_iden3_file *file, zkl_error *err)
{
    const zkl_bytes section = file->sections[SECTION_HISTORY];
    if (!section.data)
        return zkl_fail(err, ZKL_BAD_INPUT, "section %d (contributions) is missing",
                        SECTION_HISTORY);
    ZKL_TRY(zkl_zkey_history_parse(out, arena, section, err));
    if (out->count && memcmp(&out->contributions[out->count - 1].delta_after, &key->delta_1,
                             sizeof key->delta_1) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "the last contribution ended in another delta");
    return ZKL_OK;
}

size_t zkl_zkey_people(const zkl_zkey_history *history)
{
    ZKL_ASSERT(history->count == 0 || history->contributions);
    size_t people = 0;
    for (size_t i = 0; i < history->count; i++)
        people += history->contributions[i].type == 0;
    return people;
}

zkl_status zkl_zkey_parse(zkl_groth16_key *out, zkl_zkey_history *history, zkl_bytes bytes,
                          const zkl_iden3_reading *by, zkl_error *err)
{
    zkl_iden3_file file;
    ZKL_TRY(zkl_iden3_open(&file, bytes, "zkey", 1, err));
    zkl_groth16_key key = { 0 };
    zkl_zkey_history told;
    ZKL_TRY(read_header(&key, &file, err));
    ZKL_TRY(read_points(&key, &file, by, err));
    ZKL_TRY(read_coefficients(&key, by->arena, &file, err));
    ZKL_TRY(read_history(&told, &key, by->arena, &file, err));
    key.development = zkl_zkey_people(&told) < 2; /* one person may know delta */
    *out = key;
    if (history)
        *history = told;
    return ZKL_OK;
}

/* ---- writing */

/* Sections 1 and 2. */
static void put_header(zkl_buffer *out, const zkl_groth16_key *key)
{
    ZKL_ASSERT(key->log_domain < 32);
    const size_t protocol = zkl_iden3_begin_section(out, SECTION_PROTOCOL);
    zkl_iden3_put_u32(out, PROTOCOL_GROTH16);
    zkl_iden3_end_section(out, protocol);
    const size_t header = zkl_iden3_begin_section(out, SECTION_HEADER);
    zkl_iden3_put_fp_order(out);
    zkl_iden3_put_fr_order(out);
    zkl_iden3_put_u32(out, key->wire_count);
    zkl_iden3_put_u32(out, key->public_count);
    zkl_iden3_put_u32(out, 1u << key->log_domain);
    zkl_iden3_put_g1(out, &key->vk.alpha, 1);
    zkl_iden3_put_g1(out, &key->beta_1, 1);
    zkl_iden3_put_g2(out, &key->vk.beta, 1);
    zkl_iden3_put_g2(out, &key->vk.gamma, 1);
    zkl_iden3_put_g1(out, &key->delta_1, 1);
    zkl_iden3_put_g2(out, &key->vk.delta, 1);
    zkl_iden3_end_section(out, header);
}

/* snarkjs writes rows in order, A before B in each. */
static void put_terms(zkl_buffer *out, uint32_t matrix, const zkl_r1cs_matrix *rows, uint32_t row)
{
    ZKL_DEBUG_ASSERT(matrix <= 1);
    for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++) {
        uint8_t value[32];
        encode_value(value, &rows->terms[i].coefficient);
        zkl_iden3_put_u32(out, matrix);
        zkl_iden3_put_u32(out, row);
        zkl_iden3_put_u32(out, rows->terms[i].wire);
        zkl_buffer_put(out, value, sizeof value);
    }
}

/* Section 4: of the rows that the prover evaluates. */
static void put_coefficients(zkl_buffer *out, const zkl_groth16_key *key)
{
    ZKL_ASSERT(key->rows_a.starts && key->rows_b.starts);
    const size_t section = zkl_iden3_begin_section(out, SECTION_COEFFICIENTS);
    zkl_iden3_put_u32(out, key->rows_a.starts[key->row_count] + key->rows_b.starts[key->row_count]);
    for (uint32_t row = 0; row < key->row_count; row++) {
        put_terms(out, 0, &key->rows_a, row);
        put_terms(out, 1, &key->rows_b, row);
    }
    zkl_iden3_end_section(out, section);
}

void zkl_zkey_history_put(zkl_buffer *out, const zkl_zkey_history *history)
{
    static const zkl_zkey_history none = { 0 };
    const zkl_zkey_history *const h = history ? history : &none;
    zkl_buffer_put(out, h->circuit_hash, sizeof h->circuit_hash);
    zkl_iden3_put_u32(out, (uint32_t)h->count);
    for (size_t i = 0; i < h->count; i++) {
        const zkl_zkey_contribution *const c = &h->contributions[i];
        zkl_iden3_put_g1(out, &c->delta_after, 1);
        zkl_iden3_put_g1(out, &c->delta_s, 1);
        zkl_iden3_put_g1(out, &c->delta_sx, 1);
        zkl_iden3_put_g2(out, &c->delta_spx, 1);
        zkl_buffer_put(out, c->transcript, sizeof c->transcript);
        zkl_iden3_put_kind(out, c->type, c->parameters);
    }
}

/* The order of sections is snarkjs's own, so that a key read and written again is the same file. */
zkl_status zkl_zkey_encode(zkl_buffer *out, const zkl_groth16_key *key,
                           const zkl_zkey_history *history, zkl_error *err)
{
    ZKL_ASSERT(key->public_count == 1 && key->row_count <= (size_t)1 << key->log_domain);
    zkl_iden3_begin_file(out, "zkey", 1, 10);
    put_header(out, key);
    zkl_iden3_put_section_g1(out, SECTION_IC, key->vk.ic, key->public_count + 1);
    put_coefficients(out, key);
    zkl_iden3_put_section_g1(out, SECTION_A, key->a, key->wire_count);
    zkl_iden3_put_section_g1(out, SECTION_B_1, key->b_1, key->wire_count);
    zkl_iden3_put_section_g2(out, SECTION_B_2, key->b_2, key->wire_count);
    zkl_iden3_put_section_g1(out, SECTION_K, key->k, key->wire_count - key->public_count - 1);
    zkl_iden3_put_section_g1(out, SECTION_H, key->h, (size_t)1 << key->log_domain);
    const size_t told = zkl_iden3_begin_section(out, SECTION_HISTORY);
    zkl_zkey_history_put(out, history);
    zkl_iden3_end_section(out, told);
    return zkl_buffer_status(out, err);
}
