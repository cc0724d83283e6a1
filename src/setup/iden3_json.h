#pragma once
/* verification_key.json, proof.json and public.json, as iden3's snarkjs reads and writes them,
 * for BLS12-381 and one public input. Numbers are decimal strings; an affine point is ["x", "y",
 * "1"], an element of Fp2 ["c0", "c1"]. Fields: docs/formats/iden3.md. */
#include "base/buffer.h"
#include "proof/groth16.h"

#define ZKL_IDEN3_JSON_BYTES_MAX 65536

/* Parsing refuses: unknown or missing fields, duplicate names, another protocol or curve,
 * numbers that are not decimal strings without leading zeros below p (or r), points in another
 * than affine form, at infinity, off the curve or outside the subgroup, and what
 * zkl_groth16_vk_decode refuses in a key. (snarkjs itself checks no subgroups.) vk_alphabeta_12
 * may be missing; it is not used, but if it is there it must be e(alpha, beta). */
zkl_status zkl_iden3_vk_parse(zkl_groth16_vk *out, zkl_bytes json, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_iden3_proof_parse(zkl_groth16_proof *out, zkl_bytes json,
                                 zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_iden3_public_parse(zkl_fr *out, zkl_bytes json, zkl_error *err) ZKL_MUST_USE;

/* Appended to out, ending in a line feed; one form only, byte for byte. Elements are affine, not
 * infinity (asserted). */
void zkl_iden3_vk_encode(zkl_buffer *out, const zkl_groth16_vk *vk);
void zkl_iden3_proof_encode(zkl_buffer *out, const zkl_groth16_proof *proof);
void zkl_iden3_public_encode(zkl_buffer *out, const zkl_fr *public_input);

/* The three files in folder/part (part "." is folder itself), which is made when missing:
 * `snarkjs groth16 verify` runs on them. What stands there is replaced, no link below folder is
 * followed: ZKL_CONFLICT (base/below.h). */
zkl_status zkl_snarkjs_export(const char *folder, const char *part, const zkl_groth16_vk *vk,
                              const zkl_groth16_proof *proof, const zkl_fr *public_input,
                              zkl_error *err) ZKL_MUST_USE;
