/* OpenSSF model signing 1.0: a Sigstore bundle over the hashes of the version's files, signed by a
 * P-256 key that the caller gives.
 *
 *  1. It says that these files are the caller's, and nothing of the ledger: its verifiers know no
 *     proofs. The hashes are those that the notarisation publishes.
 *  2. The key is read, used once and wiped; it is never the ledger's. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "keys/pem_key.h"
#include "keys/sign_record.h"
#include "service/export_facts.h"

/* Verifiers hash the digests in the order of the names. */
static int by_name(const void *a, const void *b)
{
    return strcmp((*(const zkl_file_info *const *)a)->name,
                  (*(const zkl_file_info *const *)b)->name);
}

static void put_resources(zkl_json_writer *w, const zkl_file_info *const *files, size_t count)
{
    zkl_json_open(w, "resources", '[');
    for (size_t i = 0; i < count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "name", files[i]->name);
        zkl_json_text(w, "algorithm", "sha256");
        zkl_json_digest(w, "digest", &files[i]->sha256);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

/* The subject's hash is that of the files' hashes, one behind the other. */
static zkl_status put_statement(zkl_buffer *out, const char *name,
                                const zkl_file_info *const *files, size_t count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) digests = { 0 };
    zkl_json_writer w = { .out = out, .is_flat = true };
    zkl_digest root;
    for (size_t i = 0; i < count; i++)
        zkl_buffer_put(&digests, files[i]->sha256.bytes, sizeof files[i]->sha256.bytes);
    ZKL_TRY(zkl_buffer_status(&digests, err));
    zkl_sha256(&root, digests.data, digests.size);
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "_type", "https://in-toto.io/Statement/v1");
    zkl_json_open(&w, "subject", '[');
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "name", name);
    zkl_json_open(&w, "digest", '{');
    zkl_json_digest(&w, "sha256", &root);
    zkl_json_close(&w);
    zkl_json_close(&w);
    zkl_json_close(&w);
    zkl_json_text(&w, "predicateType", "https://model_signing/signature/v1.0");
    zkl_json_open(&w, "predicate", '{');
    zkl_json_open(&w, "serialization", '{');
    zkl_json_text(&w, "method", "files");
    zkl_json_text(&w, "hash_type", "sha256");
    zkl_json_bool(&w, "allow_symlinks", false);
    zkl_json_open(&w, "ignore_paths", '[');
    zkl_json_close(&w);
    zkl_json_close(&w);
    put_resources(&w, files, count);
    zkl_json_close(&w);
    zkl_json_close(&w);
    return zkl_buffer_status(out, err);
}

/* The hint is the hash of the public key in PEM: by it a verifier finds the key. */
static zkl_status put_bundle(zkl_buffer *out, const zkl_signer *signer, zkl_bytes statement,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) pem = { 0 };
    zkl_digest hint;
    zkl_json_writer w = zkl_json_writer_of(out);
    ZKL_TRY(zkl_dsse_sign(&envelope, ZKL_DSSE_TYPE_IN_TOTO, statement, &signer, 1, err));
    zkl_public_key_encode_pem(&pem, &signer->public_key);
    zkl_buffer_put_u8(&envelope, 0);
    ZKL_TRY(zkl_buffer_status(&pem, err));
    ZKL_TRY(zkl_buffer_status(&envelope, err));
    zkl_sha256(&hint, pem.data, pem.size);
    zkl_json_open(&w, NULL, '{');
    zkl_json_text(&w, "mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json");
    zkl_json_open(&w, "verificationMaterial", '{');
    zkl_json_open(&w, "publicKey", '{');
    zkl_json_digest(&w, "hint", &hint);
    zkl_json_close(&w);
    zkl_json_open(&w, "tlogEntries", '[');
    zkl_json_close(&w);
    zkl_json_close(&w);
    zkl_json_raw(&w, "dsseEnvelope", (const char *)envelope.data);
    zkl_json_close(&w);
    return zkl_buffer_status(out, err);
}

static zkl_status read_key(zkl_signing_key *out, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) pem = { 0 }; /* wiped */
    ZKL_TRY(zkl_file_read(&pem, path, ZKL_PEM_KEY_BYTES_MAX, err));
    const zkl_status status = zkl_signing_key_from_pem(out, zkl_buffer_bytes(&pem), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%.500s'", path);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) statement = { 0 };
    ZKL_AUTO_CLEAR(zkl_signing_key) key = { 0 };
    if (!source->request->signing_key)
        return zkl_fail_hint(err, ZKL_USAGE, ZKL_HINT_GIVE_SIGNING_KEY,
                             "this format is signed by a P-256 key of the caller's own");
    ZKL_TRY(export_facts_gather(&f, source, err));
    ZKL_TRY(export_need_digests(&f, "model signing", err));
    const zkl_read_info *read = &f.verdict.read;
    const zkl_file_info **files =
        ZKL_ARENA_NEW(&f.memory, const zkl_file_info *, read->digest_count);
    if (!files)
        return zkl_no_memory(err, read->digest_count * sizeof *files);
    for (size_t i = 0; i < read->digest_count; i++)
        files[i] = &read->digests[i];
    qsort(files, read->digest_count, sizeof *files, by_name);
    ZKL_TRY(put_statement(&statement, f.reference, files, read->digest_count, err));
    ZKL_TRY(read_key(&key, source->request->signing_key, err));
    return put_bundle(out, &key.signer, zkl_buffer_bytes(&statement), err);
}

const export_module service_export_oms = {
    .kind = { .ending = ".oms.sig" },
    .takes_signing_key = true,
    .make_file = make_file,
};
