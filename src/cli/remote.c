/* --remote: an operation of a service in place of one on a ledger here.
 *
 * 1. A command calls operations by cli_call, and never asks which it is. What it can do at a
 *    service is said in one table below, and in no command.
 * 2. What a receipt is worth is never the service's word: `verify` runs here, by a trust file.
 * 3. The key is in memory of its own that is wiped, and in no option. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/commands.h"
#include "text/shown.h"

#define KEY_BYTES_MAX 16384
#define PATIENCE_SECONDS 60

/* ---- which command goes where */

static const cli_place places[] = {
    { "notarize", "--each", CLI_NOWHERE, "'watch FOLDER --once' sends the files of a folder" },
    { "notarize", NULL, CLI_THERE, NULL },
    { "prove", NULL, CLI_THERE, NULL },
    { "transform", "--pipeline", CLI_NOWHERE,
      "its file names files of the ledger's machine; run the steps one by one" },
    { "transform", NULL, CLI_THERE, NULL },
    { "split", NULL, CLI_THERE, NULL },
    { "disclose", NULL, CLI_THERE, NULL },
    { "spool", NULL, CLI_THERE, NULL },
    { "link", NULL, CLI_THERE, NULL },
    { "branch", NULL, CLI_THERE, NULL },
    { "revoke", NULL, CLI_THERE, NULL },
    { "lineage", NULL, CLI_THERE, "with --verify by the service's own word, which is said" },
    { "show", NULL, CLI_THERE, "a receipt that is a file is shown here" },
    { "diff", NULL, CLI_THERE, "two receipts that are files are compared here" },
    { "verify-chain", NULL, CLI_THERE, "by the service's own word, which is said" },
    { "log", "cosign submit", CLI_NOWHERE, "the service asks its witnesses itself" },
    { "log", NULL, CLI_THERE, NULL },
    { "audit", NULL, CLI_THERE, "by the service's own word, which is said" },
    { "export", NULL, CLI_THERE, NULL },
    { "renew", NULL, CLI_THERE, NULL },
    { "timestamp", NULL, CLI_THERE, "a receipt that is a file is stamped here" },
    { "keys", "backup", CLI_NOWHERE, "a ledger's keys do not leave its machine" },
    { "keys", "restore", CLI_NOWHERE, "a ledger's keys are put back on its machine" },
    { "keys", "make", CLI_HERE, "it is a key of no ledger" },
    { "keys", NULL, CLI_THERE, NULL },
    { "setup", "import", CLI_HERE, "it goes into this machine's cache" },
    { "setup", "new", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "invite", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "contribute", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "take", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "beacon", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "next", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "finish", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", "verify", CLI_HERE, "a ceremony is of no ledger" },
    { "setup", NULL, CLI_THERE, NULL },
    { "verify", NULL, CLI_HERE,
      "by a trust file and never by the service's word; the receipt of NAME is fetched from it" },
    { "witness", NULL, CLI_HERE, "a witness is of no ledger" },
    { "policies", NULL, CLI_HERE, "they come with this program" },
    { "completion", NULL, CLI_HERE, "it is of this program" },
    { "man", NULL, CLI_HERE, "it is of this program" },
    { "init", NULL, CLI_NOWHERE, "a ledger is made on the machine that it lies on" },
    { "watch", "--once", CLI_THERE, "all files of the folder are sent, and compared there" },
    { "watch", NULL, CLI_NOWHERE,
      "a folder is followed on the ledger's machine; '--once' sends what is there" },
    { "status", NULL, CLI_NOWHERE, "it compares files of the ledger's machine" },
    { "config", NULL, CLI_NOWHERE, "settings lie on the ledger's machine" },
    { "doctor", NULL, CLI_NOWHERE, "it looks at the ledger's machine" },
};

const cli_place *cli_place_at(size_t index)
{
    return index < ZKL_COUNT(places) ? &places[index] : NULL;
}

/* "cosign submit" of `log cosign submit URL`. */
static bool is_action(const cli_run *run, const char *action)
{
    if (strncmp(action, "--", 2) == 0)
        return cli_has(run, action + 2);
    for (size_t i = 0; i < run->argument_count; i++) {
        const size_t size = strcspn(action, " ");
        if (strlen(run->arguments[i]) != size || strncmp(run->arguments[i], action, size) != 0)
            return false;
        if (!action[size])
            return true;
        action += size + 1;
    }
    return false;
}

static const cli_place *find_place(const cli_run *run)
{
    for (size_t i = 0; i < ZKL_COUNT(places); i++)
        if (strcmp(places[i].command, run->command->name) == 0 &&
            (!places[i].action || is_action(run, places[i].action)))
            return &places[i];
    ZKL_UNREACHABLE("every command has a row");
    return NULL;
}

/* ---- the address */

/* An option, else the environment; NULL: neither. */
static const char *setting(const cli_run *run, const char *option, const char *variable)
{
    const char *const value = cli_value(run, option);
    const char *const kept = value ? NULL : getenv(variable);
    return value ? value : kept && *kept ? kept : NULL;
}

/* A ledger that is named on the command line comes before the environment. */
static const char *find_url(const cli_run *run)
{
    if (!cli_has(run, "remote") && cli_has(run, "ledger"))
        return NULL;
    return setting(run, "remote", "ZKL_REMOTE");
}

zkl_status cli_remote_choose(cli_run *run, zkl_error *err)
{
    const char *const url = find_url(run);
    if (!url)
        return ZKL_OK;
    if (cli_has(run, "ledger"))
        return zkl_fail(err, ZKL_USAGE, "--remote and --ledger name two ledgers");
    const cli_place *const place = find_place(run);
    if (place->kind == CLI_NOWHERE)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s%s%s' does not work on a ledger of a service: %s%s", place->command,
                        place->action ? " " : "", place->action ? place->action : "", place->why,
                        cli_has(run, "remote") ? ""
                                               : " ($ZKL_REMOTE names the service; --ledger "
                                                 "names a ledger here)");
    run->remote_url = url;
    run->is_remote = place->kind == CLI_THERE;
    return ZKL_OK;
}

