/* The registry of providers. */
#include "vault/kek.h"

static const zkl_kek_ops *const providers[] = {
    &zkl_kek_file_ops,
    &zkl_kek_pkcs11_ops,
    &zkl_kek_transit_ops,
};

const char *zkl_kek_provider(size_t index)
{
    return index < ZKL_COUNT(providers) ? providers[index]->name : NULL;
}

zkl_status zkl_kek_open(zkl_kek **out, const zkl_kek_settings *settings, zkl_error *err)
{
    ZKL_ASSERT(settings->crypto);
    for (size_t i = 0; i < ZKL_COUNT(providers); i++)
        if (strcmp(providers[i]->name, settings->provider) == 0) {
            ZKL_TRY(providers[i]->open(out, settings, err));
            ZKL_ASSERT((*out)->ops && (*out)->id[0]);
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_USAGE, "there is no provider '%s' of key-encryption keys",
                    settings->provider);
}

void zkl_kek_close(zkl_kek *kek)
{
    if (kek)
        kek->ops->close(kek);
}
