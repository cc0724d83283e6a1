#pragma once
/* What proofs show, beside what they were made of: the product's own prover in the toy world, where
 * points are scalars, so that all that is ever published can be looked at as a number.
 *
 * The prover draws its secrets from outside (zkl_prove_world), so a test hands it zeros in place of
 * any of them without a change to the prover: a mask is taken out. */
#include "algebra/poly.h"
#include "prove/prove_internal.h"
#include "product.h"
#include "vectors.h"

#define HIDING_SECRETS_MAX 128
#define HIDING_MASK (2 * TOY_HALF)
#define HIDING_PARTS_MAX 4
#define HIDING_SOURCES_MAX 12

/* Secrets to be left out, by number: those that the prover draws count from 0, blinders of the
 * sources' blocks, which come with the request, from HIDING_SOURCE on. */
#define HIDING_SOURCE 1000
typedef struct hiding_hole {
    uint64_t first, count;
} hiding_hole;
static const hiding_hole hiding_whole = { 0, 0 };

/* Everything about one proof: what is seen, and what is not. */
typedef struct made_proof {
    zkl_statement statement;
    zkl_fr t0;
    zkl_proof_blob blob;
    zkl_fr (*cells)[TOY_C]; /* of every block, as the blinders */
    zkl_fr *blinders;
    zkl_fr counts[TOY_C];
    zkl_fr secrets[HIDING_SECRETS_MAX]; /* in the order in which they were drawn */
    size_t secret_count;
    zkl_fr u, x, m;    /* of the witness */
    const char *fault; /* of the circuit; NULL: none */
} made_proof;

typedef struct maker {
    zkl_test *t;
    made_proof *out;
    uint64_t seed;
    hiding_hole hole;
    zkl_fr (*auxiliary)[TOY_C]; /* cells of the blocks that the prover made */
    zkl_fr *auxiliary_blinders;
    size_t auxiliary_count;
} maker;

/* Secret number `number` of the proof with this seed. */
TOY_UNUSED zkl_fr hiding_secret(uint64_t seed, uint64_t number, hiding_hole hole)
{
    zkl_fr in[2], out;
    zkl_fr_from_u64(&in[0], seed);
    zkl_fr_from_u64(&in[1], number);
    zkl_fr_challenge(&out, "hiding", in, 2);
    return number - hole.first < hole.count ? ZKL_FR_ZERO : out;
}

/* The exponent of coefficient i of a mask. */
TOY_UNUSED size_t mask_at(const zkl_proof_format *format, size_t i)
{
    return i < format->mask_half ? i : ((size_t)1 << format->log_cells) + i - format->mask_half;
}

/* ---- The prover's world */

TOY_UNUSED zkl_status hiding_commit(const zkl_committer *committer,
                                    uint8_t out[static ZKL_POINT_BYTES], const zkl_fr *coefficients,
                                    size_t count, zkl_pool *pool, zkl_error *err)
{
    (void)committer, (void)pool, (void)err;
    toy_commit(out, coefficients, count);
    return ZKL_OK;
}

TOY_UNUSED zkl_status hiding_commit_mask(const zkl_committer *committer,
                                         uint8_t out[static ZKL_POINT_BYTES],
                                         const zkl_fr *coefficients, zkl_pool *pool, zkl_error *err)
{
    zkl_fr g[TOY_SRS] = { { { 0 } } };
    for (size_t i = 0; i < HIDING_MASK; i++)
        g[mask_at(&toy_format, i)] = coefficients[i];
    return hiding_commit(committer, out, g, TOY_SRS, pool, err);
}

TOY_UNUSED zkl_status hiding_commit_counts(const zkl_committer *committer,
                                           uint8_t out[static ZKL_POINT_BYTES],
                                           const uint32_t *counts, const zkl_fr *blinder,
                                           zkl_pool *pool, zkl_error *err)
{
    const maker *m = committer->opaque;
    zkl_fr f[TOY_C + 1];
    for (size_t i = 0; i < TOY_C; i++)
        f[i] = m->out->counts[i] = toy_int(counts[i]);
    f[TOY_C] = *blinder;
    return hiding_commit(committer, out, f, TOY_C + 1, pool, err);
}

