#pragma once
/* `[http]` of the settings. */
#include "http/server.h"
#include "toml/toml.h"

/* What is not said stays 0, which has the server's default. ZKL_BAD_INPUT with line and column. */
zkl_status daemon_http_read(http_limits *out, const zkl_toml_node *root,
                            zkl_error *err) ZKL_MUST_USE;
