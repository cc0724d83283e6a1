/* Circuit keys in the cache, <hash>.<parameters>.F<n>.key: read, made when missing, or kept from a
 * ceremony.
 *
 *   header   powers, hash of the circuit; log_domain, wires, public wires, bytes of contributions
 *   points   verification key, [beta]_1, [delta]_1, then A, B in G1, B in G2, K, H
 *   record   contributions, as section 10 of a .zkey has them; files of earlier versions end
 *            before them
 *
 * The rows of A and B, which the prover evaluates, are not in the file: they are the circuit's,
 * and the hash in the header says that the key was made for this very circuit. Whether the key
 * itself is right was checked by whoever wrote it (zkl_groth16_check for a ceremony's); the
 * file's own hash says that it did not change since. */
#include "setup/setup_internal.h"

#include <stdio.h>
#include <time.h>

#include "base/env.h"
#include "setup/circuit_hashes.h"

#define KEY_BYTES_MAX ((size_t)256 << 20)

void setup_key_clear(setup_key *loaded)
{
    zkl_circuit_free(loaded->circuit);
    zkl_setup_file_clear(&loaded->file);
    zkl_arena_clear(&loaded->arena);
    *loaded = (setup_key){ 0 };
}

static void key_parameters(zkl_digest *out, const zkl_setup *setup, const zkl_groth16_vk *vk)
{
    zkl_srs_parameters_hash(out, &setup->srs.verifier, &vk->alpha, &vk->beta);
}

/* Where a key is, or comes to be. */
typedef struct key_place {
    zkl_setup_name name;
    zkl_setup_path path;
    unsigned n; /* of circuit F<n> */
} key_place;

/* Under its name. */
static zkl_status set_path(key_place *place, const zkl_setup *setup, unsigned n, zkl_error *err)
{
    char suffix[16];
    ZKL_ASSERT(n / 2 < ZKL_SETUP_TIERS_MAX);
    snprintf(suffix, sizeof suffix, "F%u.key", n);
    place->n = n;
    return zkl_setup_path_named(&place->path, setup_folder(setup), &place->name, suffix, err);
}

/* *exists false: there is none, and *out says nothing. */
static zkl_status find_place(key_place *out, bool *exists, const zkl_setup *setup, unsigned n,
                             zkl_error *err)
{
    ZKL_TRY(setup_find_name(&out->name, exists, setup, err));
    if (*exists)
        ZKL_TRY(set_path(out, setup, n, err));
    *exists = *exists && zkl_setup_path_exists(&out->path);
    return ZKL_OK;
}

/* Where there are no files yet, its own alpha and beta name it. With the folder locked. */
static zkl_status new_place(key_place *out, const zkl_setup *setup, unsigned n,
                            const zkl_groth16_key *key, zkl_error *err)
{
    bool found;
    ZKL_TRY(setup_find_name(&out->name, &found, setup, err));
    if (!found)
        key_parameters(&out->name.parameters, setup, &key->vk);
    return set_path(out, setup, n, err);
}

/* The single points of a key; the arrays follow it in the file. */
typedef struct key_points {
    zkl_groth16_vk vk;
    zkl_g1_affine beta_1, delta_1;
} key_points;

/* history NULL: not known; it is written as a record of nobody. */
static zkl_status write_key(const zkl_setup_path *path, const zkl_setup *setup,
                            const zkl_groth16_key *key, const zkl_zkey_history *history,
                            const zkl_digest *circuit, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) told = { 0 };
    zkl_zkey_history_put(&told, history);
    ZKL_TRY(zkl_buffer_status(&told, err));
    const zkl_setup_header header = {
        .kind = ZKL_SETUP_FILE_KEY,
        .development = key->development || setup->development, /* its weakest part */
        .powers = setup->hash,
        .circuit = *circuit,
        .numbers = { key->log_domain, key->wire_count, key->public_count, (uint32_t)told.size },
    };
    ZKL_ASSERT(key->public_count < key->wire_count);
    const key_points points = { key->vk, key->beta_1, key->delta_1 };
    const size_t wires = key->wire_count, g1 = sizeof(zkl_g1_affine), g2 = sizeof(zkl_g2_affine);
    const zkl_bytes sections[] = {
        zkl_bytes_of(&points, sizeof points),
        zkl_bytes_of(key->a, wires * g1),
        zkl_bytes_of(key->b_1, wires * g1),
        zkl_bytes_of(key->b_2, wires * g2),
        zkl_bytes_of(key->k, (wires - key->public_count - 1) * g1),
        zkl_bytes_of(key->h, ((size_t)1 << key->log_domain) * g1),
        zkl_buffer_bytes(&told),
    };

    return zkl_setup_file_write(path->text, &header, sections, ZKL_COUNT(sections), err);
}

