#pragma once
/* Objects that the results of several operations hold. */
#include "api/field.h"

/* zkl_read_info, to be spread: how a table was read. */
extern const api_object api_read_info;
/* zkl_column_info: name, type, nullable. */
extern const api_object api_column;
/* zkl_succeeds: the log that a log goes on from. */
extern const api_object api_succeeds;
