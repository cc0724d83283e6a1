/* The log as a folder of tiles, and proofs from such a folder.
 *
 *  1. Tile (L, N) holds the hashes of level 8 * L from 256 * N on. A tile of 256 never changes
 *     while the log grows; one of fewer (`.p/W`) stays beside the wider ones that follow it, for
 *     clients that have an older checkpoint.
 *  2. The checkpoint is written last and after a sync: a reader that sees it finds every tile of
 *     its tree.
 *  3. What the folder holds whole is an earlier state of this log, by its own checkpoint. So an
 *     export begins with the tiles that its tree had not filled.
 *  4. No file is reached through a symbolic link (base/below.h): the folder may be one that
 *     others can write. */
#include "log/tiles.h"

#include <limits.h>
#include <stdio.h>

#include "base/below.h"
#include "base/file.h"
#include "hash/domains.h"
#include "record/ids.h"
#include "text/lines.h"

#define TILE_LEVELS 8  /* tree levels in a tile: 256 = 2^8 */
#define TREE_LEVELS 64 /* sizes are below 2^63: no tree has a higher one */

/* C2SP tlog-tiles: the index in groups of three digits, all but the last behind an x. */
void zkl_tile_path(char out[static ZKL_TILE_PATH_CHARS_MAX], int level, uint64_t index,
                   unsigned width)
{
    ZKL_ASSERT(width >= 1 && width <= ZKL_TILE_WIDTH && level >= ZKL_TILE_ENTRIES);
    char groups[7][8]; /* 63 bits are 19 digits: at most 7 groups of three */
    size_t count = 0;
    do {
        snprintf(groups[count], sizeof groups[0], count ? "x%03u" : "%03u",
                 (unsigned)(index % 1000));
        index /= 1000;
        count++;
    } while (index);
    size_t at = (size_t)(level == ZKL_TILE_ENTRIES
                             ? snprintf(out, ZKL_TILE_PATH_CHARS_MAX, "tile/entries")
                             : snprintf(out, ZKL_TILE_PATH_CHARS_MAX, "tile/%d", level));
    while (count)
        at += (size_t)snprintf(out + at, ZKL_TILE_PATH_CHARS_MAX - at, "/%s", groups[--count]);
    if (width < ZKL_TILE_WIDTH)
        snprintf(out + at, ZKL_TILE_PATH_CHARS_MAX - at, ".p/%u", width);
}

/* Digits up to a character that is none; false: there is none, or the number has over 63 bits. */
static bool read_digits(uint64_t *value, zkl_bytes *rest)
{
    size_t count = 0;
    for (; count < rest->size && rest->data[count] >= '0' && rest->data[count] <= '9'; count++) {
        if (*value > (ZKL_LOG_SIZE_MAX - 9) / 10)
            return false;
        *value = *value * 10 + (uint64_t)(rest->data[count] - '0');
    }
    *rest = zkl_bytes_of(rest->data + count, rest->size - count);
    return count != 0;
}

/* Leniently: whoever calls compares with the one spelling. */
static bool read_name(zkl_tile_name *out, zkl_bytes rest)
{
    uint64_t level = 0, width = 0;
    if (!zkl_line_skip(&rest, "tile/"))
        return false;
    out->level = ZKL_TILE_ENTRIES;
    if (!zkl_line_skip(&rest, "entries/")) {
        if (!read_digits(&level, &rest) || level >= TREE_LEVELS || !zkl_line_skip(&rest, "/"))
            return false;
        out->level = (int)level;
    }
    while (zkl_line_skip(&rest, "x"))
        if (!read_digits(&out->index, &rest) || !zkl_line_skip(&rest, "/"))
            return false;
    if (!read_digits(&out->index, &rest))
        return false;
    if (!zkl_line_skip(&rest, ".p/"))
        width = ZKL_TILE_WIDTH;
    else if (!read_digits(&width, &rest) || !width || width >= ZKL_TILE_WIDTH)
        return false;
    out->width = (unsigned)width;
    return !rest.size;
}

bool zkl_tile_path_parse(zkl_tile_name *out, zkl_bytes path)
{
    char again[ZKL_TILE_PATH_CHARS_MAX];
    zkl_tile_name name = { 0 };
    if (path.size >= sizeof again || !read_name(&name, path))
        return false;
    zkl_tile_path(again, name.level, name.index, name.width);
    if (!zkl_bytes_equal_text(path, again))
        return false;
    *out = name;
    return true;
}

