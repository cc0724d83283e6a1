/* Key files: docs/formats/keyfile.md. A header that anybody may read, one secret of 32 bytes, and
 * the SHA3-256 of both, which sets a damaged file apart from a wrong passphrase.
 *
 *  1. The header is authenticated with the secret: a file whose name, kind, public key or cost was
 *     changed does not open.
 *  2. The public key that stands in the clear is compared with the one that the secret gives. A
 *     file without a passphrase has no other protection against a changed header.
 *  3. Every secret on the stack is wiped on every path. What is handed out is the caller's to
 *     clear.
 *  4. The cost of a passphrase is bounded before scrypt runs, because the file says it.
 *  5. Salt and nonce are fresh for each encoding, and the key derives from the salt. So no pair of
 *     key and nonce serves twice. */
#include "keys/keyfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/file.h"
#include "base/key_file.h"
#include "keys/cipher.h"

#define MAGIC ZKL_KEYFILE_MAGIC
#define MAGIC_BYTES 8
#define VERSION 1
#define SALT_BYTES 32
#define NONCE_BYTES ZKL_AEAD_NONCE_BYTES
#define TAG_BYTES ZKL_AEAD_TAG_BYTES
#define SECRET_BYTES 32

enum { PROTECTION_NONE = 0, PROTECTION_SCRYPT_AES_256_GCM = 1 };

/* Invariant 4. scrypt takes 128 N r bytes of memory (RFC 7914, section 2): at most 1 GiB here. Its
 * time grows with N r p. */
#define COST_LOG_N_MAX 20
#define COST_R_MAX 16
#define COST_P_MAX 8
#define COST_MEMORY_MAX ((uint64_t)1 << 30)

const zkl_keyfile_cost ZKL_KEYFILE_COST_DEFAULT = { .log_n = 16, .r = 8, .p = 1 };

/* A file taken apart; everything borrows from its bytes. */
typedef struct keyfile_parts {
    zkl_keyfile_info info;
    zkl_key_type type;
    zkl_bytes salt, nonce, body; /* body: the secret, or its ciphertext and tag */
    zkl_bytes header;            /* all before body: authenticated with it */
} keyfile_parts;

void zkl_keyfile_clear(zkl_keyfile *file)
{
    zkl_wipe(file, sizeof *file);
}

/* ---- What may stand in a header */

static bool kind_known(unsigned kind)
{
    return kind >= ZKL_KEYFILE_SIGNER && kind <= ZKL_KEYFILE_WITNESS;
}

/* Logs sign notes with Ed25519, witnesses with ML-DSA-44 too, entries have keys with a DER form. */
static bool type_fits(zkl_keyfile_kind kind, zkl_key_type type)
{
    switch (kind) {
    case ZKL_KEYFILE_LOG:
        return type == ZKL_KEY_ED25519;
    case ZKL_KEYFILE_WITNESS:
        return type == ZKL_KEY_ED25519 || type == ZKL_KEY_ML_DSA_44;
    case ZKL_KEYFILE_SIGNER:
        return zkl_key_type_signs_entries(type);
    case ZKL_KEYFILE_OWNER:
        return true;
    }
    return false;
}

/* What a key of that kind signs; of no meaning for the owner secret, and for a witness, which signs
 * no entry. */
static zkl_key_role role_of(zkl_keyfile_kind kind)
{
    return kind == ZKL_KEYFILE_LOG ? ZKL_ROLE_LOG : ZKL_ROLE_SIGNER;
}

static bool cost_fine(const zkl_keyfile_cost *cost)
{
    return cost->log_n >= 1 && cost->log_n <= COST_LOG_N_MAX && cost->r >= 1 &&
           cost->r <= COST_R_MAX && cost->p >= 1 && cost->p <= COST_P_MAX &&
           ((uint64_t)128 << cost->log_n) * cost->r <= COST_MEMORY_MAX;
}

/* Without control characters, which a terminal would obey. That it is UTF-8 is not checked: what
 * shows the name makes it harmless. */
static bool name_fine(zkl_bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] < 0x20 || name.data[i] == 0x7f)
            return false;
    return name.size <= ZKL_KEYFILE_NAME_BYTES_MAX;
}

