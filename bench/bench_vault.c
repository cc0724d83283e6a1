/* Envelopes against AES-256-GCM alone, in the same run: 64 MiB in memory, minimum and median of 9;
 * and what wrapping a key by a file of keys costs. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "bench_timing.h"
#include "vault/envelope.h"

enum { RUNS = 9, KEYS = 2000 };
#define BYTES ((size_t)64 << 20)
#define PIECE ((size_t)64 << 10)

static const zkl_object_name name = { "file", "files/bench" };
static zkl_vault vault;
static uint8_t *plain, *hidden;
static int sealed_file;

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* One key, one context: what libcrypto can do, as `openssl speed -evp aes-256-gcm` does it. */
static void cipher_alone(void)
{
    static const uint8_t key[32] = { 1 };
    uint8_t nonce[12] = { 0 }, tag[16];
    int size;
    EVP_CIPHER_CTX *const c = EVP_CIPHER_CTX_new();
    must(c && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce) == 1);
    for (size_t at = 0; at < BYTES; at += PIECE) {
        nonce[0]++;
        must(EVP_EncryptInit_ex(c, NULL, NULL, NULL, nonce) == 1 &&
             EVP_EncryptUpdate(c, hidden + at, &size, plain + at, (int)PIECE) == 1 &&
             EVP_EncryptFinal_ex(c, tag, &size) == 1 &&
             EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, sizeof tag, tag) == 1);
    }
    EVP_CIPHER_CTX_free(c);
}

static void seal(void)
{
    zkl_envelope_writer *w = NULL;
    const zkl_envelope_sink sink = { .fd = sealed_file, .path = "bench" };
    must(lseek(sealed_file, 0, SEEK_SET) == 0);
    must(zkl_envelope_writer_new(&w, &vault, name, &sink, NULL) == ZKL_OK);
    for (size_t at = 0; at < BYTES; at += PIECE)
        must(zkl_envelope_put(w, plain + at, PIECE, NULL) == ZKL_OK);
    must(zkl_envelope_finish(w, NULL) == ZKL_OK);
    zkl_envelope_writer_free(w);
}

static void open_again(void)
{
    zkl_envelope_reader *r = NULL;
    must(zkl_envelope_reader_new(&r, &vault, name, sealed_file, "bench", NULL) == ZKL_OK);
    for (size_t at = 0; at < BYTES; at += PIECE)
        must(zkl_envelope_read(r, hidden + at, at, PIECE, NULL) == ZKL_OK);
    zkl_envelope_reader_free(r);
}

static void keys(void)
{
    static const uint8_t key[32] = { 2 };
    uint8_t object[32] = { 0 }, back[32];
    zkl_wrapped_key wrapped;
    for (uint32_t i = 0; i < KEYS; i++) {
        zkl_be32_put(object, i);
        must(zkl_vault_wrap(&vault, &wrapped, &(zkl_object_key){ key, object }, name, NULL) ==
                 ZKL_OK &&
             zkl_vault_unwrap(&vault, back, &wrapped, object, name, NULL) == ZKL_OK);
    }
}

static double report(const char *what, void (*run)(void), double units, const char *unit)
{
    double times[RUNS];
    run(); /* warm */
    for (int i = 0; i < RUNS; i++) {
        const double start = bench_now_ms();
        run();
        times[i] = (bench_now_ms() - start) / 1e3;
    }
    bench_sort(times, RUNS);
    printf("%-28s %10.1f %s at best, %10.1f median\n", what, units / times[0], unit,
           units / times[RUNS / 2]);
    return times[RUNS / 2];
}

int main(void)
{
    char path[] = "/tmp/zkl-bench-kek-XXXXXX";
    zkl_crypto *crypto = NULL;
    must(mkdtemp(path) != NULL);
    char file[64];
    snprintf(file, sizeof file, "%s/kek", path);
    must(zkl_crypto_new(&crypto, false, NULL) == ZKL_OK);
    const zkl_kek_settings s = {
        .provider = "file", .crypto = crypto, .file = file, .makes = true
    };
    must(zkl_kek_open(&vault.kek, &s, NULL) == ZKL_OK);
    vault.crypto = crypto;
    plain = zkl_calloc(BYTES, 1);
    hidden = zkl_calloc(BYTES, 1);
    sealed_file = zkl_file_open_unnamed("/dev/shm");
    must(plain && hidden && sealed_file >= 0);
    const double alone = report("AES-256-GCM alone", cipher_alone, (double)BYTES / 1e6, "MB/s");
    const double sealing = report("envelope, written", seal, (double)BYTES / 1e6, "MB/s");
    const double opening = report("envelope, read", open_again, (double)BYTES / 1e6, "MB/s");
    report("keys wrapped and unwrapped", keys, KEYS, "/s");
    printf("written %.2f, read %.2f times the cipher alone\n", sealing / alone, opening / alone);
    unlink(file);
    rmdir(path);
    return 0;
}
