/* Asking a clock over http. libcrypto has a client for OCSP and CMP that does just this: one POST,
 * one ASN.1 answer of bounded size. https would need libssl for what is not secret. */
#include "service/timestamp_http.h"

#include <openssl/err.h>
#include <openssl/http.h>
#include <string.h>
#include <time.h>

#include "record/timestamp.h"

#define WAIT_SECONDS 30

/* The reason that libcrypto gives last is the plainest; of no connection it has none that says
 * anything. */
static zkl_status fail_http(zkl_error *err, const char *url, bool is_connected)
{
    if (!is_connected) {
        ERR_clear_error();
        return zkl_fail_hint(err, ZKL_IO, ZKL_HINT_ASK_CLOCK_YOURSELF,
                             "no connection to the clock at '%.200s'", url);
    }
    const char *data = NULL;
    int flags = 0;
    const unsigned long code = ERR_peek_last_error_all(NULL, NULL, NULL, &data, &flags);
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    const zkl_status status = zkl_fail(
        err, ZKL_IO, "the clock at '%.200s' gave no answer: %s%s%.200s", url,
        reason ? reason : "no reason is known", data && *data ? ", " : "", data ? data : "");
    ERR_clear_error();
    return status;
}

static zkl_status append_answer(zkl_buffer *reply, BIO *answer, zkl_error *err)
{
    uint8_t part[4096];
    int got;
    while ((got = BIO_read(answer, part, sizeof part)) > 0) {
        zkl_buffer_put(reply, part, (size_t)got);
        if (reply->size > ZKL_TIMESTAMP_REPLY_BYTES_MAX)
            return zkl_fail(err, ZKL_LIMIT, "the clock's answer has more than %d bytes",
                            ZKL_TIMESTAMP_REPLY_BYTES_MAX);
    }
    return zkl_buffer_status(reply, err);
}

/* libcrypto's own way tries again when nobody listens, until the time is over. */
static BIO *connect_to(char *host, char *port)
{
    const time_t deadline = time(NULL) + WAIT_SECONDS;
    BIO *bio = BIO_new(BIO_s_connect());
    bool up = bio && BIO_set_conn_hostname(bio, host) == 1 && BIO_set_conn_port(bio, port) == 1 &&
              BIO_set_nbio(bio, 1) == 1;
    while (up && BIO_do_connect(bio) <= 0)
        up = BIO_should_retry(bio) && BIO_wait(bio, deadline, 100) > 0;
    if (!up) {
        BIO_free_all(bio);
        return NULL;
    }
    return bio;
}

/* The parts are the caller's to free. */
static zkl_status parse_url(char **host, char **port, char **path, const char *url, zkl_error *err)
{
    int use_tls = 0;
    if (strncmp(url, "https://", 8) == 0)
        return zkl_fail_hint(err, ZKL_NOT_SUPPORTED, ZKL_HINT_ASK_CLOCK_YOURSELF,
                             "clocks are asked over http here, not https");
    if (strncmp(url, "http://", 7) != 0 ||
        OSSL_HTTP_parse_url(url, &use_tls, NULL, host, port, NULL, path, NULL, NULL) != 1) {
        ERR_clear_error();
        return zkl_fail(err, ZKL_USAGE, "'%.200s' is no address (http://HOST/PATH)", url);
    }
    return ZKL_OK;
}

zkl_status service_http_check(const char *url, zkl_error *err)
{
    char *host = NULL, *port = NULL, *path = NULL;
    const zkl_status status = parse_url(&host, &port, &path, url, err);
    OPENSSL_free(host);
    OPENSSL_free(port);
    OPENSSL_free(path);
    return status;
}

zkl_status service_http_stamp(zkl_buffer *reply, const char *url, zkl_bytes request, zkl_error *err)
{
    char *host = NULL, *port = NULL, *path = NULL;
    ZKL_TRY(parse_url(&host, &port, &path, url, err));
    BIO *body = BIO_new_mem_buf(request.data, (int)request.size);
    BIO *line = connect_to(host, port);
    BIO *answer = body && line
                      ? OSSL_HTTP_transfer(NULL, host, port, path, 0, NULL, NULL, line, NULL, NULL,
                                           NULL, 0, NULL, "application/timestamp-query", body,
                                           "application/timestamp-reply", 1,
                                           ZKL_TIMESTAMP_REPLY_BYTES_MAX, WAIT_SECONDS, 0)
                      : NULL;
    const zkl_status status =
        answer ? append_answer(reply, answer, err) : fail_http(err, url, line != NULL);
    BIO_free_all(answer);
    BIO_free_all(line);
    BIO_free(body);
    OPENSSL_free(host);
    OPENSSL_free(port);
    OPENSSL_free(path);
    ERR_clear_error();
    return status;
}
