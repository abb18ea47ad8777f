// Element by element over n values: the instructions of fused update programs, run over blocks
// that stay in the first-level cache.
#include "CKernels.h"
#include "vector.h"

PK_KERNEL void pk_add(const float *a, const float *b, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] + b[i];
}

PK_KERNEL void pk_multiply(const float *a, const float *b, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] * b[i];
}

PK_KERNEL void pk_scale(const float *a, float c, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] * c;
}

PK_KERNEL void pk_add_constant(const float *a, float c, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = a[i] + c;
}

PK_KERNEL void pk_axpy(float c, const float *x, const float *z, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = c * x[i] + z[i];
}

PK_KERNEL void pk_reciprocal(const float *a, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = 1 / a[i];
}

PK_KERNEL void pk_square_root(const float *a, float *y, long n) {
  long i = 0;
  for (; i + PK_LANES <= n; i += PK_LANES) {
    f32x16 v = PK_LOAD(a + i);
    pk_sqrt_lanes(&v);
    PK_STORE(y + i, v);
  }
  for (; i < n; i++) y[i] = __builtin_sqrtf(a[i]);
}

void pk_copy(const float *a, float *y, long n) {
  if (n > 0 && a != y) memmove(y, a, (size_t)n * sizeof(float));
}
