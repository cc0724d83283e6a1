/* The registry of stores: every backend of this build, by the name that the configuration has
 * for it. */
#include "storage/storage.h"

#include <stdio.h>
#include <string.h>

/* To add a store: its file in this folder, and its line here. The name is that of the
 * zkl_store_backend the file defines. */
#define STORES(X)                                                                                  \
    X(zkl_store_memory)                                                                            \
    X(zkl_store_rocksdb)

#define DECLARE(backend) extern const zkl_store_backend backend;
STORES(DECLARE)

#define LIST(backend) &backend,
static const zkl_store_backend *const backends[] = { STORES(LIST) };

const zkl_store_backend *const *zkl_store_backends(size_t *count)
{
    *count = ZKL_COUNT(backends);
    return backends;
}

const zkl_store_backend *zkl_store_backend_find(const char *name)
{
    for (size_t i = 0; i < ZKL_COUNT(backends); i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

zkl_status zkl_store_open(zkl_store **out, const char *backend, const zkl_store_options *options,
                          zkl_error *err)
{
    const zkl_store_backend *found = zkl_store_backend_find(backend);
    zkl_store *store = NULL;
    if (!found) {
        /* The list is what helps: a name in a configuration is mistyped, or of a build that has
         * more stores. */
        char list[256] = "";
        for (size_t i = 0, used = 0; i < ZKL_COUNT(backends) && used < sizeof list; i++)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s'%s'", i ? ", " : "",
                                     backends[i]->name);
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "there is no store '%.64s', only: %s", backend,
                        list);
    }
    ZKL_TRY(found->open(&store, options, err));
    /* What a backend promises of all its stores, each of them has. */
    ZKL_ASSERT((store->ops->features & found->features) == found->features);
    ZKL_ASSERT(options->read_only || store->ops->features & ZKL_STORE_WRITABLE);
    *out = store;
    return ZKL_OK;
}
