/* zkl-verify-min RECEIPT TRUST-RECORD: the smallest program around the verifier library. It is
 * built from zkl_verify alone, so that a test can see what verification needs. A trust record is
 * docs/formats/trust.md's binary form. Exit codes as everywhere (include/zkl/status.h). */
#include "verify/receipt.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/standard_streams.h"

static bool read_file(zkl_buffer *out, const char *path, size_t size_max)
{
    uint8_t part[65536];
    FILE *file = fopen(path, "rb");
    bool good = file != NULL;
    for (size_t got; good && (got = fread(part, 1, sizeof part, file)) > 0;) {
        zkl_buffer_put(out, part, got);
        good = out->size <= size_max && !out->failed;
    }
    good = good && !ferror(file);
    if (file)
        fclose(file);
    return good;
}

/* How the table was read, and what of it is seldom meant. */
static zkl_status print_reading(const zkl_manifest *m, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    const char *const *unusual;
    size_t count;
    zkl_reading_words(&words, &m->reading);
    ZKL_TRY(zkl_buffer_status(&words, err));
    ZKL_TRY(zkl_reading_unusual(&unusual, &count, &arena, &m->reading, &m->schema, err));
    printf("read as: %.*s\n", (int)words.size, (const char *)words.data);
    for (size_t i = 0; i < count; i++)
        printf("unusual: %s\n", unusual[i]);
    return ZKL_OK;
}

static void print_verified(const zkl_verified *v)
{
    printf("valid: %s@%u, entry %llu of %s\n", v->name, v->version, (unsigned long long)v->index,
           v->origin);
    for (size_t i = 0; i < v->claim_count; i++)
        printf("proven: %s%s\n", v->claims[i].sentence,
               v->claims[i].is_development ? " (development set-up)" : "");
    for (size_t i = 0; i < v->timestamp_count; i++)
        printf("existed: at %s, by the clock of '%s'\n", v->timestamps[i].time,
               v->timestamps[i].clock);
    if (v->disclosure)
        printf("shown: %zu rows of %zu columns, which this program does not print\n",
               v->disclosure->row_count, v->disclosure->column_count);
    for (size_t i = 0; i < v->not_proven_count; i++)
        printf("not proven: %s\n", v->not_proven[i].text);
}

static zkl_status check_files(const char *receipt_path, const char *trust_path, zkl_error *err)
{
    static const zkl_env env = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) record = { 0 };
    zkl_trust trust;
    zkl_verified verified;
    ZKL_TRY(zkl_native_check(err));
    if (!read_file(&receipt, receipt_path, ZKL_RECEIPT_BYTES_MAX) ||
        !read_file(&record, trust_path, ZKL_TRUST_BYTES_MAX))
        return zkl_fail(err, ZKL_IO, "cannot read '%s' or '%s'", receipt_path, trust_path);
    ZKL_TRY(zkl_trust_decode(&trust, &arena, zkl_buffer_bytes(&record), err));
    ZKL_TRY(zkl_receipt_verify(&verified, &arena, zkl_buffer_bytes(&receipt), &trust, &env, err));
    print_verified(&verified);
    return print_reading(verified.manifest, err);
}

int main(int argc, char **argv)
{
    zkl_error err = { 0 };
    if (!zkl_standard_streams_fill())
        return zkl_status_exit_code(ZKL_IO);
    if (argc != 3) {
        fprintf(stderr, "usage: zkl-verify-min RECEIPT TRUST-RECORD\n");
        return zkl_status_exit_code(ZKL_USAGE);
    }
    zkl_status status = check_files(argv[1], argv[2], &err);
    if (status == ZKL_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = zkl_fail(&err, ZKL_IO, "cannot write to standard output");
    if (status != ZKL_OK)
        fprintf(stderr, "%s: %s\n", zkl_status_text(status), err.text);
    return zkl_status_exit_code(status);
}