/* ---- what a tile holds */

/* The hashes of a tile are nodes of the tree at every eighth level. */
static zkl_status put_hashes(zkl_buffer *out, zkl_log *log, const zkl_tile_name *tile,
                             zkl_error *err)
{
    const zkl_tree_source source = zkl_log_source(log);
    for (unsigned i = 0; i < tile->width; i++) {
        zkl_digest hash;
        ZKL_TRY(source.node(source.context, &hash, (unsigned)tile->level * TILE_LEVELS,
                            tile->index * ZKL_TILE_WIDTH + i, err));
        zkl_buffer_put(out, hash.bytes, sizeof hash.bytes);
    }
    return zkl_buffer_status(out, err);
}

static void put_bundled(zkl_buffer *out, zkl_bytes entry)
{
    ZKL_ASSERT(entry.size <= ZKL_LOG_ENTRY_BYTES_MAX); /* fits the length */
    zkl_buffer_put_u16(out, (uint16_t)entry.size);
    zkl_buffer_put(out, entry.data, entry.size);
}

static zkl_status bundle_entry(void *context, uint64_t index, zkl_bytes entry, bool *stop,
                               zkl_error *err)
{
    (void)index, (void)stop, (void)err;
    put_bundled(context, entry);
    return ZKL_OK;
}

zkl_status zkl_tile_put(zkl_buffer *out, zkl_log *log, uint64_t size, const zkl_tile_name *tile,
                        zkl_error *err)
{
    ZKL_ASSERT(size <= zkl_log_size(log) && tile->width >= 1 && tile->width <= ZKL_TILE_WIDTH);
    const unsigned shift = tile->level < 0 ? 0 : (unsigned)tile->level * TILE_LEVELS;
    const uint64_t count = shift < TREE_LEVELS ? size >> shift : 0;
    if (tile->index > count / ZKL_TILE_WIDTH || count - tile->index * ZKL_TILE_WIDTH < tile->width)
        return zkl_fail(err, ZKL_NOT_FOUND, "a tree of %llu entries has no such tile",
                        (unsigned long long)size);
    if (tile->level >= 0)
        return put_hashes(out, log, tile, err);
    const uint64_t from = tile->index * ZKL_TILE_WIDTH;
    ZKL_TRY(zkl_log_scan(log, from, from + tile->width, bundle_entry, out, err));
    return zkl_buffer_status(out, err);
}

/* For reading alone; what is written goes through base/below.h. */
static zkl_status join_path(char out[static PATH_MAX], const char *folder, const char *path,
                            zkl_error *err)
{
    if (snprintf(out, PATH_MAX, "%s/%s", folder, path) >= PATH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    return ZKL_OK;
}

/* ---- export */

typedef struct tile_export {
    zkl_log *log;
    const char *folder;
    bool force;           /* what stands in the place of a tile or of the key is replaced */
    uint64_t size;        /* of the tree that is exported */
    uint64_t size_before; /* of the tree that the folder held whole: its full tiles stand already */
    zkl_buffer bundle;    /* the entries of the bundle that is being filled */
} tile_export;

static zkl_status fail_exists(const tile_export *run, const char *path, zkl_error *err)
{
    return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_FORCE_OR_OTHER_FOLDER,
                         "'%s/%s' exists and holds something else: it is not overwritten",
                         run->folder, path);
}

/* Put a file of the folder into place. A tile never changes while the log grows, so what is
 * there already must be the same, unless `force` says otherwise. zkl_file_system_sync brings all
 * of them to the disk: one sync for thousands of tiles. */
static zkl_status put_tile(const tile_export *run, const char *path, zkl_bytes content,
                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    if (run->force)
        return zkl_below_write(run->folder, path, content, false, err);
    const zkl_status status = zkl_below_read(&existing, run->folder, path, content.size, err);
    if (status == ZKL_NOT_FOUND)
        return zkl_below_write(run->folder, path, content, false, err);
    if (status != ZKL_OK && status != ZKL_LIMIT)
        return status;
    if (status == ZKL_LIMIT || !zkl_bytes_equal(zkl_buffer_bytes(&existing), content))
        return fail_exists(run, path, err);
    return ZKL_OK;
}

