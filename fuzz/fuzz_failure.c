/* Answers of a service that are failures, as the command line says them: the first byte is half of
 * the code, the rest the body. Whatever it is, it fails in words that show nothing hidden. */
#include "remote/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static remote_http *http;
    const remote_options options = { .url = "http://127.0.0.1:1",
                                     .key = "k",
                                     .key_from = "a file" };
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    zkl_error err = { 0 };
    if (!http)
        ZKL_ASSERT(remote_http_new(&http, &options, NULL) == ZKL_OK);
    if (!size)
        return 0;
    zkl_buffer_put(&body, data + 1, size - 1);
    const remote_answer answer = { .code = 200 + 2 * data[0], .body = body };
    ZKL_ASSERT(remote_http_fail(http, &answer, &err) != ZKL_OK && err.text[0]);
    for (const char *c = err.text; *c; c++)
        ZKL_ASSERT((uint8_t)*c >= ' ' && *c != 0x7f);
    return 0;
}
