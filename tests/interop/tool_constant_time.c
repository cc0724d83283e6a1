/* The code that docs/timing.md says is constant in its secrets, run with those secrets marked
 * undefined: valgrind's memcheck then reports every branch and every address that depends on them
 * (the method of ctgrind). interop/constant_time.sh runs it. An argument leaks on purpose, so that
 * the script knows it would be told.
 *
 *     tool_constant_time [leak-branch | leak-address]
 *
 * Exit code 77: built without valgrind's header. */
#include <stdio.h>
#include <string.h>

#include "algebra/curve.h"
#include "algebra/poseidon.h"
#include "base/memory.h"
#include "hash/hash.h"
#include "native/fr_lanes.h"
#include "record/signature.h"
#include "prove/commit.h"

#ifdef ZKL_HAVE_VALGRIND
#include <valgrind/memcheck.h>
#define HAS_VALGRIND 1
#else
#define HAS_VALGRIND 0
#define VALGRIND_MAKE_MEM_UNDEFINED(at, size) ((void)(at), (void)(size))
#define VALGRIND_MAKE_MEM_DEFINED(at, size) ((void)(at), (void)(size))
#define RUNNING_ON_VALGRIND 0
#endif

static uint8_t secret[192];
static volatile unsigned sink; /* what is computed is used */

static void publish(void *at, size_t size)
{
    VALGRIND_MAKE_MEM_DEFINED(at, size);
    for (size_t i = 0; i < size; i++)
        sink += ((const uint8_t *)at)[i];
}

/* Two scalars from 64 secret bytes each: uniform, any value. */
static void draw(zkl_fr out[2])
{
    zkl_fr_reduce(&out[0], secret, 64);
    zkl_fr_reduce(&out[1], secret + 64, 64);
}

static void run_field(void)
{
    zkl_fr a[2], out[9];
    uint8_t bytes[32];
    draw(a);
    zkl_fr_add(&out[0], &a[0], &a[1]);
    zkl_fr_sub(&out[1], &a[0], &a[1]);
    zkl_fr_mul(&out[2], &a[0], &a[1]);
    zkl_fr_sqr(&out[3], &a[0]);
    zkl_fr_neg(&out[4], &a[0]);
    zkl_fr_inverse(&out[5], &a[0]);
    zkl_fr_dot(&out[6], a, a, 2);
    zkl_fr_pow_u64(&out[7], &a[0], 65536); /* the exponent is public */
    zkl_fr_prf(&out[8], zkl_bytes_of(secret, 32), "proof", zkl_bytes_of(secret + 32, 4));
    zkl_fr_encode(bytes, &a[0]);
    publish(bytes, sizeof bytes);
    publish(out, sizeof out);
}

static void run_curve(void)
{
    zkl_fr a[2];
    zkl_g1 p;
    zkl_g2 q;
    draw(a);
    zkl_g1_mul(&p, &zkl_g1_generator, &a[0]);
    zkl_g2_mul(&q, &zkl_g2_generator, &a[1]);
    publish(&p, sizeof p);
    publish(&q, sizeof q);
}

/* The set of the processor that valgrind shows, which has no AVX-512. Of the numerators one is
 * constant, and which it is says the claim. */
