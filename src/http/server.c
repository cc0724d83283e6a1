/* Listening, loops and their end, TLS, and how many of whom are here.
 *
 * Each loop has sockets of its own on every port (SO_REUSEPORT): the kernel shares connections out.
 * A Unix socket is the first loop's. */
#include "http/http_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/file.h"

#define TICK_MS 250
#define BACKLOG 1024

/* The path of "unix:PATH"; NULL: another address. */
static const char *unix_path(const char *address)
{
    static const char prefix[] = "unix:";
    return strncmp(address, prefix, sizeof prefix - 1) == 0 ? address + sizeof prefix - 1 : NULL;
}

/* ---- who is here */

struct peer_count {
    char peer[48];
    uint32_t count;
};

/* A table of open addressing: the place of that name, or where it would be. */
static struct peer_count *find_peer(http_server *server, const char *peer)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *c = peer; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
    for (size_t at = hash & (server->peer_capacity - 1);;
         at = (at + 1) & (server->peer_capacity - 1)) {
        struct peer_count *const found = &server->peers[at];
        if (!found->peer[0] || strcmp(found->peer, peer) == 0)
            return found;
    }
}

/* Names whose count is 0 stay until the table would be full: then it is made anew without them. */
static void forget_peers(http_server *server)
{
    struct peer_count *const old = server->peers;
    server->peers = zkl_sparse_new(server->peer_capacity, sizeof *old);
    if (!server->peers) {
        server->peers = old;
        return;
    }
    server->peer_count = 0;
    for (size_t i = 0; i < server->peer_capacity; i++)
        if (old[i].count) {
            *find_peer(server, old[i].peer) = old[i];
            server->peer_count++;
        }
    zkl_sparse_free(old);
}

void http_peer_network(char out[static 48], const struct sockaddr_storage *address)
{
    struct sockaddr_in6 v6 = *(const struct sockaddr_in6 *)address;
    strcpy(out, "unknown");
    if (address->ss_family == AF_INET) {
        uv_ip4_name((const struct sockaddr_in *)address, out, 48);
    } else if (address->ss_family == AF_INET6) {
        if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
            memset(v6.sin6_addr.s6_addr + 8, 0, 8);
        uv_ip6_name(&v6, out, 48);
    }
}

bool http_peer_take(http_server *server, const char *peer)
{
    const http_limits *const limits = &server->limits;
    const bool is_unix = strcmp(peer, "unix") == 0;
    pthread_mutex_lock(&server->peer_mutex);
    bool taken = atomic_load(&server->open) < limits->connections_max;
    if (taken && !is_unix) {
        if (server->peer_count + 1 >= server->peer_capacity / 2)
            forget_peers(server);
        struct peer_count *const found = find_peer(server, peer);
        taken = found->count < limits->connections_per_address_max &&
                server->peer_count + 1 < server->peer_capacity;
        if (taken && !found->peer[0]) {
            snprintf(found->peer, sizeof found->peer, "%s", peer);
            server->peer_count++;
        }
        found->count += taken;
    }
    pthread_mutex_unlock(&server->peer_mutex);
    return taken;
}

void http_peer_let_go(http_server *server, const char *peer)
{
    if (strcmp(peer, "unix") == 0)
        return;
    pthread_mutex_lock(&server->peer_mutex);
    struct peer_count *const found = find_peer(server, peer);
    ZKL_ASSERT(found->count);
    found->count--;
    pthread_mutex_unlock(&server->peer_mutex);
}

