/* What is trusted, as bytes and in memory: which log, which keys for which entries, witnesses,
 * powers and circuits.
 *
 *  1. Keys count for spans [from, until) of log indexes. At every index at most one log key counts.
 *  2. The ledger's id follows from the first log key, so a trust is of one log by its form alone.
 *  3. A key may be listed more than once, with spans apart: its owner may have lost and regained it
 *     by an auditor's word.
 *
 * What an entry of the log does to a trust is in src/verify/key_rules.c. A trust file as people
 * write it is in src/ledger/trust_toml.c; it comes out as the same struct, and goes through the
 * same check. */
#include "record/trust.h"

#include <string.h>

#include "hash/trailing_hash.h"
#include "record/timestamp.h"
#include "text/lines.h"
#include "text/shown.h"

#define TRUST_MAGIC "zkl/trst"
/* 1 said nothing of how the powers were made, 2 named no clocks and no parties. */
#define TRUST_VERSION 3

/* More than ZKL_TRUST_KEYS_MAX keys are no fault here: key entries may add some to a full file. */
void zkl_trust_invariant(const zkl_trust *t)
{
    ZKL_ASSERT((t->log_keys || !t->log_key_count) && (t->signers || !t->signer_count));
    ZKL_ASSERT((t->witnesses || !t->witness_count) && (t->circuits || !t->circuit_count));
    ZKL_ASSERT(t->quorum <= t->witness_count);
    ZKL_ASSERT(t->tsas || !t->tsa_count);
    ZKL_ASSERT(t->party_count == 0 || (t->parties && t->has_ceremony));
    for (size_t i = 0; i < t->log_key_count; i++)
        ZKL_ASSERT(t->log_keys[i].from < t->log_keys[i].until);
    for (size_t i = 0; i < t->signer_count; i++)
        ZKL_ASSERT(t->signers[i].from < t->signers[i].until);
}

/* Half-open spans: [0, 5) and [5, 9) have no index in common. */
static bool overlap(uint64_t from_a, uint64_t until_a, uint64_t from_b, uint64_t until_b)
{
    return from_a < until_b && from_b < until_a;
}

/* At least one: without a log key there is no ledger's id. All are of the same log and of Ed25519,
 * and at every index at most one counts, so that a checkpoint has one key that it must be signed
 * by. */
static zkl_status check_log_keys(const zkl_trust *t, zkl_error *err)
{
    if (!t->log_key_count || t->log_key_count > ZKL_TRUST_KEYS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "trust: %zu log keys, 1 to %d", t->log_key_count,
                        ZKL_TRUST_KEYS_MAX);
    if (zkl_verifier_key_cosigns(&t->first_log_key))
        return zkl_fail(err, ZKL_BAD_INPUT, "trust: the first log key is not an Ed25519 key");
    for (size_t i = 0; i < t->log_key_count; i++) {
        const zkl_trusted_log_key *key = &t->log_keys[i];
        if (key->from >= key->until)
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: log key %zu counts for no index", i);
        if (zkl_verifier_key_cosigns(&key->key))
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: log key %zu is a witness's", i);
        if (strcmp(key->key.name, t->first_log_key.name) != 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: log key %zu is of another log, '%s'", i,
                            key->key.name);
        for (size_t j = 0; j < i; j++)
            if (overlap(key->from, key->until, t->log_keys[j].from, t->log_keys[j].until))
                return zkl_fail(err, ZKL_BAD_INPUT,
                                "trust: log keys %zu and %zu count for the same index", j, i);
    }
    return ZKL_OK;
}

/* There may be none: key entries that the log key signs put signers in. Two may count at one index,
 * but one key may not be listed for an index twice: its end would stand in two places. */