/* The same code made the circuit, and its sizes are the key's: the arrays that follow have them. */
static zkl_status check_key_header(const zkl_setup_header *header, const zkl_r1cs *r1cs,
                                   const zkl_digest *hash, const char *path, zkl_error *err)
{
    ZKL_ASSERT(r1cs->public_count < r1cs->wire_count);
    if (!zkl_digest_equal(&header->circuit, hash) ||
        header->numbers[0] != zkl_groth16_log_domain(r1cs) ||
        header->numbers[1] != r1cs->wire_count || header->numbers[2] != r1cs->public_count)
        return zkl_fail(
            err, ZKL_BAD_INPUT,
            "key '%s' was made for another circuit: remove it, it is made anew when needed", path);
    return ZKL_OK;
}

/* A key under the name of another alpha or beta. */
static zkl_status check_key_name(const zkl_groth16_vk *vk, const zkl_setup *setup,
                                 const key_place *place, zkl_error *err)
{
    zkl_digest actual;
    key_parameters(&actual, setup, vk);
    return place->name.is_old || zkl_digest_equal(&actual, &place->name.parameters)
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT,
                          "set-up file '%s' holds another alpha or beta than its name says",
                          place->path.text);
}

static zkl_status read_file(zkl_setup_file *out, const zkl_setup *setup, const key_place *place,
                            zkl_error *err)
{
    return zkl_setup_file_read(out, place->path.text, ZKL_SETUP_FILE_KEY, &setup->hash,
                               KEY_BYTES_MAX, err);
}

/* Of a loaded that has its file and nothing else. The verification key is checked point by point;
 * the arrays are as they were written. */
static zkl_status parse_key(setup_key *loaded, const zkl_setup *setup, const zkl_circuit *circuit,
                            const key_place *place, zkl_error *err)
{
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    const char *const path = place->path.text;
    const size_t wires = r1cs->wire_count, g1 = sizeof(zkl_g1_affine);
    zkl_digest hash;

    ZKL_ASSERT(loaded->file.memory != NULL);
    ZKL_TRY(zkl_circuit_fraction_hash(&hash, place->n, &setup->size.format, err));
    const zkl_setup_header *header = &loaded->file.header;
    zkl_reader *body = &loaded->file.body;
    ZKL_TRY(check_key_header(header, r1cs, &hash, path, err));
    zkl_groth16_key key = {
        .development = header->development != 0,
        .log_domain = header->numbers[0],
        .wire_count = r1cs->wire_count,
        .public_count = r1cs->public_count,
    };
    const key_points *points =
        setup_take(body, 1, sizeof *points, "points of the verification key");
    key.a = setup_take(body, wires, g1, "A");
    key.b_1 = setup_take(body, wires, g1, "B in G1");
    key.b_2 = setup_take(body, wires, sizeof(zkl_g2_affine), "B in G2");
    key.k = setup_take(body, wires - r1cs->public_count - 1, g1, "K");
    key.h = setup_take(body, (size_t)1 << key.log_domain, g1, "H");
    const zkl_bytes told = zkl_reader_take(body, header->numbers[3], "contributions");
    ZKL_TRY(zkl_reader_finish(body, path, err));
    if (told.size) /* files of earlier versions have none */
        ZKL_TRY(zkl_zkey_history_parse(&loaded->history, &loaded->arena, told, err));
    key.vk = points->vk;
    key.beta_1 = points->beta_1;
    key.delta_1 = points->delta_1;
    const zkl_status status = zkl_groth16_vk_check(&key.vk, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", path);
    ZKL_TRY(check_key_name(&key.vk, setup, place, err));
    /* the rows are not in the file: they are the circuit's */
    ZKL_TRY(zkl_groth16_rows(&key, &loaded->arena, r1cs, err));
    loaded->key = key;
    return ZKL_OK;
}

/* Tiers are even, larger than a block, and their inputs fit the circuit. */
static zkl_status check_tier(const zkl_setup *setup, unsigned n, zkl_error *err)
{
    if (n % 2 != 0 || n <= setup->size.format.log_cells || n / 2 >= ZKL_SETUP_TIERS_MAX ||
        n - setup->size.format.log_cells > ZKL_FRACTION_INPUTS_MAX - ZKL_FRACTION_INPUTS_FIXED)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "there is no circuit 'F%u'", n);
    return ZKL_OK;
}

