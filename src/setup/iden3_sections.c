/* Reading and writing what iden3's binary files share: the frame of typed sections, little-endian
 * numbers, field elements, arrays of points (docs/formats/iden3.md).
 *
 * 1. A file is cut into sections before any is read. A section's size is compared with the size
 *    that its content must have, so every array is whole before its first element is touched. A
 *    type that appears twice is a fault.
 * 2. Points are copied as they lie and then judged. CHECKED: coordinates below p, on the curve, in
 *    the subgroup; a point outside the subgroup could leak a prover's scalars or satisfy pairings
 *    by itself. TRUSTED leaves out the last two, for files whose hash is known to be right.
 * 3. Judging is spread over the pool; the fault that is told is the first bad point whatever the
 *    number of workers. */
#include "setup/iden3_sections.h"

#include <string.h>

#include "algebra/subgroup.h"

/* p and r, least significant limb first. */
/* check: 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab == p */
static const uint64_t fp_order[6] = { 0xb9feffffffffaaab, 0x1eabfffeb153ffff, 0x6730d2a0f6b0f624,
                                      0x64774b84f38512bf, 0x4b1ba7b6434bacd7, 0x1a0111ea397fe69a };
static const uint64_t fr_order[4] = ZKL_FR_ORDER_WORDS;

/* ---- the file and its sections */

zkl_status zkl_iden3_open(zkl_iden3_file *out, zkl_bytes bytes, const char *magic, uint32_t version,
                          zkl_error *err)
{
    zkl_iden3_file file = { 0 };
    zkl_reader reader = zkl_reader_of(bytes);
    ZKL_ASSERT(strlen(magic) == 4);
    const zkl_bytes got = zkl_reader_take(&reader, 4, "magic");
    if (got.size != 4 || memcmp(got.data, magic, 4) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "not a .%.4s file", magic);
    const uint32_t got_version = zkl_iden3_u32(&reader, "version");
    if (!reader.fault && got_version != version)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, ".%.4s version %u, only %u is known", magic,
                        got_version, version);
    const uint32_t count = zkl_iden3_u32(&reader, "section count");
    if (count > ZKL_IDEN3_SECTION_TYPE_MAX)
        return zkl_fail(err, ZKL_LIMIT, ".%.4s file with %u sections, at most %d", magic, count,
                        ZKL_IDEN3_SECTION_TYPE_MAX);
    for (uint32_t i = 0; i < count && !reader.fault; i++) {
        const uint32_t type = zkl_iden3_u32(&reader, "section type");
        const uint64_t size = zkl_iden3_u64(&reader, "section size");
        if (reader.fault)
            break;
        if (type == 0 || type > ZKL_IDEN3_SECTION_TYPE_MAX)
            return zkl_fail(err, ZKL_BAD_INPUT, ".%.4s file: unknown section type %u", magic, type);
        if (file.sections[type].data)
            return zkl_fail(err, ZKL_BAD_INPUT, ".%.4s file: section %u is there twice", magic,
                            type);
        /* sizes have 64 bits: one above the file's is made a fault before it is a size_t */
        const uint8_t *const begin =
            bytes.data + reader.at; /* never NULL, also of an empty section */
        (void)zkl_reader_take(&reader, size > bytes.size ? SIZE_MAX : (size_t)size, "section");
        file.sections[type] = zkl_bytes_of(begin, (size_t)size);
    }
    ZKL_TRY(zkl_reader_finish(&reader, magic, err));
    *out = file;
    return ZKL_OK;
}

zkl_status zkl_iden3_section(zkl_bytes *out, const zkl_iden3_file *file, unsigned type, size_t size,
                             const char *what, zkl_error *err)
{
    ZKL_ASSERT(type <= ZKL_IDEN3_SECTION_TYPE_MAX);
    const zkl_bytes section = file->sections[type];
    if (!section.data)
        return zkl_fail(err, ZKL_BAD_INPUT, "section %u (%s) is missing", type, what);
    if (section.size != size)
        return zkl_fail(err, ZKL_BAD_INPUT, "section %u (%s) has %zu bytes, not %zu", type, what,
                        section.size, size);
    *out = section;
    return ZKL_OK;
}

