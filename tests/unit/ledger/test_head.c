/* What is signed, kept and compared when a store loses entries, files are cut off anywhere, or the
 * power fails. */
#include "ledger_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/ledger_internal.h"
#include "ledger/rotation.h"

/* ---- A little file system: which names the folder would hold after a power loss.
 *
 * The calls below stand before those of the C library. While `watched` is set, each change of a
 * name in a folder under it is noted as pending until its folder is synced. A power loss then
 * leaves any subset of what is pending, in order. */

#define FILES_MAX 32
#define PENDING_MAX 10
#define NAME_BYTES 256

typedef struct disk_file {
    char name[NAME_BYTES]; /* below the watched folder */
    zkl_bytes content;
} disk_file;

typedef struct disk {
    disk_file files[FILES_MAX];
    size_t count;
} disk;

typedef enum change_kind { CHANGE_PUT, CHANGE_RENAME, CHANGE_REMOVE } change_kind;
typedef struct change {
    change_kind kind;
    char name[NAME_BYTES], to[NAME_BYTES];
    zkl_bytes content; /* CHANGE_PUT: filled when the file is synced */
} change;

static struct {
    const char *folder; /* NULL: nothing is watched */
    disk synced;
    change pending[PENDING_MAX];
    size_t pending_count;
    unsigned steps, fail_at; /* fail_at: the step that fails with fail_errno; 0: none */
    int fail_errno;
    void (*at_cut)(void *context); /* before each step: everything could end here */
    void *context;
} watch;

/* The part of a path below the watched folder, NULL when it is elsewhere. */
static const char *below(const char *path)
{
    const size_t size = watch.folder ? strlen(watch.folder) : 0;
    return size && strncmp(path, watch.folder, size) == 0 && path[size] == '/' ? path + size + 1
                                                                               : NULL;
}

static disk_file *find_file(disk *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->files[i].name, name) == 0)
            return &d->files[i];
    return NULL;
}

static void apply_change(disk *d, const change *c)
{
    disk_file *file = find_file(d, c->name), *to = find_file(d, c->to);
    if (c->kind == CHANGE_PUT) {
        if (!file) {
            ZKL_ASSERT(d->count < FILES_MAX);
            file = &d->files[d->count++];
            snprintf(file->name, sizeof file->name, "%s", c->name);
        }
        file->content = c->content;
        return;
    }
    if (!file)
        return; /* what it would have moved was undone */
    if (c->kind == CHANGE_RENAME) {
        if (to)
            *to = d->files[--d->count]; /* replaced */
        file = find_file(d, c->name);
        snprintf(file->name, sizeof file->name, "%s", c->to);
        return;
    }
    *file = d->files[--d->count];
}

static bool step(void)
{
    if (watch.at_cut)
        watch.at_cut(watch.context);
    watch.steps++;
    if (watch.steps != watch.fail_at)
        return true;
    errno = watch.fail_errno;
    return false;
}

static void note(change_kind kind, const char *name, const char *to)
{
    ZKL_ASSERT(watch.pending_count < PENDING_MAX);
    change *c = &watch.pending[watch.pending_count++];
    *c = (change){ .kind = kind };
    snprintf(c->name, sizeof c->name, "%s", name);
    snprintf(c->to, sizeof c->to, "%s", to);
}

int rename(const char *from, const char *to)
{
    const char *a = below(from), *b = below(to);
    if (a && !step())
        return -1;
    const long result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (a && result == 0)
        note(CHANGE_RENAME, a, b);
    return (int)result;
}

int unlink(const char *path)
{
    const char *name = below(path);
    if (name && !step())
        return -1;
    const long result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (name && result == 0)
        note(CHANGE_REMOVE, name, "");
    return (int)result;
}

static zkl_bytes read_whole(const char *path)
{
    static uint8_t bytes[65536]; /* a file each, kept for ever: tests are short */
    const long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0);
    const long size = syscall(SYS_read, fd, bytes, sizeof bytes);
    syscall(SYS_close, fd);
    uint8_t *copy = malloc(size > 0 ? (size_t)size : 1);
    memcpy(copy, bytes, size > 0 ? (size_t)size : 0);
    return zkl_bytes_of(copy, size > 0 ? (size_t)size : 0);
}

