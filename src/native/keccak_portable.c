#include "native/keccak_internal.h"

#define KECCAK_TARGET
#include "native/keccak_one_inline.h"

const zkl_keccak_set zkl_keccak_portable = { "portable", 1, 0, absorb_one, permute_one };
