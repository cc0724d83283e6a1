/* Opening and making set-ups. The files are setup_powers.c's and setup_keys.c's.
 *
 * A set-up has two phases. The first makes powers of a secret tau (with alpha and beta), for all
 * circuits; the second makes the key of one circuit from them, with a secret delta. Secrets
 * drawn here are wiped when the points are made, but nobody else can know that: such a set-up is
 * development, and says so wherever it is used. */
#include "setup/setup_internal.h"

#include "setup/setup_testing.h"

const zkl_setup_size zkl_setup_size_v1 = { .format = { .log_cells = 16, .mask_half = 8 },
                                           .power = ZKL_SETUP_POWER,
                                           .first_keys = 3 };

/* ---- making */

zkl_status zkl_setup_make_sized(zkl_digest *hash, const char *folder, const zkl_setup_size *size,
                                const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    zkl_powers powers;
    zkl_ptau_history history;

    ZKL_TRY(zkl_setup_folder(&path, folder, err)); /* refused before the work, not after */
    ZKL_TRY(zkl_powers_make_recorded(&powers, &history, &arena, size->power, env, err));
    return zkl_setup_keep_powers_sized(hash, folder, size, &powers, &history, err);
}

zkl_status zkl_setup_make(zkl_digest *hash, const char *folder, const zkl_env *env, zkl_error *err)
{
    return zkl_setup_make_sized(hash, folder, &zkl_setup_size_v1, env, err);
}

/* A user's first powers, while their secrets are at hand. */
typedef struct first_setup {
    zkl_setup setup; /* what names its files */
    zkl_powers powers;
    zkl_ptau_history history;
    const zkl_env *env;
} first_setup;

/* The powers are there before their keys: whoever stops this here has a set-up, whose keys are made
 * when they are needed. */
static zkl_status keep_first(void *opaque, const zkl_powers_known *known, zkl_error *err)
{
    first_setup *first = opaque;
    zkl_setup *setup = &first->setup;
    const unsigned tier_min = setup->size.format.log_cells + 2;
    ZKL_ASSERT(first->powers.development);

    ZKL_TRY(setup_keep_powers_locked(&setup->hash, setup_folder(setup), &setup->size,
                                     &first->powers, &first->history, err));
    ZKL_TRY(zkl_setup_current_write(setup_folder(setup), &setup->hash, err));
    setup->development = true;
    zkl_powers_verifier(&setup->srs.verifier, &first->powers);
    for (unsigned i = 0; i < setup->size.first_keys; i++)
        ZKL_TRY(
            setup_keep_known_key(setup, tier_min + 2 * i, &first->powers, known, first->env, err));
    return ZKL_OK;
}

/* Under the lock from the question to the answer, so that two processes make one set-up. */
zkl_status zkl_setup_current_sized(zkl_digest *hash, const char *folder, const zkl_setup_size *size,
                                   const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    bool found;
    ZKL_ASSERT(size->power <= ZKL_POWERS_POWER_MAX);

    ZKL_TRY(setup_open_for_writing(&path, &lock, folder,
                                   err)); /* whoever comes second waits, and finds */
    const char *locked = (const char *)path.data;
    ZKL_TRY(zkl_setup_current_read(hash, &found, locked, err));
    if (found)
        return ZKL_OK;
    first_setup first = { .setup = { .folder = path, .size = *size }, .env = env };
    const zkl_powers_use use = { keep_first, &first };
    ZKL_TRY(
        zkl_powers_make_known(&first.powers, &first.history, &arena, size->power, &use, env, err));
    *hash = first.setup.hash;
    return ZKL_OK;
}

zkl_status zkl_setup_current(zkl_digest *hash, const char *folder, const zkl_env *env,
                             zkl_error *err)
{
    return zkl_setup_current_sized(hash, folder, &zkl_setup_size_v1, env, err);
}

/* ---- opening */

/* Only what every proof needs is read: keys and all powers follow on first use. */
zkl_status zkl_setup_open_sized(zkl_setup **out, const char *folder, const zkl_digest *hash,
                                const zkl_setup_size *size, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = zkl_calloc(1, sizeof *setup);

    if (setup == NULL)
        return zkl_no_memory(err, sizeof *setup);
    ZKL_ASSERT(size->format.log_cells > 0 && size->power >= 2);
    setup_keys_init(setup);
    setup->hash = *hash;
    setup->size = *size;
    ZKL_TRY(zkl_setup_folder(&setup->folder, folder, err));
    zkl_buffer_put_u8(&setup->folder, 0);
    ZKL_TRY(zkl_buffer_status(&setup->folder, err));
    ZKL_TRY(setup_read_commit(setup, env->pool, err));
    *out = setup;
    setup = NULL;
    return ZKL_OK;
}

zkl_status zkl_setup_open(zkl_setup **out, const char *folder, const zkl_digest *hash,
                          const zkl_env *env, zkl_error *err)
{
    return zkl_setup_open_sized(out, folder, hash, &zkl_setup_size_v1, env, err);
}

/* Frees all that was loaded: circuits, keys and powers that callers still point to are gone. */
void zkl_setup_close(zkl_setup *setup)
{
    if (setup == NULL)
        return;
    setup_keys_clear(setup);
    zkl_g1_fixed_free(setup->srs.fixed);
    zkl_setup_file_clear(&setup->commit_file);
    setup_powers_clear(&setup->all);
    zkl_buffer_clear(&setup->folder);
    zkl_free(setup);
}

const zkl_srs *zkl_setup_srs(const zkl_setup *setup)
{
    ZKL_ASSERT(setup->srs.fixed);
    return &setup->srs;
}

bool zkl_setup_is_development(const zkl_setup *setup)
{
    return setup->development;
}

/* A read that failed leaves nothing loaded, so that the next one starts anew. */
zkl_status zkl_setup_powers(zkl_setup *setup, const zkl_powers **powers,
                            const zkl_ptau_history **history, zkl_error *err)
{
    ZKL_ASSERT(setup && powers);
    if (!setup->all.present) {
        setup_powers_clear(&setup->all);
        ZKL_TRY(setup_read_powers(&setup->all, setup, err));
    }
    *powers = &setup->all.powers;
    if (history != NULL)
        *history = &setup->all.history;
    return ZKL_OK;
}

/* By the file's presence: reading it is 110 MB. */
bool zkl_setup_has_all(const zkl_setup *setup)
{
    zkl_setup_name name;
    zkl_setup_path path;
    bool found;

    return setup_find_name(&name, &found, setup, NULL) == ZKL_OK && found &&
           zkl_setup_path_named(&path, setup_folder(setup), &name, "powers", NULL) == ZKL_OK &&
           zkl_setup_path_exists(&path);
}
