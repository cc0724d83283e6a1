#include "setup/setup.h"

#include <pthread.h>
#include <stdio.h>

#include "setup/setup_cache.h"
#include "setup/setup_file.h"

#define POWERS_BYTES_MAX ((size_t)512 << 20)
#define COMMIT_BYTES_MAX ((size_t)64 << 20)
#define KEY_BYTES_MAX ((size_t)256 << 20)
#define TIERS_MAX 16 /* n / 2 */

const zkl_setup_shape zkl_setup_shape_v1 = { .format = { .log_cells = 16, .mask_half = 8 },
                                             .power = ZKL_SETUP_POWER };

typedef struct loaded_key {
    zkl_circuit *circuit; /* NULL: not loaded */
    zkl_groth16_key key;
    zkl_zkey_history history;
    zkl_buffer file; /* the key's points */
    zkl_arena arena; /* its rows, its contributions */
} loaded_key;

typedef struct loaded_powers {
    bool present;
    zkl_powers powers;
    zkl_ptau_history history;
    zkl_buffer file;
    zkl_arena arena; /* contributions */
} loaded_powers;

struct zkl_setup {
    zkl_buffer folder; /* ends in NUL */
    zkl_digest hash;
    zkl_setup_shape shape;
    zkl_env env;
    bool development;
    zkl_srs srs;
    zkl_buffer commit_file;
    pthread_mutex_t key_mutex; /* guards keys while zkl_setup_key looks for one */
    loaded_key keys[TIERS_MAX];
    loaded_powers all;
};

static void loaded_powers_clear(loaded_powers *loaded)
{
    zkl_buffer_clear(&loaded->file);
    zkl_arena_clear(&loaded->arena);
    *loaded = (loaded_powers){ 0 };
}

static zkl_status key_path(zkl_setup_path *out, const zkl_setup *setup, unsigned n, zkl_error *err)
{
    char suffix[16];

    snprintf(suffix, sizeof suffix, "F%u.key", n);
    return zkl_setup_path_of(out, (const char *)setup->folder.data, &setup->hash, suffix, err);
}

/* ---- powers */

static size_t commit_count(const zkl_setup_shape *shape)
{
    return ((size_t)1 << shape->format.log_cells) + shape->format.mask_half;
}

#define POWERS_SECTIONS 9

/* The arrays of powers, in file order. Sizes follow from powers->power. */
static void powers_sections(zkl_bytes out[POWERS_SECTIONS], const zkl_powers *powers)
{
    const size_t n = (size_t)1 << powers->power, g1 = sizeof(zkl_g1_affine),
                 g2 = sizeof(zkl_g2_affine);

    out[0] = zkl_bytes_of(powers->tau_1, (2 * n - 1) * g1);
    out[1] = zkl_bytes_of(powers->tau_2, n * g2);
    out[2] = zkl_bytes_of(powers->alpha_1, n * g1);
    out[3] = zkl_bytes_of(powers->beta_1, n * g1);
    out[4] = zkl_bytes_of(&powers->beta_2, g2);
    out[5] = zkl_bytes_of(powers->lagrange_1, (4 * n - 1) * g1);
    out[6] = zkl_bytes_of(powers->lagrange_2, (2 * n - 1) * g2);
    out[7] = zkl_bytes_of(powers->lagrange_alpha_1, (2 * n - 1) * g1);
    out[8] = zkl_bytes_of(powers->lagrange_beta_1, (2 * n - 1) * g1);
}

static zkl_status write_commit(const char *folder, const zkl_digest *hash, const zkl_srs *srs,
                               size_t count, bool development, zkl_error *err)
{
    const zkl_setup_header header = { .kind = ZKL_SETUP_FILE_COMMIT,
                                      .development = development,
                                      .powers = *hash,
                                      .numbers = { (uint32_t)count } };
    const zkl_bytes sections[] = { zkl_bytes_of(&srs->verifier, sizeof srs->verifier),
                                   zkl_bytes_of(srs->powers, count * sizeof *srs->powers) };
    zkl_setup_path path;

    ZKL_TRY(zkl_setup_path_of(&path, folder, hash, "commit", err));
    return zkl_setup_file_write(path.text, &header, sections, ZKL_COUNT(sections), err);
}

