#include "algebra/curve.h"

#include "algebra/g2_inline.h"

#include "algebra/mul_many_inline.h"
