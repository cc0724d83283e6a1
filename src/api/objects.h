#pragma once
/* Objects that the results of several operations hold. */
#include <zkl/zkl.h>

#include "api/field.h"
#include "api/passphrase.h"

/* Names of a bool "is of development": "ceremony", "development". */
extern const char *const api_made[];
/* zkl_witness_algorithm. */
extern const char *const api_witness_algorithms[];
/* zkl_reading, as a request says it: every member may be left out. */
extern const api_object api_asked_reading;

/* zkl_with_dataset: another dataset, and its data. */
extern const api_object api_with_dataset;
/* zkl_read_info, to be spread: how a table was read. */
extern const api_object api_read_info;
/* "F22" -> 22: a circuit by its name in a request, by its tier in the library. */
zkl_status api_circuit_tier(unsigned *out, const char *circuit, zkl_error *err) ZKL_MUST_USE;
/* zkl_column_info: name, type, nullable. */
extern const api_object api_column;
/* zkl_succeeds: the log that a log goes on from. */
extern const api_object api_succeeds;
/* zkl_revocation: that a version was revoked, and why. */
extern const api_object api_revocation;
/* api_new_passphrase. */
extern const api_object api_new_passphrase_object;
