#include "algebra/curve.h"

#include "algebra/g1_inline.h"

#include "algebra/mul_many_inline.h"
