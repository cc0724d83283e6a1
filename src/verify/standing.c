/* Standings verified, and compared with the entries of a log. */
#include "verify/standing.h"

#include <string.h>

#include "base/bytes.h"
#include "hash/domains.h"
#include "record/dsse.h"
#include "verify/log_keys.h"

bool zkl_standing_has_magic(zkl_bytes bytes)
{
    static const char type[] = ",\"payloadType\":\"" ZKL_DSSE_TYPE_STANDING "\"";
    return bytes.size && bytes.data[0] == '{' &&
           memmem(bytes.data, bytes.size, type, sizeof type - 1);
}

static bool is_known(const zkl_trust *trust, const zkl_digest *signer)
{
    for (size_t i = 0; i < trust->signer_count; i++) {
        zkl_digest digest;
        zkl_public_key_digest(&digest, &trust->signers[i].key);
        if (zkl_digest_equal(&digest, signer))
            return true;
    }
    return false;
}

/* By one key that counts for an entry at the tree's size: the standing is signed as the next entry
 * would be, so a key that ended before the checkpoint says nothing of it any more. */
static zkl_status check_signer(zkl_verified_standing *out, const zkl_dsse *dsse,
                               const zkl_trust *const *trusts, size_t trust_count, zkl_error *err)
{
    const uint64_t next = out->standing.checkpoint.size;
    if (dsse->signature_count != 1)
        return zkl_fail(err, ZKL_REJECTED, "it has %zu signatures, where one signer speaks",
                        dsse->signature_count);
    out->signer = dsse->signatures[0].key_digest;
    const zkl_trusted_signer *found = NULL;
    for (size_t i = 0; i < trust_count; i++) {
        const zkl_trusted_signer *signer = zkl_trust_signer_at(trusts[i], &out->signer, next);
        if (!signer && is_known(trusts[i], &out->signer)) { /* one receipt shows that he ended */
            found = NULL;
            break;
        }
        found = found ? found : signer;
    }
    if (found)
        return zkl_dsse_verify(dsse, &found->key, err);
    char id[65];
    zkl_hex_encode(id, out->signer.bytes, sizeof out->signer.bytes);
    return zkl_fail(err, ZKL_UNCHECKED, "no signer %.16s is known that counts behind %llu entries",
                    id, (unsigned long long)next);
}

static zkl_status verify(zkl_verified_standing *out, zkl_arena *arena, zkl_bytes bytes,
                         const zkl_trust *const *trusts, size_t trust_count, zkl_error *err)
{
    zkl_dsse dsse;
    ZKL_TRY(zkl_dsse_parse_within(&dsse, arena, bytes, ZKL_STANDING_BYTES_MAX, err));
    if (!zkl_bytes_equal_text(dsse.payload_type, ZKL_DSSE_TYPE_STANDING))
        return zkl_fail(err, ZKL_BAD_INPUT, "it is of the type '%.*s', and no standing",
                        (int)dsse.payload_type.size, (const char *)dsse.payload_type.data);
    ZKL_TRY(zkl_standing_parse(&out->standing, arena, dsse.payload, err));
    if (!zkl_digest_equal(&out->standing.ledger, &trusts[0]->ledger))
        return zkl_fail(err, ZKL_UNCHECKED, "it is of log '%.*s', and trusted is log '%s'",
                        (int)out->standing.checkpoint.origin.size,
                        (const char *)out->standing.checkpoint.origin.data,
                        trusts[0]->first_log_key.name);
    ZKL_TRY(check_signer(out, &dsse, trusts, trust_count, err));
    ZKL_ASSERT(out->standing.checkpoint.size > 0); /* it lists an entry below it */
    ZKL_TRY(
        zkl_log_keys_verify(&out->log_key, &out->standing.checkpoint, trusts, trust_count, err));
    for (size_t i = 0; i < out->standing.entry_count; i++) {
        const zkl_standing_entry *e = &out->standing.entries[i];
        if (e->kind == ZKL_ENTRY_NOTARISE && e->version > out->latest_version)
            out->latest_version = e->version;
    }
    return ZKL_OK;
}

