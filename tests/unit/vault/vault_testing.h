#pragma once
/* A vault over a file of keys in a fresh folder, and what it tells. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"
#include "vault/envelope.h"

typedef struct fixture {
    const char *folder;
    char kek_path[512];
    zkl_crypto *crypto;
    zkl_vault vault;
    size_t uses[5], failures;
} fixture;

static void count_use(void *context, const zkl_vault_use *use)
{
    fixture *const f = context;
    f->uses[use->act]++;
    f->failures += use->status != ZKL_OK;
}

static void fixture_clear(fixture *f)
{
    zkl_kek_close(f->vault.kek);
    zkl_crypto_free(f->crypto);
}

static bool fixture_open_kek(zkl_test *t, fixture *f, bool makes)
{
    zkl_error err = { 0 };
    const zkl_kek_settings settings = {
        .provider = "file", .crypto = f->crypto, .file = f->kek_path, .makes = makes
    };
    zkl_kek_close(f->vault.kek);
    f->vault.kek = NULL;
    const bool is_open = zkl_kek_open(&f->vault.kek, &settings, &err) == ZKL_OK;
    if (!is_open)
        FAIL(t, "%s", err.text);
    return is_open;
}

static bool fixture_open(zkl_test *t, fixture *f)
{
    *f = (fixture){ .folder = test_folder(t) };
    snprintf(f->kek_path, sizeof f->kek_path, "%s/kek", f->folder);
    if (zkl_crypto_new(&f->crypto, false, NULL) != ZKL_OK || !fixture_open_kek(t, f, true))
        return false;
    f->vault.crypto = f->crypto;
    f->vault.used = count_use;
    f->vault.context = f;
    return true;
}

static const char *fixture_path(zkl_test *t, const fixture *f, const char *name)
{
    return zkl_arena_format(&t->arena, "%s/%s", f->folder, name);
}

/* content in an envelope, in a file of that name. */
static inline void fixture_write(zkl_test *t, fixture *f, const char *path, zkl_object_name name,
                                 zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_envelope_encode(&out, &f->vault, name, content, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(path, zkl_buffer_bytes(&out), 0600, NULL));
}
