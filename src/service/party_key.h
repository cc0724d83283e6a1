#pragma once
/* The key that a party of a ceremony signs with. */
#include <zkl/bytes.h>

/* Is a key file there, and in the clear? Then no passphrase is needed for it. */
bool service_party_key_is_clear(const char *path);
