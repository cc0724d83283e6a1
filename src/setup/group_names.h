#pragma once
/* Names of what one group has: TYPE(_affine) is zkl_g1_affine where GROUP is g1. For what is
 * included once a group, behind GROUP. */
#define PASTE(a, b, c) a##b##c
#define EXPAND(a, b, c) PASTE(a, b, c)
#define TYPE(name) EXPAND(zkl_, GROUP, name)
