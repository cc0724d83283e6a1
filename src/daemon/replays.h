#pragma once
/* Idempotency keys: a request that comes again with the key that it had before does nothing, and is
 * answered as it was then.
 *
 * A key belongs to whoever asked. It is bound to method, path, query, the body's SHA-256 and the
 * media type of a table, and counts for a day. What it led to is an operation of the journal, with
 * which it is kept: nothing is stored here, and daemon_restore puts it back. Threads: any. */
#include <jansson.h>

#include <zkl/zkl.h>

#include "daemon/access.h"

#define DAEMON_REPLAY_MS ((int64_t)24 * 3600 * 1000)
#define DAEMON_REPLAY_KEY_MAX 200
/* Keys of one day: of an organisation, so that none takes the place of another's, and of all. */
#define DAEMON_REPLAYS_OF_ONE_MAX ((size_t)10000)
#define DAEMON_REPLAYS_MAX ((size_t)100000)

typedef struct daemon_replays daemon_replays;

/* Hashes: of owner and key, of what was asked for, of its body. */
typedef struct daemon_replay {
    zkl_digest key, of, body;
    char org[DAEMON_NAME_BYTES]; /* of whoever asked */
} daemon_replay;

zkl_status daemon_replays_new(daemon_replays **out, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
void daemon_replays_free(daemon_replays *replays);

typedef enum daemon_replay_is {
    DAEMON_REPLAY_NEW,   /* and noted: _bind or _drop follows */
    DAEMON_REPLAY_AGAIN, /* id says what it led to */
    DAEMON_REPLAY_OTHER, /* that key was used for something else */
    DAEMON_REPLAY_BUSY,  /* it is just being accepted */
    DAEMON_REPLAY_FULL   /* too many keys of the last day, of this organisation or of all */
} daemon_replay_is;

daemon_replay_is daemon_replays_begin(char id[static 17], daemon_replays *replays,
                                      const daemon_replay *replay);
void daemon_replays_bind(daemon_replays *replays, const daemon_replay *replay, const char *id);
void daemon_replays_drop(daemon_replays *replays, const daemon_replay *replay);

/* As the journal has it. NULL without memory. */
json_t *daemon_replay_put(const daemon_replay *replay);
/* Of one that was accepted at created_ms; one that is too old, or none, is passed over. */
zkl_status daemon_replays_restore(daemon_replays *replays, const json_t *replay, const char *org,
                                  const char *id, int64_t created_ms, zkl_error *err) ZKL_MUST_USE;