/* Cells with their blinder behind them. */
TOY_UNUSED void hiding_commit_block(uint8_t out[static ZKL_POINT_BYTES], const zkl_fr *cells,
                                    const zkl_fr *blinder)
{
    zkl_fr f[TOY_C + 1];
    memcpy(f, cells, TOY_C * sizeof *f);
    f[TOY_C] = *blinder;
    toy_commit(out, f, TOY_C + 1);
}

/* Blocks of auxiliary tables: nobody else sees their cells. */
TOY_UNUSED zkl_status hiding_commit_blocks(const zkl_committer *committer,
                                           uint8_t (*out)[ZKL_POINT_BYTES],
                                           const zkl_blinded_blocks *blocks, zkl_pool *pool,
                                           zkl_error *err)
{
    maker *m = committer->opaque;
    (void)pool, (void)err;
    for (size_t b = 0; b < blocks->count; b++, m->auxiliary_count++) {
        zkl_fr *cells = m->auxiliary[m->auxiliary_count];
        ZKL_ASSERT(m->auxiliary_count < TOY_BLOCKS_MAX);
        for (size_t i = 0; i < TOY_C; i++)
            cells[i] = toy_int(blocks->cells[b][i]);
        m->auxiliary_blinders[m->auxiliary_count] = blocks->blinders[b];
        hiding_commit_block(out[b], cells, &blocks->blinders[b]);
    }
    return ZKL_OK;
}

TOY_UNUSED zkl_status hiding_key_hash(void *opaque, zkl_digest *out, unsigned n, zkl_error *err)
{
    (void)opaque, (void)err;
    memset(out, (int)n, sizeof *out);
    return ZKL_OK;
}

TOY_UNUSED zkl_status hiding_seed(void *opaque, zkl_bytes head, zkl_error *err)
{
    (void)opaque, (void)head, (void)err;
    return ZKL_OK;
}

TOY_UNUSED void hiding_draw(void *opaque, zkl_fr *out)
{
    maker *m = opaque;
    const size_t number = m->out->secret_count++;
    ZKL_ASSERT(number < HIDING_SECRETS_MAX);
    *out = m->out->secrets[number] = hiding_secret(m->seed, number, m->hole);
}

/* In place of Groth16: A is something of the witness and r, C another thing and s. Of the real one
 * that is all that a blinder has to do, and setup/test_groth16.c tries that it does. */
TOY_UNUSED zkl_status hiding_wrap(void *opaque, uint8_t out[static ZKL_GROTH16_PROOF_BYTES],
                                  const zkl_argument *argument,
                                  const zkl_groth16_blinding *blinding, zkl_pool *pool,
                                  zkl_error *err)
{
    const maker *m = opaque;
    const zkl_fraction_witness *witness = &argument->witness;
    const unsigned n = (unsigned)(argument->blob.hi_count + TOY_LOG);
    zkl_point a, c;
    (void)pool, (void)err;
    m->out->u = witness->u;
    m->out->x = witness->x;
    m->out->m = witness->m;
    m->out->fault = toy_circuit(n, argument->inputs, witness);
    a.logarithm = toy_add(witness->x, blinding->r);
    c.logarithm = toy_add(witness->m, blinding->s);
    memset(out, 0, ZKL_GROTH16_PROOF_BYTES);
    toy_encode(out, &a);
    toy_encode(out + ZKL_GROTH16_PROOF_BYTES - ZKL_POINT_BYTES, &c);
    return ZKL_OK;
}

TOY_UNUSED zkl_prove_world hiding_world(maker *m)
{
    return (zkl_prove_world){ .committer = { .opaque = m,
                                             .format = &toy_format,
                                             .coefficients = hiding_commit,
                                             .mask = hiding_commit_mask,
                                             .counts = hiding_commit_counts,
                                             .blocks = hiding_commit_blocks },
                              .opaque = m,
                              .key_hash = hiding_key_hash,
                              .seed = hiding_seed,
                              .secret = hiding_draw,
                              .wrap = hiding_wrap };
}

