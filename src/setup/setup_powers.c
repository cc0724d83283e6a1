/* The powers of tau in the cache: <hash>.<parameters>.powers, which making a key reads, and
 * <hash>.commit, which every proof reads.
 *
 *   .powers   header: power, bytes of contributions, the ceremony's power
 *             [tau^i]_1, [tau^i]_2, [alpha tau^i]_1, [beta tau^i]_1, [beta]_2
 *             Lagrange points in G1, in G2, of alpha, of beta
 *             contributions, as section 7 of a .ptau has them; files of earlier versions
 *             end before them
 *   .commit   header: number of powers
 *             [tau]_1, [tau]_2, [tau^2]_2  [tau^i]_1
 *
 * Both are named by the hash of the verifier's points, the powers by that of alpha and beta too, so
 * others never come under a name in use. .powers is written first and .commit last: whoever finds
 * .commit has a whole set-up, and a process killed in between leaves powers that the next one
 * completes. */
#include "setup/setup_internal.h"

#include "setup/setup_testing.h"

#define POWERS_BYTES_MAX ((size_t)512 << 20)
#define COMMIT_BYTES_MAX ((size_t)64 << 20)

void setup_powers_clear(setup_powers *loaded)
{
    zkl_setup_file_clear(&loaded->file);
    zkl_arena_clear(&loaded->arena);
    *loaded = (setup_powers){ 0 };
}

/* Powers that commitments take: C cells, and the blinder or the mask's upper half behind them. */
static size_t commit_count(const zkl_setup_size *size)
{
    return ((size_t)1 << size->format.log_cells) + size->format.mask_half;
}

/* ---- writing */

#define POWERS_SECTIONS 9

/* The arrays of powers, in file order. Sizes follow from powers->power. */
static void powers_sections(zkl_bytes out[POWERS_SECTIONS], const zkl_powers *powers)
{
    ZKL_ASSERT(powers->power >= 2 && powers->power <= ZKL_POWERS_POWER_MAX);
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

/* count: of the powers that are written; the file says it. */
static zkl_status write_commit(const char *folder, const zkl_digest *hash, const zkl_srs *srs,
                               size_t count, bool development, zkl_error *err)
{
    ZKL_ASSERT(srs->powers && count >= 2 && count <= UINT32_MAX);
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

/* .powers, then .commit. history NULL: not known, and written as nobody's. */
static zkl_status write_powers(const char *folder, const zkl_setup_name *name,
                               const zkl_setup_size *size, const zkl_powers *powers,
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
        .powers = name->hash,
        .numbers = { powers->power, (uint32_t)told.size,
                     history != NULL ? history->ceremony_power : powers->power },
    };
    powers_sections(sections, powers);
    sections[POWERS_SECTIONS] = zkl_buffer_bytes(&told);
    ZKL_TRY(zkl_setup_path_named(&path, folder, name, "powers", err));
    ZKL_TRY(zkl_setup_file_write(path.text, &header, sections, POWERS_SECTIONS + 1, err));

    /* last: what zkl_setup_open looks for */
    zkl_powers_verifier(&srs.verifier, powers);
    return write_commit(folder, &name->hash, &srs, commit_count(size), powers->development, err);
}

/* ---- reading */

/* A file under another name's hash would give a ledger other powers than it names. */
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

/* The same of all three secrets. */
static zkl_status check_parameters(const zkl_powers *powers, const zkl_setup_name *name,
                                   const char *path, zkl_error *err)
{
    zkl_digest actual;

    zkl_powers_parameters_hash(&actual, powers);
    if (!name->is_old && !zkl_digest_equal(&actual, &name->parameters))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "set-up file '%s' holds another alpha or beta than its name says", path);
    return ZKL_OK;
}

