#pragma once
/* Standard input, output and error that a caller closed (`>&-`). Their numbers would go to the next
 * files that are opened, as a database's log, and what is printed would be written into these.
 *
 * Included by each program's main alone, of those that link nothing of this project too. */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

/* Give each closed one of the three a descriptor that fails as a closed one does: a socket that is
 * connected to nothing, which can neither be read nor written, nor be opened again by /dev/stdout
 * or /proc/self/fd/1, as a device could. The first thing that main does. False: there is none to be
 * had, and nothing may be opened. */
static inline bool zkl_standard_streams_fill(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && socket(AF_UNIX, SOCK_STREAM, 0) != fd)
            return false;
    return true;
}
