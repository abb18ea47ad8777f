// Whole SGD updates in one pass over memory: beyond the caches the separate instructions would
// read and write every value several times.
#include "CKernels.h"
#include "vector.h"

PK_KERNEL void pk_sgd(const float *w, const float *g, const float *rate, float *y, long n) {
  float lr = *rate;
  PK_LOOP for (long i = 0; i < n; i++) y[i] = w[i] - lr * g[i];
}

PK_KERNEL void pk_momentum(
    float *w, float *v, const float *g, const float *rate, float momentum, int nesterov, long n) {
  float lr = *rate;
  if (nesterov) {
    PK_LOOP for (long i = 0; i < n; i++) {
      float moved = momentum * v[i] + g[i];
      v[i] = moved;
      w[i] = w[i] - lr * (g[i] + momentum * moved);
    }
  } else {
    PK_LOOP for (long i = 0; i < n; i++) {
      float moved = momentum * v[i] + g[i];
      v[i] = moved;
      w[i] = w[i] - lr * moved;
    }
  }
}
