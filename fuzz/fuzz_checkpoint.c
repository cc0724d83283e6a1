/* A checkpoint that parses is the one encoding of what it says. */
#include "text/base64.h"
#include "record/checkpoint.h"

static void put_again(zkl_buffer *out, const zkl_checkpoint *checkpoint)
{
    zkl_buffer_put(out, checkpoint->origin.data, checkpoint->origin.size);
    zkl_buffer_format(out, "\n%llu\n", (unsigned long long)checkpoint->size);
    zkl_buffer_put_base64(out, checkpoint->root.bytes, sizeof checkpoint->root.bytes);
    zkl_buffer_put_text(out, "\n\n");
    for (size_t i = 0; i < checkpoint->note.signature_count; i++) {
        const zkl_note_signature *line = &checkpoint->note.signatures[i];
        zkl_buffer raw = { 0 };
        zkl_buffer_put(&raw, line->key_hash, sizeof line->key_hash);
        zkl_buffer_put(&raw, line->signature.data, line->signature.size);
        zkl_buffer_put_text(out, "\xe2\x80\x94 ");
        zkl_buffer_put(out, line->name.data, line->name.size);
        zkl_buffer_put_text(out, " ");
        zkl_buffer_put_base64(out, raw.data, raw.size);
        zkl_buffer_put_text(out, "\n");
        zkl_buffer_clear(&raw);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_checkpoint checkpoint;
    if (zkl_checkpoint_parse(&checkpoint, &arena, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    put_again(&again, &checkpoint);
    ZKL_ASSERT(again.size == size && memcmp(again.data, data, size) == 0);
    return 0;
}
