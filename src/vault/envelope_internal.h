#pragma once
/* What the files of envelopes share. */
#include "vault/envelope.h"

#define ENVELOPE_MAGIC "zkl-env\n"
#define ENVELOPE_VERSION 1
/* Of the head, all that says which object it is; with its name they bind the object's keys. */
#define ENVELOPE_IDENTITY_BYTES 64

void envelope_identity(uint8_t out[static ENVELOPE_IDENTITY_BYTES], const zkl_envelope_head *head);
/* One slot is filled: head->slot. */
void envelope_head_put(uint8_t out[static ZKL_ENVELOPE_HEAD_BYTES], const zkl_envelope_head *head);
/* ZKL_DENIED: its key is wrapped by another key-encryption key than the vault's. */
zkl_status envelope_check_kek(const zkl_vault *vault, const zkl_envelope_head *head,
                              const char *path, zkl_error *err) ZKL_MUST_USE;
