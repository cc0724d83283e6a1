/* The memory of verified logs: one file a ledger, in the folder `verified` of the user's state.
 *
 *     magic, version, the program's version      8, 4, 4 + its bytes
 *     ledger, size, root                         32, 8, 32
 *     number of checkpoints, their hash          8, 32
 *     keys of each index, names                  8 each
 *     hash of the indexes, proofs                32, 1
 *     trust                                      4 + its bytes
 *     SHA-256 of all before                      32 */
#include "ledger/chain_known.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

#define MAGIC "zkl/vlog"
#define FORMAT_VERSION 1
#define FOLDER "verified"
#define PROGRAM_BYTES_MAX 64

void zkl_chain_known_encode(zkl_buffer *out, const zkl_chain_known *known)
{
    zkl_digest seal;
    const size_t start = out->size;
    ZKL_ASSERT(known->size && known->trust.size);
    zkl_buffer_put_text(out, MAGIC);
    zkl_buffer_put_u32(out, FORMAT_VERSION);
    zkl_buffer_put_field(out, ZKL_VERSION, strlen(ZKL_VERSION));
    zkl_buffer_put(out, known->ledger.bytes, 32);
    zkl_buffer_put_u64(out, known->size);
    zkl_buffer_put(out, known->root.bytes, 32);
    zkl_buffer_put_u64(out, known->checkpoint_count);
    zkl_buffer_put(out, known->checkpoints.bytes, 32);
    for (size_t i = 0; i < ZKL_INDEX_KIND_COUNT; i++)
        zkl_buffer_put_u64(out, known->counts.of[i]);
    zkl_buffer_put_u64(out, known->counts.names);
    zkl_buffer_put(out, known->indexes.bytes, 32);
    zkl_buffer_put_u8(out, known->proofs);
    zkl_buffer_put_field(out, known->trust.data, known->trust.size);
    if (zkl_buffer_status(out, NULL) != ZKL_OK)
        return;
    zkl_sha256(&seal, out->data + start, out->size - start);
    zkl_buffer_put(out, seal.bytes, 32);
}

/* The seal first: what is damaged is not read on. */
static zkl_status check_seal(zkl_bytes bytes, zkl_error *err)
{
    zkl_digest seal;
    if (bytes.size < 32 || bytes.size > ZKL_CHAIN_KNOWN_BYTES_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "verified log: %zu bytes", bytes.size);
    zkl_sha256(&seal, bytes.data, bytes.size - 32);
    return memcmp(seal.bytes, bytes.data + bytes.size - 32, 32) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "verified log: it is damaged");
}

zkl_status zkl_chain_known_parse(zkl_chain_known *out, zkl_bytes bytes, zkl_error *err)
{
    zkl_chain_known known = { 0 };
    ZKL_TRY(check_seal(bytes, err));
    zkl_reader reader = zkl_reader_of(zkl_bytes_of(bytes.data, bytes.size - 32));
    const zkl_bytes magic = zkl_reader_take(&reader, 8, "magic");
    const uint32_t version = zkl_reader_u32(&reader, "version");
    const zkl_bytes program = zkl_reader_field(&reader, PROGRAM_BYTES_MAX, "program");
    if (!zkl_bytes_equal_text(magic, MAGIC) || version != FORMAT_VERSION ||
        !zkl_bytes_equal_text(program, ZKL_VERSION))
        return zkl_fail(err, ZKL_BAD_INPUT, "verified log: another version wrote it");
    zkl_reader_copy(&reader, known.ledger.bytes, 32, "ledger");
    known.size = zkl_reader_u64(&reader, "size");
    zkl_reader_copy(&reader, known.root.bytes, 32, "root");
    known.checkpoint_count = zkl_reader_u64(&reader, "checkpoints");
    zkl_reader_copy(&reader, known.checkpoints.bytes, 32, "checkpoints");
    for (size_t i = 0; i < ZKL_INDEX_KIND_COUNT; i++)
        known.counts.of[i] = zkl_reader_u64(&reader, "index");
    known.counts.names = zkl_reader_u64(&reader, "names");
    zkl_reader_copy(&reader, known.indexes.bytes, 32, "indexes");
    const uint8_t proofs = zkl_reader_u8(&reader, "proofs");
    known.trust = zkl_reader_field(&reader, ZKL_TRUST_BYTES_MAX, "trust");
    ZKL_TRY(zkl_reader_finish(&reader, "verified log", err));
    if (!known.size || known.size > ZKL_LOG_SIZE_MAX || proofs > 1 || !known.trust.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "verified log: a value is out of range");
    known.proofs = proofs;
    *out = known;
    return ZKL_OK;
}