/* ---- the key */

/* A key in a file that others can read is theirs too. */
static zkl_status check_key_file(int fd, const char *path, zkl_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return zkl_fail_errno(err, "read", path);
    if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
        return zkl_fail(err, ZKL_DENIED,
                        "'%s' can be read by others: a key's file has mode 0600 (chmod 600)", path);
    if (S_ISREG(st.st_mode) && st.st_uid != geteuid() && st.st_uid != 0)
        return zkl_fail(err, ZKL_DENIED, "'%s' belongs to somebody else", path);
    return ZKL_OK;
}

/* Its first line. */
static zkl_status keep_key(cli_run *run, zkl_bytes text, const char *from, zkl_error *err)
{
    size_t size = 0;
    while (size < text.size && text.data[size] != '\n' && text.data[size] != '\r')
        size++;
    if (!size || size > KEY_BYTES_MAX)
        return zkl_fail(err, ZKL_USAGE, "%s holds no key", from);
    run->remote_key = zkl_secret_new(size + 1);
    if (!run->remote_key)
        return zkl_no_memory(err, size + 1);
    memcpy(run->remote_key, text.data, size);
    return ZKL_OK;
}

static zkl_status read_key_file(cli_run *run, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path);
    zkl_status status = check_key_file(fd, path, err);
    if (status == ZKL_OK)
        status = zkl_fd_read(&text, fd, path, KEY_BYTES_MAX + 2, err);
    close(fd);
    ZKL_TRY(status);
    return keep_key(run, zkl_buffer_bytes(&text), path, err);
}

/* *from: what errors call it; NULL: there is none. The environment loses it: a program that is
 * started from here has no use for it. */
static zkl_status find_key(const char **from, cli_run *run, zkl_error *err)
{
    const char *const path = setting(run, "remote-key-file", "ZKL_REMOTE_KEY_FILE");
    char *const kept = getenv("ZKL_REMOTE_KEY");
    *from = NULL;
    if (!cli_has(run, "remote-key-file") && kept && *kept) {
        *from = "$ZKL_REMOTE_KEY";
        const zkl_status status = keep_key(run, zkl_bytes_of_text(kept), *from, err);
        zkl_wipe(kept, strlen(kept));
        unsetenv("ZKL_REMOTE_KEY");
        return status;
    }
    if (!path)
        return ZKL_OK;
    *from = path;
    return read_key_file(run, path, err);
}

/* ---- calls */