static zkl_status check_signers(const zkl_trust *t, zkl_error *err)
{
    if (t->signer_count > ZKL_TRUST_KEYS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "trust: %zu signers, at most %d", t->signer_count,
                        ZKL_TRUST_KEYS_MAX);
    for (size_t i = 0; i < t->signer_count; i++) {
        const zkl_trusted_signer *s = &t->signers[i];
        if (s->from >= s->until)
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: signer %zu counts for no index", i);
        for (size_t j = 0; j < i; j++)
            if (zkl_public_key_equal(&s->key, &t->signers[j].key) &&
                overlap(s->from, s->until, t->signers[j].from, t->signers[j].until))
                return zkl_fail(err, ZKL_BAD_INPUT,
                                "trust: signers %zu and %zu are one key at one index", j, i);
    }
    return ZKL_OK;
}

/* A line of a note names its key by name and four bytes of a hash. Two keys that differ must not
 * look the same there. */
static zkl_status check_note_lines(const zkl_trust *t, zkl_error *err)
{
    const size_t count = t->log_key_count + t->witness_count;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const zkl_verifier_key *a = i < t->log_key_count ? &t->log_keys[i].key
                                                             : &t->witnesses[i - t->log_key_count],
                                   *b = j < t->log_key_count ? &t->log_keys[j].key
                                                             : &t->witnesses[j - t->log_key_count];
            if (strcmp(a->name, b->name) == 0 &&
                memcmp(a->key_hash, b->key_hash, sizeof a->key_hash) == 0 &&
                !zkl_verifier_key_equal(a, b))
                return zkl_fail(err, ZKL_BAD_INPUT,
                                "trust: two keys of '%s' differ and have one key hash", a->name);
        }
    return ZKL_OK;
}

/* A name is printed in a verdict, so it is a text. It says which clock it was, so no two are the
 * same. */
static zkl_status check_tsas(const zkl_trust *t, zkl_error *err)
{
    if (t->tsa_count > ZKL_TRUST_TSAS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "trust: %zu timestamp authorities, at most %d",
                        t->tsa_count, ZKL_TRUST_TSAS_MAX);
    for (size_t i = 0; i < t->tsa_count; i++) {
        const zkl_trusted_tsa *tsa = &t->tsas[i];
        if (!tsa->name.size || tsa->name.size > ZKL_TRUST_TSA_NAME_BYTES_MAX ||
            !zkl_text_valid(tsa->name) || zkl_has_hidden(tsa->name))
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: timestamp authority %zu has no name", i);
        const zkl_status status = zkl_tsa_certificate_check(tsa->certificate, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "trust: timestamp authority %zu", i);
        for (size_t j = 0; j < i; j++)
            if (zkl_bytes_equal(tsa->name, t->tsas[j].name) ||
                zkl_bytes_equal(tsa->certificate, t->tsas[j].certificate))
                return zkl_fail(err, ZKL_BAD_INPUT, "trust: timestamp authority %zu stands twice",
                                i);
    }
    return ZKL_OK;
}

/* Printable ASCII: a party's name goes to terminals. */
static bool is_party_name(const char *name)
{
    size_t size = 0;
    for (; name[size]; size++)
        if (name[size] < 0x20 || name[size] > 0x7e)
            return false;
    return size > 0 && size <= ZKL_TRUST_PARTY_NAME_BYTES_MAX;
}

static zkl_status check_parties(const zkl_trust *t, zkl_error *err)
{
    if (t->party_count > ZKL_TRUST_KEYS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "trust: %zu parties, at most %d", t->party_count,
                        ZKL_TRUST_KEYS_MAX);
    if (t->party_count && !t->has_ceremony)
        return zkl_fail(err, ZKL_BAD_INPUT, "trust: parties of no ceremony");
    for (size_t i = 0; i < t->party_count; i++) {
        const zkl_trusted_party *p = &t->parties[i];
        if (!is_party_name(p->name))
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: party %zu has no printable name", i);
        if (!p->to_powers && !p->to_keys)
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: party '%s' contributed to nothing",
                            p->name);
        for (size_t j = 0; j < i; j++)
            if (zkl_public_key_equal(&p->key, &t->parties[j].key))
                return zkl_fail(err, ZKL_BAD_INPUT, "trust: parties '%s' and '%s' are one key",
                                t->parties[j].name, p->name);
    }
    return ZKL_OK;
}

