/* A COSE Receipt (RFC 9942) of the version's entry, signed by the log key. docs/formats/cose.md
 *
 *  1. The root that is signed is that of the newest checkpoint, which the log key signed already:
 *     no second history can come of it.
 *  2. The path is checked against that root before anything is signed.
 *  3. The entry is its envelope, byte for byte: what `--format dsse` writes. */
#include "base/arena.h"
#include "hash/domains.h"
#include "keys/sign_cose.h"
#include "service/export_cose.h"

zkl_status export_cose_receipt_put(zkl_buffer *out, zkl_ledger *writer, uint64_t index,
                                   zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_digest path[ZKL_MERKLE_PATH_MAX], leaf;
    zkl_bytes note, envelope;
    zkl_checkpoint head;
    zkl_entry entry;
    zkl_entry_urns urns;
    zkl_cose_receipt receipt = { .index = index, .path = path };
    zkl_log *log = zkl_ledger_log(writer);
    ZKL_TRY(zkl_log_checkpoint_within(log, &note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&head, &arena, note, err));
    if (index >= head.size)
        return zkl_fail(err, ZKL_NOT_FOUND, "entry %llu is not yet under a checkpoint",
                        (unsigned long long)index);
    ZKL_TRY(zkl_ledger_entry_with(writer, &entry, &arena, index, ZKL_FIELDS_DATA, err));
    ZKL_TRY(zkl_ledger_envelope(writer, &envelope, &arena, index, err));
    ZKL_TRY(zkl_log_inclusion(log, path, &receipt.path_count, index, head.size, err));
    zkl_rfc6962_leaf(&leaf, envelope);
    const zkl_merkle_place place = { &leaf, index, head.size };
    if (!zkl_merkle_path_verify(ZKL_HASH_SHA_256, ZKL_RFC6962_NODE, &place, path,
                                receipt.path_count, &head.root))
        return zkl_fail(err, ZKL_REJECTED,
                        "the log in the store is damaged: entry %llu is not in "
                        "the tree of its newest checkpoint",
                        (unsigned long long)index);
    zkl_entry_urns_of(&urns, &entry);
    receipt.origin = zkl_ledger_origin(writer);
    receipt.subject = urns.subject;
    receipt.tree_size = head.size;
    receipt.root = head.root;
    return zkl_cose_receipt_sign(out, &receipt, zkl_ledger_log_signer(writer), err);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    ZKL_TRY(service_open(&writer, source->handle, ZKL_LEDGER_WRITE, source->env, err));
    return export_cose_receipt_put(out, writer, source->version->index, err);
}

const export_module service_export_cose_receipt = {
    .kind = { .ending = ".receipt.cose", .is_signed = true },
    .make_file = make_file,
};
