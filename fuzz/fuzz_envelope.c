/* The head of an envelope: what is taken says the sizes that its file can have. And the whole as
 * storage that lies: an envelope of ours, of which the input replaces a part, gives back its
 * content or is refused.
 *
 * First 4 bytes: where the part is to lie; then a byte: 0: the head alone is parsed. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "vault/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const zkl_object_name name = { "file", "files/1" };
#define CONTENT_BYTES ((size_t)70000)

static zkl_vault vault;
static zkl_buffer good;
static uint8_t content[CONTENT_BYTES];

static void begin(void)
{
    static char path[] = "/tmp/zkl-fuzz-kek-XXXXXX";
    zkl_crypto *crypto = NULL;
    const int fd = mkstemp(path);
    ZKL_ASSERT(fd >= 0 && unlink(path) == 0);
    close(fd);
    ZKL_ASSERT(zkl_crypto_new(&crypto, false, NULL) == ZKL_OK);
    const zkl_kek_settings s = {
        .provider = "file", .crypto = crypto, .file = path, .makes = true
    };
    ZKL_ASSERT(zkl_kek_open(&vault.kek, &s, NULL) == ZKL_OK);
    (void)unlink(path); /* it is in memory */
    vault.crypto = crypto;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(i * i >> 3);
    ZKL_ASSERT(zkl_envelope_encode(&good, &vault, name, zkl_bytes_of(content, sizeof content),
                                   NULL) == ZKL_OK);
}

static void check_head(const uint8_t *bytes, size_t size)
{
    uint8_t padded[ZKL_ENVELOPE_HEAD_BYTES] = { 0 };
    zkl_envelope_head head;
    memcpy(padded, bytes, size < sizeof padded ? size : sizeof padded);
    if (zkl_envelope_head_parse(&head, padded, NULL) != ZKL_OK)
        return;
    uint64_t out;
    for (uint64_t file = 0; file < 4096; file++)
        if (zkl_envelope_content_bytes(&out, &head, file))
            ZKL_ASSERT(out < file && file >= ZKL_ENVELOPE_HEAD_BYTES);
    ZKL_ASSERT(head.sequence && head.kek[0] && head.kind[0] && head.wrapped.size);
}

static void check_lie(uint32_t at, zkl_bytes part)
{
    ZKL_AUTO_FREE(zkl_envelope_reader) reader = NULL;
    ZKL_AUTO_BLOCK uint8_t *out = zkl_malloc(CONTENT_BYTES, 1);
    const size_t from = at % (good.size + 1);
    const int fd = zkl_file_open_unnamed("/tmp");
    ZKL_ASSERT(out && fd >= 0);
    ZKL_ASSERT(pwrite(fd, good.data, good.size, 0) == (ssize_t)good.size);
    ZKL_ASSERT(pwrite(fd, part.data, part.size, (off_t)from) == (ssize_t)part.size);
    if (part.size && part.data[0] == 'c') /* cut there as well */
        ZKL_ASSERT(ftruncate(fd, (off_t)(from + part.size)) == 0);
    if (zkl_envelope_reader_new(&reader, &vault, name, fd, "fuzz", NULL) == ZKL_OK) {
        ZKL_ASSERT(zkl_envelope_size(reader) == CONTENT_BYTES);
        if (zkl_envelope_read(reader, out, 0, CONTENT_BYTES, NULL) == ZKL_OK)
            ZKL_ASSERT(memcmp(out, content, CONTENT_BYTES) == 0);
    }
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!vault.kek)
        begin();
    if (size < 5)
        return 0;
    if (!data[4])
        check_head(data + 5, size - 5);
    else
        check_lie(zkl_be32_get(data), zkl_bytes_of(data + 5, size - 5));
    return 0;
}
