/* PDF, by a program of its own: `zkl-report-pdf` beside the modules. The library links no drawing,
 * and what draws hostile texts has no network, no other files to write and no secret in its memory.
 *
 *  1. The helper is run only where nobody can have put it who could not have changed this program
 *     (input/beside.h).
 *  2. It gets the model as JSON on standard input, and no file of this process besides. It locks
 *     itself in before it reads (module_pdf.c).
 *  3. What it writes is taken as a whole, and only when it ended well. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "input/beside.h"
#include "report/format.h"

#define HELPER "zkl-report-pdf"
#define PDF_BYTES_MAX ((size_t)1 << 28)
#define MESSAGE_BYTES_MAX 512
#define TICK_MS 200
#define TICKS_MAX 3000 /* ten minutes */

static zkl_status find_helper(char path[static PATH_MAX], zkl_error *err)
{
    zkl_module_folders search;
    ZKL_TRY(zkl_module_folders_find(&search, err));
    for (size_t i = 0; i < search.count; i++) {
        char real[PATH_MAX];
        if (!realpath(search.folders[i], real) ||
            snprintf(path, PATH_MAX, "%s/" HELPER, real) >= PATH_MAX || access(path, F_OK) != 0)
            continue;
        ZKL_TRY(zkl_beside_check(&search.program, real, "the PDF writer is not run", err));
        return zkl_beside_check(&search.program, path, "the PDF writer is not run", err);
    }
    return zkl_fail(err, ZKL_NOT_SUPPORTED,
                    "this installation writes no PDF: it has no '" HELPER
                    "', which is built where cairo and pango are");
}

/* ---- Files in memory, in the place of its standard input, output and error. */

typedef struct helper_files {
    int in, out, message; /* -1: not open */
} helper_files;

static void helper_files_clear(helper_files *f)
{
    const int all[] = { f->in, f->out, f->message };
    for (size_t i = 0; i < ZKL_COUNT(all); i++)
        if (all[i] >= 0)
            close(all[i]);
}

static zkl_status open_files(helper_files *out, zkl_bytes input, zkl_error *err)
{
    *out = (helper_files){ memfd_create("in", MFD_CLOEXEC), memfd_create("out", MFD_CLOEXEC),
                           memfd_create("message", MFD_CLOEXEC) };
    if (out->in < 0 || out->out < 0 || out->message < 0)
        return zkl_fail_errno(err, "make a file in memory for", HELPER);
    ZKL_TRY(zkl_fd_write(out->in, input, HELPER, err));
    return lseek(out->in, 0, SEEK_SET) == 0 ? ZKL_OK : zkl_fail_errno(err, "rewind", HELPER);
}

/* ---- Running. */

/* Its environment has nothing of this one but where fonts are configured. */
static int spawn(pid_t *pid, const char *path, const helper_files *files)
{
    char fonts[PATH_MAX + 32] = "LC_ALL=C.UTF-8";
    char *arguments[] = { (char[]){ HELPER }, NULL };
    char *environment[] = { (char[]){ "LANG=C.UTF-8" }, fonts, NULL };
    const char *config = secure_getenv("FONTCONFIG_FILE");
    posix_spawn_file_actions_t actions;
    if (config && *config == '/')
        snprintf(fonts, sizeof fonts, "FONTCONFIG_FILE=%s", config);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawn_file_actions_adddup2(&actions, files->in, 0);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, files->out, 1);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, files->message, 2);
    if (!failed)
        failed = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failed)
        failed = posix_spawn(pid, path, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* Its end, unless the caller wants to stop or it takes too long: then it is killed. */
static zkl_status await(int *ended, pid_t pid, const zkl_env *env, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    const int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd end = { .fd = handle, .events = POLLIN };
    for (int tick = 0; handle >= 0 && status == ZKL_OK; tick++) {
        if (poll(&end, 1, TICK_MS) > 0)
            break;
        status = tick < TICKS_MAX
                     ? zkl_env_progress(env, "writing PDF", (uint64_t)tick, 0, err)
                     : zkl_fail(err, ZKL_LIMIT, "the PDF writer took longer than ten minutes");
    }
    if (status != ZKL_OK)
        kill(pid, SIGKILL);
    if (handle >= 0)
        close(handle);
    while (waitpid(pid, ended, 0) < 0)
        if (errno != EINTR)
            return status != ZKL_OK ? status : zkl_fail_errno(err, "wait for", HELPER);
    return status;
}

static zkl_status tell_failure(const helper_files *files, int ended, zkl_error *err)
{
    char message[MESSAGE_BYTES_MAX] = "";
    const ssize_t size = pread(files->message, message, sizeof message - 1, 0);
    for (ssize_t i = 0; i < size; i++) /* one line, whatever it says */
        if (message[i] == '\n' || message[i] == '\r')
            message[i] = ' ';
    if (WIFSIGNALED(ended))
        return zkl_fail(err, ZKL_IO, "the PDF writer was ended by signal %d", WTERMSIG(ended));
    return zkl_fail(err, ZKL_IO, "the PDF writer failed: %s", message);
}

static zkl_status put_file(zkl_buffer *out, const report_model *model, const zkl_env *env,
                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) input = { 0 };
    ZKL_AUTO_CLEAR(helper_files) files = { -1, -1, -1 };
    char path[PATH_MAX];
    pid_t pid;
    int ended = 0;
    ZKL_TRY(find_helper(path, err));
    ZKL_TRY(report_put_json_shown(&input, model, err));
    ZKL_TRY(open_files(&files, zkl_buffer_bytes(&input), err));
    errno = spawn(&pid, path, &files);
    if (errno)
        return zkl_fail_errno(err, "run", path);
    ZKL_TRY(await(&ended, pid, env, err));
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        return tell_failure(&files, ended, err);
    if (lseek(files.out, 0, SEEK_SET) != 0)
        return zkl_fail_errno(err, "rewind", HELPER);
    return zkl_fd_read(out, files.out, HELPER, PDF_BYTES_MAX, err);
}

const report_format report_export_pdf = { put_file };
