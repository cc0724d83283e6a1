/* Does an entry rest on what the ledger has? The writer asks before an entry is placed,
 * verify-chain of every entry that is there. What an entry refers to is said by its kind
 * (record/entry.h, zkl_entry_reference); here each sort of reference is looked up once, for all
 * kinds.
 *
 *  1. Whatever is referred to stands before the entry: its index is lower.
 *  2. Blobs are in the store, or staged beside the entry, under their SHA-256. */
#include "ledger/ledger_internal.h"

#include <string.h>

#include "base/bytes.h"
#include "proof/statement.h"

/* By its receipt id, which is its leaf: the parent is that very entry. */
static zkl_status check_parent(zkl_ledger *ledger, const zkl_reference *r, uint64_t index,
                               zkl_error *err)
{
    uint64_t parent;
    const zkl_status status = zkl_ledger_index_of(ledger, &parent, &r->receipt, err);
    if (status == ZKL_NOT_FOUND || (status == ZKL_OK && parent >= index))
        return zkl_fail(err, ZKL_CONFLICT, "parent %zu is not in the log before the entry",
                        r->number);
    return status;
}

/* The version of the reference's name that stands below index. */
static zkl_status find_version(zkl_ledger *ledger, zkl_dataset_version *out, const zkl_reference *r,
                               uint32_t version, uint64_t index, zkl_error *err)
{
    uint8_t value[8 + 32];
    const zkl_store_key key = zkl_store_key_name(r->name, version);
    const zkl_status status = zkl_ledger_get_sized(ledger, value, sizeof value, &key, err);
    if (status == ZKL_NOT_FOUND || (status == ZKL_OK && zkl_be64_get(value) >= index))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the entry is about '%.*s@%u', whose %s is not in the log before it",
                        (int)r->name.size, (const char *)r->name.data, r->version,
                        version == r->version ? "notarisation" : "version before");
    ZKL_TRY(status);
    *out =
        (zkl_dataset_version){ .name = r->name, .version = version, .index = zkl_be64_get(value) };
    ZKL_ASSERT(out->index < index); /* invariant 1 */
    memcpy(out->dataset.bytes, value + 8, sizeof out->dataset.bytes);
    return zkl_ledger_confirm(ledger, out, err);
}

/* Versions have no gaps: the one before is there, and before. */
static zkl_status check_version_before(zkl_ledger *ledger, const zkl_reference *r, uint64_t index,
                                       zkl_error *err)
{
    zkl_dataset_version before;
    ZKL_ASSERT(r->version > 1); /* the first one has none before it */
    return find_version(ledger, &before, r, r->version - 1, index, err);
}

/* The parent is the notarisation of the version, and the version is the dataset that the entry
 * names. */
static zkl_status check_notarisation(zkl_ledger *ledger, const zkl_reference *r, uint64_t index,
                                     zkl_error *err)
{
    zkl_dataset_version notarised;
    uint64_t parent;
    ZKL_TRY(find_version(ledger, &notarised, r, r->version, index, err));
    if (!zkl_digest_equal(&notarised.dataset, &r->dataset))
        return zkl_fail(err, ZKL_CONFLICT, "'%.*s@%u' is another dataset than the entry says",
                        (int)r->name.size, (const char *)r->name.data, r->version);
    ZKL_TRY(zkl_ledger_index_of(ledger, &parent, &r->receipt, err));
    if (parent != notarised.index)
        return zkl_fail(err, ZKL_CONFLICT, "the proof's parent is not its notarisation");
    return ZKL_OK;
}

/* Of a dataset that claims speak of besides. That it stands before the entry was checked, as of
 * every parent. */
static zkl_status check_other_notarisation(zkl_ledger *ledger, const zkl_reference *r,
                                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    uint64_t parent;
    ZKL_TRY(zkl_ledger_index_of(ledger, &parent, &r->receipt, err));
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, &arena, parent, err));
    return entry.kind == ZKL_ENTRY_NOTARISE
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "parent %zu is no notarisation", r->number);
}

/* The blob is found by SHA-256, and the dataset id is another hash of the same bytes. */
static zkl_status check_manifest(zkl_ledger *ledger, const zkl_reference *r, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes manifest;
    zkl_digest dataset;
    ZKL_TRY(zkl_ledger_blob(ledger, &manifest, &arena, &r->sha256, err));
    zkl_dataset_id(&dataset, manifest);
    if (!zkl_digest_equal(&dataset, &r->dataset))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the manifest has another dataset id than the entry says");
    return ZKL_OK;
}