static zkl_status write_powers(const char *folder, const zkl_digest *hash,
                               const zkl_setup_shape *shape, const zkl_powers *powers,
                               const zkl_ptau_history *history, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) told = { 0 };
    zkl_bytes sections[POWERS_SECTIONS + 1];
    zkl_srs srs = { .powers = powers->tau_1 };
    zkl_setup_path path;

    zkl_ptau_history_put(&told, history);
    ZKL_TRY(zkl_buffer_status(&told, err));
    const zkl_setup_header header = {
        .kind = ZKL_SETUP_FILE_POWERS,
        .development = powers->development,
        .powers = *hash,
        .numbers = { powers->power, (uint32_t)told.size,
                     history != NULL ? history->ceremony_power : powers->power },
    };
    powers_sections(sections, powers);
    sections[POWERS_SECTIONS] = zkl_buffer_bytes(&told);
    ZKL_TRY(zkl_setup_path_of(&path, folder, hash, "powers", err));
    ZKL_TRY(zkl_setup_file_write(path.text, &header, sections, POWERS_SECTIONS + 1, err));

    /* last: what zkl_setup_open looks for */
    zkl_powers_verifier(&srs.verifier, powers);
    return write_commit(folder, hash, &srs, commit_count(shape), powers->development, err);
}

static const void *take(zkl_reader *body, size_t count, size_t size, const char *what)
{
    return zkl_reader_take(body, count * size, what).data;
}

static zkl_status check_powers_hash(const zkl_srs_verifier *verifier, const zkl_digest *hash,
                                    const char *path, zkl_error *err)
{
    zkl_digest actual;

    zkl_srs_hash(&actual, verifier);
    if (!zkl_digest_equal(&actual, hash))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "set-up file '%s' holds other powers of tau than its name says", path);
    return ZKL_OK;
}

