// ReLU, sigmoid, tanh, GELU (erf) and their gradients. NaN in, NaN out.
#include "CKernels.h"
#include "vector.h"

PK_KERNEL void pk_relu(const float *x, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = x[i] < 0 ? 0 : x[i];
}

PK_KERNEL void pk_relu_gradient(const float *y, const float *dy, float *dx, long n) {
  PK_MAP(y, dy, dx, n, v = PK_SELECT(v <= PK_SPLAT(0.0f), PK_SPLAT(0.0f), u));
}

PK_INLINE void sigmoid_lanes(f32x16 *x) {
  *x = -*x;
  pk_exp_lanes(x);
  *x = 1.0f / (1.0f + *x);
}

PK_KERNEL void pk_sigmoid(const float *x, float *y, long n) {
  PK_MAP(x, x, y, n, sigmoid_lanes(&v));
}

PK_KERNEL void pk_sigmoid_gradient(const float *y, const float *dy, float *dx, long n) {
  PK_LOOP for (long i = 0; i < n; i++) dx[i] = dy[i] * (y[i] * (1.0f - y[i]));
}

// A polynomial near zero (Cephes), 1 - 2 / (exp(2|x|) + 1) elsewhere.
PK_INLINE void tanh_lanes(f32x16 *x) {
  const i32x16 sign = (i32x16){0} + INT32_MIN;
  f32x16 v = *x, size = (f32x16)((i32x16)v & ~sign), e = size + size, s = v * v;
  f32x16 p = s * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  p = p * s * v + v;
  pk_exp_lanes(&e);
  f32x16 q = 1.0f - 2.0f / (e + 1.0f);
  q = (f32x16)((i32x16)q | ((i32x16)v & sign));
  *x = PK_SELECT(size < PK_SPLAT(0.625f), p, q);
}

PK_KERNEL void pk_tanh(const float *x, float *y, long n) { PK_MAP(x, x, y, n, tanh_lanes(&v)); }

PK_KERNEL void pk_tanh_gradient(const float *y, const float *dy, float *dx, long n) {
  PK_LOOP for (long i = 0; i < n; i++) dx[i] = dy[i] * (1.0f - y[i] * y[i]);
}

// x = erf(x): odd rational function on |x| < 4 (the coefficients of Eigen and XLA), +-1 beyond.
PK_INLINE void erf_lanes(f32x16 *x) {
  const i32x16 sign = (i32x16){0} + INT32_MIN;
  f32x16 v = *x, s = v * v, four = PK_SPLAT(4.0f);
  f32x16 one = (f32x16)((i32x16)PK_SPLAT(1.0f) | ((i32x16)v & sign));
  i32x16 beyond = (f32x16)((i32x16)v & ~sign) >= four;
  s = PK_SELECT(s > four * four, four * four, s);
  f32x16 p = s * -2.72614225801306e-10f + 2.77068142495902e-08f;
  p = p * s - 2.10102402082508e-06f;
  p = p * s - 5.69250639462346e-05f;
  p = p * s - 7.34990630326855e-04f;
  p = p * s - 2.95459980854025e-03f;
  p = p * s - 1.60960333262415e-02f;
  f32x16 q = s * -1.45660718464996e-05f - 2.13374055278905e-04f;
  q = q * s - 1.68282697438203e-03f;
  q = q * s - 7.37332916720468e-03f;
  q = q * s - 1.42647390514189e-02f;
  *x = PK_SELECT(beyond, one, v * p / q);
}

PK_KERNEL void pk_exp(const float *x, float *y, long n) { PK_MAP(x, x, y, n, pk_exp_lanes(&v)); }

PK_KERNEL void pk_erf(const float *x, float *y, long n) { PK_MAP(x, x, y, n, erf_lanes(&v)); }

PK_KERNEL void pk_positive(const float *x, float *y, long n) {
  PK_LOOP for (long i = 0; i < n; i++) y[i] = x[i] > 0.0f ? 1.0f : 0.0f;
}

PK_INLINE void gelu_lanes(f32x16 *x) {
  f32x16 e = *x * 0.70710678118654752f;
  erf_lanes(&e);
  *x = 0.5f * *x * (1.0f + e);
}

PK_KERNEL void pk_gelu(const float *x, float *y, long n) { PK_MAP(x, x, y, n, gelu_lanes(&v)); }

// dx = dy (Phi(x) + x phi(x)), Phi and phi the normal distribution and its density.
PK_INLINE void gelu_gradient_lanes(f32x16 *x, const f32x16 *dy) {
  f32x16 v = *x, e = v * 0.70710678118654752f, density = v * v * -0.5f;
  erf_lanes(&e);
  pk_exp_lanes(&density);
  *x = *dy * (0.5f * (1.0f + e) + v * density * 0.39894228040143268f);
}

PK_KERNEL void pk_gelu_gradient(const float *x, const float *dy, float *dx, long n) {
  PK_MAP(x, dy, dx, n, gelu_gradient_lanes(&v, &u));
}
