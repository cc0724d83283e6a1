#pragma once
/* From what people say of rows to one assertion "where": bits of a row, weighted numbers of rows of
 * which they are true against public numbers, and sums over the rows of the first bit. */
#include "claim/claim_predicate.h"

#define ZKL_WEIGHING_BITS_MAX 3
#define ZKL_WEIGHING_BOUNDS_MAX 3

typedef struct zkl_weighing zkl_weighing;
struct zkl_weighing {
    /* What bits hang on, with their cuts; ascending. */
    zkl_cut_columns columns;
    /* Is the bit true of rows with these digits? Reads `context`. */
    bool (*holds)(const zkl_weighing *weighing, size_t bit, const uint32_t *digits);
    const void *context;
    size_t bit_count, bound_count;
    struct {
        int64_t weights[ZKL_WEIGHING_BITS_MAX];
        zkl_exact n;
        unsigned mode;
    } bounds[ZKL_WEIGHING_BOUNDS_MAX];
    /* The column of the schema, an integer or decimal, that is summed over the rows of bit 0 where
     * it is not null. It may be one of `columns`. The bit is no number then. */
    bool has_sum;
    uint32_t summand;
    /* How many codes each bit is true of; which: bit k of a code's byte. */
    size_t code_count, true_count[ZKL_WEIGHING_BITS_MAX];
    uint8_t *codes;
};

/* One bound more. */
void zkl_weighing_put_bound(zkl_weighing *weighing,
                            const int64_t weights[static ZKL_WEIGHING_BITS_MAX], int64_t n,
                            unsigned mode);
/* Every code that rows can have, and which bits are true of it. Once all cuts are there. */
zkl_status zkl_weighing_find_codes(const zkl_claim_maker *m, zkl_weighing *weighing) ZKL_MUST_USE;
/* The same, for a predicate as bit 0: ZKL_USAGE when it is true of every row, or of none. */
zkl_status zkl_weighing_find_predicate(const zkl_claim_maker *m,
                                       zkl_weighing *weighing) ZKL_MUST_USE;
/* The assertion. A bit that is true of every code, or of none, is a number and no bit, and a bound
 * that is left without bits goes. ZKL_USAGE: none is left; ZKL_LIMIT. The sum stays 0 until the
 * claim is bound. */
zkl_status zkl_weighing_assert(const zkl_claim_maker *m, zkl_compiled_claim *out,
                               zkl_weighing *weighing) ZKL_MUST_USE;

/* What the data decide, at the end of the parameters; `params` may come from a statement, so from
 * outside. n of the last bound, ZKL_REJECTED above `most`: */
zkl_status zkl_weighing_bind_count(uint64_t *out, zkl_claim_assertion *assertion,
                                   const zkl_scalar *params, uint64_t most,
                                   zkl_error *err) ZKL_MUST_USE;
/* and, of an assertion with a sum, behind it the sum of the column's values, in units of the last
 * decimal of their type: ZKL_REJECTED when none of up to value_count of them do. */
zkl_status zkl_weighing_bind_sum(zkl_exact *out, zkl_claim_assertion *assertion,
                                 const zkl_scalar *params, const zkl_type *type,
                                 uint64_t value_count, zkl_error *err) ZKL_MUST_USE;
