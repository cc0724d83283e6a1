#pragma once
/* Everything: zkl/ledger.h to begin with, then by subject. zkl/verify.h alone verifies receipts
 * without a ledger. */
#include <zkl/call.h>
#include <zkl/dataset.h>
#include <zkl/export.h>
#include <zkl/keys.h>
#include <zkl/ledger.h>
#include <zkl/log.h>
#include <zkl/setup.h>
#include <zkl/verify.h>
