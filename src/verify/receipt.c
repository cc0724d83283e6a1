/* A receipt against what is trusted. The checks stand in the order in which they are made; each
 * failure names its own.
 *
 *  1. What is cheap and says most comes first: form, whose log, signatures, inclusion. Points and
 *     pairings are computed only under keys that count.
 *  2. Every part of a receipt is used by a check or refused. A part that nothing reads could be
 *     changed by anybody, and people would take it for verified.
 *  3. A receipt cannot trip an assertion: they say what an earlier check established. */
#include "verify/receipt.h"

#include <string.h>

#include "hash/domains.h"
#include "verify/tsa.h"
#include "verify/disclosure.h"
#include "verify/key_rules.h"

typedef struct receipt_check {
    zkl_products *products; /* where pairings wait; NULL: judged here */
    zkl_bytes shown;        /* a disclosure's body; size 0: a receipt alone */
    zkl_disclosure disclosure;
    zkl_receipt receipt;
    zkl_trust trust; /* a copy that grows by the receipt's key entries */
    zkl_entry entry, *others;
    zkl_dsse *dsse;              /* of entry, then of others */
    const zkl_entry **notarised; /* a proof's parents, in its order; none: it is a notarisation */
    zkl_digest leaf, *other_leaves, signer;
    zkl_checkpoint checkpoint;
    const zkl_trusted_log_key *log_key;
    const char **witnesses;
    uint64_t *witness_times_s;
    size_t witness_count, unknown_line_count, unchecked_line_count;
    zkl_stamped *timestamps;
    size_t timestamp_count;
    zkl_verified verified;
    const zkl_env *env;
    zkl_arena *arena;
    zkl_error *err;
} receipt_check;

/* 1. Form: every entry opens, and is of the kinds that belong here. */
static zkl_status check_form(receipt_check *c)
{
    const size_t count = c->receipt.other_count;
    c->others = ZKL_ARENA_NEW(c->arena, zkl_entry, count);
    c->other_leaves = ZKL_ARENA_NEW(c->arena, zkl_digest, count);
    c->dsse = ZKL_ARENA_NEW(c->arena, zkl_dsse, 1 + count);
    if (!c->others || !c->other_leaves || !c->dsse)
        return zkl_no_memory(c->err, count * sizeof *c->others);
    ZKL_TRY(zkl_entry_open(&c->entry, &c->dsse[0], c->arena, c->receipt.entry.envelope, c->err));
    zkl_rfc6962_leaf(&c->leaf, c->receipt.entry.envelope);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_entry_open(&c->others[i], &c->dsse[1 + i], c->arena,
                               c->receipt.others[i].envelope, c->err));
        const zkl_entry_facts *facts = zkl_entry_facts_of(c->others[i].kind);
        if (facts->place == ZKL_PLACE_NOWHERE ||
            (facts->place == ZKL_PLACE_AS_PARENT && !c->entry.parent_count))
            return zkl_fail(c->err, ZKL_REJECTED, "entry %llu is another %s: it has no place here",
                            (unsigned long long)c->receipt.others[i].index, facts->noun);
        zkl_rfc6962_leaf(&c->other_leaves[i], c->receipt.others[i].envelope);
    }
    return zkl_checkpoint_parse(&c->checkpoint, c->arena, c->receipt.checkpoint, c->err);
}

/* Whose log it is, before any key is asked: a trust file of another log can only end in "unknown
 * key". */
static zkl_status check_ledger(receipt_check *c)
{
    if (zkl_digest_equal(&c->entry.ledger, &c->trust.ledger))
        return ZKL_OK;
    char receipt_id[65], trust_id[65];
    zkl_hex_encode(receipt_id, c->entry.ledger.bytes, 32);
    zkl_hex_encode(trust_id, c->trust.ledger.bytes, 32);
    return zkl_fail(c->err, ZKL_UNCHECKED,
                    "this is a receipt of log '%.*s', the trust file is of log '%s' (ledger %.16s "
                    "and ledger %.16s)",
                    (int)c->checkpoint.origin.size, (const char *)c->checkpoint.origin.data,
                    c->trust.first_log_key.name, receipt_id, trust_id);
}

