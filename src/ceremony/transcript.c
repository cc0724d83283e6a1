/* The chain of records of a ceremony.
 *
 *   h_0 = id, the hash of the terms;  h_i = H(h_(i-1), record i with its signature)
 *   signature of record i: over h_(i-1) and record i without it
 *
 * A record that is left out, moved or exchanged changes all hashes behind it, which later parties
 * have signed. */
#include "ceremony/transcript.h"

#include <string.h>

#include "hash/domains.h"
#include "hash/hash.h"

/* Source: drand's quicknet, chain
 * 52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971. */
#define DRAND_GENESIS_S UINT64_C(1692803367)
#define DRAND_PERIOD_S UINT64_C(3)
#define DRAND_ROUND_MAX UINT64_C(80000000000) /* of the year 9629 */

bool zkl_transcript_text_valid(const char *text, size_t max)
{
    const size_t size = strlen(text);
    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    return size <= max;
}

uint64_t zkl_drand_time_ms(uint64_t round)
{
    if (round == 0 || round > DRAND_ROUND_MAX)
        return 0;
    return (DRAND_GENESIS_S + (round - 1) * DRAND_PERIOD_S) * 1000;
}

/* ---- bytes */

static void put_terms(zkl_buffer *out, const zkl_transcript *t)
{
    ZKL_ASSERT(t->tier_count <= ZKL_TRANSCRIPT_TIERS_MAX);
    zkl_buffer_put_field(out, t->name, strlen(t->name));
    zkl_buffer_put_u8(out, (uint8_t)t->power);
    zkl_buffer_put_u8(out, (uint8_t)t->tier_count);
    for (size_t i = 0; i < t->tier_count; i++)
        zkl_buffer_put_u8(out, (uint8_t)t->tiers[i]);
    zkl_buffer_put(out, t->nonce, sizeof t->nonce);
}

/* What is signed of a record. */
static void put_said(zkl_buffer *out, const zkl_transcript_record *r)
{
    ZKL_ASSERT(r->key.size == (r->is_signed ? ZKL_ED25519_PUBLIC_BYTES : 0));
    zkl_buffer_put_u8(out, (uint8_t)r->step);
    zkl_buffer_put_field(out, r->name, strlen(r->name));
    zkl_buffer_put_field(out, r->key.bytes, r->key.size);
    zkl_buffer_put_u64(out, r->time_ms);
    zkl_buffer_put_u64(out, r->round);
    zkl_buffer_put_field(out, r->source, strlen(r->source));
    zkl_buffer_put(out, r->contribution.bytes, sizeof r->contribution.bytes);
}

static void put_record(zkl_buffer *out, const zkl_transcript_record *r)
{
    put_said(out, r);
    zkl_buffer_put_field(out, r->signature, r->is_signed ? sizeof r->signature : 0);
}

void zkl_transcript_put(zkl_buffer *out, const zkl_transcript *t)
{
    put_terms(out, t);
    zkl_buffer_put_u32(out, (uint32_t)t->count);
    for (size_t i = 0; i < t->count; i++)
        put_record(out, &t->records[i]);
}

/* A text of printable ASCII; anything else is a fault. */
static void read_text(char *out, size_t max, zkl_reader *reader, const char *what)
{
    const zkl_bytes text = zkl_reader_field(reader, max, what);
    if (text.size)
        memcpy(out, text.data, text.size);
    out[text.size] = 0;
    if (!zkl_transcript_text_valid(out, max) || strlen(out) != text.size)
        zkl_reader_fault(reader, what);
}

static void read_terms(zkl_transcript *t, zkl_reader *reader)
{
    read_text(t->name, ZKL_TRANSCRIPT_NAME_BYTES_MAX, reader, "ceremony's name");
    t->power = zkl_reader_u8(reader, "power");
    t->tier_count = zkl_reader_u8(reader, "number of circuits");
    if (t->tier_count > ZKL_TRANSCRIPT_TIERS_MAX) {
        t->tier_count = 0;
        zkl_reader_fault(reader, "number of circuits");
    }
    for (size_t i = 0; i < t->tier_count; i++) {
        t->tiers[i] = zkl_reader_u8(reader, "circuit");
        if (i && t->tiers[i] <= t->tiers[i - 1])
            zkl_reader_fault(reader, "circuit");
    }
    zkl_reader_copy(reader, t->nonce, sizeof t->nonce, "nonce");
}