/* To the file, from which whoever needs it reads it: what a key in use is, is what the file
 * holds. */
static zkl_status keep_made(const zkl_setup *setup, unsigned n, const zkl_recorded_key *made,
                            zkl_error *err)
{
    key_place place;
    zkl_digest hash;
    ZKL_TRY(new_place(&place, setup, n, &made->key, err));
    ZKL_TRY(zkl_circuit_fraction_hash(&hash, n, &setup->size.format, err));
    return write_key(&place.path, setup, &made->key, &made->history, &hash, err);
}

/* Under the lock, and only if nobody was faster: two processes that miss a key make it once. */
static zkl_status make_key(const zkl_setup *setup, unsigned n, const zkl_env *env, zkl_error *err)
{
    key_place place;
    bool exists;
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL; /* with C, which a key that is loaded does without */
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    setup_powers own = { 0 };
    const setup_powers *from = &setup->all;
    zkl_recorded_key made;
    zkl_status status = ZKL_OK;

    ZKL_TRY(zkl_setup_lock_take(&lock, setup_folder(setup), err));
    ZKL_TRY(find_place(&place, &exists, setup, n, err));
    if (exists) /* another process was faster */
        return ZKL_OK;
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, n, &setup->size.format, err));
    if (!setup->all.present) { /* 110 MB, not kept: proving needs the memory */
        status = setup_read_powers(&own, setup, err);
        from = &own;
    }
    if (status == ZKL_OK)
        status = zkl_groth16_setup_recorded(&made, &arena, zkl_circuit_r1cs(circuit), &from->powers,
                                            env, err);
    if (status == ZKL_OK)
        status = keep_made(setup, n, &made, err);
    setup_powers_clear(&own);
    return status;
}

zkl_status setup_keep_known_key(const zkl_setup *setup, unsigned n, const zkl_powers *powers,
                                const zkl_powers_known *known, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_recorded_key made;

    ZKL_TRY(check_tier(setup, n, err));
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, n, &setup->size.format, err));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    ZKL_TRY(zkl_groth16_setup_known(&made, &arena, r1cs, powers, known, env, err));
    return keep_made(setup, n, &made, err);
}

/* ---- one key, several threads */

/* How long a thread that waits for another one's key goes without asking its own progress. */
#define KEY_WAIT_NS 100000000L

