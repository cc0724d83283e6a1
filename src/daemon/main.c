/* zkp-ledgerd FOLDER: serves it until SIGTERM or SIGINT; SIGHUP reads certificate, roles,
 * rules of alerts, receivers and limits, and opens the access log, anew. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/main_stack.h"
#include "base/standard_streams.h"
#include "daemon/daemon.h"
#include "daemon/say.h"

static const char help[] =
    "zkp-ledgerd " ZKL_VERSION ": a ledger for many, over HTTP\n"
    "\n"
    "Usage: zkp-ledgerd --init FOLDER       make the folder: settings, a ledger, an admin's key\n"
    "       zkp-ledgerd FOLDER              serve it\n"
    "       zkp-ledgerd --admin-key FOLDER  another admin's key, where it was lost\n"
    "       zkp-ledgerd --encrypt FOLDER    encrypt what is in clear, as the settings say\n"
    "       zkp-ledgerd --version\n"
    "\n"
    "SIGTERM and SIGINT end it when what is in flight is answered; SIGHUP reads the certificate,\n"
    "roles, rules of alerts, receivers and limits, and opens the access log, anew: other settings\n"
    "count from the next start.\n"
    "docs/service.md leads through it.\n";

static int fail(zkl_status status, const zkl_error *err)
{
    daemon_say(DAEMON_SAY_ERROR, "%s", err->text);
    return zkl_status_exit_code(status);
}

/* The settings of a folder that may be none. */
static zkl_status read_settings(daemon_settings *out, const char *folder, zkl_error *err)
{
    const zkl_status status = daemon_settings_read(out, folder, err);
    return status == ZKL_NOT_FOUND
               ? zkl_fail(err, status,
                          "'%s' is no service's folder: it has no zkp-ledgerd.toml (zkp-ledgerd "
                          "--init makes one)",
                          folder)
               : status;
}

static int make(const char *folder)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    zkl_error err = { 0 };
    printf("Making its keys and, once a machine, powers of tau (half a minute)...\n");
    fflush(stdout);
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

static int make_admin(const char *folder)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    zkl_daemon daemon = { 0 };
    zkl_error err = { 0 };
    zkl_status status = read_settings(&daemon.settings, folder, &err);
    if (status == ZKL_OK) {
        status = daemon_add_admin(&secret, &daemon, &err);
        daemon_stop(&daemon);
    }
    daemon_settings_clear(&daemon.settings);
    if (status != ZKL_OK)
        return fail(status, &err);
    printf("Another key of role admin, shown this once:\n\n    %.*s\n\n"
           "End the lost one: DELETE /v1/keys/ID, or the page 'Keys'.\n",
           (int)secret.size, (const char *)secret.data);
    return 0;
}

/* A ledger's configuration where the service's belongs: each key is told its place. */
static void explain(const char *folder)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    if (daemon_settings_explain(&text, folder) && !text.failed)
        fprintf(stderr,
                "These are settings of a ledger. What each means to the service (FOLDER is '%s'):\n"
                "%.*s",
                folder, (int)text.size, (const char *)text.data);
}

static void reload(zkl_daemon *d)
{
    zkl_error err = { 0 };
    zkl_status status = daemon_reload(d, &err);
    if (status != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "it stays as it was: %s", err.text);
    const zkl_status roles = daemon_read_roles(d, &err);
    if (roles != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "the roles stay as they were: %s", err.text);
    const daemon_settings *now = NULL;
    const zkl_status read = daemon_read_settings(&now, d, &err);
    if (read == ZKL_OK)
        daemon_take_limits(d, now);
    else
        daemon_say(DAEMON_SAY_ERROR, "the limits stay as they were: %s", err.text);
    const zkl_status alerts = read == ZKL_OK ? daemon_take_alerts(d, now, &err) : read;
    if (alerts != ZKL_OK)
        daemon_say(DAEMON_SAY_ERROR, "the alerts stay as they were: %s", err.text);
    status = status != ZKL_OK ? status : roles != ZKL_OK ? roles : alerts;
    if (status == ZKL_OK)
        daemon_say(DAEMON_SAY_INFO, "read anew: certificate, roles, alerts, limits, access log; "
                                    "other settings count from the next start");
    daemon_audit_service(d, ZKL_EVENT_SETTINGS_RELOADED,
                         status == ZKL_OK ? NULL : zkl_status_text(status));
}

