#pragma once
/* Everything: ledgers, and verification alone (zkl/verify.h). */
#include <zkl/ledger.h>
#include <zkl/verify.h>