/* 2. Signatures, in the order of the log, so that a key entry counts for what comes behind it.
 *
 * A key entry by unknown keys, where the trust names no log key, is passed over as if it were not
 * in the receipt: who can leave it out gains nothing by showing it. So a trust file may strike out
 * a retired log key, and with it whatever that key signs anew at its old indexes. An entry that
 * would end a signer who counts is never passed over. */
static bool may_pass_over(const zkl_trust *trust, const zkl_entry *entry, uint64_t index)
{
    const zkl_entry_effect effect = zkl_entry_facts_of(entry->kind)->effect;
    const zkl_entry_keys *keys = zkl_entry_as_keys(entry);
    zkl_digest ended;
    if (effect == ZKL_KEYS_STAY || zkl_trust_log_key_at(trust, index))
        return false;
    ZKL_ASSERT(keys != NULL); /* what begins or ends a key has one */
    if (effect == ZKL_KEY_ENDS)
        zkl_public_key_digest(&ended, &keys->key);
    else
        ended = keys->replaces;
    return !zkl_trust_signer_at(trust, &ended, index + 1);
}

/* One entry: its signatures, then what it changes, so that the entries behind it are judged by the
 * keys that it leaves. */
static zkl_status check_one_signature(receipt_check *c, const zkl_entry *entry,
                                      const zkl_dsse *dsse, uint64_t index, zkl_digest *signer)
{
    zkl_status status = zkl_entry_check_signatures(entry, dsse, &c->trust, index, signer, c->err);
    const bool passed_over = status == ZKL_UNCHECKED && may_pass_over(&c->trust, entry, index);
    if ((status == ZKL_OK || passed_over) && !zkl_digest_equal(&entry->ledger, &c->trust.ledger))
        status = zkl_fail(c->err, ZKL_REJECTED, "the entry is of another ledger");
    else if (passed_over)
        return ZKL_OK;
    else if (status == ZKL_OK)
        status = zkl_trust_apply(&c->trust, entry, index, c->err);
    if (status != ZKL_OK)
        return zkl_wrap(c->err, status, "entry %llu", (unsigned long long)index);
    return ZKL_OK;
}

/* The receipt's own entry takes its place among the others by index. */
static zkl_status check_signatures(receipt_check *c)
{
    ZKL_ASSERT(c->dsse && (c->others || !c->receipt.other_count)); /* check_form */
    bool own_done = false;
    for (size_t i = 0; i <= c->receipt.other_count; i++) {
        if (!own_done &&
            (i == c->receipt.other_count || c->receipt.others[i].index > c->receipt.entry.index)) {
            ZKL_TRY(
                check_one_signature(c, &c->entry, &c->dsse[0], c->receipt.entry.index, &c->signer));
            own_done = true;
        }
        if (i < c->receipt.other_count)
            ZKL_TRY(check_one_signature(c, &c->others[i], &c->dsse[1 + i],
                                        c->receipt.others[i].index, NULL));
    }
    ZKL_ASSERT(own_done);
    return ZKL_OK;
}

/* 3. Inclusion of every entry in the checkpoint's tree: from the leaf over the path to the root
 * that the checkpoint signs. RFC 6962, SHA-256, nodes under 0x01. */
static zkl_status check_one_inclusion(receipt_check *c, const zkl_logged_entry *logged,
                                      const zkl_digest *leaf)
{
    ZKL_ASSERT(logged->path_count <= ZKL_MERKLE_PATH_MAX); /* zkl_receipt_parse */
    if (logged->index >= c->checkpoint.size ||
        !zkl_merkle_path_verify(ZKL_HASH_SHA_256, ZKL_RFC6962_NODE,
                                &(zkl_merkle_place){ leaf, logged->index, c->checkpoint.size },
                                logged->path, logged->path_count, &c->checkpoint.root))
        return zkl_fail(c->err, ZKL_REJECTED, "entry %llu is not in the tree of the checkpoint",
                        (unsigned long long)logged->index);
    return ZKL_OK;
}

static zkl_status check_inclusion(receipt_check *c)
{
    ZKL_TRY(check_one_inclusion(c, &c->receipt.entry, &c->leaf));
    for (size_t i = 0; i < c->receipt.other_count; i++)
        ZKL_TRY(check_one_inclusion(c, &c->receipt.others[i], &c->other_leaves[i]));
    return ZKL_OK;
}

/* 4. The checkpoint: signed by the log key that counts at its last entry, and by enough
 *    witnesses. */
