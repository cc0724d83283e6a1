#pragma once
/* What the files of a set-up share: setup.c opens and makes, setup_powers.c has the files of
 * powers, setup_keys.c those of circuit keys. */
#include <pthread.h>

#include "setup/setup.h"
#include "setup/setup_cache.h"
#include "setup/setup_file.h"

#define ZKL_SETUP_TIERS_MAX 16 /* n / 2 */

/* What the format fixes, and tests choose smaller (setup_testing.h). */
typedef struct zkl_setup_size {
    zkl_proof_format format;
    unsigned power; /* circuits of at most 2^power rows */
    /* Keys of the smallest circuits, so many, are made with a user's first powers. */
    unsigned first_keys;
} zkl_setup_size;
extern const zkl_setup_size zkl_setup_size_v1; /* zkl_proof_format_v1, ZKL_SETUP_POWER */

/* A circuit key in memory, with the circuit it is for. */
typedef struct setup_key {
    zkl_circuit *circuit; /* NULL: not loaded */
    zkl_groth16_key key;
    zkl_zkey_history history;
    zkl_setup_file file; /* the key's points lie in it */
    zkl_arena arena;     /* its rows, its contributions */
} setup_key;
void setup_key_clear(setup_key *loaded);

/* All powers in memory. */
typedef struct setup_powers {
    bool present;
    zkl_powers powers;
    zkl_ptau_history history;
    zkl_setup_file file; /* the points lie in it */
    zkl_arena arena;     /* contributions */
} setup_powers;
void setup_powers_clear(setup_powers *loaded);

struct zkl_setup {
    zkl_buffer folder; /* ends in NUL */
    zkl_digest hash;   /* names the powers */
    zkl_setup_size size;
    bool development;
    zkl_srs srs; /* its points lie in commit_file */
    zkl_setup_file commit_file;
    /* Guards the keys, and is never held while one is read or made. A key that is loaded does not
     * change any more, so who was given it reads it without the mutex. */
    pthread_mutex_t key_mutex;
    pthread_cond_t key_changed;          /* some thread has ended its search for a key */
    setup_key keys[ZKL_SETUP_TIERS_MAX]; /* by n / 2, loaded on first use */
    bool is_sought[ZKL_SETUP_TIERS_MAX]; /* a thread reads or makes this key now */
    zkl_setup_key_counts counts;
    setup_powers all; /* loaded on first use */
};

static inline const char *setup_folder(const zkl_setup *setup)
{
    return (const char *)setup->folder.data;
}

/* How files that depend on alpha and beta are called, looked up anew each time: another process may
 * have made them. *found false: there are none, and only the hash is set. */
static inline zkl_status setup_find_name(zkl_setup_name *out, bool *found, const zkl_setup *setup,
                                         zkl_error *err)
{
    *out = (zkl_setup_name){ .hash = setup->hash };
    return zkl_setup_name_find(out, found, setup_folder(setup), err);
}

/* The next count elements of a file; NULL when it has ended (zkl_reader_finish says so). */
static inline const void *setup_take(zkl_reader *body, size_t count, size_t size, const char *what)
{
    return zkl_reader_take(body, count * size, what).data;
}

/* ---- setup_keys.c */

/* Of a set-up that is zeros; then _clear it, which frees the keys. */
void setup_keys_init(zkl_setup *setup);
void setup_keys_clear(zkl_setup *setup);
/* The key of tier n, made and written while the secrets of the powers are at hand. Of setup: its
 * folder, locked, hash, size, and the verifier's powers; no key of this tier is there yet. */
zkl_status setup_keep_known_key(const zkl_setup *setup, unsigned n, const zkl_powers *powers,
                                const zkl_powers_known *known, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- setup_powers.c */

/* The folder, ending in NUL, locked for writing. */
zkl_status setup_open_for_writing(zkl_buffer *path, zkl_setup_lock *lock, const char *folder,
                                  zkl_error *err) ZKL_MUST_USE;
/* zkl_setup_keep_powers with the folder locked. */
zkl_status setup_keep_powers_locked(zkl_digest *hash, const char *folder,
                                    const zkl_setup_size *size, const zkl_powers *powers,
                                    const zkl_ptau_history *history, zkl_error *err) ZKL_MUST_USE;
/* Fills srs, commit_file and development from <hash>.commit. pool: for the tables of points. */
zkl_status setup_read_commit(zkl_setup *setup, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
/* All powers from <hash>.powers into an empty out. */
zkl_status setup_read_powers(setup_powers *out, const zkl_setup *setup,
                             zkl_error *err) ZKL_MUST_USE;
