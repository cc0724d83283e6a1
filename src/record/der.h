#pragma once
/* Reading DER (X.690), one element after another. Strict: definite lengths in their shortest form,
 * tags of one byte. So whatever is read has one encoding, as far as its structure goes. */
#include "base/memory.h"

#define ZKL_DER_BOOLEAN 0x01
#define ZKL_DER_INTEGER 0x02
#define ZKL_DER_OCTETS 0x04
#define ZKL_DER_NULL 0x05
#define ZKL_DER_OID 0x06
#define ZKL_DER_TIME 0x18 /* GeneralizedTime */
#define ZKL_DER_SEQUENCE 0x30
#define ZKL_DER_SET 0x31
/* [n], primitive and constructed. */
#define ZKL_DER_CONTEXT(n) (0x80 | (n))
#define ZKL_DER_CONTEXT_SET(n) (0xa0 | (n))

/* Cut the next element off *rest: its content, and (whole may be NULL) all of it. false, and *rest
 * as it was: there is none, it is of another tag, or it is not DER. */
bool zkl_der_take(zkl_bytes *content, zkl_bytes *whole, zkl_bytes *rest, uint8_t tag);
/* The tag of the next element; 0 at the end. */
uint8_t zkl_der_peek(zkl_bytes rest);
/* Cut off whatever comes next. */
bool zkl_der_skip(zkl_bytes *whole, zkl_bytes *rest);
/* An INTEGER from 0 to below 2^63, in its shortest form; for a context tag its implicit form. */
bool zkl_der_take_number(uint64_t *out, zkl_bytes *rest, uint8_t tag);
/* Is content that of an INTEGER in its shortest form? */
bool zkl_der_integer_valid(zkl_bytes content);
