#include "native/keccak_internal.h"

#if defined(__x86_64__)
#include "native/cpu.h"

/* The portable source; only the compiler may use `andn`, which saves a move for each of chi's 600
 * words. */
#define KECCAK_TARGET __attribute__((target("bmi")))
#include "native/keccak_one_inline.h"

const zkl_keccak_set zkl_keccak_bmi = { "bmi", 1, ZKL_CPU_BMI, absorb_one, permute_one };
#else
extern int zkl_keccak_bmi_is_empty;
#endif
