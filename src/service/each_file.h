#pragma once
/* Files that become datasets of their own: how each is called, and whether it is one already. */
#include "service/sources.h"

/* Of a path. */
const char *service_last_part(const char *path);
/* "may sales.csv.gz" -> its size without endings, 9; 0: it is no table by its name. */
size_t service_table_stem(const char *file);
/* prefix (NULL: none) and stem, where what a name may not have becomes '-'. NULL in *out: that is
 * no name. In memory. */
zkl_status service_table_name(const char **out, zkl_arena *memory, const char *prefix,
                              const char *file, size_t stem, zkl_error *err) ZKL_MUST_USE;

typedef struct service_each_file {
    const char *path, *name; /* name NULL: the file's makes none */
    service_stamp stamp;
    /* A file before it in the order of paths that makes the same name, so that they would be
     * versions of each other; NULL: none. */
    const char *namesake;
    /* Is it to be tried now? */
    bool is_due;
    /* What became of it then. */
    zkl_status status;
} service_each_file;
/* Fill in the namesakes. Cost: sorting. */
zkl_status service_find_namesakes(service_each_file *files, size_t count,
                                  zkl_error *err) ZKL_MUST_USE;

/* Does the ledger's note say that this very file, unwritten since, is the latest version of that
 * name, and is the version's receipt at receipt_path (NULL: none is wanted)? Whatever cannot be
 * found out is no. */
bool service_file_is_known(const service_each_file *file, const char *receipt_path,
                           zkl_ledger *ledger, const zkl_env *env);
