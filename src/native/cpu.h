#pragma once
/* What the CPU and the system can run, and how much of it is wanted. Native sets ask this once, and
 * again never: it cannot change. */
#include <stdint.h>

#define ZKL_CPU_AVX2 1u        /* AVX2 and BMI2 */
#define ZKL_CPU_AVX512 2u      /* AVX-512 F, VL, DQ, BW, and BMI2 */
#define ZKL_CPU_AVX512_IFMA 4u /* 52-bit multiply-add, on top of ZKL_CPU_AVX512 */
#define ZKL_CPU_SHA 8u         /* SHA-256 rounds, and SSE4.1 */
#define ZKL_CPU_BMI 16u        /* and-not in one instruction */
#define ZKL_CPU_NEON 32u       /* arm64's vectors of 128 bits */
#define ZKL_CPU_NEON_SHA3 64u  /* EOR3, RAX1, XAR, BCAX, on top of ZKL_CPU_NEON */

/* ZKL_CPU_* bits of the path in force (zkl/env.h): a path is the features that it leaves, so every
 * kind of set follows it by asking for its own. The system's saving of the wide registers is part
 * of the answer. None under a path that zkl_native_check refuses. Those of the macro
 * ZKL_CPU_LEFT_OUT, if it is defined, are never set: the preset "portable" builds the program as an
 * older processor runs it. Cheap. */
uint32_t zkl_cpu_features(void);
