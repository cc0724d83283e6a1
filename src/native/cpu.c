/* What this CPU can run. On x86-64 __builtin_cpu_supports asks CPUID and, for wide
 * registers, XGETBV: a system that does not save them makes their bits 0 here. On arm64 the kernel
 * says it.
 *
 * A path is a set of features that is left. So it is one place that chooses, and every kind of set
 * follows it by asking for its features as ever. */
#include "native/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <zkl/env.h>

#include "base/memory.h"

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
static uint32_t find_features(void)
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
#elif defined(__aarch64__)
#include <sys/auxv.h>

/* Linux, arch/arm64/include/uapi/asm/hwcap.h. */
#define HWCAP_ASIMD_BIT (1ul << 1)
#define HWCAP_SHA3_BIT (1ul << 17)

static uint32_t find_features(void)
{
    const unsigned long has = getauxval(AT_HWCAP);
    uint32_t features = 0;
    if (has & HWCAP_ASIMD_BIT)
        features |= ZKL_CPU_NEON;
    if ((features & ZKL_CPU_NEON) && (has & HWCAP_SHA3_BIT))
        features |= ZKL_CPU_NEON_SHA3;
    return features & ~ZKL_CPU_LEFT_OUT;
}
#else
static uint32_t find_features(void)
{
    return 0;
}
#endif

/* Widest first. A path leaves `kept` of what the processor has, and cannot be without `needed`. */
typedef struct path {
    const char *name;
    uint32_t needed, kept;
} path;

static const path paths[] = {
    { "avx512ifma", ZKL_CPU_AVX512_IFMA, ~0u },
    { "avx2", ZKL_CPU_AVX2, ZKL_CPU_BMI | ZKL_CPU_AVX2 | ZKL_CPU_SHA },
    { "neon", ZKL_CPU_NEON, ZKL_CPU_NEON | ZKL_CPU_NEON_SHA3 },
    { "portable", 0, 0 },
};

/* The named path, if this processor can run it; without a name the widest that it can. */
static const path *find_path(const char *name, uint32_t features)
{
    for (size_t i = 0; i < ZKL_COUNT(paths); i++)
        if ((features & paths[i].needed) == paths[i].needed &&
            (!*name || strcmp(name, paths[i].name) == 0))
            return &paths[i];
    return NULL;
}

/* What the environment says; empty where it says nothing. */
static const char *wanted(void)
{
    const char *name = getenv("ZKL_NATIVE");
    return name ? name : "";
}

/* Set once, always to the same value, by whoever asks first: bit 31 says that it is set. */
#define IS_KNOWN (1u << 31)
static _Atomic uint32_t known;

uint32_t zkl_cpu_features(void)
{
    uint32_t features = atomic_load_explicit(&known, memory_order_relaxed);
    if (!features) {
        const uint32_t all = find_features();
        const path *found = find_path(wanted(), all);
        /* A processor without IFMA, asked for nothing, keeps what the widest path keeps of it. */
        features = IS_KNOWN | (!*wanted() ? all : found ? all & found->kept : 0);
        atomic_store_explicit(&known, features, memory_order_relaxed);
    }
    return features & ~IS_KNOWN;
}

zkl_status zkl_native_check(zkl_error *err)
{
    const char *name = wanted();
    if (find_path(name, find_features()))
        return ZKL_OK;
    for (size_t i = 0; i < ZKL_COUNT(paths); i++)
        if (strcmp(name, paths[i].name) == 0)
            return zkl_fail(err, ZKL_USAGE, "ZKL_NATIVE is '%s', which this processor cannot run",
                            name);
    return zkl_fail(err, ZKL_USAGE,
                    "ZKL_NATIVE is '%.64s': it takes avx512ifma, avx2, neon or portable", name);
}

const char *zkl_native_path(void)
{
    const path *found = find_path("", zkl_cpu_features());
    ZKL_ASSERT(found);
    return found->name;
}