static bool is_line_of(const zkl_note_signature *line, const zkl_verifier_key *key)
{
    return zkl_bytes_equal_text(line->name, key->name) &&
           memcmp(line->key_hash, key->key_hash, 4) == 0;
}

/* Did a line before this one name the same witness, by another key, and was it checked? */
static bool is_witness_again(const receipt_check *c, size_t line, const zkl_verifier_key *witness)
{
    for (size_t i = 0; i < line; i++)
        for (size_t j = 0; j < c->trust.witness_count; j++) {
            const zkl_verifier_key *other = &c->trust.witnesses[j];
            if (zkl_same_witness(other, witness) &&
                is_line_of(&c->checkpoint.note.signatures[i], other) &&
                zkl_note_verify(&c->checkpoint.note, other, NULL, NULL) == ZKL_OK)
                return true;
        }
    return false;
}

/* The line of a witness of the trust, with the time that it says. Its signature was checked with
 * the others; here it is asked for the time again. */
static zkl_status add_witness(receipt_check *c, size_t line, const zkl_verifier_key *witness)
{
    uint64_t time_s = 0;
    /* No two lines and no two witnesses have the same name and key hash. */
    ZKL_ASSERT(c->witness_count < c->trust.witness_count);
    const zkl_status status = zkl_note_verify(&c->checkpoint.note, witness, &time_s, c->err);
    c->unchecked_line_count += status == ZKL_NOT_SUPPORTED;
    if (status == ZKL_NOT_SUPPORTED || is_witness_again(c, line, witness))
        return ZKL_OK;
    ZKL_TRY(status);
    const char *name = zkl_arena_text(c->arena, witness->name, strlen(witness->name));
    if (!name)
        return zkl_no_memory(c->err, strlen(witness->name));
    c->witnesses[c->witness_count] = name;
    c->witness_times_s[c->witness_count++] = time_s;
    return ZKL_OK;
}

/* Lines by keys that the trust does not name count for nothing, as signed notes have it: an owner
 * shows one receipt to auditors who believe different witnesses. How many there are is said, and
 * nothing that they say. Who adds one gains nothing, and who takes a line away could also never
 * have had it. */
static zkl_status check_checkpoint(receipt_check *c)
{
    const uint64_t last = c->checkpoint.size - 1; /* inclusion was checked: the tree is not empty */
    ZKL_ASSERT(c->checkpoint.size > c->receipt.entry.index); /* check_inclusion */
    c->log_key = zkl_trust_log_key_at(&c->trust, last);
    if (!c->log_key)
        return zkl_fail(c->err, ZKL_UNCHECKED, "no log key is known for index %llu",
                        (unsigned long long)last);
    ZKL_TRY(zkl_checkpoint_verify(&c->checkpoint, &c->log_key->key, c->err));
    ZKL_TRY(zkl_checkpoint_verify_witnesses(&c->checkpoint, c->trust.witnesses,
                                            c->trust.witness_count, c->trust.quorum, NULL, c->err));
    c->witnesses = ZKL_ARENA_NEW(c->arena, const char *, c->trust.witness_count);
    c->witness_times_s = ZKL_ARENA_NEW(c->arena, uint64_t, c->trust.witness_count);
    if (!c->witnesses || !c->witness_times_s)
        return zkl_no_memory(c->err, c->trust.witness_count * sizeof *c->witnesses);
    for (size_t i = 0; i < c->checkpoint.note.signature_count; i++) {
        const zkl_note_signature *line = &c->checkpoint.note.signatures[i];
        bool known = is_line_of(line, &c->log_key->key);
        for (size_t j = 0; j < c->trust.witness_count && !known; j++)
            if (is_line_of(line, &c->trust.witnesses[j])) {
                ZKL_TRY(add_witness(c, i, &c->trust.witnesses[j]));
                known = true;
            }
        c->unknown_line_count += !known;
    }
    return ZKL_OK;
}

/* 5. Timestamps. Each is over this entry, and one by a clock of the trust is true. One by another
 *    clock could be anybody's: it counts for nothing, and the verdict says that it is there. */