static zkl_status read_powers(loaded_powers *out, const zkl_setup *setup, zkl_error *err)
{
    zkl_setup_header header;
    zkl_reader body;
    zkl_srs_verifier verifier;
    zkl_setup_path path;

    ZKL_TRY(
        zkl_setup_path_of(&path, (const char *)setup->folder.data, &setup->hash, "powers", err));
    if (!zkl_setup_path_exists(&path))
        return zkl_fail(
            err, ZKL_NOT_FOUND,
            "of these powers of tau the set-up cache has what verifying needs, not '%s': "
            "import the whole .ptau",
            path.text);
    ZKL_TRY(zkl_setup_file_read(&out->file, &header, &body, path.text, ZKL_SETUP_FILE_POWERS,
                                &setup->hash, POWERS_BYTES_MAX, err));
    const unsigned power = header.numbers[0];
    if (power < 2 || power > ZKL_POWERS_POWER_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' is for 2^%u rows", path.text, power);
    const size_t n = (size_t)1 << power, g1 = sizeof(zkl_g1_affine), g2 = sizeof(zkl_g2_affine);
    zkl_powers p = { .power = power, .development = header.development != 0 };
    p.tau_1 = take(&body, 2 * n - 1, g1, "tau in G1");
    p.tau_2 = take(&body, n, g2, "tau in G2");
    p.alpha_1 = take(&body, n, g1, "alpha");
    p.beta_1 = take(&body, n, g1, "beta");
    const zkl_g2_affine *beta_2 = take(&body, 1, g2, "beta in G2");
    p.lagrange_1 = take(&body, 4 * n - 1, g1, "Lagrange points");
    p.lagrange_2 = take(&body, 2 * n - 1, g2, "Lagrange points in G2");
    p.lagrange_alpha_1 = take(&body, 2 * n - 1, g1, "Lagrange points of alpha");
    p.lagrange_beta_1 = take(&body, 2 * n - 1, g1, "Lagrange points of beta");
    const zkl_bytes told = zkl_reader_take(&body, header.numbers[1], "contributions");
    ZKL_TRY(zkl_reader_finish(&body, path.text, err));
    if (told.size) /* files of earlier versions have none */
        ZKL_TRY(zkl_ptau_history_parse(&out->history, &out->arena, told, err));
    out->history.ceremony_power = told.size ? header.numbers[2] : power;
    p.beta_2 = *beta_2;
    zkl_powers_verifier(&verifier, &p);
    ZKL_TRY(check_powers_hash(&verifier, &setup->hash, path.text, err));
    out->powers = p;
    out->present = true;
    return ZKL_OK;
}

zkl_status zkl_setup_powers(zkl_setup *setup, const zkl_powers **powers,
                            const zkl_ptau_history **history, zkl_error *err)
{
    if (!setup->all.present) {
        loaded_powers_clear(&setup->all);
        ZKL_TRY(read_powers(&setup->all, setup, err));
    }
    *powers = &setup->all.powers;
    if (history != NULL)
        *history = &setup->all.history;
    return ZKL_OK;
}

bool zkl_setup_has_all(const zkl_setup *setup)
{
    zkl_setup_path path;

    return zkl_setup_path_of(&path, (const char *)setup->folder.data, &setup->hash, "powers",
                             NULL) == ZKL_OK &&
           zkl_setup_path_exists(&path);
}

/* ---- making and importing powers */

static zkl_status check_count(size_t count, const zkl_setup_shape *shape, zkl_error *err)
{
    if (count < commit_count(shape))
        return zkl_fail(err, ZKL_LIMIT, "%zu powers of tau are too few: commitments need %zu",
                        count, commit_count(shape));
    return ZKL_OK;
}

/* The folder, ending in NUL, locked for writing. */
static zkl_status open_for_writing(zkl_buffer *path, zkl_setup_lock *lock, const char *folder,
                                   zkl_error *err)
{
    ZKL_TRY(zkl_setup_folder(path, folder, err));
    zkl_buffer_put_u8(path, 0);
    ZKL_TRY(zkl_buffer_status(path, err));
    return zkl_setup_lock_take(lock, (const char *)path->data, err);
}

/* The hash names tau alone: powers of the same tau with another alpha or beta are others. What is there stays, unless it was a
 * development set-up whose contributions are now known. Where some are known already, others for the same tau are
 * contributions of no secret, which anybody can add: no ceremony. */
static zkl_status look_at_present(bool *keep, bool *ceremony, zkl_setup *present,
                                  const zkl_powers *powers, zkl_error *err)
{
    const zkl_powers *old;
    const zkl_ptau_history *known;

    *keep = *ceremony = false;
    if (!zkl_setup_has_all(present))
        return ZKL_OK;
    ZKL_TRY(zkl_setup_powers(present, &old, &known, err));
    if (old->power != powers->power ||
        memcmp(&old->alpha_1[0], &powers->alpha_1[0], sizeof old->alpha_1[0]) != 0 ||
        memcmp(&old->beta_1[0], &powers->beta_1[0], sizeof old->beta_1[0]) != 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up cache has powers of the same tau with another alpha or beta");
    *ceremony = !old->development;
    *keep = powers->development || *ceremony;
    if (!*keep && known->count > 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up cache has these powers with fewer contributions: those that "
                        "leave tau as it was make no ceremony");
    return ZKL_OK;
}

static zkl_status keep_powers(zkl_digest *hash, const char *folder, const zkl_setup_shape *shape,
                              const zkl_powers *powers, const zkl_ptau_history *history,
                              zkl_error *err)
{
    zkl_setup present = { .shape = *shape };
    zkl_srs srs = { .powers = powers->tau_1 };
    zkl_setup_path commit;
    bool keep = false, ceremony = false;

    zkl_powers_hash(&present.hash, powers);
    zkl_buffer_put(&present.folder, folder, strlen(folder) + 1);
    zkl_status status = zkl_buffer_status(&present.folder, err);
    if (status == ZKL_OK)
        status = look_at_present(&keep, &ceremony, &present, powers, err);
    if (status == ZKL_OK)
        status = zkl_setup_path_of(&commit, folder, &present.hash, "commit", err);
    if (status == ZKL_OK && !keep)
        status = write_powers(folder, &present.hash, shape, powers, history, err);
    /* whoever wrote the one may have been killed before he wrote the other */
    zkl_powers_verifier(&srs.verifier, powers);
    if (status == ZKL_OK && keep && (ceremony || !zkl_setup_path_exists(&commit)))
        status = write_commit(folder, &present.hash, &srs, commit_count(shape), !ceremony, err);
    if (status == ZKL_OK)
        *hash = present.hash;
    loaded_powers_clear(&present.all);
    zkl_buffer_clear(&present.folder);
    return status;
}

zkl_status zkl_setup_keep_powers(zkl_digest *hash, const char *folder, const zkl_setup_shape *shape,
                                 const zkl_powers *powers, const zkl_ptau_history *history,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };

    ZKL_TRY(check_count(((size_t)2 << powers->power) - 1, shape, err));
    ZKL_TRY(open_for_writing(&path, &lock, folder, err));
    return keep_powers(hash, (const char *)path.data, shape, powers, history, err);
}

zkl_status zkl_setup_keep_srs(zkl_digest *hash, const char *folder, const zkl_setup_shape *shape,
                              const zkl_srs *srs, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    zkl_setup_path commit;
    zkl_digest name;

    ZKL_TRY(check_count(srs->power_count, shape, err));
    ZKL_TRY(open_for_writing(&path, &lock, folder, err));
    zkl_srs_hash(&name, &srs->verifier);
    ZKL_TRY(zkl_setup_path_of(&commit, (const char *)path.data, &name, "commit", err));
    if (!zkl_setup_path_exists(&commit))
        ZKL_TRY(write_commit((const char *)path.data, &name, srs, commit_count(shape), true, err));
    *hash = name;
    return ZKL_OK;
}

zkl_status zkl_setup_make_shaped(zkl_digest *hash, const char *folder, const zkl_setup_shape *shape,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    zkl_powers powers;
    zkl_ptau_history history;

    ZKL_TRY(zkl_setup_folder(&path, folder, err)); /* refused before the work, not after */
    ZKL_TRY(zkl_powers_make_recorded(&powers, &history, &arena, shape->power, env, err));
    return zkl_setup_keep_powers(hash, folder, shape, &powers, &history, err);
}

zkl_status zkl_setup_make(zkl_digest *hash, const char *folder, const zkl_env *env, zkl_error *err)
{
    return zkl_setup_make_shaped(hash, folder, &zkl_setup_shape_v1, env, err);
}

zkl_status zkl_setup_current_shaped(zkl_digest *hash, const char *folder,
                                    const zkl_setup_shape *shape, const zkl_env *env,
                                    zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    zkl_powers powers;
    zkl_ptau_history history;
    bool found;

    ZKL_TRY(
        open_for_writing(&path, &lock, folder, err)); /* whoever comes second waits, and finds */
    const char *locked = (const char *)path.data;
    ZKL_TRY(zkl_setup_current_read(hash, &found, locked, err));
    if (found)
        return ZKL_OK;
    ZKL_TRY(zkl_powers_make_recorded(&powers, &history, &arena, shape->power, env, err));
    ZKL_TRY(keep_powers(hash, locked, shape, &powers, &history, err));
    return zkl_setup_current_write(locked, hash, err);
}

zkl_status zkl_setup_current(zkl_digest *hash, const char *folder, const zkl_env *env,
                             zkl_error *err)
{
    return zkl_setup_current_shaped(hash, folder, &zkl_setup_shape_v1, env, err);
}

/* ---- opening */

static zkl_status read_commit(zkl_setup *setup, zkl_error *err)
{
    zkl_setup_header header;
    zkl_reader body;
    zkl_setup_path path;

    ZKL_TRY(
        zkl_setup_path_of(&path, (const char *)setup->folder.data, &setup->hash, "commit", err));
    if (!zkl_setup_path_exists(&path))
        return zkl_fail(err, ZKL_NOT_FOUND, "the set-up cache has no powers of tau '%s'",
                        path.text);
    ZKL_TRY(zkl_setup_file_read(&setup->commit_file, &header, &body, path.text,
                                ZKL_SETUP_FILE_COMMIT, &setup->hash, COMMIT_BYTES_MAX, err));
    const size_t count = header.numbers[0];
    const zkl_srs_verifier *verifier = take(&body, 1, sizeof *verifier, "powers for verifiers");
    const zkl_g1_affine *points = take(&body, count, sizeof *points, "powers");
    ZKL_TRY(zkl_reader_finish(&body, path.text, err));
    if (count < commit_count(&setup->shape))
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' has %zu powers, not %zu", path.text,
                        count, commit_count(&setup->shape));
    ZKL_TRY(check_powers_hash(verifier, &setup->hash, path.text, err));
    if (memcmp(&points[0], &zkl_g1_generator, sizeof points[0]) != 0 ||
        memcmp(&points[1], &verifier->tau_1, sizeof points[1]) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s': powers do not start with 1 and tau",
                        path.text);
    setup->development = header.development != 0;
    setup->srs.powers = points;
    setup->srs.power_count = commit_count(&setup->shape);
    setup->srs.verifier = *verifier;
    return zkl_g1_fixed_new(&setup->srs.fixed, points, (size_t)1 << setup->shape.format.log_cells,
                            setup->env.pool, err);
}

