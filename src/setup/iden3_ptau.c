/* .ptau files: sections 1 to 7 are the powers and who made them, 12 to 15 the Lagrange points of
 * phase 2's preparation.
 *
 *    1  header: p, power, ceremony's power
 *    2  [tau^i]_1, 2N - 1           3  [tau^i]_2, N
 *    4  [alpha tau^i]_1, N          5  [beta tau^i]_1, N
 *    6  [beta]_2                    7  contributions
 *   12  [L_i]_1, 4N - 1            13  [L_i]_2, 2N - 1
 *   14  [alpha L_i]_1, 2N - 1      15  [beta L_i]_1, 2N - 1
 *
 * A file of a larger power is read in part: powers and domains of a smaller one stand first in
 * every array. What is checked here is form, each point by itself, and that the last
 * contribution speaks of these powers. That they are powers of one tau is zkl_ptau_check's
 * matter, and that each contribution follows from the one before zkl_ceremony_verify's. */
#include "setup/iden3_ptau.h"

enum {
    SECTION_HEADER = 1,
    SECTION_TAU_1,
    SECTION_TAU_2,
    SECTION_ALPHA_1,
    SECTION_BETA_1,
    SECTION_BETA_2,
    SECTION_HISTORY,
    SECTION_LAGRANGE_1 = 12,
    SECTION_LAGRANGE_2,
    SECTION_LAGRANGE_ALPHA_1,
    SECTION_LAGRANGE_BETA_1,
};

#define CONTRIBUTION_BYTES_MIN (9 * ZKL_IDEN3_G1_BYTES + 5 * ZKL_IDEN3_G2_BYTES + 216 + 64 + 8)

/* A file under way: its sections, its own power, and how its points are read. */
typedef struct reading {
    zkl_iden3_file file;
    unsigned power;
    zkl_iden3_reading by;
} reading;

/* The ceremony's power is larger than the file's when the file was truncated. */
static zkl_status read_header(unsigned *power, unsigned *ceremony_power, const zkl_iden3_file *file,
                              zkl_error *err)
{
    zkl_bytes section;
    ZKL_TRY(zkl_iden3_section(&section, file, SECTION_HEADER, 4 + 48 + 4 + 4, "header", err));
    zkl_reader reader = zkl_reader_of(section);
    zkl_iden3_fp_order(&reader);
    const uint32_t file_power = zkl_iden3_u32(&reader, "power");
    const uint32_t ceremony = zkl_iden3_u32(&reader, "ceremony power");
    ZKL_TRY(zkl_reader_finish(&reader, "ptau header", err));
    /* 2^28 bounds every product of sizes below */
    if (file_power < 1 || file_power > ZKL_PTAU_FILE_POWER_MAX)
        return zkl_fail(err, ZKL_LIMIT, "powers of tau of power %u, from 1 to %d are read",
                        file_power, ZKL_PTAU_FILE_POWER_MAX);
    if (ceremony < file_power || ceremony > 64)
        return zkl_fail(err, ZKL_BAD_INPUT, "power %u of a ceremony of power %u", file_power,
                        ceremony);
    *power = file_power;
    *ceremony_power = ceremony;
    return ZKL_OK;
}

/* An array of a section: file_count points in the file, of which the first count are wanted. */
typedef struct array_place {
    unsigned section;
    size_t file_count, count;
    const char *what;
} array_place;

/* The bytes of an array's first `count` points. */
static zkl_status find_array(zkl_iden3_points *out, const reading *in, const array_place *place,
                             size_t point_bytes, zkl_error *err)
{
    ZKL_ASSERT(place->count <= place->file_count);
    *out = (zkl_iden3_points){ .what = place->what, .count = place->count };
    ZKL_TRY(zkl_iden3_section(&out->bytes, &in->file, place->section,
                              place->file_count * point_bytes, place->what, err));
    out->bytes.size = place->count * point_bytes;
    return ZKL_OK;
}

/* The array into the reading's arena, each point judged as its trust says. */
static zkl_status read_g1(const zkl_g1_affine **out, const reading *in, const array_place *place,
                          zkl_error *err)
{
    zkl_iden3_points points;
    ZKL_TRY(find_array(&points, in, place, ZKL_IDEN3_G1_BYTES, err));
    return zkl_iden3_load_g1(out, &points, &in->by, err);
}

