/* A proof of inclusion as a text file, by C2SP's tlog-proof: a first line, an index, a path, a
 * blank line, a signed checkpoint. Tools of others read it, so the form is theirs to the byte:
 * https://c2sp.org/tlog-proof. Digests are base 64, a line each. */
#include "record/tlog_proof.h"

#include "hash/domains.h"
#include "text/base64.h"
#include "text/lines.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"

void zkl_tlog_proof_encode(zkl_buffer *out, const zkl_tlog_proof *proof)
{
    ZKL_ASSERT(proof->path_count <= ZKL_MERKLE_PATH_MAX && proof->index < ZKL_LOG_SIZE_MAX);
    zkl_buffer_put_text(out, FIRST_LINE "\n");
    if (proof->extra.data) {
        zkl_buffer_put_text(out, "extra ");
        zkl_buffer_put_base64(out, proof->extra.data, proof->extra.size);
        zkl_buffer_put_u8(out, '\n');
    }
    zkl_buffer_format(out, "index %llu\n", (unsigned long long)proof->index);
    for (size_t i = 0; i < proof->path_count; i++) {
        zkl_buffer_put_base64(out, proof->path[i].bytes, sizeof proof->path[i].bytes);
        zkl_buffer_put_u8(out, '\n');
    }
    zkl_buffer_put_u8(out, '\n'); /* the blank line ends the path */
    zkl_buffer_put(out, proof->checkpoint.data, proof->checkpoint.size);
}

static zkl_status fail_line(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "tlog proof: bad %s", what);
}

/* Data of the log's own beside the index, which is carried and says nothing here. */
static zkl_status parse_extra(zkl_bytes *out, zkl_arena *arena, zkl_bytes base64, zkl_error *err)
{
    size_t size = zkl_base64_decoded_size(base64);
    if (size > ZKL_TLOG_PROOF_EXTRA_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "tlog proof: %zu bytes of extra data, at most %d", size,
                        ZKL_TLOG_PROOF_EXTRA_BYTES_MAX);
    uint8_t *bytes = zkl_arena_alloc(arena, size, 1);
    if (!bytes)
        return zkl_no_memory(err, size);
    if (!zkl_base64_decode(bytes, &size, base64))
        return fail_line(err, "extra data");
    *out = zkl_bytes_of(bytes, size);
    return ZKL_OK;
}

/* Line by line, in the one order of the form. */
zkl_status zkl_tlog_proof_parse(zkl_tlog_proof *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err)
{
    zkl_tlog_proof proof = { 0 };
    zkl_bytes rest = bytes, line;
    if (bytes.size > ZKL_TLOG_PROOF_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a tlog proof of %zu bytes, at most %d", bytes.size,
                        ZKL_TLOG_PROOF_BYTES_MAX);
    if (!zkl_line_next(&line, &rest) || !zkl_line_equal(line, FIRST_LINE))
        return fail_line(err, "first line");
    if (!zkl_line_next(&line, &rest))
        return fail_line(err, "index");
    if (zkl_line_skip(&line, "extra ")) {
        ZKL_TRY(parse_extra(&proof.extra, arena, line, err));
        if (!zkl_line_next(&line, &rest))
            return fail_line(err, "index");
    }
    if (!zkl_line_skip(&line, "index ") || !zkl_line_decimal(&proof.index, line) ||
        proof.index == ZKL_LOG_SIZE_MAX)
        return fail_line(err, "index");
    /* The path ends at the blank line. Its length is checked against tree and index when it is
     * verified. */
    for (;;) {
        if (!zkl_line_next(&line, &rest))
            return fail_line(err, "path");
        if (line.size == 0)
            break;
        if (proof.path_count == ZKL_MERKLE_PATH_MAX ||
            !zkl_line_digest(&proof.path[proof.path_count], line))
            return fail_line(err, "path");
        proof.path_count++;
    }
    /* The rest is the checkpoint, and must be one. */
    ZKL_ASSERT(proof.path_count <= ZKL_MERKLE_PATH_MAX);
    proof.checkpoint = rest;
    zkl_checkpoint checkpoint;
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, arena, rest, err));
    *out = proof;
    return ZKL_OK;
}

/* Signature, then inclusion: a path into a tree that nobody signed shows nothing. */
zkl_status zkl_tlog_proof_verify(const zkl_tlog_proof *proof, zkl_bytes entry,
                                 const zkl_verifier_key *log_key, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint checkpoint;
    zkl_digest leaf;
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, &arena, proof->checkpoint, err));
    ZKL_TRY(zkl_checkpoint_verify(&checkpoint, log_key, err));
    zkl_rfc6962_leaf(&leaf, entry);
    if (!zkl_merkle_path_verify(ZKL_HASH_SHA_256, ZKL_RFC6962_NODE,
                                &(zkl_merkle_place){ &leaf, proof->index, checkpoint.size },
                                proof->path, proof->path_count, &checkpoint.root))
        return zkl_fail(err, ZKL_REJECTED, "the entry is not number %llu of the checkpoint's tree",
                        (unsigned long long)proof->index);
    return ZKL_OK;
}