/* ---- What is to be proven */

/* The sources of some assertions, each once, and requests on them. */
typedef struct hiding_request {
    zkl_source_table sources[HIDING_SOURCES_MAX];
    const toy_table *tables[HIDING_SOURCES_MAX];
    size_t source_count;
    zkl_assertion_request assertions[HIDING_PARTS_MAX];
    zkl_digest ledger;
} hiding_request;

TOY_UNUSED uint32_t hiding_source(zkl_test *t, hiding_request *r, const toy_table *table)
{
    uint32_t at = 0;
    while (at < r->source_count && !toy_same_table(r->tables[at], table))
        at++;
    if (at < r->source_count)
        return at;
    ZKL_ASSERT(at < HIDING_SOURCES_MAX);
    r->tables[at] = table;
    r->sources[at] = product_source(t, table);
    r->source_count++;
    return at;
}

/* Tables are of datasets of their own, but those of a product, which are columns of one. */
TOY_UNUSED hiding_request *hiding_request_of(zkl_test *t, const toy_assertion *parts, size_t count)
{
    hiding_request *r = ZKL_ARENA_NEW(&t->arena, hiding_request, 1);
    ZKL_ASSERT(count <= HIDING_PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        const size_t sources = toy_source_count(&parts[i]);
        uint32_t *at = ZKL_ARENA_NEW(&t->arena, uint32_t, sources);
        zkl_scalar *params = ZKL_ARENA_NEW(&t->arena, zkl_scalar, parts[i].param_count);
        for (size_t j = 0; j < sources; j++) {
            at[j] = hiding_source(t, r, &parts[i].tables[j]);
            zkl_source_table *source = &r->sources[at[j]];
            if (parts[i].kind == ZKL_ASSERTION_PRODUCT)
                ((zkl_statement_column *)(uintptr_t)source->table.columns)->index = (uint32_t)j;
            else
                memset(source->table.dataset.bytes, (int)at[j] + 1, 32);
        }
        for (size_t j = 0; j < parts[i].param_count; j++)
            zkl_fr_encode(params[j].bytes, &parts[i].params[j]);
        r->assertions[i] = (zkl_assertion_request){ parts[i].kind, params, parts[i].param_count, at,
                                                    sources,       false };
    }
    return r;
}

/* Commitments of the sources under fresh blinders. Their numbers go on from table to table. */
TOY_UNUSED void hiding_commit_sources(zkl_test *t, hiding_request *r, const maker *m)
{
    uint64_t number = HIDING_SOURCE;
    for (size_t i = 0; i < r->source_count; i++) {
        zkl_source_table *source = &r->sources[i];
        const size_t blocks = zkl_statement_table_blocks(&source->table, &toy_format);
        zkl_fr *blinders = ZKL_ARENA_NEW(&t->arena, zkl_fr, blocks), cells[TOY_C];
        uint8_t(*points)[ZKL_POINT_BYTES] = zkl_arena_alloc(&t->arena, blocks, ZKL_POINT_BYTES);
        for (size_t b = 0; b < blocks; b++) {
            for (size_t k = 0; k < TOY_C; k++)
                cells[k] = toy_int(source->cells[b][k]);
            blinders[b] = hiding_secret(m->seed, number++, m->hole);
            hiding_commit_block(points[b], cells, &blinders[b]);
        }
        source->blinders = blinders;
        source->commitments = (const uint8_t(*)[ZKL_POINT_BYTES])points;
    }
}

/* Which of the request's sources a table of the statement is: they come in order of first use, as
 * they do in the request. */