static void run_lanes(void)
{
    enum { COUNT = 2 * ZKL_FR_LANES };
    static zkl_fr in[17][COUNT], out[2][COUNT], sums[4];
    const zkl_fr_lanes *lanes = zkl_fr_lanes_best();
    zkl_fr a[2];
    zkl_fr_fractions low, high;
    if (!lanes)
        return;
    draw(a);
    for (size_t k = 0; k < ZKL_COUNT(in); k++)
        for (size_t i = 0; i < COUNT; i++) {
            in[k][i] = a[(i + k) % 2];
            zkl_fr_add(&a[i % 2], &a[0], &a[1]);
        }
    for (size_t b = 0; b < 4; b++) {
        low.p[b] = b ? in[b]->l : ZKL_FR_ONE.l;
        high.p[b] = b ? in[4 + b]->l : ZKL_FR_ONE.l;
        low.q[b] = in[8 + b]->l;
        high.q[b] = in[12 + b]->l;
        low.p_step[b] = high.p_step[b] = b ? 4 : 0;
        low.q_step[b] = high.q_step[b] = 4;
    }
    lanes->multiply(out[0]->l, in[0]->l, in[1]->l, COUNT);
    lanes->fold(out[1]->l, (zkl_fr_values){ in[2]->l, 4 }, (zkl_fr_values){ in[3]->l, 4 }, a[0].l,
                COUNT);
    publish(out, sizeof out);
    lanes->add_fractions(out[0]->l, out[1]->l, &low, COUNT);
    lanes->sum_lines(sums->l, &low, &high, in[16]->l, a[1].l, COUNT);
    if (lanes->butterflies)
        lanes->butterflies(in[0]->l, in[1]->l, in[2]->l, COUNT);
    publish(in, sizeof in);
    publish(out, sizeof out);
    publish(sums, sizeof sums);
}

static void run_hashes(void)
{
    static const zkl_hash_algorithm all[] = { ZKL_HASH_SHA3_256, ZKL_HASH_BLAKE3,
                                              ZKL_HASH_SHA_256 };
    zkl_digest digest[ZKL_COUNT(all)];
    uint8_t wide[64];
    zkl_fr state[ZKL_POSEIDON_WIDTH] = { { { 0 } } };
    for (size_t i = 0; i < ZKL_COUNT(all); i++)
        zkl_hash(&digest[i], all[i], secret, sizeof secret);
    zkl_prf(wide, zkl_bytes_of(secret, 32), "chunk", zkl_bytes_of(secret + 32, 100));
    draw(state);
    zkl_poseidon_permute(state);
    publish(digest, sizeof digest);
    publish(wide, sizeof wide);
    publish(state, sizeof state);
}

static void run_keys_of_chunks(void)
{
    zkl_fr blinder;
    uint8_t salt[32];
    zkl_chunk_blinder(&blinder, secret, 3, 1);
    zkl_digest salts[11];
    zkl_chunk_row_salt(salt, secret, 70000);
    zkl_prf_32_each(salts, zkl_bytes_of(secret, 32), "row", (zkl_prf_numbers){ 70000, 11 });
    publish(&blinder, sizeof blinder);
    publish(salts, sizeof salts);
    publish(salt, sizeof salt);
}

static void run_compare(void)
{
    bool same = zkl_equal_ct(secret, secret + 32, 32);
    publish(&same, sizeof same);
    uint8_t copy[32];
    memcpy(copy, secret, sizeof copy);
    zkl_wipe(copy, sizeof copy);
    publish(copy, sizeof copy);
}

static void leak_branch(void)
{
    if (secret[0] == 7)
        sink++;
}

static void leak_address(void)
{
    static const uint8_t table[256] = { 1, 2, 3 };
    sink += table[secret[0]];
}

int main(int argc, char **argv)
{
    if (!HAS_VALGRIND)
        return 77;
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)(167 * i + 13);
    if (!RUNNING_ON_VALGRIND)
        puts("not under valgrind: nothing is checked");
    (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
    if (argc > 1) {
        strcmp(argv[1], "leak-branch") == 0 ? leak_branch() : leak_address();
        return 0;
    }
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = { { "field", run_field },
                  { "lanes", run_lanes },
                  { "curve", run_curve },
                  { "hashes and Poseidon", run_hashes },
                  { "blinders and salts", run_keys_of_chunks },
                  { "comparison and wiping", run_compare } };
    for (size_t i = 0; i < ZKL_COUNT(parts); i++) {
        parts[i].run();
        printf("ran %s\n", parts[i].name);
    }
    return 0;
}
