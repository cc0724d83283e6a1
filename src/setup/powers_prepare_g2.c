/* Transforms over points of G2. */
#define GROUP g2
#include "setup/powers_prepare_inline.h"