/* Magic, version, and how many sections follow. */
void zkl_iden3_begin_file(zkl_buffer *out, const char *magic, uint32_t version,
                          uint32_t section_count)
{
    ZKL_ASSERT(section_count <= ZKL_IDEN3_SECTION_TYPE_MAX);
    zkl_buffer_put(out, magic, 4);
    zkl_iden3_put_u32(out, version);
    zkl_iden3_put_u32(out, section_count);
}

size_t zkl_iden3_begin_section(zkl_buffer *out, uint32_t type)
{
    ZKL_ASSERT(type > 0 && type <= ZKL_IDEN3_SECTION_TYPE_MAX);
    zkl_iden3_put_u32(out, type);
    zkl_iden3_put_u64(out, 0); /* the length, filled in at the end */
    return out->size;
}

/* The low `size` bytes. */
static void store_le(uint8_t *out, uint64_t value, size_t size)
{
    ZKL_DEBUG_ASSERT(size <= 8);
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

/* The section's length goes in front of it, where its beginning left zeros. */
void zkl_iden3_end_section(zkl_buffer *out, size_t began)
{
    if (out->failed)
        return;
    ZKL_ASSERT(began >= 8 && began <= out->size);
    store_le(out->data + began - 8, out->size - began, 8);
}

void zkl_iden3_put_section_g1(zkl_buffer *out, uint32_t type, const zkl_g1_affine *points,
                              size_t count)
{
    const size_t section = zkl_iden3_begin_section(out, type);
    zkl_iden3_put_g1(out, points, count);
    zkl_iden3_end_section(out, section);
}

void zkl_iden3_put_section_g2(zkl_buffer *out, uint32_t type, const zkl_g2_affine *points,
                              size_t count)
{
    const size_t section = zkl_iden3_begin_section(out, type);
    zkl_iden3_put_g2(out, points, count);
    zkl_iden3_end_section(out, section);
}

/* ---- numbers */

void zkl_iden3_put_u32(zkl_buffer *out, uint32_t value)
{
    uint8_t bytes[4];
    store_le(bytes, value, sizeof bytes);
    zkl_buffer_put(out, bytes, sizeof bytes);
}

void zkl_iden3_put_u64(zkl_buffer *out, uint64_t value)
{
    uint8_t bytes[8];
    store_le(bytes, value, sizeof bytes);
    zkl_buffer_put(out, bytes, sizeof bytes);
}

/* Canonical, so that a witness has one form; the copy is wiped, since it may be secret. */
void zkl_iden3_put_fr(zkl_buffer *out, const zkl_fr *value)
{
    uint8_t bytes[32];
    zkl_fr_encode_le(bytes, value);
    zkl_buffer_put(out, bytes, sizeof bytes);
    zkl_wipe(bytes, sizeof bytes);
}

/* The field's order, as its length and its bytes: what a reader compares first. */
void zkl_iden3_put_fp_order(zkl_buffer *out)
{
    zkl_iden3_put_u32(out, sizeof fp_order);
    zkl_buffer_put(out, fp_order, sizeof fp_order);
}

void zkl_iden3_put_fr_order(zkl_buffer *out)
{
    zkl_iden3_put_u32(out, sizeof fr_order);
    zkl_buffer_put(out, fr_order, sizeof fr_order);
}

/* blst keeps x, y in Montgomery form, least significant limb first: iden3's bytes on a
 * little-endian machine. */
void zkl_iden3_put_g1(zkl_buffer *out, const zkl_g1_affine *points, size_t count)
{
    ZKL_ASSERT(points || count == 0);
    zkl_buffer_put(out, points, count * sizeof *points);
}

void zkl_iden3_put_g2(zkl_buffer *out, const zkl_g2_affine *points, size_t count)
{
    ZKL_ASSERT(points || count == 0);
    zkl_buffer_put(out, points, count * sizeof *points);
}

/* 0 and a fault when fewer bytes are left. */
static uint64_t load_le(zkl_reader *reader, size_t size, const char *what)
{
    ZKL_DEBUG_ASSERT(size <= 8);
    const zkl_bytes bytes = zkl_reader_take(reader, size, what);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size; i++)
        value |= (uint64_t)bytes.data[i] << (8 * i);
    return value;
}