TOY_UNUSED void hiding_gather(zkl_test *t, const maker *m, const hiding_request *r)
{
    made_proof *out = m->out;
    bool is_source[ZKL_STATEMENT_TABLES_MAX];
    size_t block = 0, source = 0, made = 0;
    out->cells = zkl_arena_alloc(&t->arena, out->statement.block_count, sizeof *out->cells);
    out->blinders = ZKL_ARENA_NEW(&t->arena, zkl_fr, out->statement.block_count);
    zkl_statement_find_sources(is_source, &out->statement);
    for (size_t i = 0; i < out->statement.table_count; i++) {
        const zkl_source_table *own = is_source[i] ? &r->sources[source++] : NULL;
        size_t blocks = zkl_statement_table_blocks(&out->statement.tables[i], &toy_format);
        for (size_t b = 0; b < blocks; b++, block++) {
            for (size_t k = 0; k < TOY_C; k++)
                out->cells[block][k] = own ? toy_int(own->cells[b][k]) : m->auxiliary[made][k];
            out->blinders[block] = own ? own->blinders[b] : m->auxiliary_blinders[made];
            made += !own;
        }
    }
    ZKL_ASSERT(block == out->statement.block_count && source == r->source_count &&
               made == m->auxiliary_count);
}

/* Prove with the secrets of this seed, but for those that are left out. */
TOY_UNUSED void hiding_prove(zkl_test *t, made_proof *out, const toy_assertion *parts, size_t count,
                             uint64_t seed, hiding_hole hole)
{
    const zkl_env env = { 0 };
    zkl_prove_result result = { 0 };
    zkl_error err = { 0 };
    maker m = { .t = t, .out = out, .seed = seed, .hole = hole };
    *out = (made_proof){ 0 };
    m.auxiliary = zkl_arena_alloc(&t->arena, TOY_BLOCKS_MAX, sizeof *m.auxiliary);
    m.auxiliary_blinders = ZKL_ARENA_NEW(&t->arena, zkl_fr, TOY_BLOCKS_MAX);
    const zkl_prove_world world = hiding_world(&m);
    hiding_request *r = hiding_request_of(t, parts, count);
    hiding_commit_sources(t, r, &m);
    const zkl_prove_request request = { &r->ledger, r->assertions, count, r->sources,
                                        r->source_count };
    REQUIRE_OK(t, &err, zkl_prove_in(&result, &world, &request, &env, &err));
    const zkl_bytes said = zkl_buffer_bytes(&result.statement);
    const zkl_bytes bytes =
        zkl_bytes_of(zkl_arena_copy(&t->arena, said.data, said.size), said.size);
    REQUIRE_OK(t, &err, zkl_statement_parse(&out->statement, &t->arena, bytes, &err));
    zkl_statement_t0(&out->t0, bytes);
    const unsigned n = zkl_statement_tier(out->statement.circuit);
    REQUIRE_OK(
        t, &err,
        zkl_proof_blob_parse(&out->blob, zkl_buffer_bytes(&result.proof), n - TOY_LOG, &err));
    hiding_gather(t, &m, r);
    zkl_prove_result_clear(&result);
}

/* ---- Two tables for each kind */

typedef struct hiding_case {
    const char *name;
    size_t count;
    toy_assertion parts[2][HIDING_PARTS_MAX]; /* of the one table and the other */
} hiding_case;

/* One statement of the vectors for each kind, by its group. */
static const char *const hiding_groups[] = {
    "toy_cells",    "toy_range",  "toy_sum",     "toy_linear", "toy_unique", "toy_histogram",
    "toy_split",    "toy_count",  "toy_where",   "toy_same",   "toy_sorted", "toy_balance",
    "toy_subset",   "toy_groups", "toy_diverse", "toy_filter", "toy_rows",   "toy_join",
    "toy_disjoint", "toy_group",  "toy_drift",   "toy_rates",
};
#define HIDING_CASES                                                                               \
    (ZKL_COUNT(hiding_groups) + 1) /* and "product", which the model does not have */