static zkl_status open_service(cli_run *run, zkl_error *err)
{
    uint64_t patience = PATIENCE_SECONDS;
    const char *from;
    if (run->service)
        return ZKL_OK;
    ZKL_ASSERT(run->remote_url);
    ZKL_TRY(cli_value_u64(run, "wait", &patience, err));
    ZKL_TRY(find_key(&from, run, err));
    const remote_options options = {
        .url = run->remote_url,
        .ledger = setting(run, "remote-ledger", "ZKL_REMOTE_LEDGER"),
        .key = run->remote_key,
        .key_from = from,
        .ca = setting(run, "remote-ca", "ZKL_REMOTE_CA"),
        .certificate = setting(run, "remote-certificate", "ZKL_REMOTE_CERTIFICATE"),
        .certificate_key = setting(run, "remote-certificate-key", "ZKL_REMOTE_CERTIFICATE_KEY"),
        .allows_plain = cli_has(run, "remote-plain"),
        .patience_ms = 1000 * patience,
        .is_shown = !run->json,
        .notice = cli_ledger_notice(run)
    };
    return remote_service_open(&run->service, &options, err);
}

zkl_status cli_remote_open(cli_run *run, zkl_error *err)
{
    ZKL_ASSERT(run->is_remote);
    return open_service(run, err);
}

void cli_remote_close(cli_run *run)
{
    remote_service_close(run->service);
    zkl_secret_free(run->remote_key);
    run->service = NULL;
    run->remote_key = NULL;
}

/* Said as a warning, also with --quiet: whoever reads "VALID" must learn whose word that is. */
void cli_say_whose_word(cli_run *run)
{
    if (!run->service)
        return;
    json_object_set_new(run->result, "verified_by", json_string("service"));
    cli_warn("note: the service at %s says so of its own ledger; nothing was verified here "
             "('verify' does, by a trust file)\n",
             cli_text(run, run->remote_url));
}

zkl_status cli_call_of(void *result, size_t result_size, cli_run *run, zkl_ledger *ledger,
                       const api_operation *operation, const void *request, size_t request_size,
                       zkl_error *err)
{
    ZKL_ASSERT(result_size == operation->result->size);
    ZKL_ASSERT(request_size == (operation->request ? operation->request->size : 0));
    ZKL_ASSERT(!run->service || !ledger);
    const zkl_status status =
        run->service ? remote_service_call(result, run->service, operation, request, &run->env, err)
                     : operation->run(result, ledger, request, &run->env, err);
    cli_progress_end(run);
    if (status == ZKL_OK && operation->verifies)
        cli_say_whose_word(run);
    return status;
}

/* A ledger here has taken the name by its own rules. */
zkl_status cli_check_told_name(const cli_run *run, const char *name, zkl_error *err)
{
    const bool is_plain =
        name[0] && name[0] != '.' && !strchr(name, '/') && !zkl_has_hidden(zkl_bytes_of_text(name));
    return !run->service || is_plain
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "the service's name of it is no name");
}

/* A receipt for `verify`: fetched into memory, and checked here. */
zkl_status cli_remote_receipt(zkl_buffer *out, cli_run *run, zkl_export_format format,
                              zkl_error *err)
{
    char folder[] = "/tmp/zkp-ledger-XXXXXX";
    api_export_result result = { 0 };
    ZKL_TRY(open_service(run, err));
    remote_service_limit_files(run->service, API_RECEIPT_BYTES_MAX);
    if (!mkdtemp(folder))
        return zkl_fail_errno(err, "make", folder);
    char *const path = zkl_arena_format(&run->arena, "%s/receipt", folder);
    const zkl_export_request request = { .reference = run->arguments[0],
                                         .format = format,
                                         .output = path };
    zkl_status status =
        path ? remote_service_call(&result, run->service, &api_export, &request, &run->env, err)
             : zkl_no_memory(err, 0);
    cli_progress_end(run);
    zkl_arena_clear(&result.memory);
    if (status == ZKL_OK)
        status = zkl_file_read_regular(out, path, API_RECEIPT_BYTES_MAX, err);
    if (path)
        (void)unlink(path);
    (void)rmdir(folder);
    remote_service_close(run->service); /* what follows is of this machine */
    run->service = NULL;
    return status;
}