bool zkl_trust_names_parties(const zkl_trust *trust)
{
    bool to_powers = false, to_keys = false;
    ZKL_ASSERT(trust->parties || !trust->party_count);
    for (size_t i = 0; i < trust->party_count; i++) {
        to_powers = to_powers || trust->parties[i].to_powers;
        to_keys = to_keys || trust->parties[i].to_keys;
    }
    return to_powers && to_keys;
}

/* The order is that of the file: log keys, signers, witnesses, circuits. The ledger's id comes
 * last, since it follows from a first log key that is one. */
zkl_status zkl_trust_check(zkl_trust *t, zkl_error *err)
{
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    ZKL_TRY(check_log_keys(t, err));
    ZKL_TRY(check_signers(t, err));
    if (t->witness_count > ZKL_TRUST_WITNESSES_MAX || t->quorum > t->witness_count)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "trust: a quorum of %zu among %zu witnesses, at most %d", t->quorum,
                        t->witness_count, ZKL_TRUST_WITNESSES_MAX);
    for (size_t i = 0; i < t->witness_count; i++) {
        if (!zkl_verifier_key_cosigns(&t->witnesses[i]))
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "trust: witness %zu has no cosignature key (type 4 or 6)", i);
        for (size_t j = 0; j < i; j++) /* one key is one witness, whatever its names */
            if (zkl_public_key_equal(&t->witnesses[i].public_key, &t->witnesses[j].public_key))
                return zkl_fail(err, ZKL_BAD_INPUT, "trust: witness %zu stands twice", i);
    }
    ZKL_TRY(check_note_lines(t, err));
    if (t->circuit_count > ZKL_MANIFEST_CIRCUITS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "trust: %zu circuits, at most %d", t->circuit_count,
                        ZKL_MANIFEST_CIRCUITS_MAX);
    for (size_t i = 0; i < t->circuit_count; i++) {
        if (!zkl_circuit_name_valid(zkl_bytes_of_text(t->circuits[i].name)))
            return zkl_fail(err, ZKL_BAD_INPUT, "trust: '%s' is no circuit's name",
                            t->circuits[i].name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(t->circuits[i].name, t->circuits[j].name) == 0)
                return zkl_fail(err, ZKL_BAD_INPUT, "trust: circuit '%s' stands twice",
                                t->circuits[i].name);
    }
    ZKL_TRY(check_tsas(t, err));
    ZKL_TRY(check_parties(t, err));
    zkl_verifier_key_encode(text, &t->first_log_key);
    zkl_ledger_id(&t->ledger, zkl_bytes_of_text(text));
    zkl_trust_invariant(t);
    return ZKL_OK;
}

/* ---- Binary form: docs/formats has it in bytes. Lists stand with their number in front, and the
 * trailing hash is of everything before it: it finds a file that was cut or spoiled on its way. It
 * is no signature; whoever can change a trust file can change the hash. */

/* As text, the form in which people compare keys. */
static void put_verifier_key(zkl_buffer *out, const zkl_verifier_key *key)
{
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(text, key);
    zkl_buffer_put_field(out, text, strlen(text));
}

/* u8 flag and the transcript's hash, then the parties: what each contributed to is 1 powers + 2
 * keys. */
static void put_ceremony(zkl_buffer *out, const zkl_trust *trust)
{
    zkl_buffer_put_u8(out, trust->has_ceremony);
    if (trust->has_ceremony)
        zkl_buffer_put(out, trust->ceremony.bytes, 32);
    zkl_buffer_put_u32(out, (uint32_t)trust->party_count);
    for (size_t i = 0; i < trust->party_count; i++) {
        const zkl_trusted_party *p = &trust->parties[i];
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        zkl_buffer_put_field(out, p->name, strlen(p->name));
        zkl_buffer_put_field(out, der, zkl_public_key_der(der, &p->key));
        zkl_buffer_put_u8(out, (uint8_t)(p->to_powers + 2 * p->to_keys));
    }
}

