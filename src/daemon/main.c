/* zkp-ledgerd FOLDER: serves it until SIGTERM or SIGINT; SIGHUP reads the certificate anew. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/daemon.h"

static const char help[] =
    "zkp-ledgerd " ZKL_VERSION ": a ledger for many, over HTTP\n"
    "\n"
    "Usage: zkp-ledgerd --init FOLDER     make the folder: settings, a ledger, an admin's key\n"
    "       zkp-ledgerd FOLDER            serve it\n"
    "\n"
    "SIGTERM and SIGINT end it when what is in flight is answered; SIGHUP reads the certificate\n"
    "anew. docs/service.md leads through it.\n";

static int fail(zkl_status status, const zkl_error *err)
{
    fprintf(stderr, "error: %s\n", err->text);
    return zkl_status_exit_code(status);
}

static int make(const char *folder)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    zkl_error err = { 0 };
    const zkl_status status = daemon_make(&secret, folder, NULL, &err);
    if (status != ZKL_OK)
        return fail(status, &err);
    printf("Made %s: zkp-ledgerd.toml, ledger, keys.json.\n"
           "The key of its administrator, shown this once:\n\n    %.*s\n\n"
           "Next: zkp-ledgerd %s\n"
           "      curl -T data.csv -H 'Content-Type: text/csv' -H 'Authorization: Bearer sk-...' "
           "http://127.0.0.1:8080/v1/datasets/data\n",
           folder, (int)secret.size, (const char *)secret.data, folder);
    return 0;
}

static int serve(const char *folder)
{
    zkl_error err = { 0 };
    zkl_daemon daemon = { 0 };
    sigset_t signals;
    int number;
    /* before the first thread, so that all have it */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    zkl_status status = daemon_settings_read(&daemon.settings, folder, &err);
    if (status == ZKL_OK)
        status = daemon_start(&daemon, &err);
    if (status != ZKL_OK) {
        daemon_settings_clear(&daemon.settings);
        return fail(status, &err);
    }
    for (size_t i = 0; http_address(daemon.server, i); i++)
        printf("Listening on %s\n", http_address(daemon.server, i));
    fflush(stdout);
    while (sigwait(&signals, &number) == 0 && number == SIGHUP)
        if (http_reload(daemon.server, &err) != ZKL_OK)
            fprintf(stderr, "the certificate stays as it was: %s\n", err.text);
    daemon_stop(&daemon);
    daemon_settings_clear(&daemon.settings);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--init") == 0)
        return make(argv[2]);
    if (argc == 2 && argv[1][0] != '-')
        return serve(argv[1]);
    const bool asked = argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    fputs(help, asked ? stdout : stderr);
    return asked ? 0 : zkl_status_exit_code(ZKL_USAGE);
}