zkl_status zkl_keyfile_make(zkl_keyfile *out, zkl_keyfile_kind kind, zkl_key_type type,
                            const char *name, const zkl_env *env, zkl_error *err)
{
    zkl_keyfile file = { .info = { .kind = kind } };
    ZKL_ASSERT(kind_known(kind));
    if (!name_fine(zkl_bytes_of_text(name)))
        return zkl_fail(err, ZKL_USAGE, "the key's name '%s' is too long or not printable", name);
    if (!type_fits(kind, type))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "%s is no algorithm of such a key",
                        zkl_key_type_name(type));
    memcpy(file.info.name, name, strlen(name));
    zkl_status status = kind == ZKL_KEYFILE_OWNER
                            ? zkl_env_random(env, file.owner.bytes, sizeof file.owner.bytes, err)
                            : zkl_signing_key_make(&file.key, type, env, err);
    if (status == ZKL_OK) {
        file.info.public_key = file.key.signer.public_key; /* zeros for the owner secret */
        file.key.signer.role = role_of(kind);
        *out = file;
    }
    zkl_keyfile_clear(&file);
    return status;
}

/* ---- encryption */

/* out = scrypt(passphrase, salt), the key of the cipher (RFC 7914). Its memory accesses depend on
 * the passphrase by design: somebody who shares the machine's caches may learn about it. */
static zkl_status derive_key(uint8_t out[static 32], const zkl_keyfile_cost *cost, zkl_bytes salt,
                             zkl_bytes passphrase, zkl_error *err)
{
    uint64_t n = (uint64_t)1 << cost->log_n;
    /* libcrypto's limit counts N + p + 2 blocks of 128 r bytes; a mebibyte is spare. */
    uint64_t memory = 128 * cost->r * (n + cost->p + 2) + ((uint64_t)1 << 20);
    ZKL_ASSERT(cost_fine(cost) && salt.size == SALT_BYTES);
    if (EVP_PBE_scrypt((const char *)passphrase.data, passphrase.size, salt.data, salt.size, n,
                       cost->r, cost->p, memory, out, 32) != 1) {
        ERR_clear_error();
        return zkl_fail(err, ZKL_NO_MEMORY, "no memory for the passphrase: scrypt needs %llu MiB",
                        (unsigned long long)(memory >> 20));
    }
    return ZKL_OK;
}

/* ---- the file */

/* All before the secret. cost NULL: in the clear, without cost, salt and nonce. */
static void put_header(zkl_buffer *out, const zkl_keyfile_info *info, const zkl_keyfile_cost *cost,
                       zkl_bytes salt, zkl_bytes nonce)
{
    ZKL_ASSERT(salt.size == (cost ? SALT_BYTES : 0) && nonce.size == (cost ? NONCE_BYTES : 0));
    /* An owner secret has no public key, and every other kind has one. */
    ZKL_ASSERT((info->kind == ZKL_KEYFILE_OWNER) == (info->public_key.size == 0));
    zkl_buffer_put(out, MAGIC, MAGIC_BYTES);
    zkl_buffer_put_u16(out, VERSION);
    zkl_buffer_put_u8(out, (uint8_t)info->kind);
    zkl_buffer_put_u8(out, (uint8_t)info->public_key.type);
    zkl_buffer_put_field(out, info->name, strlen(info->name));
    zkl_buffer_put_field(out, info->public_key.bytes, info->public_key.size);
    zkl_buffer_put_u8(out, cost ? PROTECTION_SCRYPT_AES_256_GCM : PROTECTION_NONE);
    if (cost) {
        zkl_buffer_put_u8(out, cost->log_n);
        zkl_buffer_put_u8(out, cost->r);
        zkl_buffer_put_u8(out, cost->p);
        zkl_buffer_put(out, salt.data, salt.size);
        zkl_buffer_put(out, nonce.data, nonce.size);
    }
}

/* The one secret of a file. */
static const uint8_t *secret_of(const zkl_keyfile *file)
{
    return file->info.kind == ZKL_KEYFILE_OWNER ? file->owner.bytes : file->key.secret;
}

static void hash_of(zkl_digest *out, zkl_bytes bytes)
{
    zkl_hash(out, ZKL_HASH_SHA3_256, bytes.data, bytes.size);
}

/* Header, ciphertext and tag. The header ends with the nonce, and all of it is associated data
 * (invariant 1), so it is whole before the secret is sealed. */
