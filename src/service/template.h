#pragma once
/* Templates of new ledgers (docs/formats/template.md): what a ledger is for says how it is
 * configured, and which policies to begin with. */
#include "base/arena.h"
#include "ledger/config.h"
#include "ledger/ledger.h"

#define SERVICE_TEMPLATE_POLICIES_MAX 16
#define SERVICE_TEMPLATE_NEXT_MAX 16

typedef struct service_template {
    /* NULL: there is none. */
    const char *name, *about;
    const char *const *policies;
    /* One a policy, for the ledger's folder. NULL where a template is only listed. */
    const zkl_ledger_file *files;
    size_t policy_count;
    const char *const *next;
    size_t next_count;
} service_template;

/* A template by its path or name, in arena; *config gets what it says, the rest stays.
 * ZKL_NOT_FOUND for a name that none has; ZKL_BAD_INPUT with line and column. */
zkl_status service_template_read(service_template *out, zkl_config *config, zkl_arena *arena,
                                 const char *name, zkl_error *err) ZKL_MUST_USE;
/* The same of bytes, without the policies' files. */
zkl_status service_template_parse(service_template *out, zkl_config *config, zkl_arena *arena,
                                  zkl_bytes text, zkl_error *err) ZKL_MUST_USE;
