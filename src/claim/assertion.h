#pragma once
/* Assertions: what a statement proves (docs/proof-system.md section 8). A kind is one module,
 * assertion_<kind>.c, with a table of methods: which parameters are well formed, which auxiliary
 * tables it has, which equations it compiles to. Prover and verifier run the same functions, on
 * public data only. How the prover fills auxiliary tables is in prove/assertion_<kind>.c. */
#include "claim/shape.h"

#define ZKL_ASSERTION_AUXILIARY_MAX 67 /* auxiliary tables of one assertion: of "where" */
#define ZKL_AUXILIARY_COLUMNS_MAX 85
#define ZKL_AUXILIARY_ROLE_BYTES 8 /* with its NUL */
/* Numbers that the verifier draws, by a hash each, for the assertions of one statement. */
#define ZKL_ASSERTION_DRAWS_MAX ((uint64_t)1 << 20)

/* Of the parameter `mode` of sums. */
enum { ZKL_MODE_AT_LEAST, ZKL_MODE_EXACTLY, ZKL_MODE_AT_MOST, ZKL_MODE_COUNT };

/* An assertion before it is compiled: its parameters and the source tables it is about. */
typedef struct zkl_assertion_facts {
    const zkl_proof_format *format;
    const zkl_scalar *params;
    size_t param_count;
    const zkl_statement_table *const *sources; /* in the order of their roles */
    size_t source_count;
} zkl_assertion_facts;

/* An auxiliary table as computed from an assertion, never read. */
typedef struct zkl_auxiliary {
    struct {
        char role[ZKL_AUXILIARY_ROLE_BYTES];
        uint32_t limb_count;
    } columns[ZKL_AUXILIARY_COLUMNS_MAX];
    size_t column_count;
    uint64_t row_count;
} zkl_auxiliary;

typedef struct zkl_assertion_ops {
    /* Each source's columns are x and perhaps its flag x?. Else columns stand under their
     * numbers. */
    bool names_roles;
    /* It takes a leaf block for each block of its first source, and says that all of them are
     * well formed: every block of a dataset must lie in such an assertion (zkl_cells_cover). */
    bool is_wellformedness;
    /* It takes a leaf block for each chunk of each of its tables, and a table may stand in it more
     * than once. */
    bool is_by_chunk;
    /* Columns x0, x1, .. in this order may stand in its source under these roles, their flags
     * behind them; all others under their numbers. */
    bool names_summands;
    /* Columns g, y? and perhaps w? stand in its source under these roles: a column of any type, and
     * bools; none has a flag. */
    bool names_rates;
    /* A flag may stand in its tables without its column. For all other kinds it would be one more
     * column, with a number that is no value. */
    bool takes_lone_flags;
    /* Parameters: number and bounds; no wrap around r. They come from outside: a parameter is an
     * index only after its check. ZKL_REJECTED with the name of the check. */
    zkl_status (*check)(const zkl_assertion_facts *facts, zkl_error *err);
    /* How many auxiliary tables, and which; after check, from the facts alone. NULL: none ever. */
    size_t (*auxiliary)(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                        const zkl_assertion_facts *facts);
    /* How many numbers compiling it draws; after check. NULL: none. */
    uint64_t (*draws)(const zkl_assertion_facts *facts);
    /* tag: 2 + index of the assertion. */
    void (*compile)(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion);
} zkl_assertion_ops;

const zkl_assertion_ops *zkl_assertion_ops_of(zkl_assertion_kind kind);

/* Are there as many sources as the kind has, do they have the columns that it names, are the
 * parameters well formed? ZKL_REJECTED with the name of the check. */
zkl_status zkl_assertion_check(zkl_assertion_kind kind, const zkl_assertion_facts *facts,
                               zkl_error *err) ZKL_MUST_USE;
/* Add the numbers that it draws, after the check. False, with nothing added: more than
 * ZKL_ASSERTION_DRAWS_MAX. */
bool zkl_assertion_add_draws(uint64_t *drawn, zkl_assertion_kind kind,
                             const zkl_assertion_facts *facts) ZKL_MUST_USE;
size_t zkl_assertion_auxiliary(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               zkl_assertion_kind kind, const zkl_assertion_facts *facts);

/* Limbs of column x of the first source, 0 when there is none; W = bits of its codes; is there a
 * flag x? */
unsigned zkl_assertion_x_limbs(const zkl_assertion_facts *facts);
unsigned zkl_assertion_x_bits(const zkl_assertion_facts *facts);
bool zkl_assertion_x_nullable(const zkl_assertion_facts *facts);
/* Is the parameter a number below 2^64, and which? */
bool zkl_assertion_param_u64(uint64_t *out, const zkl_scalar *param);

/* |v| of a parameter v in (-r/2, r/2), written mod r. */
zkl_wide zkl_assertion_param_centred(bool *negative, const zkl_scalar *param);

/* Bounds that say something: lo > 0, hi < 2^W - 1. Each has its own auxiliary column, da before
 * db. */
typedef struct zkl_range_sides {
    bool below, above;
    uint32_t limb_count; /* of da, db; 0: none are needed */
} zkl_range_sides;
zkl_range_sides zkl_assertion_range_sides(const zkl_scalar *lo, const zkl_scalar *hi,
                                          unsigned x_limbs, const zkl_proof_format *format);

#define KIND(constant, name, sources) extern const zkl_assertion_ops zkl_assertion_##name;
ZKL_ASSERTION_KINDS(KIND)
#undef KIND
