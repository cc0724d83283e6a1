/* Who may sign, and what that does to the keys that count. The rules are in the header; an entry's
 * kind says which of them it is under (record/entry.h, signing and effect), so nothing here
 * switches on the kind.
 *
 *  1. Signatures are counted before they are verified: none is there that nobody looks at.
 *  2. "Unknown key" is ZKL_UNCHECKED and "known, but not here" is ZKL_REJECTED. The first may be
 *     mended by a better trust file, the second by nothing.
 *  3. An entry is judged by the keys that count at its own index, never by what it brings
 *     itself. */
#include "verify/key_rules.h"

#include <string.h>

/* Why a key does not count at index: it does at another (ZKL_REJECTED), or nobody knows it
 * (ZKL_UNCHECKED). */
static zkl_status fail_signer(const zkl_trust *trust, const zkl_digest *key_digest, uint64_t index,
                              zkl_error *err)
{
    char id[65];
    zkl_hex_encode(id, key_digest->bytes, 32);
    for (size_t i = 0; i < trust->signer_count; i++) {
        zkl_digest digest;
        zkl_public_key_digest(&digest, &trust->signers[i].key);
        if (zkl_digest_equal(&digest, key_digest))
            return zkl_fail(err, ZKL_REJECTED, "signer key %s does not count at index %llu", id,
                            (unsigned long long)index);
    }
    return zkl_fail(err, ZKL_UNCHECKED, "signer key %s is not known", id);
}

/* The signature at this place, by the signer whose digest it names and who counts at index. */
static zkl_status verify_by_signer(const zkl_dsse *dsse, size_t at, const zkl_trust *trust,
                                   uint64_t index, zkl_error *err)
{
    const zkl_digest *digest = &dsse->signatures[at].key_digest;
    ZKL_ASSERT(at < dsse->signature_count);
    const zkl_trusted_signer *signer = zkl_trust_signer_at(trust, digest, index);
    return signer ? zkl_dsse_verify(dsse, &signer->key, err)
                  : fail_signer(trust, digest, index, err);
}

/* A signature by the log key that counts at index, whichever of the envelope's it is. */
static zkl_status verify_by_log_key(const zkl_dsse *dsse, const zkl_trust *trust, uint64_t index,
                                    zkl_error *err)
{
    const zkl_trusted_log_key *log_key = zkl_trust_log_key_at(trust, index);
    if (!log_key)
        return zkl_fail(err, ZKL_UNCHECKED, "no log key is known for index %llu",
                        (unsigned long long)index);
    return zkl_dsse_verify(dsse, &log_key->key.public_key, err);
}

/* Is this digest that of the log key that counts at index? Log keys stand in a trust as verifier
 * keys, envelopes name DER digests. */
static bool is_current_log_key(const zkl_trust *trust, uint64_t index, const zkl_digest *digest)
{
    const zkl_trusted_log_key *log_key = zkl_trust_log_key_at(trust, index);
    zkl_digest own;
    if (!log_key)
        return false;
    zkl_public_key_digest(&own, &log_key->key.public_key);
    return zkl_digest_equal(&own, digest);
}

/* Exactly as many: one too many would be a signature that no rule asks for. */
static zkl_status check_count(const zkl_dsse *dsse, size_t want, zkl_error *err)
{
    ZKL_ASSERT(want >= 1 && want <= ZKL_DSSE_SIGNATURES_MAX);
    if (dsse->signature_count != want)
        return zkl_fail(err, ZKL_REJECTED, "the entry has %zu signatures, not %zu",
                        dsse->signature_count, want);
    return ZKL_OK;
}

/* By the new key, and by the key it replaces (a signer put in anew: by the log key). Two keys, and
 * so two signatures, of which each is verified: were the new key the other one as well, the second
 * signature would be read by nobody. */
