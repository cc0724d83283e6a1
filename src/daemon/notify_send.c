/* Three ways out: HTTP with a signature, SMTP, and syslog over a socket. All wait, for seconds at
 * most: on the notifier's thread alone. */
#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buffer.h"
#include "daemon/client.h"
#include "daemon/notify.h"

#define ANSWER_BYTES_MAX ((size_t)16 << 10)
#define CONNECT_MS 3000
#define WAIT_MS 10000

/* ---- A webhook */

/* "X-Zkl-Signature: t=SECONDS,v1=HEX": HMAC-SHA256 of "SECONDS.BODY". The time is in it, so that a
 * body that was seen cannot be sent again later. */
static zkl_status sign(char out[static 128], const daemon_sender *sender, zkl_bytes body,
                       int64_t now_ms, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) signed_part = { 0 };
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char hex[65];
    zkl_buffer_format(&signed_part, "%lld.", (long long)(now_ms / 1000));
    zkl_buffer_put(&signed_part, body.data, body.size);
    ZKL_TRY(zkl_buffer_status(&signed_part, err));
    if (!HMAC(EVP_sha256(), sender->secret, (int)sender->secret_size, signed_part.data,
              signed_part.size, mac, &size) ||
        size != 32)
        return zkl_fail(err, ZKL_IO, "libcrypto makes no signature");
    zkl_hex_encode(hex, mac, size);
    snprintf(out, 128, "X-Zkl-Signature: t=%lld,v1=%s", (long long)(now_ms / 1000), hex);
    return ZKL_OK;
}

static zkl_status send_webhook(const daemon_sender *sender, zkl_bytes body, int64_t now_ms,
                               zkl_error *err)
{
    daemon_client_answer answer = { 0 };
    char signature[128];
    const char *headers[] = { NULL, NULL };
    if (sender->secret_size) {
        ZKL_TRY(sign(signature, sender, body, now_ms, err));
        headers[0] = signature;
    }
    const daemon_client_request request = { .url = sender->receiver->url,
                                            .allows_plain = sender->receiver->allows_plain,
                                            .content_type = "application/json",
                                            .body = body,
                                            .headers = headers,
                                            .ca = sender->receiver->ca,
                                            .answer_bytes_max = ANSWER_BYTES_MAX,
                                            .connect_ms = CONNECT_MS,
                                            .wait_ms = WAIT_MS };
    zkl_status status = daemon_client_ask(&answer, sender->http, &request, err);
    if (status == ZKL_OK && (answer.code < 200 || answer.code > 299))
        status = zkl_fail(err, ZKL_IO, "it answers %d", answer.code);
    zkl_buffer_clear(&answer.body);
    return status;
}

/* ---- A mail */

typedef struct reading {
    zkl_bytes rest;
} reading;

static size_t give_part(char *out, size_t size, size_t count, void *context)
{
    reading *const r = context;
    const size_t part = r->rest.size < size * count ? r->rest.size : size * count;
    memcpy(out, r->rest.data, part);
    r->rest = zkl_bytes_of(r->rest.data + part, r->rest.size - part);
    return part;
}

