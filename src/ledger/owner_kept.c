/* The owner secret of a ledger, decrypted once a handle.
 *
 * A passphrase costs 0.15 s of scrypt, and every notarisation needs the secret: a service or a
 * watch of many small files would spend a tenth of its time on it. The handle holds the passphrase
 * and the signing keys for as long as it lives, so with the secret it holds nothing that it could
 * not have made.
 *
 * It counts for the same file under the same passphrase: both are hashed. A key file that was put
 * under another passphrase, or put back, is decrypted anew. */
#include "ledger/ledger_internal.h"

#include "base/file.h"
#include "hash/hash.h"
#include "keys/keyfile.h"

/* The length parts the two. Secret: who has it tries passphrases without scrypt. */
static void hash_source(zkl_digest *out, zkl_bytes file, const zkl_bytes *passphrase)
{
    uint8_t size[8] = { 0 };
    const zkl_bytes parts[3] = { zkl_bytes_of(size, sizeof size),
                                 passphrase ? *passphrase : (zkl_bytes){ 0 }, file };
    zkl_be64_put(size, parts[1].size);
    zkl_hash_parts(out, ZKL_HASH_SHA3_256, parts, ZKL_COUNT(parts));
}

/* *out stays NULL where it is not kept. */
static zkl_status copy_kept(zkl_owner_secret **out, zkl_ledger_kept *kept, const zkl_digest *source,
                            zkl_error *err)
{
    zkl_status status = ZKL_OK;
    pthread_mutex_lock(&kept->mutex);
    if (kept->owner && zkl_digest_equal(&kept->owner_source, source))
        status = zkl_owner_secret_of(out, kept->owner->bytes, err);
    pthread_mutex_unlock(&kept->mutex);
    return status;
}

/* In place of an older one. Threads that open it at once keep the same bytes. */
static void keep(zkl_ledger_kept *kept, zkl_owner_secret *owner, const zkl_digest *source)
{
    pthread_mutex_lock(&kept->mutex);
    zkl_owner_secret *const before = kept->owner;
    kept->owner = owner;
    kept->owner_source = *source;
    pthread_mutex_unlock(&kept->mutex);
    zkl_owner_secret_close(before);
}

/* The mutex is not held while the passphrase is worked on: who reads the log does not wait. */
static zkl_status open_file(zkl_owner_secret **out, zkl_ledger_kept *kept, zkl_bytes bytes,
                            const zkl_bytes *passphrase, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_keyfile) file = { 0 };
    zkl_owner_secret *copy = NULL;
    zkl_digest source;
    ZKL_TRY(zkl_keyfile_open(&file, bytes, passphrase, err));
    if (file.info.kind != ZKL_KEYFILE_OWNER)
        return zkl_fail(err, ZKL_BAD_INPUT, "it holds another kind of key");
    if (file.info.has_passphrase) { /* one in the clear costs nothing */
        ZKL_TRY(zkl_owner_secret_of(&copy, file.owner.bytes, err));
        hash_source(&source, bytes, passphrase);
        keep(kept, copy, &source);
        zkl_wipe(&source, sizeof source);
    }
    return zkl_owner_secret_of(out, file.owner.bytes, err);
}

zkl_status zkl_ledger_owner_secret(const zkl_ledger *ledger, zkl_owner_secret **out,
                                   const zkl_bytes *passphrase, zkl_error *err)
{
    char path[ZKL_LEDGER_PATH_BYTES_MAX];
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_owner_secret *found = NULL;
    zkl_digest source;
    zkl_ledger_kept *const kept = &ledger->handle->kept;
    ZKL_TRY(zkl_ledger_path(path, ledger->folder, "keys/owner.key", err));
    ZKL_TRY(zkl_file_read(&bytes, path, ZKL_KEYFILE_BYTES_MAX, err));
    hash_source(&source, zkl_buffer_bytes(&bytes), passphrase);
    zkl_status status = copy_kept(&found, kept, &source, err);
    zkl_wipe(&source, sizeof source);
    if (status == ZKL_OK && !found)
        status = open_file(&found, kept, zkl_buffer_bytes(&bytes), passphrase, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "open '%s'", path);
    *out = found;
    return ZKL_OK;
}
