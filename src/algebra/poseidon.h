#pragma once
/* Poseidon over Fr: x^5, t = 5 (rate 4, capacity 1), R_F = 8, R_P = 60, the published
 * poseidonperm_x5_255_5 instance, and the duplex sponge of docs/proof-system.md section 3.
 * (Here and not in src/hash, because it hashes field elements.) */
#include "algebra/fr.h"

#define ZKL_POSEIDON_WIDTH 5
#define ZKL_POSEIDON_FULL_ROUNDS 8
#define ZKL_POSEIDON_PARTIAL_ROUNDS 60
#define ZKL_POSEIDON_ROUNDS 68

/* Round constants [round][element] and the MDS matrix [row][column], Montgomery form. */
extern const zkl_fr zkl_poseidon_rc[ZKL_POSEIDON_ROUNDS][ZKL_POSEIDON_WIDTH];
extern const zkl_fr zkl_poseidon_mds[ZKL_POSEIDON_WIDTH][ZKL_POSEIDON_WIDTH];

void zkl_poseidon_permute(zkl_fr state[static ZKL_POSEIDON_WIDTH]);

/* Every challenge comes from a permutation that has absorbed all that precedes it. */
typedef struct zkl_transcript {
    zkl_fr state[ZKL_POSEIDON_WIDTH]; /* capacity first */
    unsigned permutations;
} zkl_transcript;
void zkl_transcript_init(zkl_transcript *tr, uint64_t domain); /* 1 F_n, 2 inputs, 3 P_m */
/* Four scalars a permutation, group by group; a missing one adds nothing. count >= 1. */
void zkl_transcript_absorb(zkl_transcript *tr, const zkl_fr *scalars, size_t count);
/* n <= 4 challenges; follows an absorb, once. */
void zkl_transcript_squeeze(const zkl_transcript *tr, zkl_fr *out, size_t n);
/* Domain 2: the circuit's single public input. */
void zkl_poseidon_public_hash(zkl_fr *out, const zkl_fr *inputs, size_t count);