static struct curl_slist *list_of(const daemon_receiver *to)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < to->to_count; i++) {
        struct curl_slist *const longer = curl_slist_append(list, to->to[i]);
        if (!longer) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

static zkl_status send_mail(const daemon_sender *sender, zkl_bytes body, zkl_error *err)
{
    const daemon_receiver *const to = sender->receiver;
    char why[CURL_ERROR_SIZE] = "";
    reading all = { body };
    CURL *const c = curl_easy_init(); /* global: by daemon_client_new */
    struct curl_slist *const list = list_of(to);
    bool is_set = c && list;
#define SET(option, value) (is_set = is_set && curl_easy_setopt(c, option, value) == CURLE_OK)
    SET(CURLOPT_URL, to->url);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_USE_SSL, (long)(to->allows_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    SET(CURLOPT_TIMEOUT_MS, (long)WAIT_MS);
    SET(CURLOPT_ERRORBUFFER, why);
    SET(CURLOPT_MAIL_FROM, to->from);
    SET(CURLOPT_MAIL_RCPT, list);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, give_part);
    SET(CURLOPT_READDATA, &all);
    if (to->ca) {
        SET(CURLOPT_CAINFO, to->ca);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (to->user) {
        SET(CURLOPT_USERNAME, to->user);
        SET(CURLOPT_PASSWORD, (const char *)sender->secret);
    }
#undef SET
    const CURLcode result = is_set ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
    curl_slist_free_all(list);
    curl_easy_cleanup(c);
    if (result == CURLE_OUT_OF_MEMORY)
        return zkl_no_memory(err, body.size);
    return result == CURLE_OK ? ZKL_OK
                              : zkl_fail(err, ZKL_IO, "the mail is not taken: %s",
                                         why[0] ? why : curl_easy_strerror(result));
}

/* ---- Syslog */

static bool set_times(int fd)
{
    const struct timeval most = { .tv_sec = CONNECT_MS / 1000 };
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most) == 0;
}

static int connect_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    ZKL_ASSERT(strlen(path) < sizeof address.sun_path); /* the settings were checked */
    strcpy(address.sun_path, path);
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        (!set_times(fd) || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* where: "HOST:PORT", maybe with brackets around a host of IPv6. */
static int connect_net(const char *where, int kind)
{
    char host[256];
    const char *const port = strrchr(where, ':');
    size_t size = (size_t)(port - where);
    const bool has_brackets = size > 2 && where[0] == '[' && where[size - 1] == ']';
    struct addrinfo *found = NULL, want = { .ai_socktype = kind };
    int fd = -1;
    snprintf(host, sizeof host, "%.*s", (int)(has_brackets ? size - 2 : size),
             where + has_brackets);
    if (getaddrinfo(host, port + 1, &want, &found) != 0)
        return -1;
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && (!set_times(fd) || connect(fd, a->ai_addr, a->ai_addrlen) != 0)) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

static bool send_all(int fd, zkl_bytes bytes)
{
    while (bytes.size) {
        const ssize_t size = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return false;
        bytes = zkl_bytes_of(bytes.data + size, bytes.size - (size_t)size);
    }
    return true;
}

/* "LENGTH MESSAGE" is RFC 6587's framing; a datagram is one message without it. */
static bool send_messages(int fd, zkl_bytes body, bool is_stream)
{
    while (body.size) {
        char *end;
        const size_t size = strtoull((const char *)body.data, &end, 10);
        const size_t head = (size_t)((const uint8_t *)end - body.data) + 1;
        ZKL_ASSERT(head + size <= body.size); /* daemon_notify_syslog made it */
        const size_t skip = is_stream ? 0 : head;
        if (!send_all(fd, zkl_bytes_of(body.data + skip, head + size - skip)))
            return false;
        body = zkl_bytes_of(body.data + head + size, body.size - head - size);
    }
    return true;
}

static zkl_status send_syslog(const daemon_sender *sender, zkl_bytes body, zkl_error *err)
{
    const char *const url = sender->receiver->url;
    const bool is_stream = strncmp(url, "tcp:", 4) == 0;
    const int fd = strncmp(url, "unix:", 5) == 0
                       ? connect_unix(url + 5)
                       : connect_net(url + 4, is_stream ? SOCK_STREAM : SOCK_DGRAM);
    if (fd < 0)
        return zkl_fail(err, ZKL_IO, "'%s' is not reached", url);
    const bool is_sent = send_messages(fd, body, is_stream);
    close(fd);
    return is_sent ? ZKL_OK : zkl_fail(err, ZKL_IO, "'%s' does not take it", url);
}

zkl_status daemon_notify_send(const daemon_sender *sender, zkl_bytes body, int64_t now_ms,
                              zkl_error *err)
{
    switch (sender->receiver->by) {
    case DAEMON_TO_WEBHOOK:
        return send_webhook(sender, body, now_ms, err);
    case DAEMON_TO_SMTP:
        return send_mail(sender, body, err);
    case DAEMON_TO_SYSLOG:
        return send_syslog(sender, body, err);
    }
    ZKL_UNREACHABLE("a way of a receiver");
}
