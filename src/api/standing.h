#pragma once
/* Standings: their member of a verdict. */
#include <zkl/zkl.h>

#include "api/field.h"

/* zkl_standing_word. */
extern const api_object api_standing_word;
