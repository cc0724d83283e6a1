/* curl gets the body by standard input, a file in memory, and writes the answer, a newline and the
 * code to a pipe. It is the caller's program by the caller's PATH, as in a shell. */
#include "cli/post.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

#define ANSWER_BYTES_MAX ((size_t)1 << 16)
#define CODE_CHARS 4 /* "\n200" */

extern char **environ;

/* -q first: no configuration of the user's adds to these. */
static int spawn_curl(pid_t *pid, const char *url, int in, int out)
{
    char *const arguments[] = { (char[]){ "curl" },
                                (char[]){ "-q" },
                                (char[]){ "-sSg" },
                                (char[]){ "--proto" },
                                (char[]){ "=http,https" },
                                (char[]){ "--connect-timeout" },
                                (char[]){ "10" },
                                (char[]){ "--max-time" },
                                (char[]){ "30" },
                                (char[]){ "-H" },
                                (char[]){ "Content-Type: text/plain; charset=utf-8" },
                                (char[]){ "-H" },
                                (char[]){ "Expect:" },
                                (char[]){ "--data-binary" },
                                (char[]){ "@-" },
                                (char[]){ "-w" },
                                (char[]){ "\n%{http_code}" },
                                (char[]){ "--url" },
                                (char *)(uintptr_t)url, /* posix_spawn does not write to it */
                                NULL };
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawn_file_actions_adddup2(&actions, in, 0);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!failed)
        failed = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failed)
        failed = posix_spawnp(pid, "curl", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* To its end, or to one byte more than may come. */
static zkl_status read_answer(zkl_buffer *out, int from, zkl_error *err)
{
    uint8_t part[4096];
    while (out->size <= ANSWER_BYTES_MAX + CODE_CHARS) {
        const ssize_t size = read(from, part, sizeof part);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return zkl_fail_errno(err, "read the answer of", "curl");
        if (size == 0)
            return zkl_buffer_status(out, err);
        zkl_buffer_put(out, part, (size_t)size);
    }
    return zkl_fail(err, ZKL_LIMIT, "the answer has more than %zu bytes", ANSWER_BYTES_MAX);
}

/* Cuts the code off the end. */
static zkl_status take_code(cli_posted *out, const char *url, zkl_error *err)
{
    zkl_buffer *const body = &out->body;
    int code = 0;
    for (size_t i = 1; body->size >= CODE_CHARS && i < CODE_CHARS; i++)
        code = code * 10 + (body->data[body->size - CODE_CHARS + i] - '0');
    if (code < 100 || code > 599)
        return zkl_fail(err, ZKL_IO, "'%.200s' gives no answer of HTTP", url);
    body->size -= CODE_CHARS;
    out->code = code;
    return ZKL_OK;
}

static zkl_status run_curl(cli_posted *out, const char *url, int in, const int pipe_ends[2],
                           zkl_error *err)
{
    pid_t pid;
    int ended = 0;
    const int failed = spawn_curl(&pid, url, in, pipe_ends[1]);
    close(pipe_ends[1]);
    if (failed == ENOENT)
        return zkl_fail(err, ZKL_IO, "asking needs the program curl, which is not there");
    if (failed)
        return zkl_fail(err, ZKL_IO, "curl cannot be started: %s", strerror(failed));
    const zkl_status status = read_answer(&out->body, pipe_ends[0], err);
    if (status != ZKL_OK)
        kill(pid, SIGKILL);
    while (waitpid(pid, &ended, 0) < 0)
        if (errno != EINTR)
            return zkl_fail_errno(err, "wait for", "curl");
    ZKL_TRY(status);
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        return zkl_fail(err, ZKL_IO, "'%.200s' gives no answer", url);
    return take_code(out, url, err);
}

zkl_status cli_post(cli_posted *out, const char *url, zkl_bytes body, zkl_error *err)
{
    int pipe_ends[2];
    *out = (cli_posted){ 0 };
    if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
        return zkl_fail(err, ZKL_USAGE, "'%.200s' is no address (https://HOST/PATH)", url);
    const int in = memfd_create("body", MFD_CLOEXEC);
    if (in < 0)
        return zkl_fail_errno(err, "make a file in memory for", "curl");
    zkl_status status = zkl_fd_write(in, body, "curl", err);
    if (status == ZKL_OK && (lseek(in, 0, SEEK_SET) != 0 || pipe2(pipe_ends, O_CLOEXEC) != 0))
        status = zkl_fail_errno(err, "make a pipe for", "curl");
    if (status == ZKL_OK) {
        status = run_curl(out, url, in, pipe_ends, err);
        close(pipe_ends[0]);
    }
    close(in);
    return status;
}