/* A folder's sync makes what is pending in it lasting; a file's sync fixes its content. */
int fsync(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    const char *name = below(path);
    const bool is_root = watch.folder && strcmp(path, watch.folder) == 0;
    if ((name || is_root) && !step())
        return -1;
    struct stat st;
    if ((name || is_root) && fstat(fd, &st) == 0) {
        if (!S_ISDIR(st.st_mode)) {
            note(CHANGE_PUT, name, "");
            watch.pending[watch.pending_count - 1].content = read_whole(path);
        } else { /* each folder syncs its own names */
            size_t kept = 0;
            const char *prefix = is_root ? "" : name;
            for (size_t i = 0; i < watch.pending_count; i++) {
                const change *c = &watch.pending[i];
                const char *slash = strrchr(c->name, '/');
                const size_t length = slash ? (size_t)(slash - c->name) : 0;
                if (length == strlen(prefix) && strncmp(c->name, prefix, length) == 0)
                    apply_change(&watch.synced, c);
                else
                    watch.pending[kept++] = *c;
            }
            watch.pending_count = kept;
        }
    }
    return 0; /* the little file system stands for the disk */
}

static void add_files(const char *folder, const char *prefix)
{
    DIR *entries = opendir(folder);
    for (const struct dirent *e; entries && (e = readdir(entries));) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        disk_file *file = &watch.synced.files[watch.synced.count++];
        snprintf(file->name, sizeof file->name, "%s%s", prefix, e->d_name);
        file->content = read_whole(path);
    }
    if (entries)
        closedir(entries);
}

static void start_watching(const char *folder, const char *keys, const char *state)
{
    memset(&watch, 0, sizeof watch);
    add_files(folder, "");
    add_files(keys, "keys/");
    add_files(state, "state/");
    watch.folder = folder;
}

/* ---- A ledger in a folder, over a store in memory */

typedef struct world {
    char base[64], folder[128], keys[140], state[140];
    zkl_env env;
    zkl_store *store;
    zkl_key_role role;
    zkl_test *t;
    unsigned cuts;
    bool bad;
} world;

static zkl_ledger_opening opening(const world *w)
{
    return (zkl_ledger_opening){ .folder = w->folder, .mode = ZKL_LEDGER_WRITE, .state = w->state };
}

static zkl_status save(const world *w, const char *name, const zkl_keyfile *file, zkl_error *err)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", w->keys, name);
    return zkl_keyfile_save(path, file, NULL, NULL, &w->env, err);
}

static void name_folders(world *w, const char *kind, unsigned number)
{
    snprintf(w->folder, sizeof w->folder, "%s/%s-%u", w->base, kind, number);
    snprintf(w->keys, sizeof w->keys, "%s/keys", w->folder);
    snprintf(w->state, sizeof w->state, "%s/state", w->folder);
}

static zkl_status make_world(zkl_test *t, world *w, const char *base, unsigned number,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_keyfile) signer = { 0 };
    ZKL_AUTO_CLEAR(zkl_keyfile) log_key = { 0 };
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    zkl_verifier_key first;
    zkl_log log;
    *w = (world){ .env = test_env(t), .t = t };
    fixture_powers(powers, 7);
    snprintf(w->base, sizeof w->base, "%s", base);
    name_folders(w, "world", number);
    ZKL_TRY(zkl_folder_make(w->folder, 0700, err));
    ZKL_TRY(zkl_folder_make(w->keys, 0700, err));
    ZKL_TRY(zkl_store_open(&w->store, "memory", &(zkl_store_options){ 0 }, err));
    ZKL_TRY(zkl_keyfile_make(&signer, ZKL_KEYFILE_SIGNER, ZKL_KEY_ED25519, "s", &w->env, err));
    ZKL_TRY(
        zkl_keyfile_make(&log_key, ZKL_KEYFILE_LOG, ZKL_KEY_ED25519, "head-test", &w->env, err));
    ZKL_TRY(save(w, "signer.key", &signer, err));
    ZKL_TRY(save(w, "log.key", &log_key, err));
    const zkl_ledger_first content = { .signer = &signer.key.signer,
                                       .log_signer = &log_key.key.signer,
                                       .origin = log_key.info.name,
                                       .powers = zkl_bytes_of(powers, sizeof powers) };
    ZKL_TRY(zkl_ledger_create_in_store(w->store, &content, &w->env, err));
    ZKL_TRY(zkl_log_open(&log, w->store, err));
    ZKL_TRY(zkl_verifier_key_init(&first, ZKL_NOTE_ED25519, "head-test",
                                  &log_key.key.signer.public_key, err));
    const zkl_head_place place = { .folder = w->folder,
                                   .state = w->state,
                                   .first_log_key = &first };
    return zkl_head_publish(&place, &log, &first, &log_key.key.signer, err);
}

