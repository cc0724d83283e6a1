/* The service's client, held short: an answer of 200, and little time for it. */
#include "daemon/token_http.h"

#include "daemon/client.h"
#include "daemon/token_settings.h"
#include "token/jwks.h"

#define CONNECT_MS 3000
#define WHOLE_MS 5000

/* form NULL: GET. */
static zkl_status ask(zkl_buffer *out, const daemon_provider *provider, const char *url,
                      const zkl_bytes *form, zkl_error *err)
{
    static const char *const headers[] = { "Accept: application/json", NULL };
    daemon_client *client = NULL;
    daemon_client_answer answer = { 0 };
    zkl_error why = { 0 };
    if (!daemon_is_safe_url(url))
        return zkl_fail(err, ZKL_DENIED, "'%s' is no https address, nor one of this machine", url);
    daemon_client_request request = { .url = url,
                                      .headers = headers,
                                      .ca = provider->ca,
                                      .answer_bytes_max = TOKEN_SET_BYTES_MAX,
                                      .connect_ms = CONNECT_MS,
                                      .wait_ms = WHOLE_MS,
                                      .gives_up = provider->stops };
    if (form) {
        request.content_type = "application/x-www-form-urlencoded";
        request.body = *form;
        request.user = provider->user;
        request.password = provider->password;
    }
    zkl_status status = daemon_client_new(&client, err);
    if (status == ZKL_OK && daemon_client_ask(&answer, client, &request, &why) != ZKL_OK)
        status = zkl_fail(err, ZKL_IO, "'%s' does not answer: %s", url, why.text);
    else if (status == ZKL_OK && answer.code == 400 && form)
        status = zkl_fail(err, ZKL_DENIED, "'%s' refuses what it is shown (400)", url);
    else if (status == ZKL_OK && answer.code != 200)
        status = zkl_fail(err, ZKL_IO, "'%s' answers %d", url, answer.code);
    daemon_client_free(client);
    zkl_buffer_clear(out);
    if (status == ZKL_OK)
        *out = answer.body;
    else
        zkl_buffer_clear(&answer.body);
    return status;
}

zkl_status daemon_provider_get(zkl_buffer *out, const daemon_provider *provider, const char *url,
                               zkl_error *err)
{
    return ask(out, provider, url, NULL, err);
}

zkl_status daemon_provider_post(zkl_buffer *out, const daemon_provider *provider, const char *url,
                                zkl_bytes form, zkl_error *err)
{
    return ask(out, provider, url, &form, err);
}
