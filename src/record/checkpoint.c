/* Checkpoints by C2SP's tlog-checkpoint: a signed note whose text is the log's name, the number of
 * its entries and the root of their tree, a line each. Extension lines are refused: what is not
 * understood could change what the signature means. */
#include "record/checkpoint.h"

#include "text/base64.h"
#include "text/lines.h"

/* The text that is signed. Encode and parse have the same three lines, so a checkpoint has one
 * spelling: a size without leading zeros, a root in base 64 with its padding. */
void zkl_checkpoint_encode_text(zkl_buffer *out, const char *origin, uint64_t size,
                                const zkl_digest *root)
{
    ZKL_ASSERT(zkl_note_name_valid(zkl_bytes_of_text(origin)) && size <= ZKL_LOG_SIZE_MAX);
    zkl_buffer_format(out, "%s\n%llu\n", origin, (unsigned long long)size);
    zkl_buffer_put_base64(out, root->bytes, sizeof root->bytes);
    zkl_buffer_put_u8(out, '\n');
}

zkl_status zkl_checkpoint_parse(zkl_checkpoint *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err)
{
    zkl_checkpoint parsed = { 0 };
    zkl_status status = zkl_note_parse(&parsed.note, arena, bytes, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "checkpoint");
    zkl_bytes rest = parsed.note.text, line;
    if (!zkl_line_next(&parsed.origin, &rest) || !zkl_note_name_valid(parsed.origin))
        return zkl_fail(err, ZKL_BAD_INPUT, "checkpoint: bad origin");
    if (!zkl_line_next(&line, &rest) || !zkl_line_decimal(&parsed.size, line))
        return zkl_fail(err, ZKL_BAD_INPUT, "checkpoint: bad tree size");
    if (!zkl_line_next(&line, &rest) || !zkl_line_digest(&parsed.root, line))
        return zkl_fail(err, ZKL_BAD_INPUT, "checkpoint: bad root hash");
    if (rest.size)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "checkpoint: extension lines");
    ZKL_ASSERT(parsed.origin.size && parsed.note.signature_count); /* zkl_note_parse */
    *out = parsed;
    return ZKL_OK;
}

/* The key's name is the log's: a key of another log may have signed the same bytes, and says
 * nothing here. */
zkl_status zkl_checkpoint_verify(const zkl_checkpoint *checkpoint, const zkl_verifier_key *log_key,
                                 zkl_error *err)
{
    if (!zkl_line_equal(checkpoint->origin, log_key->name))
        return zkl_fail(err, ZKL_UNCHECKED, "checkpoint of log '%.*s', the key is of '%s'",
                        (int)checkpoint->origin.size, (const char *)checkpoint->origin.data,
                        log_key->name);
    if (zkl_verifier_key_cosigns(log_key))
        return zkl_fail(err, ZKL_UNCHECKED, "the key of '%s' is a witness's, not a log's",
                        log_key->name);
    return zkl_note_verify(&checkpoint->note, log_key, NULL, err);
}

bool zkl_same_witness(const zkl_verifier_key *a, const zkl_verifier_key *b)
{
    return zkl_public_key_equal(&a->public_key, &b->public_key) || strcmp(a->name, b->name) == 0;
}

/* Every line of a known witness must be true, also beyond the quorum: a false one shows that
 * somebody lies, and who wants to drop it can. A witness without a line is one fewer, no fault, and
 * so is one whose line this libcrypto cannot check: it counts for nothing. */
zkl_status zkl_checkpoint_verify_witnesses(const zkl_checkpoint *checkpoint,
                                           const zkl_verifier_key *witnesses, size_t witness_count,
                                           size_t quorum, size_t *count, zkl_error *err)
{
    size_t verified = 0, unchecked = 0;
    for (size_t i = 0; i < witness_count; i++) {
        bool again = false; /* one witness listed twice counts once */
        if (!zkl_verifier_key_cosigns(&witnesses[i]))
            continue;
        zkl_status status = zkl_note_verify(&checkpoint->note, &witnesses[i], NULL, err);
        for (size_t j = 0; j < i && status == ZKL_OK && !again; j++)
            again = zkl_same_witness(&witnesses[j], &witnesses[i]) &&
                    zkl_verifier_key_cosigns(&witnesses[j]) &&
                    zkl_note_verify(&checkpoint->note, &witnesses[j], NULL, NULL) == ZKL_OK;
        if (status == ZKL_OK)
            verified += !again;
        else if (status == ZKL_NOT_SUPPORTED)
            unchecked++;
        else if (status != ZKL_UNCHECKED)
            return status;
    }
    ZKL_ASSERT(verified <= witness_count);
    if (count)
        *count = verified;
    if (verified < quorum && unchecked)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "%zu of the %zu trusted witnesses signed it, %zu are needed. Lines of %zu "
                        "more cannot be checked: this libcrypto has no ML-DSA-44 (OpenSSL 3.5)",
                        verified, witness_count, quorum, unchecked);
    if (verified < quorum)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "%zu of the %zu trusted witnesses signed it, %zu are needed", verified,
                        witness_count, quorum);
    return ZKL_OK;
}
