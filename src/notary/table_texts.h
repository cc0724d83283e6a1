#pragma once
/* What shows the texts of a table's dictionary columns, for claims that name them. */
#include "claim/claim.h"
#include "notary/table_facts.h"

/* The texts of a table. Borrows facts; what it finds is in memory, and stays. Not for two threads
 * at once. NULL: no memory. */
zkl_claim_texts *zkl_table_texts_new(zkl_arena *memory, const zkl_table_facts *facts);