zkl_status zkl_trust_encode(zkl_buffer *out, const zkl_trust *trust, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_trust checked = *trust;
    ZKL_TRY(zkl_trust_check(&checked, err));
    zkl_buffer_put_text(&b, TRUST_MAGIC);
    zkl_buffer_put_u32(&b, TRUST_VERSION);
    put_verifier_key(&b, &trust->first_log_key);
    zkl_buffer_put_u32(&b, (uint32_t)trust->log_key_count);
    for (size_t i = 0; i < trust->log_key_count; i++) {
        put_verifier_key(&b, &trust->log_keys[i].key);
        zkl_buffer_put_u64(&b, trust->log_keys[i].from);
        zkl_buffer_put_u64(&b, trust->log_keys[i].until);
    }
    zkl_buffer_put_u32(&b, (uint32_t)trust->signer_count);
    for (size_t i = 0; i < trust->signer_count; i++) {
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        zkl_buffer_put_field(&b, der, zkl_public_key_der(der, &trust->signers[i].key));
        zkl_buffer_put_u64(&b, trust->signers[i].from);
        zkl_buffer_put_u64(&b, trust->signers[i].until);
    }
    zkl_buffer_put_u32(&b, (uint32_t)trust->quorum);
    zkl_buffer_put_u32(&b, (uint32_t)trust->witness_count);
    for (size_t i = 0; i < trust->witness_count; i++)
        put_verifier_key(&b, &trust->witnesses[i]);
    zkl_buffer_put(&b, trust->powers_hash.bytes, 32);
    zkl_buffer_put_u8(&b, trust->powers_of_ceremony);
    zkl_buffer_put_u32(&b, (uint32_t)trust->circuit_count);
    for (size_t i = 0; i < trust->circuit_count; i++) {
        zkl_buffer_put_field(&b, trust->circuits[i].name, strlen(trust->circuits[i].name));
        zkl_buffer_put(&b, trust->circuits[i].key_hash.bytes, 32);
    }
    zkl_buffer_put_u8(&b, trust->development);
    zkl_buffer_put_u32(&b, (uint32_t)trust->tsa_count);
    for (size_t i = 0; i < trust->tsa_count; i++) {
        zkl_buffer_put_field(&b, trust->tsas[i].name.data, trust->tsas[i].name.size);
        zkl_buffer_put_field(&b, trust->tsas[i].certificate.data, trust->tsas[i].certificate.size);
    }
    put_ceremony(&b, trust);
    zkl_trailing_hash_put(&b, 0);
    ZKL_TRY(zkl_buffer_status(&b, err));
    if (b.size > ZKL_TRUST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "trust: %zu bytes, at most %zu", b.size,
                        ZKL_TRUST_BYTES_MAX);
    zkl_buffer_put(out, b.data, b.size);
    return zkl_buffer_status(out, err);
}

/* ---- Parsing. A key that is none is the reader's fault at that place, as any other bad bytes. */

static void read_verifier_key(zkl_verifier_key *out, zkl_reader *reader, const char *what)
{
    const zkl_bytes text = zkl_reader_field(reader, ZKL_VERIFIER_KEY_CHARS_MAX, what);
    if (!reader->fault && zkl_verifier_key_parse(out, text, NULL) != ZKL_OK)
        zkl_reader_fault(reader, what);
}