static zkl_status read_g2(const zkl_g2_affine **out, const reading *in, const array_place *place,
                          zkl_error *err)
{
    zkl_iden3_points points;
    ZKL_TRY(find_array(&points, in, place, ZKL_IDEN3_G2_BYTES, err));
    return zkl_iden3_load_g2(out, &points, &in->by, err);
}

static zkl_status read_powers(zkl_powers *out, const reading *in, zkl_error *err)
{
    const size_t n = (size_t)1 << out->power, all = (size_t)1 << in->power;
    ZKL_ASSERT(out->power >= 1 && n <= all);
    const array_place tau_1 = { SECTION_TAU_1, 2 * all - 1, 2 * n - 1, "[tau^i]_1" },
                      tau_2 = { SECTION_TAU_2, all, n, "[tau^i]_2" },
                      alpha_1 = { SECTION_ALPHA_1, all, n, "[alpha tau^i]_1" },
                      beta_1 = { SECTION_BETA_1, all, n, "[beta tau^i]_1" },
                      one_beta_2 = { SECTION_BETA_2, 1, 1, "[beta]_2" };
    const zkl_g2_affine *beta_2;
    ZKL_TRY(read_g1(&out->tau_1, in, &tau_1, err));
    ZKL_TRY(read_g2(&out->tau_2, in, &tau_2, err));
    ZKL_TRY(read_g1(&out->alpha_1, in, &alpha_1, err));
    ZKL_TRY(read_g1(&out->beta_1, in, &beta_1, err));
    ZKL_TRY(read_g2(&beta_2, in, &one_beta_2, err));
    out->beta_2 = *beta_2;
    /* tau^0: a file that begins otherwise holds multiples of powers */
    if (memcmp(&out->tau_1[0], &zkl_g1_generator, sizeof zkl_g1_generator) != 0 ||
        memcmp(&out->tau_2[0], &zkl_g2_generator, sizeof zkl_g2_generator) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "powers of tau do not begin with the generators");
    return ZKL_OK;
}

/* Domains 2^0, 2^1, .. lie one after the other, so those of a smaller power are the first part. */
static zkl_status read_lagrange(zkl_powers *out, const reading *in, zkl_error *err)
{
    const size_t n = (size_t)1 << out->power, all = (size_t)1 << in->power;
    ZKL_ASSERT(n <= all);
    const array_place in_1 = { SECTION_LAGRANGE_1, 4 * all - 1, 4 * n - 1, "[L_i]_1" },
                      in_2 = { SECTION_LAGRANGE_2, 2 * all - 1, 2 * n - 1, "[L_i]_2" },
                      alpha = { SECTION_LAGRANGE_ALPHA_1, 2 * all - 1, 2 * n - 1, "[alpha L_i]_1" },
                      beta = { SECTION_LAGRANGE_BETA_1, 2 * all - 1, 2 * n - 1, "[beta L_i]_1" };
    ZKL_TRY(read_g1(&out->lagrange_1, in, &in_1, err));
    ZKL_TRY(read_g2(&out->lagrange_2, in, &in_2, err));
    ZKL_TRY(read_g1(&out->lagrange_alpha_1, in, &alpha, err));
    return read_g1(&out->lagrange_beta_1, in, &beta, err);
}

/* ---- contributions */

/* In the file's order: the state after it, then its key (points of G1 first), hashes, kind,
 * tagged parameters. */
static void take_contribution(zkl_ptau_contribution *c, zkl_reader *reader)
{
    zkl_iden3_take_point_1(&c->tau_1, reader);
    zkl_iden3_take_point_2(&c->tau_2, reader);
    zkl_iden3_take_point_1(&c->alpha_1, reader);
    zkl_iden3_take_point_1(&c->beta_1, reader);
    zkl_iden3_take_point_2(&c->beta_2, reader);
    zkl_ptau_knowledge *const shown[] = { &c->key.tau, &c->key.alpha, &c->key.beta };
    for (size_t i = 0; i < ZKL_COUNT(shown); i++) {
        zkl_iden3_take_point_1(&shown[i]->s, reader);
        zkl_iden3_take_point_1(&shown[i]->sx, reader);
    }
    for (size_t i = 0; i < ZKL_COUNT(shown); i++)
        zkl_iden3_take_point_2(&shown[i]->spx, reader);
    zkl_reader_copy(reader, c->partial_hash, sizeof c->partial_hash, "partial hash");
    zkl_reader_copy(reader, c->next_challenge, sizeof c->next_challenge, "next challenge");
    zkl_iden3_take_kind(&c->type, &c->parameters, reader);
}