static zkl_status check_timestamps(receipt_check *c)
{
    c->timestamps = ZKL_ARENA_NEW(c->arena, zkl_stamped, c->receipt.timestamp_count);
    if (!c->timestamps)
        return zkl_no_memory(c->err, c->receipt.timestamp_count * sizeof *c->timestamps);
    for (size_t i = 0; i < c->receipt.timestamp_count; i++) {
        zkl_tsa_time clock;
        char time[ZKL_TIME_CHARS + 1];
        ZKL_TRY(zkl_tsa_verify(&clock, c->receipt.timestamps[i], &c->leaf, &c->trust, c->err));
        if (!clock.tsa)
            continue;
        zkl_time_format(time, clock.time_ms);
        zkl_stamped *out = &c->timestamps[c->timestamp_count++];
        *out = (zkl_stamped){ .clock = zkl_arena_text(c->arena, (const char *)clock.tsa->name.data,
                                                      clock.tsa->name.size),
                              .time = zkl_arena_text(c->arena, time, ZKL_TIME_CHARS),
                              .accuracy_ms = clock.accuracy_ms };
        if (!out->clock || !out->time)
            return zkl_no_memory(c->err, sizeof time);
    }
    ZKL_ASSERT(c->timestamp_count <= c->receipt.timestamp_count);
    return ZKL_OK;
}

/* 6. A proof rests on the notarisations that are its parents, each before it. No other notarisation
 *    belongs here: nothing would check its words. */
static zkl_status check_parent(receipt_check *c, size_t other)
{
    const uint64_t index = c->receipt.others[other].index;
    size_t at = 0;
    while (at < c->entry.parent_count &&
           !zkl_digest_equal(&c->entry.parents[at], &c->other_leaves[other]))
        at++;
    if (at == c->entry.parent_count)
        return zkl_fail(c->err, ZKL_REJECTED,
                        "entry %llu is a notarisation, but not the proof's parent",
                        (unsigned long long)index);
    if (index > c->receipt.entry.index)
        return zkl_fail(c->err, ZKL_REJECTED, "the notarisation stands behind the proof about it");
    if (c->notarised[at]) /* the log of a cheat may hold the same entry at two places */
        return zkl_fail(c->err, ZKL_REJECTED, "entry %llu is parent %zu again",
                        (unsigned long long)index, at);
    c->notarised[at] = &c->others[other];
    return ZKL_OK;
}

static zkl_status check_parents(receipt_check *c)
{
    c->notarised = ZKL_ARENA_NEW(c->arena, const zkl_entry *, c->entry.parent_count);
    if (!c->notarised)
        return zkl_no_memory(c->err, c->entry.parent_count * sizeof *c->notarised);
    for (size_t i = 0; i < c->receipt.other_count; i++)
        if (zkl_entry_facts_of(c->others[i].kind)->place == ZKL_PLACE_AS_PARENT)
            ZKL_TRY(check_parent(c, i));
    for (size_t i = 0; i < c->entry.parent_count; i++)
        if (!c->notarised[i])
            return zkl_fail(c->err, ZKL_REJECTED,
                            "the notarisation that is the proof's parent is not here");
    return ZKL_OK;
}

/* 7. A set-up entry belongs here when it names a verification key that is here, by its circuit and
 *    both hashes, under this ledger's powers of tau, and is the only one to do so. That the key is
 *    used is checked with the statements. */
static zkl_status check_setup_entry(receipt_check *c, size_t at)
{
    const zkl_entry_setup *e = zkl_entry_as_setup(&c->others[at]);
    static const zkl_digest unsaid;
    zkl_digest parameters = unsaid;
    bool named = false;
    ZKL_ASSERT(e != NULL); /* the caller asks of set-ups alone */
    for (size_t i = 0; i < c->receipt.key_count && !named; i++) {
        const zkl_receipt_key *key = &c->receipt.keys[i];
        zkl_digest sha256, hash;
        zkl_hash(&hash, ZKL_HASH_SHA3_256, key->key.data, key->key.size);
        zkl_sha256(&sha256, key->key.data, key->key.size);
        named = zkl_bytes_equal_text(key->circuit, e->circuit.name) &&
                zkl_digest_equal(&hash, &e->circuit.key_hash) &&
                zkl_digest_equal(&sha256, &e->key_sha256);
        /* alpha and beta stand first in a key; sizes are checked when both are decoded */
        if (named && key->key.size >= ZKL_ALPHA_BETA_BYTES &&
            c->receipt.powers.size == ZKL_SRS_VERIFIER_BYTES)
            zkl_srs_parameters_hash_of_bytes(&parameters, c->receipt.powers.data, key->key.data);
    }
    if (!named)
        return zkl_fail(c->err, ZKL_REJECTED, "it names no verification key that is here");
    if (!zkl_digest_equal(&e->parameters, &unsaid) &&
        !zkl_digest_equal(&e->parameters, &parameters))
        return zkl_fail(c->err, ZKL_REJECTED, "it is of another tau, alpha or beta than the key");
    if (!zkl_digest_equal(&e->powers_hash, &c->trust.powers_hash))
        return zkl_fail(c->err, ZKL_REJECTED, "it is over other powers of tau");
    for (size_t i = 0; i < at; i++) {
        const zkl_entry_setup *before = zkl_entry_as_setup(&c->others[i]);
        if (before && zkl_digest_equal(&before->circuit.key_hash, &e->circuit.key_hash))
            return zkl_fail(c->err, ZKL_REJECTED, "it names the key of entry %llu again",
                            (unsigned long long)c->receipt.others[i].index);
    }
    return ZKL_OK;
}