/* Both of the usual kind: they cannot fail on Linux. */
void setup_keys_init(zkl_setup *setup)
{
    pthread_condattr_t monotonic; /* a clock that is set does not lengthen a wait */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&setup->key_mutex, NULL);
    pthread_cond_init(&setup->key_changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* No thread may be looking for a key (asserted). */
void setup_keys_clear(zkl_setup *setup)
{
    for (size_t i = 0; i < ZKL_SETUP_TIERS_MAX; i++) {
        ZKL_ASSERT(!setup->is_sought[i]);
        setup_key_clear(&setup->keys[i]);
    }
    pthread_cond_destroy(&setup->key_changed);
    pthread_mutex_destroy(&setup->key_mutex);
}

/* A key's two halves, which do not need one another: the circuit, and the file. */
typedef struct key_halves {
    setup_key *out;
    const zkl_setup *setup;
    const key_place *place;
} key_halves;

static zkl_status load_half(void *context, size_t index, size_t worker, zkl_error *err)
{
    (void)worker;
    const key_halves *h = context;
    if (index == 1)
        return read_file(&h->out->file, h->setup, h->place, err);
    return zkl_circuit_fraction_new_proving(&h->out->circuit, h->place->n, &h->setup->size.format,
                                            err);
}

/* From the cache into an empty out, made when it is not there. Without the mutex: it takes as long
 * as it takes. */
static zkl_status load_key(setup_key *out, bool *is_made, const zkl_setup *setup, unsigned n,
                           const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(setup_key) loaded = { 0 };
    key_place place;
    bool exists;

    ZKL_TRY(find_place(&place, &exists, setup, n, err));
    *is_made = !exists;
    if (!exists) {
        ZKL_TRY(make_key(setup, n, env, err));
        ZKL_TRY(find_place(&place, &exists, setup, n, err));
    }
    if (!exists)
        return zkl_fail(err, ZKL_NOT_FOUND, "the key of F%u was removed as it was made", n);
    key_halves halves = { &loaded, setup, &place };
    ZKL_TRY(zkl_pool_try(env->pool, 2, load_half, &halves, err));
    ZKL_TRY(parse_key(&loaded, setup, loaded.circuit, &place, err));
    *out = loaded;
    loaded = (setup_key){ 0 };
    return ZKL_OK;
}

/* With the mutex held, until the key is loaded or nobody looks for it. The caller's progress is
 * asked without the mutex, so that it may take its time, and may cancel the wait. */
static zkl_status await_key(zkl_setup *setup, unsigned n, const zkl_env *env, zkl_error *err)
{
    zkl_status status = ZKL_OK;
    while (status == ZKL_OK && setup->is_sought[n / 2]) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += KEY_WAIT_NS;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        if (pthread_cond_timedwait(&setup->key_changed, &setup->key_mutex, &until) == 0)
            continue;
        pthread_mutex_unlock(&setup->key_mutex);
        status = zkl_env_progress(env, "waiting for a circuit's key", 0, 0, err);
        pthread_mutex_lock(&setup->key_mutex);
    }
    return status;
}

/* With the mutex held, which is let go while the key is read or made. Whoever begins a search ends
 * it, whatever comes of it, and wakes those who wait: they find the key, or search for it
 * themselves. */
static zkl_status find_key(zkl_setup *setup, unsigned n, const zkl_env *env, zkl_error *err)
{
    setup_key *slot = &setup->keys[n / 2], loaded = { 0 };
    bool is_made = false;
    ZKL_TRY(await_key(setup, n, env, err));
    if (slot->circuit) {
        setup->counts.loaded++;
        return ZKL_OK;
    }
    setup->is_sought[n / 2] = true;
    pthread_mutex_unlock(&setup->key_mutex);
    const zkl_status status = load_key(&loaded, &is_made, setup, n, env, err);
    pthread_mutex_lock(&setup->key_mutex);
    if (status == ZKL_OK) {
        *slot = loaded;
        setup->counts.made += is_made;
        setup->counts.read += !is_made;
    }
    setup->is_sought[n / 2] = false;
    pthread_cond_broadcast(&setup->key_changed);
    return status;
}

zkl_status zkl_setup_key(zkl_setup *setup, unsigned n, const zkl_env *env,
                         const zkl_circuit **circuit, const zkl_groth16_key **key, zkl_error *err)
{
    /* Other processes are kept apart by the lock of the folder, in make_key. */
    ZKL_TRY(check_tier(setup, n, err));
    pthread_mutex_lock(&setup->key_mutex);
    const zkl_status status = find_key(setup, n, env, err);
    pthread_mutex_unlock(&setup->key_mutex);
    ZKL_TRY(status);
    /* What is loaded stays until the set-up is closed. */
    *circuit = setup->keys[n / 2].circuit;
    *key = &setup->keys[n / 2].key;
    return ZKL_OK;
}

