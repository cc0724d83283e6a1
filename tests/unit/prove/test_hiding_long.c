/* Hiding, by numbers: of two tables with the same public results, proofs show values that are
 * alike, for every kind of assertion. The product's prover makes each many times, with fresh
 * secrets.
 *
 * 1. Everything that is seen, and everything that somebody makes of it who guesses the table or
 *    knows all secrets but one, is spread evenly, over both tables alike.
 * 2. The same numbers tell when any secret is left out, one at a time: a coefficient of the mask,
 *    the mask, a blinder, the salt, those of Groth16. Such proofs are accepted by every verifier,
 *    so nothing else would tell.
 *
 * Secrets come from numbers that are fixed here, so a run is like any other. That the mask hides
 * exactly is shown beside this, in test_hiding.c. */
#include "hiding.h"

/* ---- What is seen, and what can be made of it */

#define FEATURES_MAX 400

typedef struct features {
    const char *names[FEATURES_MAX];
    zkl_fr values[FEATURES_MAX];
    size_t count;
} features;

static void put(features *out, const char *name, zkl_fr value)
{
    ZKL_ASSERT(out->count < FEATURES_MAX);
    out->names[out->count] = name;
    out->values[out->count++] = value;
}

static void put_seen(features *out, const made_proof *p)
{
    const zkl_proof_blob *blob = &p->blob;
    for (size_t b = 0; b < p->statement.block_count; b++)
        put(out, "a block", logarithm_of(p->statement.blocks[b]));
    for (size_t i = 0; i < p->statement.multiplicity_count; i++)
        put(out, "multiplicities", logarithm_of(p->statement.multiplicities[i]));
    put(out, "the mask", logarithm_of(p->statement.masks[0]));
    put(out, "A", logarithm_of(blob->groth16));
    put(out, "C", logarithm_of(blob->groth16 + ZKL_GROTH16_PROOF_BYTES - ZKL_POINT_BYTES));
    put(out, "S", logarithm_of(blob->s));
    put(out, "W", logarithm_of(blob->w));
    put(out, "alpha", blob->alpha);
    put(out, "digest", blob->digest);
    put(out, "w(z)", blob->values.w_z);
    put(out, "w(1/z)", blob->values.w_zi);
    put(out, "S(z)", blob->values.s_z);
    put(out, "S(1/z)", blob->values.s_zi);
    for (size_t i = 0; i < blob->hi_count; i++)
        put(out, "hi", blob->hi[i]);
}

/* Without a mask w less the guess is one number times X^C, the blinders': what w(z) and w(1/z) say
 * of it is the same when the guess is right. */
static zkl_fr line_of_w(zkl_test *t, const made_proof *p, const made_proof *guess)
{
    const public_part k = public_of(t, p);
    zkl_fr base[TOY_C];
    cells_of_w(base, p, &k, guess);
    const zkl_fr at_z = toy_sub(p->blob.values.w_z, toy_eval(base, TOY_C, k.z)),
                 at_zi = toy_sub(p->blob.values.w_zi, toy_eval(base, TOY_C, k.zi));
    return toy_sub(toy_mul(at_z, power(k.zi, TOY_C)), toy_mul(at_zi, power(k.z, TOY_C)));
}

/* alpha less what it is without a salt: u follows from the guess. */
static zkl_fr unsalted(const made_proof *p, const made_proof *guess)
{
    const zkl_fr alpha = alpha_of(&p->t0, &ZKL_FR_ZERO, &guess->u);
    return toy_sub(p->blob.alpha, alpha);
}

/* What is left of each point when somebody takes away what he guesses or knows. */
static void put_rests(features *out, zkl_test *t, const made_proof *p, const made_proof *guess)
{
    const zkl_fr tau = toy_tau();
    for (size_t b = 0; b < p->statement.block_count; b++)
        put(out, "a block without its cells",
            toy_sub(logarithm_of(p->statement.blocks[b]), toy_eval(guess->cells[b], TOY_C, tau)));
    if (p->statement.multiplicity_count)
        put(out, "multiplicities without their counts",
            toy_sub(logarithm_of(p->statement.multiplicities[0]),
                    toy_eval(guess->counts, TOY_C, tau)));
    put(out, "w without the cells", line_of_w(t, p, guess));
    put(out, "alpha without salt", unsalted(p, guess));
}

