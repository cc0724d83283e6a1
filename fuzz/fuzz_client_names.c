/* Alternative names of a client's certificate, in DER: what is told of them is text with its kind
 * before it, and an identity is a row's. */
#include "http/http_internal.h"

#include "daemon/token_identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const daemon_client rows[] = { { "uri:spiffe://a/b", "job", "viewer", "acme" },
                                          { "dns:a.example", "host", "viewer", "acme" } };
    const daemon_token_settings settings = { .clients = rows, .client_count = ZKL_COUNT(rows) };
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    http_client_names names = { 0 };
    daemon_identity who = { 0 };
    const unsigned char *at = data;
    GENERAL_NAMES *const all = d2i_GENERAL_NAMES(NULL, &at, (long)size);
    ZKL_ASSERT(http_client_names_take(&names, &memory, all));
    bool is_there = false;
    for (size_t i = 0; i < names.count; i++) {
        const char *const colon = strchr(names.names[i], ':');
        ZKL_ASSERT(colon && colon[1]);
        for (size_t k = 0; k < ZKL_COUNT(rows); k++)
            is_there |= strcmp(names.names[i], rows[k].san) == 0;
    }
    ZKL_ASSERT(daemon_identity_of_names(&who, &settings, names.names, names.count) == is_there);
    GENERAL_NAMES_free(all);
    return 0;
}
