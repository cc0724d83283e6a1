#pragma once
/* .r1cs (circuits) and .wtns (assignments), as circom and iden3's snarkjs read and write them,
 * for BLS12-381. Bytes: docs/formats/iden3.md. */
#include "setup/iden3_sections.h"
#include "circuit/r1cs.h"

#define ZKL_IDEN3_WIRES_MAX (1u << 24)
#define ZKL_IDEN3_CONSTRAINTS_MAX (1u << 24)

/* Circuit outputs and public inputs are both public wires. The labels of wires are checked for
 * their number and dropped. Custom gates: ZKL_NOT_SUPPORTED. Arrays come from arena, about as
 * large as the file. */
zkl_status zkl_iden3_r1cs_parse(zkl_r1cs *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err) ZKL_MUST_USE;
/* Public wires are written as public inputs, the others as private inputs; label i is wire i. */
zkl_status zkl_iden3_r1cs_encode(zkl_buffer *out, const zkl_r1cs *r1cs,
                                 zkl_error *err) ZKL_MUST_USE;

/* Values of all wires, [0] = 1. An assignment is secret: clear arena and buffer when done. */
zkl_status zkl_iden3_wtns_parse(const zkl_fr **wires, uint32_t *wire_count, zkl_arena *arena,
                                zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_iden3_wtns_encode(zkl_buffer *out, const zkl_fr *wires, uint32_t wire_count,
                                 zkl_error *err) ZKL_MUST_USE;