/* All set-up entries among the others. */
static zkl_status check_setup_entries(receipt_check *c)
{
    for (size_t i = 0; i < c->receipt.other_count; i++) {
        if (!zkl_entry_as_setup(&c->others[i]))
            continue;
        const zkl_status status = check_setup_entry(c, i);
        if (status != ZKL_OK)
            return zkl_wrap(c->err, status, "set-up entry %llu",
                            (unsigned long long)c->receipt.others[i].index);
    }
    return ZKL_OK;
}

/* 8. Manifests, statements, proofs, claims: verify/content.c. */
static zkl_status check_content(receipt_check *c)
{
    const zkl_content content = {
        .entry = &c->entry,
        .notarised = c->notarised,
        .notarised_count = c->entry.parent_count,
        .manifests = c->receipt.manifests,
        .manifest_count = c->receipt.manifest_count,
        .powers = c->receipt.powers,
        .keys = c->receipt.keys,
        .key_count = c->receipt.key_count,
        .statements = c->receipt.statements,
        .statement_count = c->receipt.statement_count,
    };
    const zkl_content_pins pins = { &c->trust.ledger, &c->trust.powers_hash };
    return c->products
               ? zkl_content_verify_but_pairings(&c->verified, c->arena, c->products, &content,
                                                 &pins, c->env, c->err)
               : zkl_content_verify(&c->verified, c->arena, &content, &pins, c->env, c->err);
}

/* 9. Set-up: the key of every statement is pinned, or named by a set-up entry before the first
 *    entry that uses it.
 *
 * A set-up is as good as its weakest part, and the least that anybody says of it counts: it is of a
 * ceremony when the trust file pins the circuit's key, says the same of the powers of tau, names
 * parties that contributed to both, and no set-up entry calls that key a development one. */
static bool names_statement(const zkl_entry *entry, const zkl_digest *t0)
{
    const zkl_entry_data *data = zkl_entry_as_data(entry);
    for (size_t i = 0; data && i < data->statement_count; i++)
        if (zkl_digest_equal(&data->statements[i].t0, t0))
            return true;
    return false;
}

/* Where the log first names a statement, among the entries that are here. */
static uint64_t index_of_use(const receipt_check *c, const zkl_digest *t0)
{
    uint64_t first = names_statement(&c->entry, t0) ? c->receipt.entry.index : UINT64_MAX;
    for (size_t i = 0; i < c->receipt.other_count; i++)
        if (c->receipt.others[i].index < first && names_statement(&c->others[i], t0))
            first = c->receipt.others[i].index;
    return first;
}

/* Does the set-up (NULL: the entry is none) name the key and the powers that the statement is
 * under? */
static bool names_key(const zkl_entry_setup *setup, const zkl_statement *s)
{
    return setup && zkl_bytes_equal_text(s->circuit, setup->circuit.name) &&
           zkl_digest_equal(&setup->circuit.key_hash, &s->key_hash) &&
           zkl_digest_equal(&setup->powers_hash, &s->powers_hash);
}