static zkl_status put_protected(zkl_buffer *out, const zkl_keyfile *file, zkl_bytes passphrase,
                                const zkl_keyfile_cost *cost, const zkl_env *env, zkl_error *err)
{
    uint8_t random[SALT_BYTES + NONCE_BYTES], key[32], body[SECRET_BYTES + TAG_BYTES];
    size_t start = out->size;
    ZKL_TRY(zkl_env_random(env, random, sizeof random, err));
    const zkl_bytes salt = zkl_bytes_of(random, SALT_BYTES);
    const zkl_bytes nonce = zkl_bytes_of(random + SALT_BYTES, NONCE_BYTES);
    put_header(out, &file->info, cost, salt, nonce);
    ZKL_TRY(zkl_buffer_status(out, err));
    const zkl_aead with = { key, nonce.data, zkl_bytes_of(out->data + start, out->size - start) };
    zkl_status status = derive_key(key, cost, salt, passphrase, err);
    if (status == ZKL_OK && !zkl_aead_seal(body, body + SECRET_BYTES, &with,
                                           zkl_bytes_of(secret_of(file), SECRET_BYTES)))
        status = zkl_fail(err, ZKL_NO_MEMORY, "libcrypto cannot encrypt");
    /* What is left of the body after a failure is wiped by zkl_aead_seal. */
    if (status == ZKL_OK)
        zkl_buffer_put(out, body, sizeof body);
    zkl_wipe(key, sizeof key);
    return status;
}

zkl_status zkl_keyfile_encode(zkl_buffer *out, const zkl_keyfile *file, const zkl_bytes *passphrase,
                              const zkl_keyfile_cost *cost, const zkl_env *env, zkl_error *err)
{
    size_t start = out->size;
    if (!cost)
        cost = &ZKL_KEYFILE_COST_DEFAULT;
    ZKL_ASSERT(kind_known(file->info.kind) && cost_fine(cost));
    if (passphrase && passphrase->size == 0)
        return zkl_fail(err, ZKL_USAGE, "the passphrase is empty");
    if (passphrase && passphrase->size > ZKL_KEYFILE_PASSPHRASE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the passphrase has %zu bytes, at most %d",
                        passphrase->size, ZKL_KEYFILE_PASSPHRASE_BYTES_MAX);
    if (passphrase) {
        ZKL_TRY(put_protected(out, file, *passphrase, cost, env, err));
    } else {
        put_header(out, &file->info, NULL, (zkl_bytes){ 0 }, (zkl_bytes){ 0 });
        zkl_buffer_put(out, secret_of(file), SECRET_BYTES);
    }
    ZKL_TRY(zkl_buffer_status(out, err));
    zkl_digest hash;
    hash_of(&hash, zkl_bytes_of(out->data + start, out->size - start));
    zkl_buffer_put(out, hash.bytes, sizeof hash.bytes);
    return zkl_buffer_status(out, err);
}

/* The public key of the header: sound (zkl_public_key_from_bytes), and of a type that the kind
 * allows. */
static zkl_status read_public_key(keyfile_parts *out, unsigned type, zkl_bytes bytes,
                                  zkl_error *err)
{
    if (out->info.kind == ZKL_KEYFILE_OWNER)
        return type == 0 && bytes.size == 0
                   ? ZKL_OK
                   : zkl_fail(err, ZKL_BAD_INPUT, "key file: an owner secret has no public key");
    if (zkl_key_type_known((zkl_key_type)type) && !type_fits(out->info.kind, (zkl_key_type)type))
        return zkl_fail(err, ZKL_BAD_INPUT, "key file: %s is no algorithm of its kind of key",
                        zkl_key_type_name((zkl_key_type)type));
    ZKL_ASSERT(kind_known(out->info.kind)); /* read_parts set it before */
    out->type = (zkl_key_type)type;
    zkl_status status = zkl_public_key_from_bytes(&out->info.public_key, out->type, bytes, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "key file");
}

bool zkl_keyfile_has_magic(zkl_bytes bytes)
{
    return bytes.size >= MAGIC_BYTES && memcmp(bytes.data, MAGIC, MAGIC_BYTES) == 0;
}

/* A file taken apart, and checked but for its secret. A fault before the hash is compared means
 * that the file is none of ours, or too new; one behind it, that it was written so. */