static zkl_status export_tile(const tile_export *run, unsigned level, uint64_t index,
                              unsigned width, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) hashes = { 0 };
    const zkl_tile_name name = { (int)level, index, width };
    char path[ZKL_TILE_PATH_CHARS_MAX];
    ZKL_TRY(zkl_tile_put(&hashes, run->log, run->size, &name, err));
    zkl_tile_path(path, (int)level, index, width);
    return put_tile(run, path, zkl_buffer_bytes(&hashes), err);
}

/* All tiles of a level that the folder lacks, and the partial one at its end. */
static zkl_status export_level(const tile_export *run, unsigned level, zkl_error *err)
{
    uint64_t count = run->size >> (level * TILE_LEVELS);
    uint64_t full = count / ZKL_TILE_WIDTH;
    unsigned rest = (unsigned)(count % ZKL_TILE_WIDTH);
    ZKL_ASSERT(run->size_before <= run->size);
    for (uint64_t i = (run->size_before >> (level * TILE_LEVELS)) / ZKL_TILE_WIDTH; i < full; i++)
        ZKL_TRY(export_tile(run, level, i, ZKL_TILE_WIDTH, err));
    return rest ? export_tile(run, level, full, rest, err) : ZKL_OK;
}

/* A bundle is full with 256 entries, or at the end of the tree. */
static zkl_status export_bundle(tile_export *run, uint64_t index, unsigned width, zkl_error *err)
{
    ZKL_ASSERT(run->bundle.failed || run->bundle.size); /* an entry at least */
    char path[ZKL_TILE_PATH_CHARS_MAX];
    ZKL_TRY(zkl_buffer_status(&run->bundle, err));
    zkl_tile_path(path, ZKL_TILE_ENTRIES, index, width);
    ZKL_TRY(put_tile(run, path, zkl_buffer_bytes(&run->bundle), err));
    run->bundle.size = 0;
    return ZKL_OK;
}

/* A visitor of the log: entries gather until their bundle is full. */
static zkl_status export_entry(void *context, uint64_t index, zkl_bytes entry, bool *stop,
                               zkl_error *err)
{
    tile_export *run = context;
    (void)stop;
    ZKL_ASSERT(index < run->size);
    put_bundled(&run->bundle, entry);
    unsigned width = (unsigned)(index % ZKL_TILE_WIDTH) + 1;
    if (width == ZKL_TILE_WIDTH || index + 1 == run->size)
        return export_bundle(run, index / ZKL_TILE_WIDTH, width, err);
    return ZKL_OK;
}

/* What the folder already holds must be an earlier state of this very log. */
static zkl_status check_folder(tile_export *run, const zkl_checkpoint *latest, zkl_arena *arena,
                               zkl_error *err)
{
    zkl_checkpoint before;
    zkl_digest root;
    zkl_status status = zkl_tiles_checkpoint(&before, arena, run->folder, err);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    ZKL_TRY(status);
    if (before.size > latest->size || before.origin.size != latest->origin.size ||
        memcmp(before.origin.data, latest->origin.data, latest->origin.size) != 0)
        return zkl_fail(err, ZKL_CONFLICT, "'%s' holds another log's tiles", run->folder);
    ZKL_TRY(zkl_log_root(run->log, &root, before.size, err));
    if (!zkl_digest_equal(&root, &before.root))
        return zkl_fail(err, ZKL_CONFLICT, "'%s' holds tiles of a log that forked", run->folder);
    run->size_before = before.size;
    ZKL_ASSERT(run->size_before <= run->size);
    return ZKL_OK;
}

/* A key file of this log, perhaps of a key that has been rotated since: its name is the log's
 * origin. */
static bool is_key_file(zkl_bytes text, const char *origin)
{
    zkl_error none = { 0 };
    zkl_verifier_key key;
    return text.size && text.data[text.size - 1] == '\n' &&
           zkl_verifier_key_parse(&key, zkl_bytes_of(text.data, text.size - 1), &none) == ZKL_OK &&
           strcmp(key.name, origin) == 0;
}

/* Checked before the first tile is written, so that a folder of somebody else's is left as it
 * was. */
static zkl_status check_key_file(const tile_export *run, const char *origin, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    const zkl_status status =
        zkl_below_read(&existing, run->folder, "key", ZKL_VERIFIER_KEY_CHARS_MAX + 1, err);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    if (status != ZKL_OK && status != ZKL_LIMIT)
        return status;
    if (run->force || (status == ZKL_OK && is_key_file(zkl_buffer_bytes(&existing), origin)))
        return ZKL_OK;
    return fail_exists(run, "key", err);
}