/* The trust file pins this circuit's key: another key is false, whatever the log says. */
static zkl_status check_pinned(receipt_check *c, const zkl_statement *s, const zkl_circuit_id *pin,
                               bool *development)
{
    if (!zkl_digest_equal(&s->key_hash, &pin->key_hash))
        return zkl_fail(c->err, ZKL_REJECTED,
                        "circuit %s has another verification key than the pinned one", pin->name);
    *development = !c->trust.powers_of_ceremony || !zkl_trust_names_parties(&c->trust);
    if (*development && !c->trust.development)
        return zkl_fail(
            c->err, ZKL_UNCHECKED,
            c->trust.powers_of_ceremony
                ? "circuit %s is pinned, but the trust file names no party that contributed to the "
                  "powers of tau, or none to the keys, and development set-ups are not accepted"
                : "circuit %s is pinned, but the trust file does not say srs_made = "
                  "\"ceremony\" of the powers of tau, and development set-ups are not accepted",
            pin->name);
    for (size_t i = 0; i < c->receipt.other_count; i++) {
        const zkl_entry_setup *setup = zkl_entry_as_setup(&c->others[i]);
        if (names_key(setup, s) && !setup->is_ceremony)
            *development = true;
    }
    if (*development && !c->trust.development)
        return zkl_fail(c->err, ZKL_UNCHECKED,
                        "the log's set-up entry calls the pinned key of circuit %s a development "
                        "one, and development set-ups are not accepted",
                        pin->name);
    return ZKL_OK;
}

/* A pin decides. Without one the key is as good as a development set-up, if such are accepted at
 * all, and the log must have named it before it was used. */
static zkl_status check_one_setup(receipt_check *c, const zkl_statement *s, uint64_t used_at,
                                  bool *development)
{
    for (size_t i = 0; i < c->trust.circuit_count; i++)
        if (zkl_bytes_equal_text(s->circuit, c->trust.circuits[i].name))
            return check_pinned(c, s, &c->trust.circuits[i], development);
    if (!c->trust.development)
        return zkl_fail(c->err, ZKL_UNCHECKED,
                        "the trust file names no key of circuit %.*s from a ceremony ([circuits]), "
                        "and development set-ups are not accepted",
                        (int)s->circuit.size, (const char *)s->circuit.data);
    *development = true;
    for (size_t i = 0; i < c->receipt.other_count; i++)
        if (names_key(zkl_entry_as_setup(&c->others[i]), s) && c->receipt.others[i].index < used_at)
            return ZKL_OK;
    return zkl_fail(c->err, ZKL_UNCHECKED,
                    "no set-up entry of the log names the verification key of circuit %.*s",
                    (int)s->circuit.size, (const char *)s->circuit.data);
}

/* For each statement; and what was found is noted at the claims that it proves. */
static zkl_status check_setups(receipt_check *c)
{
    zkl_verified_claim *claims =
        ZKL_ARENA_NEW(c->arena, zkl_verified_claim, c->verified.claim_count);
    if (!claims)
        return zkl_no_memory(c->err, c->verified.claim_count * sizeof *claims);
    memcpy(claims, c->verified.claims, c->verified.claim_count * sizeof *claims);
    ZKL_ASSERT(c->verified.statements && c->verified.statement_ids); /* check_content */
    for (size_t i = 0; i < c->verified.statement_count; i++) {
        const zkl_statement *s = c->verified.statements[i];
        bool development = true;
        ZKL_TRY(
            check_one_setup(c, s, index_of_use(c, &c->verified.statement_ids[i]), &development));
        c->verified.is_development = c->verified.is_development || development;
        char t0[65];
        zkl_hex_encode(t0, c->verified.statement_ids[i].bytes, 32);
        for (size_t j = 0; j < c->verified.claim_count; j++)
            if (strcmp(t0, claims[j].t0) == 0)
                claims[j].is_development = development;
    }
    c->verified.claims = claims;
    return ZKL_OK;
}

/* 10. Rows that are shown: the body is the one that the entry names, and what it shows is what the
 *    manifest commits to. The manifest and its commitments were checked, and that every block of it
 *    is well formed, so that cells are numbers below 2^16 and flags 0 or 1. */