static zkl_status read_parts(keyfile_parts *out, zkl_bytes bytes, zkl_error *err)
{
    *out = (keyfile_parts){ 0 };
    if (bytes.size > ZKL_KEYFILE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a key file of %zu bytes, at most %d", bytes.size,
                        ZKL_KEYFILE_BYTES_MAX);
    if (!zkl_keyfile_has_magic(bytes))
        return zkl_fail(err, ZKL_BAD_INPUT, "not a key file");

    zkl_reader reader = zkl_reader_of(bytes);
    (void)zkl_reader_take(&reader, MAGIC_BYTES, "magic"); /* compared above */
    uint16_t version = zkl_reader_u16(&reader, "version");
    if (!reader.fault && version != VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "key file: version %u, want %d", version, VERSION);
    unsigned kind = zkl_reader_u8(&reader, "kind"), type = zkl_reader_u8(&reader, "key type");
    zkl_bytes name = zkl_reader_field(&reader, ZKL_KEYFILE_NAME_BYTES_MAX, "name");
    zkl_bytes public_key = zkl_reader_field(&reader, ZKL_PUBLIC_KEY_BYTES_MAX, "public key");
    unsigned protection = zkl_reader_u8(&reader, "protection");
    if (!kind_known(kind))
        zkl_reader_fault(&reader, "kind");
    if (!name_fine(name))
        zkl_reader_fault(&reader, "name");
    if (protection > PROTECTION_SCRYPT_AES_256_GCM)
        zkl_reader_fault(&reader, "protection");
    out->info.has_passphrase = protection == PROTECTION_SCRYPT_AES_256_GCM;
    if (out->info.has_passphrase) {
        zkl_keyfile_cost *cost = &out->info.cost;
        cost->log_n = zkl_reader_u8(&reader, "scrypt N");
        cost->r = zkl_reader_u8(&reader, "scrypt r");
        cost->p = zkl_reader_u8(&reader, "scrypt p");
        if (!cost_fine(cost))
            zkl_reader_fault(&reader, "scrypt cost");
        out->salt = zkl_reader_take(&reader, SALT_BYTES, "salt");
        out->nonce = zkl_reader_take(&reader, NONCE_BYTES, "nonce");
    }
    /* The header ends here; the hash covers it and the secret. */
    out->header = zkl_bytes_of(bytes.data, reader.at);
    out->body = zkl_reader_take(
        &reader, out->info.has_passphrase ? SECRET_BYTES + TAG_BYTES : SECRET_BYTES, "secret");
    size_t hashed = reader.at;
    zkl_bytes hash = zkl_reader_take(&reader, sizeof(zkl_digest), "hash");
    ZKL_TRY(zkl_reader_finish(&reader, "key file", err));

    ZKL_ASSERT(hashed == out->header.size + out->body.size);
    zkl_digest want;
    hash_of(&want, zkl_bytes_of(bytes.data, hashed));
    if (!zkl_digest_equal_bytes(&want, hash.data))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "key file: its hash does not match, the file is damaged");
    out->info.kind = (zkl_keyfile_kind)kind;
    if (name.size)
        memcpy(out->info.name, name.data, name.size);
    return read_public_key(out, type, public_key, err);
}

zkl_status zkl_keyfile_parse(zkl_keyfile_info *out, zkl_bytes bytes, zkl_error *err)
{
    keyfile_parts parts;
    ZKL_TRY(read_parts(&parts, bytes, err));
    *out = parts.info;
    return ZKL_OK;
}

/* The secret out of a file's body, as it stands or decrypted. A wrong passphrase and a changed
 * ciphertext get one answer: the tag says no more. */
static zkl_status read_secret(uint8_t out[static SECRET_BYTES], const keyfile_parts *parts,
                              const zkl_bytes *passphrase, zkl_error *err)
{
    uint8_t key[32];
    if (!parts->info.has_passphrase) {
        memcpy(out, parts->body.data, SECRET_BYTES);
        return ZKL_OK;
    }
    if (!passphrase)
        return zkl_fail(err, ZKL_DENIED, "the key needs its passphrase");
    if (passphrase->size == 0 || passphrase->size > ZKL_KEYFILE_PASSPHRASE_BYTES_MAX)
        return zkl_fail(err, ZKL_DENIED, "wrong passphrase");
    ZKL_ASSERT(parts->nonce.size == NONCE_BYTES && parts->body.size == SECRET_BYTES + TAG_BYTES);
    const zkl_aead with = { key, parts->nonce.data, parts->header };
    zkl_status status = derive_key(key, &parts->info.cost, parts->salt, *passphrase, err);
    if (status == ZKL_OK && !zkl_aead_open(out, parts->body.data + SECRET_BYTES, &with,
                                           zkl_bytes_of(parts->body.data, SECRET_BYTES)))
        status = zkl_fail(err, ZKL_DENIED, "wrong passphrase");
    zkl_wipe(key, sizeof key);
    return status;
}

