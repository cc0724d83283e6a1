/* The service's settings (zkp-ledgerd.toml): they are taken, or refused with words that say where.
 * What is taken keeps the promises of its parts. */
#include "daemon/daemon.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/zkl-fuzz-settings-XXXXXX";
static char path[sizeof folder + 32];

static void clean_up(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
}

static void check(const daemon_settings *s)
{
    ZKL_ASSERT(s->address_count && s->job_threads >= 1 && s->job_threads <= 64);
    ZKL_ASSERT(!s->certificate == !s->key && s->upload_bytes_max);
    for (size_t i = 0; i < s->address_count && !s->certificate; i++)
        ZKL_ASSERT(strncmp(s->addresses[i], "127.", 4) == 0 ||
                   strncmp(s->addresses[i], "[::1]:", 6) == 0 ||
                   strncmp(s->addresses[i], "unix:", 5) == 0);
    for (size_t i = 0; i < s->readable_count; i++)
        ZKL_ASSERT(s->readable[i][0] == '/');
    ZKL_ASSERT(!s->tokens.client_ca || s->certificate);
    ZKL_ASSERT(daemon_tier_find(&s->limits, "none of these"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) told = { 0 };
    daemon_settings settings = { 0 };
    zkl_error err = { 0 };
    if (!path[0]) {
        ZKL_ASSERT(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/zkp-ledgerd.toml", folder);
        atexit(clean_up);
    }
    FILE *const file = fopen(path, "wb");
    ZKL_ASSERT(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    const zkl_status status = daemon_settings_read(&settings, folder, &err);
    ZKL_ASSERT((status == ZKL_OK) == !err.text[0]);
    ZKL_ASSERT(status == ZKL_OK || status == ZKL_USAGE || status == ZKL_BAD_INPUT ||
               status == ZKL_LIMIT || status == ZKL_NOT_SUPPORTED);
    if (status == ZKL_OK) {
        check(&settings);
        daemon_settings_clear(&settings);
    }
    if (daemon_settings_explain(&told, folder))
        ZKL_ASSERT(told.size);
    return 0;
}
