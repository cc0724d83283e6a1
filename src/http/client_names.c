/* Who a client is by its certificate, which TLS has checked: its alternative names. */
#include "http/http_internal.h"

#include <time.h>

#define NAMES_MAX 32

/* "uri:spiffe://a/b"; NULL: another kind, none that is text, or no memory. */
static const char *name_text(zkl_arena *memory, const GENERAL_NAME *name)
{
    static const struct {
        int type;
        const char *prefix;
    } kinds[] = { { GEN_URI, "uri" }, { GEN_DNS, "dns" }, { GEN_EMAIL, "email" } };
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        if (name->type != kinds[i].type)
            continue;
        const ASN1_IA5STRING *const value = name->d.ia5; /* the same member for all three */
        const int size = ASN1_STRING_length(value);
        const char *const text = (const char *)ASN1_STRING_get0_data(value);
        if (size <= 0 || memchr(text, '\0', (size_t)size))
            return NULL; /* a NUL would make two readers see two names */
        return zkl_arena_format(memory, "%s:%.*s", kinds[i].prefix, size, text);
    }
    return NULL;
}

/* When it ends, in seconds since 1970; 0: no such time. */
static int64_t end_of(const X509 *certificate)
{
    struct tm tm;
    return ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1 ? timegm(&tm) : 0;
}

bool http_client_names_take(http_client_names *out, zkl_arena *memory, const GENERAL_NAMES *all)
{
    out->names = ZKL_ARENA_NEW(memory, const char *, NAMES_MAX);
    out->count = 0;
    for (int i = 0; out->names && i < sk_GENERAL_NAME_num(all) && out->count < NAMES_MAX; i++) {
        const char *const text = name_text(memory, sk_GENERAL_NAME_value(all, i));
        if (text)
            out->names[out->count++] = text;
    }
    return out->names != NULL;
}

bool http_client_certificate(http_exchange *x, http_client_names *out)
{
    SSL *const ssl = x->connection ? x->connection->ssl : NULL;
    const X509 *const certificate = ssl ? SSL_get0_peer_certificate(ssl) : NULL;
    *out = (http_client_names){ 0 };
    if (!certificate || SSL_get_verify_result(ssl) != X509_V_OK)
        return false;
    GENERAL_NAMES *const all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    const bool is_taken = http_client_names_take(out, &x->memory, all);
    out->end_s = end_of(certificate);
    GENERAL_NAMES_free(all);
    return is_taken;
}
