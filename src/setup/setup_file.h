#pragma once
/* Files of the set-up cache: a header, arrays of points as they lie in this machine's memory, and
 * the BLAKE3 hash of all before. A cache, not a format to exchange: that is iden3's (iden3_ptau.h,
 * iden3_zkey.h). */
#include "base/buffer.h"

typedef enum zkl_setup_file_kind {
    ZKL_SETUP_FILE_POWERS = 1,
    ZKL_SETUP_FILE_COMMIT = 2,
    ZKL_SETUP_FILE_KEY = 3,
} zkl_setup_file_kind;

/* 128 bytes, as they stand in the file. numbers: by kind, see setup.c. */
typedef struct zkl_setup_header {
    char magic[16];
    uint32_t byte_order; /* of the machine that wrote it */
    uint32_t kind;
    uint32_t development;
    uint32_t numbers[5]; /* zeros where an older version had none */
    zkl_digest powers;   /* zkl_powers_hash */
    zkl_digest circuit;  /* zkl_r1cs_hash, or zeros */
    uint8_t zeros[16];
} zkl_setup_header;

/* Whole or not at all, by rename, mode 0600. kind, development, numbers, powers, circuit are taken
 * from header. */
zkl_status zkl_setup_file_write(const char *path, const zkl_setup_header *header,
                                const zkl_bytes *sections, size_t section_count,
                                zkl_error *err) ZKL_MUST_USE;

/* A file that was read. */
typedef struct zkl_setup_file {
    uint8_t *memory; /* all of it */
    size_t size;
    zkl_setup_header header;
    zkl_reader body; /* what follows the header, without the hash; points into memory */
} zkl_setup_file;
void zkl_setup_file_clear(zkl_setup_file *file);

/* Reads all into memory, checks hash, kind, powers. out is empty before, and cleared by the caller,
 * whatever comes of it. A file that was changed
 * or cut is ZKL_BAD_INPUT. */
zkl_status zkl_setup_file_read(zkl_setup_file *out, const char *path, zkl_setup_file_kind kind,
                               const zkl_digest *powers, size_t size_max,
                               zkl_error *err) ZKL_MUST_USE;