static zkl_status check_key_entry(const zkl_entry_keys *e, const zkl_dsse *dsse,
                                  const zkl_trust *trust, uint64_t index, zkl_error *err)
{
    ZKL_ASSERT(e != NULL); /* only a kind with keys is signed by two of them */
    const bool by_log_key = e->role == ZKL_ROLE_LOG || zkl_digest_is_zero(&e->replaces);
    zkl_digest own;
    ZKL_TRY(check_count(dsse, 2, err));
    if (e->succeeds.note.size && index != 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "entry %llu names a log that is succeeded, which only entry 0 may",
                        (unsigned long long)index);
    ZKL_TRY(zkl_dsse_verify(dsse, &e->key, err));
    zkl_public_key_digest(&own, &e->key);
    if (zkl_digest_equal(&own, &e->replaces))
        return zkl_fail(err, ZKL_REJECTED, "the new key replaces itself");
    if (is_current_log_key(trust, index, &own))
        return zkl_fail(err, ZKL_REJECTED, "the new key is the log key");
    if (e->role == ZKL_ROLE_LOG && !is_current_log_key(trust, index, &e->replaces))
        return zkl_fail(err, ZKL_UNCHECKED,
                        "the key that is replaced is not the log key known for index %llu",
                        (unsigned long long)index);
    if (by_log_key)
        return verify_by_log_key(dsse, trust, index, err);
    const size_t other = zkl_digest_equal(&dsse->signatures[0].key_digest, &own) ? 1 : 0;
    if (!zkl_digest_equal(&dsse->signatures[other].key_digest, &e->replaces))
        return zkl_fail(err, ZKL_REJECTED, "the key that is replaced has not signed");
    return verify_by_signer(dsse, other, trust, index, err);
}

zkl_status zkl_entry_check_signatures(const zkl_entry *entry, const zkl_dsse *dsse,
                                      const zkl_trust *trust, uint64_t index, zkl_digest *signer,
                                      zkl_error *err)
{
    zkl_trust_invariant(trust);
    switch (zkl_entry_facts_of(entry->kind)->signing) {
    case ZKL_SIGNED_BY_SIGNER:
        ZKL_TRY(check_count(dsse, 1, err));
        ZKL_TRY(verify_by_signer(dsse, 0, trust, index, err));
        break;
    case ZKL_SIGNED_BY_NEW_AND_OLD_KEY:
        ZKL_TRY(check_key_entry(zkl_entry_as_keys(entry), dsse, trust, index, err));
        break;
    case ZKL_SIGNED_BY_LOG_KEY:
        ZKL_TRY(check_count(dsse, 1, err));
        ZKL_TRY(verify_by_log_key(dsse, trust, index, err));
        break;
    }
    if (signer)
        *signer = dsse->signatures[0].key_digest;
    return ZKL_OK;
}

/* ---- What an entry changes. Applying it to a trust that knows it already changes nothing. */

/* End the signer with this digest behind index. Returns the end that was known before: OPEN when
 * none was. What a trust file lists of the same key from a later index on goes with it: a key that
 * has ended does not come back. */
static uint64_t end_signer(zkl_trust *trust, const zkl_digest *key_digest, uint64_t index)
{
    uint64_t known = ZKL_TRUST_OPEN;
    size_t kept = 0;
    for (size_t i = 0; i < trust->signer_count; i++) {
        zkl_digest digest;
        zkl_trusted_signer s = trust->signers[i];
        zkl_public_key_digest(&digest, &s.key);
        if (zkl_digest_equal(&digest, key_digest)) {
            if (s.from > index)
                continue;
            if (s.until > index) {
                known = s.until;
                s.until = index + 1;
            }
        }
        trust->signers[kept++] = s;
    }
    ZKL_ASSERT(kept <= trust->signer_count);
    trust->signer_count = kept;
    return known;
}

/* What the trust says of the key that the entry at an index puts in. A key may be listed more than
 * once, in any order. */
typedef struct listed_key {
    bool before; /* it counted, or counts, at the index or below */
    bool next;   /* it counts from the next index on: the rotation is known */
    bool later;  /* it counts from a later index on */
} listed_key;

/* Sort the span that begins at `from` by where that is from the entry's index. */
static void note_listed(listed_key *listed, uint64_t from, uint64_t index)
{
    if (from <= index)
        listed->before = true;
    else if (from == index + 1)
        listed->next = true;
    else
        listed->later = true;
}