/* Rows of all tables one further, the last one in front. Sums, counts, keys and pairs stay. */
TOY_UNUSED toy_table turned(zkl_test *t, const toy_table *table)
{
    toy_table out = *table;
    for (size_t i = 0; i < table->column_count; i++) {
        uint64_t *values = ZKL_ARENA_NEW(&t->arena, uint64_t, table->rows);
        for (uint64_t row = 0; row < table->rows; row++)
            values[(row + 1) % table->rows] = table->columns[i].values[row];
        out.columns[i].values = values;
    }
    return out;
}

/* Values one up, but nulls and flags. The order stays, and so does which rows are alike. */
TOY_UNUSED toy_table raised(zkl_test *t, const toy_table *table)
{
    toy_table out = *table;
    for (size_t i = 0; i < table->column_count; i++) {
        uint64_t *values = ZKL_ARENA_NEW(&t->arena, uint64_t, table->rows);
        for (uint64_t row = 0; row < table->rows; row++) {
            const bool is_null = has_flag(table, i) && table->columns[i + 1].values[row];
            values[row] = table->columns[i].values[row] + !(is_null || is_flag(table, i));
            ZKL_ASSERT(values[row] >> (TOY_LOG * table->columns[i].limbs) == 0);
        }
        out.columns[i].values = values;
    }
    return out;
}

TOY_UNUSED void add_other_tables(zkl_test *t, hiding_case *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const zkl_assertion_kind kind = c->parts[0][i].kind;
        const bool by_place = kind == ZKL_ASSERTION_SORTED || kind == ZKL_ASSERTION_PICK;
        c->parts[1][i] = c->parts[0][i];
        for (size_t j = 0; j < toy_source_count(&c->parts[0][i]); j++)
            c->parts[1][i].tables[j] = (by_place ? raised : turned)(t, &c->parts[0][i].tables[j]);
    }
}

TOY_UNUSED const json_t *find_group(zkl_test *t, const char *name)
{
    const json_t *group = json_object_get(test_vectors(t, "proof_model.json"), name);
    return group ? group : json_object_get(test_vectors(t, "proof_model_further.json"), name);
}

TOY_UNUSED hiding_case *read_case(zkl_test *t, const char *name)
{
    hiding_case *c = ZKL_ARENA_NEW(&t->arena, hiding_case, 1);
    const json_t *group = find_group(t, name);
    const json_t *toy = json_is_array(group) ? json_array_get(group, 0) : group,
                 *claims = json_object_get(toy, "claims");
    zkl_statement stated;
    zkl_error err;
    c->name = name;
    c->count = json_array_size(claims);
    ZKL_ASSERT(c->count > 0 && c->count <= HIDING_PARTS_MAX);
    const zkl_bytes text = test_hex(t, json_string_value(json_object_get(toy, "statement")));
    ZKL_ASSERT(zkl_statement_parse(&stated, &t->arena, text, &err) == ZKL_OK);
    for (size_t i = 0; i < c->count; i++)
        c->parts[0][i] =
            read_assertion(t, json_array_get(claims, i), json_object_get(toy, "tables"), &stated);
    add_other_tables(t, c);
    return c;
}

/* 2 * 7 + 5 * 1 + 9 * 30 = 289 */
TOY_UNUSED hiding_case *product_case(zkl_test *t)
{
    static const uint64_t xs[] = { 2, 5, 9 }, ys[] = { 7, 1, 30 };
    hiding_case *c = ZKL_ARENA_NEW(&t->arena, hiding_case, 1);
    *c = (hiding_case){ .name = "product", .count = 1 };
    c->parts[0][0] = (toy_assertion){ ZKL_ASSERTION_PRODUCT,
                                      1,
                                      { toy_int(2 * 7 + 5 * 1 + 9 * 30) },
                                      2,
                                      { table_of("x", 1, xs, 3), table_of("x", 2, ys, 3) } };
    add_other_tables(t, c);
    return c;
}

TOY_UNUSED hiding_case *case_of(zkl_test *t, size_t at)
{
    return at < ZKL_COUNT(hiding_groups) ? read_case(t, hiding_groups[at]) : product_case(t);
}

/* ---- What is seen of a proof, and what everybody computes from it */

