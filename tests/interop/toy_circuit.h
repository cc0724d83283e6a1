#pragma once
/* The circuit of the iden3 tests: x * x = a, a * x = b, (b + x + 5) * 1 = out. Wires: 1, out, x, a,
 * b; out is public. */
#include "circuit/r1cs.h"

enum { TOY_ONE, TOY_OUT, TOY_X, TOY_A, TOY_B, TOY_WIRES };

typedef struct toy_circuit {
    zkl_lc_term a[5], b[3], c[3];
    uint32_t starts_a[4], starts_b[4], starts_c[4];
    zkl_r1cs r1cs;
} toy_circuit;

static inline void toy_circuit_make(toy_circuit *toy)
{
    zkl_fr five;
    zkl_fr_from_u64(&five, 5);
    *toy = (toy_circuit){
        .a = { { TOY_X, ZKL_FR_ONE },
               { TOY_A, ZKL_FR_ONE },
               { TOY_ONE, five },
               { TOY_X, ZKL_FR_ONE },
               { TOY_B, ZKL_FR_ONE } },
        .b = { { TOY_X, ZKL_FR_ONE }, { TOY_X, ZKL_FR_ONE }, { TOY_ONE, ZKL_FR_ONE } },
        .c = { { TOY_A, ZKL_FR_ONE }, { TOY_B, ZKL_FR_ONE }, { TOY_OUT, ZKL_FR_ONE } },
        .starts_a = { 0, 1, 2, 5 },
        .starts_b = { 0, 1, 2, 3 },
        .starts_c = { 0, 1, 2, 3 },
    };
    toy->r1cs = (zkl_r1cs){
        .wire_count = TOY_WIRES,
        .public_count = 1,
        .constraint_count = 3,
        .a = { toy->a, toy->starts_a },
        .b = { toy->b, toy->starts_b },
        .c = { toy->c, toy->starts_c },
    };
}

static inline void toy_circuit_assign(zkl_fr wires[static TOY_WIRES], uint64_t x)
{
    zkl_fr five;
    zkl_fr_from_u64(&five, 5);
    wires[TOY_ONE] = ZKL_FR_ONE;
    zkl_fr_from_u64(&wires[TOY_X], x);
    zkl_fr_sqr(&wires[TOY_A], &wires[TOY_X]);
    zkl_fr_mul(&wires[TOY_B], &wires[TOY_A], &wires[TOY_X]);
    zkl_fr_add(&wires[TOY_OUT], &wires[TOY_B], &wires[TOY_X]);
    zkl_fr_add(&wires[TOY_OUT], &wires[TOY_OUT], &five);
}