/* The first version of the key is made where there is none. */
static int encrypt(const char *folder)
{
    daemon_settings settings = { 0 };
    daemon_at_rest *at_rest = NULL;
    uint64_t count = 0;
    zkl_error err = { 0 };
    zkl_status status = read_settings(&settings, folder, &err);
    if (status == ZKL_OK && !settings.at_rest.is_on)
        status = zkl_fail(&err, ZKL_USAGE, "the settings have no table 'encryption'");
    if (status == ZKL_OK)
        status = daemon_at_rest_open(&at_rest, &settings.at_rest, folder, true, &err);
    if (status == ZKL_OK)
        status = daemon_at_rest_begin(&count, at_rest, folder, &err);
    if (status == ZKL_OK)
        status = daemon_at_rest_check(at_rest, &err);
    if (status == ZKL_OK) {
        printf("%llu files encrypted; key %s.\nStill in clear:\n", (unsigned long long)count,
               daemon_at_rest_vault(at_rest)->kek->id);
        for (const daemon_at_rest_row *row = daemon_at_rest_rows; row->what; row++)
            if (!row->is_encrypted)
                printf("  %s: %s\n", row->what, row->why);
    }
    daemon_at_rest_free(at_rest);
    daemon_settings_clear(&settings);
    return status == ZKL_OK ? 0 : fail(status, &err);
}

/* No core file has a key or a value in it, and nobody but root looks into this process. A sanitizer
 * looks into it at its end. */
static void keep_to_itself(void)
{
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
    const struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);      /* lowering is always permitted */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* as above */
#endif
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
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the one who writes it */
    zkl_status status = read_settings(&daemon.settings, folder, &err);
    if (status == ZKL_USAGE)
        explain(folder);
    if (status == ZKL_OK)
        daemon_say_as(daemon.settings.telemetry.log_is_json, daemon.settings.telemetry.log_level);
    if (status == ZKL_OK)
        status = supervisor_sockets(daemon.settings.sockets, &daemon.settings.socket_count, &err);
    if (status == ZKL_OK)
        status = daemon_start(&daemon, &err);
    if (status != ZKL_OK) {
        daemon_settings_clear(&daemon.settings);
        return fail(status, &err);
    }
    for (size_t i = 0; http_address(daemon.server, i); i++)
        printf("Listening on %s\n", http_address(daemon.server, i));
    fflush(stdout);
    supervisor_notify(SUPERVISOR_READY);
    while (sigwait(&signals, &number) == 0 && number == SIGHUP) {
        supervisor_notify(SUPERVISOR_RELOADING);
        reload(&daemon);
        supervisor_notify(SUPERVISOR_READY);
    }
    supervisor_notify(SUPERVISOR_STOPPING);
    daemon_stop(&daemon);
    daemon_settings_clear(&daemon.settings);
    return 0;
}

static const struct {
    const char *option;
    int (*run)(const char *folder);
} ways[] = { { "--init", make }, { "--admin-key", make_admin }, { "--encrypt", encrypt } };

static void say_misuse(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < ZKL_COUNT(ways); i++)
        if (strcmp(argv[1], ways[i].option) == 0) {
            fprintf(stderr, "error: '%s' wants a folder\n\n", argv[1]);
            return;
        }
    if (argc > 1 && argv[1][0] == '-')
        fprintf(stderr, "error: unknown option '%s', or more behind it than a folder\n\n", argv[1]);
    else
        fputs("error: one folder is wanted\n\n", stderr);
}

int main(int argc, char **argv)
{
    if (!zkl_standard_streams_fill())
        return zkl_status_exit_code(ZKL_IO);
    if (!zkl_main_stack_fill()) {
        fputs("error: no memory for the program's stack\n", stderr);
        return zkl_status_exit_code(ZKL_NO_MEMORY);
    }
    keep_to_itself();
    zkl_error err = { 0 };
    if (zkl_native_check(&err) != ZKL_OK)
        return fail(ZKL_USAGE, &err);
    for (size_t i = 0; i < ZKL_COUNT(ways); i++)
        if (argc == 3 && strcmp(argv[1], ways[i].option) == 0)
            return ways[i].run(argv[2]);
    if (argc == 2 && argv[1][0] != '-')
        return serve(argv[1]);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("zkp-ledgerd " ZKL_VERSION);
        return 0;
    }
    const bool asked = argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (!asked)
        say_misuse(argc, argv);
    fputs(help, asked ? stdout : stderr);
    return asked ? 0 : zkl_status_exit_code(ZKL_USAGE);
}
