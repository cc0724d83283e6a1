#include "algebra/curve.h"

#include "algebra/g1_inline.h"

#include "algebra/msm_inline.h"
