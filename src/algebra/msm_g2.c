#include "algebra/curve.h"

#include "algebra/g2_inline.h"

#include "algebra/msm_inline.h"