/* The count is bounded by the bytes that a contribution has at least, before an array is made of
 * it. */
zkl_status zkl_ptau_history_parse(zkl_ptau_history *out, zkl_arena *arena, zkl_bytes section,
                                  zkl_error *err)
{
    zkl_reader reader = zkl_reader_of(section);
    const uint32_t count = zkl_iden3_u32(&reader, "contribution count");
    if (count > ZKL_PTAU_CONTRIBUTIONS_MAX || count > section.size / CONTRIBUTION_BYTES_MIN)
        return zkl_fail(err, ZKL_LIMIT, "%u contributions in %zu bytes", count, section.size);
    zkl_ptau_contribution *all = ZKL_ARENA_NEW(arena, zkl_ptau_contribution, count);
    if (!all)
        return zkl_no_memory(err, count * sizeof *all);
    for (uint32_t i = 0; i < count; i++)
        take_contribution(&all[i], &reader);
    ZKL_TRY(zkl_reader_finish(&reader, "contributions", err));
    out->contributions = all;
    out->count = count;
    return ZKL_OK;
}

/* Section 7 has to be there, even with no contribution. */
static zkl_status read_history(zkl_ptau_history *out, const reading *in, zkl_error *err)
{
    const zkl_bytes section = in->file.sections[SECTION_HISTORY];
    if (!section.data)
        return zkl_fail(err, ZKL_BAD_INPUT, "section %d (contributions) is missing",
                        SECTION_HISTORY);
    return zkl_ptau_history_parse(out, in->by.arena, section, err);
}

size_t zkl_ptau_people(const zkl_ptau_history *history)
{
    ZKL_ASSERT(history->count == 0 || history->contributions);
    size_t people = 0;
    for (size_t i = 0; i < history->count; i++)
        people += history->contributions[i].type == 0;
    return people;
}

/* The last contribution speaks of the powers that are in the file. */
static zkl_status match_history(const zkl_powers *powers, const zkl_ptau_history *history,
                                zkl_error *err)
{
    if (history->count == 0)
        return ZKL_OK;
    ZKL_ASSERT(history->contributions);
    const zkl_ptau_contribution *const last = &history->contributions[history->count - 1];
    if (memcmp(&last->tau_1, &powers->tau_1[1], sizeof last->tau_1) != 0 ||
        memcmp(&last->tau_2, &powers->tau_2[1], sizeof last->tau_2) != 0 ||
        memcmp(&last->alpha_1, &powers->alpha_1[0], sizeof last->alpha_1) != 0 ||
        memcmp(&last->beta_1, &powers->beta_1[0], sizeof last->beta_1) != 0 ||
        memcmp(&last->beta_2, &powers->beta_2, sizeof last->beta_2) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "the last contribution is to other powers of tau");
    return ZKL_OK;
}

zkl_status zkl_ptau_parse(zkl_powers *powers, zkl_ptau_history *history, zkl_bytes bytes,
                          unsigned power, const zkl_iden3_reading *by, zkl_error *err)
{
    reading in = { .by = *by };
    zkl_ptau_history told = { 0 };
    ZKL_TRY(zkl_iden3_open(&in.file, bytes, "ptau", 1, err));
    ZKL_TRY(read_header(&in.power, &told.ceremony_power, &in.file, err));
    zkl_powers read = { .power = power ? power : in.power };
    if (read.power > ZKL_POWERS_POWER_MAX)
        return zkl_fail(err, ZKL_LIMIT, "powers of tau of power %u, at most %d can be used",
                        read.power, ZKL_POWERS_POWER_MAX);
    if (read.power > in.power)
        return zkl_fail(err, ZKL_LIMIT, "powers of tau of power %u, wanted %u", in.power,
                        read.power);

    ZKL_TRY(read_powers(&read, &in, err));
    /* who made them, and that the last of them speaks of these points */
    ZKL_TRY(read_history(&told, &in, err));
    ZKL_TRY(match_history(&read, &told, err));
    /* a file that was prepared for phase 2 has all four Lagrange sections; one that has some is
     * bad */
    const zkl_bytes *sections = in.file.sections;
    if (sections[SECTION_LAGRANGE_1].data || sections[SECTION_LAGRANGE_2].data ||
        sections[SECTION_LAGRANGE_ALPHA_1].data || sections[SECTION_LAGRANGE_BETA_1].data)
        ZKL_TRY(read_lagrange(&read, &in, err));
    read.development = zkl_ptau_people(&told) < 2; /* one person may know tau; a beacon is public */
    *powers = read;
    if (history)
        *history = told;
    return ZKL_OK;
}