/* ---- TLS */

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_size,
                       const unsigned char *in, unsigned in_size, void *context)
{
    static const unsigned char ours[] = "\x02h2\x08http/1.1";
    (void)ssl;
    (void)context;
    if (SSL_select_next_proto((unsigned char **)(uintptr_t)out, out_size, ours, sizeof ours - 1, in,
                              in_size) == OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_OK;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static zkl_status tls_fail(zkl_error *err, const char *what, const char *file)
{
    char text[160] = "";
    const unsigned long code = ERR_peek_error(); /* the first one is the cause */
    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(code)) {
        errno = ERR_GET_REASON(code);
        snprintf(text, sizeof text, "open the %s", what);
        return zkl_fail_errno(err, text, file);
    }
    if (code)
        ERR_error_string_n(code, text, sizeof text);
    return zkl_fail(err, ZKL_BAD_INPUT, "%s '%s': %s", what, file, text);
}

/* Of the client's own certificate alone: who signs is in client_ca. A list that has run out, or
 * that is of another authority, lets nobody in. */
static zkl_status use_revoked(SSL_CTX *tls, const char *file, zkl_error *err)
{
    X509_STORE *const store = SSL_CTX_get_cert_store(tls);
    X509_LOOKUP *const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (!lookup || X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) < 1 ||
        X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) != 1)
        return tls_fail(err, "revoked certificates of clients", file);
    return ZKL_OK;
}

static zkl_status make_tls(SSL_CTX **out, const http_settings *s, zkl_error *err)
{
    SSL_CTX *const tls = SSL_CTX_new(TLS_server_method());
    zkl_status status = ZKL_OK;
    *out = NULL;
    if (!tls)
        return zkl_no_memory(err, sizeof *s);
    SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_early_data(tls, 0); /* what is sent early can be sent twice */
    SSL_CTX_set_alpn_select_cb(tls, choose_alpn, NULL);
    if (SSL_CTX_use_certificate_chain_file(tls, s->certificate) != 1)
        status = tls_fail(err, "certificate", s->certificate);
    else if (SSL_CTX_use_PrivateKey_file(tls, s->key, SSL_FILETYPE_PEM) != 1)
        status = tls_fail(err, "key of the certificate", s->key);
    else if (SSL_CTX_check_private_key(tls) != 1)
        status = tls_fail(err, "the key is not the certificate's:", s->key);
    if (status == ZKL_OK && s->client_ca) {
        SSL_CTX_set_verify(
            tls, SSL_VERIFY_PEER | (s->client_may_lack ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT),
            NULL);
        if (SSL_CTX_load_verify_file(tls, s->client_ca) != 1)
            status = tls_fail(err, "certificates of clients", s->client_ca);
        SSL_CTX_set_client_CA_list(tls, SSL_load_client_CA_file(s->client_ca));
        SSL_CTX_set_session_id_context(tls, (const unsigned char *)"zkl", 3);
        if (status == ZKL_OK && s->client_crl)
            status = use_revoked(tls, s->client_crl, err);
    }
    if (status == ZKL_OK)
        *out = tls;
    else
        SSL_CTX_free(tls);
    return status;
}

zkl_status http_reload(http_server *server, zkl_error *err)
{
    SSL_CTX *tls, *old;
    if (!server->settings.certificate)
        return ZKL_OK;
    if (!server->tls_method)
        server->tls_method = connection_tls_method();
    if (!server->tls_method)
        return zkl_no_memory(err, 0);
    ZKL_TRY(make_tls(&tls, &server->settings, err));
    pthread_mutex_lock(&server->tls_mutex);
    old = server->tls;
    server->tls = tls;
    pthread_mutex_unlock(&server->tls_mutex);
    SSL_CTX_free(old); /* connections keep it as long as they need it */
    return ZKL_OK;
}

/* ---- sockets */

/* getaddrinfo takes an empty port for 0, and cuts one that is too large. */
static bool is_port(const char *text)
{
    const size_t size = strlen(text);
    return size > 0 && size <= 5 && text[strspn(text, "0123456789")] == 0 &&
           strtoul(text, NULL, 10) <= UINT16_MAX;
}

