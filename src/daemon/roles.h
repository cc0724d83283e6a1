#pragma once
/* Roles as data, and who may what: a pure module, which reads no file and no clock.
 *
 * A role is lists of rules in TOML: those that are built in, and those of FOLDER/roles.toml
 * (docs/formats/roles.md). A rule is a pattern of permissions, and maybe a scope behind " in ":
 *
 *     [roles.analyst]
 *     allow = ["datasets:read in dataset:sales-*", "operations:* in own"]
 *     deny = ["datasets:read in dataset:sales-raw"]
 *
 * What holds:
 *  1. Nothing is allowed that no rule of the role allows.
 *  2. A rule that denies wins over every rule that allows, wherever they stand.
 *  3. What is not known of a resource (NULL) may be anything: it fits the scope of a rule that
 *     denies, and of none that allows but "organisation".
 *  4. Nothing of another organisation is allowed, whatever a role says.
 *  5. Permissions of the whole service are of the organisation that runs it alone
 *     (DAEMON_OWN_ORGANISATION).
 *  6. The scopes of a key narrow what its role allows; they allow nothing. */
#include "daemon/access.h"

/* PERMISSION(text, of_service, what it is for). Rows of paths (route_*.c) and of operations
 * (src/api) name one each. Those of the last lines guard what comes later. */
#define DAEMON_PERMISSIONS(PERMISSION)                                                             \
    PERMISSION("datasets:read", 0, "lists, manifests, receipts, lineage")                          \
    PERMISSION("datasets:create", 0, "notarise, and what makes datasets of datasets")              \
    PERMISSION("datasets:prove", 0, "further claims")                                              \
    PERMISSION("datasets:disclose", 0, "show rows")                                                \
    PERMISSION("datasets:export", 0, "every format, data keys too")                                \
    PERMISSION("datasets:manage", 0, "what the service keeps of tables")                           \
    PERMISSION("datasets:revoke", 0, "take a version back")                                        \
    PERMISSION("datasets:verify", 0, "verdicts on receipts")                                       \
    PERMISSION("log:read", 0, "entries, checkpoints, the trust file")                              \
    PERMISSION("log:write", 0, "cosignatures and timestamps")                                      \
    PERMISSION("log:audit", 0, "reports, which are entries themselves")                            \
    PERMISSION("signers:read", 0, "the ledger's signing keys")                                     \
    PERMISSION("signers:manage", 0, "rotate, keep and revoke them")                                \
    PERMISSION("setup:read", 0, "powers and circuit keys")                                         \
    PERMISSION("setup:manage", 0, "make and import them; ceremonies")                              \
    PERMISSION("ledgers:read", 0, "the organisation's ledgers")                                    \
    PERMISSION("ledgers:create", 1, "a ledger for an organisation")                                \
    PERMISSION("organisations:manage", 1, "keys for other organisations, tiers")                   \
    PERMISSION("service:manage", 1, "the machine's configuration")                                 \
    PERMISSION("telemetry:read", 1, "metrics, series, health, alerts")                             \
    PERMISSION("telemetry:manage", 1, "silence alerts")                                            \
    PERMISSION("keys:read", 0, "API keys, without secrets")                                        \
    PERMISSION("keys:create", 0, "a key that may no more than its maker")                          \
    PERMISSION("keys:rotate", 0, "a new secret")                                                   \
    PERMISSION("keys:delete", 0, "end a key")                                                      \
    PERMISSION("sessions:read", 0, "who is logged in to the web page")                             \
    PERMISSION("sessions:delete", 0, "end a session")                                              \
    PERMISSION("operations:read", 0, "jobs, their answers and events")                             \
    PERMISSION("operations:cancel", 0, "end a job")                                                \
    PERMISSION("audit:read", 0, "events of the audit log")                                         \
    PERMISSION("files:create", 0, "send files for operations")                                     \
    PERMISSION("files:read", 0, "those that the key has sent")                                     \
    PERMISSION("files:delete", 0, "those that the key has sent")                                   \
    PERMISSION("folders:read", 1, "name files below `readable`, of the service's machine")         \
    PERMISSION("access:explain", 0, "which rule decides")                                          \
    PERMISSION("access:read", 0, "the roles")                                                      \
    PERMISSION("api:read", 0, "the document of the interface")                                     \
    PERMISSION("usage:read", 0, "what was used of limits")                                         \
    PERMISSION("jobs:create", 0, "training jobs")                                                  \
    PERMISSION("jobs:read", 0, "training jobs")                                                    \
    PERMISSION("jobs:cancel", 0, "training jobs")                                                  \
    PERMISSION("checkpoints:read", 0, "of models")                                                 \
    PERMISSION("checkpoints:delete", 0, "of models")                                               \
    PERMISSION("cluster:read", 0, "nodes")                                                         \
    PERMISSION("cluster:manage", 0, "nodes")                                                       \
    PERMISSION("models:list", 0, "inference")                                                      \
    PERMISSION("models:load", 0, "inference")                                                      \
    PERMISSION("models:unload", 0, "inference")                                                    \
    PERMISSION("completions:create", 0, "inference")

