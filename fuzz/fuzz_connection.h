#pragma once
/* A connection of src/http without a listener and a thread: its loop runs here, and the target has
 * the other end of its socket. */
#include <sys/socket.h>
#include <unistd.h>

#include "http/http_internal.h"

static http_server fuzz_server;
static loop fuzz_loop;

/* Once. */
static void fuzz_connection_begin(http_app app)
{
    fuzz_server.settings.app = app;
    http_limits_fill(&fuzz_server.limits);
    http_loop_init(&fuzz_loop, &fuzz_server);
}

/* fd: of the target's end, non-blocking. */
static connection *fuzz_connection_open(int *fd)
{
    int both[2];
    connection *const c = zkl_calloc(1, sizeof *c);
    ZKL_ASSERT(c && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) == 0);
    *fd = both[0];
    c->loop = &fuzz_loop;
    uv_pipe_init(&fuzz_loop.uv, &c->socket.pipe, 0);
    c->socket.handle.data = c;
    ZKL_ASSERT(uv_pipe_open(&c->socket.pipe, both[1]) == 0);
    strcpy(c->peer, "unix");
    strcpy(c->network, "unix");
    ZKL_ASSERT(!fuzz_loop.first);
    fuzz_loop.first = c;
    atomic_fetch_add(&fuzz_server.open, 1);
    connection_wait(c, WAITING_HANDSHAKE);
    connection_go_on_reading(c);
    return c;
}

static void fuzz_connection_read(int fd, zkl_buffer *answer)
{
    uint8_t part[16384];
    ssize_t size;
    while ((size = recv(fd, part, sizeof part, 0)) > 0)
        zkl_buffer_put(answer, part, (size_t)size);
}

/* What the server does now with these bytes, and with what it was told before. */
static void fuzz_connection_send(int fd, zkl_bytes bytes, zkl_buffer *answer)
{
    for (size_t at = 0, turns = 0; turns < 3; turns++) {
        const ssize_t sent =
            at < bytes.size ? send(fd, bytes.data + at, bytes.size - at, MSG_NOSIGNAL) : 0;
        at += sent > 0 ? (size_t)sent : 0;
        if (sent > 0)
            turns = 0;
        uv_run(&fuzz_loop.uv, UV_RUN_NOWAIT);
        fuzz_connection_read(fd, answer);
    }
}

/* The target hangs up, and the connection's memory goes. patience: milliseconds in which another
 * thread may answer; then the connection is closed as one is that is late. */
static void fuzz_connection_end(int fd, zkl_buffer *answer, unsigned patience)
{
    shutdown(fd, SHUT_WR);
    for (unsigned i = 0; i < patience && fuzz_loop.first; i++) {
        uv_run(&fuzz_loop.uv, UV_RUN_NOWAIT);
        if (fuzz_loop.first)
            usleep(1000);
    }
    if (fuzz_loop.first)
        connection_close(fuzz_loop.first);
    fuzz_connection_read(fd, answer);
    close(fd);
    for (size_t turns = 0; turns < 2; turns++)
        uv_run(&fuzz_loop.uv, UV_RUN_NOWAIT);
    ZKL_ASSERT(!fuzz_loop.first);
}
