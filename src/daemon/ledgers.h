#pragma once
/* The ledgers of a service, each of one organisation.
 *
 * FOLDER/ledger is the first one, `default` of the organisation that runs the service. The others
 * lie in FOLDER/ledgers/ORGANISATION/NAME, and FOLDER/ledgers.json says which there are, in the
 * order in which they came. One is opened when it is used first, and stays open.
 *
 * Any number of threads. */
#include <jansson.h>

#include <zkl/zkl.h>

#define DAEMON_FIRST_LEDGER "default"
#define DAEMON_LEDGERS_MAX 1000

typedef struct daemon_ledgers daemon_ledgers;

/* folder: the service's; env: of the ledgers, outlives them. sequencer: how they are kept open, the
 * first one with its cache, each other one with the cache of its own configuration. No ledger is
 * opened. */
zkl_status daemon_ledgers_new(daemon_ledgers **out, const char *folder,
                              const zkl_sequencer *sequencer, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
/* Closes them, after all operations on them are over. NULL is fine. */
void daemon_ledgers_free(daemon_ledgers *ledgers);
/* Their key files are under this passphrase. Before the first is opened; borrowed. */
void daemon_ledgers_unlock(daemon_ledgers *ledgers, zkl_bytes passphrase);

/* One of them; lives as long as they do. */
typedef struct daemon_ledger {
    const char *name, *organisation, *folder;
} daemon_ledger;

/* name NULL: the organisation's first. NULL: there is none, or it is another organisation's. */
const daemon_ledger *daemon_ledgers_find(daemon_ledgers *ledgers, const char *organisation,
                                         const char *name);
/* It stays open, and nobody else writes it. ZKL_NOT_FOUND: its folder has none yet, since it is
 * being made; and what zkl_ledger_open says. Who writes the first one is waited for as env has it,
 * who writes another (ZKL_CONFLICT) is not: a request would wait on its loop. */
zkl_status daemon_ledgers_open(zkl_ledger **out, daemon_ledgers *ledgers,
                               const daemon_ledger *ledger, zkl_error *err) ZKL_MUST_USE;
/* Has it from now on, whether its folder holds a ledger or not, with the folder's parents made; one
 * that is there already is found. Both names are good ones (asserted). ZKL_LIMIT. */
zkl_status daemon_ledgers_add(const daemon_ledger **out, daemon_ledgers *ledgers,
                              const char *organisation, const char *name,
                              zkl_error *err) ZKL_MUST_USE;
/* Those of an organisation: {"name", "is_first"}. */
json_t *daemon_ledgers_list(daemon_ledgers *ledgers, const char *organisation);