/* The least bytes that a key and its span take bound the number before anything is allocated. */
static zkl_status read_log_keys(zkl_trust *t, zkl_arena *arena, zkl_reader *reader, zkl_error *err)
{
    t->log_key_count = zkl_reader_count(reader, ZKL_TRUST_KEYS_MAX, 4 + 16, "number of log keys");
    t->log_keys = ZKL_ARENA_NEW(arena, zkl_trusted_log_key, t->log_key_count);
    if (!t->log_keys)
        return zkl_no_memory(err, t->log_key_count * sizeof *t->log_keys);
    for (size_t i = 0; i < t->log_key_count; i++) {
        read_verifier_key(&t->log_keys[i].key, reader, "log key");
        t->log_keys[i].from = zkl_reader_u64(reader, "log key's first index");
        t->log_keys[i].until = zkl_reader_u64(reader, "log key's last index");
    }
    return ZKL_OK;
}

static zkl_status read_signers(zkl_trust *t, zkl_arena *arena, zkl_reader *reader, zkl_error *err)
{
    t->signer_count = zkl_reader_count(reader, ZKL_TRUST_KEYS_MAX, 4 + 16, "number of signers");
    t->signers = ZKL_ARENA_NEW(arena, zkl_trusted_signer, t->signer_count);
    if (!t->signers)
        return zkl_no_memory(err, t->signer_count * sizeof *t->signers);
    for (size_t i = 0; i < t->signer_count; i++) {
        const zkl_bytes der = zkl_reader_field(reader, ZKL_PUBLIC_KEY_DER_BYTES_MAX, "signer");
        if (!reader->fault && zkl_public_key_parse_der(&t->signers[i].key, der, NULL) != ZKL_OK)
            zkl_reader_fault(reader, "signer");
        t->signers[i].from = zkl_reader_u64(reader, "signer's first index");
        t->signers[i].until = zkl_reader_u64(reader, "signer's last index");
    }
    return ZKL_OK;
}

/* 0 or 1: another byte would be a second spelling of the same trust. */
static bool read_flag(zkl_reader *reader, const char *what)
{
    const uint8_t flag = zkl_reader_u8(reader, what);
    if (flag > 1)
        zkl_reader_fault(reader, what);
    return flag == 1;
}

/* What is trusted besides keys: witnesses and how many of them must sign, powers, circuits. A
 * record of version 1 says nothing of how the powers were made, and so counts as one that says
 * "development". */
static zkl_status read_policy(zkl_trust *t, zkl_arena *arena, zkl_reader *reader, uint32_t version,
                              zkl_error *err)
{
    t->quorum = zkl_reader_u32(reader, "quorum");
    t->witness_count = zkl_reader_count(reader, ZKL_TRUST_WITNESSES_MAX, 4, "number of witnesses");
    t->witnesses = ZKL_ARENA_NEW(arena, zkl_verifier_key, t->witness_count);
    if (!t->witnesses)
        return zkl_no_memory(err, t->witness_count * sizeof *t->witnesses);
    for (size_t i = 0; i < t->witness_count; i++)
        read_verifier_key(&t->witnesses[i], reader, "witness");
    zkl_reader_copy(reader, &t->powers_hash, sizeof(zkl_digest), "powers hash");
    if (version > 1)
        t->powers_of_ceremony = read_flag(reader, "how the powers were made");
    t->circuit_count =
        zkl_reader_count(reader, ZKL_MANIFEST_CIRCUITS_MAX, 4 + 32, "number of circuits");
    t->circuits = ZKL_ARENA_NEW(arena, zkl_circuit_id, t->circuit_count);
    if (!t->circuits)
        return zkl_no_memory(err, t->circuit_count * sizeof *t->circuits);
    for (size_t i = 0; i < t->circuit_count; i++) {
        const zkl_bytes name = zkl_reader_field(reader, ZKL_CIRCUIT_NAME_BYTES_MAX, "circuit");
        if (!zkl_circuit_name_valid(name))
            zkl_reader_fault(reader, "circuit");
        else
            memcpy(t->circuits[i].name, name.data, name.size);
        zkl_reader_copy(reader, &t->circuits[i].key_hash, sizeof(zkl_digest), "circuit's key hash");
    }
    t->development = read_flag(reader, "development");
    return ZKL_OK;
}

