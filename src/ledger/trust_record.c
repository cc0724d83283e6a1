/* The trust record of a store: magic, version, the trust in its binary form, and an Ed25519
 * signature.
 *
 *  1. The signature is over ZKL_SIGNED_TRUST_RECORD, its NUL, and all of the record before it. The
 *     label keeps it apart from checkpoints, which the same key signs (hash/domains.h).
 *  2. The key is the one that the record itself calls the newest of its log. Whether that key is
 *     the log's is no question of this file: ledger.c follows the log's entries to it.
 *  3. A record that opens is one that was sealed: the binary form of a trust has one encoding. */
#include "ledger/trust_record.h"

#include "hash/domains.h"

#include <string.h>

#define RECORD_MAGIC "zkl/trec"
#define RECORD_VERSION 1
#define SIGNATURE_BYTES 64        /* Ed25519 */
#define UNSIGNED_MAGIC "zkl/trst" /* what version 0.1 stored: the binary form alone */

static const char label[] = ZKL_SIGNED_TRUST_RECORD; /* with its NUL */

/* zkl_trust_check saw to it that at most one is open: log keys follow each other without
 * overlap. */
const zkl_verifier_key *zkl_trust_newest_log_key(const zkl_trust *trust)
{
    ZKL_ASSERT(trust->log_keys || trust->log_key_count == 0);
    for (size_t i = 0; i < trust->log_key_count; i++)
        if (trust->log_keys[i].until == ZKL_TRUST_OPEN)
            return &trust->log_keys[i].key;
    return NULL;
}

/* Invariant 1. */
static zkl_status put_signed(zkl_buffer *out, zkl_bytes record, zkl_error *err)
{
    ZKL_ASSERT(out->size == 0 && record.size);
    zkl_buffer_put(out, label, sizeof label);
    zkl_buffer_put(out, record.data, record.size);
    return zkl_buffer_status(out, err);
}

/* Magic, version, the trust, and over these the signature. */
zkl_status zkl_trust_record_seal(zkl_buffer *out, const zkl_trust *trust,
                                 const zkl_signer *log_signer, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) record = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
    size_t size;
    const zkl_verifier_key *newest = zkl_trust_newest_log_key(trust);
    /* A rotation that is staged has made its fresh key the newest already: its caller picks that
     * one. */
    if (!newest || !zkl_public_key_equal(&newest->public_key, &log_signer->public_key))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the trust record is signed by the log key that counts, not by another");
    ZKL_TRY(zkl_trust_encode(&text, trust, err));
    zkl_buffer_put_text(&record, RECORD_MAGIC);
    zkl_buffer_put_u32(&record, RECORD_VERSION);
    zkl_buffer_put_field(&record, text.data, text.size);
    ZKL_TRY(zkl_buffer_status(&record, err));
    ZKL_TRY(put_signed(&message, zkl_buffer_bytes(&record), err));
    ZKL_TRY(zkl_signer_sign(log_signer, signature, &size, zkl_buffer_bytes(&message), err));
    ZKL_ASSERT(size == SIGNATURE_BYTES);
    zkl_buffer_put(out, record.data, record.size);
    zkl_buffer_put(out, signature, size);
    return zkl_buffer_status(out, err);
}

/* Invariant 2. The key comes out of the record, where it was checked as a key. */
static zkl_status check_signature(const zkl_trust *trust, zkl_bytes record, zkl_bytes signature,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    const zkl_verifier_key *newest = zkl_trust_newest_log_key(trust);
    if (!newest)
        return zkl_fail(err, ZKL_REJECTED, "it names no log key that still counts");
    ZKL_TRY(put_signed(&message, record, err));
    return zkl_signature_verify(&newest->public_key, zkl_buffer_bytes(&message), signature, err);
}

/* Form first, then the signature: what is parsed is bounded, and nothing of it is used before. */
static zkl_status open_record(zkl_trust *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_trust trust;
    if (bytes.size > ZKL_TRUST_RECORD_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu bytes, at most %zu", bytes.size,
                        ZKL_TRUST_RECORD_BYTES_MAX);
    zkl_reader reader = zkl_reader_of(bytes);
    const zkl_bytes magic = zkl_reader_take(&reader, 8, "magic");
    if (zkl_bytes_equal_text(magic, UNSIGNED_MAGIC))
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "it is not signed: version 0.1 wrote this ledger, and whoever could write "
                        "to its store could change what it trusts. Make a new ledger");
    if (!zkl_bytes_equal_text(magic, RECORD_MAGIC) ||
        zkl_reader_u32(&reader, "version") != RECORD_VERSION)
        return zkl_fail(err, ZKL_BAD_INPUT, "no trust record of version %d", RECORD_VERSION);
    /* The fields, and no byte more; then the form of the trust; then who signed it. */
    const zkl_bytes text = zkl_reader_field(&reader, ZKL_TRUST_BYTES_MAX, "trust");
    const zkl_bytes record = zkl_bytes_of(bytes.data, reader.at);
    const zkl_bytes signature = zkl_reader_take(&reader, SIGNATURE_BYTES, "signature");
    ZKL_TRY(zkl_reader_finish(&reader, "record", err));
    ZKL_ASSERT(record.size + signature.size == bytes.size);
    ZKL_TRY(zkl_trust_decode(&trust, arena, text, err));
    ZKL_TRY(check_signature(&trust, record, signature, err));
    *out = trust;
    return ZKL_OK;
}

zkl_status zkl_trust_record_open(zkl_trust *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    const zkl_status status = open_record(out, arena, bytes, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "the ledger's trust record");
}
