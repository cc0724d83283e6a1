#pragma once
/* Who else may say who somebody is: the tables [[issuer]] and [[client]] of zkp-ledgerd.toml, and
 * the members about certificates of clients. docs/service/tokens.md */
#include <zkl/memory.h>

#include "daemon/roles.h"
#include "toml/toml.h"

#define DAEMON_ISSUERS_MAX 16
#define DAEMON_ROWS_MAX 256 /* of roles of one issuer, and of clients */

typedef struct daemon_texts {
    const char *const *at;
    size_t count;
} daemon_texts;

/* [[issuer.role]]: whose claim has `value` has the role, when his log-in was of one of these
 * kinds. */
typedef struct daemon_role_row {
    const char *value, *role;
    daemon_texts acr, amr; /* any of them; none: whatever it was */
} daemon_role_row;

typedef enum daemon_introspection {
    DAEMON_INTROSPECT_NONE,
    DAEMON_INTROSPECT_OPAQUE, /* tokens that are no JWT */
    DAEMON_INTROSPECT_ALL,    /* JWTs too, beside their signature */
} daemon_introspection;

typedef struct daemon_issuer {
    const char *name; /* `iss`, exactly */
    daemon_texts audiences;
    const char *keys_file, *keys_url; /* both NULL: discovery says where */
    daemon_introspection introspection;
    const char *introspection_url; /* NULL: discovery says where */
    const char *client_id, *client_secret_file;
    const char *role_claim; /* a path: "roles", "realm_access.roles", "scope" */
    const char *org;        /* NULL: the claim org_id says it, and has to */
    const char *ca;         /* PEM file; NULL: the system's */
    int64_t skew_s, refresh_s, keys_max_age_s, introspection_cache_s;
    const daemon_role_row *roles; /* the first that fits counts */
    size_t role_count;
} daemon_issuer;

/* [[client]]: who shows a certificate with that alternative name. */
typedef struct daemon_client {
    const char *san, *name, *role, *org;
} daemon_client;

typedef struct daemon_token_settings {
    const daemon_issuer *issuers;
    size_t issuer_count;
    const daemon_client *clients;
    size_t client_count;
    const char *client_ca;  /* NULL: no certificates of clients */
    const char *client_crl; /* NULL: none is revoked */
    bool client_may_lack;
} daemon_token_settings;

/* Of a settings file's top table; all of out lives in memory. Paths that are relative are below
 * folder. ZKL_BAD_INPUT, ZKL_USAGE with line and column. */
zkl_status daemon_token_settings_read(daemon_token_settings *out, zkl_arena *memory,
                                      const char *folder, const zkl_toml_node *root,
                                      zkl_error *err) ZKL_MUST_USE;
/* Are the roles that they name there? ZKL_USAGE. */
zkl_status daemon_token_settings_check(const daemon_token_settings *settings,
                                       const daemon_roles *roles, zkl_error *err) ZKL_MUST_USE;
/* https, or http to this machine itself: nobody else on the way may change keys or read tokens. */
bool daemon_is_safe_url(const char *url);