/* "[::1]:8080" and "127.0.0.1:8080", numbers alone: no name is looked up. */
static zkl_status parse_address(struct sockaddr_storage *out, socklen_t *size, const char *text,
                                zkl_error *err)
{
    char host[64];
    const char *const colon = strrchr(text, ':');
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                    .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    const bool brackets = text[0] == '[' && colon && colon[-1] == ']';
    if (!colon || colon == text || (size_t)(colon - text) >= sizeof host)
        return zkl_fail(err, ZKL_USAGE, "address '%s': it is HOST:PORT or unix:PATH", text);
    const size_t begin = brackets ? 1 : 0, length = (size_t)(colon - text) - 2 * begin;
    memcpy(host, text + begin, length);
    host[length] = '\0';
    if (!is_port(colon + 1) || getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return zkl_fail(err, ZKL_USAGE, "address '%s': a numeric host and a port are wanted", text);
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *size = found->ai_addrlen;
    freeaddrinfo(found);
    return ZKL_OK;
}

/* Sockets that share a port do so with every process of the same user: another service there would
 * get every second connection, and nobody would be told. Without SO_REUSEPORT the kernel says
 * so. */
static zkl_status require_free(const struct sockaddr_storage *address, socklen_t size,
                               const char *text, zkl_error *err)
{
    const int on = 1;
    const int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return zkl_fail_errno(err, "open a socket for", text);
    zkl_status status = ZKL_OK;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)address, size) != 0)
        status = zkl_fail_errno(err, "listen on", text);
    close(fd);
    return status;
}

static zkl_status listen_on(int *out, const struct sockaddr_storage *address, socklen_t size,
                            const char *text, zkl_error *err)
{
    const int on = 1;
    const int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return zkl_fail_errno(err, "open a socket for", text);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)address, size) != 0 || listen(fd, BACKLOG) != 0) {
        const zkl_status status = zkl_fail_errno(err, "listen on", text);
        close(fd);
        return status;
    }
    *out = fd;
    return ZKL_OK;
}

/* A socket that a stopped server left is removed; one that answers is another server's. */
static zkl_status listen_on_unix(int *out, const char *path, zkl_error *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path)
        return zkl_fail(err, ZKL_USAGE, "socket '%s': the path is too long", path);
    strcpy(address.sun_path, path);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return zkl_fail_errno(err, "open a socket for", path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        close(fd);
        return zkl_fail(err, ZKL_CONFLICT, "socket '%s': another server listens there", path);
    }
    struct stat st;
    if (errno == ECONNREFUSED && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path);
    const mode_t mask = umask(0177);
    const bool bound = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    umask(mask);
    if (!bound || listen(fd, BACKLOG) != 0) {
        const zkl_status status = zkl_fail_errno(err, "listen on", path);
        close(fd);
        return status;
    }
    *out = fd;
    return ZKL_OK;
}

