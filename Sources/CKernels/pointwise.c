// Functions of one element and their gradients, from the element itself.
#include "CKernels.h"
#include "vector.h"

#define ZERO PK_SPLAT(0.0f)
#define ONE PK_SPLAT(1.0f)

// x = min(max(x, low), high); NaN stays NaN.
PK_INLINE void clip_lanes(f32x16 *x, float low, float high) {
  *x = PK_SELECT(*x < low, PK_SPLAT(low), *x);
  *x = PK_SELECT(*x > high, PK_SPLAT(high), *x);
}

PK_INLINE void elu_lanes(f32x16 *x, float alpha) {
  f32x16 e = *x;
  pk_exp_lanes(&e);
  *x = PK_SELECT(*x > 0.0f, *x, alpha * (e - 1.0f));
}

PK_INLINE void elu_gradient_lanes(f32x16 *x, const f32x16 *dy, float alpha) {
  f32x16 e = *x;
  pk_exp_lanes(&e);
  *x = PK_SELECT(*x > 0.0f, *dy, *dy * (alpha * e));
}

// s = 1 / (1 + exp(-x)).
PK_INLINE void sigmoid_of(const f32x16 *x, f32x16 *s) {
  *s = -*x;
  pk_exp_lanes(s);
  *s = 1.0f / (1.0f + *s);
}

// Below -88 the sigmoid is cut off: the product with a large x would grow again.
PK_INLINE void silu_lanes(f32x16 *x) {
  f32x16 s;
  sigmoid_of(x, &s);
  *x = PK_SELECT(*x < -88.0f, ZERO, *x * s);
}

PK_INLINE void silu_gradient_lanes(f32x16 *x, const f32x16 *dy) {
  f32x16 s;
  sigmoid_of(x, &s);
  const f32x16 slope = s * (1.0f + *x * (1.0f - s));
  *x = *dy * PK_SELECT(*x < -88.0f, ZERO, PK_SELECT(*x > 88.0f, ONE, slope));
}

PK_INLINE void hard_swish_lanes(f32x16 *x) {
  f32x16 s = *x * (1.0f / 6.0f) + 0.5f;
  clip_lanes(&s, 0, 1);
  *x = PK_SELECT(*x < -3.0f, ZERO, *x * s);
}

PK_INLINE void hard_swish_gradient_lanes(f32x16 *x, const f32x16 *dy) {
  const f32x16 line = *x * (1.0f / 6.0f) + 0.5f, bend = *x * (1.0f / 3.0f) + 0.5f;
  *x = *dy * PK_SELECT(line <= 0.0f, ZERO, PK_SELECT(line >= 1.0f, ONE, bend));
}

PK_INLINE void hard_sigmoid_lanes(f32x16 *x, float alpha, float beta) {
  *x = *x * alpha + beta;
  clip_lanes(x, 0, 1);
}

PK_INLINE void hard_sigmoid_gradient_lanes(
    f32x16 *x, const f32x16 *dy, float alpha, float beta) {
  const f32x16 line = *x * alpha + beta;
  *x = PK_SELECT((line <= 0.0f) | (line >= 1.0f), ZERO, *dy * alpha);
}

// max(x, 0) + log(1 + e), e = exp(-|x|): log(1 + e) = 2 artanh(z) with z = e / (2 + e) <= 1/3, of whose
// series the first eight terms are 2e-9 off.
PK_INLINE void softplus_lanes(f32x16 *x) {
  f32x16 e = PK_SELECT(*x < 0.0f, *x, -*x);
  pk_exp_lanes(&e);
  const f32x16 z = e / (2.0f + e), s = z * z;
  f32x16 p = s * (1.0f / 15) + 1.0f / 13;
  p = p * s + 1.0f / 11;
  p = p * s + 1.0f / 9;
  p = p * s + 1.0f / 7;
  p = p * s + 1.0f / 5;
  p = p * s + 1.0f / 3;
  p = p * s + 1.0f;
  *x = PK_SELECT(*x < 0.0f, ZERO, *x) + 2.0f * z * p;
}

PK_INLINE void softplus_gradient_lanes(f32x16 *x, const f32x16 *dy) {
  f32x16 s;
  sigmoid_of(x, &s);
  *x = *dy * s;
}

PK_KERNEL void pk_pointwise(int function, float a, float b, const float *x, float *y, long n) {
  switch (function) {
  case PK_LEAKY_RELU: PK_MAP(x, x, y, n, v = PK_SELECT(v > 0.0f, v, v * a)); break;
  case PK_ELU: PK_MAP(x, x, y, n, elu_lanes(&v, a)); break;
  case PK_HARD_SIGMOID: PK_MAP(x, x, y, n, hard_sigmoid_lanes(&v, a, b)); break;
  case PK_HARD_SWISH: PK_MAP(x, x, y, n, hard_swish_lanes(&v)); break;
  case PK_SILU: PK_MAP(x, x, y, n, silu_lanes(&v)); break;
  case PK_CLIP: PK_MAP(x, x, y, n, clip_lanes(&v, a, b)); break;
  case PK_SOFTPLUS: PK_MAP(x, x, y, n, softplus_lanes(&v)); break;
  }
}

PK_KERNEL void pk_pointwise_gradient(
    int function, float a, float b, const float *x, const float *dy, float *dx, long n) {
  switch (function) {
  case PK_LEAKY_RELU: PK_MAP(x, dy, dx, n, v = PK_SELECT(v > 0.0f, u, u * a)); break;
  case PK_ELU: PK_MAP(x, dy, dx, n, elu_gradient_lanes(&v, &u, a)); break;
  case PK_HARD_SIGMOID: PK_MAP(x, dy, dx, n, hard_sigmoid_gradient_lanes(&v, &u, a, b)); break;
  case PK_HARD_SWISH: PK_MAP(x, dy, dx, n, hard_swish_gradient_lanes(&v, &u)); break;
  case PK_SILU: PK_MAP(x, dy, dx, n, silu_gradient_lanes(&v, &u)); break;
  case PK_CLIP: PK_MAP(x, dy, dx, n, v = PK_SELECT((v <= a) | (v >= b), ZERO, u)); break;
  case PK_SOFTPLUS: PK_MAP(x, dy, dx, n, softplus_gradient_lanes(&v, &u)); break;
  }
}
