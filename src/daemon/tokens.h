#pragma once
/* Tokens that other services issue: a JWT is judged by its issuer's keys, an opaque one by asking
 * its provider (RFC 7662).
 *
 * 1. What was judged is remembered by the token's hash: a JWT until it ends or its issuer's keys
 *    change, what was introspected for introspection_cache_s, at most 30 s.
 * 2. Keys are read when they are first needed, when a token names one that is unknown, and when
 *    they are older than keys_max_age_s; at most once in refresh_s. A provider that is silent, or
 *    says nonsense, leaves the keys that are there.
 * 3. daemon_tokens_find never waits. daemon_tokens_ask may, for some seconds: it is for threads
 *    that may block (token_wait.h). */
#include "daemon/token_identity.h"

typedef struct daemon_tokens daemon_tokens;

typedef enum daemon_token_state {
    DAEMON_TOKEN_REFUSED,
    DAEMON_TOKEN_HOLDS,
    DAEMON_TOKEN_ASKS, /* find: a provider has to be asked first */
    DAEMON_TOKEN_LOST, /* ask: its provider does not answer, so nobody knows */
} daemon_token_state;

/* Keys of files are read here; providers are not asked yet. settings and env outlive it. */
zkl_status daemon_tokens_open(daemon_tokens **out, const daemon_token_settings *settings,
                              const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void daemon_tokens_free(daemon_tokens *tokens);
/* Providers are not waited for any more: whoever asks gets DAEMON_TOKEN_LOST. */
void daemon_tokens_stop(daemon_tokens *tokens);

daemon_token_state daemon_tokens_find(daemon_identity *out, daemon_tokens *tokens, zkl_bytes token);
daemon_token_state daemon_tokens_ask(daemon_identity *out, daemon_tokens *tokens, zkl_bytes token);

/* A token of identity (OpenID Connect Core, section 3.1.3.7) for a client of that issuer: nothing
 * of it is remembered, and how long it lasts says nothing of a session. May wait, as ask. */
typedef struct daemon_id_token {
    const char *issuer, *client_id, *nonce;
    zkl_bytes text;
} daemon_id_token;
daemon_token_state daemon_tokens_ask_id(daemon_identity *out, daemon_tokens *tokens,
                                        const daemon_id_token *token);

/* For an administrator: the issuers, with how many keys each has and when they were read, what was
 * counted, and why the last token was not taken, without any part of it. */
json_t *daemon_tokens_show(daemon_tokens *tokens);

typedef struct daemon_token_counts {
    uint64_t held, refused, lost, asked; /* asked: requests to providers */
    size_t failing; /* providers whose keys could not be read when they were asked for last */
} daemon_token_counts;
void daemon_tokens_count(daemon_tokens *tokens, daemon_token_counts *out);
