#pragma once
/* What a job does, counted: operations by kind and processor time, by stage.
 *
 * The program is linked so that calls of the functions that wrap*.c name go through it (the
 * linker's --wrap): the product itself holds no counter, and is the same code that is shipped.
 *
 * A thread is in one stage at a time. A task of the pool is in the stage of the thread that started
 * the run. Time and counts go to the stage the thread is in; what is done before the first stage,
 * or by threads that nobody put into one, goes to STAGE_REST. */
#include <stdint.h>

typedef enum count_kind {
    COUNT_FR_TERM,      /* a product of elements of Fr in lanes, before its reduction */
    COUNT_FR_REDUCTION, /* a reduction of a sum of them */
    COUNT_CELL,         /* a product of an element of Fr and a cell of 16 bits, in lanes */
    COUNT_FR,           /* a product in Fr by itself */
    COUNT_FP,           /* a product in Fp by itself; three are one in Fp2 */
    COUNT_G1_LANES,     /* an addition in G1 in lanes */
    COUNT_G2_LANES,     /* in G2 */
    COUNT_G1,           /* an addition or doubling in G1 by itself */
    COUNT_G2,           /* in G2 */
    COUNT_G1_MULTIPLY,  /* a multiple of a point by itself, by a scalar of 255 bits */
    COUNT_G2_MULTIPLY,  /* in G2 */
    COUNT_DECODE_LANES, /* a point of G1 from 48 bytes, its test with it, in lanes */
    COUNT_DECODE,       /* a point of G1 from 48 bytes: a square root */
    COUNT_SUBGROUP,     /* a test that a point is in the subgroup */
    COUNT_MILLER,       /* a Miller loop */
    COUNT_FINAL,        /* a final exponentiation */
    COUNT_KECCAK_LANES, /* a Keccak permutation of one of several states at once */
    COUNT_KECCAK,       /* by itself */
    COUNT_BLAKE3_BYTE,  /* a byte hashed */
    COUNT_CIPHER_BYTE,  /* a byte encrypted or decrypted */
    COUNT_FILE_BYTE,    /* a byte read from or written to a file */
    COUNT_KINDS
} count_kind;

typedef enum stage {
    STAGE_REST,
    STAGE_READ,
    STAGE_CONVERT,
    STAGE_HASH,
    STAGE_COMMIT,
    STAGE_PLAN,
    STAGE_LOAD,
    STAGE_AUXILIARY,
    STAGE_ARGUMENT,
    STAGE_OPENING,
    STAGE_GROTH16,
    STAGE_CHECK,
    STAGE_VERIFY,
    STAGE_POWERS,
    STAGE_KEY,
    STAGE_PART, /* parts.h prints it itself */
    STAGES
} stage;

/* Totals of all threads that have left the stage. */
typedef struct stage_totals {
    uint64_t cpu_ns;
    uint64_t counts[COUNT_KINDS];
} stage_totals;

extern _Thread_local uint64_t count_here[COUNT_KINDS];

static inline void count_add(count_kind kind, uint64_t number)
{
    count_here[kind] += number;
}

/* Put this thread into a stage; the one it was in is returned, to be entered again. */
stage stage_enter(stage next);
stage stage_now(void);
/* What this thread did since it entered its stage does not count. */
void stage_forget(void);
void stage_read(stage_totals *out, stage which);
/* Nanoseconds of the processor that this thread took. */
uint64_t thread_cpu_ns(void);