static zkl_status path_of(char folder[static PATH_MAX], char path[static PATH_MAX + 80],
                          const char *state, const zkl_digest *ledger, zkl_error *err)
{
    char id[65];
    if (state) {
        if (snprintf(folder, PATH_MAX, "%s/" FOLDER, state) >= PATH_MAX)
            return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", state);
    } else {
        ZKL_TRY(zkl_remember_place(folder, NULL, FOLDER, err));
    }
    zkl_hex_encode(id, ledger->bytes, 32);
    snprintf(path, PATH_MAX + 80, "%s/%s", folder, id);
    return ZKL_OK;
}

static zkl_status load(zkl_chain_known *out, zkl_arena *arena, const char *state,
                       const zkl_digest *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    char folder[PATH_MAX], path[PATH_MAX + 80];
    ZKL_TRY(path_of(folder, path, state, ledger, err));
    ZKL_TRY(zkl_remember_check_own(folder, err));
    ZKL_TRY(zkl_file_check_regular(path, err));
    ZKL_TRY(zkl_remember_check_own(path, err));
    ZKL_TRY(zkl_file_read(&file, path, ZKL_CHAIN_KNOWN_BYTES_MAX, err));
    const void *copy = zkl_arena_copy(arena, file.data, file.size);
    if (!copy)
        return zkl_no_memory(err, file.size);
    ZKL_TRY(zkl_chain_known_parse(out, zkl_bytes_of(copy, file.size), err));
    return zkl_digest_equal(&out->ledger, ledger)
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "verified log: it is of another ledger");
}

/* Invariant 2: whatever is wrong with it costs a walk from the first entry, and nothing else. */
void zkl_chain_known_load(zkl_chain_known *out, zkl_arena *arena, const char *state,
                          const zkl_digest *ledger)
{
    zkl_error none = { 0 };
    *out = (zkl_chain_known){ 0 };
    if (load(out, arena, state, ledger, &none) != ZKL_OK)
        *out = (zkl_chain_known){ 0 };
}

zkl_status zkl_chain_known_save(const zkl_chain_known *known, const char *state, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    char folder[PATH_MAX], path[PATH_MAX + 80];
    ZKL_TRY(path_of(folder, path, state, &known->ledger, err));
    ZKL_TRY(zkl_remember_make_folder(folder, err));
    zkl_chain_known_encode(&bytes, known);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    return zkl_file_replace(path, zkl_buffer_bytes(&bytes), 0600, err);
}

/* ---- What is known, against the log that is walked. */

/* The keys that count behind what is known: no entry before is asked again. */
zkl_status zkl_chain_known_keys(zkl_trust *t, zkl_arena *arena, const zkl_chain_known *known,
                                zkl_error *err)
{
    zkl_trust then;
    ZKL_TRY(zkl_trust_decode(&then, arena, known->trust, err));
    if (!zkl_verifier_key_equal(&then.first_log_key, &t->first_log_key) ||
        !zkl_digest_equal(&then.powers_hash, &t->powers_hash))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store has another first key, or other powers of tau, than when the "
                        "log was verified before");
    t->log_keys = then.log_keys;
    t->log_key_count = then.log_key_count;
    t->signers = then.signers;
    t->signer_count = then.signer_count;
    return ZKL_OK;
}

/* The notes so far are those that were verified before. */
zkl_status zkl_chain_known_check_notes(const zkl_chain_known *known, const zkl_sha256_state *notes,
                                       zkl_error *err)
{
    zkl_sha256_state so_far = *notes;
    zkl_digest digest;
    zkl_sha256_final(&so_far, &digest);
    return zkl_digest_equal(&digest, &known->checkpoints)
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED,
                          "the first %llu checkpoints are not those that were verified before",
                          (unsigned long long)known->checkpoint_count);
}

/* What is known is of this log: as long, and the same tree. The tree is the stored one here;
 * whether it is that of the entries is seen when they are walked. */
zkl_status zkl_chain_known_check_tree(const zkl_chain_known *known, zkl_log *log,
                                      uint64_t *bad_index, zkl_error *err)
{
    const uint64_t have = zkl_log_size(log);
    zkl_digest root;
    *bad_index = have < known->size ? have : known->size - 1;
    if (have < known->size)
        return zkl_fail(err, ZKL_REJECTED,
                        "the log has %llu entries, and %llu were verified before",
                        (unsigned long long)have, (unsigned long long)known->size);
    ZKL_TRY(zkl_log_root(log, &root, known->size, err));
    if (!zkl_digest_equal(&root, &known->root))
        return zkl_fail(err, ZKL_REJECTED,
                        "the first %llu entries are not those that were verified before",
                        (unsigned long long)known->size);
    *bad_index = 0;
    return ZKL_OK;
}