/* What forbids the export comes first, then tiles and entries, the sync, and at last the
 * checkpoint. */
static zkl_status export_all(tile_export *run, const zkl_checkpoint *latest, zkl_bytes note,
                             const zkl_verifier_key *key, zkl_arena *arena, zkl_error *err)
{
    char line[ZKL_VERIFIER_KEY_CHARS_MAX + 2];
    ZKL_TRY(zkl_folder_make(run->folder, 0755, err));
    ZKL_TRY(check_folder(run, latest, arena, err));
    ZKL_TRY(check_key_file(run, key->name, err));
    for (unsigned level = 0; run->size >> (level * TILE_LEVELS); level++)
        ZKL_TRY(export_level(run, level, err));
    /* From the start of the bundle on that was not full. */
    ZKL_TRY(zkl_log_scan(run->log, run->size_before / ZKL_TILE_WIDTH * ZKL_TILE_WIDTH, run->size,
                         export_entry, run, err));
    zkl_verifier_key_encode(line, key);
    strcat(line, "\n");
    ZKL_TRY(zkl_below_write(run->folder, "key", zkl_bytes_of_text(line), true, err));
    ZKL_TRY(zkl_file_system_sync(run->folder, err)); /* invariant 2 */
    return zkl_below_write(run->folder, "checkpoint", note, true, err);
}

/* The latest checkpoint's tree, which may be smaller than the log: only what is signed is shown. */
zkl_status zkl_tiles_export(zkl_log *log, const char *folder, const zkl_verifier_key *key,
                            zkl_bytes cosigned, bool force, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint latest;
    zkl_bytes note;
    ZKL_TRY(zkl_log_checkpoint_within(log, &note, &arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&latest, &arena, note, err));
    tile_export run = { .log = log, .folder = folder, .force = force, .size = latest.size };
    /* The log's own bytes, and lines behind them: nothing else can stand in their place. The caller
     * has found them before, and another checkpoint may have come since. */
    if (cosigned.size &&
        (cosigned.size <= note.size || memcmp(cosigned.data, note.data, note.size) != 0))
        return zkl_fail(err, ZKL_CONFLICT, "the log's checkpoint changed meanwhile");
    zkl_status status =
        export_all(&run, &latest, cosigned.size ? cosigned : note, key, &arena, err);
    zkl_buffer_clear(&run.bundle);
    return status;
}

/* ---- reading */

/* The tile as wide as the tree makes it; a folder that has grown since holds it full. */
static zkl_status read_tile(const zkl_tiles *tiles, zkl_buffer *out, unsigned level, uint64_t index,
                            zkl_error *err)
{
    uint64_t count = tiles->size >> (level * TILE_LEVELS); /* hashes at this level */
    uint64_t width = count - index * ZKL_TILE_WIDTH;
    ZKL_ASSERT(index * ZKL_TILE_WIDTH < count); /* read_node compares with the size first */
    char path[ZKL_TILE_PATH_CHARS_MAX], full[PATH_MAX];
    zkl_tile_path(path, (int)level, index,
                  width < ZKL_TILE_WIDTH ? (unsigned)width : ZKL_TILE_WIDTH);
    ZKL_TRY(join_path(full, tiles->folder, path, err));
    zkl_status status = zkl_file_read(out, full, ZKL_TILE_WIDTH * sizeof(zkl_digest), err);
    if (status == ZKL_NOT_FOUND && width < ZKL_TILE_WIDTH) { /* grown full since */
        zkl_tile_path(path, (int)level, index, ZKL_TILE_WIDTH);
        ZKL_TRY(join_path(full, tiles->folder, path, err));
        status = zkl_file_read(out, full, ZKL_TILE_WIDTH * sizeof(zkl_digest), err);
    }
    return status;
}

