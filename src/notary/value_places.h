#pragma once
/* Which value of a column stands at a place in ascending order, found over the cells, nulls left
 * out.
 *
 * What is found becomes the text of a claim, and the plan's check says whether it is true. So a
 * mistake here can find a claim that is not the tightest, and none that is false.
 *
 * SECRET: everything found is a result that nobody was told. */
#include "notary/claim_list.h"
#include "notary/table_facts.h"

/* A column's cells, of a chunk at a time. */
typedef struct zkl_value_places {
    /* How many values there are in these rows. */
    uint64_t value_count;
    const zkl_table_facts *facts;
    const zkl_type *type;
    uint64_t first_row, row_count;
    uint16_t **blocks;
    /* Of each limb, and behind them the flag's where there is one. */
    uint16_t *cells;
    size_t limb_count;
    bool is_nullable;
    uint64_t *counts;
} zkl_value_places;
void zkl_value_places_clear(zkl_value_places *places);

/* What a value is put in for: itself, or a bound that nothing lies beyond. */
typedef enum zkl_value_side {
    ZKL_VALUE_ITSELF,
    ZKL_VALUE_FROM_BELOW,
    ZKL_VALUE_FROM_ABOVE
} zkl_value_side;

/* Have the values of the type an order that its codes have too? */
bool zkl_value_places_are_of(const zkl_type *type);
/* The rows are whole chunks. Borrows facts. */
zkl_status zkl_value_places_init(zkl_value_places *out, const zkl_table_facts *facts,
                                 uint32_t column, uint64_t first_row, uint64_t row_count,
                                 zkl_error *err) ZKL_MUST_USE;
/* The value at this place, from 1, as it stands in a claim: it holds nothing that would need
 * quotes. ZKL_NOT_SUPPORTED: it has no such text. Cost: a pass over the column for each limb. */
zkl_status zkl_value_places_text(zkl_buffer *out, const zkl_value_places *places, uint64_t place,
                                 zkl_value_side side, zkl_error *err) ZKL_MUST_USE;

/* Every claim of the list that asks for such a value (`min(c)`) gets it, and is whole then. Its
 * text stays the one that was asked, so that no error says a value. A claim whose column has none
 * is noted; what is wrong otherwise stays as it is, for the claim does not compile. */
zkl_status zkl_value_places_fill(zkl_claim_list *claims, const zkl_table_facts *facts,
                                 zkl_error *err) ZKL_MUST_USE;