/* Sizes follow from the power, which is bounded before anything is multiplied by it. */
zkl_status setup_read_powers(setup_powers *out, const zkl_setup *setup, zkl_error *err)
{
    ZKL_ASSERT(!out->present && out->file.memory == NULL);
    zkl_srs_verifier verifier;
    zkl_setup_name name;
    zkl_setup_path path;
    bool found;

    ZKL_TRY(setup_find_name(&name, &found, setup, err));
    name.is_old |= !found; /* what is not there is told by its hash */
    ZKL_TRY(zkl_setup_path_named(&path, setup_folder(setup), &name, "powers", err));
    if (!found || !zkl_setup_path_exists(&path))
        return zkl_fail(
            err, ZKL_NOT_FOUND,
            "of these powers of tau the set-up cache has what verifying needs, not '%s': "
            "import the whole .ptau",
            path.text);
    ZKL_TRY(zkl_setup_file_read(&out->file, path.text, ZKL_SETUP_FILE_POWERS, &setup->hash,
                                POWERS_BYTES_MAX, err));
    const zkl_setup_header *header = &out->file.header;
    zkl_reader *body = &out->file.body;
    const unsigned power = header->numbers[0];
    if (power < 2 || power > ZKL_POWERS_POWER_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' is for 2^%u rows", path.text, power);
    const size_t n = (size_t)1 << power, g1 = sizeof(zkl_g1_affine), g2 = sizeof(zkl_g2_affine);
    zkl_powers p = { .power = power, .development = header->development != 0 };
    p.tau_1 = setup_take(body, 2 * n - 1, g1, "tau in G1");
    p.tau_2 = setup_take(body, n, g2, "tau in G2");
    p.alpha_1 = setup_take(body, n, g1, "alpha");
    p.beta_1 = setup_take(body, n, g1, "beta");
    const zkl_g2_affine *beta_2 = setup_take(body, 1, g2, "beta in G2");
    p.lagrange_1 = setup_take(body, 4 * n - 1, g1, "Lagrange points");
    p.lagrange_2 = setup_take(body, 2 * n - 1, g2, "Lagrange points in G2");
    p.lagrange_alpha_1 = setup_take(body, 2 * n - 1, g1, "Lagrange points of alpha");
    p.lagrange_beta_1 = setup_take(body, 2 * n - 1, g1, "Lagrange points of beta");
    const zkl_bytes told = zkl_reader_take(body, header->numbers[1], "contributions");
    ZKL_TRY(zkl_reader_finish(body, path.text, err));
    if (told.size) /* files of earlier versions have none */
        ZKL_TRY(zkl_ptau_history_parse(&out->history, &out->arena, told, err));
    out->history.ceremony_power = told.size ? header->numbers[2] : power;
    p.beta_2 = *beta_2;
    zkl_powers_verifier(&verifier, &p);
    /* the name is a hash of these three points: the arrays behind them have the file's own hash */
    ZKL_TRY(check_powers_hash(&verifier, &setup->hash, path.text, err));
    ZKL_TRY(check_parameters(&p, &name, path.text, err));
    out->powers = p;
    out->present = true;
    return ZKL_OK;
}

/* What every proof needs; the table for block commitments is made from the first C of them. */
zkl_status setup_read_commit(zkl_setup *setup, zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(setup->commit_file.memory == NULL);
    zkl_setup_path path;

    ZKL_TRY(zkl_setup_path_of(&path, setup_folder(setup), &setup->hash, "commit", err));
    if (!zkl_setup_path_exists(&path))
        return zkl_fail(err, ZKL_NOT_FOUND, "the set-up cache has no powers of tau '%s'",
                        path.text);
    ZKL_TRY(zkl_setup_file_read(&setup->commit_file, path.text, ZKL_SETUP_FILE_COMMIT, &setup->hash,
                                COMMIT_BYTES_MAX, err));
    const zkl_setup_header *header = &setup->commit_file.header;
    zkl_reader *body = &setup->commit_file.body;
    const size_t count = header->numbers[0];
    const zkl_srs_verifier *verifier =
        setup_take(body, 1, sizeof *verifier, "powers for verifiers");
    const zkl_g1_affine *points = setup_take(body, count, sizeof *points, "powers");
    ZKL_TRY(zkl_reader_finish(body, path.text, err));
    if (count < commit_count(&setup->size))
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s' has %zu powers, not %zu", path.text,
                        count, commit_count(&setup->size));
    ZKL_TRY(check_powers_hash(verifier, &setup->hash, path.text, err));
    if (memcmp(&points[0], &zkl_g1_generator, sizeof points[0]) != 0 ||
        memcmp(&points[1], &verifier->tau_1, sizeof points[1]) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "set-up file '%s': powers do not start with 1 and tau",
                        path.text);
    /* Of more powers than commitments take, the first are used. */
    setup->development = header->development != 0;
    setup->srs.powers = points;
    setup->srs.power_count = commit_count(&setup->size);
    setup->srs.verifier = *verifier;
    return zkl_g1_fixed_new(&setup->srs.fixed, points, (size_t)1 << setup->size.format.log_cells,
                            pool, err);
}

/* ---- keeping */

/* Commitments need C + mask_half powers. */
static zkl_status check_count(size_t count, const zkl_setup_size *size, zkl_error *err)
{
    ZKL_ASSERT(size->format.log_cells > 0);
    if (count < commit_count(size))
        return zkl_fail(err, ZKL_LIMIT, "%zu powers of tau are too few: commitments need %zu",
                        count, commit_count(size));
    return ZKL_OK;
}

