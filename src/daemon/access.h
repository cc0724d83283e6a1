#pragma once
/* Who may ask: API keys with a role each.
 *
 * A key is "sk-" and 64 hexadecimal digits, 256 random bits. The file has its hash under a key
 * of the daemon's own, never itself, and its first 8 characters, by which people know it. */
#include <jansson.h>

#include <zkl/zkl.h>

#include "base/buffer.h"

typedef enum daemon_role { DAEMON_VIEWER, DAEMON_DEVELOPER, DAEMON_ADMIN } daemon_role;
const char *daemon_role_text(daemon_role role);
bool daemon_role_find(daemon_role *out, const char *text);

typedef struct daemon_access daemon_access;

typedef struct daemon_identity {
    char id[17];
    char name[64];
    daemon_role role;
} daemon_identity;

/* folder/keys.json, folder/secrets/pepper: made when missing. */
zkl_status daemon_access_open(daemon_access **out, const char *folder, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
void daemon_access_free(daemon_access *access);
/* secret: appended to, without a NUL. expires_ms 0: never. */
zkl_status daemon_access_add(zkl_buffer *secret, daemon_access *access, const char *name,
                             daemon_role role, int64_t expires_ms, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;
/* By id. ZKL_NOT_FOUND. */
zkl_status daemon_access_remove(daemon_access *access, const char *id, zkl_error *err) ZKL_MUST_USE;
/* Whose key it is; false: nobody's. As many hashes and comparisons whatever is wrong with it. */
bool daemon_access_find(daemon_identity *out, daemon_access *access, zkl_bytes secret,
                        int64_t now_ms);
/* All keys, without anything of their secrets but the first characters. */
json_t *daemon_access_list(daemon_access *access);
