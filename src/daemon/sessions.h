#pragma once
/* Who is logged in to the web page.
 *
 *  1. A session is known by a token of 256 random bits, which its browser alone has. Here stands
 *     its hash.
 *  2. It has the rights of its key, as they are at each request: the key's secret is looked up by
 *     its hash, as if it had been sent. A key that ended, or whose secret was replaced, has no
 *     sessions.
 *  3. It ends when it was not used for idle_ms, and total_ms after it began, and with the service:
 *     nothing of it is on a disk.
 *
 * Any thread. */
#include "daemon/access.h"

#define DAEMON_SESSIONS_MAX 10000
/* Of a key, and of an organisation: one more ends the one of it that was not used for longest. */
#define DAEMON_SESSIONS_OF_KEY_MAX 50
#define DAEMON_SESSIONS_OF_ONE_MAX 1000
#define DAEMON_SESSION_TOKEN_CHARS 64

typedef struct daemon_sessions daemon_sessions;

typedef struct daemon_session_times {
    int64_t idle_ms, total_ms;
} daemon_session_times;

/* access outlives them. */
zkl_status daemon_sessions_new(daemon_sessions **out, daemon_access *access,
                               const daemon_session_times *times, zkl_error *err) ZKL_MUST_USE;
/* NULL is fine. */
void daemon_sessions_free(daemon_sessions *sessions);

typedef struct daemon_session {
    char id[17];
    daemon_identity who;
    int64_t created_ms;
    /* A code is still asked for: it may nothing yet (daemon/second_factor.h). */
    bool is_waiting;
} daemon_session;

/* Somebody logs in with the secret of a key, which counts. address, agent: of the browser, for
 * people; cut where they are long. waits: for a code. token: of DAEMON_SESSION_TOKEN_CHARS and a
 * NUL.
 *
 * ZKL_DENIED: it is nobody's key. */
typedef struct daemon_session_of {
    const char *address;
    zkl_bytes agent;
    int64_t now_ms;
    bool waits;
} daemon_session_of;
zkl_status daemon_sessions_begin(char token[static DAEMON_SESSION_TOKEN_CHARS + 1],
                                 daemon_session *out, daemon_sessions *sessions, zkl_bytes secret,
                                 const daemon_session_of *of, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;
/* The same of somebody whom a provider named (daemon/oidc.h): the session has his rights until it
 * ends. */
zkl_status daemon_sessions_begin_as(char token[static DAEMON_SESSION_TOKEN_CHARS + 1],
                                    daemon_session *out, daemon_sessions *sessions,
                                    const daemon_identity *who, const daemon_session_of *of,
                                    const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* Whose token it is; false: nobody's, or its session or its key has ended. */
bool daemon_sessions_find(daemon_session *out, daemon_sessions *sessions, zkl_bytes token,
                          int64_t now_ms);
/* The code was right: the session goes on under another token. false: it has ended. */
bool daemon_sessions_admit(char token[static DAEMON_SESSION_TOKEN_CHARS + 1],
                           daemon_sessions *sessions, const char *id, const zkl_env *env);
/* Those of an organisation, or of one of its keys; owner NULL: of all. */
json_t *daemon_sessions_list(daemon_sessions *sessions, const char *org, const char *owner,
                             int64_t now_ms);
/* Whose it is, "" in out: nobody's of that organisation. */
void daemon_sessions_owner(char out[static 17], daemon_sessions *sessions, const char *org,
                           const char *id);
/* false: there is none of that id in the organisation. */
bool daemon_sessions_end(daemon_sessions *sessions, const char *org, const char *id);