/* What the certificates are is checked with the whole. */
static zkl_status read_tsas(zkl_trust *t, zkl_arena *arena, zkl_reader *reader, zkl_error *err)
{
    t->tsa_count =
        zkl_reader_count(reader, ZKL_TRUST_TSAS_MAX, 4 + 4, "number of timestamp authorities");
    t->tsas = ZKL_ARENA_NEW(arena, zkl_trusted_tsa, t->tsa_count);
    if (!t->tsas)
        return zkl_no_memory(err, t->tsa_count * sizeof *t->tsas);
    for (size_t i = 0; i < t->tsa_count; i++) {
        t->tsas[i].name =
            zkl_reader_field(reader, ZKL_TRUST_TSA_NAME_BYTES_MAX, "timestamp authority");
        t->tsas[i].certificate =
            zkl_reader_field(reader, ZKL_TSA_CERTIFICATE_BYTES_MAX, "certificate");
    }
    return ZKL_OK;
}

/* A record before version 3 names nobody. */
static zkl_status read_ceremony(zkl_trust *t, zkl_arena *arena, zkl_reader *reader,
                                uint32_t version, zkl_error *err)
{
    if (version > 2) {
        t->has_ceremony = read_flag(reader, "ceremony");
        if (t->has_ceremony)
            zkl_reader_copy(reader, &t->ceremony, sizeof t->ceremony, "ceremony's transcript");
        t->party_count =
            zkl_reader_count(reader, ZKL_TRUST_KEYS_MAX, 4 + 4 + 1, "number of parties");
    }
    t->parties = ZKL_ARENA_NEW(arena, zkl_trusted_party, t->party_count);
    if (!t->parties)
        return zkl_no_memory(err, t->party_count * sizeof *t->parties);
    for (size_t i = 0; i < t->party_count; i++) {
        zkl_trusted_party *const p = &t->parties[i];
        const zkl_bytes name =
            zkl_reader_field(reader, ZKL_TRUST_PARTY_NAME_BYTES_MAX, "party's name");
        const zkl_bytes der = zkl_reader_field(reader, ZKL_PUBLIC_KEY_DER_BYTES_MAX, "party's key");
        const uint8_t to = zkl_reader_u8(reader, "what a party contributed to");
        if (name.size)
            memcpy(p->name, name.data, name.size);
        if (strlen(p->name) != name.size || to > 3 ||
            (!reader->fault && zkl_public_key_parse_der(&p->key, der, NULL) != ZKL_OK))
            zkl_reader_fault(reader, "party");
        p->to_powers = to & 1;
        p->to_keys = to & 2;
    }
    return ZKL_OK;
}

zkl_status zkl_trust_decode(zkl_trust *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_trust t = { 0 };
    if (bytes.size > ZKL_TRUST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "trust: %zu bytes, at most %zu", bytes.size,
                        ZKL_TRUST_BYTES_MAX);
    if (bytes.size < ZKL_TRAILING_HASH_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "trust: cut off");
    zkl_reader reader = zkl_trailing_hash_reader(bytes);
    const bool is_trust = zkl_bytes_equal_text(zkl_reader_take(&reader, 8, "magic"), TRUST_MAGIC);
    const uint32_t version = zkl_reader_u32(&reader, "version");
    if (!is_trust || version < 1 || version > TRUST_VERSION)
        return zkl_fail(err, ZKL_BAD_INPUT, "trust: not a trust record of version 1 to %d",
                        TRUST_VERSION);
    ZKL_TRY(zkl_trailing_hash_check(bytes, "trust", err));
    read_verifier_key(&t.first_log_key, &reader, "first log key");
    ZKL_TRY(read_log_keys(&t, arena, &reader, err));
    ZKL_TRY(read_signers(&t, arena, &reader, err));
    ZKL_TRY(read_policy(&t, arena, &reader, version, err));
    if (version > 2)
        ZKL_TRY(read_tsas(&t, arena, &reader, err));
    ZKL_TRY(read_ceremony(&t, arena, &reader, version, err));
    ZKL_TRY(zkl_reader_finish(&reader, "trust", err));
    ZKL_TRY(zkl_trust_check(&t, err));
    *out = t;
    return ZKL_OK;
}

