// float32 to bfloat16 and back: the upper half of the bits.
#include "CKernels.h"
#include "vector.h"

// The nearest, of two the even one; a denormal becomes a zero of its sign, NaN stays NaN.
PK_KERNEL void pk_round_bfloat16(const float *x, uint16_t *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    rounded = (rounded & 0x7f80) == 0 ? rounded & 0x8000 : rounded;
    y[i] = (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded);
  }
}

PK_KERNEL void pk_widen_bfloat16(const uint16_t *x, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) {
    const uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(y + i, &bits, sizeof bits);
  }
}
