/* Values by their place in ascending order, limb by limb over the cells, and the claims that ask
 * for them. */
#include "notary/value_places.h"

#include <string.h>

#include "claim/claim_bound.h"
#include "types/value.h"

bool zkl_value_places_are_of(const zkl_type *type)
{
    return !zkl_type_is_hashed(type) && type->kind != ZKL_TYPE_DICTIONARY;
}

/* ---- Cells */

void zkl_value_places_clear(zkl_value_places *p)
{
    zkl_free(p->blocks);
    zkl_free(p->cells);
    zkl_free(p->counts);
    *p = (zkl_value_places){ 0 };
}

static const uint16_t *limb_at(const zkl_value_places *p, size_t limb)
{
    return p->cells + limb * ZKL_CHUNK_ROWS;
}

zkl_status zkl_value_places_init(zkl_value_places *out, const zkl_table_facts *facts,
                                 uint32_t column, uint64_t first_row, uint64_t row_count,
                                 zkl_error *err)
{
    const zkl_column *schema = &facts->schema->columns[column];
    const size_t limbs = zkl_type_limbs(&schema->type), all = limbs + schema->nullable;
    ZKL_ASSERT(first_row % ZKL_CHUNK_ROWS == 0 && row_count <= facts->row_count - first_row);
    ZKL_ASSERT(zkl_value_places_are_of(&schema->type));
    out->facts = facts;
    out->first_row = first_row;
    out->row_count = row_count;
    out->type = &schema->type;
    out->limb_count = limbs;
    out->is_nullable = schema->nullable;
    out->blocks = zkl_calloc(facts->block_count, sizeof *out->blocks);
    out->cells = zkl_calloc(all, ZKL_CHUNK_ROWS * sizeof *out->cells);
    out->counts = zkl_calloc((size_t)1 << 16, sizeof *out->counts);
    if (!out->blocks || !out->cells || !out->counts)
        return zkl_no_memory(err, all * ZKL_CHUNK_ROWS * sizeof *out->cells);
    const size_t first = facts->first_block[zkl_table_facts_number(facts, column, false)];
    for (size_t i = 0; i < limbs; i++)
        out->blocks[first + i] = out->cells + i * ZKL_CHUNK_ROWS;
    if (schema->nullable)
        out->blocks[facts->first_block[zkl_table_facts_number(facts, column, true)]] =
            out->cells + limbs * ZKL_CHUNK_ROWS;
    return zkl_table_facts_count_values(&out->value_count, facts, column, first_row, row_count,
                                        err);
}

/* Is the row a value whose limbs above `limb` are those of the prefix? */
static bool has_prefix(const zkl_value_places *p, size_t row, zkl_code prefix, size_t limb)
{
    bool has = !p->is_nullable || !limb_at(p, p->limb_count)[row];
    for (size_t i = limb + 1; has && i < p->limb_count; i++)
        has = limb_at(p, i)[row] == (uint16_t)(prefix >> 16 * i);
    return has;
}

/* How often each limb stands at this place of a code that has the prefix. */
static zkl_status count_limbs(const zkl_value_places *p, zkl_code prefix, size_t limb,
                              zkl_error *err)
{
    const size_t first = (size_t)(p->first_row / ZKL_CHUNK_ROWS),
                 end =
                     (size_t)((p->first_row + p->row_count + ZKL_CHUNK_ROWS - 1) / ZKL_CHUNK_ROWS);
    memset(p->counts, 0, ((size_t)1 << 16) * sizeof *p->counts);
    for (size_t chunk = first; chunk < end; chunk++) {
        ZKL_TRY(zkl_table_chunk(p->facts->table, chunk, p->blocks, NULL, NULL, err));
        const size_t rows = zkl_table_facts_chunk_rows(p->facts, chunk);
        for (size_t row = 0; row < rows; row++)
            if (has_prefix(p, row, prefix, limb))
                p->counts[limb_at(p, limb)[row]]++;
    }
    return ZKL_OK;
}

/* The code at this place, from 1, limb by limb from the highest: of the codes with the limbs found
 * so far those with a lower next limb stand before it. */