uint32_t zkl_iden3_u32(zkl_reader *reader, const char *what)
{
    return (uint32_t)load_le(reader, 4, what);
}

uint64_t zkl_iden3_u64(zkl_reader *reader, const char *what)
{
    return load_le(reader, 8, what);
}

/* Values from r on are a fault: one scalar has one form. */
void zkl_iden3_fr(zkl_fr *out, zkl_reader *reader, const char *what)
{
    const zkl_bytes bytes = zkl_reader_take(reader, 32, what);
    *out = ZKL_FR_ZERO;
    if (bytes.size && !zkl_fr_decode_le(out, bytes.data))
        zkl_reader_fault(reader, what);
}

/* A length and that many bytes: the order of the field that the file is over. */
static void expect_order(zkl_reader *reader, const void *order, size_t size, const char *what)
{
    ZKL_ASSERT(size % 8 == 0);
    if (zkl_iden3_u32(reader, what) != size) {
        zkl_reader_fault(reader, what);
        return;
    }
    const zkl_bytes bytes = zkl_reader_take(reader, size, what);
    if (bytes.size && memcmp(bytes.data, order, size) != 0)
        zkl_reader_fault(reader, what);
}

void zkl_iden3_fp_order(zkl_reader *reader)
{
    expect_order(reader, fp_order, sizeof fp_order, "base field, which is not BLS12-381's");
}

void zkl_iden3_fr_order(zkl_reader *reader)
{
    expect_order(reader, fr_order, sizeof fr_order, "scalar field, which is not BLS12-381's");
}

/* ---- points */

/* a is read as a Montgomery form, which is below p as the number is. */
static bool fp_is_reduced(const blst_fp *a)
{
    /* decided by the highest limb that differs */
    for (int i = 5; i >= 0; i--)
        if (a->l[i] != fp_order[i])
            return a->l[i] < fp_order[i];
    return false;
}

typedef enum point_fault {
    FAULT_NONE,
    FAULT_INFINITY,
    FAULT_RANGE,
    FAULT_CURVE,
    FAULT_SUBGROUP
} point_fault;

static const char *const fault_texts[] = {
    [FAULT_NONE] = "valid",
    [FAULT_INFINITY] = "at infinity",
    [FAULT_RANGE] = "a coordinate is not reduced",
    [FAULT_CURVE] = "off the curve",
    [FAULT_SUBGROUP] = "outside the subgroup",
};

/* All tests but that of the subgroup, the cheap ones first. Infinity is all zeros, which is
 * reduced. */
static point_fault judge_g1(const zkl_g1_affine *a, bool infinity_ok, zkl_iden3_trust trust)
{
    if (!fp_is_reduced(&a->x) || !fp_is_reduced(&a->y))
        return FAULT_RANGE;
    if (blst_p1_affine_is_inf(a))
        return infinity_ok ? FAULT_NONE : FAULT_INFINITY;
    if (trust == ZKL_IDEN3_TRUSTED)
        return FAULT_NONE;
    return blst_p1_affine_on_curve(a) ? FAULT_NONE : FAULT_CURVE;
}

/* As judge_g1: both halves of both coordinates. */
static point_fault judge_g2(const zkl_g2_affine *a, bool infinity_ok, zkl_iden3_trust trust)
{
    if (!fp_is_reduced(&a->x.fp[0]) || !fp_is_reduced(&a->x.fp[1]) || !fp_is_reduced(&a->y.fp[0]) ||
        !fp_is_reduced(&a->y.fp[1]))
        return FAULT_RANGE;
    if (blst_p2_affine_is_inf(a))
        return infinity_ok ? FAULT_NONE : FAULT_INFINITY;
    if (trust == ZKL_IDEN3_TRUSTED)
        return FAULT_NONE;
    return blst_p2_affine_on_curve(a) ? FAULT_NONE : FAULT_CURVE;
}