static zkl_status check_disclosure(receipt_check *c)
{
    zkl_digest sha256;
    if (!c->shown.size)
        return ZKL_OK;
    ZKL_ASSERT(c->verified.manifest && zkl_entry_as_data(&c->entry)); /* check_content */
    if (c->entry.kind != ZKL_ENTRY_DISCLOSE)
        return zkl_fail(c->err, ZKL_REJECTED, "the entry is no disclosure, but a %s",
                        zkl_entry_facts_of(c->entry.kind)->noun);
    zkl_sha256(&sha256, c->shown.data, c->shown.size);
    if (!zkl_digest_equal(&sha256, &c->entry.data.disclosure_sha256))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry names another disclosure");
    ZKL_TRY(zkl_disclosure_parse(&c->disclosure, c->arena, c->shown, c->err));
    const zkl_disclosed_dataset of = { &c->trust.ledger, &c->verified.dataset, c->verified.manifest,
                                       &c->verified.powers, c->verified.points };
    ZKL_TRY(zkl_disclosure_verify(&c->disclosure, &of, c->env, c->err));
    zkl_disclosure *kept = zkl_arena_copy(c->arena, &c->disclosure, sizeof c->disclosure);
    c->verified.disclosure = kept;
    return kept ? ZKL_OK : zkl_no_memory(c->err, sizeof *kept);
}

/* 11. What is said. A verdict says also what it does not say, as codes (verify/verdict.h). */
static zkl_status add_not_proven(receipt_check *c, zkl_not_proven *list, zkl_unproven what,
                                 const char *column)
{
    const char *text = zkl_unproven_text(c->arena, what, column);
    if (!text)
        return zkl_no_memory(c->err, 0);
    ZKL_ASSERT(c->verified.not_proven_count < ZKL_UNPROVEN_COUNT + c->verified.unknown_null_count);
    list[c->verified.not_proven_count++] = (zkl_not_proven){ what, text };
    return ZKL_OK;
}

static zkl_status fill_result(receipt_check *c)
{
    zkl_verified *v = &c->verified;
    const size_t most = ZKL_UNPROVEN_COUNT + v->unknown_null_count;
    zkl_not_proven *not_proven = ZKL_ARENA_NEW(c->arena, zkl_not_proven, most);
    if (!not_proven)
        return zkl_no_memory(c->err, most * sizeof *not_proven);
    ZKL_ASSERT(c->log_key && v->manifest); /* check_checkpoint, check_content */
    /* Where it stands, and who signed. */
    v->entry = zkl_arena_copy(c->arena, &c->entry, sizeof c->entry);
    if (!v->entry)
        return zkl_no_memory(c->err, sizeof c->entry);
    v->receipt_id = c->leaf;
    v->index = c->receipt.entry.index;
    v->tree_size = c->checkpoint.size;
    v->root = c->checkpoint.root;
    v->origin = zkl_arena_text(c->arena, (const char *)c->checkpoint.origin.data,
                               c->checkpoint.origin.size);
    char key[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(key, &c->log_key->key);
    v->log_key = zkl_arena_text(c->arena, key, strlen(key));
    zkl_hex_encode(v->signer, c->signer.bytes, 32);
    v->witnesses = c->witnesses;
    v->witness_count = c->witness_count;
    v->witness_times_s = c->witness_times_s;
    v->unknown_line_count = c->unknown_line_count;
    v->timestamps = c->timestamps;
    v->timestamp_count = c->timestamp_count;
    v->unknown_clock_count = c->receipt.timestamp_count - c->timestamp_count;
    /* What is not proven, in the order in which it is read out. */
    ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_FILE, NULL));
    if (v->manifest->file_count)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_DIGESTS, NULL));
    ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_TRUTH, NULL));
    if (c->entry.kind == ZKL_ENTRY_PROVENANCE)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_RECORDED, NULL));
    for (size_t i = 0; i < v->unknown_null_count; i++)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_ANY_VALUE, v->unknown_nulls[i]));
    ZKL_TRY(add_not_proven(c, not_proven,
                           v->timestamp_count ? ZKL_UNPROVEN_EARLIER : ZKL_UNPROVEN_TIME, NULL));
    if (v->unknown_clock_count)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_CLOCK, NULL));
    ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_LATEST, NULL));
    if (!v->witness_count)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_WITNESSED, NULL));
    if (v->unknown_line_count)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_COSIGNERS, NULL));
    if (c->unchecked_line_count)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_ALGORITHM, NULL));
    if (v->is_development)
        ZKL_TRY(add_not_proven(c, not_proven, ZKL_UNPROVEN_OWNER, NULL));
    v->not_proven = not_proven;
    return v->origin && v->log_key ? ZKL_OK : zkl_no_memory(c->err, sizeof key);
}

typedef struct named_check {
    zkl_check name; /* NONE: it names its own checks */
    zkl_status (*check)(receipt_check *c);
} named_check;