/* ---- writing */

/* The order of take_contribution. */
static void put_contribution(zkl_buffer *out, const zkl_ptau_contribution *c)
{
    zkl_iden3_put_g1(out, &c->tau_1, 1);
    zkl_iden3_put_g2(out, &c->tau_2, 1);
    zkl_iden3_put_g1(out, &c->alpha_1, 1);
    zkl_iden3_put_g1(out, &c->beta_1, 1);
    zkl_iden3_put_g2(out, &c->beta_2, 1);
    const zkl_ptau_knowledge *const shown[] = { &c->key.tau, &c->key.alpha, &c->key.beta };
    for (size_t i = 0; i < ZKL_COUNT(shown); i++) {
        zkl_iden3_put_g1(out, &shown[i]->s, 1);
        zkl_iden3_put_g1(out, &shown[i]->sx, 1);
    }
    for (size_t i = 0; i < ZKL_COUNT(shown); i++)
        zkl_iden3_put_g2(out, &shown[i]->spx, 1);
    zkl_buffer_put(out, c->partial_hash, sizeof c->partial_hash);
    zkl_buffer_put(out, c->next_challenge, sizeof c->next_challenge);
    zkl_iden3_put_kind(out, c->type, c->parameters);
}

void zkl_ptau_history_put(zkl_buffer *out, const zkl_ptau_history *history)
{
    const size_t count = history ? history->count : 0;
    ZKL_ASSERT(count == 0 || history->contributions);
    zkl_iden3_put_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_contribution(out, &history->contributions[i]);
}

zkl_status zkl_ptau_encode(zkl_buffer *out, const zkl_powers *powers,
                           const zkl_ptau_history *history, zkl_error *err)
{
    ZKL_ASSERT(powers->power >= 1 && powers->power <= ZKL_POWERS_POWER_MAX);
    const size_t n = (size_t)1 << powers->power;
    const bool prepared = powers->lagrange_1 != NULL;
    ZKL_ASSERT(!prepared ||
               (powers->lagrange_2 && powers->lagrange_alpha_1 && powers->lagrange_beta_1));
    zkl_iden3_begin_file(out, "ptau", 1, prepared ? 11 : 7);
    const size_t header = zkl_iden3_begin_section(out, SECTION_HEADER);
    zkl_iden3_put_fp_order(out);
    zkl_iden3_put_u32(out, powers->power);
    zkl_iden3_put_u32(out, history ? history->ceremony_power : powers->power);
    zkl_iden3_end_section(out, header);
    zkl_iden3_put_section_g1(out, SECTION_TAU_1, powers->tau_1, 2 * n - 1);
    zkl_iden3_put_section_g2(out, SECTION_TAU_2, powers->tau_2, n);
    zkl_iden3_put_section_g1(out, SECTION_ALPHA_1, powers->alpha_1, n);
    zkl_iden3_put_section_g1(out, SECTION_BETA_1, powers->beta_1, n);
    zkl_iden3_put_section_g2(out, SECTION_BETA_2, &powers->beta_2, 1);
    const size_t told = zkl_iden3_begin_section(out, SECTION_HISTORY);
    zkl_ptau_history_put(out, history);
    zkl_iden3_end_section(out, told);
    if (prepared) {
        zkl_iden3_put_section_g1(out, SECTION_LAGRANGE_1, powers->lagrange_1, 4 * n - 1);
        zkl_iden3_put_section_g2(out, SECTION_LAGRANGE_2, powers->lagrange_2, 2 * n - 1);
        zkl_iden3_put_section_g1(out, SECTION_LAGRANGE_ALPHA_1, powers->lagrange_alpha_1,
                                 2 * n - 1);
        zkl_iden3_put_section_g1(out, SECTION_LAGRANGE_BETA_1, powers->lagrange_beta_1, 2 * n - 1);
    }
    return zkl_buffer_status(out, err);
}