/* A list with room for more than it has, so that key entries can be applied without another
 * allocation. */
static void *copy_items(zkl_arena *arena, const void *items, size_t count, size_t room, size_t size)
{
    uint8_t *copy = zkl_arena_alloc(arena, room, size);
    ZKL_ASSERT(count <= room && (items || !count));
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

/* With what they point to: a trust outlives the bytes that it was read from. */
static zkl_status copy_tsas(zkl_trust *t, zkl_arena *arena, zkl_error *err)
{
    t->tsas = copy_items(arena, t->tsas, t->tsa_count, t->tsa_count, sizeof *t->tsas);
    if (!t->tsas)
        return zkl_no_memory(err, t->tsa_count * sizeof *t->tsas);
    for (size_t i = 0; i < t->tsa_count; i++) {
        zkl_bytes *const parts[] = { &t->tsas[i].name, &t->tsas[i].certificate };
        for (size_t j = 0; j < ZKL_COUNT(parts); j++) {
            parts[j]->data = zkl_arena_copy(arena, parts[j]->data, parts[j]->size);
            if (!parts[j]->data)
                return zkl_no_memory(err, parts[j]->size);
        }
    }
    return ZKL_OK;
}

zkl_status zkl_trust_copy(zkl_trust *out, zkl_arena *arena, const zkl_trust *trust, size_t extra,
                          zkl_error *err)
{
    zkl_trust t = *trust;
    zkl_trust_invariant(trust);
    t.log_keys =
        copy_items(arena, t.log_keys, t.log_key_count, t.log_key_count + extra, sizeof *t.log_keys);
    t.signers =
        copy_items(arena, t.signers, t.signer_count, t.signer_count + extra, sizeof *t.signers);
    t.witnesses =
        copy_items(arena, t.witnesses, t.witness_count, t.witness_count, sizeof *t.witnesses);
    t.circuits =
        copy_items(arena, t.circuits, t.circuit_count, t.circuit_count, sizeof *t.circuits);
    t.parties = copy_items(arena, t.parties, t.party_count, t.party_count, sizeof *t.parties);
    if (!t.log_keys || !t.signers || !t.witnesses || !t.circuits || !t.parties)
        return zkl_no_memory(err, sizeof t);
    ZKL_TRY(copy_tsas(&t, arena, err));
    *out = t;
    return ZKL_OK;
}

/* By digest, for that is what an envelope names. Lists are short (ZKL_TRUST_KEYS_MAX), and this is
 * asked once an entry. */
const zkl_trusted_signer *zkl_trust_signer_at(const zkl_trust *trust, const zkl_digest *key_digest,
                                              uint64_t index)
{
    for (size_t i = 0; i < trust->signer_count; i++) {
        zkl_digest digest;
        const zkl_trusted_signer *s = &trust->signers[i];
        if (index < s->from || index >= s->until)
            continue;
        zkl_public_key_digest(&digest, &s->key);
        if (zkl_digest_equal(&digest, key_digest))
            return s;
    }
    return NULL;
}

/* The one that counts at index, or none: spans of log keys have no index in common. */
const zkl_trusted_log_key *zkl_trust_log_key_at(const zkl_trust *trust, uint64_t index)
{
    for (size_t i = 0; i < trust->log_key_count; i++)
        if (index >= trust->log_keys[i].from && index < trust->log_keys[i].until)
            return &trust->log_keys[i];
    return NULL;
}