/* Single points, of contributions and keys: never infinity, always checked. */
bool zkl_iden3_g1_valid(const zkl_g1_affine *point)
{
    return judge_g1(point, false, ZKL_IDEN3_CHECKED) == FAULT_NONE && blst_p1_affine_in_g1(point);
}

bool zkl_iden3_g2_valid(const zkl_g2_affine *point)
{
    return judge_g2(point, false, ZKL_IDEN3_CHECKED) == FAULT_NONE && blst_p2_affine_in_g2(point);
}

/* What the workers share: an array in G1 or in G2. */
typedef struct judging {
    const zkl_g1_affine *points_1; /* one of the two */
    const zkl_g2_affine *points_2;
    size_t count;
    bool infinity_ok;
    zkl_iden3_trust trust;
    const char *what;
    /* Where the subgroup is tested: one of each for a worker, of the array's group. */
    zkl_g1_summers summers_1;
    zkl_g2_summers summers_2;
    zkl_g1_slice *slices_1;
    zkl_g2_slice *slices_2;
} judging;

static void judging_clear(judging *job)
{
    zkl_g1_summers_clear(&job->summers_1);
    zkl_g2_summers_clear(&job->summers_2);
    zkl_free(job->slices_1);
    zkl_free(job->slices_2);
}

static zkl_status begin_subgroup_tests(judging *job, size_t workers, zkl_error *err)
{
    const size_t refs = 3 * ZKL_SUBGROUP_SLICE;
    if (job->points_1) {
        ZKL_TRY(zkl_g1_summers_init(&job->summers_1, workers, refs, ZKL_SUBGROUP_SLICE, err));
        job->slices_1 = zkl_malloc(workers, sizeof *job->slices_1);
    } else {
        ZKL_TRY(zkl_g2_summers_init(&job->summers_2, workers, refs, ZKL_SUBGROUP_SLICE, err));
        job->slices_2 = zkl_malloc(workers, sizeof *job->slices_2);
    }
    return job->slices_1 || job->slices_2 ? ZKL_OK
                                          : zkl_no_memory(err, workers * sizeof *job->slices_2);
}

/* The number of points of a slice before the first that is outside the subgroup. */
static size_t count_members(const judging *job, size_t begin, size_t n, size_t worker)
{
    return job->points_1 ? zkl_g1_in_subgroup(job->points_1 + begin, n, job->summers_1.each[worker],
                                              &job->slices_1[worker])
                         : zkl_g2_in_subgroup(job->points_2 + begin, n, job->summers_2.each[worker],
                                              &job->slices_2[worker]);
}

/* A task: a slice, up to the first bad point of it. */
static zkl_status judge_slice(void *context, size_t index, size_t worker, zkl_error *err)
{
    const judging *const job = context;
    const size_t begin = index * ZKL_SUBGROUP_SLICE, left = job->count - begin;
    const size_t n = left < ZKL_SUBGROUP_SLICE ? left : ZKL_SUBGROUP_SLICE;
    point_fault fault = FAULT_NONE;
    size_t bad = 0;
    ZKL_DEBUG_ASSERT(begin < job->count);
    ZKL_DEBUG_ASSERT(!job->points_1 != !job->points_2);
    while (bad < n && fault == FAULT_NONE) {
        const size_t i = begin + bad;
        fault = job->points_1 ? judge_g1(&job->points_1[i], job->infinity_ok, job->trust)
                              : judge_g2(&job->points_2[i], job->infinity_ok, job->trust);
        bad += fault == FAULT_NONE;
    }
    if (job->slices_1 || job->slices_2) { /* those before the bad one are of the curve */
        const size_t members = count_members(job, begin, bad, worker);
        fault = members < bad ? FAULT_SUBGROUP : fault;
        bad = members;
    }
    if (fault == FAULT_NONE)
        return ZKL_OK;
    return zkl_fail(err, ZKL_BAD_INPUT, "%s: point %zu is bad: %s", job->what, begin + bad,
                    fault_texts[fault]);
}