zkl_status zkl_setup_open_shaped(zkl_setup **out, const char *folder, const zkl_digest *hash,
                                 const zkl_setup_shape *shape, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = zkl_calloc(1, sizeof *setup);

    if (setup == NULL)
        return zkl_no_memory(err, sizeof *setup);
    pthread_mutex_init(&setup->key_mutex, NULL); /* of the usual kind: cannot fail on Linux */
    setup->hash = *hash;
    setup->shape = *shape;
    setup->env = *env;
    ZKL_TRY(zkl_setup_folder(&setup->folder, folder, err));
    zkl_buffer_put_u8(&setup->folder, 0);
    ZKL_TRY(zkl_buffer_status(&setup->folder, err));
    ZKL_TRY(read_commit(setup, err));
    *out = setup;
    setup = NULL;
    return ZKL_OK;
}

zkl_status zkl_setup_open(zkl_setup **out, const char *folder, const zkl_digest *hash,
                          const zkl_env *env, zkl_error *err)
{
    return zkl_setup_open_shaped(out, folder, hash, &zkl_setup_shape_v1, env, err);
}

static void loaded_key_clear(loaded_key *loaded)
{
    zkl_circuit_free(loaded->circuit);
    zkl_buffer_clear(&loaded->file);
    zkl_arena_clear(&loaded->arena);
    *loaded = (loaded_key){ 0 };
}

