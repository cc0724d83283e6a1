/* What this CPU can run. __builtin_cpu_supports asks CPUID and, for wide registers, XGETBV: a
 * system that does not save them makes their bits 0 here. */
#include "native/cpu.h"

#ifndef ZKL_CPU_LEFT_OUT
#define ZKL_CPU_LEFT_OUT 0u
#endif

#if defined(__x86_64__)
#include <cpuid.h>

/* gcc 12 and clang 16 do not know "sha" as a name for __builtin_cpu_supports. */
static int has_sha(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}

/* Bits build on each other: ZKL_CPU_AVX512_IFMA never stands without ZKL_CPU_AVX512, so a set asks
 * for all that its flags let the compiler use. */
uint32_t zkl_cpu_features(void)
{
    uint32_t features = 0;
    __builtin_cpu_init();
    if (__builtin_cpu_supports("bmi"))
        features |= ZKL_CPU_BMI;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        features |= ZKL_CPU_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("bmi2"))
        features |= ZKL_CPU_AVX512;
    if ((features & ZKL_CPU_AVX512) && __builtin_cpu_supports("avx512ifma"))
        features |= ZKL_CPU_AVX512_IFMA;
    if (__builtin_cpu_supports("sse4.1") && has_sha())
        features |= ZKL_CPU_SHA;
    return features & ~ZKL_CPU_LEFT_OUT;
}
#else
uint32_t zkl_cpu_features(void)
{
    return 0;
}
#endif
