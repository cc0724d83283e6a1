#pragma once
/* What the operations of a ceremony share (ceremony.c makes it, ceremony_check.c judges it). */
#include "ceremony/joint.h"
#include "ceremony/summary.h"
#include "service/service_internal.h"

/* A circuit for each tier of the terms. ZKL_BAD_INPUT: there is none of that tier. */
typedef struct service_circuits {
    zkl_circuit *made[ZKL_TRANSCRIPT_TIERS_MAX];
    const zkl_r1cs *each[ZKL_TRANSCRIPT_TIERS_MAX];
} service_circuits;
zkl_status service_circuits_make(service_circuits *out, const zkl_transcript *terms,
                                 zkl_error *err) ZKL_MUST_USE;
void service_circuits_clear(service_circuits *circuits);

/* The whole file, checked from the first record to the last point. bytes: what it borrows from.
 * Powers and kept keys are of development where fewer than two parties made them, by their keys. */
zkl_status service_ceremony_check(zkl_joint *out, zkl_joint_kept *keep, zkl_bytes bytes,
                                  zkl_arena *arena, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;
/* A ceremony as the caller sees it, in out->memory. keys: the whole ones; NULL: not known here. */
zkl_status service_ceremony_fill(zkl_ceremony_result *out, const zkl_joint *c,
                                 const zkl_recorded_key *keys, zkl_error *err) ZKL_MUST_USE;
/* Fewer than two people contributed to the powers, or, in the second round, to the keys. */
bool service_ceremony_is_development(const zkl_joint *c);
/* The lines of a trust file that say which ceremony is relied on, and whom in it. is_development:
 * as above; then the lines say so too. */
void service_ceremony_put_trust(zkl_buffer *out, const zkl_summary *summary, bool is_development);
