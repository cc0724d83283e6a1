#pragma once
/* Public keys and the verification of signatures: Ed25519 (RFC 8032), ECDSA P-256 with SHA-256 as
 * an option for entries, and ML-DSA-44 (FIPS 204) for witnesses alone, where libcrypto has it (from
 * 3.5 on). Whoever verifies holds no code that signs: that is keys/signer.h.
 *
 * Threads: any. Timing: varies with what is public. */
#include "base/buffer.h"
#include "hash/hash.h"

typedef enum zkl_key_type {
    ZKL_KEY_ED25519 = 1,
    ZKL_KEY_ECDSA_P256 = 2,
    ZKL_KEY_ML_DSA_44 = 3, /* of witnesses: signs no entry, and has no DER here */
} zkl_key_type;

#define ZKL_ED25519_PUBLIC_BYTES 32
#define ZKL_ML_DSA_44_PUBLIC_BYTES 1312
#define ZKL_ML_DSA_44_SIGNATURE_BYTES 2420
#define ZKL_PUBLIC_KEY_BYTES_MAX ZKL_ML_DSA_44_PUBLIC_BYTES
#define ZKL_PUBLIC_KEY_DER_BYTES_MAX 91
#define ZKL_SIGNATURE_BYTES_MAX ZKL_ML_DSA_44_SIGNATURE_BYTES
#define ZKL_ENTRY_SIGNATURE_BYTES_MAX 72 /* by the keys that sign entries */
#define ZKL_KEY_ID_CHARS 64

/* Ed25519: the 32 bytes of RFC 8032. P-256: 65 bytes, 0x04 x y, a point known to be on the curve.
 * ML-DSA-44: the 1,312 bytes of FIPS 204, of which all are a key. */
typedef struct zkl_public_key {
    zkl_key_type type;
    size_t size;
    uint8_t bytes[ZKL_PUBLIC_KEY_BYTES_MAX]; /* zeros behind size */
} zkl_public_key;

/* "ed25519", "ecdsa-p256", "ml-dsa-44", else "unknown" */
const char *zkl_key_type_name(zkl_key_type type);
bool zkl_key_type_known(zkl_key_type type);
/* Has it a DER form, and may it so stand where keys of entries do? */
bool zkl_key_type_signs_entries(zkl_key_type type);
/* Can this libcrypto verify and sign with it? The library that runs is asked, not its headers. */
bool zkl_key_type_available(zkl_key_type type);
/* The status of a type that is not: ZKL_NOT_SUPPORTED, with the version that has it. */
zkl_status zkl_key_type_fail_unavailable(zkl_key_type type, zkl_error *err);

/* ZKL_OK or ZKL_REJECTED; ZKL_NOT_SUPPORTED: libcrypto has no such algorithm; another status only
 * when libcrypto itself failed. */
zkl_status zkl_signature_verify(const zkl_public_key *key, zkl_bytes message, zkl_bytes signature,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- Public keys as SubjectPublicKeyInfo (RFC 8410, RFC 5480), of types that sign entries
 * (asserted). One encoding each; others are refused. */
bool zkl_public_key_equal(const zkl_public_key *a, const zkl_public_key *b);
/* From the bytes of zkl_public_key; ZKL_BAD_INPUT for a wrong length, for a P-256 point off the
 * curve, and for an Ed25519 point of small order or with a y that is not reduced. */
zkl_status zkl_public_key_from_bytes(zkl_public_key *out, zkl_key_type type, zkl_bytes bytes,
                                     zkl_error *err) ZKL_MUST_USE;
size_t zkl_public_key_der(uint8_t out[static ZKL_PUBLIC_KEY_DER_BYTES_MAX],
                          const zkl_public_key *key);
zkl_status zkl_public_key_parse_der(zkl_public_key *out, zkl_bytes der,
                                    zkl_error *err) ZKL_MUST_USE;
/* "-----BEGIN PUBLIC KEY-----", base 64 in lines of 64, newline at the end. */
void zkl_public_key_encode_pem(zkl_buffer *out, const zkl_public_key *key);
zkl_status zkl_public_key_parse_pem(zkl_public_key *out, zkl_bytes pem,
                                    zkl_error *err) ZKL_MUST_USE;
/* SHA-256 of the DER; as hex it is the DSSE keyid. */
void zkl_public_key_digest(zkl_digest *out, const zkl_public_key *key);
void zkl_public_key_id(char out[static ZKL_KEY_ID_CHARS + 1], const zkl_public_key *key);