/* A key that takes another's place counts no longer than that one was known to: an end in a trust
 * file is the auditor's word, and a rotation below it does not undo it. A rotation that the file
 * knows lists the new key itself, perhaps from a later index on than the log does: then it counts
 * from there. */
static zkl_status apply_signer(zkl_trust *trust, const zkl_entry_keys *e, uint64_t index,
                               zkl_error *err)
{
    listed_key listed = { 0 };
    for (size_t i = 0; i < trust->signer_count; i++)
        if (zkl_public_key_equal(&trust->signers[i].key, &e->key))
            note_listed(&listed, trust->signers[i].from, index);
    if (listed.before)
        return zkl_fail(err, ZKL_REJECTED, "the new signer key at index %llu was a signer before",
                        (unsigned long long)index);
    const uint64_t until =
        zkl_digest_is_zero(&e->replaces) ? ZKL_TRUST_OPEN : end_signer(trust, &e->replaces, index);
    if (!listed.next && !listed.later && until > index + 1) /* a listed one keeps its span */
        trust->signers[trust->signer_count++] =
            (zkl_trusted_signer){ .key = e->key, .from = index + 1, .until = until };
    return ZKL_OK;
}

/* The same for log keys, of which one counts at a time: the new one begins where the old one ends.
 * A change that a trust file knows at another index contradicts the log. */
static zkl_status apply_log_key(zkl_trust *trust, const zkl_entry_keys *e, uint64_t index,
                                zkl_error *err)
{
    zkl_verifier_key key;
    zkl_trusted_log_key *ends = NULL;
    listed_key listed = { 0 };
    uint64_t later = ZKL_TRUST_OPEN; /* from when the next log key counts that is known */
    ZKL_TRY(zkl_verifier_key_init(&key, ZKL_NOTE_ED25519, trust->first_log_key.name, &e->key, err));
    for (size_t i = 0; i < trust->log_key_count; i++) {
        zkl_trusted_log_key *k = &trust->log_keys[i];
        if (zkl_verifier_key_equal(&k->key, &key))
            note_listed(&listed, k->from, index);
        if (k->from > index && k->from < later)
            later = k->from;
        if (k->from <= index && index < k->until)
            ends = k;
    }
    if (listed.before)
        return zkl_fail(err, ZKL_REJECTED, "the new log key at index %llu was the log key before",
                        (unsigned long long)index);
    if (!listed.next && later != ZKL_TRUST_OPEN)
        return zkl_fail(err, ZKL_REJECTED,
                        "the log key changes here, and is known to change at %llu",
                        (unsigned long long)later - 1);
    const uint64_t until = ends ? ends->until : ZKL_TRUST_OPEN;
    if (ends)
        ends->until = index + 1;
    ZKL_ASSERT(!ends || (ends->from < ends->until && ends->until <= until));
    if (!listed.next && until > index + 1)
        trust->log_keys[trust->log_key_count++] =
            (zkl_trusted_log_key){ .key = key, .from = index + 1, .until = until };
    return ZKL_OK;
}

zkl_status zkl_trust_apply(zkl_trust *trust, const zkl_entry *entry, uint64_t index, zkl_error *err)
{
    /* Whatever begins or ends a key has keys: the kinds' tables are tested for it. */
    const zkl_entry_keys *keys = zkl_entry_as_keys(entry);
    zkl_digest digest;
    ZKL_ASSERT(keys || zkl_entry_facts_of(entry->kind)->effect == ZKL_KEYS_STAY);
    ZKL_ASSERT(index < ZKL_TRUST_OPEN); /* so that index + 1 is an index */
    zkl_trust_invariant(trust);
    switch (zkl_entry_facts_of(entry->kind)->effect) {
    case ZKL_KEYS_STAY:
        return ZKL_OK;
    case ZKL_KEY_BEGINS:
        return keys->role == ZKL_ROLE_LOG ? apply_log_key(trust, keys, index, err)
                                          : apply_signer(trust, keys, index, err);
    case ZKL_KEY_ENDS:
        zkl_public_key_digest(&digest, &keys->key);
        (void)end_signer(trust, &digest, index); /* nothing takes its place */
        return ZKL_OK;
    }
    return ZKL_OK;
}