/* Sets the job's bounds from points and by, runs it, and names the first fault. */
static zkl_status judge_all(const zkl_g1_affine *points_1, const zkl_g2_affine *points_2,
                            const zkl_iden3_points *points, const zkl_iden3_reading *by,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(judging)
    job = { .points_1 = points_1,
            .points_2 = points_2,
            .count = points->count,
            .infinity_ok = points->infinity_ok,
            .trust = by->trust,
            .what = points->what };
    ZKL_ASSERT(!points_1 != !points_2 || points->count == 0);
    if (by->trust == ZKL_IDEN3_CHECKED && points->count)
        ZKL_TRY(begin_subgroup_tests(&job, zkl_pool_threads(by->pool), err));
    return zkl_pool_try(by->pool, (job.count + ZKL_SUBGROUP_SLICE - 1) / ZKL_SUBGROUP_SLICE,
                        judge_slice, &job, err);
}

zkl_status zkl_iden3_read_g1(zkl_g1_affine *out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err)
{
    ZKL_ASSERT(points->bytes.size == points->count * sizeof *out);
    if (points->count)
        memcpy(out, points->bytes.data, points->bytes.size);
    return judge_all(out, NULL, points, by, err);
}

zkl_status zkl_iden3_read_g2(zkl_g2_affine *out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err)
{
    ZKL_ASSERT(points->bytes.size == points->count * sizeof *out);
    if (points->count)
        memcpy(out, points->bytes.data, points->bytes.size);
    return judge_all(NULL, out, points, by, err);
}

/* The array belongs to the reading's arena, also when a point in it is bad. */
zkl_status zkl_iden3_load_g1(const zkl_g1_affine **out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err)
{
    zkl_g1_affine *array = ZKL_ARENA_NEW(by->arena, zkl_g1_affine, points->count);
    if (!array)
        return zkl_no_memory(err, points->bytes.size);
    ZKL_TRY(zkl_iden3_read_g1(array, points, by, err));
    *out = array;
    return ZKL_OK;
}

zkl_status zkl_iden3_load_g2(const zkl_g2_affine **out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err)
{
    zkl_g2_affine *array = ZKL_ARENA_NEW(by->arena, zkl_g2_affine, points->count);
    if (!array)
        return zkl_no_memory(err, points->bytes.size);
    ZKL_TRY(zkl_iden3_read_g2(array, points, by, err));
    *out = array;
    return ZKL_OK;
}

/* ---- contributions */

#define POINT_TEXT "point of a contribution"

void zkl_iden3_take_point_1(zkl_g1_affine *out, zkl_reader *reader)
{
    const zkl_bytes bytes = zkl_reader_take(reader, ZKL_IDEN3_G1_BYTES, POINT_TEXT);
    if (!bytes.size)
        return;
    memcpy(out, bytes.data, bytes.size);
    if (!zkl_iden3_g1_valid(out))
        zkl_reader_fault(reader, POINT_TEXT);
}

void zkl_iden3_take_point_2(zkl_g2_affine *out, zkl_reader *reader)
{
    const zkl_bytes bytes = zkl_reader_take(reader, ZKL_IDEN3_G2_BYTES, POINT_TEXT);
    if (!bytes.size)
        return;
    memcpy(out, bytes.data, bytes.size);
    if (!zkl_iden3_g2_valid(out))
        zkl_reader_fault(reader, POINT_TEXT);
}

void zkl_iden3_take_kind(uint32_t *type, zkl_bytes *parameters, zkl_reader *reader)
{
    *type = zkl_iden3_u32(reader, "contribution type");
    if (*type > 1)
        zkl_reader_fault(reader, "contribution type");
    const uint32_t size = zkl_iden3_u32(reader, "parameters");
    if (size > ZKL_IDEN3_PARAMETERS_BYTES_MAX)
        zkl_reader_fault(reader, "parameters");
    *parameters = zkl_reader_take(reader, size, "parameters");
}

/* What a reader would refuse is never written. */
void zkl_iden3_put_kind(zkl_buffer *out, uint32_t type, zkl_bytes parameters)
{
    ZKL_ASSERT(type <= 1 && parameters.size <= ZKL_IDEN3_PARAMETERS_BYTES_MAX);
    zkl_iden3_put_u32(out, type);
    zkl_iden3_put_u32(out, (uint32_t)parameters.size);
    zkl_buffer_put(out, parameters.data, parameters.size);
}
