/* Transforms over points of G1. */
#define GROUP g1
#include "setup/powers_prepare_inline.h"