#define DAEMON_ROLES_MAX 1000
#define DAEMON_RULES_MAX 1000 /* of one role */

typedef enum daemon_rule_scope {
    DAEMON_IN_ORGANISATION, /* everything of the caller's organisation */
    DAEMON_IN_OWN,          /* what the caller's key began or is */
    DAEMON_IN_DATASET,      /* datasets whose name fits a pattern */
    DAEMON_IN_PROJECT,      /* ledgers whose name fits a pattern: a project has a ledger */
} daemon_rule_scope;

typedef struct daemon_rule {
    const char *text; /* as it was written */
    const char *permission, *pattern;
    daemon_rule_scope scope;
    bool denies;
} daemon_rule;

typedef struct daemon_role {
    const char *name, *description;
    const char *organisation; /* that alone has it; NULL: all do */
    bool is_built_in;
    const daemon_rule *rules;
    size_t rule_count;
} daemon_role;

typedef struct daemon_roles daemon_roles;

/* text: of roles.toml; empty: the roles that are built in alone. ZKL_BAD_INPUT with line and
 * column. */
zkl_status daemon_roles_parse(daemon_roles **out, zkl_bytes text, zkl_error *err) ZKL_MUST_USE;
/* NULL is fine. */
void daemon_roles_free(daemon_roles *roles);
/* The ones that counted before live as long as `roles`: a request may still look at them. */
void daemon_roles_keep(daemon_roles *roles, daemon_roles *before);
/* The role of that name, as an organisation sees it; NULL: it has none. */
const daemon_role *daemon_roles_find(const daemon_roles *roles, const char *name,
                                     const char *organisation);
/* Is there one of that name? organisation NULL: of any. */
bool daemon_roles_have(const daemon_roles *roles, const char *name, const char *organisation);
/* All that an organisation may give to its keys. */
json_t *daemon_roles_list(const daemon_roles *roles, const char *organisation);

/* What is asked for. NULL: not known, or nothing of the kind. */
typedef struct daemon_resource {
    const char *organisation;
    const char *ledger, *dataset;
    const char *owner; /* id of the key */
} daemon_resource;

typedef enum daemon_reason {
    DAEMON_ALLOWED,
    DAEMON_DENIED,         /* by `rule` */
    DAEMON_NOT_SAID,       /* no rule allows it */
    DAEMON_NARROWED,       /* `rule` would allow it, the key's scopes do not */
    DAEMON_NO_ROLE,        /* the role is not there (any more) */
    DAEMON_NO_PERMISSION,  /* there is none of that name */
    DAEMON_FOREIGN,        /* of another organisation */
    DAEMON_OF_THE_SERVICE, /* asked for by an organisation that does not run it */
} daemon_reason;
const char *daemon_reason_text(daemon_reason reason);

typedef struct daemon_decision {
    bool allowed;
    daemon_reason reason;
    const daemon_rule *rule; /* that decided; NULL: none did */
    const daemon_role *role; /* NULL: there is none */
} daemon_decision;

void daemon_roles_decide(daemon_decision *out, const daemon_roles *roles,
                         const daemon_identity *who, const char *permission,
                         const daemon_resource *resource);

/* May `giver` make a key like that? Only when everything that the key may, in whatever scope, the
 * giver may in all of its organisation. *missing: a permission that it lacks. */
bool daemon_roles_cover(const char **missing, const daemon_roles *roles,
                        const daemon_identity *giver, const daemon_identity *key);

/* Is that pattern one of any permission ("datasets:*")? */
bool daemon_permission_is_pattern(const char *pattern);
/* '*' stands for any characters, '/' too; all else for itself. */
bool daemon_pattern_fits(const char *pattern, const char *text);
/* Letters, digits, '.', '_', '-', 1 to 63 of them, the first a letter or digit: names of
 * organisations, ledgers and roles. */
bool daemon_name_is_good(const char *name);
