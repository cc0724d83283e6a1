#pragma once
/* What a verifier trusts: keys with the log index from and until which they count (by index, never
 * by time), witnesses, the powers of tau, circuits. docs/formats/trust.md
 *
 * Here: the values, their canonical binary form, and what they imply. trust_toml.h reads and writes
 * the file for people. */
#include "base/arena.h"
#include "record/ids.h"
#include "record/manifest.h"
#include "record/note.h"

#define ZKL_TRUST_BYTES_MAX ((size_t)1 << 20)
#define ZKL_TRUST_KEYS_MAX 1024 /* of each sort */
#define ZKL_TRUST_WITNESSES_MAX 31
#define ZKL_TRUST_TSAS_MAX 32
#define ZKL_TRUST_TSA_NAME_BYTES_MAX 255
#define ZKL_TRUST_OPEN UINT64_MAX /* until: still counts */

typedef struct zkl_trusted_log_key {
    zkl_verifier_key key;
    uint64_t from,
        until; /* counts for indexes from <= i < until; a checkpoint's is that of its last entry */
} zkl_trusted_log_key;

typedef struct zkl_trusted_signer {
    zkl_public_key key;
    uint64_t from, until;
} zkl_trusted_signer;

/* A clock (RFC 3161): its own certificate, or that of the authority which issues it. */
typedef struct zkl_trusted_tsa {
    zkl_bytes name;        /* what the trust file calls it; UTF-8 without control characters */
    zkl_bytes certificate; /* DER */
} zkl_trusted_tsa;

#define ZKL_TRUST_PARTY_NAME_BYTES_MAX 64

/* Somebody who contributed to the ceremony that made the powers and keys, and who is relied on to
 * have kept his secret. That he did contribute was checked by whoever wrote the trust
 * (zkl_setup_verify). */
typedef struct zkl_trusted_party {
    char name[ZKL_TRUST_PARTY_NAME_BYTES_MAX + 1]; /* printable ASCII */
    zkl_public_key key;
    bool to_powers, to_keys; /* one at least */
} zkl_trusted_party;

typedef struct zkl_trust {
    zkl_verifier_key first_log_key;
    zkl_digest ledger; /* follows from the first log key */
    zkl_trusted_log_key *log_keys;
    size_t log_key_count; /* at least 1 */
    zkl_trusted_signer *signers;
    size_t signer_count;
    zkl_verifier_key *witnesses;  /* keys that cosign */
    size_t witness_count, quorum; /* quorum <= witness_count */
    zkl_digest powers_hash;
    bool
        powers_of_ceremony; /* else made on one machine: then every set-up over them is development */
    zkl_circuit_id *circuits; /* pinned: keys from a ceremony */
    size_t circuit_count;
    bool has_ceremony;
    zkl_digest ceremony; /* of the transcript of the ceremony */
    zkl_trusted_party *parties;
    size_t party_count; /* 0 without a ceremony */
    bool
        development; /* accept development set-ups: keys that a signed set-up entry of this log names */
    zkl_trusted_tsa *tsas; /* none twice, by name or certificate */
    size_t tsa_count;
} zkl_trust;

/* Asserts what holds of every trust that was checked, copied, or changed by an entry: lists that
 * are there, spans that are not empty, a quorum within the witnesses. Cost: the number of keys. */
void zkl_trust_invariant(const zkl_trust *trust);

/* Sets ledger; ZKL_BAD_INPUT when the values do not fit together: no log key, from >= until, two
 * log keys or one signer twice at one index, log keys of several names, a quorum above the
 * witnesses. */
zkl_status zkl_trust_check(zkl_trust *trust, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_trust_encode(zkl_buffer *out, const zkl_trust *trust, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_trust_decode(zkl_trust *out, zkl_arena *arena, zkl_bytes bytes,
                            zkl_error *err) ZKL_MUST_USE;
/* All arrays anew in arena, with room for `extra` more log keys and signers. */
zkl_status zkl_trust_copy(zkl_trust *out, zkl_arena *arena, const zkl_trust *trust, size_t extra,
                          zkl_error *err) ZKL_MUST_USE;

/* Does a set-up over these powers and pinned keys bind whoever made it? Some party that is named
 * contributed to the powers, and some party to the keys. */
bool zkl_trust_names_parties(const zkl_trust *trust);

/* The signer with this key digest that counts at index; the log key that counts there. NULL:
 * none. */
const zkl_trusted_signer *zkl_trust_signer_at(const zkl_trust *trust, const zkl_digest *key_digest,
                                              uint64_t index);
const zkl_trusted_log_key *zkl_trust_log_key_at(const zkl_trust *trust, uint64_t index);
