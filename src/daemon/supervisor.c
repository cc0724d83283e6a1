/* The two protocols by hand (sd_listen_fds(3), sd_notify(3)): each is a few lines. */
#include "daemon/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

#define FIRST_SOCKET 3

/* Decimal digits, no more; false: another text, or more than most. */
static bool parse_count(uint64_t *out, const char *text, uint64_t most)
{
    char *end;
    errno = 0;
    const bool begins = text && text[0] >= '0' && text[0] <= '9';
    const unsigned long long value = begins ? strtoull(text, &end, 10) : 0;
    if (!begins || *end || errno || value > most)
        return false;
    *out = value;
    return true;
}

zkl_status supervisor_sockets(int out[static SUPERVISOR_SOCKETS_MAX], size_t *count, zkl_error *err)
{
    const char *const pid_text = getenv("LISTEN_PID"), *const count_text = getenv("LISTEN_FDS");
    uint64_t pid, found;
    *count = 0;
    if (!pid_text || !count_text)
        return ZKL_OK;
    if (!parse_count(&pid, pid_text, INT32_MAX))
        return zkl_fail(err, ZKL_USAGE, "LISTEN_PID is '%.32s'", pid_text);
    if (pid != (uint64_t)getpid()) /* of a process that started this one */
        return ZKL_OK;
    if (!parse_count(&found, count_text, SUPERVISOR_SOCKETS_MAX))
        return zkl_fail(err, ZKL_USAGE, "LISTEN_FDS is '%.32s', at most %d", count_text,
                        SUPERVISOR_SOCKETS_MAX);
    for (size_t i = 0; i < found; i++) {
        out[i] = FIRST_SOCKET + (int)i;
        if (fcntl(out[i], F_SETFD, FD_CLOEXEC) != 0)
            return zkl_fail(err, ZKL_USAGE, "LISTEN_FDS is %zu, and descriptor %d is not open",
                            (size_t)found, out[i]);
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    *count = (size_t)found;
    return ZKL_OK;
}

static void send_text(const char *path, const char *text)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const size_t size = strlen(path);
    if (!size || size >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, size);
    if (path[0] == '@') /* an abstract name begins with a NUL */
        address.sun_path[0] = '\0';
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
    close(fd);
}

void supervisor_notify(supervisor_state state)
{
    const char *const path = getenv("NOTIFY_SOCKET");
    char text[80];
    struct timespec now;
    if (!path)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    switch (state) {
    case SUPERVISOR_READY:
        send_text(path, "READY=1");
        return;
    case SUPERVISOR_RELOADING: /* the time tells this reload from one before */
        snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
                 (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
        send_text(path, text);
        return;
    case SUPERVISOR_STOPPING:
        send_text(path, "STOPPING=1");
        return;
    }
    ZKL_UNREACHABLE("a state of the table above");
}