/* A node inside a tile is the root of the 2^(level mod 8) tile hashes below it. */
static zkl_status read_node(void *context, zkl_digest *out, unsigned level, uint64_t index,
                            zkl_error *err)
{
    const zkl_tiles *tiles = context;
    ZKL_AUTO_CLEAR(zkl_buffer) tile = { 0 };
    unsigned inner = level % TILE_LEVELS;
    uint64_t first = index << inner;
    size_t at = (size_t)(first % ZKL_TILE_WIDTH), count = (size_t)1 << inner;
    zkl_digest hashes[ZKL_TILE_WIDTH];
    if (level > 62 || index >= tiles->size >> level)
        return zkl_fail(err, ZKL_NOT_FOUND, "no such node in a tree of %llu entries",
                        (unsigned long long)tiles->size);
    ZKL_ASSERT(at + count <= ZKL_TILE_WIDTH); /* a node of inner levels never straddles two tiles */
    ZKL_TRY(read_tile(tiles, &tile, level / TILE_LEVELS, first / ZKL_TILE_WIDTH, err));
    if (tile.size < (at + count) * sizeof hashes[0])
        return zkl_fail(err, ZKL_BAD_INPUT, "a tile in '%s' is too short", tiles->folder);
    memcpy(hashes, tile.data + at * sizeof hashes[0], count * sizeof hashes[0]);
    zkl_merkle_root(out, ZKL_HASH_SHA_256, ZKL_RFC6962_NODE, hashes, count);
    return ZKL_OK;
}

/* For proofs without a ledger. A node is read when it is asked for. */
zkl_tree_source zkl_tiles_source(const zkl_tiles *tiles)
{
    return (zkl_tree_source){ read_node, (void *)(uintptr_t)tiles }; /* read_node only reads it */
}

/* Parsed, not believed: callers check its signature. */
zkl_status zkl_tiles_checkpoint(zkl_checkpoint *out, zkl_arena *arena, const char *folder,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_TRY(zkl_below_read(&note, folder, "checkpoint", ZKL_NOTE_BYTES_MAX, err));
    const void *copy = zkl_arena_copy(arena, note.data, note.size);
    if (!copy)
        return zkl_no_memory(err, note.size);
    zkl_status status = zkl_checkpoint_parse(out, arena, zkl_bytes_of(copy, note.size), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s/checkpoint'", folder);
}

#define BUNDLE_BYTES_MAX ((size_t)ZKL_TILE_WIDTH * (2 + ZKL_LOG_ENTRY_BYTES_MAX))

/* As wide as the tree makes it; a folder that has grown since holds a wider one, of which the last
 * entries are then not looked at. */
static zkl_status read_bundle(zkl_buffer *out, const zkl_tiles *tiles, uint64_t index,
                              uint64_t width, zkl_error *err)
{
    char path[ZKL_TILE_PATH_CHARS_MAX], full[PATH_MAX];
    zkl_tile_path(path, ZKL_TILE_ENTRIES, index, (unsigned)width);
    ZKL_TRY(join_path(full, tiles->folder, path, err));
    const zkl_status status = zkl_file_read(out, full, BUNDLE_BYTES_MAX, err);
    if (status != ZKL_NOT_FOUND || width == ZKL_TILE_WIDTH)
        return status;
    zkl_tile_path(path, ZKL_TILE_ENTRIES, index, ZKL_TILE_WIDTH);
    ZKL_TRY(join_path(full, tiles->folder, path, err));
    return zkl_file_read(out, full, BUNDLE_BYTES_MAX, err);
}

zkl_status zkl_tiles_entries(const zkl_tiles *tiles, zkl_tiles_visit *visit, void *context,
                             zkl_error *err)
{
    for (uint64_t done = 0; done < tiles->size;) {
        ZKL_AUTO_CLEAR(zkl_buffer) bundle = { 0 };
        const uint64_t left = tiles->size - done;
        const uint64_t width = left < ZKL_TILE_WIDTH ? left : ZKL_TILE_WIDTH;
        ZKL_TRY(read_bundle(&bundle, tiles, done / ZKL_TILE_WIDTH, width, err));
        for (size_t at = 0, i = 0; i < width; i++, done++) {
            const size_t size =
                bundle.size - at < 2 ? 0 : (size_t)(bundle.data[at] << 8 | bundle.data[at + 1]);
            if (!size || bundle.size - at - 2 < size)
                return zkl_fail(err, ZKL_BAD_INPUT, "the entries in '%s' end at %llu",
                                tiles->folder, (unsigned long long)done);
            ZKL_TRY(visit(context, zkl_bytes_of(bundle.data + at + 2, size), err));
            at += 2 + size;
        }
    }
    return ZKL_OK;
}