static zkl_status open_world(world *w, zkl_ledger **out, zkl_error *err)
{
    const zkl_ledger_opening how = opening(w);
    return zkl_ledger_open_over(out, w->store, &how, &w->env, err);
}

/* Closing must not take the store along. */
static void close_world(zkl_ledger *ledger)
{
    ledger->store = NULL;
    zkl_ledger_close(ledger);
}

static zkl_status rotate_world(world *w, zkl_key_role role, zkl_error *err)
{
    zkl_ledger *ledger = NULL;
    uint64_t index;
    ZKL_TRY(open_world(w, &ledger, err));
    const zkl_status status = zkl_ledger_rotate(ledger, role, NULL, &index, err);
    close_world(ledger);
    return status;
}

/* ---- After a cut */

static void materialise(const disk *d, const char *folder)
{
    char path[1024];
    mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/keys", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/state", folder);
    mkdir(path, 0700);
    for (size_t i = 0; i < d->count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, d->files[i].name);
        ZKL_ASSERT(zkl_file_write(path, d->files[i].content, 0600, NULL) == ZKL_OK);
    }
}

/* The next writer opens it, every key that ever counted is still there, the chain verifies, and
 * work goes on. */
static zkl_status check_recovers(world *w, zkl_error *err)
{
    zkl_ledger *ledger = NULL;
    zkl_chain_report report;
    uint64_t index;
    char path[ZKL_ROTATION_PATH_BYTES_MAX];
    ZKL_TRY(open_world(w, &ledger, err));
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    for (size_t i = 0; i < trust->signer_count; i++)
        ZKL_TRY(
            zkl_rotation_find_key(path, w->folder, ZKL_ROLE_SIGNER, &trust->signers[i].key, err));
    for (size_t i = 0; i < trust->log_key_count; i++)
        ZKL_TRY(zkl_rotation_find_key(path, w->folder, ZKL_ROLE_LOG,
                                      &trust->log_keys[i].key.public_key, err));
    ZKL_TRY(zkl_ledger_verify_chain(ledger, NULL, &report, err));
    ZKL_TRY(zkl_ledger_rotate(ledger, ZKL_ROLE_SIGNER, NULL, &index, err));
    ZKL_TRY(zkl_ledger_rotate(ledger, ZKL_ROLE_LOG, NULL, &index, err));
    ZKL_TRY(zkl_ledger_verify_chain(ledger, NULL, &report, err));
    close_world(ledger);
    return ZKL_OK;
}

/* In a process of its own, for the store in memory is as it was at the cut: every subset of what
 * was not synced. */
static void try_every_loss(void *context)
{
    world *w = context;
    const size_t pending = watch.pending_count;
    w->cuts++;
    for (unsigned kept = 0; kept < 1u << pending; kept++) {
        fflush(NULL);
        const pid_t child = fork();
        if (child == 0) {
            zkl_error err = { 0 };
            disk d = watch.synced;
            watch.folder = NULL;
            watch.at_cut = NULL;
            w->env.pool = NULL; /* its threads stay with the parent */
            for (size_t i = 0; i < pending; i++)
                if (kept >> i & 1)
                    apply_change(&d, &watch.pending[i]);
            name_folders(w, w->role == ZKL_ROLE_LOG ? "cut-log" : "cut-signer",
                         1000 * w->cuts + kept);
            materialise(&d, w->folder);
            if (check_recovers(w, &err) == ZKL_OK)
                _exit(0);
            printf("cut %u, kept %x of %zu: %s\n", w->cuts, kept, pending, err.text);
            for (size_t i = 0; i < pending; i++)
                printf("  %d %s %s\n", watch.pending[i].kind, watch.pending[i].name,
                       watch.pending[i].to);
            fflush(stdout);
            _exit(1);
        }
        int how = 0;
        if (child < 0 || waitpid(child, &how, 0) != child || how != 0)
            w->bad = true;
    }
}