void zkl_setup_count_keys(zkl_setup *setup, zkl_setup_key_counts *out)
{
    pthread_mutex_lock(&setup->key_mutex);
    *out = setup->counts;
    pthread_mutex_unlock(&setup->key_mutex);
}

/* By the file's presence: whether it is whole shows when it is read. */
bool zkl_setup_has_key(const zkl_setup *setup, unsigned n)
{
    key_place place;
    bool exists;

    return check_tier(setup, n, NULL) == ZKL_OK &&
           find_place(&place, &exists, setup, n, NULL) == ZKL_OK && exists;
}

/* Of a key that is loaded (asserted). */
const zkl_zkey_history *zkl_setup_key_history(const zkl_setup *setup, unsigned n)
{
    ZKL_ASSERT(n / 2 < ZKL_SETUP_TIERS_MAX && setup->keys[n / 2].circuit != NULL);
    return &setup->keys[n / 2].history;
}

/* A key of a ceremony takes the place of one made here; nothing else does, nor that very key
 * with contributions of no secret, which anybody can add. */
static zkl_status check_replaces(const zkl_setup *setup, const zkl_circuit *circuit,
                                 const zkl_groth16_key *key, const key_place *place, zkl_error *err)
{
    ZKL_ASSERT(circuit);
    ZKL_AUTO_CLEAR(setup_key) old = { 0 };

    if (!zkl_setup_path_exists(&place->path))
        return ZKL_OK;
    ZKL_TRY(read_file(&old.file, setup, place, err));
    ZKL_TRY(parse_key(&old, setup, circuit, place, err));
    if (!old.key.development || key->development || setup->development)
        return zkl_fail(err, ZKL_CONFLICT, "there is a key '%s' already", place->path.text);
    if (old.history.count > 0 && memcmp(&old.key.delta_1, &key->delta_1, sizeof key->delta_1) == 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "there is this key with fewer contributions already: those that leave "
                        "delta as it was make no ceremony");
    return ZKL_OK;
}

/* Under the lock from the comparison with what is there to the write. */
zkl_status zkl_setup_keep_key(zkl_setup *setup, unsigned n, const zkl_groth16_key *key,
                              const zkl_zkey_history *history, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    zkl_digest hash;
    key_place place;

    /* The key's own points and its sizes; that it is the circuit's under these powers the caller
     * has checked. */
    ZKL_TRY(check_tier(setup, n, err));
    ZKL_TRY(zkl_groth16_vk_check(&key->vk, err));
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, n, &setup->size.format, err));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    if (key->wire_count != r1cs->wire_count || key->public_count != r1cs->public_count ||
        key->log_domain != zkl_groth16_log_domain(r1cs))
        return zkl_fail(err, ZKL_BAD_INPUT, "the key is for a circuit of another size than F%u", n);
    ZKL_TRY(zkl_setup_lock_take(&lock, setup_folder(setup), err));
    ZKL_TRY(new_place(&place, setup, n, key, err));
    ZKL_TRY(check_replaces(setup, circuit, key, &place, err));
    ZKL_TRY(zkl_circuit_fraction_hash(&hash, n, &setup->size.format, err));
    ZKL_TRY(write_key(&place.path, setup, key, history, &hash, err));
    setup_key_clear(&setup->keys[n / 2]); /* an older one is read no more */
    return ZKL_OK;
}

/* zkl_setup_key behind the callback that the prover takes. */
static zkl_status get_key(void *opaque, unsigned n, const zkl_env *env, const zkl_circuit **circuit,
                          const zkl_groth16_key **key, zkl_error *err)
{
    return zkl_setup_key(opaque, n, env, circuit, key, err);
}

zkl_groth16_key_source zkl_setup_keys(zkl_setup *setup)
{
    return (zkl_groth16_key_source){ .get = get_key, .opaque = setup };
}