/* To somebody who knows all secrets but one: coefficient i of the mask alone, r, s. */
static void put_single_secrets(features *out, const made_proof *p)
{
    const zkl_fr tau = toy_tau();
    for (size_t i = 0; i < HIDING_MASK; i++) {
        zkl_fr rest = logarithm_of(p->statement.masks[0]);
        for (size_t k = 0; k < HIDING_MASK; k++)
            if (k != i)
                rest = toy_sub(rest, toy_mul(p->secrets[k], power(tau, mask_at(&toy_format, k))));
        put(out, "a coefficient of the mask", rest);
    }
    const uint8_t *a = p->blob.groth16;
    put(out, "A without its witness", toy_sub(logarithm_of(a), p->x));
    put(out, "C without its witness",
        toy_sub(logarithm_of(a + ZKL_GROTH16_PROOF_BYTES - ZKL_POINT_BYTES), p->m));
}

/* ---- Numbers that are spread */

/* By the lowest three bits. */
#define BINS 8

typedef struct spread {
    features last;
    size_t proofs;
    uint32_t bins[FEATURES_MAX][BINS];
} spread;

static void count_proof(zkl_test *t, spread *out, const made_proof *p,
                        const made_proof *const guesses[2])
{
    features *f = &out->last;
    const size_t count = f->count;
    f->count = 0;
    put_seen(f, p);
    put_rests(f, t, p, guesses[0]);
    put_rests(f, t, p, guesses[1]);
    put_single_secrets(f, p);
    ZKL_ASSERT(!out->proofs || f->count == count);
    for (size_t i = 0; i < f->count; i++) {
        uint8_t bytes[32];
        zkl_fr_encode(bytes, &f->values[i]);
        out->bins[i][bytes[31] % BINS]++;
    }
    out->proofs++;
}

/* Chi-square with 7 degrees of freedom exceeds 52 once in 10^8 times. */
#define CHI_SQUARE_MAX 52.0

static double distance_from_even(const uint32_t bins[BINS], size_t proofs)
{
    const double want = (double)proofs / BINS;
    double out = 0;
    for (size_t i = 0; i < BINS; i++)
        out += ((double)bins[i] - want) * ((double)bins[i] - want) / want;
    return out;
}

static double distance_of_two(const uint32_t a[BINS], const uint32_t b[BINS])
{
    double out = 0;
    for (size_t i = 0; i < BINS; i++) {
        const double apart = (double)a[i] - (double)b[i];
        if (a[i] + b[i])
            out += apart * apart / (double)(a[i] + b[i]);
    }
    return out;
}

/* NULL, or what is not spread evenly. name: looked for alone; NULL: of all. */
static const char *uneven(const spread *s, const char *name)
{
    for (size_t i = 0; i < s->last.count; i++)
        if ((!name || strcmp(name, s->last.names[i]) == 0) &&
            distance_from_even(s->bins[i], s->proofs) > CHI_SQUARE_MAX)
            return s->last.names[i];
    return NULL;
}

static const char *unlike(const spread *a, const spread *b)
{
    ZKL_ASSERT(a->last.count == b->last.count);
    for (size_t i = 0; i < a->last.count; i++)
        if (distance_of_two(a->bins[i], b->bins[i]) > CHI_SQUARE_MAX)
            return a->last.names[i];
    return NULL;
}

/* Proofs of one of the two tables, with secrets of its own for each. */
static void count_proofs(zkl_test *t, spread *out, const hiding_case *c, size_t which,
                         size_t proofs, hiding_hole hole, const made_proof *const guesses[2])
{
    *out = (spread){ 0 };
    for (size_t i = 0; i < proofs; i++) {
        made_proof p;
        hiding_prove(t, &p, c->parts[which], c->count, 2 * i + which + 1, hole);
        if (p.fault)
            FAIL(t, "%s: %s", c->name, p.fault);
        count_proof(t, out, &p, guesses);
    }
}

