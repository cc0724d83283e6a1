#pragma once
/* Settings of a ledger in a service's file: a configuration of a ledger was copied there, or the
 * one that the product is described with. Each key is told its place. */
#include "base/buffer.h"
#include "toml/toml.h"

/* Whether root has tables of a ledger. A line for each of their keys goes to out: what it means
 * here, and where it is set. */
bool daemon_ledger_settings_explain(zkl_buffer *out, const zkl_toml_node *root);