static void test_rotation__survives_power_loss_at_every_step(zkl_test *t)
{
    const char *base = test_folder(t);
    for (unsigned role = 0; role < 2; role++) {
        world w;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, make_world(t, &w, base, role, &err));
        start_watching(w.folder, w.keys, w.state);
        watch.at_cut = try_every_loss;
        watch.context = &w;
        w.role = (zkl_key_role)role;
        const zkl_status status = rotate_world(&w, w.role, &err);
        try_every_loss(&w); /* and behind the last step */
        watch.folder = NULL;
        watch.at_cut = NULL;
        CHECK_STATUS(t, ZKL_OK, status);
        CHECK(t, !w.bad);
        CHECK(t, w.cuts > 12); /* next, memory, head, old key: three steps each, and the renames */
        zkl_store_close(w.store);
    }
}

/* A step that fails (no room, no right, a broken disk) is told, and the next writer recovers. */
static void test_rotation__recovers_from_every_step_that_fails(zkl_test *t)
{
    static const int reasons[] = { ENOSPC, EIO, EACCES };
    const char *base = test_folder(t);
    unsigned number = 0;
    for (size_t i = 0; i < ZKL_COUNT(reasons) * 2; i++)
        for (unsigned at = 1;; at++) {
            world w;
            zkl_error err = { 0 };
            REQUIRE_OK(t, &err, make_world(t, &w, base, number++, &err));
            start_watching(w.folder, w.keys, w.state);
            watch.fail_at = at;
            watch.fail_errno = reasons[i / 2];
            const zkl_status status = rotate_world(&w, (zkl_key_role)(i % 2), &err);
            CHECK(t, status == ZKL_OK || err.text[0]);
            const bool failed = watch.steps >= at;
            watch.folder = NULL;
            CHECK_STATUS(t, ZKL_OK, check_recovers(&w, &err));
            zkl_store_close(w.store);
            if (!failed)
                break;
            REQUIRE(t, at < 100);
        }
}

/* A bundle's maker can leave its newest entry without a checkpoint, and whoever opens it for
 * writing then signs that with the keys in the bundle. Neither that nor an opening makes it a
 * ledger of his; an entry that he records does. */
static void test_head_publish__only_own_entries_make_a_ledger_ones_own(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_arena arena = { 0 };
    zkl_remembered known;
    zkl_ledger *ledger = NULL;
    REQUIRE_OK(t, &err,
               make_world(t, &w, test_folder(t), 0, &err)); /* publishes what it did not write */
    REQUIRE_OK(t, &err, open_world(&w, &ledger, &err));
    const zkl_digest id = *zkl_ledger_own_id(ledger);
    close_world(ledger);
    REQUIRE_OK(t, &err, zkl_remember_find(&known, &arena, w.state, &id, &err));
    CHECK(t, !known.written);
    REQUIRE_OK(t, &err, rotate_world(&w, ZKL_ROLE_SIGNER, &err));
    REQUIRE_OK(t, &err, zkl_remember_find(&known, &arena, w.state, &id, &err));
    CHECK(t, known.written && known.checkpoint.size == 2);
    REQUIRE_OK(t, &err, open_world(&w, &ledger, &err));
    close_world(ledger);
    REQUIRE_OK(t, &err, zkl_remember_find(&known, &arena, w.state, &id, &err));
    CHECK(t, known.written);
    zkl_arena_clear(&arena);
    zkl_store_close(w.store);
}

ZKL_TESTS(TEST(test_head_publish__only_own_entries_make_a_ledger_ones_own),
          TEST(test_rotation__survives_power_loss_at_every_step),
          TEST(test_rotation__recovers_from_every_step_that_fails))
