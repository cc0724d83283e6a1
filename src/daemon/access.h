#pragma once
/* Who may ask: API keys, each of an organisation and with a role.
 *
 * A key is "sk-" and 64 hexadecimal digits, 256 random bits. The file has its hash under a key
 * of the daemon's own, never itself, and its first 8 characters, by which people know it.
 * docs/formats/keys.md has the file. */
#include <jansson.h>

#include <zkl/zkl.h>

#include "base/buffer.h"

struct daemon_at_rest;

#define DAEMON_NAME_BYTES 64        /* of organisations, ledgers and roles, with a NUL */
#define DAEMON_KEYS_OF_ONE_MAX 1000 /* of an organisation, but for the one that runs the service */
#define DAEMON_SCOPES_BYTES 256
/* The organisation that runs the service. It has the first ledger, and its administrators are
 * those of the service. */
#define DAEMON_OWN_ORGANISATION "default"

typedef struct daemon_access daemon_access;

/* By what somebody said who he is. */
typedef enum daemon_credential {
    DAEMON_BY_KEY,
    DAEMON_BY_TOKEN,
    DAEMON_BY_CERTIFICATE
} daemon_credential;

typedef struct daemon_identity {
    char id[17];
    char name[64];
    char org[64];
    char tier[16];
    char role[DAEMON_NAME_BYTES];
    /* Patterns of permissions with spaces between them, which narrow the role; "": not at all. */
    char scopes[DAEMON_SCOPES_BYTES];
    daemon_credential by;
    int64_t until_ms; /* 0: no end is known */
    uint64_t state;   /* of a key: another one after each change */
} daemon_identity;

/* folder/keys.json, folder/secrets/pepper: made when missing. at_rest: NULL: they are in clear;
 * outlives it. */
zkl_status daemon_access_open(daemon_access **out, const char *folder,
                              const struct daemon_at_rest *at_rest, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* Writes when keys were used last. NULL is fine. */
void daemon_access_free(daemon_access *access);

/* key: all but its id, which it gets. secret: appended to, without a NUL. expires_ms 0: never.
 *
 * ZKL_USAGE: it has no name. ZKL_LIMIT: there are too many. */
zkl_status daemon_access_add(zkl_buffer *secret, daemon_access *access, daemon_identity *key,
                             int64_t expires_ms, const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* ---- Keys of an organisation, by id. One of another organisation is ZKL_NOT_FOUND, as one that is
 * not there. Whoever changes one says what he has seen of it: ZKL_CONFLICT, when it is not so any
 * more. */
zkl_status daemon_access_get(daemon_identity *out, daemon_access *access, const char *org,
                             const char *id, zkl_error *err) ZKL_MUST_USE;
zkl_status daemon_access_remove(daemon_access *access, const daemon_identity *seen,
                                zkl_error *err) ZKL_MUST_USE;
/* A new secret; the old one counts until then, or ends with the key, if that is sooner. One that
 * ended another rotation before ends at once. */
zkl_status daemon_access_rotate(zkl_buffer *secret, daemon_access *access,
                                const daemon_identity *seen, int64_t until_ms, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
/* Name, role, tier and scopes become those of `key`, whose id, organisation and state are as they
 * were seen; its secrets stay. expires_ms 0: it never ends; below: it ends when it did. */
zkl_status daemon_access_edit(daemon_access *access, const daemon_identity *key, int64_t expires_ms,
                              zkl_error *err) ZKL_MUST_USE;
/* One of them, as in the list; NULL: there is none. */
json_t *daemon_access_show(daemon_access *access, const char *org, const char *id);
/* All of them, without anything of their secrets but the first characters. begins: those alone that
 * have a secret which begins so, as far as is kept of it; NULL: all. */
json_t *daemon_access_list(daemon_access *access, const char *org, const char *begins);

/* Whose key it is; false: nobody's. One hash over all of the secret and one look, whatever is wrong
 * with it. Any number of threads. */
bool daemon_access_find(daemon_identity *out, daemon_access *access, zkl_bytes secret,
                        int64_t now_ms);
/* The same in two steps: what a session keeps of a secret, and whose key it is later. */
#define DAEMON_ACCESS_HASH_BYTES 32
void daemon_access_hash(uint8_t out[static DAEMON_ACCESS_HASH_BYTES], const daemon_access *access,
                        zkl_bytes secret);
bool daemon_access_find_hash(daemon_identity *out, daemon_access *access,
                             const uint8_t hash[static DAEMON_ACCESS_HASH_BYTES], int64_t now_ms);