/* A key that is none, or has no signature, is a fault: one record has one spelling. */
static void read_record(zkl_transcript_record *r, zkl_reader *reader)
{
    r->step = (zkl_transcript_step)zkl_reader_u8(reader, "step");
    if (r->step < ZKL_STEP_POWERS || r->step > ZKL_STEP_KEYS_BEACON)
        zkl_reader_fault(reader, "step");
    read_text(r->name, ZKL_TRANSCRIPT_NAME_BYTES_MAX, reader, "party's name");
    const zkl_bytes key = zkl_reader_field(reader, ZKL_ED25519_PUBLIC_BYTES, "party's key");
    r->is_signed = key.size > 0;
    if (r->is_signed && zkl_public_key_from_bytes(&r->key, ZKL_KEY_ED25519, key, NULL) != ZKL_OK)
        zkl_reader_fault(reader, "party's key");
    r->time_ms = zkl_reader_u64(reader, "time");
    r->round = zkl_reader_u64(reader, "beacon's round");
    read_text(r->source, ZKL_TRANSCRIPT_SOURCE_BYTES_MAX, reader, "beacon's source");
    zkl_reader_copy(reader, &r->contribution, sizeof r->contribution, "contribution's hash");
    const zkl_bytes signature = zkl_reader_field(reader, sizeof r->signature, "signature");
    if (signature.size != (r->is_signed ? sizeof r->signature : 0))
        zkl_reader_fault(reader, "signature");
    else if (r->is_signed)
        memcpy(r->signature, signature.data, sizeof r->signature);
    if (r->is_signed && !r->name[0]) /* no trust file could name it */
        zkl_reader_fault(reader, "party's name");
}

#define RECORD_BYTES_MIN (1 + 4 + 4 + 8 + 8 + 4 + 32 + 4)

zkl_status zkl_transcript_read(zkl_transcript *out, zkl_arena *arena, zkl_reader *reader,
                               zkl_error *err)
{
    zkl_transcript t = { 0 };
    read_terms(&t, reader);
    t.count = zkl_reader_count(reader, ZKL_TRANSCRIPT_RECORDS_MAX, RECORD_BYTES_MIN,
                               "number of contributions");
    zkl_transcript_record *const records = ZKL_ARENA_NEW(arena, zkl_transcript_record, t.count);
    if (!records)
        return zkl_no_memory(err, t.count * sizeof *records);
    for (size_t i = 0; i < t.count && !reader->fault; i++)
        read_record(&records[i], reader);
    t.records = records;
    *out = t;
    return ZKL_OK;
}

/* ---- hashes and signatures */

static void hash_with(zkl_digest *out, const char *domain, const zkl_digest *before,
                      zkl_bytes bytes)
{
    zkl_sha3 hash;
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, domain, strlen(domain) + 1);
    if (before)
        zkl_sha3_update(&hash, before->bytes, sizeof before->bytes);
    zkl_sha3_update(&hash, bytes.data, bytes.size);
    zkl_sha3_256_final(&hash, out);
}

void zkl_transcript_id(zkl_digest *out, const zkl_transcript *t)
{
    zkl_transcript_hash(out, t, 0);
}

/* A hash of less than a buffer that lacks memory would be another one: asserted, since records take
 * some hundred bytes. */
static void hash_terms(zkl_digest *out, const zkl_transcript *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    put_terms(&bytes, t);
    ZKL_ASSERT(!bytes.failed);
    hash_with(out, ZKL_SHA3_256_CEREMONY, NULL, zkl_buffer_bytes(&bytes));
}

/* h_(i-1) becomes h_i. */
static void hash_record(zkl_digest *chain, const zkl_transcript_record *r)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    const zkl_digest before = *chain;
    put_record(&bytes, r);
    ZKL_ASSERT(!bytes.failed);
    hash_with(chain, ZKL_SHA3_256_CEREMONY_RECORD, &before, zkl_buffer_bytes(&bytes));
}

void zkl_transcript_hash(zkl_digest *out, const zkl_transcript *t, size_t count)
{
    ZKL_ASSERT(count <= t->count);
    hash_terms(out, t);
    for (size_t i = 0; i < count; i++)
        hash_record(out, &t->records[i]);
}

/* What record r is signed over, behind the first `count` records. */
static zkl_status put_message(zkl_buffer *out, const zkl_digest *before,
                              const zkl_transcript_record *r, zkl_error *err)
{
    zkl_buffer_put(out, ZKL_SIGNED_CONTRIBUTION, sizeof ZKL_SIGNED_CONTRIBUTION);
    zkl_buffer_put(out, before->bytes, sizeof before->bytes);
    put_said(out, r);
    return zkl_buffer_status(out, err);
}

/* ---- rules */

static zkl_status reject(zkl_error *err, size_t index, const zkl_transcript_record *r,
                         const char *what)
{
    return r->name[0]
               ? zkl_fail(err, ZKL_REJECTED, "contribution %zu ('%s'): %s", index + 1, r->name,
                          what)
               : zkl_fail(err, ZKL_REJECTED, "contribution %zu, a beacon: %s", index + 1, what);
}

/* A beacon is worth something when nobody knew it while others contributed. Times of contributions
 * are their makers' word; a drand round's is computed. */