static void test_hiding__two_tables_look_alike(zkl_test *t)
{
    enum { PROOFS = 64 };
    spread *seen = ZKL_ARENA_NEW(&t->arena, spread, 2);
    for (size_t i = 0; i < HIDING_CASES; i++) {
        const hiding_case *c = case_of(t, i);
        const both_tables *both = guess_both(t, c);
        for (size_t which = 0; which < 2; which++) {
            count_proofs(t, &seen[which], c, which, PROOFS, hiding_whole, both->guesses);
            const char *name = uneven(&seen[which], NULL);
            if (name)
                FAIL(t, "%s: table %zu: %s is not spread evenly", c->name, which, name);
        }
        const char *name = unlike(&seen[0], &seen[1]);
        if (name)
            FAIL(t, "%s: %s tells the tables apart", c->name, name);
    }
}

/* ---- A secret that is left out */

/* Nobody else tells: statement, opening and circuit of such a proof are accepted. */
static void check_accepted(zkl_test *t, const hiding_case *c, const made_proof *p)
{
    zkl_buffer statement = { 0 }, blob = { 0 };
    zkl_reduced_proof reduced;
    zkl_error err = { 0 };
    zkl_statement_encode(&statement, &p->statement);
    zkl_proof_blob_encode(&blob, &p->blob);
    const zkl_proven_statement given = { zkl_buffer_bytes(&statement), zkl_buffer_bytes(&blob) };
    const zkl_arithmetic arithmetic = { toy_group(), &toy_format, NULL };
    const zkl_known_tables none = { 0 };
    zkl_status status =
        zkl_verify_reduce(&reduced, &p->statement, &given, &arithmetic, &none, &err);
    const zkl_fr equation[3] = { reduced.a0.logarithm, reduced.a1.logarithm, reduced.a2.logarithm };
    const zkl_fr zero = toy_eval(equation, 3, toy_tau());
    if (status != ZKL_OK || !zkl_fr_is_zero(&zero) || p->fault)
        FAIL(t, "%s: refused: %s %s", c->name, err.text, p->fault ? p->fault : "");
    zkl_buffer_clear(&statement);
    zkl_buffer_clear(&blob);
}

/* As many proofs as make a single bin uneven: 56, of 8. name: by what, at least; NULL: by
 * anything. */
static void check_missed(zkl_test *t, const hiding_case *c, const both_tables *both,
                         hiding_hole hole, const char *name)
{
    enum { PROOFS = 8 };
    spread *seen = ZKL_ARENA_NEW(&t->arena, spread, 1);
    made_proof p;
    hiding_prove(t, &p, c->parts[0], c->count, 1, hole);
    check_accepted(t, c, &p);
    count_proofs(t, seen, c, 0, PROOFS, hole, both->guesses);
    if (!uneven(seen, name))
        FAIL(t, "%s: secrets %llu, %llu of them, are left out and nothing tells", c->name,
             (unsigned long long)hole.first, (unsigned long long)hole.count);
}

static void test_hiding__a_secret_left_out_is_told(zkl_test *t)
{
    for (size_t i = 0; i < HIDING_CASES; i++) {
        const hiding_case *c = case_of(t, i);
        const both_tables *both = guess_both(t, c);
        const made_proof *p = &both->made[0];
        size_t own = 0, sources = 0;
        bool is_source[ZKL_STATEMENT_TABLES_MAX];
        zkl_statement_find_sources(is_source, &p->statement);
        for (size_t k = 0; k < p->statement.table_count; k++)
            *(is_source[k] ? &sources : &own) +=
                zkl_statement_table_blocks(&p->statement.tables[k], &toy_format);
        /* mask, multiplicities' blinder, blinders, salt, r, s: nothing else is drawn */
        CHECK_UINT_EQ(t, p->secret_count, HIDING_MASK + p->statement.multiplicity_count + own + 3);
        /* then who guesses the table needs no secret at all to be sure of it */
        check_missed(t, c, both, (hiding_hole){ 0, HIDING_MASK }, "w without the cells");
        for (size_t k = 0; k < p->secret_count; k++)
            check_missed(t, c, both, (hiding_hole){ k, 1 }, NULL);
        for (size_t k = 0; k < sources; k++)
            check_missed(t, c, both, (hiding_hole){ HIDING_SOURCE + k, 1 }, NULL);
    }
}

ZKL_TESTS(TEST(test_hiding__two_tables_look_alike), TEST(test_hiding__a_secret_left_out_is_told))