void zkl_setup_close(zkl_setup *setup)
{
    if (setup == NULL)
        return;
    for (size_t i = 0; i < TIERS_MAX; i++)
        loaded_key_clear(&setup->keys[i]);
    zkl_g1_fixed_free(setup->srs.fixed);
    zkl_buffer_clear(&setup->commit_file);
    loaded_powers_clear(&setup->all);
    zkl_buffer_clear(&setup->folder);
    pthread_mutex_destroy(&setup->key_mutex);
    zkl_free(setup);
}

const zkl_srs *zkl_setup_srs(const zkl_setup *setup)
{
    return &setup->srs;
}

bool zkl_setup_is_development(const zkl_setup *setup)
{
    return setup->development;
}

/* ---- keys */

/* The single points of a key; the arrays follow it in the file. */
typedef struct key_points {
    zkl_groth16_vk vk;
    zkl_g1_affine beta_1, delta_1;
} key_points;

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

static zkl_status check_key_header(const zkl_setup_header *header, const zkl_r1cs *r1cs,
                                   const zkl_setup_path *path, zkl_error *err)
{
    zkl_digest circuit;

    zkl_r1cs_hash(&circuit, r1cs);
    if (!zkl_digest_equal(&header->circuit, &circuit) ||
        header->numbers[0] != zkl_groth16_log_domain(r1cs) ||
        header->numbers[1] != r1cs->wire_count || header->numbers[2] != r1cs->public_count)
        return zkl_fail(
            err, ZKL_BAD_INPUT,
            "key '%s' was made for another circuit: remove it, it is made anew when needed",
            path->text);
    return ZKL_OK;
}

