#pragma once
/* What iden3's binary files share (docs/formats/iden3.md): a magic of four letters, a version, and
 * typed sections, all integers little-endian; numbers and points in fixed little-endian form.
 *
 * Points are uncompressed x, y in Montgomery form (factor 2^384), infinity all zeros: byte for
 * byte what blst keeps in memory on a little-endian machine, so that reading them is a copy and
 * a check. */
#include "algebra/curve.h"
#include "base/arena.h"
#include "base/buffer.h"

#define ZKL_IDEN3_SECTION_TYPE_MAX 15
#define ZKL_IDEN3_G1_BYTES 96
#define ZKL_IDEN3_G2_BYTES 192
#define ZKL_IDEN3_PARAMETERS_BYTES_MAX 1024 /* of one contribution */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "points are copied as they lie in memory");
_Static_assert(sizeof(zkl_g1_affine) == ZKL_IDEN3_G1_BYTES, "x, y of six limbs");
_Static_assert(sizeof(zkl_g2_affine) == ZKL_IDEN3_G2_BYTES, "x, y of two times six limbs");

/* How far a reader believes a file. */
typedef enum zkl_iden3_trust {
    /* Every point is checked: reduced, on the curve, in its subgroup (about 40 us each). */
    ZKL_IDEN3_CHECKED,
    /* The file's hash is known to be right: structure and reduced coordinates only. */
    ZKL_IDEN3_TRUSTED,
} zkl_iden3_trust;

/* A file cut into its sections, borrowed; data == NULL: not in the file. */
typedef struct zkl_iden3_file {
    zkl_bytes sections[ZKL_IDEN3_SECTION_TYPE_MAX + 1]; /* by type */
} zkl_iden3_file;

/* magic: four letters and NUL. Refuses another magic or version, a section of unknown type or
 * twice, and bytes beside the sections. */
zkl_status zkl_iden3_open(zkl_iden3_file *out, zkl_bytes bytes, const char *magic, uint32_t version,
                          zkl_error *err) ZKL_MUST_USE;
/* ZKL_BAD_INPUT when the section is missing or has not exactly that size. */
zkl_status zkl_iden3_section(zkl_bytes *out, const zkl_iden3_file *file, unsigned type, size_t size,
                             const char *what, zkl_error *err) ZKL_MUST_USE;

/* ---- Writing: begin, append, end; the length is filled in at the end. */
void zkl_iden3_begin_file(zkl_buffer *out, const char *magic, uint32_t version,
                          uint32_t section_count);
size_t zkl_iden3_begin_section(zkl_buffer *out, uint32_t type);
void zkl_iden3_end_section(zkl_buffer *out, size_t began);

/* A section that is one array. */
void zkl_iden3_put_section_g1(zkl_buffer *out, uint32_t type, const zkl_g1_affine *points,
                              size_t count);
void zkl_iden3_put_section_g2(zkl_buffer *out, uint32_t type, const zkl_g2_affine *points,
                              size_t count);

void zkl_iden3_put_u32(zkl_buffer *out, uint32_t value);
void zkl_iden3_put_u64(zkl_buffer *out, uint64_t value);
void zkl_iden3_put_fr(zkl_buffer *out,
                      const zkl_fr *value);   /* 32 bytes, canonical, not Montgomery */
void zkl_iden3_put_fp_order(zkl_buffer *out); /* u32 48, then p */
void zkl_iden3_put_fr_order(zkl_buffer *out); /* u32 32, then r */
void zkl_iden3_put_g1(zkl_buffer *out, const zkl_g1_affine *points, size_t count);
void zkl_iden3_put_g2(zkl_buffer *out, const zkl_g2_affine *points, size_t count);

/* ---- Reading from a section (base/buffer.h remembers the first fault). */
uint32_t zkl_iden3_u32(zkl_reader *reader, const char *what);
uint64_t zkl_iden3_u64(zkl_reader *reader, const char *what);
void zkl_iden3_fr(zkl_fr *out, zkl_reader *reader, const char *what); /* faults on values >= r */
void zkl_iden3_fp_order(zkl_reader *reader); /* faults unless it is p of BLS12-381 */
void zkl_iden3_fr_order(zkl_reader *reader);

/* How the points of a file are read: whether they are checked, on which pool (NULL: on this
 * thread), and where arrays go. */
typedef struct zkl_iden3_reading {
    zkl_arena *arena;
    zkl_iden3_trust trust;
    zkl_pool *pool;
} zkl_iden3_reading;

/* An array of points as a file has it. */
typedef struct zkl_iden3_points {
    const char *what; /* names the array in messages */
    zkl_bytes bytes;  /* exactly count * 96, in G2 count * 192, bytes (asserted) */
    size_t count;
    bool infinity_ok; /* points at infinity pass */
} zkl_iden3_points;

/* The points into out. ZKL_BAD_INPUT with the index of the first bad one. */
zkl_status zkl_iden3_read_g1(zkl_g1_affine *out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_iden3_read_g2(zkl_g2_affine *out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err) ZKL_MUST_USE;
/* The same into a new array of by->arena. */
zkl_status zkl_iden3_load_g1(const zkl_g1_affine **out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_iden3_load_g2(const zkl_g2_affine **out, const zkl_iden3_points *points,
                             const zkl_iden3_reading *by, zkl_error *err) ZKL_MUST_USE;

/* One point: reduced, on the curve, in its subgroup, not infinity. */
bool zkl_iden3_g1_valid(const zkl_g1_affine *point);
bool zkl_iden3_g2_valid(const zkl_g2_affine *point);

/* ---- What contributions of both phases share. */

/* A point of a contribution: they are few, and checked whatever the trust in the file. */
void zkl_iden3_take_point_1(zkl_g1_affine *out, zkl_reader *reader);
void zkl_iden3_take_point_2(zkl_g2_affine *out, zkl_reader *reader);
/* The end of a contribution: u32 whose it is (0 a person's, 1 a beacon's), u32 length, and tagged
 * parameters of ZKL_IDEN3_PARAMETERS_BYTES_MAX bytes at most (1 name, 2 iterations, 3 beacon),
 * borrowed from the file. Faults on another type and on more bytes. */
void zkl_iden3_take_kind(uint32_t *type, zkl_bytes *parameters, zkl_reader *reader);
void zkl_iden3_put_kind(zkl_buffer *out, uint32_t type, zkl_bytes parameters);