TOY_UNUSED zkl_fr power(zkl_fr x, uint64_t k)
{
    zkl_fr out;
    zkl_fr_pow_u64(&out, &x, k);
    return out;
}

/* Is the point that of this polynomial? */
TOY_UNUSED bool is_at(const uint8_t point[static ZKL_POINT_BYTES], const zkl_fr *f, size_t count)
{
    uint8_t want[ZKL_POINT_BYTES];
    toy_commit(want, f, count);
    return memcmp(point, want, sizeof want) == 0;
}

/* The first challenge. */
TOY_UNUSED zkl_fr alpha_of(const zkl_fr *t0, const zkl_fr *salt, const zkl_fr *u)
{
    const zkl_fr in[3] = { *t0, *salt, *u };
    zkl_transcript tr;
    zkl_fr alpha;
    zkl_transcript_init(&tr, 1);
    zkl_transcript_absorb(&tr, in, 3);
    zkl_transcript_squeeze(&tr, &alpha, 1);
    return alpha;
}

TOY_UNUSED zkl_fr logarithm_of(const uint8_t point[static ZKL_POINT_BYTES])
{
    zkl_point out;
    ZKL_ASSERT(toy_decode(&out, point, 1, "point", NULL, NULL) == ZKL_OK);
    return out.logarithm;
}

/* What everybody computes from a proof: the weights of the blocks in w, that of the multiplicities,
 * chi and z. */
typedef struct public_part {
    zkl_fr *weights, gamma3, chi, z, zi;
} public_part;

TOY_UNUSED public_part public_of(zkl_test *t, const made_proof *p)
{
    const size_t blocks = p->statement.block_count;
    zkl_fr eb[TOY_LEAVES_MAX], *w = ZKL_ARENA_NEW(&t->arena, zkl_fr, 3 * blocks);
    zkl_opening_challenges c;
    zkl_shape shape;
    zkl_error err;
    public_part out = { .weights = w };
    ZKL_ASSERT(zkl_shape_compile(&shape, &p->statement, &toy_format, &p->t0, &p->blob.alpha,
                                 &err) == ZKL_OK);
    zkl_eq_vector(eb, p->blob.hi, p->blob.hi_count);
    zkl_shape_weights(w, w + blocks, w + 2 * blocks, &shape, eb);
    zkl_shape_clear(&shape);
    zkl_opening_challenge(&c, &p->t0, &p->blob.digest);
    for (size_t b = 0; b < blocks; b++)
        w[b] = toy_add(
            w[b], toy_add(toy_mul(c.gamma, w[blocks + b]), toy_mul(c.gamma2, w[2 * blocks + b])));
    out.gamma3 = c.gamma3;
    out.chi = c.chi;
    zkl_opening_point(&out.z, &p->t0, &p->blob.digest, p->blob.hi, p->blob.hi_count, p->blob.s);
    out.zi = toy_inv(out.z);
    return out;
}

/* What the cells of a guess put into w: its lower C coefficients, but for the mask. */
TOY_UNUSED void cells_of_w(zkl_fr out[static TOY_C], const made_proof *p, const public_part *k,
                           const made_proof *guess)
{
    for (size_t i = 0; i < TOY_C; i++) {
        out[i] = toy_mul(k->gamma3, guess->counts[i]);
        for (size_t b = 0; b < p->statement.block_count; b++)
            out[i] = toy_add(out[i], toy_mul(k->weights[b], guess->cells[b][i]));
    }
}

typedef struct both_tables {
    made_proof made[2];
    const made_proof *guesses[2];
} both_tables;

TOY_UNUSED both_tables *guess_both(zkl_test *t, const hiding_case *c)
{
    both_tables *out = ZKL_ARENA_NEW(&t->arena, both_tables, 1);
    for (size_t i = 0; i < 2; i++) {
        hiding_prove(t, &out->made[i], c->parts[i], c->count, 0, hiding_whole);
        out->guesses[i] = &out->made[i];
    }
    ZKL_ASSERT(out->made[0].statement.block_count == out->made[1].statement.block_count);
    return out;
}