zkl_status zkl_standing_verify(zkl_verified_standing *out, zkl_arena *arena, zkl_bytes bytes,
                               const zkl_trust *const *trusts, size_t trust_count, zkl_error *err)
{
    zkl_verified_standing found = { 0 };
    ZKL_ASSERT(trust_count > 0);
    const zkl_status status = verify(&found, arena, bytes, trusts, trust_count, err);
    if (status != ZKL_OK)
        return zkl_wrap_check(err, status, ZKL_CHECK_STANDING);
    *out = found;
    return ZKL_OK;
}

/* ---- Compared with the log */

void zkl_standing_check_begin(zkl_standing_check *check, const zkl_standing *standing)
{
    *check = (zkl_standing_check){ .standing = standing,
                                   .tree = { .algorithm = ZKL_HASH_SHA_256,
                                             .node_prefix = ZKL_RFC6962_NODE } };
}

static void note(zkl_standing_check *check, bool *flag, uint64_t index)
{
    if (!check->differs && !check->is_unread) {
        *flag = true;
        check->first_at = index;
    }
}

zkl_status zkl_standing_check_entry(zkl_standing_check *check, zkl_bytes envelope, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_standing *s = check->standing;
    const uint64_t index = check->tree.leaf_count;
    zkl_digest leaf;
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_standing_entry said;
    zkl_rfc6962_leaf(&leaf, envelope);
    zkl_merkle_peaks_push(&check->tree, &leaf);
    const zkl_standing_entry *listed =
        check->at < s->entry_count && s->entries[check->at].index == index ? &s->entries[check->at]
                                                                           : NULL;
    check->at += listed != NULL;
    const zkl_status status = zkl_entry_open(&entry, &dsse, &arena, envelope, NULL);
    if (status == ZKL_NO_MEMORY)
        return zkl_no_memory(err, envelope.size);
    if (status != ZKL_OK) {
        note(check, &check->is_unread, index);
        return ZKL_OK;
    }
    const zkl_entry_data *data = zkl_entry_as_data(&entry);
    const bool is_about = data && zkl_bytes_equal(data->name, s->name);
    if (is_about)
        ZKL_TRY(zkl_standing_entry_of(&said, &arena, &entry, index, &leaf, err));
    if (is_about ? !listed || !zkl_standing_entry_equal(listed, &said) : listed != NULL)
        note(check, &check->differs, index);
    return ZKL_OK;
}

static zkl_status end(const zkl_standing_check *check, zkl_error *err)
{
    const zkl_standing *s = check->standing;
    zkl_digest root;
    zkl_merkle_peaks_root(&root, &check->tree);
    if (check->tree.leaf_count != s->checkpoint.size ||
        !zkl_digest_equal(&root, &s->checkpoint.root))
        return zkl_fail(err, ZKL_UNCHECKED,
                        "the entries given are not those of its checkpoint's tree");
    if (check->is_unread)
        return zkl_fail(err, ZKL_UNCHECKED, "entry %llu cannot be read, and may be about '%.*s'",
                        (unsigned long long)check->first_at, (int)s->name.size,
                        (const char *)s->name.data);
    if (check->differs)
        return zkl_fail(err, ZKL_REJECTED,
                        "the standing is false, and signed: of entry %llu it does not say what the "
                        "log has about '%.*s'",
                        (unsigned long long)check->first_at, (int)s->name.size,
                        (const char *)s->name.data);
    return ZKL_OK;
}

zkl_status zkl_standing_check_end(zkl_standing_check *check, zkl_error *err)
{
    const zkl_status status = end(check, err);
    return status == ZKL_OK ? status : zkl_wrap_check(err, status, ZKL_CHECK_STANDING);
}