static zkl_status find_place(zkl_code *out, const zkl_value_places *p, uint64_t place,
                             zkl_error *err)
{
    zkl_code code = 0;
    ZKL_ASSERT(place > 0 && place <= p->value_count && p->limb_count <= sizeof(zkl_code) / 2);
    for (size_t limb = p->limb_count; limb-- > 0;) {
        uint64_t value = 0;
        ZKL_TRY(count_limbs(p, code, limb, err));
        for (; place > p->counts[value]; value++) {
            place -= p->counts[value];
            ZKL_ASSERT(value < UINT16_MAX); /* there are as many values as `place` */
        }
        code |= (zkl_code)value << 16 * limb;
    }
    *out = code;
    return ZKL_OK;
}

/* ---- Texts */

/* A float's text is the shortest that means it, and may be a number beside it. A bound has to be on
 * its outer side: if it is not, the text of the next float is. Other texts are exact. False: the
 * value has no text that a claim may hold, as a day of the year 12000. */
static bool find_outer(zkl_code *code, const zkl_type *type, zkl_value_side side)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    const char *reason;
    zkl_bound bound;
    const zkl_bytes literal = zkl_bytes_of(text, zkl_value_format(text, type, *code));
    const bool is_read = zkl_bound_parse(&bound, type, literal, &reason);
    zkl_wipe(text, sizeof text);
    if (is_read && side == ZKL_VALUE_FROM_ABOVE && !(bound.has_greatest && bound.greatest >= *code))
        *code += 1;
    if (is_read && side == ZKL_VALUE_FROM_BELOW && !(bound.has_least && bound.least <= *code))
        *code -= 1;
    return is_read;
}

zkl_status zkl_value_places_text(zkl_buffer *out, const zkl_value_places *places, uint64_t place,
                                 zkl_value_side side, zkl_error *err)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    zkl_code code;
    ZKL_TRY(find_place(&code, places, place, err));
    if (!find_outer(&code, places->type, side))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "what is found has no text that a claim may hold");
    zkl_buffer_put(out, text, zkl_value_format(text, places->type, code));
    zkl_wipe(text, sizeof text);
    return zkl_buffer_status(out, err);
}

/* ---- Claims that ask for one */

/* The value that the claim asks for, in the list's memory. False: none is found, as the claim does
 * not compile or a fault was noted. */
static zkl_status find_value(zkl_bytes *out, zkl_claim_list *claims, size_t number,
                             const zkl_table_facts *facts, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_value_places) places = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const zkl_claim *claim = &claims->claims[number];
    uint64_t first, rows, place;
    uint32_t column = 0;
    while (column < facts->schema->column_count &&
           !zkl_bytes_equal(facts->schema->columns[column].name, claim->columns[0].name))
        column++;
    if (column == facts->schema->column_count ||
        !zkl_value_places_are_of(&facts->schema->columns[column].type) ||
        zkl_claim_rows(&first, &rows, claim, facts->row_count, NULL) != ZKL_OK)
        return ZKL_OK; /* as compiling says */
    ZKL_TRY(zkl_value_places_init(&places, facts, column, first, rows, err));
    const zkl_claim_finding none = { .fault = ZKL_CLAIM_IS_FALSE,
                                     .status = ZKL_REJECTED,
                                     .reason =
                                         "its column has no value in these rows, only nulls" };
    if (!places.value_count)
        return zkl_claim_list_note(claims, number, &none, err);
    if (zkl_claim_place(&place, claim, places.value_count, NULL) != ZKL_OK)
        return ZKL_OK;
    ZKL_TRY(zkl_value_places_text(&text, &places, place, ZKL_VALUE_ITSELF, err));
    const char *copy = zkl_arena_text(&claims->memory, (const char *)text.data, text.size);
    *out = zkl_bytes_of(copy, text.size);
    return copy ? ZKL_OK : zkl_no_memory(err, text.size);
}

zkl_status zkl_value_places_fill(zkl_claim_list *claims, const zkl_table_facts *facts,
                                 zkl_error *err)
{
    for (size_t i = 0; i < claims->count; i++) {
        zkl_error why = { 0 };
        zkl_bytes value = { 0 };
        if (!zkl_claim_asks_value(&claims->claims[i]))
            continue;
        const zkl_status status = find_value(&value, claims, i, facts, &why);
        const zkl_claim_finding finding = { .fault = ZKL_CLAIM_MAKES_NO_SENSE,
                                            .status = status,
                                            .reason = why.text };
        if (status != ZKL_OK)
            ZKL_TRY(zkl_claim_list_note(claims, i, &finding, err));
        if (value.data)
            zkl_claim_put_value(&claims->claims[i], value);
    }
    return ZKL_OK;
}