static zkl_status check_beacon(const zkl_transcript *t, size_t index, zkl_error *err)
{
    const zkl_transcript_record *const r = &t->records[index];
    if (r->is_signed || r->name[0] || !r->source[0])
        return reject(err, index, r, "a beacon has a source, and nobody's name or signature");
    if (r->round && r->time_ms != zkl_drand_time_ms(r->round))
        return reject(err, index, r, "the beacon's time is not that of its drand round");
    for (size_t i = 0; i < index; i++)
        if (r->time_ms <= t->records[i].time_ms)
            return reject(err, index, r,
                          "the beacon's value was public before the last contribution: take "
                          "a later one");
    return ZKL_OK;
}

/* Steps never go back, and nothing but the next phase follows a beacon. */
static zkl_status check_place(const zkl_transcript *t, size_t index, zkl_error *err)
{
    const zkl_transcript_record *const r = &t->records[index];
    const zkl_transcript_step before = index ? t->records[index - 1].step : ZKL_STEP_POWERS;
    if (index == 0 && r->step != ZKL_STEP_POWERS)
        return reject(err, index, r, "a ceremony begins with a contribution to the powers");
    if (r->step < before || (zkl_step_is_beacon(before) && r->step == before))
        return reject(err, index, r, "out of order: nobody contributes behind the beacon");
    if (!zkl_step_is_of_powers(r->step) && t->tier_count == 0)
        return reject(err, index, r, "the ceremony has no circuits");
    if (r->step == ZKL_STEP_KEYS_BEACON && before != ZKL_STEP_KEYS)
        return reject(err, index, r, "a beacon without a contribution before it");
    if (zkl_step_is_beacon(r->step))
        return check_beacon(t, index, err);
    if (r->round || r->source[0])
        return reject(err, index, r, "a person's contribution has no beacon's source");
    return ZKL_OK;
}

static zkl_status check_signature(const zkl_digest *before, const zkl_transcript_record *r,
                                  size_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    if (!r->is_signed)
        return ZKL_OK;
    ZKL_TRY(put_message(&message, before, r, err));
    const zkl_status status = zkl_signature_verify(
        &r->key, zkl_buffer_bytes(&message), zkl_bytes_of(r->signature, sizeof r->signature), err);
    return status == ZKL_REJECTED ? reject(err, index, r, "the signature is not of this key")
                                  : status;
}

zkl_status zkl_transcript_check(const zkl_transcript *t, zkl_error *err)
{
    zkl_digest chain;
    hash_terms(&chain, t);
    for (size_t i = 0; i < t->count; i++) {
        ZKL_TRY(check_place(t, i, err));
        ZKL_TRY(check_signature(&chain, &t->records[i], i, err));
        hash_record(&chain, &t->records[i]);
    }
    return ZKL_OK;
}

bool zkl_transcript_extends(const zkl_transcript *longer, const zkl_transcript *t)
{
    zkl_digest a, b;
    if (longer->count < t->count)
        return false;
    zkl_transcript_hash(&a, longer, t->count);
    zkl_transcript_hash(&b, t, t->count);
    return zkl_digest_equal(&a, &b);
}

zkl_status zkl_transcript_add(zkl_transcript *t, zkl_arena *arena,
                              const zkl_transcript_record *next, const zkl_signer *signer,
                              zkl_error *err)
{
    zkl_transcript longer = *t;
    if (t->count == ZKL_TRANSCRIPT_RECORDS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu contributions are there already", t->count);
    zkl_transcript_record *const all = ZKL_ARENA_NEW(arena, zkl_transcript_record, t->count + 1);
    if (!all)
        return zkl_no_memory(err, (t->count + 1) * sizeof *all);
    if (t->count)
        memcpy(all, t->records, t->count * sizeof *all);
    zkl_transcript_record *const own = &all[t->count];
    *own = *next;
    longer.records = all;
    longer.count++;
    if (signer) {
        ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
        uint8_t signature[ZKL_SIGNATURE_BYTES_MAX];
        zkl_digest before;
        size_t size = 0;
        if (signer->public_key.type != ZKL_KEY_ED25519)
            return zkl_fail(err, ZKL_USAGE, "a party signs with an Ed25519 key");
        own->is_signed = true;
        own->key = signer->public_key;
        zkl_transcript_hash(&before, t, t->count);
        ZKL_TRY(put_message(&message, &before, own, err));
        ZKL_TRY(zkl_signer_sign(signer, signature, &size, zkl_buffer_bytes(&message), err));
        ZKL_ASSERT(size == sizeof own->signature);
        memcpy(own->signature, signature, size);
    }
    if (check_place(&longer, t->count, err) != ZKL_OK)
        return zkl_wrap(err, ZKL_USAGE, "it cannot stand there");
    *t = longer;
    return ZKL_OK;
}