/* The order is that of docs/formats/receipt.md: a receipt with two faults has one verdict. Each
 * check rests on those before it, so moving one up lets a receipt reach its assertions. */
static const named_check checks[] = {
    { ZKL_CHECK_FORM, check_form },
    { ZKL_CHECK_TRUST, check_ledger },
    { ZKL_CHECK_ENTRY_SIGNATURE, check_signatures },
    { ZKL_CHECK_INCLUSION, check_inclusion },
    { ZKL_CHECK_CHECKPOINT, check_checkpoint },
    { ZKL_CHECK_TIMESTAMP, check_timestamps },
    { ZKL_CHECK_PARENTS, check_parents },
    { ZKL_CHECK_SET_UP, check_setup_entries },
    { ZKL_CHECK_NONE, check_content },
    { ZKL_CHECK_SET_UP, check_setups },
    { ZKL_CHECK_DISCLOSURE, check_disclosure },
    { ZKL_CHECK_RESULT, fill_result },
};

/* Parsed, with a copy of the trust that has room for every entry that could add a key, so that the
 * caller's stays as it is. */
static zkl_status open_receipt(receipt_check *c, zkl_bytes bytes, const zkl_trust *trust)
{
    zkl_status status = zkl_native_check(c->err);
    zkl_trust_invariant(trust);
    if (status == ZKL_OK && zkl_disclosure_file_has_magic(bytes))
        status = zkl_disclosure_file_parse(&c->shown, &bytes, bytes, c->err);
    if (status == ZKL_OK)
        status = zkl_receipt_parse(&c->receipt, c->arena, bytes, c->err);
    if (status == ZKL_OK)
        status = zkl_trust_copy(&c->trust, c->arena, trust, c->receipt.other_count + 1, c->err);
    return status == ZKL_OK ? status : zkl_wrap_check(c->err, status, ZKL_CHECK_FORM);
}

/* The first checks, up to and with `last`; NONE: all. */
static zkl_status make_checks(receipt_check *c, zkl_check last)
{
    for (size_t i = 0; i < ZKL_COUNT(checks); i++) {
        const zkl_status status = checks[i].check(c);
        if (status != ZKL_OK)
            return checks[i].name == ZKL_CHECK_NONE
                       ? status
                       : zkl_wrap_check(c->err, status, checks[i].name);
        if (last != ZKL_CHECK_NONE && checks[i].name == last)
            return ZKL_OK;
    }
    return ZKL_OK;
}

zkl_status zkl_receipt_verify(zkl_verified *out, zkl_arena *arena, zkl_bytes bytes,
                              const zkl_trust *trust, const zkl_env *env, zkl_error *err)
{
    return zkl_receipt_verify_but_pairings(out, arena, NULL, bytes, trust, env, err);
}

zkl_status zkl_receipt_verify_but_pairings(zkl_verified *out, zkl_arena *arena,
                                           zkl_products *products, zkl_bytes bytes,
                                           const zkl_trust *trust, const zkl_env *env,
                                           zkl_error *err)
{
    receipt_check c = { .env = env, .arena = arena, .products = products, .err = err };
    ZKL_TRY(open_receipt(&c, bytes, trust));
    ZKL_TRY(make_checks(&c, ZKL_CHECK_NONE));
    ZKL_ASSERT(c.verified.index < c.verified.tree_size && c.verified.not_proven_count > 0);
    *out = c.verified;
    return ZKL_OK;
}

zkl_status zkl_receipt_verify_checkpoint(zkl_receipt_checkpoint *out, zkl_arena *arena,
                                         zkl_bytes bytes, const zkl_trust *trust, zkl_error *err)
{
    receipt_check c = { .arena = arena, .err = err };
    ZKL_TRY(open_receipt(&c, bytes, trust));
    ZKL_TRY(make_checks(&c, ZKL_CHECK_CHECKPOINT));
    const zkl_trust *grown = zkl_arena_copy(arena, &c.trust, sizeof c.trust);
    if (!grown)
        return zkl_no_memory(err, sizeof *grown);
    *out = (zkl_receipt_checkpoint){
        .checkpoint = c.checkpoint,
        .note = c.receipt.checkpoint,
        .log_key = c.log_key, /* in the copied trust's list, which is the arena's */
        .index = c.receipt.entry.index,
        .trust = grown,
    };
    return ZKL_OK;
}