static zkl_status read_key(loaded_key *loaded, const zkl_setup *setup, const zkl_circuit *circuit,
                           const zkl_setup_path *path, zkl_error *err)
{
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    const size_t wires = r1cs->wire_count, g1 = sizeof(zkl_g1_affine);
    zkl_setup_header header;
    zkl_reader body;

    ZKL_TRY(zkl_setup_file_read(&loaded->file, &header, &body, path->text, ZKL_SETUP_FILE_KEY,
                                &setup->hash, KEY_BYTES_MAX, err));
    ZKL_TRY(check_key_header(&header, r1cs, path, err));
    zkl_groth16_key key = {
        .development = header.development != 0,
        .log_domain = header.numbers[0],
        .wire_count = r1cs->wire_count,
        .public_count = r1cs->public_count,
    };
    const key_points *points = take(&body, 1, sizeof *points, "points of the verification key");
    key.a = take(&body, wires, g1, "A");
    key.b_1 = take(&body, wires, g1, "B in G1");
    key.b_2 = take(&body, wires, sizeof(zkl_g2_affine), "B in G2");
    key.k = take(&body, wires - r1cs->public_count - 1, g1, "K");
    key.h = take(&body, (size_t)1 << key.log_domain, g1, "H");
    const zkl_bytes told = zkl_reader_take(&body, header.numbers[3], "contributions");
    ZKL_TRY(zkl_reader_finish(&body, path->text, err));
    if (told.size) /* files of earlier versions have none */
        ZKL_TRY(zkl_zkey_history_parse(&loaded->history, &loaded->arena, told, err));
    key.vk = points->vk;
    key.beta_1 = points->beta_1;
    key.delta_1 = points->delta_1;
    const zkl_status status = zkl_groth16_vk_check(&key.vk, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", path->text);
    ZKL_TRY(zkl_groth16_rows(&key, &loaded->arena, r1cs, err));
    loaded->key = key;
    return ZKL_OK;
}

static zkl_status make_key(const zkl_setup *setup, const zkl_circuit *circuit,
                           const zkl_setup_path *path, zkl_error *err)
{
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    loaded_powers own = { 0 };
    const loaded_powers *from = &setup->all;
    zkl_groth16_key key;
    zkl_zkey_history history;
    zkl_digest hash;
    zkl_status status = ZKL_OK;

    ZKL_TRY(zkl_setup_lock_take(&lock, (const char *)setup->folder.data, err));
    if (zkl_setup_path_exists(path)) /* another process was faster */
        return ZKL_OK;
    if (!setup->all.present) { /* 110 MB, not kept: proving needs the memory */
        status = read_powers(&own, setup, err);
        from = &own;
    }
    if (status == ZKL_OK)
        status = zkl_groth16_setup_recorded(&key, &history, &arena, r1cs, &from->powers,
                                            &setup->env, err);
    if (status == ZKL_OK) {
        zkl_r1cs_hash(&hash, r1cs);
        status = write_key(path, setup, &key, &history, &hash, err);
    }
    loaded_powers_clear(&own);
    return status;
}

static zkl_status check_tier(const zkl_setup *setup, unsigned n, zkl_error *err)
{
    if (n % 2 != 0 || n <= setup->shape.format.log_cells || n / 2 >= TIERS_MAX ||
        n - setup->shape.format.log_cells > ZKL_FRACTION_INPUTS_MAX - ZKL_FRACTION_INPUTS_FIXED)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "there is no circuit 'F%u'", n);
    return ZKL_OK;
}