/* The folder is made when missing, and refused when others can write it. */
zkl_status setup_open_for_writing(zkl_buffer *path, zkl_setup_lock *lock, const char *folder,
                                  zkl_error *err)
{
    ZKL_TRY(zkl_setup_folder(path, folder, err));
    zkl_buffer_put_u8(path, 0);
    ZKL_TRY(zkl_buffer_status(path, err));
    return zkl_setup_lock_take(lock, (const char *)path->data, err);
}

/* A ledger names tau alone, so its folder has powers of one alpha and beta for it. What is there
 * stays, unless it was a development set-up whose contributions are now known. Where
 * some are known already, others for the same tau are contributions of no secret, which anybody
 * can add: no ceremony. */
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
    /* A ceremony's powers never give way. Development ones do, to a ceremony's with the same
     * points. */
    *ceremony = !old->development;
    *keep = powers->development || *ceremony;
    if (!*keep && known->count > 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the set-up cache has these powers with fewer contributions: those that "
                        "leave tau as it was make no ceremony");
    return ZKL_OK;
}

zkl_status setup_keep_powers_locked(zkl_digest *hash, const char *folder,
                                    const zkl_setup_size *size, const zkl_powers *powers,
                                    const zkl_ptau_history *history, zkl_error *err)
{
    zkl_setup present = { .size = *size };
    zkl_srs srs = { .powers = powers->tau_1 };
    zkl_setup_name name;
    zkl_setup_path commit;
    bool keep = false, ceremony = false, found;

    ZKL_ASSERT(powers->lagrange_1); /* a key is made of them */
    zkl_powers_hash(&present.hash, powers);
    zkl_buffer_put(&present.folder, folder, strlen(folder) + 1);
    zkl_status status = zkl_buffer_status(&present.folder, err);
    if (status == ZKL_OK)
        status = look_at_present(&keep, &ceremony, &present, powers, err);
    if (status == ZKL_OK)
        status = setup_find_name(&name, &found, &present, err);
    if (status == ZKL_OK)
        zkl_powers_parameters_hash(&name.parameters, powers);
    if (status == ZKL_OK)
        status = zkl_setup_path_of(&commit, folder, &present.hash, "commit", err);
    if (status == ZKL_OK && !keep)
        status = write_powers(folder, &name, size, powers, history, err);
    /* whoever wrote the one may have been killed before he wrote the other */
    zkl_powers_verifier(&srs.verifier, powers);
    if (status == ZKL_OK && keep && (ceremony || !zkl_setup_path_exists(&commit)))
        status = write_commit(folder, &present.hash, &srs, commit_count(size), !ceremony, err);
    if (status == ZKL_OK)
        *hash = present.hash;
    setup_powers_clear(&present.all);
    zkl_buffer_clear(&present.folder);
    return status;
}

zkl_status zkl_setup_keep_powers_sized(zkl_digest *hash, const char *folder,
                                       const zkl_setup_size *size, const zkl_powers *powers,
                                       const zkl_ptau_history *history, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };

    ZKL_TRY(check_count(((size_t)2 << powers->power) - 1, size, err));
    ZKL_TRY(setup_open_for_writing(&path, &lock, folder, err));
    return setup_keep_powers_locked(hash, (const char *)path.data, size, powers, history, err);
}

/* What is there stays: the same name means the same points. */
zkl_status zkl_setup_keep_srs_sized(zkl_digest *hash, const char *folder,
                                    const zkl_setup_size *size, const zkl_srs *srs, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    ZKL_AUTO_CLEAR(zkl_setup_lock) lock = { 0 };
    zkl_setup_path commit;
    zkl_digest name;

    ZKL_TRY(check_count(srs->power_count, size, err));
    ZKL_TRY(setup_open_for_writing(&path, &lock, folder, err));
    ZKL_ASSERT(srs->powers); /* check_count saw to their number */
    zkl_srs_hash(&name, &srs->verifier);
    ZKL_TRY(zkl_setup_path_of(&commit, (const char *)path.data, &name, "commit", err));
    if (!zkl_setup_path_exists(&commit))
        ZKL_TRY(write_commit((const char *)path.data, &name, srs, commit_count(size), true, err));
    *hash = name;
    return ZKL_OK;
}

zkl_status zkl_setup_keep_powers(zkl_digest *hash, const char *folder, const zkl_powers *powers,
                                 const zkl_ptau_history *history, zkl_error *err)
{
    return zkl_setup_keep_powers_sized(hash, folder, &zkl_setup_size_v1, powers, history, err);
}

zkl_status zkl_setup_keep_srs(zkl_digest *hash, const char *folder, const zkl_srs *srs,
                              zkl_error *err)
{
    return zkl_setup_keep_srs_sized(hash, folder, &zkl_setup_size_v1, srs, err);
}