/* The statement's bytes say what the entry says of them, and their circuit's key was set up
 * before. */
static zkl_status check_statement_bytes(zkl_ledger *ledger, const zkl_entry_statement *said,
                                        uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes bytes, proof;
    zkl_statement s;
    zkl_fr t0;
    zkl_digest id;
    zkl_circuit_id circuit = { 0 };
    uint64_t setup;
    ZKL_TRY(zkl_ledger_blob(ledger, &bytes, &arena, &said->statement_sha256, err));
    ZKL_TRY(zkl_ledger_blob(ledger, &proof, &arena, &said->proof_sha256, err));
    ZKL_TRY(zkl_statement_parse(&s, &arena, bytes, err));
    zkl_statement_t0(&t0, bytes);
    zkl_fr_encode(id.bytes, &t0);
    if (!zkl_digest_equal(&id, &said->t0))
        return zkl_fail(err, ZKL_CONFLICT, "the statement has another id than the entry says");
    if (!zkl_digest_equal(&s.ledger, &ledger->trust.ledger) ||
        !zkl_digest_equal(&s.powers_hash, &ledger->powers_hash))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the statement is of another ledger or under other powers of tau");
    if (!zkl_bytes_equal_text(s.circuit, said->circuit))
        return zkl_fail(err, ZKL_CONFLICT, "the statement has another circuit than the entry says");
    memcpy(circuit.name, said->circuit, sizeof circuit.name);
    circuit.key_hash = s.key_hash;
    const zkl_status status = zkl_ledger_setup_index(ledger, &setup, &circuit, err);
    if (status == ZKL_NOT_FOUND || (status == ZKL_OK && setup >= index))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up of circuit %s is not in the log before its first use",
                        circuit.name);
    return status;
}

static zkl_status check_statement(zkl_ledger *ledger, const zkl_reference *r, uint64_t index,
                                  zkl_error *err)
{
    ZKL_ASSERT(r->statement);
    const zkl_status status = check_statement_bytes(ledger, r->statement, index, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "statement %zu", r->number);
}

/* The blob is a verification key by its length and by the hash that the entry names; that it
 * decodes is checked by whoever uses it. */
static zkl_status check_circuit_key(zkl_ledger *ledger, const zkl_entry_setup *setup,
                                    zkl_error *err)
{
    ZKL_ASSERT(setup);
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes key;
    zkl_digest hash;
    ZKL_TRY(zkl_ledger_blob(ledger, &key, &arena, &setup->key_sha256, err));
    zkl_hash(&hash, ZKL_HASH_SHA3_256, key.data, key.size);
    if (key.size != ZKL_GROTH16_VK_BYTES || !zkl_digest_equal(&hash, &setup->circuit.key_hash))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up's blob is not the verification key it names");
    if (!zkl_digest_equal(&setup->powers_hash, &ledger->powers_hash))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up is under other powers of tau than this ledger's");
    return ZKL_OK;
}

/* A report is of the log as it stood before its entry: what it is of is in the log already, also
 * while the entry is being placed. */
static zkl_status check_tree(zkl_ledger *ledger, const zkl_entry_report *report, uint64_t index,
                             zkl_error *err)
{
    zkl_digest root;
    ZKL_ASSERT(report);
    if (report->size > index || report->size > zkl_log_size(&ledger->log))
        return zkl_fail(err, ZKL_CONFLICT, "the report is of %llu entries, and stands at %llu",
                        (unsigned long long)report->size, (unsigned long long)index);
    ZKL_TRY(zkl_log_root(&ledger->log, &root, report->size, err));
    return zkl_digest_equal(&root, &report->root)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "the report is of another log than this one");
}

static bool is_same_segment(const zkl_entry_segment *a, const zkl_entry_segment *b)
{
    return a->number == b->number && a->count == b->count && a->begins_ms == b->begins_ms &&
           a->ends_ms == b->ends_ms && zkl_digest_equal(&a->root, &b->root) &&
           zkl_digest_equal(&a->sha256, &b->sha256) && zkl_digest_equal(&a->previous, &b->previous);
}

/* The parent closes the segment before this one, or the one that is deleted. That it stands before
 * the entry was checked, as of every parent. */
