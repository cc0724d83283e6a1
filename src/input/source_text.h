#pragma once
/* The reader of CSV, JSON and NDJSON, plain or compressed: no library but zlib and zstd stands behind it. */
#include "input/source.h"

extern const zkl_source_ops zkl_source_text;
