/* The whole service behind one connection: what a stranger sends to it, and what a client with a
 * key sends that may do everything but begin operations. Byte 0 says where the rest is cut in two.
 *
 * The service is a real one in a folder of its own, and goes on from one input to the next. */
#include "http/http_internal.h"

#include "fuzz_connection.h"

#include <ftw.h>
#include <stdlib.h>

#include "base/file.h"
#include "daemon/daemon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The leak detector does not look through the pages of a ledger, which are kept out of dumps. */
int __lsan_is_turned_off(void);

int __lsan_is_turned_off(void)
{
    return 1;
}

/* The key of the corpus: "sk-" and 64 digits. */
#define KEY_BYTE 0x5a

static const char settings[] = "addresses = [\"unix:s\"]\nmetrics = \"open\"\nlog_public = true\n"
                               "files_count_max = 4\nfiles_bytes_max = 65536\n";
static const char roles[] =
    "[roles.fuzz]\nallow = [\"*\"]\n"
    "deny = [\"datasets:create\", \"datasets:prove\", \"datasets:disclose\", \"datasets:export\","
    "\"datasets:manage\", \"datasets:revoke\", \"log:write\", \"log:audit\", \"signers:*\","
    "\"setup:*\", \"ledgers:create\", \"service:*\", \"keys:create\", \"keys:rotate\","
    "\"keys:delete\", \"telemetry:manage\"]\n";

static char folder[] = "/tmp/zkl-fuzz-service-XXXXXX";
static zkl_daemon service;

static int forget(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static void stop(void)
{
    daemon_stop(&service);
    daemon_settings_clear(&service.settings);
    (void)nftw(folder, forget, 16, FTW_DEPTH | FTW_PHYS);
}

static zkl_status repeat(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)opaque;
    (void)err;
    memset(out, KEY_BYTE, size);
    return ZKL_OK;
}

static zkl_status put_file(const char *name, const char *text, zkl_error *err)
{
    char path[sizeof folder + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)unlink(path);
    return zkl_file_write(path, zkl_bytes_of_text(text), 0600, err);
}

static zkl_status make(zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    const zkl_env env = { 0 }, repeats = { .random = { repeat, NULL } };
    daemon_identity key = {
        .name = "fuzz", .org = DAEMON_OWN_ORGANISATION, .tier = "enterprise", .role = "fuzz"
    };
    daemon_access *access = NULL;
    ZKL_TRY(daemon_make(&secret, folder, &env, err));
    ZKL_TRY(put_file("zkp-ledgerd.toml", settings, err));
    ZKL_TRY(put_file("roles.toml", roles, err));
    ZKL_TRY(daemon_access_open(&access, folder, NULL, &env, err));
    const zkl_status status = daemon_access_add(&secret, access, &key, 0, &repeats, err);
    daemon_access_free(access);
    ZKL_TRY(status);
    ZKL_TRY(daemon_settings_read(&service.settings, folder, err));
    return daemon_start(&service, err);
}

static void log_request(void *context, const http_exchange *x)
{
    daemon_measure(context, x);
}

static void begin(void)
{
    zkl_error err = { 0 };
    ZKL_ASSERT(mkdtemp(folder));
    if (make(&err) != ZKL_OK) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    atexit(stop);
    fuzz_connection_begin((http_app){ .context = &service,
                                      .begin = daemon_begin,
                                      .too_large = daemon_too_large,
                                      .log = log_request });
    fuzz_server.limits.body_bytes_max = DAEMON_NO_BODY_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    int fd;
    if (!service.server)
        begin();
    if (!size)
        return 0;
    const size_t at = data[0] < size - 1 ? data[0] : size - 1;
    (void)fuzz_connection_open(&fd);
    fuzz_connection_send(fd, zkl_bytes_of(data + 1, at), &answer);
    fuzz_connection_send(fd, zkl_bytes_of(data + 1 + at, size - 1 - at), &answer);
    fuzz_connection_end(fd, &answer, 20);
    /* no answer of HTTP/1.1 is a failure of the service's own */
    ZKL_ASSERT(!zkl_bytes_begin_with(zkl_buffer_bytes(&answer), "HTTP/1.1 500"));
    return 0;
}
