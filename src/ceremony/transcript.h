#pragma once
/* Who contributed to a ceremony, in which order: terms that never change, and a chain of signed
 * records, one a contribution. docs/formats/ceremony.md
 *
 *  1. The ceremony's id is a hash of its terms, which hold 32 random bytes: no record of one
 *     ceremony is one of another.
 *  2. Each record follows from all before it: its signature is over the hash of those.
 *  3. The order is: contributions to the powers, at most one beacon, contributions to the keys, at
 *     most one beacon. Nobody contributes behind a beacon.
 *
 * A record names the contribution's points by their hash. That the points follow from one another
 * is joint.h's matter. */
#include "base/arena.h"
#include "keys/signer.h"
#include "record/signature.h"

#define ZKL_TRANSCRIPT_NAME_BYTES_MAX 64
#define ZKL_TRANSCRIPT_SOURCE_BYTES_MAX 200
#define ZKL_TRANSCRIPT_TIERS_MAX 8
#define ZKL_TRANSCRIPT_RECORDS_MAX 4096

typedef enum zkl_transcript_step {
    ZKL_STEP_POWERS = 1,
    ZKL_STEP_POWERS_BEACON,
    ZKL_STEP_KEYS,
    ZKL_STEP_KEYS_BEACON,
} zkl_transcript_step;

typedef struct zkl_transcript_record {
    zkl_transcript_step step;
    char name[ZKL_TRANSCRIPT_NAME_BYTES_MAX + 1]; /* who; of a beacon "" */
    bool is_signed;     /* a party's; else a beacon's, or of somebody with iden3's tools */
    zkl_public_key key; /* Ed25519; zeros unless signed */
    uint8_t signature[64];
    /* When, by the contributor's word; of a beacon, when its value became public. */
    uint64_t time_ms;
    uint64_t round;                                   /* of a beacon: drand quicknet's; 0: none */
    char source[ZKL_TRANSCRIPT_SOURCE_BYTES_MAX + 1]; /* of a beacon: where its value is from */
    zkl_digest contribution;                          /* of its points, as joint.h hashes them */
} zkl_transcript_record;

typedef struct zkl_transcript {
    char name[ZKL_TRANSCRIPT_NAME_BYTES_MAX + 1];
    unsigned power;
    unsigned tiers[ZKL_TRANSCRIPT_TIERS_MAX]; /* ascending */
    size_t tier_count;
    uint8_t nonce[32];
    const zkl_transcript_record *records;
    size_t count;
} zkl_transcript;

/* Printable ASCII of at most `max` bytes: names and sources go to terminals and files of others. */
bool zkl_transcript_text_valid(const char *text, size_t max);

static inline bool zkl_step_is_beacon(zkl_transcript_step step)
{
    return step == ZKL_STEP_POWERS_BEACON || step == ZKL_STEP_KEYS_BEACON;
}
static inline bool zkl_step_is_of_powers(zkl_transcript_step step)
{
    return step == ZKL_STEP_POWERS || step == ZKL_STEP_POWERS_BEACON;
}

/* When a round of drand's quicknet becomes public. 0 for a round beyond the year 9999. */
uint64_t zkl_drand_time_ms(uint64_t round);

void zkl_transcript_id(zkl_digest *out, const zkl_transcript *t);
/* Of the terms and the first `count` records: what the next record follows from, and at the end
 * what names the ceremony. */
void zkl_transcript_hash(zkl_digest *out, const zkl_transcript *t, size_t count);

/* t with one record more. The list comes from arena. signer NULL: nobody signs. ZKL_LIMIT: there is
 * no room; ZKL_USAGE: the record does not belong there, in what zkl_transcript_check says. */
zkl_status zkl_transcript_add(zkl_transcript *t, zkl_arena *arena,
                              const zkl_transcript_record *next, const zkl_signer *signer,
                              zkl_error *err) ZKL_MUST_USE;

/* The invariants, every signature, and that no beacon's value was public before the last
 * contribution that it follows. ZKL_REJECTED names the record. */
zkl_status zkl_transcript_check(const zkl_transcript *t, zkl_error *err) ZKL_MUST_USE;

/* Is `longer` the same transcript with more records? */
bool zkl_transcript_extends(const zkl_transcript *longer, const zkl_transcript *t);

void zkl_transcript_put(zkl_buffer *out, const zkl_transcript *t);
/* Form alone. Records come from arena; faults are the reader's. */
zkl_status zkl_transcript_read(zkl_transcript *out, zkl_arena *arena, zkl_reader *reader,
                               zkl_error *err) ZKL_MUST_USE;
