/* The server of src/http with the application of tests/unit/http, for judges from outside:
 *
 *     tool_http [CERTIFICATE KEY]     prints its address, ends when its input does */
#include "unit/http/http_client.h"

int main(int argc, char **argv)
{
    http_server *server = NULL;
    zkl_error err = { 0 };
    const char *const address = "127.0.0.1:0";
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .certificate = argc > 2 ? argv[1] : NULL,
                                     .key = argc > 2 ? argv[2] : NULL,
                                     .app = { .begin = app_begin } };
    if (http_start(&server, &settings, &err) != ZKL_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("%s\n", http_address(server, 0));
    fflush(stdout);
    while (getchar() != EOF) {
    }
    http_stop(server);
    return 0;
}