static zkl_status find_key(zkl_setup *setup, unsigned n, const zkl_circuit **circuit,
                           const zkl_groth16_key **key, zkl_error *err)
{
    ZKL_TRY(check_tier(setup, n, err));
    loaded_key *slot = &setup->keys[n / 2];
    if (slot->circuit == NULL) {
        ZKL_AUTO_CLEAR(loaded_key) loaded = { 0 };
        zkl_setup_path path;

        ZKL_TRY(key_path(&path, setup, n, err));
        ZKL_TRY(zkl_circuit_fraction_new(&loaded.circuit, n, &setup->shape.format, err));
        if (!zkl_setup_path_exists(&path))
            ZKL_TRY(make_key(setup, loaded.circuit, &path, err));
        ZKL_TRY(read_key(&loaded, setup, loaded.circuit, &path, err));
        *slot = loaded;
        loaded = (loaded_key){ 0 };
    }
    *circuit = slot->circuit;
    *key = &slot->key;
    return ZKL_OK;
}

zkl_status zkl_setup_key(zkl_setup *setup, unsigned n, const zkl_circuit **circuit,
                         const zkl_groth16_key **key, zkl_error *err)
{
    pthread_mutex_lock(&setup->key_mutex);
    const zkl_status status = find_key(setup, n, circuit, key, err);
    pthread_mutex_unlock(&setup->key_mutex);
    return status;
}

bool zkl_setup_has_key(const zkl_setup *setup, unsigned n)
{
    zkl_setup_path path;

    return check_tier(setup, n, NULL) == ZKL_OK && key_path(&path, setup, n, NULL) == ZKL_OK &&
           zkl_setup_path_exists(&path);
}

const zkl_zkey_history *zkl_setup_key_history(const zkl_setup *setup, unsigned n)
{
    ZKL_ASSERT(n / 2 < TIERS_MAX && setup->keys[n / 2].circuit != NULL);
    return &setup->keys[n / 2].history;
}

/* A key of a ceremony takes the place of one made here; nothing else does, nor that very key with contributions of no
 * secret, which anybody can add. */
static zkl_status check_replaces(const zkl_setup *setup, const zkl_circuit *circuit,
                                 const zkl_groth16_key *key, const zkl_setup_path *path,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(loaded_key) old = { 0 };

    if (!zkl_setup_path_exists(path))
        return ZKL_OK;
    ZKL_TRY(read_key(&old, setup, circuit, path, err));
    if (!old.key.development || key->development || setup->development)
        return zkl_fail(err, ZKL_CONFLICT, "there is a key '%s' already", path->text);
    if (old.history.count > 0 && memcmp(&old.key.delta_1, &key->delta_1, sizeof key->delta_1) == 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "there is this key with fewer contributions already: those that leave "
                        "delta as it was make no ceremony");
    return ZKL_OK;
}

zkl_status zkl_setup_keep_key(zkl_setup *setup, unsigned n, const zkl_groth16_key *key,
                              const zkl_zkey_history *history, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    zkl_digest hash;
    zkl_setup_path path;

    ZKL_TRY(check_tier(setup, n, err));
    ZKL_TRY(zkl_groth16_vk_check(&key->vk, err));
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, n, &setup->shape.format, err));
    const zkl_r1cs *r1cs = zkl_circuit_r1cs(circuit);
    if (key->wire_count != r1cs->wire_count || key->public_count != r1cs->public_count ||
        key->log_domain != zkl_groth16_log_domain(r1cs))
        return zkl_fail(err, ZKL_BAD_INPUT, "the key is for a circuit of another size than F%u", n);
    ZKL_TRY(key_path(&path, setup, n, err));
    ZKL_TRY(zkl_setup_lock_take(&lock, (const char *)setup->folder.data, err));
    ZKL_TRY(check_replaces(setup, circuit, key, &path, err));
    zkl_r1cs_hash(&hash, r1cs);
    ZKL_TRY(write_key(&path, setup, key, history, &hash, err));
    loaded_key_clear(&setup->keys[n / 2]); /* an older one is read no more */
    return ZKL_OK;
}

static zkl_status get_key(void *opaque, unsigned n, const zkl_circuit **circuit,
                          const zkl_groth16_key **key, zkl_error *err)
{
    return zkl_setup_key(opaque, n, circuit, key, err);
}

zkl_groth16_key_source zkl_setup_keys(zkl_setup *setup)
{
    return (zkl_groth16_key_source){ .get = get_key, .opaque = setup };
}