zkl_status zkl_keyfile_open(zkl_keyfile *out, zkl_bytes bytes, const zkl_bytes *passphrase,
                            zkl_error *err)
{
    keyfile_parts parts;
    uint8_t secret[SECRET_BYTES];
    zkl_keyfile file = { 0 };
    ZKL_TRY(read_parts(&parts, bytes, err));
    file.info = parts.info;
    zkl_status status = read_secret(secret, &parts, passphrase, err);
    if (status == ZKL_OK && parts.info.kind == ZKL_KEYFILE_OWNER)
        memcpy(file.owner.bytes, secret, sizeof secret);
    else if (status == ZKL_OK)
        status = zkl_signing_key_from_secret(&file.key, parts.type, secret, err);
    /* Invariant 2. */
    if (status == ZKL_OK && parts.info.kind != ZKL_KEYFILE_OWNER &&
        !zkl_public_key_equal(&file.key.signer.public_key, &parts.info.public_key))
        status = zkl_fail(err, ZKL_BAD_INPUT, "key file: its public key is not that of its secret");
    file.key.signer.role = role_of(parts.info.kind);
    ZKL_ASSERT(status != ZKL_OK || kind_known(file.info.kind));
    if (status == ZKL_OK)
        *out = file;
    zkl_wipe(secret, sizeof secret);
    zkl_keyfile_clear(&file);
    return status;
}

/* ---- on disk */

zkl_status zkl_keyfile_save(const char *path, const zkl_keyfile *file, const zkl_bytes *passphrase,
                            const zkl_keyfile_cost *cost, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    /* For people, who name the wrong file; against a race it is no protection. */
    if (access(path, F_OK) == 0)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' exists already; a key is never overwritten", path);
    /* Mode 0600 from its creation, and by rename: no moment shows a part of it, or all of it to
     * others. */
    ZKL_TRY(zkl_keyfile_encode(&bytes, file, passphrase, cost, env, err));
    return zkl_file_write(path, zkl_buffer_bytes(&bytes), 0600, err);
}

/* The bytes of a file. A buffer is wiped when it is cleared, with the secret of a file in the
 * clear. */
static zkl_status read_keyfile(zkl_buffer *out, const char *path, bool *others_can_read,
                               zkl_error *err)
{
    struct stat st;
    ZKL_TRY(zkl_file_read(out, path, ZKL_KEYFILE_BYTES_MAX, err));
    if (others_can_read)
        *others_can_read = stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    return ZKL_OK;
}

zkl_status zkl_keyfile_load(zkl_keyfile *out, const char *path, const zkl_bytes *passphrase,
                            bool *others_can_read, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_TRY(read_keyfile(&bytes, path, others_can_read, err));
    zkl_status status = zkl_keyfile_open(out, zkl_buffer_bytes(&bytes), passphrase, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "open '%s'", path);
}

zkl_status zkl_keyfile_load_info(zkl_keyfile_info *out, const char *path, bool *others_can_read,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_TRY(read_keyfile(&bytes, path, others_can_read, err));
    zkl_status status = zkl_keyfile_parse(out, zkl_buffer_bytes(&bytes), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "open '%s'", path);
}

zkl_status zkl_signer_open_file(zkl_signer **out, const char *path, zkl_key_role role,
                                const zkl_bytes *passphrase, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_keyfile) file = { 0 };
    ZKL_TRY(zkl_keyfile_load(&file, path, passphrase, NULL, err));
    if (file.info.kind == ZKL_KEYFILE_OWNER || file.info.kind == ZKL_KEYFILE_WITNESS ||
        role_of(file.info.kind) != role)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' holds another kind of key", path);
    ZKL_ASSERT(file.key.signer.role == role);
    return zkl_signer_of_key(out, role, &file.key, err);
}
