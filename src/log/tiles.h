#pragma once
/* Static tiles (C2SP tlog-tiles): the log as a folder that any web server can serve and any tlog
 * client can check.
 *
 *     checkpoint                     the latest signed checkpoint, with its witnesses' lines
 *     key                            the log's verifier key, one line
 *     tile/<L>/<N>[.p/<W>]           256 (or W) hashes; N as x001/x234/067
 *     tile/entries/<N>[.p/<W>]       the entries, each behind its length as big-endian u16 */
#include "log/log.h"

#define ZKL_TILE_WIDTH 256
#define ZKL_TILE_PATH_CHARS_MAX 64

/* "tile/0/x001/x234/067.p/8"; level -1 is "entries"; width 256 has no suffix. */
void zkl_tile_path(char out[static ZKL_TILE_PATH_CHARS_MAX], int level, uint64_t index,
                   unsigned width);

/* A tile by its path: level ZKL_TILE_ENTRIES is a bundle of entries. */
#define ZKL_TILE_ENTRIES (-1)
typedef struct zkl_tile_name {
    int level;
    uint64_t index;
    unsigned width; /* 1 to ZKL_TILE_WIDTH */
} zkl_tile_name;

/* Of "tile/..." as zkl_tile_path writes it, and in no other spelling: one tile has one path. */
bool zkl_tile_path_parse(zkl_tile_name *out, zkl_bytes path);
/* Append the tile's bytes, of the first `size` entries: at most 256 hashes, or 256 entries of
 * ZKL_LOG_ENTRY_BYTES_MAX. What it holds is the same at every size that has it. ZKL_NOT_FOUND: that
 * tree does not fill it. size: at most the log's (asserted). */
zkl_status zkl_tile_put(zkl_buffer *out, zkl_log *log, uint64_t size, const zkl_tile_name *tile,
                        zkl_error *err) ZKL_MUST_USE;

/* Write the tree of the latest checkpoint into folder (made if missing), the checkpoint last, so
 * that a reader never sees one whose tiles are missing. Full tiles that are there already are
 * left alone: a second export writes what is new. ZKL_NOT_FOUND without a checkpoint.
 * ZKL_CONFLICT when the folder holds a checkpoint of another log or of a fork; when something
 * else stands in the place of a tile or of the key (force replaces it); and for a symbolic link
 * on the way to any of the files (base/below.h).
 *
 * cosigned: the latest checkpoint with lines of others behind the log's own (the caller verified
 * them); empty: it is written as the log has it. */
zkl_status zkl_tiles_export(zkl_log *log, const char *folder, const zkl_verifier_key *key,
                            zkl_bytes cosigned, bool force, zkl_error *err) ZKL_MUST_USE;

/* A tree source (log/tree.h) over such a folder, holding a tree of size leaves: proofs without a
 * ledger. What it returns is only as true as the root it is checked against. */
typedef struct zkl_tiles {
    const char *folder; /* borrowed */
    uint64_t size;
} zkl_tiles;
zkl_tree_source zkl_tiles_source(const zkl_tiles *tiles);
/* The folder's checkpoint, parsed; no signature is checked. */
zkl_status zkl_tiles_checkpoint(zkl_checkpoint *out, zkl_arena *arena, const char *folder,
                                zkl_error *err) ZKL_MUST_USE;
/* The entries of the first tiles->size, in their order, as the folder has them: they are the log's
 * when their hashes lead to a signed root. ZKL_BAD_INPUT: a bundle is torn. visit's status ends it.
 * The bytes are borrowed for the call. */
typedef zkl_status zkl_tiles_visit(void *context, zkl_bytes entry, zkl_error *err);
zkl_status zkl_tiles_entries(const zkl_tiles *tiles, zkl_tiles_visit *visit, void *context,
                             zkl_error *err) ZKL_MUST_USE;