static zkl_status check_segment(zkl_ledger *ledger, const zkl_reference *r, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    uint64_t parent;
    ZKL_TRY(zkl_ledger_index_of(ledger, &parent, &r->receipt, err));
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, &arena, parent, err));
    const zkl_entry_segment *const before = zkl_entry_as_segment(&entry);
    if (!before || before->of != r->segment->of || before->deletion_days)
        return zkl_fail(err, ZKL_CONFLICT, "the parent closes no segment of that class");
    if (r->segment->deletion_days)
        return is_same_segment(before, r->segment)
                   ? ZKL_OK
                   : zkl_fail(err, ZKL_CONFLICT, "the parent closes another segment");
    return before->number + 1 == r->segment->number && before->ends_ms <= r->segment->begins_ms &&
                   zkl_digest_equal(&before->root, &r->segment->previous)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "the parent does not close the segment before");
}

/* All sorts there are. A new one is a case here, for every kind that refers so. */
static zkl_status check_reference(zkl_ledger *ledger, const zkl_reference *r, uint64_t index,
                                  zkl_error *err)
{
    switch (r->kind) {
    case ZKL_REFERS_TO_PARENT:
        return check_parent(ledger, r, index, err);
    case ZKL_REFERS_TO_VERSION_BEFORE:
        return check_version_before(ledger, r, index, err);
    case ZKL_REFERS_TO_NOTARISATION:
        return check_notarisation(ledger, r, index, err);
    case ZKL_REFERS_TO_OTHER_NOTARISATION:
        return check_other_notarisation(ledger, r, err);
    case ZKL_REFERS_TO_MANIFEST:
        return check_manifest(ledger, r, err);
    case ZKL_REFERS_TO_STATEMENT:
        return check_statement(ledger, r, index, err);
    case ZKL_REFERS_TO_CIRCUIT_KEY:
        return check_circuit_key(ledger, r->setup, err);
    case ZKL_REFERS_TO_TREE:
        return check_tree(ledger, r->report, index, err);
    case ZKL_REFERS_TO_SEGMENT:
        return check_segment(ledger, r, err);
    }
    ZKL_UNREACHABLE("a reference of a kind that is not listed");
    return ZKL_REJECTED;
}

/* Many entries rest on one notarisation. What it is does not change while one writer has the lock,
 * nor while verify-chain walks, so it is looked up once: its index is lower than that of every
 * later entry (invariant 1). false: a reference that is looked up each time. */
static bool name_reference(zkl_digest *out, const zkl_reference *r)
{
    uint8_t bytes[1 + 4 + 3 * 32 + ZKL_DATASET_NAME_BYTES_MAX];
    size_t size = 0;
    if (r->kind != ZKL_REFERS_TO_PARENT && r->kind != ZKL_REFERS_TO_NOTARISATION &&
        r->kind != ZKL_REFERS_TO_MANIFEST)
        return false;
    if (r->name.size > ZKL_DATASET_NAME_BYTES_MAX)
        return false;
    bytes[size++] = (uint8_t)r->kind;
    zkl_be32_put(bytes + size, r->version);
    size += 4;
    const zkl_digest *const digests[] = { &r->receipt, &r->sha256, &r->dataset };
    for (size_t i = 0; i < ZKL_COUNT(digests); i++, size += 32)
        memcpy(bytes + size, digests[i]->bytes, 32);
    if (r->name.size)
        memcpy(bytes + size, r->name.data, r->name.size);
    zkl_sha256(out, bytes, size + r->name.size);
    return true;
}

/* The entry says itself what it refers to, one reference after the other. */
zkl_status zkl_ledger_check_references(zkl_ledger *ledger, const zkl_entry *e, uint64_t index,
                                       zkl_error *err)
{
    zkl_ledger_invariant(ledger);
    zkl_reference r;
    /* Behind all that is there: verify-chain asks of entries in the middle, and looks up each. */
    const bool is_next = ledger->writable && index == ledger->log.next.leaf_count;
    if (!zkl_digest_equal(&e->ledger, &ledger->trust.ledger))
        return zkl_fail(err, ZKL_CONFLICT, "the entry is of another ledger");
    for (size_t at = 0; zkl_entry_reference(&r, e, at); at++) {
        zkl_digest name, confirmed;
        const bool is_kept = (is_next || ledger->confirmed) && name_reference(&name, &r);
        if (is_kept && is_next && zkl_staged_holds(&ledger->staged, &name))
            continue;
        if (is_kept) {
            zkl_confirmed_name(&confirmed, ZKL_CONFIRMED_REFERENCE, &name);
            if (zkl_confirmed_has(ledger->confirmed, &confirmed, index))
                continue;
        }
        ZKL_TRY(check_reference(ledger, &r, index, err));
        if (is_kept && is_next)
            zkl_staged_note(&ledger->staged, &name);
        if (is_kept)
            zkl_confirmed_add(ledger->confirmed, &confirmed, index);
    }
    return ZKL_OK;
}