/* NULL: it has no name in numbers. */
static char *name_of(zkl_arena *memory, const struct sockaddr_storage *address, socklen_t size)
{
    char host[48], port[8];
    if (getnameinfo((const struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return NULL;
    return zkl_arena_format(memory, address->ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
                            port);
}

/* The port that the kernel chose, for the other loops and for people. */
static void name_address(http_server *server, size_t index, int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return;
    char *const name = name_of(&server->memory, &address, size);
    server->addresses[index] = name ? name : server->addresses[index];
}

static zkl_status open_sockets(http_server *server, zkl_error *err)
{
    const size_t count = server->settings.address_count;
    for (size_t i = 0; i < server->own_count; i++) {
        const char *const text = server->settings.addresses[i];
        struct sockaddr_storage address = { 0 };
        socklen_t size = 0;
        if (unix_path(text)) {
            ZKL_TRY(listen_on_unix(&server->sockets[i], unix_path(text), err));
            continue;
        }
        ZKL_TRY(parse_address(&address, &size, text, err));
        ZKL_TRY(require_free(&address, size, text, err));
        for (size_t l = 0; l < server->loop_count; l++) {
            ZKL_TRY(listen_on(&server->sockets[l * count + i], &address, size, text, err));
            if (l == 0) {
                getsockname(server->sockets[i], (struct sockaddr *)&address, &size);
                name_address(server, i, server->sockets[i]);
            }
        }
    }
    return ZKL_OK;
}

/* ---- a loop */

const char *http_date(loop *l)
{
    const time_t now = time(NULL);
    if ((uint64_t)now != l->date_s) {
        struct tm tm;
        gmtime_r(&now, &tm);
        strftime(l->date, sizeof l->date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        l->date_s = (uint64_t)now;
    }
    return l->date;
}

static void when_connected(uv_stream_t *listener, int status)
{
    loop *const l = listener->data;
    if (status == 0)
        connection_accept(l, listener, listener->type == UV_NAMED_PIPE);
}

static void run_posts(loop *l)
{
    pthread_mutex_lock(&l->post_mutex);
    post *newest = l->posted, *first = NULL;
    l->posted = NULL;
    pthread_mutex_unlock(&l->post_mutex);
    while (newest) { /* in the order in which they came */
        post *const next = newest->next;
        newest->next = first;
        first = newest;
        newest = next;
    }
    while (first) {
        post *const p = first;
        first = p->next;
        p->call(p->x, p->x->connection != NULL, p->argument);
        zkl_free(p);
    }
}

static void begin_drain(loop *l)
{
    l->is_draining = true;
    l->drain_until = l->now + l->server->limits.drain_ms;
    for (size_t i = 0; i < l->listener_count; i++)
        uv_close(&l->listeners[i].handle, NULL);
    for (connection *c = l->first, *next; c; c = next) {
        next = c->next;
        connection_drain(c);
    }
}

static void when_woken(uv_async_t *wake)
{
    loop *const l = wake->data;
    l->now = uv_now(&l->uv);
    run_posts(l);
    if (atomic_load(&l->server->stops) && !l->is_draining)
        begin_drain(l);
}

/* All connections are gone: the rest of the handles, and no post comes any more. */
static void end_loop(loop *l)
{
    pthread_mutex_lock(&l->post_mutex);
    l->has_ended = true;
    pthread_mutex_unlock(&l->post_mutex);
    run_posts(l);
    uv_close((uv_handle_t *)&l->wake, NULL);
    uv_close((uv_handle_t *)&l->tick, NULL);
}

static void when_ticked(uv_timer_t *tick)
{
    loop *const l = tick->data;
    l->now = uv_now(&l->uv);
    const bool is_over = l->is_draining && l->now >= l->drain_until;
    for (connection *c = l->first, *next; c; c = next) {
        next = c->next;
        if (is_over)
            connection_close(c);
        else
            connection_check_deadline(c, l->now);
    }
    if (l->is_draining && !l->first)
        end_loop(l);
}

static void run_loop(void *context)
{
    loop *const l = context;
    uv_run(&l->uv, UV_RUN_DEFAULT);
}

static zkl_status init_listeners(loop *l, size_t index, zkl_error *err)
{
    http_server *const server = l->server;
    const size_t count = server->settings.address_count;
    l->listeners = zkl_calloc(count, sizeof *l->listeners);
    if (!l->listeners)
        return zkl_no_memory(err, count * sizeof *l->listeners);
    for (size_t i = 0; i < count; i++) {
        int *const fd = &server->sockets[index * count + i];
        const char *const text = server->settings.addresses[i];
        if (*fd < 0)
            continue;
        const bool is_unix = unix_path(text) != NULL;
        uv_stream_t *const stream = &l->listeners[l->listener_count++].stream;
        if (is_unix)
            uv_pipe_init(&l->uv, (uv_pipe_t *)stream, 0);
        else
            uv_tcp_init(&l->uv, (uv_tcp_t *)stream);
        stream->data = l;
        const int opened =
            is_unix ? uv_pipe_open((uv_pipe_t *)stream, *fd) : uv_tcp_open((uv_tcp_t *)stream, *fd);
        *fd = opened == 0 ? -1 : *fd;
        if (opened != 0 || uv_listen(stream, BACKLOG, when_connected) != 0)
            return zkl_fail(err, ZKL_IO, "cannot listen on '%s'", text);
    }
    return ZKL_OK;
}

void http_loop_init(loop *l, http_server *server)
{
    l->server = server;
    pthread_mutex_init(&l->post_mutex, NULL);
    uv_loop_init(&l->uv);
    uv_async_init(&l->uv, &l->wake, when_woken);
    uv_timer_init(&l->uv, &l->tick);
    l->wake.data = l->tick.data = l;
    l->now = uv_now(&l->uv);
    uv_timer_start(&l->tick, when_ticked, TICK_MS, TICK_MS);
}

static zkl_status start_loop(loop *l, size_t index, zkl_error *err)
{
    ZKL_TRY(init_listeners(l, index, err));
    if (uv_thread_create(&l->thread, run_loop, l) != 0)
        return zkl_fail(err, ZKL_LIMIT, "the system gives no thread for a loop");
    l->server->started++;
    return ZKL_OK;
}

/* ---- the server */

static void set_default(uint32_t *value, uint32_t otherwise)
{
    *value = *value ? *value : otherwise;
}

void http_limits_fill(http_limits *l)
{
    set_default(&l->handshake_ms, 5000);
    set_default(&l->head_ms, 5000);
    set_default(&l->body_ms, 20000);
    set_default(&l->body_rate_min, 500);
    set_default(&l->body_window_ms, 10000);
    set_default(&l->idle_ms, 60000);
    set_default(&l->drain_ms, 10000);
    set_default(&l->connections_max, 12000);
    set_default(&l->connections_per_address_max, 1024);
    set_default(&l->streams_max, 128);
    set_default(&l->streams_all_max, 32768);
    set_default(&l->unsent_mb_max, 256);
    set_default(&l->head_bytes_max, 16384);
    l->body_bytes_max = l->body_bytes_max ? l->body_bytes_max : (uint64_t)1 << 20;
}

/* Where a socket that was given listens. */
static char *name_socket(zkl_arena *memory, int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_un un;
        struct sockaddr_storage storage;
    } address = { 0 };
    socklen_t size = sizeof address.storage - 1; /* a path may have no NUL behind it */
    int listens = 0;
    socklen_t listens_size = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) != 0 || !listens ||
        getsockname(fd, &address.any, &size) != 0)
        return NULL;
    if (address.any.sa_family == AF_UNIX)
        return zkl_arena_format(memory, "unix:%s", address.un.sun_path);
    return name_of(memory, &address.storage, size);
}

static zkl_status take_socket(http_server *server, size_t index, int given, zkl_error *err)
{
    const size_t count = server->settings.address_count;
    server->addresses[index] = name_socket(&server->memory, given);
    if (!server->addresses[index])
        return zkl_fail(err, ZKL_USAGE, "descriptor %d is no socket that listens", given);
    for (size_t l = 0; l < server->loop_count; l++) {
        if (l && unix_path(server->addresses[index]))
            break;
        const int fd = fcntl(given, F_DUPFD_CLOEXEC, 0);
        if (fd < 0)
            return zkl_fail_errno(err, "take over", server->addresses[index]);
        server->sockets[l * count + index] = fd;
    }
    close(given);
    return ZKL_OK;
}

static zkl_status copy_settings(http_server *server, const http_settings *s, zkl_error *err)
{
    const size_t count = s->address_count + s->socket_count;
    zkl_arena *const memory = &server->memory;
    server->settings = *s;
    server->settings.address_count = count;
    server->own_count = s->address_count;
    server->limits = s->limits;
    http_limits_fill(&server->limits);
    server->loop_count = s->loop_count ? s->loop_count : uv_available_parallelism();
    server->addresses = ZKL_ARENA_NEW(memory, char *, count + 1);
    server->sockets = ZKL_ARENA_NEW(memory, int, server->loop_count *count);
    server->loops = ZKL_ARENA_NEW(memory, loop, server->loop_count);
    server->peer_capacity = 1;
    while (server->peer_capacity < 4 * (size_t)server->limits.connections_max)
        server->peer_capacity *= 2;
    server->peers = zkl_sparse_new(server->peer_capacity, sizeof *server->peers);
    if (!server->addresses || !server->sockets || !server->loops || !server->peers)
        return zkl_no_memory(err, server->loop_count * sizeof *server->loops);
    for (size_t i = 0; i < server->loop_count * count; i++)
        server->sockets[i] = -1;
    for (size_t i = 0; i < s->address_count; i++) {
        server->addresses[i] = zkl_arena_text(memory, s->addresses[i], strlen(s->addresses[i]));
        if (!server->addresses[i])
            return zkl_no_memory(err, strlen(s->addresses[i]));
    }
    for (size_t i = 0; i < s->socket_count; i++)
        ZKL_TRY(take_socket(server, s->address_count + i, s->sockets[i], err));
    server->settings.addresses = (const char *const *)server->addresses;
    return ZKL_OK;
}

zkl_status http_start(http_server **out, const http_settings *settings, zkl_error *err)
{
    http_server *const server = zkl_calloc(1, sizeof *server);
    ZKL_ASSERT(settings->app.begin && settings->address_count + settings->socket_count);
    if (!server)
        return zkl_no_memory(err, sizeof *server);
    pthread_mutex_init(&server->tls_mutex, NULL);
    pthread_mutex_init(&server->peer_mutex, NULL);
    zkl_status status = copy_settings(server, settings, err);
    if (status == ZKL_OK)
        status = http_reload(server, err);
    if (status == ZKL_OK)
        status = open_sockets(server, err);
    for (size_t i = 0; status == ZKL_OK && i < server->loop_count; i++) {
        http_loop_init(&server->loops[i], server);
        status = start_loop(&server->loops[i], i, err);
    }
    if (status == ZKL_OK)
        *out = server;
    else
        http_stop(server);
    return status;
}

const char *http_address(const http_server *server, size_t index)
{
    return index < server->settings.address_count ? server->addresses[index] : NULL;
}

void http_stop(http_server *server)
{
    if (!server)
        return;
    atomic_store(&server->stops, true);
    for (size_t i = 0; i < server->started; i++)
        uv_async_send(&server->loops[i].wake);
    for (size_t i = 0; i < server->started; i++) {
        loop *const l = &server->loops[i];
        uv_thread_join(&l->thread);
        uv_loop_close(&l->uv);
        pthread_mutex_destroy(&l->post_mutex);
        zkl_free(l->listeners);
    }
    for (size_t i = 0; server->sockets && i < server->loop_count * server->settings.address_count;
         i++)
        if (server->sockets[i] >= 0)
            close(server->sockets[i]);
    for (size_t i = 0; i < server->own_count && server->addresses; i++)
        if (server->addresses[i] && unix_path(server->addresses[i]))
            unlink(unix_path(server->addresses[i]));
    SSL_CTX_free(server->tls);
    BIO_meth_free(server->tls_method);
    zkl_sparse_free(server->peers);
    pthread_mutex_destroy(&server->tls_mutex);
    pthread_mutex_destroy(&server->peer_mutex);
    zkl_arena_clear(&server->memory);
    zkl_free(server);
}

const char *const http_refusal_texts[HTTP_REFUSALS] = { "malformed", "slow", "large body",
                                                        "large head", "protocol" };

void http_count_refusal(http_server *server, int status)
{
    const size_t reason = status == 400                    ? 0
                          : status == 408                  ? 1
                          : status == 413                  ? 2
                          : status == 414 || status == 431 ? 3
                                                           : 4;
    atomic_fetch_add_explicit(&server->bad_requests, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&server->refusals[reason], 1, memory_order_relaxed);
}

void http_count(const http_server *server, http_counts *out)
{
    *out = (http_counts){ .connections = atomic_load(&server->connections),
                          .refused_connections = atomic_load(&server->refused),
                          .requests = atomic_load(&server->requests),
                          .bad_requests = atomic_load(&server->bad_requests),
                          .bytes_in = atomic_load(&server->bytes_in),
                          .bytes_out = atomic_load(&server->bytes_out),
                          .open_connections = atomic_load(&server->open) };
    for (size_t i = 0; i < HTTP_REFUSALS; i++)
        out->refused[i] = atomic_load(&server->refusals[i]);
}
