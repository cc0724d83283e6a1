/* The interface alone. A backend is a file of its own with a table of zkl_signer_ops:
 * signing_key.c. What is checked here holds for all of them. */
#include "keys/signer.h"

zkl_status zkl_signer_sign(const zkl_signer *signer, uint8_t out[static ZKL_SIGNATURE_BYTES_MAX],
                           size_t *out_size, zkl_bytes message, zkl_error *err)
{
    ZKL_ASSERT(signer && signer->ops && zkl_key_type_known(signer->public_key.type));
    ZKL_TRY(signer->ops->sign(signer, out, out_size, message, err));
    /* Formats have room for this and no more, whatever a backend says. */
    ZKL_ASSERT(*out_size >= 1 && *out_size <= ZKL_SIGNATURE_BYTES_MAX);
    return ZKL_OK;
}

/* Whatever the backend took to open it goes with it. */
void zkl_signer_close(zkl_signer *signer)
{
    if (signer)
        signer->ops->close(signer);
}
