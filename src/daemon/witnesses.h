#pragma once
/* Witnesses, from both sides (C2SP tlog-witness): those that this service asks to sign its ledger's
 * checkpoints, and the one that it is for the logs of others. docs/service/witnesses.md */
#include <jansson.h>

#include <zkl/zkl.h>

#include "base/buffer.h"
#include "daemon/aside.h"
#include "daemon/tracer.h"
#include "toml/toml.h"

/* ---- Settings */

/* One that is asked. */
typedef struct daemon_witness {
    const char *key, *name; /* its verifier key; the name in it */
    const char *url;        /* without the last '/' and "/add-checkpoint" */
    bool allows_plain;
} daemon_witness;

/* A log that is signed for its owner: by keys, or by a trust file. */
typedef struct daemon_witnessed {
    const char **keys;
    size_t key_count;
    const char *trust; /* a path; NULL with keys */
} daemon_witnessed;

#define DAEMON_WITNESSES_MAX 31 /* a checkpoint has room for no more */
#define DAEMON_WITNESSED_MAX 10000

typedef struct daemon_witness_settings {
    daemon_witness *asked;
    size_t asked_count;
    uint32_t seconds;       /* between two rounds of asking */
    const char *own_folder; /* of the witness that it is; NULL: it is none */
    daemon_witnessed *logs;
    size_t log_count;
} daemon_witness_settings;

/* `[[witness]]`, `witness_seconds` and `[as_witness]`. Paths are below the folder. Lives in
 * memory. */
zkl_status daemon_witness_settings_take(daemon_witness_settings *out, zkl_arena *memory,
                                        const char *folder, const zkl_toml_node *root,
                                        zkl_error *err) ZKL_MUST_USE;

/* ---- Those that are asked (witnesses.c) */

typedef struct daemon_witnesses daemon_witnesses;

/* A thread for each: whenever the ledger has a newer checkpoint, it is submitted, and the
 * cosignature is verified and kept (zkl_cosign_attach). What fails is tried again, later each time.
 * Entries are placed meanwhile as ever. tracer NULL: nothing is traced. All of them outlive
 * them. */
zkl_status daemon_witnesses_start(daemon_witnesses **out, const daemon_witness_settings *settings,
                                  zkl_ledger *ledger, daemon_tracer *tracer, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;
void daemon_witnesses_stop(daemon_witnesses *witnesses); /* ends and frees; NULL is fine */
/* Each with the tree that it signed last and what it failed at. NULL without memory. */
json_t *daemon_witnesses_list(daemon_witnesses *witnesses);
typedef struct daemon_witness_counts {
    size_t asked, failing; /* failing: not since it signed last */
} daemon_witness_counts;
void daemon_witnesses_count(daemon_witnesses *witnesses, daemon_witness_counts *out);

/* ---- The one that it is (as_witness.c) */

typedef struct daemon_as_witness daemon_as_witness;

/* *out NULL: the settings name none. */
zkl_status daemon_as_witness_open(daemon_as_witness **out, const daemon_witness_settings *settings,
                                  const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* Ends its thread, when what waits is answered; before the server stops. NULL is fine. */
void daemon_as_witness_stop(daemon_as_witness *witness);
void daemon_as_witness_free(daemon_as_witness *witness); /* after the server; NULL is fine */
/* Its verifier key. */
const char *daemon_as_witness_key(const daemon_as_witness *witness);
/* The largest body of add-checkpoint. */
#define DAEMON_WITNESS_BODY_BYTES_MAX ((size_t)1 << 17)
/* The exchange is answered; body is taken. */
void daemon_as_witness_add(daemon_as_witness *witness, http_exchange *x, zkl_buffer *body);
