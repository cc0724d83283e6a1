#pragma once
/* The one sampler: which rows a public seed draws. Claims of samples, disclosures that an auditor
 * draws, and what is drawn before either is made. docs/proof-system.md section 8, "rows" */
#include "algebra/fr.h"

/* The number that draw j of the seed gives: hash_to_fr("sample", seed, j) mod total. total: above 0
 * and below 2^40. Numbers may repeat; a sample leaves repeated ones out and ascends. */
uint64_t zkl_sample_number(const zkl_fr *seed, uint64_t j, uint64_t total);
